"""Who calls whom in the tenth city: the living call the living, a few rows still name what is dead."""

from __future__ import annotations

import numpy as np

from tests.city.foundry.kinds import EVERYDAY
from tests.city.foundry.words import STORIES, VAGUE
from tests.city.model import City, CitySystem

STALE = 0.08  # of the dead whose row says so are still named by a system that once called them
READERS = {"vault": 4, "patchdepot": 1, "onegate": 1, "filelookup": 1}
CALLING = frozenset({"staledrow", "stillold", "mirrorpair", "soleclerk"})  # stories that need others as any system does


def link_callers(rng: np.random.Generator, city: City) -> None:
    """Give every system what it calls."""
    by_id = {system.id: system for system in city.systems}
    live = [one for one in city.systems if not one.classified and one.behaviour in EVERYDAY]
    wanted = {one.id: {other for other in one.depends_on if _answers(by_id[other])} for one in city.systems}
    for system in city.systems:
        for place in rng.permutation(len(live))[: READERS.get(system.behaviour, 0)]:
            wanted[live[int(place)].id].add(system.id)
        if system.behaviour in STORIES and system.behaviour not in CALLING:
            wanted[system.id] = {other for other in wanted[system.id] if rng.random() < 0.3}
        if system.zombie and live and says_so(system) and rng.random() < STALE:
            wanted[live[int(rng.integers(len(live)))].id].add(system.id)
    for system in city.systems:
        system.depends_on = tuple(sorted(wanted[system.id] - {system.id}))


def says_so(system: CitySystem) -> bool:
    """Whether its own row says what it is, so that another row that still names it proves nothing."""
    return system.note is not None and system.note not in VAGUE


def _answers(system: CitySystem) -> bool:
    return not system.zombie and (system.behaviour in EVERYDAY or system.behaviour in CALLING)
