"""The controls: one widget per field of ``Settings``, each with its key in the URL unless the link hides it.

Streamlit puts the label of an option into the URL, not the option; the labels here are therefore
the keys of the tables in words ("log loss"), short and stable. Links with the keys themselves
(``loss=log_loss``) are respelled before a page is served: see ``explorer.spelling``.

What a widget or a link holds is not trusted: ``current`` puts it through ``Settings``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from explorer.datasets import Dataset
from explorer.losses import LOSSES
from explorer.scores import SCORES
from explorer.settings import DEFAULTS, EPOCH_STEPS, LIMITS, MAX_EPOCHS, OnOff, Settings, Whole, repaired
from explorer.spelling import words
from explorer.ui import linked

# The keys of the controls that stand in the sidebar.
IN_SIDEBAR = ("dataset", "first", "second", "black_and_white", "inverted", "seed")
_DIGITS = ("first", "second")  # the two digits, as widgets and in links
_BUTTONS = ("dataset", "score", "start")  # of the choices in a list, those drawn as buttons
_PAIR = ("pixel_a", "pixel_b")
_TRAINING_FIELDS = (
    "score", "loss", "learning_rate", "bias", "epochs", "batch_size", "start", "seed", "l2", "train_images",
)
_SHARED = ("batch_size", "train_images", "l2")  # the rare choices, behind a button


def data() -> None:
    """The data and the seed, in the sidebar of every page that trains."""
    with st.sidebar:
        _select(
            "dataset", "Images", required=True,
            help="**digits**: 8 × 8 pixels, built in.  \n"
            "**mnist**: 28 × 28 pixels, downloaded once (12 MB) when you choose it.",
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
                on_change=_keep_apart, args=(name,), width=100,
            )
    st.session_state["_digits_before"] = {name: st.session_state[name] for name in ("first", "second")}


def training(within_popover: bool = False) -> None:
    """The choices of a training, in the lesson's order: predict, loss, step, repeat.

    ``within_popover``: the rare choices stand below the others, not in a popover of their own.
    """
    _fit_epochs()
    score, loss = SCORES[_peek("score")], LOSSES[_peek("loss")]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _select(
            "score", f"Score: sum of {score.summand}", required=True, width=225, called="Score",
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
            _popover("More choices", _more_choices, "start", *_SHARED)
        _new_start()
        if not all(map(linked.hidden, _TRAINING_FIELDS)):
            st.button(
                "Defaults", icon=":material/restart_alt:", on_click=_reset,
                help="Back to the first choices on this page; the images stay.",
            )


def bias_switch(
    disabled: bool = False, help: str = "One more number, added to every score, learned like a weight."
) -> bool:
    """The bias, on or off."""
    return linked.control(st.toggle, "Bias", value=DEFAULTS.bias, key="bias", disabled=disabled, help=help) is True


def for_all_runs() -> None:
    """What the runs of a comparison share: the epochs; the rare choices in a popover; another start."""
    _fit_epochs()
    _epochs_slider()
    _popover("For all runs", _shared_choices, *_SHARED)
    _new_start()


def descent() -> None:
    """The choices of a descent whose score, loss and penalty the page has set; within a row of the page."""
    _fit_epochs()
    _learning_rate_slider()
    _select("batch_size", "Batch size", help="How many images each step averages over.", width=110)
    _epochs_slider()
    _select("start", "Start", required=True, help="The weights before the first step.")
    bias_switch()


def whole(label: str, low: int, high: int, key: str, default: int | None = None, width: int = 150) -> int:
    """A whole number from ``low`` to ``high``, bound to the URL; out of range, the default.

    ``low`` and ``high`` may change with the data: a value that no longer fits becomes the default.
    """
    default = low if default is None else default
    limit = Whole(low, high)
    if key in st.session_state and limit.problem(st.session_state[key]):
        st.session_state[key] = default
    if low == high:  # a slider needs two values
        st.slider(label, low, high + 1, low, key=f"{key}_only", disabled=True, help="There is only one.", width=width)
        return low
    value = st.slider(label, low, high, default, key=key, bind="query-params", width=width)
    return default if limit.problem(value) else value


def pixel_weight() -> float:
    """The weight of the one pixel of "Why multiply?"."""
    return linked.control(st.slider, "Weight of the pixel", -1.0, 1.0, 0.6, 0.05, key="pixel_weight", width=260)


def pixel_name(pixel: int, width: int) -> str:
    """Row and column of a pixel of an image so wide, as in a link: "14.9"."""
    row, column = divmod(pixel, width)
    return f"{row}.{column}"


def two_pixels(dataset: Dataset, default: tuple[int, int]) -> tuple[int, int]:
    """Two pixels of the images, each chosen by row and column."""
    n_pixels = dataset.X_train.shape[1]
    chosen = []
    with st.container(horizontal=True):
        for key, label, pixel in zip(_PAIR, ("First pixel: row.column", "Second pixel"), default, strict=True):
            if Whole(0, n_pixels - 1).problem(st.session_state.get(key, pixel)):
                st.session_state[key] = pixel
            value = st.selectbox(
                label, range(n_pixels), index=pixel, key=key, bind="query-params", width=190,
                format_func=partial(pixel_name, width=dataset.image_shape[1]),
            )
            chosen.append(pixel if Whole(0, n_pixels - 1).problem(value) else value)
    return chosen[0], chosen[1]


def choose(**values: Any) -> None:
    """For a button: set these controls."""
    st.session_state.update(values)


def choose_pixel(pixel: int, width: int, **more: Any) -> None:
    """For a click or a button: set row and column to a pixel of an image so wide, and whatever else goes with it."""
    row, column = divmod(pixel, width)
    choose(row=row, column=column, **more)


def pick_pixel(pixel: int, pair: tuple[int, int]) -> None:
    """For a click: the pixel takes the place of the older one of the pair."""
    if pixel not in pair:
        st.session_state[_PAIR[0]], st.session_state[_PAIR[1]] = pair[1], pixel


def black_and_white_button() -> None:
    """The switch "Black-and-white pixels" of the sidebar, where the lesson asks for it."""
    if linked.hidden("black_and_white"):
        return
    now = st.session_state.get("black_and_white") is True
    st.button(
        "Back to grey pixels" if now else "Make all pixels black or white", icon=":material/contrast:",
        on_click=choose, kwargs={"black_and_white": not now}, width=270,
    )


def current() -> Settings:
    """The settings as the widgets have them, repaired and with a message where they are not allowed.

    A choice without a widget on this page is as the visitor left it on another, or as the link says.
    """
    values = {name: _held(name) for name in LIMITS if name != "digits"}
    values["digits"] = (_held("first"), _held("second"))
    settings, problems = repaired(values)
    if problems:
        st.warning(
            "\n".join(f"- {problem}" for problem in problems), title="Something in this link cannot be used",
            icon=":material/link_off:",
        )
    return settings


def link_to(settings: Settings) -> dict[str, str]:
    """The query parameters that lead to ``settings`` from outside: those that differ from the defaults."""
    defaults = _parameters(DEFAULTS)
    return {name: text for name, text in _parameters(settings).items() if text != defaults[name]}


def way_to(settings: Settings) -> dict[str, str]:
    """The query parameters that lead to ``settings`` within a visit: also the defaults that undo an earlier choice."""
    chosen = {name: _text(st.session_state[name]) for name in (*LIMITS, *_DIGITS) if name in st.session_state}
    needed = link_to(settings)
    return {
        name: text for name, text in _parameters(settings).items() if name in needed or chosen.get(name, text) != text
    }


def take_in_link(link: Mapping[str, Sequence[str]]) -> None:
    """What the address of a page that has just been opened names is chosen, also what has no control on this page.

    Streamlit by itself would keep an earlier choice of the visit where a link names the default.
    """
    for name, texts in link.items():
        if name in (*LIMITS, *_DIGITS) and name != "digits" and not linked.hidden(name):
            st.session_state[name] = _read(name, texts)


def _parameters(settings: Settings) -> dict[str, str]:
    """``settings`` as query parameters, every one of them."""
    pair = dict(zip(_DIGITS, settings.digits, strict=True))
    return {name: _text(value) for name, value in pair.items()} | {
        name: _text(getattr(settings, name)) for name in LIMITS if name != "digits"
    }


def _text(value: Any) -> str:
    return words(value).lower() if isinstance(value, bool) else words(value)


def use_builtin_digits() -> None:
    """For a button: the built-in digits; every other choice stays."""
    linked.use_instead("dataset", "digits")
    st.session_state["dataset"] = "digits"


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
    _shared_choices()


def _shared_choices() -> None:
    _select("batch_size", "Batch size", help="How many images each step averages over.")
    _select("train_images", "Training images", help="How many images to learn from.")
    _select("l2", "L2 penalty", help="Pulls every weight towards 0: λ/2 · Σ weights² is added to the loss.")


def _popover(title: str, choices: Callable[[], None], *names: str) -> None:
    """Choices behind a button, which is there unless the link hides them all."""
    if all(map(linked.hidden, names)):
        choices()  # draws nothing, and says what is hidden
    else:
        with st.popover(title, icon=":material/tune:"):
            choices()


def _select(name: str, label: str, required: bool = False, **more: Any) -> None:
    options = list(LIMITS[name].options)
    default = getattr(DEFAULTS, name)
    if required:
        linked.control(
            st.segmented_control, label, options, default=default, required=True, format_func=words, key=name, **more
        )
    else:
        linked.control(
            st.selectbox, label, options, index=options.index(default), format_func=words, key=name, **more
        )


def _held(name: str) -> Any:
    """What the visitor chose here or on another page; else what the link says, if it can be read; else the default."""
    if linked.hidden(name):
        return _read(name, linked.texts_of(name))
    if name in st.session_state:
        return st.session_state[name]
    return _read(name, st.query_params.get_all(name))


def _read(name: str, texts: Sequence[str]) -> Any:
    """The value of a link as the widget of this name reads it."""
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


def _peek(name: str) -> Any:
    """What a control will hold, before it is drawn: on a first visit, only the link knows."""
    value = _held(name)
    return getattr(DEFAULTS, name) if LIMITS[name].problem(value) else value


def _epochs() -> list[int]:
    limit = MAX_EPOCHS[_peek("dataset")]
    return [epochs for epochs in EPOCH_STEPS if epochs <= limit]


def _fit_epochs() -> None:
    """On a change to a data set with a lower limit, the longest it allows, not the default."""
    epochs = st.session_state.get("epochs")
    if isinstance(epochs, int) and epochs > _epochs()[-1]:
        st.session_state["epochs"] = _epochs()[-1]


def _keep_apart(changed: str) -> None:
    """Two equal digits cannot be told apart: the other one takes what the changed one had."""
    other = "second" if changed == "first" else "first"
    before = st.session_state.get("_digits_before", dict(zip(("first", "second"), DEFAULTS.digits, strict=True)))
    if st.session_state.get(other) == st.session_state.get(changed):
        st.session_state[other] = before[changed]


def _next_seed() -> None:
    seed = st.session_state.get("seed")
    limit = LIMITS["seed"]
    st.session_state["seed"] = seed + 1 if limit.problem(seed) is None and seed < limit.high else limit.low


def _reset() -> None:
    for name in _TRAINING_FIELDS:
        if not linked.hidden(name):
            st.session_state[name] = getattr(DEFAULTS, name)
