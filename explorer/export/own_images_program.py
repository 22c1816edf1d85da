"""The page Your own digits as a program: it reads the visitor's images from the file that the page saves."""

from __future__ import annotations

from explorer.engine.settings import Settings
from explorer.export import run_program
from explorer.export.program import Part, Program
from explorer.lessons.your_digits.results import ADD, ONLY, SEED, TEST, TRAIN, Result, settings_of
from explorer.lessons.your_digits.signs import FILE


def of_own_images(settings: Settings, use: str) -> Program:
    """A program that trains and tests as the page does, and prints ``printed_own`` of its result.

    Parameters
    ----------
    settings : Settings
        As chosen on the page.
    use : str
        One of ``results.USES``.
    """
    return run_program.of_own_images(settings, settings_of(settings, use), FILE, _images(settings, use))


def printed_own(result: Result) -> str:
    """The line that the program prints."""
    line = run_program.numbers(*result.printed)
    return line if result.diverged_at is None else f"{line}; diverged in epoch {result.diverged_at}"


def _images(settings: Settings, use: str) -> Part:
    name, size = ("images", "28 × 28") if settings.dataset == "mnist" else ("small_images", "8 × 8")
    words = {
        TEST: "They are what the model is tested on; it has never seen them.",
        TRAIN: "The model learns from them alone.",
        ADD: "The model learns from them as well, all images in one random order.",
        ONLY: "The model learns from every other one of each sign, and is tested on the rest.",
    }[use]
    lines = [
        f'own = np.load("{FILE}")',
        f'X_own = own["{name}"].reshape(len(own["labels"]), -1) / np.float32(255)',
        'y_own = own["labels"].astype(np.float32)',
    ]
    if settings.black_and_white:
        lines.append("X_own = (X_own >= 0.5).astype(np.float32)  # black and white")
    if settings.inverted:
        lines.append("X_own = 1 - X_own  # inverted")
    lines += {
        TEST: ["X_test, y_test = X_own, y_own"],
        TRAIN: ["X_train, y_train = X_own, y_own"],
        ADD: ["X_train, y_train = np.concatenate([X_train, X_own]), np.concatenate([y_train, y_own])"],
        ONLY: [
            "learns = np.zeros(len(y_own), bool)",
            "for label in (0, 1):",
            "    learns[np.flatnonzero(y_own == label)[::2]] = True",
            "X_train, y_train, X_test, y_test = X_own[learns], y_own[learns], X_own[~learns], y_own[~learns]",
        ],
    }[use]
    if use != TEST:
        lines += [
            f"order = np.random.default_rng({SEED}).permutation(len(X_train))",
            "X_train, y_train = X_train[order], y_train[order]",
        ]
    what = f"Your images: {size} pixels, y is 1 for the first sign and 0 for the second."
    return Part(f"{what} {words}", "\n".join(lines))
