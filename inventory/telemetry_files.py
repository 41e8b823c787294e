"""Writing raw samples: a sorted stream of arrays becomes one Parquet file per metric and local day.

Samples with the stamp of the one before are dropped and counted; each kept sample covers its interval, or the time
until the next sample where that is shorter, so that nothing counts twice.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.telemetry import keep, sample_schema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    Columns = dict[str, np.ndarray[Any, Any]]

ROW_GROUP_ROWS = 1_000_000
NO_CAPACITY = -1
KEYS = ("metric", "day", "server", "at_s")
COLUMNS = (*KEYS, "value_micro", "capacity_micro", "interval_s", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the codes of a stream stand for."""

    metrics: tuple[str, ...]
    servers: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Written:
    """One finished file and what was seen while it was written."""

    path: str
    metric: str
    day: date
    rows: int
    sha256: str
    bytes: int
    sources: Counter[str]


class DayFiles:
    """Takes arrays sorted by `KEYS` (then by preference) and yields finished files; `close` yields the last one."""

    def __init__(self, folder: Path, words: Words) -> None:
        self._folder, self._words = folder, words
        self._carry: Columns | None = None
        self._current: tuple[int, int] | None = None
        self._writer: _OneFile | None = None

    def feed(self, columns: Columns) -> Iterator[Written]:
        """Take the next part of the stream."""
        import numpy as np

        if self._carry is not None:
            columns = {name: np.concatenate([self._carry[name], columns[name]]) for name in COLUMNS}
        yield from self._take(columns, last=False)

    def close(self) -> Iterator[Written]:
        """Write what is held back; nothing may be fed afterwards."""
        if self._carry is not None:
            yield from self._take(self._carry, last=True)
        if self._writer is not None:
            yield self._writer.finish()
            self._writer = None

    def abandon(self) -> None:
        """Remove the unfinished file."""
        if self._writer is not None:
            self._writer.abandon()

    def _take(self, columns: Columns, *, last: bool) -> Iterator[Written]:
        import numpy as np

        group = _same(columns, KEYS[:3])
        double = np.concatenate([[False], group & (columns["at_s"][1:] == columns["at_s"][:-1])])
        columns = {name: array[~double] for name, array in columns.items()}
        count = len(columns["at_s"])
        until_next = np.concatenate([np.diff(columns["at_s"]), [0]])
        inside = np.concatenate([_same(columns, KEYS[:3]), [False]])
        seconds = np.where(inside, np.minimum(until_next, columns["interval_s"]), columns["interval_s"])
        columns["seconds"] = seconds.astype(np.int32)
        emitted = count if last else count - 1
        self._carry = None if last else {name: columns[name][emitted:] for name in COLUMNS}
        yield from self._emit({name: array[:emitted] for name, array in columns.items()})

    def _emit(self, columns: Columns) -> Iterator[Written]:
        import numpy as np

        total = len(columns["at_s"])
        if not total:
            return
        cuts = [0, *(np.flatnonzero(~_same(columns, KEYS[:2])) + 1).tolist(), total]
        for begin, end in itertools.pairwise(cuts):
            part = {name: array[begin:end] for name, array in columns.items()}
            key = (int(part["metric"][0]), int(part["day"][0]))
            if key != self._current:
                if self._writer is not None:
                    yield self._writer.finish()
                self._current, self._writer = key, _OneFile(self._folder, self._words, *key)
            assert self._writer is not None
            self._writer.add(part)


def _same(columns: Columns, names: tuple[str, ...]) -> np.ndarray[Any, Any]:
    """Whether each row agrees with the next one in some columns."""
    import numpy as np

    result = np.ones(max(len(columns["at_s"]) - 1, 0), dtype=bool)
    for name in names:
        result &= columns[name][1:] == columns[name][:-1]
    return result


class _OneFile:
    """A Parquet file being written; row groups have exactly `ROW_GROUP_ROWS` rows, so that its bytes do not depend on chunks."""

    def __init__(self, folder: Path, words: Words, metric: int, day: int) -> None:
        self._folder, self._words = folder, words
        self._metric = words.metrics[metric]
        self._day = date(1970, 1, 1) + timedelta(days=day)
        self._path = folder / "unfinished" / f"{self._metric}-{self._day}.parquet"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._parts: list[Columns] = []
        self._held = self._rows = 0
        self._writer: pq.ParquetWriter | None = None
        self._sources: Counter[str] = Counter()

    def add(self, part: Columns) -> None:
        self._parts.append(part)
        self._held += len(part["at_s"])
        while self._held >= ROW_GROUP_ROWS:
            self._flush(ROW_GROUP_ROWS)

    def finish(self) -> Written:
        if self._held:
            self._flush(self._held)
        assert self._writer is not None
        self._writer.close()
        place, digest, size = keep(self._path, self._folder, "raw", self._metric, self._day.isoformat())
        return Written(
            path=place, metric=self._metric, day=self._day, rows=self._rows, sha256=digest, bytes=size, sources=self._sources
        )  # fmt: skip

    def abandon(self) -> None:
        with suppress(Exception):
            if self._writer is not None:
                self._writer.close()
        self._path.unlink(missing_ok=True)

    def _flush(self, rows: int) -> None:
        import numpy as np
        import pyarrow.parquet as pq

        joined = {name: np.concatenate([part[name] for part in self._parts]) for name in self._parts[0]}
        self._parts = [{name: array[rows:] for name, array in joined.items()}]
        self._held -= rows
        self._rows += rows
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._path, sample_schema(), compression="zstd", use_dictionary=["metric", "server", "source", "day", "capacity_micro", "seconds", "interval_s"],
                column_encoding={"at_s": "DELTA_BINARY_PACKED", "value_micro": "DELTA_BINARY_PACKED"}, store_schema=False,
            )  # fmt: skip
        self._writer.write_table(
            self._table({name: array[:rows] for name, array in joined.items()}), row_group_size=rows
        )

    def _table(self, columns: Columns) -> pa.Table:
        import numpy as np
        import pyarrow as pa

        def word(name: str, words: tuple[str, ...]) -> pa.Array:
            codes, places = np.unique(columns[name], return_inverse=True)
            used = pa.array([words[code] for code in codes.tolist()], pa.string())
            return pa.DictionaryArray.from_arrays(places.astype(np.int32), used)

        codes, counts = np.unique(columns["source"], return_counts=True)
        self._sources.update({self._words.sources[c]: n for c, n in zip(codes.tolist(), counts.tolist(), strict=True)})
        capacity = columns["capacity_micro"]
        return pa.table(
            {
                "metric": word("metric", self._words.metrics),
                "day": pa.array(columns["day"].astype(np.int32), pa.int32()).cast(pa.date32()),
                "server": word("server", self._words.servers),
                "at_s": columns["at_s"],
                "value_micro": columns["value_micro"],
                "capacity_micro": pa.array(capacity, pa.int64(), mask=capacity == NO_CAPACITY),
                "seconds": columns["seconds"],
                "interval_s": columns["interval_s"].astype(np.int32),
                "source": word("source", self._words.sources),
            },
            schema=sample_schema(),
        )
