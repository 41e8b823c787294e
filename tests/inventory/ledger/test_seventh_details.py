"""Details that the seventh set of strangers' workbooks showed: formats of xls, short lists of addresses, two labels in one line."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlwt

from inventory.collectors.cells.addresses import read_addresses
from tests.inventory.ledger.books import read, text, words, xlsx

Rows = list[list[Any]]


def test_units_and_per_cent_in_the_formats_of_an_xls_are_read_as_people_see_them() -> None:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("表")
    for at, heading in enumerate(["系统名称", "磁盘", "投资", "CPU利用率", "内存（G）"]):
        page.write(0, at, heading)
    for row, (name, disk, money, share) in enumerate(
        [("体检预约系统", 1.5, 36, 0.42), ("血库管理系统", 4, 12.5, 0.08), ("病案归档系统", 2, 80, 1)], 1
    ):
        page.write(row, 0, name)
        page.write(row, 1, disk, xlwt.easyxf(num_format_str='0.0"TB"'))
        page.write(row, 2, money, xlwt.easyxf(num_format_str='#,##0.00"万元"'))
        page.write(row, 3, share, xlwt.easyxf(num_format_str="0%"))
        page.write(row, 4, 16)
    out = io.BytesIO()
    book.save(out)
    found = read("县医院.xls", out.getvalue())
    assert [tuple(r.fields[name] for name in ("storage", "build_cost", "cpu_util", "mem")) for r in found.records] == [
        (1536, 36, 0.42, 16), (4096, 12.5, 0.08, 16), (2048, 80, 1, 16)
    ]  # fmt: skip
    assert not found.gaps


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("10.8.3.4/5/6", [4, 5, 6]), ("10.8.3.4、5、9", [4, 5, 9]), ("10.8.3.4,12", [4, 12]), ("10.8.3.4/24", [4]), ("10.8.3.4-6", [4, 5, 6]), ("10.8.3.4/5", [4]),
    ],
)  # fmt: skip
def test_the_last_parts_of_further_hosts(written: str, parts: list[int]) -> None:
    assert list(read_addresses(written).found) in ([f"10.8.3.{part}" for part in parts], [])
    assert not (len(parts) > 1 and read_addresses(written).unreadable)


@pytest.mark.parametrize("written", ["10.8.3.9/5/6", "10.8.3.4、300", "10.8.3.9、4"])
def test_parts_that_do_not_rise_are_asked(written: str) -> None:
    assert read_addresses(written).unreadable


def card(number: int, name: str, cores: int) -> Rows:
    return [
        [f"表号：{number}　　填报单位：县供电所（站）", ""],
        ["系统名称", name],
        ["责任科室", "营销股"],
        ["CPU（核）", cores],
        ["内存（G）", 16],
        ["", ""],
    ]


def test_two_labels_in_one_line_above_each_card_belong_to_the_card_below() -> None:
    rows = [*card(1, "抄表数据平台", 4), *card(2, "停电通知系统", 8), *card(3, "报装受理系统", 16)]
    found = read("登记.xlsx", xlsx([{"rows": rows}]))
    assert [(r.fields["sys_name"], r.fields["dept"], r.fields["vcpu"]) for r in found.records] == [
        ("抄表数据平台", "县供电所（站）", 4), ("停电通知系统", "县供电所（站）", 8), ("报装受理系统", "县供电所（站）", 16)
    ]  # fmt: skip
    assert [r.origin_of("dept").row for r in found.records] == [1, 7, 13]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("运维商情况", "负责人"), "ops_contact"),
        (("承建单位基本信息", "电话"), "vendor_phone"),
        (("软件公司", "项目经理"), "vendor_contact"),
        (("使用单位情况", "联系人"), "contact"),
    ],
)
def test_a_parent_that_only_gathers_is_the_same_parent(path: tuple[str, ...], field: str) -> None:
    found = words().meaning(path)
    assert found is not None
    assert found.field == field


@pytest.mark.parametrize(("last", "told"), [("不在云上", [True, False, False]), ("供电所机房", [None, None, None])])
def test_in_the_cloud_or_not_and_answers_that_are_places(last: str, told: list[bool | None]) -> None:
    rows: Rows = [
        ["系统名称", "上没上云", "CPU（核）"],
        ["抄表数据平台", "在云上", 4],
        ["停电通知系统", "没上云", 8],
        ["报装受理系统", last, 8],
    ]
    found = read("县供电所.csv", text(rows))
    assert [record.fields.get("on_cloud") for record in found.records] == told
    assert any("上没上云" in (gap.answer_key or "") for gap in found.gaps) == (told[0] is None)


def test_a_second_telephone_beside_the_first_goes_to_the_contact_table() -> None:
    rows = [
        ["系统名称", "等保级别", "联系人", "手机", "办公电话"],
        ["甲系统", "二级", "王小明", "13800000001", "8320123"],
        ["乙系统", "三级", "李小红", "", "8320124"],
    ]
    found = read("市教育局.xlsx", xlsx([{"rows": rows}]))
    assert {(one.name, one.phone) for one in found.contacts} == {
        ("王小明", "13800000001、8320123"),
        ("李小红", "8320124"),
    }
    sheets: Any = found.accounting["sheets"]
    assert sheets[0]["columns_ignored"] == []
    assert not found.gaps
