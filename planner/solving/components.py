"""Parts of a problem that have nothing to do with each other: solved apart, their values and bounds add up.

Two systems belong together if a relation, a target or the curve names both, or if they share a limit that could bind:
a pool, a team or a department that everybody who may use it cannot exhaust binds nobody and joins nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from planner.problem.problem import PlanningProblem


def independent_parts(problem: PlanningProblem) -> list[PlanningProblem]:
    """The parts, largest first; a problem that is one whole comes back alone. Clean-ups go where their capacity counts."""
    leader: dict[str, str] = {system.id: system.id for system in problem.systems}
    leader |= {_offer(offer.id): _offer(offer.id) for offer in problem.clean_ups}

    def root(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for names in _together(problem):
        first: str | None = None
        for name in names:
            first = first or name
            leader[root(name)] = root(first)
    groups: dict[str, set[str]] = {}
    for name in leader:
        groups.setdefault(root(name), set()).add(name)
    parts = [_part(problem, members) for members in groups.values()]
    alone = [part for part in parts if part.systems]
    if len(alone) <= 1:
        return [problem]
    return sorted(alone, key=lambda part: (-len(part.systems), part.systems[0].id))


def _offer(identifier: str) -> str:
    return f"clean-up {identifier}"


def _together(problem: PlanningProblem) -> Iterable[Iterable[str]]:
    """Everything that joins: relations, goals, and whoever shares a limit that could bind."""
    everybody = [system.id for system in problem.systems]
    yield from problem.together
    yield from ((pair.first, pair.then) for pair in problem.before)
    yield from (within.systems for within in problem.within)
    yield from problem.apart
    yield from (pair.systems for pair in problem.same_site)
    yield from (target.systems or everybody for target in problem.targets if target.at_least)
    if problem.weights.progress and problem.weights.curve and any(point.at_least for point in problem.curve):
        yield everybody
    yield from _sharing_pools(problem)
    yield from _sharing_teams(problem)
    for department in problem.departments:
        members = [system.id for system in problem.systems if system.department == department.id]
        if len(members) > department.max_parallel:
            yield members


def _sharing_pools(problem: PlanningProblem) -> Iterable[list[str]]:
    kinds = range(len(problem.resources))
    for pool in problem.pools:
        users: list[str] = []
        most = [0 for _ in kinds]
        for system in problem.systems:
            demands = [option.demand for option in system.options if option.pool == pool.id]
            demands += [replica.demand for replica in system.replica_options if replica.pool == pool.id]
            for kind in kinds:
                most[kind] += sum(demand[kind] for demand in demands)
            if demands or any(freed.pool == pool.id for freed in system.frees):
                users.append(system.id)
        least = [min(step.amount[kind] for step in pool.capacity) for kind in kinds]
        if any(most[kind] > least[kind] for kind in kinds):
            yield [*users, *(_offer(offer.id) for offer in problem.clean_ups if offer.pool == pool.id)]


def _sharing_teams(problem: PlanningProblem) -> Iterable[list[str]]:
    for team in problem.teams:
        used = {s.id: max((sum(o.effort.get(team.id, ())) for o in s.options), default=0) for s in problem.systems}
        used |= {_offer(offer.id): sum(offer.effort.get(team.id, ())) for offer in problem.clean_ups}
        if sum(used.values()) > min((period.amount for period in team.periods), default=0):
            yield [name for name, amount in used.items() if amount]


def _part(problem: PlanningProblem, members: set[str]) -> PlanningProblem:
    previous = problem.previous
    return replace(
        problem,
        systems=tuple(system for system in problem.systems if system.id in members),
        clean_ups=tuple(offer for offer in problem.clean_ups if _offer(offer.id) in members),
        together=tuple(group for group in problem.together if group[0] in members),
        before=tuple(pair for pair in problem.before if pair.first in members),
        within=tuple(within for within in problem.within if within.systems[0] in members),
        apart=tuple(group for group in problem.apart if group[0] in members),
        same_site=tuple(pair for pair in problem.same_site if pair.systems[0] in members),
        targets=tuple(t for t in problem.targets if t.at_least and (t.systems or tuple(problem.by_id))[0] in members),
        previous=None
        if previous is None
        else replace(previous, moves=tuple(move for move in previous.moves if move.system in members)),
    )
