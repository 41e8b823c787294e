"""Merged ranges below the headings: texts are filled down, numbers never, for they would count twice; why they are empty is said."""

from __future__ import annotations

from collections.abc import Sequence

from inventory.collectors.cells.cell_types import COUNTED_ABOVE, Raw
from inventory.collectors.columns.layout import Column
from inventory.collectors.workbooks.grid import Grid, Row
from inventory.fields import FIELDS

_COUNTED = frozenset({"cores", "size", "count", "number", "money", "ratio", "bandwidth"})


class MergedCells:
    """The merged ranges of one sheet, followed from top to bottom."""

    def __init__(self, grid: Grid) -> None:
        self._covered: dict[int, list[tuple[int, int]]] = {}
        self._widths: dict[tuple[int, int], int] = {}
        self._values: dict[tuple[int, int], Raw] = {}
        for first_row, first_column, last_row, last_column in grid.merges:
            self._widths[first_row, first_column] = last_column - first_column + 1
            for row in range(first_row + 1, min(last_row, first_row + 100_000) + 1):
                self._covered.setdefault(row, []).append((first_row, first_column))

    def width_at(self, row: int, column: int) -> int:
        """How many columns the cell covers; rows and columns count from 0."""
        return self._widths.get((row, column), 1)

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell lies below the first row of a merged range; rows and columns count from 0."""
        return any(first_column == column for _, first_column in self._covered.get(row, ()))

    def filled(self, block: Sequence[tuple[int, Row]], columns: Sequence[Column]) -> list[Row]:
        """The rows of a block (numbered from 1) with merged texts filled down."""
        if not self._widths:
            return [row for _, row in block]
        texts = {column.index for column in columns if FIELDS[column.field].type not in _COUNTED}
        amounts = {column.index for column in columns} - texts
        return [self._filled_row(number - 1, row, texts, amounts) for number, row in block]

    def _filled_row(self, at: int, row: Row, texts: set[int], amounts: set[int]) -> Row:
        for index in texts:
            if (at, index) in self._widths and index < len(row):
                self._values[at, index] = row[index]
        for index in amounts:
            if (at, index) in self._widths and index < len(row) and row[index] != "":
                self._values[at, index] = COUNTED_ABOVE
        covered = self._covered.get(at)
        if not covered:
            return row
        copy = list(row)
        for first_row, first_column in covered:
            if (first_column in texts or first_column in amounts) and copy[first_column] == "":
                copy[first_column] = self._values.get((first_row, first_column), "")
        return copy
