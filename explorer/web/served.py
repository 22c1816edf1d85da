"""The app's middleware (ASGI): adds the title, description, icon and script to the page that Streamlit serves.

Streamlit serves the same page for every address, with the title "Streamlit", and sets the title later, in the
browser. The preview of a link in a chat, or a search engine, sees only what is served.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.contents import NAME, PAGES, SUMMARY, Page
from explorer.links import in_words

HERE = Path(__file__).resolve().parent
ICON, PREVIEW = HERE / "icon.svg", HERE / "preview.png"
PREVIEW_SIZE = 1200, 630  # pixels: what chats and social networks ask for
_FILES = {path.name: path for path in (ICON, PREVIEW)}
# The first folders of Streamlit's own routes, which are not pages.
_NO_PAGES = ("_stcore", "static", "media", "component", "vendor", "oauth2callback", "auth")
_LONGEST_QUERY = 16_384  # characters; a longer one is left to Streamlit, which has limits of its own
_TITLE = b"<title>Streamlit</title>"
_OTHER_ICON = re.compile(rb'<link rel="shortcut icon"[^>]*>\s*')
_SCRIPT = (HERE / "streamlit_fixes.js").read_text(encoding="utf-8")


class Served:
    """Middleware that changes pages; everything else passes through unchanged."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page, one of our files, or a redirect from options spelled as in the code."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        last = path.rsplit("/", 1)[-1]
        if last in _FILES:
            await FileResponse(_FILES[last], headers={"Cache-Control": "max-age=86400"})(scope, receive, send)
        elif "." in last or any(f"/{folder}/" in path for folder in _NO_PAGES):
            await self.app(scope, receive, send)
        elif (query := respelled(scope["query_string"].decode("latin-1"))) is not None:
            # Relative, so that it works behind any proxy. A redirect adds no entry to the browser's history.
            await RedirectResponse(f"?{query}", status_code=307)(scope, receive, send)
        else:
            await self._page(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streamlit's page with our head in it."""
        # Its validators are those of the file on the disk; our page depends on the address.
        left_out = (b"if-none-match", b"if-modified-since", b"accept-encoding", b"range")
        headers = [(name, value) for name, value in scope["headers"] if name not in left_out]
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        await self.app({**scope, "method": "GET", "headers": headers}, receive, collect)
        own = MutableHeaders(raw=list(start["headers"]))
        content = bytes(body)
        if own.get("content-type", "").startswith("text/html") and _TITLE in content:
            content = _OTHER_ICON.sub(b"", content).replace(_TITLE, head(scope["path"], site(scope)).encode(), 1)
            for name in ("etag", "last-modified"):
                del own[name]
        own["content-length"] = str(len(content))
        response = Response(content if scope["method"] == "GET" else b"", start["status"])
        response.raw_headers = own.raw
        await response(scope, receive, send)


def respelled(query: str) -> str | None:
    """The query of a link with its options as the controls spell them; None where that changes nothing."""
    if not query or len(query) > _LONGEST_QUERY:
        return None
    try:
        given = parse_qs(query, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return None
    link = in_words(given)
    return urlencode(link, doseq=True) if link != given else None


def page_at(path: str) -> Page:
    """The page at a path; at any other path the first page, which Streamlit shows there as well."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return next((page for page in PAGES if page.name == last), PAGES[0])


def site(scope: Mapping) -> str:
    """The address of the app as the client knows it, without the last slash."""
    headers = Headers(raw=scope["headers"])
    scheme = headers.get("x-forwarded-proto", scope.get("scheme", "http")).split(",")[0].strip()
    host = headers.get("x-forwarded-host", headers.get("host", "localhost")).split(",")[0].strip()
    # It becomes part of an address in the page: only characters of an address are kept.
    scheme, host = scheme if scheme in ("http", "https") else "http", quote(host[:255], safe=".:[]-")
    path = scope["path"].rstrip("/")
    if path.rsplit("/", 1)[-1] in {page.name for page in PAGES}:
        path = path.rsplit("/", 1)[0]
    return f"{scheme}://{host}{quote(path)}"


def head(path: str, address: str) -> str:
    """The head of the page at ``path`` of the app at ``address``, as HTML."""
    page = page_at(path)
    title, summary = page.tab, SUMMARY if page is PAGES[0] else f"{page.summary} {SUMMARY}"
    width, height = PREVIEW_SIZE
    named = {"description": summary, "twitter:card": "summary_large_image"}
    properties = {
        "og:site_name": NAME, "og:type": "website", "og:title": title, "og:description": summary,
        "og:url": address if page is PAGES[0] else f"{address}/{page.name}", "og:image": f"{address}/{PREVIEW.name}",
        "og:image:width": str(width), "og:image:height": str(height),
        "og:image:alt": "A handwritten 3, the weights of its pixels, and the sum of their products",
    }
    lines = [f"<title>{escape(title)}</title>"]
    lines += [f'<meta name="{name}" content="{escape(text)}" />' for name, text in named.items()]
    lines += [f'<meta property="{name}" content="{escape(text)}" />' for name, text in properties.items()]
    lines += [f'<link rel="icon" type="image/svg+xml" href="./{ICON.name}" />', f"<script>{_SCRIPT}</script>"]
    return "\n    ".join(lines)
