"""What is left outside the busiest hour of each day: exact where a day is whole, never too little where samples are missing."""

from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.telemetry.form import MICRO, Period
from inventory.telemetry.query import Measured, Member, measure
from tests.inventory.telemetry.samples import DAY, NOON, a_server, raw, rolled, stored

MIDNIGHT = NOON - 12 * 3600


def measured(folder: Path, values: dict[int, float], interval_s: int, metric: str = "network") -> Measured:
    rows = [
        {"machine": "vm-1", "at_s": MIDNIGHT + at, "metric": metric, "value": value, "interval_s": interval_s, "capacity": None}
        for at, value in values.items()
    ]  # fmt: skip
    (row,) = measure(rolled(folder, stored(folder, raw(*rows))), [a_server()], [Member("vm-1", "server", "vm-1")], [Period(DAY, DAY + timedelta(days=1))], metrics=(metric,))  # fmt: skip
    return row


def rest(row: Measured) -> float:
    """The mean outside the busiest hour."""
    return (row.value_s - row.busiest_value_s) / MICRO / (row.covered_seconds - row.busiest_seconds)


@pytest.mark.parametrize("interval_s", [300, 3600])
def test_a_backup_of_one_hour_leaves_the_floor(tmp_path: Path, interval_s: int) -> None:
    backup = {at: (24.0 if at // 3600 == 2 else 0.05) for at in range(0, 86_400, interval_s)}
    row = measured(tmp_path, backup, interval_s)
    assert row.busiest_seconds == 3600
    assert rest(row) == pytest.approx(0.05)
    assert row.value_s / MICRO / row.covered_seconds == pytest.approx((24 + 23 * 0.05) / 24)


def test_work_over_a_day_is_left(tmp_path: Path) -> None:
    office = {at: (3.0 if 9 <= at // 3600 < 18 else 0.05) for at in range(0, 86_400, 3600)}
    assert rest(measured(tmp_path, office, 3600)) == pytest.approx((8 * 3 + 15 * 0.05) / 23)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lost=st.sets(st.integers(0, 287), max_size=200), hour=st.integers(0, 23))
def test_missing_samples_never_make_it_too_little(
    tmp_path_factory: pytest.TempPathFactory, lost: set[int], hour: int
) -> None:
    known = {n * 300: (24.0 if n // 12 == hour else 0.5) for n in range(288) if n not in lost}
    row = measured(tmp_path_factory.mktemp("telemetry"), known, 300)
    hours: dict[int, list[float]] = defaultdict(list)
    for at, value in known.items():
        hours[at // 3600].append(value)
    busiest = max(hours, key=lambda one: sum(hours[one]) / len(hours[one]))
    truth = [value for one, values in hours.items() if one != busiest for value in values]
    assert rest(row) >= (sum(truth) / len(truth) if truth else 0) - 1e-6


def test_a_metric_with_a_capacity_has_none(tmp_path: Path) -> None:
    row = measured(tmp_path, dict.fromkeys(range(0, 86400, 3600), 1.0), 3600, metric="cpu")
    assert (row.busiest_seconds, row.busiest_value_s) == (0, 0)
