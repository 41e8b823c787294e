"""Week, the unit of planning time: ISO 8601, written `2026-W14`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_FORM = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week. Weeks are ordered, `week + 3` and `week - other` count weeks, years have 52 or 53 of them."""

    year: int
    number: int

    def __post_init__(self) -> None:
        try:
            date.fromisocalendar(self.year, self.number, 1)
        except ValueError as error:
            message = f"{self.year}-W{self.number:02d} is not an ISO week"
            raise ValueError(message) from error

    @staticmethod
    def parse(text: str) -> Week:
        """Read `2026-W14`.

        Raises:
            ValueError: the text has another form, or the year has no such week.
        """
        found = _FORM.fullmatch(text)
        if not found:
            message = f"{text!r} is not a week of the form 2026-W14"
            raise ValueError(message)
        return Week(int(found[1]), int(found[2]))

    @staticmethod
    def of(day: date) -> Week:
        """The week that a day lies in."""
        year, number, _ = day.isocalendar()
        return Week(year, number)

    @property
    def monday(self) -> date:
        """The first day of the week."""
        return date.fromisocalendar(self.year, self.number, 1)

    def day(self, weekday: int) -> date:
        """A day of the week, 1 = Monday … 7 = Sunday."""
        return date.fromisocalendar(self.year, self.number, weekday)

    def __add__(self, weeks: int) -> Week:
        """The week so many weeks later."""
        return Week.of(self.monday + timedelta(weeks=weeks))

    def __sub__(self, other: Week) -> int:
        """How many weeks lie between two weeks."""
        return (self.monday - other.monday).days // 7

    def __str__(self) -> str:
        """The ISO form, `2026-W14`."""
        return f"{self.year:04d}-W{self.number:02d}"
