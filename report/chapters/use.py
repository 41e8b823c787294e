"""三、资源使用: mean, peak and 均峰值 of each resource, weighted and simple; by zone, by unit, by day, by server."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta

from catalogs.words import Text
from inventory.telemetry_query import Measured
from report.chapters import Chapter
from report.chapters.view import NO_SYSTEM, RECORDS, STINTS_FILE, TELEMETRY, Seen, View, unit_then
from report.facts import RESOURCE_NAMES, RESOURCES, Piece, Resource
from report.figures import Cell, Column, Figure, Share, Table
from report.month_use import Statistic, coverage, share

_WEIGHTED = Text(
    "Σ使用量·时 ÷ Σ规格·时（按规格和时间加权），只计有采样的时间；未测得的不按 0 计",
    "Σ used·h ÷ Σ given·h (weighted by capacity and time) over measured time; what was not measured is not 0",
)
_DATED = Text(
    f"{_WEIGHTED.zh}；月内换了归属的云主机，每一天算给当天的归属；台数和 vCPU 是期末的",
    f"{_WEIGHTED.en}; each day of a server counts for its owner of that day; servers and vCPU are those at the end",
)
_STATISTICS: tuple[tuple[Statistic, Text, Text], ...] = (
    ("mean", Text("平均使用率", "mean use"), _WEIGHTED),
    (
        "simple",
        Text("平均使用率（简单平均）", "mean use (simple)"),
        Text("各云主机平均使用率的算术平均", "arithmetic mean over servers"),
    ),
    (
        "daily_peak",
        Text("均峰值", "mean of daily peaks"),
        Text("每日最高采样按规格加权平均", "mean of the daily maxima, weighted by capacity"),
    ),
    (
        "peak",
        Text("峰值", "peak"),
        Text("任一云主机月内最高的一个采样", "the highest single sample of any server in the month"),
    ),
)
_WHY = Text("本期没有采样", "no samples in this period")


def use(view: View) -> Chapter:
    """Use of the whole cloud, and tables by zone, unit, day, system and server."""
    figures = [figure for resource in RESOURCES for figure in _figures(view.now, resource)]
    figures.append(comprehensive_use(view, figures))
    groups = (
        _by_group(view, "use.zones", Text("各网络区域资源使用", "use by zone"), "zone", Text("区域", "zone")),
        _by_group(view, "use.units", Text("各单位资源使用", "use by unit"), "unit", Text("单位", "unit")),
    )
    return Chapter(figures=tuple(figures), tables=(*groups, _daily(view), _systems(view), _servers(view)))


def _figures(seen: Seen, resource: Resource) -> Iterable[Figure]:
    uses = seen.uses_of(resource)
    name, (covered, expected) = RESOURCE_NAMES[resource], coverage(uses)
    for statistic, label, basis in _STATISTICS:
        found = share(uses, statistic)
        yield Figure(
            id=f"use.{resource}.{statistic}",
            label=Text(f"{name.zh}{label.zh}", f"{name.en}: {label.en}"),
            unit="ratio",
            numerator=found.numerator,
            denominator=found.denominator,
            covered=covered,
            expected=expected,
            basis=basis,
            origins=(TELEMETRY, RECORDS),
            why_unknown=None if found.value is not None else _WHY,
        )
    p95 = seen.moment.p95_percent.get(resource)
    yield Figure(
        id=f"use.{resource}.p95",
        label=Text(f"{name.zh} P95", f"{name.en}: P95"),
        unit="ratio",
        numerator=p95,
        denominator=None if p95 is None else 100,
        covered=covered,
        expected=expected,
        basis=Text(
            "全部采样的 95 百分位（1% 分箱，误差 ±1 个百分点）", "95th percentile of all samples (1 % bins, ± 1 point)"
        ),
        origins=(TELEMETRY, RECORDS),
        why_unknown=None if p95 is not None else _WHY,
    )


def comprehensive_use(view: View, figures: Iterable[Figure]) -> Figure:
    """综合利用率 = a·U_cpu + b·U_mem + c·U_sto with weights and averaging of the profile; n/a where a part is not known."""
    known = {figure.id: figure for figure in figures}
    which = "mean" if view.facts.averaging == "capacity-weighted" else "simple"
    terms = tuple((view.facts.weights[resource], f"use.{resource}.{which}") for resource in RESOURCES)
    return weighted_sum(
        "use.comprehensive", Text("综合使用率", "comprehensive use"), terms, known,
        basis=Text("按政策画像的权重相加", "the rates of CPU, memory and storage by the profile's weights"),
    )  # fmt: skip


def weighted_sum(
    figure_id: str, label: Text, terms: tuple[tuple[float, str], ...], known: dict[str, Figure], *, basis: Text
) -> Figure:
    """Σ weight × rate; not known where one of the rates with a weight is not known. Its coverage is the least of them."""
    parts = [(weight, known[of]) for weight, of in terms if weight]
    missing = [part.label for _, part in parts if part.value is None]
    least = min(parts, key=lambda pair: _coverage_ratio(pair[1]))[1] if parts else None
    formula = " + ".join(f"{weight:g}×{known[of].label.zh}" for weight, of in terms)
    return Figure(
        id=figure_id,
        label=label,
        unit="ratio",
        numerator=None if missing or not parts else math.fsum(weight * (part.value or 0) for weight, part in parts),
        denominator=1,
        covered=least.covered if least else None,
        expected=least.expected if least else None,
        basis=Text(f"{basis.zh}：{formula}", basis.en),
        origins=tuple(sorted({origin for _, part in parts for origin in part.origins})),
        terms=terms,
        why_unknown=Text("缺少：" + "、".join(t.zh for t in missing), "missing: " + ", ".join(t.en for t in missing))
        if missing
        else None,
    )


def _coverage_ratio(figure: Figure) -> float:
    return (figure.covered or 0) / figure.expected if figure.expected else 0.0


def _use_columns(*, sums: bool = True) -> list[Column]:
    columns = []
    for resource in RESOURCES:
        name = RESOURCE_NAMES[resource]
        columns.append(
            Column(
                key=resource,
                label=Text(f"{name.zh}平均", f"{name.en} mean"),
                kind="ratio",
                sums=resource if sums else None,
            )
        )
        key = f"{resource}_daily_peak"
        columns += [
            Column(
                key=key,
                label=Text(f"{name.zh}均峰值", f"{name.en} daily peak"),
                kind="ratio",
                sums=key if sums else None,
            ),
            Column(key=f"{resource}_peak", label=Text(f"{name.zh}峰值", f"{name.en} peak"), kind="ratio"),
        ]
    return columns


def _use_cells(seen: Seen, pieces: Sequence[Piece]) -> list[Cell]:
    cells: list[Cell] = []
    for resource in RESOURCES:
        uses = seen.uses_of(resource, pieces)
        cells += [share(uses), share(uses, "daily_peak"), share(uses, "peak")]
    covered, expected = coverage(seen.uses_of("cpu", pieces))
    return [*cells, Share(numerator=covered, denominator=expected)]


def _group_cells(seen: Seen, pieces: Sequence[Piece]) -> list[Cell]:
    standing = [piece.server for piece in pieces if piece.stands]
    return [len(standing), sum(server.vcpu or 0 for server in standing), *_use_cells(seen, pieces)]


_GROUP_COLUMNS = (
    Column(key="servers", label=Text("云主机（台）", "servers"), kind="count", sums="servers"),
    Column(key="vcpu", label=Text("vCPU（核）", "vCPU"), kind="vcpu", sums="vcpu"),
)
_COVERAGE = Column(key="coverage", label=Text("CPU覆盖率", "CPU coverage"), kind="ratio", sums="coverage")


def _by_group(view: View, table_id: str, title: Text, key: str, label: Text) -> Table:
    groups = view.now.grouped(view.zone_then if key == "zone" else unit_then)
    rows = [(name, *_group_cells(view.now, pieces)) for name, pieces in groups]
    if key == "unit":
        rows.sort(key=_by_cpu)
    return Table(
        id=table_id,
        title=title,
        columns=(Column(key=key, label=label), *_GROUP_COLUMNS, *_use_columns(), _COVERAGE),
        rows=tuple(rows),
        total=(Text("合计", "total"), *_group_cells(view.now, view.now.pieces)),
        basis=_DATED,
        origins=(TELEMETRY, RECORDS, STINTS_FILE),
        detail="detail.servers",
        by=((key, key),),
    )


def _by_cpu(row: tuple[Cell, ...]) -> float:
    """The most used first, those without a rate last."""
    found = row[3]
    value = found.value if isinstance(found, Share) else None
    return 1.0 if value is None else -value


def _daily(view: View) -> Table:
    by_day: dict[int, dict[str, Measured]] = {}
    for one in view.now.moment.days:
        by_day.setdefault(one.part, {})[one.metric] = one
    rows: list[tuple[Cell, ...]] = []
    for place, period in enumerate(view.now.month.days(view.now.until)):
        found = by_day.get(place, {})
        measured = found["cpu"].measured_servers if "cpu" in found else 0
        rows.append(
            (period.start_on.isoformat(), measured, *(share([found[r]] if r in found else []) for r in RESOURCES))
        )
    return Table(
        id="use.days",
        title=Text("逐日平均使用率", "mean use by day"),
        columns=(
            Column(key="day", label=Text("日期", "day")),
            Column(key="measured", label=Text("有 CPU 采样的云主机", "servers with CPU samples"), kind="count"),
            *(
                Column(key=r, label=Text(f"{RESOURCE_NAMES[r].zh}使用率", f"{RESOURCE_NAMES[r].en} use"), kind="ratio")
                for r in RESOURCES
            ),
        ),
        rows=tuple(rows),
        basis=_WEIGHTED,
        origins=(TELEMETRY, RECORDS),
    )


def _systems(view: View) -> Table:
    rows = [
        (system.id, system.name, view.now.unit_of_system(system, pieces), *_group_cells(view.now, pieces))
        for system, pieces in view.now.by_system()
    ]
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
        basis=_DATED,
        origins=(TELEMETRY, RECORDS, STINTS_FILE),
        detail="detail.servers",
        by=(("system_id", "system_id"),),
    )


def _servers(view: View) -> Table:
    return Table(
        id="detail.servers",
        title=Text("云主机明细", "servers"),
        columns=(
            Column(key="server_id", label=Text("云主机编号", "server id")),
            Column(key="first_on", label=Text("起（含）", "from")),
            Column(key="last_on", label=Text("止（含）", "to (inclusive)")),
            Column(key="system_id", label=Text("系统编号", "system id")),
            Column(key="system", label=Text("系统名称", "system")),
            Column(key="unit", label=Text("单位名称", "unit")),
            Column(key="zone", label=Text("区域", "zone")),
            Column(key="technology", label=Text("类别", "technology")),
            Column(key="vcpu_then", label=Text("当时 vCPU", "vCPU then"), kind="vcpu"),
            Column(key="memory_gib_then", label=Text("当时内存（GiB）", "memory then (GiB)"), kind="gib"),
            Column(key="disk_gib_then", label=Text("当时存储（GiB）", "storage then (GiB)"), kind="gib"),
            Column(key="servers", label=Text("期末台数", "servers at the end"), kind="count"),
            Column(key="vcpu", label=Text("期末 vCPU（核）", "vCPU at the end"), kind="vcpu"),
            Column(key="memory_gib", label=Text("期末内存（GiB）", "memory at the end (GiB)"), kind="gib"),
            Column(key="disk_gib", label=Text("期末存储（GiB）", "storage at the end (GiB)"), kind="gib"),
            *_use_columns(sums=False),
            Column(key="coverage", label=_COVERAGE.label, kind="ratio"),
        ),
        rows=tuple(_server_row(view, piece) for piece in view.now.pieces),
        basis=Text(
            "月内换了单位、系统、资源池或规格的云主机，每一段一行，归属和规格是那几天的；分子为使用量·时，分母为规格·时；"
            "期末台数和规格只计期末在册的最后一段，其余记 0",
            "a server that changed unit, system, pool or size has a row for each stretch, with owner and size of those days; "
            "numerator used·h, denominator given·h; amounts at the end are those of servers that still stand, else 0",
        ),
        origins=(TELEMETRY, RECORDS, STINTS_FILE),
    )


def _server_row(view: View, piece: Piece) -> tuple[Cell, ...]:
    server, system, lived = piece.server, piece.system, piece.stint.lived
    sizes: tuple[Cell, ...] = (server.vcpu, server.memory_gib, server.disk_gib)
    first_on = lived.start_on.isoformat() if lived else None
    last_on = (lived.end_on - timedelta(days=1)).isoformat() if lived else None
    return (
        server.id, first_on, last_on, system.id if system else None, system.name if system else NO_SYSTEM, unit_then(piece),
        view.zone_then(piece), view.technology_then(piece), *sizes, *((1, *sizes) if piece.stands else (0, 0, 0, 0)),
        *_use_cells(view.now, [piece]),
    )  # fmt: skip
