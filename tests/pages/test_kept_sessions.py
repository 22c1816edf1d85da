"""What the server keeps of a visit without a connection: its choices, for some minutes, and no arrays."""

import itertools
import json
import time
import urllib.request

import pytest

from explorer.engine.datasets import _PAIRS_KEPT
from tests.support.serving import ROOT, serving
from tests.support.visitor import Visitor, visiting

# Every page with images, with all its parts, and all open that can be opened.
STATES = (
    ("home", ""), ("one_image", ""), ("one_image", "source=your+drawing"),
    ("train", "look=true&update=true&formulas=true"), ("compare_losses", "shapes=true"),
    ("your_digits", ""), ("your_digits", "own_source=pictures"), ("saved_model", ""),
    ("learning_rates", "ranges=true"), ("scikit_learn", "three_lines=true&solvers=true"),
    *(("bias", f"bias_part={part}") for part in ("Ink", "Blank+image", "Pixels", "A+weight+on+1")),
    *(("why_multiply", f"why_part={part}") for part in (
        "your+numbers", "one+pixel", "two+pixels", "all+pixels", "the+disguise",
    )),
)
# The pages with "Take it home", and whether the dialog shows programs first and the numbers on a click.
WITH_NUMBERS = (("train", True), ("compare_losses", True), ("learning_rates", False), ("scikit_learn", True))
PAIRS = itertools.permutations(range(10), 2)


@pytest.fixture(scope="module")
def counting():
    """The address of the app of tests/support/counting_app.py."""
    with serving("tests/support/counting_app.py") as address:
        yield address


def live(address: str, *forget: str) -> dict:
    """The counts of live objects on that server; ``forget`` empties its caches first."""
    query = "&".join(f"forget={what}" for what in forget)
    with urllib.request.urlopen(f"{address}/live?{query}") as answer:
        return json.load(answer)


def arrive(visitor: Visitor, page: str, query: str = "") -> None:
    """Open a page with a pair of digits of its own."""
    first, second = next(PAIRS)
    visitor.open(page, f"first={first}&second={second}&epochs=2&{query}")
    assert "exception" not in dict(visitor.shown)


def check_what_is_left(address: str, kept_before: int, visits: int) -> None:
    """Check that visits without a connection hold neither images nor runs."""
    now = live(address)
    assert (now["connected"], now["kept"]) == (0, kept_before + visits)
    assert 0 < now["data_sets"] <= _PAIRS_KEPT + 1
    # Nor do the results that were computed for all visitors hold the images.
    without_images = live(address, "images")
    assert without_images["data_sets"] == without_images["images"] == 0 < without_images["runs"]
    assert live(address, "images", "results")["runs"] == 0


def test_sessions_without_a_connection_hold_no_images_and_no_run(counting):
    before = live(counting)["kept"]
    for page, query in STATES:
        with visiting(counting) as visitor:
            arrive(visitor, page, query)
            assert live(counting)["connected"] == 1
    check_what_is_left(counting, before, len(STATES))


def test_what_can_be_taken_home_holds_no_images_and_no_run(counting):
    before = live(counting)["kept"]
    for page, programs_first in WITH_NUMBERS:
        with visiting(counting) as visitor:
            arrive(visitor, page)
            visitor.press("take_home")
            if programs_first:
                visitor.press("take_what", "the numbers")
            files = [element.label for kind, element in visitor.shown if kind == "download_button"]
            assert any("CSV" in label for label in files)
    check_what_is_left(counting, before, len(WITH_NUMBERS))


def test_a_computation_that_no_one_waits_for_ends_and_holds_no_images(counting):
    query = "score=distance&epochs=1000&batch_size=16&sweep_bias=both"
    with visiting(counting) as visitor:
        visitor.open("learning_rates", f"first=9&second=8&{query}", until="progress")
        assert live(counting, "images")["data_sets"] == 1  # it goes on
    for _ in range(300):
        if live(counting, "images")["data_sets"] == 0:
            return
        time.sleep(0.1)
    raise AssertionError("half a minute after its visitor has left, a sweep still holds its images")


def test_a_visitor_who_clears_the_cache_does_not_freeze_what_is_alive(counting):
    with visiting(counting) as visitor:
        arrive(visitor, "train")
        frozen = live(counting)["frozen"]
        assert frozen > 100_000
        visitor.clear_cache()
        arrive(visitor, "train")
        assert live(counting)["frozen"] <= frozen  # fewer if some were freed


def test_a_visit_outlives_a_pause_of_fifteen_minutes(counting):
    now = live(counting)
    assert now["seconds"] > 15 * 60
    # The README names both numbers.
    assert f"{now['seconds'] // 60} minutes" in (readme := (ROOT / "README.md").read_text(encoding="utf-8"))
    assert f"at most {now['at_most']}" in readme
