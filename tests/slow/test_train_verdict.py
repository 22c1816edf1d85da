"""The verdicts of the page Train over the whole grid of choices: they must be true, and their advice must help."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.engine.settings import LEARNING_RATES, LIMITS, Settings
from explorer.engine.training import penalised_loss, train
from explorer.jobs import LONG
from explorer.lessons.runs import model_answers
from explorer.lessons.train.outcomes import (
    affordable,
    alternative_outcomes,
    better,
    noise,
    outcome,
    seconds_of_alternatives,
)
from explorer.lessons.train.verdict import facts, verdict
from explorer.lessons.words import percent
from tests.verdicts import beaten, dataset_of, grid, helped, judge, references

# The longest sentence that fits into two lines beside the sidebar on a screen of 1440 pixels, and the shortest that
# needs two.
LONGEST, SHORTEST = 276, 128


@pytest.fixture(scope="module")
def all_digits():
    """Every rate, loss, score, bias and start on the built-in digits: 1,368 runs."""
    return judge(grid("digits"))


@pytest.fixture(scope="module")
def some_mnist(mnist):
    """Runs on MNIST: two scores, flat and steep losses, starts that learn and one that is stuck, all rates or some."""
    multiply = grid("mnist", score=("multiply",), bias=(True,), loss=("log_loss",), start=("random",))
    multiply += grid("mnist", score=("multiply",), bias=(True,), loss=("absolute_error",), start=("mean_image",))
    some = {"learning_rate": (0.0001, 0.01, 0.1, 0.5, 100.0)}
    distance = grid("mnist", score=("distance",), bias=(True,), loss=("log_loss",), start=("random",), **some)
    return judge(multiply) + judge(distance)


def whole(sentence: str) -> bool:
    """Whether a sentence has one bold part, ends with a full stop, has only finite numbers and fits into two lines."""
    return (
        sentence.count("**") == 2 and sentence.endswith(".") and not re.search(r"\b(nan|inf|None)\b", sentence)
        and SHORTEST < len(sentence.replace("*", "")) <= LONGEST
    )


def names(sentence: str, s: Settings, advice: Settings) -> bool:
    """Whether the last part of the sentence names everything that the advice changes."""
    words = {
        "learning_rate": rf"(Try|learning rate) {advice.learning_rate:g}\b", "epochs": f"Try {advice.epochs:,} epochs",
        "start": rf"the start \*{advice.start.replace('_', ' ')}\*", "bias": "the bias",
        "loss": rf"\*{advice.loss.replace('_', ' ')}\*",
    }
    return all(
        re.search(words[name], sentence[sentence.index("Try") :])
        for name in LIMITS if getattr(s, name) != getattr(advice, name)
    )


def check(all_judged, n_test):
    for judged in all_judged:
        s, result = judged.run.settings, judged.verdict
        assert whole(result.sentence), result.sentence
        assert all(helped(judged, n_test)), (s, result)
        assert all(names(result.sentence, s, advice) for advice in result.advice), (s, result)
        assert not any(followed.diverged for followed in judged.followed)


def test_the_advice_leads_to_a_better_run_on_the_whole_grid_of_the_digits(all_digits, digits):
    assert len(all_digits) == len(grid("digits")) >= 1368
    check(all_digits, len(digits.X_test))


def test_the_advice_leads_to_a_better_run_on_mnist(some_mnist, mnist):
    check(some_mnist, len(mnist.X_test))
    assert {"too_small", "still_learning", "learned", "too_big", "far_too_big", "stuck"} == {
        judged.verdict.kind for judged in some_mnist
    }


def check_kinds(all_judged, dataset):
    """The claim of each kind of verdict, computed again from the run."""
    n_test = len(dataset.X_test)
    for judged in all_judged:
        run, kind, advice = judged.run, judged.verdict.kind, judged.verdict.advice
        s, begin, end = run.settings, penalised_loss(run, 0), penalised_loss(run)
        one_answer = 0 in model_answers(run, dataset).counts.sum(0)
        if kind in ("learned", "no_better_rate"):
            assert not beaten(judged, all_judged, noise(n_test)), s
            assert not advice
        if kind == "learned":
            assert run.test_accuracy[-1] > 0.9
            assert end < begin
        if kind == "too_small":
            assert advice[-1].learning_rate > s.learning_rate
            assert end <= begin * (1 + 1e-6)
        if kind == "still_learning":
            assert end < begin
            assert any(a.epochs > s.epochs or a.learning_rate > s.learning_rate or a.start != s.start for a in advice)
        if kind in ("too_big", "far_too_big"):
            assert advice[-1].learning_rate < s.learning_rate
        if kind == "far_too_big":
            assert end > begin or one_answer
        if kind in ("stuck", "one_answer"):
            assert one_answer
        if kind == "flat":
            assert s.loss == "zero_one"
            assert np.array_equal(run.weights[0], run.weights[-1])
        assert (kind == "median") == (s.loss == "pixel_distance")
    # Both ends of the rates are among the runs.
    kinds = {
        rate: {j.verdict.kind for j in all_judged if j.run.settings.learning_rate == rate} for rate in LEARNING_RATES
    }
    assert not kinds[LEARNING_RATES[-1]] & {"too_small", "still_learning"}
    assert not kinds[LEARNING_RATES[0]] & {"too_big", "far_too_big"}


def test_every_kind_is_true_on_the_whole_grid_of_the_digits(all_digits, digits):
    check_kinds(all_digits, digits)
    assert {"too_small", "still_learning", "learned", "too_big", "far_too_big", "stuck", "flat", "median"} <= {
        judged.verdict.kind for judged in all_digits
    }


def test_every_kind_is_true_on_mnist(some_mnist, mnist):
    check_kinds(some_mnist, mnist)


def test_both_ends_of_the_rate_on_mnist_and_the_numbers_of_the_sentences(some_mnist, mnist):
    by_rate = {
        j.run.settings.learning_rate: j for j in some_mnist
        if j.run.settings == Settings(dataset="mnist", learning_rate=j.run.settings.learning_rate)
    }
    low, high, good = (by_rate[rate] for rate in (0.0001, 100.0, 1.0))
    assert (low.verdict.kind, high.verdict.kind, good.verdict.kind) == ("too_small", "too_big", "learned")
    assert np.corrcoef(low.run.weights[0], low.run.weights[-1])[0, 1] > 0.99
    assert "The weights have hardly moved" in low.verdict.sentence
    assert "jumps about" in high.verdict.sentence
    for judged in (low, high, good):
        right = judged.run.test_accuracy[-1]
        wrong = round((1 - right) * len(mnist.X_test))
        assert f"{percent(right)} of {len(mnist.X_test):,} unseen digits right ({wrong:,} wrong)" in (
            judged.verdict.sentence
        )
    advised = by_rate[low.verdict.advice[-1].learning_rate].run
    assert f"Try {advised.settings.learning_rate:g}: {percent(advised.test_accuracy[-1])} right" in low.verdict.sentence


any_choices = st.builds(
    Settings,
    digits=st.lists(st.integers(0, 9), min_size=2, max_size=2, unique=True).map(tuple),
    epochs=st.sampled_from((1, 2, 3, 5, 20, 100)), seed=st.integers(0, 999), black_and_white=st.booleans(),
    inverted=st.booleans(), bias=st.booleans(),
    **{
        name: st.sampled_from(LIMITS[name].options)
        for name in ("score", "loss", "learning_rate", "start", "batch_size", "l2", "train_images")
    },
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(s=any_choices)
def test_the_advice_is_good_for_any_settings(s):
    dataset = dataset_of(s)
    run = train(dataset, s)
    for known in (alternative_outcomes(dataset, s), None):
        result = verdict(run, dataset, references(s), alternatives=known)
        assert whole(result.sentence), result.sentence
        assert all(names(result.sentence, s, advice) for advice in result.advice), result
        if known is None:
            continue  # that advice is for MNIST
        for advice in result.advice:
            end = outcome(train(dataset, advice))
            lower = advice.epochs > s.epochs and end.loss < outcome(run).loss
            assert better(end, outcome(run), len(dataset.X_test)) or lower, (s, result)


def test_the_page_waits_for_alternatives_only_where_they_are_quick(digits, mnist):
    for loss in LIMITS["loss"].options:
        for score in LIMITS["score"].options:
            assert seconds_of_alternatives(digits, Settings(loss=loss, score=score)) <= LONG
        later = Settings(dataset="mnist", loss=loss)
        assert seconds_of_alternatives(mnist, later) > LONG
        assert affordable(mnist, later)
        longest = replace(later, start="mean_image", epochs=30, batch_size=16)
        assert not affordable(mnist, longest)
        assert not affordable(mnist, replace(later, score="distance"))


def test_the_facts_take_as_many_lines_as_the_verdict(mnist):
    for rate in (LEARNING_RATES[0], LEARNING_RATES[-1]):
        sentence = facts(train(mnist, Settings(dataset="mnist", learning_rate=rate)), mnist)
        assert SHORTEST < len(sentence) <= LONGEST
