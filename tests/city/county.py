"""The eighth city, a county-level one inland with an industrial zone: what its systems are, and what its units write of them.

Written from how such a place works by somebody who had not read the zombie rules, before they were run on it; held out: rules,
words and limits are never changed because of it. Its units are its own (county_units.txt): bureaus merged in 2024, towns, a
development zone, a water company. Each kind of system is a story with its reason (county_dead.py, county_alive.py); what its
machines and the web front show of it is in county_usage.py and county_visits.py.

* The dead: handed over in the merger; their users gone to the province whose data flow back at night; a service bus that asks
  whether they live; replaced by a mini-program; a contractor's builds; campaigns that are over; opened for inspections only; two
  that copy from each other; the start page of old browsers; a retired clerk's open session; a probe with the whole network's
  traffic; a wall with made-up figures; absorbed by the portal whose address their row gives; off though the row claims logins;
  an error page for months; reserved; broken into by miners.
* The living that hardly show it: the dry months of the flood watch, examinations, elections, archives, history kept by law,
  gateways without pages, evenings before the tenth, Sundays of a standby, what is being built, the back end of a mini-program
  behind a closed site, ten minutes at eight in the evening, market days, changes of shift, a fair, uploads to the province.
* Gaming: all accounts in turn from one address, one week repeated to the digit, a file fetched in office hours, one burst a day for
  the mean of daily peaks, the same record every ten minutes; and a system in use that burns CPU besides.
* Nobody can tell: a machine used as file share, an app closed two months ago, a system that two units disown, agents that died over
  a blank row, three visits, no monitoring at all.
* Clerks: a unit in ten copies last year's dates for half of what it uses daily, one in ten writes the accounts it has as logins a
  month, one in six has all under one framework contract; words instead of dates, days that do not exist, blanks, 同上.

Decidable: a dead system shows its last login in its row, or a remark that says it, or is off or declared, or gives itself away in
the access log; those in use show use, or their row says why they are idle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tests.city.county_assign import assign_kinds
from tests.city.county_cells import WORDY
from tests.city.county_kinds import EVERYDAY, GAMING_DEAD
from tests.city.county_links import link_callers
from tests.city.county_record import record
from tests.city.county_words import ASIDES, STORIES, VAGUE
from tests.city.model import END, UNMEASURED, City, CitySystem, stream

FRAMEWORK = date(2026, 12, 31)
ASKED = ("last_login", "last_update", "ops_contract_end", "logins_month")
BLANKS = ((0.02, 0.04, 0.05, 0.08), (0.1, 0.18, 0.2, 0.3), (0.25, 0.4, 0.35, 0.5))  # of careful, usual and poor units
ROUGH = ((0.1, 0.0), (0.45, 0.05), (0.5, 0.2))  # months only, years only
IDLE_DAYS = 180
# Whose recent login has to be in the row, because little else shows it.
TRACED = frozenset(
    {
        "archived",
        "statute",
        "batchpay",
        "marketday",
        "fair",
        "latecomer",
        "sporadic",
        "preparing",
        "overbuilt",
        "padded",
    }
)
EVERYDAY_WHY = "in use: people or programs work with it every day"
WHY = {
    "declared": "zombie: the department itself says so",
    "unmeasured": "undecidable: no data, nobody measures it and the row is blank",
    "unmeasured-zombie": "undecidable: no data; it is abandoned, but nobody measures it and the row is blank",
}
COPIED = "; its unit copied last year's dates, which the machines contradict"


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit keeps its ledger."""

    manner: int
    copies_last_year: bool
    counts_accounts: bool
    framework: bool


def county_systems(city: City) -> None:
    """Say of every system what it is, what was recorded of it, and what its unit writes down."""
    rng = stream(city.seed, "county")
    assign_kinds(rng, city)
    units = {department.slug: _unit(rng) for department in city.departments}
    for system in city.systems:
        record(rng, system)
        _address(city, system)
        _annotate(rng, system)
        copied = _write_down(rng, units[system.department], system)
        if copied and system.url is None:
            system.url = f"http://{system.id.replace('-', '')}.shili.example/index"
        system.reason = _reason(system) + (COPIED if copied else "")
    link_callers(rng, city)


def portal_of(city: City) -> CitySystem:
    """The city's portal, which absorbed others."""
    open_ones = [one for one in city.systems if not one.classified and one.behaviour in EVERYDAY and one.servers]
    return next((one for one in open_ones if "一体化政务服务" in one.name), open_ones[0])


def dates_copied(system: CitySystem) -> bool:
    """Whether its row gives last year's dates though people work with it every day."""
    login = system.last_login_on
    return system.behaviour in EVERYDAY and login is not None and (END - login).days > IDLE_DAYS


def _unit(rng: np.random.Generator) -> Unit:
    draws = rng.random(3)
    return Unit(
        int(rng.choice(3, p=(0.4, 0.4, 0.2))), bool(draws[0] < 0.1), bool(draws[1] < 0.1), bool(draws[2] < 1 / 6)
    )


def _address(city: City, system: CitySystem) -> None:
    """Whoever is in the access log has an address; what the portal absorbed gives the portal's."""
    own = f"http://{system.id.replace('-', '')}.shili.example/index"
    story = STORIES.get(system.behaviour)
    system.url = system.url or (own if system is portal_of(city) else None)
    if system.behaviour == "absorbed":
        portal = portal_of(city)
        system.url = portal.url or f"http://{portal.id.replace('-', '')}.shili.example/index"
        system.account = None
    elif story is not None and story.logged and system.url is None:
        system.url = own


def _annotate(rng: np.random.Generator, system: CitySystem) -> None:
    """The remark and the state, in the clerks' own plain words; a good half say nothing."""
    said, vague, which = rng.random(3)
    story = STORIES.get(system.behaviour)
    system.note = None
    if story is not None:
        note = story.notes[int(which * len(story.notes))] if story.notes else None
        silent = system.zombie and system.last_login_on is None
        if story.says == "always" or silent or (story.says == "half" and said < 0.5):
            system.note = note
        elif system.zombie and vague < 0.35:
            system.note = VAGUE[int(which * len(VAGUE))]
        system.state = story.state
    elif system.behaviour in EVERYDAY and said < 0.14:
        system.note = ASIDES[int(which * len(ASIDES))]


def _write_down(rng: np.random.Generator, unit: Unit, system: CitySystem) -> bool:
    """What the ledger leaves blank, how exact its dates are, what it writes alike; whether last year's dates were copied."""
    draws = rng.random(len(ASKED) + 3)
    blank = {field for field, draw, share in zip(ASKED, draws, BLANKS[unit.manner], strict=False) if draw < share}
    silent = system.note is None or system.note in VAGUE
    if system.behaviour == "blankthin" or system.behaviour in UNMEASURED:
        blank = set(ASKED)
    elif system.behaviour in TRACED or (system.zombie and silent) or system.behaviour in {"offclaimed", "inspection"}:
        blank -= {"last_login"}
    if system.behaviour in {"crowdlogin", "inspection"}:
        blank -= {"last_update", "ops_contract_end", "logins_month"}
    if system.behaviour == "preparing":
        blank |= {"online_date"}
    months, years = ROUGH[unit.manner]
    exact, words, copied = (float(draw) for draw in draws[-3:])
    system.precision = "year" if exact < years else "month" if exact < years + months else "day"
    if system.behaviour in EVERYDAY and words < 0.05:
        system.precision = WORDY
    if system.behaviour in {"offclaimed", "crowdlogin"}:
        system.precision = "day"
    if unit.counts_accounts and system.behaviour not in UNMEASURED | {"reserved", "blankthin"}:
        system.monthly_logins = max(system.monthly_logins, system.users)
    if unit.framework and system.behaviour not in GAMING_DEAD | UNMEASURED | {"inspection", "blankthin", "reserved"}:
        system.contract_end_on = FRAMEWORK
    system.withheld = frozenset(blank)
    if not (unit.copies_last_year and system.behaviour in EVERYDAY and copied < 0.5) or "last_login" in blank:
        return False
    system.last_login_on = _year_before(system.last_login_on)
    system.last_update_on = _year_before(system.last_update_on)
    system.contract_end_on = _year_before(system.contract_end_on)
    return True


def _year_before(day: date | None) -> date | None:
    return None if day is None else day - timedelta(days=365)


def _reason(system: CitySystem) -> str:
    """Why the truth is what it is, with what the ledger shows of it."""
    story = STORIES.get(system.behaviour)
    if story is None:
        return WHY.get(system.behaviour, EVERYDAY_WHY)
    return story.why.format(shown="; ".join(shown_by_row(system)))


def shown_by_row(system: CitySystem) -> list[str]:
    """What of a row speaks against use."""
    found = []
    login = system.last_login_on
    if login is not None and "last_login" not in system.withheld and (END - login).days > IDLE_DAYS:
        found.append(f"the row dates the last login {login.isoformat()}")
    if system.note is not None and system.note not in VAGUE:
        found.append(f"the row remarks “{system.note}”")
    if system.behaviour == "crowdlogin":
        found.append(f"not updated since {system.last_update_on}, without contract since {system.contract_end_on}")
    return found or ["the row decides nothing, the machines do"]
