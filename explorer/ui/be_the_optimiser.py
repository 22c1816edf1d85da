"""The canvas of the page "Be the optimiser", its biases, the test on unseen digits, the duel, and challenges.

Callbacks and kept results get settings and a painting as text, and fetch the images themselves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from explorer import contents, texts
from explorer.engine import cost
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import Run
from explorer.figures import be_the_optimiser as figures
from explorer.figures.base import Array
from explorer.figures.train import score_histograms
from explorer.inputs import bounds
from explorer.jobs import progress
from explorer.lessons.be_the_optimiser import challenge as challenges
from explorer.lessons.be_the_optimiser import duel as lesson
from explorer.lessons.be_the_optimiser import measures, painting, scores
from explorer.lessons.be_the_optimiser.challenge import Challenge
from explorer.lessons.be_the_optimiser.measures import Measured
from explorer.lessons.be_the_optimiser.painting import Cells, OtherShape
from explorer.lessons.be_the_optimiser.scores import Painted
from explorer.lessons.pixels import mean_images
from explorer.lessons.runs import Curves, curves_of, what_is_1
from explorer.lessons.words import a_digit, number, percent
from explorer.ui import address, cached, controls, linked, page_frame, share, show
from explorer.ui.components.weight_painter import weight_painter
from explorer.ui.show import Shown

PAGE = "be_the_optimiser"
PAINTINGS = {"multiply": "painting", "distance": "picture"}  # by score: the name of the painting in the address
BIASES = {"multiply": "own_bias", "distance": "picture_bias"}  # by score: the slider of its bias
ASKS = "painted"  # the name of the live series that answers for a painting
_BEAT, _THEIRS, _TESTED = "beat", "theirs", "tested"  # in the address
_TESTS = "_paintings_tested"  # in the session: the fingerprints of the paintings that were tested in this visit
_OF_SHAPES = "_paintings_of_shapes"  # in the session: name and shape to the last painting on such images
_CHALLENGE = "challenge"  # the key of the button
_FINGERPRINT = re.compile("[0-9a-f]{8}", re.ASCII)
_KEPT_TESTS = 4  # marks of tested paintings that the address holds
_MOST_TESTS = 999  # that are counted in a visit

_words = texts.of(PAGE)


# The canvas

def canvas(settings: Settings) -> Cells:
    """Show the canvas for a score, and below it the help and the start by a rule; returns what is painted."""
    dataset = cached.images(settings)
    first, second = dataset.digits
    is_product = settings.score == "multiply"
    cells = _painted(settings)
    drawn = st.container()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with_help = linked.control(
            st.toggle, _words("canvas.outline"), key="outline", help=_words("canvas.outline_help"),
        )
        st.button(
            _words(f"canvas.rule_{settings.score}", first=first), icon=":material/auto_fix_high:", key="by_rule",
            on_click=_paint_by_rule, args=(settings,), help=_words(f"canvas.rule_{settings.score}_help", first=first),
        )
    kind = "multiply" if is_product else "distance_inverted" if settings.inverted else "distance"
    with drawn:
        weight_painter(
            cells, dataset.image_shape, key=f"canvas_{settings.score}",
            label=_words(f"canvas.label_{settings.score}", first=first, second=second),
            hint=_words(f"canvas.hint_{settings.score}", first=first, second=second),
            levels=tuple(_words(f"levels.{kind}_{level}", first=first, second=second) for level in range(3)),
            asks=ASKS, then=partial(address.change, PAINTINGS[settings.score]),
            help=_outline(settings) if with_help else None, ink=not is_product,
        )
    return cells


def _painted(settings: Settings, says_problem: bool = True) -> Cells:
    """What is painted for the score of ``settings``; an empty canvas, with a warning, if it cannot be read."""
    name, shape = PAINTINGS[settings.score], cached.images(settings).image_shape
    text, problem = address.text_of(name, ""), ""
    of_shapes = st.session_state.get(_OF_SHAPES, {})
    try:
        cells = painting.decode(text, shape)
        text = painting.encode(cells, shape)
        if text:
            st.session_state[_OF_SHAPES] = of_shapes | {(name, shape): text}
    except OtherShape as error:
        if (name, shape) in of_shapes:  # what was painted on such images before
            text = of_shapes[name, shape]
            cells = painting.decode(text, shape)
        else:  # the text stays: it can be shown again with images of its shape
            cells, problem = painting.empty(shape), str(error)
    except ValueError as error:
        cells, problem, text = painting.empty(shape), _words("link.unreadable", problem=error), ""
    if problem and says_problem:
        st.warning(problem, icon=":material/link_off:")
    address.put(name, text, "")
    return cells


def _outline(settings: Settings) -> Array:
    """What stands faintly under the paint: the difference of the mean images, or the mean image of the first digit."""
    first, second = mean_images(cached.images(settings))
    shown = first - second if settings.score == "multiply" else first
    return shown / (abs(shown).max() or 1.0)


def _paint_by_rule(settings: Settings) -> None:
    dataset = cached.images(settings)
    cells = painting.by_rule(dataset, settings.score)
    address.change(PAINTINGS[settings.score], painting.encode(cells, dataset.image_shape))


def as_text(settings: Settings, cells: Cells) -> str:
    """A painting as text, for whatever is kept: see ``lessons/be_the_optimiser/painting.py``."""
    return painting.encode(cells, cached.images(settings).image_shape)


# The bias

def bias_slider(settings: Settings) -> float:
    """The slider of the bias for the score; that for the other score stays on the page out of sight, with its value."""
    found = {}
    for score in PAINTINGS:
        if score == settings.score:
            found[score] = _bias(settings, score)
        else:
            with show.out_of_sight(BIASES[score]):
                _bias(settings, score)
    return found[settings.score]


def _bias(settings: Settings, score: str) -> float:
    key = BIASES[score]
    low, high, step = measures.biases(score, cached.images(settings).X_train.shape[1])
    if key in st.session_state and not _within(st.session_state[key], low, high):  # other images
        st.session_state[key] = 0.0
    value = linked.control(
        st.slider, _words("bias.label"), low, high, 0.0, step, "%g", key=key, help=_words(f"bias.help_{score}"),
        hide_label=_words(f"bias.name_{score}"),
    )
    return float(value) if _within(value, low, high) else 0.0


def _within(value: Any, low: float, high: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def bias_button(settings: Settings, cells: Cells) -> None:
    """The button that sets the bias with which most training digits are right."""
    if not linked.hidden(BIASES[settings.score]):
        st.button(
            _words("bias.best"), icon=":material/my_location:", key="best_bias", on_click=_set_best_bias,
            args=(settings, as_text(settings, cells)), help=_words("bias.best_help"),
        )


def _set_best_bias(settings: Settings, text: str) -> None:
    dataset = cached.images(settings)
    pushes = measures.sums(dataset, settings, painting.decode(text, dataset.image_shape))
    controls.set_controls(**{BIASES[settings.score]: _best(settings, pushes)[0]})


def _best(settings: Settings, pushes: Array) -> tuple[float, float]:
    dataset = cached.images(settings)
    options = measures.bias_steps(settings.score, dataset.X_train.shape[1])
    return measures.best_bias(pushes, dataset.y_train, options)


# What the painting does with the training digits

def painted(settings: Settings, cells: Cells, bias: float) -> Shown:
    """The share of right answers, what to do next, and the scores of the training digits."""
    pushes = measures.sums(cached.images(settings), settings, cells)
    return with_bias(settings, cells, pushes, bias, _best(settings, pushes))


def with_bias(
    settings: Settings, cells: Cells, pushes: Array, bias: float, best: tuple[float, float] | None = None
) -> Shown:
    """What ``painted`` shows, from the scores without a bias, and the best bias if it is known."""
    dataset = cached.images(settings)
    answered = pushes + pushes.dtype.type(bias)
    result = measures.measured(answered, dataset.y_train)
    said = measures.while_painting(result, not cells.any(), settings, bias, best or _best(settings, pushes))
    return {
        "pulled": score_histograms(answered, dataset.y_train, dataset.digits, height=230, axis=_words("pulled.axis")),
    }, {"painted_right": f"**{percent(result.accuracy)}**", "painted_seen": said}


# The test on unseen digits

def test_button(settings: Settings, cells: Cells, bias: float) -> bool:
    """The button Done; returns whether this painting with this bias has been tested on the unseen digits."""
    mark = challenges.fingerprint(settings, cells, bias)
    tested = _tested()
    address.put(_TESTED, ".".join(tested), "")
    is_tested = mark in tested and bool(cells.any())
    st.button(
        _words("test.done"), icon=":material/done_all:", key="test_unseen", on_click=_test, args=(mark,),
        disabled=is_tested or not cells.any(), help=_words("test.done_help"),
    )
    return is_tested


def _tested() -> list[str]:
    """The fingerprints of the paintings that are tested, those of both scores."""
    marks = address.text_of(_TESTED, "")[: bounds.TESTED].split(".")
    return [mark for mark in marks if _FINGERPRINT.fullmatch(mark)][-_KEPT_TESTS:]


def _test(mark: str) -> None:
    others = [other for other in _tested() if other != mark]
    address.change(_TESTED, ".".join([*others, mark][-_KEPT_TESTS:]))
    earlier = st.session_state.get(_TESTS, frozenset())
    if len(earlier) < _MOST_TESTS:
        st.session_state[_TESTS] = earlier | {mark}


def is_tested(settings: Settings, cells: Cells, bias: float) -> bool:
    """Whether a painting has been tested on the unseen digits."""
    return bool(cells.any()) and challenges.fingerprint(settings, cells, bias) in _tested()


def tested(settings: Settings, cells: Cells, bias: float, beat: Challenge | None) -> tuple[Measured, str]:
    """What the painting answers to the unseen digits, and the sentence about it, also on the mark to beat."""
    dataset = cached.images(settings)
    result = challenges.unseen(dataset, settings, cells, bias)
    seen = measures.on_training(dataset, settings, cells, bias)
    said = [_words(
        "test.result", right=f"{result.right:,}", count=f"{result.count:,}", share=percent(result.accuracy),
        seen=percent(seen.accuracy), loss=number(result.loss, ".3g"),
    )]
    if beat is not None:
        said.append(challenges.verdict(result, beat))
    times = len(st.session_state.get(_TESTS, ()))
    if times > 1:
        said.append(_words("test.times", times=times))
    return result, " ".join(said)


# The duel

def duel(settings: Settings, text: str, bias: float, yours: Measured, expected: str | None) -> Shown:
    """The descents from the painting and from zeros: their curves, what was changed, and what happened.

    Parameters
    ----------
    settings : Settings
        As ``lesson.affordable`` returns them.
    text : str
        The painting.
    bias : float
    yours : Measured
        What it answers to the unseen digits.
    expected : str or None
        The choice made at the top of the page.
    """
    return duel_of(*both_descents(settings, text, bias), yours, expected)


def both_descents(settings: Settings, text: str, bias: float) -> tuple[tuple[Run, Run], tuple[Curves, Curves]]:
    """The descent from the painting and that from zeros, and their curves."""
    return (
        (_from_painting(settings, text, bias), cached.run(settings)),
        (_curves_from_painting(settings, text, bias), cached.curves(settings)),
    )


def duel_of(
    runs: tuple[Run, Run], curves: tuple[Curves, Curves], yours: Measured, expected: str | None
) -> Shown:
    """The same, of descents that are known: that from the painting first."""
    mine, settings = runs[0], runs[0].settings
    dataset, score = cached.images(settings), SCORES[settings.score]
    passed = lesson.first_above(curves[1], yours.accuracy)
    return {
        "duel": figures.duel(*curves, yours.accuracy, passed),
        "changed": figures.what_descent_changed(
            mine.weights[0], mine.weights[mine.last_epoch], dataset.image_shape, score.neutral,
        ),
    }, {
        "duel_seen": page_frame.saw(
            lesson.sentence(yours, *curves, runs), expected, measures.choice(yours.accuracy),
        ),
        "duel_why": lesson.why(*curves, runs), "duel_changed": lesson.changed_sentence(mine, dataset),
    }


@cached.kept(cached.training_seconds)
def _from_painting(settings: Settings, text: str, bias: float) -> Run:
    dataset = cached.images(settings)
    return lesson.descent(dataset, settings, painting.decode(text, dataset.image_shape), bias, progress)


@cached.kept()
def _curves_from_painting(settings: Settings, text: str, bias: float) -> Curves:
    return curves_of(cached.images(settings), [_from_painting(settings, text, bias)])[0]


def can_afford(settings: Settings) -> bool:
    """Whether there is time to train both descents at once."""
    shape = cost.shape_of(cached.images(settings))
    return cost.seconds(shape, lesson.both(settings)) <= cost.BUDGET


def smaller_steps(settings: Settings, text: str, bias: float) -> None:
    """A button to a smaller learning rate, where the steps of a descent were too long."""
    runs = _from_painting(settings, text, bias), cached.run(settings)
    rate = lesson.smaller_rate(settings)
    if lesson.is_too_fast(runs) and rate is not None and not linked.hidden("learning_rate"):
        st.button(
            _words("duel.smaller", rate=f"{rate:g}"), icon=":material/speed:", key="smaller_rate",
            on_click=controls.set_controls, kwargs={"learning_rate": rate},
        )


# Both scores

def both_paintings(settings: Settings, bias: float) -> dict[str, Painted]:
    """What is painted for each score, and how good it is."""
    dataset, found = cached.images(settings), {}
    for score in PAINTINGS:
        own = replace(settings, score=score)
        cells = _painted(own, says_problem=False)
        its_bias = bias if score == settings.score else _other_bias(own)
        found[score] = Painted(
            int((cells != 0).sum()), its_bias, measures.on_training(dataset, own, cells, its_bias),
            challenges.unseen(dataset, own, cells, its_bias) if is_tested(own, cells, its_bias) else None,
        )
    return found


def _other_bias(settings: Settings) -> float:
    """The bias of a score that is not on the page: its slider is there, out of sight."""
    key = BIASES[settings.score]
    low, high, _ = measures.biases(settings.score, cached.images(settings).X_train.shape[1])
    if linked.hidden(key):
        return float(linked.read(st.slider, linked.texts_of(key), low, high, 0.0))
    value = st.session_state.get(key, 0.0)
    return float(value) if _within(value, low, high) else 0.0


@cached.kept()
def rules(settings: Settings) -> tuple[scores.Rule, scores.Rule, scores.Rule]:
    """The paintings by simple rules on these images."""
    return scores.rules(cached.images(settings), settings)


def other_score(settings: Settings) -> None:
    """A button to the canvas of the other score."""
    other = "distance" if settings.score == "multiply" else "multiply"
    if not linked.hidden("score"):
        st.button(
            _words(f"scores.to_{other}", first=a_digit(settings.digits[0])), icon=":material/brush:",
            key="other_canvas", on_click=controls.set_controls, kwargs={"score": other},
        )


# Challenges

def challenge(settings: Settings) -> Challenge | None:
    """The challenge in the address, with what to do; a warning where it cannot be read."""
    beat, theirs = address.text_of(_BEAT, ""), address.text_of(_THEIRS, "")
    found = None
    try:
        found = challenges.of_link(beat, theirs, cached.images(settings), settings)
    except OtherShape as error:
        st.warning(_words("challenge.other_images", problem=error), icon=":material/link_off:")
    except ValueError as error:
        st.warning(_words("challenge.unreadable", problem=error), icon=":material/link_off:")
        beat = theirs = ""
    address.put(_BEAT, beat, "")
    address.put(_THEIRS, theirs, "")
    if found:
        first, second = settings.digits
        st.markdown(_words(
            f"challenge.to_beat_{settings.score}", mark=percent(found.accuracy), first=first, second=second,
            ink=what_is_1(settings),
        ))
    return found


def see_theirs(settings: Settings, found: Challenge | None) -> None:
    """The painting that set the mark, behind a press."""
    if found is None or found.cells is None:
        return
    dataset = cached.images(settings)
    with show.drawer(_words("challenge.see"), key="see_theirs") as drawer:
        if drawer.open:
            weights = painting.weights_of(found.cells, found.score)
            show.figure(
                _words("challenge.theirs", mark=percent(found.accuracy), bias=number(found.bias, "g")),
                figures.painted_weights(weights, dataset.image_shape, SCORES[found.score].neutral), key="theirs",
                alt=_words("challenge.theirs_alt"),
            )


def challenge_button(settings: Settings, cells: Cells, bias: float, result: Measured) -> None:
    """The button that makes a challenge of a tested painting, and its dialog."""
    pressed = st.button(
        _words("challenge.button", mark=percent(result.accuracy)), icon=":material/swords:", key=_CHALLENGE,
        help=_words("challenge.button_help"),
    )
    if not pressed or share.pressed():
        return
    first, second = settings.digits
    own = {"score": [settings.score], "first": [str(first)], "second": [str(second)]}
    left_out = (*PAINTINGS.values(), *BIASES.values(), _TESTED, _THEIRS, "outline", "see_theirs")
    mark = challenges.mark(result.accuracy)
    page = contents.of(PAGE)
    share.challenge(
        page.title, page.name, own | {_BEAT: [mark]}, left_out,
        {_THEIRS: [challenges.theirs(settings.score, cells, bias, cached.images(settings).image_shape)]},
        _words("challenge.note", mark=percent(result.accuracy), first=a_digit(first), second=a_digit(second)),
    )
