"""``python -m tests.benchmark --costs``: the seconds of ``explorer.engine.cost``, measured anew on this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import astuple, replace
from itertools import product

import numpy as np

from explorer.engine import cost
from explorer.engine.datasets import Dataset, load
from explorer.engine.settings import LEARNING_RATES, MAX_EPOCHS, Settings
from explorer.engine.training import train_many

_LOSSES = {
    "multiply": ("log_loss", "squared_error"), "distance": ("log_loss", "squared_error"),
    "hidden": ("log_loss",), "pixelwise": ("pixel_distance",),
}
_TOO_LONG = 4.0  # seconds, estimated; longer trainings are not measured


def _groups() -> Iterator[tuple[str, list[Settings]]]:
    """Trainings over the whole range of what is permitted: (key of ``COSTS``, settings)."""
    sizes = product(MAX_EPOCHS, (16, 64, None), (1, 0), (1, 8, 76))
    for (kind, losses), (dataset, batch_size, short, n_models) in product(_LOSSES.items(), sizes):
        s = Settings(
            dataset=dataset, digits=(1, 7), score="multiply" if kind in ("multiply", "hidden") else "distance",
            batch_size=batch_size, epochs=1 if short else MAX_EPOCHS[dataset], l2=0.001,
        )
        if kind == "hidden":
            yield kind, [replace(s, hidden_units=min(n_models, 64))]
            continue
        yield kind, [
            replace(
                s, loss=losses[i % len(losses)], learning_rate=LEARNING_RATES[i % len(LEARNING_RATES)], bias=i < 38,
                start="zeros" if i // len(LEARNING_RATES) % 2 else "random",
            ) for i in range(n_models)
        ]


def _measured(data: Dataset, group: list[Settings]) -> float:
    """Processor seconds of a training."""
    began = time.process_time()
    train_many(data, group)
    return time.process_time() - began


def costs() -> None:
    """Print ``COSTS`` as they fit the measured times best, by relative error, and how far off the estimates are."""
    from scipy.optimize import nnls
    from threadpoolctl import threadpool_limits

    data = {name: load(name, (1, 7)) for name in MAX_EPOCHS}
    rows: dict[str, list] = {kind: [] for kind in _LOSSES}
    with threadpool_limits(1):
        for kind, group in _groups():
            images = data[group[0].dataset]
            if cost.seconds(cost.shape_of(images), group) < _TOO_LONG:
                counts = astuple(cost.units(cost.shape_of(images), group))
                rows[kind].append((group, counts, _measured(images, group)))
    for kind, measured in rows.items():
        took = np.array([seconds for *_, seconds in measured])
        units = np.array([counts for _, counts, _ in measured])
        # A small step matters as much as a long training; what takes less than a few milliseconds does not.
        weight = 1 / (took + 0.002)
        found, _ = nnls(units * weight[:, None], took * weight)
        print(f'    "{kind}": Units({", ".join(f"{seconds:.2g}" for seconds in found)}),')
        for name, estimated in (("fitted", units @ found), ("as it is", np.array([
            cost.seconds(cost.shape_of(data[group[0].dataset]), group) for group, *_ in measured
        ]))):
            ratio = (estimated / took)[took > 0.05]
            low, high = ratio.min(), ratio.max()
            print(f"{kind}, {name}: {len(ratio)} trainings, estimate / measured from {low:.2f} to {high:.2f}")
        for (group, _, seconds), estimate in zip(measured, units @ found, strict=True):
            if seconds > 0.05 and not 1 / 1.5 < estimate / seconds < 1.5:
                s = group[0]
                print(f"  {s.dataset} batch {s.batch_size}, {s.epochs} epochs, {len(group)} models, {s.train_images}, "
                      f"λ {s.l2:g}: {seconds:.2f} s, estimated {estimate:.2f}")
