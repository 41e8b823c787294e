"""Sums over the roll-up for each server, metric and period: whole columns, one file after the other.

A roll-up file has each server once, so that adding a file is one addition of arrays. All sums are whole numbers; where
63 bits may be too few, a sum is kept in two halves. Files are read a few ahead of what is added up, in threads of their
own: reading releases Python's lock, so that a second processor halves the time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.errors import StoreError
from catalogs.words import Text
from inventory.telemetry.form import BIN_STRIDE, BINS, DAY_SECONDS, METRICS

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

    from inventory.storage.store import TelemetryFile

    Sums = dict[str, NDArray[Any]]

HALF_BITS = 24  # capacity_s = high × 2²⁴ + low; ppm × either half stays far below 2⁶³ over ten years of days
SUMMED = ("samples", "covered_seconds", "value_s", "capacity_s")
SHARES, AMOUNTS = ("peak_ppm", "hour_peak_ppm"), ("max_micro", "hour_max_micro")
HIGHEST = (*SHARES, *AMOUNTS)
BUSIEST = ("busiest_seconds", "busiest_value_s")  # of each day's busiest hour, of what has no capacity
NONE = -1  # no highest value
HOUR_SECONDS = 3600
_READERS, _AHEAD = 2, 4


class Folded:
    """Adds up the roll-up files of one period for some servers."""

    def __init__(self, servers: Sequence[str]) -> None:
        """Take the servers that count; the others of a file are passed over."""
        import pyarrow as pa

        self.servers = pa.array(servers, pa.string())
        self._known: tuple[bytes, Any, Any] | None = None
        self.sums: dict[str, Sums] = {}

    def add(self, day: Day) -> None:
        """Add the rows of one metric and day."""
        import numpy as np

        code, rows = self.coded(day)
        columns = {name: _whole(day.table, name)[rows] for name in day.table.column_names}
        sums = self.of(day.metric)
        columns["capacity_s"] = capacity = np.maximum(columns["capacity_s"], 0)
        for name, column in columns.items():
            if name in HIGHEST:
                sums[name][code] = np.maximum(sums[name][code], column)
            else:
                sums[name][code] += column
        if "peak_ppm" in columns:
            peak = np.maximum(columns["peak_ppm"], 0)
            sums["daily_peak_high"][code] += peak * (capacity >> HALF_BITS)
            sums["daily_peak_low"][code] += peak * (capacity & ((1 << HALF_BITS) - 1))
        if "hour_max_micro" in columns:
            busiest = busiest_seconds(columns)
            sums["busiest_seconds"][code] += busiest
            sums["busiest_value_s"][code] += busiest * np.maximum(columns["hour_max_micro"], 0)
        sums["days"][code] += 1

    def add_sums(self, metric: str, more: Sums) -> None:
        """Add what was added up apart, for the same servers in the same order."""
        import numpy as np

        sums = self.of(metric)
        for name, column in more.items():
            sums[name] = np.maximum(sums[name], column) if name in HIGHEST else sums[name] + column
        if any(len(sums[name]) and sums[name].min() < 0 for name in ("value_s", "capacity_s")):  # beyond 63 bits
            label = METRICS[metric].label
            raise StoreError(
                f"{label.zh}：有服务器的数值大到这么长一段时间加不下", f"{label.en}: a server's amounts are too large to be added up over so long a time",
                hint=Text("缩短时间段", "take a shorter period"),
            )  # fmt: skip

    def coded(self, day: Day) -> tuple[Any, Any]:
        """The codes of the rows whose server counts, and which rows these are.

        Most days have the same servers, so the same bytes in the file: those are not decoded again.
        """
        if self._known is None or day.servers != self._known[0]:
            with _opened(day.path) as file:
                self._known = day.servers, *self._decoded(file)
        return self._known[1], self._known[2]

    def _decoded(self, file: pq.ParquetFile) -> tuple[Any, Any]:
        import numpy as np
        import pyarrow.compute as pc

        column = file.read(columns=["server"], use_threads=False).column("server").unify_dictionaries().combine_chunks()
        codes = pc.fill_null(pc.index_in(column.dictionary, value_set=self.servers), NONE)
        code = codes.to_numpy(zero_copy_only=False).astype("int64")[column.indices.to_numpy(zero_copy_only=False)]
        known = code != NONE
        rows: Any = slice(None) if known.all() else known
        code = code[rows]
        if len(code) and (np.diff(code) == 1).all():  # a run of servers: whole arrays are added, nothing is looked up
            return slice(int(code[0]), int(code[-1]) + 1), rows
        return code, rows

    def of(self, metric: str) -> Sums:
        """The sums of a metric, by code of the server; zero and `NONE` where there were no rows."""
        import numpy as np

        if metric not in self.sums:
            count = len(self.servers)
            busiest = BUSIEST if METRICS[metric].capacity is None else ()
            zero = (*SUMMED, "daily_peak_high", "daily_peak_low", "days", *busiest)
            self.sums[metric] = {name: np.zeros(count, np.int64) for name in zero} | {
                name: np.full(count, NONE, np.int64) for name in HIGHEST
            }
        return self.sums[metric]


def folded(folder: Path, files: Iterable[TelemetryFile], servers: Sequence[str]) -> Folded:
    """Add up some files; months that were added up before in this run are not read again (inventory/telemetry/months.py)."""
    from inventory.telemetry.months import month_sums, worth_keeping

    result = Folded(servers)
    months: dict[tuple[str, str], list[TelemetryFile]] = {}
    for file in files:
        months.setdefault((str(file.about["metric"]), (file.day or "")[:7]), []).append(file)
    for (metric, _), rows in months.items():
        if worth_keeping(rows):
            known = month_sums(folder, rows)
            result.add_sums(metric, known.chosen(result.servers))
        else:
            for day in read_days(folder, rows):
                result.add(day)
    return result


def bins_of(
    folder: Path, files: Iterable[TelemetryFile], servers: Sequence[str], groups: Sequence[NDArray[Any]], count: int
) -> dict[str, NDArray[Any]]:
    """Histograms of groups by metric: `count` × 101 numbers of samples in one array.

    Args:
        folder: of the files.
        files: roll-ups.
        servers: those that count.
        groups: arrays of the group of each server, -1 for none; a server may be in several groups.
        count: how many groups there are.
    """
    import numpy as np

    known = Folded(servers)
    found: dict[str, NDArray[Any]] = {}
    for day in read_days(folder, files, ("bins",)):
        code, rows = known.coded(day)
        lists = day.table.column("bins").combine_chunks()
        lengths = np.nan_to_num(lists.value_lengths().to_numpy(zero_copy_only=False)).astype(np.int64)
        owner = np.full(len(lists), NONE, np.int64)
        owner[rows] = np.arange(code.start, code.stop) if isinstance(code, slice) else code
        owner, coded = np.repeat(owner, lengths), lists.flatten().to_numpy()
        metric = day.metric
        for group in groups:
            mine = np.append(group, NONE)[owner]
            inside = mine != NONE
            place = mine[inside] * BINS + coded[inside] // BIN_STRIDE
            # Counts below 2⁵³: exact as weights.
            more = np.bincount(place, weights=coded[inside] % BIN_STRIDE, minlength=count * BINS).astype(np.int64)
            found[metric] = found[metric] + more if metric in found else more
    return found


@dataclass(frozen=True, slots=True)
class Day:
    """Columns of a roll-up file; `servers` are the bytes that its servers are written as."""

    path: Path
    metric: str
    servers: bytes
    table: pa.Table


def read_days(folder: Path, files: Iterable[TelemetryFile], columns: Sequence[str] = ()) -> Iterator[Day]:
    """Roll-up files in the order given; without `columns` those that are added up: highest amounts only of what has no capacity."""
    import pyarrow.parquet  # noqa: F401 - by one thread, before several need it

    waiting: deque[Future[Day]] = deque()
    with ThreadPoolExecutor(_READERS) as readers:
        for file in files:
            metric = str(file.about["metric"])
            wanted = columns or (*SUMMED, *(AMOUNTS if METRICS[metric].capacity is None else SHARES))
            waiting.append(readers.submit(_read, folder / file.path, metric, wanted))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _read(path: Path, metric: str, columns: Sequence[str]) -> Day:
    with _opened(path) as file:
        return Day(path, metric, _column_bytes(path, file, "server"), file.read(columns=[*columns], use_threads=False))


def distinct_servers(paths: Sequence[Path]) -> pa.Array:
    """The servers of some files, sorted; days that hold the same ones are decoded once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    seen: set[bytes] = set()
    found: list[pa.Array] = []
    for path in paths:
        with _opened(path) as file:
            written = _column_bytes(path, file, "server")
            if written in seen:
                continue
            seen.add(written)
            column = file.read(columns=["server"], use_threads=False).column("server").unify_dictionaries()
            found += [chunk.dictionary.cast(pa.string()) for chunk in column.chunks]
    names = pc.unique(pa.chunked_array(found, pa.string()))
    return names.take(pc.sort_indices(names))


def _opened(path: Path) -> pq.ParquetFile:
    import pyarrow.parquet as pq

    return pq.ParquetFile(path, read_dictionary=["server"])


def _column_bytes(path: Path, file: pq.ParquetFile, name: str) -> bytes:
    """A column as it is written: its dictionary and pages in every row group, and how many rows these have."""
    paths = [file.metadata.schema.column(n).path for n in range(file.metadata.num_columns)]
    place = paths.index(name)
    found: list[bytes] = []
    with path.open("rb") as stream:
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            column = group.column(place)
            stream.seek(column.dictionary_page_offset or column.data_page_offset)
            found += [f"{group.num_rows};".encode(), stream.read(column.total_compressed_size)]
    return b"".join(found)


def busiest_seconds(columns: Sums) -> NDArray[Any]:
    """Seconds of the busiest hour of each row that were measured for certain.

    All of them where every sample covers an hour; else as many as would be left if all that the day lacks were lacking there.
    """
    import numpy as np

    covered = columns["covered_seconds"]
    surely = np.clip(HOUR_SECONDS - (DAY_SECONDS - covered), 0, HOUR_SECONDS)
    return np.where(covered >= columns["samples"] * HOUR_SECONDS, np.minimum(covered, HOUR_SECONDS), surely)


def _whole(table: pa.Table, name: str) -> NDArray[Any]:
    import pyarrow.compute as pc

    column = table.column(name)
    whole: NDArray[Any] = (pc.fill_null(column, NONE) if column.null_count else column).to_numpy()
    return whole
