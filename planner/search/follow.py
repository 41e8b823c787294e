"""What a unit's week costs those that are bound to it: successors have to come later, members of a group close by."""

from __future__ import annotations

import numpy as np

from planner.search.relaxation import Reals
from planner.search.tables import PRED0, PRED1, Arrays

DEAREST = 1e9
"""What ruling a bound unit out counts as at most; far above what a place costs, and sums of it are harmless."""


def following(arrays: Arrays, places: Reals) -> Reals:
    """Per unit and week: what its bound units lose at least if it cuts over then and they are still to be placed.

    `places` is what each week (last column: staying unscheduled) costs a unit. Successors of successors count too.
    """
    weeks = arrays.horizon
    lost = np.zeros((len(arrays.units), weeks))
    for unit in _last_first(arrays):
        own = places[unit].copy()
        own[:weeks] += lost[unit]
        best = own.min()
        later = np.minimum(np.minimum.accumulate(own[weeks - 1 :: -1])[::-1], own[weeks])
        for first, lag in arrays.links[arrays.units[unit, PRED0] : arrays.units[unit, PRED1]]:
            here = np.full(weeks, own[weeks])
            here[: max(0, weeks - lag)] = later[lag:]
            lost[first] += np.minimum(here - best, DEAREST)
    for first_row, last_row, spread in arrays.within_rows:
        members = arrays.within_members[first_row:last_row]
        near = np.array([_least_near(places[unit, :weeks] + lost[unit], int(spread)) for unit in members])
        cost = np.minimum(near - near.min(axis=1, keepdims=True), DEAREST)
        for row, unit in enumerate(members):
            lost[unit] += cost.sum(axis=0) - cost[row]
    return lost


def _least_near(cost: Reals, spread: int) -> Reals:
    """For every week the least cost of a week at most so far away."""
    padded = np.concatenate([np.full(spread, np.inf), cost, np.full(spread, np.inf)])
    found: Reals = np.lib.stride_tricks.sliding_window_view(padded, 2 * spread + 1).min(axis=1)
    return found


def _last_first(arrays: Arrays) -> list[int]:
    """Units, none before one that waits for it; those in a circle (they can never move) come last, in any order."""
    waiting = np.zeros(len(arrays.units), np.int64)
    for one in arrays.units:
        np.add.at(waiting, arrays.links[one[PRED0] : one[PRED1], 0], 1)
    ready = [unit for unit in range(len(waiting)) if waiting[unit] == 0]
    order: list[int] = []
    while ready:
        unit = ready.pop()
        order.append(unit)
        for other in arrays.links[arrays.units[unit, PRED0] : arrays.units[unit, PRED1], 0]:
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(int(other))
    return [*order, *(unit for unit in range(len(waiting)) if waiting[unit] > 0)]
