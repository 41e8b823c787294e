"""Limits cut down to what can be used of them: nothing fills the last day of 21 where every system takes an even number.

Every plan keeps the smaller limits as well as the old ones, so plans and values stay the same; the relaxed problem
(prices.py) fills limits to the brim, so its bound rises. For a team's week the sums that the systems' efforts can add
up to are listed (subset sums: of each system one effort at most falls into a week); elsewhere (periods of several
weeks, capacity) a limit is cut down to a multiple of the greatest common divisor of all that counts against it. Of
Martello & Toth, "Knapsack Problems" (Wiley 1990), ch. 4; in integer programming this is coefficient tightening.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from planner.problem.problem import CapacityStep, Period, PlanningProblem, Pool, Team

MOST_WORK = 2**28
"""Words of 32 bits that listing sums may go through, for one team; beyond that common divisors have to do."""


def with_reachable_limits(problem: PlanningProblem) -> PlanningProblem:
    """The same problem, with the same plans and values, and no limit larger than what can be used of it."""
    teams = tuple(_team(problem, team) for team in problem.teams)
    pools = tuple(_pool(problem, pool) for pool in problem.pools)
    return replace(problem, teams=teams, pools=pools)


def _team(problem: PlanningProblem, team: Team) -> Team:
    choices = [sorted({amount for amount in uses if amount}) for uses in _uses(problem, team.id)]
    divisor = math.gcd(*(amount for choice in choices for amount in choice))
    if not divisor or not team.periods:
        return team
    whole = max(period.amount for period in team.periods) // divisor
    sums = reachable([[amount // divisor for amount in choice] for choice in choices if choice], whole)
    return replace(team, periods=tuple(_period(period, divisor, sums) for period in team.periods))


def _period(period: Period, divisor: int, sums: int | None) -> Period:
    amount = period.amount // divisor
    if sums is not None and period.from_week == period.to_week:
        amount = (sums & ((1 << amount + 1) - 1)).bit_length() - 1
    return replace(period, amount=amount * divisor)


def reachable(choices: list[list[int]], most: int) -> int | None:
    """The sums up to `most` of one amount or none of each choice, as bits; `None` where listing them takes too long."""
    if (most // 32 + 1) * sum(map(len, choices)) > MOST_WORK:
        return None
    everything = (1 << most + 1) - 1
    sums = 1
    for choice in sorted(choices):
        sums |= _with_one_of(sums, choice) & everything
        if sums == everything:
            break
    return sums


def _with_one_of(sums: int, choice: list[int]) -> int:
    found = 0
    for amount in choice:
        found |= sums << amount
    return found


def _uses(problem: PlanningProblem, team: str) -> Iterator[set[int]]:
    """Per system and clean-up whatever a week of it may take of a team."""
    for system in problem.systems:
        yield {amount for option in system.options for amount in option.effort.get(team, ())}
    for offer in problem.clean_ups:
        yield set(offer.effort.get(team, ()))


def _pool(problem: PlanningProblem, pool: Pool) -> Pool:
    kinds = range(len(problem.resources))
    divisors = [math.gcd(*_amounts(problem, pool.id, kind)) for kind in kinds]
    return replace(pool, capacity=tuple(_step(step, divisors) for step in pool.capacity))


def _step(step: CapacityStep, divisors: list[int]) -> CapacityStep:
    amounts = (
        amount - amount % divisor if divisor else amount for amount, divisor in zip(step.amount, divisors, strict=True)
    )
    return replace(step, amount=tuple(amounts))


def _amounts(problem: PlanningProblem, pool: str, kind: int) -> Iterator[int]:
    """All that is held or given back of a pool."""
    for system in problem.systems:
        yield from (option.demand[kind] for option in system.options if option.pool == pool)
        yield from (copy.demand[kind] for copy in system.replica_options if copy.pool == pool)
        yield from (freed.amount[kind] for freed in system.frees if freed.pool == pool)
    yield from (offer.amount[kind] for offer in problem.clean_ups if offer.pool == pool)
