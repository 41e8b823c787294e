"""What the planner is measured against: the whole problem as one CP-SAT model, and the earliest-due-date list rule."""

from __future__ import annotations

from dataclasses import replace

from planner.book import Book
from planner.check.check import check, value_of
from planner.plan import Move, Plan
from planner.presolve.presolve import find_windows
from planner.problem.problem import PlannedSystem, PlanningProblem


def one_model(problem: PlanningProblem, seconds: float) -> tuple[Plan | None, int | None, int]:
    """The exact model of planner/exact/model_of_problem.py given to CP-SAT as it is, two workers."""
    from ortools.sat.python import cp_model

    from planner.exact.model_of_problem import build_model, nothing_fixed, read_answer
    from planner.search.laying import lay_out

    layout = lay_out(problem, find_windows(problem))
    made = build_model(layout, range(len(layout.arrays.units)), nothing_fixed(layout))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(made.model)
    bound = int(solver.best_objective_bound) + layout.constant
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None, bound, 0
    moves, clean_ups = layout.moves(*read_answer(made, solver))
    value = value_of(problem, {move.system: move for move in moves}).total
    plan = Plan(problem_sha256="", moves=moves, clean_ups=clean_ups, value=value, bound=min(bound, value))
    return plan, bound, len(check(problem, plan))


def earliest_due_date(problem: PlanningProblem) -> tuple[Plan | None, int | None, int]:
    """What a spreadsheet does: systems by deadline and due week, each in the first week and cheapest pool with room.

    It keeps `before`; deadlines, groups and targets it may break. The count of broken rules is returned.
    """
    moves: dict[str, Move] = {}
    preds: dict[str, list[tuple[str, int]]] = {}
    for pair in problem.before:
        preds.setdefault(pair.then, []).append((pair.first, pair.lag_weeks))
    book = Book(problem, {})
    waiting = sorted(problem.systems, key=lambda s: (_date(problem, s), -s.weight, s.id))
    progress = True
    while waiting and progress:
        progress = False
        for system in list(waiting):
            if any(first not in moves for first, _ in preds.get(system.id, ())):
                continue
            waiting.remove(system)
            progress = True
            first = max([0, *(moves[name].week + lag for name, lag in preds.get(system.id, ()))])
            move = _first_place(problem, book, system, first)
            if move is not None:
                moves[system.id] = move
                book.add(move)
    value = value_of(problem, moves).total
    plan = Plan(problem_sha256="", moves=tuple(moves.values()), clean_ups=(), value=value, bound=0)
    return plan, None, len(check(problem, plan))


def _date(problem: PlanningProblem, system: PlannedSystem) -> int:
    dates = [week for week in (system.deadline_week, system.due_week) if week is not None]
    return min(dates, default=problem.weeks)


def _first_place(problem: PlanningProblem, book: Book, system: PlannedSystem, first: int) -> Move | None:
    cheapest_first = replace(
        system,
        options=tuple(sorted(system.options, key=lambda option: option.cost)),
        replica_options=tuple(sorted(system.replica_options, key=lambda replica: replica.cost)),
    )
    for week in range(max(first, system.preparation_weeks - 1), problem.weeks):
        found = book.lacks(cheapest_first, week) if book.possible(system, week) else None
        if found is not None and not found[1]:
            return found[0]
    return None
