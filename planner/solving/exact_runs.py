"""Runs of the exact model (exact/model_of_problem.py): of a very small problem before anything else, of a small one beside the search."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from catalogs.words import Text
from planner.exact.model_of_problem import ExactModel, add_hint, build_model, nothing_fixed, read_answer
from planner.exact.solver import make_solver
from planner.search.flat import Numbers
from planner.search.layout import Layout

if TYPE_CHECKING:
    from planner.solving.stages import Stages

STOP_CHECK_S = 0.2
CUTS = 2
"""CP-SAT's `linearization_level`: one worker with all rules in its LP. On thirty systems with a starved team its bound came
to 25 227 in 5.6 CPU seconds; at level 1 to 13 418 in 14.5 (docs/measured/planner.md)."""
INFEASIBLE = Text(
    "已证明：各项限制（容量、力量、并行、关系、目标）合起来没有可行方案",
    "proven: capacity, teams, limits, relations and targets together admit no plan",
)


def solve_whole(stages: Stages, layout: Layout, share: float) -> None:
    """The whole problem as one model, with all threads, for a share of the time that is left."""
    placed = stages.placed(layout)
    made, solver = _prepared(stages, layout, None if placed is None else (placed.week, placed.mode), stages.workers)
    seconds = stages.time_limit_s if stages.repeatable else stages.left_s()
    _limit(stages, solver, max(0.1, seconds * share))
    _run(stages, made, solver, stages.asked_to_stop)


def prove_beside(stages: Stages, layout: Layout, known: tuple[Numbers, Numbers] | None) -> None:
    """The same with one thread while the search goes on in another, from its best answer; ends when that ends."""
    made, solver = _prepared(stages, layout, known, 1)
    solver.parameters.linearization_level = CUTS
    solver.best_bound_callback = lambda bound: _prove(stages, layout, bound)
    _run(stages, made, solver, stages.must_end)


def _prepared(
    stages: Stages, layout: Layout, hint: tuple[Numbers, Numbers] | None, workers: int
) -> tuple[ExactModel, Any]:
    stages.stages.append("exact")
    made = build_model(layout, range(len(layout.arrays.units)), nothing_fixed(layout))
    if hint is not None:
        add_hint(made, *hint)
    solver = make_solver(workers=workers)
    return made, solver


def _limit(stages: Stages, solver: Any, seconds: float) -> None:
    """Seconds of a run; in repeatable mode an amount of work instead, and one thread."""
    if stages.repeatable:
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = seconds
    else:
        solver.parameters.max_time_in_seconds = seconds


def _run(stages: Stages, made: ExactModel, solver: Any, should_stop: Callable[[], bool]) -> None:
    """Solve, keep the answer and what is proven."""
    from ortools.sat.python import cp_model

    layout = made.layout
    watcher = _Watcher(should_stop, solver)
    watcher.start()
    status = solver.solve(made.model)
    watcher.end()
    if status == cp_model.INFEASIBLE:
        stages.infeasible = INFEASIBLE
    elif status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        stages.offer(layout, *read_answer(made, solver))
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN}:
        _prove(stages, layout, solver.best_objective_bound)
    stages.report(Text("精确模型", "exact model"))


def _prove(stages: Stages, layout: Layout, bound: float) -> None:
    if abs(bound) < 2**52:
        stages.prove(int(np.ceil(bound - 1e-6)) + layout.constant)


class _Watcher(threading.Thread):
    """Stops a CP-SAT run when somebody wants to stop."""

    def __init__(self, should_stop: Callable[[], bool], solver: Any) -> None:
        super().__init__(daemon=True)
        self.should_stop, self.solver, self.over = should_stop, solver, threading.Event()

    def run(self) -> None:
        while not self.over.wait(STOP_CHECK_S):
            if self.should_stop():
                self.solver.stop_search()
                return

    def end(self) -> None:
        self.over.set()
        self.join()
