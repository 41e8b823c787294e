"""What was measured of a system's servers in a month: use of what they have, traffic and how it spreads, events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from inventory.model import Server
from inventory.telemetry.form import DAY_SECONDS, MICRO, PPM, Period
from inventory.telemetry.query import Measured, Rollup
from inventory.telemetry.spread import spread_of

ACTIVITY = ("visits", "logins", "records", "machine_visits")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfUse:
    """Usage of a system's servers in one month; `None` where nothing was measured. Ratios are 0–1.

    `cpu_hour_peak_ratio` is the highest hourly mean of any server, `network_mbit_s` and `disk_io_mib_s` the mean of a server,
    `activity` counts events (visits, logins, records; visits of machines, which are no use), `logged_ratio` is the share of
    the month that the best of their logs covers, 0–1. `network_rest_mbit_s` and `disk_io_rest_mib_s` are the means outside the
    busiest clock hour of each day of each server: what is left of a nightly backup of one hour is the floor.
    `network_over_ratio` is the share of its time in which the busiest of its servers reached the traffic limit of rule
    no-activity, 0–1: a backup of three hours a night is an eighth. `network_workday_mbit_s` and `network_weekend_mbit_s` are what is typical of
    a working day and of a weekend, outside the busiest hour, of the server where they differ most (inventory/telemetry/spread.py).
    `network_workday_hours` and `network_weekend_hours` are the hours with traffic of a typical such day, of what nobody is known
    to enter (inventory/zombies/system_rhythm.py); `None` where they were not looked at.
    """

    period: Period
    coverage: float | None
    cpu_mean_ratio: float | None
    cpu_hour_peak_ratio: float | None
    cpu_daily_peak_ratio: float | None
    memory_mean_ratio: float | None
    memory_daily_peak_ratio: float | None
    storage_ratio: float | None
    network_mbit_s: float | None
    activity: Mapping[str, float]
    disk_io_mib_s: float | None = None
    logged_ratio: float | None = None
    network_rest_mbit_s: float | None = None
    disk_io_rest_mib_s: float | None = None
    network_over_ratio: float | None = None
    network_workday_mbit_s: float | None = None
    network_weekend_mbit_s: float | None = None
    network_workday_hours: float | None = None
    network_weekend_hours: float | None = None


@dataclass(frozen=True, slots=True)
class Traffic:
    """How the traffic of a system's servers spreads in a month: of the server with most hours, and with most of a week's rhythm."""

    over: float | None = None
    workday: float | None = None
    weekend: float | None = None


def traffic_of(
    rollup: Rollup, servers: Sequence[Server], periods: Sequence[Period], limit: float | None
) -> dict[str, list[Traffic]]:
    """By system and period how its traffic spreads; nothing where none is measured."""
    if limit is None or "network" not in rollup.metrics:
        return {}
    import numpy as np

    places: dict[str, int] = {}
    groups = np.array([places.setdefault(server.system_id or "", len(places)) for server in servers], np.int64)
    parts = []
    for one in spread_of(rollup, [server.id for server in servers], periods, "network", limit):
        busiest = one.of_groups(groups, len(places))
        columns = (busiest.over.tolist(), busiest.workday.tolist(), busiest.weekend.tolist())
        parts.append([Traffic(*map(_known, row)) for row in zip(*columns, strict=True)])
    return {system: [part[place] for part in parts] for system, place in places.items()}


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def month_of(
    period: Period, by: Mapping[str, Measured], traffic: Traffic, hours: tuple[float, float] | None = None
) -> MonthOfUse:
    """What was measured of a system's servers in a month; `by` are its sums by metric, `hours` those with traffic."""
    cpu, memory, network = by.get("cpu"), by.get("memory"), by.get("network")
    return MonthOfUse(
        period=period,
        coverage=share_of(cpu.covered_seconds, cpu.expected_seconds) if cpu else None,
        cpu_mean_ratio=_mean(cpu),
        cpu_hour_peak_ratio=_ppm(cpu.hour_peak_ppm if cpu else None),
        cpu_daily_peak_ratio=_daily_peak(cpu),
        memory_mean_ratio=_mean(memory),
        memory_daily_peak_ratio=_daily_peak(memory),
        storage_ratio=_mean(by.get("storage")),
        network_mbit_s=_per_server(network),
        disk_io_mib_s=_per_server(by.get("disk_io")),
        network_rest_mbit_s=_rest_per_server(network),
        disk_io_rest_mib_s=_rest_per_server(by.get("disk_io")),
        network_over_ratio=traffic.over,
        network_workday_mbit_s=traffic.workday,
        network_weekend_mbit_s=traffic.weekend,
        network_workday_hours=None if hours is None else hours[0],
        network_weekend_hours=None if hours is None else hours[1],
        logged_ratio=_logged(period, (by[name] for name in ACTIVITY if name in by)),
        activity={
            name: by[name].value_s / MICRO / 3600 for name in ACTIVITY if name in by and by[name].covered_seconds
        },
    )


def _logged(period: Period, rows: Iterable[Measured]) -> float | None:
    """The share of a month that the best of some logs covers; the front of a system has one, not every server."""
    covered = max((row.covered_seconds for row in rows), default=0)
    return min(covered / (period.days * DAY_SECONDS), 1.0) if covered else None


def _per_server(row: Measured | None) -> float | None:
    return row.value_s / MICRO / row.covered_seconds if row and row.covered_seconds else None


def _rest_per_server(row: Measured | None) -> float | None:
    """The mean outside each day's busiest hour; `None` where nothing else was measured."""
    seconds = row.covered_seconds - row.busiest_seconds if row else 0
    return (row.value_s - row.busiest_value_s) / MICRO / seconds if row and seconds > 0 else None


def _mean(row: Measured | None) -> float | None:
    return row.value_s / row.capacity_s if row and row.capacity_s else None


def _daily_peak(row: Measured | None) -> float | None:
    return row.daily_peak_s / (row.capacity_s_measured * PPM) if row and row.capacity_s_measured else None


def _ppm(value: int | None) -> float | None:
    return None if value is None else value / PPM


def share_of(part: int, whole: int) -> float | None:
    """0–1; `None` where the whole is nothing."""
    return min(part / whole, 1.0) if whole else None
