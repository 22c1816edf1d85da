"""Images as they come from a source, and how they were made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Images:
    """All ten digits: images (n, height, width) and labels (n,), as bytes; ``white`` is the largest value."""

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    white: int


@dataclass(frozen=True)
class Style:
    """How the images of a data set were made.

    Parameters
    ----------
    height, width : float
        The box that a digit is scaled to, as shares of the image's height and width.
    pen : float
        The width of a stroke, as a share of the image's height.
    stretched : bool
        True where the digit fills both sides of the box and is set upright; False where it keeps its shape.
    by_ink : bool
        What is placed at ``middle``: the centre of the ink (True) or that of the box (False).
    middle : float
        A position, as a share of the image's height and width.
    """

    height: float
    width: float
    pen: float
    stretched: bool
    by_ink: bool
    middle: float
