"""Solve a planning problem: presolve, prices, search, exact model; nothing leaves without passing check.py.

outcome = solve(problem, problem_sha256=…, time_limit_s=60, workers=2)
match outcome:
    case Solved(plan=plan): …
    case Infeasible(reason=reason): …
    case Unknown(bound=bound): …
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from catalogs.words import Text
from planner.limits import too_large
from planner.plan import Plan
from planner.presolve.presolve import Windows, find_windows
from planner.problem.problem import PlanningProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is known at a moment: best value and proven bound, where there are any."""

    stage: Text
    value: int | None
    bound: int | None
    seconds: float

    @property
    def gap_ratio(self) -> float | None:
        """(value − bound) / value, where both are known."""
        if self.value is None or self.bound is None:
            return None
        return (self.value - self.bound) / self.value if self.value else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A checked plan with a proven bound."""

    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Infeasible:
    """Proven: there is no plan. `windows` holds the chain of facts where the relations alone forbid one."""

    reason: Text
    windows: Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Time ran out before a plan was found or its absence proven; `bound` holds for any plan there may be."""

    reason: Text
    bound: int
    windows: Windows


Outcome = Solved | Infeasible | Unknown


def solve(
    problem: PlanningProblem,
    *,
    problem_sha256: str = "",
    time_limit_s: float = 60.0,
    workers: int = 2,
    repeatable: bool = False,
    start: Plan | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """The best plan that can be found in the time, with a proven bound.

    Args:
        problem: the problem.
        problem_sha256: the digest of the problem file, written into the plan.
        time_limit_s: seconds of wall time; in repeatable mode it is turned into an amount of work.
        workers: threads.
        repeatable: the same plan on every run and machine; no clock decides anything then.
        start: a plan of this problem or of one like it, to begin with: what of it is still possible is put back first,
            and only then improved. Without one the problem's `previous` is taken, where it has that.
        on_progress: called now and then from this thread.
        should_stop: asked now and then; when true the best checked plan so far is returned.
        clock: seconds, for the time limit and progress only.
    """
    windows = find_windows(problem)
    if windows.contradiction:
        return Infeasible(reason=_contradiction(problem, windows), windows=windows)
    if (fault := too_large(problem)) is not None:
        return Unknown(reason=fault, bound=0, windows=windows)
    from planner.solving.stages import Stages

    return Stages(
        problem=problem,
        windows=windows,
        problem_sha256=problem_sha256,
        time_limit_s=time_limit_s,
        workers=max(1, workers),
        repeatable=repeatable,
        start=start,
        on_progress=on_progress or (lambda _progress: None),
        should_stop=should_stop or (lambda: False),
        clock=clock,
        began_at=clock(),
    ).run()


def _contradiction(problem: PlanningProblem, windows: Windows) -> Text:
    if windows.impossible:
        names = [problem.systems[number].id for number in windows.impossible[:5]]
        more = len(windows.impossible) - len(names)
        zh, en = "、".join(names), ", ".join(names)
        if more:
            zh, en = f"{zh} 等 {len(windows.impossible)} 个", f"{en} and {more} more"
        return Text(f"系统 {zh} 必须迁移，但没有任何可行的周", f"{en}: must move, but no week is possible")
    target = problem.targets[windows.missed_targets[0]]
    return Text(
        f"到第 {target.by_week} 周应完成 {target.at_least} 个系统，能按时迁移的系统不足此数",
        f"{target.at_least} systems have to be moved by week {target.by_week}; fewer can be moved by then",
    )
