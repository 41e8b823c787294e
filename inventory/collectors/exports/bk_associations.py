"""The sheet of associations in BlueKing CMDB's exports: whose a host is, and which application depends on which.

Source: bk-cmdb, export of hosts, sheet `association`. A row has the association (`host_run_app`: object, kind, object),
the operation that an import would carry out, and both instances as `property=value,property=value`, where properties
bear the names shown in the CMDB. Newer versions put a column of labels first and a row of examples below the headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from catalogs.words import Text
from inventory.collectors.cells.addresses import read_addresses
from inventory.collectors.cells.cell_types import plain_text
from inventory.collectors.exports.export_tables import ExportReading, key_of
from inventory.collectors.secrets.credentials import mask
from inventory.collectors.workbooks.grid import Grid, Row, letters
from inventory.model import Gap, GapKind, Origin, Value
from inventory.names import normalised

SHEETS = frozenset({"association", "关联关系"})
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "kind": ("关联标识", "association id", "association identifier"),
    "operation": ("操作", "operate", "operation"),
    "source": ("源实例唯一标识", "源实例", "source instance unique key", "source instance"),
    "target": ("目标实例唯一标识", "目标实例", "target instance unique key", "target instance"),
}
_FIELDS = {"kind": "deps", "source": "server_name", "target": "sys_name"}  # what the account says of the columns
_HEADING_ROWS = 5
_HOSTS = frozenset({"host", "bk_host"})
_SYSTEMS = frozenset(
    {"biz", "business", "app", "application", "system", "sys", "info_system", "project"}
)  # objects of the CMDB that are information systems; also with `bk_` before them
_BELONGING = frozenset({"belong", "run", "group", "default", "deploy", "install"})
_DEPENDING = frozenset({"depend", "depends", "depend_on", "depends_on", "dependency", "call", "calls", "invoke", "use", "uses", "rely", "rely_on"})  # fmt: skip
_NAME_PROPERTIES = frozenset(map(normalised, ("业务名", "业务名称", "实例名", "实例名称", "应用名", "应用名称", "系统名", "系统名称", "名称", "name", "bk_biz_name", "bk_inst_name",
                                              "biz name", "business name", "instance name")))  # fmt: skip
_QUESTION = Text("主机属于哪个系统、系统依赖哪个系统，请在系统台账里写明", "say in the systems' ledger which machines are whose and which system depends on which")  # fmt: skip
_PAIR = re.compile(r"\s*([^=,\n]+?)\s*=\s*(.*?)\s*(?=,[^=,\n]+=|$)", re.DOTALL)
_ADDED = frozenset({"", "add", "create", "新增", "添加"})
_DELETED = frozenset({"delete", "del", "remove", "删除"})


@dataclass(frozen=True, slots=True)
class _Row:
    """One association as it stands."""

    place: Origin
    kind: str
    operation: str
    source: str
    target: str


@dataclass(slots=True)
class _Hosts:
    """The hosts of the same file by what a row may call them."""

    by_word: dict[str, set[str]] = field(default_factory=dict)

    @staticmethod
    def of(reading: ExportReading) -> _Hosts:
        """All machines that were read so far."""
        found = _Hosts()
        for record in reading.records:
            if record.kind == "server":
                for word in {record.id.partition(":")[2], *_words(record.fields)}:
                    found.by_word.setdefault(word, set()).add(record.id)
        return found

    def named(self, instance: str) -> set[str]:
        """The hosts that an instance may be: by address before any other property."""
        values = [value for _, value in _properties(instance)]
        addresses = [address for value in values for address in read_addresses(value).found]
        for words in (addresses, values):
            ids = set().union(*(self.by_word.get(word, set()) for word in words))
            if ids:
                return ids
        return set()


def _words(fields: Mapping[str, Value]) -> Iterator[str]:
    for value in (fields.get(name) for name in ("server_id", "server_name", "host_name", "ip")):
        yield from value if isinstance(value, tuple) else () if value is None else (str(value),)


def read_associations(grid: Grid, out: ExportReading) -> None:
    """Read one sheet after the hosts: every row becomes a record, a gap, or is skipped with a reason."""
    columns, head = _columns(grid)
    if not {"kind", "source", "target"} <= set(columns):
        _say_unread(grid, out)
        return
    headings: dict[int, str] = {}
    hosts = _Hosts.of(out)
    seen: set[tuple[str, str, str]] = set()
    for number, row in _filled(grid):
        if number <= head:
            headings = {at: key_of(cell) for at, cell in enumerate(row) if key_of(cell)}
            out.skip(out.place(grid.name, number), "heading")
            continue
        one = _row(row, columns, out.place(grid.name, number))
        if not (one.kind or one.source or one.target):
            out.skip(one.place, "empty", "no association")
        elif number == head + 1 and _is_example(one):
            out.skip(one.place, "heading", "example")
        else:
            _take(one, columns, hosts, seen, out)
    _account(grid, columns, headings, head, out)


def _columns(grid: Grid) -> tuple[dict[str, int], int]:
    """Which column holds what, and the row of the headings (from 1)."""
    for number, row in enumerate(grid.rows(), 1):
        if number > _HEADING_ROWS:
            break
        keys = [key_of(cell) for cell in row]
        found = {
            name: at for name, known in _HEADINGS.items() for at, key in enumerate(keys) if key.split("(")[0] in known
        }
        if "kind" in found:
            return found, number
    return {}, 0


def _filled(grid: Grid) -> Iterator[tuple[int, Row]]:
    return ((number, row) for number, row in enumerate(grid.rows(), 1) if any(cell != "" for cell in row))


def _row(row: Row, columns: Mapping[str, int], place: Origin) -> _Row:
    cells = {name: plain_text(row[at]).strip() if at < len(row) else "" for name, at in columns.items()}
    return _Row(place, cells["kind"], cells.get("operation", "").lower(), cells["source"], cells["target"])


def _is_example(row: _Row) -> bool:
    return row.kind.startswith(("示例", "例", "example", "eg")) or row.operation.startswith(("示例", "例", "eg"))


def _take(row: _Row, columns: Mapping[str, int], hosts: _Hosts, seen: set[tuple[str, str, str]], out: ExportReading) -> None:  # fmt: skip
    source, kind, target = _objects(row.kind)
    mark, before = (row.kind, row.source, row.target), len(out.records)
    if row.operation in _DELETED:
        out.skip(row.place, "deleted")
    elif mark in seen:
        out.skip(row.place, "duplicate")
    elif row.operation not in _ADDED or not row.source or not row.target:
        _ask(row, out, Text("操作或两端的实例读不懂", "its operation or one of its instances cannot be read"), "unreadable")  # fmt: skip
    elif kind in _BELONGING and source in _HOSTS and target in _SYSTEMS:
        _belongs(row, row.source, row.target, columns, hosts, out)
    elif kind in _BELONGING and source in _SYSTEMS and target in _HOSTS:
        _belongs(row, row.target, row.source, columns, hosts, out)
    elif kind in _DEPENDING and source in _SYSTEMS and target in _SYSTEMS:
        _depends(row, columns, out)
    else:
        _ask(row, out, Text("这种关联不认识，没有导入", "an unknown kind of association, not taken"), "unmatched")
    if len(out.records) > before:
        seen.add(mark)


def _objects(association: str) -> tuple[str, str, str]:
    """`bk_host_run_app` → host, run, app; three empty texts where no known kind of association stands between two objects."""
    words = association.strip().lower()
    for kind in sorted(_BELONGING | _DEPENDING, key=lambda kind: (-len(kind), kind)):
        source, found, target = words.partition(f"_{kind}_")
        if found and source and target:
            return source.removeprefix("bk_"), kind, target.removeprefix("bk_")
    return "", "", ""


def _properties(instance: str) -> list[tuple[str, str]]:
    """`内网IP=10.0.0.1,云区域=0` as pairs; a bare value has an empty name. An address may hold commas itself."""
    found = [(match[1], match[2]) for match in _PAIR.finditer(instance)]
    return found or [("", instance.strip())]


def _name_of(instance: str) -> str | None:
    """What an instance is called, with credentials masked: the property that is a name, or the only one."""
    pairs = _properties(instance)
    names = [value for name, value in pairs if normalised(name) in _NAME_PROPERTIES and value]
    if not names and len(pairs) == 1:
        names = [pairs[0][1]]
    return mask(names[0])[0] if names and names[0] else None


def _belongs(row: _Row, host: str, system: str, columns: Mapping[str, int], hosts: _Hosts, out: ExportReading) -> None:
    """A host's system: one more row about the same machine, so that two systems for one host are asked about."""
    ids, name = hosts.named(host), _name_of(system)
    if name is None:
        _ask(row, out, Text("看不出是哪个系统", "which system it means cannot be told"), "unreadable")
    elif len(ids) != 1:
        known = Text("主机表中没有这台主机", "no such host in the sheet of hosts") if not ids else Text("主机表中有几台这样的主机", "several such hosts in the sheet of hosts")  # fmt: skip
        _ask(row, out, known, "unmatched" if not ids else "ambiguous")
    else:
        at = "target" if system == row.target else "source"
        _add(row, "server", min(ids), {"sys_name": name}, {"sys_name": letters(columns[at])}, out)


def _depends(row: _Row, columns: Mapping[str, int], out: ExportReading) -> None:
    consumer, provider = _name_of(row.source), _name_of(row.target)
    if consumer is None or provider is None:
        _ask(row, out, Text("看不出是哪个系统", "which system it means cannot be told"), "unreadable")
        return
    values: dict[str, Value] = {"consumer": consumer, "provider": provider, "basis": "declared"}
    places = {"consumer": letters(columns["source"]), "provider": letters(columns["target"])}
    _add(row, "dependency", f"{out.collector}:{consumer}>{provider}", values, places, out)


def _add(row: _Row, kind: str, record_id: str, values: Mapping[str, Value], places: Mapping[str, str], out: ExportReading) -> None:  # fmt: skip
    out.add("dependency" if kind == "dependency" else "server", record_id, values, row.place, places)
    out.rows["recorded"] += 1


def _ask(row: _Row, out: ExportReading, why: Text, kind: GapKind) -> None:
    """A row that is not taken stays as a question; what stood there is shown with credentials masked."""
    raw = mask(f"{row.kind}: {row.source} → {row.target}")[0][:200]
    out.rows["asked"] += 1
    out.gaps.append(
        Gap(kind=kind, origin=row.place, field="deps", raw=raw, message=Text(f"关联“{raw}”：{why.zh}", f"association {raw!r}: {why.en}"),
            question=_QUESTION)
    )  # fmt: skip


def _account(grid: Grid, columns: Mapping[str, int], headings: Mapping[int, str], head: int, out: ExportReading) -> None:  # fmt: skip
    used = {at: _FIELDS[name] for name, at in columns.items() if name in _FIELDS}
    out.sheets.append({
        "sheet": grid.name, "department": None, "heading_rows": [[head, head]],
        "columns_used": [{"column": letters(at), "heading": headings.get(at, ""), "field": used[at], "unit": None} for at in sorted(used)],
        "columns_ignored": [{"column": letters(at), "heading": text, "why": "operation" if at == columns.get("operation") else "unknown", "suggestions": []} for at, text in sorted(headings.items()) if at not in used],
    })  # fmt: skip


def _say_unread(grid: Grid, out: ExportReading) -> None:
    """A sheet of that name without its headings: its rows are counted as skipped, and that is a gap."""
    rows = [number for number, _ in _filled(grid)]
    for number in rows:
        out.skip(out.place(grid.name, number), "not-a-ledger")
    if rows:
        text = Text(f"工作表「{grid.name}」的表头不认识，{len(rows)} 行没有读", f"the headings of the sheet {grid.name!r} are unknown; {len(rows)} rows were not read")  # fmt: skip
        out.gaps.append(Gap(kind="partial", origin=out.place(grid.name), message=text, question=_QUESTION))
