"""The headers that protect a page: on every response, once each."""

import re
from collections import Counter

import pytest

from explorer.web import Protected, content_security_policy, pages_with_scripts
from tests.app.test_door import get
from tests.support.serving import in_a_loop

HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy")


@pytest.mark.parametrize("path", [
    "", "train", "train?loss=log_loss", "icon.svg", "preview.png", "live.json", "live.json?ask=x", "healthz",
    "_stcore/health", "_stcore/host-config", "_stcore/metrics", "_stcore/script-health-check", "static/js/none.js",
    "media/none.png", "component/none/none.js", "favicon.png", "train/", "%2e%2e/secret",
])
def test_every_response_has_each_header_once(app, path):
    headers = get(f"{app}/{path}")[2]
    for name in HEADERS:
        assert len(headers.get_all(name)) == 1, name
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_scripts_that_stand_in_the_page_are_named_one_by_one():
    pages = pages_with_scripts()
    policy = content_security_policy(pages, "'none'")
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src "))
    assert "unsafe" not in scripts
    assert len(re.findall("'sha256-", scripts)) == sum(page.count("<script>") for page in pages) == 3
    assert policy.endswith("; frame-ancestors 'none'")
    assert "frame-ancestors" not in content_security_policy(pages, "*")
    changed = [page.replace("prerenderReady", "other") for page in pages]
    assert content_security_policy(changed, "'none'") != policy


def test_no_page_has_a_script_that_the_policy_does_not_name(app):
    own = content_security_policy(pages_with_scripts(), "*")
    for path in ("", "train", "course/prices?loss=hinge"):
        _, page, headers = get(f"{app}/{path}")
        assert page.count("<script>") == 3
        assert content_security_policy([page], "*") == own == headers["content-security-policy"]


def responses(application) -> tuple[list[dict], Counter]:
    """What an application answers through the middleware, and the errors that it has counted."""
    sent, errors = [], Counter()

    async def send(message):
        sent.append(message)

    async def ask():
        await Protected(application, "default-src 'none'", errors)({"type": "http"}, None, send)

    try:
        in_a_loop(ask())
    except ZeroDivisionError:
        sent.append({"type": "raised"})
    return sent, errors


def test_an_error_that_nobody_caught_has_the_headers_too_and_is_raised_again():
    async def broken(scope, receive, send):
        raise ZeroDivisionError

    (start, body, raised), errors = responses(broken)
    assert (start["status"], raised["type"]) == (500, "raised")
    assert b"content-security-policy" in dict(start["headers"])
    assert b"ZeroDivision" not in body["body"]
    assert errors == {500: 1}


def test_a_header_that_the_application_sets_is_replaced():
    async def own(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Referrer-Policy", b"unsafe-url")]})
        await send({"type": "http.response.body", "body": b""})

    (start, _), errors = responses(own)
    assert [value for name, value in start["headers"] if name.lower() == b"referrer-policy"] == [b"same-origin"]
    assert not errors
