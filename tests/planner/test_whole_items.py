"""Extra limits for bounds: every plan keeps them, and a starved team's bound is far better with them."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from bench.planner_cities import CityKind, make_city
from planner.presolve.presolve import find_windows
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem
from planner.search.laying import lay_out
from planner.search.prices import PriceSearch
from planner.search.whole_items import _Rule, with_whole_items
from planner.solving import stages
from planner.solving.solve import Infeasible, Solved, Unknown, solve
from tests.planner.small import best_value, small_problem
from tests.planner.test_explain import one_pool


def starved_city(seed: int, share: float) -> dict[str, Any]:
    """Fifty systems whose migration team has a share of what the planted plan takes; no deadlines, no targets."""
    raw, _ = make_city(CityKind(systems=50, weeks=40, seed=seed))
    for period in raw["teams"][0]["periods"]:
        period["amount"] = int(period["amount"] * share)
    for system in raw["systems"]:
        system["deadline_week"] = None
    return {**raw, "targets": []}


def bound_of(problem: PlanningProblem, *, tight: bool) -> int:
    layout = lay_out(with_whole_items(problem) if tight else problem, find_windows(problem))
    prices = PriceSearch(layout)
    prices.run(1500, 0.0)
    return prices.proven


def test_whatever_fits_together_keeps_the_extra_limit() -> None:
    rng = random.Random(1)
    for _ in range(3000):
        amount, k = rng.randint(1, 40), rng.randint(1, 3)
        rule, left, counted = _Rule("team", amount, k, ""), amount, 0
        while left and rng.random() < 0.9:
            used = rng.randint(1, left)
            left -= used
            counted += rule.of(used)
        assert counted <= k * amount


def test_two_that_do_not_fit_into_one_week_are_bounded_as_whole_ones() -> None:
    raw = one_pool(6, 99, None)
    for period in raw["teams"][0]["periods"]:
        period["amount"] = 8
    for system in raw["systems"]:
        system["options"][0]["effort"] = {"team": [5]}
    problem = read_problem(json.dumps(raw).encode())
    outcome = solve(problem, time_limit_s=10)
    assert isinstance(outcome, Solved)
    assert bound_of(problem, tight=False) < bound_of(problem, tight=True) <= outcome.plan.value


@pytest.mark.parametrize("seed", [0, 1])
def test_a_starved_team_has_a_far_better_bound(seed: int) -> None:
    problem = read_problem(json.dumps(starved_city(seed, 0.4)).encode())
    plain, tight = bound_of(problem, tight=False), bound_of(problem, tight=True)
    assert tight > 1.02 * plain


@pytest.mark.slow
def test_the_extra_limits_take_no_plan_away() -> None:
    changed = 0
    for seed in range(200):
        problem = small_problem(random.Random(seed).randint)
        tight = with_whole_items(problem)
        changed += tight is not problem
        choices = [1 + problem.weeks * len(s.options) * max(1, len(s.replica_options)) for s in problem.systems]
        if tight is not problem and len(problem.systems) <= 3 and max(choices) <= 12:
            assert best_value(problem) == best_value(tight), seed
    assert changed > 60


@pytest.mark.slow
def test_the_whole_model_beside_the_search_agrees_with_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "SMALL", 3)  # never before the search, always beside it
    proven = 0
    for seed in range(40):
        problem = small_problem(random.Random(seed).randint)
        if len(problem.systems) > 3:
            continue
        wanted = best_value(problem)
        match solve(problem, time_limit_s=3):
            case Solved(plan=plan):
                assert wanted is not None
                assert plan.bound <= wanted <= plan.value
                proven += plan.value == plan.bound
            case Infeasible():
                assert wanted is None, seed
            case Unknown(bound=bound):
                assert wanted is None or bound <= wanted
    assert proven > 10
