"""Files of tables → grids, by what their bytes say: xlsx, xls (calamine), ods, Excel 2003 XML, csv, tsv, HTML. The home of calamine.

The ending of a name lies: department systems export HTML as .xls. Sizes are checked before anything is unpacked.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.digest import sha256_of_bytes
from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.cells.unit_formats import shown_with
from inventory.collectors.secrets.beside_cells import secrets_beside
from inventory.collectors.secrets.page_bands import bands_in_xml_2003
from inventory.collectors.workbooks.grid import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_EMPTY_ROWS,
    MAX_FILE_BYTES,
    MAX_ROWS,
    Grid,
    Row,
    Workbook,
)
from inventory.collectors.workbooks.text_tables import html_grids, is_html, text_grid
from inventory.collectors.workbooks.xls_details import xls_details
from inventory.collectors.workbooks.xlsx_details import SheetDetails, details_of
from inventory.collectors.workbooks.xml_workbooks import ods_bands, ods_grids, xml_2003_grids

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"  # the first part, not packed, as its standard demands
_SAVE_AGAIN = Text("用 Excel 或 WPS 打开，另存为 .xlsx 后再试", "open it in Excel or WPS, save it as .xlsx, try again")


def read_workbook(path: Path) -> Workbook:
    """Read the sheets of one file.

    Raises:
        CollectError: not a table, damaged, protected by a password, or larger than the limits.
    """
    check_size(path)
    return workbook_of(path.name, path.read_bytes())


def check_size(path: Path) -> None:
    """Refuse a file over the limit before it is opened.

    Raises:
        CollectError: it is too large.
    """
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise too_large(
            path.name,
            f"文件 {size / 1e6:.0f} MB",
            f"the file has {size / 1e6:.0f} MB",
            f"{MAX_FILE_BYTES / 1e6:.0f} MB",
        )


def workbook_of(name: str, content: bytes) -> Workbook:
    """Read the sheets of a file's bytes; see `read_workbook`."""
    if not content.strip():
        raise CollectError(f"{name}：文件是空的", f"{name}: the file is empty", hint=_SAVE_AGAIN)
    sha256 = sha256_of_bytes(content)
    if content.startswith(_ZIP) and _ODS in content[:200]:
        grids = ods_grids(name, content)
        return Workbook(
            file=name, format="ods", encoding=None, sha256=sha256, grids=_with_bands(grids, ods_bands(name, content))
        )
    if content.startswith(_ZIP):
        return _binary(name, content, sha256, zipped=True)
    if content.startswith((_OLE, b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00")):
        return _binary(name, content, sha256, zipped=False)
    if _is_json(content) or content.startswith(
        (b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"GIF8")
    ):
        raise CollectError(f"{name}：不是表格文件", f"{name}: not a table",
                           hint=Text("需要 xlsx、xls、csv、tsv 或含表格的 HTML", "xlsx, xls, csv, tsv or an HTML table is needed"))  # fmt: skip
    if b"urn:schemas-microsoft-com:office:spreadsheet" in content[:4000]:
        grids = xml_2003_grids(name, content)
        return Workbook(
            file=name, format="xml", encoding=None, sha256=sha256, grids=_with_bands(grids, bands_in_xml_2003(content))
        )
    if is_html(content):
        encoding, grids = html_grids(name, content)
        return Workbook(file=name, format="html", encoding=encoding, sha256=sha256, grids=grids)
    encoding, form, grid = text_grid(name, content)
    return Workbook(file=name, format=form, encoding=encoding, sha256=sha256, grids=(grid,))


def _with_bands(grids: tuple[Grid, ...], bands: tuple[str, ...]) -> tuple[Grid, ...]:
    """The sheets with headers and footers of which the format does not say whose they are: told of with the first."""
    return (replace(grids[0], bands=bands), *grids[1:]) if grids and bands else grids


def _is_json(content: bytes) -> bool:
    """A file of JSON has lines and colons, and would be read as a form."""
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith((b"{", b"[")):
        return False
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


def too_large(name: str, zh: str, en: str, limit: str) -> CollectError:
    """A file over a limit, which is named."""
    return CollectError(f"{name}：{zh}，超过上限 {limit}", f"{name}: {en}, more than the limit of {limit}",
                        hint=Text("拆成几个文件，或删去多余的空行空列后再试", "split it, or delete unused rows and columns, then try again"))  # fmt: skip


def _binary(name: str, content: bytes, sha256: str, *, zipped: bool) -> Workbook:
    details = details_of(name, content) if zipped else xls_details(name, content)
    if not details:
        found = next(
            (words for mark, words in _OTHER_ZIPS if mark in content), ("不是 Excel 工作簿", "not an Excel workbook")
        )
        raise _other_format(name, *found)
    for sheet, detail in details.items():  # before the reader makes room for what a sheet says of itself
        _check_bounds(name, sheet, detail)
    book = _opened(name, content)
    grids = tuple(_grids(name, book, details))
    try:
        beside = secrets_beside(content) if zipped else ()
    except BaseException as error:  # a part beside the sheets is damaged: its secrets could not be looked for
        raise _damaged(name, error) from error
    form = "xlsx" if zipped else "xls"
    return Workbook(file=name, format=form, encoding=None, sha256=sha256, grids=grids, secrets_beside=beside)


# Names inside zip files, which are not packed, tell other formats.
_OTHER_ZIPS = (
    (b"xl/workbook.bin", ("Excel 二进制工作簿（xlsb）", "a binary Excel workbook (xlsb)")),
    (b"word/document.xml", ("Word 文档", "a Word document")),
)


def _other_format(name: str, zh: str, en: str) -> CollectError:
    what = zh if zh.startswith("不是") else f"是{zh}，不支持"
    other = en if en.startswith("not") else f"{en}, which is not supported"
    return CollectError(f"{name}：{what}", f"{name}: {other}", hint=_SAVE_AGAIN)


def _opened(name: str, content: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        with _quiet():
            return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError as error:
        raise CollectError(f"{name}：文件有打开密码", f"{name}: the file is protected by a password",
                           hint=Text("请单位去掉密码后重新报送", "ask the department to send it without")) from error  # fmt: skip
    except BaseException as error:
        raise _damaged(name, error) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """The reader is written in Rust: where a file is damaged it may panic and print a stack, which helps nobody."""
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _damaged(name: str, error: BaseException) -> BaseException:
    """What the reader's failure means for a person; interruptions stay themselves."""
    if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError | CollectError):
        return error
    said = str(error).strip().splitlines()[0][:120] if str(error).strip() else type(error).__name__
    return CollectError(
        f"{name}：文件损坏，或不是电子表格({said})", f"{name}: damaged, or not a spreadsheet ({said})", hint=_SAVE_AGAIN
    )


def _grids(name: str, book: CalamineWorkbook, details: dict[str, SheetDetails]) -> Iterator[Grid]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    for index, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        detail = details.get(about.name)
        if detail is None:  # its size is not known: it is not unpacked
            raise CollectError(
                f"{name}, {about.name}：工作表损坏", f"{name}, {about.name}: the sheet is damaged", hint=_SAVE_AGAIN
            )
        if detail.empty_rows > MAX_EMPTY_ROWS:
            raise _too_many_empty_rows(name, about.name, detail.empty_rows)
        try:
            with _quiet():
                sheet = book.get_sheet_by_index(index)
            last_row, last_column = sheet.end or (-1, -1)  # from 0, and so are `total_height` and `total_width`
            height, width = last_row + 1, last_column + 1
            merges = tuple((a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ())
        except BaseException as error:
            raise _damaged(f"{name}, {about.name}", error) from error
        if height > MAX_ROWS or width > MAX_COLUMNS:
            raise _sheet_too_large(name, about.name, height, width)
        yield Grid(
            name=about.name, rows=partial(_rows, sheet, detail.errors, detail.units), width=width, height=height,
            visible=about.visible == SheetVisibleEnum.Visible, merges=merges, hidden_rows=detail.hidden_rows, struck_rows=detail.struck_rows,
            hidden_columns=detail.hidden_columns, formats=detail.formats, may_have_booleans=detail.has_booleans,
            bands=detail.bands, struck_cells=detail.struck_cells,
        )  # fmt: skip


def _check_bounds(name: str, sheet: str, detail: SheetDetails) -> None:
    if detail.last_row > MAX_ROWS or detail.width > MAX_COLUMNS or detail.last_row * detail.width > MAX_CELLS:
        raise _sheet_too_large(name, sheet, detail.last_row, detail.width)


def _sheet_too_large(name: str, sheet: str, height: int, width: int) -> CollectError:
    return too_large(f"{name}, {sheet}", f"{height:,} 行 × {width:,} 列", f"{height:,} rows × {width:,} columns",
                     f"{MAX_ROWS:,} × {MAX_COLUMNS} / {MAX_CELLS:,}")  # fmt: skip


def _too_many_empty_rows(name: str, sheet: str, count: int) -> CollectError:
    return CollectError(
        f"{name}，{sheet}：有 {count:,} 个空行，超过上限 {MAX_EMPTY_ROWS:,}",
        f"{name}, {sheet}: {count:,} empty rows, more than the limit of {MAX_EMPTY_ROWS:,}",
        hint=Text("选中数据下方和中间的空行，整行删除后另存，再试", "select the empty rows below and between the data, delete them, save it again, then try again"),
    )  # fmt: skip


def _rows(
    sheet: CalamineSheet, errors: Mapping[int, Mapping[int, str]], units: Mapping[int, Mapping[int, str]]
) -> Iterator[Row]:
    """All rows from row 1 and column A on: `iter_rows` gives the empty rows before the data but not the columns.

    It gives formula errors as empty cells, too; they are put back from `errors`, for an error is not an empty answer. A
    figure whose number format writes a unit behind it is what people see: 4核.
    """
    start = sheet.start
    left = start[1] if start else 0
    if left == 0 and not errors and not units:
        yield from sheet.iter_rows()
        return
    margin: list[Any] = [""] * left
    for number, row in enumerate(sheet.iter_rows(), 1):
        whole = margin + row
        for column, shown in errors.get(number, {}).items():
            if column < len(whole):
                whole[column] = shown
        for column, unit in units.get(number, {}).items():
            if column < len(whole):
                whole[column] = shown_with(whole[column], unit)
        yield whole
