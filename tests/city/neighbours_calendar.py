"""The working days of the fifth city: public holidays, weekends that are worked for them, the first days of a month."""

from __future__ import annotations

from datetime import date

from tests.city.model import RESTS

# Worked in exchange for the holidays (State Council notice for 2026).
WORKED_WEEKENDS = (date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28))


def works(day: date) -> bool:
    """Whether offices work on it."""
    return day not in RESTS and (day.weekday() < 5 or day in WORKED_WEEKENDS)


def in_first_working_days(day: date) -> bool:
    """Whether it is among the first five working days of its month, when reports of the month before are due."""
    worked = [one for one in (day.replace(day=n) for n in range(1, day.day + 1)) if works(one)]
    return day in worked and len(worked) <= 5
