"""The page Your own digits: drawing, files, moving and removing, and its sentence."""

import re

import pytest

from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.inputs import bounds
from explorer.lessons.one_image.drawing import encode
from explorer.lessons.your_digits import results
from explorer.lessons.your_digits import signs as lesson
from explorer.ui import cached
from explorer.ui.live import series_of
from tests.lessons.test_your_digits import STROKES, of_dataset
from tests.support import hostile_files
from tests.support.live import text_in
from tests.support.pages import charts, open_page

DRAWING = encode(STROKES)


def own(app) -> lesson.Signs:
    return app.session_state.get("_own_signs", lesson.EMPTY)


def said(app) -> list[str]:
    """The sentences about files."""
    return [line.removeprefix("- ") for warning in app.warning for line in warning.value.splitlines()]


def send(app, *files: tuple[str, bytes]):
    """The page after these files were sent with its uploader."""
    app.file_uploader[0].set_value([(name, content, "image/png") for name, content in files])
    app.run()
    assert not app.exception
    return app


def press(app, key):
    app.get_by_key(key).click().run()
    assert not app.exception
    return app


def with_images(images, firsts, seconds, **link):
    app = open_page("your_digits", **link)
    app.session_state["_own_signs"] = of_dataset(images, firsts, seconds)
    return app.run()


def test_a_drawing_is_added_and_the_pad_is_empty_again():
    app = open_page("your_digits", drawing=DRAWING)
    press(app, "own_add_1")
    assert own(app).labels.tolist() == [1]
    assert own(app).key == lesson.added(lesson.EMPTY, lesson.of_strokes(STROKES), 1).key
    assert "drawing" not in app.query_params
    assert app.get_by_key("own_add_1").disabled
    assert app.get_by_key("own_add_0").disabled


def test_pictures_are_added_as_the_sign_that_is_chosen_and_bad_ones_get_a_sentence():
    app = open_page("your_digits", own_source="pictures", own_sign="second")
    good = hostile_files.picture("JPEG", "RGB", (400, 300))
    send(app, ("a.jpg", good), ("b`x`.png", b"\x89PNG\r\n\x1a\nx"), ("../../c[x](//y).png", b"hello"), ("d.png", good))
    assert own(app).labels.tolist() == [0, 0]
    first, second = said(app)
    assert "was not taken: it is damaged" in first
    assert first.startswith("`` b`x`.png ``")
    assert second.startswith("`c[x](//y).png`") or second.startswith("`y).png`")
    assert "neither a PNG nor a JPEG" in second
    app.run()
    assert said(app) == []  # said once


def test_what_was_sent_is_forgotten_at_once_and_the_uploader_is_empty():
    app = open_page("your_digits", own_source="pictures")
    before = app.file_uploader[0].proto.id
    send(app, ("a.png", hostile_files.picture()))
    assert app.file_uploader[0].proto.id != before
    assert not app.file_uploader[0].value
    app.run()
    assert len(own(app)) == 1  # not added again


def test_a_saved_file_comes_back_with_its_names(digits):
    saved = lesson.saved(lesson.named(of_dataset(digits, 2, 3), 1, "cat"))
    app = open_page("your_digits", own_source="pictures")
    send(app, ("mine.npz", saved))
    assert own(app).labels.tolist() == [1, 1, 0, 0, 0]
    titles = [element.value for element in app.markdown]
    assert "**cat** · 2" in titles
    assert "**7** · 3" in titles
    send(app, ("mine.npz", saved))
    assert len(own(app)) == 10


@pytest.mark.parametrize("files", [hostile_files.pictures, hostile_files.arrays], ids=["pictures", "arrays"])
def test_hostile_files_leave_what_is_there(digits, files):
    """As many at a time as a page takes: a sentence each, no exception, and the images stay."""
    app = with_images(digits, 2, 2, own_source="pictures")
    before, all_files = own(app).key, [file for file in files() if len(file[1]) < 2_000_000]
    for start in range(0, len(all_files), bounds.FILES):
        some = all_files[start : start + bounds.FILES]
        send(app, *((f"{i}.png", content) for i, (_, content) in enumerate(some)))
        assert len(said(app)) == len(some)
        assert own(app).key == before


@pytest.mark.parametrize("name", ["x" * 3000 + ".png", "", "\u202e", "\n# a", ":material/home:", "$x$.png"])
def test_any_name_of_a_file_is_shown_as_text(name):
    app = open_page("your_digits", own_source="pictures")
    send(app, (name, b"hello"))
    (sentence,) = said(app) or [""]
    assert "was not taken" in sentence
    assert len(sentence) < 250
    shown = re.sub("`[^`]*`", "", sentence)
    assert not [sign for sign in ("material", "$", "#", "\0", "\u202e") if sign in shown]


def test_no_more_images_are_kept_than_there_is_room_for(digits):
    app = with_images(digits, 50, bounds.OWN_IMAGES - 50, own_source="pictures")
    assert len(own(app)) == bounds.OWN_IMAGES
    send(app, ("a.png", hostile_files.picture()), ("b.npz", lesson.saved(of_dataset(digits, 1, 1))))
    assert [f"{bounds.OWN_IMAGES}" in sentence for sentence in said(app)] == [True, True]
    assert len(own(app)) == bounds.OWN_IMAGES


def test_an_image_is_moved_and_removed(digits):
    app = with_images(digits, 2, 2)
    app.session_state["_own_chosen"] = 1
    app.run()
    press(app, "own_move")
    assert own(app).labels.tolist() == [1, 0, 0, 0]
    assert "own_move" not in [button.key for button in app.button]  # nothing is chosen
    app.session_state["_own_chosen"] = 0
    app.run()
    press(app, "own_remove")
    assert own(app).labels.tolist() == [0, 0, 0]
    press(app, "own_clear")
    assert len(own(app)) == 0


@pytest.mark.parametrize("chosen", [7, -1, "x", None, 1.0])
def test_a_forged_choice_of_an_image_is_none(digits, chosen):
    app = with_images(digits, 1, 1)
    app.session_state["_own_chosen"] = chosen
    assert not app.run().exception


def test_names_are_cleaned_and_stand_on_the_buttons():
    app = open_page("your_digits")
    app.get_by_key("own_name_first").set_value("**cat** :a[b]").run()
    assert not app.exception
    assert own(app).names == ("cat ab", "")
    assert app.get_by_key("own_add_1").label == "Add as cat ab"
    assert app.get_by_key("own_add_0").label == "Add as 7"


@pytest.mark.parametrize("use", results.USES)
@pytest.mark.parametrize("dataset", ["digits", "mnist"])
def test_the_sentence_is_that_of_the_lesson(request, digits, dataset, use):
    images = request.getfixturevalue(dataset)
    app = with_images(digits, 4, 5, dataset=dataset, own_use=use)
    settings = Settings(dataset=dataset, start="zeros")
    without = train(images, settings)
    found = (
        results.tested(without, images, own(app), settings) if use == results.TEST
        else results.result(images, own(app), settings, use)
    )
    text = " ".join(element.value for element in app.markdown)
    assert results.sentence(found, without, own(app), ("3", "7"), settings) in text
    assert charts(app) == ["own_weights"]
    done = "Done." in text_in(app, "task")
    assert not done  # four are not five


def test_the_task_is_done_with_five_of_each_alone(digits):
    app = with_images(digits, 5, 5, own_use=results.TRAIN)
    assert "Done." in text_in(app, "task")


@pytest.mark.parametrize(("firsts", "use", "lacks"), [
    (0, results.TRAIN, "nothing"), (2, results.TRAIN, "1 more of 7"), (1, results.ONLY, "1 more of 3 and 2 more of 7"),
])
def test_too_few_images_get_a_sentence_that_says_what_to_do(digits, firsts, use, lacks):
    app = with_images(digits, firsts, 0, own_use=use)
    text = text_in(app, "own_happened")
    assert ("no images yet" if lacks == "nothing" else lacks) in text
    assert charts(app) == ["own_weights"]


def test_what_was_expected_is_compared(digits):
    app = with_images(digits, 8, 8)
    app.get_by_key("expect_your_digits").set_value(results.EXPECTATIONS[0]).run()
    assert "You expected “nearly all”, and that is what happened." in text_in(app, "own_happened")


def test_nothing_of_a_visit_is_kept_for_others(digits):
    """What is kept for all who ask for the same knows nothing of a visitor's images; another visit computes its own."""
    cached.results.forget()
    app = with_images(digits, 4, 4, own_use=results.ADD)
    digest = own(app).key
    assert digest not in repr(list(cached.results._kept)).encode("latin-1", "replace")
    assert not any("own images" in repr(key) for key in cached.results._kept)
    visitors = {key[0] for key in cached._of_one_visitor._kept if "own images" in repr(key)}
    other = with_images(digits, 4, 4, own_use=results.ADD)
    assert {key[0] for key in cached._of_one_visitor._kept if "own images" in repr(key)} - visitors
    assert other.session_state["_visitor"] != app.session_state["_visitor"]
    assert cached._of_one_visitor.bytes <= cached._of_one_visitor.most_bytes == 16_000_000


def test_take_it_home_offers_the_program_and_the_images(digits):
    app = with_images(digits, 4, 4, own_use=results.ADD)
    press(app, "take_home")
    printed, script = (code.value for code in app.code)
    assert printed.startswith("test accuracy ")
    assert lesson.FILE in script


def test_its_sliders_are_not_live():
    """The server answers about live sliders without a visit, and the images stay in the visit."""
    assert series_of("your_digits") == {}
