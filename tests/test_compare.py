"""Runs side by side: the code of a set, fairness, what is compared, and the losses as curves."""

import dataclasses
import math
from urllib.parse import quote_plus

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as some

from explorer import compare, compare_results, loss_shapes
from explorer.compare import CODES, FIRST_SET, LETTERS, Row, read, write
from explorer.figures import compare as figures
from explorer.losses import LOSSES
from explorer.scores import SCORES
from explorer.settings import LEARNING_RATES, LIMITS, Settings
from explorer.training import batches, one_step, train, train_many, training_rows
from tests.markdown import outside_code

rows_of_a_letter = [
    some.builds(
        Row, some.just(letter), some.sampled_from(sorted(SCORES)), some.sampled_from(sorted(LOSSES)),
        some.sampled_from(LEARNING_RATES), some.booleans(), some.sampled_from(LIMITS["start"].options),
        some.booleans(),
    ) for letter in LETTERS
]
sets = some.permutations(LETTERS).flatmap(lambda letters: some.integers(2, 8).flatmap(
    lambda n: some.tuples(*(rows_of_a_letter[LETTERS.index(letter)] for letter in letters[:n]))
))
WORST = tuple(Row(letter, "distance", "absolute_error", 0.0001, False, "mean_image") for letter in LETTERS)


def told_of(rows, dataset, **more):
    settings = compare.settings_of(rows, Settings(dataset=dataset.name, digits=dataset.digits, **more))
    return compare_results.outcomes(rows, train_many(dataset, settings), dataset)


@pytest.fixture(scope="module")
def told(digits):
    return told_of(FIRST_SET, digits)


# The code in a link

def test_every_choice_has_a_code_of_its_own():
    for field, options in {"score": SCORES, "loss": LOSSES, "learning_rate": LEARNING_RATES, "bias": (True, False),
                           "start": LIMITS["start"].options}.items():
        assert sorted(map(str, CODES[field].values())) == sorted(map(str, options))
        assert all(code and not set(code) & set("-_") for code in CODES[field])


@given(sets)
def test_a_set_survives_its_link(rows):
    code = write(rows)
    assert read(code) == (rows, [])
    assert quote_plus(code) == code  # nothing in it needs an escape
    assert len(code) <= len(write(WORST)) < 200


def test_a_code_by_hand():
    row = Row("C", "distance", "squared_error", 0.05, False, "mean_image")
    assert row.code == "C-d-se-0.05-n-mi"
    assert write([FIRST_SET[0], row]) == "A-m-ll-1-b-r_C-d-se-0.05-n-mi"


@given(some.one_of(
    some.text(), some.text("ABCH-_mdlhb1r.0nz", max_size=120), some.none(), some.integers(), some.binary(),
    some.lists(some.text()), some.floats(),
))
def test_whatever_a_link_holds_a_set_comes_out_and_a_word_about_it(junk):
    rows, problems = read(junk)
    assert 2 <= len(rows) <= 8
    assert len({row.letter for row in rows}) == len(rows)
    assert read(write(rows)) == (rows, [])
    if problems == []:
        assert write(rows) == junk
    for problem in problems:
        assert problem.endswith(".")
        assert not set(outside_code(problem)) & set("<>[]*`")


@given(sets, some.data())
def test_what_cannot_be_read_is_left_out_and_the_rest_stays(rows, data):
    if len(rows) < 3:
        return
    broken = data.draw(some.integers(0, len(rows) - 1))
    parts = [row.code for row in rows]
    field = data.draw(some.integers(1, 5))
    codes = parts[broken].split("-")
    codes[field] = "quux"
    parts[broken] = "-".join(codes)
    found, (problem,) = read("_".join(parts))
    assert found == rows[:broken] + rows[broken + 1 :]
    assert "quux` is none of" in problem
    assert ("score", "loss", "learning rate", "bias", "start")[field - 1] in problem


@pytest.mark.parametrize(("code", "letters", "word"), [
    ("A-m-ll-1-b-r_A-m-h-1-b-r_B-m-h-1-b-r", "AB", "two runs A"),
    ("A-m-ll-1-b-r_a-m-h-1-b-r_B-m-h-1-b-r", "AB", "two runs A"),
    ("A-m-ll-1-b-r_I-m-h-1-b-r_B-m-h-1-b-r", "AB", "its letter, A to H"),
    ("A-m-ll-1-b-r_B-m-h_C-m-h-1-b-r", "AC", "5 choices, this one has 2"),
    ("A-m-ll-1e0-b-r_B-m-h-1-b-r_C-m-h-1-b-r", "BC", "learning rate `1e0`"),
    ("D-m-h-1-b-z", "DA", "A log loss was added"),
    ("A-d-h-1-b-z", "AB", "B log loss was added"),
    ("", "ABCDE", "the first runs"),
])
def test_a_problem_is_named_in_words(code, letters, word):
    rows, problems = read(code)
    assert "".join(row.letter for row in rows) == letters
    assert word in " ".join(problems)


@pytest.mark.parametrize("code", ["_" * 399, "_".join("`" * 60), "A-m-www.example.com-1-b-r_" * 15, "_" * 10**6])
def test_of_many_parts_that_cannot_be_read_the_first_are_named_and_the_rest_is_counted(code):
    rows, problems = read(code)
    assert rows == FIRST_SET
    assert len(problems) <= 6
    assert any(problem.startswith("And ") and problem.endswith(" more were left out.") for problem in problems)
    assert sum(map(len, problems)) < 1200


@pytest.mark.parametrize("rate", ["0,1", "０.１", "٠٫١"])
def test_a_rate_may_be_typed_on_another_keyboard(rate):
    rows, problems = read(f"A-m-ll-{rate}-b-r_B-m-h-1-b-r")
    assert problems == []
    assert rows[0].learning_rate == 0.1


def test_more_than_eight_runs_and_a_novel_are_cut_short():
    nine = write(WORST) + "_A-m-h-1-b-z"
    assert read(nine)[0] == WORST
    rows, problems = read(write(WORST) + "_" + "A" * 10**6)
    assert rows == WORST
    assert f"{len(write(WORST)) + 1 + 10**6:,} characters; the first 400 were read" in problems[0]
    assert all(len(problem) < 400 for problem in problems)


def test_what_is_added_is_new_until_all_eight_are_there():
    rows = list(FIRST_SET)
    while len(rows) < 8:
        new = dataclasses.replace(compare.offered(rows), letter=compare.free_letter(rows))
        assert dataclasses.replace(new, letter="") not in {dataclasses.replace(row, letter="") for row in rows}
        rows.append(new)
    assert "".join(row.letter for row in rows) == LETTERS
    assert compare.free_letter([row for row in rows if row.letter != "C"]) == "C"


# Fairness

def test_runs_that_differ_in_loss_rate_or_bias_alone_share_first_weights_and_batches(digits):
    shared = Settings(seed=5, epochs=1, batch_size=32)
    rows = tuple(
        Row(letter, "multiply", loss, rate, bias, "random")
        for letter, loss, rate, bias in zip(
            LETTERS, ("log_loss", "absolute_error", "squared_error", "hinge", "zero_one", "log_loss", "hinge"),
            (1.0, 10.0, 5.0, 0.5, 1.0, 0.01, 2.0), (True, False, True, True, True, False, True), strict=False,
        )
    )
    settings = compare.settings_of(rows, shared)
    runs = train_many(digits, settings)
    # The order of the batches as run A has it; every other run is taken through it, step by step.
    order = batches(training_rows(digits, settings[0]), settings[0], epoch=1)
    assert len(order) > 5
    for s, run in zip(settings, runs, strict=True):
        np.testing.assert_array_equal(run.weights[0], runs[0].weights[0])
        weights, bias = run.weights[0], float(run.biases[0])
        for batch in order:
            step = one_step(digits, s, batch, weights, bias)
            weights, bias = step.weights_after, step.bias_after
        # float32, summed in another order; a wrong order of batches is off by more than 0.01.
        np.testing.assert_allclose(run.weights[1], weights, atol=2e-4)
        assert run.biases[1] == pytest.approx(bias, abs=2e-4)


def test_runs_are_what_they_would_be_alone(digits, told):
    for outcome in told:
        alone = train(digits, outcome.run.settings)
        # float32 in another order; long steps from a flat start (B) make the rounding ten times larger.
        np.testing.assert_allclose(outcome.run.weights, alone.weights, atol=1e-2)
        assert np.abs(alone.weights[-1] - alone.weights[0]).max() > 0.5


def test_what_a_set_shares_is_taken_from_the_shared_settings():
    shared = Settings(seed=9, epochs=7, batch_size=16, l2=0.01, train_images=100, inverted=True, loss="hinge")
    for row, s in zip(FIRST_SET, compare.settings_of(FIRST_SET, shared), strict=True):
        assert (s.seed, s.epochs, s.batch_size, s.l2, s.train_images, s.inverted) == (9, 7, 16, 0.01, 100, True)
        for field in ("score", "loss", "learning_rate", "bias", "start"):
            assert getattr(s, field) == getattr(row, field)


def test_the_page_says_who_begins_with_the_same_weights(digits, told):
    said = compare_results.fairness(told)
    assert "A, B, C and D begin with the same weights, E with others" in said
    zeros = [dataclasses.replace(row, start="zeros") for row in FIRST_SET]
    assert "They all begin with the same weights." in compare_results.fairness(told_of(zeros, digits))
    two = [FIRST_SET[0], FIRST_SET[4]]
    assert "Each begins with weights of its own" in compare_results.fairness(told_of(two, digits))
    four = [FIRST_SET[0], FIRST_SET[1], FIRST_SET[4], dataclasses.replace(FIRST_SET[4], letter="F", loss="hinge")]
    assert "A and B begin with the same weights, E and F with others that they share" in compare_results.fairness(
        told_of(four, digits)
    )


# What is compared

def first_set_is_sensible(told):
    learners, idea = told[:4], told[4]
    assert [LOSSES[o.row.loss].flat or LOSSES[o.row.loss].pixelwise for o in learners] == [False] * 4
    assert all(outcome.accuracy > 0.95 for outcome in learners)
    assert idea.accuracy < 0.55


def test_the_first_four_learn_and_the_idea_does_not(told):
    first_set_is_sensible(told)


def test_the_first_four_learn_on_mnist_too(mnist):
    first_set_is_sensible(told_of(FIRST_SET, mnist))


def test_the_measures_are_those_of_scikit_learn_and_of_a_plain_count(digits, told):
    from sklearn.metrics import accuracy_score, log_loss

    truth = digits.y_test.astype(int)
    for outcome in told:
        weights, bias = outcome.run.weights[-1].astype(np.float64), float(outcome.run.biases[-1])
        if outcome.row.score == "multiply":
            scores = digits.X_test.astype(np.float64) @ weights + bias
        else:
            scores = bias - np.abs(digits.X_test - weights).sum(1)
        shares = np.stack([1 / (1 + np.exp(scores)), 1 / (1 + np.exp(-scores))], axis=1)
        assert outcome.log_loss == pytest.approx(log_loss(truth, shares), rel=1e-3)
        assert outcome.accuracy == pytest.approx(accuracy_score(truth, scores > 0))
        assert outcome.size == pytest.approx(math.sqrt(sum(w * w for w in weights.tolist())), rel=1e-6)
        good = [epoch for epoch, share in enumerate(outcome.run.test_accuracy) if share >= 0.95]
        assert outcome.good_after == (good[0] if good else None)
        assert outcome.bias == (pytest.approx(bias) if outcome.row.letter != "E" else None)


def the_sentence_is_computed(told):
    said = compare_results.sentence(told)
    best = max(outcome.accuracy for outcome in told)
    least = min(outcome.log_loss for outcome in told)
    winners = [outcome.row.letter for outcome in told if outcome.accuracy == best]
    (lowest,) = [outcome.row.letter for outcome in told if outcome.log_loss == least]
    names = winners[0] if len(winners) == 1 else ", ".join(winners[:-1]) + " and " + winners[-1]
    verb = "get" if len(winners) > 1 else "gets"
    assert f"After 20 epochs {names} {verb} the most unseen digits right, {100 * best:.1f}\N{NO-BREAK SPACE}%" in said
    whose = ", and has" if winners == [lowest] else f"; {lowest} has"
    assert f"{whose} the lowest log loss, {least:.3g}.**" in said
    assert "the heights of two different losses cannot be compared" in said
    assert 120 <= len(said) <= 280


def test_the_sentence_names_the_best_by_both_measures(told):
    the_sentence_is_computed(told)


def test_the_sentence_names_the_best_on_mnist(mnist):
    the_sentence_is_computed(told_of(FIRST_SET, mnist))


def test_runs_that_diverge_are_named_and_not_the_best(digits):
    rows = (FIRST_SET[0], dataclasses.replace(FIRST_SET[3], learning_rate=100.0))
    told = told_of(rows, digits, l2=1.0)
    assert told[1].run.diverged_at is not None
    assert math.isfinite(told[1].log_loss)
    said = compare_results.sentence(told)
    assert "A gets the most" in said
    assert "The loss of D became infinite" in said
    cells = compare_results.table(told, lambda row: "x")["right answers"]
    assert f"diverged in epoch {told[1].run.diverged_at}" in cells[1]
    assert "diverged" not in cells[0]
    both = told_of([dataclasses.replace(row, learning_rate=100.0) for row in rows], digits, l2=1.0)
    assert "The loss of every run became infinite" in compare_results.sentence(both)
    assert "penalty of 1.**" in compare_results.sentence(both)


def test_the_table_has_a_line_for_each_run(told):
    table = compare_results.table(told, lambda row: f"train?{row.letter}")
    assert {len(column) for column in table.values()} == {5}
    assert table["run"][3] == "[D hinge](train?D)"
    assert table["log loss"][0] == f"{told[0].log_loss:.3g}" == table["its own loss"][0]
    assert table["epochs to 95\N{NO-BREAK SPACE}%"] == [
        "never" if o.good_after is None else str(o.good_after) for o in told
    ]
    assert table["bias"][4] == "none"
    assert table["√Σ weights²"][1] == f"{told[1].size:.2f}"


def test_the_note_on_the_weights_names_those_that_still_show_their_start(digits, told):
    def likeness(run):
        a, b = run.weights[0] - run.weights[0].mean(), run.weights[-1] - run.weights[-1].mean()
        return float(a @ b / math.sqrt((a @ a) * (b @ b)))

    noisy = [o.row.letter for o in told if likeness(o.run) > 0.7071]
    assert 1 < len(noisy) < 5
    assert f"The pictures of {', '.join(noisy[:-1])} and {noisy[-1]} mostly show" in compare_results.weights_note(told)
    zeros = [dataclasses.replace(row, start="zeros") for row in FIRST_SET]
    assert "random start" not in compare_results.weights_note(told_of(zeros, digits))


# Where they disagree

def disagreements_are_counted(told, dataset):
    split = compare_results.disagreement(told, dataset)
    found = {}
    for image in range(len(dataset.X_test)):
        says = {o.row.letter: 3 if o.scores[image] > 0 else 7 for o in told}
        if len(set(says.values())) > 1:
            found[image] = says
    assert split.count == len(found)
    assert f"**{len(found):,} of {len(dataset.X_test):,}**" in split.sentence
    assert len(split.images) == min(11, len(found)) == len(split.captions)
    for image, caption in zip(split.images.tolist(), split.captions, strict=True):
        by_first = "".join(letter for letter, said in found[image].items() if said == 3)
        by_second = "".join(letter for letter, said in found[image].items() if said == 7)
        shows = 3 if dataset.y_test[image] else 7
        assert caption == f"a {shows}  \n3: {by_first}  \n7: {by_second}"
    evenness = {i: min(list(says.values()).count(digit) for digit in (3, 7)) for i, says in found.items()}
    shown = [evenness[image] for image in split.images.tolist()]
    assert shown == sorted(evenness.values(), reverse=True)[: len(shown)]
    # Without the idea, which always gives one answer, hardly anything is left to disagree about.
    without = sum(len({said for letter, said in says.items() if letter != "E"}) > 1 for says in found.values())
    only = {says["E"] for says in found.values()}
    assert len(only) == 1
    assert f"Without E, which always answers {only.pop()}, it would be {without:,}." in split.sentence


def test_disagreements_are_counted_shown_and_explained(digits, told):
    disagreements_are_counted(told, digits)


def test_disagreements_are_counted_on_mnist(mnist):
    disagreements_are_counted(told_of(FIRST_SET, mnist), mnist)


def test_runs_that_always_agree_are_said_to(digits, told):
    split = compare_results.disagreement([told[0], told[0]], digits)
    assert (split.count, split.captions, len(split.images)) == (0, [], 0)
    assert split.sentence == "All runs give the same answer to each of the 109 test images."


# The losses as curves

def test_the_curves_are_the_losses_and_the_slopes_their_derivatives():
    shapes = {shape.key: shape for shape in loss_shapes.shapes()}
    assert set(shapes) == set(LOSSES) - {"pixel_distance"}
    s = loss_shapes.SCORES
    np.testing.assert_allclose(shapes["log_loss"].values[0], np.log(1 + np.exp(-s)))
    np.testing.assert_allclose(shapes["hinge"].values[1], np.clip(1 + s, 0, None))
    np.testing.assert_allclose(shapes["squared_error"].values[1], (1 / (1 + np.exp(-s))) ** 2)
    step = s[1] - s[0]
    for key in ("log_loss", "absolute_error", "squared_error"):
        middle = (shapes[key].values[:, 2:] - shapes[key].values[:, :-2]) / (2 * step)
        # The error of a middle difference: step² / 6 times a third derivative below 1.
        np.testing.assert_allclose(shapes[key].slopes[:, 1:-1], middle, atol=step**2 / 6)


def test_the_words_beside_the_curves_have_the_right_numbers():
    flat, slow, enough = loss_shapes.sentences((3, 7))
    p = 1 / (1 + math.exp(8))
    by_square, by_log = 2 * (p - 1) * p * (1 - p), p - 1
    assert "its slope is 0 at every score" in flat
    assert f"probability {p:.2g}" in slow
    assert f"slope of −{-by_log:.4g}, squared error with −{-by_square:.2g}: {by_log / by_square:,.0f} times" in slow
    assert "A 3 with the score −8" in slow
    assert "slope is −1 below the score 1 and 0 above" in enough
    assert f"−{1 - 1 / (1 + math.exp(-1.05)):.2g} just above 1" in enough
    assert not np.any(LOSSES["zero_one"].slope(loss_shapes.SCORES, np.array(1.0)))


# Figures

def all_figures(told, dataset):
    return (
        figures.accuracies(told), figures.losses(told), figures.weights(told, dataset.image_shape),
        figures.loss_shapes(loss_shapes.shapes(), told, dataset.digits),
    )


EIGHT = (
    *FIRST_SET, Row("F", "distance", "log_loss", 0.1, True, "mean_image"),
    Row("G", "multiply", "log_loss", 100.0, False, "zeros"), Row("H", "multiply", "zero_one", 1.0, True, "random"),
)


@pytest.mark.parametrize(("rows", "more"), [
    (FIRST_SET, {}), (EIGHT, {}), (FIRST_SET[:2], {"epochs": 1}), (FIRST_SET[1:4], {"epochs": 300}),
    (EIGHT, {"l2": 1.0}), (FIRST_SET[3:], {"train_images": 10}),
], ids=["first", "eight", "one epoch", "many epochs", "diverged", "few images"])
def test_figures_are_what_plotly_allows_and_keep_their_height(digits, told, rows, more):
    drawn = all_figures(told_of(rows, digits, **more), digits)
    for figure, usual in zip(drawn, all_figures(told, digits), strict=True):
        go.Figure(figure.to_dict())
        assert figure.layout.height == usual.layout.height


def test_every_run_is_drawn_whole_in_its_colour(told):
    figure = figures.accuracies(told)
    for outcome in told:
        mine = [trace for trace in figure.data if trace.name == outcome.row.letter]
        assert {trace.yaxis for trace in mine} == {"y", "y2"}  # below and above 90 %
        for trace in mine:
            np.testing.assert_array_equal(trace.y, outcome.run.test_accuracy)
            assert trace.line.color == figures.COLOURS[outcome.row.letter]
            assert trace.visible is True
    low, high = figure.layout.yaxis.range[1], figure.layout.yaxis2.range[0]
    assert low == high == 0.9


def test_a_hidden_line_is_hidden_and_nothing_else_changes(told):
    hidden = [
        dataclasses.replace(o, row=dataclasses.replace(o.row, shown=o.row.letter != "B")) for o in told
    ]
    assert hidden[1].row.code == "b-m-ae-10-b-r"
    for mine, usual in zip(figures.accuracies(hidden).data, figures.accuracies(told).data, strict=True):
        assert mine.visible is (mine.name != "B")
        assert (mine.name, mine.line) == (usual.name, usual.line)
    assert compare_results.sentence(hidden) == compare_results.sentence(told)


def test_colours_and_letters_stay_when_another_run_goes(told):
    fewer = [outcome for outcome in told if outcome.row.letter != "B"]
    for draw in (figures.accuracies, figures.losses):
        def colours(some_of_them, draw=draw):
            return {trace.name: trace.line.color for trace in draw(some_of_them).data}

        assert colours(fewer).items() < colours(told).items()
    assert len(set(figures.COLOURS.values())) == 8


def test_losses_are_compared_within_a_loss_alone(digits):
    told = told_of(EIGHT, digits)
    drawn = {trace.name: trace for trace in figures.losses(told).data}
    for outcome in told:
        np.testing.assert_array_equal(drawn[outcome.row.name].y, outcome.run.test_loss)
    panels = {}
    for outcome in told:
        panels.setdefault(drawn[outcome.row.name].yaxis, set()).add(outcome.row.loss)
    assert all(len(losses) == 1 for losses in panels.values())
    assert len(panels) == 6
    assert len({drawn[name].yaxis for name in ("A log loss", "F log loss", "G log loss")}) == 1


@pytest.mark.parametrize("epochs", [1, 20, 300])
def test_one_slider_shows_the_weights_of_all_runs_at_one_epoch(digits, epochs):
    told = told_of(EIGHT, digits, epochs=epochs)
    figure = figures.weights(told, (8, 8))
    steps = figure.layout.sliders[0].steps
    labels = [int(step.label) for step in steps]
    assert (labels[0], labels[-1], len(labels)) == (0, epochs, min(epochs, 20) + 1)
    for label, step, frame in zip(labels, steps, figure.frames, strict=True):
        assert list(step.args[0]) == [frame.name]
        for outcome, picture in zip(told, frame.data, strict=True):
            np.testing.assert_array_equal(picture.z, outcome.run.weights[label].reshape(8, 8))
    for outcome, picture in zip(told, figure.data, strict=True):
        np.testing.assert_array_equal(picture.z, outcome.run.weights[-1].reshape(8, 8))
        middle = 0.0 if outcome.row.score == "multiply" else 0.5
        assert picture.zmin + picture.zmax == pytest.approx(2 * middle)
        assert picture.zmax - middle == pytest.approx(np.abs(outcome.run.weights - middle).max())


def test_weights_of_a_run_that_diverged_end_where_its_numbers_end(digits):
    rows = (FIRST_SET[0], dataclasses.replace(FIRST_SET[3], learning_rate=100.0))
    told = told_of(rows, digits, l2=1.0)
    figure = figures.weights(told, (8, 8))
    last = told[1].run.diverged_at - 1
    for frame in figure.frames:
        epoch = int(frame.name.split(":")[1])
        np.testing.assert_array_equal(frame.data[1].z, told[1].run.weights[min(epoch, last)].reshape(8, 8))
        assert np.isfinite(frame.data[1].z).all()


def test_the_curves_have_the_colour_of_the_runs_and_are_grey_without_one(told):
    shapes = loss_shapes.shapes()
    figure = figures.loss_shapes(shapes, told[:2], (3, 7))
    for shape in shapes:
        mine = [trace for trace in figure.data if trace.name == LOSSES[shape.key].label]
        assert len(mine) == 4
        run = next((o for o in told[:2] if o.row.loss == shape.key), None)
        assert {trace.line.color for trace in mine} == {figures.COLOURS[run.row.letter] if run else "#8a9099"}
        for trace, values in zip(
            mine, (shape.values[0], shape.slopes[0], shape.values[1], shape.slopes[1]), strict=True
        ):
            np.testing.assert_array_equal(trace.y, values)
