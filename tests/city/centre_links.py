"""Who stands on whose platform in the sixth city, and who queries whom."""

from __future__ import annotations

import numpy as np

from tests.city.model import City

DAILY = frozenset({"office", "public", "steady", "batch", "light"})


def host_apps(rng: np.random.Generator, city: City) -> None:
    """Small apps, and some that nobody opens any more, are paths below a shared platform's address."""
    platforms = [s for s in city.systems if s.behaviour == "platform" and not s.classified]
    for system in city.systems:
        hosted = system.behaviour == "shared" or (system.behaviour == "abandoned" and rng.random() < 0.25)
        if hosted and platforms and not system.classified:
            platform = platforms[int(rng.integers(len(platforms)))]
            platform.url = platform.url or f"https://{platform.id.replace('-', '')}.shili.example/portal"
            system.url, system.account = f"{platform.url.rstrip('/')}/apps/{system.id}", None
            system.depends_on = tuple(sorted({*system.depends_on, platform.id}))


def link_readers(rng: np.random.Generator, city: City) -> None:
    """Others query a dissolved unit's data, read what sensors report; a new copy sometimes still names the old one."""
    live = [s for s in city.systems if not s.classified and s.behaviour in DAILY]
    wanted = {s.id: set(s.depends_on) for s in city.systems}
    for system in city.systems:
        readers = {"relic": 3, "ingest": 2, "called": 2}.get(system.behaviour, 0)
        for place in rng.permutation(len(live))[:readers]:
            wanted[live[int(place)].id].add(system.id)
        if system.behaviour == "leftover" and system.note is not None and rng.random() < 0.3:
            newer = next((s for s in live if system.name.startswith(s.name)), None)
            if newer is not None:
                wanted[newer.id].add(system.id)
    for system in city.systems:
        system.depends_on = tuple(sorted(wanted[system.id] - {system.id}))
