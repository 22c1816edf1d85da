"""Losses and starts as code, one entry for each key of ``LOSSES`` and each start of ``Settings``; what a program needs.

The code has the same operations in the same order as ``losses.py`` and ``training.py``: where a run is chaotic, a
difference in the last bit of a number changes its result.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass

from explorer.engine import losses
from explorer.engine.losses import LOSSES, Loss
from explorer.engine.schedule import legs_of
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import uses_bias

# The rows that ``scores.py`` works on at a time: the sum over more images is a sum of sums.
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
        What the loss measures, and what its derivative with respect to the score is, as the end of a sentence.
    value, slope : str
        The bodies of two functions of ``scores`` and ``y``, arrays of shapes that broadcast; of ``X`` and
        ``weights`` for a pixelwise loss.
    sigmoid : bool
        Whether these call ``sigmoid``.
    functions : str
        Other functions that these call.
    """

    words: str
    slope_words: str
    value: str
    slope: str
    sigmoid: bool = False
    functions: str = ""

    @property
    def helpers(self) -> list[str]:
        """The functions that must be defined before ``value`` and ``slope``."""
        return [SIGMOID.rstrip()] * self.sigmoid + [self.functions] * bool(self.functions)


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


def loss_text(key: str) -> LossText:
    """A loss as code: its entry in ``LOSS_TEXTS``, written for readers; without one, the engine's own functions."""
    return LOSS_TEXTS.get(key) or from_source(LOSSES[key])


def from_source(loss: Loss) -> LossText:
    """The engine's functions of a loss as they stand in ``losses.py``, without annotations and docstrings."""
    found: dict[str, ast.AST] = {}
    _collect(loss.value, found)
    _collect(loss.derivative, found)
    renamed = _ForAProgram(found)
    return LossText(
        loss.explanation[0].lower() + loss.explanation[1:].rstrip("."), "computed below",
        f"    return {renamed.name(loss.value.__name__)}(scores, y)",
        f"    return {renamed.name(loss.derivative.__name__)}(scores, y)",
        functions="\n\n".join(ast.unparse(renamed.visit(tree)) for tree in found.values()),
    )


def _collect(function: Callable, found: dict[str, ast.AST]) -> None:
    """Add a function of ``losses.py`` and those that it calls, the called ones first."""
    tree = ast.parse(inspect.getsource(function)).body[0]
    for node in ast.walk(tree):
        called = getattr(losses, node.id, None) if isinstance(node, ast.Name) else None
        if inspect.isfunction(called) and called is not function:
            _collect(called, found)
    found[function.__name__] = tree


class _ForAProgram(ast.NodeTransformer):
    """Removes annotations and docstrings, and gives the functions names that no other part of a program has."""

    def __init__(self, functions: Collection[str]):
        self.functions = functions

    def name(self, function: str) -> str:
        return f"engine_{function.strip('_')}"

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.name, node.returns = self.name(node.name), None
        node.body = node.body[1:] if ast.get_docstring(node) else node.body
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        return ast.copy_location(ast.Assign([node.target], node.value), node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.name(node.id) if node.id in self.functions else node.id
        return node


_STARTS = {
    "random": "np.random.default_rng([{seed}, 0]).{draw}({n_pixels}).astype(np.float32)",
    "zeros": "np.zeros({n_pixels}, np.float32)",
    "mean_image": "X_train[y_train == 1].mean(0, dtype=float).astype(np.float32)",
}
# How each score draws its random weights: NumPy's method, and the name of the array in a program.
DRAWS = {"multiply": ("standard_normal", "normal"), "distance": ("random", "uniform")}


def start_code(settings: Settings) -> str:
    """The first weights, as an expression."""
    draw, _ = DRAWS[settings.score]
    return _STARTS[settings.start].format(seed=settings.seed, draw=draw, n_pixels="X_train.shape[1]")


def start_words(settings: Settings) -> str:
    """What the first weights are, as text."""
    random = {
        "multiply": "drawn at random around 0", "distance": "drawn at random between 0 and 1",
    }[settings.score]
    return {
        "random": random, "zeros": "all 0",
        "mean_image": f"the mean image of a {settings.digits[0]}",
    }[settings.start]


def distance_code(settings: Settings, name: str, weights: str) -> list[str]:
    """The lines of the function ``name``, which gives the distances of images from one row ``weights``."""
    lines = ["ones = np.ones(X_train.shape[1], np.float32)", "", f"def {name}(X, {weights}):"]
    if not many_images(settings):
        return [*lines, f"    return np.abs(X - {weights}) @ ones  # @ ones adds up the pixels"]
    return [
        *lines,
        f"    # Images go by {ROWS}, as many as the processor has at hand; @ ones adds up their pixels.",
        f"    parts = [X[i : i + {ROWS}] for i in range(0, len(X), {ROWS})]",
        f"    return np.concatenate([np.abs(part - {weights}) @ ones for part in parts])",
    ]


def pixelwise(settings: Settings) -> bool:
    """Whether the loss reads pixels and no scores."""
    return LOSSES[settings.loss].pixelwise


def centred(settings: Settings) -> bool:
    """Whether there is a bias that starts at the average distance."""
    return uses_bias(settings) and SCORES[settings.score].centred


def many_images(settings: Settings) -> bool:
    """Whether there can be more than ``ROWS`` training images."""
    return settings.dataset != "digits" and (settings.train_images is None or settings.train_images > ROWS)


def large_batches(settings: Settings) -> bool:
    """Whether a batch can have more than ``ROWS`` images."""
    return many_images(settings) and (settings.batch_size is None or settings.batch_size > ROWS)


def one_batch(settings: Settings) -> bool:
    """Whether one batch always holds all training images."""
    size = settings.batch_size
    most = min(settings.train_images or _MOST_DIGITS, _MOST_DIGITS) if settings.dataset == "digits" else (
        settings.train_images
    )
    return size is None or (most is not None and size >= most)


def has_bias(settings: Settings) -> bool:
    """Whether there is a bias in any leg."""
    return any(map(uses_bias, legs_of(settings)))


def may_diverge(settings: Settings) -> bool:
    """Whether the numbers can exceed the range of float32.

    A step takes a weight w to (1 - rate · λ) w - rate · g, and abs(g) is at most 1: derivatives are at most 1
    and averaged, values at most 1. While abs(1 - rate · λ) <= 1, as with rate · λ <= 2, a step adds at most the rate,
    which no permitted run does often enough to come near 1e38. Above that, a weight grows by a factor with each step.
    """
    return max(leg.learning_rate for leg in legs_of(settings)) * settings.l2 > 2

