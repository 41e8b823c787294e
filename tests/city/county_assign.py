"""Which system of the eighth city has which story: so many of each, in the units where such a system stands."""

from __future__ import annotations

from typing import cast

import numpy as np

from tests.city.county_kinds import DEAD
from tests.city.county_story import Story
from tests.city.county_words import STORIES
from tests.city.model import Behaviour, City, CitySystem

DAILY: tuple[Behaviour, ...] = ("office", "steady", "light", "batch")
DAILY_SHARES = (0.46, 0.22, 0.26, 0.06)
NO_STORY: dict[str, int] = {
    "declared": 1,
    "unmeasured": 2,
    "unmeasured-zombie": 1,
}  # in a city of 200, without names of their own
SIZE = 200


def assign_kinds(rng: np.random.Generator, city: City) -> None:
    """Give every system its kind, its machines the same, and the names that go with a story."""
    free: list[CitySystem] = []
    for system in city.systems:
        if system.classified or system.core:
            become(system, _daily(rng, system))
        else:
            free.append(system)
    order = [free[int(place)] for place in rng.permutation(len(free))]
    used = {system.name for system in city.systems}
    counts = {kind: story.count for kind, story in STORIES.items()} | NO_STORY
    for kind, count in sorted(counts.items(), key=lambda one: (one[0] not in DEAD, one[0])):
        for _ in range(max(1 + (kind == "pairsync"), round(count * len(city.systems) / SIZE))):
            _cast(rng, city, cast("Behaviour", kind), order, used)
    for system in order:
        become(system, _daily(rng, system))


def _cast(rng: np.random.Generator, city: City, kind: Behaviour, order: list[CitySystem], used: set[str]) -> None:
    """One more of that kind: where a name of it is free and its unit has a system to spare, else anywhere."""
    story = STORIES.get(kind)
    fit = [one for one in order if story is None or (one.system_class == "website") == story.website]
    if kind == "overbuilt":
        fit = [one for one in fit if len(one.servers) >= 3] or fit
    if kind in {"miniapi", "puller", "drnode"}:  # which need machines that are measured
        fit = [one for one in fit if one.servers]
    if kind in {"poweredoff", "offclaimed"}:  # since when, only a cloud knows
        fit = [one for one in fit if one.servers and not any(v.place.startswith("room") for v in one.servers)]
    if not fit:
        return
    chosen = fit[0]
    if story is not None:
        chosen = _name(rng, city, story, fit, used)
        chosen.system_class = "website" if story.website else story.klass
    order.remove(chosen)
    become(chosen, kind)


def _name(rng: np.random.Generator, city: City, story: Story, fit: list[CitySystem], used: set[str]) -> CitySystem:
    """The system that bears one of the story's names from now on."""
    names = [story.names[int(place)] for place in rng.permutation(len(story.names))]
    for slug, name in names:
        at_home = next((one for one in fit if one.department == slug), None)
        if at_home is not None and name not in used:
            used.add(name)
            at_home.name = name
            return at_home
    chosen, name = fit[0], names[0][1]
    unit = city.department(chosen.department).name.removesuffix("人民政府").removesuffix("管理委员会")
    name = unit + name
    while name in used:
        name += "二期"
    used.add(name)
    chosen.name = name
    return chosen


def _daily(rng: np.random.Generator, system: CitySystem) -> Behaviour:
    return "public" if system.system_class == "website" else DAILY[int(rng.choice(4, p=DAILY_SHARES))]


def become(system: CitySystem, behaviour: Behaviour) -> None:
    """Make it another kind of system; machines that were off by chance are on again, but for the further ones of daily use."""
    system.behaviour = behaviour
    for server in system.servers:
        server.behaviour = behaviour
        if behaviour in STORIES or server is system.servers[0]:
            server.powered_off_on = None
