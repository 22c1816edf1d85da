"""For the page One image: a drawing on the pad, as text in a link and as an image like those of a data set.

A drawing is a list of strokes, each ``(n_points, 2)``, whole numbers from 0 to ``GRID - 1``: x to the
right, y down. In a link it is three characters a point, with a dot between strokes.

How the images of the two data sets were made (the tests measure this on the data sets):

MNIST
    Scaled to fit 20 × 20 pixels with its proportions kept, then placed with the centre of its ink on pixel
    14, 14 of 28 × 28. Strokes are about 2.6 pixels wide. (Y. LeCun, C. Cortes, C. Burges: the page of the data set.)
scikit-learn's digits
    Stretched to the height of a bitmap of 32 × 32 and to 20 of its width, then set upright: rows are shifted
    in proportion to their distance from the middle one, until the leftmost ink of the first row is above that
    of the last. Counting the ink in blocks of 4 × 4 gives 8 × 8 pixels. Strokes are about 1.5 of these wide.
    (M. D. Garris et al., NIST Form-Based Handprint Recognition System, 1994.)
"""

from __future__ import annotations

import re
import string

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.inputs import bounds
from explorer.sources import SOURCES
from explorer.sources.images import Style

Array = NDArray[np.floating]
Strokes = list[NDArray[np.int64]]

GRID = 512  # steps from one edge of the pad to the other: 9 bits
MAX_LENGTH = bounds.DRAWING  # characters: about a thousand points, and a link that can still be sent
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
_STROKES = re.compile(r"(?:[A-Za-z0-9_-]{3})+(?:\.(?:[A-Za-z0-9_-]{3})+)*")
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_FINE = 8  # strokes are drawn on a raster this many times finer than the image, in both directions


STYLES: dict[str, Style] = {key: source.style for key, source in SOURCES.items()}
_STRETCH = 2.0  # the largest ratio of the two scales, so that a line is not stretched to a block
_EDGE = 0.06  # the share of the height that counts as the first row, and as the last


def decode(text: str) -> Strokes:
    """The strokes of a drawing in a link; none for an empty text.

    Raises
    ------
    ValueError
        Where the text is too long or is no drawing; the message is shown to the visitor.
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


def image_of_drawing(
    dataset: Dataset, strokes: Strokes, black_and_white: bool = False, inverted: bool = False
) -> Array:
    """A drawing as an image of a data set, with its position, size and pen, wherever it was drawn on the pad.

    Parameters
    ----------
    dataset : Dataset
        Only its name and image shape are read.
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
    """The strokes in pixels, scaled so that the ink, which is a pen wider than the points, fills a box around 0."""
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
    """The strokes with their rows shifted until the leftmost points of the first and the last row are aligned."""
    x, y = np.concatenate(points).T
    tall = np.ptp(y)
    if tall == 0:
        return points
    first, last = x[y <= y.min() + _EDGE * tall].min(), x[y >= y.max() - _EDGE * tall].min()
    slant = np.clip((last - first) / tall, -1, 1)
    return [np.stack([stroke[:, 0] - slant * stroke[:, 1], stroke[:, 1]], axis=1) for stroke in points]


def _to_middle(points: list[Array], height: int, width: int, style: Style) -> Array:
    """The shift (x, y) that puts the strokes in their place."""
    place = style.middle * np.array([width, height])
    if not style.by_ink:
        return place
    # On a sheet twice as large nothing is cut off.
    middle = np.array([width, height])
    sheet = _inked([stroke + middle for stroke in points], 2 * height, 2 * width, pen=style.pen * height)
    return place + middle - centre_of_ink(sheet)


def centre_of_ink(image: Array) -> Array:
    """(x, y) of the centre of the ink, in pixels from the top left corner of an image (height, width)."""
    rows, columns = image.sum(1, dtype=np.float64), image.sum(0, dtype=np.float64)
    return np.array([
        columns @ (np.arange(len(columns)) + 0.5), rows @ (np.arange(len(rows)) + 0.5),
    ]) / rows.sum()


def _inked(points: list[Array], height: int, width: int, pen: float) -> Array:
    """The share of each pixel that a round pen of width ``pen`` covers along the strokes, all in pixels."""
    from PIL import Image, ImageDraw

    sheet = Image.new("L", (width * _FINE, height * _FINE))
    draw = ImageDraw.Draw(sheet)
    # A dot is one raster point and its surroundings; only a line of odd width is drawn evenly on both sides.
    radius = (pen * _FINE - 1) / 2
    for stroke in points:
        # Pillow's coordinates count from the centre of the first raster point.
        at = [tuple(point) for point in (stroke * _FINE - 0.5).tolist()]
        if len(at) > 1:
            draw.line(at, fill=255, width=2 * int(radius) + 1, joint="curve")
        for x, y in at:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.reduce(_FINE), np.float32) / 255
