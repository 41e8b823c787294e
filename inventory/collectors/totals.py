"""Totals in a ledger are not records but checks: what they say is compared with what was read above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.cells import Cell, ColumnReader, Raw
from inventory.collectors.heading_columns import Column
from inventory.fields import FIELDS
from inventory.model import Gap, Origin


class Totals:
    """Running sums of the columns that add up, since the start and since the last subtotal."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._summed = [at for at, column in enumerate(columns) if FIELDS[column.field].sums and column.part is None]
        self._columns = columns
        self.counted = False
        self._all = dict.fromkeys(self._summed, 0.0)
        self._part = dict.fromkeys(self._summed, 0.0)
        self._unread = dict.fromkeys(self._summed, 0)
        self.has_classified = False  # then no sum is told: a total less the others is what a classified system has

    def add(self, columns: Sequence[Sequence[Cell]]) -> None:
        """Count a block of data, column by column."""
        self.counted = True
        for at in self._summed:
            values = [cell.value for cell in columns[at]]
            numbers = [value for value in values if isinstance(value, int | float)]
            self._all[at] += sum(numbers)
            self._part[at] += sum(numbers)
            if len(numbers) < len(values):
                self._unread[at] += sum(1 for cell in columns[at] if cell.issue is not None)

    def check(
        self, row: Sequence[Raw], label: str, number: int, place: Origin, readers: Sequence[ColumnReader]
    ) -> list[Gap]:
        """Compare one total row; a column with cells that could not be read is not compared."""
        is_part = "小" in label or "sub" in label.lower() or "本页" in label
        if "平均" in label or self.has_classified:
            return []
        gaps = []
        for at in self._summed:
            column = self._columns[at]
            raw = row[column.index] if column.index < len(row) else ""
            said = readers[at][raw].value if raw != "" and not isinstance(raw, bool) else None
            found = self._part[at] if is_part else self._all[at]
            if (
                not isinstance(said, int | float)
                or self._unread[at]
                or abs(said - found) <= 1e-6 * max(1.0, abs(found))
            ):
                continue
            zh = f"{FIELDS[column.field].label.zh}：「{label}」写的是 {said:g}，上面各行相加为 {found:g}"
            en = f"{FIELDS[column.field].label.en}: the total says {said:g}, the rows above add up to {found:g}"
            gaps.append(
                Gap(
                    kind="check",
                    origin=replace(place, row=number, column=column.letters),
                    field=column.field,
                    raw=str(raw)[:60],
                    message=Text(zh, en),
                )
            )
        self._part = dict.fromkeys(self._summed, 0.0)
        return gaps
