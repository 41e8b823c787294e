"""Which sheets of a workbook are ledgers, and why the others are not read: empty, hidden, notes, lists of other things."""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalogs.words import Text
from inventory.collectors.columns.headings import HEAD_ROWS, find_layout
from inventory.collectors.columns.layout import Layout
from inventory.collectors.columns.likely_columns import with_names
from inventory.collectors.columns.names_asked import (
    are_of_systems,
    headings_above_names,
    is_ledger_without_names,
    is_matrix,
    with_names_asked,
)
from inventory.collectors.forms.detail_tables import form_with_tables
from inventory.collectors.forms.forms import Form, find_form
from inventory.collectors.ledger_scope import Options, Sheet
from inventory.collectors.rows.stacked_records import stacked_form
from inventory.collectors.rows.system_titles import titles_of
from inventory.collectors.workbooks.grid import Row

QUESTION_SHEET = "需补正问题"  # the first sheet of a correction file (inventory/corrections/corrections.py)


def why_not(sheet: Sheet, options: Options) -> Text | None:
    """Why a sheet is not read (reason code and detail), after its headings were looked for."""
    if sheet.grid.name == QUESTION_SHEET:
        return Text("not-a-ledger", "questions and answers")
    if not any(cell != "" for row in sheet.head for cell in row) and sheet.grid.height <= HEAD_ROWS:
        return Text("empty", "sheet")
    sheet.layout = find_layout(
        sheet.head, sheet.grid.merges, options.words,
        hidden_columns=frozenset() if options.include_hidden else sheet.grid.hidden_columns,
    )  # fmt: skip
    _take_tables_above(sheet, options)
    stacked = stacked_form(sheet.grid, options.words)
    both = None if stacked else form_with_tables(sheet.grid, options.words, sheet.layout)
    form = stacked or (both[0] if both else _form_of(sheet, options))
    if form is not None and _is_ledger(form.layout, sheet.head):
        sheet.details = both[1] if both else ()
        sheet.grid, sheet.layout, sheet.form, sheet.later = form.grid, form.layout, form, ()
    if not sheet.grid.visible and not options.include_hidden:
        return Text(
            "hidden",
            f"sheet, {sheet.grid.height} rows, {'a ledger' if _is_ledger(sheet.layout, sheet.head) else 'no ledger'}",
        )
    if sheet.layout is not None and _lists_software(sheet.layout):
        return Text("not-a-ledger", f"sheet, {sheet.grid.height} rows: a list of software licences")
    if not _is_ledger(sheet.layout, sheet.head):
        return Text("not-a-ledger", f"sheet, {sheet.grid.height} rows")
    return None


def _form_of(sheet: Sheet, options: Options) -> Form | None:
    score = sheet.layout.score if sheet.layout else 0.0
    return find_form(sheet.grid, options.words, score, include_hidden=options.include_hidden)


def asks_for_names(sheet: Sheet, options: Options) -> bool:
    """Whether a sheet of a file without any ledger has a column that may hold systems' names; its layout is set then."""
    if not sheet.grid.visible and not options.include_hidden:
        return False
    hidden = frozenset[int]() if options.include_hidden else sheet.grid.hidden_columns
    found = headings_above_names(sheet.head, options.words, sheet.layout, hidden)
    if found is None or _lists_software(found):
        return False
    sheet.layout = found
    return True


def tells_of_systems(sheet: Sheet) -> bool:
    """Whether known headings of a sheet are of what only systems have, and a column of it may hold their names."""
    layout = sheet.layout
    return (
        layout is not None
        and are_of_systems(layout)
        and with_names_asked(layout, sheet.head).names_at is not None
    )  # fmt: skip


def _take_tables_above(sheet: Sheet, options: Options) -> None:
    """Where the best headings stand below another table with names and rows of its own, both are read."""
    hidden = frozenset[int]() if options.include_hidden else sheet.grid.hidden_columns
    while sheet.layout is not None:
        below = sheet.layout
        merges = [area for area in sheet.grid.merges if area[0] < below.top]
        above = find_layout(sheet.head[: below.top], merges, options.words, hidden_columns=hidden)
        name = above.column("sys_name") if above else None
        if above is None or name is None or len(above.columns) < 2:
            return
        rows = sheet.head[above.bottom + 1 : below.top]
        if not any(name.index < len(row) and row[name.index] != "" and len(row) - row.count("") > 1 for row in rows):
            return
        sheet.layout, sheet.later = above, (below, *sheet.later)


_LICENCES = re.compile(r"授权|许可|正版|序列号|licen[cs]e", re.IGNORECASE)


def _lists_software(layout: Layout) -> bool:
    """`软件名称` beside 授权数, 正版化: what is bought, not what the department runs."""
    name = layout.column("sys_name")
    headings = [column.heading for column in layout.columns] + [column.heading for column in layout.unread]
    return (
        name is not None
        and "软件" in name.heading
        and "系统" not in name.heading
        and any(map(_LICENCES.search, headings))
    )


def _is_ledger(layout: Layout | None, head: Sequence[Row]) -> bool:
    """Names and something else; or so many known headings that the name's column must be among the unknown ones.

    A column of names that only its contents tell needs two known headings beside it.
    """
    if layout is None:
        return False
    name = layout.column("sys_name")
    if name is not None and name.index in layout.answered:
        return True
    meant = {column.field for column in layout.columns}
    is_named = layout.names_something or any(title.names for title in titles_of(head))
    if (is_named and len(meant) >= 2) or len(meant) >= 4:
        return True
    named = len(meant) >= 2 and with_names(layout, head[layout.bottom + 1 :]).names_something
    return named or is_ledger_without_names(layout, head) or is_matrix(layout, head)
