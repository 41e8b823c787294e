"""When something happens in the eighth city: market days, shifts, batches, the fair, the inspection, the operator's days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tests.city.model import RESTS, City
from tests.city.neighbours_calendar import works

Hours = NDArray[np.bool_]
INSPECTED = (date(2026, 3, 11), date(2026, 3, 12))
FAIR = tuple(date(2026, 1, 19) + timedelta(days=n) for n in range(5))
DECLARED_FROM = date(2026, 3, 16)  # when the year's declarations begin
CLOSED_ON = date(2026, 1, 31)  # when the app was taken down
VISITED = (date(2026, 1, 13), date(2026, 2, 5), date(2026, 3, 10))  # by whom, nobody knows
DARK = (date(2026, 2, 14), date(2026, 2, 23))  # the monitoring of the machine rooms is off over the Spring Festival


def is_market_day(day: date) -> bool:
    """Markets are held when the date ends in three or eight, except in the Spring Festival."""
    return day.day % 5 == 3 and day.day < 31 and day not in RESTS


def is_shift_day(day: date) -> bool:
    """The zone works on weekends, too; it rests in the Spring Festival."""
    return day not in RESTS


def is_batch_day(day: date) -> bool:
    """The two evenings before payment on the tenth."""
    return day.day in {9, 10}


def is_patch_day(day: date) -> bool:
    """The operator patches in the evening of a month's second Tuesday."""
    return day.weekday() == 1 and 8 <= day.day <= 14


def declares(day: date) -> bool:
    """Whether the year's declarations have begun, on a working day."""
    return day >= DECLARED_FROM and works(day)


def on_days(city: City, wanted: Callable[[date], bool]) -> Hours:
    """The hours of the days of the period that are wanted."""
    return np.repeat(np.array([wanted(city.start + timedelta(days=n)) for n in range(city.days)], bool), 24)
