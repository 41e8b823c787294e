"""A plan's quality in words that a planner reads without knowing the formulas. Shared by terminal, page and sheets."""

from __future__ import annotations

from collections import Counter

from catalogs.words import Text
from planner.build.built import REASONS
from planner.explain.unscheduled_words import counts_by_cause, scarce_text, unscheduled_text
from planner.view.view import PlanView

PARTS: dict[str, tuple[Text, Text]] = {
    "lateness": (
        Text("迟于应完成周", "late"),
        Text("Σ 权重 × 晚几周", "Σ weight × weeks after the due week"),
    ),
    "early": (
        Text("越早越好", "early is better"),
        Text("Σ 权重 × 割接周（未排期按惩罚周计）", "Σ weight × cut-over week (unscheduled ones at the penalty week)"),
    ),
    "curve": (
        Text("序时进度欠账", "behind the wanted progress"),
        Text("欠账权重 × Σ 各时点少完成的系统数", "weight of the curve × Σ systems missing at its points"),
    ),
    "placement": (
        Text("资源池费用与位置", "cost of the places"),
        Text(
            "所选资源池的费用、跨机房和变动的代价之和",
            "cost of the pools chosen, of pairs at two sites, and of moves away from the earlier plan",
        ),
    ),
}
"""Name and formula of each part of the value. Source: planning-problem.md, “Value, bound, gap”."""


def percent(ratio: float) -> str:
    """A share as percent; never 0 % or 100 % unless it is exactly that."""
    if ratio <= 0 or ratio == 1:
        return f"{100 * ratio:.0f} %"
    if ratio < 0.001:
        return "< 0.1 %"
    return "> 99.9 %" if 0.999 < ratio < 1 else f"{100 * ratio:.1f} %"


def quality(view: PlanView) -> Text:
    """How good the plan is, proven."""
    plan = view.plan
    if view.optimal:
        return Text(
            f"已证明最优：不存在更好的方案（目标值 {plan.value:,}，越小越好）",
            f"proven optimal: no better plan exists (value {plan.value:,}, smaller is better)",
        )
    share = percent(plan.gap_ratio)
    return Text(
        f"目标值 {plan.value:,}（越小越好）；已证明任何方案都不低于 {plan.bound:,}，所以最多还能改进 {share}",
        f"value {plan.value:,} (smaller is better); proven: no plan is below {plan.bound:,}, so at most {share} can be gained",
    )


def scheduled(view: PlanView) -> Text:
    """How many move, in how many waves, and who does not."""
    moved, systems, waves = len(view.plan.moves), len(view.problem.systems), len(view.waves)
    last = f"，最后一批 {view.week(view.waves[-1].week)}" if view.waves else ""
    zh = f"排入 {moved} / {systems} 个系统，分 {waves} 个批次{last}"
    en = f"{moved} of {systems} systems in {waves} waves" + (
        f", the last one in {view.week(view.waves[-1].week)}" if view.waves else ""
    )
    return Text(zh, en)


def why_not(view: PlanView, system: str) -> Text:
    """Why a system has no week, and what would give it one; names in place of ids."""
    return view.with_names(unscheduled_text(view.problem, view.known, view.reasons[system]))


def without_week(view: PlanView) -> list[Text]:
    """How many systems have no week and for which causes, then what all systems together lack."""
    if not view.reasons:
        return []
    counts = counts_by_cause(tuple(view.reasons.values()))
    head = Text(
        f"未排期 {len(view.reasons)} 个：" + "，".join(f"{text.zh} {number} 个" for text, number in counts),
        f"{len(view.reasons)} without a week: " + ", ".join(f"{text.en} {number}" for text, number in counts),
    )
    return [head, *(scarce_text(view.known, one) for one in view.scarce)]


def scheduled_of(view: PlanView, department: str) -> Text:
    """How many of one department's systems move, and in how many waves."""
    rows = [row for row in view.rows if row.department == department]
    weeks = sorted({row.week for row in rows if row.week is not None})
    moved = sum(row.week is not None for row in rows)
    last = view.week(weeks[-1]) if weeks else None
    zh = f"本单位 {len(rows)} 个系统，排入 {moved} 个，分 {len(weeks)} 个批次" + (f"，最后一批 {last}" if last else "")
    en = f"{moved} of this department's {len(rows)} systems in {len(weeks)} waves"
    return Text(zh, en + (f", the last one in {last}" if last else ""))


def lateness(view: PlanView, department: str | None = None) -> Text:
    """Who comes after the due week: of all, or of one department."""
    rows = [row for row in view.rows if department in (None, row.department)]
    late = [row for row in rows if row.late_weeks and row.week is not None]
    weeks = sum(row.late_weeks for row in late)
    if not late:
        return Text("没有一个系统晚于应完成周", "no system comes after its due week")
    return Text(
        f"{len(late)} 个系统晚于应完成周，合计晚 {weeks} 周",
        f"{len(late)} systems come after their due week, {weeks} weeks in all",
    )


def progress(view: PlanView) -> Text:
    """Whether the wanted progress is kept."""
    if not view.curve:
        return Text("没有设序时进度", "no progress curve is set")
    behind = [point for point in view.curve if point.planned < point.at_least]
    if not behind:
        return Text(
            f"序时进度 {len(view.curve)} 个时点全部达到",
            f"all {len(view.curve)} points of the wanted progress are kept",
        )
    worst = max(behind, key=lambda point: (point.at_least - point.planned, -point.week))
    return Text(
        f"序时进度 {len(view.curve)} 个时点中 {len(behind)} 个没有达到，"
        f"最多差 {worst.at_least - worst.planned} 个（{view.week(worst.week)}）",
        f"{len(behind)} of {len(view.curve)} points of the wanted progress are missed, "
        f"by {worst.at_least - worst.planned} at most ({view.week(worst.week)})",
    )


def left_out_counts(view: PlanView) -> list[tuple[Text, int]]:
    """How many systems of the inventory are not planned, by reason; the most frequent first."""
    counts: Counter[str] = Counter()
    for item in view.known.left_out:
        counts[item["reason"]] += int(item["count"])
    order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(REASONS[reason], number) for reason, number in order]  # type: ignore[index]


def approval(view: PlanView) -> Text:
    """What was decided on the plan."""
    by = view.known.approval_by
    match view.known.approval:
        case "approved":
            return Text(f"已批准（{by}）" if by else "已批准", f"approved ({by})" if by else "approved")
        case "refused":
            return Text(f"已否决（{by}）" if by else "已否决", f"refused ({by})" if by else "refused")
        case _:
            return Text("尚未审批", "not decided on yet")
