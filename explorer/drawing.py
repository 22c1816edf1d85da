"""A drawing on the pad: its text in a link, and the image that a data set would have made of it.

A drawing is a list of strokes, each ``(n_points, 2)``, whole numbers from 0 to ``GRID - 1``: x to the
right, y down. In a link it is three characters a point, with a dot between strokes.

How the images of the two data sets were made (the tests measure on them what is used of it):

MNIST
    Scaled to fit 20 × 20 pixels, its proportions kept; then the middle of the ink put on pixel 14, 14 of
    28 × 28. Strokes are about 2.6 pixels wide. (Y. LeCun, C. Cortes, C. Burges: the page of the data set.)
scikit-learn's digits
    Stretched to the height of a bitmap of 32 × 32 and to 20 of its width; then set upright: rows shifted, the
    middle one not at all, until the leftmost ink of the first row is above that of the last. Counting
    the ink in blocks of 4 × 4 gives 8 × 8 pixels. Strokes are about 1.5 of these wide.
    (M. D. Garris et al., NIST Form-Based Handprint Recognition System, 1994.)
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import bounds
from explorer.datasets import Dataset

Array = NDArray[np.floating]
Strokes = list[NDArray[np.int64]]

GRID = 512  # steps from one edge of the pad to the other: 9 bits
MAX_LENGTH = bounds.DRAWING  # characters: about a thousand points, and a link that can still be sent
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
_STROKES = re.compile(r"(?:[A-Za-z0-9_-]{3})+(?:\.(?:[A-Za-z0-9_-]{3})+)*")
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_FINE = 8  # steps of the drawn picture to a pixel of the image, in both directions


@dataclass(frozen=True)
class Style:
    """How the images of a data set were made.

    Parameters
    ----------
    height, width : float
        The box that a digit is scaled to, as shares of the image's height and width.
    pen : float
        The width of a stroke, as a share of the image's height.
    stretched : bool
        True where both sides of the box are filled and the digit is set upright; False where it
        keeps its shape.
    by_ink : bool
        True where it is the middle of the ink that is put in its place, False where it is that of the box.
    middle : float
        That place, as a share of the image's height and width.
    """

    height: float
    width: float
    pen: float
    stretched: bool
    by_ink: bool
    middle: float


STYLES = {
    "digits": Style(height=1, width=20 / 32, pen=1.5 / 8, stretched=True, by_ink=False, middle=1 / 2),
    # The middle of pixel 14 is 14.5 pixels from the edge.
    "mnist": Style(height=20 / 28, width=20 / 28, pen=2.6 / 28, stretched=False, by_ink=True, middle=14.5 / 28),
}
_STRETCH = 2.0  # at most this much more to one side than to the other: a line is not made a block
_EDGE = 0.06  # the share of the height that counts as the first row, and as the last


def decode(text: str) -> Strokes:
    """The strokes of a drawing in a link; none for an empty text.

    Raises
    ------
    ValueError
        Saying in plain words what is wrong with the text.
    """
    if not text:
        return []
    if len(text) > MAX_LENGTH:
        raise ValueError(f"it has {len(text):,} characters, {MAX_LENGTH:,} at most are allowed")
    if not _STROKES.fullmatch(text):
        raise ValueError("it is damaged: every point must be three letters or digits, with a dot between strokes")
    strokes = []
    for stroke in text.split("."):
        letters = np.array([_VALUE[letter] for letter in stroke]).reshape(-1, 3)
        both = letters @ (64**2, 64, 1)
        strokes.append(np.stack([both // GRID, both % GRID], axis=1))
    return strokes


def encode(strokes: Strokes) -> str:
    """The text of a drawing, as the pad writes it."""
    def letters(x: int, y: int) -> str:
        both = int(x) * GRID + int(y)
        return ALPHABET[both // 64**2] + ALPHABET[both // 64 % 64] + ALPHABET[both % 64]

    return ".".join("".join(letters(x, y) for x, y in stroke) for stroke in strokes)


def like(dataset: Dataset, strokes: Strokes, black_and_white: bool = False, inverted: bool = False) -> Array:
    """A drawing as an image of a data set: same place, same size, same pen, wherever it is on the pad.

    Parameters
    ----------
    dataset : Dataset
        Its name and image shape are read.
    strokes : list of (n_points, 2)
    black_and_white, inverted : bool
        As in ``datasets.load``.

    Returns
    -------
    (n_pixels,) float32 in [0, 1]
    """
    height, width = dataset.image_shape
    style = STYLES[dataset.name]
    values = np.zeros((height, width), np.float32)
    if strokes:
        points = _in_box(strokes, height, width, style)
        shift = _to_middle(points, height, width, style)
        values = _inked([stroke + shift for stroke in points], height, width, pen=style.pen * height)
    if black_and_white:
        values = (values >= 0.5).astype(np.float32)
    if inverted:
        values = 1 - values
    return values.ravel()


def _in_box(strokes: Strokes, height: int, width: int, style: Style) -> list[Array]:
    """The strokes in pixels, scaled to the box, its middle at 0. The pen takes room, so that the ink fills the box."""
    everything = np.concatenate(strokes)
    low, high = everything.min(0), everything.max(0)
    size = np.maximum(high - low, 1e-9)
    pen = style.pen * height
    room = np.array([style.width * width - pen, style.height * height - pen])
    scale = room / size
    if not style.stretched:
        scale[:] = scale.min()
    else:
        scale = np.minimum(scale, _STRETCH * scale.min())
    points = [(stroke - (low + high) / 2) * scale for stroke in strokes]
    return _upright(points) if style.stretched else points


def _upright(points: list[Array]) -> list[Array]:
    """Rows shifted until the leftmost points of the first and of the last are one above the other."""
    x, y = np.concatenate(points).T
    tall = np.ptp(y)
    if tall == 0:
        return points
    first, last = x[y <= y.min() + _EDGE * tall].min(), x[y >= y.max() - _EDGE * tall].min()
    slant = np.clip((last - first) / tall, -1, 1)
    return [np.stack([stroke[:, 0] - slant * stroke[:, 1], stroke[:, 1]], axis=1) for stroke in points]


def _to_middle(points: list[Array], height: int, width: int, style: Style) -> Array:
    place = style.middle * np.array([width, height])
    if not style.by_ink:
        return place
    # Drawn on a sheet twice as large, where nothing is cut off.
    middle = np.array([width, height])
    sheet = _inked([stroke + middle for stroke in points], 2 * height, 2 * width, pen=style.pen * height)
    return place + middle - centre_of_ink(sheet)


def centre_of_ink(image: Array) -> Array:
    """(x, y) of the middle of the ink, in pixels from the top left corner of an image (height, width)."""
    rows, columns = image.sum(1, dtype=np.float64), image.sum(0, dtype=np.float64)
    return np.array([
        columns @ (np.arange(len(columns)) + 0.5), rows @ (np.arange(len(rows)) + 0.5),
    ]) / rows.sum()


def _inked(points: list[Array], height: int, width: int, pen: float) -> Array:
    """Strokes, in pixels, drawn with a round pen of this width: the share of each pixel that is ink."""
    from PIL import Image, ImageDraw

    sheet = Image.new("L", (width * _FINE, height * _FINE))
    draw = ImageDraw.Draw(sheet)
    # A dot is one small square and what lies around it; a line is drawn evenly on both sides where its width is odd.
    radius = (pen * _FINE - 1) / 2
    for stroke in points:
        # Pillow counts from the middle of the first small square.
        at = [tuple(point) for point in (stroke * _FINE - 0.5).tolist()]
        if len(at) > 1:
            draw.line(at, fill=255, width=2 * int(radius) + 1, joint="curve")
        for x, y in at:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.reduce(_FINE), np.float32) / 255
