"""Drawings: their text in a link, and the images made of them, compared with those of the data sets."""

from itertools import pairwise

import numpy as np
import pytest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import scores_of, train
from explorer.lessons.one_image import drawing

HANDS = {  # by digit, several drawings: strokes as corners, in units of the pad
    7: [
        [[(120, 100), (390, 100), (230, 430)]],
        [[(60, 60), (300, 50), (320, 70), (160, 480)]],
        [[(150, 110), (370, 100), (360, 150), (300, 250), (250, 350), (240, 420)], [(180, 260), (350, 250)]],
        [[(300, 300), (420, 295), (350, 450)]],
        [[(130, 140), (135, 100), (380, 95), (300, 220), (225, 420)]],
    ],
    3: [
        [[(150, 130), (200, 85), (280, 80), (340, 125), (335, 195), (280, 240), (230, 250), (295, 262), (350, 315),
          (345, 390), (285, 435), (215, 435), (155, 395)]],
        [[(140, 90), (340, 90), (230, 220), (320, 250), (350, 330), (310, 410), (220, 430), (140, 390)]],
        [[(60, 70), (140, 40), (190, 80), (180, 130), (120, 150)], [(120, 150), (190, 170), (200, 230), (130, 270),
          (60, 240)]],
        [[(170, 110), (260, 90), (330, 140), (250, 235)], [(250, 235), (340, 300), (300, 410), (160, 420)]],
    ],
}


def strokes(corners) -> drawing.Strokes:
    """The strokes as the pad sends them, with a point every few units."""
    done = []
    for stroke in corners:
        stroke = np.array(stroke, float)
        steps = [np.linspace(a, b, max(int(np.hypot(*(b - a)) / 8), 2))[:-1] for a, b in pairwise(stroke)]
        done.append(np.concatenate([*steps, stroke[-1:]]).round().astype(int))
    return done


ALL = [(digit, strokes(corners)) for digit, hands in HANDS.items() for corners in hands]


@pytest.fixture(params=["digits", "mnist"])
def dataset(request):
    return request.getfixturevalue(request.param)


# The text of a drawing


def test_a_drawing_survives_its_text():
    for _, drawn in ALL:
        text = drawing.encode(drawn)
        assert len(text) == 3 * sum(map(len, drawn)) + len(drawn) - 1
        again = drawing.decode(text)
        assert len(again) == len(drawn)
        for one, other in zip(drawn, again, strict=True):
            np.testing.assert_array_equal(one, other)


def test_points_by_hand():
    """The first character counts 4096, the second 64, the third 1: x × 512 + y."""
    np.testing.assert_array_equal(drawing.decode("AAA")[0], [[0, 0]])
    np.testing.assert_array_equal(drawing.decode("___")[0], [[511, 511]])
    # 100 × 512 + 7 = 51207 = 12 × 4096 + 32 × 64 + 7: M, g, H.
    np.testing.assert_array_equal(drawing.decode("MgHAAA.___")[0], [[100, 7], [0, 0]])
    assert drawing.encode([np.array([[100, 7]])]) == "MgH"
    assert drawing.decode("") == []


@pytest.mark.parametrize("text", [
    "A", "AB", "ABCD", "ABC.", ".ABC", "ABC..ABC", "ABC.AB", "ABC ", "AB+", "ABC\n", "ÄBC", "<script>", "٣٣٣", "\0\0\0",
    "nonsense!", "1e400", "-1",
])
def test_a_text_that_is_no_drawing_is_refused(text):
    with pytest.raises(ValueError, match="damaged"):
        drawing.decode(text)


def test_a_text_that_is_too_long_is_refused_with_the_limit():
    longest = "ABC" * (drawing.MAX_LENGTH // 3)
    assert len(drawing.decode(longest)[0]) == drawing.MAX_LENGTH // 3
    with pytest.raises(ValueError, match="3,003 characters, 3,000"):
        drawing.decode(longest + "ABC")


# The image of a drawing


def box(image, least=0.05):
    """(left, top, right, bottom) of the ink, in pixels."""
    rows, columns = np.flatnonzero(image.max(1) > least), np.flatnonzero(image.max(0) > least)
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def test_an_image_is_like_those_of_its_data_set(dataset):
    for _, drawn in ALL:
        image = drawing.image_of_drawing(dataset, drawn)
        assert image.shape == dataset.X_test[0].shape
        assert image.dtype == np.float32
        assert image.min() == 0
        assert 0.95 < image.max() <= 1


def test_a_drawing_is_placed_where_mnist_digits_are(mnist):
    """At most 20 pixels to a side, the centre of the ink in the middle: first of their images, then of ours."""
    images = mnist.X_train[:500].reshape(-1, 28, 28)
    middles = np.array([drawing.centre_of_ink(image) for image in images])
    np.testing.assert_allclose(middles.mean(0), 14.5, atol=0.05)
    # Theirs are moved by whole pixels, so they may be half a pixel off; the middle of pixel 14 is 14.5.
    assert np.abs(middles - 14.5).max() < 0.6
    sides = np.array([box(image, 0) for image in images])
    longest = np.maximum(sides[:, 2] - sides[:, 0], sides[:, 3] - sides[:, 1])
    assert np.percentile(longest, [5, 95]).tolist() == [20, 20]
    for _, drawn in ALL:
        image = drawing.image_of_drawing(mnist, drawn).reshape(28, 28)
        # A long stroke may be cut off at the edge, which moves the centre a little.
        np.testing.assert_allclose(drawing.centre_of_ink(image), 14.5, atol=0.3)
        left, top, right, bottom = box(image, 0.2)
        assert 19 <= max(right - left, bottom - top) <= 21


def test_a_drawing_fills_the_height_as_builtin_digits_do(digits):
    images = digits.X_train.reshape(-1, 8, 8)
    assert np.mean([box(image)[1] == 0 and box(image)[3] == 8 for image in images]) > 0.98
    for _, drawn in ALL:
        left, top, right, bottom = box(drawing.image_of_drawing(digits, drawn).reshape(8, 8))
        assert (top, bottom) == (0, 8)
        assert left >= 0
        assert right <= 8


def test_a_drawing_has_as_much_ink_as_the_data(dataset):
    """For each digit, the mean ink of our drawings is within a quarter of that of the data."""
    for digit, label in ((3, 1), (7, 0)):
        ours = np.mean([drawing.image_of_drawing(dataset, drawn).sum() for shown, drawn in ALL if shown == digit])
        theirs = dataset.X_train[dataset.y_train == label].sum(1).mean()
        assert 0.75 < ours / theirs < 1.25


def test_where_and_how_large_it_is_drawn_does_not_matter(dataset):
    drawn = strokes(HANDS[3][0])
    usual = drawing.image_of_drawing(dataset, drawn)
    for scale, x, y in ((1, 40, 60), (1, -100, -50), (0.5, 200, 20), (0.5, 0, 250), (1.15, -60, -60)):
        moved = [np.round(stroke * scale + [x, y]).astype(int) for stroke in drawn]
        assert min(stroke.min() for stroke in moved) >= 0
        assert max(stroke.max() for stroke in moved) < 512
        # The points of the smaller one are rounded to the grid of the pad.
        assert np.abs(drawing.image_of_drawing(dataset, moved) - usual).max() < 0.2
        assert np.abs(drawing.image_of_drawing(dataset, moved) - usual).mean() < 0.01


def test_mnist_keeps_proportions_and_slant_and_the_builtin_digits_do_not(digits, mnist):
    line = [np.array([[100, 400], [180, 100]])]
    left, top, right, bottom = box(drawing.image_of_drawing(mnist, line).reshape(28, 28), 0.3)
    assert 20 <= bottom - top <= 21
    assert right - left == pytest.approx(2.5 + 17.5 * 80 / 300, abs=1.5)
    image = drawing.image_of_drawing(digits, line).reshape(8, 8)
    np.testing.assert_allclose(drawing.centre_of_ink(image), [4, 4], atol=0.05)
    left, _, right, _ = box(image)
    assert right - left == 2  # upright


def test_a_drawing_is_black_and_white_or_inverted_like_the_data(dataset):
    drawn = strokes(HANDS[7][0])
    grey = drawing.image_of_drawing(dataset, drawn)
    assert ((grey > 0.1) & (grey < 0.9)).any()
    black = drawing.image_of_drawing(dataset, drawn, black_and_white=True)
    np.testing.assert_array_equal(black, grey >= 0.5)
    np.testing.assert_array_equal(drawing.image_of_drawing(dataset, drawn, inverted=True), 1 - grey)
    inverted = drawing.image_of_drawing(dataset, drawn, black_and_white=True, inverted=True)
    np.testing.assert_array_equal(inverted, 1 - black)
    assert drawing.image_of_drawing(dataset, [], inverted=True).min() == 1


@pytest.mark.parametrize("drawn", [
    [], [[(9, 9)]], [[(0, 0), (511, 511)]], [[(5, 5), (5, 400)]], [[(5, 5), (400, 5)]], [[(5, 5), (400, 6)]],
    [[(7, 7), (7, 7)], [(7, 7)]], [[(0, 0)], [(511, 511)]],
], ids=["nothing", "a dot", "a diagonal", "upright", "flat", "almost flat", "the same dot", "two dots"])
def test_degenerate_drawings_have_an_image(dataset, drawn):
    image = drawing.image_of_drawing(dataset, [np.array(stroke) for stroke in drawn])
    assert np.isfinite(image).all()
    assert 0 <= image.min() <= image.max() <= 1
    assert (image.max() > 0.3) == bool(drawn)
    assert image.mean() < 0.35


def test_the_longest_drawing_allowed_has_an_image(dataset):
    generator = np.random.default_rng(3)
    drawn = [generator.integers(0, 512, (1, 2)) for _ in range(749)]
    assert len(drawing.encode(drawn)) < drawing.MAX_LENGTH
    assert drawing.image_of_drawing(dataset, drawn).mean() > 0.3


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_default_model_answers_every_drawing_correctly(dataset, seed):
    run = train(dataset, Settings(dataset=dataset.name, seed=seed))
    for digit, drawn in ALL:
        x = drawing.image_of_drawing(dataset, drawn)
        assert (scores_of(x[None], run.settings, run.weights[-1], float(run.biases[-1]))[0] > 0) == (digit == 3)


def thinned(ink):
    """The skeleton of a black-and-white picture (Zhang and Suen, 1984)."""
    ink = np.pad(ink, 1)
    around = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
    while True:
        before = ink
        for first, second in (((0, 2, 4), (2, 4, 6)), ((0, 2, 6), (0, 4, 6))):
            near = [np.roll(ink, (-dy, -dx), (0, 1)) for dy, dx in around]
            count = np.sum(near, axis=0)
            turns = np.sum([~near[i] & near[(i + 1) % 8] for i in range(8)], axis=0)
            spare = ~np.all([near[i] for i in first], axis=0) & ~np.all([near[i] for i in second], axis=0)
            ink = ink & ~((count >= 2) & (count <= 6) & (turns == 1) & spare)
        if (ink == before).all():
            return ink[1:-1, 1:-1]


def redrawn(image):
    """The strokes of an image of MNIST, traced along its skeleton."""
    rows, columns = np.nonzero(thinned(image.reshape(28, 28) > 0.4))
    points = set(zip(columns.tolist(), rows.tolist(), strict=True))
    lines = [
        [(x, y), (x + dx, y + dy)] for x, y in sorted(points) for dx, dy in ((1, 0), (0, 1), (1, 1), (1, -1))
        if (x + dx, y + dy) in points
    ]
    return [np.array(line) * 15 + 40 for line in lines or [[point] for point in points]]


@pytest.fixture(scope="module")
def traced(mnist):
    return [redrawn(image) for image in mnist.X_test[:200]], mnist.y_test[:200]


def test_redrawn_mnist_digits_keep_their_place_and_their_answer(mnist, traced):
    drawings, truth = traced
    images = np.stack([drawing.image_of_drawing(mnist, drawn) for drawn in drawings])
    theirs = mnist.X_test[: len(images)]
    assert images.sum() == pytest.approx(theirs.sum(), rel=0.1)
    moved = [
        drawing.centre_of_ink(a.reshape(28, 28)) - drawing.centre_of_ink(b.reshape(28, 28))
        for a, b in zip(images, theirs, strict=True)
    ]
    assert np.abs(moved).max() < 1.5
    # Pixel by pixel each is much nearer to its own image than to the next.
    own, other = np.abs(images - theirs).mean(), np.abs(images - np.roll(theirs, 1, axis=0)).mean()
    assert own < 0.65 * other
    run = train(mnist, Settings(dataset="mnist"))
    scores = scores_of(images, run.settings, run.weights[-1], float(run.biases[-1]))
    assert np.mean((scores > 0) == (truth == 1)) > 0.94


def test_a_model_of_the_builtin_digits_classifies_redrawn_mnist_digits(digits, traced):
    """Other people's handwriting, made like the built-in digits; without setting it upright, 82 in 100 were right."""
    drawings, truth = traced
    images = np.stack([drawing.image_of_drawing(digits, drawn) for drawn in drawings])
    run = train(digits, Settings())
    scores = scores_of(images, run.settings, run.weights[-1], float(run.biases[-1]))
    assert np.mean((scores > 0) == (truth == 1)) > 0.9


def test_every_data_set_has_a_style(digits):
    assert load("digits").image_shape == (8, 8)
    assert set(drawing.STYLES) == {"digits", "mnist"}
