"""Traffic that is left in one hour a day, old copies, office work, seasons, and who names whom: from roll-ups to verdicts."""

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
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import facts_of
from inventory.zombies.system_namesakes import namesakes_of, plain_name
from tests.report.builders import a_system

RULES = load_catalogs(None).zombie_rules
NO_ACTIVITY = next(rule for rule in RULES if rule.id == "no-activity")
UNUSED = next(rule for rule in RULES if rule.id == "stated-unused")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("青年服务系统（旧平台）", "青年服务系统"),
        ("协同办公系统-副本", "协同办公系统"),
        ("协同办公系统V2.0", "协同办公系统"),
        ("协同办公系统二期（政务云）", "协同办公系统"),
        ("OA V1", "oa v1"),  # nothing but two letters would be left
        ("数据库", "数据库"),
        ("原籍查询系统", "原籍查询系统"),
    ],
)
def test_a_plain_name_has_no_additions(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def a(name: str, unit: str = "市一局", **more: object) -> System:
    return replace(a_system(f"sys-{name}"), name=name, department=unit, department_id=unit, **more)  # type: ignore[arg-type]


def test_namesakes_are_of_one_unit_or_named_as_the_successor() -> None:
    old, new, foreign = a("办公系统（旧）"), a("办公系统"), a("办公系统", "市二局")
    foreign = replace(foreign, id="sys-foreign")
    gone = a("报送系统", fields={"replaced_by": "统一填报平台"})
    after = a("统一填报平台")
    found = namesakes_of([old, new, foreign, gone, after])
    assert found[old.id] == (new.id,)
    assert found[new.id] == (old.id,)
    assert "sys-foreign" not in found
    assert found[gone.id] == (after.id,)


def test_a_successor_that_names_its_predecessor_does_not_call_it(tmp_path: Path) -> None:
    """Another system that names it does; so does the successor where it was measured to call."""
    old = a("办公系统（旧）", last_login_on=date(2024, 5, 1), contract_end_on=date(2024, 6, 1), last_update_on=date(2023, 1, 1))  # fmt: skip
    old = replace(old, fields={"sys_name": old.name})
    new, other = (a(name, last_login_on=date(2026, 3, 30)) for name in ("办公系统", "考核系统"))

    def state(caller: System, basis: str) -> str:
        origin = Origin(source="t", path="t")
        call = Dependency(consumer=caller.id, provider=old.id, basis=basis, origin=origin)  # type: ignore[arg-type]
        inventory = Inventory(as_of=AS_OF, systems=(old, new, other), servers=(), dependencies=(call,))
        facts = facts_of(inventory, Rollup(folder=tmp_path, files=()), AS_OF, operators=Operators.of(RULES))
        return judge_facts(facts, RULES, AS_OF)[0].state

    assert state(new, "declared") == "zombie"
    assert state(new, "measured") == "in_use"
    assert state(other, "declared") == "in_use"


@pytest.mark.parametrize(
    ("remark", "unused"),
    [
        ("业务早就停了，合同每年自动续", True),
        ("老环境一直没有下电", True),
        ("入口已下架，主机还开着", True),
        ("切到新平台后，原虚机未释放", True),
        ("为升级整机拷贝了一台，之后没有清掉", True),
        ("职责划给省局，无人办理", True),
        ("职责划给省局，历史件仍供查阅", False),
        ("新旧并行，旧机器待退", False),
        ("个别模块停用，其它在用", False),
        ("平时不登录，汛期启用", False),
        ("从旧系统迁来的数据未清理", False),
    ],
)
def test_what_is_out_of_use_by_its_meaning(remark: str, *, unused: bool) -> None:
    assert (stated(facts_from({"remark": remark}), UNUSED, "unused") is not None) == unused


@pytest.mark.parametrize(
    ("remark", "theirs"),
    [
        ("近半年都是厂商远程维护登录", True),
        ("厂家巡检每季一次", True),
        ("厂家每年来培训", False),
        ("厂家已退出", False),
    ],
)
def test_remote_maintenance_is_the_operators(remark: str, *, theirs: bool) -> None:
    assert Operators.of(RULES).logged_in(remark) == theirs


def test_silence_is_shown_with_its_limit() -> None:
    verdict = judge_facts([facts_from({"last_login_on": "2023-08-31", "network": "0.8", "network_rest": "0.07"})], RULES, AS_OF)[0]  # fmt: skip
    seen = {one.name.zh: (one.value, one.limit) for result in verdict.hits for one in result.seen}
    assert seen["网络流量（每天最忙的一小时之外，最多的月）"] == (0.07, "< 0.2")


def test_a_month_without_hours_is_not_silent() -> None:
    """Missing is never silence."""
    facts = facts_from({"last_login_on": "2023-08-31", "network": "0.8", "network_rest": "0.07"})
    lost = replace(facts.months[1], network_rest_mbit_s=None)
    facts = replace(facts, months=(facts.months[0], lost, facts.months[2]))
    assert judge_facts([facts], RULES, AS_OF)[0].state == "unknown"


def test_several_units_that_name_it_are_callers_where_one_is_hearsay(tmp_path: Path) -> None:
    """A dissolved unit's data: nobody logs in or pays, and the systems of two other units still ask for it."""
    old = a("历史业务库", last_login_on=date(2019, 5, 1), last_update_on=date(2019, 3, 1))
    callers = [a(f"系统{n}", f"市{n}局", last_login_on=date(2026, 3, 30)) for n in "甲乙"]
    portal = a("统一门户", "市丙局")

    def state(*consumers: System) -> str:
        calls = tuple(Dependency(consumer=one.id, provider=old.id, basis="declared", origin=Origin(source="t", path="t")) for one in consumers)  # fmt: skip
        found = Inventory(as_of=AS_OF, systems=(old, *callers, portal), servers=(), dependencies=calls)
        facts = facts_of(found, Rollup(folder=tmp_path, files=()), AS_OF, operators=Operators.of(RULES))
        return judge_facts(facts, RULES, AS_OF)[0].state

    assert state(callers[0]) == "zombie"
    assert state(callers[0], portal) == "zombie"
    assert state(*callers) == "in_use"
