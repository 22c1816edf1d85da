"""What a visitor can download: programs that print the numbers on the screen, the numbers, a picture of the weights.

A program is self-contained: it imports nothing from this project, and has only the code that the settings need.

``run_program``, ``comparison_program``, ``scikit_learn_program``, ``own_images_program``
    The programs of the pages Train and A saved model, Compare losses, Against scikit-learn, and Your own digits.
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
from explorer.export.numbers import (
    comparison_csv, file_stem, run_csv, sweep_csv, weights_npy, weights_npz, weights_png,
)
from explorer.export.own_images_program import of_own_images, printed_own
from explorer.export.program import Part, Program
from explorer.export.run_program import of_run, of_saved, printed
from explorer.export.scikit_learn_program import of_scikit_learn, printed_scikit_learn
