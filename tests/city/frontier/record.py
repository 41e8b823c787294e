"""What became of each system of the ninth city: its last login, its last update, its contract, as its story has them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from tests.city.frontier.assign import successor_of
from tests.city.frontier.days import is_port_day
from tests.city.frontier.kinds import GAMING
from tests.city.frontier.story import Span
from tests.city.frontier.words import STORIES
from tests.city.model import END, City, CitySystem
from tests.city.neighbours_calendar import works

DAILY_LOGIN, DAILY_UPDATE = (1, 12), (5, 900)
BEGUN = {
    "freshstart": (38, 56),
    "acceptance": (150, 230),
    "idlemodel": (330, 600),
    "emptychain": (950, 1700),
    "zeroreport": (1200, 2200),
}  # days ago that the system and its machines began
AT_ANY_DAY = frozenset({"public", "icefair", "rescue", "snowday", "cabin", "robotexport", "clickfarm", "replayed"})
DARK_AFTER = (15, 90)  # days between the last login and the switch


def record(rng: np.random.Generator, system: CitySystem) -> None:
    """What truly was; what the ledger makes of it is another matter."""
    story = STORIES.get(system.behaviour)
    if story is None:
        _daily(rng, system)
    else:
        system.last_login_on, system.last_update_on = _ago(rng, story.login), _ago(rng, story.update)
        system.contract_end_on = None if story.contract is None else END + _days(rng, story.contract)
        system.users, system.monthly_logins = (int(rng.integers(*span)) for span in (story.users, story.logins))
        if system.zombie and system.behaviour not in GAMING and rng.random() < 0.05 and system.monthly_logins == 0:
            system.monthly_logins = int(rng.integers(20, 150))  # the figure of the form of some year before
        if system.zombie and system.last_login_on is not None and system.last_update_on is not None:
            late = system.behaviour in {"robotexport", "clickfarm", "replayed"}
            system.last_update_on = system.last_update_on if late else min(system.last_update_on, system.last_login_on)
    if system.last_login_on is not None and system.behaviour not in AT_ANY_DAY:
        comes = is_port_day if system.behaviour == "portduty" else works
        while not comes(system.last_login_on):
            system.last_login_on -= timedelta(days=1)
    if system.behaviour == "roomdark" and system.last_login_on is not None:
        for server in system.servers:
            server.powered_off_on = system.last_login_on + _days(rng, DARK_AFTER)
    if system.behaviour in BEGUN:
        _begin(system, END - _days(rng, BEGUN[system.behaviour]))
    _fits_together(rng, system)


def bring_up_to_date(rng: np.random.Generator, city: City) -> None:
    """The new version of what was rebuilt began when the old one was left."""
    for old in [one for one in city.systems if one.behaviour == "rebuilt"]:
        new = successor_of(city, old)
        if new is None or old.last_login_on is None:
            continue
        new.online_on = old.last_login_on.replace(day=1)
        new.last_update_on = max(new.online_on, END - _days(rng, (5, 150)))
        new.contract_end_on = END + _days(rng, (60, 600))
        new.xinchuang, new.os, new.db, new.middleware = (
            True,
            "银河麒麟高级服务器操作系统V10",
            "达梦DM8",
            "东方通TongWeb 7.0",
        )
        old.xinchuang = False
        for server in new.servers:
            server.created_on = new.online_on - timedelta(days=40)
        if new.hardware_on is not None:
            new.hardware_on = (new.online_on - timedelta(days=120)).replace(day=1)


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
    if known and system.online_on > min(known) and system.behaviour not in BEGUN:
        began = (min(known) - _days(rng, (100, 1200))).replace(day=1)
        for server in system.servers:
            server.created_on -= system.online_on - began
            server.name = _stamped(server.name, began)
        system.online_on = began
    if system.zombie and system.last_login_on is not None:  # nobody gives a machine to what nobody uses any more
        for server in system.servers:
            server.created_on = min(server.created_on, system.last_login_on)
    if system.hardware_on is not None and system.hardware_on > system.online_on:
        system.hardware_on = (system.online_on - timedelta(days=90)).replace(day=1)


def _ago(rng: np.random.Generator, span: Span | None) -> date | None:
    return None if span is None else END - _days(rng, span)


def _days(rng: np.random.Generator, span: Span) -> timedelta:
    return timedelta(days=int(rng.integers(*span)))
