"""What only the page Train has: its verdict, and two parts that open and are redrawn without the rest of the page.

A session keeps a fragment and its arguments. The fragments here are called with settings, and fetch the images and the
run themselves, so that a session holds no arrays.
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import streamlit as st

from explorer import texts
from explorer.engine.scores import SCORES
from explorer.engine.settings import DEFAULTS, Settings
from explorer.engine.training import batches, training_rows, training_score
from explorer.figures.base import Figure
from explorer.figures.images import pixel_contributions
from explorer.figures.train import pixel_change, run_figures
from explorer.jobs import LONG, progress
from explorer.lessons.sums import sentence_of_test_image
from explorer.lessons.train import formulas, outcomes, update
from explorer.lessons.train import reasons as lesson
from explorer.lessons.train.verdict import Verdict, verdict
from explorer.lessons.words import number
from explorer.ui import cached, controls, page_frame, show

_words = texts.of("train")


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


def most_wrong(settings: Settings) -> None:
    """The worst mistakes, or where there are none the images that came closest: each opens in ``one_image``."""
    dataset, answers = cached.images(settings), cached.answers_of(settings)
    show.section(_words(
        "wrong.none" if not answers.wrong else "wrong.one" if answers.wrong == 1 else "wrong.some",
        count=f"{answers.wrong:,}",
    ))
    images = answers.most_wrong.tolist()
    digits = [dataset.digits[0 if dataset.y_test[image] else 1] for image in images]
    st.image(
        cached.tiles(settings, images),
        caption=[
            _image_link(settings, image, _words("wrong.caption", digit=digit, score=number(score, "+.1f")))
            for image, digit, score in zip(images, digits, answers.scores[images].tolist(), strict=True)
        ],
        alt=[_words("wrong.alt", image=image, digit=digit) for image, digit in zip(images, digits, strict=True)],
        width=84,
    )


def _image_link(settings: Settings, image: int, label: str) -> str:
    """A link, in Markdown, that opens ``one_image`` at a test image, with all other choices of ``settings``."""
    return f"[{label}](?{show.link_query(controls.link_to(settings) | {'image': image, 'look': 'true'})})"


@show.fragment()
def one_image(settings: Settings) -> None:
    """The part with one test image, pixel by pixel, to which the captions of the most wrong images link."""
    with show.drawer(_words("look.title"), key="look") as drawer:
        if not drawer.open:
            return
        dataset, run, score = cached.images(settings), cached.run(settings), SCORES[settings.score]
        image = controls.whole_number(_words("look.image"), 0, len(dataset.X_test) - 1, key="image", width=400)
        weights = run.weights[run.last_epoch]
        st.markdown(sentence_of_test_image(run, dataset, image))
        show.figure(
            None, pixel_contributions(
                dataset.X_test[image], weights, score.parts(dataset.X_test[image], weights), dataset.image_shape,
                score.neutral, titles=(_words("look.values"), _words("look.weights"), _words("look.parts")),
            ),
            key="one_image", alt=_words("look.alt", image=image),
        )
        page_frame.link_to_page("one_image", _words("look.link"), settings, image=str(image))


@show.fragment()
def one_update(settings: Settings) -> None:
    """The part with one step of the training, with every number in it, for one pixel."""
    with show.drawer(_words("update.title"), key="update") as drawer:
        if not drawer.open:
            return
        dataset, run = cached.images(settings), cached.run(settings)
        height, width = dataset.image_shape
        st.markdown(update.push(settings, dataset.digits))
        st.markdown(_words("update.how", factor=training_score(settings).pixel_derivative_label))
        n_batches = len(batches(training_rows(dataset, settings), settings, epoch=1))
        with st.container(horizontal=True):
            last = min(run.last_epoch + 1, settings.epochs)
            epoch = controls.whole_number(_words("update.epoch"), 1, last, key="at_epoch")
            batch = controls.whole_number(_words("update.batch"), 1, n_batches, key="at_batch")
            row = controls.whole_number(_words("update.row"), 0, height - 1, key="row", default=height // 2)
            column = controls.whole_number(_words("update.column"), 0, width - 1, key="column", default=width // 2)
        pixel = row * width + column
        step = update.step_of_run(dataset, run, epoch, batch - 1)
        with st.container(key="beside_update"):
            left, right = st.columns([2, 3])
        with left:
            show.figure(
                _words("update.picture"),
                pixel_change(step.weights_after - step.weights_before, dataset.image_shape, pixel),
                key="pixel_change", alt=_words("update.picture_alt"),
            )
            st.markdown(_words(
                "update.loss", before=number(step.loss_before, ".3g"), after=number(step.loss_after, ".3g"),
            ))
        with right:
            _update_table(update.update_table(step, dataset, run, pixel))


def reasons(settings: Settings) -> None:
    """The part with short answers to what people ask about training."""
    with show.drawer(_words("reasons.title"), key="reasons") as drawer:
        if drawer.open:
            for answer in lesson.reasons(cached.run(settings), cached.images(settings)):
                st.markdown(answer)


def the_formulas(settings: Settings) -> None:
    """The part with the formulas of the run."""
    with show.drawer(_words("formulas.title"), key="formulas") as drawer:
        if drawer.open:
            for sentence, formula in formulas.formulas(cached.run(settings), cached.images(settings)):
                st.markdown(sentence)
                st.latex(formula)


def _update_table(lines: update.UpdateTable) -> None:
    rows = (*lines.images, *lines.totals)
    show.table(
        {"": [row.label for row in rows]}
        | {column: [_cell(row.cells[i]) for row in rows] for i, column in enumerate(lines.columns)},
        alt=_words("update.table_alt"),
    )


def _cell(number: Decimal | None) -> str:
    if number is None:
        return ""
    if number.is_nan():
        return _words("update.not_a_number")
    # The numbers of a run that diverges are too wide for any column.
    return (f"{number:f}" if abs(number) < 10**9 else f"{number:.6e}").replace("-", "−")


@cached.kept(lambda settings: outcomes.seconds_of_alternatives(cached.images(settings), settings))
def _alternative_outcomes(settings: Settings) -> tuple[outcomes.Outcome, ...]:
    return outcomes.alternative_outcomes(cached.images(settings), settings, progress)
