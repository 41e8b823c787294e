"""From what a monitoring system said to raw sample files: whose each sample is, in which unit, on which local day.

Nothing is lost silently: what cannot be used is written to a file of its own with the reason, and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.model import Gap, Origin, Server
from inventory.store import TelemetryFile
from inventory.telemetry import (
    DAY_SECONDS,
    LOCAL_ZONE,
    METRICS,
    MICRO,
    SCHEMA_VERSION,
    connect,
    disk_error,
    keep,
    zone_offset,
)
from inventory.telemetry_files import COLUMNS, DayFiles, Words, Written
from inventory.telemetry_identity import capacity_table, claim_table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

CHUNK_ROWS = 30_000_000  # samples sorted at once; more arrive as further files and are compacted
FETCH_ROWS = 1_000_000
SKEW_SECONDS = 600  # clocks may be ahead by this much
FIRST_STAMP = 946_684_800  # 2000-01-01: earlier stamps are mistakes
MOST_GAPS = 200

# Why a sample was kept apart. The list is closed: collections count by it.
REASONS: Mapping[str, Text] = {
    "unmatched": Text("没有服务器叫这个名字或在当时使用这个地址", "no server has this name or had this address then"),
    "ambiguous": Text("当时有两台服务器使用这个名字或地址", "two servers had this name or address then"),
    "unknown_metric": Text("不认识的指标", "a metric that is not known"),
    "not_a_number": Text("不是数值", "not a number"),
    "negative": Text("负值", "a negative value"),
    "stamp": Text("时间早于 2000 年或无法读取", "a stamp before 2000, or none"),
    "future": Text("时间晚于采集时间(时钟偏差)", "a stamp after the collection (clock skew)"),
    "capacity_zero": Text("当时容量为 0(未分配或关机)", "capacity was 0 then (not allocated or switched off)"),
    "capacity_unknown": Text("百分比样本,但不知道服务器的容量", "a percentage, but the server's capacity is not known"),
    "implausible": Text("远高于容量,不可信", "far above capacity, not credible"),
}


def raw_schema() -> pa.Schema:
    """What a reader yields: `value` in the metric's unit, or `ratio` of the capacity (0–1); one of the two is null."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("machine", pa.string()),
            pa.field("metric", pa.string()),
            pa.field("at_s", pa.int64()),
            pa.field("value", pa.float64()),
            pa.field("ratio", pa.float64()),
            pa.field("capacity", pa.float64()),
            pa.field("interval_s", pa.int32()),
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What one collection of samples brought: files for the manifest, counts that add up, and gaps.

    `counts`: read = stored + double + double_differing + each of `REASONS`.
    """

    files: tuple[TelemetryFile, ...]
    counts: Mapping[str, int]
    gaps: tuple[Gap, ...] = field(default=())


def ingest(
    batches: Iterable[pa.Table],
    *,
    folder: Path,
    servers: Sequence[Server],
    source: str,
    as_of: datetime,
    zone: str = LOCAL_ZONE,
    memory_limit: str = "1200MB",
) -> Ingested:
    """Store the samples that a reader yields.

    Args:
        batches: tables of `raw_schema`, in any order.
        folder: the store's telemetry folder; nothing in it is ever changed.
        servers: all servers known, deleted ones too, sorted by id.
        source: collector and instance, `csv:usage-2026-03.csv`.
        as_of: the instant of the collection.
        zone: the calendar that days are of.
        memory_limit: for sorting; what does not fit spills to disk.

    Raises:
        CollectError: the disk is full, or the reader failed.
    """
    made: list[Written] = []
    counts: Counter[str] = Counter()
    gaps: list[Gap] = []
    kept_apart: list[TelemetryFile] = []
    try:
        with connect(folder, memory_limit=memory_limit) as connection:
            _prepare(connection, servers)
            for chunk in _chunks(connection, batches, counts):
                _classify(connection, as_of, zone, number=chunk)
                kept_apart += _keep_apart(connection, folder, source, as_of, counts)
                gaps += _gaps(connection, source)
                made += _write(connection, folder, servers, source, counts)
    except OSError as error:
        raise disk_error(error, folder) from error
    counts["stored"] = sum(file.rows for file in made)
    files = [manifest_row(file, source=source, as_of=as_of) for file in made]
    return Ingested(files=(*files, *kept_apart), counts=dict(sorted(counts.items())), gaps=tuple(gaps))


def manifest_row(file: Written, *, source: str, as_of: datetime, about: Mapping[str, object] | None = None) -> TelemetryFile:
    """The manifest row of a file of raw samples."""
    return TelemetryFile(
        path=file.path, kind="raw", source=source, day=file.day.isoformat(), row_count=file.rows, sha256=file.sha256,
        schema_version=SCHEMA_VERSION, added_at=as_of, about={"metric": file.metric, "bytes": file.bytes, **(about or {})},
    )  # fmt: skip


def _prepare(connection: duckdb.DuckDBPyConnection, servers: Sequence[Server]) -> None:
    import pyarrow as pa

    connection.register("claim", claim_table(servers))
    connection.register("allocated", capacity_table(servers))
    rows = list(METRICS.values())
    connection.register(
        "metric",
        pa.table(
            {
                "metric": [row.id for row in rows],
                "number": pa.array(range(len(rows)), pa.int32()),
                "capacity_field": pa.array([row.capacity for row in rows], pa.string()),
                "plausible": [row.plausible_ratio for row in rows],
            }
        ),
    )
    connection.execute(
        "CREATE TABLE arrival (machine VARCHAR, metric VARCHAR, at_s BIGINT, value DOUBLE, ratio DOUBLE, capacity DOUBLE, interval_s INTEGER, seq BIGINT)"
    )


def _chunks(connection: duckdb.DuckDBPyConnection, batches: Iterable[pa.Table], counts: Counter[str]) -> Iterator[int]:
    import numpy as np
    import pyarrow as pa

    held = number = 0
    for batch in batches:
        arrived = batch.select(raw_schema().names).append_column("seq", pa.array(np.arange(held, held + len(batch))))
        connection.register("arrived", arrived)
        connection.execute("INSERT INTO arrival SELECT * FROM arrived")
        connection.unregister("arrived")
        counts["read"] += len(batch)
        held += len(batch)
        if held >= CHUNK_ROWS:
            yield number
            connection.execute("TRUNCATE arrival")
            held, number = 0, number + 1
    if held:
        yield number


def _classify(connection: duckdb.DuckDBPyConnection, as_of: datetime, zone: str, *, number: int) -> None:
    """Make `judged`: each sample with its server, its amounts in millionths, its day, and why it cannot be used."""
    latest = int(as_of.timestamp()) + SKEW_SECONDS
    offset = zone_offset(as_of, zone)
    earliest = connection.execute("SELECT min(at_s) FROM arrival WHERE at_s >= ?", [FIRST_STAMP]).fetchone()
    if earliest and earliest[0] is not None and zone_offset(datetime.fromtimestamp(earliest[0], as_of.tzinfo), zone) != offset:
        raise CollectError(f"时区 {zone} 在采样期间换过夏令时,不支持", f"the zone {zone} changes its clocks within the samples: not supported",
                           hint=Text("在配置中改用固定偏移的时区,如 Asia/Shanghai", "use a zone without summer time, such as Asia/Shanghai"))  # fmt: skip
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE judged AS
        WITH placed AS (
            SELECT a.*, m.number AS metric_number, m.plausible, c.code,
                coalesce(a.capacity, CASE m.capacity_field WHEN 'vcpu' THEN s.vcpu WHEN 'memory_gib' THEN s.memory_gib
                    WHEN 'disk_gib' THEN s.disk_gib END) AS amount, m.capacity_field IS NOT NULL AS bounded
            FROM arrival a
            LEFT JOIN metric m ON m.metric = a.metric
            LEFT JOIN claim c ON c.key = a.machine AND a.at_s >= c.from_s AND a.at_s < c.to_s
            LEFT JOIN allocated s ON s.code = c.code
        ), used AS (
            SELECT *, coalesce(value, ratio * amount) AS used_amount FROM placed
        )
        SELECT machine, metric, metric_number, at_s, value, ratio, capacity, code, seq, interval_s,
            CAST(floor((at_s + {offset}) / {DAY_SECONDS}) AS INTEGER) AS day,
            CASE WHEN metric_number IS NULL THEN 'unknown_metric'
                WHEN at_s IS NULL OR at_s < {FIRST_STAMP} THEN 'stamp'
                WHEN at_s > {latest} THEN 'future'
                WHEN code IS NULL THEN 'unmatched'
                WHEN code < 0 THEN 'ambiguous'
                WHEN coalesce(value, ratio) IS NULL OR NOT isfinite(coalesce(value, ratio)) THEN 'not_a_number'
                WHEN coalesce(value, ratio) < 0 THEN 'negative'
                WHEN bounded AND amount <= 0 THEN 'capacity_zero'
                WHEN bounded AND (amount IS NULL OR NOT isfinite(amount)) THEN 'capacity_unknown'
                WHEN bounded AND used_amount > amount * plausible THEN 'implausible'
                WHEN used_amount > 9e11 THEN 'implausible'
            END AS reason,
            CASE WHEN reason IS NULL THEN CAST(round(used_amount * {MICRO}) AS BIGINT) END AS value_micro,
            CASE WHEN reason IS NULL AND bounded THEN CAST(round(amount * {MICRO}) AS BIGINT) ELSE -1 END AS capacity_micro
        FROM used
        """  # noqa: S608 - whole numbers of our own
    )


def _keep_apart(
    connection: duckdb.DuckDBPyConnection, folder: Path, source: str, as_of: datetime, counts: Counter[str]
) -> list[TelemetryFile]:
    found = connection.execute("SELECT reason, count(*) FROM judged WHERE reason IS NOT NULL GROUP BY reason ORDER BY reason").fetchall()
    if not found:
        return []
    import pyarrow.parquet as pq

    rows = 0
    for reason, count in found:
        counts[reason] += count
        rows += count
    temporary = folder / "unfinished" / "apart.parquet"
    temporary.parent.mkdir(parents=True, exist_ok=True)
    query = "SELECT machine, metric, at_s, value, ratio, capacity, interval_s, reason FROM judged WHERE reason IS NOT NULL ORDER BY machine, metric, at_s, seq"
    reader = connection.execute(query).to_arrow_reader(FETCH_ROWS)
    with pq.ParquetWriter(temporary, reader.schema, compression="zstd", store_schema=False) as writer:
        for batch in reader:
            writer.write_batch(batch)
    day = as_of.date().isoformat()
    place, digest, size = keep(temporary, folder, "apart", "all", day)
    about = {"bytes": size, "reasons": dict(found)}
    return [
        TelemetryFile(
            path=place, kind="apart", source=source, day=None, row_count=rows, sha256=digest,
            schema_version=SCHEMA_VERSION, added_at=as_of, about=about,
        )
    ]  # fmt: skip


def _gaps(connection: duckdb.DuckDBPyConnection, source: str) -> list[Gap]:
    """One gap for each machine and reason, the most frequent first; the rest in one gap more."""
    rows = connection.execute(
        "SELECT reason, machine, string_agg(DISTINCT metric, ', ' ORDER BY metric), count(*) AS n, min(at_s), max(at_s) FROM judged "
        "WHERE reason IS NOT NULL GROUP BY reason, machine ORDER BY n DESC, reason, machine"
    ).fetchall()
    gaps = [_gap(source, *row) for row in rows[:MOST_GAPS]]
    rest = rows[MOST_GAPS:]
    if rest:
        samples = sum(row[3] for row in rest)
        gaps.append(
            Gap(kind="partial", origin=Origin(source=source), message=Text(
                f"另有 {len(rest)} 组、{samples} 个样本未能使用,见 apart 文件", f"{len(rest)} more groups with {samples} samples were kept apart; see the apart file"))
        )  # fmt: skip
    return gaps


def _gap(source: str, reason: str, machine: str | None, metrics: str | None, count: int, first: int | None, last: int | None) -> Gap:
    why = REASONS[reason]
    kind: Any = {"unmatched": "unmatched", "ambiguous": "ambiguous"}.get(reason, "unreadable")
    return Gap(
        kind=kind,
        origin=Origin(source=source, path=f"{machine}/{metrics}"),
        message=Text(f"{machine}:{count} 个样本未使用:{why.zh}", f"{machine}: {count} samples not used: {why.en}"),
        field=metrics,
        raw=f"{first}..{last}",
    )


def _write(
    connection: duckdb.DuckDBPyConnection, folder: Path, servers: Sequence[Server], source: str, counts: Counter[str]
) -> list[Written]:
    words = Words(metrics=tuple(METRICS), servers=tuple(server.id for server in servers), sources=(source,))
    query = (
        "SELECT metric_number AS metric, day, code AS server, at_s, value_micro, capacity_micro, interval_s, 0::INTEGER AS source "
        "FROM judged WHERE reason IS NULL ORDER BY metric_number, day, code, at_s, seq"
    )
    return write_sorted(connection, query, DayFiles(folder, words), counts)


def write_sorted(
    connection: duckdb.DuckDBPyConnection, query: str, files: DayFiles, counts: Counter[str]
) -> list[Written]:
    """Run a query whose rows come in the order of `DayFiles`, and write its files."""
    made: list[Written] = []
    try:
        for batch in connection.execute(query).to_arrow_reader(FETCH_ROWS):
            made += files.feed({name: batch.column(name).to_numpy(zero_copy_only=False) for name in COLUMNS})
        made += files.close()
    except BaseException:
        files.abandon()
        raise
    counts.update(files.counts)
    return made
