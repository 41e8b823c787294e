"""`plan show` on paper of any width: tables that keep weeks and numbers whole and leave columns out where it is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from catalogs.words import tr
from planner.explain.unscheduled_words import RESOURCES
from planner.view.view import PlanView, Row, peak
from planner.view.words import (
    approval,
    lateness,
    left_out_counts,
    percent,
    progress,
    quality,
    scheduled,
    why_not,
    without_week,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDE = 110  # columns of the terminal from which on the wider tables are shown
MOST_LISTED = 10  # of the unscheduled; the page has them all
MOST_PEAKS = 5  # of pools, and of teams


def print_overview(console: Console, view: PlanView) -> None:
    """The plan as a whole: what, how good, targets, waves, what is fullest, who is not in it."""
    title = view.known.plan_id or view.problem.name
    weeks = view.problem.weeks
    console.print(
        tr(
            f"{title}　{approval(view)}　{view.problem.first_week} 起 {weeks} 周",
            f"{title}  {approval(view)}  {weeks} weeks from {view.problem.first_week}",
        ),
        style="bold",
    )
    for text in (scheduled(view), quality(view), lateness(view), progress(view), *view.known.cautions):
        console.print(f"· {text}")
    if view.targets:
        console.print(_targets(view))
    console.print(_waves(console, view))
    console.print(_fullest(view))
    _print_outside(console, view)


def print_rows(console: Console, view: PlanView, rows: Sequence[Row]) -> None:
    """Systems of one wave or department; what is the same in all rows stands in the title."""
    wide = console.width >= WIDE
    one_wave, one_department = len({row.week for row in rows}) == 1, len({row.department for row in rows}) == 1
    columns: list[tuple[str, bool, list[str]]] = []
    if not one_wave:
        columns.append((tr("批次", "wave"), True, [str(row.wave or "") for row in rows]))
        columns.append((tr("割接周", "cut-over"), True, [view.week(row.week) or tr("未排期", "none") for row in rows]))
    columns.append((tr("序", "#"), True, [str(row.order) if row.week is not None else "" for row in rows]))
    columns.append((tr("系统", "system"), False, [row.name for row in rows]))
    if not one_department:
        columns.append((tr("单位", "department"), False, [row.department_name for row in rows]))
    columns.append((tr("资源池", "pool"), True, [row.pool or "" for row in rows]))
    columns.append((tr("灾备池", "replica"), True, [row.replica_pool or "" for row in rows]))
    if wide:
        columns.append((tr("开始", "begins"), True, [view.week(row.begins) or "" for row in rows]))
        columns.append((tr("规模", "class"), True, [row.size_class or "" for row in rows]))
        columns.append((tr("须在其后", "follows"), False, ["、".join(map(view.name_of, row.after)) for row in rows]))
    columns.append((tr("晚（周）", "late"), True, [str(row.late_weeks or "") for row in rows]))
    table = plain_table(_rows_title(view, rows, one_wave=one_wave, one_department=one_department))
    kept = [column for column in columns if any(column[2])]
    for heading, whole, _ in kept:
        table.add_column(heading, no_wrap=whole, overflow="fold")
    for cells in zip(*(cells for _, _, cells in kept), strict=True):
        table.add_row(*cells)
    console.print(table)


def _rows_title(view: PlanView, rows: Sequence[Row], *, one_wave: bool, one_department: bool) -> str:
    count = tr(f"{len(rows)} 个系统", f"{len(rows)} systems")
    parts = [rows[0].department_name] if one_department else []
    week = rows[0].week
    if one_wave and week is not None:
        on = view.cut_over_on(week)
        parts.append(
            tr(
                f"第 {rows[0].wave} 批　{view.week(week)}（割接日 {on}）",
                f"wave {rows[0].wave}  {view.week(week)} ({on})",
            )
        )
    return "　".join([*parts, count])


def print_system(console: Console, view: PlanView, row: Row) -> None:
    """All that the plan says of one system."""
    console.print(f"{row.name}（{row.system}）", style="bold")
    for label, value in _facts(view, row):
        if value:
            console.print(f"  {label}：{value}" if tr("zh", "en") == "zh" else f"  {label}: {value}")
    asked = f"govcloud plan explain --system {row.system}"
    console.print(tr(f"  为何排在这一周：{asked}", f"  why this week: {asked}"), style="dim")


def _facts(view: PlanView, row: Row) -> list[tuple[str, str]]:
    """Label and value of every known fact; unknown ones are empty and left out."""
    demand, replica = amounts_text(view, row.demand), amounts_text(view, row.replica_demand)
    when = tr("未排期", "not scheduled")
    if row.week is not None:
        when = tr(
            f"第 {row.wave} 批，{view.week(row.week)}（割接日 {view.cut_over_on(row.week)}），{view.week(row.begins)} 开始实施",
            f"wave {row.wave}, {view.week(row.week)} (cut-over on {view.cut_over_on(row.week)}), work from {view.week(row.begins)}",
        )
    return [
        (tr("单位", "department"), row.department_name),
        (tr("割接", "cut-over"), when),
        (tr("未排期的原因", "why no week"), str(why_not(view, row.system)) if row.system in view.reasons else ""),
        (tr("资源池", "pool"), f"{view.pool_name(row.pool)}（{row.pool}）　{demand}" if row.pool else ""),
        (tr("灾备池", "replica"), f"{view.pool_name(row.replica_pool)}　{replica}" if row.replica_pool else ""),
        (tr("目标规格", "flavours"), "、".join(f"{flavor} × {count}" for flavor, count in row.servers)),
        (tr("规模等级", "size class"), row.size_class or ""),
        (tr("等保级别", "MLPS level"), str(row.mlps_level or "")),
        (tr("割接窗口（小时）", "window, hours"), str(row.cutover_hours or "")),
        (tr("试运行（周）", "trial run, weeks"), "" if row.trial_run_weeks is None else str(row.trial_run_weeks)),
        (tr("应完成周", "due"), view.week(row.due_week) or ""),
        (tr("截止周", "deadline"), view.week(row.deadline_week) or ""),
        (tr("晚几周", "weeks late"), str(row.late_weeks or "")),
        (tr("须在其后", "follows"), "、".join(map(view.name_of, row.after))),
        (tr("须在其前", "precedes"), "、".join(map(view.name_of, row.before))),
        (tr("同周割接", "same week as"), "、".join(map(view.name_of, row.together))),
        *(
            (tr(f"{weeks} 周之内", f"within {weeks} weeks of"), "、".join(map(view.name_of, others)))
            for weeks, others in row.within
        ),
        (tr("联系人编号", "contact ids"), "、".join(row.contacts)),
        (tr("锁定", "pinned"), tr("是", "yes") if row.pinned else ""),
    ]


def amounts_text(view: PlanView, amounts: Sequence[int]) -> str:
    """What is held, in the order of the resources, with units."""
    resources = zip(view.problem.resources, amounts, strict=False)
    return tr("、", ", ").join(f"{amount:,} {RESOURCES.get(name, name)}" for name, amount in resources)


def plain_table(title: str) -> Table:
    """A table without frame that fits any width."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    return Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, show_edge=False)


def _targets(view: PlanView) -> Table:
    table = plain_table(tr("目标", "targets"))
    for heading, right in (
        (tr("到", "by"), False), (tr("至少", "at least"), True), (tr("计划", "planned"), True), (tr("结果", "result"), False),
        (tr("依据", "from"), False),
    ):  # fmt: skip
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for target in view.targets:
        met = target.planned >= target.at_least
        table.add_row(
            view.week(target.by_week), f"{target.at_least:,}", f"{target.planned:,}",
            tr("达到", "met") if met else tr("未达到", "missed"), str(target.text or ""),
        )  # fmt: skip
    return table


def _waves(console: Console, view: PlanView) -> Table:
    table = plain_table(tr("批次", "waves"))
    for heading in (tr("批次", "wave"), tr("割接周", "week"), tr("割接日", "day")):
        table.add_column(heading, no_wrap=True)
    for heading in (tr("系统", "systems"), tr("单位", "departments"), tr("累计", "so far")):
        table.add_column(heading, justify="right")
    table.add_column("")
    most = max((wave.systems for wave in view.waves), default=1)
    room = max(4, console.width - 62)
    for wave in view.waves:
        bar = "█" * max(1, round(wave.systems / most * min(40, room)))
        table.add_row(
            str(wave.number), view.week(wave.week), view.cut_over_on(wave.week), f"{wave.systems:,}",
            str(wave.departments), f"{wave.so_far:,}", bar,
        )  # fmt: skip
    return table


def _fullest(view: PlanView) -> Table:
    """The fullest resource of each pool and the fullest teams, the tightest first."""
    table = plain_table(tr("最紧的资源池和力量（峰值）", "fullest pools and teams (peak)"))
    for heading, right in (
        (tr("名称", "name"), False), (tr("资源", "resource"), False), (tr("周", "week"), False), (tr("占用", "used"), True),
        (tr("可用", "of"), True), (tr("占比", "share"), True),
    ):  # fmt: skip
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for share, cells in (*_tightest(_pool_peaks(view)), *_tightest(_team_peaks(view))):
        table.add_row(*cells, percent(share))
    return table


_Peak = tuple[float, tuple[str, ...]]


def _tightest(peaks: list[_Peak]) -> list[_Peak]:
    return sorted(peaks, key=lambda pair: -pair[0])[:MOST_PEAKS]


def _pool_peaks(view: PlanView) -> list[_Peak]:
    """The fullest resource of each pool, in its fullest week."""
    found: list[_Peak] = []
    for pool in dict.fromkeys(load.pool for load in view.pools):
        load = max((one for one in view.pools if one.pool == pool), key=lambda one: peak(one) or 0)
        at = load.peak_week
        numbers = (f"{load.held[at]:,}", f"{load.capacity[at]:,}")
        resource = str(RESOURCES.get(load.resource, load.resource))
        found.append((peak(load) or 0, (view.pool_name(pool) or pool, resource, str(view.week(at)), *numbers)))
    return found


def _team_peaks(view: PlanView) -> list[_Peak]:
    """Each team in its fullest period, shown by the first week of it."""
    found: list[_Peak] = []
    for team in view.teams:
        if team.fullest is not None:
            period, used = team.fullest
            name = str(view.known.teams.get(team.team, team.team))
            found.append(
                (used / period.amount, (name, "", str(view.week(period.from_week)), f"{used:,}", f"{period.amount:,}"))
            )
    return found


def _print_outside(console: Console, view: PlanView) -> None:
    rows = view.unscheduled
    for place, text in enumerate(without_week(view)):
        console.print(f"  · {text}" if place else str(text), style="yellow")
    for row in rows[:MOST_LISTED]:
        console.print(f"  {row.name}{tr('：', ': ')}{why_not(view, row.system)}")
    if len(rows) > MOST_LISTED:
        console.print(
            tr(
                f"  …… 另有 {len(rows) - MOST_LISTED} 个，原因见页面或 plan show --system",
                f"  … {len(rows) - MOST_LISTED} more: see the page, or plan show --system",
            )
        )
    counts = left_out_counts(view)
    if counts:
        listed = "；".join(tr(f"{text.zh} {number} 个", f"{text.en}: {number}") for text, number in counts)
        console.print(tr(f"不在计划内 {sum(n for _, n in counts)} 个：{listed}", f"not planned: {listed}"))
    console.print(
        tr(
            "细看：plan show --wave N、--department 单位、--system 系统；整页图表：govcloud report plan",
            "more: plan show --wave N, --department NAME, --system NAME; the page with charts: govcloud report plan",
        ),
        style="dim",
    )
