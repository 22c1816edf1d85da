"""The live slider of "One image": each position shows what the page shows when its value is committed."""

import numpy as np
import pytest

from explorer.engine.settings import Settings
from explorer.lessons.one_image import drawing
from explorer.ui.live import answer, question
from explorer.web.live import _LONGEST
from tests.support.live import asked, assert_the_page_shows, questions, text_in
from tests.support.pages import open_page

SEVEN = drawing.encode([np.array([[120, 100], [390, 100], [230, 430]])])
LONG = drawing.encode([np.stack([np.arange(1000) % 512, np.arange(1000) // 2], axis=1)])
WEIGHTS = [i / 20 for i in range(-100, 101)]


def page(**link):
    return open_page("one_image", **{"dataset": "digits"} | link)


@pytest.mark.parametrize("link", [
    {"image": "7"}, {"image": "7", "row": "2", "column": "3", "score": "distance", "inverted": "true"},
    {"source": "your drawing", "drawing": SEVEN}, {"source": "your drawing", "black_and_white": "true"},
], ids=["default", "distance", "drawing", "blank"])
def test_the_sentences_and_the_probability_follow_the_weight_that_is_set(link):
    link = link | {"what_if": "set weight"}
    app = page(**link)
    found = asked(app, "weight_to")
    assert found["values"] == WEIGHTS
    assert set(found["texts"]) == {"pixel_change", "sure"}
    assert set(found["figures"]) == {"how_sure"}
    for weight in (-5, -4.95, 0, 0.35, 5):
        opened = page(**link, weight_to=str(weight))
        assert opened.get_by_key("weight_to").value == weight
        assert_the_page_shows(opened, found, found["values"].index(weight))
        assert questions(opened)["weight_to"] == questions(app)["weight_to"]
        assert text_in(opened, "image_seen") == text_in(app, "image_seen")


def test_a_question_about_a_full_pad_is_short_enough():
    assert drawing.MAX_LENGTH - 3 <= len(LONG) <= drawing.MAX_LENGTH
    rare = {
        "score": "distance", "loss": "pixel distance", "learning_rate": "0.001", "bias": "false", "epochs": "1000",
        "batch_size": "16", "start": "mean image", "seed": "987", "l2": "0.001", "train_images": "200", "first": "1",
        "second": "0", "black_and_white": "true", "inverted": "true", "row": "7", "column": "6",
    }
    app = page(source="your drawing", drawing=LONG, what_if="blot with ink", weight_to="-4.95", **rare)
    assert LONG in questions(app)["weight_to"]
    assert len(questions(app)["weight_to"]) < _LONGEST


def test_on_mnist(mnist):
    link = {"dataset": "mnist", "row": "9", "column": "20", "what_if": "set weight", "weight_to": "0.5"}
    found = asked(page(**link, image="1000"), "weight_to")
    opened = page(**link | {"weight_to": "-3.05"}, image="1000")
    assert_the_page_shows(opened, found, found["values"].index(-3.05))
    drawn = {"source": "your drawing", "drawing": SEVEN}
    found = asked(page(**link, **drawn), "weight_to")
    assert_the_page_shows(page(**link | {"weight_to": "5"}, **drawn), found, 200)


GOOD = {"row": 4, "column": 4, "what_if": "as it is", "image": 0}


@pytest.mark.parametrize("change", [
    {"image": -1}, {"image": 109}, {"image": None}, {"column": 1e9}, {"row": True}, {"row": "4"}, {"what_if": {}},
    {"what_if": "burn"}, {"drawing": 5}, {"drawing": ["A"]}, {"drawing": "AB"}, {"drawing": "A" * 3003},
    {"drawing": "<script>"},
])
def test_a_question_from_elsewhere_is_refused(change):
    assert answer(question("one_image", "weight_to", Settings(), GOOD))
    with pytest.raises(ValueError, match=r"\w"):
        answer(question("one_image", "weight_to", Settings(), GOOD | change))
