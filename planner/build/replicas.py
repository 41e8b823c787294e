"""Disaster-recovery copies: which rule holds for a system, and the pools its copy may take at another site."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import System
from planner.build.built import Basis, Note
from planner.build.demand import place_in
from planner.build.eligible import eligible_pools, pools_for_data
from planner.build.parts import Options, Part, exceeds, level_of
from planner.problem.problem import Option, ReplicaOption

if TYPE_CHECKING:
    from catalogs.models_planning import Planning, ReplicaRule


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


def replicas_of(
    system: System, part: Part, source_arch: str, found: Sequence[Option], options: Options
) -> tuple[tuple[ReplicaOption, ...], tuple[Note, ...], dict[str, tuple[Basis, ...]]]:
    """Pools for the copy at another site than some main option. A copy of data alone takes any architecture."""
    rule = replica_rule(system, options.planning)
    if rule is None:
        return (), (), {}
    site_of = {pool.id: pool.site for pool in options.service.pools}
    main_sites = {site_of[option.pool] for option in found}
    only_data = rule.compute_share_ratio == 0
    candidates = eligible_pools(system, part.zone, source_arch, options)
    if only_data:
        candidates = [(pool, None) for pool in pools_for_data(system, part.zone, options)]
    shares = (rule.compute_share_ratio, rule.compute_share_ratio, rule.storage_share_ratio)
    copies: list[ReplicaOption] = []
    basis: dict[str, tuple[Basis, ...]] = {}
    for pool, change in candidates:
        placed = place_in(system, part.servers, pool, change, options.planning, options.service)
        if isinstance(placed, Text) or not main_sites - {pool.site}:
            continue
        demand = tuple(ceil(amount * Fraction(share)) for amount, share in zip(placed.demand, shares, strict=True))
        if not any(demand) or exceeds(demand, pool, options) is not None:
            continue
        cost = ceil(
            Fraction(placed.price_fen_month, options.planning.placement.fen_per_unit)
            * Fraction(rule.storage_share_ratio if only_data else rule.compute_share_ratio)
        )
        copies.append(ReplicaOption(pool=pool.id, demand=demand, cost=cost))
        basis[f"systems[{part.id}].replica_options[{pool.id}]"] = (_replica_step(system, rule, demand, options),)
    if not copies:
        there = [pool for pool in options.service.pools if pool.zone == part.zone and main_sites - {pool.site}]
        zh = "、".join(f"{pool.name}（{pool.cpu_arch}）" for pool in there) or "无"
        en = ", ".join(f"{pool.id} ({pool.cpu_arch})" for pool in there) or "none"
        text = Text(
            f"“{system.name}”（区域 {part.zone}，架构 {source_arch}）要求灾备（{rule.id}），另一机房同区域的资源池：{zh}，都不合适或放不下：按无灾备副本排期，须另行解决",
            f"{system.name} (zone {part.zone}, {source_arch}) asks for a copy ({rule.id}); pools of its zone at another site: {en}; none suits: planned without one",
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
