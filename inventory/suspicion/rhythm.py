"""Load that keeps a calendar of its own: working days without traffic, public holidays that it does not know, a late beginning.

Work for people comes with traffic and rests when people rest: at weekends and on public holidays, and not on the weekends that
are worked instead (国务院办公厅, each year). A script that burns CPU in working hours has no traffic, and mostly knows Monday to
Friday only. All by medians, so that weekly scans, patch days and backups, which come to all machines alike, move nothing. A
machine may compute for nobody's sake: these are signs only where the rules find no use, and questions, no verdicts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from catalogs.public_holidays import public_holidays
from inventory.suspicion.hours import busy_hours, more_hours

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

# Practice (U), as the other signs of inventory/suspicion/signs.py.
LEAST_WORKDAYS, LEAST_WEEKENDS, LEAST_HOLIDAYS = 20, 8, 4  # measured
WORK_FACTOR, WORK_MORE = (
    1.5,
    0.04,
)  # CPU of a working day against a weekend: so many times, and by so much of the capacity
TRAFFIC_FACTOR, TRAFFIC_MORE_MBIT_S = 1.25, 0.05  # traffic that is higher by less is not higher
BLIND, REST = (
    0.7,
    0.3,
)  # of the way from a weekend to a working day: at least so far on a holiday, at most so far on a worked weekend
BEGIN_FACTOR, BEGIN_MORE = 1.5, 0.03  # CPU after its beginning against before
BEFORE_DAYS, AFTER_DAYS = 8, 5  # working days measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """CPU (0–1) of a typical working day, weekend and public holiday (on a weekday); traffic (Mbit/s) of the first two.

    `holiday` is `None` where too few were measured, `traffic` where none was.
    """

    server: str
    days: int
    work: float
    weekend: float
    holiday: float | None
    traffic: tuple[float, float] | None
    blind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """CPU (0–1) of a typical working day before and since a day."""

    server: str
    since: date
    days: int
    before: float
    after: float


def rhythms(
    connection: duckdb.DuckDBPyConnection, servers: Collection[str], begin_on: date, end_on: date, *, networked: bool
) -> tuple[Rhythm, ...]:
    """Servers whose load keeps working days without traffic, or without minding holidays; by the views `daily` and `carried`.

    Args:
        connection: with the views; `carried` only where `networked`.
        servers: those that are looked at.
        begin_on: the first day.
        end_on: the day after the last one.
        networked: whether traffic is measured at all.
    """
    holidays = public_holidays("CN", begin_on.year, end_on.year)
    rest, worked = frozenset(holidays.off), holidays.worked
    cpu = connection.execute(
        f"""
        SELECT server, {_medians("value_s / capacity_s")},
            count(*) FILTER (isodow(day) < 6 AND NOT free), count(*) FILTER (isodow(day) > 5 AND NOT made_up),
            count(*) FILTER (isodow(day) < 6 AND free), count(*)
        FROM (SELECT *, list_contains($free, day) AS free, list_contains($worked, day) AS made_up FROM daily
            WHERE samples >= 12 AND capacity_s > 0)
        GROUP BY server ORDER BY server
        """,  # noqa: S608 - columns of ours
        {"free": sorted(rest), "worked": sorted(worked)},
    ).fetchall()
    traffic = _traffic(connection, rest, worked) if networked else {}
    found = []
    for server, work, weekend, holiday, made_up, workdays, weekends, holidays, days in cpu:
        if server not in servers or workdays < LEAST_WORKDAYS or weekends < LEAST_WEEKENDS:
            continue
        more = work - weekend
        if work < WORK_FACTOR * weekend or more < WORK_MORE:
            continue
        known = holiday is not None and holidays >= LEAST_HOLIDAYS
        blind = known and holiday - weekend >= BLIND * more and (made_up is None or made_up - weekend <= REST * more)
        carried = traffic.get(server)
        alone = carried is not None and carried[0] <= TRAFFIC_FACTOR * carried[1] + TRAFFIC_MORE_MBIT_S
        if alone or (blind and carried is None):
            found.append(
                Rhythm(
                    server=server, days=days, work=work, weekend=weekend, holiday=holiday if known else None, traffic=carried, blind=blind
                )
            )  # fmt: skip
    hours = busy_hours(connection, {one.server for one in found if one.traffic is not None})
    return tuple(
        one for one in found
        if not more_hours(hours.get(one.server, {}), lambda day: day.weekday() < 5 and day not in rest, lambda day: day.weekday() > 4)
    )  # fmt: skip


def _medians(amount: str) -> str:
    return ", ".join(
        f"median({amount}) FILTER ({kind})"
        for kind in (
            "isodow(day) < 6 AND NOT free", "isodow(day) > 5 AND NOT made_up", "isodow(day) < 6 AND free", "isodow(day) > 5 AND made_up"
        )
    )  # fmt: skip


def _traffic(
    connection: duckdb.DuckDBPyConnection, rest: Collection[date], worked: Collection[date]
) -> Mapping[str, tuple[float, float]]:
    rows = connection.execute(
        f"""
        SELECT server, {_medians("value_s / 1e6 / covered_seconds")}
        FROM (SELECT *, list_contains($free, day) AS free, list_contains($worked, day) AS made_up FROM carried
            WHERE samples >= 12 AND covered_seconds > 0)
        GROUP BY server
        """,  # noqa: S608 - columns of ours
        {"free": sorted(rest), "worked": sorted(worked)},
    ).fetchall()
    return {server: (work, weekend) for server, work, weekend, *_ in rows if work is not None and weekend is not None}


def begun(connection: duckdb.DuckDBPyConnection, servers: Collection[str], end_on: date) -> tuple[Begun, ...]:
    """Servers whose load on working days began at some day and stayed: half as much again and more, with or without traffic.

    Of several days that would do the one that parts the days best (least deviation from the medians before and since); before it
    nine working days of ten had less than what is typical since.
    """
    import numpy as np

    rest = frozenset(public_holidays("CN", end_on.year - 1, end_on.year).off)
    series: dict[str, list[tuple[date, float]]] = defaultdict(list)
    for server, day, mean in connection.execute(
        """
        WITH days AS (
            SELECT server, day, value_s / capacity_s AS mean FROM daily
            WHERE samples >= 12 AND capacity_s > 0 AND isodow(day) < 6 AND day < $end
        ), rising AS (
            SELECT server FROM days GROUP BY server
            HAVING quantile_cont(mean, 0.95) >= $factor * quantile_cont(mean, 0.1) AND quantile_cont(mean, 0.95) - quantile_cont(mean, 0.1) >= $more
        )
        SELECT * FROM days SEMI JOIN rising USING (server) ORDER BY server, day
        """,
        {"end": end_on, "factor": BEGIN_FACTOR, "more": BEGIN_MORE},
    ).fetchall():
        if server in servers and day not in rest:
            series[server].append((day, mean))
    found = []
    for server, known in series.items():
        days, means = [day for day, _ in known], np.array([mean for _, mean in known])
        cut = _best_cut(means)
        if cut is not None:
            before, after = float(np.median(means[:cut])), float(np.median(means[cut:]))
            since = days[cut]
            found.append(Begun(server=server, since=since, days=(end_on - since).days, before=before, after=after))
    return tuple(found)


def _best_cut(means: NDArray[np.float64]) -> int | None:
    """The place that parts a low beginning from a high end best, or `None` where there is none."""
    import numpy as np

    best: tuple[float, int] | None = None
    for cut in range(BEFORE_DAYS, len(means) - AFTER_DAYS + 1):
        early, late = means[:cut], means[cut:]
        before, after = float(np.median(early)), float(np.median(late))
        if after < BEGIN_FACTOR * before or after - before < BEGIN_MORE or float(np.quantile(early, 0.9)) >= after:
            continue
        left = float(np.abs(early - before).sum() + np.abs(late - after).sum())
        if best is None or left < best[0]:
            best = (left, cut)
    return None if best is None else best[1]
