"""Making room: taking out whatever stands in the way of a unit in a week; compiled."""

from __future__ import annotations

from planner.search.absent import add_absent, choose_anchors, pick_week, spread_along_links
from planner.search.booking import department_has_room, effort_fits, hold_fits
from planner.search.compiled import inner
from planner.search.flat import Numbers
from planner.search.index import ix
from planner.search.insertion import draw
from planner.search.memory import ABSENT, KEY
from planner.search.state import S_MODE, S_PERIOD, S_WEEK
from planner.search.tables import (
    DEPARTMENT,
    DEPARTMENT_FIRST,
    DEPARTMENT_UNITS,
    EFFORT0,
    EFFORT1,
    EFFORTS,
    HOLDS,
    LINKS,
    MODE0,
    MODE1,
    MODES,
    PERIOD_OF,
    POOL,
    PRED0,
    PRED1,
    PREPARATION,
    SUCC0,
    SUCC1,
    SYSTEM0,
    SYSTEM1,
    SYSTEMS,
    UNITS,
    UNITS_IN_ALL,
)

WIDEST = 150
"""So many units at most make room for one: a giant may need that of very many."""
LOOKS, NEAR_WEEKS = 2000, 6
"""How many units are looked at for what blocks a place, and how far from its week effort is likely to block."""


@inner
def make_room(arrays: Numbers, state: Numbers, memory: Numbers, unit: int, week: int, count: int, most: int) -> int:
    """Take units out until one of a unit's modes fits in a week; it goes first when they are put back."""
    memory[ix(memory, KEY, unit, 0)] = -1
    return clear(arrays, state, memory, unit, week, count, min(most, count + WIDEST))


@inner
def make_room_for_all(
    arrays: Numbers, state: Numbers, memory: Numbers, prices: Numbers, week: int, count: int, most: int
) -> int:
    """The same for a unit and those it is bound to, each in a week that it would like: they can only move together."""
    core = spread_along_links(arrays, state, memory, count, 2 + draw(state, 16), most)
    choose_anchors(arrays, state, memory, week, core)
    count, most = core, min(most, core + WIDEST)
    for place in range(core):
        unit = memory[ix(memory, ABSENT, place, 0)]
        memory[ix(memory, KEY, unit, 0)] = -1
        wanted = week if place == 0 else pick_week(arrays, state, prices, unit)
        count = clear(arrays, state, memory, unit, wanted, count, most)
    return count


@inner
def clear(arrays: Numbers, state: Numbers, memory: Numbers, unit: int, week: int, count: int, most: int) -> int:
    """Take units out, at random, until one of a unit's modes fits in a week."""
    for row in range(arrays[ix(arrays, UNITS, unit, PRED0)], arrays[ix(arrays, UNITS, unit, PRED1)]):
        other = arrays[ix(arrays, LINKS, row, 0)]
        if state[ix(state, S_WEEK, other, 0)] > week - arrays[ix(arrays, LINKS, row, 1)]:
            count = add_absent(arrays, state, memory, other, count, most)
    for row in range(arrays[ix(arrays, UNITS, unit, SUCC0)], arrays[ix(arrays, UNITS, unit, SUCC1)]):
        other = arrays[ix(arrays, LINKS, row, 0)]
        if 0 <= state[ix(state, S_WEEK, other, 0)] < week + arrays[ix(arrays, LINKS, row, 1)]:
            count = add_absent(arrays, state, memory, other, count, most)
    for system in range(arrays[ix(arrays, UNITS, unit, SYSTEM0)], arrays[ix(arrays, UNITS, unit, SYSTEM1)]):
        first = arrays[ix(arrays, SYSTEMS, system, MODE0)]
        mode = first + draw(state, arrays[ix(arrays, SYSTEMS, system, MODE1)] - first)
        start = week - arrays[ix(arrays, SYSTEMS, system, PREPARATION)] + 1
        if start < 0:
            return count
        blocked = blocking(arrays, state, system, mode, start, week)
        for _ in range(LOOKS):
            if blocked == -1 or count >= most:
                break
            other = in_the_way(arrays, state, system, blocked, mode, start, week)
            if other >= 0:
                before = count
                count = add_absent(arrays, state, memory, other, count, most)
                if count > before:
                    blocked = blocking(arrays, state, system, mode, start, week)
    return count


@inner
def in_the_way(arrays: Numbers, state: Numbers, system: int, blocked: int, mode: int, start: int, week: int) -> int:
    """A unit drawn at random if taking it out gives back something of what blocks, else -1."""
    if blocked == -3:
        department = arrays[ix(arrays, SYSTEMS, system, DEPARTMENT)]
        low, high = (
            arrays[ix(arrays, DEPARTMENT_FIRST, department, 0)],
            arrays[ix(arrays, DEPARTMENT_FIRST, department + 1, 0)],
        )
        other = arrays[ix(arrays, DEPARTMENT_UNITS, low + draw(state, high - low), 0)]
        then = state[ix(state, S_WEEK, other, 0)]
        return int(other) if then >= 0 and abs(then - week) <= NEAR_WEEKS else -1
    other = draw(state, arrays[UNITS_IN_ALL])
    then = state[ix(state, S_WEEK, other, 0)]
    if then < 0 or (blocked == -2 and abs(then - week) > NEAR_WEEKS and draw(state, 8) > 0):
        return -1  # effort mostly counts by the week: who is far away seldom helps
    return other if helps(arrays, state, other, blocked, mode, start) else -1


@inner
def blocking(arrays: Numbers, state: Numbers, system: int, mode: int, start: int, week: int) -> int:
    """What keeps a system from a mode in a week: its department (-3), else as `blocking_hold` says."""
    if not department_has_room(arrays, state, system, week):
        return -3
    return blocking_hold(arrays, state, mode, start)


@inner
def blocking_hold(arrays: Numbers, state: Numbers, mode: int, start: int) -> int:
    """What keeps a mode from fitting: a hold's capacity (its number), effort (-2), or nothing (-1)."""
    hold, replica = arrays[ix(arrays, MODES, mode, 0)], arrays[ix(arrays, MODES, mode, 1)]
    if not hold_fits(arrays, state, hold, start):
        return int(hold)
    if replica >= 0 and not hold_fits(arrays, state, replica, start):
        return int(replica)
    return -1 if effort_fits(arrays, state, hold, start) else -2


@inner
def helps(arrays: Numbers, state: Numbers, other: int, blocked: int, mode: int, start: int) -> bool:
    """Whether taking a unit out gives back something of what blocks."""
    for system in range(arrays[ix(arrays, UNITS, other, SYSTEM0)], arrays[ix(arrays, UNITS, other, SYSTEM1)]):
        taken = state[ix(state, S_MODE, system, 0)]
        hold, replica = arrays[ix(arrays, MODES, taken, 0)], arrays[ix(arrays, MODES, taken, 1)]
        begin = state[ix(state, S_WEEK, other, 0)] - arrays[ix(arrays, SYSTEMS, system, PREPARATION)] + 1
        if blocked >= 0:
            pool = arrays[ix(arrays, HOLDS, blocked, POOL)]
            if arrays[ix(arrays, HOLDS, hold, POOL)] == pool or (
                replica >= 0 and arrays[ix(arrays, HOLDS, replica, POOL)] == pool
            ):
                return True
            continue
        wanted = arrays[ix(arrays, MODES, mode, 0)]
        for effort in range(arrays[ix(arrays, HOLDS, hold, EFFORT0)], arrays[ix(arrays, HOLDS, hold, EFFORT1)]):
            team = arrays[ix(arrays, EFFORTS, effort, 0)]
            period = arrays[ix(arrays, PERIOD_OF, team, begin + arrays[ix(arrays, EFFORTS, effort, 1)])]
            for mine in range(arrays[ix(arrays, HOLDS, wanted, EFFORT0)], arrays[ix(arrays, HOLDS, wanted, EFFORT1)]):
                if arrays[ix(arrays, EFFORTS, mine, 0)] == team:
                    row = arrays[ix(arrays, PERIOD_OF, team, start + arrays[ix(arrays, EFFORTS, mine, 1)])]
                    if row == period and state[ix(state, S_PERIOD, row, 0)] < arrays[ix(arrays, EFFORTS, mine, 2)]:
                        return True
    return False
