"""Losses and starts as code to read: one entry for each key of ``LOSSES`` and each start of ``Settings``.

The code computes what ``losses.py`` and ``training.py`` compute, operation by operation in the same order: where a
run is chaotic, the last bit of a number decides over the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from explorer.losses import LOSSES
from explorer.scores import SCORES
from explorer.settings import Settings
from explorer.training import uses_bias

# Rows that ``scores.py`` works on at a time: sums of more images than these are sums of sums.
ROWS = 256
# The built-in digits have at most this many training images of two digits.
_MOST_DIGITS = 256

SIGMOID = '''\
def sigmoid(scores):
    small = np.exp(-np.abs(scores))  # never too large a number, however large a score is
    return np.where(scores >= 0, 1, small) / (1 + small)
'''


@dataclass(frozen=True)
class LossText:
    """A loss as code.

    Parameters
    ----------
    words, slope_words : str
        What it measures, and what its slope by the score is: sentences.
    value, slope : str
        The bodies of two functions of ``scores`` and ``y``, arrays that fit each other.
    sigmoid : bool
        Whether they call ``sigmoid``.
    """

    words: str
    slope_words: str
    value: str
    slope: str
    sigmoid: bool = False


_BELOW_0 = "It is below 0 where a higher score would be better."

LOSS_TEXTS: dict[str, LossText] = {
    "log_loss": LossText(
        "minus the log of the probability given to the true digit; the probability of a 1 is the sigmoid of the score",
        "the probability minus the truth",
        "    return np.maximum(scores, 0) + np.log1p(np.exp(-np.abs(scores))) - y * scores",
        "    return sigmoid(scores) - y",
        sigmoid=True,
    ),
    "absolute_error": LossText(
        "abs(probability - truth), where the probability is the sigmoid of the score",
        "p (1 - p), where p is the probability, with a minus where the truth is 1",
        "    return sigmoid(np.where(y == 1, -scores, scores))",
        "    small = np.exp(-np.abs(scores))\n"
        "    return (1 - 2 * y) * (small / (1 + small) ** 2)  # p (1 - p), never rounded to 0",
        sigmoid=True,
    ),
    "squared_error": LossText(
        "(probability - truth) squared, where the probability is the sigmoid of the score",
        "2 (p - truth) p (1 - p), where p is the probability",
        "    return sigmoid(np.where(y == 1, -scores, scores)) ** 2",
        "    small = np.exp(-np.abs(scores))\n"
        "    away = sigmoid(np.where(y == 1, -scores, scores))  # abs(p - truth)\n"
        "    return 2 * away * ((1 - 2 * y) * (small / (1 + small) ** 2))",
        sigmoid=True,
    ),
    "hinge": LossText(
        "what the score lacks to be at least 1 on the right side of 0",
        "-1 or 1 while something is lacking, then 0",
        "    return np.maximum(0, 1 - (2 * y - 1) * scores)",
        "    side = 2 * y - 1\n"
        "    return np.where(side * scores < 1, -side, 0)",
    ),
    "zero_one": LossText(
        "1 if the answer is wrong, else 0",
        "0 everywhere, so that no step corrects anything",
        "    return (scores > 0) != (y == 1)",
        "    return np.zeros_like(scores)",
    ),
    "pixel_distance": LossText(
        "the mean over images and pixels of abs(value - weight); the truth is not in it",
        "-sign(value - weight), the same for every image of whatever digit",
        "    return np.abs(X - weights).mean(dtype=float)",
        "    return np.full(len(X), -1 / X.size, np.float32)",
    ),
}

_STARTS = {
    "random": "np.random.default_rng([{seed}, 0]).{draw}({n_pixels}).astype(np.float32)",
    "zeros": "np.zeros({n_pixels}, np.float32)",
    "mean_image": "X_train[y_train == 1].mean(0, dtype=float).astype(np.float32)",
}
# How ``SCORES`` draw their random weights, and what to call that.
DRAWS = {"multiply": ("standard_normal", "normal"), "distance": ("random", "uniform")}


def start_code(settings: Settings) -> str:
    """The first weights, as an expression."""
    draw, _ = DRAWS[settings.score]
    return _STARTS[settings.start].format(seed=settings.seed, draw=draw, n_pixels="X_train.shape[1]")


def start_words(settings: Settings) -> str:
    """What they are."""
    random = {
        "multiply": "drawn at random around 0", "distance": "drawn at random between 0 and 1",
    }[settings.score]
    return {
        "random": random, "zeros": "all 0",
        "mean_image": f"the mean image of a {settings.digits[0]}",
    }[settings.start]


def pixelwise(settings: Settings) -> bool:
    """Whether the loss reads pixels and no scores."""
    return LOSSES[settings.loss].pixelwise


def centred(settings: Settings) -> bool:
    """Whether there is a bias that begins at the average distance."""
    return uses_bias(settings) and SCORES[settings.score].centred


def many_images(settings: Settings) -> bool:
    """Whether there can be more than ``ROWS`` training images."""
    return settings.dataset != "digits" and (settings.train_images is None or settings.train_images > ROWS)


def large_batches(settings: Settings) -> bool:
    """Whether a batch can have more than ``ROWS`` images."""
    return many_images(settings) and (settings.batch_size is None or settings.batch_size > ROWS)


def one_batch(settings: Settings) -> bool:
    """Whether one batch is sure to hold all training images."""
    size = settings.batch_size
    most = min(settings.train_images or _MOST_DIGITS, _MOST_DIGITS) if settings.dataset == "digits" else (
        settings.train_images
    )
    return size is None or (most is not None and size >= most)


def may_diverge(settings: Settings) -> bool:
    """Whether the numbers can leave the range of float32.

    A step takes a weight w to (1 - rate · λ) w - rate · g, and abs(g) is at most 1: slopes are at most 1 and averaged,
    values at most 1. While abs(1 - rate · λ) <= 1, as with rate · λ <= 2, a step adds at most the rate, which no
    permitted run does often enough to come near 1e38. Above that, a weight grows by a factor with each step.
    """
    return settings.learning_rate * settings.l2 > 2

