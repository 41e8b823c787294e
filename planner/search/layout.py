"""A problem as arrays together with what is needed to read an answer back as moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.plan import CleanUp, Move
from planner.problem.problem import PlanningProblem
from planner.search.flat import Numbers
from planner.search.tables import MODE0, MODE1, SYSTEM0, SYSTEM1, UNIT, Arrays


@dataclass(frozen=True, slots=True)
class Layout:
    """Arrays with what is needed to read an answer back as moves."""

    arrays: Arrays
    row: Numbers
    """All of `arrays` in one row, for the search (flat.py)."""
    problem: PlanningProblem
    order: tuple[int, ...]
    """Place in the problem of each system; clean-ups follow, counted on from the number of systems."""
    mode_pairs: tuple[tuple[int, int], ...]
    constant: int
    apart_groups: tuple[tuple[int, ...], ...]

    def moves(self, weeks: Numbers, modes: Numbers) -> tuple[tuple[Move, ...], tuple[CleanUp, ...]]:
        """An answer (week per unit, mode per system; -1: unscheduled) as moves and clean-ups."""
        found: list[Move] = []
        clean_ups: list[CleanUp] = []
        for number, place in enumerate(self.order):
            week = int(weeks[self.arrays.systems[number, UNIT]])
            if week < 0:
                continue
            if place >= len(self.problem.systems):
                offer = self.problem.clean_ups[place - len(self.problem.systems)]
                clean_ups.append(CleanUp(id=offer.id, week=week - offer.length_weeks + 1))
                continue
            system = self.problem.systems[place]
            option, replica = self.mode_pairs[int(modes[number])]
            found.append(
                Move(
                    system=system.id,
                    week=week,
                    pool=system.options[option].pool,
                    replica_pool=system.replica_options[replica].pool if replica >= 0 else None,
                )
            )
        return tuple(found), tuple(clean_ups)

    def answer(self, moves: tuple[Move, ...], clean_ups: tuple[CleanUp, ...]) -> tuple[Numbers, Numbers]:
        """The inverse of `moves`: the week per unit and the mode per system; what does not fit is left unscheduled."""
        by_id = {move.system: move for move in moves}
        starts = {clean_up.id: clean_up.week for clean_up in clean_ups}
        units, systems = self.arrays.units, self.arrays.systems
        weeks = np.full(len(units), -1, np.int64)
        chosen = np.full(len(systems), -1, np.int64)
        for number, place in enumerate(self.order):
            unit = systems[number, UNIT]
            if place >= len(self.problem.systems):
                offer = self.problem.clean_ups[place - len(self.problem.systems)]
                if offer.id in starts:
                    weeks[unit], chosen[number] = starts[offer.id] + offer.length_weeks - 1, systems[number, MODE0]
                continue
            move = by_id.get(self.problem.systems[place].id)
            if move is not None:
                weeks[unit] = move.week
                chosen[number] = self._mode_for(number, place, move)
        for unit in range(len(units)):
            first, last = units[unit, SYSTEM0], units[unit, SYSTEM1]
            inside = 0 <= weeks[unit] < self.arrays.horizon and self.arrays.unit_weeks[unit, weeks[unit]]
            if not inside or (chosen[first:last] < 0).any():
                weeks[unit], chosen[first:last] = -1, -1
        return weeks, chosen

    def _mode_for(self, number: int, place: int, move: Move) -> int:
        system = self.problem.systems[place]
        for mode in range(self.arrays.systems[number, MODE0], self.arrays.systems[number, MODE1]):
            option, replica = self.mode_pairs[mode]
            pool = system.replica_options[replica].pool if replica >= 0 else None
            if (system.options[option].pool, pool) == (move.pool, move.replica_pool):
                return mode
        return -1
