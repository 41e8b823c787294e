"""Store: append-only snapshots, decisions, plans and the manifest of telemetry files, on SQLite or PostgreSQL.

A snapshot is never changed; newer facts make a newer snapshot. The inventory at `as_of` is the latest complete
snapshot of each source until then. Each method that writes is one transaction: all or nothing.
"""

from __future__ import annotations

from typing import Self

from inventory.storage.decision_tables import DecisionTables
from inventory.storage.result_tables import ResultTables
from inventory.storage.rows import StoredPlan, StoredRun, TelemetryFile, snapshot_of
from inventory.storage.snapshot_tables import SnapshotTables

__all__ = ["Store", "StoredPlan", "StoredRun", "TelemetryFile", "open_store", "snapshot_of"]


class Store(SnapshotTables, DecisionTables, ResultTables):
    """An open store. Use `open_store`; `with` closes it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._engine.dispose()


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
