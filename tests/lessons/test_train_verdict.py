"""The verdicts of the page Train, each kind by itself; tests/slow has them over the whole grid of choices."""

import dataclasses
import re

import numpy as np
import pytest

from explorer import texts
from explorer.engine.settings import LEARNING_RATES, Leg, Settings
from explorer.engine.training import penalised_loss, train
from explorer.lessons.train.outcomes import (
    alternatives,
    better,
    noise,
    outcome,
)
from explorer.lessons.train.verdict import as_it_began, is_rate_too_big, verdict
from explorer.lessons.words import percent
from tests.verdicts import verdict_of


def test_diverged_names_the_epoch_and_a_limit_that_holds(digits):
    """Below the limit that the sentence names the run stays finite, above it does not."""
    result = verdict_of(Settings(l2=1.0, learning_rate=100.0))
    run = train(digits, Settings(l2=1.0, learning_rate=100.0))
    assert result.kind == "diverged"
    assert f"the loss became infinite in epoch {run.diverged_at}.**" in result.sentence
    limit = float(re.search(r"every rate above ([\d.]+)\.", result.sentence)[1])
    assert limit == 2
    for rate, diverges in ((1.0, False), (5.0, True)):
        long = train(digits, Settings(l2=1.0, learning_rate=rate, epochs=100))
        assert (long.diverged_at is not None) == diverges


def test_flat_moves_nothing_but_by_the_penalty(digits):
    sentence = verdict_of(Settings(loss="zero_one")).sentence
    assert "**Nothing moved: this loss is the share of wrong answers, accuracy turned round.**" in sentence
    shrunk = Settings(loss="zero_one", l2=0.01)
    assert "Only the penalty moved the weights" in verdict_of(shrunk).sentence
    weights = train(digits, shrunk).weights
    assert np.linalg.norm(weights[-1]) < np.linalg.norm(weights[0])


def test_with_few_images_that_are_all_right_more_of_them_are_advised(digits):
    few = next(
        s for seed in range(20) for s in [Settings(train_images=10, start="zeros", seed=seed)]
        if verdict_of(s).sentence.startswith("**All its 10 training digits are right already;")
        and verdict_of(s).kind == "still_learning"
    )
    run, result = train(digits, few), verdict_of(few)
    assert run.train_accuracy[-1] == 1
    assert run.train_loss[-1] < 0.1 * np.log(2)
    assert result.sentence.endswith("Try more training images.")
    (advice,) = result.advice
    assert advice == dataclasses.replace(few, train_images=None)
    assert train(digits, advice).test_accuracy[-1] > run.test_accuracy[-1]
    assert "All its" not in verdict_of(Settings(learning_rate=0.001, start="zeros")).sentence


def test_one_answer_names_the_highest_score(digits):
    s = Settings(score="distance", bias=False, learning_rate=0.01)
    run, sentence = train(digits, s), verdict_of(s).sentence
    highest = max(-np.abs(x - run.weights[-1]).sum() for x in digits.X_test)
    assert "always answers 7: without a bias this score is never above 0" in sentence
    assert f"{highest:.2f}".replace("-", "−") in sentence
    assert percent(float(np.mean(digits.y_test == 0))) in sentence


def test_a_loss_that_rises_by_the_penalty_is_not_a_rate_too_big(digits):
    """From good weights the loss may rise while the penalised loss falls, as it should."""
    s = Settings(score="distance", start="mean_image", learning_rate=0.01, l2=0.1, epochs=50)
    run = train(digits, s)
    assert penalised_loss(run) < penalised_loss(run, 0)
    assert verdict_of(s).kind not in ("too_big", "far_too_big")
    assert "the loss plus penalty rose" in verdict_of(Settings(score="distance", l2=0.1)).sentence


def test_the_median_verdict_distinguishes_on_the_way_from_arrived(digits):
    slow, settled = (Settings(loss="pixel_distance", learning_rate=rate, epochs=200) for rate in (0.001, 1.0))
    assert "are becoming an average digit, half 3 and half 7" in verdict_of(slow).sentence
    assert "became an average digit, half 3 and half 7" in verdict_of(settled).sentence
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


def test_alternatives_differ_only_in_rate_start_and_epochs():
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




def test_the_task_is_done_by_a_rate_that_is_too_big_and_by_no_other():
    for rate, is_done in ((0.01, False), (0.2, False), (1.0, True), (100.0, True)):
        assert is_rate_too_big(verdict_of(Settings(score="distance", learning_rate=rate))) == is_done
    assert is_rate_too_big(verdict_of(Settings(l2=1.0, learning_rate=100.0)))
    assert not is_rate_too_big(verdict_of(Settings(loss="zero_one", learning_rate=100.0)))


def of_legs(digits, **choices):
    s = Settings(**choices)
    run, plain = train(digits, s), train(digits, as_it_began(s))
    return run, plain, verdict(run, digits, plain=plain)


@pytest.mark.parametrize(("choices", "said"), [
    (dict(epochs=3, learning_rate=0.01, legs=(Leg(20, 1.0, "log_loss", True),)), "your schedule helps"),
    (dict(epochs=20, legs=(Leg(5, 100.0, "absolute_error", True),)), "going on as it began is better"),
    (dict(epochs=20, legs=(Leg(5, 0.001, "hinge", True), Leg(1, 0.001, "hinge", True))), "no clear difference"),
])
def test_a_schedule_is_compared_with_a_training_that_goes_on_as_it_began(digits, choices, said):
    run, plain, result = of_legs(digits, **choices)
    s = run.settings
    before = s.all_epochs - s.legs[-1].epochs
    assert plain.settings == Settings(epochs=s.all_epochs, learning_rate=s.learning_rate)
    assert result.kind == "schedule"
    assert not is_rate_too_big(result)
    assert said in result.sentence
    for share in (run.test_accuracy[-1], run.test_accuracy[before], plain.test_accuracy[-1]):
        assert percent(share) in result.sentence
    assert f"After {s.all_epochs} epochs in {('two', 'three')[len(s.legs) - 1]} legs" in result.sentence
    assert f"in epoch {before + 1}" in verdict(run, digits).sentence  # without the other run


def test_a_leg_that_diverges_is_named_with_its_rate(digits):
    run, _, result = of_legs(
        digits, epochs=5, l2=1.0, learning_rate=0.1, legs=(Leg(40, 10.0, "hinge", True),),
    )
    assert result.kind == "diverged"
    assert "learning rate of leg 2" in result.sentence
    assert f"in epoch {run.diverged_at}.**" in result.sentence
    assert "1 − 10 × 1 = −9" in result.sentence


def test_a_decay_is_judged_among_all_rates_with_the_same_decay():
    s = Settings(learning_rate=0.001, decay="cosine")
    result = verdict_of(s)
    assert result.kind == "too_small"
    assert all(advice.decay == "cosine" for advice in result.advice)
    assert {one.decay for one in alternatives(s)} == {"cosine"}


def test_the_longest_sentences_about_a_schedule_fit_in_two_lines(digits):
    s = Settings(epochs=997, legs=(Leg(1, 1.0, "hinge", True),) * 3)
    longest = max(
        (texts.of("train")(f"schedule.{name}", epochs="1,000 epochs", legs="four", before="99.9 %", plain="99.9 %",
                           from_epoch="1,000", accuracy="99.9 % of 2,038 unseen digits right (1,234 wrong)")
         for name in ("facts", "gained", "lost", "same")), key=len,
    )
    assert s.all_epochs == 1000
    assert len(longest) <= 276
