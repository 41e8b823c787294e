"""Ledgers as xlsx: banner, heading levels with merges, machine keys, merged units, totals, sign-off lines."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.city.ledgers import Ledger, Row, Sheet, totals_of
from tests.city.model import END

WIDTHS = {
    "sys_name": 26,
    "dept": 20,
    "ip": 18,
    "url": 30,
    "function": 34,
    "deps": 24,
    "os_app": 18,
    "os_db": 18,
    "db": 14,
    "vendor": 22,
    "ops_vendor": 22,
    "sys_code": 13,
    "spec": 26,
    "remark": 20,
}
CREATED = datetime(2026, 3, 30, 9, 30)  # noqa: DTZ001 - a workbook has no zone
NOTES = (
    "填表说明", "1. 本表由各单位信息化主管科室填写，加盖公章后报市数据局。", "2. 涉密信息系统只填系统名称，不填写地址、配置等信息。",
    "3. 存储容量单位为TB，内存单位为GB，不得混填。", "4. 是否为僵尸信息系统填“是”的，其余内容无需填写。",
)  # fmt: skip


def write_xlsx(path: Path, ledger: Ledger) -> None:
    """Write the workbook; the same ledger gives the same bytes."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"author": ledger.department.contact, "company": ledger.department.name, "created": CREATED})
    head = book.add_format(
        {
            "bold": True,
            "border": 1,
            "align": "center",
            "valign": "vcenter",
            "text_wrap": True,
            "bg_color": "#DDEBF7",
            "font_name": "宋体",
            "font_size": 10,
        }
    )
    formats = {
        "banner": book.add_format(
            {"bold": True, "align": "center", "valign": "vcenter", "font_size": 16, "font_name": "方正小标宋简体"}
        ),
        "head": head,
        "key": book.add_format({"font_color": "#808080", "font_size": 8, "border": 1}),
        "cell": book.add_format(
            {"border": 1, "valign": "vcenter", "text_wrap": True, "font_name": "宋体", "font_size": 10}
        ),
        "date": book.add_format(
            {"border": 1, "valign": "vcenter", "num_format": "yyyy/m/d", "font_name": "宋体", "font_size": 10}
        ),
        "total": book.add_format({"border": 1, "bold": True, "font_name": "宋体", "font_size": 10}),
    }
    if ledger.layout.sheets == "with-notes":
        notes = book.add_worksheet("填表说明")
        for place, text in enumerate(NOTES):
            notes.write_string(place, 0, text)
    for sheet in ledger.sheets:
        _sheet(book.add_worksheet(sheet.name), ledger, sheet, formats)
    if ledger.layout.sheets != "one":
        lists = book.add_worksheet("字典")
        lists.write_column(0, 0, ["是", "否", "三级", "二级", "未定级", "互联网区", "政务外网区", "专网区"])
        lists.hide()
        book.add_worksheet("Sheet3")
    book.close()


def _sheet(page: Any, ledger: Ledger, sheet: Sheet, formats: dict[str, Any]) -> None:
    layout, offset = ledger.layout, 1 if ledger.layout.serial else 0
    width = len(sheet.columns) + offset
    top = 0
    if layout.banner is not None:
        page.merge_range(0, 0, 0, width - 1, layout.banner.format(dept=ledger.department.name), formats["banner"])
        page.set_row(0, 30)
        top = 1
    _headings(page, ledger, sheet, formats["head"], top)
    below = top + layout.levels
    if layout.keys:
        for place, column in enumerate(sheet.columns):
            page.write_string(below, place + offset, column.key, formats["key"])
    for place, column in enumerate(sheet.columns):
        page.set_column(place + offset, place + offset, WIDTHS.get(column.field, 13))
    page.set_landscape()
    page.set_paper(8)  # A3
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, sheet.first_row - 2)
    page.freeze_panes(sheet.first_row - 1, min(3, width - 1))
    _body(page, ledger, sheet, formats, offset)
    _foot(page, ledger, sheet, formats, offset)


def _headings(page: Any, ledger: Ledger, sheet: Sheet, style: Any, top: int) -> None:
    levels, offset = ledger.layout.levels, 1 if ledger.layout.serial else 0
    bottom = top + levels - 1
    if offset:
        _span(page, top, 0, bottom, 0, "序号", style)
    paths = [column.path for column in sheet.columns]
    for level in range(levels):
        place = 0
        while place < len(paths):
            if len(paths[place]) <= level:
                place += 1
                continue
            end = place
            last = level == len(paths[place]) - 1
            while (
                not last
                and end + 1 < len(paths)
                and paths[end + 1][: level + 1] == paths[place][: level + 1]
                and len(paths[end + 1]) > level + 1
            ):
                end += 1
            _span(
                page,
                top + level,
                place + offset,
                bottom if last else top + level,
                end + offset,
                paths[place][level],
                style,
            )
            place = end + 1


def _span(page: Any, top: int, left: int, bottom: int, right: int, text: str, style: Any) -> None:
    if (top, left) == (bottom, right):
        page.write_string(top, left, text, style)
    else:
        page.merge_range(top, left, bottom, right, text, style)


def _body(page: Any, ledger: Ledger, sheet: Sheet, formats: dict[str, Any], offset: int) -> None:
    line = sheet.first_row - 1
    dept = next((place for place, c in enumerate(sheet.columns) if c.field == "dept"), None)
    merged = ledger.layout.merge_dept and dept is not None and len(sheet.rows) > 1
    if merged and dept is not None:
        page.merge_range(
            line,
            dept + offset,
            line + len(sheet.rows) - 1,
            dept + offset,
            sheet.rows[0].cells[dept].raw,
            formats["cell"],
        )
    number = 0
    for place, row in enumerate(sheet.rows):
        number += row.first
        if offset:
            _write(page, line + place, 0, number if row.first else None, formats)
        for column, cell in enumerate(row.cells):
            shared = (
                row.span > 1
                and ledger.layout.rows == "server"
                and sheet.columns[column].field not in {"ip", "vcpu", "mem", "storage", "zone", "os_app", "cpu_arch"}
            )
            if (merged and column == dept) or (shared and not row.first):
                continue
            if shared and cell.raw is not None:
                page.merge_range(
                    line + place,
                    column + offset,
                    line + place + row.span - 1,
                    column + offset,
                    cell.raw,
                    formats["cell"],
                )
            else:
                _write(page, line + place, column + offset, cell.raw, formats)
        page.set_row(line + place, _height(sheet, row), None, {"hidden": row.hidden})


def _height(sheet: Sheet, row: Row) -> float:
    """Points for the cell with the most lines; a Chinese character is two columns wide."""
    most = 1
    for column, cell in zip(sheet.columns, row.cells, strict=True):
        width = WIDTHS.get(column.field, 13)
        shown = str(cell.raw or "").split("\n")
        most = max(most, sum(-(-sum(1 + (ord(c) > 0x2E7F) for c in part) // width) or 1 for part in shown))
    return 14.0 * min(most, 25)


def _write(page: Any, line: int, column: int, raw: object, formats: dict[str, Any]) -> None:
    if raw is None:
        page.write_blank(line, column, None, formats["cell"])
    elif isinstance(raw, date):
        page.write_datetime(line, column, datetime(raw.year, raw.month, raw.day), formats["date"])  # noqa: DTZ001
    elif isinstance(raw, int | float):
        page.write_number(line, column, raw, formats["cell"])
    else:
        page.write_string(line, column, str(raw), formats["cell"])


def _foot(page: Any, ledger: Ledger, sheet: Sheet, formats: dict[str, Any], offset: int) -> None:
    line = sheet.first_row - 1 + len(sheet.rows)
    if ledger.layout.totals:
        page.write_string(line, 0, "合计", formats["total"])
        for place, total in totals_of(sheet).items():
            page.write_number(line, place + offset, total, formats["total"])
        line += 1
    if ledger.layout.sign_off:
        page.write_string(
            line,
            0,
            f"填报人：{ledger.department.contact}    联系电话：{ledger.department.phone}    审核人：            填报日期：{END.year}年3月30日",
        )
