"""What calamine does not tell of an xlsx: hidden rows and columns, number formats; and its size before it is unpacked.

The XML of sheets is only scanned as bytes, in pieces, so that a hostile file costs time in proportion to its size.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.cells.unit_formats import cells_with_units, unit_in
from inventory.collectors.secrets.page_bands import bands_in_xlsx
from inventory.collectors.workbooks.grid import MAX_UNPACKED_BYTES, column_number

_CHUNK = 4_000_000
_NINE = ord("9")
_FORMAT_ROWS = 80  # headings and the first rows of data
_MAX_RATIO = 1000  # packed to unpacked; honest sheets stay below 100
_RELS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BUILT_IN = {9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "yyyy-m-d h:mm",
             27: 'yyyy"年"m"月"', 31: 'yyyy"年"m"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"'}  # fmt: skip

_ROW = re.compile(rb"<(?:x:)?row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_WIDE = re.compile(rb'\br="([A-Z]{3})\d')
_CELL = re.compile(rb"<(?:x:)?c\b([^>]*)>")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_ERROR = re.compile(rb'<c\b([^>]*\bt="e"[^>]*)>(?:(?!</c>).)*?<v>([^<]*)</v>', re.DOTALL)
_NO_RESULT = re.compile(rb"<c\b([^>]*)>\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
NO_RESULT = "#NO-RESULT!"  # our own word, declared among the errors of catalogs/columns
_COLUMN = re.compile(rb"<(?:x:)?col\b([^>]*)>")
_DIMENSION = re.compile(rb'<(?:x:)?dimension\b[^>]*ref="(?:[A-Z]+\d+:)?([A-Z]{1,3})\d+"')


@dataclass(slots=True)
class SheetDetails:
    """Hidden rows (from 1) and columns (from 0), formats by column and row, last row with a value, a bound of the width.

    `empty_rows` are those that the file writes out although no cell of them has content; a declared range writes none.
    """

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formats: dict[int, dict[int, str]] = field(default_factory=dict)
    last_row: int = 0
    width: int = 0
    empty_rows: int = 0
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    units: dict[int, dict[int, str]] = field(default_factory=dict)  # in number formats: row from 1, column from 0
    has_booleans: bool = True
    struck_rows: frozenset[int] = frozenset()
    struck_cells: dict[int, frozenset[int]] = field(default_factory=dict)
    bands: tuple[str, ...] = ()


def details_of(name: str, content: bytes) -> dict[str, SheetDetails]:
    """The details of every sheet by its name; empty for zip files that are no xlsx (ods).

    Raises:
        CollectError: not a zip file, or one that unpacks to more than the limit.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _check_size(name, packed)
            if "xl/workbook.xml" not in packed.namelist():
                return {}
            formats, struck = _formats(packed), _struck_styles(packed)
            return {sheet: _scan(packed, part, formats, struck) for sheet, part in _parts(packed)}
    except (
        zipfile.BadZipFile,
        ET.ParseError,
        KeyError,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        zlib.error,
    ) as error:
        raise CollectError(f"{name}：文件损坏，打不开", f"{name}: damaged, it cannot be opened",
                           hint=Text("用 Excel 或 WPS 打开，另存为 .xlsx 后再试", "open it in Excel or WPS, save it as .xlsx, try again")) from error  # fmt: skip


def _check_size(name: str, packed: zipfile.ZipFile) -> None:
    unpacked = sum(item.file_size for item in packed.infolist())
    size = max(1, sum(item.compress_size for item in packed.infolist()))
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > 100_000_000 and unpacked / size > _MAX_RATIO):
        raise CollectError(
            f"{name}：解压后 {unpacked / 1e6:,.0f} MB(压缩比 {unpacked / size:,.0f}),超过上限 {MAX_UNPACKED_BYTES / 1e6:,.0f} MB 或压缩比 {_MAX_RATIO}",
            f"{name}: {unpacked / 1e6:,.0f} MB unpacked (ratio {unpacked / size:,.0f}), more than the limit of {MAX_UNPACKED_BYTES / 1e6:,.0f} MB or ratio {_MAX_RATIO}",
            hint=Text("这可能是恶意构造的文件；确认来源后拆分再试", "this may be a hostile file; check where it comes from, split it"),
        )  # fmt: skip


def _parts(packed: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    targets = {
        item.attrib["Id"]: item.attrib["Target"]
        for item in ET.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - expat expands no external entities
    }
    root = ET.fromstring(packed.read("xl/workbook.xml"))  # noqa: S314
    names = set(packed.namelist())
    for sheet in root.iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        target = targets.get(sheet.attrib.get(_RELS, ""), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names and "worksheet" in part:
            yield sheet.attrib["name"], part


def _formats(packed: zipfile.ZipFile) -> dict[int, str]:
    """Style number → number format, without the general one."""
    if "xl/styles.xml" not in packed.namelist():
        return {}
    root = ET.fromstring(packed.read("xl/styles.xml"))  # noqa: S314
    space = root.tag.rpartition("}")[0] + "}"
    codes = dict(_BUILT_IN)
    for item in root.iter(f"{space}numFmt"):
        codes[int(item.attrib["numFmtId"])] = item.attrib.get("formatCode", "")
    styles = root.find(f"{space}cellXfs")
    if styles is None:
        return {}
    numbers = [int(item.attrib.get("numFmtId", 0)) for item in styles]
    return {index: codes[number] for index, number in enumerate(numbers) if number in codes}


def _struck_styles(packed: zipfile.ZipFile) -> frozenset[bytes]:
    """The numbers of the styles whose font is struck through."""
    if "xl/styles.xml" not in packed.namelist():
        return frozenset()
    root = ET.fromstring(packed.read("xl/styles.xml"))  # noqa: S314
    space = root.tag.rpartition("}")[0] + "}"
    fonts, styles = root.find(f"{space}fonts"), root.find(f"{space}cellXfs")
    if fonts is None or styles is None:
        return frozenset()
    marks = [font.find(f"{space}strike") for font in fonts]
    struck = {
        str(at)
        for at, mark in enumerate(marks)
        if mark is not None and mark.attrib.get("val", "1") not in {"0", "false"}
    }
    return frozenset(str(at).encode() for at, style in enumerate(styles) if style.attrib.get("fontId") in struck)


def _struck_rows(text: bytes, styles: frozenset[bytes]) -> Iterator[tuple[int, frozenset[int] | None]]:
    """Rows with cells that are struck through: their columns from 0, or `None` where all cells with content are."""
    for piece in text.split(b"<row ")[1:]:
        number = _ROW_NUMBER.search(b" " + piece[:200])
        cells = [match for match in piece.split(b"<c ")[1:] if b"<v" in match or b"<is" in match]
        marks = [style[1] if (style := _STYLE.search(b" " + cell[:80])) else b"0" for cell in cells]
        if number is None or not any(mark in styles for mark in marks):
            continue
        if all(mark in styles for mark in marks):
            yield int(number[1]), None
            continue
        places = [
            _REFERENCE.search(b" " + cell[:80]) for cell, mark in zip(cells, marks, strict=True) if mark in styles
        ]
        yield int(number[1]), frozenset(column_number(place[1].decode()) for place in places if place)


def _scan(packed: zipfile.ZipFile, part: str, formats: dict[int, str], struck: frozenset[bytes]) -> SheetDetails:
    details = SheetDetails(has_booleans=False)
    hidden: set[int] = set()
    crossed: dict[int, frozenset[int] | None] = {}
    bands: list[str] = []
    row = 0
    rest = b""
    first = True
    units = {style: unit for style, code in formats.items() if (unit := unit_in(code)) is not None}
    with packed.open(part) as stream:
        while piece := stream.read(_CHUNK):
            text = rest + piece
            cut = text.rfind(b"</row>") + 6
            has_rows = cut >= 6
            if not has_rows:
                cut = text.rfind(b"<") if b"<sheetData" not in text else 0
            text, rest = text[:cut], text[cut:]
            if first:
                _scan_head(text, details, formats)
                first = False
            value_at = max(text.rfind(b"<v>"), text.rfind(b"<is>"), text.rfind(b"<x:v>"))
            details.has_booleans = details.has_booleans or b't="b"' in text
            if b't="e"' in text or b"<f" in text:
                details.errors.update(_errors(text))
            for number, column, unit in cells_with_units(text, units) if units else ():
                details.units.setdefault(number, {})[column_number(column.decode())] = unit
            if struck:
                crossed.update(_struck_rows(text, struck))
            if b"hidden=" in text:
                hidden.update(_hidden_rows(text))
            if value_at >= 0:
                row_at = max(text.rfind(b"<row", 0, value_at), text.rfind(b"<x:row", 0, value_at))
                row = _number_at(text, row_at, row)
                details.last_row = row
                details.width = max(details.width, _widest(text))
            if not has_rows:  # headers and footers stand behind the last row
                bands += bands_in_xlsx(text)
            row_at = max(text.rfind(b"<row"), text.rfind(b"<x:row"))
            row = _number_at(text, row_at, row)
            details.empty_rows += _empty_rows(text)
    details.empty_rows += _empty_rows(rest)
    details.bands = (*bands, *bands_in_xlsx(rest))
    details.hidden_rows = frozenset(hidden)
    details.struck_rows = frozenset(row for row, columns in crossed.items() if columns is None)
    details.struck_cells = {row: columns for row, columns in crossed.items() if columns is not None}
    return details


def _errors(text: bytes) -> dict[int, dict[int, str]]:
    """Cells with a formula error, and formulas whose result was never saved: row from 1 → column from 0 → what it shows."""
    found: dict[int, dict[int, str]] = {}
    for match in (*_ERROR.finditer(text), *_NO_RESULT.finditer(text)):
        place = _REFERENCE.search(match[1])
        if place is not None:
            shown = match[2].decode("ascii", "replace") if match.lastindex == 2 else NO_RESULT
            found.setdefault(int(place[2]), {})[column_number(place[1].decode())] = shown
    return found


def _empty_rows(text: bytes) -> int:
    """How many rows stand there without a value, a text or a formula: some with a height or format, some with bare cells."""
    prefix = b"x:" if b"<x:row" in text else b""
    value, words, formula = b"<" + prefix + b"v", b"<" + prefix + b"is", b"<" + prefix + b"f"
    pieces = text.split(b"<" + prefix + b"row ")[1:]
    return sum(1 for piece in pieces if not (value in piece or words in piece or formula in piece))


def _widest(text: bytes) -> int:
    """The column of the last cell of the widest row, where it is beyond ZZ; 0 below."""
    if b'<c r="' not in text:
        return max((column_number(name.decode()) + 1 for name in set(_WIDE.findall(text))), default=0)
    widest = start = 0
    while (end := text.find(b"</row>", start)) >= 0:
        cell = text.rfind(b'<c r="', start, end)
        if cell >= 0 and text[cell + 8] > _NINE:  # a third letter
            widest = max(widest, column_number(text[cell + 6 : cell + 9].decode("ascii", "replace")) + 1)
        start = end + 1
    return widest


def _number_at(text: bytes, row_at: int, otherwise: int) -> int:
    found = _ROW_NUMBER.search(text, row_at, row_at + 200) if row_at >= 0 else None
    return int(found[1]) if found else otherwise


def _hidden_rows(text: bytes) -> Iterator[int]:
    for match in _ROW.finditer(text):
        if b'hidden="1"' in match[1] or b'hidden="true"' in match[1]:
            number = _ROW_NUMBER.search(match[1])
            if number:
                yield int(number[1])


def _scan_head(text: bytes, details: SheetDetails, formats: dict[int, str]) -> None:
    hidden: set[int] = set()
    for match in _COLUMN.finditer(text[:200_000]):
        marks = dict(re.findall(rb'(\w+)="([^"]*)"', match[1]))
        if marks.get(b"hidden") in {b"1", b"true"}:
            first, last = int(marks[b"min"]), int(marks[b"max"])
            hidden.update(range(first - 1, min(last, 16_384)))
    details.hidden_columns = frozenset(hidden)
    bound = _DIMENSION.search(text[:5000])
    details.width = column_number(bound[1].decode()) + 1 if bound else 0
    # The declared dimension may be the whole sheet although a few columns are used: only cells count beyond the limit.
    details.width = min(details.width, 702)
    for match in _CELL.finditer(text):
        style, place = _STYLE.search(match[1]), _REFERENCE.search(match[1])
        if place and int(place[2]) > _FORMAT_ROWS:
            return
        if style and place and int(style[1]) in formats:
            column = details.formats.setdefault(column_number(place[1].decode()), {})
            column[int(place[2])] = formats[int(style[1])]
