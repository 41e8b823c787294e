"""When there is no plan: why, what is scarce, what would make one possible, and the plan that breaks the least.

First the facts that relations and dates alone contradict (facts.py). Then what has to move is planned with deadlines
that may be broken at a price, the others are filled in around it, and what is missing at a target is asked of all
systems without any deadline (explain/soft.py): two bounds whose sum no plan can undercut. Last, what would have to be
bought: first what is enough, at once (explain/enough.py), then less of it (explain/shrink.py), each accepted by check.py on
the problem with the purchase made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalogs.words import Text
from planner.check.check import check
from planner.explain.balance import most_by, target_shortages
from planner.explain.balance_duties import duty_shortages
from planner.explain.explanation import Broken, Explanation, marked
from planner.explain.purchase import Shopping
from planner.explain.relieve import broken_by, relieved
from planner.explain.shortages import facts_of, shortages_of
from planner.explain.soft import (
    Softened,
    core_of,
    filled,
    late_systems,
    missed_targets,
    solve_core,
    targets_alone,
    with_clean_ups,
    with_soft_deadlines,
)
from planner.explain.words import UNPROVEN, relaxation_texts
from planner.plan import CleanUp, Move, Plan
from planner.presolve.presolve import Windows, find_windows
from planner.problem.problem import PlanningProblem
from planner.search.list_fill import fill_by_list
from planner.solving.solve import Infeasible, Progress, Solved, solve

__all__ = ["Explanation", "explain_no_plan"]


SHARES = (0.6, 0.2, 0.1, 0.2)
"""Of the time: the core, filling in the others, the bound of the targets, purchases."""
UNTIL = (0.55, 0.7, 0.8, 1.0)
"""Each part ends at this share of the time at the latest: what is left is for those after it, purchases the last."""


def explain_no_plan(
    problem: PlanningProblem,
    *,
    time_limit_s: float = 10.0,
    workers: int = 2,
    should_stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.monotonic,
    problem_sha256: str = "",
    on_first: Callable[[Sequence[Text], Sequence[Text]], None] | None = None,
    on_placed: Callable[[int, int, Sequence[Text]], None] | None = None,
    on_bought: Callable[[Sequence[Text]], None] | None = None,
) -> Explanation:
    """Why a problem has no plan, or none was found.

    Args:
        problem: the problem.
        time_limit_s: seconds for all parts together; a part that is left no time is left out and says so.
        workers: threads.
        should_stop: asked now and then.
        clock: seconds.
        problem_sha256: for the least violating plan.
        on_first: called once with the facts and with what the sums prove, before anything is solved.
        on_placed: called once where something has to give way, with how many weeks deadlines and how many systems
            targets are missed by in the best arrangement so far (not proven least) and what it lacks, before bounds
            and purchases are asked for.
        on_bought: called once with the first purchase that is enough, before a smaller one is asked for.
    """
    run = _Run(
        problem=problem,
        windows=find_windows(problem),
        problem_sha256=problem_sha256,
        ends_at=clock() + time_limit_s,
        time_limit_s=time_limit_s,
        workers=workers,
        should_stop=should_stop or (lambda: False),
        clock=clock,
        on_first=on_first or (lambda _facts, _sums: None),
        on_placed=on_placed or (lambda _weeks, _systems, _shortages: None),
        on_bought=on_bought or (lambda _texts: None),
    )
    return run.explanation()


@dataclass(slots=True, kw_only=True)
class _Run:
    """One explanation in the making; `late_bound` and `missing_bound` are proven for every plan."""

    problem: PlanningProblem
    windows: Windows
    problem_sha256: str
    ends_at: float
    time_limit_s: float
    workers: int
    should_stop: Callable[[], bool]
    clock: Callable[[], float]
    on_first: Callable[[Sequence[Text], Sequence[Text]], None]
    on_placed: Callable[[int, int, Sequence[Text]], None]
    on_bought: Callable[[Sequence[Text]], None] = lambda _texts: None
    moves: dict[str, Move] = field(default_factory=dict)
    clean_ups: tuple[CleanUp, ...] = ()
    buys_from: float | None = None
    late_bound: int = 0
    missing_bound: int = 0

    def explanation(self) -> Explanation:
        """All parts, each within its share of the time."""
        problem = self.problem
        shopping = Shopping(
            problem=problem,
            workers=self.workers,
            seconds_left=self._seconds_to_buy,
            should_stop=self.should_stop,
        )
        facts, sums = facts_of(problem, self.windows), target_shortages(problem, self.windows)
        if not self.windows.contradiction:
            sums = (*duty_shortages(problem, self.windows), *sums)
        self.on_first(facts, sums)
        self._begin_to_buy(shopping, fill_by_list(problem, {}))
        if not self._place(core_of(problem)):
            return self._pins_forbid(facts, shopping)
        broken = self._broken()
        if broken.in_all:
            self.on_placed(broken.late_weeks, broken.missing_systems, broken.shortages)
            self.buys_from = None
            shopping.begin(self.moves, self.clean_ups)
        if broken.missed:
            self._bound_targets()
        least = self.late_bound + self.missing_bound
        bought = self._buy(shopping) if broken.in_all else {}
        if broken.in_all > least and self._relieve(shopping, broken.in_all):
            broken = self._broken()
        plan = marked(problem, self.problem_sha256, self.moves, self.clean_ups, "least_violating")
        return Explanation(
            facts=facts,
            shortages=(*sums, *broken.shortages),
            relaxations=tuple(relaxation_texts(problem, self.windows, broken.late, broken.missed, self.moves, least)),
            **(bought if broken.in_all else {}),
            broken_in_all=broken.in_all,
            late_weeks=broken.late_weeks,
            missing_systems=broken.missing_systems,
            least_possible=min(least, broken.in_all),
            proven_least=broken.in_all <= least,
            least_violating=plan,
            violations=tuple(check(problem, plan)),
        )

    def _broken(self) -> Broken:
        """What the best arrangement so far breaks, and what it lacks."""
        return Broken(
            late=late_systems(self.problem, self.moves),
            missed=missed_targets(self.problem, self.moves),
            shortages=shortages_of(self.problem, self.moves, self.clean_ups),
        )

    def _pins_forbid(self, facts: tuple[Text, ...], shopping: Shopping) -> Explanation:
        """Not even without deadlines and targets is there a plan: pins have to be lifted, or more bought."""
        pins = [
            self.problem.systems[number].id for number in self.windows.impossible if self.problem.systems[number].pin
        ]
        lifted = [
            Text(f"放开 {name} 的锁定（{UNPROVEN.zh}）", f"lift the pin of {name} ({UNPROVEN.en})") for name in pins
        ]
        return Explanation(facts=facts or (_PINS,), relaxations=tuple(lifted), **self._buy(shopping))

    def _seconds(self, part: int) -> float:
        """The share of the whole time that a part has, but no more than is left until it has to end."""
        ends_at = self.ends_at - (1 - UNTIL[part]) * self.time_limit_s
        return max(1.0, min(SHARES[part] * self.time_limit_s, ends_at - self.clock()))

    def _solve(self, soft: Softened, part: int) -> Any:
        """Until what is broken is proven least, or the share of the time is over."""
        proven: list[bool] = []

        def watch(progress: Progress) -> None:
            if (
                progress.value is not None
                and progress.bound is not None
                and soft.settled(progress.value, progress.bound)
            ):
                proven.append(True)

        return solve(
            soft.problem,
            time_limit_s=self._seconds(part),
            workers=self.workers,
            on_progress=watch,
            should_stop=lambda: bool(proven) or self.should_stop(),
            clock=self.clock,
        )

    def _place(self, core: PlanningProblem) -> bool:
        """The moves that break the least: first the core, then the others; false if pins and limits forbid the core."""
        if core.systems and not self._place_core(core):
            return False
        fill = filled(self.problem, core, self.moves)
        plan, _, _ = solve_core(fill, self._seconds(1), self.workers)
        if plan is None:
            outcome = self._solve(fill, 1)
            plan = outcome.plan if isinstance(outcome, Solved) else None
        if plan is not None:
            self._take(plan)
        else:
            self.moves = fill_by_list(with_clean_ups(fill.problem, self.clean_ups), self.moves)
        return True

    def _place_core(self, core: PlanningProblem) -> bool:
        soft = with_soft_deadlines(core)
        plan, self.late_bound, impossible = solve_core(soft, self._seconds(0), self.workers)
        if impossible:
            return False
        if plan is None:
            outcome = self._solve(soft, 0)
            if isinstance(outcome, Infeasible):
                return False
            self.late_bound = soft.least_broken(outcome.plan.bound if isinstance(outcome, Solved) else outcome.bound)
            plan = outcome.plan if isinstance(outcome, Solved) else None
        if plan is None:
            self.moves = fill_by_list(soft.problem, {})
        else:
            self._take(plan)
            if plan.value == plan.bound:
                self.late_bound = sum(weeks for _, weeks in late_systems(self.problem, self.moves))
        return True

    def _take(self, plan: Plan) -> None:
        self.moves = {move.system: move for move in plan.moves}
        self.clean_ups = plan.clean_ups

    def _bound_targets(self) -> None:
        """What is missing at least: each target by its sums alone, or all of them as the relaxation bounds them."""
        by_sums = 0
        for target in self.problem.targets:
            by_sums += max(0, target.at_least - most_by(self.problem, self.windows, target.by_week, target.systems))
        self.missing_bound = by_sums
        if self.ends_at - self.clock() < (1 - UNTIL[1]) / 2 * self.time_limit_s:
            return  # in a large problem the bound takes longer than the little that is left
        soft = targets_alone(self.problem)
        outcome = self._solve(soft, 2)
        if not isinstance(outcome, Infeasible):
            bound = outcome.plan.bound if isinstance(outcome, Solved) else outcome.bound
            self.missing_bound = max(by_sums, soft.least_broken(bound))

    def _begin_to_buy(self, shopping: Shopping, moves: Mapping[str, Move]) -> None:
        """A purchase that is enough, told as soon as it is there: what comes after only makes it smaller."""
        shopping.begin(moves, ())
        if shopping.best is not None and shopping.best.parts:
            self.on_bought(shopping.texts())

    def _seconds_to_buy(self) -> float:
        """Until the end; a solver before that took too long leaves purchases their share all the same."""
        now = self.clock()
        self.buys_from = now if self.buys_from is None else self.buys_from
        ends_at = max(self.ends_at, self.buys_from + SHARES[3] * self.time_limit_s)
        return ends_at - now

    def _buy(self, shopping: Shopping) -> dict[str, Any]:
        """What the explanation says of purchases."""
        shopping.go_on()
        best = shopping.best
        plan = None
        if best is not None:
            plan = marked(self.problem, self.problem_sha256, best.moves, best.clean_ups, "with_purchase")
        return {
            "purchases": shopping.texts(),
            "purchase_proven_least": shopping.proven,
            "bought": tuple(shopping.as_json()),
            "plan_with_purchase": plan,
        }

    def _relieve(self, shopping: Shopping, broken: int) -> bool:
        """Whether leaving out whom the purchase is for breaks less than the best arrangement so far; then it is taken."""
        if shopping.best is None:
            return False
        moves = relieved(self.problem, shopping.best, lambda: self._seconds_to_buy() <= -SHARES[3] * self.time_limit_s)
        if moves is None:
            return False
        moves = fill_by_list(with_clean_ups(self.problem, shopping.best.clean_ups), moves)
        if broken_by(self.problem, moves) >= broken:
            return False
        self.moves, self.clean_ups = moves, shopping.best.clean_ups
        return True


_PINS = Text(
    "即使放开全部截止周和目标仍无解：锁定与容量、力量、并行上限互相矛盾",
    "even without deadlines and targets there is no plan: pins contradict capacity, teams or parallel limits",
)
