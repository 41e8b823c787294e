"""The tenth city, an old industrial city on a river that loses people: what its systems are, and what its units write of them.

Written from how such a place works by somebody who had not read the zombie rules, before they were run on it; held out: rules,
words and limits are never changed because of it. Its units are its own (units.txt): a steel works, a centre for the retired of
the works, a centre for clearances, a port office, two districts of which each has swallowed another. Each kind of system is a
story with its reason (dead.py, alive.py); what its machines and the web front show of it is in usage.py and visits.py. Most of
its zombies are the ordinary ones: the epidemic is over, the headquarters is dissolved, the province's system came, the city's
common system does the same, switched off to see whether anybody would miss it, closed on paper only.

* Dead, though something moves: the province's collector that is told 304 each hour, old apps that are told 410, a wall's
  computer after the exhibition, sign-on that touches all accounts each night, a firm that looks in, lines that are greeted, a
  job that compares folders, a certificate run out, a site shut after a notice, a database switched off under a front that runs.
* Alive, though hardly anything shows it: one clerk, files of old works, citizens behind one gateway, the week on Fridays,
  entries of five days, a hall being rebuilt, an exercise, April to June, trial in two streets, alarms, backups, patches, a row
  copied from last year, a row that speaks of an end that has not come.
* Gaming: all the staff log in on the last days, another system's readings copied to it, two machines that send each other
  traffic, thirty cases of one applicant at night. Innocent and alike: returns of the last days, films converted, two machines
  that copy data, meter readings at night.
* Nobody can tell: between two units, an objection, a new version without users, a row that claims what no machine shows, an
  hour of traffic at night, one machine measured of several, no monitoring.
* Clerks: a unit in eight writes contracts as spans, days with the second of a program's export or without any sign, months or
  years only, blanks, a crowd instead of a number. What a unit plans with a system is drawn for all alike.

Decidable: a dead system shows its last login in its row, or a remark that says it, or is off or declared, or gives itself away in
the access log; those in use show use, or their row says why they are idle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.city.foundry.assign import assign_kinds, own_address
from tests.city.foundry.cells import COMPACT, SPAN, STAMP, WORDY
from tests.city.foundry.kinds import EVERYDAY, GAMING, UNDECIDED
from tests.city.foundry.links import link_callers
from tests.city.foundry.record import bring_up_to_date, record
from tests.city.foundry.words import ASIDES, STORIES, VAGUE
from tests.city.model import END, UNMEASURED, City, CitySystem, stream

ASKED = ("last_login", "last_update", "ops_contract_end", "logins_month")
BLANKS = ((0.02, 0.04, 0.06, 0.08), (0.1, 0.22, 0.25, 0.3), (0.25, 0.45, 0.4, 0.5))  # of careful, usual and poor units
ROUGH = ((0.06, 0.0), (0.35, 0.05), (0.45, 0.2))  # months only, years only
IDLE_DAYS = 180
EVERYDAY_WHY = "in use: people or programs work with it every day"
WHY = {
    "declared": "zombie: the department itself says so",
    "unmeasured": "undecidable: no data, nobody measures it and the row is blank",
    "unmeasured-zombie": "undecidable: no data; it is abandoned, but nobody measures it and the row is blank",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit keeps its ledger."""

    manner: int
    spans: bool


def foundry_systems(city: City) -> None:
    """Say of every system what it is, what was recorded of it, and what its unit writes down."""
    rng = stream(city.seed, "foundry")
    assign_kinds(rng, city)
    units = {
        department.slug: Unit(int(rng.choice(3, p=(0.35, 0.45, 0.2))), bool(rng.random() < 1 / 8))
        for department in city.departments
    }
    for system in city.systems:
        record(rng, system)
    bring_up_to_date(city)
    for system in city.systems:
        story = STORIES.get(system.behaviour)
        if story is not None and story.logged and system.url is None:
            system.url = own_address(system)
        _annotate(rng, system)
        _write_down(rng, units[system.department], system)
        system.reason = _reason(system)
    link_callers(rng, city)


def _annotate(rng: np.random.Generator, system: CitySystem) -> None:
    """The remark and the state, in the clerks' own plain words; a good half say nothing."""
    said, vague, which = rng.random(3)
    story, own = STORIES.get(system.behaviour), system.note
    system.note = None
    if story is not None:
        note = own or (story.notes[int(which * len(story.notes))] if story.notes else None)
        if note is not None and system.last_login_on is not None:
            note = note.format(year=system.last_login_on.year)
        if story.says == "always" or (story.says == "half" and said < 0.5):
            system.note = note
        elif system.zombie and vague < 0.3:
            system.note = VAGUE[int(which * len(VAGUE))]
        system.state = story.state
    elif system.behaviour in EVERYDAY and said < 0.13:
        system.note = ASIDES[int(which * len(ASIDES))]


def _write_down(rng: np.random.Generator, unit: Unit, system: CitySystem) -> None:
    """What the ledger leaves blank, how exact its dates are, what it writes alike."""
    kind, story = system.behaviour, STORIES.get(system.behaviour)
    draws = rng.random(len(ASKED) + 2)
    blank = {field for field, draw, share in zip(ASKED, draws, BLANKS[unit.manner], strict=False) if draw < share}
    if kind in UNMEASURED:
        blank = set(ASKED)
    elif system.zombie and (system.note is None or system.note in VAGUE):
        blank -= {"last_login"}
    if story is not None:
        blank = (blank - story.shown) | story.blank
    system.precision = _precision(unit, system, float(draws[-2]), float(draws[-1]))
    fixed = kind in GAMING | UNDECIDED | UNMEASURED or (story is not None and bool(story.shown))
    if unit.spans and not fixed and system.contract_end_on is not None:
        system.contract_words = SPAN
    system.withheld = frozenset(blank)


def _precision(unit: Unit, system: CitySystem, exact: float, odd: float) -> str:
    """How dates of its row are written."""
    months, years = ROUGH[unit.manner]
    story = STORIES.get(system.behaviour)
    if odd < 0.04:
        return STAMP
    if odd < 0.07:
        return COMPACT
    if story is not None and story.shown:
        return "day"
    if odd < 0.12 and system.behaviour in EVERYDAY:
        return WORDY
    return "year" if exact < years else "month" if exact < years + months else "day"


def _reason(system: CitySystem) -> str:
    """Why the truth is what it is, with what the ledger shows of it."""
    story = STORIES.get(system.behaviour)
    if story is None:
        return WHY.get(system.behaviour, EVERYDAY_WHY)
    return story.why.format(shown="; ".join(shown_by_row(system)))


def shown_by_row(system: CitySystem) -> list[str]:
    """What of a row speaks against use."""
    found = []
    login, story = system.last_login_on, STORIES[system.behaviour]
    if login is not None and "last_login" not in system.withheld and (END - login).days > IDLE_DAYS:
        found.append(f"the row dates the last login {login.isoformat()}")
    if system.note is not None and system.note not in VAGUE:
        found.append(f"the row remarks “{system.note}”")
    if "last_update" in story.shown and system.zombie and system.last_update_on is not None:
        found.append(f"not updated since {system.last_update_on}, contract to {system.contract_end_on}")
    return found or ["the row decides nothing, the machines do"]
