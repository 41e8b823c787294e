"""Who shares a machine with whom in the seventh city, and who calls whom."""

from __future__ import annotations

import numpy as np

from tests.city.harbour_assign import become
from tests.city.harbour_story import EVERYDAY
from tests.city.harbour_words import VAGUE
from tests.city.model import City, CitySystem

STALE = 0.1  # of the dead are still named by a system that once called them
READERS = {"licence": 3, "meter": 1, "called": 2, "video": 1, "clientonly": 1}


def share_machines(rng: np.random.Generator, city: City) -> None:
    """Two systems of a unit on one machine: the one has machines, the other names the first one's address."""
    for system in city.systems:
        if system.behaviour not in {"guest", "lodger"}:
            continue
        hosts = [
            one for one in city.systems
            if one.department == system.department and one.behaviour in EVERYDAY and one.location == system.location
            and one.servers and not one.classified and one is not system
        ]  # fmt: skip
        if not hosts:
            become(system, "light" if system.behaviour == "guest" else "sunset")
            continue
        host = hosts[int(rng.integers(len(hosts)))]
        host.servers[0].listed = True
        for server in system.servers:
            server.system, server.behaviour = host.id, host.behaviour
        host.servers += system.servers
        system.servers, system.lodges_at = [], host.servers[0].address


def link_callers(rng: np.random.Generator, city: City) -> None:
    """The living call the living; licences, meters and databases have readers; a few rows still name what is dead."""
    by_id = {system.id: system for system in city.systems}
    live = [s for s in city.systems if not s.classified and s.behaviour in EVERYDAY]
    wanted = {s.id: {one for one in s.depends_on if _answers(by_id[one])} for s in city.systems}
    exchange = next((s for s in live if "共享交换" in s.name), live[0] if live else None)
    for system in city.systems:
        for place in rng.permutation(len(live))[: READERS.get(system.behaviour, 0)]:
            wanted[live[int(place)].id].add(system.id)
        if system.behaviour == "pushed" and exchange is not None:
            wanted[exchange.id].add(system.id)
        if system.zombie:
            wanted[system.id] = {one for one in wanted[system.id] if rng.random() < 0.3}
            if live and rng.random() < STALE and _closed(system):
                wanted[live[int(rng.integers(len(live)))].id].add(system.id)
    for system in city.systems:
        system.depends_on = tuple(sorted(wanted[system.id] - {system.id}))


def _closed(system: CitySystem) -> bool:
    """Whether its own row says that it is not used, so that another row that still names it proves nothing."""
    return system.note is not None and system.note not in VAGUE and system.behaviour != "orphaned"


def _answers(system: CitySystem) -> bool:
    """Whether others can call it: nothing dead, off or not yet open."""
    silent = {"cold", "warm", "unopened", "rarely", "dim", "disputed", "unmeasured-zombie", "coach", "seasonal-off"}
    return not system.zombie and system.behaviour not in silent
