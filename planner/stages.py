"""The stages of one solve: exact model for small problems; prices, search and neighbourhoods for all others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from catalogs.words import Text
from planner.check import check, value_of
from planner.flat import Numbers
from planner.laying import lay_out
from planner.layout import Layout
from planner.plan import Move, Plan, SolveRecord
from planner.presolve import Windows
from planner.problem import PlanningProblem
from planner.repair import Placed, place
from planner.solve import Infeasible, Outcome, Progress, Solved, Unknown

logger = logging.getLogger(__name__)

SMALL = 4000
"""Up to so many (week, mode) choices the exact model goes first; above it only helps."""
STOP_CHECK_S = 0.2


@dataclass(slots=True, kw_only=True)
class Stages:
    """State of one solve; `best_*` is the best answer so far, `bound` what is proven."""

    problem: PlanningProblem
    windows: Windows
    problem_sha256: str
    time_limit_s: float
    workers: int
    repeatable: bool
    on_progress: Callable[[Progress], None]
    should_stop: Callable[[], bool]
    clock: Callable[[], float]
    began_at: float
    start: Plan | None = None
    """A plan to begin with; without one the problem's `previous`, where it has that."""
    best_plan: Plan | None = None
    bound: int = 0
    infeasible: Text | None = None
    stages: list[str] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)
    stopping: bool = False

    def run(self) -> Outcome:
        """All stages, until solved, proven or out of time."""
        layout = lay_out(self.problem, self.windows)
        self.bound = self._least(layout)
        self._offer_start()
        choices = int(layout.arrays.hold_weeks.sum())
        if choices <= SMALL or not len(layout.arrays.units):
            self._exact(layout, share=0.9 if choices > SMALL // 4 else 1.0)
        if not self._finished():
            from planner.improve import search_and_prove

            search_and_prove(self, layout)
        return self._outcome()

    def placed(self, layout: Layout) -> Placed | None:
        """Where the plan to begin with has everybody, as far as that is still possible; `None` where there is none."""
        if self.start is not None:
            return place(layout, self.start.moves, self.start.clean_ups)
        if self.problem.previous is None:
            return None
        moves = [
            Move(system=m.system, week=m.week, pool=m.pool, replica_pool=m.replica_pool)
            for m in self.problem.previous.moves
        ]
        return place(layout, moves, ())

    def _offer_start(self) -> None:
        """A plan to begin with that still keeps every rule is the first answer, as it is."""
        if self.start is None:
            return
        moves = {move.system: move for move in self.start.moves}
        pools = {pool.id for pool in self.problem.pools}
        if not (moves.keys() <= self.problem.by_id.keys() and {move.pool for move in moves.values()} <= pools):
            return
        value = value_of(self.problem, moves).total
        plan = Plan(
            problem_sha256=self.problem_sha256, moves=self.start.moves, clean_ups=self.start.clean_ups, value=value,
            bound=min(self.bound, value),
        )  # fmt: skip
        if not check(self.problem, plan):
            self.best_plan = plan

    # --- time ------------------------------------------------------------------------------------------------

    def seconds(self) -> float:
        """Since the solve began."""
        return self.clock() - self.began_at

    def left_s(self) -> float:
        """Until the time limit, a little kept for checking and writing."""
        return self.time_limit_s - 0.1 - 0.01 * self.time_limit_s - self.seconds()

    def must_end(self) -> bool:
        """Whether time is up, somebody wants to stop, or nothing is left to do."""
        if not self.stopping and self.should_stop():
            self.stopping = True
        return self.stopping or self._finished() or (not self.repeatable and self.left_s() <= 0)

    def _finished(self) -> bool:
        solved = self.best_plan is not None and self.best_plan.value <= self.bound
        return solved or self.infeasible is not None

    # --- answers ---------------------------------------------------------------------------------------------

    def offer(self, layout: Layout, week: Numbers, mode: Numbers) -> bool:
        """Keep an answer if it is better than the best and passes the check."""
        moves, clean_ups = layout.moves(week, mode)
        value = value_of(self.problem, {move.system: move for move in moves}).total
        with self.lock:
            if self.best_plan is not None and value >= self.best_plan.value:
                return False
        plan = Plan(
            problem_sha256=self.problem_sha256, moves=moves, clean_ups=clean_ups, value=value,
            bound=min(self.bound, value),
        )  # fmt: skip
        violations = check(self.problem, plan)
        if violations:  # a fault of ours, but no reason to lose the plans that are right
            logger.error("an answer of the search breaks a rule and is dropped: %s", violations[0])
            return False
        with self.lock:
            if self.best_plan is None or value < self.best_plan.value:
                self.best_plan = plan
        return True

    def prove(self, bound: int) -> None:
        """Keep a better bound."""
        with self.lock:
            self.bound = max(self.bound, bound)

    def report(self, stage: Text) -> None:
        """Tell whoever watches."""
        value = self.best_plan.value if self.best_plan else None
        self.on_progress(Progress(stage=stage, value=value, bound=self.bound, seconds=self.seconds()))

    def _least(self, layout: Layout) -> int:
        """The value if nothing were scarce."""
        arrays = layout.arrays
        open_weeks = np.where(arrays.unit_weeks > 0, arrays.timing[:, :-1], np.iinfo(np.int64).max)
        best = np.minimum(open_weeks.min(axis=1, initial=np.iinfo(np.int64).max), arrays.timing[:, -1])
        return max(0, int(best.sum()) + layout.constant - arrays.moved_bonus * len(arrays.systems))

    def _exact(self, layout: Layout, share: float) -> None:
        """The whole problem as one model."""
        from ortools.sat.python import cp_model

        from planner.exact import add_hint, build_model, nothing_fixed, read_answer

        self.stages.append("exact")
        made = build_model(layout, range(len(layout.arrays.units)), nothing_fixed(layout))
        placed = self.placed(layout)
        if placed is not None:
            add_hint(made, placed.week, placed.mode)
        solver = cp_model.CpSolver()
        seconds = self.time_limit_s if self.repeatable else self.left_s()
        self.limit(solver, max(0.1, seconds * share))
        watcher = _Watcher(self, solver)
        watcher.start()
        status = solver.solve(made.model)
        watcher.end()
        if status == cp_model.INFEASIBLE:
            self.infeasible = Text(
                "已证明：各项限制（容量、力量、并行、关系、目标）合起来没有可行方案",
                "proven: capacity, teams, limits, relations and targets together admit no plan",
            )
        elif status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            self.offer(layout, *read_answer(made, solver))
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN}:
            bound = solver.best_objective_bound
            if abs(bound) < 2**52:
                self.prove(int(np.ceil(bound - 1e-6)) + layout.constant)
        self.report(Text("精确模型", "exact model"))

    def limit(self, solver: Any, seconds: float) -> None:
        """Workers and limits of a CP-SAT run; in repeatable mode an amount of work instead of time."""
        solver.parameters.random_seed = 1
        solver.parameters.num_workers = self.workers
        if self.repeatable:
            solver.parameters.num_workers = 1
            solver.parameters.max_deterministic_time = seconds
        else:
            solver.parameters.max_time_in_seconds = seconds

    def _outcome(self) -> Outcome:
        if self.infeasible is not None and self.best_plan is None:
            return Infeasible(reason=self.infeasible, windows=self.windows)
        if self.best_plan is None:
            reason = Text("时间用完，尚未找到可行方案，也未证明无解", "time ran out: no plan found, none ruled out")
            return Unknown(reason=reason, bound=self.bound, windows=self.windows)
        found = self.best_plan
        plan = Plan(
            problem_sha256=self.problem_sha256, moves=found.moves, clean_ups=found.clean_ups, value=found.value,
            bound=min(self.bound, found.value), record=self._record(found),
        )  # fmt: skip
        return Solved(plan=plan)

    def _record(self, found: Plan) -> SolveRecord:
        from importlib.metadata import version

        return SolveRecord(
            status="optimal" if found.value <= self.bound else "feasible", seed=1, workers=self.workers,
            time_limit_s=self.time_limit_s, repeatable=self.repeatable, solver=f"ortools {version('ortools')}",
            wall_s=self.seconds(), stages=tuple(self.stages),
        )  # fmt: skip


class _Watcher(threading.Thread):
    """Stops a CP-SAT run when somebody wants to stop."""

    def __init__(self, stages: Stages, solver: Any) -> None:
        super().__init__(daemon=True)
        self.stages, self.solver, self.over = stages, solver, threading.Event()

    def run(self) -> None:
        while not self.over.wait(STOP_CHECK_S):
            if self.stages.should_stop():
                self.stages.stopping = True
                self.solver.stop_search()
                return

    def end(self) -> None:
        self.over.set()
        self.join()
