"""A beginning from the relaxed answers: what matters most is fixed where they have it, prices are found anew, and on.

At good prices the relaxed problem (prices.py) has most large units whole in one week. Left to annealing alone, a giant
that was once crowded out never comes back. So the units are fixed in batches, the ones that would cost most in a wrong
place first, each batch with what it is bound to; after each batch the prices of the rest are found anew. This is the
"diving" of mixed integer programming (Berthold, "Primal Heuristics for Mixed Integer Programs", TU Berlin 2006, ch. 3)
with Lagrangian prices in place of the linear program, and with the search's own insertion as the test of what fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from planner.search.annealing import Run, use_at_prices
from planner.search.flat import HEADER, Numbers
from planner.search.insertion import Prices
from planner.search.layout import Layout
from planner.search.prices import PriceSearch
from planner.search.relaxation import Reals
from planner.search.search import improve
from planner.search.tables import (
    HOLD_COLUMNS,
    MODE0,
    MUST,
    POOL,
    PRED0,
    PRED1,
    UNIT,
    UNIT_WEEKS,
    WITHIN0,
    WITHIN1,
    Arrays,
    Flags,
    Mask,
)

FIXED_SHARE, BATCHES = 0.4, 8
"""The share of all units that is fixed, in so many batches. Found by trials at 600 systems; 100 to 250 of 600 end alike."""
STEPS, CHUNK = 200, 20
"""Steps of the ascent after each batch, and how many of them between two looks at the clock."""
LIKELY = 0.02
"""Weeks in which fewer of the relaxed answers have a unit are not tried."""
BULKY = 0.1
"""A unit that needs this share of a pool's whole amount counts in full for what leaving it out would cost."""
TASTES = (0.4, 0.1, 0.0, 1.5)
"""How much units that must move are preferred, in one dive after the other: which is best differs from city to city."""
AIM = 0.006
"""The ascent aims so far above the bound, as a share."""


@dataclass(frozen=True, slots=True)
class Dived:
    """What a dive has fixed, and the problem's row that leaves all others only the weeks that go with it."""

    fixed: Mask
    row: Numbers
    guide: Prices


def bulk(arrays: Arrays) -> Reals:
    """The share of a pool's whole amount that a unit needs at least, of whatever kind it needs most."""
    pools = [
        arrays.capacity[a:b].max(axis=0) for a, b in zip(arrays.pool_first[:-1], arrays.pool_first[1:], strict=True)
    ]
    whole = np.maximum(1, np.array(pools, np.int64).reshape(len(pools), arrays.kinds))
    hold = (arrays.holds[:, HOLD_COLUMNS:] / whole[arrays.holds[:, POOL]]).max(axis=1, initial=0.0)
    replica = np.where(arrays.modes[:, 1] >= 0, hold[arrays.modes[:, 1]], 0.0)
    least = np.minimum.reduceat(np.maximum(hold[arrays.modes[:, 0]], replica), arrays.systems[:, MODE0])
    found: Reals = np.zeros(len(arrays.units))
    np.maximum.at(found, arrays.systems[:, UNIT], least)
    return found


def importance(layout: Layout, guide: Prices, taste: float) -> Reals:
    """What a unit in a wrong place may cost, about: what it uses, its mean regret, and what leaving it out would cost."""
    arrays = layout.arrays
    regret = np.maximum(0, guide.regret).astype(float)
    typical = float(np.median(regret[:, -1])) + 1.0
    most = 5 * typical
    open_weeks = np.maximum(1, arrays.unit_weeks.sum(axis=1))
    mean = (np.minimum(regret[:, :-1], most) * arrays.unit_weeks).sum(axis=1) / open_weeks
    must = arrays.units[:, MUST] > 0
    left_out = np.where(must, most, np.minimum(regret[:, -1], most))
    found: Reals = use_at_prices(layout, guide) + mean + must * taste * typical
    found += left_out * np.minimum(1.0, bulk(arrays) / BULKY)
    for first, last, _ in arrays.within_rows:  # they can only move together, so they count together
        members = arrays.within_members[first:last]
        found[members] = np.maximum(found[members], found[members].sum())
    return found


def dive(run: Run, prices: PriceSearch, taste: float, go_on: Callable[[int], bool]) -> Dived:
    """Put the most important units of an empty run where the relaxed answers have them; `prices` is used up.

    `go_on` is asked with the number of the batch after every few steps of the ascent; where it says no the next batch
    begins with the prices reached.
    """
    layout, arrays = run.layout, run.arrays
    units, weeks = arrays.unit_weeks.shape
    guide = prices.for_search()
    order = np.argsort(-importance(layout, guide, taste), kind="stable")
    size = max(1, int(units * FIXED_SHARE / BATCHES))
    allowed = np.ascontiguousarray(prices.unit_weeks.copy())
    fixed = np.zeros(units, np.bool_)
    row = layout.row.copy()
    place = row[HEADER + 2 * UNIT_WEEKS]
    open_weeks = row[place : place + units * weeks].reshape(units, weeks)
    for batch in range(BATCHES):
        chosen = order[batch * size : (batch + 1) * size]
        chosen = chosen[prices.seen[chosen].argmax(axis=1) < weeks]
        group = [unit for unit in _bound(arrays, chosen) if not fixed[unit]]
        _insert(run, row, open_weeks, group, allowed[:, :weeks] * (prices.seen[:, :weeks] > LIKELY))
        left = [unit for unit in group if run.state.week[unit] < 0 and arrays.units[unit, MUST]]
        if left:
            _insert(run, row, open_weeks, left, allowed[:, :weeks])
        for unit in group:
            week = run.state.week[unit]
            if week >= 0:
                fixed[unit] = True
                allowed[unit] = 0
                allowed[unit, week] = 1
        narrow(arrays, allowed, fixed)
        prices.restart(allowed, prices.best)
        prices.ascend(STEPS, CHUNK, AIM, partial(go_on, batch))
        if not prices.hopeless:
            guide = prices.for_search()
            run.guide(guide)
    open_weeks[...] = allowed[:, :weeks]
    return Dived(fixed, row, guide)


def _insert(run: Run, row: Numbers, open_weeks: Numbers, group: list[int], weeks: Flags) -> None:
    """Put the units of a group into a run, in their order, each in one of the weeks given for it."""
    open_weeks[...] = 0
    open_weeks[group] = weeks[group]
    inside = set(group)
    run.memory.order[:] = [*group, *(unit for unit in range(len(run.arrays.units)) if unit not in inside)]
    improve(row, run.state.row, run.memory.row, run.prices, 1, 1.0, 1, 0)


def _bound(arrays: Arrays, chosen: Numbers) -> list[int]:
    """The units chosen, each after what it waits for and followed by the members of its groups."""
    found: dict[int, None] = {}
    waiting = [int(unit) for unit in chosen[::-1]]
    opened: set[int] = set()
    while waiting:
        unit = waiting[-1]
        if unit in found:
            waiting.pop()
            continue
        if unit not in opened:
            opened.add(unit)
            first = arrays.links[arrays.units[unit, PRED0] : arrays.units[unit, PRED1], 0]
            waiting += [int(other) for other in first if int(other) not in opened]
            continue
        waiting.pop()
        found[unit] = None
        for group in arrays.within_of[arrays.units[unit, WITHIN0] : arrays.units[unit, WITHIN1]]:
            first_row, last_row, _ = arrays.within_rows[int(group)]
            members = arrays.within_members[first_row:last_row]
            waiting += [int(other) for other in members if int(other) not in opened]
    return list(found)


def narrow(arrays: Arrays, allowed: Flags, fixed: Mask) -> None:
    """Take from every unit the weeks that relations to fixed ones (or ones that must move) rule out; in place."""
    weeks = arrays.horizon
    rows = np.arange(len(arrays.links))
    follows = np.full(len(rows), -1, np.int64)
    for unit, one in enumerate(arrays.units):
        follows[one[PRED0] : one[PRED1]] = unit
    rows = rows[follows >= 0]
    then, first, lag = follows[rows], arrays.links[rows, 0], arrays.links[rows, 1]
    here = allowed[:, :weeks] > 0
    low = np.where(here.any(axis=1), here.argmax(axis=1), weeks)
    high = np.where(here.any(axis=1), weeks - 1 - here[:, ::-1].argmax(axis=1), -1)
    binding = fixed | (arrays.units[:, MUST] > 0)
    for group_first, group_last, spread in arrays.within_rows:
        members = arrays.within_members[group_first:group_last]
        sure = members[fixed[members]]
        if len(sure):
            low[members] = np.maximum(low[members], high[sure].max() - spread)
            high[members] = np.minimum(high[members], low[sure].min() + spread)
    for _ in range(len(fixed)):
        before = low.copy(), high.copy()
        np.maximum.at(low, then, np.minimum(weeks, low[first] + lag))
        bound = binding[then]
        np.minimum.at(high, first[bound], high[then[bound]] - lag[bound])
        if (before[0] == low).all() and (before[1] == high).all():
            break
    when = np.arange(weeks)
    allowed[:, :weeks] *= (when >= low[:, None]) & (when <= high[:, None])
