"""The route that answers what a page shows while a slider is dragged: what it refuses, and that work is shared."""

import asyncio
import gzip
import threading
from urllib.parse import urlencode

from explorer.ui.live import answer
from explorer.web import live
from explorer.web.live import Answers, NoAnswer
from tests.support.serving import in_a_loop


def ask(answers: Answers, *questions: str) -> list:
    """The responses to questions that are asked at the same time."""
    async def all_of_them():
        return await asyncio.gather(*(
            answers.respond({"query_string": urlencode({"ask": question}).encode()}) for question in questions
        ))

    return in_a_loop(all_of_them())


def test_those_who_ask_the_same_share_one_computation():
    asked = []
    answers = Answers(lambda text: asked.append(text) or text.upper().encode())
    responses = ask(answers, "a", "b", "a", "a")
    assert [gzip.decompress(response.body) for response in responses] == [b"A", b"B", b"A", b"A"]
    assert ask(answers, "a")[0].status_code == 200
    assert asked == ["a", "b"]
    assert answers.counts == {"computed": 2, "kept": 3, "refused": 0}
    assert answers.size == sum(len(gzip.compress(text, 5)) for text in (b"A", b"B"))


def test_what_cannot_be_read_is_refused():
    answers = Answers(answer)
    assert [response.status_code for response in ask(answers, "", "{", "x" * 4001, "[1]")] == [400] * 4
    assert answers.counts["refused"] == 2  # the others are asked about, and found to be nonsense
    assert in_a_loop(answers.respond({"query_string": b"ask=" + b"%41" * 9000})).status_code == 400


def test_no_answer_is_no_error_and_is_asked_for_again():
    """The images may be there next time."""
    given = []

    def compute(text):
        if not given:
            raise NoAnswer("These images are not loaded.")
        return given[0]

    answers = Answers(compute)
    assert ask(answers, "a")[0].status_code == 204
    given.append(b"now")
    assert gzip.decompress(ask(answers, "a")[0].body) == b"now"


def test_too_many_at_the_same_time_are_refused_and_the_others_are_answered():
    go_on = threading.Event()
    answers = Answers(lambda text: go_on.wait(60) and text.encode())
    threading.Timer(0.5, go_on.set).start()
    codes = [response.status_code for response in ask(answers, *map(str, range(live._MOST_WAITING + 3)))]
    assert codes == [200] * live._MOST_WAITING + [503] * 3


def test_the_answers_that_are_kept_are_bounded_in_bytes(monkeypatch):
    monkeypatch.setattr(live, "_MOST_BYTES", 60)
    answers = Answers(lambda text: b"")
    for i in range(10):
        ask(answers, str(i))
    kept = answers._kept
    assert "9" in kept
    assert sum(len(content) for content in kept.values()) <= 60
    assert len(kept) < 10
