"""Which group a server counts for, and the sums of groups whose servers changed within the period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from inventory.model import Inventory, Server, System, Volume
from inventory.telemetry.form import PPM, Period
from inventory.telemetry.groups import Groups
from inventory.telemetry.query import Measured, Member, Rollup, measure
from inventory.usage.days import with_days
from inventory.usage.pools import Pool
from inventory.usage.stint import Stint

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
    settings = _Settings(metrics, off_is_unused=off_is_unused, with_bins=with_bins, known_until=known_until)
    whole = [stint for stint in stints if settings.whole(stint, period)]
    members = [
        Member(one.server.id, kind, grouping.group(kind, one.server, one.system)) for one in whole for kind in kinds
    ]
    sums = {
        (row.kind, row.group, row.metric): row
        for row in settings.measured(rollup, [one.server for one in whole], members, period)
    }
    changed = [stint for stint in stints if not settings.whole(stint, period)]
    for row in _moved(rollup, changed, kinds, grouping, settings):
        key = (row.kind, row.group, row.metric)
        sums[key] = together(sums[key], row) if key in sums else row
    rows = [sums[key] for key in sorted(sums)]
    return with_days(rollup, rows, stints, period, lambda kind, one: grouping.group(kind, one.server, one.system))


def measure_stints(
    rollup: Rollup, stints: Sequence[Stint], period: Period, *, metrics: Sequence[str], off_is_unused: bool
) -> list[tuple[Measured, ...]]:
    """What each stint adds to whatever group it is in: one row for each metric, in the order of the stints.

    The same parts that `measure_dated` adds up, so that the sums over some stints are those of their group there.
    """
    settings = _Settings(metrics, off_is_unused=off_is_unused)
    whole = [stint.server for stint in stints if settings.whole(stint, period)]
    rows = settings.measured(rollup, whole, [Member(one.id, "server", one.id) for one in whole], period)
    found = {(row.group, row.metric): row for row in rows}
    changed = [place for place, stint in enumerate(stints) if not settings.whole(stint, period)]
    parts = dict(zip(changed, _parts(rollup, [stints[place] for place in changed], settings), strict=True))
    return [
        parts[place] if place in parts else tuple(found[stint.server.id, metric] for metric in metrics)
        for place, stint in enumerate(stints)
    ]


@dataclass(frozen=True, slots=True)
class _Settings:
    """How to measure."""

    metrics: Sequence[str]
    off_is_unused: bool
    with_bins: bool = False
    known_until: date | None = None

    def whole(self, stint: Stint, period: Period) -> bool:
        """Whether a server was one and the same over the whole period, so that its days need not be looked at apart."""
        return (stint.start_on, stint.end_on) == (period.start_on, period.end_on) and not self.cuts(stint)

    def cuts(self, stint: Stint) -> set[date]:
        """Days within a stint from which on other time counts as switched off than before.

        What was not measured before a server went off is no switched-off time, and nothing is known of days to come.
        """
        if stint.server.power != "off" or stint.server.powered_off_on is None:
            return set()
        days = {stint.server.powered_off_on, *([self.known_until] if self.known_until else [])}
        return {day for day in days if stint.start_on < day < stint.end_on}

    def measured(
        self, rollup: Rollup, servers: Sequence[Server], members: Sequence[Member], span: Period
    ) -> tuple[Measured, ...]:
        """The sums of some groups in a span."""
        if not servers:
            return ()
        return measure(
            rollup, servers, members, [span], metrics=self.metrics, off_is_unused=self.off_is_unused, with_bins=self.with_bins,
            known_until=self.known_until,
        )  # fmt: skip


def _parts(rollup: Rollup, stints: Sequence[Stint], settings: _Settings) -> list[tuple[Measured, ...]]:
    """What each of some stints adds, by metric: its days only, with the size and the power of its own server.

    The days are cut wherever one of the stints begins, ends or goes off, so that every day is read once.
    """
    edges = {day for one in stints for day in (one.start_on, one.end_on)}
    edges |= {day for one in stints for day in settings.cuts(one)}
    found: list[list[Measured]] = [[] for _ in stints]
    for start, end in pairwise(sorted(edges)):
        places = {one.server.id: place for place, one in enumerate(stints) if one.start_on <= start < one.end_on}
        servers = [stints[place].server for place in places.values()]
        members = [Member(server, "server", server) for server in places]
        for row in settings.measured(rollup, servers, members, Period(start, end)):
            found[places[row.group]].append(row)
    by_metric = [
        {metric: [row for row in rows if row.metric == metric] for metric in settings.metrics} for rows in found
    ]
    return [tuple(one_server(rows[metric]) for metric in settings.metrics) for rows in by_metric]


def lives(stints: Iterable[Stint], period: Period) -> Iterator[Server]:
    """Each server as it was last; one that vanished ends with its last stint."""
    last: dict[str, Stint] = {}
    for stint in stints:
        last[stint.server.id] = stint
    for stint in last.values():
        ended = stint.end_on < period.end_on and stint.server.deleted_on is None
        yield replace(stint.server, deleted_on=stint.end_on - timedelta(days=1)) if ended else stint.server


def _moved(
    rollup: Rollup, stints: Sequence[Stint], kinds: Sequence[str], grouping: Grouping, settings: _Settings
) -> Iterator[Measured]:
    """What each server that changed or ended adds to each of its groups."""
    parts = _parts(rollup, stints, settings)
    found: dict[tuple[str, str, str], list[tuple[Measured, ...]]] = {}
    for stint, rows in zip(stints, parts, strict=True):
        for kind in kinds:
            group = grouping.group(kind, stint.server, stint.system)
            found.setdefault((kind, group, stint.server.id), []).append(rows)
    for (kind, group, _), of_stints in sorted(found.items()):
        for rows in zip(*of_stints, strict=True):
            yield replace(one_server(rows), kind=kind, group=group, part=0)


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
