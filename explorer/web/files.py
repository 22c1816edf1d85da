"""The files that the app serves beside Streamlit's own: its icon and preview, plotly.js, the code of the components.

Streamlit would send a component's code again with every change of the component; a file is fetched once.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import importlib.metadata
import importlib.util
import json
from pathlib import Path

from explorer import texts

HERE = Path(__file__).resolve().parent
COMPONENTS = HERE.parent / "ui" / "components"
ICON, PREVIEW = HERE / "icon.svg", HERE / "preview.png"
_FOREVER = "public, max-age=31536000, immutable"  # for files whose name changes with their content
_A_DAY = "max-age=86400"


class File:
    """A file that is served.

    Parameters
    ----------
    path : Path
    media_type : str
    version : str
        Part of its name in the address; "" if the name stays when the content changes.
    """

    def __init__(self, path: Path, media_type: str, version: str = ""):
        self.path, self.media_type = path, media_type
        first, dot, rest = path.name.partition(".")
        self.name = f"{first}-{version}{dot}{rest}" if version else path.name
        self.cache_control = _FOREVER if version else _A_DAY

    @functools.cached_property
    def content(self) -> bytes:
        """What is in it."""
        return self.path.read_bytes()

    @functools.cached_property
    def compressed(self) -> bytes:
        """The same, compressed by gzip."""
        return gzip.compress(self.content, 6)


class Made(File):
    """A file that is made when the server starts.

    Parameters
    ----------
    name : str
    media_type : str
    content : bytes
    """

    def __init__(self, name: str, media_type: str, content: bytes):
        super().__init__(HERE / name, media_type, hashlib.sha256(content).hexdigest()[:12])
        self._content = content

    @functools.cached_property
    def content(self) -> bytes:
        """What is in it."""
        return self._content


def _glossary() -> File:
    """The explanations of all words, by the address of their links."""
    words = {texts.anchor(word): {"word": word, "text": text} for word, text in texts.glossary().items()}
    return Made("glossary.json", "application/json", json.dumps(words).encode())


def _plotly() -> File:
    package = importlib.util.find_spec("plotly")
    if package is None or package.origin is None:
        raise RuntimeError("plotly is not installed: see requirements.txt")
    path = Path(package.origin).parent / "package_data" / "plotly.min.js"
    return File(path, "text/javascript", importlib.metadata.version("plotly"))


def _own(path: Path, media_type: str) -> File:
    return File(path, media_type, hashlib.sha256(path.read_bytes()).hexdigest()[:12])


# What components import, by the name that they use: ``window.explorerFiles`` in the browser.
CODE = {"plotly": _plotly()} | {
    path.stem: _own(path, "text/javascript") for path in sorted(COMPONENTS.glob("*/*.js"))
}
# Styles of the page: its own, and those of the components that are not drawn apart from it.
STYLES = [_own(path, "text/css") for path in (
    HERE / "page.css", *(COMPONENTS / name / f"{name}.css" for name in ("chart", "live", "balance", "image_strip")),
)]
# The words of the field, and the script that explains them where they stand.
GLOSSARY, GLOSSARY_SCRIPT = _glossary(), _own(HERE / "glossary.js", "text/javascript")
FILES = {
    file.name: file for file in (
        File(ICON, "image/svg+xml"), File(PREVIEW, "image/png"), *CODE.values(), *STYLES, GLOSSARY, GLOSSARY_SCRIPT,
    )
}
