"""Targets and the curve in the exact model (rule 7)."""

from __future__ import annotations

from planner.exact.variables import ExactModel, Term, weeks_of
from planner.search.tables import (
    GOAL0,
    GOAL1,
)


def goals(made: ExactModel) -> None:
    """Rule 7 and the curve: enough systems by a week; a curve point's shortfall is bought."""
    arrays = made.arrays
    counts: dict[int, list[Term]] = {}
    for unit in sorted(made.free):
        for row in range(arrays.units[unit, GOAL0], arrays.units[unit, GOAL1]):
            goal, count = int(arrays.goal_of[row, 0]), int(arrays.goal_of[row, 1])
            for week in weeks_of(made, unit):
                if week <= arrays.goals[goal, 0]:
                    counts.setdefault(goal, []).append((made.at[unit, int(week)], count))
    for goal in range(len(arrays.goals)):
        missing = int(arrays.goals[goal, 1] - made.fixed.reached[goal])
        reached = sum(count * variable for variable, count in counts.get(goal, []))
        if missing <= 0 or (goal >= arrays.hard_goals and arrays.goals[goal, 2] == 0):
            continue
        if goal < arrays.hard_goals:
            if isinstance(reached, int):
                made.model.add_bool_or([])
            else:
                made.model.add(reached >= missing)
        else:
            short = made.model.new_int_var(0, missing, "")
            made.model.add(short >= missing - reached)
            made.cost.append((short, int(arrays.goals[goal, 2])))
