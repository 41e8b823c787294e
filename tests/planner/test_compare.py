"""What changed between two plans: how each system moved, and why."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema

from planner.plan import Move, Plan
from planner.problem.problem import Pin, PlannedSystem, PlanningProblem
from planner.view.compare import Change, compare, facts, summary
from tests.report.plan_builders import example_plan, example_problem

SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "plan-comparison.schema.json"


def moved(plan: Plan, system: str, **changes: object) -> Plan:
    return replace(plan, moves=tuple(replace(m, **changes) if m.system == system else m for m in plan.moves))  # type: ignore[arg-type]


def with_system(problem: PlanningProblem, system: str, **changes: object) -> PlanningProblem:
    def change(one: PlannedSystem) -> PlannedSystem:
        return replace(one, **changes) if one.id == system else one  # type: ignore[arg-type]

    return replace(problem, systems=tuple(change(one) for one in problem.systems))


def changes(old: Plan, new: Plan, problem: PlanningProblem | None = None) -> dict[str, Change]:
    before, after = example_problem(), problem or example_problem()
    found = compare(before, old, after, new)
    whole = {**summary(before, old, after, new), "changes": [one.as_json() for one in found]}
    jsonschema.validate(whole, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return {one.system: one for one in found}


def test_the_same_plan_has_no_changes() -> None:
    assert changes(example_plan(), example_plan()) == {}


def test_every_way_to_change_has_its_name() -> None:
    plan = example_plan()
    without = replace(plan, moves=plan.moves[:2])
    assert changes(plan, moved(plan, "web", week=4))["web"].how.zh == "推迟 1 周"
    assert changes(plan, moved(plan, "pay", week=3))["pay"].how.zh == "提前 2 周"
    assert changes(plan, moved(plan, "pay", pool="b-arm"))["pay"].kind == "pool"
    assert changes(plan, moved(plan, "his", replica_pool=None))["his"].kind == "replica"
    assert changes(plan, without)["web"].kind == "dropped"
    assert changes(without, plan)["web"].kind == "added"


def test_a_relation_that_drew_a_system_along_is_the_reason() -> None:
    plan = example_plan()
    later = moved(moved(plan, "his", week=5), "pay", week=6)
    reasons = [text.zh for text in changes(plan, later)["pay"].reasons]
    assert any("须在 his（现为 2026-W19）之后" in reason for reason in reasons)  # pay follows his by a week


def test_the_first_week_counts_where_it_decides() -> None:
    plan = example_plan()
    problem = with_system(example_problem(), "web", release_week=4)
    shut = changes(plan, moved(plan, "web", week=4), problem)["web"].reasons
    assert "最早可开始周 2026-W17 → 2026-W18" in [text.zh for text in shut]
    other = with_system(example_problem(), "web", release_week=1)
    later = changes(plan, moved(plan, "web", week=4), other)["web"].reasons  # it may begin earlier: no reason to defer
    assert not [text for text in later if "最早可开始周" in text.zh]


def test_who_holds_the_old_place_now_is_named() -> None:
    problem = example_problem()
    plan = Plan(
        problem_sha256="-", clean_ups=(), value=0, bound=0,
        moves=(Move(system="pay", week=3, pool="a-x86", replica_pool=None),),
    )  # fmt: skip
    # his and web come into a-x86; beside them there is no room for pay before the pool grows
    after = moved(example_plan(), "pay", week=5)
    reasons = [text.zh for text in compare(problem, plan, problem, after)[1].reasons]
    assert any("原位置现由 his、web 占用" in reason for reason in reasons), reasons


def test_a_pin_is_a_reason_and_the_whole_is_said_in_words() -> None:
    plan = example_plan()
    problem = with_system(example_problem(), "web", pin=Pin(week=4))
    found = changes(plan, moved(plan, "web", week=4), problem)
    assert "锁定变了" in [text.zh for text in found["web"].reasons]
    said = facts(tuple(found.values()), summary(example_problem(), plan, problem, moved(plan, "web", week=4)))
    assert said[0].zh == "1 个系统有变化：推迟 1 个"
    assert said[1].en.startswith("value 259 → 269 (+10")


def test_a_worse_plan_of_the_same_problem_is_said_to_be_unfinished() -> None:
    plan, problem = example_plan(), example_problem()
    worse = moved(plan, "web", week=4)
    said = [text.zh for text in facts((), summary(problem, plan, problem, worse))]
    assert "不可直接相比" not in said[1]
    assert any("原方案更好：后一个没有求到底" in text for text in said)
    assert not any("没有求到底" in text.zh for text in facts((), summary(problem, worse, problem, plan)))
    other = with_system(problem, "web", release_week=1)
    said = [text.zh for text in facts((), summary(problem, plan, other, worse))]
    assert "不可直接相比" in said[1]
    assert not any("没有求到底" in text for text in said)
