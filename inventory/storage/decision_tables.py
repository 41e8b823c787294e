"""What people decided: rows in a hash chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from catalogs.digest import canonical_json
from catalogs.errors import StoreError
from catalogs.words import Text
from inventory.storage.decisions import FIRST_LINK, Decision, checked, link
from inventory.storage.rows import decision_from
from inventory.storage.tables import Tables

if TYPE_CHECKING:
    from sqlalchemy import Connection


class DecisionTables(Tables):
    """The decisions, appended only; the chain is checked whenever it is read."""

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

    @staticmethod
    def _lock_chain(connection: Connection) -> None:
        from sqlalchemy import text

        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(730917)"))
