"""Systems that share a week as units, and what binds units to each other: before, within, apart, targets, the curve."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from planner.circles import strong_components
from planner.presolve.presolve import Windows
from planner.problem.problem import PlanningProblem
from planner.search.flat import Numbers
from planner.search.tables import HIGHEST_WISH


def units_of(problem: PlanningProblem, masks: list[int]) -> list[list[int]]:
    """The places of the systems of every unit: those that have to share a week; clean-ups follow, each alone.

    `masks` are the weeks of each system and then of each clean-up; whoever has none is left out.
    """
    count = len(problem.systems)
    numbers = {system.id: number for number, system in enumerate(problem.systems)}
    leader = list(range(count))

    def root(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for group in [*problem.together, *_circles(problem, masks)]:
        for name in group[1:]:
            leader[root(numbers[name])] = root(numbers[group[0]])
    units: dict[int, list[int]] = {}
    for place in range(count):
        if masks[place]:
            units.setdefault(root(place), []).append(place)
    clean_ups = [[count + n] for n in range(len(problem.clean_ups)) if masks[count + n]]
    return [*units.values(), *clean_ups]


def _circles(problem: PlanningProblem, masks: list[int]) -> list[list[str]]:
    """Systems that can move and stand in a circle of `before`: its lags are 0, so they share a week."""
    following: dict[str, list[str]] = {s.id: [] for s, mask in zip(problem.systems, masks, strict=False) if mask}
    for group in problem.together:
        for one, two in itertools.pairwise(group):
            if one in following and two in following:
                following[one].append(two)
                following[two].append(one)
    for pair in problem.before:
        if pair.first in following and pair.then in following:
            following[pair.first].append(pair.then)
    return [members for members in strong_components(following) if len(members) > 1]


class Relations:
    """The rows of units, and of what binds them; filled once."""

    def __init__(
        self, problem: PlanningProblem, windows: Windows, unit_places: list[list[int]], timing: Numbers
    ) -> None:
        self.problem, self.windows, self.unit_places, self.timing = problem, windows, unit_places, timing
        self.place = {system.id: number for number, system in enumerate(problem.systems)}
        self.unit = {place: unit for unit, places in enumerate(unit_places) for place in places}
        self._units()

    def _movable(self, names: tuple[str, ...]) -> list[int]:
        """The units of the systems named that can move at all."""
        places = (self.place[name] for name in names)
        return [self.unit[place] for place in places if place in self.unit]

    def _units(self) -> None:
        count = len(self.unit_places)
        preds: list[dict[int, int]] = [{} for _ in range(count)]
        succs: list[dict[int, int]] = [{} for _ in range(count)]
        for pair in self.problem.before:
            first, then = self.unit.get(self.place[pair.first]), self.unit.get(self.place[pair.then])
            if first is not None and then is not None and first != then:
                preds[then][first] = max(pair.lag_weeks, preds[then].get(first, 0))
                succs[first][then] = preds[then][first]
        groups = [(sorted(set(self._movable(w.systems))), w.weeks) for w in self.problem.within]
        groups = [(members, weeks) for members, weeks in groups if len(members) > 1]
        self._within(groups, count)
        self._apart(count)
        self._goals()
        self.links: list[list[int]] = []
        self.units: list[list[int]] = []
        wishes = self._wishes(succs, [members for members, _ in groups])
        component = self._components(preds, [members for members, _ in groups])
        system0 = 0
        self.within_of: list[int] = []
        self.apart_of: list[int] = []
        self.goal_of: list[list[int]] = []
        for unit, places in enumerate(self.unit_places):
            row = [system0, system0 + len(places)]
            row += _extend(self.links, [[other, lag] for other, lag in sorted(preds[unit].items())])
            row += _extend(self.links, [[other, lag] for other, lag in sorted(succs[unit].items())])
            row += _extend(self.within_of, self.within_by_unit[unit])
            row += _extend(self.apart_of, self.apart_by_unit[unit])
            row += _extend(self.goal_of, self.goals_by_unit[unit])
            must = any(place < len(self.windows.must) and self.windows.must[place] for place in places)
            self.units.append([*row, int(must), component[unit], wishes[unit]])
            system0 += len(places)

    def _wishes(self, succs: list[dict[int, int]], groups: list[list[int]]) -> list[int]:
        """What moving a unit is worth to those that cannot move without it, at most: a base that nobody needs for itself."""
        own = np.maximum(0, self.timing[:, -1] - self.timing[:, :-1].min(axis=1, initial=HIGHEST_WISH)).tolist()
        wishes = [0] * len(succs)
        waiting = [0] * len(succs)
        for following in succs:
            for then in following:
                waiting[then] += 1
        order = [unit for unit, count in enumerate(waiting) if not count]
        for first in order:  # grows while it is read
            for then in succs[first]:
                waiting[then] -= 1
                if not waiting[then]:
                    order.append(then)
        for first in reversed(order):
            wishes[first] = min(HIGHEST_WISH, sum(own[then] + wishes[then] for then in succs[first]))
        for members in groups:
            whole = sum(own[unit] + wishes[unit] for unit in members)
            for unit in members:
                wishes[unit] = min(HIGHEST_WISH, max(wishes[unit], whole - own[unit]))
        return wishes

    def _within(self, groups: list[tuple[list[int], int]], count: int) -> None:
        self.within_members: list[int] = []
        self.within_rows: list[list[int]] = []
        self.within_by_unit: list[list[int]] = [[] for _ in range(count)]
        for number, (members, weeks) in enumerate(groups):
            self.within_rows.append([len(self.within_members), len(self.within_members) + len(members), weeks])
            self.within_members += members
            for unit in members:
                self.within_by_unit[unit].append(number)

    def _apart(self, count: int) -> None:
        groups = [sorted(set(self._movable(group))) for group in self.problem.apart]
        self.apart_groups = tuple(tuple(members) for members in groups if len(members) > 1)
        self.apart_by_unit: list[list[int]] = [[] for _ in range(count)]
        for number, members in enumerate(self.apart_groups):
            for unit in members:
                self.apart_by_unit[unit].append(number)

    def _goals(self) -> None:
        """Targets and curve points alike: so many by a week, and what each missing one costs (0: a hard target)."""
        weights = self.problem.weights
        missing = weights.progress * weights.curve
        self.goals = [[target.by_week, target.at_least, 0] for target in self.problem.targets]
        self.goals += [[point.week, point.at_least, missing] for point in self.problem.curve]
        named = [target.systems for target in self.problem.targets]
        named += [point.systems for point in self.problem.curve]
        wanted = [None if systems is None else set(systems) for systems in named]
        self.goals_by_unit: list[list[list[int]]] = []
        for places in self.unit_places:
            names = [self.problem.systems[place].id for place in places if place < len(self.problem.systems)]
            counts = [len(names) if ids is None else sum(name in ids for name in names) for ids in wanted]
            self.goals_by_unit.append([[goal, n] for goal, n in enumerate(counts) if n])

    def _components(self, preds: list[dict[int, int]], groups: list[list[int]]) -> list[int]:
        leader = list(range(len(self.unit_places)))

        def root(unit: int) -> int:
            while leader[unit] != unit:
                leader[unit] = leader[leader[unit]]
                unit = leader[unit]
            return unit

        for then, firsts in enumerate(preds):
            for first in firsts:
                leader[root(first)] = root(then)
        for members in groups:
            for unit in members[1:]:
                leader[root(unit)] = root(members[0])
        return [root(unit) for unit in range(len(leader))]


def _extend(table: list[Any], rows: list[Any]) -> list[int]:
    """Append rows; the range where they stand."""
    table += rows
    return [len(table) - len(rows), len(table)]
