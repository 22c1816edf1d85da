"""What the browser is told about the live sliders of an open page, compared with what the page itself shows."""

import json
from typing import Any

import numpy as np

from explorer.ui.live import answer
from tests.support.figures import array
from tests.support.pages import open_page, spec


def sent_to_live(app) -> dict:
    """What an open page tells the browser: its ``questions``, and ``said``, the containers to read out."""
    return next(
        json.loads(element.proto.json) for element in app.get("bidi_component")
        if element.proto.component_name == "live"
    )


def questions(app) -> dict[str, str]:
    """What an open page lets the browser ask, by the key of the slider."""
    return sent_to_live(app)["questions"]


def asked(app, control: str) -> dict:
    """The answer to the question about a slider of an open page."""
    return json.loads(answer(questions(app)[control]))


def text_in(app, key: str) -> str:
    """The Markdown in a container."""
    block = app.get_by_key(key)
    (line,) = [*block.markdown, *block.caption]
    return line.value


def assert_the_page_shows(app, found: dict, at: int) -> None:
    """Check that an open page shows what the browser shows at a position of the slider."""
    assert found["figures"] or found["texts"]
    for key, figures in found["figures"].items():
        assert_same(figures[at], spec(app, key), key)
    for key, texts in found["texts"].items():
        assert texts[at] == text_in(app, key), key


def offered(app, control: str) -> list[float]:
    """Every number that a slider of an open page offers."""
    slider = app.get_by_key(control)
    return np.linspace(slider.min, slider.max, round((slider.max - slider.min) / slider.step) + 1).tolist()


def assert_pages_show_what_was_seen(page: str, control: str, values, link: dict) -> None:
    """Compare pages opened with ``values`` of a slider with what is shown while it is dragged."""
    app = open_page(page, **link)
    found = asked(app, control)
    np.testing.assert_allclose(found["values"], offered(app, control), atol=1e-12)
    for value in values:
        opened = open_page(page, **link | {control: str(value)})
        assert opened.get_by_key(control).value == value
        assert_the_page_shows(opened, found, found["values"].index(value))
        assert asked(opened, control) == found


def assert_same(one: Any, other: Any, where: str) -> None:
    """Check that two figures as JSON are the same, up to the rounding of one training among others."""
    if isinstance(one, dict) and "bdata" in one:
        one, other = array(one), array(other)
        assert one.shape == other.shape, where
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5, err_msg=where)
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), where
        for name in one:
            assert_same(one[name], other[name], f"{where}.{name}")
    elif isinstance(one, list):
        assert len(one) == len(other), where
        for i, (a, b) in enumerate(zip(one, other, strict=True)):
            assert_same(a, b, f"{where}[{i}]")
    elif isinstance(one, float):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5, err_msg=where)
    else:
        assert one == other, where
