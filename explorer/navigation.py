"""The script that runs for every visitor: the list of pages, and the controls that every page has."""

from pathlib import Path

import streamlit as st

from explorer import contents
from explorer.contents import PAGES, SECTIONS, Page
from explorer.ui import address, controls, linked, page_frame, share, show, take_home, waiting, warm_up
from explorer.ui.components.look_switch import look_switch
from explorer.web.files import ICON
from explorer.web.metrics import RERUNS

FOLDER = Path(__file__).resolve().parent.parent / "pages"

warm_up.once()


def listed(page: Page, path: str, **more) -> st.Page:
    """An entry of the navigation."""
    return st.Page(
        FOLDER / f"{page.name}.py", title=page.title, icon=f":material/{page.icon}:", help=page.summary, url_path=path,
        **more,
    )


first = PAGES[0]
entries = {section: [
    listed(first, "home", default=True) if entry is first else listed(entry, entry.name)
    for entry in PAGES if entry.section == section
] for section in SECTIONS}
# The first page is at the bare address; without this entry, its name would be an address that does not exist.
entries[first.section].append(listed(first, first.name, visibility="hidden"))
page = st.navigation(entries, expanded=True)
name = page.url_path or first.name  # the first page has no path
shown = contents.of(name)
st.set_page_config(page_title=shown.tab, page_icon=ICON, layout="wide")
offered = linked.offered()
linked.read_class_link()
link = address.open_page(name)
if link is not None:
    controls.apply_link(link)
show.begin(name)
with page_frame.top() as path, page_frame.actions():
    share_pressed = share.button()
    if name in take_home.PAGES:
        take_home.button()
with st.sidebar:
    look_switch()
if share_pressed:
    # The controls that may be hidden are those that the page had drawn when the button was pressed.
    share.dialog(page.title, page.url_path, offered)
linked.show_note()
controls.data(shown.has_images)
if shown.has_images:
    controls.offer_the_lessons_images()
with waiting.here(), RERUNS.labels(name).time(), page_frame.framed(name, path):
    page.run()
address.drop_unused()
