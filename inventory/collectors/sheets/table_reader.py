"""The rows below one set of headings, in blocks and column by column, so that repeated values are read once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, zip_longest

from inventory.collectors.cells.cell_types import COUNTED_ABOVE, Cell, Raw
from inventory.collectors.cells.cells import ColumnReader
from inventory.collectors.cells.dittos import Dittos
from inventory.collectors.columns.column_questions import credential_warnings, settled
from inventory.collectors.columns.layout import Column, Layout
from inventory.collectors.columns.nameless_columns import with_nameless_answered
from inventory.collectors.columns.unread_columns import UnreadColumns
from inventory.collectors.columns.unread_contents import UnreadContents
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.rows.doubled_rows import SeenRows
from inventory.collectors.rows.merged_cells import MergedCells
from inventory.collectors.rows.row_titles import without_booleans
from inventory.collectors.rows.stated_by_titles import Stated
from inventory.collectors.rows.totals import Totals
from inventory.collectors.rows.zone_records import zone_makers
from inventory.collectors.sheets.sheet_account import SheetAccount, gap_of_cell
from inventory.collectors.workbooks.grid import Grid, Row
from inventory.model import Contact, Origin

_ASKS_WHETHER = re.compile(r"有无|是否有|有没有")
_ASKS_WHETHER_IN_USE = re.compile(r"是否(还)?(仍)?(在用|使用|在使用|启用|在运行)|还用不用|还在用吗")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTask:
    """A sheet to be read: the words, whose ledger it is where rows do not say, and what people answered."""

    grid: Grid
    layout: Layout
    words: Vocabulary
    place: Origin
    department: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    include_hidden: bool = False
    seen: SeenRows = field(default_factory=dict)  # rows of the tables read before, of the same file
    later: tuple[Layout, ...] = ()  # headings of tables further down that are known already
    is_classified: bool = False  # its rows belong to a classified system
    is_nameless: bool = False  # its rows belong to a system that is not known


class TableReader:
    """What is needed to read rows by the headings in force; other headings further down replace them."""

    def __init__(self, task: SheetTask, account: SheetAccount) -> None:
        self.task = task
        self.account = account
        self.merged = MergedCells(task.grid)
        self._people: dict[str, Contact] = {}
        self.owner: tuple[str, Origin] | None = None  # the system that a title above the rows names, and where
        self.stated: Stated = {}  # what titles say of the rows below them

    def use(self, layout: Layout) -> None:
        """Read the following rows by these headings."""
        layout = with_nameless_answered(layout, self.task.grid.width, self.task.words)
        self.layout = layout
        self.account.layouts.append(layout)
        self.account.gaps += credential_warnings(layout, self.task.place)
        self.readers = [self._reader(column) for column in layout.columns]
        self.totals = Totals(layout.columns)
        self.dittos = Dittos(layout.columns)
        self.makers = zone_makers(layout, self.account, self.task.answers, self.task.place.sheet or "", self.task.seen)
        name = layout.column("sys_name")
        for part in self.makers:  # rows whose name is struck through while others of their cells are not
            part.maker.half_struck = frozenset(
                row for row, columns in self.task.grid.struck_cells.items()
                if name is not None and name.index in columns and not self.task.include_hidden
            )  # fmt: skip
        self.own(self.owner)
        self.state(self.stated)
        self.unread = UnreadColumns(layout, self.account, self.task.words)
        self.contents = UnreadContents(layout, self.task.words)
        self.name_column = layout.column("sys_name")
        self.name_index = self.name_column.index if self.name_column is not None else -1
        self.server_column = layout.column("server_name")

    def own(self, owner: tuple[str, Origin] | None) -> None:
        """Read the following rows as those of a system that a title names; `None` where it names none."""
        self.owner = owner
        for part in self.makers:
            part.maker.owner = owner

    def state(self, stated: Stated) -> None:
        """Read the following rows as those of which a title says something."""
        self.stated = stated
        for part in self.makers:
            part.maker.stated = stated

    def set_units(self, layout: Layout) -> None:
        """Read the following rows by the same headings with other units."""
        self.layout = layout
        self.readers = [self._reader(column) for column in layout.columns]

    def _reader(self, column: Column) -> ColumnReader:
        prefix = f"{column.field}|"
        own = {key.removeprefix(prefix): answer for key, answer in self.task.answers.items() if key.startswith(prefix)}
        if column.field == "status" and _ASKS_WHETHER_IN_USE.search(column.heading):
            own = {"是": "在用", "有": "在用", "√": "在用", "否": "停用", "无": "停用", "×": "停用", **own}
        below = self.layout.bottom + 1
        formats = [code.lower() for row, code in self.task.grid.formats.get(column.index, {}).items() if row > below]
        month_only = bool(formats) and all("y" in code and "d" not in code.replace("[red]", "") for code in formats)
        percent = bool(formats) and all("%" in code for code in formats)
        name = "zombie_declared" if column.part else column.field
        return ColumnReader(
            name, self.task.words, unit=column.unit, answers=own, month_only=month_only, percent_format=percent,
            asks_whether=bool(_ASKS_WHETHER.match(column.heading)),
        )  # fmt: skip

    def says_classified(self, row: Row) -> bool:
        """Whether a cell of a row that is not read says that it is classified."""
        cells = [
            (row[c.index], reader)
            for c, reader in zip(self.layout.columns, self.readers, strict=True)
            if c.index < len(row)
        ]
        return any(cell != "" and not isinstance(cell, bool) and reader[cell].classified for cell, reader in cells)

    def name_in(self, row: Row) -> Raw:
        """What stands in the column of names."""
        return row[self.name_index] if 0 <= self.name_index < len(row) else ""

    def close(self) -> None:
        """Compare the totals, and ask about the columns that hold something and were not read."""
        for gap in self.totals.finish(self.task.place):
            self.account.ask(gap)
        unread = sorted((*self.layout.unread, *self.unread.found_nameless), key=lambda column: column.index)
        layout = replace(self.layout, unread=tuple(unread))
        hidden = frozenset[int]() if self.task.include_hidden else self.task.grid.hidden_columns
        self.account.layouts[-1], asked = settled(
            layout, self.contents.found, self.task.words, self.task.place, hidden
        )  # fmt: skip
        known = {gap.answer_key for gap in self.account.gaps} if self.unread.of_secrecy else set()
        for question in asked:
            if question.gap.answer_key in known:  # its rows were asked about already
                continue
            if question.gap.choices[:1] == (
                "sys_name",
            ):  # its rows were asked about under the same key: the column leads
                self.account.gaps.insert(0, question.gap)
            else:
                self.account.gaps.append(question.gap)
            self.account.bare_questions[str(question.gap.answer_key)] = question.bare

    def people(self) -> list[Contact]:
        """Everybody met so far, below these headings and those before."""
        for part in self.makers:
            self._people.update({contact.id: contact for contact in part.maker.contacts.all()})
        return list(self._people.values())

    def read(self, block: Sequence[tuple[int, Row]], department: str | None) -> None:
        """Read some rows, each with its number from 1; `department` is whose they are where no column says."""
        if not block:
            return
        rows = self.merged.filled(block, self.layout.columns)
        is_even = len(set(map(len, rows))) == 1
        by_column = list(zip(*rows, strict=True) if is_even else zip_longest(*rows, fillvalue=""))
        blank: tuple[Raw, ...] = ("",) * len(block)
        held = self.unread.look(block, by_column)
        cells: list[list[Cell]] = []
        remarkable: dict[int, list[int]] = {}  # row → places of its cells that have more to them, ascending
        for at, (column, reader) in enumerate(zip(self.layout.columns, self.readers, strict=True)):
            raw = by_column[column.index] if column.index < len(by_column) else blank
            raw = without_booleans(raw) if self.task.grid.may_have_booleans else raw
            cells.append(list(map(reader.__getitem__, raw)))
            self.account.cells_read += 0 if column.stands_in else len(raw) - raw.count("") - raw.count(COUNTED_ABOVE)
            if not reader.remarkable.isdisjoint(raw):
                for row_at in compress(range(len(raw)), map(reader.remarkable.__contains__, raw)):
                    remarkable.setdefault(row_at, []).append(at)
        self.totals.add(cells)
        has_dittos = any(reader.has_dittos for reader in self.readers)
        # Where no cell of the sheet ever spoke of secrecy no row can be kept back, and looking at each would only cost time.
        may_hide = has_dittos or any(reader.may_hide for reader in self.readers)
        last = len(block) - 1
        withheld: set[int] = set()
        # Where nothing is read but a column asked about, the rows are rows all the same.
        for row_at, own_cells in enumerate(zip(*cells, strict=True) if cells else [()] * len(block)):
            row_cells: Sequence[Cell] = own_cells
            marked: Sequence[int] = remarkable.get(row_at, ())
            number = block[row_at][0]
            if has_dittos and any(row_cells[at].ditto for at in marked):
                row_cells = self.dittos.resolved(number, row_cells, marked)
            secret = next((at for at in marked if row_cells[at].classified), None) if may_hide else None
            doubt = next((at for at in marked if row_cells[at].withheld), None) if may_hide else None
            if has_dittos or row_at == last:
                is_hidden = secret is not None or doubt is not None or row_at in held
                self.dittos.seen(number, row_cells, classified=is_hidden)
            if secret is None and doubt is None and row_at not in held:
                self._take(number, row_cells, marked, department, block[row_at][1])
                continue
            name = self.name_in(rows[row_at])
            if secret is not None:
                self._count_classified(number, name, self.layout.columns[secret])
            elif row_at in held:
                self._withhold(name)
                self.unread.hold_back(number, held[row_at])
            elif doubt is not None:
                self._withhold(name)
                self._hold_back(number, row_cells[doubt], self.layout.columns[doubt])
            withheld.add(row_at)
        self.contents.look(by_column, withheld)
        self._count_doubled(block, cells)

    def _count_doubled(self, block: Sequence[tuple[int, Row]], cells: Sequence[Sequence[Cell]]) -> None:
        """Tell the totals which rows of a block repeat others."""
        repeated = self.makers[0].maker.doubled.repeated
        if len(self.makers) == 1 and repeated:
            places = {number: at for at, (number, _) in enumerate(block)}
            for number in repeated:
                self.totals.add_doubled([column[places[number]] for column in cells])
            repeated.clear()

    def _count_classified(self, number: int, name: Raw, column: Column) -> None:
        """A classified system: counted, with the cell that says so."""
        self.totals.has_classified = True
        self.account.withhold(name, classified=True)
        self.account.skip(number, "classified", None, column.letters)

    def _withhold(self, name: Raw) -> None:
        """A row that may be classified is not taken."""
        self.totals.has_classified = True
        self.account.withhold(name, classified=False)

    def _hold_back(self, number: int, cell: Cell, column: Column) -> None:
        """A row that may be classified is asked about by its place."""
        if cell.issue is not None:
            self.account.ask(gap_of_cell(cell.issue, column, replace(self.task.place, row=number), None))
        self.account.rows_asked += 1

    def _take(
        self, number: int, cells: Sequence[Cell], marked: Sequence[int], department: str | None, row: Row
    ) -> None:
        """Make a row's record, or one for each zone where zones are columns; either way it is one row."""
        if len(self.makers) == 1:
            self.makers[0].maker.take(number, cells, marked, department, row)
            return
        before = self.account.rows_recorded, self.account.rows_asked, Counter(self.account.skipped_rows)
        filled = [part for part in self.makers if part.has_content(cells)] or self.makers[:1]
        for part in filled:
            own = part.of(cells, is_first=part is filled[0])
            part.maker.take(number, own, part.marked(marked), department, row)
        self.account.settle_as_one_row(*before)
