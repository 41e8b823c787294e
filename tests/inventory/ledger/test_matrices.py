"""Tables whose columns are zones, years, months or rooms: the names are read, what the figures are is asked once."""

from __future__ import annotations

from typing import Any

import pytest

from catalogs.errors import CollectError
from inventory.model import Collected
from tests.inventory.ledger.books import read, xlsx

SYSTEMS = ["河道水位监测系统", "取水许可管理平台", "农村饮水安全网站"]


def table(*heads: list[Any], body: list[Any], merges: tuple[str, ...] = ()) -> bytes:
    rows = [*heads, *([name, *body] for name in SYSTEMS)]
    return xlsx([{"name": "表", "rows": rows, "merges": merges}])


TABLES: dict[str, tuple[bytes, str]] = {
    "zones": (table(["系统名称", "互联网区", "政务外网区", "专网区"], body=[2, 4, 0]), "matrix:zone:"),
    "zones below a parent": (
        table(["系统名称", "虚拟机数量（台）", None], [None, "互联网区", "政务外网区"], body=[2, 4], merges=("A1:A2", "B1:C1")),
        "matrix:zone:虚拟机数量",
    ),
    "years": (table(["系统名称", "2022年", "2023年", "2024年"], body=[2.5, 4, 3]), "matrix:time:"),
    "years as numbers": (table(["系统名称", 2022, 2023, 2024], body=[2.5, 4, 3]), "matrix:time:"),
    "years in longer headings": (table(["系统名称", "2023年电费（万元）", "2024年电费（万元）"], body=[4, 3]), "matrix:time:电费"),
    "months": (table(["系统名称", *[f"{month}月" for month in range(1, 7)]], body=[200, 400, 300, 1, 1, 1]), "matrix:time:"),
    "rooms": (table(["系统名称", "局机关机房", "数据中心机房"], body=[2, 4]), "matrix:room:"),
}  # fmt: skip


def questions(found: Collected) -> set[str]:
    return {str(gap.answer_key).rpartition("|")[2] for gap in found.gaps}


@pytest.mark.parametrize("case", TABLES)
def test_the_names_are_read_and_the_figures_asked_once(case: str) -> None:
    content, key = TABLES[case]
    found = read("县水利局.xlsx", content)
    assert [record.fields["sys_name"] for record in found.records] == SYSTEMS
    assert not [r for r in found.records if any(r.fields.get(name) for name in ("vm_count", "ops_cost", "vcpu"))]
    assert questions(found) == {key}
    assert all(gap.choices[-1] == "ignore" and "这 " in str(gap.question and gap.question.zh) for gap in found.gaps)
    ignored = read("县水利局.xlsx", content, answers={f"ledger:县水利局|heading|{key}": "ignore"})
    assert not ignored.gaps
    assert len(ignored.records) == 3


def test_the_answer_makes_each_zone_a_record() -> None:
    for case, zone in (("zones", "政务外网区"), ("zones below a parent", "政务外网区")):
        content, key = TABLES[case]
        found = read("县水利局.xlsx", content, answers={f"ledger:县水利局|heading|{key}": "vm_count"})
        own = [record for record in found.records if record.fields["sys_name"] == SYSTEMS[0]]
        assert [(r.fields["vm_count"], r.fields["zone"]) for r in own] == [(2, ("互联网区",)), (4, (zone,))]
        assert not found.gaps


def test_the_answer_makes_each_room_a_record_with_its_place() -> None:
    content, key = TABLES["rooms"]
    found = read("县水利局.xlsx", content, answers={f"ledger:县水利局|heading|{key}": "phys_count"})
    own = [record for record in found.records if record.fields["sys_name"] == SYSTEMS[0]]
    assert [(r.fields["phys_count"], r.fields["location"]) for r in own] == [(2, "局机关机房"), (4, "数据中心机房")]


def test_of_years_the_latest_is_read_and_the_answer_holds_for_another_one() -> None:
    content, key = TABLES["years in longer headings"]
    answers = {f"ledger:县水利局|heading|{key}": "ops_cost"}
    assert [r.fields["ops_cost"] for r in read("县水利局.xlsx", content, answers=answers).records] == [3, 3, 3]
    later = table(["系统名称", "2025年电费（万元）", "2023年电费（万元）", "2024年电费（万元）"], body=[7, 4, 3])
    assert [r.fields["ops_cost"] for r in read("县水利局.xlsx", later, answers=answers).records] == [7, 7, 7]


def test_one_value_a_row_below_names_that_are_merged() -> None:
    rows = [["系统名称", "项目", "数值"], [SYSTEMS[0], "核数", 4], [None, "内存", "16G"], [None, "等保级别", "二级"], [SYSTEMS[1], "核数", 8], [None, "内存", "32G"], [None, "等保级别", "三级"]]  # fmt: skip
    found = read("县水利局.xlsx", xlsx([{"name": "表", "rows": rows, "merges": ["A2:A4", "A5:A7"]}]))
    assert [(r.fields["vcpu"], r.fields["mem"], r.fields["mlps_level"]) for r in found.records] == [
        (4, 16, 2),
        (8, 32, 3),
    ]
    assert not found.gaps


def test_figures_below_an_office_and_headings_among_the_values_are_no_fields() -> None:
    found = read("县水利局.xlsx", table(["系统名称", "办公室", "业务科"], body=[2, 10]))
    assert not [record for record in found.records if record.fields.get("office")]
    rows = [["系统名称", "类别", "2024年"], [SYSTEMS[0], "建设费用（万元）", 5], [SYSTEMS[1], "运维费用（万元）", 2]]
    found = read("县水利局.xlsx", xlsx([{"name": "表", "rows": rows}]))
    assert not [record for record in found.records if record.fields.get("sys_class")]
    assert "类别" in {gap.raw for gap in found.gaps}


def test_a_matrix_beside_a_ledger_is_read_too() -> None:
    ledger = {"name": "台账", "rows": [["系统名称", "核数"], *([name, 4] for name in SYSTEMS)]}
    zones = {"name": "分区", "rows": [["系统名称", "互联网区", "政务外网区"], *([name, 2, 4] for name in SYSTEMS)]}
    found = read("县水利局.xlsx", xlsx([ledger, zones]))
    assert questions(found) == {"matrix:zone:"}
    answered = read(
        "县水利局.xlsx", xlsx([ledger, zones]), answers={"ledger:县水利局|heading|matrix:zone:": "vm_count"}
    )
    assert [r.fields.get("vm_count") for r in answered.records if r.fields["sys_name"] == SYSTEMS[0]] == [None, 2, 4]
    assert not answered.gaps


SERVERS_BY_SYSTEMS: dict[str, list[list[Any]]] = {
    "bare": [["服务器", "学籍管理系统", "招生考试平台", "教师培训网站"], ["web01", "√", "", ""], ["db01", "√", "√", ""], ["app01", "", "", "√"]],
    "with roles": [["服务器名称", "学籍管理系统", "招生考试平台", "教师培训网站"], ["web01", "主", "", ""], ["db01", "备", "●", ""], ["app01", "", "", "1"]],
    "below a title": [["对照表"], ["服务器名称", "CPU（核）", "学籍管理系统", "招生考试平台", "教师培训网站"], ["web01", 4, "√", "", ""], ["db01", 8, "√", "√", ""], ["app01", 4, "", "", "√"]],
}  # fmt: skip


@pytest.mark.parametrize("case", SERVERS_BY_SYSTEMS)
def test_servers_by_systems_are_a_list_of_servers_once_the_sheet_is_confirmed(case: str) -> None:
    content = xlsx([{"name": "对照", "rows": SERVERS_BY_SYSTEMS[case]}])
    waiting = read("市教育局.xlsx", content, confirmed=False)
    assert not waiting.records
    assert "打勾" in waiting.gaps[0].message.zh
    found = read("市教育局.xlsx", content)
    owners = {record.fields["server_name"]: record.fields.get("sys_name") for record in found.records}
    assert owners == {"web01": "学籍管理系统", "db01": None, "app01": "教师培训网站"}
    assert [gap.raw for gap in found.gaps] == ["学籍管理系统、招生考试平台"]


def test_systems_in_columns_with_words_below_them_are_no_ticks() -> None:
    rows = [["服务器名称", "学籍管理系统", "招生考试平台"], ["web01", "前端", "√"], ["db01", "数据库", ""]]
    with pytest.raises(CollectError):
        read("市教育局.xlsx", xlsx([{"name": "对照", "rows": rows}]))
