"""Systems on several rows: each row below headings of its own, or several rows of amounts below one merged name."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from inventory.model import Collected
from tests.inventory.ledger.books import read, xlsx

PAIRED: list[list[Any]] = [
    ["县水利局信息系统登记表"],
    ["序号", "系统名称", "承建单位", "核数", "上线时间"],
    [None, None, "运维单位", "内存（GB）", "等保级别"],
    [1, "河道水位监测系统", "甲公司", 4, "2019-05"],
    [None, None, "乙公司", 16, "二级"],
    [2, "取水许可管理平台", "丙公司", 8, "2020-06"],
    [None, None, "丁公司", 32, "三级"],
    ["填表人：张三"],
]
MERGED = ["A2:A3", "B2:B3", "A4:A5", "B4:B5", "A6:A7", "B6:B7"]


def book(rows: list[list[Any]], merges: list[str]) -> bytes:
    return xlsx([{"name": "表", "rows": rows, "merges": merges}])


def told(found: Collected, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(record.fields.get(name) for name in ("sys_name", *names)) for record in found.records]


@pytest.mark.parametrize("merges", [["A1:E1", *MERGED], ["A1:E1"], []])
def test_two_rows_of_a_system_answer_two_rows_of_headings(merges: list[str]) -> None:
    content = book(PAIRED, merges)
    found = read("县水利局.xlsx", content)
    expected = [
        ("河道水位监测系统", "甲公司", "乙公司", 4, 16, "2019-05", 2), ("取水许可管理平台", "丙公司", "丁公司", 8, 32, "2020-06", 3),
    ]  # fmt: skip
    fields = ("vendor", "ops_vendor", "vcpu", "mem", "online_date", "mlps_level")
    assert told(found, *fields) == expected
    assert not found.gaps
    second = found.records[1]
    assert [(second.origin_of(name).row, second.origin_of(name).column) for name in ("vendor", "ops_vendor", "mem")] == [
        (6, "C"), (7, "C"), (7, "D"),
    ]  # fmt: skip
    account = found.accounting
    assert account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"]  # type: ignore[operator]


def test_the_correction_file_of_such_a_sheet_gives_the_same_records() -> None:
    rows = [list(row) for row in PAIRED]
    rows[5][4] = "2019.1"
    content = book(rows, MERGED)
    found = read("县水利局.xlsx", content)
    assert [(gap.origin.column, gap.origin.row) for gap in found.gaps] == [("E", 6)]
    made = correction_of(content, workbook_of("县水利局.xlsx", content), found).content
    again = read("县水利局-补正.xlsx", made)
    fields = ("vendor", "ops_vendor", "vcpu", "mem", "mlps_level")
    assert told(again, *fields) == told(found, *fields)


def test_a_classified_one_of_them_leaves_only_a_count() -> None:
    rows = [
        [*row, extra]
        for row, extra in zip(PAIRED, [None, "是否涉密", "状态", "否", "在用", "是", "在用", None], strict=True)
    ]
    rows[0], rows[7] = PAIRED[0], PAIRED[7]
    content = book(rows, MERGED)
    found = read("县水利局.xlsx", content)
    assert (found.accounting["classified"], told(found)) == (1, [("河道水位监测系统",)])
    made = correction_of(content, workbook_of("县水利局.xlsx", content), found).content
    again = read("县水利局-补正.xlsx", made)
    assert told(again) == [("河道水位监测系统",)]
    assert "取水许可" not in str(list(workbook_of("b.xlsx", made).grids[1].rows()))


def test_parents_over_single_children_are_no_rows_of_their_own() -> None:
    rows: list[list[Any]] = [
        ["系统名称", "承建单位", "运维单位", "核数"],
        [None, "联系人", "联系人", None],
        ["门户网站", "张三", "李四", 4],
        ["办公平台", "王五", "赵六", 8],
    ]
    found = read("县水利局.xlsx", book(rows, ["A1:A2", "D1:D2"]))
    assert told(found, "vcpu") == [("门户网站", 4), ("办公平台", 8)]


SHARED: list[list[Any]] = [
    ["系统名称", "时段", "CPU（核）", "内存（GB）"],
    ["河道水位监测系统", "现有", 4, 8],
    [None, "拟扩", 8, 16],
    ["取水许可管理平台", "现有", 2, 4],
    [None, "拟扩", 2, 4],
]


def test_amounts_of_rows_that_share_a_merged_name_are_taken_when_it_is_answered_whether_they_add_up() -> None:
    content = book(SHARED, ["A2:A3", "A4:A5"])
    found = read("县水利局.xlsx", content)
    assert told(found, "vcpu", "mem") == [("河道水位监测系统", None, None), ("取水许可管理平台", None, None)]
    keys = {gap.answer_key for gap in found.gaps if gap.choices == ("相加", "只取第一行")}
    assert keys == {"ledger:县水利局|sys_name|rows-of-one"}
    added = read("县水利局.xlsx", content, answers={str(*keys): "相加"})
    assert told(added, "vcpu") == [("河道水位监测系统", 4), ("河道水位监测系统", 8), ("取水许可管理平台", 2), ("取水许可管理平台", 2)]  # fmt: skip
    first = read("县水利局.xlsx", content, answers={str(*keys): "只取第一行"})
    assert told(first, "vcpu") == [("河道水位监测系统", 4), ("取水许可管理平台", 2)]
    assert first.accounting["skipped"] == {"duplicate": 2, "heading": 1}


def test_rows_that_say_which_part_they_are_still_add_up() -> None:
    rows: list[list[Any]] = [["系统名称", "网络区域", "核数"], ["门户网站", "互联网区", 4], [None, "政务外网区", 8]]
    assert told(read("县水利局.xlsx", book(rows, ["A2:A3"])), "vcpu") == [("门户网站", 4), ("门户网站", 8)]


def test_a_lone_text_below_a_merged_name_is_no_title() -> None:
    rows: list[list[Any]] = [["系统名称", "核数", "网络"], ["门户网站", 4, "互联网"], [None, None, "政务外网"], ["办公平台", 2, "政务外网"]]  # fmt: skip
    found = read("县水利局.xlsx", book(rows, ["A2:A3"]))
    assert told(found, "network") == [
        ("门户网站", ("互联网",)),
        ("门户网站", ("政务外网",)),
        ("办公平台", ("政务外网",)),
    ]


@pytest.mark.parametrize("short", [False, True])
def test_parents_that_are_known_are_headings_of_their_own_and_a_system_may_have_fewer_rows(short: bool) -> None:
    rows: list[list[Any]] = [["系统名称", "承建单位", "核数"], [None, "运维单位", "内存（GB）"]]
    for at, name in enumerate(("河道水位监测系统", "取水许可管理平台", "农村饮水安全网站")):
        rows.append([name, "甲公司", 4])
        if at != 1 or not short:
            rows.append([None, "乙公司", 8])
    rows += [["合计", None, 12], [None, None, 16 if short else 24]]
    found = read("县水利局.xlsx", book(rows, []))
    second = (None, None) if short else ("乙公司", 8)
    assert told(found, "vendor", "vcpu", "ops_vendor", "mem") == [
        ("河道水位监测系统", "甲公司", 4, "乙公司", 8), ("取水许可管理平台", "甲公司", 4, *second), ("农村饮水安全网站", "甲公司", 4, "乙公司", 8),
    ]  # fmt: skip
    assert not found.gaps
    assert found.accounting["skipped"] == {"heading": 1, "total": 1}


def test_systems_with_more_rows_than_headings_are_not_laid_together() -> None:
    rows: list[list[Any]] = [["系统名称", "承建单位", "核数"], [None, "运维单位", "内存（GB）"], ["门户网站", "甲公司", 4], [None, "乙公司", 8], [None, "丙公司", 16], ["办公平台", "甲公司", 4], [None, "乙公司", 8]]  # fmt: skip
    found = read("县水利局.xlsx", book(rows, []))
    assert not [record for record in found.records if record.fields.get("mem")]
    assert found.gaps
