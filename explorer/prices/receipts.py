"""Receipts, and reading them from a table that people type into."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import bounds, quoting, typed
from explorer.explanations import number

Array = NDArray[np.floating]
Row = tuple[str, str, str]

FRUIT = ("apples", "pears")
COLUMNS = (*FRUIT, "cents")
# The first two fit apples at 1 and pears at 2; the third is 6 cents more than that.
FIRST_ROWS: tuple[Row, ...] = (("3", "2", "7"), ("1", "4", "9"), ("2", "1", "10"))
MOST_ROWS, MOST_FRUIT, MOST_CENTS = bounds.RECEIPT_ROWS, 100, 1000
_DECIMALS = 6  # that are read: a link holds all of them, so that it replays exactly
_UNIT = re.compile(r"^¢\s*|\s*(¢|(cts?|cents?)\.?)$", re.IGNORECASE)  # of the total
_LOW_COMMA = "‚"  # a quotation mark that looks like a comma, and is read like one, but separates nothing in a link


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
        What is wrong with the others, in Markdown: a sentence for each of the first few, and how many more there are.
    """

    receipts: Receipts | None
    refused: list[str]


def read_table(rows: Sequence[Sequence[object]]) -> Reading:
    """Receipts from a table that somebody typed. A row that cannot be used is named; the rest stays.

    Parameters
    ----------
    rows : sequence of three cells each
        Apples, pears and the total, as text or numbers; None or "" is an empty cell. Empty rows count for nothing,
        rows beyond ``MOST_ROWS`` are counted and not read.
    """
    good, refused = [], []
    for place, row in enumerate(rows[:MOST_ROWS], start=1):
        cells = [_text(cell) for cell in (*row[:3], "", "", "")[:3]]
        if not any(cells):
            continue
        try:
            good.append(_receipt(cells))
        except ValueError as problem:
            refused.append(f"Row {place} is left out: {problem}.")
    refused = quoting.first_few(refused, "rows are left out")
    if len(rows) > MOST_ROWS:
        refused.append(_too_many(len(rows)))
    if not good:
        return Reading(None, refused)
    table = np.array(good)
    return Reading(Receipts(table[:, :2], table[:, 2]), refused)


def _too_many(rows: int) -> str:
    return f"Only the first {MOST_ROWS} of {rows:,} rows are read."


def nothing_to_learn() -> str:
    """What a page says in place of pictures when no row of the table can be used."""
    return (
        "There is no receipt here with fruit on it, so nothing can be learned about prices. "
        "Type how many apples, how many pears and what they cost, or take the first receipts again."
    )


def rows_of_link(link: str) -> tuple[tuple[Row, ...], str | None]:
    """The rows that a link holds (``3,2,7;1,4,9``), at most ``MOST_ROWS``, and what is wrong with it, or None.

    Rows that are not numbers come through, as typed: ``read_table`` names them. Cells may also be separated by
    tabs and rows by line ends, as a spreadsheet copies them. A link that holds nothing like a table gives the first
    receipts.
    """
    if len(link) <= bounds.RECEIPTS:
        rows = [_cells(row) for row in re.split("[;；\n\r]", link) if row.strip(" ,，\t")]
        if rows and all(len(row) == 3 for row in rows[:MOST_ROWS]):
            return tuple(rows[:MOST_ROWS]), _too_many(len(rows)) if len(rows) > MOST_ROWS else None
    return FIRST_ROWS, (
        "The receipts in this link cannot be read: they should look like 3,2,7;1,4,9. "
        "These are the first receipts instead."
    )


def link_of_rows(rows: Sequence[Sequence[object]]) -> str:
    """Rows as they stand in a link: numbers with a point, other cells as typed, empty rows left out."""
    texts = [[_text(cell) for cell in row] for row in rows[:MOST_ROWS]]
    return ";".join(",".join(map(_for_link, row, COLUMNS)) for row in texts if any(row))


def edited(
    rows: Sequence[Sequence[object]], edits: Mapping[object, object]
) -> tuple[tuple[object, ...], ...] | None:
    """The table after what a browser says was edited; None where no table of ours can have sent that.

    Parameters
    ----------
    rows : ``MOST_ROWS`` rows of three cells
    edits : mapping
        Place of a row, from 0, to a mapping of name of a column to text or None. Not trusted.
    """
    if len(edits) > MOST_ROWS or not all(
        type(place) is int and 0 <= place < MOST_ROWS and isinstance(cells, Mapping) and len(cells) <= len(COLUMNS)
        and all(
            column in COLUMNS and (cell is None or (isinstance(cell, str) and len(cell) <= bounds.PASTED))
            for column, cell in cells.items()
        ) for place, cells in edits.items()
    ):
        return None
    return tuple(
        tuple(edits.get(place, {}).get(column, cell) for column, cell in zip(COLUMNS, row, strict=True))
        for place, row in enumerate(rows)
    )


def spread(rows: Sequence[Sequence[object]]) -> tuple[tuple[object, ...], ...]:
    """The table with what was pasted into one cell in its rows and columns: a spreadsheet copies tabs and line ends.

    What was pasted takes the place of the row that it was pasted into. Where there are more than ``MOST_ROWS`` then,
    empty rows go.
    """
    after: list[tuple[object, ...]] = []
    for row in rows:
        pasted = next((cell for cell in row if isinstance(cell, str) and re.search("[\t\n\r]", cell.strip())), None)
        after += [tuple(row)] if pasted is None else [
            (*line.split("\t"), "", "")[:3] for line in pasted.splitlines() if line.strip()
        ]
    return tuple(after) if len(after) <= MOST_ROWS else tuple(row for row in after if any(row))


def filled(rows: Sequence[Sequence[object]]) -> tuple[tuple[object, ...], ...]:
    """The table with empty rows at its end, ``MOST_ROWS`` in all."""
    return (*map(tuple, rows[:MOST_ROWS]), *(("", "", ""),) * (MOST_ROWS - len(rows)))


def _cells(row: str) -> tuple[str, ...]:
    return tuple(_text(cell) for cell in re.split("\t" if "\t" in row else "[,，]", row))


def _text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    text = f"{cell:g}" if isinstance(cell, float) else str(cell)
    return " ".join(quoting.visible(text[: bounds.PASTED]).split())


def _for_link(cell: str, column: str) -> str:
    try:
        return np.format_float_positional(_value(cell, column), trim="-")
    except ValueError:
        short = cell if len(cell) <= bounds.CELL else cell[: bounds.CELL - 1] + "…"
        return re.sub("[,，]", _LOW_COMMA, re.sub("[;；]", "_", short))


def _value(text: str, column: str) -> float:
    """The number in a cell. Raises ValueError as ``typed.number``."""
    if column == "cents":
        text = _UNIT.sub("", text, count=1)
    return round(typed.number(text), _DECIMALS)


def _receipt(cells: Sequence[str]) -> list[float]:
    """A row in numbers. Raises ValueError with what is wrong, for a sentence."""
    values = []
    for column, cell, most in zip(COLUMNS, cells, (MOST_FRUIT, MOST_FRUIT, MOST_CENTS), strict=True):
        if not cell:
            raise ValueError(f"the number of {column} is missing")
        try:
            value = _value(cell, column)
        except ValueError as problem:
            of_what = f" of {column}" if str(problem).endswith("a number") else ""
            raise ValueError(f"{quoting.quoted(cell)} {problem}{of_what}") from problem
        if value < 0:
            raise ValueError(f"{number(value, 'g')} {column} is less than nothing")
        if value > most:
            raise ValueError(f"{value:g} {column} is more than {most:,}, the most that fits here")
        values.append(value)
    apples, pears, total = values
    if apples == pears == 0:
        raise ValueError(
            "no fruit was bought, and no price explains what it cost" if total
            else "no fruit and no cents say nothing about prices"
        )
    return values
