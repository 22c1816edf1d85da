"""The page "What comes next" in Streamlit's own test harness."""

import io
import json

import numpy as np
import pytest

from explorer import export
from explorer.engine import Settings, train_many
from explorer.engine.datasets import load
from explorer.lessons.what_comes_next import exclusive_or, hidden
from explorer.ui import take_home
from explorer.ui import what_comes_next as ui
from explorer.ui.live import answer
from explorer.web.live import NoAnswer
from tests.support.figures import array
from tests.support.live import asked, assert_pages_show_what_was_seen, assert_the_page_shows, questions, text_in
from tests.support.pages import charts, open_page, spec

NONSENSE = ["", "nonsense", "-1", "0", "1e400", "nan", "65", "9" * 500, "<script>alert(1)</script>"]
PAGE = "what_comes_next"


@pytest.mark.parametrize(("part", "shown"), [*zip(ui.PARTS, (
    ["units_shown", "layer_curves"], ["xor_single", "xor_hidden"], ["by_digit"], ["ten_weights", "ten_confusion"],
), strict=True)])
@pytest.mark.parametrize("dataset", ["digits", "mnist"])
def test_every_part_opens_by_its_link(request, dataset, part, shown):
    request.getfixturevalue(dataset)
    app = open_page(PAGE, next_part=part, dataset=dataset, first="1", second="5")
    assert charts(app) == shown
    assert text_in(app, "saw_next").startswith("**What you saw.**")
    assert not app.warning


def test_the_sentence_is_that_of_the_runs():
    app = open_page(PAGE, units="5", seed="3", learning_rate="0.2", epochs="10", first="4", second="9")
    s = Settings(learning_rate=0.2, seed=3, epochs=10, digits=(4, 9))
    data = load("digits", (4, 9))
    runs = train_many(data, [hidden.model(s, 5), hidden.single(s)])
    assert hidden.sentence(*runs, data) in text_in(app, "saw_next")
    pictures = spec(app, "units_shown")["data"]
    assert len(pictures) == 5
    strongest = hidden.units_of(runs[0], hidden.is_silent(runs[0], data), is_learned=True)[0]
    assert array(pictures[0]["z"]).ravel().tolist() == pytest.approx(strongest.weights.tolist(), abs=1e-6)


def test_a_start_from_zeros_is_not_taken_and_the_page_says_so():
    app = open_page(PAGE, start="zeros")
    assert "It starts at random" in "\n".join(caption.value for caption in app.caption)
    assert app.get_by_key("weights_shown")  # what was learned is not the weights themselves
    assert "It starts at random" not in "\n".join(caption.value for caption in open_page(PAGE).caption)


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize(("part", "name", "default"), [(0, "units", 30), (1, "xor_units", 4)])
def test_a_forged_number_of_units_is_the_default(part, name, default, value):
    app = open_page(PAGE, next_part=ui.PARTS[part], **{name: value})
    assert app.get_by_key(name).value == default
    assert not app.exception


@pytest.mark.parametrize("page", ["train", "one_image", "compare_losses", PAGE])
def test_no_link_gives_another_page_a_hidden_layer(page):
    link = {} if page == PAGE else {"units": "5"}
    with_units, without = (open_page(page, **more) for more in ({"hidden_units": "5"} | link, {}))
    assert charts(with_units) == charts(without)
    key = charts(without)[0]
    assert spec(with_units, key) == spec(without, key)
    assert not with_units.warning


def test_a_hidden_control_keeps_the_value_of_its_link():
    app = open_page(PAGE, hide="units,next_part", units="7")
    assert "units" not in [slider.key for slider in app.slider]
    assert len(spec(app, "units_shown")["data"]) == 7


def test_what_is_too_long_is_trained_for_fewer_epochs(mnist):
    app = open_page(PAGE, dataset="mnist", units="64", batch_size="16", epochs="30")
    (said,) = [message.value for message in app.info]
    assert "here, not 30" in said
    assert app.get_by_key("epochs").value == 30


def test_the_task_is_done_with_two_units():
    app = open_page(PAGE, next_part=ui.PARTS[1])
    assert ":material/flag:" in text_in(app, "task")
    app.get_by_key("xor_units").set_value(2).run()
    assert exclusive_or.is_solved_with_two(ui.tries(2, 0))
    assert ":material/task_alt:" in text_in(app, "task")


def test_every_number_of_units_is_live():
    assert_pages_show_what_was_seen(PAGE, "units", [1, 30, 64], {"epochs": "5", "weights_shown": "the weights"})
    assert_pages_show_what_was_seen(PAGE, "xor_units", [1, 2, 6], {"next_part": ui.PARTS[1], "seed": "4"})


@pytest.mark.parametrize("part", [ui.PARTS[0], ui.PARTS[3]])
def test_the_player_ends_with_what_the_page_shows(part):
    app = open_page(PAGE, next_part=part)
    found = asked(app, "player")
    assert found["values"] == [*range(len(found["values"]))]
    assert_the_page_shows(app, found, -1)
    assert "Before training" in found["texts"]["epoch_note"][0]


def test_no_question_may_bring_settings_with_hidden_units():
    page, control, settings, choices = json.loads(questions(open_page(PAGE))["units"])
    assert answer(json.dumps([page, control, settings, choices]))
    with pytest.raises(ValueError, match="cannot be read"):
        answer(json.dumps([page, control, settings | {"hidden_units": 64}, choices]))
    with pytest.raises(ValueError, match="units"):
        answer(json.dumps([page, "player", settings, choices | {"units": 65}]))


def test_against_all_others_the_slider_is_not_live():
    with pytest.raises(NoAnswer):
        asked(open_page(PAGE, next_part=ui.PARTS[2]), "units")
    with pytest.raises(ValueError, match="part"):
        answer('["what_comes_next","units",{},{}]')


def test_all_units_are_shown_when_asked_for():
    app = open_page(PAGE, units="15", all_units="true")
    assert len(app.get("image")[0].proto.imgs) == 15


@pytest.mark.parametrize("part", ui.PARTS)
def test_every_part_can_be_taken_home(part):
    app = open_page(PAGE, next_part=part, epochs="3")
    app.get_by_key("take_home").click().run()
    assert not app.exception
    printed, script = (code.value for code in app.code)
    assert printed.startswith("test accuracy")
    assert "import numpy as np" in script


def test_the_files_to_take_home_can_be_read():
    s = hidden.model(Settings(epochs=2), 3)
    points = exclusive_or.settings_of(2, 0)[0]
    for settings, data in ((s, export.PAIR), (s, export.AGAINST_ALL), (points, export.EXCLUSIVE_OR)):
        _, (curves, weights) = take_home._hidden_layer(settings, data)
        assert len(curves.content().splitlines()) == settings.epochs + 2
        with np.load(io.BytesIO(weights.content()), allow_pickle=False) as arrays:
            assert len(arrays["hidden"]) == settings.hidden_units
    _, (weights,) = take_home._ten(Settings())
    with np.load(io.BytesIO(weights.content()), allow_pickle=False) as arrays:
        assert arrays["weights"].shape == (10, 8, 8)
