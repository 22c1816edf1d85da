"""The page as it is served, before a browser runs it: this is what the preview of a link in a chat uses."""

import gzip
import urllib.error
import urllib.request
from html.parser import HTMLParser
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin

import plotly
import pytest
from PIL import Image

from explorer.contents import NAME, PAGES
from explorer.web.served import PREVIEW, PREVIEW_SIZE, head, page_at, respelled, site

FOR_GOOD = "public, max-age=31536000, immutable"
PLOTLY = f"plotly-{version('plotly')}.min.js"


KINDS = {"preload": "text/javascript", "modulepreload": "text/javascript", "stylesheet": "text/css"}


class Head(HTMLParser):
    """The title, meta tags and icons in the head of a page, and our scripts and styles with the type of each."""

    def __init__(self, text: str):
        super().__init__()
        self.title, self.meta, self.icons, self.files, self._in_title = "", {}, [], {}, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self._in_title = tag == "title"
        if tag == "meta":
            self.meta[attrs.get("name") or attrs.get("property")] = attrs.get("content")
        if tag == "link" and "icon" in attrs.get("rel", ""):
            self.icons.append(attrs["href"])
        if tag == "link" and attrs.get("rel") in KINDS and "/static/" not in attrs["href"]:
            self.files[attrs["href"]] = KINDS[attrs["rel"]]

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
        served = Head(answer.read().decode())
        assert answer.headers["cache-control"] == "no-cache"
        assert "etag" not in answer.headers
    assert served.title == served.meta["og:title"] == f"{page.title} · {NAME}"
    assert served.meta["description"] == served.meta["og:description"]
    assert first or served.meta["description"].startswith(page.summary)
    assert served.meta["og:url"] == (app if first else f"{app}/{page.name}")
    assert served.icons == ["./icon.svg"]
    assert f"./{PLOTLY}" in served.files
    for address, kind in served.files.items():
        with get(urljoin(f"{app}/{page.name}", address)) as file:
            assert file.headers["content-type"].startswith(kind)
            assert file.headers["cache-control"] == FOR_GOOD
    with get(served.meta["og:image"]) as picture:
        assert picture.headers["content-type"] == "image/png"
        assert Image.open(picture).size == PREVIEW_SIZE
    with get(f"{app}/icon.svg") as icon:
        assert icon.headers["content-type"].startswith("image/svg+xml")


def test_a_head_request_gives_the_length_of_the_page(app):
    request = urllib.request.Request(app + "/train", method="HEAD")
    with urllib.request.urlopen(request) as announced, get(app + "/train") as page:
        assert int(announced.headers["content-length"]) == len(page.read())
        assert announced.read() == b""


@pytest.mark.parametrize("folder", ["", "train/", "course/2/"])
def test_plotly_js_is_that_of_the_package_in_any_folder_and_may_be_kept_for_good(app, folder):
    original = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
    for asked, encoding, unpack in (({}, None, bytes), ({"Accept-Encoding": "gzip, br"}, "gzip", gzip.decompress)):
        with get(f"{app}/{folder}{PLOTLY}", **asked) as answer:
            assert answer.headers["content-type"].startswith("text/javascript")
            assert answer.headers["content-encoding"] == encoding
            assert answer.headers["cache-control"] == FOR_GOOD
            assert answer.headers["vary"] == "Accept-Encoding"
            body = answer.read()
            assert int(answer.headers["content-length"]) == len(body)
            assert unpack(body) == original


def test_what_has_no_version_in_its_name_is_not_kept_for_good(app):
    for name in ("icon.svg", "preview.png", "train", "plotly.min.js", "plotly-0.0.1.min.js"):
        with get(f"{app}/{name}") as answer:
            assert "immutable" not in answer.headers["cache-control"], name


def test_requests_for_other_than_pages_reach_streamlit(app):
    with get(app + "/_stcore/health") as health:
        assert health.read() == b"ok"
    with get(app + "/favicon.png") as icon:
        assert icon.headers["content-type"] == "image/png"


def test_a_link_spelled_as_in_the_code_is_redirected_to_the_labels(app):
    with get(app + "/train?loss=log_loss&start=mean_image&learning_rate=0,5&note=a%26b+c") as answer:
        assert answer.url == app + "/train?loss=log+loss&start=mean+image&learning_rate=0.5&note=a%26b+c"


@pytest.mark.parametrize("query", [
    "", "seed=3", "loss=log+loss", "loss=log%20loss&x=%C3%A9", "note=" + "x" * 20_000 + "&loss=log_loss",
    "&".join(f"p{i}=1" for i in range(1200)), "%ff=%fe", "loss",
])
def test_other_queries_are_left_alone(query):
    assert respelled(query) is None


def test_the_address_of_the_app_is_that_of_the_proxy():
    def site_of(path, **headers):
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return site({"path": path, "scheme": "http", "headers": raw})

    assert site_of("/train", host="example.org:8501") == "http://example.org:8501"
    assert site_of("/course/train", host="x", x_forwarded_proto="https", x_forwarded_host="example.org, x") == (
        "https://example.org/course"
    )
    assert site_of("/course/", host="example.org") == "http://example.org/course"
    assert site_of("/", host='"><script>', x_forwarded_proto="javascript") == "http://%22%3E%3Cscript%3E"


def test_untrusted_text_never_becomes_a_tag():
    text = head("/<script>", 'http://example.org/"><img src=x>')
    assert page_at("/<script>") is PAGES[0]
    assert "<img" not in text
    assert PREVIEW.stat().st_size < 300_000


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["train", "live.json", "_stcore/upload_file", "_stcore/upload_file/a/b/c", "media/x"])
def test_files_can_be_sent_to_one_address_alone(app, method, path):
    request = urllib.request.Request(f"{app}/{path}", b"x" * 1000, method=method)
    with pytest.raises(urllib.error.HTTPError, match="405") as refused:
        urllib.request.urlopen(request, timeout=20)
    assert refused.value.headers["allow"] == "GET, HEAD, OPTIONS"
    with get(f"{app}/_stcore/health") as answer:
        assert answer.status == 200
