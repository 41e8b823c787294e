"""Sheets that belong to the rows of another sheet, and sums of which a part is not understood yet."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.model import Collected
from tests.inventory.ledger.books import read, text, xlsx

Rows = list[list[Any]]
MAIN: Rows = [
    ["报送单位：清平区委办公室", "", ""], ["系统名称", "单位名称", "服务器配置"], ["干部考核测评系统", "区委组织部", "详见附件"],
    ["网络舆情研判平台", "区委网信办", "4核8G"], ["网上信访代理平台", "区信访局", ""],
]  # fmt: skip


def book(*attached: list[Any], main: Rows = MAIN, name: str = "附页") -> Collected:
    rows = [["系统名称", "CPU（核）", "内存（G）"], *attached]
    return read("清平区委办公室.xlsx", xlsx([{"name": "系统", "rows": main}, {"name": name, "rows": rows}]))


def of(found: Collected, name: str) -> set[tuple[Any, Any]]:
    return {(r.id, r.fields.get("dept")) for r in found.records if r.fields["sys_name"] == name}


def test_an_attached_sheet_without_units_tells_of_the_systems_of_the_main_sheet() -> None:
    found = book(["干部考核测评系统", 16, 64])
    assert of(found, "干部考核测评系统") == {("ledger:区委组织部/干部考核测评系统", "区委组织部")}
    assert [record.fields.get("vcpu") for record in found.records if record.origin.sheet == "附页"] == [16]
    record = found.records[-1]
    assert record.origin_of("dept").sheet == "系统"


def test_a_row_that_the_main_sheet_refers_to_is_its_system_even_beside_rows_of_others() -> None:
    found = book(["干部考核测评系统", 16, 64], ["会议预约系统", 2, 4])
    assert of(found, "干部考核测评系统") == {("ledger:区委组织部/干部考核测评系统", "区委组织部")}
    assert {dept for _, dept in of(found, "会议预约系统")} == {"清平区委办公室"}


def test_a_namesake_that_nothing_refers_to_is_asked() -> None:
    found = book(["网上信访代理平台", 16, 64], ["会议预约系统", 2, 4])
    assert of(found, "网上信访代理平台") == {("ledger:区信访局/网上信访代理平台", "区信访局")}
    assert [(gap.origin.sheet, gap.origin.row) for gap in found.gaps if gap.kind == "conflict"] == [("附页", 2)]
    account = found.accounting
    assert account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"]  # type: ignore[operator]


@pytest.mark.parametrize(
    "main", [[*MAIN, ["干部考核测评系统", "区委党校", "详见附件"]], [*MAIN[:2], ["干部考核测评系统", "区委组织部", "8核16G"]]], ids=["two owners", "resources in both"]
)  # fmt: skip
def test_it_is_asked_where_the_main_sheet_leaves_it_open(main: Rows) -> None:
    found = book(["干部考核测评系统", 16, 64], main=main)
    assert [(gap.origin.sheet, gap.origin.row) for gap in found.gaps if gap.kind == "conflict"] == [("附页", 2)]
    assert not [record for record in found.records if record.origin.sheet == "附页"]


def test_a_sheet_that_says_itself_whose_it_is_stays_that_units() -> None:
    found = book(["干部考核测评系统", 16, 64], name="区委党校")
    assert ("ledger:区委党校/干部考核测评系统", "区委党校") in of(found, "干部考核测评系统")


# --- sums -----------------------------------------------------------------------------------------------------


def rows_of_one(*disks: str, heading: str = "硬盘") -> Collected:
    rows: Rows = [
        ["系统名称", "IP", heading],
        *(["直播导播系统", f"10.3.0.{at}", disk] for at, disk in enumerate(disks, 1)),
    ]
    return read("县传媒中心.csv", text([*rows, ["稿件审核系统", "10.3.1.1", "1T"]]))


def test_what_the_other_rows_have_is_no_sum_while_one_row_is_not_understood() -> None:
    found = rows_of_one("500G", "见机柜标签2", "1T")
    assert [record.fields.get("storage") for record in found.records] == [None, None, None, 1024]
    gaps = [gap for gap in found.gaps if gap.field == "storage"]
    assert sorted((gap.origin.row or 0) for gap in gaps) == [2, 3, 4]
    assert len({gap.answer_key for gap in gaps}) == 1


def test_a_specification_that_is_not_understood_leaves_no_sum_either() -> None:
    found = rows_of_one("8核16G", "2台 16核/2*32G", heading="服务器配置")
    assert [record.fields.get("vcpu") for record in found.records][:2] == [None, None]


def test_rows_that_are_all_understood_are_added() -> None:
    found = rows_of_one("500G", "6块×1.2T", "")
    assert [record.fields.get("storage") for record in found.records] == [500, 7372.8, None, 1024]


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("6块×1.2T", 7372.8),
        ("4*1.92TB", 7864.32),
        ("2块×600G", 1200),
        ("1.2T×6块", 7372.8),
        ("1.2块×6T", None),
        ("2×500", None),
    ],
)
def test_several_disks_of_one_size(written: str, size: float | None) -> None:
    found = read("县传媒中心.csv", text([["系统名称", "硬盘"], ["直播导播系统", written]]))
    got = found.records[0].fields.get("storage")
    assert got is None if size is None else abs(float(str(got)) - size) < 0.01
