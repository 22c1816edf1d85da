"""The drawers of the page Train that are drawn again by themselves: one test image, one update, of its run.

A session keeps a fragment and what it was called with. They are called with settings and fetch the images and the run
where they are drawn: a session holds no arrays.
"""

from __future__ import annotations

import streamlit as st

from explorer import figures
from explorer.explanations import image_account
from explorer.ledger import update_ledger
from explorer.scores import SCORES
from explorer.settings import Settings
from explorer.training import batches, step_of_run, training_rows
from explorer.ui import cached, controls, lesson, show


@st.fragment
def one_image(settings: Settings) -> None:
    """One test image, pixel by pixel: what a link from the most wrong images shows."""
    with show.drawer("One test image: what every pixel adds to its score", key="look") as drawer:
        if not drawer.open:
            return
        dataset, run, score = cached.images(settings), cached.run(settings), SCORES[settings.score]
        image = controls.whole("Test image", 0, len(dataset.X_test) - 1, key="image", width=400)
        account = image_account(run, dataset, image)
        st.markdown(account.sentence)
        show.figure(
            None, figures.one_image(
                dataset.X_test[image], run.weights[run.last_epoch], account.parts, dataset.image_shape, score.neutral,
                titles=("the image", "the weights", score.summand),
            ),
            key="one_image", alt=f"Test image {image}, the weights, and what each pixel adds to the score",
        )
        lesson.onward("one_image", "Blot a pixel of it, set a weight, or draw one yourself", settings, image=str(image))


@st.fragment
def one_update(settings: Settings) -> None:
    """One step of the training, with every number in it, for one pixel."""
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
            epoch = controls.whole("Epoch", 1, min(run.last_epoch + 1, settings.epochs), key="at_epoch")
            batch = controls.whole("Batch", 1, n_batches, key="at_batch")
            row = controls.whole("Pixel: row", 0, height - 1, key="row", default=height // 2)
            column = controls.whole("Pixel: column", 0, width - 1, key="column", default=width // 2)
        pixel = row * width + column
        step = step_of_run(dataset, run, epoch, batch - 1)
        left, right = st.columns([2, 3])
        with left:
            show.figure(
                "What this batch adds to each weight",
                figures.pixel_change(step.weights_after - step.weights_before, dataset.image_shape, pixel),
                key="pixel_change", alt="The change of every weight in this update, with the chosen pixel framed",
            )
            st.markdown(f"The loss of this batch went from {step.loss_before:.6f} to {step.loss_after:.6f}.")
        with right:
            show.ledger(update_ledger(step, dataset, run, pixel))
