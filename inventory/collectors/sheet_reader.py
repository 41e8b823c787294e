"""The rows of one sheet → records, in blocks of rows and column by column, so that repeated values are read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from catalogs.words import Text
from inventory.collectors.cells import EMPTY, Cell, ColumnReader, Issue, Raw, plain_text
from inventory.collectors.contacts import Contacts
from inventory.collectors.grid import Grid, Row, letters
from inventory.collectors.headings import Column, Layout, UnreadColumn, find_layout
from inventory.collectors.quantities import read_spec
from inventory.collectors.row_kinds import is_machine_key_row, is_numbering_row, lead_kind
from inventory.collectors.text_forms import looks_like_department
from inventory.collectors.totals import Totals
from inventory.collectors.vocabulary import Vocabulary
from inventory.fields import FIELDS
from inventory.model import Contact, Gap, Origin, Record, RecordKind, Skipped, Value
from inventory.names import normalised

BLOCK = 2000  # rows read together
MAX_SUCH_GAPS = 1000  # of one field and kind in a sheet; more are counted in one last gap
_SYSTEM_ONLY = frozenset(
    {"mlps_level", "secret", "function", "status", "zombie_declared", "user_scale", "frequency", "build_cost", "ops_cost", "vendor",
     "ops_contract_end", "scope", "audience", "basis", "approver", "fund_source", "arch", "url", "disposal"}
)  # fmt: skip
_APART = (
    "zone",
    "network",
    "ip",
    "server_name",
    "server_id",
    "sub_system",
    "res_type",
    "pool",
    "site",
    "spec",
    "location",
    "host_name",
    "order_no",
)
_NOT_FILLED_DOWN = frozenset({"cores", "size", "count", "number", "money", "ratio", "bandwidth"})


@dataclass(slots=True)
class SheetReading:
    """What one sheet gave, and its account: rows_read = rows_recorded + rows_asked + rows skipped, by reason."""

    sheet: str
    layouts: list[Layout]
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
    department: str | None = None

    def as_json(self) -> dict[str, object]:
        """The account of this sheet."""
        return {
            "sheet": self.sheet,
            "department": self.department,
            "heading_rows": [[layout.top + 1, layout.bottom + 1] for layout in self.layouts],
            "rows_read": self.rows_read,
            "rows_recorded": self.rows_recorded,
            "rows_asked": self.rows_asked,
            "skipped": dict(sorted(self.skipped_rows.items())),
            "columns_used": [
                {"column": c.letters, "heading": c.heading, "field": c.field, "unit": c.unit}
                for layout in self.layouts for c in layout.columns
            ],
            "columns_ignored": [
                {"column": c.letters, "heading": c.heading, "why": c.why, "suggestions": [[n, s] for n, s in c.suggestions]}
                for layout in self.layouts for c in layout.unread
            ],
        }  # fmt: skip


def read_sheet(
    grid: Grid,
    layout: Layout,
    words: Vocabulary,
    *,
    file: str,
    source: str,
    department: str | None,
    answers: Mapping[str, str],
    include_hidden: bool = False,
) -> SheetReading:
    """Read a sheet whose headings were found.

    Args:
        grid: the sheet.
        layout: its headings.
        words: the vocabulary.
        file: the file's name, for origins.
        source: the source's name, for origins and answer keys.
        department: whose ledger it is where rows do not say.
        answers: what people answered for this source.
        include_hidden: read hidden rows too.
    """
    reader = _SheetReader(grid, layout, words, file, source, department, answers, include_hidden)
    reader.run()
    return reader.out


class _SheetReader:
    """The state of reading one sheet from top to bottom."""

    def __init__(
        self, grid: Grid, layout: Layout, words: Vocabulary, file: str, source: str, department: str | None,
        answers: Mapping[str, str], include_hidden: bool,
    ) -> None:  # fmt: skip
        self.grid = grid
        self.words = words
        self.file = file
        self.source = source
        self.department = department
        self.section: str | None = None  # a department named by a row of its own
        self.answers = answers
        self.include_hidden = include_hidden
        self.out = SheetReading(sheet=grid.name, layouts=[], department=department)
        self.place = Origin(source=source, file=file, sheet=grid.name or None)
        self.contacts = Contacts(self.place)
        self.first_rows: dict[str, Record] = {}
        self.gap_counts: Counter[tuple[str, str, str]] = Counter()
        self.merged = _MergedCells(grid)
        self._use(layout)

    # --- headings -------------------------------------------------------------------------------------------

    def _use(self, layout: Layout) -> None:
        """Read the following rows by these headings."""
        self.layout = layout
        self.out.layouts.append(layout)
        self.columns = layout.columns
        self.letters_by_field = {}
        for column in layout.columns:
            self.letters_by_field.setdefault(column.field, column.letters)
        self.readers = [self._reader(column) for column in layout.columns]
        self.totals = Totals(layout.columns)
        self.name_column = layout.column("sys_name")
        # a list of hosts often has their host names alone
        self.server_column = layout.column("server_name") or layout.column("host_name")
        fields = {column.field for column in layout.columns}
        self.rows_are_servers = self.server_column is not None
        self.rows_are_systems = self.name_column is not None and (
            not self.rows_are_servers or len(fields & _SYSTEM_ONLY) >= 2
        )
        self.heading_texts = {text for path in layout.levels.values() for text in path}
        from inventory.collectors.spreadsheet import heading_gaps

        self.out.gaps += heading_gaps(layout, self.place, self.source)
        for unread in layout.unread:
            if unread.why == "credential":
                self._credential_column(unread)

    def _credential_column(self, column: UnreadColumn) -> None:
        text = Text(
            f"「{column.heading}」一栏是账号或密码,没有读取;请从台账中删除",
            f"the column {column.heading!r} holds credentials and was not read; please remove it",
        )
        self.out.gaps.append(
            Gap(
                kind="credential",
                origin=replace(self.place, row=self.layout.bottom + 1, column=column.letters),
                message=text,
                raw="***",
            )
        )

    def _reader(self, column: Column) -> ColumnReader:
        prefix = f"{column.field}|"
        own = {key.removeprefix(prefix): value for key, value in self.answers.items() if key.startswith(prefix)}
        formats = [
            code for row, code in self.grid.formats.get(column.index, {}).items() if row > self.layout.bottom + 1
        ]
        month_only = bool(formats) and all(
            "y" in code.lower() and "d" not in code.lower().replace("red", "") for code in formats
        )
        percent = bool(formats) and all("%" in code for code in formats)
        name = "text_part" if column.part else column.field
        return ColumnReader(
            "zombie_declared" if name == "text_part" else name, self.words, unit=column.unit, answers=own,
            month_only=month_only, percent_format=percent,
        )  # fmt: skip

    # --- rows -----------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Read all rows."""
        number = 0
        empty_from: int | None = None
        pending: list[tuple[int, Row]] = []
        for row in self.grid.rows():
            number += 1
            if row.count("") == len(row) or all(isinstance(cell, str) and not cell.strip() for cell in row):
                empty_from = number if empty_from is None else empty_from
                continue
            if empty_from is not None:
                self._skip_empty(empty_from, number - 1)
                empty_from = None
            if self._is_record_row(number, row, pending):
                pending.append((number, row))
                if len(pending) >= BLOCK:
                    self._read(pending)
                    pending = []
        self._read(pending)
        if empty_from is not None:
            # Rows after the last one with content belong to no ledger; the first is enough to say so.
            number = empty_from - 1
        self.out.rows_read = number
        self.out.contacts = self.contacts.all()
        self._too_many_gaps()

    def _skip_empty(self, first: int, last: int) -> None:
        detail = f"{first}-{last}" if last > first else None
        self.out.skipped.append(Skipped(origin=replace(self.place, row=first), reason="empty", detail=detail))
        self.out.skipped_rows["empty"] += last - first + 1

    def _skip(self, number: int, reason: str, detail: str | None = None, column: str | None = None) -> None:
        self.out.skipped.append(
            Skipped(origin=replace(self.place, row=number, column=column), reason=reason, detail=detail)
        )
        self.out.skipped_rows[reason] += 1

    def _is_record_row(self, number: int, row: Row, pending: list[tuple[int, Row]]) -> bool:
        """Whether a row holds data; other rows are accounted for here."""
        if number <= self.layout.bottom + 1:
            self._skip(number, "heading")
            return False
        if number in self.grid.hidden_rows and not self.include_hidden:
            self._skip(number, "hidden")
            return False
        lead = next(cell for cell in row if cell != "")
        name = row[self.name_column.index] if self.name_column else ""
        kind = (lead_kind(lead) if isinstance(lead, str) else None) or (
            lead_kind(name) if isinstance(name, str) and name else None
        )
        if kind is None and isinstance(lead, int | float) and len(row) > 1:
            kind = self._kind_after_serial(row)
        if kind is not None:
            return self._special(kind, number, row, pending)
        if number <= self.layout.bottom + 4 and is_machine_key_row(row):
            self._skip(number, "machine-key")
            return False
        if number <= self.layout.bottom + 3 and is_numbering_row(row):
            self._skip(number, "heading", "numbering")
            return False
        return not self._is_heading_again(number, row, pending) and not self._is_section(number, row, pending)

    def _kind_after_serial(self, row: Row) -> str | None:
        second = next((cell for cell in row[1:4] if isinstance(cell, str) and cell), "")
        return "total" if second and lead_kind(second) == "total" else None

    def _special(self, kind: str, number: int, row: Row, pending: list[tuple[int, Row]]) -> bool:
        filled = sum(1 for cell in row if cell != "")
        if kind == "total":
            self._read(pending)
            pending.clear()
            label = next((c for c in row if isinstance(c, str) and lead_kind(c) == "total"), "")
            self.out.gaps += self.totals.check(row, label, number, self.place, self.readers)
            self._skip(number, "total")
            return False
        if kind in {"footnote", "sign-off"} and filled > 6:
            return True  # a data row whose first cell merely begins like a note
        self._skip(number, "footnote" if kind != "example" else "heading", None if kind == "footnote" else kind)
        return False

    def _is_heading_again(self, number: int, row: Row, pending: list[tuple[int, Row]]) -> bool:
        texts = [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()]
        if len(texts) < 3:
            return False
        same = sum(1 for text in texts if text in self.heading_texts)
        if same >= 3 and same >= 0.7 * len(texts):
            self._skip(number, "heading", "repeated")
            return True
        if same < 1 and not any(text in self.words.alone for text in texts[:4]):
            return False
        other = find_layout([row], (), self.words)
        filled = sum(1 for cell in row if cell != "")
        if other is None or not other.names_something or len(other.columns) < 3 or len(other.columns) < 0.6 * filled:
            return False
        self._read(pending)
        pending.clear()
        self._use(replace(other, top=number - 1, bottom=number - 1))
        self._skip(number, "heading", "second table")
        return True

    def _is_section(self, number: int, row: Row, pending: list[tuple[int, Row]]) -> bool:
        """A row with one text only, over a merged range or left of the names: a caption of the rows below."""
        filled = [(index, cell) for index, cell in enumerate(row) if cell != ""]
        if len(filled) != 1 or not isinstance(filled[0][1], str) or len(self.columns) < 3:
            return False
        index, text = filled[0]
        wide = self.merged.width_at(number - 1, index)
        is_name = self.name_column is not None and index == self.name_column.index
        if (is_name and wide < 3) or (
            self.server_column is not None and index == self.server_column.index and wide < 3
        ):
            return False
        self._read(pending)
        pending.clear()
        bare = text.strip().lstrip("一二三四五六七八九十0123456789、.．()（） ")
        self.section = bare if looks_like_department(bare) else None
        self._skip(number, "heading" if wide >= 3 or looks_like_department(bare) else "footnote", "caption")
        return True

    # --- blocks ---------------------------------------------------------------------------------------------

    def _read(self, block: Sequence[tuple[int, Row]]) -> None:
        """Read a block of data rows column by column."""
        if not block:
            return
        numbers = [number for number, _ in block]
        rows = self.merged.filled(block, self.columns)
        by_column = list(zip(*rows, strict=False))
        blank = [""] * len(rows)
        cells: list[list[Cell]] = []
        remarkable: dict[int, set[int]] = {}
        for at, (column, reader) in enumerate(zip(self.columns, self.readers, strict=True)):
            raw = by_column[column.index] if column.index < len(by_column) else blank
            if bool in set(map(type, raw)):
                raw = [
                    ("是" if cell else "否") if isinstance(cell, bool) else cell for cell in raw
                ]  # True would be found as 1
            cells.append([reader[cell] for cell in raw])
            self.out.cells_read += len(raw) - raw.count("")
            if not reader.remarkable.isdisjoint(raw):
                for row_at, cell in enumerate(raw):
                    if cell in reader.remarkable:
                        remarkable.setdefault(row_at, set()).add(at)
        names = [column.field for column in self.columns]
        plain = not any(FIELDS[name].type in {"person", "phone"} for name in names) and len(set(names)) == len(names)
        for row_at, values in enumerate(zip(*cells, strict=True)):
            self._row(numbers[row_at], names, values, remarkable.get(row_at, ()), plain=plain)

    def _row(
        self,
        number: int,
        names: Sequence[str],
        cells: Sequence[Cell],
        remarkable: Sequence[int] | set[int],
        *,
        plain: bool,
    ) -> None:
        origin = Origin(source=self.source, file=self.file, sheet=self.place.sheet, row=number)
        for at in remarkable:
            if cells[at].classified:
                self._skip(number, "classified", None, self.columns[at].letters)
                self.totals.add(cells)
                return
        fields: dict[str, Value] = dict(zip(names, [cell.value for cell in cells], strict=True))
        if not plain:
            self._join_lists(names, cells, fields)
        self._finish(fields, number, origin, cells, remarkable)

    def _join_lists(self, names: Sequence[str], cells: Sequence[Cell], fields: dict[str, Value]) -> None:
        """Several columns of one list, and the reason columns of a clean-up table, become one value."""
        reasons: list[str] = []
        joined: dict[str, list[str]] = {}
        for name, cell, column in zip(names, cells, self.columns, strict=True):
            if column.part is not None:
                if cell.value is True or (cell.issue is not None and cell.issue.kind == "ambiguous"):
                    reasons.append(column.part)
            elif isinstance(cell.value, tuple):
                joined.setdefault(name, []).extend(cell.value)
        for name, items in joined.items():
            fields[name] = tuple(dict.fromkeys(items))
        if any(column.part for column in self.columns):
            fields["zombie_reasons"] = tuple(reasons) or None

    def _finish(
        self,
        fields: dict[str, Value],
        number: int,
        origin: Origin,
        cells: Sequence[Cell],
        remarkable: Sequence[int] | set[int],
    ) -> None:
        self.totals.add(cells)
        self._department(fields)
        self._spec(fields, cells)
        if self.server_column is not None and fields.get("server_name") is None:
            fields["server_name"] = fields.get("host_name")
        department = fields.get("dept") or fields.get("dept_lead") or fields.get("dept_build") or fields.get("dept_use")
        self.contacts.replace_people(fields, str(department) if department else None, origin, self.letters_by_field)
        name, server = fields.get("sys_name"), fields.get("server_name")
        kind: RecordKind = "system" if self.rows_are_systems and not (self.rows_are_servers and not name) else "server"
        subject = self._id(kind, fields, department)
        self._notes(fields, cells, remarkable)
        own_gaps = [
            self._gap(cells[at].issue, self.columns[at], origin, subject)
            for at in sorted(remarkable)
            if cells[at].issue and self.columns[at].part is None
        ]
        if subject is None:
            if not self._filled(fields):
                self._skip(number, "empty", "no content in the columns read")
                return
            self._nameless(number, origin, own_gaps)
            return
        record = Record(kind=kind, id=subject, fields=fields, origin=origin, columns=self.letters_by_field)
        if kind == "system" and not self._accepts(record):
            return
        self.out.rows_recorded += 1
        self.out.records.append(record)
        if kind == "system" and server is not None:
            self.out.records.append(self._server_of(record))
        for gap in own_gaps:
            self._add_gap(gap)

    @staticmethod
    def _filled(fields: Mapping[str, Value]) -> bool:
        return any(
            value not in (None, ()) for name, value in fields.items() if name not in {"dept", "null_reason", "serial"}
        )

    def _department(self, fields: dict[str, Value]) -> None:
        if fields.get("dept") is None:
            found = self.section or (
                self.department if not any(fields.get(n) for n in ("dept_lead", "dept_build", "dept_use")) else None
            )
            if found is not None:
                fields["dept"] = found

    def _spec(self, fields: dict[str, Value], cells: Sequence[Cell]) -> None:
        """`4C8G` fills what has no value of its own; several machines of one size add up."""
        text = fields.get("spec")
        if not isinstance(text, str):
            return
        spec = read_spec(text)
        if spec is None:
            return
        count = fields.get("vm_count")
        times = count if isinstance(count, int) and count > 0 else 1
        if spec[0] is not None and fields.get("vcpu") is None:
            fields["vcpu"] = spec[0] * times
        if spec[1] is not None and fields.get("mem") is None:
            fields["mem"] = spec[1] * times

    def _id(self, kind: RecordKind, fields: Mapping[str, Value], department: Value) -> str | None:
        name = fields.get("sys_name") if kind == "system" else fields.get("server_name")
        if name is None:
            return None
        if kind == "server":
            own = fields.get("server_id")
            return f"ledger:{department or self.source}/server/{normalised(str(own or name))}"
        code = fields.get("sys_code")
        return f"ledger:code:{code}" if code else f"ledger:{department or self.source}/{normalised(str(name))}"

    def _server_of(self, record: Record) -> Record:
        fields = {name: value for name, value in record.fields.items() if name not in _SYSTEM_ONLY}
        department = fields.get("dept")
        return replace(record, kind="server", id=str(self._id("server", fields, department)), fields=fields)

    def _notes(self, fields: dict[str, Value], cells: Sequence[Cell], remarkable: Sequence[int] | set[int]) -> None:
        approximate, reasons, raw = [], [], []
        for at in sorted(remarkable):
            cell, name = cells[at], self.columns[at].field
            if FIELDS[name].type in {"person", "phone", "credential"}:
                continue
            if cell.approximate:
                approximate.append(name)
            if cell.null_reason:
                reasons.append(f"{name}={cell.null_reason}")
            if cell.raw:
                raw.append(f"{name}={cell.raw}")
        for key, items in (("approximate", approximate), ("null_reason", reasons), ("raw", raw)):
            if items:
                fields[key] = tuple(items)

    def _nameless(self, number: int, origin: Origin, own_gaps: list[Gap]) -> None:
        column = self.name_column or self.server_column
        zh = "这一行没有系统名称,没有导入" if column else "找不到系统名称一栏,这一行没有导入"
        en = (
            "this row names no system and was not taken"
            if column
            else "no column names the system; this row was not taken"
        )
        place = replace(origin, column=column.letters if column else None)
        self._add_gap(
            Gap(
                kind="missing",
                origin=place,
                message=Text(zh, en),
                field="sys_name",
                question=Text("系统名称是什么?", "what is the system's name?"),
            )
        )
        for gap in own_gaps:
            if gap.kind == "credential":
                self._add_gap(gap)
        self.out.rows_asked += 1

    def _accepts(self, record: Record) -> bool:
        """Whether a row is the first of its system, or rightly another one: of another zone, machine, subsystem."""
        first = self.first_rows.setdefault(record.id, record)
        if first is record:
            return True
        ours, theirs = record.fields, first.fields
        if all(ours.get(name) == theirs.get(name) for name in ours if name not in {"contact", "serial", "remark"}):
            self._skip(record.origin.row or 0, "duplicate", f"row {first.origin.row}")
            return False
        differs = any(ours.get(name) != theirs.get(name) for name in _APART)
        adds_up = any(
            FIELDS[name].sums and ours.get(name) is not None and theirs.get(name) is not None
            for name in ours
            if name in FIELDS
        )
        if differs or not adds_up:
            return True
        zh = f"与第 {first.origin.row} 行是同一系统,资源数不同又没有分区、子系统或服务器可以区分,这一行没有导入"
        en = f"the same system as row {first.origin.row} with other figures, and nothing tells them apart; this row was not taken"
        self._add_gap(
            Gap(
                kind="conflict", origin=record.origin, message=Text(zh, en), subject=record.id,
                question=Text("两行应相加,还是以哪一行为准?", "add the two rows, or which one holds?"), choices=("相加", "以前一行为准", "以后一行为准"),
                answer_key=f"{self.source}|same-system|{normalised(str(ours.get('sys_name')))}",
            )
        )  # fmt: skip
        self.out.rows_asked += 1
        return False

    # --- gaps -----------------------------------------------------------------------------------------------

    def _gap(self, issue: Issue | None, column: Column, origin: Origin, subject: str | None) -> Gap:
        assert issue is not None
        key = f"{self.source}|{column.field}|{issue.key}" if issue.key else None
        label = FIELDS[column.field].label
        return Gap(
            kind=issue.kind, origin=replace(origin, column=column.letters), subject=subject, field=column.field, raw=issue.raw,
            message=Text(f"{label.zh}:{issue.message.zh}", f"{label.en}: {issue.message.en}"),
            question=issue.question, choices=issue.choices, answer_key=key,
        )  # fmt: skip

    def _add_gap(self, gap: Gap) -> None:
        if gap.field is not None and gap.kind in {"ambiguous", "unreadable"}:
            self.out.cells_asked += 1
        mark = (gap.kind, gap.field or "", gap.answer_key or "")
        self.gap_counts[mark] += 1
        if self.gap_counts[mark] <= MAX_SUCH_GAPS:
            self.out.gaps.append(gap)

    def _too_many_gaps(self) -> None:
        for (kind, name, key), count in sorted(self.gap_counts.items()):
            if count > MAX_SUCH_GAPS:
                more = count - MAX_SUCH_GAPS
                text = Text(
                    f"另有 {more} 格同样的问题,没有一一列出",
                    f"{more} more cells have the same problem and are not listed",
                )
                self.out.gaps.append(
                    Gap(kind=kind, origin=self.place, field=name or None, message=text, answer_key=key or None)
                )  # type: ignore[arg-type]


class _MergedCells:
    """Merged ranges below the headings: texts are filled down and across, numbers never (they would count twice)."""

    def __init__(self, grid: Grid) -> None:
        self.by_row: dict[int, list[tuple[int, int, int]]] = {}
        self.widths: dict[tuple[int, int], int] = {}
        self.values: dict[tuple[int, int], Raw] = {}
        self.anchors: set[tuple[int, int]] = set()
        for first_row, first_column, last_row, last_column in grid.merges:
            self.widths[first_row, first_column] = last_column - first_column + 1
            self.anchors.add((first_row, first_column))
            if last_row > first_row and last_row - first_row < 100_000:
                for row in range(first_row + 1, last_row + 1):
                    self.by_row.setdefault(row, []).append((first_row, first_column, last_column))

    def width_at(self, row: int, column: int) -> int:
        """How many columns a cell covers."""
        return self.widths.get((row, column), 1)

    def filled(self, block: Sequence[tuple[int, Row]], columns: Sequence[Column]) -> list[Row]:
        """The rows of a block with merged texts filled down."""
        if not self.anchors:
            return [row for _, row in block]
        fillable = {column.index for column in columns if FIELDS[column.field].type not in _NOT_FILLED_DOWN}
        rows: list[Row] = []
        for number, row in block:
            at = number - 1
            for index in fillable:
                if (at, index) in self.anchors and index < len(row):
                    self.values[at, index] = row[index]
            covered = self.by_row.get(at)
            if covered:
                row = list(row)
                for first_row, first_column, _ in covered:
                    if first_column in fillable and row[first_column] == "":
                        row[first_column] = self.values.get((first_row, first_column), "")
            rows.append(row)
        return rows


def sheet_rows(grid: Grid, count: int) -> list[Row]:
    """The first rows of a sheet."""
    return list(islice(grid.rows(), count))


__all__ = ["EMPTY", "SheetReading", "letters", "plain_text", "read_sheet", "sheet_rows"]
_ = Iterator
