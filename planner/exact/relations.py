"""What binds systems to each other in the exact model: before, within, apart, and pairs of one site (rule 6)."""

from __future__ import annotations

from typing import Any

from planner.exact.variables import ExactModel, free_systems, weeks_of
from planner.search.tables import (
    APART0,
    APART1,
    MODE0,
    MODE1,
    PAIR0,
    PAIR1,
    PRED0,
    PRED1,
    SITE,
    SUCC0,
    SUCC1,
    UNIT,
    WITHIN0,
    WITHIN1,
    Arrays,
)


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
            for week in weeks_of(made, unit):
                here.setdefault((int(arrays.apart_of[row]), int(week)), []).append(made.at[unit, int(week)])
    for (group, week), variables in here.items():
        if made.fixed.apart[group, week]:
            made.model.add(sum(variables) == 0)
        else:
            made.model.add_at_most_one(variables)


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


def same_site(made: ExactModel) -> None:
    """The penalty of a pair that is moved to main pools at different sites."""
    arrays = made.arrays
    seen: set[tuple[int, int, int]] = set()
    for _, system in free_systems(made):
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
        for week in weeks_of(made, unit)
        if (mode, int(week)) in made.modes
    ]
    return sum(variables) if variables else 0
