"""A page in Streamlit's own test harness, opened through the entry."""

import base64
import contextlib
import functools
import json

import numpy as np
from streamlit.testing.v1 import AppTest

from tests.support.serving import ROOT

# For every page the harness searches all installed packages for components, which takes most of its time: here once.
# (Where Streamlit has moved this, tests only take longer.)
with contextlib.suppress(ImportError, AttributeError):
    from streamlit.components.v2 import manifest_scanner

    manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)


def open_page(page: str = "train", **link: str) -> AppTest:
    """A page of the folder pages/, by the name of its file, opened with these query parameters."""
    app = AppTest.from_file(str(ROOT / "explorer" / "navigation.py"), default_timeout=60)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    assert not app.exception
    return app


def spec(app: AppTest, key: str) -> dict:
    """The data and layout of a chart."""
    return json.loads(app.get_by_key(key).proto.spec)


def array(sent) -> np.ndarray:
    """The numbers of a trace, sent as a list or as plotly packs an array."""
    if isinstance(sent, dict):
        packed = np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"])
        return packed.reshape([int(n) for n in str(sent.get("shape", -1)).split(",")])
    return np.array(sent)
