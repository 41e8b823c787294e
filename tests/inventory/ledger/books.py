"""Build workbooks from plain descriptions: rows, merged ranges, what is hidden; as xlsx, xls, text or HTML."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from catalogs.load import load_catalogs
from inventory.collectors.columns.vocabulary import Vocabulary, vocabulary
from inventory.collectors.sheets.sheet_questions import YES
from inventory.collectors.spreadsheet import Options, collect_workbook
from inventory.collectors.workbooks.workbook import workbook_of
from inventory.model import Collected

SEEMS = "看字面和内容是"  # in the question about a column that no list has
GOLD = Path(__file__).parents[2] / "data" / "ledgers"
_WORDS: list[Vocabulary] = []


def words() -> Vocabulary:
    """The built-in vocabulary, loaded once."""
    if not _WORDS:
        _WORDS.append(vocabulary(load_catalogs(None).columns))
    return _WORDS[0]


def read(name: str, content: bytes, *, confirmed: bool = True, **options: Any) -> Collected:
    """Read a file's bytes as `collect ledger` does.

    `confirmed`: after every sheet that is not plain was answered with «对», and every column that no list has with what it seems.
    """
    book, answers = workbook_of(name, content), dict(options.pop("answers", {}))
    found = collect_workbook(book, Options(words=words(), answers=answers, **options))
    while confirmed and (keys := unanswered(found)).keys() - answers.keys():
        answers.update(keys)
        found = collect_workbook(book, Options(words=words(), answers=answers, **options))
    return found


def unanswered(found: Collected) -> dict[str, str]:
    """The keys of the sheets that wait for an answer, and of the columns that are no more than confirmed, with a yes to each."""
    sheets: Any = found.accounting.get("sheets", [])
    asked = [sheet["to_confirm"] for sheet in sheets if sheet["to_confirm"]]
    unlisted = {gap.answer_key: gap.choices[0] for gap in found.gaps if gap.answer_key and SEEMS in gap.message.zh}
    return {**dict.fromkeys((str(one["answer_key"]) for one in asked if one["answer"] is None), YES), **unlisted}


def gold(path: Path) -> dict[str, Any]:
    """One book of the gold set."""
    book: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return book


def content_of(book: Mapping[str, Any]) -> bytes:
    """The file that a description means."""
    if "html" in book:
        return str(book["html"]).encode(book.get("encoding", "utf-8"))
    name = str(book["file"])
    if name.endswith(".xlsx"):
        return xlsx(book["sheets"])
    if book.get("format") == "xls":
        return xls(book["sheets"])
    return text(book["sheets"][0]["rows"], book.get("encoding", "utf-8"), book.get("separator", ","))


def text(rows: Sequence[Sequence[object]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """csv or tsv."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue().encode(encoding)


def xlsx(sheets: Sequence[Mapping[str, Any]]) -> bytes:
    """An xlsx of several sheets."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.get("name"))
        for row_at, row in enumerate(sheet["rows"], 1):
            for column_at, cell in enumerate(row, 1):
                if cell is not None:
                    page.cell(row_at, column_at, cell)
        for area in sheet.get("merges", ()):
            page.merge_cells(area)
        for number in sheet.get("hidden_rows", ()):
            page.row_dimensions[number].hidden = True
        for letter in sheet.get("hidden_columns", ()):
            page.column_dimensions[letter].hidden = True
        for place, code in sheet.get("formats", {}).items():
            page[place].number_format = code
        if sheet.get("hidden"):
            page.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(sheets: Sequence[Mapping[str, Any]]) -> bytes:
    """An xls of several sheets, in the format of Excel 97."""
    import xlwt
    from openpyxl.utils import range_boundaries

    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for sheet in sheets:
        page = book.add_sheet(sheet.get("name", "Sheet1"))
        merged = {}
        for area in sheet.get("merges", ()):
            left, top, right, bottom = (int(bound or 0) for bound in range_boundaries(area))
            merged[top - 1, left - 1] = (bottom - 1, right - 1)
        for row_at, row in enumerate(sheet["rows"]):
            for column_at, cell in enumerate(row):
                if (row_at, column_at) in merged:
                    bottom, right = merged[row_at, column_at]
                    page.write_merge(row_at, bottom, column_at, right, cell)
                elif cell is not None and cell != "":
                    page.write(row_at, column_at, cell, *([day] if isinstance(cell, date) else []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
