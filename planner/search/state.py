"""A partial schedule with all that it uses, as one row of numbers; booking.py changes it one unit at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.search.flat import Numbers, pack
from planner.search.layout import Layout
from planner.search.tables import (
    MUST,
    Arrays,
)

COST, NEGATIVE, RANDOM, BIG, LACKING = range(5)
"""Places at the head of State.row: the value so far (unkept duties at their prices), overdrawn cells, generator, price
of a duty, and how many duties are not kept (units that must move and do not, and what hard goals lack)."""
HIGHEST_DUTY = 1 << 44
(
    S_WEEK, S_MODE, S_SLACK, S_LEAST, S_PERIOD, S_ACTIVE, S_APART, S_REACHED, S_GAIN, S_ANCHOR, S_DUTY,
) = range(11)  # fmt: skip
"""Numbers of the tables of State.row, in the order of its fields."""


class State(NamedTuple):
    """Where every unit stands (-1: unscheduled) and what is left of everything; views of one `row` (flat.py)."""

    row: Numbers
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


def empty_state(layout: Layout, seed: int, duty: int) -> State:
    """Nothing scheduled. `duty` is what an unkept must (deadline, pin, target) costs for the search."""
    arrays = layout.arrays
    units, weeks = len(arrays.units), arrays.horizon
    tables = [
        np.full(units, -1, np.int64),
        np.full(len(arrays.systems), -1, np.int64),
        arrays.capacity,
        arrays.capacity,
        arrays.period_amount,
        np.zeros((len(arrays.parallel), weeks), np.int64),
        np.zeros((len(layout.apart_groups), weeks), np.int64),
        np.zeros(len(arrays.goals), np.int64),
        np.zeros(weeks + 1, np.int64),
        np.full(len(arrays.within_rows), -1, np.int64),
        arrays.units[:, MUST] * duty,
    ]
    row, views = pack((), tables)
    state = State(row, *views)
    for first, last in zip(arrays.pool_first[:-1], arrays.pool_first[1:], strict=True):
        cells = arrays.capacity[first:last]
        state.least[first:last] = np.minimum.accumulate(cells[::-1], axis=0)[::-1]
    state.row[RANDOM] = 88172645463325252 ^ (seed * 2654435761 + 1)
    state.row[BIG] = duty
    set_empty_cost(arrays, state)
    return state


def set_empty_cost(arrays: Arrays, state: State) -> None:
    """The value of scheduling nothing, duties at BIG each."""
    short = np.maximum(0, arrays.goals[:, 1] - state.reached)
    price = np.where(np.arange(len(short)) < arrays.hard_goals, state.row[BIG], arrays.goals[:, 2])
    unscheduled = int(arrays.timing[:, arrays.horizon].sum()) + int(state.duty.sum())
    state.row[COST] = unscheduled + int((short * price).sum())
    state.row[LACKING] = int((arrays.units[:, MUST] > 0).sum()) + int(short[: arrays.hard_goals].sum())


def unkept(arrays: Arrays, state: State) -> tuple[Numbers, Numbers]:
    """Units that must move and are not scheduled, and how much each goal that is a target still lacks."""
    lacking = np.nonzero((arrays.units[:, MUST] > 0) & (state.week < 0))[0]
    short = np.maximum(0, arrays.goals[:, 1] - state.reached)[: arrays.hard_goals]
    return lacking, short


def raise_duties(arrays: Arrays, state: State) -> None:
    """Double the price of every duty that is not kept, so that the search turns to it."""
    lacking, short = unkept(arrays, state)
    lacking = lacking[state.duty[lacking] < HIGHEST_DUTY]
    state.row[COST] += int(state.duty[lacking].sum())
    state.duty[lacking] *= 2
    if short.any() and state.row[BIG] < HIGHEST_DUTY:
        state.row[COST] += int(short.sum()) * int(state.row[BIG])
        state.row[BIG] *= 2
