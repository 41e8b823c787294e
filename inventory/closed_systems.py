"""Systems that are classified by now: named in nothing that is made from now on, whatever instant it looks back at.

Two things close a system: a ruling of the secrecy office (a decision), and a ledger that marks its row as classified. Such
a row never becomes a record, only a count; so when the ledger is taken into the store, the ids that its classified rows
were known by until then are kept as *marks*, without name or place. A mark holds until a later ledger of the same source
lists the system as open again, or the office rules so.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from inventory.merging.parts import Rulings
from inventory.merging.values import secrecy
from inventory.storage.decisions import Decision, in_force

if TYPE_CHECKING:
    from inventory.model import Snapshot
    from inventory.storage.store import Store

CLASSIFIED = "涉密"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A ledger's word that a registered system is classified.

    `source` and `since` are those of the ledger's snapshot. `sure` is false where a classified row was added whose name
    nothing known bears, and this system went in the same file: it may be the one.
    """

    system_id: str
    source: str
    since: datetime
    sure: bool = True

    @property
    def key(self) -> str:
        """Under which it is registered; no key of a system begins like it."""
        return f"{MARK_PREFIX}{self.system_id}@{self.since.isoformat()}/{self.source}"[:500]

    @property
    def basis(self) -> dict[str, object]:
        """Why, as the register keeps it."""
        return {"by": "marked as classified", "source": self.source, "sure": self.sure}


MARK_PREFIX = "closed:"


def closed_by_now(store: Store, as_of: datetime) -> tuple[Decision, ...]:
    """What closes systems by now, as rulings to be appended to those of an instant: one for each id that a system has had.

    Args:
        store: all of it is looked at, also what came after `as_of`.
        as_of: rulings until then are in force anyway.
    """
    decisions, marks = store.decisions(), marks_in_force(store)
    marked = _marked_since(store, as_of)
    return (*closed_by_mark(marks, decisions, marked, as_of), *closed_since(decisions, as_of))


def closed_names(store: Store) -> dict[str, list[str]]:
    """The names that systems which are classified by now have had in any snapshot, by id: to be taken out of old texts."""
    found: dict[str, set[str]] = {row.subject: set() for row in closed_by_now(store, _NEVER)}
    for made in store.snapshots() if found else ():
        for one, name in _names_in(store, made.id).items():
            if one in found:
                found[one].update(name)
    return {one: sorted(names) for one, names in sorted(found.items())}


def closed_since(decisions: Sequence[Decision], at: datetime) -> tuple[Decision, ...]:
    """Rulings taken after an instant that close a system, one for each id that it has or had."""
    rulings = Rulings.of(decisions)
    found: list[Decision] = []
    for subject, row in in_force(decisions, "secrecy").items():
        if row.decided_at > at and secrecy(rulings.secrecy[subject]) != "unclassified":
            found += [replace(row, subject=one) for one in _ids_of(subject, rulings)]
    return tuple(found)


def closed_by_mark(
    marks: Iterable[Mark], decisions: Sequence[Decision], records: Iterable[str], at: datetime
) -> Iterator[Decision]:
    """Marks that no later ruling lifts, and ids of records that a newer source marks, as rulings."""
    rulings, ruled = Rulings.of(decisions), in_force(decisions, "secrecy")
    open_since = {
        one: row.decided_at
        for subject, row in ruled.items()
        if secrecy(rulings.secrecy[subject]) == "unclassified"
        for one in _ids_of(subject, rulings)
    }
    closed = {mark.system_id: mark.since for mark in marks}
    closed |= {one: at for one in records if one not in open_since}
    for subject, since in sorted(closed.items()):
        if subject in open_since and open_since[subject] >= since:
            continue
        for one in _ids_of(subject, rulings):
            yield Decision(
                kind="secrecy", subject=one, value=CLASSIFIED, actor="", role="", reason="", decided_at=since
            )


def _ids_of(subject: str, rulings: Rulings) -> list[str]:
    final = rulings.final(subject)
    return sorted({subject, final, *(one for one in rulings.same if rulings.final(one) == final)})


# --- what the store knows ---------------------------------------------------------------------------------------


def marks_in_force(store: Store) -> tuple[Mark, ...]:
    """The marks of ledgers that no later ledger of the same source takes back by listing the system as open."""
    marks = store.marks()
    if not marks:
        return ()
    newest = store.latest(store.snapshots()[-1].taken_at)
    later = {mark.source for mark in marks if mark.source in newest and newest[mark.source].taken_at > mark.since}
    listed = {source: {one.id for one in store.records([newest[source].id], "system")} for source in later}
    return tuple(mark for mark in marks if mark.system_id not in listed.get(mark.source, ()) or _as_new(mark, newest))


def _as_new(mark: Mark, newest: Mapping[str, Snapshot]) -> bool:
    return newest[mark.source].taken_at <= mark.since


def _marked_since(store: Store, as_of: datetime) -> frozenset[str]:
    """The ids of records that the newest snapshots mark as classified, of those that were taken after an instant."""
    taken = store.snapshots()
    newest = store.latest(taken[-1].taken_at) if taken else {}
    return frozenset(one for made in newest.values() if made.taken_at > as_of for one in _classified_in(store, made.id))


_READ: WeakKeyDictionary[Store, dict[str, frozenset[str]]] = WeakKeyDictionary()  # snapshots never change


def _classified_in(store: Store, snapshot_id: str) -> frozenset[str]:
    read = _READ.setdefault(store, {})
    if snapshot_id not in read:
        told = store.values_of(snapshot_id, "system", ("secret",))
        read[snapshot_id] = frozenset(one for one, said in told if secrecy(said.get("secret")) == "classified")
    return read[snapshot_id]


_NAMES: WeakKeyDictionary[Store, dict[str, dict[str, tuple[str, ...]]]] = WeakKeyDictionary()


def _names_in(store: Store, snapshot_id: str) -> dict[str, tuple[str, ...]]:
    read = _NAMES.setdefault(store, {})
    if snapshot_id not in read:
        found: dict[str, tuple[str, ...]] = {}
        for one, told in store.values_of(snapshot_id, "system", ("sys_name",)):
            found[one] = (*found.get(one, ()), *(str(name) for name in told.values()))
        read[snapshot_id] = found
    return read[snapshot_id]


def counted_twice(marks: Iterable[Mark], chosen: Iterable[Snapshot], hidden: Container[str]) -> int:
    """How many classified systems are counted as a row of a chosen snapshot, and stand in records of another source too."""
    taken = {made.source: made.taken_at for made in chosen}
    found = {
        mark.system_id
        for mark in marks
        if mark.sure and mark.since <= taken.get(mark.source, _NEVER) and mark.system_id in hidden
    }
    return len(found)


_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
