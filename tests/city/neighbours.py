"""The fifth city, a neighbour that differs in ordinary ways: what its systems are, and what their units write of them.

Nothing here is an attack on a rule; it was written from how a city of middle size works, by somebody who had not read the
zombie rules, and it is held out: rules, words and limits are never changed because of it. What each choice models:

* Zombies have a story, and their last login, last update and contract follow from it. `ended`: a campaign or project is
  over (census, vaccination, poverty relief), maintenance ran one year longer. `superseded`: a system of the province took
  over on one day; a quarter of the contracts are still renewed out of habit. `unborn`: accepted and paid, never put to use.
  `merged`: the unit that built it went into another in the reforms of 2019 and 2024, nobody took it over. `abandoned` and
  `cron`: only the machine, or its own jobs, run. `off`, `declared`: as in the other cities.
* What lives with low use: five people's approvals, an archive that is looked into twice a month, interfaces, night batches,
  display walls, a shared database, a portal in front of others, monthly reporting in the first working days, systems of a
  season (the season follows the calendar), standby and test machines, emergency systems with a drill.
* Discipline belongs to a unit, not to a system: careful units write days, others months, some only years, and leave blank a
  third of what was asked. One unit in seven has one framework contract for all its systems, one in ten writes the operator's
  patch day as the last update of all. One zombie in twenty shows the logins a month of its acceptance report.
* Live systems may have no contract (own staff), or one that ran out; then their updates are recent. What nobody changed for
  years has a contract, or, if it is an archive, people who look into it.
* The portal names everything that was ever linked to it, a few dead systems, too.

Decidable: a measured zombie states when it was last used, or remarks that it is not (`_keep_a_trace`); besides, its machines
show nothing but their agents (tests/city/neighbours_usage.py). What is idle and lives has its name, its callers, its traffic,
its season or its drill. Only unmeasured systems, under two in a hundred, are beyond a careful auditor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tests.city.model import END, UNMEASURED, Behaviour, City, CitySystem, Department, stream
from tests.city.neighbours_words import CAMPAIGNS, CATEGORIES, NAMES, NOTES, SEASONS, STATES

PATCH_DAY = date(2026, 3, 12)  # the operator's: the second Thursday of a month
REFORMS = (date(2019, 3, 1), date(2024, 3, 1))
# Days before the end of the period: when somebody last logged in, when it was last updated.
LIVE: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "few": ((1, 35), (30, 900)), "archive": ((5, 100), (300, 2400)), "monthly": ((26, 31), (20, 400)), "test": ((5, 120), (5, 300)),
    "api": ((200, 1500), (10, 330)), "nightly": ((100, 1200), (10, 330)), "kiosk": ((150, 1200), (20, 500)), "called": ((60, 900), (10, 400)),
    "gateway": ((20, 500), (10, 400)), "standby": ((30, 360), (10, 330)), "emergency": ((20, 330), (20, 350)), "seasonal-on": ((1, 12), (20, 200)),
}  # fmt: skip
DAILY = ((1, 20), (5, 330))
SEEN_DAILY = frozenset({"office", "public", "steady", "batch", "light"})
NO_LOGINS = frozenset({"api", "nightly", "kiosk", "called", "gateway", "standby", "seasonal-off", "emergency"})


@dataclass(frozen=True, slots=True)
class Office:
    """How a unit keeps its ledger: shares of blanks (login, update, contract, logins a month), of months and of years."""

    blanks: tuple[float, float, float, float]
    months: float
    years: float
    framework: date | None = None
    writes_patches: bool = False


CAREFUL, USUAL, POOR = (
    ((0.02, 0.04, 0.05, 0.05), 0.1, 0.0),
    ((0.1, 0.2, 0.15, 0.2), 0.6, 0.05),
    ((0.3, 0.4, 0.35, 0.5), 0.5, 0.3),
)
ASKED = ("last_login", "last_update", "ops_contract_end", "logins_month")


def neighbour_systems(city: City) -> None:
    """Say of every system what it is, what was recorded of it, and what its unit writes down."""
    rng = stream(city.seed, "neighbours")
    offices = {department.slug: _office(rng) for department in city.departments}
    used = {system.name for system in city.systems}
    for system in city.systems:
        _settle(system)
        _rename(rng, city.department(system.department), system, used)
        _record(rng, system)
        _annotate(rng, city.department(system.department), system)
        _write_down(rng, offices[system.department], system)
    _link(rng, city)


def _office(rng: np.random.Generator) -> Office:
    blanks, months, years = (CAREFUL, USUAL, POOR)[int(rng.choice(3, p=(0.45, 0.35, 0.2)))]
    framework, patches = rng.random(2)
    ends = END + timedelta(days=int(rng.integers(60, 500)))
    return Office(blanks, months, years, ends if framework < 0.15 else None, bool(patches < 0.1))


def _settle(system: CitySystem) -> None:
    """Seasons follow the calendar; what is called an emergency or a test system is one, so that its name does not lie."""
    months = season_of(system)
    if months is not None:
        _become(system, "seasonal-on" if months & {1, 2, 3} else "seasonal-off")
    elif system.behaviour not in SEEN_DAILY and system.system_class == "emergency":
        _become(system, "emergency")
    elif system.behaviour not in SEEN_DAILY and system.system_class == "test":
        _become(system, "test")


def season_of(system: CitySystem) -> frozenset[int] | None:
    """The months in which a seasonal system is used; `None`: it is not seasonal."""
    for name, (first, last) in SEASONS.items():
        if name in system.name:
            count = (last - first) % 12 + 1
            return frozenset((first - 1 + n) % 12 + 1 for n in range(count))
    return None


def _become(system: CitySystem, behaviour: Behaviour) -> None:
    for server in system.servers:
        if system.behaviour == "off":
            server.powered_off_on = None
        server.behaviour = behaviour
    system.behaviour = behaviour


def _rename(rng: np.random.Generator, department: Department, system: CitySystem, used: set[str]) -> None:
    """Most systems of a special kind are called what they are; half of the ended ones bear the name of their campaign."""
    choices = CAMPAIGNS if system.behaviour == "ended" else NAMES.get(system.behaviour, ())
    share, draw = (0.5 if system.behaviour == "ended" else 0.7), float(rng.random())
    plain = not system.classified and not system.core and system.system_class in {"business", "test"}
    if not choices or not plain or draw > share:
        return
    name = department.name.removesuffix("人民政府").removesuffix("管委会") + choices[int(rng.integers(len(choices)))]
    while name in used:
        name += "二期"
    used.add(name)
    system.name = name


def _record(rng: np.random.Generator, system: CitySystem) -> None:
    """Last login, last update, end of the contract, logins a month and users, as they truly were."""
    if system.zombie:
        system.last_login_on, system.last_update_on, system.contract_end_on = _story(rng, system)
        _older(rng, system)
        stale = rng.random() < 0.05 and system.last_login_on is not None
        system.monthly_logins = int(rng.integers(30, 400)) if stale else 0
        return
    login, update = LIVE.get(system.behaviour, DAILY)
    system.last_login_on, system.last_update_on = _ago(rng, login), _ago(rng, update)
    if system.behaviour == "seasonal-off":
        end = _season_end(season_of(system))
        system.last_login_on, system.last_update_on = end - _days(rng, 1, 20), end - _days(rng, 60, 200)
    if system.behaviour == "api" and rng.random() < 0.5:
        system.last_login_on = None
    old = system.behaviour not in LIVE and system.behaviour != "new" and rng.random() < 0.2
    if old:
        system.last_update_on = _ago(rng, (400, 1500))
    system.contract_end_on = _contract(rng, system, old=old)
    if system.last_login_on is not None:
        system.last_login_on = max(system.online_on, system.last_login_on)
    system.last_update_on = max(system.online_on, system.last_update_on)
    _low_use(rng, system)


def _low_use(rng: np.random.Generator, system: CitySystem) -> None:
    if system.behaviour == "few":
        system.users, system.monthly_logins = int(rng.integers(3, 9)), int(rng.integers(4, 60))
    elif system.behaviour == "archive":
        system.users, system.monthly_logins = int(rng.integers(2, 12)), int(rng.integers(1, 9))
    elif system.behaviour == "monthly":
        system.users = int(rng.integers(8, 80))
        system.monthly_logins = system.users * int(rng.integers(1, 4))
    elif system.behaviour == "test":
        system.users, system.monthly_logins = int(rng.integers(2, 15)), int(rng.integers(0, 30))
    elif system.behaviour in NO_LOGINS:
        system.monthly_logins = 0
    else:
        system.monthly_logins = max(11, int(system.users * rng.uniform(0.4, 6)))


def _story(rng: np.random.Generator, system: CitySystem) -> tuple[date | None, date, date]:
    """Login, update and contract of a zombie, from what happened to it."""
    if system.behaviour == "ended":
        end = _ago(rng, (420, 1800))
        return end + _days(rng, -60, 90), end - _days(rng, 30, 400), end + _days(rng, 0, 365)
    if system.behaviour == "superseded":
        switch, renewed = _ago(rng, (260, 1500)), rng.random() < 0.25
        contract = END + _days(rng, 20, 330) if renewed else switch + _days(rng, 0, 200)
        return switch + _days(rng, 0, 30), switch - _days(rng, 30, 500), contract
    if system.behaviour == "unborn":
        system.online_on = _ago(rng, (460, 1500)).replace(day=1)
        for server in system.servers:
            server.created_on = system.online_on - timedelta(days=20)
        system.users = int(rng.integers(1, 7)) if rng.random() < 0.5 else system.users
        tried = system.online_on + _days(rng, 0, 45) if rng.random() < 0.6 else None
        return tried, system.online_on + _days(rng, 0, 60), system.online_on + timedelta(days=365)
    if system.behaviour == "merged":
        reform = REFORMS[int(rng.random() < 0.65)] + _days(rng, 0, 120)
        return reform + _days(rng, -20, 120), reform - _days(rng, 20, 400), reform + _days(rng, -200, 200)
    offs = [server.powered_off_on for server in system.servers if server.powered_off_on is not None]
    login = min(offs) - _days(rng, 5, 200) if system.behaviour == "off" and offs else _ago(rng, (240, 1900))
    return login, login - _days(rng, 0, 500), login + _days(rng, -200, 200)


def _older(rng: np.random.Generator, system: CitySystem) -> None:
    """A system went online, and its hardware was bought, before anybody used or changed it."""
    first = min(day for day in (system.last_login_on, system.last_update_on) if day is not None)
    if system.online_on > first:
        system.online_on = (first - _days(rng, 200, 1500)).replace(day=1)
    if system.hardware_on is not None and system.hardware_on > system.online_on:
        system.hardware_on = (system.online_on - timedelta(days=90)).replace(day=1)


def _contract(rng: np.random.Generator, system: CitySystem, *, old: bool) -> date | None:
    """Most have one; renewal takes months; own staff needs none; where it ran out long ago, somebody still updates."""
    draw = float(rng.random())
    if old or draw < 0.7 or system.behaviour in {"nightly", "api"}:
        return None if system.behaviour == "archive" and draw < 0.4 else END + _days(rng, 30, 700)
    if draw < 0.8:
        return END - _days(rng, 1, 120)
    if draw < 0.92 or system.behaviour not in SEEN_DAILY:
        return None
    system.last_update_on = _ago(rng, (5, 200))
    return END - _days(rng, 400, 900)


def _annotate(rng: np.random.Generator, department: Department, system: CitySystem) -> None:
    """Remark, state and category in this city's own words; most say nothing."""
    months = season_of(system)
    said, stated, classed = rng.random(3)
    notes, states = NOTES.get(system.behaviour, ()), STATES.get(system.behaviour, ())
    note = notes[int(rng.integers(len(notes)))] if notes else None
    if months is not None:
        first, last = next(span for name, span in SEASONS.items() if name in system.name)
        note = f"每年{first}至{last}月使用"
    if system.behaviour == "merged" and department.former:
        note = f"原{department.former[int(rng.integers(len(department.former)))]}建设，划转后未交接"
    must = system.behaviour == "unborn" and system.last_login_on is None
    system.note = note if must or said < 0.45 else None
    system.state = states[int(rng.integers(len(states)))] if states and stated < 0.35 else None
    system.category = CATEGORIES.get(system.behaviour) if classed < 0.7 else None


def _write_down(rng: np.random.Generator, office: Office, system: CitySystem) -> None:
    """What the unit's ledger leaves blank, how exact its dates are, and what it writes alike for all its systems."""
    if office.framework is not None:
        system.contract_end_on = office.framework
    if office.writes_patches and system.behaviour != "off" and "云" in system.location:
        system.last_update_on = max(system.online_on, PATCH_DAY)
    draws = rng.random(len(ASKED) + 1)
    blank = {field for field, draw, share in zip(ASKED, draws, office.blanks, strict=False) if draw < share}
    system.withheld = frozenset(_keep_a_trace(system, blank))
    exact = float(draws[-1])
    system.precision = "year" if exact < office.years else "month" if exact < office.years + office.months else "day"


def _keep_a_trace(system: CitySystem, blank: set[str]) -> set[str]:
    """A measured zombie whose remark says nothing has its last login in the ledger."""
    if system.zombie and system.behaviour not in UNMEASURED and system.note is None:
        return blank - {"last_login"}
    return blank


def _link(rng: np.random.Generator, city: City) -> None:
    """Batches collect from others, interfaces are called, portals front what they front and once fronted."""
    open_ones = [s for s in city.systems if not s.classified]
    live = [s for s in open_ones if not s.zombie]
    portals = [s for s in live if s.behaviour == "gateway" or "统一身份认证" in s.name]
    wanted = {s.id: set(s.depends_on) for s in city.systems}
    for system in live:
        near = [s for s in live if s.id != system.id and s.department == system.department]
        others = near or [s for s in live if s.id != system.id]
        chosen = [others[int(i)] for i in rng.permutation(len(others))[:3]]
        if system.behaviour == "nightly":
            wanted[system.id] |= {s.id for s in chosen}
        elif system.behaviour == "gateway":
            wanted[system.id] |= {s.id for s in [*chosen, *(s for s in near if s.behaviour in {"called", "api"})]}
        elif system.behaviour == "api" and rng.random() < 0.8:
            wanted[chosen[0].id].add(system.id)
    for system in open_ones:
        if system.zombie and portals and rng.random() < city.habits.once_linked:
            wanted[portals[int(rng.integers(len(portals)))].id].add(system.id)
    for system in city.systems:
        system.depends_on = tuple(sorted(wanted[system.id] - {system.id}))


def _season_end(months: frozenset[int] | None) -> date:
    """The last day of the latest season before the period's end."""
    last = max(months or {12}, key=lambda month: (month + 8) % 12)  # April is the first month, March the last
    year = END.year if last < END.month else END.year - 1
    return date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)


def _ago(rng: np.random.Generator, span: tuple[int, int]) -> date:
    return END - _days(rng, *span)


def _days(rng: np.random.Generator, low: int, high: int) -> timedelta:
    return timedelta(days=int(rng.integers(low, high)))
