"""What the page One image shows of an image: in its model, and in the model with the other score."""

from __future__ import annotations

from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import uses_bias
from explorer.figures.base import Figure
from explorer.figures.images import pixel_contributions
from explorer.figures.one_image import rows_and_bias
from explorer.lessons.one_image import contributions as lesson
from explorer.lessons.one_image.contributions import Image
from explorer.lessons.sums import ScoreSum, score_sum
from explorer.ui import cached, page_frame
from explorer.ui.show import Shown

WEIGHTS = [i / 20 for i in range(-100, 101)]  # that can be set


def in_the_model(
    settings: Settings, image: Image, account: ScoreSum, marked: int | None, expected: str | None,
    words: bool = True,
) -> Shown:
    """What the page shows of the score of an image.

    Parameters
    ----------
    settings : Settings
    image : Image
    account : ScoreSum
        Of this image, by the model of ``settings``.
    marked : int or None
        A pixel to frame.
    expected : str or None
        The choice made at the top of the page.
    words : bool
        Whether the pictures have a text for each pixel, for the pointer: most of their bytes.
    """
    dataset, run = cached.images(settings), cached.run(settings)
    rows = lesson.row_sums(account, dataset.image_shape)
    seen = lesson.sentence(run, dataset, image.x, account, image.truth, image.blank)
    happened = None if image.blank else lesson.outcome(run, image.x)
    return {
        "pictures": _pictures(settings, image, account, "the weights", 250, words, marked),
        "rows": rows_and_bias(rows, account.bias if uses_bias(settings) else None, account.score, dataset.digits),
    }, {"image_seen": page_frame.saw(seen, expected, happened)}


def in_the_other_model(settings: Settings, image: Image, words: bool = True) -> Shown:
    """What the page shows of the image in the model with the other score; ``words`` as in ``in_the_model``."""
    other = lesson.other_score_model(settings)
    dataset, run = cached.images(other), cached.run(other)
    account = score_sum(run, dataset, image.x)
    return {"other": _pictures(other, image, account, "its weights", 220, words)}, {
        "image_in_other": lesson.other_score_sentence(run, dataset, account),
    }


def _pictures(
    settings: Settings, image: Image, account: ScoreSum, title: str, height: int, words: bool,
    marked: int | None = None,
) -> Figure:
    """The image, the weights of the model, and what each pixel adds."""
    dataset, run, score = cached.images(settings), cached.run(settings), SCORES[settings.score]
    weights = run.weights[run.last_epoch]
    return pixel_contributions(
        image.x, weights, account.parts, dataset.image_shape, score.neutral, height=height,
        titles=(image.name, title, score.summand), marked=marked,
        words=lesson.pixel_sentences(image.x, weights, account.parts, settings.score, dataset.digits)
        if words else None,
    )
