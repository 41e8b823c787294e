"""Compaction: the raw files of one metric and day become one, where they came in several arrivals or from several sources.

Of two sources that measured one server on one day only one is used, the better one in the order of
preference; of two samples with one stamp the later arrival is used. What was left out is counted in the manifest.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.storage.store import TelemetryFile
from inventory.telemetry.buckets import SERVER_RANGE, Part, part_of
from inventory.telemetry.files import NO_CAPACITY, Words
from inventory.telemetry.form import METRICS, check_files, disk_error, is_whole, live
from inventory.telemetry.held import is_over
from inventory.telemetry.ingest import manifest_row, source_ranks, write_day
from inventory.telemetry.remote import remote_of
from inventory.telemetry.rollup import outdated_days, roll_up, stale_days
from inventory.telemetry.spark import roll_up_on_spark, spark_master

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

COLUMNS = ("server", "at_s", "value_micro", "capacity_micro", "interval_s", "source")


def bring_up_to_date(
    folder: Path,
    raw: Sequence[TelemetryFile],
    rollups: Sequence[TelemetryFile],
    *,
    as_of: datetime,
    preference: Sequence[str] = (),
    memory_limit: str = "1200MB",
) -> list[TelemetryFile]:
    """Compact the days that got more than one file, and roll up what changed or what an earlier version rolled up.

    Returns:
        The manifest rows of the new files, compacted ones first.
    """
    whole = [row for row in rollups if remote_of(folder) or is_whole(folder, row)]
    stale = stale_days(raw, whole)
    known = {file.path for files in stale for file in files}
    old = [files for files in outdated_days(raw, whole) if files[0].path not in known and _at_hand(folder, files[0])]
    try:
        several = [files for files in stale if len(files) > 1]
        held = {row.path for row in raw}
        compacted = list(compact(folder, several, as_of=as_of, preference=preference, held=held))
        single = [files for files in stale if len(files) == 1]
        days = sorted([*single, *old, *([file] for file in compacted)], key=lambda files: files[0].path)
        current = live(rollups)
        if days and (master := spark_master()):
            rolled = roll_up_on_spark(folder, days, master, replaces=current)
        else:
            rolled = roll_up(folder, days, replaces=current, memory_limit=memory_limit)
        return [*compacted, *(_of_other_files(folder, row, rollups, current) for row in rolled)]
    except OSError as error:
        raise disk_error(error, folder) from error


def _at_hand(folder: Path, file: TelemetryFile) -> bool:
    return bool(remote_of(folder)) or is_whole(folder, file)


def compact(
    folder: Path,
    days: Sequence[Sequence[TelemetryFile]],
    *,
    as_of: datetime,
    preference: Sequence[str] = (),
    held: Collection[str] = (),
) -> Iterator[TelemetryFile]:
    """Merge the raw files of each metric and day into one; `held` are the paths that the manifest has already.

    Raises:
        StoreError: a file is missing or cut.
    """
    for files in days:
        check_files(folder, files)
        yield _compact(folder, files, as_of=as_of, preference=preference, held=held)


def taken_again(
    folder: Path,
    new: Sequence[TelemetryFile],
    held: Sequence[TelemetryFile],
    *,
    as_of: datetime,
    preference: Sequence[str] = (),
) -> list[TelemetryFile]:
    """The new raw files; one that was there before and has been replaced since comes back under a name of its own.

    So the latest collection counts, even where it brings back an older state (file A, its correction B, A again). Where
    the day would stay as it is, because nothing that replaced the file differs from it, it keeps its old name, which
    the manifest passes over.
    """
    known, current = {row.path for row in held}, live(held)
    paths = {row.path for row in current}
    found: list[TelemetryFile] = []
    for file in new:
        if file.kind != "raw" or file.path not in known or file.path in paths:
            found.append(file)
            continue
        day = [row for row in current if (row.about["metric"], row.day) == (file.about["metric"], file.day)]
        check_files(folder, day)
        merged = _compact(folder, [*day, file], as_of=as_of, preference=preference, held=known)
        same = len(day) == 1 and merged.sha256 == day[0].sha256
        own = file.path if same else _own_path(folder, file.path, [row.path for row in (file, *day)], known)
        found.append(replace(file, path=own))
    return found


def _compact(
    folder: Path, files: Sequence[TelemetryFile], *, as_of: datetime, preference: Sequence[str], held: Collection[str]
) -> TelemetryFile:
    import pyarrow.parquet as pq

    opened = [pq.ParquetFile(folder / file.path, read_dictionary=["server", "source"]) for file in files]
    try:
        servers, sources = (
            sorted(set().union(*(_words(one, name) for one in opened))) for name in ("server", "source")
        )
        words = Words(metrics=tuple(METRICS), servers=tuple(servers), sources=tuple(sources))
        metric = words.metrics.index(str(files[0].about["metric"]))
        day = (date.fromisoformat(str(files[0].day)) - date(1970, 1, 1)).days
        parts = _parts([_Ordered(one, words) for one in opened])
        made, beaten = write_day(folder, words, (metric, day), parts, source_ranks(sources, preference))
    finally:
        for one in opened:
            one.close()
    assert made is not None
    made.path = _own_path(folder, made.path, [file.path for file in files], held)
    left = sum(len(samples["at_s"]) for samples in beaten)
    about: dict[str, object] = {
        "replaces": [file.path for file in files],
        "counts": {"double": sum(file.row_count for file in files) - left - made.rows, "other_source": left},
    }
    if any(file.about.get("partial") or not is_over(made.day, file.added_at) for file in files):
        about["partial"] = True  # a file that was cut off, or fetched before the day was over
    return manifest_row(made, source="+".join(sorted(made.sources)), as_of=as_of, about=about)


def _of_other_files(
    folder: Path, row: TelemetryFile, held: Sequence[TelemetryFile], current: Sequence[TelemetryFile]
) -> TelemetryFile:
    """A roll-up as it is; where other raw files gave the very same one before, under a name of its own.

    Else the manifest would keep the older row, which names the older files and may be replaced.
    """
    before = {one.path: one.about.get("made_from") for one in held}
    made_from = row.about["made_from"]
    if row.path not in before or before[row.path] == made_from:
        return row
    assert isinstance(made_from, list)
    own = _own_path(folder, row.path, made_from, before)
    same_day = [one.path for one in current if (one.about["metric"], one.day) == (row.about["metric"], row.day)]
    return replace(row, path=own, about={**row.about, "replaces": same_day})


def _own_path(folder: Path, path: str, replaced: Sequence[str], held: Collection[str]) -> str:
    """A name of its own for a file whose bytes the manifest has already, by what it follows.

    One arrival may hold all of the others: the result is that very file, and would say that it replaces itself. Or an
    older state comes back, which the manifest knows as replaced.
    """
    if path not in replaced and path not in held:
        return path
    names = hashlib.sha256("\n".join(replaced).encode()).hexdigest()
    own = f"{path.removesuffix('.parquet')}-{names[:8]}.parquet"
    copy = folder / "unfinished" / Path(own).name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / path, copy)
    copy.replace(folder / own)
    return own


def _words(file: pq.ParquetFile, column: str) -> set[str]:
    found: set[str] = set()
    for group in range(file.num_row_groups):
        for chunk in file.read_row_group(group, [column]).column(column).chunks:
            found.update(chunk.dictionary.to_pylist())
    return found


class _Ordered:
    """A raw file that is read in order of its servers."""

    def __init__(self, file: pq.ParquetFile, words: Words) -> None:
        self._file = file
        self._codes = {server: code for code, server in enumerate(words.servers)}
        self._source_codes = {source: code for code, source in enumerate(words.sources)}
        self._next = 0
        self._held: dict[str, Any] | None = None

    def ahead(self) -> tuple[int, int] | None:
        """The first and last server of what has been read ahead; `None` at the end of the file."""
        if self._held is None and not self._read():
            return None
        assert self._held is not None
        return int(self._held["server"][0]), int(self._held["server"][-1])

    def up_to(self, code: int) -> dict[str, Any] | None:
        """All samples of servers up to this one that have not been taken yet."""
        import numpy as np

        while (ahead := self.ahead()) is not None and ahead[1] <= code and self._read():
            pass
        if self._held is None:
            return None
        cut = int(np.searchsorted(self._held["server"], code, side="right"))
        taken = {name: array[:cut] for name, array in self._held.items()}
        rest = {name: array[cut:] for name, array in self._held.items()}
        self._held = rest if len(rest["server"]) else None
        return taken if cut else None

    def _read(self) -> bool:
        import numpy as np

        if self._next >= self._file.num_row_groups:
            return False
        more = self._arrays(self._file.read_row_group(self._next, list(COLUMNS)))
        self._next += 1
        held = self._held
        self._held = more if held is None else {name: np.concatenate([held[name], more[name]]) for name in COLUMNS}
        return True

    def _arrays(self, table: pa.Table) -> dict[str, Any]:
        import numpy as np

        whole = {name: table.column(name).to_numpy() for name in ("at_s", "value_micro", "interval_s")}
        capacity = table.column("capacity_micro").fill_null(NO_CAPACITY).to_numpy()
        server = _coded(table.column("server"), self._codes).astype(np.int64)
        source = _coded(table.column("source"), self._source_codes).astype(np.int16)
        return {"server": server, "source": source, "capacity_micro": capacity, **whole}


def _coded(column: pa.ChunkedArray, codes: dict[str, int]) -> Any:
    import numpy as np

    one = column.unify_dictionaries().combine_chunks()
    places = np.array([codes[word] for word in one.dictionary.to_pylist()], dtype=np.int64)
    return places[one.indices.to_numpy(zero_copy_only=False)]


def _parts(files: Sequence[_Ordered]) -> Iterator[Part]:
    """The samples of all files by range of servers; later files come first, because of two samples the first counts."""
    import numpy as np

    while ahead := [span for file in files if (span := file.ahead()) is not None]:
        first = min(span[0] for span in ahead)
        last = min(first + SERVER_RANGE - 1, *(span[1] for span in ahead))
        pieces = [piece for file in reversed(files) if (piece := file.up_to(last)) is not None]
        joined = {name: np.concatenate([piece[name] for piece in pieces]) for name in COLUMNS}
        more = {name: joined[name] for name in ("value_micro", "capacity_micro", "interval_s", "source")}
        yield part_of(joined["server"], joined["at_s"], more)
