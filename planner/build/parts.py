"""A system in parts: its servers by zone, its size class, and the pools that are eligible for it.

A pool is eligible where its zone is the system's, its MLPS level is not lower, its architecture is the same or may be
changed to, and it is 信创 where the system must be. A system whose servers stand in two zones is planned in two parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Server, System
from inventory.names import normalised
from planner.build.built import LeftOut, Note, Reason
from planner.build.capacity import RESOURCES
from planner.build.dates import Horizon
from planner.build.effort import Load, size_class
from planner.build.sizing import SizedServer, Sizing, Use, size_system
from planner.problem.problem import Pool

if TYPE_CHECKING:
    from catalogs.models_planning import Planning, SizeClass
    from catalogs.models_service import Service, ServicePool


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What all systems share: the target cloud, the figures, measured use, and the most each pool will ever offer."""

    service: Service
    planning: Planning
    use: Use
    as_of_on: date
    horizon: Horizon
    pools: tuple[Pool, ...]
    zones: Mapping[str, tuple[str, bool]]

    @staticmethod
    def of(
        service: Service, planning: Planning, use: Use, as_of_on: date, horizon: Horizon, pools: tuple[Pool, ...]
    ) -> Options:
        """With the words for zones: spelling → (zone id, whether it is another network that may come there)."""
        zones: dict[str, tuple[str, bool]] = {}
        for zone in service.zones:
            for word in zone.accepts_from:
                zones.setdefault(normalised(word), (zone.id, True))
        for zone in service.zones:
            for word in (zone.id, zone.name, *zone.aliases):
                zones[normalised(word)] = (zone.id, False)
        return Options(
            service=service, planning=planning, use=use, as_of_on=as_of_on, horizon=horizon, pools=pools, zones=zones
        )

    def zone_id(self, word: str | None) -> str | None:
        """The zone of the target cloud that a word means."""
        found = None if word is None else self.zones.get(normalised(word))
        return None if found is None else found[0]

    def largest(self, pool_id: str) -> tuple[int, ...]:
        """The most of each resource that a pool offers in any week."""
        pool = next(pool for pool in self.pools if pool.id == pool_id)
        return tuple(max(step.amount[place] for step in pool.capacity) for place in range(len(RESOURCES)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The servers of a system in one zone; the main part has the system's own id."""

    id: str
    zone: str
    servers: tuple[SizedServer, ...]
    data_gib: Fraction
    dependencies: int
    main: bool
    changes_zone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A system's parts and size class, or why it is not planned."""

    parts: tuple[Part, ...] = ()
    size: SizeClass | None = None
    sizing: Sizing | None = None
    notes: tuple[Note, ...] = ()
    left_out: LeftOut | None = None


def left_out(system: System, reason: Reason, detail: Text) -> LeftOut:
    """A system that is not planned."""
    return LeftOut(system=system.id, name=system.name, department=system.department, reason=reason, detail=detail)


def find_parts(system: System, servers: Sequence[Server], dependencies: int, options: Options) -> Parts:
    """Size a system and split it by zone."""
    zone_of = {server.id: options.zone_id(server.zone) for server in servers}
    sizing = size_system(system, servers, zone_of, options.use, options.planning, options.as_of_on)
    if sizing.why_unknown is not None:
        reason: Reason = "switched-off" if sizing.all_off else "resources-unknown"
        return Parts(notes=sizing.notes, left_out=left_out(system, reason, sizing.why_unknown))
    named = [zone for word in system.zones if (zone := options.zone_id(word)) is not None]
    known = [item.zone for item in sizing.servers if item.zone is not None]
    default = _default_zone(named, known, options.service)
    if default is None:
        listed = "、".join(system.zones)
        text = Text(
            f"台账区域：{listed}；目标云没有对应的区域",
            f"zones in the ledger: {listed}; none is a zone of the target cloud",
        )
        if not listed:
            text = Text(
                "台账没有写明网络区域，从服务器所在的区域也看不出是目标云的哪一区",
                "no ledger names a zone, and those of its servers are none of the target cloud",
            )
        return Parts(notes=sizing.notes, left_out=left_out(system, "zone-unknown", text))
    by_zone: dict[str, list[SizedServer]] = {}
    for item in sizing.servers:
        by_zone.setdefault(item.zone or default, []).append(item)
    notes = list(sizing.notes)
    for zone in sorted(set(named) - set(by_zone)):
        text = Text(
            f"“{system.name}”填报了区域 {zone}，但没有服务器在该区",
            f"{system.name} names the zone {zone}, but has no server there",
        )
        notes.append(Note(code="zone-without-servers", subject=system.id, text=text))
    load = load_of(system, sizing.servers, sizing.data_gib, dependencies, options, main=True)
    order = sorted(by_zone, key=lambda zone: (-len(by_zone[zone]), _rank(zone, options.service)))
    whole = len(sizing.servers)
    moved_words = {
        options.zones[normalised(word)][0]
        for word in system.zones
        if options.zones.get(normalised(word), ("", False))[1]
    }
    parts = tuple(
        Part(
            id=system.id if place == 0 else f"{system.id}/{zone}",
            zone=zone,
            servers=tuple(by_zone[zone]),
            data_gib=sizing.data_gib * len(by_zone[zone]) / whole,
            dependencies=dependencies,
            main=place == 0,
            changes_zone=zone in moved_words,
        )
        for place, zone in enumerate(order)
    )
    if len(parts) > 1:
        text = Text(
            f"“{system.name}”跨 {len(parts)} 个区域，分 {len(parts)} 部分同周迁移",
            f"{system.name} spans {len(parts)} zones: planned in parts that move in one week",
        )
        notes.append(Note(code="split-by-zone", subject=system.id, text=text))
    return Parts(parts=parts, size=size_class(load, options.planning), sizing=sizing, notes=tuple(notes))


def _default_zone(named: Sequence[str], known: Sequence[str], service: Service) -> str | None:
    """Where servers of unknown zone are counted: with most of the others, else the innermost zone that is named."""
    if known:
        counts = Counter(known)
        return min(counts, key=lambda zone: (-counts[zone], _rank(zone, service)))
    return min(named, key=lambda zone: _rank(zone, service), default=None)


def _rank(zone: str, service: Service) -> int:
    """Inner zones come first; the catalogue lists zones from the outside in."""
    return -next(place for place, known in enumerate(service.zones) if known.id == zone)


def load_of(
    system: System,
    servers: Sequence[SizedServer],
    data_gib: Fraction,
    dependencies: int,
    options: Options,
    *,
    main: bool,
) -> Load:
    """What a system's effort depends on."""
    return Load(
        servers=len(servers),
        data_gib=data_gib,
        dependencies=dependencies,
        mlps_level=level_of(system, options.planning),
        location=system.location,
        main=main,
    )


def level_of(system: System, planning: Planning) -> int:
    """The MLPS level for placement: the system's, else the profile's default."""
    return system.mlps_level if system.mlps_level is not None else planning.basics.mlps_level_if_unknown


def architecture(system: System, servers: Sequence[Server], options: Options) -> tuple[str, Note | None]:
    """The architecture today: of the ledger, else of most servers, else the profile's default (with a note)."""
    if system.cpu_arch is not None:
        return system.cpu_arch, None
    counts = Counter(server.cpu_arch for server in servers if server.cpu_arch is not None)
    if counts:
        return min(counts, key=lambda arch: (-counts[arch], arch)), None
    assumed = options.planning.basics.arch_if_unknown
    text = Text(
        f"“{system.name}”的 CPU 架构不明，按 {assumed} 计",
        f"the architecture of {system.name} is not known; taken as {assumed}",
    )
    return assumed, Note(code="arch-assumed", subject=system.id, text=text)


def exceeds(demand: Sequence[int], pool: ServicePool, options: Options) -> Text | None:
    """What a demand needs beyond the most that a pool will ever offer; `None` where it fits."""
    for name, needed, most in zip(RESOURCES, demand, options.largest(pool.id), strict=True):
        if needed > most:
            return Text(f"需要 {name} {needed}，最多只有 {most}", f"needs {needed} of {name}, there are at most {most}")
    return None
