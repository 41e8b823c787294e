"""A small city for tests of `build`: systems and servers made in place, the built-in catalogues with changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from catalogs.load import Catalogs
from inventory.model import Dependency, Inventory, Origin, Server, System
from inventory.storage.decisions import Decision
from planner.build.build import build_problem
from planner.build.built import Built
from planner.build.replan import Earlier
from tests.catalogs.files import catalogs_with, text_of

AS_OF_ON = date(2026, 3, 31)  # a Tuesday: week 0 is 2026-W15
PLACE = Origin(source="ledger:t", file="台账.xlsx", sheet="台账", row=3, column="C")


def a_system(system_id: str, **facts: Any) -> System:
    """A system that can be planned: level 2, 政务外网区, x86."""
    known: dict[str, Any] = {
        "name": f"{system_id}系统",
        "department": "市教育局",
        "department_id": "jyj",
        "secrecy": "unclassified",
        "system_class": "business",
        "status": "在用",
        "mlps_level": 2,
        "zones": ("政务外网区",),
        "location": "政务云",
        "data_gib": 10.0,
        "cpu_arch": "x86_64",
        "xinchuang": False,
        "origins": dict.fromkeys(("vcpu", "dr", "ops_contract_end", "hw_end"), PLACE),
    }
    return System(id=system_id, **{**known, **facts})


def a_server(system_id: str | None, number: int = 1, **facts: Any) -> Server:
    """A server of 4 vCPU, 8 GiB, 100 GiB in an older cloud."""
    known: dict[str, Any] = {
        "id": f"openstack:{system_id}-{number}",
        "name": f"{system_id}-{number}",
        "source": "openstack:cloud-a",
        "system_id": system_id,
        "vcpu": 4,
        "memory_gib": 8.0,
        "disk_gib": 100.0,
        "cpu_arch": "x86_64",
        "power": "on",
        "pool": "old-az",
        "cloud": "cloud-a",
        "zone": "政务外网区",
    }
    return Server(**{**known, **facts})


def depends(consumer: str, provider: str) -> Dependency:
    """A declared dependency."""
    return Dependency(consumer=consumer, provider=provider, basis="declared", origin=PLACE)


@dataclass(frozen=True, slots=True)
class ARate:
    """A usage rate of a server."""

    group: str
    metric: str
    statistic: str
    numerator: int | None
    denominator: int = 1000
    coverage: float | None = 1.0
    days: int = 90
    kind: str = "server"


def used(server: Server, cpu: int, memory: int, storage: int | None = None, **known: Any) -> list[ARate]:
    """Rates of one server in thousandths of what is provisioned."""
    rates = [ARate(server.id, "cpu", "p95", cpu, **known), ARate(server.id, "memory", "p95", memory, **known)]
    return rates if storage is None else [*rates, ARate(server.id, "storage", "peak", storage, **known)]


@dataclass(frozen=True, slots=True)
class AVerdict:
    """What build reads of a verdict."""

    system_id: str
    state: str


def decided(kind: str, subject: str, value: object, *, minute: int = 0) -> Decision:
    """A decision of somebody in March."""
    at = datetime(2026, 3, 30, 9, minute, tzinfo=UTC)
    return Decision(
        kind=kind, subject=subject, value=value, actor="李某", role="planner", reason="会议纪要", decided_at=at
    )


def planning_with(*changes: tuple[str, str]) -> Catalogs:
    """The built-in catalogues with texts of the sample city's planning figures replaced."""
    text = text_of("planning/sample-city.yaml")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return catalogs_with(planning__sample_city=text)


CATALOGS = catalogs_with()


def build(
    systems: Sequence[System],
    servers: Iterable[Server] | None = None,
    *,
    dependencies: Sequence[Dependency] = (),
    verdicts: Sequence[AVerdict] = (),
    decisions: Sequence[Decision] = (),
    rates: Sequence[ARate] = (),
    catalogs: Catalogs = CATALOGS,
    as_of_on: date = AS_OF_ON,
    earlier: Earlier | None = None,
    classified: int = 0,
    policy: str = "sample-city",
) -> Built:
    """Build the problem of some systems; without servers each has one."""
    machines = [a_server(system.id) for system in systems] if servers is None else list(servers)
    inventory = Inventory(
        as_of=datetime(as_of_on.year, as_of_on.month, as_of_on.day, 12, tzinfo=UTC),
        systems=tuple(sorted(systems, key=lambda system: system.id)),
        servers=tuple(sorted(machines, key=lambda server: server.id)),
        dependencies=tuple(dependencies),
        classified_count=classified,
    )
    return build_problem(
        inventory, verdicts, catalogs, decisions, as_of_on, policy_id=policy, rates=rates, earlier=earlier
    )


def reasons(built: Built) -> dict[str | None, str]:
    """System → why it is not planned."""
    return {item.system: item.reason for item in built.left_out}


def codes(built: Built) -> set[str]:
    """The codes of all notes."""
    return {note.code for note in built.notes}
