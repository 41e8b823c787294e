"""Is this plan valid? Plain Python on the two files alone: every rule, every resource in every week, and the value.

It shares no code with the solver. Each function of check/dates.py, check/limits.py, check/relations.py and
check/value.py checks one rule of docs/reference/planning-problem.md and names what it finds: rule, system, week, pool
or team, and by how much.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from planner.check.dates import active_weeks, clean_ups_in_horizon, pins, pools, weeks
from planner.check.limits import capacity, departments, teams
from planner.check.relations import apart, before, targets, together, within
from planner.check.value import Value, value_and_bound, value_of
from planner.check.words import RULES, Violation, broken
from planner.plan import Plan, read_plan
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem

__all__ = ["RULES", "Value", "Violation", "active_weeks", "check", "check_files", "value_of"]


_MOVE_RULES = (weeks, pools, departments, together, before, within, apart, targets, pins)
"""In the order of the contract; those that need more than moves follow in `check`."""


def check_files(problem_bytes: bytes, plan_bytes: bytes) -> list[Violation]:
    """Check a plan file against a problem file.

    Raises:
        CollectError: one of the files cannot be read; the message lists every mistake.
    """
    problem = read_problem(problem_bytes)
    plan = read_plan(plan_bytes)
    return check(problem, plan, hashlib.sha256(problem_bytes).hexdigest())


def check(problem: PlanningProblem, plan: Plan, problem_sha256: str | None = None) -> list[Violation]:
    """Every rule that a plan breaks, empty if it is valid.

    Args:
        problem: the problem.
        plan: the plan, with its claimed value and bound.
        problem_sha256: the digest of the problem file; `None` leaves that comparison out.
    """
    if problem_sha256 is not None and plan.problem_sha256 != problem_sha256:
        found = plan.problem_sha256
        return [
            broken(
                "problem_sha256",
                f"方案属于另一个问题文件（{found[:12]}…）",
                f"the plan is for another problem file ({found[:12]}…)",
            )
        ]
    if violations := [*_unknown_or_doubled(problem, plan)]:
        return violations
    moves = {move.system: move for move in plan.moves}
    starts = {clean_up.id: clean_up.week for clean_up in plan.clean_ups}
    violations = [violation for rule in _MOVE_RULES for violation in rule(problem, moves)]
    for rule in (clean_ups_in_horizon, value_and_bound):
        violations += rule(problem, plan)
    return [*violations, *capacity(problem, moves, starts), *teams(problem, moves, starts)]


def _unknown_or_doubled(problem: PlanningProblem, plan: Plan) -> Iterator[Violation]:
    known = set(problem.by_id)
    offers = {offer.id for offer in problem.clean_ups}
    for name, count in Counter(move.system for move in plan.moves).items():
        if name not in known:
            yield broken("systems", f"问题中没有系统 {name}", f"the problem has no system {name}", system=name)
        elif count > 1:
            yield broken(
                "systems", f"系统 {name} 出现 {count} 次", f"system {name} stands there {count} times", system=name
            )
    for name, count in Counter(clean_up.id for clean_up in plan.clean_ups).items():
        if name not in offers:
            yield broken("clean_ups", f"问题中没有清理项 {name}", f"the problem has no clean-up {name}")
        elif count > 1:
            yield broken("clean_ups", f"清理项 {name} 出现 {count} 次", f"clean-up {name} stands there {count} times")
