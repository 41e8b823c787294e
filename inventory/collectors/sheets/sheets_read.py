"""The sheets of a file that are ledgers, read table by table; those that are not plain wait for an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from inventory.collectors.cells.sentences import ask_about_sentences
from inventory.collectors.columns.headings import HEAD_ROWS
from inventory.collectors.columns.layout import Layout
from inventory.collectors.forms.detail_tables import details_read
from inventory.collectors.forms.forms import turned_back
from inventory.collectors.ledger_scope import Options, Scope, Sheet
from inventory.collectors.rows.doubled_rows import SeenRows
from inventory.collectors.rows.partial_sums import without_partial_sums
from inventory.collectors.rows.whose import ask_whose
from inventory.collectors.sheets.attached_sheets import has_owners, with_owners_of_main_sheet
from inventory.collectors.sheets.plain_sheets import ATTACHED
from inventory.collectors.sheets.read_tables import ReadTable
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.collectors.sheets.sheet_names import untold, without_namesakes_of_classified, without_withheld_names
from inventory.collectors.sheets.sheet_questions import ask_about_sheet, waits
from inventory.collectors.sheets.sheet_reader import read_sheet
from inventory.collectors.sheets.table_reader import SheetTask
from inventory.collectors.workbooks.grid import Grid
from inventory.model import Origin

Tables = Sequence[tuple[Grid, Layout]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSheet:
    """All that was read of one sheet; `is_lent`: it does not say itself whose it is."""

    tables: tuple[ReadTable, ...]
    is_lent: bool

    @property
    def accounts(self) -> list[SheetAccount]:
        """Of its tables."""
        return [table.account for table in self.tables]

    @property
    def has_owners(self) -> bool:
        """Whether a column of it says whose the rows are."""
        return any(map(has_owners, self.accounts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What is needed to read the sheets of one file."""

    scope: Scope
    file: str
    options: Options
    answers: Mapping[str, str] = field(default_factory=dict)
    signs: tuple[str, ...] = ()  # that the file as a whole gives (plain_sheets.py)

    def read(
        self, ledgers: Sequence[tuple[Sheet, Tables]], grids: Sequence[Grid]
    ) -> tuple[list[SheetAccount], Mapping[str, str]]:
        """The accounts of all tables, and the sheets' names that must not be told.

        Sheets that wait for an answer are no measure for the others: what repeats their rows is no duplicate, and their
        owners are not lent. So the others are read once more without them.
        """
        found = self._all(ledgers, apart=frozenset())
        waiting = self._waiting(found)
        if waiting and len(found) > 1:
            found = self._all(ledgers, apart=waiting)
            waiting |= self._waiting(found)
        accounts = [account for sheet in found for account in sheet.accounts]
        names = untold(grids, accounts, [contact for account in accounts for contact in account.contacts])
        for at in sorted(waiting):
            ask_about_sheet(found[at].tables, self.answers, self._more(found, waiting, at))
        for at, sheet in enumerate(found):
            if at not in waiting:
                ask_about_sheet(sheet.tables, self.answers, self.signs)
        return accounts, names

    def _waiting(self, found: Sequence[ReadSheet]) -> frozenset[int]:
        own = frozenset(at for at, sheet in enumerate(found) if waits(sheet.tables, self.answers, self.signs))
        return own | frozenset(
            at for at, sheet in enumerate(found) if waits(sheet.tables, self.answers, self._more(found, own, at))
        )

    def _more(self, found: Sequence[ReadSheet], waiting: Collection[int], at: int) -> tuple[str, ...]:
        """A sheet that does not say whose its rows are waits with the one that would say it."""
        sheet = found[at]
        main = any(other != at and found[other].has_owners for other in waiting)
        return (*self.signs, ATTACHED) if sheet.is_lent and not sheet.has_owners and main else self.signs

    def _all(self, ledgers: Sequence[tuple[Sheet, Tables]], apart: Collection[int]) -> list[ReadSheet]:
        seen: SeenRows = {}
        found = [
            self._sheet(sheet, tables, {} if at in apart else seen) for at, (sheet, tables) in enumerate(ledgers)
        ]  # fmt: skip
        for group in ([s for at, s in enumerate(found) if at not in apart], *([found[at]] for at in sorted(apart))):
            accounts = [(account, sheet.is_lent) for sheet in group for account in sheet.accounts]
            lent = {at for at, (_, is_lent) in enumerate(accounts) if is_lent}
            with_owners_of_main_sheet([account for account, _ in accounts], lent)
            without_partial_sums([account for account, _ in accounts])
        every = [account for sheet in found for account in sheet.accounts]
        without_namesakes_of_classified(every)
        without_withheld_names(every)
        return found

    def _sheet(self, sheet: Sheet, tables: Tables, seen: SeenRows) -> ReadSheet:
        where = Origin(source=self.scope.source, file=self.file, sheet=sheet.grid.name or None)
        read: list[ReadTable] = []
        for grid, layout in tables:
            task = SheetTask(
                grid=grid, layout=layout, words=self.options.words, place=where, department=self.scope.department_of(sheet, self.answers),
                answers=self.answers, include_hidden=self.options.include_hidden, later=sheet.later, seen=seen,
            )  # fmt: skip
            account = read_sheet(task)
            ask_whose(account, self.scope.stated_for(sheet, self.answers), self.scope.suggested)
            if not sheet.form:
                ask_about_sentences(account, task.layout, islice(task.grid.rows(), HEAD_ROWS))
            else:
                account = turned_back(account, sheet.form.places, sheet.form.area)
            read.append(ReadTable(account=account, task=task, form=sheet.form))
            if sheet.form and sheet.details:
                read += [
                    ReadTable(account=detail, task=task, form=sheet.form) for detail in details_read(task, sheet.form, sheet.details, account)
                ]  # fmt: skip
        return ReadSheet(tables=tuple(read), is_lent=not self.scope.says_whose(sheet, self.answers))
