"""Sheets on their side whose head only numbers the systems, and systems on two rows whose name shares its column with something else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inventory.ledger.books import read, text, xlsx

Rows = list[list[Any]]
LABELS: Rows = [
    ["系统名称", "公积金查询平台", "贷款审批系统", "档案影像系统"], ["责任科室", "信息科", "信贷科", "档案室"], ["CPU（核）", 8, 16, 4], ["内存（G）", 16, 64, 8], ["上线时间", "2019-05", "2020-07", "2021-03"],
]  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        ["填报项", "系统一", "系统二", "系统三"],
        ["", "系统1", "系统2", "系统3"],
        ["项目", "第1个系统", "第2个系统", "第3个系统"],
    ],
)
@pytest.mark.parametrize("grouped", [False, True])
def test_numbers_of_systems_above_their_names_are_no_names(head: list[str], grouped: bool) -> None:
    rows = [head, *LABELS]
    if grouped:
        rows = [
            [row[0] if at == 0 else ("概况", "", "资源", "", "时间")[at - 1], "" if at == 0 else row[0], *row[1:]]
            for at, row in enumerate(rows)
        ]
    found = read("市公积金中心.xlsx", xlsx([{"rows": rows, "merges": ["A2:A3", "A4:A5"] if grouped else []}]))
    assert [(record.fields["sys_name"], record.fields["vcpu"], record.fields["office"]) for record in found.records] == [
        ("公积金查询平台", 8, "信息科"), ("贷款审批系统", 16, "信贷科"), ("档案影像系统", 4, "档案室")
    ]  # fmt: skip


def test_the_same_words_stay_the_names_where_no_other_row_has_any() -> None:
    found = read("市公积金中心.csv", text([["系统名称", "系统1", "系统2", "系统3"], *LABELS[1:]]))
    assert [record.fields["sys_name"] for record in found.records] in ([], ["系统1", "系统2", "系统3"])


TWO: Rows = [
    ["序号", "系统名称", "责任科室", "CPU核数", "上线时间"], ["", "开发单位", "联系人", "内存GB", "网络"],
    [1, "公积金查询平台", "信息科", 8, "2019-05"], ["", "神州软件", "文静", 16, "互联网"], [2, "贷款审批系统", "信贷科", 16, "2020-07"], ["", "东软", "骆宾", 64, "政务外网"],
    [3, "档案影像系统", "档案室", 4, "2021-03"], ["", "紫光", "白露", 8, "政务外网"],
]  # fmt: skip


@pytest.mark.parametrize("merges", [[], ["A1:A2", "A3:A4", "A5:A6", "A7:A8"]])
def test_a_name_above_another_answer_is_told_by_the_row_number(merges: list[str]) -> None:
    found = read("市公积金中心.xlsx", xlsx([{"rows": TWO, "merges": merges}]))
    assert [(r.fields["sys_name"], r.fields["vendor"], r.fields["vcpu"], r.fields["mem"]) for r in found.records] == [
        ("公积金查询平台", "神州软件", 8, 16), ("贷款审批系统", "东软", 16, 64), ("档案影像系统", "紫光", 4, 8)
    ]  # fmt: skip
    assert found.records[1].origin_of("vendor").row == 6


def test_rows_with_numbers_of_their_own_are_rows() -> None:
    rows = [TWO[0], *([at, *row[1:]] for at, row in enumerate(TWO[2::2], 1))]
    assert len(read("市公积金中心.csv", text(rows)).records) == 3
