"""What the page Train says of a run and advises, over the whole grid of choices: it must be true, and it must help."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.explanations import answers, percent
from explorer.outcomes import alternatives, better, noise, outcome, rivals, seconds_of_rivals
from explorer.settings import LEARNING_RATES, LIMITS, Settings
from explorer.training import penalised_loss, train
from explorer.ui import cached
from explorer.verdict import facts, verdict
from tests.verdicts import beaten, dataset_of, grid, helped, judge, references, verdict_of

# The longest that fits into two lines beside the sidebar on a screen of 1440 pixels, and the shortest that needs two.
LONGEST, SHORTEST = 276, 128


@pytest.fixture(scope="module")
def all_digits():
    """Every rate, loss, score, bias and start on the built-in digits: 1,368 runs."""
    return judge(grid("digits"))


@pytest.fixture(scope="module")
def some_mnist(mnist):
    """On MNIST: two scores, flat and steep losses, starts that learn and one that is stuck, all rates or both ends."""
    multiply = grid("mnist", score=("multiply",), bias=(True,), loss=("log_loss",), start=("random",))
    multiply += grid("mnist", score=("multiply",), bias=(True,), loss=("absolute_error",), start=("mean_image",))
    some = {"learning_rate": (0.0001, 0.01, 0.1, 0.5, 100.0)}
    distance = grid("mnist", score=("distance",), bias=(True,), loss=("log_loss",), start=("random",), **some)
    return judge(multiply) + judge(distance)


def whole(sentence: str) -> bool:
    """Two bold marks, a stop at the end, no number that is none, within two lines."""
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
        s, said = judged.run.settings, judged.verdict
        assert whole(said.sentence), said.sentence
        assert all(helped(judged, n_test)), (s, said)
        assert all(names(said.sentence, s, advice) for advice in said.advice), (s, said)
        assert not any(followed.diverged for followed in judged.followed)


def test_whoever_follows_the_advice_ends_better_on_the_whole_grid_of_the_digits(all_digits, digits):
    assert len(all_digits) == 1368
    check(all_digits, len(digits.X_test))


def test_whoever_follows_the_advice_ends_better_on_mnist(some_mnist, mnist):
    check(some_mnist, len(mnist.X_test))
    assert {"too_small", "still_learning", "learned", "too_big", "far_too_big", "stuck"} == {
        judged.verdict.kind for judged in some_mnist
    }


def check_kinds(all_judged, dataset):
    """Each kind by what it claims, worked out anew from the run."""
    n_test = len(dataset.X_test)
    for judged in all_judged:
        run, kind, advice = judged.run, judged.verdict.kind, judged.verdict.advice
        s, begin, end = run.settings, penalised_loss(run, 0), penalised_loss(run)
        one_answer = 0 in answers(run, dataset).counts.sum(0)
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
    # Each of them has both ends of the rates in it.
    kinds = {
        rate: {j.verdict.kind for j in all_judged if j.run.settings.learning_rate == rate} for rate in LEARNING_RATES
    }
    assert not kinds[LEARNING_RATES[-1]] & {"too_small", "still_learning"}
    assert not kinds[LEARNING_RATES[0]] & {"too_big", "far_too_big"}


def test_every_kind_is_what_it_says_on_the_whole_grid_of_the_digits(all_digits, digits):
    check_kinds(all_digits, digits)
    assert {"too_small", "still_learning", "learned", "too_big", "far_too_big", "stuck", "flat", "median"} <= {
        judged.verdict.kind for judged in all_digits
    }


def test_every_kind_is_what_it_says_on_mnist(some_mnist, mnist):
    check_kinds(some_mnist, mnist)


def test_both_ends_of_the_rate_on_mnist_and_the_numbers_of_the_sentences(some_mnist, mnist):
    by_rate = {
        j.run.settings.learning_rate: j for j in some_mnist
        if j.run.settings == Settings(dataset="mnist", learning_rate=j.run.settings.learning_rate)
    }
    low, high, good = (by_rate[rate] for rate in (0.0001, 100.0, 1.0))
    assert (low.verdict.kind, high.verdict.kind, good.verdict.kind) == ("too_small", "too_big", "learned")
    assert np.corrcoef(low.run.weights[0], low.run.weights[-1])[0, 1] > 0.99
    assert "The weights are still the start" in low.verdict.sentence
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
def test_the_advice_is_sound_whatever_else_is_chosen(s):
    dataset = dataset_of(s)
    run = train(dataset, s)
    for known in (rivals(dataset, s), None):
        said = verdict(run, dataset, references(s), rates=known)
        assert whole(said.sentence), said.sentence
        assert all(names(said.sentence, s, advice) for advice in said.advice), said
        if known is None:
            continue  # that advice is for MNIST
        for advice in said.advice:
            end = outcome(train(dataset, advice))
            lower = advice.epochs > s.epochs and end.loss < outcome(run).loss
            assert better(end, outcome(run), len(dataset.X_test)) or lower, (s, said)


def test_diverged_names_the_epoch_and_a_limit_that_holds(digits):
    """Just below the rate that it names the run stays finite, above it does not."""
    said = verdict_of(Settings(l2=1.0, learning_rate=100.0))
    run = train(digits, Settings(l2=1.0, learning_rate=100.0))
    assert said.kind == "diverged"
    assert f"the loss became infinite in epoch {run.diverged_at}.**" in said.sentence
    limit = float(re.search(r"every rate above ([\d.]+)\.", said.sentence)[1])
    assert limit == 2
    for rate, diverges in ((1.0, False), (5.0, True)):
        long = train(digits, Settings(l2=1.0, learning_rate=rate, epochs=100))
        assert (long.diverged_at is not None) == diverges


def test_flat_moves_nothing_but_by_the_penalty(digits):
    assert "**Nothing moved: this loss is flat everywhere.**" in verdict_of(Settings(loss="zero_one")).sentence
    shrunk = Settings(loss="zero_one", l2=0.01)
    assert "Only the penalty moved the weights" in verdict_of(shrunk).sentence
    weights = train(digits, shrunk).weights
    assert np.linalg.norm(weights[-1]) < np.linalg.norm(weights[0])


def test_one_answer_names_the_highest_score(digits):
    s = Settings(score="distance", bias=False, learning_rate=0.01)
    run, sentence = train(digits, s), verdict_of(s).sentence
    highest = max(-np.abs(x - run.weights[-1]).sum() for x in digits.X_test)
    assert "always answers 7: without a bias this score is never above 0" in sentence
    assert f"{highest:.2f}".replace("-", "−") in sentence
    assert percent(float(np.mean(digits.y_test == 0))) in sentence


def test_a_penalty_that_pulls_is_no_rate_too_big(digits):
    """From good weights the loss alone may rise while the loss with its penalty falls, as it should."""
    s = Settings(score="distance", start="mean_image", learning_rate=0.01, l2=0.1, epochs=50)
    run = train(digits, s)
    assert penalised_loss(run) < penalised_loss(run, 0)
    assert verdict_of(s).kind not in ("too_big", "far_too_big")
    assert "the penalised loss rose" in verdict_of(Settings(score="distance", l2=0.1)).sentence


def test_the_typical_digit_is_not_there_before_it_is_there(digits):
    slow, settled = (Settings(loss="pixel_distance", learning_rate=rate, epochs=200) for rate in (0.001, 1.0))
    assert "are on the way to a picture" in verdict_of(slow).sentence
    assert "became a picture" in verdict_of(settled).sentence
    median = np.median(digits.X_train, axis=0)
    near, far = (np.abs(train(digits, s).weights[-1] - median).mean() for s in (settled, slow))
    assert near < 0.05 < far


def test_better_is_more_right_answers_then_a_lower_loss_and_never_a_run_that_diverged(digits):
    good, poor = outcome(train(digits, Settings())), outcome(train(digits, Settings(learning_rate=0.01)))
    assert better(good, poor, 109)
    assert not better(poor, good, 109)
    near = outcome(train(digits, Settings(learning_rate=0.5)))
    assert abs(near.accuracy - good.accuracy) <= noise(109)
    assert better(good, near, 109)
    assert not better(good, near, 109, least=1.0)
    assert not better(outcome(train(digits, Settings(loss="hinge"))), near, 109)  # two losses cannot be compared
    gone = outcome(train(digits, Settings(l2=1.0, learning_rate=100.0)))
    assert better(poor, gone, 109)
    assert not better(gone, poor, 109)
    assert not better(gone, gone, 109)


def test_all_that_a_run_is_compared_with_differs_only_in_what_is_named():
    plain, from_mean, short = Settings(), Settings(start="mean_image"), Settings(epochs=3)
    assert {(s.start, s.epochs) for s in alternatives(plain)} == {("random", 20)}
    assert {(s.start, s.epochs) for s in alternatives(from_mean)} == {("mean_image", 20), ("zeros", 20)}
    assert {(s.start, s.epochs) for s in alternatives(short)} == {("random", 3), ("random", 10)}
    assert {s.start for s in alternatives(Settings(start="mean_image", score="distance"))} == {"mean_image"}
    for s in (plain, from_mean, short):
        assert {a.learning_rate for a in alternatives(s)} == set(LEARNING_RATES)
    assert {(s.loss, s.bias) for s in alternatives(Settings(loss="zero_one", score="distance", bias=False))} == {
        ("log_loss", True)
    }


def test_the_page_waits_for_others_only_where_that_is_quick(digits, mnist):
    for loss in LIMITS["loss"].options:
        for score in LIMITS["score"].options:
            assert seconds_of_rivals(digits, Settings(loss=loss, score=score)) <= cached.AT_ONCE
        later = seconds_of_rivals(mnist, Settings(dataset="mnist", loss=loss))
        longest = Settings(dataset="mnist", loss=loss, start="mean_image", epochs=30, batch_size=16)
        assert cached.AT_ONCE < later < seconds_of_rivals(mnist, longest) <= cached.AT_MOST
        assert seconds_of_rivals(mnist, Settings(dataset="mnist", loss=loss, score="distance")) > cached.AT_MOST


def test_the_facts_that_stand_there_meanwhile_take_as_much_room(mnist):
    for rate in (LEARNING_RATES[0], LEARNING_RATES[-1]):
        sentence = facts(train(mnist, Settings(dataset="mnist", learning_rate=rate)), mnist)
        assert SHORTEST < len(sentence) <= LONGEST
