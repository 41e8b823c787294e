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
MOST_GAPS = 200  # of one source
HARMLESS = frozenset({"counter_end", "other_source"})  # counted and kept, but nobody's question
# Which collector wins where two measured the same server on the same day: the closer to the hypervisor, the better.
PREFERENCE = ("gnocchi", "cloudwatch", "prometheus", "zabbix", "parquet", "csv")


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
    """What one collection of samples brought: files for the manifest, counts by source that add up, and gaps.

    Of each source: read = stored + double + each of `REASONS` + other_source.
    """

    files: tuple[TelemetryFile, ...]
    sources: Mapping[str, Mapping[str, int]]
    gaps: tuple[Gap, ...] = field(default=())

    @property
    def counts(self) -> dict[str, int]:
        """The counts of all sources together."""
        total: Counter[str] = Counter()
        for counts in self.sources.values():
            total.update(counts)
        return {name: count for name, count in sorted(total.items()) if count}


def ingest(
    parts: Mapping[str, Iterable[pa.Table]],
    *,
    folder: Path,
    servers: Sequence[Server],
    as_of: datetime,
    zone: str = LOCAL_ZONE,
    preference: Sequence[str] = PREFERENCE,
    memory_limit: str = "1200MB",
) -> Ingested:
    """Store the samples that readers yield.

    Args:
        parts: by source (collector and instance, `csv:cloud-a`), tables of `raw_schema`, in any order.
        folder: the store's telemetry folder; nothing in it is ever changed.
        servers: all servers known, deleted ones too, sorted by id.
        as_of: the instant of the collection.
        zone: the calendar that days are of.
        preference: which collector wins where two measured the same server on the same day.
        memory_limit: for sorting; what does not fit spills to disk.

    Raises:
        CollectError: the disk is full, or a reader failed.
    """
    sources = tuple(sorted(parts))
    taken = _Taken(sources)
    judge = Judge(servers, as_of=as_of, zone=zone)
    words = Words(metrics=tuple(METRICS), servers=tuple(server.id for server in servers), sources=sources)
    made: list[Written] = []
    try:
        with connect(folder, memory_limit=memory_limit) as connection:
            _prepare(connection, sources, preference)
            for _ in _chunks(connection, judge, parts, taken):
                taken.beaten(connection, words)
                made += write_sorted(connection, _SORTED, DayFiles(folder, words))
        kept_apart, gaps = keep_apart(folder, taken.apart, as_of=as_of)
    except OSError as error:
        raise disk_error(error, folder) from error
    files = [manifest_row(file, source="+".join(file.sources), as_of=as_of) for file in made]
    return Ingested(files=(*files, *kept_apart), sources=taken.counted(made), gaps=tuple(gaps))


class _Taken:
    """What has been taken so far: counts by source, and samples that are kept apart."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.sources = sources
        self.read: Counter[str] = Counter()
        self.apart: list[tuple[str, pa.Table]] = []

    def beaten(self, connection: duckdb.DuckDBPyConnection, words: Words) -> None:
        """Keep apart the samples of servers and days that a better source measured too."""
        import pyarrow as pa

        connection.execute(_BEATEN)
        if len(self.sources) < 2:
            return
        rows = connection.execute(_BEATEN_SAMPLES).to_arrow_table()
        for code, source in enumerate(self.sources):
            mine = rows.filter(pa.array(rows.column("source").to_numpy() == code))
            if len(mine):
                machine = pa.array(words.servers).take(mine.column("server"))
                metric = pa.array(words.metrics).take(mine.column("metric"))
                table = pa.table(
                    {"machine": machine, "metric": metric, **{name: mine.column(name) for name in ("at_s", "value")}}
                )
                self.apart.append((source, table.append_column("reason", pa.array(["other_source"] * len(mine)))))

    def counted(self, made: Sequence[Written]) -> dict[str, dict[str, int]]:
        """The counts of each source."""
        stored: Counter[str] = Counter()
        for file in made:
            stored.update(file.sources)
        found: dict[str, Counter[str]] = {
            source: Counter(read=self.read[source], stored=stored[source]) for source in self.sources
        }
        for source, table in self.apart:
            for reason in table.column("reason").value_counts().to_pylist():
                found[source][reason["values"]] += reason["counts"]
        for counts in found.values():
            counts["double"] = 2 * counts["read"] - counts.total()
        return {source: {name: count for name, count in counts.items() if count} for source, counts in found.items()}


def manifest_row(
    file: Written, *, source: str, as_of: datetime, about: Mapping[str, object] | None = None
) -> TelemetryFile:
    """The manifest row of a file of raw samples."""
    return TelemetryFile(
        path=file.path, kind="raw", source=source, day=file.day.isoformat(), row_count=file.rows, sha256=file.sha256,
        schema_version=SCHEMA_VERSION, added_at=as_of, about={"metric": file.metric, "bytes": file.bytes, **(about or {})},
    )  # fmt: skip


_SORTED = """
SELECT a.metric, a.day, a.server, at_s, value_micro, capacity_micro, interval_s, a.source FROM arrival a
ANTI JOIN beaten b ON b.metric = a.metric AND b.day = a.day AND b.server = a.server AND b.source = a.source
ORDER BY a.metric, a.day, a.server, at_s, seq
"""
_BEATEN = """
CREATE OR REPLACE TABLE beaten AS
SELECT metric, day, server, source
FROM (SELECT metric, day, server, source, rank, count(*) AS n FROM arrival JOIN source_rank USING (source) GROUP BY ALL)
QUALIFY row_number() OVER (PARTITION BY metric, day, server ORDER BY rank, n DESC, source) > 1
"""
_BEATEN_SAMPLES = """
SELECT a.source, a.server, a.metric, at_s, value_micro / 1e6 AS value FROM arrival a
SEMI JOIN beaten b ON b.metric = a.metric AND b.day = a.day AND b.server = a.server AND b.source = a.source
"""


def _prepare(connection: duckdb.DuckDBPyConnection, sources: Sequence[str], preference: Sequence[str]) -> None:
    import pyarrow as pa

    whole = pa.int32()
    rank = pa.array(source_ranks(sources, preference), whole)
    connection.register("source_rank", pa.table({"source": pa.array(range(len(sources)), whole), "rank": rank}))
    columns = (
        "metric TINYINT, day INTEGER, server INTEGER, at_s BIGINT, value_micro BIGINT, capacity_micro BIGINT, "
        "interval_s INTEGER, source INTEGER, seq BIGINT"
    )
    connection.execute(f"CREATE TABLE arrival ({columns})")


def source_ranks(sources: Sequence[str], preference: Sequence[str]) -> list[int]:
    """The place of each source in the order of preference, by its full name or its collector; unknown ones come last."""
    order = {name: place for place, name in enumerate(preference)}
    return [order.get(source, order.get(source.partition(":")[0], len(order))) for source in sources]


def _chunks(
    connection: duckdb.DuckDBPyConnection, judge: Judge, parts: Mapping[str, Iterable[pa.Table]], taken: _Taken
) -> Iterator[int]:
    """Fill the table `arrival` with usable samples; yields whenever it should be sorted and written."""
    import numpy as np
    import pyarrow as pa

    held = 0
    for code, source in enumerate(taken.sources):
        for batch in parts[source]:
            judged = judge.judge(batch)
            taken.read[source] += len(batch)
            if judged.apart is not None:
                taken.apart.append((source, judged.apart))
            count = len(judged.usable["at_s"])
            more = {"source": np.full(count, code, np.int32), "seq": np.arange(held, held + count)}
            connection.register("arrived", pa.table(judged.usable | more))
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
    folder: Path, apart: Sequence[tuple[str, pa.Table]], *, as_of: datetime
) -> tuple[list[TelemetryFile], list[Gap]]:
    """Write the samples that are not used to a file of each source, and make gaps of them.

    One gap for each machine and reason, the most frequent first; the rest in one gap more.
    """
    import pyarrow as pa

    files: list[TelemetryFile] = []
    gaps: list[Gap] = []
    for source in sorted({name for name, _ in apart}):
        tables = [table for name, table in apart if name == source]
        table = pa.concat_tables(tables, promote_options="default")
        files.append(
            _apart_file(
                folder,
                table.sort_by([(n, "ascending") for n in ("reason", "machine", "metric", "at_s")]),
                source,
                as_of,
            )
        )
        groups = table.group_by(["reason", "machine"]).aggregate(
            [("at_s", "count"), ("at_s", "min"), ("at_s", "max"), ("metric", "distinct")]
        )
        ordered = sorted(groups.to_pylist(), key=lambda row: (-row["at_s_count"], row["reason"], row["machine"] or ""))
        shown = [group for group in ordered if group["reason"] not in HARMLESS]
        gaps += [_gap(source, group) for group in shown[:MOST_GAPS]]
        if shown[MOST_GAPS:]:
            more = sum(group["at_s_count"] for group in shown[MOST_GAPS:])
            zh, en = (
                f"{source}:另有 {more} 个样本未能使用,见 {files[-1].path}",
                f"{source}: {more} more samples were kept apart in {files[-1].path}",
            )
            gaps.append(Gap(kind="partial", origin=Origin(source=source), message=Text(zh, en)))
    return files, gaps


def _apart_file(folder: Path, table: pa.Table, source: str, as_of: datetime) -> TelemetryFile:
    import pyarrow.parquet as pq

    temporary = folder / "unfinished" / "apart.parquet"
    temporary.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, temporary, compression="zstd", store_schema=False)
    place, digest, size = keep(temporary, folder, "apart", "all", as_of.date().isoformat())
    reasons = {row["values"]: row["counts"] for row in table.column("reason").value_counts().to_pylist()}
    return TelemetryFile(
        path=place, kind="apart", source=source, day=None, row_count=len(table), sha256=digest,
        schema_version=SCHEMA_VERSION, added_at=as_of, about={"bytes": size, "reasons": dict(sorted(reasons.items()))},
    )  # fmt: skip


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


def write_sorted(connection: duckdb.DuckDBPyConnection, query: str, files: DayFiles) -> list[Written]:
    """Run a query whose rows come in the order of `DayFiles`, and write its files."""
    made: list[Written] = []
    try:
        for batch in connection.execute(query).to_arrow_reader(FETCH_ROWS):
            made += files.feed({name: batch.column(name).to_numpy(zero_copy_only=False) for name in COLUMNS})
        made += files.close()
    except BaseException:
        files.abandon()
        raise
    return made
