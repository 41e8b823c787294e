"""The choices of a question about a column: the field that is meant is among the first few, whatever everyday words the heading uses."""

from __future__ import annotations

from inventory.collectors.columns.likely_fields import OFFERED
from inventory.model import Gap
from tests.inventory.ledger.books import read, words, xlsx
from tests.inventory.ledger.everyday import EVERYDAY

NAMES = ["学籍管理系统", "招生考试平台", "教师培训网站"]


def asked(heading: str, below: tuple[object, ...]) -> Gap | None:
    """The question about one column beside names and codes; `None` where it is read."""
    rows = [["系统名称", "系统编码", heading], *([n, f"A{at}", cell] for at, (n, cell) in enumerate(zip(NAMES, below, strict=True)))]  # fmt: skip
    found = read("市教育局.xlsx", xlsx([{"name": "表", "rows": rows}]), confirmed=False)
    return next((gap for gap in found.gaps if gap.raw == heading and "|heading|" in str(gap.answer_key)), None)


def test_everyday_headings_have_their_field_among_the_first_three_choices() -> None:
    questions = [(gap, field) for heading, field, below in EVERYDAY if (gap := asked(heading, below)) is not None]
    assert len(questions) >= 40
    hits = sum(1 for gap, field in questions if field in gap.choices[:3])
    assert hits >= 0.9 * len(questions)
    assert sum(1 for gap, field in questions if gap.choices[0] == field) >= 0.8 * len(questions)


def test_a_heading_that_says_nothing_offers_nothing() -> None:
    for heading in ("丁戊", "粉丝", "变动"):
        gap = asked(heading, ("甲", "乙", "丙"))
        assert gap is not None
        assert gap.choices == ("ignore",)


def test_what_stands_below_rules_out_what_it_cannot_be() -> None:
    people = asked("谁在盯着", ("张伟", "李娜", "王磊"))
    dates = asked("谁在盯着", ("2019-05", "2020-06", "2021-07"))
    assert people is not None
    assert dates is not None
    assert people.choices[0] == "contact"
    assert "contact" not in dates.choices
    assert "张伟" not in people.message.zh


def test_what_is_read_already_is_not_offered_and_few_are() -> None:
    gap = asked("花出去多少", ("35万", "120万", "8.5万"))
    assert gap is not None
    assert gap.choices[0] == "build_cost"
    assert not {"sys_name", "sys_code"} & set(gap.choices)
    assert len(gap.choices) <= OFFERED + 1


def test_a_column_that_seems_to_be_one_field_offers_others_behind_it() -> None:
    gap = asked("维保截止日", ("2019-05", "2020-06", "2021-07"))
    assert gap is not None
    assert gap.choices[0] == "ops_contract_end"
    assert "hw_end" in gap.choices[:3]
    assert len(gap.choices) > 2


def test_likeness_counts_words_not_only_whole_headings() -> None:
    likely = words().likely(("花了多少钱",))
    assert max(likely, key=lambda name: likely[name]) == "build_cost"
    assert not words().likely(("丁戊",))


def test_accounts_and_passwords_are_no_choice() -> None:
    gap = asked("DNS Name", ("a.example.cn", "b.example.cn", "c.example.cn"))
    assert gap is not None
    assert "credential" not in gap.choices
