"""The search never hands over an answer without a system that has to move, however much leaving it out would save."""

from __future__ import annotations

import json
import logging
import random
from typing import Any

import pytest

from bench.planner_cities import CityKind, make_city
from planner.check.check import check
from planner.presolve.presolve import find_windows
from planner.problem.file import read_problem
from planner.search.annealing import Run
from planner.search.laying import lay_out
from planner.search.prices import PriceSearch
from planner.solving import stages
from planner.solving.solve import Infeasible, Solved, solve

WEEKS = 10


def a_system(name: str, weight: int, vcpu: int, pin: dict[str, Any] | None = None) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "id": name, "department": "d", "weight": weight, "preparation_weeks": 1, "release_week": 0, "due_week": None,
        "deadline_week": None, "blocked_weeks": [], "replica_options": [],
        "options": [{"pool": "a", "demand": [vcpu], "cost": 0, "effort": {"team": [1]}}],
    }  # fmt: skip
    return raw if pin is None else {**raw, "pin": pin}


def a_problem(systems: list[dict[str, Any]], pools: dict[str, int], team: int) -> dict[str, Any]:
    return {
        "schema": "govcloud/planning-problem/1", "name": "pinned", "first_week": "2026-W10", "weeks": WEEKS,
        "unscheduled_week": WEEKS + 6, "resources": ["vcpu"],
        "pools": [
            {"id": name, "site": name, "capacity": [{"from_week": 0, "amount": [vcpu]}]} for name, vcpu in pools.items()
        ],
        "teams": [
            {"id": "team", "periods": [{"from_week": w, "to_week": w, "amount": team} for w in range(WEEKS)]}
        ],
        "departments": [{"id": "d", "max_parallel": 99, "blocked_weeks": []}], "systems": systems, "clean_ups": [],
        "together": [], "before": [], "within": [], "apart": [], "same_site": [], "targets": [], "curve": [],
        "weights": {"lateness": 1, "progress": 10, "placement": 1, "curve": 5},
    }  # fmt: skip


def giant_and_stars(seed: int) -> dict[str, Any]:
    """A pinned giant of no weight; without it dear systems, worth more than all others together, would fit."""
    rng = random.Random(seed)
    systems = [a_system("giant", 0, 60, {"week": 0})]
    systems += [a_system(f"star{n}", rng.choice([300, 1000, 3000]), rng.randint(30, 50)) for n in range(3)]
    systems += [a_system(f"small{n}", 1, rng.randint(1, 4)) for n in range(60)]
    return a_problem(systems, {"a": 100}, 8)


def bound_city(seed: int) -> dict[str, Any]:
    """Frozen and pinned systems, groups and chains, of very different worth, in two pools that are too small."""
    rng = random.Random(seed)
    systems = []
    for number in range(rng.randint(24, 48)):
        large = rng.random() < 0.2
        weight, vcpu = rng.choice([0, 1, 400]) if large else rng.choice([1, 2, 5]), rng.randint(2, 3) + 20 * large
        system = a_system(f"s{number}", weight, vcpu)
        system["options"].append({**system["options"][0], "pool": "b", "cost": rng.choice([0, 9, 900])})
        if large and rng.random() < 0.6:
            system["pin"] = rng.choice([{"week": rng.randrange(4)}, {"pool": rng.choice(["a", "b"])}])
        systems.append(system)
    raw = a_problem(systems, {"a": rng.randint(60, 110), "b": rng.randint(40, 80)}, 6)
    names = [system["id"] for system in systems]
    rng.shuffle(names)
    for one, two, three in zip(names[0:18:3], names[1:18:3], names[2:18:3], strict=True):
        match rng.randrange(3):
            case 0:
                raw["together"].append([one, two])
            case 1:
                raw["within"].append({"systems": [one, two, three], "weeks": 3})
            case _:
                raw["before"] += [
                    {"first": one, "then": two, "lag_weeks": 1},
                    {"first": two, "then": three, "lag_weeks": 0},
                ]
    if rng.random() < 0.5:
        moves = [
            {"system": s["id"], "week": rng.randrange(WEEKS), "pool": "a", "replica_pool": None}
            for s in systems
            if rng.random() < 0.6
        ]
        raw["previous"] = {"moves": moves, "moved_penalty": rng.choice([5, 5000])}
    raw["targets"] = [{"by_week": 6, "systems": None, "at_least": rng.randint(0, len(names) // 2)}]
    return raw


def search_alone(raw: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> bool:
    """Solve without the exact model; whether there was an answer. Nothing of it may be dropped by the check."""
    monkeypatch.setattr(stages, "SMALL", -1)
    problem = read_problem(json.dumps(raw).encode())
    with caplog.at_level(logging.ERROR, logger="planner.solving.stages"):
        outcome = solve(problem, time_limit_s=1, repeatable=True)
    assert [record.getMessage() for record in caplog.records] == []
    if isinstance(outcome, Solved):
        assert check(problem, outcome.plan) == []
    return isinstance(outcome, Solved | Infeasible)


@pytest.mark.parametrize("seed", range(4))
def test_a_pinned_system_stays_however_dear_those_are_that_it_keeps_out(
    seed: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert search_alone(giant_and_stars(seed), monkeypatch, caplog)


@pytest.mark.slow
def test_pins_frozen_weeks_groups_and_chains(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    assert sum(search_alone(bound_city(seed), monkeypatch, caplog) for seed in range(60)) > 30


@pytest.mark.slow
def test_the_last_that_have_to_move_are_looked_for_until_there_is_a_plan() -> None:
    """With poor prices and left to chance, 12 000 steps found no plan of this city: of 106 that have to move one was missing."""
    raw, _ = make_city(CityKind(systems=600, weeks=156, seed=4))
    problem = read_problem(json.dumps(raw).encode())
    layout = lay_out(problem, find_windows(problem))
    prices = PriceSearch(layout)
    for _ in range(5):
        prices.run(20, prices.proven * 1.1 + 1)
    run = Run(layout, prices.for_search(), 1)
    for _ in range(5):
        run.chunk(1000, 0.5)
        if run.feasible:
            break
    assert run.feasible
