"""What a person sees of rates in a terminal of any width: whole numbers, no column cut off, no change rounded away."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from rich.cells import cell_len
from rich.console import Console

from catalogs.words import Language, set_language
from inventory.telemetry.form import Period
from inventory.usage.allocation import ALLOCATED_KINDS
from inventory.usage.print import points, print_usage
from inventory.usage.rates import RATED, Basis, Rate, Statistic
from inventory.usage.view import UsageView
from inventory.usage.xlsx import usage_book

MARCH, FEBRUARY = Period(date(2026, 3, 1), date(2026, 4, 1)), Period(date(2026, 2, 1), date(2026, 3, 1))
LONG = "城西·政务外网·信创 ARM 二期扩容资源池"


def a_rate(metric: str, statistic: Statistic, numerator: int, denominator: int, period: Period = MARCH) -> Rate:
    return Rate(
        kind="pool", group=LONG, metric=metric, statistic=statistic, period=period, numerator=numerator, denominator=denominator, unit="x",
        covered_seconds=999, expected_seconds=1000, off_seconds=0, servers=1234, measured_servers=1200, days=31,
    )  # fmt: skip


def a_view() -> UsageView:
    means: list[tuple[str, Statistic]] = [*((metric, "weighted_mean") for metric in RATED), ("combined", "combined")]
    held: list[Statistic] = ["allocation", "allocation_end", "allocation_with_orders", "allocation_platform"]
    assert "pool" in ALLOCATED_KINDS
    now = [a_rate(metric, statistic, 123, 1000) for metric, statistic in means]
    now += [a_rate(metric, statistic, 1_470_000_000_000, 1_460_000_000_000) for metric in RATED for statistic in held]
    before = [a_rate(metric, statistic, 12299, 100_000, FEBRUARY) for metric, statistic in means]
    return UsageView(
        by="pool", period=MARCH, rates=tuple(now), basis=Basis(), names={}, compared=FEBRUARY, before=tuple(before)
    )


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut_off(width: int, lang: Language) -> None:
    set_language(lang)
    out = io.StringIO()
    print_usage(Console(file=out, width=width), a_view(), RATED)
    text = out.getvalue()
    assert "…" not in text
    assert max(map(cell_len, text.splitlines())) <= width
    assert text.count("99.9%") == 2 + len(RATED)  # the coverage of both periods, and of what is allocated
    assert text.count("<+0.1") == 4  # a hundredth of a point more is more
    assert text.count("1,470,000/") == text.count("1,460,000") == len(RATED)
    assert "100.7%" in text  # more promised than there is


def test_a_change_is_never_rounded_to_none() -> None:
    assert [points(step) for step in (0.0, 1e-9, -1e-9, 0.2, -0.0004)] == ["0", "<+0.1", ">-0.1", "+20.0", ">-0.1"]


@pytest.mark.parametrize(
    ("value", "shown"), [(0.9997, '">99.9%"'), (0.0003, '"<0.1%"'), (0.5, "0.0%"), (1.0003, '"100.1%"')]
)
def test_a_workbook_shows_0_and_100_percent_only_where_it_is_that(value: float, shown: str) -> None:
    rate = a_rate("cpu", "weighted_mean", round(value * 10_000), 10_000)
    view = UsageView(by="pool", period=MARCH, rates=(rate,), basis=Basis(), names={})
    book = openpyxl.load_workbook(io.BytesIO(usage_book(view, as_of=datetime(2026, 4, 1, tzinfo=UTC))))
    assert shown in book["比率"]["H2"].number_format
    assert shown in book["汇总"]["B2"].number_format
    days = [cell for cell in book["汇总"][2] if "/31" in cell.number_format]
    assert len(days) == 1
