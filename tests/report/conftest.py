"""A small real store (SQLite, Parquet) with two months in it, and the report that the command line makes from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalogs.load import load_catalogs
from inventory.merging.merge import inventory_at
from inventory.model import Collected, Contact, Origin, Record, Skipped, Value
from inventory.storage.decisions import Decision
from inventory.storage.store import open_store
from inventory.telemetry.collect import collect_files

END_OF_FEBRUARY = datetime(2026, 2, 28, 15, 0, tzinfo=UTC)
END_OF_MARCH = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
AS_OF = "2026-03-31"
# What must never come out: people, secrets, names of systems that are classified or may be.
HIDDEN = (
    "13912345678",
    "王小明",
    "S3cret-Passw0rd",
    "绝密指挥系统",
    "密级不明系统",
    "保密专网系统",
    "10.20.30.",
    "bunker",
    "unknown-owner",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The files of one report."""

    folder: Path
    store: Path

    @property
    def bundle(self) -> Path:
        return self.folder / "usage-2026-03.evidence.zip"

    @property
    def html(self) -> Path:
        return self.folder / "usage-2026-03.html"

    @property
    def xlsx(self) -> Path:
        return self.folder / "usage-2026-03.xlsx"

    @property
    def figures(self) -> Path:
        return self.folder / "usage-2026-03.figures.json"


def server(name: str, *, vcpu: int = 4, address: str, id_: str | None = None, **more: Value) -> Record:
    fields: dict[str, Value] = {
        "server_name": name, "vcpu": vcpu, "mem": vcpu * 4.0, "disk": 100.0, "power": "on", "cloud": "lab", "pool": "az-east-ext-x86",
        "project": "health", "project_id": "p-1", "ip": (address,), "created_date": "2025-01-01", "description": "电话 13912345678", **more,
    }  # fmt: skip
    return Record(
        kind="server",
        id=f"openstack:{id_ or name}",
        fields=fields,
        origin=Origin(source="openstack:lab", path=f"servers/{id_ or name}"),
    )


def system(system_id: str, name: str, address: str, **more: Value) -> Record:
    fields: dict[str, Value] = {
        "sys_name": name, "dept": "市卫生健康委", "secret": "非涉密", "ip": (address,), "last_login": "2026-03-01", "logins_month": 500,
        "contact": "contact-1", "remark": "联系人王小明 13912345678", "replaced_by": None, "zombie_reasons": ("问王小明13912345678",), "user_scale": 300, **more,
    }  # fmt: skip
    place = Origin(source="ledger:市卫生健康委", file="台账.xlsx", sheet="系统", row=int(system_id[-1]) + 4)
    return Record(kind="system", id=system_id, fields=fields, origin=place)


SYSTEMS = (
    system("sys-1", '=HYPERLINK("http://x")挂号系统', "10.20.30.1"),
    system("sys-2", "<script>alert(1)</script>门户", "10.20.30.2", zombie_declared="是"),
    system("sys-3", "密级不明系统", "10.20.30.3", secret=None),
    system("sys-4", "保密专网系统", "10.20.30.4"),  # ruled classified by a decision
)
FEBRUARY = (
    server("his-app", address="10.20.30.1"),
    server("portal", vcpu=2, address="10.20.30.2"),
    server("gone", vcpu=8, address="10.20.30.9"),
)
MARCH = (
    server("his-app", vcpu=8, address="10.20.30.1"),  # enlarged
    server("portal", vcpu=2, address="10.20.30.2"),
    server("fresh", vcpu=16, address="10.20.30.5", created_date="2026-03-11"),
    server("unknown-owner", id_="9c0a12", address="10.20.30.3"),
    server("bunker", id_="5f1e77", address="10.20.30.4"),
)
LEVELS = {"his-app": 40.0, "portal": 0.6, "gone": 10.0, "fresh": 80.0, "unknown-owner": 5.0}


def collected(source: str, records: tuple[Record, ...], **more: object) -> Collected:
    return Collected(source=source, collector=source.partition(":")[0], records=records, **more)  # type: ignore[arg-type]


def samples(folder: Path) -> Path:
    """Hourly samples of 89 days; `portal` misses nine days of March, `bunker` is never measured."""
    lines = ["server,at,cpu_percent,memory_percent,disk_used_percent,network_mbit_s"]
    for day in (date(2026, 1, 2) + timedelta(days=n) for n in range(89)):
        for name, level in LEVELS.items():
            if (name == "portal" and date(2026, 3, 3) <= day < date(2026, 3, 12)) or (
                name == "fresh" and day < date(2026, 3, 11)
            ):
                continue
            if name == "gone" and day > date(2026, 3, 14):
                continue
            for hour in range(24):
                cpu = level * (1.5 if 8 <= hour < 18 else 0.5)
                lines.append(
                    f"{name},{day}T{hour:02d}:00:00+08:00,{cpu:.2f},{20 + level / 2:.1f},{30 + level / 4:.1f},0.5"
                )
    path = folder / "lab-2026.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def fill(folder: Path, work: Path) -> None:
    """The store: two snapshots of the cloud, one ledger with what must not come out, decisions, samples."""
    contact = Contact(
        id="contact-1",
        department="市卫生健康委",
        role="owner",
        name="王小明",
        phone="13912345678",
        origin=Origin(source="ledger:市卫生健康委"),
    )
    classified = Skipped(
        origin=Origin(source="ledger:市卫生健康委", file="台账.xlsx", row=9), reason="classified", detail="绝密指挥系统"
    )
    ledger = collected("ledger:市卫生健康委", SYSTEMS, contacts=(contact,), skipped=(classified,))
    with open_store(str(folder), create=True) as store:
        store.add_snapshot(ledger, taken_at=END_OF_FEBRUARY)
        store.add_snapshot(collected("openstack:lab", FEBRUARY), taken_at=END_OF_FEBRUARY)
        store.add_snapshot(collected("openstack:lab", MARCH), taken_at=END_OF_MARCH)
        for kind, subject, value in (
            ("secrecy", "sys-4", "classified"),
            ("zombie", "sys-2", {"step": "shut-down", "evidence": "关停单.pdf"}),
        ):
            store.add_decision(
                Decision(
                    kind=kind,
                    subject=subject,
                    value=value,
                    actor="王小明",
                    role="保密办",
                    reason="电话 13912345678",
                    decided_at=END_OF_FEBRUARY,
                )
            )
        known = {
            server.id: server
            for at in (END_OF_FEBRUARY, END_OF_MARCH)
            for server in inventory_at(store, load_catalogs(None), at).servers
        }
        collect_files(
            store,
            [known[key] for key in sorted(known)],
            [samples(work)],
            as_of=END_OF_MARCH,
            source="lab",
            sources_file=None,
            told=lambda _: None,
        )


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The report on March, made once for all tests that only read it."""
    work = tmp_path_factory.mktemp("report")
    fill(work / "store", work)
    report_on(work / "store", work / "out", work)
    return Made(folder=work / "out", store=work / "store")


def report_on(store: Path, out: Path, work: Path, *more: str, kind: str = "usage") -> None:
    """Make the report with the real command."""
    from report.commands import report

    arguments = [
        kind,
        "--period",
        "2026-03",
        "--profile",
        "sample-city",
        "--out",
        str(out),
        "--store",
        str(store),
        "--as-of",
        AS_OF,
        "--workspace",
        str(work),
        *more,
    ]
    result = CliRunner().invoke(report, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
