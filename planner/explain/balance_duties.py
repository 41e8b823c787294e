"""What the systems with a duty need by their dates, against what there is by then: shortages proven without solving.

A system that must move and can do so by week d at the latest has used its effort by d and holds its demand in d. So the
sums over all of them, taken at their least, are necessary; whatever else a plan does only adds to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from catalogs.words import Text
from planner.explain.balance import by_pools, least_demand, offered_by, room_by
from planner.presolve.presolve import Windows, latest
from planner.problem.problem import PlannedSystem, PlanningProblem

Duty = tuple[int, PlannedSystem]
"""The last week in which a system that must move can cut over, and the system."""


def duty_shortages(problem: PlanningProblem, windows: Windows) -> tuple[Text, ...]:
    """For each team and each set of pools: the date by which most is missing, and how much."""
    duties = [
        (latest(mask), system)
        for system, mask, must in zip(problem.systems, windows.weeks, windows.must, strict=True)
        if must and mask
    ]
    duties.sort(key=lambda duty: (duty[0], duty[1].id))
    return (*_teams(problem, duties), *_pools(problem, duties))


def _teams(problem: PlanningProblem, duties: Sequence[Duty]) -> Iterator[Text]:
    for team in problem.teams:
        needs = [(week, min(sum(o.effort.get(team.id, ())) for o in s.options)) for week, s in duties if s.options]
        worst = _worst(needs, lambda week, name=team.id: offered_by(problem, name, week))  # type: ignore[misc]
        if worst is not None:
            yield _text(problem, *worst, Text(f"力量 {team.id}", f"team {team.id}"), "")


def _pools(problem: PlanningProblem, duties: Sequence[Duty]) -> Iterator[Text]:
    sites = {pool.id: pool.site for pool in problem.pools}
    last = {system.id: week for week, system in duties}
    for pools, members in by_pools([system for _, system in duties if system.options]):
        listed = sorted(pools)
        demands = [(last[s.id], least_demand(len(problem.resources), sites, s, pools)) for s in members]
        for kind, resource in enumerate(problem.resources):
            needs = [(week, demand[kind]) for week, demand in demands]
            worst = _worst(needs, lambda week, p=pools, k=kind: room_by(problem, p, k, week))  # type: ignore[misc]
            if worst is not None:
                what = Text(f"资源池 {'、'.join(listed)}", f"pool {', '.join(listed)}")
                yield _text(problem, *worst, what, f" {resource}")


def _worst(needs: Iterable[tuple[int, int]], offered: Callable[[int], int]) -> tuple[int, int, int, int] | None:
    """Week, systems, need and offer where most is missing; needs come in the order of their weeks."""
    by_week: dict[int, tuple[int, int]] = {}
    count = total = 0
    for week, need in needs:
        count, total = count + (need > 0), total + need
        by_week[week] = count, total
    found = [(week, systems, needed, offered(week)) for week, (systems, needed) in by_week.items()]
    return max((one for one in found if one[2] > one[3]), key=lambda one: (one[2] - one[3], -one[0]), default=None)


def _text(problem: PlanningProblem, week: int, systems: int, needed: int, there: int, what: Text, unit: str) -> Text:
    by, missing = problem.week(week), needed - there
    return Text(
        f"到 {by} 必须割接的 {systems} 个系统，{what.zh} 至少要 {needed:,}{unit}，只有 {there:,}：至少增加 {missing:,}（必要，未必够；已证明）",
        f"the {systems} systems that must cut over by {by} take {needed:,}{unit} of {what.en} at least, there are {there:,}: {missing:,} more are necessary, though maybe not enough (proven)",
    )
