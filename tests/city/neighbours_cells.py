"""How the fifth city's units fill in their ledgers: blanks, months, years, their own words for state and category."""

from __future__ import annotations

from tests.city.cells import Cell, Clerk
from tests.city.model import CitySystem

DATES = {"last_login": "last_login_on", "last_update": "last_update_on", "ops_contract_end": "contract_end_on"}
THIS_YEAR = 2026


def own_manner(name: str, system: CitySystem, clerk: Clerk) -> Cell | None:
    """The cell where this city writes it in its own manner; `None` where it writes as every city does.

    A year alone is written only of years that are over for good: who last logged in in 2025 says the month.
    """
    if name in system.withheld:
        return clerk.null()
    if name in DATES and system.precision != "day":
        day = getattr(system, DATES[name])
        if day is not None and system.precision == "year" and day.year < THIS_YEAR - 1:
            return Cell(f"{day.year}年", str(day.year))
        return clerk.month(day)
    own = {"status": system.state, "sys_class": system.category}.get(name)
    return None if own is None else Cell(own, own)
