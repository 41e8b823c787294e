"""Which system of the ninth city has which story: so many of each, in the units where such a system stands."""

from __future__ import annotations

from typing import cast

import numpy as np

from tests.city.frontier.kinds import DEAD, EVERYDAY
from tests.city.frontier.story import Story
from tests.city.frontier.words import STORIES
from tests.city.layouts import LAYOUTS
from tests.city.model import Behaviour, City, CitySystem

DAILY: tuple[Behaviour, ...] = ("office", "steady", "light", "batch")
DAILY_SHARES = (0.48, 0.22, 0.25, 0.05)
NO_STORY: dict[str, int] = {
    "declared": 1,
    "unmeasured": 2,
    "unmeasured-zombie": 1,
}  # in a city of 200, names as they are
SIZE = 200
NEW_VERSION = "（信创版）"


def assign_kinds(rng: np.random.Generator, city: City) -> None:
    """Give every system its kind, its machines the same, and the name and the remark that go with a story."""
    free: list[CitySystem] = []
    for system in city.systems:
        if system.classified or system.core:
            become(system, _daily(rng, system))
        else:
            free.append(system)
    order = [free[int(place)] for place in rng.permutation(len(free))]
    used = {system.name for system in city.systems}
    counts = {kind: story.count for kind, story in STORIES.items()} | NO_STORY
    # What needs most of its unit first: a second system for the new version, then what is in the access log, the dead first.
    for kind, count in sorted(
        counts.items(), key=lambda one: (one[0] != "rebuilt", not _logged(one[0]), one[0] not in DEAD, one[0])
    ):
        for _ in range(max(1, round(count * len(city.systems) / SIZE))):
            _cast(rng, city, cast("Behaviour", kind), order, used)
    for system in order:
        become(system, _daily(rng, system))


def _logged(kind: str) -> bool:
    story = STORIES.get(kind)
    return story is not None and story.logged


def shows_address(city: City, system: CitySystem) -> bool:
    """Whether the layout of its unit's ledger has a column for the address, so that the access log can be told to be its."""
    layout = LAYOUTS[city.department(system.department).layout % len(LAYOUTS)]
    return any(column.field == "url" for column in layout.columns)


def successor_of(city: City, system: CitySystem) -> CitySystem | None:
    """The new version of a rebuilt system, which stands in the same unit's ledger."""
    name = system.name + NEW_VERSION
    return next((one for one in city.systems if one.name == name and one.department == system.department), None)


def _cast(rng: np.random.Generator, city: City, kind: Behaviour, order: list[CitySystem], used: set[str]) -> None:
    """One more of that kind: where a name of it is free and its unit has a system to spare, else anywhere."""
    story = STORIES.get(kind)
    fit = [one for one in order if story is None or (one.system_class == "website") == story.website]
    if story is not None and story.logged:
        fit = [one for one in fit if shows_address(city, one)] or fit
    if kind == "rebuilt":
        fit = [one for one in fit if _spare(order, one) is not None] or fit
    if not fit:
        return
    chosen = fit[0]
    if story is not None:
        chosen = _name(rng, city, story, fit, used)
        chosen.system_class = "website" if story.website else story.klass
    order.remove(chosen)
    if kind == "rebuilt" and (new := _spare(order, chosen)) is not None:
        new.name = chosen.name + NEW_VERSION
        new.url = new.url or own_address(new)
        used.add(new.name)
        order.remove(new)
        become(new, "office")
    become(chosen, kind)


def own_address(system: CitySystem) -> str:
    """The address of a system that had none."""
    return f"http://{system.id.replace('-', '')}.shili.example/index"


def _spare(order: list[CitySystem], system: CitySystem) -> CitySystem | None:
    """Another system of the same unit that has no story yet."""
    return next(
        (
            one
            for one in order
            if one is not system and one.department == system.department and one.system_class != "website"
        ),
        None,
    )


def _name(rng: np.random.Generator, city: City, story: Story, fit: list[CitySystem], used: set[str]) -> CitySystem:
    """The system that bears one of the story's names, and the remark that fits it, from now on."""
    names = [story.names[int(place)] for place in rng.permutation(len(story.names))]
    for slug, name, note in names:
        at_home = next((one for one in fit if one.department == slug), None)
        if at_home is not None and name not in used:
            used.add(name)
            at_home.name, at_home.note = name, note or None
            return at_home
    chosen, (_, name, note) = fit[0], names[0]
    unit = city.department(chosen.department).name.removesuffix("人民政府").removesuffix("管理委员会")
    name = unit + name
    while name in used:
        name += "二期"
    used.add(name)
    chosen.name, chosen.note = name, note or None
    return chosen


def _daily(rng: np.random.Generator, system: CitySystem) -> Behaviour:
    return "public" if system.system_class == "website" else DAILY[int(rng.choice(4, p=DAILY_SHARES))]


def become(system: CitySystem, behaviour: Behaviour) -> None:
    """Make it another kind of system; what has a story is on, and can be told to be its machine from its label."""
    system.behaviour = behaviour
    for server in system.servers:
        server.behaviour = behaviour
        if behaviour in STORIES or server is system.servers[0]:
            server.powered_off_on = None
        if behaviour in STORIES:
            server.tagged = server.listed = True
    if behaviour in EVERYDAY:
        system.note = None
