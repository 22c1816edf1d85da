"""The legs of a training: their code in a link, what is made of a damaged one, and how one more is added."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from explorer.engine.losses import LOSSES
from explorer.engine.settings import LEARNING_RATES, LIMITS, MAX_EPOCHS, Leg, Settings
from explorer.inputs import bounds
from explorer.lessons.compare_losses.row_set import FIRST_SET
from explorer.lessons.train import legs
from explorer.links import repaired
from tests.support.markdown import outside_code

some_legs = some.lists(some.builds(
    Leg, some.integers(1, 1000), some.sampled_from(LEARNING_RATES), some.sampled_from(sorted(LOSSES)), some.booleans(),
), max_size=3).map(tuple)
TENTH = Leg(10, 0.1, "log_loss", True)


def test_the_code_of_the_readme():
    assert legs.write((TENTH, Leg(5, 0.01, "hinge", False))) == "10-0.1-ll-b_5-0.01-h-n"


@given(some_legs)
def test_every_code_reads_back(chosen):
    code = legs.write(chosen)
    assert legs.read(code) == (chosen, [])
    assert len(code) <= bounds.LEGS // 1.5


def test_losses_and_biases_are_spelled_as_in_the_runs_of_compare_losses():
    for row in FIRST_SET:
        _, _, loss, rate, bias, _ = row.code.split("-")
        (leg,), problems = legs.read(f"1-{rate}-{loss}-{bias}")
        assert (leg.loss, leg.learning_rate, leg.bias, problems) == (row.loss, row.learning_rate, row.bias, [])


@pytest.mark.parametrize(("code", "left", "said"), [
    ("5-0.1-ll", 0, "a leg has 4 choices, this one has 3"), ("0-0.1-ll-b", 0, "epochs"), ("5.5-0.1-ll-b", 0, "epochs"),
    ("5-3-ll-b", 0, "learning rate `3`"), ("5-0.1-mse-b", 0, "loss `mse`"), ("5-0.1-ll-x", 0, "bias `x`"),
    ("5-0.1-ll-b_nonsense", 1, "`nonsense` was left out"), ("٥-０.１-ll-b", 1, ""),
    ("1-1-h-b_" * 5 + "1-1-h-b", 3, "three"), (f"{'9' * 5000}-1-h-b", 0, "5,006 characters"),
    (7, 0, "not text"), (None, 0, "not text"), ("none", 0, ""), ("", 0, ""),
    ("1-nan-h-b", 0, "learning rate"), ("1-1e400-h-b", 0, "learning rate"), ("-5-1-h-b", 0, "choices"),
])
def test_what_cannot_be_read_is_left_out_and_said(code, left, said):
    found, problems = legs.read(code)
    assert len(found) == left
    assert bool(problems) == bool(said)
    assert said in " ".join(problems)


@given(some.text() | some.text("0123456789.-_llhbnpd", max_size=200))
def test_any_text_gives_legs_and_quotes_what_it_says(code):
    found, problems = legs.read(code)
    assert len(found) <= legs.MOST
    assert len(problems) <= 1 + bounds.NAMED + 1
    for problem in problems:
        assert not set("<[$`") & set(outside_code(problem))


def test_one_more_leg_goes_on_at_a_tenth_of_the_rate():
    first = legs.gone_on(Settings(loss="hinge", bias=False))
    assert first == (Leg(10, 0.1, "hinge", False),)
    second = legs.gone_on(Settings(legs=first))
    assert second == (*first, Leg(10, 0.01, "hinge", False))
    assert legs.gone_on(Settings(learning_rate=0.0005))[0].learning_rate == 0.0001
    assert legs.gone_on(Settings(learning_rate=50.0))[0].learning_rate == 5
    assert legs.gone_on(Settings(dataset="mnist", epochs=23))[0].epochs == 7


@pytest.mark.parametrize(("settings", "can"), [
    (Settings(), True), (Settings(legs=(TENTH,) * 3), False), (Settings(epochs=1000), False),
    (Settings(dataset="mnist", epochs=30), False), (Settings(dataset="mnist", epochs=19, legs=(TENTH,)), True),
])
def test_when_a_training_can_go_on(settings, can):
    assert legs.can_go_on(settings) == can


def test_a_leg_that_is_changed_stays_within_its_limits():
    assert legs.changed((TENTH, TENTH), 1, loss="hinge") == (TENTH, replace(TENTH, loss="hinge"))
    for field, value in (("epochs", 0), ("learning_rate", "fast"), ("loss", None), ("bias", 1)):
        with pytest.raises(ValueError, match=field):
            legs.changed((TENTH,), 0, **{field: value})


def test_legs_that_do_not_fit_are_shortened_or_left_out_with_a_sentence():
    thirty = {"dataset": "mnist", "epochs": 15, "legs": (TENTH, TENTH, TENTH)}
    settings, problems = repaired(thirty)
    assert settings.legs == (TENTH, replace(TENTH, epochs=5))
    assert settings.all_epochs == MAX_EPOCHS["mnist"]
    (said,) = problems
    assert "at most 30" in said
    pixels, problems = repaired({"loss": "pixel_distance", "legs": (TENTH, replace(TENTH, loss="pixel_distance"))})
    assert [leg.loss for leg in pixels.legs] == ["pixel_distance"]
    assert len(problems) == 1


@given(some_legs, some.sampled_from(sorted(LOSSES)), some.integers(1, 1000), some.sampled_from(sorted(MAX_EPOCHS)))
def test_repaired_always_finds_settings_for_legs(chosen, loss, epochs, dataset):
    settings, problems = repaired({"legs": chosen, "loss": loss, "epochs": epochs, "dataset": dataset})
    assert settings.all_epochs <= MAX_EPOCHS[dataset]
    assert bool(problems) == ((settings.epochs, settings.legs) != (epochs, chosen))
    assert set(settings.legs) <= {replace(leg, epochs=n) for leg in chosen for n in (leg.epochs, *(
        last.epochs for last in settings.legs[-1:]
    ))}


def test_what_the_note_says():
    two = Settings(legs=(TENTH,))
    assert legs.note(Settings()) == ""
    assert "begins" in legs.note(two)
    assert "jump" not in legs.note(two)
    assert "jump" in legs.note(replace(two, loss="hinge"))
    assert "setting it to 0" in legs.note(replace(two, bias=False))
    assert "cosine" in legs.note(Settings(decay="cosine"))
    assert "halved" in legs.note(Settings(decay="steps"))
    assert LIMITS["legs"].most == legs.MOST == 3
