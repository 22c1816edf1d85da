"""Several visitors of one server ask for long computations: who waits sees the place in the line, and can leave it."""

import threading

import pytest

from explorer.jobs import Job, Jobs, Turns
from explorer.ui.waiting import text_of
from tests.support.messages import key_of
from tests.support.serving import serving
from tests.support.visitor import Visitor, visiting

# About a second each, and different for every seed.
SWEEP = "score=distance&epochs=100&batch_size=16&losses=log+loss&losses=hinge&seed="


@pytest.fixture(scope="module")
def address():
    """The address of a server of its own, whose results nobody else has asked for."""
    with serving() as running:
        yield running


def bars(visitor: Visitor) -> list[str]:
    """The texts of the progress bars that the last run of the page has shown."""
    return [element.text for kind, element in visitor.shown if kind == "progress"]


def test_all_in_line_are_answered_and_see_their_place(address):
    texts: dict[int, list[str]] = {}

    def visit(seed: int) -> None:
        with visiting(address) as visitor:
            visitor.open("learning_rates", SWEEP + str(seed))
            assert "exception" not in dict(visitor.shown)
            assert "paths" in [key_of(element) for kind, element in visitor.shown if kind == "bidi_component"]
            texts[seed] = bars(visitor)

    threads = [threading.Thread(target=visit, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(texts) == 6
    in_line = [seed for seed, seen in texts.items() if any("in line" in text for text in seen)]
    assert len(in_line) >= 2  # all but those who came first
    assert any("Training 38 models in one pass" in text for seen in texts.values() for text in seen)


def test_a_change_leaves_the_line_and_needs_no_turn_itself(address):
    def stay(seed: int, go: threading.Event) -> None:
        with visiting(address) as visitor:
            visitor.open("learning_rates", SWEEP + str(seed), until="progress")
            go.wait(60)

    go = threading.Event()
    threads = [threading.Thread(target=stay, args=(seed, go)) for seed in range(100, 104)]
    for thread in threads:
        thread.start()
    with visiting(address) as visitor:
        visitor.open("learning_rates", SWEEP + "200", until="progress")
        visitor.open("prices", "")
        assert any(kind == "bidi_component" for kind, _ in visitor.shown)
        assert not bars(visitor)
    go.set()
    for thread in threads:
        thread.join(60)


def test_what_is_said_about_a_computation():
    jobs, go = Jobs(10_000, Turns(1), patience=60), threading.Event()
    jobs.ask("a", 1, lambda report: go.wait(10))
    second, third = jobs.ask("b", 2, lambda report: 2), jobs.ask("c", 3, lambda report: 3)
    assert "number 1 in line" in text_of(second)
    assert "number 2 in line" in text_of(third)
    go.set()
    assert third.done.wait(10)
    job = Job(lambda report: None)
    assert text_of(job) == "Working on it."
    job.still_here("a")
    job.report(0.404, "Training 38 models in one pass")
    assert text_of(job) == "Training 38 models in one pass: 40%. Change a control to stop it."
    job.report(0.5)
    assert text_of(job) == "Training: 50%. Change a control to stop it."
