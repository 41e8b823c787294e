"""The first sheet of a correction file: the questions in Chinese, with drop-downs where the answer is a choice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from catalogs.words import Text
from inventory.collectors.columns.vocabulary import IGNORE
from inventory.collectors.spreadsheet import QUESTION_SHEET as QUESTIONS
from inventory.collectors.workbooks.grid import Workbook, letters
from inventory.corrections.returned import ANSWER
from inventory.fields import FIELDS
from inventory.model import Gap

if TYPE_CHECKING:
    from openpyxl import Workbook as Book
    from openpyxl.worksheet.worksheet import Worksheet

_HEADINGS = ("序号", "工作表", "单元格", "栏目", "原文", "问题", "答复", "答复键(请勿修改)")
_FIRST_QUESTION = 5  # row of the first question
_ALL_FIELDS = 10  # the hidden column with the names of all fields
_LONGEST_LIST = 250  # characters of a drop-down's own list; a longer one damages the file


def title_of(sheet: str) -> str:
    """The name of a sheet's tab; the only table of a text file has none of its own."""
    return sheet or "台账"


def put(page: Worksheet, row: int, column: int, value: Any) -> None:
    """Write a value; a text of a stranger never becomes a formula."""
    cell = page.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def is_of_a_sheet(gap: Gap) -> bool:
    """Whether a question is the one about a sheet that is not plain, or about a row that waits for its answer."""
    return "|layout:" in (gap.answer_key or "")


def distinct(gaps: Iterable[Gap]) -> list[Gap]:
    """One question for each answer: the same wording in a column is asked once; whether a sheet is read rightly comes first."""
    seen: dict[object, Gap] = {}
    for gap in sorted(gaps, key=lambda gap: not is_of_a_sheet(gap)):
        seen.setdefault(gap.answer_key or gap.id, gap)
    return list(seen.values())


def _worded(message: str, question: str) -> str:
    """What is wrong and what is asked; only the question where it says the same with the cell's text in it."""
    fault = message.partition("：")[2]
    plain = re.sub(r"不在词表中，这一栏没有读取", "没有读懂", re.sub(r"（相似 \d+）", "", message))
    return question if fault and question.endswith(fault) else f"{plain.rstrip('。？')}。{question}"


def write_questions(
    made: Book, book: Workbook, gaps: Sequence[Gap], lost: Sequence[Text], titles: Mapping[str, str]
) -> None:
    """Write the first sheet; `titles` maps a sheet as it is told to its tab."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    page = made.create_sheet(QUESTIONS, 0)
    made.active = 0
    put(page, 1, 1, f"{book.file}：请补正以下问题")
    page["A1"].font = Font(bold=True, size=14)
    put(page, 2, 1, "在“答复”一栏填写或从下拉框选择；也可以直接在原表中改正标了颜色的单元格。改好后把本文件发回即可。")
    if lost:
        put(page, 3, 1, "本文件没有保留原文件中的：" + "、".join(text.zh for text in lost))
    for at, heading in enumerate(_HEADINGS, 1):
        put(page, _FIRST_QUESTION - 1, at, heading)
        page.cell(_FIRST_QUESTION - 1, at).font = Font(bold=True)
        page.cell(_FIRST_QUESTION - 1, at).fill = PatternFill("solid", start_color="DDEBF7", end_color="DDEBF7")
    for number, gap in enumerate(distinct(gaps), 1):
        row = _FIRST_QUESTION + number - 1
        cell = f"{gap.origin.column or ''}{gap.origin.row or ''}"
        title = titles.get(gap.origin.sheet or "", title_of(gap.origin.sheet or ""))
        label = FIELDS[gap.field].label.zh if gap.field is not None and gap.field in FIELDS else ""
        label = "整张表" if is_of_a_sheet(gap) else label
        asked = gap.question.zh if gap.question else "请在原表中改正"
        for at, value in enumerate(
            (
                number,
                title,
                cell,
                label,
                gap.raw or "",
                _worded(gap.message.zh, asked),
                None,
                gap.answer_key,
            ),
            1,
        ):
            if value is not None:
                put(page, row, at, value)
        if gap.origin.column:
            page.cell(row, 3).hyperlink = f"#'{title}'!{cell}"
            page.cell(row, 3).font = Font(underline="single", color="0563C1")
        formula = _box_of(gap, page)
        if formula is not None:
            box = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
            page.add_data_validation(box)
            box.add(page.cell(row, ANSWER + 1))
    for column, width in zip("ABCDEFG", (6, 14, 9, 16, 22, 60, 20), strict=True):
        page.column_dimensions[column].width = width
    page.column_dimensions["H"].hidden = True
    for cells in page.iter_rows(min_row=_FIRST_QUESTION):
        for cell_ in cells:
            cell_.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = f"A{_FIRST_QUESTION}"


def _box_of(gap: Gap, page: Worksheet) -> str | None:
    """The list of a drop-down: the choices, or all fields for a column that resembles none; `None` for free answers."""
    if gap.choices == (IGNORE,) and "|heading|" in (gap.answer_key or ""):
        labels = [_shown(IGNORE), *(known.label.zh for known in FIELDS.values() if known.group != "reading")]
        if page.cell(1, _ALL_FIELDS).value is None:
            for row, label in enumerate(labels, 1):
                put(page, row, _ALL_FIELDS, label)
            page.column_dimensions[letters(_ALL_FIELDS - 1)].hidden = True
        return f"${letters(_ALL_FIELDS - 1)}$1:${letters(_ALL_FIELDS - 1)}${len(labels)}"
    listed = ",".join(_shown(choice) for choice in gap.choices)
    return f'"{listed}"' if gap.choices and len(listed) < _LONGEST_LIST and '"' not in listed else None


def _shown(choice: str) -> str:
    """A choice as a clerk reads it: the Chinese name of a field."""
    if choice == IGNORE:
        return "不需要"
    return FIELDS[choice].label.zh if choice in FIELDS else choice
