"""The controls that several pages share, on the page Train in Streamlit's own test harness."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.engine.settings import CHOSEN, DEFAULTS, LIMITS, MAX_EPOCHS, Settings
from tests.support.pages import open_page
from tests.support.serving import ROOT
from tests.verdicts import bold_verdict


def sentence(app: AppTest) -> str:
    return app.markdown[0].value


def test_every_setting_has_a_control():
    app = open_page()
    for name in (name for name in CHOSEN if name != "legs"):  # these have rows of controls: test_train_legs.py
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
    assert "The bias is not part of any pixel" in bias.help
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


@pytest.mark.parametrize("name", [name for name, limit in LIMITS.items() if None in getattr(limit, "options", ())])
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


def drawer(app: AppTest) -> str:
    """The title of the drawer in the sidebar."""
    (title,) = [block.label for block in app.sidebar.expander]
    return title


@pytest.mark.parametrize(("link", "title"), [
    ({}, "More settings"),
    ({"first": "4", "second": "9", "inverted": "true"}, "More settings: 4 against 9, inverted"),
    ({"black_and_white": "true", "seed": "5", "tables": "true"},
     "More settings: black and white, seed 5, charts as tables"),
    ({"first": "4", "seed": "5", "hide": "digits"}, "More settings: seed 5"),
    ({"first": "7", "second": "7", "seed": "5000"}, "More settings"),
], ids=str)
@pytest.mark.parametrize("page", ["start", "train"])
def test_the_closed_drawer_says_what_in_it_is_not_as_usual(link, title, page):
    app = open_page(page, **link)
    assert drawer(app) == title
    if link == {}:
        app.get_by_key("inverted").set_value(True)
        app.get_by_key("tables").set_value(True)
        app.get_by_key("seed").set_value(3).run()
        assert drawer(app) == "More settings: inverted, seed 3, charts as tables"


def test_on_a_page_without_images_the_drawer_has_the_switch_for_tables_alone():
    (drawer,) = open_page("prices", first="4", seed="3").sidebar.expander
    assert drawer.label == "More settings"  # of the images, which are not shown, it says nothing
    assert [toggle.key for toggle in drawer.toggle] == ["tables"]
    assert not [*drawer.selectbox, *drawer.slider]
    (drawer,) = open_page("prices", tables="true").sidebar.expander
    assert drawer.label == "More settings: charts as tables"


def changed(app: AppTest) -> list[str]:
    """What the page says about a change of the data of all pages."""
    return [info.value for info in app.info if "all pages" in info.value.lower()]


def data_of(app: AppTest) -> tuple:
    return tuple(app.get_by_key(name).value for name in ("first", "second", "black_and_white", "dataset"))


def test_a_button_that_changes_the_data_of_all_pages_says_so_and_offers_the_way_back():
    app = open_page("why_multiply", why_part="the disguise", first="4", second="9")
    assert not changed(app)
    next(button for button in app.button if button.label == "Make pixels black or white on all pages").click().run()
    assert changed(app) == ["On all pages, every pixel is now black or white."]
    assert data_of(app) == (4, 9, True, "digits")
    app.get_by_key("undo_change").click().run()
    assert not changed(app)
    assert data_of(app) == (4, 9, False, "digits")


def test_what_a_button_has_changed_is_said_until_it_is_kept_or_changed_or_the_page_left():
    def script():
        import streamlit as st

        from explorer.ui import controls

        controls.data(True)
        controls.say_changed_data()
        st.button("1 against 0", key="go", on_click=controls.change_data, kwargs={"first": 1, "second": 0})

    said = ["All pages now show 1 against 0. Before, it was 3 against 7."]
    app = AppTest.from_function(script).run()
    app.get_by_key("go").click().run()
    assert changed(app) == said
    app.run()
    assert changed(app) == said
    app.get_by_key("keep_change").click().run()
    assert not changed(app)
    assert data_of(app) == (1, 0, False, "digits")
    for name in ("first", "second"):
        app.get_by_key(name).set_value({"first": 3, "second": 7}[name]).run()
    app.get_by_key("go").click().run()
    assert changed(app) == said
    app.get_by_key("first").set_value(5).run()
    assert not changed(app)
    app.get_by_key("first").set_value(1).run()
    assert not changed(app)


def test_a_change_of_the_data_is_not_said_on_the_next_page():
    app = open_page("why_multiply", why_part="the disguise")
    next(button for button in app.button if button.label == "Make pixels black or white on all pages").click().run()
    assert changed(app)
    app.switch_page(str(ROOT / "pages" / "train.py")).run()
    assert not changed(app)
    assert drawer(app) == "More settings: black and white"
