"""三、资源使用: mean, peak and 均峰值 of each resource, weighted and simple; by zone, by unit, by day, by server."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

from catalogs.words import Text
from inventory.model import Server
from report.chapters import Chapter
from report.chapters.view import DAYS_FILE, SERVERS_FILE, SYSTEMS_FILE, Seen, View
from report.facts import RESOURCE_NAMES, RESOURCES, Resource
from report.figures import UNMEASURED, Cell, Column, Figure, Share, Table
from report.month_use import Use, capacity_of, coverage, simple, weighted

_WEIGHTED = Text(
    "Σ(规格 × 利用率) ÷ Σ 规格，只计覆盖率达标的云主机；未测得的不按 0 计",
    "Σ(capacity × use) ÷ Σ capacity over servers with enough coverage; what was not measured is not 0",
)
_SIMPLE = Text("各云主机利用率的算术平均", "arithmetic mean over servers")
_STATISTICS: tuple[tuple[str, Text], ...] = (
    ("mean_ratio", Text("平均使用率", "mean use")),
    ("daily_peak_ratio", Text("均峰值", "mean of daily peaks")),
    ("peak_ratio", Text("峰值", "peak")),
)
_STATISTIC_IDS = {"mean_ratio": "mean", "daily_peak_ratio": "daily_peak", "peak_ratio": "peak"}
_WHY = Text("没有一台达到覆盖率下限", "no server reaches the coverage limit")


def use(view: View) -> Chapter:
    """Use of the whole cloud, and tables by zone, unit, day and server."""
    figures = [figure for resource in RESOURCES for figure in _figures(view.now, resource)]
    figures += [comprehensive_use(view, figures)]
    groups = (
        _by_group(view, "use.zones", Text("各网络区域资源使用", "use by zone"), "zone", Text("区域", "zone")),
        _by_group(view, "use.units", Text("各单位资源使用", "use by unit"), "unit", Text("单位", "unit")),
    )
    return Chapter(figures=tuple(figures), tables=(*groups, _daily(view), _systems(view), _servers(view)))


def _figures(seen: Seen, resource: Resource) -> list[Figure]:
    uses = seen.uses_of(resource)
    name, (covered, expected) = RESOURCE_NAMES[resource], coverage(uses)
    found = []
    for which, label in _STATISTICS:
        share = weighted(uses, which)
        extra = {"daily_peak_ratio": Text(";均峰值 = 每日最大值的平均", "; 均峰值 = mean of the daily maxima"), "peak_ratio": Text(";峰值 = 各云主机月内最大采样值", "; peak = each server's highest sample of the month")}.get(which, Text("", ""))
        found.append(
            Figure(
                id=f"use.{resource}.{_STATISTIC_IDS[which]}",
                label=Text(f"{name.zh}{label.zh}（按规格加权）", f"{name.en}: {label.en} (weighted)"),
                unit="ratio",
                numerator=share.numerator,
                denominator=share.denominator,
                covered=covered,
                expected=expected,
                basis=Text(_WEIGHTED.zh + extra.zh, _WEIGHTED.en + extra.en),
                origins=(DAYS_FILE, SERVERS_FILE),
                why_unknown=None if share.value is not None else _WHY,
            )
        )
    plain = simple(uses)
    found.append(
        Figure(
            id=f"use.{resource}.simple",
            label=Text(f"{name.zh}平均使用率（简单平均）", f"{name.en}: mean use (simple)"),
            unit="ratio",
            numerator=plain.numerator,
            denominator=plain.denominator,
            covered=covered,
            expected=expected,
            basis=_SIMPLE,
            origins=(DAYS_FILE,),
            why_unknown=None if plain.value is not None else _WHY,
        )
    )
    return found


def comprehensive_use(view: View, figures: Iterable[Figure]) -> Figure:
    """综合利用率 = a·U_cpu + b·U_mem + c·U_sto with weights and averaging of the profile; n/a where a part is not known."""
    known = {figure.id: figure for figure in figures}
    which = "mean" if view.facts.averaging == "capacity-weighted" else "simple"
    terms = tuple((view.facts.weights[resource], f"use.{resource}.{which}") for resource in RESOURCES)
    return weighted_sum(
        "use.comprehensive", Text("综合使用率", "comprehensive use"), terms, known,
        basis=Text("按政策画像权重加权的 CPU、内存、存储平均使用率", "mean use of CPU, memory, storage by the profile's weights"),
    )  # fmt: skip


def weighted_sum(
    figure_id: str, label: Text, terms: tuple[tuple[float, str], ...], known: dict[str, Figure], *, basis: Text
) -> Figure:
    """Σ weight × rate; not known where one of the rates with a weight is not known."""
    values = [(weight, known[of].value) for weight, of in terms if weight]
    missing = [known[of].label for weight, of in terms if weight and known[of].value is None]
    parts = [known[of] for _, of in terms]
    formula = " + ".join(f"{weight:g}×{known[of].label.zh}" for weight, of in terms)
    return Figure(
        id=figure_id,
        label=label,
        unit="ratio",
        numerator=None if missing else math.fsum(weight * (value or 0) for weight, value in values),
        denominator=1,
        covered=_sum(part.covered for part in parts),
        expected=_sum(part.expected for part in parts),
        basis=Text(f"{basis.zh}：{formula}", basis.en),
        origins=tuple(sorted({origin for part in parts for origin in part.origins})),
        terms=terms,
        why_unknown=Text("缺少:" + "、".join(t.zh for t in missing), "missing: " + ", ".join(t.en for t in missing)) if missing else None,
    )


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) if known else None


def _use_columns() -> list[Column]:
    columns = []
    for resource in RESOURCES:
        name = RESOURCE_NAMES[resource]
        columns.append(Column(key=resource, label=Text(f"{name.zh}平均", f"{name.en} mean"), kind="ratio", sums=resource))
        if resource != "storage":
            columns += [
                Column(key=f"{resource}_daily_peak", label=Text(f"{name.zh}均峰值", f"{name.en} daily peak"), kind="ratio", sums=f"{resource}_daily_peak"),
                Column(key=f"{resource}_peak", label=Text(f"{name.zh}峰值", f"{name.en} peak"), kind="ratio", sums=f"{resource}_peak"),
            ]
    return columns


def _use_cells(uses: dict[Resource, list[Use]]) -> list[Cell]:
    cells: list[Cell] = []
    for resource in RESOURCES:
        cells.append(weighted(uses[resource]))
        if resource != "storage":
            cells += [weighted(uses[resource], "daily_peak_ratio"), weighted(uses[resource], "peak_ratio")]
    return cells


def _group_cells(seen: Seen, servers: Iterable[Server]) -> list[Cell]:
    chosen = list(servers)
    uses = {resource: seen.uses_of(resource, chosen) for resource in RESOURCES}
    covered, expected = coverage(uses["cpu"])
    counts: list[Cell] = [len(chosen), sum(server.vcpu or 0 for server in chosen)]
    return [*counts, *_use_cells(uses), Share(numerator=covered, denominator=expected)]


_GROUP_COLUMNS = (
    Column(key="servers", label=Text("云主机（台）", "servers"), kind="count", sums="servers"),
    Column(key="vcpu", label=Text("vCPU（核）", "vCPU"), kind="vcpu", sums="vcpu"),
)
_COVERAGE = Column(key="coverage", label=Text("CPU 覆盖率", "CPU coverage"), kind="ratio", sums="coverage")


def _by_group(view: View, table_id: str, title: Text, key: str, label: Text) -> Table:
    groups = view.now.grouped(view.zone_of if key == "zone" else view.now.unit_of)
    rows = [(name, *_group_cells(view.now, servers)) for name, servers in groups]
    if key == "unit":
        rows.sort(key=_by_cpu)
    return Table(
        id=table_id,
        title=title,
        columns=(Column(key=key, label=label), *_GROUP_COLUMNS, *_use_columns(), _COVERAGE),
        rows=tuple(rows),
        total=(Text("合计", "total"), *_group_cells(view.now, view.now.servers)),
        basis=_WEIGHTED,
        origins=(DAYS_FILE, SERVERS_FILE, SYSTEMS_FILE),
        detail="detail.servers",
        by=((key, key),),
    )


def _by_cpu(row: tuple[Cell, ...]) -> float:
    """The most used first, those without a rate last."""
    share = row[3]
    value = share.value if isinstance(share, Share) else None
    return 1.0 if value is None else -value


def _daily(view: View) -> Table:
    now = view.now
    sums: dict[tuple[date, Resource], list[tuple[float, float]]] = {}
    counted = {server.id: server for server in now.servers}
    for row in view.facts.now.days:
        server = counted.get(row.server_id)
        capacity = capacity_of(server, row.resource) if server else None
        if capacity and now.month.first_on <= row.day <= now.until:
            sums.setdefault((row.day, row.resource), []).append((capacity * row.mean_ratio, capacity))
    rows = []
    for day in now.month.days:
        cells: list[Cell] = []
        for resource in RESOURCES:
            pairs = sums.get((day, resource))
            cells.append(UNMEASURED if not pairs else Share(numerator=math.fsum(u for u, _ in pairs), denominator=math.fsum(c for _, c in pairs)))
        rows.append((day.isoformat(), len(sums.get((day, "cpu"), ())), *cells))
    return Table(
        id="use.days",
        title=Text("逐日平均使用率", "mean use by day"),
        columns=(
            Column(key="day", label=Text("日期", "day")),
            Column(key="measured", label=Text("有 CPU 数据的云主机", "servers with CPU data"), kind="count"),
            *(Column(key=r, label=Text(f"{RESOURCE_NAMES[r].zh}使用率", f"{RESOURCE_NAMES[r].en} use"), kind="ratio") for r in RESOURCES),
        ),
        rows=tuple(rows),
        basis=Text("当日有数据的云主机，按规格加权", "servers with data on the day, weighted by capacity"),
        origins=(DAYS_FILE, SERVERS_FILE),
    )


def _systems(view: View) -> Table:
    by_system: dict[str, list[Server]] = {}
    for server in view.now.servers:
        if server.system_id in view.now.systems:
            by_system.setdefault(str(server.system_id), []).append(server)
    rows = []
    for system_id, servers in sorted(by_system.items()):
        system = view.now.systems[system_id]
        rows.append((system_id, system.name, view.now.unit_of(servers[0]), *_group_cells(view.now, servers)))
    return Table(
        id="use.systems",
        title=Text("各信息系统资源使用", "use by system"),
        columns=(
            Column(key="system_id", label=Text("系统编号", "system id")),
            Column(key="system", label=Text("系统名称", "system")),
            Column(key="unit", label=Text("单位名称", "unit")),
            *_GROUP_COLUMNS,
            *_use_columns(),
            _COVERAGE,
        ),
        rows=tuple(rows),
        basis=_WEIGHTED,
        origins=(DAYS_FILE, SERVERS_FILE, SYSTEMS_FILE),
        detail="detail.servers",
        by=(("system_id", "system_id"),),
    )


def _servers(view: View) -> Table:
    rows = []
    for server in view.now.servers:
        uses = {resource: view.now.uses[server.id, resource] for resource in RESOURCES}
        cells: list[Cell] = []
        for resource in RESOURCES:
            one = uses[resource]
            cells.append(one.share(one.mean_ratio))
            if resource != "storage":
                cells += [one.share(one.daily_peak_ratio), one.share(one.peak_ratio)]
        rows.append(
            (
                server.id, server.system_id if server.system_id in view.now.systems else None,
                view.now.system_name(server), view.now.unit_of(server), view.zone_of(server), view.technology_of(server),
                1, server.vcpu, server.memory_gib, server.disk_gib, *cells,
                Share(numerator=uses["cpu"].covered_hours, denominator=uses["cpu"].expected_hours),
            )
        )  # fmt: skip
    return Table(
        id="detail.servers",
        title=Text("云主机明细", "servers"),
        columns=(
            Column(key="server_id", label=Text("云主机编号", "server id")),
            Column(key="system_id", label=Text("系统编号", "system id")),
            Column(key="system", label=Text("系统名称", "system")),
            Column(key="unit", label=Text("单位名称", "unit")),
            Column(key="zone", label=Text("区域", "zone")),
            Column(key="technology", label=Text("类别", "technology")),
            Column(key="servers", label=Text("台数", "servers"), kind="count"),
            Column(key="vcpu", label=Text("vCPU（核）", "vCPU"), kind="vcpu"),
            Column(key="memory_gib", label=Text("内存（GiB）", "memory (GiB)"), kind="gib"),
            Column(key="disk_gib", label=Text("存储（GiB）", "storage (GiB)"), kind="gib"),
            *(Column(key=c.key, label=c.label, kind=c.kind) for c in _use_columns()),
            Column(key="coverage", label=_COVERAGE.label, kind="ratio"),
        ),
        rows=tuple(rows),
        basis=Text("利用率的分子为 规格 × 利用率，分母为规格；覆盖率未达下限的记 n/a", "numerator = capacity × use, denominator = capacity; n/a below the coverage limit"),
        origins=(DAYS_FILE, SERVERS_FILE),
    )
