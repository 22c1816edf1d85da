"""The app's middleware (ASGI): adds the title, description, icon and script to the page that Streamlit serves.

It also serves the app's own files (``explorer.web.files``), and what a page shows while a slider is dragged.

Streamlit serves the same page for every address, with the title "Streamlit", and sets the title later, in the
browser. The preview of a link in a chat, or a search engine, sees only what is served.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.contents import NAME, PAGES, SUMMARY, Page
from explorer.links import in_words
from explorer.web.files import CODE, FILES, GLOSSARY, GLOSSARY_SCRIPT, HERE, ICON, PREVIEW, STYLES, File
from explorer.web.hosts import Hosts
from explorer.web.live import LIVE, Answers
from explorer.web.uploads import METHODS, Uploads

PREVIEW_SIZE = 1200, 630  # pixels: what chats and social networks ask for
# The first folders of Streamlit's own routes, which are not pages.
_NO_PAGES = ("_stcore", "static", "media", "component", "vendor", "oauth2callback", "auth")
_LONGEST_QUERY = 16_384  # characters; a longer one is left to Streamlit, which has limits of its own
_TITLE = b"<title>Streamlit</title>"
_OTHER_ICON = re.compile(rb'<link rel="shortcut icon"[^>]*>\s*')
_ANY_HOST = Hosts()
_SCRIPT = (HERE / "streamlit_fixes.js").read_text(encoding="utf-8")


class Served:
    """Middleware that changes pages and bounds uploads; everything else passes through unchanged.

    Parameters
    ----------
    app : ASGI application
    live : Answers, optional
        What pages show while a slider is dragged; without it, nothing moves before the slider is released.
    hosts : Hosts
        The names that may stand in the address of the app.
    uploads : Uploads, optional
        Which files are taken; without it, none.
    """

    def __init__(
        self, app: ASGIApp, live: Answers | None = None, hosts: Hosts = _ANY_HOST, uploads: Uploads | None = None
    ):
        self.app, self.live, self.hosts, self.uploads = app, live, hosts, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page, one of our files, or a redirect from options spelled as in the code."""
        if scope["type"] != "http" or scope["method"] == "OPTIONS":
            await self.app(scope, receive, send)
            return
        if self.uploads and scope["method"] in METHODS:
            await self.uploads.respond(self.app, scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            refusal = PlainTextResponse("Nothing can be uploaded here.", 405, {"Allow": "GET, HEAD, OPTIONS"})
            await refusal(scope, receive, send)
            return
        path = scope["path"]
        last = path.rsplit("/", 1)[-1]
        if last in FILES:
            await (await _file(FILES[last], scope))(scope, receive, send)
        elif last == LIVE and self.live:
            await (await self.live.respond(scope))(scope, receive, send)
        elif "." in last or any(f"/{folder}/" in path for folder in _NO_PAGES):
            await self.app(scope, receive, send)
        elif (query := respelled(scope["query_string"].decode("latin-1"), last)) is not None:
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
            own_head = head(scope["path"], site(scope, self.hosts)).encode()
            content = _OTHER_ICON.sub(b"", content).replace(_TITLE, own_head, 1)
            for name in ("etag", "last-modified"):
                del own[name]
        own["content-length"] = str(len(content))
        response = Response(content if scope["method"] == "GET" else b"", start["status"])
        response.raw_headers = own.raw
        await response(scope, receive, send)


async def _file(file: File, scope: Scope) -> Response:
    """A file, compressed where the browser reads that."""
    headers = {"Cache-Control": file.cache_control, "Vary": "Accept-Encoding"}
    packed = file.media_type != "image/png" and "gzip" in Headers(scope=scope).get("accept-encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    # In a thread: to compress plotly.js takes a while, once.
    content = await run_in_threadpool(lambda: file.compressed if packed else file.content)
    return Response(content, 200, headers, file.media_type)


def respelled(query: str, page: str = "") -> str | None:
    """The query of a link to a page with its options as the controls spell them; None where that changes nothing."""
    if not query or len(query) > _LONGEST_QUERY:
        return None
    try:
        given = parse_qs(query, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return None
    link = in_words(given, page)
    return urlencode(link, doseq=True) if link != given else None


def pages_with_scripts() -> tuple[str, str]:
    """Streamlit's page and our head of it, as HTML: all scripts that stand in a page."""
    package = importlib.util.find_spec("streamlit")
    if package is None or package.origin is None:
        raise RuntimeError("Streamlit is not installed: see requirements.txt")
    index = Path(package.origin).parent / "static" / "index.html"
    return index.read_text(encoding="utf-8"), head("/", "http://localhost")


def page_at(path: str) -> Page:
    """The page at a path; at any other path the first page, which Streamlit shows there as well."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return next((page for page in PAGES if page.name == last), PAGES[0])


def site(scope: Mapping, hosts: Hosts = _ANY_HOST) -> str:
    """The address of the app as the client knows it, without the last slash.

    Anybody can send an X-Forwarded-Host: where the names of the app are known, another name in it is ignored.
    """
    headers = Headers(raw=scope["headers"])
    scheme = headers.get("x-forwarded-proto", scope.get("scheme", "http")).split(",")[0].strip()
    host = headers.get("x-forwarded-host", "").split(",")[0].strip()
    if not host or not hosts.allow(host):
        host = headers.get("host", "localhost")
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
    # Absolute, as a component's module has an address of its own.
    files = {name: file.name for name, file in CODE.items()}
    names = json.dumps(files | {"live.json": LIVE, "glossary.json": GLOSSARY.name})
    lines.append(
        f"<script>window.explorerFiles = Object.fromEntries(Object.entries({names})"
        ".map(([name, file]) => [name, new URL(`./${file}`, location.href).href]))</script>"
    )
    lines.append(f'<script defer src="./{GLOSSARY_SCRIPT.name}"></script>')
    lines += [f'<link rel="stylesheet" href="./{style.name}" />' for style in STYLES]
    lines.append(f'<link rel="preload" as="script" href="./{CODE["plotly"].name}" />')
    lines += [f'<link rel="modulepreload" href="./{CODE[name].name}" />' for name in ("chart", "live")]
    return "\n    ".join(lines)
