"""How long a training takes, about, and how many epochs there is time for: one piece for every limit of this kind.

``seconds`` is the processor time of ``train_many`` with one BLAS thread, from counts alone. ``python -m
tests.benchmark --costs`` measures trainings over the whole range, prints ``COSTS`` as they fit best, and how far off
the estimates are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from explorer.engine.datasets import Dataset, TenDigits
from explorer.engine.evaluation import FEW_EPOCHS
from explorer.engine.first_epoch import steps_measured
from explorer.engine.layers import n_weights
from explorer.engine.losses import LOSSES
from explorer.engine.scores import MODELS_TO_SORT_FOR, SCORES
from explorer.engine.settings import EPOCH_STEPS, Settings
from explorer.engine.sklearn_models import MAX_ITERATIONS
from explorer.engine.training import groups, training_score, uses_bias

# The README promises that a page is there after 3 seconds. By these estimates, all its trainings together may take
# BUDGET, and with scikit-learn's fits PAGE: the rest is for the figures, and for a slower machine.
BUDGET, PAGE = 2.2, 2.85

Shape = tuple[int, int, int]  # of a data set: training images, test images, pixels


@dataclass(frozen=True)
class Units:
    """What a group of models that ``train_many`` trains at once consists of; or, in ``COSTS``, the seconds of each.

    Parameters
    ----------
    steps, model_steps : float
        Steps; the same times the models.
    moved : float
        Weights, once for each step.
    scores : float
        Scores of images, in training and for the curves; with a hidden layer, those of its units. For a pixelwise loss,
        weights looked up among sorted values.
    values : float
        Values of images, once for each of their scores and once more for its gradient (with a hidden layer, twice).
    read : float
        Values of images, the same for any number of models. For a pixelwise loss, those that are sorted.
    """

    steps: float
    model_steps: float
    moved: float
    scores: float
    values: float
    read: float


# By the score that is trained, "hidden" with a hidden layer, or "pixelwise" for a loss that reads no scores.
COSTS: dict[str, Units] = {
    "multiply": Units(1.4e-5, 2.5e-7, 1e-9, 4.8e-9, 2.5e-11, 1.6e-10),
    "distance": Units(2.6e-5, 7e-7, 2.5e-10, 1.3e-8, 2.7e-10, 1e-10),
    "hidden": Units(1e-5, 2e-5, 2e-10, 1.5e-9, 2.3e-11, 2.4e-10),
    "pixelwise": Units(2.3e-5, 5e-7, 0, 2e-8, 2.8e-10, 4.2e-9),
}

# Of scikit-learn: an iteration of lbfgs, for each value; the Newton steps to the minimum, for each image and pair of
# pixels. At most: few fits need all iterations.
_LBFGS_VALUE, _NEWTON_PAIR = 4e-10, 1.7e-10


def kind(settings: Settings) -> str:
    """The key of ``COSTS`` for a run."""
    if settings.hidden_units:
        return "hidden"
    return "pixelwise" if LOSSES[settings.loss].pixelwise else training_score(settings).key


def shape_of(dataset: Dataset | TenDigits) -> Shape:
    """What the estimates know of a data set."""
    return len(dataset.X_train), len(dataset.X_test), dataset.X_train.shape[1]


def units(shape: Shape, group: Sequence[Settings], within_first: bool = False) -> Units:
    """The units of a group of ``training.groups``; or of its ``first_epoch.within_first_epoch``."""
    n_all, n_test, n_pixels = shape
    s, n_models = group[0], len(group)
    n_images = min(s.train_images or n_all, n_all)
    steps_in_epoch = -(-n_images // (s.batch_size or n_images))
    epochs, moments = (1, len(steps_measured(steps_in_epoch))) if within_first else (s.all_epochs, s.all_epochs + 1)
    steps, visits, measured = epochs * steps_in_epoch, epochs * n_images, n_images + n_test
    learned, curves, weights = n_models * visits, n_models * moments, n_weights(s, n_pixels)
    if kind(s) == "pixelwise":
        sorts = curves >= MODELS_TO_SORT_FOR
        scores, values, read = curves * n_pixels, learned + (0 if sorts else curves * measured), sorts * measured
    else:
        if s.all_epochs <= FEW_EPOCHS and not within_first:  # equal starts are measured once
            curves += len({(one.start, one.score, uses_bias(one)) for one in group}) - n_models
        scores = learned + curves * measured
        values, read = scores + learned, 2 * visits + measured
        if s.hidden_units:
            scores, values = scores * s.hidden_units, (values + learned) * s.hidden_units
    return Units(steps, n_models * steps, n_models * steps * weights, scores, values * n_pixels, read * n_pixels)


def seconds(shape: Shape, settings: Sequence[Settings]) -> float:
    """About how many seconds ``train_many`` takes for ``settings``."""
    return sum(_group_seconds(shape, group) for group in groups(settings)[0])


def seconds_of_first_epochs(shape: Shape, settings: Sequence[Settings]) -> float:
    """About how many seconds ``within_first_epoch`` takes for runs of ``settings``."""
    return sum(_group_seconds(shape, group, within_first=True) for group in groups(settings)[0])


def fit_seconds(shape: Shape, with_minimum: bool = False) -> float:
    """At most about how many seconds scikit-learn's LogisticRegression takes, and the minimum after it."""
    n_images, _, n_pixels = shape
    each = MAX_ITERATIONS * _LBFGS_VALUE + with_minimum * n_pixels * _NEWTON_PAIR
    return n_images * n_pixels * each


def affordable_epochs(shape: Shape, settings: Sequence[Settings], budget: float = BUDGET) -> int:
    """The most epochs, up to those of ``settings``, for which there is time to train all of them.

    Parameters
    ----------
    shape : Shape
    settings : sequence of Settings
        All with the same epochs.
    budget : float
        In seconds.

    Returns
    -------
    int
        The epochs of ``settings``, or one of ``EPOCH_STEPS``; at least the first of these.
    """
    asked = settings[0].epochs
    steps = [asked, *(epochs for epochs in reversed(EPOCH_STEPS) if epochs < asked)]
    return next(
        (n for n in steps if seconds(shape, [replace(s, epochs=n) for s in settings]) <= budget), steps[-1]
    )


def _group_seconds(shape: Shape, group: Sequence[Settings], within_first: bool = False) -> float:
    s, (n_all, n_test, n_pixels) = group[0], shape
    # A score that was not measured counts as the slowest.
    cost = COSTS.get(kind(s), COSTS["distance"])
    counts = astuple(units(shape, group, within_first))
    took: float = sum(n * each for n, each in zip(counts, astuple(cost), strict=True))
    if kind(s) == "pixelwise":  # the answers come from the score; a sum of distances without a bias gives only one
        answering = sum(SCORES[one.score].sign != "negative" for one in group)
        images = min(s.train_images or n_all, n_all) + n_test
        took += answering * (s.all_epochs + 1) * images * n_pixels * COSTS["multiply"].values
    return took
