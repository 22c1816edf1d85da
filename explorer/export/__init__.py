"""What a visitor can download: programs that print the numbers on the screen, the numbers, a picture of the weights.

A program is self-contained: it imports nothing from this project, and has only the code that the settings need.

``run_program``, ``comparison_program``, ``scikit_learn_program``, ``painting_program``, ``own_images_program``
    The programs of the pages Train and A saved model, Compare losses, Against scikit-learn, Be the optimiser, and Your
    own digits.
``layers_program``
    The programs of the page What comes next: a hidden layer, all ten digits.
``loading``
    Their first part: the code that loads the images.
``texts``
    Losses and starts as code, and the conditions under which a program needs a piece of code.
``program``
    A program as parts of text and code; written as a script or a notebook.
``numbers``
    Curves as CSV, weights as an array or a picture, and names for files.
"""

from explorer.export.comparison_program import of_comparison, printed_comparison
from explorer.export.layers_program import (
    AGAINST_ALL,
    EXCLUSIVE_OR,
    PAIR,
    of_hidden_layer,
    of_ten,
    of_ten_scikit_learn,
    printed_against_all,
    printed_ten,
    printed_ten_scikit_learn,
)
from explorer.export.numbers import (
    array_npy,
    comparison_csv,
    file_stem,
    layers_npz,
    run_csv,
    sweep_csv,
    ten_npz,
    weights_npy,
    weights_npz,
    weights_png,
)
from explorer.export.own_images_program import of_own_images, printed_own
from explorer.export.painting_program import STARTS, of_painting, printed_painting
from explorer.export.program import Part, Program
from explorer.export.run_program import of_run, of_saved, printed
from explorer.export.scikit_learn_program import of_scikit_learn, printed_scikit_learn
