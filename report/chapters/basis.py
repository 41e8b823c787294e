"""八、数据覆盖 and 九、统计口径: what was not measured, from which sources, with which thresholds and whose."""

from __future__ import annotations

from collections.abc import Iterable

from catalogs.words import Text
from inventory.model import Server
from inventory.telemetry.query import Measured
from report.chapters import Chapter
from report.chapters.view import CATALOGS, RECORDS, TELEMETRY, View
from report.counted import use_told
from report.facts import LOCAL_ZONE, RESOURCE_NAMES, RESOURCES, Resource
from report.figures import Cell, Column, Figure, Share, Table
from report.month_use import HOUR_SECONDS, capacity_of, coverage, coverage_share, enough

GAP_NAMES = {
    "unreadable": Text("无法读取", "unreadable"),
    "ambiguous": Text("有歧义，待答复", "ambiguous"),
    "missing": Text("必填项为空", "missing"),
    "conflict": Text("来源之间不一致", "conflict"),
    "credential": Text("含账号口令，已隐去", "credential, masked"),
    "check": Text("合计不符", "totals do not add up"),
    "unmatched": Text("无法归属", "unmatched"),
    "partial": Text("来源只应答了一部分", "partial answer"),
}


def basis(view: View) -> Chapter:
    """Coverage of each resource, servers without a rate, sources, gaps, parameters."""
    figures = [_coverage(view, resource) for resource in RESOURCES]
    figures += [_off(view), _gaps_figure(view)]
    return Chapter(
        figures=tuple(figures),
        tables=(_coverage_table(view), _unmeasured(view), _sources(view), _gaps(view), _parameters(view)),
    )


def _coverage(view: View, resource: Resource) -> Figure:
    found = coverage_share(view.now.uses_of(resource))
    expected, name = found.denominator, RESOURCE_NAMES[resource]
    return Figure(
        id=f"coverage.{resource}",
        label=Text(f"{name.zh}数据覆盖率", f"{name.en} coverage"),
        unit="ratio",
        numerator=found.numerator if expected else None,
        denominator=expected or None,
        note=found.note,
        basis=_hours_basis(view),
        origins=(TELEMETRY, RECORDS),
        why_unknown=None if expected else Text("没有纳入统计的云主机", "no server counts"),
    )


def _hours_basis(view: View) -> Text:
    zh, en = "有效小时数 ÷ 应采集小时数，所有纳入统计的云主机", "valid hours ÷ expected hours, all servers that count"
    if not view.facts.count_off_as_zero:
        return Text(zh, en)
    return Text(
        f"{zh}；按画像计 0 的关机时间算有效，另列关机小时数",
        f"{en}; switched-off hours that the profile counts as 0 are valid, and listed apart",
    )


def _off(view: View) -> Figure:
    zero = view.facts.count_off_as_zero
    return Figure(
        id="coverage.off_hours",
        label=Text("关机小时数", "hours switched off"),
        unit="hours",
        numerator=sum(use.off_seconds for use in view.now.uses_of("cpu")) / HOUR_SECONDS,
        basis=Text(f"已知关机日期之后没有采样的时间；{'按 0 % 计入' if zero else '不计入'}使用率（政策画像）",
                   f"time without samples after a known switch-off; {'counts as 0 %' if zero else 'does not count'} (profile)"),
        origins=(TELEMETRY, RECORDS),
    )  # fmt: skip


def _gaps_figure(view: View) -> Figure:
    return Figure(
        id="coverage.gaps",
        label=Text("台账和采集缺口", "gaps of ledgers and collection"),
        unit="count",
        numerator=sum(view.facts.gap_counts.values()),
        basis=Text(
            "读不出、有歧义、缺失或冲突的数据，每处一条",
            "one for each datum that is unreadable, ambiguous, missing or in conflict",
        ),
        origins=(RECORDS,),
    )


def _coverage_table(view: View) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for resource in RESOURCES:
        hours = coverage_share(view.now.uses_of(resource))
        told = [server for server in view.now.measured if use_told(server)]
        measured = [server for server in told if _is_measured(view, server, resource)]
        size = Share(numerator=_size(measured, resource), denominator=_size(told, resource))
        count = Share(numerator=len(measured), denominator=len(told))
        rows.append((RESOURCE_NAMES[resource], hours, count, size))
    return Table(
        id="coverage.resources",
        title=Text("数据覆盖", "coverage"),
        columns=(
            Column(key="resource", label=Text("资源", "resource")),
            Column(key="hours", label=Text("小时覆盖率", "hours"), kind="ratio"),
            Column(key="servers", label=Text("达标云主机", "servers measured"), kind="ratio"),
            Column(key="capacity", label=Text("达标规格占比", "capacity measured"), kind="ratio"),
        ),
        rows=tuple(rows),
        basis=Text(
            f"达标：小时覆盖率不低于 {view.facts.coverage_min_ratio:.0%} ；{_hours_basis(view).zh}",
            f"measured: hours covered ≥ {view.facts.coverage_min_ratio:.0%}; {_hours_basis(view).en}",
        ),
        origins=(TELEMETRY, RECORDS),
    )


def _size(servers: Iterable[Server], resource: Resource) -> float:
    return sum(capacity_of(server, resource) or 0 for server in servers)


def _is_measured(view: View, server: Server, resource: Resource) -> bool:
    return enough([view.now.uses[server.id, resource]], view.facts.coverage_min_ratio)


def _why_unmeasured(use: Measured) -> Text:
    if use.covered_seconds:
        return Text("覆盖率低于下限", "coverage below the limit")
    if use.off_seconds:
        return Text("整月关机", "switched off all month")
    return Text("整月没有采样", "no samples at all")


def _unmeasured(view: View) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for server in filter(use_told, view.now.measured):
        for resource in RESOURCES:
            use = view.now.uses[server.id, resource]
            if not _is_measured(view, server, resource):
                covered, expected = coverage([use])
                hours = Share(numerator=covered, denominator=expected)
                rows.append(
                    (
                        server.id,
                        view.now.system_name(server),
                        view.now.unit_of(server),
                        RESOURCE_NAMES[resource],
                        hours,
                        _why_unmeasured(use),
                    )
                )
    return Table(
        id="coverage.unmeasured",
        title=Text("覆盖率不足的云主机", "servers with too little coverage"),
        columns=(
            Column(key="server_id", label=Text("云主机编号", "server id")),
            Column(key="system", label=Text("系统名称", "system")),
            Column(key="unit", label=Text("单位名称", "unit")),
            Column(key="resource", label=Text("资源", "resource")),
            Column(key="hours", label=Text("小时覆盖率", "hours"), kind="ratio"),
            Column(key="why", label=Text("原因", "why")),
        ),
        rows=tuple(rows),
        basis=Text(
            "没有采样的时间不进入使用率的分子和分母，也不按 0 计",
            "time without samples stands in neither numerator nor denominator, and is not 0",
        ),
        origins=(TELEMETRY, RECORDS),
        empty=Text("全部测得", "all were measured"),
    )


def _sources(view: View) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for source in view.facts.sources:
        state = Text("完整", "complete") if source.complete else source.why_partial or Text("不完整", "partial")
        taken = source.taken_at.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
        rows.append(
            (
                source.source,
                source.collector,
                taken,
                source.record_count,
                state,
                source.snapshot_id,
                source.content_sha256[:16],
            )
        )
    return Table(
        id="basis.sources",
        title=Text("数据来源", "sources"),
        columns=(
            Column(key="source", label=Text("来源", "source")),
            Column(key="collector", label=Text("采集方式", "collector")),
            Column(key="taken", label=Text("采集时间（北京时间）", "taken (Asia/Shanghai)")),
            Column(key="records", label=Text("记录数", "records"), kind="count"),
            Column(key="state", label=Text("完整性", "complete"), kind="status"),
            Column(key="snapshot", label=Text("快照编号", "snapshot")),
            Column(key="sha256", label=Text("内容摘要（前 16 位）", "SHA-256 (16 digits)")),
        ),
        rows=tuple(rows),
        basis=Text("截止时点前每个来源最近一次完整的快照", "each source's latest complete snapshot"),
        origins=(RECORDS,),
    )


def _gaps(view: View) -> Table:
    return Table(
        id="basis.gaps",
        title=Text("数据缺口", "gaps"),
        columns=(
            Column(key="kind", label=Text("类别", "kind")),
            Column(key="count", label=Text("处数", "count"), kind="count"),
        ),
        rows=tuple(
            (GAP_NAMES.get(kind, Text(kind, kind)), count) for kind, count in sorted(view.facts.gap_counts.items())
        ),
        basis=Text("govcloud inventory gaps 列出每一处", "govcloud inventory gaps lists each"),
        origins=(RECORDS,),
    )


def _parameters(view: View) -> Table:
    return Table(
        id="basis.parameters",
        title=Text("统计口径：参数、来源与把握程度", "parameters, their sources and how sure they are"),
        columns=(
            Column(key="name", label=Text("参数", "parameter")),
            Column(key="value", label=Text("取值", "value")),
            Column(key="source", label=Text("来源", "source")),
            Column(key="confidence", label=Text("把握", "confidence"), kind="status"),
        ),
        rows=tuple((one.name, one.value, one.source, one.confidence) for one in view.facts.parameters),
        basis=Text(
            "V 已与原文核对；P 文件属实、内容未核；U 通行做法，可改的默认值，不是规定",
            "V checked against the text; P document exists; U practice, a default that may be changed",
        ),
        origins=(CATALOGS,),
    )
