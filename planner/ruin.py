"""Which units a step of the search takes out: related ones, or all that stand in the way of one; compiled."""

from __future__ import annotations

from planner.compiled import inner
from planner.flat import Numbers
from planner.index import ix
from planner.insertion import draw
from planner.memory import ABSENT, IS_ABSENT, KEY, OLD_MODE, OLD_WEEK
from planner.state import (
    S_ANCHOR,
    S_MODE,
    S_PERIOD,
    S_WEEK,
    department_has_room,
    effort_fits,
    hold_fits,
    take_unit,
)
from planner.tables import (
    DEPARTMENT,
    DEPARTMENT_FIRST,
    DEPARTMENT_UNITS,
    EFFORT0,
    EFFORT1,
    EFFORTS,
    HOLDS,
    HORIZON,
    LINKS,
    MODE0,
    MODE1,
    MODES,
    MUST,
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
    TIMING,
    UNIT_WEEKS,
    UNITS,
    UNITS_IN_ALL,
    WITHIN0,
    WITHIN1,
    WITHIN_MEMBERS,
    WITHIN_OF,
    WITHIN_ROWS,
)

LONGEST_RUIN = 256


@inner
def take_out(arrays: Numbers, state: Numbers, memory: Numbers, unit: int, place: int) -> None:
    """Unschedule a unit and note where it stood."""
    memory[ix(memory, ABSENT, place, 0)] = unit
    memory[ix(memory, IS_ABSENT, unit, 0)] = 1
    memory[ix(memory, OLD_WEEK, unit, 0)] = state[ix(state, S_WEEK, unit, 0)]
    memory[ix(memory, KEY, unit, 0)] = 0
    if state[ix(state, S_WEEK, unit, 0)] >= 0:
        for system in range(arrays[ix(arrays, UNITS, unit, SYSTEM0)], arrays[ix(arrays, UNITS, unit, SYSTEM1)]):
            memory[ix(memory, OLD_MODE, system, 0)] = state[ix(state, S_MODE, system, 0)]
        take_unit(arrays, state, unit)


@inner
def add_absent(arrays: Numbers, state: Numbers, memory: Numbers, unit: int, count: int, most: int) -> int:
    """Put a unit on the list of those taken out; an unscheduled one brings the unscheduled units that it needs."""
    if memory[ix(memory, IS_ABSENT, unit, 0)] or count >= most:
        return count
    take_out(arrays, state, memory, unit, count)
    done, end = count, count + 1
    while done < end:
        one = memory[ix(memory, ABSENT, done, 0)]
        done += 1
        if memory[ix(memory, OLD_WEEK, one, 0)] >= 0:
            continue
        for row in range(arrays[ix(arrays, UNITS, one, PRED0)], arrays[ix(arrays, UNITS, one, PRED1)]):
            other = arrays[ix(arrays, LINKS, row, 0)]
            if state[ix(state, S_WEEK, other, 0)] < 0 and not memory[ix(memory, IS_ABSENT, other, 0)] and end < most:
                take_out(arrays, state, memory, other, end)
                end += 1
        for row in range(arrays[ix(arrays, UNITS, one, WITHIN0)], arrays[ix(arrays, UNITS, one, WITHIN1)]):
            group = arrays[ix(arrays, WITHIN_OF, row, 0)]
            for member in range(arrays[ix(arrays, WITHIN_ROWS, group, 0)], arrays[ix(arrays, WITHIN_ROWS, group, 1)]):
                other = arrays[ix(arrays, WITHIN_MEMBERS, member, 0)]
                if (
                    state[ix(state, S_WEEK, other, 0)] < 0
                    and not memory[ix(memory, IS_ABSENT, other, 0)]
                    and end < most
                ):
                    take_out(arrays, state, memory, other, end)
                    end += 1
    return end


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


@inner
def pick_week(arrays: Numbers, state: Numbers, unit: int) -> int:
    """A week to make room in: mostly one before the unit's own, else any that the unit may take."""
    high = (
        state[ix(state, S_WEEK, unit, 0)]
        if state[ix(state, S_WEEK, unit, 0)] >= 0 and draw(state, 4) > 0
        else arrays[HORIZON] - 1
    )
    for _ in range(16):
        week = draw(state, high + 1)
        if arrays[ix(arrays, UNIT_WEEKS, unit, week)]:
            return week
    return int(high)


@inner
def choose_ruin(arrays: Numbers, state: Numbers, memory: Numbers, wanted: int) -> int:
    """Fill memory.absent with related units; how many they are."""
    units = arrays[UNITS_IN_ALL]
    center = draw(state, units)
    for _ in range(3):  # prefer a unit that stands far from where it would like to be
        other = draw(state, units)
        if regret(arrays, state, other) > regret(arrays, state, center):
            center = other
    most = min(units, LONGEST_RUIN)
    week = pick_week(arrays, state, center)
    count = add_absent(arrays, state, memory, center, 0, most)
    way = draw(state, 6)
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
def make_room(arrays: Numbers, state: Numbers, memory: Numbers, unit: int, week: int, count: int, most: int) -> int:
    """Take units out until one of a unit's modes fits in a week; it goes first when they are put back."""
    memory[ix(memory, KEY, unit, 0)] = -1
    most = min(most, count + 150)  # a giant may need the room of very many
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
        for _ in range(2000):
            if count >= most:
                break
            if not department_has_room(arrays, state, system, week):
                department = arrays[ix(arrays, SYSTEMS, system, DEPARTMENT)]
                low, high = (
                    arrays[ix(arrays, DEPARTMENT_FIRST, department, 0)],
                    arrays[ix(arrays, DEPARTMENT_FIRST, department + 1, 0)],
                )
                other = arrays[ix(arrays, DEPARTMENT_UNITS, low + draw(state, high - low), 0)]
                if state[ix(state, S_WEEK, other, 0)] >= 0 and abs(state[ix(state, S_WEEK, other, 0)] - week) <= 6:
                    count = add_absent(arrays, state, memory, other, count, most)
                continue
            blocked = blocking_hold(arrays, state, mode, start)
            if blocked == -1:
                break
            other = draw(state, arrays[UNITS_IN_ALL])
            if state[ix(state, S_WEEK, other, 0)] >= 0 and helps(arrays, state, other, blocked, mode, start):
                count = add_absent(arrays, state, memory, other, count, most)
    return count


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


@inner
def choose_anchors(arrays: Numbers, state: Numbers, memory: Numbers, week: int, core: int) -> None:
    """Groups that will be put back whole get a window around the week that room is made in."""
    for place in range(core):
        unit = memory[ix(memory, ABSENT, place, 0)]
        for row in range(arrays[ix(arrays, UNITS, unit, WITHIN0)], arrays[ix(arrays, UNITS, unit, WITHIN1)]):
            group = arrays[ix(arrays, WITHIN_OF, row, 0)]
            whole = state[ix(state, S_ANCHOR, group, 0)] < 0 and not arrays[ix(arrays, UNITS, unit, MUST)]
            for member in range(arrays[ix(arrays, WITHIN_ROWS, group, 0)], arrays[ix(arrays, WITHIN_ROWS, group, 1)]):
                whole = whole and memory[ix(memory, IS_ABSENT, arrays[ix(arrays, WITHIN_MEMBERS, member, 0)], 0)] != 0
            if whole:
                state[ix(state, S_ANCHOR, group, 0)] = max(
                    0, week - draw(state, arrays[ix(arrays, WITHIN_ROWS, group, 2)] + 1)
                )


@inner
def forget_anchors(arrays: Numbers, state: Numbers, memory: Numbers, count: int) -> None:
    """After a step the windows are those of the scheduled members again."""
    for place in range(count):
        unit = memory[ix(memory, ABSENT, place, 0)]
        for row in range(arrays[ix(arrays, UNITS, unit, WITHIN0)], arrays[ix(arrays, UNITS, unit, WITHIN1)]):
            state[ix(state, S_ANCHOR, arrays[ix(arrays, WITHIN_OF, row, 0)], 0)] = -1


@inner
def regret(arrays: Numbers, state: Numbers, unit: int) -> int:
    """How much more a unit's week costs than the cheapest."""
    week = state[ix(state, S_WEEK, unit, 0)] if state[ix(state, S_WEEK, unit, 0)] >= 0 else arrays[HORIZON]
    return int(arrays[ix(arrays, TIMING, unit, week)] - arrays[ix(arrays, TIMING, unit, 0)])


@inner
def spread_along_links(arrays: Numbers, state: Numbers, memory: Numbers, count: int, wanted: int, most: int) -> int:
    """Go on from the units taken out to those they are bound to."""
    done = 0
    while done < count < wanted:
        one = memory[ix(memory, ABSENT, done, 0)]
        done += 1
        for row in range(arrays[ix(arrays, UNITS, one, PRED0)], arrays[ix(arrays, UNITS, one, PRED1)]):
            count = add_absent(arrays, state, memory, arrays[ix(arrays, LINKS, row, 0)], count, most)
        for row in range(arrays[ix(arrays, UNITS, one, SUCC0)], arrays[ix(arrays, UNITS, one, SUCC1)]):
            count = add_absent(arrays, state, memory, arrays[ix(arrays, LINKS, row, 0)], count, most)
        for row in range(arrays[ix(arrays, UNITS, one, WITHIN0)], arrays[ix(arrays, UNITS, one, WITHIN1)]):
            group = arrays[ix(arrays, WITHIN_OF, row, 0)]
            for member in range(arrays[ix(arrays, WITHIN_ROWS, group, 0)], arrays[ix(arrays, WITHIN_ROWS, group, 1)]):
                count = add_absent(arrays, state, memory, arrays[ix(arrays, WITHIN_MEMBERS, member, 0)], count, most)
    return count
