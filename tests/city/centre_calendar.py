"""When something happens in the sixth city: seasons by month, one day of service a month, the operator's own days."""

from __future__ import annotations

import zlib
from datetime import date, timedelta

from tests.city.centre_words import SEASONS
from tests.city.model import END, CitySystem
from tests.city.neighbours_calendar import works


def season_of(system: CitySystem) -> frozenset[int] | None:
    """The months in which a seasonal system is used; `None`: it is not seasonal."""
    return next((frozenset(months) for name, months in SEASONS.items() if name in system.name), None)


def last_day_in_season(months: frozenset[int]) -> date:
    """The last day before the period's end that lies in the season."""
    day = END - timedelta(days=1)
    while day.month not in months:
        day -= timedelta(days=1)
    return day


def service_number(system: CitySystem) -> int:
    """The day of the month on which a system of one day a month is open: 5, 10, 15, 20 or 25."""
    return 5 + 5 * (zlib.crc32(system.id.encode()) % 5)


def is_service_day(system: CitySystem, day: date) -> bool:
    """Whether it is that day, or the first working day after it."""
    opens = day.replace(day=service_number(system))
    while not works(opens):
        opens += timedelta(days=1)
    return day == opens


def is_patch_day(day: date) -> bool:
    """The operator patches in the evening of a month's last Tuesday."""
    return day.weekday() == 1 and (day + timedelta(days=7)).month != day.month


def is_scan_day(day: date) -> bool:
    """Its scanner goes round on a month's third Sunday."""
    return day.weekday() == 6 and 15 <= day.day <= 21
