"""A picture from a camera or a folder as ink on paper: PNG and JPEG, bounded in bytes and pixels before it is decoded.

The paper is taken to be what most of the picture shows. A smooth surface is fitted to its brightness, as light falls
unevenly on a sheet; what is darker than that by a clear step is ink, or what is lighter where the sign is white on
black.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, PngImagePlugin

from explorer.inputs import bounds
from explorer.inputs.arrays import FileError

Array = NDArray[np.floating]

_DAMAGED = "it is damaged, and cannot be read: save it again, or take the picture again"
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_SIDE = 256  # pixels of the longer side of what is looked at: ten to a pixel of MNIST
_LEAST_SIDE = 8  # pixels of the shorter side of a picture
_STRIDE = 4  # of the pixels by which the brightness of the paper is found
_COARSE = 4  # pixels of a cell, in which pieces of ink are told apart
_LEAST_STEP = 0.1  # of the brightness, from paper to ink
_MOST_INK = 0.4  # of the picture: more is no writing
_SPECK = 0.04  # of the largest piece of ink: a smaller one is dirt
_WHOLE = 0.25  # of the largest piece: one of this size that does not touch the edge is the sign
_FULL = 0.9  # of the ink's own darkness: from there on a pixel is full of ink

# One picture at a time, so that the memory which decoding takes does not add up.
_decoding = threading.Lock()
# A PNG may hold texts that inflate: Pillow allows 64 MB of them.
PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK = 1_000_000


@dataclass(frozen=True)
class _Header:
    """What a file says of itself: its size, and whether it must be held as a whole while it is decoded."""

    width: int
    height: int
    is_whole: bool


def ink_of(content: bytes) -> Array:
    """The sign in a picture, cut out at its edges.

    Parameters
    ----------
    content : bytes
        Of a PNG or a JPEG with one sign, dark on light or light on dark.

    Returns
    -------
    (height, width) float32 in [0, 1]
        1 is ink. Its longer side has at most 256 pixels.

    Raises
    ------
    FileError
        Says why there is no sign to be had, and what to do.
    """
    grey = brightness(content)
    return cut_out(_without_dirt(_ink(grey)))


def cut_out(ink: NDArray[Any]) -> NDArray[Any]:
    """A sign without the blank rows and columns around it; there is some ink."""
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def brightness(content: bytes) -> Array:
    """A picture as its brightness, upright: (height, width) float32 in [0, 1], at most 256 pixels a side.

    Raises
    ------
    FileError
    """
    said = _header(content)
    if min(said.width, said.height) < _LEAST_SIDE:
        raise FileError(f"it has only {said.width} × {said.height} pixels: take a larger picture")
    most = bounds.WHOLE_PICTURE if said.is_whole else bounds.PICTURE
    if said.width * said.height > most:
        raise FileError(
            f"it has {said.width:,} × {said.height:,} pixels, and at most {most // 1_000_000} million are read here: "
            "choose a smaller size in your camera, or cut the picture"
        )
    try:
        with _decoding:
            return _decoded(content)
    except Exception as error:  # what a damaged picture raises is not listed anywhere
        raise FileError(_DAMAGED) from error


def _header(content: bytes) -> _Header:
    """Read the size of a picture without a library. Raises FileError where it is no PNG and no JPEG."""
    if not content:
        raise FileError("it is empty: choose another one")
    if len(content) > bounds.FILE:
        raise FileError(f"it has more than {bounds.FILE // 1024**2} MB: choose a smaller size in your camera")
    if content.startswith(_PNG):
        if content[12:16] != b"IHDR" or len(content) < 33:
            raise FileError(_DAMAGED)
        width, height = (int.from_bytes(content[i : i + 4]) for i in (16, 20))
        return _Header(width, height, is_whole=True)
    if content.startswith(_JPEG):
        return _jpeg_header(content)
    raise FileError("it is neither a PNG nor a JPEG: save it as one of these")


def _jpeg_header(content: bytes) -> _Header:
    """The size in the first frame. A baseline JPEG whose first scan has all colours is read row by row."""
    at, size, colours, is_baseline = 2, (0, 0), 0, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        mark = content[at + 1]
        if mark == 0xFF:  # a filler
            at += 1
            continue
        length = int.from_bytes(content[at + 2 : at + 4])
        body = content[at + 4 : at + 2 + length]
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC) and len(body) >= 6:
            size = int.from_bytes(body[3:5]), int.from_bytes(body[1:3])
            colours, is_baseline = body[5], mark in (0xC0, 0xC1)
        elif mark == 0xDA and body and colours:
            return _Header(*size, is_whole=not is_baseline or body[0] != colours)
        at += 2 + max(length, 2)
    raise FileError(_DAMAGED)


def _decoded(content: bytes) -> Array:
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
        picture.draft("L", (2 * _SIDE, 2 * _SIDE))  # of a JPEG: an eighth of its size costs a fraction
        picture.load()
        shown = picture
        if shown.mode.startswith("I"):  # 16 bits a pixel: Pillow would cut off what is above 255
            values = np.asarray(shown, np.float32)
            shown = Image.fromarray((values * (255 / max(float(values.max()), 255.0))).astype(np.uint8))
        if shown.mode not in ("L", "RGB", "RGBA"):
            is_clear = "A" in shown.mode or "transparency" in shown.info
            shown = shown.convert("RGBA" if is_clear else "RGB")
        times = max(shown.size) // _SIDE
        if times > 1:
            shown = shown.reduce(times)
        upright = ImageOps.exif_transpose(_exif_of(picture, shown))
        upright.thumbnail((_SIDE, _SIDE))
        colours = np.asarray(upright, np.float32) / 255
    if colours.ndim == 2:
        return colours
    grey = colours[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    if colours.shape[2] == 3:
        return grey
    # What can be seen through is paper: white under a dark sign, black under a light one.
    solid = colours[..., 3]
    paper = 1.0 if (grey * solid).sum() < 0.5 * solid.sum() else 0.0
    return np.asarray(grey * solid + paper * (1 - solid), np.float32)


def _exif_of(picture: Image.Image, shown: Image.Image) -> Image.Image:
    """``shown`` with what ``picture`` says about its orientation, if that can be read."""
    if shown is not picture:
        try:
            shown.getexif()[0x0112] = picture.getexif().get(0x0112, 1)
        except Exception:  # a picture that does not say how it was held is shown as it is
            shown.getexif()[0x0112] = 1
    return shown


def _ink(grey: Array) -> Array:
    """How much ink is in each pixel, from 0 to 1, by its difference from the paper."""
    away = grey - _paper(grey)
    # The sign is what stands out furthest, on one side of the paper.
    if _tail(-away) >= _tail(away):
        away = -away
    away = np.clip(away, 0, None)
    cut = _between(away)
    strong = away > cut
    level = float(np.median(away[strong])) if strong.any() else 0.0
    if level < _LEAST_STEP:
        raise FileError("there is no sign on it: write with a dark pen on white paper, large, and in good light")
    if strong.mean() > _MOST_INK:
        raise FileError("more of it is dark than light: take a picture of one sign on a clear sheet")
    low = 0.6 * cut
    ink = np.clip((away - low) / max(_FULL * level - low, 1e-6), 0, 1)
    return np.where(away > low, ink, 0).astype(np.float32)


def _paper(grey: Array) -> Array:
    """The brightness of the paper everywhere: a quadratic surface through all that is near it."""
    rows, columns = (np.linspace(-1, 1, n) for n in grey.shape)
    y, x = np.meshgrid(rows, columns, indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    # A part of the pixels is enough to find it.
    some, values = (array[::_STRIDE, ::_STRIDE] for array in (terms, grey.astype(np.float64)))
    some, values = some.reshape(-1, terms.shape[-1]), values.ravel()
    surface, solved = np.full_like(values, np.median(values)), np.zeros(terms.shape[-1])
    for n in (3, 6, 6, 6):  # a plane first: it cannot bend towards the ink
        away = np.abs(values - surface)
        near = away <= max(2 * float(np.median(away)), 0.02)
        solved[:n] = np.linalg.lstsq(some[near, :n], values[near], rcond=None)[0]
        surface = some @ solved
    return np.asarray(terms @ solved)


def _tail(away: Array) -> float:
    """How far the outermost pixels stand out on one side."""
    return float(np.percentile(away, 99.5))


def _between(away: Array) -> float:
    """The cut between paper and ink that separates the two best (N. Otsu, 1979)."""
    counts, edges = np.histogram(away, 128)
    middles = (edges[1:] + edges[:-1]) / 2
    below, above = np.cumsum(counts), counts.sum() - np.cumsum(counts)
    sums = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.nan_to_num(below * above * (sums / below - (sums[-1] - sums) / above) ** 2)
    return float(edges[1 + int(np.argmax(apart))])


def _without_dirt(ink: Array) -> Array:
    """The ink without specks, and without what comes in from the edge, such as a shadow or the end of the sheet."""
    pieces, amounts, at_edge = _pieces(ink)
    largest = max(amounts)
    inner = [amount for amount, edge in zip(amounts, at_edge, strict=True) if not edge]
    edge_is_dirt = bool(inner) and max(inner) >= _WHOLE * largest
    reference = max(inner) if edge_is_dirt else largest
    kept = [
        amount >= _SPECK * reference and not (edge and edge_is_dirt)
        for amount, edge in zip(amounts, at_edge, strict=True)
    ]
    return np.where(np.array([False, *kept])[pieces], ink, 0)


def _pieces(ink: Array) -> tuple[NDArray[np.int64], list[float], list[bool]]:
    """The connected pieces of ink, found in coarse cells.

    Returns
    -------
    number : (height, width) of int
        Of the piece at each pixel; 0 for none.
    amounts : list of float
        How much ink each piece has.
    at_edge : list of bool
        Whether it touches the edge of the picture.
    """
    height, width = ink.shape
    padded = np.pad(ink, ((0, -height % _COARSE), (0, -width % _COARSE)))
    rows, columns = (n // _COARSE for n in padded.shape)
    cells = padded.reshape(rows, _COARSE, columns, _COARSE).sum((1, 3))
    number = np.zeros((rows, columns), np.int64)
    amounts: list[float] = []
    at_edge: list[bool] = []
    for start in zip(*np.nonzero(cells), strict=True):
        if number[start]:
            continue
        amounts.append(0.0)
        at_edge.append(False)
        number[start] = len(amounts)
        todo = [start]
        while todo:
            row, column = todo.pop()
            amounts[-1] += float(cells[row, column])
            at_edge[-1] |= row in (0, rows - 1) or column in (0, columns - 1)
            for r in range(max(row - 1, 0), min(row + 2, rows)):
                for c in range(max(column - 1, 0), min(column + 2, columns)):
                    if cells[r, c] and not number[r, c]:
                        number[r, c] = len(amounts)
                        todo.append((r, c))
    return number.repeat(_COARSE, 0).repeat(_COARSE, 1)[:height, :width], amounts, at_edge
