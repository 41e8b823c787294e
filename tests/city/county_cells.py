"""How rows of the eighth city are filled in: words instead of dates, days that do not exist, a whole staff as a number."""

from __future__ import annotations

from tests.city.cells import Cell, Clerk
from tests.city.county_kinds import EVERYDAY
from tests.city.county_words import LOGIN_WORDS
from tests.city.model import CitySystem
from tests.city.neighbours_cells import own_manner

WORDY = "words"  # the precision of a row whose last login is told in words
EVERYBODY = ("全体干部", "全市", "各乡镇", "若干人")


def county_manner(name: str, system: CitySystem, clerk: Clerk) -> Cell | None:
    """The cell where this city writes it in its own manner; `None` where it writes as every city does."""
    if system.precision == WORDY and name == "last_login":
        return Cell(LOGIN_WORDS[int(clerk.rng.integers(len(LOGIN_WORDS)))], None)
    if name == "user_scale" and system.behaviour in EVERYDAY and clerk.rng.random() < 0.04:
        return Cell(EVERYBODY[int(clerk.rng.integers(len(EVERYBODY)))], None)
    if system.precision == WORDY and name in {"last_update", "ops_contract_end"} and name not in system.withheld:
        return None
    return own_manner(name, system, clerk)
