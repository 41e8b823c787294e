"""Small histories of a cloud, as they happen to a city: looks at it, samples, and a real store made of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from catalogs.load import load_catalogs
from inventory.merging.merge import inventory_at
from inventory.model import Collected, Origin, Record, Value
from inventory.storage.store import open_store
from inventory.telemetry.collect import collect_files

ZONE_HOURS = 8  # Asia/Shanghai
METRICS = {"cpu": "cpu_percent", "memory": "memory_percent", "storage": "disk_used_percent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A machine in one look at the cloud: whose, where, how large, and since when off."""

    system: str | None = "sys-1"
    pool: str = "az-east-ext-x86"
    vcpu: int = 4
    memory_gib: int = 16
    disk_gib: int = 100
    off_on: date | None = None
    deleted_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What cloud and ledger said at ten o'clock on a day; a machine that is not there is gone or not yet there."""

    on: date
    machines: Mapping[str, State]
    departments: Mapping[str, str]  # of the systems in the ledger

    @property
    def at(self) -> datetime:
        """The instant."""
        return datetime(self.on.year, self.on.month, self.on.day, 10 - ZONE_HOURS, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Of one machine and metric on one day: the percentage in each of some first hours of it."""

    machine: str
    metric: str
    on: date
    percents: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Looks in the order of their days; `created` are the machines whose day of creation the cloud tells."""

    looks: Sequence[Look]
    samples: Sequence[Samples]
    created: Mapping[str, date] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """All machines that were ever seen."""
        return sorted({name for look in self.looks for name in look.machines})

    def address(self, name: str) -> str:
        """One of its own for each machine."""
        return f"10.0.0.{self.names.index(name) + 1}"


def server_id(name: str) -> str:
    """The id under which the cloud knows a machine."""
    return f"openstack:{name}"


def fill(history: History, store: Path, work: Path) -> None:
    """Write the history into a new store, as the commands would."""
    as_of = datetime.combine(
        max([history.looks[-1].on, *(one.on for one in history.samples)]), datetime.min.time(), UTC
    ) + timedelta(hours=15)
    with open_store(str(store), create=True) as opened:
        for look in history.looks:
            servers = tuple(_server(history, name, state) for name, state in sorted(look.machines.items()))
            opened.add_snapshot(
                Collected(source="openstack:lab", collector="openstack", records=servers), taken_at=look.at
            )
            for record in _systems(history, look):
                source = record.origin.source
                opened.add_snapshot(Collected(source=source, collector="ledger", records=(record,)), taken_at=look.at)
        catalogs = load_catalogs(None)
        known = {one.id: one for look in history.looks for one in inventory_at(opened, catalogs, look.at).servers}
        if history.samples:
            collect_files(
                opened, [known[key] for key in sorted(known)], [_csv(history, work)], as_of=as_of, source="lab", sources_file=None,
                told=lambda _: None,
            )  # fmt: skip


def _server(history: History, name: str, state: State) -> Record:
    fields: dict[str, Value] = {
        "server_name": name, "vcpu": state.vcpu, "mem": float(state.memory_gib), "disk": float(state.disk_gib), "cloud": "sample-cloud",
        "pool": state.pool, "ip": (history.address(name),), "power": "off" if state.off_on else "on",
    }  # fmt: skip
    days = {
        "powered_off_date": state.off_on,
        "deleted_date": state.deleted_on,
        "created_date": history.created.get(name),
    }
    fields |= {key: day.isoformat() for key, day in days.items() if day is not None}
    return Record(kind="server", id=server_id(name), fields=fields, origin=Origin(source="openstack:lab", path=name))


def _systems(history: History, look: Look) -> list[Record]:
    found = []
    for number, (system, department) in enumerate(sorted(look.departments.items()), start=1):
        held = tuple(history.address(name) for name, state in sorted(look.machines.items()) if state.system == system)
        fields: dict[str, Value] = {
            "sys_name": f"系统{system}", "dept": department, "secret": "非涉密", "ip": held, "bandwidth": 100 * number,
        }  # fmt: skip
        origin = Origin(source=f"ledger:{system}", file="台账.xlsx", sheet="系统", row=number)
        found.append(Record(kind="system", id=system, fields=fields, origin=origin))
    return found


def _csv(history: History, work: Path) -> Path:
    rows: dict[tuple[str, date, int], dict[str, float]] = {}
    for one in history.samples:
        for hour, percent in enumerate(one.percents):
            rows.setdefault((one.machine, one.on, hour), {})[one.metric] = percent
    lines = ["server,at,cpu_percent,memory_percent,disk_used_percent,network_mbit_s"]
    for (machine, on, hour), found in sorted(rows.items()):
        cells = [f"{found[metric]:.1f}" if metric in found else "" for metric in METRICS]
        lines.append(f"{machine},{on}T{hour:02d}:00:00+08:00,{','.join(cells)},2.0")
    path = work / "lab-2026.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
