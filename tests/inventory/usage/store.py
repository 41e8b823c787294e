"""A small real store with three months in it: a server that changes department, one that is deleted, one that grows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from catalogs.load import load_catalogs
from inventory.merging.merge import inventory_at
from inventory.model import Collected, Origin, Record, Value
from inventory.storage.store import open_store
from inventory.telemetry.collect import collect_files

FEB_27, MARCH_11, MARCH_31 = (
    datetime(2026, *day, 2, 0, tzinfo=UTC) for day in ((2, 27), (3, 11), (3, 31))
)  # 10 o'clock in Shanghai
EVIL = '=HYPERLINK("http://x","税务系统")'
LEVELS = {"moved": 40.0, "stays": 10.0, "deleted": 80.0}


def a_record(name: str, address: str, **more: Value) -> Record:
    fields: dict[str, Value] = {
        "server_name": name, "vcpu": 4, "mem": 16.0, "disk": 100.0, "power": "on", "cloud": "sample-cloud", "pool": "az-east-ext-x86",
        "ip": (address,), "created_date": "2025-01-01", **more,
    }  # fmt: skip
    return Record(
        kind="server", id=f"openstack:{name}", fields=fields, origin=Origin(source="openstack:lab", path=name)
    )


def a_system(system_id: str, name: str, department: str, addresses: tuple[str, ...]) -> Record:
    fields: dict[str, Value] = {"sys_name": name, "dept": department, "secret": "非涉密", "ip": addresses}
    origin = Origin(source=f"ledger:{department}", file="台账.xlsx", sheet="系统", row=int(system_id[-1]) + 1)
    return Record(kind="system", id=system_id, fields=fields, origin=origin)


def fill(folder: Path, work: Path) -> None:
    """Two ledgers and a cloud: `moved` is the tax office's until 10 March, the audit office's from then on."""
    stays, moved, deleted = (
        a_record(name, f"10.0.0.{n}") for n, name in enumerate(("stays", "moved", "deleted"), start=1)
    )
    grown = a_record("stays", "10.0.0.1", vcpu=8)
    before = (
        a_system("sys-1", EVIL, "市税务局", ("10.0.0.1", "10.0.0.2", "10.0.0.3")),
        a_system("sys-2", "审计系统", "市审计局", ()),
    )
    after = (
        a_system("sys-1", EVIL, "市税务局", ("10.0.0.1",)),
        a_system("sys-2", "审计系统", "市审计局", ("10.0.0.2",)),
    )
    with open_store(str(folder), create=True) as store:
        for at, systems, servers in (
            (FEB_27, before, (stays, moved, deleted)),
            (MARCH_11, after, (stays, moved, deleted)),
            (MARCH_31, after, (grown, moved)),
        ):
            for record in systems:
                source = record.origin.source
                store.add_snapshot(Collected(source=source, collector="ledger", records=(record,)), taken_at=at)
            store.add_snapshot(Collected(source="openstack:lab", collector="openstack", records=servers), taken_at=at)
        catalogs = load_catalogs(None)
        known = {one.id: one for at in (MARCH_31, FEB_27) for one in inventory_at(store, catalogs, at).servers}
        collect_files(
            store, [known[key] for key in sorted(known)], [_samples(work)], as_of=MARCH_31, source="lab", sources_file=None, told=lambda _: None
        )  # fmt: skip


def _samples(folder: Path) -> Path:
    """Hourly samples of February and March; `deleted` ends with 20 March."""
    lines = ["server,at,cpu_percent,memory_percent,disk_used_percent,network_mbit_s"]
    for day in (date(2026, 2, 1) + timedelta(days=n) for n in range(58)):
        for name, level in LEVELS.items():
            if name == "deleted" and day > date(2026, 3, 20):
                continue
            used = level / 2 if day.month == 2 else level
            lines += [f"{name},{day}T{hour:02d}:00:00+08:00,{used:.1f},50.0,25.0,2.0" for hour in range(24)]
    path = folder / "lab-2026.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
