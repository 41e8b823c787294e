"""Fill the departments' ledgers: which rows, which cells, which mistakes; and keep what a careful reader must find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tests.city.cells import Cell, Clerk, Expected, Raw, render
from tests.city.county_cells import county_manner
from tests.city.foundry.cells import foundry_manner
from tests.city.frontier.cells import frontier_manner
from tests.city.frontier.kinds import EVERYDAY
from tests.city.harbour_cells import harbour_manner
from tests.city.layouts import LAYOUTS, SURVEY, Column, Layout
from tests.city.model import City, CityServer, CitySystem, Department, stream
from tests.city.neighbours_cells import own_manner

SUMS = frozenset({"vm_count", "vcpu", "mem", "sys_disk", "data_disk", "storage", "build_cost", "ops_cost", "data_size"})
SPLIT = frozenset(
    {"zone", "ip", "vcpu", "mem", "storage", "vm_count", "sys_disk", "data_disk"}
)  # what a part's row says for itself
ALWAYS = frozenset({"dept", "sys_name", "sys_code", "zombie_declared"})  # all that is filled in of a declared zombie


@dataclass(slots=True, kw_only=True)
class Row:
    """One data row of a sheet; `group` rows of the same system may share merged cells."""

    system: CitySystem
    cells: list[Cell]
    servers: list[CityServer]
    first: bool = True
    span: int = 1
    hidden: bool = False


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A sheet's name, its columns and rows, and where its first data row stands (1-based)."""

    name: str
    columns: tuple[Column, ...]
    rows: list[Row]
    first_row: int


@dataclass(slots=True, kw_only=True)
class Ledger:
    """One department's file, ready to be written."""

    path: str
    department: Department
    layout: Layout
    sheets: list[Sheet]
    defects: list[dict[str, object]] = field(default_factory=list)


def make_ledgers(city: City, layouts: str) -> Iterator[Ledger]:
    """The ledger of each department; `layouts` is `family` or `plain` (all in the survey's layout)."""
    names = {system.id: system.name for system in city.systems}
    for number, department in enumerate(city.departments):
        layout = SURVEY if layouts == "plain" else LAYOUTS[number % len(LAYOUTS)]
        clerk = Clerk(
            rng=stream(city.seed, f"clerk {department.slug}"), department=department, dates=layout.dates, nulls=layout.nulls,
            wide=layout.wide, rough=layout.rough, names=names, habits=city.habits,
        )  # fmt: skip
        systems = [system for system in city.systems if system.department == department.slug]
        path = layout.file.format(dept=department.name, kind=layout.kind)
        ledger = Ledger(path=path, department=department, layout=layout, sheets=_sheets(layout, systems, clerk))
        _mistakes(ledger, clerk)
        yield ledger


def _sheets(layout: Layout, systems: list[CitySystem], clerk: Clerk) -> list[Sheet]:
    first = 1 + (layout.banner is not None) + layout.levels + layout.keys
    if layout.sheets != "zones":
        return [Sheet(name="系统台账", columns=layout.columns, rows=_rows(layout, systems, clerk), first_row=first)]
    by_zone: dict[str, list[CitySystem]] = {}
    for system in systems:
        by_zone.setdefault(system.zones[0], []).append(system)
    return [
        Sheet(name=zone, columns=layout.columns, rows=_rows(layout, members, clerk), first_row=first)
        for zone, members in sorted(by_zone.items())
    ]


def _rows(layout: Layout, systems: list[CitySystem], clerk: Clerk) -> list[Row]:
    rows = []
    for system in systems:
        parts = _parts(layout, system)
        whole: dict[str, Cell] = {}  # what all rows of a system say alike
        for place, servers in enumerate(parts):
            cells = [whole.get(column.field) or _cell(column, system, clerk, servers) for column in layout.columns]
            whole = {c.field: cell for c, cell in zip(layout.columns, cells, strict=True) if c.field not in SPLIT}
            rows.append(Row(system=system, cells=cells, servers=servers, first=place == 0, span=len(parts)))
    return rows


def _parts(layout: Layout, system: CitySystem) -> list[list[CityServer]]:
    """What the rows of one system speak of: all servers, each server, or those of each zone."""
    if layout.rows == "server" and system.servers and system.behaviour != "declared":
        return [[server] for server in system.servers]
    if layout.rows == "zone" and system.behaviour != "declared":
        zones = sorted({server.zone for server in system.servers})
        return [[s for s in system.servers if s.zone == zone] for zone in zones] or [system.servers]
    return [system.servers]


def _cell(column: Column, system: CitySystem, clerk: Clerk, servers: list[CityServer]) -> Cell:
    if system.behaviour == "declared" and column.field not in ALWAYS:
        return Cell(None, None)
    unasked = {"last_login", "last_update", "ops_contract_end", "logins_month", "active_users", "user_scale"}
    if system.behaviour in {"unmeasured", "unmeasured-zombie"} and column.field in unasked:
        return Cell(None, None)
    cell = _in_the_citys_manner(column.field, system, clerk)
    return render(column.field, column.style, system, clerk, servers) if cell is None else cell


def _in_the_citys_manner(name: str, system: CitySystem, clerk: Clerk) -> Cell | None:
    """The cell where the city has a manner of its own; `None` where it writes as every city does."""
    habits = clerk.habits
    if habits.coastal:
        return harbour_manner(name, system, clerk)
    if habits.inland:
        return county_manner(name, system, clerk)
    if habits.bordering:
        return frontier_manner(name, system, clerk)
    if habits.industrial:
        return foundry_manner(name, system, clerk)
    return own_manner(name, system, clerk) if habits.neighbouring or habits.centred else None


def _mistakes(ledger: Ledger, clerk: Clerk) -> None:
    """A few mistakes of the usual kinds, each kept with its place; what stands there is then no longer expected."""
    for sheet in ledger.sheets:
        for row in sheet.rows:
            if not row.system.classified and row.system.behaviour != "declared" and clerk.rng.random() < 0.2:
                _spoil(ledger, sheet, row, clerk)
            if (
                row.system.account
                and any(c.field == "url" for c in sheet.columns)
                and row.system.behaviour != "declared"
            ):
                place = next(n for n, c in enumerate(sheet.columns) if c.field == "url")
                if "//" in str(row.cells[place].raw):
                    _note(ledger, sheet, row, place, "credential")
        if ledger.layout.hidden_row and sheet.rows:
            like = sheet.rows[0]
            copy = Row(system=like.system, cells=list(like.cells), servers=like.servers, hidden=True)
            sheet.rows.append(copy)
            _note(ledger, sheet, copy, 0, "hidden")


def _spoil(ledger: Ledger, sheet: Sheet, row: Row, clerk: Clerk) -> None:
    wrong: tuple[tuple[str, Raw, str], ...] = (
        ("vcpu", "见附件", "unreadable"), ("mem", "#REF!", "unreadable"), ("storage", "若干", "unreadable"),
        ("mlps_level", None, "missing"), ("vcpu", None, "missing"), ("last_login", "前年", "unreadable"),
        ("online_date", "2019.1", "ambiguous"), ("ip", "10.1", "unreadable"), ("user_scale", "全市", "unreadable"),
    )  # fmt: skip
    name, raw, kind = wrong[int(clerk.rng.integers(len(wrong)))]
    storied = clerk.habits.bordering or clerk.habits.industrial
    if storied and name == "last_login" and row.system.behaviour not in EVERYDAY:
        return  # what the truth of a story rests on is left as its unit wrote it
    for place, column in enumerate(sheet.columns):
        if column.field == name and (name != "online_date" or ledger.layout.dates == "2019.3"):
            row.cells[place] = Cell(raw, None)
            _note(ledger, sheet, row, place, kind)


def _note(ledger: Ledger, sheet: Sheet, row: Row, place: int, kind: str) -> None:
    offset = 1 if ledger.layout.serial else 0
    ledger.defects.append({
        "kind": kind, "file": ledger.path, "sheet": sheet.name, "row": sheet.first_row + sheet.rows.index(row),
        "column": letters(place + offset), "field": sheet.columns[place].field, "system": row.system.id,
        "raw": None if kind == "credential" else _plain(row.cells[place].raw),
    })  # fmt: skip


def letters(place: int) -> str:
    """The letters of a column, 0 is A."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def _plain(raw: Raw) -> str | int | float | None:
    return raw.isoformat() if isinstance(raw, date) else raw


def declared(ledgers: list[Ledger]) -> dict[str, dict[str, object]]:
    """What a careful reader knows of each system after all its rows: parts added up, lists joined."""
    found: dict[str, dict[str, object]] = {}
    for ledger in ledgers:
        for sheet in ledger.sheets:
            for row in sheet.rows:
                if not row.system.classified and not row.hidden:
                    _join(found.setdefault(row.system.id, {}), sheet, row, merged=ledger.layout.rows == "server")
    return found


def _join(known: dict[str, object], sheet: Sheet, row: Row, *, merged: bool) -> None:
    """Add a row to what is known; where a system's cells are merged, only its first row says what all share."""
    fields: dict[str, Expected] = known.setdefault("fields", {})  # type: ignore[assignment]
    places: list[dict[str, object]] = known.setdefault("rows", [])  # type: ignore[assignment]
    places.append({"sheet": sheet.name, "row": sheet.first_row + sheet.rows.index(row)})
    for column, cell in zip(sheet.columns, row.cells, strict=True):
        if merged and not row.first and column.field not in SPLIT:
            continue
        before = fields.get(column.field)
        if row.first or before is None or column.field not in SPLIT:
            fields[column.field] = cell.expected if row.first or before is None else before
        elif isinstance(before, list) and isinstance(cell.expected, list):
            fields[column.field] = sorted({*before, *cell.expected}) if column.field != "ip" else before + cell.expected
        elif column.field in SUMS and isinstance(before, int | float) and isinstance(cell.expected, int | float):
            fields[column.field] = before + cell.expected
        if column.field == "spec" and cell.expected is not None:
            fields["vcpu"], fields["mem"] = sum(v.vcpu for v in row.servers), sum(v.memory_gib for v in row.servers)


def totals_of(sheet: Sheet) -> dict[int, float]:
    """The sums of the columns that a clerk adds up, by place; only where every cell is a plain number."""
    found = {}
    for place, column in enumerate(sheet.columns):
        if column.field in {"vm_count", "vcpu", "mem", "storage", "sys_disk", "data_disk"}:
            values = [row.cells[place].raw for row in sheet.rows if not row.hidden]
            numbers = [value for value in values if isinstance(value, int | float)]
            if numbers and all(isinstance(value, int | float) or value in {None, "/"} for value in values):
                found[place] = round(sum(numbers), 1)
    return found


def write_ledgers(folder: Path, city: City, layouts: str) -> list[Ledger]:
    """Write every department's file below `folder`; returns what was written."""
    from tests.city.write_text import write_text
    from tests.city.write_xlsx import write_xlsx

    folder.mkdir(parents=True, exist_ok=True)
    ledgers = list(make_ledgers(city, layouts))
    for ledger in ledgers:
        writer = write_xlsx if ledger.layout.kind == "xlsx" else write_text
        writer(folder / ledger.path, ledger)
    return ledgers
