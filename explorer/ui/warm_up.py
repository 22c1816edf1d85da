"""What a server does once, before its first visitor sees a page."""

import gc
import importlib

import streamlit as st

from explorer import folders
from explorer.datasets import MNIST_DIR_VARIABLE


@st.cache_resource(show_spinner=False)
def once() -> None:
    """Say where downloads are kept; import what is heavy, then tell the garbage collector to leave it alone.

    Streamlit runs a full collection after every run of a script; with scikit-learn and plotly
    imported, that costs tens of milliseconds each time. Frozen objects are not looked at.
    """
    if not folders.named_by(MNIST_DIR_VARIABLE):
        folders.say_where_downloads_are_kept()
    for module in ("plotly.graph_objects", "sklearn.datasets", "sklearn.linear_model"):
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
