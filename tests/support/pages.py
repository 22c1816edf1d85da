"""A page in Streamlit's own test harness, opened through the entry."""

import contextlib
import functools
import json

from streamlit.testing.v1 import AppTest

from explorer.contents import PAGES
from explorer.ui.page_frame import ASKED
from tests.support.serving import ROOT

# For every page the harness searches all installed packages for components, which takes most of its time: here once.
# (Where Streamlit has moved this, tests only take longer.)
with contextlib.suppress(ImportError, AttributeError):
    from streamlit.components.v2 import manifest_scanner

    manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)


def open_page(page: str = "train", has_asked: bool = True, **link: str) -> AppTest:
    """A page of the folder pages/, by the name of its file, opened with these query parameters.

    ``has_asked``: "What you saw" stands there at once, as if the visitor had asked for it.
    """
    app = AppTest.from_file(str(ROOT / "explorer" / "navigation.py"), default_timeout=60)
    for name, value in link.items():
        app.query_params[name] = value
    if has_asked:
        app.session_state[ASKED] = frozenset(page.name for page in PAGES)
    app.run()
    app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    assert not app.exception
    return app


def charts(app: AppTest) -> list[str]:
    """The keys of the charts on a page, in their order."""
    return [element.key for element in app.get("bidi_component") if element.proto.component_name == "chart"]


def spec(app: AppTest, key: str) -> dict:
    """The data and layout of a chart."""
    return sent(app, key)["figure"]


def sent(app: AppTest, key: str) -> dict:
    """What the browser gets for a chart: its figure, title, alt, file name and height."""
    return json.loads(app.get_by_key(key).proto.bytes)
