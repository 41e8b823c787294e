"""Whose a file is by its name: the whole name of the department, neither a part of it nor more."""

from __future__ import annotations

import pytest

from inventory.collectors.departments import department_in_name

UNITS = [
    "市住房和城乡建设局", "市住房城乡建设局", "区城乡建设委员会", "县城乡规划局", "市城乡居民养老保险中心", "河东镇人民政府", "石桥乡人民政府",
    "老城街道办事处", "市委组织部", "县人民政府办公室", "云溪乡卫生院", "临江海关",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    "tail", ["服务器及系统台账.xlsx", "信息系统清单2026年3月.xls", "政务信息系统普查表.csv", ".xlsx"]
)
def test_the_department_in_a_files_name_is_whole(unit: str, tail: str) -> None:
    assert department_in_name(unit + tail) == unit
