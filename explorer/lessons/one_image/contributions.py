"""For the page One image: what each row and pixel adds to the score, and what changing a pixel or a weight does.

Decimals, not floats: every sum in a sentence adds up exactly as shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.engine.losses import sigmoid
from explorer.engine.scores import SCORES, Score
from explorer.engine.settings import Settings
from explorer.engine.training import Run, uses_bias
from explorer.lessons.one_image.drawing import Strokes, image_of_drawing
from explorer.lessons.sums import EXACT, SHOWN, ScoreSum, decimal
from explorer.lessons.why_multiply import all_pixels
from explorer.lessons.words import number, percent

Array = NDArray[np.floating]

QUESTION = "How many pixels must be blotted with ink until the answer to an image turns round?"
EXPECTATIONS = ("One", "Two to five", "More than five")
CHANGES = ("as it is", "set weight", "blot with ink", "wipe")
_, _WEIGHT, _BLOT, _WIPE = CHANGES


@dataclass(frozen=True)
class Image:
    """The image whose score is looked at.

    Parameters
    ----------
    x : (n_pixels,)
    truth : int or None
        The digit on a test image; None for a drawing.
    name : str
    blank : bool
        True for a drawing without a stroke.
    """

    x: Array
    truth: int | None
    name: str
    blank: bool = False


def from_test_set(dataset: Dataset, image: int) -> Image:
    """A row of ``X_test``."""
    return Image(
        dataset.X_test[image], dataset.digits[0 if dataset.y_test[image] else 1], f"test image {image}",
    )


def from_drawing(dataset: Dataset, strokes: Strokes, settings: Settings) -> Image:
    """A drawing, as an image like those of the data set."""
    x = image_of_drawing(dataset, strokes, settings.black_and_white, settings.inverted)
    return Image(x, None, "your drawing", not strokes)


def marked_pixel(row: int, column: int, change: str | None, image_shape: tuple[int, int]) -> int | None:
    """The pixel to frame in the pictures; None while the visitor has not chosen one."""
    is_chosen = (row, column) != middle(image_shape) or change != CHANGES[0]
    return row * image_shape[1] + column if is_chosen else None


def middle(image_shape: tuple[int, int]) -> tuple[int, int]:
    """Row and column of the pixel that is chosen at first."""
    return image_shape[0] // 2, image_shape[1] // 2


def other_score_model(settings: Settings) -> Settings:
    """The model to compare with: the other score, trained on the same data, with settings that suit it."""
    other = all_pixels.distance_model(settings) if settings.score == "multiply" else all_pixels.multiply_model(settings)
    return replace(other, train_images=settings.train_images)


def paper_value(settings: Settings) -> float:
    """The value of a pixel without ink; that of a pixel full of ink is 1 minus it."""
    return 1.0 if settings.inverted else 0.0


def row_sums(score_sum: ScoreSum, image_shape: tuple[int, int]) -> list[Decimal]:
    """What each row of pixels adds, the first row first, rounded so that they sum to ``score_sum.total`` exactly.

    Each is the difference of two rounded cumulative sums: it differs from its own sum by at most one last digit.
    """
    cumulative = score_sum.parts.reshape(image_shape).sum(1, dtype=np.float64).cumsum()
    rounded = [Decimal(0), *(decimal(value, SHOWN) for value in cumulative[:-1]), score_sum.total]
    return [EXACT.subtract(after, before) for before, after in pairwise(rounded)]


def pixel_sentences(x: Array, weights: Array, parts: Array, score: str, digits: tuple[int, int]) -> list[str]:
    """What each pixel adds, as text: "0.62 × −0.31 = −0.19 → speaks for 7".

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
        if SCORES[score].sign == "negative":
            effect = f"takes {number(-part)} from the score" if part else "takes nothing away"
        else:
            effect = f"speaks for {first if part > 0 else second}" if part else "says nothing"
        lines.append(f"{_term(SCORES[score], value, weight, '.2f')} = {number(part)} → {effect}")
    return lines


def _towards_the_other(run: Run, x: Array, value: float) -> tuple[Array, float]:
    """How far each pixel, set to ``value``, moves the score towards the other answer: (n_pixels,); and the score."""
    score = SCORES[run.settings.score]
    weights, bias = run.weights[run.last_epoch].astype(np.float64), float(run.biases[run.last_epoch])
    before = score.parts(x.astype(np.float64), weights)
    changes = score.parts(np.full(len(x), value), weights) - before
    total = float(before.sum() + bias)
    return (-changes if total > 0 else changes), total


def pixels_to_turn(run: Run, x: Array, value: float) -> NDArray[np.int64] | None:
    """The fewest pixels that turn the answer round when they are set to ``value``, the strongest first.

    The effect of one pixel does not depend on the others, so taking the strongest first gives the fewest.

    Parameters
    ----------
    run : Run
    x : (n_pixels,)
    value : float

    Returns
    -------
    (k,) of int, or None
        Pixels; None where even all of them do not turn it.
    """
    towards, total = _towards_the_other(run, x, value)
    order = np.argsort(-towards, kind="stable")
    reached = towards[order].clip(min=0).cumsum()
    # A score of exactly 0 is answered with the second digit, so only a score above 0 turns that answer.
    turned = reached >= total if total > 0 else reached > -total
    return order[: int(np.argmax(turned)) + 1] if turned.any() else None


def strongest_pixel(run: Run, x: Array) -> int:
    """The pixel that moves the score furthest towards the other answer when it is filled with ink."""
    return int(np.argmax(_towards_the_other(run, x, 1 - paper_value(run.settings))[0]))


def outcome(run: Run, x: Array) -> str:
    """The one of ``EXPECTATIONS`` that is true of this image."""
    pixels = pixels_to_turn(run, x, 1 - paper_value(run.settings))
    if pixels is None or len(pixels) > 5:
        return EXPECTATIONS[2]
    return EXPECTATIONS[0] if len(pixels) == 1 else EXPECTATIONS[1]


def sentence(run: Run, dataset: Dataset, x: Array, score_sum: ScoreSum, truth: int | None, blank: bool = False) -> str:
    """The sum, the answer, and how many pixels of ink would turn the answer round.

    Parameters
    ----------
    run : Run
    dataset : Dataset
    x : (n_pixels,)
    score_sum : ScoreSum
        Of this image.
    truth : int or None
        The digit on a test image; None for a drawing.
    blank : bool
        True for a drawing without a stroke.
    """
    first = dataset.digits[0]
    bias = f" + bias {number(score_sum.bias, '.4f')}" if uses_bias(run.settings) else ", no bias"
    total = number(score_sum.total, ".4f")
    answer = f"a probability of {percent(score_sum.probability)} for {first}, so it answers **{score_sum.answer}**"
    if blank:
        return _blank_sentence(run, score_sum, total, bias, answer)
    pixels = pixels_to_turn(run, x, 1 - paper_value(run.settings))
    if pixels is None:
        turn = "Not even ink on all pixels turns that round."
    elif len(pixels) > 1:
        turn = f"Ink on {len(pixels)} of the {len(x)} pixels would turn that round."
    else:
        turn = f"Ink on a single one of the {len(x)} pixels would turn that round."
    rightly = "" if truth is None else (", rightly" if score_sum.answer == truth else f", wrongly: it is a {truth}")
    return f"All pixels together {total}{bias} = score {number(score_sum.score, '.4f')}: {answer}{rightly}. {turn}"


def _blank_sentence(run: Run, score_sum: ScoreSum, total: str, bias: str, answer: str) -> str:
    score = number(score_sum.score, ".4f")
    if score_sum.parts.any():
        what = "every value is 1" if run.settings.inverted else "every value is 0"
        if SCORES[run.settings.score].sign == "negative":
            return (
                f"The pad is blank: {what}, and still each pixel takes its distance away. "
                f"Together {total}{bias} = score {score}: {answer}."
            )
        return f"The pad is blank, and inverted {what}: all weights together {total}{bias} = score {score}: {answer}."
    if uses_bias(run.settings):
        return (
            "The pad is blank: every value is 0, and 0 × weight is 0, whatever the weight. "
            f"What is left is the bias alone: score {score}, {answer}."
        )
    return (
        "The pad is blank: every value is 0, and 0 × weight is 0. Without a bias nothing is left: "
        f"score {score}, {answer}, as to every score that is not above 0."
    )


@dataclass(frozen=True)
class Change:
    """The score after one pixel or its weight is changed; shown numbers: after − before = part after − part before.

    Parameters
    ----------
    parts : (n_pixels,)
        What each pixel adds, after the change.
    score : Decimal
        After the change.
    answer : int
    turned : bool
        Whether the answer is different.
    sentence : str
    """

    parts: Array
    score: Decimal
    answer: int
    turned: bool
    sentence: str


def change_pixel(
    run: Run, dataset: Dataset, x: Array, score_sum: ScoreSum, pixel: int, change: str, weight_to: float
) -> Change:
    """What one pixel adds, and the score when its value or its weight is changed.

    Parameters
    ----------
    run : Run
    dataset : Dataset
        Only its digits and its image shape are read.
    x : (n_pixels,)
    score_sum : ScoreSum
        Of this image.
    pixel : int
    change : str
        One of ``CHANGES``; anything else changes nothing.
    weight_to : float
        The new weight, for "set weight".
    """
    score = SCORES[run.settings.score]
    value, weight = float(x[pixel]), float(run.weights[run.last_epoch][pixel])
    new_weight = weight_to if change == _WEIGHT else weight
    new_value = {_BLOT: 1 - paper_value(run.settings), _WIPE: paper_value(run.settings)}.get(change, value)
    old_part = decimal(score_sum.parts[pixel], SHOWN)
    new_part = decimal(_part(score, new_value, new_weight), SHOWN)
    if (new_value, new_weight) == (value, weight):
        new_part = old_part
    after = EXACT.add(score_sum.score, EXACT.subtract(new_part, old_part))
    # The answer stays where the score does, also where rounding made the score 0.
    answer = score_sum.answer if new_part == old_part else dataset.digits[0 if after > 0 else 1]
    row, column = divmod(pixel, dataset.image_shape[1])
    first, second = dataset.digits
    where = f"The pixel in row {row}, column {column}"
    old_term = f"{_term(score, value, weight, '.3f')} = {number(old_part, '.4f')}"
    if change not in (_WEIGHT, _BLOT, _WIPE):
        if old_part:
            effect = f"speaks for {first if old_part > 0 else second}"
            without = EXACT.subtract(score_sum.score, old_part)
            what_if = f"Without it, the score {number(score_sum.score, '.4f')} would be {number(without, '.4f')}."
        else:
            effect, full = "says nothing", decimal(_part(score, 1.0, weight), SHOWN)
            what_if = (
                f"With the value 1 it would add {number(full, '.4f')} to the score {number(score_sum.score, '.4f')}."
            )
        if score.sign == "negative":
            effect = "takes away" if old_part else "takes nothing away"
        sentence = f"{where} {effect}: {old_term}. {what_if}"
    else:
        probability = float(sigmoid(np.array(float(after))))
        turns = f"the answer turns to **{answer}**" if answer != score_sum.answer else f"the answer stays **{answer}**"
        new_term = f"{_term(score, new_value, new_weight, '.3f')} = {number(new_part, '.4f')}"
        sentence = (
            f"{where}: {old_term} becomes {new_term}. "
            f"So the score goes from {number(score_sum.score, '.4f')} to {number(after, '.4f')}, the probability for "
            f"{first} from {percent(score_sum.probability)} to {percent(probability)}: {turns}."
        )
    parts = score_sum.parts.copy()
    parts[pixel] = float(new_part)
    return Change(parts, after, answer, answer != score_sum.answer, sentence)


def relative_parts(parts: Array) -> Array:
    """Each part as a share of the largest absolute value, from -1 to 1."""
    return parts / (float(np.abs(parts).max()) or 1.0)


def _part(score: Score, value: float, weight: float) -> float:
    return float(score.parts(np.array([value]), np.array([weight]))[0])


def _term(score: Score, value: float, weight: float, spec: str) -> str:
    """The summand of one pixel as a formula: "0.62 × −0.31" or "−abs(0.62 − (−0.50))"."""
    text = number(weight, spec)
    return score.term.format(value=number(value, spec), weight=text, bracketed=f"({text})" if weight < 0 else text)


def other_score_sentence(run: Run, dataset: Dataset, score_sum: ScoreSum) -> str:
    """How the model with the other score answers the same image, and how accurate that model is.

    Parameters
    ----------
    run : Run
        Of ``other_score_model``.
    dataset : Dataset
    score_sum : ScoreSum
        Of the image, by that model.
    """
    right = f"It gets {percent(run.test_accuracy[run.last_epoch])} of the test digits right."
    bias = f" + bias {number(score_sum.bias, '.4f')}" if uses_bias(run.settings) else ", no bias"
    answer = (
        f"All pixels together {number(score_sum.total, '.4f')}{bias} = score {number(score_sum.score, '.4f')}. "
        f"Answer: **{score_sum.answer}**."
    )
    if SCORES[run.settings.score].sign == "negative":
        without = "" if score_sum.bias <= 0 else (
            f" Each pixel can only take away; without the bias it would answer {dataset.digits[1]}, as to every image."
        )
        weights = " Its weights are a picture: blue where ink fits, orange where paper does."
        return f"{answer}{weights}{without} {right}"
    return f"{answer} Here a pixel can speak for either digit, or, where there is no ink, for none. {right}"


def next_image(images: Sequence[int], image: int) -> int:
    """The one of ``images`` after ``image``; the first one after the last, and where ``image`` is not among them."""
    images = [int(one) for one in images]
    return images[(images.index(image) + 1) % len(images)] if image in images else images[0]
