"""RVTools exports (xlsx): machines, their disks, addresses and partitions; hosts and datastores as capacity.

Headings changed between versions: `Memory` is MB or MiB (both 2²⁰ bytes there), capacities are `… MB` or `… MiB`.
Missing sheets are allowed; templates are left out, machines that are off are kept as such.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from inventory.collectors.departments import stem_without_dates
from inventory.collectors.exports.export_tables import ExportColumn, ExportReading, ExportRow, headings_of, rows_of
from inventory.collectors.workbooks.grid import Grid, Workbook
from inventory.model import Collected, Skipped, Value

COLLECTOR = "rvtools"
_MIB = 1 / 1024

VM_COLUMNS = (
    ExportColumn("server_name", ("VM",)),
    ExportColumn("host_name", ("DNS Name",)),
    ExportColumn("power", ("Powerstate",)),
    ExportColumn("vcpu", ("CPUs",)),
    ExportColumn("mem", ("Memory", "Memory MiB", "Memory MB"), _MIB),
    ExportColumn("ip", ("Primary IP Address",)),
    ExportColumn("os_app", ("OS according to the VMware Tools", "OS according to the configuration file", "OS")),
    ExportColumn("site", ("Datacenter",)),
    ExportColumn("cluster", ("Cluster",)),
    ExportColumn("host", ("Host",)),
    ExportColumn("pool", ("Resource pool",)),
    ExportColumn("remark", ("Annotation",)),
    ExportColumn("created_date", ("Creation date",)),
    ExportColumn("server_id", ("VM UUID", "VM ID")),
)
HOST_COLUMNS = (
    ExportColumn("host", ("Host",)),
    ExportColumn("site", ("Datacenter",)),
    ExportColumn("cluster", ("Cluster",)),
    ExportColumn("vcpu", ("# Cores",)),
    ExportColumn("mem", ("# Memory",), _MIB),
    ExportColumn("vm_count", ("# VMs total", "# VMs")),
    ExportColumn("server_model", ("Model",)),
    ExportColumn("cpu_util", ("CPU usage %",), 0.01),
    ExportColumn("mem_util", ("Memory usage %",), 0.01),
)
DATASTORE_COLUMNS = (
    ExportColumn("storage", ("Capacity MiB", "Capacity MB"), _MIB),
    ExportColumn("storage_used", ("In Use MiB", "In Use MB"), _MIB),
)
_DISK_SIZE = ExportColumn("disk", ("Capacity MiB", "Capacity MB"), _MIB)
_PROVISIONED = ExportColumn("disk", ("Provisioned MiB", "Provisioned MB"), _MIB)
_READ = frozenset({"vinfo", "vdisk", "vnetwork", "vhost", "vdatastore"})


def recognises(book: Workbook) -> bool:
    """A sheet vInfo, or tabvInfo as older versions call it, with its machines."""
    return any(_short(grid.name) == "vinfo" and {"vm", "powerstate"} <= headings_of(grid) for grid in book.grids)


def _short(sheet: str) -> str:
    return sheet.lower().removeprefix("tab").removeprefix("rvtools_tab")


def parse(book: Workbook) -> Collected:
    """Read one export."""
    sheets = {_short(grid.name): grid for grid in book.grids}
    out = ExportReading(COLLECTOR, f"{COLLECTOR}:{stem_without_dates(book.file)}", book)
    disks, addresses = _disks(sheets.get("vdisk"), out), _addresses(sheets.get("vnetwork"))
    grid = sheets["vinfo"]
    out.skip(out.place(grid.name, 1), "heading")
    used: Mapping[str, str] = {}
    for row in rows_of(grid):
        used = row.columns
        _machine(row, grid, out, disks, addresses)
    out.account(grid, (*VM_COLUMNS, _PROVISIONED), used, {"template": "server_type"})
    for name, columns in (("vhost", HOST_COLUMNS), ("vdatastore", DATASTORE_COLUMNS)):
        if name in sheets:
            _capacities(sheets[name], columns, out)
    for name, other in sheets.items():
        if name not in _READ:
            out.skipped.append(Skipped(origin=out.place(other.name), reason="not-a-ledger", detail="sheet, not needed"))
    return out.done()


def _identity(row: ExportRow) -> str | None:
    return row.text("VM UUID", "VM ID", "VM")


def _machine(
    row: ExportRow, grid: Grid, out: ExportReading, disks: Mapping[str, list[float]], addresses: Mapping[str, list[str]]
) -> None:
    place, own = out.place(grid.name, row.number), _identity(row)
    if own is None:
        out.nameless(place)
        return
    if (row.text("Template") or "").lower() in {"true", "1", "是"}:
        out.skip(place, "template", row.text("VM"))
        return
    subject = f"{COLLECTOR}:{own}"
    values = out.fields(row, VM_COLUMNS, place, subject)
    if not values.get("os_app"):
        values["os_app"] = row.text("OS according to the VMware Tools", "OS according to the configuration file")
    values["power"] = {"poweredon": "on", "poweredoff": "off", "suspended": "off"}.get(
        str(values.get("power") or "").lower()
    )
    own_disks = disks.get(row.text("VM UUID") or "") or disks.get(row.text("VM") or "")
    if own_disks:
        values["disk"] = _whole(sum(own_disks))
    else:
        values.update(out.fields(row, (_PROVISIONED,), place, subject))
    primary = values.get("ip")
    known = [*(primary if isinstance(primary, tuple) else ()), *addresses.get(row.text("VM") or "", [])]
    values["ip"] = tuple(dict.fromkeys(known)) or None
    out.add("server", subject, values, place, {"server_name": row.columns["vm"]})
    out.rows["recorded"] += 1


def _whole(number: float) -> Value:
    return int(number) if number.is_integer() else round(number, 6)


def _disks(grid: Grid | None, out: ExportReading) -> dict[str, list[float]]:
    """Capacities (GiB) of each machine's disks, by UUID and by name."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows_of(grid) if grid is not None else ():
        size = out.fields(row, (_DISK_SIZE,), out.place(grid.name if grid else "", row.number), "").get("disk")
        if isinstance(size, int | float):
            for key in {row.text("VM UUID"), row.text("VM")} - {None}:
                found[str(key)].append(float(size))
    return found


def _addresses(grid: Grid | None) -> dict[str, list[str]]:
    """IPv4 and IPv6 addresses of each machine by name; link-local ones say nothing."""
    from inventory.collectors.cells.addresses import read_addresses

    found: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(grid) if grid is not None else ():
        for heading in ("IPv4 Address", "IP Address", "IPv6 Address"):
            text = row.text(heading)
            if text and row.text("VM"):
                found[str(row.text("VM"))] += [ip for ip in read_addresses(text).found if not ip.startswith("fe80:")]
    return found


def _capacities(grid: Grid, columns: tuple[ExportColumn, ...], out: ExportReading) -> None:
    """Hosts and datastores, as pools."""
    out.skip(out.place(grid.name, 1), "heading")
    used: Mapping[str, str] = {}
    for row in rows_of(grid):
        used = row.columns
        place, name = out.place(grid.name, row.number), row.text("Host" if columns is HOST_COLUMNS else "Name")
        if name is None:
            out.nameless(place)
            continue
        kind = "host" if columns is HOST_COLUMNS else "datastore"
        subject = f"{COLLECTOR}:{kind}:{name}"
        out.add(
            "pool", subject, {"pool_kind": kind, "pool": name, **out.fields(row, columns, place, subject)}, place, {}
        )
        out.rows["recorded"] += 1
    out.account(grid, columns, used)
