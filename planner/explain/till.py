"""Moves whose limits may be overdrawn, what that costs, and the cheapest week for one more system or group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.book import Book
from planner.explain.buy import Key, prices_of
from planner.plan import CleanUp, Move
from planner.presolve.presolve import Windows
from planner.problem.problem import Option, PlannedSystem, PlanningProblem, ReplicaOption

FAR = np.inf


@dataclass(frozen=True, slots=True)
class Quote:
    """For one system: the cheapest overdraft of each cut-over week (infinite where it cannot be) and the pools for it."""

    cost: Any
    mode: Any


class Till:
    """Moves booked in a problem whose limits may be overdrawn, and what that costs in the parts of explain/buy.py."""

    def __init__(
        self, problem: PlanningProblem, windows: Windows, moves: Mapping[str, Move], clean_ups: Iterable[CleanUp]
    ) -> None:
        self.problem, self.windows = problem, windows
        self.moves = dict(moves)
        self.book = Book(problem, moves, clean_ups=tuple(clean_ups))
        self.price = prices_of(problem)
        self._known: dict[tuple[str, str], tuple[dict[Key, int], int]] = {}
        self._stale = {(what, name) for what, name, _ in self.price}
        self.place = {system.id: number for number, system in enumerate(problem.systems)}
        self.pool_price = {
            pool.id: np.array([self.price["pool", pool.id, kind] for kind in range(len(problem.resources))], float)
            for pool in problem.pools
        }
        self.team_price = {
            team.id: np.array([*(self.price["team", team.id, n] for n in range(len(team.periods))), 0], float)
            for team in problem.teams
        }
        self.firsts: dict[str, list[tuple[str, int]]] = {}
        self.thens: dict[str, list[tuple[str, int]]] = {}
        for pair in problem.before:
            self.firsts.setdefault(pair.then, []).append((pair.first, pair.lag_weeks))
            self.thens.setdefault(pair.first, []).append((pair.then, pair.lag_weeks))
        self.spread: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for names, weeks in (*((g, 0) for g in problem.together), *((w.systems, w.weeks) for w in problem.within)):
            for name in names:
                self.spread.setdefault(name, []).append((names, weeks))
        self.apart: dict[str, set[str]] = {}
        for group in problem.apart:
            for name in group:
                self.apart.setdefault(name, set()).update(set(group) - {name})

    def put(self, move: Move) -> None:
        """Book a move, whatever it overdraws."""
        self.book.add(move)
        self.moves[move.system] = move
        self._forget(move)

    def take_out(self, name: str) -> Move | None:
        """Take a system's move back; the move, if it had one."""
        move = self.moves.pop(name, None)
        if move is not None:
            self.book.add(move, -1)
            self._forget(move)
        return move

    def bought(self) -> dict[Key, int]:
        """What is overdrawn, row by row: exactly so much more and every limit holds."""
        self.parts()
        return {key: amount for rows, _ in self._known.values() for key, amount in rows.items()}

    def parts(self) -> int:
        """What the overdraft costs in all."""
        for limit in self._stale:
            rows = self._overdrawn(*limit)
            self._known[limit] = rows, sum(self.price[key] * amount for key, amount in rows.items())
        self._stale.clear()
        return sum(cost for _, cost in self._known.values())

    def _overdrawn(self, what: str, name: str) -> dict[Key, int]:
        if what == "pool":
            left = self.book.left[name].min(axis=1, initial=0)
            return {("pool", name, kind): int(-least) for kind, least in enumerate(left) if least < 0}
        if what == "team":
            return {("team", name, number): -spare for number, spare in enumerate(self.book.spare[name]) if spare < 0}
        over = int(self.book.active[name].max(initial=0)) - self.book.parallel[name]
        return {("department", name, -1): over} if over > 0 else {}

    def _forget(self, move: Move) -> None:
        """What a move draws on or frees is counted again when it is next asked for."""
        system = self.problem.by_id[move.system]
        self._stale.add(("department", system.department))
        self._stale |= {("pool", pool) for pool in (move.pool, move.replica_pool) if pool is not None}
        self._stale |= {("pool", freed.pool) for freed in system.frees}
        option = system.option(move.pool)
        self._stale |= {("team", team) for team in option.effort} if option else set()

    # --- what one more system would overdraw ----------------------------------------------------------------

    def quote(self, system: PlannedSystem) -> Quote:
        """The cheapest of its pools for every cut-over week that dates allow; what relations allow is not asked."""
        weeks, length = self.problem.weeks, system.preparation_weeks
        starts = np.clip(np.arange(weeks) - length + 1, 0, weeks - 1)
        crowd = self._crowd(system, starts)
        cost, mode = np.full(weeks, FAR), np.full(weeks, -1, dtype=np.int64)
        held: dict[tuple[str, int], Any] = {}
        for number, choice in enumerate(self.windows.modes[self.place[system.id]]):
            option = system.options[choice.option]
            if ("main", choice.option) not in held:
                held["main", choice.option] = self._pool(option, starts) + self._teams(option, starts)
            here = held["main", choice.option] + crowd
            if choice.replica >= 0:
                if ("replica", choice.replica) not in held:
                    held["replica", choice.replica] = self._pool(system.replica_options[choice.replica], starts)
                here = here + held["replica", choice.replica]
            mask = choice.weeks & self.windows.weeks[self.place[system.id]]
            allowed = np.array([bool(mask >> week & 1) for week in range(weeks)])
            better = allowed & (here < cost)
            cost[better], mode[better] = here[better], number
        return Quote(cost, mode)

    def _pool(self, held: Option | ReplicaOption, starts: Any) -> Any:
        least = self.book.least_from(held.pool)
        demand, bought = np.array(held.demand)[:, None], np.maximum(0, -self.book.left[held.pool].min(axis=1))[:, None]
        more = np.maximum(0, np.where(demand > 0, demand - least[:, starts], 0) - bought)
        return self.pool_price[held.pool] @ more

    def _teams(self, option: Option, starts: Any) -> Any:
        """Period by period; several active weeks in one period add up."""
        total = np.zeros(self.problem.weeks)
        for team, used in option.effort.items():
            wanted = [(place, amount) for place, amount in enumerate(used) if amount]
            if not wanted:
                continue
            spare = np.array([*self.book.spare[team], 0])
            prices = self.team_price[team]
            periods = [self.book.period_of[team][np.clip(starts + place, 0, len(starts) - 1)] for place, _ in wanted]
            for number, period in enumerate(periods):
                last = np.ones(len(starts), dtype=bool)
                for later in periods[number + 1 :]:
                    last &= later != period
                amount = sum(np.where(periods[n] == period, wanted[n][1], 0) for n in range(number + 1))
                more = np.maximum(0, amount - spare[period]) - np.maximum(0, -spare[period])
                total += np.where(last, prices[period] * more, 0)
        return total

    def _crowd(self, system: PlannedSystem, starts: Any) -> Any:
        name, weeks = system.department, self.problem.weeks
        active = self.book.active[name]
        limit = max(int(active.max(initial=0)), self.book.parallel[name])
        busy = np.zeros(weeks, dtype=np.int64)
        for place in range(system.preparation_weeks):
            busy = np.maximum(busy, active[np.clip(starts + place, 0, weeks - 1)])
        return np.maximum(0, busy + 1 - limit) * float(self.price["department", name, -1])

    # --- placing ----------------------------------------------------------------------------------------------

    def drawn(self, names: Iterable[str]) -> set[str]:
        """These systems with everybody who must move for them to move."""
        found = set(names)
        waiting = list(found)
        while waiting:
            name = waiting.pop()
            near = [first for first, _ in self.firsts.get(name, ())]
            near += [other for members, _ in self.spread.get(name, ()) for other in members]
            new = set(near) - found
            found |= new
            waiting += new
        return found

    def group(self, name: str) -> list[str]:
        """Who moves with a system or within some weeks of it, in an order that puts nobody before whom it follows."""
        found, waiting = [name], [name]
        while waiting:
            for names, _ in self.spread.get(waiting.pop(), ()):
                new = [other for other in names if other not in found]
                found += new
                waiting += new
        return in_order(found, self.firsts)

    def groups(self, names: Sequence[str]) -> list[list[str]]:
        """The groups of these systems, none before one that it follows."""
        of: dict[str, list[str]] = {}
        for name in names:
            if name not in of:
                group = self.group(name)
                of |= dict.fromkeys(group, group)
        ahead = {
            group[0]: [
                (of[f][0], 0) for name in group for f, _ in self.firsts.get(name, ()) if f in of and f not in group
            ]
            for group in of.values()
        }
        return [of[name] for name in in_order(list(dict.fromkeys(group[0] for group in of.values())), ahead)]

    def best(self, names: Sequence[str], until: Mapping[str, int] | None = None) -> tuple[float, list[Move]] | None:
        """The cheapest weeks for a group of which nobody is booked; `None` where no weeks keep the relations.

        `until` are the last weeks that some of them may take.

        Each quote is asked with the others out: two that overdraw the same row together cost more than it says.
        """
        quotes = {name: self.quote(self.problem.by_id[name]) for name in names}
        ranges = {name: self._allowed(name, quotes[name].cost, (until or {}).get(name)) for name in names}
        if any(not np.isfinite(cost).any() for cost in ranges.values()):
            return None
        first = names[0]
        chosen: tuple[float, dict[str, int]] | None = None
        anchors = np.flatnonzero(np.isfinite(ranges[first])).tolist()
        if len(names) == 1:
            anchors = [int(np.argmin(ranges[first]))]
        for anchor in anchors:
            found = self._around(names, ranges, int(anchor))
            if found is not None and (chosen is None or found[0] < chosen[0]):
                chosen = found
        if chosen is None:
            return None
        return chosen[0], [self._move(name, chosen[1][name], quotes[name]) for name in names]

    def _allowed(self, name: str, cost: Any, until: int | None) -> Any:
        """The costs with the weeks closed that those booked already do not leave."""
        cost = cost.copy()
        for first, lag in self.firsts.get(name, ()):
            if first in self.moves:
                cost[: max(0, self.moves[first].week + lag)] = FAR
        for then, lag in self.thens.get(name, ()):
            if then in self.moves:
                cost[max(0, self.moves[then].week - lag + 1) :] = FAR
        for other in self.apart.get(name, ()):
            if other in self.moves:
                cost[self.moves[other].week] = FAR
        if until is not None:
            cost[max(0, until + 1) :] = FAR
        return cost

    def _around(
        self, names: Sequence[str], ranges: Mapping[str, Any], anchor: int
    ) -> tuple[float, dict[str, int]] | None:
        """The first of a group in its week, the others in the cheapest that are left to them."""
        weeks = {names[0]: anchor}
        total = float(ranges[names[0]][anchor])
        for name in names[1:]:
            low, high = 0, self.problem.weeks - 1
            for members, span in self.spread.get(name, ()):
                for other in members:
                    if other in weeks:
                        low, high = max(low, weeks[other] - span), min(high, weeks[other] + span)
            for first, lag in self.firsts.get(name, ()):
                low = max(low, weeks[first] + lag) if first in weeks else low
            here = ranges[name][low : high + 1]
            taken = [weeks[other] - low for other in self.apart.get(name, ()) if other in weeks]
            if taken:
                here = here.copy()
                here[[week for week in taken if 0 <= week < len(here)]] = FAR
            if not len(here) or not np.isfinite(here).any():
                return None
            weeks[name] = low + int(np.argmin(here))
            total += float(ranges[name][weeks[name]])
        return total, weeks

    def _move(self, name: str, week: int, quote: Quote) -> Move:
        system, choice = self.problem.by_id[name], self.windows.modes[self.place[name]][int(quote.mode[week])]
        replica = system.replica_options[choice.replica].pool if choice.replica >= 0 else None
        return Move(system=name, week=week, pool=system.options[choice.option].pool, replica_pool=replica)


def in_order(names: Sequence[str], firsts: Mapping[str, Sequence[tuple[str, int]]]) -> list[str]:
    """The names with nobody before whom it follows; else as they come (a circle stays as it is)."""
    inside, found, done = set(names), [], set()
    for name in names:
        stack = [(name, False)]
        while stack:
            one, ready = stack.pop()
            if ready:
                found.append(one)
            elif one not in done:
                done.add(one)
                stack.append((one, True))
                stack += [(first, False) for first, _ in firsts.get(one, ()) if first in inside and first not in done]
    return found
