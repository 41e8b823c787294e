"""What all systems together would need at least, against what there is: proven shortages that no order of moves can mend.

For a set of pools, everything that is held stays until the end, so the last week alone must hold all of it. For a
team, only periods with a week in which some system may be active can be used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from planner.presolve import Windows, find_windows
from planner.problem import PlannedSystem, PlanningProblem


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


def shortages_of_all(problem: PlanningProblem) -> tuple[Scarce, ...]:
    """The largest shortages first, as shares of what there is; empty where the sums leave room for everybody.

    Systems that can never move whatever is added (no week, no options) are not counted.
    """
    windows = find_windows(problem)
    able = [system for number, system in enumerate(problem.systems) if windows.weeks[number]]
    found = [*_pools(problem, able), *_teams(problem, windows, able)]
    found = [scarce for scarce in found if scarce.missing > 0]
    return tuple(sorted(found, key=lambda one: (-one.missing / max(1, one.offered), one.names, one.resource or "")))


def _pools(problem: PlanningProblem, able: Collection[PlannedSystem]) -> Iterator[Scarce]:
    """Every single pool, and every set of pools that options and replicas connect."""
    whole = [tuple(sorted(group)) for group in _connected(able)]
    singles = [(pool.id,) for pool in problem.pools if all(len(group) > 1 for group in whole if pool.id in group)]
    for names in dict.fromkeys([*whole, *singles]):
        needs = [_least(problem, system, frozenset(names)) for system in able]
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


def _least(problem: PlanningProblem, system: PlannedSystem, names: frozenset[str]) -> tuple[int, ...]:
    """The least of each resource that a system takes within some pools, over its pairs of pool and replica."""
    sites = {pool.id: pool.site for pool in problem.pools}
    pairs = [
        [option.demand if option.pool in names else None, replica.demand if replica and replica.pool in names else None]
        for option in system.options
        for replica in system.replica_options or (None,)
        if replica is None or sites[replica.pool] != sites[option.pool]
    ]
    sums = [[sum(demand[k] for demand in pair if demand) for k in range(len(problem.resources))] for pair in pairs]
    return tuple(map(min, zip(*sums, strict=True))) if sums else (0,) * len(problem.resources)


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
