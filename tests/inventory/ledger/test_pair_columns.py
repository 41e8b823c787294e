"""Columns with two values in each cell, in the order that the heading gives."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.model import Collected
from tests.inventory.ledger.books import read, text


def book(heading: str, *cells: Any, beside: str = "主要功能") -> Collected:
    names = ["古树名木管理系统", "防火预警平台", "种苗检疫系统"]
    return read(
        "县林业局.csv",
        text([["系统名称", beside, heading], *([name, "", cell] for name, cell in zip(names, cells, strict=False))]),
    )


def got(found: Collected, *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(record.fields.get(name) for name in fields) for record in found.records]


@pytest.mark.parametrize(
    ("heading", "cells", "fields", "values"),
    [
        ("磁盘（总量/已用）", ("2T/300G", "500G/80G"), ("storage", "storage_used"), [(2048, 300), (500, 80)]), ("硬盘（已用、总容量）", ("80G、500G", "1T、4T"), ("storage", "storage_used"), [(500, 80), (4096, 1024)]),
        ("主机资源（CPU核/内存G）", ("8/32", "16/64"), ("vcpu", "mem"), [(8, 32), (16, 64)]), ("CPU核数/内存GB/硬盘TB", ("8/32/1", "16/64/2.5"), ("vcpu", "mem", "storage"), [(8, 32, 1024), (16, 64, 2560)]),
        ("平均负载（CPU%/内存%）", ("31%/58%", "7/22"), ("cpu_util", "mem_util"), [(0.31, 0.58), (0.07, 0.22)]),
        ("维护单位及到期日期", ("南方测绘，2025年12月到期", "自行维护"), ("ops_vendor", "ops_contract_end"), [("南方测绘", "2025-12"), ("自行维护", None)]),
        ("承建单位、建成时间", ("南方测绘 2019-05", "中地数码，2021/3/1"), ("vendor", "online_date"), [("南方测绘", "2019-05"), ("中地数码", "2021-03-01")]),
    ],
)  # fmt: skip
def test_each_value_goes_where_the_heading_says(
    heading: str, cells: tuple[Any, ...], fields: tuple[str, ...], values: list[tuple[Any, ...]]
) -> None:
    found = book(heading, *cells)
    assert got(found, *fields) == values
    assert found.records[0].origin_of(fields[1]).column == "C"


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("磁盘（已用/总量）", ("2T/300G", "80G/500G")),  # the first uses more than it has
        ("磁盘（已用/总量）", ("300G", "80G/500G")), ("磁盘（已用/剩余）", ("300G/1T", "80G/500G")), ("维护单位及到期日期", ("南方测绘，市局代管，2025年", "自行维护")), ("维护单位及到期日期", ("南方测绘2025年", "东软，2026年")),
        ("主机资源（CPU核/内存G）", ("8/32", "16核64G*2")),
    ],
)  # fmt: skip
def test_what_does_not_come_apart_as_the_heading_says_is_asked(heading: str, cells: tuple[Any, ...]) -> None:
    found = book(heading, *cells)
    names = ("storage", "storage_used", "ops_vendor", "ops_contract_end", "vcpu", "mem")
    assert not any(value is not None for row in got(found, *names) for value in row if cells[0] != "8/32")
    assert [gap for gap in found.gaps if gap.origin.column == "C"]


def test_a_specification_that_says_its_units_is_read_as_one() -> None:
    assert got(book("配置（CPU/内存/硬盘）", "8核/32G/1T", "16核/64G/2T"), "spec", "vcpu", "mem", "storage")[0] == (
        "8核/32G/1T",
        8,
        32,
        1024,
    )


def test_a_cell_further_down_that_does_not_come_apart_is_asked() -> None:
    rows = [
        ["系统名称", "硬盘（已用/总量）"],
        *([f"第{at}批巡护平台", "80G/500G"] for at in range(1, 70)),
        ["末批巡护平台", "约一半"],
    ]
    found = read("县林业局.csv", text(rows))
    assert found.records[-1].fields["storage"] is None
    assert {gap.field for gap in found.gaps if gap.origin.row == 71} == {"storage", "storage_used"}
