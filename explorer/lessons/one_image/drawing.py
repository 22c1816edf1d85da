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
_EXTRA = tuple(float(n) for n in range(2, 4 * _FINE, 2))  # by how much a line may be drawn wider, on that raster

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


def image_of_ink(dataset: Dataset, ink: Array) -> Array:
    """A sign cut out of a picture as an image of a data set, with its position and size, and a pen at least as wide.

    Parameters
    ----------
    dataset : Dataset
        Only its name and image shape are read.
    ink : (height, width)
        In [0, 1], 1 for ink; the sign reaches all four edges.

    Returns
    -------
    (n_pixels,) float32 in [0, 1]
    """
    height, width = dataset.image_shape
    style = STYLES[dataset.name]
    if style.stretched:
        ink = _upright_ink(ink)
    pen = style.pen * height * _FINE
    box = np.array([style.width * width, style.height * height]) * _FINE
    # A line that is too thin is drawn wider, evenly on both sides, after the sign was scaled into the smaller box.
    for extra in (0.0, *_EXTRA):
        fine = _scaled(ink, box - extra, style.stretched)
        if _line_width(fine) + extra >= 0.9 * pen:
            break
    values = np.pad(fine, _margins(fine.shape, (2 * height * _FINE, 2 * width * _FINE)))
    if extra:
        values = _widened(values, extra)
    sheet = values.reshape(2 * height, _FINE, 2 * width, _FINE).mean((1, 3))
    middle = centre_of_ink(sheet) if style.by_ink else np.array([width, height], float)
    shift = np.round((style.middle * np.array([width, height]) - middle) * _FINE).astype(int)
    moved = np.roll(values, shift[::-1], axis=(0, 1))[: height * _FINE, : width * _FINE]
    return moved.reshape(height, _FINE, width, _FINE).mean((1, 3)).astype(np.float32).ravel()


def _scaled(ink: Array, box: Array, stretched: bool) -> Array:
    """The ink on the raster, as large as the box (width, height) allows."""
    from PIL import Image

    size = np.array(ink.shape[::-1], float)
    scale = np.maximum(box, 1) / size
    scale = np.minimum(scale, _STRETCH * scale.min()) if stretched else np.full(2, scale.min())
    width, height = np.maximum(np.round(size * scale), 1).astype(int)
    picture = Image.fromarray((255 * ink).round().astype(np.uint8)).resize((width, height), Image.Resampling.BOX)
    return np.asarray(picture, np.float32) / 255


def _line_width(ink: Array) -> float:
    """How wide the lines of a sign are, about: a line of length l and width w has area l · w, and edges of 2 · l."""
    filled = np.pad(ink >= 0.5, 1)
    edges = sum(np.count_nonzero(np.diff(filled.astype(np.int8), axis=axis)) for axis in (0, 1))
    # Edges along the rows and columns of a raster are longer than a slanted line by 4 / π on average.
    return 2 * np.count_nonzero(filled) / max(edges * np.pi / 4, 1.0)


def _widened(ink: Array, extra: float) -> Array:
    """The ink with a round pen of this diameter drawn along it."""
    radius = extra / 2
    reach = int(radius)
    wider = ink.copy()
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if dx * dx + dy * dy <= radius * radius:
                np.maximum(wider, np.roll(ink, (dy, dx), axis=(0, 1)), out=wider)
    return wider


def _margins(shape: tuple[int, int], whole: tuple[int, int]) -> list[tuple[int, int]]:
    """The margins that put a raster of this shape in the middle of a larger one."""
    rest = [large - small for small, large in zip(shape, whole, strict=True)]
    return [(n // 2, n - n // 2) for n in rest]


def _upright_ink(ink: Array) -> Array:
    """The ink with its rows shifted as ``_upright`` shifts strokes."""
    rows, columns = np.nonzero(ink >= 0.5)
    if not len(rows):
        return ink
    (shifted,) = _upright([np.stack([columns, rows], axis=1).astype(float)])
    shifts = np.zeros(len(ink))
    shifts[rows] = shifted[:, 0] - columns
    room = int(np.ceil(np.abs(shifts).max()))
    wide = np.pad(ink, ((0, 0), (room, room)))
    wide = np.stack([np.roll(row, round(shift)) for row, shift in zip(wide, shifts, strict=True)])
    filled = np.flatnonzero(wide.any(0))
    return wide[:, filled[0] : filled[-1] + 1]


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
