"""Who is let in, on real servers and at the middleware alone: hosts, connections, the pace of messages."""

import urllib.error
import urllib.request
from collections import Counter
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from streamlit.web.server.starlette import starlette_websocket
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from explorer.web import Connections, Door, Health, Hosts, door
from explorer.web.door import Flood, Paced, address_of
from explorer.web.served import site
from tests.support.serving import in_a_loop, serving, until

NAMES = ["127.0.0.1", "Explorer.Example.org.", "*.example.com", "::1"]


def get(address: str, **headers: str):
    """(status, text, headers) of the answer."""
    request = urllib.request.Request(address, headers={name.replace("_", "-"): text for name, text in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode(errors="replace"), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def stream(address: str, forwarded: str = "", name: str = ""):
    """A connection as a browser opens it; ``forwarded``: by a proxy, for this address; ``name``: of the server."""
    server = urlsplit(address)
    return connect(
        f"ws://{name or server.hostname}:{server.port}/_stcore/stream", address=(server.hostname, server.port),
        proxy=None, subprotocols=["streamlit"], max_size=None,
        additional_headers={"X-Forwarded-For": forwarded} if forwarded else {},
    )


def refusal(address: str, **how: str):
    """The HTTP response to a connection that is not let in."""
    with pytest.raises(InvalidStatus) as refused:
        stream(address, **how)
    return refused.value.response


@pytest.fixture(scope="module")
def strict():
    """A server with its own names and few places, which trusts the proxy on this computer."""
    with serving(
        STREAMLIT_SERVER_ALLOWED_HOSTS="127.0.0.1 *.example.org", EXPLORER_CONNECTIONS="3",
        EXPLORER_CONNECTIONS_PER_ADDRESS="2",
    ) as address:
        until(lambda: get(f"{address}/healthz")[0] == 200)
        yield address


# Hosts

@pytest.mark.parametrize("path", ["", "train", "icon.svg", "live.json?ask=x", "_stcore/health", "_stcore/host-config"])
def test_a_request_for_another_name_is_refused_in_plain_words(strict, path):
    status, text, _ = get(f"{strict}/{path}", Host="rebound.example.net")
    assert status == 421
    assert "STREAMLIT_SERVER_ALLOWED_HOSTS" in text
    allowed = get(f"{strict}/{path}", Host="explorer.example.org:8501")[0]
    assert allowed == (400 if "live.json" in path else 200)  # the question cannot be read


def test_a_connection_for_another_name_is_refused(strict):
    assert refusal(strict, name="rebound.example.net").status_code == 421


def test_a_probe_is_answered_under_any_name(strict):
    assert get(f"{strict}/healthz", Host="10.0.0.7:8501")[1] == "ok"


@pytest.mark.parametrize("header", [
    "127.0.0.1", "127.0.0.1:8501", "explorer.example.org", "EXPLORER.EXAMPLE.ORG.:80", "a.b.example.com", "[::1]:8501",
    "[::1]", "example.com", "notexample.com", "127.0.0.1.example.net", "explorer.example.org@evil.example.net",
    "evil.example.net/explorer.example.org", "explorer.example.org:99999", "explorer.example.org:x", "", None,
    "[::1", "explorer.example.org:",
])
@pytest.mark.parametrize("names", [NAMES, ["*"], []], ids=len)
def test_a_name_is_allowed_where_streamlit_allows_it(monkeypatch, names, header):
    monkeypatch.setattr(starlette_websocket.config, "get_option", lambda option: names)
    assert Hosts(names).allow(header) is starlette_websocket.is_host_allowed(header)


def test_a_forwarded_name_that_is_not_ours_does_not_get_into_the_page():
    def site_of(hosts, **headers):
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return site({"path": "/train", "scheme": "http", "headers": raw}, hosts)

    ours = Hosts(["*.example.org"])
    assert site_of(ours, host="a.example.org", x_forwarded_host="evil.example.net") == "http://a.example.org"
    assert site_of(ours, host="a.example.org", x_forwarded_host="b.example.org, x") == "http://b.example.org"
    assert site_of(Hosts(), host="a.example.org", x_forwarded_host="any.example.net") == "http://any.example.net"


# Connections

def test_more_connections_than_there_are_places_are_refused_and_a_place_is_free_again(strict):
    with ExitStack() as visitors:
        mine = [visitors.enter_context(stream(strict)) for _ in range(2)]
        refused = refusal(strict)
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "5"
        assert "from your network" in refused.body.decode()
        status, text, headers = get(f"{strict}/_stcore/host-config")  # a browser shows this
        assert (status, text, headers["retry-after"]) == (503, refused.body.decode(), "5")
        assert get(f"{strict}/train/_stcore/health", Referer=f"{strict}/train")[1] == text
        visitors.enter_context(stream(strict, forwarded="203.0.113.5"))
        assert "All places" in refusal(strict, forwarded="203.0.113.6").body.decode()
        for probe in ("healthz", "_stcore/health"):  # a server that is full is not ill
            assert get(f"{strict}/{probe}")[0] == 200
        mine[0].close()
        until(lambda: get(f"{strict}/_stcore/host-config")[0] == 200)
        with stream(strict):
            assert refusal(strict).status_code == 503


def test_of_what_a_trusted_proxy_forwards_only_its_own_entry_counts(strict):
    with stream(strict, forwarded="198.51.100.1, 203.0.113.5"), (
        stream(strict, forwarded="198.51.100.2, 203.0.113.5")
    ):
        assert refusal(strict, forwarded="198.51.100.3, 203.0.113.5").status_code == 503


def test_an_address_that_an_untrusted_client_forwards_changes_nothing():
    with serving(EXPLORER_CONNECTIONS_PER_ADDRESS="1", FORWARDED_ALLOW_IPS="192.0.2.1") as address, (
        stream(address, forwarded="203.0.113.5")
    ):
        assert refusal(address, forwarded="203.0.113.6").status_code == 503


@pytest.mark.parametrize(("client", "address"), [
    ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"), ("unix:", "unix:"), (None, ""),
])
def test_one_visitor_has_one_address(client, address):
    assert address_of({"client": client and (client, 1234)}) == address


def test_an_address_that_has_left_is_forgotten():
    connections = Connections(10, 10)
    for i in range(5):
        connections.enter(f"192.0.2.{i}")
        connections.leave(f"192.0.2.{i}")
    assert connections.open == len(connections._from) == 0


def test_a_server_that_cannot_answer_a_connection_closes_it():
    assert visit(Connections(0, 0), extensions={}) == [{"type": "websocket.close", "code": 1013}]


# Messages

def test_a_message_longer_than_the_server_s_own_is_refused_unread(app):
    with stream(app) as socket:
        socket.send(b"x" * 1_100_000)
        with pytest.raises(ConnectionClosedError) as closed:
            list(socket)
    assert closed.value.rcvd.code == 1009  # too big


class Clock:
    """A clock that only sleeping moves; ``slept``: the seconds of each time."""

    def __init__(self):
        self.now, self.slept = 1000.0, []

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(door, "time", clock)
    monkeypatch.setattr(door, "asyncio", clock)
    return clock


async def one_message():
    return {"type": "websocket.receive", "bytes": b"x"}


def test_a_visitor_with_a_key_held_down_never_waits(clock):
    async def hold_the_key():
        paced = Paced(one_message)
        for _ in range(3000):
            await paced()
            clock.now += 1 / 30

    in_a_loop(hold_the_key())
    assert clock.slept == []


def test_what_comes_too_fast_is_slowed_to_the_pace_and_nothing_is_lost(clock):
    async def send(count):
        paced = Paced(one_message)
        return [await paced() for _ in range(count)]

    assert len(in_a_loop(send(door._AT_ONCE + 100))) == door._AT_ONCE + 100
    assert len(clock.slept) == 100
    assert sum(clock.slept) == pytest.approx(100 / door._PACE)


def test_a_flood_that_does_not_end_is_ended(clock):
    async def flood():
        paced, taken = Paced(one_message), 0
        try:
            while True:
                await paced()
                taken += 1
        except Flood:
            return taken

    assert in_a_loop(flood()) == door._AT_ONCE + door._MOST_SLOWED


def visit(connections, received=(), **scope) -> list:
    """What a visitor gets who sends messages until the end, from an application that reads all of them."""
    sent, messages = [], iter([{"type": "websocket.connect"}, *received])

    async def application(scope, receive, send):
        while (await receive())["type"] != "websocket.disconnect":
            pass

    async def receive():
        return next(messages)

    async def send(message):
        sent.append(message)

    whole = {"type": "websocket", "path": "/_stcore/stream", "headers": [], "client": ("192.0.2.7", 1), **scope}
    in_a_loop(Door(application, Health(), Hosts(), connections)(whole, receive, send))
    return sent


def test_the_connection_of_a_flood_is_closed_and_its_place_is_free(clock):
    connections = Connections(10, 10)
    flood = [{"type": "websocket.receive", "bytes": b"x"}] * 1000
    assert visit(connections, flood) == [
        {"type": "websocket.close", "code": 1008, "reason": "too many messages"}
    ]
    assert connections.open == 0
    assert connections.refused == Counter(full=0, address=0, host=0, flood=1)


# What is not for the public

@pytest.mark.parametrize("path", ["_stcore/metrics", "_stcore/metrics/", "/_stcore/metrics", "_stcore/%6detrics"])
def test_streamlit_s_own_metrics_are_not_public(app, path):
    assert get(f"{app}/{path}")[0] in (400, 404)
    assert "session" not in get(f"{app}/{path}")[1]
