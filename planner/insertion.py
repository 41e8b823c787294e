"""The best place for one unit in a partial schedule; compiled, for the search.

Places are compared by 4 × the change of the value + `trust` × what the place uses at current prices (prices.py):
`trust` 0 sees only the value, 4 weighs prices in full.
"""

from __future__ import annotations

from typing import NamedTuple

from planner.compiled import inner
from planner.layout import (
    APART0,
    APART1,
    DEPARTMENT,
    GOAL0,
    GOAL1,
    MODE0,
    MODE1,
    MUST,
    PAIR0,
    PAIR1,
    PRED0,
    PRED1,
    PREPARATION,
    PREVIOUS_WEEK,
    SUCC0,
    SUCC1,
    SYSTEM0,
    SYSTEM1,
    WITHIN0,
    WITHIN1,
    Arrays,
    Flags,
    Numbers,
)
from planner.state import (
    BIG,
    RANDOM,
    State,
    change_system,
    department_has_room,
    effort_fits,
    hold_fits,
    mode_cost,
    put_unit,
)

FAR = 1 << 62


class Prices(NamedTuple):
    """What using anything costs others, by cut-over week: per hold (capacity, effort) and per unit (all else)."""

    hold: Numbers
    unit: Numbers
    cheapest: Numbers
    """Per system: the least that any of its modes costs."""


@inner
def draw(state: State, below: int) -> int:
    """A pseudo-random number in 0 … below − 1 (xorshift64)."""
    x = state.scalars[RANDOM]
    x ^= x << 13
    x ^= (x >> 7) & 0x1FFFFFFFFFFFFFF
    x ^= x << 17
    state.scalars[RANDOM] = x
    return int(((x >> 11) & 0x1FFFFFFFFFFFFF) % below)


@inner
def fill_gain(arrays: Arrays, state: State, unit: int) -> None:
    """state.gain[w]: how much the goals' cost falls if the unit cuts over in week w."""
    weeks = arrays.horizon
    for week in range(weeks):
        state.gain[week] = 0
    for row in range(arrays.units[unit, GOAL0], arrays.units[unit, GOAL1]):
        goal = arrays.goal_of[row, 0]
        missing = arrays.goals[goal, 1] - state.reached[goal]
        last = min(arrays.goals[goal, 0], weeks - 1)
        if missing > 0 and last >= 0:
            price = state.scalars[BIG] if goal < arrays.hard_goals else arrays.goals[goal, 2]
            state.gain[last] += price * min(missing, arrays.goal_of[row, 1])
    for week in range(weeks - 2, -1, -1):
        state.gain[week] += state.gain[week + 1]


@inner
def first_week(arrays: Arrays, state: State, unit: int) -> int:
    """The earliest week that scheduled neighbours leave; past the horizon if a predecessor stays unscheduled.

    A predecessor that must move does not count while it waits: the duty not kept costs enough already.
    """
    low = 0
    for row in range(arrays.units[unit, PRED0], arrays.units[unit, PRED1]):
        week = state.week[arrays.links[row, 0]]
        if week < 0 and not arrays.units[arrays.links[row, 0], MUST]:
            return arrays.horizon
        if week < 0:
            continue  # it has to move and will be put before this one
        low = max(low, week + arrays.links[row, 1])
    for row in range(arrays.units[unit, WITHIN0], arrays.units[unit, WITHIN1]):
        group = arrays.within_of[row]
        low = max(low, state.anchor[group])
        for member in range(arrays.within_rows[group, 0], arrays.within_rows[group, 1]):
            week = state.week[arrays.within_members[member]]
            if week >= 0:
                low = max(low, week - arrays.within_rows[group, 2])
    return low


@inner
def last_week(arrays: Arrays, state: State, unit: int) -> int:
    """The latest week that scheduled neighbours leave."""
    high = arrays.horizon - 1
    for row in range(arrays.units[unit, SUCC0], arrays.units[unit, SUCC1]):
        week = state.week[arrays.links[row, 0]]
        if week >= 0:
            high = min(high, week - arrays.links[row, 1])
    for row in range(arrays.units[unit, WITHIN0], arrays.units[unit, WITHIN1]):
        group = arrays.within_of[row]
        if state.anchor[group] >= 0:
            high = min(high, state.anchor[group] + arrays.within_rows[group, 2])
        for member in range(arrays.within_rows[group, 0], arrays.within_rows[group, 1]):
            week = state.week[arrays.within_members[member]]
            if week >= 0:
                high = min(high, week + arrays.within_rows[group, 2])
    return high


@inner
def best_mode(
    arrays: Arrays, state: State, hold_weeks: Flags, prices: Prices, system: int, week: int, trust: int, limit: int
) -> tuple[int, int]:
    """The best mode of a system in a week that fits, and its score; (-1, limit) if none scores below `limit`."""
    start = week - arrays.systems[system, PREPARATION] + 1
    best, chosen = limit, -1
    for mode in range(arrays.systems[system, MODE0], arrays.systems[system, MODE1]):
        hold, replica = arrays.modes[mode, 0], arrays.modes[mode, 1]
        if hold_weeks[hold, week] == 0:
            continue
        score = 4 * arrays.modes[mode, 2] + trust * prices.hold[hold, week]
        if replica >= 0:
            if hold_weeks[replica, week] == 0:
                continue
            score += trust * prices.hold[replica, week]
        if (
            arrays.systems[system, PREVIOUS_WEEK] == week
            or arrays.systems[system, PAIR1] > arrays.systems[system, PAIR0]
        ):
            score += 4 * (mode_cost(arrays, state, system, week, mode) - arrays.modes[mode, 2])
        if score >= best or not hold_fits(arrays, state, hold, start):
            continue
        if replica >= 0 and not hold_fits(arrays, state, replica, start):
            continue
        if effort_fits(arrays, state, hold, start):
            best, chosen = score, mode
    return chosen, best


@inner
def try_members(
    arrays: Arrays, state: State, hold_weeks: Flags, prices: Prices, unit: int, week: int, trust: int, limit: int
) -> int:
    """The score of a unit of several systems in a week, each taking its best mode in turn; `limit` if they do not fit.

    Leaves the modes in state.mode and everything else as it was.
    """
    first, last = arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]
    total, placed = 0, first
    for system in range(first, last):
        if not department_has_room(arrays, state, system, week):
            break
        mode, score = best_mode(arrays, state, hold_weeks, prices, system, week, trust, limit)
        if mode < 0:
            break
        total += score
        state.mode[system] = mode
        change_system(arrays, state, system, week, mode, 1)
        placed += 1
    for system in range(first, placed):
        change_system(arrays, state, system, week, state.mode[system], -1)
    return total if placed == last and total < limit else limit


@inner
def insert_unit(  # noqa: PLR0912 - split up, each part would be compiled with all arguments again
    arrays: Arrays,
    state: State,
    unit_weeks: Flags,
    hold_weeks: Flags,
    prices: Prices,
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
    first, last = arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]
    stay = 4 * (arrays.timing[unit, arrays.horizon] + state.duty[unit])
    if arrays.systems[first, DEPARTMENT] < 0 and draw(state, 2) == 0:
        stay = FAR  # a clean-up costs nothing and gains nothing by itself: try it now and then
    best, chosen, chosen_mode = stay, -1, -1
    cheapest = 0
    for system in range(first, last):
        cheapest += prices.cheapest[system]
    for week in range(low, high + 1):
        if unit_weeks[unit, week] == 0:
            continue
        base = 4 * (arrays.timing[unit, week] - state.gain[week]) + trust * prices.unit[unit, week]
        if base + 4 * cheapest >= best and trust == 0:
            continue
        if base >= best and trust != 0 and arrays.moved_bonus == 0:
            continue
        if skip > 0 and draw(state, 1024) < skip:
            continue
        clash = False
        for row in range(arrays.units[unit, APART0], arrays.units[unit, APART1]):
            clash = clash or state.apart[arrays.apart_of[row], week] > 0
        if clash:
            continue
        if last - first == 1:
            if department_has_room(arrays, state, first, week):
                mode, score = best_mode(arrays, state, hold_weeks, prices, first, week, trust, best - base)
                if mode >= 0:
                    best, chosen, chosen_mode = base + score, week, mode
        else:
            score = try_members(arrays, state, hold_weeks, prices, unit, week, trust, best - base)
            if score < best - base:
                best, chosen = base + score, week
    if chosen < 0:
        return False
    if last - first == 1:
        state.mode[first] = chosen_mode
    else:
        try_members(arrays, state, hold_weeks, prices, unit, chosen, trust, FAR)
    put_unit(arrays, state, unit, chosen)
    return True
