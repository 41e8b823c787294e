from datetime import UTC, date, datetime

import pytest

from catalogs.errors import UsageError
from inventory.telemetry.form import Period
from inventory.usage.periods import compared_with, period_of

AS_OF = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("options", "start", "end", "before"),
    [
        ({}, date(2026, 3, 1), date(2026, 4, 1), date(2026, 2, 1)),
        ({"month": "2025-12"}, date(2025, 12, 1), date(2026, 1, 1), date(2025, 11, 1)),
        ({"quarter": "2026q1"}, date(2026, 1, 1), date(2026, 4, 1), date(2025, 10, 1)),
        ({"quarter": "2025-Q4"}, date(2025, 10, 1), date(2026, 1, 1), date(2025, 7, 1)),
        ({"year": "2025"}, date(2025, 1, 1), date(2026, 1, 1), date(2024, 1, 1)),
        ({"start": "2026-03-11", "end": "2026-03-21"}, date(2026, 3, 11), date(2026, 3, 21), date(2026, 3, 1)),
    ],
)  # fmt: skip
def test_periods_and_those_before_them(options: dict[str, str], start: date, end: date, before: date) -> None:
    period = period_of(AS_OF, **options)
    assert period == Period(start, end)
    assert compared_with(period, "previous") == Period(before, start)
    assert compared_with(Period(date(2024, 2, 1), date(2024, 3, 1)), "year-ago") == Period(
        date(2023, 2, 1), date(2023, 3, 1)
    )


@pytest.mark.parametrize(
    "options", [{"month": "2026-04"}, {"quarter": "2026Q2"}, {"year": "2027"}, {"start": "2026-04-01", "end": "2026-04-09"}]
)  # fmt: skip
def test_a_period_after_as_of_is_refused(options: dict[str, str]) -> None:
    """Nothing is known of it, not even that a server which is switched off stays so."""
    with pytest.raises(UsageError, match=r"2026-03-31"):
        period_of(AS_OF, **options)


def test_a_period_that_has_begun_may_be_asked_for() -> None:
    first_morning = datetime(2026, 3, 1, 1, tzinfo=UTC)  # 09:00 there
    assert period_of(first_morning, month="2026-03") == Period(date(2026, 3, 1), date(2026, 4, 1))
    assert period_of(datetime(2026, 2, 28, 16, tzinfo=UTC), month="2026-03").start_on == date(2026, 3, 1)
