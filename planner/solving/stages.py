"""The stages of one solve: exact model for small problems; prices, search and neighbourhoods for all others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from catalogs.words import Text
from planner.check.check import check, value_of
from planner.plan import Move, Plan, SolveRecord
from planner.presolve.presolve import Windows
from planner.presolve.reachable import with_reachable_limits
from planner.problem.problem import PlanningProblem
from planner.search.flat import Numbers
from planner.search.laying import lay_out
from planner.search.layout import Layout
from planner.search.repair import Placed, place
from planner.search.whole_items import with_whole_items
from planner.solving.solve import Infeasible, Outcome, Progress, Solved, Unknown

logger = logging.getLogger(__name__)

SMALL, MOST_WHOLE = 4000, 64
"""Up to a quarter of so many (week, mode) choices the exact model goes first; up to so many, or so many units, it runs
beside the search. In repeatable mode it goes first up to `SMALL`: side by side is not repeatable."""
MOST_TIGHTENED = 150
"""Up to so many units bounds are proven with extra limits (whole_items.py)."""


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
        layout = lay_out(with_reachable_limits(self.problem), self.windows)
        self.bound = self._least(layout)
        self._offer_start()
        units, choices = len(layout.arrays.units), int(layout.arrays.hold_weeks.sum())
        tight = self._tightened(layout)
        if choices <= (SMALL if self.repeatable else SMALL // 4) or not units:
            from planner.solving.exact_runs import solve_whole

            solve_whole(self, tight, share=0.9 if choices > SMALL // 4 else 1.0)
        if not self._finished():
            from planner.solving.improve import search_and_prove

            whole = SMALL > 0 and not self.repeatable and (choices <= SMALL or units <= MOST_WHOLE)
            search_and_prove(self, layout, tight, whole=whole)
        return self._outcome()

    def _tightened(self, layout: Layout) -> Layout:
        """What bounds are proven on: a small problem with extra limits; its units, systems and weeks are those of `layout`."""
        if len(layout.arrays.units) > MOST_TIGHTENED or not self.problem.teams:
            return layout
        return lay_out(with_whole_items(layout.problem), self.windows)

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

    def asked_to_stop(self) -> bool:
        """Whether somebody wants to stop."""
        if not self.stopping and self.should_stop():
            self.stopping = True
        return self.stopping

    def must_end(self) -> bool:
        """Whether time is up, somebody wants to stop, or nothing is left to do."""
        return self.asked_to_stop() or self._finished() or (not self.repeatable and self.left_s() <= 0)

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
