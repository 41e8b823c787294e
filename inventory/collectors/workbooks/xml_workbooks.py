"""OpenDocument tables (ods) and Excel 2003 XML → grids, with their merged ranges and hidden rows. Read as a stream, up to the limits.

calamine reads ods, too, but says nothing of merged cells and hidden rows; without them a clerk's table is read wrongly.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from typing import IO, Any, TypeVar
from xml.etree import ElementTree as ET

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.workbooks.grid import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_EMPTY_ROWS,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    Grid,
    MergedRange,
    Row,
)

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_BANDS = ("header", "footer", "header-left", "footer-left", "header-first", "footer-first")
_MAX_STYLES_BYTES = 50_000_000
_Read = TypeVar("_Read")
_MAX_XML_BYTES = 400_000_000  # of one document as text; larger ones belong into xlsx


class _Sheet:
    """A sheet while it is read."""

    def __init__(self, file: str, name: str, *, visible: bool) -> None:
        self.file, self.name, self.visible = file, name, visible
        self.rows: list[Row] = []
        self.merges: list[MergedRange] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.cells = 0

    def add(self, row: Row, *, hidden: bool, times: int = 1) -> None:
        """Append a row so many times; limits are checked before anything is repeated."""
        while row and row[-1] == "":
            row.pop()
        if not row and times > MAX_EMPTY_ROWS:
            times = 1  # the rest of the sheet, declared empty
        self.cells += len(row) * times
        if len(self.rows) + times > MAX_ROWS or len(row) > MAX_COLUMNS or self.cells > MAX_CELLS:
            raise CollectError(
                f"{self.file}, {self.name}：超过上限 {MAX_ROWS:,} 行 × {MAX_COLUMNS} 列", f"{self.file}, {self.name}: more than {MAX_ROWS:,} rows × {MAX_COLUMNS} columns",
                hint=Text("拆成几个文件，或删去多余的空行空列后再试", "split it, or delete unused rows and columns, then try again"),
            )  # fmt: skip
        for _ in range(times):
            if hidden:
                self.hidden_rows.add(len(self.rows) + 1)
            self.rows.append(list(row))

    def grid(self) -> Grid:
        """The sheet as a grid, its rows of one width."""
        while self.rows and not self.rows[-1]:
            self.rows.pop()
        width = max((len(row) for row in self.rows), default=0)
        for row in self.rows:
            row.extend([""] * (width - len(row)))
        height = len(self.rows)
        return Grid(
            name=self.name, rows=partial(iter, self.rows), width=width, height=height, visible=self.visible,
            merges=tuple(area for area in self.merges if area[0] < height and area[1] < width),
            hidden_rows=frozenset(self.hidden_rows), hidden_columns=frozenset(self.hidden_columns),
        )  # fmt: skip


def ods_grids(name: str, content: bytes) -> tuple[Grid, ...]:
    """The sheets of an OpenDocument spreadsheet.

    Raises:
        CollectError: damaged, encrypted or over a limit.
    """

    def read() -> tuple[Grid, ...]:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if b"encryption-data" in packed.read("META-INF/manifest.xml"):
                raise CollectError(f"{name}：文件有打开密码", f"{name}: the file is protected by a password",
                                   hint=Text("请单位去掉密码后重新报送", "ask the department to send it without"))  # fmt: skip
            if packed.getinfo("content.xml").file_size > min(_MAX_XML_BYTES, MAX_UNPACKED_BYTES):
                raise _too_large(name)
            with packed.open("content.xml") as stream:
                return tuple(sheet.grid() for sheet in _ods_sheets(name, stream))

    return _guarded(name, read)


def xml_2003_grids(name: str, content: bytes) -> tuple[Grid, ...]:
    """The sheets of an Excel 2003 XML spreadsheet.

    Raises:
        CollectError: damaged or over a limit.
    """
    if len(content) > _MAX_XML_BYTES:
        raise _too_large(name)
    return _guarded(name, lambda: tuple(sheet.grid() for sheet in _xml_2003_sheets(name, io.BytesIO(content))))


def ods_bands(name: str, content: bytes) -> tuple[str, ...]:
    """The headers and footers of all page styles of an OpenDocument spreadsheet.

    Raises:
        CollectError: damaged.
    """

    def read() -> tuple[str, ...]:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if "styles.xml" not in packed.namelist() or packed.getinfo("styles.xml").file_size > _MAX_STYLES_BYTES:
                return ()
            root = ET.fromstring(packed.read("styles.xml"))  # noqa: S314
        bands = [part for tag in _BANDS for part in root.iter(f"{_STYLE}{tag}")]
        return tuple(text for part in bands if (text := " ".join(" ".join(part.itertext()).split())))

    return _guarded(name, read)


def _too_large(name: str) -> CollectError:
    return CollectError(f"{name}：内容超过上限 {_MAX_XML_BYTES / 1e6:.0f} MB", f"{name}: more than the limit of {_MAX_XML_BYTES / 1e6:.0f} MB",
                        hint=Text("另存为 .xlsx 后再试", "save it as .xlsx, then try again"))  # fmt: skip


def _guarded(name: str, read: Callable[[], _Read]) -> _Read:
    try:
        return read()
    except (
        ET.ParseError,
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        EOFError,
        OSError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise CollectError(f"{name}：文件损坏，打不开", f"{name}: damaged, it cannot be opened",
                           hint=Text("打开并另存为 .xlsx 后再试", "open it, save it as .xlsx, try again")) from error  # fmt: skip


# --- OpenDocument ---------------------------------------------------------------------------------------------


def _ods_sheets(file: str, stream: IO[bytes]) -> Iterator[_Sheet]:
    hidden_styles: set[str] = set()
    sheet: _Sheet | None = None
    column = 0
    for event, element in ET.iterparse(stream, events=("start", "end")):  # noqa: S314 - expat expands no external entities; sizes are bounded
        if event == "start":
            if element.tag == f"{_TABLE}table" and sheet is None:
                style = element.get(f"{_TABLE}style-name", "")
                sheet, column = _Sheet(file, element.get(f"{_TABLE}name", ""), visible=style not in hidden_styles), 0
            continue
        if element.tag == f"{_STYLE}style":
            if any(part.get(f"{_TABLE}display") == "false" for part in element):
                hidden_styles.add(element.get(f"{_STYLE}name", ""))
        elif sheet is None:
            continue
        elif element.tag == f"{_TABLE}table-column":
            times = _number(element.get(f"{_TABLE}number-columns-repeated"))
            if element.get(f"{_TABLE}visibility") in {"collapse", "filter"}:
                sheet.hidden_columns.update(range(column, min(column + times, MAX_COLUMNS)))
            column += times
        elif element.tag == f"{_TABLE}table-row":
            row = _ods_row(element, sheet)
            hidden = element.get(f"{_TABLE}visibility") in {"collapse", "filter"}
            sheet.add(row, hidden=hidden, times=_number(element.get(f"{_TABLE}number-rows-repeated")))
            element.clear()
        elif element.tag == f"{_TABLE}table":
            yield sheet
            sheet = None
            element.clear()


def _number(text: str | None) -> int:
    return max(1, int(text)) if text else 1


def _ods_row(element: ET.Element, sheet: _Sheet) -> Row:
    row: Row = []
    at = len(sheet.rows)
    for cell in element:
        if cell.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            continue
        times = _number(cell.get(f"{_TABLE}number-columns-repeated"))
        value = _ods_value(cell) if cell.tag.endswith("}table-cell") else ""
        down = _number(cell.get(f"{_TABLE}number-rows-spanned"))
        right = _number(cell.get(f"{_TABLE}number-columns-spanned"))
        if down > 1 or right > 1:
            sheet.merges.append((at, len(row), at + down - 1, len(row) + right - 1))
        if value == "" and len(row) + times > MAX_COLUMNS:
            break  # the rest of the row, declared empty
        row.extend([value] * min(times, MAX_COLUMNS + 1))
    return row


def _ods_value(cell: ET.Element) -> Raw:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in {"float", "currency", "percentage"}:
        return float(cell.get(f"{_OFFICE}value", "nan"))
    if kind == "date":
        return _day(cell.get(f"{_OFFICE}date-value", ""))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    return "\n".join("".join(_words(paragraph)) for paragraph in cell if paragraph.tag == f"{_TEXT}p")


def _words(element: ET.Element) -> Iterator[str]:
    yield element.text or ""
    for part in element:
        if part.tag == f"{_TEXT}s":
            yield " " * _number(part.get(f"{_TEXT}c"))
        elif part.tag == f"{_TEXT}line-break":
            yield "\n"
        elif not part.tag.endswith("}annotation"):
            yield from _words(part)
        yield part.tail or ""


def _day(text: str) -> Raw:
    moment = datetime.fromisoformat(text) if "T" in text else None
    return moment if moment is not None else date.fromisoformat(text)


# --- Excel 2003 XML -------------------------------------------------------------------------------------------


def _xml_2003_sheets(file: str, stream: IO[bytes]) -> Iterator[_Sheet]:
    sheet: _Sheet | None = None
    column = 0
    for event, element in ET.iterparse(stream, events=("start", "end")):  # noqa: S314 - expat expands no external entities; sizes are bounded
        if event == "start":
            if element.tag == f"{_SS}Worksheet":
                sheet, column = _Sheet(file, element.get(f"{_SS}Name", ""), visible=True), 0
            continue
        if sheet is None:
            continue
        if element.tag == f"{_SS}Column":
            column = int(element.get(f"{_SS}Index", column + 1)) - 1
            span = int(element.get(f"{_SS}Span", 0)) + 1
            if element.get(f"{_SS}Hidden") == "1":
                sheet.hidden_columns.update(range(column, min(column + span, MAX_COLUMNS)))
            column += span
        elif element.tag == f"{_SS}Row":
            place = int(element.get(f"{_SS}Index", len(sheet.rows) + 1)) - 1
            if place > len(sheet.rows):
                sheet.add([], hidden=False, times=min(place - len(sheet.rows), MAX_ROWS + 1))
            sheet.add(_xml_2003_row(element, sheet), hidden=element.get(f"{_SS}Hidden") == "1")
            element.clear()
        elif element.tag.endswith("}Visible") and (element.text or "").startswith("SheetHidden"):
            sheet.visible = False
        elif element.tag == f"{_SS}Worksheet":
            yield sheet
            sheet = None
            element.clear()


def _xml_2003_row(element: ET.Element, sheet: _Sheet) -> Row:
    row: Row = []
    at = len(sheet.rows)
    for cell in element.iter(f"{_SS}Cell"):
        place = int(cell.get(f"{_SS}Index", len(row) + 1)) - 1
        if place > MAX_COLUMNS:
            row.extend([""] * MAX_COLUMNS + ["x", "x"])  # over the limit, which `add` tells
            return row
        row.extend([""] * (place - len(row)))
        right, down = int(cell.get(f"{_SS}MergeAcross", 0)), int(cell.get(f"{_SS}MergeDown", 0))
        if right or down:
            sheet.merges.append((at, len(row), at + down, len(row) + right))
        row.append(_xml_2003_value(cell.find(f"{_SS}Data")))
        row.extend([""] * min(right, MAX_COLUMNS))
    return row


def _xml_2003_value(data: Any) -> Raw:
    if data is None:
        return ""
    text = "".join(data.itertext())
    kind = data.get(f"{_SS}Type")
    if kind == "Number":
        return float(text)
    if kind == "DateTime":
        moment = datetime.fromisoformat(text)
        return moment if (moment.hour, moment.minute, moment.second) != (0, 0, 0) else moment.date()
    return text == "1" if kind == "Boolean" else text
