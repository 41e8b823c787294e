"""Forms with a table of details on the same sheet: the application for one system above, its servers one by one below.

The labels and values make the system; the table is read by its own headings, and its rows are that system's. Rows that
name no server are asked about: whether they are parts of what the form says, or more than that, nobody wrote down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.headings import find_layout
from inventory.collectors.columns.layout import Layout
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.forms.forms import MAX_SIDE, Form, card_of
from inventory.collectors.rows.row_kinds import lead_kind
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.collectors.sheets.sheet_reader import read_sheet
from inventory.collectors.sheets.table_reader import SheetTask
from inventory.collectors.workbooks.grid import Grid, MergedRange, Row, letters
from inventory.model import Gap, Origin, Record
from inventory.names import DEPARTMENT_FIELDS, normalised

_KNOWN = 0.6  # share of a row's cells that are known headings, or row numbers, in a row of headings
_LABELS_ABOVE = 3  # known labels above the first table
_FEWEST = 3  # filled cells of such a row
_TAIL = re.compile(r"意见|审批|审核|签[字章名]|盖章|申请理由|申请事由|备注|说明|承诺|经办|负责人|日期")
_OF_SYSTEMS = re.compile(r"系统|平台|应用|网站|项目")


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailTable:
    """A table on a form: its own grid, which begins in row `top` of the sheet (from 0), and its headings."""

    grid: Grid
    layout: Layout
    top: int

    @property
    def names_servers(self) -> bool:
        """Whether its rows can be told apart and are not systems of their own."""
        named = {column.field for column in self.layout.columns}
        return "server_name" in named and "sys_name" not in named


def form_with_tables(
    grid: Grid, words: Vocabulary, headings: Layout | None
) -> tuple[Form, tuple[DetailTable, ...]] | None:
    """The form and its tables; `None` for a sheet that is no form with a table below its first labels.

    Args:
        grid: the sheet.
        words: the vocabulary.
        headings: the best headings of the sheet, were it a table.
    """
    if grid.height > MAX_SIDE or grid.width > MAX_SIDE:
        return None
    rows = list(islice(grid.rows(), MAX_SIDE))
    tables = list(_tables(grid, rows, words))
    if not tables:
        return None
    inside = {at for table in tables for at in range(table.top, table.top + table.grid.height)}
    form = card_of(grid, [[""] * len(row) if at in inside else row for at, row in enumerate(rows)], words)
    if form is None or form.names[0][0] > tables[0].top or not _is_form(form, tables[0].top, headings):
        return None
    return form, tuple(tables)


def _is_form(form: Form, top: int, headings: Layout | None) -> bool:
    """Whether labels stand in several rows above the table, and they are not several levels of headings."""
    labels = [form.places(0, column.index)[0] for column in form.layout.columns]
    above = [row for row in labels if row < top]
    in_headings = headings is not None and all(headings.top <= row <= headings.bottom for row in above)
    return len(above) >= _LABELS_ABOVE and len(set(above)) > 1 and not in_headings


def _tables(grid: Grid, rows: Sequence[Row], words: Vocabulary) -> Iterator[DetailTable]:
    at = 1
    while at < len(rows) - 1:
        layout = _headings_at(grid, rows, at, words)
        if layout is None:
            at += 1
            continue
        end = _end(rows, at, layout, words)
        if end <= at + layout.bottom + 1:
            at += 1
            continue
        own = rows[at:end]
        table = Grid(
            name=grid.name, rows=partial(iter, own), width=grid.width, height=len(own), visible=grid.visible, merges=_merges(grid, at, end),
            hidden_rows=frozenset(row - at for row in grid.hidden_rows if row > at), hidden_columns=grid.hidden_columns,
            struck_rows=frozenset(row - at for row in grid.struck_rows if row > at), formats=grid.formats, may_have_booleans=grid.may_have_booleans,
        )  # fmt: skip
        named = _with_roles_for_names(_with_servers_named(layout), own)
        yield DetailTable(grid=table, layout=named, top=at)
        at = end


def _merges(grid: Grid, top: int, end: int) -> tuple[MergedRange, ...]:
    return tuple((a - top, b, c - top, d) for a, b, c, d in grid.merges if a >= top and c < end)


def _headings_at(grid: Grid, rows: Sequence[Row], at: int, words: Vocabulary) -> Layout | None:
    """The headings that begin in this row, where most of its cells are known ones, which a row of a form never has."""
    filled = [cell for cell in rows[at] if cell != ""]
    if len(filled) < _FEWEST or not all(isinstance(cell, str) for cell in filled):
        return None
    if sum(1 for cell in filled if words.meaning((str(cell).strip(),)) is not None) < _KNOWN * len(filled):
        return None
    layout = find_layout(rows[at : at + 6], _merges(grid, at, at + 6), words)
    return layout if layout is not None and layout.top == 0 and len(layout.columns) >= 2 else None


def _end(rows: Sequence[Row], at: int, layout: Layout, words: Vocabulary) -> int:
    """The first row behind the table: a blank one, or one that begins with another label of the form."""
    serial = next((column.index for column in layout.unread if column.why == "serial"), None)
    for end in range(at + layout.bottom + 1, len(rows)):
        filled = [(index, cell) for index, cell in enumerate(rows[end]) if cell != ""]
        if not filled:
            return end
        index, first = filled[0]
        text = str(first).strip()
        if _TAIL.search(text) and (len(filled) <= 4 or index == serial):
            return end
        is_label = isinstance(first, str) and words.meaning((text.rstrip(":："),)) is not None
        if is_label and (len(filled) in {2, 4} or index == serial) and not _fits(layout, filled):
            return end
    return len(rows)


def _fits(layout: Layout, filled: Sequence[tuple[int, object]]) -> bool:
    """Whether a row has a figure where the table has one."""
    figures = {column.index for column in layout.columns if column.field in {"vcpu", "mem", "storage", "vm_count", "sys_disk", "data_disk"}}  # fmt: skip
    return any(index in figures and str(cell).strip()[:1].isdigit() for index, cell in filled)


def _with_servers_named(layout: Layout) -> Layout:
    """Below a form that names the system, a bare 名称 or 资源名称 names a server."""
    columns = tuple(
        replace(column, field="server_name")
        if column.field == "sys_name" and not _OF_SYSTEMS.search(heading_key(column.heading).plain)
        else column
        for column in layout.columns
    )
    return replace(layout, columns=columns)


_ROLE = re.compile(
    r"服务器|主机|虚拟机|节点|数据库|中间件|缓存|前置|网关|存储|备份|应用|web|app|db|redis|nginx|文件|接口",
    re.IGNORECASE,
)
_ROLES = frozenset({"function", "res_type", "server_type"})


def _with_roles_for_names(layout: Layout, rows: Sequence[Row]) -> Layout:
    """`用途` above 应用服务器 and 数据库服务器, each once, names the servers of the form's system where nothing else does."""
    fields = {column.field for column in layout.columns}
    if "server_name" in fields or "sys_name" in fields:
        return layout
    for column in layout.columns:
        texts = [
            str(row[column.index]).strip()
            for row in rows[layout.bottom + 1 :]
            if column.index < len(row) and row[column.index] != ""
        ]
        told = [text for text in texts if lead_kind(text) is None]
        if column.field in _ROLES and told and len(set(told)) == len(told) and all(map(_ROLE.search, told)):
            columns = tuple(replace(one, field="server_name") if one is column else one for one in layout.columns)
            return replace(layout, columns=columns)
    return layout


def details_read(task: SheetTask, form: Form, tables: Sequence[DetailTable], above: SheetAccount) -> list[SheetAccount]:
    """The tables of a form, each the servers of the system whose card stands above it.

    Args:
        task: how the form was read.
        form: the form.
        tables: its tables.
        above: what the form gave, with places in the sheet.
    """
    return [_detail_read(task, form, table, above) for table in tables]


def _detail_read(task: SheetTask, form: Form, table: DetailTable, above: SheetAccount) -> SheetAccount:
    name_at = max((place for place in form.names if place[0] < table.top), default=None)
    owner = next(
        (r for r in above.records if name_at is not None and _stands_in(r.origin_of("sys_name"), name_at)), None
    )
    is_classified = any(top <= table.top + 1 <= bottom for top, _, bottom, _ in above.classified)
    own = replace(
        task, grid=table.grid, layout=table.layout, later=(), is_classified=is_classified,
        is_nameless=owner is None or not table.names_servers, department=_owner_of(owner) or task.department,
    )  # fmt: skip
    found = moved_down(read_sheet(own), table.top)
    if owner is not None:
        name = owner.fields["sys_name"]
        place = owner.origin_of("sys_name")
        found.records = [
            replace(
                record, id=_own_id(record, str(name)), fields={**record.fields, "sys_name": name},
                field_origins={**record.field_origins, "sys_name": place},
            )
            for record in found.records
        ]  # fmt: skip
    return found


def _own_id(record: Record, system: str) -> str:
    """应用服务器 is a name that every system has: with its system's name it is one server's."""
    named = str(record.fields.get("server_name"))
    return record.id if named.isascii() else f"{record.id}/{normalised(system)}"


def _stands_in(origin: Origin, place: tuple[int, int]) -> bool:
    return origin.row == place[0] + 1 and origin.column == letters(place[1])


def _owner_of(record: Record | None) -> str | None:
    found = (
        next((record.fields[name] for name in DEPARTMENT_FIELDS if record.fields.get(name)), None) if record else None
    )
    return None if found is None else str(found)


def moved_down(account: SheetAccount, rows: int) -> SheetAccount:
    """The account of a table with every place where it stands in the sheet."""

    def moved(origin: Origin) -> Origin:
        return origin if origin.row is None else replace(origin, row=origin.row + rows)

    account.layouts = [replace(one, top=one.top + rows, bottom=one.bottom + rows) for one in account.layouts]
    account.classified = [(top + rows, left, bottom + rows, right) for top, left, bottom, right in account.classified]
    account.records = [
        replace(record, origin=moved(record.origin), field_origins={name: moved(o) for name, o in record.field_origins.items()})
        for record in account.records
    ]  # fmt: skip
    account.gaps = [_gap(gap, moved(gap.origin)) for gap in account.gaps]
    account.skipped = [replace(row, origin=moved(row.origin)) for row in account.skipped]
    account.contacts = [replace(contact, origin=moved(contact.origin)) for contact in account.contacts]
    return account


def _gap(gap: Gap, origin: Origin) -> Gap:
    return replace(gap, origin=origin)
