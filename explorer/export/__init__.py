"""What a visitor takes along: programs that give the numbers on the screen, the numbers themselves, a picture.

A program stands alone: it imports nothing of this project, and holds what the settings ask for and nothing else.
"""

from explorer.export.program import Part, Program
from explorer.export.run import of_run, printed
