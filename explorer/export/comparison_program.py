"""The runs of the page Compare losses as one plain NumPy program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from explorer.engine import training
from explorer.engine.losses import LOSSES
from explorer.engine.scores import MODELS_TO_SORT_FOR
from explorer.engine.settings import Settings
from explorer.engine.training import Run, training_score, uses_bias
from explorer.export.loading import loading
from explorer.export.program import Part, Program, listed
from explorer.export.run_program import numbers_code, printed, printed_goal
from explorer.export.texts import (
    DRAWS,
    ROWS,
    distance_code,
    large_batches,
    loss_text,
    may_diverge,
    one_batch,
    pixelwise,
    start_code,
)

Named = tuple[str, Settings]


def of_comparison(runs: Sequence[Named], goal: float | None = None) -> Program:
    """A program that trains named runs as the page does, and prints ``printed_comparison`` of them.

    As in ``train_many``, runs are rows of one weight matrix, in its order: a product with a matrix adds up in another
    order than one with a single row, and where a run is chaotic the difference becomes visible.

    Parameters
    ----------
    runs : sequence of (name, Settings)
        They may differ in score, loss, learning rate, bias and start.
    goal : float, optional
        A share of right answers to the test images: the program prints after which epoch each run reaches it.

    Raises
    ------
    ValueError
        When there are no runs, names are not unique, or the runs differ in other fields.
    """
    names = [name for name, _ in runs]
    if not runs or len(set(names)) < len(names):
        raise ValueError(f"runs: {names} must be one name or more, all of them different")
    same = {
        replace(s, score="multiply", loss="hinge", learning_rate=1.0, bias=True, start="zeros") for _, s in runs
    }
    if len(same) > 1:
        raise ValueError("runs: they must share data, seed, batch size, epochs and penalty")
    return _Comparison(runs, goal).program()


def printed_comparison(runs: Sequence[tuple[str, Run]], goal: float | None = None) -> str:
    """The lines that the program of a comparison prints, one for each run.

    Parameters
    ----------
    runs : sequence of (name, Run)
        The runs of one call of ``train_many``.
    goal : float, optional
        As for ``of_comparison``: then a second line for each run.
    """
    lines = [f"{name}: {printed(run)}" for name, run in runs]
    if goal is not None:
        lines += [f"{name}: {printed_goal(run, goal)}" for name, run in runs]
    return "\n".join(lines)


class _Comparison:
    """The runs, in the groups that are trained in one matrix, and the parts of their program."""

    def __init__(self, runs: Sequence[Named], goal: float | None):
        self.runs, self.goal = runs, goal
        self.shared = runs[0][1]
        # Runs with the same canonical settings have the same numbers: only the first of them is trained.
        members, canonical = training.groups([s for _, s in runs])
        first_name: dict[Settings, str] = {}
        self.twins: list[tuple[str, str]] = []  # (name, name of the run with the same numbers)
        for (name, _), key in zip(runs, canonical, strict=True):
            if key in first_name:
                self.twins.append((name, first_name[key]))
            first_name.setdefault(key, name)
        of_name = dict(runs)
        groups = [[(first_name[key], of_name[first_name[key]]) for key in group] for group in members]
        self.by_scores = {
            training_score(group[0][1]).key: group for group in groups if not pixelwise(group[0][1])
        }
        self.by_pixels = [named for group in groups if pixelwise(group[0][1]) for named in group]
        self.all = [s for group in groups for _, s in group]
        self.biased = any(map(uses_bias, self.all))
        self.keeps = any(map(may_diverge, self.all))
        self.losses = [key for key in LOSSES if key in {s.loss for s in self.all}]

    def program(self) -> Program:
        """The program, put together from its parts."""
        first, second = self.shared.digits
        imports = ["from collections import namedtuple"] if self.by_scores else []
        parts = loading(
            self.shared,
            f"{len(self.runs)} runs of Pixels and weights in plain NumPy: each learns to tell a {first} from a "
            f"{second}.",
            imports,
        )
        parts += [self._starts(), self._scores()]
        if self.by_scores:
            parts += [self._losses(), self._table(), self._training(), self._check()]
        if self.by_pixels:
            parts.append(self._pixels())
        return Program((*parts, self._print()))

    def _starts(self) -> Part:
        lines = {self._start(s): start_code(s) for s in self.all}
        return Part(
            "Start: the first weights, one for each pixel.",
            "\n".join(f"{name} = {code}" for name, code in sorted(lines.items())),
        )

    def _start(self, settings: Settings) -> str:
        """The variable of the first weights in the program."""
        return DRAWS[settings.score][1] if settings.start == "random" else settings.start

    def _scores(self) -> Part:
        """The scores and their gradients for a matrix of weights, one row for each run; distances for a single row."""
        plus, biases = (" + biases", ", biases") if self.biased else ("", "")
        pieces, words = [], []
        if "multiply" in self.by_scores:
            words.append("value * weight")
            pieces.append(
                f"def multiply(X, weights{biases}):\n    return X @ weights.T{plus}\n\n"
                "def multiply_gradient(X, weights, slopes):\n    return slopes.T @ X"
            )
        if "distance" in self.by_scores:
            words.append("minus abs(value - weight)")
        if "distance" in self.by_scores or self._needs_distances:
            pieces.append("\n".join(distance_code(self.shared, "distances", "row")))
        if "distance" in self.by_scores:
            pieces.append(self._distance(biases))
        if "distance" in self.by_scores or self.by_pixels:
            pieces.append(self._distance_gradient())
        if not self.by_scores:
            return Part(
                "Distance: an image is as far from weights as the sum of abs(value - weight) over its pixels. "
                "There is one row of weights for each run.", "\n\n".join(pieces),
            )
        also = ", plus the bias of the run" if self.biased else ""
        return Part(
            f"Predict: the score of an image is the sum over its pixels of {' or of '.join(words)}{also}. "
            "There is one row of weights for each run, and one column of scores.",
            "\n\n".join(pieces),
        )

    @property
    def _needs_distances(self) -> bool:
        return any(s.score == "distance" or self.keeps for _, s in self.by_pixels)

    def _distance(self, biases: str) -> str:
        lines = [
            f"def distance(X, weights{biases}):",
            "    sums = np.array([distances(X, row) for row in weights], np.float32)",
            # In memory as the result of a product: the order of sums over the images depends on it.
            f"    return np.ascontiguousarray({'biases - sums.T' if biases else '-sums.T'})",
        ]
        return "\n".join(lines)

    def _distance_gradient(self) -> str:
        lines = ["def distance_gradient(X, weights, slopes):"]
        if large_batches(self.shared):
            lines += [
                f"    parts = [slice(i, i + {ROWS}) for i in range(0, len(X), {ROWS})]",
                "    return np.array([",
                "        sum(slopes[part, run] @ np.sign(X[part] - row) for part in parts)",
                "        for run, row in enumerate(weights)])",
            ]
        else:
            lines.append(
                "    return np.array([slopes[:, run] @ np.sign(X - row) for run, row in enumerate(weights)])"
            )
        return "\n".join(lines)

    def _losses(self) -> Part:
        keys = [key for key in self.losses if not LOSSES[key].pixelwise]
        texts = {key: loss_text(key) for key in keys}
        pieces = list(dict.fromkeys(helper for text in texts.values() for helper in text.helpers))
        for key, text in texts.items():
            pieces.append(f"def {key}(scores, y):\n{text.value}\n\ndef {key}_slope(scores, y):\n{text.slope}")
        words = "; ".join(f"the {LOSSES[key].label} is {text.words}" for key, text in texts.items())
        return Part(f"Loss of an image, and its slope by the score: {words}.", "\n\n".join(pieces))

    def _table(self) -> Part:
        fields = "name loss slope learning_rate" + (" bias" if self.biased else "") + " start"
        lines = [f'Run = namedtuple("Run", "{fields}")']
        for score, group in self.by_scores.items():
            lines.append(f"{score}_runs = [")
            lines += [
                f'    Run({_quoted(name)}, {s.loss}, {s.loss}_slope, {s.learning_rate:g}, '
                f"{f'{s.bias}, ' if self.biased else ''}{self._start(s)}),"
                for name, s in group
            ]
            lines.append("]")
        return Part("The runs, those with the same loss side by side.", "\n".join(lines))

    def _batches(self, lines: list[str], indent: str, pixels: bool) -> str:
        """Append the loops over epochs and batches to ``lines``; returns the indent inside them."""
        s = self.shared
        whole, size = one_batch(s), s.batch_size
        if not whole:
            lines.append(f"{indent}order = np.random.default_rng([{s.seed}, 1])")
        lines.append(f"{indent}for epoch in range({s.epochs}):")
        indent += "    "
        if whole:
            lines.append(f"{indent}X = X_train" if pixels else f"{indent}X, y = X_train, y_train[:, None]")
            return indent
        lines.append(f"{indent}for i in order.permutation(np.arange(0, len(X_train), {size})):")
        indent += "    "
        batch = f"X_train[i : i + {size}]"
        lines.append(f"{indent}X = {batch}" if pixels else f"{indent}X, y = {batch}, y_train[i : i + {size}, None]")
        return indent

    def _training(self) -> Part:
        keeps, biased, l2 = self.keeps, self.biased, self.shared.l2
        biases = ", biases" if biased else ""
        lines = ["def train(runs, score, gradient):"]
        lines += [
            "    weights = np.array([run.start for run in runs])",
            "    rates = np.array([run.learning_rate for run in runs], np.float32)",
        ]
        words = "Step and repeat: the runs of one score learn together. "
        if biased:
            lines += [
                "    learns = np.array([run.bias for run in runs])",
                "    biases = np.zeros(len(runs), np.float32)",
            ]
            if any(uses_bias(s) for _, s in self.by_scores.get("distance", [])):
                words += (
                    "A bias of distances starts at the average distance, so that the scores lie around 0. "
                )
                test = "    if score is distance:\n    " if len(self.by_scores) > 1 else ""
                lines.append(f"{test}    biases[learns] = -distance(X_train, weights[learns], 0).mean(0)")
        if keeps:
            lines.append("    history = [(weights" + (", biases)]" if biased else ",)]"))
        share = f"((score(X_test, weights{biases}) > 0) == (y_test[:, None] == 1)).mean(0)"
        if self.goal is not None:
            lines.append(f"    right = [{share}]")
        inside = self._batches(lines, "    ", pixels=False)
        lines += [
            f"{inside}scores = score(X, weights{biases})",
            # Not stacked: the order of sums over the images depends on the layout in memory.
            f"{inside}slopes = np.empty_like(scores)",
            f"{inside}for n, run in enumerate(runs):",
            f"{inside}    slopes[:, [n]] = run.slope(scores[:, [n]], y) / len(X)",
        ]
        step = "gradient(X, weights, slopes)"
        if l2:
            step = f"({step} + {l2:g} * weights)"
            words += f"The penalty of {l2:g} pulls every weight towards 0. "
        lines.append(f"{inside}weights = weights - rates[:, None] * {step}")
        if biased:
            lines.append(f"{inside}biases = biases - rates * learns * slopes.sum(0)")
        has_goal = self.goal is not None
        lines += [f"        right.append({share})"] * has_goal
        if keeps:
            lines += ["        history.append((weights" + (", biases))" if biased else ",))")]
        lines += ["    rights.update((run.name, [row[n] for row in right]) for n, run in enumerate(runs))"] * has_goal
        if keeps:
            lines.append("    # One row for each run and epoch, the start first.")
            lines.append("    kept = [np.ascontiguousarray(np.swapaxes(rows, 0, 1)) for rows in zip(*history)]")
            lines.append("    return kept" if biased else "    return kept[0]")
        else:
            lines.append(f"    return weights{biases}")
        words += "Each step goes against the gradient, the average over the images of a batch."
        return Part(words, "\n".join(lines))

    def _check(self) -> Part:
        biases = ", biases" if self.biased else ""
        lines = ["lines = {}"] + ["rights = {}  # the accuracies of a run, epoch by epoch"] * (self.goal is not None)
        words = "Check: how many unseen digits each run gets right, and its mean losses."
        if self.keeps:
            words += " What counts is the last epoch whose numbers are finite: steps can be too long for the penalty."
            lines.append('np.seterr(over="ignore", invalid="ignore")')
        groups = [f"({score}_runs, {score}, {score}_gradient)" for score in self.by_scores]
        lines += [
            f"for runs, score, gradient in {listed(groups)}:",
            f"    weights{biases} = train(runs, score, gradient)",
        ]
        if self.keeps:
            flat = ", biases.reshape(-1)" if self.biased else ""
            lines += [
                "    test_scores, train_scores = (",
                f"        score(X, weights.reshape(-1, X.shape[1]){flat}).reshape(len(X), len(runs), -1)",
                "        for X in (X_test, X_train))",
                "    for n, run in enumerate(runs):",
                "        train_losses = run.loss(train_scores[:, n], y_train[:, None]).mean(0, dtype=float)",
                "        finite = np.isfinite(train_losses) & np.isfinite(weights[n]).all(1)",
                "        last = len(finite) - 1 if finite.all() else np.argmin(finite) - 1",
                "        scores, train_loss = test_scores[:, n, last], train_losses[last]",
            ]
        else:
            lines += [
                f"    test_scores, train_scores = score(X_test, weights{biases}), score(X_train, weights{biases})",
                "    for n, run in enumerate(runs):",
                "        scores, train_loss = test_scores[:, n], "
                "run.loss(train_scores[:, n], y_train).mean(dtype=float)",
            ]
        lines += [
            "        test_loss = run.loss(scores, y_test).mean(dtype=float)",
            "        accuracy = ((scores > 0) == (y_test == 1)).mean()",
            f'        lines[run.name] = f"{numbers_code()}"',
        ]
        if self.keeps:
            lines += [
                "        if not finite.all():",
                '            lines[run.name] += f"; diverged in epoch {last + 1}"',
            ]
        return Part(words, "\n".join(lines))

    def _pixels(self) -> Part:
        """Runs with the pixelwise loss, whose training reads no scores; a score only decides their answers."""
        words = (
            "Pixel distance: the loss is the mean over images and pixels of abs(value - weight), and the truth is not "
            "in it; its slope by each weight is -sign(value - weight), times the share of an image in the mean."
        )
        has_goal = self.goal is not None
        lines = [] if self.by_scores else ["lines = {}"] + ["rights = {}"] * has_goal
        if self.keeps and not self.by_scores:
            lines.append('np.seterr(over="ignore", invalid="ignore")')
        lines += ["pixel_runs = [  # name, learning rate, start, score by which it answers"]
        lines += [
            f'    ({_quoted(name)}, {s.learning_rate:g}, {self._start(s)}, "{s.score}"),' for name, s in self.by_pixels
        ]
        lines += [
            "]", "weights = np.array([start for _, _, start, _ in pixel_runs])",
            "rates = np.array([[rate] for _, rate, _, _ in pixel_runs], np.float32)",
        ]
        answers = {"multiply": "X_test @ row", "distance": "-distances(X_test, row)"}
        used = [score for score in answers if score in {s.score for _, s in self.by_pixels}]
        chosen = " else ".join(
            answers[score] + (f' if score == "{score}"' if score != used[-1] else "") for score in used
        )
        if has_goal:
            lines += [
                "def accuracies(weights):",
                "    all_scores = [" + chosen + " for row, (_, _, _, score) in zip(weights, pixel_runs)]",
                "    return [((scores > 0) == (y_test == 1)).mean() for scores in all_scores]",
                "right = [accuracies(weights)]",
            ]
        if self.keeps:
            lines.append("history = [weights]")
        inside = self._batches(lines, "", pixels=True)
        step = "distance_gradient(X, weights, slopes)"
        if self.shared.l2:
            step = f"({step} + {self.shared.l2:g} * weights)"
        lines += [
            f"{inside}slopes = np.full((len(X), len(weights)), -1 / X.size, np.float32)",
            f"{inside}weights = weights - rates * {step}",
        ]
        if self.keeps:
            lines.append("    history.append(weights)")
        if has_goal:
            lines += [
                "    right.append(accuracies(weights))",
                "rights.update((run[0], [row[n] for row in right]) for n, run in enumerate(pixel_runs))",
            ]
        lines.append("for n, (name, _, _, score) in enumerate(pixel_runs):")
        if self.keeps:
            n_models = len(self.by_pixels) * (self.shared.epochs + 1)
            loss = (
                "np.abs(X_train - row).mean(dtype=float)" if n_models >= MODELS_TO_SORT_FOR
                else "distances(X_train, row).mean(dtype=float) / X_train.shape[1]"
            )
            lines += [
                "    rows = np.array(history)[:, n]",
                f"    train_losses = np.array([{loss} for row in rows])",
                "    finite = np.isfinite(train_losses) & np.isfinite(rows).all(1)",
                "    last = len(finite) - 1 if finite.all() else np.argmin(finite) - 1",
                "    row, train_loss = rows[last], train_losses[last]",
            ]
        else:
            lines += ["    row = weights[n]", "    train_loss = np.abs(X_train - row).mean(dtype=float)"]
        lines += [
            f"    scores = {chosen}",
            "    test_loss = np.abs(X_test - row).mean(dtype=float)",
            "    accuracy = ((scores > 0) == (y_test == 1)).mean()",
            f'    lines[name] = f"{numbers_code()}"',
        ]
        if self.keeps:
            lines += ["    if not finite.all():", '        lines[name] += f"; diverged in epoch {last + 1}"']
        return Part(words, "\n".join(lines))

    def _print(self) -> Part:
        lines = [f"lines[{_quoted(name)}] = lines[{_quoted(twin)}]  # the same run" for name, twin in self.twins]
        names = [_quoted(name) for name, _ in self.runs]
        has_goal = self.goal is not None
        lines += [f"names = {listed(names)}"] * has_goal
        lines += [f"for name in {'names' if has_goal else listed(names)}:", '    print(f"{name}: {lines[name]}")']
        words = "The results, one line for each run."
        if self.goal is not None:
            goal = f"{100 * self.goal:.0f}%"
            words += f" Then the first epoch after which {goal} of the unseen digits are right; 0 is the start."
            lines += [f"rights[{_quoted(name)}] = rights[{_quoted(twin)}]" for name, twin in self.twins]
            lines += [
                "for name in names:",
                # A little less, as 0.95 is not exactly 95 of 100.
                f"    reached = [epoch for epoch, share in enumerate(rights[name]) if share >= {self.goal:g} - 1e-9]",
                '    when = f"reached after epoch {reached[0]}" if reached else "not reached"',
                f'    print(f"{{name}}: goal {goal}: {{when}}")',
            ]
        return Part(words, "\n".join(lines))


def _quoted(name: str) -> str:
    """A name as a Python string in double quotes."""
    return json.dumps(name, ensure_ascii=False)
