"""Charts as tables, on every page: tables for every chart, and none unless the visitor wants them."""

import pytest

from explorer.figures.tables import tables
from explorer.ui import show
from tests.support.pages import open_page
from tests.support.serving import ROOT

PARTS = {
    "why_multiply": ("why_part", ("one pixel", "two pixels", "all pixels", "the disguise")),
    "bias": ("bias_part", ("Ink", "Blank image", "Pixels", "A weight on 1")),
    "prices": ("prices_part", ("Guess", "One line", "The bag", "Steps")),
}
OPEN = {"train": {"look": "true", "update": "true"}, "compare_losses": {"shapes": "true"}}
STATES = [
    (page.stem, link) for page in sorted((ROOT / "pages").glob("*.py"))
    for key, parts in [PARTS.get(page.stem, ("", ("",)))]
    for link in [({key: part} if key else {}) | OPEN.get(page.stem, {}) for part in parts]
]


def tables_on(app) -> int:
    return len(app.get("table")) + len(app.get("dataframe")) + len(app.get("arrow_data_frame"))


@pytest.mark.parametrize(("page", "link"), STATES, ids=lambda value: str(value) if isinstance(value, str) else None)
def test_every_chart_has_its_tables_on_request(monkeypatch, page, link):
    made = []
    monkeypatch.setattr(show, "tables", lambda picture: made.append(tables(picture)) or made[-1])
    app = open_page(page, tables="true", **link)
    made.clear()
    app.run()
    assert not app.exception
    charts = app.get("plotly_chart")
    assert charts
    assert len(made) == len(charts)
    assert all(made)
    titles = [line.value for line in app.markdown if "** · as a table: " in line.value]
    assert len(titles) == sum(map(len, made)) + (page == "learning_rates")  # the map is not a plotly chart
    n_tables = tables_on(app)
    # Switched off: no table is computed, and the rest stays as it was.
    monkeypatch.setattr(show, "tables", None)
    app.toggle(key="tables").set_value(False).run()
    assert not app.exception
    assert tables_on(app) == n_tables - len(titles)
    assert len(app.get("plotly_chart")) == len(charts)
    assert not [line for line in app.markdown if "as a table: " in line.value]


def test_links_that_open_in_a_new_tab_keep_the_tables():
    for link, kept in (({"tables": "true"}, True), ({}, False)):
        captions = [image.caption for image in open_page("train", **link).get("image")[0].proto.imgs]
        assert captions
        assert all(("&tables=true" in caption) is kept for caption in captions)
