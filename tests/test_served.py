"""The page as it is served, before anything runs in a browser: what the preview of a link in a chat sees."""

import urllib.request
from html.parser import HTMLParser

import pytest
from PIL import Image

from explorer.contents import NAME, PAGES
from explorer.web.served import PREVIEW, PREVIEW_SIZE, head, page_at, respelled, site


class Head(HTMLParser):
    """What stands in the head of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.title, self.meta, self.icons, self._in_title = "", {}, [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self._in_title = tag == "title"
        if tag == "meta":
            self.meta[attrs.get("name") or attrs.get("property")] = attrs.get("content")
        if tag == "link" and "icon" in attrs.get("rel", ""):
            self.icons.append(attrs["href"])

    def handle_data(self, data):
        if self._in_title:
            self.title += data
            self._in_title = False


def get(address: str, **headers: str):
    return urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_has_its_title_description_and_picture(app, page):
    first = page is PAGES[0]
    with get(f"{app}/{'' if first else page.name}?seed=3") as answer:
        seen = Head(answer.read().decode())
        assert answer.headers["cache-control"] == "no-cache"
        assert "etag" not in answer.headers
    assert seen.title == seen.meta["og:title"] == f"{page.title} · {NAME}"
    assert seen.meta["description"] == seen.meta["og:description"]
    assert first or seen.meta["description"].startswith(page.summary)
    assert seen.meta["og:url"] == (app if first else f"{app}/{page.name}")
    assert seen.icons == ["./icon.svg"]
    with get(seen.meta["og:image"]) as picture:
        assert picture.headers["content-type"] == "image/png"
        assert Image.open(picture).size == PREVIEW_SIZE
    with get(f"{app}/icon.svg") as icon:
        assert icon.headers["content-type"].startswith("image/svg+xml")


def test_a_head_request_announces_the_page_that_a_get_brings(app):
    asked = urllib.request.Request(app + "/train", method="HEAD")
    with urllib.request.urlopen(asked) as announced, get(app + "/train") as brought:
        assert int(announced.headers["content-length"]) == len(brought.read())
        assert announced.read() == b""


def test_what_is_no_page_goes_through(app):
    with get(app + "/_stcore/health") as health:
        assert health.read() == b"ok"
    with get(app + "/favicon.png") as icon:
        assert icon.headers["content-type"] == "image/png"


def test_a_link_spelled_as_in_the_code_is_redirected_to_its_words(app):
    with get(app + "/train?loss=log_loss&start=mean_image&learning_rate=0,5&note=a%26b+c") as answer:
        assert answer.url == app + "/train?loss=log+loss&start=mean+image&learning_rate=0.5&note=a%26b+c"


@pytest.mark.parametrize("query", [
    "", "seed=3", "loss=log+loss", "loss=log%20loss&x=%C3%A9", "note=" + "x" * 20_000 + "&loss=log_loss",
    "&".join(f"p{i}=1" for i in range(1200)), "%ff=%fe", "loss",
])
def test_other_queries_are_left_alone(query):
    assert respelled(query) is None


def test_the_address_is_that_which_a_visitor_sees_behind_a_proxy():
    def asked(path, **headers):
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return site({"path": path, "scheme": "http", "headers": raw})

    assert asked("/train", host="example.org:8501") == "http://example.org:8501"
    assert asked("/course/train", host="x", x_forwarded_proto="https", x_forwarded_host="example.org, x") == (
        "https://example.org/course"
    )
    assert asked("/course/", host="example.org") == "http://example.org/course"
    assert asked("/", host='"><script>', x_forwarded_proto="javascript") == "http://%22%3E%3Cscript%3E"


def test_nothing_from_outside_becomes_a_tag():
    text = head("/<script>", 'http://example.org/"><img src=x>')
    assert page_at("/<script>") is PAGES[0]
    assert "<img" not in text
    assert PREVIEW.stat().st_size < 300_000
