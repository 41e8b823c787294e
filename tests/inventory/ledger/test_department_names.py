"""Whose a file is by its name: the whole name of the department, neither a part of it nor more."""

from __future__ import annotations

import pytest

from catalogs.load import load_catalogs
from inventory.collectors.departments import department_in_name, department_in_title, parts_of_name
from inventory.department_names import abbreviates, departments_meant, resembling
from inventory.names import Lineage
from tests.inventory.ledger.books import read, text

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


CITY = Lineage.of(load_catalogs(None).departments)


@pytest.mark.parametrize(
    ("file", "written", "today"),
    [
        ("住建局家底.xlsx", "住建局", "市住房和城乡建设局"),
        ("市教育局系统.xls", "市教育局", "市教育局"),
        ("卫健委(终稿)2.xlsx", "卫健委", "市卫生健康委员会"),
        ("人社局3月.xlsx", "人社局", "市人力资源和社会保障局"),
        ("2026年10月发改委报送.xlsx", "发改委", "市发展和改革委员会"),
        ("资规局-终版.xlsx", "资规局", "市自然资源和规划局"),
        ("附件2：市监局盘点.xls", "市监局", "市市场监督管理局"),
        ("城管局最后这版.xlsx", "城管局", "市城市管理和综合执法局"),
        ("文旅局.csv", "文旅局", "市文化广电旅游体育局"),
        ("退役军人局机器.xlsx", "退役军人局", "市退役军人事务局"),
        ("医保局 4月15日.xlsx", "医保局", "市医疗保障局"),
        ("市委网信办OA.xlsx", "市委网信办", "市委网信办"),
    ],
)
def test_short_names_in_files_names_are_those_of_the_catalogue(file: str, written: str, today: str) -> None:
    found = department_in_name(file, CITY)
    assert found == written
    assert CITY.name_today(found) == today


@pytest.mark.parametrize(
    ("file", "suggested"),
    [
        ("教育局+卫健委.xlsx", ("市教育局", "市卫生健康委员会")),  # two departments: neither is taken
        ("教育系统.xlsx", ("市教育局",)),  # a kind of systems, or the systems of a department
        ("云麓区家底.xlsx", ("云麓区人民政府",)),
        ("关于报送市教育局家底的函.xlsx", ("市教育局",)),
        ("家底.xlsx", ()),
        ("机房主机清单.csv", ()),
    ],
)
def test_what_is_doubtful_names_none_and_is_suggested(file: str, suggested: tuple[str, ...]) -> None:
    assert department_in_name(file, CITY) is None
    assert departments_meant(parts_of_name(file), CITY) == suggested


@pytest.mark.parametrize("file", ["县住建局系统.xlsx", "云麓区住建局家底.xlsx", "新城建局机器.xlsx", "教体局报表.xlsx"])
def test_another_level_or_an_unknown_department_stays_as_it_is_written(file: str) -> None:
    found = department_in_name(file, CITY)
    assert found is not None
    assert CITY.department_id(found) is None
    assert all(score < 100 for _, score in resembling(found, CITY))


def test_whose_a_file_is_is_asked_with_what_its_name_suggests() -> None:
    content = text([["系统名称", "CPU（核）", "内存（GB）"], ["学籍系统", 8, 16]])
    found = read("教育系统.csv", content, lineage=CITY)
    (gap,) = [gap for gap in found.gaps if gap.field == "dept"]
    assert gap.choices == ("市教育局",)
    assert "市教育局" in gap.message.zh
    assert found.records[0].fields.get("dept") is None
    known = read("住建局家底.csv", content, lineage=CITY)
    assert known.records[0].fields["dept"] == "住建局"
    assert not known.gaps


@pytest.mark.parametrize(
    ("short", "full", "is_short"),
    [
        ("资规局", "市自然资源和规划局", True),
        ("市发改委", "市发展和改革委员会", True),
        ("政府办", "市人民政府办公室", True),
        ("县住建局", "市住房和城乡建设局", False),
        ("教体局", "市教育局", False),
        ("建住局", "市住房和城乡建设局", False),
        ("水利局", "市水利局", False),
        ("住建委", "市住房和城乡建设局", False),
    ],
)
def test_an_abbreviation_has_the_same_characters_in_order_the_same_end_and_no_other_level(
    short: str, full: str, *, is_short: bool
) -> None:
    assert abbreviates(short, full) is is_short
