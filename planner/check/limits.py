"""Rules 3, 4 and 5: capacity, teams and parallel limits, every sum added up again; plain Python, nothing of the solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from planner.check.dates import active_weeks
from planner.check.words import Violation, at_week, broken
from planner.plan import Move
from planner.problem.problem import PlanningProblem


def capacity(problem: PlanningProblem, moves: Mapping[str, Move], starts: Mapping[str, int]) -> Iterator[Violation]:
    """Rule 3: Σ held ≤ amount in force + Σ freed, for every week, pool and resource."""
    kinds = range(len(problem.resources))
    change = {pool.id: [[0 for _ in kinds] for _ in range(problem.weeks)] for pool in problem.pools}

    def add(pool: str, week: int, amounts: tuple[int, ...], sign: int) -> None:
        if week < problem.weeks:
            for kind in kinds:
                change[pool][max(0, week)][kind] += sign * amounts[kind]

    for move in moves.values():
        system = problem.by_id[move.system]
        option, replica = system.option(move.pool), system.replica_option(move.replica_pool)
        begin = active_weeks(system, move.week)[0]
        if option is not None:
            add(move.pool, begin, option.demand, 1)
        if replica is not None:
            add(replica.pool, begin, replica.demand, 1)
        for freed in system.frees:
            add(freed.pool, move.week + freed.weeks_after, freed.amount, -1)
    for offer in problem.clean_ups:
        if offer.id in starts:
            add(offer.pool, starts[offer.id] + offer.length_weeks, offer.amount, -1)
    for pool in problem.pools:
        net = [0 for _ in kinds]
        for week in range(problem.weeks):
            amount = pool.amount_at(week)
            for kind in kinds:
                net[kind] += change[pool.id][week][kind]
                if net[kind] > amount[kind]:
                    over, resource = net[kind] - amount[kind], problem.resources[kind]
                    at = at_week(problem, week)
                    zh = f"{at.zh}资源池 {pool.id} 的 {resource} 超出 {over}（净占用 {net[kind]}，可用 {amount[kind]}）"
                    en = f"{at.en}: pool {pool.id} lacks {over} {resource} (net use {net[kind]}, available {amount[kind]})"
                    yield broken("capacity", zh, en, week=week, pool=pool.id, resource=resource, amount=over)


def teams(problem: PlanningProblem, moves: Mapping[str, Move], starts: Mapping[str, int]) -> Iterator[Violation]:
    """Rule 4: Σ used in a period's weeks ≤ its amount; a week in no period offers nothing."""
    used: Counter[tuple[str, int]] = Counter()
    for move in moves.values():
        system = problem.by_id[move.system]
        option = system.option(move.pool)
        for team_id, effort in option.effort.items() if option else ():
            for week, amount in zip(active_weeks(system, move.week), effort, strict=True):
                used[team_id, week] += amount
    for offer in problem.clean_ups:
        for team_id, effort in offer.effort.items() if offer.id in starts else ():
            for place, amount in enumerate(effort):
                used[team_id, starts[offer.id] + place] += amount
    for team in problem.teams:
        covered: set[int] = set()
        for period in team.periods:
            weeks = range(period.from_week, period.to_week + 1)
            covered.update(weeks)
            total = sum(used[team.id, week] for week in weeks)
            if total > period.amount:
                over = total - period.amount
                begins, ends = at_week(problem, weeks[0]), at_week(problem, weeks[-1])
                zh = f"力量 {team.id} 在{begins.zh}至{ends.zh}超出 {over}（用 {total}，有 {period.amount}）"
                if len(weeks) == 1:
                    zh = f"力量 {team.id} 在{begins.zh}超出 {over}（用 {total}，有 {period.amount}）"
                en = f"team {team.id}, {begins.en} to {ends.en}: {over} too many (used {total} of {period.amount})"
                yield broken("teams", zh, en, week=weeks[0], team=team.id, amount=over)
        for week in range(problem.weeks):
            if week not in covered and used[team.id, week]:
                over = used[team.id, week]
                at = at_week(problem, week)
                yield broken(
                    "teams",
                    f"力量 {team.id} {at.zh}不提供，却用了 {over}",
                    f"team {team.id} offers nothing in {at.en}, {over} used",
                    week=week,
                    team=team.id,
                    amount=over,
                )


def departments(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 5: at most `max_parallel` systems of a department are active in one week."""
    active: Counter[tuple[str, int]] = Counter()
    for move in moves.values():
        system = problem.by_id[move.system]
        active.update((system.department, week) for week in active_weeks(system, move.week))
    limits = {department.id: department.max_parallel for department in problem.departments}
    for (department, week), count in sorted(active.items()):
        if count > limits[department]:
            at = at_week(problem, week)
            zh = f"单位 {department} {at.zh}同时实施 {count} 个系统，上限 {limits[department]}"
            en = f"department {department}, {at.en}: {count} systems active, at most {limits[department]}"
            yield broken("departments", zh, en, week=week, amount=count - limits[department])
