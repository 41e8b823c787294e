"""Writing raw samples: settled parts of one metric and local day become one Parquet file, sorted by server and stamp."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.telemetry.buckets import Columns
from inventory.telemetry.form import keep, sample_schema

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

ROW_GROUP_ROWS = 1_000_000
NO_CAPACITY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the codes of the columns stand for."""

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


class DayFile:
    """A Parquet file being written; row groups have exactly `ROW_GROUP_ROWS` rows, so that its bytes do not depend on parts."""

    def __init__(self, folder: Path, words: Words, metric: int, day: int) -> None:
        """Start a file.

        Args:
            folder: the telemetry folder.
            words: what codes stand for; servers in the order of their ids.
            metric: its code.
            day: since 1970-01-01.
        """
        self._folder, self._words = folder, words
        self._metric = words.metrics[metric]
        self._day = date(1970, 1, 1) + timedelta(days=day)
        self._path = folder / "unfinished" / f"{self._metric}-{self._day}.parquet"
        self._parts: list[Columns] = []
        self._held = self._rows = 0
        self._writer: pq.ParquetWriter | None = None
        self._sources: Counter[str] = Counter()

    def add(self, part: Columns) -> None:
        """Take the next samples, sorted by server and stamp."""
        import numpy as np

        counts = np.bincount(part["source"], minlength=1)
        self._sources.update({self._words.sources[c]: int(counts[c]) for c in np.flatnonzero(counts)})
        self._parts.append(part)
        self._held += len(part["at_s"])
        while self._held >= ROW_GROUP_ROWS:
            self._flush(ROW_GROUP_ROWS)

    def finish(self) -> Written | None:
        """Close the file and move it to its place; `None` where nothing was added."""
        if self._held:
            self._flush(self._held)
        if self._writer is None:
            return None
        self._writer.close()
        place, digest, size = keep(self._path, self._folder, "raw", self._metric, self._day.isoformat())
        return Written(
            path=place, metric=self._metric, day=self._day, rows=self._rows, sha256=digest, bytes=size, sources=self._sources
        )  # fmt: skip

    def abandon(self) -> None:
        """Remove the unfinished file."""
        with suppress(Exception):
            if self._writer is not None:
                self._writer.close()
        self._path.unlink(missing_ok=True)

    def _flush(self, rows: int) -> None:
        import pyarrow.parquet as pq

        group = self._taken(rows)
        self._held -= rows
        self._rows += rows
        if self._writer is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(
                self._path, sample_schema(), compression="zstd", use_dictionary=["metric", "server", "source", "day", "capacity_micro", "seconds", "interval_s"],
                column_encoding={"at_s": "DELTA_BINARY_PACKED", "value_micro": "DELTA_BINARY_PACKED"}, store_schema=False,
            )  # fmt: skip
        self._writer.write_table(self._table(group), row_group_size=rows)

    def _taken(self, rows: int) -> Columns:
        """The first rows of what is held."""
        import numpy as np

        pieces: list[Columns] = []
        wanted = rows
        while wanted:
            part = self._parts.pop(0)
            have = len(part["at_s"])
            if have > wanted:
                self._parts.insert(0, {name: array[wanted:] for name, array in part.items()})
                part = {name: array[:wanted] for name, array in part.items()}
            pieces.append(part)
            wanted -= min(have, wanted)
        return (
            pieces[0] if len(pieces) == 1 else {name: np.concatenate([p[name] for p in pieces]) for name in pieces[0]}
        )

    def _table(self, columns: Columns) -> pa.Table:
        import numpy as np
        import pyarrow as pa

        rows = len(columns["at_s"])
        nothing = np.zeros(rows, np.int32)
        days = pa.array([(self._day - date(1970, 1, 1)).days], pa.int32()).cast(pa.date32())
        capacity = columns["capacity_micro"]
        unknown = capacity == NO_CAPACITY
        return pa.table(
            {
                "metric": pa.DictionaryArray.from_arrays(nothing, pa.array([self._metric])),
                "day": days.take(pa.array(nothing)),
                "server": _in_runs(columns["server"], self._words.servers),
                "at_s": columns["at_s"].astype(np.int64, copy=False),
                "value_micro": columns["value_micro"],
                "capacity_micro": pa.array(capacity, pa.int64(), mask=unknown if unknown.any() else None),
                "seconds": columns["seconds"],
                "interval_s": columns["interval_s"].astype(np.int32, copy=False),
                "source": _few(columns["source"], self._words.sources),
            },
            schema=sample_schema(),
        )


def _in_runs(codes: NDArray[Any], words: tuple[str, ...]) -> pa.DictionaryArray:
    """A sorted column of codes as words."""
    import numpy as np
    import pyarrow as pa

    changes = np.concatenate([[True], codes[1:] != codes[:-1]])
    places = np.cumsum(changes, dtype=np.int32) - np.int32(1)
    return pa.DictionaryArray.from_arrays(
        places, pa.array([words[code] for code in codes[changes].tolist()], pa.string())
    )


def _few(codes: NDArray[Any], words: tuple[str, ...]) -> pa.DictionaryArray:
    """A column of codes of which there are few, as words."""
    import numpy as np
    import pyarrow as pa

    used = np.flatnonzero(np.bincount(codes))
    places = np.zeros(int(used[-1]) + 1, np.int32)
    places[used] = np.arange(len(used), dtype=np.int32)
    return pa.DictionaryArray.from_arrays(places[codes], pa.array([words[code] for code in used.tolist()], pa.string()))
