"""What of a ledger's workbook is classified: emptied before it goes back, whoever said so."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from inventory.collectors.rows.row_kinds import CLASSIFIED_ROW
from inventory.collectors.sheets.sheet_account import Area
from inventory.collectors.workbooks.grid import column_number
from inventory.corrections.questions import put
from inventory.model import Collected

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def empty_classified(pages: Mapping[str, Worksheet], collected: Collected) -> None:
    """The cells of classified systems, and no others: a row of its table, a column of a sheet on its side, a block of a form."""
    for sheet in sheets_of(collected):
        page = pages.get(str(sheet["sheet"]))
        if page is None:
            continue
        for top, left, bottom, right in sheet.get("classified_areas", ()):
            _empty(page, (top, left, min(bottom, page.max_row), min(right, page.max_column)))
            # Below a merged department the first cell is a part of that: the row stays counted all the same.
            ends = range(left, min(right, page.max_column) + 1)
            free = next((at for at in ends if not is_merged_part(page, top, at)), None)
            if free is not None:
                put(page, top, free, CLASSIFIED_ROW)


def without_closed(pages: Mapping[str, Worksheet], collected: Collected, closed: Container[str]) -> Collected:
    """The cells of systems that are classified without this ledger's saying so are emptied; what was read, without them."""
    gone = [record for record in collected.records if record.id in closed]
    if not gone:
        return collected
    rows: set[tuple[str | None, int | None]] = set()
    for record in gone:
        page = pages.get(record.origin.sheet or "")
        if page is None:
            continue
        if record.origin.row is not None:
            rows.add((record.origin.sheet, record.origin.row))
            _empty(page, (record.origin.row, 1, record.origin.row, page.max_column))
        for origin in (*map(record.origin_of, record.fields), record.origin):
            if origin.row is not None and origin.column is not None:
                at = column_number(origin.column) + 1
                _empty(page, (origin.row, at, origin.row, at))
        name = record.origin_of("sys_name")
        if name.row is not None:
            at = column_number(name.column) + 1 if name.column else 1
            if not is_merged_part(page, name.row, at):
                put(page, name.row, at, CLASSIFIED_ROW)
    ids = {record.id for record in gone}
    return replace(
        collected, records=tuple(record for record in collected.records if record.id not in ids),
        gaps=tuple(
            gap for gap in collected.gaps if gap.subject not in ids and (gap.origin.row is None or (gap.origin.sheet, gap.origin.row) not in rows)
        ),
    )  # fmt: skip


def _empty(page: Worksheet, area: Area) -> None:
    for cells in page.iter_rows(min_row=area[0], min_col=area[1], max_row=area[2], max_col=area[3]):
        for cell in cells:
            if type(cell).__name__ != "MergedCell":
                cell.value = cell.comment = cell.hyperlink = None


def sheets_of(collected: Collected) -> Sequence[Mapping[str, Any]]:
    """The accounting of each sheet that was read."""
    found = collected.accounting.get("sheets")
    return found if isinstance(found, list) else []


def is_merged_part(page: Worksheet, row: int, column: int) -> bool:
    """Whether a cell (row and column from 1) is covered by a merged one and holds nothing of its own."""
    return type(page.cell(row, column)).__name__ == "MergedCell"
