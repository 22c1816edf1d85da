"""The address at which other devices reach this computer."""

import ipaddress
import socket
from pathlib import Path

import pytest

from explorer.web import network


@pytest.mark.parametrize("host", [
    "localhost", "LOCALHOST", "localhost.", "app.localhost", "localhost.localdomain", "127.0.0.1", "127.1.2.3", "::1",
    "[::1]", "0.0.0.0", "::", "::ffff:127.0.0.1",
])
def test_names_of_this_computer_are_recognised(host):
    assert network.is_this_computer(host)


@pytest.mark.parametrize("host", [
    "example.org", "localhost.example.org", "mylocalhost", "192.168.1.5", "10.0.0.1", "128.0.0.1", "fd00::2", "",
])
def test_other_hosts_are_not_this_computer(host):
    assert not network.is_this_computer(host)


class Routes:
    """A UDP socket of a computer with a given address, or with no network."""

    def __init__(self, own):
        self.own = own

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def connect(self, _):
        if self.own is None:
            raise OSError("Network is unreachable")

    def getsockname(self):
        return self.own, 5000


@pytest.mark.parametrize(("own", "named"), [
    ("192.168.1.5", "192.168.1.5"), ("10.1.2.3", "10.1.2.3"), ("8.8.8.8", "8.8.8.8"), (None, None), ("0.0.0.0", None),
    ("127.0.0.1", None), ("169.254.3.4", None), ("100.64.0.1", None),
])
def test_only_an_address_that_other_devices_reach_is_given(own, named, monkeypatch):
    monkeypatch.setattr(network, "_is_guest", lambda: False)
    monkeypatch.setattr(socket, "socket", lambda *_: Routes(own))
    assert network.own_address() == named


def test_the_address_of_this_computer_is_valid_or_none(monkeypatch):
    monkeypatch.setattr(network, "_is_guest", lambda: False)
    own = network.own_address()
    assert own is None or not network.is_this_computer(str(ipaddress.ip_address(own)))


@pytest.mark.parametrize(("mark", "release"), [
    ("/.dockerenv", "6.1"), ("/run/.containerenv", "6.1"), (None, "5.15.167.4-microsoft-standard-WSL2"),
])
def test_a_container_gives_no_address(mark, release, monkeypatch):
    monkeypatch.setattr(Path, "exists", lambda path: path == Path(mark or "nowhere"))
    monkeypatch.setattr(network.platform, "release", lambda: release)
    monkeypatch.setattr(socket, "socket", lambda *_: Routes("172.17.0.2"))
    assert network.own_address() is None


@pytest.mark.parametrize(("link", "there"), [
    ("http://localhost:8501/train?v=1&seed=3", "http://192.168.1.5:8501/train?v=1&seed=3"),
    ("http://[::1]:8501/?v=1", "http://192.168.1.5:8501/?v=1"), ("https://localhost/x?v=1", "https://192.168.1.5/x?v=1"),
])
def test_a_link_to_another_host_keeps_everything_else(link, there):
    assert network.with_host(link, "192.168.1.5") == there
