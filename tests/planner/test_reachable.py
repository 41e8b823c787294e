"""Limits that are cut down to what can be used of them: no plan is lost, and bounds from prices are nearer the truth."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import pytest

from bench.planner_cities import CityKind, make_city
from planner.limits import COARSEST, EXACT, FINEST_GRID, MOST_FOR_PRICES, grid_of
from planner.presolve.presolve import find_windows
from planner.presolve.reachable import reachable, with_reachable_limits
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem
from planner.search.laying import lay_out
from planner.search.prices import PriceSearch
from tests.planner.contract import best, plans_in_all
from tests.planner.small import best_value, small_problem
from tests.planner.strangers import stranger
from tests.planner.test_explain import one_pool


def bound_of(problem: PlanningProblem, steps: int = 1500) -> int:
    prices = PriceSearch(lay_out(problem, find_windows(problem)))
    prices.run(1, 0.0)
    for _ in range(steps // 20):
        prices.run(20, prices.proven * 1.02 + 1)
        if prices.rho < 0.003:
            prices.refine()
    return prices.proven


def test_sums_are_those_that_trying_all_finds() -> None:
    rng = random.Random(3)
    for _ in range(300):
        choices = [sorted(rng.sample(range(1, 30), rng.randint(1, 3))) for _ in range(rng.randint(0, 5))]
        most = rng.randint(0, 60)
        tried = {sum(picked) for picked in itertools.product(*([0, *choice] for choice in choices))}
        found = reachable(choices, most)
        assert found is not None
        assert {n for n in range(most + 1) if found >> n & 1} == {n for n in tried if n <= most}
    assert reachable([[1]] * 10**5, 10**8) is None  # too long to list: common divisors have to do


@pytest.mark.parametrize("seed", [*range(10), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(10, 60))])
def test_the_best_plan_stays_the_best(seed: int) -> None:
    problem = small_problem(random.Random(seed).randint)
    assert best_value(with_reachable_limits(problem)) == best_value(problem)


@pytest.mark.parametrize("seed", [seed for seed in range(60) if plans_in_all(stranger(seed)) < 300])
def test_no_plan_of_a_stranger_is_lost_and_no_bound_is_above_its_best(seed: int) -> None:
    raw = stranger(seed)
    problem = read_problem(json.dumps(raw).encode())
    cut = with_reachable_limits(problem)
    wanted = best(raw)
    assert best(cut.as_json()) == wanted
    if wanted is not None and not find_windows(problem).contradiction:
        assert bound_of(cut, 200) <= wanted


def even(weeks: int = 8) -> dict[str, Any]:
    """Every system takes two days of a team that has five a week."""
    raw: dict[str, Any] = one_pool(12, 99, None)
    raw["teams"] = [{"id": "team", "periods": [{"from_week": w, "to_week": w, "amount": 5} for w in range(weeks)]}]
    for system in raw["systems"]:
        system["options"][0]["effort"] = {"team": [2]}
    return raw


def test_an_odd_day_that_nobody_can_use_is_not_offered() -> None:
    raw = even(one_pool(12, 99, None)["weeks"])
    cut = with_reachable_limits(read_problem(json.dumps(raw).encode()))
    assert {period.amount for period in cut.teams[0].periods} == {4}
    assert bound_of(cut) > bound_of(read_problem(json.dumps(raw).encode()))


def test_periods_of_several_weeks_and_capacity_go_by_common_divisors() -> None:
    raw = even(one_pool(12, 99, None)["weeks"])
    raw["teams"][0]["periods"] = [{"from_week": 0, "to_week": raw["weeks"] - 1, "amount": 17}]
    for system in raw["systems"]:
        system["options"][0]["demand"] = [6]
    raw["systems"][0]["frees"] = [{"pool": raw["pools"][0]["id"], "amount": [9], "weeks_after": 1}]
    cut = with_reachable_limits(read_problem(json.dumps(raw).encode()))
    assert cut.teams[0].periods[0].amount == 16
    before = raw["pools"][0]["capacity"][0]["amount"][0]
    assert cut.pools[0].capacity[0].amount[0] == before - before % 3
    raw["teams"][0]["periods"][0]["amount"] = 0
    assert with_reachable_limits(read_problem(json.dumps(raw).encode())).teams[0].periods[0].amount == 0


def larger(raw: dict[str, Any], factor: int) -> dict[str, Any]:
    """The same city with storage counted in smaller units: the same plans and values."""
    copy: dict[str, Any] = json.loads(json.dumps(raw))
    kinds = [n for n, name in enumerate(copy["resources"]) if name in {"ssd_gib", "hdd_gib"}]
    held = [h for s in copy["systems"] for h in (*s["options"], *s["replica_options"])]
    amounts = [h["demand"] for h in held]
    amounts += [f["amount"] for s in copy["systems"] for f in s.get("frees", ())]
    amounts += [offer["amount"] for offer in copy["clean_ups"]]
    amounts += [step["amount"] for pool in copy["pools"] for step in pool["capacity"]]
    for amount in amounts:
        for kind in kinds:
            amount[kind] *= factor
    return copy


def test_the_unit_of_storage_does_not_decide_how_good_the_bound_is() -> None:
    """In small units storage has small prices; rounded to coarse multiples they would cost the bound."""
    raw, _ = make_city(CityKind(systems=60, weeks=26, seed=5, slack=0.02))
    large, small = (read_problem(json.dumps(one).encode()) for one in (raw, larger(raw, 1000)))
    bounds = [bound_of(problem) for problem in (large, small)]
    assert bounds[1] >= 0.99 * bounds[0]


def test_prices_are_as_fine_as_their_sums_stay_exact() -> None:
    raw = even(one_pool(12, 99, None)["weeks"])
    assert grid_of(read_problem(json.dumps(raw).encode())) == 2**FINEST_GRID
    before = 2**FINEST_GRID
    for power in range(34):
        raw["weights"] = {**raw["weights"], "progress": 2**power}
        grid = int(grid_of(read_problem(json.dumps(raw).encode())))
        assert 2**COARSEST <= grid <= before
        before = grid
    assert before == 2**COARSEST
    assert MOST_FOR_PRICES * 2**COARSEST == EXACT
