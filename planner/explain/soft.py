"""Problems whose deadlines and targets may be broken at a price: what is broken least, and by how much at least.

Two of them. The *core* holds only what has to move and what that draws along; nobody else can help a deadline, so the
least lateness of the core is the least of the whole problem. The *filled* problem keeps the core where it was put
and moves as many others by the targets' dates as it can; what all systems together could reach at best is asked
without any deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from planner.check.check import value_of
from planner.plan import CleanUp, Move, Plan
from planner.presolve.presolve import find_windows
from planner.problem.problem import (
    CapacityStep,
    CleanUpOffer,
    CurvePoint,
    Pin,
    PlannedSystem,
    PlanningProblem,
    Pool,
    Weights,
)

MOST_CHOICES = 8_000
"""(week, mode) choices up to which the core is one model."""


def core_of(problem: PlanningProblem) -> PlanningProblem:
    """What has a deadline or a pin, what it waits for or moves with, and what gives capacity back; without targets."""
    wanted = {s.id for s in problem.systems if s.deadline_week is not None or s.pin is not None or s.frees}
    return without_others(problem, closed(problem, wanted))


def closed(problem: PlanningProblem, wanted: Iterable[str]) -> set[str]:
    """The systems named with everything that must move for them to move."""
    drawn: dict[str, set[str]] = {}
    for pair in problem.before:
        drawn.setdefault(pair.then, set()).add(pair.first)
    for group in (*problem.together, *(within.systems for within in problem.within)):
        for name in group:
            drawn.setdefault(name, set()).update(group)
    found, waiting = set(wanted), list(wanted)
    while waiting:
        for other in drawn.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def without_others(problem: PlanningProblem, kept: set[str]) -> PlanningProblem:
    """Only these systems, with the relations among them; no targets, nothing but dates and limits left."""

    def among(groups: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
        cut = (tuple(name for name in group if name in kept) for group in groups)
        return tuple(group for group in cut if len(group) > 1)

    return replace(
        problem,
        systems=tuple(system for system in problem.systems if system.id in kept),
        together=among(problem.together),
        before=tuple(pair for pair in problem.before if pair.first in kept and pair.then in kept),
        within=tuple(w for w in problem.within if all(name in kept for name in w.systems)),
        apart=among(problem.apart),
        same_site=(),
        targets=(),
        curve=(),
        previous=None,
    )


@dataclass(frozen=True, slots=True)
class Softened:
    """A problem in which breaking costs; what one broken week or missing system costs, and the most of all else."""

    problem: PlanningProblem
    per_broken: int
    most_else: int

    def least_broken(self, bound: int) -> int:
        """What the bound of a solve proves: so many weeks or systems at least."""
        return max(0, -(-(bound - self.most_else) // self.per_broken))

    def settled(self, value: int, bound: int) -> bool:
        """Whether a plan of this value breaks no more than any plan has to."""
        return value // self.per_broken <= self.least_broken(bound)


def with_soft_deadlines(core: PlanningProblem) -> Softened:
    """Weeks past deadlines cost; then being early; a system left out is as late as the end of the horizon."""
    systems = tuple(
        replace(
            _without_costs(system),
            weight=1,  # also without a deadline: whoever others wait for has to be worth moving by itself
            due_week=None if system.deadline_week is None else min(system.deadline_week, core.weeks - 1),
            deadline_week=None,
        )
        for system in core.systems
    )
    most_else = core.weeks * sum(system.weight for system in systems)
    weights = Weights(lateness=1 + most_else, progress=1, placement=0, curve=0)
    soft = replace(core, systems=systems, unscheduled_week=core.weeks, weights=weights)
    return Softened(problem=soft, per_broken=1 + most_else, most_else=most_else)


def solve_core(soft: Softened, time_limit_s: float, workers: int) -> tuple[Plan | None, int, bool]:
    """A small core as one model: the plan, its bound (in broken weeks), and whether limits and pins forbid any.

    `(None, 0, False)`: too large, or nothing known in the time.
    """
    from ortools.sat.python import cp_model

    from planner.exact.model_of_problem import read_answer
    from planner.exact.solver import make_solver
    from planner.explain.buy import limited_model

    began_at = time.monotonic()  # building the model is part of the time
    windows = find_windows(soft.problem)
    if windows.contradiction:
        return None, 0, True
    if sum(mode.weeks.bit_count() for modes in windows.modes for mode in modes) > MOST_CHOICES:
        return None, 0, False
    layout, made = limited_model(soft.problem)
    solver = make_solver(workers=workers, seconds=time_limit_s - (time.monotonic() - began_at))
    status = solver.solve(made.model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None, 0, status == cp_model.INFEASIBLE
    moves, clean_ups = layout.moves(*read_answer(made, solver))
    value = value_of(soft.problem, {move.system: move for move in moves}).total
    bound = min(value, ceil(solver.best_objective_bound - 1e-6) + layout.constant)
    plan = Plan(problem_sha256="", moves=moves, clean_ups=clean_ups, value=value, bound=bound)
    return plan, soft.least_broken(bound), False


def filled(problem: PlanningProblem, core: PlanningProblem, moves: Mapping[str, Move]) -> Softened:
    """The whole problem with the core fixed as given; missing a target costs, then being early."""
    systems = tuple(
        replace(
            system,
            due_week=None,
            deadline_week=None,
            pin=fixed(moves[system.id]) if system.id in moves else None,
            options=system.options if system.id in moves or system.id not in core.by_id else (),
        )
        for system in problem.systems
    )
    most_else = problem.unscheduled_week * sum(system.weight for system in systems) + 1
    return _with_soft_targets(problem, systems, per_missing=1 + most_else, progress=1, most_else=most_else)


def targets_alone(problem: PlanningProblem) -> Softened:
    """Only what is missing at the targets costs; deadlines are lifted, pins are not."""
    systems = tuple(replace(_without_costs(s), weight=0, due_week=None, deadline_week=None) for s in problem.systems)
    return _with_soft_targets(problem, systems, per_missing=1, progress=1, most_else=0)


def _with_soft_targets(
    problem: PlanningProblem, systems: tuple[PlannedSystem, ...], *, per_missing: int, progress: int, most_else: int
) -> Softened:
    curve = tuple(CurvePoint(week=t.by_week, at_least=t.at_least, systems=t.systems) for t in problem.targets)
    soft = replace(
        problem,
        systems=systems,
        targets=(),
        curve=curve,
        same_site=(),
        previous=None,
        weights=Weights(lateness=0, progress=progress, placement=0, curve=per_missing),
    )
    return Softened(problem=soft, per_broken=per_missing, most_else=most_else)


def _without_costs(system: PlannedSystem) -> PlannedSystem:
    return replace(
        system,
        options=tuple(replace(option, cost=0) for option in system.options),
        replica_options=tuple(replace(option, cost=0) for option in system.replica_options),
    )


def fixed(move: Move) -> Pin:
    """A pin that holds a move as it is."""
    return Pin(week=move.week, pool=move.pool, replica_pool=move.replica_pool, holds_replica=True)


def pinned(problem: PlanningProblem, moves: Mapping[str, Move], free: Callable[[str], bool]) -> PlanningProblem:
    """The problem with every move fixed but those of the free systems; who has no move and is not free is left out."""
    kept = {system.id for system in problem.systems if free(system.id) or system.id in moves}
    cut = without_others(problem, kept)
    systems = tuple(s if free(s.id) else replace(s, pin=fixed(moves[s.id])) for s in cut.systems)
    return replace(cut, systems=systems)


def with_clean_ups(problem: PlanningProblem, clean_ups: Iterable[CleanUp]) -> PlanningProblem:
    """The problem in which some clean-ups are decided: what they use is taken off, what they free is there."""
    weeks = {clean_up.id: clean_up.week for clean_up in clean_ups}
    done = [(offer, weeks[offer.id]) for offer in problem.clean_ups if offer.id in weeks]
    pools = tuple(
        replace(
            pool,
            capacity=tuple(
                CapacityStep(from_week=week, amount=_freed_by(pool, week, done)) for week in range(problem.weeks)
            ),
        )
        for pool in problem.pools
    )
    used: dict[tuple[str, int], int] = {}
    for offer, first in done:
        for team, efforts in offer.effort.items():
            for week, amount in enumerate(efforts, first):
                used[team, week] = used.get((team, week), 0) + amount
    teams = tuple(
        replace(
            team,
            periods=tuple(
                replace(p, amount=p.amount - sum(used.get((team.id, w), 0) for w in range(p.from_week, p.to_week + 1)))
                for p in team.periods
            ),
        )
        for team in problem.teams
    )
    rest = tuple(offer for offer in problem.clean_ups if offer.id not in weeks)
    return replace(problem, pools=pools, teams=teams, clean_ups=rest)


def _freed_by(pool: Pool, week: int, done: Iterable[tuple[CleanUpOffer, int]]) -> tuple[int, ...]:
    amount = pool.amount_at(week)
    for offer, first in done:
        if offer.pool == pool.id and week >= first + offer.length_weeks:
            amount = tuple(a + b for a, b in zip(amount, offer.amount, strict=True))
    return amount


def late_systems(problem: PlanningProblem, moves: Mapping[str, Move]) -> list[tuple[PlannedSystem, int]]:
    """Systems past their deadline and by how many weeks; one left out counts to the end of the horizon, 1 at least."""
    found = []
    for system in problem.systems:
        if system.deadline_week is not None:
            week = moves[system.id].week if system.id in moves else problem.weeks
            if week > system.deadline_week or system.id not in moves:
                found.append((system, max(1, week - system.deadline_week)))
    return found


def missed_targets(problem: PlanningProblem, moves: Mapping[str, Move]) -> list[tuple[int, int]]:
    """Targets not reached, by their place, and how many systems are missing."""
    found = []
    for number, target in enumerate(problem.targets):
        names = problem.by_id if target.systems is None else target.systems
        reached = sum(1 for name in names if name in moves and moves[name].week <= target.by_week)
        if reached < target.at_least:
            found.append((number, target.at_least - reached))
    return found
