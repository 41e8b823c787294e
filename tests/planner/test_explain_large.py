"""A thousand systems and one contradiction put in by hand: the answer is that one, and proven least."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.planner_cities import CityKind, make_city
from planner.explain.explain import Explanation, explain_no_plan
from planner.problem.file import read_problem


def city() -> dict[str, Any]:
    raw, _ = make_city(CityKind(systems=1000, seed=1))
    return raw


def explained(raw: dict[str, Any]) -> Explanation:
    return explain_no_plan(read_problem(json.dumps(raw).encode()), time_limit_s=40)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_that_move_together_with_dates_that_do_not_meet() -> None:
    raw = city()
    systems = {system["id"]: system for system in raw["systems"]}
    first, second = raw["together"][0][:2]
    systems[first]["deadline_week"], systems[second]["release_week"] = 8, 20
    found = explained(raw)
    assert any(first in text.zh and "封网" not in text.zh for text in found.facts)
    assert found.proven_least
    assert [text.zh.startswith(f"{first} 的截止周推迟") for text in found.relaxations] == [True]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_freeze_of_whom_a_deadline_waits_for() -> None:
    raw = city()
    systems = {system["id"]: system for system in raw["systems"]}
    pair = raw["before"][0]
    systems[pair["then"]]["deadline_week"] = 10
    systems[pair["first"]]["blocked_weeks"] = list(range(14))
    found = explained(raw)
    assert found.proven_least
    assert len(found.relaxations) == 1
    assert pair["then"] in found.relaxations[0].zh


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_target_that_a_team_cannot_do_names_what_is_necessary_at_once() -> None:
    raw = city()
    for period in raw["teams"][0]["periods"]:
        period["amount"] = period["amount"] * 4 // 10
    first: list[Any] = []
    problem = read_problem(json.dumps(raw).encode())
    found = explain_no_plan(problem, time_limit_s=10, on_first=lambda _, sums: first.extend(sums))
    assert any("力量 migration 至少要" in text.zh for text in first)
    assert found.least_possible is not None
    assert found.least_possible > 100
