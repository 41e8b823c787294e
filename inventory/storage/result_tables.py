"""What was made of the facts: checked plans, the manifest of telemetry files, and what the runs of commands noted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from catalogs.digest import canonical_json, sha256_of_bytes
from catalogs.errors import StoreError
from catalogs.words import Text
from inventory.storage.rows import StoredPlan, StoredRun, TelemetryFile, instant, plan_from, utc_text
from inventory.storage.tables import Tables


class ResultTables(Tables):
    """Plans, telemetry files and runs, append-only."""

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
