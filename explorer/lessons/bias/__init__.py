"""The page Bias: what is the bias for? Four experiments, each with and without it, and what they show.

ink
    One number per image, how much ink it has: where the answer flips.
blank_image
    The score of an image without ink, by trained and by random models.
pixels
    How many pixels it takes until the bias hardly matters; and with all pixels.
constant_pixel
    The bias as the weight of a pixel that is always 1.
common
    What the four share: the visitor's expectations, settings, and images to show.

Every pair of runs that is compared starts from the same weights and sees the same batches.
"""

from explorer.lessons.bias.blank_image import (
    RANDOM_WEIGHTS, Blank, BlankScores, Models, blank, blank_lead, blank_scores, blank_sentence, blank_title,
    learned_models, paper_values, random_models,
)
from explorer.lessons.bias.common import (
    ALWAYS, EXPECTATIONS, FEW, NOTHING, POINT, an_image, data_of, lost, model, pair, points, two_images,
)
from explorer.lessons.bias.constant_pixel import ConstantPixel, constant_pixel, constant_summary, own_of
from explorer.lessons.bias.ink import (
    MOST_BIAS, MOST_WEIGHT, Ink, accuracy, clear_pair, ink_study, ink_summary, ink_table, trained_ink, zero_crossing,
)
from explorer.lessons.bias.pixels import (
    DRAWS, AllPixels, PixelCounts, all_pixels, all_pixels_note, all_pixels_settings, all_pixels_table, counts_of,
    counts_summary, drawn_pixels, informative_pixels, ink_difference, is_useless, pixel_counts, pixel_settings,
    some_pixels, with_and_without,
)
