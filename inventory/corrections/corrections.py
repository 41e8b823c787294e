"""The correction file that goes back to a department: its own workbook with marked cells and a first sheet of questions.

An xlsx comes back as itself (openpyxl; what that cannot keep is listed), other formats come back as xlsx. Accounts and
passwords are masked, rows of classified systems are emptied. A hidden column carries each row's identity, so that the
corrected file updates the same records even where rows were sorted, inserted, copied or deleted; the answers in the
first sheet are read back as answers.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.collectors.cells.secrecy_words import without_classified_names
from inventory.collectors.secrets.credentials import mask, read_urls, without_identity_numbers
from inventory.collectors.secrets.secret_forms import MASK
from inventory.collectors.sheets.sheet_names import may_be_a_person, stand_in
from inventory.collectors.spreadsheet import QUESTION_SHEET as QUESTIONS
from inventory.collectors.workbooks.grid import Workbook, column_number, letters
from inventory.corrections.classified import empty_classified, is_merged_part, sheets_of, without_closed
from inventory.corrections.masking import mask_beside, mask_beside_cells
from inventory.corrections.questions import distinct, is_of_a_sheet, put, title_of, write_questions
from inventory.corrections.returned import row_key
from inventory.model import Collected, Gap, Record

if TYPE_CHECKING:
    from openpyxl import Workbook as Book
    from openpyxl.worksheet.worksheet import Worksheet

ROW_KEY = "govcloud_row_key"
_LABEL_PLACE = re.compile(r"([A-Z]+)(\d+)$")  # B7: where a label of a form stands; columns of a table are letters only
_COLOURS = {
    "credential": "FFC7CE",
    "conflict": "FFC7CE",
    "check": "FFC7CE",
    "unreadable": "FFEB9C",
    "missing": "FFEB9C",
    "ambiguous": "FFF2CC",
}
_CANNOT_KEEP: tuple[tuple[str, Text], ...] = (
    ("xl/media/", Text("图片", "pictures")), ("xl/charts/", Text("图表", "charts")), ("xl/pivotTables/", Text("数据透视表", "pivot tables")),
    ("xl/slicers/", Text("切片器", "slicers")), ("xl/embeddings/", Text("嵌入的文件", "embedded files")), ("xl/ctrlProps/", Text("表单控件", "form controls")),
    ("xl/vbaProject.bin", Text("宏", "macros")), ("xl/externalLinks/", Text("外部链接", "external links")), ("xl/threadedComments/", Text("批注会话", "threaded comments")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction file: its bytes, and what of the original it could not keep."""

    name: str
    content: bytes
    lost: tuple[Text, ...]
    questions: int


def correction_of(original: bytes, book: Workbook, collected: Collected, closed: Container[str] = ()) -> Correction:
    """Make the correction file of one ledger.

    Args:
        original: the file as it came.
        book: the same, read.
        collected: what was read from it; its systems have their final ids.
        closed: ids of systems that are classified by a ruling or another ledger, though this one does not say so.
    """
    made, lost = _opened(original, book)
    by_sheet = _pages(made, book, collected)
    _mask_credentials(by_sheet, collected)
    mask_beside_cells(made)
    empty_classified(by_sheet, collected)
    collected = without_closed(by_sheet, collected, closed)
    _write_row_keys(by_sheet, collected)
    for gap in collected.gaps:
        page = by_sheet.get(gap.origin.sheet or "")
        if page is not None:
            _mark(page, gap)
    # Whether two names are one department is for the centre to know, not for the department to answer.
    asked = [
        gap
        for gap in collected.gaps
        if (gap.origin.row is not None or gap.answer_key) and not (gap.kind == "unmatched" and gap.field == "dept")
    ]
    write_questions(made, book, asked, lost, {name: page.title for name, page in by_sheet.items()})
    out = io.BytesIO()
    made.save(out)
    name = f"{Path(book.file).stem}-补正.xlsx"
    return Correction(name=name, content=out.getvalue(), lost=lost, questions=len(distinct(asked)))


def _pages(made: Book, book: Workbook, collected: Collected) -> dict[str, Worksheet]:
    """The page of each sheet, under the name by which the reading tells it; a tab that names a classified system is renamed."""
    found: dict[str, Worksheet] = {}
    told = {gap.origin.sheet for gap in collected.gaps} | {record.origin.sheet for record in collected.records}
    told |= {skipped.origin.sheet for skipped in collected.skipped}
    own = [grid for grid in book.grids if grid.name != QUESTIONS]
    for index, grid in enumerate(own):
        if title_of(grid.name) not in made.sheetnames:
            continue
        page, instead = made[title_of(grid.name)], stand_in(index)
        found[grid.name] = page
        if mask(grid.name)[1]:
            page.title = instead
        if instead in told and instead not in {one.name for one in own}:
            found[instead] = page
            if not may_be_a_person(grid.name) and not any(c.name and c.name in grid.name for c in collected.contacts):
                page.title = instead
    return found


def _opened(original: bytes, book: Workbook) -> tuple[Book, tuple[Text, ...]]:
    import openpyxl

    if book.format == "xlsx":
        with zipfile.ZipFile(io.BytesIO(original)) as packed:
            names = packed.namelist()
        lost = tuple(text for part, text in _CANNOT_KEEP if any(name.startswith(part) for name in names))
        return openpyxl.load_workbook(io.BytesIO(original)), lost
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for grid in book.grids:
        page = made.create_sheet(title_of(grid.name))
        for row_at, row in enumerate(grid.rows(), 1):
            for column_at, cell in enumerate(row, 1):
                if cell != "":
                    put(page, row_at, column_at, cell)
        for top, left, bottom, right in grid.merges:
            page.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    return made, (Text("原格式的字体和颜色", "fonts and colours of the original format"),)


def _mask_credentials(pages: Mapping[str, Worksheet], collected: Collected) -> None:
    """Every text of the ledger's sheets is masked; columns of accounts are emptied; of addresses only addresses stay."""
    labels = _labels_of_forms(collected)
    for gap in collected.gaps:
        page = pages.get(gap.origin.sheet or "")
        if gap.kind != "credential" or page is None or gap.origin.row is None or gap.origin.column is None:
            continue
        row, column = gap.origin.row, column_number(gap.origin.column) + 1
        if gap.field is None and gap.origin.sheet in labels:  # a label on a form: its value stands beside it
            ends = [at for at in range(column + 1, page.max_column + 1) if (row, at) in labels[gap.origin.sheet]]
            _mask_cells(page, [(row, at) for at in range(column + 1, min((*ends, page.max_column + 1)))])
        elif gap.field is None:  # the heading of a column of accounts
            _mask_cells(page, [(at, column) for at in range(row + 1, page.max_row + 1)])
        elif gap.field == "credential":  # a cell of a column that is not read
            put(page, row, column, MASK)
        elif gap.field == "url":
            found, _ = read_urls(str(page.cell(row, column).value or ""))
            put(page, row, column, "、".join((*found, MASK)))
    for page in pages.values():
        for cells in page.iter_rows():
            for cell in cells:
                mask_beside(cell)
                if isinstance(cell.value, str) and cell.data_type == "s":
                    masked, secret = mask(cell.value)
                    shown = without_classified_names(masked if secret else without_identity_numbers(cell.value), MASK)
                    if shown != cell.value:
                        cell.value = shown
                        cell.data_type = "s"


def _mask_cells(page: Worksheet, places: Iterable[tuple[int, int]]) -> None:
    for row, column in places:
        if page.cell(row, column).value is not None and not is_merged_part(page, row, column):
            put(page, row, column, MASK)


def _labels_of_forms(collected: Collected) -> dict[str | None, set[tuple[int, int]]]:
    """The places of all labels (row and column, from 1) of each sheet that is a form."""
    found: dict[str | None, set[tuple[int, int]]] = {}
    for sheet in sheets_of(collected):
        for column in (*sheet["columns_used"], *sheet["columns_ignored"]):
            if m := _LABEL_PLACE.match(str(column["column"])):
                found.setdefault(str(sheet["sheet"]) or None, set()).add((int(m[2]), column_number(m[1]) + 1))
    return found


def _write_row_keys(pages: Mapping[str, Worksheet], collected: Collected) -> None:
    """The identity of each row's system, in a hidden last column.

    On a form it is a label and its value beside the name; on a sheet on its side, a hidden last row.
    """
    forms = _labels_of_forms(collected)
    last = {name: page.max_column + 1 for name, page in pages.items()}
    below = {name: page.max_row + 1 for name, page in pages.items()}
    # Of a sheet on its side: the heading rows of the table that it was turned into are its columns of labels.
    # A sheet of prose has none.
    labels = {
        str(sheet["sheet"]): max(end for _, end in sheet["heading_rows"])
        for sheet in sheets_of(collected) if sheet["heading_rows"]
    }  # fmt: skip
    for sheet in sheets_of(collected):
        page = pages.get(str(sheet["sheet"]))
        if page is None or (str(sheet["sheet"]) or None) in forms:
            continue
        column = last[str(sheet["sheet"])]
        for _, bottom in sheet["heading_rows"]:
            put(page, bottom, column, ROW_KEY)
        page.column_dimensions[letters(column - 1)].hidden = True
    beside = Counter(_row_of_name(record) for record in collected.records if record.kind == "system")
    met: Counter[tuple[str | None, int | None]] = Counter()
    for record in collected.records:
        name = record.origin.sheet or ""
        page = pages.get(name)
        if record.kind != "system" or page is None:
            continue
        if record.origin.row is None and record.origin.column is not None:
            _write_key_below(page, record, below[name], labels.get(name, 1))
        elif record.origin.sheet in forms:
            place = _row_of_name(record)
            _write_key_on_form(page, record, last[name] + 2 * met[place], is_alone=beside[place] == 1)
            met[place] += 1
        elif record.origin.row is not None:
            put(page, record.origin.row, last[name], row_key(record))


def _row_of_name(record: Record) -> tuple[str | None, int | None]:
    return record.origin.sheet, record.origin_of("sys_name").row


def _write_key_on_form(page: Worksheet, record: Record, column: int, *, is_alone: bool) -> None:
    """Beside the name of the system; where several stand beside each other, the label says in which column its name is."""
    place = record.origin_of("sys_name")
    if place.row is None or record.origin.row is None or page.cell(place.row, column).value is not None:
        return
    put(page, place.row, column, ROW_KEY if is_alone else f"{ROW_KEY}({place.column})")
    put(page, place.row, column + 1, row_key(record))
    for at in (column, column + 1):
        page.column_dimensions[letters(at - 1)].hidden = True


def _write_key_below(page: Worksheet, record: Record, row: int, labels: int) -> None:
    """In a hidden row below a sheet on its side, in the column of the system; `labels` is the column, from 1, of the labels."""
    put(page, row, labels, ROW_KEY)
    put(page, row, column_number(record.origin.column or "A") + 1, row_key(record))
    page.row_dimensions[row].hidden = True


def _mark(page: Worksheet, gap: Gap) -> None:
    """Colour a cell and explain it in a comment."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    if gap.origin.row is None or is_of_a_sheet(gap):  # a whole sheet is no cell to be coloured
        return
    column = column_number(gap.origin.column) + 1 if gap.origin.column else 1
    if is_merged_part(page, gap.origin.row, column):
        return
    cell = page.cell(gap.origin.row, column)
    colour = _COLOURS.get(gap.kind, "FFF2CC")
    cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
    said = "\n".join(
        filter(
            None, (cell.comment.text if cell.comment else "", gap.message.zh, gap.question.zh if gap.question else "")
        )
    )
    cell.comment = Comment(said[:2000], "govcloud", width=320, height=120)
