"""Columns and cells that the tables of use share: mean, mean of daily peaks and peak of each resource, and coverage."""

from __future__ import annotations

from collections.abc import Sequence

from catalogs.words import Text
from report.chapters.use_figures import how_weighted
from report.chapters.view import Seen, View
from report.facts import RESOURCE_NAMES, RESOURCES, Piece
from report.figures import Cell, Column
from report.month_use import coverage_share, share


def use_columns(*, sums: bool = True) -> list[Column]:
    """Three columns for each resource; `sums` where a sheet adds up the rows of servers."""
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


def use_cells(seen: Seen, pieces: Sequence[Piece]) -> list[Cell]:
    """The cells of those columns, and the coverage of CPU."""
    cells: list[Cell] = []
    for resource in RESOURCES:
        uses = seen.uses_of(resource, pieces)
        cells += [share(uses), share(uses, "daily_peak"), share(uses, "peak")]
    return [*cells, coverage_share(seen.uses_of("cpu", pieces))]


def group_cells(seen: Seen, pieces: Sequence[Piece]) -> list[Cell]:
    """What stands at the end, then the use."""
    standing = [piece.server for piece in pieces if piece.stands]
    return [len(standing), sum(server.vcpu or 0 for server in standing), *use_cells(seen, pieces)]


GROUP_COLUMNS = (
    Column(key="servers", label=Text("云主机（台）", "servers"), kind="count", sums="servers"),
    Column(key="vcpu", label=Text("vCPU（核）", "vCPU"), kind="vcpu", sums="vcpu"),
)
COVERAGE = Column(key="coverage", label=Text("CPU覆盖率", "CPU coverage"), kind="ratio", sums="coverage")


def how_dated(view: View) -> Text:
    """The basis of tables by owner."""
    weighted = how_weighted(view)
    return Text(
        f"{weighted.zh}；月内换了归属的云主机，每一天算给当天的归属；台数和 vCPU 是期末的",
        f"{weighted.en}; each day of a server counts for its owner of that day; servers and vCPU are those at the end",
    )
