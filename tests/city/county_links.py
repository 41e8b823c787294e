"""Who calls whom in the eighth city: the living call the living, two dead ones each other, a few rows name what is dead."""

from __future__ import annotations

import numpy as np

from tests.city.county_kinds import EVERYDAY
from tests.city.county_words import STORIES, VAGUE
from tests.city.model import City, CitySystem

STALE = 0.12  # of the dead whose row says so are still named by a system that once called them
READERS = {"iotgw": 2, "miniapi": 1, "uplink": 1}


def link_callers(rng: np.random.Generator, city: City) -> None:
    """Give every system what it calls."""
    by_id = {system.id: system for system in city.systems}
    live = [one for one in city.systems if not one.classified and one.behaviour in EVERYDAY]
    wanted = {one.id: {other for other in one.depends_on if _answers(by_id[other])} for one in city.systems}
    for system in city.systems:
        for place in rng.permutation(len(live))[: READERS.get(system.behaviour, 0)]:
            wanted[live[int(place)].id].add(system.id)
        if system.behaviour in STORIES and system.behaviour not in {"overbuilt", "padded", "latecomer", "shifts"}:
            wanted[system.id] = {other for other in wanted[system.id] if rng.random() < 0.3}
        if system.zombie and live and _says_so(system) and rng.random() < STALE:
            wanted[live[int(rng.integers(len(live)))].id].add(system.id)
        if system.behaviour == "drnode":
            near = [one for one in live if one.department == system.department] or live
            wanted[near[int(rng.integers(len(near)))].id].add(system.id)
    for one, other in pairs_of(city):
        wanted[one.id].add(other.id)
        wanted[other.id].add(one.id)
    for system in city.systems:
        system.depends_on = tuple(sorted(wanted[system.id] - {system.id}))


def pairs_of(city: City) -> list[tuple[CitySystem, CitySystem]]:
    """The dead that copy from each other, two by two; a third one copies from the first."""
    dead = [one for one in city.systems if one.behaviour == "pairsync"]
    return [(one, dead[n + 1] if n + 1 < len(dead) else dead[0]) for n, one in enumerate(dead) if n % 2 == 0]


def partner_of(city: City, system: CitySystem) -> CitySystem | None:
    """With whom a dead system copies."""
    for one, other in pairs_of(city):
        if system is one:
            return other
        if system is other:
            return one
    return None


def _says_so(system: CitySystem) -> bool:
    """Whether its own row says that it is not used, so that another row that still names it proves nothing."""
    return system.note is not None and system.note not in VAGUE


def _answers(system: CitySystem) -> bool:
    return not system.zombie and (system.behaviour in EVERYDAY or system.behaviour in {"overbuilt", "padded", "shifts"})
