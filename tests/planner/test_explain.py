"""No plan: the chain of facts, the cheapest relaxation, the shortage with its amount; why a system stands there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from planner.compare import compare
from planner.explain import explain_no_plan
from planner.explain_system import explain_system
from planner.facts import chain_of_facts
from planner.presolve import find_windows
from planner.problem import PlanningProblem
from planner.problem_file import read_problem
from planner.solve import Infeasible, Solved, solve

EXAMPLE = Path(__file__).parent / "data" / "example-problem.json"


def example(**changes: Any) -> PlanningProblem:
    """The example with changes to systems (by id) or to the top."""
    raw: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    for name, change in changes.items():
        system = next((s for s in raw["systems"] if s["id"] == name), None)
        if system is None:
            raw[name] = change
        else:
            system.update(change)
    return read_problem(json.dumps(raw).encode())


def test_a_chain_of_facts_leads_from_a_freeze_to_the_missed_deadline() -> None:
    problem = example(his={"blocked_weeks": [0, 1, 2, 3, 4]}, pay={"deadline_week": 6})
    windows = find_windows(problem)
    chain = [text.zh for text in chain_of_facts(problem, windows, windows.impossible[0])]
    assert any("his" in text and "封网" in text for text in chain)
    assert any("pay" in text and "必须在 2026-W20" in text for text in chain)
    assert chain[-1].startswith("因此")
    outcome = solve(problem)
    assert isinstance(outcome, Infeasible)


def test_the_cheapest_deadline_to_move_is_proven() -> None:
    problem = example(his={"blocked_weeks": [0, 1, 2, 3, 4]}, pay={"deadline_week": 6})
    found = explain_no_plan(problem, time_limit_s=20)
    assert found.broken_in_all == 1
    assert found.proven_least
    assert "pay 的截止周推迟 1 周到 2026-W21（已证明最小）" in [text.zh for text in found.relaxations]
    assert {violation.rule for violation in found.violations} == {"weeks"}


def test_a_capacity_conflict_names_pool_week_and_amount() -> None:
    pools = json.loads(EXAMPLE.read_text(encoding="utf-8"))["pools"]
    pools[0]["capacity"] = [{"from_week": 0, "amount": [16, 64]}]
    pools[1]["capacity"] = [{"from_week": 0, "amount": [12, 40]}]
    problem = example(pools=pools, his={"deadline_week": 3}, web={"deadline_week": 4}, within=[])
    assert isinstance(solve(problem), Infeasible)
    found = explain_no_plan(problem, time_limit_s=20)
    assert any("a-x86" in text.zh or "b-arm" in text.zh for text in found.shortages)
    assert any("增加" in text.zh for text in found.shortages)
    assert found.least_violating is not None


def test_a_missed_target_gives_the_best_reachable_number() -> None:
    problem = example(targets=[{"by_week": 2, "systems": None, "at_least": 3}])
    found = explain_no_plan(problem, time_limit_s=20)
    assert any("由 3 个降为 1 个" in text.zh for text in found.relaxations)


def test_why_a_system_stands_there_and_what_an_earlier_week_costs() -> None:
    problem = example()
    outcome = solve(problem)
    assert isinstance(outcome, Solved)
    placement = explain_system(problem, outcome.plan, "pay", time_limit_s=10)
    assert placement.move is not None
    assert placement.move.week == 5
    assert [earlier.week for earlier in placement.earlier] == [2, 3]
    assert all(earlier.cost is None or earlier.cost >= 0 for earlier in placement.earlier)


def test_compare_names_what_changed_and_why() -> None:
    old, new = example(), example(pay={"release_week": 6, "deadline_week": 7})
    first, second = solve(old), solve(new)
    assert isinstance(first, Solved)
    assert isinstance(second, Solved)
    changes = {change.system: change for change in compare(old, first.plan, new, second.plan)}
    assert "pay" in changes
    assert "可开始周变了" in [text.zh for text in changes["pay"].reasons]
