"""What the roll-up says about groups of servers in some periods: exact sums, peaks and coverage, nothing divided yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from inventory.model import Server
from inventory.store import Store, TelemetryFile
from inventory.telemetry import (
    BIN_STRIDE,
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

if TYPE_CHECKING:
    import duckdb


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
        wanted, spans = set(metrics), list(periods)
        rows = [
            row for row in self.files
            if row.about["metric"] in wanted and any(s.start_on <= as_day(row.day or "") < s.end_on for s in spans)
        ]  # fmt: skip
        check_files(self.folder, rows)
        return [str(self.folder / row.path) for row in rows]


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


def measure(
    rollup: Rollup,
    servers: Sequence[Server],
    members: Sequence[Member],
    periods: Sequence[Period],
    *,
    metrics: Sequence[str] = tuple(METRICS),
    off_is_unused: bool = False,
    with_bins: bool = False,
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

    Returns:
        One row for each group, metric and period, measured or not, sorted.
    """
    paths = rollup.paths(metrics, periods)
    with connect() as connection:
        _register(connection, servers, members, periods, metrics)
        _samples(connection, paths)
        connection.execute(_PER_SERVER)
        cursor = connection.execute(_GROUPED, {"off_is_unused": off_is_unused})
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
        bins = _bins(connection) if with_bins else {}
    made = (dict(zip(names, row, strict=True)) for row in rows)
    return tuple(
        Measured(**row, bins=bins.get((row["kind"], row["group"], row["metric"], row["part"]), ())) for row in made
    )


def _register(
    connection: duckdb.DuckDBPyConnection,
    servers: Sequence[Server],
    members: Sequence[Member],
    periods: Sequence[Period],
    metrics: Sequence[str],
) -> None:
    import pyarrow as pa

    text, whole, place = pa.string(), pa.int64(), pa.int32()
    groups = list(zip(*members, strict=True)) or [(), (), ()]
    connection.register(
        "member", pa.table([pa.array(column, text) for column in groups], names=["server", "kind", "grp"])
    )
    starts, ends = [p.start_on for p in periods], [p.end_on for p in periods]
    parts = [pa.array(range(len(periods)), place), pa.array(starts, pa.date32()), pa.array(ends, pa.date32())]
    connection.register("part", pa.table(parts, names=["part", "start_on", "end_on"]))
    ids = pa.array([server.id for server in servers], text)
    tables = [
        pa.table({"server": ids, "metric": pa.array([metric] * len(servers), text), "capacity_micro": pa.array(_capacities(servers, metric), whole)})
        for metric in metrics
    ]  # fmt: skip
    connection.register("allocated", pa.concat_tables(tables))
    lives = [
        pa.table({"server": ids, "part": pa.array([n] * len(servers), place), "expected_s": pa.array(expected, whole), "off_s": pa.array(off, whole)})
        for n, (expected, off) in enumerate(_lives(servers, period) for period in periods)
    ]  # fmt: skip
    connection.register("life", pa.concat_tables(lives))


def _capacities(servers: Sequence[Server], metric: str) -> list[int | None]:
    field = METRICS[metric].capacity
    return [None] * len(servers) if field is None else [_micro(getattr(server, field)) for server in servers]


def _lives(servers: Sequence[Server], period: Period) -> tuple[list[int], list[int]]:
    """Expected and switched-off seconds of each server; most exist all the time and run."""
    whole = period.days * DAY_SECONDS
    plain = [s.deleted_on is None and (s.created_on is None or s.created_on <= period.start_on) for s in servers]
    expected = [whole if same else expected_seconds(s, period) for s, same in zip(servers, plain, strict=True)]
    return expected, [0 if s.power != "off" else off_seconds(s, period) for s in servers]


def _micro(amount: float | None) -> int | None:
    return None if amount is None else round(amount * MICRO)


def _samples(connection: duckdb.DuckDBPyConnection, paths: list[str]) -> None:
    if paths:
        connection.read_parquet(paths).create_view("daily", replace=True)
    else:
        connection.execute(
            "CREATE VIEW daily AS SELECT '' AS metric, DATE '1970-01-01' AS day, '' AS server, 0 AS samples, 0 AS covered_seconds, 0 AS value_s, "
            "0 AS capacity_s, 0 AS max_micro, 0 AS peak_ppm, 0 AS hour_max_micro, 0 AS hour_peak_ppm, [0] AS bins WHERE false"
        )


_PER_SERVER = """
CREATE TEMP TABLE per_server AS
WITH summed AS (
    SELECT p.part, d.metric, d.server, sum(d.samples) AS samples, sum(d.covered_seconds) AS covered_s, sum(d.value_s) AS value_s,
        sum(d.capacity_s) AS capacity_s, max(d.peak_ppm) AS peak_ppm, max(d.hour_peak_ppm) AS hour_peak_ppm,
        sum(d.peak_ppm::HUGEINT * d.capacity_s) AS daily_peak_s, max(d.max_micro) AS max_micro, max(d.hour_max_micro) AS hour_max_micro,
        count(*) AS days
    FROM daily d JOIN part p ON d.day >= p.start_on AND d.day < p.end_on
    GROUP BY ALL
)
SELECT l.part, a.metric, l.server, l.expected_s, l.off_s, a.capacity_micro, s.* EXCLUDE (part, metric, server),
    greatest(least(l.off_s, l.expected_s - coalesce(s.covered_s, 0)), 0) AS off_unmeasured_s
FROM life l JOIN allocated a ON a.server = l.server
LEFT JOIN summed s ON s.part = l.part AND s.metric = a.metric AND s.server = l.server
"""

_GROUPED = """
SELECT m.kind, m.grp AS "group", s.metric, s.part,
    count(*) FILTER (s.expected_s > 0) AS servers,
    count(*) FILTER (s.samples > 0) AS measured_servers,
    coalesce(sum(s.samples), 0) AS samples,
    sum(s.expected_s - CASE WHEN $off_is_unused THEN 0 ELSE s.off_unmeasured_s END) AS expected_seconds,
    coalesce(sum(s.covered_s), 0) + sum(CASE WHEN $off_is_unused AND s.capacity_micro IS NOT NULL THEN s.off_unmeasured_s ELSE 0 END) AS covered_seconds,
    sum(s.off_unmeasured_s) AS off_seconds,
    coalesce(sum(s.value_s), 0) AS value_s,
    coalesce(sum(s.capacity_s), 0) + coalesce(sum(CASE WHEN $off_is_unused THEN s.off_unmeasured_s::HUGEINT * s.capacity_micro ELSE 0 END), 0) AS capacity_s,
    coalesce(sum(s.capacity_s), 0) AS capacity_s_measured,
    coalesce(sum(CASE WHEN s.capacity_s > 0 THEN (s.value_s * 1000000) // s.capacity_s END), 0)::HUGEINT AS simple_ppm,
    count(*) FILTER (s.capacity_s > 0) AS simple_servers,
    max(s.peak_ppm) AS peak_ppm, max(s.hour_peak_ppm) AS hour_peak_ppm,
    coalesce(sum(s.daily_peak_s), 0) AS daily_peak_s,
    max(s.max_micro) AS max_micro, max(s.hour_max_micro) AS hour_max_micro,
    coalesce(max(s.days), 0) AS days
FROM member m JOIN per_server s ON s.server = m.server
GROUP BY ALL ORDER BY ALL
"""


def _bins(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str, int], tuple[int, ...]]:
    """The merged histogram of each group, metric and part: 101 counts of samples."""
    rows = connection.execute(
        f"""
        WITH per_server_bins AS (
            SELECT p.part, d.metric, d.server, unnest(d.bins) AS code
            FROM daily d JOIN part p ON d.day >= p.start_on AND d.day < p.end_on WHERE d.bins IS NOT NULL
        ), counted AS (
            SELECT part, metric, server, code // {BIN_STRIDE} AS bin, sum(code % {BIN_STRIDE}) AS n FROM per_server_bins GROUP BY ALL
        ), grouped AS (
            SELECT m.kind, m.grp, c.metric, c.part, c.bin, sum(c.n) AS n FROM counted c JOIN member m ON m.server = c.server GROUP BY ALL
        )
        SELECT kind, grp, metric, part, list(bin ORDER BY bin), list(n::BIGINT ORDER BY bin) FROM grouped GROUP BY ALL
        """  # noqa: S608 - numbers of our own
    ).fetchall()
    found: dict[tuple[str, str, str, int], tuple[int, ...]] = {}
    for kind, group, metric, part, bins, counts in rows:
        full = [0] * BINS
        for place, count in zip(bins, counts, strict=True):
            full[place] = count
        found[kind, group, metric, part] = tuple(full)
    return found


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
