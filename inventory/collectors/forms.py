"""Sheets that are no tables of rows: headings down the first column, or a form of labels and values, one or more a sheet.

Both are turned into a table that the reader knows, and the places in what it found are turned back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from inventory.collectors.cells import Raw
from inventory.collectors.grid import Grid, MergedRange, Row, column_number, letters
from inventory.collectors.heading_columns import Layout
from inventory.collectors.headings import find_layout
from inventory.collectors.sheet_account import SheetAccount
from inventory.collectors.vocabulary import Vocabulary
from inventory.model import Contact, Gap, Origin, Record

MAX_SIDE = 400  # rows and columns of a sheet that may be a form; a longer one is a table
_LABELS = 5  # labels that a form has at least
# row and column (from 0) in the table → row and column in the sheet
Places = Callable[[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A sheet as a table: the grid to be read, its headings, and where each cell of it really stands."""

    grid: Grid
    layout: Layout
    places: Places


def find_form(grid: Grid, words: Vocabulary, score: float) -> Form | None:
    """The form that explains a sheet better than a table of rows with that score does."""
    if grid.height > MAX_SIDE or grid.width > MAX_SIDE:
        return None
    rows = [list(row) for row in islice(grid.rows(), MAX_SIDE)]
    sideways = _sideways(grid, rows)
    layout = find_layout(list(sideways.rows()), sideways.merges, words)
    if layout is not None and layout.names_something and layout.score > score + 1:
        return Form(grid=sideways, layout=_without_labels(layout), places=lambda row, column: (column, row))
    return _card(grid, rows, words, score)


_LABEL_COLUMN = re.compile(r"^(填报|填写|登记)?(项目|内容|指标|栏目|字段|事项|名目|填报项|信息项|类别|大类)$")


def _without_labels(layout: Layout) -> Layout:
    """`项目 | 内容` above a form names its columns; on its side it would be a heading that nobody knows."""
    unread = tuple(
        replace(column, why="label", suggestions=()) if _LABEL_COLUMN.match(layout.levels[column.index][-1]) else column
        for column in layout.unread
    )
    return replace(layout, unread=unread)


def _sideways(grid: Grid, rows: Sequence[Row]) -> Grid:
    width = max((len(row) for row in rows), default=0)
    # A row with one text is a title or caption: on its side it would be a heading.
    padded = [row + [""] * (width - len(row)) if len(row) - row.count("") > 1 else [""] * width for row in rows]
    turned: list[Row] = [list(column) for column in zip(*padded, strict=True)]
    merges: tuple[MergedRange, ...] = tuple((left, top, right, bottom) for top, left, bottom, right in grid.merges)
    return Grid(
        name=grid.name, rows=partial(iter, turned), width=len(rows), height=width, visible=grid.visible, merges=merges,
        hidden_rows=frozenset(at + 1 for at in grid.hidden_columns), hidden_columns=frozenset(at - 1 for at in grid.hidden_rows),
    )  # fmt: skip


def _card(grid: Grid, rows: Sequence[Row], words: Vocabulary, score: float) -> Form | None:
    """Labels with their values beside them; a second name begins the next card."""
    found = _labelled(rows, words)
    if len(found) < _LABELS or len(found) <= score + 2 or not any(name == "sys_name" for _, name, _, _ in found):
        return None
    headings: dict[str, int] = {}
    cards: list[dict[int, tuple[int, int]]] = []
    for text, name, _, value_at in found:
        if not cards or (name == "sys_name" and headings.get(text) in cards[-1]):
            cards.append({})
        column = headings.setdefault(text, len(headings))
        cards[-1].setdefault(column, value_at)
    table: list[Row] = [list(headings)]
    for card in cards:
        line: Row = [""] * len(headings)
        for column, (row, at) in card.items():
            line[column] = rows[row][at] if at < len(rows[row]) else ""
        table.append(line)
    labels = {headings[text]: label_at for text, _, label_at, _ in reversed(found)}
    made = Grid(name=grid.name, rows=partial(iter, table), width=len(headings), height=len(table), visible=grid.visible)
    layout = find_layout(table, (), words)
    if layout is None or not layout.names_something:
        return None
    return Form(grid=made, layout=layout, places=partial(_place_on_card, cards, labels))


def _place_on_card(
    cards: Sequence[Mapping[int, tuple[int, int]]], labels: Mapping[int, tuple[int, int]], row: int, column: int
) -> tuple[int, int]:
    if 1 <= row <= len(cards):
        return cards[row - 1].get(column, labels.get(column, (0, 0)))
    return labels.get(column, (0, 0))


def _labelled(rows: Sequence[Row], words: Vocabulary) -> list[tuple[str, str, tuple[int, int], tuple[int, int]]]:
    """Label, field, place of the label and of its value, for each label that has no other label as its neighbour."""
    found = []
    for row_at, row in enumerate(rows):
        filled = [(at, cell) for at, cell in enumerate(row) if cell != ""]
        named = {at: name for at, cell in filled if (name := _field(cell, words)) is not None}
        for order, (at, cell) in enumerate(filled):
            if at not in named:
                continue
            following = filled[order + 1][0] if order + 1 < len(filled) else None
            if following is not None and following not in named:
                found.append((str(cell).strip(), named[at], (row_at, at), (row_at, following)))
    return found


def _field(cell: Raw, words: Vocabulary) -> str | None:
    text = cell.strip() if isinstance(cell, str) else ""
    meaning = words.meaning((text,)) if 1 < len(text) <= 60 else None
    return meaning.field if meaning else None


def turned_back(account: SheetAccount, places: Places) -> SheetAccount:
    """The account of a form, with every place where it stands in the sheet."""
    account.records = [_record(record, places) for record in account.records]
    account.gaps = [_gap(gap, places) for gap in account.gaps]
    account.skipped = [replace(row, origin=_origin(row.origin, places)) for row in account.skipped]
    account.contacts = [_contact(contact, places) for contact in account.contacts]
    return account


def _origin(origin: Origin, places: Places) -> Origin:
    """A row of the table is no row of the sheet: without a column only the sheet, or the column of a sideways one, is known."""
    if origin.row is None:
        return origin
    if origin.column is None:
        row, column = places(origin.row - 1, 0)
        sideways = places(0, 1) == (1, 0)
        return replace(origin, row=None if sideways else row + 1, column=letters(column) if sideways else None)
    row, column = places(origin.row - 1, column_number(origin.column))
    return replace(origin, row=row + 1, column=letters(column))


def _record(record: Record, places: Places) -> Record:
    own = {name: _origin(record.origin_of(name), places) for name in record.columns}
    return replace(record, origin=_origin(record.origin, places), columns={}, field_origins=own)


def _gap(gap: Gap, places: Places) -> Gap:
    return replace(gap, origin=_origin(gap.origin, places))


def _contact(contact: Contact, places: Places) -> Contact:
    return replace(contact, origin=_origin(contact.origin, places))
