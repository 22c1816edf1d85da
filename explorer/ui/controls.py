"""The controls: one widget for each field of ``Settings``, with its value in the URL unless a class link hides it.

Streamlit puts the label of an option into the URL, not the option; the labels here are therefore short and stable: the
keys of the tables with spaces ("log loss"). Links with the keys themselves (``loss=log_loss``) are respelled before a
page is served: see ``explorer.links``.

What a widget or a link holds is not trusted: ``current`` checks it through ``Settings``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES
from explorer.engine.settings import DEFAULTS, EPOCH_STEPS, LIMITS, MAX_EPOCHS, OnOff, Settings, Whole
from explorer.links import repaired, words
from explorer.sources import SOURCES
from explorer.ui import linked

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
_DIGITS_BEFORE = "_digits_before"  # in the session: both digits as the last run drew them


def data() -> None:
    """The data and the seed, in the sidebar of every page that trains."""
    with st.sidebar:
        _select(
            "dataset", "Images", required=True,
            help="  \n".join(f"**{source.key}**: {source.explanation}" for source in SOURCES.values()),
        )
        if linked.offer("digits", "The two digits"):
            _digits()
        linked.control(
            st.toggle, "Black-and-white pixels", key="black_and_white",
            help="Every pixel becomes 0 or 1: 1 from one half on.",
        )
        linked.control(st.toggle, "Inverted", key="inverted", help="Paper becomes 1 and ink becomes 0.")
        seed = LIMITS["seed"]
        linked.control(
            st.slider, "Seed", seed.low, seed.high, DEFAULTS.seed, key="seed",
            help="Draws the random start and the order of the batches. The same seed, the same run.",
        )


def _digits() -> None:
    with st.container(horizontal=True):
        for name, label, default in (("first", "Tell a", 0), ("second", "from a", 1)):
            st.selectbox(
                label, range(10), index=DEFAULTS.digits[default], key=name, bind="query-params",
                on_change=_keep_digits_apart, args=(name,), width=100,
            )
    st.session_state[_DIGITS_BEFORE] = {name: st.session_state[name] for name in _DIGITS}


def training(within_popover: bool = False) -> None:
    """The choices of a training, in the lesson's order: predict, loss, step, repeat.

    Parameters
    ----------
    within_popover : bool
        Whether all of this is in a popover already, so that the rare choices need none of their own.
    """
    _fit_epochs()
    score, loss = SCORES[_checked("score")], LOSSES[_checked("loss")]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _select(
            "score", f"Score: sum of {score.summand}", required=True, width=225, hide_label="Score",
            help="What the model makes of an image: one number. Above 0 it answers the first digit.  \n"
            + "  \n".join(f"**{s.label}**: sum of {s.summand} over all pixels, plus the bias" for s in SCORES.values()),
        )
        bias_switch(
            disabled=loss.pixelwise,
            help="One more number, added to every score, learned like a weight."
            if not loss.pixelwise else
            "This loss compares values and weights, pixel by pixel. A bias is in none of those comparisons.",
        )
        _select(
            "loss", "Loss", width=150,
            help="How wrong a score is. Training makes its average small.  \n"
            + "  \n".join(f"**{other.label}**: {other.explanation}" for other in LOSSES.values()),
        )
        _learning_rate_slider()
        _epochs_slider()
        if within_popover:
            _more_choices()
        else:
            _popover("More choices", _more_choices, "start", *_RARE)
        _new_start()
        if not all(map(linked.hidden, _TRAINING_FIELDS)):
            st.button(
                "Defaults", icon=":material/restart_alt:", on_click=_reset,
                help="Back to the first choices on this page; the images stay.",
            )


def bias_switch(
    disabled: bool = False, help: str = "One more number, added to every score, learned like a weight."
) -> bool:
    """The switch of the bias; returns whether it is on."""
    return linked.control(st.toggle, "Bias", value=DEFAULTS.bias, key="bias", disabled=disabled, help=help) is True


def weights_shown(settings: Settings) -> bool:
    """The choice between what was learned and the weights themselves; returns whether pictures show what was learned.

    It is not offered where the weights start at 0: there both are the same.
    """
    if settings.start == "zeros":
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
    _popover("For all runs", _rare_choices, *_RARE)
    _new_start()


def descent() -> None:
    """The choices of a descent whose score, loss and penalty the page sets; to be called within a row of the page."""
    _fit_epochs()
    _learning_rate_slider()
    _epochs_slider()
    _popover("More choices", _rest_of_descent, "batch_size", "start", "bias")


def _rest_of_descent() -> None:
    _select("batch_size", "Batch size", help="How many images each step averages over.")
    _select("start", "Start", required=True, help="The weights before the first step.")
    bias_switch()


def whole_number(label: str, low: int, high: int, key: str, default: int | None = None, width: int = 150) -> int:
    """A slider for a whole number from ``low`` to ``high``, bound to the URL.

    ``low`` and ``high`` may change with the data: a value out of range becomes ``default`` (``low`` if not given).
    """
    default = low if default is None else default
    limit = Whole(low, high)
    if key in st.session_state and limit.problem(st.session_state[key]):
        st.session_state[key] = default
    if low == high:  # st.slider refuses a range of one value
        st.slider(label, low, high + 1, low, key=f"{key}_only", disabled=True, help="There is only one.", width=width)
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


def current() -> Settings:
    """The settings that the widgets hold; a value that is not allowed is replaced, and the page says so.

    A choice without a widget on this page is as the visitor left it on another page, or as the link says.
    """
    values = {name: _chosen(name) for name in LIMITS if name != "digits"}
    values["digits"] = (_chosen("first"), _chosen("second"))
    settings, problems = repaired(values)
    if problems:
        st.warning(
            "\n".join(f"- {problem}" for problem in problems), title="Something in this link cannot be used",
            icon=":material/link_off:",
        )
    return settings


def link_to(settings: Settings) -> dict[str, str]:
    """The query parameters of a link to ``settings`` from outside: the values that differ from the defaults."""
    defaults = _parameters(DEFAULTS)
    return {name: text for name, text in _parameters(settings).items() if text != defaults[name]}


def link_within_visit(settings: Settings) -> dict[str, str]:
    """The query parameters of a link to ``settings`` within a visit: also defaults that undo an earlier choice."""
    chosen = {name: _text(st.session_state[name]) for name in (*LIMITS, *_DIGITS) if name in st.session_state}
    needed = link_to(settings)
    return {
        name: text for name, text in _parameters(settings).items() if name in needed or chosen.get(name, text) != text
    }


def apply_link(link: Mapping[str, Sequence[str]]) -> None:
    """Choose what the address of a page that has just been opened names, also what has no control on this page.

    Left to Streamlit, an earlier choice of the visit would stay where a link names the default.
    """
    for name, texts in link.items():
        if name in (*LIMITS, *_DIGITS) and name != "digits" and not linked.hidden(name):
            st.session_state[name] = _held(_read(name, texts))


def use_builtin_digits() -> None:
    """Choose the built-in digits and leave every other choice, for a button."""
    linked.replace_hidden_value("dataset", "digits")
    st.session_state["dataset"] = "digits"


def _parameters(settings: Settings) -> dict[str, str]:
    """All of ``settings`` as query parameters."""
    pair = dict(zip(_DIGITS, settings.digits, strict=True))
    return {name: _text(value) for name, value in pair.items()} | {
        name: _text(getattr(settings, name)) for name in LIMITS if name != "digits"
    }


def _text(value: Any) -> str:
    return words(value).lower() if isinstance(value, bool) else words(value)


def _learning_rate_slider() -> None:
    linked.control(
        st.select_slider, "Learning rate", LIMITS["learning_rate"].options, value=DEFAULTS.learning_rate,
        format_func=words, key="learning_rate", width=190,
        help="How far each step goes: every weight changes by minus the learning rate times its gradient.",
    )


def _epochs_slider() -> None:
    linked.control(
        st.select_slider, "Epochs", _epochs(), value=DEFAULTS.epochs, key="epochs", width=190,
        help="How often every training image is visited.",
    )


def _new_start() -> None:
    if linked.hidden("seed"):
        return
    st.button(
        "New start", icon=":material/casino:", on_click=_next_seed,
        help="Other starting weights and another order of the batches: the next seed.",
    )


def _more_choices() -> None:
    _select("start", "Start", required=True, help="The weights before the first step.")
    _rare_choices()


def _rare_choices() -> None:
    _select("batch_size", "Batch size", help="How many images each step averages over.")
    _select("train_images", "Training images", help="How many images to learn from.")
    _select("l2", "L2 penalty", help="Pulls every weight towards 0: λ/2 · Σ weights² is added to the loss.")


def _popover(title: str, choices: Callable[[], None], *names: str) -> None:
    """Choices in a popover, which is left out if the link hides all of them."""
    if all(map(linked.hidden, names)):
        choices()  # draws nothing, but registers what can be hidden
    else:
        with st.popover(title, icon=":material/tune:"):
            choices()


def _select(name: str, label: str, required: bool = False, **more: Any) -> None:
    options = list(map(_held, LIMITS[name].options))
    default = _held(getattr(DEFAULTS, name))
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
    limit, default = LIMITS[name], getattr(DEFAULTS, name)
    if isinstance(limit, OnOff):
        return linked.read(st.toggle, texts, default)
    if name == "seed":
        return linked.read(st.slider, texts, limit.low, limit.high, default)
    if name == "epochs":
        return linked.read(st.select_slider, texts, _epochs(), default, words)
    if name == "learning_rate":
        return linked.read(st.select_slider, texts, limit.options, default, words)
    if name in _BUTTONS:
        return linked.read(st.segmented_control, texts, limit.options, default, words)
    return linked.read(st.selectbox, texts, limit.options, limit.options.index(default), words)


def _checked(name: str) -> Any:
    """The value that a control will have once it is drawn (on a first visit, only the link has it)."""
    value = _chosen(name)
    return getattr(DEFAULTS, name) if LIMITS[name].problem(value) else value


def _epochs() -> list[int]:
    limit = MAX_EPOCHS[_checked("dataset")]
    return [epochs for epochs in EPOCH_STEPS if epochs <= limit]


def _fit_epochs() -> None:
    """After a change to a data set with a lower limit, choose the most epochs it allows, not the default."""
    epochs = st.session_state.get("epochs")
    if isinstance(epochs, int) and epochs > _epochs()[-1]:
        st.session_state["epochs"] = _epochs()[-1]


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
    for name in _TRAINING_FIELDS:
        if not linked.hidden(name):
            st.session_state[name] = _held(getattr(DEFAULTS, name))
