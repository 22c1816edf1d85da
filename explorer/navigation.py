"""The script that every visitor's browser runs: the list of pages, and the controls that every page shares."""

from pathlib import Path

import streamlit as st

from explorer.contents import PAGES, Page
from explorer.ui import controls, in_link, linked, sharing, show, take_home, warm_up
from explorer.web.served import ICON

FOLDER = Path(__file__).resolve().parent.parent / "pages"

warm_up.once()


def listed(page: Page, path: str, **more) -> st.Page:
    """A page for the navigation, at an address of its own."""
    return st.Page(
        FOLDER / f"{page.name}.py", title=page.title, icon=f":material/{page.icon}:", help=page.summary, url_path=path,
        **more,
    )


first, *others = PAGES
page = st.navigation([
    listed(first, "home", default=True), *(listed(other, other.name) for other in others),
    # The first page stands at the bare address: who asks for it by its name is not told that there is no such page.
    listed(first, first.name, visibility="hidden"),
])
name = page.url_path or first.name  # the first page has no path of its own
shown = next(entry for entry in PAGES if entry.name == name)
st.set_page_config(page_title=shown.tab, page_icon=ICON, layout="wide")
offered = linked.offered()
linked.arrive()
link = in_link.arrive(name)
if link is not None:
    controls.take_in_link(link)
show.begin(name)
with st.sidebar, st.container(horizontal=True, gap="small"):
    share = sharing.button()
    if name in take_home.PAGES:
        take_home.button()
if share:
    # What may be hidden is what the page had drawn when the button was pressed.
    sharing.dialog(page.title, page.url_path, offered)
linked.show_note()
if name != "prices":  # no images there
    controls.data()
show.tables_switch()
page.run()
in_link.leave_out_unused()
