"""A published file, from this server's cache or from the first mirror that has it.

An error says what failed and what to do about it. Visitors read it, so it names no folder and no proxy of the server.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import re
import ssl
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from explorer.sources import folders

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
_SECONDS = 10  # before a mirror counts as silent
_CHUNK = 2**16  # bytes between two reports of progress
# OpenSSL's codes for what is wrong with a certificate.
_NOT_YET_VALID, _EXPIRED, _OTHER_HOST = 9, 10, 62

log = logging.getLogger(__name__)


class DatasetError(Exception):
    """The images are not to be had. The message is a plain sentence for the user."""


@dataclass(frozen=True)
class Problem:
    """What a mirror did ("did not answer"), and what the people who run the server can do about it, if anything."""

    what: str
    advice: str = ""


_SET_PROXY = "If this network needs a proxy, set or correct `HTTPS_PROXY=http://host:port` and start the app again."
_CHECK_PROXY = (
    "Check `HTTPS_PROXY=http://user:password@host:port` and start the app again. In the password, write `%40` for "
    "an @, `%3A` for a colon, `%2F` for a slash, `%23` for a #."
)
_LOG_IN = "If this network wants a login, open any web page in a browser, log in, and try again."
_SILENT = Problem(f"did not answer within {_SECONDS} seconds", _SET_PROXY)
_UNREACHABLE = Problem("could not be reached (no network?)", _SET_PROXY)
_BROKEN_OFF = Problem("broke off in the middle", "Try again.")
_WEB_PAGE = Problem("answered with a web page in place of the file", _LOG_IN)
_OTHER_FILE = Problem("answered with something that is not the published file")
_PROXY_LOGIN = Problem(
    "could not be reached, as the proxy asks for a login (error 407)",
    "Set `HTTPS_PROXY=http://user:password@host:port` and start the app again.",
)
_PROXY_ABSENT = Problem("could not be reached, as the proxy is not there", _CHECK_PROXY)
_PROXY_MISSPELT = Problem("could not be asked, as the address of the proxy cannot be used", _CHECK_PROXY)
_RE_SIGNED = Problem(
    "has a certificate that this server does not trust",
    "A proxy or a virus scanner probably re-signs encrypted connections: set `REQUESTS_CA_BUNDLE` to the file with "
    "your organisation's certificate and start the app again.",
)
_CLOCK = Problem("has a certificate that is not valid today", "Check the date and the clock of the server.")
_NOT_ITSELF = Problem("answered with the certificate of another host", _LOG_IN)
_NOT_ENCRYPTED = Problem(
    "could not be reached by an encrypted connection",
    f"{_LOG_IN} If there is a proxy that speaks no TLS itself, its address begins with http, not https: "
    "`HTTPS_PROXY=http://host:port`.",
)
_NO_BUNDLE = Problem(
    "could not be asked, as the file of certificates is missing",
    "Correct `REQUESTS_CA_BUNDLE` (or `CURL_CA_BUNDLE`), or unset it, and start the app again.",
)


def published(filename: str, sha256: str, size: int, report: Callable[[int, str], None]) -> bytes:
    """The content of a published file.

    Parameters
    ----------
    filename : str
        The last part of its address at a mirror.
    sha256 : str
    size : int
        In bytes; no more are read.
    report : callable (n_bytes, host)
        Called with the number of bytes received, and the mirror.

    Raises
    ------
    DatasetError
        Where no mirror has it.
    """
    for folder in folders.caches():
        content = _kept(folder / "mnist" / filename, size)
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
    content = _download(filename, sha256, size, report)
    _keep(content, filename)
    return content


def is_kept(filename: str, size: int) -> bool:
    """Whether a cache of this server has a file of this name and size."""
    return any(_has_size(folder / "mnist" / filename, size) for folder in folders.caches())


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _kept(path: Path, size: int) -> bytes:
    """What the cache holds under this name; empty where that cannot be the file."""
    try:
        return path.read_bytes() if path.stat().st_size == size else b""
    except FileNotFoundError:
        return b""
    except OSError as error:
        log.warning("%s cannot be read: %s.", path, error.strerror)
        return b""


def _keep(content: bytes, filename: str) -> None:
    """Write a file to the first cache folder that can be written to."""
    for folder in folders.caches():
        path = folder / "mnist" / filename
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Renamed when it is complete, as another process may read it meanwhile.
            handle, part = tempfile.mkstemp(dir=path.parent, prefix=filename)
            try:
                with open(handle, "wb") as file:
                    file.write(content)
                os.replace(part, path)
            except OSError:
                os.unlink(part)
                raise
        except OSError as error:
            log.warning(
                "%s cannot be kept in %s: %s. %s names another folder.",
                filename, path.parent, error.strerror, folders.CACHE_DIR_VARIABLE,
            )
        else:
            log.info("%s is kept in %s.", filename, path.parent)
            return
    log.warning("%s is kept in memory only: it is downloaded again after a restart.", filename)


class _OtherContent(ValueError):
    """A mirror sent something else than the file."""

    def __init__(self, content: bytes):
        super().__init__(f"{len(content):,} bytes came")
        self.problem = _WEB_PAGE if looks_like_a_web_page(content) else _OTHER_FILE


def looks_like_a_web_page(content: bytes) -> bool:
    """Whether this is HTML, with which a network answers that requires a login."""
    return content[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


class _Received(io.BytesIO):
    """The bytes received of a file; stops a download that is longer than the file."""

    def __init__(self, size: int, report: Callable[[int], None]):
        super().__init__()
        self._size, self._report = size, report

    def write(self, chunk: bytes) -> int:
        written = super().write(chunk)
        if self.tell() > self._size:
            raise _OtherContent(self.getvalue())
        self._report(self.tell())
        return written


def _download(filename: str, sha256: str, size: int, report: Callable[[int, str], None]) -> bytes:
    import pooch
    import urllib3

    problems: dict[str, Problem] = {}  # by host
    for mirror in MIRRORS:
        host = mirror.split("/")[2]
        report(0, host)
        received = _Received(size, lambda n_bytes, host=host: report(n_bytes, host))
        fetch = pooch.HTTPDownloader(chunk_size=_CHUNK, timeout=_SECONDS, headers={"Accept-Encoding": "identity"})
        try:
            fetch(mirror + filename, received, None)
            content = received.getvalue()
            if hashlib.sha256(content).hexdigest() != sha256:
                raise _OtherContent(content)
            return content
        # Errors of requests are OSErrors; some of urllib3's come through unchanged.
        except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
            problems[host] = _problem(error)
            # Only the types: the text of such an error may hold the password of a proxy.
            kinds = " < ".join(type(cause).__name__ for cause in _causes(error))
            log.warning("%s, asked for %s, %s (%s).", host, filename, problems[host].what, kinds)
    raise DatasetError(_why(problems))


def _why(problems: dict[str, Problem]) -> str:
    """What the mirrors did and what to do about it, each once."""
    hosts: dict[str, list[str]] = {}
    for host, problem in problems.items():
        hosts.setdefault(problem.what, []).append(host)
    what = "; ".join(f"{' and '.join(names)} {did}" for did, names in hosts.items())
    advice = [line for line in dict.fromkeys(problem.advice for problem in problems.values()) if line]
    advice.append("Without a network: put the four files of MNIST into a folder and name it in `EXPLORER_MNIST_DIR`.")
    return "\n- ".join([f"MNIST could not be downloaded: {what}.\n\nFor whoever runs this app:\n", *advice])


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and its causes: requests wraps what urllib3 has wrapped."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _problem(error: Exception) -> Problem:
    """The problem behind an error of a download."""
    import requests.exceptions as failures
    import urllib3.exceptions

    def caused_by(*kinds: type) -> BaseException | None:
        return next((cause for cause in _causes(error) if isinstance(cause, kinds)), None)

    if isinstance(error, _OtherContent):
        return error.problem
    status = getattr(getattr(error, "response", None), "status_code", None)
    by_proxy = re.search(r"Tunnel connection failed: (\d{3})", str(error))
    if status == 407 or (by_proxy and by_proxy[1] == "407"):
        return _PROXY_LOGIN
    if status == 511:  # Network Authentication Required
        return _WEB_PAGE
    if status:
        return Problem(f"answered with error {status}", "Try again later.")
    if by_proxy:
        return Problem(
            f"could not be reached, as the proxy refuses it (error {by_proxy[1]})",
            "Ask those who run the proxy to allow it.",
        )
    if certificate := caused_by(ssl.SSLCertVerificationError):
        return {_NOT_YET_VALID: _CLOCK, _EXPIRED: _CLOCK, _OTHER_HOST: _NOT_ITSELF}.get(
            certificate.verify_code, _RE_SIGNED
        )
    if caused_by(ssl.SSLError, failures.SSLError, urllib3.exceptions.SSLError):
        return _NOT_ENCRYPTED
    if caused_by(TimeoutError):
        return _SILENT
    # The addresses of the mirrors are valid, so it is that of the proxy.
    if caused_by(failures.InvalidURL, failures.InvalidSchema, urllib3.exceptions.LocationValueError, UnicodeError):
        return _PROXY_MISSPELT
    if caused_by(failures.ProxyError):
        return _PROXY_ABSENT
    if caused_by(failures.ChunkedEncodingError, failures.ContentDecodingError):
        return _BROKEN_OFF
    if type(error) is OSError:  # requests has no type of its own for a missing file of certificates
        return _NO_BUNDLE
    return _UNREACHABLE
