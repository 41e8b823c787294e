"""同上 and 〃: the value of the row right above, where there is one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from inventory.collectors.cells.cell_types import CLASSIFIED, Cell
from inventory.collectors.columns.layout import Column
from inventory.fields import FIELDS


class Dittos:
    """The row read last, below one set of headings."""

    def __init__(self, columns: Sequence[Column]) -> None:
        # An amount that stands once for several rows would be counted again: money is asked.
        self._repeats = [FIELDS[column.field].type != "money" for column in columns]
        self._names = [column.field == "sys_name" for column in columns]
        self._above: Sequence[Cell] = ()
        self._number = 0
        self._classified = False

    def seen(self, number: int, cells: Sequence[Cell], *, classified: bool) -> None:
        """Remember a row; `classified` rows give nothing away to the row below."""
        self._above, self._number, self._classified = cells, number, classified

    def resolved(self, number: int, cells: Sequence[Cell], marked: Collection[int]) -> list[Cell]:
        """The cells with every ditto replaced; one without a value right above keeps its question.

        Args:
            number: the row, from 1.
            cells: in the order of the columns.
            marked: places of cells that may be dittos.
        """
        found = list(cells)
        if number != self._number + 1:
            return found
        for at in marked:
            if not cells[at].ditto:
                continue
            if self._classified:
                if self._names[at]:
                    found[at] = CLASSIFIED
            elif self._repeats[at] and self._above[at].value is not None:
                found[at] = self._above[at]._replace(issue=None, raw="同上")
        return found
