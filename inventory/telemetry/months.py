"""Sums of whole months for every server in their files, kept for the run: rates and verdicts look at the same months.

Of traffic the typical days are found in the same pass: verdicts look at them, and what they are made of is read for the sums.
Files are named by their digest and never change, so what was added up once holds. What is kept is bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.telemetry.form import MICRO, as_day
from inventory.telemetry.sums import HIGHEST, NONE, Day, Folded, busiest_seconds, distinct_servers, read_days

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from inventory.storage.store import TelemetryFile
    from inventory.telemetry.sums import Sums

MOST_BYTES = 256 * 1024**2
LEAST_FILES = 8  # of single days the reading is soon done
TYPICAL_OF = frozenset({"network"})  # metrics whose typical days verdicts look at
_TYPICAL = ("samples", "covered_seconds", "value_s", "hour_max_micro")
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class MonthSums:
    """Sums of one metric over some days, for every server of their files.

    `typical` are, of some metrics, the medians of a day's mean outside its busiest hour, in the metric's unit: of the days
    from Monday to Friday (`workday`), and of the others (`weekend`); not a number where none was measured.
    """

    servers: Any
    sums: Sums
    typical: Sums = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(int(column.nbytes) for column in (*self.sums.values(), *self.typical.values()))

    def chosen(self, wanted: pa.Array) -> Sums:
        """The sums of some servers, in their order; nothing where there is none of a server."""
        import numpy as np
        import pyarrow.compute as pc

        if wanted.equals(self.servers):
            return self.sums
        place = pc.fill_null(pc.index_in(wanted, value_set=self.servers), NONE).to_numpy(zero_copy_only=False)
        return {
            name: np.append(column, NONE if name in HIGHEST else 0)[place]  # the last one is that of the unknown
            for name, column in self.sums.items()
        }


_KEPT: OrderedDict[tuple[Path, tuple[str, ...]], MonthSums] = OrderedDict()


def worth_keeping(files: Sequence[TelemetryFile]) -> bool:
    """Whether so many days are likely to be asked for again."""
    return len(files) >= LEAST_FILES


def month_sums(folder: Path, files: Sequence[TelemetryFile]) -> MonthSums:
    """Add up files of one metric, or take what was added up before."""
    key = (folder, tuple(sorted(file.sha256 for file in files)))
    known = _KEPT.pop(key, None)
    if known is None:
        known = _added_up(folder, files)
    _KEPT[key] = known
    while len(_KEPT) > 1 and sum(one.size for one in _KEPT.values()) > MOST_BYTES:
        _KEPT.popitem(last=False)
    return known


def _added_up(folder: Path, files: Sequence[TelemetryFile]) -> MonthSums:
    servers = distinct_servers([folder / file.path for file in files])
    fold = Folded(servers.to_pylist())
    metric = str(files[0].about["metric"])
    days = _Typical(files, len(servers)) if metric in TYPICAL_OF else None
    for place, day in enumerate(read_days(folder, files)):
        fold.add(day)
        if days:
            days.add(place, day, fold.coded(day)[0])  # every server of the file is one of them
    sums = fold.of(metric)
    typical = days.medians() if days else {}
    for column in (*sums.values(), *typical.values()):
        column.flags.writeable = False
    return MonthSums(servers, sums, typical)


def typical_days(folder: Path, files: Sequence[TelemetryFile]) -> MonthSums:
    """The typical days of one metric without a capacity, for every server of the files; `sums` may be empty."""
    if str(files[0].about["metric"]) in TYPICAL_OF:
        return month_sums(folder, files)
    servers = distinct_servers([folder / file.path for file in files])
    fold, days = Folded(servers.to_pylist()), _Typical(files, len(servers))
    for place, day in enumerate(read_days(folder, files, _TYPICAL)):
        days.add(place, day, fold.coded(day)[0])
    return MonthSums(servers, {}, days.medians())


class _Typical:
    """The means outside the busiest hour of some days, as they are read."""

    def __init__(self, files: Sequence[TelemetryFile], servers: int) -> None:
        import numpy as np

        self._at_ends = np.array([as_day(file.day or "").weekday() >= _SATURDAY for file in files], bool)
        self._daily = np.full((len(files), servers), np.nan, np.float32)

    def add(self, place: int, day: Day, code: Any) -> None:
        """One more day; `code` are the codes of its rows."""
        import numpy as np

        columns = {name: day.table.column(name).to_numpy() for name in _TYPICAL}
        busiest = busiest_seconds(columns)
        seconds = columns["covered_seconds"] - busiest
        rest = columns["value_s"] - busiest * np.maximum(columns["hour_max_micro"], 0)
        self._daily[place, code] = np.where(seconds > 0, rest / MICRO / np.maximum(seconds, 1), np.nan)

    def medians(self) -> Sums:
        """Of the days from Monday to Friday and of the others."""
        return {
            "workday": _median(self._daily[~self._at_ends].T), "weekend": _median(self._daily[self._at_ends].T)
        }  # fmt: skip


def _median(days: NDArray[Any]) -> NDArray[Any]:
    """The lower median of each row, of the days that were measured."""
    import numpy as np

    if not days.shape[1]:
        return np.full(len(days), np.nan)
    known = np.isfinite(days).sum(axis=1)
    middle = np.maximum(known - 1, 0) // 2
    found: NDArray[Any]
    if len(days) and middle.min() == middle.max():  # one place for all: nothing has to be in order around it
        found = np.partition(days, int(middle[0]), axis=1)[:, middle[0]]
    else:
        found = np.sort(days, axis=1)[np.arange(len(days)), middle]  # what is not a number comes last
    return found.astype(np.float64)
