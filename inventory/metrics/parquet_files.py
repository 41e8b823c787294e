"""Samples from Parquet files with the columns of the long CSV layout, or of our own raw files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from catalogs.errors import CollectError
from catalogs.words import Text

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
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from inventory.telemetry_ingest import raw_schema

    try:
        with pq.ParquetFile(path) as file:
            names = set(file.schema_arrow.names)
            if not (names >= OURS or names >= LONG):
                raise _lacking(path, names)
            for batch in file.iter_batches(BATCH_ROWS):
                table = pa.Table.from_batches([batch])
                micro = names >= OURS
                value = (
                    pc.divide(table.column("value_micro").cast(pa.float64()), 1e6)
                    if micro
                    else table.column("value").cast(pa.float64())
                )
                capacity = pa.nulls(len(table), pa.float64())
                if micro:
                    capacity = pc.divide(table.column("capacity_micro").cast(pa.float64()), 1e6)
                elif "capacity" in names:
                    capacity = table.column("capacity").cast(pa.float64())
                yield pa.table(
                    {
                        "machine": table.column("server").cast(pa.string()), "metric": table.column("metric").cast(pa.string()),
                        "at_s": table.column("at_s").cast(pa.int64()), "value": value, "ratio": pa.nulls(len(table), pa.float64()),
                        "capacity": capacity, "interval_s": table.column("interval_s").cast(pa.int32()), "note": pa.nulls(len(table), pa.string()),
                    },
                    schema=raw_schema(),
                )  # fmt: skip
    except (OSError, pa.ArrowInvalid) as error:
        raise CollectError(
            f"{path.name}：不是完整的 Parquet 文件：{str(error).splitlines()[0]}",
            f"{path.name}: no complete Parquet file: {str(error).splitlines()[0]}",
        ) from error


def _lacking(path: Path, names: set[str]) -> CollectError:
    missing = ", ".join(sorted(LONG - names))
    return CollectError(f"{path.name}：缺少列 {missing}", f"{path.name}: columns are missing: {missing}",
                        hint=Text("需要 server, metric, at_s, value, interval_s", "needed: server, metric, at_s, value, interval_s"))  # fmt: skip
