"""Computations: shared by all who ask for the same, in turn, stopped when no one waits, kept while there is room."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from explorer.engine.settings import Settings
from explorer.jobs import LONG, Job, Jobs, Stopped, Ticket, Turns, at_work, progress
from explorer.jobs import turns as turns_module
from explorer.jobs.sizes import size_of
from explorer.lessons import learning_rates as lesson

ROOM = 100_000_000  # bytes


class Endless:
    """A computation that runs until it is stopped or its event ``end`` is set."""

    def __init__(self):
        self.end, self.started, self.stopped, self.begun = threading.Event(), 0, threading.Event(), threading.Event()

    def __call__(self, report) -> str:
        self.started += 1
        self.begun.set()
        try:
            while not self.end.is_set():
                report(0.5)
                time.sleep(0.002)
        except Stopped:
            self.stopped.set()
            raise
        return "done"


def finished(job: Job):
    """The result of a job, as soon as it is there."""
    assert job.done.wait(10)
    return job.result()


def get(jobs: Jobs, key, work: Callable, in_turn: bool = True, visitor="a", meanwhile=lambda job: None):
    """The result as a script gets it."""
    return jobs.get(key, work, visitor, lambda: LONG if in_turn else 0.0, meanwhile)


def in_thread(work: Callable[[], object]) -> tuple[threading.Thread, list]:
    """A thread that is at work, and the list that gets its result."""
    got: list = []
    thread = threading.Thread(target=lambda: got.append(work()), daemon=True)
    thread.start()
    return thread, got


# --- one for all who ask for the same


def test_ten_simultaneous_visitors_share_one_computation(digits):
    jobs, started, start = Jobs(ROOM), [], threading.Barrier(10)
    results = []

    def work(report):
        started.append(1)
        return lesson.train_sweep(digits, Settings(epochs=100), lesson.rows(("log_loss", "hinge"), "both"), report)

    def visit(visitor: int) -> None:
        start.wait()
        job = jobs.ask(visitor, "the sweep", work)
        while not job.done.wait(0.01):
            job.still_here(visitor)
        results.append(job.result())

    threads = [threading.Thread(target=visit, args=(i,)) for i in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 1
    assert len(results) == 10
    assert all(result is results[0] for result in results)
    assert jobs.ask("later", "the sweep", work).result() is results[0]
    assert len(started) == 1


def test_short_computations_are_shared_as_well():
    jobs, work = Jobs(ROOM, Turns(1)), Endless()
    visits = [in_thread(lambda i=i: get(jobs, "key", work, in_turn=False, visitor=i)) for i in range(5)]
    assert work.begun.wait(10)
    time.sleep(0.05)
    work.end.set()
    for thread, got in visits:
        thread.join(10)
        assert got == ["done"]
    assert work.started == 1


def test_a_script_that_is_ended_leaves_its_short_computation_to_the_next_visitor():
    class ScriptEnds(BaseException):
        """As Streamlit ends a script."""

    jobs, entered, end, calls = Jobs(ROOM), threading.Event(), threading.Event(), []

    def work(report):
        calls.append(1)
        if len(calls) == 1:
            entered.set()
            assert end.wait(10)
            raise ScriptEnds
        return "done"

    def first() -> str:
        with pytest.raises(ScriptEnds):
            get(jobs, "key", work, in_turn=False)
        return "ended"

    one, ended = in_thread(first)
    assert entered.wait(10)
    other, got = in_thread(lambda: get(jobs, "key", work, in_turn=False, visitor="b"))
    end.set()
    one.join(10)
    other.join(10)
    assert (ended, got, len(calls)) == (["ended"], ["done"], 2)


# --- stopped when no one waits


def test_asking_for_something_else_stops_a_computation_that_no_one_else_is_waiting_for():
    jobs, first, second = Jobs(ROOM, patience=60), Endless(), Endless()
    job = jobs.ask("a", 1, first)
    other = jobs.ask("a", 2, second)
    assert first.stopped.wait(10)
    with pytest.raises(Stopped):
        finished(job)
    assert not second.stopped.is_set()
    second.end.set()
    assert finished(other) == "done"


def test_a_visitor_who_leaves_does_not_stop_a_computation_that_others_are_waiting_for():
    jobs, work = Jobs(ROOM, patience=60), Endless()
    job = jobs.ask("a", 1, work)
    assert jobs.ask("b", 1, work) is job
    jobs.ask("a", 2, lambda report: None)
    assert not work.stopped.wait(0.1)
    work.end.set()
    assert finished(job) == "done"
    assert work.started == 1


def test_a_computation_stops_when_its_only_visitor_is_gone():
    jobs, work = Jobs(ROOM, patience=0.05), Endless()
    job = jobs.ask("gone", 1, work)
    assert work.stopped.wait(10)
    job.done.wait(10)
    again = Endless()
    again.end.set()
    new = jobs.ask("back", 1, again)
    assert new is not job
    assert finished(new) == "done"


def test_what_ends_the_waiting_stops_the_computation():
    jobs, work = Jobs(ROOM, Turns(1), patience=0.2), Endless()

    class ScriptEnds(BaseException):
        """As Streamlit ends a script, when the page next draws something."""

    def meanwhile(job: Job) -> None:
        raise ScriptEnds

    with pytest.raises(ScriptEnds):
        get(jobs, 1, work, meanwhile=meanwhile)
    assert work.stopped.wait(10)


def test_an_error_is_raised_for_the_visitor_and_not_kept():
    jobs = Jobs(ROOM)

    def broken(report):
        raise ZeroDivisionError("of this computation")

    for ask in (lambda: finished(jobs.ask("a", 1, broken)), lambda: get(jobs, 1, broken, in_turn=False)):
        with pytest.raises(ZeroDivisionError, match="of this computation"):
            ask()
    assert finished(jobs.ask("a", 1, lambda report: 7)) == 7


# --- kept while there is room


def test_the_results_that_were_asked_for_longest_ago_are_dropped_first():
    jobs, started = Jobs(3_000), []

    def work(key: int) -> Callable:
        return lambda report: (started.append(key), bytes(800))[1]

    for key in (1, 2, 3, 1, 4, 2, 4, 1):
        finished(jobs.ask("a", key, work(key)))
        assert jobs.bytes <= 3_000
    assert started == [1, 2, 3, 4, 2]
    assert jobs.entries == 3
    jobs.forget()
    assert (jobs.entries, jobs.bytes) == (0, 0)


def test_a_result_larger_than_all_the_room_is_handed_out_and_not_kept():
    jobs = Jobs(1_000)
    assert len(get(jobs, 1, lambda report: bytes(5_000), in_turn=False)) == 5_000
    assert len(get(jobs, 2, lambda report: bytes(5_000))) == 5_000
    assert jobs.entries == 0


def test_sizes_count_shared_memory_once_and_a_view_with_all_that_it_keeps():
    array = np.zeros((100, 1000))
    assert size_of(array) == pytest.approx(800_000, rel=0.01)
    assert size_of(array[:1]) == pytest.approx(800_000, rel=0.01)
    assert size_of([array[:1], array[5], {"a": array}, (array,)]) == pytest.approx(800_000, rel=0.01)
    assert size_of([array, array.copy()]) == pytest.approx(1_600_000, rel=0.01)
    assert size_of(np.frombuffer(bytes(10_000), np.uint8)) >= 10_000
    assert 2_000 < size_of("x" * 2_000) < 2_200
    assert size_of(size_of) == size_of(np.ndarray) == 0


def test_the_size_of_a_run_is_that_of_its_weights_of_all_epochs(digits):
    from explorer.engine.training import train, train_many

    run = train(digits, Settings(epochs=100))
    weights = 101 * 64 * 4
    assert weights < size_of(run) < 1.3 * weights
    # Trained together, they share memory: one of them keeps all.
    several = train_many(digits, [Settings(epochs=100, learning_rate=rate) for rate in (0.1, 0.2, 0.5, 1.0)])
    assert 4 * weights < size_of(several[0])
    assert size_of(several) < 1.3 * 4 * weights


# --- in turn


def test_no_more_run_at_a_time_than_there_are_turns_and_the_others_know_their_place():
    jobs = Jobs(ROOM, turns := Turns(2), patience=60)
    works = [Endless() for _ in range(5)]
    asked = [jobs.ask(visitor, visitor, work) for visitor, work in enumerate(works)]
    assert [work.begun.wait(10) for work in works[:2]] == [True, True]
    assert [job.place for job in asked] == [0, 0, 1, 2, 3]
    assert (turns.running, turns.waiting) == (2, 3)
    works[1].end.set()
    assert finished(asked[1]) == "done"
    assert works[2].begun.wait(10)
    assert [job.place for job in asked] == [0, 0, 0, 1, 2]
    assert [work.started for work in works] == [1, 1, 1, 0, 0]
    for work in works:
        work.end.set()
    assert [finished(job) for job in asked] == ["done"] * 5
    for _ in range(100):
        if not turns.running:
            break
        time.sleep(0.01)
    assert (turns.running, turns.waiting) == (0, 0)


def test_a_quick_one_passes_long_ones_that_came_shortly_before_and_no_others(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(turns_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    line = Turns(1)
    tickets = {}
    for name, moment, seconds in (
        ("running", 100.0, 9.0), ("long", 100.0, 2.0), ("quick", 101.0, 0.1), ("another long", 101.0, 2.0),
        ("late and quick", 107.0, 0.1),
    ):
        now[0] = moment
        tickets[name] = Ticket(lambda: None, seconds)
        line.line_up(tickets[name])
    places = {name: line.place(ticket) for name, ticket in tickets.items()}
    assert places == {"running": 0, "quick": 1, "long": 2, "another long": 3, "late and quick": 4}


def test_a_visitor_has_only_one_place_in_the_line():
    jobs, first = Jobs(ROOM, turns := Turns(1), patience=60), Endless()
    jobs.ask("other", 0, first)
    left = [jobs.ask("impatient", key, Endless()) for key in range(1, 8)]
    assert turns.waiting == 1
    assert [job.failed for job in left] == [True] * 6 + [False]
    assert [job.place for job in left] == [0] * 6 + [1]
    first.end.set()


def test_what_is_part_of_a_computation_needs_no_turn_of_its_own():
    jobs = Jobs(ROOM, Turns(1), patience=60)

    def whole(report):
        return [get(jobs, ("part", i), lambda report, i=i: i * i) for i in range(3)]

    assert get(jobs, "whole", whole) == [0, 1, 4]
    assert get(jobs, ("part", 2), lambda report: "computed again") == 4


def test_who_has_a_turn_computes_a_part_that_still_stands_in_line():
    jobs, gate = Jobs(ROOM, Turns(1), patience=60), threading.Event()
    calls = []

    def part(report):
        calls.append(1)
        return "part"

    def whole(report):
        assert gate.wait(10)
        return get(jobs, "part", part)

    first = jobs.ask("a", "whole", whole)
    second = jobs.ask("b", "part", part)
    assert second.place == 1
    gate.set()
    assert finished(first) == finished(second) == "part"
    assert len(calls) == 1


def test_who_has_a_turn_never_waits_for_a_script_that_stands_in_line():
    """The script computes something short that needs something long; the only turn needs the same short thing."""
    jobs, gate = Jobs(ROOM, Turns(1), patience=60), threading.Event()

    def short(report):
        return get(jobs, "long", lambda report: 7, visitor="script") + 1

    def whole(report):
        assert gate.wait(10)
        return get(jobs, "short", short, in_turn=False) + 1

    first = jobs.ask("a", "whole", whole)
    script, got = in_thread(lambda: get(jobs, "short", short, in_turn=False, visitor="script"))
    while (job := jobs.last("long")) is None or job.place != 1:
        time.sleep(0.005)
    gate.set()
    assert finished(first) == 9
    script.join(10)
    assert got == [8]


def test_a_part_that_only_an_abandoned_computation_needs_stops_with_it():
    jobs, part = Jobs(ROOM, Turns(1), patience=60), Endless()
    jobs.ask("a", "whole", lambda report: get(jobs, "part", part))
    assert part.begun.wait(10)
    jobs.ask("a", "something else", lambda report: 1)
    assert part.stopped.wait(10)


def test_a_thread_at_work_computes_itself_what_it_asks_for():
    jobs, busy = Jobs(ROOM, turns := Turns(1), patience=60), Endless()
    jobs.ask("other", 0, busy)
    assert busy.begun.wait(10)
    with at_work():
        assert get(jobs, 1, lambda report: threading.get_ident()) == threading.get_ident()
    assert turns.waiting == 0
    busy.end.set()


def test_progress_reports_to_the_computation_of_this_thread():
    progress(0.5)  # none: nothing happens
    jobs, gate, go_on = Jobs(ROOM, patience=60), threading.Event(), threading.Event()

    def work(report):
        progress(0.25, "counting")
        gate.set()
        assert go_on.wait(10)
        return 1

    job = jobs.ask("a", 1, work)
    assert gate.wait(10)
    assert (job.share, job.doing) == (0.25, "counting")
    go_on.set()
    assert finished(job) == 1


def test_a_turn_that_is_not_taken_is_the_next_ones():
    turns, begun = Turns(1), []
    tickets = [Ticket(lambda i=i: begun.append(i)) for i in range(4)]
    for ticket in tickets:
        turns.line_up(ticket)
    assert begun == [0]
    assert turns.withdraw(tickets[1])
    assert not turns.withdraw(tickets[1])
    assert not turns.withdraw(tickets[0])
    turns.leave(tickets[0])
    assert begun == [0, 2]
    assert [turns.place(ticket) for ticket in tickets] == [0, 0, 0, 1]
