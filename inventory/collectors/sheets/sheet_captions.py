"""Rows that are titles of what stands below them: a department, a system, a unit, or that it is classified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from inventory.collectors.cells.text_cells import names_classified
from inventory.collectors.cells.text_forms import looks_like_department
from inventory.collectors.columns.banner_units import MOST_TEXTS, states_units, with_section_units
from inventory.collectors.columns.layout import Layout
from inventory.collectors.departments import department_in_title
from inventory.collectors.forms.prose import is_passed_over, prose_at, prose_gap
from inventory.collectors.rows.row_titles import (
    CAPTION_NUMBER,
    caption_name,
    is_title,
    opens_section,
    speaks_of_classified,
)
from inventory.collectors.rows.stated_by_titles import place_in, stated
from inventory.collectors.rows.system_names import reads_like_a_section
from inventory.collectors.rows.system_titles import title_of_row
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.collectors.sheets.table_reader import SheetTask, TableReader
from inventory.collectors.workbooks.grid import Row, letters
from inventory.model import Origin


class SheetCaptions:
    """What the titles among the rows of a sheet say of the rows below them, until the next one."""

    def __init__(
        self, task: SheetTask, account: SheetAccount, table: TableReader, flush: Callable[[], None]
    ) -> None:  # fmt: skip
        """`flush` reads the rows gathered so far, before what holds for them changes."""
        self.task, self.account, self.table, self._flush = task, account, table, flush
        self.department: str | None = None
        self.is_classified = task.is_classified or speaks_of_classified(task.place.sheet or "")
        self.title_with_units: Row | None = None
        self.own_layout = task.layout  # as it is without units of a section
        self.of_sheet: dict[str, tuple[str, Origin]] = {}  # what its name and the titles above its headings say

    def with_units(self, layout: Layout) -> Layout:
        """The headings with the units of the section that is read."""
        return layout if self.title_with_units is None else with_section_units(layout, self.title_with_units)

    def begin(self) -> None:
        """Note what the sheet's name says of its rows."""
        self._say_of_all(self.task.place.sheet or "", self.task.place)

    def above(self, number: int, row: Row) -> None:
        """Note what a title above the headings says of all rows."""
        texts = [(at, cell) for at, cell in enumerate(row) if cell != ""]
        if len(texts) == 1 and isinstance(texts[0][1], str):
            self._say_of_all(texts[0][1], replace(self.task.place, row=number, column=letters(texts[0][0])))

    def _say_of_all(self, text: str, place: Origin) -> None:
        self.of_sheet.update(stated(text, self.task.words, self.table.layout, place))
        self.table.state(self.of_sheet)

    def names_owner(self, number: int, row: Row) -> bool:
        """Whether a row is a numbered title that names the system of the rows below, which no column names."""
        if self.table.name_column is not None:
            return False
        title = title_of_row(row, number - 1, [c.index for c in self.table.layout.columns if c.field == "row_key"])
        if title is None or not title.kind:
            return False
        self._flush()
        place = replace(self.task.place, row=number, column=letters(title.column))
        self.table.own((title.text, place) if title.names else None)
        self.is_classified = self.task.is_classified or speaks_of_classified(title.text) or names_classified(title.text)
        if self.is_classified:
            self.table.own(None)
            self.account.withhold(title.text, classified=True)
        return title.names or self.is_classified

    def _is_owner(self, number: int, row: Row) -> bool:
        """A title among the rows, accounted for here; that of a classified system is counted as one."""
        if not self.names_owner(number, row):
            return False
        self.account.skip(number, "classified" if self.is_classified else "heading", "caption")
        return True

    def is_title(self, number: int, row: Row) -> bool:
        """Whether a row is a title of the rows below, accounted for here; a row of data has more cells than one."""
        count = len(row) - row.count("")
        if count > MOST_TEXTS:
            return False
        return self.is_prose(number, row) or self._is_owner(number, row) or self._is_caption(number, row, count)

    def is_prose(self, number: int, row: Row) -> bool:
        """A paragraph that tells of systems, asked about here: it says nothing of the rows around it."""
        at = prose_at(row)
        if at is None or self.is_classified or (number > self.table.layout.bottom + 1 and self._is_of_a_row(row, at)):
            return False
        self._flush()
        if is_passed_over(self.task.place.sheet, self.task.answers):
            self.account.skip(number, "footnote", "prose")
        else:
            self.account.ask(prose_gap(self.task.place, number, at))
            self.account.rows_asked += 1
        return True

    def _is_of_a_row(self, row: Row, at: int) -> bool:
        """Whether a paragraph is the remark of a row of data: other columns that are read hold something."""
        read = {column.index for column in self.table.layout.columns} - {at}
        return any(index in read and cell != "" for index, cell in enumerate(row))

    def _is_caption(self, number: int, row: Row, count: int) -> bool:
        """A row with one text only, over a merged range or beside the names: a caption of the rows below."""
        if states_units(row) and is_title(row):
            self._begin_section(number, row)
            return True
        if count != 1 or len(self.table.layout.columns) < 3:
            return False
        filled = [(index, cell) for index, cell in enumerate(row) if cell != ""]
        index, text = filled[0]
        if not isinstance(text, str):
            return False
        wide = self.table.merged.width_at(number - 1, index) >= 3 or bool(opens_section(text))
        names = {column.index for column in (self.table.name_column, self.table.server_column) if column is not None}
        if index in names and not wide and not reads_like_a_section(text.strip()):
            return False
        self._flush()
        bare = caption_name(text)
        said = stated(
            text, self.task.words, self.table.layout, replace(self.task.place, row=number, column=letters(index))
        )
        self.table.state({**self.of_sheet, **said})
        department = (
            None if place_in(text) is not None else bare if looks_like_department(bare) else department_in_title(bare)
        )
        is_department = department is not None
        self.department = department
        self.is_classified = self.task.is_classified or speaks_of_classified(text.strip().lstrip(CAPTION_NUMBER))
        self.account.skip(number, "heading" if wide or is_department else "footnote", "caption")
        if self.title_with_units is not None:
            self._begin_section(None, None)
        return True

    def _begin_section(self, number: int | None, row: Row | None) -> None:
        """Read the rows below with the units that the title of their section says, or again without."""
        self._flush()
        self.title_with_units = row
        if number is not None:
            self.account.skip(number, "heading", "caption")
        self.table.set_units(self.own_layout if row is None else with_section_units(self.own_layout, row))
