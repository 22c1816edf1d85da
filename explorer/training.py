"""Training: gradient descent for many models in one pass over the data.

There is one way to train, ``train_many``; ``train`` is its first result. Models that share score,
images, batches and epochs are rows of one weight matrix, so that one matrix product serves all.
``one_step`` takes a single step with the same arithmetic and hands out every number in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Dataset
from explorer.evaluation import evaluate, evaluate_pixelwise, loss_blocks
from explorer.losses import LOSSES, sigmoid
from explorer.scores import SCORES, Score
from explorer.settings import Settings

Array = NDArray[np.floating]

Progress = Callable[[float], None]

_TRAINING_SHARE = 0.75  # of the time of a pass, about; the rest is the evaluation of its epochs


@dataclass(frozen=True)
class Run:
    """What one training gave. Index 0 of every array is the start, before any step.

    A run that diverged is a result too: its arrays hold NaN from ``diverged_at`` on.

    Parameters
    ----------
    settings : Settings
    weights : (epochs + 1, n_pixels)
    biases : (epochs + 1,)
    train_loss, test_loss : (epochs + 1,)
        Means over the images, without the penalty.
    train_accuracy, test_accuracy : (epochs + 1,)
        Shares of right answers, in [0, 1].
    diverged_at : int or None
        The epoch whose training loss was no longer a finite number.
    seconds : float
        Wall-clock time of the pass that trained it, shared equally among the models of that pass.
    """

    settings: Settings
    weights: Array
    biases: Array
    train_loss: Array
    test_loss: Array
    train_accuracy: Array
    test_accuracy: Array
    diverged_at: int | None
    seconds: float

    @property
    def last_epoch(self) -> int:
        """The last epoch that still has finite numbers."""
        return self.settings.epochs if self.diverged_at is None else self.diverged_at - 1


@dataclass(frozen=True)
class Step:
    """Every number of one update of one model on one batch.

    Parameters
    ----------
    rows : slice
        The batch, as rows of ``X_train``.
    scores, probabilities, losses, errors : (batch,)
        Of each image before the update; ``errors`` is the derivative of its loss by its score.
    weight_gradient, bias_gradient : (n_pixels,), float
        Averages over the batch, the L2 penalty included.
    weights_before, weights_after : (n_pixels,)
    bias_before, bias_after : float
    loss_before, loss_after : float
        Mean loss of this batch, without the penalty.
    """

    rows: slice
    scores: Array
    probabilities: Array
    losses: Array
    errors: Array
    weight_gradient: Array
    bias_gradient: float
    weights_before: Array
    weights_after: Array
    bias_before: float
    bias_after: float
    loss_before: float
    loss_after: float


def train(dataset: Dataset, settings: Settings) -> Run:
    """Train one model; see ``train_many``."""
    return train_many(dataset, [settings])[0]


def train_many(dataset: Dataset, settings: Sequence[Settings], progress: Progress | None = None) -> list[Run]:
    """Train a model for each of ``settings``, on the same data, together where possible.

    Parameters
    ----------
    dataset : Dataset
        Used as it is: the fields of ``settings`` that name data are not read.
    settings : sequence of Settings
    progress : callable (share), optional
        Told after every step how far it is, in [0, 1]. What it raises stops the training.

    Returns
    -------
    list of Run, in the order of ``settings``

    Notes
    -----
    Runs that differ only in loss, learning rate, bias or L2 start from the same weights and see
    the same batches in the same order. Computed in the floating type of ``dataset.X_train``.
    """
    together, decisive = passes(settings)
    runs: dict[Settings, Run] = {}
    work, done = sum(map(len, together)), 0
    for members in together:

        def tell(share: float, done: int = done, size: int = len(members)) -> None:
            if progress:
                progress((done + share * size) / work)

        runs.update(zip(members, _train_pass(dataset, members, tell), strict=True))
        done += len(members)
    return [replace(runs[d], settings=s) for d, s in zip(decisive, settings, strict=True)]


def passes(settings: Sequence[Settings]) -> tuple[list[list[Settings]], list[Settings]]:
    """Which models ``train_many`` trains together, in the order of their rows.

    Returns
    -------
    together : list of lists of Settings
        What has no say in a training is at one fixed value, and no two are equal.
    decisive : list of Settings
        For each of ``settings``, the member of ``together`` that has its numbers.
    """
    decisive = [_decisive(s) for s in settings]
    found: dict[tuple, set[Settings]] = {}
    for s in decisive:
        # A pixelwise loss reads no scores: its models need less work than others that measure distances.
        key = (training_score(s).key, LOSSES[s.loss].pixelwise, s.train_images, s.batch_size, s.epochs, s.seed)
        found.setdefault(key, set()).add(s)
    # Equal losses side by side, so that each is computed on one block of columns.
    return [sorted(members, key=lambda s: (s.loss, s.learning_rate, repr(s))) for members in found.values()], decisive


def training_rows(dataset: Dataset, settings: Settings) -> int:
    """How many training images a run uses: ``train_images``, or all there are."""
    return min(settings.train_images or len(dataset.X_train), len(dataset.X_train))


def batches(n_images: int, settings: Settings, epoch: int) -> list[slice]:
    """The batches of one epoch (1 is the first), as slices of the training rows, in their order."""
    return next(islice(_orders(n_images, settings), epoch - 1, None))


def one_step(dataset: Dataset, settings: Settings, rows: slice, weights: Array, bias: float) -> Step:
    """One update of one model: what ``train_many`` does with a batch, with all that it computes.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        Score, loss, learning rate, bias and L2 are read.
    rows : slice
        The batch, as rows of ``dataset.X_train``.
    weights : (n_pixels,)
    bias : float

    Returns
    -------
    Step
    """
    X, truth = dataset.X_train[rows], dataset.y_train[rows, None]
    with np.errstate(over="ignore", invalid="ignore"):
        return _one_step(X, truth, settings, rows, weights, bias)


def _one_step(X: Array, truth: Array, settings: Settings, rows: slice, weights: Array, bias: float) -> Step:
    model = _Models([settings], np.array([weights]), np.array([bias], weights.dtype))
    scores = model.scores(X)
    errors = model.errors(scores, truth)
    weight_gradient, bias_gradient = model.gradients(X, errors)
    loss = LOSSES[settings.loss]
    before = loss.value(scores, truth)[:, 0]
    model.step(weight_gradient, bias_gradient)
    return Step(
        rows=rows, scores=scores[:, 0], probabilities=sigmoid(scores[:, 0]), losses=before,
        errors=errors[:, 0], weight_gradient=weight_gradient[0], bias_gradient=float(bias_gradient[0]),
        weights_before=weights, weights_after=model.weights[0],
        bias_before=float(bias), bias_after=float(model.biases[0]),
        loss_before=float(before.mean()), loss_after=float(loss.value(model.scores(X), truth).mean()),
    )


def step_of_run(dataset: Dataset, run: Run, epoch: int, batch: int) -> Step:
    """Step number ``batch`` (from 0) of ``epoch`` (from 1) of a run, taken again from its weights.

    Raises
    ------
    IndexError
        When the run has no such epoch or the epoch no such batch.
    """
    if not 1 <= epoch <= run.last_epoch + 1 or epoch > run.settings.epochs:
        raise IndexError(f"the run has no epoch {epoch}")
    order = batches(training_rows(dataset, run.settings), run.settings, epoch)
    weights, bias = run.weights[epoch - 1], float(run.biases[epoch - 1])
    for rows in order[:batch]:
        step = one_step(dataset, run.settings, rows, weights, bias)
        weights, bias = step.weights_after, step.bias_after
    return one_step(dataset, run.settings, order[batch], weights, bias)


def scores_of(X: Array, settings: Settings, weights: Array, bias: float) -> Array:
    """The scores by which a model answers: (n_samples,), above 0 for the first digit."""
    return SCORES[settings.score].forward(X, weights[None], np.array([bias], X.dtype))[:, 0]


def penalised_loss(run: Run, epoch: int = -1) -> float:
    """What training makes small: the mean training loss plus λ/2 · Σ weights²."""
    weights = run.weights[epoch].astype(np.float64)
    return float(run.train_loss[epoch] + run.settings.l2 / 2 * weights @ weights)


def training_score(settings: Settings) -> Score:
    """The score whose weights are trained: a pixelwise loss always measures distances."""
    return SCORES["distance" if LOSSES[settings.loss].pixelwise else settings.score]


def uses_bias(settings: Settings) -> bool:
    """Whether a run with these settings has a bias that learns."""
    return settings.bias and not LOSSES[settings.loss].pixelwise


def _decisive(settings: Settings) -> Settings:
    """``settings`` with what has no say in its training at one fixed value: equal ones need one training."""
    loss = LOSSES[settings.loss]
    if loss.pixelwise:
        settings = replace(settings, bias=False)
    if loss.flat and not settings.l2:
        settings = replace(settings, learning_rate=Settings.learning_rate)
    return settings


def _first_weights(dataset: Dataset, settings: Settings) -> Array:
    X = dataset.X_train[: training_rows(dataset, settings)]
    if settings.start == "zeros":
        return np.zeros(X.shape[1], X.dtype)
    if settings.start == "mean_image":
        return X[dataset.y_train[: len(X)] == 1].mean(0, dtype=np.float64).astype(X.dtype)
    generator = np.random.default_rng([settings.seed, 0])
    return SCORES[settings.score].start(generator, X.shape[1]).astype(X.dtype)


def _orders(n_images: int, settings: Settings) -> Iterator[list[slice]]:
    """The batches of epoch 1, 2, …: always the same cuts, each time in another order."""
    size = settings.batch_size or n_images
    cuts = [slice(first, min(first + size, n_images)) for first in range(0, n_images, size)]
    generator = np.random.default_rng([settings.seed, 1])
    while True:
        yield [cuts[i] for i in generator.permutation(len(cuts))]


class _Models:
    """Models that share a training score, one row of weights each, and how to move them."""

    def __init__(self, settings: Sequence[Settings], weights: Array, biases: Array):
        def column(values: list[float]) -> Array:
            return np.array(values, weights.dtype)[:, None]

        self.score = training_score(settings[0])
        self.weights, self.biases = weights.copy(), biases.copy()
        self.change = np.empty_like(weights)
        self.rates = column([s.learning_rate for s in settings])
        self.bias_rates = self.rates[:, 0] * [uses_bias(s) for s in settings]
        self.l2 = column([s.l2 for s in settings]) if any(s.l2 for s in settings) else None
        # A pixelwise loss reads the mean over the pixels, not the sum.
        self.divisors = np.array(
            [weights.shape[1] if LOSSES[s.loss].pixelwise else 1 for s in settings], weights.dtype
        )
        self.blocks = loss_blocks(settings)
        self.reads_scores = not all(LOSSES[s.loss].pixelwise for s in settings)

    def slopes(self, X: Array, truth: Array) -> Array:
        """The derivative of each image's loss by its score; scores that no loss reads are not worked out."""
        scores = self.scores(X) if self.reads_scores else np.zeros((len(X), len(self.weights)), X.dtype)
        return self.errors(scores, truth)

    def scores(self, X: Array) -> Array:
        return self.score.forward(X, self.weights, self.biases) / self.divisors

    def errors(self, scores: Array, truth: Array) -> Array:
        if len(self.blocks) == 1:
            return self.blocks[0][0].slope(scores, truth)
        return np.concatenate([loss.slope(scores[:, cols], truth) for loss, cols in self.blocks], axis=1)

    def gradients(self, X: Array, errors: Array) -> tuple[Array, Array]:
        """By weights and biases, averaged over the images: the one place where that happens."""
        slopes = errors / (len(X) * self.divisors)
        by_weights = self.score.backward(X, self.weights, slopes)
        if self.l2 is not None:
            by_weights += self.l2 * self.weights
        return by_weights, slopes.sum(0)

    def step(self, by_weights: Array, by_biases: Array) -> None:
        """Go against the gradients. In place: fresh memory for each step costs as much as the step."""
        np.multiply(self.rates, by_weights, out=self.change)
        self.weights -= self.change
        self.biases -= self.bias_rates * by_biases


def _train_pass(dataset: Dataset, settings: Sequence[Settings], tell: Progress) -> list[Run]:
    """Train models that share training score, images, batches, epochs and seed, pixelwise losses or others."""
    began = time.perf_counter()
    shared = settings[0]
    n_images = training_rows(dataset, shared)
    X, truth = dataset.X_train[:n_images], dataset.y_train[:n_images, None]
    first = np.array([_first_weights(dataset, s) for s in settings])
    # A run may leave the floating-point numbers: that is a result (diverged_at), not a warning.
    with np.errstate(over="ignore", invalid="ignore"):
        models = _Models(settings, first, _first_biases(X, settings, first))
        weights, biases = [models.weights.copy()], [models.biases.copy()]
        for epoch, order in enumerate(islice(_orders(n_images, shared), shared.epochs)):
            for i, rows in enumerate(order):
                tell(_TRAINING_SHARE * (epoch + i / len(order)) / shared.epochs)
                models.step(*models.gradients(X[rows], models.slopes(X[rows], truth[rows])))
            weights.append(models.weights.copy())
            biases.append(models.biases.copy())
        # (epochs + 1, n_models, …) -> (n_models, epochs + 1, …)
        weights = np.ascontiguousarray(np.swapaxes(weights, 0, 1))
        biases = np.ascontiguousarray(np.swapaxes(biases, 0, 1))
        n_all = n_images + len(dataset.X_test)

        def evaluated(images: Array, labels: Array, before: int) -> tuple[Array, Array]:
            def tell_rows(n: int) -> None:
                tell(_TRAINING_SHARE + (1 - _TRAINING_SHARE) * (before + n) / n_all)

            return measure(models.score, images, labels, settings, weights, biases, tell_rows)

        measure = evaluate if models.reads_scores else evaluate_pixelwise
        curves = evaluated(X, truth, 0), evaluated(dataset.X_test, dataset.y_test[:, None], n_images)
    (train_loss, train_accuracy), (test_loss, test_accuracy) = curves
    seconds = (time.perf_counter() - began) / len(settings)
    return [
        _run(s, weights[m], biases[m], train_loss[m], test_loss[m], train_accuracy[m], test_accuracy[m], seconds)
        for m, s in enumerate(settings)
    ]


def _first_biases(X: Array, settings: Sequence[Settings], weights: Array) -> Array:
    biases = np.zeros(len(settings), X.dtype)
    centred = [m for m, s in enumerate(settings) if uses_bias(s) and SCORES[s.score].centred]
    if centred:
        zero = np.zeros(len(centred), X.dtype)
        biases[centred] = -training_score(settings[0]).forward(X, weights[centred], zero).mean(0)
    return biases


def _run(settings: Settings, weights, biases, train_loss, test_loss, train_accuracy, test_accuracy, seconds) -> Run:
    finite = np.isfinite(train_loss) & np.isfinite(weights).all(1)
    diverged_at = None if finite.all() else int(np.argmin(finite))
    arrays = [weights, biases, train_loss, test_loss, train_accuracy, test_accuracy]
    for array in arrays:
        if diverged_at is not None:
            array[diverged_at:] = np.nan
        array.flags.writeable = False  # runs are shared between visitors
    return Run(settings, *arrays, diverged_at=diverged_at, seconds=seconds)
