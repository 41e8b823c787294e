"""Beginning by a dive: what it fixes, what it leaves the others, and what bound units are reckoned to lose."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.planner_cities import CityKind, make_city
from planner.plan import Move
from planner.presolve.presolve import find_windows
from planner.problem.file import read_problem
from planner.search.annealing import BY_DIVE, Run
from planner.search.dive import _bound, bulk, dive, importance, narrow
from planner.search.follow import following
from planner.search.laying import lay_out
from planner.search.layout import Layout
from planner.search.prices import FORBIDDEN, PriceSearch
from planner.search.tables import HOLD_COLUMNS, PRED0, PRED1, WITHIN0, WITHIN1


def laid_out(seed: int = 2, systems: int = 60, clusters: float = 0.8) -> tuple[Layout, list[dict[str, Any]]]:
    raw, moves = make_city(CityKind(systems=systems, weeks=20, seed=seed, slack=0.2, clusters=clusters))
    problem = read_problem(json.dumps(raw).encode())
    return lay_out(problem, find_windows(problem)), moves


def priced(layout: Layout) -> PriceSearch:
    prices = PriceSearch(layout)
    prices.run(1, 0.0)
    prices.run(200, prices.proven * 1.05)
    return prices


def pairs_of(layout: Layout) -> list[tuple[int, int, int]]:
    arrays = layout.arrays
    return [
        (int(first), unit, int(lag))
        for unit, one in enumerate(arrays.units)
        for first, lag in arrays.links[one[PRED0] : one[PRED1]]
    ]


def test_what_a_dive_fixes_keeps_every_relation_and_stays_while_locked() -> None:
    layout, _ = laid_out()
    prices = priced(layout)
    run = Run(layout, prices.for_search())
    dived = dive(run, prices.fork(prices.best, prices.seen), 0.4, lambda batch: True)
    week = run.state.week
    assert dived.fixed.sum() >= 0.3 * len(week)
    assert (week[dived.fixed] >= 0).all()
    assert (week[~dived.fixed] < 0).all()
    both = [(first, then, lag) for first, then, lag in pairs_of(layout) if dived.fixed[first] and dived.fixed[then]]
    assert both
    assert all(week[then] >= week[first] + lag for first, then, lag in both)
    here = week[dived.fixed].copy()
    run.lock(dived.fixed, dived.row)
    for share in (0.0, 0.5, 1.0):
        run.chunk(500, share)
        assert (run.state.week[dived.fixed] == here).all()
    run.unlock()
    run.chunk(3000, 0.0)
    assert run.way == BY_DIVE
    assert (run.state.week[dived.fixed] != here).any()


def test_a_dive_asks_whether_to_go_on_and_ends_when_told() -> None:
    layout, _ = laid_out()
    prices = priced(layout)
    asked: list[int] = []

    def go_on(batch: int) -> bool:
        asked.append(batch)
        return False

    dive(Run(layout, prices.for_search()), prices.fork(prices.best, prices.seen), 0.0, go_on)
    assert asked == sorted(set(asked))  # no batch is asked twice after a no
    assert len(asked) > 1


@pytest.mark.parametrize("seed", range(6))
def test_narrowing_never_takes_the_week_of_a_plan_that_has_the_fixed_units_there(seed: int) -> None:
    layout, moves = laid_out(seed)
    arrays = layout.arrays
    planted = tuple(
        Move(system=m["system"], week=m["week"], pool=m["pool"], replica_pool=m["replica_pool"]) for m in moves
    )
    week, _ = layout.answer(planted, ())
    fixed = (np.random.default_rng(seed).random(len(week)) < 0.4) & (week >= 0)
    allowed = np.column_stack([arrays.unit_weeks, np.ones(len(week), np.uint8)]).astype(np.uint8)
    allowed[fixed] = 0
    allowed[fixed, week[fixed]] = 1
    before = int(allowed.sum())
    narrow(arrays, allowed, fixed)
    placed = np.nonzero(week >= 0)[0]
    assert allowed[placed, week[placed]].all()
    assert int(allowed.sum()) < before


def test_what_is_bound_comes_along_predecessors_first() -> None:
    layout, _ = laid_out()
    arrays = layout.arrays
    pairs = pairs_of(layout)
    last = next(then for _, then, _ in pairs)
    order = _bound(arrays, np.array([last]))
    place = {unit: at for at, unit in enumerate(order)}
    assert last in place
    for first, then, _ in pairs:
        if then in place:
            assert place[first] < place[then]
    grouped = next(unit for unit, one in enumerate(arrays.units) if one[WITHIN1] > one[WITHIN0])
    group = int(arrays.within_of[arrays.units[grouped, WITHIN0]])
    first_row, last_row, _ = arrays.within_rows[group]
    assert {int(unit) for unit in arrays.within_members[first_row:last_row]} <= set(_bound(arrays, np.array([grouped])))


def test_a_giant_counts_more_than_a_dwarf_and_a_group_counts_as_one() -> None:
    layout, _ = laid_out()
    guide = priced(layout).for_search()
    worth, share = importance(layout, guide, 0.0), bulk(layout.arrays)
    assert ((share >= 0) & (share <= 1.5)).all()
    grouped = layout.arrays.units[:, WITHIN1] > layout.arrays.units[:, WITHIN0]
    giants, dwarfs = share > np.quantile(share, 0.9), share < np.quantile(share, 0.5)
    assert worth[giants & ~grouped].mean() > worth[dwarfs & ~grouped].mean()
    for first, last, _ in layout.arrays.within_rows:
        members = layout.arrays.within_members[first:last]
        assert np.ptp(worth[members]) < 1e-6 * worth[members].max()


def least_lost(
    layout: Layout, places: np.ndarray[Any, Any], unit: int, week: int, later: list[tuple[int, int]]
) -> float:
    """By trying every week: what direct successors without followers of their own lose."""
    weeks = layout.arrays.horizon
    total = 0.0
    for then, lag in later:
        choices = [places[then, w] for w in range(week + lag, weeks)] + [places[then, weeks]]
        total += min(choices) - places[then].min()
    return total


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000))
def test_what_followers_lose_is_what_trying_every_week_finds(seed: int) -> None:
    layout, _ = laid_out(seed % 5)
    arrays = layout.arrays
    places = np.random.default_rng(seed).integers(0, 1000, (len(arrays.units), arrays.horizon + 1)).astype(float)
    lost = following(arrays, places)
    pairs = pairs_of(layout)
    leads = {first for first, _, _ in pairs}
    grouped = {unit for unit, one in enumerate(arrays.units) if one[WITHIN1] > one[WITHIN0]}
    tried = 0
    for unit in leads - grouped:
        later = [(then, lag) for first, then, lag in pairs if first == unit]
        if any(then in leads or then in grouped for then, _ in later):
            continue
        tried += 1
        for week in range(arrays.horizon):
            assert lost[unit, week] == pytest.approx(least_lost(layout, places, unit, week, later))
    assert tried
    free = [unit for unit in range(len(arrays.units)) if unit not in leads and unit not in grouped]
    assert (lost[free] == 0).all()


def test_members_of_a_group_lose_what_the_nearest_weeks_leave_them() -> None:
    layout, _ = laid_out()
    arrays = layout.arrays
    places = np.random.default_rng(1).integers(0, 1000, (len(arrays.units), arrays.horizon + 1)).astype(float)
    lost = following(arrays, places)
    leads = {first for first, _, _ in pairs_of(layout)}
    checked = 0
    for first, last, spread in arrays.within_rows:
        members = [int(unit) for unit in arrays.within_members[first:last]]
        if leads & set(members) or any(
            arrays.units[unit, WITHIN1] - arrays.units[unit, WITHIN0] > 1 for unit in members
        ):
            continue
        near = {
            unit: [
                places[unit, max(0, w - spread) : min(arrays.horizon, w + spread + 1)].min()
                for w in range(arrays.horizon)
            ]
            for unit in members
        }
        for unit in members:
            wanted = [
                sum(near[other][w] - min(near[other]) for other in members if other != unit)
                for w in range(arrays.horizon)
            ]
            assert lost[unit].tolist() == pytest.approx(wanted)
            checked += 1
    assert checked


def test_prices_of_places_order_the_weeks() -> None:
    layout, _ = laid_out()
    guide = priced(layout).for_search()
    closed = layout.arrays.unit_weeks == 0
    assert closed.any()
    assert (guide.regret[:, :-1][closed] > FORBIDDEN / 2).all()
    cost = np.take_along_axis(guide.regret[:, :-1] + guide.follow, guide.order, axis=1)
    assert (np.diff(cost, axis=1) >= 0).all()


@pytest.mark.parametrize("seed", range(4))
def test_after_any_steps_what_is_left_of_everything_is_what_the_schedule_leaves(seed: int) -> None:
    layout, _ = laid_out(seed, clusters=0.5)
    arrays = layout.arrays
    run = Run(layout, priced(layout).for_search(), seed=seed + 1)
    for share in (0.0, 0.3, 0.9):
        run.chunk(400, share)
    used = np.zeros_like(arrays.capacity)
    for system, one in enumerate(arrays.systems):
        week = int(run.state.week[one[0]])
        if week < 0:
            continue
        start = week - one[2] + 1
        for hold in arrays.modes[run.state.mode[system], :2]:
            if hold >= 0:
                used[arrays.pool_cells[arrays.holds[hold, 0], start]] += arrays.holds[hold, HOLD_COLUMNS:]
        for pool, after, *amounts in arrays.freed[one[7] : one[8]]:
            if week + after < arrays.horizon:
                used[arrays.pool_cells[pool, week + after]] -= amounts
    for first, last in zip(arrays.pool_first[:-1], arrays.pool_first[1:], strict=True):
        left = arrays.capacity[first:last] - np.cumsum(used[first:last], axis=0)
        assert (run.state.slack[first:last] == left).all()
        assert (run.state.least[first:last] == np.minimum.accumulate(left[::-1], axis=0)[::-1]).all()
        assert (left >= 0).all()
