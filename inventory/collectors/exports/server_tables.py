"""Exports with one machine a row: Azure Migrate's and AWS Migration Hub's import files, BlueKing CMDB's host export.

Which headings each has is data; what they share is code. Sources: learn.microsoft.com, *Assess servers using an imported
CSV file*; docs.aws.amazon.com, *Migration Hub import fields*; bk-cmdb, export of hosts (row 3 holds the keys).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from inventory.collectors.departments import stem_without_dates
from inventory.collectors.exports import bk_associations
from inventory.collectors.exports.export_tables import (
    ExportColumn,
    ExportReading,
    ExportRow,
    headings_of,
    key_of,
    rows_of,
)
from inventory.collectors.workbooks.grid import Grid, Workbook
from inventory.model import Collected, Origin, Skipped, Value

_MIB = 1 / 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTable:
    """How one tool writes its machines.

    `signature` are headings that only this tool has; `identity` those that name a machine, best first; `disks` is the
    pattern of the headings of disk sizes (GB), which are added up; `heading_row` counts from 1; `relations` reads sheets of
    relations by their names, after the machines.
    """

    collector: str
    signature: frozenset[str]
    identity: tuple[str, ...]
    columns: tuple[ExportColumn, ...]
    disks: re.Pattern[str] | None = None
    heading_row: int = 1
    first_row: int = 2
    relations: Mapping[str, Callable[[Grid, ExportReading], None]] = field(default_factory=dict)

    def recognises(self, book: Workbook) -> bool:
        """Whether a sheet has this tool's headings."""
        return self._grid(book) is not None

    def _grid(self, book: Workbook) -> Grid | None:
        return next((grid for grid in book.grids if self.signature <= headings_of(grid, self.heading_row)), None)

    def parse(self, book: Workbook) -> Collected:
        """Read one export."""
        out = ExportReading(self.collector, f"{self.collector}:{stem_without_dates(book.file)}", book)
        grid = self._grid(book)
        assert grid is not None
        for number in range(1, self.first_row):
            out.skip(
                out.place(grid.name, number),
                "heading" if number != self.heading_row or self.heading_row == 1 else "machine-key",
            )
        used: Mapping[str, str] = {}
        for row in rows_of(grid, heading_row=self.heading_row, first_row=self.first_row):
            used = row.columns
            self._take(row, grid, out)
        disks = {key: "disk" for key in used if self.disks is not None and self.disks.fullmatch(key)}
        out.account(grid, self.columns, used, disks)
        for other in book.grids:
            if other.name in self.relations:
                self.relations[other.name](other, out)
            elif other is not grid:
                out.skipped.append(
                    Skipped(origin=out.place(other.name), reason="not-a-ledger", detail="sheet, not needed")
                )
        return out.done()

    def _take(self, row: ExportRow, grid: Grid, out: ExportReading) -> None:
        place, own = out.place(grid.name, row.number), row.text(*self.identity)
        if own is None:
            out.nameless(place)
            return
        subject = f"{self.collector}:{own}"
        values = out.fields(row, self.columns, place, subject)
        if values.get("server_name") is None:
            values["server_name"] = values.get("host_name") or own
        if self.disks is not None:
            values["disk"] = self._disk_gib(row, out, place, subject)
        letters = {
            c.field: row.columns[key_of(h)] for c in self.columns for h in c.headings if key_of(h) in row.columns
        }
        out.add("server", subject, values, place, letters)
        out.rows["recorded"] += 1

    def _disk_gib(self, row: ExportRow, out: ExportReading, place: Origin, subject: str) -> Value:
        """The sizes of all disks together; one that cannot be read makes the sum unknown, with a gap at its cell."""
        total, met = 0.0, False
        for heading in row.cells:
            if self.disks is None or not self.disks.fullmatch(heading):
                continue
            size = out.fields(row, (ExportColumn("disk", (heading,)),), place, subject)["disk"]
            if isinstance(size, int | float):
                total, met = total + size, True
            elif row.text(heading):
                return None
        return (int(total) if total.is_integer() else total) if met else None


AZURE_MIGRATE = ServerTable(
    collector="azure_migrate",
    signature=frozenset({"server name", "cores", "memory (in mb)"}),
    identity=("Server name",),
    disks=re.compile(r"disk \d+ size \(in gb\)"),
    columns=(
        ExportColumn("server_name", ("Server name",)), ExportColumn("ip", ("IP addresses",)), ExportColumn("vcpu", ("Cores",)),
        ExportColumn("mem", ("Memory (In MB)",), _MIB), ExportColumn("os_app", ("OS name",)), ExportColumn("cpu_arch", ("OS architecture",)),
        ExportColumn("server_type", ("Server type",)), ExportColumn("cpu_util", ("CPU utilization percentage",), 0.01),
        ExportColumn("mem_util", ("Memory utilization percentage",), 0.01), ExportColumn("storage_used", ("Storage in use (In GB)",)),
    ),
)  # fmt: skip
MIGRATION_HUB = ServerTable(
    collector="migration_hub",
    signature=frozenset({"externalid", "hostname", "ram.totalsizeinmb"}),
    identity=("ExternalId", "SMBiosId", "HostName", "IPAddress"),
    columns=(
        ExportColumn("server_id", ("ExternalId", "SMBiosId")), ExportColumn("server_name", ("VMware.VMName", "HostName")), ExportColumn("host_name", ("HostName",)),
        ExportColumn("ip", ("IPAddress",)), ExportColumn("vcpu", ("CPU.NumberOfLogicalCores", "CPU.NumberOfCores", "CPU.NumberOfProcessors")),
        ExportColumn("mem", ("RAM.TotalSizeInMB",), _MIB), ExportColumn("os_app", ("OS.Name",)), ExportColumn("cpu_util", ("CPU.UsagePct.Avg",), 0.01),
        ExportColumn("cpu_peak_util", ("CPU.UsagePct.Max",), 0.01), ExportColumn("migrate_batch", ("ApplicationWave",)), ExportColumn("sys_name", ("Applications",)),
    ),
)  # fmt: skip
BK_CMDB = ServerTable(
    collector="bk_cmdb",
    signature=frozenset({"bk_host_innerip"}),
    identity=("bk_host_id", "bk_host_innerip", "bk_host_name"),
    heading_row=3,
    first_row=4,
    relations=dict.fromkeys(bk_associations.SHEETS, bk_associations.read_associations),
    columns=(
        ExportColumn("server_id", ("bk_host_id",)), ExportColumn("server_name", ("bk_host_name",)), ExportColumn("host_name", ("bk_host_name",)),
        ExportColumn("ip", ("bk_host_innerip",)), ExportColumn("vcpu", ("bk_cpu",)), ExportColumn("mem", ("bk_mem",), _MIB), ExportColumn("disk", ("bk_disk",)),
        ExportColumn("os_app", ("bk_os_name",)), ExportColumn("cpu_arch", ("bk_cpu_architecture",)), ExportColumn("server_model", ("bk_cpu_module",)),
        ExportColumn("sys_name", ("bk_biz_name",)), ExportColumn("remark", ("bk_comment",)),
    ),
)  # fmt: skip
