"""A program to download: parts of text and code, as a script or as a notebook."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

_COLUMNS = 110  # the width of a comment
_GLUE = re.compile(r"(?<=\ba) (?=\d)| (?=[-*] )|(?<= [-*]) ")  # no line ends in "a 7" or "value * weight"


@dataclass(frozen=True)
class Part:
    """A piece of code, and plain sentences about it; neither is empty."""

    words: str
    code: str


@dataclass(frozen=True)
class Program:
    """A self-contained program.

    Parameters
    ----------
    parts : tuple of Part
        In the order in which they run.
    """

    parts: tuple[Part, ...]

    @property
    def script(self) -> str:
        """The program as a Python file, its sentences as comments."""
        return "\n".join(f"{comment(part.words)}\n{part.code}\n" for part in self.parts)

    def notebook(self) -> bytes:
        """The program as a Jupyter notebook, its sentences as Markdown; the same bytes for the same program."""
        import nbformat  # slow to import
        from nbformat import v4

        cells = []
        for number, part in enumerate(self.parts, 1):
            # Without an id, nbformat draws one at random.
            cells.append(v4.new_markdown_cell(part.words, id=f"words-{number}"))
            cells.append(v4.new_code_cell(part.code, id=f"code-{number}"))
        book = v4.new_notebook(cells=cells, metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        })
        nbformat.validate(book)
        return (nbformat.writes(book) + "\n").encode()


def listed(items: Sequence[str]) -> str:
    """The code of a list: on one line where there is room, else with a line for each item."""
    line = f"[{', '.join(items)}]"
    return line if len(line) <= 80 else "[\n" + "".join(f"    {item},\n" for item in items) + "]"


def comment(words: str) -> str:
    """Sentences as lines of a comment."""
    joined = _GLUE.sub("\N{NO-BREAK SPACE}", words)
    lines = textwrap.fill(
        joined, _COLUMNS, initial_indent="# ", subsequent_indent="# ", break_long_words=False, break_on_hyphens=False
    )
    return lines.replace("\N{NO-BREAK SPACE}", " ")
