"""Streamlit's messages: what a visitor without a browser sends, and what it needs to know of what it gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from streamlit.components.v2.bidi_component.constants import EVENT_DELIM
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ButtonGroup_pb2 import ButtonGroup
from streamlit.proto.Checkbox_pb2 import Checkbox
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX

Value = bool | str | list[float] | list[str]  # what a widget holds


def rerun(states: Iterable[WidgetState] = (), **place: Any) -> bytes:
    """The message that runs the page; ``place``: fields of Streamlit's ``ClientState``, as ``query_string``."""
    return BackMsg(
        rerun_script=ClientState(widget_states=WidgetStates(widgets=states), **place)
    ).SerializeToString()


def clear_cache() -> bytes:
    """The message that clears the server's caches, as the menu of Streamlit sends it."""
    return BackMsg(clear_cache=True).SerializeToString()


def widget_state(name: str, field: str, value: Value) -> WidgetState:
    """What a widget holds; ``field`` is the one of ``WidgetState`` that its kind uses, as ``double_array_value``."""
    state = WidgetState(id=name)
    if isinstance(value, list):
        getattr(state, field).SetInParent()  # it is sent without values, too
        getattr(state, field).data.extend(value)
    else:
        setattr(state, field, value)
    return state


def event_state(component: str, event: str, json: str) -> WidgetState:
    """An event of a component of our own, with its value as JSON."""
    name = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{component}{EVENT_DELIM}events"
    return widget_state(name, "json_trigger_value", f'[{{"event":"{event}","value":{json}}}]')


def is_end(message: ForwardMsg) -> bool:
    """Whether the page has run to its end; a run that was cut short for the next one has not."""
    return (
        message.WhichOneof("type") == "script_finished"
        and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
    )


def element_of(message: ForwardMsg) -> tuple[str, Any] | None:
    """The kind of a new element and the element; None if the message brings none."""
    if message.WhichOneof("type") != "delta" or not message.delta.HasField("new_element"):
        return None
    kind = message.delta.new_element.WhichOneof("type")
    return kind, getattr(message.delta.new_element, kind)


def key_of(element: Any) -> str:
    """The key of a widget in the script; "" if the element is none."""
    name = getattr(element, "id", "")
    return name.split("-", 2)[2] if name.startswith("$$ID-") else ""  # $$ID-hash-key


@dataclass(frozen=True)
class Control:
    """A widget that holds a value, as the page has drawn it.

    Parameters
    ----------
    name : str
        Its id.
    key : str
    field : str
        As for ``widget_state``.
    parameter : str
        Its name in the address; "" if it has none.
    shown, default : Value or None
        What it holds in a browser that has just drawn it, and what is left out of the address. None for a list whose
        default the server has left out, as Streamlit does where the option chosen is None.
    is_set : bool
        Whether the server has set the value, whatever the browser holds.
    is_disabled : bool
    places : int
        How many positions it has.
    at : callable (place) -> Value
        What it holds at a position, counted from 0.
    """

    name: str
    key: str
    field: str
    parameter: str
    shown: Value | None
    default: Value | None
    is_set: bool
    is_disabled: bool
    places: int
    at: Callable[[int], Value]

    def value(self, share: float) -> Value:
        """What it holds at a share of its way: 0 is its first position, 1 its last."""
        return self.at(round(share * (self.places - 1)))


def control(element: Any) -> Control | None:
    """The control that an element is; None for a button, a component of our own, and what is none."""
    if not isinstance(element, (Slider, ButtonGroup, Selectbox, Checkbox)):
        return None
    field, places, at, default, held = _values(element)
    return Control(
        element.id, key_of(element), field, element.query_param_key, held if element.set_value else default, default,
        element.set_value, element.disabled, places, at,
    )


def _values(element: Any) -> tuple[str, int, Callable[[int], Value], Value | None, Value]:
    """The field of ``WidgetState``, the number of positions, the value at one, the default, what the server has set."""
    if isinstance(element, Checkbox):
        return "bool_value", 2, bool, element.default, element.value
    if isinstance(element, Selectbox):
        options = list(element.options)
        chosen = options[element.default] if element.HasField("default") else None
        return "string_value", len(options), options.__getitem__, chosen, element.raw_value
    if isinstance(element, ButtonGroup):
        options = [option.content for option in element.options]
        chosen, held = [options[i] for i in element.default], list(element.raw_values)
        return "string_array_value", len(options), lambda i: [options[i]], chosen, held
    if element.type == Slider.SELECT_SLIDER:
        options = list(element.options)
        chosen, held = [options[int(i)] for i in element.default], list(element.raw_value)
        return "string_array_value", len(options), lambda i: [options[i]], chosen, held
    low, high, step = element.min, element.max, element.step
    places = round((high - low) / step) + 1
    # The browser rounds as well: 3 × 0.1 is 0.3.
    return "double_array_value", places, lambda i: [round(min(low + i * step, high), 10)], list(element.default), list(
        element.value
    )


def in_address(value: Value) -> list[str]:
    """A value as the browser writes it into the address: one text for each value of a parameter."""
    values: Sequence[Any] = value if isinstance(value, list) else [value]
    return [_text(one) for one in values]


def _text(value: bool | str | float) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value
