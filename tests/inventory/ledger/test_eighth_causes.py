"""Causes that the eighth set of strangers' workbooks showed, each on a sheet of other words: contents that contradict a heading."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.collectors.columns.verified_words import is_original, is_verified, is_verified_by_itself, says_unchanged
from inventory.model import Collected, Gap
from tests.inventory.ledger.books import read, text, xlsx

Rows = list[list[Any]]


def names(found: Collected) -> list[Any]:
    return [record.fields.get("sys_name") for record in found.records]


def values(found: Collected, field: str) -> list[Any]:
    return [record.fields.get(field) for record in found.records]


def headings_asked(found: Collected) -> dict[str, Gap]:
    keys = {gap.answer_key or "": gap for gap in found.gaps}
    return {key.partition("|heading|heading:")[2]: gap for key, gap in keys.items() if "|heading|" in key}


def people(found: Collected) -> list[tuple[str | None, str | None, str]]:
    known = {contact.id: contact for contact in found.contacts}
    ids = [record.fields.get("contact") for record in found.records]
    return [(known[str(i)].name, known[str(i)].phone, known[str(i)].role) if i else (None, None, "") for i in ids]


def is_accounted(found: Collected) -> bool:
    account = found.accounting
    return bool(account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"])  # type: ignore[operator]


# --- names that are none --------------------------------------------------------------------------------------

SERVED = ["学籍管理系统", "校园一卡通平台", "图书借阅系统", "宿舍门禁系统"]


@pytest.mark.parametrize(
    "products",
    [
        ["银河麒麟V10", "统信UOS 20", "银河麒麟V10", "银河麒麟V10"],
        ["windows server 2019", "Ubuntu 20.04", "openEuler 22.03", "CentOS7.6"],
        ["MySQL 5.7", "达梦8", "Oracle 11g", "MySQL 8.0"],
        ["王小明", "李建国", "张丽", "周涛"],
        ["市教育局", "市民政局", "市水利局", "市司法局"],
        ["13800000001", "13800000002", "13800000003", "13800000004"],
    ],
)
def test_a_heading_of_systems_above_something_else_names_no_system(products: list[str]) -> None:
    rows: Rows = [["序号", "系统", "内存（G）"], *([n + 1, product, 8] for n, product in enumerate(products))]
    found = read("某校.xlsx", xlsx([{"rows": rows}]))
    assert not set(names(found)) & set(products)
    assert found.gaps
    assert is_accounted(found)


def test_the_systems_are_read_from_the_column_that_has_them_and_the_products_as_what_they_are() -> None:
    rows: Rows = [
        ["主机名称", "系统（操作系统）", "承载的是", "内存（G）"],
        *([f"srv{n}", "银河麒麟V10", name, 8] for n, name in enumerate(SERVED)),
    ]
    found = read("某校.xlsx", xlsx([{"rows": rows}]))
    assert values(found, "os_app") == ["银河麒麟V10"] * 4
    assert "银河麒麟V10" not in names(found)


def test_few_words_that_repeat_beside_a_column_of_names_are_asked_and_so_is_that() -> None:
    kinds = ["甲类", "乙类", "甲类", "甲类"]
    rows: Rows = [["信息系统", "里面装的", "内存（G）"], *([k, n, 8] for k, n in zip(kinds, SERVED, strict=True))]
    found = read("某校.xlsx", xlsx([{"rows": rows}]))
    assert not found.records
    assert set(headings_asked(found)) == {"信息系统", "里面装的"}
    answers = {
        f"{found.source}|heading|heading:信息系统": "ignore",
        f"{found.source}|heading|heading:里面装的": "sys_name",
    }
    assert names(read("某校.xlsx", xlsx([{"rows": rows}]), answers=answers)) == SERVED


def test_systems_that_sound_like_products_are_still_read() -> None:
    rows: Rows = [["系统", "内存（G）"], ["麒麟区医保结算系统", 8], ["Oracle财务核算平台", 16], ["OA", 4]]
    assert names(read("某区.xlsx", xlsx([{"rows": rows}]))) == ["麒麟区医保结算系统", "Oracle财务核算平台", "OA"]


@pytest.mark.parametrize("told", ["空闲，未部署系统", "备机,没装业务", "未安装应用"])
def test_a_machine_without_a_system_has_no_system_of_that_name(told: str) -> None:
    rows: Rows = [["主机名", "IP", "承载系统"], ["srv1", "10.0.0.1", "学籍管理系统"], ["srv2", "10.0.0.2", told]]
    found = read("某校.csv", text(rows))
    assert told not in names(found)
    assert values(found, "host_name") == ["srv1", "srv2"]
    assert is_accounted(found)


# --- other columns --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "told", "field"),
    [
        ("联系人", ["长风信息技术有限公司", "东湖软件公司", "长风信息技术有限公司"], "contact"),
        ("联系电话", ["王小明", "李建国", "张丽"], "contact"),
        ("开发单位", ["王小明", "李建国", "张丽"], "vendor"),
        ("业务科室", ["王小明", "李建国", "张丽"], "office"),
        ("数据库", ["CentOS 7.6", "银河麒麟V10", "CentOS 7.6"], "db"),
    ],
)
def test_a_known_heading_above_something_else_is_asked_once(heading: str, told: list[str], field: str) -> None:
    rows: Rows = [["系统名称", heading], *([name, cell] for name, cell in zip(SERVED, told, strict=False))]
    found = read("某校.csv", text(rows))
    assert names(found) == SERVED[:3]
    assert not any(record.fields.get(field) for record in found.records)
    asked = headings_asked(found)[heading]
    assert "不在词表中" not in asked.message.zh
    again = read("某校.csv", text(rows), answers={str(asked.answer_key): str(asked.choices[0])})
    assert heading not in headings_asked(again)


# --- the department and its offices ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "offices"),
    [
        (["我校使用部门", "部门名称"], ["教务处", "保卫处", "图书馆", "总务处"]),
        (["本院责任部门", "部门名"], ["信息中心", "医务部", "护理部", "药学部"]),
        (["本中心使用部门", "部门"], ["综合办", "技术保障部", "客服部", "数据部"]),
    ],
)
def test_a_heading_that_says_ours_is_of_offices_or_asked_as_one(head: list[str], offices: list[str]) -> None:
    rows: Rows = [
        ["系统名称", head[0], ""],
        ["", head[1], "职责"],
        *([n, o, ""] for n, o in zip(SERVED, offices, strict=True)),
    ]
    found = read("市第三中学.xlsx", xlsx([{"rows": rows, "merges": ["A1:A2", "B1:C1"]}]))
    assert values(found, "dept") == ["市第三中学"] * 4
    asked = headings_asked(found).get("/".join(head))
    assert values(found, "office") == offices or (asked is not None and asked.choices[0] == "office")
    if asked is not None:
        answers = {str(asked.answer_key): "office"}
        again = read("市第三中学.xlsx", xlsx([{"rows": rows, "merges": ["A1:A2", "B1:C1"]}]), answers=answers)
        assert values(again, "office") == offices
        assert values(again, "dept") == ["市第三中学"] * 4


@pytest.mark.parametrize("heading", ["部门", "使用部门", "所属部门"])
def test_offices_below_a_stated_department_do_not_replace_it(heading: str) -> None:
    offices = ["生产部", "营销部", "人事处", "调度组"]
    rows: Rows = [
        ["填报单位：市排水公司", "", ""],
        ["系统名称", heading, "内存（G）"],
        *([n, o, 4] for n, o in zip(SERVED, offices, strict=True)),
    ]
    found = read("报表.xlsx", xlsx([{"rows": rows}]))
    assert values(found, "dept") == ["市排水公司"] * 4


def test_departments_below_a_stated_one_are_still_whose_the_rows_are() -> None:
    units = ["县教育局", "县委组织部", "县农业农村局", "城关镇"]
    rows: Rows = [
        ["填报单位：县大数据中心", ""],
        ["系统名称", "部门"],
        *([n, u] for n, u in zip(SERVED, units, strict=True)),
    ]
    assert values(read("汇总.xlsx", xlsx([{"rows": rows}])), "dept") == units


def test_a_mixture_of_offices_and_short_names_below_a_stated_department_is_asked() -> None:
    told = ["安全科", "老干", "工会", "团委"]
    rows: Rows = [
        ["填报单位：县交通运输局", ""],
        ["系统名称", "部门"],
        *([n, u] for n, u in zip(SERVED, told, strict=True)),
    ]
    found = read("报表.xlsx", xlsx([{"rows": rows}]))
    assert values(found, "dept") == ["县交通运输局"] * 4
    assert set(headings_asked(found)) == {"部门"}


def test_what_stands_above_is_said_where_a_column_may_be_the_department() -> None:
    rows: Rows = [
        ["填报单位（盖章）：石桥乡人民政府", "", ""],
        ["系统名称", "谁家推下来的", "网址"],
        *([n, u, ""] for n, u in zip(SERVED, ["县民政局", "县教育局", "县水利局", "县司法局"], strict=True)),
    ]
    found = read("石桥乡.xlsx", xlsx([{"rows": rows}]))
    asked = next(gap for gap in found.gaps if gap.field == "dept")
    assert "石桥乡人民政府" in asked.message.zh
    assert "都没有写" not in asked.message.zh
    again = read("石桥乡.xlsx", xlsx([{"rows": rows}]), answers={str(asked.answer_key): "石桥乡人民政府"})
    assert values(again, "dept") == ["石桥乡人民政府"] * 4


# --- as reported and as verified ------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), [("修改前", "修改后"), ("初报", "复核"), ("原上报", "核查后")])
def test_the_verified_value_holds_whichever_stands_first(before: str, after: str) -> None:
    for order in ((0, 1), (1, 0)):
        pairs = [("4", "8"), ("16", "无变化"), ("2", "2")]
        rows: Rows = [["系统名称", *(f"CPU核数（{(before, after)[at]}）" for at in order)]]
        rows += [[name, *(pair[at] for at in order)] for name, pair in zip(SERVED, pairs, strict=False)]
        found = read("某校.xlsx", xlsx([{"rows": rows}]))
        assert values(found, "vcpu") == [8, 16, 2]
        assert not headings_asked(found)


def test_people_verified_below_parents_are_the_verified_ones() -> None:
    rows: Rows = [
        ["系统名称", "核实前", "", "核实后", ""],
        ["", "联系人", "内存（G）", "联系人", "内存（G）"],
        ["学籍管理系统", "王小明", 8, "李建国", 16],
        ["图书借阅系统", "张丽", 4, "同左", "—"],
    ]
    found = read("某校.xlsx", xlsx([{"rows": rows, "merges": ["A1:A2", "B1:C1", "D1:E1"]}]))
    assert values(found, "mem") == [16, 4]
    assert [name for name, _, _ in people(found)] == ["李建国", "张丽"]


def test_where_a_verified_cell_is_blank_both_columns_are_asked_and_an_answer_works() -> None:
    rows: Rows = [
        ["系统名称", "内存（修改前）", "内存（修改后）"],
        ["学籍管理系统", "8G", ""],
        ["图书借阅系统", "4G", "同左"],
    ]
    found = read("某校.xlsx", xlsx([{"rows": rows}]))
    assert values(found, "mem") == [None, None]
    asked = headings_asked(found)
    assert set(asked) == {"内存(修改前)", "内存(修改后)"}
    keys = [str(asked[name].answer_key) for name in ("内存(修改前)", "内存(修改后)")]
    after = read("某校.xlsx", xlsx([{"rows": rows}]), answers={keys[0]: "ignore", keys[1]: "mem"})
    assert values(after, "mem") == [None, 4]
    before = read("某校.xlsx", xlsx([{"rows": rows}]), answers={keys[0]: "mem", keys[1]: "ignore"})
    assert values(before, "mem") == [8, 4]


def _items(order: tuple[int, int], first: str = "800G") -> Rows:
    told = [
        ("使用科室", "教务科", "同左"),
        ("内存", "8G", "16G"),
        ("存储", "500G", first),
        ("联系人", "王小明", "无误"),
    ]
    rows: Rows = [["系统名称", "项目", *(("初报内容", "复核后内容")[at] for at in order)]]
    for name in SERVED[:2]:
        rows += [[name, label, *(cells[at] for at in order)] for label, *cells in told]
    return rows


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_item_a_row_with_two_values_is_read_as_verified(order: tuple[int, int]) -> None:
    found = read("某校.xlsx", xlsx([{"rows": _items(order)}]))
    assert values(found, "mem") == [16, 16]
    assert values(found, "storage") == [800, 800]
    assert values(found, "office") == ["教务科"] * 2
    assert [name for name, _, _ in people(found)] == ["王小明"] * 2
    assert found.records[0].origin_of("mem").column == "CD"[order.index(1)]
    assert found.records[0].origin_of("office").column == "CD"[order.index(0)]


def test_one_item_a_row_that_was_not_verified_is_asked() -> None:
    found = read("某校.xlsx", xlsx([{"rows": _items((0, 1), "")}]))
    assert values(found, "storage") == [None, None]
    assert any(gap.origin.column == "C" and "没有表头" in gap.message.zh for gap in found.gaps)


@pytest.mark.parametrize(
    "heading", ["核实人", "复核时间", "审核单位", "修改意见", "原系统名称", "原因", "调整后单价说明"]
)
def test_words_of_who_verified_or_why_are_no_values(heading: str) -> None:
    assert not is_verified_by_itself(heading)
    assert not (is_original(heading) and is_verified(heading))


def test_only_whole_cells_say_that_nothing_changed() -> None:
    assert says_unchanged("同左。")
    assert says_unchanged("与原填报一致")
    assert not says_unchanged("同左侧机房")
    assert not says_unchanged("不变更单位")


# --- people and numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell", ["王小明/8601", "王小明 66015", "王小明（8320）", "王小明，电话：667001", "王小明分机8012"]
)
def test_a_name_with_an_extension_is_a_name_and_a_number(cell: str) -> None:
    found = read("某校.csv", text([["系统名称", "联系人/电话"], ["学籍管理系统", cell], ["图书借阅系统", "张丽"]]))
    assert [name for name, _, _ in people(found)] == ["王小明", "张丽"]
    number = people(found)[0][1]
    assert number is not None
    assert number.isdigit()
    assert number in cell


def test_a_fixed_line_on_one_card_is_of_the_person_named_before_it() -> None:
    cards: Rows = []
    for at, name in enumerate(SERVED):
        label = "固定电话" if at == 2 else "手机号码"
        cards += [
            ["系统名称", name, "负责人", "王小明"],
            [label, f"1380000000{at}" if at != 2 else "62220002", "承建单位", "长风公司"],
            ["", "", "", ""],
        ]
    found = read("某街道.xlsx", xlsx([{"rows": cards}]))
    assert names(found) == SERVED
    assert people(found)[2] == ("王小明", "62220002", "owner")
    assert not any(record.fields.get("vendor_contact") for record in found.records)


def test_a_number_behind_the_company_on_one_card_stays_the_company_s() -> None:
    cards: Rows = []
    for at, name in enumerate(SERVED):
        cards += [["系统名称", name], ["负责人", "王小明"], ["手机号码", f"1380000000{at}"], ["承建单位", "长风公司"]]
        cards += [["联系电话", "62220002"]] if at == 2 else []
    found = read("某街道.xlsx", xlsx([{"rows": cards}]))
    assert people(found)[2] == ("王小明", "13800000002", "owner")


# --- sentences ------------------------------------------------------------------------------------------------

SENTENCES = [
    "2019年3月启用，部署在政务外网，4台云主机共32核，等保三级。王小明负责，电话6601。",
    "由长风公司开发，2020年上线，合同价35万元，8核16G内存。联系人张丽，电话6602。",
    "2015年建成，互联网可访问，每年维护费2万元。",
]


def test_sentences_with_fields_inside_are_asked_about_once_and_none_of_them_is_told() -> None:
    rows: Rows = [["序号", "系统名称", "备注"], *([n + 1, SERVED[n], s] for n, s in enumerate(SENTENCES))]
    found = read("市体育局.xlsx", xlsx([{"rows": rows}]))
    asked = headings_asked(found)["备注"]
    assert [gap for gap in found.gaps if gap.answer_key == asked.answer_key] == [asked]
    assert "联系人和电话" in asked.message.zh
    assert "王小明" not in str(asked)
    again = read("市体育局.xlsx", xlsx([{"rows": rows}]), answers={str(asked.answer_key): "remark"})
    assert "备注" not in headings_asked(again)
    assert len([value for value in values(again, "remark") if value]) == 3


def test_remarks_beside_columns_of_their_own_are_not_asked_about() -> None:
    head = ["系统名称", "上线时间", "联系人", "联系电话", "CPU（核）", "等保级别", "备注"]
    rows: Rows = [head, *([SERVED[n], "2019-03", "王小明", "6601", 8, "三级", s] for n, s in enumerate(SENTENCES))]
    assert "备注" not in headings_asked(read("市体育局.xlsx", xlsx([{"rows": rows}])))
