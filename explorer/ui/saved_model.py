"""What the page A saved model keeps in the visit: one model. Its runs are computed for this visit alone."""

from __future__ import annotations

import dataclasses
from functools import partial

import streamlit as st

from explorer import export, texts
from explorer.engine import cost
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import Run, train_from, uses_bias
from explorer.figures.base import Figure
from explorer.figures.runs import learning_curves
from explorer.figures.saved_model import weights_beside
from explorer.inputs import bounds
from explorer.inputs.arrays import FileError
from explorer.jobs import progress
from explorer.lessons import saved_model as lesson
from explorer.lessons.runs import model_answers, what_is_1, whole_epochs
from explorer.lessons.saved_model import Model
from explorer.lessons.sums import HUNDREDTHS, score_sum
from explorer.lessons.words import percent
from explorer.ui import cached, controls, show, uploads
from explorer.ui.components.balance import Weighed, balance
from explorer.ui.components.image_strip import image_strip

FILE = "model.npz"
# With a kind among them, Streamlit leaves names to the browser: a forged one would end the run of the page.
_KINDS = ("application/zip", ".npz", ".npy")
_MODEL = "_saved_model"  # in the session
_IN_STRIP = 12  # images

_words = texts.of("saved_model")


def model() -> Model | None:
    """The model of this visit."""
    return st.session_state.get(_MODEL)


def load(settings: Settings) -> None:
    """The uploader, and the button that takes the run of the settings instead."""
    files = uploads.uploader(
        _words("file.label"), _KINDS, key="model_file",
        help=_words("file.help", kb=f"{bounds.ARRAYS // 1000:,}"), megabytes=1,
    )
    problems, is_any = [], False
    for name, content, _ in files:
        is_any = True
        try:
            st.session_state[_MODEL] = lesson.read(content, name)
        except FileError as error:
            problems.append(uploads.problem(name, error))
    if is_any:
        uploads.note("model", problems)
        st.rerun()
    uploads.show_problems("model")
    st.button(
        _words("file.keep"), key="model_keep", icon=":material/inventory_2:", help=_words("file.keep_help"),
        on_click=_keep_run, args=(settings,),
    )


def _keep_run(settings: Settings) -> None:
    st.session_state[_MODEL] = lesson.of_run(cached.run(settings), _words("file.kept"))


def other_data(settings: Settings) -> bool:
    """Whether the model is for other images than those on the screen; then a button shows them."""
    own = model()
    differs = lesson.data_of(own, settings) if own else {}
    if not differs:
        return False
    st.warning(lesson.other_data(own, differs), icon=":material/image:")
    values = {name: value for name, value in differs.items() if name != "digits"}
    if "digits" in differs:
        values |= dict(zip(("first", "second"), differs["digits"], strict=True))
    st.button(
        _words("other.show"), key="model_images", icon=":material/image:", on_click=controls.change_data, kwargs=values,
    )
    return "dataset" in differs


def affordable(settings: Settings) -> Settings:
    """The settings with as many epochs as there is time for, with the run that starts anew and scikit-learn's fit."""
    shape = cost.shape_of(cached.images(settings))
    budget = (cost.PAGE - cost.fit_seconds(shape)) / 2
    return dataclasses.replace(settings, epochs=cost.affordable_epochs(shape, [settings], budget))


def going_on(settings: Settings) -> Settings:
    """The settings of the training that goes on, and of the one that starts anew."""
    return affordable(lesson.going_on(model(), settings))


def continued(settings: Settings) -> Run:
    """The model of this visit, trained further with ``settings``."""
    own = model()
    return cached.alone(
        ("saved model", settings, own.key), cached.training_seconds(settings), partial(_trained, settings, own),
    )


def _trained(settings: Settings, own: Model) -> Run:
    return train_from(cached.images(settings), settings, own.weights, own.bias, progress=progress)


def library(settings: Settings) -> tuple[float, float]:
    """The accuracy and the bias of scikit-learn's model on the same images."""
    fit = cached.scikit_learn_fit(settings)
    return fit.test_accuracy, float(fit.bias)


def before() -> bytes:
    """The model of this visit, as a file."""
    own = model()
    settings = own.settings or dataclasses.replace(
        Settings(dataset=lesson.DATA_OF[len(own.weights)]), digits=controls.current().digits,
    )
    side = round(len(own.weights) ** 0.5)
    return export.weights_npz(own.weights, own.bias, settings, (side, side))


def after(settings: Settings) -> bytes:
    """The model after going on, as a file."""
    run = continued(settings)
    last = run.last_epoch
    shape = cached.images(settings).image_shape
    return export.weights_npz(run.weights[last], float(run.biases[last]), run.settings, shape)


def keep_or_save(settings: Settings) -> None:
    """Buttons for the model after going on."""
    with st.container(horizontal=True, gap="small"):
        st.button(
            _words("file.go_on"), key="model_go_on", icon=":material/redo:", help=_words("file.go_on_help"),
            on_click=_go_on, args=(settings,),
        )
        st.download_button(
            _words("file.save"), after(settings), f"{export.file_stem(settings, 'model')}.npz",
            "application/octet-stream", key="model_save", on_click="ignore", icon=":material/download:",
        )
        st.button(_words("file.forget"), key="model_forget", icon=":material/close:", on_click=_forget)


def _go_on(settings: Settings) -> None:
    own = model()
    if own is not None:
        st.session_state[_MODEL] = lesson.after(own, continued(settings))


def _forget() -> None:
    st.session_state.pop(_MODEL, None)


def weights(settings: Settings, is_loaded: bool) -> Figure:
    """The weights of the saved model, after going on, and of one that started anew; or of the latter alone."""
    anew, shape = cached.run(settings), cached.images(settings).image_shape
    pictures = [(_words("weights.anew"), anew.weights[anew.last_epoch])]
    if is_loaded:
        run = continued(settings)
        pictures = [
            (_words("weights.saved"), run.weights[0]), (_words("weights.after"), run.weights[run.last_epoch]),
            *pictures,
        ]
    return weights_beside(pictures, shape, SCORES[settings.score].neutral)


def weights_title(settings: Settings, is_loaded: bool) -> str:
    """The title of that figure."""
    first, second = settings.digits
    return _words(
        "weights.title" if is_loaded else "weights.title_anew", first=first, second=second, ink=what_is_1(settings),
    )


def curves(settings: Settings) -> Figure:
    """The curves from the saved model on."""
    return learning_curves(whole_epochs(continued(settings)), cached.references(settings), height=320)


def nothing_yet(settings: Settings) -> str:
    """What to do where there is no model, or none for the images on the screen."""
    run = cached.run(settings)
    share = percent(float(run.test_accuracy[run.last_epoch]))
    return _words("file.none" if model() is None else "file.elsewhere", share=share)


def on_the_balance(settings: Settings) -> None:
    """The images that the saved model gets wrong, and one of the test images on its balance."""
    dataset, run = cached.images(settings), lesson.at_rest(continued(settings))
    answers = model_answers(run, dataset, most=_IN_STRIP)
    show.section(_words("balance.title"))
    st.markdown(_words("balance.wrong" if answers.wrong else "balance.wrong_none"))
    with show.out_of_sight("image"):
        place = controls.whole_number(
            _words("balance.image"), 0, len(dataset.X_test) - 1, key="image", default=int(answers.most_wrong[0]),
        )
    rows = answers.most_wrong.tolist()
    digits = [dataset.digits[0 if dataset.y_test[row] else 1] for row in rows]
    image_strip(
        dataset.X_test[rows], dataset.image_shape,
        [_words("balance.thumbnail", number=row, digit=digit) for row, digit in zip(rows, digits, strict=True)],
        rows.index(place) if place in rows else None, key="model_strip", label=_words("balance.strip"),
        then=partial(_weigh, tuple(rows)),
    )
    x, truth = dataset.X_test[place], dataset.digits[0 if dataset.y_test[place] else 1]
    account = score_sum(run, dataset, x, last=HUNDREDTHS)
    name = _words("balance.name", number=place, digit=truth)
    balance(Weighed(
        x, run.weights[0], account.parts, dataset.image_shape, dataset.digits, account.total,
        float(run.biases[0]) if uses_bias(settings) else None, SCORES[settings.score], name, truth=truth,
        is_inverted=settings.inverted,
    ), key="model_balance", name=name)


def _weigh(rows: tuple[int, ...], place: int) -> None:
    controls.set_controls(image=rows[place])
