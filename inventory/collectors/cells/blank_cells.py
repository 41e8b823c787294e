"""Cells left blank below a filled one, without a merge: is it «as above»? Asked once for a column, never assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.cells.cell_types import Cell
from inventory.collectors.columns.layout import Column
from inventory.fields import FIELDS
from inventory.model import Gap, Origin, Value
from inventory.names import normalised

AS_ABOVE, NOTHING = "同上", "没有"
_DEPARTMENTS = ("dept", "dept_lead", "dept_build", "dept_use")


class BlankCells:
    """The columns that say whose a row is: its department, and the system of a server."""

    def __init__(self, columns: Sequence[Column], answers: Mapping[str, str]) -> None:
        fields = [column.field for column in columns]
        self._letters = {column.field: column.letters for column in reversed(columns)}
        # A department counts as blank where none of its columns is filled.
        departments = [name for name in _DEPARTMENTS if name in fields]
        self._department = departments[0] if departments else None
        self._departments = departments
        self._system = "sys_name" if "sys_name" in fields else None
        self._watched = (*departments, *(["sys_name"] if self._system else ()))
        self._at = {name: at for at, name in reversed(list(enumerate(fields)))}
        self._answers = answers
        self._above: dict[str, Value] = {}
        self._whose: str | None = None

    def filled(self, fields: dict[str, Value], cells: Sequence[Cell], department: str | None) -> tuple[str, ...]:
        """Fill blanks that were answered with «as above»; the fields that are still blank below a filled one.

        Args:
            fields: of the row, changed in place.
            cells: in the order of the columns.
            department: whose row it is where no column says; a blank below that department is no doubt.
        """
        if department != self._whose:  # a row of its own names it: what stood in the column above is another section's
            self._whose = department
            self._above = {name: value for name, value in self._above.items() if name not in self._departments}
        above, is_whole = self._above, True
        for name in self._watched:
            value = fields.get(name)
            if value is None:
                is_whole = False
            else:
                above[name] = value
        if is_whole:
            return ()
        doubtful = []
        if self._department is not None and self._is_blank(self._department, fields, cells, department):
            doubtful.append(self._department)
        if self._system is not None and self._is_blank(self._system, fields, cells, None):
            doubtful.append(self._system)
        return tuple(doubtful)

    def _is_blank(self, name: str, fields: dict[str, Value], cells: Sequence[Cell], department: str | None) -> bool:
        names = self._departments if name == self._department else [name]
        cell = cells[self._at[name]]
        if any(fields.get(own) is not None for own in names) or cell.issue or cell.null_reason:
            return False
        if name not in self._above or (department and _same(self._above[name], department)):
            return False
        answer = self._answers.get(f"{name}|{_KEY}")
        if answer == AS_ABOVE:
            fields[name] = self._above[name]
        return answer is None

    def answers_for(self, name: str, origin: Origin) -> tuple[tuple[str, ...], str | None]:
        """What may be answered where a row has no name below one that has, and the key of the answer."""
        if name not in self._watched or name not in self._above or f"{name}|{_KEY}" in self._answers:
            return (), None
        return (AS_ABOVE, NOTHING), f"{origin.source}|{name}|{_KEY}"

    def question(self, name: str, origin: Origin, subject: str) -> Gap:
        """The question about one blank; its answer holds for the column."""
        label = FIELDS[name].label
        return Gap(
            kind="missing", origin=replace(origin, column=self._letters[name]), subject=subject, field=name,
            message=Text(f"{label.zh}空着，上面有值，也没有合并单元格", f"the {label.en} is blank below a filled cell, and nothing is merged"),
            question=Text(f"{label.zh}空着是“同上”，还是没有？", f"does a blank {label.en} mean «as above», or none?"),
            choices=(AS_ABOVE, NOTHING), answer_key=f"{origin.source}|{name}|{_KEY}",
        )  # fmt: skip


def _same(value: Value, department: str) -> bool:
    return isinstance(value, str) and (
        normalised(value) in normalised(department) or normalised(department) in normalised(value)
    )


_KEY = "blank-below"
