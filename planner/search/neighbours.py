"""What the neighbours of a unit that are already scheduled leave it, and whether others wait for it; compiled."""

from __future__ import annotations

from planner.search.compiled import inner
from planner.search.flat import Numbers
from planner.search.index import ix
from planner.search.state import S_ANCHOR, S_WEEK
from planner.search.tables import (
    HORIZON,
    LINKS,
    MUST,
    PRED0,
    PRED1,
    SUCC0,
    SUCC1,
    UNITS,
    WITHIN0,
    WITHIN1,
    WITHIN_MEMBERS,
    WITHIN_OF,
    WITHIN_ROWS,
)


@inner
def first_week(arrays: Numbers, state: Numbers, unit: int) -> int:
    """The earliest week that scheduled neighbours leave; past the horizon if a predecessor stays unscheduled.

    A predecessor that must move does not count while it waits: the duty not kept costs enough already.
    """
    low = 0
    for row in range(arrays[ix(arrays, UNITS, unit, PRED0)], arrays[ix(arrays, UNITS, unit, PRED1)]):
        week = state[ix(state, S_WEEK, arrays[ix(arrays, LINKS, row, 0)], 0)]
        if week < 0 and not arrays[ix(arrays, UNITS, arrays[ix(arrays, LINKS, row, 0)], MUST)]:
            return int(arrays[HORIZON])
        if week < 0:
            continue  # it has to move and will be put before this one
        low = max(low, week + arrays[ix(arrays, LINKS, row, 1)])
    for row in range(arrays[ix(arrays, UNITS, unit, WITHIN0)], arrays[ix(arrays, UNITS, unit, WITHIN1)]):
        group = arrays[ix(arrays, WITHIN_OF, row, 0)]
        low = max(low, state[ix(state, S_ANCHOR, group, 0)])
        for member in range(arrays[ix(arrays, WITHIN_ROWS, group, 0)], arrays[ix(arrays, WITHIN_ROWS, group, 1)]):
            week = state[ix(state, S_WEEK, arrays[ix(arrays, WITHIN_MEMBERS, member, 0)], 0)]
            if week >= 0:
                low = max(low, week - arrays[ix(arrays, WITHIN_ROWS, group, 2)])
    return int(low)


@inner
def last_week(arrays: Numbers, state: Numbers, unit: int) -> int:
    """The latest week that scheduled neighbours leave."""
    high = arrays[HORIZON] - 1
    for row in range(arrays[ix(arrays, UNITS, unit, SUCC0)], arrays[ix(arrays, UNITS, unit, SUCC1)]):
        week = state[ix(state, S_WEEK, arrays[ix(arrays, LINKS, row, 0)], 0)]
        if week >= 0:
            high = min(high, week - arrays[ix(arrays, LINKS, row, 1)])
    for row in range(arrays[ix(arrays, UNITS, unit, WITHIN0)], arrays[ix(arrays, UNITS, unit, WITHIN1)]):
        group = arrays[ix(arrays, WITHIN_OF, row, 0)]
        if state[ix(state, S_ANCHOR, group, 0)] >= 0:
            high = min(high, state[ix(state, S_ANCHOR, group, 0)] + arrays[ix(arrays, WITHIN_ROWS, group, 2)])
        for member in range(arrays[ix(arrays, WITHIN_ROWS, group, 0)], arrays[ix(arrays, WITHIN_ROWS, group, 1)]):
            week = state[ix(state, S_WEEK, arrays[ix(arrays, WITHIN_MEMBERS, member, 0)], 0)]
            if week >= 0:
                high = min(high, week + arrays[ix(arrays, WITHIN_ROWS, group, 2)])
    return int(high)


@inner
def leads(arrays: Numbers, state: Numbers, unit: int) -> bool:
    """Whether a successor or a member of a group of the unit is still to be placed."""
    for row in range(arrays[ix(arrays, UNITS, unit, SUCC0)], arrays[ix(arrays, UNITS, unit, SUCC1)]):
        if state[ix(state, S_WEEK, arrays[ix(arrays, LINKS, row, 0)], 0)] < 0:
            return True
    for row in range(arrays[ix(arrays, UNITS, unit, WITHIN0)], arrays[ix(arrays, UNITS, unit, WITHIN1)]):
        group = arrays[ix(arrays, WITHIN_OF, row, 0)]
        for member in range(arrays[ix(arrays, WITHIN_ROWS, group, 0)], arrays[ix(arrays, WITHIN_ROWS, group, 1)]):
            other = arrays[ix(arrays, WITHIN_MEMBERS, member, 0)]
            if other != unit and state[ix(state, S_WEEK, other, 0)] < 0:
                return True
    return False
