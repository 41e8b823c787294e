"""Which units a step of the search takes out: related ones, or all that stand in the way of one; compiled."""

from __future__ import annotations

from planner.search.absent import add_absent, choose_anchors, pick_week, regret, spread_along_links
from planner.search.compiled import inner
from planner.search.flat import Numbers
from planner.search.index import ix
from planner.search.insertion import draw
from planner.search.memory import ABSENT, BEST, IS_ABSENT, NO_ANSWER, OLD_MODE, OLD_WEEK
from planner.search.room import make_room, make_room_for_all
from planner.search.state import (
    S_MODE,
    S_WEEK,
)
from planner.search.tables import (
    DEPARTMENT,
    DEPARTMENT_FIRST,
    DEPARTMENT_UNITS,
    HOLDS,
    MODES,
    MUST,
    POOL,
    SYSTEM0,
    SYSTEMS,
    UNITS,
    UNITS_IN_ALL,
)

LONGEST_RUIN = 256
MOST_LOOKED_AT = 1000


@inner
def find_lacking(arrays: Numbers, state: Numbers, unit: int) -> int:
    """The next unit from one on that has to move and does not; the unit itself where there is none near.

    Asked while there is no answer at all: left to chance the last of them would hardly be looked at.
    """
    units = arrays[UNITS_IN_ALL]
    for step in range(min(units, MOST_LOOKED_AT)):
        other = (unit + step) % units
        if arrays[ix(arrays, UNITS, other, MUST)] and state[ix(state, S_WEEK, other, 0)] < 0:
            return int(other)
    return unit


@inner
def choose_ruin(arrays: Numbers, state: Numbers, memory: Numbers, prices: Numbers, wanted: int) -> int:
    """Fill memory.absent with related units; how many they are (0: the one looked at is locked)."""
    units = arrays[UNITS_IN_ALL]
    center, by_price = draw(state, units), draw(state, 2)
    for _ in range(3):  # prefer a unit that stands far from where it would like to be
        other = draw(state, units)
        if regret(arrays, state, prices, other, by_price) > regret(arrays, state, prices, center, by_price):
            center = other
    if memory[BEST] == NO_ANSWER and draw(state, 2) == 0:
        center = find_lacking(arrays, state, center)
    if memory[ix(memory, IS_ABSENT, center, 0)] != 0:
        return 0
    most = min(units, LONGEST_RUIN)
    week = pick_week(arrays, state, prices, center)
    count = add_absent(arrays, state, memory, center, 0, most)
    way = draw(state, 7)
    if way == 6:
        return make_room_for_all(arrays, state, memory, prices, week, count, most)
    if way == 5 or (memory[ix(memory, OLD_WEEK, center, 0)] < 0 and draw(state, 2) == 0):
        return make_room(arrays, state, memory, center, week, count, most)
    if way == 4:
        count = spread_along_links(arrays, state, memory, count, wanted, most)
    core, wanted = count, min(most, count + wanted)
    spread = 1 + draw(state, 4)
    for _ in range(16 * wanted):
        if count >= wanted:
            break
        one = memory[ix(memory, ABSENT, draw(state, core), 0)]
        department = arrays[ix(arrays, SYSTEMS, arrays[ix(arrays, UNITS, one, SYSTEM0)], DEPARTMENT)]
        if way >= 3 and department >= 0:
            first, last = (
                arrays[ix(arrays, DEPARTMENT_FIRST, department, 0)],
                arrays[ix(arrays, DEPARTMENT_FIRST, department + 1, 0)],
            )
            other = arrays[ix(arrays, DEPARTMENT_UNITS, first + draw(state, last - first), 0)]
            near = is_close(arrays, state, memory, one, other, week, 0, 2 * spread)
        else:
            other = draw(state, units)
            near = is_close(arrays, state, memory, one, other, week, way if way < 3 else 0, spread)
        if near:
            count = add_absent(arrays, state, memory, other, count, most)
    choose_anchors(arrays, state, memory, week, core)
    return count


@inner
def is_close(
    arrays: Numbers, state: Numbers, memory: Numbers, unit: int, other: int, week: int, way: int, spread: int
) -> bool:
    """Whether two units compete: near in time (way 0), or near and in one pool (1), or in one pool at any time (2)."""
    if state[ix(state, S_WEEK, other, 0)] < 0:
        return bool(draw(state, 4) == 0)
    if way != 2 and abs(state[ix(state, S_WEEK, other, 0)] - week) > spread:
        return False
    if way == 0 or memory[ix(memory, OLD_WEEK, unit, 0)] < 0:
        return True
    one, two = (
        memory[ix(memory, OLD_MODE, arrays[ix(arrays, UNITS, unit, SYSTEM0)], 0)],
        state[ix(state, S_MODE, arrays[ix(arrays, UNITS, other, SYSTEM0)], 0)],
    )
    return bool(
        arrays[ix(arrays, HOLDS, arrays[ix(arrays, MODES, one, 0)], POOL)]
        == arrays[ix(arrays, HOLDS, arrays[ix(arrays, MODES, two, 0)], POOL)]
    )
