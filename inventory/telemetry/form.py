"""Telemetry: what a stored sample and a daily roll-up are, in which units, and where their files lie.

Raw samples are immutable Parquet files, one per metric and local day, sorted by server and stamp. A file is named by
its SHA-256 and listed in the store's manifest; later arrivals make a newer file that says which ones it replaces. All
amounts are whole numbers in millionths of the metric's unit, so that sums are the same to the bit on every engine.
"""

from __future__ import annotations

import calendar
import errno
import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from catalogs.errors import StoreError
from catalogs.words import Text
from inventory.storage.store import TelemetryFile
from inventory.telemetry.remote import remote_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SCHEMA_VERSION = 1
ROLLUP_VERSION = 2  # 2: bins of amounts, too
MICRO = 1_000_000  # stored amounts are millionths of the unit
PPM = 1_000_000  # stored ratios are parts per million
BINS = 101  # bin k: k % ≤ use < k+1 %; bin 100: 100 % and above
# Millionths of a unit at which the bins of what has no capacity begin: 0.001, 0.002, 0.005, 0.01 … 500 000 (bin 0: below).
AMOUNT_STEPS = tuple(digit * 10**power for power in range(3, 12) for digit in (1, 2, 5))
BIN_STRIDE = 1 << 17  # a stored bin is bin × 2¹⁷ + samples; a day has at most 86 400 samples
DAY_SECONDS = 86_400
LOCAL_ZONE = "Asia/Shanghai"
MEMORY_LIMIT = "1200MB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One thing that is measured.

    `capacity` names the field of `Server` that holds the allocated amount in the same unit; `None` where use has no
    upper bound. A sample above `plausible_ratio` × capacity is kept apart as implausible: CPU may burst above what was
    allocated, memory and disks may not (beyond rounding).
    """

    id: str
    unit: str
    label: Text
    capacity: str | None = None
    plausible_ratio: float = 1.05


METRICS: Mapping[str, Metric] = {
    metric.id: metric
    for metric in (
        Metric(id="cpu", unit="vcpu", label=Text("CPU", "CPU"), capacity="vcpu", plausible_ratio=4.0),
        Metric(id="memory", unit="gib", label=Text("内存", "memory"), capacity="memory_gib"),
        Metric(id="storage", unit="gib", label=Text("存储", "storage"), capacity="disk_gib"),
        Metric(id="network", unit="mbit_s", label=Text("网络流量", "network traffic")),
        Metric(id="disk_io", unit="mib_s", label=Text("磁盘读写", "disk traffic")),
        Metric(id="visits", unit="per_hour", label=Text("访问量", "visits")),
        Metric(id="logins", unit="per_hour", label=Text("登录次数", "logins")),
        Metric(id="records", unit="per_hour", label=Text("业务办件量", "business records")),
        Metric(id="machine_visits", unit="per_hour", label=Text("机器访问", "visits of machines")),
    )
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Local days `[start_on, end_on)`."""

    start_on: date
    end_on: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end_on - self.start_on).days

    def as_json(self) -> dict[str, str]:
        """Both ends; `end_on` is not part of it."""
        return {"start_on": self.start_on.isoformat(), "end_on": self.end_on.isoformat()}


def trailing_months(as_of_on: date, months: int) -> tuple[Period, ...]:
    """The last full days before `as_of_on`, cut into months counted back from it; oldest first."""
    ends = [months_before(as_of_on, n) for n in range(months, -1, -1)]
    return tuple(Period(start, end) for start, end in itertools.pairwise(ends))


@lru_cache(maxsize=4096)
def months_before(day: date, months: int) -> date:
    """The same day of the month some months earlier, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def day_start(day: date, zone: str = LOCAL_ZONE) -> int:
    """The second (Unix time) at which a local day begins."""
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp())


def zone_offset(instant: datetime, zone: str = LOCAL_ZONE) -> int:
    """Seconds that local time is ahead of UTC at an instant."""
    offset = instant.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def sample_schema() -> pa.Schema:
    """Columns of a file of raw samples (docs/reference/sample.schema.json)."""
    import pyarrow as pa

    word = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            pa.field("metric", word, nullable=False),
            pa.field("day", pa.date32(), nullable=False),
            pa.field("server", word, nullable=False),
            pa.field("at_s", pa.int64(), nullable=False),
            pa.field("value_micro", pa.int64(), nullable=False),
            pa.field("capacity_micro", pa.int64()),
            pa.field("seconds", pa.int32(), nullable=False),
            pa.field("interval_s", pa.int32(), nullable=False),
            pa.field("source", word, nullable=False),
        ],
        metadata={"govcloud_schema": f"sample/{SCHEMA_VERSION}"},
    )


def rollup_schema() -> pa.Schema:
    """Columns of a daily roll-up (docs/reference/rollup.schema.json)."""
    import pyarrow as pa

    word = pa.dictionary(pa.int32(), pa.string())
    whole = pa.int64()
    return pa.schema(
        [
            pa.field("metric", word, nullable=False),
            pa.field("day", pa.date32(), nullable=False),
            pa.field("server", word, nullable=False),
            pa.field("samples", whole, nullable=False),
            pa.field("expected", whole, nullable=False),
            pa.field("covered_seconds", whole, nullable=False),
            pa.field("value_s", whole, nullable=False),
            pa.field("capacity_s", whole),
            pa.field("min_micro", whole, nullable=False),
            pa.field("max_micro", whole, nullable=False),
            pa.field("peak_ppm", whole),
            pa.field("hour_max_micro", whole, nullable=False),
            pa.field("hour_peak_ppm", whole),
            pa.field("bins", pa.list_(pa.int32())),
        ],
        metadata={"govcloud_schema": f"rollup/{ROLLUP_VERSION}"},
    )


def connect(
    folder: Path | None = None, *, memory_limit: str = MEMORY_LIMIT, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that spills below `folder`; use it in a `with`."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET memory_limit='{memory_limit}'; SET preserve_insertion_order=false; SET TimeZone='UTC'")
    connection.execute("SET enable_progress_bar=false")
    if threads:
        connection.execute(f"SET threads={int(threads)}")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        connection.execute("SET temp_directory=?", [str(folder / "spill")])
    return connection


def live(files: Iterable[TelemetryFile]) -> list[TelemetryFile]:
    """Those files that no other one replaces."""
    rows = list(files)
    replaced = {path for row in rows for path in _replaced(row)}
    return [row for row in rows if row.path not in replaced]


def _replaced(row: TelemetryFile) -> Iterator[str]:
    named = row.about.get("replaces", ())
    assert isinstance(named, (list, tuple))
    yield from named


def sha256_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_whole(folder: Path, row: TelemetryFile) -> bool:
    """Whether a listed file lies in the folder with the size it was listed with."""
    try:
        return (folder / row.path).stat().st_size == row.about.get("bytes")
    except OSError:
        return False


def check_files(folder: Path, files: Iterable[TelemetryFile]) -> None:
    """Make sure that every listed file is there and still has the size it was listed with.

    Raises:
        StoreError: one is missing or was cut.
    """
    rows = list(files)
    if remote := remote_of(folder):
        remote.fetch(folder, rows)
    for row in rows:
        path = folder / row.path
        expected = row.about.get("bytes")
        if not path.is_file():
            raise StoreError(f"{row.path}：清单中的采样文件不见了", f"{row.path}: this file of the manifest is gone",
                             hint=Text("从备份恢复，或重新采集这一天", "restore it from a backup, or collect that day again"))  # fmt: skip
        if expected is not None and path.stat().st_size != expected:
            raise StoreError(f"{row.path}：文件不完整（{path.stat().st_size} 字节，应为 {expected}）",
                             f"{row.path}: the file is cut ({path.stat().st_size} bytes, expected {expected})",
                             hint=Text("从备份恢复，或重新采集这一天", "restore it from a backup, or collect that day again"))  # fmt: skip


def keep(temporary: Path, folder: Path, kind: str, metric: str, day: str) -> tuple[str, str, int]:
    """Move a finished file to its place, named by its hash.

    Returns:
        Path below the folder, SHA-256, and size in bytes.
    """
    digest = sha256_of_file(temporary)
    place = f"{kind}/{metric}/{day}-{digest[:16]}.parquet"
    target = folder / place
    target.parent.mkdir(parents=True, exist_ok=True)
    size = temporary.stat().st_size
    os.replace(temporary, target)  # noqa: PTH105 - atomic on one file system
    return place, digest, size


def disk_error(error: OSError, folder: Path) -> StoreError:
    """Our message for a failure to write below the telemetry folder."""
    if error.errno == errno.ENOSPC or "No space left" in str(error):
        return StoreError(f"{folder}：磁盘已满，采样没有入库", f"{folder}: the disk is full; no samples were kept",
                          hint=Text("腾出空间后重新运行同一条命令；未完成的文件不会被使用", "free some space and run the same command again; unfinished files are not used"))  # fmt: skip
    return StoreError(f"{folder}：无法写入采样文件：{error.strerror or error}", f"{folder}: cannot write samples: {error.strerror or error}",
                        hint=Text("腾出空间后重新运行同一条命令；未完成的文件不会被使用", "free some space and run the same command again; unfinished files are not used"))  # fmt: skip


def as_day(text: str) -> date:
    """The day of a manifest row."""
    return date.fromisoformat(text)


def instant_of(second: int) -> datetime:
    """The aware UTC datetime of a Unix second."""
    return datetime.fromtimestamp(second, UTC)
