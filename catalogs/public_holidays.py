"""Public holidays, as the country announces them: the days off, the days moved to make them, the weekends that are worked instead.

The one home of the library `holidays`; for China it follows the notices of 国务院办公厅, year by year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicHolidays:
    """Of some years: days off with their names, in order, and weekends that are worked instead."""

    off: Mapping[date, str]
    worked: frozenset[date]


@cache
def public_holidays(country: str, first_year: int, last_year: int) -> PublicHolidays:
    """The public holidays of a country (ISO 3166, two letters) in some years, both inclusive."""
    import holidays

    found = holidays.country_holidays(country, years=range(first_year, last_year + 1), language="en_US")
    return PublicHolidays(off=dict(sorted(found.items())), worked=frozenset(getattr(found, "weekend_workdays", ())))
