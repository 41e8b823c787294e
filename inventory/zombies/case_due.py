"""Until when the next step of a case is due: a period of days that ends on a working day.

A period whose last day is a day off ends on the next working day (民法典第二百零三条); which days those are follows the
notices of 国务院办公厅. The day is kept in the decision, so that no later change of profile or calendar moves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from catalogs.public_holidays import public_holidays

# Days a step may take before the case is overdue (practice, U); the notice has the profile's objection period.
USUAL_DAYS: Mapping[str, int] = {
    "opened": 10, "replied": 15, "objected": 15, "confirmed": 30, "backed-up": 15, "shut-down": 30, "released": 15,
}  # fmt: skip


def is_working_day(day: date) -> bool:
    """Whether offices work: no weekend that is not worked instead, no public holiday."""
    known = public_holidays("CN", day.year - 1, day.year + 1)  # a weekend may be worked for a holiday of next January
    return day in known.worked or (day.weekday() < 5 and day not in known.off)


def last_day(start: date, days: int) -> date:
    """The last day of a period that begins after `start`: `days` later, or the next working day."""
    day = start + timedelta(days=days)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def usual_due(step: str, on: date, objection_days: int) -> date | None:
    """Until when the step after this one is due; `None` where nothing follows, or the day must be given (a hold)."""
    days = objection_days if step == "notified" else USUAL_DAYS.get(step)
    return None if days is None else last_day(on, days)
