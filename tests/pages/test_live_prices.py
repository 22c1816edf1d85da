"""The live sliders of "Apples and pears": each position shows what the page shows when its value is committed."""

import json

import numpy as np
import pytest

from explorer.engine.settings import Settings
from explorer.lessons import prices as lesson
from explorer.lessons.prices import NEVER_FITS, START
from explorer.ui import prices as ui
from explorer.ui.live import answer, question
from explorer.web.live import _LONGEST
from tests.support.figures import array
from tests.support.live import asked, assert_the_page_shows, questions
from tests.support.pages import open_page, spec

OWN = "2,0,6;0.5,3.25,12;1,1,4"  # receipts that a visitor typed
TINY = "0.000001,0,1"
LARGE = "100,100,900"
PRICES = [i / 2 - 20 for i in range(81)]


def position(found: dict, value: float) -> int:
    """The index of a value, as the browser finds it."""
    return next(i for i, other in enumerate(found["values"]) if abs(other - value) < 1e-6)


def assert_exact(app, found: dict, at: int) -> None:
    assert_the_page_shows(app, found, at)
    assert {key: figures[at] for key, figures in found["figures"].items()} == {
        key: spec(app, key) for key in found["figures"]
    }


@pytest.mark.parametrize("used", ["one", "two", "all"])
@pytest.mark.parametrize("link", [{}, {"receipts": OWN, "apple": "-7.5", "pear": "1.237"}], ids=["first", "typed"])
def test_the_plane_follows_both_prices(used, link):
    link = link | {"prices_part": "One line", "receipts_used": used}
    app = open_page("prices", **link)
    for control in ("apple", "pear"):
        found = asked(app, control)
        assert found["values"] == PRICES
        assert set(found["figures"]) == {"plane"}
        for value in (-20, 0.5, 9, 20):
            opened = open_page("prices", **link | {control: str(value)})
            assert_exact(opened, found, position(found, value))
            assert questions(opened)[control] == questions(app)[control]


@pytest.mark.parametrize("link", [
    {}, {"receipts": OWN, "price_rate": "0.002"}, {"receipts": LARGE}, {"receipts": "0,4,0", "apple": "3.3"},
], ids=["first", "typed", "large", "free"])
def test_a_price_that_is_dragged_is_the_next_guess(link):
    for control, values in (("apple", (-20, 1, 4.5, 20)), ("pear", (-20, 2, 9.5, 20))):
        for value in values:
            app = open_page("prices", **link)
            app.get_by_key("apple").set_value(2.5).run()
            found = asked(app, control)
            assert found["values"] == PRICES
            assert set(found["figures"]) == {"till", "guesses"}
            app.get_by_key(control).set_value(float(value)).run()
            assert_exact(app, found, position(found, value))
    # Where it began there is no further guess.
    app = open_page("prices", **link)
    found = asked(app, "pear")
    assert_exact(app, found, position(found, 9))


@pytest.mark.parametrize("expected", [None, *lesson.CHOICES])
def test_an_expectation_is_compared_while_a_price_is_dragged(expected):
    for part in ("Guess", "One line"):
        app = open_page("prices", prices_part=part, pear="2")
        app.get_by_key("expect_prices").set_value(expected).run()
        found = asked(app, "apple")
        app.get_by_key("apple").set_value(1.0).run()
        assert_exact(app, found, position(found, 1))


@pytest.mark.parametrize("receipts", ["3,2,7", OWN, LARGE, TINY])
def test_the_step_follows_the_rate(receipts):
    app = open_page("prices", receipts=receipts)
    found = asked(app, "price_rate")
    slider = app.get_by_key("price_rate")
    assert found["values"][0] == 0
    assert found["values"][-1] == slider.max
    assert np.diff(found["values"]) == pytest.approx(slider.step)
    assert not found["figures"]
    for at in (0, 1, 77, len(found["values"]) - 1):
        opened = open_page("prices", receipts=receipts, price_rate=repr(found["values"][at]))
        assert opened.get_by_key("price_rate").value == found["values"][at]
        assert_the_page_shows(opened, found, at)
        assert questions(opened)["price_rate"] == questions(app)["price_rate"]


@pytest.mark.parametrize("link", [
    {}, {"receipts_used": "all", "apple": "-2.5", "pear": "7.25"}, {"receipts": OWN, "receipts_used": "two"},
    {"receipts": LARGE}, {"receipts": TINY},
], ids=["one", "all", "typed", "large", "tiny"])
def test_the_steps_follow_the_rate_on_both_sides_of_the_limit(link):
    link = link | {"prices_part": "Steps"}
    app = open_page("prices", **link)
    found = asked(app, "price_rate")
    assert found["values"][-1] == app.get_by_key("price_rate").max
    assert set(found["figures"]) == {"steps", "by_rate"}
    for at in (0, 5, len(found["values"]) // 2, len(found["values"]) - 1):
        opened = open_page("prices", **link | {"price_rate": repr(found["values"][at])})
        assert_exact(opened, found, at)
        assert questions(opened)["price_rate"] == questions(app)["price_rate"]


def test_the_prices_follow_what_the_bag_costs():
    app = open_page("prices", prices_part="The bag")
    found = asked(app, "bag")
    assert found["values"] == [*range(lesson.DEAREST_BAG + 1)]
    for bag in found["values"]:
        opened = open_page("prices", prices_part="The bag", bag=str(bag))
        assert_exact(opened, found, bag)
        assert questions(opened)["bag"] == questions(app)["bag"]


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()


def test_after_steps_off_the_sliders_the_sentence_belongs_to_their_guess_and_their_rate():
    app = open_page("prices", price_rate="0.2")
    app.get_by_key("expect_prices").set_value(NEVER_FITS).run()
    press(app, "Correct until it fits")
    rates = asked(app, "price_rate")
    assert_the_page_shows(app, rates, position(rates, 0.2))
    assert sum("too long" in text for text in rates["texts"]["guess_seen"]) == 1
    prices = asked(app, "apple")
    assert not any("too long" in text for text in prices["texts"]["guess_seen"])  # it ended between two positions
    app.get_by_key("price_rate").set_value(0.05).run()
    assert_the_page_shows(app, rates, position(rates, 0.05))


def test_a_question_about_a_long_visit_is_short_enough():
    app = open_page("prices", receipts="3,2,7.123456;99.123456,98.123456,999.123456", price_rate="0.153")
    app.get_by_key("expect_prices").set_value(lesson.CANNOT_TELL).run()
    for _ in range(2):
        press(app, "Correct until it fits")
        app.get_by_key("apple").set_value(5.0).run()
    app.get_by_key("pear").set_value(8.0).run()
    assert len(spec(app, "guesses")["data"][0]["marker"]["size"]) == lesson.MOST_GUESSES
    for control in ("apple", "pear", "price_rate"):
        assert len(questions(app)[control]) < _LONGEST
    found = asked(app, "pear")
    app.get_by_key("pear").set_value(-3.0).run()
    (there,), (here,) = found["figures"]["guesses"][position(found, -3)]["data"], spec(app, "guesses")["data"]
    for name in ("x", "y", "customdata"):  # the guesses are rounded in the question
        np.testing.assert_allclose(array(there[name]), array(here[name]), atol=5 / 3200)
    assert_the_page_shows(app, found | {"figures": {}}, position(found, -3))


def test_a_trail_is_read_as_it_was_written():
    guesses = [START, (-20.0, 20.0), (0.5, -0.5), (35 / 33, 63 / 33)]
    read = lesson.trail_of_text(lesson.text_of_trail(guesses))
    assert read[:3] == guesses[:3]
    np.testing.assert_allclose(read, guesses, atol=1 / 3200)
    assert lesson.trail_of_text(lesson.text_of_trail([])) == []
    for receipts in (OWN, LARGE, TINY, "3,2,7;1,4,9;2,1,10", "99.123456,0.000001,999.123456"):
        link = lesson.link_of_receipts(lesson.receipts_of_link(receipts))
        assert link == receipts


GUESS = {
    "part": "Guess", "expected": None, "receipts": "3,2,7", "trail": "", "last_apple": 5.0, "last_pear": 9.0,
    "price_rate": 0.05, "gone_at": None,
}
STEPS = {"part": "Steps", "expected": None, "receipts": "3,2,7", "apple": 5.0, "pear": 9.0}
LINE = STEPS | {"part": "One line"}


@pytest.mark.parametrize("change", [
    {"part": "Steps"}, {"part": ["Guess"]}, {"part": None}, {"expected": "perhaps"}, {"expected": 5},
    {"receipts": "0,0,0"}, {"receipts": "3,2,7;a,b,c"}, {"receipts": "nonsense"}, {"receipts": None},
    {"receipts": ["3,2,7"]}, {"receipts": "9" * 500}, {"receipts": ";".join(["3,2,7"] * 9)}, {"receipts": "3,-2,7"},
    {"trail": None}, {"trail": "A"}, {"trail": "AAAA"}, {"trail": "äöüß"}, {"trail": "\ud800AAA"},
    {"trail": "A" * 3000}, {"trail": "f39_fw=="}, {"trail": [1, 2]}, {"last_apple": 21}, {"last_pear": "5"},
    {"last_apple": float("nan")}, {"last_pear": None}, {"last_pear": True}, {"price_rate": 1}, {"price_rate": -0.1},
    {"price_rate": None}, {"gone_at": 9}, {"gone_at": "0.2"},
], ids=str)
def test_a_question_from_elsewhere_about_a_guess_is_refused(change):
    assert answer(question("prices", "apple", Settings(), GUESS))
    with pytest.raises(ValueError, match=r"\w"):
        answer(question("prices", "apple", Settings(), GUESS | change))


@pytest.mark.parametrize(("control", "choices"), [
    ("apple", LINE | {"pear": -21}), ("pear", LINE | {"apple": None}), ("pear", LINE | {"receipts": "0,0,5"}),
    ("price_rate", STEPS | {"apple": 20.5}), ("price_rate", STEPS | {"pear": {}}),
    ("price_rate", LINE), ("price_rate", {}), ("apple", {}),
])
def test_a_question_from_elsewhere_about_other_parts_is_refused(control, choices):
    with pytest.raises(ValueError, match=r"\w"):
        answer(question("prices", control, Settings(), choices))


def test_the_page_asks_about_the_part_that_is_open():
    for part in ui.PARTS:
        for asked_for in questions(open_page("prices", prices_part=part)).values():
            assert json.loads(asked_for)[3]["part"] == part
    assert questions(open_page("prices", receipts="0,0,0"))
