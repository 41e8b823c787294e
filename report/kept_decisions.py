"""Which decisions a report rests on: those that held at its instants, without who took them and why.

A report on a month is often made later. What was decided in between does not change the month, with one exception:
whatever may not be named any more is named in no report that is made from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inventory.storage.decisions import Decision, in_force
from report.masked import masked

_MERGE = ("answer", "alias", "mapping", "identity", "merge", "class")
_SHOWN = ("secrecy", "zombie")  # only as they stood at the report's own instant
_MIGRATION = ("disposition", "acceptance")  # kept only for the report on migration; often recorded after the month
_OF_SYSTEMS = ("secrecy", "class", "zombie", *_MIGRATION)
_KEPT_VALUES = ("disposition", "until", "accepted_on", "evidence")  # of migration kinds: nothing else that people wrote
_CASE_VALUES = ("step", "until", "due_on")  # of zombie cases: neither the answer to an objection nor ids of servers
_RELEASED = ("vcpu", "memory_gib", "storage_gib")
_MERGE_ANSWERS = ("conflict:", "same-system:", "same-server:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instants:
    """When a report looks: at the end of the month, at the end of the one before (if anything was known), when made."""

    now: datetime
    before: datetime | None
    as_of: datetime


def kept_decisions(
    decisions: Sequence[Decision], known: frozenset[str], instants: Instants, *, migration: bool
) -> tuple[Decision, ...]:
    """The decisions that held at the instants of a report, in the order of appending.

    Args:
        decisions: until the report was made, in the order of appending.
        known: ids of the records that may be shown; rulings on other systems are left out.
        instants: of the report.
        migration: whether it is the report on migration.
    """
    told = (instants.before, instants.now)
    wanted = [(kind, [at for at in told if at is not None]) for kind in _MERGE]
    wanted += [(kind, [instants.now]) for kind in _SHOWN]
    wanted += [(kind, [instants.as_of]) for kind in _MIGRATION if migration]
    held = {row.id for kind, at in wanted for row in _held(decisions, kind, at)}
    held |= {
        row.id for row in decisions if row.kind == "zombie" and row.decided_at <= instants.now
    }  # a case is all its steps
    ids: dict[str, str] = {}
    found = []
    for row in decisions:
        if row.id in held and not _left_out(row, known):
            kept = replace(
                row, value=_plain(row), actor="", reason="", subject_sha256=None, supersedes=ids.get(row.supersedes or "")
            )  # fmt: skip
            ids[row.id] = kept.id
            found.append(kept)
    return tuple(found)


def _held(decisions: Sequence[Decision], kind: str, instants: Iterable[datetime]) -> list[Decision]:
    """The decisions of a kind in force at some instants, with those by which one of them was superseded in between."""
    of_kind = [row for row in decisions if row.kind == kind]
    last = max(instants)
    held = {
        row.id for at in instants for row in in_force([row for row in of_kind if row.decided_at <= at], kind).values()
    }
    for row in of_kind:
        if row.supersedes in held and row.decided_at <= last:
            held.add(row.id)
    return [row for row in of_kind if row.id in held]


def _left_out(row: Decision, known: frozenset[str]) -> bool:
    # An answer to a question of the ledger's reader was used when it was read, and may quote the ledger.
    quoted = row.kind == "answer" and not row.subject.startswith(_MERGE_ANSWERS)
    return quoted or (row.kind in _OF_SYSTEMS and row.subject not in known)


def _plain(row: Decision) -> object:
    """The value; of a zombie case without free text and ids of servers; of a disposition or an acceptance without free text, but with its id in the store, which names who decided."""
    if row.kind == "zombie" and isinstance(row.value, Mapping):
        released = row.value.get("released")
        sums = (
            {name: released[name] for name in _RELEASED if name in released} if isinstance(released, Mapping) else None
        )
        kept = {name: row.value[name] for name in _CASE_VALUES if name in row.value}
        return masked(kept if sums is None else {**kept, "released": sums})
    if row.kind not in _MIGRATION:
        return row.value
    if not isinstance(row.value, Mapping):
        return masked(row.value)
    kept = {name: row.value[name] for name in _KEPT_VALUES if name in row.value}
    return masked({**kept, "decision": row.id} if row.kind == "acceptance" else kept)
