"""The entry: the list of pages and the controls that every page shares. `streamlit run explorer`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # so that `import explorer` works from whatever folder it is started

import streamlit as st  # noqa: E402

from explorer.ui import controls, warm_up  # noqa: E402

warm_up.once()
st.set_page_config(layout="wide", page_icon="🔢")

train = st.Page(
    ROOT / "pages" / "train.py", title="Train", url_path="train", icon=":material/model_training:",
    help="Train a model on real handwriting and see what each choice does to it.",
)


def home() -> None:
    """The bare address leads to the first page, with whatever choices the link carries."""
    st.switch_page(train, query_params=link)


page = st.navigation([st.Page(home, default=True, visibility="hidden"), train])
link = controls.spelled_out(st.query_params)
if link != st.query_params.to_dict():
    st.switch_page(page, query_params=link)
if page is train:
    controls.data()
page.run()
