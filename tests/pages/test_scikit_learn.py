"""The page "Against scikit-learn" in Streamlit's own test harness."""

import numpy as np
import pytest

from explorer import export
from explorer.engine import sklearn_models
from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons.scikit_learn import comparison
from explorer.lessons.scikit_learn.comparison import Reference
from explorer.lessons.scikit_learn.minimum import minimum
from tests.support.figures import array
from tests.support.pages import charts, open_page, spec
from tests.support.serving import ROOT

NONSENSE = ["", "nonsense", "-1", "1e400", "nan", "9" * 500, "<script>alert(1)</script>"]


def text(app) -> str:
    return "\n".join(element.value for element in app.markdown)


def expected(settings: Settings) -> tuple[str, Reference]:
    """The sentence, and what it is about."""
    data = load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)
    fit = sklearn_models.logistic_regression(data, settings)
    reference = Reference(
        fit, comparison.measured(data, settings, fit.weights, fit.bias), minimum(data, settings, fit)
    )
    run = train(data, settings)
    return comparison.seen(run, comparison.our_model(run, data), reference).sentence, reference


def test_the_page_compares_without_a_click():
    app = open_page("scikit_learn")
    settings = Settings(l2=0.01)
    sentence, reference = expected(settings)
    assert sentence in text(app)
    assert "1 ÷ (253 × 0.01) = **0.395**" in text(app)
    assert f"stopped after {reference.fit.iterations} iterations" in text(app)
    run = train(load(), settings)
    ours, theirs, difference = (array(trace["z"]).ravel() for trace in spec(app, "weights_beside")["data"])
    np.testing.assert_allclose(ours, run.weights[-1], rtol=1e-5)
    np.testing.assert_allclose(theirs, reference.fit.weights, rtol=1e-5)
    np.testing.assert_allclose(difference, ours - theirs, atol=1e-6)
    drawn = {trace["name"]: array(trace["y"]) for trace in spec(app, "way_down")["data"]}
    np.testing.assert_allclose(drawn["your run"], comparison.distances(run, reference.floor), rtol=1e-3)
    assert set(drawn) == {"your run", "rate 0.2", "rate 5", "LogisticRegression"}
    assert drawn["LogisticRegression"][0] == pytest.approx(
        max(reference.model.penalised - reference.floor, comparison.RESOLUTION), abs=1e-7
    )
    assert len(app.get("image")[0].proto.imgs) == 8


@pytest.mark.parametrize(("key", "value", "field"), [
    ("penalty", 0.1, "l2"), ("penalty", 0.0, "l2"), ("learning_rate", 0.1, "learning_rate"),
    ("batch_size", 256, "batch_size"), ("epochs", 1000, "epochs"), ("bias", False, "bias"),
    ("start", "zeros", "start"), ("seed", 5, "seed"), ("inverted", True, "inverted"), ("first", 8, "digits"),
])
def test_every_control_compares_again(key, value, field):
    app = open_page("scikit_learn")
    app.get_by_key(key).set_value(value).run()
    assert not app.exception
    settings = {"l2": 0.01} | {field: (8, 7) if field == "digits" else value}
    sentence, _ = expected(Settings(**settings))
    assert sentence in text(app)


def test_a_batch_may_be_all_images():
    app = open_page("scikit_learn", batch_size="all", epochs="1000")
    assert expected(Settings(l2=0.01, batch_size=None, epochs=1000))[0] in text(app)


def test_the_score_and_loss_of_other_pages_are_ignored():
    app = open_page("scikit_learn", score="distance", loss="hinge")
    assert expected(Settings(l2=0.01))[0] in text(app)


def test_the_penalty_of_train_is_used_here_and_in_the_link_back():
    app = open_page("train")
    app.get_by_key("l2").set_value(0.1).run()
    app.switch_page(str(ROOT / "pages" / "scikit_learn.py")).run()
    assert app.get_by_key("penalty").value == 0.1
    assert expected(Settings(l2=0.1))[0] in text(app)
    (to_train,) = [link for link in app.get("page_link") if link.proto.label == "Look at this run in Train"]
    assert "l2=0.1" in to_train.proto.query_string


def test_the_button_takes_the_descent_to_the_minimum():
    app = open_page("scikit_learn", penalty="0.1", bias="false", batch_size="256")
    assert "**The same model" not in text(app)
    assert "**Your turn.**" in text(app)
    next(b for b in app.button if b.label == "Take it to the minimum").click().run()
    assert "**The same model, found in two ways.**" in text(app)
    assert "**Done.**" in text(app)
    assert app.get_by_key("epochs").value == 1000
    assert app.get_by_key("bias").value is False
    assert app.get_by_key("penalty").value == 0.1


def test_the_lines_beside_are_chosen():
    app = open_page("scikit_learn", beside="other batches")
    names = {trace["name"] for trace in spec(app, "way_down")["data"]}
    assert {"batches of 16", "all images at once"} <= names


def test_without_a_penalty_the_page_says_that_there_is_no_minimum():
    app = open_page("scikit_learn", penalty="0")
    assert "**Without a penalty there is no lowest point.**" in text(app)
    assert "C = ∞" in text(app)
    assert spec(app, "way_down")["layout"]["yaxis"]["title"]["text"] == "log loss, training"


@pytest.mark.parametrize("link", [
    {"penalty": "1", "learning_rate": "100"}, {"train_images": "10", "epochs": "1"}, {"penalty": "0", "bias": "false"},
    {"black_and_white": "true", "first": "1", "second": "0", "start": "mean image"}, {"learning_rate": "0.0001"},
    {"penalty": "0.0001", "epochs": "1000", "inverted": "true"},
], ids=str)
def test_every_state_is_complete(link):
    app = open_page("scikit_learn", three_lines="true", solvers="true", **link)
    assert len(charts(app)) == 2
    assert len(app.table) == 2
    assert len(app.code) == 1
    assert not app.warning


@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_in_a_link_shows_the_defaults(value):
    app = open_page("scikit_learn", **dict.fromkeys(("penalty", "beside", "solvers", "three_lines"), value))
    assert expected(Settings(l2=0.01))[0] in text(app)
    assert "rate 0.2" in text(app)


@pytest.mark.parametrize("forged", [0.02, -1.0, "0.1", True, None, float("nan")])
def test_a_forged_penalty_is_the_default(forged):
    from streamlit.testing.v1 import AppTest

    def script(forged):
        import streamlit as st

        from explorer.ui import scikit_learn as ui

        st.session_state["penalty"] = forged
        st.text(ui.penalty())

    app = AppTest.from_function(script, kwargs={"forged": forged}).run()
    assert not app.exception
    assert app.text[0].value == "0.01"


def test_the_code_is_that_of_the_settings_on_the_screen(digits):
    app = open_page("scikit_learn", three_lines="true", penalty="0.1", bias="false")
    settings = Settings(l2=0.1, bias=False)
    assert app.code[0].value.strip() == export.of_scikit_learn(settings).script.strip()
    assert "model = LogisticRegression(C=1 / (len(X_train) * 0.1), fit_intercept=False)" in app.code[0].value
    fit = sklearn_models.logistic_regression(digits, settings)
    assert f"`{export.printed_scikit_learn(settings, fit, digits)}`" in text(app)


def test_the_solvers_are_fitted_on_demand_and_kept_for_the_next_visitor():
    link = {"solvers": "true", "penalty": "0.001", "first": "4", "second": "6"}
    app = open_page("scikit_learn", **link)
    assert set(app.table[1].value["seconds"]) == {""}
    assert app.get_by_key("stop_fits").disabled
    app.get_by_key("fit_them").click().run()
    assert not app.exception
    table = app.table[1].value
    assert all(float(seconds) >= 0 for seconds in table["seconds"])
    fit = sklearn_models.logistic_regression(load("digits", (4, 6)), Settings(l2=0.001))
    assert int(table["iterations"][0]) == fit.iterations
    assert table.iloc[0, 1] == f"{100 * fit.test_accuracy:.1f}\N{NO-BREAK SPACE}%"
    again = open_page("scikit_learn", **link)
    assert again.table[1].value.equals(table)
    assert again.get_by_key("fit_them").disabled
    # Another penalty is another fit.
    again.get_by_key("penalty").set_value(1.0).run()
    assert set(again.table[1].value["seconds"]) == {""}


def test_the_page_on_mnist(mnist):
    app = open_page("scikit_learn", dataset="mnist", penalty="0.1", learning_rate="0.1", start="zeros", epochs="5")
    settings = Settings(dataset="mnist", l2=0.1, learning_rate=0.1, start="zeros", epochs=5)
    assert expected(settings)[0] in text(app)
    assert "12,396 × 0.1" in text(app)
    ours, theirs = train(mnist, settings), sklearn_models.logistic_regression(mnist, settings)
    differ = np.count_nonzero(
        (mnist.X_test @ ours.weights[-1] + ours.biases[-1] > 0) != (mnist.X_test @ theirs.weights + theirs.bias > 0)
    )
    assert f"{differ} of 2,038 answers differ" in text(app)
