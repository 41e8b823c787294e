"""Which system of the seventh city is of which kind: so many of each, drawn among those whose name and place allow it."""

from __future__ import annotations

from typing import cast

import numpy as np

from tests.city.harbour_calendar import season_of
from tests.city.harbour_kinds import DEAD
from tests.city.model import Behaviour, City, CitySystem

DAILY: tuple[Behaviour, ...] = ("office", "steady", "light", "batch")
DAILY_SHARES = (0.5, 0.22, 0.22, 0.06)
# How many of a hundred systems; at least one of each.
QUOTAS: dict[str, float] = {
    "sunset": 1.6, "orphaned": 1.2, "shelf": 1.1, "botfed": 1.1, "fatbackup": 1.0, "pushed": 0.8, "forwarding": 0.7, "pilot": 0.9,
    "assessed": 0.7, "coach": 0.6, "lodger": 0.6, "stuck": 0.6, "off": 1.1, "declared": 0.8,
    "loginbot": 0.8, "burner": 0.7, "lastweek": 0.5, "selfping": 0.7, "mirrored": 0.5, "evenload": 0.5,
    "dim": 1.4, "rarely": 0.9, "disputed": 0.9, "unopened": 0.8, "unmeasured": 0.7, "unmeasured-zombie": 0.5,
    "trio": 1.6, "clientonly": 1.6, "terminal": 1.3, "meter": 1.3, "monthend": 1.4, "cycle": 1.0, "nightduty": 1.1, "video": 1.1,
    "licence": 1.2, "lookup": 1.8, "leaving": 1.5, "guest": 1.0, "sso": 2.0, "called": 1.2, "test": 1.4, "new": 0.8,
}  # fmt: skip
# What a public website can be, beside a website in use; nothing else than a website is fed by crawlers.
WEBSITES = frozenset({"sunset", "orphaned", "botfed", "forwarding", "off", "selfping", "mirrored", "lastweek", "disputed", "declared"})  # fmt: skip
SKIPPED = 0.2  # of seasonal systems that are out of season
STANDBYS: tuple[Behaviour, ...] = ("warm", "cold", "widow")


def assign_kinds(rng: np.random.Generator, city: City) -> None:
    """Give every system its kind, and its machines the same."""
    open_ones = [system for system in city.systems if not system.classified]
    free: list[CitySystem] = []
    for system in city.systems:
        kind = _by_name(rng, system)
        if kind is None and not system.classified and not system.core:
            free.append(system)
        else:
            become(system, kind or _daily(rng, system))
    order = [free[int(place)] for place in rng.permutation(len(free))]
    for name, share in sorted(QUOTAS.items(), key=lambda one: (one[0] not in DEAD, one[0])):
        for _ in range(max(1, round(share * len(open_ones) / 100))):
            fit = next((one for one in order if _suits(name, one)), None)
            if fit is not None:
                order.remove(fit)
                become(fit, cast("Behaviour", name))
    for system in order:
        become(system, _daily(rng, system))


def _by_name(rng: np.random.Generator, system: CitySystem) -> Behaviour | None:
    """What a name decides: a season, a standby, an emergency."""
    months = season_of(system)
    if months is not None:
        if months & {1, 2, 3}:
            return "seasonal-on"
        return "skipped" if not system.core and rng.random() < SKIPPED else "seasonal-off"
    if system.system_class == "standby":
        return STANDBYS[int(rng.choice(2 if system.core else 3, p=(0.6, 0.4) if system.core else (0.4, 0.3, 0.3)))]
    return "emergency" if system.system_class == "emergency" and rng.random() < 0.6 else None


def _daily(rng: np.random.Generator, system: CitySystem) -> Behaviour:
    return "public" if system.system_class == "website" else DAILY[int(rng.choice(4, p=DAILY_SHARES))]


def _suits(name: str, system: CitySystem) -> bool:
    if system.system_class == "website":
        return name in WEBSITES
    if name == "botfed":
        return False
    if system.system_class == "test":
        return name in {"test", "coach"}
    return system.system_class == "business"


def become(system: CitySystem, behaviour: Behaviour) -> None:
    """Make it another kind of system."""
    system.behaviour = behaviour
    for server in system.servers:
        server.behaviour = behaviour
        if behaviour in {"off", "cold"} or (behaviour in DEAD and server.powered_off_on is not None):
            server.powered_off_on = None  # the story says since when (tests/city/harbour_story.py)
    if behaviour in {"test", "coach"}:
        system.system_class = "test"
