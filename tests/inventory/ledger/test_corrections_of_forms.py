"""Correction files of sheets on their side and of forms carry the identity of their systems, whatever the clerk did to them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.inventory.ledger.books import read, xlsx
from tests.inventory.ledger.test_collect_ledger import confirm, run

SIDEWAYS: list[list[Any]] = [
    ["信息系统情况表"],
    ["系统名称", "预算系统", "国库系统", "密件系统"],
    ["是否涉密", "否", "否", "机密"],
    ["存储", 2, "4TB", "1TB"],
    ["等保级别", "三级", "二级", "三级"],
    ["CPU（核）", 8, 16, 4],
]
GROUPED: list[list[Any]] = [
    ["基本情况", "系统名称", "预算系统", "国库系统"],
    [None, "等保级别", "三级", "二级"],
    ["资源情况", "CPU（核）", 8, 16],
    [None, "存储", 2, "4TB"],
]
LINES: list[list[Any]] = [
    ["系统名称：预算系统"], ["等保级别：三级"], ["CPU：8核"], ["存储：2"], [],
    ["系统名称：国库系统"], ["等保级别：二级"], ["CPU：16核"], ["存储：4TB"],
]  # fmt: skip
CARDS: list[list[Any]] = [
    ["系统名称", "预算系统"], ["等保级别", "三级"], ["CPU（核）", 8], ["存储", 2], [],
    ["系统名称", "国库系统"], ["等保级别", "二级"], ["CPU（核）", 16], ["存储", "4TB"],
]  # fmt: skip
NAME = "市财政局.xlsx"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def take(name: str, as_of: str, *options: str) -> dict[str, Any]:
    confirm(name, as_of)
    code, out, err = run("collect", "ledger", name, "--json", "--as-of", as_of, *options)
    assert code == 0, err
    answer: dict[str, Any] = json.loads(out)
    return answer


def ids(answer: dict[str, Any]) -> dict[str, str]:
    return {record["fields"]["sys_name"]: record["id"] for record in answer["data"]["files"][0]["records"]}


def sent(folder: Path, rows: list[list[Any]]) -> tuple[dict[str, str], Any]:
    """The ids as first read, and the correction file that went out."""
    (folder / NAME).write_bytes(xlsx([{"name": "系统", "rows": rows, "merges": ["A1:D1"] if rows is SIDEWAYS else []}]))
    first = ids(take(NAME, "2026-03-31", "--corrections", "补正"))
    return first, openpyxl.load_workbook(folder / "补正" / "市财政局-补正.xlsx")


def renamed(book: Any, old: str, new: str) -> None:
    cells = [cell for cells in book["系统"].iter_rows() for cell in cells if isinstance(cell.value, str)]
    for cell in cells:
        if "govcloud_row_key" not in cell.value and "|" not in cell.value:
            cell.value = cell.value.replace(old, new)


@pytest.mark.parametrize("rows", [SIDEWAYS, GROUPED, LINES, CARDS], ids=["sideways", "grouped", "lines", "cards"])
def test_a_renamed_system_is_still_the_same(folder: Path, rows: list[list[Any]]) -> None:
    before, book = sent(folder, rows)
    renamed(book, "预算系统", "预算管理一体化平台")
    book.save(folder / "市财政局-补正.xlsx")
    after = ids(take("市财政局-补正.xlsx", "2026-04-30"))
    assert after == {"预算管理一体化平台": before["预算系统"], "国库系统": before["国库系统"]}


def test_columns_of_a_sheet_on_its_side_may_change_places(folder: Path) -> None:
    before, book = sent(folder, SIDEWAYS)
    page = book["系统"]
    for row in range(2, page.max_row + 1):
        page.cell(row, 2).value, page.cell(row, 3).value = page.cell(row, 3).value, page.cell(row, 2).value
    renamed(book, "预算系统", "预算管理一体化平台")
    book.save(folder / "市财政局-补正.xlsx")
    after = ids(take("市财政局-补正.xlsx", "2026-04-30"))
    assert after["预算管理一体化平台"] == before["预算系统"]


def test_the_key_of_a_sheet_on_its_side_stands_in_a_hidden_row_and_none_for_what_is_classified(folder: Path) -> None:
    _, book = sent(folder, SIDEWAYS)
    page = book["系统"]
    (row,) = [cell.row for cell in page["A"] if cell.value == "govcloud_row_key"]
    assert page.row_dimensions[row].hidden
    assert [bool(page.cell(row, column).value) for column in (2, 3, 4)] == [True, True, False]


@pytest.mark.parametrize("rows", [SIDEWAYS, GROUPED, LINES, CARDS], ids=["sideways", "grouped", "lines", "cards"])
def test_untouched_it_changes_nothing(folder: Path, rows: list[list[Any]]) -> None:
    _, book = sent(folder, rows)
    book.save(folder / "市财政局-补正.xlsx")
    changes = take("市财政局-补正.xlsx", "2026-04-30")["data"]["files"][0]["changes"]
    assert (changes["new"], changes["changed"], changes["vanished"]) == ([], [], [])


def test_a_hidden_row_of_a_sheet_on_its_side_is_reported_and_not_read() -> None:
    content = xlsx([{"name": "系统", "rows": SIDEWAYS, "hidden_rows": [6]}])
    found = read(NAME, content)
    assert [record.fields.get("vcpu") for record in found.records] == [None, None]
    sheets: Any = found.accounting["sheets"]
    assert ("A6", "hidden") in [(column["column"], column["why"]) for column in sheets[0]["columns_ignored"]]
    assert [r.fields.get("vcpu") for r in read(NAME, content, include_hidden=True).records] == [8, 16]
    assert openpyxl.load_workbook(io.BytesIO(content))["系统"].row_dimensions[6].hidden
