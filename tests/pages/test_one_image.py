"""The page "One image" in Streamlit's own test harness."""

import json
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
    model_of,
    other_score_model,
    other_score_sentence,
    outcome,
    pixels_to_turn,
    sentence,
)
from explorer.lessons.runs import model_answers
from explorer.lessons.sums import HUNDREDTHS
from explorer.lessons.sums import score_sum as exact_sum
from tests.support.balance import unpacked, weighed
from tests.support.pages import charts, open_page

SEVEN = drawing.encode([np.array([[120, 100], [390, 100], [230, 430]])])


def page(**link):
    return open_page("one_image", **{"dataset": "digits"} | link)


def score_sum(run, dataset, x):
    """As the page rounds it."""
    return exact_sum(run, dataset, x, last=HUNDREDTHS)


@pytest.fixture(scope="module")
def lessons_run(digits):
    """The model of the page as it opens."""
    return train(digits, model_of(Settings()))


def texts(app) -> str:
    return "\n".join(markdown.value for markdown in app.markdown)


def what_you_saw(app) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("**What you saw.**"))


def test_it_shows_a_test_image_on_the_balance_without_a_click(digits, lessons_run):
    app = page()
    account = score_sum(lessons_run, digits, digits.X_test[0])
    truth = 3 if digits.y_test[0] else 7
    assert what_you_saw(app) == "**What you saw.** " + sentence(lessons_run, digits, digits.X_test[0], account, truth)
    assert charts(app) == ["how_sure"]
    found = weighed(app, "weighed")
    np.testing.assert_allclose(unpacked(found["parts"]), digits.X_test[0] * lessons_run.weights[-1], atol=1e-4)
    assert found["total"] == 100 * account.total
    assert found["bias"] == pytest.approx(float(lessons_run.biases[-1]))
    assert not app.warning


def test_the_rows_and_the_other_score_are_computed_only_when_they_are_opened(digits):
    app = page(by_rows="true", other_score="true")
    assert charts(app) == ["how_sure", "rows"]
    other = train(digits, other_score_model(model_of(Settings())))
    account = score_sum(other, digits, digits.X_test[0])
    assert other_score_sentence(other, digits, account) in texts(app)
    found = weighed(app, "other")
    np.testing.assert_allclose(unpacked(found["parts"]), -np.abs(digits.X_test[0] - other.weights[-1]), atol=1e-4)
    assert found["plus"] == 0


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
    run = train(dataset, model_of(settings))
    if drawn is None:
        x, truth = dataset.X_test[3], dataset.digits[0 if dataset.y_test[3] else 1]
    else:
        x = drawing.image_of_drawing(dataset, drawing.decode(drawn), settings.black_and_white, settings.inverted)
        truth = None
    assert sentence(run, dataset, x, score_sum(run, dataset, x), truth, blank=drawn == "") in what_you_saw(app)
    np.testing.assert_allclose(unpacked(weighed(app, "weighed")["values"]), x, atol=1e-4)
    assert not app.warning


def test_an_expectation_is_compared_with_what_happened(digits, lessons_run):
    run = lessons_run
    images = {}
    for image, x in enumerate(digits.X_test):
        images.setdefault(outcome(run, x), image)
    assert set(images) == set(EXPECTATIONS)  # each happens
    for kind, image in images.items():
        app = page(image=str(image))
        app.get_by_key("expect_one_image").set_value(kind).run()
        assert what_you_saw(app).endswith(f"You expected “{kind}”, and that is what happened.")
        pixels = pixels_to_turn(run, digits.X_test[image], 1.0)
        assert EXPECTATIONS[0 if len(pixels) == 1 else 1 if len(pixels) <= 5 else 2] == kind


def test_on_a_blank_pad_the_bias_alone_answers_and_no_expectation_is_compared(lessons_run):
    app = page(source="your drawing")
    app.get_by_key("expect_one_image").set_value("One").run()
    bias = f"{lessons_run.biases[-1]:.2f}".replace("-", "−")
    assert f"What is left is the bias alone: the score is {bias}" in what_you_saw(app)
    assert "You expected" not in what_you_saw(app)
    assert weighed(app, "weighed")["plus"] == weighed(app, "weighed")["total"] == 0


def strip(app) -> dict:
    return json.loads(app.get_by_key("image_strip").proto.json)


def test_the_strip_offers_images_some_at_a_time(digits):
    app = page(image="5")
    assert strip(app)["chosen"] == 5
    assert [name.split(":")[0] for name in strip(app)["names"]] == [f"Test image {i}" for i in range(12)]
    app.get_by_key("strip_more").click().run()
    assert strip(app)["names"][0].startswith("Test image 12:")
    assert strip(app)["chosen"] is None
    assert app.get_by_key("image").value == 5
    app.get_by_key("strip_back").click().run()
    assert strip(app)["chosen"] == 5
    assert app.get_by_key("strip_back").disabled
    # One that a link names is among those that are offered first.
    assert strip(page(image="101"))["chosen"] == 101 % 12


def test_the_strip_offers_the_wrong_and_the_doubtful_ones(digits):
    few = Settings(train_images=10)
    answers = model_answers(train(digits, few), digits, most=100)
    app = page(train_images="10", strip="wrong")
    wrong = [int(re.match(r"Test image (\d+):", name)[1]) for name in strip(app)["names"]]
    assert wrong == answers.most_wrong[:len(wrong)].tolist()
    app.get_by_key("strip").set_value("doubtful").run()
    doubtful = int(re.match(r"Test image (\d+):", strip(app)["names"][0])[1])
    assert doubtful == int(np.abs(answers.scores).argmin())


def test_the_first_of_the_wrong_or_doubtful_ones_is_put_on_the_balance():
    app = page(train_images="10", image="5")
    for which in ("wrong", "doubtful"):
        app.get_by_key("strip").set_value(which).run()
        assert strip(app)["chosen"] == 0
        first = int(re.match(r"Test image (\d+):", strip(app)["names"][0])[1])
        assert app.get_by_key("image").value == first != 5
    app.get_by_key("strip").set_value("all").run()
    assert app.get_by_key("image").value == first  # it stays, and so does one that a link names
    assert page(train_images="10", image="5", strip="wrong").get_by_key("image").value == 5


def test_where_nothing_is_wrong_the_strip_says_so(digits):
    right = page(strip="wrong", first="1", second="0")
    assert any("gets every test image right" in caption.value for caption in right.caption)


def test_a_pixel_is_blotted_and_its_weight_set(digits, lessons_run):
    app = page(image="7", row="2", column="3")
    assert "Row 2, column 3:" in texts(app)
    app.get_by_key("what_if").set_value("set weight").run()
    app.get_by_key("weight_to").set_value(-1.5).run()
    assert "becomes 0 × −1.5 =" in texts(app)
    found = weighed(app, "weighed")
    assert unpacked(found["weights"])[19] == pytest.approx(-1.5, abs=1e-3)
    assert found["picked"] == 19
    assert "Before your change it was like this. " in what_you_saw(app)
    next(b for b in app.button if b.label == "Ink the strongest pixel").click().run()
    strongest = int(pixels_to_turn(lessons_run, digits.X_test[7], 1.0)[0])
    assert (app.get_by_key("row").value, app.get_by_key("column").value) == divmod(strongest, 8)
    assert app.get_by_key("what_if").value == "blot with ink"
    assert "becomes 1 ×" in texts(app)
    assert unpacked(weighed(app, "weighed")["values"])[strongest] == pytest.approx(1)


def test_blotting_the_strongest_pixel_turns_the_answer_where_one_pixel_is_enough(digits, lessons_run):
    image = next(i for i, x in enumerate(digits.X_test) if outcome(lessons_run, x) == "One")
    app = page(image=str(image))
    next(b for b in app.button if b.label == "Ink the strongest pixel").click().run()
    assert re.search(r"The answer changes to [37]\.", texts(app))


def test_the_task_is_done_by_an_image_that_is_answered_wrongly(digits):
    answers = model_answers(train(digits, Settings(train_images=10)), digits, most=100)
    app = page(train_images="10", image=str(answers.most_wrong[0]))
    assert "**Done.**" in texts(app)
    right = next(i for i in range(109) if i not in answers.most_wrong)
    assert "**Your turn.**" in texts(page(train_images="10", image=str(right)))
    # Whether a drawing is answered wrongly no one knows but who has drawn it.
    assert "**Your turn.**" in texts(page(train_images="10", source="your drawing", drawing=SEVEN))


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
    assert "All pushes together" in what_you_saw(app)
    assert app.get_by_key("what_if").value in ("as it is", None)
    assert "Row 4, column 4:" in texts(app)
    assert " becomes " not in texts(app)
    assert app.get_by_key("weight_to").value == (-1 if value == "-1" else 0)
    assert app.get_by_key("image").value == 0


def test_the_choices_of_the_model_are_here_too(digits):
    app = page()
    assert any("The lesson's model" in caption.value for caption in app.caption)
    app.get_by_key("loss").set_value("hinge").run()
    run = train(digits, Settings(loss="hinge"))
    account = score_sum(run, digits, digits.X_test[0])
    assert sentence(run, digits, digits.X_test[0], account, 3 if digits.y_test[0] else 7) in what_you_saw(app)
    assert any("This model is trained with your settings" in caption.value for caption in app.caption)
    # Its weights are mostly noise: the picture shows what was learned.
    picture = unpacked(weighed(app, "weighed")["picture"])
    np.testing.assert_allclose(picture, run.weights[-1] - run.weights[0], atol=1e-4)
    app.get_by_key("weights_shown").set_value("the weights").run()
    assert weighed(app, "weighed")["picture"] is None


def test_train_links_to_the_image_with_all_its_choices():
    app = open_page("train", look="true", image="5", loss="hinge", epochs="50")
    (link,) = [p.proto for p in app.get("page_link") if p.proto.page.endswith("one_image") and p.proto.query_string]
    query = parse_qs(link.query_string)
    assert query == {"loss": ["hinge"], "epochs": ["50"], "image": ["5"]}


def test_on_mnist(mnist):
    link = dict(dataset="mnist", source="your drawing", drawing=SEVEN)
    app = page(**link, other_score="true")
    assert "Answer: **7**" in what_you_saw(app)
    x = drawing.image_of_drawing(mnist, drawing.decode(SEVEN))
    other = train(mnist, other_score_model(model_of(Settings(dataset="mnist"))))
    assert other_score_sentence(other, mnist, score_sum(other, mnist, x)) in texts(app)
