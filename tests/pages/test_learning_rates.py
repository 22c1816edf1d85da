"""The page "Learning rates" in Streamlit's own test harness."""

import threading

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons import learning_rates as lesson
from explorer.lessons.learning_rates import RATES, STILL
from tests.support.figures import array
from tests.support.pages import charts, open_page, spec


def text(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown)


def expected(settings: Settings = Settings(), losses=lesson.SLOPED, biases: str = "with") -> lesson.Sweep:  # noqa: B008
    dataset = load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)
    return lesson.train_sweep(dataset, settings, lesson.rows(losses, biases))


def drawn(app: AppTest) -> dict:
    return {trace["name"]: array(trace["y"]) for trace in spec(app, "rate_lines")["data"]}


def test_the_page_shows_the_sweep_without_a_click():
    app, result = open_page("learning_rates"), expected()
    assert lesson.sentence(result) in text(app)
    lines = drawn(app)
    for row, accuracies in zip(result.rows, result.accuracies(), strict=True):
        np.testing.assert_allclose(lines[row.label], accuracies)
    assert lesson.cell_sentence(result, 0, RATES.index(1.0), load()) in text(app)


@pytest.mark.parametrize(("key", "value", "of"), [
    ("losses", ["hinge", "zero_one"], {"losses": ("hinge", "zero_one")}),
    ("sweep_bias", "both", {"biases": "both"}),
    ("sweep_bias", "without", {"biases": "without"}),
    ("score", "distance", {"settings": Settings(score="distance")}),
    ("start", "zeros", {"settings": Settings(start="zeros")}),
    ("epochs", 5, {"settings": Settings(epochs=5)}),
    ("batch_size", 16, {"settings": Settings(batch_size=16)}),
    ("l2", 0.1, {"settings": Settings(l2=0.1)}),
    ("train_images", 30, {"settings": Settings(train_images=30)}),
    ("seed", 4, {"settings": Settings(seed=4)}),
    ("inverted", True, {"settings": Settings(inverted=True)}),
])
def test_every_control_sweeps_again(key, value, of):
    app = open_page("learning_rates")
    app.get_by_key(key).set_value(value).run()
    assert not app.exception
    assert lesson.sentence(expected(**of)) in text(app)


def test_a_link_opens_the_run_that_it_names():
    app = open_page(
        "learning_rates", cell_loss="squared error", cell_rate="5", sweep_bias="both", cell_bias="false", epochs="10"
    )
    settings = Settings(loss="squared_error", learning_rate=5.0, bias=False, epochs=10)
    run = train(load(), settings)
    loss, accuracy = (
        next(trace for trace in spec(app, "paths")["data"] if trace["yaxis"] == axis and trace["line"]["width"] > 3)
        for axis in ("y", "y2")
    )
    # In float32, a run trained alone and the same run trained among others differ by rounding.
    np.testing.assert_allclose(array(loss["y"]), run.test_loss, atol=1e-3)
    np.testing.assert_allclose(array(accuracy["y"]), run.test_accuracy, atol=0.01)
    assert "**Squared error, no bias at 5: " in text(app)


def test_buttons_choose_a_rate_that_is_too_small_right_or_too_big():
    app, result = open_page("learning_rates", cell_loss="squared error"), expected()
    row = [line.loss for line in result.rows].index("squared_error")
    for which, words in (("small", "too small."), ("big", "too big."), ("right", "right.")):
        rate = dict(lesson.guides(result, row).items())[which]
        button = app.get_by_key(f"try_{which}")
        assert button.label.endswith(f": {RATES[rate]:g}")
        button.click().run()
        assert not app.exception
        assert f"**Squared error at {RATES[rate]:g}: {words}**" in text(app)
    flat = open_page("learning_rates", losses="zero one")
    assert not [button.key for button in flat.button if str(button.key).startswith("try_")]


def test_the_task_is_ticked_at_a_rate_that_breaks_one_loss_and_suits_another():
    app, result = open_page("learning_rates"), expected()
    assert "**Your turn.** Find a learning rate that breaks one loss" in text(app)
    row, rate = next(
        (row, rate) for row in range(4) for rate in range(19) if lesson.breaks_one_and_suits_another(result, row, rate)
    )
    app.get_by_key("cell_loss").set_value(result.rows[row].loss).run()
    app.get_by_key("cell_rate").set_value(RATES[rate]).run()
    assert "**Done.** A rate is not too big by itself" in text(app)


def test_without_a_loss_the_page_says_what_to_do_and_keeps_the_rest():
    app = open_page("learning_rates", epochs="5")
    app.get_by_key("losses").set_value([]).run()
    assert not app.exception
    assert "Choose at least one loss" in app.info[0].value
    assert not charts(app)
    app.get_by_key("losses").set_value(["hinge"]).run()
    assert lesson.sentence(expected(Settings(epochs=5), ("hinge",))) in text(app)


def test_removing_the_loss_of_the_chosen_run_chooses_another_run():
    app = open_page("learning_rates", cell_loss="hinge")
    assert "**Hinge at 1: right.**" in text(app)
    app.get_by_key("losses").set_value(["squared_error", "log_loss"]).run()
    assert not app.exception
    assert "**Log loss at 1: right.**" in text(app)


@pytest.mark.parametrize("link", [
    {"l2": "1", "cell_rate": "100"}, {"losses": "zero one"}, {"losses": "pixel distance", "sweep_bias": "both"},
    {"score": "distance", "sweep_bias": "without"}, {"epochs": "1", "train_images": "10", "batch_size": "all"},
    {"first": "1", "second": "0", "black_and_white": "true"},
], ids=["diverged", "flat", "pixels", "distance", "short", "black and white"])
def test_every_state_is_complete(link):
    app = open_page("learning_rates", ranges="true", **link)
    assert len(charts(app)) == 2
    assert len(app.table) == 1
    assert not app.warning


def test_a_run_that_diverged_says_so():
    app = open_page("learning_rates", l2="1", cell_rate="100")
    run = train(load(), Settings(l2=1.0, learning_rate=100.0))
    assert f"at 100: too big.** The loss became infinite in epoch {run.diverged_at}:" in text(app)
    names = [trace["name"] for trace in spec(app, "rate_lines")["data"]]
    assert "diverged" in names
    assert STILL not in names


def test_the_table_shows_the_ranges():
    app = open_page("learning_rates", ranges="true", sweep_bias="both")
    shown = app.table[0].value
    table = lesson.table(expected(biases="both"))
    assert [str(value) for value in shown["within 1 point"]] == table["within 1 point"]
    assert len(shown) == 2 * len(lesson.SLOPED)


NONSENSE = ["", "nonsense", "-1", "1e400", "nan", "9" * 5000, "<script>alert(1)</script>", "\u202e3"]


@pytest.mark.parametrize("value", NONSENSE, ids=lambda v: v[:12] or "empty")
def test_nonsense_in_every_parameter_is_no_error(value):
    names = ("losses", "sweep_bias", "score", "start", "epochs", "cell_loss", "cell_rate", "cell_bias", "ranges")
    app = open_page("learning_rates", **dict.fromkeys(names, value))
    assert not app.exception
    assert charts(app) or app.info


@pytest.mark.parametrize(("key", "value"), [
    ("losses", ["perceptron", "hinge"]), ("losses", "hinge"), ("losses", 7), ("sweep_bias", "maybe"),
    ("cell_loss", "perceptron"), ("cell_loss", ["a"]), ("cell_rate", -1.0), ("cell_rate", "fast"),
    ("cell_rate", float("nan")), ("cell_bias", "yes"),
])
def test_a_forged_value_is_no_error(key, value):
    """A forged message may put anything into the session, past the checks of the widget."""
    def script(key, value):
        import streamlit as st

        from explorer.lessons import learning_rates as lesson
        from explorer.ui import learning_rates as ui

        st.session_state[key] = value
        losses, biases = ui.sweep_controls()
        rows = lesson.rows(losses or ("hinge",), biases)
        row, rate = ui.cell_controls(rows)
        st.text(f"{rows[row].loss} {lesson.RATES[rate]}")

    app = AppTest.from_function(script, kwargs={"key": key, "value": value}).run()
    assert not app.exception
    loss, rate = app.text[0].value.split()
    assert loss in ("log_loss", "hinge")
    assert float(rate) == 1


def test_a_forged_pick_is_not_taken():
    picked = []
    for forged in (None, "0,0", [0], [0, 99], [-1, 0], [True, 0], [0.0, 1], {"a": 1}, [[0], 1]):
        def script(forged, picked):
            import streamlit as st

            from explorer.ui.components import heat_map

            real, heat_map._component = heat_map._component, lambda key, on_picked_change, data: on_picked_change()
            try:
                st.session_state["grid"] = {"picked": forged}
                heat_map.heat_map(
                    [{}] * 2, [0.1, 1.0], [[{}] * 2] * 2, (0, 0), [], {}, (0, 0), "grid", {},
                    lambda *at: picked.append(at),
                )
            finally:
                heat_map._component = real

        app = AppTest.from_function(script, kwargs={"forged": forged, "picked": picked}).run()
        assert not app.exception
    assert picked == []


def test_the_page_on_mnist(mnist):
    app = open_page("learning_rates", dataset="mnist", batch_size="512", epochs="2", losses="hinge")
    settings = Settings(dataset="mnist", batch_size=512, epochs=2)
    assert lesson.sentence(expected(settings, ("hinge",))) in text(app)
    run = train(mnist, Settings(dataset="mnist", batch_size=512, epochs=2, loss="hinge"))
    assert drawn(app)["hinge"][RATES.index(1.0)] == pytest.approx(run.test_accuracy[-1], abs=2.01 / len(mnist.X_test))


def test_visitors_share_a_sweep(monkeypatch):
    """Two visits one after the other use one computation."""
    threads = []
    real = lesson.train_sweep

    def counted(*given):
        threads.append(threading.current_thread())
        return real(*given)

    monkeypatch.setattr(lesson, "train_sweep", counted)
    link = {"seed": "77", "epochs": "3"}  # of no other test: the result is not cached
    first, second = open_page("learning_rates", **link), open_page("learning_rates", **link)
    assert text(first) == text(second)
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()
