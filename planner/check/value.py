"""The value of a plan and its bound, computed anew; plain Python, nothing of the solver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.check.words import Violation, broken
from planner.plan import Move, Plan
from planner.problem.problem import CurvePoint, PlanningProblem


def value_and_bound(problem: PlanningProblem, plan: Plan) -> Iterator[Violation]:
    """The value claimed is the value recomputed; the bound is not above it."""
    moves = {move.system: move for move in plan.moves}
    if any(problem.by_id[move.system].option(move.pool) is None for move in moves.values()):
        return
    value = value_of(problem, moves).total
    if plan.value != value:
        yield broken(
            "value",
            f"方案写明目标值 {plan.value}，重算为 {value}",
            f"the plan says value {plan.value}, recomputed {value}",
            amount=plan.value - value,
        )
    if plan.bound > value:
        yield broken(
            "bound",
            f"下界 {plan.bound} 高于目标值 {value}",
            f"bound {plan.bound} is above the value {value}",
            amount=plan.bound - value,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The three parts of a plan's value, and the weighted total."""

    lateness: int
    progress: int
    placement: int
    total: int


def value_of(problem: PlanningProblem, moves: Mapping[str, Move]) -> Value:
    """The value of moves that use known options. Source of the formulas: planning-problem.md."""
    weeks = {s.id: moves[s.id].week if s.id in moves else problem.unscheduled_week for s in problem.systems}
    lateness = sum(
        s.weight * max(0, weeks[s.id] - (problem.weeks if s.due_week is None else s.due_week)) for s in problem.systems
    )
    shortfall = sum(_missing_at(point, moves) for point in problem.curve)
    progress = sum(s.weight * weeks[s.id] for s in problem.systems) + problem.weights.curve * shortfall
    placement = _option_costs(problem, moves) + _split_pairs(problem, moves) + _moved_away(problem, moves)
    weights = problem.weights
    total = weights.lateness * lateness + weights.progress * progress + weights.placement * placement
    return Value(lateness=lateness, progress=progress, placement=placement, total=total)


def _missing_at(point: CurvePoint, moves: Mapping[str, Move]) -> int:
    counted = moves if point.systems is None else point.systems
    return max(0, point.at_least - sum(1 for name in counted if name in moves and moves[name].week <= point.week))


def _option_costs(problem: PlanningProblem, moves: Mapping[str, Move]) -> int:
    costs = 0
    for move in moves.values():
        system = problem.by_id[move.system]
        option, replica = system.option(move.pool), system.replica_option(move.replica_pool)
        costs += (option.cost if option else 0) + (replica.cost if replica else 0)
    return costs


def _split_pairs(problem: PlanningProblem, moves: Mapping[str, Move]) -> int:
    sites = {pool.id: pool.site for pool in problem.pools}
    return sum(
        pair.penalty
        for pair in problem.same_site
        if all(name in moves for name in pair.systems) and len({sites[moves[name].pool] for name in pair.systems}) == 2
    )


def _moved_away(problem: PlanningProblem, moves: Mapping[str, Move]) -> int:
    if problem.previous is None:
        return 0
    earlier = {m.system: (m.week, m.pool, m.replica_pool) for m in problem.previous.moves}
    now = {m.system: (m.week, m.pool, m.replica_pool) for m in moves.values()}
    return problem.previous.moved_penalty * sum(1 for name in problem.by_id if earlier.get(name) != now.get(name))
