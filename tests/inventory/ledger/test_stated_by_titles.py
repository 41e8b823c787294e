"""What titles and names of sheets say of the rows below them: the state of the systems, and where they stand."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.collectors.rows.stated_by_titles import place_in, state_in
from inventory.model import Collected
from tests.inventory.ledger.books import read, text, words, xlsx

Rows = list[list[Any]]


def told(found: Collected, field: str) -> dict[str, Any]:
    return {str(record.fields["sys_name"]): record.fields.get(field) for record in found.records}


@pytest.mark.parametrize(
    ("title", "state"),
    [
        ("一、在用系统（5个）", "在用"), ("（二）已停用的业务系统", "停用"), ("三、停用但未下线的系统", "停用"), ("在建项目", "在建"), ("拟建系统清单", "拟建"), ("试运行系统：", "试运行"),
        ("在用", "在用"), ("正在建设的信息系统", "在建"), ("县农业农村局在用系统统计表", None), ("一、业务系统", None), ("二、使用财政资金的系统", None), ("停用原因", None), ("在用车辆", None),
        ("系统", None), ("已建政务信息系统", None), ("已上线系统", None), ("2024年在用系统", None),
    ],
)  # fmt: skip
def test_states_in_titles(title: str, state: str | None) -> None:
    assert state_in(title, words()) == state


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("一、图书馆负一层机房（含备用电源）", "图书馆负一层机房（含备用电源）"), ("二、部署在县政务云的系统（3个）", "县政务云"), ("（三）托管于移动公司IDC", "移动公司IDC"), ("阿里云部署的系统", "阿里云"),
        ("一、未上政务云的系统", None), ("二、计划迁政务云的系统", None), ("机房管理制度", None), ("云平台建设情况说明", None), ("一、办公系统", None),
    ],
)  # fmt: skip
def test_places_in_titles(title: str, place: str | None) -> None:
    assert place_in(title) == place


SECTIONS: Rows = [
    ["系统名称", "CPU（核）", "内存（G）", "上线时间"], ["一、使用中的系统（2个）", "", "", ""], ["古籍数字化平台", 8, 16, "2020-01"], ["读者卡管理系统", 4, 8, "2018-05"],
    ["二、闲置系统", "", "", ""], ["电子阅览计费系统", 2, 4, "2011-09"], ["三、其他", "", "", ""], ["讲座预约小程序", 2, 4, "2022-03"],
]  # fmt: skip


def test_a_section_tells_the_state_of_its_rows_and_of_no_others() -> None:
    found = read("县图书馆.csv", text(SECTIONS))
    assert told(found, "status") == {
        "古籍数字化平台": "在用",
        "读者卡管理系统": "在用",
        "电子阅览计费系统": "停用",
        "讲座预约小程序": None,
    }
    assert found.records[2].origin_of("status").row == 5


def test_a_column_of_its_own_says_it_better_than_a_title() -> None:
    rows = [[*row, ("使用状态", "", "在建", "", "", "", "", "")[at]] for at, row in enumerate(SECTIONS)]
    found = read("县图书馆.csv", text(rows))
    assert told(found, "status")["古籍数字化平台"] == "在建"
    assert told(found, "status")["读者卡管理系统"] is None


def test_the_name_of_a_sheet_tells_the_state_and_a_sheet_of_systems_out_of_use_is_no_old_edition() -> None:
    head = ["系统名称", "CPU（核）", "内存（G）"]
    sheets = [
        {"name": "在用", "rows": [head, ["古籍数字化平台", 8, 16]]},
        {"name": "已停用", "rows": [head, ["电子阅览计费系统", 2, 4]]},
    ]
    found = read("县图书馆.xlsx", xlsx(sheets))
    assert told(found, "status") == {"古籍数字化平台": "在用", "电子阅览计费系统": "停用"}


def test_a_section_tells_the_place_of_its_rows_and_is_no_department() -> None:
    rows: Rows = [
        ["系统名称", "CPU（核）", "内存（G）"], ["一、县文旅局三楼机房", "", ""], ["古籍数字化平台", 8, 16], ["二、部署在市政务云的系统", "", ""], ["读者卡管理系统", 4, 8],
    ]  # fmt: skip
    found = read("县图书馆.csv", text(rows))
    assert told(found, "location") == {"古籍数字化平台": "县文旅局三楼机房", "读者卡管理系统": "市政务云"}
    assert set(told(found, "dept").values()) == {"县图书馆"}


@pytest.mark.parametrize(("heading", "field"), [("眼下状况（自述）", "status"), ("服务器放谁那", "location")])
def test_a_column_that_is_not_understood_and_may_say_it_is_asked_and_the_title_does_not_answer(
    heading: str, field: str
) -> None:
    head = ["系统名称", "CPU（核）", "内存（G）", heading]
    rows: Rows = [
        head,
        ["一、在用系统", "", "", ""],
        ["古籍数字化平台", 8, 16, "甲"],
        ["二、三楼机房", "", "", ""],
        ["读者卡管理系统", 4, 8, "乙"],
    ]
    assert set(told(read("县图书馆.csv", text(rows)), field).values()) == {None}


PLANNED: Rows = [
    ["计划建设系统", "估算（万元）", "拟用网络"],
    ["阅读推广平台", 80, "互联网"],
    ["馆际互借系统", 45, "政务外网"],
]


def test_a_sheet_of_planned_systems_is_asked_about_and_read_when_answered() -> None:
    head: Rows = [["系统名称", "CPU（核）", "内存（G）"], ["古籍数字化平台", 8, 16]]
    content = xlsx([{"name": "现有", "rows": head}, {"name": "拟建", "rows": PLANNED}])
    found = read("县图书馆.xlsx", content)
    gap = next(gap for gap in found.gaps if gap.origin.sheet == "拟建")
    assert (gap.field, gap.choices) == ("sys_name", ("sys_name", "ignore"))
    assert "2 个名称" in gap.message.zh
    key = str(gap.answer_key)
    assert set(told(read("县图书馆.xlsx", content, answers={key: "sys_name"}), "status").items()) == {
        ("古籍数字化平台", None), ("阅读推广平台", "拟建"), ("馆际互借系统", "拟建")
    }  # fmt: skip
    assert not [
        gap for gap in read("县图书馆.xlsx", content, answers={key: "ignore"}).gaps if gap.origin.sheet == "拟建"
    ]
