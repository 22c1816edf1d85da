"""Figures show the arrays that they are given, at fixed heights."""

import dataclasses

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.figures.images import pixel_contributions, tile
from explorer.figures.runs import learning_curves
from explorer.figures.train import confusion_matrix, pixel_change, score_histograms, weight_image
from explorer.lessons.runs import model_answers


@pytest.fixture(scope="module")
def run(digits):
    return train(digits, Settings())


def test_learning_curves_show_the_run_and_the_references(run):
    figure = learning_curves(run, [("scikit-learn", 0.98)])
    drawn = {(trace.name, trace.yaxis): trace for trace in figure.data}
    for kind in ("training", "test"):
        short = {"training": "train"}.get(kind, kind)
        np.testing.assert_array_equal(drawn[kind, "y2"].y, getattr(run, f"{short}_accuracy"))
        np.testing.assert_array_equal(drawn[kind, "y"].y, getattr(run, f"{short}_loss"))
    dashed = drawn["scikit-learn", "y2"]
    assert dashed.line.dash == "dash"
    assert set(dashed.y) == {0.98}
    low, high = figure.layout.yaxis2.range
    assert low < min(run.test_accuracy.min(), run.train_accuracy.min())
    assert high > 1


@pytest.mark.parametrize("epochs", [1, 2, 20, 1000])
def test_weight_image_has_a_frame_for_each_step_of_its_slider(digits, epochs):
    run = train(digits, Settings(epochs=epochs))
    figure = weight_image(run, (8, 8), 0.0)
    slider = figure.layout.sliders[0]
    labels = [int(step.label) for step in slider.steps]
    assert labels[0] == 0
    assert labels[-1] == epochs
    assert labels == sorted(set(labels))
    assert len(labels) <= 42
    for label, frame, step in zip(labels, figure.frames, slider.steps, strict=True):
        np.testing.assert_array_equal(frame.data[0].z, run.weights[label].reshape(8, 8))
        assert list(step.args[0]) == [frame.name]
    np.testing.assert_array_equal(figure.data[0].z, run.weights[-1].reshape(8, 8))
    assert slider.active == len(labels) - 1
    # One scale for all epochs, symmetrical about 0.
    assert figure.data[0].zmax == -figure.data[0].zmin == np.abs(run.weights).max()


def test_weight_images_of_two_runs_share_no_frame_name(digits, run):
    """A figure that replaces another must not go on from the frame of the other."""
    other = train(digits, Settings(seed=1))
    names = [{frame.name for frame in weight_image(r, (8, 8), 0.0).frames} for r in (run, other)]
    assert not names[0] & names[1]


def test_weight_image_of_a_diverged_run_ends_with_its_last_finite_epoch(digits):
    run = train(digits, Settings(l2=1.0, learning_rate=100.0))
    figure = weight_image(run, (8, 8), 0.0)
    assert int(figure.layout.sliders[0].steps[-1].label) == run.diverged_at - 1
    assert np.isfinite(figure.data[0].z.astype(float)).all()


def test_colours_of_distance_weights_are_centred_on_one_half(digits):
    run = train(digits, Settings(score="distance", learning_rate=0.01))
    heatmap = weight_image(run, (8, 8), 0.5).data[0]
    assert heatmap.zmin + heatmap.zmax == pytest.approx(1)


def test_score_histograms_count_every_image_and_have_an_edge_at_0(digits, run):
    answers = model_answers(run, digits)
    figure = score_histograms(answers.scores, digits.y_test, (3, 7))
    for trace, label in zip(figure.data, (1, 0), strict=True):
        assert trace.y.sum() == np.count_nonzero(digits.y_test == label)
        above = np.asarray(trace.x) >= 0  # left edges, of which 0 is one
        assert trace.y[above].sum() == np.count_nonzero((answers.scores > 0) & (digits.y_test == label))


def test_score_histograms_count_scores_that_are_all_0():
    figure = score_histograms(np.zeros(4, np.float32), np.array([1, 0, 1, 0]), (3, 7))
    assert [trace.y.sum() for trace in figure.data] == [2, 2]


def test_confusion_matrix_shows_counts_and_shares():
    figure = confusion_matrix(np.array([[990, 20], [8, 1020]]), (3, 7))
    assert figure.data[0].text[0][1].startswith("20<br>2.0%")
    assert figure.data[0].y[0] == "shows a 3"
    assert figure.data[0].x[1] == "answers 7"


def test_pixel_contributions_and_pixel_change_show_their_arrays(digits, run):
    x, weights = digits.X_test[3], run.weights[-1]
    three = pixel_contributions(x, weights, x * weights, (8, 8), 0.0, ("a", "b", "c"))
    for trace, array in zip(three.data, (x, weights, x * weights), strict=True):
        np.testing.assert_array_equal(trace.z, array.reshape(8, 8))
    picked = pixel_change(weights, (8, 8), 19)
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
        learning_curves(run, [("scikit-learn", 0.9)]), weight_image(run, (8, 8), 0.0),
        score_histograms(answers.scores, digits.y_test, (3, 7)), confusion_matrix(answers.counts, (3, 7)),
        pixel_contributions(digits.X_test[0], weights, weights, (8, 8), 0.0, ("a", "b", "c")),
        pixel_change(weights, (8, 8), 3),
    ):
        checked = go.Figure(figure.to_dict())
        assert checked.to_dict().keys() == figure.to_dict().keys()
    with pytest.raises(ValueError, match="zmim"):
        go.Figure({"data": [{"type": "heatmap", "zmim": 0}]})


def test_heights_do_not_depend_on_the_run(digits):
    def heights(settings):
        run = train(digits, settings)
        answers = model_answers(run, digits)
        return [f.layout.height for f in (
            learning_curves(run), weight_image(run, (8, 8), 0.0),
            score_histograms(answers.scores, digits.y_test, (3, 7)), confusion_matrix(answers.counts, (3, 7)),
        )]

    usual = heights(Settings())
    assert all(usual)
    for other in (Settings(l2=1.0, learning_rate=100.0), Settings(epochs=500), Settings(score="distance", bias=False)):
        assert heights(dataclasses.replace(other)) == usual
