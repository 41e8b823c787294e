"""Snapshots with their records, gaps, skipped rows and contacts, and the keys by which systems are known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from inventory.closed_systems import MARK_PREFIX, Mark
from inventory.model import Collected, Contact, Gap, Origin, Record, RecordKind, Skipped, Snapshot, Value
from inventory.storage.rows import insert_identities, insert_snapshot, mark_from, snapshot_from, snapshot_of, utc_text
from inventory.storage.tables import Tables

if TYPE_CHECKING:
    from sqlalchemy import Connection


class SnapshotTables(Tables):
    """What collections found, append-only: a newer fact is a newer snapshot."""

    def add_snapshot(
        self, collected: Collected, *, taken_at: datetime, identities: Mapping[str, tuple[str, object]] | None = None
    ) -> Snapshot:
        """Write everything one collection found, or nothing.

        Args:
            collected: records (with their final ids), gaps, skipped rows, contacts.
            taken_at: the `as_of` of the collection.
            identities: new keys of systems → (system id, basis), written in the same transaction.

        Returns:
            The snapshot. The same content from the same source at the same instant gives the one already stored.
        """
        made = snapshot_of(collected, taken_at)
        with self._transaction() as connection:
            if self._exists(connection, made.id):
                return made
            insert_snapshot(connection, made, collected)
            insert_identities(connection, identities or {}, taken_at)
        return made

    def snapshots(self, *, until: datetime | None = None, source: str | None = None) -> list[Snapshot]:
        """All snapshots taken until an instant, oldest first."""
        from sqlalchemy import select

        from inventory.storage.schema import snapshot

        query = select(snapshot).order_by(snapshot.c.taken_at, snapshot.c.id)
        if until is not None:
            query = query.where(snapshot.c.taken_at <= utc_text(until))
        if source is not None:
            query = query.where(snapshot.c.source == source)
        with self._reading() as connection:
            return [snapshot_from(row) for row in connection.execute(query)]

    def latest(self, as_of: datetime) -> dict[str, Snapshot]:
        """For each source its latest complete snapshot until `as_of`; the latest partial one where none is complete."""
        chosen: dict[str, Snapshot] = {}
        for made in self.snapshots(until=as_of):
            if made.complete or made.source not in chosen or not chosen[made.source].complete:
                chosen[made.source] = made
        return dict(sorted(chosen.items()))

    def records(self, snapshot_ids: Iterable[str], kind: RecordKind | None = None) -> Iterator[Record]:
        """The records of some snapshots, in the order they were read."""
        from sqlalchemy import select

        from inventory.storage.schema import layout, record

        with self._reading() as connection:
            for snapshot_id in snapshot_ids:
                columns = {
                    row.number: json.loads(row.columns)
                    for row in connection.execute(select(layout).where(layout.c.snapshot_id == snapshot_id))
                }
                query = select(record).where(record.c.snapshot_id == snapshot_id).order_by(record.c.number)
                if kind is not None:
                    query = query.where(record.c.kind == kind)
                for row in connection.execute(query):
                    body = {"kind": row.kind, "id": row.id, "columns": columns[row.layout], **json.loads(row.body)}
                    yield Record.from_json(body)

    def values_of(self, snapshot_id: str, kind: RecordKind, names: Sequence[str]) -> list[tuple[str, dict[str, Value]]]:
        """Some fields of the records of one kind, those that are told, with their ids: cheaper than the whole records."""
        from sqlalchemy import select

        from inventory.storage.schema import record

        query = select(record.c.id, record.c.body).where(record.c.snapshot_id == snapshot_id, record.c.kind == kind)
        with self._reading() as connection:
            rows = [(row.id, json.loads(row.body)["fields"]) for row in connection.execute(query)]
        return [(one, {name: told[name] for name in names if told.get(name) is not None}) for one, told in rows]

    def gaps(self, snapshot_ids: Iterable[str]) -> Iterator[Gap]:
        """The gaps of some snapshots, in the order they were found."""
        from inventory.storage.schema import gap

        for body in self._bodies(gap, snapshot_ids):
            yield Gap.from_json(body)

    def skipped(self, snapshot_ids: Iterable[str]) -> Iterator[Skipped]:
        """The rows that were left out, each with its reason."""
        from inventory.storage.schema import skipped

        for body in self._bodies(skipped, snapshot_ids):
            yield Skipped(origin=Origin.from_json(body["origin"]), reason=body["reason"], detail=body["detail"])

    def contacts(self, snapshot_ids: Iterable[str]) -> list[Contact]:
        """The people named in some snapshots. Only for `inventory contacts`, which notes who looked and why."""
        from sqlalchemy import select

        from inventory.storage.schema import contact

        query = select(contact).where(contact.c.snapshot_id.in_(list(snapshot_ids))).order_by(contact.c.id)
        with self._reading() as connection:
            return [
                Contact(
                    id=row.id, department=row.department, role=row.role, name=row.name, phone=row.phone,
                    origin=Origin.from_json(json.loads(row.origin)),
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def identities(self) -> dict[str, str]:
        """Every key that a system has been known by → its id."""
        from sqlalchemy import select

        from inventory.storage.schema import identity

        query = select(identity).where(identity.c.key.not_like(f"{MARK_PREFIX}%")).order_by(identity.c.key)
        with self._reading() as connection:
            return {row.key: row.system_id for row in connection.execute(query)}

    def marks(self) -> list[Mark]:
        """The systems that ledgers marked as classified after they had been open (inventory/closed_systems.py)."""
        from sqlalchemy import select

        from inventory.storage.schema import identity

        query = (
            select(identity).where(identity.c.key.like(f"{MARK_PREFIX}%")).order_by(identity.c.since, identity.c.key)
        )
        with self._reading() as connection:
            return [mark_from(row) for row in connection.execute(query)]

    @staticmethod
    def _exists(connection: Connection, snapshot_id: str) -> bool:
        from sqlalchemy import select

        from inventory.storage.schema import snapshot

        return connection.execute(select(snapshot.c.id).where(snapshot.c.id == snapshot_id)).first() is not None

    def _bodies(self, table: Any, snapshot_ids: Iterable[str]) -> Iterator[dict[str, Any]]:
        from sqlalchemy import select

        with self._reading() as connection:
            for snapshot_id in snapshot_ids:
                query = select(table.c.body).where(table.c.snapshot_id == snapshot_id).order_by(table.c.number)
                for (body,) in connection.execute(query):
                    yield json.loads(body)
