"""Every control that Streamlit's own harness can press, on every page and part, from a state without default values."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Expander, Widget

from tests.support.crawl import NO_WIDGETS, STATE, may_change
from tests.support.pages import open_page
from tests.support.visit import PAGES

Press = Callable[[], object]


def widgets(app: AppTest) -> list[Widget]:
    return [element for element in (*app.main, *app.sidebar) if isinstance(element, Widget)]


def choices(app: AppTest) -> dict[str, object]:
    """The choices on the page, by their names in the address."""
    shown = {name: widget.value for widget in widgets(app) if (name := name_of(widget))}
    shown |= {name: drawer.proto.expanded for drawer in app.get("expander") if (name := name_of(drawer))}
    # Choices without a widget of Streamlit are in the address alone. (Those of widgets are written by the browser.)
    page = app.session_state["_page"]
    return {name: app.query_params.get(name) for name, own in NO_WIDGETS.items() if own == page} | shown


def name_of(widget: Widget | Expander) -> str:
    return getattr(widget.proto, "query_param_key", "")


def presses_of(widget: Widget) -> dict[object, Press]:
    """The ways to press a control, by what is then chosen; of lists and sliders, only the end."""
    options = getattr(widget, "options", [])
    match widget.type:
        case "button":
            return {"press": widget.click}
        case "toggle":
            return {not widget.value: lambda: widget.set_value(not widget.value)}
        case "button_group" if widget.proto.click_mode == widget.proto.MULTI_SELECT:
            held = widget.formatted_values
            return {option: lambda option=option: widget.set_value(
                [other for other in held if other != option] if option in held else [*held, option]
            ) for option in options}
        case "button_group":
            others = [option for option in options if option not in widget.formatted_values]
            return {option: lambda option=option: widget.set_value(option) for option in others}
        case "multiselect":
            return {"one less": lambda: widget.set_value(widget.value[1:]), "none": lambda: widget.set_value([])}
        case "selectbox":
            return {options[-1]: lambda: widget.select_index(len(options) - 1)}
        case "select_slider":
            return {options[-1]: lambda: widget.set_value(options[-1])}
        case "text_input":
            return {"x": lambda: widget.set_value("x")}
        case "file_uploader":
            return {"not a file of ours": lambda: widget.set_value([("x.npz", b"x", "")])}
        case "slider":
            return {widget.max: lambda: widget.set_value(widget.max)}
    raise AssertionError(f"how is a {widget.type} pressed?")


def presses(app: AppTest) -> dict[str, tuple[Widget, Press]]:
    """All presses that a page allows, by label and what is then chosen."""
    return {
        f"{widget.proto.label}: {chosen}": (widget, press)
        for widget in widgets(app) if not widget.proto.disabled for chosen, press in presses_of(widget).items()
    }


def views(page: str, **more: str) -> Iterator[dict]:
    """Links to a page with nothing at its default, one for each option of a selector of parts (it has no label)."""
    link = STATE | more
    groups = [group for group in open_page(page, **link).get("button_group") if group.proto.label_visibility.value]
    groups = [group for group in groups if name_of(group) not in link] or groups
    if not groups:
        yield link
    for group in groups:
        for option in group.options:
            yield link | {name_of(group): option}


def complaints(app: AppTest, what: str, before: dict[str, object]) -> list[str]:
    """What is wrong after a press: errors, choices that it must not change, choices that do not come back."""
    widget, press = presses(app)[what]
    allowed = may_change(widget.proto.label, name_of(widget))
    press()
    app.run()
    if app.exception:
        return [error.message for error in app.exception]
    now = choices(app)
    changed = {name: now[name] for name in before.keys() & now.keys() - allowed if now[name] != before[name]}
    if before.keys() - now.keys():
        # Choices that are no longer shown must be as before once the pressed control is set back.
        for other in widgets(app):
            if name_of(other) in allowed and other.value != before[name_of(other)]:
                other.set_value(before[name_of(other)])
        app.run()
        now = choices(app)
        changed |= {name: now.get(name) for name in before.keys() - allowed if now.get(name) != before[name]}
    return [f"{name} was {before[name]}, is {value}" for name, value in changed.items()]


def crawl(page: str, kinds: Sequence[str] = (), **more: str) -> None:
    """Try every press on every part of a page, each from the same state; only on controls of ``kinds``, if given."""
    n, wrong = 0, []
    for link in views(page, **more):
        first = open_page(page, **link)
        before = choices(first)
        for what in [what for what, (widget, _) in presses(first).items() if not kinds or widget.type in kinds]:
            app = open_page(page, **link)
            if what not in presses(app):
                continue  # some buttons are disabled once any visitor has pressed them
            n += 1
            where = [page, *(f"{name}={value}" for name, value in link.items() if STATE.get(name) != value)]
            wrong += [f"{' '.join(where)}: {what}: {one}" for one in complaints(app, what, before)]
    print(f"{page}: {n} presses")
    assert n
    assert not wrong, "\n".join([f"{len(wrong)} wrong in {n} presses", *wrong])


@pytest.mark.parametrize("page", PAGES)
def test_no_choice_of_the_crawl_is_at_its_default(page):
    defaults = choices(open_page(page))
    for link in views(page):
        chosen = choices(open_page(page, **link))
        assert chosen.keys() <= link.keys() | {"dataset"}
        exempt = {name for name, value in link.items() if STATE.get(name) != value} | {"dataset"}
        assert not {name for name in chosen.keys() & defaults.keys() - exempt if chosen[name] == defaults[name]}


@pytest.mark.parametrize("page", PAGES)
def test_every_press_works_and_keeps_all_other_choices(page):
    crawl(page)


@pytest.mark.parametrize("page", ["bias", "one_image", "train"])
def test_every_button_works_and_keeps_all_choices_on_mnist(mnist, page):
    crawl(page, ["button"], dataset="mnist")
