"""A visitor without a browser: Streamlit's messages over a WebSocket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from tests.support.messages import Value, clear_cache, element_of, is_end, key_of, rerun, widget_state


@contextmanager
def visiting(address: str, **headers: str) -> Iterator[Visitor]:
    """Open a visit to the app at ``address``, with these headers; at the end its connection is closed."""
    with connect(
        f"ws://{urlsplit(address).netloc}/_stcore/stream", origin=address, max_size=None, subprotocols=["streamlit"],
        additional_headers=headers,
    ) as socket:
        yield Visitor(socket)


class Visitor:
    """Opens pages and presses controls of the app through a connection.

    A message holds only the control that changes, so that a test knows what it sends.

    Attributes
    ----------
    shown : list of (kind, element)
        What the server sent for the last run of the page, by Streamlit's names.
    received, largest : int
        The bytes of all messages so far, and of the largest one.
    cookie : str
        What the server wants to see again with the next visit; empty if nothing.
    """

    def __init__(self, socket: ClientConnection):
        self._socket = socket
        self._place = ("", "")  # the page and the query
        self.shown: list[tuple[str, object]] = []
        self.received = self.largest = 0
        self.cookie = socket.response.headers.get("Set-Cookie", "").split(";")[0]
        self._widgets: dict[str, tuple[str, str]] = {}  # key to the id, and to the fragment that it is in

    def open(self, page: str, query: str = "", until: str = "") -> None:
        """Go to a page; wait until it is complete, or until the first element of the kind ``until`` has come."""
        self._place = (page, query)
        self._run(until=until)

    def press(self, key: str, option: str | None = None) -> None:
        """Press a button, or an option of a segmented control, by its key; wait for the answer."""
        if option is None:
            self._change(key, "trigger_value", True)
        else:
            self._change(key, "string_array_value", [option])

    def move(self, key: str, value: float | str) -> None:
        """Move a slider to a number, or to an option by its label; wait for the answer."""
        self._change(key, "string_array_value" if isinstance(value, str) else "double_array_value", [value])

    def clear_cache(self) -> None:
        """Clear the server's caches, as the menu of Streamlit does and any visitor can."""
        self._socket.send(clear_cache())

    def _change(self, key: str, field: str, value: Value) -> None:
        name, fragment = self._widgets[key]
        self._run([widget_state(name, field, value)], fragment)

    def _run(self, states: list[WidgetState] | None = None, fragment: str = "", until: str = "") -> None:
        page, query = self._place
        self._socket.send(rerun(states or [], page_name=page, query_string=query, fragment_id=fragment))
        self.shown = []
        while until not in dict(self.shown):
            frame = self._socket.recv(timeout=120)
            self.received += len(frame)
            self.largest = max(self.largest, len(frame))
            message = ForwardMsg.FromString(frame)
            if is_end(message):
                return
            if shown := element_of(message):
                self.shown.append(shown)
                if key := key_of(shown[1]):
                    self._widgets[key] = shown[1].id, message.delta.fragment_id
