"""What the page Start shows of an image of each digit, in the lesson's model with its bias moved by hand."""

from __future__ import annotations

from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.figures.images import pixel_contributions
from explorer.lessons import start as lesson
from explorer.lessons.sums import score_sum
from explorer.ui import cached, page_frame
from explorer.ui.show import Shown

MOVES = [i / 2 for i in range(-30, 31)]  # what can be added to the bias
COLORS = ("blue", "orange")  # of the first digit and of the second


@cached.kept()
def real_image(model: Settings, label: int, nth: int, moved: float) -> Shown:
    """The score of one image.

    Parameters
    ----------
    model : Settings
        As ``lesson.start_model`` returns it.
    label : int
        1 for the first digit, 0 for the second.
    nth : int
        Of the test images that show this digit.
    moved : float
        What is added to the bias.
    """
    dataset, run = cached.images(model), cached.run(model)
    # Copies: the figure is kept, and views would keep all images, and the weights of all epochs.
    x, weights = dataset.X_test[lesson.images_of(dataset, label)[nth]].copy(), run.weights[-1].copy()
    account = score_sum(lesson.with_moved_bias(run, moved), dataset, x, last=lesson.HUNDREDTHS)
    color, digit = COLORS[1 - label], dataset.digits[1 - label]
    return {
        f"real_{color}": pixel_contributions(
            x, weights, account.parts, dataset.image_shape, SCORES["multiply"].neutral,
            titles=("values", "weights", "value × weight"),
        ),
    }, {f"sum_{color}": lesson.sentence(account, dataset.digits[0], digit)}


@cached.kept()
def all_answers(model: Settings, moved: float, expected: str | None) -> str:
    """What the model with a moved bias answers to all test images, as Markdown, and whether that was expected."""
    sentence, happened = lesson.answers_with_moved_bias(cached.answers_of(model), cached.images(model), moved)
    return page_frame.saw(sentence, expected, happened)
