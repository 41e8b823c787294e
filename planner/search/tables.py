"""The tables that a problem is laid out as: columns, and what each table holds; no code that works on them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.search.flat import Numbers

Flags = NDArray[np.uint8]
Mask = NDArray[np.bool_]

# columns of Arrays.systems
UNIT, DEPARTMENT, PREPARATION, HOLD0, HOLD1, MODE0, MODE1, FREE0, FREE1, PREVIOUS_WEEK, PREVIOUS_MODE, PAIR0, PAIR1 = (
    range(13)
)
SYSTEM_COLUMNS = 13
# columns of Arrays.units
(
    SYSTEM0, SYSTEM1, PRED0, PRED1, SUCC0, SUCC1, WITHIN0, WITHIN1, APART0, APART1, GOAL0, GOAL1, MUST, COMPONENT, WISH,
) = range(15)  # fmt: skip
UNIT_COLUMNS = 15
HIGHEST_WISH = 1 << 40
# columns of Arrays.holds (one option or replica option); demands follow
POOL, SITE, EFFORT0, EFFORT1 = range(4)
HOLD_COLUMNS = 4


# single numbers at the head of Layout.row, and the tables in it
HORIZON, KINDS, MOVED_BONUS, HARD_GOALS, UNITS_IN_ALL = range(5)
TABLES = (
    "systems", "units", "modes", "holds", "hold_weeks", "unit_weeks", "timing", "efforts", "freed", "links", "within_of",
    "within_members", "within_rows", "apart_of", "goal_of", "goals", "pairs", "pool_cells", "pool_first", "capacity",
    "period_of", "period_amount", "parallel", "department_first", "department_units",
)  # fmt: skip
(
    SYSTEMS, UNITS, MODES, HOLDS, HOLD_WEEKS, UNIT_WEEKS, TIMING, EFFORTS, FREED, LINKS, WITHIN_OF,
    WITHIN_MEMBERS, WITHIN_ROWS, APART_OF, GOAL_OF, GOALS, PAIRS, POOL_CELLS, POOL_FIRST, CAPACITY,
    PERIOD_OF, PERIOD_AMOUNT, PARALLEL, DEPARTMENT_FIRST, DEPARTMENT_UNITS,
) = range(len(TABLES))  # fmt: skip


class Arrays(NamedTuple):
    """The problem as arrays; a NamedTuple, because compiled code takes it whole.

    `holds` are options first, then replica options of each system; `modes` rows are (hold, replica hold or -1, cost);
    `efforts` rows (team row, active week, amount); `freed` rows (pool, weeks after, amounts…); `links` rows (other
    unit, lag); `goals` rows (week, at least, cost of each one missing); the first `hard_goals` of them are targets.
    """

    horizon: int
    kinds: int
    moved_bonus: int
    hard_goals: int
    systems: Numbers
    units: Numbers
    modes: Numbers
    holds: Numbers
    hold_weeks: Flags
    unit_weeks: Flags
    timing: Numbers
    efforts: Numbers
    freed: Numbers
    links: Numbers
    within_of: Numbers
    within_members: Numbers
    within_rows: Numbers
    apart_of: Numbers
    goal_of: Numbers
    goals: Numbers
    pairs: Numbers
    pool_cells: Numbers
    pool_first: Numbers
    capacity: Numbers
    period_of: Numbers
    period_amount: Numbers
    parallel: Numbers
    department_first: Numbers
    department_units: Numbers


def table_of(rows: list[list[int]], columns: int) -> Numbers:
    """Rows as a table, also where there are none."""
    return np.array(rows, np.int64).reshape(len(rows), columns)


def row_of(numbers: list[int]) -> Numbers:
    """A table of one column."""
    return np.array(numbers, np.int64)


def flags_of(masks: list[int], weeks: int) -> Flags:
    """Masks as rows of 0 and 1."""
    size = (weeks + 7) // 8
    packed = np.frombuffer(b"".join(mask.to_bytes(size, "little") for mask in masks), np.uint8).reshape(
        len(masks), size
    )
    return np.unpackbits(packed, axis=1, count=weeks, bitorder="little")
