"""The inventory for people, on a terminal of 80 columns or more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.table import Table

from catalogs.words import Text, tr
from inventory.fields import FIELDS
from inventory.merging.departments import FORMERLY, OPEN, addressed
from inventory.merging.links import BASES
from inventory.merging.parts import label_of, shown
from inventory.model import Gap, Inventory, Origin, Server, System, Value

if TYPE_CHECKING:
    from rich.console import Console

GAP_KINDS: Mapping[str, Text] = {
    "unreadable": Text("读不出", "unreadable"),
    "ambiguous": Text("有歧义，待回答", "ambiguous, to be answered"),
    "missing": Text("缺少必需的字段", "needed and missing"),
    "conflict": Text("来源之间不一致", "sources do not agree"),
    "credential": Text("含账号口令，已遮盖", "credential, masked"),
    "check": Text("合计或恒等式不符", "does not add up"),
    "unmatched": Text("对不上任何已知对象", "belongs to nothing known"),
    "partial": Text("来源没有读全", "source read in part"),
}
_SHOWN_PER_KIND = 20
_UNKNOWN = "—"
_SAID_APART = frozenset({"known_as", FORMERLY, OPEN})


def _table(*headings: tuple[Text, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, (heading, justify) in enumerate(headings):  # what names the row stays in one piece, to be copied
        table.add_column(
            str(heading), justify="right" if justify == "right" else "left", overflow="fold", no_wrap=place == 0
        )
    return table


def _or_unknown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return _UNKNOWN if value is None or value == "" else str(value)


def print_systems(console: Console, chosen: Inventory, whole: Mapping[str, int]) -> None:
    """One line for each system, then the counts."""
    table = _table(
        (Text("编号", "id"), "left"), (Text("系统", "system"), "left"), (Text("单位", "department"), "left"), (Text("网络区域", "zones"), "left"),
        (Text("等保", "MLPS"), "right"), (Text("状态", "status"), "left"), (Text("台", "servers"), "right"), (Text("vCPU", "vCPU"), "right"),
        (Text("内存 GiB", "memory GiB"), "right"),
    )  # fmt: skip
    for system in chosen.systems:
        table.add_row(
            system.id, system.name, _or_unknown(system.department), "、".join(system.zones) or _UNKNOWN, _or_unknown(system.mlps_level),
            _or_unknown(system.status), str(len(system.server_ids)), _or_unknown(system.vcpu), _or_unknown(system.memory_gib),
        )  # fmt: skip
    console.print(table)
    console.print(_counts(len(chosen.systems), whole))


def _counts(listed: int, whole: Mapping[str, int]) -> str:
    return tr(
        f"列出 {listed} 个系统；共 {whole['systems']} 个系统、{whole['servers']} 台服务器（{whole['unlinked_servers']} 台不知归属）、"
        f"{whole['gaps']} 处缺口；涉密系统 {whole['classified']} 个，只计数",
        f"{listed} systems listed; in all {whole['systems']} systems, {whole['servers']} servers ({whole['unlinked_servers']} of no known system), "
        f"{whole['gaps']} gaps; {whole['classified']} classified systems are only counted",
    )


def print_servers(console: Console, chosen: Inventory, systems: Sequence[System]) -> None:
    """One line for each server; `inventory show NAME` has its id."""
    table = _table(
        (Text("名称", "name"), "left"), (Text("系统", "system"), "left"), (Text("归属依据", "basis"), "left"), (Text("vCPU", "vCPU"), "right"),
        (Text("内存 GiB", "memory GiB"), "right"), (Text("磁盘 GiB", "disk GiB"), "right"), (Text("电源", "power"), "left"), (Text("资源池", "pool"), "left"),
    )  # fmt: skip
    power = {"on": Text("开", "on"), "off": Text("关", "off")}
    names = {system.id: system.name for system in systems}
    for server in chosen.servers:
        basis = BASES.get(str(server.fields.get("link_basis")))
        table.add_row(
            server.name, _or_unknown(names.get(server.system_id or "")), _or_unknown(basis), _or_unknown(server.vcpu), _or_unknown(server.memory_gib),
            _or_unknown(server.disk_gib), _or_unknown(power.get(server.power or "")), _or_unknown(server.pool),
        )  # fmt: skip
    console.print(table)
    console.print(tr(f"{len(chosen.servers)} 台服务器", f"{len(chosen.servers)} servers"))


def print_system(console: Console, system: System, whole: Inventory, gaps: Sequence[Gap]) -> None:
    """Everything about one system, each value with its place."""
    console.print(f"{system.name}  {system.id}", style="bold")
    department = _or_unknown(addressed(system) if system.department else None)
    console.print(tr(f"单位 {department}", f"department {department}"))
    _print_fields(console, system.fields, system.origins)
    names = {one.id: one.name for one in whole.systems}
    for heading, ids in (
        (Text("依赖", "depends on"), {one.provider for one in whole.dependencies if one.consumer == system.id}),
        (Text("被依赖", "needed by"), {one.consumer for one in whole.dependencies if one.provider == system.id}),
    ):
        if ids:
            console.print(f"{heading}: " + "、".join(sorted(names.get(one, one) for one in ids)))
    servers = whole.servers_of(system.id)
    if servers:
        console.print(tr(f"服务器 {len(servers)} 台", f"{len(servers)} servers"), style="bold")
        for server in servers:
            size = f"{_or_unknown(server.vcpu)} vCPU  {_or_unknown(server.memory_gib)} GiB  {_or_unknown(server.disk_gib)} GiB"
            console.print(
                f"  {server.name}  {size}  {_or_unknown(server.power)}  {'、'.join(server.addresses)}  {server.id}"
            )
    _print_questions(console, gaps)


def print_server(console: Console, server: Server, gaps: Sequence[Gap]) -> None:
    """Everything about one server, each value with its place."""
    console.print(f"{server.name}  {server.id}", style="bold")
    console.print(tr(f"系统 {_or_unknown(server.system_id)}", f"system {_or_unknown(server.system_id)}"))
    _print_fields(console, server.fields, server.origins)
    _print_questions(console, gaps)


def _print_fields(console: Console, fields: Mapping[str, Value], origins: Mapping[str, Origin]) -> None:
    table = _table((Text("字段", "field"), "left"), (Text("值", "value"), "left"), (Text("出处", "place"), "left"))
    order = {name: place for place, name in enumerate(FIELDS)}
    for name in sorted(fields, key=lambda one: (order.get(one, len(order)), one)):
        value = fields[name]
        if value is None or value in ("", ()) or name in _SAID_APART:
            continue
        known = FIELDS.get(name)
        if known is not None and known.type == "person":  # an id of the contact table, which has its own access
            continue
        unit = f" {known.unit}" if known and known.unit and known.unit != "ratio" else ""
        table.add_row(str(label_of(name)), f"{_value(value)}{unit}", origins[name].place if name in origins else "")
    console.print(table)


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return tr("是", "yes") if value else tr("否", "no")
    return shown(value)


def _print_questions(console: Console, gaps: Sequence[Gap]) -> None:
    if gaps:
        console.print(tr(f"缺口 {len(gaps)} 处", f"{len(gaps)} gaps"), style="bold")
    for gap in gaps:
        console.print(f"! {with_place(gap)}")


def print_gaps(console: Console, gaps: Sequence[Gap]) -> None:
    """Gaps by kind, the first of each; `--json` has all of them."""
    by_kind: dict[str, list[Gap]] = defaultdict(list)
    for gap in gaps:
        by_kind[gap.kind].append(gap)
    for kind, heading in GAP_KINDS.items():
        group = by_kind.get(kind, [])
        if not group:
            continue
        console.print(f"{heading} {len(group)}", style="bold")
        said = _alike(group)
        for _, line in said[:_SHOWN_PER_KIND]:
            console.print(f"  {line}")
        if len(said) > _SHOWN_PER_KIND:
            rest = sum(count for count, _ in said[_SHOWN_PER_KIND:])
            console.print(
                tr(
                    f"  …还有 {rest} 处：inventory gaps --kind {kind} --json",
                    f"  … {rest} more: inventory gaps --kind {kind} --json",
                )
            )
    console.print(tr(f"共 {len(gaps)} 处缺口", f"{len(gaps)} gaps in all"))


def _alike(gaps: Sequence[Gap]) -> list[tuple[int, str]]:
    """How many and what is said of them, in the order of their places; rows of one column with one message are one line."""
    groups: dict[tuple[str, str, str, str], list[Gap]] = defaultdict(list)
    for number, gap in enumerate(sorted(gaps, key=_in_order)):
        origin, text = gap.origin, str(gap.message)
        alone = origin.row is None or origin.file is None or origin.place in text
        key = (origin.file or "", origin.sheet or "", origin.column or "", f"{number}" if alone else text)
        groups[key].append(gap)
    return [(len(group), _one_line(group)) for group in groups.values()]


def _in_order(gap: Gap) -> tuple[str, str, int, str, int, str]:
    origin = gap.origin
    column = origin.column or ""
    return origin.file or origin.source, origin.sheet or "", len(column), column, origin.row or 0, str(gap.message)


def _one_line(group: Sequence[Gap]) -> str:
    if len(group) == 1:
        return with_place(group[0])
    first = group[0].origin
    rows = sorted({gap.origin.row or 0 for gap in group})
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    cells = tr("、", ", ").join(
        f"{first.column or ''}{begin}" if begin == end else f"{first.column or ''}{begin}:{first.column or ''}{end}"
        for begin, end in runs
    )
    where = replace(first, row=None, column=None).place + (f"!{cells}" if first.sheet else f", {cells}")
    return f"{where}  {group[0].message}" + tr(f"（{len(group)} 处）", f" ({len(group)} times)")


def with_place(gap: Gap) -> str:
    """The message, led by its place where it does not name it itself."""
    text = str(gap.message)
    return text if gap.origin.place in text or gap.origin.file is None else f"{gap.origin.place}  {text}"


def print_conflicts(console: Console, gaps: Sequence[Gap]) -> None:
    """Conflicts with what may be answered, and how."""
    for gap in gaps:
        console.print(f"{gap.subject}  {gap.message}")
        if gap.answer_key:
            console.print(tr(
                f"  回答：govcloud decisions add answer '{gap.answer_key}' '<{'|'.join(gap.choices)}>' --reason … --role …",
                f"  answer: govcloud decisions add answer '{gap.answer_key}' '<{'|'.join(gap.choices)}>' --reason … --role …",
            ))  # fmt: skip
    console.print(tr(f"共 {len(gaps)} 处不一致", f"{len(gaps)} conflicts in all"))
