"""Several processes of the app behind HAProxy with deploy/haproxy.cfg, on addresses of this computer alone.

Linux has all of 127.0.0.0/8: each process is at one of its addresses, as each container has its own.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path

from dnslib.server import DNSLogger, DNSServer
from dnslib.zoneresolver import ZoneResolver

from tests.support.serving import ROOT, free_port, serving, until

CONFIGURATION = ROOT / "deploy" / "haproxy.cfg"
_NAME = "app.test"


def haproxy_path() -> str | None:
    """The path of HAProxy on this machine, or None. Debian keeps it where only root looks."""
    return shutil.which("haproxy", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")


class Processes:
    """Processes of the app, and a DNS server that has the address of each under one name, as Docker's has."""

    def __init__(self, running: ExitStack):
        self._running = running
        self._port = free_port()
        self._lives: dict[str, tuple[ExitStack, subprocess.Popen]] = {}  # by address
        self._names = ZoneResolver("")
        dns = DNSServer(self._names, address="127.0.0.1", logger=DNSLogger("error"), port=0)
        dns.start_thread()
        running.callback(dns.stop)
        self.variables = {
            "EXPLORER_APP_HOST": _NAME, "EXPLORER_APP_PORT": str(self._port),
            "EXPLORER_DNS": f"127.0.0.1:{dns.server.server_address[1]}",
        }

    def start(self, *hosts: str) -> None:
        """Start a process at each of these addresses; DNS names them from then on."""
        with ThreadPoolExecutor() as together:
            for host, life in zip(hosts, together.map(self._started, hosts), strict=True):
                self._lives[host] = life
        self._tell_dns()

    def start_again(self) -> None:
        """Start those that have ended, each at its address."""
        self.start(*(host for host, (_, process) in self._lives.items() if process.poll() is not None))

    def _started(self, host: str) -> tuple[ExitStack, subprocess.Popen]:
        started: list[subprocess.Popen] = []
        life = self._running.enter_context(ExitStack())
        address = life.enter_context(serving(started=started, host=host, port=self._port))
        # HAProxy may not have noticed that the one before had ended: one that warms up would then be taken for dead
        # while it has visitors.
        until(lambda: _is_ready(address))
        return life, started[0]

    def number(self, host: str) -> int:
        """The system's number of the process at an address."""
        return self._lives[host][1].pid

    def kill(self, host: str, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """End a process, and wait until it has ended. DNS still names it, and nothing listens there."""
        life, process = self._lives[host]
        process.send_signal(with_signal)
        process.wait(timeout=30)
        life.close()

    def remove(self, host: str) -> None:
        """End a process for good: DNS no longer names it."""
        self.kill(host, signal.SIGTERM)
        del self._lives[host]
        self._tell_dns()

    def _tell_dns(self) -> None:
        self._names.zone = ZoneResolver("\n".join(f"{_NAME}. 1 IN A {host}" for host in self._lives)).zone


def _is_ready(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
            raise
        return False
    return True


class Proxy:
    """A running HAProxy.

    Attributes
    ----------
    address : str
        Where its visitors come.
    """

    def __init__(self, address: str, admin: Path):
        self.address, self._admin = address, admin

    def ask(self, command: str) -> str:
        """The answer of its administration socket."""
        with socket.socket(socket.AF_UNIX) as admin:
            admin.connect(str(self._admin))
            admin.sendall(f"{command}\n".encode())
            return b"".join(iter(lambda: admin.recv(65_536), b"")).decode()

    def servers(self) -> dict[str, dict[str, str]]:
        """The figures about each server that has an address, by that address: ``status``, ``cookie``, ``scur``, …"""
        rows = csv.DictReader(self.ask("show stat").removeprefix("# ").splitlines())
        return {row["addr"].split(":")[0]: row for row in rows if row["addr"] and row["pxname"] == "processes"}

    def host(self, cookie: str) -> str:
        """The address of the process to which a cookie, ``name=value``, leads."""
        (found,) = [host for host, row in self.servers().items() if row["cookie"] == cookie.split("=")[1]]
        return found

    def wait_until_up(self, *hosts: str) -> None:
        """Wait until it sends visitors to exactly these addresses."""
        self._wait(lambda: self._of_those_up("status"), dict.fromkeys(hosts, "UP"))

    def wait_until_empty(self, *hosts: str) -> None:
        """Wait until earlier visits at these addresses, the only ones that are up, are counted out."""
        self._wait(lambda: self._of_those_up("scur"), dict.fromkeys(hosts, "0"))

    def wait_until_connected(self, connections: int) -> None:
        """Wait until it counts so many connections from the only address that has any."""
        self._wait(lambda: re.findall(r" conn_cur=(\d+)", self.ask("show table visitors")), [str(connections)])

    def _of_those_up(self, figure: str) -> dict[str, str]:
        return {host: row[figure] for host, row in self.servers().items() if row["status"].startswith("UP")}

    def _wait(self, read: Callable[[], object], wanted: object) -> None:
        for _ in range(600):
            found = read()
            if found == wanted:
                return
            time.sleep(0.1)
        raise AssertionError(f"{found}, not {wanted}")


@contextmanager
def haproxy(folder: Path, **variables: str) -> Iterator[Proxy]:
    """Run HAProxy with deploy/haproxy.cfg and these variables; its administration socket is in ``folder``."""
    port, admin = free_port(), folder / "admin.sock"
    process = subprocess.Popen(
        [haproxy_path(), "-db", "-f", str(CONFIGURATION)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {
            "EXPLORER_BIND": f"127.0.0.1:{port}", "EXPLORER_ADMIN_SOCKET": str(admin), "EXPLORER_MOST_PROCESSES": "4",
            "EXPLORER_PROXY_CONNECTIONS": "400",  # each takes two files, of which a user may open a thousand
        } | variables,
    )
    try:
        while not admin.exists():
            assert process.poll() is None, "HAProxy ended"
            time.sleep(0.05)
        scheme = "https" if variables.get("EXPLORER_CERTIFICATE") else "http"
        yield Proxy(f"{scheme}://127.0.0.1:{port}", admin)
    finally:
        process.terminate()
        process.wait(timeout=20)
