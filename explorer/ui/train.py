"""What only the page Train has: its verdict, and two parts that open and are redrawn without the rest of the page.

A session keeps a fragment and its arguments. The fragments here are called with settings, and fetch the images and the
run themselves, so that a session holds no arrays.
"""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from decimal import Decimal

import streamlit as st

from explorer import texts
from explorer.engine import cost, schedule
from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES
from explorer.engine.settings import DEFAULTS, EPOCH_STEPS, LEG_FIELDS, LIMITS, MAX_EPOCHS, Leg, Settings
from explorer.engine.training import batches, training_rows, training_score
from explorer.figures.base import Figure
from explorer.figures.images import pixel_contributions
from explorer.figures.train import pixel_change, run_figures
from explorer.jobs import LONG, progress
from explorer.lessons import goal
from explorer.lessons.sums import sentence_of_test_image
from explorer.lessons.train import formulas, legs, outcomes, update
from explorer.lessons.train import reasons as lesson
from explorer.lessons.train.verdict import Verdict, affordable_beside, as_it_began, verdict
from explorer.lessons.words import number
from explorer.links import words
from explorer.ui import cached, controls, linked, page_frame, show

_words = texts.of("train")
_WIDTHS = {"epochs": 96, "learning_rate": 88, "loss": 132}  # of the controls of a leg, in screen pixels


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
    if settings.legs:
        return _verdict_on_legs(settings, wait)
    images, shared = cached.images(settings), _shared(settings)
    is_compared = outcomes.affordable(images, shared)
    takes_long = is_compared and outcomes.seconds_of_alternatives(images, shared) >= LONG
    if takes_long and not wait and _alternative_outcomes.known(shared) is None:
        return None
    return _verdict(settings, is_compared)


def _verdict_on_legs(settings: Settings, wait: bool) -> Verdict | None:
    """The same for a training of several legs, which is compared with one that goes on as it began."""
    images, plain = cached.images(settings), as_it_began(settings)
    is_compared = affordable_beside(cost.shape_of(images), settings)
    takes_long = is_compared and cached.training_seconds(plain) >= LONG
    if takes_long and not wait and cached.run.known(plain) is None:
        return None
    return verdict(cached.run(settings), images, plain=cached.run(plain) if is_compared else None)


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
def figures(settings: Settings, is_learned: bool, goal: float | None) -> dict[str, Figure]:
    """The figures of ``cached.run(settings)``: for all visitors made, and turned into JSON, once.

    Parameters
    ----------
    settings : Settings
    is_learned : bool
        Whether the picture of the weights shows what was learned.
    goal : float or None
        The share of right answers to mark.
    """
    return run_figures(
        cached.run(settings), cached.curves(settings), cached.images(settings), cached.answers_of(settings),
        cached.references(settings), is_learned, goal=goal,
    )


def goal_and_legs(settings: Settings) -> float | None:
    """What stands below the curves: how the training goes on, and the goal; returns the goal, a share of right answers.

    Each later leg is a row of controls; buttons add one, and stop the training where the goal is reached.
    """
    # A class from which all choices of a leg are hidden gets no more of them.
    is_offered = linked.offer(controls.LEGS, _words("legs.offered")) and not all(map(linked.hidden, LEG_FIELDS))
    with st.container(key="goal_and_legs", horizontal=True, vertical_alignment="bottom", gap="small"):
        if is_offered:
            _go_on(settings)
        share = controls.goal_to_reach()
        if share is not None:
            _stop_there(settings, share)
    if is_offered:
        begins = schedule.last_epochs(settings)
        for at, leg in enumerate(settings.legs):
            _leg(settings, at, leg, begins[at] + 1)
    if share is not None:
        with st.container(key="goal_reached"):
            st.markdown(goal.sentence(cached.run(settings), cached.curves(settings), share))
    return share


def _stop_there(settings: Settings, share: float) -> None:
    run = cached.run(settings)
    found = goal.progress(cached.curves(settings), share)
    if goal.can_stop(run, found) and not (linked.hidden("epochs") or linked.hidden(controls.LEGS)):
        st.button(
            _words("stop", epochs=legs.epochs_text(found.epoch)), key="stop_there", icon=":material/flag:",
            on_click=_stop, args=(schedule.first_epochs(settings, found.epoch),), help=_words("stop_help"),
        )


def _stop(settings: Settings) -> None:
    controls.set_controls(epochs=settings.epochs)
    controls.set_legs(settings.legs)


def _go_on(settings: Settings) -> None:
    can_go_on = legs.can_go_on(settings)
    full = _words("legs.full") if len(settings.legs) == legs.MOST else _words(
        "legs.no_room", most=f"{MAX_EPOCHS[settings.dataset]:,}",
    )
    st.button(
        _words("legs.add"), key="go_on", icon=":material/add:", disabled=not can_go_on, on_click=controls.set_legs,
        args=(legs.gone_on(settings) if can_go_on else (),), help=_words("legs.add_help") if can_go_on else full,
    )


def _leg(settings: Settings, at: int, leg: Leg, first: int) -> None:
    """The controls of one leg. They hold what the address says: each change goes there, and comes back from there."""
    number, most = at + 2, leg.epochs + legs.room(settings)
    options = {
        "epochs": [n for n in sorted({*EPOCH_STEPS, leg.epochs}) if n <= most],
        "learning_rate": LIMITS["learning_rate"].options,
        "loss": [key for key in LOSSES if LOSSES[key].pixelwise == LOSSES[settings.loss].pixelwise],
    }
    st.session_state.update({_key(at, field): getattr(leg, field) for field in LEG_FIELDS})
    with st.container(key=f"leg_{number}", border=True, gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(_words("legs.row", number=number, first=f"{first:,}"), width="content")
            st.button(
                _words("legs.remove", number=number), key=f"remove_leg_{number}", icon=":material/delete:",
                type="tertiary", on_click=controls.set_legs, args=((*settings.legs[:at], *settings.legs[at + 1 :]),),
            )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            for field, values in options.items():
                st.selectbox(
                    _words(f"legs.{field}_label", number=number), values, key=_key(at, field), format_func=words,
                    width=_WIDTHS[field], on_change=_change_leg, args=(settings.legs, at, field),
                )
            st.toggle(
                _words("legs.bias_label", number=number), key=_key(at, "bias"), on_change=_change_leg,
                args=(settings.legs, at, "bias"), disabled=LOSSES[leg.loss].pixelwise,
            )


def _key(at: int, field: str) -> str:
    return f"leg_{at + 2}_{field}"


def _change_leg(later: tuple[Leg, ...], at: int, field: str) -> None:
    """Take over one choice of a leg; what a browser sends is checked, and left if it is not allowed."""
    with suppress(ValueError):
        controls.set_legs(legs.changed(later, at, **{field: st.session_state[_key(at, field)]}))


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
            last = min(run.last_epoch + 1, settings.all_epochs)
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
            _update_table(update.update_table(step, dataset, pixel))


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
