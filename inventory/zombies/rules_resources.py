"""Rules about servers: switched off, idle, too large, too small, and whether there is enough data to say so."""

from __future__ import annotations

from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.findings import NOT_IN_OPERATION, Finding, Seen, later_limit, limit_of, not_known, percent
from inventory.zombies.system_facts import SystemFacts


def powered_off(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """All its servers have been switched off for months."""
    months = int(limit_of(facts, rule, "months_off"))
    limit = months_before(as_of_on, months)
    if not facts.servers:
        return not_known("没有找到它的服务器", "none of its servers is known")
    seen = (
        Seen(name=Text("关机服务器", "servers off"), value=facts.servers_off, unit="台", limit=facts.servers),
        Seen(name=Text("全部关机始于", "all off since"), value=facts.off_since.isoformat() if facts.off_since else None, limit=f"<= {limit}"),
    )  # fmt: skip
    if facts.servers_off < facts.servers:
        return Finding(
            hit=False,
            sentence=Text(
                f"{facts.servers} 台服务器中 {facts.servers - facts.servers_off} 台在运行",
                f"{facts.servers - facts.servers_off} of {facts.servers} servers run",
            ),
            seen=seen,
        )
    if facts.off_since is None:
        return Finding(
            hit=None,
            sentence=Text("服务器全部关机，但不知道从何时起", "all servers are off, but not known since when"),
            seen=seen,
        )
    hit = facts.off_since <= limit
    return Finding(
        hit=hit,
        sentence=Text(
            f"全部 {facts.servers} 台服务器自 {facts.off_since} 起关机",
            f"all {facts.servers} servers off since {facts.off_since}",
        ),
        seen=seen,
    )


def idle_resources(facts: SystemFacts, rule: ZombieRule, _as_of_on: date) -> Finding:
    """Z3: every month the mean CPU is low, no hour was busy, network and disks are near silent."""
    mean, peak = limit_of(facts, rule, "cpu_mean_ratio"), limit_of(facts, rule, "cpu_hour_peak_ratio")
    network, coverage = limit_of(facts, rule, "network_mbit_s"), limit_of(facts, rule, "coverage_min_ratio")
    means = [month.cpu_mean_ratio for month in facts.months]
    peaks = [month.cpu_hour_peak_ratio for month in facts.months]
    traffic = [month.network_mbit_s for month in facts.months]
    disk = later_limit(facts, rule, "disk_io_mib_s") or float("inf")
    busy = any(p is not None and p >= peak for p in peaks)
    bursts = _rare_bursts(facts, rule, network) if busy else None
    disks = [month.disk_io_mib_s for month in facts.months]
    seen = (
        Seen(name=Text("各月平均 CPU", "mean CPU by month"), value=" ".join(percent(m) for m in means), limit=f"< {percent(mean)}"),
        *_seen_peaks(max((p for p in peaks if p is not None), default=None), peak, bursts),
        Seen(name=Text("网络流量", "network"), value=max((t for t in traffic if t is not None), default=None), unit="Mbit/s", limit=f"< {network:g}"),
        *((Seen(name=Text("磁盘读写", "disk traffic"), value=max(d for d in disks if d is not None), unit="MiB/s", limit=f"< {disk:g}"),) if any(d is not None for d in disks) else ()),
        Seen(name=Text("数据覆盖率", "coverage"), value=percent(facts.coverage), limit=f">= {percent(coverage)}"),
    )  # fmt: skip
    if any(m is not None and m >= mean for m in means) or (busy and bursts is None):
        return Finding(hit=False, sentence=Text("CPU 有使用", "its CPU is used"), seen=seen)
    if any(t is not None and t >= network for t in traffic):
        return Finding(hit=False, sentence=Text("网络有流量", "its network is used"), seen=seen)
    if any(d is not None and d >= disk for d in disks):
        return Finding(hit=False, sentence=Text("磁盘有读写", "its disks are used"), seen=seen)
    if not means or any(m is None for m in means) or any((month.coverage or 0) < coverage for month in facts.months):
        return Finding(
            hit=None,
            sentence=Text(
                f"采样覆盖率 {percent(facts.coverage)}，低于 {percent(coverage)}",
                f"coverage {percent(facts.coverage)}, below {percent(coverage)}",
            ),
            seen=seen,
        )
    highest, hour = (
        percent(max(m for m in means if m is not None)),
        percent(max((p for p in peaks if p is not None), default=None)),
    )
    zh, en = f"最高小时 {hour}", f"highest hour {hour}"
    if bursts is not None:
        zh = f"只有个别小时繁忙（最高 {hour}），其间网络安静，不算使用"
        en = f"busy in single hours only (highest {hour}) with a silent network, which is no use"
    return Finding(
        hit=True,
        sentence=Text(
            f"连续 {len(means)} 个月平均 CPU 不高于 {highest}，{zh}",
            f"mean CPU at most {highest} for {len(means)} months, {en}",
        ),
        seen=seen,
    )


def _seen_peaks(highest: float | None, peak: float, bursts: tuple[list[float], float] | None) -> tuple[Seen, ...]:
    """The busiest hour against its limit; where single hours are excused, the mean of the daily peaks that excuses them."""
    if bursts is None:
        name = Text("最高小时 CPU", "highest hour of CPU")
        return (Seen(name=name, value=percent(highest), limit=f"< {percent(peak)}"),)
    peaks, limit = bursts
    daily = Text("各月均峰值（每日最高值的平均）", "mean of the daily peaks by month")
    single = Text("最高小时 CPU（个别小时，不算使用）", "highest hour of CPU (single hours, no use)")
    return (
        Seen(name=daily, value=" ".join(percent(p) for p in peaks), limit=f"< {percent(limit)}"),
        Seen(name=single, value=percent(highest)),
    )


def _rare_bursts(facts: SystemFacts, rule: ZombieRule, network: float) -> tuple[list[float], float] | None:
    """The means of the daily peaks and their limit, where busy hours are as rare as a weekly virus scan and the network silent."""
    limit = later_limit(facts, rule, "cpu_daily_peak_ratio")
    peaks = [month.cpu_daily_peak_ratio for month in facts.months]
    known = [p for p in peaks if p is not None]
    if limit is None or len(known) < len(peaks) or any(p >= limit for p in known):
        return None
    silent = all(month.network_mbit_s is not None and month.network_mbit_s < network for month in facts.months)
    return (known, limit) if silent else None


def downsize(facts: SystemFacts, rule: ZombieRule, _as_of_on: date) -> Finding:
    """R3: the mean of the daily peaks of CPU or memory is low in every month: a smaller machine would do."""
    limit = limit_of(facts, rule, "daily_peak_ratio")
    peaks = {
        "CPU": [m.cpu_daily_peak_ratio for m in facts.months],
        "内存": [m.memory_daily_peak_ratio for m in facts.months],
    }
    seen = tuple(Seen(name=Text(f"各月{name}均峰值", f"mean of daily peaks, {name}"), value=" ".join(percent(p) for p in values), limit=f"< {percent(limit)}") for name, values in peaks.items())  # fmt: skip
    low = [name for name, values in peaks.items() if values and all(p is not None and p < limit for p in values)]
    if low:
        return Finding(
            hit=True,
            sentence=Text(
                f"{'、'.join(low)}均峰值连续 3 个月低于 {percent(limit)}",
                f"mean of daily peaks below {percent(limit)} for 3 months",
            ),
            seen=seen,
        )
    if any(p is None for values in peaks.values() for p in values):
        return Finding(hit=None, sentence=Text("采样不全", "samples are missing"), seen=seen)
    return Finding(hit=False, sentence=Text("均峰值不低", "the daily peaks are not low"), seen=seen)


def expand(facts: SystemFacts, rule: ZombieRule, _as_of_on: date) -> Finding:
    """R4: the last month's mean CPU or memory is high, or its disks are nearly full."""
    if not facts.months:
        return not_known("没有采样", "there are no samples")
    month = facts.months[-1]
    limit, disk = limit_of(facts, rule, "mean_ratio"), limit_of(facts, rule, "disk_ratio")
    seen = (
        Seen(name=Text("上月平均 CPU", "mean CPU"), value=percent(month.cpu_mean_ratio), limit=f"> {percent(limit)}"),
        Seen(
            name=Text("上月平均内存", "mean memory"),
            value=percent(month.memory_mean_ratio),
            limit=f"> {percent(limit)}",
        ),
        Seen(name=Text("磁盘", "disks"), value=percent(month.storage_ratio), limit=f"> {percent(disk)}"),
    )
    over = [
        ratio is not None and ratio > bound
        for ratio, bound in (
            (month.cpu_mean_ratio, limit),
            (month.memory_mean_ratio, limit),
            (month.storage_ratio, disk),
        )
    ]
    if any(over):
        names = "、".join(str(s.name.zh) for s, is_over in zip(seen, over, strict=True) if is_over)
        return Finding(hit=True, sentence=Text(f"{names}偏高", "CPU, memory or disks are high"), seen=seen)
    if month.cpu_mean_ratio is None:
        return Finding(hit=None, sentence=Text("上月没有采样", "no samples last month"), seen=seen)
    return Finding(hit=False, sentence=Text("不需要扩容", "no need to grow"), seen=seen)


def insufficient_data(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """R0: too few samples, too young, or not in operation: no verdict from usage."""
    coverage = limit_of(facts, rule, "coverage_min_ratio")
    months = int(limit_of(facts, rule, "months_in_use"))
    young = months_before(as_of_on, months)
    online, status = facts.system.online_on, facts.system.status
    seen = (
        Seen(name=Text("数据覆盖率", "coverage"), value=percent(facts.coverage), limit=f">= {percent(coverage)}"),
        Seen(name=Text("投入使用", "in use since"), value=online.isoformat() if online else None, limit=f"<= {young}"),
    )
    if status in NOT_IN_OPERATION:
        return Finding(
            hit=True, sentence=Text(f"系统状态为“{status}”，不判定", f"its status is {status}: not judged"), seen=seen
        )
    if online is not None and online > young:
        return Finding(
            hit=True,
            sentence=Text(
                f"{online} 才投入使用，不足 {months} 个月", f"in use only since {online}: less than {months} months"
            ),
            seen=seen,
        )
    if facts.coverage is None or facts.coverage < coverage:
        return Finding(
            hit=True,
            sentence=Text(
                f"采样覆盖率 {percent(facts.coverage)}，低于 {percent(coverage)}，数据不足",
                f"coverage {percent(facts.coverage)}, below {percent(coverage)}: too few data",
            ),
            seen=seen,
        )
    return Finding(
        hit=False,
        sentence=Text(f"采样覆盖率 {percent(facts.coverage)}", f"coverage {percent(facts.coverage)}"),
        seen=seen,
    )
