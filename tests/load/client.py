"""A client of the load test: what a browser sends and keeps, without a browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.protocol import State

from explorer.contents import PAGES
from tests.load.network import Network, Site, Trouble
from tests.load.reading import Reader, Seen
from tests.support.messages import Control, Value, clear_cache, event_state, in_address, is_end, rerun, widget_state

ANSWER_WITHIN = 120  # seconds
_ANSWERS_KEPT = 24  # answers about live sliders, as in the browser

Query = dict[str, list[str]]


class Client:
    """One visitor.

    Parameters
    ----------
    site : Site
    reader : Reader
        Shared by all clients.
    complain : callable (Trouble)
        Is told of what a page shows as an error; the client goes on.

    Attributes
    ----------
    page : str
        The page that is open.
    query : dict of str to list of str
        The address's parameters, as the browser would show them now.
    progress : list of str
        What progress bars have said since the last request.
    patience : float
        Seconds that it waits for an answer.
    """

    def __init__(self, site: Site, reader: Reader, complain: Callable[[Trouble], None]):
        self.page = PAGES[0].name
        self.query: Query = {}
        self.progress: list[str] = []
        self.patience: float = ANSWER_WITHIN
        self._network, self._reader, self._complain = Network(site), reader, complain
        self._socket: ClientConnection | None = None
        self._asked: dict[str, None] = {}  # questions about live sliders that are answered
        self._forget()

    def _forget(self) -> None:
        """Begin a new visit: all that a browser forgets when a page is loaded."""
        self._session = ""
        self._script = ""  # the hash of the open page's script
        self._main_script = ""
        self._pages: dict[str, str] = {}  # path to the hash of the script
        self._drawn: dict[str, Seen] = {}  # what the page holds, by key
        self._drawing: dict[str, Seen] = {}  # what the present run has drawn so far
        self._has_begun = False  # the run that was asked for last
        self._repeated: dict[str, float] = {}  # fragments that run again by themselves, with the seconds between
        self._states: dict[str, WidgetState] = {}  # what the widgets hold, by id
        self._values: dict[str, Value] = {}  # the same, as values
        self._kept: dict[str, tuple[int, Seen]] = {}  # elements by hash, with the run that used them last
        self._runs = 0
        self._runs_kept = 0  # for how many runs an element is kept

    @property
    def is_connected(self) -> bool:
        return self._socket is not None and self._socket.state is State.OPEN

    def shows(self, control: str, option: str) -> bool:
        """Whether a control holds an option; True for "", which is no control."""
        shown = self._drawn[control].control if control in self._drawn else None
        return shown is None or in_address(self._values.get(shown.name) or shown.default) == in_address([option])

    def is_disabled(self, key: str) -> bool:
        """Whether the page has this control, and it cannot be moved."""
        seen = self._drawn.get(key)
        return bool(seen and seen.control and seen.control.is_disabled)

    async def visit(self, page: str, query: Query) -> None:
        """Load a page by its address, as a new visit; return when its script has run to the end."""
        await self.leave()
        self._forget()
        self.page, self.query = page, dict(query)
        name = "" if page == PAGES[0].name else page
        status = await self._network.get(f"/{name}" + (f"?{self._query_string()}" if query else ""))
        if status != HTTPStatus.OK:
            raise Trouble("page refused", status)
        self._socket = await self._network.connect(self._session)
        await self._run(page_name=name)

    async def go(self, page: str, link: Query) -> None:
        """Follow a link to another page within the visit."""
        bound = [seen.control.parameter for seen in self._drawn.values() if seen.control]
        self.query = link | {name: self.query[name] for name in bound if name in self.query and name not in link}
        # The widgets of the page before are gone; those beside every page stay.
        self._keep_states([seen for seen in self._drawn.values() if seen.script == self._main_script])
        self.page, self._script = page, self._pages[page]
        await self._run()

    async def change(self, key: str, share: float) -> None:
        """Move a control to a share of its way, in the address too; what is the default is not in the address."""
        seen = self._known(key)
        shown = seen.control
        assert shown
        value = shown.value(share)
        self._hold(shown, value)
        if shown.parameter:
            self.query.pop(shown.parameter, None)
            if value != shown.default:
                self.query[shown.parameter] = in_address(value)
        await self._run(fragment_id=seen.fragment)

    async def fire(self, key: str, event: str, value: str) -> None:
        """Let a component of our own tell an event, with its value as JSON."""
        component = self._known(key).component
        assert component
        await self._run([event_state(component[1], event, value)])

    def question(self, key: str) -> str | None:
        """What the browser asks about a slider before it is dragged; None if nothing, or if it knows the answer."""
        live = self._drawn.get(f"live_{self.page}")
        question = json.loads(live.questions)["questions"].get(key) if live else None
        return None if question in self._asked else question

    async def ask(self, question: str) -> int:
        """Ask about a slider; returns the status of the answer."""
        status = await self._network.get(f"/live.json?ask={quote(question)}")
        if status == HTTPStatus.OK:
            self._asked[question] = None
            if len(self._asked) > _ANSWERS_KEPT:
                del self._asked[next(iter(self._asked))]
        return status

    async def reconnect(self) -> None:
        """Take up the session with a new connection, and run the page again, as a browser does."""
        await self.leave()
        self._socket = await self._network.connect(self._session)
        await self._run()

    async def clear_cache(self) -> None:
        """Clear the server's caches, as the menu of Streamlit does."""
        assert self._socket
        await self._socket.send(clear_cache())

    async def idle(self, seconds: float) -> None:
        """Wait, until the connection is lost at most."""
        if self._socket is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._socket.wait_closed()

    async def leave(self) -> None:
        """Close the connection, as a browser does with a tab."""
        if self._socket is not None:
            await self._socket.close(CloseCode.GOING_AWAY)
            self._socket = None

    def wrong(self, address: Query) -> list[str]:
        """The controls that do not hold what an address names, as sentences."""
        found = []
        for seen in self._drawn.values():
            shown = seen.control
            if not shown or not shown.parameter:
                continue
            named = address.get(shown.parameter)
            if named is None and shown.default is not None:
                named = in_address(shown.default)
            held = in_address(self._values.get(shown.name, []))
            if named is not None and held != named:
                found.append(f"{self.page}: {shown.parameter} is {held}, the address says {named}")
        return found

    def _known(self, key: str) -> Seen:
        if key not in self._drawn:
            raise Trouble("control missing", f"{key} on {self.page}?{self._query_string()}")
        return self._drawn[key]

    def _query_string(self) -> str:
        return urlencode(self.query, doseq=True)

    async def _run(self, events: Sequence[WidgetState] = (), **place: str) -> None:
        """Ask for a run of the page with all that its widgets hold; return when it has ended.

        While the page shows a wait that runs again by itself, as that for images, it has not ended.
        """
        self.progress = []
        try:
            async with asyncio.timeout(self.patience):
                await self._ask_and_take(events, **place)
                while self._repeated:
                    fragment, seconds = next(iter(self._repeated.items()))
                    await asyncio.sleep(seconds)
                    await self._ask_and_take(fragment_id=fragment, is_auto_rerun=True)
        except TimeoutError:
            await self.leave()
            raise Trouble(f"no answer within {self.patience:g} s") from None
        except ConnectionClosed as error:
            raise Trouble("connection closed", error) from error

    async def _ask_and_take(self, events: Sequence[WidgetState] = (), **place: Any) -> None:
        if not self.is_connected:
            raise Trouble("connection closed")
        assert self._socket
        self._has_begun = False
        await self._socket.send(rerun(
            [*self._states.values(), *events], query_string=self._query_string(),
            page_script_hash=self._script, cached_message_hashes=list(self._kept), **place,
        ))
        while not self._take(self._reader.read(await self._socket.recv(decode=False))):
            pass

    def _take(self, seen: Seen) -> bool:
        """Take in a message; returns whether it ends the run."""
        message = seen.message
        if message is None:
            self._show(seen)
            return False
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            if message.ref_hash not in self._kept:
                raise Trouble("unknown reference")
            self._show(self._kept[message.ref_hash][1])
        elif kind == "new_session":
            new = message.new_session
            self._session, self._script = new.initialize.session_id, new.page_script_hash
            self._main_script, self._runs_kept = new.main_script_hash, new.config.max_cached_message_age
            self._drawing, self._has_begun = {}, True
            if not message.metadata.run.fragment_ids:
                self._repeated = {}
        elif kind == "auto_rerun":
            self._repeated[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._repeated.pop(fragment, None)
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash  # before it, Streamlit names another page
            self._pages = {
                PAGES[0].name if page.is_default else page.url_pathname: page.page_script_hash
                for page in sorted(message.navigation.app_pages, key=lambda page: page.is_default)
            }
        elif kind == "page_info_changed":
            self.query = parse_qs(message.page_info_changed.query_string, keep_blank_values=True)
        elif kind == "session_event" and message.session_event.HasField("script_compilation_exception"):
            self._complain(Trouble("exception on the page", message.session_event.script_compilation_exception.message))
        if not (is_end(message) and self._has_begun):  # the end may be that of the run before
            return False
        self._finish(message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
        return True

    def _show(self, seen: Seen) -> None:
        """Take in an element of the page."""
        if seen.hash:
            self._kept[seen.hash] = self._runs, seen
        if seen.control:
            self._drawing[seen.control.key] = seen
            shown = seen.control
            if shown.shown is not None and (shown.is_set or shown.name not in self._states):
                self._hold(shown, shown.shown)
        elif seen.component:
            self._drawing[seen.component[0]] = seen
        elif seen.exception:
            self._complain(Trouble("exception on the page", f"{self.page}?{self._query_string()}: {seen.exception}"))
        elif seen.progress:
            self.progress.append(seen.progress)

    def _hold(self, shown: Control, value: Value) -> None:
        self._values[shown.name] = value
        self._states[shown.name] = widget_state(shown.name, shown.field, value)

    def _keep_states(self, shown: list[Seen]) -> None:
        """Forget what all other widgets hold."""
        names = {seen.control.name for seen in shown if seen.control}
        self._states = {name: state for name, state in self._states.items() if name in names}
        self._values = {name: value for name, value in self._values.items() if name in names}

    def _finish(self, is_fragment: bool) -> None:
        """The run has ended: forget what is no longer on the page, and the oldest of the elements that are kept."""
        fragments = {seen.fragment for seen in self._drawing.values()}
        if is_fragment:
            rest = {key: seen for key, seen in self._drawn.items() if seen.fragment not in fragments}
            self._drawn = rest | self._drawing
        else:
            self._drawn = self._drawing
        self._keep_states(list(self._drawn.values()))
        self._runs += 1
        self._kept = {
            hash: (used, seen) for hash, (used, seen) in self._kept.items()
            if self._runs - used <= self._runs_kept or (is_fragment and seen.fragment not in fragments)
        }
