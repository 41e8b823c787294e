"""When something happens in the ninth city: the port's days, snow, rescues, the operator's weekends and the drill."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tests.city.model import RESTS, City
from tests.city.neighbours_calendar import works

Hours = NDArray[np.bool_]
FAIR_ENDS = date(2026, 2, 25)  # the ice festival's last day
TURNED_ON = date(2026, 3, 10)  # when the pair of environments took turns
MONITORED_ON = date(2026, 3, 10)  # when monitoring came to the late one
FIRST_WORKDAY = date(2026, 1, 4)  # of the year; a Sunday that is worked
SNOW = (
    date(2026, 1, 8), date(2026, 1, 9), date(2026, 1, 22), date(2026, 2, 3), date(2026, 2, 4), date(2026, 2, 26),
    date(2026, 3, 6), date(2026, 3, 19),
)  # fmt: skip
RESCUES = (date(2026, 1, 13), date(2026, 2, 8), date(2026, 3, 21))
DRILL = (date(2026, 3, 16), date(2026, 3, 20))  # attackers of the operator's own try all sites


def is_port_day(day: date) -> bool:
    """The crossing opens on Tuesdays and Fridays, not in the Spring Festival."""
    return day.weekday() in {1, 4} and day not in RESTS


def is_quarter_report_day(day: date) -> bool:
    """The first working days of a quarter: of the period, from 4 to 9 January."""
    return day.month in {1, 4, 7, 10} and day.day <= 9 and works(day)


def is_patch_day(day: date) -> bool:
    """The operator patches and restarts in the night of a month's last Saturday."""
    return day.weekday() == 5 and (day + timedelta(days=7)).month != day.month


def is_scan_day(day: date) -> bool:
    """Every file is scanned on the first and on the fifteenth."""
    return day.day in {1, 15}


def is_drill_day(day: date) -> bool:
    """Whether the drill of attack and defence is on."""
    return DRILL[0] <= day <= DRILL[1]


def on_days(city: City, wanted: Callable[[date], bool]) -> Hours:
    """The hours of the days of the period that are wanted."""
    return np.repeat(np.array([wanted(city.start + timedelta(days=n)) for n in range(city.days)], bool), 24)
