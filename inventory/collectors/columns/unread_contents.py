"""What stands in the columns that are not read: how much, the first values of it, and whether it only numbers the rows.

Looked at by the block, and only until a few values are known: a column nobody reads must cost next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from inventory.collectors.cells.cell_types import Raw, plain_text
from inventory.collectors.cells.cells import ColumnReader
from inventory.collectors.columns.heading_keys import heading_key, value_key
from inventory.collectors.columns.layout import Column, Layout
from inventory.collectors.columns.vocabulary import Vocabulary

SAMPLES = 3  # different values that are shown
# Columns that need no question: they were answered, belong to another one, or hold what is never told.
SETTLED = frozenset({"serial", "credential", "hidden", "ignored", "label", "unit", "sum", "operation"})
_FEWEST_NUMBERS = 3  # rows that are numbered one by one below a heading that does not say so
_NUMBERS_ROWS = re.compile(r"序|编?号|^no\.?$|^#$", re.IGNORECASE)


@dataclass(slots=True)
class Contents:
    """What one column holds in the rows that may be told of."""

    cells: int = 0
    samples: list[Raw] = field(default_factory=list)
    last_number: int | None = None  # of the rows, as long as they are numbered one by one
    numbers: int = 0
    is_numbering: bool = True
    repeats: bool = (
        False  # the same number follows itself, as in 1, 1, 1: below other headings than 序号 that counts nothing
    )
    is_untold: bool = False  # it holds something in rows of which nothing may be told

    @property
    def holds_something(self) -> bool:
        """Whether there is anything to ask about."""
        return self.is_untold or bool(self.samples)

    def numbers_rows(self, heading: str) -> bool:
        """Whether it holds nothing but row numbers, below this heading."""
        speaks_of_it = not heading or bool(_NUMBERS_ROWS.search(heading))
        if speaks_of_it:
            return not self.is_untold and self.is_numbering and self.numbers >= 1
        return not self.is_untold and self.is_numbering and self.numbers >= _FEWEST_NUMBERS and not self.repeats


class UnreadContents:
    """The contents of all columns of one layout that no field is read from."""

    def __init__(self, layout: Layout, words: Vocabulary) -> None:
        self._nothing = words.nothing
        self._passed_over = {column.index for column in layout.columns} | {
            column.index for column in layout.unread if column.why in SETTLED
        }
        self._rivals = _rivals(layout, words)
        self.found: dict[int, Contents] = {}

    def look(self, by_column: Sequence[tuple[Raw, ...]], withheld: Collection[int]) -> None:
        """Look at the cells of a block, column by column.

        Args:
            by_column: the cells of each column.
            withheld: rows of the block, from 0, that are or may be classified.
        """
        for index, cells in enumerate(by_column):
            if index in self._passed_over or cells.count("") == len(cells):
                continue
            own = cells
            if withheld:
                own = tuple(cell for at, cell in enumerate(own) if at not in withheld)
            if index in self._rivals:
                own = self._differing(cells, by_column, self._rivals[index], withheld)
            self._note(index, own)

    def note_untold(self, row: Sequence[Raw]) -> None:
        """A row of which nothing is told: its columns hold something."""
        for index, cell in enumerate(row):
            if index not in self._passed_over and self._says_something(cell):
                known = self.found.setdefault(index, Contents())
                known.cells += 1
                known.is_untold = True

    def _note(self, index: int, cells: Sequence[Raw]) -> None:
        known = self.found.setdefault(index, Contents())
        known.cells += len(cells) - cells.count("")
        if len(known.samples) < SAMPLES:
            for cell in dict.fromkeys(cells):
                if self._says_something(cell) and cell not in known.samples:
                    known.samples.append(cell)
                    if len(known.samples) == SAMPLES:
                        break
        if known.is_numbering:
            _count_on(known, cells)

    def _says_something(self, cell: Raw) -> bool:
        return cell != "" and not (isinstance(cell, str) and (not cell.strip() or value_key(cell) in self._nothing))

    def _differing(
        self, cells: tuple[Raw, ...], by_column: Sequence[tuple[Raw, ...]], rival: _Rival, withheld: Collection[int]
    ) -> tuple[Raw, ...]:
        """The cells that say something else than the column that is read for their meaning."""
        other = by_column[rival.index] if rival.index < len(by_column) else ("",) * len(cells)
        if cells == other:
            return ()
        return tuple(
            cell
            for at, cell in enumerate(cells)
            if at not in withheld and self._says_something(cell) and not rival.says_the_same(cell, other[at])
        )


class _Rival:
    """A second column of one meaning beside the one that is read for it: what do their cells say?"""

    def __init__(self, column: Column, own_unit: str | None, words: Vocabulary) -> None:
        self.index = column.index
        self._own = ColumnReader(column.field, words, unit=own_unit)
        self._read = ColumnReader(column.field, words, unit=column.unit)
        self._known: dict[tuple[Raw, Raw], bool] = {}

    def says_the_same(self, one: Raw, other: Raw) -> bool:
        """Whether a cell says what that of the other column says, in whatever words: 否 and 非涉密, 2 TB and 2048 GB."""
        pair = (one, other)
        if pair not in self._known:
            self._known[pair] = self._compared(one, other)
        return self._known[pair]

    def _compared(self, one: Raw, other: Raw) -> bool:
        if other == "" or isinstance(one, bool) or isinstance(other, bool):
            return one == other
        ours, theirs = self._own[one], self._read[other]
        if ours.classified or ours.value is not None or theirs.value is not None:
            return (ours.classified, ours.value) == (theirs.classified, theirs.value)
        return value_key(plain_text(one)) == value_key(plain_text(other))


def _rivals(layout: Layout, words: Vocabulary) -> dict[int, _Rival]:
    """Second columns of one meaning, each beside the column that is read for it; those of remarks are left."""
    found: dict[int, _Rival] = {}
    for column in layout.unread:
        read = layout.column(column.suggestions[0][0]) if column.why == "duplicate" and column.suggestions else None
        if read is not None:
            levels = layout.levels.get(column.index, ("",))
            found[column.index] = _Rival(read, heading_key(levels[-1]).unit, words)
    return found


def _count_on(known: Contents, cells: Sequence[Raw]) -> None:
    """Go on counting rows as long as each number follows the one above it, or begins again with 1."""
    for cell in cells:
        if cell == "":
            continue
        number = _whole(cell)
        if number is None or number not in {1, (known.last_number or 0) + 1}:
            known.is_numbering = False
            return
        known.repeats |= number == known.last_number
        known.last_number = number
        known.numbers += 1


def _whole(cell: Raw) -> int | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return int(cell) if float(cell).is_integer() else None
    text = cell.strip() if isinstance(cell, str) else ""
    return int(text) if text.isdecimal() and len(text) <= 7 else None
