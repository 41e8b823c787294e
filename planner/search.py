"""Ruin and recreate: take a few related units out, put them back in another order, keep what is better; compiled.

After Christiaens & Vanden Berghe, "Slack Induction by String Removals" (Transportation Science 54, 2020): small ruins
of related units, greedy insertion that passes over places at random, simulated annealing as acceptance. Insertion
sees prices (prices.py) with a trust drawn per step. State is feasible after every step, apart from duties not yet kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.compiled import compiled, inner
from planner.insertion import Prices, draw, insert_unit
from planner.layout import (
    DEPARTMENT,
    EFFORT0,
    EFFORT1,
    MODE0,
    MODE1,
    MUST,
    POOL,
    PRED0,
    PRED1,
    PREPARATION,
    SUCC0,
    SUCC1,
    SYSTEM0,
    SYSTEM1,
    WITHIN0,
    WITHIN1,
    Arrays,
    Flags,
    Layout,
    Numbers,
)
from planner.state import COST, NEGATIVE, State, department_has_room, effort_fits, hold_fits, put_unit, take_unit

LONGEST_RUIN = 256
BEST, CHANGED, STEPS, ACCEPTED = range(4)
"""Places in Memory.scalars: best value, units changed since, steps done, steps accepted."""


class Memory(NamedTuple):
    """The best answer so far and the scratch space of a step."""

    week: Numbers
    mode: Numbers
    changed: Numbers
    is_changed: Flags
    absent: Numbers
    is_absent: Flags
    old_week: Numbers
    old_mode: Numbers
    key: Numbers
    rank: Numbers
    scalars: Numbers


def fresh_memory(layout: Layout, state: State, rank: Numbers) -> Memory:
    """Scratch space, with the state as the best answer. `rank` orders units for one of the ways to put them back."""
    units = len(layout.arrays.units)
    memory = Memory(
        week=state.week.copy(),
        mode=state.mode.copy(),
        changed=np.zeros(units, np.int64),
        is_changed=np.zeros(units, np.uint8),
        absent=np.zeros(units, np.int64),
        is_absent=np.zeros(units, np.uint8),
        old_week=np.zeros(units, np.int64),
        old_mode=state.mode.copy(),
        key=np.zeros(units, np.int64),
        rank=rank,
        scalars=np.zeros(4, np.int64),
    )
    memory.scalars[BEST] = state.scalars[COST]
    return memory


@inner
def take_out(arrays: Arrays, state: State, memory: Memory, unit: int, place: int) -> None:
    """Unschedule a unit and note where it stood."""
    memory.absent[place] = unit
    memory.is_absent[unit] = 1
    memory.old_week[unit] = state.week[unit]
    memory.key[unit] = 0
    if state.week[unit] >= 0:
        for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
            memory.old_mode[system] = state.mode[system]
        take_unit(arrays, state, unit)


@inner
def add_absent(arrays: Arrays, state: State, memory: Memory, unit: int, count: int, most: int) -> int:
    """Put a unit on the list of those taken out; an unscheduled one brings the unscheduled units that it needs."""
    if memory.is_absent[unit] or count >= most:
        return count
    take_out(arrays, state, memory, unit, count)
    done, end = count, count + 1
    while done < end:
        one = memory.absent[done]
        done += 1
        if memory.old_week[one] >= 0:
            continue
        for row in range(arrays.units[one, PRED0], arrays.units[one, PRED1]):
            other = arrays.links[row, 0]
            if state.week[other] < 0 and not memory.is_absent[other] and end < most:
                take_out(arrays, state, memory, other, end)
                end += 1
        for row in range(arrays.units[one, WITHIN0], arrays.units[one, WITHIN1]):
            group = arrays.within_of[row]
            for member in range(arrays.within_rows[group, 0], arrays.within_rows[group, 1]):
                other = arrays.within_members[member]
                if state.week[other] < 0 and not memory.is_absent[other] and end < most:
                    take_out(arrays, state, memory, other, end)
                    end += 1
    return end


@inner
def is_close(
    arrays: Arrays, state: State, memory: Memory, unit: int, other: int, week: int, way: int, spread: int
) -> bool:
    """Whether two units compete: near in time (way 0), or near and in one pool (1), or in one pool at any time (2)."""
    if state.week[other] < 0:
        return bool(draw(state, 4) == 0)
    if way != 2 and abs(state.week[other] - week) > spread:
        return False
    if way == 0 or memory.old_week[unit] < 0:
        return True
    one, two = memory.old_mode[arrays.units[unit, SYSTEM0]], state.mode[arrays.units[other, SYSTEM0]]
    return bool(arrays.holds[arrays.modes[one, 0], POOL] == arrays.holds[arrays.modes[two, 0], POOL])


@inner
def pick_week(arrays: Arrays, state: State, unit_weeks: Flags, unit: int) -> int:
    """A week to make room in: mostly one before the unit's own, else any that the unit may take."""
    high = state.week[unit] if state.week[unit] >= 0 and draw(state, 4) > 0 else arrays.horizon - 1
    for _ in range(16):
        week = draw(state, high + 1)
        if unit_weeks[unit, week]:
            return week
    return high


@inner
def choose_ruin(arrays: Arrays, state: State, memory: Memory, unit_weeks: Flags, wanted: int) -> int:
    """Fill memory.absent with related units; how many they are."""
    units = len(state.week)
    center = draw(state, units)
    for _ in range(3):  # prefer a unit that stands far from where it would like to be
        other = draw(state, units)
        if regret(arrays, state, other) > regret(arrays, state, center):
            center = other
    most = min(units, LONGEST_RUIN)
    week = pick_week(arrays, state, unit_weeks, center)
    count = add_absent(arrays, state, memory, center, 0, most)
    way = draw(state, 6)
    if way == 5 or (memory.old_week[center] < 0 and draw(state, 2) == 0):
        return make_room(arrays, state, memory, center, week, count, most)
    if way == 4:
        count = spread_along_links(arrays, state, memory, count, wanted, most)
    core, wanted = count, min(most, count + wanted)
    spread = 1 + draw(state, 4)
    for _ in range(16 * wanted):
        if count >= wanted:
            break
        one = memory.absent[draw(state, core)]
        department = arrays.systems[arrays.units[one, SYSTEM0], DEPARTMENT]
        if way >= 3 and department >= 0:
            first, last = arrays.department_first[department], arrays.department_first[department + 1]
            other = arrays.department_units[first + draw(state, last - first)]
            near = is_close(arrays, state, memory, one, other, week, 0, 2 * spread)
        else:
            other = draw(state, units)
            near = is_close(arrays, state, memory, one, other, week, way if way < 3 else 0, spread)
        if near:
            count = add_absent(arrays, state, memory, other, count, most)
    choose_anchors(arrays, state, memory, week, core)
    return count


@inner
def make_room(arrays: Arrays, state: State, memory: Memory, unit: int, week: int, count: int, most: int) -> int:
    """Take units out until one of a unit's modes fits in a week; it goes first when they are put back."""
    memory.key[unit] = -1
    most = min(most, count + 40)
    for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
        first = arrays.systems[system, MODE0]
        mode = first + draw(state, arrays.systems[system, MODE1] - first)
        start = week - arrays.systems[system, PREPARATION] + 1
        if start < 0:
            return count
        for _ in range(400):
            if count >= most:
                break
            if not department_has_room(arrays, state, system, week):
                department = arrays.systems[system, DEPARTMENT]
                low, high = arrays.department_first[department], arrays.department_first[department + 1]
                other = arrays.department_units[low + draw(state, high - low)]
                if state.week[other] >= 0 and abs(state.week[other] - week) <= 6:
                    count = add_absent(arrays, state, memory, other, count, most)
                continue
            blocked = blocking_hold(arrays, state, mode, start)
            if blocked == -1:
                break
            other = draw(state, len(state.week))
            if state.week[other] >= 0 and helps(arrays, state, other, blocked, mode, start):
                count = add_absent(arrays, state, memory, other, count, most)
    return count


@inner
def blocking_hold(arrays: Arrays, state: State, mode: int, start: int) -> int:
    """What keeps a mode from fitting: a hold's capacity (its number), effort (-2), or nothing (-1)."""
    hold, replica = arrays.modes[mode, 0], arrays.modes[mode, 1]
    if not hold_fits(arrays, state, hold, start):
        return int(hold)
    if replica >= 0 and not hold_fits(arrays, state, replica, start):
        return int(replica)
    return -1 if effort_fits(arrays, state, hold, start) else -2


@inner
def helps(arrays: Arrays, state: State, other: int, blocked: int, mode: int, start: int) -> bool:
    """Whether taking a unit out gives back something of what blocks."""
    for system in range(arrays.units[other, SYSTEM0], arrays.units[other, SYSTEM1]):
        taken = state.mode[system]
        hold, replica = arrays.modes[taken, 0], arrays.modes[taken, 1]
        begin = state.week[other] - arrays.systems[system, PREPARATION] + 1
        if blocked >= 0:
            pool = arrays.holds[blocked, POOL]
            if arrays.holds[hold, POOL] == pool or (replica >= 0 and arrays.holds[replica, POOL] == pool):
                return True
            continue
        wanted = arrays.modes[mode, 0]
        for effort in range(arrays.holds[hold, EFFORT0], arrays.holds[hold, EFFORT1]):
            team = arrays.efforts[effort, 0]
            period = arrays.period_of[team, begin + arrays.efforts[effort, 1]]
            for mine in range(arrays.holds[wanted, EFFORT0], arrays.holds[wanted, EFFORT1]):
                if arrays.efforts[mine, 0] == team:
                    row = arrays.period_of[team, start + arrays.efforts[mine, 1]]
                    if row == period and state.period[row] < arrays.efforts[mine, 2]:
                        return True
    return False


@inner
def choose_anchors(arrays: Arrays, state: State, memory: Memory, week: int, core: int) -> None:
    """Groups that will be put back whole get a window around the week that room is made in."""
    for place in range(core):
        unit = memory.absent[place]
        for row in range(arrays.units[unit, WITHIN0], arrays.units[unit, WITHIN1]):
            group = arrays.within_of[row]
            whole = state.anchor[group] < 0 and not arrays.units[unit, MUST]
            for member in range(arrays.within_rows[group, 0], arrays.within_rows[group, 1]):
                whole = whole and memory.is_absent[arrays.within_members[member]] != 0
            if whole:
                state.anchor[group] = max(0, week - draw(state, arrays.within_rows[group, 2] + 1))


@inner
def forget_anchors(arrays: Arrays, state: State, memory: Memory, count: int) -> None:
    """After a step the windows are those of the scheduled members again."""
    for place in range(count):
        unit = memory.absent[place]
        for row in range(arrays.units[unit, WITHIN0], arrays.units[unit, WITHIN1]):
            state.anchor[arrays.within_of[row]] = -1


@inner
def regret(arrays: Arrays, state: State, unit: int) -> int:
    """How much more a unit's week costs than the cheapest."""
    week = state.week[unit] if state.week[unit] >= 0 else arrays.horizon
    return int(arrays.timing[unit, week] - arrays.timing[unit, 0])


@inner
def spread_along_links(arrays: Arrays, state: State, memory: Memory, count: int, wanted: int, most: int) -> int:
    """Go on from the units taken out to those they are bound to."""
    done = 0
    while done < count < wanted:
        one = memory.absent[done]
        done += 1
        for row in range(arrays.units[one, PRED0], arrays.units[one, PRED1]):
            count = add_absent(arrays, state, memory, arrays.links[row, 0], count, most)
        for row in range(arrays.units[one, SUCC0], arrays.units[one, SUCC1]):
            count = add_absent(arrays, state, memory, arrays.links[row, 0], count, most)
        for row in range(arrays.units[one, WITHIN0], arrays.units[one, WITHIN1]):
            group = arrays.within_of[row]
            for member in range(arrays.within_rows[group, 0], arrays.within_rows[group, 1]):
                count = add_absent(arrays, state, memory, arrays.within_members[member], count, most)
    return count


@inner
def order_absent(arrays: Arrays, state: State, memory: Memory, count: int) -> None:
    """Sort the units taken out: at random, by the place they had, by urgency, or by rank (dear and large first)."""
    way = draw(state, 6)
    for place in range(count):
        unit = memory.absent[place]
        if memory.key[unit] == -1:
            memory.key[unit] = -(1 << 60)  # room was made for it: it goes first
        elif way == 0:
            memory.key[unit] = draw(state, 1 << 20)
        elif way == 1:
            old = memory.old_week[unit]
            memory.key[unit] = (old if old >= 0 else arrays.horizon) * 64 + draw(state, 64)
        elif way == 2:
            memory.key[unit] = -(arrays.timing[unit, arrays.horizon] - arrays.timing[unit, 0])
        else:
            memory.key[unit] = memory.rank[unit] + draw(state, 1 + (way - 3) * 256)
    for place in range(1, count):  # few of them: insertion sort
        unit = memory.absent[place]
        at = place
        while at > 0 and memory.key[memory.absent[at - 1]] > memory.key[unit]:
            memory.absent[at] = memory.absent[at - 1]
            at -= 1
        memory.absent[at] = unit


@inner
def waits(arrays: Arrays, state: State, memory: Memory, unit: int) -> bool:
    """Whether a predecessor is still to be put back."""
    for row in range(arrays.units[unit, PRED0], arrays.units[unit, PRED1]):
        other = arrays.links[row, 0]
        if memory.is_absent[other] == 1 and state.week[other] < 0:
            return True
    return False


@inner
def put_back(
    arrays: Arrays,
    state: State,
    memory: Memory,
    unit_weeks: Flags,
    hold_weeks: Flags,
    prices: Prices,
    count: int,
    trust: int,
    skip: int,
) -> None:
    """Insert the units taken out, each after its predecessors; is_absent is 1 before a unit was tried, 2 after."""
    progress = True
    while progress:
        progress = False
        for place in range(count):
            unit = memory.absent[place]
            if memory.is_absent[unit] == 1 and not waits(arrays, state, memory, unit):
                memory.is_absent[unit] = 2
                insert_unit(arrays, state, unit_weeks, hold_weeks, prices, unit, trust, skip)
                progress = True
    changed = True
    while changed:  # a unit without its predecessor or with only a part of its group has to go again
        changed = False
        for place in range(count):
            unit = memory.absent[place]
            if state.week[unit] >= 0 and lacks(arrays, state, unit):
                take_unit(arrays, state, unit)
                changed = True


@inner
def lacks(arrays: Arrays, state: State, unit: int) -> bool:
    """Whether a scheduled unit lacks a predecessor or a member of a group, other than one with a duty to come."""
    for row in range(arrays.units[unit, PRED0], arrays.units[unit, PRED1]):
        if state.week[arrays.links[row, 0]] < 0 and not arrays.units[arrays.links[row, 0], MUST]:
            return True
    if arrays.units[unit, MUST]:
        return False  # so must its whole group
    for row in range(arrays.units[unit, WITHIN0], arrays.units[unit, WITHIN1]):
        group = arrays.within_of[row]
        for member in range(arrays.within_rows[group, 0], arrays.within_rows[group, 1]):
            if state.week[arrays.within_members[member]] < 0:
                return True
    return False


@inner
def breaks_others(arrays: Arrays, state: State, memory: Memory, count: int) -> bool:
    """Whether a unit left unscheduled is needed by one that stayed."""
    for place in range(count):
        unit = memory.absent[place]
        if state.week[unit] >= 0 or arrays.units[unit, MUST]:
            continue
        for row in range(arrays.units[unit, SUCC0], arrays.units[unit, SUCC1]):
            if state.week[arrays.links[row, 0]] >= 0:
                return True
        for row in range(arrays.units[unit, WITHIN0], arrays.units[unit, WITHIN1]):
            group = arrays.within_of[row]
            for member in range(arrays.within_rows[group, 0], arrays.within_rows[group, 1]):
                if state.week[arrays.within_members[member]] >= 0:
                    return True
    return False


@inner
def restore(arrays: Arrays, state: State, memory: Memory, count: int) -> None:
    """Undo a step."""
    for place in range(count):
        unit = memory.absent[place]
        if state.week[unit] >= 0:
            take_unit(arrays, state, unit)
    for place in range(count):
        unit = memory.absent[place]
        if memory.old_week[unit] >= 0:
            for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
                state.mode[system] = memory.old_mode[system]
            put_unit(arrays, state, unit, memory.old_week[unit])


@inner
def remember(arrays: Arrays, state: State, memory: Memory, count: int) -> None:
    """Note an accepted step; keep the answer if it is the best so far."""
    for place in range(count):
        unit = memory.absent[place]
        if not memory.is_changed[unit]:
            memory.is_changed[unit] = 1
            memory.changed[memory.scalars[CHANGED]] = unit
            memory.scalars[CHANGED] += 1
    if state.scalars[COST] < memory.scalars[BEST]:
        memory.scalars[BEST] = state.scalars[COST]
        for place in range(memory.scalars[CHANGED]):
            unit = memory.changed[place]
            memory.is_changed[unit] = 0
            memory.week[unit] = state.week[unit]
            for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
                memory.mode[system] = state.mode[system]
        memory.scalars[CHANGED] = 0


@inner
def one_step(
    arrays: Arrays,
    state: State,
    memory: Memory,
    unit_weeks: Flags,
    hold_weeks: Flags,
    prices: Prices,
    temperature: float,
    wanted: int,
) -> None:
    """One ruin and recreate."""
    before = state.scalars[COST]
    count = choose_ruin(arrays, state, memory, unit_weeks, 1 + draw(state, 2 * wanted))
    order_absent(arrays, state, memory, count)
    trust = draw(state, 5)
    skip = 10 if draw(state, 2) == 0 else 100
    put_back(arrays, state, memory, unit_weeks, hold_weeks, prices, count, trust, skip)
    forget_anchors(arrays, state, memory, count)
    chance = (draw(state, 1 << 30) + 1) / (1 << 30)
    allowed = before - temperature * np.log(chance)
    fine = state.scalars[NEGATIVE] == 0 and state.scalars[COST] < allowed
    if fine and not breaks_others(arrays, state, memory, count):
        memory.scalars[ACCEPTED] += 1
        remember(arrays, state, memory, count)
    else:
        restore(arrays, state, memory, count)
    for place in range(count):
        memory.is_absent[memory.absent[place]] = 0


@compiled
def improve(
    arrays: Arrays, state: State, memory: Memory, unit_weeks: Flags, hold_weeks: Flags, prices: Prices,
    order: Numbers, temperature: float, wanted: int, steps: int,
) -> None:  # fmt: skip
    """Insert the unscheduled units named by `order`, then so many steps at one temperature.

    `wanted` is the usual number of units taken out. One function for both, because each entry from Python costs
    seconds of compiling on the first run.
    """
    count = 0
    for place in range(len(order)):
        unit = order[place]
        if state.week[unit] < 0:
            memory.absent[count] = unit
            memory.is_absent[unit] = 1
            memory.old_week[unit] = -1
            count += 1
    if count:
        put_back(arrays, state, memory, unit_weeks, hold_weeks, prices, count, 4, 0)
        for place in range(count):
            memory.is_absent[memory.absent[place]] = 0
        remember(arrays, state, memory, count)
    for _ in range(steps):
        one_step(arrays, state, memory, unit_weeks, hold_weeks, prices, temperature, wanted)
    memory.scalars[STEPS] += steps
