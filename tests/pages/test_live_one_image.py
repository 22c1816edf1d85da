"""The live sliders of "One image": each position shows what the page shows when its value is committed."""

import numpy as np
import pytest

from explorer.engine.settings import Settings
from explorer.lessons.one_image import drawing
from explorer.lessons.one_image.contributions import EXPECTATIONS
from explorer.ui.live import answer, question
from explorer.web.live import _LONGEST
from tests.support.live import asked, assert_the_page_shows, questions, text_in
from tests.support.pages import open_page, spec

SEVEN = drawing.encode([np.array([[120, 100], [390, 100], [230, 430]])])
LONG = drawing.encode([np.stack([np.arange(1000) % 512, np.arange(1000) // 2], axis=1)])
WEIGHTS = [i / 20 for i in range(-100, 101)]


def page(**link):
    return open_page("one_image", **link)


def seen(figure: dict) -> dict:
    """A figure without what a pointer reads in its pictures."""
    traces = [
        {name: value for name, value in trace.items() if name not in ("text", "hovertemplate")}
        if trace["type"] == "heatmap" else trace for trace in figure["data"]
    ]
    return figure | {"data": traces}


def assert_the_page_looks_like(app, found, at):
    assert_the_page_shows(app, found | {"figures": {}}, at)
    for key, figures in found["figures"].items():
        assert seen(figures[at]) == seen(spec(app, key)), key


@pytest.mark.parametrize("link", [
    {}, {"row": "1", "column": "6"}, {"what_if": "blot with ink"},
    {"score": "distance", "what_if": "set weight", "weight_to": "-1.5", "row": "0"},
    {"loss": "zero one", "bias": "false", "inverted": "true", "what_if": "wipe"},
    {"l2": "1", "learning_rate": "100", "first": "1", "second": "0"},
], ids=str)
def test_the_pictures_and_the_sentences_follow_the_test_image(link):
    app = page(**link, image="41")
    found = asked(app, "image")
    assert found["values"] == [*range(0, len(found["values"]))]
    assert len(found["values"]) > 100
    assert set(found["figures"]) == {"rows", "pictures", "other"}
    assert set(found["texts"]) == {"image_seen", "image_in_other", "pixel_change"}
    for image in (0, 40, 77, found["values"][-1]):
        opened = page(**link, image=str(image))
        assert_the_page_looks_like(opened, found, image)
        if 40 <= image < 80:
            assert questions(opened)["image"] == questions(app)["image"]


@pytest.mark.parametrize("link", [
    {"image": "7"}, {"image": "7", "row": "2", "column": "3", "score": "distance", "inverted": "true"},
    {"source": "your drawing", "drawing": SEVEN}, {"source": "your drawing", "black_and_white": "true"},
], ids=["default", "distance", "drawing", "blank"])
def test_the_sentence_on_a_pixel_follows_the_weight_that_is_set(link):
    link = link | {"what_if": "set weight"}
    app = page(**link)
    found = asked(app, "weight_to")
    assert found["values"] == WEIGHTS
    assert set(found["texts"]) == {"pixel_change"}
    for weight in (-5, -4.95, 0, 0.35, 5):
        opened = page(**link, weight_to=str(weight))
        assert opened.get_by_key("weight_to").value == weight
        assert_the_page_shows(opened, found, found["values"].index(weight))
        assert questions(opened)["weight_to"] == questions(app)["weight_to"]
        # No picture of a chart depends on it.
        assert spec(opened, "pictures") == spec(app, "pictures")
        assert text_in(opened, "image_seen") == text_in(app, "image_seen")


def test_an_expectation_is_compared_while_the_image_is_changed():
    for kind in EXPECTATIONS:
        app = page()
        app.get_by_key("expect_one_image").set_value(kind).run()
        found = asked(app, "image")
        assert all(f"You expected “{kind}”" in text for text in found["texts"]["image_seen"])
        app.get_by_key("image").set_value(5).run()
        assert_the_page_looks_like(app, found, 5)


def test_a_question_about_a_full_pad_is_short_enough():
    assert drawing.MAX_LENGTH - 3 <= len(LONG) <= drawing.MAX_LENGTH
    rare = {
        "score": "distance", "loss": "pixel distance", "learning_rate": "0.001", "bias": "false", "epochs": "1000",
        "batch_size": "16", "start": "mean image", "seed": "987", "l2": "0.001", "train_images": "200", "first": "1",
        "second": "0", "black_and_white": "true", "inverted": "true", "row": "7", "column": "6",
    }
    app = page(source="your drawing", drawing=LONG, what_if="blot with ink", weight_to="-4.95", **rare)
    app.get_by_key("expect_one_image").set_value(EXPECTATIONS[1]).run()
    assert LONG in questions(app)["weight_to"]
    assert len(questions(app)["weight_to"]) < _LONGEST


def test_on_mnist(mnist):
    link = {"dataset": "mnist", "row": "9", "column": "20", "what_if": "set weight", "weight_to": "0.5"}
    app = page(**link, image="1000")
    found = asked(app, "image")
    assert found["values"] == [*range(960, 1080)]
    assert_the_page_looks_like(page(**link, image="1075"), found, found["values"].index(1075))
    found = asked(app, "weight_to")
    opened = page(**link | {"weight_to": "-3.05"}, image="1000")
    assert_the_page_shows(opened, found, found["values"].index(-3.05))
    drawn = {"source": "your drawing", "drawing": SEVEN}
    found = asked(page(**link, **drawn), "weight_to")
    assert_the_page_shows(page(**link | {"weight_to": "5"}, **drawn), found, 200)


GOOD = {
    "expected": None, "row": 4, "column": 4, "what_if": "as it is", "weight_to": 0.0, "image": 0, "near": 0,
}


@pytest.mark.parametrize(("control", "change"), [
    ("image", {"expected": "None"}), ("image", {"row": 8}), ("image", {"column": -1}), ("image", {"row": "4"}),
    ("image", {"what_if": "burn"}), ("image", {"what_if": ["wipe"]}), ("image", {"weight_to": 5.05}),
    ("image", {"weight_to": None}), ("image", {"near": 10**9}), ("image", {"near": None}), ("image", {"near": 0.5}),
    ("weight_to", {"image": -1}), ("weight_to", {"image": 109}), ("weight_to", {"image": None}),
    ("weight_to", {"column": 1e9}), ("weight_to", {"row": True}), ("weight_to", {"what_if": {}}),
    ("weight_to", {"drawing": 5}), ("weight_to", {"drawing": ["A"]}), ("weight_to", {"drawing": "AB"}),
    ("weight_to", {"drawing": "A" * 3003}), ("weight_to", {"drawing": "<script>"}),
])
def test_a_question_from_elsewhere_is_refused(control, change):
    assert answer(question("one_image", control, Settings(), GOOD))
    with pytest.raises(ValueError, match=r"\w"):
        answer(question("one_image", control, Settings(), GOOD | change))
