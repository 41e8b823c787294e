"""What names and remarks suggest about a system's class: a question, never a verdict; a person's decision answers it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from catalogs.errors import UsageError
from catalogs.load import load_catalogs
from inventory.merging.parts import Rulings
from inventory.merging.values import system_class
from inventory.storage.decisions import Decision, checked, class_on
from inventory.zombies.class_hints import class_words_of, hinted_class

WORDS = class_words_of(load_catalogs(None).zombie_rules)


@pytest.mark.parametrize(
    ("name", "remark", "kind"),
    [
        ("教师招聘报名系统", "", "seasonal"),
        ("农村家庭奖扶系统", "季节性系统，每年集中使用一次", "seasonal"),
        ("民营企业情况系统", "仅在业务季启用（季节性）", "seasonal"),
        ("人口库节点", "灾备节点", "standby"),
        ("指挥调度平台", "应急时启用", "emergency"),
        ("档案管理系统", "已由省统建系统替代，待下线", None),
        ("档案管理系统", "应急管理局要求保留", None),
        ("退役军人信息采集系统", "", None),
        ("人工影响天气系统", "", None),
    ],
)
def test_hints(name: str, remark: str, kind: str | None) -> None:
    assert hinted_class(WORDS, name, remark) == kind


def test_every_word_has_its_reason_and_source() -> None:
    rule = load_catalogs(None).zombie_rule("r0-insufficient-data")
    assert rule.class_words
    for words in rule.class_words:
        assert words.about
        assert words.source in rule.sources


def given(value: object) -> Decision:
    return checked(
        Decision(kind="class", subject="sys-1", value=value, actor="张", role="科长", reason="单位来函", decided_at=datetime(2026, 4, 1, tzinfo=UTC))
    )  # fmt: skip


def test_a_person_gives_the_class_until_a_day() -> None:
    row = given({"class": "seasonal", "until": "2026-12-31"})
    assert class_on(row, date(2026, 12, 31)) == "seasonal"
    assert class_on(row, date(2027, 1, 1)) is None
    assert Rulings.of([row], date(2026, 5, 1)).classes == {"sys-1": "seasonal"}
    assert Rulings.of([row], date(2027, 1, 1)).classes == {}
    assert Rulings.of([given("standby")], date(2030, 1, 1)).classes == {"sys-1": "standby"}


@pytest.mark.parametrize("value", ["summer", {"class": "summer"}, {"class": "seasonal", "until": "年底"}, {}])
def test_a_class_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(UsageError):
        given(value)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("业务系统", "business"),
        ("周期性业务系统", "seasonal"),
        ("核心业务应用系统", "business"),
        ("定期业务系统", None),
        ("业务支撑备份接续系统", None),
        ("间歇使用的业务系统", "seasonal"),
        ("后备业务节点", "standby"),
        ("平急两用业务系统", "emergency"),
        ("政务网站", "website"),
        ("应用层系统", None),
    ],
)
def test_what_a_ledger_calls_a_class(written: str, kind: str | None) -> None:
    assert system_class(written) == kind
