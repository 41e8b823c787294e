"""Taking units out of a schedule for one step of the search, with those bound to them; compiled."""

from __future__ import annotations

from planner.search.booking import take_unit
from planner.search.compiled import inner
from planner.search.flat import Numbers
from planner.search.index import ix
from planner.search.insertion import P_REGRET, draw
from planner.search.memory import ABSENT, IS_ABSENT, KEY, OLD_MODE, OLD_WEEK
from planner.search.state import S_ANCHOR, S_MODE, S_WEEK
from planner.search.tables import (
    HORIZON,
    LINKS,
    MUST,
    PRED0,
    PRED1,
    SUCC0,
    SUCC1,
    SYSTEM0,
    SYSTEM1,
    TIMING,
    UNIT_WEEKS,
    UNITS,
    WITHIN0,
    WITHIN1,
    WITHIN_MEMBERS,
    WITHIN_OF,
    WITHIN_ROWS,
)


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
def pick_week(arrays: Numbers, state: Numbers, prices: Numbers, unit: int) -> int:
    """A week to make room in: of a few that the unit may take the one that it would like best; or any, mostly an earlier one."""
    best, tries, last = -1, 1 + draw(state, 8), arrays[HORIZON]
    if draw(state, 2) == 0:
        tries = 1
        if state[ix(state, S_WEEK, unit, 0)] >= 0 and draw(state, 4) > 0:
            last = state[ix(state, S_WEEK, unit, 0)] + 1
    for _ in range(24):
        week = draw(state, last)
        if arrays[ix(arrays, UNIT_WEEKS, unit, week)]:
            if best < 0 or prices[ix(prices, P_REGRET, unit, week)] < prices[ix(prices, P_REGRET, unit, best)]:
                best = week
            tries -= 1
            if tries == 0:
                break
    return int(max(best, 0))


@inner
def regret(arrays: Numbers, state: Numbers, prices: Numbers, unit: int, by_price: int) -> int:
    """How much more a unit's place costs than where the relaxed answers have it, at prices; or than the first week.

    Both are used in turn: where relations make the relaxed answers poor, prices mislead.
    """
    week = state[ix(state, S_WEEK, unit, 0)] if state[ix(state, S_WEEK, unit, 0)] >= 0 else arrays[HORIZON]
    if by_price:
        return int(prices[ix(prices, P_REGRET, unit, week)])
    return int(arrays[ix(arrays, TIMING, unit, week)] - arrays[ix(arrays, TIMING, unit, 0)])
