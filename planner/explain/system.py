"""Why a system stands where it does in a plan, and what an earlier week would cost: solved, not guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalogs.words import Text
from planner.book import Book
from planner.build.known import Known
from planner.check.check import active_weeks, value_of
from planner.explain.fact_words import fact
from planner.explain.soft import closed, fixed
from planner.explain.unscheduled import why_unscheduled
from planner.explain.unscheduled_words import unscheduled_text
from planner.plan import Move, Plan
from planner.presolve.presolve import earliest, find_windows
from planner.problem.problem import Pin, PlanningProblem, Previous, PreviousMove
from planner.solving.solve import Infeasible, Solved, solve
from planner.week_words import week_runs

SMALL = 4000
"""(week, mode) choices up to which the solver takes the whole problem as one model (stages.py)."""
LOOKED_BACK = 6
"""Weeks before its own that are looked at one by one."""
MOST_FREE = 40
"""Systems in the way that may be placed anew where the whole problem gave no answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierWeek:
    """What cutting over in an earlier week costs: value of the best plan found with it, less that of the plan.

    `bound` is a proven least for that difference, `None` where it is not known; both `None`: proven impossible, or
    unknown.
    """

    week: int
    cost: int | None
    bound: int | None
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Why one system stands where it does."""

    move: Move | None
    why: tuple[Text, ...]
    earlier: tuple[EarlierWeek, ...]

    def as_json(self) -> dict[str, Any]:
        """For `plan explain --json`."""
        return {
            "move": None
            if self.move is None
            else {"week": self.move.week, "pool": self.move.pool, "replica_pool": self.move.replica_pool},
            "why": [text.as_json() for text in self.why],
            "earlier": [
                {"week": e.week, "cost": e.cost, "bound": e.bound, "text": e.text.as_json()} for e in self.earlier
            ],
        }


def explain_system(
    problem: PlanningProblem, plan: Plan, name: str, *, time_limit_s: float = 10.0, workers: int = 2
) -> Placement:
    """Facts about one system's place; `time_limit_s` is for the solves of earlier weeks together."""
    number = next(place for place, system in enumerate(problem.systems) if system.id == name)
    windows = find_windows(problem)
    moves = {move.system: move for move in plan.moves}
    move = moves.get(name)
    why = [fact(problem, event) for event in windows.events if event.system == number]
    if move is None:
        why += [unscheduled_text(problem, Known(), one) for one in why_unscheduled(problem, plan) if one.system == name]
    possible = [week for week in range(problem.weeks) if windows.weeks[number] >> week & 1]
    here = move.week if move is not None else problem.weeks
    book = Book(problem, moves, without=name, clean_ups=plan.clean_ups)
    why += _why_not_before(problem, book, name, [week for week in possible if week < here][-LOOKED_BACK:], move)
    if move is not None and here == earliest(windows.weeks[number] or 1):
        why.append(Text(f"{name} 已排在可能的最早一周", f"{name} stands in the earliest week possible"))
    before = [week for week in possible if week < here]
    asked = sorted({before[-1], before[0]}) if before else []
    each = time_limit_s / max(1, len(asked))
    earlier = tuple(_earlier(problem, plan, name, week, each, workers) for week in asked)
    return Placement(move=move, why=tuple(dict.fromkeys(why)), earlier=earlier)


def _why_not_before(
    problem: PlanningProblem, book: Book, name: str, weeks: Sequence[int], move: Move | None
) -> list[Text]:
    """Why not in each of some weeks; those with the same reason are told together."""
    by_reason: dict[Text, list[int]] = {}
    for week in weeks:
        by_reason.setdefault(_why_not(problem, book, name, week, move), []).append(week)
    told = [(week_runs(problem.first_week, found), reason) for reason, found in by_reason.items()]
    return [Text(f"{'、'.join(runs)}：{reason.zh}", f"{', '.join(runs)}: {reason.en}") for runs, reason in told]


def _why_not(problem: PlanningProblem, book: Book, name: str, week: int, move: Move | None) -> Text:
    lack = book.lack(problem.by_id[name], week)
    if lack is not None:
        return lack.text
    if move is None:
        return Text("有余量，但与其他系统的关系或目标不允许", "there is room; relations forbid it")
    return Text(
        "有余量；受先后、同周、错开关系或更贵的资源池所限，或求解时间不够",
        "there is room; relations or a dearer pool keep it away, or the solver ran out of time",
    )


def _earlier(
    problem: PlanningProblem, plan: Plan, name: str, week: int, time_limit_s: float, workers: int
) -> EarlierWeek:
    """Solve with the system pinned to a week, beginning with the plan.

    A small problem is solved as it is, mostly to the end. In a large one the search would move many others for next to
    nothing, so there moving costs about a week's delay of one system while searching; the cost told is the plan's own.
    """
    asked, at = _pinned_to(problem, name, week), problem.week(week)
    large = sum(mode.weeks.bit_count() for modes in find_windows(asked).modes for mode in modes) > SMALL
    sought = _where_it_stands(asked, plan) if large else asked
    outcome = solve(sought, time_limit_s=max(1.0, time_limit_s), workers=workers, start=plan)
    if isinstance(outcome, Infeasible):
        reason = outcome.reason
        text = Text(f"提前到 {at}：不可行（已证明）：{reason.zh}", f"in {at}: impossible (proven): {reason.en}")
        return EarlierWeek(week=week, cost=None, bound=None, text=text)
    if isinstance(outcome, Solved) and not large:
        found = outcome.plan
        cost, bound = found.value - plan.value, found.bound - plan.value
        others, mark = _others_moved(plan, found, name), _mark(found, bound)
        text = Text(
            f"提前到 {at}：目标值变化 {cost:+d}（另动 {others} 个系统；{mark.zh}）",
            f"in {at} instead: value {cost:+d} ({others} other systems move; {mark.en})",
        )
        return EarlierWeek(week=week, cost=cost, bound=bound, text=text)
    enough = outcome.plan if isinstance(outcome, Solved) else None
    enough = enough or _with_few_moved(problem, plan, name, week, time_limit_s, workers)
    if enough is None:
        text = Text(f"提前到 {at}：在给定时间内未找到方案", f"in {at}: no plan found in the time given")
        return EarlierWeek(week=week, cost=None, bound=None, text=text)
    cost = value_of(problem, {move.system: move for move in enough.moves}).total - plan.value
    others = _others_moved(plan, enough, name)
    text = Text(
        f"提前到 {at}：目标值变化至多 {cost:+d}（另动 {others} 个系统；未证明最小）",
        f"in {at} instead: value {cost:+d} at most ({others} other systems move; not proven least)",
    )
    return EarlierWeek(week=week, cost=cost, bound=None, text=text)


def _where_it_stands(problem: PlanningProblem, plan: Plan) -> PlanningProblem:
    """The problem with this plan as the one before, and a price on every system that moves away from it."""
    moves = tuple(
        PreviousMove(system=m.system, week=m.week, pool=m.pool, replica_pool=m.replica_pool) for m in plan.moves
    )
    weights = problem.weights
    mean = sum(system.weight for system in problem.systems) // max(1, len(problem.systems))
    price = max(1, weights.progress * max(1, mean) // max(1, weights.placement))
    placement = max(1, weights.placement)
    return replace(
        problem,
        previous=Previous(moves=moves, moved_penalty=price),
        weights=replace(weights, placement=placement),
    )


def _pinned_to(problem: PlanningProblem, name: str, week: int) -> PlanningProblem:
    systems = tuple(
        replace(system, pin=replace(system.pin or Pin(), week=week)) if system.id == name else system
        for system in problem.systems
    )
    return replace(problem, systems=systems)


def _with_few_moved(
    problem: PlanningProblem, plan: Plan, name: str, week: int, time_limit_s: float, workers: int
) -> Plan | None:
    """A plan with all systems but a few where the plan has them: its cost is enough, not proven least."""
    moves = {move.system: move for move in plan.moves}
    free = closed(problem, {name}) | _in_the_way(problem, moves, name, week)
    systems = tuple(
        system
        if system.id == name or system.id in free
        else replace(system, pin=fixed(moves[system.id]))
        if system.id in moves
        else replace(system, options=())
        for system in _pinned_to(problem, name, week).systems
    )
    few = replace(problem, systems=systems)
    outcome = solve(few, time_limit_s=max(1.0, time_limit_s), workers=workers, start=plan)
    return outcome.plan if isinstance(outcome, Solved) else None


def _others_moved(before: Plan, after: Plan, name: str) -> int:
    """How many systems beside the one asked about stand elsewhere, or nowhere, in another plan."""
    one, two = ({move.system: move for move in plan.moves if move.system != name} for plan in (before, after))
    return sum(1 for system in {*one, *two} if one.get(system) != two.get(system))


def _mark(found: Plan, bound: int) -> Text:
    """What is proven of the difference; a bound that only says that it may be a gain says nothing."""
    if found.value == found.bound:
        return Text("已证明", "proven")
    if bound > 0:
        return Text(f"至少 {bound:+d}", f"at least {bound:+d}")
    return Text("未证明最小", "not proven least")


def _in_the_way(problem: PlanningProblem, moves: Mapping[str, Move], name: str, week: int) -> set[str]:
    """Systems active in the weeks wanted, those of the same department first, then the ones with the least weight."""
    system = problem.by_id[name]
    wanted = set(active_weeks(system, week))
    busy = [
        other
        for other in problem.systems
        if other.id in moves and other.pin is None and wanted & set(active_weeks(other, moves[other.id].week))
    ]
    busy.sort(key=lambda other: (other.department != system.department, other.weight, other.id))
    return {other.id for other in busy[:MOST_FREE]}
