"""Which group a server counts for, and the sums of groups whose servers changed within the period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from inventory.model import Inventory, Server, System, Volume
from inventory.telemetry.form import PPM, Period
from inventory.telemetry.groups import Groups
from inventory.telemetry.query import Measured, Member, Rollup, measure
from inventory.usage.dated import Stint
from inventory.usage.pools import Pool

KINDS = ("server", "system", "department", "pool", "zone", "xinchuang", "cloud", "tier", "city")
NONE = "-"  # the group of servers that belong to no group of this kind
MIXED = "+"  # joins the tiers of a server whose disks are of several
_SUMS = (
    "servers", "measured_servers", "samples", "expected_seconds", "covered_seconds", "off_seconds", "value_s", "capacity_s",
    "capacity_s_measured", "simple_ppm", "simple_servers", "daily_peak_s", "off_counted_seconds",
)  # fmt: skip
_PEAKS = ("peak_ppm", "hour_peak_ppm", "max_micro", "hour_max_micro")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """What is needed beside servers and systems: the pools, and the storage tiers of each server's volumes."""

    pools: Mapping[str, Pool] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(pools: Iterable[Pool], volumes: Iterable[Volume]) -> Grouping:
        """Pools by id; the tiers of a server's volumes, joined where there are several."""
        tiers: dict[str, set[str]] = {}
        for volume in volumes:
            if volume.server_id and volume.volume_type:
                tiers.setdefault(volume.server_id, set()).add(volume.volume_type)
        joined = {server: MIXED.join(sorted(found)) for server, found in sorted(tiers.items())}
        return Grouping(pools={pool.id: pool for pool in pools}, tiers=joined)

    def group(self, kind: str, server: Server, system: System | None) -> str:
        """The group of a kind that a server belongs to; `-` where none is known."""
        return self.of_kind(kind)(server, system) or NONE

    def of_kind(self, kind: str) -> Callable[[Server, System | None], str | None]:
        """What gives the group of a kind, for many servers; empty where none is known."""

        def pool(server: Server) -> Pool | None:
            return self.pools.get(server.pool or "")

        found: Mapping[str, Callable[[Server, System | None], str | None]] = {
            "server": lambda server, _: server.id,
            "system": lambda _, system: system.id if system else None,
            "department": lambda server, system: (system.department if system else None) or server.department,
            "zone": lambda server, _: server.zone or (at.zone if (at := pool(server)) else None),
            "pool": lambda server, _: server.pool,
            "cloud": lambda server, _: server.cloud,
            "xinchuang": lambda server, system: self._xinchuang(pool(server), system),
            "tier": lambda server, _: self.tiers.get(server.id),
        }
        return found.get(kind, lambda _server, _system: "city")

    @staticmethod
    def _xinchuang(pool: Pool | None, system: System | None) -> str | None:
        """By the pool that the server stands in; else as its system's ledger says."""
        known = pool.xinchuang if pool and pool.xinchuang is not None else system.xinchuang if system else None
        return None if known is None else ("xinchuang" if known else "other")


def groups_of(inventory: Inventory, kinds: Iterable[str] = KINDS, grouping: Grouping | None = None) -> Groups:
    """Which groups each server belongs to; `-` stands for: to none that is known."""
    systems = {system.id: system for system in inventory.systems}
    known = grouping or Grouping()
    owners = [systems.get(server.system_id or "") for server in inventory.servers]
    found = {}
    for kind in kinds:
        group = known.of_kind(kind)
        found[kind] = [group(one, system) or NONE for one, system in zip(inventory.servers, owners, strict=True)]
    return Groups.of_kinds(inventory.servers, found)


def undated(inventory: Inventory, period: Period) -> tuple[Stint, ...]:
    """Every server as it is now, over the whole period."""
    systems = {system.id: system for system in inventory.systems}
    return tuple(
        Stint(server=one, system=systems.get(one.system_id or ""), start_on=period.start_on, end_on=period.end_on)
        for one in inventory.servers
    )


def measure_dated(
    rollup: Rollup, stints: Sequence[Stint], kinds: Sequence[str], period: Period, grouping: Grouping, *,
    metrics: Sequence[str], off_is_unused: bool, with_bins: bool, known_until: date | None = None,
) -> list[Measured]:  # fmt: skip
    """`measure` for groups of servers that may have changed: each day of a server counts for the group it was in then."""
    servers = {server.id: server for server in lives(stints, period)}
    pieces: dict[tuple[str, str], dict[str, list[Period]]] = {}
    for stint in stints:
        for kind in kinds:
            group = grouping.group(kind, stint.server, stint.system)
            spans = pieces.setdefault((stint.server.id, kind), {}).setdefault(group, [])
            spans.append(Period(stint.start_on, stint.end_on))
    whole = [
        Member(server, kind, group) for (server, kind), groups in pieces.items() if len(groups) == 1 for group in groups
    ]
    split = {key: groups for key, groups in pieces.items() if len(groups) > 1}
    settings = {"metrics": metrics, "off_is_unused": off_is_unused, "with_bins": with_bins, "known_until": known_until}
    sums = {
        (row.kind, row.group, row.metric): row
        for row in measure(rollup, list(servers.values()), whole, [period], **settings)  # type: ignore[arg-type]
    }
    for row in _moved(rollup, servers, split, settings):
        key = (row.kind, row.group, row.metric)
        sums[key] = together(sums[key], row) if key in sums else row
    return [sums[key] for key in sorted(sums)]


def measure_stints(
    rollup: Rollup, stints: Sequence[Stint], period: Period, *, metrics: Sequence[str], off_is_unused: bool
) -> list[tuple[Measured, ...]]:
    """What each stint adds to whatever group it is in: one row for each metric, in the order of the stints.

    The same parts that `measure_dated` adds up, so that the sums over some stints are those of their group there.
    """
    servers = {server.id: server for server in lives(stints, period)}
    count = Counter(stint.server.id for stint in stints)
    spans = [
        period if count[one.server.id] == 1 and one.start_on == period.start_on else Period(one.start_on, one.end_on)
        for one in stints
    ]
    changed = {one.server.id for one, span in zip(stints, spans, strict=True) if span != period}
    settings = {"metrics": metrics, "off_is_unused": off_is_unused}
    parts = _parts(rollup, [servers[one] for one in sorted(servers.keys() - changed)], [period], settings)
    parts |= _parts(rollup, [servers[one] for one in sorted(changed)], sorted(set(spans) - {period}), settings)
    return [
        tuple(parts[one.server.id, metric, span] for metric in metrics) for one, span in zip(stints, spans, strict=True)
    ]


def _parts(
    rollup: Rollup, servers: Sequence[Server], spans: Sequence[Period], settings: Mapping[str, object]
) -> dict[tuple[str, str, Period], Measured]:
    """Each server by itself in each of some spans, by server, metric and span."""
    if not servers:
        return {}
    members = [Member(one.id, "server", one.id) for one in servers]
    rows = measure(rollup, servers, members, spans, **settings)  # type: ignore[arg-type]
    return {(row.group, row.metric, spans[row.part]): row for row in rows}


def lives(stints: Iterable[Stint], period: Period) -> Iterator[Server]:
    """Each server as it was last; one that vanished ends with its last stint."""
    last: dict[str, Stint] = {}
    for stint in stints:
        last[stint.server.id] = stint
    for stint in last.values():
        ended = stint.end_on < period.end_on and stint.server.deleted_on is None
        yield replace(stint.server, deleted_on=stint.end_on - timedelta(days=1)) if ended else stint.server


def _moved(
    rollup: Rollup, servers: Mapping[str, Server], split: Mapping[tuple[str, str], Mapping[str, list[Period]]],
    settings: Mapping[str, object],
) -> Iterator[Measured]:  # fmt: skip
    """What each server that changed its group adds to each of its groups."""
    if not split:
        return
    changed = sorted({server for server, _ in split})
    spans = sorted({span for groups in split.values() for found in groups.values() for span in found})
    parts = _parts(rollup, [servers[one] for one in changed], spans, settings)
    for (server, kind), groups in sorted(split.items()):
        for group, found in sorted(groups.items()):
            for metric in settings["metrics"]:  # type: ignore[attr-defined]
                yield replace(
                    one_server([parts[server, metric, span] for span in found]), kind=kind, group=group, part=0
                )


def one_server(parts: Sequence[Measured]) -> Measured:
    """The parts of one server's time in one group: one server, with a ratio of its own over all of them."""
    first, *others = parts
    for other in others:
        days = first.days + other.days
        first = replace(together(first, other), days=days)
    measured = first.capacity_s_measured
    return replace(
        first, servers=int(first.expected_seconds + first.off_seconds > 0), measured_servers=int(first.samples > 0),
        simple_servers=int(measured > 0), simple_ppm=first.value_s * PPM // measured if measured else 0,
    )  # fmt: skip


def together(one: Measured, other: Measured) -> Measured:
    """The sums of two sets of different servers."""
    sums: dict[str, int] = {name: getattr(one, name) + getattr(other, name) for name in _SUMS}
    peaks = {name: _higher(getattr(one, name), getattr(other, name)) for name in _PEAKS}
    bins = one.bins or other.bins
    if one.bins and other.bins:
        bins = tuple(a + b for a, b in zip(one.bins, other.bins, strict=True))
    return replace(one, **sums, **peaks, bins=bins, days=max(one.days, other.days))  # type: ignore[arg-type]


def _higher(a: int | None, b: int | None) -> int | None:
    return max((n for n in (a, b) if n is not None), default=None)
