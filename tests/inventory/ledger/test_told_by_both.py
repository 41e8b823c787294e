"""Headings that mean something only with their parent, their unit or what stands below them."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.model import Collected
from tests.inventory.ledger.books import read, text, words

Rows = list[list[Any]]


def columns(found: Collected) -> dict[str, str]:
    sheets: Any = found.accounting["sheets"]
    return {column["heading"]: column["field"] for sheet in sheets for column in sheet["columns_used"]}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("资源使用率", "CPU"), "cpu_util"), (("月均负载（%）", "内存"), "mem_util"), (("占用率", "硬盘"), "disk_util"), (("CPU（%）",), "cpu_util"), (("峰值使用率", "CPU"), "cpu_peak_util"),
        (("峰值使用率", "内存"), None), (("使用率", "内存（GB）"), None), (("资源配置", "CPU"), "vcpu"), (("空闲率", "CPU"), None),
        (("项目时间", "开工"), "start_date"), (("建设周期", "竣工"), "accept_date"), (("费用情况（万元）", "一次性投入"), "build_cost"), (("单位联系人", "固话"), "phone"),
        (("厂商联系人", "姓名"), "vendor_contact"), (("磁盘容量", "已用"), "storage_used"), (("投资", "年度"), None), (("平台基本情况", "编码"), "sys_code"), (("应用系统信息", "唯一编码"), "sys_code"), (("设备信息", "编码"), None), (("单位信息", "代码"), None),
    ],
)  # fmt: skip
def test_a_parent_or_a_unit_says_what_the_heading_leaves_open(path: tuple[str, ...], field: str | None) -> None:
    found = words().meaning(path)
    assert (found.field if found else None) == field


def test_shares_below_a_parent_in_per_cent_leave_the_real_columns_alone() -> None:
    rows: Rows = [
        ["系统名称", "资源配置", "", "", "资源负载（%）", "", ""], ["", "CPU（核）", "内存（G）", "硬盘（G）", "CPU", "内存", "硬盘"],
        ["车辆调度平台", 8, 32, 500, 36, 71, 55], ["票务结算系统", 16, 64, 900, 12.5, 40, 63],
    ]  # fmt: skip
    found = read("县公交公司.csv", text(rows))
    record = found.records[0].fields
    assert (record["vcpu"], record["mem"], record["storage"]) == (8, 32, 500)
    assert (record["cpu_util"], record["mem_util"], record["disk_util"]) == (0.36, 0.71, 0.55)


def with_column(heading: str, *cells: Any) -> Collected:
    names = ["车辆调度平台", "票务结算系统", "站场监控系统", "司机培训系统"]
    return read(
        "县公交公司.csv",
        text(
            [["系统名称", "CPU（核）", heading], *([name, 4, cell] for name, cell in zip(names, cells, strict=False))]
        ),
    )


@pytest.mark.parametrize(
    ("heading", "cells", "field"),
    [
        ("用户", (120, 35, 900), "user_scale"), ("用户（人）", ("约200", "3.5万", "80余"), "user_scale"), ("网页还是客户端", ("B/S", "C/S", "B/S、C/S"), "arch"),
        ("装了什么系统", ("CentOS 7.6", "银河麒麟V10", "Windows Server 2016"), "os_app"), ("使用情况", ("正常", "停用", "在用"), "status"), ("CPU均", ("36%", "8.5%", "12%"), None),
        ("内存平均", ("36%", "8.5%", "12%"), "mem_util"), ("互联网出口", ("100M", "50M", "20M"), "bandwidth"), ("CPU使用情况", ("36%", "8.5%", "12%"), "cpu_util"),
        ("用户", (1001, 1002, 1003), None), ("用户", ("工作人员", "公众", "驾驶员"), None), ("数据库装在", ("CentOS 7.6", "CentOS 7.9", "CentOS 6"), None), ("改造后架构", ("B/S", "B/S", "B/S"), None),
        ("网页还是客户端", ("B/S", "网页", "C/S"), None), ("备份使用情况", ("正常", "停用", "在用"), None), ("模块", (3, 5, 2), None),
    ],
)  # fmt: skip
def test_contents_say_what_the_heading_leaves_open(heading: str, cells: tuple[Any, ...], field: str | None) -> None:
    assert columns(with_column(heading, *cells)).get(heading) == field


def test_two_columns_that_may_be_the_same_field_are_both_asked() -> None:
    rows: Rows = [
        ["系统名称", "前端跑在", "后端跑在", "内存（G）"],
        ["车辆调度平台", "CentOS 7", "麒麟V10", 8],
        ["票务结算系统", "Ubuntu 20", "CentOS 7", 16],
    ]
    assert "os_app" not in columns(read("县公交公司.csv", text(rows))).values()
