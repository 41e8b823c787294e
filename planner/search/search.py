"""Ruin and recreate: take a few related units out, put them back in another order, keep what is better; compiled.

After Christiaens & Vanden Berghe, "Slack Induction by String Removals" (Transportation Science 54, 2020): small ruins
of related units, greedy insertion that passes over places at random, simulated annealing as acceptance. Insertion
sees prices (prices.py) with a trust drawn per step. State is feasible after every step, apart from duties not yet kept.
"""

from __future__ import annotations

import numpy as np

from planner.search.absent import forget_anchors, take_out
from planner.search.booking import put_unit, take_unit
from planner.search.compiled import compiled, inner
from planner.search.flat import Numbers
from planner.search.index import ix
from planner.search.insertion import draw, insert_unit
from planner.search.memory import (
    ABSENT,
    ACCEPTED,
    BEST,
    BEST_MODE,
    BEST_WEEK,
    CHANGED,
    CHANGED_UNITS,
    IS_ABSENT,
    IS_CHANGED,
    KEY,
    OLD_MODE,
    OLD_WEEK,
    ORDER,
    RANK,
    STEPS,
    TRUST,
)
from planner.search.ruin import choose_ruin
from planner.search.state import COST, LACKING, NEGATIVE, S_MODE, S_WEEK
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
    UNITS,
    UNITS_IN_ALL,
    WITHIN0,
    WITHIN1,
    WITHIN_MEMBERS,
    WITHIN_OF,
    WITHIN_ROWS,
)


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
    """Note an accepted step; keep the answer if all duties are kept and it is the best so far.

    However dear a duty is, leaving one unkept may be cheaper still (a pinned giant that keeps dear systems out): such
    a state is a way to better ones, never an answer.
    """
    for place in range(count):
        unit = memory[ix(memory, ABSENT, place, 0)]
        if not memory[ix(memory, IS_CHANGED, unit, 0)]:
            memory[ix(memory, IS_CHANGED, unit, 0)] = 1
            memory[ix(memory, CHANGED_UNITS, memory[CHANGED], 0)] = unit
            memory[CHANGED] += 1
    if state[LACKING] == 0 and state[COST] < memory[BEST]:
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
    count = choose_ruin(arrays, state, memory, prices, 1 + draw(state, 2 * wanted))
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
