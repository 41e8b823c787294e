"""Names of sheets that are those of classified systems or of people are told nowhere; old editions and skipped sheets are counted."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest

from inventory.collectors.sheets.sheet_names import may_be_a_person
from inventory.collectors.spreadsheet import QUESTION_SHEET
from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from inventory.model import Collected
from tests.inventory.ledger.books import read, xlsx
from tests.inventory.ledger.test_masking import made_texts

HEAD = ["系统名称", "建设单位", "是否涉密", "CPU（核）"]


def told(found: Collected) -> str:
    parts = [[part.as_json() for part in group] for group in (found.records, found.gaps, found.skipped)]
    return json.dumps([parts, dict(found.accounting)], ensure_ascii=False)


def card(name: str, secret: str, cores: Any = 8) -> list[list[Any]]:
    return [["系统名称", name], ["建设单位", "县公安局"], ["是否涉密", secret], ["CPU（核）", cores], ["内存（GB）", 16], ["部署位置", "县机房"]]  # fmt: skip


def balanced(found: Collected) -> bool:
    account: dict[str, Any] = dict(found.accounting)
    return bool(account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"])


@pytest.mark.parametrize("secret", ["是", "待定"])
def test_a_sheet_named_after_a_classified_system_is_told_by_its_place(secret: str) -> None:
    sheets = [{"name": "门户网站", "rows": card("门户网站", "否")}, {"name": "特情管理", "rows": card("县局特情管理系统", secret, "若干")}]  # fmt: skip
    content = xlsx(sheets)
    found = read("县公安局.xlsx", content)
    assert [record.fields["sys_name"] for record in found.records] == ["门户网站"]
    assert "特情" not in told(found)
    assert "第2张表" in told(found)
    assert "门户网站" in {record.origin.sheet for record in found.records}
    made = correction_of(content, workbook_of("县公安局.xlsx", content), found).content
    assert openpyxl.load_workbook(io.BytesIO(made)).sheetnames[-1] == "第2张表"
    if secret == "是":
        assert not any("特情" in one for one in made_texts(made))
    again = read("县公安局.xlsx", made)
    assert [record.fields["sys_name"] for record in again.records] == ["门户网站"]


def test_a_system_that_is_classified_on_another_sheet_is_held_back_there_too() -> None:
    sheets = [
        {"name": "总表", "rows": [HEAD, ["门户网站", "县公安局", "否", 4], ["特情管理系统", "县公安局", "机密", 8]]},
        {"name": "特情管理系统", "rows": [["系统名称", "建设单位", "CPU（核）", "内存（GB）"], ["特情管理系统", "县公安局", 8, 16]]},
    ]  # fmt: skip
    found = read("县公安局.xlsx", xlsx(sheets))
    assert [record.fields["sys_name"] for record in found.records] == ["门户网站"]
    assert "特情" not in told(found)
    assert (found.accounting["classified"], found.accounting["rows_asked"]) == (1, 1)
    assert balanced(found)


def test_it_is_held_back_on_a_sheet_on_its_side_too() -> None:
    side = [["系统名称", "办公平台", "特情管理系统"], ["建设单位", "县公安局", "县公安局"], ["CPU（核）", 4, 8], ["内存（GB）", 8, 16], ["部署位置", "县机房", "县机房"]]  # fmt: skip
    sheets = [{"name": "总表", "rows": [HEAD, ["门户网站", "县公安局", "否", 4], ["特情管理系统", "县公安局", "机密", 8]]}, {"name": "资源", "rows": side}]  # fmt: skip
    found = read("县公安局.xlsx", xlsx(sheets))
    assert sorted(str(record.fields["sys_name"]) for record in found.records) == ["办公平台", "门户网站"]
    assert "特情" not in told(found)
    assert [(gap.origin.sheet, gap.origin.column) for gap in found.gaps if gap.field == "secret"] == [("资源", "C")]
    assert balanced(found)


def test_a_sheet_named_after_a_person_is_told_by_its_place_and_keeps_its_answer() -> None:
    rows = [["系统名称", "CPU（核）"], ["门户网站", 4]]
    content = xlsx([{"name": "欧阳锋", "rows": rows}, {"name": "陈家洛", "rows": [["系统名称", "CPU（核）", "联系人"], ["办公平台", 4, "欧阳锋"]]}])  # fmt: skip
    found = read("系统.xlsx", content)
    assert "欧阳" not in told(found)
    assert "陈家" not in told(found)
    (key,) = {str(gap.answer_key) for gap in found.gaps if gap.origin.sheet == "第2张表"}
    answered = read("系统.xlsx", content, answers={key: "县财政局"})
    assert {r.fields["sys_name"]: r.fields.get("dept") for r in answered.records}["办公平台"] == "县财政局"
    made = openpyxl.load_workbook(io.BytesIO(correction_of(content, workbook_of("系统.xlsx", content), found).content))  # fmt: skip
    assert made.sheetnames == [QUESTION_SHEET, "欧阳锋", "陈家洛"]  # the department's own workbook keeps its tabs


@pytest.mark.parametrize(("name", "person"), [("张三", True), ("王小明", True), ("高中", False), ("总表", False), ("安全", False), ("系统", False), ("方案", False), ("欧阳锋锋", False)])  # fmt: skip
def test_what_reads_like_a_persons_name(name: str, person: bool) -> None:
    assert may_be_a_person(name) is person


def test_rows_of_sheets_that_are_not_read_are_counted_with_their_reason() -> None:
    head, row = ["系统名称", "建设单位", "CPU（核）", "上线时间"], ["门户网站", "县财政局", 4, "2020-05"]
    sheets: list[dict[str, Any]] = [
        {"name": "说明", "rows": [["请如实填写"], [], ["月底前报送"]]}, {"name": "清单", "rows": [head, row]}, {"name": "2023年旧表（作废）", "rows": [head, ["门户网站", "县财政局", 2, "2019-05"]]},
        {"name": "草稿", "rows": [head, row], "hidden": True},
    ]  # fmt: skip
    found = read("县财政局.xlsx", xlsx(sheets))
    assert [record.fields["vcpu"] for record in found.records] == [4]
    assert found.accounting["skipped"] == {"heading": 1, "hidden": 2, "not-a-ledger": 3, "superseded": 2}
    assert found.accounting["rows_read"] == 9
    assert balanced(found)
    alone = read("县财政局.xlsx", xlsx([sheets[2]]))
    assert [record.fields["vcpu"] for record in alone.records] == [2]


def test_one_system_on_sheets_of_two_years_is_asked_even_where_it_moved() -> None:
    head = ["系统名称", "建设单位", "CPU（核）", "上线时间", "部署位置", "接入网络"]
    sheets = [
        {"name": "2025", "rows": [head, ["门户网站", "县财政局", 4, "2020-05", "政务云", "互联网"]]},
        {"name": "2023", "rows": [head, ["门户网站", "县财政局", 2, "2019-05", "县机房", "政务外网"]]},
    ]
    found = read("县财政局.xlsx", xlsx(sheets))
    assert [record.fields["vcpu"] for record in found.records] == [4]
    assert [(gap.kind, gap.origin.sheet) for gap in found.gaps] == [("conflict", "2023")]


def test_a_sheet_that_is_not_read_says_as_many_rows_as_are_counted() -> None:
    ledger = {"name": "台账", "rows": [["系统名称", "等保级别"], ["企业登记系统", "二级"]]}
    notes = {
        "name": "填表说明",
        "rows": [["一、填报范围为全部系统"], ["二、金额以万元计"], [None], ["三、请于月底前报送"]],
    }
    found = read("市局.xlsx", xlsx([ledger, notes]))
    (skipped,) = [one for one in found.skipped if one.origin.sheet == "填表说明"]
    assert "4 rows" in str(skipped.detail)
    assert found.accounting["skipped"] == {"heading": 1, "not-a-ledger": 4}
