"""The inventory as a workbook, as csv files, or as JSON. Cells come from strangers: none becomes a formula or a link."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from catalogs.console import LOCAL_ZONE
from catalogs.errors import UsageError
from catalogs.words import Text, tr
from inventory.fields import FIELDS
from inventory.listing.filters import inventory_as_json
from inventory.merging.parts import label_of, shown
from inventory.model import Inventory, Server, System, Value

One = TypeVar("One", System, Server)
Cell = str | int | float | None
Sheet = tuple[str, list[str], list[list[Cell]]]
# What a spreadsheet program takes for a formula at the beginning of a csv cell (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def export_inventory(inventory: Inventory, file: Path) -> list[Path]:
    """Write the inventory in the form that the file's ending names; each file whole or not at all.

    Returns:
        The files written: one, or for csv one for systems and one for servers.

    Raises:
        UsageError: the ending is none of xlsx, csv, json, or the folder does not exist.
    """
    writers: Mapping[str, Callable[[Inventory, Path], list[Path]]] = {".xlsx": _xlsx, ".csv": _csv, ".json": _json}
    writer = writers.get(file.suffix.lower())
    if writer is None:
        raise UsageError(
            f"{file.name}：后缀应为 .xlsx、.csv 或 .json", f"{file.name}: the ending must be .xlsx, .csv or .json"
        )
    if not file.parent.is_dir():
        raise UsageError(
            f"文件夹 {file.parent} 不存在",
            f"there is no folder {file.parent}",
            hint=Text("先建好文件夹", "make the folder first"),
        )
    return writer(inventory, file)


def _whole(file: Path, content: bytes) -> Path:
    unfinished = file.with_name(file.name + ".part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return file


def _json(inventory: Inventory, file: Path) -> list[Path]:
    text = json.dumps(inventory_as_json(inventory), ensure_ascii=False, indent=1) + "\n"
    return [_whole(file, text.encode())]


def _csv(inventory: Inventory, file: Path) -> list[Path]:
    """Two files with a byte order mark, which Excel wants for Chinese."""
    written = []
    for (_, headings, rows), ending in (
        (systems_sheet(inventory), ""),
        (servers_sheet(inventory), tr("-服务器", "-servers")),
    ):
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(headings)
        writer.writerows([[neutral(cell) for cell in row] for row in rows])
        written.append(_whole(file.with_name(f"{file.stem}{ending}.csv"), text.getvalue().encode("utf-8-sig")))
    return written


def neutral(cell: Cell) -> Cell:
    """A cell that no spreadsheet program takes for a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _xlsx(inventory: Inventory, file: Path) -> list[Path]:
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    workbook = Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        },
    )
    workbook.set_properties({"created": inventory.as_of, "title": tr("清单", "inventory")})
    bold = workbook.add_format({"bold": True, "bg_color": "#E8EEF7", "text_wrap": True, "valign": "vcenter"})
    for name, headings, rows in (
        systems_sheet(inventory),
        servers_sheet(inventory),
        gaps_sheet(inventory),
        sources_sheet(inventory),
    ):
        sheet = workbook.add_worksheet(name)
        sheet.freeze_panes(1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.repeat_rows(0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, _width([heading, *(row[column] for row in rows)]))
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell[:32767])
                elif cell is not None:
                    sheet.write_number(number, column, cell)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(headings) - 1)
    workbook.close()
    return [_whole(file, buffer.getvalue())]


def _width(cells: Iterable[Cell]) -> int:
    """The width of a column in letters: a Chinese one is as wide as two; 8 to 44."""
    widest = max(sum(2 if ord(letter) > 0x2E7F else 1 for letter in str(cell)) for cell in cells if cell is not None)
    return min(44, max(8, widest + 2))


def _cell(value: Value | date | tuple[str, ...]) -> Cell:
    match value:
        case None:
            return None
        case bool():
            return tr("是", "yes") if value else tr("否", "no")
        case int() | float():
            return value
        case date():
            return value.isoformat()
        case _:
            return shown(value)


# Shown apart, or not for a sheet of rows.
_NOT_COLUMNS = frozenset(
    {"raw", "approximate", "null_reason", "known_as", "serial", "credential", "department_formerly", "department_open"}
)
_SYSTEM_COLUMNS: tuple[tuple[Text, Callable[[System], object]], ...] = (
    (Text("系统编号", "id"), lambda s: s.id),
    (Text("系统名称", "name"), lambda s: s.name),
    (Text("单位", "department"), lambda s: s.department),
    (Text("单位编号", "department id"), lambda s: s.department_id),
    (
        Text("密级", "secrecy"),
        lambda s: {"unclassified": tr("非涉密", "unclassified"), "unknown": tr("未知", "unknown")}.get(s.secrecy),
    ),
    (Text("等保级别", "MLPS level"), lambda s: s.mlps_level),
    (Text("网络区域", "zones"), lambda s: "、".join(s.zones) or None),
    (Text("服务器（台）", "servers"), lambda s: len(s.server_ids)),
    (Text("vCPU", "vCPU"), lambda s: s.vcpu),
    (Text("内存（GiB）", "memory GiB"), lambda s: s.memory_gib),
    (Text("存储（GiB）", "storage GiB"), lambda s: s.storage_gib),
)
_SERVER_COLUMNS: tuple[tuple[Text, Callable[[Server], object]], ...] = (
    (Text("服务器编号", "id"), lambda s: s.id),
    (Text("名称", "name"), lambda s: s.name),
    (Text("系统编号", "system id"), lambda s: s.system_id),
    (Text("归属依据", "link basis"), lambda s: s.fields.get("link_basis")),
    (Text("单位", "department"), lambda s: s.department),
    (Text("来源", "source"), lambda s: s.source),
    (Text("云", "cloud"), lambda s: s.cloud),
    (Text("项目", "project"), lambda s: s.project),
    (Text("资源池", "pool"), lambda s: s.pool),
    (Text("网络区域", "zone"), lambda s: s.zone),
    (Text("vCPU", "vCPU"), lambda s: s.vcpu),
    (Text("内存（GiB）", "memory GiB"), lambda s: s.memory_gib),
    (Text("磁盘（GiB）", "disk GiB"), lambda s: s.disk_gib),
    (Text("CPU架构", "CPU architecture"), lambda s: s.cpu_arch),
    (Text("电源", "power"), lambda s: s.power),
    (Text("关机日期", "powered off on"), lambda s: s.powered_off_on),
    (Text("地址", "addresses"), lambda s: "、".join(s.addresses) or None),
    (Text("创建日期", "created on"), lambda s: s.created_on),
)


def systems_sheet(inventory: Inventory) -> Sheet:
    """Typed values first, then every other field that any system has, in the order of the field table."""
    typed_names = {"sys_name", "mlps_level", "zone", "secret"}
    used = {
        name for system in inventory.systems for name, value in system.fields.items() if value not in (None, "", ())
    }
    extra = [
        name
        for name in FIELDS
        if name in used and name not in _NOT_COLUMNS | typed_names and FIELDS[name].type != "person"
    ]
    headings = [str(heading) for heading, _ in _SYSTEM_COLUMNS] + [_heading(name) for name in extra]
    rows = [
        [*_typed(system, _SYSTEM_COLUMNS), *(_cell(system.fields.get(name)) for name in extra)]
        for system in inventory.systems
    ]
    return tr("系统", "systems"), headings, rows


def _heading(name: str) -> str:
    """A ledger's column keeps its name apart from the typed one of the same meaning."""
    unit = FIELDS[name].unit
    shown_unit = f"（{unit}）" if unit and unit not in {"ratio", "vCPU"} else ""
    return tr(f"台账·{label_of(name).zh}{shown_unit}", f"ledger: {label_of(name).en}{f' ({unit})' if unit else ''}")


def servers_sheet(inventory: Inventory) -> Sheet:
    """One row for each server."""
    rows = [_typed(server, _SERVER_COLUMNS) for server in inventory.servers]
    return tr("服务器", "servers"), [str(heading) for heading, _ in _SERVER_COLUMNS], rows


def _typed(one: One, columns: Iterable[tuple[Text, Callable[[One], object]]]) -> list[Cell]:
    return [_cell(read(one)) for _, read in columns]  # type: ignore[arg-type]


def gaps_sheet(inventory: Inventory) -> Sheet:
    """What is not known, with its place and question."""
    headings = [
        tr("类别", "kind"),
        tr("对象", "subject"),
        tr("字段", "field"),
        tr("说明", "message"),
        tr("问题", "question"),
        tr("出处", "place"),
        tr("编号", "id"),
    ]
    rows: list[list[Cell]] = [
        [gap.kind, gap.subject, None if gap.field is None else str(label_of(gap.field)), str(gap.message),
         None if gap.question is None else str(gap.question), gap.origin.place, gap.id]
        for gap in inventory.gaps
    ]  # fmt: skip
    return tr("缺口", "gaps"), headings, rows


def sources_sheet(inventory: Inventory) -> Sheet:
    """Where all of it comes from, and what was only read in part."""
    day = inventory.as_of.astimezone(LOCAL_ZONE).isoformat(timespec="seconds")
    rows: list[list[Cell]] = [
        [tr("截至", "as of"), day],
        [tr("涉密系统（只计数）", "classified systems (only counted)"), inventory.classified_count],
    ]
    rows += [[tr("快照", "snapshot"), snapshot] for snapshot in inventory.snapshots]
    rows += [[tr("没有读全", "read in part"), str(text)] for text in inventory.incomplete]
    return tr("来源", "sources"), [tr("项目", "what"), tr("值", "value")], rows
