"""scikit-learn's bundled digits: 8 × 8 pixels, no network needed."""

from __future__ import annotations

import numpy as np

from explorer.sources.images import Images

_SEED = 2018  # of the split; fixed, so that an image keeps its number


def read() -> Images:
    """All ten digits, 70 % of each to train on."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bundle = load_digits()
    parts = train_test_split(
        bundle.images.astype(np.uint8), bundle.target.astype(np.uint8),
        test_size=0.3, stratify=bundle.target, random_state=_SEED,
    )
    train_images, test_images, train_labels, test_labels = parts
    return Images(train_images, train_labels, test_images, test_labels, white=16)
