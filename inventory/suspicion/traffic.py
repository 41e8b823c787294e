"""Load that came without traffic to systems that nobody enters: work for people, or for other systems, makes both.

Medians of working days: a weekly scan, a patch day and single busy days move none. A machine may compute for nobody's sake,
so it is a sign only where the last login is known and the rules find that nobody uses it; and a question, no verdict.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from inventory.suspicion.hours import busy_hours, more_hours

if TYPE_CHECKING:
    import duckdb

# Practice (U), as the other signs of inventory/suspicion/signs.py.
SPAN_DAYS = 28  # the first and the last four weeks of the days looked at
LEAST_DAYS = 8  # working days measured in each
LOAD_FACTOR, LOAD_MORE = 2.0, 0.05  # CPU: so many times as much, and by so much of the capacity
TRAFFIC_FACTOR, TRAFFIC_MORE_MBIT_S = 1.25, 0.05  # traffic that grew by less did not grow


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """CPU (0–1) and traffic (Mbit/s) of a typical working day, in the first and in the last weeks."""

    server: str
    load: tuple[float, float]
    traffic: tuple[float, float]


def loads_without_traffic(
    connection: duckdb.DuckDBPyConnection, servers: Collection[str], begin_on: date, end_on: date
) -> tuple[Idle, ...]:
    """Servers whose load rose and whose traffic did not, by the views `daily` (CPU) and `carried` (network).

    Args:
        connection: with the views.
        servers: of systems whose last login is known.
        begin_on: the first day looked at.
        end_on: the day after the last one.
    """
    early, late = begin_on + timedelta(days=SPAN_DAYS), end_on - timedelta(days=SPAN_DAYS)
    rows = connection.execute(
        """
        WITH cpu AS (
            SELECT server, median(value_s / capacity_s) FILTER (day < $early) AS before, median(value_s / capacity_s) FILTER (day >= $late) AS after,
                count(*) FILTER (day < $early) AS early_days, count(*) FILTER (day >= $late) AS late_days
            FROM daily WHERE samples >= 12 AND capacity_s > 0 AND isodow(day) < 6 GROUP BY server
        ), net AS (
            SELECT server, median(value_s / 1e6 / covered_seconds) FILTER (day < $early) AS before,
                median(value_s / 1e6 / covered_seconds) FILTER (day >= $late) AS after
            FROM carried WHERE samples >= 12 AND covered_seconds > 0 AND isodow(day) < 6 GROUP BY server
        )
        SELECT cpu.server, cpu.before, cpu.after, net.before, net.after FROM cpu JOIN net USING (server)
        WHERE early_days >= $least AND late_days >= $least AND net.before IS NOT NULL AND net.after IS NOT NULL
            AND cpu.after >= $factor * cpu.before AND cpu.after - cpu.before >= $more
            AND net.after <= $traffic_factor * net.before + $traffic_more
        ORDER BY server
        """,
        {
            "early": early, "late": late, "least": LEAST_DAYS, "factor": LOAD_FACTOR, "more": LOAD_MORE,
            "traffic_factor": TRAFFIC_FACTOR, "traffic_more": TRAFFIC_MORE_MBIT_S,
        },
    ).fetchall()  # fmt: skip
    found = [
        Idle(server=server, load=(before, after), traffic=(less, more))
        for server, before, after, less, more in rows
        if server in servers
    ]
    hours = busy_hours(connection, {one.server for one in found})
    return tuple(
        one for one in found
        if not more_hours(
            hours.get(one.server, {}), lambda day: day >= late and day.weekday() < 5, lambda day: day < early and day.weekday() < 5
        )
    )  # fmt: skip
