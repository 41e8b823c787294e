"""How rows of the tenth city are filled in: stamps of another program, spans of contracts, half-years, crowds in words."""

from __future__ import annotations

from tests.city.cells import Cell, Clerk
from tests.city.foundry.kinds import EVERYDAY
from tests.city.foundry.words import CROWDS, LOGIN_WORDS
from tests.city.model import CitySystem
from tests.city.neighbours_cells import DATES, own_manner

WORDY, STAMP, COMPACT = "words", "stamp", "compact"  # precisions of a row, beside day, month and year
BY_NIGHT = {"ssotouch": 1, "nightcases": 2}  # the hour of the last login, where a program does it
SPAN = "span"  # how a contract is written: from one day to another
PLANS = ("继续建设", "继续建设", "升级改造", "可以暂缓")


def foundry_manner(name: str, system: CitySystem, clerk: Clerk) -> Cell | None:
    """The cell where this city writes it in its own manner; `None` where it writes as every city does."""
    if name == "disposal":  # what a unit plans is what it hopes for, and says nothing of use
        plan = PLANS[int(clerk.rng.integers(len(PLANS)))]
        return Cell(plan, plan)
    if name in system.withheld:
        return clerk.null()
    if name == "user_scale" and system.behaviour in EVERYDAY and clerk.rng.random() < 0.04:
        return Cell(CROWDS[int(clerk.rng.integers(len(CROWDS)))], None)
    if name == "ops_contract_end" and system.contract_words == SPAN and system.contract_end_on is not None:
        end = system.contract_end_on
        return Cell(f"{end.year - 1}.{end.month}.{end.day}-{end.year}.{end.month}.{end.day}", end.isoformat())
    if name in DATES and system.precision in {WORDY, STAMP, COMPACT}:
        return _odd_date(name, system, clerk)
    return own_manner(name, system, clerk)


def _odd_date(name: str, system: CitySystem, clerk: Clerk) -> Cell:
    """A date in words, with the second at which a program wrote it, or without any sign between its parts."""
    day = getattr(system, DATES[name])
    if system.precision == WORDY and name == "last_login":
        return Cell(LOGIN_WORDS[int(clerk.rng.integers(len(LOGIN_WORDS)))], None)
    if day is None or system.precision == WORDY:
        return clerk.day(day)
    hour = BY_NIGHT.get(system.behaviour, 8 + len(system.name) % 10) if name == "last_login" else 16
    if system.precision == STAMP:
        return Cell(f"{day.isoformat()} {hour:02d}:{int(clerk.rng.integers(60)):02d}:17", day.isoformat())
    return Cell(f"{day:%Y%m%d}", day.isoformat())
