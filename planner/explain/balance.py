"""What all systems together would need at least, against what there is: proven shortages that no order of moves can mend.

For a set of pools, everything that is held stays until the end, so the last week alone must hold all of it. For a
team, only periods with a week in which some system may be active can be used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalogs.words import Text
from planner.presolve.presolve import Windows, find_windows, until_week
from planner.problem.problem import PlannedSystem, PlanningProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Scarce:
    """All systems of the problem need `needed` at least and there are `offered` at most. `names` are pools or one team.

    `resource` is `None` for a team. `systems` is how many cannot do without these pools or this team.
    """

    what: str
    names: tuple[str, ...]
    resource: str | None
    needed: int
    offered: int
    systems: int

    @property
    def missing(self) -> int:
        """At least so much more is needed to give every system a week."""
        return self.needed - self.offered


def shortages_of_all(problem: PlanningProblem, windows: Windows | None = None) -> tuple[Scarce, ...]:
    """The largest shortages first, as shares of what there is; empty where the sums leave room for everybody.

    Systems that can never move whatever is added (no week, no options) are not counted.
    """
    windows = windows or find_windows(problem)
    able = [system for number, system in enumerate(problem.systems) if windows.weeks[number]]
    found = [*_pools(problem, able), *_teams(problem, windows, able)]
    found = [scarce for scarce in found if scarce.missing > 0]
    return tuple(sorted(found, key=lambda one: (-one.missing / max(1, one.offered), one.names, one.resource or "")))


def _pools(problem: PlanningProblem, able: Collection[PlannedSystem]) -> Iterator[Scarce]:
    """Every single pool, and every set of pools that options and replicas connect."""
    kinds, sites = len(problem.resources), {pool.id: pool.site for pool in problem.pools}
    whole = [tuple(sorted(group)) for group in _connected(able)]
    singles = [(pool.id,) for pool in problem.pools if all(len(group) > 1 for group in whole if pool.id in group)]
    for names in dict.fromkeys([*whole, *singles]):
        needs = [least_demand(kinds, sites, system, frozenset(names)) for system in able]
        for kind, resource in enumerate(problem.resources):
            yield Scarce(
                what="pool",
                names=names,
                resource=resource,
                needed=sum(need[kind] for need in needs),
                offered=_at_the_end(problem, names, kind),
                systems=sum(1 for need in needs if need[kind]),
            )


def _connected(able: Collection[PlannedSystem]) -> list[set[str]]:
    groups: list[set[str]] = []
    for system in able:
        names = {option.pool for option in system.options} | {option.pool for option in system.replica_options}
        touched = [group for group in groups if group & names]
        groups = [group for group in groups if not group & names]
        if names:
            groups.append(names.union(*touched))
    return groups


def least_demand(kinds: int, sites: Mapping[str, str], system: PlannedSystem, names: frozenset[str]) -> tuple[int, ...]:
    """The least of each resource that a system takes within some pools, over its pairs of pool and replica."""
    pairs = [
        [option.demand if option.pool in names else None, replica.demand if replica and replica.pool in names else None]
        for option in system.options
        for replica in system.replica_options or (None,)
        if replica is None or sites[replica.pool] != sites[option.pool]
    ]
    sums = [[sum(demand[k] for demand in pair if demand) for k in range(kinds)] for pair in pairs]
    return tuple(map(min, zip(*sums, strict=True))) if sums else (0,) * kinds


def _at_the_end(problem: PlanningProblem, names: Collection[str], kind: int) -> int:
    """Capacity of the last week with everything that can ever be freed."""
    offered = sum(pool.amount_at(problem.weeks - 1)[kind] for pool in problem.pools if pool.id in names)
    offered += sum(f.amount[kind] for system in problem.systems for f in system.frees if f.pool in names)
    return offered + sum(offer.amount[kind] for offer in problem.clean_ups if offer.pool in names)


def _teams(problem: PlanningProblem, windows: Windows, able: Collection[PlannedSystem]) -> Iterator[Scarce]:
    busy = _busy_weeks(problem, windows)
    for team in problem.teams:
        usable = [p for p in team.periods if busy >> p.from_week & ((1 << (p.to_week - p.from_week + 1)) - 1)]
        needs = [min((sum(o.effort.get(team.id, ())) for o in s.options), default=0) for s in able]
        yield Scarce(
            what="team",
            names=(team.id,),
            resource=None,
            needed=sum(needs),
            offered=sum(period.amount for period in usable),
            systems=sum(1 for need in needs if need),
        )


def _busy_weeks(problem: PlanningProblem, windows: Windows) -> int:
    """The weeks in which some system may be active (bits)."""
    weeks = 0
    for number, system in enumerate(problem.systems):
        for place in range(system.preparation_weeks):
            weeks |= windows.weeks[number] >> place
    return weeks


Known = dict[tuple[str, frozenset[str]], tuple[int, ...]]
"""What systems take at least within pools, as far as it was asked before."""


def most_by(
    problem: PlanningProblem, windows: Windows, week: int, names: Collection[str] | None, known: Known | None = None
) -> int:
    """No plan has more of these systems (`None`: of all) moved by a week: the smallest ones first, each limit alone."""
    able = _able_by(problem, windows, week, names)
    by_team = [_fitting(_efforts(able, team.id), offered_by(problem, team.id, week)) for team in problem.teams]
    by_kind = [0] * len(problem.resources)
    for pools, members in by_pools(able):
        needs = _needs(problem, members, pools, {} if known is None else known)
        for kind in range(len(by_kind)):
            by_kind[kind] += _fitting(sorted(need[kind] for need in needs), room_by(problem, pools, kind, week))
    return min([len(able), *by_team, *by_kind])


def never_before(problem: PlanningProblem, windows: Windows, at_least: int, names: Collection[str] | None) -> int:
    """A week (`weeks` for: not within the horizon) before which no plan has so many of these systems moved."""
    low, high = 0, problem.weeks
    known: Known = {}
    while low < high:
        middle = (low + high) // 2
        if most_by(problem, windows, middle, names, known) < at_least:
            low = middle + 1
        else:
            high = middle
    return low


def target_shortages(problem: PlanningProblem, windows: Windows) -> tuple[Text, ...]:
    """Targets that a team or a set of pools alone forbids: what even the smallest systems need, and what there is."""
    found: list[Text] = []
    for target in problem.targets:
        able = _able_by(problem, windows, target.by_week, target.systems)
        if len(able) < target.at_least or target.by_week < 0:
            continue
        by = problem.week(min(target.by_week, problem.weeks - 1))
        for team in problem.teams:
            needed, offered = (
                sum(_efforts(able, team.id)[: target.at_least]),
                offered_by(problem, team.id, target.by_week),
            )
            if needed > offered:
                found.append(
                    Text(
                        f"到 {by} 完成 {target.at_least} 个，力量 {team.id} 至少要 {needed:,}，只有 {offered:,}：至少增加 {needed - offered:,}（必要，未必够；已证明）",
                        f"{target.at_least} by {by} take {needed:,} of team {team.id} at least, there are {offered:,}: {needed - offered:,} more are necessary, though maybe not enough (proven)",
                    )
                )
        found += _pool_targets(problem, able, target.at_least, target.by_week, by)
    return tuple(found)


def _pool_targets(
    problem: PlanningProblem, able: Sequence[PlannedSystem], at_least: int, week: int, by: str
) -> Iterator[Text]:
    """With all others of the target moved, so many have to fit into these pools."""
    for pools, members in by_pools(able):
        forced = at_least - (len(able) - len(members))
        if forced <= 0:
            continue
        listed = "、".join(sorted(pools))
        needs = _needs(problem, members, pools, {})
        for kind, resource in enumerate(problem.resources):
            needed, offered = (
                sum(sorted(need[kind] for need in needs)[:forced]),
                room_by(problem, pools, kind, week),
            )
            if needed > offered:
                yield Text(
                    f"到 {by} 完成 {at_least} 个，资源池 {listed} 至少要 {needed:,} {resource}，只有 {offered:,}：至少增加 {needed - offered:,}（必要，未必够；已证明）",
                    f"{at_least} by {by} take {needed:,} {resource} of pool {', '.join(sorted(pools))} at least, there are {offered:,}: {needed - offered:,} more are necessary, though maybe not enough (proven)",
                )


def _able_by(
    problem: PlanningProblem, windows: Windows, week: int, names: Collection[str] | None
) -> list[PlannedSystem]:
    in_time = until_week(week, problem.weeks)
    wanted = None if names is None else set(names)
    return [
        system
        for number, system in enumerate(problem.systems)
        if (wanted is None or system.id in wanted) and windows.weeks[number] & in_time
    ]


def _efforts(able: Sequence[PlannedSystem], team: str) -> list[int]:
    return sorted(min(sum(option.effort.get(team, ())) for option in system.options) for system in able)


def offered_by(problem: PlanningProblem, team: str, week: int) -> int:
    """All of the periods that begin by a week."""
    periods = next(one for one in problem.teams if one.id == team).periods
    return sum(period.amount for period in periods if period.from_week <= week)


def by_pools(able: Sequence[PlannedSystem]) -> list[tuple[frozenset[str], list[PlannedSystem]]]:
    """Pools that options connect (replicas left aside), with the systems that have to go there."""
    groups: list[set[str]] = []
    for system in able:
        names = {option.pool for option in system.options}
        touched = [group for group in groups if group & names]
        groups = [group for group in groups if not group & names]
        groups.append(names.union(*touched))
    return [(frozenset(group), [s for s in able if s.options[0].pool in group]) for group in groups]


def _needs(
    problem: PlanningProblem, members: Sequence[PlannedSystem], pools: frozenset[str], known: Known
) -> list[tuple[int, ...]]:
    kinds, sites = len(problem.resources), {pool.id: pool.site for pool in problem.pools}
    for system in members:
        if (system.id, pools) not in known:
            known[system.id, pools] = least_demand(kinds, sites, system, pools)
    return [known[system.id, pools] for system in members]


def room_by(problem: PlanningProblem, pools: frozenset[str], kind: int, week: int) -> int:
    """Capacity in a week with everything that can be freed at all; a move by then holds its demand in that week."""
    last = min(max(0, week), problem.weeks - 1)
    offered = sum(pool.amount_at(last)[kind] for pool in problem.pools if pool.id in pools)
    offered += sum(f.amount[kind] for system in problem.systems for f in system.frees if f.pool in pools)
    return offered + sum(offer.amount[kind] for offer in problem.clean_ups if offer.pool in pools)


def _fitting(needs: Sequence[int], offered: int) -> int:
    """How many of the smallest needs fit; they are in rising order."""
    for count, need in enumerate(needs):
        offered -= need
        if offered < 0:
            return count
    return len(needs)
