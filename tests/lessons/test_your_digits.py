"""Your own digits: the images of a visit, the file that keeps them, and who learns from whose."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.inputs import bounds
from explorer.inputs.arrays import FileError
from explorer.lessons.one_image.drawing import centre_of_ink, image_of_drawing, image_of_ink
from explorer.lessons.your_digits import results
from explorer.lessons.your_digits import signs as lesson
from explorer.lessons.your_digits.results import ADD, ONLY, TEST, TRAIN, USES
from tests.support import hostile_files

STROKES = [np.array([(100, 80), (300, 70), (180, 240), (330, 300), (200, 440), (90, 400)])]
SETTINGS = Settings(start="zeros")


def cut_out(image: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def of_dataset(dataset: Dataset, firsts: int, seconds: int) -> lesson.Signs:
    """Test images of a data set, as if a visitor had drawn them."""
    own = lesson.EMPTY
    for label, count in ((1, firsts), (0, seconds)):
        for row in np.flatnonzero(dataset.y_test == label)[:count]:
            own = lesson.added(own, lesson.of_ink(cut_out(dataset.X_test[row].reshape(dataset.image_shape))), label)
    return own


@pytest.fixture(scope="module")
def own(digits) -> lesson.Signs:
    return of_dataset(digits, 7, 9)


# An image like those of a data set

@pytest.mark.parametrize("name", lesson.SHEETS)
@pytest.mark.parametrize("size", [40, 250])
def test_ink_lies_where_a_drawing_lies(name, size):
    """The same sign, drawn on the pad, and as a raster of any size: about the same image."""
    sheet = lesson.SHEETS[name]
    drawn = image_of_drawing(sheet, STROKES)
    from PIL import Image, ImageDraw

    raster = Image.new("L", (512, 512))
    draw = ImageDraw.Draw(raster)
    points = [tuple(map(int, point)) for point in STROKES[0]]
    draw.line(points, fill=255, width=35, joint="curve")
    for x, y in points:
        draw.ellipse((x - 17, y - 17, x + 17, y + 17), fill=255)
    small = np.asarray(raster.resize((size, size), Image.Resampling.BOX), np.float32) / 255
    found = image_of_ink(sheet, cut_out(small))
    assert found.shape == drawn.shape
    assert 0 <= found.min() <= found.max() <= 1
    assert np.corrcoef(found, drawn)[0, 1] > 0.9


def test_mnist_s_own_images_stay_as_they_are(mnist):
    for row in range(40):
        image = mnist.X_test[row].reshape(28, 28)
        found = image_of_ink(lesson.SHEETS["mnist"], cut_out(image)).reshape(28, 28)
        assert np.abs(centre_of_ink(found) - centre_of_ink(image)).max() < 0.8
        assert np.corrcoef(found.ravel(), image.ravel())[0, 1] > 0.8


@pytest.mark.parametrize("width", [1, 3, 12])
def test_a_thin_pen_is_drawn_as_wide_as_mnist_s(width):
    from PIL import Image, ImageDraw

    raster = Image.new("L", (200, 200))
    ImageDraw.Draw(raster).line([(40, 20), (60, 180)], fill=255, width=width)
    image = image_of_ink(lesson.SHEETS["mnist"], cut_out(np.asarray(raster, np.float32) / 255)).reshape(28, 28)
    inked = image[8:20].sum(1)  # across a stroke that is nearly upright
    assert 2 < inked.mean() < 3.6


@pytest.mark.parametrize("ink", [np.ones((1, 1)), np.ones((1, 200)), np.ones((200, 1)), np.full((3, 3), 0.2)], ids=str)
@pytest.mark.parametrize("name", lesson.SHEETS)
def test_the_smallest_and_the_thinnest_signs_are_images(name, ink):
    image = image_of_ink(lesson.SHEETS[name], ink.astype(np.float32))
    assert np.isfinite(image).all()
    assert image.max() > 0.1


# The images of a visit

def test_images_are_added_moved_and_removed():
    own = lesson.EMPTY
    for label in (1, 0, 1):
        own = lesson.added(own, lesson.of_strokes(STROKES), label)
    assert (len(own), own.count(1), own.rows(0)) == (3, 2, [1])
    moved = lesson.moved(own, 0)
    assert moved.labels.tolist() == [0, 0, 1]
    assert own.labels.tolist() == [1, 0, 1]  # unchanged
    assert lesson.removed(moved, 1).labels.tolist() == [0, 1]
    assert own.images.nbytes + own.small.nbytes < 900 * len(own)


def test_there_is_room_for_so_many():
    own, sign = lesson.EMPTY, lesson.of_strokes(STROKES)
    for _ in range(bounds.OWN_IMAGES):
        own = lesson.added(own, sign, 1)
    with pytest.raises(FileError, match=f"there are {bounds.OWN_IMAGES} images already"):
        lesson.added(own, sign, 0)
    with pytest.raises(FileError, match="Remove some first"):
        lesson.joined(own, lesson.added(lesson.EMPTY, sign, 1))
    assert len(lesson.saved(own)) < bounds.ARRAYS
    assert own.images.nbytes + own.small.nbytes + own.labels.nbytes < 90_000


def test_what_is_saved_comes_back_to_the_bit(own):
    own = lesson.named(lesson.named(own, 1, "cat"), 0, "★ dog")
    back = lesson.loaded(lesson.saved(own))
    assert back.key == own.key
    assert back.names == ("cat", "★ dog")
    assert lesson.saved(back) == lesson.saved(own)


def test_a_file_with_images_and_labels_alone_is_completed():
    strokes = lesson.of_strokes(STROKES)
    back = lesson.loaded(hostile_files.npz(images=strokes.image[None], labels=np.array([True])))
    assert back.names == ("", "")
    assert np.corrcoef(back.small[0].ravel(), strokes.small.ravel())[0, 1] > 0.9


@pytest.mark.parametrize(("typed", "name"), [
    ("cat", "cat"), ("  two   words ", "two words"), ("**x**", "x"), ("[a](//b)", "ab"), (":red[x]", "redx"),
    ("$x$", "x"),
    ("`a`", "a"), ("<b>", "b"), ("★", "★"), ("ä-ö", "ä-ö"), ("नमस्ते", "नमस्ते"), ("x" * 500, "x" * bounds.OWN_NAME),
    ("_a_", "a"), ("a\u202eb", "ab"), ("# a", "a"), ("- a", "a"), ("a\n\nb", "ab"), ("", ""), (None, ""), (5, ""),
    (["a"], ""), ("😀", "😀"),
])
def test_a_name_is_short_and_nothing_but_text(typed, name):
    assert lesson.clean_name(typed) == name


def test_two_signs_never_have_one_name():
    own = lesson.named(lesson.EMPTY, 1, "7")
    assert lesson.names_of(own, (3, 7)) == ("3", "7")
    assert lesson.names_of(lesson.named(own, 0, "x"), (3, 7)) == ("7", "x")


# Who learns from whose

@pytest.mark.parametrize("use", USES)
def test_the_images_go_where_the_use_says(digits, own, use):
    data = results.dataset_of(digits, own, SETTINGS, use)
    n, m, test = len(own), len(digits.X_train), len(digits.X_test)
    halves = (7 + 1) // 2 + (9 + 1) // 2
    assert (len(data.X_train), len(data.X_test)) == {
        TEST: (m, n), TRAIN: (n, test), ADD: (m + n, test), ONLY: (halves, n - halves),
    }[use]
    assert not data.X_train.flags.writeable
    assert data.X_train.dtype == data.X_test.dtype == np.float32
    x = {row.tobytes(): label for row, label in zip(lesson.pixels(own, SETTINGS), own.labels, strict=True)}
    for rows, truth in ((data.X_train, data.y_train), (data.X_test, data.y_test)):
        assert all(x.get(row.tobytes(), label) == label for row, label in zip(rows, truth, strict=True))


def test_few_training_images_are_the_data_set_s(digits, own):
    few = replace(SETTINGS, train_images=30)
    assert len(results.dataset_of(digits, own, few, ADD).X_train) == 30 + len(own)
    assert len(results.dataset_of(digits, own, few, TRAIN).X_train) == len(own)
    assert results.result(digits, own, few, ADD).n_train == 30 + len(own)
    assert results.tested(train(digits, few), digits, own, few).n_train == 30


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("settings", [
    SETTINGS, Settings(score="distance", inverted=True, loss="hinge"), Settings(loss="pixel_distance", epochs=3),
    Settings(black_and_white=True, bias=False),
], ids=lambda s: f"{s.score}-{s.loss}")
def test_a_result_counts_what_the_model_answers(digits, own, use, settings):
    """Worked out here from the weights of one training, image by image."""
    data = results.dataset_of(digits, own, settings, use)
    run = train(data, results.settings_of(settings, use))
    if use == TEST:
        found = results.tested(train(digits, settings), digits, own, settings)
    else:
        found = results.result(digits, own, settings, use)
    weights, bias = run.weights[-1].astype(float), float(run.biases[-1])

    def says_first(x):
        x = x.astype(float)
        return (x @ weights if settings.score == "multiply" else -np.abs(x - weights).sum(1)) + bias > 0

    right = int((says_first(data.X_test) == (data.y_test == 1)).sum())
    assert abs(found.right - right) <= (1 if settings.score == "distance" else 0)
    assert found.n_wrong == found.n_test - found.right
    own_says = says_first(lesson.pixels(own, settings))
    assert found.own_right == int((own_says == (own.labels == 1)).sum())
    assert found.printed == pytest.approx(
        (run.test_accuracy[-1], run.test_loss[-1], run.train_loss[-1]), rel=1e-5,
    )


def test_a_model_that_learned_from_ten_of_each_is_about_as_good_as_scikit_learn_s(mnist):
    own = of_dataset(mnist, 10, 10)
    settings = Settings(dataset="mnist", start="zeros")
    found = results.result(mnist, own, settings, TRAIN)
    X, y = lesson.pixels(own, settings), own.labels
    theirs = LogisticRegression().fit(X, y).score(mnist.X_test, mnist.y_test)
    assert found.own_right == 20
    assert found.right / found.n_test == pytest.approx(theirs, abs=0.02)
    assert found.right / found.n_test > 0.85


def test_handwriting_like_the_data_set_s_is_read(mnist):
    settings = Settings(dataset="mnist", start="zeros")
    found = results.tested(train(mnist, settings), mnist, of_dataset(mnist, 25, 25), settings)
    assert found.right >= 47
    assert results.outcome(found) == results.EXPECTATIONS[0]


@pytest.mark.parametrize(("firsts", "seconds", "use", "lacks"), [
    (0, 0, TEST, (1, 1)), (1, 0, TEST, None), (0, 3, TRAIN, (1, 0)), (1, 1, TRAIN, None), (1, 3, ONLY, (1, 0)),
    (2, 2, ONLY, None), (0, 0, ADD, (1, 1)), (5, 0, ADD, (0, 1)),
])
def test_what_is_missing_is_said(firsts, seconds, use, lacks):
    own = lesson.EMPTY
    for label in [1] * firsts + [0] * seconds:
        own = lesson.added(own, lesson.of_strokes(STROKES), label)
    assert results.missing(own, use) == lacks


@pytest.mark.parametrize("use", USES)
def test_the_sentence_has_the_numbers_of_the_result(digits, own, use):
    without = train(digits, SETTINGS)
    found = (
        results.tested(without, digits, own, SETTINGS) if use == TEST else results.result(digits, own, SETTINGS, use)
    )
    text = results.sentence(found, without, own, ("cat", "dog"), SETTINGS)
    for number in {
        TEST: (found.right, found.n_test, found.n_train), TRAIN: (found.right, found.n_test, found.own_right),
        ADD: (found.own_right, found.right, results.own_right(without, own), len(own)),
        ONLY: (found.right, found.n_test, found.n_train),
    }[use]:
        assert f"{number:,}" in text


@pytest.mark.parametrize("use", [TEST, ONLY])
def test_the_wrong_images_are_found_among_the_visitor_s(digits, own, use):
    data = results.dataset_of(digits, own, SETTINGS, use)
    x = lesson.pixels(own, SETTINGS)
    for row in range(len(data.X_test)):
        assert np.array_equal(x[results.own_row(own, use, row)], data.X_test[row])
