"""For the page Prices: receipts, and reading them from a table that visitors type into, or from a link."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.inputs import bounds, numbers, quoting
from explorer.lessons.words import number

words = texts.of("prices")

Array = NDArray[np.floating]
Row = tuple[str, str, str]

FRUIT = ("apples", "pears")
COLUMNS = (*FRUIT, "cents")
# The first two fit apples at 1 and pears at 2; the third is 6 cents more than that.
FIRST_ROWS: tuple[Row, ...] = (("3", "2", "7"), ("1", "4", "9"), ("2", "1", "10"))
MOST_ROWS, MOST_FRUIT, MOST_CENTS = bounds.RECEIPT_ROWS, 100, 1000
_DECIMALS = 6  # the decimals that are read; a link holds all of them, so that it replays exactly
_UNIT = re.compile(r"^¢\s*|\s*(¢|(cts?|cents?)\.?)$", re.IGNORECASE)  # beside a total
_LOW_COMMA = "‚"  # a quotation mark that looks and is read like a comma, but separates no cells in a link


@dataclass(frozen=True)
class Receipts:
    """What was bought and what it cost.

    Parameters
    ----------
    quantities : (n_receipts, n_prices)
        Apples and pears, and a column of ones where the bag is counted.
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
        """The first ``n`` receipts, or all if there are fewer."""
        return Receipts(self.quantities[:n], self.totals[:n])

    def with_bag(self) -> Receipts:
        """The receipts with a third column of ones: each has exactly one bag, whose price is the bias."""
        return Receipts(np.column_stack([self.quantities, np.ones(len(self))]), self.totals)

    @property
    def rank(self) -> int:
        """The rank of the quantities: how many of the receipts are independent of each other."""
        return int(np.linalg.matrix_rank(self.quantities))

    @property
    def determined(self) -> bool:
        """Whether at most one set of prices fits the receipts."""
        return self.rank == self.quantities.shape[1]


@dataclass(frozen=True)
class Reading:
    """What was read from a table.

    Parameters
    ----------
    receipts : Receipts or None
        The rows that can be used; None if there are none.
    refused : list of str
        The problems of the others, in Markdown: a sentence for each of the first few, and the number of the rest.
    """

    receipts: Receipts | None
    refused: list[str]


def read_table(rows: Sequence[Sequence[object]]) -> Reading:
    """The receipts in a typed table. Rows that cannot be used are named and left out.

    Parameters
    ----------
    rows : sequence of three cells each
        Apples, pears and the total, as text or numbers; None or "" is an empty cell. Empty rows are ignored,
        rows beyond ``MOST_ROWS`` are counted but not read.
    """
    good, refused = [], []
    for place, row in enumerate(rows[:MOST_ROWS], start=1):
        cells = [_text(cell) for cell in (*row[:3], "", "", "")[:3]]
        if not any(cells):
            continue
        try:
            good.append(_receipt(cells))
        except ValueError as problem:
            refused.append(words("refused.row", row=place, problem=problem))
    refused = quoting.first_few(refused, words("refused.rest"))
    if len(rows) > MOST_ROWS:
        refused.append(_too_many(len(rows)))
    if not good:
        return Reading(None, refused)
    table = np.array(good)
    return Reading(Receipts(table[:, :2], table[:, 2]), refused)


def _too_many(rows: int) -> str:
    return words("refused.too_many", most=MOST_ROWS, rows=f"{rows:,}")


def nothing_to_learn() -> str:
    """The message that replaces the pictures when no row of the table can be used."""
    return words("table.nothing")


def rows_of_link(link: str) -> tuple[tuple[Row, ...], str | None]:
    """The rows in a link (``3,2,7;1,4,9``), at most ``MOST_ROWS``, and its problem as a sentence, or None.

    Cells that are not numbers are kept as typed, for ``read_table`` to name. Cells may also be separated by tabs and
    rows by line ends, as a spreadsheet copies them. Where the link holds no table, the rows are ``FIRST_ROWS``.
    """
    if len(link) <= bounds.RECEIPTS:
        rows = [_cells(row) for row in re.split("[;；\n\r]", link) if row.strip(" ,，\t")]
        if rows and all(len(row) == 3 for row in rows[:MOST_ROWS]):
            return tuple(rows[:MOST_ROWS]), _too_many(len(rows)) if len(rows) > MOST_ROWS else None
    return FIRST_ROWS, words("refused.link")


def link_of_rows(rows: Sequence[Sequence[object]]) -> str:
    """The text of the rows in a link: numbers with a point, other cells as typed, empty rows left out."""
    texts = [[_text(cell) for cell in row] for row in rows[:MOST_ROWS]]
    return ";".join(",".join(map(_for_link, row, COLUMNS)) for row in texts if any(row))


def link_of_receipts(receipts: Receipts) -> str:
    """The text of receipts in a link, with every digit."""
    table = np.column_stack([receipts.quantities, receipts.totals])
    return ";".join(",".join(np.format_float_positional(value, trim="-") for value in row) for row in table)


def receipts_of_link(link: object) -> Receipts:
    """The receipts in a link as ``link_of_receipts`` writes it. Raises ValueError where any of them cannot be used."""
    if not isinstance(link, str):
        raise ValueError("receipts: must be text")
    rows, problem = rows_of_link(link)
    reading = read_table(rows)
    if problem or reading.refused or reading.receipts is None:
        raise ValueError("receipts: cannot be read")
    return reading.receipts


def edited(
    rows: Sequence[Sequence[object]], edits: Mapping[object, object]
) -> tuple[tuple[object, ...], ...] | None:
    """The table with a browser's edits, or None where the page's own table cannot have sent them.

    Parameters
    ----------
    rows : ``MOST_ROWS`` rows of three cells
    edits : mapping
        Index of a row, from 0, to a mapping from column names to text or None. Not trusted.
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
    """The table with cells pasted from a spreadsheet into one cell spread over rows and columns.

    A cell with tabs or line ends was pasted; its rows replace the row that it is in. If the table then has more than
    ``MOST_ROWS`` rows, empty ones are removed.
    """
    after: list[tuple[object, ...]] = []
    for row in rows:
        pasted = next((cell for cell in row if isinstance(cell, str) and re.search("[\t\n\r]", cell.strip())), None)
        after += [tuple(row)] if pasted is None else [
            (*line.split("\t"), "", "")[:3] for line in pasted.splitlines() if line.strip()
        ]
    return tuple(after) if len(after) <= MOST_ROWS else tuple(row for row in after if any(row))


def filled(rows: Sequence[Sequence[object]]) -> tuple[tuple[object, ...], ...]:
    """The table filled up with empty rows at its end to ``MOST_ROWS`` rows."""
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
    """The number in a cell. Raises ValueError like ``numbers.number``."""
    if column == "cents":
        text = _UNIT.sub("", text, count=1)
    return round(numbers.number(text), _DECIMALS)


def _receipt(cells: Sequence[str]) -> list[float]:
    """The numbers of a row. Raises ValueError with the problem, as part of a sentence."""
    values = []
    for column, cell, most in zip(COLUMNS, cells, (MOST_FRUIT, MOST_FRUIT, MOST_CENTS), strict=True):
        if not cell:
            raise ValueError(words("refused.missing", column=column))
        try:
            value = _value(cell, column)
        except ValueError as problem:
            name = "refused.of_what" if str(problem).endswith("a number") else "refused.other"
            raise ValueError(words(name, cell=quoting.quoted(cell), problem=problem, column=column)) from problem
        if value < 0:
            raise ValueError(words("refused.negative", value=number(value, "g"), column=column))
        if value > most:
            raise ValueError(words("refused.too_large", value=f"{value:g}", column=column, most=f"{most:,}"))
        values.append(value)
    apples, pears, total = values
    if apples == pears == 0:
        raise ValueError(words("refused.no_fruit" if total else "refused.nothing"))
    return values
