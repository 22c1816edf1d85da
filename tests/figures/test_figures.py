"""Figures show the arrays that they are given, at fixed heights."""

import dataclasses

import numpy as np
import pytest

from explorer.engine.first_epoch import within_first_epoch
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.figures.base import Figure, stretched_axis
from explorer.figures.images import pixel_contributions, tile
from explorer.figures.runs import learning_curves
from explorer.figures.train import confusion_matrix, pixel_change, score_histograms, weight_image
from explorer.lessons.runs import curves_of, model_answers, weight_picture
from tests.support.figures import validated


@pytest.fixture(scope="module")
def run(digits):
    return train(digits, Settings())


def test_learning_curves_show_the_run_and_the_references(digits, run):
    (curves,) = curves_of(digits, [run])
    figure = validated(learning_curves(curves, [("scikit-learn", 0.98)]))
    drawn = {(trace.name, trace.yaxis): trace for trace in figure.data}
    for kind in ("training", "test"):
        short = {"training": "train"}.get(kind, kind)
        # 254 training images: 4 batches of 64 an epoch, measured after 1 and 2 of them.
        ends = [0, *range(3, 23)]
        np.testing.assert_array_equal(drawn[kind, "y2"].y[ends], getattr(run, f"{short}_accuracy"))
        np.testing.assert_array_equal(drawn[kind, "y"].y[ends], getattr(run, f"{short}_loss"))
        (first,) = within_first_epoch(digits, [run])
        np.testing.assert_array_equal(drawn[kind, "y"].y[1:3], getattr(first, f"{short}_loss"))
        batches = [0, 1, 2, *range(4, 81, 4)]
        np.testing.assert_allclose(drawn[kind, "y"].x, np.log2(1 + np.array(batches)), rtol=1e-6)
        np.testing.assert_allclose(drawn[kind, "y"].customdata, np.array(batches) / 4)
    dashed = drawn["scikit-learn", "y2"]
    assert dashed.line.dash == "dash"
    assert set(dashed.y) == {0.98}
    low, high = figure.layout.yaxis2.range
    assert low < min(run.test_accuracy.min(), run.train_accuracy.min())
    assert high > 1


def test_a_loss_that_shoots_up_has_a_logarithmic_axis(digits):
    for rate, kind in ((1.0, None), (100.0, "log")):
        wild = train(digits, Settings(learning_rate=rate))
        (curves,) = curves_of(digits, [wild])
        losses = np.concatenate([curves.train_loss, curves.test_loss])
        reaches_far = losses.max() > 140 * np.median(losses[losses > 0])
        axis = validated(learning_curves(curves)).layout.yaxis
        assert axis.type == kind
        assert reaches_far == (kind == "log")


@pytest.mark.parametrize(("last", "steps", "names"), [
    (20, 194, ["start", "10 batches", "1 epoch", "5", "20"]),
    (20, 4, ["start", "1 batch", "1 epoch", "5", "10", "20"]),
    (1, 194, ["start", "10 batches", "1 epoch"]),
    (1, 1, ["start", "1 epoch"]),
    (1000, 1, ["start", "5", "20", "100", "1,000"]),
    (1000, 775, ["start", "10 batches", "1 epoch", "20", "1,000"]),
])
def test_a_stretched_axis_names_places_that_do_not_collide(last, steps, names):
    axis = stretched_axis(last, steps)
    assert axis["ticktext"] == names
    assert axis["range"] == [0, np.log2(1 + last * steps)]
    assert np.diff(axis["tickvals"]).min() >= 0.15 * axis["range"][1]


@pytest.mark.parametrize("epochs", [1, 2, 20, 1000])
def test_weight_image_shows_one_epoch_on_a_scale_for_all_epochs(digits, epochs):
    run = train(digits, Settings(epochs=epochs))
    for epoch in (0, 1, epochs // 2, epochs, None):
        (picture,) = validated(weight_image(weight_picture(run, False, epoch), (8, 8), epoch or 0)).data
        np.testing.assert_array_equal(picture.z, run.weights[-1 if epoch is None else epoch].reshape(8, 8))
        # Symmetrical about 0.
        assert picture.zmax == -picture.zmin == np.abs(run.weights).max()


def test_weight_image_of_a_diverged_run_shows_its_last_finite_epoch(digits):
    run = train(digits, Settings(l2=1.0, learning_rate=100.0))
    (picture,) = validated(weight_image(weight_picture(run, False), (8, 8), run.last_epoch)).data
    np.testing.assert_array_equal(picture.z, run.weights[run.diverged_at - 1].reshape(8, 8))
    assert np.isfinite(picture.z).all()
    assert picture.zmax == -picture.zmin == np.abs(run.weights[: run.diverged_at]).max()


@pytest.mark.parametrize("settings", [Settings(), Settings(score="distance", learning_rate=0.1)])
def test_weight_image_shows_what_was_learned_around_0_on_a_scale_for_all_epochs(digits, settings):
    run = train(digits, settings)
    for epoch in (0, 7, 20):
        (picture,) = validated(weight_image(weight_picture(run, True, epoch), (8, 8), epoch)).data
        np.testing.assert_array_equal(picture.z, (run.weights[epoch] - run.weights[0]).reshape(8, 8))
        assert picture.zmax == -picture.zmin == np.abs(run.weights - run.weights[0]).max()
        assert picture.name == f"learned after epoch {epoch}"


def test_colours_of_distance_weights_are_centred_on_one_half(digits):
    run = train(digits, Settings(score="distance", learning_rate=0.01))
    (picture,) = validated(weight_image(weight_picture(run, False), (8, 8), 20)).data
    assert picture.zmin + picture.zmax == pytest.approx(1)


def test_score_histograms_count_every_image_and_have_an_edge_at_0(digits, run):
    answers = model_answers(run, digits)
    figure = validated(score_histograms(answers.scores, digits.y_test, (3, 7)))
    for trace, label in zip(figure.data, (1, 0), strict=True):
        assert trace.y.sum() == np.count_nonzero(digits.y_test == label)
        above = np.asarray(trace.x) >= 0  # left edges, of which 0 is one
        assert trace.y[above].sum() == np.count_nonzero((answers.scores > 0) & (digits.y_test == label))


def test_score_histograms_count_scores_that_are_all_0():
    figure = validated(score_histograms(np.zeros(4, np.float32), np.array([1, 0, 1, 0]), (3, 7)))
    assert [trace.y.sum() for trace in figure.data] == [2, 2]


def test_confusion_matrix_shows_counts_and_shares():
    figure = validated(confusion_matrix(np.array([[990, 20], [8, 1020]]), (3, 7)))
    assert figure.data[0].text[0][1].startswith("20<br>2.0%")
    assert figure.data[0].y[0] == "shows a 3"
    assert figure.data[0].x[1] == "answer 7"


def test_pixel_contributions_and_pixel_change_show_their_arrays(digits, run):
    x, weights = digits.X_test[3], run.weights[-1]
    three = validated(pixel_contributions(x, weights, x * weights, (8, 8), 0.0, ("a", "b", "c")))
    for trace, array in zip(three.data, (x, weights, x * weights), strict=True):
        np.testing.assert_array_equal(trace.z, array.reshape(8, 8))
    picked = validated(pixel_change(weights, (8, 8), 19))
    np.testing.assert_array_equal(picked.data[0].z, weights.reshape(8, 8))
    frame = picked.layout.shapes[0]
    assert (frame.x0 + frame.x1) / 2 == 19 % 8
    assert (frame.y0 + frame.y1) / 2 == 19 // 8


def test_a_tile_shows_dark_ink_on_light_paper():
    picture = tile(np.array([0.0, 1.0, 0.5, 0.0]), (2, 2), size=5)
    assert picture.shape == (10, 10)
    assert picture[2, 2] == 255
    assert picture[2, 7] == 0
    assert picture[7, 2] == 128
    assert (picture[0] == picture[-1]).all()


@pytest.mark.parametrize("settings", [
    Settings(), Settings(epochs=1), Settings(l2=1.0, learning_rate=100.0), Settings(score="distance", bias=False),
], ids=["usual", "short", "diverged", "distance"])
def test_every_figure_passes_the_validation_of_plotly(digits, settings):
    """The figures are built without plotly's validation, for speed: here it validates them all."""
    run = train(digits, settings)
    answers = model_answers(run, digits)
    weights = run.weights[run.last_epoch]
    for figure in (
        learning_curves(curves_of(digits, [run])[0], [("scikit-learn", 0.9)]),
        weight_image(weight_picture(run, True), (8, 8), run.last_epoch),
        score_histograms(answers.scores, digits.y_test, (3, 7)), confusion_matrix(answers.counts, (3, 7)),
        pixel_contributions(digits.X_test[0], weights, weights, (8, 8), 0.0, ("a", "b", "c")),
        pixel_change(weights, (8, 8), 3),
    ):
        assert len(validated(figure).data) == len(figure["data"])


@pytest.mark.parametrize(("parts", "fault"), [
    ({"data": [{"type": "heatmap", "zmim": 0}], "layout": {}}, "zmim"),
    ({"data": [{"type": "heatmap", "zmin": "low"}], "layout": {}}, "zmin"),
    ({"data": [], "layout": {"xaxis": {"titel": {}}}}, "titel"),
])
def test_the_validation_of_plotly_refuses_what_it_does_not_know(parts, fault):
    with pytest.raises(ValueError, match=fault):
        validated(Figure(parts))


def test_heights_do_not_depend_on_the_run(digits):
    def heights(settings):
        run = train(digits, settings)
        answers = model_answers(run, digits)
        return [f["layout"]["height"] for f in (
            learning_curves(curves_of(digits, [run])[0]),
            weight_image(weight_picture(run, True), (8, 8), run.last_epoch),
            score_histograms(answers.scores, digits.y_test, (3, 7)), confusion_matrix(answers.counts, (3, 7)),
        )]

    usual = heights(Settings())
    assert all(usual)
    for other in (Settings(l2=1.0, learning_rate=100.0), Settings(epochs=500), Settings(score="distance", bias=False)):
        assert heights(dataclasses.replace(other)) == usual
