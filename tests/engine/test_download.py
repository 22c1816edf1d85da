"""Why a download fails, each cause reproduced on this machine: proxies, certificates, no network, no answer."""

import http.server
import shutil
import socket
import ssl
import subprocess
import threading

import pytest
import requests

from explorer.engine.datasets import DatasetError, load
from explorer.sources import download, folders, mnist
from tests.support import mirrors as fake


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch, tmp_path):
    """No folder with MNIST, an empty cache, and no proxies or certificates of this machine."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", mnist.MNIST_DIR_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(folders.CACHE_DIR_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    fake.forget(monkeypatch)


def refusal(caplog, *secrets: str) -> str:
    """The message that a visitor reads. Neither it nor the log may hold a secret."""
    with pytest.raises(DatasetError) as refused:
        load("mnist")
    for secret in ("password-of-mine", *secrets):
        assert secret not in str(refused.value)
        assert secret not in caplog.text
    assert "EXPLORER_MNIST_DIR" in str(refused.value)  # the way without a network
    return str(refused.value)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.mark.parametrize(("status", "what", "advice"), [
    (407, "asks for a login (error 407)", "`HTTPS_PROXY=http://user:password@host:port`"),
    (403, "the proxy refuses it (error 403)", "Ask those who run the proxy"),
])
def test_the_refusal_of_a_proxy_is_named(status, what, advice, monkeypatch, caplog):
    with fake.web_server() as proxy:
        proxy.refusal = status
        monkeypatch.setenv("HTTPS_PROXY", f"http://visitor:password-of-mine@127.0.0.1:{proxy.server_port}")
        message = refusal(caplog)
        assert what in message
        assert advice in message
        assert proxy.asked == [f"{mirror.split('/')[2]}:443" for mirror in download.MIRRORS]


@pytest.mark.parametrize("address", [
    "http://127.0.0.1:{port}", "http://visitor:password-of-mine@127.0.0.1:{port}", "127.0.0.1:{port}",
])
def test_a_missing_proxy_is_named(address, monkeypatch, caplog):
    monkeypatch.setenv("HTTPS_PROXY", address.format(port=closed_port()))
    message = refusal(caplog)
    assert "the proxy is not there" in message
    assert "Check `HTTPS_PROXY=" in message


@pytest.mark.parametrize("address", [
    "http://visitor:password-of-mine@127.0.0.1:99999", "ftp://visitor:password-of-mine@127.0.0.1", "http://",
    "http://visitor:€-password-of-mine@127.0.0.1:1", "socks5://visitor:password-of-mine@127.0.0.1:1",
])
def test_an_unusable_address_of_a_proxy_is_named(address, monkeypatch, caplog):
    monkeypatch.setenv("HTTPS_PROXY", address)
    message = refusal(caplog)
    assert "the address of the proxy cannot be used" in message
    assert "`%40` for an @" in message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_never_answers_is_given_up_for_each_mirror(scheme, monkeypatch, caplog):
    monkeypatch.setattr(download, "_SECONDS", 0.3)
    with fake.silent_server() as (address, taken):
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://visitor:password-of-mine@{address}")
        message = refusal(caplog)
        assert len(taken) == len(download.MIRRORS)
    assert "storage.googleapis.com and ossci-datasets.s3.amazonaws.com did not answer within" in message
    assert "set or correct `HTTPS_PROXY=" in message


def test_a_missing_network_is_named(monkeypatch, caplog):
    monkeypatch.setattr(download, "MIRRORS", ("https://mirror.invalid/mnist/",))
    message = refusal(caplog)
    assert "mirror.invalid could not be reached (no network?)" in message


def test_a_missing_file_of_certificates_is_named(monkeypatch, caplog, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nowhere.pem"))
    message = refusal(caplog, str(tmp_path))
    assert "the file of certificates is missing" in message
    assert "Correct `REQUESTS_CA_BUNDLE`" in message


@pytest.fixture
def encrypted(tmp_path, monkeypatch):
    """Starts a mirror with a self-signed certificate for a host: ``encrypted(host)`` -> the certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    servers = []

    def serve(host: str):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test",
             "-addext", f"subjectAltName=DNS:{host}", "-keyout", key, "-out", certificate],
            check=True, capture_output=True,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), fake.Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # the client breaks off: that is tested
        server.asked, server.answer = [], lambda request, name: request.send_error(404)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        monkeypatch.setattr(download, "MIRRORS", (f"https://localhost:{server.server_port}/mnist/",))
        return certificate

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_advice_for_a_proxy_that_re_signs_works(encrypted, monkeypatch, caplog):
    certificate = encrypted("localhost")
    message = refusal(caplog)
    assert "has a certificate that this server does not trust" in message
    assert "set `REQUESTS_CA_BUNDLE` to the file with your organisation's certificate" in message
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert "answered with error 404" in refusal(caplog)  # the advice works: the mirror answers


def test_the_certificate_of_another_host_means_a_login(encrypted, monkeypatch, caplog):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(encrypted("login.example.org")))
    message = refusal(caplog)
    assert "the certificate of another host" in message
    assert "open any web page in a browser, log in" in message


def test_a_mirror_or_a_proxy_without_tls_is_named(monkeypatch, caplog):
    with fake.web_server() as plain:
        monkeypatch.setattr(download, "MIRRORS", (f"https://127.0.0.1:{plain.server_port}/mnist/",))
        message = refusal(caplog)
    assert "could not be reached by an encrypted connection" in message
    assert "begins with http, not https" in message


@pytest.mark.parametrize(("code", "what"), [
    (9, "not valid today"), (10, "not valid today"), (18, "does not trust"), (19, "does not trust"),
    (20, "does not trust"), (21, "does not trust"), (62, "another host"),
])
def test_each_openssl_error_of_a_certificate_has_its_problem(code, what):
    found = ssl.SSLCertVerificationError(1, "certificate verify failed")
    found.verify_code = code
    error = requests.exceptions.SSLError("as requests wraps it")
    error.__cause__ = found
    assert what in download._problem(error).what


def test_different_problems_of_two_mirrors_are_both_named(monkeypatch, caplog):
    with fake.web_server() as portal:
        portal.answer = lambda request, name: request.send_error(404)
        monkeypatch.setattr(download, "MIRRORS", (
            f"http://127.0.0.1:{portal.server_port}/mnist/", "http://mirror.invalid/mnist/",
        ))
        message = refusal(caplog)
    assert f"127.0.0.1:{portal.server_port} answered with error 404; mirror.invalid could not be reached" in message
    assert message.count("\n- ") == 3
