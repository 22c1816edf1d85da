"""For the page Train: what happened in a run, why, and what to try next.

Every number in a sentence comes from the run or from the outcomes of its alternatives (``outcomes.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer import texts
from explorer.engine import cost
from explorer.engine.baselines import median_image
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.schedule import last_epochs, number_of_leg, rate_at
from explorer.engine.settings import Settings
from explorer.engine.training import Run, penalised_loss, training_rows
from explorer.lessons.runs import Answers, correlation_with_start, model_answers
from explorer.lessons.train.legs import epochs_text
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
from explorer.lessons.words import counted, listed, number, percent

_words = texts.of("train")

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
_LEAST = 0.001  # what is smaller is not written out


@dataclass(frozen=True)
class Verdict:
    """What happened in a run.

    Parameters
    ----------
    kind : str
        "learned", "still_learning", "no_better_rate", "too_small", "too_big", "far_too_big", "overfitted",
        "diverged", "stuck", "flat", "median", "one_answer" or "schedule".
    sentence : str
        What happened, why, and what to try next, in Markdown.
    advice : tuple of Settings
        What the sentence says to try next. Empty where nothing would end better.
    """

    kind: str
    sentence: str
    advice: tuple[Settings, ...] = ()


def is_rate_too_big(judged: Verdict) -> bool:
    """Whether a run was trained with a learning rate that is too big: the task of the page."""
    return judged.kind in ("too_big", "far_too_big", "diverged")


def facts(run: Run, dataset: Dataset) -> str:
    """The result of a run without a verdict, to show until the outcomes at other learning rates are known."""
    return _words("verdict.facts", **_numbers(run, dataset))


def verdict(
    run: Run, dataset: Dataset, references: Sequence[tuple[str, float]] = (), answers: Answers | None = None,
    alternatives: Sequence[Outcome] | None = None, plain: Run | None = None,
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
        ``alternative_outcomes(dataset, run.settings)``. Without it the advice works, but may not be the best. Not read
        for a run of several legs.
    plain : Run, optional
        For a run of several legs: ``as_it_began(run.settings)``, to compare with.
    """
    if run.settings.legs:
        return Verdict("schedule" if run.diverged_at is None else "diverged", _of_legs(run, dataset, plain))
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


def as_it_began(settings: Settings) -> Settings:
    """As many epochs in a single leg, the first of ``settings``."""
    return replace(settings, legs=(), epochs=settings.all_epochs)


def affordable_beside(shape: cost.Shape, settings: Settings) -> bool:
    """Whether there is time to train ``as_it_began(settings)`` beside a training of several legs, each by itself."""
    return sum(cost.seconds(shape, [s]) for s in (settings, as_it_began(settings))) <= cost.BUDGET


def _of_legs(run: Run, dataset: Dataset, plain: Run | None) -> str:
    """What the legs of a run brought: before the last one, and beside a training that goes on as it began."""
    s = run.settings
    if run.diverged_at is not None:
        rate = rate_at(s, run.diverged_at)
        return _words(
            "schedule.diverged", leg=number_of_leg(s, run.diverged_at) + 1, epoch=run.diverged_at, l2=f"{s.l2:g}",
            rate=f"{rate:g}", factor=number(1 - rate * s.l2, "g"), limit=f"{2 / s.l2:g}",
        )
    before = last_epochs(s)[-2]
    values = _numbers(run, dataset) | dict(
        legs=counted(len(s.legs) + 1), before=percent(run.test_accuracy[before]), from_epoch=f"{before + 1:,}",
    )
    if plain is None or plain.diverged_at is not None:
        return _words("schedule.facts", **values)
    gain = run.test_accuracy[-1] - plain.test_accuracy[-1]
    name = "same" if abs(gain) <= noise(len(dataset.X_test)) else "gained" if gain > 0 else "lost"
    return _words(f"schedule.{name}", plain=percent(plain.test_accuracy[-1]), **values)


def _diverged(run: Run) -> str:
    # The derivative of every loss is bounded, so only the penalty can make the weights grow without end: each
    # step multiplies them by 1 - rate * l2, which shrinks them at rates below 2 / l2 and makes them grow above.
    s = run.settings
    rate = rate_at(s, run.diverged_at or 1)
    return _words(
        "verdict.diverged", epoch=run.diverged_at, l2=f"{s.l2:g}", rate=f"{rate:g}",
        factor=number(1 - rate * s.l2, "g"), limit=f"{2 / s.l2:g}",
    )


def _flat(run: Run, dataset: Dataset) -> str:
    moved = bool(np.any(run.weights[-1] != run.weights[0]))
    return _words("verdict.flat_with_penalty" if moved else "verdict.flat", **_numbers(run, dataset))


def _median(run: Run, dataset: Dataset) -> str:
    """How close the weights came to the median image, which has the lowest loss of all weights."""
    least = median_image(dataset, run.settings.train_images).distance
    arrived = run.train_loss[-1] - least <= _ARRIVED * (run.train_loss[0] - least)
    name = "arrived" if arrived else "jumps" if jumps_about(run.train_loss) else "on_the_way"
    first, second = dataset.digits
    return _words(f"median.{name}", first=first, second=second, right=percent(run.test_accuracy[-1]))


def _never_above_zero(run: Run, dataset: Dataset, answers: Answers) -> str:
    return _words(
        "verdict.one_answer", digit=dataset.digits[1], count=f"{len(dataset.X_test):,}",
        highest=number(answers.scores.max()), right=percent(run.test_accuracy[-1]),
    )


def _advice_beyond_the_rate(
    run: Run, dataset: Dataset, alternatives: Sequence[Outcome] | None
) -> tuple[str, tuple[Settings, ...]]:
    """What to try where another learning rate alone does not help, as text and as settings."""
    s, own = run.settings, outcome(run)
    if alternatives is None:
        advice = replace(can_learn(s), **_SAFE)
        return _words("try.changes", changes=_changes(s, advice)), (advice,)
    able = [o for o in alternatives if _same_but_rate(o.settings, can_learn(s))]
    best = _at_this_rate_or_best(able, own, len(dataset.X_test))
    if best is None:
        most_right = max(able, key=lambda o: o.accuracy)
        change = _changes(replace(s, learning_rate=most_right.settings.learning_rate), most_right.settings)
        return _words("try.not_even", changes=change, epochs=epochs_text(s.all_epochs)), ()
    return _changes_right(s, best), (best.settings,)


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
        return _stuck(run, dataset, answers, "_at_every_rate", _changes_right(s, start), start.settings)
    if _rose(run) or jumps:
        lower = [o for o in clear if o.settings.learning_rate < s.learning_rate]
        clear = [o for o in lower if o.steady] or lower or clear
    best = _best(clear, n_test)
    more_epochs = _more_epochs(run, others, n_test)
    if best is None:
        return _no_better_rate(run, dataset, references, more_epochs)
    rate, more = best.settings.learning_rate, best.accuracy - own.accuracy > noise(n_test)
    there = dict(
        rate=f"{rate:g}", right=percent(best.accuracy), loss=_the_loss(s), end=_loss_text(best.loss),
        epochs=epochs_text(s.all_epochs),
    )
    kind = "rate" if more else "rate_and_loss"
    if best.loss >= own.loss and not jumps:
        return _overfitted(run, dataset, best, _words(f"try.{kind}", **there))
    if rate > s.learning_rate and _one_answer(answers) and _is_flat(run, dataset, answers):
        return _stuck(run, dataset, answers, "", _words(f"try.only_{kind}", **there), best.settings)
    if rate > s.learning_rate:
        gain, there_gain = own.accuracy - run.test_accuracy[0], best.accuracy - run.test_accuracy[0]
        if first_loss - own.loss < _LITTLE * (first_loss - best.loss) or (more and gain < _LITTLE * there_gain):
            return _too_small(run, dataset, _words(f"try.{kind}", **there), (best.settings,))
        if more_epochs:
            text = _words(f"try.epochs_or_{kind}", more=f"{more_epochs.epochs:,}", **there)
            return _still_learning(run, dataset, text, (more_epochs, best.settings))
        return _still_learning(run, dataset, _words(f"try.only_{kind}", **there), (best.settings,))
    return _too_big(run, dataset, answers, _words(f"try.{kind}", **there), (best.settings,))


def _from_the_run_alone(
    run: Run, dataset: Dataset, references: Sequence[tuple[str, float]], answers: Answers
) -> Verdict:
    s, own = run.settings, outcome(run)
    curve = penalised_curve(run)
    enough = max((accuracy for _, accuracy in references), default=1.0)
    safe = replace(s, **_SAFE)
    change, advice = (_changes(s, safe), (safe,)) if safe != s else ("", ())
    text = _words("try.changes", changes=change) if change else ""
    if _rose(run) or (_one_answer(answers) and s.learning_rate > safe.learning_rate):
        return _too_big(run, dataset, answers, text, advice)
    if own.accuracy >= enough:
        return _learned(run, dataset)
    if jumps_about(curve) and s.learning_rate > safe.learning_rate:
        return _too_big(run, dataset, answers, text, advice)
    if safe != s and curve[0] - own.loss < _LITTLE * curve[0]:
        return _too_small(run, dataset, text, advice)
    more_epochs = _more_epochs(run, (), len(dataset.X_test))
    if not (change or more_epochs):
        return _learned(run, dataset)
    if more_epochs:
        name = "try.epochs_or" if change else "try.epochs"
        text = _words(name, more=f"{more_epochs.epochs:,}", **(dict(changes=change) if change else {}))
        advice = (more_epochs, *advice)
    return _still_learning(run, dataset, text, advice)


def _stuck(run: Run, dataset: Dataset, answers: Answers, where: str, advice_text: str, advice: Settings) -> Verdict:
    """``where``: "" or "_at_every_rate", the end of the name of its text."""
    first = _one_answer(answers) == 1
    flat = "_where_flat" if _is_flat(run, dataset, answers) else ""
    sentence = _words(
        f"verdict.stuck{flat}{where}", digit=dataset.digits[0 if first else 1],
        side=_words("verdict.above" if first else "verdict.below"), **_reach(answers), **_numbers(run, dataset),
    )
    return Verdict("stuck", f"{sentence} {advice_text}", (advice,))


def _is_flat(run: Run, dataset: Dataset, answers: Answers) -> bool:
    """Whether the loss hardly changes with the scores, so that steps are tiny."""
    return bool(np.abs(LOSSES[run.settings.loss].derivative(answers.scores, dataset.y_test)).mean() < _ALMOST_FLAT)


def _no_better_rate(
    run: Run, dataset: Dataset, references: Sequence[tuple[str, float]], more_epochs: Settings | None
) -> Verdict:
    s, own = run.settings, outcome(run)
    most = max((accuracy for _, accuracy in references), default=0.0)
    if most - own.accuracy <= noise(len(dataset.X_test)):
        return _learned(run, dataset, "verdict.learned_best")
    numbers = _numbers(run, dataset) | dict(most=percent(most))
    if more_epochs and own.loss > _CLEARLY * _loss_at_zero(s):
        text = _words("try.epochs", more=f"{more_epochs.epochs:,}")
        return Verdict("still_learning", f"{_words('verdict.no_better_rate_yet', **numbers)} {text}", (more_epochs,))
    return Verdict("no_better_rate", _words("verdict.no_better_rate", **numbers))


def _learned(run: Run, dataset: Dataset, name: str = "verdict.learned") -> Verdict:
    return Verdict("learned", _words(name, **_numbers(run, dataset)))


def _too_small(run: Run, dataset: Dataset, advice_text: str, advice: tuple[Settings, ...]) -> Verdict:
    numbers = _numbers(run, dataset)
    unchanged = correlation_with_start(run) > _STILL_THE_START
    name = (
        "few" if _knows_its_few(run) else "too_small_unmoved" if numbers["begin"] == numbers["end"]
        else "too_small_at_start" if unchanged else "too_small"
    )
    return Verdict("too_small", f"{_words(f'verdict.{name}', **numbers)} {advice_text}", advice)


def _knows_its_few(run: Run) -> bool:
    """Whether a run with some of the training images has little more to learn from them."""
    s = run.settings
    return (
        s.train_images is not None and run.train_accuracy[-1] == 1
        and penalised_loss(run) <= _CLEARLY * _loss_at_zero(s)
    )


def _still_learning(run: Run, dataset: Dataset, advice_text: str, advice: tuple[Settings, ...]) -> Verdict:
    if _knows_its_few(run):
        more = replace(run.settings, train_images=None)
        sentence = _words("verdict.few", **_numbers(run, dataset))
        return Verdict("still_learning", f"{sentence} {_words('try.images')}", (more,))
    sentence = _words("verdict.still_learning", **_numbers(run, dataset))
    return Verdict("still_learning", f"{sentence} {advice_text}", advice)


def _too_big(run: Run, dataset: Dataset, answers: Answers, advice_text: str, advice: tuple[Settings, ...]) -> Verdict:
    kind, curve, numbers = "too_big", penalised_curve(run), _numbers(run, dataset)
    # The same rate may suit another start; the advice then names that start.
    for_start = f" {_words('verdict.for_start')}" if any(a.start != run.settings.start for a in advice) else ""
    digit = _one_answer(answers)
    if _rose(run):
        kind, sentence = "far_too_big", _words("verdict.rose", **_reach(answers), **numbers)
    elif digit:
        kind = "far_too_big"
        sentence = _words("verdict.overshot", digit=dataset.digits[digit - 1], **_reach(answers), **numbers)
    elif jumps_about(curve):
        late = curve[len(curve) // 2 :]
        low, high = _loss_text(late.min()), _loss_text(late.max())
        sentence = _words("verdict.jumps", for_start=for_start, low=low, high=high, **numbers)
    else:
        sentence = _words("verdict.stays_high", for_start=for_start, **numbers)
    return Verdict(kind, f"{sentence} {advice_text}", advice)


def _overfitted(run: Run, dataset: Dataset, best: Outcome, advice_text: str) -> Verdict:
    sentence = _words(
        "verdict.overfitted", rate=f"{best.settings.learning_rate:g}", there=_loss_text(best.loss),
        **_numbers(run, dataset),
    )
    return Verdict("overfitted", f"{sentence} {advice_text}", (best.settings,))


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
    said = {
        "loss": _words("try.the_loss", loss=LOSSES[to.loss].label), "bias": _words("try.the_bias"),
        "start": _words("try.the_start", start=to.start.replace("_", " ")),
        "learning_rate": _words("try.the_rate", rate=f"{to.learning_rate:g}"),
    }
    return listed([text for name, text in said.items() if getattr(s, name) != getattr(to, name)])


def _changes_right(s: Settings, best: Outcome) -> str:
    return _words("try.changes_right", changes=_changes(s, best.settings), right=percent(best.accuracy))


def _numbers(run: Run, dataset: Dataset) -> dict[str, str]:
    """What most sentences state: epochs, accuracy, and the loss at both ends."""
    n_test, right = len(dataset.X_test), run.test_accuracy[run.last_epoch]
    wrong = round((1 - right) * n_test)
    return dict(
        epochs=epochs_text(run.settings.all_epochs), count=f"{training_rows(dataset, run.settings):,}",
        loss=_the_loss(run.settings), begin=_loss_text(penalised_loss(run, 0)),
        end=_loss_text(penalised_loss(run, run.last_epoch)), accuracy=_words(
            "verdict.accuracy", right=percent(right), count=f"{n_test:,}",
            wrong=f"{wrong:,}" if wrong else _words("verdict.none_wrong"),
        ),
    )


def _reach(answers: Answers) -> dict[str, str]:
    """The lowest and the highest score."""
    return dict(low=_formatted(answers.scores.min()), high=_formatted(answers.scores.max()))


def _the_loss(s: Settings) -> str:
    return _words("verdict.loss_with_penalty" if s.l2 else "verdict.loss")


def _loss_text(value: float) -> str:
    return _words("verdict.tiny", least=f"{_LEAST:g}") if 0 < value < _LEAST else _formatted(value)


def _formatted(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−") if 999.5 <= abs(value) < 1e6 else number(value, ".3g")
