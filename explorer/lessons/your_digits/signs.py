"""The images of a visit: small, bounded in number, each as one of MNIST's and as one of the built-in digits."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.settings import Settings
from explorer.inputs import arrays, bounds, pictures
from explorer.inputs.arrays import FileError
from explorer.inputs.quoting import visible
from explorer.lessons.one_image import drawing
from explorer.lessons.one_image.drawing import Strokes

Array = NDArray[np.floating]
Bytes = NDArray[np.uint8]

_words = texts.of("your_digits")
FILE = "your-digits.npz"
_MEMBERS = ("images", "small_images", "labels", "names")


@dataclass(frozen=True)
class Sheet:
    """What ``drawing`` reads of a data set."""

    name: str
    image_shape: tuple[int, int]


SHEETS = {"mnist": Sheet("mnist", (28, 28)), "digits": Sheet("digits", (8, 8))}


@dataclass(frozen=True)
class Sign:
    """One image, from 0 for paper to 255 for ink: (28, 28) as MNIST's are made, and (8, 8) as the built-in digits."""

    image: Bytes
    small: Bytes


@dataclass(frozen=True, eq=False)
class Signs:
    """All images of a visit, at most ``bounds.OWN_IMAGES``; its arrays are never changed.

    Parameters
    ----------
    images : (n, 28, 28) uint8
    small : (n, 8, 8) uint8
    labels : (n,) uint8
        1 for the first sign, 0 for the second.
    names : (str, str)
        Of the two signs, as typed; "" for the digit itself.
    """

    images: Bytes
    small: Bytes
    labels: Bytes
    names: tuple[str, str] = ("", "")

    def __len__(self) -> int:
        return len(self.labels)

    def count(self, label: int) -> int:
        """How many images there are of the first sign (1) or of the second (0)."""
        return int(np.count_nonzero(self.labels == label))

    def rows(self, label: int) -> list[int]:
        """The places of the images of a sign."""
        return np.flatnonzero(self.labels == label).tolist()

    @property
    def key(self) -> bytes:
        """Equal for equal images with equal labels."""
        return hashlib.sha256(self.images.tobytes() + self.small.tobytes() + self.labels.tobytes()).digest()


EMPTY = Signs(np.zeros((0, 28, 28), np.uint8), np.zeros((0, 8, 8), np.uint8), np.zeros(0, np.uint8))


def of_strokes(strokes: Strokes) -> Sign:
    """A drawing on the pad as a sign."""
    return Sign(*(_bytes(drawing.image_of_drawing(sheet, strokes), sheet) for sheet in SHEETS.values()))


def of_picture(content: bytes) -> Sign:
    """The sign in a PNG or a JPEG. Raises FileError, whose text says what to do."""
    return of_ink(pictures.ink_of(content))


def of_ink(ink: Array) -> Sign:
    """A sign that was cut out of a picture, 1 for ink: (height, width)."""
    return Sign(*(_bytes(drawing.image_of_ink(sheet, ink), sheet) for sheet in SHEETS.values()))


def _bytes(x: Array, sheet: Sheet) -> Bytes:
    return np.round(255 * x).astype(np.uint8).reshape(sheet.image_shape)


def check_room(signs: Signs) -> None:
    """Raise FileError where there is no room for another image."""
    if len(signs) >= bounds.OWN_IMAGES:
        raise FileError(_words("problem.full", most=bounds.OWN_IMAGES))


def added(signs: Signs, sign: Sign, label: int) -> Signs:
    """The signs and one more. Raises FileError where there is no room."""
    check_room(signs)
    return replace(
        signs, images=np.concatenate([signs.images, sign.image[None]]),
        small=np.concatenate([signs.small, sign.small[None]]),
        labels=np.append(signs.labels, np.uint8(label)),
    )


def moved(signs: Signs, place: int) -> Signs:
    """The signs with the label of one turned into the other."""
    labels = signs.labels.copy()
    labels[place] = 1 - labels[place]
    return replace(signs, labels=labels)


def removed(signs: Signs, place: int) -> Signs:
    """The signs without one."""
    kept = np.arange(len(signs)) != place
    return replace(signs, images=signs.images[kept], small=signs.small[kept], labels=signs.labels[kept])


def named(signs: Signs, label: int, text: str) -> Signs:
    """The signs with another name for the first (1) or the second (0)."""
    first, second = signs.names
    name = clean_name(text)
    return replace(signs, names=(name, second) if label else (first, name))


def clean_name(text: Any) -> str:
    """A name that Markdown shows as it is: letters, digits, single spaces, hyphens and signs such as ★; cut short."""
    if not isinstance(text, str):
        return ""
    plain = "".join(
        letter for letter in visible(text[: 8 * bounds.OWN_NAME])
        if unicodedata.category(letter)[0] in "LMN" or letter in " -+×" or unicodedata.category(letter) == "So"
    )
    return re.sub(r"\s+", " ", plain)[: bounds.OWN_NAME].strip(" -+")


def names_of(signs: Signs, digits: tuple[int, int]) -> tuple[str, str]:
    """The names that the page shows: as typed, or the digits."""
    first, second = (name or str(digit) for name, digit in zip(signs.names, digits, strict=True))
    return (first, second) if first != second else (str(digits[0]), str(digits[1]))


def pixels(signs: Signs, settings: Settings) -> Array:
    """The images as those of the data set of ``settings``: (n, n_pixels) float32 in [0, 1]."""
    images = signs.images if settings.dataset == "mnist" else signs.small
    values = images.reshape(len(signs), images.shape[1] * images.shape[2]) / np.float32(255)
    if settings.black_and_white:
        values = (values >= 0.5).astype(np.float32)
    return 1 - values if settings.inverted else values


def saved(signs: Signs) -> bytes:
    """The signs as an archive of NumPy, which ``loaded`` reads."""
    file = io.BytesIO()
    np.savez_compressed(
        file, images=signs.images, small_images=signs.small, labels=signs.labels, names=np.array(signs.names),
    )
    return file.getvalue()


def loaded(content: bytes) -> Signs:
    """The signs in a file of ``saved``, or in one that holds ``images`` and ``labels`` alone.

    Raises
    ------
    FileError
        Says what the file lacks, and what to do.
    """
    found = arrays.read(content, _MEMBERS)
    if "images" not in found or "labels" not in found:
        raise FileError(_words("problem.members"))
    images, labels = found["images"], found["labels"]
    if images.ndim != 3 or images.shape[1:] != (28, 28) or images.dtype != np.uint8:
        raise FileError(_words("problem.images"))
    n = len(images)
    if not 0 < n <= bounds.OWN_IMAGES:
        raise FileError(_words("problem.count", count=f"{n:,}", most=bounds.OWN_IMAGES))
    if labels.shape != (n,) or labels.dtype.kind not in "biuf" or not np.isin(labels, (0, 1)).all():
        raise FileError(_words("problem.labels"))
    blank = np.flatnonzero(~images.any((1, 2)))
    if len(blank):
        raise FileError(_words("problem.blank", number=int(blank[0])))
    small = found.get("small_images")
    if small is None:
        small = np.stack([of_ink(pictures.cut_out(image) / np.float32(255)).small for image in images])
    if small.shape != (n, 8, 8) or small.dtype != np.uint8:
        raise FileError(_words("problem.small"))
    return Signs(images, small, labels.astype(np.uint8), _names_in(found.get("names")))


def _names_in(found: NDArray[Any] | None) -> tuple[str, str]:
    if found is None or found.shape != (2,) or found.dtype.kind != "U":
        return "", ""
    try:
        first, second = map(clean_name, found.tolist())
    except (ValueError, SystemError):  # numbers that are no characters
        return "", ""
    return first, second


def joined(signs: Signs, more: Signs) -> Signs:
    """The signs and those of a file, whose names hold where there were none. Raises FileError if there is no room."""
    if len(signs) + len(more) > bounds.OWN_IMAGES:
        raise FileError(_words("problem.no_room", count=len(more), there=len(signs), most=bounds.OWN_IMAGES))
    if not len(signs):
        return more
    return Signs(
        np.concatenate([signs.images, more.images]), np.concatenate([signs.small, more.small]),
        np.concatenate([signs.labels, more.labels]), signs.names,
    )
