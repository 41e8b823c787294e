"""What each row of a sheet is: data, a title, headings again, a total, a note; data are read below the headings in force."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from inventory.collectors.columns.headings import find_layout
from inventory.collectors.columns.layout import Column, Layout
from inventory.collectors.rows.numbered_rows import OPENS_A_LIST, SEPARATES_ANSWERS, divided
from inventory.collectors.rows.row_gaps import above_headings_gap, below_other_headings_gap, shared_gap
from inventory.collectors.rows.row_kinds import is_machine_key_row, is_numbering_row, lead_kind, may_lead
from inventory.collectors.rows.row_titles import (
    is_blank,
    looks_like_data,
)
from inventory.collectors.secrets.left_out_secrets import secrets_in_rows
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.collectors.sheets.sheet_captions import SheetCaptions
from inventory.collectors.sheets.table_reader import SheetTask, TableReader
from inventory.collectors.workbooks.grid import MAX_COLUMNS, Row

BLOCK = 2000  # rows read together


def read_sheet(task: SheetTask) -> SheetAccount:
    """Read a sheet whose headings were found."""
    reader = _SheetReader(task)
    reader.run()
    return reader.account


class _SheetReader:
    """The state of reading one sheet from top to bottom."""

    def __init__(self, task: SheetTask) -> None:
        self.task = task
        self.account = SheetAccount(place=task.place, department=task.department)
        self.table = TableReader(task, self.account)
        self.captions = SheetCaptions(task, self.account, self.table, self._flush)
        self.is_nameless = task.is_nameless  # below headings that name no system
        self.pending: list[tuple[int, Row]] = []
        self.later = list(task.later)
        self._use(task.layout)

    def _use(self, layout: Layout) -> None:
        """Read the following rows by these headings."""
        self.table.use(self.captions.with_units(layout))
        self.heading_texts = {text for path in layout.levels.values() for text in path}
        self.known_texts = self.heading_texts | self.task.words.alone.keys()

    def run(self) -> None:
        """Read all rows; empty ones after the last row with content belong to no ledger and are not counted."""
        number = last = 0
        self.captions.begin()
        for row in self.task.grid.rows():
            number += 1
            if is_blank(row):
                continue
            if number > last + 1:
                self.account.skip_empty(last + 1, number - 1)
            last = number
            if not self._is_data(number, row):
                continue
            secrecy = self._secrecy(number, row)
            if secrecy is not None:
                self.account.withhold(self.table.name_in(row), classified=secrecy == "classified")
            if secrecy == "classified":
                self.account.skip(number, "classified", "section" if self.captions.is_classified else None)
            elif secrecy == "unclear":
                pass
            elif self.is_nameless:
                self._ask_nameless(number, row)
            elif self._may_name_several(row) and (parts := self._parts_of(row)):
                self._divide(number, parts)
            else:
                self.pending.append((number, row))
            if len(self.pending) >= BLOCK:
                self._flush()
        self._flush()
        self.table.close()
        self.account.rows_read = last
        self.account.contacts = self.table.people()
        first, end = self.task.grid.columns or (0, MAX_COLUMNS - 1)
        rows = sorted({s.origin.row for s in self.account.skipped if s.reason == "classified" and s.origin.row})
        self.account.span = (first + 1, end + 1)
        self.account.classified = [(number, first + 1, number, end + 1) for number in rows]
        self.account.close()

    def _secrecy(self, number: int, row: Row) -> str | None:
        """Whether a row is classified by its section or by a column that was not understood; unclear ones are asked here."""
        if not self.captions.is_classified and not self.table.unread.of_secrecy:
            return None
        verdict = "classified" if self.captions.is_classified else self.table.unread.secrecy(number, row)
        self.table.totals.has_classified |= verdict is not None
        return verdict

    def _may_name_several(self, row: Row) -> bool:
        """Whether the name's cell is worth a closer look: it opens with a number, or holds the sign between answers."""
        at = self.table.name_index
        cell = row[at] if 0 <= at < len(row) else ""
        return isinstance(cell, str) and cell != "" and (cell[0] in OPENS_A_LIST or SEPARATES_ANSWERS in cell)

    def _parts_of(self, row: Row) -> list[tuple[Row, tuple[Column, ...]]]:
        return (
            divided(row, self.table.name_column, self.table.layout.columns)
            if self.table.name_column is not None
            else []
        )

    def _divide(self, number: int, parts: list[tuple[Row, tuple[Column, ...]]]) -> None:
        """Read a row that stands for several systems; it stays one row of the account."""
        self._flush()
        before = self.account.rows_recorded, self.account.rows_asked, Counter(self.account.skipped_rows)
        for row, shared in parts:
            self.pending = [(number, row)]
            self._flush()
            for column in shared:
                self.table.totals.leave_out(column.index)
                self.account.ask(
                    shared_gap(replace(self.task.place, row=number, column=column.letters), column.field, len(parts))
                )
        self.account.settle_as_one_row(*before)

    def _flush(self) -> None:
        """Read the rows gathered so far."""
        block, self.pending = self.pending, []
        self.table.read(block, self.captions.department or self.task.department)

    # --- what a row is --------------------------------------------------------------------------------------

    def _is_data(self, number: int, row: Row) -> bool:
        """Whether a row holds data; other rows are accounted for here."""
        if self.later and number == self.later[0].top + 1:
            self._flush()
            self.table.close()
            self.is_nameless = False
            self.captions.own_layout = self.later.pop(0)
            self._use(self.captions.own_layout)
        if number <= self.table.layout.bottom + 1:
            self._above_data(number, row)
        elif number in self.task.grid.hidden_rows and not self.task.include_hidden:
            self._leave_unseen(number, row, "hidden")
        elif self._is_struck(number, row):
            self._leave_unseen(number, row, "struck")
        elif (kind := self._kind(row)) is not None and self._leave_out(number, row, kind):
            pass
        elif number <= self.table.layout.bottom + 4 and (self._has_keys(row) or is_numbering_row(row)):
            self.account.skip(number, "machine-key" if self._has_keys(row) else "heading")
        else:
            if self._is_heading_again(number, row):
                return False
            # A row below a merged name is the system's, however little stands in it.
            return self.table.merged.covers(number - 1, self.table.name_index) or not self.captions.is_title(
                number, row
            )
        return False

    def _is_struck(self, number: int, row: Row) -> bool:
        """Whether a row is struck through, but perhaps for its remark and what is not read."""
        if self.task.include_hidden or number in self.task.grid.struck_rows:
            return not self.task.include_hidden
        struck = self.task.grid.struck_cells.get(number)
        if struck is None or self.table.name_index not in struck:
            return False
        own = {c.index for c in self.table.layout.columns if c.field != "remark"} & {
            at for at, cell in enumerate(row) if cell != ""
        }
        return own <= struck

    def _has_keys(self, row: Row) -> bool:
        """Whether a row holds the keys of a program; one that names something in our own letters is data, whatever else it holds."""
        return is_machine_key_row(row) and str(self.table.name_in(row)).isascii()

    def _leave_unseen(self, number: int, row: Row, why: str) -> None:
        """A row that nobody sees or that is struck through: not taken, yet a total may have it, and it may hold secrets."""
        self.table.totals.add_hidden(row, self.table.readers)
        if self.table.says_classified(row):
            self.account.withhold(self.table.name_in(row), classified=True)
            self.table.totals.has_classified = True
            why = "classified"
        self.account.skip(number, why)
        told = frozenset(column.index for column in self.table.layout.unread if column.why == "credential")
        for gap in secrets_in_rows([(number, row)], self.task.place, told):
            self.account.ask(gap)

    def _leave_out(self, number: int, row: Row, kind: str) -> bool:
        """Account for a row by what its first text says; false where it holds too much to be that."""
        if kind == "total":
            self._total(number, row)
        elif kind == "classified":
            self.account.skip(number, "classified")
        elif kind in {"example", "advice"} or len(row) - row.count("") <= 6:
            self.account.skip(number, "heading" if kind == "example" else "footnote", kind)
        else:
            return False
        return True

    def _above_data(self, number: int, row: Row) -> None:
        """A row of the headings or above them; one that looks like data is asked about, never passed over."""
        if number <= self.account.layouts[0].top and self.captions.is_prose(number, row):
            return
        self.captions.names_owner(number, row)
        if number <= self.account.layouts[0].top:
            self.captions.above(number, row)
        if number <= self.account.layouts[0].top and looks_like_data(row) and not is_numbering_row(row):
            self.account.ask(above_headings_gap(replace(self.task.place, row=number)))
            self.account.rows_asked += 1
        else:
            self.account.skip(number, "heading")

    def _kind(self, row: Row) -> str | None:
        """What the first text of a row says, also after a row number or in the column of names."""
        lead = next(cell for cell in row if cell != "")
        if isinstance(lead, str) and may_lead(lead):
            kind = lead_kind(lead.strip())
            if kind is not None:
                return kind
        name = (
            row[self.table.name_column.index]
            if self.table.name_column and self.table.name_column.index < len(row)
            else ""
        )
        for cell in (name, *row[1:4]):
            if isinstance(cell, str) and cell and may_lead(cell) and lead_kind(cell.strip()) == "total":
                return "total"
        return None

    def _total(self, number: int, row: Row) -> None:
        self._flush()
        label = next((cell for cell in row if isinstance(cell, str) and lead_kind(cell.strip()) == "total"), "")
        self.table.totals.claim(row, label, number, self.table.readers)
        self.account.skip(number, "total")

    def _is_heading_again(self, number: int, row: Row) -> bool:
        """The headings repeated on a new page, or those of another table further down."""
        if self.known_texts.isdisjoint(row):
            return False
        texts = [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()]
        if len(texts) < 3:
            return False
        same = sum(1 for text in texts if text in self.heading_texts)
        if same >= 3 and same >= 0.7 * len(texts):
            self._flush()
            self.is_nameless = self.task.is_nameless
            self.account.skip(number, "heading", "repeated")
            return True
        return any(self.task.words.meaning((text,)) for text in texts[:4]) and self._is_other_heading(number, row)

    def _is_other_heading(self, number: int, row: Row) -> bool:
        """The headings of another table; below headings that name nothing, rows can only be asked about."""
        other = find_layout([row], (), self.task.words)
        is_named = self._names_the_names(row)
        if other is None or len(other.columns) < (2 if is_named else max(3, 0.6 * (len(row) - row.count("")))):
            if not is_named:
                return False
            self._flush()
            self.is_nameless = True
            self.account.skip(number, "heading", "second table, not understood")
            return True
        self._flush()
        self.is_nameless = not other.names_something and self.table.owner is None
        if self.is_nameless:
            self.account.skip(number, "heading", "second table, without names")
            return True
        self.table.people()
        self.table.close()
        self._use(replace(other, top=number - 1, bottom=number - 1))
        self.captions.own_layout = replace(other, top=number - 1, bottom=number - 1)
        self.account.skip(number, "heading", "second table")
        return True

    def _names_the_names(self, row: Row) -> bool:
        """Whether a heading stands in the column of names, as 系统名称 does: no system is called that."""
        cell = row[self.table.name_index] if 0 <= self.table.name_index < len(row) else ""
        meaning = self.task.words.meaning((cell.strip(),)) if isinstance(cell, str) and cell.strip() else None
        return meaning is not None and meaning.field == "sys_name" and all(isinstance(c, str) for c in row)

    def _ask_nameless(self, number: int, row: Row) -> None:
        if self.task.is_nameless:  # else the row stands below other headings
            self.table.contents.note_untold(row)
        self.account.ask(below_other_headings_gap(replace(self.task.place, row=number)))
        self.account.rows_asked += 1
