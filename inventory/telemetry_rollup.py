"""The daily roll-up: all samples of a server, metric and local day become one row of whole numbers.

The query is written once with Ibis on an unbound table and compiled to SQL, so that another engine gives the same
integers to the bit. Division is only used below 2⁵³, where it is exact.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.store import TelemetryFile
from inventory.telemetry import (
    BIN_STRIDE,
    BINS,
    DAY_SECONDS,
    PPM,
    SCHEMA_VERSION,
    check_files,
    connect,
    keep,
    live,
    rollup_schema,
)

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pyarrow as pa

BATCH_ROWS = 5_000_000  # samples rolled up by one query; a larger day is a query of its own
KEYS = ("metric", "day", "server")
SUMMED = ("samples", "interval_s", "covered_seconds", "value_s", "capacity_s")
HOUR_SECONDS = 3600


def rollup_expression(samples: ir.Table) -> ir.Table:
    """From raw samples (docs/reference/sample.schema.json) to the daily roll-up.

    Σ value·s and Σ capacity·s weigh each sample with the seconds it covers. `peak_ppm` is the highest sample over its
    capacity, `hour_peak_ppm` the highest mean of a clock hour over that hour's capacity (both in parts per million).
    `bins` counts samples per whole percent of capacity.
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
    bounded = rows.filter(rows.capacity_micro.notnull())
    percent = (bounded.ppm.cast("float64") / float(PPM // 100)).floor().cast("int32")
    placed = bounded.mutate(bin=(percent > BINS - 1).ifelse(BINS - 1, percent).cast("int32"))
    counted = placed.group_by([*KEYS, "bin"]).aggregate(n=placed.count())
    coded = counted.mutate(code=(counted.bin * BIN_STRIDE + counted.n).cast("int32"))
    return coded.group_by(list(KEYS)).aggregate(bins=coded.code.collect().sort())


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
    old = {(str(row.about["metric"]), row.day): row.path for row in replaces}
    made: list[TelemetryFile] = []
    with connect(folder, memory_limit=memory_limit) as connection:
        for batch in _batches(days):
            check_files(folder, batch)
            paths = [str(folder / row.path) for row in batch]
            _open(connection, paths)
            table = connection.execute(rollup_sql()).to_arrow_table()
            origins = {(str(row.about["metric"]), str(row.day)): row for row in batch}
            made += [_write(folder, part, origins, old) for part in _split(table)]
    return made


def _open(connection: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> None:
    """Make `samples` of some files. Many small ones are copied first: the roll-up reads them twice, and opening costs most."""
    found = connection.read_parquet(list(paths))
    connection.execute("DROP VIEW IF EXISTS samples")
    connection.execute("DROP TABLE IF EXISTS copied")
    if len(paths) > 1:
        found.create("copied")
        connection.execute("CREATE VIEW samples AS FROM copied")
    else:
        found.create_view("samples")


def _batches(days: Sequence[Sequence[TelemetryFile]]) -> Iterator[list[TelemetryFile]]:
    batch: list[TelemetryFile] = []
    rows = 0
    for files in days:
        assert len(files) == 1, "compact first"
        if batch and rows + files[0].row_count > BATCH_ROWS:
            yield batch
            batch, rows = [], 0
        batch.append(files[0])
        rows += files[0].row_count
    if batch:
        yield batch


def _split(table: pa.Table) -> Iterator[pa.Table]:
    """One table per metric and day, sorted by server."""
    import numpy as np
    import pyarrow.compute as pc

    ordered = table.take(pc.sort_indices(table, [(key, "ascending") for key in KEYS])).combine_chunks()
    metric = ordered.column("metric").combine_chunks().dictionary_encode().indices.to_numpy()
    day = ordered.column("day").combine_chunks().cast("int32").to_numpy()
    cuts = np.flatnonzero((metric[1:] != metric[:-1]) | (day[1:] != day[:-1])) + 1
    edges = [0, *cuts.tolist(), len(ordered)]
    for begin, end in itertools.pairwise(edges):
        yield ordered.slice(begin, end - begin)


def _write(
    folder: Path, part: pa.Table, origins: dict[tuple[str, str], TelemetryFile], old: dict[tuple[str, Any], str]
) -> TelemetryFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = rollup_schema()
    columns = [_column(part.column(field.name), field.type) for field in schema]
    table = pa.table(columns, schema=schema)
    metric, day = table.column("metric")[0].as_py(), table.column("day")[0].as_py().isoformat()
    temporary = folder / "unfinished" / f"rollup-{metric}-{day}.parquet"
    temporary.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, temporary, compression="zstd", store_schema=False)
    place, digest, size = keep(temporary, folder, "rollup", metric, day)
    origin = origins[metric, day]
    previous = old.get((metric, day))
    about = {
        "metric": metric,
        "bytes": size,
        "made_from": [origin.path],
        "replaces": [previous] if previous and previous != place else [],
    }
    return TelemetryFile(
        path=place, kind="rollup", source=origin.source, day=day, row_count=len(table), sha256=digest,
        schema_version=SCHEMA_VERSION, added_at=origin.added_at, about=about,
    )  # fmt: skip


def _column(column: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    array = column.combine_chunks()
    return array.dictionary_encode() if pa.types.is_dictionary(kind) else array.cast(kind)
