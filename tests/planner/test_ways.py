"""Ways to begin a run, bases that nobody needs for themselves, and costs too large for prices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import planner.search.compiled
import planner.solving.stages
from bench.planner_cities import CityKind, make_city
from planner.check.check import check
from planner.presolve.presolve import find_windows
from planner.problem.file import read_problem
from planner.search.annealing import BY_WEEK, Run, in_order
from planner.search.compiled import forget_stale, sources_of_compiled
from planner.search.dive import TASTES
from planner.search.laying import lay_out
from planner.search.layout import Layout
from planner.search.prices import PriceSearch, free_prices
from planner.search.shared import Shared
from planner.search.tables import PRED0, PRED1, WISH
from planner.solving.improve import _search as search_late
from planner.solving.solve import Solved, solve


def city(systems: int = 40, weeks: int = 16, seed: int = 2) -> dict[str, Any]:
    raw, _ = make_city(CityKind(systems=systems, weeks=weeks, seed=seed, slack=0.3, clusters=0.8))
    return raw


def laid_out(raw: dict[str, Any]) -> Layout:
    problem = read_problem(json.dumps(raw).encode())
    return lay_out(problem, find_windows(problem))


def pairs_of(layout: Layout) -> list[tuple[int, int]]:
    rows = layout.arrays.units
    return [
        (int(layout.arrays.links[link, 0]), unit)
        for unit in range(len(rows))
        for link in range(rows[unit, PRED0], rows[unit, PRED1])
    ]


def test_list_order_follows_the_weeks_and_puts_nobody_before_whom_it_waits_for() -> None:
    layout = laid_out(city())
    pairs = pairs_of(layout)
    assert pairs
    backwards = -np.arange(len(layout.arrays.units), dtype=float)
    place = {int(unit): at for at, unit in enumerate(in_order(layout, backwards))}
    assert all(place[first] < place[then] for first, then in pairs)
    loners = [unit for unit in place if not any(unit in pair for pair in pairs)]
    assert [unit for unit in sorted(place, key=place.__getitem__) if unit in loners] == sorted(loners, reverse=True)


def test_a_run_by_weeks_schedules_units_at_once_and_keeps_its_prices() -> None:
    layout = laid_out(city())
    prices = PriceSearch(layout)
    prices.run(50, 1e6)
    guide = prices.for_search()
    run = Run(layout, guide)
    run.start(BY_WEEK, prices.relaxed_weeks())
    assert (run.state.week >= 0).mean() > 0.5
    assert run.seen_guide is guide


def test_relaxed_weeks_are_weeks() -> None:
    layout = laid_out(city())
    prices = PriceSearch(layout)
    prices.run(50, 1e6)
    weeks = prices.relaxed_weeks()
    assert ((weeks >= 0) & (weeks <= layout.arrays.horizon + 10)).all()


def base_and_follower() -> dict[str, Any]:
    """`base` has no weight and costs something: alone it had better stay; `portal` cannot move without it."""

    def system(name: str, weight: int, cost: int) -> dict[str, Any]:
        return {
            "id": name, "department": "d", "weight": weight, "preparation_weeks": 1, "release_week": 0, "due_week": 0,
            "deadline_week": None, "blocked_weeks": [], "replica_options": [],
            "options": [{"pool": "p", "demand": [1], "cost": cost, "effort": {}}],
        }  # fmt: skip

    return {
        "schema": "govcloud/planning-problem/1", "name": "base", "first_week": "2026-W01", "weeks": 4, "unscheduled_week": 9,
        "resources": ["vcpu"], "pools": [{"id": "p", "site": "A", "capacity": [{"from_week": 0, "amount": [9]}]}], "teams": [],
        "departments": [{"id": "d", "max_parallel": 1, "blocked_weeks": []}],
        "systems": [system("base", 0, 7), system("portal", 5, 1), system("alone", 0, 7)], "clean_ups": [], "together": [],
        "before": [{"first": "base", "then": "portal", "lag_weeks": 0}], "within": [], "apart": [], "same_site": [],
        "targets": [], "curve": [], "weights": {"lateness": 1, "progress": 1, "placement": 1, "curve": 1},
    }  # fmt: skip


def test_a_base_without_weight_is_wished_for_by_those_who_wait_for_it() -> None:
    layout = laid_out(base_and_follower())
    named = [layout.problem.systems[place].id for place in layout.order]
    wishes = dict(zip(named, layout.arrays.units[:, WISH], strict=True))
    assert (
        wishes["base"]
        == layout.arrays.timing[named.index("portal"), -1] - layout.arrays.timing[named.index("portal")].min()
    )
    assert (wishes["portal"], wishes["alone"]) == (0, 0)


def test_the_search_moves_a_base_without_weight_and_leaves_one_that_nobody_waits_for() -> None:
    layout = laid_out(base_and_follower())
    run = Run(layout, free_prices(layout), trust=0)
    run.chunk(0, 1.0)
    moves, _ = layout.moves(run.state.week, run.state.mode)
    assert sorted(move.system for move in moves) == ["base", "portal"]


@pytest.mark.parametrize("repeatable", [False, True])
def test_costs_too_large_for_exact_prices_are_searched_without_and_claim_no_bound_from_them(
    repeatable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner.solving.stages, "SMALL", -1)
    raw = base_and_follower()
    raw["weights"]["lateness"] = 2**40
    problem = read_problem(json.dumps(raw).encode())
    outcome = solve(problem, time_limit_s=2, repeatable=repeatable)
    assert isinstance(outcome, Solved)
    assert outcome.plan.record is not None
    assert outcome.plan.record.stages == ("search",)
    assert check(problem, outcome.plan) == []
    best = solve(read_problem(json.dumps(base_and_follower()).encode()), time_limit_s=10)
    assert isinstance(best, Solved)
    assert {(m.system, m.week) for m in outcome.plan.moves} == {(m.system, m.week) for m in best.plan.moves}
    assert outcome.plan.bound <= outcome.plan.value


def test_compiled_code_of_other_sources_is_forgotten(tmp_path: Path) -> None:
    """A change of what compiled code is made of, also of what that imports; not one of a module beside it."""
    kept, mark = tmp_path / "__pycache__", tmp_path / "__pycache__" / "search.improve.nbi"
    kept.mkdir()
    (tmp_path / "inner.py").write_text(
        "from planner.search.compiled import inner\nfrom planner.search.tables import UNIT\n", "utf-8"
    )
    (tmp_path / "tables.py").write_text("UNIT = 0\n", encoding="utf-8")
    (tmp_path / "beside.py").write_text("one", encoding="utf-8")
    forget_stale.__wrapped__(tmp_path)
    mark.write_bytes(b"compiled")
    (tmp_path / "beside.py").write_text("two", encoding="utf-8")
    assert not forget_stale.__wrapped__(tmp_path)
    assert mark.exists()
    for name, text in (("tables.py", "UNIT = 1\n"), ("inner.py", "from planner.search.compiled import inner\n")):
        mark.write_bytes(b"compiled")
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert forget_stale.__wrapped__(tmp_path)
        assert not mark.exists()


def test_all_that_the_search_is_made_of_counts_and_the_commands_do_not() -> None:
    names = {path.stem for path in sources_of_compiled(Path(planner.search.compiled.__file__).parent)}
    assert {"search", "ruin", "memory", "insertion", "state", "tables", "flat", "index", "relaxation"} <= names
    assert not names & {"laying", "prices", "improve"}


def test_a_thread_that_comes_late_goes_on_from_the_best_run_and_does_not_idle() -> None:
    problem = read_problem(json.dumps(city()).encode())
    windows = find_windows(problem)
    layout = lay_out(problem, windows)
    ticks = iter(range(1_000_000))
    stages = planner.solving.stages.Stages(
        problem=problem, windows=windows, problem_sha256="", time_limit_s=10.0, workers=2, repeatable=False,
        on_progress=lambda progress: None, should_stop=lambda: False, clock=lambda: 8.0 + next(ticks) * 0.02, began_at=0.0,
    )  # fmt: skip
    prices = PriceSearch(layout)
    prices.run(50, 1e6)
    shared = Shared(layout, prices)
    earlier = Run(layout, shared.guide)
    while not earlier.feasible:
        earlier.chunk(1000, 0.0)
    shared.offer(earlier)
    assert shared.cost is not None
    before = shared.cost
    search_late(stages, layout, shared, 2)
    assert stages.best_plan is not None  # it offered what it took over or made better
    assert shared.cost is not None
    assert shared.cost <= before
    assert next(ticks) > 20  # it used the time that was left


def test_dives_count_on_and_each_prefers_what_must_move_differently() -> None:
    layout = laid_out(city())
    shared = Shared(layout, PriceSearch(layout))
    assert [shared.next_dive() for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(set(TASTES)) == len(TASTES)
