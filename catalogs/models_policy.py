"""One profile per city document: its clauses, and the figures of usage, zombies, migration and planning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from catalogs.models import (
    About,
    Amount,
    CatalogFile,
    Confidence,
    Day,
    Flag,
    Id,
    Mistake,
    Model,
    Name,
    Ratio,
    Sourced,
    SourceId,
    Whole,
    repeated_ids,
)
from catalogs.models_planning import DeadlineKind
from catalogs.models_rules import OperatorMark, SystemClass, wrong_addresses
from catalogs.words import Text


class Document(Model):
    """The city document a profile follows."""

    title: Annotated[Name, About("标题", "title")]
    number: Annotated[Name | None, About("文号；没有则为空", "document number; empty where it has none")] = None
    issuer: Annotated[Name, About("印发机关", "who issued it")]
    issued_on: Annotated[Day | None, About("印发日期", "date of issue")] = None
    status: Annotated[
        Literal["final", "draft"],
        About("final 正式；draft 征求意见稿（报告须注明）", "final, or draft for comment (shown)"),
    ]
    fictional: Annotated[Flag, About("是否虚构（示例）", "invented, for demonstration")] = False
    note: Annotated[Name | None, About("说明", "remark")] = None


class Clause(Model):
    """One obligation of the document."""

    id: Annotated[SourceId, About("条款编号，如 JM-2", "id, such as JM-2")]
    place: Annotated[Name, About("在文件中的位置", "place in the document")]
    text: Annotated[Name, About("要求", "what it asks")]
    metric: Annotated[Name | None, About("指标", "what is measured")] = None
    target: Annotated[Name | None, About("目标值", "target")] = None
    deadline_on: Annotated[Day | None, About("期限（最后一天）", "last day")] = None
    deadline: Annotated[Name | None, About("期限原文", "deadline as written")] = None
    bodies: Annotated[tuple[Name, ...], About("责任单位", "responsible bodies")] = ()
    confidence: Annotated[Confidence, About("把握程度 V/P/U", "how sure: V, P or U")]


class UsageWeights(Model):
    """Weights of 综合利用率; they add up to 1."""

    cpu: Annotated[Ratio, About("CPU 权重", "weight of CPU")]
    memory: Annotated[Ratio, About("内存权重", "weight of memory")]
    storage: Annotated[Ratio, About("存储权重", "weight of storage")]


class Bands(Model):
    """Below `low_ratio` is 较低, above `high_ratio` 较高."""

    low_ratio: Annotated[Ratio, About("较低线（0–1）", "low below this")]
    high_ratio: Annotated[Ratio, About("较高线（0–1）", "high above this")]


class UsageSection(Sourced):
    """How usage is measured and judged (统计口径)."""

    weights: Annotated[UsageWeights, About("综合利用率权重", "weights of the combined rate")]
    target_ratio: Annotated[Ratio | None, About("综合利用率目标", "target of the combined rate")] = None
    target_clause: Annotated[SourceId | None, About("目标所依据的条款", "clause the target comes from")] = None
    target_reading: Annotated[
        Literal["use", "allocation", "both"],
        About("目标按使用率、分配率还是两种读法", "is the target about use, about allocation, or shown for both"),
    ]
    averaging: Annotated[
        Literal["capacity-weighted", "simple"],
        About("按容量加权或简单平均", "weighted by capacity, or the simple mean over servers"),
    ]
    powered_off: Annotated[
        Literal["zero", "exclude"],
        About("关机时间按 0 使用计入，或不计入", "powered-off time counts as unused, or does not count"),
    ]
    coverage_min_ratio: Annotated[
        Ratio, About("最低数据覆盖率；低于它不出结论", "least coverage; below it there is no verdict")
    ]
    time_zone: Annotated[Name, About("日历时区", "time zone of days and months")]
    cpu_bands: Annotated[Bands, About("CPU 使用率区间", "bands of CPU use")]
    memory_bands: Annotated[Bands, About("内存使用率区间", "bands of memory use")]
    storage_bands: Annotated[Bands | None, About("存储使用率区间", "bands of storage use")] = None


class RuleUse(Sourced):
    """A zombie rule that this city uses, with the parameters it sets itself."""

    rule: Annotated[Id, About("规则编号（zombies 目录）", "id of the rule (zombies folder)")]
    parameters: Annotated[dict[str, Amount], About("本市设定的参数值", "values of parameters that this city sets")] = (
        Field(default_factory=dict)
    )
    by_class: Annotated[
        dict[SystemClass, dict[str, Amount]],
        About(
            "本市对个别系统类别设定的参数值", "values of parameters that this city sets for single classes of systems"
        ),
    ] = Field(default_factory=dict)
    wording: Annotated[
        Name | None, About("文件对这条标准的原话", "what the document says of this criterion, word for word")
    ] = None


class ZombieSection(Sourced):
    """Which rules find suspected zombie systems, and until when they are to be cleaned up."""

    rules: Annotated[tuple[RuleUse, ...], About("采用的规则", "rules used")]
    wording: Annotated[
        Name | None, About("文件对僵尸系统的原话", "what the document says of zombie systems, word for word")
    ] = None
    clean_up_by_on: Annotated[Day | None, About("清理期限", "clean-up deadline")] = None
    clean_up_clause: Annotated[SourceId | None, About("清理所依据的条款", "clause that asks for it")] = None
    objection_days: Annotated[Whole, About("单位异议期（天）", "days for objections")] = 15
    operator: Annotated[
        tuple[OperatorMark, ...],
        About(
            "本市运维方的账号、地址和系统（加在规则自带的之后）",
            "this city's operator, in addition to what the rule names",
        ),
    ] = ()


ExclusionKind = Literal[
    "classified", "secrecy_unknown", "zombie_confirmed", "under_construction", "retired", "not_municipal"
]


class ShareTarget(Sourced):
    """By a date, a share of systems is migrated."""

    id: Annotated[Id, About("编号", "id")]
    by_on: Annotated[Day, About("期限（最后一天）", "last day")]
    share_ratio: Annotated[Ratio, About("迁移比例", "share of systems")]
    clause: Annotated[SourceId | None, About("条款编号", "id of the clause")] = None
    hard: Annotated[
        Flag, About("true：计划必须达到；false：只作考核曲线", "true: the plan must reach it; false: only a curve")
    ] = True


class RoomClearance(Sourced):
    """A machine room that must be empty by a date."""

    location: Annotated[Name, About("台账“部署位置”的取值", "value of the ledgers' location")]
    by_on: Annotated[Day, About("清空期限", "last day")]
    kind: Annotated[DeadlineKind, About("硬期限、软期限或忽略", "hard deadline, due date, or ignored")]


class MigrationSection(Sourced):
    """Targets for moving systems to the cloud, and how the share is counted."""

    targets: Annotated[tuple[ShareTarget, ...], About("迁移目标", "targets")] = ()
    excluded: Annotated[tuple[ExclusionKind, ...], About("不计入分母的系统", "systems left out of the denominator")]
    counts_already_there: Annotated[
        Flag, About("已在目标云上的系统计入分子和分母", "systems on the target cloud already count as migrated")
    ] = True
    clearances: Annotated[tuple[RoomClearance, ...], About("机房清空", "machine rooms to be emptied")] = ()
    progress: Annotated[
        Literal["none", "linear"],
        About("序时进度：linear 按时间均匀推进", "time-proportional progress （序时进度）: linear, or none"),
    ] = "none"
    progress_from_on: Annotated[Day | None, About("序时进度起点", "first day of that progress")] = None


class Policy(CatalogFile):
    """The profile of one city document (policies/*.yaml)."""

    city: Annotated[Name, About("城市", "city")]
    document: Annotated[Document, About("所依据的文件", "the document")]
    clauses: Annotated[tuple[Clause, ...], About("条款", "clauses")]
    usage: Annotated[UsageSection, About("使用率口径", "usage")]
    zombies: Annotated[ZombieSection, About("僵尸系统清理", "zombie systems")]
    migration: Annotated[MigrationSection, About("迁移目标", "migration")]
    planning: Annotated[Id, About("排期参数（planning 的编号）", "id of the planning figures")]

    def source_ids(self) -> set[str]:
        """Clauses are sources too."""
        return set(self.sources) | {clause.id for clause in self.clauses}

    def clause(self, clause_id: str) -> Clause:
        """The clause of that id.

        Raises:
            KeyError: there is none.
        """
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)

    def mistakes(self) -> Iterator[Mistake]:
        """Weights that do not add up, unknown clauses, repeated ids, targets out of order."""
        yield from super().mistakes()
        yield from repeated_ids(self.clauses, ("clauses",))
        weights = self.usage.weights
        total = weights.cpu + weights.memory + weights.storage
        if total != 1:
            text = Text(f"三个权重之和应为 1，现为 {total}", f"the three weights must add up to 1, not {total}")
            yield Mistake(("usage", "weights"), text)
        yield from repeated_ids(self.migration.targets, ("migration", "targets"))
        yield from wrong_addresses(self.zombies.operator, ("zombies", "operator"))
        known = {clause.id for clause in self.clauses}
        named = [
            (("usage", "target_clause"), self.usage.target_clause),
            (("zombies", "clean_up_clause"), self.zombies.clean_up_clause),
            *(
                (("migration", "targets", place, "clause"), target.clause)
                for place, target in enumerate(self.migration.targets)
            ),
        ]
        for path, clause_id in named:
            if clause_id is not None and clause_id not in known:
                text = Text(f"条款“{clause_id}”不在 clauses 中", f"there is no clause {clause_id!r}")
                yield Mistake(path, text)
