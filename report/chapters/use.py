"""三、资源使用: mean, peak and 均峰值 of each resource, weighted and simple; by zone, by unit, by day, by server."""

from __future__ import annotations

from catalogs.words import Text
from inventory.telemetry.query import Measured
from report.chapters import Chapter
from report.chapters.use_figures import comprehensive_use, how_weighted, use_figures
from report.chapters.use_parts import COVERAGE, GROUP_COLUMNS, group_cells, how_dated, use_columns
from report.chapters.use_servers import servers_table
from report.chapters.view import RECORDS, STINTS_FILE, TELEMETRY, View, unit_then
from report.facts import RESOURCE_NAMES, RESOURCES
from report.figures import Cell, Column, Share, Table
from report.month_use import share


def use(view: View) -> Chapter:
    """Use of the whole cloud, and tables by zone, unit, day, system and server."""
    figures = [figure for resource in RESOURCES for figure in use_figures(view, resource)]
    figures.append(comprehensive_use(view, figures))
    groups = (
        _by_group(view, "use.zones", Text("各网络区域资源使用", "use by zone"), "zone", Text("区域", "zone")),
        _by_group(view, "use.units", Text("各单位资源使用", "use by unit"), "unit", Text("单位", "unit")),
    )
    return Chapter(figures=tuple(figures), tables=(*groups, _daily(view), _systems(view), servers_table(view)))


def _by_group(view: View, table_id: str, title: Text, key: str, label: Text) -> Table:
    groups = view.now.grouped(view.zone_then if key == "zone" else unit_then)
    rows = [(name, *group_cells(view.now, pieces)) for name, pieces in groups]
    if key == "unit":
        rows.sort(key=_by_cpu)
    return Table(
        id=table_id,
        title=title,
        columns=(Column(key=key, label=label), *GROUP_COLUMNS, *use_columns(), COVERAGE),
        rows=tuple(rows),
        total=(Text("合计", "total"), *group_cells(view.now, view.now.pieces)),
        basis=how_dated(view),
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
        basis=how_weighted(view),
        origins=(TELEMETRY, RECORDS),
    )


def _systems(view: View) -> Table:
    rows = [
        (system.id, system.name, view.now.unit_of_system(system, pieces), *group_cells(view.now, pieces))
        for system, pieces in view.now.by_system()
    ]
    return Table(
        id="use.systems",
        title=Text("各信息系统资源使用", "use by system"),
        columns=(
            Column(key="system_id", label=Text("系统编号", "system id")),
            Column(key="system", label=Text("系统名称", "system")),
            Column(key="unit", label=Text("单位名称", "unit")),
            *GROUP_COLUMNS,
            *use_columns(),
            COVERAGE,
        ),
        rows=tuple(rows),
        basis=how_dated(view),
        origins=(TELEMETRY, RECORDS, STINTS_FILE),
        detail="detail.servers",
        by=(("system_id", "system_id"),),
    )
