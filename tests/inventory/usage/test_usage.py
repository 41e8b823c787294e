"""Usage rates: weighted and simple, over time and groups, with coverage; n/a where nothing was measured."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from inventory.model import Inventory, Server, System
from inventory.telemetry.form import Period, day_start, trailing_months
from inventory.telemetry.query import Rollup, percentile_bin
from inventory.usage.rates import Basis, Rate, usage_rates
from tests.inventory.telemetry.samples import DAY, NOON, a_server, raw, rolled, stored

MARCH_10 = Period(DAY, DAY + timedelta(days=1))
MIDNIGHT = NOON - 12 * 3600


def an_inventory(*servers: Server) -> Inventory:
    systems = (
        System(id="sys-1", name="一", department="市一局", department_id="d1", secrecy="unclassified", xinchuang=True),
    )
    return Inventory(as_of=datetime(2026, 4, 1, tzinfo=UTC), systems=systems, servers=servers)


def day_of(
    machine: str, ratio: float, *, day: date = DAY, metric: str = "cpu", **more: object
) -> list[dict[str, object]]:
    return [
        {"machine": machine, "metric": metric, "at_s": day_start(day) + 3600 * n, "ratio": ratio, "interval_s": 3600}
        | more
        for n in range(24)
    ]


def rates(
    rollup: Rollup, inventory: Inventory, period: Period = MARCH_10, kind: str = "system", **more: object
) -> dict[tuple[str, str, str], Rate]:
    found = usage_rates(inventory, rollup, period, kinds=(kind,), **more)  # type: ignore[arg-type]
    return {(rate.group, rate.metric, rate.statistic): rate for rate in found}


def test_weighted_and_simple_differ(tmp_path: Path) -> None:
    big, small = a_server("big", vcpu=30, system_id="sys-1"), a_server("small", vcpu=2, system_id="sys-1")
    rollup = rolled(tmp_path, stored(tmp_path, raw(*day_of("big", 0.5), *day_of("small", 0.1)), servers=[big, small]))
    found = rates(rollup, an_inventory(big, small))
    weighted, simple = found["sys-1", "cpu", "weighted_mean"], found["sys-1", "cpu", "simple_mean"]
    assert (weighted.numerator, weighted.denominator) == (86_400 * 15_200_000, 86_400 * 32_000_000)
    assert weighted.ratio == pytest.approx(0.475)
    assert simple.ratio == pytest.approx(0.3)
    assert (weighted.coverage, weighted.servers, weighted.measured_servers) == (1.0, 2, 2)


def test_a_resize_counts_by_time(tmp_path: Path) -> None:
    server = a_server("vm-1", vcpu=8, system_id="sys-1")
    rows = [row | {"capacity": 2.0 if row["at_s"] < NOON else 8.0} for row in day_of("vm-1", 0.5)]  # type: ignore[operator]
    found = rates(rolled(tmp_path, stored(tmp_path, raw(*rows), servers=[server])), an_inventory(server))
    assert found["sys-1", "cpu", "weighted_mean"].denominator == 43_200 * (2_000_000 + 8_000_000)


def test_missing_samples_are_not_zero(tmp_path: Path) -> None:
    seen, unseen = a_server("vm-1", system_id="sys-1"), a_server("vm-2", system_id="sys-1")
    rollup = rolled(tmp_path, stored(tmp_path, raw(*day_of("vm-1", 0.4)[:12]), servers=[seen, unseen]))
    rate = rates(rollup, an_inventory(seen, unseen))["sys-1", "cpu", "weighted_mean"]
    assert rate.ratio == pytest.approx(0.4)
    assert (rate.coverage, rate.servers, rate.measured_servers) == (0.25, 2, 1)


def test_nothing_measured_is_not_available(tmp_path: Path) -> None:
    server = a_server("vm-1", system_id="sys-1")
    rollup = rolled(tmp_path, stored(tmp_path, raw(*day_of("vm-1", 0.4)), servers=[server]))
    found = rates(rollup, an_inventory(server))
    for metric, statistic in (("memory", "weighted_mean"), ("storage", "simple_mean"), ("combined", "combined")):
        rate = found["sys-1", metric, statistic]
        assert (rate.ratio, rate.numerator) == (None, None)
        assert rate.why_unknown is not None
    later = rates(rollup, an_inventory(server), Period(date(2026, 3, 11), date(2026, 3, 12)))
    assert later["sys-1", "cpu", "weighted_mean"].ratio is None


def test_switched_off_time_by_profile(tmp_path: Path) -> None:
    on = a_server("vm-1", system_id="sys-1")
    off = a_server("vm-2", system_id="sys-1", power="off", powered_off_on=date(2026, 1, 1))
    rollup = rolled(tmp_path, stored(tmp_path, raw(*day_of("vm-1", 0.4)), servers=[on, off]))
    excluded = rates(rollup, an_inventory(on, off))["sys-1", "cpu", "weighted_mean"]
    unused = rates(rollup, an_inventory(on, off), basis=Basis(powered_off="zero"))["sys-1", "cpu", "weighted_mean"]
    assert excluded.ratio == pytest.approx(0.4)
    assert unused.ratio == pytest.approx(0.2)
    assert (excluded.coverage, excluded.off_seconds) == (1.0, 86_400)
    assert (unused.coverage, unused.off_seconds) == (1.0, 86_400)


def test_a_new_server_is_expected_only_since_its_creation(tmp_path: Path) -> None:
    server = a_server("vm-1", system_id="sys-1", created_on=DAY)
    rollup = rolled(tmp_path, stored(tmp_path, raw(*day_of("vm-1", 0.4)), servers=[server]))
    rate = rates(rollup, an_inventory(server), Period(date(2026, 3, 1), date(2026, 3, 11)))[
        "sys-1", "cpu", "weighted_mean"
    ]
    assert (rate.expected_seconds, rate.coverage, rate.days) == (86_400, 1.0, 1)


def test_mean_of_daily_peaks_and_percentile(tmp_path: Path) -> None:
    server = a_server("vm-1", system_id="sys-1")
    quiet, busy = day_of("vm-1", 0.1), day_of("vm-1", 0.1, day=date(2026, 3, 11))
    busy[5]["ratio"] = 0.7
    rollup = rolled(tmp_path, stored(tmp_path, raw(*quiet, *busy), servers=[server]))
    found = rates(rollup, an_inventory(server), Period(DAY, date(2026, 3, 12)), with_p95=True)
    assert found["sys-1", "cpu", "mean_daily_peak"].ratio == pytest.approx(0.4)
    assert found["sys-1", "cpu", "peak"].ratio == pytest.approx(0.7)
    assert found["sys-1", "cpu", "p95"].ratio == pytest.approx(0.11)


def test_combined_rate_has_the_weights_of_the_profile(tmp_path: Path) -> None:
    server = a_server("vm-1", system_id="sys-1")
    rows = [
        row
        for metric, ratio in (("cpu", 0.5), ("memory", 0.25), ("storage", 0.1))
        for row in day_of("vm-1", ratio, metric=metric)
    ]
    found = rates(rolled(tmp_path, stored(tmp_path, raw(*rows), servers=[server])), an_inventory(server), kind="city")
    assert found["city", "combined", "combined"].ratio == pytest.approx(0.4 * 0.5 + 0.4 * 0.25 + 0.2 * 0.1)


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("department", "市一局"),
        ("pool", "x86"),
        ("zone", "-"),
        ("xinchuang", "xinchuang"),
        ("cloud", "cloud-a"),
        ("server", "vm-1"),
    ],
)
def test_groups(tmp_path: Path, kind: str, group: str) -> None:
    server = a_server("vm-1", system_id="sys-1", pool="x86", cloud="cloud-a")
    rollup = rolled(tmp_path, stored(tmp_path, raw(*day_of("vm-1", 0.4)), servers=[server]))
    assert rates(rollup, an_inventory(server), kind=kind)[group, "cpu", "weighted_mean"].ratio == pytest.approx(0.4)


def test_percentiles_of_bins() -> None:
    assert percentile_bin([0] * 101, 0.95) is None
    assert percentile_bin([95, 5, *[0] * 99], 0.95) == 1
    assert percentile_bin([94, *[0] * 98, 6, 0], 0.95) == 100


def test_trailing_months() -> None:
    assert trailing_months(date(2026, 4, 1), 3) == (
        Period(date(2026, 1, 1), date(2026, 2, 1)),
        Period(date(2026, 2, 1), date(2026, 3, 1)),
        Period(date(2026, 3, 1), date(2026, 4, 1)),
    )
    assert trailing_months(date(2026, 3, 31), 1) == (Period(date(2026, 2, 28), date(2026, 3, 31)),)


@pytest.mark.parametrize("powered_off", ["zero", "exclude"])
def test_days_that_are_still_to_come_are_no_switched_off_time(
    tmp_path: Path, powered_off: Literal["zero", "exclude"]
) -> None:
    """March as of the 10th: whether a server that is off stays so is not known, so only ten days count as unused."""
    on = a_server("on", system_id="sys-1")
    off = a_server("off", system_id="sys-1", power="off", powered_off_on=date(2026, 1, 1))
    march = Period(date(2026, 3, 1), date(2026, 4, 1))
    rows = [row for n in range(10) for row in day_of("on", 0.5, day=march.start_on + timedelta(days=n))]
    rollup = rolled(tmp_path, stored(tmp_path, raw(*rows), servers=[off, on]))
    as_of = datetime(2026, 3, 10, 15, 59, 59, tzinfo=UTC)
    found = rates(rollup, replace(an_inventory(on, off), as_of=as_of), march, basis=Basis(powered_off=powered_off))
    rate = found["sys-1", "cpu", "weighted_mean"]
    assert rate.ratio == (0.25 if powered_off == "zero" else 0.5)
    assert (rate.off_seconds, rate.days) == (10 * 86_400, 10)
