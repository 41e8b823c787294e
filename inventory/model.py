"""What the inventory is made of: records as collected, gaps, origins, and the typed systems and servers merged from them.

A collector gives `Record | Gap`; `merge.py` joins the records of all sources into one `Inventory` at a date. Fields of
a record carry the canonical names of `FIELDS` (inventory/fields.py), which are those of the city ledgers; the typed
classes here carry units in their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from catalogs.digest import sha256_of
from catalogs.words import Text

RecordKind = Literal["system", "server", "volume", "network", "pool", "dependency", "bucket"]
Scalar = str | int | float | bool | None
Value = Scalar | tuple[str, ...]

# Why something is not known. The list is closed: reports count by it.
GapKind = Literal[
    "unreadable",  # the cell has something that is not what the heading says
    "ambiguous",  # it can be read in two ways: a question, answered once by a decision
    "missing",  # a field that a plan needs is empty
    "conflict",  # two sources, or two rows, say different things
    "credential",  # an account or password stood here; it was masked
    "check",  # a total or an identity does not add up
    "unmatched",  # a name or machine that belongs to nothing known
    "partial",  # a source answered only in part
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value comes from: a cell of a file, or a path in an answer of an interface.

    `source` is the collector and its instance, `ledger:市卫健委` or `openstack:lab`. For files: `file` (its name, never
    its folder), `sheet`, `row` (1-based, as the spreadsheet program shows it), `column` (letters). For interfaces: `path`.
    """

    source: str
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    path: str | None = None

    @property
    def place(self) -> str:
        """The place as a person would say it: `ledger.xlsx, 台账!F17`."""
        if self.file is None:
            return f"{self.source} {self.path or ''}".strip()
        cell = f"{self.column or ''}{self.row or ''}"
        sheet = f"{self.sheet}!" if self.sheet and cell else (self.sheet or "")
        return f"{self.file}, {sheet}{cell}" if sheet or cell else self.file

    def as_json(self) -> dict[str, Scalar]:
        """Only what is known, in the form of docs/reference/origin.schema.json."""
        pairs: dict[str, Scalar] = {
            "source": self.source,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "path": self.path,
        }
        return {key: value for key, value in pairs.items() if value is not None}

    @staticmethod
    def from_json(raw: Mapping[str, Scalar]) -> Origin:
        """The inverse of `as_json`."""
        return Origin(**raw)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that is not known, with its place, and a question where a person can answer it.

    `subject` is the id of the system or server concerned, `raw` what stood there (credentials masked), `choices` the
    possible answers where there are few. An answer is a decision of kind `answer` whose subject is `answer_key`: it
    holds for the same department, column and wording next month too.
    """

    kind: GapKind
    origin: Origin
    message: Text
    subject: str | None = None
    field: str | None = None
    raw: str | None = None
    question: Text | None = None
    choices: tuple[str, ...] = ()
    answer_key: str | None = None

    @property
    def id(self) -> str:
        """Stable over repeated collection of the same input."""
        return "gap-" + sha256_of([self.kind, self.origin.as_json(), self.field, self.raw, self.message.zh])[:16]

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/gap.schema.json."""
        return {
            "id": self.id,
            "kind": self.kind,
            "subject": self.subject,
            "field": self.field,
            "origin": self.origin.as_json(),
            "message": self.message.as_json(),
            "raw": self.raw,
            "question": None if self.question is None else self.question.as_json(),
            "choices": list(self.choices),
            "answer_key": self.answer_key,
        }

    @staticmethod
    def from_json(raw: Mapping[str, object]) -> Gap:
        """The inverse of `as_json`."""
        question = raw["question"]
        return Gap(
            kind=raw["kind"],  # type: ignore[arg-type]
            origin=Origin.from_json(raw["origin"]),  # type: ignore[arg-type]
            message=Text.from_json(raw["message"]),  # type: ignore[arg-type]
            subject=raw["subject"],  # type: ignore[arg-type]
            field=raw["field"],  # type: ignore[arg-type]
            raw=raw["raw"],  # type: ignore[arg-type]
            question=None if question is None else Text.from_json(question),  # type: ignore[arg-type]
            choices=tuple(raw["choices"]),  # type: ignore[arg-type]
            answer_key=raw["answer_key"],  # type: ignore[arg-type]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing as one source describes it.

    `fields` has canonical names; an absent field was not asked, `None` was asked and is empty. `columns` names the
    column of each field where the whole record stands in one row (one mapping is shared by all rows of a sheet);
    `field_origins` overrides single fields, such as those of a second row.
    """

    kind: RecordKind
    id: str
    fields: Mapping[str, Value]
    origin: Origin
    columns: Mapping[str, str] = field(default_factory=dict)
    field_origins: Mapping[str, Origin] = field(default_factory=dict)

    def origin_of(self, name: str) -> Origin:
        """Where one field's value stands; the record's own place where nothing finer is known."""
        known = self.field_origins.get(name)
        if known is not None:
            return known
        column = self.columns.get(name)
        return replace(self.origin, column=column) if column else self.origin

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/record.schema.json."""
        return {
            "kind": self.kind,
            "id": self.id,
            "fields": {name: list(v) if isinstance(v, tuple) else v for name, v in sorted(self.fields.items())},
            "origin": self.origin.as_json(),
            "columns": dict(sorted(self.columns.items())),
            "field_origins": {name: place.as_json() for name, place in sorted(self.field_origins.items())},
        }

    @staticmethod
    def from_json(raw: Mapping[str, object]) -> Record:
        """The inverse of `as_json`."""
        fields: dict[str, Value] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in raw["fields"].items()  # type: ignore[attr-defined]
        }
        return Record(
            kind=raw["kind"],  # type: ignore[arg-type]
            id=raw["id"],  # type: ignore[arg-type]
            fields=fields,
            origin=Origin.from_json(raw["origin"]),  # type: ignore[arg-type]
            columns=raw["columns"],  # type: ignore[arg-type]
            field_origins={n: Origin.from_json(o) for n, o in raw["field_origins"].items()},  # type: ignore[attr-defined]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A row that was read and left out on purpose: a total, a footnote, an empty row, a classified system."""

    origin: Origin
    reason: str  # one of: empty, total, footnote, heading, machine-key, hidden, struck, none, classified, duplicate, template, deleted, not-a-ledger
    detail: str | None = None

    def as_json(self) -> dict[str, object]:
        """Place, reason and, where it may be shown, what stood there."""
        return {"origin": self.origin.as_json(), "reason": self.reason, "detail": self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person named in a ledger. Kept in its own table; records only hold its id."""

    id: str
    department: str | None
    role: str  # owner, vendor, operator
    name: str | None
    phone: str | None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One collection from one source; never changed afterwards.

    `complete` is false where the source answered only in part, `why_partial` then says what is missing.
    `accounting` holds the counts that must add up (rows read = records + gaps + skipped) and what was ignored.
    """

    id: str
    source: str
    collector: str
    taken_at: datetime
    complete: bool
    why_partial: Text | None
    content_sha256: str
    accounting: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/snapshot.schema.json."""
        return {
            "id": self.id,
            "source": self.source,
            "collector": self.collector,
            "taken_at": self.taken_at.isoformat().replace("+00:00", "Z"),
            "complete": self.complete,
            "why_partial": None if self.why_partial is None else self.why_partial.as_json(),
            "content_sha256": self.content_sha256,
            "accounting": dict(self.accounting),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a collector returns: everything a snapshot holds, before it has an id."""

    source: str
    collector: str
    records: tuple[Record, ...]
    gaps: tuple[Gap, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    contacts: tuple[Contact, ...] = ()
    complete: bool = True
    why_partial: Text | None = None
    accounting: Mapping[str, object] = field(default_factory=dict)


Secrecy = Literal["classified", "unclassified", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """An information system, merged from all sources at one date. `None` and empty tuples mean: not known.

    `fields` keeps every canonical field as the ledgers say it, `origins` where each stands. `department` is today's
    name, `department_id` its lineage, which survives renaming. `system_class` is one of the catalogue's classes
    (business, website, test, standby, seasonal, emergency).
    """

    id: str
    name: str
    department: str | None
    department_id: str | None
    secrecy: Secrecy
    system_class: str | None = None
    status: str | None = None
    mlps_level: int | None = None
    zones: tuple[str, ...] = ()
    location: str | None = None
    vcpu: int | None = None
    memory_gib: float | None = None
    storage_gib: float | None = None
    data_gib: float | None = None
    cpu_arch: str | None = None
    xinchuang: bool | None = None
    zombie_declared: bool | None = None
    contract_end_on: date | None = None
    last_login_on: date | None = None
    last_update_on: date | None = None
    online_on: date | None = None
    hardware_end_on: date | None = None
    users: int | None = None
    dr: str | None = None
    server_ids: tuple[str, ...] = ()
    fields: Mapping[str, Value] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A virtual or physical machine. Its id is the source's native id, never an address.

    `power` is `on`, `off` or `None` (not known). `vcpu` counts virtual CPUs, `memory_gib` GiB (2³⁰ bytes), `disk_gib`
    all disks together.
    """

    id: str
    name: str
    source: str
    system_id: str | None = None
    department: str | None = None
    vcpu: int | None = None
    memory_gib: float | None = None
    disk_gib: float | None = None
    cpu_arch: str | None = None
    power: Literal["on", "off"] | None = None
    powered_off_on: date | None = None
    pool: str | None = None
    zone: str | None = None
    site: str | None = None
    cloud: str | None = None
    project: str | None = None
    flavor: str | None = None
    addresses: tuple[str, ...] = ()
    created_on: date | None = None
    deleted_on: date | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A block volume; `size_gib` is its provisioned size."""

    id: str
    name: str
    size_gib: int
    server_id: str | None = None
    system_id: str | None = None
    volume_type: str | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """`consumer` calls `provider`; `basis` says who claims it: `declared` in a ledger or `measured` as traffic.

    `last_seen_on` is the last local day of measured traffic, where that is known.
    """

    consumer: str
    provider: str
    basis: Literal["declared", "measured"]
    origin: Origin
    last_seen_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Everything known at `as_of`, sorted by id.

    `others` are pools (capacity and quotas), networks and buckets as they were collected. `snapshots` are those it was made from, `incomplete` says which sources were partial. `classified_count` is all
    that is kept of classified systems.
    """

    as_of: datetime
    systems: tuple[System, ...]
    servers: tuple[Server, ...]
    volumes: tuple[Volume, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    others: tuple[Record, ...] = ()
    gaps: tuple[Gap, ...] = ()
    snapshots: tuple[str, ...] = ()
    incomplete: tuple[Text, ...] = ()
    classified_count: int = 0

    def system(self, system_id: str) -> System:
        """The system of that id.

        Raises:
            KeyError: there is none.
        """
        for system in self.systems:
            if system.id == system_id:
                return system
        raise KeyError(system_id)

    def servers_of(self, system_id: str) -> tuple[Server, ...]:
        """The servers of a system, by id."""
        return tuple(server for server in self.servers if server.system_id == system_id)
