"""Which images a page shows: the lesson's own, where the server has them, unless the link or the visitor says other."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from explorer import sources
from explorer.deployment import Deployment
from explorer.engine.settings import Settings
from explorer.sources.mnist import MNIST_DIR_VARIABLE
from explorer.ui import cached, controls
from explorer.ui.components import page_address
from explorer.web.served import respelled
from tests.support.mirrors import mirrors
from tests.support.pages import open_page
from tests.support.serving import ROOT

WITHOUT_IMAGES = "prices"


def shown(app) -> str:
    """The size of the images on an open page."""
    (caption,) = [caption.value for caption in app.sidebar.caption]
    return re.search("[0-9]+ × [0-9]+", caption)[0]


@pytest.fixture
def by_itself(monkeypatch):
    """The deployment says nothing of the data set: what the server has decides."""
    monkeypatch.setattr(controls, "_deployment", Deployment())
    sources._were_there.cache_clear()
    yield
    sources._were_there.cache_clear()


@pytest.fixture
def with_mnist(mnist, by_itself):
    """The server has MNIST."""


@pytest.fixture
def without_mnist(monkeypatch, by_itself, tmp_path):
    """The server has no MNIST, and two mirrors do: small files in its format."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    cached.results.forget()
    with mirrors(monkeypatch, tmp_path / "cache"):
        yield
    cached.results.forget()
    monkeypatch.setattr("tempfile.tempdir", None)


def offer(app):
    """The button for the lesson's own images; None where there is none."""
    return next((button for button in app.button if button.key == "lessons_images"), None)


def test_a_server_that_has_mnist_shows_it_where_nothing_names_a_data_set(with_mnist):
    app = open_page("train")
    assert shown(app) == "28 × 28"
    assert app.get_by_key("dataset").value == "mnist"
    assert "dataset" not in app.query_params
    assert offer(app) is None
    app.get_by_key("dataset").set_value("digits").run()
    assert shown(app) == "8 × 8"
    assert offer(app) is None  # there is nothing to download


def test_what_the_deployment_says_comes_first(with_mnist, monkeypatch):
    monkeypatch.setattr(controls, "_deployment", Deployment(dataset="digits"))
    app = open_page("train")
    assert shown(app) == "8 × 8"
    assert offer(app) is None


@pytest.mark.parametrize("more", [{}, {"hide": "dataset"}, {"hide": "dataset,seed", "seed": "3"}], ids=str)
def test_a_link_of_version_1_without_a_data_set_means_the_built_in_digits(with_mnist, more):
    assert shown(open_page("train", v="1", **more)) == "8 × 8"
    assert shown(open_page("train", v="1", dataset="mnist", **more)) == "28 × 28"
    assert shown(open_page("train", v="2", **more)) == "28 × 28"
    assert shown(open_page("train", v="2", dataset="digits", **more)) == "8 × 8"
    assert shown(open_page("train", **more)) == "28 × 28"


def test_the_server_turns_an_address_of_version_1_into_one_that_names_its_data_set():
    assert parse_qs(respelled("v=1&seed=3")) == {"v": ["2"], "dataset": ["digits"], "seed": ["3"]}
    assert parse_qs(respelled("v=1&dataset=mnist")) == {"v": ["2"], "dataset": ["mnist"]}
    assert respelled("v=2&seed=3") is None
    assert respelled("seed=3") is None


@pytest.mark.parametrize("page", ["train", "start", WITHOUT_IMAGES])
@pytest.mark.parametrize("chosen", ["mnist", "digits", None])
def test_a_shared_link_always_names_the_data_set(with_mnist, page, chosen, monkeypatch):
    monkeypatch.setattr(page_address, "address_in_browser", lambda path: f"https://example.org/{page}")
    app = open_page(page, **({"dataset": chosen} if chosen else {}))
    app.get_by_key("share").click().run()
    query = parse_qs(urlsplit(app.code[0].value).query)
    assert query == {"v": ["2"], "dataset": [chosen or "mnist"]}


def test_a_link_shared_from_a_page_without_images_names_what_was_chosen_before(with_mnist, monkeypatch):
    monkeypatch.setattr(page_address, "address_in_browser", lambda path: f"https://example.org/{WITHOUT_IMAGES}")
    app = open_page("train")
    app.get_by_key("dataset").set_value("digits").run()
    app.switch_page(str(ROOT / "pages" / f"{WITHOUT_IMAGES}.py")).run()
    app.get_by_key("share").click().run()
    assert parse_qs(urlsplit(app.code[0].value).query)["dataset"] == ["digits"]


def test_links_to_other_tabs_name_the_data_set(with_mnist):
    for dataset in ("mnist", "digits"):
        assert controls.link_to(Settings(dataset=dataset))["dataset"] == dataset


def test_the_choice_stays_from_page_to_page(with_mnist):
    app = open_page("train")
    app.get_by_key("dataset").set_value("digits").run()
    for page in (WITHOUT_IMAGES, "one_image", "start", "train"):
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
        assert not app.exception
        assert page == WITHOUT_IMAGES or shown(app) == "8 × 8"


def test_a_class_link_may_hide_the_data_set_of_the_server(with_mnist):
    app = open_page("train", hide="dataset")
    assert shown(app) == "28 × 28"
    assert "dataset" not in {element.key for element in app.get("button_group")}


def test_damaged_files_are_reported_and_the_built_in_digits_offered(by_itself, monkeypatch, tmp_path):
    for name, *_ in sources.mnist.MNIST_FILES:
        (tmp_path / name).write_bytes(b"nothing of the kind")
    monkeypatch.setenv(MNIST_DIR_VARIABLE, str(tmp_path))
    app = open_page("train")
    (error,) = app.error
    assert "Get the file again" in error.value
    next(button for button in app.button if button.label == "Use the built-in digits").click().run()
    assert not app.error
    assert shown(app) == "8 × 8"


def test_a_folder_without_the_files_is_no_mnist(by_itself, monkeypatch, tmp_path):
    monkeypatch.setenv(MNIST_DIR_VARIABLE, str(tmp_path))
    assert shown(open_page("train")) == "8 × 8"


def test_without_mnist_a_button_on_every_page_with_images_loads_it(without_mnist):
    app = open_page("start")
    assert shown(app) == "8 × 8"
    assert "28 × 28 images (12 MB, once)" in offer(app).label
    app.switch_page(str(ROOT / "pages" / f"{WITHOUT_IMAGES}.py")).run()
    assert offer(app) is None
    app.switch_page(str(ROOT / "pages" / "train.py")).run()
    other = open_page("train")  # another visit, which goes on as it began
    offer(app).click().run()
    sources.last_job("mnist").done.wait(30)
    app.run()
    assert "4 × 4" in shown(app)  # the mirrors' own
    assert offer(app) is None
    other.run()
    assert shown(other) == "8 × 8"
    assert offer(other) is not None
    assert "4 × 4" in shown(open_page("train"))  # a new visit
    assert offer(open_page("train", hide="dataset", dataset="digits")) is None


def test_a_button_for_images_that_a_link_hides_is_not_there(without_mnist):
    assert offer(open_page("train", hide="dataset")) is None
