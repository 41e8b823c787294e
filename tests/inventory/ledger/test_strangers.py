"""What strangers' workbooks taught: whose a sheet is, rows that are struck through, secrets beside cells, refusals that help."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from catalogs.errors import CollectError
from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from tests.inventory.ledger.books import read, text, xlsx


def sheet(*rows: list[Any], name: str = "表", **more: Any) -> bytes:
    return xlsx([{"name": name, "rows": list(rows), **more}])


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_whose_a_sheet_is_gets_asked_once_and_the_answer_holds() -> None:
    content = sheet(["系统名称", "CPU（核）"], ["门户网站", 4], ["办公平台", 8])
    asked = [gap for gap in read("清单.xlsx", content).gaps if gap.field == "dept"]
    assert len(asked) == 1
    assert asked[0].answer_key == "ledger:清单|dept|sheet:表"
    answered = read("清单.xlsx", content, answers={str(asked[0].answer_key): "县财政局"})
    assert {record.fields["dept"] for record in answered.records} == {"县财政局"}
    assert not answered.gaps


def test_the_department_of_a_title_is_not_that_of_rows_which_may_name_their_own() -> None:
    found = read(
        "信息化.xlsx",
        sheet(
            ["城投集团信息系统台账"],
            ["公司", "系统名称", "CPU（核）"],
            ["水务公司", "收费系统", 4],
            ["公交公司", "调度系统", 8],
        ),
    )
    assert {record.fields.get("dept") for record in found.records} == {None}
    assert [gap.field for gap in found.gaps if gap.kind == "missing"] == ["dept"]
    heading = next(gap for gap in found.gaps if gap.raw == "公司")
    assert heading.choices[0] == "dept"


def test_a_row_that_is_struck_through_is_said_and_not_taken() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(
            sheet(
                ["系统名称", "单位名称", "CPU（核）"],
                ["旧营销", "供电公司", 8],
                ["新营销", "供电公司", 16],
                ["合计", None, 24],
            )
        )
    )
    for cell in book.worksheets[0][2]:
        cell.font = Font(strike=True)
    found = read("台账.xlsx", saved(book))
    assert [record.fields["sys_name"] for record in found.records] == ["新营销"]
    assert {skipped.origin.row: skipped.reason for skipped in found.skipped}[2] == "struck"
    assert not [gap for gap in found.gaps if gap.kind == "check"]  # the total has it


def test_secrets_in_comments_and_links_are_told_and_do_not_go_back() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(sheet(["系统名称", "单位名称", "系统访问地址"], ["治超平台", "公路站", "点击进入"]))
    )
    cell = book.worksheets[0]["C2"]
    cell.hyperlink = "http://admin:Gl%40z2024@10.7.7.1/login"
    book.worksheets[0]["A2"].comment = Comment("账号 glz 密码 Glz@999", "某某")
    content = saved(book)
    found = read("公路站.xlsx", content)
    told = [str(gap.message) for gap in found.gaps if gap.kind == "credential"]
    assert any("批注" in message for message in told)
    assert any("超链接" in message for message in told)
    made = correction_of(content, workbook_of("公路站.xlsx", content), found).content
    back = openpyxl.load_workbook(io.BytesIO(made))["表"]
    assert "Glz@999" not in str(back["A2"].comment)
    assert back["C2"].hyperlink is None or "Gl%40z2024" not in str(back["C2"].hyperlink.target)


def test_a_refusal_names_the_likely_headings_and_what_they_resemble() -> None:
    with pytest.raises(CollectError) as refused:
        read(
            "问卷.xlsx",
            sheet(["我们用的东西", "放哪里了", "系统管理员电话", "等级保护备案"], ["门户", "机房", "1", "二级"]),
        )
    said = str(refused.value.hint)
    assert "第 1 行" in said
    assert "系统管理员电话→" in said
    with pytest.raises(CollectError) as letter:
        read("说明.xlsx", sheet(["我单位现有信息系统2个，情况如下。"]))
    assert "文字材料" in str(letter.value.hint)


def test_an_amount_beside_zones_counts_once() -> None:
    found = read(
        "县民政局.xlsx",
        sheet(
            ["系统名称", "年运维费（万元）", "互联网区", None, "政务外网区"], [None, None, "CPU（核）", "内存（GB）", "CPU（核）", "内存（GB）"], ["救助平台", 6, 4, 8, 8, 16],
            merges=["A1:A2", "B1:B2", "C1:D1", "E1:F1"],
        ),
    )  # fmt: skip
    assert [record.fields.get("ops_cost") for record in found.records] == [6, None]
    assert [record.fields["zone"] for record in found.records] == [("互联网区",), ("政务外网区",)]
    assert found.accounting["rows_read"] == found.accounting["rows_recorded"] + found.accounting["rows_skipped"]  # type: ignore[operator]


def test_a_column_of_secrecy_that_nobody_understood_withholds_its_rows() -> None:
    found = read(
        "县委办.csv",
        text(
            [
                ["系统名称", "保密要求", "CPU（核）"],
                ["参阅系统", "秘密", "4"],
                ["值班系统", "★", "4"],
                ["门户网站", "公开", "4"],
            ]
        ),
    )
    assert [record.fields["sys_name"] for record in found.records] == ["门户网站"]
    assert found.accounting["classified"] == 2


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("服务器", ["应用服务器", "前置机", "流媒体"]),
        ("上线时间", ["张三", "李四", "王五"]),
        ("内存（GB）", ["CentOS 7", "麒麟V10", "Ubuntu"]),
    ],
)
def test_a_column_in_which_nothing_fits_is_asked_once(heading: str, cells: list[str]) -> None:
    rows = [[f"第{at}系统", "县局", cell] for at, cell in enumerate(cells)]
    found = read("县局.csv", text([["系统名称", "单位名称", heading], *rows]))
    assert [(gap.kind, gap.origin.column) for gap in found.gaps] == [("ambiguous", "C")]


def test_nested_tables_of_a_web_page_keep_the_outer_cell() -> None:
    page = "<table><tr><th>系统名称</th><th>单位名称</th><th>CPU（核）</th></tr><tr><td>门户网站</td><td><table><tr><td>注</td></tr></table>县财政局</td><td>4</td></tr></table>"
    found = read("县财政局.xls", page.encode())
    assert [record.fields["vcpu"] for record in found.records] == [4]
    assert found.records[0].fields["dept"] == "县财政局"


def test_rows_that_a_web_page_hides_are_said_and_not_taken() -> None:
    page = "<table><tr><th>系统名称</th><th>单位名称</th><th>CPU</th></tr><tr style='display:none'><td>旧系统</td><td>县局</td><td>2</td></tr><tr><td>新系统</td><td>县局</td><td>4</td></tr></table>"
    found = read("县局.xls", page.encode())
    assert [record.fields["sys_name"] for record in found.records] == ["新系统"]
    assert found.accounting["skipped"] == {"heading": 1, "hidden": 1}


def test_a_system_below_which_rows_without_a_name_follow_has_no_sums_until_that_is_answered() -> None:
    content = text(
        [
            ["系统名称", "服务器IP", "CPU（核）"],
            ["户政系统", "10.1.1.1", "8"],
            ["", "10.1.1.2", "16"],
            ["门户网站", "10.1.2.1", "4"],
        ]
    )
    found = read("县公安局.csv", content)
    assert [(r.fields["sys_name"], r.fields.get("vcpu")) for r in found.records] == [
        ("户政系统", None),
        ("门户网站", 4),
    ]
    keys = {gap.answer_key for gap in found.gaps}
    assert len(keys) == 1
    answered = read("县公安局.csv", content, answers={str(keys.pop()): "同上"})
    assert [(r.fields["sys_name"], r.fields.get("vcpu")) for r in answered.records] == [
        ("户政系统", 8),
        ("户政系统", 16),
        ("门户网站", 4),
    ]
    assert not answered.gaps


def test_the_same_system_on_two_sheets_of_a_file_counts_once() -> None:
    head = ["系统名称", "单位名称", "CPU（核）"]
    months = [
        {"name": "2月", "rows": [head, ["门户", "县局", 4], ["办公平台", "县局", 8]]},
        {"name": "3月", "rows": [head, ["门户", "县局", 6], ["办公平台", "县局", 8], ["新平台", "县局", 2]]},
    ]
    found = read("县局.xlsx", xlsx(months))
    assert [(r.fields["sys_name"], r.fields["vcpu"]) for r in found.records] == [
        ("门户", 4),
        ("办公平台", 8),
        ("新平台", 2),
    ]
    assert [(gap.kind, gap.origin.sheet, gap.origin.row) for gap in found.gaps] == [("conflict", "3月", 2)]
    assert found.accounting["skipped"] == {"duplicate": 1, "heading": 2}
    zones = [
        {"name": zone, "rows": [head, ["门户", "县局", cores]]} for zone, cores in (("互联网区", 4), ("政务外网区", 6))
    ]
    assert [r.fields["vcpu"] for r in read("县局.xlsx", xlsx(zones)).records] == [4, 6]


def test_two_systems_below_one_another_in_a_form_that_names_its_columns() -> None:
    found = read(
        "县残联.xlsx",
        sheet(
            ["名称", "内容"], ["系统名称", "残疾人服务平台"], ["建设单位", "县残联"], ["CPU", "8核"], ["内存", "16GB"], ["硬盘", "系统盘 50G，数据盘 500G"],
            ["系统名称", "辅具管理"], ["建设单位", "县残联"], ["CPU", "2核"], ["内存", "4GB"], ["硬盘", "100G"],
        ),
    )  # fmt: skip
    told = [
        (r.kind, r.fields["sys_name"], r.fields["vcpu"], r.fields["storage"], r.fields.get("data_disk"))
        for r in found.records
    ]
    assert told == [("system", "残疾人服务平台", 8, 550, 500), ("system", "辅具管理", 2, 100, None)]
    assert [found.records[1].origin_of("mem").column, found.records[1].origin_of("mem").row] == ["B", 10]


def test_a_sign_off_in_cells_of_its_own_is_no_system() -> None:
    rows = [["系统名称", "机房", "物理服务器"], ["科普平台", "县机房", "2"], [], ["填表人", "欧阳锋", "13600998877"], ["经办：黄药师", "审核：洪七公", ""], ["分管领导", "周伯通", ""]]  # fmt: skip
    found = read("县科协.csv", text(rows))
    assert [record.fields["sys_name"] for record in found.records] == ["科普平台"]
    assert found.accounting["skipped"] == {"empty": 1, "footnote": 3, "heading": 1}


def test_a_telephone_number_is_no_number_of_machines() -> None:
    found = read("县科协.csv", text([["系统名称", "物理服务器"], ["科普平台", "13600998877"], ["预约系统", "2"]]))
    assert [record.fields.get("phys_count") for record in found.records] == [None, 2]
    assert "13600998877" not in str([gap.as_json() for gap in found.gaps])


def test_rows_below_headings_that_were_not_understood_are_not_read_by_those_further_up() -> None:
    rows = [
        ["序号", "系统名称", "机房", "物理服务器"], ["1", "科普平台", "县机房", "2"], ["二", "拟建系统", "", ""],
        ["序号", "系统名称", "估算几何", "何时动工"], ["1", "数字科协平台", "300", "2026-10"],
    ]  # fmt: skip
    found = read("县科协.csv", text(rows))
    (only,) = [record for record in found.records if record.fields.get("phys_count") or record.fields.get("location")]
    assert only.fields["sys_name"] == "科普平台"
    assert "拟建系统" not in {record.fields["sys_name"] for record in found.records}


def test_devices_of_a_list_without_anything_of_computers_are_asked() -> None:
    rows = [["设备名称", "品牌型号", "数量", "存放地点"], ["台式电脑", "启天", "15", "二楼"], ["会议平板", "华为", "2", "三楼"], ["数据库服务器", "R740", "1", "机房"]]  # fmt: skip
    found = read("县局.csv", text(rows))
    assert [record.fields["server_name"] for record in found.records] == ["数据库服务器"]
    assert found.accounting["rows_asked"] == 2


def test_a_sheet_of_names_beside_unknown_headings_is_asked_about() -> None:
    own = {"name": "自建", "rows": [["系统名称", "CPU（核）"], ["社保平台", 4]]}
    other = {"name": "上级部署", "rows": [["系统名称", "甲乙丙", "丁戊己"], ["全国转移系统", 1, "x"], ["公共服务平台", 2, "y"]]}  # fmt: skip
    found = read("县人社局.xlsx", xlsx([own, other]))
    assert [(gap.origin.sheet, gap.origin.row) for gap in found.gaps] == [("上级部署", 1)]


def test_names_of_purchases_and_services_below_a_heading_of_projects_are_asked() -> None:
    rows = [["项目名称", "CPU（核）"], ["智慧水利平台建设项目", "8"], ["机房设备采购", "4"], ["门户网站等保运维", "4"], ["档案系统监理服务", "4"], ["机房改造监理项目", "2"]]  # fmt: skip
    found = read("县水利局.csv", text(rows))
    assert [record.fields["sys_name"] for record in found.records] == ["智慧水利平台建设项目"]
    assert found.accounting["rows_asked"] == 4


def test_a_unit_in_the_title_of_a_section_holds_for_its_rows() -> None:
    rows = [
        ["系统名称", "建设金额（万元）", "存储"], ["甲平台", "12", "500G"], ["表二 拟建系统", "", "单位：TB"], ["系统名称", "建设金额（万元）", "存储"], ["丙平台", "3", "2"],
        ["三、其他系统", "", ""], ["丁平台", "3", "2"],
    ]  # fmt: skip
    found = read("县财政局.csv", text(rows))
    assert [(r.fields["sys_name"], r.fields.get("storage")) for r in found.records] == [("甲平台", 500), ("丙平台", 2048), ("丁平台", None)]  # fmt: skip
    assert [(gap.origin.row, gap.field) for gap in found.gaps] == [(7, "storage")]


def test_a_table_below_with_other_headings_and_a_unit_in_its_title() -> None:
    rows = [["系统名称", "CPU（核）", "存储（GB）"], ["甲平台", "4", "500"], [], ["附表2 网站情况", "存储单位：TB"], ["网站名称", "存储", "等保级别"], ["门户网站", "2", "二级"]]  # fmt: skip
    found = read("县财政局.csv", text(rows))
    assert [(r.fields["sys_name"], r.fields["storage"]) for r in found.records] == [("甲平台", 500), ("门户网站", 2048)]


def test_names_of_projects_beside_a_column_of_systems_are_asked() -> None:
    rows = [["名称", "建成内容", "建设金额（万元）", "CPU（核）"], ["智慧水利建设项目", "防汛指挥平台", "12", "4"], ["协同办公采购项目", "协同办公系统", "2", "4"]]  # fmt: skip
    found = read("县水利局.csv", text(rows))
    assert not found.records
    key = next(str(gap.answer_key) for gap in found.gaps if gap.raw == "建成内容")
    other = next(str(gap.answer_key) for gap in found.gaps if gap.raw == "名称")
    answered = read("县水利局.csv", text(rows), answers={key: "sys_name", other: "ignore"})
    assert [r.fields["sys_name"] for r in answered.records] == ["防汛指挥平台", "协同办公系统"]
    rows[0][1] = "软件平台"  # the heading speaks of systems, too
    assert [r.fields["sys_name"] for r in read("县水利局.csv", text(rows)).records] == ["防汛指挥平台", "协同办公系统"]


@pytest.mark.parametrize(
    "heading",
    ["医保信息系统名称", "在用业务软件名称", "业务平台名", "平台或软件叫什么", "我司维护的系统", "教育信息系统"],
)
def test_a_heading_that_speaks_of_systems_above_names_of_systems(heading: str) -> None:
    rows = [["序号", heading, "CPU（核）", "等保级别", "部署位置", "备注"], ["1", "结算系统", "4", "二级", "县机房", ""], ["2", "备案平台", "8", "三级", "政务云", ""]]  # fmt: skip
    found = read("县医保局.csv", text(rows))
    assert [(r.fields["sys_name"], r.fields["vcpu"]) for r in found.records] == [("结算系统", 4), ("备案平台", 8)]


@pytest.mark.parametrize(("heading", "values"), [("医保信息系统名称", ["8核16G", "4核8G"]), ("对接系统名称", ["甲平台", "乙系统"]), ("操作系统名称", ["麒麟系统", "统信系统"]), ("拟建系统名称", ["甲平台", "乙系统"])])  # fmt: skip
def test_one_sign_alone_makes_no_names(heading: str, values: list[str]) -> None:
    rows = [["序号", heading, "CPU（核）", "等保级别", "内存（GB）", "部署位置"], *([str(at), value, "4", "二级", "8", "县机房"] for at, value in enumerate(values, 1))]  # fmt: skip
    found = read("县医保局.csv", text(rows))
    assert not found.records
    assert found.accounting["rows_asked"] == 2


def test_an_unknown_heading_is_asked_with_what_its_column_looks_like() -> None:
    rows = [["系统名称", "CPU（核）", "甲乙丙", "丁戊"], ["结算系统", "4", "东软集团股份有限公司", "A"], ["备案平台", "8", "某某科技有限公司", "B"]]  # fmt: skip
    found = read("县医保局.csv", text(rows))
    (gap,) = [gap for gap in found.gaps if gap.raw == "甲乙丙"]
    assert gap.choices[:2] == ("vendor", "ops_vendor")
    (other,) = [gap for gap in found.gaps if gap.raw == "丁戊"]
    assert other.choices[-1] == "ignore"


def test_one_name_in_two_counties_is_asked() -> None:
    rows = [["所属县区", "系统名称", "CPU（核）", "部署位置"], ["东县", "结算系统", "4", "省云"], ["西县", "结算系统", "8", "市云"]]  # fmt: skip
    found = read("市医保局.csv", text(rows))
    assert [(r.fields["sys_name"], r.fields["vcpu"]) for r in found.records] == [("结算系统", 4)]
    assert [(gap.kind, gap.origin.row) for gap in found.gaps if gap.kind == "conflict"] == [("conflict", 3)]


def test_the_unit_of_an_unknown_heading_and_the_contents_of_an_odd_column_are_offered() -> None:
    rows = [["系统名称", "CPU（核）", "原值（万元）", "服务器"], ["甲平台", "4", "12", "10.1.1.1"], ["乙平台", "8", "30", "10.1.1.2、10.1.1.3"], ["丙平台", "8", "30", "10.1.1.4"]]  # fmt: skip
    choices = {gap.raw: gap.choices for gap in read("县局.csv", text(rows)).gaps}
    assert choices["原值（万元）"][:2] == ("build_cost", "ops_cost")
    assert choices["服务器"][0] == "ip"


def test_a_row_below_the_headings_that_says_of_what_a_figure_is() -> None:
    rows = [
        ["系统名称", "建成年份", "日均访问量"],
        ["", "年", "次"],
        ["甲平台", "2019", "30"],
        ["乙平台", "2020", "40"],
    ]
    found = read("县局.xlsx", sheet(*rows))
    assert [(r.fields["online_date"], r.fields["visits_day"]) for r in found.records] == [("2019", 30), ("2020", 40)]


@pytest.mark.parametrize("label", ["单位意见", "申请单位意见（盖章）", "主管部门审核意见", "大数据中心意见："])
def test_the_boxes_at_the_foot_of_a_form_are_no_systems(label: str) -> None:
    rows = [["序号", "系统名称", "CPU（核）"], ["1", "防汛平台", "8"], ["2", "征求意见", "4"], [label, "同意", ""]]
    found = read("县水利局.csv", text(rows))
    assert [record.fields["sys_name"] for record in found.records] == ["防汛平台", "征求意见"]
    assert found.accounting["skipped"] == {"footnote": 1, "heading": 1}


def test_in_use_with_a_reservation_is_asked() -> None:
    rows = [["系统名称", "系统状态"], ["社保平台", "在用（部分停用）"], ["就业平台", "停用（2021年后未使用）"], ["培训平台", "在用，每天使用"]]  # fmt: skip
    found = read("县人社局.csv", text(rows))
    assert [record.fields.get("status") for record in found.records] == [None, "停用", "在用"]
    assert [(gap.origin.row, gap.field) for gap in found.gaps if gap.field == "status"] == [(2, "status")]


def test_power_supplies_are_no_systems() -> None:
    found = read("县人社局.csv", text([["名称", "CPU（核）", "内存（GB）"], ["社保平台", "8", "16"], ["机房UPS", "", ""], ["UPS电源", "", ""]]))  # fmt: skip
    assert [record.fields["sys_name"] for record in found.records] == ["社保平台"]
    assert found.accounting["skipped"] == {"footnote": 2, "heading": 1}


def test_a_blank_department_below_another_than_the_files_is_asked() -> None:
    rows = [["学校", "系统名称", "CPU（核）"], ["县一中", "智慧校园", "8"], ["", "图书", "2"]]
    found = read("县教体局.csv", text(rows))
    (gap,) = [gap for gap in found.gaps if gap.field == "dept"]
    assert gap.origin.row == 3
    answered = read("县教体局.csv", text(rows), answers={str(gap.answer_key): "同上"})
    assert [record.fields["dept"] for record in answered.records] == ["县一中", "县一中"]
    alone = read(
        "县教体局.csv", text([["单位", "系统名称", "CPU（核）"], ["县教体局", "智慧校园", "8"], ["", "图书", "2"]])
    )
    assert not [gap for gap in alone.gaps if gap.field == "dept"]


@pytest.mark.parametrize(("total", "asked"), [(12, 0), (16, 0), (13, 1)])
def test_a_total_may_have_a_doubled_row_once_or_twice(total: int, asked: int) -> None:
    rows: list[list[Any]] = [
        ["系统名称", "单位名称", "CPU（核）"],
        ["甲系统", "县局", 8],
        ["乙系统", "县局", 4],
        ["乙系统", "县局", 4],
        ["合计", "", total],
    ]
    found = read("县局.csv", text(rows))
    assert len([gap for gap in found.gaps if gap.kind == "check"]) == asked
    assert found.accounting["skipped"] == {"duplicate": 1, "heading": 1, "total": 1}


def test_offices_of_a_department_do_not_make_its_rows_somebody_elses() -> None:
    rows: list[list[Any]] = [
        ["县市场监管局系统台账"],
        ["系统名称", "CPU（核）", "归口"],
        ["甲系统", 8, "食品股"],
        ["乙系统", 4, "特设股"],
    ]
    found = read("台账.csv", text(rows))
    assert [(r.fields["dept"], r.fields["office"]) for r in found.records] == [
        ("县市场监管局", "食品股"),
        ("县市场监管局", "特设股"),
    ]


@pytest.mark.parametrize("heading", ["部门", "使用单位"])
def test_offices_below_a_heading_of_departments_are_offices(heading: str) -> None:
    rows: list[list[Any]] = [
        ["县司法局信息系统一览表"],
        ["系统名称", heading, "CPU（核）"],
        ["矫正系统", "社矫股", 8],
        ["调解系统", "调解股", 4],
        ["值班系统", "办公室", 4],
    ]
    found = read("台账.csv", text(rows))
    assert {record.fields["dept"] for record in found.records} == {"县司法局"}
    kept = "office" if heading == "部门" else "dept_use"
    assert [record.fields[kept] for record in found.records] == ["社矫股", "调解股", "办公室"]


def test_several_labelled_lines_in_one_cell_are_as_many_values() -> None:
    rows: list[list[Any]] = [
        ["系统名称：数字档案管理系统"],
        ["CPU：8核\n内存：16G\n存储：10T"],
        ["等保级别：二级；部署位置：局机房"],
    ]
    (record,) = read("县档案馆.xlsx", sheet(*rows)).records
    assert [record.fields[name] for name in ("vcpu", "mem", "storage", "mlps_level", "location")] == [
        8,
        16,
        10240,
        2,
        "局机房",
    ]
    assert record.origin_of("storage").row == 2


@pytest.mark.parametrize(
    ("heading", "field"),
    [("CPU（颗）", "vcpu"), ("内存（条）", "mem"), ("访问量", "visits_month"), ("硬盘(块)", "storage")],
)
def test_pieces_and_totals_are_not_amounts_and_monthly_figures(heading: str, field: str) -> None:
    rows: list[list[Any]] = [["系统名称", "单位名称", heading], ["甲系统", "县局", "2"], ["乙系统", "县局", "4"]]
    found = read("县局.csv", text(rows))
    assert [record.fields.get(field) for record in found.records] == [None, None]
    (gap,) = found.gaps
    assert (gap.kind, gap.origin.column) == ("ambiguous", "C")
    assert field in gap.choices


@pytest.mark.parametrize("name", ["其他", "其它系统", "空白"])
def test_a_row_that_does_not_say_which_system_is_none(name: str) -> None:
    rows: list[list[Any]] = [
        ["序号", "系统名称", "CPU（核）"],
        ["1", "学籍系统", "8"],
        ["2", name, ""],
        ["3", name, "4"],
    ]
    found = read("县教体局.csv", text(rows))
    assert [record.fields["sys_name"] for record in found.records] == ["学籍系统"]
    assert [gap.origin.row for gap in found.gaps] == [4]


@pytest.mark.parametrize("corner", ["系统\\项目", "项目 / 系统名称", "指标\n系统", None, "项目"])
def test_the_corner_of_a_sheet_on_its_side_stands_above_names(corner: str | None) -> None:
    rows: list[list[Any]] = [
        [corner, "学籍系统", "培训平台"],
        ["CPU（核）", 4, 8],
        ["内存（GB）", 8, 16],
        ["上线时间", "2019-05", "2020-06"],
        ["系统状态", "在用", "停用"],
    ]
    found = read("县教体局.xlsx", sheet(*rows))
    assert [(r.fields["sys_name"], r.fields["vcpu"], r.fields["status"]) for r in found.records] == [
        ("学籍系统", 4, "在用"),
        ("培训平台", 8, "停用"),
    ]
    assert not found.gaps
