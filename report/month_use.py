"""Use of servers over a month, and of groups of servers: sums of the whole numbers that the roll-up gives.

The same formulas as `govcloud usage show` (inventory/usage/rates.py): weighted by capacity and time, U = Σ used·s ÷ Σ given·s;
the simple mean over servers beside it, because both are in use and they differ. A group's sums are those of its
servers, so a workbook can add them up again. Amounts are shown in vCPU·h and GiB·h.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from catalogs.words import Text
from inventory.model import Server
from inventory.telemetry.form import MICRO, PPM
from inventory.telemetry.query import Measured
from inventory.usage.rates import ONLY_OFF
from report.facts import Resource
from report.figures import UNMEASURED, Share

HOUR_SECONDS = 3600
_ALL_OFF = Text("均为关机时间", "all switched off")
_MICRO_HOUR = MICRO * HOUR_SECONDS
Statistic = Literal["mean", "daily_peak", "peak", "simple"]


def capacity_of(server: Server, resource: Resource) -> float | None:
    """What the server was given: vCPU, GiB of memory, GiB of disk; `None` where no source says."""
    match resource:
        case "cpu":
            return server.vcpu
        case "memory":
            return server.memory_gib
        case "storage":
            return server.disk_gib


def share(uses: Iterable[Measured], statistic: Statistic = "mean") -> Share:
    """The rate of a server or a group; not known where nothing was measured."""
    rows = list(uses)
    if not any(row.covered_seconds for row in rows):
        return UNMEASURED
    match statistic:
        case "mean":
            found = _share(
                sum(row.value_s for row in rows) / _MICRO_HOUR, sum(row.capacity_s for row in rows) / _MICRO_HOUR
            )
            return replace(found, note=ONLY_OFF) if found.value is not None and only_off(rows) else found
        case "daily_peak":
            measured = sum(row.capacity_s_measured for row in rows)
            return _share(sum(row.daily_peak_s for row in rows) / (PPM * _MICRO_HOUR), measured / _MICRO_HOUR)
        case "peak":
            peaks = [row.peak_ppm for row in rows if row.peak_ppm is not None]
            return _share(max(peaks) / PPM, 1) if peaks else UNMEASURED
        case "simple":
            return _share(sum(row.simple_ppm for row in rows) / PPM, sum(row.simple_servers for row in rows))


def _share(numerator: float, denominator: float) -> Share:
    return Share(numerator=numerator, denominator=denominator) if denominator else UNMEASURED


def only_off(uses: Iterable[Measured]) -> bool:
    """Whether no second of what counts was measured: the servers are only known to be off, which the profile counts as 0."""
    rows = list(uses)
    covered = sum(row.covered_seconds for row in rows)
    return 0 < covered == sum(row.off_counted_seconds for row in rows)


def coverage_share(uses: Iterable[Measured]) -> Share:
    """Server hours covered of those expected; with a note where they are nothing but switched-off time."""
    rows = list(uses)
    covered, expected = coverage(rows)
    return Share(numerator=covered, denominator=expected, note=_ALL_OFF if only_off(rows) else None)


def coverage(uses: Iterable[Measured]) -> tuple[float, float]:
    """Server hours covered and expected."""
    rows = list(uses)
    covered = sum(row.covered_seconds for row in rows) / HOUR_SECONDS
    return covered, sum(row.expected_seconds for row in rows) / HOUR_SECONDS


def enough(uses: Iterable[Measured], least_ratio: float) -> bool:
    """Whether the coverage of a server or group allows a verdict."""
    covered, expected = coverage(uses)
    return expected > 0 and covered / expected >= least_ratio
