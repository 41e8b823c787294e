"""A few columns that no list has are asked one by one, and the rows are taken without them; many make the sheet one question."""

from __future__ import annotations

from typing import Any

from inventory.collectors.unlisted_columns import MOST
from inventory.model import Collected
from tests.inventory.ledger.books import read, unanswered, xlsx

NAMES = ["学籍管理系统", "招生考试平台", "教师培训网站"]
UNLISTED: dict[str, list[Any]] = {
    "什么时候开始用的": ["2019-05", "2020-06", "2021-07"],
    "CPU一共几核": [8, 4, 2],
    "内存总共多大（GB）": [16, 8, 4],
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
        assert not any(record.fields.get("online_date") or record.fields.get("vcpu") for record in found.records)
        asked = {gap.raw: gap for gap in found.gaps if gap.answer_key}
        assert list(asked) == list(UNLISTED)[:count]
        assert asked["什么时候开始用的"].choices[0] == "online_date"
        assert asked["什么时候开始用的"].choices[-1] == "ignore"
        assert asked["什么时候开始用的"].question is not None
        assert (
            asked["什么时候开始用的"].question.zh == "「什么时候开始用的」就是投入使用时间吗？不是的答别的栏或 ignore"
        )
        assert "2019-05" in asked["什么时候开始用的"].message.zh
        assert balanced(found)


def test_an_answer_is_taken_whatever_it_says() -> None:
    key = "ledger:市教育局|heading|heading:什么时候开始用的"
    for field in ("online_date", "start_date"):
        found = read("市教育局.xlsx", sheet(1), answers={key: field}, confirmed=False)
        assert [record.fields[field] for record in found.records] == UNLISTED["什么时候开始用的"]
        assert not [gap for gap in found.gaps if gap.answer_key == key]
    found = read("市教育局.xlsx", sheet(1), answers={key: "ignore"}, confirmed=False)
    assert not any(record.fields.get("online_date") for record in found.records)
    assert balanced(found)


def test_many_make_one_question_about_the_sheet() -> None:
    found = read("市教育局.xlsx", sheet(MOST + 1), confirmed=False)
    assert not found.records
    (key,) = unanswered(found)
    assert "|layout:" in key
    assert [record.fields["vcpu"] for record in read("市教育局.xlsx", sheet(MOST + 1)).records] == [8, 4, 2]
