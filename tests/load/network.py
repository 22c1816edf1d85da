"""The way to the app: requests, connections, and the cookies of both."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import parse_headers
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake

PAGE_WITHIN = 120  # seconds
HANDSHAKE_WITHIN = 15  # seconds; a browser waits as long before it tries again
_XSRF = "_streamlit_xsrf"


class Trouble(Exception):
    """What a visitor would see go wrong; ``kind`` is what it is counted as."""

    def __init__(self, kind: str, words: object = ""):
        super().__init__(f"{kind}: {words}" if words else kind)
        self.kind = kind


@dataclass(frozen=True)
class Site:
    """Where the app is; ``address`` as in a browser, without the last slash."""

    address: str

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 80

    @property
    def netloc(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def base(self) -> str:
        return urlsplit(self.address).path

    def connecting(self, subprotocols: Sequence[str] = ("streamlit",), **more: Any) -> connect:
        """A WebSocket to the app, to be awaited or entered; ``more`` as for ``connect`` of websockets."""
        if "sock" not in more:
            # With these named, a redirect to another machine is not followed.
            more |= {"host": self.host, "port": self.port}
        return connect(
            f"ws://{self.netloc}{self.base}/_stcore/stream", origin=f"http://{self.netloc}",
            subprotocols=subprotocols, close_timeout=1, ping_interval=None, max_size=None, proxy=None, **more,
        )


class Network:
    """What a browser sends and keeps of the network: its cookies go with every request. Raises Trouble."""

    def __init__(self, site: Site):
        self.site = site
        self._cookies: dict[str, str] = {}

    async def get(self, path: str) -> int:
        """The status of the answer to a request; its cookies are kept, its body is read and dropped."""
        cookies = f"Cookie: {self._cookie_header()}\r\n" if self._cookies else ""
        request = (
            f"GET {self.site.base}{path} HTTP/1.1\r\nHost: {self.site.netloc}\r\n{cookies}"
            "Accept-Encoding: gzip\r\nConnection: close\r\n\r\n"
        )
        try:
            async with asyncio.timeout(PAGE_WITHIN):
                reader, writer = await asyncio.open_connection(self.site.host, self.site.port)
                try:
                    writer.write(request.encode())
                    head = await reader.readuntil(b"\r\n\r\n")
                    while await reader.read(65_536):
                        pass
                finally:
                    writer.close()
        except TimeoutError:
            raise Trouble(f"no page within {PAGE_WITHIN} s") from None
        except (OSError, EOFError) as error:
            raise Trouble("not connected", error) from error
        status, _, headers = head.partition(b"\r\n")
        self._take_cookies(parse_headers(BytesIO(headers)).get_all("Set-Cookie", []))
        return int(status.split()[1])

    async def connect(self, session: str) -> ClientConnection:
        """A connection to the app; ``session`` is the one to be taken up, "" for a new one."""
        protocols = ["streamlit", self._cookies.get(_XSRF, "PLACEHOLDER_AUTH_TOKEN")]
        try:
            connection = await self.site.connecting(
                protocols + ([session] if session else []), open_timeout=HANDSHAKE_WITHIN,
                additional_headers={"Cookie": self._cookie_header()} if self._cookies else {},
            )
        except TimeoutError:
            raise Trouble("handshake timed out") from None
        except (InvalidHandshake, ValueError) as error:  # a ValueError is a redirect that is not followed
            raise Trouble("handshake refused", error) from error
        except (OSError, EOFError) as error:
            raise Trouble("not connected", error) from error
        self._take_cookies(connection.response.headers.get_all("Set-Cookie"))
        return connection

    def _cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def _take_cookies(self, lines: list[str]) -> None:
        for line in lines:
            self._cookies |= {name: morsel.coded_value for name, morsel in SimpleCookie(line).items()}
