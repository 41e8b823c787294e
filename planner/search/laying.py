"""PlanningProblem + Windows → arrays: what the compiled search and the price bound work on.

Systems that have to share a week (`together`) form one *unit*; systems are numbered so that a unit's systems stand side
by side. A clean-up is a system without department or demand that frees capacity. Systems that can never move are
left out; what they cost is `constant`. All costs are in the value's own unit, so nothing is scaled.

Weeks of a pool are merged into *cells*: where nothing frees capacity what is held never shrinks, so only the least
amount still to come counts, and weeks with the same such amount are one cell. A pool that gets capacity back has
one cell per week.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.presolve.presolve import Windows
from planner.problem.problem import PlanningProblem
from planner.search.flat import Numbers, pack
from planner.search.laying_relations import Relations, units_of
from planner.search.layout import Layout
from planner.search.tables import (
    HOLD_COLUMNS,
    POOL,
    SYSTEM_COLUMNS,
    TABLES,
    UNIT_COLUMNS,
    Arrays,
    flags_of,
    row_of,
    table_of,
)


def lay_out(problem: PlanningProblem, windows: Windows) -> Layout:
    """The arrays of a problem whose windows show no contradiction."""
    return _Laying(problem, windows).layout()


class _Laying:
    """Builds the tables of `Arrays` row by row."""

    def __init__(self, problem: PlanningProblem, windows: Windows) -> None:
        self.problem, self.windows = problem, windows
        self.place = {system.id: number for number, system in enumerate(problem.systems)}
        self.pool = {pool.id: number for number, pool in enumerate(problem.pools)}
        self.team = {team.id: number for number, team in enumerate(problem.teams)}
        self.department = {d.id: number for number, d in enumerate(problem.departments)}
        names = sorted({pool.site for pool in problem.pools})
        self.site = [names.index(pool.site) for pool in problem.pools]
        self.masks = [*windows.weeks]
        self.masks += windows.clean_ups
        self.unit_places = units_of(problem, self.masks)
        self.order = [place for places in self.unit_places for place in places]
        self.number = {place: number for number, place in enumerate(self.order)}
        self.unit = {place: unit for unit, places in enumerate(self.unit_places) for place in places}
        before = problem.previous.moves if problem.previous else ()
        self.previous = {move.system: move for move in before}

    def layout(self) -> Layout:
        self._systems()
        self.timing = self._timing()
        related = Relations(self.problem, self.windows, self.unit_places, self.timing)
        cells, first, capacity = self._cells()
        period_of, period_amount = self._periods()
        department_units = self._department_units()
        weights = self.problem.weights
        arrays = Arrays(
            horizon=self.problem.weeks,
            kinds=len(self.problem.resources),
            moved_bonus=weights.placement * (self.problem.previous.moved_penalty if self.problem.previous else 0),
            hard_goals=len(self.problem.targets),
            systems=table_of(self.systems, SYSTEM_COLUMNS),
            units=table_of(related.units, UNIT_COLUMNS),
            modes=table_of(self.modes, 3),
            holds=table_of(self.holds, HOLD_COLUMNS + len(self.problem.resources)),
            hold_weeks=flags_of(self.hold_masks, self.problem.weeks),
            unit_weeks=flags_of([self._unit_mask(places) for places in self.unit_places], self.problem.weeks),
            timing=self.timing,
            efforts=table_of(self.efforts, 3),
            freed=table_of(self.freed, 2 + len(self.problem.resources)),
            links=table_of(related.links, 2),
            within_of=row_of(related.within_of),
            within_members=row_of(related.within_members),
            within_rows=table_of(related.within_rows, 3),
            apart_of=row_of(related.apart_of),
            goal_of=table_of(related.goal_of, 2),
            goals=table_of(related.goals, 3),
            pairs=table_of(self.pairs, 2),
            pool_cells=cells,
            pool_first=first,
            capacity=capacity,
            period_of=period_of,
            period_amount=period_amount,
            parallel=row_of([department.max_parallel for department in self.problem.departments]),
            department_first=row_of(list(np.cumsum([0, *map(len, department_units)]))),
            department_units=row_of([unit for members in department_units for unit in members]),
        )
        single = (arrays.horizon, arrays.kinds, arrays.moved_bonus, arrays.hard_goals, len(arrays.units))
        row, _ = pack(single, [getattr(arrays, name) for name in TABLES])
        return Layout(arrays, row, self.problem, tuple(self.order), tuple(self.mode_pairs), self.constant, related.apart_groups,
        )  # fmt: skip

    def _unit_mask(self, places: list[int]) -> int:
        mask = self.masks[places[0]]
        for place in places[1:]:
            mask &= self.masks[place]
        return mask

    # --- systems ---------------------------------------------------------------------------------------------

    def _systems(self) -> None:
        self.systems: list[list[int]] = []
        self.modes: list[list[int]] = []
        self.mode_pairs: list[tuple[int, int]] = []
        self.holds: list[list[int]] = []
        self.hold_masks: list[int] = []
        self.efforts: list[list[int]] = []
        self.freed: list[list[int]] = []
        self.pairs: list[list[int]] = []
        pairs: dict[int, list[list[int]]] = {}
        for pair in self.problem.same_site:
            one, two = (self.place[name] for name in pair.systems)
            cost = pair.penalty * self.problem.weights.placement
            if one in self.number and two in self.number and cost:
                pairs.setdefault(one, []).append([self.number[two], cost])
                pairs.setdefault(two, []).append([self.number[one], cost])
        for place in self.order:
            row = self._clean_up_row(place) if place >= len(self.problem.systems) else self._system_row(place)
            self.pairs += pairs.get(place, [])
            self.systems.append([self.unit[place], *row, len(self.pairs) - len(pairs.get(place, [])), len(self.pairs)])

    def _add_hold(self, pool: int, demand: tuple[int, ...], mask: int, effort: dict[int, tuple[int, ...]]) -> int:
        begin = len(self.efforts)
        for team, used in effort.items():
            self.efforts += [[team, k, amount] for k, amount in enumerate(used) if amount]
        self.holds.append([pool, self.site[pool] if self.site else 0, begin, len(self.efforts), *demand])
        self.hold_masks.append(mask)
        return len(self.holds) - 1

    def _system_row(self, place: int) -> list[int]:
        system, modes = self.problem.systems[place], self.windows.modes[place]
        weight = self.problem.weights.placement
        hold0, mode0, free0 = len(self.holds), len(self.modes), len(self.freed)
        options, replicas = sorted({m.option for m in modes}), sorted({m.replica for m in modes if m.replica >= 0})
        numbers: dict[tuple[str, int], int] = {}
        for number in options:
            option = system.options[number]
            mask = _union(m.weeks for m in modes if m.option == number) & self.masks[place]
            effort = {self.team[team]: used for team, used in option.effort.items()}
            numbers["main", number] = self._add_hold(self.pool[option.pool], option.demand, mask, effort)
        for number in replicas:
            replica = system.replica_options[number]
            mask = _union(m.weeks for m in modes if m.replica == number) & self.masks[place]
            numbers["replica", number] = self._add_hold(self.pool[replica.pool], replica.demand, mask, {})
        for mode in modes:
            cost = system.options[mode.option].cost
            cost += system.replica_options[mode.replica].cost if mode.replica >= 0 else 0
            self.modes.append([numbers["main", mode.option], numbers.get(("replica", mode.replica), -1), cost * weight])
            self.mode_pairs.append((mode.option, mode.replica))
        for freed in system.frees:
            if any(freed.amount):
                self.freed.append([self.pool[freed.pool], freed.weeks_after, *freed.amount])
        previous_week, previous_mode = self._previous(place, mode0)
        return [
            self.department[system.department], system.preparation_weeks, hold0, len(self.holds), mode0,
            len(self.modes), free0, len(self.freed), previous_week, previous_mode,
        ]  # fmt: skip

    def _previous(self, place: int, mode0: int) -> tuple[int, int]:
        """Week and mode of the earlier plan if they are still possible, else -1."""
        system = self.problem.systems[place]
        move = self.previous.get(system.id)
        if move is None or not 0 <= move.week < self.problem.weeks:
            return -1, -1
        for offset, (option, replica) in enumerate(self.mode_pairs[mode0:]):
            pool = system.replica_options[replica].pool if replica >= 0 else None
            if (system.options[option].pool, pool) == (move.pool, move.replica_pool):
                return move.week, mode0 + offset
        return -1, -1

    def _clean_up_row(self, place: int) -> list[int]:
        offer = self.problem.clean_ups[place - len(self.problem.systems)]
        hold0, mode0, free0 = len(self.holds), len(self.modes), len(self.freed)
        effort = {self.team[team]: used for team, used in offer.effort.items()}
        nothing = tuple(0 for _ in self.problem.resources)
        self._add_hold(self.pool[offer.pool], nothing, self.masks[place], effort)
        self.modes.append([hold0, -1, 0])
        self.mode_pairs.append((0, -1))
        self.freed.append([self.pool[offer.pool], 1, *offer.amount])
        return [-1, offer.length_weeks, hold0, hold0 + 1, mode0, mode0 + 1, free0, free0 + 1, -1, -1]

    def _timing(self) -> Numbers:
        """What each cut-over week of a unit costs; the last column is for staying unscheduled."""
        weeks, weights = self.problem.weeks, self.problem.weights
        timing = np.zeros((len(self.unit_places), weeks + 1), np.int64)
        bonus = weights.placement * (self.problem.previous.moved_penalty if self.problem.previous else 0)
        when = np.array([*range(weeks), self.problem.unscheduled_week], np.int64)
        self.constant = 0
        for place, system in enumerate(self.problem.systems):
            due = weeks if system.due_week is None else system.due_week
            late = np.maximum(0, when - due)
            cost = system.weight * (weights.lateness * late + weights.progress * when)
            if system.id in self.previous:
                cost += bonus  # the one place of the earlier plan gets it back
            else:
                cost[:weeks] += bonus
            if place in self.unit:
                timing[self.unit[place]] += cost
            else:
                self.constant += int(cost[weeks])
        return timing

    # --- what limits -----------------------------------------------------------------------------------------

    def _cells(self) -> tuple[Numbers, Numbers, Numbers]:
        """For each pool and week its cell; for each pool its first cell; for each cell what is there."""
        weeks, kinds = self.problem.weeks, len(self.problem.resources)
        freeing = {row[0] for row in self.freed}
        most = np.zeros((len(self.problem.pools), kinds), np.int64)
        for row in self.holds:
            most[row[POOL]] += np.array(row[HOLD_COLUMNS:], np.int64)
        cells = np.zeros((len(self.problem.pools), weeks), np.int64)
        first, capacity = [0], []
        for number, pool in enumerate(self.problem.pools):
            amounts = np.array([pool.amount_at(week) for week in range(weeks)], np.int64).reshape(weeks, kinds)
            amounts = np.minimum(amounts, most[number] + 1)
            if number not in freeing:
                amounts = np.minimum.accumulate(amounts[::-1])[::-1]
            for week in range(weeks):
                if week == 0 or number in freeing or (amounts[week] != amounts[week - 1]).any():
                    capacity.append(amounts[week])
                cells[number, week] = len(capacity) - 1
            first.append(len(capacity))
        return cells, row_of(first), np.array(capacity, np.int64).reshape(len(capacity), kinds)

    def _periods(self) -> tuple[Numbers, Numbers]:
        """For each team and week the row of its period (-1: none), and what each period offers."""
        most = np.zeros(len(self.problem.teams), np.int64)
        for team, _, amount in self.efforts:
            most[team] += amount
        period_of = np.full((len(self.problem.teams), self.problem.weeks), -1, np.int64)
        amounts: list[int] = []
        for number, offered in enumerate(self.problem.teams):
            for period in offered.periods:
                period_of[number, period.from_week : period.to_week + 1] = len(amounts)
                amounts.append(min(period.amount, int(most[number])))
        return period_of, row_of(amounts)

    def _department_units(self) -> list[list[int]]:
        members: list[list[int]] = [[] for _ in self.problem.departments]
        for place in self.order:
            if place < len(self.problem.systems):
                members[self.department[self.problem.systems[place].department]].append(self.unit[place])
        return members


def _union(masks: Any) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
