"""The page "Apples and pears" in Streamlit's own test harness."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.engine.settings import LIMITS
from explorer.lessons import prices as lesson
from explorer.lessons.prices import CANNOT_TELL, FIRST_ROWS, FITS, START, read_table
from tests.support.figures import array
from tests.support.pages import charts, open_page, spec

PARTS = {"Guess": ["till", "guesses"], "One line": ["plane"], "The bag": ["bag_prices"], "Steps": ["steps", "by_rate"]}
FIRST = read_table(FIRST_ROWS).receipts
ONE = FIRST.first(1)


def what_you_saw(app: AppTest) -> str:
    (text,) = [m.value for m in app.markdown if m.value.startswith("**What you saw.**")]
    return text.removeprefix("**What you saw.** ")


def dots(app: AppTest) -> np.ndarray:
    """The errors on the chart of guesses."""
    return array(spec(app, "guesses")["data"][0]["y"])


def written(app: AppTest) -> list[str]:
    """What is written on the receipt."""
    return [note["text"] for note in spec(app, "till")["layout"]["annotations"]]


def press(app: AppTest, label: str) -> AppTest:
    next(b for b in app.button if b.label == label).click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize(("part", "keys"), PARTS.items())
def test_a_link_opens_one_part_with_all_its_charts(part, keys):
    app = open_page("prices", prices_part=part)
    assert charts(app) == keys
    assert not app.warning
    assert not app.error
    assert what_you_saw(app)


def test_the_page_opens_with_the_puzzle():
    app = open_page("prices")
    assert (app.get_by_key("apple").value, app.get_by_key("pear").value) == START
    assert what_you_saw(app) == lesson.seen_guessing(ONE, [START], 0.05).sentence
    assert dots(app).tolist() == [26]
    assert "**3 apples + 2 pears cost 7 cents. What is the price of each?**" in [m.value for m in app.markdown]
    assert written(app) == [
        "With your prices", "3 apples × 5", "15", "2 pears × 9", "18", "together", "<b>33</b>", "the receipt says",
        "<b>7</b>", "<b>26 too much</b>",
    ]


def test_scaling_costs_exactly_7():
    app = press(open_page("prices"), "Scale both prices")
    assert app.get_by_key("apple").value == pytest.approx(35 / 33)
    assert app.get_by_key("pear").value == pytest.approx(63 / 33)
    np.testing.assert_allclose(dots(app), [26, 0], atol=1e-12)
    assert what_you_saw(app).startswith(
        "**Guess 2: apples at 1.06 and pears at 1.91 come to 7. It fits to the cent.**"
    )


def test_one_correction_is_one_dot():
    app = press(open_page("prices", price_rate="0.1"), "Correct once")
    # By hand: 26 × 0.1 × 3 = 7.8 off the apples, 26 × 0.1 × 2 = 5.2 off the pears.
    assert app.get_by_key("apple").value == pytest.approx(-2.8)
    assert app.get_by_key("pear").value == pytest.approx(3.8)
    np.testing.assert_allclose(dots(app), [26, -7.8])


def test_correcting_until_it_fits_ends_on_minus_1_and_5_with_every_guess_a_dot():
    app = press(open_page("prices"), "Correct until it fits")
    assert app.get_by_key("apple").value == pytest.approx(-1, abs=0.005)
    assert app.get_by_key("pear").value == pytest.approx(5, abs=0.005)
    np.testing.assert_allclose(dots(app), 26 * 0.35 ** np.arange(10))
    assert "makes no sense" in what_you_saw(app)


def test_above_the_limit_the_guess_stays_on_the_sliders_and_the_page_says_why():
    app = press(open_page("prices", price_rate="0.2"), "Correct until it fits")
    assert abs(app.get_by_key("apple").value) <= lesson.REACH
    assert what_you_saw(app).startswith("**The step is too long")
    app.get_by_key("price_rate").set_value(0.05).run()
    assert "too long" not in what_you_saw(app)
    press(app, "Correct until it fits")
    assert "fits to the cent" in what_you_saw(app)
    app = press(open_page("prices", price_rate="0.2"), "Correct until it fits")
    assert "too long" in what_you_saw(app)
    np.testing.assert_allclose(dots(app)[:2], [26, 26 * (1 - 0.2 * 13)])
    app.get_by_key("apple").set_value(2.0).run()
    assert "too long" not in what_you_saw(app)


def test_start_again_forgets_the_dots():
    app = press(press(open_page("prices"), "Scale both prices"), "Start again")
    assert (app.get_by_key("apple").value, app.get_by_key("pear").value) == START
    assert dots(app).tolist() == [26]


def test_moving_a_slider_is_a_guess_and_the_trail_is_kept_for_the_visit():
    app = open_page("prices")
    app.get_by_key("apple").set_value(1.0).run()
    app.get_by_key("pear").set_value(2.0).run()
    assert dots(app).tolist() == [26, 14, 0]
    app.get_by_key("prices_part").set_value("Steps").run()
    app.get_by_key("prices_part").set_value("Guess").run()
    assert dots(app).tolist() == [26, 14, 0]
    assert (app.get_by_key("apple").value, app.get_by_key("pear").value) == (1, 2)


def test_a_link_names_the_guess_in_every_part():
    app = open_page("prices", apple="-2.5", pear="7.25")
    assert dots(app).tolist() == [pytest.approx(3 * -2.5 + 2 * 7.25 - 7)]
    app = open_page("prices", apple="-2.5", pear="7.25", prices_part="Steps")
    assert what_you_saw(app) == lesson.seen_stepping(ONE, (-2.5, 7.25), 0.05, 3)
    app = open_page("prices", apple="-2.5", pear="7.25", prices_part="One line", receipts_used="all")
    assert what_you_saw(app) == lesson.seen_on_the_plane(FIRST, (-2.5, 7.25))


@pytest.mark.parametrize(("used", "n"), [("one", 1), ("two", 2), ("all", 3)])
def test_the_sentence_beside_the_plane_is_about_the_receipts_in_use(used, n):
    app = open_page("prices", prices_part="One line", receipts_used=used)
    assert what_you_saw(app) == lesson.seen_on_the_plane(FIRST.first(n), START)


def test_an_expectation_is_compared_once_a_guess_fits():
    app = open_page("prices")
    app.get_by_key("expect_prices").set_value(FITS).run()
    assert "You expected" not in what_you_saw(app)
    assert f"what happened is “{CANNOT_TELL}”" in what_you_saw(press(app, "Scale both prices"))
    app.get_by_key("expect_prices").set_value(CANNOT_TELL).run()
    assert f"You expected “{CANNOT_TELL}”, and that is what happened." in what_you_saw(app)


@pytest.mark.parametrize("bag", range(lesson.DEAREST_BAG + 1))
def test_the_bag_follows_its_slider(bag):
    app = open_page("prices", prices_part="The bag", bag=str(bag))
    assert what_you_saw(app) == lesson.seen_in_the_bag(bag)
    cells = app.table[0].value
    assert cells.to_numpy().T.tolist() == list(lesson.bag_table(lesson.bag_found(bag)).values())


@pytest.mark.parametrize(("used", "n"), [("one", 1), ("two", 2), ("all", 3)])
def test_the_rate_follows_its_slider_on_both_sides_of_the_limit(used, n):
    receipts = FIRST.first(n)
    limit = lesson.largest_rate(receipts)
    for rate in (0.05, 0.25):
        app = open_page("prices", prices_part="Steps", receipts_used=used, price_rate=str(rate))
        assert what_you_saw(app) == lesson.seen_stepping(receipts, START, rate, 3)
        assert f"limit ▲ {limit:.3g}" in [m.value for m in app.markdown]
        line = spec(app, "by_rate")["layout"]["shapes"][0]
        assert line["x0"] == line["x1"] == pytest.approx(limit)
        assert app.get_by_key("price_rate").max == pytest.approx(2 * limit, rel=0.01)


def table(app: AppTest):
    """The receipts that the editor was given, without the edits, which the browser keeps."""
    (editor,) = app.dataframe
    return editor.value


def lines(app: AppTest) -> int:
    return sum(str(t.get("name")).startswith("receipt ") for t in spec(app, "plane")["data"])


def test_a_link_may_hold_its_own_receipts():
    app = open_page("prices", receipts="2,0,6;0,3,12", prices_part="One line", receipts_used="all")
    assert lines(app) == 2
    assert "apples 3, pears 4" in what_you_saw(app)
    app.get_by_key("prices_part").set_value("Guess").run()
    assert "**2 apples cost 6 cents. What is the price of each?**" in [m.value for m in app.markdown]


def test_a_refused_row_of_a_link_is_named_and_the_rest_is_used():
    app = open_page("prices", receipts="3,2,7;one,4,9;1,4,9", prices_part="One line", receipts_used="all")
    assert [w.value for w in app.warning] == ["Row 2 is left out: `one` is not a number of apples."]
    assert lines(app) == 2
    assert what_you_saw(app) == lesson.seen_on_the_plane(FIRST.first(2), START)
    assert table(app)["apples"].tolist() == ["3", "one", "1", *[""] * 5]


@pytest.mark.parametrize("link", ["nonsense", "1,2", "9" * 5000, "<script>alert(1)</script>", "a,b;c,d"])
@pytest.mark.parametrize("part", PARTS)
def test_a_damaged_link_says_so_and_shows_the_first_receipts(link, part):
    app = open_page("prices", receipts=link, prices_part=part)
    (warning,) = app.warning
    assert "cannot be read" in warning.value
    assert charts(app) == PARTS[part]


@pytest.mark.parametrize("part", ["Guess", "One line", "Steps"])
def test_an_impossible_table_gets_a_sentence_and_a_way_back(part):
    app = open_page("prices", receipts="0,0,0;0,0,0", prices_part=part)
    (info,) = app.info
    assert info.value == lesson.nothing_to_learn()
    assert charts(app) == []
    assert app.get("page_link")
    press(app, "The first receipts again")
    assert not app.info
    assert charts(app) == PARTS[part]
    if part == "One line":
        assert table(app)["cents"].tolist() == ["7", "9", "10", *[""] * 5]


def test_the_bag_has_its_own_shop_and_needs_no_table():
    app = open_page("prices", receipts="0,0,0;0,0,0", prices_part="The bag")
    assert charts(app) == ["bag_prices"]


@pytest.mark.parametrize("value", [
    "", "nonsense", "-1", "1e400", "inf", "nan", "9" * 5000, "<script>alert(1)</script>", "\u202e3", "99", "-20.0001",
], ids=lambda v: v[:12] or "empty")
@pytest.mark.parametrize("part", PARTS)
def test_nonsense_in_every_parameter_leaves_the_page_complete(value, part):
    names = ("apple", "pear", "price_rate", "receipts_used", "bag", *(n for n in LIMITS if n != "digits"))
    app = open_page("prices", **(dict.fromkeys(names, value) | {"prices_part": part}))
    assert charts(app) == PARTS[part]
    if part == "Guess" and value != "-1":
        assert (app.get_by_key("apple").value, app.get_by_key("pear").value) == START


@pytest.mark.parametrize("value", [1e9, -21.0, float("nan"), float("inf"), "many", None, True, [5], b"5"])
def test_a_forged_price_or_rate_is_the_first_one(value):
    """A forged message may put anything into the session, past the checks of the widget."""
    def script(value):
        import streamlit as st

        from explorer.ui import prices as ui

        for key in ("apple", "pear", "price_rate"):
            st.session_state[key] = value
        st.text(repr(ui.guess_sliders()))
        st.text(repr(ui.rate_slider(2 / 13)))

    app = AppTest.from_function(script, kwargs={"value": value}).run()
    assert not app.exception
    assert [text.value for text in app.text] == ["(5.0, 9.0)", "(0.05, 3)"]


def test_large_receipts_have_a_slider_that_holds_their_limit():
    app = open_page("prices", receipts="100,100,900", prices_part="Steps", price_rate="0.05")
    slider = app.get_by_key("price_rate")
    limit = 2 / 20_000
    assert slider.max == pytest.approx(2 * limit, rel=0.01)
    assert 0 < slider.value < limit
    app = press(open_page("prices", receipts="100,100,900"), "Correct until it fits")
    assert "fits to the cent" in what_you_saw(app)
