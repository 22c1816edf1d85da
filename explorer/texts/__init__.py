"""The words of the pages: one file for each page, which an editor reads and changes without meeting code.

A file is TOML: a name, and a text in Markdown. In a text, ``{name}`` stands for a value that the page fills in, and
``[[word]]`` or ``[[words that are shown|word]]`` for a word of the glossary, which opens where it stands.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

_FOLDER = Path(__file__).resolve().parent
_WORD = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]|]+))?\]\]")
GLOSSARY = "glossary"  # the file of the words that are explained
ANCHOR = "#word-"  # what the address of a link to the glossary begins with: explorer/web/glossary.js opens it


class Texts:
    """The texts of one file, by name; those in a table of the file as "table.name".

    Parameters
    ----------
    name : str
        Of the file, without its ending.
    """

    def __init__(self, name: str):
        self.name = name
        with (_FOLDER / f"{name}.toml").open("rb") as file:
            self._texts = dict(_flat(tomllib.load(file)))

    def __call__(self, name: str, **values: Any) -> str:
        """A text with its values filled in.

        Raises
        ------
        KeyError
            When there is no such text, or it asks for a value that is not given.
        """
        return self._texts[name].format(**values)

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def values(self, name: str) -> set[str]:
        """The names of the values that a text asks for."""
        return {re.split(r"[.\[]", field)[0] for _, field, _, _ in Formatter().parse(self._texts[name]) if field}

    def table(self, name: str) -> dict[str, str]:
        """The texts of a table of the file, in its order: without values, by the rest of their names."""
        start = f"{name}."
        return {key.removeprefix(start): self(key) for key in self._texts if key.startswith(start)}


@functools.cache
def of(name: str) -> Texts:
    """The texts of a file: "train" for explorer/texts/train.toml."""
    return Texts(name)


def anchor(word: str) -> str:
    """The address of a word of the glossary."""
    return ANCHOR + re.sub(r"\W+", "-", word.lower()).strip("-")


def glossary() -> dict[str, str]:
    """All words that are explained, in alphabetical order, each with its explanation in plain text."""
    words = of(GLOSSARY)
    return {word: words(word) for word in sorted(words, key=str.lower)}


def _flat(table: dict[str, Any], start: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{start}{name}.")
        else:
            yield start + name, _WORD.sub(_link, value.strip())


def _link(found: re.Match[str]) -> str:
    return f"[{found[1]}]({anchor(found[2] or found[1])})"
