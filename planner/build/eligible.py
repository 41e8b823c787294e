"""Which pools a part may take: zone, MLPS level, 信创, CPU architecture, GPUs, and where its data have to stay."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import System
from planner.build.built import Note
from planner.build.parts import Options, level_of

if TYPE_CHECKING:
    from catalogs.models_planning import ArchChange, Planning, ResidencyRule
    from catalogs.models_service import ServicePool


def eligible_pools(
    system: System, zone: str, source_arch: str, options: Options
) -> list[tuple[ServicePool, ArchChange | None]]:
    """Pools that suit, each with the change of architecture it takes."""
    found: list[tuple[ServicePool, ArchChange | None]] = []
    for pool in pools_for_data(system, zone, options):
        if (system.xinchuang and not pool.xinchuang) or pool.gpu < gpus_of(system):
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


def pools_for_data(system: System, zone: str, options: Options) -> list[ServicePool]:
    """Pools of a zone and level where the system's data may lie, whatever runs there."""
    level, sites = level_of(system, options.planning), sites_for(system, options.planning)
    return [
        pool
        for pool in options.service.pools
        if pool.zone == zone and pool.mlps_level >= level and (sites is None or pool.site in sites)
    ]


def gpus_of(system: System) -> int:
    """GPUs that the ledger asks for; 0 where it says nothing."""
    asked = system.fields.get("gpu")
    return ceil(asked) if isinstance(asked, (int, float)) and asked > 0 else 0


def residency_rule(system: System, planning: Planning) -> ResidencyRule | None:
    """The first rule whose words stand in the ledger's answer about where data have to stay."""
    said = str(system.fields.get("data_residency") or "")
    return next((rule for rule in planning.residency if any(word in said for word in rule.words)), None)


def sites_for(system: System, planning: Planning) -> frozenset[str] | None:
    """The sites that residency leaves; `None`: all."""
    rule = residency_rule(system, planning)
    return frozenset(rule.sites) if rule is not None and rule.sites else None


def eligibility_notes(system: System, options: Options) -> tuple[Note, ...]:
    """What a planner must know: an answer about residency that no rule understands, GPUs that are asked for."""
    found = []
    said = str(system.fields.get("data_residency") or "").strip()
    if said and residency_rule(system, options.planning) is None:
        text = Text(
            f"“{system.name}”的数据驻留要求“{said}”没有对应的规则：未作限制，须人工核实（planning/{options.planning.id}.yaml: residency）",
            f"{system.name} says {said!r} about where its data stay; no rule covers that: not bound, to be checked",
        )
        found.append(Note(code="residency-unclear", subject=system.id, text=text))
    if gpus := gpus_of(system):
        text = Text(
            f"“{system.name}”需要 GPU {gpus} 卡：只排入有这么多卡的资源池，卡的余量须人工核实",
            f"{system.name} needs {gpus} GPUs: only pools with as many are eligible; how many are free is to be checked",
        )
        found.append(Note(code="gpu", subject=system.id, text=text))
    return tuple(found)


def wanted_text(system: System, zone: str, source_arch: str, options: Options) -> Text:
    """Everything that a pool must have for this system, as one sentence."""
    level, gpus = level_of(system, options.planning), gpus_of(system)
    zh = f"需要：区域 {zone}、等保 ≥ {level} 级、架构 {source_arch}"
    en = f"needs: zone {zone}, MLPS level ≥ {level}, architecture {source_arch}"
    if system.xinchuang:
        zh, en = f"{zh}，须信创", f"{en}, 信创 required"
    if gpus:
        zh, en = f"{zh}，GPU {gpus} 卡", f"{en}, {gpus} GPUs"
    sites = sites_for(system, options.planning)
    if sites is not None:
        listed = "、".join(sorted(sites))
        zh, en = f"{zh}，数据限于机房 {listed}", f"{en}, data at {listed} only"
    return Text(zh, en)


def _change(from_arch: str, to_arch: str, planning: Planning) -> ArchChange | None:
    pairs = (change for change in planning.arch_changes if (change.from_arch, change.to_arch) == (from_arch, to_arch))
    return next((change for change in pairs if change.allowed != "never"), None)
