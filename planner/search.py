"""Ruin and recreate: take a few related units out, put them back in another order, keep what is better; compiled.

After Christiaens & Vanden Berghe, "Slack Induction by String Removals" (Transportation Science 54, 2020): small ruins
of related units, greedy insertion that passes over places at random, simulated annealing as acceptance. Insertion
sees prices (prices.py) with a trust drawn per step. State is feasible after every step, apart from duties not yet kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.compiled import compiled, inner
from planner.flat import Numbers, pack
from planner.index import ix
from planner.insertion import draw, insert_unit
from planner.layout import (
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
    Layout,
)
from planner.state import (
    COST,
    NEGATIVE,
    S_ANCHOR,
    S_MODE,
    S_PERIOD,
    S_WEEK,
    State,
    department_has_room,
    effort_fits,
    hold_fits,
    put_unit,
    take_unit,
)

LONGEST_RUIN = 256
BEST, CHANGED, STEPS, ACCEPTED, TRUST = range(5)
"""Places at the head of Memory.row: best value, units changed since, steps done, accepted, least trust in prices (0…4)."""


(
    BEST_WEEK, BEST_MODE, CHANGED_UNITS, IS_CHANGED, ABSENT, IS_ABSENT, OLD_WEEK, OLD_MODE, KEY, RANK, ORDER,
) = range(11)  # fmt: skip
"""Numbers of the tables of Memory.row, in the order of its fields."""


class Memory(NamedTuple):
    """The best answer so far and the scratch space of a step; views of one `row` (flat.py)."""

    row: Numbers
    week: Numbers
    mode: Numbers
    changed: Numbers
    is_changed: Numbers
    absent: Numbers
    is_absent: Numbers
    old_week: Numbers
    old_mode: Numbers
    key: Numbers
    rank: Numbers
    order: Numbers


def fresh_memory(layout: Layout, state: State, rank: Numbers) -> Memory:
    """Scratch space, with the state as the best answer. `rank` orders units for one of the ways to put them back."""
    empty = np.zeros(len(layout.arrays.units), np.int64)
    order = np.argsort(rank, kind="stable").astype(np.int64)
    tables = [state.week, state.mode, empty, empty, empty, empty, empty, state.mode, empty, rank, order]
    row, views = pack((int(state.row[COST]),), tables)
    return Memory(row, *views)


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


@inner
def order_absent(arrays: Numbers, state: Numbers, memory: Numbers, count: int) -> None:
    """Sort the units taken out: at random, by the place they had, by urgency, or by rank (dear and large first)."""
    way = draw(state, 6)
    for place in range(count):
        unit = memory[ix(memory, ABSENT, place, 0)]
        if memory[ix(memory, KEY, unit, 0)] == -1:
            memory[ix(memory, KEY, unit, 0)] = -(1 << 60)  # room was made for it: it goes first
        elif way == 0:
            memory[ix(memory, KEY, unit, 0)] = draw(state, 1 << 20)
        elif way == 1:
            old = memory[ix(memory, OLD_WEEK, unit, 0)]
            memory[ix(memory, KEY, unit, 0)] = (old if old >= 0 else arrays[HORIZON]) * 64 + draw(state, 64)
        elif way == 2:
            memory[ix(memory, KEY, unit, 0)] = -(
                arrays[ix(arrays, TIMING, unit, arrays[HORIZON])] - arrays[ix(arrays, TIMING, unit, 0)]
            )
        else:
            memory[ix(memory, KEY, unit, 0)] = memory[ix(memory, RANK, unit, 0)] + draw(state, 1 + (way - 3) * 256)
    for place in range(1, count):  # few of them: insertion sort
        unit = memory[ix(memory, ABSENT, place, 0)]
        at = place
        while (
            at > 0
            and memory[ix(memory, KEY, memory[ix(memory, ABSENT, at - 1, 0)], 0)] > memory[ix(memory, KEY, unit, 0)]
        ):
            memory[ix(memory, ABSENT, at, 0)] = memory[ix(memory, ABSENT, at - 1, 0)]
            at -= 1
        memory[ix(memory, ABSENT, at, 0)] = unit


@inner
def waits(arrays: Numbers, state: Numbers, memory: Numbers, unit: int) -> bool:
    """Whether a predecessor is still to be put back."""
    for row in range(arrays[ix(arrays, UNITS, unit, PRED0)], arrays[ix(arrays, UNITS, unit, PRED1)]):
        other = arrays[ix(arrays, LINKS, row, 0)]
        if memory[ix(memory, IS_ABSENT, other, 0)] == 1 and state[ix(state, S_WEEK, other, 0)] < 0:
            return True
    return False


@inner
def put_back(
    arrays: Numbers,
    state: Numbers,
    memory: Numbers,
    prices: Numbers,
    count: int,
    trust: int,
    skip: int,
) -> None:
    """Insert the units taken out, each after its predecessors; is_absent is 1 before a unit was tried, 2 after."""
    progress = True
    while progress:
        progress = False
        for place in range(count):
            unit = memory[ix(memory, ABSENT, place, 0)]
            if memory[ix(memory, IS_ABSENT, unit, 0)] == 1 and not waits(arrays, state, memory, unit):
                memory[ix(memory, IS_ABSENT, unit, 0)] = 2
                insert_unit(arrays, state, prices, unit, trust, skip)
                progress = True
    changed = True
    while changed:  # a unit without its predecessor or with only a part of its group has to go again
        changed = False
        for place in range(count):
            unit = memory[ix(memory, ABSENT, place, 0)]
            if state[ix(state, S_WEEK, unit, 0)] >= 0 and lacks(arrays, state, unit):
                take_unit(arrays, state, unit)
                changed = True


@inner
def lacks(arrays: Numbers, state: Numbers, unit: int) -> bool:
    """Whether a scheduled unit lacks a predecessor or a member of a group, other than one with a duty to come."""
    for row in range(arrays[ix(arrays, UNITS, unit, PRED0)], arrays[ix(arrays, UNITS, unit, PRED1)]):
        if (
            state[ix(state, S_WEEK, arrays[ix(arrays, LINKS, row, 0)], 0)] < 0
            and not arrays[ix(arrays, UNITS, arrays[ix(arrays, LINKS, row, 0)], MUST)]
        ):
            return True
    if arrays[ix(arrays, UNITS, unit, MUST)]:
        return False  # so must its whole group
    for row in range(arrays[ix(arrays, UNITS, unit, WITHIN0)], arrays[ix(arrays, UNITS, unit, WITHIN1)]):
        group = arrays[ix(arrays, WITHIN_OF, row, 0)]
        for member in range(arrays[ix(arrays, WITHIN_ROWS, group, 0)], arrays[ix(arrays, WITHIN_ROWS, group, 1)]):
            if state[ix(state, S_WEEK, arrays[ix(arrays, WITHIN_MEMBERS, member, 0)], 0)] < 0:
                return True
    return False


@inner
def breaks_others(arrays: Numbers, state: Numbers, memory: Numbers, count: int) -> bool:
    """Whether a unit left unscheduled is needed by one that stayed."""
    for place in range(count):
        unit = memory[ix(memory, ABSENT, place, 0)]
        if state[ix(state, S_WEEK, unit, 0)] >= 0 or arrays[ix(arrays, UNITS, unit, MUST)]:
            continue
        for row in range(arrays[ix(arrays, UNITS, unit, SUCC0)], arrays[ix(arrays, UNITS, unit, SUCC1)]):
            if state[ix(state, S_WEEK, arrays[ix(arrays, LINKS, row, 0)], 0)] >= 0:
                return True
        for row in range(arrays[ix(arrays, UNITS, unit, WITHIN0)], arrays[ix(arrays, UNITS, unit, WITHIN1)]):
            group = arrays[ix(arrays, WITHIN_OF, row, 0)]
            for member in range(arrays[ix(arrays, WITHIN_ROWS, group, 0)], arrays[ix(arrays, WITHIN_ROWS, group, 1)]):
                if state[ix(state, S_WEEK, arrays[ix(arrays, WITHIN_MEMBERS, member, 0)], 0)] >= 0:
                    return True
    return False


@inner
def restore(arrays: Numbers, state: Numbers, memory: Numbers, count: int) -> None:
    """Undo a step."""
    for place in range(count):
        unit = memory[ix(memory, ABSENT, place, 0)]
        if state[ix(state, S_WEEK, unit, 0)] >= 0:
            take_unit(arrays, state, unit)
    for place in range(count):
        unit = memory[ix(memory, ABSENT, place, 0)]
        if memory[ix(memory, OLD_WEEK, unit, 0)] >= 0:
            for system in range(arrays[ix(arrays, UNITS, unit, SYSTEM0)], arrays[ix(arrays, UNITS, unit, SYSTEM1)]):
                state[ix(state, S_MODE, system, 0)] = memory[ix(memory, OLD_MODE, system, 0)]
            put_unit(arrays, state, unit, memory[ix(memory, OLD_WEEK, unit, 0)])


@inner
def remember(arrays: Numbers, state: Numbers, memory: Numbers, count: int) -> None:
    """Note an accepted step; keep the answer if it is the best so far."""
    for place in range(count):
        unit = memory[ix(memory, ABSENT, place, 0)]
        if not memory[ix(memory, IS_CHANGED, unit, 0)]:
            memory[ix(memory, IS_CHANGED, unit, 0)] = 1
            memory[ix(memory, CHANGED_UNITS, memory[CHANGED], 0)] = unit
            memory[CHANGED] += 1
    if state[COST] < memory[BEST]:
        memory[BEST] = state[COST]
        for place in range(memory[CHANGED]):
            unit = memory[ix(memory, CHANGED_UNITS, place, 0)]
            memory[ix(memory, IS_CHANGED, unit, 0)] = 0
            memory[ix(memory, BEST_WEEK, unit, 0)] = state[ix(state, S_WEEK, unit, 0)]
            for system in range(arrays[ix(arrays, UNITS, unit, SYSTEM0)], arrays[ix(arrays, UNITS, unit, SYSTEM1)]):
                memory[ix(memory, BEST_MODE, system, 0)] = state[ix(state, S_MODE, system, 0)]
        memory[CHANGED] = 0


@inner
def one_step(
    arrays: Numbers,
    state: Numbers,
    memory: Numbers,
    prices: Numbers,
    temperature: float,
    wanted: int,
) -> None:
    """One ruin and recreate."""
    before = state[COST]
    count = choose_ruin(arrays, state, memory, 1 + draw(state, 2 * wanted))
    order_absent(arrays, state, memory, count)
    trust = memory[TRUST] + draw(state, 5 - memory[TRUST])
    skip = 10 if draw(state, 2) == 0 else 100
    put_back(arrays, state, memory, prices, count, trust, skip)
    forget_anchors(arrays, state, memory, count)
    chance = (draw(state, 1 << 30) + 1) / (1 << 30)
    allowed = before - temperature * np.log(chance)
    fine = state[NEGATIVE] == 0 and state[COST] < allowed
    if fine and not breaks_others(arrays, state, memory, count):
        memory[ACCEPTED] += 1
        remember(arrays, state, memory, count)
    else:
        restore(arrays, state, memory, count)
    for place in range(count):
        memory[ix(memory, IS_ABSENT, memory[ix(memory, ABSENT, place, 0)], 0)] = 0


@compiled
def improve(
    arrays: Numbers,
    state: Numbers,
    memory: Numbers,
    prices: Numbers,
    fill: int,
    temperature: float,
    wanted: int,
    steps: int,
) -> None:
    """Insert all unscheduled units if `fill` is 1, then so many steps at one temperature.

    `wanted` is the usual number of units taken out. One function for both, because each entry from Python costs
    seconds of compiling on the first run.
    """
    count = 0
    for place in range(arrays[UNITS_IN_ALL] * fill):
        unit = memory[ix(memory, ORDER, place, 0)]
        if state[ix(state, S_WEEK, unit, 0)] < 0:
            take_out(arrays, state, memory, unit, count)
            count += 1
    if count:
        put_back(arrays, state, memory, prices, count, 4, 0)
        for place in range(count):
            memory[ix(memory, IS_ABSENT, memory[ix(memory, ABSENT, place, 0)], 0)] = 0
        remember(arrays, state, memory, count)
    for _ in range(steps):
        one_step(arrays, state, memory, prices, temperature, wanted)
    memory[STEPS] += steps
