"""Why multiply?: while a slider of a pixel is dragged, the browser shows what the page would show."""

import json

import pytest

from explorer.ui.live import answer
from tests.support.live import asked, assert_pages_show_what_was_seen, assert_the_page_shows
from tests.support.pages import open_page, spec

NUMBERS, ONE_PIXEL, DISGUISE = {}, {"why_part": "one pixel"}, {"why_part": "the disguise"}


@pytest.mark.parametrize(("control", "values", "link"), [
    ("value_a", (0, 0.35, 1), NUMBERS), ("weight_a", (-1, 0, 0.45), NUMBERS | {"first": "1", "second": "0"}),
    ("value_b", (0, 1), NUMBERS | {"weight_a": "-0.5", "value_a": "1"}),
    ("weight_b", (-1, 0.6, 1), NUMBERS | {"hide": "value_b,weight_a", "value_b": "0.123", "weight_a": "-1"}),
    ("pixel_value", (0, 0.35, 0.8, 1), ONE_PIXEL | {"pixel_weight": "-0.35"}),
    ("pixel_value", (0.05, 0.95), ONE_PIXEL | {"inverted": "true", "first": "1", "second": "0"}),
    ("pixel_weight", (-1, -0.05, 0, 0.6, 1), ONE_PIXEL | {"pixel_value": "0.35"}),
    ("pixel_weight", (-1, -0.05, 0, 0.6, 1), DISGUISE),
    # A class link that hides the other slider, and one value between those that the slider offers.
    ("pixel_value", (0, 0.45), ONE_PIXEL | {"hide": "pixel_weight,dataset", "pixel_weight": "-1"}),
    ("pixel_weight", (-0.4, 1), ONE_PIXEL | {"hide": "pixel_value", "pixel_value": "0.123"}),
    ("pixel_weight", (0.45,), DISGUISE | {"black_and_white": "true", "hide": "why_part"}),
], ids=lambda value: value if isinstance(value, str) else None)
def test_the_page_shows_what_was_seen_while_its_slider_was_dragged(control, values, link):
    assert_pages_show_what_was_seen("why_multiply", control, values, link)


@pytest.mark.parametrize("link", [ONE_PIXEL, DISGUISE], ids=["one pixel", "the disguise"])
def test_the_pictures_are_those_of_the_page_on_mnist_too(link, mnist):
    found = asked(open_page("why_multiply", dataset="mnist", **link), "pixel_weight")
    opened = open_page("why_multiply", dataset="mnist", pixel_weight="-0.7", **link)
    assert_the_page_shows(opened, found, found["values"].index(-0.7))


def test_only_the_picture_of_the_part_is_sent():
    """The images and the models do not matter: all visitors get the same answer, but for the names of the digits."""
    found = asked(open_page("why_multiply", **ONE_PIXEL, seed="5"), "pixel_weight")
    assert [*found["figures"]] == ["one_pixel", "pulls"]
    assert [*found["texts"]] == ["saw_why"]
    found = asked(open_page("why_multiply", **NUMBERS), "value_b")
    assert [*found["figures"]] == ["products", "distances"]
    assert [*found["texts"]] == ["products_say", "distances_say", "saw_why"]
    app = open_page("why_multiply", **DISGUISE)
    found = asked(app, "pixel_weight")
    assert [*found["figures"]] == ["two_lines"]
    others = open_page("why_multiply", **DISGUISE, first="1", second="0", seed="3")
    assert asked(others, "pixel_weight") == found
    assert spec(others, "score_pairs") != spec(app, "score_pairs")


@pytest.mark.parametrize("bad", ["0.5", None, True, [0.5], {}, 1.01, -1.01, 1e300, float("nan"), float("inf"), 10**400])
@pytest.mark.parametrize(("control", "choice"), [("pixel_value", "pixel_weight"), ("pixel_weight", "pixel_value")])
def test_choices_that_the_page_does_not_have_are_refused(control, choice, bad):
    with pytest.raises(ValueError, match=f"{choice}: must be a number"):
        answer(json.dumps(["why_multiply", control, {}, {choice: bad}]))


@pytest.mark.parametrize("bad", ["0.5", None, True, [0.5], 1.01, -1.01, float("nan"), 10**400])
@pytest.mark.parametrize(("control", "choice"), [("value_a", "weight_b"), ("weight_b", "value_a")])
def test_numbers_that_the_page_does_not_have_are_refused(control, choice, bad):
    others = {"value_a": 0.5, "weight_a": 0.5, "value_b": 0.5, "weight_b": 0.5}
    with pytest.raises(ValueError, match=f"{choice}: must be a number"):
        answer(json.dumps(["why_multiply", control, {}, others | {choice: bad}]))


def test_values_need_a_weight():
    with pytest.raises(ValueError, match="pixel_weight"):
        answer(json.dumps(["why_multiply", "pixel_value", {}, {}]))
