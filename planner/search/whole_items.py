"""Extra limits that every plan keeps and a relaxation does not: that what a team does cannot be cut into pieces.

Where a week of a team has 8 days and every system takes 5 of them, one system fits and not 1.6. A dual feasible
function f on shares of the limit says so: whatever fits together, its f(share) add up to 1 at most. Of Fekete &
Schepers, "New classes of fast lower bounds for bin packing problems" (Math. Programming 91, 2001), function u⁽ᵏ⁾:
f(x) = x where (k+1)·x is a whole number, else ⌊(k+1)·x⌋ / k. Each use of a week counts as an item, so nothing changes where
a period has several weeks. Each function becomes a team of its own, in whole numbers (times k × the amount); bounds from
prices (prices.py) and from the exact model are then those of the problem itself, only better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from planner.problem.problem import Period, PlanningProblem, Team

Effort = Mapping[str, tuple[int, ...]]
FUNCTIONS = (1, 2, 3)
"""k: systems that take more than a half, a third, a quarter of what there is."""
MOST_AMOUNTS = 6
"""Amounts of a team that get limits of their own, the most frequent first."""
MOST_USED = 2**40
"""A team that does more in all gets none: sums of prices have to stay exact (limits.py)."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """The function `k` on shares of `amount`, for one team; `name` is the extra team's."""

    team: str
    amount: int
    k: int
    name: str

    def of(self, used: int) -> int:
        """The function's value for an amount: k × amount × f(used / amount), whole."""
        whole, rest = divmod((self.k + 1) * used, self.amount)
        return self.k * used if rest == 0 else whole * self.amount


def with_whole_items(problem: PlanningProblem) -> PlanningProblem:
    """The same problem, with the same plans and values, and with extra teams that say what fits together."""
    teams: list[Team] = []
    rules: list[_Rule] = []
    for team in problem.teams:
        uses = [amount for effort in _efforts(problem) for amount in effort.get(team.id, ()) if amount]
        if sum(uses) > MOST_USED:
            continue
        for rule in _rules(team, uses):
            free = sum(map(rule.of, uses))
            periods = (replace(one, amount=_offered(one, rule, free)) for one in team.periods)
            teams.append(Team(id=rule.name, periods=tuple(periods)))
            rules.append(rule)
    if not rules:
        return problem
    systems = tuple(
        replace(s, options=tuple(replace(o, effort=_extended(o.effort, rules)) for o in s.options))
        for s in problem.systems
    )
    offers = tuple(replace(offer, effort=_extended(offer.effort, rules)) for offer in problem.clean_ups)
    return replace(problem, teams=(*problem.teams, *teams), systems=systems, clean_ups=offers)


def _efforts(problem: PlanningProblem) -> Iterator[Effort]:
    for system in problem.systems:
        yield from (option.effort for option in system.options)
    yield from (offer.effort for offer in problem.clean_ups)


def _rules(team: Team, uses: list[int]) -> Iterator[_Rule]:
    """Functions that say more than the limit itself: some use counts for more than its share."""
    amounts = Counter(period.amount for period in team.periods if period.amount)
    for amount, _ in amounts.most_common(MOST_AMOUNTS):
        for k in FUNCTIONS:
            rule = _Rule(team.id, amount, k, f"{team.id} ≤ {amount}, {k}")
            if any(used <= amount and rule.of(used) > k * used for used in uses):
                yield rule


def _offered(period: Period, rule: _Rule, free: int) -> int:
    """The limit itself where the period has that amount; elsewhere, where it has any, more than can be used."""
    if period.amount == rule.amount:
        return rule.k * rule.amount
    return free


def _extended(effort: Effort, rules: list[_Rule]) -> dict[str, tuple[int, ...]]:
    more = {rule.name: tuple(map(rule.of, effort[rule.team])) for rule in rules if rule.team in effort}
    return {**effort, **{name: used for name, used in more.items() if any(used)}}
