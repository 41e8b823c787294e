"""有数据天数: the local days of a period on which any server of a group has samples.

The sums of a group (inventory/telemetry/query.py) tell the most days of any one of its servers. Where that is not yet every
day with data, servers that came one after the other, or were measured by turns, have more days together: those are counted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from inventory.telemetry.form import Period, as_day
from inventory.telemetry.query import Measured, Rollup
from inventory.telemetry.sums import Folded, read_days
from inventory.usage.stint import Stint

if TYPE_CHECKING:
    from numpy.typing import NDArray

GroupOf = Callable[[str, Stint], str]
_NONE = -1


def with_days(
    rollup: Rollup, rows: Sequence[Measured], stints: Sequence[Stint], period: Period, group_of: GroupOf
) -> list[Measured]:
    """The rows with the days on which any of the group's servers has samples.

    Args:
        rollup: the daily roll-ups.
        rows: sums of groups over a period.
        stints: what each server was and when.
        period: that of the rows.
        group_of: the group of a kind that a stint counts for.
    """
    files = {metric: rollup.of_days([metric], [period]) for metric in sorted({row.metric for row in rows})}
    asked = {
        (row.kind, row.group, row.metric)
        for row in rows
        if row.measured_servers > 1 and row.days < len({file.day for file in files[row.metric]})
    }
    if not asked:
        return list(rows)
    members = _Members.of(stints, {kind: {g for k, g, _ in asked if k == kind} for kind, *_ in asked}, group_of)
    folded, counts = Folded(members.servers), Counter[tuple[str, str, str]]()
    for metric in sorted({metric for *_, metric in asked}):
        for file, day in zip(files[metric], read_days(rollup.folder, files[metric], ("samples",)), strict=True):
            servers, _ = folded.coded(day)
            counts.update((kind, group, metric) for kind, group in members.seen(servers, as_day(file.day or "")))
    return [
        replace(row, days=counts[key]) if (key := (row.kind, row.group, row.metric)) in asked else row for row in rows
    ]


@dataclass(frozen=True, slots=True)
class _Members:
    """Which server is in which group on which day, as arrays of codes; only of the groups that are asked for."""

    servers: Sequence[str]
    edges: Sequence[date]  # days on which some server's stint begins
    groups: Mapping[str, Sequence[str]]
    at: Callable[[str, int], NDArray[Any]]  # by kind and place in `edges`: the group of each server

    @staticmethod
    def of(stints: Sequence[Stint], groups: Mapping[str, set[str]], group_of: GroupOf) -> _Members:
        import numpy as np

        names = {kind: sorted(found) for kind, found in groups.items()}
        codes = {kind: {group: code for code, group in enumerate(found)} for kind, found in names.items()}
        servers = sorted({stint.server.id for stint in stints})
        place = {server: code for code, server in enumerate(servers)}
        edges = sorted({day for stint in stints for day in (stint.start_on, stint.end_on)})

        @cache
        def own(kind: str) -> list[tuple[int, int, Stint]]:
            """Server and group of each stint that is in a group asked for."""
            found = ((place[one.server.id], codes[kind].get(group_of(kind, one), _NONE), one) for one in stints)
            return [row for row in found if row[1] != _NONE]

        @cache
        def at(kind: str, edge: int) -> NDArray[Any]:
            column = np.full(len(servers), _NONE, np.int64)
            for server, group, stint in own(kind):
                if stint.start_on <= edges[edge] < stint.end_on:
                    column[server] = group
            return column

        return _Members(servers, edges, names, at)

    def seen(self, servers: Any, on: date) -> list[tuple[str, str]]:
        """The kinds and groups of some servers on a day."""
        import numpy as np

        edge = bisect_right(self.edges, on) - 1
        if edge < 0:
            return []
        found = []
        for kind, names in self.groups.items():
            present = np.unique(self.at(kind, edge)[servers])
            found += [(kind, names[code]) for code in present.tolist() if code != _NONE]
        return found
