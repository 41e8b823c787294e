"""Gold books in other formats give the same records: ods as a real LibreOffice saves it, Excel 2003 XML as Excel writes it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from openpyxl.utils import column_index_from_string, range_boundaries

from inventory.model import Collected
from tests.inventory.ledger.books import GOLD, content_of, gold, read

# Books whose cells the other format can hold: several sheets, merges over two levels, hidden rows, zones, forms, dates.
BOOKS = ("01-survey", "10-doubts", "14-sideways", "15-card", "20-zones-as-columns", "29-blocks", "40-form-of-pairs")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gold books as xlsx, and converted to ods in one go."""
    made = tmp_path_factory.mktemp("formats")
    for name in BOOKS:
        (made / f"{name}.xlsx").write_bytes(content_of(gold(GOLD / f"{name}.yaml")))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(made / 'profile').as_uri()}", "--headless", "--convert-to", "ods:calc8",
         "--outdir", str(made), *(str(made / f"{name}.xlsx") for name in BOOKS)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return made


def _fields(found: Collected) -> list[tuple[str, int | None, dict[str, Any]]]:
    return [
        (
            record.kind,
            record.origin.row,
            {k: v for k, v in record.fields.items() if v is not None and not k.endswith("contact")},
        )
        for record in found.records
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_the_same_book_as_ods_gives_the_same(folder: Path, name: str) -> None:
    file = gold(GOLD / f"{name}.yaml")["file"]
    ours = read(file, (folder / f"{name}.xlsx").read_bytes())
    _assert_same(read(Path(file).with_suffix(".ods").name, (folder / f"{name}.ods").read_bytes()), ours, "ods")


@pytest.mark.parametrize("name", BOOKS)
def test_the_same_book_as_excel_2003_xml_gives_the_same(name: str) -> None:
    book = gold(GOLD / f"{name}.yaml")
    ours = read(book["file"], content_of(book))
    _assert_same(read(Path(book["file"]).with_suffix(".xls").name, _xml_2003(book["sheets"])), ours, "xml")


def _assert_same(other: Collected, ours: Collected, form: str) -> None:
    assert other.accounting["format"] == form
    assert _fields(other) == _fields(ours)
    assert [(g.kind, g.origin.row, g.origin.column, g.field) for g in other.gaps] == [
        (g.kind, g.origin.row, g.origin.column, g.field) for g in ours.gaps
    ]
    assert [(s.origin.row, s.reason) for s in other.skipped] == [(s.origin.row, s.reason) for s in ours.skipped]


def _xml_2003(sheets: Sequence[Mapping[str, Any]]) -> bytes:
    """A workbook as Excel 2003 writes it: cells covered by a merge are left out, the next cell names its place."""
    out = [
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    ]
    for sheet in sheets:
        merges: dict[tuple[int, int], tuple[int, int]] = {}
        covered: set[tuple[int, int]] = set()
        for area in sheet.get("merges", ()):
            left, top, right, bottom = (int(bound or 0) for bound in range_boundaries(area))
            merges[top, left] = (right - left, bottom - top)
            covered |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)} - {
                (top, left)
            }
        out.append(f'<Worksheet ss:Name="{sheet["name"]}"><Table>')
        out += [
            f'<Column ss:Index="{column_index_from_string(name)}" ss:Hidden="1"/>'
            for name in sheet.get("hidden_columns", ())
        ]
        for row_at, row in enumerate(sheet["rows"], 1):
            out.append(
                f'<Row ss:Index="{row_at}"{" ss:Hidden=" + chr(34) + "1" + chr(34) if row_at in sheet.get("hidden_rows", ()) else ""}>'
            )
            for column_at, cell in enumerate(row, 1):
                if (row_at, column_at) in covered or (cell is None and (row_at, column_at) not in merges):
                    continue
                across, down = merges.get((row_at, column_at), (0, 0))
                marks = (
                    f' ss:Index="{column_at}"'
                    + (f' ss:MergeAcross="{across}"' if across else "")
                    + (f' ss:MergeDown="{down}"' if down else "")
                )
                out.append(f"<Cell{marks}>{_data(cell)}</Cell>")
            out.append("</Row>")
        hidden = (
            "<WorksheetOptions xmlns='urn:schemas-microsoft-com:office:excel'><Visible>SheetHidden</Visible></WorksheetOptions>"
            if sheet.get("hidden")
            else ""
        )
        out.append(f"</Table>{hidden}</Worksheet>")
    return "".join([*out, "</Workbook>"]).encode()


def _data(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f'<Data ss:Type="DateTime">{cell.isoformat()}T00:00:00.000</Data>'
    kind = "Number" if isinstance(cell, int | float) else "String"
    return f'<Data ss:Type="{kind}">{escape(str(cell))}</Data>'
