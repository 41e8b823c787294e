"""Headings understood by their own words: never against the lists, never with a word that is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs.load import load_catalogs
from catalogs.models_columns import Columns, HeadingForm
from inventory.collectors.columns.heading_grammar import grammar
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.vocabulary import vocabulary
from inventory.fields import FIELDS
from tests.inventory.ledger.books import read, text

COLUMNS = load_catalogs(None).columns
GRAMMAR = grammar(COLUMNS)
WORDS = vocabulary(COLUMNS)


def test_no_heading_of_the_lists_is_understood_otherwise() -> None:
    wrong = {
        heading: (field, found)
        for heading, field in WORDS.alone.items()
        if (found := GRAMMAR.field_of(heading, None)) not in (None, field.partition(".")[0])
    }
    assert wrong == {}
    agreed = sum(GRAMMAR.field_of(heading, None) is not None for heading in WORDS.alone)
    assert agreed > 800  # it is a check of both, not of nothing


def test_every_form_is_of_a_field() -> None:
    assert {form.field for form in GRAMMAR.forms} <= set(FIELDS)


@pytest.mark.parametrize(
    ("levels", "field"),
    [
        (("何时启用",), "online_date"), (("首次上线",), "online_date"), (("等级保护备案级别",), "mlps_level"),
        (("主要使用科室",), "office"), (("主机核数",), "vcpu"), (("内存 GB",), "mem"), (("CPU平均使用%",), "cpu_util"),
        (("占几台服务器",), "vm_count"), (("每年运行维护支出（元）",), "ops_cost"), (("维保截止日",), "ops_contract_end"),
        (("生产厂家",), "vendor"), (("服务器", "内存总数（GB）"), "mem"), (("维护情况", "合同到哪天"), "ops_contract_end"),
        (("承建单位", "项目负责人手机号码"), "vendor_phone"), (("系统名字",), "sys_name"), (("是否已完成国产化替代",), "xinchuang"),
    ],
)  # fmt: skip
def test_what_it_says_is_understood(levels: tuple[str, ...], field: str) -> None:
    meaning = WORDS.meaning(levels)
    assert meaning is not None
    assert meaning.field == field


@pytest.mark.parametrize(
    "heading",
    ["单台内存", "拟建系统名称", "预计启用", "使用年限", "当前版本上线", "等保测评结论及级别", "数据库服务器数", "新增内存", "子系统核数", "甲乙双方负责人", "运维合同金额", "硬盘转速"],
)  # fmt: skip
def test_a_word_that_is_not_known_leaves_it_to_a_person(heading: str) -> None:
    assert WORDS.meaning((heading,)) is None
    assert GRAMMAR.field_of(heading_key(heading).plain, heading_key(heading).unit) is None


@pytest.mark.parametrize("answer", ["是", "否"])
def test_answers_below_a_question_are_no_headings(answer: str) -> None:
    assert WORDS.meaning(("是否涉密", answer)) is None


def test_two_fields_said_equally_are_a_question() -> None:
    forms = (HeadingForm(field="mem", parts=(("容量",),)), HeadingForm(field="storage", parts=(("容量",),)))
    both = grammar([Columns(id="x", name="x", sources={}, forms=forms)])
    assert both.field_of("容量", None) is None
    assert grammar([Columns(id="x", name="x", sources={}, forms=forms[:1])]).field_of("容量", None) == "mem"


@given(st.text(alphabet="系统内存大小上线时间单台拟预计核数", max_size=8), st.sampled_from("单台拟预计"))
def test_one_strange_letter_is_enough(text: str, strange: str) -> None:
    for place in range(len(text) + 1):
        assert GRAMMAR.field_of(text[:place] + strange + text[place:], None) in (None, "migrate_date")


def fields_of(rows: list[list[object]]) -> list[dict[str, object]]:
    got = read("县局.csv", text(rows))
    return [dict(record.fields) for record in got.records if record.kind == "system"]


KNOWN: list[object] = ["等保级别", "CPU核数", "内存（GB）"]


def test_heading_and_contents_together_say_what_neither_says_alone() -> None:
    head: list[object] = ["系统名称", *KNOWN, "投运", "技术支持", "入口"]
    got = fields_of([
        head,
        ["甲业务平台", "二级", 4, 8, "2019-05", "远山软件有限公司", "https://a.example.cn/"],
        ["乙业务平台", "三级", 8, 16, "2020-07", "长河科技有限公司", "https://b.example.cn/"],
    ])  # fmt: skip
    assert [(one["online_date"], one["ops_vendor"]) for one in got] == [
        ("2019-05", "远山软件有限公司"),
        ("2020-07", "长河科技有限公司"),
    ]
    assert [one["url"] for one in got] == [("https://a.example.cn/",), ("https://b.example.cn/",)]
    other = fields_of(
        [head, ["甲业务平台", "二级", 4, 8, "否", "有", "1"], ["乙业务平台", "三级", 8, 16, "是", "无", "2"]]
    )
    assert all({"online_date", "ops_vendor", "url"}.isdisjoint(one) for one in other)


@pytest.mark.parametrize(
    ("heading", "names", "read_as_names"),
    [
        ("项目", ("甲业务平台", "乙管理系统", "丙信息系统"), True),
        ("对接的", ("甲业务平台", "乙管理系统", "丙信息系统"), False),  # others' systems
        ("项目", ("同一业务平台", "同一业务平台", "同一业务平台"), False),  # one name in all rows names nothing
        ("项目", ("信息科", "财务科", "办公室"), False),
    ],
)
def test_the_column_that_reads_like_systems_holds_their_names(
    heading: str, names: tuple[str, ...], read_as_names: bool
) -> None:
    rows: list[list[object]] = [[heading, *KNOWN, "管理员"]]
    rows += [[name, "二级", 4, 8 * at, "-"] for at, name in enumerate(names, 1)]
    assert [one["sys_name"] for one in fields_of(rows)] == (list(names) if read_as_names else [])


def test_what_each_machine_has_is_not_what_the_system_has() -> None:
    got = read("县局.csv", text([["系统名称", "服务器台数", "单机内存（GB）"], ["甲业务平台", 3, 16]]))
    (record,) = got.records
    assert "mem" not in record.fields
    assert any(gap.field == "mem" or "mem" in gap.choices for gap in got.gaps)


@pytest.mark.parametrize("heading", ["硬 盘 / T *", "硬盘/T＊", "硬盘(T)*", "*硬盘 T"])
def test_a_unit_stands_before_the_mark_of_what_must_be_filled(heading: str) -> None:
    assert (heading_key(heading).plain, heading_key(heading).unit) == ("硬盘", "t")
