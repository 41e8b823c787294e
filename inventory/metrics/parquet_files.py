"""Samples from Parquet files with the columns of the long CSV layout, or of our own raw files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.metrics.csv_cells import MICROSECONDS, MILLISECONDS, NANOSECONDS

if TYPE_CHECKING:
    import pyarrow as pa

OURS = frozenset({"metric", "server", "at_s", "value_micro", "capacity_micro", "interval_s"})
LONG = frozenset({"metric", "server", "at_s", "value", "interval_s"})
BATCH_ROWS = 1_000_000


def read_parquet(path: Path) -> Iterator[pa.Table]:
    """The samples of one file: amounts in our units.

    Raises:
        CollectError: it cannot be read, was cut, or lacks columns.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = pq.read_schema(path).names
        if not (set(names) >= OURS or set(names) >= LONG):
            raise _lacking(path, names)
        wanted = [name for name in names if name in OURS | LONG | {"capacity"}]
        with pq.ParquetFile(path, read_dictionary=["server", "metric"]) as file:
            for batch in file.iter_batches(BATCH_ROWS, columns=wanted):
                yield _typed(path, pa.Table.from_batches([batch]), micro=set(names) >= OURS)
    except (OSError, pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise CollectError(
            f"{path.name}：不是完整的 Parquet 文件：{str(error).splitlines()[0]}",
            f"{path.name}: no complete Parquet file: {str(error).splitlines()[0]}",
        ) from error


def _typed(path: Path, table: pa.Table, *, micro: bool) -> pa.Table:
    """`_raw`; a column of a wrong type is one clear message, and times that are no whole seconds are not taken for them."""
    import pyarrow as pa

    at = table.schema.field("at_s").type
    try:
        if not pa.types.is_integer(at) and not (pa.types.is_timestamp(at) and at.tz):
            raise pa.ArrowInvalid(f"at_s: {at}")
        return _raw(table, micro=micro)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise CollectError(
            f"{path.name}：有一列的类型不对：{str(error).splitlines()[0]}",
            f"{path.name}: a column is of a wrong type: {str(error).splitlines()[0]}",
            hint=Text(
                "at_s 是 Unix 秒（整数）或带时区的时间，value 是数，interval_s 是整数秒",
                "at_s is whole Unix seconds or a time with its zone, value a number, interval_s whole seconds",
            ),
        ) from error


def _raw(table: pa.Table, *, micro: bool) -> pa.Table:
    """A batch as a raw table; `micro`: in the columns of our own files, which hold millionths."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from inventory.telemetry.ingest import raw_schema

    nothing = pa.nulls(len(table), pa.float64())

    def amount(name: str) -> pa.ChunkedArray:
        if micro:
            return pc.divide(table.column(f"{name}_micro").cast(pa.float64()), 1e6)
        return table.column(name).cast(pa.float64()) if name in table.column_names else nothing

    columns = [
        _words(table.column("server")), _words(table.column("metric")), _seconds(table.column("at_s")), amount("value"), nothing,
        amount("capacity"), table.column("interval_s").cast(pa.int32()), pa.nulls(len(table), pa.string()),
    ]  # fmt: skip
    return pa.table(columns, names=raw_schema().names)


def _seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole Unix seconds of times with a zone, and of numbers, which may be parts of seconds: told apart by size, as in CSV files."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(column.type):
        column = pc.floor_temporal(column, unit="second").cast(pa.timestamp("s", column.type.tz))
        return column.cast(pa.int64())
    column = column.cast(pa.int64())
    for least, parts in ((NANOSECONDS, 10**9), (MICROSECONDS, 10**6), (MILLISECONDS, 10**3)):
        if (pc.max(column).as_py() or 0) > least:
            column = pc.if_else(pc.greater(column, int(least)), pc.divide(column, parts), column)
    return column


def _words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Words as they are coded in the file: a server has many samples, but its name is compared once."""
    import pyarrow as pa

    return column if column.type == pa.dictionary(pa.int32(), pa.string()) else column.cast(pa.string())


def _lacking(path: Path, names: Iterable[str]) -> CollectError:
    missing = ", ".join(sorted(LONG - set(names)))
    return CollectError(f"{path.name}：缺少列 {missing}", f"{path.name}: columns are missing: {missing}",
                        hint=Text("Parquet 文件需要 server, metric, at_s（Unix 秒）, value, interval_s，可有 capacity", "a Parquet file needs server, metric, at_s (Unix seconds), value, interval_s; capacity may be there"))  # fmt: skip
