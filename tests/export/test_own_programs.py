"""The programs of Your own digits and of A saved model: beside their file, they print the numbers of the page."""

import subprocess
import sys

import numpy as np
import pytest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train, train_from
from explorer.export import of_own_images, of_saved, printed, printed_own, weights_npz
from explorer.lessons.your_digits import results
from explorer.lessons.your_digits.signs import FILE, saved
from tests.export.test_programs import assert_same_lines, dataset_of
from tests.lessons.test_your_digits import of_dataset


def output_beside(folder, script: str) -> str:
    """What a script prints in a fresh interpreter, in the folder of its file."""
    done = subprocess.run(
        [sys.executable, "-I", "-"], input=script, capture_output=True, text=True, cwd=folder, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


MODELS = [
    Settings(start="zeros"), Settings(score="distance", loss="hinge", batch_size=None, epochs=5, inverted=True),
    Settings(loss="pixel_distance", epochs=3, black_and_white=True),
    Settings(batch_size=256, train_images=30, bias=False),
    Settings(learning_rate=50.0, l2=1.0, epochs=40), Settings(start="mean_image", batch_size=512, digits=(1, 5)),
]


@pytest.mark.parametrize("settings", MODELS, ids=lambda s: f"{s.score}-{s.loss}-{s.batch_size}-{s.learning_rate:g}")
@pytest.mark.parametrize("use", results.USES)
def test_the_program_of_own_images_prints_the_numbers_of_the_page(tmp_path, digits, settings, use):
    own = of_dataset(digits, 6, 9)
    (tmp_path / FILE).write_bytes(saved(own))
    dataset = dataset_of(settings)
    if use == results.TEST:
        found = results.tested(train(dataset, settings), dataset, own, settings)
    else:
        found = results.result(dataset, own, settings, use)
    assert_same_lines(output_beside(tmp_path, of_own_images(settings, use).script), printed_own(found) + "\n")


def test_the_program_of_own_images_prints_the_numbers_of_mnist(tmp_path, mnist):
    settings = Settings(dataset="mnist", epochs=2, batch_size=1024, score="distance")
    own = of_dataset(mnist, 6, 9)
    (tmp_path / FILE).write_bytes(saved(own))
    found = results.result(mnist, own, settings, results.ADD)
    assert_same_lines(output_beside(tmp_path, of_own_images(settings, results.ADD).script), printed_own(found) + "\n")


@pytest.mark.parametrize("settings", MODELS, ids=lambda s: f"{s.score}-{s.loss}-{s.batch_size}-{s.learning_rate:g}")
def test_the_program_of_a_saved_model_goes_on_as_the_page_does(tmp_path, settings):
    dataset = load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)
    weights = np.random.default_rng(5).random(64).astype(np.float32)
    (tmp_path / "model.npz").write_bytes(weights_npz(weights, 1.25, settings, (8, 8)))
    run = train_from(dataset, settings, weights, 1.25)
    assert_same_lines(output_beside(tmp_path, of_saved(settings, "model.npz").script), printed(run) + "\n")
