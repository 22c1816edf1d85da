"""``python -m tests.benchmark``: measures how fast the explorer is, and prints one table.

``--lesson``: only the pages of the lesson. ``--limits``: the slowest permitted states of every page. ``--costs``: what
``explorer/engine/cost.py`` estimates. ``--server``: the processor time of the server, and the bytes sent, for one
change of a control. ``--load``: whole classes (``tests.load``).

MNIST comes from the folder that ``EXPLORER_MNIST_DIR`` names. PyTorch is measured where it is installed.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence

from explorer.engine.datasets import Dataset, load
from explorer.engine.settings import LEARNING_RATES, LIMITS, Settings
from explorer.engine.training import train, train_many
from explorer.sources.mnist import MNIST_DIR_VARIABLE
from tests.costs import costs
from tests.limits import limits
from tests.load.__main__ import main as load_test
from tests.support.browser import open_settings, wait_until
from tests.support.serving import ROOT, chromium_browser, chromium_path, serving
from tests.support.usage import processor_seconds
from tests.support.visitor import visiting

ONE = Settings(dataset="mnist", batch_size=256, epochs=20, start="zeros")
MANY = [
    Settings(dataset="mnist", batch_size=256, epochs=20, loss=loss, learning_rate=rate, bias=bias)
    for loss in ("log_loss", "absolute_error", "squared_error", "hinge")
    for rate in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0) for bias in (True, False)
]
TRAIN_CHARTS = ("curves", "weights", "scores", "confusion")
# (name, page, slider, the charts that follow it, how many the page has). A live slider shows its pictures from the
# browser; one that is not (the seed) waits for the server, which trains anew.
LESSON = (
    ("Why multiply: one pixel, live", "why_multiply?why_part=one+pixel", "pixel_weight", ("one_pixel",), 2),
    ("Why multiply: two pixels", "why_multiply?why_part=two+pixels", "seed", ("two_multiply", "two_distance"), 2),
    ("Why multiply: all pixels", "why_multiply?why_part=all+pixels", "seed", ("step_e",), 6),
    ("Why multiply: the disguise, live", "why_multiply?why_part=the+disguise", "pixel_weight", ("two_lines",), 2),
    ("One image, live", "one_image?what_if=set+weight", "weight_to", ("how_sure",), 1),
    ("One image", "one_image", "seed", ("how_sure",), 1),
    ("The bias: ink, live", "bias?bias_part=Ink", "ink_weight", ("ink",), 1),
    ("Apples and pears: guess, live", "prices?prices_part=Guess", "apple", ("guesses",), 1),
    ("Apples and pears: one line, live", "prices?prices_part=One+line", "apple", ("plane",), 1),
    ("Against scikit-learn, live", "scikit_learn", "learning_rate", ("way_down", "weights_beside"), 2),
    ("Against scikit-learn", "scikit_learn", "seed", ("way_down", "weights_beside"), 2),
)
RATES = [f"{rate:g}" for rate in LEARNING_RATES]
# (name, page, query, control, its values): what ``--server`` moves.
CHANGES = (
    ("Train", "train", "", "learning_rate", RATES),
    ("Train, MNIST", "train", "dataset=mnist", "learning_rate", RATES),
    ("Start", "", "", "bias_moved", [step / 2 for step in range(-30, 31)]),
    ("Start, MNIST", "", "dataset=mnist", "bias_moved", [step / 2 for step in range(-30, 31)]),
    ("Why multiply: one pixel", "why_multiply", "why_part=one+pixel", "pixel_weight",
     [step / 20 for step in range(-20, 21)]),
    ("One image", "one_image", "", "image", [float(image) for image in range(100)]),
    ("Compare losses", "compare_losses", "", "epochs", ["5", "10", "15", "20", "30"]),
    ("Learning rates", "learning_rates", "", "cell_rate", RATES),
    ("Apples and pears", "prices", "", "apple", [step / 2 for step in range(-20, 21)]),
)

# The classes of ``--load``, as ``tests.load`` reads them.
CLASSES = ("--clients=100", "--clients=50 --dataset=mnist", "--clients=200 --way=lesson")


def bare_charts(count: int) -> tuple[str, ...]:
    """The keys of the charts on tests/support/bare_page.py."""
    return tuple(f"chart{i}" for i in range(count))


def seconds(work: Callable[[], object], times: int) -> float:
    """The median time of some runs, after one that does not count."""
    work()
    measured = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        measured.append(time.perf_counter() - started)
    return statistics.median(measured)


def sgd_classifier(data: Dataset) -> None:
    from sklearn.linear_model import SGDClassifier

    SGDClassifier(loss="log_loss", max_iter=20, tol=None, random_state=0).fit(data.X_train, data.y_train)


def logistic_regression(data: Dataset) -> None:
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():  # it may stop at its limit; only the time counts here
        warnings.simplefilter("ignore")
        LogisticRegression(C=1.0).fit(data.X_train, data.y_train)


def torch_loop(data: Dataset) -> None:
    import torch

    X, y = torch.tensor(data.X_train), torch.tensor(data.y_train)
    weights = torch.zeros(X.shape[1], requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    loss = torch.nn.BCEWithLogitsLoss()
    for _ in range(20):
        for first in range(0, len(X), 256):
            loss(X[first : first + 256] @ weights + bias, y[first : first + 256]).backward()
            with torch.no_grad():
                for parameter in (weights, bias):
                    parameter -= parameter.grad
                    parameter.grad.zero_()


def peak_memory() -> float:
    """Memory in MB of a process that loads MNIST and trains 64 models at once, without that of the imports."""
    def peak(code: str) -> int:
        # Not getrusage: a child inherits the peak of the process that started it.
        code += "\nprint(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        return int(done.stdout)

    imports = "from tests.benchmark import *; import sklearn.linear_model"
    return (peak(f"{imports}; train_many(load('mnist'), MANY)") - peak(imports)) / 1024


def cost_of_a_change(
    script: str, page: str, query: str, control: str, values: Sequence[float | str], changes: int = 100
) -> tuple[float, float]:
    """Processor seconds of the server and bytes sent for one change of a slider, without the first of each value."""
    started: list[subprocess.Popen] = []
    with serving(script, started) as address, visiting(address) as visitor:
        visitor.open(page, query)
        for value in values:
            visitor.move(control, value)
        seconds_before, bytes_before = processor_seconds(started[0].pid), visitor.received
        for i in range(changes):
            visitor.move(control, values[7 * i % len(values)])
        return (
            (processor_seconds(started[0].pid) - seconds_before) / changes,
            (visitor.received - bytes_before) / changes,
        )


def server() -> None:
    """Print what one change costs the server, beside a bare page with four charts."""
    bare, sent = cost_of_a_change("tests/support/bare_page.py", "", "charts=4", "learning_rate", RATES)
    print("| one change of a control | processor time of the server | beside | sent |\n|---|---|---|---|")
    print(f"| bare page with four charts | {1000 * bare:.1f} ms | | {sent / 1000:.0f} kB |", flush=True)
    for name, *change in CHANGES:
        took, sent = cost_of_a_change("explorer", *change)
        print(f"| {name} | {1000 * took:.1f} ms | {took / bare:.2f} × bare | {sent / 1000:.0f} kB |", flush=True)


def slider_to_picture(
    script: str, page: str, keys: tuple[str, ...], slider: str = "learning_rate", presses: int = 12
) -> float:
    """Seconds from a key pressed on a slider until the last of the pictures ``keys`` is redrawn, in Chromium.

    Streamlit replaces a chart; ours is drawn anew in the same element.
    """
    with serving(script) as address, chromium_browser() as browser:
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        tab.goto(f"{address}/{page}")
        tab.wait_for_selector(f".st-key-{keys[-1]} .main-svg")
        tab.wait_for_timeout(2000)
        tab.evaluate("""keys => {
            const plots = () => keys.map(k => document.querySelector(`.st-key-${k} .js-plotly-plot`));
            document.addEventListener('keydown', () => {
                const started = performance.now();
                plots().forEach(plot => {
                    if (plot.old === undefined) plot.on('plotly_afterplot', () => { plot.old = false; });
                    plot.old = true;
                });
                window.took = null;
                (function look() {
                    if (plots().every(plot => plot && !plot.old && plot.querySelector('.main-svg')))
                        window.took = performance.now() - started;
                    else requestAnimationFrame(look);
                })();
            }, true);
        }""", list(keys))
        if slider == "seed":
            open_settings(tab)
        tab.locator(f".st-key-{slider} input").first.focus()
        took = []
        for i in range(presses + 2):
            # First new values, so that nothing comes from a cache; then back, where the run is known but not drawn.
            forth = "ArrowLeft" if slider == "learning_rate" else "ArrowRight"
            back = "ArrowRight" if slider == "learning_rate" else "ArrowLeft"
            # As often back as forth: a slider may start at its end.
            tab.keyboard.press(forth if i < presses // 2 + 1 else back)
            wait_until(tab, "window.took !== null")
            took.append(tab.evaluate("window.took") / 1000)
            tab.wait_for_timeout(1000)  # a live slider draws once more when its value is committed
    return statistics.median(took[2:])


def lesson_rows(bare: dict[int, float]) -> Iterator[tuple[str, float, str]]:
    """The rows for the pages of the lesson, each compared with a bare page that has as many charts."""
    for name, page, slider, keys, count in LESSON:
        if count not in bare:
            bare[count] = slider_to_picture("tests/support/bare_page.py", f"?charts={count}", bare_charts(count))
        for images in ("built-in digits", "MNIST"):
            if images == "MNIST":
                if page.startswith("prices"):
                    continue  # no images there
                page += f"{'&' if '?' in page else '?'}dataset=mnist"
            took = slider_to_picture("explorer", page, keys, slider)
            yield (
                f"{name} ({images}), slider to last picture", took,
                f"{took / bare[count]:.2f} × bare page with as many charts, {count} "
                f"(target: {0.3 if name.endswith('live') else 1} at most)",
            )


def sweep_rows(data: Dataset) -> list[tuple[str, float, str]]:
    """Every loss at every learning rate, with and without a bias: at once, one by one, and as many SGDClassifiers.

    All of them are run; nothing is extrapolated. The two slow ways are each measured once.
    """
    runs = [
        Settings(dataset="mnist", batch_size=256, epochs=20, loss=loss, learning_rate=rate, bias=bias)
        for loss in LIMITS["loss"].options for rate in LIMITS["learning_rate"].options for bias in (True, False)
    ]
    at_once = seconds(lambda: train_many(data, runs), 3)
    started = time.perf_counter()
    for s in runs:
        train(data, s)
    alone, started = time.perf_counter() - started, time.perf_counter()
    for _ in runs:
        sgd_classifier(data)
    sgd = time.perf_counter() - started
    return [
        (f"the sweep: {len(runs)} runs at once, 20 epochs, batches of 256", at_once, ""),
        ("the sweep, one by one", alone, f"{alone / at_once:.1f} × at once (target: 5 at least)"),
        (f"SGDClassifier(log_loss), {len(runs)} times", sgd, f"{sgd / at_once:.1f} × at once (target: 15 at least)"),
    ]


def table() -> None:
    data = load("mnist")
    ours = seconds(lambda: train(data, ONE), 5)
    sgd = seconds(lambda: sgd_classifier(data), 3)
    rows = [
        ("one run: 20 epochs, batches of 256, all curves", ours, ""),
        ("SGDClassifier(log_loss), 20 epochs", sgd, f"{sgd / ours:.1f} × one run (target: 2.5 at least)"),
    ]
    fit = seconds(lambda: logistic_regression(data), 3)
    rows.append(("LogisticRegression (lbfgs)", fit, f"{fit / ours:.1f} × one run"))
    if importlib.util.find_spec("torch"):
        loop = seconds(lambda: torch_loop(data), 3)
        rows.append(("plain PyTorch loop, 20 epochs, no curves", loop, f"{loop / ours:.1f} × one run"))
    at_once = seconds(lambda: train_many(data, MANY), 3)
    alone = seconds(lambda: [train(data, s) for s in MANY], 1)
    rows += [
        ("64 runs at once", at_once, ""),
        ("64 runs one by one", alone, f"{alone / at_once:.1f} × at once (target: 6 at least)"),
    ]
    rows += sweep_rows(data)
    if chromium_path():
        bare = slider_to_picture("tests/support/bare_page.py", "", bare_charts(4))
        same = slider_to_picture("tests/support/bare_page.py", "?same=true", bare_charts(3))
        rows += [
            ("bare Streamlit page with four lines, slider to last picture", bare, ""),
            ("bare page with the figures of the Train page, made beforehand", same, f"{same / bare:.2f} × bare"),
        ]
        # On the built-in digits the same answers are wrong at most rates: the confusion matrix stays as it is.
        for name, page, keys in (
            ("built-in digits", "train", TRAIN_CHARTS[:3]),
            ("MNIST", "train?dataset=mnist&batch_size=256", TRAIN_CHARTS),
        ):
            for how, slider, target in (("live", "learning_rate", "0.3"), ("trained anew", "seed", "1")):
                took = slider_to_picture("explorer", page, keys, slider)
                rows.append((
                    f"Train page ({name}), {how}, slider to last picture", took,
                    f"{took / bare:.2f} × bare (target: {target} at most)",
                ))
        rows += lesson_rows({4: bare})
    print(
        f"MNIST, 3 against 7, on {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"{datetime.date.today()}; medians.\n\n| what | time | beside |\n|---|---|---|"
    )
    for what, took, beside in rows:
        print(f"| {what} | {1000 * took:,.0f} ms | {beside} |")
    print(f"| peak memory of MNIST and 64 runs at once, over the imports alone | {peak_memory():,.0f} MB | |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lesson", action="store_true", help="only the pages of the lesson")
    parser.add_argument("--limits", action="store_true", help="time the slowest permitted states of every page instead")
    parser.add_argument("--costs", action="store_true", help="measure what explorer/engine/cost.py estimates instead")
    if not os.environ.get(MNIST_DIR_VARIABLE):
        parser.error(f"set {MNIST_DIR_VARIABLE} to the folder with MNIST")
    parser.add_argument("--server", action="store_true", help="measure the server's part of a change instead")
    parser.add_argument("--load", action="store_true", help="load a server with whole classes instead")
    chosen = parser.parse_args()
    if chosen.server:
        server()
    elif chosen.load:
        for arguments in CLASSES:
            load_test(arguments.split())
    elif chosen.lesson:
        for what, took, beside in lesson_rows({}):
            print(f"| {what} | {1000 * took:,.0f} ms | {beside} |", flush=True)
    elif chosen.limits:
        limits()
    elif chosen.costs:
        costs()
    else:
        table()
