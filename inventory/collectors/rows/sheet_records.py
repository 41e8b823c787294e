"""One row's cells → a record: whose it is, what it is called, what its notes say; doubled rows are told apart or asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from inventory.collectors.cells.blank_cells import BlankCells
from inventory.collectors.cells.cell_types import Cell, Raw
from inventory.collectors.cells.spec_cells import SpecDoubt, counts_of_unsaid_kind, fill_from_spec
from inventory.collectors.columns.layout import Layout
from inventory.collectors.columns.machine_kinds import KINDS, kind_gap, kind_in_specs
from inventory.collectors.columns.names_asked import names_question, unnamed_row_gap
from inventory.collectors.columns.zone_columns import is_role, is_room
from inventory.collectors.rows.doubled_rows import DoubledRows, SeenRows
from inventory.collectors.rows.row_doubts import RowDoubts
from inventory.collectors.rows.row_gaps import (
    continued_gap,
    half_struck_gap,
    nameless_gap,
    part_gap,
    spec_gap,
)
from inventory.collectors.rows.row_subjects import SYSTEM_ONLY, subjects_of
from inventory.collectors.rows.stated_by_titles import Stated
from inventory.collectors.rows.system_names import lists_systems
from inventory.collectors.secrets.contacts import Contacts
from inventory.collectors.secrets.credentials import mask
from inventory.collectors.sheets.sheet_account import SheetAccount, gap_of_cell, issue_of
from inventory.fields import FIELDS
from inventory.model import Gap, Origin, Record, Value
from inventory.names import DEPARTMENT_FIELDS, normalised

_VALUE = attrgetter("value")
_PRIVATE = frozenset({"person", "phone", "credential"})


class RecordMaker:
    """Makes the records of the rows below one set of headings."""

    def __init__(
        self, layout: Layout, account: SheetAccount, answers: Mapping[str, str], *, zone: str | None = None, seen: SeenRows | None = None
    ) -> None:  # fmt: skip
        self.zone = zone  # of every record, where zones are columns
        self.owner: tuple[str, Origin] | None = None  # the system that a title above the rows names, and where
        self.stated: Stated = {}  # what titles say of the rows below them
        self.half_struck: frozenset[int] = frozenset()  # rows, from 1, of which only the name is struck through
        self.columns = layout.columns
        self.blanks = BlankCells(layout.columns, answers)
        self._layout = layout
        name = layout.column("sys_name")
        self._name_at = name.index if name is not None else -1
        self.account = account
        self.contacts = Contacts(account.place)
        self.letters: dict[str, str] = {}
        for column in layout.columns:
            self.letters.setdefault(column.field, column.letters)
        fields = {column.field for column in layout.columns}
        self.systems, self.server_key = subjects_of(fields)
        self._is_owned = "sys_name" not in fields
        self._doubts = RowDoubts(layout, self.letters, self.server_key)
        names = [column.field for column in layout.columns]
        self._names = names
        # By place: the field under which a cell's notes are kept; `None` where they are nobody's business or another's.
        self._noted = [
            None if FIELDS[c.field].type in _PRIVATE or c.part is not None or c.stands_in else c.field for c in layout.columns
        ]  # fmt: skip
        self._last_system: str | None = None
        self._last_place = self._last_row = -1  # of its record, and of the row read last that may be a part of it
        self._is_whole = True  # until rows without a name follow it
        self._with_parts = [at for at, name in enumerate(names) if name in {"storage", "disk"}]
        self._plain = len(set(names)) == len(names) and not any(column.part for column in layout.columns)
        self._kind = kind_in_specs(layout, answers)
        self._has_people = any(FIELDS[name].type in _PRIVATE for name in names)
        self._basis = next((c.heading for c in layout.columns if c.field == "frequency" and c.stands_in), None)
        self.doubled = DoubledRows(account, answers, seen if seen is not None else {})

    def take(
        self, number: int, cells: Sequence[Cell], remarkable: Sequence[int], department: str | None, row: Sequence[Raw]
    ) -> None:  # fmt: skip
        """Make the record of one row, or account for why there is none.

        Args:
            number: the row, from 1.
            cells: in the order of the columns.
            remarkable: places in `cells` that carry an issue or a note, ascending.
            department: whose row it is where no column says.
            row: the same as the sheet has it.
        """
        place = self.account.place
        origin = Origin(source=place.source, file=place.file, sheet=place.sheet, row=number)
        fields, owner, blanks, doubt = self._fields(origin, cells, remarkable, department)
        owned = self.owner if self._is_owned else None
        is_system = (self.systems or (owned is not None and self.server_key is None)) and (
            self.server_key is None or fields.get("sys_name") is not None or fields.get(self.server_key) is None
        )
        if self.server_key == "server_id":
            fields.setdefault("server_name", fields.get("server_id"))
        told = {} if owned or not is_system else {f: own for f, own in self.stated.items() if fields.get(f) is None}
        fields.update({f: value for f, (value, _) in told.items()})
        name = fields.get("sys_name" if is_system else self.server_key or "sys_name")
        if name is None:
            which = names_question(self._layout, row, place)
            if which is not None:
                self._ask_row(unnamed_row_gap(origin, *which))
            else:
                self._nameless(origin, fields, cells, remarkable)
            return
        doubts = self._doubts.objection(origin, str(name), cells, remarkable, row, is_system=is_system)
        objection = half_struck_gap(origin) if number in self.half_struck else doubts
        if objection is not None:
            self._ask_row(objection)
            return
        subject = self._system_id(owner, fields) if is_system else self._server_id(owner, fields)
        record = Record(
            kind="system" if is_system else "server", id=subject, fields=fields, origin=origin, columns=self.letters,
            field_origins={f: where for f, (_, where) in told.items()} if owned is None else {"sys_name": owned[1]},
        )  # fmt: skip
        if is_system and not self.doubled.is_another(record, continues=self._shares_its_name(row)):
            self._withhold_first()
            return
        self.account.rows_recorded += 1
        self.account.records.append(record)
        if is_system:
            self._last_system, self._last_place, self._last_row = record.id, len(self.account.records) - 1, number
            self._is_whole = True
        if is_system and self.server_key is not None and fields.get(self.server_key) is not None:
            self.account.records.append(self._server_of(record, owner))
        for name_of_field in blanks:
            self.account.ask(self.blanks.question(name_of_field, origin, subject))
        if doubt is not None:
            place_of_spec = replace(origin, column=self.letters.get("spec"))
            self.account.ask(spec_gap(doubt, place_of_spec, subject, str(fields["spec"])))
        self._ask_kind(fields, origin, subject)
        for at in remarkable:
            issue = cells[at].issue
            if issue is not None and self.columns[at].part is None and not self.columns[at].stands_in:
                self.account.ask(gap_of_cell(issue, self.columns[at], origin, subject))

    def _fields(
        self, origin: Origin, cells: Sequence[Cell], remarkable: Sequence[int], department: str | None
    ) -> tuple[dict[str, Value], str | None, tuple[str, ...], SpecDoubt | None]:
        """The fields of a row, whose it is, which blanks of it are doubtful, and what its specification leaves open."""
        fields: dict[str, Value] = dict(zip(self._names, map(_VALUE, cells), strict=True))
        if not self._plain:
            self._join_columns(cells, fields)
        if self.zone is not None and is_role(self.zone):
            fields.setdefault("res_type", self.zone)
        elif self.zone is not None and is_room(self.zone):
            fields["location"] = self.zone
        elif self.zone is not None:
            fields["zone"] = (self.zone,)
        for at in self._with_parts:
            for part, size in cells[at].parts:
                if fields.get(part) is None:
                    fields[part] = size
        if self.owner is not None and self._is_owned:
            fields["sys_name"] = self.owner[0]
        blanks = self.blanks.filled(fields, cells, department)
        owner = self._owner(fields, department)
        doubt = fill_from_spec(fields, self._kind) if "spec" in fields else None
        if self._basis is not None and fields.get("frequency") is not None:
            fields["frequency_basis"] = self._basis
        if self._has_people:
            self.contacts.replace_people(fields, owner, origin, self.letters)
        if remarkable:
            self._notes(fields, cells, remarkable)
        return fields, owner, blanks, doubt

    def _ask_kind(self, fields: Mapping[str, Value], origin: Origin, subject: str) -> None:
        """Ask whether the machines that a specification counts are virtual, where neither it nor a count beside it says."""
        spec = fields.get("spec")
        if self._kind is not None or not isinstance(spec, str) or any(fields.get(name) is not None for name in KINDS):
            return
        if counts_of_unsaid_kind(spec):
            self.account.ask(kind_gap(replace(origin, column=self.letters.get("spec")), subject, mask(spec)[0]))

    def _join_columns(self, cells: Sequence[Cell], fields: dict[str, Value]) -> None:
        """Several columns of one list or of telephones, and the reason columns of a clean-up table, become one value."""
        reasons: list[str] = []
        joined: dict[str, list[str]] = {}
        for name, cell, column in zip(self._names, cells, self.columns, strict=True):
            if column.part is not None:
                said_otherwise = cell.issue is not None and cell.issue.kind == "ambiguous"  # a reason in words
                if cell.value is True or said_otherwise:
                    reasons.append(column.part)
            elif isinstance(cell.value, tuple):
                joined.setdefault(name, []).extend(cell.value)
            elif FIELDS[name].type == "phone" and cell.value is not None:
                joined.setdefault(name, []).append(str(cell.value))
        for name, items in joined.items():
            fields[name] = (
                "、".join(dict.fromkeys(items)) if FIELDS[name].type == "phone" else tuple(dict.fromkeys(items))
            )
        if any(column.part for column in self.columns):
            fields["zombie_reasons"] = tuple(reasons) or None

    @staticmethod
    def _owner(fields: dict[str, Value], department: str | None) -> str | None:
        if fields.get("dept") is None and department is not None:
            fields["dept"] = department
        for name in DEPARTMENT_FIELDS:
            value = fields.get(name)
            if value is not None:
                return str(value)
        return None

    def _notes(self, fields: dict[str, Value], cells: Sequence[Cell], remarkable: Sequence[int]) -> None:
        notes: dict[str, list[str]] = {}
        for at in remarkable:
            cell, name = cells[at], self._noted[at]
            if name is None:
                continue
            if cell.approximate:
                notes.setdefault("approximate", []).append(name)
            if cell.null_reason:
                notes.setdefault("null_reason", []).append(f"{name}={cell.null_reason}")
            if cell.raw:
                notes.setdefault("raw", []).append(f"{name}={cell.raw}")
        fields.update({name: tuple(items) for name, items in notes.items()})

    def _system_id(self, owner: str | None, fields: Mapping[str, Value]) -> str:
        code = fields.get("sys_code")
        return (
            f"ledger:code:{code}"
            if code
            else f"ledger:{owner or self.account.place.source}/{normalised(str(fields['sys_name']))}"
        )

    def _server_id(self, owner: str | None, fields: Mapping[str, Value]) -> str:
        own = fields.get("server_id") or fields.get(self.server_key or "server_name")
        return f"ledger:{owner or self.account.place.source}/server/{normalised(str(own))}"

    def _server_of(self, record: Record, owner: str | None) -> Record:
        fields = {name: value for name, value in record.fields.items() if name not in SYSTEM_ONLY}
        return replace(record, kind="server", id=self._server_id(owner, fields), fields=fields)

    def _nameless(
        self, origin: Origin, fields: Mapping[str, Value], cells: Sequence[Cell], remarkable: Sequence[int]
    ) -> None:
        """A row without a name: nothing but a department is an empty answer, anything else is asked."""
        if not any(
            value not in (None, ())
            for name, value in fields.items()
            if name not in {*DEPARTMENT_FIELDS, "null_reason", "raw"}
        ):
            is_note = any(cells[at].issue for at in remarkable)  # 系统总数 | 12
            says_none = any(cells[at].null_reason and self.columns[at].field == "sys_name" for at in remarkable)
            if not any(lists_systems(issue.raw or "") for at in remarkable if (issue := cells[at].issue) is not None):
                detail = (
                    "a note"
                    if is_note
                    else "says that there is none"
                    if says_none
                    else "no content in the columns read"
                )
                self.account.skip(origin.row or 0, "footnote" if is_note else "none" if says_none else "empty", detail)
                return
        key = "sys_name" if self.systems or self.server_key is None else self.server_key
        issue = issue_of(cells, self.columns, key)
        choices, answer_key = ((), None) if issue or key not in self.letters else self.blanks.answers_for(key, origin)
        self._ask_row(
            nameless_gap(
                replace(origin, column=self.letters.get(key)), key, why=issue.message if issue else None, above=self._last_system,
                choices=choices, answer_key=answer_key,
            )
        )  # fmt: skip
        if answer_key is not None and origin.row == self._last_row + 1 and self.systems:
            self._last_row += 1
            self._withhold_sums(answer_key)
        for at in remarkable:
            secret = cells[at].issue
            if secret is not None and secret.kind == "credential":
                self.account.ask(gap_of_cell(secret, self.columns[at], origin, None))

    def _shares_its_name(self, row: Sequence[Raw]) -> bool:
        """Whether the row's own cell of the name is blank: it has its name from a cell above."""
        return 0 <= self._name_at < len(row) and row[self._name_at] == ""

    def _withhold_first(self) -> None:
        """The amounts of a first row are no sum as long as it is not known whether the rows that share its name add to it."""
        first = self.doubled.unsettled
        places = range(len(self.account.records) - 1, -1, -1) if first is not None else ()
        for at in places:
            record = self.account.records[at]
            if first is None or (record.id, record.origin) != (first.id, first.origin):
                continue
            sums = [n for n, value in record.fields.items() if n in FIELDS and FIELDS[n].sums and value is not None]
            self.account.records[at] = replace(record, fields={**record.fields, **dict.fromkeys(sums)})
            for name in sums:
                self.account.ask(
                    continued_gap(record, record, name, replace(record.origin, column=self.letters.get(name)))
                )
            return

    def _withhold_sums(self, answer_key: str) -> None:
        """What the system above has may go on in rows without a name: until that is answered, its first row is no sum."""
        record = self.account.records[self._last_place]
        if not self._is_whole or record.id != self._last_system:
            return
        self._is_whole = False
        sums = [n for n, value in record.fields.items() if n in FIELDS and FIELDS[n].sums and value is not None]
        fields = {**record.fields, **dict.fromkeys(sums)}
        self.account.records[self._last_place] = replace(record, fields=fields)
        for name in sums:
            self.account.ask(part_gap(record, name, replace(record.origin, column=self.letters.get(name)), answer_key))

    def _ask_row(self, gap: Gap) -> None:
        """Ask about a row that is not taken."""
        self.account.ask(gap)
        self.account.rows_asked += 1
