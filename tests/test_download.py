"""Why a download fails, each cause made for real on this machine: proxies, certificates, no network, no answer."""

import http.server
import shutil
import socket
import ssl
import subprocess
import threading

import pytest
import requests

from explorer import download, folders, mnist
from explorer.datasets import DatasetError, load
from tests import mirrors as fake


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch, tmp_path):
    """No folder with MNIST, an empty cache, and none of this machine's own proxies and certificates."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", mnist.MNIST_DIR_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(folders.CACHE_DIR_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    fake.forget(monkeypatch)


def refusal(caplog, *secrets: str) -> str:
    """What a visitor reads; neither that nor the log may hold a secret."""
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


@pytest.mark.parametrize(("status", "what", "mend"), [
    (407, "asks for a login (error 407)", "`HTTPS_PROXY=http://user:password@host:port`"),
    (403, "the proxy refuses it (error 403)", "Ask those who run the proxy"),
])
def test_a_proxy_that_refuses(status, what, mend, monkeypatch, caplog):
    with fake.web_server() as proxy:
        proxy.refusal = status
        monkeypatch.setenv("HTTPS_PROXY", f"http://visitor:password-of-mine@127.0.0.1:{proxy.server_port}")
        said = refusal(caplog)
        assert what in said
        assert mend in said
        assert proxy.asked == [f"{mirror.split('/')[2]}:443" for mirror in download.MIRRORS]


@pytest.mark.parametrize("address", [
    "http://127.0.0.1:{port}", "http://visitor:password-of-mine@127.0.0.1:{port}", "127.0.0.1:{port}",
])
def test_a_proxy_that_is_not_there(address, monkeypatch, caplog):
    monkeypatch.setenv("HTTPS_PROXY", address.format(port=closed_port()))
    said = refusal(caplog)
    assert "the proxy is not there" in said
    assert "Check `HTTPS_PROXY=" in said


@pytest.mark.parametrize("address", [
    "http://visitor:password-of-mine@127.0.0.1:99999", "ftp://visitor:password-of-mine@127.0.0.1", "http://",
    "http://visitor:€-password-of-mine@127.0.0.1:1", "socks5://visitor:password-of-mine@127.0.0.1:1",
])
def test_an_address_of_a_proxy_that_cannot_be_used(address, monkeypatch, caplog):
    monkeypatch.setenv("HTTPS_PROXY", address)
    said = refusal(caplog)
    assert "the address of the proxy cannot be used" in said
    assert "`%40` for an @" in said


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_never_answers(scheme, monkeypatch, caplog):
    monkeypatch.setattr(download, "_SECONDS", 0.3)
    with fake.silent_server() as (address, taken):
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://visitor:password-of-mine@{address}")
        said = refusal(caplog)
        assert len(taken) == len(download.MIRRORS)
    assert "storage.googleapis.com and ossci-datasets.s3.amazonaws.com did not answer within" in said
    assert "set or correct `HTTPS_PROXY=" in said


def test_no_network(monkeypatch, caplog):
    monkeypatch.setattr(download, "MIRRORS", ("https://mirror.invalid/mnist/",))
    said = refusal(caplog)
    assert "mirror.invalid could not be reached (no network?)" in said


def test_a_file_of_certificates_that_is_not_there(monkeypatch, caplog, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nowhere.pem"))
    said = refusal(caplog, str(tmp_path))
    assert "the file of certificates is missing" in said
    assert "Correct `REQUESTS_CA_BUNDLE`" in said


@pytest.fixture
def encrypted(tmp_path, monkeypatch):
    """Starts a mirror with a certificate of its own making for a host: ``encrypted(host)`` -> the certificate."""
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
        server.handle_error = lambda *_: None  # the client hangs up: that is the test
        server.asked, server.answer = [], lambda request, name: request.send_error(404)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        monkeypatch.setattr(download, "MIRRORS", (f"https://localhost:{server.server_port}/mnist/",))
        return certificate

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_proxy_that_re_signs_and_its_mend(encrypted, monkeypatch, caplog):
    certificate = encrypted("localhost")
    said = refusal(caplog)
    assert "has a certificate that this server does not trust" in said
    assert "set `REQUESTS_CA_BUNDLE` to the file with your organisation's certificate" in said
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert "answered with error 404" in refusal(caplog)  # the mend works: it is asked


def test_a_network_that_wants_a_login_answers_in_the_place_of_another_host(encrypted, monkeypatch, caplog):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(encrypted("login.example.org")))
    said = refusal(caplog)
    assert "the certificate of another host" in said
    assert "open any web page in a browser, log in" in said


def test_a_mirror_or_a_proxy_that_speaks_no_tls(monkeypatch, caplog):
    with fake.web_server() as plain:
        monkeypatch.setattr(download, "MIRRORS", (f"https://127.0.0.1:{plain.server_port}/mnist/",))
        said = refusal(caplog)
    assert "could not be reached by an encrypted connection" in said
    assert "begins with http, not https" in said


@pytest.mark.parametrize(("code", "what"), [
    (9, "not valid today"), (10, "not valid today"), (18, "does not trust"), (19, "does not trust"),
    (20, "does not trust"), (21, "does not trust"), (62, "another host"),
])
def test_what_openssl_says_of_a_certificate_in_words(code, what):
    found = ssl.SSLCertVerificationError(1, "certificate verify failed")
    found.verify_code = code
    error = requests.exceptions.SSLError("as requests wraps it")
    error.__cause__ = found
    assert what in download._problem(error).what


def test_different_faults_of_the_mirrors_are_both_said(monkeypatch, caplog):
    with fake.web_server() as portal:
        portal.answer = lambda request, name: request.send_error(404)
        monkeypatch.setattr(download, "MIRRORS", (
            f"http://127.0.0.1:{portal.server_port}/mnist/", "http://mirror.invalid/mnist/",
        ))
        said = refusal(caplog)
    assert f"127.0.0.1:{portal.server_port} answered with error 404; mirror.invalid could not be reached" in said
    assert said.count("\n- ") == 3
