"""What the roll-up says about groups of servers in some periods: exact sums, peaks and coverage, nothing divided yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from inventory.garbage import search_put_off
from inventory.model import Server
from inventory.store import Store, TelemetryFile
from inventory.telemetry import (
    BINS,
    DAY_SECONDS,
    METRICS,
    MICRO,
    Period,
    as_day,
    check_files,
    connect,
    live,
)
from inventory.telemetry_groups import Groups, sums_of_groups
from inventory.telemetry_sums import folded


class Member(NamedTuple):
    """A server belongs to a group: `kind` is server, system, department, pool, zone, xinchuang, cloud or city."""

    server: str
    kind: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Sums over the servers of one group, for one metric and period.

    `value_s` and `capacity_s` are Σ amount × seconds in millionths of the metric's unit; `capacity_s` holds switched-off
    time too where the basis counts it as unused. `simple_ppm` is the sum of each server's own ratio over
    `simple_servers` servers. `daily_peak_s` is Σ daily peak × capacity × seconds over `capacity_s_measured`. Peaks are
    `None` where nothing was measured or the metric has no capacity.
    """

    kind: str
    group: str
    metric: str
    part: int
    servers: int
    measured_servers: int
    samples: int
    expected_seconds: int
    covered_seconds: int
    off_seconds: int
    value_s: int
    capacity_s: int
    capacity_s_measured: int
    simple_ppm: int
    simple_servers: int
    peak_ppm: int | None
    hour_peak_ppm: int | None
    daily_peak_s: int
    max_micro: int | None
    hour_max_micro: int | None
    days: int
    bins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """The daily roll-ups as of an instant: files below a folder."""

    folder: Path
    files: tuple[TelemetryFile, ...]

    @staticmethod
    def of(store: Store, as_of: datetime) -> Rollup:
        """The live roll-ups that were listed until an instant."""
        return Rollup(folder=store.telemetry_folder, files=tuple(live(store.telemetry_files("rollup", until=as_of))))

    @property
    def metrics(self) -> frozenset[str]:
        """The metrics that there are files of."""
        return frozenset(str(row.about["metric"]) for row in self.files)

    def paths(self, metrics: Iterable[str], periods: Iterable[Period]) -> list[str]:
        """The files of some metrics that touch some periods.

        Raises:
            StoreError: one is missing or cut.
        """
        return [str(self.folder / row.path) for row in self.of_days(metrics, periods)]

    def of_days(self, metrics: Iterable[str], periods: Iterable[Period]) -> list[TelemetryFile]:
        """The manifest rows of these files.

        Raises:
            StoreError: one is missing or cut.
        """
        wanted, spans = set(metrics), list(periods)
        rows = [
            row for row in self.files
            if row.about["metric"] in wanted and any(s.start_on <= as_day(row.day or "") < s.end_on for s in spans)
        ]  # fmt: skip
        check_files(self.folder, rows)
        return rows


def expected_seconds(server: Server, period: Period) -> int:
    """Seconds of the local days of a period on which the server existed."""
    first = max(period.start_on, server.created_on or period.start_on)
    end = min(period.end_on, server.deleted_on + timedelta(days=1) if server.deleted_on else period.end_on)
    return max((end - first).days, 0) * DAY_SECONDS


def off_seconds(server: Server, period: Period) -> int:
    """Seconds of a period in which the server is known to have been switched off."""
    if server.power != "off" or server.powered_off_on is None:
        return 0
    return expected_seconds(
        server, Period(max(period.start_on, min(server.powered_off_on, period.end_on)), period.end_on)
    )


@search_put_off()
def measure(
    rollup: Rollup,
    servers: Sequence[Server],
    members: Sequence[Member],
    periods: Sequence[Period],
    *,
    metrics: Sequence[str] = tuple(METRICS),
    off_is_unused: bool = False,
    with_bins: bool = False,
    known_until: date | None = None,
) -> tuple[Measured, ...]:
    """Sum up the roll-up for groups of servers.

    Args:
        rollup: the files.
        servers: those that the members name.
        members: which server belongs to which group; a server may be in many.
        periods: measured one by one; `Measured.part` is the place in this list.
        metrics: which ones.
        off_is_unused: switched-off time without samples counts as measured, with use 0; else it is not expected.
        with_bins: also merge the histograms (for percentiles).
        known_until: from this day on nothing is known yet, nor whether a server that is switched off stays so.

    Returns:
        One row for each group, metric and period, measured or not, sorted.
    """
    import numpy as np

    groups = Groups.of(servers, members)
    capacities = {metric: _capacities(servers, metric) for metric in metrics}
    rollup.of_days(metrics, periods)  # all files are looked for before any is read
    rows: list[Measured] = []
    for part, period in enumerate(periods):
        files = rollup.of_days(metrics, [period])
        sums = folded(rollup.folder, files, groups.servers)
        expected, off = (np.array(seconds, dtype=np.int64) for seconds in _lives(servers, period, known_until))
        bins = groups.bins(rollup.folder, files) if with_bins else {}
        for metric, capacity in capacities.items():
            found = sums_of_groups(groups, sums.of(metric), expected, off, capacity, off_is_unused=off_is_unused)
            codes = found.pop("code")
            for code, *values in zip(codes, *found.values(), strict=True):
                kind, group = groups.names[code]
                more = dict(zip(found, values, strict=True))
                rows.append(Measured(kind=kind, group=group, metric=metric, part=part, bins=bins.get((metric, code), ()), **more))  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.kind, row.group, row.metric, row.part)))


def _capacities(servers: Sequence[Server], metric: str) -> list[int | None]:
    field = METRICS[metric].capacity
    return [None] * len(servers) if field is None else [_micro(getattr(server, field)) for server in servers]


def _lives(servers: Sequence[Server], period: Period, known_until: date | None) -> tuple[list[int], list[int]]:
    """Expected and switched-off seconds of each server; most exist all the time and run."""
    whole = period.days * DAY_SECONDS
    plain = [s.deleted_on is None and (s.created_on is None or s.created_on <= period.start_on) for s in servers]
    expected = [whole if same else expected_seconds(s, period) for s, same in zip(servers, plain, strict=True)]
    known = Period(period.start_on, min(period.end_on, known_until or period.end_on))
    return expected, [0 if s.power != "off" else off_seconds(s, known) for s in servers]


def _micro(amount: float | None) -> int | None:
    return None if amount is None else round(amount * MICRO)


def percentile_bin(bins: Sequence[int], share: float) -> int | None:
    """The whole percent below which at least `share` of the samples lie (upper edge of the bin, ± 1 point); `None` where there are none."""
    total = sum(bins)
    if not total:
        return None
    seen = 0
    for place, count in enumerate(bins):
        seen += count
        if seen >= share * total:
            return min(place + 1, BINS - 1)
    return BINS - 1


def days_with_data(rollup: Rollup) -> tuple[date, date] | None:
    """The first and last day that any roll-up is of."""
    days = sorted(row.day for row in rollup.files if row.day)
    return (as_day(days[0]), as_day(days[-1])) if days else None


def daily_ratios(rollup: Rollup, servers: Sequence[str], metric: str, period: Period) -> list[float | None]:
    """The mean of some servers on each day of a period, weighted by capacity; `None` where nothing was measured."""
    paths = rollup.paths([metric], [period])
    found: dict[date, float] = {}
    if paths and servers:
        with connect() as connection:
            connection.read_parquet(paths).create_view("daily")
            query = "SELECT day, sum(value_s) / sum(capacity_s) FROM daily WHERE list_contains($servers, server) GROUP BY day HAVING sum(capacity_s) > 0"
            found = dict(connection.execute(query, {"servers": list(servers)}).fetchall())
    return [found.get(period.start_on + timedelta(days=n)) for n in range(period.days)]
