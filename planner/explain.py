"""When there is no plan: why, what is scarce, what would make one possible, and the plan that breaks the least.

First the facts that relations and dates alone contradict (facts.py). Otherwise deadlines and targets are made soft
and the softened problem is solved: its plan is the least violating one found, what it breaks are the cheapest
relaxations, proven least where its bound says so, and for each system that is late the missing amount is named.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalogs.words import Text
from planner.check import Violation, active_weeks, check
from planner.facts import chain_of_facts
from planner.plan import Move, Plan
from planner.presolve import find_windows
from planner.problem import CurvePoint, Option, PlannedSystem, PlanningProblem, ReplicaOption, Weights
from planner.solve import Infeasible, Solved, solve

PER_BROKEN_WEEK = 1000
"""In the softened problem: one week past a deadline, or one system missing at a target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why there is no plan. `proven_least`: no plan breaks deadlines and targets by less in all (weeks + systems)."""

    facts: tuple[Text, ...] = ()
    shortages: tuple[Text, ...] = ()
    relaxations: tuple[Text, ...] = ()
    broken_in_all: int | None = None
    least_possible: int | None = None
    proven_least: bool = False
    least_violating: Plan | None = None
    violations: tuple[Violation, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For `plan make --json` and the file of the least violating plan."""
        return {
            "facts": [text.as_json() for text in self.facts],
            "shortages": [text.as_json() for text in self.shortages],
            "relaxations": [text.as_json() for text in self.relaxations],
            "broken_in_all": self.broken_in_all,
            "least_possible": self.least_possible,
            "proven_least": self.proven_least,
            "least_violating": self.least_violating.as_json() if self.least_violating else None,
            "violations": [violation.as_json() for violation in self.violations],
        }


def explain_no_plan(
    problem: PlanningProblem,
    *,
    time_limit_s: float = 10.0,
    workers: int = 2,
    should_stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Explanation:
    """Why a problem has no plan, or none was found."""
    windows = find_windows(problem)
    facts = tuple(text for number in windows.impossible[:3] for text in chain_of_facts(problem, windows, number))
    soft = soften(problem)
    outcome = solve(soft, time_limit_s=time_limit_s, workers=workers, should_stop=should_stop, clock=clock)
    if isinstance(outcome, Infeasible) and not facts:
        facts = (
            Text(
                "即使放开全部截止周和目标仍无解：矛盾在锁定、容量或力量之间",
                "even without deadlines and targets there is no plan: pins, capacity or teams contradict each other",
            ),
        )
    if not isinstance(outcome, Solved):
        return Explanation(facts=facts)
    moves = {move.system: move for move in outcome.plan.moves}
    broken = broken_weeks(problem, moves) + missing_at_targets(problem, moves)
    least = max(0, -(-(outcome.plan.bound - _most_else(soft)) // PER_BROKEN_WEEK))
    proven = broken <= least or outcome.plan.value == outcome.plan.bound
    plan = replace(outcome.plan, value=0, bound=0, more={"status": "violating", "least_violating": True})
    violations = tuple(v for v in check(problem, plan) if v.rule not in ("value", "bound"))
    return Explanation(
        facts=facts,
        shortages=tuple(_shortages(problem, moves)),
        relaxations=tuple(_relaxations(problem, moves, proven=proven)),
        broken_in_all=broken,
        least_possible=broken if proven else least,
        proven_least=proven,
        least_violating=plan,
        violations=violations,
    )


def soften(problem: PlanningProblem) -> PlanningProblem:
    """Deadlines become due weeks, targets points of the curve; nothing else costs anything but being early."""
    systems = tuple(
        replace(
            system,
            due_week=system.deadline_week,
            deadline_week=None,
            weight=1 if system.deadline_week is not None else 0,
            options=tuple(replace(option, cost=0) for option in system.options),
            replica_options=tuple(replace(option, cost=0) for option in system.replica_options),
        )
        for system in problem.systems
    )
    everybody = [target for target in problem.targets if target.systems is None]
    return replace(
        problem,
        systems=systems,
        targets=(),
        curve=tuple(CurvePoint(week=target.by_week, at_least=target.at_least) for target in everybody),
        same_site=(),
        previous=None,
        unscheduled_week=problem.weeks,
        weights=Weights(lateness=PER_BROKEN_WEEK, progress=1, placement=0, curve=PER_BROKEN_WEEK),
    )


def _most_else(soft: PlanningProblem) -> int:
    """The most that being early can cost in the softened problem."""
    return sum(system.weight for system in soft.systems) * soft.unscheduled_week


def broken_weeks(problem: PlanningProblem, moves: Mapping[str, Move]) -> int:
    """Weeks past deadlines in all; a system left out counts to the end of the horizon."""
    return sum(weeks for _, weeks in _late(problem, moves))


def _late(problem: PlanningProblem, moves: Mapping[str, Move]) -> list[tuple[PlannedSystem, int]]:
    found = []
    for system in problem.systems:
        if system.deadline_week is not None:
            week = moves[system.id].week if system.id in moves else problem.weeks
            if week > system.deadline_week or system.id not in moves:
                found.append((system, max(1, week - system.deadline_week)))
    return found


def missing_at_targets(problem: PlanningProblem, moves: Mapping[str, Move]) -> int:
    """Systems missing at the targets in all."""
    return sum(missing for _, missing in _missed(problem, moves))


def _missed(problem: PlanningProblem, moves: Mapping[str, Move]) -> list[tuple[int, int]]:
    found = []
    for number, target in enumerate(problem.targets):
        names = problem.by_id if target.systems is None else target.systems
        reached = sum(1 for name in names if name in moves and moves[name].week <= target.by_week)
        if reached < target.at_least:
            found.append((number, target.at_least - reached))
    return found


def _relaxations(problem: PlanningProblem, moves: Mapping[str, Move], *, proven: bool) -> list[Text]:
    mark = Text("已证明最小", "proven least") if proven else Text("未证明最小", "not proven least")
    found = []
    for system, weeks in _late(problem, moves):
        if system.id in moves:
            week = problem.week(moves[system.id].week)
            zh = f"{system.id} 的截止周推迟 {weeks} 周到 {week}"
            en = f"move the deadline of {system.id} by {weeks} weeks to {week}"
        else:
            zh, en = (
                f"{system.id} 的截止要求取消（规划期内排不下）",
                f"drop the deadline of {system.id} (it does not fit at all)",
            )
        found.append(Text(f"{zh}（{mark.zh}）", f"{en} ({mark.en})"))
    for number, missing in _missed(problem, moves):
        target = problem.targets[number]
        best = target.at_least - missing
        names = len(problem.systems) if target.systems is None else len(target.systems)
        week = problem.week(target.by_week)
        found.append(
            Text(
                f"{week} 前的目标由 {target.at_least} 个降为 {best} 个（{best}/{names}，{mark.zh}）",
                f"lower the target by {week} from {target.at_least} to {best} of {names} ({mark.en})",
            )
        )
    return found


# --- what is missing ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lack:
    """What keeps a move from its week: by how much, and that as a share of what is there (for comparing)."""

    share: float
    text: Text


def _shortages(problem: PlanningProblem, moves: Mapping[str, Move]) -> list[Text]:
    """For each system that is late: the smallest shortage among its possible weeks and pools."""
    book = Book(problem, moves)
    found: list[Text] = []
    for system, _ in _late(problem, moves)[:20]:
        lacks = [
            lack
            for week in range(system.preparation_weeks - 1, min(problem.weeks, (system.deadline_week or 0) + 1))
            if (lack := book.lack(system, week)) is not None
        ]
        if lacks:
            found.append(min(lacks, key=lambda lack: lack.share).text)
    return list(dict.fromkeys(found))


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

    def lack(self, system: PlannedSystem, week: int) -> _Lack | None:
        """The smallest shortage of any pool choice; `None` where dates forbid the week or everything is there."""
        active = active_weeks(system, week)
        if not self.possible(system, week):
            return None
        lacks: list[_Lack] = []
        for option in system.options:
            for replica in system.replica_options or (None,):
                if replica is not None and self.sites[replica.pool] == self.sites[option.pool]:
                    continue
                found = self._lacks(system, option, replica, active)
                if not found:
                    return None
                lacks.append(max(found, key=lambda lack: lack.share))
        return min(lacks, key=lambda lack: lack.share, default=None)

    def _lacks(
        self, system: PlannedSystem, option: Option, replica: ReplicaOption | None, active: range
    ) -> list[_Lack]:
        found: list[_Lack] = []
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
                    found.append(_Lack(missing / held.demand[kind], text))
        found += self._team_lacks(system, option, active)
        for week in active:
            if self.active.get((system.department, week), 0) >= self.parallel[system.department]:
                text = Text(
                    f"单位 {system.department} 在 {self.problem.week(week)} 的并行上限 {self.parallel[system.department]} 已满，{system.id} 排不进",
                    f"department {system.department} has no room in {self.problem.week(week)} (at most {self.parallel[system.department]}) for {system.id}",
                )
                found.append(_Lack(1.0, text))
                break
        return found

    def _team_lacks(self, system: PlannedSystem, option: Option, active: range) -> list[_Lack]:
        found: list[_Lack] = []
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
                    found.append(_Lack(missing / wanted, text))
            if any(amount and week not in covered for week, amount in used.items()):
                text = Text(f"力量 {team.id} 在所需的周不提供", f"team {team.id} offers nothing in the weeks needed")
                found.append(_Lack(2.0, text))
        return found
