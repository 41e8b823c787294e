"""When something happens in the tenth city: agents, patches, the works' power cut, terms, windows, and the first day of a script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tests.city.model import City
from tests.city.neighbours_calendar import works

Hours = NDArray[np.bool_]
CLOSED_ON = date(2026, 1, 23)  # the hall's last day before it is rebuilt
ENTRIES = (date(2026, 3, 9), date(2026, 3, 13))
EXERCISED_ON = date(2026, 3, 11)
BUSY_SINCE = date(2026, 1, 5)  # the pair's traffic, from nine in the morning
LAST_DAYS = date(2026, 3, 24)  # the quarter's returns are due; and all the staff are told to log in
HOLIDAYS = (date(2026, 1, 24), date(2026, 3, 1))  # of the schools
POWER_CUT = (date(2026, 2, 7), date(2026, 2, 8))  # a weekend of works on the cables of the machine rooms


def is_patch_day(day: date) -> bool:
    """The operator patches and restarts in the night of a month's third Sunday."""
    return day.weekday() == 6 and 15 <= day.day <= 21


def is_weak_password_day(day: date) -> bool:
    """The operator tries simple passwords on every site on the twentieth."""
    return day.day == 20


def is_power_cut(day: date) -> bool:
    """Whether the machine rooms are without power."""
    return POWER_CUT[0] <= day <= POWER_CUT[1]


def is_term_day(day: date) -> bool:
    """Whether there is school."""
    return works(day) and not HOLIDAYS[0] <= day <= HOLIDAYS[1]


def is_entry_day(day: date) -> bool:
    """Whether entries are taken."""
    return ENTRIES[0] <= day <= ENTRIES[1]


def is_due_day(day: date) -> bool:
    """The working days at the end of the quarter."""
    return works(day) and day >= LAST_DAYS


def is_street_friday(day: date) -> bool:
    """The Fridays on which streets hand in their week."""
    return day.weekday() == 4 and works(day)


def is_vendor_day(day: date) -> bool:
    """The Wednesdays on which the maintenance firm looks in."""
    return day.weekday() == 2 and works(day)


def on_days(city: City, wanted: Callable[[date], bool]) -> Hours:
    """The hours of the days of the period that are wanted."""
    return np.repeat(np.array([wanted(city.start + timedelta(days=n)) for n in range(city.days)], bool), 24)
