"""The whole problem, or the part around some units, as one CP-SAT model; each rule of the contract is one function.

Used whole where the problem is small enough to be solved to the end, and in part to improve a large plan: units that
are not free stay where they are, and what they use is taken off the limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planner.flat import Numbers
from planner.layout import Layout
from planner.tables import (
    APART0,
    APART1,
    DEPARTMENT,
    EFFORT0,
    EFFORT1,
    FREE0,
    FREE1,
    GOAL0,
    GOAL1,
    HOLD_COLUMNS,
    MODE0,
    MODE1,
    MUST,
    PAIR0,
    PAIR1,
    POOL,
    PRED0,
    PRED1,
    PREPARATION,
    PREVIOUS_MODE,
    PREVIOUS_WEEK,
    SITE,
    SUCC0,
    SUCC1,
    SYSTEM0,
    SYSTEM1,
    UNIT,
    WITHIN0,
    WITHIN1,
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
    weeks = _weeks(made, unit)
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


def _weeks(made: ExactModel, unit: int) -> list[int]:
    """The cut-over weeks a free unit may take."""
    return [int(week) for week in np.nonzero(made.unit_weeks[unit])[0]]


def _systems(made: ExactModel) -> Iterable[tuple[int, int]]:
    """Unit and system of everything free."""
    for unit in sorted(made.free):
        for system in range(made.arrays.units[unit, SYSTEM0], made.arrays.units[unit, SYSTEM1]):
            yield unit, system


def _add_limit(made: ExactModel, terms: list[Term], left: int) -> None:
    """Σ terms ≤ left, unless it always holds."""
    if sum(max(0, amount) for _, amount in terms) > left:
        made.model.add(sum(amount * variable for variable, amount in terms) <= left)


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
    for unit, system in _systems(made):
        for row in range(arrays.systems[system, FREE0], arrays.systems[system, FREE1]):
            for week in _weeks(made, unit):
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
            _add_limit(made, so_far, pending)
            pending = None
        so_far = [*so_far, *new]
        left = int(made.fixed.slack[cell, kind])
        pending = left if pending is None else min(pending, left)
    if pending is not None:
        _add_limit(made, so_far, pending)


def made_system(made: ExactModel, hold: int) -> int:
    """The system that a hold belongs to."""
    return int(np.searchsorted(made.arrays.systems[:, 3], hold, side="right") - 1)


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
            _add_limit(made, terms, int(made.fixed.period[period]))


def departments(made: ExactModel) -> None:
    """Rule 5. Per department and week: active systems are at most as many as may be."""
    arrays = made.arrays
    active: dict[tuple[int, int], list[Term]] = {}
    for unit, system in _systems(made):
        department = int(arrays.systems[system, DEPARTMENT])
        if department < 0:
            continue
        for week in _weeks(made, unit):
            for busy in range(week - arrays.systems[system, PREPARATION] + 1, week + 1):
                active.setdefault((department, int(busy)), []).append((made.at[unit, int(week)], 1))
    for (department, week), terms in active.items():
        _add_limit(made, terms, int(arrays.parallel[department] - made.fixed.active[department, week]))


def _done_by(made: ExactModel, unit: int, week: int) -> Any:
    """1 if the unit has cut over by a week; a chain of variables, so that relations are plain implications."""
    if week < 0:
        return 0
    week = min(week, made.arrays.horizon - 1)
    if unit not in made.free:
        return int(0 <= made.fixed.week[unit] <= week)
    if (unit, week) not in made.done:
        before: Any = 0
        for place in range(made.arrays.horizon):
            here = made.at.get((unit, place))
            if here is None:
                made.done[unit, place] = before
                continue
            now = made.model.new_bool_var("")
            made.model.add(now == before + here)
            made.done[unit, place] = before = now
    return made.done[unit, week]


def _implies(made: ExactModel, then_done: Any, first_done: Any) -> None:
    """then_done ≤ first_done, where either may be a constant."""
    if isinstance(then_done, int) and isinstance(first_done, int):
        if then_done > first_done:
            made.model.add_bool_or([])
    elif not (isinstance(then_done, int) and then_done == 0) and not (isinstance(first_done, int) and first_done == 1):
        made.model.add(then_done <= first_done)


def before(made: ExactModel) -> None:
    """Rule 6. done(then, w) ≤ done(first, w − lag) for every week w."""
    arrays = made.arrays
    pairs: set[tuple[int, int, int]] = set()
    for unit in sorted(made.free):
        for row in range(arrays.units[unit, PRED0], arrays.units[unit, PRED1]):
            pairs.add((int(arrays.links[row, 0]), unit, int(arrays.links[row, 1])))
        for row in range(arrays.units[unit, SUCC0], arrays.units[unit, SUCC1]):
            pairs.add((unit, int(arrays.links[row, 0]), int(arrays.links[row, 1])))
    for first, then, lag in sorted(pairs):
        for week in range(arrays.horizon):
            _implies(made, _done_by(made, then, week), _done_by(made, first, week - lag))


def within(made: ExactModel) -> None:
    """Rule 6. done(i, w) ≤ done(j, w + weeks) for every two members and every week: all or none, close together."""
    arrays = made.arrays
    groups = {
        int(arrays.within_of[row])
        for unit in made.free
        for row in range(arrays.units[unit, WITHIN0], arrays.units[unit, WITHIN1])
    }
    for group in sorted(groups):
        first, last, weeks = (int(number) for number in arrays.within_rows[group])
        members = [int(unit) for unit in arrays.within_members[first:last]]
        if len(members) <= 4 or any(member not in made.free for member in members):
            pairs = [(one, two) for one in members for two in members if one != two and {one, two} & made.free]
            for one, two in pairs:
                for week in range(arrays.horizon):
                    _implies(made, _done_by(made, one, week), _done_by(made, two, week + weeks))
            continue
        _window(made, members, weeks)


def _window(made: ExactModel, members: list[int], weeks: int) -> None:
    """The same for a large group, by way of the group's first week: opened(w) = some member may have cut over by w."""
    horizon, model = made.arrays.horizon, made.model
    opened = [model.new_bool_var("") for _ in range(horizon)]
    for week in range(horizon):
        if week:
            model.add(opened[week - 1] <= opened[week])
        for member in members:
            _implies(made, _done_by(made, member, week), opened[week])
            _implies(made, opened[week], _done_by(made, member, week + weeks))


def apart(made: ExactModel) -> None:
    """Rule 6. At most one member of a group per cut-over week."""
    arrays = made.arrays
    here: dict[tuple[int, int], list[Any]] = {}
    for unit in sorted(made.free):
        for row in range(arrays.units[unit, APART0], arrays.units[unit, APART1]):
            for week in _weeks(made, unit):
                here.setdefault((int(arrays.apart_of[row]), int(week)), []).append(made.at[unit, int(week)])
    for (group, week), variables in here.items():
        if made.fixed.apart[group, week]:
            made.model.add(sum(variables) == 0)
        else:
            made.model.add_at_most_one(variables)


def goals(made: ExactModel) -> None:
    """Rule 7 and the curve: enough systems by a week; a curve point's shortfall is bought."""
    arrays = made.arrays
    counts: dict[int, list[Term]] = {}
    for unit in sorted(made.free):
        for row in range(arrays.units[unit, GOAL0], arrays.units[unit, GOAL1]):
            goal, count = int(arrays.goal_of[row, 0]), int(arrays.goal_of[row, 1])
            for week in _weeks(made, unit):
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


def same_site(made: ExactModel) -> None:
    """The penalty of a pair that is moved to main pools at different sites."""
    arrays = made.arrays
    seen: set[tuple[int, int, int]] = set()
    for _, system in _systems(made):
        for row in range(arrays.systems[system, PAIR0], arrays.systems[system, PAIR1]):
            other, penalty = int(arrays.pairs[row, 0]), int(arrays.pairs[row, 1])
            place = (min(system, other), max(system, other), _nth(arrays, system, row))
            if place in seen:
                continue
            seen.add(place)
            split = made.model.new_bool_var("")
            made.cost.append((split, penalty))
            for site in range(int(arrays.holds[:, SITE].max(initial=0)) + 1):
                here = _at_site(made, system, site, same=True)
                there = _at_site(made, other, site, same=False)
                if not (isinstance(here, int) and here == 0) and not (isinstance(there, int) and there == 0):
                    made.model.add(split >= here + there - 1)


def _nth(arrays: Arrays, system: int, row: int) -> int:
    """Which of several pairs of the same two systems a row is."""
    first, other = arrays.systems[system, PAIR0], arrays.pairs[row, 0]
    return int((arrays.pairs[first:row, 0] == other).sum())


def _at_site(made: ExactModel, system: int, site: int, *, same: bool) -> Any:
    """1 if a system is moved with its main pool at the site (or, `same` False, at any other)."""
    arrays = made.arrays
    unit = int(arrays.systems[system, UNIT])
    if unit not in made.free:
        if made.fixed.week[unit] < 0:
            return 0
        return int((arrays.holds[arrays.modes[made.fixed.mode[system], 0], SITE] == site) == same)
    variables = [
        made.modes[mode, int(week)]
        for mode in range(arrays.systems[system, MODE0], arrays.systems[system, MODE1])
        if (arrays.holds[arrays.modes[mode, 0], SITE] == site) == same
        for week in _weeks(made, unit)
        if (mode, int(week)) in made.modes
    ]
    return sum(variables) if variables else 0


CONSTRAINTS = (capacity, teams, departments, before, within, apart, goals, same_site)


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
