"""deploy/haproxy.cfg, run by HAProxy itself before three processes of the app."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.browser import becomes, open_settings, sentence
from tests.support.processes import CONFIGURATION, Processes, haproxy, haproxy_path
from tests.support.visitor import Visitor, visiting

HOSTS = ("127.0.0.2", "127.0.0.3", "127.0.0.4")


@pytest.fixture(scope="module")
def haproxy_here():
    if haproxy_path() is None or sys.platform != "linux":
        reason = "no HAProxy found (Debian: apt-get install haproxy), or no Linux"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def processes(haproxy_here):
    with ExitStack() as running:
        processes = Processes(running)
        processes.start(*HOSTS)
        yield processes


@pytest.fixture(scope="module")
def shared_proxy(processes, tmp_path_factory):
    with haproxy(tmp_path_factory.mktemp("haproxy"), **processes.variables) as proxy:
        yield proxy


@pytest.fixture
def proxy(shared_proxy, processes):
    """HAProxy with its three processes ready, and no visitors."""
    processes.start_again()
    shared_proxy.wait_until_up(*HOSTS)
    shared_proxy.wait_until_empty(*HOSTS)
    return shared_proxy


def get(address: str, **headers: str):
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib.request.urlopen(urllib.request.Request(address, headers=given), timeout=30)


def seed(visitor: Visitor) -> float:
    """The value of the seed that the page shows."""
    (slider,) = [element for kind, element in visitor.shown if kind == "slider" and element.id.endswith("-seed")]
    return (slider.value or slider.default)[0]


class Class:
    """Visitors, each with a seed of its own in the address, and with the cookie that HAProxy gave."""

    def __init__(self, proxy, visits: ExitStack, size: int):
        self._proxy, self._visits, self.cookies = proxy, visits, [""] * size
        self.visitors: list[Visitor] = [None] * size
        for i in range(size):
            self.come(i)

    def come(self, i: int) -> None:
        """Open the page by its link, as a browser does whose connection was lost, or that loads the page anew."""
        visitor = self._visits.enter_context(visiting(self._proxy.address, Cookie=self.cookies[i]))
        visitor.open("train", f"seed={i + 1}")
        assert seed(visitor) == i + 1
        self.visitors[i], self.cookies[i] = visitor, visitor.cookie or self.cookies[i]

    def hosts(self) -> list[str]:
        return [self._proxy.host(cookie) for cookie in self.cookies]


@pytest.fixture
def a_class(proxy):
    with ExitStack() as visits:
        yield Class(proxy, visits, 12)


@pytest.mark.parametrize("variables", [{}, {"EXPLORER_CERTIFICATE": "", "EXPLORER_TRUSTED_PROXIES": ""}])
def test_haproxy_accepts_its_configuration_with_the_values_in_it(haproxy_here, variables):
    ran = subprocess.run(
        [haproxy_path(), "-c", "-f", str(CONFIGURATION)], env=os.environ | variables, capture_output=True, text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_class_is_spread_over_all_processes(a_class):
    assert Counter(a_class.hosts()) == dict.fromkeys(HOSTS, 4)


def test_a_visitor_stays_with_a_process(proxy):
    with get(proxy.address + "/train") as page:
        cookie = page.headers["set-cookie"]
    assert cookie.endswith("; HttpOnly; SameSite=Lax")
    cookie = cookie.split(";")[0]
    before = proxy.servers()
    for _ in range(5):
        with visiting(proxy.address, Cookie=cookie) as visitor, get(proxy.address + "/icon.svg", cookie=cookie) as file:
            assert visitor.cookie == ""
            assert file.headers["set-cookie"] is None
    chosen = proxy.host(cookie)
    more = {host: int(row["stot"]) - int(before[host]["stot"]) for host, row in proxy.servers().items()}
    assert more == {host: 10 if host == chosen else 0 for host in HOSTS}


def test_the_visitors_of_a_killed_process_are_back_in_their_state_at_others(a_class, processes, proxy):
    killed, before = HOSTS[0], a_class.hosts()
    processes.kill(killed)
    for i, host in enumerate(before):
        if host == killed:
            with pytest.raises(ConnectionClosed):
                a_class.visitors[i].open("train", f"seed={i + 1}")
            a_class.come(i)
    assert [host for host, was in zip(a_class.hosts(), before, strict=True) if was == killed] != []
    assert killed not in a_class.hosts()
    assert [host for host, was in zip(a_class.hosts(), before, strict=True) if was != killed] == (
        [was for was in before if was != killed]
    )
    # Whoever came to their process, all go on with what is theirs; and the killed one gets visitors when it is back.
    for i, visitor in enumerate(a_class.visitors):
        visitor.open("train", f"seed={i + 101}")
    assert [seed(visitor) for visitor in a_class.visitors] == [i + 101 for i in range(12)]
    processes.start_again()
    proxy.wait_until_up(*HOSTS)
    with visiting(proxy.address) as newcomer:
        assert proxy.host(newcomer.cookie) == killed


def test_processes_that_are_told_to_stop_close_their_visits_and_after_a_restart_all_are_back(a_class, processes, proxy):
    """What uvicorn does: WebSockets get "service restart", and nobody has to wait for a proxy to notice."""
    first, before = HOSTS[0], a_class.hosts()
    for host in HOSTS:
        processes.kill(host, signal.SIGTERM)
        i = before.index(host)
        with pytest.raises(ConnectionClosed) as closed:
            a_class.visitors[i].open("train", f"seed={i + 1}")
        assert closed.value.rcvd.code == 1012
        if host == first:
            a_class.come(i)
            assert proxy.host(a_class.cookies[i]) != first
    processes.start_again()
    proxy.wait_until_up(*HOSTS)
    before = a_class.hosts()
    for i in range(12):
        a_class.come(i)
    assert a_class.hosts() == before


def test_a_drained_process_keeps_its_visitors_and_gets_no_new_ones(proxy):
    with visiting(proxy.address) as stays:
        host = proxy.host(stays.cookie)
        server = f"processes/{proxy.servers()[host]['svname']}"
        proxy.ask(f"set server {server} state drain")
        try:
            for _ in range(4):
                with visiting(proxy.address) as newcomer:
                    assert proxy.host(newcomer.cookie) != host
            stays.open("train", "seed=5")
            assert seed(stays) == 5
        finally:
            proxy.ask(f"set server {server} state ready")


def test_the_visits_of_a_process_that_is_taken_for_dead_are_closed(proxy):
    """One that hangs closes nothing itself."""
    with visiting(proxy.address) as visitor:
        visitor.open("train", "seed=5")
        proxy.ask(f"set server processes/{proxy.servers()[proxy.host(visitor.cookie)]['svname']} health down")
        with pytest.raises(ConnectionClosed):
            visitor.open("train", "seed=5")


def test_a_process_that_is_added_gets_visitors_and_one_that_is_removed_is_forgotten(processes, proxy):
    added = "127.0.0.5"
    with ExitStack() as visits:
        for _ in HOSTS:
            visits.enter_context(visiting(proxy.address))
        processes.start(added)
        proxy.wait_until_up(*HOSTS, added)
        with visiting(proxy.address) as newcomer:
            assert proxy.host(newcomer.cookie) == added
    processes.remove(added)
    proxy.wait_until_up(*HOSTS)


@pytest.mark.parametrize("path", [
    "/metrics", "/metrics/", "/_stcore/metrics", "/_stcore/%6detrics", "/_stcore/metrics?x=1", "//_stcore/metrics",
    "/train/_stcore/metrics", "/METRICS",
])
def test_figures_about_the_server_are_not_public(proxy, path):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(proxy.address + path)


def test_what_a_visitor_says_about_a_proxy_is_not_believed(proxy):
    told = {"X_Forwarded_Host": "example.org", "X_Forwarded_Proto": "https", "X_Forwarded_For": "192.0.2.7"}
    with get(proxy.address + "/train", **told) as page:
        text = page.read().decode()
    assert f'<meta property="og:url" content="{proxy.address}/train" />' in text
    assert "example.org" not in text


def test_over_https_the_cookie_is_for_https_and_for_frames_in_other_sites(processes, tmp_path):
    pair = ["-keyout", tmp_path / "key", "-out", tmp_path / "certificate"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", *pair], check=True,
        capture_output=True,
    )
    file = tmp_path / "both.pem"
    file.write_text("".join((tmp_path / name).read_text(encoding="utf-8") for name in ("certificate", "key")))
    unchecked = ssl._create_unverified_context()
    with haproxy(tmp_path, EXPLORER_CERTIFICATE=str(file), **processes.variables) as proxy:
        proxy.wait_until_up(*HOSTS)
        with urllib.request.urlopen(proxy.address + "/train", context=unchecked) as page:
            assert page.headers["set-cookie"].endswith("; HttpOnly; Secure; SameSite=None; Partitioned")
            assert f'content="{proxy.address}/train"' in page.read().decode()


def test_a_proxy_that_is_trusted_is_believed_and_its_visitors_are_told_apart(processes, tmp_path):
    trusted = {"EXPLORER_TRUSTED_PROXIES": "192.0.2.1 127.0.0.0/8", "EXPLORER_CONNECTIONS_PER_ADDRESS": "1"}
    with haproxy(tmp_path, **processes.variables, **trusted) as proxy:
        proxy.wait_until_up(*HOSTS)
        told = {"X_Forwarded_Host": "example.org", "X_Forwarded_Proto": "https", "X_Forwarded_For": "192.0.2.7"}
        with get(proxy.address + "/train", **told) as page:
            assert page.headers["set-cookie"].endswith("; HttpOnly; Secure; SameSite=None; Partitioned")
            assert 'content="https://example.org/train"' in page.read().decode()
        forwarded = {host: {"X-Forwarded-For": f"127.0.0.1, {host}"} for host in ("192.0.2.7", "192.0.2.8")}
        with ExitStack() as opened:
            for headers in forwarded.values():
                opened.enter_context(visiting(proxy.address, **headers))
            with pytest.raises(InvalidStatus, match="429"), visiting(proxy.address, **forwarded["192.0.2.7"]):
                pass


@pytest.fixture(scope="module")
def strict(processes, tmp_path_factory):
    """HAProxy with low limits."""
    limits = {
        "EXPLORER_CONNECTIONS_PER_ADDRESS": "2", "EXPLORER_REQUEST_TIMEOUT": "1s",
    }
    with haproxy(tmp_path_factory.mktemp("strict"), **processes.variables, **limits) as proxy:
        proxy.wait_until_up(*HOSTS)
        yield proxy


def connection(proxy) -> socket.socket:
    parts = urlsplit(proxy.address)
    return socket.create_connection((parts.hostname, parts.port), timeout=60)


def test_an_address_may_have_some_pages_open_and_no_more(strict):
    with visiting(strict.address), visiting(strict.address):
        with pytest.raises(InvalidStatus, match="429"), visiting(strict.address):
            pass
        # The page can be loaded, and says why it is not connected.
        with get(strict.address + "/icon.svg") as file:
            assert file.status == 200
        with pytest.raises(urllib.error.HTTPError, match="429") as refused:
            get(strict.address + "/_stcore/host-config")
        assert json.load(refused.value).startswith("Too many visitors are here from your network.")
    strict.wait_until_empty(*HOSTS)
    with visiting(strict.address):
        pass


def test_too_many_connections_of_one_address_are_refused(processes, tmp_path):
    def answer(proxy) -> bytes:
        with suppress(ConnectionError), connection(proxy) as asking:
            asking.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            return asking.recv(12)
        return b""

    with haproxy(tmp_path, EXPLORER_PROXY_CONNECTIONS_PER_ADDRESS="5", **processes.variables) as proxy, (
        ExitStack()
    ) as opened:
        proxy.wait_until_up(*HOSTS)
        for _ in range(4):
            opened.enter_context(connection(proxy))
        assert answer(proxy) == b"HTTP/1.1 200"
        proxy.wait_until_connected(4)
        opened.enter_context(connection(proxy))
        proxy.wait_until_connected(5)  # the system opens a connection before HAProxy knows of it
        assert answer(proxy) == b""


@pytest.mark.parametrize("sent", [b"", b"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: webso"])
def test_a_handshake_that_is_never_complete_is_closed(strict, sent):
    with connection(strict) as slow:
        slow.sendall(sent)
        answer = b"".join(iter(lambda: slow.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 408 ") if sent else answer == b""


def test_a_head_that_is_too_long_is_refused(proxy):
    with get(proxy.address + "/train?note=" + "x" * 12_000, referer="x" * 12_000) as page:
        assert page.status == 200
    with pytest.raises(urllib.error.HTTPError, match="400"):
        get(proxy.address + "/train?note=" + "x" * 40_000)


def process_cookie(profile) -> str:
    """What the profile of a browser sends to stay with its process."""
    return next(f"process={cookie['value']}" for cookie in profile.cookies() if cookie["name"] == "process")


def test_a_page_whose_process_is_killed_connects_again_and_works_on(proxy, processes, new_profile):
    profile = new_profile()
    tab = profile.new_page()
    tab.goto(f"{proxy.address}/train?learning_rate=0.1&seed=3")
    tab.wait_for_selector(".st-key-confusion .main-svg")
    before = sentence(tab)
    cookie = process_cookie(profile)
    host, opened = proxy.host(cookie), tab.evaluate("sockets.length")
    processes.kill(host)
    assert becomes(tab, lambda: tab.evaluate(f"sockets.length > {opened} && sockets.at(-1).readyState === 1"), True)
    open_settings(tab)
    slider = tab.locator(".st-key-seed input").first
    slider.focus()
    slider.press("ArrowRight")
    assert becomes(tab, lambda: "seed=4" in tab.url, True)
    slider.press("ArrowLeft")
    assert becomes(tab, lambda: "seed=3" in tab.url, True)
    assert becomes(tab, lambda: sentence(tab), before)
    assert "learning_rate=0.1" in tab.url
    assert tab.locator("[data-testid=stException], [role=dialog]").count() == 0
    assert process_cookie(profile) != cookie
