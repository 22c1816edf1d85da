"""What happened in a run, why, and what to try next: every number here comes from the run or from its rivals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.datasets import Dataset
from explorer.explanations import Answers, answers, number, percent
from explorer.losses import LOSSES
from explorer.outcomes import (
    ENOUGH_EPOCHS,
    Outcome,
    better,
    can_learn,
    jumps_about,
    longer,
    noise,
    outcome,
    penalised_curve,
)
from explorer.reference import median_image
from explorer.settings import Settings
from explorer.training import Run, penalised_loss, training_rows

# Weights have become the median image when this share of the loss above the median's is left, or less.
_ARRIVED = 0.1
# A loss is clearly lower by this share of what a model without any knowledge has: one whose scores are all 0.
_CLEARLY = 0.1
# A run has learned little when its loss or its right answers moved by less than this share of that at a better rate.
_LITTLE = 0.5
_SLIGHTLY = 0.05  # with more than this share of ups in its late ups and downs, a loss may end on an up
# Weights are still the start when they are correlated with it like this.
_STILL_THE_START = 0.9
# A loss is almost flat where its derivative with respect to the score is below this, on average.
_FLAT = 0.05
# With these, each score learned from both data sets with every loss: what to try where no pass over the rates is known.
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
        For people, in Markdown.
    advice : tuple of Settings
        What the sentence says to try next: each ends better than the run. Empty where there is nothing to mend.
    """

    kind: str
    sentence: str
    advice: tuple[Settings, ...] = ()


def facts(run: Run, dataset: Dataset) -> str:
    """What a run came to, without a judgement: for as long as the other learning rates are not known."""
    s = run.settings
    return (
        f"**{_after(s)} it gets {_right(run, dataset)}.** {_the_loss(s).capitalize()} went from "
        f"{_figure(penalised_loss(run, 0))} to {_figure(penalised_loss(run, run.last_epoch))}. "
        f"What other learning rates give in the same {_time(s)} is being computed …"
    )


def verdict(
    run: Run, dataset: Dataset, references: Sequence[tuple[str, float]] = (), answered: Answers | None = None,
    rates: Sequence[Outcome] | None = None,
) -> Verdict:
    """What happened in a run, why, and what to try next.

    Parameters
    ----------
    run : Run
    dataset : Dataset
        The one it was trained on.
    references : sequence of (name, accuracy)
        What others get right of the test images, to compare with.
    answered : Answers, optional
        ``answers(run, dataset)``, where it is at hand.
    rates : sequence of Outcome, optional
        ``rivals(dataset, run.settings)``. Without it the advice is one that is known to be good, not the best.
    """
    s = run.settings
    if run.diverged_at is not None:
        return _diverged(run, dataset, rates)
    answered = answered or answers(run, dataset)
    if LOSSES[s.loss].flat:
        return _flat(run, dataset, rates)
    if LOSSES[s.loss].pixelwise:
        return _median(run, dataset, rates)
    if can_learn(s) != s:
        return _never_above_zero(run, dataset, answered, rates)
    if rates is None:
        return _from_the_run_alone(run, dataset, references, answered)
    return _among_rates(run, dataset, references, answered, rates)


def _diverged(run: Run, dataset: Dataset, rates: Sequence[Outcome] | None) -> Verdict:
    # The derivative of every loss here is bounded; only the penalty can blow the weights up. Each
    # step multiplies them by 1 - rate * l2, which shrinks them below 2 / l2 and not above.
    s = run.settings
    factor = 1 - s.learning_rate * s.l2
    words, advice = _mend(run, dataset, rates)
    return Verdict("diverged", (
        f"**The learning rate is far too big: the loss became infinite in epoch {run.diverged_at}.** "
        f"With a penalty of {s.l2:g}, every step multiplies the weights by 1 − {s.learning_rate:g} × {s.l2:g} = "
        f"{number(factor, 'g')}: they grow without end, as at every rate above {2 / s.l2:g}. {words}"
    ), advice)


def _flat(run: Run, dataset: Dataset, rates: Sequence[Outcome] | None) -> Verdict:
    moved = bool(np.any(run.weights[-1] != run.weights[0]))
    what = (
        "Only the penalty moved the weights: this loss is flat everywhere."
        if moved else "Nothing moved: this loss is flat everywhere."
    )
    words, advice = _mend(run, dataset, rates)
    return Verdict("flat", (
        f"**{what}** A slightly different weight changes no answer: every step is 0 long. It "
        f"gets {_right(run, dataset)}{'' if moved else ', as at the start'}. {words}"
    ), advice)


def _median(run: Run, dataset: Dataset, rates: Sequence[Outcome] | None) -> Verdict:
    """No weights are closer to all images than their median: how much of the way there was gone?"""
    least = median_image(dataset, run.settings.train_images).distance
    arrived = run.train_loss[-1] - least <= _ARRIVED * (run.train_loss[0] - least)
    did = "became" if arrived else "jump around" if jumps_about(run.train_loss) else "are on the way to"
    words, advice = _mend(run, dataset, rates)
    return Verdict("median", (
        f"**The weights {did} a picture of the typical digit, of {dataset.digits[0]} and {dataset.digits[1]} alike.** "
        f"The average pixel is {number(run.train_loss[-1], '.3f')} from its weight ({run.train_loss[0]:.3f} at first, "
        f"{least:.3f} at best). The truth is not in this loss: {percent(run.test_accuracy[-1])} right. {words}"
    ), advice)


def _never_above_zero(run: Run, dataset: Dataset, answered: Answers, rates: Sequence[Outcome] | None) -> Verdict:
    words, advice = _mend(run, dataset, rates)
    return Verdict("one_answer", (
        f"**It always answers {dataset.digits[1]}: without a bias this score is never above 0.** It is minus a sum of "
        f"distances; the highest of the {len(dataset.X_test):,} test scores is {number(answered.scores.max())}. "
        f"It gets {percent(run.test_accuracy[-1])} right. {words}"
    ), advice)


def _mend(run: Run, dataset: Dataset, rates: Sequence[Outcome] | None) -> tuple[str, tuple[Settings, ...]]:
    """What to try where another rate alone mends nothing, in words and as settings."""
    s, own = run.settings, outcome(run)
    if rates is None:
        advice = replace(can_learn(s), **_SAFE)
        return f"Try {_changes(s, advice)}.", (advice,)
    same = [o for o in rates if _same_but_rate(o.settings, can_learn(s))]
    best = _at_this_rate_or_best(same, own, len(dataset.X_test))
    if best is None:
        most = max(same, key=lambda o: o.accuracy)
        change = _changes(replace(s, learning_rate=most.settings.learning_rate), most.settings)
        return f"{change[0].upper()}{change[1:]} gets no more right in {s.epochs:,} epochs, at no rate.", ()
    return f"Try {_changes(s, best.settings)}: {percent(best.accuracy)} right.", (best.settings,)


def _among_rates(
    run: Run, dataset: Dataset, references: Sequence[tuple[str, float]], answered: Answers, rates: Sequence[Outcome]
) -> Verdict:
    s, own, n_test = run.settings, outcome(run), len(dataset.X_test)
    # What is said of this run is what is on the screen: the same run among others differs in the last digits.
    others = [o for o in rates if o.settings != s]
    clear = [
        o for o in others
        if _same_but_rate(o.settings, s) and better(o, own, n_test, _CLEARLY * _ignorance(s))
    ]
    begin, jumps = penalised_loss(run, 0), not own.steady
    start = _at_this_rate_or_best((o for o in others if o.settings.start != s.start), own, n_test)
    if _one_answer(answered) and start and all(o.accuracy - own.accuracy <= noise(n_test) for o in clear):
        words = f"Try {_changes(s, start.settings)}: {percent(start.accuracy)} right."
        return _stuck(run, dataset, answered, " at every learning rate", words, start.settings)
    if _rose(run) or jumps:
        lower = [o for o in clear if o.settings.learning_rate < s.learning_rate]
        clear = [o for o in lower if o.steady] or lower or clear
    best = _best(clear, n_test)
    more_epochs = _more_epochs(run, others, n_test)
    if best is None:
        return _no_better_rate(run, dataset, references, more_epochs)
    rate, more = best.settings.learning_rate, best.accuracy - own.accuracy > noise(n_test)
    and_loss = "" if more else f" and a{_the_loss(s)[3:]} of {_figure(best.loss)}"
    there = f"{percent(best.accuracy)} right{and_loss} in the same {_time(s)}"
    if best.loss >= own.loss and not jumps:
        return _overfitted(run, dataset, best, there)
    if rate > s.learning_rate and _one_answer(answered) and _is_flat(run, dataset, answered):
        return _stuck(run, dataset, answered, "", f"Try the learning rate {rate:g}: {there}.", best.settings)
    if rate > s.learning_rate:
        gain, there_gain = own.accuracy - run.test_accuracy[0], best.accuracy - run.test_accuracy[0]
        if begin - own.loss < _LITTLE * (begin - best.loss) or (more and gain < _LITTLE * there_gain):
            return _too_small(run, dataset, f"Try {rate:g}: {there}.", (best.settings,))
        return _still_learning(run, dataset, more_epochs, f"the learning rate {rate:g}: {there}", (best.settings,))
    return _too_big(run, dataset, answered, f"Try {rate:g}: {there}.", (best.settings,))


def _from_the_run_alone(
    run: Run, dataset: Dataset, references: Sequence[tuple[str, float]], answered: Answers
) -> Verdict:
    s, own = run.settings, outcome(run)
    curve = penalised_curve(run)
    enough = max((accuracy for _, accuracy in references), default=1.0)
    safe = replace(s, **_SAFE)
    change, advice = (_changes(s, safe), (safe,)) if safe != s else ("", ())
    words = f"Try {change}." if change else ""
    if _rose(run) or (_one_answer(answered) and s.learning_rate > safe.learning_rate):
        return _too_big(run, dataset, answered, words, advice)
    if own.accuracy >= enough:
        return _learned(run, dataset, references, "")
    if jumps_about(curve) and s.learning_rate > safe.learning_rate:
        return _too_big(run, dataset, answered, words, advice)
    if safe != s and curve[0] - own.loss < _LITTLE * curve[0]:
        return _too_small(run, dataset, words, advice)
    more_epochs = _more_epochs(run, (), len(dataset.X_test))
    if not (change or more_epochs):
        return _learned(run, dataset, references, "")
    return _still_learning(run, dataset, more_epochs, change, advice)


def _stuck(run: Run, dataset: Dataset, answered: Answers, where: str, words: str, advice: Settings) -> Verdict:
    first = _one_answer(answered) == 1
    flat = ", where this loss is almost flat" if _is_flat(run, dataset, answered) else ""
    return Verdict("stuck", (
        f"**It is stuck{where}: it always answers {dataset.digits[0 if first else 1]}.** "
        f"All scores are {'above' if first else 'below'} 0 ({_figure(answered.scores.min())} to "
        f"{_figure(answered.scores.max())}){flat}. It gets {_right(run, dataset)}. {words}"
    ), (advice,))


def _is_flat(run: Run, dataset: Dataset, answered: Answers) -> bool:
    """Whether the scores lie where the loss hardly changes with them, so that steps are tiny."""
    return bool(np.abs(LOSSES[run.settings.loss].slope(answered.scores, dataset.y_test)).mean() < _FLAT)


def _no_better_rate(
    run: Run, dataset: Dataset, references: Sequence[tuple[str, float]], more_epochs: Settings | None
) -> Verdict:
    s, own = run.settings, outcome(run)
    most = max((accuracy for _, accuracy in references), default=0.0)
    if most - own.accuracy <= noise(len(dataset.X_test)):
        return _learned(run, dataset, references, ", and no other learning rate does clearly better")
    begin, end = _figure(penalised_loss(run, 0)), _figure(own.loss)
    what = (
        f"{_after(s).lower()} it gets {_right(run, dataset)}.** {_the_loss(s).capitalize()} went from {begin} to "
        f"{end}. No other learning rate does clearly better in the same {_time(s)}; on the same digits others get "
        f"up to {percent(most)}."
    )
    if more_epochs and own.loss > _CLEARLY * _ignorance(s):
        text = f"**It is still learning: {what} Try {more_epochs.epochs:,} epochs."
        return Verdict("still_learning", text, (more_epochs,))
    return Verdict("no_better_rate", f"**The learning rate is not to blame: {what}")


def _learned(run: Run, dataset: Dataset, references: Sequence[tuple[str, float]], why: str) -> Verdict:
    s = run.settings
    others = ", ".join(f"{name} {percent(accuracy)}" for name, accuracy in references)
    return Verdict("learned", (
        f"**{_after(s)} it gets {_right(run, dataset)}.** {_the_loss(s).capitalize()} fell from "
        f"{_figure(penalised_loss(run, 0))} to {_figure(penalised_loss(run))}{why}."
        + (f" On the same digits: {others}." if others else "")
    ))


def _too_small(run: Run, dataset: Dataset, words: str, advice: tuple[Settings, ...]) -> Verdict:
    s = run.settings
    start, learned = run.weights[0].astype(float), run.weights[-1].astype(float)
    same = np.corrcoef(start, learned)[0, 1] if start.std() and learned.std() else 0.0
    still = f"the weights are still the start, and {_the_loss(s)}" if same > _STILL_THE_START else _the_loss(s)
    begin, end = _figure(penalised_loss(run, 0)), _figure(penalised_loss(run))
    went = f"only went from {begin} to {end}" if begin != end else f"is {end} still"
    return Verdict("too_small", (
        f"**The learning rate is too small: {_after(s).lower()} it gets {_right(run, dataset)}.** "
        f"{still[0].upper()}{still[1:]} {went}. {words}"
    ), advice)


def _still_learning(
    run: Run, dataset: Dataset, longer: Settings | None, words: str, advice: tuple[Settings, ...]
) -> Verdict:
    """``words``: what ``advice`` changes, without the epochs."""
    s = run.settings
    more = f"{longer.epochs:,} epochs{', or ' if words else ''}" if longer else ""
    return Verdict("still_learning", (
        f"**It is still learning: {_after(s).lower()} it gets {_right(run, dataset)}.** {_the_loss(s).capitalize()} "
        f"fell from {_figure(penalised_loss(run, 0))} to {_figure(penalised_loss(run))} and can fall further. "
        f"Try {more}{words}."
    ), (*((longer,) if longer else ()), *advice))


def _too_big(run: Run, dataset: Dataset, answered: Answers, words: str, advice: tuple[Settings, ...]) -> Verdict:
    s, own = run.settings, outcome(run)
    begin, curve = penalised_loss(run, 0), penalised_curve(run)
    right = f"It gets {_right(run, dataset)}."
    # From another start the same rate may do: the advice then names that start.
    for_start = " for this start" if any(a.start != s.start for a in advice) else ""
    if _rose(run):
        return Verdict("far_too_big", (
            f"**The learning rate is far too big: {_the_loss(s)} rose from {_figure(begin)} to {_figure(own.loss)}.** "
            f"Every step overshoots: scores reach from {_figure(answered.scores.min())} to "
            f"{_figure(answered.scores.max())}. {right} {words}"
        ), advice)
    digit = _one_answer(answered)
    if digit:
        return Verdict("far_too_big", (
            "**The learning rate is far too big: it overshot to where it always answers "
            f"{dataset.digits[digit - 1]}.** The scores reach from {_figure(answered.scores.min())} to "
            f"{_figure(answered.scores.max())}. {right} {words}"
        ), advice)
    late = curve[len(curve) // 2 :]
    what = "does not come down far enough", f"It went from {_figure(begin)} to {_figure(own.loss)}."
    if jumps_about(curve):
        what = "jumps about instead of settling", (
            f"Late in the training it lies between {_figure(late.min())} and {_figure(late.max())}."
        )
    return Verdict("too_big", (
        f"**The learning rate is too big{for_start}: {_the_loss(s)} {what[0]}.** {what[1]} {right} {words}"
    ), advice)


def _overfitted(run: Run, dataset: Dataset, best: Outcome, there: str) -> Verdict:
    s = run.settings
    rate = best.settings.learning_rate
    return Verdict("overfitted", (
        f"**{_the_loss(s).capitalize()} is lower than at the learning rate {rate:g} ({_figure(penalised_loss(run))} "
        f"against {_figure(best.loss)}), but unseen digits do worse.** What suits its {training_rows(dataset, s):,} "
        f"training images suits others less: it gets {_right(run, dataset)}. Try {rate:g}: {there}."
    ), (best.settings,))


def _rose(run: Run) -> bool:
    """Whether the loss ended higher than it began, by more than rounding."""
    return penalised_loss(run) > penalised_loss(run, 0) * (1 + 1e-6)


def _ignorance(s: Settings) -> float:
    """The loss of a model whose scores are all 0."""
    return float(LOSSES[s.loss].value(np.zeros(1), np.ones(1))[0])


def _one_answer(answered: Answers) -> int:
    """1 where every answer is the first digit, 2 where it is the second, else 0."""
    said = answered.counts.sum(0)
    return 0 if said.all() else 1 if said[0] else 2


def _same_but_rate(one: Settings, other: Settings) -> bool:
    return replace(one, learning_rate=other.learning_rate) == other


def _best(outcomes: Iterable[Outcome], n_test: int) -> Outcome | None:
    """The one with the most right answers, of those as good within the noise a steady one: luck does not repeat."""
    finite = [o for o in outcomes if not o.diverged]
    most = max((o.accuracy for o in finite), default=0.0)
    near = [o for o in finite if most - o.accuracy <= noise(n_test)]
    steady = [o for o in near if o.steady] or near
    return max(steady, key=lambda o: (o.accuracy, -o.loss), default=None)


def _at_this_rate_or_best(outcomes: Iterable[Outcome], own: Outcome, n_test: int) -> Outcome | None:
    """The best of those that are better than ``own``; the one at its rate where that is as good, and as steady."""
    outcomes = [o for o in outcomes if better(o, own, n_test)]
    best = _best(outcomes, n_test)
    here = _best((o for o in outcomes if o.settings.learning_rate == own.settings.learning_rate), n_test)
    as_good = here and best.accuracy - here.accuracy <= noise(n_test) and here.steady >= best.steady
    return here if as_good else best


def _more_epochs(run: Run, others: Sequence[Outcome], n_test: int) -> Settings | None:
    """More epochs, where they help: by the run of that length if it is known, else by the curves."""
    more = longer(run.settings)
    known = next((o for o in others if o.settings == more), None)
    if known:
        return more if better(known, outcome(run), n_test) else None
    worse = run.test_accuracy.max() - run.test_accuracy[-1] > noise(n_test)
    if run.settings.epochs < ENOUGH_EPOCHS or worse or jumps_about(penalised_curve(run), _SLIGHTLY):
        return None
    return more


def _changes(s: Settings, to: Settings) -> str:
    """What to change to come from ``s`` to ``to``, in words."""
    words = {
        "loss": f"*{LOSSES[to.loss].label}*", "bias": "the bias", "start": f"the start *{to.start.replace('_', ' ')}*",
        "learning_rate": f"the learning rate {to.learning_rate:g}",
    }
    changed = [text for name, text in words.items() if getattr(s, name) != getattr(to, name)]
    return changed[0] if len(changed) == 1 else f"{', '.join(changed[:-1])} and {changed[-1]}"


def _time(s: Settings) -> str:
    return f"{s.epochs:,} epochs" if s.epochs > 1 else "epoch"


def _after(s: Settings) -> str:
    return f"After {s.epochs:,} epoch{'s' if s.epochs > 1 else ''}"


def _right(run: Run, dataset: Dataset) -> str:
    n_test = len(dataset.X_test)
    accuracy = run.test_accuracy[run.last_epoch]
    wrong = round((1 - accuracy) * n_test)
    return f"{percent(accuracy)} of {n_test:,} unseen digits right ({f'{wrong:,}' if wrong else 'none'} wrong)"


def _the_loss(s: Settings) -> str:
    return "the penalised loss" if s.l2 else "the loss"


def _figure(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−") if 999.5 <= abs(value) < 1e6 else number(value, ".3g")
