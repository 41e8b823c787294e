"""Totals in a ledger are not records but checks: what they say is compared with what was read above or below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from catalogs.words import Text
from inventory.collectors.cells.cell_types import Cell, Raw, plain_text
from inventory.collectors.cells.cells import ColumnReader
from inventory.collectors.columns.layout import Column
from inventory.fields import FIELDS
from inventory.model import Gap, Origin

_Sums = dict[int, float]


@dataclass(slots=True)
class _Claim:
    """One total row: what it says by column, and the sums it may mean: of the rows above it, or of those below."""

    number: int
    label: str
    is_part: bool
    said: _Sums
    raw: dict[int, str]
    above: _Sums
    doubled: _Sums  # what rows among those above say once more
    unread: frozenset[int]
    below: _Sums = field(default_factory=dict)  # up to the next total
    rest: _Sums = field(default_factory=dict)  # up to the end


class Totals:
    """Running sums of the columns that add up, since the start and since the last subtotal."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._summed = [at for at, column in enumerate(columns) if FIELDS[column.field].sums and column.part is None]
        self._columns = columns
        self._all = dict.fromkeys(self._summed, 0.0)
        self._part = dict.fromkeys(self._summed, 0.0)
        self._hidden = dict.fromkeys(self._summed, 0.0)
        self._doubled = dict.fromkeys(self._summed, 0.0)
        self._doubled_part = dict.fromkeys(self._summed, 0.0)
        self._unread: set[int] = set()
        self._claims: list[_Claim] = []
        self.has_classified = False  # then no sum is told: a total less the others is what a classified system has

    def add(self, columns: Sequence[Sequence[Cell]]) -> None:
        """Count a block of data, column by column."""
        for at in self._summed:
            values = [cell.value for cell in columns[at]]
            numbers = [value for value in values if isinstance(value, int | float)]
            total = sum(numbers)
            self._all[at] += total
            self._part[at] += total
            for claim in self._claims:
                claim.rest[at] = claim.rest.get(at, 0) + total
            if self._claims:
                self._claims[-1].below[at] = self._claims[-1].below.get(at, 0) + total
            if len(numbers) < len(values) and any(cell.issue is not None for cell in columns[at]):
                self._unread.add(at)

    def leave_out(self, index: int) -> None:
        """Do not compare a column (from 0): an amount of it could not be taken."""
        self._unread.update(at for at in self._summed if self._columns[at].index == index)

    def add_hidden(self, row: Sequence[Raw], readers: Sequence[ColumnReader]) -> None:
        """Count a hidden row, which is not imported but may be part of a total."""
        for at in self._summed:
            self._hidden[at] += self._number(row, at, readers) or 0

    def add_doubled(self, row: Sequence[Cell]) -> None:
        """Count a row that repeats another one: it was added, yet a total may have it once only."""
        for at in self._summed:
            value = row[at].value
            if isinstance(value, int | float):
                self._doubled[at] += value
                self._doubled_part[at] += value

    def claim(self, row: Sequence[Raw], label: str, number: int, readers: Sequence[ColumnReader]) -> None:
        """Note what a total row says; it is compared by `finish`."""
        if "平均" in label:
            return
        said = {at: amount for at in self._summed if (amount := self._number(row, at, readers)) is not None}
        raw = {at: plain_text(row[self._columns[at].index])[:60] for at in said}
        is_part = "小" in label or "sub" in label.lower() or "本页" in label
        above = dict(self._part if is_part else self._all)
        doubled = dict(self._doubled_part if is_part else self._doubled)
        self._claims.append(_Claim(number, label, is_part, said, raw, above, doubled, frozenset(self._unread)))
        self._part = dict.fromkeys(self._summed, 0.0)
        self._doubled_part = dict.fromkeys(self._summed, 0.0)

    def _number(self, row: Sequence[Raw], at: int, readers: Sequence[ColumnReader]) -> float | None:
        index = self._columns[at].index
        raw = row[index] if index < len(row) else ""
        value = readers[at][raw].value if raw != "" and not isinstance(raw, bool) else None
        return float(value) if isinstance(value, int | float) else None

    def finish(self, place: Origin) -> list[Gap]:
        """The totals that fit neither the rows above them nor those below; columns that could not be read whole are left out."""
        if self.has_classified:
            return []
        return [
            self._gap(claim, at, said, place)
            for claim in self._claims
            if not self._fits_below(claim)
            for at, said in claim.said.items()
            if at not in claim.unread | self._unread
            and not _near(said, claim.above[at])
            and not _near(said, self._all[at])
            and not _near(said, claim.above[at] - claim.doubled[at])
            and not _near(
                said, claim.above[at] + self._hidden[at]
            )  # hidden rows are said elsewhere; the total has them
        ]

    def _fits_below(self, claim: _Claim) -> bool:
        """Whether a total stands above its rows: every column of it is the sum of those below."""
        known = [at for at in claim.said if at not in self._unread]
        sums = (claim.below,) if claim.is_part else (claim.below, claim.rest)
        return bool(known) and any(all(_near(claim.said[at], below.get(at, 0)) for at in known) for below in sums)

    def _gap(self, claim: _Claim, at: int, said: float, place: Origin) -> Gap:
        column, found = self._columns[at], claim.above[at]
        label = FIELDS[column.field].label
        zh = f"{label.zh}：「{claim.label}」写的是 {said:g}，上面各行相加为 {found:g}"
        en = f"{label.en}: the total says {said:g}, the rows above add up to {found:g}"
        return Gap(
            kind="check", origin=replace(place, row=claim.number, column=column.letters), field=column.field, raw=claim.raw[at],
            message=Text(zh, en),
        )  # fmt: skip


def _near(said: float, found: float) -> bool:
    return abs(said - found) <= 1e-6 * max(1.0, abs(found))
