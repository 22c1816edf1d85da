"""For the page One image: what each row and pixel adds to the score, and what changing a pixel or a weight does.

Decimals, not floats: every sum in a sentence adds up exactly as shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.losses import sigmoid
from explorer.engine.scores import SCORES, Score
from explorer.engine.settings import DEFAULTS, Settings
from explorer.engine.training import Run, uses_bias
from explorer.lessons.one_image.drawing import Strokes, image_of_drawing
from explorer.lessons.runs import Answers
from explorer.lessons.start import start_model
from explorer.lessons.sums import EXACT, HUNDREDTHS, ScoreSum, decimal
from explorer.lessons.why_multiply import all_pixels
from explorer.lessons.words import chance, number, percent

Array = NDArray[np.floating]

_words = texts.of("one_image")
QUESTION = _words("expect.question")
EXPECTATIONS = tuple(_words.table("expect")[name] for name in ("one", "few", "many"))
CHANGES = ("as it is", "set weight", "blot with ink", "wipe")
_, _WEIGHT, _BLOT, _WIPE = CHANGES
STRIPS = ("all", "wrong", "doubtful")  # which test images are offered


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
    truth = dataset.digits[0 if dataset.y_test[image] else 1]
    return Image(dataset.X_test[image], truth, _words("image.test", number=image, digit=truth))


def from_drawing(dataset: Dataset, strokes: Strokes, settings: Settings) -> Image:
    """A drawing, as an image like those of the data set."""
    x = image_of_drawing(dataset, strokes, settings.black_and_white, settings.inverted)
    return Image(x, None, _words("image.drawn"), not strokes)


def model_of(settings: Settings) -> Settings:
    """The model of the page: that of the page Start, until the visitor chooses another training.

    Parameters
    ----------
    settings : Settings
        The visitor's choices.
    """
    untouched = replace(
        DEFAULTS, dataset=settings.dataset, digits=settings.digits, black_and_white=settings.black_and_white,
        inverted=settings.inverted, seed=settings.seed,
    )
    return start_model(settings) if settings == untouched else settings


def strip(answers: Answers, dataset: Dataset, which: str | None) -> NDArray[np.int64]:
    """The test images to choose from, as rows of ``X_test``.

    Parameters
    ----------
    answers : Answers
    dataset : Dataset
    which : str or None
        One of ``STRIPS``; anything else is the first of them.
    """
    if which == "doubtful":
        return np.argsort(np.abs(answers.scores), kind="stable")
    if which == "wrong":
        margins = np.where(dataset.y_test == 1, answers.scores, -answers.scores)
        wrong = np.flatnonzero((answers.scores > 0) != (dataset.y_test == 1))
        return wrong[np.argsort(margins[wrong], kind="stable")]
    return np.arange(len(dataset.y_test))


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
    rounded = [Decimal(0), *(decimal(value, HUNDREDTHS) for value in cumulative[:-1]), score_sum.total]
    return [EXACT.subtract(after, before) for before, after in pairwise(rounded)]


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
    answer = score_sum.answer
    if blank:
        return _blank_sentence(run, score_sum)
    name = "with_bias" if uses_bias(run.last_leg) else "no_bias"
    said = [_words(f"sum.{name}", total=number(score_sum.total), bias=number(score_sum.bias),
                   score=number(score_sum.score))]
    name = "drawn" if truth is None else "right" if answer == truth else "wrong"
    said.append(_words(f"answer.{name}", answer=answer, truth=truth))
    pixels = pixels_to_turn(run, x, 1 - paper_value(run.settings))
    name = "never" if pixels is None else "several" if len(pixels) > 1 else "one"
    said.append(_words(f"turn.{name}", n=0 if pixels is None else len(pixels), n_pixels=len(x)))
    return " ".join(said)


def _blank_sentence(run: Run, score_sum: ScoreSum) -> str:
    if SCORES[run.settings.score].sign == "negative" and score_sum.parts.any():
        name = "distance"
    elif score_sum.parts.any():
        name = "inverted"
    else:
        name = "bias_alone" if uses_bias(run.last_leg) else "nothing"
    return _words(
        f"blank.{name}", total=number(score_sum.total), score=number(score_sum.score), answer=score_sum.answer,
    )


@dataclass(frozen=True)
class Change:
    """The score after one pixel or its weight is changed; shown numbers: after − before = part after − part before.

    Parameters
    ----------
    values, weights, parts : (n_pixels,)
        After the change; ``parts`` is what each pixel adds.
    score : Decimal
        After the change.
    answer : int
    turned : bool
        Whether the answer is different.
    sentence : str
    """

    values: Array
    weights: Array
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
    old_part = decimal(score_sum.parts[pixel], HUNDREDTHS)
    new_part = decimal(_part(score, new_value, new_weight), HUNDREDTHS)
    if (new_value, new_weight) == (value, weight):
        new_part = old_part
    after = EXACT.add(score_sum.score, EXACT.subtract(new_part, old_part))
    # The answer stays where the score does, also where rounding made the score 0.
    answer = score_sum.answer if new_part == old_part else dataset.digits[0 if after > 0 else 1]
    row, column = divmod(pixel, dataset.image_shape[1])
    first, second = dataset.digits
    place = {"row": row, "column": column}
    term = _term(score, value, weight)
    if (new_value, new_weight) == (value, weight):
        is_product = score.sign is None
        name = ("argues" if is_product else "takes_away") if old_part else ("silent" if is_product else "takes_nothing")
        sentence = _words(
            f"change.{name}", **place, term=term, part=number(old_part), digit=first if old_part > 0 else second,
            score=number(score_sum.score), without=number(EXACT.subtract(score_sum.score, old_part)),
            full=number(decimal(_part(score, 1.0, weight), HUNDREDTHS)),
        )
    else:
        sure_before, sure_after = map(chance, (score_sum.probability, float(sigmoid(np.array(float(after))))))
        name = "stays" if answer == score_sum.answer else "turns"
        sentence = _words(
            f"change.{name}_sure" if sure_before == sure_after else f"change.{name}", **place, old_term=term,
            old=number(old_part), new_term=_term(score, new_value, new_weight), new=number(new_part),
            before=number(score_sum.score), after=number(after), first=first, answer=answer,
            sure_before=sure_before, sure_after=sure_after,
        )
    values, weights, parts = x.copy(), run.weights[run.last_epoch].copy(), score_sum.parts.copy()
    values[pixel], weights[pixel], parts[pixel] = new_value, new_weight, _part(score, new_value, new_weight)
    return Change(values, weights, parts, after, answer, answer != score_sum.answer, sentence)


def _part(score: Score, value: float, weight: float) -> float:
    return float(score.parts(np.array([value]), np.array([weight]))[0])


def _term(score: Score, value: float, weight: float) -> str:
    """The summand of one pixel as a formula: "0.625 × −0.31" or "−abs(0.625 − (−0.5))"."""
    shown = _exactly(weight)
    return score.term.format(value=_exactly(value), weight=shown, bracketed=f"({shown})" if weight < 0 else shown)


def _exactly(value: float) -> str:
    """At most three places: with two, 0.996 × 1.35 = 1.345 would be a wrong product, 1.00 × 1.35 = 1.34."""
    if abs(value) >= 1e6:
        return number(value)
    # Halves are rounded as on the balance, by the browser.
    text = number(Decimal(value).quantize(Decimal("0.001"), ROUND_HALF_UP), ".3f")
    return text.rstrip("0").rstrip(".")


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
    is_product = SCORES[run.settings.score].sign is None
    name = "multiply" if is_product else "distance" if uses_bias(run.last_leg) else "distance_no_bias"
    return _words(
        f"other.{name}", first=dataset.digits[0], total=number(score_sum.total), bias=number(score_sum.bias),
        score=number(score_sum.score), answer=score_sum.answer, right=percent(run.test_accuracy[run.last_epoch]),
    )


def sure(score: Decimal, digits: tuple[int, int]) -> str:
    """How sure the model is at a score, as a sentence."""
    probability = float(sigmoid(np.array(float(score))))
    return _words(
        f"sure.{'first' if score > 0 else 'second'}", first=digits[0], second=digits[1], score=number(score),
        probability=chance(probability), other=chance(1 - probability),
    )
