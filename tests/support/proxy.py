"""A course site and the app at one origin: a reverse proxy before a running app, for the browser tests."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit


@contextmanager
def course_site(app: str, prefix: str, page: str, strip: bool) -> Iterator[str]:
    """Serve a page of a course at ``/lesson`` and the app below a prefix; yields the address of the site.

    Parameters
    ----------
    app : str
        The address of the running app.
    prefix : str
        "/course/app": the start of every path that is passed on, WebSockets among them.
    page : str
        The page of the course, in HTML.
    strip : bool
        Whether the app is asked without the prefix.
    """
    upstream = urlsplit(app)

    class Handler(socketserver.BaseRequestHandler):
        """Pass on a request and all that follows on its connection: a WebSocket is bytes in both directions."""

        def handle(self) -> None:
            head = _head(self.request)
            if not head:
                return
            method, path, rest = head.split(b" ", 2)
            if not path.startswith(prefix.encode()):
                found = path == b"/lesson"
                body = page.encode() if found else b""
                self.request.sendall(
                    b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n"
                    b"Connection: close\r\n\r\n%s" % (b"200 OK" if found else b"404 Not Found", len(body), body)
                )
                return
            if strip:
                path = path.removeprefix(prefix.encode()) or b"/"
            if b"upgrade: websocket" not in rest.lower():  # the next request comes on another connection
                rest = rest.replace(b"Connection: keep-alive", b"Connection: close")
            with closing(socket.create_connection((upstream.hostname, upstream.port))) as there:
                there.sendall(b" ".join((method, path, rest)))
                back = threading.Thread(target=_pass_on, args=(there, self.request))
                back.start()
                _pass_on(self.request, there)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _head(connection: socket.socket) -> bytes:
    """The bytes received once the head of a request is complete; empty if it never is."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(65_536)
        if not more:
            return b""
        head += more
    return head


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """Pass on bytes until either end is closed; then shut down both."""
    # A browser closes connections while something is on its way to it.
    with suppress(OSError):
        while more := source.recv(65_536):
            target.sendall(more)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
