"""What the server does once, before its first visitor sees a page."""

import gc
import importlib
import pkgutil
import threading

from threadpoolctl import threadpool_limits

from explorer import sources, ui
from explorer.sources import folders
from explorer.sources.mnist import MNIST_DIR_VARIABLE

_lock = threading.Lock()
_is_warm = False


def once() -> None:
    """Log where downloads are kept, import what pages use, then exempt all objects from garbage collection.

    Only the first call does anything. A full collection visits every object; with scikit-learn imported,
    that takes tens of milliseconds each time. It skips frozen objects.
    """
    # Not in Streamlit's cache, which any visitor may clear: a second freeze would keep the present sessions for good.
    global _is_warm
    with _lock:
        if _is_warm:
            return
        if sources.default_dataset() == "mnist":
            sources.load_job("mnist")  # in its own thread: the first visitor finds it read
        elif not folders.named_by(MNIST_DIR_VARIABLE):
            folders.say_where_downloads_are_kept()
        # The server calls this before any page has run, and so before any page has imported what it uses.
        own = (module.name for module in pkgutil.walk_packages(ui.__path__, "explorer.ui."))
        for module in ("sklearn.datasets", "sklearn.linear_model", *own):
            importlib.import_module(module)
        # Two computations side by side, each with two BLAS threads on two cores, wait for each other: a sweep takes
        # ten times the processor time then.
        threadpool_limits(1)
        gc.collect()
        gc.freeze()
        _is_warm = True
