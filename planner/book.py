"""What a plan leaves of every pool, team and department, and what one more move would lack.

Whatever a `Lack` says is enough: with exactly its amount more, that row of the limits holds for the move asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from catalogs.words import Text
from planner.check.check import active_weeks
from planner.plan import CleanUp, Move
from planner.problem.problem import CleanUpOffer, Option, PlannedSystem, PlanningProblem, ReplicaOption

Hold = Option | ReplicaOption


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What keeps a move from its week: how much of what is missing, and that as a share of what it needs there.

    `what` is `pool`, `team` or `department`; `number` the resource or the period, −1 where a week is in no period.
    Weeks are the first and last of those in which it is missing.
    """

    what: str
    name: str
    number: int
    amount: int
    share: float
    from_week: int
    to_week: int
    text: Text


class Book:
    """What moves and clean-ups leave of every pool, team and department; answers what one more move would lack."""

    def __init__(
        self,
        problem: PlanningProblem,
        moves: Mapping[str, Move],
        without: str | None = None,
        clean_ups: Iterable[CleanUp] = (),
    ) -> None:
        self.problem = problem
        self.sites = {pool.id: pool.site for pool in problem.pools}
        weeks, kinds = problem.weeks, len(problem.resources)
        self.left: dict[str, Any] = {}
        for pool in problem.pools:
            amounts = [pool.amount_at(week) for week in range(weeks)]
            self.left[pool.id] = np.array(amounts, dtype=np.int64).reshape(weeks, kinds).T
        self.least: dict[str, Any] = {}
        self.period_of = {team.id: np.full(weeks, -1, dtype=np.int64) for team in problem.teams}
        for team in problem.teams:
            for number, period in enumerate(team.periods):
                self.period_of[team.id][period.from_week : period.to_week + 1] = number
        self.spare = {team.id: [period.amount for period in team.periods] for team in problem.teams}
        self.active = {department.id: np.zeros(weeks, dtype=np.int64) for department in problem.departments}
        self.parallel = {department.id: department.max_parallel for department in problem.departments}
        self.blocked = {department.id: set(department.blocked_weeks) for department in problem.departments}
        for name, move in moves.items():
            if name != without:
                self.add(move)
        offers = {offer.id: offer for offer in problem.clean_ups}
        for clean_up in clean_ups:
            self._clean(offers[clean_up.id], clean_up.week)

    def add(self, move: Move, sign: int = 1) -> None:
        """Book one more move, or with −1 take it back."""
        system = self.problem.by_id[move.system]
        option, replica = system.option(move.pool), system.replica_option(move.replica_pool)
        active = active_weeks(system, move.week)
        for held in (option, replica):
            if held is not None:
                self._change(held.pool, held.demand, active[0], -sign)
        for freed in system.frees:
            self._change(freed.pool, freed.amount, move.week + freed.weeks_after, sign)
        for team, used in option.effort.items() if option else ():
            self._spend(team, active[0], used, sign)
        self.active[system.department][max(0, active[0]) : move.week + 1] += sign

    def _clean(self, offer: CleanUpOffer, week: int) -> None:
        self._change(offer.pool, offer.amount, week + offer.length_weeks, 1)
        for team, used in offer.effort.items():
            self._spend(team, week, used, 1)

    def _change(self, pool: str, amounts: tuple[int, ...], from_week: int, sign: int) -> None:
        if amounts and from_week < self.problem.weeks:
            self.left[pool][:, max(0, from_week) :] += sign * np.array(amounts, dtype=np.int64)[:, None]
            self.least.pop(pool, None)

    def _spend(self, team: str, first: int, used: tuple[int, ...], sign: int) -> None:
        for week, amount in enumerate(used, first):
            period = int(self.period_of[team][week]) if 0 <= week < self.problem.weeks else -1
            if period >= 0:
                self.spare[team][period] -= sign * amount

    def possible(self, system: PlannedSystem, week: int) -> bool:
        """Whether dates allow a cut-over week."""
        active = active_weeks(system, week)
        closed = self.blocked[system.department] | set(system.blocked_weeks)
        inside = active[0] >= max(0, system.release_week) and week < self.problem.weeks
        return inside and not any(w in closed for w in active)

    def choices(self, system: PlannedSystem) -> Iterator[tuple[Option, ReplicaOption | None]]:
        """Every pair of pool and replica pool at another site."""
        for option in system.options:
            for replica in system.replica_options or (None,):
                if replica is None or self.sites[replica.pool] != self.sites[option.pool]:
                    yield option, replica

    def lack(self, system: PlannedSystem, week: int) -> Lack | None:
        """The worst of `lacks`; `None` where dates forbid the week or everything is there."""
        if not self.possible(system, week):
            return None
        found = self.lacks(system, week)
        return max(found[1], key=lambda lack: lack.share) if found is not None and found[1] else None

    def lacks(self, system: PlannedSystem, week: int) -> tuple[Move, tuple[Lack, ...]] | None:
        """All that the choice of pools lacks that lacks least (by the worst share, then by the sum); `None`: no choice."""
        best: tuple[tuple[float, float], Move, tuple[Lack, ...]] | None = None
        for option, replica in self.choices(system):
            found = (*self._pool_lacks(system, week, option, replica), *self._team_lacks(system, week, option))
            found = (*found, *self._department_lack(system, week))
            rank = (max((lack.share for lack in found), default=0.0), sum(lack.share for lack in found))
            if best is None or rank < best[0]:
                move = Move(
                    system=system.id, week=week, pool=option.pool, replica_pool=replica.pool if replica else None
                )
                best = rank, move, found
        return None if best is None else best[1:]

    def overdrawn(self, moves: Iterable[Move]) -> tuple[Lack, ...]:
        """What is overdrawn where these moves, all of them booked, hold or use something: exactly so much is missing."""
        pools: dict[str, list[int]] = {}
        teams: dict[tuple[str, int], int] = {}
        found: list[Lack] = []
        departments: set[str] = set()
        for move in moves:
            system = self.problem.by_id[move.system]
            option, replica = system.option(move.pool), system.replica_option(move.replica_pool)
            for held in [hold for hold in (option, replica) if hold is not None]:
                known = pools.get(held.pool, [0] * len(held.demand))
                pools[held.pool] = [a + b for a, b in zip(known, held.demand, strict=True)]
            for team, period, amount in self._wanted(option, active_weeks(system, move.week)[0]) if option else ():
                if period < 0:
                    found.append(self._not_offered(team, amount, active_weeks(system, move.week)[0], move.week))
                else:
                    teams[team, period] = teams.get((team, period), 0) + amount
            departments.add(system.department)
        found += [
            self._pool_lack(pool, kind, needed, int(-self.left[pool][kind].min()))
            for pool, demand in pools.items()
            for kind, needed in enumerate(demand)
            if self.left[pool][kind].min() < 0
        ]
        found += [
            self._team_lack(team, period, -self.spare[team][period], wanted)
            for (team, period), wanted in teams.items()
            if wanted and self.spare[team][period] < 0
        ]
        return (*found, *(self._crowded(name) for name in sorted(departments) if self._too_many(name) > 0))

    def _too_many(self, department: str) -> int:
        return int(self.active[department].max()) - self.parallel[department]

    def _crowded(self, department: str) -> Lack:
        over = np.flatnonzero(self.active[department] > self.parallel[department])
        return self._full(department, self._too_many(department), int(over[0]), int(over[-1]))

    def least_from(self, pool: str) -> Any:
        """For every resource and week: the least that is left from that week on."""
        if pool not in self.least:
            self.least[pool] = np.minimum.accumulate(self.left[pool][:, ::-1], axis=1)[:, ::-1]
        return self.least[pool]

    def _pool_lacks(
        self, system: PlannedSystem, week: int, option: Option, replica: ReplicaOption | None
    ) -> Iterator[Lack]:
        holds: list[Hold] = [option] if replica is None else [option, replica]
        first = max(0, active_weeks(system, week)[0])
        for held in holds:
            least = self.least_from(held.pool)[:, first]
            for kind, needed in enumerate(held.demand):
                missing = needed - int(least[kind])
                if needed and missing > 0:
                    yield self._pool_lack(held.pool, kind, needed, missing, needed, first)

    def _pool_lack(self, pool: str, kind: int, needed: int, missing: int, at_least: int = 0, first: int = 0) -> Lack:
        """`missing` of what is `needed`; the weeks are those from `first` on with less than `at_least` left."""
        short = np.flatnonzero(self.left[pool][kind, first:] < at_least) + first
        begins, resource = self.problem.week(int(short[0])), self.problem.resources[kind]
        return Lack(
            what="pool", name=pool, number=kind, amount=missing, share=missing / max(1, needed),
            from_week=int(short[0]), to_week=int(short[-1]),
            text=Text(f"资源池 {pool} 在 {begins} 前缺 {missing} {resource}", f"pool {pool} lacks {missing} {resource} by {begins}"),
        )  # fmt: skip

    def _wanted(self, option: Option, first: int) -> Iterator[tuple[str, int, int]]:
        """Team, period (−1: in none) and amount of all that an option uses from an active week on."""
        for team, used in option.effort.items():
            wanted: dict[int, int] = {}
            for at, amount in enumerate(used, first):
                period = int(self.period_of[team][at]) if 0 <= at < self.problem.weeks else -1
                wanted[period] = wanted.get(period, 0) + amount
            yield from ((team, period, amount) for period, amount in sorted(wanted.items()) if amount)

    def _team_lacks(self, system: PlannedSystem, week: int, option: Option) -> Iterator[Lack]:
        first = active_weeks(system, week)[0]
        for team, period, amount in self._wanted(option, first):
            if period < 0:
                yield self._not_offered(team, amount, first, week)
            elif (missing := amount - max(0, self.spare[team][period])) > 0:
                yield self._team_lack(team, period, missing, amount)

    def _team_lack(self, team: str, number: int, missing: int, wanted: int) -> Lack:
        period = next(one for one in self.problem.teams if one.id == team).periods[number]
        first, last = self.problem.week(period.from_week), self.problem.week(period.to_week)
        zh = f"在 {first}" if first == last else f"在 {first} 至 {last}"
        en = f"in {first}" if first == last else f"from {first} to {last}"
        return Lack(
            what="team", name=team, number=number, amount=missing, share=missing / max(1, wanted),
            from_week=period.from_week, to_week=period.to_week,
            text=Text(f"力量 {team} {zh} 缺 {missing}", f"team {team} lacks {missing} {en}"),
        )  # fmt: skip

    def _not_offered(self, team: str, amount: int, first: int, last: int) -> Lack:
        text = Text(f"力量 {team} 在所需的周不提供", f"team {team} offers nothing in the weeks needed")
        return Lack(
            what="team", name=team, number=-1, amount=amount, share=2.0, from_week=max(0, first), to_week=last, text=text
        )  # fmt: skip

    def _department_lack(self, system: PlannedSystem, week: int) -> Iterator[Lack]:
        name = system.department
        first = max(0, active_weeks(system, week)[0])
        busy = self.active[name][first : week + 1]
        full = np.flatnonzero(busy >= self.parallel[name]) + first
        if len(full):
            yield self._full(name, int(busy.max()) + 1 - self.parallel[name], int(full[0]), int(full[-1]))

    def _full(self, name: str, missing: int, first: int, last: int) -> Lack:
        at, most = self.problem.week(first), self.parallel[name]
        text = Text(
            f"单位 {name} 在 {at} 的并行上限 {most} 已满", f"department {name} has no room in {at} (at most {most})"
        )
        return Lack(
            what="department", name=name, number=-1, amount=missing, share=1.0, from_week=first, to_week=last, text=text
        )  # fmt: skip
