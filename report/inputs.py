"""What a usage report is made from, as files: written once from the store, read again by everyone who checks it.

The report itself is calculated from these files, not from the store, so there is nothing in it that the files do not
hold. They hold no more than is needed: fields of `KEPT_FIELDS` only, addresses as numbers of their own, no people; of
classified systems and those of unknown secrecy nothing but their count (their servers without any name).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.digest import canonical_json
from catalogs.errors import ReportError
from catalogs.words import Text
from inventory.decisions import Decision
from inventory.merge import inventory_at, merge
from inventory.merge_parts import Rulings, Seen, Words
from inventory.merge_values import secrecy
from inventory.model import Inventory, Record, RecordKind, Server, Snapshot, Value
from inventory.telemetry_query import Rollup
from inventory.usage_dated import stints_in
from inventory.zombie_history import facts_with_history
from inventory.zombie_profile import rules_of
from report.dated import EARLIER_FILE as EARLIER_STINTS
from report.dated import FILE as STINTS
from report.dated import Nameable, stint_rows
from report.facts import LOCAL_ZONE, Month
from report.kept_decisions import Instants, kept_decisions
from report.masked import masked
from report.telemetry_files import copy_rollups
from report.zombie_inputs import rows_of

if TYPE_CHECKING:
    from catalogs.load import Catalogs, RawFile
    from inventory.store import Store

SCHEMA = "govcloud/usage-inputs/3"
_WITHOUT_EARLIER_STINTS = "govcloud/usage-inputs/2"  # the month before counts as the snapshot at its end says
_WITHOUT_STINTS = (
    "govcloud/usage-inputs/1"  # reports that count by owner could not be dated with it; others need no more
)
PARAMETERS = "parameters.json"
DECISIONS = "decisions.jsonl"
FINDINGS = "zombies.jsonl"
MOMENTS = ("now", "before")
_KINDS: tuple[RecordKind, ...] = ("system", "server", "pool")

# What the merge and the report look at. Anything else in a record stays in the store.
KEPT_FIELDS = frozenset(
    {
        "sys_name", "sub_system", "alias", "sys_code", "dept", "dept_lead", "dept_build", "dept_use", "status", "sys_class", "secret",
        "mlps_level", "zone", "location", "xinchuang", "cpu_arch", "zombie_declared", "online_date", "vm_count", "phys_count",
        "vcpu", "mem", "disk", "storage", "sys_disk", "data_disk", "storage_used", "server_name", "host_name", "server_id", "ip", "project",
        "project_id", "cloud", "pool", "site", "flavor", "power", "powered_off_date", "created_date", "deleted_date", "pool_kind",
        "vcpu_physical", "vcpu_capacity", "vcpu_allocated", "memory_gib_physical", "memory_gib_capacity", "memory_gib_allocated",
        "disk_gib_physical", "disk_gib_capacity", "disk_gib_allocated", "host_count",
    }
)  # fmt: skip
# What may be said of a server whose system may not be named.
_NAMELESS_FIELDS = KEPT_FIELDS - frozenset(
    {"sys_name", "sub_system", "alias", "sys_code", "dept", "dept_lead", "dept_build", "dept_use", "server_name", "host_name", "ip", "project", "project_id", "location"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotInput:
    """One snapshot: where and when it was taken, and its kept records."""

    snapshot: Snapshot
    records: tuple[Record, ...]
    record_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentInput:
    """What was known at one instant; `gap_counts` counts by kind what was not."""

    at: datetime
    snapshots: tuple[SnapshotInput, ...]
    gap_counts: Mapping[str, int]
    classified_count: int
    secrecy_unknown_count: int
    secrecy_unknown_declared: int = 0  # of those, how many their units declare zombies themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that a usage report is made from, but the roll-ups, which stay in their files."""

    kind: str
    month: Month
    as_of: datetime
    profile: str
    version: str
    now: MomentInput
    before: MomentInput | None
    decisions: tuple[Decision, ...]
    catalog_files: tuple[RawFile, ...]
    zombie_rows: tuple[Mapping[str, Any], ...] = ()
    stint_rows: tuple[Mapping[str, Any], ...] = ()  # of servers that changed within the month (report/dated.py)
    earlier_stint_rows: tuple[Mapping[str, Any], ...] | None = None  # and within the month before; None: not known

    @property
    def until(self) -> date:
        """The last day counted: that of the month, or of `as_of` where the month is not over."""
        return min(self.month.last_on, self.as_of.astimezone(LOCAL_ZONE).date())


# --- from the store ---------------------------------------------------------------------------------------------


def gather(
    store: Store,
    catalogs: Catalogs,
    *,
    kind: str,
    month: Month,
    as_of: datetime,
    profile: str,
    version: str,
    folder: Path,
) -> Inputs:
    """Take what the report needs from the store, and write it below `folder`.

    Raises:
        ReportError: nothing was collected until `as_of`.
    """
    at = _instant(store, month, as_of)
    decisions = store.decisions(until=as_of)
    inventory = inventory_at(store, catalogs, at)
    barred = _barred(inventory, decisions)
    today = max([as_of, *(made.taken_at for made in store.snapshots())])  # of the store: what is known by now
    if at < today:
        barred |= _barred(inventory_at(store, catalogs, today), store.decisions())
    now = _moment(store, inventory, at, barred=barred)
    before = None
    if store.latest(month.start_at):
        earlier = inventory_at(store, catalogs, month.start_at)
        before = _moment(store, earlier, month.start_at, barred=barred)
    policy = catalogs.policy(profile)
    rules = rules_of(catalogs.zombie_rules, policy.zombies)
    shown = _open(inventory, barred)
    known = (
        ()
        if kind == "migration"
        else facts_with_history(store, catalogs, inventory, rules, at, rolled_up=Rollup.of(store, as_of))
    )
    rollup = Rollup.of(store, as_of)
    gathered = Inputs(
        kind=kind, month=month, as_of=as_of, profile=profile, version=version, now=now, before=before,
        decisions=kept_decisions(
            decisions, frozenset(record.id for one in now.snapshots for record in one.records),
            Instants(now=at, before=before.at if before else None, as_of=as_of), migration=kind == "migration",
        ), catalog_files=catalogs.files,
        zombie_rows=tuple(masked(rows_of(known, rules, at, shown, inventory=inventory, rollup=rollup))),
    )  # fmt: skip
    if kind == "usage":
        period = month.period(gathered.until)
        stints = stints_in(store, catalogs, inventory, period, rollup)
        nameable = Nameable.of(inventory, barred)
        gathered = replace(gathered, stint_rows=tuple(masked(stint_rows(stints, inventory, period, nameable))))
    if kind == "usage" and before is not None:
        period = month.previous.period()
        stints = stints_in(store, catalogs, earlier, period, rollup)
        nameable = Nameable.of(earlier, barred)
        gathered = replace(gathered, earlier_stint_rows=tuple(masked(stint_rows(stints, earlier, period, nameable))))
    gathered = renumber_addresses(gathered)
    write_inputs(gathered, folder)
    spans = [] if kind == "migration" else [month.period(), month.previous.period()]
    copy_rollups(store, as_of, spans, keep=_server_ids(gathered), folder=folder)
    return gathered


def _instant(store: Store, month: Month, as_of: datetime) -> datetime:
    """The end of the month, or `as_of` where that is earlier or where nothing had been collected by then."""
    at = min(as_of, month.end_at)
    if store.latest(at):
        return at
    if store.latest(as_of):
        return as_of
    raise ReportError(
        f"截至 {as_of.isoformat()} 没有任何采集结果，无法编制 {month} 的报告",
        f"nothing was collected until {as_of.isoformat()}: no report for {month}",
        hint=Text(
            "先运行 govcloud collect ledger 和 collect openstack",
            "run govcloud collect ledger and collect openstack first",
        ),
    )


def _barred(now: Inventory, decisions: Sequence[Decision]) -> frozenset[str]:
    """Systems and servers that may not be named any more, by every id they have: what was open may be classified now."""
    ruled = Rulings.of(decisions).secrecy
    closed = [one.fields for one in now.systems if one.secrecy != "unclassified"]
    closed += [one.fields for one in now.servers if _veiled(one)]
    ids = {name for fields in closed for name in _known_as(fields)}
    return frozenset(ids | {subject for subject, word in ruled.items() if secrecy(word) != "unclassified"})


def _moment(store: Store, merged: Inventory, at: datetime, *, barred: frozenset[str] = frozenset()) -> MomentInput:
    chosen = list(store.latest(at).values())
    records = {one.id: [record for kind in _KINDS for record in store.records([one.id], kind)] for one in chosen}
    kept = _kept_fields(merged, barred)
    snapshots = []
    for one in chosen:
        rows = records[one.id]
        snapshots.append(
            SnapshotInput(
                snapshot=one,
                records=tuple(_minimised(record, kept[record.id]) for record in rows if record.id in kept),
                record_count=len(rows),
            )
        )
    known = _open(merged, barred)
    unnamed = [system for system in merged.systems if system.id not in known]
    return MomentInput(
        at=at,
        snapshots=tuple(snapshots),
        gap_counts=dict(sorted(Counter(gap.kind for gap in merged.gaps).items())),
        classified_count=merged.classified_count,
        secrecy_unknown_count=len(unnamed),
        secrecy_unknown_declared=sum(system.zombie_declared is True for system in unnamed),
    )


def _until(decisions: Iterable[Decision], at: datetime) -> list[Decision]:
    return [decision for decision in decisions if decision.decided_at <= at]


def _seen(snapshot: Snapshot, record: Record) -> Seen:
    return Seen(record=record, source=snapshot.source, collector=snapshot.collector, taken_at=snapshot.taken_at)


def _veiled(server: Server) -> bool:
    """Whether a server is of a classified system (inventory/merge_classified.py)."""
    return server.system_id is None and server.name == server.id


def _open(merged: Inventory, barred: frozenset[str]) -> frozenset[str]:
    """The systems that may be named."""
    return frozenset(
        system.id
        for system in merged.systems
        if system.secrecy == "unclassified" and not barred & {system.id, *_known_as(system.fields)}
    )


def _kept_fields(merged: Inventory, barred: frozenset[str]) -> dict[str, frozenset[str]]:
    """Which fields of which records may be kept: all of ours for what may be named, no names for what may not."""
    kept: dict[str, frozenset[str]] = {record.id: KEPT_FIELDS for record in merged.others}
    open_systems = _open(merged, barred)
    for system in merged.systems:
        if system.id in open_systems:
            kept.update(dict.fromkeys(_known_as(system.fields), KEPT_FIELDS))
    for server in merged.servers:
        closed = _veiled(server) or bool(barred.intersection(_known_as(server.fields)))
        named = not closed and (server.system_id is None or server.system_id in open_systems)
        kept.update(dict.fromkeys(_known_as(server.fields), KEPT_FIELDS if named else _NAMELESS_FIELDS))
    return kept


def _known_as(fields: Mapping[str, Value]) -> tuple[str, ...]:
    found = fields.get("known_as", ())
    return found if isinstance(found, tuple) else (str(found),)


def _minimised(record: Record, fields: frozenset[str]) -> Record:
    chosen = {
        name: masked(value)
        for name, value in record.fields.items()
        if name in fields or (name.startswith("metadata.") and "sys_name" in fields)
    }
    return replace(record, fields=chosen, columns={}, field_origins={})


def _server_ids(inputs: Inputs) -> set[str]:
    moments = [inputs.now, inputs.before] if inputs.before else [inputs.now]
    found = {r.id for moment in moments for one in moment.snapshots for r in one.records if r.kind == "server"}
    return found | {row["server_id"] for row in (*inputs.stint_rows, *(inputs.earlier_stint_rows or ()))}


def renumber_addresses(inputs: Inputs) -> Inputs:
    """Addresses as plain numbers: equal ones stay equal, which is all that the merge asks of them."""
    moments = [moment for moment in (inputs.now, inputs.before) if moment is not None]
    known = sorted({a for moment in moments for one in moment.snapshots for r in one.records for a in _addresses(r)})
    numbers = {address: f"address-{place:06d}" for place, address in enumerate(known, start=1)}

    def record(one: Record) -> Record:
        if "ip" not in one.fields:
            return one
        return replace(one, fields={**one.fields, "ip": tuple(numbers[address] for address in _addresses(one))})

    def moment(one: MomentInput) -> MomentInput:
        snapshots = tuple(replace(s, records=tuple(record(r) for r in s.records)) for s in one.snapshots)
        return replace(one, snapshots=snapshots)

    return replace(inputs, now=moment(inputs.now), before=None if inputs.before is None else moment(inputs.before))


def _addresses(record: Record) -> tuple[str, ...]:
    value = record.fields.get("ip")
    return value if isinstance(value, tuple) else () if value is None else (str(value),)


# --- files ------------------------------------------------------------------------------------------------------


def write_inputs(inputs: Inputs, folder: Path) -> None:
    """Write the inputs; the same inputs give the same bytes."""
    _write(folder / PARAMETERS, json.dumps(_parameters(inputs), ensure_ascii=False, sort_keys=True, indent=1) + "\n")
    _write_lines(folder / DECISIONS, [{**row.as_json_without_id(), "id": row.id} for row in inputs.decisions])
    _write_lines(folder / FINDINGS, inputs.zombie_rows)
    _write_lines(folder / STINTS, inputs.stint_rows)
    _write_lines(folder / EARLIER_STINTS, inputs.earlier_stint_rows or ())
    for name in MOMENTS:
        moment: MomentInput | None = getattr(inputs, name)
        for one in moment.snapshots if moment else ():
            _write_lines(
                folder / "snapshots" / name / f"{one.snapshot.id}.jsonl", [record.as_json() for record in one.records]
            )
    for file in inputs.catalog_files:
        target = folder / "catalogs" / file.layer / file.label
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)


def _parameters(inputs: Inputs) -> dict[str, object]:
    moments: dict[str, object] = {}
    for name in MOMENTS:
        moment: MomentInput | None = getattr(inputs, name)
        moments[name] = None if moment is None else _moment_json(moment)
    return {
        "schema": SCHEMA, "report": inputs.kind, "period": str(inputs.month), "as_of": _stamp(inputs.as_of), "profile": inputs.profile,
        "govcloud": inputs.version, "moments": moments,
    }  # fmt: skip


def _moment_json(moment: MomentInput) -> dict[str, object]:
    return {
        "at": _stamp(moment.at),
        "gap_counts": dict(moment.gap_counts),
        "classified_count": moment.classified_count,
        "secrecy_unknown_count": moment.secrecy_unknown_count,
        "secrecy_unknown_declared": moment.secrecy_unknown_declared,
        "snapshots": [
            {
                "id": one.snapshot.id, "source": one.snapshot.source, "collector": one.snapshot.collector,
                "taken_at": _stamp(one.snapshot.taken_at), "complete": one.snapshot.complete,
                "why_partial": None if one.snapshot.why_partial is None else one.snapshot.why_partial.as_json(),
                "content_sha256": one.snapshot.content_sha256, "record_count": one.record_count, "kept_records": len(one.records),
            }
            for one in moment.snapshots
        ],
    }  # fmt: skip


def read_inputs(folder: Path) -> Inputs:
    """Read inputs back.

    Raises:
        ReportError: a file is missing or has another form.
    """
    from catalogs.load import RawFile

    try:
        raw = json.loads((folder / PARAMETERS).read_text(encoding="utf-8"))
        old = raw["schema"] == _WITHOUT_STINTS and raw["report"] != "usage"
        dated_before = raw["schema"] == SCHEMA
        if raw["schema"] not in {SCHEMA, _WITHOUT_EARLIER_STINTS} and not old:
            raise _other_version(raw)
        files = [
            RawFile(
                kind=path.parent.name,
                label=f"{path.parent.name}/{path.name}",
                layer=path.parent.parent.name,
                content=path.read_bytes(),
            )
            for path in sorted((folder / "catalogs").glob("*/*/*.yaml"), key=lambda path: path.parts)
        ]
        now = _read_moment(folder, "now", raw["moments"]["now"])
        assert now is not None
        return Inputs(
            kind=raw["report"], month=Month.parse(raw["period"]), as_of=datetime.fromisoformat(raw["as_of"]), profile=raw["profile"], version=raw["govcloud"],
            now=now, before=_read_moment(folder, "before", raw["moments"]["before"]),
            decisions=tuple(_decision(row) for row in _read_lines(folder / DECISIONS)), catalog_files=tuple(files),
            zombie_rows=tuple(_read_lines(folder / FINDINGS)), stint_rows=() if old else tuple(_read_lines(folder / STINTS)),
            earlier_stint_rows=tuple(_read_lines(folder / EARLIER_STINTS)) if dated_before else None,
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AssertionError) as error:
        place = getattr(error, "filename", None) or PARAMETERS
        raise ReportError(
            f"证据包不完整或格式不对：{Path(place).name}",
            f"the evidence is incomplete or of another form: {Path(place).name}",
        ) from error


def _other_version(raw: Mapping[str, Any]) -> ReportError:
    return ReportError(
        f"{PARAMETERS}：证据包的版本是 {raw['schema']}，本程序核验 {SCHEMA}",
        f"{PARAMETERS}: the bundle is of version {raw['schema']}; this program checks {SCHEMA}",
        hint=Text(
            f"用编制它的 govcloud {raw['govcloud']} 核验，或由存储重新编制报告",
            f"check it with govcloud {raw['govcloud']}, which made it, or make the report again from the store",
        ),
    )


def _read_moment(folder: Path, name: str, raw: Mapping[str, Any] | None) -> MomentInput | None:
    if raw is None:
        return None
    snapshots = []
    for one in raw["snapshots"]:
        rows = _read_lines(folder / "snapshots" / name / f"{one['id']}.jsonl")
        snapshot = Snapshot(
            id=one["id"], source=one["source"], collector=one["collector"], taken_at=datetime.fromisoformat(one["taken_at"]),
            complete=one["complete"], why_partial=None if one["why_partial"] is None else Text.from_json(one["why_partial"]),
            content_sha256=one["content_sha256"], accounting={},
        )  # fmt: skip
        records = tuple(Record.from_json(row) for row in rows)
        snapshots.append(SnapshotInput(snapshot=snapshot, records=records, record_count=one["record_count"]))
    return MomentInput(
        at=datetime.fromisoformat(raw["at"]), snapshots=tuple(snapshots), gap_counts=raw["gap_counts"], classified_count=raw["classified_count"],
        secrecy_unknown_count=raw["secrecy_unknown_count"], secrecy_unknown_declared=raw.get("secrecy_unknown_declared", 0),
    )  # fmt: skip


def _decision(row: Mapping[str, Any]) -> Decision:
    values = {key: value for key, value in row.items() if key != "id"}
    return Decision(**{**values, "decided_at": datetime.fromisoformat(row["decided_at"])})


def merged(inputs: Inputs, moment: MomentInput, catalogs: Catalogs) -> Inventory:
    """The inventory at one moment, from the inputs alone."""
    seen = [_seen(one.snapshot, record) for one in moment.snapshots for record in one.records]
    day = moment.at.astimezone(LOCAL_ZONE).date()
    rulings = Rulings.of(_until(inputs.decisions, moment.at), day)
    return merge(seen, rulings=rulings, words=Words.of(catalogs, day), as_of=moment.at)


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_lines(path: Path, rows: Iterable[object]) -> None:
    _write(path, "".join(canonical_json(row) + "\n" for row in rows))


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
