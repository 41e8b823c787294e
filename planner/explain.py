"""When there is no plan: why, what is scarce, what would make one possible, and the plan that breaks the least.

First the facts that relations and dates alone contradict (facts.py). Then what has to move is planned with deadlines
that may be broken at a price, the others are filled in around it, and what is missing at a target is asked of all
systems without any deadline (explain_soft.py): two bounds whose sum no plan can undercut. Last, what would have to be
bought: first what is enough, at once (explain_enough.py), then less of it (explain_shrink.py), each accepted by check.py on
the problem with the purchase made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalogs.words import Text
from planner.balance import most_by, target_shortages
from planner.balance_duties import duty_shortages
from planner.book import Book
from planner.check import Violation, check, value_of
from planner.explain_buy import with_room
from planner.explain_purchase import Shopping
from planner.explain_relieve import broken_by, relieved
from planner.explain_soft import (
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
from planner.explain_words import UNPROVEN, relaxation_texts
from planner.facts import chain_of_facts
from planner.list_fill import fill_by_list
from planner.plan import CleanUp, Move, Plan
from planner.presolve import Windows, find_windows
from planner.problem import PlanningProblem
from planner.solve import Infeasible, Progress, Solved, solve

SHARES = (0.6, 0.2, 0.1, 0.2)
"""Of the time: the core, filling in the others, the bound of the targets, purchases."""
UNTIL = (0.55, 0.7, 0.8, 1.0)
"""Each part ends at this share of the time at the latest: what is left is for those after it, purchases the last."""
MOST_SHORTAGES = 12
MOST_LACKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why there is no plan. `proven_least`: no plan breaks deadlines and targets by less in all (weeks + systems)."""

    facts: tuple[Text, ...] = ()
    shortages: tuple[Text, ...] = ()
    relaxations: tuple[Text, ...] = ()
    purchases: tuple[Text, ...] = ()
    broken_in_all: int | None = None
    least_possible: int | None = None
    proven_least: bool = False
    purchase_proven_least: bool = False
    least_violating: Plan | None = None
    violations: tuple[Violation, ...] = ()
    bought: tuple[Mapping[str, Any], ...] = ()
    plan_with_purchase: Plan | None = None
    late_weeks: int | None = None
    missing_systems: int | None = None

    def said(self, say: Callable[[Text], Text]) -> Explanation:
        """The same with every sentence put through `say`, such as names in place of ids."""
        return replace(
            self,
            facts=tuple(map(say, self.facts)),
            shortages=tuple(map(say, self.shortages)),
            relaxations=tuple(map(say, self.relaxations)),
            purchases=tuple(map(say, self.purchases)),
        )

    def as_json(self) -> dict[str, Any]:
        """For `plan make --json` and the file of the least violating plan."""
        return {
            "facts": [text.as_json() for text in self.facts],
            "shortages": [text.as_json() for text in self.shortages],
            "relaxations": [text.as_json() for text in self.relaxations],
            "purchases": [text.as_json() for text in self.purchases],
            "broken_in_all": self.broken_in_all,
            "late_weeks": self.late_weeks,
            "missing_systems": self.missing_systems,
            "least_possible": self.least_possible,
            "proven_least": self.proven_least,
            "purchase_proven_least": self.purchase_proven_least,
            "bought": [dict(row) for row in self.bought],
            "plan_with_purchase": self.plan_with_purchase.as_json() if self.plan_with_purchase else None,
            "least_violating": self.least_violating.as_json() if self.least_violating else None,
            "violations": [violation.as_json() for violation in self.violations],
        }


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
        facts, sums = self._facts(), target_shortages(problem, self.windows)
        if not self.windows.contradiction:
            sums = (*duty_shortages(problem, self.windows), *sums)
        self.on_first(facts, sums)
        self._begin_to_buy(shopping, fill_by_list(problem, {}))
        core = core_of(problem)
        if not self._place(core):
            pins = [problem.systems[number].id for number in self.windows.impossible if problem.systems[number].pin]
            return Explanation(
                facts=facts or (_PINS,),
                relaxations=tuple(
                    Text(f"放开 {name} 的锁定（{UNPROVEN.zh}）", f"lift the pin of {name} ({UNPROVEN.en})")
                    for name in pins
                ),
                **self._buy(shopping),
            )
        late, missed = late_systems(problem, self.moves), missed_targets(problem, self.moves)
        late_weeks, missing_systems = sum(weeks for _, weeks in late), sum(missing for _, missing in missed)
        broken = late_weeks + missing_systems
        shortages = _shortages(problem, self.moves, self.clean_ups)
        if broken:
            self.on_placed(late_weeks, missing_systems, shortages)
            self.buys_from = None
            shopping.begin(self.moves, self.clean_ups)
        if missed:
            self._bound_targets()
        least = self.late_bound + self.missing_bound
        bought = self._buy(shopping) if broken else {}
        if broken > least and self._relieve(shopping, broken):
            late, missed = late_systems(problem, self.moves), missed_targets(problem, self.moves)
            late_weeks, missing_systems = sum(weeks for _, weeks in late), sum(missing for _, missing in missed)
            broken = late_weeks + missing_systems
            shortages = _shortages(problem, self.moves, self.clean_ups)
        plan = self._plan()
        return Explanation(
            facts=facts,
            shortages=(*sums, *shortages),
            relaxations=tuple(relaxation_texts(problem, self.windows, late, missed, self.moves, least)),
            **(bought if broken else {}),
            broken_in_all=broken,
            late_weeks=late_weeks,
            missing_systems=missing_systems,
            least_possible=min(least, broken),
            proven_least=broken <= least,
            least_violating=plan,
            violations=tuple(check(problem, plan)),
        )

    def _seconds(self, part: int) -> float:
        """The share of the whole time that a part has, but no more than is left until it has to end."""
        ends_at = self.ends_at - (1 - UNTIL[part]) * self.time_limit_s
        return max(1.0, min(SHARES[part] * self.time_limit_s, ends_at - self.clock()))

    def _over(self) -> bool:
        """Whether the time is used up: what is still to come would make everybody wait."""
        return self.clock() >= self.ends_at

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

    def _facts(self) -> tuple[Text, ...]:
        facts = [
            text
            for number in self.windows.impossible[:3]
            for text in chain_of_facts(self.problem, self.windows, number)
        ]
        facts += [_beyond_reach(self.problem, self.windows, number) for number in self.windows.missed_targets[:3]]
        return tuple(dict.fromkeys(facts))

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
            value = value_of(self.problem, best.moves).total
            plan = Plan(
                problem_sha256=self.problem_sha256,
                moves=tuple(best.moves.values()),
                clean_ups=best.clean_ups,
                value=value,
                bound=0,
                more={"status": "violating", "with_purchase": True},
            )
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

    def _plan(self) -> Plan:
        """The plan that breaks the least, marked as no valid plan."""
        value = value_of(self.problem, self.moves).total
        return Plan(
            problem_sha256=self.problem_sha256,
            moves=tuple(self.moves.values()),
            clean_ups=self.clean_ups,
            value=value,
            bound=0,
            more={"status": "violating", "least_violating": True},
        )


_PINS = Text(
    "即使放开全部截止周和目标仍无解：锁定与容量、力量、并行上限互相矛盾",
    "even without deadlines and targets there is no plan: pins contradict capacity, teams or parallel limits",
)


def _beyond_reach(problem: PlanningProblem, windows: Windows, number: int) -> Text:
    """A target that too few systems can make in time, whatever is bought."""
    target = problem.targets[number]
    names = list(problem.by_id) if target.systems is None else list(target.systems)
    wanted = set(names)
    in_time = sum(
        1
        for place, system in enumerate(problem.systems)
        if system.id in wanted and windows.weeks[place] & ((1 << max(0, target.by_week + 1)) - 1)
    )
    week = problem.week(target.by_week)
    return Text(
        f"目标要求 {week} 前完成 {target.at_least} 个，而 {len(names)} 个系统中至多 {in_time} 个能在此前割接（已证明）",
        f"a target wants {target.at_least} by {week}; at most {in_time} of {len(names)} can cut over by then (proven)",
    )


def _shortages(problem: PlanningProblem, moves: Mapping[str, Move], clean_ups: Iterable[CleanUp]) -> list[Text]:
    """For each system that is late all that is missing in the week where least is.

    Nothing where it is no matter of room: dates, freezes and relations alone leave it no week before its deadline.
    """
    book = Book(problem, moves, clean_ups=clean_ups)
    late = late_systems(problem, moves)[:MOST_SHORTAGES]
    allowed = find_windows(with_room(problem)).weeks if late else []
    place = {system.id: number for number, system in enumerate(problem.systems)}
    found: list[Text] = []
    for system, _ in late:
        best: tuple[tuple[float, float, int], Text] | None = None
        for week in range(system.preparation_weeks - 1, min(problem.weeks, (system.deadline_week or 0) + 1)):
            lacks = book.lacks(system, week) if allowed[place[system.id]] >> week & 1 else None
            if lacks is None or not lacks[1]:
                continue
            shares = [lack.share for lack in lacks[1]]
            rank = (max(shares), sum(shares), week)
            if best is None or rank < best[0]:
                worst = sorted(lacks[1], key=lambda lack: -lack.share)
                best = rank, _all_of([lack.text for lack in worst])
        if best is not None:
            at, text = problem.week(best[0][2]), best[1]
            found.append(Text(f"{system.id} 在 {at} 割接：{text.zh}", f"{system.id} in {at}: {text.en}"))
    return list(dict.fromkeys(found))


def _all_of(texts: Sequence[Text]) -> Text:
    more = len(texts) - MOST_LACKS
    zh, en = (f"；等 {len(texts)} 项", f"; {len(texts)} in all") if more > 0 else ("", "")
    shown = texts[:MOST_LACKS]
    return Text("；".join(text.zh for text in shown) + zh, "; ".join(text.en for text in shown) + en)
