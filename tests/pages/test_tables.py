"""Every chart of every page: what the browser gets, and its tables, which are there only on request."""

import re

import plotly.graph_objects as go
import pytest

from explorer.figures.tables import tables
from explorer.ui import show
from tests.support.pages import charts, open_page, sent
from tests.support.serving import ROOT

PARTS = {
    "why_multiply": ("why_part", ("your numbers", "one pixel", "two pixels", "all pixels", "the disguise")),
    "bias": ("bias_part", ("Ink", "Blank image", "Pixels", "A weight on 1")),
    "prices": ("prices_part", ("Guess", "One line", "The bag", "Steps")),
}
OPEN = {
    "train": {"look": "true", "update": "true"}, "compare_losses": {"shapes": "true"},
    "one_image": {"by_rows": "true", "other_score": "true"},
}
STATES = [
    (page.stem, link) for page in sorted((ROOT / "pages").glob("*.py"))
    for key, parts in [PARTS.get(page.stem, ("", ("",)))]
    for link in [({key: part} if key else {}) | OPEN.get(page.stem, {}) for part in parts]
]


def tables_on(app) -> int:
    return len(app.get("table")) + len(app.get("dataframe")) + len(app.get("arrow_data_frame"))


def opened(page, **link):
    """A page with its charts: "know" has one only after its answer is asked for."""
    app = open_page(page, **link)
    if page == "know":
        next(button for button in app.button if button.label == "Show the answer").click().run()
    return app


EVERY_STATE = pytest.mark.parametrize(
    ("page", "link"), STATES, ids=lambda value: str(value) if isinstance(value, str) else None,
)


@EVERY_STATE
def test_every_chart_is_sent_with_its_words_and_nothing_that_plotly_does_not_know(page, link):
    app = opened(page, **link)
    for key in charts(app):
        chart = sent(app, key)
        figure = go.Figure(chart["figure"])
        assert chart["height"] == figure.layout.height > 0
        assert chart["fileName"] == f"{page}-{key}".replace("_", "-")
        assert chart["alt"]
        assert chart["title"]
        assert not re.search(r"[*\[\]`]", chart["title"])  # no Markdown


@EVERY_STATE
def test_every_chart_has_its_tables_on_request(monkeypatch, page, link):
    made = []
    monkeypatch.setattr(show, "tables", lambda picture: made.append(tables(picture)) or made[-1])
    app = opened(page, tables="true", **link)
    made.clear()
    app.run()
    assert not app.exception
    drawn = charts(app)
    # They are no plotly charts, nor is the map.
    balances = {"start": 1, "one_image": 2}.get(page, int(link.get("bias_part") == "Blank image"))
    assert drawn or balances or page == "teachers"
    assert len(made) == len(drawn)
    assert all(made)
    titles = [line.value for line in app.markdown if "** · as a table: " in line.value]
    assert len(titles) == sum(map(len, made)) + (page == "learning_rates") + balances
    n_tables = tables_on(app)
    # Switched off: no table is computed, and the rest stays as it was.
    monkeypatch.setattr(show, "tables", None)
    app.toggle(key="tables").set_value(False).run()
    assert not app.exception
    assert tables_on(app) == n_tables - len(titles)
    assert charts(app) == drawn
    assert not [line for line in app.markdown if "as a table: " in line.value]


def test_links_that_open_in_a_new_tab_keep_the_tables():
    for link, kept in (({"tables": "true"}, True), ({}, False)):
        captions = [image.caption for image in open_page("train", **link).get("image")[0].proto.imgs]
        assert captions
        assert all(("&tables=true" in caption) is kept for caption in captions)
