"""The sixth city, a large data centre: what its systems are, and what their units write of them.

Written from what such a centre meets, by somebody who had not read the zombie rules, before they were run on it; held out:
rules, words and limits are never changed because of it. What each choice models:

* Copies. A migration leaves the old environment running (`leftover`: nobody since the switch, often under the same contract
  and patched like the new one); another is only half done and part of the units still works on the old one (`half`, alive).
  A machine was cloned before an upgrade and stayed (`cloned`); a test copy is named like the production system (`test`, alive).
* Logins that lie. Single sign-on counts elsewhere, the last own login is years old (`sso`, alive); small apps run on a shared
  platform, use shows there only (`shared`, alive); a vendor enters a dead system each month (`remote`); crawlers and health
  checks visit a dead page, and some units write their number down (`visited`).
* Nobody logs in, and yet it is needed: sensors that report (`ingest`), databases (`called`), the data of a dissolved unit that
  others still query (`relic`, maintained by whoever took it over). Dissolved and not queried: `reformed`.
* Rhythm: seasons that fall twice a year, one day of service a month (`dayuse`), censuses every five or ten years (`census`,
  idle by design and under contract).
* Money: a contract that renews itself and brings vendor patches to a dead system (`autopaid`).
* Machines (tests/city/centre_usage.py): wrong clocks, agents on part of the machines, a cloud measured by its hypervisor.

Decidable: a measured zombie shows its last login in its row, or a remark that says it is not used, or is off or declared
(`_keep_a_trace`). What lives shows a recent login, traffic, callers, or says by name, remark or category why it is idle.
Only `unmeasured` ones cannot be told; their expected verdict is unknown.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from tests.city.centre_calendar import is_service_day, last_day_in_season, season_of, service_number
from tests.city.centre_links import DAILY, host_apps, link_readers
from tests.city.centre_words import CATEGORIES, COPIES, COUNTED_BY_THE_FRONT, NAMES, NOTES, STATES
from tests.city.model import END, UNMEASURED, Behaviour, City, CitySystem, stream

REFORMS = (date(2019, 1, 15), date(2024, 2, 20))
PATCHED = date(2026, 3, 31)
# Kinds that a public website is not.
NO_WEBSITES = frozenset({"shared", "platform", "dayuse", "ingest", "relic", "census", "called", "few", "test"})
# Days before the end of the period: when somebody last logged in, when it was last updated.
LIVE: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "sso": ((300, 1300), (5, 330)), "shared": ((200, 1000), (20, 300)), "platform": ((1, 5), (5, 120)), "ingest": ((200, 1600), (60, 1300)),
    "called": ((100, 1000), (10, 330)), "half": ((1, 20), (400, 1200)), "census": ((600, 1900), (100, 600)), "few": ((1, 40), (30, 330)),
    "test": ((2, 60), (3, 200)), "standby": ((30, 400), (10, 330)), "emergency": ((20, 330), (20, 330)), "dayuse": ((1, 2), (30, 330)),
}  # fmt: skip
NO_LOGINS = frozenset({"sso", "shared", "ingest", "called", "relic", "census", "standby", "emergency", "seasonal-off"})
MUST_SAY = frozenset({"shared", "census", "remote"})
ASKED = ("last_login", "last_update", "ops_contract_end", "logins_month")
BLANKS = ((0.03, 0.05, 0.05, 0.1), (0.12, 0.2, 0.2, 0.3), (0.3, 0.35, 0.3, 0.5))  # of careful, usual and poor units
ROUGH = ((0.15, 0.0), (0.5, 0.05), (0.5, 0.25))  # months only, years only


def centre_systems(city: City) -> None:
    """Say of every system what it is, what was recorded of it, and what its unit writes down."""
    rng = stream(city.seed, "centre")
    manner = {department.slug: int(rng.choice(3, p=(0.4, 0.4, 0.2))) for department in city.departments}
    used = {system.name for system in city.systems}
    for system in city.systems:
        _settle(system)
        _rename(rng, city, system, used)
    switched = _pair(rng, city, used)
    for system in city.systems:
        _record(rng, system, switched.get(system.id))
        _annotate(rng, system)
        _write_down(rng, manner[system.department], system)
    host_apps(rng, city)
    link_readers(rng, city)


def _settle(system: CitySystem) -> None:
    """A name does not lie: seasons follow the calendar, emergency systems are some, a website is no database."""
    months = season_of(system)
    if months is not None:
        _become(system, "seasonal-on" if months & {1, 2, 3} else "seasonal-off")
    elif system.behaviour not in DAILY and system.system_class == "emergency":
        _become(system, "emergency")
    elif system.behaviour in NO_WEBSITES and system.system_class == "website":
        _become(system, "public")
    elif system.behaviour not in DAILY and system.system_class == "test":
        _become(system, "test")


def _become(system: CitySystem, behaviour: Behaviour) -> None:
    for server in system.servers:
        if system.behaviour == "off":
            server.powered_off_on = None
        server.behaviour = behaviour
    system.behaviour = behaviour


def _rename(rng: np.random.Generator, city: City, system: CitySystem, used: set[str]) -> None:
    """Systems of a kind with names of its own bear one of them."""
    choices = NAMES.get(system.behaviour, ())
    if not choices or system.classified or system.core:
        return
    unit = city.department(system.department).name.removesuffix("人民政府").removesuffix("管委会")
    system.name = _unused(unit + choices[int(rng.integers(len(choices)))], used)


def _unused(name: str, used: set[str]) -> str:
    while name in used:
        name += "二期"
    used.add(name)
    return name


def _pair(rng: np.random.Generator, city: City, used: set[str]) -> dict[str, date]:
    """Copies are named after what they copy; returns the day of the switch or of the copy, by system."""
    switched: dict[str, date] = {}
    taken: set[str] = set()
    for system in city.systems:
        suffixes = COPIES.get(system.behaviour)
        if suffixes is None or system.classified:
            continue
        near = [
            one for one in city.systems
            if one.department == system.department and one.behaviour in DAILY and not one.classified and one.id not in taken
        ]  # fmt: skip
        model = near[int(rng.integers(len(near)))] if near else None
        span = {"leftover": (200, 900), "half": (60, 300), "cloned": (200, 800)}.get(system.behaviour, (30, 300))
        switched[system.id] = _ago(rng, span)
        if system.behaviour == "test":
            system.system_class = "test"
            if rng.random() < 0.4:
                continue
        suffix = suffixes[int(rng.integers(len(suffixes)))]
        system.name = _unused((model or system).name + suffix, used)
        if model is not None:
            taken.add(model.id)
            if system.behaviour in {"leftover", "half"}:
                _goes_online(model, switched[system.id])
    return switched


def _goes_online(system: CitySystem, day: date) -> None:
    system.online_on = day.replace(day=1)
    for server in system.servers:
        server.created_on = system.online_on - timedelta(days=20)
    if system.hardware_on is not None:
        system.hardware_on = (system.online_on - timedelta(days=90)).replace(day=1)


def _record(rng: np.random.Generator, system: CitySystem, switched: date | None) -> None:
    """Last login, last update, end of the contract, logins a month and users, as they truly were."""
    if system.zombie:
        system.monthly_logins = 0
        _story(rng, system, switched)
        _older(rng, system)
        return
    login, update = LIVE.get(system.behaviour, ((1, 20), (5, 330)))
    system.last_login_on, system.last_update_on = _ago(rng, login), _ago(rng, update)
    months = season_of(system)
    if months is not None:
        system.last_login_on = last_day_in_season(months) - _days(rng, 0, 12)
        system.last_update_on = system.last_login_on - _days(rng, 20, 160)
    elif system.behaviour == "dayuse":
        system.last_login_on = next(d for n in range(1, 90) if is_service_day(system, d := END - timedelta(days=n)))
    elif system.behaviour == "relic":
        reform = REFORMS[int(rng.random() < 0.6)] + _days(rng, 0, 120)
        system.last_login_on, system.last_update_on = reform + _days(rng, 0, 200), reform - _days(rng, 0, 300)
    if system.behaviour in {"ingest", "called", "shared"} and rng.random() < 0.5:
        system.last_login_on = None
    system.contract_end_on = _contract(rng, system)
    _older(rng, system)
    if system.behaviour == "few":
        system.users, system.monthly_logins = int(rng.integers(3, 9)), int(rng.integers(12, 70))
    elif system.behaviour in NO_LOGINS:  # whom it serves is not few, only nobody logs in here
        system.users, system.monthly_logins = max(20, system.users), 0
    else:
        system.monthly_logins = max(12, int(system.users * rng.uniform(0.4, 5)))


def _contract(rng: np.random.Generator, system: CitySystem) -> date | None:
    """Most have one; some are late with the next; own staff needs none where people work on it every day."""
    draw = float(rng.random())
    if draw < 0.72 or system.behaviour in {"relic", "ingest", "census"}:
        return END + _days(rng, 20, 700)
    if draw < 0.84 or system.behaviour == "half":
        return END - _days(rng, 1, 150)
    return None


def _story(rng: np.random.Generator, system: CitySystem, switched: date | None) -> None:
    """Login, update and contract of a zombie, from what happened to it."""
    kind, paid = system.behaviour, END + _days(rng, 20, 330)
    login = _ago(rng, (240, 1700))
    update, contract = login - _days(rng, 0, 500), login + _days(rng, -200, 250)
    if kind in {"leftover", "cloned"} and switched is not None:
        login = switched + _days(rng, 0, 10)
        update = PATCHED if kind == "leftover" and rng.random() < 0.5 else switched - _days(rng, 0, 200)
        contract = paid if rng.random() < 0.6 else switched + _days(rng, 0, 120)
        if kind == "cloned":
            _goes_online(system, switched)
            update = switched
    elif kind == "visited":
        update = min(update, _ago(rng, (420, 1500)))
        if rng.random() < 0.25:
            system.monthly_logins, system.note = int(rng.integers(2000, 9000)), COUNTED_BY_THE_FRONT
    elif kind == "remote":
        login, update, contract = _ago(rng, (2, 28)), _ago(rng, (10, 120)), paid
        system.monthly_logins = int(rng.integers(1, 4))
    elif kind == "autopaid":
        update, contract = _ago(rng, (10, 90)), date(2026, 12, 31) if rng.random() < 0.7 else date(2026, 6, 30)
    elif kind == "reformed":
        reform = REFORMS[int(rng.random() < 0.6)] + _days(rng, 0, 120)
        login, update, contract = (
            reform + _days(rng, -20, 150),
            reform - _days(rng, 20, 400),
            reform + _days(rng, -200, 200),
        )
    elif kind == "off" and system.servers:
        _switch_off(rng, system)
        login = min(v.powered_off_on for v in system.servers if v.powered_off_on is not None) - _days(rng, 90, 260)
        update, contract = login - _days(rng, 0, 300), login + _days(rng, -100, 300)
    system.last_login_on, system.last_update_on, system.contract_end_on = login, update, contract
    if kind == "cloned" and rng.random() < 0.5:
        system.last_login_on = None


def _switch_off(rng: np.random.Generator, system: CitySystem) -> None:
    """Of several machines one is sometimes forgotten and left on."""
    if len(system.servers) > 1 and rng.random() < 0.4:
        system.servers[-1].powered_off_on = None


def _older(rng: np.random.Generator, system: CitySystem) -> None:
    """A system went online, and its hardware was bought, before anybody used or changed it."""
    known = [day for day in (system.last_login_on, system.last_update_on) if day is not None]
    if known and system.online_on > min(known) and system.behaviour not in DAILY and system.behaviour != "new":
        system.online_on = (min(known) - _days(rng, 100, 1200)).replace(day=1)
    if system.last_update_on is not None:
        system.last_update_on = max(system.online_on, system.last_update_on)
    if system.last_login_on is not None:
        system.last_login_on = max(system.online_on, system.last_login_on)
    if system.hardware_on is not None and system.hardware_on > system.online_on:
        system.hardware_on = (system.online_on - timedelta(days=90)).replace(day=1)


def _annotate(rng: np.random.Generator, system: CitySystem) -> None:
    """Remark, state and category in this city's own words; most say nothing."""
    said, stated, classed = rng.random(3)
    notes, states = NOTES.get(system.behaviour, ()), STATES.get(system.behaviour, ())
    note = notes[int(rng.integers(len(notes)))] if notes else None
    months = season_of(system)
    if months is not None:
        note = f"每年{'、'.join(f'{month}月' for month in sorted(months))}开放"
    elif system.behaviour == "dayuse":
        note = f"每月{service_number(system)}日集中办理"
    must = system.behaviour in MUST_SAY or (system.zombie and system.last_login_on is None)
    if system.note is None:
        system.note = note if must or said < 0.5 else None
    system.state = states[int(rng.integers(len(states)))] if states and stated < 0.3 else None
    system.category = CATEGORIES.get(system.behaviour) if classed < 0.7 else None


def _write_down(rng: np.random.Generator, manner: int, system: CitySystem) -> None:
    """What the unit's ledger leaves blank, and how exact its dates are."""
    draws = rng.random(len(ASKED) + 1)
    blank = {field for field, draw, share in zip(ASKED, draws, BLANKS[manner], strict=False) if draw < share}
    system.withheld = frozenset(_keep_a_trace(system, blank))
    months, years = ROUGH[manner]
    exact = float(draws[-1])
    system.precision = "year" if exact < years else "month" if exact < years + months else "day"


def _keep_a_trace(system: CitySystem, blank: set[str]) -> set[str]:
    """Who remarks nothing has the last login in the ledger: of a measured zombie, and of what is rarely and briefly used."""
    traced = system.zombie or system.behaviour in {"dayuse", "half", "few", "emergency"}
    if traced and system.behaviour not in UNMEASURED and system.note is None:
        return blank - {"last_login"}
    return blank


def _ago(rng: np.random.Generator, span: tuple[int, int]) -> date:
    return END - _days(rng, *span)


def _days(rng: np.random.Generator, low: int, high: int) -> timedelta:
    return timedelta(days=int(rng.integers(low, high)))
