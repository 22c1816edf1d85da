"""For the page A saved model: what a file holds of a model, how it goes on, and the sentences about it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES
from explorer.engine.settings import Leg, Settings
from explorer.engine.training import Run, uses_bias
from explorer.inputs import arrays
from explorer.inputs.arrays import FileError
from explorer.lessons.train.outcomes import noise
from explorer.lessons.words import counted, number, percent

Array = NDArray[np.floating]

_words = texts.of("saved_model")
QUESTION = _words("expect.question")
EXPECTATIONS = tuple(_words.table("expect")[name] for name in ("saved", "same", "anew"))
DATA_OF = {64: "digits", 784: "mnist"}  # the data set by the number of weights
_MEMBERS = ("weights", "bias", "settings")
_DATA = ("dataset", "digits", "black_and_white", "inverted")  # the fields of Settings that name images
_LONGEST_SETTINGS = 1000  # characters; ours have 300


@dataclass(frozen=True, eq=False)
class Model:
    """A model from a file; its arrays are never changed.

    Parameters
    ----------
    weights : (n_pixels,) float32
    bias : float
    has_bias : bool
        Whether the file says what the bias is; where it does not, it is 0.
    settings : Settings or None
        Those it was trained with, if the file says so.
    name : str
        Of the file, as Markdown.
    more : int
        For how many epochs it has been trained here since.
    """

    weights: Array
    bias: float
    has_bias: bool
    settings: Settings | None
    name: str
    more: int = 0

    @property
    def key(self) -> bytes:
        """Equal for equal models."""
        return hashlib.sha256(self.weights.tobytes() + np.float64(self.bias).tobytes()).digest()


def read(content: bytes, name: str) -> Model:
    """The model in a file that Take it home has saved: the whole model (npz), or its weights alone (npy).

    Raises
    ------
    FileError
        Says what is wrong, and what to do.
    """
    found = arrays.read(content, _MEMBERS)
    if "weights" not in found or found["weights"].dtype.kind == "U":
        raise FileError(_words("problem.weights"))
    weights = found["weights"]
    side = round(weights.size**0.5)
    if weights.size not in DATA_OF or weights.shape not in ((weights.size,), (side, side)):
        shape = " × ".join(f"{n:,}" for n in weights.shape) or "one number"
        raise FileError(_words("problem.shape", shape=shape))
    with np.errstate(over="ignore"):
        plain = weights.ravel().astype(np.float32)
    if not np.isfinite(plain).all():
        raise FileError(_words("problem.numbers"))
    settings = _settings_in(found.get("settings"))
    if settings is not None and settings.dataset != DATA_OF[plain.size]:
        settings = None
    return Model(plain, _bias_in(found.get("bias")), "bias" in found, settings, name)


def _bias_in(found: NDArray[Any] | None) -> float:
    if found is None:
        return 0.0
    if found.size != 1 or found.dtype.kind == "U":
        raise FileError(_words("problem.bias"))
    with np.errstate(over="ignore"):
        bias = float(np.float32(found.ravel()[0]))
    if not np.isfinite(bias):
        raise FileError(_words("problem.bias"))
    return bias


def _settings_in(found: NDArray[Any] | None) -> Settings | None:
    """The settings that a file names, if all of them are allowed; a file from elsewhere may have none."""
    if found is None or found.dtype.kind != "U" or found.size != 1 or found.dtype.itemsize > 4 * _LONGEST_SETTINGS:
        return None
    try:
        said = json.loads(str(found.ravel()[0]))
        if not isinstance(said, dict):
            return None
        known = {field.name: said[field.name] for field in fields(Settings) if field.name in said}
        if isinstance(known.get("digits"), list):
            known["digits"] = tuple(known["digits"])
        known["legs"] = tuple(Leg(**leg) for leg in known.get("legs", ()))
        return Settings(**known)
    except (ValueError, TypeError, RecursionError, SystemError):
        return None


def of_run(run: Run, name: str, more: int = 0) -> Model:
    """The model that a run ended with."""
    last = run.last_epoch
    return Model(run.weights[last].copy(), float(run.biases[last]), True, run.settings, name, more)


def after(model: Model, run: Run) -> Model:
    """The model that a run from a saved one ended with."""
    return of_run(run, model.name, model.more + run.last_epoch)


def going_on(model: Model, settings: Settings) -> Settings:
    """The settings of the training that goes on: as chosen, with the score that the model was made for."""
    return replace(settings, score=model.settings.score) if model.settings else settings


def data_of(model: Model, settings: Settings) -> dict[str, Any]:
    """The choices of images that differ from what the model was trained on, with what they should be."""
    if model.settings is None:
        dataset = DATA_OF[len(model.weights)]
        return {"dataset": dataset} if dataset != settings.dataset else {}
    return {
        name: getattr(model.settings, name) for name in _DATA
        if getattr(model.settings, name) != getattr(settings, name)
    }


def other_data(model: Model, differs: dict[str, Any]) -> str:
    """That the images on the screen are not those of the model."""
    said = []
    if "dataset" in differs:
        said.append(_words(
            "other.pixels", count=len(model.weights), data=_words(f"data.{differs['dataset']}"),
        ))
    if "digits" in differs:
        said.append(_words("other.digits", first=differs["digits"][0], second=differs["digits"][1]))
    if "black_and_white" in differs:
        said.append(_words("other.black_and_white" if differs["black_and_white"] else "other.grey"))
    if "inverted" in differs:
        said.append(_words("other.inverted" if differs["inverted"] else "other.upright"))
    return _words("other.data", which="; ".join(said))


def about(model: Model) -> str:
    """What is in the file, in one sentence."""
    settings = ""
    if model.settings:
        s = model.settings
        kind = "_legs" if s.legs else "_one" if s.epochs == 1 else ""
        settings = _words(
            f"file.about_settings{kind}", first=s.digits[0], second=s.digits[1], loss=LOSSES[s.loss].label,
            rate=f"{s.learning_rate:g}", epochs=f"{s.all_epochs:,}", legs=counted(len(s.legs) + 1),
        )
    bias = _words("file.about_bias", bias=number(model.bias)) if model.has_bias else _words("file.about_no_bias")
    name = model.name
    if model.more:
        name = _words(f"file.after{'_one' if model.more == 1 else ''}", file=name, epochs=f"{model.more:,}")
    return _words("file.about", file=name, pixels=len(model.weights), bias=bias, settings=settings)


def at_rest(run: Run) -> Run:
    """The saved model as a run of one epoch in which nothing changes: the start of the run that goes on."""
    first = {
        field.name: getattr(run, field.name)[[0, 0]] for field in fields(Run)
        if isinstance(getattr(run, field.name), np.ndarray)
    }
    return replace(run, settings=replace(run.settings, epochs=1), diverged_at=None, **first)


def sentence(run: Run, anew: Run, library: float, dataset: Dataset) -> str:
    """How many unseen digits the saved model gets right, and what going on does to it.

    Parameters
    ----------
    run : Run
        From the saved model on.
    anew : Run
        With the same settings, from their own start.
    library : float
        The accuracy of scikit-learn's model.
    dataset : Dataset
    """
    n = len(dataset.X_test)
    before, after = (round(float(run.test_accuracy[epoch]) * n) for epoch in (0, run.last_epoch))
    values = dict(epochs=f"{run.settings.epochs:,}", after=f"{after:,}", difference=f"{abs(after - before):,}")
    if run.diverged_at is not None:
        went_on = _words("happened.diverged", epoch=run.diverged_at, **values)
    else:
        name = "same" if after == before else "more" if after > before else "fewer"
        went_on = _words(f"happened.{name}", **values)
    return _words(
        "happened.right", before=f"{before:,}", total=f"{n:,}", before_share=percent(before / n), after=went_on,
        anew=f"{round(float(anew.test_accuracy[anew.last_epoch]) * n):,}", library=f"{round(library * n):,}",
    )


def outcome(run: Run, anew: Run, dataset: Dataset) -> str:
    """The one of ``EXPECTATIONS`` that is true."""
    gain = float(run.test_accuracy[run.last_epoch] - anew.test_accuracy[anew.last_epoch])
    if abs(gain) <= noise(len(dataset.X_test)):
        return EXPECTATIONS[1]
    return EXPECTATIONS[0 if gain > 0 else 2]


def is_better(run: Run) -> bool:
    """Whether going on has made the model get more unseen digits right."""
    return bool(run.test_accuracy[run.last_epoch] > run.test_accuracy[0])


def table(run: Run, anew: Run, library: float, library_bias: float) -> dict[str, list[str]]:
    """Right answers, loss and bias of the four models, as the columns of a table."""
    def bias(model: Run, epoch: int) -> str:
        return number(float(model.biases[epoch])) if uses_bias(model.settings) else "–"

    rows = [("saved", run, 0), ("after", run, run.last_epoch), ("anew", anew, anew.last_epoch)]
    return {
        _words("table.model"): [*(_words(f"table.{name}") for name, _, _ in rows), _words("table.library")],
        _words("table.right"): [*(percent(float(of.test_accuracy[epoch])) for _, of, epoch in rows), percent(library)],
        _words("table.loss", loss=LOSSES[run.settings.loss].label): [
            *(number(float(of.test_loss[epoch]), ".3g") for _, of, epoch in rows), "–",
        ],
        _words("table.bias"): [*(bias(of, epoch) for _, of, epoch in rows), number(library_bias)],
    }


def score_note(model: Model, settings: Settings) -> str | None:
    """That the model's own score is used, where another one is chosen."""
    if model.settings is None or model.settings.score == settings.score:
        return None
    return _words("other.score", label=SCORES[model.settings.score].label)
