"""Train: the learning rate, the epochs, and the player."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from explorer.engine import cost
from explorer.engine.first_epoch import steps_in_epoch, within_first_epoch
from explorer.engine.schedule import is_plain
from explorer.engine.settings import EPOCH_STEPS, LEARNING_RATES, LIMITS, MAX_EPOCHS, Whole
from explorer.engine.training import Run, train, train_many
from explorer.figures.train import run_figures
from explorer.lessons.goal import sentence as goal_sentence
from explorer.lessons.runs import (
    Answers,
    Curves,
    answers_with,
    curves_of,
    first_epochs,
    frames,
    join_curves,
    model_answers,
    model_in_frame,
    weights_note,
)
from explorer.lessons.train import outcomes
from explorer.lessons.train.verdict import as_it_began, facts, verdict
from explorer.ui import cached
from explorer.ui.live import Ask, NoAnswer, Position

_WIDEST = 3.0  # times the scores of the last epoch: how far the axis of the player's histograms may reach


def _is_learned(ask: Ask) -> bool:
    """Whether the picture of the weights shows what was learned."""
    return ask.one_of("is_learned", (True, False))


def _position(value: float, run: Run, curves: Curves, ask: Ask, answers: Answers, sentence: str) -> Position:
    """The figures of a whole run, and its sentences."""
    dataset, goal = ask.dataset, ask.goal
    texts = {"what_happened": sentence, "weights_note": weights_note(run, dataset, _is_learned(ask))}
    if goal is not None:
        texts["goal_reached"] = goal_sentence(run, curves, goal)
    return Position(
        value, run_figures(
            run, curves, dataset, answers, cached.references(ask.settings), _is_learned(ask), goal=goal,
        ), texts,
    )


def learning_rates(ask: Ask) -> Iterator[Position]:
    """The run at every learning rate, with the verdict on it."""
    dataset, has_legs = ask.dataset, bool(ask.settings.legs)
    own = [replace(ask.settings, learning_rate=rate) for rate in LEARNING_RATES]
    # For legs, the trainings that go on as they began; else most of these are the same.
    wanted = [*own, *(map(as_it_began, own) if has_legs else outcomes.alternatives(ask.settings))]
    shape = cost.shape_of(dataset)
    seconds = cost.seconds(shape, wanted) + cost.seconds_of_first_epochs(shape, own)
    if (not has_legs and not outcomes.affordable(dataset, ask.settings)) or seconds > cost.BUDGET:
        raise NoAnswer("This takes too long.")
    runs = train_many(dataset, wanted)
    plain = runs[len(own) :]
    others = None if has_legs else tuple(map(outcomes.outcome, plain))
    references = cached.references(ask.settings)
    for i, (run, curves) in enumerate(zip(runs, curves_of(dataset, runs[: len(own)]), strict=False)):
        answers = model_answers(run, dataset)
        judged = verdict(run, dataset, references, answers, others, plain[i] if has_legs else None)
        yield _position(i, run, curves, ask, answers, judged.sentence)


def epochs(ask: Ask) -> Iterator[Position]:
    """One long run, after each number of epochs that the slider offers."""
    dataset, most = ask.dataset, MAX_EPOCHS[ask.settings.dataset]
    if not is_plain(ask.settings):
        raise NoAnswer("With a schedule, a shorter training is not the first part of a longer one.")
    offered = ask.choices.get("offered", list(EPOCH_STEPS))
    if not isinstance(offered, list) or len(offered) > len(EPOCH_STEPS) + 1 or any(
        Whole(1, LIMITS["epochs"].high).problem(n) for n in offered
    ):
        raise ValueError("offered: must be a list of epochs")
    longest = replace(ask.settings, epochs=most)
    if cost.seconds(cost.shape_of(dataset), [longest]) > cost.BUDGET:
        raise NoAnswer("This takes too long.")
    run = train(dataset, longest)
    (first,) = within_first_epoch(dataset, [run])
    steps = steps_in_epoch(dataset, longest)
    for i, n in enumerate(n for n in offered if n <= most):
        part = first_epochs(run, n)
        curves, answers = join_curves(part, first, steps), model_answers(part, dataset)
        yield _position(i, part, curves, ask, answers, facts(part, dataset))


def player(ask: Ask) -> Iterator[Position]:
    """The run of the page in each frame of the player: the value is the number of the frame."""
    dataset, run, curves = ask.dataset, cached.run(ask.settings), cached.curves(ask.settings)
    references, last = cached.references(ask.settings), cached.answers_of(ask.settings)
    (first,) = within_first_epoch(dataset, [run])
    shown = []
    for frame, epoch in enumerate(frames(curves, run.last_epoch)):
        weights, bias = model_in_frame(run, first, epoch, frame)
        shown.append((epoch, weights, answers_with(weights, bias, ask.settings, dataset)))
    # One axis for all frames, unless some scores are so large that the last ones could not be seen.
    reach = _WIDEST * float(np.abs(last.scores).max())
    low = min(float(answers.scores.min()) for _, _, answers in shown)
    high = max(float(answers.scores.max()) for _, _, answers in shown)
    span = max(low, -reach), min(high, reach)
    for frame, (epoch, weights, answers) in enumerate(shown):
        yield Position(frame, run_figures(
            run, curves, dataset, answers, references, _is_learned(ask), epoch, span, weights, ask.goal,
        ))


SERIES = {"learning_rate": learning_rates, "epochs": epochs, "player": player}
