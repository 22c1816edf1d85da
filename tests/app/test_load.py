"""The load test (``tests/load``): what it refuses, what its clients do, and that it finds what is wrong."""

import asyncio
from collections import Counter
from http import HTTPStatus
from random import Random

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.server import serve

from explorer.contents import PAGES
from tests.load.client import Client
from tests.load.crowd import come_back, crowd, link, take
from tests.load.hostile import harm
from tests.load.measures import Measures, summary
from tests.load.network import Site, Trouble
from tests.load.options import loopback, parse
from tests.load.reading import Reader
from tests.load.ways import ALL_PAGES, EVENTS, PLACES, Change, Go, first_seed, walk
from tests.support.serving import serving


@pytest.fixture(scope="module")
def site():
    with serving() as address:
        yield Site(address)


def test_percentiles_are_the_nearest_ranks():
    hundred = list(range(1, 101))
    Random(0).shuffle(hundred)
    assert summary(hundred) == {"count": 100, "p50": 50, "p95": 95, "p99": 99, "max": 100}
    assert summary([3, 1, 2]) == {"count": 3, "p50": 2, "p95": 3, "p99": 3, "max": 3}
    assert summary([7]) == {"count": 1, "p50": 7, "p95": 7, "p99": 7, "max": 7}
    assert summary([]) == {"count": 0}


@pytest.mark.parametrize("address", [
    "http://example.test:8501", "http://192.168.1.7:8501", "http://10.0.0.1", "http://0.0.0.0:8501",
    "http://127.0.0.1@example.test", "http://127.0.0.1.example.test", "https://127.0.0.1", "127.0.0.1:8501", "",
])
def test_an_address_that_is_not_of_this_machine_is_refused(address, capsys):
    with pytest.raises(SystemExit):
        parse(["--url", address])
    assert "this machine" in (message := capsys.readouterr().err) or "must be like http://127.0.0.1" in message


@pytest.mark.parametrize("address", ["http://127.0.0.1:8501", "http://[::1]:8501", "http://localhost/course/app/"])
def test_an_address_of_this_machine_is_taken(address):
    assert loopback(address) == address.rstrip("/")


@pytest.mark.parametrize("arguments", [
    "--clients 401", "--clients -1", "--seconds 601", "--seconds nan", "--every 0", "--arrive 121", "--after 601",
    "--visits 5001", "--changes 20001", "--sweeps 101", "--visits 91 --pairs", "--pairs", "--clear-cache",
])
def test_more_than_the_bounds_allow_is_refused(arguments):
    with pytest.raises(SystemExit):
        parse(arguments.split())


def steps(way, clients, count, planned):
    """The first steps of some clients, each with the place where it is taken; ``planned`` as for ``walk``."""
    for i in range(clients):
        walking, place = walk(way, 0, i, planned), None
        for _ in range(count):
            step = next(walking)
            place = step.place if isinstance(step, Go) else place
            yield step, place


@pytest.mark.parametrize(("way", "clients", "count"), [("own", 400, 80), ("lesson", 1, 20_000)])
def test_walks_move_every_control_to_both_ends_and_between(way, clients, count):
    moved = {
        (place, step.key, step.share) for step, place in steps(way, clients, count, 60) if isinstance(step, Change)
    }
    for place in PLACES:
        for key in place.controls + ((place.part_control,) if place.part else ()):
            shares = {share for where, name, share in moved if (where, name) == (place, key)}
            assert {0.0, 1.0} < shares, (place, key)
            assert all(0 <= share <= 1 for share in shares)


@pytest.mark.parametrize(("way", "clients"), [("own", len(ALL_PAGES)), ("lesson", 1)])
def test_a_walk_of_two_steps_for_each_page_visits_every_page(way, clients):
    assert {place.page for place in PLACES} == set(ALL_PAGES) == {page.name for page in PAGES} - {"teachers"}
    assert {place.page for _, place in steps(way, clients, 2 * len(ALL_PAGES), 20)} == set(ALL_PAGES)


def test_in_a_lesson_all_do_the_same_and_on_their_own_nobody_does():
    def first(way, client):
        walking = walk(way, 5, client, 20)
        return [next(walking) for _ in range(30)]

    assert first("lesson", 0) == first("lesson", 7)
    assert first("own", 0) == first("own", 0) != first("own", len(PAGES))
    assert len({first_seed("own", 5, client) for client in range(400)}) == 400
    assert {first_seed("lesson", 5, client) for client in range(400)} == {5}


async def as_long_as_needed(work, is_enough):
    """Do something until there is enough to see, however slow this machine is; then end it."""
    task = asyncio.create_task(work)
    while not (task.done() or is_enough()):
        await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()  # raises what it raised


@pytest.mark.parametrize(("way", "clients", "pages"), [("own", len(PAGES), ALL_PAGES), ("lesson", 3, ["start"])])
def test_a_small_crowd_meets_no_error_and_every_page_answers(site, way, clients, pages):
    async def until_enough() -> Measures:
        options = parse([f"--clients={clients}", "--arrive=1", "--seconds=300", "--every=0.25", f"--way={way}"])
        options.live, measures = True, Measures()
        await as_long_as_needed(
            crowd(options, site, measures, 0),
            lambda: measures.errors or (measures.changes > 20 and set(pages) <= set(measures.pages)),
        )
        return measures

    measures = asyncio.run(until_enough())
    assert not measures.errors, measures.words
    assert set(measures.pages) >= set(pages)
    assert len(measures.times["opening"]) == clients
    assert measures.changes > 20


@pytest.mark.parametrize("reconnect", ["session", "reload"])
def test_a_client_that_lost_its_connection_finds_its_page_as_it_was(site, reconnect):
    places = [place for place in PLACES if place.page in ("one_image", "train", "prices", "compare_losses")][:-1:2]

    async def lose_it() -> Measures:
        measures = Measures()
        client = Client(site, Reader(), measures.trouble)
        for place in places:
            await client.visit(place.page, link(place, seed="7"))
            for key in place.controls[-2:]:
                await take(client, Change(key, 0.7), measures)
            assert client.wrong(client.query) == []
            await client.leave()
            await come_back(parse(["--reconnect", reconnect]), client, measures, until=float("inf"))
            await take(client, Change(place.controls[-1], 1.0), measures)
        await client.leave()
        return measures

    measures = asyncio.run(lose_it())
    assert not measures.errors, measures.words
    assert measures.counts == {"connections lost": len(places), "came back": len(places)}


def test_a_client_keeps_the_cookies_of_a_proxy_and_the_name_of_its_session():
    handshakes = []

    def page(connection, request):
        if request.path.endswith("/_stcore/stream"):
            return None
        response = connection.respond(HTTPStatus.OK, "<html></html>")
        response.headers["Set-Cookie"] = "server=a1; path=/; HttpOnly"
        return response

    async def answer(connection):
        handshakes.append(connection.request.headers)
        await connection.recv()
        begun, ended = ForwardMsg(), ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
        begun.new_session.initialize.session_id = "the-session"
        for message in (begun, ended):
            await connection.send(message.SerializeToString())
        await connection.wait_closed()

    async def come_and_come_back() -> None:
        async with serve(answer, "127.0.0.1", 0, process_request=page, subprotocols=["streamlit"]) as server:
            client = Client(Site(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"), Reader(), print)
            await client.visit("start", {})
            await client.reconnect()
            await client.leave()

    asyncio.run(come_and_come_back())
    assert [headers["Cookie"] for headers in handshakes] == ["server=a1"] * 2
    names = [headers["Sec-WebSocket-Protocol"].split(", ") for headers in handshakes]
    assert [given[0] for given in names] == ["streamlit"] * 2
    assert [given[2:] for given in names] == [[], ["the-session"]]


def test_a_client_is_not_led_to_another_machine():
    asked = []

    def page(connection, request):
        asked.append(request.path)
        is_page = not request.path.endswith("/_stcore/stream")
        response = connection.respond(HTTPStatus.OK if is_page else HTTPStatus.FOUND, "")
        if not is_page:
            response.headers["Location"] = "ws://example.test/_stcore/stream"
        return response

    async def come() -> None:
        async with serve(print, "127.0.0.1", 0, process_request=page) as server:
            client = Client(Site(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"), Reader(), print)
            await client.visit("start", {})

    with pytest.raises(Trouble, match=r"handshake refused.*redirect to ws://example\.test"):
        asyncio.run(come())
    assert asked == ["/", "/_stcore/stream"]


def test_a_page_that_is_not_as_its_address_says_is_found(site):
    async def found() -> list[str]:
        client = Client(site, Reader(), lambda trouble: None)
        await client.visit("start", {"bias_moved": ["5"]})
        wrong = client.wrong({"bias_moved": ["4"], "seed": ["3"]})
        await client.leave()
        return wrong

    assert asyncio.run(found()) == [
        "start: seed is ['0'], the address says ['3']", "start: bias_moved is ['5'], the address says ['4']",
    ]


def test_what_a_component_tells_is_taken(site):
    async def told() -> dict:
        client = Client(site, Reader(), lambda trouble: None)
        await client.visit("compare_losses", {})
        event, value = EVENTS["run_rows"]
        await client.fire("run_rows", event, value(1.0))
        await client.leave()
        return client.query

    assert asyncio.run(told())["runs"][0].startswith("A-m-ll-100-b-r_B")


def test_hostile_clients_are_refused_and_the_app_answers_beside_them(site):
    seen, measures = Counter(), Measures()

    async def beside() -> None:
        options = parse(["--clients=2", "--arrive=0", "--seconds=300", "--every=0.2"])
        async with asyncio.TaskGroup() as group:
            group.create_task(harm(site, seen, 300))
            group.create_task(crowd(options, site, measures, 0))

    def kinds() -> set[str]:
        return {kind.split(":")[0] for kind in seen}

    at_once = {"garbage", "text", "megabyte", "parameters in a run", "parameters in an address"}
    asyncio.run(as_long_as_needed(beside(), lambda: at_once <= kinds() and measures.changes > 5))
    assert not measures.errors, measures.words
    assert measures.changes > 5
    assert kinds() == at_once | {"slow reader", "silent connection", "half a handshake"}
    assert seen["garbage: closed with 1002"]
    assert seen["megabyte: closed with 1009"]
