"""Use of systems day by day: what was used and what was given, in unit·hours; nothing where nothing was measured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from inventory.telemetry.form import MICRO, Period, connect
from inventory.telemetry.query import Rollup

Day = tuple[float, float] | None  # used and given; `None`: not measured


def daily_shares(
    rollup: Rollup, systems: Mapping[str, str], metric: str, period: Period
) -> Mapping[str, tuple[Day, ...]]:
    """For each system one entry for each day of a period.

    Args:
        rollup: the daily roll-ups.
        systems: server id → system id.
        metric: one with a capacity.
        period: local days.
    """
    paths = rollup.paths([metric], [period])
    found: dict[str, dict[date, tuple[float, float]]] = {}
    if paths and systems:
        import pyarrow as pa

        with connect() as connection:
            connection.read_parquet(paths).create_view("daily")
            servers = sorted(systems)
            columns = {
                "server": pa.array(servers, pa.string()),
                "system": pa.array([systems[one] for one in servers], pa.string()),
            }
            connection.register("member", pa.table(columns))
            rows = connection.execute(
                """
                SELECT m.system, d.day, sum(d.value_s), sum(d.capacity_s) FROM daily d JOIN member m ON m.server = d.server
                WHERE d.day >= $start AND d.day < $end GROUP BY ALL HAVING sum(d.capacity_s) > 0 ORDER BY ALL
                """,
                {"start": period.start_on, "end": period.end_on},
            ).fetchall()
        for system, day, used, given in rows:
            found.setdefault(system, {})[day] = (int(used) / MICRO / 3600, int(given) / MICRO / 3600)
    days = [date.fromordinal(period.start_on.toordinal() + n) for n in range(period.days)]
    return {system: tuple(by_day.get(day) for day in days) for system, by_day in sorted(found.items())}
