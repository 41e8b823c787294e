"""What became of each system of the tenth city: its last login, its last update, its contract, as its story has them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from tests.city.foundry.assign import TEST, production_of
from tests.city.foundry.kinds import EVERYDAY
from tests.city.foundry.story import Span
from tests.city.foundry.words import STORIES
from tests.city.model import END, City, CitySystem
from tests.city.neighbours_calendar import works

DAILY_LOGIN, DAILY_UPDATE = (1, 12), (5, 900)
BEGUN = {
    "pandemic": (1500, 2200),
    "neverlive": (560, 1100),
    "pilotstreet": (120, 150),
    "vendoronly": (1500, 3000),
}  # days ago that it began
AT_ANY_DAY = frozenset({"public", "ssotouch", "nightcases"})
OFF_AFTER = (15, 90)  # days between the last login and the switch
WARRANTY = timedelta(days=365)
OLDEST = date(2010, 3, 1)  # of systems and their machines


def record(rng: np.random.Generator, system: CitySystem) -> None:
    """What truly was; what the ledger makes of it is another matter."""
    story = STORIES.get(system.behaviour)
    if story is None:
        _daily(rng, system)
    else:
        system.last_login_on, system.last_update_on = _ago(rng, story.login), _ago(rng, story.update)
        system.contract_end_on = None if story.contract is None else END + _days(rng, story.contract)
        system.users, system.monthly_logins = (int(rng.integers(*span)) for span in (story.users, story.logins))
    if system.last_login_on is not None and system.behaviour not in AT_ANY_DAY:
        while not works(system.last_login_on):
            system.last_login_on -= timedelta(days=1)
    if story is not None and system.zombie and system.last_login_on is not None and system.last_update_on is not None:
        system.last_update_on = min(system.last_update_on, system.last_login_on)
    _switch_off(rng, system)
    if system.behaviour in BEGUN:
        _begin(system, END - _days(rng, BEGUN[system.behaviour]))
    if system.behaviour == "neverlive":
        system.contract_end_on = system.online_on + WARRANTY
    _fits_together(rng, system)


def bring_up_to_date(city: City) -> None:
    """A system that was tested went into use when its test environment was left."""
    for test in [one for one in city.systems if one.behaviour == "testleft"]:
        tested = production_of(city, test) if test.name.endswith(TEST) else None
        if tested is None or test.last_login_on is None:
            continue
        tested.online_on = test.last_login_on.replace(day=1)
        if tested.last_update_on is not None:
            tested.last_update_on = max(tested.online_on, tested.last_update_on)
        for server in tested.servers:
            server.created_on = tested.online_on - timedelta(days=30)
            server.name = _stamped(server.name, tested.online_on)
        if tested.hardware_on is not None:
            tested.hardware_on = (tested.online_on - timedelta(days=120)).replace(day=1)


def _switch_off(rng: np.random.Generator, system: CitySystem) -> None:
    """All machines of what was switched off to see; the database only, where that is what stands still."""
    if system.last_login_on is None or system.behaviour not in {"unplugged", "dbdown"}:
        return
    off_on = system.last_login_on + _days(rng, OFF_AFTER)
    for server in system.servers if system.behaviour == "unplugged" else system.servers[1:]:
        if system.behaviour == "unplugged" or server.role == "db":
            server.powered_off_on = off_on


def _daily(rng: np.random.Generator, system: CitySystem) -> None:
    dead = system.zombie  # declared, or neither measured nor described
    system.last_login_on = _ago(rng, (300, 1500) if dead else DAILY_LOGIN)
    system.last_update_on = _ago(rng, (500, 1900) if dead else DAILY_UPDATE)
    draw = float(rng.random())
    system.contract_end_on = (
        END + _days(rng, (20, 700)) if draw < 0.7 else END - _days(rng, (1, 150)) if draw < 0.85 else None
    )
    system.users = max(6, system.users)
    system.monthly_logins = 0 if dead else max(14, int(system.users * rng.uniform(0.5, 5)))


def _begin(system: CitySystem, on: date) -> None:
    """The system and its machines began on that day."""
    system.online_on = on.replace(day=1)
    for server in system.servers:
        server.created_on = on
        server.name = _stamped(server.name, on)


def _stamped(name: str, on: date) -> str:
    """The name of a machine, where it tells the month in which the system began, with that month."""
    return f"vm-{on:%Y%m}-" + name.split("-", 2)[2] if name.startswith("vm-") else name


def _fits_together(rng: np.random.Generator, system: CitySystem) -> None:
    """A system went online, and its hardware was bought, before anybody used or changed it."""
    known = [day for day in (system.last_login_on, system.last_update_on) if day is not None]
    if known and system.zombie:  # what was used at all was used for more than a year
        known.append(max(known) - WARRANTY)
    if known and system.online_on > min(known) and system.behaviour not in BEGUN:
        began = (min(known) - _days(rng, (100, 1200))).replace(day=1)
        for server in system.servers:
            server.created_on -= system.online_on - began
            server.name = _stamped(server.name, began)
        system.online_on = began
    _no_older_than_the_clouds(system)
    if system.zombie and system.last_login_on is not None:  # nobody gives a machine to what nobody uses any more
        for server in system.servers:
            server.created_on = min(server.created_on, system.last_login_on)
    if system.hardware_on is not None and system.hardware_on > system.online_on:
        system.hardware_on = (system.online_on - timedelta(days=90)).replace(day=1)
    if system.behaviour not in EVERYDAY and system.contract_end_on is not None:
        system.contract_end_on = max(system.contract_end_on, system.online_on + WARRANTY)


def _no_older_than_the_clouds(system: CitySystem) -> None:
    """Nothing that runs today was put up before `OLDEST`."""
    if system.online_on >= OLDEST:
        return
    system.online_on = OLDEST
    for server in system.servers:
        server.created_on = max(server.created_on, OLDEST)
        server.name = _stamped(server.name, OLDEST)


def _ago(rng: np.random.Generator, span: Span | None) -> date | None:
    return None if span is None else END - _days(rng, span)


def _days(rng: np.random.Generator, span: Span) -> timedelta:
    return timedelta(days=int(rng.integers(*span)))
