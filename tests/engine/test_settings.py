"""Settings refuse what the table of limits does not allow, and say so."""

import dataclasses
import json
from itertools import pairwise

import pytest

from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES
from explorer.engine.settings import LEARNING_RATES, LIMITS, MAX_EPOCHS, Choice, Leg, Settings, Whole

FORGED = [
    None, "", "nan", float("nan"), float("inf"), -1, 10**5000, 1e300, True, [], {}, (3, 3), (3,), "3", b"", object(),
]


def test_the_table_has_a_limit_for_every_field():
    assert list(LIMITS) == [field.name for field in dataclasses.fields(Settings)]


def test_scores_and_losses_come_from_their_tables():
    assert LIMITS["score"].options == tuple(SCORES)
    assert LIMITS["loss"].options == tuple(LOSSES)


def test_learning_rates_are_log_spaced_and_contain_the_round_ones():
    assert {0.0001, 0.001, 0.01, 0.1, 1, 10, 100} <= set(LEARNING_RATES)
    assert min(LEARNING_RATES) == 0.0001
    assert max(LEARNING_RATES) == 100
    ratios = [b / a for a, b in pairwise(LEARNING_RATES)]
    assert all(1.9 < ratio < 2.6 for ratio in ratios)


@pytest.mark.parametrize("name", LIMITS)
def test_every_permitted_value_is_accepted(name):
    limit = LIMITS[name]
    values = (
        limit.options if isinstance(limit, Choice)
        else (limit.low, limit.high) if isinstance(limit, Whole)
        else ((0, 9), (9, 0)) if name == "digits"
        else ((), (Leg(1, 0.1, "hinge", False),) * 3) if name == "legs"
        else (True, False)
    )
    for value in values:
        assert getattr(Settings(**{name: value}), name) == value


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", FORGED, ids=lambda v: type(v).__name__)
def test_what_is_not_allowed_is_named(name, value):
    if LIMITS[name].problem(value) is None:
        assert (name, value) in [("batch_size", None), ("train_images", None)] or value is True
        return
    with pytest.raises(ValueError, match=f"^{name}: .*must be") as refused:
        Settings(**{name: value})
    assert len(str(refused.value)) < 300


def test_true_is_no_number_and_one_is_no_switch():
    for name, value in (("seed", True), ("learning_rate", True), ("epochs", True), ("bias", 1), ("l2", False)):
        with pytest.raises(ValueError, match=name):
            Settings(**{name: value})


def test_epochs_have_a_limit_for_each_data_set():
    for dataset, limit in MAX_EPOCHS.items():
        assert Settings(dataset=dataset, epochs=limit).epochs == limit
        if limit < LIMITS["epochs"].high:
            with pytest.raises(ValueError, match=f"at most {limit}"):
                Settings(dataset=dataset, epochs=limit + 1)


def test_settings_are_keys():
    assert len({Settings(), Settings(), Settings(seed=1)}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().seed = 3
    json.dumps(dataclasses.asdict(Settings()))  # plain values only
