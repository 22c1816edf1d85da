"""Which files a server takes: for visits that are open, few, small, not for long; and what Streamlit keeps of them."""

import asyncio
import http.client
import re
import time
from contextlib import contextmanager
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from websockets.sync.client import connect

from explorer.inputs import bounds
from explorer.ui import uploads as kept
from explorer.web import uploads
from explorer.web.uploads import Uploads
from tests.app.test_door import get
from tests.support.messages import rerun
from tests.support.serving import in_a_loop


class Files:
    """Files as Streamlit keeps them, of one open visit, "me", and others, "you0", "you1", …"""

    def __init__(self):
        self.kept, self.refused = {}, []

    def is_open(self, visit):
        return visit.startswith(("me", "you"))

    def files(self):
        return [(*key, size) for key, size in self.kept.items()]

    def drop(self, visit, file):
        del self.kept[visit, file]

    def tidy(self, visit, file):
        """The names are not kept here."""

    def refuse(self, visit):
        self.refused.append(visit)


@pytest.fixture
def store():
    return Files()


def put(taken: Uploads, place: str = "me/f", length: object = None, method: str = "PUT", body: bytes = b"x" * 100,
        receive=None) -> tuple[int, bytes]:
    """The status of the answer, and what has reached Streamlit."""
    sent, reached = [], []

    async def streamlit(scope, receive, send):
        more = True
        while more:
            message = await receive()
            reached.append(message.get("body", b""))
            more = message.get("more_body", False)
        visit, file = scope["path"].rsplit("/", 2)[1:]
        taken.store.kept[visit, file] = sum(map(len, reached))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def whole():
        return {"type": "http.request", "body": body, "more_body": False}

    async def answer(message):
        sent.append(message)

    length = len(body) if length is None else length
    headers = [] if length == "" else [(b"content-length", str(length).encode())]
    scope = {"type": "http", "method": method, "path": f"/_stcore/upload_file/{place}", "headers": headers}
    in_a_loop(taken.respond(streamlit, scope, receive or whole, answer))
    return sent[0]["status"], b"".join(reached)


def test_a_file_of_an_open_visit_reaches_streamlit(store):
    assert put(Uploads(store)) == (204, b"x" * 100)


def test_what_is_refused_may_arrive_so_that_the_browser_sees_the_answer(store):
    parts = [{"type": "http.request", "body": b"x", "more_body": True}] * 3 + [{"type": "http.disconnect"}]

    async def receive():
        return parts.pop(0)

    assert put(Uploads(store), "nobody/f", 3, receive=receive) == (400, b"")
    assert not parts


@pytest.mark.parametrize(("place", "length", "status"), [
    ("me/f", "", 411), ("me/f", "-1", 411), ("me/f", "1e3", 411), ("me/f", "٣", 411), ("me/f", "9" * 5000, 411),
    ("me/f", bounds.FILE + bounds.FILE_ENVELOPE + 1, 413), ("me/f", 999_999_999_999, 413),
    ("nobody/f", 100, 400), ("me/../f", 100, 405), ("me/f/g", 100, 405), ("me/f%00", 100, 405),
    ("me/" + "f" * 65, 100, 405), ("me", 100, 405),
])
def test_other_requests_are_refused_unread(store, place, length, status):
    taken = Uploads(store)
    assert put(taken, place, length) == (status, b"")
    assert not store.kept
    assert not taken._arriving


def test_more_than_was_said_beforehand_does_not_get_through(store):
    assert put(Uploads(store), length=40) == (204, b"x" * 40)


def test_a_visit_may_have_so_many_files_waiting_and_its_page_hears_of_the_others(store):
    taken = Uploads(store)
    statuses = [put(taken, f"me/f{i}")[0] for i in range(bounds.FILES + 3)]
    assert statuses == [204] * bounds.FILES + [429] * 3
    assert store.refused == ["me"] * 3
    assert taken.refused["many"] == 3
    store.drop("me", "f3")  # the page has read it
    assert put(taken, "me/again")[0] == 204


def test_a_visit_and_a_server_have_room_for_so_many_bytes(store):
    taken, size = Uploads(store), bounds.FILE
    for i in range(bounds.FILES_BYTES // size):
        store.kept["me", f"f{i}"] = size
    assert put(taken, "me/more", size)[0] == 429
    left = (bounds.ALL_FILES_BYTES - bounds.FILES_BYTES) // size
    for i in range(left):
        store.kept["you0", f"f{i}"] = size
    assert put(taken, "you1/f", size)[0] == 503
    assert taken.bytes == bounds.ALL_FILES_BYTES
    store.drop("you0", "f0")
    assert put(taken, "you1/f", size)[0] == 204


def test_a_server_has_room_for_so_many_files_however_small(store):
    for i in range(bounds.ALL_FILES):
        store.kept[f"you{i // 20}", f"f{i}"] = 0
    assert put(Uploads(store))[0] == 503


def test_files_that_arrive_at_the_same_time_count(store):
    taken = Uploads(store)
    taken._arriving = {("me", f"f{i}"): 1 for i in range(bounds.FILES)}
    assert put(taken, "me/f")[0] == 429
    taken._arriving = {("me", "f"): 1}
    assert put(taken, "me/f")[0] == 429  # the same file twice at once


def test_what_no_page_has_read_is_dropped(store, monkeypatch):
    taken = Uploads(store)
    put(taken, "me/old")
    later = time.monotonic() + uploads._KEPT + 1
    monkeypatch.setattr(uploads.time, "monotonic", lambda: later)
    put(taken, "me/new")
    assert list(store.kept) == [("me", "new")]
    assert list(taken._since) == [("me", "new")]


def test_files_of_a_visit_that_has_lost_its_connection_are_dropped(store):
    store.kept["gone", "f"] = 1
    put(Uploads(store))
    assert list(store.kept) == [("me", "f")]


def test_a_file_that_does_not_arrive_gives_its_room_back(store, monkeypatch):
    monkeypatch.setattr(uploads, "_LONGEST_REQUEST", 0.05)
    taken = Uploads(store)

    async def never():
        await asyncio.sleep(10)

    assert put(taken, receive=never) == (408, b"")
    assert not taken._arriving
    assert taken.refused["slow"] == 1


def test_a_file_is_removed_without_reading_a_body(store):
    store.kept["me", "f"] = 1
    assert put(Uploads(store), method="DELETE", body=b"x" * 10**6)[1] == b""


def test_a_name_that_streamlit_would_raise_about_is_tidied(monkeypatch):
    manager = MemoryUploadedFileManager("/x")
    monkeypatch.setattr(kept.runtime, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    for name, tidied in (("a\0b\u202e.png", "ab.png"), ("x" * 99_999, "x" * 160), ("", ""), ("ä b.png", "ä b.png")):
        manager.add_file("me", UploadedFileRec("f", name, "\0", b"data"))
        kept.Kept().tidy("me", "f")
        (file,) = manager.get_files("me", ["f"])
        assert (file.name, file.data) == (tidied, b"data")
    kept.Kept().tidy("nobody", "f")


# On a real server

@contextmanager
def open_visit(address: str):
    """The name of a visit whose page is open."""
    host = urlsplit(address).netloc
    with connect(  # what the page sends is not read
        f"ws://{host}/_stcore/stream", origin=address, max_size=None, max_queue=None, close_timeout=1,
        subprotocols=["streamlit"],
    ) as socket:
        socket.send(rerun(page_name="", query_string=""))
        message = ForwardMsg()
        while message.WhichOneof("type") != "new_session":
            message.ParseFromString(socket.recv(timeout=60))
        yield message.new_session.initialize.session_id


def request(address: str, method: str, path: str, body: bytes = b"", token: str = "", **headers: str):
    """The status of a real answer, and its text."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    if token:
        headers |= {"X-Xsrftoken": token, "Cookie": f"_streamlit_xsrf={token}"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def form(content: bytes) -> tuple[bytes, str]:
    """A file as a browser sends it, and its Content-Type."""
    head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.png"\r\n\r\n'
    return head + content + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"


def test_a_real_server_takes_files_of_open_visits_with_their_token_alone(app):
    cookie = get(f"{app}/_stcore/health")[2]["Set-Cookie"] or ""
    token = re.search("_streamlit_xsrf=([^;]+)", cookie)[1]
    body, kind = form(b"y" * 3_000_000)
    with open_visit(app) as visit:
        place = f"/_stcore/upload_file/{visit}/one"
        assert request(app, "PUT", place, body, token, **{"Content-Type": kind})[0] == 204
        assert request(app, "PUT", place, body, **{"Content-Type": kind})[0] == 403
        assert request(app, "PUT", "/_stcore/upload_file/nobody/one", body, token)[0] == 400
        assert request(app, "PUT", place, token=token, **{"Content-Length": str(10**10)})[0] == 413
        status, text = request(app, "PUT", place, token=token, **{"Transfer-Encoding": "chunked"})
        assert (status, "Content-Length" in text) == (411, True)
        assert request(app, "POST", place, body, token)[0] == 405
        assert request(app, "DELETE", place, token=token)[0] == 204


def test_many_visits_cannot_fill_a_server(server):
    address = server(EXPLORER_CONNECTIONS="100")
    token = re.search("_streamlit_xsrf=([^;]+)", get(f"{address}/_stcore/health")[2]["Set-Cookie"])[1]
    body, kind = form(b"z" * (bounds.FILE - 1000))
    statuses = []
    with open_visit(address) as one, open_visit(address) as two:
        for i in range(8):
            for visit in (one, two):
                place = f"/_stcore/upload_file/{visit}/f{i}"
                statuses.append(request(address, "PUT", place, body, token, **{"Content-Type": kind})[0])
        assert statuses.count(204) == bounds.ALL_FILES_BYTES // bounds.FILE
        assert set(statuses) == {204, 503}
        assert get(f"{address}/_stcore/health")[0] == 200
    with open_visit(address) as three:  # those that have left take their files along
        place = f"/_stcore/upload_file/{three}/f"
        end = time.monotonic() + 60
        while (status := request(address, "PUT", place, body, token, **{"Content-Type": kind})[0]) == 503:
            assert time.monotonic() < end
            time.sleep(0.2)
        assert status == 204
