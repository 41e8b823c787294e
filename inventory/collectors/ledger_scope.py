"""Whose a ledger is, and under which source it is kept: what was given, what stands in it, its name, the name of its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from inventory.collectors.cells.text_forms import folded, looks_like_department
from inventory.collectors.columns.column_contents import may_name_departments
from inventory.collectors.columns.headings import find_layout
from inventory.collectors.columns.layout import Layout
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.departments import (
    department_in_name,
    department_in_title,
    labelled_department,
    parts_of_name,
    stem_without_dates,
)
from inventory.collectors.forms.detail_tables import DetailTable
from inventory.collectors.forms.forms import Form
from inventory.collectors.forms.prose import tells_of_a_system
from inventory.collectors.rows.row_kinds import lead_kind
from inventory.collectors.rows.whose import whose_key
from inventory.collectors.sheets.sheet_names import stand_in
from inventory.collectors.workbooks.grid import Grid, Row, Workbook
from inventory.department_names import departments_meant
from inventory.names import Lineage

COLLECTOR = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the caller knows: department or source where the file does not say, answers, the words of ledgers, the departments.

    `answers` maps an answer key (see `Gap.answer_key`) to the answer; `sources` are those that the store has already.
    """

    words: Vocabulary
    lineage: Lineage = field(default_factory=Lineage)
    department: str | None = None
    source: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    include_hidden: bool = False
    sources: frozenset[str] = frozenset()


@dataclass(slots=True)
class Sheet:
    """One sheet on its way through the reader: first its grid and first rows, then what they were found to be."""

    grid: Grid
    head: list[Row]
    index: int  # among the sheets of the department, from 0
    layout: Layout | None = None
    form: Form | None = None  # set where the sheet is a form
    later: tuple[Layout, ...] = ()  # tables further down with headings of their own
    details: tuple[DetailTable, ...] = ()  # tables on a form


@dataclass(frozen=True, slots=True)
class Scope:
    """The source's name and, for sheets whose rows do not say, the department."""

    source: str
    department: str | None
    given: bool
    named: str | None = None  # the department that the file's name or a label in it names, not its rows
    suggested: tuple[str, ...] = ()  # those that the file's name may mean, where it names none

    def department_of(self, sheet: Sheet, answers: Mapping[str, str]) -> str | None:
        """The department of a sheet: what was given, what was answered, what stands on it, its name, then that of the file."""
        if self.given:
            return self.department
        answered = answers.get(whose_key(sheet.grid.name)) or answers.get(whose_key(stand_in(sheet.index)))
        if answered is None and sheet.layout is not None and may_name_departments(sheet.layout, sheet.head):
            return None
        return answered or department_on(sheet) or self.department

    def stated_for(self, sheet: Sheet, answers: Mapping[str, str]) -> str | None:
        """What was given, answered or written for a sheet, whatever its columns may say; `None` where that is only found in its rows."""
        answered = answers.get(whose_key(sheet.grid.name)) or answers.get(whose_key(stand_in(sheet.index)))
        return (self.department if self.given else answered or department_on(sheet)) or self.named

    def says_whose(self, sheet: Sheet, answers: Mapping[str, str]) -> bool:
        """Whether somebody says whose this sheet is: the caller, an answer, or the sheet itself; else it is only the file's."""
        answered = answers.get(whose_key(sheet.grid.name)) or answers.get(whose_key(stand_in(sheet.index)))
        return self.given or answered is not None or department_on(sheet) is not None


def department_on(sheet: Sheet) -> str | None:
    """The department that stands on a sheet, in its title, beside a label, or as the sheet's name."""
    above = sheet.head[: sheet.layout.top] if sheet.layout else sheet.head[:5]
    if sheet.form:  # a form: its headings stand elsewhere, its titles alone in their rows
        above = [row for row in sheet.head[:5] if len(row) - row.count("") == 1]
    found = labelled_department(above) or labelled_department(sheet.head)
    if found:
        return found
    for row in above:
        for cell in row:
            if isinstance(cell, str) and not tells_of_a_system(cell) and (title := department_in_title(cell)):
                return title
        alone = [cell for cell in row if cell != ""]
        if len(alone) == 1 and isinstance(alone[0], str) and looks_like_department(alone[0]):
            return folded(alone[0])
    return sheet.grid.name if looks_like_department(sheet.grid.name) else None


def scope_of(book: Workbook, sheets: Iterable[Sheet], options: Options) -> Scope:
    """The source and the department of a file."""
    if options.department:
        return Scope(options.source or f"{COLLECTOR}:{options.department}", options.department, given=True)
    named = {name for sheet in sheets if sheet.grid.visible and (name := labelled_department(sheet.head))}
    told = named.pop() if len(named) == 1 else department_in_name(book.file, options.lineage)
    department = told or _only_department(sheets, options)
    by_file = f"{COLLECTOR}:{stem_without_dates(book.file)}"
    source = options.source or (f"{COLLECTOR}:{department}" if department else by_file)
    if options.source is None and source not in options.sources and by_file in options.sources:
        source = by_file  # it was taken under the file's name while its department was not recognised: the same source goes on
    suggested = () if department else departments_meant(parts_of_name(book.file), options.lineage)
    return Scope(source, department, given=False, named=told, suggested=suggested)


def _only_department(sheets: Iterable[Sheet], options: Options) -> str | None:
    """The one department that all rows of all ledgers name; `None` where there are several."""
    found: set[str] = set()
    for sheet in sheets:
        layout = find_layout(sheet.head, sheet.grid.merges, options.words) if sheet.grid.visible else None
        column = layout.column("dept") if layout and layout.names_something else None
        if layout is None or column is None:
            continue
        for row in islice(sheet.grid.rows(), layout.bottom + 1, None):
            cell = row[column.index] if column.index < len(row) else ""
            if (
                isinstance(cell, str)
                and len(cell.strip()) > 1
                and not cell.isascii()
                and lead_kind(cell.strip()) is None
            ):
                found.add(folded(cell))
                if len(found) > 1:
                    return None
    only = found.pop() if found else None
    return only if only is not None and looks_like_department(only) else None
