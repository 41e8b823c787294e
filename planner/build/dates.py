"""Dates into weeks of the horizon: cut-over days, blocked weeks, the periods of teams.

A week is blocked as a whole or not at all; amounts per month and quarter round down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from catalogs.public_holidays import public_holidays
from catalogs.weeks import Week
from planner.problem.problem import Period

if TYPE_CHECKING:
    from catalogs.models_calendar import OfficialHoliday, Scope, Window
    from catalogs.models_planning import FreezeRule, PlannedTeam


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """The weeks that are planned; week 0 is `first_week`, cut-over is on `cutover_weekday` (1 Monday … 7 Sunday)."""

    first_week: Week
    weeks: int
    cutover_weekday: int

    def number_of(self, day: date) -> int:
        """The week a day lies in; may be negative or beyond the horizon."""
        return Week.of(day) - self.first_week

    def last_cutover_by(self, day: date) -> int:
        """The last week whose cut-over day is not later than a day: what “by that day” means."""
        week = Week.of(day)
        late = week.day(self.cutover_weekday) > day
        return week - self.first_week - (1 if late else 0)

    def first_from(self, day: date) -> int:
        """The first week that begins on a day or later: capacity that comes on that day can be used from it."""
        week = Week.of(day)
        return week - self.first_week + (0 if day <= week.monday else 1)

    def days_of(self, number: int) -> tuple[date, ...]:
        """Monday to Sunday of a week."""
        monday = (self.first_week + number).monday
        return tuple(monday + timedelta(days=offset) for offset in range(7))

    def cutover_day(self, number: int) -> date:
        """The day of cut-over of a week."""
        return self.days_of(number)[self.cutover_weekday - 1]


def blocked_weeks(window: Window, horizon: Horizon, rule: FreezeRule) -> tuple[int, ...]:
    """The weeks that a window blocks: its cut-over day, or enough of its working days, lie in the window."""
    first, last = horizon.days_of(0)[0], horizon.days_of(horizon.weeks - 1)[-1]
    days = set(days_of_window(window, first, last))
    found = []
    for number in range(horizon.weeks):
        week = horizon.days_of(number)
        working = sum(day in days for day in week[:5])
        if horizon.cutover_day(number) in days or working >= rule.working_days_blocked:
            found.append(number)
    return tuple(found)


def days_of_window(window: Window, first: date, last: date) -> Iterator[date]:
    """Every day of a window between two days, both included; a day may come twice."""
    for span in window.dates:
        yield from _between(max(span.from_on, first), min(span.until_on, last))
    for year in range(first.year - 1, last.year + 1):
        for yearly in window.yearly:
            begins, ends = _day_of_year(year, yearly.from_day), _day_of_year(year, yearly.until_day)
            if ends < begins:
                ends = _day_of_year(year + 1, yearly.until_day)
            yield from _between(max(begins, first), min(ends, last))
    for day in _between(first, last):
        if any(monthly.from_day <= day.day <= monthly.until_day for monthly in window.monthly):
            yield day
    for holiday in window.holidays:
        yield from (day for day in _holiday_days(holiday, first, last) if first <= day <= last)


def _between(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _day_of_year(year: int, month_day: str) -> date:
    month, day = int(month_day[:2]), int(month_day[3:])
    if (month, day) == (2, 29) and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        day = 28
    return date(year, month, day)


def _holiday_days(holiday: OfficialHoliday, first: date, last: date) -> Iterator[date]:
    """The run of days off around each day of the holiday, with the days added before and after it.

    Days moved by the State Council bear no name of a holiday; they belong to the run that they are part of.
    """
    official = public_holidays(holiday.country, first.year - 1, last.year + 1).off

    def is_off(day: date) -> bool:
        return day in official or day.isoweekday() >= 6

    for day, name in official.items():
        if holiday.names and not any(word in name for word in holiday.names):
            continue
        begins, ends = day, day
        while is_off(begins - timedelta(days=1)):
            begins -= timedelta(days=1)
        while is_off(ends + timedelta(days=1)):
            ends += timedelta(days=1)
        yield from _between(begins - timedelta(days=holiday.days_before), ends + timedelta(days=holiday.days_after))


def concerns(
    scope: Scope,
    *,
    department: str | None = None,
    tags: Iterable[str] = (),
    system: str | None = None,
    zones: Iterable[str] = (),
    system_class: str | None = None,
) -> bool:
    """Whether a window's scope holds for a department or a system."""
    return (
        scope.everyone
        or (department is not None and department in scope.departments)
        or bool(set(tags) & set(scope.tags))
        or (system is not None and system in scope.systems)
        or bool(set(zones) & set(scope.zones))
        or (system_class is not None and system_class in scope.classes)
    )


def periods_of(team: PlannedTeam, horizon: Horizon) -> tuple[Period, ...]:
    """A team's periods within the horizon.

    A week counts for the month or quarter that its Thursday lies in, as in
    ISO 8601; a period that is only partly in the horizon has its share of the amount, rounded down.
    """
    if team.period == "week":
        return tuple(
            Period(from_week=week, to_week=week, amount=_amount(team, horizon, week)) for week in range(horizon.weeks)
        )
    found = []
    for weeks, in_all in _grouped(team.period, horizon):
        amount = _amount(team, horizon, weeks[0]) * len(weeks) // in_all
        found.append(Period(from_week=weeks[0], to_week=weeks[-1], amount=amount))
    return tuple(found)


def partial_periods(team: PlannedTeam, horizon: Horizon) -> list[tuple[int, int, int, int]]:
    """First and last week, weeks inside and weeks in all of each month or quarter that is only partly in the horizon."""
    if team.period == "week":
        return []
    grouped = _grouped(team.period, horizon)
    return [(weeks[0], weeks[-1], len(weeks), in_all) for weeks, in_all in grouped if len(weeks) < in_all]


def _grouped(period: str, horizon: Horizon) -> list[tuple[list[int], int]]:
    """The weeks of the horizon by month or quarter, and how many weeks each has in all."""
    grouped: dict[tuple[int, int], list[int]] = {}
    for week in range(horizon.weeks):
        grouped.setdefault(_period_of(_thursday(horizon, week), period), []).append(week)
    return [(weeks, _weeks_in(key, period)) for key, weeks in sorted(grouped.items())]


def _amount(team: PlannedTeam, horizon: Horizon, week: int) -> int:
    monday = horizon.days_of(week)[0]
    in_force = [change.amount for change in team.changes if change.from_on <= monday]
    return in_force[-1] if in_force else team.amount


def _thursday(horizon: Horizon, week: int) -> date:
    return horizon.days_of(week)[3]


def _period_of(day: date, period: str) -> tuple[int, int]:
    return (day.year, day.month if period == "month" else (day.month - 1) // 3 + 1)


def _weeks_in(key: tuple[int, int], period: str) -> int:
    """How many weeks have their Thursday in a month or quarter."""
    year, number = key
    months = 1 if period == "month" else 3
    first_month = number if period == "month" else (number - 1) * 3 + 1
    first = date(year, first_month, 1)
    last_month = first_month + months
    after = date(year + (last_month > 12), (last_month - 1) % 12 + 1, 1)
    days = (first + timedelta(days=offset) for offset in range((after - first).days))
    return sum(day.isoweekday() == 4 for day in days)
