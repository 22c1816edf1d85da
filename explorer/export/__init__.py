"""What a visitor takes along: programs that give the numbers on the screen, the numbers themselves, a picture.

A program stands alone: it imports nothing of this project, and holds what the settings ask for and nothing else.
"""

from explorer.export.program import Part, Program
from explorer.export.run import of_run, printed
from explorer.export.comparison import of_comparison, printed_comparison
from explorer.export.scikit_learn import of_scikit_learn, printed_scikit_learn
from explorer.export.numbers import comparison_csv, file_stem, run_csv, sweep_csv, weights_npy, weights_png
