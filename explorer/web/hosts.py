"""The names under which the app is reached, where a deployment gives them: Streamlit's ``server.allowedHosts``.

Streamlit compares them with the Host header of WebSockets alone. Here it is done for every request, by its rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from explorer.deployment import DeploymentError

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@\s]+)(?::([0-9]{0,5}))?")  # a name or an IP address, and a port

_NAME = re.compile(r"\*|(?:\*\.)?[^*,/:\s]+|[0-9a-f:.]+")  # of the last kind are addresses of IPv6


class Hosts:
    """The allowed names.

    Parameters
    ----------
    names : iterable of str
        Names without a port, in any case; ``*.example.org`` for all names below example.org, ``*`` for any name.
        Empty: whatever the header says is allowed.

    Raises
    ------
    DeploymentError
        For a name that cannot be one: several names were joined, or an address was given.
    """

    def __init__(self, names: Iterable[str] = ()):
        self.names = tuple(name.strip().lower().rstrip(".") for name in names)
        for name in self.names:
            if not _NAME.fullmatch(name):
                raise DeploymentError(
                    f"STREAMLIT_SERVER_ALLOWED_HOSTS has {name[:60]!r}; it must be names without a port, with spaces "
                    "between, such as explorer.example.org *.example.com."
                )

    def allow(self, header: str | None) -> bool:
        """Whether a Host header has one of the names, with any port."""
        if not self.names:
            return True
        found = _HOST.fullmatch(header or "")
        if found is None or int(found[2] or 0) > 65_535:
            return False
        host = found[1].strip("[]").lower().rstrip(".")
        return any(
            name == "*" or (host.endswith(name[1:]) if name.startswith("*.") else host == name) for name in self.names
        )

    def __str__(self) -> str:
        return ", ".join(self.names) or "every name"
