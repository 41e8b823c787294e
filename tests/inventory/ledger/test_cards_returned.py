"""Correction files of cards: those side by side keep their identity, those that another sheet marks as classified are emptied."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from tests.inventory.ledger.books import read, xlsx

CARDS: list[list[Any]] = [
    ["名称", "门户网站", None, "名称", "督办平台"], ["密级", "非涉密", None, "密级", "公开"], ["总核数", 4, None, "总核数", 6],
    ["内存（G）", 8, None, "内存（G）", 12], [None], ["名称", "办公平台", None, "名称", "值班系统"], ["密级", "公开", None, "密级", "非涉密"],
    ["总核数", 2, None, "总核数", 3], ["上线时间", "2019.1", None, "上线时间", "2020.3"],
]  # fmt: skip


def corrected(content: bytes) -> Any:
    found = read("县水利局.xlsx", content)
    return openpyxl.load_workbook(
        io.BytesIO(correction_of(content, workbook_of("县水利局.xlsx", content), found).content)
    )


def keys(book: Any) -> dict[str, str]:
    out = io.BytesIO()
    book.save(out)
    again = read("县水利局-补正.xlsx", out.getvalue())
    return {str(r.fields["sys_name"]): str(r.fields.get("row_key") or "").partition("|")[0] for r in again.records}


def test_cards_side_by_side_that_are_renamed_stay_what_they_were() -> None:
    book = corrected(xlsx([{"name": "卡", "rows": CARDS}]))
    page = book.worksheets[1]
    page["E1"], page["B6"] = "督查平台", "协同办公平台"
    assert keys(book) == {
        "门户网站": "ledger:县水利局/门户网站", "督查平台": "ledger:县水利局/督办平台", "协同办公平台": "ledger:县水利局/办公平台", "值班系统": "ledger:县水利局/值班系统",
    }  # fmt: skip


@pytest.mark.parametrize("columns", [1, 3])
def test_an_inserted_column_gives_no_card_the_identity_of_another(columns: int) -> None:
    book = corrected(xlsx([{"name": "卡", "rows": CARDS}]))
    book.worksheets[1].insert_cols(1, columns)
    for name, key in keys(book).items():
        assert key in {"", f"ledger:县水利局/{name}"}


CARD = [["名称", "门户网站"], ["总核数", 4], ["内存（G）", 8], ["上线时间", "2019-05"], ["承建单位", "甲公司"], [None], ["名称", "布控研判库"], ["总核数", 77], ["内存（G）", 99], ["上线时间", "2019-06"], ["承建单位", "乙公司"]]  # fmt: skip
BESIDE = [["名称", "门户网站", None, "名称", "布控研判库"], ["总核数", 4, None, "总核数", 77], ["内存（G）", 8, None, "内存（G）", 99], ["上线时间", "2019.1", None, "上线时间", "2019.1"]]  # fmt: skip
ASIDE = [["系统名称", "门户网站", "布控研判库"], ["总核数", 4, 77], ["内存（G）", 8, 99], ["承建单位", "甲公司", "乙公司"], ["等保级别", "二级", "三级"]]  # fmt: skip
LIST = [["系统名称", "是否涉密", "备注"], ["门户网站", "否", "x"], ["布控研判库", "是（秘密）", "y"]]


@pytest.mark.parametrize("rows", [CARD, BESIDE, ASIDE])
def test_a_card_that_another_sheet_marks_as_classified_is_emptied_and_not_taken_when_it_comes_back(
    rows: list[list[Any]],
) -> None:
    content = xlsx([{"name": "卡", "rows": rows}, {"name": "清单", "rows": LIST}])
    found = read("县水利局.xlsx", content)
    assert {record.fields["sys_name"] for record in found.records} == {"门户网站"}
    book = corrected(content)
    shown = [str(cell) for page in book for row in page.values for cell in row if cell is not None]
    assert not [text for text in shown if "布控" in text or text in {"77", "99", "乙公司"}]
    assert {"4", "8"} <= set(shown)
    assert set(keys(book)) == {"门户网站"}
    assert found.accounting["rows_read"] == sum(int(str(found.accounting[f"rows_{part}"])) for part in ("recorded", "asked", "skipped"))  # fmt: skip


def test_the_questions_of_the_card_beside_it_stay() -> None:
    found = read("县水利局.xlsx", xlsx([{"name": "卡", "rows": BESIDE}, {"name": "清单", "rows": LIST}]))
    assert {(gap.origin.column, gap.origin.row, gap.field) for gap in found.gaps} == {("B", 4, "online_date"), ("E", 1, "secret")}  # fmt: skip


def test_a_classified_row_below_a_merged_department_is_counted_when_it_comes_back() -> None:
    rows = [["单位名称", "系统名称", "密级", "核数"], ["县水利局", "门户网站", "非涉密", 4], [None, "布控研判库", "秘密", 8], [None, "办公平台", "非涉密", "约"]]  # fmt: skip
    content = xlsx([{"name": "表", "rows": rows, "merges": ["A2:A4"]}])
    assert read("县水利局.xlsx", content).accounting["classified"] == 1
    out = io.BytesIO()
    corrected(content).save(out)
    again = read("县水利局-补正.xlsx", out.getvalue())
    assert again.accounting["classified"] == 1
    assert [record.fields["sys_name"] for record in again.records] == ["门户网站", "办公平台"]
