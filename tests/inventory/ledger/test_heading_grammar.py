"""Headings understood by their own words: never against the lists, never with a word that is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs.load import load_catalogs
from catalogs.models_columns import Columns, HeadingForm
from inventory.collectors.heading_grammar import grammar
from inventory.collectors.vocabulary import heading_key, vocabulary
from inventory.fields import FIELDS

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
