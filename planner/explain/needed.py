"""What every plan needs more at least, row by row: the numbers behind the sums of balance.py and balance_duties.py.

A purchase that asks for no more than that of a team or of a pool cannot be undercut there, whatever else is bought.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.explain.balance import by_pools, least_demand, offered_by, room_by
from planner.presolve.presolve import Windows, latest, until_week
from planner.problem.problem import PlannedSystem, PlanningProblem

Row = tuple[str, str, str]
"""("team", id, "") · ("pool", id, resource)"""


def needed_more(problem: PlanningProblem, windows: Windows) -> dict[Row, int]:
    """For each team and each pool that its systems cannot do without: what is missing at least, where anything is.

    Args:
        problem: the problem.
        windows: of the problem with room for everybody, so that dates and relations alone decide who can do what.
    """
    found: dict[Row, int] = {}
    duties = sorted(
        (
            (latest(mask), system)
            for system, mask, must in zip(problem.systems, windows.weeks, windows.must, strict=True)
            if must and mask and system.options
        ),
        key=lambda duty: (duty[0], duty[1].id),
    )
    for place in range(len(duties)):
        if place + 1 == len(duties) or duties[place + 1][0] > duties[place][0]:
            members = [system for _, system in duties[: place + 1]]
            _count(problem, found, members, len(members), duties[place][0])
    for target in problem.targets:
        wanted = None if target.systems is None else set(target.systems)
        able = [
            system
            for system, mask in zip(problem.systems, windows.weeks, strict=True)
            if (wanted is None or system.id in wanted) and mask & until_week(target.by_week, problem.weeks)
        ]
        _count(problem, found, able, target.at_least, target.by_week)
    return found


def _count(
    problem: PlanningProblem, found: dict[Row, int], able: Sequence[PlannedSystem], at_least: int, week: int
) -> None:
    """The smallest `at_least` of these systems by a week, each team and each pool alone."""
    if at_least > len(able) or week < 0:
        return
    for team in problem.teams:
        efforts = (min(sum(option.effort.get(team.id, ())) for option in system.options) for system in able)
        _keep(found, ("team", team.id, ""), efforts, at_least, offered_by(problem, team.id, week))
    sites = {pool.id: pool.site for pool in problem.pools}
    for pools, members in by_pools(able):
        if len(pools) > 1:
            continue  # which of several pools is bought from is a choice
        (pool,) = pools
        forced = at_least - (len(able) - len(members))
        demands = [least_demand(len(problem.resources), sites, system, pools) for system in members]
        for kind, resource in enumerate(problem.resources):
            needs = (demand[kind] for demand in demands)
            _keep(found, ("pool", pool, resource), needs, forced, room_by(problem, pools, kind, week))


def _keep(found: dict[Row, int], row: Row, needs: Iterable[int], count: int, offered: int) -> None:
    missing = sum(sorted(needs)[: max(0, count)]) - offered
    if missing > 0:
        found[row] = max(found.get(row, 0), missing)
