"""The whole problem, or the part around some units, as one CP-SAT model; each rule of the contract is one function.

Used whole where the problem is small enough to be solved to the end, and in part where units that are not free stay
where they are and what they use is taken off the limits. Variables stand in exact/variables.py, rules in exact/limits.py,
exact/relations.py and exact/goals.py; here they are put together, hinted and read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from planner.exact.goals import goals
from planner.exact.limits import capacity, departments, teams
from planner.exact.relations import apart, before, same_site, within
from planner.exact.variables import ExactModel, Fixed, Term, nothing_fixed, weeks_of
from planner.search.flat import Numbers
from planner.search.layout import Layout
from planner.search.tables import (
    MODE0,
    MODE1,
    MUST,
    PREVIOUS_MODE,
    PREVIOUS_WEEK,
    SYSTEM0,
    SYSTEM1,
    UNIT,
    Flags,
)

__all__ = ["CONSTRAINTS", "ExactModel", "Fixed", "add_hint", "build_model", "nothing_fixed", "read_answer"]


CONSTRAINTS = (capacity, teams, departments, before, within, apart, goals, same_site)
"""One function a rule; the order is that of the model's rows."""


def build_model(layout: Layout, free: Iterable[int], fixed: Fixed, unit_weeks: Flags | None = None) -> ExactModel:
    """The model of the free units; `unit_weeks` may leave out weeks (then its optimum is one of the rest only)."""
    from ortools.sat.python import cp_model

    weeks = layout.arrays.unit_weeks if unit_weeks is None else unit_weeks
    made = ExactModel(layout=layout, free=frozenset(free), fixed=fixed, unit_weeks=weeks)
    made.model = cp_model.CpModel()
    for unit in sorted(made.free):
        _add_unit(made, unit)
    for constraint in CONSTRAINTS:
        constraint(made)
    made.model.minimize(_weighted(made.cost))
    return made


def _weighted(terms: list[Term]) -> Any:
    from ortools.sat.python import cp_model

    return cp_model.LinearExpr.weighted_sum([variable for variable, _ in terms], [factor for _, factor in terms])


def _add_unit(made: ExactModel, unit: int) -> None:
    """One week or none; in that week one mode for each system of the unit."""
    arrays, model = made.arrays, made.model
    weeks = weeks_of(made, unit)
    made.stays[unit] = model.new_bool_var("")
    if arrays.units[unit, MUST]:
        model.add(made.stays[unit] == 0)
    for week in weeks:
        made.at[unit, week] = model.new_bool_var("")
        made.cost.append((made.at[unit, week], int(arrays.timing[unit, week])))
    made.cost.append((made.stays[unit], int(arrays.timing[unit, arrays.horizon])))
    model.add_exactly_one([*(made.at[unit, week] for week in weeks), made.stays[unit]])
    for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
        for week in weeks:
            _add_modes(made, unit, system, week)


def _add_modes(made: ExactModel, unit: int, system: int, week: int) -> None:
    arrays, model = made.arrays, made.model
    modes = [
        mode
        for mode in range(arrays.systems[system, MODE0], arrays.systems[system, MODE1])
        if arrays.hold_weeks[arrays.modes[mode, 0], week]
        and (arrays.modes[mode, 1] < 0 or arrays.hold_weeks[arrays.modes[mode, 1], week])
    ]
    here = made.at[unit, week]
    if not modes:
        model.add(here == 0)
    chosen = [here] if len(modes) == 1 else [model.new_bool_var("") for _ in modes]
    if len(modes) > 1:
        model.add(sum(chosen) == here)
    by_hold: dict[int, list[Any]] = {}
    for mode, variable in zip(modes, chosen, strict=True):
        cost = int(arrays.modes[mode, 2])
        if (week, mode) == (arrays.systems[system, PREVIOUS_WEEK], arrays.systems[system, PREVIOUS_MODE]):
            cost -= arrays.moved_bonus
        if cost:
            made.cost.append((variable, cost))
        made.modes[mode, week] = variable
        for hold in (int(arrays.modes[mode, 0]), int(arrays.modes[mode, 1])):
            if hold >= 0:
                by_hold.setdefault(hold, []).append(variable)
    for hold, variables in by_hold.items():
        made.holds[hold, week] = variables[0] if len(variables) == 1 else sum(variables)


def add_hint(made: ExactModel, week: Numbers, mode: Numbers) -> None:
    """Tell the solver where a known answer has every free unit."""
    for (unit, place), variable in made.at.items():
        made.model.add_hint(variable, int(week[unit]) == place)
    for unit, variable in made.stays.items():
        made.model.add_hint(variable, int(week[unit]) < 0)
    hinted = {id(variable) for variable in made.at.values()}
    for (number, place), variable in made.modes.items():
        system = int(np.searchsorted(made.arrays.systems[:, MODE0], number, side="right") - 1)
        if id(variable) not in hinted:
            unit = made.arrays.systems[system, UNIT]
            made.model.add_hint(variable, int(week[unit]) == place and int(mode[system]) == number)


def read_answer(made: ExactModel, solver: Any) -> tuple[Numbers, Numbers]:
    """Weeks and modes after solving; units that were not free keep theirs."""
    week, mode = made.fixed.week.copy(), made.fixed.mode.copy()
    for unit in made.free:
        week[unit] = -1
    for (unit, place), variable in made.at.items():
        if solver.boolean_value(variable):
            week[unit] = place
    for (number, place), variable in made.modes.items():
        system = int(np.searchsorted(made.arrays.systems[:, MODE0], number, side="right") - 1)
        if week[made.arrays.systems[system, UNIT]] == place and solver.boolean_value(variable):
            mode[system] = number
    return week, mode
