"""Rows that are, or may be, classified: only counted, or held back and asked about by their place; and what denies it stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inventory.collectors.cells.secrecy_words import secrecy_of, states_secrecy
from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from inventory.model import Collected
from tests.inventory.ledger.books import read, text, xlsx
from tests.inventory.ledger.test_masking import made_texts


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        ("不属于国家秘密", "unclassified"), ("不存储、处理国家秘密", "unclassified"), ("否（不处理涉密信息）", "unclassified"), ("涉敏不涉密", "unclassified"),
        ("公开", "unclassified"), ("定为机密级", "classified"), ("秘 密", "classified"), ("秘密★10年", "classified"), ("是", "classified"), ("含秘密级文件", "classified"),
        ("部分内容定密", "unclear"), ("商业秘密", "unclear"), ("工作秘密", "unclear"), ("已通过分保测评（秘密级）", "unclear"), ("拟定密", "unclear"),
        ("不涉密，但含机密附件", "unclear"), ("JM", "unclear"),
    ],
)  # fmt: skip
def test_what_a_cell_says_about_secrecy(cell: str, verdict: str) -> None:
    assert secrecy_of(cell) == verdict


@pytest.mark.parametrize("cell", ["按国家秘密载体管理", "已通过分保测评（秘密级）", "涉密内网办公", "未分保"])
def test_a_cell_about_something_else_may_state_it(cell: str) -> None:
    assert states_secrecy(cell)


@pytest.mark.parametrize("cell", ["严禁上传涉密文件", "非涉密内网", "保密教育平台", "密码应用测评", "分保险种统计", "防止涉密信息外泄", "涉密人员管理系统"])  # fmt: skip
def test_a_cell_that_denies_it_or_only_deals_with_it_states_nothing(cell: str) -> None:
    assert not states_secrecy(cell)


def told(found: Collected) -> str:
    return json.dumps([part.as_json() for group in (found.records, found.gaps, found.skipped) for part in group], ensure_ascii=False)  # fmt: skip


@pytest.mark.parametrize("heading", ["是否涉密", "保密审查结论"])
def test_unclear_rows_are_held_back_below_a_known_and_an_unknown_heading(heading: str) -> None:
    rows = [["系统名称", heading, "CPU（核）"], ["门户网站", "不属于国家秘密", "4"], ["密件系统", "机密级", "8"], ["存疑系统", "部分内容定密", "16"]]  # fmt: skip
    found = read("县局.csv", text(rows))
    assert [record.fields["sys_name"] for record in found.records] == ["门户网站"]
    assert (found.accounting["classified"], found.accounting["rows_asked"]) == (1, 1)
    assert not {"密件系统", "存疑系统"} & set(told(found).split('"'))
    (asked,) = [gap for gap in found.gaps if gap.origin.row == 4]
    answer = "非涉密" if heading == "是否涉密" else "ignore"
    again = read("县局.csv", text(rows), answers={str(asked.answer_key): answer})
    taken = [record.fields["sys_name"] for record in again.records]
    assert taken[:1] == ["门户网站"]
    assert "存疑系统" in taken
    if heading == "是否涉密":
        counted = read("县局.csv", text(rows), answers={str(asked.answer_key): "涉密"})
        assert counted.accounting["classified"] == 2


@pytest.mark.parametrize("heading", ["是否涉密", "保密审查结论"])
@pytest.mark.parametrize("cell", ["待定", "待确认", "不清楚"])
def test_a_row_whose_secrecy_is_not_settled_yet_is_held_back(heading: str, cell: str) -> None:
    rows = [
        ["系统名称", heading, "CPU（核）"],
        ["门户网站", "否", "4"],
        ["待审系统", cell, "16"],
        ["空白系统", "", "8"],
    ]
    found = read("县局.csv", text(rows))
    assert [record.fields["sys_name"] for record in found.records] == ["门户网站", "空白系统"]
    assert "待审系统" not in told(found)
    assert found.accounting["rows_asked"] == 1


@pytest.mark.parametrize(("heading", "cell"), [("备注", "按国家秘密载体管理"), ("其他事项", "已通过分保测评（秘密级）"), ("系统名称", "涉密内网办公")])  # fmt: skip
def test_any_cell_that_states_secrecy_holds_its_row_back(heading: str, cell: str) -> None:
    rows: list[list[Any]] = [["系统名称", "CPU（核）", "备注", "其他事项"], ["门户网站", "4", "", ""], ["甲业务系统", "8", "", ""]]  # fmt: skip
    rows[2][rows[0].index(heading)] = cell
    found = read("县局.csv", text(rows))
    assert [record.fields["sys_name"] for record in found.records] == ["门户网站"]
    assert found.accounting["rows_asked"] == 1
    assert cell not in told(found)
    keys = {gap.answer_key for gap in found.gaps if gap.origin.row == 3}
    if heading != "其他事项":
        counted = read("县局.csv", text(rows), answers={str(keys.pop()): "涉密"})
        assert counted.accounting["classified"] == 1


HEAD = ["系统名称", "是否涉密", "CPU（核）", "内存（GB）", "备注", "建设单位"]
SYSTEMS: list[list[Any]] = [
    ["甲业务平台", "否", 8, 16, "甲的备注", "县农业局"],
    ["乙指挥系统", "是", 64, 128, "独立机柜七七", "县农业局"],
    ["丙服务平台", "否", 4, 8, "丙的备注", "县农业局"],
]


def in_rows() -> list[list[Any]]:
    return [HEAD, *SYSTEMS]


def on_its_side() -> list[list[Any]]:
    return [["县农业局系统表"], *([label, *(system[at] for system in SYSTEMS)] for at, label in enumerate(HEAD))]


def on_cards() -> list[list[Any]]:
    rows: list[list[Any]] = []
    for system in SYSTEMS:
        rows.append(["系统登记表"])
        rows += [[HEAD[at], system[at], HEAD[at + 1], system[at + 1]] for at in (0, 2, 4)]
        rows.append([])
    return rows


def beside_each_other() -> list[list[Any]]:
    left = [HEAD, *SYSTEMS]
    right = [HEAD, *([name.replace(name[0], "丁戊己"[at]), "否", *rest] for at, (name, _, *rest) in enumerate(SYSTEMS))]
    right[2][4] = "无"
    return [[*one, None, *other] for one, other in zip(left, right, strict=True)]


@pytest.mark.parametrize("rows", [in_rows(), on_its_side(), on_cards(), beside_each_other()], ids=["rows", "sideways", "cards", "beside"])  # fmt: skip
def test_a_correction_file_returned_as_it_is_says_the_same_and_nothing_classified(rows: list[list[Any]]) -> None:
    content = xlsx([{"name": "表", "rows": rows}])
    found = read("县农业局.xlsx", content)
    names = sorted(str(record.fields["sys_name"]) for record in found.records)
    assert {"甲业务平台", "丙服务平台"} <= set(names)
    assert "乙指挥系统" not in names
    assert found.accounting["classified"] == 1
    made = correction_of(content, workbook_of("县农业局.xlsx", content), found).content
    texts = made_texts(made)
    assert not any("乙指挥" in one or "独立机柜七七" in one for one in texts)
    again = read("县农业局.xlsx", made)
    assert sorted(str(record.fields["sys_name"]) for record in again.records) == names
    told_before = {record.fields["sys_name"]: (record.fields["vcpu"], record.fields["mem"], record.fields.get("secret")) for record in found.records}  # fmt: skip
    assert {record.fields["sys_name"]: (record.fields["vcpu"], record.fields["mem"], record.fields.get("secret")) for record in again.records} == told_before  # fmt: skip


def test_merged_cells_of_a_classified_card_are_emptied_too() -> None:
    rows = on_cards()[:8]
    rows[7] = [*rows[7][:1], "独立机柜七七"]
    content = xlsx([{"name": "表", "rows": [*rows, ["主要功能", "绝不外传的用途"]], "merges": ["A6:D6", "B9:D9"]}])
    found = read("县农业局.xlsx", content)
    assert found.accounting["classified"] == 1
    texts = made_texts(correction_of(content, workbook_of("县农业局.xlsx", content), found).content)
    assert not any("乙指挥" in one or "不外传" in one for one in texts)


def test_a_name_that_ends_in_a_mark_of_secrecy_is_counted_only() -> None:
    found = read("县局.csv", text([["系统名称", "CPU（核）"], ["门户网站", "4"], ["大额资金核查专用库（密）", "8"]]))
    assert [record.fields["sys_name"] for record in found.records] == ["门户网站"]
    assert found.accounting["classified"] == 1
    assert "大额资金" not in told(found)
