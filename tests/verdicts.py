"""Verdicts over the whole grid of choices, and what becomes of whoever follows their advice.

``python -m tests.verdicts`` goes through every rate, loss, score, bias and start on both data sets and prints, for each
kind of verdict, how many runs got it and how often following it helped. It takes some minutes, with MNIST at hand.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from explorer.datasets import Dataset, load
from explorer.outcomes import Outcome, alternatives, better, outcome, rivals, seconds_of_rivals
from explorer.reference import logistic_regression, nearest_mean
from explorer.settings import LIMITS, Settings
from explorer.training import Run, train, train_many
from explorer.ui.cached import AT_MOST
from explorer.verdict import Verdict, verdict

_TOGETHER = 114  # models trained in one pass: the weights of more of them would fill the memory


@dataclass(frozen=True)
class Judged:
    """A run, its verdict, and how those runs ended that the verdict advises."""

    run: Run
    verdict: Verdict
    followed: tuple[Outcome, ...]


def grid(dataset: str, **only: Sequence) -> list[Settings]:
    """Every score, start, bias, loss and learning rate, or ``only`` some of them; the rest as in the app."""
    names = ("score", "start", "bias", "loss", "learning_rate")
    options = {name: LIMITS[name].options for name in names if name != "bias"} | {"bias": (True, False)} | only
    return [
        Settings(dataset=dataset, **dict(zip(names, values, strict=True)))
        for values in product(*(options[name] for name in names))
    ]


@cache
def references(settings: Settings) -> list[tuple[str, float]]:
    """What the page compares with: the nearest mean image and scikit-learn."""
    dataset = dataset_of(settings)
    return [
        ("nearest mean", nearest_mean(dataset, train_images=settings.train_images).both),
        ("scikit-learn", logistic_regression(dataset, settings).test_accuracy),
    ]


def dataset_of(settings: Settings) -> Dataset:
    """The images that ``settings`` name."""
    return load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)


def verdict_of(settings: Settings) -> Verdict:
    """What the page Train says in the end."""
    dataset = dataset_of(settings)
    known = rivals(dataset, settings) if seconds_of_rivals(dataset, settings) <= AT_MOST else None
    return verdict(train(dataset, settings), dataset, references(settings), rates=known)


def judge(all_settings: Sequence[Settings]) -> Iterable[Judged]:
    """Every run with its verdict and what its advice leads to. What a run is compared with is trained once for all."""
    dataset = dataset_of(all_settings[0])
    data = references(Settings(dataset=all_settings[0].dataset))
    afford = {s: seconds_of_rivals(dataset, s) <= AT_MOST for s in all_settings}
    wanted = dict.fromkeys(all_settings) | {a: None for s in all_settings if afford[s] for a in alternatives(s)}
    runs = _trained(dataset, wanted)
    ends = {s: outcome(run) for s, run in runs.items()}
    verdicts = {
        s: verdict(runs[s], dataset, data, rates=[ends[a] for a in alternatives(s)] if afford[s] else None)
        for s in all_settings
    }
    new = dict.fromkeys(a for v in verdicts.values() for a in v.advice if a not in ends)
    ends |= {s: outcome(run) for s, run in _trained(dataset, new).items()}
    return [Judged(runs[s], v, tuple(ends[a] for a in v.advice)) for s, v in verdicts.items()]


def _trained(dataset: Dataset, settings: Iterable[Settings]) -> dict[Settings, Run]:
    settings = list(settings)
    parts = [settings[first : first + _TOGETHER] for first in range(0, len(settings), _TOGETHER)]
    return {run.settings: run for part in parts for run in train_many(dataset, part)}


def helped(judged: Judged, n_test: int) -> list[bool]:
    """For each advice of a verdict whether whoever follows it ends better, as ``outcomes.better`` defines it."""
    return [better(followed, outcome(judged.run), n_test) for followed in judged.followed]


def beaten(judged: Judged, all_judged: Sequence[Judged], margin: float) -> list[float]:
    """The rates at which the same run gets more than ``margin`` more of the unseen digits right."""
    s = judged.run.settings
    return [
        other.run.settings.learning_rate for other in all_judged
        if other.run.settings == Settings(**{**vars(s), "learning_rate": other.run.settings.learning_rate})
        and other.run.test_accuracy[-1] > judged.run.test_accuracy[-1] + margin
    ]


def table(all_judged: Iterable[Judged], n_test: int) -> list[str]:
    """For each kind of verdict: runs, pieces of advice, how many of these helped."""
    runs, advice, good = Counter(), Counter(), Counter()
    for judged in all_judged:
        runs[judged.verdict.kind] += 1
        advice[judged.verdict.kind] += len(judged.followed)
        good[judged.verdict.kind] += sum(helped(judged, n_test))
    lines = [f"| {kind} | {n:,} | {advice[kind]:,} | {good[kind]:,} |" for kind, n in runs.most_common()]
    return ["| verdict | runs | pieces of advice | helped |", "|---|---|---|---|", *lines]


def main() -> None:
    """Print the tables of the data sets named on the command line, of both without a name."""
    for name in sys.argv[1:] or ("digits", "mnist"):
        began = time.perf_counter()
        all_judged = []
        for score, start in product(LIMITS["score"].options, LIMITS["start"].options):
            all_judged += judge(grid(name, score=(score,), start=(start,)))
        print(f"{name}: {len(all_judged):,} runs, {time.perf_counter() - began:.0f} s", *table(
            all_judged, len(load(name).X_test)
        ), sep="\n")
        for judged in all_judged:
            if not all(helped(judged, len(load(name).X_test))):
                print(judged.run.settings, judged.verdict.sentence)


if __name__ == "__main__":
    main()
