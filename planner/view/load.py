"""What a plan uses week by week, pool by pool and team by team, beside what is there: the curves that people look at.

The check re-adds the same sums on its own (check.py); this module only shows them and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planner.check.check import active_weeks
from planner.plan import Move, Plan
from planner.problem.problem import Period, PlanningProblem, Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLoad:
    """One pool, one resource: what is in force and what the plan holds (freed capacity taken off), one number a week."""

    pool: str
    site: str
    resource: str
    capacity: tuple[int, ...]
    held: tuple[int, ...]

    @property
    def peak_week(self) -> int:
        """The week with the largest share held; the first of equals."""
        return max(range(len(self.held)), key=lambda week: (self.share(week) or 0, -week))

    def share(self, week: int) -> float | None:
        """Held ÷ in force, 0 and more; `None` where nothing is in force."""
        return self.held[week] / self.capacity[week] if self.capacity[week] else None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "pool": self.pool, "site": self.site, "resource": self.resource, "capacity": list(self.capacity),
            "held": list(self.held), "peak_week": self.peak_week, "peak_ratio": rounded(self.share(self.peak_week)),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLoad:
    """One team or line: used in each week, and its periods (both ends included) with what they offer and what is used."""

    team: str
    used: tuple[int, ...]
    periods: tuple[tuple[Period, int], ...]

    @property
    def fullest(self) -> tuple[Period, int] | None:
        """The period with the largest share used; the first of equals, `None` where no period offers anything."""
        offered = [pair for pair in self.periods if pair[0].amount]
        return max(offered, key=lambda pair: (pair[1] / pair[0].amount, -pair[0].from_week), default=None)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "team": self.team,
            "used": list(self.used),
            "periods": [
                {"from_week": p.from_week, "to_week": p.to_week, "amount": p.amount, "used": used}
                for p, used in self.periods
            ],
        }


def rounded(ratio: float | None) -> float | None:
    """A share with four digits."""
    return None if ratio is None else round(ratio, 4)


def pool_loads(problem: PlanningProblem, plan: Plan) -> tuple[PoolLoad, ...]:
    """Every pool and resource, in the order of the problem. Source of the sums: planning-problem.md, rule 3."""
    kinds = range(len(problem.resources))
    change = {pool.id: [[0] * (problem.weeks + 1) for _ in kinds] for pool in problem.pools}
    for pool, week, amounts, sign in _changes(problem, plan):
        for kind in kinds:
            change[pool][kind][min(problem.weeks, max(0, week))] += sign * amounts[kind]
    return tuple(
        PoolLoad(
            pool=pool.id, site=pool.site, resource=problem.resources[kind],
            capacity=_in_force(pool, kind, problem.weeks), held=_running(change[pool.id][kind], problem.weeks),
        )
        for pool in problem.pools
        for kind in kinds
    )  # fmt: skip


def _changes(problem: PlanningProblem, plan: Plan) -> Iterator[tuple[str, int, tuple[int, ...], int]]:
    """Pool, week from which it counts, amounts, and whether they are taken (1) or given back (−1)."""
    for move in plan.moves:
        system = problem.by_id[move.system]
        begin = active_weeks(system, move.week)[0]
        option, replica = system.option(move.pool), system.replica_option(move.replica_pool)
        for held in (option, replica):
            if held is not None:
                yield held.pool, begin, held.demand, 1
        for freed in system.frees:
            yield freed.pool, move.week + freed.weeks_after, freed.amount, -1
    starts = {clean_up.id: clean_up.week for clean_up in plan.clean_ups}
    for offer in problem.clean_ups:
        if offer.id in starts:
            yield offer.pool, starts[offer.id] + offer.length_weeks, offer.amount, -1


def _in_force(pool: Pool, kind: int, weeks: int) -> tuple[int, ...]:
    return tuple(pool.amount_at(week)[kind] for week in range(weeks))


def _running(changes: list[int], weeks: int) -> tuple[int, ...]:
    held, total = [], 0
    for week in range(weeks):
        total += changes[week]
        held.append(total)
    return tuple(held)


def team_loads(problem: PlanningProblem, plan: Plan) -> tuple[TeamLoad, ...]:
    """Every team, in the order of the problem. Source of the sums: planning-problem.md, rule 4."""
    used = {team.id: [0] * problem.weeks for team in problem.teams}
    for effort, begin in _efforts(problem, {move.system: move for move in plan.moves}, plan):
        for team, amounts in effort.items():
            for place, amount in enumerate(amounts):
                if 0 <= begin + place < problem.weeks:
                    used[team][begin + place] += amount
    return tuple(
        TeamLoad(
            team=team.id,
            used=tuple(used[team.id]),
            periods=tuple(
                (period, sum(used[team.id][period.from_week : period.to_week + 1]))
                for period in sorted(team.periods, key=lambda period: period.from_week)
            ),
        )
        for team in problem.teams
    )


def _efforts(
    problem: PlanningProblem, moves: Mapping[str, Move], plan: Plan
) -> Iterator[tuple[Mapping[str, tuple[int, ...]], int]]:
    """Effort with the week in which it begins."""
    for name, move in moves.items():
        system = problem.by_id[name]
        option = system.option(move.pool)
        if option is not None:
            yield option.effort, active_weeks(system, move.week)[0]
    starts = {clean_up.id: clean_up.week for clean_up in plan.clean_ups}
    for offer in problem.clean_ups:
        if offer.id in starts:
            yield offer.effort, starts[offer.id]
