"""The app, with an address ``/live`` that lists what is alive in its process. ``streamlit run`` it."""

import gc
import os
import weakref
from importlib import import_module

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.runtime import get_instance

from tests.support.serving import ROOT

_seen: list[weakref.ref] = []  # the arrays of images of every data set ever found alive


def live(request: Request) -> JSONResponse:
    """What is alive after a garbage collection; ``?forget=images`` and ``?forget=results`` empty these caches before.

    ``data_sets``, ``images`` (their arrays), ``runs``; sessions ``connected``, and ``kept`` without a connection, for
    ``seconds`` and ``at_most`` how many; objects ``frozen``, which are never collected; the ``process``.
    """
    # Not imported at the top: the app freezes what is imported before its first page, and cannot list it then.
    datasets, training = import_module("explorer.engine.datasets"), import_module("explorer.engine.training")
    forget = request.query_params.getlist("forget")
    if "images" in forget:
        datasets._pair.cache_clear()
    if "results" in forget:
        import_module("explorer.ui.cached").results.forget()
    gc.collect()
    things = gc.get_objects()
    # A lesson may keep a data set of one value for each image, which is small; those of images have several rows.
    data_sets = [thing for thing in things if isinstance(thing, datasets.Dataset) and thing.image_shape[0] > 1]
    known = {id(array()) for array in _seen}
    _seen.extend(
        weakref.ref(array) for data in data_sets for array in (data.X_train, data.X_test) if id(array) not in known
    )
    sessions = get_instance()._session_mgr
    return JSONResponse({
        "data_sets": len(data_sets),
        "images": sum(array() is not None for array in _seen),
        "runs": sum(isinstance(thing, training.Run) for thing in things),
        "connected": sessions.num_active_sessions(),
        "kept": sessions.num_sessions() - sessions.num_active_sessions(),
        "seconds": sessions._session_storage._cache.ttl,
        "at_most": sessions._session_storage._cache.maxsize,
        "frozen": gc.get_freeze_count(),
        "process": os.getpid(),
    })


app = st.App(ROOT / "explorer" / "navigation.py", routes=[Route("/live", live)])
