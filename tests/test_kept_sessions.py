"""What the server keeps of a visit without a connection: choices, for the length of a break, and no arrays."""

import itertools
import json
import time
import urllib.request

import pytest

from explorer.datasets import _PAIRS_KEPT
from tests.serving import ROOT, serving
from tests.visitor import Visitor, visiting

# Every page with images, every part of it, whatever opens on it.
STATES = (
    ("home", ""), ("one_image", ""), ("one_image", "source=your+drawing"),
    ("train", "look=true&update=true&formulas=true"), ("compare_losses", "shapes=true"),
    ("learning_rates", "ranges=true"), ("scikit_learn", "three_lines=true&solvers=true"),
    *(("bias", f"bias_part={part}") for part in ("Ink", "Blank+image", "Pixels", "A+weight+on+1")),
    *(("why_multiply", f"why_part={part}") for part in ("one+pixel", "two+pixels", "all+pixels", "the+disguise")),
)
# Pages where numbers can be taken home, and whether they lie behind the programs.
TAKEN = (("train", True), ("compare_losses", True), ("learning_rates", False), ("scikit_learn", True))
PAIRS = itertools.permutations(range(10), 2)


@pytest.fixture(scope="module")
def counting():
    """The address of the app of tests/counting_app.py."""
    with serving("tests/counting_app.py") as address:
        yield address


def live(address: str, *forget: str) -> dict:
    """What is alive there."""
    query = "&".join(f"forget={what}" for what in forget)
    with urllib.request.urlopen(f"{address}/live?{query}") as answer:
        return json.load(answer)


def arrive(visitor: Visitor, page: str, query: str = "") -> None:
    """Open a page with a pair of digits that nobody else has."""
    first, second = next(PAIRS)
    visitor.open(page, f"first={first}&second={second}&epochs=2&{query}")
    assert "exception" not in dict(visitor.shown)


def leave_and_look(address: str, kept_before: int, visits: int) -> None:
    """What is left of visits that have lost their connection."""
    now = live(address)
    assert (now["connected"], now["kept"]) == (0, kept_before + visits)
    assert 0 < now["data_sets"] <= _PAIRS_KEPT + 1
    # Nor does what was computed for all visitors hold the images that it was computed from.
    without_images = live(address, "images")
    assert without_images["data_sets"] == without_images["images"] == 0 < without_images["runs"]
    assert live(address, "images", "results")["runs"] == 0


def test_sessions_without_a_connection_hold_no_images_and_no_run(counting):
    before = live(counting)["kept"]
    for page, query in STATES:
        with visiting(counting) as visitor:
            arrive(visitor, page, query)
            assert live(counting)["connected"] == 1
    leave_and_look(counting, before, len(STATES))


def test_what_can_be_taken_home_holds_no_images_and_no_run(counting):
    before = live(counting)["kept"]
    for page, behind_programs in TAKEN:
        with visiting(counting) as visitor:
            arrive(visitor, page)
            visitor.press("take_home")
            if behind_programs:
                visitor.press("take_what", "the numbers")
            files = [element.label for kind, element in visitor.shown if kind == "download_button"]
            assert any("CSV" in label for label in files)
    leave_and_look(counting, before, len(TAKEN))


def test_a_computation_that_nobody_waits_for_ends_and_holds_no_images(counting):
    query = "score=distance&epochs=1000&batch_size=16&sweep_bias=both"
    with visiting(counting) as visitor:
        visitor.open("learning_rates", f"first=9&second=8&{query}", until="progress")
        assert live(counting, "images")["data_sets"] == 1  # it goes on
    for _ in range(300):
        if live(counting, "images")["data_sets"] == 0:
            return
        time.sleep(0.1)
    raise AssertionError("the images of a sweep that was given up are alive after half a minute")


def test_a_visitor_who_clears_the_cache_does_not_freeze_what_is_alive(counting):
    with visiting(counting) as visitor:
        arrive(visitor, "train")
        frozen = live(counting)["frozen"]
        assert frozen > 100_000
        visitor.clear_cache()
        arrive(visitor, "train")
        assert live(counting)["frozen"] <= frozen  # some of it may go by itself


def test_a_visit_outlives_a_pause_of_fifteen_minutes(counting):
    now = live(counting)
    assert now["seconds"] > 15 * 60
    # As the README says.
    assert f"{now['seconds'] // 60} minutes" in (readme := (ROOT / "README.md").read_text(encoding="utf-8"))
    assert f"at most {now['at_most']}" in readme
