"""What a client needs to know of Streamlit's messages: each distinct one is parsed once for all clients."""

from __future__ import annotations

from dataclasses import dataclass

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.support.messages import Control, control, element_of, key_of

_MOST_KNOWN = 100_000  # messages that are remembered, at a few hundred bytes each
_HASH = 0x0A  # the first byte of a message that begins with its hash, by protobuf's rules; its length comes next


@dataclass(frozen=True)
class Seen:
    """A message, as far as a client has to know it.

    Parameters
    ----------
    message : ForwardMsg or None
        All of it, unless it brings an element.
    hash : str
        Of an element that a browser keeps, so that the server need not send it again; "" for any other.
    control : Control or None
    component : (key, id) or None
        Of our own.
    questions : str
        What the browser asks about live sliders, as JSON.
    fragment : str
        The part of the page that it is in; "" for the page itself.
    script : str
        The hash of the script that has drawn it.
    exception, progress : str
        What an exception or a progress bar on the page says.
    """

    message: ForwardMsg | None = None
    hash: str = ""
    control: Control | None = None
    component: tuple[str, str] | None = None
    questions: str = ""
    fragment: str = ""
    script: str = ""
    exception: str = ""
    progress: str = ""


_NOTHING = Seen()


class Reader:
    """Reads the frames of all clients.

    Attributes
    ----------
    received : int
        The bytes of all frames.
    """

    def __init__(self) -> None:
        self.received = 0
        self._known: dict[bytes, Seen] = {}

    def read(self, frame: bytes) -> Seen:
        """What a client has to know of a frame."""
        self.received += len(frame)
        if frame[0] != _HASH:
            return _seen(ForwardMsg.FromString(frame))
        hash = frame[2 : 2 + frame[1]]
        seen = self._known.get(hash)
        if seen is None:
            if len(self._known) == _MOST_KNOWN:
                self._known.clear()
            seen = self._known[hash] = _seen(ForwardMsg.FromString(frame))
        return seen


def _seen(message: ForwardMsg) -> Seen:
    found = element_of(message)
    if found is None:
        return _NOTHING if message.WhichOneof("type") == "delta" else Seen(message)
    kind, element = found
    kept = message.hash if message.metadata.cacheable else ""
    fragment, script = message.delta.fragment_id, message.metadata.active_script_hash
    if shown := control(element):
        return Seen(None, kept, shown, fragment=fragment, script=script)
    if kind == "bidi_component" and (key := key_of(element)):
        questions = element.json if key.startswith("live_") else ""
        return Seen(None, kept, None, (key, element.id), questions, fragment, script)
    if kind == "exception":
        return Seen(exception=f"{element.type}: {element.message}")
    if kind == "progress":
        return Seen(progress=element.text)
    return Seen(hash=kept, fragment=fragment) if kept else _NOTHING
