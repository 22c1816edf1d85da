"""The page Compare losses: the code of a set, fairness, the measures, disagreements, and the losses as curves."""

import dataclasses
import math
from itertools import pairwise
from urllib.parse import quote_plus

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES
from explorer.engine.settings import LEARNING_RATES, LIMITS, Settings
from explorer.engine.training import batches, train, train_many, training_rows
from explorer.figures import compare_losses as figures
from explorer.lessons.compare_losses import loss_shapes, results, row_set
from explorer.lessons.compare_losses.row_set import CODES, FIRST_SET, LETTERS, Row, read, write
from explorer.lessons.goal import progress
from explorer.lessons.train.update import one_step
from explorer.lessons.words import listed
from tests.support.figures import validated
from tests.support.markdown import outside_code, outside_links

rows_of_a_letter = [
    st.builds(
        Row, st.just(letter), st.sampled_from(sorted(SCORES)), st.sampled_from(sorted(LOSSES)),
        st.sampled_from(LEARNING_RATES), st.booleans(), st.sampled_from(LIMITS["start"].options),
        st.booleans(),
    ) for letter in LETTERS
]
sets = st.permutations(LETTERS).flatmap(lambda letters: st.integers(2, 8).flatmap(
    lambda n: st.tuples(*(rows_of_a_letter[LETTERS.index(letter)] for letter in letters[:n]))
))
WORST = tuple(Row(letter, "distance", "absolute_error", 0.0001, False, "mean_image") for letter in LETTERS)


def results_of(rows, dataset, **more):
    settings = row_set.settings_of(rows, Settings(dataset=dataset.name, digits=dataset.digits, **more))
    return results.run_results(rows, train_many(dataset, settings), dataset)


@pytest.fixture(scope="module")
def run_results(digits):
    return results_of(FIRST_SET, digits)


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


@given(st.one_of(
    st.text(), st.text("ABCH-_mdlhb1r.0nz", max_size=120), st.none(), st.integers(), st.binary(),
    st.lists(st.text()), st.floats(),
))
def test_any_link_gives_a_set_and_reports_its_problems(junk):
    rows, problems = read(junk)
    assert 2 <= len(rows) <= 8
    assert len({row.letter for row in rows}) == len(rows)
    assert read(write(rows)) == (rows, [])
    if problems == []:
        assert write(rows) == junk
    for problem in problems:
        assert problem.endswith(".")
        assert not set(outside_code(problem)) & set("<>[]*`")


@given(sets, st.data())
def test_a_row_that_cannot_be_read_is_left_out_and_the_rest_stays(rows, data):
    if len(rows) < 3:
        return
    broken = data.draw(st.integers(0, len(rows) - 1))
    parts = [row.code for row in rows]
    field = data.draw(st.integers(1, 5))
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
    ("", "ABCDEF", "the first runs"),
])
def test_each_problem_is_reported(code, letters, word):
    rows, problems = read(code)
    assert "".join(row.letter for row in rows) == letters
    assert word in " ".join(problems)


@pytest.mark.parametrize("code", ["_" * 399, "_".join("`" * 60), "A-m-www.example.com-1-b-r_" * 15, "_" * 10**6])
def test_the_first_of_many_problems_are_reported_and_the_rest_are_counted(code):
    rows, problems = read(code)
    assert rows == FIRST_SET
    assert len(problems) <= 6
    assert any(problem.startswith("And ") and problem.endswith(" more were left out.") for problem in problems)
    assert sum(map(len, problems)) < 1200


@pytest.mark.parametrize("rate", ["0,1", "０.１", "٠٫١"])
def test_a_rate_may_have_a_decimal_comma_or_other_digits(rate):
    rows, problems = read(f"A-m-ll-{rate}-b-r_B-m-h-1-b-r")
    assert problems == []
    assert rows[0].learning_rate == 0.1


def test_more_than_eight_runs_and_long_links_are_cut():
    nine = write(WORST) + "_A-m-h-1-b-z"
    assert read(nine)[0] == WORST
    rows, problems = read(write(WORST) + "_" + "A" * 10**6)
    assert rows == WORST
    assert f"{len(write(WORST)) + 1 + 10**6:,} characters; the first 400 were read" in problems[0]
    assert all(len(problem) < 400 for problem in problems)


def test_added_runs_are_new_until_there_are_eight():
    rows = list(FIRST_SET)
    while len(rows) < 8:
        new = dataclasses.replace(row_set.offered(rows), letter=row_set.free_letter(rows))
        assert dataclasses.replace(new, letter="") not in {dataclasses.replace(row, letter="") for row in rows}
        rows.append(new)
    assert "".join(row.letter for row in rows) == LETTERS
    assert row_set.free_letter([row for row in rows if row.letter != "C"]) == "C"


def test_a_run_has_a_short_name_that_tells_it_from_the_others():
    first = Row("A", "multiply", "log_loss", 1.0, True, "random")
    assert row_set.names(FIRST_SET) == [
        "A log loss at 1", "B absolute error", "C log loss at 100", "D distance, log loss", "E zero one",
        "F pixel distance",
    ]

    def names(*changes):
        rows = [first, *(dataclasses.replace(first, letter=LETTERS[i], **more) for i, more in enumerate(changes, 1))]
        return [name[2:] for name in row_set.names(rows)]

    assert names({"bias": False}) == ["log loss, with a bias", "log loss, no bias"]
    assert names({"start": "zeros"}) == ["log loss, random start", "log loss, from zeros"]
    assert names({}, {"loss": "hinge"}) == ["log loss", "log loss", "hinge"]
    # No single choice tells A from both others.
    assert names({"bias": False}, {"learning_rate": 0.5}) == [
        "log loss at 1, with a bias", "log loss, no bias", "log loss at 0.5",
    ]


@given(sets)
def test_names_of_runs_that_differ_differ(rows):
    names = row_set.names(rows)
    assert [name[0] for name in names] == [row.letter for row in rows]
    short = {name[2:] for name in names}
    # A loss that compares pixels has the same name with either score.
    kinds = {
        dataclasses.replace(row, letter="", shown=True, score="distance" if LOSSES[row.loss].pixelwise else row.score)
        for row in rows
    }
    assert len(short) == len(kinds)


# Fairness

def test_runs_that_differ_only_in_loss_rate_or_bias_share_first_weights_and_batches(digits):
    shared = Settings(seed=5, epochs=1, batch_size=32)
    rows = tuple(
        Row(letter, "multiply", loss, rate, bias, "random")
        for letter, loss, rate, bias in zip(
            LETTERS, ("log_loss", "absolute_error", "squared_error", "hinge", "zero_one", "log_loss", "hinge"),
            (1.0, 10.0, 5.0, 0.5, 1.0, 0.01, 2.0), (True, False, True, True, True, False, True), strict=False,
        )
    )
    settings = row_set.settings_of(rows, shared)
    runs = train_many(digits, settings)
    # Every run is repeated step by step with the batches of run A.
    order = batches(training_rows(digits, settings[0]), settings[0], epoch=1)
    assert len(order) > 5
    for s, run in zip(settings, runs, strict=True):
        np.testing.assert_array_equal(run.weights[0], runs[0].weights[0])
        weights, bias = run.weights[0], float(run.biases[0])
        for batch in order:
            step = one_step(digits, s, batch, weights, bias)
            weights, bias = step.weights_after, step.bias_after
        # float32 sums in another order; a wrong order of batches differs by more than 0.01.
        np.testing.assert_allclose(run.weights[1], weights, atol=2e-4)
        assert run.biases[1] == pytest.approx(bias, abs=2e-4)


def test_runs_of_a_set_are_those_trained_alone(digits, run_results):
    for result in run_results:
        alone = train(digits, result.run.settings)
        # float32 sums in another order; the long steps of C make the rounding a hundred times larger.
        np.testing.assert_allclose(result.run.weights, alone.weights, atol=1e-2 * max(result.row.learning_rate, 1))
        moved = np.abs(alone.weights[-1] - alone.weights[0]).max()
        assert moved == 0 if LOSSES[result.row.loss].flat else moved > 0.3


def test_all_other_choices_are_taken_from_the_shared_settings():
    shared = Settings(seed=9, epochs=7, batch_size=16, l2=0.01, train_images=100, inverted=True, loss="hinge")
    for row, s in zip(FIRST_SET, row_set.settings_of(FIRST_SET, shared), strict=True):
        assert (s.seed, s.epochs, s.batch_size, s.l2, s.train_images, s.inverted) == (9, 7, 16, 0.01, 100, True)
        for field in ("score", "loss", "learning_rate", "bias", "start"):
            assert getattr(s, field) == getattr(row, field)


def test_fairness_names_the_runs_with_the_same_first_weights(digits, run_results):
    text = results.fairness(run_results)
    assert "These begin with the same weights: A, B, C and E; D and F." in text
    assert "begin with random weights, unlike most models of the lesson" in text
    zeros = [dataclasses.replace(row, start="zeros") for row in FIRST_SET]
    text = results.fairness(results_of(zeros, digits))
    assert text.endswith("and begin with the same weights.")
    two = [FIRST_SET[0], FIRST_SET[3]]
    assert "Each begins with weights of its own" in results.fairness(results_of(two, digits))


# What is compared

def check_first_set(run_results, slow: str):
    """The first runs differ so that one sees it, each for a reason of its own."""
    a, _, c, d, e, f = run_results
    kinds = [results._kind(result, run_results) for result in run_results]
    assert [kind for kind, _ in kinds] == ["", slow, "big_steps", "", "flat", "pixelwise_constant"]
    assert [twin.letter if twin else None for _, twin in kinds] == [None, "A", "A", None, None, None]
    assert min(a.accuracy, c.accuracy, d.accuracy) > 0.97
    assert c.log_loss > 5 * a.log_loss
    assert max(e.accuracy, f.accuracy) < 0.6
    assert (e.run.test_accuracy == e.run.test_accuracy[0]).all()


def test_the_first_runs_differ(run_results):
    check_first_set(run_results, "stuck")
    assert run_results[1].accuracy < 0.55


def test_the_first_runs_differ_on_mnist_too(mnist):
    run_results = results_of(FIRST_SET, mnist)
    check_first_set(run_results, "slow")
    # Batch by batch one sees it best: half of the first epoch.
    a, b = (result.curves for result in run_results[:2])
    half = len(a.epochs[a.epochs < 0.5])
    assert (a.test_accuracy[3:half] - b.test_accuracy[3:half]).min() > 0.02


def test_the_measures_are_those_of_scikit_learn(digits, run_results):
    from sklearn.metrics import accuracy_score, log_loss

    truth = digits.y_test.astype(int)
    for result in run_results:
        weights, bias = result.run.weights[-1].astype(np.float64), float(result.run.biases[-1])
        if result.row.score == "multiply":
            scores = digits.X_test.astype(np.float64) @ weights + bias
        else:
            scores = bias - np.abs(digits.X_test - weights).sum(1)
        shares = np.stack([1 / (1 + np.exp(scores)), 1 / (1 + np.exp(-scores))], axis=1)
        assert result.log_loss == pytest.approx(log_loss(truth, shares), rel=1e-3)
        assert result.accuracy == pytest.approx(accuracy_score(truth, scores > 0))
        assert result.size == pytest.approx(math.sqrt(sum(w * w for w in weights.tolist())), rel=1e-6)
        good = [epoch for epoch, share in enumerate(result.run.test_accuracy) if share >= 0.95]
        assert progress(result.curves, results.GOOD).epoch == (good[0] if good else None)
        assert result.bias == (pytest.approx(bias) if result.letter != "F" else None)
        assert result.wrong == np.count_nonzero((scores > 0) != (truth == 1))


def clearly_different(one, other) -> bool:
    """McNemar's test at 5 %, without correction, by scipy."""
    only_one, only_other = int((one.right & ~other.right).sum()), int((other.right & ~one.right).sum())
    if only_one == only_other:
        return False
    return chi2.sf((only_one - only_other) ** 2 / (only_one + only_other), df=1) < 0.05


def check_sentence(run_results, look: str):
    text = outside_links(results.sentence(run_results))
    best = max(result.accuracy for result in run_results)
    least = min(result.log_loss for result in run_results)
    winners = [result.letter for result in run_results if result.accuracy == best]
    (lowest,) = [result.letter for result in run_results if result.log_loss == least]
    close = [
        result.letter for result in run_results
        if result.letter not in winners and all(
            not clearly_different(result, leader) for leader in run_results if leader.letter in winners
        )
    ]
    names = winners[0] if len(winners) == 1 else ", ".join(winners[:-1]) + " and " + winners[-1]
    assert text == (
        f"**After 20 epochs, the most unseen digits are right with {names}: {100 * best:.1f}\N{NO-BREAK SPACE}%"
        f"{f', not clearly more than with {listed(close)}' if close else ''}. "
        f"The lowest log loss is that of {lowest}: {least:.2g}.** {look}"
    )


def test_the_sentence_names_the_best_by_both_measures_and_says_what_to_look_at(run_results):
    check_sentence(run_results, "Look at B first: it differs from A only in its loss, and gets nowhere.")


def test_the_sentence_names_the_best_on_mnist(mnist):
    check_sentence(
        results_of(FIRST_SET, mnist),
        "(D adds up distances. With a bias, and at a rate that suits it, that can be as good: see *the disguise* in "
        "Why multiply?) Look at B first: it differs from A only in its loss, and learns more slowly.",
    )


def test_distances_that_lead_without_having_learned_are_not_praised(digits):
    for distance, praised in (("0.1-b", True), ("0.0001-n", False)):  # without a bias: always the second digit
        run_results = results_of(read(f"A-m-ll-0.0001-b-r_B-d-ll-{distance}-r")[0], digits)
        assert run_results[1].accuracy > run_results[0].accuracy
        assert run_results[1].has_learned == praised
        assert ("B adds up distances." in results.sentence(run_results)) == praised


# What to look at first, and the remarks on the runs, for sets in which each kind stands alone.
@pytest.mark.parametrize(("code", "more", "look", "words"), [
    ("A-m-ll-1-b-r_C-m-ll-100-b-r", {}, "differs from A only in its learning rate", "100 instead of 1"),
    ("A-m-ll-1-b-z_E-m-zo-1-b-z", {}, "Look at E first: its line is flat", "E never moves"),
    ("A-m-ll-1-b-z_E-m-zo-1-b-r", {"l2": 0.1}, "Look at E first: only the penalty moves", "follows only the penalty"),
    ("A-m-ll-1-b-z_F-d-pd-1-n-r", {}, "Look at F first: it learns, but not", "It always answers 7: 49.5"),
    ("A-m-ll-1-b-z_F-m-pd-1-n-r", {"epochs": 1}, "Look at F first: it learns, but not", "half 3 and half 7"),
    ("A-m-ll-1-b-z_B-m-h-0.0001-b-r", {}, "B first: it has not learned enough yet.", "after 20 epochs. Try more"),
    ("A-m-ll-1-b-z_B-m-ae-1-b-r", {"epochs": 1}, "B first: it has not learned enough yet.", "start *zeros*"),
    ("A-m-ll-0.1-b-z_B-m-ll-100-b-z", {"l2": 1.0}, "Look at B first: its loss became infinite", "overshot by more"),
    ("A-m-ll-1-b-z_B-m-h-1-b-z", {}, "The curves are much alike.", ""),
    ("A-m-ll-0.5-b-z_B-m-h-0.5-b-z", {}, "learns more slowly", "After the first"),
    ("A-m-h-5-b-r_B-m-se-5-b-r", {}, "learns more slowly", "its loss is nearly flat, and hardly pushes"),
])
def test_each_kind_of_run_has_its_words(digits, code, more, look, words):
    run_results = results_of(read(code)[0], digits, **more)
    assert look in results.sentence(run_results)
    remarks = results.remarks(run_results, digits.digits)
    assert len(remarks) == (1 if words else 0)
    assert words in "".join(remarks)


def test_the_remarks_have_the_numbers_of_the_runs(digits, run_results):
    stuck, big, flat, pixelwise = results.remarks(run_results, digits.digits)
    b, truth = run_results[1], digits.y_test == 1
    p = 1 / (1 + np.exp(-b.scores.astype(float)))
    wrong = (b.scores > 0) != truth
    weak = wrong & (p * (1 - p) < 0.1 * 0.25)  # the slope of absolute error, at most a quarter
    assert f"Of the {wrong.sum()} unseen digits that it gets wrong, {weak.sum()} have" in stuck
    assert f"stuck at {100 * b.accuracy:.1f}\N{NO-BREAK SPACE}%" in stuck
    assert f"log loss is {run_results[2].log_loss:.2g} instead of {run_results[0].log_loss:.2g}" in big
    share = f"{100 * run_results[4].run.test_accuracy[0]:.1f}\N{NO-BREAK SPACE}%"
    assert f"The {share} that it gets right come only from its first weights." in flat
    assert f"always answers 7: {100 * (1 - truth.mean()):.1f}\N{NO-BREAK SPACE}%" in pixelwise


def test_runs_that_diverge_are_named_and_not_the_best(digits):
    rows = (FIRST_SET[0], dataclasses.replace(FIRST_SET[0], letter="D", loss="hinge", learning_rate=100.0))
    run_results = results_of(rows, digits, l2=1.0)
    assert run_results[1].run.diverged_at is not None
    assert math.isfinite(run_results[1].log_loss)
    assert "After 20 epochs, the most unseen digits are right with A:" in results.sentence(run_results)
    (remark,) = (text for text in results.remarks(run_results, digits.digits) if "D" in text)
    assert f"became infinite** in epoch {run_results[1].run.diverged_at}" in remark
    cells = results.table(run_results, lambda row: "x")["right"]
    assert f"diverged in epoch {run_results[1].run.diverged_at}" in cells[1]
    assert "diverged" not in cells[0]
    both = results_of([dataclasses.replace(row, learning_rate=100.0) for row in rows], digits, l2=1.0)
    text = outside_links(results.sentence(both))
    assert "The loss of every run became infinite" in text
    assert "penalty of 1.**" in text


def test_the_table_has_a_line_for_each_run(run_results):
    table = results.table(run_results, lambda row: f"train?{row.letter}")
    assert {len(column) for column in table.values()} == {6}
    assert table["run"][3] == "[D distance, log loss](train?D)"
    assert table["log loss"][0] == f"{run_results[0].log_loss:.2g}"
    assert table["95\N{NO-BREAK SPACE}% at epoch"] == [
        str(next((epoch for epoch, share in enumerate(o.run.test_accuracy) if share >= 0.95), "never"))
        for o in run_results
    ]
    assert table["bias"][5] == "none"
    assert table["size"][1] == f"{run_results[1].size:.2g}"


def test_the_note_on_the_weights_names_those_that_still_show_their_start(digits, run_results):
    def likeness(run):
        a, b = run.weights[0] - run.weights[0].mean(), run.weights[-1] - run.weights[-1].mean()
        return float(a @ b / math.sqrt((a @ a) * (b @ b)))

    noisy = [o.letter for o in run_results if likeness(o.run) > 0.7071]
    assert 1 < len(noisy) < 6
    text = results.weights_note(run_results, False)
    assert f"Those of {', '.join(noisy[:-1])} and {noisy[-1]} are still mostly the random" in text
    assert "the weights minus the first weights" in results.weights_note(run_results, True)
    alone = [run_results[0], next(o for o in run_results if o.letter == noisy[0])]
    assert f"That of {noisy[0]} is still mostly" in results.weights_note(alone[-1:], False)
    zeros = [dataclasses.replace(row, start="zeros") for row in FIRST_SET]
    assert "random" not in results.weights_note(results_of(zeros, digits), False)


# The task

def test_the_task_is_done_by_two_losses_whose_models_answer_alike(digits, run_results):
    assert results.nearly_alike(run_results) is None
    rows = (FIRST_SET[0], dataclasses.replace(FIRST_SET[0], letter="B", loss="hinge"))
    done = results_of(rows, digits)
    assert ((done[0].scores > 0) == (done[1].scores > 0)).mean() >= 0.995
    assert results.nearly_alike(done) == (done[0], done[1])
    same_loss = results_of((FIRST_SET[0], dataclasses.replace(FIRST_SET[0], letter="B", learning_rate=2.0)), digits)
    assert results.nearly_alike(same_loss) is None
    # Two that have learned nothing answer alike as well.
    nothing = results_of((FIRST_SET[4], FIRST_SET[5], dataclasses.replace(FIRST_SET[5], letter="A", loss="hinge",
                                                                          learning_rate=0.0001)), digits)
    assert results.nearly_alike(nothing) is None


def test_the_task_is_not_done_at_first_on_mnist_and_can_be_done(mnist):
    assert results.nearly_alike(results_of(FIRST_SET, mnist)) is None
    rows = (FIRST_SET[0], dataclasses.replace(FIRST_SET[0], letter="B", loss="hinge"))
    one, other = results.nearly_alike(results_of(rows, mnist))
    assert np.count_nonzero((one.scores > 0) != (other.scores > 0)) <= 0.005 * len(mnist.X_test)


# Where they disagree

def check_disagreement(run_results, dataset, left_out: str):
    split = results.disagreement(run_results, dataset)
    compared = [o for o in run_results if o.accuracy >= 0.8]
    assert [o.letter for o in run_results if o not in compared] == left_out.replace(" and ", ", ").split(", ")
    found = {}
    for image in range(len(dataset.X_test)):
        says = {o.letter: 3 if o.scores[image] > 0 else 7 for o in compared}
        if len(set(says.values())) > 1:
            found[image] = says
    assert split.count == len(found)
    assert f"Leaving out {left_out}, which did not learn" in split.sentence
    assert f"disagree on **{len(found):,} of {len(dataset.X_test):,}** unseen digits" in split.sentence
    assert len(split.images) == min(11, len(found)) == len(split.captions)
    for image, caption in zip(split.images.tolist(), split.captions, strict=True):
        by_first = "".join(letter for letter, answer in found[image].items() if answer == 3)
        by_second = "".join(letter for letter, answer in found[image].items() if answer == 7)
        shows = 3 if dataset.y_test[image] else 7
        assert caption == f"a {shows}  \n3: {by_first}  \n7: {by_second}"
    evenness = {i: min(list(says.values()).count(digit) for digit in (3, 7)) for i, says in found.items()}
    shown = [evenness[image] for image in split.images.tolist()]
    assert shown == sorted(evenness.values(), reverse=True)[: len(shown)]
    # A multiplies and D adds up distances: yet they are most alike.
    differ = sum(says["A"] != says["D"] for says in found.values())
    share = f"{100 - 100 * differ / len(dataset.X_test):.1f}\N{NO-BREAK SPACE}%"
    assert "A and D are most alike:" in split.sentence
    assert f"the same answer to {share} of them, though one multiplies" in split.sentence


def test_disagreements_are_counted_shown_and_explained(digits, run_results):
    check_disagreement(run_results, digits, "B, E and F")


def test_disagreements_are_counted_on_mnist(mnist):
    check_disagreement(results_of(FIRST_SET, mnist), mnist, "E and F")


def test_runs_that_always_agree_are_reported_as_such(digits, run_results):
    split = results.disagreement([run_results[0], run_results[0]], digits)
    assert (split.count, split.captions, len(split.images)) == (0, [], 0)
    assert split.sentence == "All runs give the same answer to each of the 109 unseen digits."
    split = results.disagreement([run_results[0], run_results[0], run_results[4]], digits)
    assert split.count == 0
    assert split.sentence.startswith("Leaving out E, which did not learn to recognise the digits, all runs give the")
    # Where none has learned, all are compared.
    split = results.disagreement([run_results[4], run_results[5]], digits)
    differ = np.count_nonzero((run_results[4].scores > 0) != (run_results[5].scores > 0))
    assert split.sentence.startswith(f"The runs disagree on **{differ} of 109** unseen digits.")


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
        np.testing.assert_allclose(shapes[key].derivatives[:, 1:-1], middle, atol=step**2 / 6)


def test_the_sentences_beside_the_curves_have_the_right_numbers():
    flat, slow, enough = loss_shapes.sentences((3, 7))
    p = 1 / (1 + math.exp(8))
    by_square, by_log = 2 * (p - 1) * p * (1 - p), p - 1
    assert "its slope is 0 at every score" in flat
    slow = outside_links(slow)
    assert f"probability {p:.1g}" in slow
    assert f"slope of −{-by_log:.2g}, squared error with −{-by_square:.2g}: {by_log / by_square:,.0f} times" in slow
    assert "A 3 with the score −8" in slow
    assert "slope is −1 below the score 1, and 0 above" in enough
    assert f"−{1 - 1 / (1 + math.exp(-1.05)):.2g} just above 1" in enough
    assert not np.any(LOSSES["zero_one"].derivative(loss_shapes.SCORES, np.array(1.0)))


# Figures

def all_figures(run_results, dataset):
    return (
        figures.accuracies(run_results), figures.losses(run_results),
        figures.weights(run_results, dataset.image_shape, True),
        figures.loss_shapes(loss_shapes.shapes(), run_results, dataset.digits),
    )


EIGHT = (
    *FIRST_SET, Row("G", "distance", "squared_error", 0.1, True, "mean_image"),
    Row("H", "multiply", "hinge", 100.0, False, "zeros"),
)


@pytest.mark.parametrize(("rows", "more"), [
    (FIRST_SET, {}), (EIGHT, {}), (FIRST_SET[:2], {"epochs": 1}), (FIRST_SET[1:4], {"epochs": 300}),
    (EIGHT, {"l2": 1.0}), (FIRST_SET[3:], {"train_images": 10}),
], ids=["first", "eight", "one epoch", "many epochs", "diverged", "few images"])
def test_figures_are_what_plotly_allows_and_keep_their_height(digits, run_results, rows, more):
    drawn = all_figures(results_of(rows, digits, **more), digits)
    for figure, usual in zip(drawn, all_figures(run_results, digits), strict=True):
        assert validated(figure).layout.height == usual["layout"]["height"]


def test_every_run_is_drawn_whole_in_its_colour(run_results):
    figure = validated(figures.accuracies(run_results))
    for result in run_results:
        mine = [trace for trace in figure.data if trace.name == result.row.letter]
        assert {trace.yaxis for trace in mine} == {"y", "y2"}  # below and above 90 %
        for trace in mine:
            curves = result.curves
            np.testing.assert_array_equal(trace.y, curves.test_accuracy)
            np.testing.assert_array_equal(trace.y[curves.epochs % 1 == 0], result.run.test_accuracy)
            # On an axis that is stretched at first: log2(1 + batches).
            np.testing.assert_allclose(trace.x, np.log2(1 + 4 * curves.epochs), rtol=1e-6)
            assert trace.line.color == figures.COLOURS[result.row.letter]
            assert trace.visible is True
            assert trace.line.dash == ("solid" if result.letter in "ABCD" else "dash")
    low, high = figure.layout.yaxis.range[1], figure.layout.yaxis2.range[0]
    assert low == high == 0.9


def test_a_hidden_line_is_hidden_and_nothing_else_changes(run_results):
    hidden = [
        dataclasses.replace(o, row=dataclasses.replace(o.row, shown=o.row.letter != "B")) for o in run_results
    ]
    assert hidden[1].row.code == "b-m-ae-1-b-r"
    drawn, before = (validated(figures.accuracies(shown)).data for shown in (hidden, run_results))
    for mine, usual in zip(drawn, before, strict=True):
        assert mine.visible is (mine.name != "B")
        assert (mine.name, mine.line) == (usual.name, usual.line)
    assert results.sentence(hidden) == results.sentence(run_results)
    assert "B" not in "".join(letters(hidden))


def letters(run_results) -> list[str]:
    """The letters at the ends of lines, from the top, as they stand together."""
    texts = [(note.y, note.text) for note in validated(figures.accuracies(run_results)).layout.annotations]
    return [text[3:-4] for _, text in sorted(texts, reverse=True) if text.startswith("<b>")]


def test_each_line_has_its_letter_at_its_end_and_none_lies_on_another(run_results):
    found = letters(run_results)
    assert sorted("".join(found).replace(" ", "")) == list("ABCDEF")
    order = sorted(run_results, key=lambda o: -o.accuracy)
    assert {letter for letter in "".join(found[:-1]) if letter != " "} <= {o.letter for o in order[:3]}
    places = [note.y for note in validated(figures.accuracies(run_results)).layout.annotations[1:]]
    height = 290 - 24 - 46
    assert min(a - b for a, b in pairwise(places)) * height >= 14


def test_a_panel_that_reaches_far_has_a_logarithmic_axis(run_results):
    layout = validated(figures.losses(run_results)).layout
    assert layout.yaxis.type == "log"  # log loss, with the first leaps of C
    assert (run_results[2].curves.test_loss > 10).any()
    low, high = (10**end for end in layout.yaxis.range)
    for result in (run_results[0], run_results[2], run_results[3]):
        assert low < np.nanmin(result.curves.test_loss)
        assert high > np.nanmax(result.curves.test_loss)
    assert layout.yaxis2.type is None  # absolute error


def test_only_runs_with_the_same_loss_share_a_panel(digits):
    run_results = results_of(EIGHT, digits)
    drawn = {trace.name: trace for trace in validated(figures.losses(run_results)).data}
    for result in run_results:
        np.testing.assert_array_equal(drawn[result.name].y, result.curves.test_loss)
    panels = {}
    for result in run_results:
        panels.setdefault(drawn[result.name].yaxis, set()).add(result.row.loss)
    assert all(len(losses) == 1 for losses in panels.values())
    assert len(panels) == 6
    assert len({drawn[name].yaxis for name in ("A log loss at 1", "C log loss at 100", "D distance, log loss")}) == 1


@pytest.mark.parametrize("epochs", [1, 20, 300])
def test_the_weights_of_all_runs_are_those_of_one_epoch_each_run_on_one_scale(digits, epochs):
    run_results = results_of(EIGHT, digits, epochs=epochs)
    for epoch in (0, 1, epochs // 2, epochs, None):
        figure = validated(figures.weights(run_results, (8, 8), False, epoch))
        learned = validated(figures.weights(run_results, (8, 8), True, epoch))
        for result, picture in zip(run_results, figure.data, strict=True):
            np.testing.assert_array_equal(picture.z, result.run.weights[-1 if epoch is None else epoch].reshape(8, 8))
            middle = 0.0 if result.row.score == "multiply" else 0.5
            assert picture.zmin + picture.zmax == pytest.approx(2 * middle)
            assert picture.zmax - middle == pytest.approx(np.abs(result.run.weights - middle).max())
        for result, picture in zip(run_results, learned.data, strict=True):
            weights = result.run.weights
            change = weights[-1 if epoch is None else epoch] - weights[0]
            np.testing.assert_array_equal(picture.z, change.reshape(8, 8))
            assert picture.zmax == -picture.zmin == pytest.approx(np.abs(weights - weights[0]).max() or 1)


def test_weights_of_a_run_that_diverged_end_where_its_numbers_end(digits):
    rows = (FIRST_SET[0], dataclasses.replace(FIRST_SET[0], letter="D", learning_rate=100.0))
    run_results = results_of(rows, digits, l2=1.0)
    weights, last = run_results[1].run.weights, run_results[1].run.diverged_at - 1
    assert last < 20
    for epoch in range(21):
        picture = validated(figures.weights(run_results, (8, 8), False, epoch)).data[1]
        np.testing.assert_array_equal(picture.z, weights[min(epoch, last)].reshape(8, 8))
        assert np.isfinite(picture.z).all()


def test_the_curves_have_the_colour_of_the_runs_and_are_grey_without_one(run_results):
    shapes = loss_shapes.shapes()
    figure = validated(figures.loss_shapes(shapes, run_results[:2], (3, 7)))
    for shape in shapes:
        mine = [trace for trace in figure.data if trace.name == LOSSES[shape.key].label]
        assert len(mine) == 4
        run = next((o for o in run_results[:2] if o.row.loss == shape.key), None)
        assert {trace.line.color for trace in mine} == {figures.COLOURS[run.row.letter] if run else "#8a9099"}
        for trace, values in zip(
            mine, (shape.values[0], shape.derivatives[0], shape.values[1], shape.derivatives[1]), strict=True
        ):
            np.testing.assert_array_equal(trace.y, values)
