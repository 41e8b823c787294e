"""Store: append-only snapshots, decisions, plans and the manifest of telemetry files, on SQLite or PostgreSQL.

A snapshot is never changed; newer facts make a newer snapshot. The inventory at `as_of` is the latest complete
snapshot of each source until then. Each method that writes is one transaction: all or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from catalogs.digest import canonical_json, sha256_of_bytes
from catalogs.errors import StoreError
from catalogs.words import Text
from inventory.closed_systems import MARK_PREFIX, Mark
from inventory.model import Collected, Contact, Gap, Origin, Record, RecordKind, Skipped, Snapshot, Value
from inventory.storage.decisions import FIRST_LINK, Decision, checked, link
from inventory.storage.rows import (
    StoredPlan,
    StoredRun,
    TelemetryFile,
    decision_from,
    explained,
    insert_identities,
    insert_snapshot,
    instant,
    mark_from,
    plan_from,
    snapshot_from,
    snapshot_of,
    utc_text,
)

__all__ = ["Store", "StoredPlan", "StoredRun", "TelemetryFile", "open_store", "snapshot_of"]

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class Store:
    """An open store. Use `open_store`; `with` closes it."""

    def __init__(self, engine: Engine, telemetry_folder: Path) -> None:
        self._engine = engine
        self.telemetry_folder = telemetry_folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._engine.dispose()

    # --- snapshots ------------------------------------------------------------------------------------------

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

    # --- identities -----------------------------------------------------------------------------------------

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

    # --- decisions ------------------------------------------------------------------------------------------

    def add_decision(self, decision: Decision) -> Decision:
        """Append one decision to the chain.

        Raises:
            UsageError: its kind or value is not known.
            StoreError: it supersedes a decision that is not there.
        """
        return self.add_decisions([decision])[0]

    def add_decisions(self, decisions: Sequence[Decision], *, after: str | None = None) -> list[Decision]:
        """Append several decisions, in this order: all of them or none. One that is there already stays as it is.

        Args:
            decisions: to be appended.
            after: the end of the chain against which they were checked (`decisions_head`); `None`: whatever it is.

        Raises:
            UsageError: a kind or value is not known.
            StoreError: one supersedes a decision that is not there, or others were appended since the check.
        """
        from sqlalchemy import insert, select

        from inventory.storage.schema import decision as table

        rows = [checked(decision) for decision in decisions]
        with self._transaction() as connection:
            self._lock_chain(connection)
            known = set(connection.execute(select(table.c.id)).scalars())
            last = connection.execute(select(table.c.row_sha256).order_by(table.c.number.desc()).limit(1)).scalar()
            previous = last or FIRST_LINK
            if after is not None and previous != after:
                raise StoreError(
                    "核对以后又有人作了决定，没有写入", "others have decided since the check; nothing was written",
                    hint=Text("再运行一次同一条命令", "run the same command again"),
                )  # fmt: skip
            for row in rows:
                if row.id in known:
                    continue
                if row.supersedes is not None and row.supersedes not in known:
                    raise StoreError(
                        f"没有决定 {row.supersedes}，不能取代", f"there is no decision {row.supersedes} to supersede"
                    )
                own = link(row, previous)
                values = {**row.as_json(), "value": canonical_json(row.value)}
                connection.execute(insert(table).values(**values, previous_sha256=previous, row_sha256=own))
                known.add(row.id)
                previous = own
        return rows

    def decisions(self, *, until: datetime | None = None, kind: str | None = None) -> list[Decision]:
        """The decisions taken until an instant, in the order of appending; the chain is checked on the way.

        Raises:
            StoreError: a row was changed or removed behind our back.
        """
        from sqlalchemy import select

        from inventory.storage.schema import decision as table

        found: list[Decision] = []
        previous = FIRST_LINK
        with self._reading() as connection:
            for row in connection.execute(select(table).order_by(table.c.number)):
                made = decision_from(row)
                if row.previous_sha256 != previous or row.row_sha256 != link(made, previous):
                    raise StoreError(
                        f"决定 {row.id} 之后的记录链被改动过，不可采信",
                        f"the chain of decisions was changed at {row.id}",
                        hint=Text(
                            "从备份恢复存储，或请审计人员查明", "restore the store from a backup, or have it audited"
                        ),
                    )
                previous = row.row_sha256
                if (until is None or made.decided_at <= until) and (kind is None or made.kind == kind):
                    found.append(made)
        return found

    def decisions_head(self) -> str:
        """The hash at the end of the chain, printed in reports."""
        from sqlalchemy import select

        from inventory.storage.schema import decision as table

        with self._reading() as connection:
            last = connection.execute(select(table.c.row_sha256).order_by(table.c.number.desc()).limit(1)).scalar()
        return last or FIRST_LINK

    # --- plans ----------------------------------------------------------------------------------------------

    def add_plan(self, *, problem: bytes, plan: bytes, about: Mapping[str, object], made_at: datetime) -> StoredPlan:
        """Keep a checked plan; its id is the UTC second and the digest of both files."""
        from sqlalchemy import insert, select

        from inventory.storage.schema import plan as table

        digest = sha256_of_bytes(problem + b"\0" + plan)[:8]
        stored = StoredPlan(
            id=f"{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest}",
            made_at=made_at,
            problem=problem,
            plan=plan,
            about=about,
        )
        with self._transaction() as connection:
            if connection.execute(select(table.c.id).where(table.c.id == stored.id)).first() is None:
                connection.execute(
                    insert(table).values(
                        id=stored.id, made_at=utc_text(made_at), problem=problem, problem_sha256=stored.problem_sha256,
                        plan=plan, plan_sha256=stored.plan_sha256, about=canonical_json(about),
                    )
                )  # fmt: skip
        return stored

    def plans(self, *, until: datetime | None = None) -> list[StoredPlan]:
        """The plans made until an instant, oldest first; those of one instant in the order in which they were made.

        Raises:
            StoreError: a stored plan no longer has its digest.
        """
        from sqlalchemy import func, select

        from inventory.storage.schema import plan as table
        from inventory.storage.schema import run

        made = select(func.max(run.c.id)).where(run.c.result == table.c.id, run.c.command.like("%plan make"))
        query = select(table).order_by(table.c.made_at, func.coalesce(made.scalar_subquery(), 0), table.c.id)
        if until is not None:
            query = query.where(table.c.made_at <= utc_text(until))
        with self._reading() as connection:
            return [plan_from(row) for row in connection.execute(query)]

    def plan(self, plan_id: str) -> StoredPlan:
        """One plan by its id, or by an unambiguous beginning of it; `latest` is the newest.

        Raises:
            StoreError: there is no such plan, or several.
        """
        known = self.plans()
        found = known[-1:] if plan_id == "latest" else [plan for plan in known if plan.id.startswith(plan_id)]
        if len(found) != 1:
            names = "、".join(plan.id for plan in known[-5:]) or "无"
            raise StoreError(f"找不到唯一的方案 {plan_id}；现有：{names}", f"no single plan {plan_id}; known: {names}",
                             hint=Text("用 govcloud plan show 查看，或先 govcloud plan make", "see govcloud plan show"))  # fmt: skip
        return found[0]

    # --- telemetry manifest ---------------------------------------------------------------------------------

    def add_telemetry_files(self, files: Sequence[TelemetryFile]) -> None:
        """List files that already lie in the telemetry folder; a path that is listed already is left alone."""
        from sqlalchemy import insert, select

        from inventory.storage.schema import telemetry_file as table

        with self._transaction() as connection:
            known = set(connection.execute(select(table.c.path)).scalars())
            rows = [
                {
                    "path": file.path, "kind": file.kind, "source": file.source, "day": file.day,
                    "row_count": file.row_count, "sha256": file.sha256, "schema_version": file.schema_version,
                    "added_at": utc_text(file.added_at), "about": canonical_json(file.about),
                }
                for file in files if file.path not in known
            ]  # fmt: skip
            if rows:
                connection.execute(insert(table), rows)

    def telemetry_files(self, kind: str, *, until: datetime | None = None) -> list[TelemetryFile]:
        """The files of one kind listed until an instant, in the order of listing."""
        from sqlalchemy import select

        from inventory.storage.schema import telemetry_file as table

        query = select(table).where(table.c.kind == kind).order_by(table.c.number)
        if until is not None:
            query = query.where(table.c.added_at <= utc_text(until))
        with self._reading() as connection:
            return [
                TelemetryFile(
                    path=row.path, kind=row.kind, source=row.source, day=row.day, row_count=row.row_count,
                    sha256=row.sha256, schema_version=row.schema_version, added_at=instant(row.added_at),
                    about=json.loads(row.about),
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    # --- runs -----------------------------------------------------------------------------------------------

    def add_run(
        self,
        *,
        command: str,
        version: str,
        as_of: datetime,
        actor: str,
        catalogs_sha256: str | None,
        result: str | None,
    ) -> None:
        """Note that a command wrote something."""
        from sqlalchemy import insert

        from inventory.storage.schema import run

        with self._transaction() as connection:
            connection.execute(
                insert(run).values(
                    command=command,
                    version=version,
                    as_of=utc_text(as_of),
                    actor=actor,
                    catalogs_sha256=catalogs_sha256,
                    result=result,
                )
            )

    def results(self, command: str) -> list[StoredRun]:
        """What the runs of one command noted, in the order of appending; `command` is its path without the program."""
        from sqlalchemy import select

        from inventory.storage.schema import run

        query = select(run).where(run.c.command.like(f"%{command}"), run.c.result.is_not(None)).order_by(run.c.id)
        with self._reading() as connection:
            return [
                StoredRun(as_of=instant(row.as_of), actor=row.actor, result=row.result)
                for row in connection.execute(query)
            ]

    # --- inside ---------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with explained(self._engine), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._engine), self._engine.connect().execution_options(reading=True) as connection:
            yield connection

    @staticmethod
    def _exists(connection: Connection, snapshot_id: str) -> bool:
        from sqlalchemy import select

        from inventory.storage.schema import snapshot

        return connection.execute(select(snapshot.c.id).where(snapshot.c.id == snapshot_id)).first() is not None

    @staticmethod
    def _lock_chain(connection: Connection) -> None:
        from sqlalchemy import text

        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(730917)"))

    def _bodies(self, table: Any, snapshot_ids: Iterable[str]) -> Iterator[dict[str, Any]]:
        from sqlalchemy import select

        with self._reading() as connection:
            for snapshot_id in snapshot_ids:
                query = select(table.c.body).where(table.c.snapshot_id == snapshot_id).order_by(table.c.number)
                for (body,) in connection.execute(query):
                    yield json.loads(body)


def open_store(where: str, *, create: bool = False) -> Store:
    """Open the store at a folder or a database URL.

    Args:
        where: a folder (SQLite inside) or `postgresql+psycopg://…`, with `?telemetry=FOLDER` where the files lie.
        create: make it where there is none (commands that write); else a missing store is an error.

    Raises:
        StoreError: there is none, it cannot be opened, or it is of another version.
    """
    from inventory.storage.opening import open_engine

    engine, telemetry_folder = open_engine(where, create=create)
    return Store(engine, telemetry_folder)
