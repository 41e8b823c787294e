"""Every pool a part of a system may take, with what it would need, cost and use up there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import System
from planner.build.built import Basis, LeftOut, Note, TargetServer
from planner.build.demand import Placed, place_in
from planner.build.effort import Load, effort_of, formulas_of
from planner.build.eligible import eligibility_notes, eligible_pools, wanted_text
from planner.build.parts import Options, Part, exceeds, left_out, load_of
from planner.build.replicas import replicas_of
from planner.problem.problem import Option, ReplicaOption

if TYPE_CHECKING:
    from catalogs.models_planning import ArchChange, SizeClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The options of one part, or why there are none."""

    options: tuple[Option, ...] = ()
    replica_options: tuple[ReplicaOption, ...] = ()
    servers: tuple[TargetServer, ...] = ()
    basis: Mapping[str, tuple[Basis, ...]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    left_out: LeftOut | None = None


def part_options(system: System, part: Part, size: SizeClass, source_arch: str, options: Options) -> Made:
    """Every pool a part may take, with demand, cost and effort; and the same for its disaster-recovery copy."""
    eligible = eligible_pools(system, part.zone, source_arch, options)
    if not eligible:
        return Made(left_out=left_out(system, "no-pool", wanted_text(system, part.zone, source_arch, options)))
    load = load_of(system, part.servers, part.data_gib, part.dependencies, options, main=part.main)
    found: list[Option] = []
    servers: list[TargetServer] = []
    basis: dict[str, tuple[Basis, ...]] = {}
    refused: list[Text] = []
    limited: set[str] = set()
    for pool, change in eligible:
        placed = place_in(system, part.servers, pool, change, options.planning, options.service)
        fault = placed if isinstance(placed, Text) else exceeds(placed.demand, pool, options)
        if isinstance(placed, Text) or fault is not None:
            assert fault is not None
            refused.append(Text(f"{pool.name}：{fault.zh}", f"{pool.id}: {fault.en}"))
            continue
        limited.update(placed.limited)
        effort = effort_of(load, size, change, pool.site, options.planning, options.service)
        found.append(
            Option(pool=pool.id, demand=placed.demand, cost=_cost(placed, part, change, options), effort=effort)
        )
        servers += placed.servers
        basis[f"systems[{part.id}].options[{pool.id}].demand"] = placed.steps
        basis[f"systems[{part.id}].options[{pool.id}].cost"] = (_cost_step(placed, part, change, options),)
        basis[f"systems[{part.id}].options[{pool.id}].effort"] = (
            _effort_step(load, size, change, options),
            _formulas_step(load, size, change, pool.site, options),
        )
    if not found:
        detail = Text("；".join(text.zh for text in refused), "; ".join(text.en for text in refused))
        return Made(left_out=left_out(system, "too-large", detail))
    replicas, notes, steps = replicas_of(system, part, source_arch, found, options)
    basis.update(steps)
    notes = (*eligibility_notes(system, options), *notes, *(_limited(system, server) for server in sorted(limited)))
    return Made(options=tuple(found), replica_options=replicas, servers=tuple(servers), basis=basis, notes=notes)


def _limited(system: System, server: str) -> Note:
    text = Text(
        f"“{system.name}”的服务器 {server} 按实际使用应扩容，但没有这么大的规格：按现有配置计，建议拆分",
        f"server {server} of {system.name} is busy and should grow, but no flavour is that large: taken as it is; better split it",
    )
    return Note(code="size-limited", subject=server, text=text)


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


def _formulas_step(load: Load, size: SizeClass, change: ArchChange | None, site: str, options: Options) -> Basis:
    """The second step: how each team's number is counted from the class, spread over its weeks."""
    said = formulas_of(load, size, change, site, options.planning, options.service)
    what = Text(
        f"各力量合计，均摊到实施周（写明割接周的除外）：{said.zh}",
        f"in all, spread over the active weeks where no week is named: {said.en}",
    )
    origins = (
        f"planning/{options.planning.id}.yaml: size_classes {size.id}",
        f"services/{options.service.id}.yaml: links",
    )
    return Basis(what=what, value="", origins=origins)


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
