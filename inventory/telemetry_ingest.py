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

from catalogs.words import Text
from inventory.model import Gap, Origin, Server
from inventory.store import TelemetryFile
from inventory.telemetry import LOCAL_ZONE, METRICS, SCHEMA_VERSION, connect, disk_error, keep
from inventory.telemetry_files import COLUMNS, DayFiles, Words, Written
from inventory.telemetry_judge import REASONS, Judge

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

CHUNK_ROWS = 30_000_000  # samples sorted at once; more arrive as further files and are compacted
FETCH_ROWS = 1_000_000
MOST_GAPS = 200


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
            pa.field("note", pa.string()),  # a reason of `REASONS` that only the reader can see, else null
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
    apart: list[pa.Table] = []
    counts: Counter[str] = Counter()
    judge = Judge(servers, as_of=as_of, zone=zone)
    words = Words(metrics=tuple(METRICS), servers=tuple(server.id for server in servers), sources=(source,))
    try:
        with connect(folder, memory_limit=memory_limit) as connection:
            for _ in _chunks(connection, judge, batches, counts, apart):
                made += write_sorted(connection, _SORTED, DayFiles(folder, words), counts)
        kept_apart, gaps = keep_apart(folder, apart, source=source, as_of=as_of, counts=counts)
    except OSError as error:
        raise disk_error(error, folder) from error
    counts["stored"] = sum(file.rows for file in made)
    files = [manifest_row(file, source=source, as_of=as_of) for file in made]
    return Ingested(files=(*files, *kept_apart), counts=dict(sorted(counts.items())), gaps=tuple(gaps))


def manifest_row(
    file: Written, *, source: str, as_of: datetime, about: Mapping[str, object] | None = None
) -> TelemetryFile:
    """The manifest row of a file of raw samples."""
    return TelemetryFile(
        path=file.path, kind="raw", source=source, day=file.day.isoformat(), row_count=file.rows, sha256=file.sha256,
        schema_version=SCHEMA_VERSION, added_at=as_of, about={"metric": file.metric, "bytes": file.bytes, **(about or {})},
    )  # fmt: skip


_SORTED = """
SELECT metric, day, server, at_s, value_micro, capacity_micro, interval_s, 0::BIGINT AS source FROM arrival
ORDER BY metric, day, server, at_s, seq
"""


def _chunks(
    connection: duckdb.DuckDBPyConnection,
    judge: Judge,
    batches: Iterable[pa.Table],
    counts: Counter[str],
    apart: list[pa.Table],
) -> Iterator[int]:
    """Fill the table `arrival` with usable samples; yields whenever it should be sorted and written."""
    import numpy as np
    import pyarrow as pa

    columns = "metric TINYINT, day INTEGER, server INTEGER, at_s BIGINT, value_micro BIGINT, capacity_micro BIGINT, interval_s INTEGER, seq BIGINT"
    connection.execute(f"CREATE TABLE arrival ({columns})")
    held = 0
    for batch in batches:
        judged = judge.judge(batch)
        counts["read"] += len(batch)
        if judged.apart is not None:
            apart.append(judged.apart)
        count = len(judged.usable["at_s"])
        connection.register("arrived", pa.table(judged.usable | {"seq": np.arange(held, held + count)}))
        connection.execute("INSERT INTO arrival SELECT * FROM arrived")
        connection.unregister("arrived")
        held += count
        if held >= CHUNK_ROWS:
            yield held
            connection.execute("TRUNCATE arrival")
            held = 0
    if held:
        yield held


def keep_apart(
    folder: Path, apart: Sequence[pa.Table], *, source: str, as_of: datetime, counts: Counter[str]
) -> tuple[list[TelemetryFile], list[Gap]]:
    """Write the samples that cannot be used to a file of their own, count them, and make gaps of them.

    One gap for each machine and reason, the most frequent first; the rest in one gap more.
    """
    if not apart:
        return [], []
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.concat_tables(apart).sort_by([(name, "ascending") for name in ("reason", "machine", "metric", "at_s")])
    temporary = folder / "unfinished" / "apart.parquet"
    temporary.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, temporary, compression="zstd", store_schema=False)
    place, digest, size = keep(temporary, folder, "apart", "all", as_of.date().isoformat())
    grouped = table.group_by(["reason", "machine"]).aggregate(
        [("at_s", "count"), ("at_s", "min"), ("at_s", "max"), ("metric", "distinct")]
    )
    groups = sorted(grouped.to_pylist(), key=lambda row: (-row["at_s_count"], row["reason"], row["machine"] or ""))
    reasons: Counter[str] = Counter()
    for reason in table.column("reason").value_counts().to_pylist():
        reasons[reason["values"]] = reason["counts"]
    counts.update(reasons)
    file = TelemetryFile(
        path=place, kind="apart", source=source, day=None, row_count=len(table), sha256=digest,
        schema_version=SCHEMA_VERSION, added_at=as_of, about={"bytes": size, "reasons": dict(sorted(reasons.items()))},
    )  # fmt: skip
    gaps = [_gap(source, group) for group in groups[:MOST_GAPS]]
    rest = groups[MOST_GAPS:]
    if rest:
        more = sum(group["at_s_count"] for group in rest)
        zh, en = (
            f"另有 {len(rest)} 组、{more} 个样本未能使用,见 {place}",
            f"{len(rest)} more groups with {more} samples were kept apart in {place}",
        )
        gaps.append(Gap(kind="partial", origin=Origin(source=source), message=Text(zh, en)))
    return [file], gaps


def _gap(source: str, group: Mapping[str, Any]) -> Gap:
    reason, machine, count = group["reason"], group["machine"] or "?", group["at_s_count"]
    why = REASONS[reason]
    kind: Any = {"unmatched": "unmatched", "ambiguous": "ambiguous"}.get(reason, "unreadable")
    metrics = ", ".join(sorted(metric or "?" for metric in group["metric_distinct"]))
    return Gap(
        kind=kind,
        origin=Origin(source=source, path=machine),
        message=Text(
            f"{machine}:{count} 个样本未使用({metrics}):{why.zh}",
            f"{machine}: {count} samples not used ({metrics}): {why.en}",
        ),
        field=metrics,
        raw=f"{group['at_s_min']}..{group['at_s_max']}",
    )


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
