"""The page "Train" in Streamlit's own test harness."""

from decimal import Decimal

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.engine.settings import DEFAULTS, LIMITS, Settings
from explorer.engine.training import train
from tests.support.figures import array
from tests.support.pages import charts, open_page, spec
from tests.verdicts import bold_verdict


def sentence(app: AppTest) -> str:
    return app.markdown[0].value


def test_the_page_shows_a_trained_model_without_a_click(digits):
    app = open_page()
    assert bold_verdict(DEFAULTS) in sentence(app)
    assert charts(app) == ["curves", "weights", "scores", "confusion"]
    names = {trace.get("name") for trace in spec(app, "curves")["data"]}
    assert {"training", "test"} <= names
    assert {"scikit-learn", "nearest mean"} <= names
    weights = train(digits, Settings()).weights
    shown = array(spec(app, "weights")["data"][0]["z"]).ravel()
    np.testing.assert_array_equal(shown, weights[-1] - weights[0])


def test_the_weights_themselves_are_one_press_away_where_they_are_not_what_was_learned(digits):
    app = open_page()
    app.get_by_key("weights_shown").set_value("the weights").run()
    shown = array(spec(app, "weights")["data"][0]["z"]).ravel()
    np.testing.assert_array_equal(shown, train(digits, Settings()).weights[-1])
    app = open_page(loss="pixel distance")
    shown = array(spec(app, "weights")["data"][0]["z"]).ravel()
    np.testing.assert_array_equal(shown, train(digits, Settings(loss="pixel_distance")).weights[-1])
    assert not any(widget.key == "weights_shown" for widget in app.button_group)
    app = open_page(start="zeros")
    assert not any(widget.key == "weights_shown" for widget in app.button_group)
    shown = array(spec(app, "weights")["data"][0]["z"]).ravel()
    np.testing.assert_array_equal(shown, train(digits, Settings(start="zeros")).weights[-1])


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
    ("selectbox", "decay", "cosine", "decay"),
    ("toggle", "inverted", True, "inverted"),
    ("toggle", "black_and_white", True, "black_and_white"),
])
def test_every_control_trains_again(control, key, value, field):
    app = open_page()
    app.get_by_key(key).set_value(value)
    app.run()
    assert not app.exception
    assert bold_verdict(Settings(**{field: value})) in sentence(app)


@pytest.mark.parametrize("settings", [
    Settings(l2=1.0, learning_rate=100.0), Settings(loss="zero_one"), Settings(loss="pixel_distance", score="distance"),
    Settings(score="distance", bias=False), Settings(score="distance"), Settings(learning_rate=0.001, start="zeros"),
    Settings(train_images=10, batch_size=None, epochs=1), Settings(epochs=1000), Settings(digits=(1, 0), inverted=True),
], ids=lambda s: f"{s.score}-{s.loss}-{s.learning_rate:g}")
def test_every_state_is_complete(settings):
    link = {name: str(getattr(settings, name)).replace("_", " ") for name in ("score", "loss", "start")}
    link |= {name: f"{getattr(settings, name):g}" for name in ("learning_rate", "epochs", "l2")}
    link |= {"bias": str(settings.bias).lower(), "inverted": str(settings.inverted).lower()}
    link |= {"first": str(settings.digits[0]), "second": str(settings.digits[1])}
    link |= {name: str(getattr(settings, name) or "all") for name in ("batch_size", "train_images")}
    app = open_page(**link, look="true", update="true", formulas="true")
    assert bold_verdict(settings) in sentence(app)
    assert len(charts(app)) == 6
    assert len(app.latex) == 4
    assert not app.warning


NONSENSE = ["", "nonsense", "-1", "1e400", "inf", "nan", "9" * 5000, "<script>alert(1)</script>", "[](x)", "\u202e3"]


@pytest.mark.parametrize("value", NONSENSE, ids=lambda v: v[:12] or "empty")
def test_nonsense_in_every_parameter_gives_the_defaults(value):
    names = [name for name in LIMITS if name != "digits"]
    names += ["first", "second", "image", "at_epoch", "at_batch", "row", "column", "look", "update", "unknown"]
    app = open_page(**dict.fromkeys(names, value))
    settings = Settings(batch_size=None, train_images=None) if value == "" else DEFAULTS
    assert bold_verdict(settings) in sentence(app) or bold_verdict(DEFAULTS) in sentence(app)


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
    """From the text of the cells alone, as a reader with a pocket calculator would check it."""
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


@pytest.mark.parametrize(("rate", "is_done"), [("1", True), ("0.1", False)])
def test_the_task_is_checked_from_the_state_on_the_screen(rate, is_done):
    app = open_page(score="distance", learning_rate=rate)
    said = [m.value for m in app.markdown if "Your turn" in m.value or "Done." in m.value]
    assert len(said) == 1
    assert ("Done." in said[0]) == is_done


def test_the_short_answers_open():
    assert not any("Why can it start from random weights?" in m.value for m in open_page().markdown)
    app = open_page(reasons="true")
    assert sum(m.value.startswith("**Why") for m in app.markdown) == 4
