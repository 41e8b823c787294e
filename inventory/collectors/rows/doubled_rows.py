"""Rows that name a system again: the same row twice, parts of one system, or perhaps another system of that name."""

from __future__ import annotations

from collections.abc import Mapping

from inventory.collectors.rows.namesakes import contradictions, tells_apart
from inventory.collectors.rows.row_gaps import (
    ADDED,
    FIRST_ONLY,
    ONE_SYSTEM,
    continued_gap,
    continued_key,
    namesake_gap,
    namesake_key,
    same_gap,
)
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.fields import FIELDS
from inventory.model import Gap, Record
from inventory.names import normalised

# What tells two rows of one system apart, so that their resources add up.
APART = (
    "zone",
    "network",
    "ip",
    "server_name",
    "server_id",
    "sub_system",
    "res_type",
    "pool",
    "site",
    "spec",
    "location",
    "host_name",
    "order_no",
)
SeenRows = dict[str, tuple[Record, ...]]  # the rows of every system, in all tables of one file


class DoubledRows:
    """The rows of every system met so far: in this table, and in all tables of the file (`seen`)."""

    def __init__(self, account: SheetAccount, answers: Mapping[str, str], seen: SeenRows) -> None:
        self._account = account
        self._answers = answers
        self._elsewhere = seen
        self._rows_of: SeenRows = {}
        self.repeated: list[int] = []  # rows, from 1, that say again what another one of this table says
        self.unsettled: Record | None = None  # the row above, of which it is not known whether this one adds to it

    def share_rows(self, other: DoubledRows) -> None:
        """Tell doubled rows apart together with another part of the same table."""
        self._rows_of = other._rows_of

    def is_another(self, record: Record, *, continues: bool = False) -> bool:
        """Whether a row is the first of its system, or rightly another one: of another zone, machine, subsystem.

        Args:
            record: the row.
            continues: its own cell of the name is blank: one merged name, or one answered to be as above, stands for several rows.
        """
        self.unsettled = None
        by_name = f"{record.fields.get('dept') or ''}/{normalised(str(record.fields['sys_name']))}"
        keys = (record.id,) if record.id == by_name else (record.id, by_name)
        for key in keys:
            for other in self._rows_of.get(key, ()):
                if not tells_apart(record, other) and (
                    self._adds_to(record, other) if continues and _counts_twice(record, other)
                    else self._is_told_off(record, other, here=True)
                ):  # fmt: skip
                    return False
        elsewhere = self._elsewhere.get(record.id, ())
        for other in elsewhere:
            if other not in self._rows_of.get(record.id, ()) and self._is_told_off(record, other, here=False):
                return False
        for key in keys:
            known = self._rows_of.get(key)
            self._rows_of[key] = (*known, record) if known else (record,)
        self._elsewhere[record.id] = (*elsewhere, record)
        return True

    def _adds_to(self, record: Record, other: Record) -> bool:
        """Whether a further row of one name with amounts of its own is not taken: are they added, or is the first row all?"""
        answer = self._answers.get(continued_key())
        if answer == ADDED:
            return False
        if answer == FIRST_ONLY:
            self._account.skip(record.origin.row or 0, "duplicate", f"row {other.origin.row}")
            return True
        self.unsettled = other
        self._ask(continued_gap(record, other))
        return True

    def _is_told_off(self, record: Record, other: Record, *, here: bool) -> bool:
        """Account for a row that repeats an earlier one, or may be another system of the same name; false for a part of it."""
        number = record.origin.row or 0
        if here and _same(record, other):
            self._account.skip(number, "duplicate", f"row {other.origin.row}")
            self.repeated.append(number)
        elif not here and _counts_twice(record, other, here=False) and _adds_nothing(record, other):
            self._account.skip(number, "duplicate", f"{other.origin.sheet} row {other.origin.row}")
        elif _counts_twice(record, other, here=here):
            self._ask(same_gap(record, other))
        elif (differing := contradictions(record, other, here=here)) and not self._is_one(record):
            self._ask(namesake_gap(record, other, differing))
        else:
            return False
        return True

    def _is_one(self, record: Record) -> bool:
        """Whether it was answered that rows of this name are one system."""
        return self._answers.get(namesake_key(record)) == ONE_SYSTEM

    def _ask(self, gap: Gap) -> None:
        """Ask about a row that is not taken."""
        self._account.ask(gap)
        self._account.rows_asked += 1


def _same(record: Record, other: Record) -> bool:
    ours, theirs = record.fields, other.fields
    return all(ours.get(name) == theirs.get(name) for name in ours if name not in {"contact", "remark", "row_key"})


def _adds_nothing(record: Record, other: Record) -> bool:
    """Whether all that a row says stands in another one."""
    told = ((name, value) for name, value in record.fields.items() if name not in {"contact", "remark", "row_key"})
    return all(value in (None, ()) or other.fields.get(name) == value for name, value in told)


def _counts_twice(record: Record, other: Record, *, here: bool = True) -> bool:
    """Two rows of one system with resources in both, and nothing that says they are different parts of it.

    In two tables a part is told off only where both name it: the list of another quarter may lack the column.
    """
    ours, theirs = record.fields, other.fields
    for name in APART:
        one, two = ours.get(name), theirs.get(name)
        if one != two and (here or (one not in (None, ()) and two not in (None, ()))):
            return False
    return any(
        known.sums and ours.get(name) is not None and theirs.get(name) is not None
        for name in ours if (known := FIELDS.get(name)) is not None
    )  # fmt: skip
