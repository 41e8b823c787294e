"""Rule R5: independent evidence weighed together, each sign with its figure and points; heavy signs of use forbid, unknown counts nothing."""

from __future__ import annotations

from datetime import date

import pytest

from catalogs.load import load_catalogs
from inventory.zombies.class_hints import class_words_of
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from inventory.zombies.system_facts import latest_dates
from inventory.zombies.verdict import RuleResult, Verdict
from tests.report.builders import a_system

RULES = load_catalogs(None).zombie_rules
# Robots come all day, weekends as well; nobody else is known to: a question for any single rule.
ROBOTS = {
    "last_login_on": "2024-04-30", "last_update_on": "2024-06-30", "logins_month": "0", "cpu": "0.03 0.03 0.03", "cpu_daily_peak": "0.22",
    "network": "1.4", "network_rest": "0.7", "network_hours": "16", "network_workday": "1.5", "network_weekend": "1.45",
}  # fmt: skip


def verdict_of(**given: str) -> Verdict:
    known = {name: value for name, value in {**ROBOTS, **given}.items() if value}
    (verdict,) = judge_facts([facts_from(known, class_words_of(RULES))], RULES, AS_OF)
    return verdict


def scales(verdict: Verdict) -> RuleResult | None:
    return next((result for result in verdict.results if result.criterion == "R5"), None)


def points(verdict: Verdict) -> dict[str, str]:
    result = scales(verdict)
    assert result is not None
    return {seen.name.zh: f"{str(seen.value).rpartition(' ')[2]} {seen.unit}" for seen in result.seen}


def test_independent_signs_together_make_a_suspicion_that_shows_each_of_them() -> None:
    verdict = verdict_of()
    assert verdict.state == "zombie"
    assert points(verdict) == {
        "一个周期没人登录": "+2 分", "一个周期没有更新": "+1 分", "台账写使用次数为 0": "+1 分", "流量不分工作日和周末": "+1 分",
    }  # fmt: skip
    assert "合计 5 分（4 分以上列为疑似）" in verdict.sentence.zh
    assert "as much traffic at weekends as on working days +1" in verdict.sentence.en
    assert verdict.hits[-1].rule == "r5-weighed"
    figures = {str(seen.value) for seen in verdict.hits[-1].seen}
    assert {"2024-04-30: +2", "1.5/1.45 1.5/1.45 1.5/1.45 Mbit/s: +1"} <= figures


@pytest.mark.parametrize(
    ("given", "sign"),
    [
        ({"network_weekend": "0.9"}, "流量像有人上班时使用"),
        ({"remark": "供各单位接口调用"}, "单位写明有用"),
        ({"name": "供水远传抄表采集系统"}, "名称像无人值守一类"),
        ({"name": "防汛应急指挥系统"}, "季节性、备用或应急系统"),
        ({"last_update_on": "2026-02-01"}, "最近更新过"),
        ({"contract_end_on": "2026-12-31"}, "两个周期内用过、合同有效，可能备用"),
    ],
)
def test_one_heavy_sign_of_use_forbids_a_verdict(given: dict[str, str], sign: str) -> None:
    verdict = verdict_of(**given)
    assert verdict.state == "unknown"
    assert points(verdict)[sign] in {"-3 分", "-4 分"}


def test_what_is_not_known_has_no_points() -> None:
    verdict = verdict_of(last_update_on="", logins_month="")
    assert verdict.state == "unknown"
    assert set(points(verdict)) == {"一个周期没人登录", "流量不分工作日和周末"}


def test_a_register_that_is_looked_into_now_and_then_is_asked() -> None:
    """Few users, no update in two cycles, quiet servers: nothing says that nobody comes."""
    quiet = {"network_hours": "4", "network_workday_hours": "3", "network_weekend_hours": "3"}
    assert (
        verdict_of(last_login_on="", last_update_on="2022-06-30", logins_month="8", users="2", **quiet).state
        == "unknown"
    )


def test_dates_and_claims_alone_are_not_enough() -> None:
    """Five points, but nothing was measured that speaks against use: traffic differs, only not by enough for people at work."""
    verdict = verdict_of(last_login_on="2023-04-30", network_workday="0.24", network_weekend="0.18")
    assert verdict.state == "unknown"
    assert set(points(verdict)) == {"两个周期没人登录", "一个周期没有更新", "台账写使用次数为 0"}


@pytest.mark.parametrize(
    "given",
    [
        {"coverage": "0.6"},  # too few samples are no evidence
        {"online_on": "2026-03-01"},  # too young
        {"status": "在建"},
        {"zombie_declared": "true"},  # its own unit has decided
        {"last_login_on": "", "last_update_on": "", "logins_month": ""},  # its ledger says nothing of it
    ],
)
def test_what_another_rule_settles_or_keeps_out_is_not_weighed(given: dict[str, str]) -> None:
    assert scales(verdict_of(**given)) is None


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "unknown"),
        ({"measured_visits": "0"}, "zombie"),  # nobody
        ({"last_login_on": "2025-01-01", "last_update_on": "2022-10-31", "contract_end_on": "2022-09-30"}, "zombie"),  # older dates weigh more
    ],
)  # fmt: skip
def test_people_in_every_month_outweigh_dates_that_are_not_very_old(given: dict[str, str], state: str) -> None:
    rare = {
        "last_login_on": "2026-03-31", "last_update_on": "2024-10-31", "contract_end_on": "2025-03-30", "logins_month": "", "users": "41",
        "measured_visits": "9", "measured_machine_visits": "700", "logged": "1",
    }  # fmt: skip
    verdict = verdict_of(**{**rare, **given})
    assert verdict.state == state
    if state == "unknown":
        assert "反面的证据更重" in verdict.sentence.zh


def test_the_points_are_the_catalogues() -> None:
    """A city that asks for more gets fewer."""
    (scales_rule,) = [rule for rule in RULES if rule.criterion == "R5"]
    needed = scales_rule.parameters["points_needed"].model_copy(update={"value": 6})
    strict = scales_rule.model_copy(update={"parameters": {**scales_rule.parameters, "points_needed": needed}})
    rules = [rule for rule in RULES if rule.criterion != "R5"]
    facts = facts_from(ROBOTS)
    assert judge_facts([facts], [*rules, strict], AS_OF)[0].state == "unknown"
    assert judge_facts([facts], rules, AS_OF)[0].state == "unknown", "files from before the rule was known"


@pytest.mark.parametrize(("peak", "played_back"), [("0.448", True), ("0.05", False), ("1", False)])
def test_a_highest_hour_that_is_the_same_every_month_was_played_back(peak: str, played_back: bool) -> None:
    """And then its traffic, which looks as people make it, is no evidence either."""
    verdict = verdict_of(cpu_peak=peak, cpu_peak_repeats="true", network_weekend="0.9")
    assert verdict.state == ("zombie" if played_back else "unknown")
    assert ("各月最高小时的 CPU 逐位相同，像回放的样本" in points(verdict)) is played_back
    assert ("流量像有人上班时使用" in points(verdict)) is not played_back


# ---- what the scales stand on


def test_measured_servers_settle_a_ledger_that_contradicts_itself() -> None:
    quiet = {"network_hours": "4", "network_workday_hours": "3", "network_weekend_hours": "3"}
    claimed = verdict_of(logins_month="159", last_update_on="2023-07-31", **quiet)
    assert claimed.state == "zombie"
    (unused,) = [hit for hit in claimed.hits if hit.rule == "no-activity"]
    assert "月登录次数（服务器没有人用的样子，不算）" in {seen.name.zh for seen in unused.seen}
    kept = verdict_of(logins_month="159", last_update_on="2025-07-31", **quiet)
    assert "自相矛盾" in kept.sentence.zh, "uses may be counted on a platform that it is built on"
    asked = verdict_of(logins_month="159", last_update_on="")
    assert asked.state == "unknown"
    assert "自相矛盾" in asked.sentence.zh


def test_hours_of_people_speak_against_copied_dates_where_a_backup_drowns_the_amounts() -> None:
    dates = {
        "last_login_on": "2025-05-20",
        "contract_end_on": "2025-03-31",
        "last_update_on": "2024-11-30",
        "logins_month": "71",
    }
    hours = {
        "network": "11.7",
        "network_rest": "5.4",
        "network_hours": "11.6",
        "network_workday": "3.3",
        "network_weekend": "3.2",
    }
    people = verdict_of(**dates, **hours, network_workday_hours="13", network_weekend_hours="6")
    assert people.state == "unknown"
    assert "像有人上班时使用" in people.sentence.zh
    assert verdict_of(**dates, **hours, network_workday_hours="13", network_weekend_hours="12").state == "zombie"


def test_a_unit_of_two_systems_copies_last_years_ledger_only_if_its_dates_end_a_year_ago() -> None:
    on = date(2026, 4, 1)
    two = [a_system(f"sys-{n}", department_id="archives", last_login_on=date(2025, 3, n)) for n in (10, 28)]
    assert latest_dates(two, on) == {"archives": date(2025, 3, 28)}
    assert latest_dates(two, date(2026, 6, 1)) == {}, "two that were left at some other time"
    assert latest_dates(two[:1], on) == {}
    several = [*two, a_system("sys-3", department_id="archives", last_update_on=date(2025, 1, 5))]
    assert latest_dates(several, date(2026, 6, 1)) == {"archives": date(2025, 3, 28)}
