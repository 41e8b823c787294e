"""Usage rates as tables for a terminal: good at 80 columns, more of them where there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from catalogs.words import Text, tr
from inventory.telemetry.form import METRICS, Period
from inventory.usage.allocation import ALLOCATED_KINDS
from inventory.usage.rates import BASIS, ONLY_OFF, RATED, Rate
from inventory.usage.view import Reading, UsageView

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

BY: Mapping[str, Text] = {
    "city": Text("全市", "the city"),
    "department": Text("单位", "department"),
    "system": Text("系统", "system"),
    "server": Text("服务器", "server"),
    "pool": Text("资源池", "pool"),
    "zone": Text("网络区域", "zone"),
    "xinchuang": Text("信创/非信创", "domestic technology or not"),
    "cloud": Text("云", "cloud"),
    "tier": Text("存储类型", "storage tier"),
}
NARROW, ROOMY, WIDE = 100, 120, 130
_MEANS = (
    ("cpu", "weighted_mean", Text("CPU", "CPU")),
    ("memory", "weighted_mean", Text("内存", "memory")),
    ("storage", "weighted_mean", Text("存储", "storage")),
    ("combined", "combined", Text("综合", "combined")),
)
_MORE = (
    ("cpu", "simple_mean", Text("CPU 简单", "CPU simple")),
    ("cpu", "mean_daily_peak", Text("CPU 均峰值", "CPU daily peaks")),
    ("cpu", "peak", Text("CPU 峰值", "CPU peak")),
    ("cpu", "p95", Text("CPU P95", "CPU p95")),
)
_STATISTICS = (
    ("weighted_mean", Text("加权平均", "mean")),
    ("simple_mean", Text("简单平均", "simple")),
    ("mean_daily_peak", Text("均峰值", "daily")),
    ("hour_peak", Text("小时峰值", "hour")),
    ("peak", Text("峰值", "peak")),
    ("p95", Text("P95", "p95")),
    ("mean_amount", Text("平均", "mean")),
    ("peak_amount", Text("峰值", "peak")),
)
_ALLOCATION = (
    ("allocation", Text("期间平均", "period")),
    ("allocation_end", Text("期末", "end")),
    ("allocation_with_orders", Text("加锁单", "+ orders")),
    ("allocation_platform", Text("平台自报", "platform")),
)
_NAMES = {**{name: metric.label for name, metric in METRICS.items()}, "combined": Text("综合", "combined")}
OFF_MARK = Text("关机计0", "off: 0")
SHORT_MARK = Text("关机", "off")  # where there is no room
READINGS = {"use": Text("按使用率", "read as use"), "allocation": Text("按分配率", "read as allocation")}


def print_usage(console: Console, view: UsageView, metrics: Sequence[str]) -> None:
    """All tables, then what each column means."""
    single = metrics[0] if len(metrics) == 1 else None
    shown = _one_metric(view, single) if single else _columns(view, console.width)
    console.print(_use_table(view, shown, wide=console.width >= WIDE))
    used = [statistic for _, statistic, _ in shown]
    if view.compared is not None:
        console.print(_change_table(view, view.compared, single, wide=console.width >= NARROW))
    if view.by in ALLOCATED_KINDS and not single:
        console.print(_allocation_table(view, wide=console.width >= NARROW))
        used += [statistic for statistic, _ in _ALLOCATION]
    for reading in view.readings:
        console.print(_reading_line(reading))
    if len(view.readings) > 1:
        console.print(
            tr(
                "文件没有写明公式，两种读法都列出，由主管部门认定。",
                "The text gives no formula: both readings are shown.",
            )
        )
    for statistic in dict.fromkeys(used):
        labels = [str(label) for _, other, label in shown if other == statistic]
        console.print(
            f"{tr('、', ', ').join(labels)}{tr('：', ': ')}{BASIS[statistic]}" if labels else f"{BASIS[statistic]}",
            style="dim",
        )
    console.print(_how_measured(view), style="dim")
    if view.classified_servers:
        console.print(classified_line(view.classified_servers), style="dim")
    if view.note is not None and view.by in ALLOCATED_KINDS and not single:
        console.print(f"{tr('注意：', 'note: ')}{view.note}", style="yellow")


def _columns(view: UsageView, width: int) -> list[tuple[str, str, Text]]:
    """The means; with room also the statistics of CPU."""
    have = {(rate.metric, rate.statistic) for rate in view.rates}
    wanted = [*_MEANS, *(_MORE if width >= ROOMY else [])]
    return [column for column in wanted if column[:2] in have]


def _one_metric(view: UsageView, metric: str) -> list[tuple[str, str, Text]]:
    have = {(rate.metric, rate.statistic) for rate in view.rates}
    found = [(metric, statistic, label) for statistic, label in _STATISTICS if (metric, statistic) in have]
    of_bandwidth = Text("占申报带宽", "of bandwidth")
    return [
        (m, s, of_bandwidth if METRICS[m].capacity is None and s == "weighted_mean" else label) for m, s, label in found
    ]


def _a_table(title: str, first: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 1), title_justify="left")
    table.add_column(first, overflow="fold", min_width=8)
    return table


def _days(period: Period) -> str:
    last = period.end_on - timedelta(days=1)
    return tr(f"{period.start_on} 至 {last}（{period.days} 天）", f"{period.start_on} to {last} ({period.days} days)")


def _measured(rate: Rate) -> float | None:
    """The coverage; that of samples alone where there is nothing but switched-off time."""
    return rate.coverage if rate.note is None else rate.measured_coverage


def _off_share(rate: Rate) -> float | None:
    return rate.off_counted_seconds / rate.expected_seconds if rate.expected_seconds else None


def _use_table(view: UsageView, shown: Sequence[tuple[str, str, Text]], *, wide: bool) -> Table:
    what = (
        tr("网络流量（Mbit/s）", "network traffic (Mbit/s)")
        if "network" in {metric for metric, *_ in shown}
        else tr("使用率", "usage")
    )
    table = _a_table(f"{what} {_days(view.period)}", str(BY[view.by]))
    for *_, label in shown:
        table.add_column(str(label), justify="right")
    table.add_column(tr("覆盖率", "cover"), justify="right")
    off_counted = wide and any(rate.off_counted_seconds for rate in view.rates)
    if off_counted:
        table.add_column(tr("其中关机", "of it off"), justify="right")
    table.add_column(tr("有数据天数", "days with data") if wide else tr("天数", "days"), justify="right", no_wrap=True)
    table.add_column(
        tr("台数（测到/全部）", "servers (measured/all)") if wide else tr("台数", "servers"),
        justify="right",
        no_wrap=True,
    )
    metrics = list(dict.fromkeys(metric for metric, *_ in shown if metric in METRICS))
    for group, found in view.found().items():
        rows = [rate for metric in metrics if (rate := _first(found, metric)) is not None]
        if not rows:
            continue
        cells = [_value(found.get((metric, statistic))) for metric, statistic, _ in shown]
        counts = rows[0]
        table.add_row(
            view.name(group), *cells, _together([percent(_measured(rate)) for rate in rows]),
            *([_together([percent(_off_share(rate)) for rate in rows])] if off_counted else []),
            _together([f"{rate.days}/{view.period.days}" for rate in rows]), f"{counts.measured_servers}/{counts.servers}",
        )  # fmt: skip
    return table


def _first(found: Mapping[tuple[str, str], Rate], metric: str) -> Rate | None:
    return found.get((metric, "mean_amount")) or found.get((metric, "weighted_mean"))


def _together(texts: Sequence[str]) -> str:
    """One text where all are the same, else all of them, in the order of the columns."""
    return texts[0] if len(set(texts)) == 1 else "\n".join(texts)


def _value(rate: Rate | None) -> str:
    if rate is None or rate.ratio is None:
        return "n/a"
    if rate.note is not None:
        return str(OFF_MARK) if rate.ratio == 0 else f"{percent(rate.ratio)}*"
    if rate.statistic in ("mean_amount", "peak_amount"):
        return f"{rate.ratio:,.2f}"
    return percent(rate.ratio)


def _change_table(view: UsageView, compared: Period, single: str | None, *, wide: bool) -> Table:
    """The means with their change; only the changes where there is no room, since the means stand right above."""
    title = tr(f"与 {_days(compared)}相比，百分点", f"against {_days(compared)}, percentage points")
    table = _a_table(title, str(BY[view.by]))
    columns = [column for column in _MEANS if single is None or column[0] == single]
    for *_, label in columns:
        table.add_column(str(label), justify="right", no_wrap=True)
        if wide:
            table.add_column(tr("变化", "change"), justify="right", no_wrap=True)
    table.add_column(tr("上期\n覆盖率", "coverage\nbefore"), justify="right")
    before = view.found(view.before)
    for group, found in view.found().items():
        then = before.get(group, {})
        pairs = [
            _change(found.get((metric, statistic)), then.get((metric, statistic))) for metric, statistic, _ in columns
        ]
        cells = [cell for pair in pairs for cell in (pair if wide else pair[1:])]
        known = [rate for metric, *_ in columns if (rate := _first(then, metric)) is not None]
        if len(found) > 0 and any(key[:2] in found for key in columns):
            table.add_row(
                view.name(group), *cells, _together([percent(_measured(rate)) for rate in known]) if known else "n/a"
            )
    return table


def _change(now: Rate | None, then: Rate | None) -> tuple[str, str]:
    ratios = [rate.ratio if rate else None for rate in (now, then)]
    noted = any(rate is not None and rate.note is not None for rate in (now, then))
    if ratios[0] is None or ratios[1] is None or noted:  # a rule's 0 is nothing to compare with
        return str(SHORT_MARK) if now is not None and now.note is not None else _value(now), "n/a"
    return _value(now), points(ratios[0] - ratios[1])


def points(step: float) -> str:
    """A difference of two ratios in percentage points, with its sign; never 0 unless it is exactly that."""
    if step == 0:
        return "0"
    shown = f"{step * 100:+.1f}"
    return shown if float(shown) else ("<+0.1" if step > 0 else ">-0.1")


def _allocation_table(view: UsageView, *, wide: bool) -> Table:
    line = "" if wide else "\n"  # two lines where there is no room for both numbers
    table = _a_table(tr("分配率", "allocation"), str(BY[view.by]))
    table.add_column(tr("资源", "resource" if wide else "what"), no_wrap=True)
    for _, label in _ALLOCATION:
        table.add_column(str(label).replace(" ", line or " "), justify="right", no_wrap=True)
    table.add_column(tr(f"已分配/{line}可分配", "held/total"), justify="right", no_wrap=True)
    ends = [rate for rate in view.rates if rate.statistic == "allocation_end" and rate.expected_seconds]
    partly = any((rate.coverage or 0) < 1 for rate in ends)  # some server's size is not known
    if partly:
        table.add_column(tr(f"规格{line}已知", "sized"), justify="right", no_wrap=True)
    for group, found in view.found().items():
        for first, metric in enumerate(metric for metric in RATED if (metric, "allocation_end") in found):
            end = found.get((metric, "allocation_end"))
            assert end is not None
            cells = [_value(found.get((metric, statistic))) for statistic, _ in _ALLOCATION]
            held = "n/a" if end.numerator is None else f"{end.numerator / 1e6:,.0f}/{line}{end.denominator / 1e6:,.0f}"
            sized = [percent(end.coverage)] if partly else []
            table.add_row("" if first else view.name(group), str(_NAMES[metric]), *cells, held, *sized)
    return table


def _reading_line(reading: Reading) -> str:
    rate = reading.rate
    value = _value(rate)
    coverage = percent(_measured(rate) if rate else None)
    head = f"{reading.clause} {tr('综合利用率', 'combined rate')} ≥ {reading.target_ratio:.0%}"
    return f"{head}  {READINGS[reading.reading]}{tr('：', ': ')}{value}  {reading.verdict}{tr(f'（云上，覆盖率 {coverage}）', f' (on clouds, coverage {coverage})')}"


def classified_line(servers: int) -> str:
    """That the servers of classified systems are in no rate of use, and how many there are."""
    return tr(
        f"涉密系统的 {servers} 台服务器不计入任何使用率，也不在合计里；规格计入分配率。",
        f"{servers} servers of classified systems are in no rate of use and in no total; their sizes count as allocated.",
    )


def _nothing_measured(view: UsageView) -> bool:
    """Whether no group has any measured use: a month before the monitoring began, or whose files never came."""
    use = [
        rate for rate in view.rates if (rate.metric, rate.statistic) in {(metric, kind) for metric, kind, _ in _MEANS}
    ]
    return bool(use) and all(rate.ratio is None or rate.note is not None for rate in use)


def _how_measured(view: UsageView) -> str:
    off = (
        tr("计入，按没有使用", "counts as unused")
        if view.basis.powered_off == "zero"
        else tr("不计入", "does not count")
    )
    weights = tr("、", ", ").join(f"{_NAMES[metric]} {weight}" for metric, weight in view.basis.weights)
    text = tr(
        f"权重：{weights}。关机时间：{off}。n/a：没有测到，不是 0。",
        f"Weights: {weights}. Switched-off time {off}. n/a: not measured, not 0.",
    )
    if any(rate.note is not None for rate in (*view.rates, *view.before)):
        text += _off_rule(view)
    if _nothing_measured(view):
        text = tr("这一期没有任何样本：一个数也没有测到。", "No samples in this period: nothing was measured. ") + text
    if view.changed_on:
        days = tr("、", ", ").join(str(day) for day in view.changed_on[:6])
        more = "…" if len(view.changed_on) > 6 else ""
        text += tr(
            f" 期间归属或规格有变化，按变化日分段：{days}{more}。",
            f" Owners or sizes changed within the period and count by day: {days}{more}.",
        )
    return text


def _off_rule(view: UsageView) -> str:
    """What the mark of a rate without a measured second means, and whose rule it is."""
    source = tr(f"，来源：{view.off_source}", f", source: {view.off_source}") if view.off_source else ""
    return tr(
        f" {ONLY_OFF}：没有一秒测到，只知道服务器关机，按政策画像 usage.powered_off: zero 计 0{source}；* 为综合利用率里有这样的资源。",
        f" {ONLY_OFF}: no second was measured, the servers are only known to be off, 0 by the profile's usage.powered_off: zero{source}; * marks a combined rate with such a part.",
    )


def percent(ratio: float | None) -> str:
    """A ratio as percent; never 0 % or 100 % unless it is exactly that, `n/a` where it is not known."""
    from inventory.zombies.findings import percent as spaced

    return spaced(ratio).replace(" %", "%")
