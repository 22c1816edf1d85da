"""The controls that several pages share, on the page Train in Streamlit's own test harness."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.engine.settings import DEFAULTS, LIMITS, MAX_EPOCHS, Settings
from tests.support.pages import open_page
from tests.support.serving import ROOT
from tests.verdicts import bold_verdict


def sentence(app: AppTest) -> str:
    return app.markdown[0].value


def test_every_setting_has_a_control():
    app = open_page()
    for name in LIMITS:
        for key in ("first", "second") if name == "digits" else (name,):
            assert app.get_by_key(key)


def test_digits_stay_apart():
    app = open_page()
    app.get_by_key("first").set_value(7).run()
    assert (app.get_by_key("first").value, app.get_by_key("second").value) == (7, 3)
    assert bold_verdict(Settings(digits=(7, 3))) in sentence(app)
    app.get_by_key("second").set_value(7).run()
    assert (app.get_by_key("first").value, app.get_by_key("second").value) == (3, 7)


def test_new_start_is_the_next_seed_and_defaults_go_back():
    app = open_page()
    app.get_by_key("loss").set_value("hinge").run()
    next(b for b in app.button if b.label == "New start").click().run()
    assert app.get_by_key("seed").value == 1
    assert bold_verdict(Settings(loss="hinge", seed=1)) in sentence(app)
    next(b for b in app.button if b.label == "Defaults").click().run()
    assert bold_verdict(DEFAULTS) in sentence(app)
    assert app.get_by_key("seed").value == 0
    assert app.get_by_key("loss").value == "log_loss"


def test_after_the_last_seed_comes_the_first():
    app = open_page(seed=str(LIMITS["seed"].high))
    assert app.get_by_key("seed").value == LIMITS["seed"].high
    next(b for b in app.button if b.label == "New start").click().run()
    assert app.get_by_key("seed").value == LIMITS["seed"].low


def test_the_bias_is_disabled_with_a_reason_where_the_loss_ignores_it():
    app = open_page(loss="pixel distance")
    bias = app.get_by_key("bias")
    assert bias.disabled
    assert "A bias is in none of those comparisons" in bias.help
    assert not open_page().get_by_key("bias").disabled


@pytest.mark.parametrize(("name", "value"), [
    ("seed", 10**9), ("seed", "many"), ("first", 12), ("loss", "perceptron"), ("learning_rate", -1.0),
    ("epochs", 10**6), ("l2", float("nan")), ("bias", "yes"), ("batch_size", 7),
])
def test_a_forged_value_is_named_and_the_rest_stays(name, value):
    """A forged message may put anything into the session, past the checks of the widget."""
    def script(name, value):
        import streamlit as st

        from explorer.ui import controls

        st.session_state["start"] = "zeros"
        st.session_state["first"], st.session_state["second"] = 3, 7
        st.session_state[name] = value
        st.text(repr(controls.current()))

    app = AppTest.from_function(script, kwargs={"name": name, "value": value}).run()
    assert not app.exception
    (warning,) = app.warning
    assert "is not allowed" in warning.value
    assert "start='zeros'" in app.text[0].value


def test_too_many_epochs_for_mnist_become_the_most_it_allows(mnist):
    app = open_page(epochs="500")
    app.get_by_key("dataset").set_value("mnist").run()
    assert not app.exception
    assert not app.warning
    assert app.get_by_key("epochs").value == MAX_EPOCHS["mnist"]


@pytest.mark.parametrize(("link", "settings"), [
    ({"learning_rate": "0,1"}, Settings(learning_rate=0.1)), ({"learning_rate": "０.１"}, Settings(learning_rate=0.1)),
    ({"seed": "１２"}, Settings(seed=12)), ({"first": "٥"}, Settings(digits=(5, 7))),
    ({"epochs": "५०", "l2": "0,01"}, Settings(epochs=50, l2=0.01)),
], ids=str)
@pytest.mark.parametrize("hide", [{}, {"hide": "learning_rate,seed,digits,epochs,l2"}], ids=["shown", "hidden"])
def test_numbers_in_a_link_may_be_typed_on_other_keyboards(link, settings, hide):
    more = {"second": "7"} if "first" in link else {}
    app = open_page(**link, **more, **hide)
    assert bold_verdict(settings) in sentence(app)
    assert not app.warning


@pytest.mark.parametrize("name", ["batch_size", "train_images"])
def test_a_list_shows_all_after_another_page_was_open_and_after_defaults(name):
    """A list of Streamlit's that holds None shows nothing."""
    app = open_page("train")
    for value in (LIMITS[name].options[0], "all"):
        app.get_by_key(name).set_value(value).run()
    for page in ("compare_losses", "train"):
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
        assert not app.exception
        assert app.get_by_key(name).value == "all"
    next(button for button in app.button if button.label == "Defaults").click().run()
    assert app.get_by_key(name).value == {"batch_size": 64, "train_images": "all"}[name]
    assert not app.exception
    assert not app.warning
