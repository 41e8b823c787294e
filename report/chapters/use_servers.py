"""The servers, one row for each stretch in which a server did not change: what all other tables of use add up."""

from __future__ import annotations

from datetime import timedelta

from catalogs.words import Text
from report.chapters.use_parts import COVERAGE, use_cells, use_columns
from report.chapters.view import NO_SYSTEM, RECORDS, STINTS_FILE, TELEMETRY, View, unit_then
from report.facts import Piece
from report.figures import Cell, Column, Table


def servers_table(view: View) -> Table:
    """All pieces, by server and day."""
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
            *use_columns(sums=False),
            Column(key="coverage", label=COVERAGE.label, kind="ratio"),
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
        *use_cells(view.now, [piece]),
    )  # fmt: skip
