"""On how many hours of a working day, and of a weekend, the servers of a system have traffic: people rest, backups and agents do not.

Amounts say little where a nightly backup moves a hundred times what people do in office hours; hours do not mind how much it
moves. Only systems that nobody is known to enter are looked at, since only their verdicts ask: a few of many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from inventory.model import Server, System
from inventory.system_months import Traffic
from inventory.telemetry import BIN_STRIDE, Period, connect
from inventory.telemetry_query import Rollup
from inventory.telemetry_spread import first_bin

LEAST_DAYS = 2  # of each kind in a month, measured to nine tenths; a median of fewer is none
HALF_A_DAY = 0.5  # more is no window of backups and agents, whatever its rhythm
Hours = tuple[float, float]  # medians of a month: working day (Monday to Friday), weekend


def looked_at(systems: Iterable[System], traffic: Mapping[str, Sequence[Traffic]], since: date) -> frozenset[str]:
    """The ids of systems whose ledgers know of no login since a day, and that have traffic in half of the day at most."""
    return frozenset(
        one.id for one in systems
        if (one.last_login_on is None or one.last_login_on < since)
        and any(part.over for part in traffic.get(one.id, ()))
        and all(part.over is not None and part.over <= HALF_A_DAY for part in traffic[one.id])
    )  # fmt: skip


def hours_of(
    rollup: Rollup, servers: Sequence[Server], systems: Collection[str], periods: Sequence[Period], limit: float | None
) -> Mapping[str, tuple[Hours | None, ...]]:
    """By system and period the hours with traffic, of the server where they differ most.

    Args:
        rollup: the daily roll-ups; days of an earlier version without bins say nothing.
        servers: with their systems.
        systems: ids of those looked at.
        periods: local months.
        limit: Mbit/s from which on an hour has traffic; `None`: nothing is looked at.
    """
    owner = {server.id: server.system_id or "" for server in servers if server.system_id in systems}
    paths = rollup.paths(["network"], list(periods)) if limit is not None and owner else []
    if limit is None or not paths:
        return {}
    with connect() as connection:
        rows = connection.execute(
            f"""
            WITH days AS (
                SELECT server, day, isodow(day) < 6 AS work, list_sum(list_transform(
                    list_filter(bins, code -> code // {BIN_STRIDE} >= $least), code -> code % {BIN_STRIDE}
                )) * 24.0 / samples AS hours
                FROM read_parquet($paths) WHERE bins IS NOT NULL AND samples > 0 AND samples >= 0.9 * expected AND server IN (SELECT unnest($servers))
            )
            SELECT server, len(list_filter($starts, start -> start <= day)) - 1 AS part,
                median(coalesce(hours, 0)) FILTER (work), median(coalesce(hours, 0)) FILTER (NOT work)
            FROM days GROUP BY ALL HAVING count(*) FILTER (work) >= $days AND count(*) FILTER (NOT work) >= $days ORDER BY ALL
            """,  # noqa: S608 - a number of ours
            {
                "least": first_bin(limit), "paths": paths, "servers": sorted(owner), "days": LEAST_DAYS,
                "starts": [period.start_on for period in periods],
            },
        ).fetchall()  # fmt: skip
    found: dict[str, list[Hours | None]] = defaultdict(lambda: [None] * len(periods))
    for server, part, work, weekend in rows:
        known = found[owner[server]]
        before = known[part]
        if before is None or _more((work, weekend), before):
            known[part] = (float(work), float(weekend))
    return {system: tuple(hours) for system, hours in found.items()}


def _more(hours: Hours, than: Hours) -> bool:
    """Whether hours differ more, or as much and are more: the server that most looks like people."""
    return (abs(hours[0] - hours[1]), max(hours)) > (abs(than[0] - than[1]), max(than))
