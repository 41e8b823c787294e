"""The variables of the exact model, and what the functions of its rules share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planner.search.flat import Numbers
from planner.search.layout import Layout
from planner.search.tables import (
    SYSTEM0,
    SYSTEM1,
    Arrays,
    Flags,
)

Term = tuple[Any, int]


@dataclass(slots=True)
class Fixed:
    """What the units that are not free leave: weeks and modes, and what is left of every limit."""

    week: Numbers
    mode: Numbers
    slack: Numbers
    period: Numbers
    active: Numbers
    apart: Numbers
    reached: Numbers


def nothing_fixed(layout: Layout) -> Fixed:
    """Every unit free."""
    arrays = layout.arrays
    return Fixed(
        week=np.full(len(arrays.units), -1, np.int64),
        mode=np.full(len(arrays.systems), -1, np.int64),
        slack=arrays.capacity,
        period=arrays.period_amount,
        active=np.zeros((len(arrays.parallel), arrays.horizon), np.int64),
        apart=np.zeros((len(layout.apart_groups), arrays.horizon), np.int64),
        reached=np.zeros(len(arrays.goals), np.int64),
    )


@dataclass(slots=True)
class ExactModel:
    """A CP-SAT model over the free units; variables are keyed by unit, system, week and hold."""

    layout: Layout
    free: frozenset[int]
    fixed: Fixed
    unit_weeks: Flags
    model: Any = None
    at: dict[tuple[int, int], Any] = field(default_factory=dict)
    """(unit, week) → cuts over then."""
    stays: dict[int, Any] = field(default_factory=dict)
    """unit → stays unscheduled."""
    done: dict[tuple[int, int], Any] = field(default_factory=dict)
    """(unit, week) → has cut over by then."""
    holds: dict[tuple[int, int], Any] = field(default_factory=dict)
    """(hold, week) → this option is taken with this cut-over week."""
    modes: dict[tuple[int, int], Any] = field(default_factory=dict)
    """(mode, week) → for systems with replicas."""
    cost: list[Term] = field(default_factory=list)

    @property
    def arrays(self) -> Arrays:
        """The problem's tables."""
        return self.layout.arrays


def weeks_of(made: ExactModel, unit: int) -> list[int]:
    """The cut-over weeks a free unit may take."""
    return [int(week) for week in np.nonzero(made.unit_weeks[unit])[0]]


def free_systems(made: ExactModel) -> Iterable[tuple[int, int]]:
    """Unit and system of everything free."""
    for unit in sorted(made.free):
        for system in range(made.arrays.units[unit, SYSTEM0], made.arrays.units[unit, SYSTEM1]):
            yield unit, system


def made_system(made: ExactModel, hold: int) -> int:
    """The system that a hold belongs to."""
    return int(np.searchsorted(made.arrays.systems[:, 3], hold, side="right") - 1)


def add_limit(made: ExactModel, terms: list[Term], left: int) -> None:
    """Σ terms ≤ left, unless it always holds."""
    if sum(max(0, amount) for _, amount in terms) > left:
        made.model.add(sum(amount * variable for variable, amount in terms) <= left)
