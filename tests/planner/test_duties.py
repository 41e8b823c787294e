"""What systems with a duty need by their dates: said at once, and never said where a plan exists."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from planner.explain.balance_duties import duty_shortages
from planner.explain.explain import explain_no_plan
from planner.presolve.presolve import find_windows
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem
from tests.planner.small import best_value
from tests.planner.test_explain import one_pool


def short(problem: PlanningProblem) -> list[str]:
    return [text.zh for text in duty_shortages(problem, find_windows(problem))]


def test_a_pool_too_small_for_those_with_a_deadline_is_named_with_the_amount() -> None:
    problem = read_problem(json.dumps(one_pool(5, 12, 3)).encode())
    assert short(problem) == [
        "到 2026-W17 必须割接的 5 个系统，资源池 xc 至少要 20 vcpu，只有 12：至少增加 8（必要，未必够；已证明）"
    ]


def test_a_team_with_too_little_before_the_date_is_named_though_it_has_enough_later() -> None:
    raw = one_pool(5, 99, 1)
    for period in raw["teams"][0]["periods"]:
        period["amount"] = 2
    problem = read_problem(json.dumps(raw).encode())
    assert short(problem) == [
        "到 2026-W15 必须割接的 5 个系统，力量 team 至少要 5，只有 4：至少增加 1（必要，未必够；已证明）"
    ]
    for system in raw["systems"]:
        system["deadline_week"] = 2
    assert short(read_problem(json.dumps(raw).encode())) == []


def test_it_is_told_before_anything_is_solved() -> None:
    first: list[Any] = []
    problem = read_problem(json.dumps(one_pool(5, 12, 3)).encode())
    found = explain_no_plan(problem, time_limit_s=20, on_first=lambda _facts, sums: first.extend(sums))
    assert [text.zh for text in first] == short(problem)
    assert set(first) <= set(found.shortages)


def with_deadlines(seed: int) -> PlanningProblem:
    """Three systems with deadlines that a pool and a team may just be enough for, or not."""
    rng = random.Random(seed)
    raw = one_pool(3, rng.randint(8, 14), None)
    for period in raw["teams"][0]["periods"]:
        period["amount"] = rng.randint(1, 2)
    raw["pools"][0]["capacity"].append({"from_week": 3, "amount": [rng.randint(8, 16)]})
    for system in raw["systems"]:
        system["deadline_week"], system["release_week"] = rng.randint(1, 4), rng.randint(0, 1)
        system["options"][0] |= {"demand": [rng.randint(2, 6)], "effort": {"team": [rng.randint(0, 2)]}}
    return read_problem(json.dumps(raw).encode())


@pytest.mark.slow
def test_where_there_is_a_plan_nothing_is_short() -> None:
    """Against brute force: whatever is said to be necessary is missing in truth."""
    said = 0
    for seed in range(150):
        problem = with_deadlines(seed)
        windows = find_windows(problem)
        if not windows.contradiction and duty_shortages(problem, windows):
            said += 1
            assert best_value(problem) is None, seed
    assert said > 20
