"""A class link shows what the same link without ``hide`` shows: every control that may be hidden, every value."""

import random
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from explorer import links
from explorer.engine.settings import CHOSEN, DEFAULTS, EPOCH_STEPS, LIMITS
from explorer.ui import controls, linked
from tests.support.pages import open_page
from tests.support.serving import ROOT

FIELDS = [name for name in CHOSEN if name != "digits"]
NONSENSE = (
    "", " ", "abc", "-1", "1e400", "nan", "inf", "-inf", "3", "３", "٣", "07", "7.0", "7.5", " 7", "+7", "1e1", "1_0",
    "0x1", "TRUE", "False", "true", "None", "null", "all", "9" * 30, "<b>", "0.5", "1.0",
)
# Where a page has parts, one view for each that has controls of its own.
VIEWS = [
    *((path.stem, {}) for path in sorted((ROOT / "pages").glob("*.py"))), ("prices", {"prices_part": "One line"}),
    *(("bias", {"bias_part": part}) for part in ("Ink", "Pixels", "A weight on 1")),
    ("why_multiply", {"why_part": "one pixel"}), ("what_comes_next", {"next_part": "exclusive or"}),
    ("your_digits", {"own_source": "pictures"}),
]


def settings_page():
    """A page with every control of a training, which keeps the settings."""
    import streamlit as st

    from explorer.ui import controls, linked

    linked.read_class_link()
    controls.data(True)
    controls.training()
    controls.keep_legs()
    st.session_state["settings"] = controls.current(with_schedule=True)


def control_page(widget, label, args, more):
    """A page with one control, which keeps its value."""
    import streamlit as st

    from explorer.ui import linked

    linked.read_class_link()
    st.session_state["value"] = linked.control(widget, label, *args, **more)


def opened(page: Callable, result: str, link: dict, *args):
    """What such a page keeps as ``result``, opened with a link that is respelled as the entry does it."""
    app = AppTest.from_function(page, default_timeout=30, args=args)
    for name, values in links.in_words(link).items():
        app.query_params[name] = values
    app.run()
    assert not app.exception
    return app.session_state[result]


def texts_of(options) -> list[str]:
    """Options as a link may spell them: by label and by key."""
    return [text for option in options for text in dict.fromkeys((controls.words(option), str(option)))]


def values_of(name: str) -> list[list[str]]:
    """Values of a field in a link: all options or both ends of a range, nonsense, and repeated values."""
    if name in ("first", "second"):
        own = [*"0123456789", "10"]
    elif name == "seed":
        own = ["0", "1", "500", "999", "1000"]
    elif name == "epochs":
        own = [*texts_of(EPOCH_STEPS), "4", "0", "1001"]
    elif name == "legs":
        own = ["10-0.1-ll-b", "5-1-h-n_1-0.001-se-b", "none", "5-1-pd-b", "5-1-h", "980-1-h-b_1-1-h-b", "5-1-h-n" * 50]
    else:
        own = texts_of(getattr(LIMITS[name], "options", ("true", "false")))
    several = [[own[0], own[-1]], [own[-1], own[0]], [own[0], own[0]], ["abc", own[-1]], [own[-1], "abc"], [own[1], ""]]
    return [[text] for text in dict.fromkeys((*own, *NONSENSE))] + several


@pytest.mark.parametrize("name", [*FIELDS, "first", "second"])
def test_a_hidden_choice_is_read_like_a_shown_one(name):
    hide = "digits" if name in ("first", "second") else name
    for values in values_of(name):
        link = {name: values}
        shown = opened(settings_page, "settings", link)
        assert opened(settings_page, "settings", link | {"hide": [hide]}) == shown, values


@pytest.mark.parametrize("link", [
    {"first": ["5"]}, {"second": ["5"]}, {"first": ["7"]}, {"second": ["3"]}, {"first": ["7"], "second": ["3"]},
    {"epochs": ["1000"], "dataset": ["mnist"]}, {"epochs": ["30"], "dataset": ["mnist"]},
    {"loss": ["pixel_distance"], "bias": ["false"]}, {"loss": ["absolute_error"]}, {"loss": ["absolute error"]},
    {"start": ["mean_image"]}, {"start": ["mean image"]},
], ids=str)
def test_hidden_choices_that_depend_on_each_other_are_read_like_shown_ones(link):
    shown = opened(settings_page, "settings", link)
    names = {"digits" if name in ("first", "second") else name for name in link}
    for hide in (*names, ",".join(names), ",".join(CHOSEN)):
        assert opened(settings_page, "settings", link | {"hide": [hide]}) == shown, hide


def test_a_hidden_digit_alone_is_read():
    assert opened(settings_page, "settings", {"first": ["5"], "hide": ["digits"]}).digits == (5, 7)
    assert opened(settings_page, "settings", {"second": ["5"], "hide": ["digits"]}).digits == (3, 5)
    assert opened(settings_page, "settings", {"first": ["7"], "hide": ["digits"]}).digits == DEFAULTS.digits


def test_links_with_many_choices_hide_any_of_them():
    draw = random.Random(7)
    for _ in range(40):
        names = draw.sample([*FIELDS, "first", "second"], draw.randint(2, 9))
        link = {name: draw.choice(values_of(name)) for name in names}
        hide = draw.sample(list(LIMITS), draw.randint(1, len(LIMITS)))
        shown = opened(settings_page, "settings", link)
        assert opened(settings_page, "settings", link | {"hide": [",".join(hide)]}) == shown, (link, hide)


@pytest.fixture(scope="module")
def made() -> dict[str, tuple]:
    """The arguments of ``linked.control`` for every control of the pages, by name."""
    calls, control = {}, linked.control

    def recorded(widget, label, *args, key, **more):
        calls[key] = (getattr(__import__("streamlit"), widget.__name__), label, args, {"key": key} | more)
        return control(widget, label, *args, key=key, **more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(linked, "control", recorded)
        for page, more in VIEWS:
            open_page(page, **more)
    return calls


# Not one widget: the pair of digits and the legs (tested above), the runs (below), and parts that open, which a link
# removes.
OTHERWISE = {
    "digits", "legs", "runs", "look", "update", "formulas", "reasons", "shapes", "ranges", "solvers", "three_lines",
    "by_rows", "other_score", "all_units", "see_theirs",
}


def test_every_control_that_may_be_hidden_is_compared(made):
    assert set(made) == linked.HIDEABLE - OTHERWISE


@pytest.mark.parametrize("name", sorted(linked.HIDEABLE - OTHERWISE))
def test_a_hidden_control_has_the_value_of_the_shown_one(made, name):
    widget, label, args, more = made[name]
    options = more.get("options", args[0] if args else ())
    if widget.__name__ == "slider":
        low, high = args[:2]
        own = [str(low), str(high), str(high + 1), str((low + high) / 2), f"{low:g}", f"{high:g}"]
    elif widget.__name__ == "toggle":
        own = ["true", "false"]
    else:
        label_of = more.get("format_func", str)
        own = [text for option in options for text in dict.fromkeys((label_of(option), controls.words(option)))]
    first, last = own[0], own[-1]
    several = [[first, last], [last, first], [first, first], ["abc", last], [last, "abc"], ["", last]]
    for values in [[], *([text] for text in dict.fromkeys((*own, *NONSENSE))), *several, own]:
        if values == [""] and more.get("required"):
            continue  # if shown, no button is pressed, and every page uses its default
        given = (widget, label, args, more)
        shown = opened(control_page, "value", {name: values} if values else {}, *given)
        hidden = opened(control_page, "value", {"hide": [name]} | ({name: values} if values else {}), *given)
        assert hidden == shown, values


def test_hidden_runs_are_those_of_the_link():
    for code in ("A-m-h-1-b-z_B-m-ll-1-b-z", "A-m-h-1-b-z", "nonsense", "", "A-m-h-1-b-z_B-m-ll-1-b-z_C-d-ll-0.1-n-r"):
        shown, hidden = (open_page("compare_losses", runs=code, **more) for more in ({}, {"hide": "runs"}))
        assert hidden.session_state["_texts_in_link"] == shown.session_state["_texts_in_link"]


@pytest.mark.parametrize("link", [
    {"l2": "0.01"}, {"l2": "0.01", "penalty": "0.1"}, {"l2": "0"}, {"l2": "1", "penalty": "abc"},
], ids=str)
def test_a_hidden_penalty_starts_with_that_of_the_run(link):
    shown, hidden = (open_page("scikit_learn", **link, **more) for more in ({}, {"hide": "penalty"}))
    texts = [[text.value for text in app.main.markdown] for app in (shown, hidden)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(("page", "link", "hide"), [
    ("train", {"first": "5"}, "digits"), ("train", {"second": "5"}, "digits"), ("one_image", {"first": "5"}, "digits"),
    ("train", {"first": "7"}, "digits"), ("train", {"loss": "absolute error", "epochs": "7"}, "loss,epochs"),
    ("start", {"second": "0", "seed": "1e1"}, "digits,seed"), ("bias", {"first": "1"}, "digits"),
    ("why_multiply", {"second": "5", "why_part": "two pixels"}, "digits,why_part"),
])
def test_a_page_says_the_same_with_its_controls_hidden(page, link, hide):
    shown, hidden = (open_page(page, **link, **more) for more in ({}, {"hide": hide}))
    texts = [[text.value for text in app.main.markdown] for app in (shown, hidden)]
    warnings = [[warning.value for warning in app.warning] for app in (shown, hidden)]
    assert texts[0]
    assert texts[0] == texts[1]
    assert warnings[0] == warnings[1]
