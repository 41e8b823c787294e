"""The daily roll-up: all samples of a server, metric and local day become one row of whole numbers.

The query is written once with Ibis on an unbound table and compiled to SQL, so that another engine gives the same
integers to the bit. Division is only used below 2⁵³, where it is exact.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.storage.store import TelemetryFile
from inventory.telemetry.form import (
    AMOUNT_STEPS,
    BIN_STRIDE,
    BINS,
    DAY_SECONDS,
    METRICS,
    PPM,
    ROLLUP_VERSION,
    as_day,
    check_files,
    connect,
    keep,
    live,
    rollup_schema,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

BATCH_ROWS = 4_000_000  # samples rolled up by one query
READ = ("at_s", "value_micro", "capacity_micro", "seconds", "interval_s")
KEYS = ("metric", "day", "server")
SUMMED = ("samples", "interval_s", "covered_seconds", "value_s", "capacity_s")
HOUR_SECONDS = 3600
RENEWED_DAYS = 155  # five months at most


def rollup_expression(samples: ir.Table) -> ir.Table:
    """From raw samples (docs/reference/sample.schema.json) to the daily roll-up.

    Σ value·s and Σ capacity·s weigh each sample with the seconds it covers. `peak_ppm` is the highest sample over its
    capacity, `hour_peak_ppm` the highest mean of a clock hour over that hour's capacity (both in parts per million).
    `bins` counts samples per whole percent of capacity; of what has none, per step of `AMOUNT_STEPS`.
    """
    used = samples.value_micro.cast("float64") * float(PPM) / samples.capacity_micro.cast("float64")
    rows = samples.mutate(ppm=used.floor().cast("int64"), hour=(samples.at_s / HOUR_SECONDS).floor().cast("int64"))
    hourly = _hours(rows.filter(rows.interval_s < HOUR_SECONDS)).union(
        _own_hours(rows.filter(rows.interval_s >= HOUR_SECONDS))
    )
    daily = hourly.group_by(list(KEYS)).aggregate(
        samples=hourly.samples.sum(),
        expected=(DAY_SECONDS / hourly.interval_s.max().cast("float64")).floor().cast("int64"),
        covered_seconds=hourly.covered_seconds.sum(),
        value_s=hourly.value_s.sum(),
        capacity_s=hourly.capacity_s.sum(),
        min_micro=hourly.min_micro.min(),
        max_micro=hourly.max_micro.max(),
        peak_ppm=hourly.peak_ppm.max(),
        hour_max_micro=hourly.mean_micro.max(),
        hour_peak_ppm=hourly.mean_ppm.max(),
    )
    return daily.left_join(_bins(rows), list(KEYS)).select(*daily.columns, "bins")


def _hours(rows: ir.Table) -> ir.Table:
    """One row per clock hour, with its mean amount and mean ratio."""
    hourly = rows.group_by([*KEYS, "hour"]).aggregate(
        samples=rows.count(),
        interval_s=rows.interval_s.max(),
        covered_seconds=rows.seconds.sum(),
        value_s=(rows.value_micro * rows.seconds).sum(),
        capacity_s=(rows.capacity_micro * rows.seconds).sum(),
        min_micro=rows.value_micro.min(),
        max_micro=rows.value_micro.max(),
        peak_ppm=rows.ppm.max(),
    )
    value, capacity = hourly.value_s.cast("float64"), hourly.capacity_s.cast("float64")
    return hourly.select(
        *KEYS, *SUMMED, "min_micro", "max_micro", "peak_ppm",
        mean_micro=(value / hourly.covered_seconds.cast("float64")).floor().cast("int64"),
        mean_ppm=(value / (capacity / float(PPM))).floor().cast("int64"),
    )  # fmt: skip


def _own_hours(rows: ir.Table) -> ir.Table:
    """Samples of an hour or more: each is an hour of its own, so that nothing has to be grouped."""
    return rows.select(
        *KEYS, "interval_s", samples=(rows.seconds * 0 + 1).cast("int64"), covered_seconds=rows.seconds.cast("int64"),
        value_s=rows.value_micro * rows.seconds, capacity_s=rows.capacity_micro * rows.seconds,
        min_micro=rows.value_micro, max_micro=rows.value_micro, peak_ppm=rows.ppm, mean_micro=rows.value_micro, mean_ppm=rows.ppm,
    ).select(*KEYS, *SUMMED, "min_micro", "max_micro", "peak_ppm", "mean_micro", "mean_ppm")  # fmt: skip


def _bins(rows: ir.Table) -> ir.Table:
    """Samples per whole percent of capacity; per step of the amount where there is none (apart, since that costs more)."""
    bounded, free = rows.filter(rows.capacity_micro.notnull()), rows.filter(rows.capacity_micro.isnull())
    percent = (bounded.ppm.cast("float64") / float(PPM // 100)).floor().cast("int32")
    steps = sum((free.value_micro >= step).cast("int32") for step in AMOUNT_STEPS)
    counted = _counted(bounded, (percent > BINS - 1).ifelse(BINS - 1, percent)).union(_counted(free, steps))
    coded = counted.mutate(code=(counted.bin * BIN_STRIDE + counted.n).cast("int32"))
    return coded.group_by(list(KEYS)).aggregate(bins=coded.code.collect().sort())


def _counted(rows: ir.Table, place: ir.Value) -> ir.Table:
    placed = rows.mutate(bin=place.cast("int32"))
    return placed.group_by([*KEYS, "bin"]).aggregate(n=placed.count())


def unbound_samples(name: str = "samples") -> ir.Table:
    """The raw samples as an Ibis table that belongs to no engine."""
    import ibis

    columns = {
        "metric": "string", "day": "date", "server": "string", "at_s": "int64", "value_micro": "int64",
        "capacity_micro": "int64", "seconds": "int32", "interval_s": "int32",
    }  # fmt: skip
    return ibis.table(columns, name=name)


@cache
def rollup_sql(dialect: str = "duckdb") -> str:
    """The roll-up of a table called `samples`, in an engine's SQL."""
    import ibis

    return str(ibis.to_sql(rollup_expression(unbound_samples()), dialect=dialect))


def stale_days(raw: Iterable[TelemetryFile], rollups: Iterable[TelemetryFile]) -> list[list[TelemetryFile]]:
    """The raw files of each metric and day that has no roll-up made from exactly these files."""
    made = {tuple(sorted(_made_from(row))) for row in live(rollups)}
    days: dict[tuple[str, str], list[TelemetryFile]] = {}
    for row in live(raw):
        days.setdefault((str(row.about["metric"]), str(row.day)), []).append(row)
    return [files for _, files in sorted(days.items()) if tuple(sorted(f.path for f in files)) not in made]


def outdated_days(raw: Iterable[TelemetryFile], rollups: Iterable[TelemetryFile]) -> list[list[TelemetryFile]]:
    """The raw files of recent days whose roll-up an earlier version made, without bins of amounts; one file a day.

    Verdicts look at three months and at the window before; older days keep what they have, which counts as not known.
    """
    held = {row.path: row for row in live(raw)}
    found = [row for row in live(rollups) if row.schema_version < ROLLUP_VERSION and _has_no_capacity(row)]
    newest = max((as_day(row.day or "") for row in held.values()), default=None)
    if newest is None:
        return []
    recent = (row for row in found if newest - as_day(row.day or "") <= timedelta(days=RENEWED_DAYS))
    made = (tuple(_made_from(row)) for row in recent)
    return [[held[paths[0]]] for paths in sorted(made) if len(paths) == 1 and paths[0] in held]


def _has_no_capacity(row: TelemetryFile) -> bool:
    metric = METRICS.get(str(row.about["metric"]))
    return metric is not None and metric.capacity is None


def _made_from(row: TelemetryFile) -> Iterator[str]:
    named = row.about.get("made_from", ())
    assert isinstance(named, (list, tuple))
    yield from named


def roll_up(
    folder: Path,
    days: Sequence[Sequence[TelemetryFile]],
    *,
    replaces: Sequence[TelemetryFile] = (),
    memory_limit: str = "1200MB",
) -> list[TelemetryFile]:
    """Roll up days of one compacted raw file each.

    Args:
        folder: the telemetry folder.
        days: the raw files of each metric and day, as `stale_days` gives them after compaction.
        replaces: live roll-ups; those of the same metric and day are replaced.
        memory_limit: for DuckDB.

    Returns:
        The manifest rows of the new files.
    """
    assert all(len(files) == 1 for files in days), "compact first"
    old = {(str(row.about["metric"]), row.day): row.path for row in replaces}
    files = [files[0] for files in days]
    check_files(folder, files)
    made: list[TelemetryFile] = []
    found: dict[int, list[pa.Table]] = {}
    with connect(folder, memory_limit=memory_limit) as connection:
        for batch in _batches(folder, files):
            connection.register("samples", batch.samples)
            table = connection.execute(rollup_sql()).to_arrow_table()
            connection.unregister("samples")
            for place, part in _by_file(table):
                found.setdefault(place, []).append(part)
            made += [written(folder, found.pop(n), batch.servers.pop(n), files[n], old) for n in batch.finished]
    return made


@dataclass(frozen=True, slots=True)
class _Batch:
    """Samples of some files. Metric, day and server are codes: the place of the file, twice, and of the server in it.

    Whole numbers are grouped several times quicker than words, by the same query.
    """

    samples: pa.Table
    finished: list[int]
    servers: dict[int, list[str]]


def _batches(folder: Path, files: Sequence[TelemetryFile]) -> Iterator[_Batch]:
    """Some millions of samples at once; those of one server, metric and day are never apart."""
    import pyarrow as pa

    held: list[pa.Table] = []
    finished: list[int] = []
    servers: dict[int, list[str]] = {}
    for place, file in enumerate(files):
        for part in _whole_servers(folder / file.path, place, servers.setdefault(place, [])):
            if held and sum(map(len, held)) + len(part) > BATCH_ROWS:
                yield _Batch(pa.concat_tables(held), finished, servers)
                held, finished = [], []
            held.append(part)
        finished.append(place)
    if held:
        yield _Batch(pa.concat_tables(held), finished, servers)


def _whole_servers(path: Path, place: int, servers: list[str]) -> Iterator[pa.Table]:
    """The samples of a file, a row group at a time; the last server of each waits for the next. Appends to `servers`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, read_dictionary=["server"]) as file:
        kept: pa.Table | None = None
        for group in range(file.num_row_groups):
            table = _coded(file.read_row_group(group, ["server", *READ]), place, servers)
            table = table if kept is None else pa.concat_tables([kept, table])
            if group == file.num_row_groups - 1:
                yield table
                return
            begin = _first_of_last(table)
            yield table.slice(0, begin)
            kept = table.slice(begin)


def _first_of_last(table: pa.Table) -> int:
    """Where the samples of the last server begin."""
    import numpy as np

    codes = table.column("server").to_numpy()
    return int(np.searchsorted(codes, codes[-1], side="left"))


def _coded(table: pa.Table, place: int, servers: list[str]) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    column = table.column("server").unify_dictionaries().combine_chunks()
    indices = column.indices.to_numpy(zero_copy_only=False)
    starts = np.flatnonzero(np.concatenate([[True], indices[1:] != indices[:-1]]))
    runs = np.zeros(len(indices), np.int32)
    runs[starts[1:]] = 1
    names = column.dictionary.take(pa.array(indices[starts])).to_pylist()
    goes_on = bool(servers) and servers[-1] == names[0]
    first = len(servers) - 1 if goes_on else len(servers)
    servers += names[1:] if goes_on else names
    codes = np.cumsum(runs, dtype=np.int32) + np.int32(first)
    key = np.full(len(codes), place, np.int32)
    return pa.table({"metric": key, "day": key, "server": codes, **{name: table.column(name) for name in READ}})


def _by_file(table: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """The roll-up of each file, sorted by server."""
    import numpy as np
    import pyarrow.compute as pc

    ordered = table.take(pc.sort_indices(table, [("day", "ascending"), ("server", "ascending")])).combine_chunks()
    places = ordered.column("day").to_numpy()
    cuts = [0, *(np.flatnonzero(places[1:] != places[:-1]) + 1).tolist(), len(places)]
    for begin, end in itertools.pairwise(cuts):
        yield int(places[begin]), ordered.slice(begin, end - begin)


def written(
    folder: Path,
    parts: Sequence[pa.Table],
    servers: Sequence[str],
    origin: TelemetryFile,
    old: dict[tuple[str, Any], str],
) -> TelemetryFile:
    """Write the roll-up of one metric and day: its rows in the order of `servers`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = rollup_schema()
    metric, day = str(origin.about["metric"]), str(origin.day)
    found = pa.concat_tables(parts).combine_chunks()
    named = {
        "metric": pa.array([metric] * len(found)),
        "day": pa.array([as_day(day)] * len(found), pa.date32()),
        "server": pa.array(servers),
    }
    columns = [_column(named.get(field.name, found.column(field.name)), field.type) for field in schema]
    table = pa.table(columns, schema=schema)
    temporary = folder / "unfinished" / f"rollup-{metric}-{day}.parquet"
    temporary.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, temporary, compression="zstd", store_schema=False)
    place, digest, size = keep(temporary, folder, "rollup", metric, day)
    previous = old.get((metric, day))
    about = {
        "metric": metric,
        "bytes": size,
        "made_from": [origin.path],
        "replaces": [previous] if previous and previous != place else [],
    }
    return TelemetryFile(
        path=place, kind="rollup", source=origin.source, day=day, row_count=len(table), sha256=digest,
        schema_version=ROLLUP_VERSION, added_at=origin.added_at, about=about,
    )  # fmt: skip


def _column(column: pa.Array | pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.dictionary_encode() if pa.types.is_dictionary(kind) else array.cast(kind)
