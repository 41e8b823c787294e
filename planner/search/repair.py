"""An earlier plan as the beginning of a new one: what of it is still possible goes back to its place first.

Which limits and dates still hold is not asked here: every unit is put in by the search, which puts in nothing that
does not fit. So a place that has become impossible is simply not taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.plan import CleanUp, Move
from planner.search.flat import HEADER, Numbers
from planner.search.layout import Layout
from planner.search.tables import (
    DEPARTMENT,
    HOLD0,
    HOLD1,
    HOLD_WEEKS,
    SYSTEM0,
    UNIT_WEEKS,
)

REPAIRS = 3
"""So often what has a place in the earlier plan is put back: a clean-up made in one round makes room in the next."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The week of each unit and the mode of each system in an earlier plan; −1 where it has none that is possible."""

    week: Numbers
    mode: Numbers
    order: Numbers
    """Who goes first: those that can move in one week only, then the others by their week, clean-ups last."""

    def homes_only(self, layout: Layout) -> Numbers:
        """The problem's row, in which a unit with a place may take only that one, and a system only its pools.

        A unit without a place may go only where it has to (in one week only), clean-ups wherever they may.
        """
        row = layout.row.copy()
        arrays = layout.arrays
        units, weeks = arrays.unit_weeks.shape
        unit_weeks = _view(row, UNIT_WEEKS, units, weeks)
        sole = _sole(layout)
        closed = ~sole & ~_clean_ups(layout)
        closed[self.week >= 0] = True
        placed = np.nonzero(self.week >= 0)[0]
        unit_weeks[closed] = 0
        unit_weeks[placed, self.week[placed]] = 1
        hold_weeks = _view(row, HOLD_WEEKS, *arrays.hold_weeks.shape)
        for system in np.nonzero(self.mode >= 0)[0]:
            first, last = arrays.systems[system, HOLD0], arrays.systems[system, HOLD1]
            taken = [hold for hold in arrays.modes[self.mode[system], :2] if hold >= 0]
            others = np.setdiff1d(np.arange(first, last), taken)
            hold_weeks[others] = 0
        return row


def place(layout: Layout, moves: Sequence[Move], clean_ups: Sequence[CleanUp]) -> Placed:
    """An earlier plan's moves as places of units; systems that the problem does not know are left out."""
    week, mode = layout.answer(tuple(moves), tuple(clean_ups))
    sole = _sole(layout)
    rank = np.where(sole, -1, np.where(week >= 0, week, layout.arrays.horizon))
    rank[_clean_ups(layout)] = layout.arrays.horizon + 1
    order = np.argsort(rank, kind="stable").astype(np.int64)
    return Placed(week, mode, order)


def _sole(layout: Layout) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Units that can move in one week only: pinned ones above all."""
    return np.asarray(layout.arrays.unit_weeks.sum(axis=1) == 1)


def _clean_ups(layout: Layout) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    arrays = layout.arrays
    return np.asarray(arrays.systems[arrays.units[:, SYSTEM0], DEPARTMENT] < 0)


def _view(row: Numbers, table: int, lines: int, columns: int) -> Numbers:
    place = row[HEADER + 2 * table]
    return row[place : place + lines * columns].reshape(lines, columns)
