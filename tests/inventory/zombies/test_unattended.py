"""Systems that nobody attends, dissolved units' data, old ledgers, windows of backups: from facts to verdicts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalogs.load import load_catalogs
from inventory.model import Dependency, Inventory, Origin, System
from inventory.telemetry.query import Rollup
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from inventory.zombies.operators import Operators
from inventory.zombies.signs_of_use import all_off, once_a_day, own_login
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import SystemFacts, facts_of
from inventory.zombies.traffic_shape import traffic_limit
from inventory.zombies.verdict import Verdict
from tests.report.builders import a_system

RULES = load_catalogs(None).zombie_rules
NO_ACTIVITY = next(rule for rule in RULES if rule.id == "no-activity")
LEFT = {"last_login_on": "2024-07-01", "last_update_on": "2023-10-19", "network": "1.5", "network_rest": "1.4", "cpu": "0.01 0.01 0.01", "cpu_peak": "0.05"}  # fmt: skip


def judged(facts: SystemFacts) -> Verdict:
    return judge_facts([facts], RULES, AS_OF)[0]


def given(**more: str) -> SystemFacts:
    return facts_from({**LEFT, **more}, operators=Operators.of(RULES))


@pytest.mark.parametrize(
    "name", ["井盖物联接入系统", "供水远传抄表系统", "视频联网共享平台", "时间同步服务", "数据交换前置机"]
)
def test_what_nobody_attends_is_in_use_where_its_data_flow(name: str) -> None:
    verdict = judged(given(name=name, network_hours="24"))
    assert verdict.state == "in_use"
    assert "由名称推断" in verdict.sentence.zh, "the reason says where the class comes from"


def test_without_flow_it_is_asked_about_but_never_called_a_zombie() -> None:
    verdict = judged(given(name="井盖物联接入系统", network="0.004", network_rest="0.003", network_hours="0.2", users="3", logins_month="0"))  # fmt: skip
    assert verdict.state == "unknown"
    assert "看数据是否还在流动" in verdict.sentence.zh
    assert (
        judged(given(name="井盖台账系统", network="0.004", network_rest="0.003", network_hours="0.2")).state == "zombie"
    )


def test_its_units_own_words_still_count() -> None:
    assert judged(given(name="井盖物联接入系统", network_hours="0.2", remark="已停用，设备已拆")).state == "zombie"
    assert judged(given(name="井盖物联接入系统", network_hours="24", remark="已停用，设备已拆")).state == "zombie"


def test_managing_such_systems_is_work_of_people() -> None:
    assert stated(given(name="物联设备备案管理系统"), NO_ACTIVITY, "unattended") is None


def test_a_units_name_says_nothing_of_its_systems() -> None:
    facts = facts_from({"name": "市应急管理局固定资产管理系统"})
    facts = replace(facts, system=replace(facts.system, department="市应急管理局"))
    assert stated(facts, NO_ACTIVITY, "everyday") is not None


def test_one_other_unit_and_working_days_are_a_call() -> None:
    """A dissolved unit's data: only one ledger names it, and its traffic follows the week of those who query it."""
    week = {"network_hours": "8", "network_workday": "0.2", "network_weekend": "0.03"}
    other = facts_from({"last_login_on": "2026-03-30"})
    other = replace(other, system=replace(other.system, id="sys-other"))
    states = {}
    for name, facts in {"named": given(**week), "silent on Sundays or not": given(network_hours="8", network_workday="0.2", network_weekend="0.19")}.items():  # fmt: skip
        linked = replace(facts, callers_linking=("sys-other",))
        states[name] = judge_facts([linked, other], RULES, AS_OF)[0].state
    assert states == {"named": "in_use", "silent on Sundays or not": "zombie"}
    assert judged(given(**week)).state == "zombie", "without anybody who names it"


def test_a_machine_that_ran_last_month_is_not_long_off() -> None:
    running = given(servers="1", servers_off="1")
    gone = given(servers="1", servers_off="1", cpu="0.01 0.01 -")
    assert (all_off(running), all_off(gone)) == (False, True)
    states = [judge_facts([replace(one, callers_declared=("sys-x",)), a_caller()], RULES, AS_OF)[0].state for one in (running, gone)]  # fmt: skip
    assert states == ["in_use", "zombie"]


def a_caller() -> SystemFacts:
    one = facts_from({"last_login_on": "2026-03-30"})
    return replace(one, system=replace(one.system, id="sys-x"))


def test_one_login_for_each_day_of_the_month_is_a_timers() -> None:
    timer = {"last_login_on": "2026-03-31", "logins_month": "31"}
    assert once_a_day(facts_from(timer))
    assert own_login(facts_from(timer), NO_ACTIVITY) is None
    others: list[Mapping[str, str]] = [
        {"logins_month": "30"},
        {"last_login_on": "2026-03-28"},
        {"measured_visits": "40"},
    ]
    for other in others:
        assert not once_a_day(facts_from({**timer, **other}))


def a(name: str, login: date, unit: str = "市一局") -> System:
    return replace(a_system(f"sys-{name}"), name=name, department=unit, department_id=unit, last_login_on=login, last_update_on=None)  # fmt: skip


@pytest.mark.parametrize(
    ("others", "state"),
    [
        ((date(2025, 3, 29), date(2025, 3, 31)), "unknown"),  # last year's ledger
        ((date(2025, 3, 29), date(2026, 3, 30)), "zombie"),  # somebody kept it up to date
        ((date(2025, 3, 31),), "unknown"),  # of two systems: the day of last year's return
        ((date(2025, 2, 1),), "unknown"),  # its own login is that day's
        ((), "zombie"),  # one system tells nothing about a ledger
    ],
)
def test_last_years_ledger_makes_no_zombie(tmp_path: Path, others: tuple[date, ...], state: str) -> None:
    systems = (a("甲", date(2025, 3, 30)), *(a(f"乙{n}", day) for n, day in enumerate(others)))
    inventory = Inventory(as_of=AS_OF, servers=(), systems=systems)
    facts = facts_of(inventory, Rollup(folder=tmp_path, files=()), AS_OF, traffic_mbit_s=traffic_limit(RULES))
    assert judge_facts(facts, RULES, AS_OF)[0].state == state


def test_what_was_dead_by_the_old_ledgers_own_date_stays(tmp_path: Path) -> None:
    systems = (a("甲", date(2022, 3, 30)), a("乙", date(2025, 3, 29)), a("丙", date(2025, 3, 31)))
    facts = facts_of(Inventory(as_of=AS_OF, servers=(), systems=systems), Rollup(folder=tmp_path, files=()), AS_OF)
    assert judge_facts(facts, RULES, AS_OF)[0].state == "zombie"
    assert "旧台账" in judge_facts(facts, RULES, AS_OF)[2].sentence.zh


def test_several_other_units_are_a_call_and_one_is_a_link(tmp_path: Path) -> None:
    old, one, two = (
        a("旧库", date(2024, 3, 1)),
        a("甲", date(2026, 3, 30), "市二局"),
        a("乙", date(2026, 3, 30), "市三局"),
    )
    origin = Origin(source="台账", path="台账")
    calls = tuple(Dependency(consumer=c.id, provider=old.id, basis="declared", origin=origin) for c in (one, two))
    for known, where in ((calls, "callers_declared"), (calls[:1], "callers_linking")):
        inventory = Inventory(as_of=AS_OF, servers=(), systems=(old, one, two), dependencies=known)
        facts = facts_of(inventory, Rollup(folder=tmp_path, files=()), AS_OF, operators=Operators.of(RULES))
        assert len(getattr(facts[0], where)) == len(known)
