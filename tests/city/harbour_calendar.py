"""When something happens in the seventh city: seasons, ends of months, the operator's days, the assessors' and the attackers' days."""

from __future__ import annotations

from datetime import date, timedelta

from tests.city.harbour_words import SEASONS
from tests.city.model import END, CitySystem
from tests.city.neighbours_calendar import works

ASSESSED = (date(2026, 2, 10), date(2026, 2, 11))  # when the assessors of 等保 were in the house
ATTACKED = (date(2026, 3, 17), date(2026, 3, 18))  # the province's exercise of attack and defence
BILLS_ON = 25  # the day of the month on which meters are billed


def season_of(system: CitySystem) -> frozenset[int] | None:
    """The months in which a seasonal system is used; `None`: it is not seasonal."""
    return next((frozenset(months) for name, months in SEASONS.items() if name in system.name), None)


def last_day_in_season(months: frozenset[int]) -> date:
    """The last day before the period's end that lies in the season."""
    day = END - timedelta(days=1)
    while day.month not in months:
        day -= timedelta(days=1)
    return day


def ends_a_month(day: date) -> bool:
    """Whether it is one of the last two working days of its month, or its first."""
    return day in _worked(day)[-2:] or day == _worked(day)[0]


def _worked(day: date) -> list[date]:
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    every = [day.replace(day=n) for n in range(1, (following - timedelta(days=1)).day + 1)]
    return [one for one in every if works(one)]


def is_patch_day(day: date) -> bool:
    """The operator patches in the evening of a month's third Wednesday."""
    return day.weekday() == 2 and 15 <= day.day <= 21


def halls_open(day: date) -> bool:
    """The service halls open on Saturdays, too."""
    return works(day) or (day.weekday() == 5 and day.month != 2)
