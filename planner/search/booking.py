"""Booking units in and out of a partial schedule, one at a time, and asking what fits; compiled, for the search.

Every function here keeps the sums of `State` (state.py) exact: what is left in each cell, period, department week and
goal, how many duties are unkept, and the value so far. Nothing here decides anything.
"""

from __future__ import annotations

from planner.search.compiled import inner
from planner.search.flat import Numbers
from planner.search.index import ix
from planner.search.state import (
    BIG,
    COST,
    LACKING,
    NEGATIVE,
    S_ACTIVE,
    S_APART,
    S_DUTY,
    S_LEAST,
    S_MODE,
    S_PERIOD,
    S_REACHED,
    S_SLACK,
    S_WEEK,
)
from planner.search.tables import (
    APART0,
    APART1,
    APART_OF,
    DEPARTMENT,
    EFFORT0,
    EFFORT1,
    EFFORTS,
    FREE0,
    FREE1,
    FREED,
    GOAL0,
    GOAL1,
    GOAL_OF,
    GOALS,
    HARD_GOALS,
    HOLD_COLUMNS,
    HOLDS,
    HORIZON,
    KINDS,
    MODES,
    MOVED_BONUS,
    MUST,
    PAIR0,
    PAIR1,
    PAIRS,
    PARALLEL,
    PERIOD_OF,
    POOL,
    POOL_CELLS,
    POOL_FIRST,
    PREPARATION,
    PREVIOUS_MODE,
    PREVIOUS_WEEK,
    SITE,
    SYSTEM0,
    SYSTEM1,
    SYSTEMS,
    TIMING,
    UNIT,
    UNITS,
)


@inner
def change_cells(arrays: Numbers, state: Numbers, pool: int, cell: int, at: int, sign: int) -> None:
    """Add `sign` × the amounts that stand at a place of `arrays` to what is left in a pool from a cell on."""
    first, last = arrays[ix(arrays, POOL_FIRST, pool, 0)], arrays[ix(arrays, POOL_FIRST, pool + 1, 0)]
    width = arrays[KINDS]
    for kind in range(width):
        amount = sign * arrays[at + kind]
        if amount == 0:
            continue
        here, end = ix(state, S_SLACK, cell, kind), ix(state, S_SLACK, last, kind)
        for place in range(here, end, width):
            before = state[place]
            after = before + amount
            state[place] = after
            if (before < 0) != (after < 0):
                state[NEGATIVE] += 1 if after < 0 else -1
        here, end = ix(state, S_LEAST, cell, kind), ix(state, S_LEAST, last, kind)
        for place in range(here, end, width):  # all that is still to come has changed by the same amount
            state[place] += amount
        slack = ix(state, S_SLACK, cell, kind)
        for back in range(1, cell - first + 1):  # before it: only as far back as the least changes
            place = here - back * width
            least = min(state[place + width], state[slack - back * width])
            if least == state[place]:
                break
            state[place] = least


@inner
def change_system(arrays: Numbers, state: Numbers, system: int, week: int, mode: int, sign: int) -> None:
    """Book (`sign` 1) or give back (-1) all that a system in this week and mode uses."""
    start = week - arrays[ix(arrays, SYSTEMS, system, PREPARATION)] + 1
    hold, replica = arrays[ix(arrays, MODES, mode, 0)], arrays[ix(arrays, MODES, mode, 1)]
    pool = arrays[ix(arrays, HOLDS, hold, POOL)]
    change_cells(
        arrays, state, pool, arrays[ix(arrays, POOL_CELLS, pool, start)], ix(arrays, HOLDS, hold, HOLD_COLUMNS), -sign
    )
    if replica >= 0:
        pool = arrays[ix(arrays, HOLDS, replica, POOL)]
        change_cells(
            arrays,
            state,
            pool,
            arrays[ix(arrays, POOL_CELLS, pool, start)],
            ix(arrays, HOLDS, replica, HOLD_COLUMNS),
            -sign,
        )
    for effort in range(arrays[ix(arrays, HOLDS, hold, EFFORT0)], arrays[ix(arrays, HOLDS, hold, EFFORT1)]):
        period = arrays[
            ix(
                arrays,
                PERIOD_OF,
                arrays[ix(arrays, EFFORTS, effort, 0)],
                start + arrays[ix(arrays, EFFORTS, effort, 1)],
            )
        ]
        state[ix(state, S_PERIOD, period, 0)] -= sign * arrays[ix(arrays, EFFORTS, effort, 2)]
    department = arrays[ix(arrays, SYSTEMS, system, DEPARTMENT)]
    if department >= 0:
        for active in range(start, week + 1):
            state[ix(state, S_ACTIVE, department, active)] += sign
    for row in range(arrays[ix(arrays, SYSTEMS, system, FREE0)], arrays[ix(arrays, SYSTEMS, system, FREE1)]):
        free_week = week + arrays[ix(arrays, FREED, row, 1)]
        if free_week < arrays[HORIZON]:
            pool = arrays[ix(arrays, FREED, row, 0)]
            change_cells(
                arrays, state, pool, arrays[ix(arrays, POOL_CELLS, pool, free_week)], ix(arrays, FREED, row, 2), sign
            )


@inner
def hold_fits(arrays: Numbers, state: Numbers, hold: int, start: int) -> bool:
    """Whether a demand fits from a week to the end."""
    cell = arrays[ix(arrays, POOL_CELLS, arrays[ix(arrays, HOLDS, hold, POOL)], start)]
    for kind in range(arrays[KINDS]):
        wanted = arrays[ix(arrays, HOLDS, hold, HOLD_COLUMNS + kind)]
        if wanted > 0 and wanted > state[ix(state, S_LEAST, cell, kind)]:
            return False
    return True


@inner
def effort_fits(arrays: Numbers, state: Numbers, hold: int, start: int) -> bool:
    """Whether the teams have what an option needs; several weeks of one period add up."""
    first = arrays[ix(arrays, HOLDS, hold, EFFORT0)]
    for effort in range(first, arrays[ix(arrays, HOLDS, hold, EFFORT1)]):
        team = arrays[ix(arrays, EFFORTS, effort, 0)]
        period = arrays[ix(arrays, PERIOD_OF, team, start + arrays[ix(arrays, EFFORTS, effort, 1)])]
        if period < 0:
            return False
        wanted = arrays[ix(arrays, EFFORTS, effort, 2)]
        for earlier in range(first, effort):
            same_team = arrays[ix(arrays, EFFORTS, earlier, 0)] == team
            if (
                same_team
                and arrays[ix(arrays, PERIOD_OF, team, start + arrays[ix(arrays, EFFORTS, earlier, 1)])] == period
            ):
                wanted += arrays[ix(arrays, EFFORTS, earlier, 2)]
        if wanted > state[ix(state, S_PERIOD, period, 0)]:
            return False
    return True


@inner
def department_has_room(arrays: Numbers, state: Numbers, system: int, week: int) -> bool:
    """Whether one more system of the department may be active in all its active weeks."""
    department = arrays[ix(arrays, SYSTEMS, system, DEPARTMENT)]
    if department < 0:
        return True
    for active in range(week - arrays[ix(arrays, SYSTEMS, system, PREPARATION)] + 1, week + 1):
        if state[ix(state, S_ACTIVE, department, active)] >= arrays[ix(arrays, PARALLEL, department, 0)]:
            return False
    return True


@inner
def pair_cost(arrays: Numbers, state: Numbers, system: int, site: int) -> int:
    """Penalties of a system's `same_site` pairs, were its main pool at a site."""
    cost = 0
    for row in range(arrays[ix(arrays, SYSTEMS, system, PAIR0)], arrays[ix(arrays, SYSTEMS, system, PAIR1)]):
        other = arrays[ix(arrays, PAIRS, row, 0)]
        unit = arrays[ix(arrays, SYSTEMS, other, UNIT)]
        if unit == arrays[ix(arrays, SYSTEMS, system, UNIT)]:
            if other > system:
                continue  # inside a unit the later system pays
        elif state[ix(state, S_WEEK, unit, 0)] < 0:
            continue
        if arrays[ix(arrays, HOLDS, arrays[ix(arrays, MODES, state[ix(state, S_MODE, other, 0)], 0)], SITE)] != site:
            cost += arrays[ix(arrays, PAIRS, row, 1)]
    return cost


@inner
def mode_cost(arrays: Numbers, state: Numbers, system: int, week: int, mode: int) -> int:
    """What a mode costs in a week: its placement, split pairs, less the bonus for the place of the earlier plan."""
    cost = arrays[ix(arrays, MODES, mode, 2)]
    if (
        week == arrays[ix(arrays, SYSTEMS, system, PREVIOUS_WEEK)]
        and mode == arrays[ix(arrays, SYSTEMS, system, PREVIOUS_MODE)]
    ):
        cost -= arrays[MOVED_BONUS]
    if arrays[ix(arrays, SYSTEMS, system, PAIR1)] > arrays[ix(arrays, SYSTEMS, system, PAIR0)]:
        cost += pair_cost(arrays, state, system, arrays[ix(arrays, HOLDS, arrays[ix(arrays, MODES, mode, 0)], SITE)])
    return int(cost)


@inner
def change_goals(arrays: Numbers, state: Numbers, unit: int, week: int, sign: int) -> None:
    """Count a unit for (or out of) the goals whose week it keeps, and their cost."""
    for row in range(arrays[ix(arrays, UNITS, unit, GOAL0)], arrays[ix(arrays, UNITS, unit, GOAL1)]):
        goal = arrays[ix(arrays, GOAL_OF, row, 0)]
        if week <= arrays[ix(arrays, GOALS, goal, 0)]:
            wanted = arrays[ix(arrays, GOALS, goal, 1)]
            price = state[BIG] if goal < arrays[HARD_GOALS] else arrays[ix(arrays, GOALS, goal, 2)]
            before = max(0, wanted - state[ix(state, S_REACHED, goal, 0)])
            state[ix(state, S_REACHED, goal, 0)] += sign * arrays[ix(arrays, GOAL_OF, row, 1)]
            more = max(0, wanted - state[ix(state, S_REACHED, goal, 0)]) - before
            state[COST] += price * more
            if goal < arrays[HARD_GOALS]:
                state[LACKING] += more


@inner
def put_unit(arrays: Numbers, state: Numbers, unit: int, week: int) -> None:
    """Schedule a unit in a week; the modes of its systems stand in state.mode already."""
    cost = (
        arrays[ix(arrays, TIMING, unit, week)]
        - arrays[ix(arrays, TIMING, unit, arrays[HORIZON])]
        - state[ix(state, S_DUTY, unit, 0)]
    )
    for system in range(arrays[ix(arrays, UNITS, unit, SYSTEM0)], arrays[ix(arrays, UNITS, unit, SYSTEM1)]):
        mode = state[ix(state, S_MODE, system, 0)]
        cost += mode_cost(arrays, state, system, week, mode)
        change_system(arrays, state, system, week, mode, 1)
    state[COST] += cost
    if arrays[ix(arrays, UNITS, unit, MUST)]:
        state[LACKING] -= 1
    change_goals(arrays, state, unit, week, 1)
    for row in range(arrays[ix(arrays, UNITS, unit, APART0)], arrays[ix(arrays, UNITS, unit, APART1)]):
        state[ix(state, S_APART, arrays[ix(arrays, APART_OF, row, 0)], week)] += 1
    state[ix(state, S_WEEK, unit, 0)] = week


@inner
def take_unit(arrays: Numbers, state: Numbers, unit: int) -> None:
    """Unschedule a unit; the inverse of `put_unit`."""
    week = state[ix(state, S_WEEK, unit, 0)]
    cost = (
        arrays[ix(arrays, TIMING, unit, week)]
        - arrays[ix(arrays, TIMING, unit, arrays[HORIZON])]
        - state[ix(state, S_DUTY, unit, 0)]
    )
    for system in range(arrays[ix(arrays, UNITS, unit, SYSTEM0)], arrays[ix(arrays, UNITS, unit, SYSTEM1)]):
        mode = state[ix(state, S_MODE, system, 0)]
        cost += mode_cost(arrays, state, system, week, mode)
        change_system(arrays, state, system, week, mode, -1)
    state[COST] -= cost
    if arrays[ix(arrays, UNITS, unit, MUST)]:
        state[LACKING] += 1
    change_goals(arrays, state, unit, week, -1)
    for row in range(arrays[ix(arrays, UNITS, unit, APART0)], arrays[ix(arrays, UNITS, unit, APART1)]):
        state[ix(state, S_APART, arrays[ix(arrays, APART_OF, row, 0)], week)] -= 1
    state[ix(state, S_WEEK, unit, 0)] = -1
