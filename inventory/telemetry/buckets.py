"""Samples in any order of arrival, put into buckets of one metric, local day and range of servers.

What does not fit into memory waits in one file. A bucket is small enough to be sorted in memory, by one whole number
per sample; buckets taken one after the other are in the order of the raw files.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.telemetry.form import DAY_SECONDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RANGE_BITS = 12
# Servers of one bucket: server × 86 400 + second stays below 2³², and a day of them every 5 minutes stays in the cache.
SERVER_RANGE = 1 << RANGE_BITS
HOLD_ROWS = 8_000_000  # samples held in memory before they are put into the file: about 200 MB
_MAX_DAYS = 1 << 20
_MAX_RANGES = 1 << 20
FIELDS: Mapping[str, str] = {
    "place": "<u4", "value_micro": "<i8", "capacity_micro": "<i8", "interval_s": "<i4", "source": "<i2"
}  # fmt: skip

Columns = dict[str, "NDArray[Any]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Unsorted samples of one metric, day and range of servers.

    `columns` has `FIELDS`; `place` is server × 86 400 + second, counted from `first_server` and `first_second`. Of
    samples with one place the first one counts.
    """

    first_server: int
    first_second: int
    columns: Columns

    def __len__(self) -> int:
        return len(self.columns["place"])


def part_of(server: NDArray[Any], at_s: NDArray[Any], more: Columns) -> Part:
    """A part of samples of one local day; their servers lie within one range."""
    import numpy as np

    first_server, first_second = int(server.min()), int(at_s.min())
    place = (server - first_server).astype(np.int64) * DAY_SECONDS + (at_s - first_second)
    return Part(
        first_server=first_server, first_second=first_second, columns={"place": place.astype(np.uint32), **more}
    )


class Buckets:
    """Takes usable samples and gives them back by metric, day and range of servers."""

    def __init__(self, spill: Path, offset_s: int) -> None:
        """Start empty.

        Args:
            spill: where samples wait that do not fit into memory; the file is made when needed and removed by `clear`.
            offset_s: seconds that local time is ahead of UTC.
        """
        self._spill, self._offset = spill, offset_s
        self._held: dict[int, list[Columns]] = {}
        self._waiting: dict[int, list[tuple[int, int]]] = {}
        self._in_memory = 0
        self.rows = 0

    def add(self, samples: Columns, source: int) -> None:
        """Take samples of one source as `Judge.judge` gives them."""
        import numpy as np

        server, at_s, metric, day = (samples[name] for name in ("server", "at_s", "metric", "day"))
        rows = len(at_s)
        if not rows:
            return
        second = (at_s + self._offset - day * DAY_SECONDS).astype(np.uint32)
        place = (server & ((1 << RANGE_BITS) - 1)).astype(np.uint32) * np.uint32(DAY_SECONDS) + second
        columns: Columns = {
            "place": place,
            "value_micro": samples["value_micro"],
            "capacity_micro": samples["capacity_micro"],
            "interval_s": samples["interval_s"].astype(np.int32, copy=False),
            "source": np.broadcast_to(np.int16(source), rows),
        }
        first = (int(metric[0]) * _MAX_DAYS + int(day[0])) * _MAX_RANGES
        ranges = server >> RANGE_BITS
        if _is_one(metric) and _is_one(day):
            pieces = _apart(ranges, columns)
        else:
            pieces = _apart((metric * _MAX_DAYS + day) * _MAX_RANGES + ranges - first, columns)
        for key, piece in pieces:
            self._held.setdefault(first + key, []).append(piece)
        self.rows += rows
        self._in_memory += rows
        if self._in_memory >= HOLD_ROWS:
            self._put_out()

    def days(self) -> list[tuple[int, int]]:
        """The metrics and days (since 1970-01-01) that there are samples of, in order."""
        keys = {*self._held, *self._waiting}
        return sorted({divmod(key // _MAX_RANGES, _MAX_DAYS) for key in keys})

    def parts(self, metric: int, day: int) -> Iterator[Part]:
        """The buckets of a metric and day, by range of servers."""
        first = (metric * _MAX_DAYS + day) * _MAX_RANGES
        for key in sorted(k for k in {*self._held, *self._waiting} if first <= k < first + _MAX_RANGES):
            columns = _joined([*self._read(key), *self._held.get(key, ())])
            yield Part(
                first_server=(key - first) << RANGE_BITS,
                first_second=day * DAY_SECONDS - self._offset,
                columns=columns,
            )

    def clear(self) -> None:
        """Forget all samples and remove the file."""
        self._held.clear()
        self._waiting.clear()
        self._in_memory = self.rows = 0
        self._spill.unlink(missing_ok=True)

    def _put_out(self) -> None:
        import numpy as np

        self._spill.parent.mkdir(parents=True, exist_ok=True)
        with self._spill.open("ab") as stream:
            for key in sorted(self._held):
                columns = _joined(self._held[key])
                self._waiting.setdefault(key, []).append((stream.tell(), len(columns["place"])))
                for name, kind in FIELDS.items():
                    stream.write(np.ascontiguousarray(columns[name], dtype=kind).data)
        self._held.clear()
        self._in_memory = 0

    def _read(self, key: int) -> Iterator[Columns]:
        import numpy as np

        for offset, rows in self._waiting.get(key, ()):
            columns: Columns = {}
            place = offset
            for name, kind in FIELDS.items():
                columns[name] = np.fromfile(self._spill, dtype=kind, count=rows, offset=place)
                place += columns[name].nbytes
            yield columns


def _joined(pieces: list[Columns]) -> Columns:
    import numpy as np

    return pieces[0] if len(pieces) == 1 else {name: np.concatenate([p[name] for p in pieces]) for name in FIELDS}


def _is_one(column: NDArray[Any]) -> bool:
    """Whether a column is one number all the way down, kept once (`numpy.broadcast_to`)."""
    return column.strides == (0,)


def _apart(bucket: NDArray[np.int64], columns: Columns) -> Iterator[tuple[int, Columns]]:
    """The columns of each bucket, in order of arrival."""
    import numpy as np

    least = int(bucket.min())
    span = int(bucket.max()) - least
    if not span:
        yield least, columns
        return
    near = bucket - least
    if not span % _MAX_RANGES and not (near % _MAX_RANGES).any():  # one range of servers: fewer digits to sort by
        near, span = near // _MAX_RANGES, span // _MAX_RANGES
    digits = near.astype(np.uint16) if span < 1 << 16 else near  # 16 bits are sorted by counting
    order = np.argsort(digits, kind="stable")
    ordered = digits[order]
    cuts = [0, *(np.flatnonzero(ordered[1:] != ordered[:-1]) + 1).tolist(), len(order)]
    taken = {name: column if _is_one(column) else column[order] for name, column in columns.items()}
    for begin, end in itertools.pairwise(cuts):
        yield int(bucket[order[begin]]), {name: column[begin:end] for name, column in taken.items()}
