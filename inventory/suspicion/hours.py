"""In how many hours of a day a server's traffic is above some amounts: traffic that a backup drowns shows there all the same.

A backup moves more in an hour than people do in a day, so that means say nothing of people; but it has its hours, every day the
same ones, and hours of work come on top.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from inventory.telemetry.form import BIN_STRIDE
from inventory.telemetry.spread import first_bin

if TYPE_CHECKING:
    import duckdb

# Practice (U), as the other signs of inventory/suspicion/signs.py.
LEVELS_MBIT_S = (0.1, 0.5, 2.0, 10.0)  # agents make less than the first, backups more than the last
MORE_HOURS = 2.0  # fewer may be chance
Hours = Mapping[str, Mapping[date, tuple[float, ...]]]


def busy_hours(connection: duckdb.DuckDBPyConnection, servers: Collection[str]) -> Hours:
    """By server and day the hours at or above each level, by the view `carried`; days without bins or with gaps are left out."""
    if not servers:
        return {}
    above = ", ".join(
        f"coalesce(list_sum(list_transform(list_filter(bins, code -> code // {BIN_STRIDE} >= {first_bin(level)}), code -> code % {BIN_STRIDE})), 0) * 24.0 / samples"
        for level in LEVELS_MBIT_S
    )
    rows = connection.execute(
        f"""
        SELECT server, day, {above} FROM carried
        WHERE bins IS NOT NULL AND samples > 0 AND samples >= 0.9 * expected AND server IN (SELECT unnest($servers))
        ORDER BY server, day
        """,  # noqa: S608 - numbers of ours
        {"servers": sorted(servers)},
    ).fetchall()
    found: dict[str, dict[date, tuple[float, ...]]] = defaultdict(dict)
    for server, day, *hours in rows:
        found[server][day] = tuple(hours)
    return found


def more_hours(
    days: Mapping[date, tuple[float, ...]], now: Callable[[date], bool], then: Callable[[date], bool]
) -> bool:
    """Whether a typical one of some days has more hours above any level than a typical one of others."""
    import numpy as np

    one = np.array([hours for day, hours in days.items() if now(day)])
    other = np.array([hours for day, hours in days.items() if then(day)])
    if not len(one) or not len(other):
        return False
    return bool((np.median(one, axis=0) - np.median(other, axis=0) >= MORE_HOURS).any())
