"""Parts of a page that are redrawn without the rest, and the order in which the browser gets them."""

import threading

import pytest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from explorer import sources
from tests.support import mirrors as fake
from tests.support.pages import open_page


@pytest.fixture
def messages(monkeypatch) -> list:
    """What the last run of a page has sent to the browser: ([place in the tree], fragment) for each element."""
    sent = []
    real = LocalScriptRunner.forward_msgs

    def forward_msgs(runner):
        all_sent = real(runner)
        sent[:] = [
            (list(message.metadata.delta_path), message.delta.fragment_id)
            for message in all_sent if message.WhichOneof("type") == "delta"
        ]
        return all_sent

    monkeypatch.setattr(LocalScriptRunner, "forward_msgs", forward_msgs)
    return sent


def followed(messages: list) -> tuple[int, list]:
    """How many fragments there are, and those that another element follows in the same container."""
    fragments = {fragment for _, fragment in messages} - {""}
    wrong = []
    for fragment in fragments:
        *parent, position = min((place for place, of in messages if of == fragment), key=len)
        depth = len(parent)
        wrong += [
            place for place, of in messages
            if of != fragment and len(place) > depth and place[:depth] == parent and place[depth] > position
        ]
    return len(fragments), wrong


def test_nothing_follows_the_drawers_of_train_in_their_containers(messages):
    open_page("train")
    assert followed(messages) == (2, [])


def test_nothing_follows_the_progress_bar_in_its_container(messages, monkeypatch, tmp_path):
    go_on = threading.Event()
    with fake.mirrors(monkeypatch, tmp_path) as servers:
        for server in servers:
            server.answer = lambda request, name, s=server: go_on.wait() and s.serve(request, name)
        open_page("train", dataset="mnist")
        assert followed(messages) == (1, [])
        go_on.set()
        assert sources.load_job("mnist").done.wait(60)
