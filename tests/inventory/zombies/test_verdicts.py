"""Verdicts: three values, what decides, and what never makes a zombie."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from catalogs.errors import CatalogError
from catalogs.load import load_catalogs
from catalogs.models_policy import RuleUse
from inventory.zombies.class_hints import class_words_of
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from inventory.zombies.rules_in_force import rules_in_force
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.verdict import Verdict

RULES = load_catalogs(None).zombie_rules
BUSY = {"cpu": "0.4 0.4 0.4", "cpu_peak": "0.9"}
IDLE = {"cpu": "0.01 0.02 0.01", "cpu_peak": "0.05", "network": "0.01"}
KNOWN = {
    "last_login_on": "2026-03-25",
    "logins_month": "300",
    "users": "120",
    "contract_end_on": "2027-01-01",
    "last_update_on": "2026-01-01",
}


def verdict(**given: str) -> Verdict:
    return judge_facts([facts_from(given, class_words_of(RULES))], RULES, AS_OF)[0]


def test_a_used_system_is_in_use() -> None:
    found = verdict(**BUSY, **KNOWN)
    assert (found.state, found.hits) == ("in_use", ())
    assert "2026-03-25" in found.sentence.zh


def test_low_cpu_alone_makes_no_zombie() -> None:
    found = verdict(cpu="0.29 0.05 0.20", cpu_peak="0.3", **KNOWN)
    assert found.state == "in_use"


def test_idle_alone_makes_no_zombie_but_is_named() -> None:
    found = verdict(**IDLE, **KNOWN)
    assert found.state == "in_use"
    assert [hit.rule for hit in found.hits] == ["z3-idle"]


def test_no_data_at_all_is_unknown_and_never_a_zombie() -> None:
    found = verdict()
    assert (found.state, found.hits, found.coverage) == ("unknown", (), None)


def test_half_the_samples_give_no_verdict_from_usage() -> None:
    found = verdict(cpu="0.01 0.01 0.01", cpu_peak="0.05", coverage="0.5", replaced_by="省平台")
    assert found.state == "unknown"
    assert "50" in found.sentence.zh


def test_declared_and_detected_are_two_fields() -> None:
    said = verdict(zombie_declared="true", **BUSY, **KNOWN)
    assert (said.state, said.declared, said.detected, said.disagrees) == ("zombie", True, "in_use", True)
    hidden = verdict(zombie_declared="false", **IDLE, last_login_on="2024-01-01")
    assert (hidden.state, hidden.declared, hidden.detected, hidden.disagrees) == ("zombie", False, "zombie", True)


def test_two_criteria_together_are_suspicious() -> None:
    found = verdict(**IDLE, **(KNOWN | {"contract_end_on": "2025-06-30", "last_update_on": "2024-01-01"}))
    assert found.state == "zombie"
    assert {hit.criterion for hit in found.hits} == {"Z3", "Z4"}


def test_a_system_that_others_call_is_no_zombie_unless_its_owner_says_so() -> None:
    old = facts_from(IDLE | {"last_login_on": "2024-01-01"})
    old = replace(old, callers_declared=("sys-caller",))
    caller = _named("sys-caller", facts_from(BUSY | KNOWN))
    found = judge_facts([old, caller], RULES, AS_OF)[0]
    assert (found.state, found.callers) == ("in_use", ("sys-caller",))


def test_the_call_of_a_zombie_keeps_nothing_alive() -> None:
    old = replace(facts_from(IDLE | {"last_login_on": "2024-01-01"}), callers_declared=("sys-caller",))
    caller = _named("sys-caller", facts_from(IDLE | {"last_login_on": "2024-01-01"}))
    assert [v.state for v in judge_facts([old, caller], RULES, AS_OF)] == ["zombie", "zombie"]


@pytest.mark.parametrize("kind", ["standby", "emergency", "seasonal"])
def test_idle_by_design(kind: str) -> None:
    found = verdict(system_class=kind, **IDLE, **(KNOWN | {"last_login_on": "2025-08-20", "logins_month": "0"}))
    assert found.state == "in_use"


def test_a_name_that_suggests_a_season_asks_instead_of_judging() -> None:
    found = verdict(name="城区供热信息化监管系统", **IDLE, last_login_on="2025-08-20")
    assert found.state == "unknown"
    assert "季节" in found.sentence.zh
    assert verdict(name="城区供热信息化监管系统", **IDLE, last_login_on="2024-08-20").state == "zombie"


def test_a_system_that_is_retired_on_paper_and_runs_on_is_suspected() -> None:
    found = verdict(status="已下线", last_login_on="2020-01-01", **IDLE)
    assert found.state == "zombie"
    assert "已下线" in found.sentence.zh


def test_what_is_off_or_being_built_is_not_judged_by_its_status() -> None:
    assert verdict(status="已下线", last_login_on="2020-01-01", servers="1", servers_off="1").state == "unknown"
    assert verdict(status="在建", last_login_on="2020-01-01", **IDLE).state == "unknown"


def test_what_its_unit_cannot_agree_on_is_asked() -> None:
    """A retirement that a section objects to is no statement that nobody uses the system; a plain one is."""
    row = {"last_login_on": "2025-08-16", "last_update_on": "2025-05-29", "contract_end_on": "2025-06-16", **IDLE}
    disputed = verdict(remark="拟停用，科室提了异议，还没定", **row)
    assert disputed.state == "unknown"
    assert "异议" in disputed.sentence.zh
    assert verdict(remark="拟停用，等待统一安排", **row).state == "zombie"


def test_many_signs_of_use_outweigh_an_ended_contract_and_few_users() -> None:
    """Six users, a contract that ran out four months ago: yet somebody logs in, and its traffic keeps working hours."""
    given = {
        "last_login_on": "2026-03-20", "contract_end_on": "2025-11-29", "last_update_on": "2024-08-18", "users": "6",
        "cpu": "0.18 0.35 0.31", "cpu_daily_peak": "0.75", "network": "13", "network_workday_hours": "10", "network_weekend_hours": "1",
        "network_workday": "13.6", "network_weekend": "0.97",
    }  # fmt: skip
    found = verdict(**given)
    assert found.state == "unknown"
    assert "反面的证据更重" in found.sentence.zh
    assert verdict(**{**given, "last_update_on": "2021-08-18", "contract_end_on": "2022-11-29"}).state == "zombie"


def test_limits_carry_their_source() -> None:
    found = verdict(**IDLE, **KNOWN)
    idle = next(result for result in found.results if result.rule == "z3-idle")
    assert {limit["name"] for limit in idle.limits} >= {"cpu_mean_ratio", "cpu_hour_peak_ratio"}
    assert all(limit["source"] and limit["confidence"] in "VPU" for limit in idle.limits)


def test_a_profile_sets_parameters() -> None:
    use = RuleUse(rule="no-activity", parameters={"months_without_activity": Decimal(12)}, source="x")
    rules = rules_in_force(RULES, [use])
    facts = facts_from({"last_login_on": "2025-06-15"})
    assert [v.state for v in judge_facts([facts], rules, AS_OF)] != ["zombie"]
    with pytest.raises(CatalogError, match="months_of_moonlight"):
        rules_in_force(RULES, [RuleUse(rule="no-activity", parameters={"months_of_moonlight": Decimal(1)}, source="x")])
    with pytest.raises(CatalogError, match="no-such-rule"):
        rules_in_force(RULES, [RuleUse(rule="no-such-rule", source="x")])


def test_a_profile_sets_parameters_of_single_classes() -> None:
    seasonal = facts_from({"last_login_on": "2025-01-10", "system_class": "seasonal"})
    assert judge_facts([seasonal], RULES, AS_OF)[0].state == "zombie"  # 14 months in the catalogue

    def judged(**use: Any) -> str:
        return judge_facts([seasonal], rules_in_force(RULES, [RuleUse(rule="no-activity", source="x", **use)]), AS_OF)[
            0
        ].state

    longer = {"seasonal": {"months_without_activity": Decimal(26)}}
    assert judged(by_class=longer) != "zombie"
    assert judged(parameters={"months_without_activity": Decimal(24)}) != "zombie", (
        "a value for all is one for this class"
    )
    assert (
        judged(
            parameters={"months_without_activity": Decimal(24)},
            by_class={"seasonal": {"months_without_activity": Decimal(8)}},
        )
        == "zombie"
    )
    with pytest.raises(CatalogError, match="months_of_moonlight"):
        rules_in_force(
            RULES, [RuleUse(rule="no-activity", by_class={"test": {"months_of_moonlight": Decimal(1)}}, source="x")]
        )


def _named(system_id: str, facts: SystemFacts) -> SystemFacts:
    return replace(facts, system=replace(facts.system, id=system_id))
