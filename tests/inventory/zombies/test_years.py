"""Work of every few years is asked about between two rounds; a way of use that is gone, or negated, is no way of use."""

from __future__ import annotations

import pytest

from catalogs.load import load_catalogs
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from inventory.zombies.statements import stated

RULES = load_catalogs(None).zombie_rules
NO_ACTIVITY = next(rule for rule in RULES if rule.id == "no-activity")
UNUSED = next(rule for rule in RULES if rule.id == "stated-unused")
RESTING = {
    "last_login_on": "2021-12-31",
    "last_update_on": "2026-01-31",
    "network": "0.05",
    "cpu": "0.03 0.03 0.03",
    "cpu_peak": "0.2",
}


def state_of(**given: str) -> str:
    (verdict,) = judge_facts([facts_from({**RESTING, **given})], RULES, AS_OF)
    return verdict.state


@pytest.mark.parametrize(
    "given",
    [
        {"name": "代表选举登记系统"},
        {"name": "代表选举登记系统", "system_class": "business"},  # the class of whatever is no other
        {"name": "某业务系统", "remark": "五年一次，下半年要用"},
        {"name": "国有资产清产核资系统"},
    ],
)
def test_work_of_every_few_years_is_asked(given: dict[str, str]) -> None:
    assert state_of(**given) == "unknown"


@pytest.mark.parametrize(
    "given",
    [
        {
            "name": "代表选举登记系统",
            "last_update_on": "2022-01-31",
            "contract_end_on": "2023-01-31",
        },  # nobody keeps it
        {"name": "某业务系统", "remark": "等保测评每两年做"},  # of the assessment, not of the work
        {"name": "某业务系统"},
    ],
)
def test_what_nobody_keeps_or_is_no_such_work_stays_suspected(given: dict[str, str]) -> None:
    assert state_of(**given) == "zombie"


@pytest.mark.parametrize(
    "remark", ["接口无调用", "接口没有调用", "旧门户登录已停", "原接口服务早已关闭", "统一登录均已停用"]
)
def test_a_way_of_use_that_is_gone_is_none(remark: str) -> None:
    assert stated(facts_from({"remark": remark}), NO_ACTIVITY, "unseen") is None


@pytest.mark.parametrize(
    "remark", ["接口每天被调用", "从门户登录", "旧登录已停用改为门户登录", "统一登录停车管理", "仍在用", "视频自动存储"]
)
def test_a_way_of_use_that_works_is_one(remark: str) -> None:
    assert stated(facts_from({"remark": remark}), NO_ACTIVITY, "unseen") is not None


@pytest.mark.parametrize("remark", ["项目尚未结束", "业务没有停止办理，业务未终止", "账号未停用"])
def test_what_is_negated_after_a_gap_is_not_said(remark: str) -> None:
    assert stated(facts_from({"remark": remark}), UNUSED, "unused") is None
