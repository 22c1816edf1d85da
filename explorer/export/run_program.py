"""One run of the page Train as a plain NumPy program: start, predict, loss, gradient, step, repeat."""

from __future__ import annotations

from dataclasses import fields
from itertools import takewhile

from explorer.engine.losses import LOSSES
from explorer.engine.schedule import STEPS, legs_of
from explorer.engine.scores import MODELS_TO_SORT_FOR
from explorer.engine.settings import Settings
from explorer.engine.training import Run, training_score, uses_bias
from explorer.export.loading import loading
from explorer.export.program import Part, Program, listed
from explorer.export.texts import (
    ROWS,
    centred,
    distance_code,
    has_bias,
    large_batches,
    loss_text,
    may_diverge,
    one_batch,
    pixelwise,
    start_code,
    start_words,
)
from explorer.lessons.goal import progress
from explorer.lessons.runs import whole_epochs


def of_run(settings: Settings, goal: float | None = None) -> Program:
    """A program that trains one model as the page Train does, and prints ``printed`` of its run.

    It has only the code that the settings need, and computes in float32 with the same random numbers, so that on the
    same machine its weights are equal to those of ``train`` to the bit.

    Parameters
    ----------
    settings : Settings
    goal : float, optional
        A share of right answers to the test images: the program prints after which epoch it is reached.
    """
    ending = [*_ending(settings), *([] if goal is None else [_goal(settings, goal)])]
    return Program((*_loading(settings), *training_parts(settings, goal is not None), *ending))


def of_saved(settings: Settings, file: str) -> Program:
    """A program that goes on training the model in a file of ``weights_npz``, and prints ``printed`` of that run.

    Parameters
    ----------
    settings : Settings
        Of the training that goes on.
    file : str
        The name of the file, which must lie beside the program.
    """
    code = f'saved = np.load("{file}")\nweights = saved["weights"].ravel().astype(np.float32)'
    biased = uses_bias(settings)
    words = f"Start: the weights{' and the bias' * biased} in the file {file}, which must lie in the same folder."
    if biased:
        code += '\nbias = np.float32(saved["bias"])'
    return Program((*_loading(settings), Part(words, code), *_learning(settings, is_begun=True), *_ending(settings)))


def of_own_images(chosen: Settings, settings: Settings, file: str, part: Part) -> Program:
    """A program that trains with the images of a visitor, and prints ``numbers`` of its run.

    Parameters
    ----------
    chosen, settings : Settings
        Of the images that are loaded, and of the training.
    file : str
        The name of the file with the images, which must lie beside the program.
    part : Part
        The code that puts the images of ``file`` among X_train, y_train, X_test and y_test.
    """
    title = f"Pixels and weights in plain NumPy, with your own images: they are in the file {file}, in the same folder."
    sized = _OfAnySize(**{field.name: getattr(settings, field.name) for field in fields(settings)})
    return Program((*loading(chosen, title), part, *training_parts(sized), *_ending(sized)))


class _OfAnySize(Settings):
    """Settings for images of which nobody knows how many there are; never trained with."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "dataset", "")
        object.__setattr__(self, "train_images", None)


def _loading(settings: Settings) -> list[Part]:
    first, second = settings.digits
    return loading(
        settings, f"One run of Pixels and weights in plain NumPy: it learns to tell a {first} from a {second}.",
        ["from math import cos, pi"] if settings.decay == "cosine" else [],
    )


def training_parts(settings: Settings, keeps_all: bool = False) -> list[Part]:
    """The parts of a program that train: start, predict, loss, gradient, and last the steps.

    Parameters
    ----------
    settings : Settings
    keeps_all : bool
        Whether the weights of all epochs are kept.
    """
    start = Part(
        f"Start: one weight for each pixel, {start_words(settings)}{_bias_words(settings)}.",
        f"weights = {start_code(settings)}" + ("\nbias = 0.0" * (has_bias(settings) and not centred(settings))),
    )
    return [start, *_learning(settings, keeps_all)]


def _learning(settings: Settings, keeps_all: bool = False, is_begun: bool = False) -> list[Part]:
    """The same without the start. ``is_begun``: the bias has been given with the weights."""
    losses = [part for leg in _losses(settings) for part in (_loss(leg, settings), _gradient(leg, settings))]
    return [_predict(settings, is_begun), *losses, _steps(settings, keeps_all)]


def _ending(settings: Settings) -> list[Part]:
    """What follows the steps, up to the line that is printed."""
    return [*([_last_epoch(settings)] if may_diverge(settings) else []), _check(settings)]


def printed(run: Run, goal: float | None = None) -> str:
    """The line that the program of a run prints: the numbers of its last epoch with finite ones; and one for a goal.

    Accuracies have 4 decimals. Losses have 5 digits: the 6th may differ, since the page scores all epochs in one
    matrix product, and a product of another shape adds up in another order.
    """
    epoch = run.last_epoch
    line = numbers(run.test_accuracy[epoch], run.test_loss[epoch], run.train_loss[epoch])
    line = line if run.diverged_at is None else f"{line}; diverged in epoch {run.diverged_at}"
    return line if goal is None else f"{line}\n{printed_goal(run, goal)}"


def printed_goal(run: Run, goal: float) -> str:
    """The line that a program prints about a goal: the first epoch after which it is reached; 0 is the start."""
    epoch = progress(whole_epochs(run), goal).epoch
    return f"goal {100 * goal:.0f}%: {'not reached' if epoch is None else f'reached after epoch {epoch}'}"


def numbers(accuracy: float, test_loss: float, train_loss: float) -> str:
    """The line that a program prints for one run."""
    return f"test accuracy {accuracy:.4f}, test loss {test_loss:.5g}, training loss {train_loss:.5g}"


def _model(settings: Settings) -> str:
    """The arguments of ``predict`` for the model, as code."""
    return "weights, bias" if has_bias(settings) else "weights"


def _bias_words(settings: Settings) -> str:
    return ", and the bias, 0" if has_bias(settings) and not centred(settings) else ""


def _predict(settings: Settings, is_begun: bool = False) -> Part:
    """The score that decides the answers, and the distance where the score or the loss needs it."""
    first, second = settings.digits
    plus = " + bias" if has_bias(settings) else ""
    lines = []
    if settings.score == "distance" or (may_diverge(settings) and pixelwise(settings)):
        lines += [*distance_code(settings, "distance", "weights"), ""]
    if settings.score == "distance":
        what = "the bias minus the sum" if has_bias(settings) else "minus the sum"
        words = f"Predict: the score of an image is {what} of abs(value - weight) over its pixels"
        score = "bias - distance(X, weights)" if has_bias(settings) else "-distance(X, weights)"
    else:
        more = ", plus the bias" if has_bias(settings) else ""
        words = f"Predict: the score of an image is the sum of value * weight over its pixels{more}"
        score = f"X @ weights{plus}"
    words += f"; above 0 the answer is {first}, else {second}."
    lines += [f"def predict(X, {_model(settings)}):", f"    return {score}"]
    if centred(settings) and not is_begun:
        words += " The bias starts at the average distance, so that the scores lie around 0."
        lines += ["", "bias = distance(X_train, weights).mean()"]
    return Part(words, "\n".join(lines))


def _losses(settings: Settings) -> list[Settings]:
    """A leg for each loss, in the order in which they are used."""
    return list({leg.loss: leg for leg in legs_of(settings)}.values())


def _names(leg: Settings, settings: Settings) -> tuple[str, str]:
    """The functions of a loss and its slope in the program: of its own where legs have different losses."""
    return ("loss", "slope") if len(_losses(settings)) == 1 else (leg.loss, f"{leg.loss}_slope")


def _loss(settings: Settings, of_all: Settings) -> Part:
    text, label = loss_text(settings.loss), LOSSES[settings.loss].label
    of = "X, weights" if pixelwise(settings) else "scores, y"
    code = f"def {_names(settings, of_all)[0]}({of}):\n{text.value}"
    each = "" if pixelwise(settings) else " of an image"
    known = {
        helper for leg in takewhile(lambda leg: leg.loss != settings.loss, _losses(of_all))
        for helper in loss_text(leg.loss).helpers
    }
    helpers = [helper for helper in text.helpers if helper not in known]
    return Part(f"Loss: the {label}{each} is {text.words}.", "\n\n".join([*helpers, code]))


def _gradient(settings: Settings, of_all: Settings) -> Part:
    text = loss_text(settings.loss)
    if pixelwise(settings):
        words = (
            f"Gradient: the slope of the loss by each weight is {text.slope_words}; here with its share in the mean."
        )
        of = "X"
    else:
        inner = "value" if training_score(settings).key == "multiply" else "sign(value - weight)"
        words = (
            f"Gradient: the slope of the loss by the score is {text.slope_words}. Times {inner}, the slope of the "
            "score by the weight, and added up over the images, it is the slope by the weight."
        )
        of = "scores, y"
    code = f"def {_names(settings, of_all)[1]}({of}):\n{text.slope}"
    if training_score(settings).key == "distance" and large_batches(settings):
        code += f"""

def gradient_of(X, weights, slopes):
    parts = [slice(i, i + {ROWS}) for i in range(0, len(X), {ROWS})]
    return sum(slopes[part] @ np.sign(X[part] - weights) for part in parts)"""
    return Part(words, code)


def _steps(settings: Settings, has_goal: bool) -> Part:
    keeps, biased, legs = may_diverge(settings), has_bias(settings), legs_of(settings)
    lines = [] if settings.legs or settings.decay != "constant" else [f"learning_rate = {settings.learning_rate:g}"]
    if settings.l2:
        lines.append(f"penalty = {settings.l2:g}")
    if settings.legs:
        lines += _table_of_legs(settings)
    if keeps:
        # No warnings: the reader is told about the overflow in the next part.
        lines += ['np.seterr(over="ignore", invalid="ignore")', "all_weights = [weights]"]
        lines += ["all_biases = [bias]"] * biased
        lines += [f"all_losses = [{settings.loss}]"] * (len(_losses(settings)) > 1)
    share = f"((predict(X_test, {_model(settings)}) > 0) == (y_test == 1)).mean()"
    lines += [f"right = [{share}]"] * has_goal
    whole, size = one_batch(settings), settings.batch_size
    if whole:
        words = f"Step and repeat: {_epochs(settings)}, each of them one step with all images. "
    else:
        words = f"Step and repeat: {_epochs(settings)}, each with the batches of {size} images in a new order. "
        lines.append(f"order = np.random.default_rng([{settings.seed}, 1])")
    indent, epochs, rate = "", f"{settings.epochs}", f"{settings.learning_rate:g}"
    if settings.legs:
        words += "Each leg goes on where the one before ended. "
        lines.append(f"for {', '.join(_of_leg(settings))} in legs:")
        indent, epochs, rate = "    ", "epochs", "learning_rate" if settings.decay == "constant" else "first_rate"
        if biased and not all(map(uses_bias, legs)):
            lines.append("    bias = bias if biased else 0.0")
    lines.append(f"{indent}for epoch in range({epochs}):")
    indent += "    "
    ends = indent  # what stands at the end of an epoch
    if settings.decay != "constant":
        words += f"{_DECAYS[settings.decay][0]} "
        lines.append(f"{indent}learning_rate = {_DECAYS[settings.decay][1].format(rate=rate, epochs=epochs)}")
    if whole:
        X, y = "X_train", "y_train"
    else:
        lines.append(f"{indent}for i in order.permutation(np.arange(0, len(X_train), {size})):")
        indent += "    "
        X, y = "X", "y"
        batch = f"X_train[i : i + {size}]"
        lines.append(
            f"{indent}X = {batch}" if pixelwise(settings) else f"{indent}X, y = {batch}, y_train[i : i + {size}]"
        )
    slopes = f"slope({X})" if pixelwise(settings) else f"slope(predict({X}, {_model(settings)}), {y}) / len({X})"
    lines.append(f"{indent}slopes = {slopes}")
    gradient = (
        f"slopes @ {X}" if training_score(settings).key == "multiply"
        else f"gradient_of({X}, weights, slopes)" if large_batches(settings)
        else f"slopes @ np.sign({X} - weights)"
    )
    if settings.l2:
        gradient += " + penalty * weights"
        words += "The penalty pulls every weight towards 0. "
    lines.append(f"{indent}gradient = {gradient}")
    lines.append(f"{indent}weights = weights - learning_rate * gradient")
    if biased:
        step = "bias = bias - learning_rate * slopes.sum()"
        lines += [f"{indent}{step}"] if all(map(uses_bias, legs)) else [f"{indent}if biased:", f"{indent}    {step}"]
    if keeps:
        lines.append(f"{ends}all_weights.append(weights)")
        lines += [f"{ends}all_biases.append(bias)"] * biased
        lines += [f"{ends}all_losses.append(loss)"] * (len(_losses(settings)) > 1)
    lines += [f"{ends}right.append({share})"] * has_goal
    words += f"A step goes against the gradient, the average over {'the' if whole else 'its'} images."
    return Part(words, "\n".join(lines))


# How the learning rate falls, in words and as code: the same operations as in ``schedule.rate_at``.
_DECAYS = {
    "steps": (
        "The learning rate is halved after each quarter of a leg.",
        f"{{rate}} * 0.5 ** ({STEPS} * epoch // {{epochs}})",
    ),
    "cosine": (
        "The learning rate falls along a cosine, from its full value almost to 0.",
        "{rate} / 2 * (1 + cos(pi * epoch / {epochs}))",
    ),
}


def _of_leg(settings: Settings) -> dict[str, list[str]]:
    """What differs between the legs, as the names of variables, each with its code for every leg."""
    legs = legs_of(settings)
    rate = "learning_rate" if settings.decay == "constant" else "first_rate"
    columns = {"epochs": [f"{leg.epochs}" for leg in legs], rate: [f"{leg.learning_rate:g}" for leg in legs]}
    if len(_losses(settings)) > 1:
        names = [_names(leg, settings) for leg in legs]
        columns |= {"loss": [loss for loss, _ in names], "slope": [slope for _, slope in names]}
    if has_bias(settings) and not all(map(uses_bias, legs)):
        columns["biased"] = [f"{uses_bias(leg)}" for leg in legs]
    return columns


def _table_of_legs(settings: Settings) -> list[str]:
    columns = _of_leg(settings)
    rows = [f"({', '.join(row)})" for row in zip(*columns.values(), strict=True)]
    return [f"# The legs: {', '.join(columns)}.".replace("_", " "), f"legs = {listed(rows)}"]


def _epochs(settings: Settings) -> str:
    n = settings.all_epochs
    return f"{n:,} epoch{'s' * (n > 1)}" + (f" in {len(settings.legs) + 1} legs" if settings.legs else "")


def _last_epoch(settings: Settings) -> Part:
    """The last epoch with finite numbers, as in ``training._run``, for steps that are too long."""
    rate = max(leg.learning_rate for leg in legs_of(settings))
    words = (
        f"A learning rate of {rate:g} is too long a step for a penalty of {settings.l2:g}: "
        "weights grow with every step. What counts is the last epoch whose numbers are finite."
    )
    biased = has_bias(settings)
    lines = ["weights = np.array(all_weights)  # a row for each epoch, the start first"]
    lines += ["biases = np.array(all_biases, np.float32)"] * biased
    if pixelwise(settings):
        if settings.all_epochs + 1 < MODELS_TO_SORT_FOR:
            lines.append(
                "train_loss = [distance(X_train, row).mean(dtype=float) / X_train.shape[1] for row in weights]"
            )
        else:
            lines.append("train_loss = [loss(X_train, row) for row in weights]")
    else:
        lines += [
            f"train_scores = {_all_scores(settings, 'X_train')}",
            "train_loss = np.array([loss(s, y_train).mean(dtype=float) for loss, s in zip(all_losses, train_scores.T)])"
            if len(_losses(settings)) > 1 else "train_loss = loss(train_scores, y_train[:, None]).mean(0, dtype=float)",
        ]
    lines += [
        "finite = np.isfinite(train_loss) & np.isfinite(weights).all(1)",
        "last = len(weights) - 1 if finite.all() else np.argmin(finite) - 1",
    ]
    return Part(words, "\n".join(lines))


def _all_scores(settings: Settings, X: str) -> str:
    """An expression for the scores of all epochs: (n_samples, epochs + 1)."""
    if settings.score == "multiply":
        return f"predict({X}, weights.T{', biases' if has_bias(settings) else ''})"
    if has_bias(settings):
        return f"np.transpose([predict({X}, *model) for model in zip(weights, biases)])"
    return f"np.transpose([predict({X}, row) for row in weights])"


def _check(settings: Settings) -> Part:
    if may_diverge(settings):
        lines = [f"test_scores = {_all_scores(settings, 'X_test')}[:, last]"]
        if pixelwise(settings):
            lines.append("test_loss, train_loss = loss(X_test, weights[last]), train_loss[last]")
        else:
            lines += ["loss = all_losses[last]"] * (len(_losses(settings)) > 1)
            lines.append("test_loss, train_loss = loss(test_scores, y_test).mean(dtype=float), train_loss[last]")
    else:
        lines = [f"test_scores = predict(X_test, {_model(settings)})"]
        if pixelwise(settings):
            lines.append("test_loss, train_loss = loss(X_test, weights), loss(X_train, weights)")
        else:
            lines += [
                "test_loss = loss(test_scores, y_test).mean(dtype=float)",
                f"train_loss = loss(predict(X_train, {_model(settings)}), y_train).mean(dtype=float)",
            ]
    lines.append("accuracy = ((test_scores > 0) == (y_test == 1)).mean()")
    line = numbers_code()
    if may_diverge(settings):
        lines += [
            f'line = f"{line}"',
            'print(line if finite.all() else f"{line}; diverged in epoch {last + 1}")',
        ]
    else:
        lines.append(f'print(f"{line}")')
    return Part("Check: how many unseen digits it gets right, and the mean losses.", "\n".join(lines))


def _goal(settings: Settings, goal: float) -> Part:
    right = "right[: last + 1]" if may_diverge(settings) else "right"
    # A little less, as 0.95 is not exactly 95 of 100.
    lines = [
        f"reached = [epoch for epoch, share in enumerate({right}) if share >= {goal:g} - 1e-9]",
        f'print("goal {100 * goal:.0f}%:", f"reached after epoch {{reached[0]}}" if reached else "not reached")',
    ]
    return Part(
        f"The goal: the first epoch after which {100 * goal:.0f}% of the unseen digits are right; 0 is the start.",
        "\n".join(lines),
    )


def numbers_code(accuracy: str = "accuracy", test_loss: str = "test_loss", train_loss: str = "train_loss") -> str:
    """``numbers`` as the inside of an f-string of a program."""
    return f"test accuracy {{{accuracy}:.4f}}, test loss {{{test_loss}:.5g}}, training loss {{{train_loss}:.5g}}"
