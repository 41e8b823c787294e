"""“Proven least” must be least: explanations of small problems without a plan against trying everything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planner.check.check import check
from planner.explain import soft as explain_soft
from planner.explain.explain import Explanation, explain_no_plan
from planner.problem.file import read_problem
from tests.planner.contract import best, least_broken, plans_in_all
from tests.planner.strangers import stranger
from tests.planner.test_explain import one_pool


def hopeless(first: int, last: int) -> list[tuple[int, dict[str, Any]]]:
    """Strangers' problems without a plan, small enough to try everything also without deadlines."""
    found = []
    for seed in range(first, last):
        raw = stranger(seed)
        soft = raw | {"systems": [s | {"deadline_week": None} for s in raw["systems"]]}
        if plans_in_all(soft) <= 1500 and best(raw) is None:
            found.append((seed, raw))
    return found


def explained(raw: dict[str, Any], seconds: float = 4) -> Explanation:
    return explain_no_plan(read_problem(json.dumps(raw).encode()), time_limit_s=seconds, workers=1)


def agrees(seed: int, raw: dict[str, Any]) -> bool:
    """What is claimed against what is true; returns whether it was proven."""
    truth, found = least_broken(raw), explained(raw)
    if found.broken_in_all is None:
        assert truth is None, seed  # pins and limits forbid every plan
        return False
    assert truth is not None, seed
    assert found.least_possible is not None
    assert found.least_possible <= truth <= found.broken_in_all, seed
    if found.proven_least:
        assert found.broken_in_all == truth, seed
    assert found.least_violating is not None
    problem = read_problem(json.dumps(raw).encode())
    broken = check(problem, found.least_violating)
    assert {violation.rule for violation in broken} <= {"weeks", "targets"}, (seed, broken)
    return found.proven_least


def test_what_is_proven_least_is_least() -> None:
    cases = hopeless(0, 160)
    proven = [agrees(seed, raw) for seed, raw in cases]
    assert len(cases) > 20
    assert sum(proven) > len(cases) // 3


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_way_of_large_problems_claims_nothing_false(monkeypatch: pytest.MonkeyPatch) -> None:
    """The core is never one model here, as in problems of thousands of systems."""
    monkeypatch.setattr(explain_soft, "MOST_CHOICES", 0)
    for seed, raw in hopeless(160, 320):
        agrees(seed, raw)


def test_whom_a_late_system_waits_for_is_moved_although_it_weighs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of five without weight before a deadline that one week more would keep: only that week is asked for."""
    monkeypatch.setattr(explain_soft, "MOST_CHOICES", 0)
    raw = one_pool(6, 99, None)
    raw["before"] = [{"first": f"s{n}", "then": f"s{n + 1}", "lag_weeks": 1} for n in range(5)]
    for system in raw["systems"]:
        system["weight"] = 0
    raw["systems"][5]["deadline_week"] = 4
    found = explained(raw, 20)
    assert (found.broken_in_all, found.proven_least) == (1, True)
    assert [text.zh for text in found.relaxations] == ["s5 的截止周推迟 1 周到 2026-W19（已证明最小）"]
