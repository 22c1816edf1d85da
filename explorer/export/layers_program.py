"""The models of the page "What comes next" as plain NumPy programs: a hidden layer, and all ten digits."""

from __future__ import annotations

from explorer.engine.settings import Settings
from explorer.engine.sklearn_models import Fit
from explorer.engine.softmax import TenRun
from explorer.export.loading import loading
from explorer.export.program import Part, Program
from explorer.export.run_program import numbers_code, printed
from explorer.export.texts import loss_text
from explorer.lessons.what_comes_next import exclusive_or
from explorer.lessons.what_comes_next.against_all import Answers

PAIR, AGAINST_ALL, EXCLUSIVE_OR = "two digits", "against all", "exclusive or"  # what a hidden layer is trained on


def of_hidden_layer(settings: Settings, data: str = PAIR) -> Program:
    """A program that trains one hidden layer as the page does, and prints ``run_program.printed`` of its run.

    It has the same operations in the same order as ``layers.py`` and ``training.py``.

    Parameters
    ----------
    settings : Settings
        With hidden units, and without a penalty.
    data : str
        ``PAIR``; ``AGAINST_ALL``: the first digit against all others; or ``EXCLUSIVE_OR``.
    """
    units, first = settings.hidden_units, settings.digits[0]
    name = f"{units} hidden unit{'s' * (units > 1)}"
    task = {
        PAIR: f"tell a {first} from a {settings.digits[1]}", AGAINST_ALL: f"tell a {first} from all other digits",
        EXCLUSIVE_OR: "see whether there is ink in exactly one of two pixels",
    }[data]
    title = f"A model of Pixels and weights with {name} in plain NumPy: it learns to {task}."
    parts = _points(title) if data == EXCLUSIVE_OR else loading(settings, title, ten=data == AGAINST_ALL)
    if data == AGAINST_ALL:
        parts.append(Part(
            f"The truth: 1 for a {first}, 0 for every other digit.",
            f"y_train, y_test = ((labels == {first}).astype(np.float32) for labels in (y_train, y_test))",
        ))
    return Program((*parts, _start(settings), _predict(), _gradient(settings), *_steps(settings), _check(data, first)))


def _points(title: str) -> list[Part]:
    """The code that makes the points of the exclusive or, as ``exclusive_or.points``."""
    n_train, n_test, grey, seed = (
        exclusive_or.TRAIN, exclusive_or.TEST, exclusive_or.GREY, exclusive_or.DATA_SEED,
    )
    code = f"""\
generator = np.random.default_rng({seed})

def points(n):
    \"\"\"Images of two pixels, all four kinds of them equally often, and their truth.\"\"\"
    ink = np.arange(n)[:, None] // np.array([1, 2]) % 2
    grey = generator.random((n, 2)) * {grey:g}
    X = np.where(ink, 1 - grey, grey).astype(np.float32)
    return X, (ink[:, 0] != ink[:, 1]).astype(np.float32)

X_train, y_train = points({n_train})
X_test, y_test = points({n_test})"""
    return [
        Part(f"{title} It needs NumPy 2.", "import numpy as np"),
        Part("The images: two pixels, paper or ink with some grey. The truth y is 1 with ink in exactly one.", code),
    ]


def _start(settings: Settings) -> Part:
    units = settings.hidden_units
    return Part(
        "Start: a row of random weights for each hidden unit, and one output weight for each. All biases are 0. (From "
        "zeros, all units would stay the same for ever.)",
        f"""\
n_pixels = X_train.shape[1]
generator = np.random.default_rng([{settings.seed}, 0])
weights = generator.standard_normal({units} * n_pixels) * np.sqrt(2 / n_pixels)
output = generator.standard_normal({units}) * np.sqrt(1 / {units})
weights, output = weights.astype(np.float32).reshape({units}, n_pixels), output.astype(np.float32)
model = weights, np.zeros({units}, np.float32), output, np.float32(0)""",
    )


def _predict() -> Part:
    return Part(
        "Predict: a hidden unit is the sum of value * weight plus a bias, cut off at 0. The score is the sum of unit * "
        "output weight, plus the bias.",
        """\
def hidden(X, weights, biases):
    return np.maximum(X @ weights.T + biases, 0)

def predict(X, weights, biases, output, bias):
    return hidden(X, weights, biases) @ output + bias""",
    )


def _gradient(settings: Settings) -> Part:
    text = loss_text(settings.loss)
    return Part(
        f"Loss and gradient: the loss of an image is {text.words}; its slope by the score is {text.slope_words}. What "
        "the score hands back to a unit is that slope times the output weight, and nothing where the unit is cut off.",
        "\n\n".join([*text.helpers, f"def loss(scores, y):\n{text.value}", f"def slope(scores, y):\n{text.slope}"]),
    )


def _steps(settings: Settings) -> list[Part]:
    size, rate = settings.batch_size, settings.learning_rate
    bias = f"bias - {rate:g} * slopes.sum()" if settings.bias else "bias"
    step = f"""\
def step(X, y, weights, biases, output, bias):
    slopes = slope(predict(X, weights, biases, output, bias), y) / len(X)
    units = hidden(X, weights, biases)
    to_units = slopes[:, None] * output * (units > 0)
    return (
        weights - {rate:g} * (to_units.T @ X), biases - {rate:g} * to_units.sum(0),
        output - {rate:g} * (slopes @ units), {bias},
    )"""
    batches = [
        f"    for i in order.permutation(np.arange(0, len(X_train), {size})):",
        f"        model = step(X_train[i : i + {size}], y_train[i : i + {size}], *model)",
    ] if size else ["    model = step(X_train, y_train, *model)"]
    loop = "\n".join([
        'np.seterr(over="ignore", invalid="ignore")',
        f"order = np.random.default_rng([{settings.seed}, 1])" * bool(size),
        'last, ending = model, ""',
        f"for epoch in range(1, {settings.epochs} + 1):",
        *batches,
        "    mean = loss(predict(X_train, *model), y_train).mean(dtype=float)",
        "    if not (np.isfinite(mean) and all(np.isfinite(part).all() for part in model[:3])):",
        '        ending = f"; diverged in epoch {epoch}"',
        "        break",
        "    last = model",
    ])
    each = f"with the batches of {size} images in a new order" if size else "one step with all images"
    return [
        Part("One step goes against the gradient, the average over the images of a batch.", step),
        Part(
            f"Repeat: {settings.epochs:,} epoch{'s' * (settings.epochs > 1)}, each {each}. What counts is the last "
            "epoch whose numbers are finite.", loop.replace("\n\n", "\n"),
        ),
    ]


def _check(data: str, first: int) -> Part:
    lines = [
        "test_scores = predict(X_test, *last)",
        "test_loss = loss(test_scores, y_test).mean(dtype=float)",
        "train_loss = loss(predict(X_train, *last), y_train).mean(dtype=float)",
        "accuracy = ((test_scores > 0) == (y_test == 1)).mean()",
        f'print(f"{numbers_code()}{{ending}}")',
    ]
    words = "Check: how many unseen images it gets right, and the mean losses."
    if data == AGAINST_ALL:
        lines += [
            "found, alarms = ((test_scores > 0) & (y_test == truth) for truth in (1, 0))",
            f'print(f"{{found.sum()}} of {{(y_test == 1).sum()}} found, {{alarms.sum()}} others taken for a {first}")',
        ]
        words = "Check: how many unseen images it gets right, the mean losses, what it finds, and false alarms."
    return Part(words, "\n".join(lines))


def printed_against_all(answers: Answers) -> str:
    """The two lines that the program prints for one digit against all others."""
    digit = answers.digit
    return (
        f"{printed(answers.run)}\n{answers.yes[digit]} of {answers.images[digit]} found, {answers.false_alarms} others "
        f"taken for a {digit}"
    )


def of_ten(settings: Settings) -> Program:
    """A program that trains all ten digits as ``softmax.train_ten`` does, and prints ``printed_ten``.

    Parameters
    ----------
    settings : Settings
        From ``ten.model``.
    """
    parts = loading(settings, "All ten digits at once, by softmax, in plain NumPy.", ten=True)
    start = """\
truth = np.eye(10, dtype=np.float32)[y_train]
weights = np.zeros((10, X_train.shape[1]), np.float32)
biases = np.zeros(10, np.float32)"""
    loss = """\
def softmax(scores):
    small = np.exp(scores - scores.max(1, keepdims=True))  # never too large a number
    return small / small.sum(1, keepdims=True)

def cross_entropy(X, y):
    scores = X @ weights.T + biases
    above = scores - scores.max(1, keepdims=True)
    return (np.log(np.exp(above).sum(1)) - above[np.arange(len(y)), y]).mean(dtype=float)"""
    rate, size = f"{settings.learning_rate:g}", settings.batch_size
    steps = f"""\
order = np.random.default_rng([{settings.seed}, 1])
for epoch in range({settings.epochs}):
    for i in order.permutation(np.arange(0, len(X_train), {size})):
        X = X_train[i : i + {size}]
        slopes = (softmax(X @ weights.T + biases) - truth[i : i + {size}]) / len(X)
        weights = weights - {rate} * (slopes.T @ X + {settings.l2:g} * weights)
        biases = biases - {rate} * slopes.sum(0)"""
    check = """\
answers = (X_test @ weights.T + biases).argmax(1)
print(f"test accuracy {(answers == y_test).mean():.4f}, test loss {cross_entropy(X_test, y_test):.4g}, "
      f"training loss {cross_entropy(X_train, y_train):.4g}")"""
    return Program((
        *parts,
        Part("Start: a row of weights and a bias for each digit, all 0.", start),
        Part(
            "Predict and loss: the largest of ten scores is the answer; softmax makes probabilities of them, and the "
            "loss is -log of that of the true digit.", loss,
        ),
        Part(
            f"Step and repeat: {settings.epochs} epochs in batches of {size}. The slope of the loss by a score is the "
            f"probability, minus 1 for the true digit. The penalty of {settings.l2:g} pulls every weight towards 0.",
            steps,
        ),
        Part("Check: how many unseen digits it gets right, and the mean losses.", check),
    ))


def printed_ten(run: TenRun) -> str:
    """The line that the program prints; losses with 4 digits, as sums of another shape add up in another order."""
    at = run.last_epoch
    return (
        f"test accuracy {run.test_accuracy[at]:.4f}, test loss {run.test_loss[at]:.4g}, "
        f"training loss {run.train_loss[at]:.4g}"
    )


def of_ten_scikit_learn(settings: Settings) -> Program:
    """A program that fits all ten digits by scikit-learn, and prints ``printed_ten_scikit_learn``."""
    title = "LogisticRegression of scikit-learn: all ten digits at once."
    parts = loading(settings, title, ["from sklearn.linear_model import LogisticRegression"], ten=True)
    return Program((
        *parts,
        Part(
            f"The fit: its C is 1 / (images * penalty), for a penalty of {settings.l2:g}.",
            f"model = LogisticRegression(C=1 / (len(X_train) * {settings.l2:g}))\nmodel.fit(X_train, y_train)",
        ),
        Part("Check: how many unseen digits it gets right.",
             'print(f"test accuracy {model.score(X_test, y_test):.4f}")'),
    ))


def printed_ten_scikit_learn(fit: Fit) -> str:
    """The line that the program prints."""
    return f"test accuracy {fit.test_accuracy:.4f}"
