"""Two tables on one sheet, beside each other with an empty column between: their rows have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from inventory.collectors.grid import MAX_COLUMNS, Grid, Row
from inventory.collectors.headings import HEAD_ROWS, find_layout
from inventory.collectors.layout import SAME, Layout
from inventory.collectors.vocabulary import Vocabulary

_NARROWEST = 2  # columns with a meaning, the name among them, that make a table


def side_by_side(grid: Grid, head: Sequence[Row], layout: Layout, words: Vocabulary) -> list[tuple[Grid, Layout]]:
    """The tables of a sheet from left to right, each with the others' cells blank; empty where there is but one.

    Only tables that name their rows themselves are taken apart: a group of columns without names of its own belongs
    to the table on its left.
    """
    cuts = sorted({*_empty_columns(head, layout), *_second_names(layout)})
    if not cuts:
        return []
    found: list[tuple[Grid, Layout]] = []
    edges = [0, *cuts, MAX_COLUMNS]
    for first, last in pairwise(edges):
        part = replace(
            grid, rows=partial(_rows, grid, first, last), columns=(first, last - 1),
            merges=tuple(area for area in grid.merges if first <= area[1] and area[3] < last),
        )  # fmt: skip
        own = find_layout(
            [_only(row, first, last) for row in head], part.merges, words, hidden_columns=grid.hidden_columns
        )
        if own is None or not own.names_something or len(own.columns) < _NARROWEST:
            return []
        found.append((part, own))
    return found


def _second_names(layout: Layout) -> list[int]:
    """Further columns of systems' names: what stands on their right is theirs, not that of the first names."""
    return [c.index for c in layout.unread if c.why == "asked" and c.suggestions[:1] == (("sys_name", SAME),)]


def _empty_columns(head: Sequence[Row], layout: Layout) -> list[int]:
    """The first columns after an empty one, between columns that have a heading."""
    body = head[layout.top : HEAD_ROWS]
    width = max((len(row) for row in body), default=0)
    headed = sorted({column.index for column in layout.columns} | {column.index for column in layout.unread})
    if not headed:
        return []
    empty = [at for at in range(headed[0], width) if all(at >= len(row) or row[at] == "" for row in body)]
    return [at + 1 for at in empty if at + 1 in headed and at < headed[-1]]


def _only(row: Row, first: int, last: int) -> Row:
    return [cell if first <= at < last else "" for at, cell in enumerate(row)]


def _rows(grid: Grid, first: int, last: int) -> Iterator[Row]:
    for row in grid.rows():
        yield _only(row, first, last)
