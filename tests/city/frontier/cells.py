"""How rows of the ninth city are filled in: days as Excel counts them, two-digit years, words for dates and for contracts."""

from __future__ import annotations

from datetime import date

from tests.city.cells import Cell, Clerk
from tests.city.frontier.words import LOGIN_WORDS
from tests.city.model import CitySystem
from tests.city.neighbours_cells import DATES, own_manner

WORDY, SERIAL, SHORT = "words", "serial", "short"  # precisions of a row, beside day, month and year
EXCEL_BEGINS = date(1899, 12, 30)
PLANS = ("继续建设", "继续建设", "升级改造", "可以暂缓")


def frontier_manner(name: str, system: CitySystem, clerk: Clerk) -> Cell | None:
    """The cell where this city writes it in its own manner; `None` where it writes as every city does."""
    if name == "disposal":  # what a unit plans is what it hopes for, and says nothing of use
        plan = PLANS[int(clerk.rng.integers(len(PLANS)))]
        return Cell(plan, plan)
    if name in system.withheld:
        return clerk.null()
    if name == "ops_contract_end" and system.contract_words is not None:
        return Cell(system.contract_words, None)
    if name in DATES and system.precision in {WORDY, SERIAL, SHORT}:
        return _odd_date(name, system, clerk)
    return own_manner(name, system, clerk)


def _odd_date(name: str, system: CitySystem, clerk: Clerk) -> Cell:
    """A date in words, as a count of days, or with two digits of its year."""
    day = getattr(system, DATES[name])
    if system.precision == WORDY and name == "last_login":
        return Cell(LOGIN_WORDS[int(clerk.rng.integers(len(LOGIN_WORDS)))], None)
    if day is None or system.precision == WORDY:
        return clerk.day(day)
    if system.precision == SERIAL:
        return Cell((day - EXCEL_BEGINS).days, day.isoformat())
    return Cell(f"{day.year % 100}.{day.month}.{day.day}", day.isoformat())
