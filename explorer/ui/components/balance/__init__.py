"""One image on a balance: what each pixel pushes, the pushes on a beam, and the bias, a weight that can be dragged."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import numpy as np
import streamlit as st

from explorer import texts
from explorer.engine.scores import Score
from explorer.figures.base import Array
from explorer.figures.colours import FIRST, SECOND
from explorer.figures.tables import Table
from explorer.lessons.runs import WeightPicture
from explorer.ui import linked, show
from explorer.ui.components import register

_component = register("balance", isolate_styles=False)
_words = texts.of("balance")
_BLANKS = {name: f"{{{name}}}" for name in (  # what the browser fills in
    "first", "second", "what", "row", "column", "bias", "score", "answer",
)}
_TEMPLATES = {name: _words(name, **_BLANKS) for name in _words}


@dataclass(frozen=True)
class Slider:
    """The slider of the page that the weight on the beam moves.

    Parameters
    ----------
    key : str
        Of the slider: see ``on_the_beam``.
    value : float
        What it holds.
    low, high, step : float
        Where the weight can be dragged to, as values of the slider: multiples of the slider's own step.
    offset : float
        The bias where the slider is at 0.
    learned : float or None
        The bias that was learned: a mark on the beam.
    """

    key: str
    value: float
    low: float
    high: float
    step: float
    offset: float = 0.0
    learned: float | None = None


@dataclass(frozen=True)
class Weighed:
    """What lies on the balance.

    Parameters
    ----------
    values, weights, parts : (n_pixels,)
        Of the image, and what each pixel adds to the score.
    image_shape : (height, width)
    digits : (int, int)
        The first digit is on the right, the second on the left.
    total : Decimal
        The sum of ``parts`` as shown: with two places.
    bias : float or None
        None where there is none.
    score : Score
        Its template says what one pixel adds.
    image : str
        Identifies the image: with another one the sum runs up anew.
    truth : int, optional
        The digit that the image shows, if that is known: the answer is called correct or wrong.
    is_inverted : bool
        Whether ink is 0 and paper is 1.
    picture : WeightPicture, optional
        What the picture of the weights shows: the weights, if not given.
    """

    values: Array
    weights: Array
    parts: Array
    image_shape: tuple[int, int]
    digits: tuple[int, int]
    total: Decimal
    bias: float | None
    score: Score
    image: str
    truth: int | None = None
    is_inverted: bool = False
    picture: WeightPicture | None = None


def on_the_beam(label: str, low: float, high: float, value: float, step: float, key: str) -> float:
    """A slider of Streamlit for the bias, out of sight: the weight on the beam moves it. Returns its value.

    The address, class links and what moves live are the slider's. Where a class link hides it, there is none.
    """
    with show.out_of_sight(key):
        return linked.control(st.slider, label, low, high, value, step, key=key)


def balance(
    weighed: Weighed, key: str, name: str, slider: Slider | None = None, picked: int | None = None,
    then: Callable[[int], None] | None = None, run_up: bool = True, layer: str = "parts",
) -> None:
    """Show an image, what each of its pixels pushes, and the sum of all pushes and the bias as a beam that tilts.

    Parameters
    ----------
    weighed : Weighed
    key : str
    name : str
        What the picture shows, read out by screen readers.
    slider : Slider, optional
        Without it, or where a class link hides the slider, the weight on the beam cannot be dragged.
    picked : int, optional
        The pixel whose push is shown at first: else the strongest.
    then : callable (pixel), optional
        Called when a pixel is picked, before the page runs again. The session keeps it, so it must hold no arrays.
    run_up : bool
        Whether the pushes of a new image are added up before the visitor's eyes, and again on a press of a button.
    layer : str
        What the picture shows at first: "values", "weights" or "parts".
    """
    parts, is_product = weighed.parts.astype(np.float64), weighed.score.sign is None
    rows, columns = weighed.image_shape
    strongest = int(np.abs(parts).argmax()) if parts.any() else rows // 2 * columns + columns // 2
    on_change = {} if then is None else {"on_picked_change": partial(_picked, key, parts.size, then)}
    is_dragged = slider is not None and not linked.hidden(slider.key)
    picture = weighed.picture
    _component(key=key, **on_change, data={
        "image": weighed.image, "picture": None if picture is None else _packed(picture.values - picture.neutral),
        "values": _packed(weighed.values), "weights": _packed(weighed.weights), "parts": _packed(weighed.parts),
        "shape": weighed.image_shape, "digits": weighed.digits, "neutral": weighed.score.neutral,
        "truth": weighed.truth, "plus": round(100 * float(parts[parts > 0].sum())), "total": int(100 * weighed.total),
        "sum": float(parts.sum()), "bias": weighed.bias, "term": weighed.score.term,
        "isProduct": is_product, "isInverted": weighed.is_inverted, "slider": slider and vars(slider),
        "isDragged": is_dragged, "name": name, "runUp": run_up, "layer": layer,
        "picked": strongest if picked is None else picked, "picks": then is not None,
        "colours": [FIRST, SECOND], "words": _TEMPLATES,
    })
    if show.tables_wanted():
        show.as_table(name, name, _table(weighed), key=f"{key}_table")


def _table(weighed: Weighed) -> Table:
    """Every pixel with its place, value, weight and push."""
    rows, columns = np.indices(weighed.image_shape).reshape(2, -1)
    numbers = {
        what: [float(f"{one:.6g}") for one in array.tolist()]
        for what, array in (("value", weighed.values), ("weight", weighed.weights), ("push", weighed.parts))
    }
    return Table(_words("table.title"), {
        _words("table.row"): rows.tolist(), _words("table.column"): columns.tolist(),
        **{_words(f"table.{what}"): column for what, column in numbers.items()},
    })


def _picked(key: str, n_pixels: int, then: Callable[[int], None]) -> None:
    """Call ``then`` with the pixel that the browser sent."""
    pixel = st.session_state[key].get("picked")
    # A forged message may hold anything: only a pixel of the picture is taken.
    if isinstance(pixel, int) and not isinstance(pixel, bool) and 0 <= pixel < n_pixels:
        then(pixel)


def _packed(numbers: Array) -> str:
    """Numbers as their bytes, exactly as the page has them: half the bytes of JSON."""
    return base64.b64encode(np.ascontiguousarray(numbers, "<f4")).decode()
