"""What the roll-up says about groups of servers in some periods: exact sums, peaks and coverage, nothing divided yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from inventory.model import Server
from inventory.storage.store import Store, TelemetryFile
from inventory.telemetry.arrow import without_pandas
from inventory.telemetry.form import (
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
from inventory.telemetry.garbage import search_put_off
from inventory.telemetry.groups import Groups, sums_of_groups
from inventory.telemetry.sums import NONE, folded

if TYPE_CHECKING:
    from inventory.telemetry.groups import Column

_NEVER = date.max


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
    `None` where nothing was measured or the metric has no capacity, highest amounts where it has one. `busiest_seconds` and
    `busiest_value_s` are those of each server's busiest clock hour of each day, together, of metrics without a capacity.
    `off_counted_seconds` of `covered_seconds` were not measured: switched-off time that the basis counts as use 0.
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
    busiest_seconds: int = 0
    busiest_value_s: int = 0
    off_counted_seconds: int = 0

    @property
    def only_off(self) -> bool:
        """Whether what counts as covered is nothing but switched-off time: a mean of it is 0 by rule, not measured."""
        return 0 < self.covered_seconds == self.off_counted_seconds


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
    members: Sequence[Member] | Groups,
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
        members: which server belongs to which group, one by one or by columns; a server may be in many.
        periods: measured one by one; `Measured.part` is the place in this list.
        metrics: which ones.
        off_is_unused: switched-off time without samples counts as measured, with use 0; else it is not expected.
        with_bins: also merge the histograms (for percentiles).
        known_until: from this day on nothing is known yet, nor whether a server that is switched off stays so.

    Returns:
        One row for each group, metric and period, measured or not, sorted.
    """
    without_pandas()
    groups = members if isinstance(members, Groups) else Groups.of(servers, members)
    capacities, lives = {metric: _capacities(servers, metric) for metric in metrics}, Lives(servers)
    rollup.of_days(metrics, periods)  # all files are looked for before any is read
    rows: list[Measured] = []
    for part, period in enumerate(periods):
        files = rollup.of_days(metrics, [period])
        sums = folded(rollup.folder, files, groups.servers)
        known = Period(period.start_on, min(period.end_on, known_until or period.end_on))
        expected, off = lives.expected(period), lives.off(known)
        bins = groups.bins(rollup.folder, files) if with_bins else {}
        for metric, capacity in capacities.items():
            found = sums_of_groups(groups, sums.of(metric), expected, off, capacity, off_is_unused=off_is_unused)
            codes = found.pop("code")
            for code, *values in zip(codes, *found.values(), strict=True):
                kind, group = groups.names[code]
                more = dict(zip(found, values, strict=True))
                rows.append(Measured(kind=kind, group=group, metric=metric, part=part, bins=bins.get((metric, code), ()), **more))  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.kind, row.group, row.metric, row.part)))


def _capacities(servers: Sequence[Server], metric: str) -> Column:
    """The allocated amount of each server in millionths; `NONE` where it is not known or the metric has none."""
    import numpy as np

    field = METRICS[metric].capacity
    if field is None:
        return np.full(len(servers), NONE, np.int64)
    known = [getattr(server, field) for server in servers]
    return np.array([NONE if amount is None else round(amount * MICRO) for amount in known], np.int64)


class Lives:
    """When each server existed and ran, for several periods; the same as `expected_seconds` and `off_seconds` say of one."""

    def __init__(self, servers: Sequence[Server]) -> None:
        """Take the servers; results are in their order."""
        import numpy as np

        days = [(s.created_on or date.min, s.deleted_on or _NEVER) for s in servers]
        created, deleted = zip(*days, strict=True) if days else ((), ())
        self._first = _ordinals(created)
        self._end = _ordinals(deleted) + 1
        self._off = [(place, s) for place, s in enumerate(servers) if s.power == "off" and s.powered_off_on is not None]
        self._none = np.zeros(len(servers), np.int64)

    def expected(self, period: Period) -> Column:
        """Seconds in which each existed."""
        import numpy as np

        first, end = period.start_on.toordinal(), period.end_on.toordinal()
        days = np.minimum(self._end, end) - np.maximum(self._first, first)
        seconds: Column = np.maximum(days, 0) * DAY_SECONDS
        return seconds

    def off(self, period: Period) -> Column:
        """Seconds in which each is known to have been switched off; most are not."""
        found = self._none.copy()
        for place, server in self._off:
            found[place] = off_seconds(server, period)
        return found


def _ordinals(days: Sequence[date]) -> Column:
    import numpy as np

    known = {day: day.toordinal() for day in set(days)}
    return np.array([known[day] for day in days], np.int64)


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
