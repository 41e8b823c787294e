"""Numbers too large to be added up in 64 bits, horizons too long: such problems are valid, but not for this solver."""

from __future__ import annotations

from catalogs.errors import PlanError
from catalogs.words import Text
from planner.problem.problem import PlanningProblem

MOST = 2**61
"""A quarter of what a signed 64-bit number holds: sums of two such still fit. Source: int64 of numpy and CP-SAT."""

EXACT = 2**53
"""Up to here every whole number is a floating-point number."""

COARSEST, FINEST_GRID, SPARE = 10, 26, 4
"""Prices are multiples of 2**-10 at the coarsest and 2**-26 at the finest; bits kept free for sums above the worst value."""

MOST_FOR_PRICES = EXACT >> COARSEST
"""Up to here sums of the coarsest prices are exact in floating point."""


MOST_WEEKS = 20_000
"""Weeks of a horizon, almost four hundred years: tables by week stay within memory."""


def too_large_for_prices(problem: PlanningProblem) -> bool:
    """Whether a bound from prices might be rounded wrongly; the search then goes without them."""
    return _worst_value(problem) > MOST_FOR_PRICES


def grid_of(problem: PlanningProblem) -> float:
    """Prices are multiples of one over this power of two: as fine as sums of them stay exact.

    Where demands are large numbers (storage in GiB) their prices are small, and coarse prices would cost the bound.
    """
    bits = EXACT.bit_length() - 1 - SPARE - _worst_value(problem).bit_length()
    return float(2 ** max(COARSEST, min(FINEST_GRID, bits)))


def refuse_endless(problem: PlanningProblem) -> None:
    """Stop before anything is laid out by week.

    Raises:
        PlanError: the horizon is longer than `MOST_WEEKS`.
    """
    if problem.weeks > MOST_WEEKS:
        raise PlanError(
            f"规划期 {problem.weeks:,} 周太长（至多求解 {MOST_WEEKS:,} 周），不求解：请核对 weeks",
            f"a horizon of {problem.weeks:,} weeks is too long ({MOST_WEEKS:,} at most): look at `weeks`; nothing is solved",
        )


def too_large(problem: PlanningProblem) -> Text | None:
    """What could add up to more than `MOST`: the value, what a pool holds, what a team does; `None`: nothing."""
    if _worst_value(problem) > MOST:
        return _text("目标值（权重、费用、周数之积）", "the value (products of weights, costs and weeks)")
    for kind, resource in enumerate(problem.resources):
        held = sum(max((o.demand[kind] for o in s.options), default=0) for s in problem.systems)
        held += sum(max((o.demand[kind] for o in s.replica_options), default=0) for s in problem.systems)
        freed = sum(f.amount[kind] for s in problem.systems for f in s.frees)
        freed += sum(offer.amount[kind] for offer in problem.clean_ups)
        offered = max((step.amount[kind] for pool in problem.pools for step in pool.capacity), default=0)
        if held + freed + offered > MOST:
            return _text(f"资源 {resource} 的占用", f"what is held of {resource}")
    for team in problem.teams:
        used = sum(max((sum(o.effort.get(team.id, ())) for o in s.options), default=0) for s in problem.systems)
        used += sum(sum(offer.effort.get(team.id, ())) for offer in problem.clean_ups)
        if used + sum(period.amount for period in team.periods) > MOST:
            return _text(f"力量 {team.id} 的投入", f"what team {team.id} does")
    return None


def _worst_value(problem: PlanningProblem) -> int:
    weights, latest = problem.weights, max(problem.unscheduled_week, problem.weeks)
    late = sum(
        s.weight * max(0, latest - (problem.weeks if s.due_week is None else s.due_week)) for s in problem.systems
    )
    progress = sum(s.weight for s in problem.systems) * latest
    progress += weights.curve * sum(point.at_least for point in problem.curve)
    costs = sum(
        max((option.cost for option in s.options), default=0)
        + max((copy.cost for copy in s.replica_options), default=0)
        for s in problem.systems
    )
    costs += sum(pair.penalty for pair in problem.same_site)
    costs += len(problem.systems) * problem.previous.moved_penalty if problem.previous else 0
    return weights.lateness * late + weights.progress * progress + weights.placement * costs


def _text(zh: str, en: str) -> Text:
    return Text(
        f"{zh}可能超过 2 的 61 次方，算不准，不求解：请换大一些的单位，或把权重同除以一个公因数",
        f"{en} may exceed 2 to the 61 and cannot be added up exactly, so nothing is solved: take larger units, or divide the weights by a common factor",
    )
