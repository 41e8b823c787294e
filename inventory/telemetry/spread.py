"""How the traffic of servers spreads over a day and a week: what tells the window of a backup, and working days, apart.

Hours with traffic come from the bins of the roll-up, which count samples per step of the amount (`AMOUNT_STEPS`); roll-ups of
an earlier version have none, and a month with one of them is not known. Working days are Monday to Friday, holidays included:
the median of a month's days does not mind a few of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.telemetry.form import AMOUNT_STEPS, BIN_STRIDE, MICRO, Period, as_day
from inventory.telemetry.months import typical_days
from inventory.telemetry.sums import Day, Folded, distinct_servers, read_days

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from inventory.storage.store import TelemetryFile
    from inventory.telemetry.query import Rollup

_COLUMNS = ("samples", "expected", "bins")
_COUNTS = ("over", "expected", "unknown")
_SATURDAY = 5
MEASURED = 0.9  # of a day's samples, for its hours to count
HOURS_OF_A_DAY = 24
_MOST_KEPT = 8  # months; a run looks at four, for one metric
_KEPT: OrderedDict[tuple[Path, tuple[str, ...], int], _Month] = OrderedDict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Columns over some servers, not a number where nothing is known.

    `over` is the share of its time, 0–1, in which a server reached the limit; what a day lacks counts as reached, days without
    any sample say nothing. `workday` and `weekend` are medians of a day's mean outside its busiest hour, in the metric's unit.
    """

    over: NDArray[Any]
    workday: NDArray[Any]
    weekend: NDArray[Any]

    def of_groups(self, groups: NDArray[Any], count: int) -> Spread:
        """The same for groups of servers: of the server with most hours, and of the one whose week has most rhythm.

        Args:
            groups: the group of each server, from 0 on.
            count: how many groups there are.
        """
        import numpy as np

        over = np.full(count, -1.0)
        np.maximum.at(over, groups, np.where(np.isfinite(self.over), self.over, -1.0))
        known = np.flatnonzero(np.isfinite(self.workday) & np.isfinite(self.weekend))
        rhythm = (self.workday - self.weekend)[known]
        order = np.lexsort((known, -rhythm, groups[known]))  # the first of several that have as much
        chosen = known[order]
        group, first = np.unique(groups[chosen], return_index=True)
        workday, weekend = np.full(count, np.nan), np.full(count, np.nan)
        workday[group], weekend[group] = self.workday[chosen[first]], self.weekend[chosen[first]]
        return Spread(over=np.where(over >= 0, over, np.nan), workday=workday, weekend=weekend)


def first_bin(limit: float) -> int:
    """The first bin at or above the highest step that is not above `limit` (in the metric's unit): rather more hours than too few."""
    return sum(step <= round(limit * MICRO) for step in AMOUNT_STEPS)


def spread_of(
    rollup: Rollup, servers: Sequence[str], periods: Sequence[Period], metric: str, limit: float
) -> list[Spread]:
    """How a metric without capacity spreads, for each period.

    Args:
        rollup: the daily roll-ups.
        servers: ids; columns are in their order.
        periods: local days.
        metric: one without a capacity.
        limit: in the metric's unit; the next lower step of `AMOUNT_STEPS` counts.
    """
    import numpy as np
    import pyarrow as pa

    wanted, least = pa.array(servers, pa.string()), first_bin(limit)
    nothing = np.full(len(servers), np.nan)
    found = []
    for period in periods:
        files = rollup.of_days([metric], [period])
        if not files or not servers:
            found.append(Spread(over=nothing, workday=nothing, weekend=nothing))
            continue
        month, typical = _month(rollup.folder, files, least), typical_days(rollup.folder, files)
        sums = _chosen(month.servers, month.sums, wanted, 0)
        medians = _chosen(typical.servers, typical.typical, wanted, np.nan)
        measured = sums["expected"] > 0
        over = sums["over"] / np.maximum(sums["expected"], 1)
        found.append(Spread(over=np.where(measured & (sums["unknown"] == 0), over, np.nan), **medians))
    return found


def daily_hours(
    rollup: Rollup, servers: Sequence[str], period: Period, metric: str, limit: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """On how many hours of each day some servers reached a limit, servers × days; and which of the days are at weekends.

    Not a number where a day has no bins, or less than `MEASURED` of its samples. Read once with `spread_of`.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    files = rollup.of_days([metric], [period])
    ends = np.array([as_day(file.day or "").weekday() >= _SATURDAY for file in files], bool)
    daily = np.full((len(servers), len(files)), np.nan)
    if files and servers:
        month = _month(rollup.folder, files, first_bin(limit))
        places = pc.index_in(pa.array(servers, pa.string()), value_set=month.servers)
        mine = np.flatnonzero(places.is_valid().to_numpy(zero_copy_only=False))
        columns = places.drop_null().to_numpy()
        above, samples = month.above[:, columns].T, month.samples[:, columns].T
        daily[mine] = np.where(above >= 0, above.astype(np.int64) * HOURS_OF_A_DAY / np.maximum(samples, 1), np.nan)
    return daily, ends


@dataclass(frozen=True, slots=True)
class _Month:
    """What is known of some days, for every server in their files.

    `above` are the samples of each day at or above the limit, -1 where the day does not count, days × servers.
    """

    servers: pa.Array
    sums: Mapping[str, NDArray[Any]]
    above: NDArray[Any]
    samples: NDArray[Any]


def _chosen(
    servers: pa.Array, columns: Mapping[str, NDArray[Any]], wanted: pa.Array, nothing: float
) -> dict[str, NDArray[Any]]:
    """The columns of some servers, in their order."""
    import numpy as np
    import pyarrow.compute as pc

    if wanted.equals(servers):
        return dict(columns)
    place = pc.fill_null(pc.index_in(wanted, value_set=servers), -1).to_numpy(zero_copy_only=False)
    return {name: np.append(column, column.dtype.type(nothing))[place] for name, column in columns.items()}


def _month(folder: Path, files: Sequence[TelemetryFile], least: int) -> _Month:
    """What is known of some days for every server in them; kept for the run, since windows overlap."""
    key = (folder, tuple(sorted(file.sha256 for file in files)), least)
    known = _KEPT.pop(key, None)
    if known is None:
        known = _counted(folder, files, least)
    _KEPT[key] = known
    while len(_KEPT) > _MOST_KEPT:
        _KEPT.popitem(last=False)
    return known


def _counted(folder: Path, files: Sequence[TelemetryFile], least: int) -> _Month:
    import numpy as np

    servers: pa.Array = distinct_servers([folder / file.path for file in files])
    fold = Folded(servers.to_pylist())
    sums: dict[str, NDArray[Any]] = {name: np.zeros(len(servers), np.int64) for name in _COUNTS}
    above = np.full((len(files), len(servers)), -1, np.int32)
    taken = np.zeros((len(files), len(servers)), np.int32)
    for place, day in enumerate(read_days(folder, files, _COLUMNS)):
        code, _ = fold.coded(day)  # every server of the file is one of them
        over, unknown = _over(day, least)
        samples, expected = (day.table.column(name).to_numpy() for name in ("samples", "expected"))
        sums["over"][code] += over + np.maximum(expected - samples, 0)
        sums["expected"][code] += np.maximum(expected, samples)
        sums["unknown"][code] += unknown
        full = (samples > 0) & (samples >= MEASURED * expected) & (unknown == 0)
        above[place, code] = np.where(full, over, -1)
        taken[place, code] = samples
    return _Month(servers, sums, above, taken)


def _over(day: Day, least: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """For each row of a day the samples at or above a bin, and whether it has no bins."""
    import numpy as np

    lists = day.table.column("bins").combine_chunks()
    ends = np.append(0, np.cumsum(_lengths(lists)))
    coded = lists.flatten().to_numpy().view(np.uint32)
    counts = coded & np.uint32(BIN_STRIDE - 1)
    counts *= coded >= np.uint32(least * BIN_STRIDE)
    until = np.zeros(len(counts) + 1, np.uint32)
    np.cumsum(
        counts, out=until[1:], dtype=np.uint32
    )  # it may begin anew at 2³²: differences stay right, a day's are far below
    unknown = np.zeros(len(lists), np.int64)
    if lists.null_count:
        unknown = lists.is_null().to_numpy(zero_copy_only=False).astype(np.int64)
    places = until[ends]
    return (places[1:] - places[:-1]).astype(np.int64), unknown


def _lengths(lists: pa.ListArray) -> NDArray[Any]:
    """How many values each list has; one that is not known has none."""
    import numpy as np

    lengths: NDArray[Any] = lists.value_lengths().to_numpy(zero_copy_only=False)
    return np.nan_to_num(lengths).astype(np.int64) if lists.null_count else lengths
