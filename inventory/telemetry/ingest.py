"""From what a monitoring system said to raw sample files: whose each sample is, in which unit, on which local day.

Nothing is lost silently: what cannot be used is written to a file of its own with the reason, and counted.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.words import Text
from inventory.metrics import preference_of
from inventory.model import Gap, Origin, Server
from inventory.storage.store import TelemetryFile
from inventory.telemetry.buckets import Buckets, Columns, Part
from inventory.telemetry.files import DayFile, Words, Written
from inventory.telemetry.form import LOCAL_ZONE, METRICS, MICRO, SCHEMA_VERSION, disk_error, keep, zone_offset
from inventory.telemetry.identity import Passed
from inventory.telemetry.judge_samples import REASONS, Judge
from inventory.telemetry.settle import settle
from inventory.telemetry.sizes import EarlierSize

if TYPE_CHECKING:
    import pyarrow as pa

WAVE_ROWS = 150_000_000  # samples sorted at once (4 GB of disk); more arrive as further files and are compacted
AT_ONCE = 2  # days written at the same time; each holds a bucket or two in memory
MOST_GAPS = 200  # of one source
HARMLESS = frozenset({"counter_end", "other_source"})  # counted and kept, but nobody's question


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
    preference: Sequence[str] = (),
    earlier: Sequence[EarlierSize] = (),
    passed: Sequence[Passed] = (),
) -> Ingested:
    """Store the samples that readers yield.

    Args:
        parts: by source (collector and instance, `csv:cloud-a`), tables of `raw_schema`, in any order.
        folder: the store's telemetry folder; nothing in it is ever changed.
        servers: all servers known, deleted ones too, sorted by id.
        as_of: the instant of the collection.
        zone: the calendar that days are of.
        preference: which source or collector wins where two measured the same server on the same day; ours by default.
        earlier: the sizes that servers had before they were resized, the latest change first.
        passed: names and addresses that changed hands.

    Raises:
        CollectError: the disk is full, or a reader failed.
    """
    sources = tuple(sorted(parts))
    taken = _Taken(sources)
    words = Words(metrics=tuple(METRICS), servers=tuple(server.id for server in servers), sources=sources)
    ranks = source_ranks(sources, preference)
    made: list[Written] = []
    buckets = Buckets(folder / "unfinished" / f"waiting-{os.getpid()}", zone_offset(as_of, zone))
    try:
        for _ in _waves(buckets, Judge(servers, as_of=as_of, zone=zone, earlier=earlier, passed=passed), parts, taken):
            made += _write(folder, buckets, words, ranks, taken)
        kept_apart, gaps = keep_apart(folder, taken.apart, as_of=as_of)
    except OSError as error:
        raise disk_error(error, folder) from error
    finally:
        buckets.clear()
    files = [manifest_row(file, source="+".join(sorted(file.sources)), as_of=as_of) for file in made]
    return Ingested(files=(*files, *kept_apart), sources=taken.counted(made), gaps=tuple(gaps))


class _Taken:
    """What has been taken so far: counts by source, and samples that are kept apart."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.sources = sources
        self.read: Counter[str] = Counter()
        self.apart: list[tuple[str, pa.Table]] = []

    def beaten(self, metric: str, samples: Columns, words: Words) -> None:
        """Keep apart the samples of servers and days that a better source measured too."""
        import pyarrow as pa

        for code, source in enumerate(self.sources):
            mine = samples["source"] == code
            count = int(mine.sum())
            if count:
                table = pa.table(
                    {
                        "machine": pa.array(words.servers).take(pa.array(samples["server"][mine])),
                        "metric": [metric] * count,
                        "at_s": samples["at_s"][mine],
                        "value": samples["value_micro"][mine] / MICRO,
                        "reason": ["other_source"] * count,
                    }
                )
                self.apart.append((source, table))

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


def source_ranks(sources: Sequence[str], preference: Sequence[str]) -> list[int]:
    """The place of each source in the order of preference, by its full name or its collector; unknown ones come last."""
    order = {name: place for place, name in enumerate(preference or preference_of({}))}
    return [order.get(source, order.get(source.partition(":")[0], len(order))) for source in sources]


def _waves(buckets: Buckets, judge: Judge, parts: Mapping[str, Iterable[pa.Table]], taken: _Taken) -> Iterator[None]:
    """Fill the buckets with usable samples; yields whenever they should be written."""
    for code, source in enumerate(taken.sources):
        for batch in parts[source]:
            judged = judge.judge(batch)
            taken.read[source] += len(batch)
            if judged.apart is not None:
                taken.apart.append((source, judged.apart))
            buckets.add(judged.usable, code)
            if buckets.rows >= WAVE_ROWS:
                yield
                buckets.clear()
    if buckets.rows:
        yield


def _write(folder: Path, buckets: Buckets, words: Words, ranks: Sequence[int], taken: _Taken) -> list[Written]:
    """One file of each metric and day in the buckets; what a better source beat is kept apart."""
    made: list[Written] = []
    with ThreadPoolExecutor(AT_ONCE) as threads:
        days = buckets.days()
        work = threads.map(lambda day: write_day(folder, words, day, buckets.parts(*day), ranks), days)
        for (metric, _), (file, beaten) in zip(days, work, strict=True):
            made += [] if file is None else [file]
            for samples in beaten:
                taken.beaten(words.metrics[metric], samples, words)
    return made


def write_day(
    folder: Path, words: Words, key: tuple[int, int], parts: Iterable[Part], ranks: Sequence[int]
) -> tuple[Written | None, list[Columns]]:
    """Settle the parts of one metric and day, in order of their servers, and write them to one file.

    Args:
        folder: the telemetry folder.
        words: what codes stand for.
        key: the metric's code, and the day since 1970-01-01.
        parts: by range of servers.
        ranks: of the sources, for `settle`.

    Returns:
        The file, and the samples that a better source beat.
    """
    beaten: list[Columns] = []
    file = DayFile(folder, words, *key)
    try:
        for part in parts:
            settled = settle(part, ranks)
            file.add(settled.kept)
            if len(settled.beaten["at_s"]):
                beaten.append(settled.beaten)
        return file.finish(), beaten
    except BaseException:
        file.abandon()
        raise


def keep_apart(
    folder: Path, apart: Sequence[tuple[str, pa.Table]], *, as_of: datetime
) -> tuple[list[TelemetryFile], list[Gap]]:
    """Write the samples that are not used to a file of each source, and make gaps of them.

    One gap for each machine and reason, the most frequent first; the rest in one gap more.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    every = pc.CountOptions(mode="all")  # a stamp that cannot be read is null, and is a sample all the same
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
            [("at_s", "count", every), ("at_s", "min"), ("at_s", "max"), ("metric", "distinct")]
        )
        ordered = sorted(groups.to_pylist(), key=lambda row: (-row["at_s_count"], row["reason"], row["machine"] or ""))
        shown = [group for group in ordered if group["reason"] not in HARMLESS]
        gaps += [_gap(source, group) for group in shown[:MOST_GAPS]]
        if shown[MOST_GAPS:]:
            more = sum(group["at_s_count"] for group in shown[MOST_GAPS:])
            zh, en = (
                f"{source}：另有 {more} 个样本未能使用，见 {files[-1].path}",
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
            f"{machine}：{count} 个样本未使用（{metrics}）：{why.zh}",
            f"{machine}: {count} samples not used ({metrics}): {why.en}",
        ),
        field=metrics,
        raw=None if group["at_s_min"] is None else f"{group['at_s_min']}..{group['at_s_max']}",
    )
