"""What a heading leaves open and its contents or its neighbours tell: names of systems, codes, ticks, zones, cards side by side."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from catalogs.errors import CollectError
from inventory.collectors.cells.levels import read_level
from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from inventory.model import Collected
from tests.inventory.ledger.books import read, text, words, xlsx

NAMES = ["登记注册全程电子化", "特种设备动态监管", "食品快检数据上报"]


def sheet(*rows: list[Any], name: str = "表", **more: Any) -> bytes:
    return xlsx([{"name": name, "rows": list(rows), **more}])


def fields(content: bytes, name: str = "县局.xlsx") -> list[dict[str, Any]]:
    return [dict(record.fields) for record in read(name, content).records]


@pytest.mark.parametrize("heading", ["业务软件", "线上平台", "归属系统", "调查对象（系统）", "项目包含的系统", "平台"])
def test_a_heading_whose_own_noun_is_that_of_systems_holds_their_names(heading: str) -> None:
    found = read("县局.csv", text([[heading, "核数", "内存（GB）"], *([name, "4", "8"] for name in NAMES)]))
    assert [record.fields["sys_name"] for record in found.records] == NAMES


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("软件来历", NAMES),  # of something else
        ("对接的平台", NAMES),
        ("所在平台", ["市政务云", "本局机房", "市政务云"]),
        ("开发平台", ["Java", "Net", "PHP"]),
        ("托管平台", ["一号云上环境", "二号云上环境", "一号云上环境"]),  # comes back: it groups the rows
        ("有无系统", ["有", "无", "有"]),
    ],
)
def test_other_headings_and_other_texts_are_no_names(heading: str, cells: list[str]) -> None:
    rows = [[cell, "4", "8", "二级", "2020-01"] for cell in cells]
    found = read("县局.csv", text([[heading, "核数", "内存（GB）", "等保级别", "上线时间"], *rows]))
    assert not found.records


def test_codes_below_a_heading_of_numbers_are_asked_and_mere_numbers_are_not() -> None:
    rows = [[f"JJ-00{at}", name, "4"] for at, name in enumerate(NAMES, 1)]
    found = read("县局.csv", text([["编号", "系统名称", "核数"], *rows]))
    assert [gap.choices[0] for gap in found.gaps if gap.raw == "编号"] == ["sys_code"]
    counted = read(
        "县局.csv", text([["编号", "系统名称", "核数"], *([str(at), *row[1:]] for at, row in enumerate(rows, 1))])
    )
    assert not [gap for gap in counted.gaps if gap.raw == "编号"]


def test_ticks_are_joined_below_a_total_and_over_three_levels_of_headings() -> None:
    content = sheet(
        ["系统名称", "机器放哪里", None, "机器情况", None],
        [None, "本局机房", "市政务云", "总共", None],
        [None, None, None, "CPU核", "内存GB"],
        ["门户网站", "√", None, 4, 8],
        ["办公平台", None, "✓", 8, 16],
        ["值班系统", "√", "√", 8, 16],
        ["合计", 2, 2, 20, 40],
        merges=["A1:A3", "B1:C1", "B2:B3", "C2:C3", "D1:E1", "D2:E2"],
    )
    found = read("县局.xlsx", content)
    assert [record.fields.get("location") for record in found.records] == ["本局机房", "市政务云", None]
    assert [record.fields.get("vcpu") for record in found.records] == [4, 8, 8]
    assert [gap.origin.row for gap in found.gaps if gap.field == "location"] == [6]  # two ticks


def test_zones_are_told_by_their_last_word_and_count_machines_below_them() -> None:
    children = ["台", "核", "内存G", "存储T"]
    content = sheet(
        ["系统名", "已开通", *[None] * 11],
        [None, "互联网侧", None, None, None, "政务外网侧", None, None, None, "自然资源业务网侧", None, None, None],
        [None, *children, *children, *children],
        ["不动产登记系统", 1, 4, 8, 0.5, 3, 48, 192, 6, 1, 8, 32, 2],
        ["矿业权交易公告", 2, 16, 32, 1],
        merges=["A1:A3", "B1:M1", "B2:E2", "F2:I2", "J2:M2"],
    )
    found = fields(content)
    assert [(record["zone"], record["vm_count"], record["vcpu"], record["storage"]) for record in found] == [
        (("互联网侧",), 1, 4, 512), (("政务外网侧",), 3, 48, 6144), (("自然资源业务网侧",), 1, 8, 2048), (("互联网侧",), 2, 16, 1024),
    ]  # fmt: skip


def test_cards_side_by_side_are_read_one_after_the_other() -> None:
    content = sheet(
        ["名称", "教务排课系统", None, "名称", "学员管理系统"],
        ["启用", "2019-09", None, "启用", "2017-04"],
        ["总核数", 16, None, "总核数", 8],
        ["总内存（G）", 64, None, "总内存（G）", 16],
        [None],
        ["名称", "校园一卡通", None, "名称", "智慧教室中控"],
        ["启用", "2015", None, "启用", "2021-06"],
        ["总核数", 8, None, "总核数", 24],
        ["总内存（G）", 32, None, "总内存（G）", 48],
    )
    found = fields(content, "党校.xlsx")
    assert [(record["sys_name"], record["online_date"], record["vcpu"], record["mem"]) for record in found] == [
        ("教务排课系统", "2019-09", 16, 64), ("学员管理系统", "2017-04", 8, 16), ("校园一卡通", "2015", 8, 32), ("智慧教室中控", "2021-06", 24, 48),
    ]  # fmt: skip


def test_a_sheet_on_its_side_without_a_known_label_for_names() -> None:
    content = sheet(
        ["软件系统", None, "馆藏档案管理系统", "电子文件接收平台", "数字展厅"],
        ["概况", "做什么", "目录著录", "移交电子文件", "网上展览"],
        ["主机", "台数", 3, 2, 1],
        [None, "CPU核数（合计）", 24, 16, 4],
        [None, "内存GB（合计）", 96, 64, 8],
        merges=["A1:B1", "A3:A5"],
    )
    found = fields(content, "市档案馆.xlsx")
    assert [(record["sys_name"], record["vcpu"], record["mem"]) for record in found] == [
        ("馆藏档案管理系统", 24, 96), ("电子文件接收平台", 16, 64), ("数字展厅", 4, 8),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "field", "count"),
    [
        ("物理机1台 16核 内存64G", "phys_count", 1), ("物理机2台，每台16核64G", "phys_count", 2), ("1台云主机 4核/8G/100G", "vm_count", 1),
        ("虚拟机3台，每台8核16G", "vm_count", 3),
    ],
)  # fmt: skip
def test_a_specification_counts_its_machines_by_their_kind(spec: str, field: str, count: int) -> None:
    (found,) = fields(text([["系统名称", "服务器配置"], ["门户网站", spec]]), "县局.csv")
    assert {name: found[name] for name in ("vm_count", "phys_count") if found.get(name)} == {field: count}


def test_none_is_an_answer_where_the_heading_asks_whether() -> None:
    rows = [["系统名称", "有没有与外部系统对接", "备注"], ["门户网站", "无", "无"], ["办公平台", "有", "无"]]
    found = fields(text(rows), "县局.csv")
    assert [record["integration"] for record in found] == ["无", "有"]
    assert [record["remark"] for record in found] == [None, None]


@pytest.mark.parametrize("label", ["填报单位（章）", "汇总单位", "登记单位", "填报单位（盖章）"])
def test_a_label_with_any_bracket_names_the_department(label: str) -> None:
    found = read(
        "青禾县人社局.xlsx", sheet([f"{label}：青禾县人力资源和社会保障局"], ["系统名称", "核数"], ["门户网站", 4])
    )
    assert {record.fields["dept"] for record in found.records} == {"青禾县人力资源和社会保障局"}


@pytest.mark.parametrize(
    ("levels", "field", "unit"),
    [
        (("内存GB合计",), "mem", "gb"), (("盘（总，G）",), "storage", "g"), (("开播（上线）时间",), "online_date", None),
        (("联系方式", "姓名"), "contact", None), (("当初花了多少钱（万元）",), "build_cost", "万元"), (("哪年哪月用起来的",), "online_date", None),
        (("等保定几级",), "mlps_level", None), (("涉密吗",), "secret", None), (("保密情况",), "secret", None), (("驻场维护公司",), "ops_vendor", None),
        (("有无", "跟外面系统连着"), "integration", None), (("主机（台）",), "vm_count", "台"), (("登记的单位",), "dept", None),
    ],
)  # fmt: skip
def test_headings_that_say_it_in_words_of_their_own(levels: tuple[str, ...], field: str, unit: str | None) -> None:
    meaning = words().meaning(levels)
    assert meaning is not None
    assert (meaning.field, meaning.unit) == (field, unit)


@pytest.mark.parametrize(
    "heading",
    ["系统初验", "今年扩容想要的核数", "部省系统", "供电侧配套系统上线日", "费用", "以前叫的名字", "系统来历", "每台核数", "立项时申报数", "去年维保支出数", "托管合同号", "计划（上线）时间", "测试（上线）时间", "原（开发）单位", "存储占用", "磁盘占用"],
)  # fmt: skip
def test_headings_that_say_something_else_are_left_to_a_person(heading: str) -> None:
    assert words().meaning((heading,)) is None


def test_not_graded_yet() -> None:
    assert read_level("没定").ungraded
    assert not read_level("没定,按二级管").ungraded


def test_one_value_a_row_is_read_system_by_system() -> None:
    rows: list[list[Any]] = [
        ["流水号", "系统", "上报的指标", "上报内容", "上报人"],
        [1, "科技项目申报平台", "主管科室", "计划科", "李老师"],
        [2, "科技项目申报平台", "CPU核数", "16核", "李老师"],
        [3, "科技项目申报平台", "内存", "64GB", "李老师"],
        [4, "大型仪器共享网", "主管科室", "平台科", "李老师"],
        [5, "大型仪器共享网", "CPU核数", "8核", "李老师"],
        [6, "大型仪器共享网", "登录密码", "Zjk!5566", "李老师"],
        [7, "大型仪器共享网", "存放说明", "二楼", "李老师"],
    ]
    content = sheet(*rows)
    found = read("市科技局.xlsx", content)
    assert [(r.fields["sys_name"], r.fields["office"], r.fields["vcpu"]) for r in found.records] == [
        ("科技项目申报平台", "计划科", 16), ("大型仪器共享网", "平台科", 8),
    ]  # fmt: skip
    assert found.records[0].origin_of("vcpu").row == 3
    assert "Zjk!5566" not in str(found)
    assert {gap.raw for gap in found.gaps if gap.kind == "ambiguous"} == {"存放说明", "上报人"}  # nothing is dropped
    made = correction_of(content, workbook_of("市科技局.xlsx", content), found).content
    again = read("市科技局-补正.xlsx", made)
    assert [dict(r.fields, row_key=None) for r in again.records] == [
        dict(r.fields, row_key=None) for r in found.records
    ]
    scattered = [rows[0], rows[1], rows[4], rows[2], *rows[5:], rows[3]]
    with pytest.raises(CollectError):
        read("市科技局.xlsx", sheet(*scattered))


def test_a_correction_file_does_not_show_rows_of_a_system_that_another_table_marks() -> None:
    content = xlsx(
        [
            {
                "name": "系统",
                "rows": [["系统名称", "是否涉密", "核数"], ["门户网站", "否", 4], ["布控研判库", "是（秘密）", 8]],
            },
            {
                "name": "主机",
                "rows": [["系统名称", "IP地址", "核数"], ["门户网站", "10.0.0.1", 4], ["布控研判库", "10.62.77.3", 8]],
            },
        ]
    )
    found = read("县局.xlsx", content)
    assert {record.fields["sys_name"] for record in found.records} == {"门户网站"}
    made = correction_of(content, workbook_of("县局.xlsx", content), found).content
    shown = [cell for page in openpyxl.load_workbook(io.BytesIO(made)) for row in page.values for cell in row]
    assert not [cell for cell in shown if "布控" in str(cell) or "10.62.77.3" in str(cell)]
    again = read("县局-补正.xlsx", made)
    assert {record.fields["sys_name"] for record in again.records} == {"门户网站"}


def test_two_identical_headings_have_an_answer_each() -> None:
    content = text(
        [
            ["系统名称", "单位名称", "CPU（核）", "CPU（核）"],
            ["门户网站", "县局", "4", "8"],
            ["办公平台", "县局", "2", "6"],
        ]
    )
    asked = [str(gap.answer_key) for gap in read("清单.csv", content).gaps if gap.raw == "CPU（核）"]
    assert len(set(asked)) == 2
    for at, values in ((0, [4, 2]), (1, [8, 6])):
        answers = {asked[at]: "vcpu", asked[1 - at]: "ignore"}
        found = read("清单.csv", content, answers=answers)
        assert [record.fields["vcpu"] for record in found.records] == values
        assert not found.gaps
    one = read("清单.csv", content, answers={asked[1]: "vcpu"})  # the other one yields
    assert [record.fields["vcpu"] for record in one.records] == [8, 6]
    other = read("清单.csv", content, answers={asked[0]: "ignore"})  # the second one alone is no riddle
    assert [record.fields["vcpu"] for record in other.records] == [8, 6]


def test_a_column_of_former_owners_does_not_keep_the_title_from_telling_whose() -> None:
    content = sheet(
        ["市自然资源和规划局信息系统清单"],
        ["系统名称", "原先属于", "核数", "目前"],
        ["不动产登记系统", "国土资源局", 4, "正常用"],
        ["规划许可系统", "规划局", 8, "停了"],
        ["系统名称", "原先属于", "核数", "目前"],
        ["矿业权交易系统", "国土资源局", 2, "试用"],
    )
    found = read("清单.xlsx", content)
    assert {record.fields.get("dept") for record in found.records} == {"市自然资源和规划局"}
    assert all(record.fields.get("status") for record in found.records)  # 目前 above states is 目前状态


def test_units_and_whatever_changes_from_row_to_row_are_not_the_systems_own() -> None:
    content = sheet(
        ["系统", "指标", "数值", "单位", "填报部门"],
        ["申报平台", "CPU核数", 16, "核", "甲处"],
        ["申报平台", "内存", 64, "GB", "乙处"],
        ["申报平台", "硬盘", 2, "TB", "乙处"],
        ["仪器共享网", "CPU核数", 8, "核", "甲处"],
        ["仪器共享网", "内存", 32, "GB", "乙处"],
        ["仪器共享网", "硬盘", 500, "GB", "乙处"],
    )
    found = read("市科技局.xlsx", content)
    assert [(r.fields["vcpu"], r.fields["mem"], r.fields["storage"]) for r in found.records] == [
        (16, 64, 2048),
        (8, 32, 500),
    ]
    assert {r.fields["dept"] for r in found.records} == {"市科技局"}
    assert "每行的填报部门" in {gap.raw for gap in found.gaps}


def test_a_project_beside_its_system_on_a_form_makes_no_two_cards() -> None:
    content = sheet(
        ["项目名称", "智慧工地一期建设项目", "系统名称", "塔吊监测系统"],
        ["建设单位", "市住建局", "承建单位", "甲公司"],
        ["CPU核数", 16, "内存（GB）", 64],
        ["上线时间", "2020-05", "等保级别", "二级"],
    )
    found = read("市住建局.xlsx", content)
    whole = [record for record in found.records if record.fields["sys_name"] == "塔吊监测系统"]
    assert [(record.fields["vcpu"], record.fields["mem"]) for record in whole] == [(16, 64)]
    assert not [r for r in found.records if "项目" in str(r.fields["sys_name"]) and r.fields.get("vcpu")]


def test_systems_beside_the_names_of_other_things_are_not_what_the_rows_are_of() -> None:
    rows: list[list[Any]] = [
        ["人口信息", "市共享交换平台", "2020-01", "张三"],
        ["法人信息", "市共享交换平台", "2020-02", "李四"],
        ["地址信息", "省共享交换平台", "2020-03", "王五"],
    ]
    with pytest.raises(CollectError):
        read("县局.xlsx", sheet(["数据名称", "所在平台", "更新时间", "联系人"], *rows))
    machines = [
        ["web01", 4, 8, "数字门户网站应用"],
        ["db01", 8, 16, "达梦数据库软件"],
        ["mid01", 4, 8, "东方通办公软件"],
    ]
    found = read("县局.xlsx", sheet(["主机名", "核数", "内存（GB）", "部署软件"], *machines))
    assert not [record for record in found.records if record.fields.get("sys_name")]
    assert "部署软件" in {gap.raw for gap in found.gaps}


def test_a_specification_of_both_kinds_of_machines_counts_neither_as_the_other() -> None:
    (found,) = fields(text([["系统名称", "服务器配置"], ["乙系统", "1台物理机16核64G，1台虚拟机4核8G"]]), "县局.csv")
    assert (found.get("vm_count"), found.get("phys_count"), found["vcpu"], found["mem"]) == (None, None, 20, 72)


def returned(content: bytes) -> tuple[Collected, Collected, str]:
    """A file, its correction file sent back untouched, and all that this one shows."""
    found = read("县局.xlsx", content)
    made = correction_of(content, workbook_of("县局.xlsx", content), found).content
    shown = [
        cell
        for page in openpyxl.load_workbook(io.BytesIO(made))
        for row in page.values
        for cell in row
        if cell is not None
    ]
    return found, read("县局-补正.xlsx", made), " ".join(map(str, shown))


CARDS = [
    ["名称", "门户网站", None, "名称", "布控研判库"], ["密级", "非涉密", None, "密级", "秘密"], ["总核数", 4, None, "总核数", 77],
    ["内存（G）", 8, None, "内存（G）", 99], [None], ["名称", "办公平台", None, "名称", "值班系统"], ["密级", "公开", None, "密级", "非涉密"],
    ["总核数", 2, None, "总核数", 3], ["内存（G）", 4, None, "内存（G）", 5],
]  # fmt: skip
LONG = [
    ["系统", "指标", "内容"], ["门户网站", "总核数", "4核"], ["门户网站", "内存", "8G"], ["门户网站", "密级", "非涉密"], ["布控研判库", "总核数", "77核"],
    ["布控研判库", "内存", "99G"], ["布控研判库", "密级", "机密"], ["办公平台", "总核数", "2核"], ["办公平台", "内存", "4G"], ["办公平台", "密级", "公开"],
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "names"), [(CARDS, ["门户网站", "办公平台", "值班系统"]), (LONG, ["门户网站", "办公平台"])]
)
def test_a_classified_card_is_emptied_and_those_beside_it_stay(rows: list[list[Any]], names: list[str]) -> None:
    found, again, shown = returned(sheet(*rows))
    assert (found.accounting["classified"], [record.fields["sys_name"] for record in found.records]) == (1, names)
    assert not [secret for secret in ("布控", "77", "99") if secret in shown.replace("县局", "").split()]
    assert "布控" not in shown
    assert [record.fields["sys_name"] for record in again.records] == names
    for record in again.records:  # no card is taken for the one beside it
        assert str(record.fields["sys_name"]) in str(record.fields.get("row_key") or record.fields["sys_name"])
