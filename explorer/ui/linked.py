"""Controls with their value in the URL, which a link may hide; and what else a link brings along.

A class link names the controls that are not shown (``hide=loss,seed``); they stay at the values that the
link gives, for the whole visit and whatever buttons set. What cannot be read is the control's default.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from explorer import links, typed
from explorer.settings import LIMITS

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
    """Take in what the link brings beside free choices, and keep it for the visit; once in each run of the entry."""
    link = st.query_params
    st.session_state[_CONTROLS] = {}
    problem = links.version_problem(link.get("v"))
    if problem:
        st.warning(problem, icon=":material/link_off:")
    own = {name: values for name in ("hide", "note") if (values := link.get_all(name))}
    kept = brought()
    if own and own != {name: kept[name] for name in ("hide", "note") if name in kept}:
        names = _parameters(own.get("hide", [""])[-1])
        st.session_state[_KEPT] = own | {name: values for name in names if (values := link.get_all(name))}
    # On another page of the visit the address has lost it: put back, it can be reloaded and sent on.
    lost = {name: values for name, values in brought().items() if link.get_all(name) != values}
    if lost:
        link.update(lost)


def everything() -> Values:
    """All query parameters, name to values."""
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
    note, cut = links.clean_note(brought().get("note", [""])[-1])
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


def text_of(name: str) -> str | None:
    """What the link says of a hidden control, or None."""
    return brought().get(name, [None])[-1]


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
    texts = brought().get(key)
    read = {"slider": _number, "toggle": _switch}.get(widget.__name__, _option)
    return read(texts, *args, **more)


def _number(texts: list[str] | None, low: float, high: float, default: float, *args: Any, **more: Any) -> float:
    try:
        value = typed.number(texts[-1]) if texts else default
    except ValueError:
        return default
    return type(default)(value) if low <= value <= high else default


def _switch(texts: list[str] | None, value: bool = False, **more: Any) -> bool:
    return {"true": True, "false": False}.get(texts[-1], value) if texts else value


def _option(
    texts: list[str] | None, options: Sequence[Any], format_func: Callable[[Any], str] = str, default: Any = None,
    value: Any = None, index: int | None = None, selection_mode: str = "single", **more: Any,
) -> Any:
    texts = texts and [typed.in_ascii(text) for text in texts]
    found = [option for text in texts or () for option in options if text in (str(option), format_func(option))]
    if selection_mode == "multi":
        return found if texts is not None else list(default or ())
    if found:
        return found[-1]
    return options[index] if index is not None else value if value is not None else default
