"""The short answers of the page Train, and how it says in words what moves a weight: against numbers by hand."""

import numpy as np
import pytest

from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons.train.reasons import reasons
from explorer.lessons.train.update import one_step, push
from explorer.lessons.words import number, percent


def test_the_answers_hold_the_numbers_of_the_run(digits):
    run = train(digits, Settings(l2=0.1))
    said = " ".join(reasons(run, digits))
    right = run.test_accuracy[-1]
    assert f"100 % − {percent(right)} = {percent(1 - right)}" in said
    training = percent(run.train_accuracy[-1])
    assert f"it gets {training} of its training digits right, and {percent(right)} of 109" in said
    before, after = (number((run.weights[at].astype(float) ** 2).sum(), ".3g") for at in (0, -1))
    assert f"Here λ = 0.1, and the sum of all squared weights went from {before} to {after}." in said
    assert "half 3 and half 7" in said
    off = " ".join(reasons(train(digits, Settings()), digits))
    assert "It is off now" in off
    assert "training digits by heart" not in " ".join(reasons(train(digits, Settings(loss="zero_one")), digits))


@pytest.mark.parametrize("settings", [
    Settings(), Settings(loss="hinge"), Settings(loss="squared_error"), Settings(score="distance"),
    Settings(loss="pixel_distance"),
])
def test_a_bowl_is_promised_only_where_the_loss_is_convex(digits, settings):
    """Between two weights a convex loss lies below the straight line: every start leads to the same bottom."""
    said = " ".join(reasons(train(digits, settings), digits))
    promised = "picture this loss as one big bowl" in said
    assert promised == (settings in (Settings(), Settings(loss="hinge")))
    if not promised:
        return
    generator, rows = np.random.default_rng(1), slice(0, 254)
    for _ in range(20):
        a, b = generator.normal(0, 2, (2, 64)).astype(np.float32)
        low, middle, high = (one_step(digits, settings, rows, w, 0.0).loss_before for w in (a, (a + b) / 2, b))
        assert middle <= (low + high) / 2 + 1e-5


def test_how_a_3_moves_the_weights_is_as_the_words_say(digits):
    """With one image of a 3 as the batch."""
    image = int(np.argmax(digits.y_train == 1))
    x, zeros, rows = digits.X_train[image], np.zeros(64, np.float32), slice(image, image + 1)
    change = one_step(digits, Settings(), rows, zeros, 0.0).weights_after
    assert "the weights of its pixels go up: the higher a value, the more" in push(Settings(), (3, 7))
    np.testing.assert_allclose(change / x.max(), change.max() * x / x.max() ** 2, rtol=1e-5, atol=1e-7)
    assert (change[x == 0] == 0).all()
    s, half = Settings(score="distance", learning_rate=0.01), np.full(64, 0.5, np.float32)
    moved = one_step(digits, s, rows, half, 30.0).weights_after - half
    assert "every weight moves towards its pixel's value" in push(s, (3, 7))
    apart = x != 0.5
    assert (np.sign(moved[apart]) == np.sign(x[apart] - 0.5)).all()
    assert np.ptp(np.abs(moved[apart])) < 1e-6  # the step is as long for a near value as for a far one
    assert "whichever digit it shows" in push(Settings(loss="pixel_distance"), (3, 7))
