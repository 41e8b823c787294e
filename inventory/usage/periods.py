"""The periods that a command on usage is asked for, and those to compare them with."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from catalogs.errors import UsageError
from catalogs.words import Text
from inventory.telemetry.form import LOCAL_ZONE, Period, months_before

Compared = Literal["previous", "year-ago"]
_FORMS = {
    "month": (r"(\d{4})-(\d{2})", 1, "2026-03"),
    "quarter": (r"(\d{4})-?[Qq]([1-4])", 3, "2026Q1"),
    "year": (r"(\d{4})()", 12, "2026"),
}


def period_of(
    as_of: datetime, *, month: str | None = None, quarter: str | None = None, year: str | None = None,
    start: str | None = None, end: str | None = None,
) -> Period:  # fmt: skip
    """The period that the options ask for; without any, the last full month.

    Raises:
        UsageError: they do not go together, are no days, or the period begins after `as_of`: nothing can be known of it.
    """
    period = _asked(as_of, month=month, quarter=quarter, year=year, start=start, end=end)
    on = as_of.astimezone(ZoneInfo(LOCAL_ZONE)).date()
    if period.start_on > on:
        raise UsageError(
            f"{period.start_on} 起的期间在 --as-of {on} 之后，还没有数据", f"the period from {period.start_on} lies after --as-of {on}: nothing is known of it",
            hint=Text("改期间，或把 --as-of 往后放", "ask for an earlier period, or move --as-of"),
        )  # fmt: skip
    return period


def _asked(
    as_of: datetime, *, month: str | None, quarter: str | None, year: str | None, start: str | None, end: str | None
) -> Period:
    from inventory.zombies.system_facts import window_end

    named = {name: text for name, text in (("month", month), ("quarter", quarter), ("year", year)) if text}
    if len(named) > 1 or (named and (start or end)):
        raise UsageError(
            "--month、--quarter、--year 和 --from/--to 只能用一种",
            "--month, --quarter, --year and --from/--to do not go together",
        )
    for name, text in named.items():
        return _named(name, text)
    last = window_end(as_of)
    if not (start or end):
        stop = last.replace(day=1)
        return Period(months_before(stop, 1), stop)
    try:
        stop = date.fromisoformat(end) if end else last
        begin = date.fromisoformat(start) if start else stop - timedelta(days=30)
    except ValueError:
        raise UsageError("日期应写成 2026-03-01", "days are written 2026-03-01") from None
    if begin >= stop:
        raise UsageError("--from 必须早于 --to", "--from must lie before --to")
    return Period(begin, stop)


def _named(name: str, text: str) -> Period:
    form, months, example = _FORMS[name]
    found = re.fullmatch(form, text.strip())
    number = int(found[2] or 1) if found else 0
    if found is None or not 1 <= number <= 12 or int(found[1]) < 1:
        raise UsageError(f"--{name} {text}：应写成 {example}", f"--{name} {text}: expected {example}")
    first = date(int(found[1]), (number - 1) * (3 if name == "quarter" else 1) + 1, 1)
    return Period(first, months_before(first, -months))


def compared_with(period: Period, how: Compared) -> Period:
    """The period before of the same kind (month, quarter, year, or as many days), or the same one a year ago."""
    months = whole_months(period)
    back = 12 if how == "year-ago" else months
    if back:
        return Period(months_before(period.start_on, back), months_before(period.end_on, back))
    return Period(period.start_on - timedelta(days=period.days), period.start_on)


def whole_months(period: Period) -> int:
    """How many calendar months a period is made of; 0 where it does not begin and end with one."""
    if period.start_on.day != 1 or period.end_on.day != 1:
        return 0
    return (period.end_on.year - period.start_on.year) * 12 + period.end_on.month - period.start_on.month
