"""What a server does once, before its first visitor sees a page."""

import gc
import importlib
import threading

from explorer import folders
from explorer.datasets import MNIST_DIR_VARIABLE

_lock = threading.Lock()
_is_warm = False


def once() -> None:
    """Say where downloads are kept; import what is heavy, then tell the garbage collector to leave it alone.

    Only the first call does anything. A full collection looks at all objects there are; with scikit-learn and plotly
    imported, that costs tens of milliseconds each time. Frozen objects are not looked at.
    """
    # Not in Streamlit's cache, which any visitor may clear: a second freeze would keep all living sessions for good.
    global _is_warm
    with _lock:
        if _is_warm:
            return
        if not folders.named_by(MNIST_DIR_VARIABLE):
            folders.say_where_downloads_are_kept()
        for module in ("plotly.graph_objects", "sklearn.datasets", "sklearn.linear_model"):
            importlib.import_module(module)
        gc.collect()
        gc.freeze()
        _is_warm = True
