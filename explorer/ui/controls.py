"""The controls: one widget for each field of ``Settings``, with its value in the URL unless a class link hides it.

Streamlit puts the label of an option into the URL, not the option; the labels here are therefore short and stable: the
keys of the tables with spaces ("log loss"). Links with the keys themselves (``loss=log_loss``) are respelled before a
page is served: see ``explorer.links``.

What a widget or a link holds is not trusted: ``current`` checks it through ``Settings``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from explorer import deployment, sources, texts
from explorer.engine.losses import LOSSES
from explorer.engine.schedule import is_plain, plain
from explorer.engine.scores import SCORES
from explorer.engine.settings import CHOSEN, DEFAULTS, EPOCH_STEPS, LIMITS, MAX_EPOCHS, Leg, OnOff, Settings, Whole
from explorer.inputs import bounds
from explorer.lessons import goal
from explorer.lessons.train import legs
from explorer.links import repaired, words
from explorer.sources import SOURCES
from explorer.ui import address, linked, show

# The keys of the controls in the sidebar.
IN_SIDEBAR = ("dataset", "first", "second", "black_and_white", "inverted", "seed")
_DIGITS = ("first", "second")  # the keys of the two digits
_BUTTONS = ("dataset", "score", "start")  # the lists of options that are drawn as buttons
_TRAINING_FIELDS = (
    "score", "loss", "learning_rate", "bias", "epochs", "batch_size", "start", "seed", "l2", "train_images",
)
WEIGHTS_SHOWN = ("what was learned", "the weights")
_ALL = words(None)  # what a list holds for all images, None in the settings
_RARE = ("batch_size", "train_images", "l2")  # choices in a popover
LEGS = "legs"  # the name of the later legs of a training in the address
GOALS = (goal.OFF, *map(str, goal.GOALS))  # as the address spells them
_deployment = deployment.read(os.environ)
_words = texts.of("controls")

# Keys of the session.
_DIGITS_BEFORE = "_digits_before"  # both digits as the last run drew them
_DEFAULT_DATASET = "_data_set_by_default"  # of this visit
_CHANGE = "_change_of_data"  # what a button of this page has changed: the choices before, and those that it made


def data(has_images: bool) -> None:
    """The sidebar of every page: the data set, and one drawer with the rest; on a page without images, less.

    What in the drawer is not as usual is said on it in words, so that it is seen when the drawer is closed.
    """
    with st.sidebar:
        images = st.container()
        with st.expander(_drawer_title(has_images), key="more_settings", icon=":material/tune:"):
            details = st.container()
            # On every page at the same place: else the browser takes the one before for gone, after this one has come,
            # and no longer writes it into the address.
            show.tables_switch()
    if has_images:
        with images:
            _select(
                "dataset", _words("sidebar.images"), required=True,
                help="  \n".join(f"**{source.key}**: {source.explanation}" for source in SOURCES.values()),
            )
        with details:
            _details()


def _details() -> None:
    """What is chosen about the images beside the data set, and the seed."""
    if linked.offer("digits", _words("sidebar.digits")):
        _digits()
    for name in ("black_and_white", "inverted"):
        linked.control(st.toggle, _words(f"sidebar.{name}"), key=name, help=_words(f"sidebar.{name}_help"))
    seed = LIMITS["seed"]
    linked.control(
        st.slider, _words("sidebar.seed"), seed.low, seed.high, DEFAULTS.seed, key="seed",
        help=_words("sidebar.seed_help"),
    )


def _drawer_title(has_images: bool) -> str:
    """The title of the drawer, with what in it is neither hidden nor as usual."""
    settings, _ = _checked_settings()
    changes = {} if not has_images else {
        "digits": _words("drawer.digits", first=settings.digits[0], second=settings.digits[1]),
        "black_and_white": _words("drawer.black_and_white"), "inverted": _words("drawer.inverted"),
        "seed": _words("drawer.seed", seed=settings.seed),
    }
    said = [
        text for name, text in changes.items()
        if getattr(settings, name) != getattr(DEFAULTS, name) and not linked.hidden(name)
    ]
    if show.tables_wanted():
        said.append(_words("drawer.tables"))
    return _words("drawer.title_with_changes", changes=", ".join(said)) if said else _words("drawer.title")


def _digits() -> None:
    with st.container(horizontal=True, gap="xsmall"):
        for name, default in zip(_DIGITS, DEFAULTS.digits, strict=True):
            st.selectbox(
                _words(f"sidebar.{name}"), range(10), index=default, key=name, bind="query-params",
                on_change=_keep_digits_apart, args=(name,), width=92,
            )
    st.session_state[_DIGITS_BEFORE] = {name: st.session_state[name] for name in _DIGITS}


def change_data(**values: Any) -> None:
    """Set controls of the sidebar, for a button of a page: the page then says so and offers the way back."""
    st.session_state[_CHANGE] = {name: _chosen(name) for name in (*_DIGITS, *values)}, values
    set_controls(**values)


def say_changed_data() -> None:
    """Say what a button of this page has changed on all pages, with the way back; until something else is chosen."""
    before, values = st.session_state.get(_CHANGE, ({}, {}))
    if not values or any(_chosen(name) != value for name, value in values.items()):
        forget_change()
        return
    with st.container(key="changed_data", horizontal=True, vertical_alignment="center", gap="small"):
        st.info(_changed_words(before), icon=":material/info:")
        st.button(_words("changed.undo"), key="undo_change", icon=":material/undo:", on_click=_undo, args=(before,))
        st.button(_words("changed.keep"), key="keep_change", on_click=forget_change, type="tertiary")


def _changed_words(before: Mapping[str, Any]) -> str:
    """What differs from ``before``, the choices before the press of a button."""
    settings, _ = _checked_settings()
    first, second = settings.digits
    if "dataset" in before and before["dataset"] != settings.dataset:
        return _words("changed.images", first=first, second=second)
    if (before["first"], before["second"]) != settings.digits:
        return _words(
            "changed.digits", first=first, second=second, first_before=before["first"], second_before=before["second"],
        )
    return _words("changed.black_and_white" if settings.black_and_white else "changed.grey")


def _undo(before: Mapping[str, Any]) -> None:
    set_controls(**before)
    forget_change()


def forget_change() -> None:
    """Say no more about what a button has changed: the visitor keeps it, or has gone on."""
    st.session_state.pop(_CHANGE, None)


def training(within_popover: bool = False) -> None:
    """The choices of a training, in the lesson's order: predict, loss, step, repeat.

    Parameters
    ----------
    within_popover : bool
        Whether all of this is in a popover already, so that the rare choices need none of their own.
    """
    _fit_epochs()
    loss = LOSSES[_checked("loss")]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        score_buttons()
        bias_switch(disabled=loss.pixelwise, help=_words(f"training.bias_{'unused' if loss.pixelwise else 'help'}"))
        _select("loss", _words("training.loss"), width=150, help="  \n".join([_words("training.loss_help"), *(
            _words("training.loss_of", label=other.label, explanation=other.explanation) for other in LOSSES.values()
        )]))
        _learning_rate_slider()
        _epochs_slider()
        if within_popover:
            _more_choices()
        else:
            _popover(_words("training.more"), _more_choices, "start", "decay", *_RARE)
        _new_start()
        if not all(map(linked.hidden, _TRAINING_FIELDS)):
            st.button(
                _words("training.defaults"), icon=":material/restart_alt:", on_click=_reset,
                help=_words("training.defaults_help"),
            )


def score_buttons() -> None:
    """The choice between the scores."""
    _select(
        "score", _words("training.score", summand=SCORES[_checked("score")].summand), required=True, width=225,
        hide_label=_words("training.score_name"), help="  \n".join([_words("training.score_help"), *(
            _words("training.score_of", label=other.label, summand=other.summand) for other in SCORES.values()
        )]),
    )


def bias_switch(disabled: bool = False, help: str | None = None) -> bool:
    """The switch of the bias; returns whether it is on. ``help`` is about this page, if it is not the usual one."""
    return linked.control(
        st.toggle, _words("training.bias"), value=DEFAULTS.bias, key="bias", disabled=disabled,
        help=help or _words("training.bias_help"),
    ) is True


def weights_shown(settings: Settings) -> bool:
    """The choice between what was learned and the weights themselves; returns whether pictures show what was learned.

    It is not offered where the weights start at 0: there both are the same. Nor for a loss that moves the weights to an
    image, wherever they start: what was learned is that image minus the noise.
    """
    if settings.start == "zeros" or LOSSES[settings.loss].pixelwise:
        return False
    shown = linked.control(
        st.segmented_control, "The picture shows", WEIGHTS_SHOWN, default=WEIGHTS_SHOWN[0], required=True,
        key="weights_shown", label_visibility="collapsed",
        help="Every weight is what it started with plus what it has learned. The start is random: only what was "
        "learned is a picture of the digits.",
    )
    return shown != WEIGHTS_SHOWN[1]


def for_all_runs() -> None:
    """The choices that all runs of a comparison share: epochs, the rare choices in a popover, another start."""
    _fit_epochs()
    _epochs_slider()
    _popover(_words("training.for_all_runs"), _rare_choices, *_RARE)
    _new_start()


def descent(with_start: bool = True) -> None:
    """The choices of a descent whose score, loss and penalty the page sets; to be called within a row of the page.

    Parameters
    ----------
    with_start : bool
        Also the first weights and the bias: False where the page sets them too.
    """
    _fit_epochs()
    _learning_rate_slider()
    _epochs_slider()
    if with_start:
        _popover(_words("training.more"), _rest_of_descent, "batch_size", "start", "bias")
    else:
        _popover(_words("training.more"), _batch_size, "batch_size")


def _rest_of_descent() -> None:
    _batch_size()
    _start()
    bias_switch()


def _batch_size() -> None:
    _select("batch_size", _words("training.batch_size"), help=_words("training.batch_size_help"))


def whole_number(label: str, low: int, high: int, key: str, default: int | None = None, width: int = 150) -> int:
    """A slider for a whole number from ``low`` to ``high``, bound to the URL.

    ``low`` and ``high`` may change with the data: a value out of range becomes ``default`` (``low`` if not given).
    """
    default = low if default is None else default
    limit = Whole(low, high)
    if key in st.session_state and limit.problem(st.session_state[key]):
        st.session_state[key] = default
    if low == high:  # st.slider refuses a range of one value
        st.slider(
            label, low, high + 1, low, key=f"{key}_only", disabled=True, help=_words("training.only_one"), width=width,
        )
        return low
    value = st.slider(label, low, high, default, key=key, bind="query-params", width=width)
    return default if limit.problem(value) else value


def pixel_name(pixel: int, width: int) -> str:
    """Row and column of a pixel in an image of this width, as links spell them: "14.9"."""
    row, column = divmod(pixel, width)
    return f"{row}.{column}"


def set_controls(**values: Any) -> None:
    """Set these controls, for a button."""
    st.session_state.update(values)


def set_pixel(pixel: int, width: int, **more: Any) -> None:
    """Set row and column to a pixel in an image of this width, and other controls with it, for a click or a button."""
    row, column = divmod(pixel, width)
    set_controls(row=row, column=column, **more)


def goal_to_reach() -> float | None:
    """The choice of a goal, a share of right answers to the unseen digits; None for no goal."""
    chosen = linked.control(
        st.selectbox, _words("goal"), GOALS, index=0, key="goal", width=150, help=_words("goal_help"),
    )
    return _share(chosen)


def chosen_goal() -> float | None:
    """What ``goal_to_reach`` will return, on a page that needs it before it draws the control."""
    if "goal" in st.session_state and not linked.hidden("goal"):
        return _share(st.session_state["goal"])
    texts = linked.texts_of("goal") if linked.hidden("goal") else st.query_params.get_all("goal")
    return _share(linked.read(st.selectbox, texts, GOALS))


def _share(chosen: Any) -> float | None:
    return None if chosen not in GOALS[1:] else int(chosen) / 100


def say_if_unscheduled() -> None:
    """Say that this page has no schedule, where the visitor has chosen one on the page Train."""
    settings, _ = _checked_settings()
    if not is_plain(settings):
        st.caption(_words("unscheduled"))


def set_legs(later: tuple[Leg, ...]) -> None:
    """Set the legs of the training after the first, from a callback."""
    address.change(LEGS, legs.write(later))


def keep_legs() -> None:
    """Keep the legs in the address, on a page that trains with a schedule; say what of them could not be read."""
    if linked.hidden(LEGS):
        return
    later, problems = legs.read(address.text_of(LEGS, legs.NONE))
    _warn(problems)
    address.put(LEGS, legs.write(later), legs.NONE)


def _legs() -> tuple[Leg, ...]:
    """The legs of the training after the first, as the visitor left them, or as the link says."""
    if linked.hidden(LEGS):
        return legs.read("".join(linked.texts_of(LEGS)[-1:]))[0]
    return legs.read(address.text_of(LEGS, legs.NONE))[0]


def current(with_schedule: bool = False) -> Settings:
    """The settings that the widgets hold; a value that is not allowed is replaced, and the page says so.

    A choice without a widget on this page is as the visitor left it on another page, or as the link says.

    Parameters
    ----------
    with_schedule : bool
        With the decay and the later legs that were chosen on the page Train; else one leg at one learning rate.
    """
    settings, problems = _checked_settings(with_schedule)
    _warn(problems)
    return settings


def _warn(problems: Sequence[str]) -> None:
    if problems:
        st.warning(
            "\n".join(f"- {problem}" for problem in problems), title=_words("problem"), icon=":material/link_off:",
        )


def _checked_settings(with_schedule: bool = True) -> tuple[Settings, list[str]]:
    """The settings that the widgets hold, and what had to be replaced."""
    values = {name: _chosen(name) for name in CHOSEN if name not in ("digits", LEGS)}
    values |= {"digits": (_chosen("first"), _chosen("second")), LEGS: _legs() if with_schedule else ()}
    settings, problems = repaired(values)
    return settings if with_schedule else plain(settings), problems


def default_dataset() -> str:
    """The data set of an address that names none: the same for the whole visit, also where MNIST arrives during it."""
    if _DEFAULT_DATASET not in st.session_state:
        st.session_state[_DEFAULT_DATASET] = _deployment.dataset or sources.default_dataset()
    return st.session_state[_DEFAULT_DATASET]


def offer_the_lessons_images() -> None:
    """A button for the lesson's own images, on a page with images of a server that does not have them yet."""
    has_none = default_dataset() == "digits" and not _deployment.dataset
    if has_none and _checked("dataset") == "digits" and not linked.hidden("dataset"):
        st.button(
            _words("lessons_images"), key="lessons_images", icon=":material/download:", on_click=set_controls,
            kwargs={"dataset": "mnist"},
        )


def dataset_in_links() -> str:
    """The data set that a link to this page names; on a page without images, that of the pages before."""
    if linked.hidden("dataset") or "dataset" in st.session_state or "dataset" in st.query_params:
        return _checked("dataset")
    return _read("dataset", address.left("dataset"))


def link_to(settings: Settings) -> dict[str, str]:
    """The query parameters of a link to ``settings`` from outside: the data set, and what differs from the defaults."""
    defaults = _parameters(DEFAULTS)
    return {
        name: text for name, text in _parameters(settings).items() if name == "dataset" or text != defaults[name]
    }


def link_within_visit(settings: Settings) -> dict[str, str]:
    """The query parameters of a link to ``settings`` within a visit: also defaults that undo an earlier choice."""
    chosen = {name: _text(st.session_state[name]) for name in (*CHOSEN, *_DIGITS) if name in st.session_state}
    chosen[LEGS] = legs.write(_legs())
    defaults = _parameters(DEFAULTS) | {"dataset": default_dataset()}
    return {
        name: text for name, text in _parameters(settings).items()
        if text != defaults[name] or chosen.get(name, text) != text
    }


def apply_link(link: Mapping[str, Sequence[str]]) -> None:
    """Choose what the address of a page that has just been opened names, also what has no control on this page.

    Left to Streamlit, an earlier choice of the visit would stay where a link names the default.
    """
    for name, values in link.items():
        if name in (*CHOSEN, *_DIGITS) and name not in ("digits", LEGS) and not linked.hidden(name):
            st.session_state[name] = _held(_read(name, values))


def use_builtin_digits() -> None:
    """Choose the built-in digits and leave every other choice, for a button."""
    linked.replace_hidden_value("dataset", "digits")
    st.session_state["dataset"] = "digits"


def _parameters(settings: Settings) -> dict[str, str]:
    """All of ``settings`` as query parameters."""
    pair = dict(zip(_DIGITS, settings.digits, strict=True))
    return {name: _text(value) for name, value in pair.items()} | {
        name: _text(getattr(settings, name)) for name in CHOSEN if name not in ("digits", LEGS)
    } | {LEGS: legs.write(settings.legs)}


def _text(value: Any) -> str:
    return words(value).lower() if isinstance(value, bool) else words(value)


def _learning_rate_slider() -> None:
    linked.control(
        st.select_slider, _words("training.learning_rate"), LIMITS["learning_rate"].options,
        value=DEFAULTS.learning_rate, format_func=words, key="learning_rate", width=190,
        help=_words("training.learning_rate_help"),
    )


def _epochs_slider() -> None:
    linked.control(
        st.select_slider, _words("training.epochs"), epochs_offered(), value=DEFAULTS.epochs, key="epochs", width=190,
        help=_words("training.epochs_help"),
    )


def _start() -> None:
    _select("start", _words("start"), required=True, help=_words("start_help"))


def _new_start() -> None:
    if linked.hidden("seed"):
        return
    st.button(
        _words("training.new_start"), icon=":material/casino:", on_click=_next_seed,
        help=_words("training.new_start_help"),
    )


def _more_choices() -> None:
    _start()
    _select("decay", _words("training.decay"), help=_words("training.decay_help"))
    _rare_choices()


def _rare_choices() -> None:
    for name in _RARE:
        _select(name, _words(f"training.{name}"), help=_words(f"training.{name}_help"))


def _popover(title: str, choices: Callable[[], None], *names: str) -> None:
    """Choices in a popover, which is left out if the link hides all of them."""
    if all(map(linked.hidden, names)):
        choices()  # draws nothing, but registers what can be hidden
    else:
        with st.popover(title, icon=":material/tune:"):
            choices()


def _select(name: str, label: str, required: bool = False, **more: Any) -> None:
    options = list(map(_held, LIMITS[name].options))
    default = _held(_default(name))
    if required:
        linked.control(
            st.segmented_control, label, options, default=default, required=True, format_func=words, key=name, **more
        )
    else:
        linked.control(
            st.selectbox, label, options, index=options.index(default), format_func=words, key=name, **more
        )


def _chosen(name: str) -> Any:
    """The visitor's choice, here or on another page; else the link's, if it can be read; else the default."""
    if linked.hidden(name):
        return _read(name, linked.texts_of(name))
    if name in st.session_state:
        value = st.session_state[name]
        return None if value == _ALL and None in getattr(LIMITS.get(name), "options", ()) else value
    return _read(name, st.query_params.get_all(name))


def _held(value: Any) -> Any:
    """What a control holds for a value of the settings. (A list that holds None shows nothing.)"""
    return _ALL if value is None else value


def _read(name: str, texts: Sequence[str]) -> Any:
    """The value in a link as the widget of this name reads it."""
    if name in _DIGITS:
        return linked.read(st.selectbox, texts, range(10), index=DEFAULTS.digits[_DIGITS.index(name)])
    limit, default = LIMITS[name], _default(name)
    if isinstance(limit, OnOff):
        return linked.read(st.toggle, texts, default)
    if name == "seed":
        return linked.read(st.slider, texts, limit.low, limit.high, default)
    if name == "epochs":
        return linked.read(st.select_slider, texts, epochs_offered(), default, words)
    if name == "learning_rate":
        return linked.read(st.select_slider, texts, limit.options, default, words)
    if name in _BUTTONS:
        return linked.read(st.segmented_control, texts, limit.options, default, words)
    return linked.read(st.selectbox, texts, limit.options, limit.options.index(default), words)


def _checked(name: str) -> Any:
    """The value that a control will have once it is drawn (on a first visit, only the link has it)."""
    value = _chosen(name)
    return _default(name) if LIMITS[name].problem(value) else value


def _default(name: str) -> Any:
    """What a control holds where nothing is chosen."""
    return default_dataset() if name == "dataset" else getattr(DEFAULTS, name)


def epochs_offered() -> list[int]:
    """What the slider offers: its steps, and where a link or a button has chosen another number, that one."""
    limit = MAX_EPOCHS[_checked("dataset")]
    texts = linked.texts_of("epochs") if linked.hidden("epochs") else st.query_params.get_all("epochs")
    chosen = st.session_state.get("epochs", texts[-1] if texts else None)
    if isinstance(chosen, str) and chosen.isdecimal() and len(chosen) <= bounds.NUMBER:
        chosen = int(chosen)
    own = [] if Whole(1, limit).problem(chosen) else [chosen]
    return sorted({*(epochs for epochs in EPOCH_STEPS if epochs <= limit), *own})


def _fit_epochs() -> None:
    """After a change to a data set with a lower limit, choose the most epochs it allows, not the default."""
    epochs = st.session_state.get("epochs")
    if isinstance(epochs, int) and epochs > epochs_offered()[-1]:
        st.session_state["epochs"] = epochs_offered()[-1]


def _keep_digits_apart(changed: str) -> None:
    """If both digits are equal now, set the other one to what the changed one was."""
    other = "second" if changed == "first" else "first"
    before = st.session_state.get(_DIGITS_BEFORE, dict(zip(_DIGITS, DEFAULTS.digits, strict=True)))
    if st.session_state.get(other) == st.session_state.get(changed):
        st.session_state[other] = before[changed]


def _next_seed() -> None:
    seed = st.session_state.get("seed")
    limit = LIMITS["seed"]
    st.session_state["seed"] = seed + 1 if limit.problem(seed) is None and seed < limit.high else limit.low


def _reset() -> None:
    for name in (*_TRAINING_FIELDS, "decay"):
        if not linked.hidden(name):
            st.session_state[name] = _held(getattr(DEFAULTS, name))
    if not linked.hidden(LEGS):
        set_legs(DEFAULTS.legs)
