"""A small real store in whose March servers change unit, system and size, appear and vanish; and a system changes unit.

|  server   | what happens in March 2026                                                          |
| --------- | ----------------------------------------------------------------------------------- |
| `moved`   | the tax office's `sys-1`, from the 11th the audit office's `sys-2`                   |
| `other`   | the audit office's `sys-2`, from the 20th its `sys-3`                                |
| `goes`    | `sys-4`, which goes from the tax office to the audit office on the 11th              |
| `grown`   | `sys-1`, 4 vCPU, 8 from the 20th                                                     |
| `deleted` | `sys-1`, last seen on the 11th, last sample on the 18th                              |
| `brief`   | `sys-5` of no later ledger; opened on the 5th, last sample on the 15th               |
| `fresh`   | `sys-2`, opened on the 12th                                                          |
| `veiled`  | an open system's until the 20th, from then one of unknown secrecy                    |
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from catalogs.load import load_catalogs
from inventory.merging.merge import inventory_at
from inventory.model import Collected, Record, Value
from inventory.storage.store import Store, open_store
from inventory.telemetry.collect import collect_files
from tests.inventory.usage.store import a_record, a_system

TAX, AUDIT = "市税务局", "市审计局"
SECRET = "说不清密级的系统"
FEB_27, MARCH_6, MARCH_11, MARCH_20, MARCH_31 = (
    datetime(2026, *day, 2, 0, tzinfo=UTC) for day in ((2, 27), (3, 6), (3, 11), (3, 20), (3, 31))
)
ADDRESSES = {
    name: f"10.0.0.{n}"
    for n, name in enumerate(("moved", "other", "goes", "grown", "deleted", "brief", "fresh", "veiled"), start=1)
}
LEVELS = {
    "moved": 40.0, "other": 10.0, "goes": 70.0, "grown": 50.0, "deleted": 80.0, "brief": 90.0, "fresh": 20.0, "veiled": 5.0,
}  # fmt: skip
_OPENED = {"brief": "2026-03-05", "fresh": "2026-03-12"}
_FROM = {"brief": date(2026, 3, 5), "fresh": date(2026, 3, 12)}
_UNTIL = {"brief": date(2026, 3, 15), "deleted": date(2026, 3, 18)}


def _servers(*names: str, **sizes: int) -> tuple[Record, ...]:
    def made(name: str) -> Record:
        size: dict[str, Value] = {"vcpu": sizes[name], "mem": sizes[name] * 4.0} if name in sizes else {}
        return a_record(name, ADDRESSES[name], created_date=_OPENED.get(name, "2025-01-01"), **size)

    return tuple(made(name) for name in names)


def _ledgers(**owned: tuple[str, str, tuple[str, ...]]) -> dict[str, tuple[Record, ...]]:
    found: dict[str, list[Record]] = {TAX: [], AUDIT: []}
    for key, (name, department, servers) in owned.items():
        record = a_system(key.replace("_", "-"), name, department, tuple(ADDRESSES[one] for one in servers))
        if name == SECRET:
            record = Record(kind="system", id=record.id, fields={**record.fields, "secret": None}, origin=record.origin)
        found[department].append(record)
    return {department: tuple(records) for department, records in found.items()}


def fill(folder: Path, work: Path) -> None:
    """Ledgers and clouds of five days, and hourly samples of two months."""
    standing = ("moved", "other", "goes", "grown", "veiled")
    start = _ledgers(
        sys_1=("征管系统", TAX, ("moved", "grown", "deleted")), sys_2=("审计系统", AUDIT, ("other", "fresh")), sys_3=("整改台账", AUDIT, ()),
        sys_4=("发票系统", TAX, ("goes",)), sys_5=("临时系统", TAX, ("brief",)), sys_6=("公开系统", AUDIT, ("veiled",)),
    )  # fmt: skip
    middle = _ledgers(
        sys_1=("征管系统", TAX, ("grown", "deleted")), sys_2=("审计系统", AUDIT, ("other", "moved", "fresh")), sys_3=("整改台账", AUDIT, ()),
        sys_4=("发票系统", AUDIT, ("goes",)), sys_5=("临时系统", TAX, ("brief",)), sys_6=("公开系统", AUDIT, ("veiled",)),
    )  # fmt: skip
    end = _ledgers(
        sys_1=("征管系统", TAX, ("grown",)), sys_2=("审计系统", AUDIT, ("moved", "fresh")), sys_3=("整改台账", AUDIT, ("other",)),
        sys_4=("发票系统", AUDIT, ("goes",)), sys_6=("公开系统", AUDIT, ()), sys_7=(SECRET, AUDIT, ("veiled",)),
    )  # fmt: skip
    with open_store(str(folder), create=True) as store:
        for at, ledgers, servers in (
            (FEB_27, start, _servers(*standing, "deleted")),
            (MARCH_6, start, _servers(*standing, "deleted", "brief")),
            (MARCH_11, middle, _servers(*standing, "deleted", "brief")),
            (MARCH_20, end, _servers(*standing, "fresh", grown=8)),
            (MARCH_31, end, _servers(*standing, "fresh", grown=8)),
        ):
            for department, records in ledgers.items():
                made = Collected(source=f"ledger:{department}", collector="ledger", records=records)
                store.add_snapshot(made, taken_at=at)
            store.add_snapshot(Collected(source="openstack:lab", collector="openstack", records=servers), taken_at=at)
        _collect(store, work, MARCH_11, date(2026, 2, 1), date(2026, 3, 20))
        _collect(store, work, MARCH_31, date(2026, 3, 20), date(2026, 4, 1))


def _collect(store: Store, work: Path, known_at: datetime, first_on: date, end_on: date) -> None:
    """Samples of percentages: their capacity is the size that the servers had at `known_at`."""
    known = inventory_at(store, load_catalogs(None), known_at).servers
    lines = ["server,at,cpu_percent,memory_percent,disk_used_percent"]
    for day in (first_on + timedelta(days=n) for n in range((end_on - first_on).days)):
        for name, level in LEVELS.items():
            if _FROM.get(name, day) <= day <= _UNTIL.get(name, day) and any(one.name == name for one in known):
                for hour in range(24):
                    cpu = level * (1.2 if hour == day.day % 24 else 1)
                    lines.append(f"{name},{day}T{hour:02d}:00:00+08:00,{cpu:.1f},{20 + level / 2:.1f},{30 + day.day}")
    path = work / f"lab-{first_on}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    collect_files(store, known, [path], as_of=MARCH_31, source="lab", sources_file=None, told=lambda _: None)
