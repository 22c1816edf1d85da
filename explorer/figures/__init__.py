"""Pictures: arrays in, plotly Figure out. No Streamlit, and no computing of results.

Blue speaks for the first digit (class 1), orange for the second, everywhere. The two are told
apart by people who do not see red and green alike, on light paper and on dark.
"""

from explorer.figures.images import one_image, pixel_change, tile
from explorer.figures.runs import confusion_matrix, learning_curves, score_histograms, weight_image

__all__ = [
    "confusion_matrix", "learning_curves", "one_image", "pixel_change", "score_histograms", "tile", "weight_image",
]
