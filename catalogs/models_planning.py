"""How a city plans: teams, effort by size class, sizing, copies, freezes, deadlines, relations, weights.

Nearly everything here is practice (confidence U): defaults that a city changes, never printed as a rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from catalogs.models import (
    About,
    Amount,
    CatalogFile,
    CpuArch,
    Day,
    Factor,
    Flag,
    Id,
    Mistake,
    MlpsLevel,
    Model,
    Name,
    Positive,
    Ratio,
    Sourced,
    Weekday,
    Whole,
    repeated_ids,
)
from catalogs.words import Text


class AmountChange(Model):
    """A new amount from a date on."""

    from_on: Annotated[Day, About("起始日", "from this day on")]
    amount: Annotated[Whole, About("每期数量", "amount per period")]


class PlannedTeam(Sourced):
    """Anything used up period by period: person-days, laboratory slots, money."""

    id: Annotated[Id, About("编号", "id")]
    name: Annotated[Name, About("名称", "name")]
    unit: Annotated[Name, About("单位（人日、席位、元）", "unit: person-days, slots, yuan")]
    period: Annotated[Literal["week", "month", "quarter"], About("计量周期", "period the amount is given for")]
    amount: Annotated[Whole, About("每期数量", "amount per period")]
    changes: Annotated[tuple[AmountChange, ...], About("以后的变化", "later changes")] = ()


class TeamEffort(Model):
    """Effort of one team for a system of a size class, over all its active weeks."""

    team: Annotated[Id, About("团队编号", "id of the team")]
    fixed: Annotated[Whole, About("每系统固定投入", "effort per system")] = 0
    per_server: Annotated[Amount, About("每台服务器另加", "added per server")] = Decimal(0)
    timing: Annotated[
        Literal["even", "cutover"],
        About("even 各周均摊；cutover 全部在割接周", "spread over the active weeks, or all in the cut-over week"),
    ] = "even"


class SizeClass(Sourced):
    """A class of systems by size; the first class whose limits all hold is taken, the last has none."""

    id: Annotated[Literal["S", "M", "L", "XL"], About("级别", "class")]
    max_servers: Annotated[Whole | None, About("服务器数上限", "most servers")] = None
    max_data_gib: Annotated[Whole | None, About("数据量上限（GiB）", "most data, GiB")] = None
    max_dependencies: Annotated[Whole | None, About("关联系统数上限", "most dependencies")] = None
    max_mlps_level: Annotated[MlpsLevel | None, About("等保级别上限", "highest MLPS level")] = None
    preparation_weeks: Annotated[
        Positive,
        About(
            "实施周数（部署、拷贝、测试、割接）；封网期内不得实施",
            "active weeks: deployment, copy, tests, cut-over; none in a freeze",
        ),
    ]
    lead_weeks: Annotated[
        Whole, About("实施前的调研、方案、资源开通周数", "weeks before: survey, plan, delivery of resources")
    ]
    rehearsals: Annotated[Whole, About("演练次数", "rehearsals")] = 0
    rehearsal_effort_ratio: Annotated[Ratio, About("每次演练另加的投入比例", "effort added per rehearsal")] = Decimal(0)
    effort: Annotated[tuple[TeamEffort, ...], About("各团队投入", "effort by team")]
    trial_run_weeks: Annotated[Whole, About("试运行周数", "weeks of trial run")]
    cutover_hours: Annotated[Positive, About("割接窗口（小时）", "cut-over window, hours")]


class CleanUpEffort(Sourced):
    """What shutting down a system in the target cloud takes: backup, shutdown, release."""

    effort: Annotated[tuple[TeamEffort, ...], About("各团队投入（一周内）", "effort by team, within one week")] = ()


class ArchChange(Sourced):
    """What moving from one CPU architecture to another costs."""

    from_arch: Annotated[CpuArch, About("原架构", "architecture today")]
    to_arch: Annotated[CpuArch, About("目标架构", "architecture there")]
    vcpu_ratio: Annotated[Factor, About("vCPU 需求系数", "factor on vCPU")]
    memory_ratio: Annotated[Factor, About("内存需求系数", "factor on memory")]
    effort_ratio: Annotated[Factor, About("投入系数（信创改造）", "factor on effort (re-build)")]
    lab_team: Annotated[Id | None, About("占用适配实验室席位的团队编号", "team whose slots the adaptation takes")] = (
        None
    )
    lab_slots_week: Annotated[Whole, About("每周占用席位", "slots a week")] = 0
    allowed: Annotated[
        Literal["always", "when_xinchuang", "never"],
        About(
            "何时允许：总是、仅系统要求信创时、不允许",
            "when it is allowed: always, only where 信创 is asked for, never",
        ),
    ]


class RightSizing(Sourced):
    """Demand from measured use where it is known well enough; else what was declared or provisioned."""

    enabled: Annotated[Flag, About("是否按实际使用核定需求", "use measured demand at all")]
    coverage_min_ratio: Annotated[Ratio, About("所需数据覆盖率", "coverage needed")]
    min_days: Annotated[Positive, About("所需天数", "days of samples needed")]
    statistic: Annotated[
        Literal["p95", "peak", "mean_daily_peak"], About("采用的统计量", "statistic of use that is taken")
    ]
    cpu_target_ratio: Annotated[Ratio, About("核定后 CPU 统计量应处于的使用率", "where CPU use shall lie after sizing")]
    memory_target_ratio: Annotated[
        Ratio, About("核定后内存统计量应处于的使用率", "where memory use shall lie after sizing")
    ]
    min_share_ratio: Annotated[Ratio, About("不低于现有配置的比例", "never below this share of what is provisioned")]
    classes_excluded: Annotated[
        tuple[Name, ...], About("不核减的系统类别（备用、季节、应急）", "classes that are not sized down")
    ] = ()
    storage_free_ratio: Annotated[Ratio, About("存储在已用数据之上的余量", "storage kept free above the data used")]
    powered_off_days: Annotated[
        Positive,
        About("关机超过多少天的服务器不迁（建议回收）", "servers off for longer are not moved (to be reclaimed)"),
    ]


class ReplicaRule(Sourced):
    """What a disaster-recovery copy takes at another site; the first rule that matches holds."""

    id: Annotated[Id, About("编号", "id")]
    words: Annotated[
        tuple[Name, ...], About("台账“容灾/双活”中出现的字样", "words in the ledger's answer about disaster recovery")
    ] = ()
    mlps_level_min: Annotated[
        MlpsLevel | None, About("台账未填时，从该等保级别起适用", "where the ledger is silent: from this MLPS level on")
    ] = None
    compute_share_ratio: Annotated[Ratio, About("计算资源占主站比例", "share of vCPU and memory")]
    storage_share_ratio: Annotated[Ratio, About("存储占主站比例", "share of storage")]


class ResidencyRule(Sourced):
    """Where data have to stay: the sites that are left; the first rule that matches holds."""

    id: Annotated[Id, About("编号", "id")]
    words: Annotated[
        tuple[Name, ...], About("台账“数据驻留要求”中出现的字样", "words in the ledger's answer about where data stay")
    ]
    sites: Annotated[
        tuple[Id, ...],
        About("允许的机房（sites 的编号）；空为目标云全部机房", "sites allowed; empty: all of the cloud"),
    ] = ()


class Weights(Sourced):
    """Weights of the objective; see docs/reference/planning-problem.md."""

    lateness: Annotated[Whole, About("逾期", "per week late")]
    progress: Annotated[Whole, About("进度", "per week of cut-over")]
    placement: Annotated[Whole, About("放置费用", "per unit of placement cost")]
    curve: Annotated[Whole, About("序时进度缺口", "per system short of the curve")]
    moved_penalty: Annotated[Whole, About("重排时每个变动系统的代价", "per system that a re-plan moves")]
    unscheduled_after_weeks: Annotated[
        Whole, About("未排入的系统按周期末再加多少周计", "an unscheduled system counts as this long after the end")
    ]


class Importance(Sourced):
    """The weight of a system: base, plus what its level and class add."""

    base: Annotated[Positive, About("基数", "base")]
    by_mlps_level: Annotated[dict[str, Whole], About("按等保级别增加", "added by MLPS level")] = Field(
        default_factory=dict
    )
    by_class: Annotated[dict[str, Whole], About("按系统类别增加", "added by class of system")] = Field(
        default_factory=dict
    )


class PlacementCost(Sourced):
    """What a placement costs the objective."""

    fen_per_unit: Annotated[Positive, About("多少分月租折一个费用单位", "fen of monthly price per unit of cost")]
    zone_change: Annotated[Whole, About("改换网络区域的附加", "added where the network zone changes")]
    arch_change: Annotated[Whole, About("改换架构的附加", "added where the architecture changes")]
    other_site_penalty: Annotated[
        Whole, About("相互调用的系统分处两机房的代价", "penalty where systems that call each other lie at two sites")
    ]


class DepartmentParallel(Sourced):
    """How many systems of a department may be worked on in one week."""

    default: Annotated[Positive, About("默认", "default")]
    systems_per_extra: Annotated[Positive, About("每多少个系统再加 1", "one more for every so many systems")]
    most: Annotated[Positive, About("上限", "most")]
    overrides: Annotated[dict[str, Positive], About("个别单位（编号: 数量）", "single departments, by id")] = Field(
        default_factory=dict
    )


class FreezeRule(Sourced):
    """When a window blocks a whole week."""

    cutover_weekday: Annotated[Weekday, About("割接日（1 周一 … 7 周日）", "day of cut-over, 1 Monday … 7 Sunday")]
    working_days_blocked: Annotated[
        Positive,
        About("一周中至少多少个工作日在窗口内则整周封", "a week is blocked when so many of its working days are"),
    ]
    avoid_blocks: Annotated[Flag, About("“尽量避开”的窗口也按禁止处理", "treat windows of kind avoid as blocking")] = (
        False
    )


DeadlineKind = Literal["deadline", "due", "ignore"]


class Deadlines(Sourced):
    """Which dates of a system bind its cut-over."""

    hardware_end: Annotated[DeadlineKind, About("硬件寿命到期", "end of the hardware's life")]
    contract_end: Annotated[DeadlineKind, About("运维或租赁合同到期", "end of the contract")]
    planned_date: Annotated[DeadlineKind, About("单位自报的计划迁移时间", "date the department planned itself")] = "due"


class Relations(Sourced):
    """How dependencies bind the order."""

    provider_first: Annotated[Flag, About("被调用的系统先迁（或同周）", "a provider moves first, or in the same week")]
    lag_weeks: Annotated[Whole, About("先后间隔周数", "weeks between the two")]
    cycle_within_weeks: Annotated[
        Whole, About("相互依赖的系统须在多少周内迁完", "systems that depend on each other move within so many weeks")
    ]
    cycle_most_systems: Annotated[
        Whole,
        About(
            "相互依赖的系统超过多少个时不再约束（须先解耦，计划中注明）",
            "larger circles bind nothing: to be untied first (the plan says so)",
        ),
    ]
    basis: Annotated[
        tuple[Literal["declared", "measured"], ...], About("采信申报的、测得的依赖", "dependencies that count")
    ] = ("declared", "measured")


class Basics(Sourced):
    """Figures that hold for all systems."""

    horizon_weeks: Annotated[Positive, About("计划周数", "weeks of the horizon")]
    frozen_weeks: Annotated[Whole, About("重排时最近多少周不动", "weeks that a re-plan leaves alone")]
    growth_ratio_year: Annotated[Ratio, About("资源需求年增长率", "growth of demand a year")]
    retention_weeks: Annotated[
        Whole, About("验收后旧环境保留周数", "weeks the old environment is kept after acceptance")
    ]
    mlps_level_if_unknown: Annotated[
        MlpsLevel, About("等保级别不明时按几级放置（并标注）", "level for placement where it is not known (flagged)")
    ]
    arch_if_unknown: Annotated[
        CpuArch, About("架构不明时按何架构（并标注）", "architecture where it is not known (flagged)")
    ]
    copy_factor: Annotated[Factor, About("拷贝量与数据量之比（全量+增量）", "data copied per data held")]
    memory_per_vcpu_gib: Annotated[
        Factor, About("内存不明时每 vCPU 按多少 GiB（并标注）", "GiB per vCPU where memory is not known (flagged)")
    ]
    storage_per_vcpu_gib: Annotated[
        Factor, About("存储不明时每 vCPU 按多少 GiB（并标注）", "GiB per vCPU where storage is not known (flagged)")
    ]


class Planning(CatalogFile):
    """Everything that turns an inventory into a planning problem (planning/*.yaml)."""

    service: Annotated[Id, About("目标云（services 的编号）", "id of the target cloud")]
    basics: Annotated[Basics, About("通用参数", "figures for all systems")]
    teams: Annotated[tuple[PlannedTeam, ...], About("团队和消耗品", "teams and other things used up")]
    size_classes: Annotated[tuple[SizeClass, ...], About("规模级别，由小到大", "size classes, smallest first")]
    clean_up: Annotated[CleanUpEffort, About("清理关停的投入", "effort of a clean-up")]
    arch_changes: Annotated[tuple[ArchChange, ...], About("架构转换", "changes of architecture")] = ()
    right_sizing: Annotated[RightSizing, About("需求核定", "right-sizing")]
    replicas: Annotated[tuple[ReplicaRule, ...], About("灾备副本", "disaster-recovery copies")] = ()
    residency: Annotated[
        tuple[ResidencyRule, ...],
        About("数据驻留：各种要求允许的机房", "where data have to stay, by the ledger's words"),
    ] = ()
    weights: Annotated[Weights, About("目标权重", "weights of the objective")]
    importance: Annotated[Importance, About("系统权重", "weight of a system")]
    placement: Annotated[PlacementCost, About("放置费用", "placement cost")]
    department_parallel: Annotated[DepartmentParallel, About("单位并行上限", "parallel limit of departments")]
    freeze: Annotated[FreezeRule, About("封网判定", "when a week is blocked")]
    calendars: Annotated[tuple[Id, ...], About("采用的日历", "ids of the calendars that hold")]
    deadlines: Annotated[Deadlines, About("期限", "deadlines")]
    relations: Annotated[Relations, About("先后关系", "relations")]

    def team(self, team_id: str) -> PlannedTeam:
        """The team of that id.

        Raises:
            KeyError: there is none.
        """
        for team in self.teams:
            if team.id == team_id:
                return team
        raise KeyError(team_id)

    def mistakes(self) -> Iterator[Mistake]:
        """Unknown teams, size classes that end with limits, changes of amount out of order."""
        yield from super().mistakes()
        for field in ("teams", "size_classes", "replicas", "residency"):
            yield from repeated_ids(getattr(self, field), (field,))
        teams = {team.id for team in self.teams}
        for place, size in enumerate(self.size_classes):
            for index, effort in enumerate(size.effort):
                if effort.team not in teams:
                    yield Mistake(("size_classes", place, "effort", index, "team"), _no_team(effort.team, teams))
        for index, effort in enumerate(self.clean_up.effort):
            if effort.team not in teams:
                yield Mistake(("clean_up", "effort", index, "team"), _no_team(effort.team, teams))
        for place, change in enumerate(self.arch_changes):
            if change.lab_team is not None and change.lab_team not in teams:
                yield Mistake(("arch_changes", place, "lab_team"), _no_team(change.lab_team, teams))
        if not self.size_classes:
            yield Mistake(("size_classes",), Text("至少要有一个级别", "at least one class is needed"))
        elif any(limit is not None for limit in _limits(self.size_classes[-1])):
            text = Text("最后一个级别不得有上限，否则大系统无级别可归", "the last class must have no limits")
            yield Mistake(("size_classes", len(self.size_classes) - 1), text)
        for place, team in enumerate(self.teams):
            days = [change.from_on for change in team.changes]
            if days != sorted(set(days)):
                yield Mistake(
                    ("teams", place, "changes"), Text("应按日期先后排列且不重复", "must be in the order of dates")
                )


def _limits(size: SizeClass) -> tuple[int | None, ...]:
    return (size.max_servers, size.max_data_gib, size.max_dependencies, size.max_mlps_level)


def _no_team(team: str, known: set[str]) -> Text:
    listed = ", ".join(sorted(known)) or "-"
    return Text(f"团队“{team}”不存在，已有：{listed}", f"there is no team {team!r}; known: {listed}")
