"""A row whose name's cell numbers several systems, `1、A` ⏎ `2、B`, as several rows: each item with its system, the rest with all.

What is numbered alike in other columns goes to its system; an amount that stands once cannot be divided and is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.columns.layout import Column
from inventory.collectors.rows.system_names import several_names
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS

OPENS_A_LIST = frozenset("1（(①") | frozenset("１⑴⒈㈠ \n\t")  # first signs of a cell that numbers its systems
SEPARATES_ANSWERS = "┋"  # between the answers that a survey tool puts into one cell
MAX_SYSTEMS = 50  # of one cell; more are a list of something else


def divided(row: Row, name: Column, columns: Sequence[Column]) -> list[tuple[Row, tuple[Column, ...]]]:
    """The rows that a row stands for, each with the columns whose amounts cannot be divided; empty where it names one system."""
    cell = row[name.index] if name.index < len(row) else ""
    items = several_names(cell) if isinstance(cell, str) else ()
    if not 1 < len(items) <= MAX_SYSTEMS:
        return []
    shared: list[Column] = []
    pieces: dict[int, Sequence[Raw]] = {name.index: items}
    for column in columns:
        raw = row[column.index] if column.index < len(row) else ""
        if column.index == name.index or raw == "":
            continue
        own = several_names(raw) if isinstance(raw, str) else ()
        if len(own) == len(items):
            pieces[column.index] = own
        elif (
            FIELDS[column.field].sums
            or FIELDS[column.field].type in {"money", "number", "size", "cores"}
            or column.field == "spec"
        ):
            shared.append(column)
            pieces[column.index] = ("",) * len(items)
    return [
        (
            [pieces[at][order] if at in pieces else raw for at, raw in enumerate(row)],
            tuple(shared) if order == 0 else (),
        )
        for order in range(len(items))
    ]
