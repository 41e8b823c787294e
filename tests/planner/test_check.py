"""Each rule of the contract, broken once: the check names it with its place and its amount."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from planner.check.check import RULES, check, check_files, value_of
from planner.plan import CleanUp, Move, Plan, read_plan
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem

EXAMPLE = Path(__file__).parent / "data" / "example-problem.json"
HIS = Move(system="his", week=1, pool="a-x86", replica_pool="b-arm")
PAY = Move(system="pay", week=5, pool="a-x86", replica_pool=None)
WEB = Move(system="web", week=3, pool="a-x86", replica_pool=None)


def problem(**changes: object) -> PlanningProblem:
    raw: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return read_problem(json.dumps(raw | changes).encode())


def broken(given: PlanningProblem, *moves: Move, clean_ups: tuple[CleanUp, ...] = ()) -> dict[str, Any]:
    """The violations by rule, other than of the value, which is computed here."""
    known = {m.system: m for m in moves if m.system in given.by_id and given.by_id[m.system].option(m.pool)}
    value = value_of(given, known).total
    plan = Plan(problem_sha256="", moves=moves, clean_ups=clean_ups, value=value, bound=0)
    return {violation.rule: violation.as_json() for violation in check(given, plan)}


def test_the_plan_of_the_contract_is_valid_and_worth_259() -> None:
    value = value_of(problem(), {move.system: move for move in (HIS, PAY, WEB)})
    assert (value.lateness, value.progress, value.placement, value.total) == (0, 23, 29, 259)
    assert broken(problem(), HIS, PAY, WEB) == {}


def test_each_rule_is_found_broken() -> None:
    given = problem()
    assert broken(given, HIS, WEB)["weeks"]["system"] == "pay"
    assert broken(given, HIS, PAY, Move(system="web", week=8, pool="a-x86", replica_pool=None))["weeks"]["week"] == 8
    assert broken(given, HIS, Move(system="pay", week=4, pool="a-x86", replica_pool=None), WEB)["weeks"]["week"] == 4
    assert (
        broken(given, HIS, PAY, Move(system="web", week=3, pool="b-arm", replica_pool=None))["pools"]["system"] == "web"
    )
    assert (
        broken(given, Move(system="his", week=1, pool="a-x86", replica_pool=None), PAY, WEB)["pools"]["system"] == "his"
    )
    early = Move(system="pay", week=3, pool="a-x86", replica_pool=None)
    over = broken(given, HIS, early, Move(system="web", week=4, pool="a-x86", replica_pool=None))["capacity"]
    assert (over["pool"], over["week"], over["amount"]) == ("a-x86", 3, 16)  # memory: 48 + 32 of 64 GiB
    assert broken(given, HIS, Move(system="pay", week=1, pool="a-x86", replica_pool=None), WEB)["before"]["amount"] == 1
    assert broken(given, HIS, Move(system="pay", week=3, pool="a-x86", replica_pool=None), WEB)["apart"]["week"] == 3
    assert broken(given, PAY)["before"]["system"] == "pay"
    assert broken(given, HIS, PAY)["within"]["system"] == "his"
    assert "targets" in broken(
        problem(targets=[{"by_week": 3, "systems": ["pay", "web"], "at_least": 2}]), HIS, PAY, WEB
    )
    assert "together" in broken(problem(together=[["his", "web"]]), HIS, PAY, WEB)


def test_teams_departments_clean_ups_and_pins() -> None:
    periods = [{"from_week": 0, "to_week": 1, "amount": 6}, {"from_week": 3, "to_week": 7, "amount": 20}]
    over = broken(problem(teams=[{"id": "migration", "periods": periods}]), HIS, PAY, WEB)["teams"]
    assert (over["team"], over["week"], over["amount"]) == ("migration", 0, 1)
    late_start = [{"from_week": 0, "to_week": 2, "amount": 10}, {"from_week": 4, "to_week": 7, "amount": 20}]
    nothing = broken(problem(teams=[{"id": "migration", "periods": late_start}]), HIS, PAY, WEB)["teams"]
    assert (nothing["week"], nothing["amount"]) == (3, 2)
    both = Move(system="his", week=4, pool="a-x86", replica_pool="b-arm")
    assert broken(problem(), both, PAY, WEB)["departments"]["week"] == 3
    last = CleanUp(id="zombie-7", week=7)
    assert broken(problem(), HIS, PAY, WEB, clean_ups=(last,)) == {}
    after = CleanUp(id="zombie-7", week=8)
    assert "clean_ups" in broken(problem(), HIS, PAY, WEB, clean_ups=(after,))
    raw = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    raw["systems"][2]["pin"] = {"week": 5, "replica_pool": None}
    assert broken(read_problem(json.dumps(raw).encode()), HIS, PAY, WEB)["pins"]["system"] == "web"


def test_freed_capacity_counts_from_its_week_on() -> None:
    arm = Move(system="pay", week=5, pool="b-arm", replica_pool=None)  # 6 + 10 of 12 vcpu
    assert broken(problem(), HIS, arm, WEB)["capacity"]["amount"] == 2  # web frees 2 from week 5 on: 14
    clean_up = CleanUp(id="zombie-7", week=4)  # 4 more from week 5 on
    assert broken(problem(), HIS, arm, WEB, clean_ups=(clean_up,)) == {}
    assert broken(problem(), HIS, arm, WEB, clean_ups=(CleanUp(id="zombie-7", week=5),))["capacity"]["week"] == 5


def test_value_bound_digest_and_doubles() -> None:
    content = EXAMPLE.read_bytes()
    plan = Plan(problem_sha256="0" * 64, moves=(HIS, PAY, WEB), clean_ups=(), value=259, bound=259)
    assert [v.rule for v in check_files(content, plan.to_bytes())] == ["problem_sha256"]
    assert [
        v.rule
        for v in check(problem(), Plan(problem_sha256="", moves=(HIS, PAY, WEB), clean_ups=(), value=258, bound=260))
    ] == ["value", "bound"]
    assert [
        v.rule for v in check(problem(), Plan(problem_sha256="", moves=(HIS, HIS), clean_ups=(), value=0, bound=0))
    ] == ["systems"]
    assert read_plan(plan.to_bytes()) == plan


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"schema": "govcloud/plan/1", "moves": 3}'])
def test_a_broken_plan_file_gets_a_message(content: bytes) -> None:
    from catalogs.errors import CollectError

    with pytest.raises(CollectError):
        read_plan(content)


def said(given: PlanningProblem, *moves: Move) -> str:
    plan = Plan(problem_sha256="", moves=moves, clean_ups=(), value=0, bound=0)
    return "\n".join(map(str, check(given, plan)))


def test_weeks_are_told_by_number_and_calendar_and_rules_by_name() -> None:
    late = Move(system="pay", week=7, pool="a-x86", replica_pool=None)
    assert "周次与期限（weeks）：pay 第 7 周（2026-W21）割接，晚于截止的第 6 周（2026-W20）" in said(
        problem(), HIS, late, WEB
    )
    far = Move(system="web", week=10**15, pool="a-x86", replica_pool=None)
    assert f"第 {10**15} 周" in said(problem(), HIS, PAY, far) or "超出规划期" in said(problem(), HIS, PAY, far)


def test_a_replica_too_few_and_one_too_many_are_told_apart() -> None:
    none = Move(system="his", week=1, pool="a-x86", replica_pool=None)
    assert "his 要求灾备，方案没有给灾备池" in said(problem(), none, PAY, WEB)
    one = Move(system="web", week=3, pool="a-x86", replica_pool="b-arm")
    assert "web 不设灾备，方案却给了灾备池 b-arm" in said(problem(), HIS, PAY, one)


def test_every_rule_has_a_name() -> None:
    folder = Path(__file__).resolve().parents[2] / "planner" / "check"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    assert set(re.findall(r'\bbroken\(\s*"([a-z_0-9]+)"', source)) == set(RULES)


def test_the_check_knows_nothing_of_the_solver() -> None:
    """What the check imports of this package, step by step: the two files, their words, and itself."""
    folder = Path(__file__).resolve().parents[2] / "planner"
    found: set[str] = set()
    waiting = ["check.check"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            source = (folder / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")
            waiting += re.findall(r"^\s*from planner\.([\w.]+) import ", source, re.MULTILINE)
            assert not re.search(r"^\s*(?:from|import) (?:ortools|numba|numpy|scipy)", source, re.MULTILINE), name
    rules = {f"check.{name}" for name in ("check", "words", "dates", "limits", "relations", "value")}
    assert found == {*rules, "plan", *(f"problem.{name}" for name in ("problem", "file", "references", "strict_json"))}
