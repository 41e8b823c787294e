"""Small plans with names, for the tests of what is shown of a plan."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from catalogs.words import Text
from planner.build.known import Known, SizeKnown, SystemKnown
from planner.check.check import check, value_of
from planner.plan import Move, Plan
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem
from planner.view.view import PlanView, plan_view

EXAMPLE = Path(__file__).parents[1] / "planner" / "data" / "example-problem.json"
PHONE = "13912345678"


def example_problem() -> PlanningProblem:
    return read_problem(EXAMPLE.read_bytes())


def example_plan() -> Plan:
    """The one optimum of the published example."""
    digest = hashlib.sha256(EXAMPLE.read_bytes()).hexdigest()
    moves = (
        Move(system="his", week=1, pool="a-x86", replica_pool="b-arm"),
        Move(system="pay", week=5, pool="a-x86", replica_pool=None),
        Move(system="web", week=3, pool="a-x86", replica_pool=None),
    )
    return Plan(problem_sha256=digest, moves=moves, clean_ups=(), value=259, bound=259)


def known(**names: str) -> Known:
    """Names for the example's systems; `his` has everything that can be known."""
    systems = {
        name: SystemKnown(
            name=names.get(name, name.upper()), department=f"单位{name}", mlps_level=3, size_class={"a-x86": "M"},
            servers={"a-x86": (("gov.4c16g", 2),)}, contacts=("contact-1",),
        )
        for name in ("his", "pay", "web")
    }  # fmt: skip
    left_out = (
        {"system": "sys-9", "name": names.get("left", "旧门户"), "department": "市教育局", "reason": "already-there", "detail": {"zh": "已在云上", "en": "there"}, "disposition": None, "count": 1},
        {"system": None, "name": None, "department": None, "reason": "classified", "detail": {"zh": "只计数", "en": "counted"}, "disposition": None, "count": 2},
    )  # fmt: skip
    return Known(
        plan_id="20260331T155959Z-1f3c9a7e", as_of="2026-03-31T15:59:59+00:00", systems=systems,
        departments={"health": "市卫健委", "finance": "市财政局"}, pools={"a-x86": "城东 x86"},
        teams={"migration": Text("迁移队伍（人日）", "migration")}, sizes={"M": SizeKnown(trial_run_weeks=4, cutover_hours=8)},
        retention_weeks=4, cutover_weekday=6, targets={0: Text("条款 SC-3", "clause SC-3")}, left_out=left_out,
        notes=({"code": "server-off", "subject": "his", "text": {"zh": "一台关机", "en": "one is off"}},),
    )  # fmt: skip


def example_view(**names: str) -> PlanView:
    return plan_view(example_problem(), example_plan(), known(**names))


def many(systems: int, weeks: int = 52) -> PlanView:
    """A valid plan of very many systems: one pool, one team, forty departments."""
    raw: dict[str, Any] = {
        "schema": "govcloud/planning-problem/1", "name": "many", "first_week": "2026-W14", "weeks": weeks, "unscheduled_week": weeks + 8,
        "resources": ["vcpu"], "pools": [{"id": "p", "site": "A", "capacity": [{"from_week": 0, "amount": [systems]}]}],
        "teams": [{"id": "t", "periods": [{"from_week": 0, "to_week": weeks - 1, "amount": 2 * systems}]}],
        "departments": [{"id": f"d{n:02d}", "max_parallel": systems, "blocked_weeks": []} for n in range(40)],
        "systems": [
            {"id": f"s{n:05d}", "department": f"d{n % 40:02d}", "weight": 1, "preparation_weeks": 2, "release_week": 0, "due_week": None,
             "deadline_week": None, "blocked_weeks": [], "options": [{"pool": "p", "demand": [1], "cost": 0, "effort": {"t": [1, 1]}}], "replica_options": []}
            for n in range(systems)
        ],
        "clean_ups": [], "together": [], "before": [], "within": [], "apart": [], "same_site": [], "targets": [], "curve": [],
        "weights": {"lateness": 1, "progress": 1, "placement": 1, "curve": 1},
    }  # fmt: skip
    content = json.dumps(raw).encode()
    problem = read_problem(content)
    moves = tuple(
        Move(system=f"s{n:05d}", week=1 + n * 7919 % (weeks - 1), pool="p", replica_pool=None) for n in range(systems)
    )
    value = value_of(problem, {move.system: move for move in moves}).total
    plan = Plan(
        problem_sha256=hashlib.sha256(content).hexdigest(), moves=moves, clean_ups=(), value=value, bound=0
    )  # fmt: skip
    assert check(problem, plan) == []
    return plan_view(problem, plan)
