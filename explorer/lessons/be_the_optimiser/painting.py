"""A painting: one of three levels for each pixel, as text in a link and as the weights of a model.

In a link it is the height and the width, a letter, and bytes in base64: "28x28z…". Five pixels make a byte, the first
one its lowest digit in base 3 (``p``, plain); deflated where that is shorter (``z``).
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.inputs import bounds
from explorer.lessons.pixels import mean_images

Array = NDArray[np.floating]
Cells = NDArray[np.uint8]

# What the levels 0, 1 and 2 stand for. Level 0 is the empty canvas.
LEVELS: dict[str, tuple[float, float, float]] = {
    "multiply": (0.0, 1.0, -1.0),  # neither digit, the first, the second
    "distance": (0.0, 1.0, 0.5),  # paper, ink, "does not matter"
}
RULES = ("difference", "mean_image")  # by which ``by_rule`` paints

_PER_BYTE = 5
_PLACES = 3 ** np.arange(_PER_BYTE)
_TEXT = re.compile(r"([1-9][0-9]?)x([1-9][0-9]?)([pz])([A-Za-z0-9_-]+)", re.ASCII)
_RAW = -15  # deflate without a header
# The mean images differ most in one pixel: a pixel counts from this share of that difference on.
_COUNTS = 0.25
_INK, _PAPER = 0.5, 0.1  # a pixel of the mean image that is ink; one that is paper

_words = texts.of("be_the_optimiser")


class OtherShape(ValueError):
    """A painting on another number of pixels than the images have; it says which in words for the visitor."""


def empty(image_shape: tuple[int, int]) -> Cells:
    """A canvas on which nothing is painted."""
    return np.zeros(image_shape[0] * image_shape[1], np.uint8)


def encode(cells: Cells, image_shape: tuple[int, int], plain: bool = False) -> str:
    """The text of a painting; "" for an empty canvas.

    Parameters
    ----------
    cells : (n_pixels,) uint8
        Levels, 0 to 2.
    image_shape : (height, width)
    plain : bool
        Without compression: what the browser reads and writes.
    """
    if not cells.any():
        return ""
    height, width = image_shape
    digits = np.zeros(-(-cells.size // _PER_BYTE) * _PER_BYTE, np.int64)
    digits[: cells.size] = cells
    packed = (digits.reshape(-1, _PER_BYTE) @ _PLACES).astype(np.uint8).tobytes()
    compressor = zlib.compressobj(9, wbits=_RAW)
    deflated = compressor.compress(packed) + compressor.flush()
    kind, content = ("z", deflated) if len(deflated) < len(packed) and not plain else ("p", packed)
    return f"{height}x{width}{kind}{base64.urlsafe_b64encode(content).decode().rstrip('=')}"


def decode(text: str, image_shape: tuple[int, int]) -> Cells:
    """The levels of a painting in a link: (n_pixels,) uint8, 0 to 2; an empty canvas for an empty text.

    Raises
    ------
    OtherShape
        Where it is a painting on images of another shape.
    ValueError
        Where the text is too long or is no painting; the message is shown to the visitor.
    """
    if not text:
        return empty(image_shape)
    if len(text) > bounds.PAINTING:
        raise ValueError(_words("link.too_long", characters=f"{len(text):,}", most=bounds.PAINTING))
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError(_words("link.damaged"))
    height, width = int(found[1]), int(found[2])
    n_pixels = height * width
    if n_pixels > bounds.PAINTED_PIXELS:
        raise ValueError(_words("link.damaged"))
    packed = _bytes_of(found[3], found[4], -(-n_pixels // _PER_BYTE))
    if packed is None or packed.max(initial=0) >= 3**_PER_BYTE:
        raise ValueError(_words("link.damaged"))
    cells = (packed[:, None] // _PLACES % 3).astype(np.uint8).ravel()
    if cells[n_pixels:].any():
        raise ValueError(_words("link.damaged"))
    if (height, width) != image_shape:
        raise OtherShape(_words(
            "link.other_shape", height=height, width=width, own_height=image_shape[0], own_width=image_shape[1],
        ))
    return cells[:n_pixels]


def _bytes_of(kind: str, letters: str, n_bytes: int) -> NDArray[np.uint8] | None:
    """The ``n_bytes`` bytes of a text; None where there are more or fewer. Never inflates more than one byte beyond."""
    try:
        content = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
        if kind == "z":
            inflater = zlib.decompressobj(_RAW)
            content = inflater.decompress(content, n_bytes + 1)
            if not inflater.eof or inflater.unused_data:
                return None
    except (binascii.Error, zlib.error):
        return None
    return np.frombuffer(content, np.uint8) if len(content) == n_bytes else None


def weights_of(cells: Cells, score: str) -> Array:
    """The weights that a painting stands for: (n_pixels,) float32.

    Parameters
    ----------
    cells : (n_pixels,) of 0, 1 or 2
    score : str
        A key of ``LEVELS``.
    """
    return np.array(LEVELS[score], np.float32)[cells]


def by_rule(dataset: Dataset, score: str, rule: str = "") -> Cells:
    """A painting by a simple rule from the mean images, in three levels: (n_pixels,) uint8.

    Parameters
    ----------
    dataset : Dataset
    score : str
        A key of ``LEVELS``.
    rule : str, optional
        "difference": what has clearly more ink in the mean image of the first digit is for it, what has clearly less is
        for the second (with distances: ink and paper), the rest counts for neither. "mean_image": the mean image of the
        first digit, as ink, paper, and grey between. If not given, the difference for products, else the image.
    """
    first, second = mean_images(dataset)
    difference = first - second
    counts = np.abs(difference) >= _COUNTS * np.abs(difference).max()
    if (rule or ("difference" if score == "multiply" else "mean_image")) == "difference":
        wanted = np.where(counts, np.sign(difference), 0)
        levels = {"multiply": (0, 1, 2), "distance": (2, 1, 0)}[score]  # neither, more, less
        return np.select([wanted > 0, wanted < 0], levels[1:], levels[0]).astype(np.uint8)
    return np.select([first >= _INK, first < _PAPER], (1, 0), 2).astype(np.uint8)
