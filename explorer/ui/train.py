"""What only the page Train has: its verdict, and two parts that open and are redrawn without the rest of the page.

A session keeps a fragment and its arguments. The fragments here are called with settings, and fetch the images and the
run themselves, so that a session holds no arrays.
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import streamlit as st

from explorer.engine.scores import SCORES
from explorer.engine.settings import DEFAULTS, Settings
from explorer.engine.training import batches, training_rows
from explorer.figures.base import Figure
from explorer.figures.images import pixel_contributions
from explorer.figures.train import pixel_change, run_figures
from explorer.jobs import LONG, progress
from explorer.lessons.sums import score_sum_of_test_image
from explorer.lessons.train import outcomes, update
from explorer.lessons.train.verdict import Verdict, verdict
from explorer.ui import cached, controls, page_frame, show


def verdict_on(settings: Settings, wait: bool) -> Verdict | None:
    """The verdict on ``cached.run(settings)``, compared with how it ends at every other learning rate.

    Parameters
    ----------
    settings : Settings
    wait : bool
        Whether to wait for the other runs where they take long.

    Returns
    -------
    Verdict or None
        From this run alone if there is no time for the others (``outcomes.affordable``). None if they would take more
        than ``jobs.LONG`` and the page does not wait: draw the figures, then call again.
    """
    images, shared = cached.images(settings), _shared(settings)
    is_compared = outcomes.affordable(images, shared)
    takes_long = is_compared and outcomes.seconds_of_alternatives(images, shared) >= LONG
    if takes_long and not wait and _alternative_outcomes.known(shared) is None:
        return None
    return _verdict(settings, is_compared)


def _shared(settings: Settings) -> Settings:
    """What all runs that one is compared with have in common."""
    return dataclasses.replace(settings, learning_rate=DEFAULTS.learning_rate)


@cached.kept()
def _verdict(settings: Settings, is_compared: bool) -> Verdict:
    return verdict(
        cached.run(settings), cached.images(settings), cached.references(settings), cached.answers_of(settings),
        _alternative_outcomes(_shared(settings)) if is_compared else None,
    )


@cached.kept()
def figures(settings: Settings, is_learned: bool) -> dict[str, Figure]:
    """The figures of ``cached.run(settings)``: for all visitors made, and turned into JSON, once.

    Parameters
    ----------
    settings : Settings
    is_learned : bool
        Whether the picture of the weights shows what was learned.
    """
    return run_figures(
        cached.run(settings), cached.curves(settings), cached.images(settings), cached.answers_of(settings),
        cached.references(settings), is_learned,
    )


def image_link(settings: Settings, image: int, label: str) -> str:
    """A link, in Markdown, that opens ``one_image`` at a test image, with all other choices of ``settings``."""
    return f"[{label}](?{show.link_query(controls.link_to(settings) | {'image': image, 'look': 'true'})})"


@show.fragment()
def one_image(settings: Settings) -> None:
    """The part with one test image, pixel by pixel, to which the captions of the most wrong images link."""
    with show.drawer("One test image: what every pixel adds to its score", key="look") as drawer:
        if not drawer.open:
            return
        dataset, run, score = cached.images(settings), cached.run(settings), SCORES[settings.score]
        image = controls.whole_number("Test image", 0, len(dataset.X_test) - 1, key="image", width=400)
        account = score_sum_of_test_image(run, dataset, image)
        st.markdown(account.sentence)
        show.figure(
            None, pixel_contributions(
                dataset.X_test[image], run.weights[run.last_epoch], account.parts, dataset.image_shape, score.neutral,
                titles=("the image", "the weights", score.summand),
            ),
            key="one_image", alt=f"Test image {image}, the weights, and what each pixel adds to the score",
        )
        page_frame.link_to_page(
            "one_image", "Blot a pixel of it, set a weight, or draw one yourself", settings, image=str(image),
        )


@show.fragment()
def one_update(settings: Settings) -> None:
    """The part with one step of the training, with every number in it, for one pixel."""
    with show.drawer("One update, in numbers: how a batch moves one weight, and the bias", key="update") as drawer:
        if not drawer.open:
            return
        dataset, run = cached.images(settings), cached.run(settings)
        height, width = dataset.image_shape
        st.caption(
            "The error of an image is the slope of its loss by its score: below 0 where a higher score would be "
            "better. Times the value of the framed pixel, averaged, it moves the weight; times 1, averaged, the bias."
        )
        n_batches = len(batches(training_rows(dataset, settings), settings, epoch=1))
        with st.container(horizontal=True):
            epoch = controls.whole_number("Epoch", 1, min(run.last_epoch + 1, settings.epochs), key="at_epoch")
            batch = controls.whole_number("Batch", 1, n_batches, key="at_batch")
            row = controls.whole_number("Pixel: row", 0, height - 1, key="row", default=height // 2)
            column = controls.whole_number("Pixel: column", 0, width - 1, key="column", default=width // 2)
        pixel = row * width + column
        step = update.step_of_run(dataset, run, epoch, batch - 1)
        left, right = st.columns([2, 3])
        with left:
            show.figure(
                "What this batch adds to each weight",
                pixel_change(step.weights_after - step.weights_before, dataset.image_shape, pixel),
                key="pixel_change", alt="The change of every weight in this update, with the chosen pixel framed",
            )
            st.markdown(f"The loss of this batch went from {step.loss_before:.6f} to {step.loss_after:.6f}.")
        with right:
            _update_table(update.update_table(step, dataset, run, pixel))


def _update_table(lines: update.UpdateTable) -> None:
    show.table(
        {
            "": [row.label for row in (*lines.images, *lines.totals)],
            **{
                column: [_cell(row.cells[i]) for row in (*lines.images, *lines.totals)]
                for i, column in enumerate(lines.columns)
            },
        },

        alt="The images of one batch and how their errors add up to the change of one weight and of the bias",
    )


def _cell(number: Decimal | None) -> str:
    if number is None:
        return ""
    if number.is_nan():
        return "not a number"
    # The numbers of a run that diverges are too wide for any column.
    return (f"{number:f}" if abs(number) < 10**9 else f"{number:.6e}").replace("-", "−")


@cached.kept(lambda settings: outcomes.seconds_of_alternatives(cached.images(settings), settings))
def _alternative_outcomes(settings: Settings) -> tuple[outcomes.Outcome, ...]:
    return outcomes.alternative_outcomes(cached.images(settings), settings, progress)
