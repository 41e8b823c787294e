"""What a set of moves leaves of every pool, team and department, and what one more move would lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalogs.words import Text
from planner.check import active_weeks
from planner.plan import Move
from planner.problem import Option, PlannedSystem, PlanningProblem, ReplicaOption


@dataclass(frozen=True, slots=True)
class Lack:
    """What keeps a move from its week: by how much, and that as a share of what is there (for comparing)."""

    share: float
    text: Text


class Book:
    """What a set of moves leaves of every pool, team and department; answers what one more move would lack."""

    def __init__(self, problem: PlanningProblem, moves: Mapping[str, Move], without: str | None = None) -> None:
        self.problem = problem
        self.sites = {pool.id: pool.site for pool in problem.pools}
        self.left = {p.id: [list(p.amount_at(week)) for week in range(problem.weeks)] for p in problem.pools}
        self.effort = {team.id: [0] * problem.weeks for team in problem.teams}
        self.active: dict[tuple[str, int], int] = {}
        self.parallel = {department.id: department.max_parallel for department in problem.departments}
        self.blocked = {department.id: set(department.blocked_weeks) for department in problem.departments}
        for name, move in moves.items():
            if name != without:
                self.add(move)

    def add(self, move: Move) -> None:
        """Book one more move."""
        kinds = range(len(self.problem.resources))
        system = self.problem.by_id[move.system]
        option, replica = system.option(move.pool), system.replica_option(move.replica_pool)
        active = active_weeks(system, move.week)
        for held in [hold for hold in (option, replica) if hold is not None]:
            for week in range(max(0, active[0]), self.problem.weeks):
                for kind in kinds:
                    self.left[held.pool][week][kind] -= held.demand[kind]
        for freed in system.frees:
            for week in range(move.week + freed.weeks_after, self.problem.weeks):
                for kind in kinds:
                    self.left[freed.pool][week][kind] += freed.amount[kind]
        for team, used in option.effort.items() if option else ():
            for week, amount in zip(active, used, strict=True):
                self.effort[team][week] += amount
        for week in active:
            self.active[system.department, week] = self.active.get((system.department, week), 0) + 1

    def possible(self, system: PlannedSystem, week: int) -> bool:
        """Whether dates allow a cut-over week."""
        active = active_weeks(system, week)
        closed = self.blocked[system.department] | set(system.blocked_weeks)
        return active[0] >= max(0, system.release_week) and not any(w in closed for w in active)

    def fits(self, system: PlannedSystem, option: Option, replica: ReplicaOption | None, active: range) -> bool:
        """Whether nothing is lacking for one pool choice, and its replica stands at another site."""
        if replica is not None and self.sites[replica.pool] == self.sites[option.pool]:
            return False
        return not self._lacks(system, option, replica, active)

    def lack(self, system: PlannedSystem, week: int) -> Lack | None:
        """The smallest shortage of any pool choice; `None` where dates forbid the week or everything is there."""
        active = active_weeks(system, week)
        if not self.possible(system, week):
            return None
        lacks: list[Lack] = []
        for option in system.options:
            for replica in system.replica_options or (None,):
                if replica is not None and self.sites[replica.pool] == self.sites[option.pool]:
                    continue
                found = self._lacks(system, option, replica, active)
                if not found:
                    return None
                lacks.append(max(found, key=lambda lack: lack.share))
        return min(lacks, key=lambda lack: lack.share, default=None)

    def _lacks(self, system: PlannedSystem, option: Option, replica: ReplicaOption | None, active: range) -> list[Lack]:
        found: list[Lack] = []
        holds: list[Option | ReplicaOption] = [option] if replica is None else [option, replica]
        for held in holds:
            for kind, resource in enumerate(self.problem.resources):
                least = min(range(active[0], self.problem.weeks), key=lambda w: self.left[held.pool][w][kind])
                missing = held.demand[kind] - self.left[held.pool][least][kind]
                if missing > 0 and held.demand[kind]:
                    when = self.problem.week(active[0])
                    text = Text(
                        f"资源池 {held.pool} 在 {when} 前增加 {missing} {resource}，{system.id} 才能在 {self.problem.week(active[-1])} 割接",
                        f"pool {held.pool} lacks {missing} {resource} by {when} for {system.id} to cut over in {self.problem.week(active[-1])}",
                    )
                    found.append(Lack(missing / held.demand[kind], text))
        found += self._team_lacks(system, option, active)
        for week in active:
            if self.active.get((system.department, week), 0) >= self.parallel[system.department]:
                text = Text(
                    f"单位 {system.department} 在 {self.problem.week(week)} 的并行上限 {self.parallel[system.department]} 已满，{system.id} 排不进",
                    f"department {system.department} has no room in {self.problem.week(week)} (at most {self.parallel[system.department]}) for {system.id}",
                )
                found.append(Lack(1.0, text))
                break
        return found

    def _team_lacks(self, system: PlannedSystem, option: Option, active: range) -> list[Lack]:
        found: list[Lack] = []
        for team in self.problem.teams:
            used = dict(zip(active, option.effort.get(team.id, ()), strict=False))
            covered = {week for p in team.periods for week in range(p.from_week, p.to_week + 1)}
            for period in team.periods:
                weeks = range(period.from_week, period.to_week + 1)
                wanted = sum(amount for week, amount in used.items() if week in weeks)
                missing = wanted - (period.amount - sum(self.effort[team.id][week] for week in weeks))
                if wanted and missing > 0:
                    first, last = self.problem.week(weeks[0]), self.problem.week(weeks[-1])
                    text = Text(
                        f"力量 {team.id} 在 {first} 至 {last} 缺 {missing}，{system.id} 排不进",
                        f"team {team.id} lacks {missing} from {first} to {last} for {system.id}",
                    )
                    found.append(Lack(missing / wanted, text))
            if any(amount and week not in covered for week, amount in used.items()):
                text = Text(f"力量 {team.id} 在所需的周不提供", f"team {team.id} offers nothing in the weeks needed")
                found.append(Lack(2.0, text))
        return found
