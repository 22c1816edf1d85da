"""The pages while MNIST is being downloaded and when it is unavailable, for one visitor and for several."""

import threading

import pytest

from explorer import sources
from explorer.sources.mnist import MNIST_DIR_VARIABLE
from explorer.ui import cached
from tests.support import mirrors as fake
from tests.support.pages import charts, open_page
from tests.support.serving import ROOT

PAGES = sorted(page.stem for page in (ROOT / "pages").glob("*.py") if "cached.dataset(" in page.read_text("utf-8"))


@pytest.fixture(autouse=True)
def nothing_computed():
    """Forget, before and after a test, results from other images under the same settings."""
    cached.results.forget()
    yield
    cached.results.forget()


def button(app, label: str):
    return next(b for b in app.button if b.label == label)


def waiting(app) -> str:
    """The text of the progress bar on a page that waits, and offers the built-in digits."""
    assert button(app, "Use the built-in digits")
    assert not app.error
    (bar,) = app.get("progress")
    return bar.proto.text


@pytest.fixture
def held_mirrors(monkeypatch, tmp_path):
    """Two mirrors that answer once ``go_on`` is set: (mirrors, go_on)."""
    go_on = threading.Event()
    with fake.mirrors(monkeypatch, tmp_path / "cache") as servers:
        for server in servers:
            server.answer = lambda request, name, s=server: go_on.wait() and s.serve(request, name)
        yield servers, go_on
        go_on.set()


def test_all_pages_share_one_download_and_offer_the_built_in_digits_meanwhile(held_mirrors):
    (first, second), go_on = held_mirrors
    opened = {page: open_page(page, dataset="mnist") for page in PAGES}
    assert len(opened) == 13
    assert {waiting(app) for app in opened.values()} == {
        f"Downloading MNIST from 127.0.0.1:{first.server_port}: 0% of 0 MB."
    }
    # One visitor takes the built-in digits; the others wait for MNIST and get it.
    impatient = opened.pop("train")
    button(impatient, "Use the built-in digits").click().run()
    assert len(charts(impatient)) == 4
    assert not sources.load_job("mnist").done.is_set()
    go_on.set()
    assert sources.load_job("mnist").done.wait(60)
    assert len(first.asked) == 4
    assert second.asked == []
    for app in opened.values():
        app.run()
        assert not app.exception
        assert not app.get("progress")
        assert any("4 × 4 pixels each" in caption.value for caption in app.sidebar.caption)
    assert len(first.asked) == 4


@pytest.mark.parametrize("page", PAGES)
def test_no_button_on_a_page_that_waits_needs_the_images(page, held_mirrors):
    app = open_page(page, dataset="mnist")
    labels = [b.label for b in app.main.button]
    assert "Use the built-in digits" in labels
    for label in labels:
        button(app, label).click().run(timeout=20)  # a button that trains would wait for ever
        assert not app.exception
        app.get_by_key("dataset").set_value("mnist").run()
        waiting(app)


def test_choices_made_while_waiting_are_there_when_the_images_are(held_mirrors):
    _, go_on = held_mirrors
    app = open_page("train", dataset="mnist", loss="hinge", look="true", image="3")
    app.get_by_key("learning_rate").set_value(0.1).run()
    waiting(app)
    go_on.set()
    sources.load_job("mnist").done.wait(60)
    app.run()
    assert not app.exception
    assert (app.get_by_key("loss").value, app.get_by_key("learning_rate").value) == ("hinge", 0.1)
    assert app.get_by_key("image").value == 3


def test_without_mnist_the_page_says_why_and_offers_the_built_in_digits(monkeypatch, tmp_path):
    monkeypatch.setenv(MNIST_DIR_VARIABLE, str(tmp_path / "nowhere"))
    app = open_page(dataset="mnist", learning_rate="0.1")
    (error,) = app.error
    assert "names no folder of this server" in error.value
    assert str(tmp_path) not in error.value  # visitors need not know it
    assert not charts(app)
    assert app.get_by_key("learning_rate").value == 0.1
    button(app, "Use the built-in digits").click().run()
    assert not app.error
    assert len(charts(app)) == 4
    assert app.get_by_key("learning_rate").value == 0.1


def test_a_failure_is_shared_by_all_visitors_until_one_tries_again(monkeypatch, tmp_path):
    with fake.mirrors(monkeypatch, tmp_path / "cache") as servers:
        for server in servers:
            server.answer = lambda request, name: request.send_error(503)

        def attempts() -> int:
            return len(servers[0].asked)

        visitors = [open_page("train", dataset="mnist") for _ in range(4)]
        sources.load_job("mnist").done.wait(60)
        for app in visitors:
            app.run()
            assert "answered with error 503" in app.error[0].value
        assert attempts() == 1
        # No change of a control tries the network again.
        for app in visitors:
            app.get_by_key("learning_rate").set_value(0.1).run()
            assert app.error
        assert attempts() == 1
        # All press the button: there is one attempt, and all see its result.
        for app in visitors:
            button(app, "Try again").click().run()
            sources.load_job("mnist").done.wait(60)
        assert attempts() == 2
        # The mirror is back: one visitor presses the button, and all have the images.
        for server in servers:
            server.answer = server.serve
        for app in visitors:
            app.run()
        button(visitors[0], "Try again").click().run()
        sources.load_job("mnist").done.wait(60)
        for app in visitors:
            app.run()
            assert not app.error
            assert charts(app)
        assert attempts() == 2 + 4
