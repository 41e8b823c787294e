"""Samples for tests, built where they are used: servers, raw tables, and a whole ingest in one call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from inventory.model import Server
from inventory.storage.store import TelemetryFile
from inventory.telemetry.compact import bring_up_to_date
from inventory.telemetry.form import day_start
from inventory.telemetry.ingest import Ingested, ingest, raw_schema
from inventory.telemetry.query import Rollup

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
DAY = date(2026, 3, 10)
NOON = day_start(DAY) + 12 * 3600


def a_server(server_id: str = "vm-1", **more: Any) -> Server:
    usual: dict[str, Any] = {
        "name": f"name-of-{server_id}",
        "source": "test",
        "vcpu": 4,
        "memory_gib": 8.0,
        "disk_gib": 100.0,
    }
    return Server(id=server_id, **(usual | more))


def raw(*rows: Mapping[str, object]) -> pa.Table:
    """A raw table; a row says `machine` and `at_s`, the rest is CPU, one vCPU used, every 5 minutes."""
    usual = {"metric": "cpu", "value": 1.0, "ratio": None, "capacity": None, "interval_s": 300, "note": None}
    return pa.Table.from_pylist(
        [usual | ({"value": None} if "ratio" in row else {}) | dict(row) for row in rows], schema=raw_schema()
    )


def stored(folder: Path, *tables: pa.Table, servers: Iterable[Server] | None = None, source: str = "csv:a") -> Ingested:
    return ingest({source: list(tables)}, folder=folder, servers=list(servers or [a_server()]), as_of=AS_OF)


def rolled(folder: Path, *done: Ingested) -> Rollup:
    """The roll-up of some collections, after compaction."""
    made = bring_up_to_date(folder, raw_files(*done), [], as_of=AS_OF)
    return Rollup(folder=folder, files=tuple(file for file in made if file.kind == "rollup"))


def raw_files(*done: Ingested) -> list[TelemetryFile]:
    return [file for one in done for file in one.files if file.kind == "raw"]


def read(folder: Path, files: Sequence[TelemetryFile]) -> list[dict[str, Any]]:
    """The rows of some files."""
    import pyarrow.parquet as pq

    return [row for file in files for row in pq.read_table(folder / file.path).to_pylist()]
