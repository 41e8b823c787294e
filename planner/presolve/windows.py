"""The weeks and options that each system may take, and how they became so few: values alone.

Weeks are bits of an integer (bit c: the cut-over week may be c).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Cause = Literal[
    "horizon", "release", "deadline", "blocked", "department", "pin", "target", "capacity", "team", "site", "options",
    "before", "within", "together", "apart",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One change of what a system may do: the weeks before and after, why, and the other system it comes from.

    `forced` marks that the system has to move from here on; `number` is the place of the relation in its list.
    """

    system: int
    cause: Cause
    before: int
    after: int
    other: int | None = None
    number: int | None = None
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Mode:
    """A choice of pool and replica pool; numbers into the system's options, `replica` is -1 for none."""

    option: int
    replica: int
    weeks: int


@dataclass(slots=True)
class Windows:
    """What each system (by its place in the problem) may do."""

    weeks: list[int]
    must: list[bool]
    modes: list[list[Mode]]
    clean_ups: list[int]
    events: list[Event] = field(default_factory=list)
    impossible: list[int] = field(default_factory=list)
    """Systems that must move and cannot; empty unless the problem is infeasible."""
    missed_targets: list[int] = field(default_factory=list)
    """Targets that not even all systems able to move in time can reach."""

    @property
    def contradiction(self) -> bool:
        """Whether the problem is proven to have no plan."""
        return bool(self.impossible or self.missed_targets)


def earliest(mask: int) -> int:
    """The first week of a mask that is not empty."""
    return (mask & -mask).bit_length() - 1


def latest(mask: int) -> int:
    """The last week of a mask that is not empty."""
    return mask.bit_length() - 1


def from_week(week: int, weeks: int) -> int:
    """All weeks ≥ `week`."""
    return ((1 << weeks) - 1) >> max(0, week) << max(0, week) if week < weeks else 0


def until_week(week: int, weeks: int) -> int:
    """All weeks ≤ `week`."""
    return (1 << (min(week, weeks - 1) + 1)) - 1 if week >= 0 else 0


def cut_over_weeks(free: int, preparation: int, weeks: int) -> int:
    """Cut-over weeks whose active weeks all lie in `free` (a mask of weeks)."""
    if preparation > weeks:
        return 0
    starts, reach = free, 1
    while reach < preparation:  # doubling: starts holds weeks with `reach` free weeks in a row
        step = min(reach, preparation - reach)
        starts &= starts >> step
        reach += step
    return (starts << (preparation - 1)) & ((1 << weeks) - 1)


def mask_of(weeks: Iterable[int], horizon: int) -> int:
    """Weeks as a mask; those outside the horizon are left out."""
    mask = 0
    for week in weeks:
        if 0 <= week < horizon:
            mask |= 1 << week
    return mask
