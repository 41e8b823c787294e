"""Remarks are read by grammar: a corpus of what clerks write, and what must, or must not, change a reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from catalogs.load import RawFile, load_catalogs, raw_files, read_catalogs
from inventory.zombies.class_hints import class_words_of, hinted_class, remarks_of
from inventory.zombies.examples import facts_from
from inventory.zombies.remark_predicates import PREDICATES
from inventory.zombies.remark_view import PREDICATE_ROLES
from inventory.zombies.remark_words import lexicon_of
from inventory.zombies.remarks import RHYTHMS, kinds, said
from inventory.zombies.statements import stated

CATALOGS = load_catalogs(None)
RULES = CATALOGS.zombie_rules
WORDS = lexicon_of(remarks_of(RULES))
YEAR = 2026
# label and remark, written for this test: unused, planned (or of a part), unseen, rhythm, none
CORPUS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parents[2] / "data" / "remarks.tsv").read_text(encoding="utf-8").splitlines()
]


def read(text: str) -> frozenset[str]:
    """The kinds that a remark is read as, all rhythms in one."""
    return frozenset("rhythm" if kind in RHYTHMS else kind for kind in kinds(text, WORDS, YEAR)) or frozenset({"none"})


UNUSED = [text for label, text in CORPUS if label == "unused" and "unused" in read(text)]


def test_the_corpus_is_large_and_has_every_label() -> None:
    assert len(CORPUS) >= 400
    assert {label for label, _ in CORPUS} == {"unused", "planned", "unseen", "rhythm", "none"}


@pytest.mark.parametrize(("label", "text"), [row for row in CORPUS if row[0] != "unused"])
def test_what_is_planned_partial_unseen_or_at_rest_is_never_unused(label: str, text: str) -> None:
    assert "unused" not in read(text), label


@pytest.mark.parametrize(("label", "least"), [("unused", 0.92), ("planned", 0.75), ("unseen", 0.8), ("rhythm", 0.9)])
def test_most_of_each_kind_is_understood(label: str, least: float) -> None:
    texts = [text for one, text in CORPUS if one == label]
    missed = [text for text in texts if label not in read(text)]
    assert 1 - len(missed) / len(texts) >= least, missed


@pytest.mark.parametrize("before", ["说明：", "备注:", "情况说明：", "1、", "经核实，", "（"])
def test_what_stands_before_changes_nothing(before: str) -> None:
    assert [text for text in UNUSED if "unused" not in read(before + text)] == []


@pytest.mark.parametrize("after", ["。", "；", "！", "。 ", "\n", "（见附件）"])
def test_what_stands_behind_changes_nothing(after: str) -> None:
    assert [text for text in UNUSED if "unused" not in read(text + after)] == []


def test_script_and_width_change_nothing() -> None:
    traditional = OpenCC("s2t").convert
    wide = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
    assert [text for text in UNUSED if "unused" not in read(traditional(text))] == []
    assert [text for text in UNUSED if "unused" not in read(text.translate(wide))] == []


SUBJECTS = st.sampled_from(["系统", "本系统", "该平台", "业务", "全部业务", "审批职能"])
FATES = st.sampled_from(
    ["停用", "并入省平台", "转到省级系统办理", "由省平台统一受理", "整合到国家平台", "被统建系统替代", "停止办理"]
)
DATES = st.sampled_from(["", "2021年", "去年", "2020年3月起", "自2019年以来"])


@given(SUBJECTS, FATES, DATES)
@settings(max_examples=150, deadline=None)
def test_a_fact_counts_and_a_plan_a_negation_and_a_part_do_not(subject: str, fate: str, when: str) -> None:
    if fate == "停止办理":
        subject = "业务"
    assert "unused" in read(f"{when}{subject}已{fate}")
    for mood in ("计划", "拟", "预计明年", "正在", "逐步", "尚未", "还没有", "准备"):
        assert "unused" not in read(f"{subject}{mood}{fate}"), mood
    for scope in ("部分", "个别", "大部分"):
        assert "unused" not in read(f"{scope}{subject}已{fate}"), scope
    assert "unused" not in read(f"手机端已{fate}")
    assert "unused" not in read(f"{subject}曾{fate}，现已恢复使用")
    assert "unused" not in read(f"如{subject}{fate}则另行通知")


@given(SUBJECTS, FATES)
@settings(max_examples=60, deadline=None)
def test_who_still_uses_it_outweighs(subject: str, fate: str) -> None:
    if fate == "停止办理":
        subject = "业务"
    for still in ("但财务科仍在使用", "接口每天被其他系统调用", "历史数据仍供各单位查询"):
        assert "unused" not in read(f"{subject}已{fate}，{still}"), still


@pytest.mark.parametrize(
    ("ends", "goes_on"),
    [
        ("本系统已并入省平台", "省平台已并入本系统"),
        ("业务由省平台替代", "替代省里原系统"),
        ("数据已全部迁入省平台", "旧系统数据已全部迁入本系统"),
        ("试点结束，没有推广", "试点结束，已全面推广"),
        ("项目结束，设备拆除", "项目结束，进入运维期"),
    ],
)
def test_direction_decides(ends: str, goes_on: str) -> None:
    assert "unused" in read(ends)
    assert "unused" not in read(goes_on)


def test_a_reading_shows_its_words() -> None:
    (one,) = said("业务2023年划转后，终端设备已全部拆除", WORDS, YEAR)
    assert (one.kind, one.clause) == ("unused", "终端设备已全部拆除")
    assert ("remove", "拆除") in [(token.role, token.text) for token in one.why]
    assert any(token.role == "device" for token in one.why)


def test_what_a_later_year_brings_has_not_happened() -> None:
    assert "unused" in kinds("系统2024年停用", WORDS, 2026)
    assert "unused" not in kinds("系统2027年停用", WORDS, 2026)
    assert "unused" in kinds("系统2027年停用", WORDS, 2030)


def test_a_list_is_asked_first_and_the_grammar_next() -> None:
    rule = next(rule for rule in RULES if rule.id == "stated-unused")
    assert stated(facts_from({"remark": "矿井已闭坑，监测终端拆走"}), rule, "unused") == "矿井已闭坑"
    assert stated(facts_from({"remark": "矿井将于明年闭坑"}), rule, "unused") is None
    assert rule.model_copy().remarks is rule.remarks, "a copy of a rule, as a profile makes it, reads as the rule does"


def test_a_rhythm_suggests_a_class() -> None:
    words, remarks = class_words_of(RULES), remarks_of(RULES)
    assert hinted_class(words, "某系统", "森林防火期启用", remarks=remarks) == "seasonal"
    assert hinted_class(words, "某系统", "平时待命", remarks=remarks) == "emergency"
    assert hinted_class(words, "某系统", "平时待命") is None


def test_a_city_adds_its_own_words() -> None:
    own = """id: own
name: 本市用词
sources: {office: {document: 本市口径, confidence: U}}
words: [{role: stop, words: [撂挑子], about: 本地说法, source: office}]
"""
    raw = (*raw_files(None), RawFile(kind="remarks", label="remarks/own.yaml", layer="workspace", content=own.encode()))
    catalogs, mistakes = read_catalogs(raw)
    assert mistakes == ()
    assert catalogs is not None
    assert "unused" not in read("系统早就撂挑子")
    assert "unused" in kinds("系统早就撂挑子", lexicon_of(remarks_of(catalogs.zombie_rules)), YEAR)


def test_a_word_of_two_roles_is_a_mistake() -> None:
    twice = """id: own
name: 两个角色
sources: {office: {document: 本市口径, confidence: U}}
words: [{role: stop, words: [撂挑子], about: 一, source: office}, {role: end, words: [撂挑子], about: 二, source: office}]
"""
    raw = (
        *raw_files(None),
        RawFile(kind="remarks", label="remarks/own.yaml", layer="workspace", content=twice.encode()),
    )
    _, mistakes = read_catalogs(raw)
    assert ["撂挑子" in one.message.zh for one in mistakes] == [True]


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert kinds(text, WORDS, YEAR) <= {"unused", "planned", "unseen", *RHYTHMS}


def test_each_role_of_a_predicate_has_its_function() -> None:
    assert PREDICATES.keys() == PREDICATE_ROLES
