"""Ids that a problem names must be there, once each. An id that could not be read is "" and was noted already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from planner.problem.problem import PlannedSystem, PlanningProblem
from planner.problem.strict_json import Reader


def note_wrong_references(problem: PlanningProblem, reader: Reader) -> None:
    """Note doubled ids and ids that nothing bears."""
    pools = _unique(reader, "pools", [pool.id for pool in problem.pools])
    teams = _unique(reader, "teams", [team.id for team in problem.teams])
    departments = _unique(reader, "departments", [department.id for department in problem.departments])
    systems = _unique(reader, "systems", [system.id for system in problem.systems])
    _unique(reader, "clean_ups", [offer.id for offer in problem.clean_ups])
    for number, system in enumerate(problem.systems):
        _known(reader, f"systems[{number}].department", [system.department], departments, "department")
        _note_system(reader, f"systems[{number}]", system, pools, teams)
    for number, offer in enumerate(problem.clean_ups):
        _known(reader, f"clean_ups[{number}].pool", [offer.pool], pools, "pool")
        _known(reader, f"clean_ups[{number}].effort", offer.effort, teams, "team")
    for place, ids in _named_systems(problem):
        _known(reader, place, ids, systems, "system")
    for number, move in enumerate(problem.previous.moves if problem.previous else ()):
        named = [move.pool] if move.replica_pool is None else [move.pool, move.replica_pool]
        _known(reader, f"previous.moves[{number}]", named, pools, "pool")


def _unique(reader: Reader, place: str, ids: list[str]) -> set[str]:
    for repeated, count in Counter(ids).items():
        if count > 1 and repeated:
            places = ", ".join(f"{place}[{number}]" for number, found in enumerate(ids) if found == repeated)
            reader.note(places, f"id {repeated!r} 重复", f"id {repeated!r} is not unique")
    return set(ids)


_KINDS = {"pool": "资源池", "team": "力量（teams）", "department": "单位", "system": "系统"}


def _known(reader: Reader, place: str, ids: Iterable[str], known: set[str], kind: str) -> None:
    for name in ids:
        if name and name not in known:
            reader.note(place, f"没有名为 {name!r} 的{_KINDS[kind]}", f"there is no {kind} {name!r}")


def _note_system(reader: Reader, place: str, system: PlannedSystem, pools: set[str], teams: set[str]) -> None:
    for number, option in enumerate(system.options):
        _known(reader, f"{place}.options[{number}].pool", [option.pool], pools, "pool")
        _known(reader, f"{place}.options[{number}].effort", option.effort, teams, "team")
    for number, replica in enumerate(system.replica_options):
        _known(reader, f"{place}.replica_options[{number}].pool", [replica.pool], pools, "pool")
    for number, freed in enumerate(system.frees):
        _known(reader, f"{place}.frees[{number}].pool", [freed.pool], pools, "pool")
    if system.pin is not None:
        named = [name for name in (system.pin.pool, system.pin.replica_pool) if name is not None]
        _known(reader, f"{place}.pin", named, pools, "pool")


def _named_systems(problem: PlanningProblem) -> Iterable[tuple[str, Iterable[str]]]:
    """Every place outside `systems` where systems are named."""
    yield from ((f"together[{n}]", group) for n, group in enumerate(problem.together))
    yield from ((f"before[{n}]", (b.first, b.then)) for n, b in enumerate(problem.before))
    yield from ((f"within[{n}].systems", w.systems) for n, w in enumerate(problem.within))
    yield from ((f"apart[{n}]", group) for n, group in enumerate(problem.apart))
    yield from ((f"same_site[{n}].systems", s.systems) for n, s in enumerate(problem.same_site))
    yield from ((f"targets[{n}].systems", t.systems or ()) for n, t in enumerate(problem.targets))
    if problem.previous is not None:
        yield from ((f"previous.moves[{n}].system", [m.system]) for n, m in enumerate(problem.previous.moves))
