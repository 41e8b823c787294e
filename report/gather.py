"""From the store to the inputs of a report: look, leave out what may not be named, date the owners, write the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.errors import ReportError
from catalogs.words import Text
from inventory.merging.merge import inventory_at
from inventory.model import Inventory, RecordKind
from inventory.telemetry.form import Period
from inventory.telemetry.query import Rollup
from inventory.usage.dated import stints_in
from inventory.zombies.history import facts_with_history
from inventory.zombies.rules_in_force import rules_of
from report.dated import Nameable, stint_rows
from report.facts import Month
from report.input_files import write_inputs
from report.inputs import Inputs, MomentInput, SnapshotInput
from report.kept_decisions import Instants, kept_decisions
from report.masked import masked
from report.minimised import (
    USE_NOT_TOLD,
    barred_of,
    kept_fields,
    minimised,
    open_systems_of,
    renumber_addresses,
    without_use,
)
from report.telemetry_files import copy_rollups
from report.zombie_inputs import rows_of

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from inventory.storage.store import Store

_KINDS: tuple[RecordKind, ...] = ("system", "server", "pool")


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
    seen = _look(store, catalogs, month, as_of)
    now = _moment(store, seen.inventory, seen.at, barred=seen.barred)
    before = None
    if seen.earlier is not None:
        before = _moment(store, seen.earlier, month.start_at, barred=seen.barred)
    instants = Instants(now=seen.at, before=before.at if before else None, as_of=as_of)
    known = frozenset(record.id for one in now.snapshots for record in one.records)
    gathered = Inputs(
        kind=kind, month=month, as_of=as_of, profile=profile, version=version, now=now, before=before,
        decisions=kept_decisions(store.decisions(until=as_of), known, instants, migration=kind == "migration"),
        catalog_files=catalogs.files,
        zombie_rows=() if kind == "migration" else _zombie_rows(store, catalogs, seen, profile),
    )  # fmt: skip
    if kind == "usage":
        gathered = _with_stints(store, catalogs, gathered, seen)
    gathered = renumber_addresses(gathered)
    write_inputs(gathered, folder)
    spans = [] if kind == "migration" else [month.period(), month.previous.period()]
    copy_rollups(store, as_of, spans, keep=_server_ids(gathered), folder=folder)
    return gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What the store knows at the instants of a report; `barred` are the ids that may not be named any more."""

    at: datetime
    inventory: Inventory
    earlier: Inventory | None
    barred: frozenset[str]
    rollup: Rollup


def _look(store: Store, catalogs: Catalogs, month: Month, as_of: datetime) -> _Look:
    at = _instant(store, month, as_of)
    inventory = inventory_at(store, catalogs, at)
    barred = barred_of(inventory, store.decisions(until=as_of))
    today = max([as_of, *(made.taken_at for made in store.snapshots())])  # of the store: what is known by now
    if at < today:
        barred |= barred_of(inventory_at(store, catalogs, today), store.decisions())
    earlier = inventory_at(store, catalogs, month.start_at) if store.latest(month.start_at) else None
    return _Look(at=at, inventory=inventory, earlier=earlier, barred=barred, rollup=Rollup.of(store, as_of))


def _zombie_rows(store: Store, catalogs: Catalogs, seen: _Look, profile: str) -> tuple[Mapping[str, Any], ...]:
    """The facts that the zombie rules see, of the systems that may be named."""
    rules = rules_of(catalogs.zombie_rules, catalogs.policy(profile).zombies)
    known = facts_with_history(store, catalogs, seen.inventory, rules, seen.at, rolled_up=seen.rollup)
    shown = open_systems_of(seen.inventory, seen.barred)
    return tuple(masked(rows_of(known, rules, seen.at, shown, inventory=seen.inventory, rollup=seen.rollup)))


def _with_stints(store: Store, catalogs: Catalogs, gathered: Inputs, seen: _Look) -> Inputs:
    """Whose each server was on which days, of the month and of the one before."""

    def rows(inventory: Inventory, period: Period) -> tuple[Mapping[str, Any], ...]:
        stints = stints_in(store, catalogs, inventory, period, seen.rollup)
        return tuple(masked(stint_rows(stints, inventory, period, Nameable.of(inventory, seen.barred))))

    gathered = replace(gathered, stint_rows=rows(seen.inventory, gathered.month.period(gathered.until)))
    if seen.earlier is None:
        return gathered
    return replace(gathered, earlier_stint_rows=rows(seen.earlier, gathered.month.previous.period()))


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


def _moment(store: Store, merged: Inventory, at: datetime, *, barred: frozenset[str] = frozenset()) -> MomentInput:
    chosen = list(store.latest(at).values())
    records = {one.id: [record for kind in _KINDS for record in store.records([one.id], kind)] for one in chosen}
    kept, closed = kept_fields(merged, barred), without_use(merged)
    snapshots = []
    for one in chosen:
        rows = records[one.id]
        snapshots.append(
            SnapshotInput(
                snapshot=one,
                records=tuple(
                    minimised(record, kept[record.id], use_told=record.id not in closed)
                    for record in rows
                    if record.id in kept
                ),
                record_count=len(rows),
            )
        )
    known = open_systems_of(merged, barred)
    unnamed = [system for system in merged.systems if system.id not in known]
    return MomentInput(
        at=at,
        snapshots=tuple(snapshots),
        gap_counts=dict(sorted(Counter(gap.kind for gap in merged.gaps).items())),
        classified_count=merged.classified_count,
        secrecy_unknown_count=len(unnamed),
        secrecy_unknown_declared=sum(system.zombie_declared is True for system in unnamed),
    )


def _server_ids(inputs: Inputs) -> set[str]:
    moments = [inputs.now, inputs.before] if inputs.before else [inputs.now]
    records = [r for moment in moments for one in moment.snapshots for r in one.records if r.kind == "server"]
    rows = (*inputs.stint_rows, *(inputs.earlier_stint_rows or ()))
    closed = {r.id for r in records if r.fields.get(USE_NOT_TOLD)} | {r["server_id"] for r in rows if r[USE_NOT_TOLD]}
    return {*(r.id for r in records), *(row["server_id"] for row in rows)} - closed
