"""Why systems of the problem have no week in a plan, one by one, and what would give each of them one.

What is said of a single system is about this plan: all other moves stay, and with exactly what is listed the system
(and whoever has to move with it) takes the named week. What is said of all of them together is in balance.py.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from catalogs.words import Text
from planner.book import Book, Lack
from planner.check.check import value_of
from planner.explain.facts import chain_of_facts
from planner.plan import Move, Plan
from planner.presolve.presolve import Windows, earliest, find_windows
from planner.problem.problem import Option, PlannedSystem, PlanningProblem, ReplicaOption

Cause = Literal["impossible", "waits", "relations", "pool", "team", "department", "no-gain", "room"]
"""`impossible`: no week whatever the others do (proven). `waits`: a system it needs has no week.
`relations`: the weeks of the systems it follows leave none that it can take. `pool`, `team`,
`department`: what is missing most. `no-gain`: there is room, but moving it would make the plan worse. `room`: there is
room and it would make the plan better; only in plans that are not proven optimal."""

TRIED = 4
"""Weeks per system that are looked at closely: those with the least missing by a rough measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscheduled:
    """One system without a week. With `needs` added to the limits, `moves` can be added to the plan as it is.

    `waits_for` are systems without a week that have to move before it, `roots` those in whose way something else stands
    in the end; `gain` is by how much the plan's value would
    change with `moves`, negative is better; `facts` are given where it is impossible.
    """

    system: str
    cause: Cause
    needs: tuple[Lack, ...] = ()
    moves: tuple[Move, ...] = ()
    waits_for: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    gain: int | None = None
    facts: tuple[Text, ...] = ()


def why_unscheduled(problem: PlanningProblem, plan: Plan, windows: Windows | None = None) -> tuple[Unscheduled, ...]:
    """Every system without a move, in the order of the problem; `windows` of the problem where they are known already."""
    moves = {move.system: move for move in plan.moves}
    if len(moves) == len(problem.systems):
        return ()
    return _Search(problem, plan, moves, windows or find_windows(problem)).all()


class _Search:
    """One plan, booked once; questions about single systems."""

    def __init__(self, problem: PlanningProblem, plan: Plan, moves: Mapping[str, Move], windows: Windows) -> None:
        self.problem, self.plan, self.moves = problem, plan, moves
        self.windows = windows
        self.place = {system.id: number for number, system in enumerate(problem.systems)}
        self.book = Book(problem, moves, clean_ups=plan.clean_ups)
        self.moved_weeks = sorted(move.week for move in plan.moves)
        self.first: dict[str, list[tuple[str, int]]] = {}
        for pair in problem.before:
            self.first.setdefault(pair.then, []).append((pair.first, pair.lag_weeks))
        self.linked: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for group, weeks in (*((g, 0) for g in problem.together), *((w.systems, w.weeks) for w in problem.within)):
            for name in group:
                self.linked.setdefault(name, []).append((group, weeks))
        self.apart: dict[str, set[str]] = {}
        for group in problem.apart:
            for name in group:
                self.apart.setdefault(name, set()).update(group)

    def all(self) -> tuple[Unscheduled, ...]:
        done: dict[str, Unscheduled] = {}
        for system in self.problem.systems:
            if system.id not in self.moves and system.id not in done:
                for found in self._about(self._group(system.id)):
                    done[found.system] = found
        return tuple(
            replace(done[system.id], roots=_roots(done, system.id))
            for system in self.problem.systems
            if system.id in done
        )

    def _group(self, name: str) -> list[str]:
        """Who moves with it or within some weeks of it, itself first."""
        found, waiting = [name], [name]
        while waiting:
            for group, _ in self.linked.get(waiting.pop(), ()):
                new = [other for other in group if other not in found]
                found += new
                waiting += new
        return found

    def _about(self, names: Sequence[str]) -> Iterable[Unscheduled]:
        """One answer for a whole group; whoever is impossible by itself says so."""
        stuck = [name for name in names if not self.windows.weeks[self.place[name]]]
        waits = tuple(
            dict.fromkeys(
                first
                for name in names
                for first, _ in self.first.get(name, ())
                if first not in self.moves and first not in names
            )
        )
        if stuck:
            for name in names:
                facts = tuple(chain_of_facts(self.problem, self.windows, self.place[name]))
                yield Unscheduled(system=name, cause="impossible", facts=facts)
            return
        if waits:
            yield from (Unscheduled(system=name, cause="waits", waits_for=waits) for name in names)
            return
        answer = self._cheapest(names)
        yield from (Unscheduled(system=name, **answer) for name in names)

    def _cheapest(self, names: Sequence[str]) -> dict[str, Any]:
        """The week with the least missing; what is missing there, and what the plan would gain."""
        systems = [self.problem.by_id[name] for name in names]
        best: tuple[tuple[float, float, int], tuple[Move, ...], tuple[Lack, ...]] | None = None
        for week in self._weeks(systems):
            found = self._at(systems, week)
            if found is None:
                continue
            moves, needs = found
            rank = (max((n.share for n in needs), default=0.0), sum(n.share for n in needs), week)
            if best is None or rank < best[0]:
                best = rank, moves, needs
            if not needs:
                break
        if best is None:
            return {"cause": "relations", "waits_for": self._ahead(systems)}
        _, moves, needs = best
        if needs:
            worst = max(needs, key=lambda need: need.share)
            return {"cause": worst.what, "needs": needs, "moves": moves}
        gain = self._gain(moves)
        return {"cause": "room" if gain < 0 else "no-gain", "moves": moves, "gain": gain}

    def _gain(self, moves: Sequence[Move]) -> int:
        """By how much the plan's value would change, from the part of the problem that these moves touch."""
        problem, names = self.problem, {move.system for move in moves}
        pairs = tuple(pair for pair in problem.same_site if names & set(pair.systems))
        near = names | {name for pair in pairs for name in pair.systems}
        part = replace(problem, systems=tuple(problem.by_id[name] for name in sorted(near)), same_site=pairs, curve=())
        before = {name: self.moves[name] for name in near if name in self.moves}
        after = {**before, **{move.system: move for move in moves}}
        caught_up = 0
        for point in problem.curve:
            missing = point.at_least - bisect_right(self.moved_weeks, point.week)
            caught_up += max(0, missing) - max(0, missing - sum(1 for move in moves if move.week <= point.week))
        change = value_of(part, after).total - value_of(part, before).total
        return change - problem.weights.progress * problem.weights.curve * caught_up

    def _ahead(self, systems: Sequence[PlannedSystem]) -> tuple[str, ...]:
        """Whom a group follows and who stands too late for it, the latest first."""
        found = [
            (self.moves[first].week + lag, first)
            for system in systems
            for first, lag in self.first.get(system.id, ())
            if first in self.moves
            and self.moves[first].week + lag > earliest(self.windows.weeks[self.place[system.id]])
        ]
        return tuple(dict.fromkeys(first for _, first in sorted(found, reverse=True)))

    def _weeks(self, systems: Sequence[PlannedSystem]) -> list[int]:
        """The most promising cut-over weeks of a group that all of it can take, by a rough measure; the first of equals."""
        weeks = self.problem.weeks
        open_weeks = np.ones(weeks, dtype=bool)
        rough = np.zeros(weeks)
        for system in systems:
            mask = self.windows.weeks[self.place[system.id]]
            low = max([0, *(self.moves[f].week + lag for f, lag in self.first.get(system.id, ()) if f in self.moves)])
            taken = {self.moves[other].week for other in self.apart.get(system.id, ()) if other in self.moves}
            open_weeks &= np.array([bool(mask >> w & 1) and w >= low and w not in taken for w in range(weeks)])
            rough = np.maximum(rough, self._rough(system))
        if not open_weeks.any():
            return []
        order = np.argsort(np.where(open_weeks, rough, np.inf), kind="stable")
        return [int(week) for week in order[: min(TRIED, int(open_weeks.sum()))]]

    def _rough(self, system: PlannedSystem) -> Any:
        """For every week: the worst share missing with the best choice of pools; a team's week is looked at alone."""
        weeks, length = self.problem.weeks, system.preparation_weeks
        starts = np.clip(np.arange(weeks) - length + 1, 0, weeks - 1)
        best = np.full(weeks, np.inf)
        for option, replica in self.book.choices(system):
            worst = np.zeros(weeks)
            for held in (option, replica):
                if held is not None:
                    worst = np.maximum(worst, self._pool_share(held, starts))
            for team, used in option.effort.items():
                for place, amount in enumerate(used):
                    at = np.clip(starts + place, 0, weeks - 1)
                    worst = np.maximum(worst, _share(np.array([amount]), self._spare(team)[at]))
            best = np.minimum(best, worst)
        return best

    def _pool_share(self, held: Option | ReplicaOption, starts: Any) -> Any:
        demand = np.array(held.demand, dtype=np.int64)
        least = self.book.least_from(held.pool)[:, starts]
        return _share(demand[:, None], least).max(axis=0, initial=0.0)

    def _spare(self, team: str) -> Any:
        """What is left of a team, week by week; the whole period's rest stands in each of its weeks."""
        spare = np.array([*self.book.spare[team], 0], dtype=np.int64)
        return spare[self.book.period_of[team]]

    def _at(self, systems: Sequence[PlannedSystem], week: int) -> tuple[tuple[Move, ...], tuple[Lack, ...]] | None:
        """Everybody of a group in one week, booked one after the other; what is missing for all of them."""
        if any(not self._in_order(one, systems) for one in systems) or self._clash(systems):
            return None
        moves: list[Move] = []
        for system in systems:
            found = self.book.lacks(system, week)
            if found is None:
                break
            moves.append(found[0])
            self.book.add(found[0])
        needs = self.book.overdrawn(moves)
        for move in moves:
            self.book.add(move, -1)
        return (tuple(moves), needs) if len(moves) == len(systems) else None

    def _in_order(self, system: PlannedSystem, systems: Sequence[PlannedSystem]) -> bool:
        """Whether one week for all of a group keeps the order among them: only without a lag."""
        names = {one.id for one in systems}
        return all(not lag for first, lag in self.first.get(system.id, ()) if first in names)

    def _clash(self, systems: Sequence[PlannedSystem]) -> bool:
        names = {one.id for one in systems}
        return any(self.apart.get(one.id, set()) & (names - {one.id}) for one in systems)


def _roots(done: Mapping[str, Unscheduled], name: str) -> tuple[str, ...]:
    """Whom a waiting system waits for in the end; empty for systems that do not wait."""
    if done[name].cause != "waits":
        return ()
    seen, waiting, roots = {name}, list(done[name].waits_for), []
    while waiting:
        other = waiting.pop(0)
        if other in seen or other not in done:
            continue
        seen.add(other)
        if done[other].cause == "waits":
            waiting += done[other].waits_for
        else:
            roots.append(other)
    return tuple(roots)


def _share(needed: Any, left: Any) -> Any:
    """What is missing as a share of what is needed; 0 where nothing is."""
    return np.where(needed > 0, np.maximum(0, needed - left) / np.maximum(1, needed), 0.0)
