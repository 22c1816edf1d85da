"""A visitor without a browser: Streamlit's messages over a WebSocket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


@contextmanager
def visiting(address: str) -> Iterator[Visitor]:
    """Open a visit to the app at ``address``; at the end its connection is closed."""
    with connect(
        f"ws://{urlsplit(address).netloc}/_stcore/stream", origin=address, max_size=None, subprotocols=["streamlit"],
    ) as socket:
        yield Visitor(socket)


class Visitor:
    """Opens pages and presses controls of the app through a connection.

    Attributes
    ----------
    shown : list of (kind, element)
        What the server sent for the last run of the page, by Streamlit's names.
    received, largest : int
        The bytes of all messages so far, and of the largest one.
    """

    def __init__(self, socket: ClientConnection):
        self._socket = socket
        self._place = ("", "")  # the page and the query
        self.shown: list[tuple[str, object]] = []
        self.received = self.largest = 0
        self._widgets: dict[str, tuple[str, str]] = {}  # key to the id, and to the fragment that it is in

    def open(self, page: str, query: str = "", until: str = "") -> None:
        """Go to a page; wait until it is complete, or until the first element of the kind ``until`` has come."""
        self._place = (page, query)
        self._run(BackMsg(), until)

    def press(self, key: str, option: str | None = None) -> None:
        """Press a button, or an option of a segmented control, by its key; wait for the answer."""
        message = BackMsg()
        name, message.rerun_script.fragment_id = self._widgets[key]
        widget = message.rerun_script.widget_states.widgets.add(id=name)
        if option is None:
            widget.trigger_value = True
        else:
            widget.string_array_value.data.append(option)
        self._run(message)

    def move(self, key: str, value: float | str) -> None:
        """Move a slider to a number, or to an option by its label; wait for the answer."""
        message = BackMsg()
        name, message.rerun_script.fragment_id = self._widgets[key]
        widget = message.rerun_script.widget_states.widgets.add(id=name)
        if isinstance(value, str):
            widget.string_array_value.data.append(value)
        else:
            widget.double_array_value.data.append(value)
        self._run(message)

    def clear_cache(self) -> None:
        """Clear the server's caches, as the menu of Streamlit does and any visitor can."""
        self._socket.send(BackMsg(clear_cache=True).SerializeToString())

    def _run(self, request: BackMsg, until: str = "") -> None:
        request.rerun_script.page_name, request.rerun_script.query_string = self._place
        self._socket.send(request.SerializeToString())
        self.shown = []
        while until not in dict(self.shown):
            frame = self._socket.recv(timeout=120)
            self.received += len(frame)
            self.largest = max(self.largest, len(frame))
            message = ForwardMsg.FromString(frame)
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    return
            elif message.delta.HasField("new_element"):
                kind = message.delta.new_element.WhichOneof("type")
                element = getattr(message.delta.new_element, kind)
                self.shown.append((kind, element))
                if getattr(element, "id", "").startswith("$$ID-"):  # $$ID-hash-key
                    self._widgets[element.id.split("-", 2)[2]] = element.id, message.delta.fragment_id
