"""What is the bias for?: while a slider is dragged, the browser shows what the page would show."""

import json
import re

import numpy as np
import pytest

from explorer.lessons.bias import RANDOM_WEIGHTS
from explorer.ui.live import NoAnswer, answer
from tests.support.figures import array
from tests.support.live import asked, assert_pages_show_what_was_seen, questions, text_in
from tests.support.pages import open_page

BLANK = {"bias_part": "Blank image"}
INK = {"bias_part": "Ink"}
ONE_AGAINST_ZERO = INK | {"first": "1", "second": "0", "ink_digits": "as on other pages"}
CHOICES = {
    "ink_weight": {"ink_weight": -20.0, "ink_bias": 0.0}, "ink_bias": {"ink_weight": -20.0, "ink_bias": 0.0},
    "blank_draw": {"blank_draw": 0, "blank_bias": 1.0}, "blank_bias": {"blank_draw": 0, "blank_bias": 1.0},
}


@pytest.mark.parametrize(("control", "values", "link"), [
    ("ink_weight", (-50, -0.5, 0, 10, 50), INK | {"ink_bias": "-3.7"}),
    ("ink_weight", (0, 20), INK | {"hide": "bias,seed,ink_digits", "bias": "false"}),
    ("ink_weight", (-30,), ONE_AGAINST_ZERO | {"inverted": "true", "black_and_white": "true", "ink_bias": "9"}),
    # As a trained one is: not one that the slider offers.
    ("ink_bias", (-20, 0, 0.1, 20), INK | {"ink_weight": "23.456"}),
    ("ink_bias", (-0.1, 0, 6.3), {"ink_weight": "0"} | ONE_AGAINST_ZERO),
    ("blank_draw", (0, 17, RANDOM_WEIGHTS - 1), BLANK | {"blank_bias": "-2.5"}),
    ("blank_draw", (0, 30), BLANK | {"bias": "false", "seed": "7"}),
    ("blank_draw", (1, 38), BLANK | {"score": "distance", "inverted": "true", "hide": "blank_weights,score"}),
    ("blank_bias", (-5, -0.1, 0, 1, 5), BLANK | {"blank_draw": "12"}),
    ("blank_bias", (-5, 2.3), ONE_AGAINST_ZERO | {"inverted": "true", "black_and_white": "true"} | BLANK),
    ("blank_bias", (0.7,), BLANK | {"score": "distance", "seed": "3"}),
], ids=lambda value: value if isinstance(value, str) else None)
def test_the_page_shows_what_was_seen_while_its_slider_was_dragged(control, values, link):
    assert_pages_show_what_was_seen("bias", control, values, link)


@pytest.mark.parametrize(("control", "values", "link"), [
    ("ink_weight", (-30, 12.5), INK | {"ink_bias": "9"}), ("ink_bias", (4.4,), ONE_AGAINST_ZERO),
    ("blank_draw", (39,), BLANK | {"inverted": "true"}), ("blank_bias", (-1.2,), BLANK),
], ids=lambda value: value if isinstance(value, str) else None)
def test_so_it_does_on_mnist(mnist, control, values, link):
    assert_pages_show_what_was_seen("bias", control, values, link | {"dataset": "mnist"})


def test_how_many_are_right_moves_with_the_slider_too():
    """The table beside the picture stays until the value is committed."""
    link = ONE_AGAINST_ZERO | {"ink_weight": "-30"}
    texts = asked(open_page("bias", **link), "ink_bias")["texts"]["saw_ink"]
    shares = {re.search(r": ([0-9.]+)\xa0% right\.", text)[1] for text in texts}
    assert len(shares) > 5
    app = open_page("bias", **link, ink_bias="8.9")
    assert f": {app.table[0].value['right'][0]} right." in text_in(app, "saw_ink")


@pytest.mark.parametrize("link", [{}, {"score": "distance"}, {"inverted": "true"}], ids=lambda link: "-".join(link))
def test_the_axis_of_the_scores_stays_while_the_bias_moves_them(link):
    figures = asked(open_page("bias", **BLANK, **link), "blank_bias")["figures"]["blanks"]
    ranges = np.array([figure["layout"]["yaxis"]["range"] for figure in figures])
    np.testing.assert_allclose(ranges, ranges[:1].repeat(len(ranges), 0), atol=1e-4)
    for figure, (low, high) in zip(figures, ranges, strict=True):
        for trace in figure["data"]:
            assert low < array(trace["y"]).min()
            assert array(trace["y"]).max() < high


@pytest.mark.parametrize(("control", "link"), [("ink_bias", INK), ("blank_bias", BLANK)], ids=["ink", "blank"])
def test_a_slider_that_is_off_has_no_positions(control, link):
    app = open_page("bias", **link, bias="false")
    assert app.get_by_key(control).disabled
    with pytest.raises(NoAnswer):
        answer(questions(app)[control])


@pytest.mark.parametrize("control", CHOICES)
def test_nothing_is_answered_before_the_images_are_loaded(monkeypatch, control):
    monkeypatch.setattr("explorer.ui.live.is_loaded", lambda name: False)
    with pytest.raises(NoAnswer):
        answer(json.dumps(["bias", control, {"dataset": "mnist"}, CHOICES[control]]))


@pytest.mark.parametrize("bad", ["5", True, [1], {}, 51, -51, 1e300, float("nan"), float("inf"), 10**400])
@pytest.mark.parametrize(("control", "choice"), [
    ("ink_weight", "ink_bias"), ("ink_bias", "ink_weight"), ("blank_draw", "blank_bias"),
    ("blank_bias", "blank_draw"),
])
def test_choices_that_the_page_does_not_have_are_refused(control, choice, bad):
    with pytest.raises(ValueError, match=choice):
        answer(json.dumps(["bias", control, {}, CHOICES[control] | {choice: bad}]))


@pytest.mark.parametrize(("control", "choices"), [
    ("ink_weight", {}), ("blank_draw", {}), ("blank_bias", {}), ("blank_bias", {"blank_draw": 1.0}),
    ("blank_bias", {"blank_draw": None}), ("blank_bias", {"blank_draw": RANDOM_WEIGHTS}),
])
def test_choices_that_are_missing_or_do_not_exist_are_refused(control, choices):
    with pytest.raises(ValueError, match="must be"):
        answer(json.dumps(["bias", control, {}, choices]))
