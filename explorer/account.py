"""The account of one image: what its rows add, what changes when one pixel or one weight does, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer import ideas
from explorer.datasets import Dataset
from explorer.explanations import SHOWN, Account, number, percent
from explorer.ledger import EXACT, decimal
from explorer.losses import sigmoid
from explorer.scores import SCORES
from explorer.settings import Settings
from explorer.training import Run, uses_bias

Array = NDArray[np.floating]

QUESTION = "How many pixels must be blotted with ink until the answer to an image turns round?"
EXPECTATIONS = ("One", "Two to five", "More than five")
CHANGES = ("as it is", "set weight", "blot with ink", "wipe")
_, _WEIGHT, _BLOT, _WIPE = CHANGES


def compared(settings: Settings) -> Settings:
    """The model with the other score, trained on the same data as it does well, that tells of the same image."""
    other = ideas.multiply_model(settings) if settings.score == "distance" else ideas.distance_model(settings)
    return replace(other, train_images=settings.train_images)


def paper(settings: Settings) -> float:
    """The value of a pixel without ink; that of a pixel of ink is 1 minus it."""
    return 1.0 if settings.inverted else 0.0


def rows_of(account: Account, image_shape: tuple[int, int]) -> list[Decimal]:
    """What each row of pixels adds, the first row first, rounded so that they sum to ``account.total`` exactly.

    Each is the difference of two sums so far, of which each is rounded: no row is more than one
    last digit away from its own sum.
    """
    so_far = account.parts.reshape(image_shape).sum(1, dtype=np.float64).cumsum()
    rounded = [Decimal(0), *(decimal(value, SHOWN) for value in so_far[:-1]), account.total]
    return [EXACT.subtract(after, before) for before, after in pairwise(rounded)]


def in_words(x: Array, weights: Array, parts: Array, score: str, digits: tuple[int, int]) -> list[str]:
    """What each pixel does, in words: "0.62 × −0.31 = −0.19 → speaks for 7".

    Parameters
    ----------
    x, weights, parts : (n_pixels,)
    score : str
        A key of ``SCORES``.
    digits : (int, int)
    """
    first, second = digits
    lines = []
    for value, weight, part in zip(x.tolist(), weights.tolist(), parts.tolist(), strict=True):
        if score == "distance":
            # Each summand takes away; a weight of 0.00 or 1.00 is the most that it can say.
            says = f"takes {number(-part)} from the score" if part else "takes nothing away"
            lines.append(f"−abs({number(value)} − {_factor(weight)}) = {number(part)} → {says}")
        else:
            says = f"speaks for {first if part > 0 else second}" if part else "says nothing"
            lines.append(f"{number(value)} × {number(weight)} = {number(part)} → {says}")
    return lines


def _factor(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _towards_the_other(run: Run, x: Array, value: float) -> tuple[Array, float]:
    """By how much each pixel, set to ``value``, moves the score towards the other answer; and the score."""
    score = SCORES[run.settings.score]
    weights, bias = run.weights[run.last_epoch].astype(np.float64), float(run.biases[run.last_epoch])
    before = score.parts(x.astype(np.float64), weights)
    changes = score.parts(np.full(len(x), value), weights) - before
    total = float(before.sum() + bias)
    return (-changes if total > 0 else changes), total


def needed(run: Run, x: Array, value: float) -> NDArray[np.int64] | None:
    """The fewest pixels that must be set to ``value`` until the answer turns round, the strongest first.

    What one pixel changes does not depend on the others: the strongest first is the fewest.

    Parameters
    ----------
    run : Run
    x : (n_pixels,)
    value : float

    Returns
    -------
    (k,) of int, or None
        Pixels; None where all together do not turn it.
    """
    towards, total = _towards_the_other(run, x, value)
    order = np.argsort(-towards, kind="stable")
    reached = towards[order].clip(min=0).cumsum()
    # A score of exactly 0 is answered with the second digit: to turn that, it must be more.
    turned = reached >= total if total > 0 else reached > -total
    return order[: int(np.argmax(turned)) + 1] if turned.any() else None


def strongest(run: Run, x: Array) -> int:
    """The pixel whose ink would move the score furthest towards the other answer."""
    return int(np.argmax(_towards_the_other(run, x, 1 - paper(run.settings))[0]))


def happened(run: Run, x: Array) -> str:
    """Which of ``EXPECTATIONS`` this image speaks for."""
    pixels = needed(run, x, 1 - paper(run.settings))
    if pixels is None or len(pixels) > 5:
        return EXPECTATIONS[2]
    return EXPECTATIONS[0] if len(pixels) == 1 else EXPECTATIONS[1]


def seen(run: Run, dataset: Dataset, x: Array, account: Account, truth: int | None, blank: bool = False) -> str:
    """What the model makes of the image on the screen, and how firmly, in a sentence that adds up.

    Parameters
    ----------
    run : Run
    dataset : Dataset
    x : (n_pixels,)
    account : Account
        Of this image.
    truth : int or None
        The digit on a test image; None for a drawing.
    blank : bool
        True for a drawing without a stroke.
    """
    first = dataset.digits[0]
    bias = f" + bias {number(account.bias, '.4f')}" if uses_bias(run.settings) else ", no bias"
    total = number(account.total, ".4f")
    verdict = f"a probability of {percent(account.probability)} for {first}, so it answers **{account.answer}**"
    if blank:
        return _blank(run, account, total, bias, verdict)
    pixels = needed(run, x, 1 - paper(run.settings))
    if pixels is None:
        turn = "Not even ink on all pixels turns that round."
    else:
        turn = f"Ink on {len(pixels)} of the {len(x)} pixels would turn that round." if len(pixels) > 1 else (
            f"Ink on a single one of the {len(x)} pixels would turn that round."
        )
    rightly = "" if truth is None else (", rightly" if account.answer == truth else f", wrongly: it is a {truth}")
    return f"All pixels together {total}{bias} = score {number(account.score, '.4f')}: {verdict}{rightly}. {turn}"


def _blank(run: Run, account: Account, total: str, bias: str, verdict: str) -> str:
    score = number(account.score, ".4f")
    if account.parts.any():
        what = "every value is 1" if run.settings.inverted else "every value is 0"
        if run.settings.score == "distance":
            return (
                f"The pad is blank: {what}, and still each pixel takes its distance away. "
                f"Together {total}{bias} = score {score}: {verdict}."
            )
        return f"The pad is blank, and inverted {what}: all weights together {total}{bias} = score {score}: {verdict}."
    if uses_bias(run.settings):
        return (
            "The pad is blank: every value is 0, and 0 × weight is 0, whatever the weight. "
            f"What is left is the bias alone: score {score}, {verdict}."
        )
    return (
        "The pad is blank: every value is 0, and 0 × weight is 0. Without a bias nothing is left: "
        f"score {score}, {verdict}, as to every score that is not above 0."
    )


@dataclass(frozen=True)
class Change:
    """One pixel changed: what becomes of the score. As shown, after − before = part after − part before.

    Parameters
    ----------
    parts : (n_pixels,)
        What each pixel adds, after the change.
    score : Decimal
        After the change.
    answer : int
    turned : bool
        Whether the answer is another one.
    sentence : str
    """

    parts: Array
    score: Decimal
    answer: int
    turned: bool
    sentence: str


def changed(
    run: Run, dataset: Dataset, x: Array, account: Account, pixel: int, change: str, weight_to: float
) -> Change:
    """What one pixel adds, and what the score becomes when it, or its weight, is another.

    Parameters
    ----------
    run : Run
    dataset : Dataset
        Its digits and its image shape are read.
    x : (n_pixels,)
    account : Account
        Of this image.
    pixel : int
    change : one of ``CHANGES``
        Anything else changes nothing.
    weight_to : float
        The weight, for "set weight".
    """
    score = SCORES[run.settings.score]
    value, weight = float(x[pixel]), float(run.weights[run.last_epoch][pixel])
    new_weight = weight_to if change == _WEIGHT else weight
    new_value = {_BLOT: 1 - paper(run.settings), _WIPE: paper(run.settings)}.get(change, value)
    old_part = decimal(account.parts[pixel], SHOWN)
    new_part = decimal(_part(score, new_value, new_weight), SHOWN)
    if (new_value, new_weight) == (value, weight):
        new_part = old_part
    after = EXACT.add(account.score, EXACT.subtract(new_part, old_part))
    # A change that moves nothing leaves the answer, also where rounding made the score 0.
    answer = account.answer if new_part == old_part else dataset.digits[0 if after > 0 else 1]
    row, column = divmod(pixel, dataset.image_shape[1])
    first, second = dataset.digits
    where = f"The pixel in row {row}, column {column}"
    is_now = f"{_product(score.key, value, weight)} = {number(old_part, '.4f')}"
    if change not in (_WEIGHT, _BLOT, _WIPE):
        if old_part:
            says = f"speaks for {first if old_part > 0 else second}"
            without = EXACT.subtract(account.score, old_part)
            then = f"Without it, the score {number(account.score, '.4f')} would be {number(without, '.4f')}."
        else:
            one = decimal(_part(score, 1.0, weight), SHOWN)
            says, then = "says nothing", (
                f"With the value 1 it would add {number(one, '.4f')} to the score {number(account.score, '.4f')}."
            )
        if score.key == "distance":
            says = "takes away" if old_part else "takes nothing away"
        sentence = f"{where} {says}: {is_now}. {then}"
    else:
        probability = float(sigmoid(np.array(float(after))))
        turns = f"the answer turns to **{answer}**" if answer != account.answer else f"the answer stays **{answer}**"
        sentence = (
            f"{where}: {is_now} becomes {_product(score.key, new_value, new_weight)} = {number(new_part, '.4f')}. "
            f"So the score goes from {number(account.score, '.4f')} to {number(after, '.4f')}, the probability for "
            f"{first} from {percent(account.probability)} to {percent(probability)}: {turns}."
        )
    parts = account.parts.copy()
    parts[pixel] = float(new_part)
    return Change(parts, after, answer, answer != account.answer, sentence)


def shares(parts: Array) -> Array:
    """Each part as a share of the largest, from -1 to 1."""
    return parts / (float(np.abs(parts).max()) or 1.0)


def _part(score, value: float, weight: float) -> float:
    return float(score.parts(np.array([value]), np.array([weight]))[0])


def _product(score: str, value: float, weight: float) -> str:
    if score == "distance":
        return f"−abs({number(value, '.3f')} − {_factor3(weight)})"
    return f"{number(value, '.3f')} × {number(weight, '.3f')}"


def _factor3(value: float) -> str:
    return f"({number(value, '.3f')})" if value < 0 else number(value, ".3f")


def told_by(run: Run, dataset: Dataset, account: Account) -> str:
    """The other score's account of the same image."""
    test = percent(run.test_accuracy[run.last_epoch])
    right = f"It gets {test} of the test digits right."
    if run.settings.score == "distance":
        without = "" if account.bias <= 0 else (
            f" Each pixel can only take away; without the bias it would answer {dataset.digits[1]}, as to every image."
        )
        weights = " Its weights are a picture: blue where ink fits, orange where paper does."
        return f"{account.sentence}{weights}{without} {right}"
    return f"{account.sentence} Here a pixel can speak for either digit, or, where there is no ink, for none. {right}"


def after(images: Sequence[int], image: int) -> int:
    """The one of ``images`` that comes after ``image``, the first after the last, and where it is not among them."""
    images = [int(one) for one in images]
    return images[(images.index(image) + 1) % len(images)] if image in images else images[0]
