"""Mirrors of MNIST and a proxy on this machine, for the tests of downloads."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from explorer import sources
from explorer.sources import download, folders, mnist


def idx(array: np.ndarray, magic: int | None = None) -> bytes:
    """An array of bytes as an IDX file, written without the app's code."""
    return struct.pack(f">I{array.ndim}I", magic or (0x0800 | array.ndim), *array.shape) + array.tobytes()


def small_files() -> dict[str, bytes]:
    """Four small files in the format of MNIST: 40 and 20 images of 4 × 4 pixels, all ten digits."""
    generator = np.random.default_rng(0)
    files = {}
    for part, n in (("train", 40), ("t10k", 20)):
        files[f"{part}-images-idx3-ubyte"] = idx(generator.integers(0, 256, (n, 4, 4)).astype(np.uint8))
        files[f"{part}-labels-idx1-ubyte"] = idx((np.arange(n) % 10).astype(np.uint8))
    return files


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the test read MNIST again; after it the session's copy is back."""
    monkeypatch.setattr(sources, "_jobs", sources._new_jobs())


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.server.answer(self, self.path.rsplit("/", 1)[1])

    def do_CONNECT(self):
        self.server.asked.append(self.path)
        self.send_error(self.server.refusal)

    def log_message(self, *_):
        """Quiet."""


@contextmanager
def web_server() -> Iterator[http.server.ThreadingHTTPServer]:
    """A server with a list ``asked``; set its ``answer(request, filename)``, and its ``refusal`` of a CONNECT."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.refusal = [], 407
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def mirrors(monkeypatch: pytest.MonkeyPatch, cache) -> Iterator[list[http.server.ThreadingHTTPServer]]:
    """Two mirrors that serve the small files as if they were the published ones, and an empty cache."""
    packed = {name + ".gz": gzip.compress(content) for name, content in small_files().items()}

    def serve(request, name, content=None, length=None, status=200):
        content = packed[name] if content is None else content
        request.send_response(status)
        request.send_header("Content-Length", str(length or len(content)))
        request.end_headers()
        request.wfile.write(content)

    with web_server() as first, web_server() as second:
        for server in (first, second):
            server.answer = server.serve = serve
        monkeypatch.delenv(mnist.MNIST_DIR_VARIABLE, raising=False)
        monkeypatch.setenv(folders.CACHE_DIR_VARIABLE, str(cache))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(
            download, "MIRRORS", tuple(f"http://127.0.0.1:{s.server_port}/mnist/" for s in (first, second))
        )
        monkeypatch.setattr(mnist, "MNIST_FILES", tuple(
            (name.removesuffix(".gz"), hashlib.sha256(content).hexdigest(), len(content))
            for name, content in packed.items()
        ))
        forget(monkeypatch)
        yield [first, second]


@contextmanager
def silent_server() -> Iterator[tuple[str, list[socket.socket]]]:
    """A server that takes every connection and never answers; yields its address and these connections."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:

        def take() -> None:
            while True:
                try:
                    taken.append(listening.accept()[0])
                except OSError:  # closed: the test is over
                    return

        threading.Thread(target=take, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}", taken
        listening.shutdown(socket.SHUT_RDWR)
    for connection in taken:
        connection.close()
