"""A few columns that no list has are asked one by one, and the rows are taken without them; many make the sheet one question."""

from __future__ import annotations

from typing import Any

from inventory.collectors.columns.unlisted_columns import MOST
from inventory.model import Collected
from tests.inventory.ledger.books import read, unanswered, xlsx

NAMES = ["学籍管理系统", "招生考试平台", "教师培训网站"]
UNLISTED: dict[str, list[Any]] = {
    "维保截止日": ["2019-05", "2020-06", "2021-07"],
    "硬盘共有多大（GB）": [800, 400, 200],
    "用的什么数据库": ["MySQL 5.7", "达梦8", "Oracle 11g"],
    "日常维护方": ["甲软件有限公司", "乙科技有限公司", "丙信息有限公司"],
}


def sheet(count: int) -> bytes:
    """A ledger with so many headings that no list has."""
    chosen = list(UNLISTED)[:count]
    rows = [["系统名称", "等保级别", "机房", *chosen]]
    rows += [[name, "二级", "一号机房", *(UNLISTED[h][at] for h in chosen)] for at, name in enumerate(NAMES)]
    return xlsx([{"name": "表", "rows": rows}])


def balanced(found: Collected) -> bool:
    account: Any = found.accounting
    return bool(account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"])


def test_the_rows_are_taken_without_a_few_doubtful_columns() -> None:
    for count in range(1, MOST + 1):
        found = read("市教育局.xlsx", sheet(count), confirmed=False)
        assert [record.fields["sys_name"] for record in found.records] == NAMES
        assert all(record.fields["mlps_level"] == 2 for record in found.records)
        assert not any(
            record.fields.get("ops_contract_end") or record.fields.get("storage") for record in found.records
        )
        asked = {gap.raw: gap for gap in found.gaps if gap.answer_key}
        assert list(asked) == list(UNLISTED)[:count]
        assert asked["维保截止日"].choices[0] == "ops_contract_end"
        assert asked["维保截止日"].choices[-1] == "ignore"
        assert asked["维保截止日"].question is not None
        assert asked["维保截止日"].question.zh == "「维保截止日」就是运维合同到期时间吗？不是的答别的栏或 ignore"
        assert "2019-05" in asked["维保截止日"].message.zh
        assert balanced(found)


def test_an_answer_is_taken_whatever_it_says() -> None:
    key = "ledger:市教育局|heading|heading:维保截止日"
    for field in ("ops_contract_end", "start_date"):
        found = read("市教育局.xlsx", sheet(1), answers={key: field}, confirmed=False)
        assert [record.fields[field] for record in found.records] == UNLISTED["维保截止日"]
        assert not [gap for gap in found.gaps if gap.answer_key == key]
    found = read("市教育局.xlsx", sheet(1), answers={key: "ignore"}, confirmed=False)
    assert not any(record.fields.get("ops_contract_end") for record in found.records)
    assert balanced(found)


def test_many_make_one_question_about_the_sheet() -> None:
    found = read("市教育局.xlsx", sheet(MOST + 1), confirmed=False)
    assert not found.records
    (key,) = unanswered(found)
    assert "|layout:" in key
    assert [record.fields["storage"] for record in read("市教育局.xlsx", sheet(MOST + 1)).records] == [800, 400, 200]


AGREEING: dict[str, tuple[str, list[Any]]] = {
    "什么时候开始用的": ("online_date", ["2019-05", "2020-06", "2021-07"]),
    "CPU一共几核": ("vcpu", [8, 4, 2]),
    "内存总共多大（GB）": ("mem", [16, 8, 4]),
    "当初花了多少钱（万元）": ("build_cost", [120, 35, 60]),
    "登录网址是": ("url", ["http://a.example.cn", "http://b.example.cn", "http://c.example.cn"]),
}


def agreeing(headings: list[str], below: list[list[Any]]) -> Collected:
    rows = [["系统名称", "等保级别", *headings], *([n, "二级", *(v[at] for v in below)] for at, n in enumerate(NAMES))]
    return read("市教育局.xlsx", xlsx([{"name": "表", "rows": rows}]), confirmed=False)


def test_what_words_and_contents_say_alike_is_read_without_a_question() -> None:
    found = agreeing(list(AGREEING), [values for _, values in AGREEING.values()])
    assert [record.fields["sys_name"] for record in found.records] == NAMES
    assert found.accounting["sheets_to_confirm"] == found.accounting["columns_asked"] == 0
    for field, values in AGREEING.values():
        stored = [record.fields[field] for record in found.records]
        assert [v[0] if isinstance(v, tuple) else v for v in stored] == values


def test_a_heading_that_another_field_of_its_type_is_near_to_is_asked() -> None:
    found = agreeing(["维保截止日"], [["2026-05", "2026-06", "2027-07"]])
    assert [gap.raw for gap in found.gaps if gap.answer_key] == ["维保截止日"]


def test_contents_that_are_read_badly_are_no_witness() -> None:
    found = agreeing(["什么时候开始用的"], [["2019-05", "老早以前", "记不清了"]])
    assert [gap.raw for gap in found.gaps if "|heading|" in str(gap.answer_key)] == ["什么时候开始用的"]


def test_one_cell_is_no_witness() -> None:
    found = agreeing(["什么时候开始用的"], [["2019-05", "", ""]])
    assert [gap.raw for gap in found.gaps if "|heading|" in str(gap.answer_key)] == ["什么时候开始用的"]


def test_how_many_machines_is_asked_whatever_figures_stand_there() -> None:
    found = agreeing(["占了几台服务器"], [[2, 1, 3]])
    assert not any(record.fields.get("vm_count") for record in found.records)
