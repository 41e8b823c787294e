"""The limits of the exact model: capacity, teams and parallel limits (rules 3, 4 and 5)."""

from __future__ import annotations

from planner.exact.variables import ExactModel, Term, add_limit, free_systems, made_system, weeks_of
from planner.search.tables import (
    DEPARTMENT,
    EFFORT0,
    EFFORT1,
    FREE0,
    FREE1,
    HOLD_COLUMNS,
    POOL,
    PREPARATION,
)


def capacity(made: ExactModel) -> None:
    """Rule 3. Per cell: what is held from its weeks on, less what is freed by then, is at most what is left."""
    arrays = made.arrays
    changes: dict[tuple[int, int], list[Term]] = {}
    for (hold, week), taken in made.holds.items():
        system = made_system(made, hold)
        cell = int(arrays.pool_cells[arrays.holds[hold, POOL], week - arrays.systems[system, PREPARATION] + 1])
        for kind in range(arrays.kinds):
            amount = int(arrays.holds[hold, HOLD_COLUMNS + kind])
            if amount:
                changes.setdefault((cell, kind), []).append((taken, amount))
    for unit, system in free_systems(made):
        for row in range(arrays.systems[system, FREE0], arrays.systems[system, FREE1]):
            for week in weeks_of(made, unit):
                late = int(week + arrays.freed[row, 1])
                if late < arrays.horizon:
                    cell = int(arrays.pool_cells[arrays.freed[row, 0], late])
                    for kind in range(arrays.kinds):
                        amount = int(arrays.freed[row, 2 + kind])
                        if amount:
                            changes.setdefault((cell, kind), []).append((made.at[unit, int(week)], -amount))
    for pool in range(len(arrays.pool_first) - 1):
        for kind in range(arrays.kinds):
            _pool_rows(made, changes, range(arrays.pool_first[pool], arrays.pool_first[pool + 1]), kind)


def _pool_rows(made: ExactModel, changes: dict[tuple[int, int], list[Term]], cells: range, kind: int) -> None:
    """One row per cell in which anything changes; the last of several cells without change is enough only if equal."""
    so_far: list[Term] = []
    pending: int | None = None
    for cell in cells:
        new = changes.get((cell, kind), [])
        if new and pending is not None:
            add_limit(made, so_far, pending)
            pending = None
        so_far = [*so_far, *new]
        left = int(made.fixed.slack[cell, kind])
        pending = left if pending is None else min(pending, left)
    if pending is not None:
        add_limit(made, so_far, pending)


def teams(made: ExactModel) -> None:
    """Rule 4. Per period: effort used in its weeks is at most what is left."""
    arrays = made.arrays
    used: dict[int, list[Term]] = {}
    for (hold, week), taken in made.holds.items():
        first, last = arrays.holds[hold, EFFORT0], arrays.holds[hold, EFFORT1]
        if first == last:
            continue
        start = week - arrays.systems[made_system(made, hold), PREPARATION] + 1
        sums: dict[int, int] = {}
        for effort in range(first, last):
            period = int(arrays.period_of[arrays.efforts[effort, 0], start + arrays.efforts[effort, 1]])
            sums[period] = sums.get(period, 0) + int(arrays.efforts[effort, 2])
        for period, amount in sums.items():
            used.setdefault(period, []).append((taken, amount))
    for period, terms in used.items():
        if period < 0:
            for variable, _ in terms:
                made.model.add(variable == 0)
        else:
            add_limit(made, terms, int(made.fixed.period[period]))


def departments(made: ExactModel) -> None:
    """Rule 5. Per department and week: active systems are at most as many as may be."""
    arrays = made.arrays
    active: dict[tuple[int, int], list[Term]] = {}
    for unit, system in free_systems(made):
        department = int(arrays.systems[system, DEPARTMENT])
        if department < 0:
            continue
        for week in weeks_of(made, unit):
            for busy in range(week - arrays.systems[system, PREPARATION] + 1, week + 1):
                active.setdefault((department, int(busy)), []).append((made.at[unit, int(week)], 1))
    for (department, week), terms in active.items():
        add_limit(made, terms, int(arrays.parallel[department] - made.fixed.active[department, week]))
