"""What a report is made from: values, read back from the files of the evidence by everyone who checks it.

`report/gather.py` takes them from the store, `report/input_files.py` writes and reads the files. The report itself is
calculated from these, not from the store, so there is nothing in it that the files do not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from inventory.merging.merge import merge
from inventory.merging.parts import Rulings, Seen, Words
from inventory.model import Inventory, Record, Snapshot
from inventory.storage.decisions import Decision
from report.facts import LOCAL_ZONE, Month

if TYPE_CHECKING:
    from catalogs.load import Catalogs, RawFile


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


def merged(inputs: Inputs, moment: MomentInput, catalogs: Catalogs) -> Inventory:
    """The inventory at one moment, from the inputs alone."""
    seen = [_seen(one.snapshot, record) for one in moment.snapshots for record in one.records]
    day = moment.at.astimezone(LOCAL_ZONE).date()
    rulings = Rulings.of(_until(inputs.decisions, moment.at), day)
    return merge(seen, rulings=rulings, words=Words.of(catalogs, day), as_of=moment.at)


def _until(decisions: Iterable[Decision], at: datetime) -> list[Decision]:
    return [decision for decision in decisions if decision.decided_at <= at]


def _seen(snapshot: Snapshot, record: Record) -> Seen:
    return Seen(record=record, source=snapshot.source, collector=snapshot.collector, taken_at=snapshot.taken_at)
