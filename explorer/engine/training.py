"""Training: gradient descent for many models at once.

There is one way to train, ``train_many``; ``train`` is its first result, and ``train_from`` begins elsewhere. Models
that share score, images, batches and epochs are rows of one weight matrix, so that one matrix product serves all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from explorer.engine.datasets import Dataset
from explorer.engine.evaluation import curves, loss_blocks
from explorer.engine.layers import n_weights, score_of
from explorer.engine.losses import LOSSES, Array
from explorer.engine.schedule import is_plain, leg_at, legs_of, of_legs, rate_at
from explorer.engine.scores import SCORES, Score
from explorer.engine.settings import Settings

Progress = Callable[[float], None]
_TRAINING_SHARE = 0.75  # of the computing time, about; the rest is the evaluation of all epochs
# Most values of a batch, once for each model: a step of distances takes a quarter of a second then. More models are
# trained in several passes, so that a training that nobody waits for any more stops soon.
_VALUES_A_STEP = 400_000_000


@dataclass(frozen=True)
class Run:
    """What one training gave. Index 0 of every array is the start, before any step.

    A run that diverged is a result too: its arrays hold NaN from ``diverged_at`` on.

    Parameters
    ----------
    settings : Settings
        ``epochs`` below is their ``all_epochs``.
    weights : (epochs + 1, n_pixels)
        With a hidden layer, a row of ``layers.n_weights`` numbers for each epoch.
    biases : (epochs + 1,)
    train_loss, test_loss : (epochs + 1,)
        Means over the images, without the penalty, of the loss of the leg that an epoch belongs to.
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
        return self.settings.all_epochs if self.diverged_at is None else self.diverged_at - 1

    @property
    def last_leg(self) -> Settings:
        """The leg of the last epoch that still has finite numbers, as the settings of a training of its own."""
        return leg_at(self.settings, self.last_epoch)


def train(dataset: Dataset, settings: Settings) -> Run:
    """Train one model; see ``train_many``."""
    return train_many(dataset, [settings])[0]


def train_many(dataset: Dataset, settings: Sequence[Settings], progress: Progress | None = None) -> list[Run]:
    """Train a model for each of ``settings`` on the same data, at once where possible.

    Parameters
    ----------
    dataset : Dataset
        Used as it is: the fields of ``settings`` that name data are not read.
    settings : sequence of Settings
    progress : callable (share), optional
        Called after every step, several times a second, with the share that is done: rising from 0 to 1. What it raises
        stops the training.

    Returns
    -------
    list of Run, in the order of ``settings``

    Notes
    -----
    Runs that differ only in loss, learning rate, bias, L2 or schedule start from the same weights and see
    the same batches in the same order. Computed in the floating type of ``dataset.X_train``.
    """
    members, canonical = groups(settings)
    members = [part for group in members for part in passes(dataset, group)]
    runs: dict[Settings, Run] = {}
    total, done = sum(map(len, members)), 0
    for group in members:

        def report(share: float, done: int = done, size: int = len(group)) -> None:
            if progress:
                progress((done + share * size) / total)

        runs.update(zip(group, _train_group(dataset, group, report), strict=True))
        done += len(group)
    if progress:
        progress(1.0)
    return [replace(runs[c], settings=s) for c, s in zip(canonical, settings, strict=True)]


def train_from(
    dataset: Dataset, settings: Settings, weights: Array, bias: float, epochs_before: int = 0,
    progress: Progress | None = None,
) -> Run:
    """Train one model from weights that are given, such as those of another run; see ``train_many``.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        Its ``start`` is not read.
    weights : (n_pixels,)
        With a hidden layer, a row as in ``layers.hidden_layer``.
    bias : float
        The first bias; 0 where these settings have none.
    epochs_before : int
        How many epochs came before: the batches come in the order of the epochs after these. A run of 20 epochs and one
        of 5, then 15 from where it ended, are the same.
    progress : callable (share), optional
        As for ``train_many``.

    Raises
    ------
    ValueError
        Where the weights are not as many finite numbers as the model has, or the bias is not finite.
    """
    first = np.array(weights, dataset.X_train.dtype)  # a copy
    wanted = (n_weights(settings, dataset.X_train.shape[1]),)
    if first.shape != wanted:
        raise ValueError(f"weights: shape {first.shape} must be {wanted}")
    if not (np.isfinite(first).all() and np.isfinite(bias)):
        raise ValueError("weights and bias must be finite numbers")
    canonical = _canonical(settings)
    biases = np.array([bias if uses_bias(canonical) else 0], first.dtype)
    report = progress or (lambda share: None)
    run = _train_group(dataset, [canonical], report, (first[None], biases), epochs_before)[0]
    report(1.0)
    return replace(run, settings=settings)


def portion(progress: Progress | None, first: float, last: float) -> Progress | None:
    """What to pass on to a part of a computation, which goes from ``first`` to ``last`` of the whole."""
    return None if progress is None else lambda share: progress(first + share * (last - first))


def passes(dataset: Dataset, group: list[Settings]) -> list[list[Settings]]:
    """The models of a group, as many at a time as a step may have."""
    n_images = training_rows(dataset, group[0])
    values = min(group[0].batch_size or n_images, n_images) * n_weights(group[0], dataset.X_train.shape[1])
    size = max(1, _VALUES_A_STEP // values)
    return [group[first : first + size] for first in range(0, len(group), size)]


def groups(settings: Sequence[Settings]) -> tuple[list[list[Settings]], list[Settings]]:
    """Which models ``train_many`` trains at once, in the order of their rows.

    Returns
    -------
    members : list of lists of Settings
        The groups; no two settings in them are equal.
    canonical : list of Settings
        For each of ``settings``, the member that gives the same numbers.
    """
    canonical = [_canonical(s) for s in settings]
    found: dict[tuple[object, ...], set[Settings]] = {}
    for s in canonical:
        # A pixelwise loss reads no scores: its models need less work than others that measure distances.
        key = (training_score(s).key, LOSSES[s.loss].pixelwise, s.train_images, s.batch_size, s.all_epochs, s.seed)
        found.setdefault(key, set()).add(s)
    # Equal losses side by side, so that each is computed on one block of columns.
    return [sorted(group, key=lambda s: (s.loss, s.learning_rate, repr(s))) for group in found.values()], canonical


def training_rows(dataset: Dataset, settings: Settings) -> int:
    """How many training images a run uses: ``train_images``, or all there are."""
    return min(settings.train_images or len(dataset.X_train), len(dataset.X_train))


def batches(n_images: int, settings: Settings, epoch: int) -> list[slice]:
    """The batches of one epoch (1 is the first), as slices of the training rows, in their order."""
    return next(islice(batch_orders(n_images, settings), epoch - 1, None))


def scores_of(X: Array, settings: Settings, weights: Array, bias: float) -> Array:
    """The scores by which a model answers: (n_samples,), above 0 for the first digit."""
    return score_of(settings).forward(X, weights[None], np.array([bias], X.dtype))[:, 0]


def penalised_loss(run: Run, epoch: int = -1) -> float:
    """The objective of training: the mean training loss plus λ/2 · Σ weights²."""
    weights = run.weights[epoch].astype(np.float64)
    return float(run.train_loss[epoch] + run.settings.l2 / 2 * weights @ weights)


def training_score(settings: Settings) -> Score:
    """The score whose weights are trained: a pixelwise loss always measures distances."""
    return SCORES["distance"] if LOSSES[settings.loss].pixelwise else score_of(settings)


def uses_bias(settings: Settings) -> bool:
    """Whether a run with these settings has a bias that learns; of a schedule, in the first leg."""
    return settings.bias and not LOSSES[settings.loss].pixelwise


def _canonical(settings: Settings) -> Settings:
    """``settings`` with the fields that training ignores at fixed values: equal ones need one training."""
    if settings.legs:
        return of_legs([_canonical(leg) for leg in legs_of(settings)])
    loss = LOSSES[settings.loss]
    if loss.pixelwise:
        settings = replace(settings, bias=False)
    if loss.flat and not settings.l2:
        settings = replace(settings, learning_rate=Settings.learning_rate)
    if settings.hidden_units:  # from zeros, all units would be the same for ever
        settings = replace(settings, start="random")
    return settings


def _first_weights(dataset: Dataset, settings: Settings) -> Array:
    X = dataset.X_train[: training_rows(dataset, settings)]
    if settings.start == "zeros":
        return np.zeros(X.shape[1], X.dtype)
    if settings.start == "mean_image":
        return np.asarray(X[dataset.y_train[: len(X)] == 1].mean(0, dtype=np.float64), X.dtype)
    generator = np.random.default_rng([settings.seed, 0])
    return score_of(settings).start(generator, X.shape[1]).astype(X.dtype)


def batch_orders(n_images: int, settings: Settings) -> Iterator[list[slice]]:
    """The batches of epoch 1, 2, …: always the same slices, each time in a new order."""
    size = settings.batch_size or n_images
    cuts = [slice(first, min(first + size, n_images)) for first in range(0, n_images, size)]
    generator = np.random.default_rng([settings.seed, 1])
    while True:
        yield [cuts[i] for i in generator.permutation(len(cuts))]


class Models:
    """Models that share a training score, one row of weights each: forward, backward, step."""

    def __init__(self, settings: Sequence[Settings], weights: Array, biases: Array):
        def column(values: list[float]) -> Array:
            return np.array(values, weights.dtype)[:, None]

        self.score = training_score(settings[0])
        self.weights, self.biases = weights.copy(), biases.copy()
        self.change = np.empty_like(weights)
        self.follow(settings, [s.learning_rate for s in settings])
        self.l2 = column([s.l2 for s in settings]) if any(s.l2 for s in settings) else None
        # A pixelwise loss reads the mean over the pixels; the score is their sum.
        self.divisors = np.array(
            [weights.shape[1] if LOSSES[s.loss].pixelwise else 1 for s in settings], weights.dtype
        )
        self.reads_scores = not all(LOSSES[s.loss].pixelwise for s in settings)

    def follow(self, legs: Sequence[Settings], rates: Sequence[float]) -> None:
        """Learn by these losses and rates from now on, and set the bias of models to 0 that have none.

        Parameters
        ----------
        legs : sequence of n_models Settings
        rates : sequence of n_models float
        """
        has_bias = [uses_bias(leg) for leg in legs]
        self.rates = np.array(rates, self.weights.dtype)[:, None]
        self.bias_rates = self.rates[:, 0] * has_bias
        self.biases[np.logical_not(has_bias)] = 0
        self.blocks = loss_blocks(legs)

    def batch_derivatives(self, X: Array, truth: Array) -> Array:
        """``derivatives`` for a batch; scores that no loss reads are not computed."""
        inputs = self.loss_inputs(X) if self.reads_scores else np.zeros((len(X), len(self.weights)), X.dtype)
        return self.derivatives(inputs, truth)

    def learn(self, X: Array, truth: Array) -> None:
        """One step on a batch."""
        self.step(*self.gradients(X, self.batch_derivatives(X, truth)))

    def loss_inputs(self, X: Array) -> Array:
        """What the losses read, the scores (for a pixelwise loss, divided by n_pixels): (n_samples, n_models)."""
        return self.score.forward(X, self.weights, self.biases) / self.divisors

    def derivatives(self, inputs: Array, truth: Array) -> Array:
        """The derivative of each image's loss with respect to what it reads: (n_samples, n_models)."""
        if len(self.blocks) == 1:
            return self.blocks[0][0].derivative(inputs, truth)
        return np.concatenate([loss.derivative(inputs[:, cols], truth) for loss, cols in self.blocks], axis=1)

    def gradients(self, X: Array, derivatives: Array) -> tuple[Array, Array]:
        """With respect to weights and biases, averaged over the images: averaging happens only here."""
        averaged = derivatives / (len(X) * self.divisors)
        weight_gradients = self.score.backward(X, self.weights, averaged)
        if self.l2 is not None:
            weight_gradients += self.l2 * self.weights
        return weight_gradients, averaged.sum(0)

    def step(self, weight_gradients: Array, bias_gradients: Array) -> None:
        """Go against the gradients. In place: allocating memory for each step costs as much as the step."""
        np.multiply(self.rates, weight_gradients, out=self.change)
        self.weights -= self.change
        self.biases -= self.bias_rates * bias_gradients


def _train_group(
    dataset: Dataset, settings: Sequence[Settings], report: Progress, starts: tuple[Array, Array] | None = None,
    epochs_before: int = 0,
) -> list[Run]:
    """Train one group of ``groups``, from the weights and biases of ``starts`` if given."""
    began = time.perf_counter()
    shared = settings[0]
    n_images = training_rows(dataset, shared)
    X, truth = dataset.X_train[:n_images], dataset.y_train[:n_images, None]
    # A run may overflow: that is a result (diverged_at), not a warning.
    with np.errstate(over="ignore", invalid="ignore"):
        models = Models(settings, *(starts or _starts(dataset, X, settings)))
        epochs, is_scheduled = shared.all_epochs, not all(map(is_plain, settings))
        weights = np.empty((len(settings), epochs + 1, models.weights.shape[1]), X.dtype)
        biases = np.empty((len(settings), epochs + 1), X.dtype)
        weights[:, 0], biases[:, 0] = models.weights, models.biases
        orders = islice(batch_orders(n_images, shared), epochs_before, epochs_before + epochs)
        for epoch, order in enumerate(orders, 1):
            if is_scheduled:
                models.follow([leg_at(s, epoch) for s in settings], [rate_at(s, epoch) for s in settings])
            for i, rows in enumerate(order):
                report(_TRAINING_SHARE * (epoch - 1 + i / len(order)) / epochs)
                models.learn(X[rows], truth[rows])
            weights[:, epoch], biases[:, epoch] = models.weights, models.biases

        def report_rows(share: float) -> None:
            report(_TRAINING_SHARE + (1 - _TRAINING_SHARE) * share)

        measures = curves(dataset, n_images, settings, weights, biases, report_rows)
    seconds = (time.perf_counter() - began) / len(settings)
    return [
        _run(s, [weights[m], biases[m], *(measure[m] for measure in measures)], seconds) for m, s in enumerate(settings)
    ]


def _starts(dataset: Dataset, X: Array, settings: Sequence[Settings]) -> tuple[Array, Array]:
    """The first weights (n_models, n_weights) and biases (n_models,)."""
    weights = np.array([_first_weights(dataset, s) for s in settings])
    return weights, _first_biases(X, settings, weights)


def _first_biases(X: Array, settings: Sequence[Settings], weights: Array) -> Array:
    biases = np.zeros(len(settings), X.dtype)
    centred = [m for m, s in enumerate(settings) if uses_bias(s) and SCORES[s.score].centred]
    if centred:
        starts, same = np.unique(weights[centred], axis=0, return_inverse=True)  # most have the same
        zero = np.zeros(len(starts), X.dtype)
        scores = training_score(settings[0]).forward(X, starts, zero)
        # Added up as if each model had been scored: the programs to take along do so.
        biases[centred] = -np.take(scores, same, axis=1).mean(0)
    return biases


def _run(settings: Settings, arrays: Sequence[Array], seconds: float) -> Run:
    """A run from its arrays, in the order of ``Run``'s fields."""
    diverged_at = read_only_while_finite(arrays)
    weights, biases, train_loss, test_loss, train_accuracy, test_accuracy = arrays
    return Run(
        settings, weights, biases, train_loss, test_loss, train_accuracy, test_accuracy, diverged_at, seconds,
    )


def read_only_while_finite(arrays: Sequence[Array]) -> int | None:
    """Fill the arrays of a run, in their order, with NaN from where its loss or a weight is no finite number.

    Returns
    -------
    The first such place, or None. The arrays are read-only then, as runs are shared between visitors.
    """
    weights, _, train_loss, *_ = arrays
    finite = np.isfinite(train_loss) & np.isfinite(weights).all(1)
    first = None if finite.all() else int(np.argmin(finite))
    for array in arrays:
        if first is not None:
            array[first:] = np.nan
        array.flags.writeable = False
    return first
