"""repaired() gives settings for whatever comes from outside, and says what it replaced."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.engine.settings import DEFAULTS, LIMITS, MAX_EPOCHS, Settings
from explorer.links import repaired


def test_repaired_keeps_what_is_good_and_names_what_is_not():
    settings, problems = repaired({"seed": 10**9, "loss": "hinge", "digits": (4, 4), "nonsense": 1})
    assert settings == Settings(loss="hinge")
    assert len(problems) == 2
    assert any(p.startswith("seed: `1000000000` is") for p in problems)
    assert any(p.startswith("digits: `(4, 4)`") for p in problems)
    assert repaired({}) == (DEFAULTS, [])


def test_repaired_shortens_a_run_that_is_too_long_for_its_data():
    settings, problems = repaired({"dataset": "mnist", "epochs": 1000})
    assert settings.epochs == MAX_EPOCHS["mnist"]
    assert len(problems) == 1


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # timings are for benchmarks
@given(st.dictionaries(
    st.sampled_from(list(LIMITS)),
    st.one_of(st.integers(), st.floats(), st.text(), st.booleans(), st.none(), st.tuples(st.integers(), st.integers())),
))
def test_repaired_always_gives_settings(values):
    found, problems = repaired(values)
    good = {name for name, value in values.items() if LIMITS[name].problem(value) is None} - {"epochs"}
    assert all(getattr(found, name) == values[name] for name in good)
    assert len(problems) <= len(values)
