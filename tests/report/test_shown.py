from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.shown import amount, percent, points


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (1, 4, "25.0%"), (0, 4, "0%"), (4, 4, "100%"), (1, 10_000, "<0.1%"), (9_999, 10_000, ">99.9%"), (None, 4, "n/a"), (3, 0, "n/a"),
        (0, 0, "n/a"), (3, None, "n/a"), (5, 4, "125.0%"), (10_001, 10_000, "100.1%"), (-1, 10_000, ">-0.1%"),
    ],
)  # fmt: skip
def test_percent(numerator: int | None, denominator: int | None, text: str) -> None:
    assert percent(numerator, denominator) == text


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_zero_and_hundred_percent_are_shown_only_where_they_are_true(numerator: int, denominator: int) -> None:
    shown = percent(numerator, denominator)
    assert (shown in {"0%", "0.0%"}) == (numerator == 0)
    assert (shown in {"100%", "100.0%"}) == (Fraction(numerator, denominator) == 1)


@given(st.floats(0, 2, exclude_min=True), st.sampled_from([0.6, 0.3, 0.85]))
def test_a_missed_target_never_looks_met(value: float, target: float) -> None:
    shown = percent(value, 1, target=target)
    if shown.endswith("%") and shown[0] not in "<>" and abs(value - target) > 1e-7:
        told = float(shown[:-1].replace(",", "")) / 100
        assert (told >= target) == (value >= target)


def test_a_rate_just_below_its_target_gets_more_digits() -> None:
    assert percent(59.996, 100, target=0.6) == "59.996%"
    assert percent(60, 100, target=0.6) == "60.0%"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (12_345, "12,345"), (1.25, "1.2"), (0.001, "<0.1"), (-0.001, ">-0.1"), (None, "n/a"), (16.0, "16")],
)
def test_amount(value: float | None, text: str) -> None:
    assert amount(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0123, "+1.2"), (-0.05, "-5.0"), (0, "0"), (None, "n/a"), (0.0001, "<+0.1"), (-0.0001, ">-0.1")],
)
def test_points(value: float | None, text: str) -> None:
    assert points(value) == text
