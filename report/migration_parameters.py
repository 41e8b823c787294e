"""统计口径 of the report on migration: targets, exclusions and pace as the profile has them, each with its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from catalogs.words import Text
from report.facts import Parameter
from report.profile import confidence_of, source_of

if TYPE_CHECKING:
    from catalogs.models_policy import Policy

EXCLUSIONS = {
    "classified": "涉密",
    "secrecy_unknown": "密级不明",
    "zombie_confirmed": "已确认的僵尸系统",
    "under_construction": "在建",
    "retired": "已停用、关停或并入其他系统",
    "not_municipal": "迁往省级平台",
}


def migration_parameters(policy: Policy) -> Iterator[Parameter]:
    """Every value of the profile that the share rests on."""
    rules = policy.migration

    def one(name: Text, value: str, source_id: str) -> Parameter:
        source, sure = source_of(policy, source_id), confidence_of(policy, source_id)
        return Parameter(name=name, value=value, source=source, confidence=sure)

    for target in rules.targets:
        name = Text(f"迁移目标 {target.id}", f"target {target.id}")
        source = target.clause or target.source or rules.source_of("targets")
        yield one(name, f"{target.by_on} 前 ≥ {target.share_ratio:.0%}", source)
    excluded = "、".join(EXCLUSIONS[kind] for kind in rules.excluded) or "无"
    yield one(Text("不计入分母的系统", "systems left out"), excluded, rules.source_of("excluded"))
    there = "计入分子和分母" if rules.counts_already_there else "分子、分母都不计"
    yield one(Text("原已在目标云上的系统", "systems already there"), there, rules.source_of("counts_already_there"))
    pace = f"自 {rules.progress_from_on} 起均匀推进" if rules.progress == "linear" else "不要求"
    yield one(Text("序时进度", "time-proportional progress"), pace, rules.source_of("progress"))
    for room in rules.clearances:
        name = Text(f"机房清空：{room.location}", f"room to be emptied: {room.location}")
        yield one(name, f"{room.by_on} 前", room.source or rules.source_of("clearances"))
