"""The best place for one unit in a partial schedule; compiled, for the search.

Places are compared by 4 × the change of the value + `trust` × what the place uses at current prices (prices.py):
`trust` 0 sees only the value, 4 weighs prices in full.
"""

from __future__ import annotations

from typing import NamedTuple

from planner.search.booking import change_system, department_has_room, effort_fits, hold_fits, mode_cost, put_unit
from planner.search.compiled import inner
from planner.search.flat import Numbers
from planner.search.index import ix
from planner.search.neighbours import first_week, last_week, leads
from planner.search.state import BIG, RANDOM, S_APART, S_DUTY, S_GAIN, S_MODE, S_REACHED
from planner.search.tables import (
    APART0,
    APART1,
    APART_OF,
    DEPARTMENT,
    GOAL0,
    GOAL1,
    GOAL_OF,
    GOALS,
    HARD_GOALS,
    HOLD_WEEKS,
    HORIZON,
    MODE0,
    MODE1,
    MODES,
    MOVED_BONUS,
    PAIR0,
    PAIR1,
    PREPARATION,
    PREVIOUS_WEEK,
    SYSTEM0,
    SYSTEM1,
    SYSTEMS,
    TIMING,
    UNIT_WEEKS,
    UNITS,
    WISH,
)

FAR = 1 << 62
ENOUGH = 4
"""Weeks are tried from the cheapest at prices on; after so many improvements the rest is not looked at."""
P_HOLD, P_UNIT, P_CHEAPEST, P_REGRET, P_FOLLOW, P_ORDER = range(6)
"""Numbers of the tables of a row of prices, in the order of the fields of `Prices`."""


class Prices(NamedTuple):
    """What using anything costs others, by cut-over week: per hold (capacity, effort) and per unit (all else)."""

    hold: Numbers
    unit: Numbers
    cheapest: Numbers
    """Per system: the least that any of its modes costs."""
    regret: Numbers
    """Per unit and week (last: unscheduled): what the place costs at these prices beyond where relaxed answers have it."""
    follow: Numbers
    """Per unit and week: what those bound to it then lose at least, if they are still to be placed (follow.py)."""
    order: Numbers
    """Per unit: its weeks, the cheapest place first."""


@inner
def draw(state: Numbers, below: int) -> int:
    """A pseudo-random number in 0 … below − 1 (xorshift64)."""
    x = state[RANDOM]
    x ^= x << 13
    x ^= (x >> 7) & 0x1FFFFFFFFFFFFFF
    x ^= x << 17
    state[RANDOM] = x
    return int(((x >> 11) & 0x1FFFFFFFFFFFFF) % below)


@inner
def fill_gain(arrays: Numbers, state: Numbers, unit: int) -> None:
    """state[ix(state, S_GAIN, w, 0)]: how much the goals' cost falls if the unit cuts over in week w."""
    weeks = arrays[HORIZON]
    for week in range(weeks):
        state[ix(state, S_GAIN, week, 0)] = 0
    for row in range(arrays[ix(arrays, UNITS, unit, GOAL0)], arrays[ix(arrays, UNITS, unit, GOAL1)]):
        goal = arrays[ix(arrays, GOAL_OF, row, 0)]
        missing = arrays[ix(arrays, GOALS, goal, 1)] - state[ix(state, S_REACHED, goal, 0)]
        last = min(arrays[ix(arrays, GOALS, goal, 0)], weeks - 1)
        if missing > 0 and last >= 0:
            price = state[BIG] if goal < arrays[HARD_GOALS] else arrays[ix(arrays, GOALS, goal, 2)]
            state[ix(state, S_GAIN, last, 0)] += price * min(missing, arrays[ix(arrays, GOAL_OF, row, 1)])
    for week in range(weeks - 2, -1, -1):
        state[ix(state, S_GAIN, week, 0)] += state[ix(state, S_GAIN, week + 1, 0)]


@inner
def best_mode(
    arrays: Numbers, state: Numbers, prices: Numbers, system: int, week: int, trust: int, limit: int
) -> tuple[int, int]:
    """The best mode of a system in a week that fits, and its score; (-1, limit) if none scores below `limit`."""
    start = week - arrays[ix(arrays, SYSTEMS, system, PREPARATION)] + 1
    best, chosen = limit, -1
    for mode in range(arrays[ix(arrays, SYSTEMS, system, MODE0)], arrays[ix(arrays, SYSTEMS, system, MODE1)]):
        hold, replica = arrays[ix(arrays, MODES, mode, 0)], arrays[ix(arrays, MODES, mode, 1)]
        if arrays[ix(arrays, HOLD_WEEKS, hold, week)] == 0:
            continue
        score = 4 * arrays[ix(arrays, MODES, mode, 2)] + trust * prices[ix(prices, P_HOLD, hold, week)]
        if replica >= 0:
            if arrays[ix(arrays, HOLD_WEEKS, replica, week)] == 0:
                continue
            score += trust * prices[ix(prices, P_HOLD, replica, week)]
        if (
            arrays[ix(arrays, SYSTEMS, system, PREVIOUS_WEEK)] == week
            or arrays[ix(arrays, SYSTEMS, system, PAIR1)] > arrays[ix(arrays, SYSTEMS, system, PAIR0)]
        ):
            score += 4 * (mode_cost(arrays, state, system, week, mode) - arrays[ix(arrays, MODES, mode, 2)])
        if score >= best or not hold_fits(arrays, state, hold, start):
            continue
        if replica >= 0 and not hold_fits(arrays, state, replica, start):
            continue
        if effort_fits(arrays, state, hold, start):
            best, chosen = score, mode
    return chosen, best


@inner
def try_members(arrays: Numbers, state: Numbers, prices: Numbers, unit: int, week: int, trust: int, limit: int) -> int:
    """The score of a unit of several systems in a week, each taking its best mode in turn; `limit` if they do not fit.

    Leaves the modes in state.mode and everything else as it was.
    """
    first, last = arrays[ix(arrays, UNITS, unit, SYSTEM0)], arrays[ix(arrays, UNITS, unit, SYSTEM1)]
    total, placed = 0, first
    for system in range(first, last):
        if not department_has_room(arrays, state, system, week):
            break
        mode, score = best_mode(arrays, state, prices, system, week, trust, limit)
        if mode < 0:
            break
        total += score
        state[ix(state, S_MODE, system, 0)] = mode
        change_system(arrays, state, system, week, mode, 1)
        placed += 1
    for system in range(first, placed):
        change_system(arrays, state, system, week, state[ix(state, S_MODE, system, 0)], -1)
    return total if placed == last and total < limit else limit


@inner
def staying(arrays: Numbers, state: Numbers, unit: int) -> int:
    """The score of leaving a unit out: what that costs, its duty, and what it is worth to those that wait for it."""
    if arrays[ix(arrays, SYSTEMS, arrays[ix(arrays, UNITS, unit, SYSTEM0)], DEPARTMENT)] < 0 and draw(state, 2) == 0:
        return FAR  # a clean-up costs nothing and gains nothing by itself: try it now and then
    cost = arrays[ix(arrays, TIMING, unit, arrays[HORIZON])] + state[ix(state, S_DUTY, unit, 0)]
    return int(4 * (cost + arrays[ix(arrays, UNITS, unit, WISH)]))


@inner
def clashes(arrays: Numbers, state: Numbers, unit: int, week: int) -> bool:
    """Whether one that has to stand apart from the unit is in that week."""
    for row in range(arrays[ix(arrays, UNITS, unit, APART0)], arrays[ix(arrays, UNITS, unit, APART1)]):
        if state[ix(state, S_APART, arrays[ix(arrays, APART_OF, row, 0)], week)] > 0:
            return True
    return False


@inner
def insert_unit(  # noqa: PLR0912 - split up, each part would be compiled with all arguments again
    arrays: Numbers,
    state: Numbers,
    prices: Numbers,
    unit: int,
    trust: int,
    skip: int,
) -> bool:
    """Schedule a unit at its best place; False where nothing fits or staying out is better.

    A week is passed over with probability `skip` in 1024, which keeps the search from always making the same choice.
    """
    low, high = first_week(arrays, state, unit), last_week(arrays, state, unit)
    if low > high:
        return False
    fill_gain(arrays, state, unit)
    first, last = arrays[ix(arrays, UNITS, unit, SYSTEM0)], arrays[ix(arrays, UNITS, unit, SYSTEM1)]
    best, chosen, chosen_mode = staying(arrays, state, unit), -1, -1
    cheapest = 0
    for system in range(first, last):
        cheapest += prices[ix(prices, P_CHEAPEST, system, 0)]
    ahead = trust if leads(arrays, state, unit) else 0
    fitting = ENOUGH if state[ix(state, S_GAIN, 0, 0)] == 0 and arrays[MOVED_BONUS] == 0 else arrays[HORIZON]
    for place in range(arrays[HORIZON]):
        week = prices[ix(prices, P_ORDER, unit, place)]
        if week < low or week > high or arrays[ix(arrays, UNIT_WEEKS, unit, week)] == 0:
            continue
        base = (
            4 * (arrays[ix(arrays, TIMING, unit, week)] - state[ix(state, S_GAIN, week, 0)])
            + trust * prices[ix(prices, P_UNIT, unit, week)]
            + ahead * prices[ix(prices, P_FOLLOW, unit, week)]
        )
        if base + 4 * cheapest >= best and trust == 0:
            continue
        if base >= best and trust != 0 and arrays[MOVED_BONUS] == 0:
            continue
        if skip > 0 and draw(state, 1024) < skip:
            continue
        if clashes(arrays, state, unit, week):
            continue
        if last - first == 1:
            if department_has_room(arrays, state, first, week):
                mode, score = best_mode(arrays, state, prices, first, week, trust, best - base)
                if mode >= 0:
                    best, chosen, chosen_mode = base + score, week, mode
                    fitting -= 1
        else:
            score = try_members(arrays, state, prices, unit, week, trust, best - base)
            if score < best - base:
                best, chosen = base + score, week
                fitting -= 1
        if fitting == 0:
            break
    if chosen < 0:
        return False
    if last - first == 1:
        state[ix(state, S_MODE, first, 0)] = chosen_mode
    else:
        try_members(arrays, state, prices, unit, chosen, trust, FAR)
    put_unit(arrays, state, unit, chosen)
    return True
