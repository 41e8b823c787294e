"""Tables that other tools export: fixed headings, one machine a row. Column names are data, in each tool's module."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from catalogs.words import Text
from inventory.collectors.cells.addresses import read_addresses
from inventory.collectors.cells.cell_types import Raw, plain_text
from inventory.collectors.cells.dates import read_date
from inventory.collectors.secrets.credentials import mask
from inventory.collectors.workbooks.grid import Grid, Workbook, letters
from inventory.fields import FIELDS
from inventory.model import Collected, Gap, Origin, Record, RecordKind, Skipped, Value


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column: our field, the headings it has had in the tool's versions, and the factor to our unit."""

    field: str
    headings: tuple[str, ...]
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One row of a table, by heading in small letters."""

    number: int
    cells: Mapping[str, Raw]
    columns: Mapping[str, str]

    def text(self, *headings: str) -> str | None:
        """The first of some cells that is not empty, as text."""
        for heading in headings:
            value = plain_text(self.cells.get(heading.lower(), "")).strip()
            if value:
                return value
        return None


def key_of(heading: Raw) -> str:
    """A heading as compared: small letters, without the star of required ones and without doubled spaces."""
    return " ".join(plain_text(heading).replace("*", " ").lower().split())


def rows_of(grid: Grid, *, heading_row: int = 1, first_row: int | None = None) -> Iterator[ExportRow]:
    """The rows below a heading row (counted from 1) that have content."""
    keys: list[str] = []
    columns: dict[str, str] = {}
    for number, row in enumerate(grid.rows(), 1):
        if number == heading_row:
            keys = [key_of(cell) for cell in row]
            columns = {key: letters(at) for at, key in enumerate(keys) if key}
        elif number >= (first_row or heading_row + 1) and any(cell != "" for cell in row):
            yield ExportRow(number, dict(zip(keys, row, strict=False)), columns)


def headings_of(grid: Grid, row: int = 1) -> set[str]:
    """The headings of a sheet as compared."""
    for number, cells in enumerate(grid.rows(), 1):
        if number == row:
            return {key_of(cell) for cell in cells if cell != ""}
    return set()


@dataclass(slots=True)
class ExportReading:
    """Records, gaps and the account of one file, filled row by row."""

    collector: str
    source: str
    book: Workbook
    records: list[Record] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    sheets: list[dict[str, object]] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)

    def place(self, sheet: str, row: int | None = None) -> Origin:
        """A row of this file."""
        return Origin(source=self.source, file=self.book.file, sheet=sheet or None, row=row)

    def fields(self, row: ExportRow, columns: Sequence[ExportColumn], place: Origin, subject: str) -> dict[str, Value]:
        """The values of one row; what cannot be read becomes a gap at its cell."""
        found: dict[str, Value] = {}
        for column in columns:
            heading = next((h for h in map(key_of, column.headings) if h in row.cells), None)
            if heading is None:
                continue
            raw = row.cells[heading]
            try:
                found[column.field] = value_of(column, raw)
            except ValueError:
                label = FIELDS[column.field].label
                shown = mask(plain_text(raw))[0][:100]
                self.gaps.append(
                    Gap(kind="unreadable", origin=replace(place, column=row.columns[heading]), subject=subject, field=column.field, raw=shown,
                        message=Text(f"{label.zh}：「{shown}」读不懂", f"{label.en}: {shown!r} cannot be read"))
                )  # fmt: skip
                found[column.field] = None
        return found

    def add(
        self, kind: RecordKind, record_id: str, values: Mapping[str, Value], place: Origin, columns: Mapping[str, str]
    ) -> None:
        """Keep one record."""
        self.records.append(Record(kind=kind, id=record_id, fields=dict(values), origin=place, columns=columns))

    def skip(self, place: Origin, reason: str, detail: str | None = None) -> None:
        """Leave one row out."""
        self.skipped.append(Skipped(origin=place, reason=reason, detail=detail))
        self.rows["skipped"] += 1

    def nameless(self, place: Origin) -> None:
        """A row without a name or id."""
        self.rows["asked"] += 1
        text = Text("这一行没有名称，没有导入", "this row has no name and was not taken")
        self.gaps.append(Gap(kind="missing", origin=place, field="server_name", message=text))

    def account(
        self,
        grid: Grid,
        columns: Sequence[ExportColumn],
        used: Mapping[str, str],
        also: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Say which columns of a sheet were used and which were not; `also` maps further headings to their fields."""
        by_heading = {key_of(heading): column.field for column in columns for heading in column.headings} | dict(also)
        self.sheets.append({
            "sheet": grid.name, "department": None, "heading_rows": [[1, 1]],
            "columns_used": [{"column": used[key], "heading": key, "field": by_heading[key], "unit": None} for key in used if key in by_heading],
            "columns_ignored": [{"column": used[key], "heading": key, "why": "unknown", "suggestions": []} for key in used if key not in by_heading],
        })  # fmt: skip

    def done(self) -> Collected:
        """The collection: rows_read = rows_recorded + rows_asked + rows_skipped."""
        reasons = Counter(row.reason for row in self.skipped if row.origin.row is not None)
        recorded, asked = self.rows["recorded"], self.rows["asked"]
        accounting: dict[str, object] = {
            "file": self.book.file, "file_sha256": self.book.sha256, "format": f"{self.collector} ({self.book.format})", "encoding": self.book.encoding,
            "department": None, "rows_read": recorded + asked + sum(reasons.values()), "rows_recorded": recorded, "rows_asked": asked,
            "powered_off": sum(1 for record in self.records if record.fields.get("power") == "off"), "rows_skipped": sum(reasons.values()), "skipped": dict(sorted(reasons.items())), "classified": 0, "sheets": self.sheets,
            "sheets_skipped": [{"sheet": s.origin.sheet, "reason": s.reason, "detail": s.detail} for s in self.skipped if s.origin.row is None],
        }  # fmt: skip
        return Collected(
            source=self.source, collector=self.collector, records=tuple(self.records), gaps=tuple(self.gaps),
            skipped=tuple(self.skipped), accounting=accounting,
        )  # fmt: skip


def value_of(column: ExportColumn, raw: Raw) -> Value:
    """One cell as the value of its field.

    Raises:
        ValueError: it is something else.
    """
    text = plain_text(raw).strip()
    if not text:
        return None
    match FIELDS[column.field].type:
        case "cores" | "count" | "size" | "number" | "ratio":
            return _number(text, column)
        case "addresses":
            read = read_addresses(text)
            if read.unreadable or read.too_many:
                raise ValueError(text)
            return read.found or None
        case "date":
            iso = read_date(raw).iso
            if iso is None:
                raise ValueError(text)
            return iso
        case "list":
            return (
                tuple(dict.fromkeys(part.strip() for part in text.replace(";", ",").split(",") if part.strip())) or None
            )
        case _:
            return mask(text)[0]


def _number(text: str, column: ExportColumn) -> Value:
    number = float(text.replace(",", "")) * column.factor
    if number < 0 or not math.isfinite(number):
        raise ValueError(text)
    if FIELDS[column.field].type in {"cores", "count"} and not number.is_integer():
        raise ValueError(text)
    return int(number) if number.is_integer() and FIELDS[column.field].type != "ratio" else round(number, 6)
