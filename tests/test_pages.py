"""The pages in Streamlit's own test harness: through the entry, by the page switch."""

import os

import pytest
from streamlit.testing.v1 import AppTest

from explorer.datasets import MNIST_DIR_VARIABLE
from explorer.settings import DEFAULTS, LIMITS, MAX_EPOCHS, Settings
from tests.pages import open_page, spec
from tests.verdicts import verdict_of


def sentence(app: AppTest) -> str:
    return app.markdown[0].value


def expected(settings: Settings) -> str:
    return verdict_of(settings).sentence.split("**")[1]


def test_the_page_shows_a_trained_model_without_a_click():
    app = open_page()
    assert expected(DEFAULTS) in sentence(app)
    assert [chart.proto.id.split("-")[-1] for chart in app.get("plotly_chart")] == [
        "curves", "weights", "scores", "confusion",
    ]
    names = {trace.get("name") for trace in spec(app, "curves")["data"]}
    assert {"training", "test"} <= names
    assert {"scikit-learn", "nearest mean"} <= names
    assert len(spec(app, "weights")["frames"]) == 21


@pytest.mark.parametrize(("control", "key", "value", "field"), [
    ("button_group", "score", "distance", "score"),
    ("selectbox", "loss", "hinge", "loss"),
    ("select_slider", "learning_rate", 0.1, "learning_rate"),
    ("toggle", "bias", False, "bias"),
    ("select_slider", "epochs", 50, "epochs"),
    ("selectbox", "batch_size", 256, "batch_size"),
    ("button_group", "start", "zeros", "start"),
    ("slider", "seed", 5, "seed"),
    ("selectbox", "train_images", 30, "train_images"),
    ("selectbox", "l2", 0.1, "l2"),
    ("toggle", "inverted", True, "inverted"),
    ("toggle", "black_and_white", True, "black_and_white"),
])
def test_every_control_trains_anew(control, key, value, field):
    app = open_page()
    app.get_by_key(key).set_value(value)
    app.run()
    assert not app.exception
    assert expected(Settings(**{field: value})) in sentence(app)


def test_every_choice_of_the_table_has_a_control():
    app = open_page()
    for name in LIMITS:
        for key in ("first", "second") if name == "digits" else (name,):
            assert app.get_by_key(key)


def test_digits_stay_apart():
    app = open_page()
    app.get_by_key("first").set_value(7).run()
    assert (app.get_by_key("first").value, app.get_by_key("second").value) == (7, 3)
    assert expected(Settings(digits=(7, 3))) in sentence(app)
    app.get_by_key("second").set_value(7).run()
    assert (app.get_by_key("first").value, app.get_by_key("second").value) == (3, 7)


def test_new_start_is_the_next_seed_and_defaults_go_back():
    app = open_page()
    app.get_by_key("loss").set_value("hinge").run()
    app.get_by_key("dataset")
    button = next(b for b in app.button if b.label == "New start")
    button.click().run()
    assert app.get_by_key("seed").value == 1
    assert expected(Settings(loss="hinge", seed=1)) in sentence(app)
    next(b for b in app.button if b.label == "Defaults").click().run()
    assert expected(DEFAULTS) in sentence(app)
    assert app.get_by_key("seed").value == 0
    assert app.get_by_key("loss").value == "log_loss"


def test_after_the_last_seed_comes_the_first():
    app = open_page(seed=str(LIMITS["seed"].high))
    assert app.get_by_key("seed").value == LIMITS["seed"].high
    next(b for b in app.button if b.label == "New start").click().run()
    assert app.get_by_key("seed").value == LIMITS["seed"].low


def test_a_bias_is_disabled_with_a_reason_where_the_loss_has_no_use_for_one():
    app = open_page(loss="pixel distance")
    bias = app.get_by_key("bias")
    assert bias.disabled
    assert "A bias is in none of those comparisons" in bias.help
    assert not open_page().get_by_key("bias").disabled


@pytest.mark.parametrize("settings", [
    Settings(l2=1.0, learning_rate=100.0), Settings(loss="zero_one"), Settings(loss="pixel_distance", score="distance"),
    Settings(score="distance", bias=False), Settings(score="distance"), Settings(learning_rate=0.001, start="zeros"),
    Settings(train_images=10, batch_size=None, epochs=1), Settings(epochs=1000), Settings(digits=(1, 0), inverted=True),
], ids=lambda s: f"{s.score}-{s.loss}-{s.learning_rate:g}")
def test_every_state_is_whole(settings):
    link = {name: str(getattr(settings, name)).replace("_", " ") for name in ("score", "loss", "start")}
    link |= {name: f"{getattr(settings, name):g}" for name in ("learning_rate", "epochs", "l2")}
    link |= {"bias": str(settings.bias).lower(), "inverted": str(settings.inverted).lower()}
    link |= {"first": str(settings.digits[0]), "second": str(settings.digits[1])}
    link |= {name: str(getattr(settings, name) or "all") for name in ("batch_size", "train_images")}
    app = open_page(**link, look="true", update="true", formulas="true")
    assert expected(settings) in sentence(app)
    assert len(app.get("plotly_chart")) == 6
    assert len(app.latex) == 4
    assert not app.warning


NONSENSE = ["", "nonsense", "-1", "1e400", "inf", "nan", "9" * 5000, "<script>alert(1)</script>", "[](x)", "\u202e3"]


@pytest.mark.parametrize("value", NONSENSE, ids=lambda v: v[:12] or "empty")
def test_nonsense_in_every_parameter_gives_the_defaults(value):
    names = [name for name in LIMITS if name != "digits"]
    names += ["first", "second", "image", "at_epoch", "at_batch", "row", "column", "look", "update", "unknown"]
    app = open_page(**dict.fromkeys(names, value))
    settings = Settings(batch_size=None, train_images=None) if value == "" else DEFAULTS
    assert expected(settings) in sentence(app) or expected(DEFAULTS) in sentence(app)


@pytest.mark.parametrize(("name", "value"), [
    ("seed", 10**9), ("seed", "many"), ("first", 12), ("loss", "perceptron"), ("learning_rate", -1.0),
    ("epochs", 10**6), ("l2", float("nan")), ("bias", "yes"), ("batch_size", 7),
])
def test_a_forged_value_is_named_and_the_rest_stays(name, value):
    """What a forged message puts into the session, past the widget's own checks."""
    from explorer.ui import controls

    def script(name, value):
        import streamlit as st

        from explorer.ui import controls

        st.session_state["start"] = "zeros"
        st.session_state["first"], st.session_state["second"] = 3, 7
        st.session_state[name] = value
        st.text(repr(controls.current()))

    app = AppTest.from_function(script, kwargs={"name": name, "value": value}).run()
    assert not app.exception
    assert controls  # imported above, so that its messages are those of this tree
    (warning,) = app.warning
    assert "is not allowed" in warning.value
    assert "start='zeros'" in app.text[0].value


def test_too_many_epochs_for_mnist_become_as_many_as_it_allows():
    if not os.environ.get(MNIST_DIR_VARIABLE):
        pytest.skip(f"{MNIST_DIR_VARIABLE} names no folder with MNIST")
    app = open_page(epochs="500")
    app.get_by_key("dataset").set_value("mnist").run()
    assert not app.exception
    assert not app.warning
    assert app.get_by_key("epochs").value == MAX_EPOCHS["mnist"]


def test_the_most_wrong_images_link_to_themselves_with_all_choices():
    app = open_page(loss="hinge", learning_rate="0.01", bias="false", epochs="1")
    captions = [image.caption for image in app.get("image")[0].proto.imgs]
    assert len(captions) == 8
    assert len(set(captions)) == 8
    for caption in captions:
        assert "loss=hinge&learning_rate=0.01&bias=false&epochs=1&image=" in caption
        assert caption.endswith("&look=true)")


def test_one_image_and_one_update_follow_their_controls():
    app = open_page(look="true", update="true", image="7", row="2", column="3", at_epoch="4", at_batch="2")
    assert any("Test image 7 shows a" in m.value for m in app.markdown)
    frame = spec(app, "pixel_change")["layout"]["shapes"][0]
    assert (frame["x0"] + 0.5, frame["y0"] + 0.5) == (3, 2)
    before = app.table[0].value
    app.get_by_key("row").set_value(5).run()
    assert not app.table[0].value.equals(before)


def test_the_table_on_the_screen_adds_up():
    """As a reader with a pocket calculator would check it, from the text of the cells alone."""
    from decimal import Decimal

    table = open_page(update="true").table[0].value
    labels = [str(label) for label in table.iloc[:, 0]]
    at = next(i for i, label in enumerate(labels) if label.startswith("sum of"))
    n = int(labels[at].removeprefix("sum of "))
    for column in ("error × value", "error"):
        numbers = [Decimal(cell.replace("−", "-")) for cell in table[column]]
        assert sum(numbers[:at]) == numbers[at]
        assert numbers[at + 1] == (numbers[at] / n).quantize(Decimal("0.000001"))
        assert numbers[at + 2] == -numbers[at + 1]
        assert numbers[at + 4] == numbers[at + 3] + numbers[at + 2]


@pytest.mark.parametrize(("link", "settings"), [
    ({"learning_rate": "0,1"}, Settings(learning_rate=0.1)), ({"learning_rate": "０.１"}, Settings(learning_rate=0.1)),
    ({"seed": "１２"}, Settings(seed=12)), ({"first": "٥"}, Settings(digits=(5, 7))),
    ({"epochs": "५०", "l2": "0,01"}, Settings(epochs=50, l2=0.01)),
], ids=str)
@pytest.mark.parametrize("hide", [{}, {"hide": "learning_rate,seed,digits,epochs,l2"}], ids=["shown", "hidden"])
def test_numbers_in_a_link_may_be_typed_on_other_keyboards(link, settings, hide):
    more = {"second": "7"} if "first" in link else {}
    app = open_page(**link, **more, **hide)
    assert expected(settings) in sentence(app)
    assert not app.warning
