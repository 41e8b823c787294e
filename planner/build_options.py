"""Which pools a system may take, and what it would need, cost and use up there.

A pool is eligible where its zone is the system's, its MLPS level is not lower, its architecture is the same or may be
changed to, and it is 信创 where the system must be. A system whose servers stand in two zones is planned in two parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Server, System
from inventory.names import normalised
from planner.build_capacity import RESOURCES
from planner.build_demand import Placed, SizedServer, Sizing, Use, place_in, size_system
from planner.build_effort import Load, effort_of, size_class
from planner.build_time import Horizon
from planner.built import Basis, LeftOut, Note, Reason, TargetServer
from planner.problem import Option, Pool, ReplicaOption

if TYPE_CHECKING:
    from catalogs.models_planning import ArchChange, Planning, ReplicaRule, SizeClass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The options of one part, or why there are none."""

    options: tuple[Option, ...] = ()
    replica_options: tuple[ReplicaOption, ...] = ()
    servers: tuple[TargetServer, ...] = ()
    basis: Mapping[str, tuple[Basis, ...]] = field(default_factory=dict)
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
        listed = "、".join(system.zones) or "-"
        text = Text(
            f"台账区域：{listed}；目标云没有对应的区域",
            f"zones in the ledger: {listed}; none is a zone of the target cloud",
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
    load = _load(system, sizing.servers, sizing.data_gib, dependencies, options, main=True)
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


def _load(
    system: System,
    servers: Sequence[SizedServer],
    data_gib: Fraction,
    dependencies: int,
    options: Options,
    *,
    main: bool,
) -> Load:
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


def part_options(system: System, part: Part, size: SizeClass, source_arch: str, options: Options) -> Made:
    """Every pool a part may take, with demand, cost and effort; and the same for its disaster-recovery copy."""
    eligible = _eligible(system, part.zone, source_arch, options)
    if not eligible:
        return Made(left_out=left_out(system, "no-pool", _wanted(system, part.zone, source_arch, options)))
    load = _load(system, part.servers, part.data_gib, part.dependencies, options, main=part.main)
    found: list[Option] = []
    servers: list[TargetServer] = []
    basis: dict[str, tuple[Basis, ...]] = {}
    refused: list[Text] = []
    for pool, change in eligible:
        placed = place_in(system, part.servers, pool, change, options.planning, options.service)
        fault = placed if isinstance(placed, Text) else _exceeds(placed.demand, pool, options)
        if isinstance(placed, Text) or fault is not None:
            assert fault is not None
            refused.append(Text(f"{pool.name}:{fault.zh}", f"{pool.id}: {fault.en}"))
            continue
        effort = effort_of(load, size, change, pool.site, options.planning, options.service)
        found.append(
            Option(pool=pool.id, demand=placed.demand, cost=_cost(placed, part, change, options), effort=effort)
        )
        servers += placed.servers
        basis[f"systems[{part.id}].options[{pool.id}].demand"] = placed.steps
        basis[f"systems[{part.id}].options[{pool.id}].cost"] = (_cost_step(placed, part, change, options),)
        basis[f"systems[{part.id}].options[{pool.id}].effort"] = (_effort_step(load, size, change, options),)
    if not found:
        detail = Text(";".join(text.zh for text in refused), "; ".join(text.en for text in refused))
        return Made(left_out=left_out(system, "too-large", detail))
    replicas, notes, steps = _replicas(system, part, source_arch, found, options)
    basis.update(steps)
    return Made(options=tuple(found), replica_options=replicas, servers=tuple(servers), basis=basis, notes=notes)


def _eligible(
    system: System, zone: str, source_arch: str, options: Options
) -> list[tuple[ServicePool, ArchChange | None]]:
    level = level_of(system, options.planning)
    found: list[tuple[ServicePool, ArchChange | None]] = []
    for pool in options.service.pools:
        if pool.zone != zone or pool.mlps_level < level or (system.xinchuang and not pool.xinchuang):
            continue
        if pool.cpu_arch == source_arch:
            found.append((pool, None))
            continue
        change = _change(source_arch, pool.cpu_arch, options.planning)
        if change is not None and (
            change.allowed == "always" or (change.allowed == "when_xinchuang" and system.xinchuang)
        ):
            found.append((pool, change))
    return found


def _change(from_arch: str, to_arch: str, planning: Planning) -> ArchChange | None:
    pairs = (change for change in planning.arch_changes if (change.from_arch, change.to_arch) == (from_arch, to_arch))
    return next((change for change in pairs if change.allowed != "never"), None)


def _wanted(system: System, zone: str, source_arch: str, options: Options) -> Text:
    level = level_of(system, options.planning)
    xinchuang = Text("，须信创", ", 信创 required") if system.xinchuang else Text("", "")
    return Text(
        f"需要：区域 {zone}、等保 ≥ {level} 级、架构 {source_arch}{xinchuang.zh}",
        f"needs: zone {zone}, MLPS level ≥ {level}, architecture {source_arch}{xinchuang.en}",
    )


def _exceeds(demand: Sequence[int], pool: ServicePool, options: Options) -> Text | None:
    for name, needed, most in zip(RESOURCES, demand, options.largest(pool.id), strict=True):
        if needed > most:
            return Text(f"需要 {name} {needed}，最多只有 {most}", f"needs {needed} of {name}, there are at most {most}")
    return None


def _cost(placed: Placed, part: Part, change: ArchChange | None, options: Options) -> int:
    rules = options.planning.placement
    extra = (rules.zone_change if part.changes_zone else 0) + (rules.arch_change if change else 0)
    return ceil(Fraction(placed.price_fen_month, rules.fen_per_unit)) + extra


def _cost_step(placed: Placed, part: Part, change: ArchChange | None, options: Options) -> Basis:
    rules = options.planning.placement
    what = Text(
        f"月租 {placed.price_fen_month} 分 ÷ {rules.fen_per_unit} 向上取整"
        f"{f' + 换区 {rules.zone_change}' if part.changes_zone else ''}{f' + 换架构 {rules.arch_change}' if change else ''}",
        f"monthly price {placed.price_fen_month} fen ÷ {rules.fen_per_unit}, rounded up"
        f"{f' + change of zone {rules.zone_change}' if part.changes_zone else ''}{f' + change of architecture {rules.arch_change}' if change else ''}",
    )
    origins = (f"services/{options.service.id}.yaml: prices", f"planning/{options.planning.id}.yaml: placement")
    return Basis(what=what, value=str(_cost(placed, part, change, options)), origins=origins)


def _effort_step(load: Load, size: SizeClass, change: ArchChange | None, options: Options) -> Basis:
    factor = (
        Text(f"，架构 × {change.effort_ratio}", f", architecture × {change.effort_ratio}") if change else Text("", "")
    )
    what = Text(
        f"{size.id} 级：{load.servers} 台、{float(load.data_gib):.4g} GiB、{load.dependencies} 个关联系统、等保 {load.mlps_level} 级；"
        f"{size.preparation_weeks} 周，演练 {size.rehearsals} 次{factor.zh}",
        f"class {size.id}: {load.servers} servers, {float(load.data_gib):.4g} GiB, {load.dependencies} dependencies, MLPS level {load.mlps_level};"
        f" {size.preparation_weeks} weeks, {size.rehearsals} rehearsals{factor.en}",
    )
    source = options.planning.sources[size.source]
    return Basis(
        what=what,
        value=size.id,
        origins=(f"planning/{options.planning.id}.yaml: {source.document}, {source.confidence}",),
    )


def replica_rule(system: System, planning: Planning) -> ReplicaRule | None:
    """The first rule whose words stand in the ledger's answers; where the ledger is silent, by the MLPS level."""
    said = " ".join(str(system.fields.get(name) or "") for name in ("dr", "dr_active")) + " " + (system.dr or "")
    for rule in planning.replicas:
        if any(word in said for word in rule.words):
            return rule
    if said.strip():
        return None
    level = level_of(system, planning)
    return next(
        (rule for rule in planning.replicas if rule.mlps_level_min is not None and level >= rule.mlps_level_min), None
    )


def _replicas(
    system: System, part: Part, source_arch: str, found: Sequence[Option], options: Options
) -> tuple[tuple[ReplicaOption, ...], tuple[Note, ...], dict[str, tuple[Basis, ...]]]:
    """Pools for the copy at another site than some main option. A copy of data alone takes any architecture."""
    rule = replica_rule(system, options.planning)
    if rule is None:
        return (), (), {}
    site_of = {pool.id: pool.site for pool in options.service.pools}
    main_sites = {site_of[option.pool] for option in found}
    only_data = rule.compute_share_ratio == 0
    candidates = _eligible(system, part.zone, source_arch, options)
    if only_data:
        level = level_of(system, options.planning)
        candidates = [
            (pool, None) for pool in options.service.pools if pool.zone == part.zone and pool.mlps_level >= level
        ]
    shares = (rule.compute_share_ratio, rule.compute_share_ratio, rule.storage_share_ratio)
    copies: list[ReplicaOption] = []
    basis: dict[str, tuple[Basis, ...]] = {}
    for pool, change in candidates:
        placed = place_in(system, part.servers, pool, change, options.planning, options.service)
        if isinstance(placed, Text) or not main_sites - {pool.site}:
            continue
        demand = tuple(ceil(amount * Fraction(share)) for amount, share in zip(placed.demand, shares, strict=True))
        if not any(demand) or _exceeds(demand, pool, options) is not None:
            continue
        cost = ceil(
            Fraction(placed.price_fen_month, options.planning.placement.fen_per_unit)
            * Fraction(rule.storage_share_ratio if only_data else rule.compute_share_ratio)
        )
        copies.append(ReplicaOption(pool=pool.id, demand=demand, cost=cost))
        basis[f"systems[{part.id}].replica_options[{pool.id}]"] = (_replica_step(system, rule, demand, options),)
    if not copies:
        text = Text(
            f"“{system.name}”要求灾备（{rule.id}），但另一机房没有同区域的合适资源池：按无灾备副本排期，须另行解决",
            f"{system.name} asks for a copy ({rule.id}), but no pool of its zone at another site suits: planned without one",
        )
        return (), (Note(code="no-replica-pool", subject=system.id, text=text),), {}
    return tuple(copies), (), basis


def _replica_step(system: System, rule: ReplicaRule, demand: Sequence[int], options: Options) -> Basis:
    what = Text(
        f"灾备副本（{rule.id}）：计算 × {rule.compute_share_ratio}、存储 × {rule.storage_share_ratio}，向上取整",
        f"copy ({rule.id}): compute × {rule.compute_share_ratio}, storage × {rule.storage_share_ratio}, rounded up",
    )
    said = system.origins["dr"].place if "dr" in system.origins else system.id
    return Basis(
        what=what,
        value=" / ".join(map(str, demand)),
        origins=(said, f"planning/{options.planning.id}.yaml: {rule.source}"),
    )


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
