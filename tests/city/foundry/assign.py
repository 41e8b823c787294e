"""Which system of the tenth city has which story: so many of each, in the units where such a system stands."""

from __future__ import annotations

from typing import cast

import numpy as np

from tests.city.foundry.kinds import DEAD, EVERYDAY
from tests.city.foundry.story import Story
from tests.city.foundry.words import STORIES
from tests.city.layouts import LAYOUTS
from tests.city.model import Behaviour, City, CitySystem

DAILY: tuple[Behaviour, ...] = ("office", "steady", "light", "batch")
DAILY_SHARES = (0.5, 0.2, 0.25, 0.05)
NO_STORY: dict[str, int] = {
    "declared": 1,
    "unmeasured": 2,
    "unmeasured-zombie": 1,
}  # in a city of 200, names as they are
SIZE = 200
TEST = "（测试环境）"


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
    for kind, count in sorted(counts.items(), key=lambda one: _urgency(one[0])):
        for _ in range(max(1, round(count * len(city.systems) / SIZE))):
            _cast(rng, city, cast("Behaviour", kind), order, used)
    for system in order:
        become(system, _daily(rng, system))


def _urgency(kind: str) -> tuple[bool, bool, bool, bool, str]:
    """What needs most of its unit first: a sibling, a public site, what is in the access log, several machines; the dead first."""
    story = STORIES.get(kind)
    needs = (kind == "testleft", story is not None and story.website, story is not None and story.logged)
    several = story is not None and story.machines > 1
    return not needs[0], not needs[1], not (needs[2] and several), not needs[2], f"{kind not in DEAD}{kind}"


def shows_address(city: City, system: CitySystem) -> bool:
    """Whether the layout of its unit's ledger has a column for the address, so that the access log can be told to be its."""
    layout = LAYOUTS[city.department(system.department).layout % len(LAYOUTS)]
    return any(column.field == "url" for column in layout.columns)


def production_of(city: City, system: CitySystem) -> CitySystem | None:
    """The system whose test environment it is, which stands in the same unit's ledger."""
    name = system.name.removesuffix(TEST)
    return next((one for one in city.systems if one.name == name and one.department == system.department), None)


def own_address(system: CitySystem) -> str:
    """The address of a system that had none."""
    return f"http://{system.id.replace('-', '')}.shili.example/index"


def _cast(rng: np.random.Generator, city: City, kind: Behaviour, order: list[CitySystem], used: set[str]) -> None:
    """One more of that kind: where a name of it is free and its unit has a system to spare, else anywhere that suits."""
    story = STORIES.get(kind)
    if story is None:
        if order:
            become(order.pop(0), kind)
        return
    fit = [one for one in order if (one.system_class == "website") == story.website] or list(order)
    if story.logged:
        fit = [one for one in fit if shows_address(city, one)] or fit
    fit = [one for one in fit if len(one.servers) >= story.machines] or fit
    if kind == "testleft":
        fit = [one for one in fit if _spare(order, one) is not None] or fit
    if not fit:
        return
    chosen = _name(rng, city, story, fit, used)
    order.remove(chosen)
    if kind == "testleft" and (tested := _spare(order, chosen)) is not None:
        tested.name, chosen.name = chosen.name, chosen.name + TEST
        used.add(chosen.name)
        order.remove(tested)
        become(tested, "office")
    become(chosen, kind)


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
    free = [one for one in names if one[1] not in used]
    for slug, name, note in free:
        at_home = next((one for one in fit if one.department == slug), None)
        if at_home is not None:
            used.add(name)
            at_home.name, at_home.note = name, note or None
            return at_home
    chosen, (_, name, note) = fit[0], (free or names)[0]
    name = city.department(chosen.department).name.removesuffix("人民政府").removesuffix("管理委员会") + name
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
    story = STORIES.get(behaviour)
    if story is not None:
        system.system_class = "website" if story.website else "business"
    for server in system.servers:
        server.behaviour = behaviour
        if story is not None or server is system.servers[0]:
            server.powered_off_on = None
        if story is not None:
            server.tagged = server.listed = True
    if behaviour in EVERYDAY:
        system.note = None
