"""Whose a file is by its name: the whole name of the department, neither a part of it nor more."""

from __future__ import annotations

import pytest

from inventory.collectors.departments import department_in_name, department_in_title

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


@pytest.mark.parametrize(
    "title",
    [
        "各乡镇（街道）信息化应用汇总",
        "全县各学校信息系统台账",
        "县直有关部门系统清单",
        "县应急局（防汛办）系统台账",
        "乡镇街道信息系统汇总",
    ],
)
def test_a_title_of_many_names_none_and_none_is_cut_off(title: str) -> None:
    assert department_in_title(title) in {None, "县应急局"}


def test_a_file_named_after_a_kind_of_departments_has_none() -> None:
    assert department_in_name("乡镇街道汇总.csv") is None
    assert department_in_name("县水利局汇总.csv") == "县水利局"
