"""What the bias is for: four experiments, each with and without it, and what they show in words.

Every pair of runs that is compared starts from the same weights and sees the same batches.
"""

from explorer.bias.blank_image import (
    RANDOM_WEIGHTS, Blank, BlankScores, Models, blank, blank_scores, blank_sentence, blank_title, learned_models,
    paper, random_models,
)
from explorer.bias.common import ALWAYS, EXPECTATIONS, FEW, NOTHING, POINT, an_image, data_of, pair, points, two_images
from explorer.bias.constant import ConstantPixel, constant_account, constant_pixel
from explorer.bias.counts import (
    DRAWS, AllPixels, PixelCounts, all_pixels, all_pixels_note, all_pixels_table, counts_account, counts_of,
    drawn_pixels, pixel_counts, pixel_settings, say, some_pixels, telling_pixels, with_and_without,
)
from explorer.bias.ink import (
    MOST_BIAS, MOST_WEIGHT, Ink, accuracy, flip, ink_account, ink_study, ink_table, trained_ink,
)
