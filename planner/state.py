"""A partial schedule with all that it uses, changed one unit at a time; compiled, for the search.

Every function here keeps the sums of `State` exact: what is left in each cell, period, department week and goal, and
the value so far. Nothing here decides anything.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.compiled import inner
from planner.layout import (
    APART0,
    APART1,
    DEPARTMENT,
    EFFORT0,
    EFFORT1,
    FREE0,
    FREE1,
    GOAL0,
    GOAL1,
    HOLD_COLUMNS,
    MUST,
    PAIR0,
    PAIR1,
    POOL,
    PREPARATION,
    PREVIOUS_MODE,
    PREVIOUS_WEEK,
    SITE,
    SYSTEM0,
    SYSTEM1,
    UNIT,
    Arrays,
    Layout,
    Numbers,
)

COST, NEGATIVE, RANDOM, BIG = range(4)
"""Places in State.scalars: the value so far (unkept duties at BIG each), overdrawn cells, generator, price of a duty."""

HIGHEST_DUTY = 1 << 44


class State(NamedTuple):
    """Where every unit stands (-1: unscheduled) and what is left of everything."""

    week: Numbers
    mode: Numbers
    slack: Numbers
    least: Numbers
    period: Numbers
    active: Numbers
    apart: Numbers
    reached: Numbers
    gain: Numbers
    anchor: Numbers
    """Per `within` group the week from which its window is tried; only while none of it is scheduled, else -1."""
    duty: Numbers
    """What leaving a unit unscheduled costs the search beyond its value; 0 unless it must move."""
    scalars: Numbers


def empty_state(layout: Layout, seed: int, duty: int) -> State:
    """Nothing scheduled. `duty` is what an unkept must (deadline, pin, target) costs for the search."""
    arrays = layout.arrays
    units, weeks = len(arrays.units), arrays.horizon
    state = State(
        week=np.full(units, -1, np.int64),
        mode=np.full(len(arrays.systems), -1, np.int64),
        slack=arrays.capacity.copy(),
        least=arrays.capacity.copy(),
        period=arrays.period_amount.copy(),
        active=np.zeros((len(arrays.parallel), weeks), np.int64),
        apart=np.zeros((len(layout.apart_groups), weeks), np.int64),
        reached=np.zeros(len(arrays.goals), np.int64),
        gain=np.zeros(weeks + 1, np.int64),
        anchor=np.full(len(arrays.within_rows), -1, np.int64),
        duty=arrays.units[:, MUST] * duty,
        scalars=np.zeros(4, np.int64),
    )
    for first, last in zip(arrays.pool_first[:-1], arrays.pool_first[1:], strict=True):
        cells = arrays.capacity[first:last]
        state.least[first:last] = np.minimum.accumulate(cells[::-1], axis=0)[::-1]
    state.scalars[RANDOM] = 88172645463325252 ^ (seed * 2654435761 + 1)
    state.scalars[BIG] = duty
    set_empty_cost(arrays, state)
    return state


def set_empty_cost(arrays: Arrays, state: State) -> None:
    """The value of scheduling nothing, duties at BIG each."""
    short = np.maximum(0, arrays.goals[:, 1] - state.reached)
    price = np.where(np.arange(len(short)) < arrays.hard_goals, state.scalars[BIG], arrays.goals[:, 2])
    unscheduled = int(arrays.timing[:, arrays.horizon].sum()) + int(state.duty.sum())
    state.scalars[COST] = unscheduled + int((short * price).sum())


def unkept(arrays: Arrays, state: State) -> tuple[Numbers, Numbers]:
    """Units that must move and are not scheduled, and how much each goal that is a target still lacks."""
    lacking = np.nonzero((arrays.units[:, MUST] > 0) & (state.week < 0))[0]
    short = np.maximum(0, arrays.goals[:, 1] - state.reached)[: arrays.hard_goals]
    return lacking, short


def raise_duties(arrays: Arrays, state: State) -> None:
    """Double the price of every duty that is not kept, so that the search turns to it."""
    lacking, short = unkept(arrays, state)
    lacking = lacking[state.duty[lacking] < HIGHEST_DUTY]
    state.scalars[COST] += int(state.duty[lacking].sum())
    state.duty[lacking] *= 2
    if short.any() and state.scalars[BIG] < HIGHEST_DUTY:
        state.scalars[COST] += int(short.sum()) * int(state.scalars[BIG])
        state.scalars[BIG] *= 2


@inner
def change_cells(arrays: Arrays, state: State, pool: int, cell: int, row: Numbers, skip: int, sign: int) -> None:
    """Add `sign` × the amounts row[skip:] to what is left in a pool from a cell on."""
    first, last = arrays.pool_first[pool], arrays.pool_first[pool + 1]
    for kind in range(arrays.kinds):
        amount = sign * row[skip + kind]
        if amount == 0:
            continue
        for place in range(cell, last):
            before = state.slack[place, kind]
            after = before + amount
            state.slack[place, kind] = after
            if before >= 0 and after < 0:
                state.scalars[NEGATIVE] += 1
            elif before < 0 and after >= 0:
                state.scalars[NEGATIVE] -= 1
        least = state.slack[last - 1, kind]
        state.least[last - 1, kind] = least
        for place in range(last - 2, first - 1, -1):
            least = min(least, state.slack[place, kind])
            state.least[place, kind] = least


@inner
def change_system(arrays: Arrays, state: State, system: int, week: int, mode: int, sign: int) -> None:
    """Book (`sign` 1) or give back (-1) all that a system in this week and mode uses."""
    start = week - arrays.systems[system, PREPARATION] + 1
    hold, replica = arrays.modes[mode, 0], arrays.modes[mode, 1]
    pool = arrays.holds[hold, POOL]
    change_cells(arrays, state, pool, arrays.pool_cells[pool, start], arrays.holds[hold], HOLD_COLUMNS, -sign)
    if replica >= 0:
        pool = arrays.holds[replica, POOL]
        change_cells(arrays, state, pool, arrays.pool_cells[pool, start], arrays.holds[replica], HOLD_COLUMNS, -sign)
    for effort in range(arrays.holds[hold, EFFORT0], arrays.holds[hold, EFFORT1]):
        period = arrays.period_of[arrays.efforts[effort, 0], start + arrays.efforts[effort, 1]]
        state.period[period] -= sign * arrays.efforts[effort, 2]
    department = arrays.systems[system, DEPARTMENT]
    if department >= 0:
        for active in range(start, week + 1):
            state.active[department, active] += sign
    for row in range(arrays.systems[system, FREE0], arrays.systems[system, FREE1]):
        free_week = week + arrays.freed[row, 1]
        if free_week < arrays.horizon:
            pool = arrays.freed[row, 0]
            change_cells(arrays, state, pool, arrays.pool_cells[pool, free_week], arrays.freed[row], 2, sign)


@inner
def hold_fits(arrays: Arrays, state: State, hold: int, start: int) -> bool:
    """Whether a demand fits from a week to the end."""
    cell = arrays.pool_cells[arrays.holds[hold, POOL], start]
    for kind in range(arrays.kinds):
        wanted = arrays.holds[hold, HOLD_COLUMNS + kind]
        if wanted > 0 and wanted > state.least[cell, kind]:
            return False
    return True


@inner
def effort_fits(arrays: Arrays, state: State, hold: int, start: int) -> bool:
    """Whether the teams have what an option needs; several weeks of one period add up."""
    first = arrays.holds[hold, EFFORT0]
    for effort in range(first, arrays.holds[hold, EFFORT1]):
        team = arrays.efforts[effort, 0]
        period = arrays.period_of[team, start + arrays.efforts[effort, 1]]
        if period < 0:
            return False
        wanted = arrays.efforts[effort, 2]
        for earlier in range(first, effort):
            same_team = arrays.efforts[earlier, 0] == team
            if same_team and arrays.period_of[team, start + arrays.efforts[earlier, 1]] == period:
                wanted += arrays.efforts[earlier, 2]
        if wanted > state.period[period]:
            return False
    return True


@inner
def department_has_room(arrays: Arrays, state: State, system: int, week: int) -> bool:
    """Whether one more system of the department may be active in all its active weeks."""
    department = arrays.systems[system, DEPARTMENT]
    if department < 0:
        return True
    for active in range(week - arrays.systems[system, PREPARATION] + 1, week + 1):
        if state.active[department, active] >= arrays.parallel[department]:
            return False
    return True


@inner
def pair_cost(arrays: Arrays, state: State, system: int, site: int) -> int:
    """Penalties of a system's `same_site` pairs, were its main pool at a site."""
    cost = 0
    for row in range(arrays.systems[system, PAIR0], arrays.systems[system, PAIR1]):
        other = arrays.pairs[row, 0]
        unit = arrays.systems[other, UNIT]
        if unit == arrays.systems[system, UNIT]:
            if other > system:
                continue  # inside a unit the later system pays
        elif state.week[unit] < 0:
            continue
        if arrays.holds[arrays.modes[state.mode[other], 0], SITE] != site:
            cost += arrays.pairs[row, 1]
    return cost


@inner
def mode_cost(arrays: Arrays, state: State, system: int, week: int, mode: int) -> int:
    """What a mode costs in a week: its placement, split pairs, less the bonus for the place of the earlier plan."""
    cost = arrays.modes[mode, 2]
    if week == arrays.systems[system, PREVIOUS_WEEK] and mode == arrays.systems[system, PREVIOUS_MODE]:
        cost -= arrays.moved_bonus
    if arrays.systems[system, PAIR1] > arrays.systems[system, PAIR0]:
        cost += pair_cost(arrays, state, system, arrays.holds[arrays.modes[mode, 0], SITE])
    return int(cost)


@inner
def change_goals(arrays: Arrays, state: State, unit: int, week: int, sign: int) -> None:
    """Count a unit for (or out of) the goals whose week it keeps, and their cost."""
    for row in range(arrays.units[unit, GOAL0], arrays.units[unit, GOAL1]):
        goal = arrays.goal_of[row, 0]
        if week <= arrays.goals[goal, 0]:
            wanted = arrays.goals[goal, 1]
            price = state.scalars[BIG] if goal < arrays.hard_goals else arrays.goals[goal, 2]
            before = max(0, wanted - state.reached[goal])
            state.reached[goal] += sign * arrays.goal_of[row, 1]
            state.scalars[COST] += price * (max(0, wanted - state.reached[goal]) - before)


@inner
def put_unit(arrays: Arrays, state: State, unit: int, week: int) -> None:
    """Schedule a unit in a week; the modes of its systems stand in state.mode already."""
    cost = arrays.timing[unit, week] - arrays.timing[unit, arrays.horizon] - state.duty[unit]
    for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
        mode = state.mode[system]
        cost += mode_cost(arrays, state, system, week, mode)
        change_system(arrays, state, system, week, mode, 1)
    state.scalars[COST] += cost
    change_goals(arrays, state, unit, week, 1)
    for row in range(arrays.units[unit, APART0], arrays.units[unit, APART1]):
        state.apart[arrays.apart_of[row], week] += 1
    state.week[unit] = week


@inner
def take_unit(arrays: Arrays, state: State, unit: int) -> None:
    """Unschedule a unit; the inverse of `put_unit`."""
    week = state.week[unit]
    cost = arrays.timing[unit, week] - arrays.timing[unit, arrays.horizon] - state.duty[unit]
    for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
        mode = state.mode[system]
        cost += mode_cost(arrays, state, system, week, mode)
        change_system(arrays, state, system, week, mode, -1)
    state.scalars[COST] -= cost
    change_goals(arrays, state, unit, week, -1)
    for row in range(arrays.units[unit, APART0], arrays.units[unit, APART1]):
        state.apart[arrays.apart_of[row], week] -= 1
    state.week[unit] = -1
