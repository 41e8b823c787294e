"""Records as the tests of the merge need them; what a test does not name has a plain value."""

from __future__ import annotations

from datetime import UTC, datetime

from inventory.merging.merge import merge
from inventory.merging.parts import Rulings, Seen, Words
from inventory.model import Inventory, Origin, Record, Value
from inventory.names import Lineage
from inventory.storage.decisions import Decision

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)


def a_row(
    name: str | None = "排课系统",
    *,
    id_: str = "sys-a",
    dept: str | None = "市教育局",
    row: int = 5,
    source: str = "ledger:市教育局",
    taken_at: datetime = AS_OF,
    **fields: Value,
) -> Seen:
    """A system as one row of a ledger says it."""
    values: dict[str, Value] = {"sys_name": name, "dept": dept, "secret": "非涉密", **fields}
    record = Record(
        kind="system", id=id_, fields=values, origin=Origin(source=source, file="台账.xlsx", sheet="系统", row=row)
    )
    return Seen(record=record, source=source, collector="ledger", taken_at=taken_at)


def a_server(
    name: str = "vm-1",
    *,
    id_: str | None = None,
    source: str = "openstack:lab",
    collector: str = "openstack",
    **fields: Value,
) -> Seen:
    """A machine as a cloud's interface, or as a row of a ledger, says it."""
    prefix = "openstack" if collector == "openstack" else "ledger:x/server"
    values: dict[str, Value] = {
        "server_name": name,
        "vcpu": 4,
        "mem": 16.0,
        "disk": 100,
        "cloud": "lab",
        "project": "edu",
        "project_id": "p-1",
        **fields,
    }
    if collector != "openstack":
        values = {
            key: value
            for key, value in values.items()
            if key not in {"cloud", "project", "project_id"} or key in fields
        }
    record = Record(
        kind="server", id=id_ or f"{prefix}:{name}", fields=values, origin=Origin(source=source, path=f"servers/{name}")
    )
    return Seen(record=record, source=source, collector=collector)


def a_decision(kind: str, subject: str, value: object, *, decided_at: datetime = AS_OF) -> Decision:
    """What somebody decided."""
    return Decision(
        kind=kind, subject=subject, value=value, actor="张三", role="科长", reason="核对过", decided_at=decided_at
    )


def merged(*seen: Seen, decisions: tuple[Decision, ...] = (), words: Words | None = None) -> Inventory:
    """The inventory that some records and decisions make."""
    return merge(seen, rulings=Rulings.of(decisions), words=words or Words(), as_of=AS_OF)


def a_lineage() -> Lineage:
    """市卫计委 was renamed to 市卫健委; 市农林局 was split into 市农业局 and 市林业局; 市规划局 and 市国土局 were merged."""
    from catalogs.models_calendar import Departments

    return Lineage.of(
        [
            Departments.model_validate(
                {
                    "id": "city", "name": "市", "sources": {"reform": {"document": "机构改革", "confidence": "U"}},
                    "departments": [
                        {"id": "health", "name": "市卫健委", "aliases": ["市卫生健康委员会"]}, {"id": "farm", "name": "市农业局"},
                        {"id": "forest", "name": "市林业局"}, {"id": "land", "name": "市自然资源局"}, {"id": "education", "name": "市教育局"},
                    ],
                    "changes": [
                        {"on": "2019-01-15", "kind": "rename", "from_names": ["市卫计委"], "to": ["health"], "source": "reform"},
                        {"on": "2019-01-15", "kind": "split", "from_names": ["市农林局"], "to": ["farm", "forest"], "source": "reform"},
                        {"on": "2019-01-15", "kind": "merge", "from_names": ["市规划局", "市国土局"], "to": ["land"], "source": "reform"},
                    ],
                }
            )
        ]
    )  # fmt: skip
