"""What the store's tables hold as objects, and back: one home for the form of each row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from catalogs.digest import canonical_json, sha256_of, sha256_of_bytes
from catalogs.errors import StoreError
from catalogs.words import Text
from inventory.closed_systems import Mark
from inventory.model import Collected, Record, Snapshot
from inventory.storage.decisions import Decision

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryFile:
    """One immutable Parquet file of the manifest; `path` is relative to the telemetry folder."""

    path: str
    kind: str
    source: str
    day: str | None
    row_count: int
    sha256: str
    schema_version: int
    added_at: datetime
    about: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """A plan as it was solved and checked: the bytes of both files, and what was known beside them."""

    id: str
    made_at: datetime
    problem: bytes
    plan: bytes
    about: Mapping[str, Any]

    @property
    def problem_sha256(self) -> str:
        """SHA-256 of the problem file's bytes."""
        return sha256_of_bytes(self.problem)

    @property
    def plan_sha256(self) -> str:
        """SHA-256 of the plan file's bytes: what an approval is bound to."""
        return sha256_of_bytes(self.plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """What one run of a command noted."""

    as_of: datetime
    actor: str
    result: str


def snapshot_of(collected: Collected, taken_at: datetime) -> Snapshot:
    """The snapshot that a collection makes: its id is the UTC second and the digest of all its content."""
    content = sha256_of(
        [
            collected.source,
            [record.as_json() for record in collected.records],
            [gap.as_json() for gap in collected.gaps],
            [row.as_json() for row in collected.skipped],
            collected.complete,
            collected.accounting,
        ]
    )
    return Snapshot(
        id=f"{taken_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{content[:8]}",
        source=collected.source,
        collector=collected.collector,
        taken_at=taken_at,
        complete=collected.complete,
        why_partial=collected.why_partial,
        content_sha256=content,
        accounting=collected.accounting,
    )


def insert_snapshot(connection: Connection, made: Snapshot, collected: Collected) -> None:
    """Write the rows of one collection."""
    from sqlalchemy import insert

    from inventory.storage import schema

    connection.execute(
        insert(schema.snapshot).values(
            id=made.id, source=made.source, collector=made.collector, taken_at=utc_text(made.taken_at), complete=made.complete,
            why_partial=None if made.why_partial is None else canonical_json(made.why_partial.as_json()),
            content_sha256=made.content_sha256, accounting=canonical_json(made.accounting),
        )
    )  # fmt: skip
    layouts, records = _record_rows(made.id, collected.records)
    gaps = [
        {"snapshot_id": made.id, "number": n, "kind": gap.kind, "body": canonical_json(gap.as_json())}
        for n, gap in enumerate(collected.gaps)
    ]
    skipped = [
        {"snapshot_id": made.id, "number": n, "reason": row.reason, "body": canonical_json(row.as_json())}
        for n, row in enumerate(collected.skipped)
    ]
    contacts = [
        {
            "snapshot_id": made.id, "id": person.id, "department": person.department, "role": person.role,
            "name": person.name, "phone": person.phone, "origin": canonical_json(person.origin.as_json()),
        }
        for person in {person.id: person for person in collected.contacts}.values()
    ]  # fmt: skip
    for table, rows in (
        (schema.layout, layouts), (schema.record, records), (schema.gap, gaps), (schema.skipped, skipped), (schema.contact, contacts),
    ):  # fmt: skip
        if rows:
            connection.execute(insert(table), rows)


def _record_rows(
    snapshot_id: str, records: Sequence[Record]
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    numbers: dict[str, int] = {}
    rows: list[dict[str, object]] = []
    for place, record in enumerate(records):
        body = record.as_json()
        columns = canonical_json(body["columns"])
        number = numbers.setdefault(columns, len(numbers))
        kept = {key: body[key] for key in ("fields", "origin", "field_origins")}
        rows.append(
            {
                "snapshot_id": snapshot_id, "number": place, "kind": record.kind, "id": record.id,
                "layout": number, "body": canonical_json(kept),
            }
        )  # fmt: skip
    layouts: list[dict[str, object]] = [
        {"snapshot_id": snapshot_id, "number": number, "columns": columns} for columns, number in numbers.items()
    ]
    return layouts, rows


def insert_identities(connection: Connection, identities: Mapping[str, tuple[str, object]], taken_at: datetime) -> None:
    """Write the keys that are new; those known keep the system they have."""
    from sqlalchemy import insert, select

    from inventory.storage.schema import identity

    if not identities:
        return
    known = set(connection.execute(select(identity.c.key)).scalars())
    rows = [
        {"key": key, "system_id": system_id, "since": utc_text(taken_at), "basis": canonical_json(basis)}
        for key, (system_id, basis) in sorted(identities.items())
        if key not in known
    ]
    if rows:
        connection.execute(insert(identity), rows)


def mark_from(row: Row[Any]) -> Mark:
    """A row of the table of identities that closes a system."""
    basis = json.loads(row.basis)
    return Mark(system_id=row.system_id, source=basis["source"], since=instant(row.since), sure=basis["sure"])


def snapshot_from(row: Row[Any]) -> Snapshot:
    """A row of the table of snapshots."""
    return Snapshot(
        id=row.id,
        source=row.source,
        collector=row.collector,
        taken_at=instant(row.taken_at),
        complete=row.complete,
        why_partial=None if row.why_partial is None else Text.from_json(json.loads(row.why_partial)),
        content_sha256=row.content_sha256,
        accounting=json.loads(row.accounting),
    )


def decision_from(row: Row[Any]) -> Decision:
    """A row of the table of decisions."""
    return Decision(
        kind=row.kind,
        subject=row.subject,
        value=json.loads(row.value),
        actor=row.actor,
        role=row.role,
        reason=row.reason,
        decided_at=instant(row.decided_at),
        subject_sha256=row.subject_sha256,
        supersedes=row.supersedes,
    )


def plan_from(row: Row[Any]) -> StoredPlan:
    """A row of the table of plans; StoreError where its files no longer have their digests."""
    found = StoredPlan(
        id=row.id,
        made_at=instant(row.made_at),
        problem=bytes(row.problem),
        plan=bytes(row.plan),
        about=json.loads(row.about),
    )
    if (found.problem_sha256, found.plan_sha256) != (row.problem_sha256, row.plan_sha256):
        raise StoreError(
            f"方案 {row.id} 与其摘要不符，被改动过", f"plan {row.id} no longer has its digest: it was changed"
        )
    return found


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Turn the database's own errors into ours."""
    from sqlalchemy.exc import DBAPIError, OperationalError

    try:
        yield
    except DBAPIError as error:
        raise _store_error(engine, error, busy=isinstance(error, OperationalError)) from error


def _store_error(engine: Engine, error: Exception, *, busy: bool) -> StoreError:
    where = engine.url.render_as_string(hide_password=True)
    said = str(getattr(error, "orig", error)).splitlines()[0]
    if "disk is full" in said or "No space left" in said:
        return StoreError(f"{where}：磁盘已满，没有写入任何内容", f"{where}: the disk is full; nothing was written",
                          hint=Text("腾出空间后重新运行同一条命令", "free some space and run the same command again"))  # fmt: skip
    if busy and "locked" in said:
        return StoreError(f"{where}：另一条命令正在写入", f"{where}: another command is writing",
                          hint=Text("等它结束后重试", "try again when it has ended"))  # fmt: skip
    if "permission denied" in said:
        return StoreError(f"{where}：没有权限：{said}", f"{where}: no access: {said}",
                          hint=Text("请数据库管理员授权（联系人表的授权见安装文档）", "ask the database's administrator (for the contact table see the page on installation)"))  # fmt: skip
    return StoreError(f"{where}：数据库报错：{said}", f"{where}: the database says: {said}")


def utc_text(instant: datetime) -> str:
    """An instant as the tables keep it."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def instant(text: str) -> datetime:
    """The inverse of `utc_text`."""
    return datetime.fromisoformat(text)
