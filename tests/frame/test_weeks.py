"""Week: ISO weeks, week 53 among them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs.weeks import Week

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


def test_it_reads_and_writes_the_iso_form() -> None:
    assert str(Week.parse("2026-W14")) == "2026-W14"
    assert Week.parse("2026-W14").monday == date.fromisoformat("2026-W14")


def test_week_53_exists_in_some_years_only() -> None:
    assert Week.parse("2026-W53") + 1 == Week.parse("2027-W01")
    with pytest.raises(ValueError, match="not an ISO week"):
        Week.parse("2025-W53")


@pytest.mark.parametrize("text", ["2026-14", "2026-W1", "2026W14", "", "2026-W00"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="week"):
        Week.parse(text)


@given(DAYS, st.integers(-600, 600))
def test_adding_and_subtracting_agree(day: date, weeks: int) -> None:
    week = Week.of(day)
    assert (week + weeks) - week == weeks
    assert week.monday <= day <= week.day(7)
    assert (week + weeks > week) == (weeks > 0)
