"""What pools and teams offer at most, as masks of the weeks in which a demand or an effort fits alone."""

from __future__ import annotations

from functools import cache

from planner.presolve.windows import from_week, mask_of
from planner.problem.problem import Option, PlanningProblem, ReplicaOption


class Offered:
    """What pools and teams offer at most, as masks of the weeks in which a demand fits alone."""

    def __init__(self, problem: PlanningProblem) -> None:
        self.weeks = problem.weeks
        freed = _freed_at_most(problem)
        self.least = {pool.id: _least_from(pool.id, problem, freed) for pool in problem.pools}
        self.periods = {team.id: team.periods for team in problem.teams}
        self.fits = cache(self._fits)
        self.starts = cache(self._starts)
        self.effort = cache(self._effort)

    def weeks_for_demand(self, option: Option | ReplicaOption, preparation: int) -> int:
        """Cut-over weeks from whose start on the pool offers the demand, everybody else left out."""
        start = self.starts(option.pool, option.demand)
        return from_week(start + preparation - 1, self.weeks) if start is not None else 0

    def _starts(self, pool: str, demand: tuple[int, ...]) -> int | None:
        """The first week from which on the demand fits for good."""
        for week, offered in enumerate(self.least[pool]):
            if all(wanted <= there for wanted, there in zip(demand, offered, strict=True)):
                return week
        return None

    def weeks_for_effort(self, team: str, effort: tuple[int, ...]) -> int:
        """Cut-over weeks in which the team offers the effort, everybody else left out."""
        return self.effort(team, effort)

    def _effort(self, team: str, effort: tuple[int, ...]) -> int:
        length, mask = len(effort), (1 << self.weeks) - 1
        if length > self.weeks:
            return 0
        for place, amount in enumerate(effort):
            if amount:  # the week of this effort is c − length + 1 + place
                shift = length - 1 - place
                mask &= self.fits(team, amount) << shift
        if any(period.amount < sum(effort) and period.to_week > period.from_week for period in self.periods[team]):
            mask &= mask_of(
                (c for c in range(self.weeks) if mask >> c & 1 and self._sums_fit(team, effort, c)), self.weeks
            )
        return mask & ((1 << self.weeks) - 1)

    def _fits(self, team: str, amount: int) -> int:
        """Weeks whose period offers the amount at all."""
        weeks = (w for p in self.periods[team] if p.amount >= amount for w in range(p.from_week, p.to_week + 1))
        return mask_of(weeks, self.weeks)

    def _sums_fit(self, team: str, effort: tuple[int, ...], cut_over: int) -> bool:
        start = cut_over - len(effort) + 1
        return all(
            sum(amount for place, amount in enumerate(effort) if p.from_week <= start + place <= p.to_week) <= p.amount
            for p in self.periods[team]
        )


def _freed_at_most(problem: PlanningProblem) -> dict[str, list[list[int]]]:
    """Per pool and week, what all moves and clean-ups together could have freed by then at most."""
    kinds = len(problem.resources)
    freed = {pool.id: [[0] * kinds for _ in range(problem.weeks)] for pool in problem.pools}
    offers = [
        (f.pool, max(s.preparation_weeks - 1, s.release_week + s.preparation_weeks - 1) + f.weeks_after, f.amount)
        for s in problem.systems
        for f in s.frees
    ]
    offers += [(o.pool, max(0, o.release_week) + o.length_weeks, o.amount) for o in problem.clean_ups]
    for pool, first, amount in offers:
        for week in range(max(0, first), problem.weeks):
            for kind in range(kinds):
                freed[pool][week][kind] += amount[kind]
    return freed


def _least_from(pool_id: str, problem: PlanningProblem, freed: dict[str, list[list[int]]]) -> list[tuple[int, ...]]:
    """For each week, the least that the pool offers in any week from then on."""
    pool = next(pool for pool in problem.pools if pool.id == pool_id)
    kinds = range(len(problem.resources))
    least: list[tuple[int, ...]] = []
    for week in reversed(range(problem.weeks)):
        amount = tuple(a + f for a, f in zip(pool.amount_at(week), freed[pool_id][week], strict=True))
        least.append(amount if not least else tuple(min(amount[k], least[-1][k]) for k in kinds))
    return least[::-1]
