"""The seventh city, a port with islands: what its systems are, and what their units write of them.

Written from how such a city works by somebody who had not read the zombie rules, before they were run on it; held out: rules,
words and limits are never changed because of it. What each choice models (harbour_kinds.py gives the reason for each truth):

* Life without daily logins: three people once a week, a desktop client, terminals in halls, meters at night, the end of a
  month, elections every five years, the night shift, cameras, a licence service, standbys warm and cold (powered off by
  design), an old version for look-up, a stock of old cases that is finished here while new ones go to the province, two
  systems on one machine.
* Death that looks busy: backups of many hours, an exchange job that still delivers, crawlers, redirects, assessors who log in,
  a machine shared with a busy system, an agent that repeats its last value. Death under an excuse: a season that was left
  out, a standby without a main system, a training copy without courses.
* Gaming: a script that logs in daily, CPU burnt in working hours (and on holidays, too), load in the last nine days, calls of
  its own page, another machine's samples of the week before, the same load at all hours.
* What nobody can tell is `UNDECIDED`: too few samples and a blank row, a handful of look-ups, a row against the log, not yet
  opened. Its expected verdict is unknown.
* Remarks: the living are remarked on with words of stopping and closing, the dead with 运行正常 and 保留. One unit in twelve
  writes the day of filling in as the last login of all it has; one in ten the patch day as the last update.

Decidable: a dead system shows its last login in its row, or a remark that says it is not used, or is off or declared
(`_must_say`, `_keep_a_trace`); those that feign use show besides what gives them away.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np

from tests.city.harbour_assign import assign_kinds
from tests.city.harbour_calendar import season_of
from tests.city.harbour_kinds import EVERYDAY as USED_DAILY
from tests.city.harbour_kinds import GAMING, LOGGED, REASONS
from tests.city.harbour_links import link_callers, share_machines
from tests.city.harbour_story import EVERYDAY, record
from tests.city.harbour_words import CATEGORIES, COPIES, NAMES, NOTES, STATES, VAGUE
from tests.city.model import END, UNMEASURED, City, CitySystem, stream

PATCHED, FILLED_IN = date(2026, 3, 18), date(2026, 3, 27)
MUST_SAY = frozenset(
    {"skipped", "widow", "assessed", "pushed", "lodger", "forwarding", "cold", "cycle", "licence", "guest", "unopened"}
)
TRACED = frozenset({"trio", "lookup", "leaving", "nightduty", "monthend", "test", "emergency", "rarely", "disputed", "guest"})  # fmt: skip
ASKED = ("last_login", "last_update", "ops_contract_end", "logins_month")
BLANKS = ((0.02, 0.04, 0.05, 0.08), (0.12, 0.2, 0.2, 0.3), (0.3, 0.4, 0.35, 0.5))  # of careful, usual and poor units
ROUGH = ((0.1, 0.0), (0.5, 0.05), (0.5, 0.25))  # months only, years only
THIN = "; its agents died, less than 80 % of its samples are there: the row decides, or nobody does yet"
IDLE_DAYS = 180  # a login before that is no use of these months


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit keeps its ledger."""

    manner: int
    fills_in_logins: bool
    writes_patches: bool


def harbour_systems(city: City) -> None:
    """Say of every system what it is, what was recorded of it, and what its unit writes down."""
    rng = stream(city.seed, "harbour")
    assign_kinds(rng, city)
    share_machines(rng, city)
    units = {department.slug: _unit(rng) for department in city.departments}
    used = {system.name for system in city.systems}
    for system in city.systems:
        _rename(rng, city, system, used)
        record(rng, system)
        if system.behaviour in LOGGED and system.url is None:
            system.url = f"http://{system.id.replace('-', '')}.shili.example/index"
        _annotate(rng, units[system.department], system, thin=is_thin(city, system))
        _write_down(rng, units[system.department], system)
    link_callers(rng, city)
    for system in city.systems:
        system.reason = _reason(system, thin=is_thin(city, system))


def is_thin(city: City, system: CitySystem) -> bool:
    """Whether its agents died and less than 80 % of its samples are there; not of those judged by their samples."""
    by_samples = system.behaviour in GAMING | {"stuck", "disputed"}
    return system.behaviour == "dim" or (
        not by_samples and zlib.crc32(f"{city.seed} {system.id} thin".encode()) % 16 == 0
    )


def _unit(rng: np.random.Generator) -> Unit:
    alike, patches = rng.random(2)
    return Unit(int(rng.choice(3, p=(0.4, 0.4, 0.2))), bool(alike < 1 / 12), bool(patches < 0.1))


def _rename(rng: np.random.Generator, city: City, system: CitySystem, used: set[str]) -> None:
    """Copies are named after what they copy, systems of a kind with names of its own bear one of them."""
    if system.classified or (system.core and system.behaviour not in {"warm", "cold"}):
        return
    suffixes, names = COPIES.get(system.behaviour, ()), NAMES.get(system.behaviour, ())
    if suffixes:
        near = [
            one for one in city.systems
            if one.department == system.department and one.behaviour in EVERYDAY and not one.classified
        ]  # fmt: skip
        own = system.behaviour == "leaving" or not near
        model = system if own else near[int(rng.integers(len(near)))]
        system.name = _unused(model.name + suffixes[int(rng.integers(len(suffixes)))], used)
    elif names:
        unit = city.department(system.department).name.removesuffix("人民政府").removesuffix("管委会")
        system.name = _unused(unit + names[int(rng.integers(len(names)))], used)


def _unused(name: str, used: set[str]) -> str:
    while name in used:
        name += "二期"
    used.add(name)
    return name


def _annotate(rng: np.random.Generator, unit: Unit, system: CitySystem, *, thin: bool) -> None:
    """Remark, state and category in this city's own words; a good half say nothing."""
    said, stated, classed, vague = rng.random(4)
    notes, states = NOTES.get(system.behaviour, ()), STATES.get(system.behaviour, ())
    note = notes[int(rng.integers(len(notes)))] if notes else None
    if system.behaviour in {"seasonal-on", "seasonal-off"}:
        note = f"{'、'.join(str(month) for month in sorted(season_of(system) or ()))}月办理"
    share = 0.15 if system.behaviour in GAMING | EVERYDAY else 0.5
    if not (_must_say(system, unit, thin=thin) or said < share):
        note = VAGUE[int(rng.integers(len(VAGUE)))] if system.zombie and vague < 0.3 else None
    system.note = None if system.behaviour in UNMEASURED or system.behaviour in {"dim", "declared"} else note
    system.state = states[int(rng.integers(len(states)))] if states and stated < 0.35 else None
    system.category = CATEGORIES.get(system.behaviour) if classed < 0.7 else None


def _must_say(system: CitySystem, unit: Unit, *, thin: bool) -> bool:
    """Where a date or the samples cannot decide, the remark does."""
    hidden = thin or unit.fills_in_logins or system.last_login_on is None
    return system.behaviour in MUST_SAY or (system.zombie and hidden and system.behaviour != "loginbot")


def _write_down(rng: np.random.Generator, unit: Unit, system: CitySystem) -> None:
    """What the unit's ledger leaves blank, how exact its dates are, and what it writes alike for all its systems."""
    draws = rng.random(len(ASKED) + 1)
    blank = {field for field, draw, share in zip(ASKED, draws, BLANKS[unit.manner], strict=False) if draw < share}
    if system.behaviour == "dim":
        blank = set(ASKED)
    elif _keeps_a_trace(system):
        blank -= {"last_login"}
    if system.behaviour == "loginbot":
        blank -= {"last_update", "ops_contract_end"}
    system.withheld = frozenset(blank)
    months, years = ROUGH[unit.manner]
    exact = float(draws[-1])
    system.precision = "year" if exact < years else "month" if exact < years + months else "day"
    if (
        unit.fills_in_logins
        and system.behaviour not in {"off", "cold", "declared"}
        and system.last_login_on is not None
    ):
        system.last_login_on = max(system.last_login_on, FILLED_IN)
    if unit.writes_patches and system.behaviour not in {"off", "cold", "loginbot"} and "云" in system.location:
        system.last_update_on = max(system.online_on, PATCHED)


def _keeps_a_trace(system: CitySystem) -> bool:
    """Who remarks nothing that decides has the last login in the ledger."""
    silent = system.note is None or system.note in VAGUE
    return silent and (system.zombie or system.behaviour in TRACED)


def _reason(system: CitySystem, *, thin: bool) -> str:
    """Why the truth is what it is, with what the ledger shows of it."""
    reason = REASONS.get(system.behaviour, USED_DAILY).format(shown="; ".join(_shown(system)))
    decided = thin and system.behaviour not in UNMEASURED and system.behaviour != "dim"
    return reason + THIN if decided else reason


def _shown(system: CitySystem) -> list[str]:
    found = []
    login = system.last_login_on
    if login is not None and "last_login" not in system.withheld and (END - login).days > IDLE_DAYS:
        found.append(f"the row dates the last login {login.isoformat()}")
    if system.note is not None and system.note not in VAGUE:
        found.append(f"the row remarks “{system.note}”")
    if system.behaviour == "loginbot":
        found.append(f"not updated since {system.last_update_on}, without contract since {system.contract_end_on}")
    return found or ["the row decides nothing, the machines do"]
