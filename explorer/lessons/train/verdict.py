"""For the page Train: what happened in a run, why, and what to try next.

Every number in a sentence comes from the run or from the outcomes of its alternatives (``outcomes.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.baselines import median_image
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.settings import Settings
from explorer.engine.training import Run, penalised_loss, training_rows
from explorer.lessons.runs import Answers, correlation_with_start, model_answers
from explorer.lessons.train.outcomes import (
    ENOUGH_EPOCHS,
    Outcome,
    better,
    can_learn,
    jumps_about,
    noise,
    outcome,
    penalised_curve,
    with_more_epochs,
)
from explorer.lessons.words import listed, number, percent

# The weights count as the median image when at most this share is left of the loss above that of the median.
_ARRIVED = 0.1
# A loss is clearly lower when it is lower by this share of the loss of a model whose scores are all 0.
_CLEARLY = 0.1
# A run has learned little when its loss or accuracy changed by less than this share of the change at a better rate.
_LITTLE = 0.5
_SLIGHTLY = 0.05  # with a larger share of rises in its late ups and downs, a loss may end on a rise
_STILL_THE_START = 0.9  # the correlation with the start from which on the weights count as unchanged
# A loss is almost flat where its derivative with respect to the score is below this, on average.
_ALMOST_FLAT = 0.05
# With these, each score learned from both data sets with every loss: the advice where no other outcomes are known.
_SAFE = {"start": "random", "learning_rate": 0.1}


@dataclass(frozen=True)
class Verdict:
    """What happened in a run.

    Parameters
    ----------
    kind : str
        "learned", "still_learning", "no_better_rate", "too_small", "too_big", "far_too_big", "overfitted",
        "diverged", "stuck", "flat", "median" or "one_answer".
    sentence : str
        What happened, why, and what to try next, in Markdown.
    advice : tuple of Settings
        What the sentence says to try next. Empty where nothing would end better.
    """

    kind: str
    sentence: str
    advice: tuple[Settings, ...] = ()


def facts(run: Run, dataset: Dataset) -> str:
    """The result of a run without a verdict, to show until the outcomes at other learning rates are known."""
    s = run.settings
    return (
        f"**{_after_text(s)} it gets {_accuracy_text(run, dataset)}.** {_the_loss(s).capitalize()} went from "
        f"{_formatted(penalised_loss(run, 0))} to {_formatted(penalised_loss(run, run.last_epoch))}. "
        f"What other learning rates give in the same {_epochs_text(s)} is being computed …"
    )


def verdict(
    run: Run, dataset: Dataset, references: Sequence[tuple[str, float]] = (), answers: Answers | None = None,
    alternatives: Sequence[Outcome] | None = None,
) -> Verdict:
    """What happened in a run, why, and what to try next.

    Parameters
    ----------
    run : Run
    dataset : Dataset
        The one it was trained on.
    references : sequence of (name, accuracy)
        Other models' accuracies on the test images, to compare with.
    answers : Answers, optional
        ``model_answers(run, dataset)``, where it is available.
    alternatives : sequence of Outcome, optional
        ``alternative_outcomes(dataset, run.settings)``. Without it the advice works, but may not be the best.
    """
    s, loss = run.settings, LOSSES[run.settings.loss]
    if run.diverged_at is not None:
        kind, sentence = "diverged", _diverged(run)
    elif loss.flat:
        kind, sentence = "flat", _flat(run, dataset)
    elif loss.pixelwise:
        kind, sentence = "median", _median(run, dataset)
    else:
        answers = answers or model_answers(run, dataset)
        if can_learn(s) == s:
            if alternatives is None:
                return _from_the_run_alone(run, dataset, references, answers)
            return _among_rates(run, dataset, references, answers, alternatives)
        kind, sentence = "one_answer", _never_above_zero(run, dataset, answers)
    text, advice = _advice_beyond_the_rate(run, dataset, alternatives)
    return Verdict(kind, f"{sentence} {text}", advice)


def _diverged(run: Run) -> str:
    # The derivative of every loss is bounded, so only the penalty can make the weights grow without end: each
    # step multiplies them by 1 - rate * l2, which shrinks them at rates below 2 / l2 and makes them grow above.
    s = run.settings
    factor = 1 - s.learning_rate * s.l2
    return (
        f"**The learning rate is far too big: the loss became infinite in epoch {run.diverged_at}.** "
        f"With a penalty of {s.l2:g}, every step multiplies the weights by 1 − {s.learning_rate:g} × {s.l2:g} = "
        f"{number(factor, 'g')}: they grow without end, as at every rate above {2 / s.l2:g}."
    )


def _flat(run: Run, dataset: Dataset) -> str:
    moved = bool(np.any(run.weights[-1] != run.weights[0]))
    what = (
        "Only the penalty moved the weights: this loss is flat everywhere."
        if moved else "Nothing moved: this loss is flat everywhere."
    )
    return (
        f"**{what}** A slightly different weight changes no answer: every step is 0 long. It "
        f"gets {_accuracy_text(run, dataset)}{'' if moved else ', as at the start'}."
    )


def _median(run: Run, dataset: Dataset) -> str:
    """How close the weights came to the median image, which has the lowest loss of all weights."""
    least = median_image(dataset, run.settings.train_images).distance
    arrived = run.train_loss[-1] - least <= _ARRIVED * (run.train_loss[0] - least)
    did = "became" if arrived else "jump around" if jumps_about(run.train_loss) else "are on the way to"
    return (
        f"**The weights {did} a picture of the typical digit, of {dataset.digits[0]} and {dataset.digits[1]} alike.** "
        f"The average pixel is {number(run.train_loss[-1], '.3f')} from its weight ({run.train_loss[0]:.3f} at first, "
        f"{least:.3f} at best). The truth is not in this loss: {percent(run.test_accuracy[-1])} right."
    )


def _never_above_zero(run: Run, dataset: Dataset, answers: Answers) -> str:
    return (
        f"**It always answers {dataset.digits[1]}: without a bias this score is never above 0.** It is minus a sum of "
        f"distances; the highest of the {len(dataset.X_test):,} test scores is {number(answers.scores.max())}. "
        f"It gets {percent(run.test_accuracy[-1])} right."
    )


def _advice_beyond_the_rate(
    run: Run, dataset: Dataset, alternatives: Sequence[Outcome] | None
) -> tuple[str, tuple[Settings, ...]]:
    """What to try where another learning rate alone does not help, as text and as settings."""
    s, own = run.settings, outcome(run)
    if alternatives is None:
        advice = replace(can_learn(s), **_SAFE)
        return f"Try {_changes(s, advice)}.", (advice,)
    able = [o for o in alternatives if _same_but_rate(o.settings, can_learn(s))]
    best = _at_this_rate_or_best(able, own, len(dataset.X_test))
    if best is None:
        most_right = max(able, key=lambda o: o.accuracy)
        change = _changes(replace(s, learning_rate=most_right.settings.learning_rate), most_right.settings)
        return f"{change[0].upper()}{change[1:]} gets no more right in {s.epochs:,} epochs, at no rate.", ()
    return f"Try {_changes(s, best.settings)}: {percent(best.accuracy)} right.", (best.settings,)


def _among_rates(
    run: Run, dataset: Dataset, references: Sequence[tuple[str, float]], answers: Answers,
    alternatives: Sequence[Outcome],
) -> Verdict:
    s, own, n_test = run.settings, outcome(run), len(dataset.X_test)
    # Without this run: trained together with others, its last decimals differ from those on the screen.
    others = [o for o in alternatives if o.settings != s]
    clear = [
        o for o in others
        if _same_but_rate(o.settings, s) and better(o, own, n_test, _CLEARLY * _loss_at_zero(s))
    ]
    first_loss, jumps = penalised_loss(run, 0), not own.steady
    start = _at_this_rate_or_best((o for o in others if o.settings.start != s.start), own, n_test)
    if _one_answer(answers) and start and all(o.accuracy - own.accuracy <= noise(n_test) for o in clear):
        text = f"Try {_changes(s, start.settings)}: {percent(start.accuracy)} right."
        return _stuck(run, dataset, answers, " at every learning rate", text, start.settings)
    if _rose(run) or jumps:
        lower = [o for o in clear if o.settings.learning_rate < s.learning_rate]
        clear = [o for o in lower if o.steady] or lower or clear
    best = _best(clear, n_test)
    more_epochs = _more_epochs(run, others, n_test)
    if best is None:
        return _no_better_rate(run, dataset, references, more_epochs)
    rate, more = best.settings.learning_rate, best.accuracy - own.accuracy > noise(n_test)
    and_loss = "" if more else f" and a{_the_loss(s)[3:]} of {_formatted(best.loss)}"
    there = f"{percent(best.accuracy)} right{and_loss} in the same {_epochs_text(s)}"
    if best.loss >= own.loss and not jumps:
        return _overfitted(run, dataset, best, there)
    if rate > s.learning_rate and _one_answer(answers) and _is_flat(run, dataset, answers):
        return _stuck(run, dataset, answers, "", f"Try the learning rate {rate:g}: {there}.", best.settings)
    if rate > s.learning_rate:
        gain, there_gain = own.accuracy - run.test_accuracy[0], best.accuracy - run.test_accuracy[0]
        if first_loss - own.loss < _LITTLE * (first_loss - best.loss) or (more and gain < _LITTLE * there_gain):
            return _too_small(run, dataset, f"Try {rate:g}: {there}.", (best.settings,))
        return _still_learning(run, dataset, more_epochs, f"the learning rate {rate:g}: {there}", (best.settings,))
    return _too_big(run, dataset, answers, f"Try {rate:g}: {there}.", (best.settings,))


def _from_the_run_alone(
    run: Run, dataset: Dataset, references: Sequence[tuple[str, float]], answers: Answers
) -> Verdict:
    s, own = run.settings, outcome(run)
    curve = penalised_curve(run)
    enough = max((accuracy for _, accuracy in references), default=1.0)
    safe = replace(s, **_SAFE)
    change, advice = (_changes(s, safe), (safe,)) if safe != s else ("", ())
    text = f"Try {change}." if change else ""
    if _rose(run) or (_one_answer(answers) and s.learning_rate > safe.learning_rate):
        return _too_big(run, dataset, answers, text, advice)
    if own.accuracy >= enough:
        return _learned(run, dataset, references, "")
    if jumps_about(curve) and s.learning_rate > safe.learning_rate:
        return _too_big(run, dataset, answers, text, advice)
    if safe != s and curve[0] - own.loss < _LITTLE * curve[0]:
        return _too_small(run, dataset, text, advice)
    more_epochs = _more_epochs(run, (), len(dataset.X_test))
    if not (change or more_epochs):
        return _learned(run, dataset, references, "")
    return _still_learning(run, dataset, more_epochs, change, advice)


def _stuck(run: Run, dataset: Dataset, answers: Answers, where: str, advice_text: str, advice: Settings) -> Verdict:
    first = _one_answer(answers) == 1
    flat = ", where this loss is almost flat" if _is_flat(run, dataset, answers) else ""
    return Verdict("stuck", (
        f"**It is stuck{where}: it always answers {dataset.digits[0 if first else 1]}.** "
        f"All scores are {'above' if first else 'below'} 0 ({_formatted(answers.scores.min())} to "
        f"{_formatted(answers.scores.max())}){flat}. It gets {_accuracy_text(run, dataset)}. {advice_text}"
    ), (advice,))


def _is_flat(run: Run, dataset: Dataset, answers: Answers) -> bool:
    """Whether the loss hardly changes with the scores, so that steps are tiny."""
    return bool(np.abs(LOSSES[run.settings.loss].derivative(answers.scores, dataset.y_test)).mean() < _ALMOST_FLAT)


def _no_better_rate(
    run: Run, dataset: Dataset, references: Sequence[tuple[str, float]], more_epochs: Settings | None
) -> Verdict:
    s, own = run.settings, outcome(run)
    most = max((accuracy for _, accuracy in references), default=0.0)
    if most - own.accuracy <= noise(len(dataset.X_test)):
        return _learned(run, dataset, references, ", and no other learning rate does clearly better")
    what = (
        f"{_after_text(s).lower()} it gets {_accuracy_text(run, dataset)}.** {_the_loss(s).capitalize()} went from "
        f"{_formatted(penalised_loss(run, 0))} to {_formatted(own.loss)}. No other learning rate does clearly better "
        f"in the same {_epochs_text(s)}; on the same digits others get up to {percent(most)}."
    )
    if more_epochs and own.loss > _CLEARLY * _loss_at_zero(s):
        text = f"**It is still learning: {what} Try {more_epochs.epochs:,} epochs."
        return Verdict("still_learning", text, (more_epochs,))
    return Verdict("no_better_rate", f"**The learning rate is not to blame: {what}")


def _learned(run: Run, dataset: Dataset, references: Sequence[tuple[str, float]], why: str) -> Verdict:
    s = run.settings
    others = ", ".join(f"{name} {percent(accuracy)}" for name, accuracy in references)
    return Verdict("learned", (
        f"**{_after_text(s)} it gets {_accuracy_text(run, dataset)}.** {_the_loss(s).capitalize()} fell from "
        f"{_formatted(penalised_loss(run, 0))} to {_formatted(penalised_loss(run))}{why}."
        + (f" On the same digits: {others}." if others else "")
    ))


def _too_small(run: Run, dataset: Dataset, advice_text: str, advice: tuple[Settings, ...]) -> Verdict:
    s = run.settings
    unchanged = correlation_with_start(run) > _STILL_THE_START
    subject = f"the weights are still the start, and {_the_loss(s)}" if unchanged else _the_loss(s)
    begin, end = _formatted(penalised_loss(run, 0)), _formatted(penalised_loss(run))
    change = f"only went from {begin} to {end}" if begin != end else f"is {end} still"
    return Verdict("too_small", (
        f"**The learning rate is too small: {_after_text(s).lower()} it gets {_accuracy_text(run, dataset)}.** "
        f"{subject[0].upper()}{subject[1:]} {change}. {advice_text}"
    ), advice)


def _still_learning(
    run: Run, dataset: Dataset, more_epochs: Settings | None, advice_text: str, advice: tuple[Settings, ...]
) -> Verdict:
    """``advice`` and ``advice_text`` are what to try besides ``more_epochs``."""
    s = run.settings
    more = f"{more_epochs.epochs:,} epochs{', or ' if advice_text else ''}" if more_epochs else ""
    return Verdict("still_learning", (
        f"**It is still learning: {_after_text(s).lower()} it gets {_accuracy_text(run, dataset)}.** "
        f"{_the_loss(s).capitalize()} fell from {_formatted(penalised_loss(run, 0))} to "
        f"{_formatted(penalised_loss(run))} and can fall further. Try {more}{advice_text}."
    ), (*((more_epochs,) if more_epochs else ()), *advice))


def _too_big(run: Run, dataset: Dataset, answers: Answers, advice_text: str, advice: tuple[Settings, ...]) -> Verdict:
    s, own = run.settings, outcome(run)
    begin, curve = penalised_loss(run, 0), penalised_curve(run)
    right = f"It gets {_accuracy_text(run, dataset)}."
    # The same rate may suit another start; the advice then names that start.
    for_start = " for this start" if any(a.start != s.start for a in advice) else ""
    if _rose(run):
        return Verdict("far_too_big", (
            f"**The learning rate is far too big: {_the_loss(s)} rose from {_formatted(begin)} to "
            f"{_formatted(own.loss)}.** Every step overshoots: scores reach from {_formatted(answers.scores.min())} to "
            f"{_formatted(answers.scores.max())}. {right} {advice_text}"
        ), advice)
    digit = _one_answer(answers)
    if digit:
        return Verdict("far_too_big", (
            "**The learning rate is far too big: it overshot to where it always answers "
            f"{dataset.digits[digit - 1]}.** The scores reach from {_formatted(answers.scores.min())} to "
            f"{_formatted(answers.scores.max())}. {right} {advice_text}"
        ), advice)
    if jumps_about(curve):
        late = curve[len(curve) // 2 :]
        what = "jumps about instead of settling"
        evidence = f"Late in the training it lies between {_formatted(late.min())} and {_formatted(late.max())}."
    else:
        what = "does not come down far enough"
        evidence = f"It went from {_formatted(begin)} to {_formatted(own.loss)}."
    return Verdict("too_big", (
        f"**The learning rate is too big{for_start}: {_the_loss(s)} {what}.** {evidence} {right} {advice_text}"
    ), advice)


def _overfitted(run: Run, dataset: Dataset, best: Outcome, there: str) -> Verdict:
    s = run.settings
    rate = best.settings.learning_rate
    return Verdict("overfitted", (
        f"**{_the_loss(s).capitalize()} is lower than at the learning rate {rate:g} ({_formatted(penalised_loss(run))} "
        f"against {_formatted(best.loss)}), but unseen digits do worse.** What suits its {training_rows(dataset, s):,} "
        f"training images suits others less: it gets {_accuracy_text(run, dataset)}. Try {rate:g}: {there}."
    ), (best.settings,))


def _rose(run: Run) -> bool:
    """Whether the loss ended higher than it began, by more than rounding."""
    return penalised_loss(run) > penalised_loss(run, 0) * (1 + 1e-6)


def _loss_at_zero(s: Settings) -> float:
    """The loss of a model whose scores are all 0."""
    return float(LOSSES[s.loss].value(np.zeros(1), np.ones(1))[0])


def _one_answer(answers: Answers) -> int:
    """1 where every answer is the first digit, 2 where it is the second, else 0."""
    counts = answers.counts.sum(0)
    return 0 if counts.all() else 1 if counts[0] else 2


def _same_but_rate(one: Settings, other: Settings) -> bool:
    return replace(one, learning_rate=other.learning_rate) == other


def _best(outcomes: Iterable[Outcome], n_test: int) -> Outcome | None:
    """The most accurate outcome; of those equal within the noise a steady one is preferred, for others may be lucky."""
    finite = [o for o in outcomes if not o.diverged]
    most = max((o.accuracy for o in finite), default=0.0)
    near = [o for o in finite if most - o.accuracy <= noise(n_test)]
    steady = [o for o in near if o.steady] or near
    return max(steady, key=lambda o: (o.accuracy, -o.loss), default=None)


def _at_this_rate_or_best(outcomes: Iterable[Outcome], own: Outcome, n_test: int) -> Outcome | None:
    """The best outcome that is better than ``own``, or one at the same rate where that is as good and as steady."""
    outcomes = [o for o in outcomes if better(o, own, n_test)]
    best = _best(outcomes, n_test)
    here = _best((o for o in outcomes if o.settings.learning_rate == own.settings.learning_rate), n_test)
    as_good = here and best.accuracy - here.accuracy <= noise(n_test) and here.steady >= best.steady
    return here if as_good else best


def _more_epochs(run: Run, others: Sequence[Outcome], n_test: int) -> Settings | None:
    """The settings with more epochs, if these help: judged by the longer run if it is known, else by the curves."""
    more = with_more_epochs(run.settings)
    known = next((o for o in others if o.settings == more), None)
    if known:
        return more if better(known, outcome(run), n_test) else None
    worse = run.test_accuracy.max() - run.test_accuracy[-1] > noise(n_test)
    if run.settings.epochs < ENOUGH_EPOCHS or worse or jumps_about(penalised_curve(run), _SLIGHTLY):
        return None
    return more


def _changes(s: Settings, to: Settings) -> str:
    """What to change to get from ``s`` to ``to``, as text."""
    texts = {
        "loss": f"*{LOSSES[to.loss].label}*", "bias": "the bias", "start": f"the start *{to.start.replace('_', ' ')}*",
        "learning_rate": f"the learning rate {to.learning_rate:g}",
    }
    return listed([text for name, text in texts.items() if getattr(s, name) != getattr(to, name)])


def _epochs_text(s: Settings) -> str:
    return f"{s.epochs:,} epochs" if s.epochs > 1 else "epoch"


def _after_text(s: Settings) -> str:
    return f"After {s.epochs:,} epoch{'s' if s.epochs > 1 else ''}"


def _accuracy_text(run: Run, dataset: Dataset) -> str:
    n_test = len(dataset.X_test)
    accuracy = run.test_accuracy[run.last_epoch]
    wrong = round((1 - accuracy) * n_test)
    return f"{percent(accuracy)} of {n_test:,} unseen digits right ({f'{wrong:,}' if wrong else 'none'} wrong)"


def _the_loss(s: Settings) -> str:
    return "the penalised loss" if s.l2 else "the loss"


def _formatted(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−") if 999.5 <= abs(value) < 1e6 else number(value, ".3g")
