"""The daily roll-up on Spark, for cities whose samples one machine cannot roll up: the same expression, the same integers.

`GOVCLOUD_SPARK` names the master: `local[*]` on this machine, `spark://host:7077` for a standalone cluster. Driver and
workers must see the telemetry folder under the same path (a shared file system). Spark is for data that no longer
fits, not for speed: on one machine DuckDB is many times quicker.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.errors import StoreError
from catalogs.words import Text
from inventory.storage.store import TelemetryFile
from inventory.telemetry.form import check_files
from inventory.telemetry.rollup import rollup_sql, written

if TYPE_CHECKING:
    import pyarrow as pa

VARIABLE = "GOVCLOUD_SPARK"
DIALECT = "databricks"  # Ibis' name for Spark SQL that needs no running Spark to compile
BATCH_DAYS = 31  # files rolled up by one query: its result comes back to this machine


def spark_master() -> str | None:
    """The Spark master that the environment names, or `None` where DuckDB does the work."""
    return os.environ.get(VARIABLE) or None


def roll_up_on_spark(
    folder: Path, days: Sequence[Sequence[TelemetryFile]], master: str, *, replaces: Sequence[TelemetryFile] = ()
) -> list[TelemetryFile]:
    """What `telemetry_rollup.roll_up` does, by Spark; the files are the same to the bit.

    Raises:
        StoreError: pyspark is not installed, the master does not answer, or a file is missing or cut.
    """
    files = [one[0] for one in days]
    check_files(folder, files)
    old = {(str(row.about["metric"]), row.day): row.path for row in replaces}
    made: list[TelemetryFile] = []
    with _session(master) as spark:
        for first in range(0, len(files), BATCH_DAYS):
            batch = files[first : first + BATCH_DAYS]
            spark.read.parquet(*(str((folder / file.path).absolute()) for file in batch)).createOrReplaceTempView(
                "samples"
            )
            found = spark.sql(rollup_sql(DIALECT)).toArrow()
            made += [written(folder, *_of(found, file), file, old) for file in batch]
    return made


def _of(found: pa.Table, file: TelemetryFile) -> tuple[list[pa.Table], list[str]]:
    """The rows of one metric and day in the order of their servers, and these."""
    import datetime as dt

    import pyarrow.compute as pc

    mine = pc.and_(
        pc.equal(found.column("metric"), str(file.about["metric"])),
        pc.equal(found.column("day"), dt.date.fromisoformat(str(file.day))),
    )
    table = found.filter(mine).sort_by("server")
    return [table], table.column("server").to_pylist()


@contextmanager
def _session(master: str) -> Iterator[Any]:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise StoreError(
            "没有安装 pyspark", "pyspark is not installed", hint=Text("pip install 'govcloud[spark]'", "pip install 'govcloud[spark]'")
        ) from None  # fmt: skip
    try:
        spark = (
            SparkSession.builder.master(master).appName("govcloud roll-up")
            .config("spark.sql.session.timeZone", "UTC").config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false").config("spark.sql.shuffle.partitions", "8")
            .getOrCreate()
        )  # fmt: skip
    except Exception as error:
        raise StoreError(
            f"Spark {master} 没有应答：{str(error).splitlines()[0]}", f"Spark {master} does not answer: {str(error).splitlines()[0]}",
            hint=Text(f"检查环境变量 {VARIABLE}、Java 和集群", f"check the variable {VARIABLE}, Java and the cluster"),
        ) from error  # fmt: skip
    try:
        yield spark
    finally:
        spark.stop()
