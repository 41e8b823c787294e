"""Letters and small tables below numbered titles that name systems; refusals that say what to do instead."""

from __future__ import annotations

from typing import Any

import pytest

from catalogs.errors import CollectError
from inventory.collectors.rows.system_titles import names_a_system, numbered
from tests.inventory.ledger.books import read, xlsx


def sheet(*rows: list[Any]) -> bytes:
    return xlsx([{"name": "表", "rows": list(rows)}])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("一、学籍管理系统", ("一、", "学籍管理系统")), ("（二）教师培训平台", ("（一）", "教师培训平台")), ("3.门户网站：", ("1.", "门户网站")),
        ("4．门户网站基本情况", ("1.", "门户网站")), ("①门户网站", ("①", "门户网站")), ("系统五：门户网站", ("系统一", "门户网站")),
        ("门户网站", None), ("2.5版门户网站", None), ("一、", None),
    ],
)  # fmt: skip
def test_how_a_title_is_numbered(text: str, told: tuple[str, str] | None) -> None:
    assert numbered(text) == told


def test_lines_below_titles_are_what_the_systems_have() -> None:
    found = read(
        "县教体局.xlsx",
        sheet(["一、学籍管理系统"], ["CPU：8核"], ["内存：16G"], ["二、教师培训平台"], ["CPU：4核"], ["内存：8G"]),
    )
    assert [(r.fields["sys_name"], r.fields["vcpu"], r.fields["mem"]) for r in found.records] == [
        ("学籍管理系统", 8, 16),
        ("教师培训平台", 4, 8),
    ]
    assert (found.records[1].origin_of("sys_name").row, found.records[1].origin_of("vcpu").row) == (4, 5)


def test_titles_of_lower_levels_do_not_end_a_system() -> None:
    found = read(
        "县教体局.xlsx",
        sheet(["一、学籍管理系统"], ["（一）资源"], ["CPU", "8核"], ["内存", "16G"], ["（二）安全"], ["等保级别", "二级"], ["硬盘", "500G"]),
    )  # fmt: skip
    (record,) = found.records
    assert (record.fields["vcpu"], record.fields["mlps_level"], record.fields["storage"]) == (8, 2, 500)


def test_a_classified_title_above_a_table_only_counts_its_rows() -> None:
    found = read(
        "县教体局.xlsx",
        sheet(
            ["一、学籍管理系统"], ["服务器名称", "CPU（核）", "内存（GB）"], ["xj-app", 8, 16],
            ["二、公文交换系统（涉密）"], ["服务器名称", "CPU（核）", "内存（GB）"], ["gw-app", 4, 8],
            ["三、培训平台"], ["服务器名称", "CPU（核）", "内存（GB）"], ["px-app", 4, 8],
        ),
    )  # fmt: skip
    assert [(r.fields["server_name"], r.fields["sys_name"]) for r in found.records] == [
        ("xj-app", "学籍管理系统"),
        ("px-app", "培训平台"),
    ]
    told = str([g.as_json() for g in found.gaps] + [s.as_json() for s in found.skipped])
    assert "公文交换" not in told
    assert found.accounting["classified"] == 2


def test_a_column_of_names_outdoes_titles() -> None:
    found = read(
        "县教体局.xlsx",
        sheet(["一、政务云平台"], ["系统名称", "CPU（核）", "内存（GB）"], ["学籍管理系统", 8, 16], ["培训平台", 4, 8]),
    )
    assert [record.fields["sys_name"] for record in found.records] == ["学籍管理系统", "培训平台"]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([["指标名称", "代码", "计量单位", "本期", "上年同期"], ["信息系统总数", "01", "个", 12, 10], ["其中：自建系统", "02", "个", 5, 5]], "统计报表"),
        ([["我局的信息化工作由办公室牵头，各科室配合。"], ["详见后附材料。"]], "请改成表格"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_to_send_instead(rows: list[list[Any]], wanted: str) -> None:
    with pytest.raises(CollectError) as refused:
        read("县教体局.xlsx", sheet(*rows))
    assert refused.value.hint is not None
    assert wanted in refused.value.hint.zh
    assert "系统名称" in refused.value.hint.zh


@pytest.mark.parametrize(
    "kind",
    [
        "核心业务系统",
        "自建系统",
        "政务外网区的应用系统",
        "其他信息系统",
        "三级系统",
        "省统建平台",
        "政务云平台",
        "虚拟化平台",
    ],
)
def test_a_kind_of_systems_names_none(kind: str) -> None:
    assert not names_a_system(kind)
    servers = read(
        "县教体局.xlsx",
        sheet([f"一、{kind}"], ["服务器名称", "CPU（核）", "内存（GB）"], ["xj-app", 8, 16], ["gw-app", 4, 8]),
    )
    assert [record.fields.get("sys_name") for record in servers.records] == [None, None]
    systems = read(
        "县教体局.xlsx", sheet(["系统名称", "CPU（核）"], [kind, None], ["学籍管理系统", 8], ["培训平台", 4])
    )
    assert [record.fields["sys_name"] for record in systems.records] == ["学籍管理系统", "培训平台"]


@pytest.mark.parametrize("name", ["学籍管理系统", "门户网站", "河长制信息平台", "政务服务网", "办件系统", "工资系统"])
def test_a_name_of_a_system_does(name: str) -> None:
    assert names_a_system(name)


def test_tables_with_other_headings_below_further_titles_are_those_systems() -> None:
    found = read(
        "县教体局.xlsx",
        sheet(
            ["一、学籍管理系统"], ["CPU（核）", "内存（GB）", "存储（GB）", "上线时间"], [8, 16, 500, "2019-05"],
            ["二、教师培训平台"], ["操作系统", "内存（GB）", "CPU（核）", "等保级别"], ["CentOS 7", 8, 4, "二级"],
        ),
    )  # fmt: skip
    assert [(r.fields["sys_name"], r.fields["vcpu"], r.fields.get("mlps_level")) for r in found.records] == [
        ("学籍管理系统", 8, None),
        ("教师培训平台", 4, 2),
    ]


def test_numbered_labels_of_names_begin_the_next_system() -> None:
    found = read(
        "县教体局.xlsx",
        sheet(
            ["1、系统名称：学籍系统"], ["CPU：8核"], ["内存：16G"], ["等保级别：二级"],
            ["2、系统名称：培训平台"], ["CPU：4核"], ["内存：8G"], ["等保级别：三级"],
        ),
    )  # fmt: skip
    assert [(r.fields["sys_name"], r.fields["vcpu"], r.fields["mlps_level"]) for r in found.records] == [
        ("学籍系统", 8, 2),
        ("培训平台", 4, 3),
    ]
    assert not found.gaps
