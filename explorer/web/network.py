"""Where other devices reach this computer: an address in the network instead of "localhost"."""

from __future__ import annotations

import ipaddress
import platform
import socket
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

# An address reserved for documentation; nothing is sent to it.
_SOMEWHERE = ("192.0.2.1", 9)


def is_this_computer(host: str) -> bool:
    """Whether a host name or an IP address means, on any device, that device itself."""
    name = host.lower().rstrip(".")
    if name in ("localhost", "localhost.localdomain", "ip6-localhost") or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified


def own_address() -> str | None:
    """This computer's IPv4 address in its network, from the system's routing table; None where it is unknown."""
    if _is_guest():
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unconnected:
        try:
            unconnected.connect(_SOMEWHERE)  # UDP: chooses the local address, sends nothing
        except OSError:
            return None
        address = ipaddress.ip_address(unconnected.getsockname()[0])
    here_only = address.is_loopback or address.is_link_local or address.is_unspecified
    return str(address) if (address.is_private or address.is_global) and not here_only else None


def _is_guest() -> bool:
    """Whether this runs in a container or in Windows' Linux: only their host can reach their address."""
    marks = ("/.dockerenv", "/run/.containerenv")
    return any(Path(mark).exists() for mark in marks) or "microsoft" in platform.release().lower()


def with_host(link: str, host: str) -> str:
    """The same link to another host, on the same port."""
    parts = urlsplit(link)
    return urlunsplit(parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host))
