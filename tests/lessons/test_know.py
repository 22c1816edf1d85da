"""What you know now: the numbers of every answer, recomputed another way, and when an answer has been seen."""

import dataclasses
import functools
import re

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss

from explorer import texts
from explorer.contents import PAGES
from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.sklearn_models import logistic_regression
from explorer.engine.training import train
from explorer.figures import know as figures
from explorer.lessons import know

words = texts.of("know")


@pytest.fixture(scope="module", params=["digits", "mnist"])
def case(request):
    request.getfixturevalue(request.param)  # skips where there is no MNIST

    def images(settings):
        return load(settings.dataset, settings.digits)

    run = functools.cache(lambda settings: train(images(settings), settings))
    sources = know.Sources(images, run, lambda settings: logistic_regression(images(settings), settings))
    return know.model(Settings(dataset=request.param)), sources


def answer(case, key: str) -> tuple[str, know.Proof]:
    proof = know.proof(key, *case)
    first, second = case[0].digits
    name = f"answer.{key}" + (f"_{proof.variant}" if proof.variant else "")
    return words(name, first=first, second=second, **proof.values).replace("−", "-").replace("\xa0", " "), proof


def percents(text: str) -> list[float]:
    return [float(share) / 100 for share in re.findall(r"([\d.]+) %", text)]


@pytest.mark.parametrize("key", [question.key for question in know.QUESTIONS])
def test_every_answer_has_its_numbers_and_a_picture(case, key):
    text, proof = answer(case, key)
    assert "nan" not in text
    assert figures.proof(key, proof.numbers).json
    assert not set(proof.values) - words.values(f"answer.{key}")


def test_the_model_is_the_lesson_s_on_images_as_they_are():
    given = Settings(digits=(1, 0), inverted=True, black_and_white=True, seed=4, loss="hinge", learning_rate=0.1)
    assert know.model(given) == Settings(digits=(1, 0), seed=4, start="zeros")


def test_the_strongest_weights_stand_where_they_are(case):
    text, proof = answer(case, "weight")
    weights = proof.numbers["weights"].reshape(proof.numbers["shape"])
    (row, column), (other_row, other_column) = [
        map(int, place) for place in re.findall(r"row (\d+), column (\d+)", text)
    ]
    assert weights[row, column] == weights.max() > 0
    assert weights[other_row, other_column] == weights.min() < 0


def test_the_ideas_rank_as_the_answer_says(case):
    alone, distance, multiply = percents(answer(case, "distance")[0])
    assert alone < 0.6 < distance < multiply
    share = percents(answer(case, "disguise")[0])[0]
    X = case[1].images(case[0]).X_test
    assert share == pytest.approx(np.mean((X <= 0.1) | (X >= 0.9)), abs=6e-4)


def test_the_score_of_a_blank_sheet_is_the_bias(case):
    text, proof = answer(case, "blank")
    run = case[1].run(case[0])
    bias = float(run.biases[-1])
    assert proof.numbers == {"bias": bias}
    assert f"{bias:+.2f}" in text
    assert percents(text)[0] == pytest.approx(1 / (1 + np.exp(-bias)), abs=6e-4)


def test_a_single_pixel_without_a_bias_never_says_the_first_digit(case):
    text, _ = answer(case, "worth")
    settings, sources = case
    dataset = sources.images(settings)
    row, column = map(int, re.search(r"row (\d+), column (\d+)", text).groups())
    pixel = row * dataset.image_shape[1] + column
    gap = dataset.X_train[dataset.y_train == 0].mean(0) - dataset.X_train[dataset.y_train == 1].mean(0)
    assert pixel == gap.argmax()
    one_with, one_without, all_with, all_without = percents(text)
    theirs = LogisticRegression(C=np.inf).fit(dataset.X_train[:, [pixel]], dataset.y_train)
    assert one_with == pytest.approx(theirs.score(dataset.X_test[:, [pixel]], dataset.y_test), abs=0.02)
    assert one_without == pytest.approx(np.mean(dataset.y_test == 0), abs=6e-4)
    assert abs(all_with - all_without) < 0.02


def test_one_step_adds_half_of_the_image(case):
    _, proof = answer(case, "correct")
    np.testing.assert_allclose(proof.numbers["change"], 0.5 * proof.numbers["image"], rtol=1e-6)
    assert proof.values["probability"].startswith("50.0")


def test_the_rates_do_what_the_answer_says(case):
    _, proof = answer(case, "rate")
    small, right, big = (proof.numbers["losses"][name] for name in know.RATES)
    assert small[0] == right[0] == big[0]
    assert small[-1] > 10 * right[-1]
    assert big.max() > 2 * big[0]
    assert (proof.variant == "recovers") == (big[-1] < right[-1])


def test_the_zero_one_loss_moves_nothing(case):
    _, proof = answer(case, "accuracy")
    stays, learns = (proof.numbers["accuracies"][name] for name in ("zero_one", "log_loss"))
    assert len(set(stays)) == 1
    assert learns[0] == stays[0] < learns[-1] - 0.2


def test_scikit_learn_s_numbers_are_its_own(case):
    text, proof = answer(case, "scikit_learn")
    settings, sources = case
    dataset = sources.images(settings)
    # scikit-learn's C is 1 / (n λ); the page's λ is 0.01.
    model = LogisticRegression(C=100 / len(dataset.X_train)).fit(dataset.X_train, dataset.y_train)
    theirs, ours = percents(text)
    assert theirs == pytest.approx(accuracy_score(dataset.y_test, model.predict(dataset.X_test)), abs=6e-4)
    run = sources.run(dataclasses.replace(settings, l2=0.01))
    assert ours == pytest.approx(run.test_accuracy[-1], abs=6e-4)
    loss = log_loss(dataset.y_train, model.predict_proba(dataset.X_train)[:, 1])
    assert float(proof.values["their_loss"]) == pytest.approx(loss, rel=0.06, abs=1e-5)


def test_an_answer_is_seen_where_its_page_shows_it():
    assert know.seen("start", {}) == frozenset()
    assert know.seen("scikit_learn", {}) == {"scikit_learn"}
    assert know.seen("train", {"loss": "zero_one"}) == {"accuracy"}
    assert know.seen("train", {"loss": "log_loss", "update": True}) == {"correct"}
    # The links lead to the numbers of the proofs.
    links = {question.key: know.settings_there(question, Settings()) for question in know.QUESTIONS}
    assert (links["accuracy"].loss, links["accuracy"].start) == ("zero_one", "random")
    assert links["correct"].learning_rate < 1
    assert {question.page for question in know.QUESTIONS} <= {page.name for page in PAGES}
