"""Compaction: late and overlapping arrivals of a day become one file that replaces them; nothing is deleted.

Where two sources measured the same server on the same day, one of them is used, the better one in the order of
preference; of two samples with one stamp the later arrival is used. What was left out is counted in the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from inventory.store import TelemetryFile
from inventory.telemetry import METRICS, check_files, connect, disk_error, live
from inventory.telemetry_files import DayFiles, Words
from inventory.telemetry_ingest import PREFERENCE, manifest_row, source_ranks, write_sorted
from inventory.telemetry_rollup import roll_up, stale_days

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS = 5_000_000  # samples merged by one query; a larger day is a query of its own


def bring_up_to_date(
    folder: Path,
    raw: Sequence[TelemetryFile],
    rollups: Sequence[TelemetryFile],
    *,
    as_of: datetime,
    preference: Sequence[str] = PREFERENCE,
    memory_limit: str = "1200MB",
) -> list[TelemetryFile]:
    """Compact the days that got more than one file, and roll up what changed.

    Returns:
        The manifest rows of the new files, compacted ones first.
    """
    stale = stale_days(raw, rollups)
    try:
        compacted = list(
            compact(
                folder, [d for d in stale if len(d) > 1], as_of=as_of, preference=preference, memory_limit=memory_limit
            )
        )
        single = [files for files in stale if len(files) == 1]
        days = sorted([*single, *([file] for file in compacted)], key=lambda files: files[0].path)
        return [*compacted, *roll_up(folder, days, replaces=live(rollups), memory_limit=memory_limit)]
    except OSError as error:
        raise disk_error(error, folder) from error


def compact(
    folder: Path,
    days: Sequence[Sequence[TelemetryFile]],
    *,
    as_of: datetime,
    preference: Sequence[str] = PREFERENCE,
    memory_limit: str = "1200MB",
) -> Iterator[TelemetryFile]:
    """Merge the raw files of each metric and day into one.

    Raises:
        StoreError: a file is missing or cut.
    """
    with connect(folder, memory_limit=memory_limit) as connection:
        for batch in _batches(days):
            yield from _compact(connection, folder, batch, as_of=as_of, preference=preference)


def _batches(days: Sequence[Sequence[TelemetryFile]]) -> Iterator[list[Sequence[TelemetryFile]]]:
    batch: list[Sequence[TelemetryFile]] = []
    rows = 0
    for files in days:
        count = sum(file.row_count for file in files)
        if batch and rows + count > BATCH_ROWS:
            yield batch
            batch, rows = [], 0
        batch.append(files)
        rows += count
    if batch:
        yield batch


def _compact(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    days: Sequence[Sequence[TelemetryFile]],
    *,
    as_of: datetime,
    preference: Sequence[str],
) -> Iterator[TelemetryFile]:
    import pyarrow as pa

    files = [file for one in days for file in one]
    check_files(folder, files)
    paths = [str(folder / file.path) for file in files]
    connection.register("part", pa.table({"file": paths, "arrival": pa.array(range(len(paths)), pa.int32())}))
    connection.read_parquet(paths, filename=True).create_view("sample_file", replace=True)
    connection.execute("CREATE OR REPLACE TEMP TABLE sample AS FROM sample_file")  # one scan: opening files costs most
    servers = [row[0] for row in connection.execute("SELECT DISTINCT server FROM sample ORDER BY server").fetchall()]
    sources = [row[0] for row in connection.execute("SELECT DISTINCT source FROM sample ORDER BY source").fetchall()]
    _codes(connection, servers, sources, preference)
    left_out = _only_preferred(connection)
    words = Words(metrics=tuple(METRICS), servers=tuple(servers), sources=tuple(sources))
    made = {
        (file.metric, file.day.isoformat()): file for file in write_sorted(connection, _QUERY, DayFiles(folder, words))
    }
    for one in days:
        key = (str(one[0].about["metric"]), str(one[0].day))
        left = left_out.get(key, 0)
        double = sum(file.row_count for file in one) - left - made[key].rows
        about: dict[str, object] = {
            "replaces": [file.path for file in one],
            "counts": {"double": double, "other_source": left},
        }
        if any(file.about.get("partial") for file in one):
            about["partial"] = True
        yield manifest_row(made[key], source="+".join(sorted(made[key].sources)), as_of=as_of, about=about)


_QUERY = """
SELECT m.code AS metric, (s.day - DATE '1970-01-01')::INTEGER AS day, c.code AS server, s.at_s, s.value_micro,
    coalesce(s.capacity_micro, -1) AS capacity_micro, s.interval_s, o.code AS source
FROM sample s JOIN metric_code m USING (metric) JOIN server_code c USING (server) JOIN source_code o USING (source)
JOIN part p ON p.file = s.filename
ANTI JOIN beaten b ON b.metric = s.metric AND b.day = s.day AND b.server = s.server AND b.source = s.source
ORDER BY m.code, s.day, c.code, s.at_s, p.arrival DESC
"""


def _codes(
    connection: duckdb.DuckDBPyConnection, servers: Sequence[str], sources: Sequence[str], preference: Sequence[str]
) -> None:
    import pyarrow as pa

    ranks = source_ranks(sources, preference)

    def table(name: str, **columns: Sequence[object]) -> None:
        kinds = {key: pa.string() if key in {"metric", "server", "source"} else pa.int32() for key in columns}
        connection.register(name, pa.table({key: pa.array(values, kinds[key]) for key, values in columns.items()}))

    table("metric_code", metric=list(METRICS), code=range(len(METRICS)))
    table("server_code", server=servers, code=range(len(servers)))
    table("source_code", source=sources, code=range(len(sources)), rank=ranks)


def _only_preferred(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """Make `beaten`: which source is not used for which server and day; returns how many samples that leaves out.

    First the order of preference counts, then who has more samples that day, then the name.
    """
    connection.execute(
        """
        CREATE OR REPLACE TABLE beaten AS
        SELECT metric, day, server, source, n
        FROM (SELECT metric, day, server, source, rank, count(*) AS n FROM sample JOIN source_code USING (source) GROUP BY ALL)
        QUALIFY row_number() OVER (PARTITION BY metric, day, server ORDER BY rank, n DESC, source) > 1
        """
    )
    rows = connection.execute("SELECT metric, day::VARCHAR, sum(n)::BIGINT FROM beaten GROUP BY ALL").fetchall()
    return {(metric, day): count for metric, day, count in rows}
