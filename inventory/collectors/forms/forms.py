"""Sheets that are no tables of rows: headings down the first column, or a form of labels and values, one or more a sheet.

Both are turned into a table that the reader knows, and the places in what it found are turned back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from inventory.collectors.columns.headings import find_layout
from inventory.collectors.columns.layout import Layout
from inventory.collectors.columns.likely_columns import with_names
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.forms.card_areas import card_area
from inventory.collectors.forms.form_cards import dealt, headed
from inventory.collectors.forms.form_heads import without_numbers_of_systems
from inventory.collectors.forms.form_pairs import Pair, by_cards, has_labels_inside, pairs_of, with_titles
from inventory.collectors.forms.long_tables import long_pairs
from inventory.collectors.rows.system_names import reads_like_a_system
from inventory.collectors.sheets.sheet_account import Area, SheetAccount
from inventory.collectors.workbooks.grid import Grid, MergedRange, Row, column_number, letters
from inventory.model import Contact, Gap, Origin, Record

MAX_SIDE = 400  # rows and columns of a sheet that may be a form; a longer one is a table
_LABELS = 4  # known labels with a value that a form has at least
_SURPLUS = 0.25  # values without a label for each label with one; with more of them it is a table of some kind
# row and column (from 0) in the table → row and column in the sheet
Places = Callable[[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A sheet as a table: the grid to be read, its headings, and where each cell of it really stands."""

    grid: Grid
    layout: Layout
    places: Places
    area: Callable[[int], Area]  # row of the table, from 0 → the cells of its system in the sheet
    names: tuple[tuple[int, int], ...] = ()  # where the name of each card stands, row and column from 0
    kind: str = "cards"  # or sideways, facts (one a row), stacked (several rows a system)


def find_form(grid: Grid, words: Vocabulary, score: float, *, include_hidden: bool = False) -> Form | None:
    """The form that explains a sheet better than a table of rows with that score does; hidden labels are reported, not read."""
    if grid.height > MAX_SIDE or grid.width > MAX_SIDE:
        return None
    rows = [_blank(row) if _heads_a_form(row) else list(row) for row in islice(grid.rows(), MAX_SIDE)]
    rows = without_numbers_of_systems(rows, words)
    if long := long_pairs(rows, words, grid.merges):
        made = _form_of(grid, long, words)
        return replace(made, kind="facts") if made is not None else None
    card = _card(grid, rows, words, score)
    sideways = _sideways(grid, _with_names_labelled(rows))
    hidden = frozenset[int]() if include_hidden else sideways.hidden_columns
    layout = find_layout(list(sideways.rows()), sideways.merges, words, hidden_columns=hidden)
    if layout is not None:
        layout = with_names(layout, list(sideways.rows())[layout.bottom + 1 :])
    is_better = layout is not None and layout.names_something and layout.score > score + 1
    if layout is not None and is_better and has_labels_inside(rows, layout.bottom + 1, words):
        is_better = False
    if card is not None and len(card.names) > 1 and _heads_again(layout):
        is_better = False  # cards below one another: on its side the sheet would be one system with many names
    # One system as a list of labels is a card: a value merged over two columns is one value.
    if layout is not None and is_better and (card is None or len(card.layout.columns) < len(layout.columns)):
        return Form(
            grid=sideways, layout=_without_labels(layout), places=_on_its_side, area=partial(_column, layout), kind="sideways"
        )  # fmt: skip
    return card


def _heads_again(layout: Layout | None) -> bool:
    """Whether the very label of the name stands there more than once."""
    name = layout.column("sys_name") if layout is not None else None
    return layout is not None and name is not None and any(c.heading == name.heading for c in layout.unread)


# Words of advice are not among them: a column below 填写说明 must be known as one.
_HEAD_WORDS = frozenset(
    {
        "序号",
        "项目",
        "名称",
        "指标",
        "栏目",
        "字段",
        "类别",
        "事项",
        "内容",
        "填写内容",
        "填报内容",
        "具体内容",
        "值",
        "备注",
    }
)


def _heads_a_form(row: Row) -> bool:
    """`名称 | 内容 | 备注`: it names the columns of a form and is no label of it."""
    filled = [str(cell).strip() for cell in row if cell != ""]
    return (
        len(filled) > 1
        and set(filled) <= _HEAD_WORDS
        and not {"内容", "填写内容", "填报内容", "具体内容", "值"}.isdisjoint(filled)
    )


def _blank(row: Row) -> Row:
    return [""] * len(row)


_LABEL_COLUMN = re.compile(r"^(填报|填写|登记)?(项目|内容|指标|栏目|字段|事项|名目|填报项|信息项|类别|大类)$")


def _without_labels(layout: Layout) -> Layout:
    """`项目 | 内容` above a form names its columns; on its side it would be a heading that nobody knows."""
    unread = tuple(
        replace(column, why="label", suggestions=()) if _LABEL_COLUMN.match(layout.levels[column.index][-1]) else column
        for column in layout.unread
    )
    return replace(layout, unread=unread)


def _with_names_labelled(rows: Sequence[Row]) -> list[Row]:
    """`项目 | 甲系统 | 乙平台` at the head of a sheet on its side: the label of that row is the name of the systems."""
    found = list(rows)
    # A blank corner is no cell that counts.
    at = next((at for at, row in enumerate(rows) if len(row) - row.count("") > 2 - (row[:1] == [""])), None)
    corner = rows[at][0] if at is not None else None
    if at is not None and isinstance(corner, str) and (_is_corner(corner) or _LABEL_COLUMN.match(corner.strip())):
        names = [cell for cell in rows[at][1:] if cell != ""]
        like = sum(1 for cell in names if isinstance(cell, str) and reads_like_a_system(cell))
        if like >= _LIKE_SYSTEMS * len(names):
            found[at] = [f"系统名称（{corner.strip()}）" if corner.strip() else "系统名称", *rows[at][1:]]
    return found


_LABELS_OR_SYSTEMS = re.compile(r"^(项目|内容|指标|栏目|字段|事项|要素|属性|信息|系统(名称)?|平台(名称)?)$")


def _is_corner(text: str) -> bool:
    """The cell where labels and systems meet: left blank, or 系统＼项目 beside a slanting line."""
    parts = [part for part in re.split(r"[\\/／＼|\s]+", text) if part]
    return len(parts) != 1 and all(map(_LABELS_OR_SYSTEMS.match, parts))


_LIKE_SYSTEMS = 0.6  # share of the names that must end like a system's


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


def card_of(grid: Grid, rows: Sequence[Row], words: Vocabulary) -> Form | None:
    """A form of labels with their values beside them; `None` where there are too few, or none that names a system."""
    return _card(grid, [_blank(row) if _heads_a_form(row) else list(row) for row in rows], words, 0.0)


def _card(grid: Grid, rows: Sequence[Row], words: Vocabulary, score: float) -> Form | None:
    """Labels with their values beside them; a second name begins the next card."""
    found = by_cards(pairs_of(rows, words))
    if not any(pair.field == "sys_name" for pair in found):
        found = with_titles(found, rows, words)
    known = [pair for pair in found if pair.field is not None]
    surplus = sum(1 for pair in found if not pair.text)
    if len(known) < _LABELS or len(known) <= score + 2 or surplus > _SURPLUS * len(known):
        return None
    if not any(pair.field == "sys_name" for pair in known):
        return None
    return _form_of(grid, found, words)


def _form_of(grid: Grid, found: Sequence[Pair], words: Vocabulary) -> Form | None:
    """The form that these pairs make, one card a name."""
    headings, cards = headed(dealt(found))
    table: list[Row] = [[text for text, _ in headings]]
    for card in cards:
        line: Row = [""] * len(headings)
        for column, pair in card.items():
            line[column] = pair.value
        table.append(line)
    made = Grid(name=grid.name, rows=partial(iter, table), width=len(headings), height=len(table), visible=grid.visible)
    layout = find_layout(table, (), words)
    if layout is None or not layout.names_something or layout.bottom > 0:
        return None
    values = [{column: pair.value_at for column, pair in card.items()} for card in cards]
    labels: dict[int, tuple[int, int]] = {}
    for card in cards:
        for column, pair in card.items():
            labels.setdefault(column, pair.label_at)
    names = tuple(
        next(pair.value_at for pair in card.values() if pair.field == "sys_name")
        for card in cards
        if any(pair.field == "sys_name" for pair in card.values())
    )
    return Form(
        grid=made,
        layout=layout,
        places=partial(_place_on_card, values, labels),
        area=partial(card_area, cards, MAX_SIDE),
        names=names,
    )


def _place_on_card(
    cards: Sequence[Mapping[int, tuple[int, int]]], labels: Mapping[int, tuple[int, int]], row: int, column: int
) -> tuple[int, int]:
    if 1 <= row <= len(cards):
        return cards[row - 1].get(column, labels.get(column, (0, 0)))
    return labels.get(column, (0, 0))


def turned_back(account: SheetAccount, places: Places, area: Callable[[int], Area]) -> SheetAccount:
    """The account of a form, with every place where it stands in the sheet."""
    account.span = None
    account.classified = [area(top - 1) for top, *_ in account.classified]
    areas = [area(record.origin.row - 1) if record.origin.row else None for record in account.records]
    account.layouts = [_layout(layout, places) for layout in account.layouts]
    account.records = [_record(record, places) for record in account.records]
    for record, own in zip(account.records, areas, strict=True):
        name = record.origin_of("sys_name")
        if own is not None:
            account.areas[name.row, name.column] = own
    account.gaps = [_gap(gap, places) for gap in account.gaps]
    account.skipped = [replace(row, origin=_origin(row.origin, places)) for row in account.skipped]
    account.contacts = [_contact(contact, places) for contact in account.contacts]
    return account


def _column(layout: Layout, row: int) -> Area:
    """The column of one system on a sheet on its side."""
    first = min(layout.levels) + 1
    return first, row + 1, MAX_SIDE, row + 1


def _layout(layout: Layout, places: Places) -> Layout:
    """The layout with the place of each label in the sheet, for people who look for it there."""
    columns = tuple(replace(column, place=_label_place(column.index, places)) for column in layout.columns)
    unread = tuple(replace(column, place=_label_place(column.index, places)) for column in layout.unread)
    return replace(layout, columns=columns, unread=unread)


def _label_place(index: int, places: Places) -> str:
    row, column = places(0, index)
    return f"{letters(column)}{row + 1}"


def _origin(origin: Origin, places: Places) -> Origin:
    """A row of the table is no row of the sheet: without a column only the sheet, or the column of a sideways one, is known."""
    if origin.row is None:
        return origin
    if origin.column is None:
        row, column = places(origin.row - 1, 0)
        sideways = _is_sideways(places)
        return replace(origin, row=None if sideways else row + 1, column=letters(column) if sideways else None)
    row, column = places(origin.row - 1, column_number(origin.column))
    return replace(origin, row=row + 1, column=letters(column))


def _on_its_side(row: int, column: int) -> tuple[int, int]:
    return column, row


def _is_sideways(places: Places) -> bool:
    return places is _on_its_side


def _record(record: Record, places: Places) -> Record:
    own = {name: _origin(record.origin_of(name), places) for name in record.columns}
    return replace(record, origin=_origin(record.origin, places), columns={}, field_origins=own)


def _gap(gap: Gap, places: Places) -> Gap:
    return replace(gap, origin=_origin(gap.origin, places))


def _contact(contact: Contact, places: Places) -> Contact:
    return replace(contact, origin=_origin(contact.origin, places))
