"""Two tables on one sheet, beside each other with an empty column between: their rows have nothing to do with each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from inventory.collectors.columns.heading_columns import assign
from inventory.collectors.columns.headings import HEAD_ROWS, find_layout
from inventory.collectors.columns.layout import SAME, Layout
from inventory.collectors.columns.names_asked import headings_above_names
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.workbooks.grid import MAX_COLUMNS, Grid, Row

_NARROWEST = 2  # columns with a meaning, the name among them, that make a table


def side_by_side(grid: Grid, head: Sequence[Row], layout: Layout, words: Vocabulary) -> list[tuple[Grid, Layout]]:
    """The tables of a sheet from left to right, each with the others' cells blank; empty where there is but one.

    Only tables that name their rows themselves, or that are numbered or titled as tables of their own, are taken apart:
    a group of columns without names of its own belongs to the table on its left.
    """
    empty = _empty_columns(head, layout)
    cuts = sorted({*empty, *_second_names(layout)})
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
        named = own if own is not None and own.names_something and len(own.columns) >= _NARROWEST else None
        if named is None and first in empty and _stands_alone(head, layout, first):
            rows = [_only(row, first, last) for row in head]
            named = (
                headings_above_names(rows, words, own, grid.hidden_columns)
                or own
                or _cut_out(layout, first, last, words)
            )
        if named is None:
            return []
        found.append((part, named))
    return found


def _cut_out(layout: Layout, first: int, last: int, words: Vocabulary) -> Layout:
    """The headings of a table of its own of which hardly one is known: its rows can only be asked about."""
    levels = {index: path for index, path in layout.levels.items() if first <= index < last}
    columns, unread = assign(levels, words, frozenset())
    return replace(layout, columns=columns, unread=unread, levels=levels, answered=frozenset(), names_at=None)


def _stands_alone(head: Sequence[Row], layout: Layout, first: int) -> bool:
    """Whether what begins right of an empty column is numbered anew, or has a title of its own: 表2."""
    serials = [column.index for column in layout.unread if column.why == "serial"]
    if first in serials and any(at < first for at in serials):
        return True
    return any(
        first < len(row) and isinstance(row[first], str) and bool(_OWN_TITLE.search(str(row[first]).strip()))
        for row in head[: layout.top + 1]
    )


_OWN_TITLE = re.compile(
    r"^[(（]?(附?表|附件)\s*[一二三四五六七八九十\d]|(清单|台账|台帐|一览表|登记表|情况表|统计表|明细表|汇总表)([(（].*[)）])?$"
)


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
