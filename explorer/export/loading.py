"""The code that loads the images: the same rows as ``datasets.load`` or ``load_ten``, in the same order."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.engine.datasets import TEN_DIGITS_IMAGES
from explorer.engine.settings import Settings
from explorer.export.program import Part
from explorer.sources.mnist import MNIST_DIR_VARIABLE


def loading(settings: Settings, title: str, imports: Sequence[str] = (), ten: bool = False) -> list[Part]:
    """The first parts of a program, which define X_train, y_train, X_test and y_test as in ``Dataset``.

    Parameters
    ----------
    settings : Settings
        Only the fields that choose the data are read.
    title : str
        One or more sentences that say what the program does.
    imports : sequence of str
        Further lines that import from scikit-learn or the standard library.
    ten : bool
        As in ``TenDigits`` instead: all ten digits, which y_train and y_test name.
    """
    return (_digits if settings.dataset == "digits" else _mnist)(settings, title, imports, ten)


def _digits(settings: Settings, title: str, imports: Sequence[str], ten: bool) -> list[Part]:
    standard = [line for line in imports if "sklearn" not in line]
    sklearn = sorted({
        "from sklearn.datasets import load_digits", "from sklearn.model_selection import train_test_split",
        *(line for line in imports if "sklearn" in line),
    })
    needs = f"{title} It needs NumPy 2 and scikit-learn, which brings the images."
    name, most = _call(ten)
    code = f"""\
digits = load_digits()
train_images, test_images, train_labels, test_labels = train_test_split(
    digits.data, digits.target, test_size=0.3, stratify=digits.target, random_state=2018)

{_chosen(settings, "images[rows].astype(np.float32) / 16", ten)}

X_train, y_train = {name}(train_images, train_labels{most})
X_test, y_test = {name}(test_images, test_labels)"""
    head = "\n".join([*standard, *([""] if standard else []), "import numpy as np", *sklearn])
    return [Part(needs, head), Part(_words(settings, "8 × 8", ten), code + ("" if ten else _few(settings)))]


def _mnist(settings: Settings, title: str, imports: Sequence[str], ten: bool) -> list[Part]:
    plain = sorted({"import gzip", "import os", "import sys", *(line for line in imports if line.startswith("import"))})
    others = sorted({"from pathlib import Path", *(
        line for line in imports if line.startswith("from") and "sklearn" not in line
    )})
    sklearn = sorted(line for line in imports if "sklearn" in line)
    needs = f"NumPy 2{' and scikit-learn' if sklearn else ''}"
    words = (
        f"{title} It needs {needs}, and a folder with the four files of MNIST, gzipped or not: name the folder on the "
        f"command line, in the environment variable {MNIST_DIR_VARIABLE}, or in the last line here."
    )
    head = "\n".join([
        *plain, *others, "", "import numpy as np", *sklearn, "",
        f'FOLDER = next(filter(os.path.isdir, sys.argv[1:]), os.environ.get("{MNIST_DIR_VARIABLE}", "."))',
    ])
    name, most = _call(ten)
    code = f"""\
def read(name, header):
    \"\"\"The bytes of one file of MNIST, without its header.\"\"\"
    found = sorted(filter(Path.is_file, Path(FOLDER).glob(name.replace("-idx", "?idx") + "*")))
    if not found:
        sys.exit(f"There is no {{name}} in the folder {{FOLDER}}: name the folder with the files of MNIST "
                 "on the command line or in {MNIST_DIR_VARIABLE}.")
    content = found[0].read_bytes()
    content = gzip.decompress(content) if found[0].suffix == ".gz" else content
    return np.frombuffer(content, np.uint8, offset=header)

{_chosen(settings, "images.reshape(-1, 784)[rows] / np.float32(255)", ten)}

X_train, y_train = {name}(read("train-images-idx3-ubyte", 16), read("train-labels-idx1-ubyte", 8){most})
X_test, y_test = {name}(read("t10k-images-idx3-ubyte", 16), read("t10k-labels-idx1-ubyte", 8))"""
    return [Part(words, head), Part(_words(settings, "28 × 28", ten), code + ("" if ten else _few(settings)))]


def _words(settings: Settings, size: str, ten: bool) -> str:
    first, second = settings.digits
    light, dark = ("ink", "paper") if settings.inverted else ("paper", "ink")
    between = "either 0 for {} or 1 for {}" if settings.black_and_white else "from 0 for {} to 1 for {}"
    if ten:
        return (
            f"The images: {size} pixels, each {between.format(light, dark)}, of all ten digits; y is the digit. It "
            f"learns from {TEN_DIGITS_IMAGES:,} of them, or from all where there are fewer."
        )
    few = f" It learns from the first {settings.train_images:,} of them." if settings.train_images else ""
    return (
        f"The images: {size} pixels, each {between.format(light, dark)}. "
        f"The truth y is 1 for a {first} and 0 for a {second}.{few}"
    )


def _call(ten: bool) -> tuple[str, str]:
    """The function that chooses images, and what bounds the number of training images."""
    return ("all_ten", f", {TEN_DIGITS_IMAGES}") if ten else ("pair", "")


def _chosen(settings: Settings, values: str, ten: bool) -> str:
    """The function of ``_call``."""
    first, second = settings.digits
    lines = [
        "def all_ten(images, labels, most=None):",
        '    """The first images, once they are shuffled, and the digits that they show."""',
        "    rows = np.random.default_rng(2018).permutation(len(labels))[:most]",
    ] if ten else [
        "def pair(images, labels):",
        f'    """The images of a {first} and of a {second}, shuffled, and their truth."""',
        f"    rows = np.flatnonzero((labels == {first}) | (labels == {second}))",
        "    rows = np.random.default_rng(2018).permutation(rows)",
    ]
    lines.append(f"    X = {values}")
    if settings.black_and_white:
        lines.append("    X = (X >= 0.5).astype(np.float32)  # black and white")
    if settings.inverted:
        lines.append("    X = 1 - X  # inverted")
    truth = "labels[rows]" if ten else f"(labels[rows] == {first}).astype(np.float32)"
    return "\n".join([*lines, f"    return X, {truth}"])


def _few(settings: Settings) -> str:
    n = settings.train_images
    return f"\nX_train, y_train = X_train[:{n}], y_train[:{n}]" if n else ""
