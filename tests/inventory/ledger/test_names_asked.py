"""Sheets whose column of names no heading tells: one question instead of a refusal, and its answer reads the sheet."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from catalogs.errors import CollectError
from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from inventory.corrections.returned import answers_in
from tests.inventory.ledger.books import read, text, xlsx

NAMES = ["登记注册全程电子化", "特种设备动态监管", "食品快检数据上报"]
ENDING = ["河道水位监测系统", "取水许可管理平台", "农村饮水安全网站"]
SHEETS: dict[str, tuple[str, list[list[Any]]]] = {
    "names that do not end as such": ("申报事项", [["申报事项", "核数", "内存（GB）"], *([n, 4, 8] for n in NAMES)]),
    "two that may be": ("现在的", [["现在的", "以前的", "核数", "内存（GB）"], *([n, f"旧{n}", 4, 8] for n in ENDING)]),
    "not one known heading": ("甲", [["甲", "乙", "丙"], *([n, "某处", "二楼"] for n in ENDING)]),
    "below a title": ("这一格", [["家底", None], ["这一格", "在哪"], *([n, "二楼"] for n in ENDING)]),
}


def book(rows: list[list[Any]]) -> bytes:
    return xlsx([{"name": "表", "rows": rows}])


@pytest.mark.parametrize("case", SHEETS)
def test_one_question_names_the_column_and_its_answer_reads_the_sheet(case: str) -> None:
    heading, rows = SHEETS[case]
    found = read("县水利局.xlsx", book(rows))
    assert not found.records
    asked = [gap for gap in found.gaps if gap.question and "是否为系统名称" in gap.question.zh]
    assert {gap.answer_key for gap in asked} == {f"ledger:县水利局|heading|heading:{heading}"}
    assert asked[0].kind == "ambiguous"  # that of the column leads, those of the rows follow
    assert len(asked) == 1 + 3
    assert found.accounting["rows_asked"] == 3
    answers = {str(asked[0].answer_key): "sys_name"}
    again = read("县水利局.xlsx", book(rows), answers=answers)
    expected = [row[0] for row in rows[-3:]]
    assert [record.fields["sys_name"] for record in again.records] == expected
    later = read("县水利局-7月.xlsx", book([*rows, ["防汛指挥平台", *rows[-1][1:]]]), answers=answers)
    assert [record.fields["sys_name"] for record in later.records] == [*expected, "防汛指挥平台"]


def test_a_bare_word_for_names_beside_everyday_headings_is_asked_not_refused() -> None:
    rows: list[list[Any]] = [
        ["某某镇信息系统情况"],
        ["项", "名", "用途、谁在用", "机器", "上线", "还在用不", "备注"],
        [1, "镇便民服务预约", "群众办事预约", "2台虚拟机", "2019.5", "在用", ""],
        [2, "河长巡查", "河长办巡河打卡", "1台", "2020年3月", "在用", "县里统建"],
        [3, "工资管理", "财政所发工资", "台式机1台", "2012", "还在用", "单机"],
        [4, "维稳信息", "综治中心", "1台", "2016", "在用", "机密级"],
        ["合计", "", "", "5台", "", "", ""],
    ]
    found = read("某某镇.xlsx", book(rows))
    assert not found.records
    first = next(gap for gap in found.gaps if gap.kind == "ambiguous")
    assert first.question is not None
    assert first.question.zh == "「名」是否为系统名称？"
    assert "维稳信息" not in str(found)
    account = found.accounting
    assert (account["rows_asked"], account["skipped"]) == (3, {"classified": 1, "heading": 2, "total": 1})
    others = {gap.raw for gap in found.gaps if gap.kind == "ambiguous"} - {"名"}
    assert others == {"用途、谁在用", "机器", "还在用不"}
    again = read("某某镇.xlsx", book(rows), answers={str(first.answer_key): "sys_name"})
    assert [record.fields["sys_name"] for record in again.records] == ["镇便民服务预约", "河长巡查", "工资管理"]


def test_the_correction_file_asks_once_and_its_answer_is_taken() -> None:
    content = book(SHEETS["names that do not end as such"][1])
    plain = workbook_of("县水利局.xlsx", content)
    made = openpyxl.load_workbook(io.BytesIO(correction_of(content, plain, read("县水利局.xlsx", content)).content))
    page = made.worksheets[0]
    rows = [row for row in page.iter_rows(min_row=5) if row[7].value and "申报事项" in str(row[7].value)]
    assert len(rows) == 1
    rows[0][6].value = "系统名称"
    out = io.BytesIO()
    made.save(out)
    back = workbook_of("县水利局-补正.xlsx", out.getvalue())
    again = read("县水利局-补正.xlsx", out.getvalue(), answers=answers_in(back))
    assert [record.fields["sys_name"] for record in again.records] == NAMES


@pytest.mark.parametrize(
    "rows",
    [
        [["单位", "电话", "地址"], *([f"第{n}人民医院", "1", "某路"] for n in "一二三")],
        [["姓名", "职务", "办公室"], *([n, "科员", "二楼"] for n in ("张小三", "李小四", "王小五"))],
        [["品名", "数量", "单价（元）"], *([n, 2, 300] for n in ("台式计算机", "激光打印机", "办公桌椅"))],
        [["系统类别", "说明"], *([n, "选一个"] for n in ("应用系统", "支撑平台", "基础平台"))],
    ],
)
def test_lists_of_other_things_are_refused_as_before(rows: list[list[Any]]) -> None:
    with pytest.raises(CollectError):
        read("县水利局.csv", text(rows))


def test_a_second_sheet_that_tells_of_systems_is_asked_about_and_not_passed_over() -> None:
    second = [
        ["名", "上线", "还在用不", "系统状态"],
        ["河长巡查", "2019-05", "在用", "在用"],
        ["工资管理", "2012", "不用了", "停用"],
    ]
    sheets: list[dict[str, Any]] = [
        {"name": "台账", "rows": [["系统名称", "核数"], ["门户网站", 4]]},
        {"name": "镇里的", "rows": second},
    ]
    found = read("县水利局.xlsx", xlsx(sheets))
    assert [record.fields["sys_name"] for record in found.records] == ["门户网站"]
    (question,) = [gap for gap in found.gaps if gap.kind == "ambiguous" and gap.raw == "名"]
    again = read("县水利局.xlsx", xlsx(sheets), answers={str(question.answer_key): "sys_name"})
    assert [record.fields["sys_name"] for record in again.records] == ["门户网站", "河长巡查", "工资管理"]


def test_a_dictionary_beside_a_ledger_asks_nothing() -> None:
    sheets: list[dict[str, Any]] = [
        {"name": "台账", "rows": [["系统名称", "核数"], ["门户网站", 4]]},
        {"name": "字典", "rows": [["类别", "部署位置"], ["应用层系统", "自建机房"], ["应用支撑层系统", "托管机房"], ["基础设施层系统", "云上"]]},
    ]  # fmt: skip
    assert not read("县水利局.xlsx", xlsx(sheets)).gaps


def test_classified_names_are_not_among_what_is_shown() -> None:
    rows: list[list[Any]] = [["事项名", "核数", "内存（GB）", "是否涉密"], [NAMES[0], 4, 8, "否"], [NAMES[1], 4, 8, "是（机密）"], [NAMES[2], 4, 8, "否"]]  # fmt: skip
    found = read("县水利局.xlsx", book(rows))
    assert found.accounting["classified"] == 1
    assert NAMES[1] not in str(found.gaps)
