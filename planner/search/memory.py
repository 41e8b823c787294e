"""The best answer of a search so far, and the scratch space of its steps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.search.flat import Numbers, pack
from planner.search.layout import Layout
from planner.search.state import State

BEST, CHANGED, STEPS, ACCEPTED, TRUST = range(5)
"""Places at the head of Memory.row: best value, units changed since, steps done, accepted, least trust in prices (0…4)."""

NO_ANSWER = 1 << 62
"""The best value while no state has kept all duties."""


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
    """Scratch space, without an answer yet. `rank` orders units for one of the ways to put them back."""
    empty = np.zeros(len(layout.arrays.units), np.int64)
    order = np.argsort(rank, kind="stable").astype(np.int64)
    tables = [state.week, state.mode, empty, empty, empty, empty, empty, state.mode, empty, rank, order]
    row, views = pack((NO_ANSWER,), tables)
    return Memory(row, *views)
