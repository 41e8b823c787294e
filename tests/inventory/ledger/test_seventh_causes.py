"""Causes that the seventh set of strangers' workbooks showed, each on a sheet of other words: nothing is taken that may be another's."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from inventory.model import Collected
from tests.inventory.ledger.books import read, text, xlsx

Rows = list[list[Any]]


def names(found: Collected) -> list[Any]:
    return [record.fields["sys_name"] for record in found.records]


def headings_asked(found: Collected) -> set[str]:
    keys = {gap.answer_key or "" for gap in found.gaps}
    return {key.partition("|heading|heading:")[2] for key in keys if "|heading|" in key}


def values(found: Collected, field: str) -> list[Any]:
    return [record.fields.get(field) for record in found.records]


# --- a second table on the right ------------------------------------------------------------------------------

LEFT: Rows = [
    ["序号", "系统名称", "CPU（核）"],
    [1, "种子备案系统", 4],
    [2, "农机补贴申请平台", 8],
    [3, "植保测报系统", 16],
]


@pytest.mark.parametrize("heading", ["新媒体矩阵", "媒体名目", "网站及客户端"])
def test_a_numbered_table_on_the_right_is_no_part_of_the_left_one_whatever_its_names_are_called(heading: str) -> None:
    right: Rows = [
        ["序号", heading, "管理员", "运行状态"], [1, "惠农一点通小程序", "高远", "在用"], [2, "县农业信息网", "高远", "停用"], ["", "", "", ""],
    ]  # fmt: skip
    found = read("县农业农村局.csv", text([[*ours, "", *theirs] for ours, theirs in zip(LEFT, right, strict=True)]))
    own = [record for record in found.records if record.fields["sys_name"] in {row[1] for row in LEFT}]
    assert len(own) == 3
    assert not any(record.fields.get("status") or record.fields.get("contact") for record in own)
    others = [record for record in found.records if record not in own]
    assert [record.fields["sys_name"] for record in others] in ([], ["惠农一点通小程序", "县农业信息网"])
    assert others or heading in headings_asked(found)


@pytest.mark.parametrize("headings", [["媒体", "状态", "粉丝"], ["媒体", "粉丝", "管理员"], ["媒体", "状态", "网址"]])
def test_a_numbered_table_of_which_hardly_a_heading_is_known_is_asked_row_by_row(headings: list[str]) -> None:
    right: Rows = [["序号", *headings], [1, "甲", "在用", 300], [2, "乙", "停用", 40], ["", "", "", ""]]
    found = read("县农业农村局.csv", text([[*ours, "", *theirs] for ours, theirs in zip(LEFT, right, strict=True)]))
    assert names(found) == [row[1] for row in LEFT[1:]]
    assert not any(record.fields.get(name) for record in found.records for name in ("status", "url", "contact"))
    assert {gap.origin.row for gap in found.gaps if gap.field == "sys_name"} == {2, 3}
    account = found.accounting
    assert account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"]  # type: ignore[operator]


def test_a_table_on_the_right_with_a_title_of_its_own_is_one() -> None:
    rows: Rows = [["附表1", "", "", "附表2", "", ""], ["系统名称", "内存（G）", "", "域名备案主体", "网址", "状态"]]
    rows += [
        ["河长巡查系统", 16, "", "甲门户", "http://a.example.cn", "在用"],
        ["水库调度系统", 32, "", "乙专题", "http://b.example.cn", "停用"],
    ]
    found = read("县水利局.xlsx", xlsx([{"rows": rows}]))
    assert [record.fields.get("url") for record in found.records if record.fields["sys_name"] == "河长巡查系统"] == [
        None
    ]


def test_a_group_of_columns_behind_an_empty_one_still_belongs_to_the_systems_on_its_left() -> None:
    rows: Rows = [
        ["序号", "系统名称", "", "CPU（核）", "内存（G）"],
        [1, "河长巡查系统", "", 4, 8],
        [2, "水库调度系统", "", 8, 16],
    ]
    found = read("县水利局.csv", text(rows))
    assert values(found, "vcpu") == [4, 8]


# --- virtual or of iron ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beside", "told"), [("设备型号", ["浪潮NF5280", "", "曙光I620"]), ("设备购置时间", ["2016年", "2018年", "2021年"])]
)
def test_a_count_of_servers_beside_makes_or_years_of_purchase_is_asked(beside: str, told: list[str]) -> None:
    rows: Rows = [
        ["系统名称", "服务器台数", beside],
        *([name, (2, 5, 3)[n], told[n]] for n, name in enumerate(["婚姻登记系统", "低保核对系统", "殡葬管理系统"])),
    ]
    found = read("县民政局.csv", text(rows))
    assert values(found, "vm_count") == [None] * 3 == values(found, "phys_count")
    assert headings_asked(found) == {"服务器台数"}


@pytest.mark.parametrize("parent", ["软硬件情况", "硬件设施", "自有设备"])
def test_a_count_of_servers_among_hardware_is_asked(parent: str) -> None:
    rows: Rows = [
        ["系统名称", parent, ""],
        ["", "服务器（台）", "操作系统"],
        ["婚姻登记系统", 2, "CentOS 7"],
        ["低保核对系统", 5, "麒麟V10"],
    ]
    found = read("县民政局.xlsx", xlsx([{"rows": rows, "merges": ["A1:A2", "B1:C1"]}]))
    assert values(found, "vm_count") == [None, None]
    assert any("服务器" in heading for heading in headings_asked(found))


def test_years_of_purchase_of_a_few_rows_say_nothing_of_the_others() -> None:
    rows: Rows = [
        ["系统名称", "服务器台数", "设备购置时间"],
        ["婚姻登记系统", 2, "2016年"],
        ["低保核对系统", 3, ""],
        ["殡葬管理系统", 5, ""],
    ]
    assert values(read("县民政局.csv", text(rows)), "vm_count") == [2, 3, 5]


@pytest.mark.parametrize(("heading", "told"), [("云主机台数", "浪潮NF5280"), ("服务器台数", "虚拟机")])
def test_a_count_that_is_said_to_be_virtual_is_read(heading: str, told: str) -> None:
    rows: Rows = [["系统名称", heading, "设备型号"], ["婚姻登记系统", 2, told], ["低保核对系统", 3, told]]
    assert values(read("县民政局.csv", text(rows)), "vm_count") == [2, 3]


# --- two things in one heading --------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["运维公司和合同期限", "数据库及服务器IP", "部署位置/IP地址", "建设单位与建设金额"])
def test_a_heading_of_two_things_is_asked(heading: str) -> None:
    rows: Rows = [
        ["系统名称", heading, "CPU（核）"],
        ["婚姻登记系统", "华宇软件，2025年", 4],
        ["低保核对系统", "东软，2026.3", 8],
    ]
    found = read("县民政局.csv", text(rows))
    assert headings_asked(found) == {heading.lower()}
    assert all(set(record.fields) <= {"sys_name", "vcpu", "dept"} for record in found.records)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("系统名称/平台名称", "sys_name"),
        ("联系人及电话", "contact"),
        ("操作系统及版本", "os_app"),
        ("数据库类型和版本号", "db"),
        ("主要功能及用途", "function"),
    ],
)
def test_a_heading_that_says_one_thing_twice_is_read(heading: str, field: str) -> None:
    rows: Rows = [
        ["应用系统名称" if field != "sys_name" else "CPU", heading, "内存（G）"],
        ["4", "婚姻登记系统", 4],
        ["8", "低保核对系统", 8],
    ]
    found = read("县民政局.csv", text(rows))
    assert any(column["field"] == field for sheet in found.accounting["sheets"] for column in sheet["columns_used"])  # type: ignore[attr-defined]


# --- struck through -------------------------------------------------------------------------------------------


def struck(*places: str) -> Collected:
    rows: Rows = [
        ["序号", "系统名称", "CPU（核）", "内存（G）", "备注", "变动"],
        [1, "种子备案系统", 4, 8, "", ""],
        [2, "农机补贴申请平台", 8, 16, "已并入省平台", "删"],
    ]
    book = openpyxl.load_workbook(io.BytesIO(xlsx([{"rows": rows}])))
    for place in places:
        book.worksheets[0][place].font = Font(strike=True)
    out = io.BytesIO()
    book.save(out)
    return read("县农业农村局.xlsx", out.getvalue())


def struck_xls(*places: tuple[int, int]) -> Collected:
    """The same in the format of Excel 97; places are row and column from 0."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("表")
    crossed, bold = xlwt.easyxf("font: struck_out on"), xlwt.easyxf("font: bold on")
    rows: Rows = [
        ["系统名称", "CPU（核）", "内存（G）", "备注"],
        ["种子备案系统", 4, 8, "旧"],
        ["农机补贴申请平台", 8, 16, "新"],
    ]
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            page.write(at, column, cell, crossed if (at, column) in places else bold if at == 0 else xlwt.easyxf(""))
    out = io.BytesIO()
    book.save(out)
    return read("县农业农村局.xls", out.getvalue())


def test_what_is_struck_through_in_an_xls_is_seen_as_in_an_xlsx() -> None:
    whole = struck_xls((2, 0), (2, 1), (2, 2), (2, 3))
    assert names(whole) == ["种子备案系统"]
    assert {skipped.origin.row: skipped.reason for skipped in whole.skipped}[3] == "struck"
    half = struck_xls((2, 0))
    assert names(half) == ["种子备案系统"]
    assert [gap.origin.row for gap in half.gaps if "删除线" in gap.message.zh] == [3]
    assert names(struck_xls((2, 1))) == ["种子备案系统", "农机补贴申请平台"]
    assert names(struck_xls()) == ["种子备案系统", "农机补贴申请平台"]


def test_a_row_struck_through_but_for_its_remark_is_not_taken() -> None:
    found = struck("A3", "B3", "C3", "D3")
    assert names(found) == ["种子备案系统"]
    assert {skipped.origin.row: skipped.reason for skipped in found.skipped}[3] == "struck"


def test_a_row_whose_name_is_struck_through_and_whose_figures_are_not_is_asked() -> None:
    found = struck("B3", "C3")
    assert names(found) == ["种子备案系统"]
    assert [gap.origin.row for gap in found.gaps if gap.kind == "ambiguous" and "删除线" in gap.message.zh] == [3]
    assert found.accounting["rows_asked"] == 1


def test_a_row_of_which_only_a_figure_is_struck_through_is_taken() -> None:
    assert names(struck("C3")) == ["种子备案系统", "农机补贴申请平台"]


@pytest.mark.parametrize("places", [("A3", "B3", "C3", "D3"), ("B3",), ("A3", "B3", "C3", "D3", "E3")])
def test_a_classified_row_stays_counted_only_however_it_is_struck_through(places: tuple[str, ...]) -> None:
    rows: Rows = [
        ["序号", "系统名称", "CPU（核）", "是否涉密", "备注"],
        [1, "种子备案系统", 4, "否", ""],
        [2, "应急动员库", 8, "涉密", "已停"],
    ]
    book = openpyxl.load_workbook(io.BytesIO(xlsx([{"rows": rows}])))
    for place in places:
        book.worksheets[0][place].font = Font(strike=True)
    out = io.BytesIO()
    book.save(out)
    found = read("县农业农村局.xlsx", out.getvalue())
    assert names(found) == ["种子备案系统"]
    assert found.accounting["classified"] == 1
    assert "应急动员库" not in str(found)


# --- no false alarm -------------------------------------------------------------------------------------------


def test_filters_print_areas_and_names_of_cells_are_no_passwords() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx([{"name": "系统1", "rows": LEFT}])))
    page = book.worksheets[0]
    page.auto_filter.ref = "A1:C4"
    page.print_area = "A1:C4"
    page.print_title_rows = "1:1"
    page.print_title_cols = "A:B"
    book.defined_names["合计格"] = openpyxl.workbook.defined_name.DefinedName("合计格", attr_text="系统1!$C$4")
    out = io.BytesIO()
    book.save(out)
    assert not [gap for gap in read("县农业农村局.xlsx", out.getvalue()).gaps if gap.kind == "credential"]


def test_a_password_in_a_defined_name_is_still_told() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx([{"name": "系统1", "rows": LEFT}])))
    book.defined_names["口令"] = openpyxl.workbook.defined_name.DefinedName("口令", attr_text='"密码：Nong$2023"')
    out = io.BytesIO()
    book.save(out)
    assert [gap.kind for gap in read("县农业农村局.xlsx", out.getvalue()).gaps] == ["credential"]
