"""A challenge in a link: the mark to beat, and the painting that set it, which is shown only when it is asked for."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, replace

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.inputs import bounds, numbers
from explorer.lessons.be_the_optimiser.measures import Measured, biases, measured, sums
from explorer.lessons.be_the_optimiser.painting import LEVELS, Cells, decode, encode
from explorer.lessons.words import percent

_words = texts.of("be_the_optimiser")


@dataclass(frozen=True)
class Challenge:
    """What a challenge asks for.

    Parameters
    ----------
    accuracy : float
        The share of unseen images to beat, in [0, 1].
    cells : (n_pixels,) or None
        The painting that set the mark, if the link brings it.
    bias : float
        Its bias.
    score : str
        The score that it was painted for.
    """

    accuracy: float
    cells: Cells | None = None
    bias: float = 0.0
    score: str = "multiply"


def mark(accuracy: float) -> str:
    """An accuracy as links name it: in percent, with one place."""
    return f"{float(percent(accuracy).split()[0]):g}"


def theirs(score: str, cells: Cells, bias: float, image_shape: tuple[int, int]) -> str:
    """A painting, with its score and its bias, as a link holds it."""
    return f"{score}.{encode(cells, image_shape)}.{bias:g}"


def of_link(beat: str, painted: str, dataset: Dataset, settings: Settings) -> Challenge | None:
    """The challenge in a link; None where there is none. With a painting, its accuracy is computed, not believed.

    Parameters
    ----------
    beat, painted : str
        What ``mark`` and ``theirs`` have written; either may be empty.
    dataset : Dataset
    settings : Settings
        Its score is not read: the painting names its own.

    Raises
    ------
    ValueError
        Where it cannot be read; the message is shown to the visitor.
    """
    if painted:
        if len(painted) > bounds.CHALLENGER:
            raise ValueError(_words("link.too_long", characters=f"{len(painted):,}", most=bounds.CHALLENGER))
        score, _, rest = painted.partition(".")
        text, _, after = rest.partition(".")
        if score not in LEVELS or not text:
            raise ValueError(_words("link.damaged"))
        cells = decode(text, dataset.image_shape)
        low, high, _ = biases(score, cells.size)
        bias = _number(after, low, high)
        own = replace(settings, score=score)
        return Challenge(unseen(dataset, own, cells, bias).accuracy, cells, bias, score)
    return Challenge(_number(beat, 0, 100) / 100) if beat else None


def _number(text: str, low: float, high: float) -> float:
    """The number that a part of a link spells. Raises ValueError where it is none, or out of range."""
    try:
        value = numbers.number(text)
    except ValueError as error:
        raise ValueError(_words("link.no_number")) from error
    if not math.isfinite(value) or not low <= value <= high:
        raise ValueError(_words("link.no_number"))
    return value


def unseen(dataset: Dataset, settings: Settings, cells: Cells, bias: float) -> Measured:
    """What a painting answers to the unseen images."""
    pushes = sums(dataset, settings, cells, unseen=True)
    return measured(pushes + pushes.dtype.type(bias), dataset.y_test)


def verdict(result: Measured, found: Challenge) -> str:
    """Whether a painting has beaten the mark of a challenge, as both are shown."""
    own, theirs = float(mark(result.accuracy)), float(mark(found.accuracy))
    name = "challenge.beaten" if own > theirs else "challenge.drawn" if own == theirs else "challenge.short"
    return _words(name, mark=percent(found.accuracy), points=f"{abs(own - theirs):.1f}")


def fingerprint(settings: Settings, cells: Cells, bias: float) -> str:
    """Eight letters that stand for a painting with its bias, on these images: another one has others."""
    s = settings
    what = (s.dataset, s.digits, s.black_and_white, s.inverted, s.score, float(bias), cells.tobytes())
    return f"{zlib.crc32(repr(what).encode()):08x}"
