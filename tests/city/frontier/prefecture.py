"""The ninth city, a border prefecture in the north: what its systems are, and what its units write of them.

Written from how such a place works by somebody who had not read the zombie rules, before they were run on it; held out: rules,
words and limits are never changed because of it. Its units are its own (units.txt): forests, a port, a coal group, a heating
company, a cooperation zone. Each kind of system is a story with its reason (dead.py, alive.py); what its machines and the web
front show of it is in usage.py and visits.py.

* The dead: a mine closed, schools merged, a market shut; instruments taken away and still asked every minute; desktop clients
  that ask for a version; a full disk on which the program falls over; rebuilt on domestic hardware, the old one kept; moved to a
  rented service; only the unit's own robot logs in; dial tests of a moved site; junk mail; empty blocks of a finished pilot;
  figures that nobody opens; a language model that nobody asks; rooms gone dark; cut off after ransomware; a licence run out;
  zero reports of scripts; games that were held once; a firm sold.
* The living that hardly show it: a river frozen until May, a festival until February, crossings on two forenoons a week, rangers
  on Sunday evenings, logs kept by law, names and times, reports in the first days of a quarter, rescues, nightly clearing that a
  bank fetches, six weeks old, the other half of a pair, a survey every two years, two lines a day, loudspeakers, days of snow,
  pages whose database stands elsewhere.
* Gaming: memory held since the year began, the same nine pages twenty times a day, one day's requests played again every day,
  filling written to the disk each night. Innocent and alike: a robot that does real work, a program that takes its memory at
  start, recorders that fill a disk.
* Nobody can tell: sealed as evidence, not accepted for a quarrel, steady traffic of nobody, one unknown viewer, three weeks of
  monitoring, no monitoring at all.
* Clerks: a unit in ten writes words for the end of its contracts (自动续签), days as Excel counts them, two-digit years, days
  without a year, accounts as logins; a unit in eight has all under one framework contract; blanks. What a unit plans with a system
  (系统后续计划) is drawn for all alike.

Decidable: a dead system shows its last login in its row, or a remark that says it, or is off or declared, or gives itself away in
the access log; those in use show use, or their row says why they are idle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from tests.city.frontier.assign import assign_kinds, own_address
from tests.city.frontier.cells import SERIAL, SHORT, WORDY
from tests.city.frontier.kinds import EVERYDAY, GAMING, UNDECIDED
from tests.city.frontier.links import link_callers
from tests.city.frontier.record import bring_up_to_date, record
from tests.city.frontier.words import ASIDES, CONTRACT_WORDS, STORIES, VAGUE
from tests.city.model import END, UNMEASURED, City, CitySystem, stream

FRAMEWORK = date(2027, 6, 30)
ASKED = ("last_login", "last_update", "ops_contract_end", "logins_month")
BLANKS = ((0.02, 0.04, 0.06, 0.08), (0.12, 0.2, 0.2, 0.3), (0.28, 0.4, 0.35, 0.5))  # of careful, usual and poor units
ROUGH = ((0.08, 0.0), (0.4, 0.06), (0.5, 0.2))  # months only, years only
IDLE_DAYS = 180
# Whose recent login has to be in the row, because little else shows it outside the access log.
TRACED = frozenset(
    {"icefair", "portduty", "quarterly", "rescue", "clearing", "freshstart", "greenside", "cabin", "snowday", "thin", "robotwork", "bigheap"}
)  # fmt: skip
# Whose contract or login the truth rests on: nothing of these cells is left out or said in words.
PRESENTED = {
    "clickfarm": {"last_login", "last_update", "ops_contract_end", "logins_month"},
    "replayed": {"last_login", "last_update", "ops_contract_end", "logins_month"},
    "robotexport": {"last_login", "last_update", "ops_contract_end"},
    "loneviewer": {"last_login", "last_update", "ops_contract_end"},
    "strangeflow": {"ops_contract_end"},
}
# Under contract, as their reason says.
PAID = frozenset(
    {"openwater", "icefair", "fieldsync", "logkeeper", "nameserver", "biennial", "broadcast", "docking", "clearing", "rescue"}
)  # fmt: skip
EVERYDAY_WHY = "in use: people or programs work with it every day"
SUCCESSOR_WHY = "in use: the new version of a rebuilt system, people work with it every day"
WHY = {
    "declared": "zombie: the department itself says so",
    "unmeasured": "undecidable: no data, nobody measures it and the row is blank",
    "unmeasured-zombie": "undecidable: no data; it is abandoned, but nobody measures it and the row is blank",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit keeps its ledger."""

    manner: int
    words_for_contracts: bool
    counts_accounts: bool
    framework: bool


def frontier_systems(city: City) -> None:
    """Say of every system what it is, what was recorded of it, and what its unit writes down."""
    rng = stream(city.seed, "frontier")
    assign_kinds(rng, city)
    units = {department.slug: _unit(rng) for department in city.departments}
    for system in city.systems:
        record(rng, system)
    bring_up_to_date(rng, city)
    for system in city.systems:
        story = STORIES.get(system.behaviour)
        if story is not None and story.logged and system.url is None:
            system.url = own_address(system)
        _annotate(rng, system)
        _write_down(rng, units[system.department], system)
        system.reason = _reason(system)
    link_callers(rng, city)


def _unit(rng: np.random.Generator) -> Unit:
    draws = rng.random(3)
    return Unit(
        int(rng.choice(3, p=(0.4, 0.4, 0.2))), bool(draws[0] < 0.1), bool(draws[1] < 0.1), bool(draws[2] < 1 / 8)
    )


def _annotate(rng: np.random.Generator, system: CitySystem) -> None:
    """The remark and the state, in the clerks' own plain words; a good half say nothing."""
    said, vague, which = rng.random(3)
    story, own = STORIES.get(system.behaviour), system.note
    system.note = None
    if story is not None:
        note = own or (story.notes[int(which * len(story.notes))] if story.notes else None)
        if note is not None and system.last_login_on is not None:
            note = note.format(year=system.last_login_on.year)
        if story.says == "always" or (story.says == "half" and said < 0.55):
            system.note = note
        elif system.zombie and vague < 0.35:
            system.note = VAGUE[int(which * len(VAGUE))]
        system.state = story.state
    elif system.behaviour in EVERYDAY and said < 0.13:
        system.note = ASIDES[int(which * len(ASIDES))]


def _write_down(rng: np.random.Generator, unit: Unit, system: CitySystem) -> None:
    """What the ledger leaves blank, how exact its dates are, what it writes alike."""
    kind = system.behaviour
    draws = rng.random(len(ASKED) + 3)
    blank = {field for field, draw, share in zip(ASKED, draws, BLANKS[unit.manner], strict=False) if draw < share}
    silent = system.note is None or system.note in VAGUE
    if kind == "latemonitor" or kind in UNMEASURED:
        blank = set(ASKED)
    elif kind in TRACED or (system.zombie and silent):
        blank -= {"last_login"}
    blank -= PRESENTED.get(kind, set())
    if kind in PAID:
        blank -= {"ops_contract_end"}
    system.precision = _precision(unit, kind, float(draws[-3]), float(draws[-2]))
    if unit.counts_accounts and kind in EVERYDAY:
        system.monthly_logins = max(system.monthly_logins, system.users)
    fixed = kind in GAMING | UNDECIDED | UNMEASURED | {"robotexport", "declared"}
    if unit.framework and not fixed:
        system.contract_end_on = FRAMEWORK
    if unit.words_for_contracts and not fixed and kind not in PAID:
        system.contract_words = CONTRACT_WORDS[int(draws[-1] * len(CONTRACT_WORDS))]
    system.withheld = frozenset(blank | ({"online_date"} if kind == "acceptance" else set()))


def _precision(unit: Unit, kind: str, exact: float, odd: float) -> str:
    """How dates of its row are written."""
    months, years = ROUGH[unit.manner]
    if kind in PRESENTED or kind in TRACED:
        return "day"
    if odd < 0.035:
        return SERIAL
    if odd < 0.07:
        return SHORT
    if odd < 0.12 and kind in EVERYDAY:
        return WORDY
    return "year" if exact < years else "month" if exact < years + months else "day"


def _reason(system: CitySystem) -> str:
    """Why the truth is what it is, with what the ledger shows of it."""
    story = STORIES.get(system.behaviour)
    if story is None:
        return SUCCESSOR_WHY if system.name.endswith("（信创版）") else WHY.get(system.behaviour, EVERYDAY_WHY)
    return story.why.format(shown="; ".join(shown_by_row(system)))


def shown_by_row(system: CitySystem) -> list[str]:
    """What of a row speaks against use."""
    found = []
    login = system.last_login_on
    if login is not None and "last_login" not in system.withheld and (END - login).days > IDLE_DAYS:
        found.append(f"the row dates the last login {login.isoformat()}")
    if system.note is not None and system.note not in VAGUE:
        found.append(f"the row remarks “{system.note}”")
    if system.behaviour in {"clickfarm", "replayed"}:
        found.append(f"not updated since {system.last_update_on}, without contract since {system.contract_end_on}")
    return found or ["the row decides nothing, the machines do"]
