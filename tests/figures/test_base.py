"""A figure as plotly.js gets it: JSON with the same numbers, arrays packed as their bytes."""

import json
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.figures.base import Figure, figure
from tests.support.figures import array

NUMBERS = {"i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8"}  # the arrays that plotly.js reads


def unpacked(sent):
    """What JSON says, with arrays in the place of packed ones."""
    if isinstance(sent, dict):
        return array(sent) if "bdata" in sent else {name: unpacked(value) for name, value in sent.items()}
    return [unpacked(value) for value in sent] if isinstance(sent, list) else sent


def sent(**trace) -> dict:
    """The only trace of a figure as the browser gets it."""
    return json.loads(Figure(data=[trace], layout={}).json)["data"][0]


def test_every_figure_is_sent_with_all_its_numbers_and_without_notes(drawn):
    for name, shown in drawn.items():
        read = json.loads(shown.json, parse_constant=pytest.fail)  # NaN is not JSON
        assert len(go.Figure(read).data) == len(read["data"]) > 0
        assert not [trace for trace in read["data"] if "meta" in trace], name
        assert set(re.findall(rb'"dtype":"(\w+)"', shown.json)) <= {word.encode() for word in NUMBERS}, name
        wanted = [{key: value for key, value in trace.items() if key != "meta"} for trace in shown["data"]]
        np.testing.assert_equal(unpacked(read), dict(shown) | {"data": wanted}, err_msg=name)


def test_the_notes_for_tables_stay_in_the_figure(drawn):
    shown = drawn["runs.learning_curves"]
    assert b"level" not in shown.json
    assert b'"at"' not in shown.json
    assert [sorted(trace["meta"]) for trace in shown["data"]] == [["at", "x"]] * 4 + [["level"]] * 2


@pytest.mark.parametrize(("numbers", "packed"), [
    (np.array([1, 2], np.float32), {"dtype": "f4", "bdata": "AACAPwAAAEA="}),
    (np.array([[1], [2]], np.uint8), {"dtype": "u1", "bdata": "AQI=", "shape": "2, 1"}),
    (np.array([1, -1]), {"dtype": "i4", "bdata": "AQAAAP////8="}),  # plotly.js has no 64-bit integers
    (np.array([2**40, 1]), [2**40, 1]),
    (np.array([1, 2], np.float16), {"dtype": "f4", "bdata": "AACAPwAAAEA="}),
    (np.array([1, 2], ">f4"), {"dtype": "f4", "bdata": "AACAPwAAAEA="}),
    (np.array([True, False]), [True, False]),
    (np.array(["a", "é"]), ["a", "é"]),
    (np.float32(0.5), 0.5),
    ((1, np.int64(2)), [1, 2]),
])
def test_arrays_are_packed_and_everything_else_is_json(numbers, packed):
    assert sent(y=numbers) == {"y": packed}


@pytest.mark.parametrize("numbers", [
    np.arange(6.0).reshape(2, 3).T, np.arange(6.0)[::-2], np.array([np.nan, np.inf, -0.0]), np.zeros((0, 3)),
    np.arange(24, dtype=np.int16).reshape(2, 3, 4),
], ids=["transposed", "backwards", "not finite", "empty", "three axes"])
def test_an_array_of_any_layout_arrives_as_it_is(numbers):
    np.testing.assert_array_equal(array(sent(z=numbers)["z"]), numbers)


@pytest.mark.parametrize("value", [
    [1.0, float("nan")], [[float("inf")]], float("-inf"), np.float32("nan"), np.array([1.0, np.nan], object),
], ids=["list", "nested list", "number", "NumPy's number", "objects"])
@pytest.mark.parametrize("place", ["data", "layout"])
def test_nan_and_infinity_outside_an_array_of_numbers_are_refused(value, place):
    parts = {"data": [{"y": [1]}], "layout": {}} | {place: [{"y": value}] if place == "data" else {"range": value}}
    with pytest.raises(ValueError, match="JSON"):
        Figure(parts).json  # noqa: B018


def test_what_is_no_number_text_or_array_is_refused():
    with pytest.raises(TypeError, match="cannot hold a set"):
        Figure(data=[{"y": {1}}], layout={}).json  # noqa: B018


def test_no_figure_can_be_zoomed(drawn):
    for name, shown in drawn.items():
        layout = shown["layout"]
        used = {trace.get(f"{of}axis", of).replace(of, f"{of}axis") for trace in shown["data"] for of in "xy"}
        fixed = {name for name, part in layout.items() if re.match("[xy]axis", name) and part["fixedrange"] is True}
        assert layout["dragmode"] is False, name
        assert used <= fixed, name
    assert figure(dict(data=[], layout=dict(xaxis2=dict(range=[0, 1]))))["layout"] == {
        "dragmode": False, "xaxis2": {"range": [0, 1], "fixedrange": True},
    }
