"""What became of each system of the seventh city: its last login, its last update, its contract, as they truly were."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from tests.city.harbour_calendar import ASSESSED, last_day_in_season, season_of
from tests.city.harbour_kinds import GAMING
from tests.city.model import END, CitySystem

REFORM = date(2024, 3, 1)
EVERYDAY = frozenset({"office", "public", "steady", "light", "batch", "new"})
NO_LOGINS = frozenset(
    {"clientonly", "terminal", "meter", "video", "licence", "warm", "cold", "called", "cycle", "sso", "emergency", "seasonal-off"}
)  # fmt: skip
# Days before the end of the period: when somebody last logged in, when it was last updated.
SPANS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "trio": ((1, 14), (60, 700)), "clientonly": ((250, 1400), (20, 330)), "terminal": ((200, 1200), (30, 500)), "meter": ((150, 1500), (40, 600)),
    "monthend": ((1, 4), (20, 330)), "cycle": ((700, 1700), (100, 600)), "nightduty": ((1, 4), (30, 500)), "video": ((60, 900), (30, 700)),
    "licence": ((200, 1500), (30, 600)), "warm": ((20, 120), (10, 330)), "cold": ((60, 190), (60, 400)), "lookup": ((1, 20), (900, 2600)),
    "leaving": ((1, 6), (300, 1500)), "guest": ((1, 8), (20, 400)), "sso": ((300, 1300), (5, 330)), "called": ((100, 1000), (10, 330)),
    "test": ((3, 75), (3, 200)), "emergency": ((3, 88), (20, 330)), "rarely": ((12, 85), (200, 340)), "disputed": ((1, 6), (400, 1500)),
    "unopened": ((1, 40), (1, 40)), "new": ((1, 10), (1, 40)),
}  # fmt: skip
DAILY = ((1, 15), (5, 900))
UNDER_CONTRACT = frozenset({"cycle", "cold", "licence", "video", "meter", "terminal", "clientonly", "warm", "rarely"})


def record(rng: np.random.Generator, system: CitySystem) -> None:
    """What truly was; what the ledger makes of it is another matter."""
    if system.zombie:
        _end(rng, system)
    else:
        _live(rng, system)
    _fits_together(rng, system)


def _live(rng: np.random.Generator, system: CitySystem) -> None:
    login, update = SPANS.get(system.behaviour, DAILY)
    system.last_login_on, system.last_update_on = _ago(rng, login), _ago(rng, update)
    months = season_of(system)
    if months is not None:
        system.last_login_on = last_day_in_season(months) - _days(rng, 0, 12)
        system.last_update_on = system.last_login_on - _days(rng, 20, 150)
    if system.behaviour in {"clientonly", "terminal", "meter", "licence", "called"} and rng.random() < 0.5:
        system.last_login_on = None
    if system.behaviour in {"unopened", "new"}:
        system.online_on = _ago(rng, (30, 70))
        for server in system.servers:
            server.created_on = system.online_on
    system.contract_end_on = _contract(rng, system)
    if system.behaviour == "cold":
        shut = system.last_login_on or _ago(rng, (60, 190))
        for server in system.servers:
            server.powered_off_on = max(shut, server.created_on + timedelta(days=1))
    _use(rng, system)


def _contract(rng: np.random.Generator, system: CitySystem) -> date | None:
    draw = float(rng.random())
    if system.behaviour in UNDER_CONTRACT or draw < 0.68:
        return END + _days(rng, 20, 700)
    if draw < 0.82 or system.behaviour == "leaving":
        return END - _days(rng, 1, 150)
    return None


def _use(rng: np.random.Generator, system: CitySystem) -> None:
    """Users and logins a month."""
    if system.behaviour == "trio":
        system.users, system.monthly_logins = 3, int(rng.integers(8, 15))
    elif system.behaviour == "lookup":
        system.users, system.monthly_logins = int(rng.integers(10, 60)), int(rng.integers(12, 45))
    elif system.behaviour == "rarely":
        system.users, system.monthly_logins = int(rng.integers(10, 30)), int(rng.integers(1, 4))
    elif system.behaviour == "unopened":
        system.users, system.monthly_logins = int(rng.integers(2, 9)), int(rng.integers(0, 6))
    elif system.behaviour in NO_LOGINS:
        system.users, system.monthly_logins = max(20, system.users), 0
    else:
        system.users = max(8, system.users)
        system.monthly_logins = max(14, int(system.users * rng.uniform(0.5, 5)))


def _end(rng: np.random.Generator, system: CitySystem) -> None:
    """Login, update and contract of a dead one, from what happened to it."""
    kind, renewed = system.behaviour, rng.random() < 0.3
    login = _ago(rng, (230, 1500))
    update = login - _days(rng, 0, 500)
    contract = END + _days(rng, 20, 330) if renewed else login + _days(rng, -200, 250)
    system.users = max(2, system.users // int(rng.integers(1, 9)))
    system.monthly_logins = int(rng.integers(30, 300)) if rng.random() < 0.06 and kind not in GAMING else 0
    if kind == "shelf":
        system.online_on = _ago(rng, (430, 1300)).replace(day=1)
        for server in system.servers:
            server.created_on = system.online_on - timedelta(days=20)
        login, update = system.online_on + _days(rng, 0, 45), system.online_on + _days(rng, 0, 60)
        contract, system.users = system.online_on + timedelta(days=365), int(rng.integers(0, 6)) + 1
    elif kind == "orphaned":
        login, update = REFORM + _days(rng, -20, 150), REFORM - _days(rng, 20, 400)
        contract = REFORM + _days(rng, -200, 200)
    elif kind == "assessed":
        login, system.monthly_logins = ASSESSED[int(rng.integers(2))], int(rng.integers(0, 3))
        update = _ago(rng, (420, 1500))
    elif kind == "loginbot":
        login, update, contract = END - timedelta(days=1), _ago(rng, (420, 1400)), END - _days(rng, 380, 900)
        system.monthly_logins, system.users = 31, int(rng.integers(1, 4))
    elif kind == "skipped":
        season = last_day_in_season(season_of(system) or frozenset({12}))
        login = season - timedelta(days=365 * int(rng.integers(2, 4))) - _days(rng, 0, 12)
        update = login - _days(rng, 20, 150)
    elif kind == "off":
        for server in system.servers:
            server.powered_off_on = END - _days(rng, 110, 480)
        first = min((v.powered_off_on for v in system.servers if v.powered_off_on), default=login)
        login = first - _days(rng, 80, 260)
        update, contract = login - _days(rng, 0, 300), login + _days(rng, -100, 300)
    system.last_login_on, system.last_update_on, system.contract_end_on = login, update, contract


def _fits_together(rng: np.random.Generator, system: CitySystem) -> None:
    """A system went online, and its hardware was bought, before anybody used or changed it."""
    known = [day for day in (system.last_login_on, system.last_update_on) if day is not None]
    fixed = system.behaviour in {"new", "unopened", "shelf"}
    if known and system.online_on > min(known) and not fixed:
        system.online_on = (min(known) - _days(rng, 100, 1200)).replace(day=1)
    for server in system.servers:
        if not fixed and server.powered_off_on is not None:
            server.created_on = min(server.created_on, server.powered_off_on - timedelta(days=300))
    if system.last_update_on is not None:
        system.last_update_on = max(system.online_on, system.last_update_on)
    if system.last_login_on is not None:
        system.last_login_on = max(system.online_on, system.last_login_on)
    if system.hardware_on is not None and system.hardware_on > system.online_on:
        system.hardware_on = (system.online_on - timedelta(days=90)).replace(day=1)


def _ago(rng: np.random.Generator, span: tuple[int, int]) -> date:
    return END - _days(rng, *span)


def _days(rng: np.random.Generator, low: int, high: int) -> timedelta:
    return timedelta(days=int(rng.integers(low, high)))
