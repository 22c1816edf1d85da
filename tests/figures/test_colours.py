"""The colours of the app: words are read on every background, and meanings are told apart, by the colour-blind too."""

import itertools
import re
import tomllib

import numpy as np
import pytest

from explorer.figures import colours
from tests.support.serving import ROOT

THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
MEANINGS = {
    "first": colours.FIRST, "second": colours.SECOND, "multiply": colours.MULTIPLY, "distance": colours.DISTANCE,
    "neutral": colours.NEUTRAL,
}
NAMES = {"first": "blue", "second": "orange", "multiply": "green", "distance": "violet", "neutral": "gray"}
# From linear RGB to what is seen without the green or the red cones (Machado, Oliveira and Fernandes 2009, severity 1).
EYES = {
    "all cones": np.eye(3),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1, 1.089])


def linear(colour: str) -> np.ndarray:
    """The linear RGB of #rrggbb."""
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2.2 has it, from 1 to 21."""
    dark, light = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, eyes: str) -> np.ndarray:
    """A colour as it is seen, in CIE L*a*b*."""
    share = TO_XYZ @ np.clip(EYES[eyes] @ linear(colour), 0, 1) / WHITE
    x, y, z = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def nearest(palette: dict[str, str], eyes: str) -> float:
    """The difference (delta E 1976) of the two colours that are most alike."""
    return min(
        float(np.linalg.norm(lab(one, eyes) - lab(other, eyes)))
        for one, other in itertools.combinations(palette.values(), 2)
    )


def test_contrast_and_difference_are_those_worked_out_elsewhere():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the grey that just fails, WebAIM
    np.testing.assert_allclose(lab("#ff0000", "all cones"), [53.24, 80.09, 67.20], atol=0.1)
    # A red and a green that people without red cones are known to take for each other.
    assert nearest({"red": "#a05000", "green": "#6b7000"}, "all cones") > 40
    assert nearest({"red": "#a05000", "green": "#6b7000"}, "deuteranopia") < 25


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("background", ["backgroundColor", "secondaryBackgroundColor"])
def test_every_colour_of_words_is_read_on_the_page_and_in_the_sidebar(look, background):
    theme = THEME[look]
    words = {name: colour for name, colour in theme.items() if not name.endswith("BackgroundColor")}
    words.pop("backgroundColor")
    assert {f"{name}TextColor" for name in (*NAMES.values(), "red")} <= words.keys()
    for name, colour in words.items():
        assert contrast(colour, theme[background]) >= 4.5, name
    # What is filled with the colour of controls has words in the colour of the page.
    assert contrast(theme["primaryColor"], theme["backgroundColor"]) >= 4.5


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("meaning", MEANINGS)
def test_every_colour_of_areas_and_lines_is_seen_on_the_page(look, meaning):
    assert contrast(MEANINGS[meaning], THEME[look]["backgroundColor"]) >= 3


@pytest.mark.parametrize("eyes", EYES)
def test_the_meanings_are_told_apart_by_the_colour_blind(eyes):
    assert nearest(MEANINGS, eyes) >= 20
    for look in ("light", "dark"):
        assert nearest({name: THEME[look][f"{name}TextColor"] for name in NAMES.values()}, eyes) >= 20


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("four", [colours.RUNS[:4], colours.RUNS[4:]], ids=["solid", "dashed"])
def test_the_runs_of_a_comparison_are_told_apart_by_the_colour_blind(four, eyes):
    """The first four lines are solid, the last four dashed: a colour has to differ from the three of its kind."""
    assert nearest(dict(enumerate(four)), eyes) >= 20


@pytest.mark.parametrize("run", colours.RUNS)
def test_the_colour_of_a_run_is_seen_and_is_not_that_of_a_digit(run):
    assert len(set(colours.RUNS)) == 8
    for look in ("light", "dark"):
        assert contrast(run, THEME[look]["backgroundColor"]) >= 3
    for digit in (colours.FIRST, colours.SECOND):
        assert nearest({"run": run, "digit": digit}, "all cones") >= 25


def test_the_styles_of_the_page_have_the_colours_of_the_theme():
    style = (ROOT / "explorer" / "web" / "page.css").read_text(encoding="utf-8")
    found = {name: (light, dark) for name, light, dark in re.findall(
        r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", style
    )}
    for name, key in {"page": "backgroundColor", "words": "textColor", "controls": "primaryColor"}.items():
        assert found[name] == (THEME["light"][key], THEME["dark"][key])
    for look, colour in zip(("light", "dark"), found["soft-words"], strict=True):
        for background in ("backgroundColor", "secondaryBackgroundColor"):
            assert contrast(colour, THEME[look][background]) >= 4.5


def test_words_have_the_colours_of_the_figures():
    assert {name: THEME[f"{NAMES[name]}Color"] for name in MEANINGS} == MEANINGS
    for look in ("light", "dark"):
        controls = np.ptp([int(THEME[look]["primaryColor"][i : i + 2], 16) for i in (1, 3, 5)])
        assert controls < 24  # graphite: blue and orange are the two digits and nothing else


@pytest.mark.parametrize("eyes", EYES)
def test_on_the_scale_of_weights_signs_are_told_apart_and_equal_sizes_are_about_equally_dark(eyes):
    scale = [colour for _, colour in colours.DIVERGING]
    for negative, positive in ((scale[0], scale[-1]), (scale[1], scale[-2])):
        assert nearest({"-": negative, "+": positive}, eyes) >= 60
        assert abs(lab(negative, "all cones")[0] - lab(positive, "all cones")[0]) < 13
