"""Widgets with their value in the URL; class links, which hide some of them and may bring a note.

A class link names the controls that are not shown (``hide=loss,seed``). For the whole visit they keep the values that
the link gives; only ``replace_hidden_value`` changes one. A value that cannot be read is the control's default.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer import links, texts
from explorer.engine.settings import CHOSEN
from explorer.links import in_words

_words = texts.of("share")
_CLASS_LINK = "_class_link"  # in the session: ``hide``, the note and the hidden values of the link, name to values
_OFFERED = "_controls_of_page"  # in the session: what may be hidden on this page, name to label
_PAIRED = {"digits": ("first", "second")}  # hidden together, as neither can be chosen without the other
# What a link may hide: the fields of ``Settings``, and the controls of single pages that nothing else on the page sets.
HIDEABLE = frozenset(CHOSEN) | {
    "bias_moved", "why_part", "value_a", "weight_a", "value_b", "weight_b", "pixel_value", "pixel_weight", "source",
    "bias_part", "blank_weights", "sees", "ink_digits", "few_pixels", "prices_part", "receipts_used", "look", "update",
    "formulas", "reasons", "runs", "shapes", "losses", "sweep_bias", "ranges", "penalty", "beside", "solvers",
    "three_lines", "by_rows", "other_score", "question", "weights_shown", "goal", "own_bias", "picture_bias", "outline",
    "see_theirs", "own_source", "own_sign", "own_use", "next_part", "units", "xor_units", "all_units",
}

Values = dict[str, list[str]]


def read_class_link() -> None:
    """Read the class link in the address, if there is one, and keep it for the visit; once in each run of the entry.

    An address with ``hide`` or a note is a class link and replaces an earlier one. An address with neither is
    another page of the visit, or a step back to one: there, the class link of the visit is put back into the address,
    so that it outlives a reload and can be sent on.
    """
    st.session_state[_OFFERED] = {}
    if st.query_params.get("v") == "1":  # the server has respelled it already, where a browser loads the address
        st.query_params.update(in_words(all_parameters()))
    problem = links.version_problem(st.query_params.get("v"))
    if problem:
        st.warning(problem, icon=":material/link_off:")
    in_address = _class_link_in_address()
    if in_address:
        st.session_state[_CLASS_LINK] = in_address
    names = _query_parameters(hidden_names())
    _unbind(names)
    if not in_address:
        for name in names:
            if name in st.query_params and name not in class_link():
                del st.query_params[name]
        lost = {name: values for name, values in class_link().items() if st.query_params.get_all(name) != values}
        if lost:
            st.query_params.update(lost)


def _class_link_in_address() -> Values:
    """``hide``, the note and the values of hidden controls, as far as the address has them."""
    link = in_words(all_parameters())
    note = link.get(links.NOTE) or link.get(links.OLD_NOTE)
    own = {name: values for name, values in (("hide", link.get("hide")), (links.NOTE, note)) if values}
    return own | {name: link[name] for name in _query_parameters(_hideable(own)) if name in link}


def _unbind(names: Sequence[str]) -> None:
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


def all_parameters() -> Values:
    """All parameters of the address, name to values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def class_link() -> Values:
    """The parameters that every link out of this visit must have, to hide the same controls and show the note."""
    return dict(st.session_state.get(_CLASS_LINK, {}))


def show_note() -> None:
    """Show the note of the class link as plain text: nothing in it becomes a link or a picture."""
    note, cut = links.clean_note(class_link().get(links.NOTE, [""])[-1])
    if note:
        with st.container(border=True, key="class_note", gap="xsmall"):
            st.caption(_words("note.cut", most=links.NOTE_LENGTH) if cut else _words("note.from"))
            st.text(note)


def hidden(name: str) -> bool:
    """Whether the link hides this control; ``name`` may also be a query parameter of it."""
    return name in hidden_names() or name in _query_parameters(hidden_names())


def hidden_names() -> tuple[str, ...]:
    """The controls that the link hides, each one of ``HIDEABLE``."""
    return _hideable(class_link())


def _hideable(link: Values) -> tuple[str, ...]:
    """The controls that ``hide`` of a link names, without those that cannot be hidden."""
    return tuple(name for name in links.hidden_controls(link.get("hide", [""])[-1]) if name in HIDEABLE)


def _query_parameters(names: Sequence[str]) -> list[str]:
    """The query parameters of these controls."""
    return [parameter for name in names for parameter in _PAIRED.get(name, (name,))]


def replace_hidden_value(name: str, value: str) -> None:
    """Change the value of a hidden control, for a button that may do so; does nothing if the control is shown."""
    if hidden(name):
        st.session_state[_CLASS_LINK] = class_link() | {name: [value]}
        st.query_params[name] = value


def texts_of(name: str) -> list[str]:
    """The values of a hidden control in the link, as text."""
    return class_link().get(name, [])


def offer(name: str, label: str) -> bool:
    """Register a control of this page that may be hidden; returns whether it is shown.

    Raises
    ------
    ValueError
        If ``name`` is not in ``HIDEABLE``.
    """
    if name not in HIDEABLE:
        raise ValueError(f"name: {name!r} must be one of HIDEABLE")
    st.session_state.setdefault(_OFFERED, {})[name] = label
    return not hidden(name)


def offered() -> dict[str, str]:
    """The controls registered on this page so far: name to label."""
    return dict(st.session_state.get(_OFFERED, {}))


def control(widget: Callable, label: str, *args: Any, key: str, hide_label: str | None = None, **more: Any) -> Any:
    """A Streamlit widget with its value in the URL; where the link hides it, only its value.

    Parameters
    ----------
    widget : callable
        ``st.slider``, ``st.select_slider``, ``st.toggle``, or one with a list of options.
    label : str
    *args, **more
        As for ``widget``.
    key : str
        Its name in the URL.
    hide_label : str, optional
        Its name in the list of controls to hide, if ``label`` does not suit there.

    Returns
    -------
    The value, as ``widget`` returns it.
    """
    if offer(key, hide_label or label):
        return widget(label, *args, key=key, bind="query-params", **more)
    return read(widget, texts_of(key), *args, **more)


def read(widget: Callable, texts: Sequence[str], *args: Any, **more: Any) -> Any:
    """The value that a widget reads from a link, without the widget.

    Parameters
    ----------
    widget : callable
        As for ``control``.
    texts : sequence of str
        The values of its parameter in the link; empty if the link does not name it.
    *args, **more
        As for ``widget``, after the label.
    """
    reader = {
        "slider": _slider, "select_slider": _select_slider, "toggle": _toggle, "selectbox": _selectbox,
        "segmented_control": _buttons, "pills": _buttons,
    }[widget.__name__]
    return reader(list(texts), *args, **more)


# Each reads a parameter exactly as its widget does: tests/pages/test_share_hidden.py compares them.


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
    found = _matching(texts, options, format_func)
    return found[0] if len(texts) == len(found) == 1 else value


def _toggle(texts: list[str], value: bool = False, **more: Any) -> bool:
    return {"true": True, "false": False}.get(texts[-1].lower(), value) if texts else value


def _selectbox(
    texts: list[str], options: Sequence[Any], index: int = 0, format_func: Callable[[Any], str] = str, **more: Any
) -> Any:
    return next(iter(_matching(texts[-1:], options, format_func)), options[index])


def _buttons(
    texts: list[str], options: Sequence[Any], default: Any, format_func: Callable[[Any], str] = str,
    selection_mode: str = "single", **more: Any,
) -> Any:
    given = [text for text in texts if text]
    if selection_mode == "single":
        return next(iter(_matching(given[:1], options, format_func)), default)
    found = list(dict.fromkeys(_matching(given, options, format_func)))
    return found if found or (texts and not given) else list(default)


def _matching(texts: Sequence[str], options: Sequence[Any], format_func: Callable[[Any], str]) -> list[Any]:
    """The options that the texts name, by label or, for options that are text, by key."""
    return [option for text in texts for option in options if text in (format_func(option), option)]
