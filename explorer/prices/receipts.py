"""Receipts, and reading them from a table that people type into."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.explanations import number

Array = NDArray[np.floating]
Row = tuple[str, str, str]

FRUIT = ("apples", "pears")
# The first two fit apples at 1 and pears at 2; the third is 6 cents more than that.
FIRST_ROWS: tuple[Row, ...] = (("3", "2", "7"), ("1", "4", "9"), ("2", "1", "10"))
MOST_ROWS, MOST_FRUIT, MOST_CENTS = 8, 100, 1000
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)", re.ASCII)
_MARKS = re.compile(r"[^\w .,+-]|_")
_LONGEST_LINK = 400


@dataclass(frozen=True)
class Receipts:
    """What was bought, and what it cost.

    Parameters
    ----------
    quantities : (n_receipts, n_prices)
        Apples, pears; a third column of ones where the bag is counted.
    totals : (n_receipts,)
        In cents.
    """

    quantities: Array
    totals: Array

    def __post_init__(self) -> None:
        if self.quantities.ndim != 2 or self.totals.shape != self.quantities.shape[:1] or not len(self.totals):
            raise ValueError(
                f"quantities {self.quantities.shape} and totals {self.totals.shape} must be (n, k) and (n,), n > 0"
            )

    def __len__(self) -> int:
        return len(self.totals)

    def first(self, n: int) -> Receipts:
        """The first ``n`` of them, or all if there are fewer."""
        return Receipts(self.quantities[:n], self.totals[:n])

    def with_bag(self) -> Receipts:
        """The same with a third column of ones: every receipt has exactly one bag, whose price is the bias."""
        return Receipts(np.column_stack([self.quantities, np.ones(len(self))]), self.totals)

    @property
    def rank(self) -> int:
        """How many of the receipts say something that the others do not."""
        return int(np.linalg.matrix_rank(self.quantities))

    @property
    def determined(self) -> bool:
        """Whether at most one set of prices fits them."""
        return self.rank == self.quantities.shape[1]


@dataclass(frozen=True)
class Reading:
    """What was made of a table.

    Parameters
    ----------
    receipts : Receipts or None
        The rows that can be used; None if there are none.
    refused : list of str
        One plain sentence for each row that cannot.
    """

    receipts: Receipts | None
    refused: list[str]


def read_table(rows: Sequence[Sequence[object]]) -> Reading:
    """Receipts from a table that somebody typed. A row that cannot be used is named; the rest stays.

    Parameters
    ----------
    rows : sequence of three cells each
        Apples, pears and the total, as text or numbers; None or "" is an empty cell. Empty rows count for nothing.
    """
    good, refused = [], []
    for place, row in enumerate(rows, start=1):
        cells = [_text(cell) for cell in (*row, "", "", "")[:3]]
        if not any(cells):
            continue
        problem = _problem(cells)
        if not problem and len(good) == MOST_ROWS:
            problem = f"only {MOST_ROWS} receipts are used"
        if problem:
            refused.append(f"Row {place} is left out: {problem}.")
        else:
            good.append([_value(cell) for cell in cells])
    if not good:
        return Reading(None, refused)
    table = np.array(good)
    return Reading(Receipts(table[:, :2], table[:, 2]), refused)


def nothing_to_learn() -> str:
    """What a page says in place of pictures when no row of the table can be used."""
    return (
        "There is no receipt here with fruit on it, so nothing can be learned about prices. "
        "Type how many apples, how many pears and what they cost, or take the first receipts again."
    )


def rows_of_link(link: str) -> tuple[tuple[Row, ...], str | None]:
    """The rows that a link holds (``3,2,7;1,4,9``), and what is wrong with it, or None.

    Rows that are not numbers come through, as typed: ``read_table`` names them. A link that holds nothing
    like a table gives the first receipts.
    """
    rows = tuple(
        tuple(_text(cell) for cell in row.split(",")) for row in link.split(";") if row.strip(" ,")
    )
    if len(link) > _LONGEST_LINK or not rows or any(len(row) != 3 for row in rows):
        return FIRST_ROWS, (
            "The receipts in this link cannot be read: they should look like 3,2,7;1,4,9. "
            "These are the first receipts instead."
        )
    return rows, None


def link_of_rows(rows: Sequence[Sequence[object]]) -> str:
    """Rows as they stand in a link, empty ones left out; short enough to be read again."""
    texts = [
        ",".join(re.sub(r"[,;]", ".", _text(cell)) for cell in row) for row in rows if any(_text(cell) for cell in row)
    ]
    while len(link := ";".join(texts)) > _LONGEST_LINK:
        texts.pop()
    return link


def _text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    text = f"{cell:g}" if isinstance(cell, float) else str(cell)
    return "".join(c for c in text if c.isprintable()).strip()[:12].replace("−", "-")


def _value(text: str) -> float:
    return float(text.replace(",", "."))


def _problem(cells: Sequence[str]) -> str | None:
    for name, cell, most in zip((*FRUIT, "cents"), cells, (MOST_FRUIT, MOST_FRUIT, MOST_CENTS), strict=True):
        if not cell:
            return f"the number of {name} is missing"
        if not _NUMBER.fullmatch(cell):
            # What somebody typed is shown without what Markdown would read as a sign of its own.
            return f"“{_MARKS.sub('', cell)}” is not a number of {name}"
        if _value(cell) < 0:
            return f"{number(_value(cell), 'g')} {name} is less than nothing"
        if _value(cell) > most:
            return f"{_value(cell):g} {name} is more than {most:,}, the most that fits here"
    apples, pears, total = map(_value, cells)
    if apples == pears == 0:
        return (
            "no fruit was bought, and no price explains what it cost" if total
            else "no fruit and no cents say nothing about prices"
        )
    return None
