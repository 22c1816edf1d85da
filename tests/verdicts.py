"""The verdicts of the page Train on every combination of choices, and whether their advice helps.

``python -m tests.verdicts`` goes through every rate, loss, score, bias and start on both data sets and prints, for each
kind of verdict, how many runs got it and how often its advice helped. It takes some minutes, and needs MNIST.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from explorer.engine.baselines import nearest_mean
from explorer.engine.datasets import Dataset, load
from explorer.engine.settings import LIMITS, Settings
from explorer.engine.sklearn_models import logistic_regression
from explorer.engine.training import Run, train, train_many
from explorer.lessons.train.outcomes import (
    Outcome,
    affordable,
    alternative_outcomes,
    alternatives,
    better,
    outcome,
)
from explorer.lessons.train.verdict import Verdict, verdict

_GROUP_SIZE = 114  # models trained in one pass: the weights of more would fill the memory


@dataclass(frozen=True)
class Judged:
    """A run, its verdict, and how the runs ended that the verdict advises."""

    run: Run
    verdict: Verdict
    followed: tuple[Outcome, ...]


def grid(dataset: str, **only: Sequence) -> list[Settings]:
    """Every combination of score, start, bias, loss and learning rate; ``only`` restricts the options of some."""
    names = ("score", "start", "bias", "loss", "learning_rate")
    options = {name: LIMITS[name].options for name in names if name != "bias"} | {"bias": (True, False)} | only
    return [
        Settings(dataset=dataset, **dict(zip(names, values, strict=True)))
        for values in product(*(options[name] for name in names))
    ]


@cache
def references(settings: Settings) -> list[tuple[str, float]]:
    """(name, test accuracy) of what the page compares with: the nearest mean image and scikit-learn."""
    dataset = dataset_of(settings)
    return [
        ("nearest mean", nearest_mean(dataset, train_images=settings.train_images).both),
        ("scikit-learn", logistic_regression(dataset, settings).test_accuracy),
    ]


def dataset_of(settings: Settings) -> Dataset:
    """The images that ``settings`` name."""
    return load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)


def verdict_of(settings: Settings) -> Verdict:
    """The verdict that the page Train shows once it is complete."""
    dataset = dataset_of(settings)
    ends = alternative_outcomes(dataset, settings) if affordable(dataset, settings) else None
    return verdict(train(dataset, settings), dataset, references(settings), alternatives=ends)


def bold_verdict(settings: Settings) -> str:
    """The part of the verdict that stands in bold."""
    return verdict_of(settings).sentence.split("**")[1]


def judge(all_settings: Sequence[Settings]) -> Iterable[Judged]:
    """Every run with its verdict and the outcomes of its advice; a run that several need is trained once."""
    dataset = dataset_of(all_settings[0])
    data = references(Settings(dataset=all_settings[0].dataset))
    in_time = {s: affordable(dataset, s) for s in all_settings}
    wanted = dict.fromkeys(all_settings) | {a: None for s in all_settings if in_time[s] for a in alternatives(s)}
    runs = _trained(dataset, wanted)
    ends = {s: outcome(run) for s, run in runs.items()}
    verdicts = {
        s: verdict(runs[s], dataset, data, alternatives=[ends[a] for a in alternatives(s)] if in_time[s] else None)
        for s in all_settings
    }
    new = dict.fromkeys(a for v in verdicts.values() for a in v.advice if a not in ends)
    ends |= {s: outcome(run) for s, run in _trained(dataset, new).items()}
    return [Judged(runs[s], v, tuple(ends[a] for a in v.advice)) for s, v in verdicts.items()]


def _trained(dataset: Dataset, settings: Iterable[Settings]) -> dict[Settings, Run]:
    settings = list(settings)
    groups = [settings[first : first + _GROUP_SIZE] for first in range(0, len(settings), _GROUP_SIZE)]
    return {run.settings: run for group in groups for run in train_many(dataset, group)}


def helped(judged: Judged, n_test: int) -> list[bool]:
    """For each advice of a verdict, whether following it ends better, as ``outcomes.better`` defines it."""
    return [better(followed, outcome(judged.run), n_test) for followed in judged.followed]


def beaten(judged: Judged, all_judged: Sequence[Judged], margin: float) -> list[float]:
    """The rates at which the same run has a test accuracy higher by more than ``margin``."""
    s = judged.run.settings
    return [
        other.run.settings.learning_rate for other in all_judged
        if other.run.settings == Settings(**{**vars(s), "learning_rate": other.run.settings.learning_rate})
        and other.run.test_accuracy[-1] > judged.run.test_accuracy[-1] + margin
    ]


def table(all_judged: Iterable[Judged], n_test: int) -> list[str]:
    """A table in Markdown: for each kind of verdict, runs, pieces of advice, and how many of these helped."""
    runs, advice, good = Counter(), Counter(), Counter()
    for judged in all_judged:
        runs[judged.verdict.kind] += 1
        advice[judged.verdict.kind] += len(judged.followed)
        good[judged.verdict.kind] += sum(helped(judged, n_test))
    lines = [f"| {kind} | {n:,} | {advice[kind]:,} | {good[kind]:,} |" for kind, n in runs.most_common()]
    return ["| verdict | runs | pieces of advice | helped |", "|---|---|---|---|", *lines]


def main() -> None:
    """Print the tables of the data sets named on the command line, or of both."""
    for name in sys.argv[1:] or ("digits", "mnist"):
        start_time = time.perf_counter()
        all_judged = []
        for score, start in product(LIMITS["score"].options, LIMITS["start"].options):
            all_judged += judge(grid(name, score=(score,), start=(start,)))
        print(f"{name}: {len(all_judged):,} runs, {time.perf_counter() - start_time:.0f} s", *table(
            all_judged, len(load(name).X_test)
        ), sep="\n")
        for judged in all_judged:
            if not all(helped(judged, len(load(name).X_test))):
                print(judged.run.settings, judged.verdict.sentence)


if __name__ == "__main__":
    main()
