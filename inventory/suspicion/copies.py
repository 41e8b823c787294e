"""Samples that are another system's, or follow them to a few percent, on the same day or days later: copies, with noise or delayed.

Two machines that work for people never do: their days differ by tens of percent though weeks look alike. What many
machines share (a scanner's or a backup's rhythm) is no copy, and neither are replicas within one system.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

# Practice (U), as the other signs of inventory/suspicion/signs.py.
LEAST_DAYS = 42  # six weeks in common
RATIO_SPREAD = 0.03  # standard deviation of the logarithm of one machine's daily mean over the other's
OWN_SPREAD = 0.12  # below this a machine's days are so alike that agreeing with another says nothing
PEAK_SPREAD = 0.15  # the same for the highest hour of a day
MOST_DELAY_DAYS = 7
MOST_ALIKE = 2  # machines of other systems; more share a rhythm
_ALIKE = 0.97  # correlation that is looked at closely
_BLOCK = 2048
COPIED_DAYS, LATE_COPIED_DAYS = 5, 10  # days that agree to the last digit: on the same day, and days later
MOST_LATE_DAYS = 31
REPEATED_DAYS = 28  # days that agree to the last digit with the machine's own, days before: four weeks of them
MOST_PERIOD_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """`server` shows on each day what `model` showed `delay` days before, to `spread` (a ratio)."""

    server: str
    model: str
    delay: int
    days: int
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactCopy:
    """`server` shows on `days` days what `model` showed `delay` days before, to the last digit."""

    server: str
    model: str
    delay: int
    days: int
    first_on: date
    last_on: date


def own_repeats(connection: duckdb.DuckDBPyConnection, systems: Mapping[str, str]) -> tuple[ExactCopy, ...]:
    """Servers that show again, to the last digit, what they showed days before: samples that were played back. Flat days say nothing."""
    rows = connection.execute(
        """
        WITH told AS (SELECT * FROM daily WHERE samples >= 12 AND len(bins) >= 3 AND capacity_s > 0),
        pairs AS (
            SELECT a.server AS server, b.day - a.day AS delay, count(*) AS days, min(b.day) AS first_on, max(b.day) AS last_on
            FROM told a JOIN told b ON a.server = b.server AND a.samples = b.samples AND a.peak_ppm = b.peak_ppm
                AND a.hour_peak_ppm = b.hour_peak_ppm AND a.bins = b.bins AND a.value_s = b.value_s
            WHERE b.day - a.day BETWEEN 1 AND $period GROUP BY ALL HAVING count(*) >= $days
        )
        SELECT server, min(delay), arg_min(days, delay), arg_min(first_on, delay), arg_min(last_on, delay) FROM pairs GROUP BY server ORDER BY server
        """,
        {"days": REPEATED_DAYS, "period": MOST_PERIOD_DAYS},
    ).fetchall()
    return tuple(
        ExactCopy(server=server, model=server, delay=delay, days=days, first_on=first, last_on=last)
        for server, delay, days, first, last in rows
        if server in systems
    )


def exact_copies(connection: duckdb.DuckDBPyConnection, systems: Mapping[str, str]) -> tuple[ExactCopy, ...]:
    """Days whose samples, peak and histogram agree exactly on servers of different systems; flat days say nothing.

    On the same day each server is named beside the other, since nobody knows which is the copy; days later the later one.
    """
    rows = connection.execute(
        """
        WITH told AS (SELECT * FROM daily WHERE samples >= 12 AND len(bins) >= 3 AND capacity_s > 0),
        pairs AS (
            SELECT a.server AS one, b.server AS other, b.day - a.day AS delay, count(*) AS days, min(b.day) AS first_on, max(b.day) AS last_on
            FROM told a JOIN told b ON a.samples = b.samples AND a.peak_ppm = b.peak_ppm AND a.hour_peak_ppm = b.hour_peak_ppm
                AND a.bins = b.bins AND a.server <> b.server
            WHERE b.day - a.day BETWEEN 0 AND $late AND a.value_s::HUGEINT * b.capacity_s = b.value_s::HUGEINT * a.capacity_s
            GROUP BY ALL
        )
        SELECT * FROM pairs WHERE days >= CASE WHEN delay = 0 THEN $days ELSE $late_days END ORDER BY one, other, delay
        """,
        {"days": COPIED_DAYS, "late_days": LATE_COPIED_DAYS, "late": MOST_LATE_DAYS},
    ).fetchall()
    return tuple(
        ExactCopy(server=other, model=one, delay=delay, days=days, first_on=first, last_on=last)
        for one, other, delay, days, first, last in rows
        if one in systems and other in systems and systems[one] != systems[other]
    )


def near_copies(connection: duckdb.DuckDBPyConnection, systems: Mapping[str, str]) -> tuple[Copy, ...]:
    """The near copies in the view `daily`, sorted; each pair is named from both sides where there is no delay."""
    names, means, peaks = _series(connection, systems)
    found = [copy for delay in range(MOST_DELAY_DAYS + 1) for copy in _of_delay(names, means, peaks, systems, delay)]
    alike: dict[str, set[str]] = defaultdict(set)
    for copy in found:
        alike[copy.server].add(systems[copy.model])
        alike[copy.model].add(systems[copy.server])
    rare = (c for c in found if len(alike[c.server]) <= MOST_ALIKE and len(alike[c.model]) <= MOST_ALIKE)
    best: dict[tuple[str, str], Copy] = {}
    for copy in rare:
        known = best.get((copy.server, copy.model))
        if known is None or copy.spread < known.spread:
            best[copy.server, copy.model] = copy
    return tuple(best[key] for key in sorted(best))


def _series(
    connection: duckdb.DuckDBPyConnection, systems: Mapping[str, str]
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Logarithms of the daily mean and of the highest hour, machines × days; not a number where a day lacks."""
    import numpy as np

    rows: Any = connection.execute(
        """
        SELECT server, day - min(day) OVER () AS place, ln(value_s / capacity_s) AS mean, ln(hour_peak_ppm) AS peak FROM daily
        WHERE capacity_s > 0 AND value_s > 0 AND hour_peak_ppm > 0 AND samples >= 12 ORDER BY server
        """
    ).fetchnumpy()
    own = np.array([name in systems for name in rows["server"]], dtype=bool)
    names, machine = np.unique(rows["server"][own].astype(str), return_inverse=True)
    place = rows["place"][own].astype(np.int64)
    shape = (len(names), int(place.max()) + 1 if len(place) else 0)
    means, peaks = np.full(shape, np.nan), np.full(shape, np.nan)
    means[machine, place], peaks[machine, place] = rows["mean"][own], rows["peak"][own]
    varied = np.nan_to_num(np.nanstd(means, axis=1)) >= OWN_SPREAD if shape[1] else np.zeros(len(names), dtype=bool)
    enough = np.isfinite(means).sum(axis=1) >= LEAST_DAYS
    kept = np.flatnonzero(varied & enough)
    return [str(names[i]) for i in kept], means[kept], peaks[kept]


def _of_delay(
    names: list[str], means: NDArray[np.float64], peaks: NDArray[np.float64], systems: Mapping[str, str], delay: int
) -> Iterator[Copy]:
    """The pairs of one delay: correlated at all, then day by day."""
    days = means.shape[1] - delay if len(names) > 1 else 0
    if days < LEAST_DAYS:
        return
    late, early = means[:, delay:], means[:, :days]
    for i, k in _correlated(late, early):
        if systems[names[i]] == systems[names[k]] or (delay == 0 and i == k):
            continue
        spread, count = _spread(late[i] - early[k])
        if count < LEAST_DAYS or spread >= RATIO_SPREAD:
            continue
        if _spread(peaks[i, delay:] - peaks[k, :days])[0] < PEAK_SPREAD:
            yield Copy(server=names[i], model=names[k], delay=delay, days=count, spread=spread)


def _correlated(late: NDArray[np.float64], early: NDArray[np.float64]) -> Iterable[tuple[int, int]]:
    """Pairs of machines whose days rise and fall together; missing days count as the machine's mean."""
    import numpy as np

    one, other = _normed(late), _normed(early)
    for first in range(0, len(one), _BLOCK):
        pairs = np.argwhere(one[first : first + _BLOCK] @ other.T >= _ALIKE)
        yield from ((int(i) + first, int(k)) for i, k in pairs)


def _normed(series: NDArray[np.float64]) -> NDArray[np.float32]:
    import numpy as np

    centred = np.nan_to_num(series - np.nanmean(series, axis=1, keepdims=True))
    length = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    normed: NDArray[np.float32] = (centred / np.where(length > 0, length, 1)).astype(np.float32)
    return normed


def _spread(ratios: NDArray[np.float64]) -> tuple[float, int]:
    import numpy as np

    known = ratios[np.isfinite(ratios)]
    return (float(known.std()), len(known)) if len(known) else (float("inf"), 0)
