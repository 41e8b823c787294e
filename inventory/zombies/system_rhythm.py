"""On how many hours of a working day, and of a weekend, the servers of a system have traffic: people rest, backups and agents do not.

Amounts say little where a nightly backup moves a hundred times what people do in office hours; hours do not mind how much it
moves. Only systems that nobody is known to enter are looked at, since only their verdicts ask: a few of many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from inventory.model import Server, System
from inventory.telemetry.form import Period
from inventory.telemetry.query import Rollup
from inventory.telemetry.spread import daily_hours
from inventory.zombies.system_months import Traffic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_DAYS = 2  # of each kind in a month, measured to nine tenths; a median of fewer is none
HALF_A_DAY = 0.5  # more is no window of backups and agents, whatever its rhythm
Hours = tuple[float, float]  # medians of a month: working day (Monday to Friday), weekend


def looked_at(systems: Iterable[System], traffic: Mapping[str, Sequence[Traffic]], since: date) -> frozenset[str]:
    """The ids of systems to look at: no login since a day or a remark, traffic in half of the day at most, and something known of them.

    Where neither a login nor an update nor a contract nor a remark is on record, no rule asks for the hours.
    """
    return frozenset(
        one.id for one in systems
        if (one.last_login_on is None or one.last_login_on < since or one.fields.get("remark"))
        and any((one.last_login_on, one.last_update_on, one.contract_end_on, one.fields.get("remark")))
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
    import numpy as np

    owner = {server.id: server.system_id or "" for server in servers if server.system_id in systems}
    if limit is None or not owner or "network" not in rollup.metrics:
        return {}
    names = sorted(owner)
    found: dict[str, list[Hours | None]] = defaultdict(lambda: [None] * len(periods))
    for part, period in enumerate(periods):
        daily, ends = daily_hours(rollup, names, period, "network", limit)
        work, weekend = _median(daily[:, ~ends]), _median(daily[:, ends])
        for place in np.flatnonzero(np.isfinite(work) & np.isfinite(weekend)):
            hours, known = (float(work[place]), float(weekend[place])), found[owner[names[place]]]
            before = known[part]
            if before is None or _more(hours, before):
                known[part] = hours
    return {system: tuple(hours) for system, hours in found.items()}


def _median(days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each row, of the days that were measured; not a number where they are too few."""
    import numpy as np

    days = np.sort(days, axis=1)  # what is not a number goes last
    count = np.isfinite(days).sum(axis=1)
    if days.shape[1] < LEAST_DAYS:
        return np.full(len(days), np.nan)
    rows, last = np.arange(len(days)), np.maximum(count - 1, 0)
    middle = (days[rows, last // 2] + days[rows, (last + 1) // 2]) / 2
    return np.where(count >= LEAST_DAYS, middle, np.nan)


def _more(hours: Hours, than: Hours) -> bool:
    """Whether hours differ more, or as much and are more: the server that most looks like people."""
    return (abs(hours[0] - hours[1]), max(hours)) > (abs(than[0] - than[1]), max(than))
