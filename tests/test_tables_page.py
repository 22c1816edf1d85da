"""Charts as tables, on every page: as many as there are charts, and none where nobody asked."""

import pytest

from explorer.figures.tables import tables
from explorer.ui import show
from tests.pages import open_page
from tests.serving import ROOT

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


def shown(app) -> int:
    return len(app.get("table")) + len(app.get("dataframe")) + len(app.get("arrow_data_frame"))


@pytest.mark.parametrize(("page", "link"), STATES, ids=lambda value: str(value) if isinstance(value, str) else None)
def test_every_chart_has_its_tables_on_request(monkeypatch, page, link):
    asked = []
    monkeypatch.setattr(show, "tables", lambda picture: asked.append(tables(picture)) or asked[-1])
    app = open_page(page, tables="true", **link)
    asked.clear()
    app.run()
    assert not app.exception
    charts = app.get("plotly_chart")
    assert charts
    assert len(asked) == len(charts)
    assert all(asked)
    told = [line.value for line in app.markdown if "** · as a table: " in line.value]
    assert len(told) == sum(map(len, asked)) + (page == "learning_rates")  # the map is not a plotly chart
    with_them = shown(app)
    # Off: nothing is computed, and the rest stays as it was.
    monkeypatch.setattr(show, "tables", None)
    app.toggle(key="tables").set_value(False).run()
    assert not app.exception
    assert shown(app) == with_them - len(told)
    assert len(app.get("plotly_chart")) == len(charts)
    assert not [line for line in app.markdown if "as a table: " in line.value]


def test_links_into_a_tab_of_its_own_keep_the_tables():
    for link, kept in (({"tables": "true"}, True), ({}, False)):
        captions = [image.caption for image in open_page("train", **link).get("image")[0].proto.imgs]
        assert captions
        assert all(("&tables=true" in caption) is kept for caption in captions)
