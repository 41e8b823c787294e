"""What one sheet gave and its account: every row and column, every gap, each with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.collectors.cells.cell_types import Cell, Issue, Raw
from inventory.collectors.columns.layout import Column, Layout
from inventory.fields import FIELDS
from inventory.model import Contact, Gap, GapKind, Origin, Record, Skipped

if TYPE_CHECKING:
    from inventory.collectors.sheets.sheet_questions import SheetQuestion

# first row, first column, last row, last column of the sheet; counted from 1, the last ones included
Area = tuple[int, int, int, int]
MAX_SUCH_GAPS = 1000  # with one answer; more are counted in one last gap


@dataclass(slots=True)
class SheetAccount:
    """Filled while a sheet is read. `rows_read` = `rows_recorded` + `rows_asked` + all `skipped_rows`."""

    place: Origin
    department: str | None
    layouts: list[Layout] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    skipped_rows: Counter[str] = field(default_factory=Counter)
    rows_read: int = 0
    rows_recorded: int = 0
    rows_asked: int = 0
    cells_read: int = 0
    cells_asked: int = 0
    # Of each question about a column, by its key: the same without what stands in the column.
    bare_questions: dict[str, Text] = field(default_factory=dict)
    classified: list[Area] = field(default_factory=list)  # the cells of classified systems, in the sheet
    span: tuple[int, int] | None = None  # first and last column of a table's rows, from 1; None for a form
    # Of a form: the cells of each system, by the place of its name.
    areas: dict[tuple[int | None, str | None], Area] = field(default_factory=dict)
    # Names of systems that are or may be classified: kept while the file is read, never told.
    withheld_names: set[str] = field(default_factory=set)
    classified_names: set[str] = field(default_factory=set)
    question: SheetQuestion | None = None  # of a sheet that is not plain: on the account of its first table
    _counts: Counter[tuple[GapKind, str, str]] = field(default_factory=Counter)

    def skip(self, number: int, reason: str, detail: str | None = None, column: str | None = None) -> None:
        """Leave one row out."""
        self.skipped.append(
            Skipped(origin=replace(self.place, row=number, column=column), reason=reason, detail=detail)
        )
        self.skipped_rows[reason] += 1

    def withhold(self, name: Raw, *, classified: bool) -> None:
        """Remember the name of a system that is classified, or may be: it must not be told by any other part of the file."""
        if isinstance(name, str) and name.strip():
            self.withheld_names.add(name.strip())
            if classified:
                self.classified_names.add(name.strip())

    def skip_empty(self, first: int, last: int) -> None:
        """Leave a run of empty rows out, as one entry."""
        detail = f"{first}-{last}" if last > first else None
        self.skipped.append(Skipped(origin=replace(self.place, row=first), reason="empty", detail=detail))
        self.skipped_rows["empty"] += last - first + 1

    def settle_as_one_row(self, recorded: int, asked: int, skipped: Counter[str]) -> None:
        """Count as one row what was read since these counts: as recorded where anything of it was, else as asked or skipped."""
        new = self.skipped_rows - skipped
        is_recorded, is_asked = self.rows_recorded > recorded, self.rows_asked > asked
        self.rows_recorded = recorded + is_recorded
        self.rows_asked = asked + (is_asked and not is_recorded)
        self.skipped_rows = skipped
        if not is_recorded and not is_asked and new:
            self.skipped_rows[next(iter(new))] += 1

    def ask(self, gap: Gap) -> None:
        """Note a gap; the thousandth of one kind is the last that is listed by itself."""
        if gap.field is not None and gap.kind in {"ambiguous", "unreadable"}:
            self.cells_asked += 1
        mark = (gap.kind, gap.field or "", gap.answer_key or "")
        self._counts[mark] += 1
        if self._counts[mark] <= MAX_SUCH_GAPS:
            self.gaps.append(gap)

    def close(self) -> None:
        """Say how many gaps were not listed by themselves."""
        for (kind, name, key), count in sorted(self._counts.items()):
            if count > MAX_SUCH_GAPS:
                more = count - MAX_SUCH_GAPS
                text = Text(
                    f"另有 {more} 格同样的问题，没有一一列出",
                    f"{more} more cells have the same problem and are not listed",
                )
                self.gaps.append(
                    Gap(kind=kind, origin=self.place, field=name or None, message=text, answer_key=key or None)
                )

    @property
    def columns_asked(self) -> int:
        """How many columns hold something and were not read: each is a question."""
        return sum(1 for layout in self.layouts for column in layout.unread if column.why == "asked")

    def as_json(self) -> dict[str, object]:
        """The account of this sheet: rows, and every column by name."""
        return {
            "sheet": self.place.sheet or "",
            "department": self.department,
            "heading_rows": [[layout.top + 1, layout.bottom + 1] for layout in self.layouts],
            "rows_read": self.rows_read,
            "rows_recorded": self.rows_recorded,
            "rows_asked": self.rows_asked,
            "skipped": dict(sorted(self.skipped_rows.items())),
            "to_confirm": self.question.as_json() if self.question is not None else None,
            "classified_areas": [list(area) for area in self.classified],
            "columns_used": [
                {"column": c.letters, "heading": c.heading, "field": c.field, "unit": c.unit}
                for layout in self.layouts for c in layout.columns if not c.stands_in
            ],
            "columns_ignored": [
                {"column": c.letters, "heading": c.heading, "why": c.why, "cells": c.cells, "suggestions": [[n, s] for n, s in c.suggestions]}
                for layout in self.layouts for c in layout.unread
            ],
        }  # fmt: skip


def gap_of_cell(issue: Issue, column: Column, origin: Origin, subject: str | None) -> Gap:
    """What is wrong with one cell, as a gap at its place."""
    label = FIELDS[column.field].label
    return Gap(
        kind=issue.kind, origin=replace(origin, column=column.letters), subject=subject, field=column.field, raw=issue.raw,
        message=Text(f"{label.zh}：{issue.message.zh}", f"{label.en}: {issue.message.en}"), question=issue.question,
        choices=issue.choices, answer_key=f"{origin.source}|{column.field}|{issue.key}" if issue.key else None,
    )  # fmt: skip


def issue_of(cells: Sequence[Cell], columns: Sequence[Column], name: str) -> Issue | None:
    """What is wrong with the cell of a field."""
    return next((cell.issue for cell, column in zip(cells, columns, strict=True) if column.field == name), None)
