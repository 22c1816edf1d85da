"""The page "One image" in Streamlit's own test harness."""

import re
from urllib.parse import parse_qs

import numpy as np
import pytest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons.one_image import drawing
from explorer.lessons.one_image.contributions import (
    EXPECTATIONS,
    other_score_model,
    other_score_sentence,
    outcome,
    pixels_to_turn,
    sentence,
)
from explorer.lessons.runs import model_answers
from explorer.lessons.sums import score_sum
from tests.support.figures import array
from tests.support.pages import charts, open_page, spec

SEVEN = drawing.encode([np.array([[120, 100], [390, 100], [230, 430]])])


def page(**link):
    return open_page("one_image", **link)


def texts(app) -> str:
    return "\n".join(markdown.value for markdown in app.markdown)


def what_you_saw(app) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("**What you saw.**"))


def test_it_shows_a_test_image_and_its_sum_without_a_click(digits):
    app = page()
    run = train(digits, Settings())
    account = score_sum(run, digits, digits.X_test[0])
    truth = 3 if digits.y_test[0] else 7
    assert what_you_saw(app) == "**What you saw.** " + sentence(run, digits, digits.X_test[0], account, truth)
    assert charts(app) == ["pictures", "rows", "other"]
    assert len(spec(app, "pictures")["data"]) == 3
    other = train(digits, other_score_model(Settings()))
    assert other_score_sentence(other, digits, score_sum(other, digits, digits.X_test[0])) in texts(app)
    assert not app.warning


@pytest.mark.parametrize("settings", [
    Settings(score="distance"), Settings(inverted=True), Settings(bias=False), Settings(loss="zero_one"),
    Settings(l2=1.0, learning_rate=100.0), Settings(digits=(1, 0), black_and_white=True),
    Settings(loss="pixel_distance", score="distance"),
], ids=lambda s: f"{s.score}-{s.loss}-{s.digits}-{s.bias}-{s.inverted}")
@pytest.mark.parametrize("drawn", ["", SEVEN, None], ids=["blank", "drawn", "test image"])
def test_every_state_is_complete_and_a_link_replays_the_model(settings, drawn):
    link = {name: str(getattr(settings, name)).replace("_", " ") for name in ("score", "loss")}
    link |= {name: str(getattr(settings, name)).lower() for name in ("bias", "inverted", "black_and_white")}
    link |= {"learning_rate": f"{settings.learning_rate:g}", "l2": f"{settings.l2:g}"}
    link |= {"first": str(settings.digits[0]), "second": str(settings.digits[1])}
    if drawn is not None:
        link |= {"source": "your drawing", "drawing": drawn}
    app = page(**link, image="3")
    dataset = load("digits", settings.digits, settings.black_and_white, settings.inverted)
    run = train(dataset, settings)
    if drawn is None:
        x, truth = dataset.X_test[3], dataset.digits[0 if dataset.y_test[3] else 1]
    else:
        x = drawing.image_of_drawing(dataset, drawing.decode(drawn), settings.black_and_white, settings.inverted)
        truth = None
    assert sentence(run, dataset, x, score_sum(run, dataset, x), truth, blank=drawn == "") in what_you_saw(app)
    assert len(charts(app)) == 3
    np.testing.assert_allclose(array(spec(app, "pictures")["data"][0]["z"]).ravel(), x, atol=1e-6)
    assert not app.warning


def test_an_expectation_is_compared_with_what_happened(digits):
    run = train(digits, Settings())
    images = {}
    for image, x in enumerate(digits.X_test):
        images.setdefault(outcome(run, x), image)
    assert set(images) == set(EXPECTATIONS)  # each happens
    for kind, image in images.items():
        app = page(image=str(image))
        app.get_by_key("expect_one_image").set_value(kind).run()
        assert what_you_saw(app).endswith(f"You expected “{kind}”: so it was.")
        pixels = pixels_to_turn(run, digits.X_test[image], 1.0)
        assert EXPECTATIONS[0 if len(pixels) == 1 else 1 if len(pixels) <= 5 else 2] == kind


def test_on_a_blank_pad_the_bias_alone_answers_and_no_expectation_is_compared(digits):
    app = page(source="your drawing")
    app.get_by_key("expect_one_image").set_value("One").run()
    bias = f"{train(digits, Settings()).biases[-1]:.4f}".replace("-", "−")
    assert f"What is left is the bias alone: score {bias}" in what_you_saw(app)
    assert "You expected" not in what_you_saw(app)


def test_previous_next_and_a_hard_one(digits):
    app = page(image="5")

    def press(label):
        next(b for b in app.button if b.label == label).click().run()
        assert not app.exception
        return app.get_by_key("image").value

    assert press("Next") == 6
    assert press("Previous") == 5
    hard = model_answers(train(digits, Settings()), digits).most_wrong.tolist()
    assert [press("A hard one") for _ in range(3)] == hard[:3]


def test_a_pixel_is_blotted_and_its_weight_set(digits):
    app = page(image="7", row="2", column="3")
    assert "The pixel in row 2, column 3" in texts(app)
    app.get_by_key("what_if").set_value("set weight").run()
    app.get_by_key("weight_to").set_value(-1.5).run()
    assert f"becomes {digits.X_test[7][19]:.3f} × −1.500 =" in texts(app)
    frame = spec(app, "pictures")["layout"]["shapes"][0]
    assert (frame["x0"] + 0.5, frame["y0"] + 0.5) == (3, 2)
    next(b for b in app.button if b.label == "Blot the strongest").click().run()
    run = train(digits, Settings())
    strongest = int(pixels_to_turn(run, digits.X_test[7], 1.0)[0])
    assert (app.get_by_key("row").value, app.get_by_key("column").value) == divmod(strongest, 8)
    assert app.get_by_key("what_if").value == "blot with ink"
    assert "becomes 1.000 ×" in texts(app)


def test_blotting_the_strongest_pixel_turns_the_answer_where_one_pixel_is_enough(digits):
    run = train(digits, Settings())
    image = next(i for i, x in enumerate(digits.X_test) if outcome(run, x) == "One")
    app = page(image=str(image))
    next(b for b in app.button if b.label == "Blot the strongest").click().run()
    assert re.search(r"the answer turns to \*\*[37]\*\*", texts(app))


@pytest.mark.parametrize("value", ["nonsense", "AB", "ABC..", "A" * 3003, "<script>", "ÄÖÜ", "\u202eAB"])
def test_a_damaged_drawing_gets_a_plain_message_and_an_empty_pad(value):
    app = page(source="your drawing", drawing=value)
    (warning,) = app.warning
    assert "The drawing in this link cannot be shown" in warning.value
    assert "Draw a new one" in warning.value
    assert "The pad is blank" in what_you_saw(app)


@pytest.mark.parametrize("value", ["", "nonsense", "-1", "1e400", "inf", "nan", "9" * 5000, "<script>", "[](x)"])
def test_nonsense_in_every_parameter_gives_the_defaults(value):
    app = page(**dict.fromkeys(("source", "image", "row", "column", "what_if", "weight_to", "drawing"), value))
    assert "All pixels together" in what_you_saw(app)
    assert app.get_by_key("what_if").value in ("as it is", None)
    assert "The pixel in row 4, column 4" in texts(app)
    assert " becomes " not in texts(app)
    assert app.get_by_key("weight_to").value == (-1 if value == "-1" else 0)
    assert app.get_by_key("image").value == 0


def test_the_choices_of_the_model_are_here_too(digits):
    app = page()
    app.get_by_key("start").set_value("zeros").run()
    run = train(digits, Settings(start="zeros"))
    account = score_sum(run, digits, digits.X_test[0])
    assert sentence(run, digits, digits.X_test[0], account, 3 if digits.y_test[0] else 7) in what_you_saw(app)
    note = "mostly the random starting noise"
    assert [note in caption.value for caption in page().caption].count(True) == 1
    assert not any(note in caption.value for caption in app.caption)


def test_train_links_to_the_image_with_all_its_choices():
    app = open_page("train", look="true", image="5", loss="hinge", epochs="50")
    (link,) = [p.proto for p in app.get("page_link") if p.proto.page.endswith("one_image")]
    query = parse_qs(link.query_string)
    assert query == {"loss": ["hinge"], "epochs": ["50"], "image": ["5"]}


def test_on_mnist(mnist):
    link = dict(dataset="mnist", source="your drawing", drawing=SEVEN)
    app = page(**link)
    assert "so it answers **7**" in what_you_saw(app)
    x = drawing.image_of_drawing(mnist, drawing.decode(SEVEN))
    other = train(mnist, other_score_model(Settings(dataset="mnist")))
    assert other_score_sentence(other, mnist, score_sum(other, mnist, x)) in texts(app)
