"""Ledgers as csv, tab-separated text and the HTML tables that call themselves .xls."""

from __future__ import annotations

import csv
import html
import io
from datetime import date
from pathlib import Path

from tests.city.ledgers import Ledger, Sheet, totals_of


def write_text(path: Path, ledger: Ledger) -> None:
    """Write the one sheet of the ledger in its encoding."""
    table = _table(ledger, ledger.sheets[0])
    if ledger.layout.kind == "html":
        body = "\n".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>" for line in table)
        text = f'<html><head><meta charset="utf-8"></head><body><table border="1">\n{body}\n</table></body></html>\n'
    else:
        stream = io.StringIO()
        csv.writer(stream, delimiter="\t" if ledger.layout.kind == "tsv" else ",", lineterminator="\r\n").writerows(
            table
        )
        text = stream.getvalue()
    encoding = "utf-16-le" if ledger.layout.encoding == "utf-16" else ledger.layout.encoding
    mark = b"\xff\xfe" if ledger.layout.encoding == "utf-16" else b""
    path.write_bytes(mark + text.encode(encoding))


def _table(ledger: Ledger, sheet: Sheet) -> list[list[str]]:
    serial, width = ledger.layout.serial, len(sheet.columns) + ledger.layout.serial
    lines = []
    if ledger.layout.banner is not None:
        lines.append([ledger.layout.banner.format(dept=ledger.department.name)] + [""] * (width - 1))
    lines.append((["序号"] if serial else []) + [column.path[-1] for column in sheet.columns])
    for number, row in enumerate(sheet.rows, 1):
        lines.append(([str(number)] if serial else []) + [_text(cell.raw) for cell in row.cells])
    if ledger.layout.totals:
        totals = totals_of(sheet)
        cells = [_text(totals.get(place)) for place in range(len(sheet.columns))]
        lines.append(["合计", *cells] if serial else ["合计", *cells[1:]])
    if ledger.layout.sign_off:
        note = (
            f"填报人：{ledger.department.contact}  联系电话：{ledger.department.phone}  审核人：  日期：2026年3月30日"
        )
        lines.append([note] + [""] * (width - 1))
    return lines


def _text(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, date):
        return raw.isoformat()
    return f"{raw:g}" if isinstance(raw, float) else str(raw)
