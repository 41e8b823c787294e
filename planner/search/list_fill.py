"""A plan by a list rule, in seconds at any size: one group after the other in the first week with room.

Every hard rule but deadlines and targets is kept. It is no good plan; it is the first answer where the solver, given
a share of a few seconds, has none yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from planner.check.check import active_weeks
from planner.plan import Move
from planner.problem.problem import Option, PlannedSystem, PlanningProblem, ReplicaOption


def fill_by_list(problem: PlanningProblem, moves: Mapping[str, Move]) -> dict[str, Move]:
    """More moves beside those given (which keep the rules): by deadline, then the heavy, then the small."""
    room = _Room(problem, moves)
    waiting = [group for group in _groups(problem) if not any(system.id in moves for system in group)]
    waiting.sort(key=_order)
    while waiting:
        later = [group for group in waiting if not room.may_begin(group)]
        ready = [group for group in waiting if room.may_begin(group)]
        for group in ready:
            room.place(group)
        if len(later) == len(waiting):
            break
        waiting = [group for group in later if not room.never(group)]
    return room.moves


def _order(group: list[PlannedSystem]) -> tuple[int, int, int, str]:
    deadline = min((s.deadline_week for s in group if s.deadline_week is not None), default=10**6)
    size = sum(min((sum(option.demand) for option in s.options), default=0) for s in group)
    return deadline, -max(s.weight for s in group), size, group[0].id


def _groups(problem: PlanningProblem) -> list[list[PlannedSystem]]:
    """Systems that move together or within some weeks of each other, as groups; all others alone."""
    leader = {system.id: system.id for system in problem.systems}

    def root(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    for names in (*problem.together, *(within.systems for within in problem.within)):
        for name in names[1:]:
            leader[root(name)] = root(names[0])
    groups: dict[str, list[PlannedSystem]] = {}
    for system in problem.systems:
        groups.setdefault(root(system.id), []).append(system)
    return list(groups.values())


class _Room:
    """What the moves so far leave."""

    def __init__(self, problem: PlanningProblem, moves: Mapping[str, Move]) -> None:
        self.problem = problem
        self.moves: dict[str, Move] = {}
        weeks = range(problem.weeks)
        self.site = {pool.id: pool.site for pool in problem.pools}
        self.left = {pool.id: np.array([pool.amount_at(week) for week in weeks]) for pool in problem.pools}
        self.least: dict[str, Any] = {}
        self.period = {
            team.id: {w: n for n, p in enumerate(team.periods) for w in range(p.from_week, p.to_week + 1)}
            for team in problem.teams
        }
        self.effort = {team.id: [period.amount for period in team.periods] for team in problem.teams}
        self.parallel = {
            d.id: [0 if w in set(d.blocked_weeks) else d.max_parallel for w in weeks] for d in problem.departments
        }
        self.firsts: dict[str, list[tuple[str, int]]] = {}
        for pair in problem.before:
            self.firsts.setdefault(pair.then, []).append((pair.first, pair.lag_weeks))
        self.apart: dict[str, set[str]] = {}
        for group in problem.apart:
            for name in group:
                self.apart.setdefault(name, set()).update(set(group) - {name})
        self.spread = [(set(group), 0) for group in problem.together]
        self.spread += [(set(within.systems), within.weeks) for within in problem.within]
        self.given_up: set[str] = set()
        for move in moves.values():
            self.take(move, 1)

    def may_begin(self, group: list[PlannedSystem]) -> bool:
        inside = {system.id for system in group}
        return all(f in self.moves or f in inside for s in group for f, _ in self.firsts.get(s.id, ()))

    def never(self, group: list[PlannedSystem]) -> bool:
        return any(first in self.given_up for s in group for first, _ in self.firsts.get(s.id, ()))

    def place(self, group: list[PlannedSystem]) -> None:
        """All of a group or none; each as early as the others of the group let it."""
        ordered = self._in_order(group)
        for start in range(self.problem.weeks) if len(group) > 1 else (0,):
            placed: list[Move] = []
            for system in ordered:
                move = self._first(system, start, placed)
                if move is None:
                    break
                self.take(move, 1)
                placed.append(move)
            if len(placed) == len(group):
                return
            for move in placed:
                self.take(move, -1)
        self.given_up |= {system.id for system in group}

    def _in_order(self, group: list[PlannedSystem]) -> list[PlannedSystem]:
        inside = {system.id for system in group}
        found: list[PlannedSystem] = []
        while len(found) < len(group):
            known = {system.id for system in found}
            ready = [
                s
                for s in group
                if s.id not in known and all(f in known for f, _ in self.firsts.get(s.id, ()) if f in inside)
            ]
            found += ready or [s for s in group if s.id not in known]
        return found

    def _first(self, system: PlannedSystem, start: int, placed: Iterable[Move]) -> Move | None:
        first, last = (
            max(start, system.preparation_weeks - 1, system.release_week + system.preparation_weeks - 1),
            self.problem.weeks - 1,
        )
        if system.pin is not None and system.pin.week is not None:
            first, last = max(first, system.pin.week), min(last, system.pin.week)
        for name, lag in self.firsts.get(system.id, ()):
            if name not in self.moves:
                return None
            first = max(first, self.moves[name].week + lag)
        for move in placed:
            for members, weeks in self.spread:
                if system.id in members and move.system in members:
                    first, last = max(first, move.week - weeks), min(last, move.week + weeks)
        taken = {self.moves[name].week for name in self.apart.get(system.id, ()) if name in self.moves}
        pairs = [(option, replica, self._room(option, replica)) for option, replica in self._pairs(system)]
        pairs = [(option, replica, room) for option, replica, room in pairs if room.any()]
        for week in range(max(0, first), last + 1) if pairs else ():
            if week not in taken and self._dates(system, week):
                for option, replica, room in pairs:
                    if room[week - system.preparation_weeks + 1] and self._teams_can(system, option, week):
                        return Move(
                            system=system.id,
                            week=week,
                            pool=option.pool,
                            replica_pool=replica.pool if replica else None,
                        )
        return None

    def _dates(self, system: PlannedSystem, week: int) -> bool:
        active = active_weeks(system, week)
        own = self.parallel[system.department]
        return active[0] >= 0 and all(own[w] > 0 and w not in system.blocked_weeks for w in active)

    def _pairs(self, system: PlannedSystem) -> Iterator[tuple[Option, ReplicaOption | None]]:
        pin = system.pin
        for option in sorted(system.options, key=lambda option: option.cost):
            for replica in system.replica_options or (None,):
                pool = replica.pool if replica else None
                if pool is not None and self.site[pool] == self.site[option.pool]:
                    continue
                if pin and ((pin.pool not in {None, option.pool}) or (pin.holds_replica and pin.replica_pool != pool)):
                    continue
                yield option, replica

    def _room(self, option: Option, replica: ReplicaOption | None) -> Any:
        """For each first active week whether both demands fit from then on to the end."""
        room = (self._least(option.pool) >= option.demand).all(axis=1)
        return room if replica is None else room & (self._least(replica.pool) >= replica.demand).all(axis=1)

    def _least(self, pool: str) -> Any:
        """The least that a pool has left from each week on, by resource."""
        if pool not in self.least:
            self.least[pool] = np.minimum.accumulate(self.left[pool][::-1])[::-1]
        return self.least[pool]

    def _teams_can(self, system: PlannedSystem, option: Option, week: int) -> bool:
        active = active_weeks(system, week)
        for team, used in option.effort.items():
            wanted: dict[int, int] = {}
            for busy, amount in zip(active, used, strict=True):
                if amount:
                    period = self.period[team].get(busy, -1)
                    wanted[period] = wanted.get(period, 0) + amount
            if any(n < 0 or amount > self.effort[team][n] for n, amount in wanted.items()):
                return False
        return True

    def take(self, move: Move, sign: int) -> None:
        """Book a move, or with −1 take it back."""
        system = self.problem.by_id[move.system]
        active = active_weeks(system, move.week)
        option, replica = system.option(move.pool), system.replica_option(move.replica_pool)
        for held in (option, replica):
            if held is not None:
                self.left[held.pool][active[0] :] -= sign * np.array(held.demand)
                self.least.pop(held.pool, None)
        for freed in system.frees:
            self.left[freed.pool][move.week + freed.weeks_after :] += sign * np.array(freed.amount)
            self.least.pop(freed.pool, None)
        for team, used in option.effort.items() if option else ():
            for busy, amount in zip(active, used, strict=True):
                if amount:
                    self.effort[team][self.period[team][busy]] -= sign * amount
        for busy in active:
            self.parallel[system.department][busy] -= sign
        if sign > 0:
            self.moves[move.system] = move
        else:
            del self.moves[move.system]
