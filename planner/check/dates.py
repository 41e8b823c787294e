"""Rules 1, 2, 8 and the dates of clean-ups: when and where a move may be; plain Python, nothing of the solver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalogs.words import Text
from planner.check.words import Violation, at_week, broken
from planner.plan import Move, Plan
from planner.problem.problem import PlannedSystem, PlanningProblem


def active_weeks(system: PlannedSystem, cut_over_week: int) -> range:
    """The weeks c − d + 1 … c in which a system is being moved."""
    return range(cut_over_week - system.preparation_weeks + 1, cut_over_week + 1)


def weeks(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 1: active weeks lie in the horizon, after the release, unblocked; deadlines hold and must be kept."""
    blocked_by_department = {department.id: set(department.blocked_weeks) for department in problem.departments}
    for system in problem.systems:
        move = moves.get(system.id)
        if move is None:
            if system.deadline_week is not None:
                at = at_week(problem, system.deadline_week)
                yield broken(
                    "weeks",
                    f"{system.id} 须在{at.zh}或之前割接，但未排期",
                    f"{system.id} has a deadline ({at.en}) but no move",
                    system=system.id,
                )
            continue
        active = active_weeks(system, move.week)
        place = {"system": system.id, "week": move.week}
        if active[0] < 0 or active[-1] >= problem.weeks:
            zh = f"{system.id} 的实施周 {active[0]}–{active[-1]} 超出规划期 0–{problem.weeks - 1}"
            en = f"{system.id}: active weeks {active[0]}–{active[-1]} lie outside the horizon 0–{problem.weeks - 1}"
            yield broken("weeks", zh, en, **place)
        if active[0] < system.release_week:
            at, first = at_week(problem, active[0]), at_week(problem, system.release_week)
            yield broken(
                "weeks",
                f"{system.id} {at.zh}开始，早于可开始的{first.zh}",
                f"{system.id} starts in {at.en}, before it may in {first.en}",
                **place,
            )
        if system.deadline_week is not None and move.week > system.deadline_week:
            at, last = at_week(problem, move.week), at_week(problem, system.deadline_week)
            yield broken(
                "weeks",
                f"{system.id} {at.zh}割接，晚于截止的{last.zh}",
                f"{system.id} cuts over in {at.en}, after its deadline, {last.en}",
                **place,
            )
        for week in active:
            if week in blocked_by_department[system.department] or week in system.blocked_weeks:
                at = at_week(problem, week)
                yield broken(
                    "weeks",
                    f"{system.id} 在封网的{at.zh}实施",
                    f"{system.id} is active in a blocked week, {at.en}",
                    **place | {"week": week},
                )


def pools(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 2: the pool is an option; the replica's pool is one of its options, at another site, or null."""
    sites = {pool.id: pool.site for pool in problem.pools}
    for move in moves.values():
        system = problem.by_id[move.system]
        if system.option(move.pool) is None:
            yield broken(
                "pools",
                f"{system.id} 不可放入 {move.pool}",
                f"{system.id} may not move to {move.pool}",
                system=system.id,
                pool=move.pool,
            )
            continue
        replica = move.replica_pool
        if not system.replica_options and replica is None:
            continue
        if system.replica_option(replica) is None:
            yield broken("pools", *_wrong_replica(system, replica), system=system.id, pool=replica)
        elif replica is not None and sites[replica] == sites[move.pool]:
            zh = f"{system.id} 的灾备池 {replica} 与主用池 {move.pool} 同在站点 {sites[replica]}"
            en = f"{system.id}: replica pool {replica} stands at the site {sites[replica]} of its main pool {move.pool}"
            yield broken("pools", zh, en, system=system.id, pool=replica)


def _wrong_replica(system: PlannedSystem, replica: str | None) -> Text:
    if replica is None:
        return Text(f"{system.id} 要求灾备，方案没有给灾备池", f"{system.id} needs a replica, the plan gives none")
    if not system.replica_options:
        return Text(
            f"{system.id} 不设灾备，方案却给了灾备池 {replica}",
            f"{system.id} has no replica, but the plan puts one into {replica}",
        )
    return Text(
        f"{system.id} 的灾备池 {replica} 不在可选之列", f"{system.id}: replica pool {replica} is not one of its options"
    )


def pins(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 8: a pinned system moves, and what its pin names holds."""
    for system in problem.systems:
        pin, move = system.pin, moves.get(system.id)
        if pin is None:
            continue
        if move is None:
            yield broken(
                "pins", f"{system.id} 已锁定，却未排期", f"{system.id} is pinned but does not move", system=system.id
            )
            continue
        wrong = [
            (pin.week is not None and move.week != pin.week, "week", pin.week, move.week),
            (pin.pool is not None and move.pool != pin.pool, "pool", pin.pool, move.pool),
            (
                pin.holds_replica and move.replica_pool != pin.replica_pool,
                "replica_pool",
                pin.replica_pool,
                move.replica_pool,
            ),
        ]
        for _, key, wanted, found in (entry for entry in wrong if entry[0]):
            said = [f"第 {one} 周" if key == "week" else "无" if one is None else one for one in (wanted, found)]
            zh = f"{system.id} 的{_PINNED[key]}锁定为{said[0]}，方案为{said[1]}"
            yield broken(
                "pins", zh, f"{system.id}: {key} is pinned to {wanted}, the plan has {found}", system=system.id
            )


_PINNED = {"week": "割接周", "pool": "资源池", "replica_pool": "灾备池"}


def clean_ups_in_horizon(problem: PlanningProblem, plan: Plan) -> Iterator[Violation]:
    """Rule 4, second half: a clean-up starts at its release week or later and ends within the horizon."""
    starts = {clean_up.id: clean_up.week for clean_up in plan.clean_ups}
    for offer in problem.clean_ups:
        start = starts.get(offer.id)
        if start is None:
            continue
        if start < max(0, offer.release_week):
            at, first = at_week(problem, start), at_week(problem, max(0, offer.release_week))
            zh = f"清理 {offer.id} {at.zh}开始，早于{first.zh}"
            yield broken("clean_ups", zh, f"clean-up {offer.id} starts in {at.en}, before {first.en}", week=start)
        if start + offer.length_weeks > problem.weeks:
            last = at_week(problem, start + offer.length_weeks - 1)
            zh = f"清理 {offer.id} 到{last.zh}才完成，超出规划期"
            yield broken("clean_ups", zh, f"clean-up {offer.id} ends after the horizon", week=start)
