"""The tables of the store, every column explained. Rows are only ever added: triggers refuse UPDATE and DELETE.

Raw samples and roll-ups are not here: they are immutable Parquet files, named by their hash, listed in
`telemetry_file`. The revision `HEAD` is that of inventory/migrations; a store of another revision is refused.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

HEAD = "0001"

metadata = MetaData()

run = Table(
    "run", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("command", Text, nullable=False),  # the command path, without values: they may hold secrets
    Column("version", String(32), nullable=False),
    Column("as_of", String(32), nullable=False),  # UTC, ISO 8601
    Column("actor", Text, nullable=False),
    Column("catalogs_sha256", String(64)),
    Column("result", Text),  # id of what was written: a snapshot, a plan, a report; JSON of an access to contacts
)  # fmt: skip

snapshot = Table(
    "snapshot", metadata,
    Column("id", String(48), primary_key=True),  # 20260403T091500Z-1f3c9a7e
    Column("source", Text, nullable=False),  # ledger:市卫健委, openstack:lab
    Column("collector", String(32), nullable=False),
    Column("taken_at", String(32), nullable=False),  # UTC, ISO 8601: the as_of of the collection
    Column("complete", Boolean, nullable=False),
    Column("why_partial", Text),  # JSON {zh, en}
    Column("content_sha256", String(64), nullable=False),  # of records, gaps, skipped rows and accounting
    Column("accounting", Text, nullable=False),  # JSON
    Index("snapshot_by_source", "source", "taken_at"),
)  # fmt: skip

record = Table(
    "record", metadata,
    Column("snapshot_id", String(48), primary_key=True),
    Column("number", Integer, primary_key=True),  # place within the snapshot, from 0
    Column("kind", String(16), nullable=False),
    Column("id", Text, nullable=False),
    Column("layout", Integer, nullable=False),  # the mapping field → column, shared by the rows of a sheet
    Column("body", Text, nullable=False),  # JSON: fields, origin, field_origins
    Index("record_by_id", "kind", "id"),
)  # fmt: skip

layout = Table(
    "layout", metadata,
    Column("snapshot_id", String(48), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("columns", Text, nullable=False),  # JSON {field: column letters}
)  # fmt: skip

gap = Table(
    "gap", metadata,
    Column("snapshot_id", String(48), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("body", Text, nullable=False),  # JSON, gap.schema.json
)  # fmt: skip

skipped = Table(
    "skipped", metadata,
    Column("snapshot_id", String(48), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("reason", String(32), nullable=False),
    Column("body", Text, nullable=False),  # JSON
)  # fmt: skip

contact = Table(  # names and telephone numbers, here and nowhere else
    "contact", metadata,
    Column("snapshot_id", String(48), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("department", Text),
    Column("role", String(32), nullable=False),
    Column("name", Text),
    Column("phone", Text),
    Column("origin", Text, nullable=False),  # JSON
)  # fmt: skip

decision = Table(
    "decision", metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),  # order of appending
    Column("id", String(48), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_sha256", String(64)),  # of what was decided about, where it can change
    Column("value", Text, nullable=False),  # JSON
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", String(32), nullable=False),  # UTC, ISO 8601
    Column("supersedes", String(48)),
    Column("previous_sha256", String(64), nullable=False),  # of the row before: a chain
    Column("row_sha256", String(64), nullable=False),
    Index("decision_by_subject", "kind", "subject"),
)  # fmt: skip

identity = Table(  # which names and keys a system has been known by; the id never changes
    "identity", metadata,
    Column("key", String(512), primary_key=True),
    Column("system_id", String(32), nullable=False),
    Column("since", String(32), nullable=False),  # UTC: as_of of the collection that first saw the key
    Column("basis", Text, nullable=False),  # JSON: why this key belongs to the id
)  # fmt: skip

plan = Table(
    "plan", metadata,
    Column("id", String(48), primary_key=True),
    Column("made_at", String(32), nullable=False),
    Column("problem", LargeBinary, nullable=False),  # the file's bytes, as solved
    Column("problem_sha256", String(64), nullable=False),
    Column("plan", LargeBinary, nullable=False),
    Column("plan_sha256", String(64), nullable=False),
    Column("about", Text, nullable=False),  # JSON: what was left out, origins of numbers, catalogue digest, snapshots
)  # fmt: skip

telemetry_file = Table(
    "telemetry_file", metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("path", Text, nullable=False, unique=True),  # below the telemetry folder
    Column("kind", String(16), nullable=False),  # raw, rollup, apart (not used), complete (days that a source has delivered)
    Column("source", Text, nullable=False),
    Column("day", String(10)),  # local day, where the file is of one
    Column("row_count", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("added_at", String(32), nullable=False),  # UTC: as_of of the collection
    Column("about", Text, nullable=False),  # JSON: counts of late, double and unmatched samples; what it replaces
)  # fmt: skip

APPEND_ONLY = (run, snapshot, record, layout, gap, skipped, contact, decision, identity, plan, telemetry_file)
