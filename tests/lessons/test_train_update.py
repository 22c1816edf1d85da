"""The table of one update: each line follows from the others to all shown digits and agrees with the engine."""

from decimal import Decimal

import numpy as np
import pytest

from explorer.engine.losses import LOSSES
from explorer.engine.schedule import rate_at
from explorer.engine.scores import SCORES
from explorer.engine.settings import Leg, Settings
from explorer.engine.training import batches, train, uses_bias
from explorer.lessons.train.formulas import formulas
from explorer.lessons.train.update import step_of_run, update_table

MILLIONTH = Decimal("0.000001")
CASES = [
    Settings(score=score, loss=loss, l2=l2, learning_rate=0.5, bias=bias, batch_size=size)
    for score in SCORES for loss in LOSSES for l2 in (0.0, 0.01) for bias, size in ((True, 64), (False, 16))
]


def rounded(number: Decimal) -> Decimal:
    return number.quantize(MILLIONTH)


@pytest.mark.parametrize("settings", CASES, ids=lambda s: f"{s.score}-{s.loss}-{s.l2:g}-{s.batch_size}")
@pytest.mark.parametrize("pixel", [0, 28])
def test_the_table_adds_up_to_all_shown_digits(digits, settings, pixel):
    run = train(digits, settings)
    step = step_of_run(digits, run, 3, 1)
    table = update_table(step, digits, pixel)
    n = len(step.scores)
    columns = (1, 2) if uses_bias(settings) else (2,)  # of the bias, of the weight
    for row in table.images[:5]:
        factor, error, product = row.cells
        assert product == rounded(factor * error)
    totals = {row.label: row.cells for row in table.totals}
    labels = list(totals)
    for i in columns:
        total = totals[f"sum of {n}"][i]
        assert total == sum(row.cells[i] for row in table.images)
        average = totals[labels[1]][i]
        assert average == rounded(total / n)
        gradient, before = average, totals["before"][i]
        if settings.l2:
            penalty = totals["penalty 0.01 × weight"][i]
            assert penalty == (rounded(Decimal("0.01") * before) if i == 2 else 0)
            gradient = totals["gradient = both"][i]
            assert gradient == average + penalty
        change = totals["× −0.5 = change"][i]
        assert change == rounded(-gradient / 2)
        assert totals["after"][i] == before + change

    # It agrees with the engine, but for roundings to a millionth and float32.
    assert float(totals["before"][2]) == pytest.approx(step.weights_before[pixel], abs=1e-6)
    assert float(totals["after"][2]) == pytest.approx(step.weights_after[pixel], abs=1e-5)
    if uses_bias(settings):
        assert float(totals["after"][1]) == pytest.approx(step.bias_after, abs=1e-4)
    else:
        assert all(row.cells[1] is None for row in table.totals)


def test_small_batches_are_shown_whole(digits):
    run = train(digits, Settings(train_images=30, batch_size=16))
    sizes = {len(step_of_run(digits, run, 1, b).scores) for b in range(2)}
    assert sizes == {16, 14}
    table = update_table(step_of_run(digits, run, 1, 0), digits, 20)
    assert len(table.images) == 6
    assert table.images[-1].label.startswith("the other ")


def test_a_run_that_diverged_has_a_table(digits):
    run = train(digits, Settings(l2=1.0, learning_rate=100.0))
    for batch in range(4):
        table = update_table(step_of_run(digits, run, run.diverged_at, batch), digits, 20)
        assert len(table.totals) == 7


SCHEDULE = Settings(epochs=3, decay="cosine", l2=0.01, legs=(Leg(2, 0.5, "hinge", False), Leg(2, 0.2, "hinge", True)))


@pytest.mark.parametrize("epoch", range(1, 8))
def test_a_step_of_a_schedule_is_taken_again_as_it_was(digits, epoch):
    """Up to the last step of an epoch: the weights and the bias are those of the run, to the bit."""
    run = train(digits, SCHEDULE)
    last = len(batches(len(digits.X_train), SCHEDULE, epoch)) - 1
    step = step_of_run(digits, run, epoch, last)
    np.testing.assert_array_equal(step.weights_after, run.weights[epoch])
    assert step.bias_after == run.biases[epoch]
    assert step.learning_rate == rate_at(SCHEDULE, epoch)
    assert step.settings.loss == ("log_loss" if epoch <= 3 else "hinge")
    table = update_table(step, digits, 28)
    totals = {row.label: row.cells for row in table.totals}
    (shown,) = [label for label in totals if label.endswith("= change")]
    rate = Decimal(shown.removeprefix("× −").removesuffix(" = change"))
    assert float(rate) == pytest.approx(step.learning_rate, rel=1e-5)
    assert totals[shown][2] == rounded(-rate * totals["gradient = both"][2])
    assert (totals["before"][1] is None) == (epoch in (4, 5))  # no bias


def test_the_first_step_of_a_leg_without_a_bias_begins_without_it(digits):
    run = train(digits, SCHEDULE)
    assert run.biases[3] != 0
    step = step_of_run(digits, run, 4, 0)
    assert (step.bias_before, step.bias_after) == (0, 0)
    scores = digits.X_train[step.rows] @ run.weights[3]
    np.testing.assert_allclose(step.scores, scores, atol=1e-5)


def test_the_formulas_are_those_of_the_last_leg(digits):
    run = train(digits, SCHEDULE)
    found = formulas(run, digits)
    (step,) = [latex for words, latex in found if words.startswith("One step")]
    assert f"{rate_at(SCHEDULE, 7):g} \\cdot" in step
    assert rate_at(SCHEDULE, 7) == pytest.approx(0.1)  # half of 0.2: the second of two epochs
    assert "\\max" in "".join(latex for _, latex in found)  # hinge
    assert "\\cos" in found[-1][1]
    assert len(formulas(train(digits, Settings(epochs=1)), digits)) == len(found) - 1
