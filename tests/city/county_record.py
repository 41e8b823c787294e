"""What became of each system of the eighth city: its last login, its last update, its contract, as its story has them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from tests.city.county_calendar import is_market_day
from tests.city.county_kinds import GAMING_DEAD
from tests.city.county_story import Span
from tests.city.county_words import STORIES
from tests.city.model import END, CitySystem
from tests.city.neighbours_calendar import works

DAILY_LOGIN, DAILY_UPDATE = (1, 12), (5, 900)
BUILT = (100, 170)  # days ago that the machines of what is being built were made
OFF = (150, 420)
AT_ANY_DAY = frozenset({"public", "shifts", "crowdlogin"})


def record(rng: np.random.Generator, system: CitySystem) -> None:
    """What truly was; what the ledger makes of it is another matter."""
    story = STORIES.get(system.behaviour)
    if story is None:
        _daily(rng, system)
    else:
        system.last_login_on, system.last_update_on = _ago(rng, story.login), _ago(rng, story.update)
        system.contract_end_on = None if story.contract is None else END + _days(rng, story.contract)
        system.users, system.monthly_logins = (int(rng.integers(*span)) for span in (story.users, story.logins))
        if system.zombie and system.behaviour not in GAMING_DEAD and rng.random() < 0.06:
            system.monthly_logins = int(rng.integers(20, 200))  # the figure of the form of some year before
    if system.behaviour == "preparing":
        _begin(system, END - _days(rng, BUILT))
    elif system.behaviour == "reserved":
        _begin(system, END - _days(rng, (400, 900)))
    elif system.behaviour in {"poweredoff", "offclaimed"}:
        for server in system.servers:
            server.powered_off_on = END - _days(rng, OFF)
    if system.last_login_on is not None and system.behaviour not in AT_ANY_DAY:
        comes = is_market_day if system.behaviour == "marketday" else works
        while not comes(system.last_login_on):
            system.last_login_on -= timedelta(days=1)
    _fits_together(rng, system)


def _daily(rng: np.random.Generator, system: CitySystem) -> None:
    dead = system.zombie  # declared, or neither measured nor described
    system.last_login_on = _ago(rng, (300, 1500) if dead else DAILY_LOGIN)
    system.last_update_on = _ago(rng, (500, 1900) if dead else DAILY_UPDATE)
    draw = float(rng.random())
    system.contract_end_on = (
        END + _days(rng, (20, 700)) if draw < 0.68 else END - _days(rng, (1, 150)) if draw < 0.82 else None
    )
    system.users = max(6, system.users)
    system.monthly_logins = 0 if dead else max(14, int(system.users * rng.uniform(0.5, 5)))


def _begin(system: CitySystem, on: date) -> None:
    """The system and its machines began on that day."""
    system.online_on = on.replace(day=1)
    for server in system.servers:
        server.created_on = on


def _fits_together(rng: np.random.Generator, system: CitySystem) -> None:
    """A system went online, and its hardware was bought, before anybody used or changed it."""
    known = [day for day in (system.last_login_on, system.last_update_on) if day is not None]
    if known and system.online_on > min(known) and system.behaviour != "preparing":
        system.online_on = (min(known) - _days(rng, (100, 1200))).replace(day=1)
    for server in system.servers:
        if server.powered_off_on is not None:
            server.created_on = min(server.created_on, server.powered_off_on - timedelta(days=300))
    if system.hardware_on is not None and system.hardware_on > system.online_on:
        system.hardware_on = (system.online_on - timedelta(days=90)).replace(day=1)


def _ago(rng: np.random.Generator, span: Span | None) -> date | None:
    return None if span is None else END - _days(rng, span)


def _days(rng: np.random.Generator, span: Span) -> timedelta:
    return timedelta(days=int(rng.integers(*span)))
