"""A column `单位` that holds the unit of the number on its left: 2 | TB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from inventory.collectors.cells.cell_types import plain_text
from inventory.collectors.cells.quantities import UNITS, factor
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.layout import Layout, UnreadColumn
from inventory.collectors.workbooks.grid import Grid, Row
from inventory.fields import FIELDS

# A unit of another kind is joined, too, so that its number is asked and not taken for what it is not: 2 | 颗
_ANY_UNIT = frozenset(unit for table in UNITS.values() for unit in table) | {"颗", "路", "块", "节点"}
_HEADINGS = frozenset({"单位", "计量单位", "容量单位", "金额单位"})


def with_units_joined(grid: Grid, head: Sequence[Row], layout: Layout) -> tuple[Grid, Layout]:
    """The grid with such units beside their numbers in one cell, and the layout without their columns."""
    found = [at for at in sorted(layout.levels) if _holds_units(at, head, layout)]
    if not found:
        return grid, layout
    columns = tuple(column for column in layout.columns if column.index not in found)
    unread = [column for column in layout.unread if column.index not in found]
    unread += [UnreadColumn(index=at, heading=" / ".join(layout.levels[at]), why="unit") for at in found]
    return (
        replace(grid, rows=partial(_rows, grid, layout.bottom, found)),
        replace(layout, columns=columns, unread=tuple(sorted(unread, key=lambda column: column.index))),
    )


def _holds_units(at: int, head: Sequence[Row], layout: Layout) -> bool:
    if heading_key(layout.levels[at][-1]).plain not in _HEADINGS:
        return False
    left = next((column for column in layout.columns if column.index == at - 1 and column.unit is None), None)
    if left is None:
        return False
    units = {plain_text(row[at]) for row in head[layout.bottom + 1 :] if at < len(row) and row[at] != ""}
    return bool(units) and all(unit.lower() in _ANY_UNIT or factor(unit, FIELDS[left.field].type) for unit in units)


def _rows(grid: Grid, bottom: int, places: Sequence[int]) -> Iterator[Row]:
    for number, row in enumerate(grid.rows()):
        if number <= bottom:
            yield row
            continue
        copy = list(row)
        for at in places:
            if at < len(copy) and copy[at] != "" and copy[at - 1] != "":
                copy[at - 1] = f"{plain_text(copy[at - 1])}{plain_text(copy[at])}"
        yield copy
