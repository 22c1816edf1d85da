"""Controls with their value in the URL, which a link may hide; and what else a link brings along.

A class link names the controls that are not shown (``hide=loss,seed``); they stay at the values that the
link gives, for the whole visit and whatever buttons set. What cannot be read is the control's default.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer import links
from explorer.settings import LIMITS
from explorer.spelling import in_words

_KEPT = "_class_link"  # in the session: what the link brought beside free choices, name to values
_CONTROLS = "_controls_of_page"  # in the session: what may be hidden on this page, name to label
_PARTS = {"digits": ("first", "second")}  # hidden together, as neither can be chosen without the other
# What a link may hide: the choices of a run, and those of the pages that no click elsewhere on the page makes as well.
HIDEABLE = frozenset(LIMITS) | {
    "bias_moved", "why_part", "pixel_value", "pixel_weight", "source", "bias_part", "blank_weights", "sees",
    "prices_part", "receipts_used", "look", "update", "formulas", "runs", "shapes", "losses", "sweep_bias", "ranges",
    "penalty", "beside", "solvers", "three_lines",
}

Values = dict[str, list[str]]


def arrive() -> None:
    """Take in what the link brings beside free choices, and keep it for the visit; once in each run of the entry.

    An address with ``hide`` or a note is a class link, and takes the place of the one before. One with neither is
    another page of the visit, or a step back to it: what was brought is put back, to be reloaded and sent on.
    """
    st.session_state[_CONTROLS] = {}
    problem = links.version_problem(st.query_params.get("v"))
    if problem:
        st.warning(problem, icon=":material/link_off:")
    class_link = _class_link()
    if class_link:
        st.session_state[_KEPT] = class_link
    names = _parameters(brought().get("hide", [""])[-1])
    _let_go(names)
    if not class_link:
        for name in names:
            if name in st.query_params and name not in brought():
                del st.query_params[name]
        lost = {name: values for name, values in brought().items() if st.query_params.get_all(name) != values}
        if lost:
            st.query_params.update(lost)


def _class_link() -> Values:
    """What the address brings beside free choices: what to hide, a note, the values of what is hidden."""
    link = in_words(everything())
    note = link.get(links.NOTE) or link.get(links.OLD_NOTE)
    own = {name: values for name, values in (("hide", link.get("hide")), (links.NOTE, note)) if values}
    return own | {name: link[name] for name in _parameters(own.get("hide", [""])[-1]) if name in link}


def _let_go(names: Sequence[str]) -> None:
    """Free parameters of the address from the widgets that they are bound to.

    A control that the last run has shown and this link hides still holds its parameter: Streamlit refuses to set it,
    and takes it out of the address when the run ends without the control. There is no public call for this.
    """
    if not names:
        return
    with get_script_run_ctx().session_state.query_params() as bound:
        for name in names:
            if binding := bound.get_binding_for_param(name):
                bound.unbind_widget(binding.widget_id)


def everything() -> Values:
    """All parameters of the address, name to values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def brought() -> Values:
    """What a link out of this visit must carry on, so that the same controls are hidden and the note is there."""
    return dict(st.session_state.get(_KEPT, {}))


def _parameters(hide: str) -> list[str]:
    """The query parameters of the controls named in ``hide``."""
    return [own for name in _names(hide) for own in _PARTS.get(name, (name,))]


def _names(hide: str) -> tuple[str, ...]:
    return tuple(name for name in links.hidden_controls(hide) if name in HIDEABLE)


def show_note() -> None:
    """The note that came with the link, as text: whatever it holds, nothing of it is a link or a picture."""
    note, cut = links.clean_note(brought().get(links.NOTE, [""])[-1])
    if note:
        with st.container(border=True, key="class_note", gap="xsmall"):
            st.caption("A note from whoever made this link" + (
                f" (cut: a note has at most {links.NOTE_LENGTH} characters)" if cut else ""
            ))
            st.text(note)


def hidden(name: str) -> bool:
    """Whether the link hides this control."""
    return name in _parameters(brought().get("hide", [""])[-1]) or name in hidden_names()


def hidden_names() -> tuple[str, ...]:
    """What the link hides, as it names it."""
    return _names(brought().get("hide", [""])[-1])


def use_instead(name: str, value: str) -> None:
    """For a button that stands in for a hidden control: another value from now on. Shown controls are left alone."""
    if hidden(name):
        st.session_state[_KEPT] = brought() | {name: [value]}
        st.query_params[name] = value


def texts_of(name: str) -> list[str]:
    """What the link says of a hidden control."""
    return brought().get(name, [])


def offer(name: str, label: str) -> bool:
    """Note that this page has a control that may be hidden, one of ``HIDEABLE``; False where it is."""
    if name not in HIDEABLE:
        raise ValueError(f"name: {name!r} must be one of HIDEABLE")
    st.session_state.setdefault(_CONTROLS, {})[name] = label
    return not hidden(name)


def offered() -> dict[str, str]:
    """The controls of this page that may be hidden, as far as it is drawn: name to label."""
    return dict(st.session_state.get(_CONTROLS, {}))


def control(widget: Callable, label: str, *args: Any, key: str, called: str | None = None, **more: Any) -> Any:
    """A widget of Streamlit with its value in the URL; where the link hides it, only its value.

    Parameters
    ----------
    widget : callable
        ``st.slider``, ``st.select_slider``, ``st.toggle``, or one with a list of options.
    label : str
    *args, **more
        As for ``widget``.
    key : str
        Its name in the URL.
    called : str, optional
        Its name for whoever chooses what to hide, where the label says too much or too little.

    Returns
    -------
    The value, as ``widget`` returns it.
    """
    if offer(key, called or label):
        return widget(label, *args, key=key, bind="query-params", **more)
    return read(widget, texts_of(key), *args, **more)


def read(widget: Callable, texts: Sequence[str], *args: Any, **more: Any) -> Any:
    """The value that a widget takes from a link, without the widget.

    Parameters
    ----------
    widget : callable
        As for ``control``.
    texts : sequence of str
        The values of its parameter in the link; none where the link does not name it.
    *args, **more
        As for ``widget``, after the label.
    """
    reader = {
        "slider": _slider, "select_slider": _select_slider, "toggle": _toggle, "selectbox": _selectbox,
        "segmented_control": _buttons, "pills": _buttons,
    }[widget.__name__]
    return reader(list(texts), *args, **more)


# Each reads the parameter as its widget does; a test compares them.


def _slider(texts: list[str], low: float, high: float, default: float, *args: Any, **more: Any) -> float:
    try:
        (value,) = map(float, filter(None, texts))
    except ValueError:  # not a number, or not one number
        return default
    return type(default)(value) if math.isfinite(value) and low <= value <= high else default


def _select_slider(
    texts: list[str], options: Sequence[Any], value: Any, format_func: Callable[[Any], str] = str, **more: Any
) -> Any:
    texts = [text for text in texts if text]
    found = _named(texts, options, format_func)
    return found[0] if len(texts) == len(found) == 1 else value


def _toggle(texts: list[str], value: bool = False, **more: Any) -> bool:
    return {"true": True, "false": False}.get(texts[-1].lower(), value) if texts else value


def _selectbox(
    texts: list[str], options: Sequence[Any], index: int = 0, format_func: Callable[[Any], str] = str, **more: Any
) -> Any:
    return next(iter(_named(texts[-1:], options, format_func)), options[index])


def _buttons(
    texts: list[str], options: Sequence[Any], default: Any, format_func: Callable[[Any], str] = str,
    selection_mode: str = "single", **more: Any,
) -> Any:
    given = [text for text in texts if text]
    if selection_mode == "single":
        return next(iter(_named(given[:1], options, format_func)), default)
    found = list(dict.fromkeys(_named(given, options, format_func)))
    return found if found or (texts and not given) else list(default)


def _named(texts: Sequence[str], options: Sequence[Any], format_func: Callable[[Any], str]) -> list[Any]:
    """The options that the texts name, in words or, of text, as it is in the code."""
    return [option for text in texts for option in options if text in (format_func(option), option)]
