"""Use of each server over a month, and of groups of servers: the formulas of the report, pure and small.

A server's month is made of its days; a group is weighted by capacity, U = Σ c·mean(u) ÷ Σ c over measured servers
(domain practice; the simple mean over servers is given beside it, because both are in use and they differ).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inventory.model import Server
from report.facts import Day, Month, Resource
from report.figures import UNMEASURED, Share

HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One server and resource over a month.

    `mean_ratio`, `peak_ratio` and `daily_peak_ratio` (均峰值: the mean of the daily maxima) are 0–1 of the server's own
    capacity, and `None` unless enough hours were covered. `off_hours` are hours known to be switched off.
    """

    capacity: float | None
    covered_hours: float
    expected_hours: float
    off_hours: float
    mean_ratio: float | None
    peak_ratio: float | None
    daily_peak_ratio: float | None

    @property
    def measured(self) -> bool:
        """Whether the server counts in rates: its capacity is known and enough hours were covered."""
        return self.capacity is not None and self.capacity > 0 and self.mean_ratio is not None

    def share(self, ratio: float | None) -> Share:
        """A ratio of this server as an amount of its capacity."""
        if self.capacity is None or ratio is None or not self.measured:
            return UNMEASURED
        return Share(numerator=self.capacity * ratio, denominator=self.capacity)


def capacity_of(server: Server, resource: Resource) -> float | None:
    """What the server was given: vCPU, GiB of memory, GiB of disk; `None` where no source says."""
    match resource:
        case "cpu":
            return server.vcpu
        case "memory":
            return server.memory_gib
        case "storage":
            return server.disk_gib


def expected_days(server: Server, month: Month, until: date) -> tuple[date, ...]:
    """The days of the month on which the server existed, up to `until` (a month may not be over yet)."""
    return tuple(
        day
        for day in month.days
        if day <= until
        and (server.created_on is None or day >= server.created_on)
        and (server.deleted_on is None or day < server.deleted_on)
    )


def month_use(
    server: Server,
    resource: Resource,
    rows: Sequence[Day],
    month: Month,
    *,
    until: date,
    coverage_min_ratio: float,
    count_off_as_zero: bool,
) -> Use:
    """A server's month from its days.

    Days after a known switch-off that have no samples count as 0 % for CPU and memory where the profile says so; any
    other missing day is missing. Below `coverage_min_ratio` there is no rate.
    """
    days = expected_days(server, month, until)
    seen = {row.day for row in rows}
    off_days = [day for day in days if day not in seen and _is_off(server, day)]
    zero_days = len(off_days) if count_off_as_zero and resource != "storage" else 0
    measured_hours = math.fsum(row.covered_hours for row in rows)
    covered = measured_hours + zero_days * HOURS_A_DAY
    expected = float(len(days) * HOURS_A_DAY)
    enough = covered > 0 and expected > 0 and covered / expected >= coverage_min_ratio
    counted = len(rows) + zero_days
    return Use(
        capacity=capacity_of(server, resource),
        covered_hours=covered,
        expected_hours=expected,
        off_hours=float(len(off_days) * HOURS_A_DAY),
        mean_ratio=math.fsum(r.mean_ratio * r.covered_hours for r in rows) / covered if enough else None,
        peak_ratio=max((row.max_ratio for row in rows), default=0.0) if enough else None,
        daily_peak_ratio=math.fsum(row.max_ratio for row in rows) / counted if enough else None,
    )


def _is_off(server: Server, day: date) -> bool:
    return server.power == "off" and server.powered_off_on is not None and day >= server.powered_off_on


def weighted(uses: Iterable[Use], which: str = "mean_ratio") -> Share:
    """Capacity-weighted rate of a group: what was used over what was given, measured servers only."""
    measured = [use for use in uses if use.measured]
    if not measured:
        return UNMEASURED
    return Share(
        numerator=math.fsum((use.capacity or 0) * getattr(use, which) for use in measured),
        denominator=math.fsum(use.capacity or 0 for use in measured),
    )


def simple(uses: Iterable[Use], which: str = "mean_ratio") -> Share:
    """Simple mean over the measured servers of a group: Σ of their rates ÷ their number."""
    measured = [use for use in uses if use.measured]
    if not measured:
        return UNMEASURED
    return Share(numerator=math.fsum(getattr(use, which) for use in measured), denominator=len(measured))


def coverage(uses: Iterable[Use]) -> tuple[float, float]:
    """Hours covered and hours expected of a group."""
    known = list(uses)
    return math.fsum(use.covered_hours for use in known), math.fsum(use.expected_hours for use in known)


def days_by_server(days: Iterable[Day]) -> Mapping[tuple[str, Resource], list[Day]]:
    """The days of each server and resource, in order."""
    found: dict[tuple[str, Resource], list[Day]] = {}
    for row in sorted(days, key=lambda row: (row.server_id, row.resource, row.day)):
        found.setdefault((row.server_id, row.resource), []).append(row)
    return found
