"""What the tests of figures share: one figure of each function."""

import numpy as np
import pytest

from explorer.engine.baselines import nearest_mean
from explorer.engine.datasets import load, load_ten
from explorer.engine.losses import LOSSES
from explorer.engine.settings import Settings
from explorer.engine.sklearn_models import logistic_regression
from explorer.engine.softmax import train_ten
from explorer.engine.training import train, train_many
from explorer.figures import be_the_optimiser as painted_figures
from explorer.figures import bias as bias_figures
from explorer.figures import compare_losses as loss_figures
from explorer.figures import know as know_figures
from explorer.figures import learning_rates as rate_figures
from explorer.figures import one_image as image_figures
from explorer.figures import prices as price_figures
from explorer.figures import saved_model as saved_figures
from explorer.figures import scikit_learn as library_figures
from explorer.figures import what_comes_next as next_figures
from explorer.figures import why_multiply as why_figures
from explorer.figures.base import Figure
from explorer.figures.images import pixel_contributions
from explorer.figures.runs import learning_curves
from explorer.figures.train import confusion_matrix, pixel_change, score_histograms, weight_image
from explorer.lessons import bias, know, learning_rates, prices
from explorer.lessons.compare_losses import loss_shapes, results, row_set
from explorer.lessons.one_image import contributions
from explorer.lessons.prices import Receipts
from explorer.lessons.runs import curves_of, model_answers, weight_picture
from explorer.lessons.scikit_learn import comparison
from explorer.lessons.sums import score_sum
from explorer.lessons.what_comes_next import against_all, exclusive_or, hidden, ten
from explorer.lessons.why_multiply import all_pixels, disguise, one_pixel, two_pixels, your_numbers


@pytest.fixture(scope="session")
def drawn(digits) -> dict[str, Figure]:
    """One figure of each function, and further ones of special states, from the built-in digits."""
    usual = Settings()
    run, diverged = train(digits, usual), train(digits, Settings(l2=1.0, learning_rate=100.0))
    answers = model_answers(run, digits)
    x, weights = digits.X_test[3], run.weights[-1]
    sums = score_sum(run, digits, x)
    rows = contributions.row_sums(sums, digits.image_shape)
    references = [("nearest mean", 0.98), ("scikit-learn", 0.99)]
    set_of_runs = row_set.settings_of(row_set.FIRST_SET, usual)
    outcomes = results.run_results(row_set.FIRST_SET, train_many(digits, set_of_runs), digits)
    swept = learning_rates.train_sweep(digits, Settings(l2=1.0, epochs=2), learning_rates.rows(tuple(LOSSES), "both"))
    receipts, start = Receipts(np.array([[3.0, 2], [1, 4], [2, 2]]), np.array([7.0, 9, 7])), (1.0, 1.0)
    limit = prices.largest_rate(receipts)
    models = bias.random_models(usual, 64, 1.0)
    constant = bias.constant_pixel(digits, usual, [43, 29])
    by_idea = {key: train(digits, s) for key, s in all_pixels.contestants(usual).items()}
    pair = two_pixels.informative_pixels(digits)
    runs_of_two = two_pixels.train_two(digits, usual, pair)
    of_two, grid = runs_of_two[0], two_pixels.grid(runs_of_two)
    line, gap = one_pixel.curve("multiply", 0.6), one_pixel.curve("distance", 0.6)
    counts, one_sided = (bias.pixel_counts(digits, usual, at_random, (1.0, 1.0)) for at_random in (True, False))
    descent = comparison.distances(train(digits, Settings(l2=0.01, epochs=400)), 0.1)
    trail = prices.walk(receipts.first(1), start, 0.02).path
    sources = know.Sources(
        lambda s: load(s.dataset, s.digits), lambda s: train(load(s.dataset, s.digits), s),
        lambda s: logistic_regression(load(s.dataset, s.digits), s),
    )
    proofs = {
        question.key: know.proof(question.key, know.model(usual), sources).numbers for question in know.QUESTIONS
    }
    of_units, all_ten = train(digits, hidden.model(usual, 14)), load_ten("digits")
    folded = exclusive_or.tries(3, 0).best
    against = train_many(all_ten.against_all((3, 7)), [hidden.model(usual, 30), hidden.single(usual)])
    of_ten = train_ten(all_ten, ten.model(Settings(epochs=1)))
    return {
        "runs.learning_curves": learning_curves(curves_of(digits, [run])[0], references),
        "runs.learning_curves, diverged": learning_curves(curves_of(digits, [diverged])[0], references),
        "train.weight_image": weight_image(weight_picture(run, False), (8, 8), run.last_epoch),
        "train.score_histograms": score_histograms(answers.scores, digits.y_test, (3, 7)),
        "train.confusion_matrix": confusion_matrix(answers.counts, (3, 7)),
        "images.pixel_contributions": pixel_contributions(
            x, weights, x * weights, (8, 8), 0.0, ("the image", "weights", "product")),
        "train.pixel_change": pixel_change(weights, (8, 8), 9),
        "one_image.rows_and_bias": image_figures.rows_and_bias(rows, sums.bias, sums.score, (3, 7)),
        "one_image.certainty": image_figures.certainty(float(sums.score), 3),
        "one_image.rows_and_bias, none": image_figures.rows_and_bias(rows, None, sums.score - sums.bias, (3, 7)),
        "scikit_learn.way_down": library_figures.way_down(
            descent, [("momentum", descent / 2), ("all", descent / 3)], 0.002, True),
        "scikit_learn.weights_beside": library_figures.weights_beside(weights, weights / 2, (8, 8)),
        "be_the_optimiser.duel": painted_figures.duel(*[curves_of(digits, [run])[0]] * 2, 0.93, 2.0),
        "be_the_optimiser.what_descent_changed": painted_figures.what_descent_changed(
            weights.round(), weights, (8, 8), 0.0),
        "be_the_optimiser.painted_weights": painted_figures.painted_weights(weights.round(), (8, 8), 0.0),
        "bias.ink_histograms": bias_figures.ink_histograms(bias.ink_study(digits, usual), 10.0, -8.0),
        "bias.blank_scores": bias_figures.blank_scores(
            bias.blank_scores(usual, models, digits.X_test[0]), 3, 2),
        "bias.pixel_counts": bias_figures.pixel_counts(counts, (2, 0.9, 0.3)),
        "bias.pixel_counts, for one digit": bias_figures.pixel_counts(one_sided, (2, 0.9, 0.3)),
        "bias.constant_pixel": bias_figures.constant_pixel(
            constant.with_bias.biases, constant.with_pixel.weights[:, -1]),
        "bias.image_and_constant": bias_figures.image_and_constant(bias.two_images(digits), (8, 8), [43, 29]),
        "compare_losses.accuracies": loss_figures.accuracies(outcomes),
        "compare_losses.losses": loss_figures.losses(outcomes),
        "compare_losses.weights": loss_figures.weights(outcomes, (8, 8), True),
        "compare_losses.loss_shapes": loss_figures.loss_shapes(loss_shapes.shapes(), outcomes, (3, 7)),
        "prices.till": price_figures.till(prices.weighing(receipts.first(1), start)),
        "prices.guesses": price_figures.guesses(*prices.trail_errors(receipts.first(1), trail)),
        "prices.price_plane": price_figures.price_plane(prices.plane(receipts, start)),
        "prices.bag_prices": price_figures.bag_prices(prices.bag_found(2)),
        "prices.steps_beside_limit": price_figures.steps_beside_limit(prices.sides(receipts, start, 0.05)),
        "prices.distance_by_rate": price_figures.distance_by_rate(
            *prices.error_by_rate(receipts, start, 2 * limit), limit, 0.05, prices.STEPS),
        "learning_rates.rate_lines": rate_figures.rate_lines(swept, (0, 9)),
        "learning_rates.paths": rate_figures.paths(swept, (0, 9)),
        "why_multiply.one_pixel": why_figures.one_pixel(line, gap, 0.8),
        "why_multiply.two_pixels": why_figures.two_pixels(
            two_pixels.score_map(of_two, grid), grid, two_pixels.pair_counts(digits, pair), (3, 7), ("1.2", "3.4")),
        "why_multiply.your_numbers": why_figures.your_numbers(your_numbers.EXAMPLES, "multiply"),
        "why_multiply.pulls": why_figures.pulls(0.8, 0.6, (3, 7)),
        "why_multiply.step": why_figures.step(all_pixels.ideas(by_idea, digits, nearest_mean(digits))[3], (8, 8)),
        "why_multiply.two_lines": why_figures.two_lines(gap, disguise.straight(one_pixel.VALUES, 0.6)),
        "why_multiply.score_pairs": why_figures.score_pairs(
            disguise.disguise(by_idea["c"], digits), digits.y_test, (3, 7)),
        "what_comes_next.unit_pictures": next_figures.unit_pictures(
            hidden.units_of(of_units, hidden.is_silent(of_units, digits), True), (8, 8), (3, 7)),
        "what_comes_next.accuracies": next_figures.accuracies(of_units, run),
        "what_comes_next.exclusive_or_plane": next_figures.exclusive_or_plane(
            folded, exclusive_or.score_map(folded), exclusive_or.points(), "three hidden units"),
        "what_comes_next.right_by_digit": next_figures.right_by_digit(
            *(against_all.answers(one, all_ten) for one in against), "30 hidden units"),
        "what_comes_next.ten_weights": next_figures.ten_weights(of_ten.weights[-1], (8, 8), 1.0),
        "what_comes_next.ten_confusion": next_figures.ten_confusion(ten.confusion(of_ten, all_ten)),
        "saved_model.weights_beside": saved_figures.weights_beside(
            [("saved", weights), ("after going on", weights / 2)], (8, 8), 0.0),
        **{f"know.proof, {key}": know_figures.proof(key, numbers) for key, numbers in proofs.items()},
    }
