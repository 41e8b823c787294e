"""What calamine does not tell of an xls: what is hidden or struck through, error cells, units and per cent in number formats; its size.

Reads the compound file's sector chains ([MS-CFB]) and the headers of its records ([MS-XLS] 2.4), nothing more.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.cells.unit_formats import unit_in
from inventory.collectors.secrets.page_bands import plain_band
from inventory.collectors.workbooks.xlsx_details import SheetDetails

_FREE = 0xFFFFFFFA  # sector numbers from here on are marks
_STREAMS = ("Workbook", "Book")
_FILEPASS, _BOUNDSHEET, _BOF, _EOF = 0x2F, 0x85, 0x809, 0x0A
_DIMENSIONS, _ROW, _COLINFO, _BOOLERR = 0x200, 0x208, 0x7D, 0x205
_BANDS = frozenset({0x14, 0x15})  # header and footer
_CELLS = frozenset({0x06, 0xBD, 0xFD, 0xD6, 0x203, 0x204, 0x205, 0x27E})  # with a value; blanks are not counted
_SEVERAL = 0xBD  # figures of neighbouring cells in one record
_FIGURES = frozenset({0x06, _SEVERAL, 0x203, 0x27E})
_FORMAT, _STYLE, _FONT, _BIFF8 = 0x41E, 0xE0, 0x31, 0x600
_STRUCK = 0x08  # among the marks of a font
_NO_FONT = 4  # a number that no font has: those behind it are one less in the list ([MS-XLS] 2.5.129)
_PER_CENT = {9: "0%", 10: "0.00%"}
_FORMAT_ROWS = 80  # headings and the first rows of data
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def xls_details(name: str, content: bytes) -> dict[str, SheetDetails]:
    """The details of every sheet by its name.

    Raises:
        CollectError: damaged, protected by a password, or no workbook inside.
    """
    try:
        stream = _workbook_stream(content)
        codes, struck = _codes(stream), _struck_styles(stream)
        return {sheet: _sheet(stream, offset, codes, struck) for sheet, offset in _sheets(name, stream)}
    except (struct.error, IndexError, ValueError, UnicodeDecodeError) as error:
        raise _damaged(name) from error


def _damaged(name: str) -> CollectError:
    return CollectError(f"{name}：文件损坏，或不是电子表格", f"{name}: damaged, or not a spreadsheet",
                        hint=Text("用 Excel 或 WPS 打开，另存为 .xlsx 后再试", "open it in Excel or WPS, save it as .xlsx, try again"))  # fmt: skip


def _workbook_stream(content: bytes) -> bytes:
    """The stream that holds the records; the oldest files are nothing else."""
    if not content.startswith(b"\xd0\xcf\x11\xe0"):
        return content
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    mini_size = 1 << struct.unpack_from("<H", content, 32)[0]
    directory_at, _, cutoff, mini_at = struct.unpack_from("<IIII", content, 48)
    if not 128 <= size <= 4096 or not 16 <= mini_size <= size:
        raise ValueError(size)
    table = _allocation(content, size)
    directory = _chain(content, table, directory_at, size, 512)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    named = {
        entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace"): entry
        for entry in entries
    }
    entry = next((named[known] for known in _STREAMS if known in named), None)
    if entry is None:
        raise ValueError("no workbook")
    start, length = struct.unpack_from("<II", entry, 116)
    if length >= cutoff:
        return _chain(content, table, start, size, 512)[:length]
    root_at = struct.unpack_from("<I", entries[0], 116)[0]
    small = _chain(content, table, root_at, size, 512)
    mini_table = list(struct.iter_unpack("<I", _chain(content, table, mini_at, size, 512)))
    return _chain(small, [number for (number,) in mini_table], start, mini_size, 0)[:length]


def _allocation(content: bytes, size: int) -> list[int]:
    """The table that links sectors."""
    numbers = list(struct.unpack_from("<109I", content, 76))
    next_at, left = struct.unpack_from("<II", content, 68)
    while next_at < _FREE and left > 0:
        part = struct.unpack_from(f"<{size // 4}I", content, 512 + next_at * size)
        numbers += part[:-1]
        next_at, left = part[-1], left - 1
    table: list[int] = []
    for number in numbers:
        if number < _FREE:
            table += struct.unpack_from(f"<{size // 4}I", content, 512 + number * size)
    return table


def _chain(content: bytes, table: list[int], start: int, size: int, offset: int) -> bytes:
    parts: list[bytes] = []
    at = start
    while at < _FREE:
        if len(parts) > len(table):
            raise ValueError("a circle of sectors")
        parts.append(content[offset + at * size : offset + (at + 1) * size])
        at = table[at]
    return b"".join(parts)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of the records' bodies up to the end of a part."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, length
        if kind == _EOF:
            return
        at += 4 + length


def _sheets(name: str, stream: bytes) -> Iterator[tuple[str, int]]:
    for kind, at, length in _records(stream, 0):
        if kind == _FILEPASS:
            raise CollectError(f"{name}：文件有打开密码", f"{name}: the file is protected by a password",
                               hint=Text("请单位去掉密码后重新报送", "ask the department to send it without"))  # fmt: skip
        if kind == _BOUNDSHEET and length >= 8:
            offset = struct.unpack_from("<I", stream, at)[0]
            count, wide = stream[at + 6], stream[at + 7] & 1
            text = stream[at + 8 : at + 8 + count * (2 if wide else 1)]
            yield text.decode("utf-16-le" if wide else "latin-1"), offset


def _codes(stream: bytes) -> dict[int, str]:
    """The number formats of the styles that show a unit or per cent, by the number of the style; of Excel 97 and later only."""
    codes, styles = dict(_PER_CENT), list[int]()
    for kind, at, length in _records(stream, 0):
        if kind == _BOF and (length < 4 or struct.unpack_from("<H", stream, at)[0] != _BIFF8):
            return {}
        if kind == _FORMAT and length >= 5:
            number, count, wide = struct.unpack_from("<HHB", stream, at)
            text = stream[at + 5 : at + 5 + count * (2 if wide & 1 else 1)]
            codes[number] = text.decode("utf-16-le" if wide & 1 else "latin-1", "replace")
        elif kind == _STYLE and length >= 4:
            styles.append(struct.unpack_from("<H", stream, at + 2)[0])
    shown = {number: code for number, code in codes.items() if "%" in code or unit_in(code) is not None}
    return {at: shown[number] for at, number in enumerate(styles) if number in shown}


def _struck_styles(stream: bytes) -> frozenset[int]:
    """The numbers of the styles whose font is struck through."""
    fonts, styles = list[bool](), list[int]()
    for kind, at, length in _records(stream, 0):
        if kind == _FONT and length >= 4:
            fonts.append(bool(struct.unpack_from("<H", stream, at + 2)[0] & _STRUCK))
        elif kind == _STYLE and length >= 4:
            styles.append(struct.unpack_from("<H", stream, at)[0])
    struck = {at if at < _NO_FONT else at + 1 for at, is_struck in enumerate(fonts) if is_struck}
    return frozenset(at for at, font in enumerate(styles) if font in struck) if struck else frozenset()


def _styles_of(stream: bytes, kind: int, at: int, length: int) -> list[int]:
    """The styles of the cells of a record, from its first column on."""
    count = (length - 6) // 6 if kind == _SEVERAL else 1
    return [struct.unpack_from("<H", stream, at + 4 + 6 * place)[0] for place in range(count)]


def _note_formats(stream: bytes, kind: int, at: int, length: int, codes: dict[int, str], details: SheetDetails) -> None:
    """Note the units that cells show, and per cent in the first rows of a column."""
    row, first = struct.unpack_from("<HH", stream, at)
    for column, style in enumerate(_styles_of(stream, kind, at, length), first):
        code = codes.get(style)
        unit = unit_in(code) if code is not None else None
        if unit is not None:
            details.units.setdefault(row + 1, {})[column] = unit
        elif code is not None and row < _FORMAT_ROWS:
            details.formats.setdefault(column, {})[row + 1] = code


def _sheet(stream: bytes, offset: int, codes: dict[int, str], struck: frozenset[int]) -> SheetDetails:
    details = SheetDetails()
    crossed: dict[int, dict[int, bool]] = {}  # row → column → whether its cell is struck through
    rows: set[int] = set()
    columns: set[int] = set()
    for kind, at, length in _records(stream, offset):
        if kind in _CELLS and length >= 6:
            row, column = struct.unpack_from("<HH", stream, at)
            last = struct.unpack_from("<H", stream, at + length - 2)[0] if kind == 0xBD else column
            details.last_row, details.width = max(details.last_row, row + 1), max(details.width, column + 1, last + 1)
            for place, style in enumerate(_styles_of(stream, kind, at, length), column) if struck else ():
                crossed.setdefault(row + 1, {})[place] = style in struck
            if codes and kind in _FIGURES:
                _note_formats(stream, kind, at, length, codes, details)
            if kind == _BOOLERR and stream[at + 7]:
                details.errors.setdefault(row + 1, {})[column] = _ERRORS.get(stream[at + 6], "#N/A")
        elif kind == _DIMENSIONS and length >= 10:
            bounds = struct.unpack_from("<IIHH" if length >= 12 else "<HHHH", stream, at)
            first_row, last_row, first_column, last_column = bounds
            if last_row and last_column and (first_row > last_row or first_column > last_column):
                raise ValueError(bounds)  # the reader would ask for all the memory there is, and the process would end
            details.last_row, details.width = max(details.last_row, last_row), max(details.width, last_column)
        elif kind in _BANDS and length >= 4:
            count, wide = struct.unpack_from("<HB", stream, at)
            text = stream[at + 3 : at + 3 + count * (2 if wide & 1 else 1)]
            details.bands += (plain_band(text.decode("utf-16-le" if wide & 1 else "latin-1", "replace")),)
        elif kind == _ROW and length >= 16 and struct.unpack_from("<I", stream, at + 12)[0] & 0x20:
            rows.add(struct.unpack_from("<H", stream, at)[0] + 1)
        elif kind == _COLINFO and length >= 10 and struct.unpack_from("<H", stream, at + 8)[0] & 1:
            first, last = struct.unpack_from("<HH", stream, at)
            columns.update(range(first, min(last, 16_383) + 1))
    details.hidden_rows, details.hidden_columns = frozenset(rows), frozenset(columns)
    details.struck_rows = frozenset(row for row, cells in crossed.items() if all(cells.values()))
    details.struck_cells = {
        row: frozenset(column for column, is_struck in cells.items() if is_struck)
        for row, cells in crossed.items() if any(cells.values()) and not all(cells.values())
    }  # fmt: skip
    return details
