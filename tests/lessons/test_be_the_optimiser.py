"""The page "Be the optimiser": paintings in links, what they measure, the duel with descent, challenges."""

import base64
import random
import re
import string
import tracemalloc
import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from explorer.engine import cost
from explorer.engine.settings import LEARNING_RATES, MAX_EPOCHS, Settings
from explorer.engine.training import train
from explorer.inputs import bounds
from explorer.lessons.be_the_optimiser import challenge, duel, measures, painting, scores
from explorer.lessons.runs import Curves, curves_of

SHAPES = (8, 8), (28, 28)
SETTINGS = measures.opponent(Settings())
shapes = some.sampled_from(SHAPES)
paintings = shapes.flatmap(lambda shape: some.tuples(
    some.just(shape), arrays(np.uint8, shape[0] * shape[1], elements=some.integers(0, 2)),
))


def unpacked(text):
    """The levels in a text, worked out digit by digit."""
    kind, letters = re.fullmatch(r"\d+x\d+(.)(.*)", text).groups()
    content = base64.urlsafe_b64decode(letters + "===")
    content = zlib.decompress(content, -15) if kind == "z" else content
    levels = []
    for byte in content:
        for _ in range(5):
            levels.append(byte % 3)
            byte //= 3
    return levels


@examples(deadline=None, max_examples=60)
@given(paintings, some.booleans())
def test_a_painting_survives_in_a_link(painted, plain):
    shape, cells = painted
    text = painting.encode(cells, shape, plain)
    assert len(text) <= bounds.PAINTING
    assert set(text) <= set(string.ascii_letters + string.digits + "-_")
    assert np.array_equal(painting.decode(text, shape), cells)
    if cells.any():
        levels = unpacked(text)
        assert levels[: cells.size] == cells.tolist()
        assert not any(levels[cells.size :])
    # The browser's form is plain; a link has the shorter one.
    assert len(painting.encode(cells, shape)) <= len(painting.encode(cells, shape, plain=True))


def test_a_small_painting_by_hand():
    # 1 + 2 * 3 + 0 * 9 + 1 * 27 + 2 * 81 = 196, and the sixth pixel: 2.
    text = "2x3p" + base64.urlsafe_b64encode(bytes([196, 2])).decode().rstrip("=")
    cells = np.array([1, 2, 0, 1, 2, 2], np.uint8)
    assert painting.encode(cells, (2, 3), plain=True) == text
    assert painting.decode(text, (2, 3)).tolist() == cells.tolist()
    assert painting.weights_of(cells, "multiply").tolist() == [1, -1, 0, 1, -1, -1]
    assert painting.weights_of(cells, "distance").tolist() == [1, 0.5, 0, 1, 0.5, 0.5]
    assert painting.encode(np.zeros(6, np.uint8), (2, 3)) == ""


def hostile(count: int = 600) -> list[str]:
    """Texts that are no painting: noise, damaged paintings, wrong sizes, bombs."""
    generator = random.Random(15)
    letters = string.ascii_letters + string.digits + "-_"
    good = painting.encode(np.random.default_rng(3).integers(0, 3, 784).astype(np.uint8), (28, 28))
    packed = painting.encode(np.arange(64, dtype=np.uint8) % 3, (8, 8), plain=True)

    def deflated(content: bytes) -> str:
        compressor = zlib.compressobj(9, wbits=-15)
        return base64.urlsafe_b64encode(compressor.compress(content) + compressor.flush()).decode().rstrip("=")

    found = [
        "x", "8x8", "8x8p", "8x8z", "8x8q" + "A" * 18, "0x8pAA", "08x8pAA", "99x99p" + "A" * 200, "8x8p" + "A" * 17,
        "8x8p" + "A" * 19, "8x8p" + "_" * 18, "８x8p" + "A" * 18, "8x8p" + "A" * 10_000_000, "\x00" * 30_000,
        "28x28z" + deflated(bytes(120_000)), "28x28z" + deflated(bytes(158)), "28x28z" + deflated(bytes(156)),
        "8x8z" + deflated(bytes(150_000)), "28x28z" + deflated(bytes(157)) + "AAAA", "28x28z" + deflated(b"\xff" * 157),
        "28X28z" + deflated(bytes(157)), " " + good, good + " ", good + "\n", "8x8p" + "A" * 16 + "__", "-8x8pAA",
    ]
    while len(found) < count:
        text = list(generator.choice((good, packed)))
        for _ in range(generator.randint(1, 4)):
            text = text or ["z"]
            place = generator.randrange(len(text))
            match generator.randrange(4):
                case 0:
                    text[place] = generator.choice(letters)
                case 1:
                    del text[place]
                case 2:
                    text.insert(place, generator.choice((*letters, "é", "\u202e", "😀", "/", "%", " ", "\x00")))
                case 3:
                    text = text[:place]
        found.append("".join(text))
    return found


def test_hostile_paintings_are_refused_in_words_or_are_paintings():
    refused = []
    for text in hostile():
        try:
            cells = painting.decode(text, (28, 28))
        except ValueError as error:
            refused.append(str(error))
        else:  # a letter of the packed bytes may be another and still be in range
            assert cells.shape == (784,)
            assert cells.max() <= 2
    assert len(refused) > 400
    assert all(10 < len(words) < 300 for words in refused)


def test_a_bomb_takes_no_memory():
    bombs = [text for text in hostile(26) if len(text) > 40]
    tracemalloc.start()
    for text in bombs:
        with pytest.raises(ValueError, match=r"damaged|characters|these images have"):
            painting.decode(text, (28, 28))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000


def test_a_painting_of_another_shape_is_named_as_one():
    text = painting.encode(np.ones(784, np.uint8), (28, 28))
    with pytest.raises(painting.OtherShape, match="28 × 28 pixels, and these images have 8 × 8"):
        painting.decode(text, (8, 8))


@pytest.mark.parametrize("score", painting.LEVELS)
def test_the_numbers_are_those_of_counting(digits, score):
    s, cells = replace(SETTINGS, score=score), painting.by_rule(digits, score)
    weights, bias = painting.weights_of(cells, score).astype(float), {"multiply": 1.25, "distance": 13.5}[score]
    right, loss = {1: 0, 0: 0}, 0.0
    for x, truth in zip(digits.X_train.astype(float), digits.y_train, strict=True):
        value = x @ weights + bias if score == "multiply" else bias - sum(abs(x - weights))
        right[int(truth)] += (value > 0) == (truth == 1)
        loss += np.logaddexp(0, value) - truth * value
    found = measures.on_training(digits, s, cells, bias)
    assert (found.right_first, found.right_second) == (right[1], right[0])
    assert found.count == len(digits.X_train)
    assert found.accuracy == (right[1] + right[0]) / len(digits.X_train)
    assert found.loss == pytest.approx(loss / len(digits.X_train), rel=1e-5)
    assert found.says_first == right[1] + found.n_second - right[0]


@pytest.mark.parametrize("score", painting.LEVELS)
def test_no_other_place_of_the_slider_gets_more_right_than_the_best_bias(digits, score):
    s, options = replace(SETTINGS, score=score), measures.bias_steps(score, 64)
    for cells in (painting.by_rule(digits, score), np.arange(64, dtype=np.uint8) % 3):
        pushes = measures.sums(digits, s, cells)
        bias, accuracy = measures.best_bias(pushes, digits.y_train, options)
        every = [measures.on_training(digits, s, cells, one).accuracy for one in options.tolist()]
        assert accuracy == max(every)
        assert every[options.tolist().index(bias)] == accuracy


def test_the_slider_of_the_bias_has_few_places_and_offers_0():
    for score in painting.LEVELS:
        for n_pixels in (64, 784):
            steps = measures.bias_steps(score, n_pixels)
            assert len(steps) <= 201
            assert 0 in steps
            low, high, _ = measures.biases(score, n_pixels)
            assert (steps[0], steps[-1]) == (low, high)


def test_a_painting_by_a_simple_rule_reaches_90_percent_of_the_unseen_digits(mnist):
    s = measures.opponent(Settings(dataset="mnist"))
    cells = painting.by_rule(mnist, "multiply")
    assert set(cells.tolist()) == {0, 1, 2}
    assert measures.on_training(mnist, s, cells, 0.0).accuracy >= 0.9
    assert challenge.unseen(mnist, s, cells, 0.0).accuracy >= 0.9
    # The rule, worked out anew: three levels of mean 3 minus mean 7.
    first, second = (mnist.X_train[mnist.y_train == label].mean(0) for label in (1, 0))
    difference = first - second
    clear = abs(difference) >= 0.25 * abs(difference).max()
    assert np.array_equal(painting.weights_of(cells, "multiply"), np.where(clear, np.sign(difference), 0))
    # Through a link and back it is the same painting.
    assert np.array_equal(painting.decode(painting.encode(cells, (28, 28)), (28, 28)), cells)


def test_a_picture_is_worse_than_weights_on_mnist_and_the_trick_with_grey_is_not(mnist):
    products, picture, disguise = scores.rules(mnist, measures.opponent(Settings(dataset="mnist")))
    assert products.accuracy > picture.accuracy + 0.04
    assert abs(products.accuracy - disguise.accuracy) < 0.005


@pytest.mark.parametrize("score", painting.LEVELS)
def test_the_three_levels_for_distances_are_those_for_products_in_disguise(digits, score):
    """On pixels that are black or white, -abs(value - weight) is value * (2 * weight - 1), up to a constant."""
    x = (digits.X_train >= 0.5).astype(np.float32)
    black_and_white = replace(digits, X_train=x)
    of_products, of_distances = (
        measures.sums(black_and_white, replace(SETTINGS, score=one), painting.by_rule(digits, one, "difference"))
        for one in ("multiply", "distance")
    )
    assert np.ptp(of_distances - of_products) == pytest.approx(0, abs=1e-4)


def test_descent_from_an_empty_canvas_is_descent_from_zeros(digits):
    s = replace(SETTINGS, epochs=5)
    found, zeros = duel.descent(digits, s, painting.empty((8, 8)), 0.0), train(digits, s)
    assert np.array_equal(found.weights, zeros.weights)
    assert np.array_equal(found.biases, zeros.biases)


def curves(*accuracies):
    """Curves with four batches in an epoch: after 0, ¼, ½ and 1, 2, … epochs."""
    epochs = np.array([0, 0.25, 0.5, *range(1, len(accuracies) - 2)], float)
    values = np.array(accuracies)
    return Curves(4, epochs, values, values, values, values)


def test_the_first_epoch_above_a_mark_is_found():
    found = curves(0.5, 0.9, 0.95, 0.94, 0.97, 0.99)
    assert duel.first_above(found, 0.9) == 0.5
    assert duel.first_above(found, 0.95) == 2
    assert duel.first_above(found, 0.99) is None
    assert duel.first_above(found, 0.4) == 0
    assert duel.first_at(found, 0.99) == 3
    assert [duel.when(epoch, found) for epoch in (0, 0.25, 0.5, 1, 2)] == [
        "at once", "after a single batch", "after 2 batches", "in the first epoch", "in epoch 2",
    ]


@pytest.mark.parametrize(("cells", "starts"), [
    (painting.empty((8, 8)), "Descent from zeros passes your"), (None, "Descent from zeros"),
    (np.full(64, 2, np.uint8), "Descent from zeros is ahead of your"),
])
def test_the_sentence_about_the_duel_follows_the_curves(digits, cells, starts):
    cells = painting.by_rule(digits, "multiply") if cells is None else cells
    s = replace(SETTINGS, epochs=5)
    # All weights for the second digit: always 7; a bias makes it always 3, which is rarer.
    bias = 20.0 if cells.all() else 0.0
    yours = challenge.unseen(digits, s, cells, bias)
    runs = duel.descent(digits, s, cells, bias), train(digits, s)
    mine, zeros = curves_of(digits, runs)
    sentence = duel.sentence(yours, mine, zeros, runs)
    passed = duel.first_above(zeros, yours.accuracy)
    if passed == 0:
        assert "is ahead of your" in sentence
    elif passed is None:
        assert "does not pass your" in sentence
    else:
        assert f"passes your {measures.percent(yours.accuracy)} {duel.when(passed, zeros)}." in sentence
    assert duel.why(mine, zeros, runs)
    assert duel.changed_sentence(runs[0], digits)


@pytest.mark.parametrize(("mine", "zeros", "words"), [
    ((0.98, 0.98, 0.98, 0.99), (0.5, 0.98, 0.98, 0.99), "Here it is."),
    ((0.9, 0.9, 0.9, 0.98), (0.5, 0.9, 0.98, 0.99), "Not here."),
    ((0.9, 0.9, 0.9, 0.9), (0.5, 0.9, 0.9, 0.98), "Not here."),
    ((0.4, 0.9, 0.9, 0.97), (0.5, 0.9, 0.9, 0.98), "begin with 40.0 % right, zeros with 50.0 %"),
    ((0.9, 0.9, 0.9, 0.98), (0.5, 0.9, 0.9, 0.98), "no difference"),
    ((0.9, 0.9, 0.9, 0.95), (0.5, 0.9, 0.9, 0.94), "Here it is."),
    ((0.9, 0.9, 0.9, 0.95), (0.5, 0.9, 0.9, 0.951), "no difference"),
])
def test_a_head_start_is_judged_by_who_is_at_the_goal_first(digits, mine, zeros, words):
    """At 98 %, or where neither gets there, at the end."""
    s = replace(SETTINGS, epochs=1)
    runs = [replace(train(digits, s), test_accuracy=np.array(ends)[[0, -1]]) for ends in (mine, zeros)]
    assert words in duel.why(curves(*mine), curves(*zeros), runs).replace("\N{NO-BREAK SPACE}", " ")


def test_steps_that_are_too_long_are_named_and_a_smaller_rate_is_offered(mnist):
    s = measures.opponent(Settings(dataset="mnist", score="distance", epochs=2))
    runs = duel.descent(mnist, s, painting.by_rule(mnist, "distance"), 144.0), train(mnist, s)
    assert duel.is_too_fast(runs)
    assert "learning rate 1 the steps are too long" in duel.why(*curves_of(mnist, runs), runs)
    assert duel.smaller_rate(s) == 0.1
    assert duel.smaller_rate(replace(s, learning_rate=LEARNING_RATES[0])) is None
    assert duel.smaller_rate(replace(s, learning_rate=LEARNING_RATES[1])) == LEARNING_RATES[0]


def test_there_is_time_for_both_descents(mnist):
    for score in painting.LEVELS:
        for batch_size in (16, None):
            asked = measures.opponent(Settings(
                dataset="mnist", score=score, batch_size=batch_size, epochs=MAX_EPOCHS["mnist"],
            ))
            s = duel.affordable(asked, mnist)
            shape = cost.shape_of(mnist)
            # Each is trained by itself.
            total = 2 * (cost.seconds(shape, [s]) + cost.seconds_of_first_epochs(shape, [s]))
            assert total <= 1.2 * cost.BUDGET
            assert s.epochs >= 5


def test_a_challenge_is_computed_where_its_painting_is_there(digits):
    cells, bias = painting.by_rule(digits, "multiply"), 1.5
    own = challenge.unseen(digits, SETTINGS, cells, bias)
    text = challenge.theirs("multiply", cells, bias, (8, 8))
    assert len(text) <= bounds.CHALLENGER
    found = challenge.of_link("99.9", text, digits, replace(SETTINGS, score="distance"))
    assert (found.accuracy, found.bias, found.score) == (own.accuracy, bias, "multiply")
    assert np.array_equal(found.cells, cells)
    assert challenge.of_link("93.1", "", digits, SETTINGS).accuracy == pytest.approx(0.931)
    assert challenge.of_link("", "", digits, SETTINGS) is None
    assert challenge.mark(0.93149) == "93.1"
    assert challenge.mark(1.0) == "100"


@pytest.mark.parametrize(("beat", "theirs"), [
    ("x", ""), ("nan", ""), ("inf", ""), ("-1", ""), ("100.1", ""), ("1e400", ""), ("9" * 5000, ""),
    ("", "multiply.8x8pAA.1"), ("", "multiply"), ("", "multiply.."), ("", "divide.8x8p" + "A" * 18 + ".1"),
    ("", "multiply.8x8p" + "A" * 18), ("", "multiply.8x8p" + "A" * 18 + ".1e9"), ("", "multiply." + "A" * 10_000),
    ("50", "multiply.8x8p" + "A" * 18 + ".nan"),
])
def test_a_challenge_that_cannot_be_read_is_refused_in_words(digits, beat, theirs):
    with pytest.raises(ValueError, match=r"it (is damaged|names no number|has)"):
        challenge.of_link(beat, theirs, digits, SETTINGS)


def test_a_challenge_is_won_by_what_is_shown(digits):
    found = challenge.unseen(digits, SETTINGS, painting.by_rule(digits, "multiply"), 0.0)
    for accuracy, words in (
        (found.accuracy - 0.01, "You have beaten"), (found.accuracy, "exactly"),
        (found.accuracy + 0.01, "1.0 points more"),
    ):
        assert words in challenge.verdict(found, challenge.Challenge(accuracy))


def test_another_painting_bias_or_image_has_another_fingerprint(digits):
    cells = painting.by_rule(digits, "multiply")
    other = cells.copy()
    other[0] = 1
    marks = {
        challenge.fingerprint(s, painted, bias) for s in (SETTINGS, replace(SETTINGS, digits=(3, 8), score="distance"))
        for painted in (cells, other) for bias in (0.0, 1.0)
    }
    assert len(marks) == 8
    # What only the descent needs changes nothing.
    assert challenge.fingerprint(replace(SETTINGS, epochs=3, seed=7), cells, 0.0) in marks
