"""The entry: the list of pages and the controls that every page shares. `streamlit run explorer`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # so that `import explorer` works from whatever folder it is started

import streamlit as st  # noqa: E402

from explorer.ui import controls, linked, sharing, show, take_home, warm_up  # noqa: E402

warm_up.once()
st.set_page_config(layout="wide", page_icon="🔢")


def listed(name: str, title: str, icon: str, help: str, path: str | None = None, **more) -> st.Page:
    """A page of the folder pages/, under its name or another ``path``."""
    file = ROOT / "pages" / f"{name}.py"
    return st.Page(file, title=title, icon=f":material/{icon}:", help=help, url_path=path or name, **more)


start = listed("start", "Start", "home", "A 3, a 7, and what a model makes of them.", path="home", default=True)
prices = listed("prices", "Apples and pears", "shopping_basket", "The puzzle behind training: guess, check, correct.")
pages = [
    start,
    listed("why_multiply", "Why multiply?", "close", "Value × weight beside abs(value − weight)."),
    listed("one_image", "One image", "image", "What every pixel of an image adds to its score. Draw your own."),
    listed("bias", "What is the bias for?", "exposure_plus_1", "With and without it, from one pixel to all."),
    prices,
    listed("train", "Train", "model_training", "Train a model and see what each choice does to it."),
    listed("compare_losses", "Compare losses", "stacked_line_chart", "Losses side by side: same digits, same start."),
    listed("learning_rates", "Learning rates", "speed", "Every learning rate for every loss, in one map."),
    listed("scikit_learn", "Against scikit-learn", "balance", "Our descent beside a library's fit of the same model."),
    # The first page stands at the bare address: who asks for it by its name is not told that there is no such page.
    listed("start", "Start", "home", "", visibility="hidden"),
]

page = st.navigation(pages)
given = {name: st.query_params.get_all(name) for name in st.query_params}
link = controls.spelled_out(given)
if link != given:
    st.switch_page(page, query_params=link)
offered = linked.offered()
linked.arrive()
name = page.url_path or "start"  # the first page has no path of its own
show.begin(name)
with st.sidebar, st.container(horizontal=True, gap="small"):
    share = sharing.button()
    if name in take_home.PAGES:
        take_home.button()
if share:
    # What may be hidden is what the page had drawn when the button was pressed.
    sharing.dialog(page.title, page.url_path, offered)
linked.show_note()
if page is not prices:  # no images there
    controls.data()
show.tables_switch()
page.run()
