"""Application forms with a table of servers below their labels: one system, its servers, nothing turned on its side."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from inventory.model import Collected
from tests.inventory.ledger.books import read, xlsx
from tests.inventory.ledger.test_masking import made_texts

SERVERS: list[list[Any]] = [
    ["序号", "服务器名称", "CPU（核）", "内存（GB）", "存储（GB）", "用途"], [1, "app01", 8, 16, 500, "应用"], [2, "应用服务器", 16, 64, 2000, "数据库"],
]  # fmt: skip


def form(name: str = "防汛指挥平台", secret: str = "否", table: list[list[Any]] = SERVERS) -> list[list[Any]]:
    return [
        ["县水利局云资源申请表"], ["申请单位", "县水利局", "联系人", "张三"], ["系统名称", name, "是否涉密", secret], ["等保级别", "二级", "上线时间", "2020-05"],
        ["资源明细"], *table, ["申请单位意见", "同意", "审批意见", "同意"],
    ]  # fmt: skip


def told(found: Collected) -> list[tuple[Any, ...]]:
    names = ("sys_name", "server_name", "vcpu", "mem", "mlps_level", "dept")
    return [(r.kind, r.origin_of("sys_name").row, *(r.fields.get(name) for name in names)) for r in found.records]


def test_a_form_with_a_table_is_a_system_and_its_servers() -> None:
    content = xlsx([{"name": "表", "rows": form()}])
    found = read("申请表.xlsx", content)
    assert told(found) == [
        ("system", 3, "防汛指挥平台", None, None, None, 2, "县水利局"),
        ("server", 3, "防汛指挥平台", "app01", 8, 16, None, "县水利局"),
        ("server", 3, "防汛指挥平台", "应用服务器", 16, 64, None, "县水利局"),
    ]
    assert [found.records[2].origin_of("mem").column, found.records[2].origin_of("mem").row] == ["D", 8]
    account = found.accounting
    assert account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"]  # type: ignore[operator]
    again = read("申请表.xlsx", correction_of(content, workbook_of("申请表.xlsx", content), found).content)
    assert told(again) == told(found)


def test_several_forms_on_a_sheet_keep_their_servers_apart() -> None:
    found = read("申请表.xlsx", xlsx([{"name": "表", "rows": [*form(), [], *form("河长制系统")]}]))
    assert [(r.fields["sys_name"], r.fields.get("server_name")) for r in found.records] == [
        ("防汛指挥平台", None), ("河长制系统", None),
        ("防汛指挥平台", "app01"), ("防汛指挥平台", "应用服务器"), ("河长制系统", "app01"), ("河长制系统", "应用服务器"),
    ]  # fmt: skip
    assert len({r.id for r in found.records if r.fields.get("server_name") == "应用服务器"}) == 2


def test_the_servers_of_a_classified_form_are_counted_only() -> None:
    content = xlsx([{"name": "表", "rows": [*form(), [], *form("密件系统", "是")]}])
    found = read("申请表.xlsx", content)
    assert {r.fields["sys_name"] for r in found.records} == {"防汛指挥平台"}
    assert found.accounting["classified"] == 3
    assert not any(
        "密件" in one for one in made_texts(correction_of(content, workbook_of("申请表.xlsx", content), found).content)
    )


@pytest.mark.parametrize("table", [
    [["序号", "用途", "CPU（核）", "内存（GB）"], [1, "应用", 8, 16], [2, "库", 16, 64]],
    [["序号", "系统名称", "对接方式", "备注"], [1, "省级平台", "接口", ""], [2, "一网通办", "接口", "x"]],
])  # fmt: skip
def test_rows_that_name_no_server_are_asked(table: list[list[Any]]) -> None:
    found = read("申请表.xlsx", xlsx([{"name": "表", "rows": form(table=table)}]))
    assert [r.fields["sys_name"] for r in found.records] == ["防汛指挥平台"]
    assert "vcpu" not in found.records[0].fields
    assert found.accounting["rows_asked"] == 2


def test_pairs_side_by_side_are_no_sheet_on_its_side() -> None:
    rows = [["系统名称", "防汛指挥平台", "联系人", "张三"], ["建设单位", "县水利局", "上线时间", "2020-05"], ["甲", "乙", "丙", "丁"], ["戊", 3, "己", 4], ["庚", 5, "辛", 6]]  # fmt: skip
    rows += [["CPU（核）", 8, "内存（GB）", 16], ["子", "丑", "寅", "卯"]]
    found = read("登记表.xlsx", xlsx([{"name": "表", "rows": rows}]))
    assert [r.fields["sys_name"] for r in found.records] == ["防汛指挥平台"]


def test_what_a_server_is_for_names_it_where_nothing_else_does() -> None:
    table: list[list[Any]] = [["序号", "用途", "vCPU（核）", "内存（GB）"], [1, "应用服务器", 8, 32], [2, "数据库服务器", 4, 8], ["", "合计", 12, 40]]  # fmt: skip
    found = read("申请表.xlsx", xlsx([{"name": "表", "rows": form(table=table)}]))
    assert [(r.fields["sys_name"], r.fields.get("server_name"), r.fields.get("vcpu")) for r in found.records[1:]] == [
        ("防汛指挥平台", "应用服务器", 8), ("防汛指挥平台", "数据库服务器", 4),
    ]  # fmt: skip
    assert not [gap for gap in found.gaps if gap.kind == "check"]


def test_two_levels_of_headings_are_no_form() -> None:
    rows = [
        ["全市信息系统台账"], ["序号", "资源情况", "", "", "信息系统名称", "安全情况", "", "运维金额（万元）"], ["", "合同额（万元）", "内存（GB）", "部署位置", "", "等保级别", "是否有备份", ""],
        [], [1, 12, 16, "政务云", "档案平台", "二级", "是", 3], [2, 86, 8, "县机房", "低保平台", "三级", "否", 2], ["填报人：张三", "", "审核人：李四"],
    ]  # fmt: skip
    found = read("市局.xlsx", xlsx([{"name": "表", "rows": rows}]))
    assert [(r.fields["sys_name"], r.fields.get("mem")) for r in found.records] == [("档案平台", 16), ("低保平台", 8)]


def cards() -> list[list[Any]]:
    return [
        ["建设单位", "县水利局", "等保级别", "二级"], ["系统名称", "防汛平台", "CPU（核）", 8], [], ["建设单位", "县农业局", "等保级别", "三级"], ["系统名称", "墒情平台", "CPU（核）", 4],
    ]  # fmt: skip


def test_a_label_above_the_name_belongs_to_its_own_card() -> None:
    found = read("登记表.xlsx", xlsx([{"name": "表", "rows": cards()}]))
    assert [(r.fields["sys_name"], r.fields["dept_build"], r.fields["mlps_level"], r.fields["vcpu"]) for r in found.records] == [
        ("防汛平台", "县水利局", 2, 8), ("墒情平台", "县农业局", 3, 4),
    ]  # fmt: skip


def test_a_form_that_comes_back_keeps_places_questions_and_identity() -> None:
    content = xlsx([{"name": "表", "rows": [["系统登记表"], *cards()]}])
    found = read("登记表.xlsx", content)
    made = correction_of(content, workbook_of("登记表.xlsx", content), found).content
    again = read("登记表.xlsx", made)
    assert [r.origin.row for r in again.records] == [r.origin.row for r in found.records]
    assert [gap.id for gap in again.gaps] == [gap.id for gap in found.gaps]
    assert [str(r.fields["row_key"]).partition("|")[0] for r in again.records] == [r.id for r in found.records]


def test_who_built_it_is_not_whose_it_is() -> None:
    rows = [["关于我校信息系统情况的说明"], ["系统名称：干部学习平台"], ["承建单位：某某科技股份有限公司"], ["CPU：8核"], ["内存：16G"], ["等保级别：二级"]]  # fmt: skip
    found = read("说明.xlsx", xlsx([{"name": "表", "rows": rows}]))
    assert [(r.fields["sys_name"], r.fields.get("dept"), r.fields["vendor"]) for r in found.records] == [("干部学习平台", None, "某某科技股份有限公司")]  # fmt: skip
