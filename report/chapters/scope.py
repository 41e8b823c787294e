"""一、报告期与范围: what was counted, and what was left out with its reason. Classified systems are only counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from catalogs.words import Text
from report.chapters import Chapter
from report.chapters.view import PARAMETERS_FILE, RECORDS, View
from report.counted import use_told
from report.facts import RESOURCES, Resource
from report.figures import Column, Figure, Table, Unit
from report.month_use import capacity_of

_ALLOCATED: dict[str, tuple[Unit, Text]] = {
    "cpu": ("vcpu", Text("已分配 vCPU", "vCPU allocated")),
    "memory": ("gib", Text("已分配内存", "memory allocated")),
    "storage": ("gib", Text("已分配存储", "storage allocated")),
}


_DETAIL = {"cpu": "vcpu", "memory": "memory_gib", "storage": "disk_gib"}


def scope(view: View) -> Chapter:
    """Units, systems, servers, allocated amounts; excluded ones by reason."""
    figures = (
        *_counted(view),
        *_not_named(view),
        _hours(view),
        *(_allocated(view, resource) for resource in RESOURCES),
    )
    return Chapter(figures=figures, tables=(_exclusions(view),))


def _counted(view: View) -> Iterator[Figure]:
    now = view.now
    systems = {server.system_id for server in now.servers if server.system_id in now.systems}
    units = {unit for server in now.servers if isinstance(unit := now.unit_of(server), str)}
    counted = Text(
        "月末存量；不含涉密系统和下表列明的排除项",
        "at month's end; without classified systems and the exclusions listed",
    )
    unowned = sum(server.system_id not in now.systems for server in now.servers)
    yield _count("scope.units", Text("使用单位", "units"), len(units), counted)
    yield _count("scope.systems", Text("信息系统", "systems"), len(systems), counted)
    yield _count("scope.servers", Text("云主机", "servers"), len(now.servers), counted)
    yield _count(
        "scope.servers_without_system", Text("未归属系统的云主机", "servers of no known system"), unowned, counted
    )


def _not_named(view: View) -> Iterator[Figure]:
    yield Figure(
        id="scope.classified",
        label=Text("涉密系统（仅计数）", "classified systems (only counted)"),
        unit="count",
        numerator=view.now.moment.classified_count,
        basis=Text("涉密系统不采集明细，只计数量；其云主机的规格计入分配，使用率一律不计，也不在合计里", "of classified systems nothing but their number is kept; the sizes of their servers count as allocated, their use is in no rate and no total"),
        origins=(PARAMETERS_FILE,),
    )  # fmt: skip
    yield _count(
        "scope.servers_without_use",
        Text("使用率不计的云主机（涉密系统）", "servers whose use is not told (classified systems)"),
        sum(not use_told(server) for server in view.now.servers),
        Text("只计入规模和分配", "they count in amounts and allocation only"),
    )
    yield Figure(
        id="scope.secrecy_unknown",
        label=Text("密级未定的系统（仅计数）", "systems of unknown secrecy (only counted)"),
        unit="count",
        numerator=view.now.moment.secrecy_unknown_count,
        basis=Text("密级未定，由保密部门认定前不列明细；其云主机计入总量", "no details before a ruling; their servers count in totals"),
        origins=(PARAMETERS_FILE,),
    )  # fmt: skip


def _hours(view: View) -> Figure:
    return Figure(
        id="scope.hours",
        label=Text("每台应采集小时数", "hours expected per server"),
        unit="hours",
        numerator=((view.now.until - view.now.month.first_on).days + 1) * 24,
        basis=Text("自然月天数 × 24，北京时间", "days of the month × 24, Asia/Shanghai"),
        origins=(PARAMETERS_FILE,),
    )


def _allocated(view: View, resource: Resource) -> Figure:
    unit, label = _ALLOCATED[resource]
    servers = view.now.servers
    known = [capacity for server in servers if (capacity := capacity_of(server, resource)) is not None]
    return Figure(
        id=f"scope.allocated.{resource}",
        label=label,
        unit=unit,
        numerator=sum(known) if known or not servers else None,
        covered=len(known),
        expected=len(servers),
        detail=("detail.servers", _DETAIL[resource]),
        basis=Text(
            "各云主机规格之和；覆盖率按规格已知的台数计", "sum over servers; coverage counts servers of known size"
        ),
        origins=(RECORDS,),
        why_unknown=None if known or not servers else Text("没有一台的规格已知", "no server's size is known"),
    )


def _count(figure_id: str, label: Text, count: int, basis: Text) -> Figure:
    origins = (RECORDS,)
    return Figure(id=figure_id, label=label, unit="count", numerator=count, basis=basis, origins=origins)


def _exclusions(view: View) -> Table:
    counts = Counter(reason for _, reason in view.now.excluded)
    rows: list[tuple[Text, int, int | None]] = []
    for reason, count in sorted(counts.items()):
        known = [s.vcpu for s, why in view.now.excluded if why == reason and s.vcpu is not None]
        rows.append((reason, count, sum(known) if known else None))
    return Table(
        id="scope.excluded",
        title=Text("未纳入统计的服务器及原因", "servers left out, and why"),
        columns=(
            Column(key="reason", label=Text("原因", "reason")),
            Column(key="servers", label=Text("台数", "servers"), kind="count"),
            Column(key="vcpu", label=Text("vCPU（核）", "vCPU"), kind="vcpu"),
        ),
        rows=tuple(rows),
        basis=Text("每台恰有一个排除原因", "each has exactly one reason"),
        origins=(RECORDS,),
        empty=Text("没有排除任何服务器", "no server was left out"),
    )
