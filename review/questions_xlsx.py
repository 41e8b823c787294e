"""All questions as one workbook: how to answer, the questions with drop-downs, and how each waiting sheet is read."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from catalogs.words import Text, tr
from inventory.collectors.columns.vocabulary import IGNORE
from inventory.collectors.workbooks.grid import letters
from inventory.department_names import NONE_OF_THEM
from inventory.ledger.overview import CHOICES, INSTRUCTIONS, PROPERTY, QUESTIONS, READINGS, VALUE
from inventory.ledger.questions import KINDS, Asked, Question, label_of, read_as, values_of
from inventory.ledger.waiting import waiting_sheets
from review.answers_file import COLUMNS

_HEADINGS: tuple[tuple[str, Text, int], ...] = (
    ("number", Text("序号", "no."), 6), ("department", Text("单位", "department"), 18), ("file", COLUMNS["file"], 24),
    ("sheet", Text("工作表", "sheet"), 14), ("cell", Text("单元格", "cell"), 8), ("kind", Text("问什么", "kind"), 16),
    ("rows", Text("等着的行", "rows waiting"), 9), ("cells", Text("等着的格", "cells waiting"), 9), ("question", Text("问题", "question"), 60),
    ("choices", Text("可答", "choices"), 30), ("answer", COLUMNS["answer"], 22), ("seen", COLUMNS["seen"], 12), ("id", COLUMNS["id"], 10), ("file_sha256", COLUMNS["file_sha256"], 10),
)  # fmt: skip
_READING: tuple[tuple[Text, int], ...] = (
    (Text("单位", "department"), 18), (Text("文件", "file"), 24), (Text("工作表", "sheet"), 14), (Text("栏", "column"), 7), (Text("表头", "heading"), 30),
    (Text("读作", "read as"), 20), (Text("前几个值", "first values"), 44), (Text("拿不准", "doubtful"), 8), (Text("为什么问", "why it is asked"), 50),
)  # fmt: skip
_HIDDEN = frozenset({"seen", "id", "file_sha256"})
_FIRST = 4  # row of the first question, from 0
_NEAR = re.compile(r"(；可能是：|; perhaps: )[^。]*$")  # what is likely stands among the choices
_LINE = 15  # points
_LONGEST_CELL = 2000  # characters


def write_questions_workbook(asked: Asked, path: Path, made_on: str) -> None:
    """Write the workbook; the same questions give the same cells. Every text is written as text: none becomes a formula or link."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    )  # fmt: skip
    looks = {
        "title": book.add_format({"bold": True, "font_size": 15}), "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"}),
        "answer": book.add_format({"bg_color": "#FFF9E5", "border": 1, "text_wrap": True, "valign": "top", "num_format": "@"}),
        "doubt": book.add_format({"bg_color": "#FFEB9C", "text_wrap": True, "valign": "top"}),
    }  # fmt: skip
    _instructions(book, asked, looks, made_on)
    page = book.add_worksheet(str(QUESTIONS))
    reading = book.add_worksheet(str(READINGS))
    lists = book.add_worksheet(str(CHOICES))
    lists.hide()
    _questions(page, asked.questions, _Lists(lists, str(CHOICES)), looks)
    _readings(reading, asked, looks)
    book.set_custom_property(PROPERTY, VALUE)
    book.close()
    path.write_bytes(content.getvalue())


def _instructions(book: Any, asked: Asked, looks: dict[str, Any], made_on: str) -> None:
    page = book.add_worksheet(str(INSTRUCTIONS))
    count, rows = len(asked.questions), sum(question.rows for question in asked.questions)
    page.set_column(0, 0, 110)
    page.write_string(0, 0, tr("台账里等答复的问题", "Questions about the ledgers"), looks["title"])
    lines = [
        tr(f"{made_on}：{len(asked.ledgers)} 份台账，{count} 个问题，{rows} 行等着答复。", f"{made_on}: {len(asked.ledgers)} ledgers, {count} questions, {rows} rows wait."),
        tr("一、在“问题”页的“答复”一栏从下拉框选择，没有下拉框的直接填写；不知道的空着，以后再答。", "1. Choose or write the answer in the column “answer” of the sheet “questions”; leave it empty where you do not know."),
        tr("二、“整张表的读法”：对照“读法”页（栏、表头、读作、前几个值）和原表，读得对答“对”；有一栏不对就答“不对”，再收一次会逐栏问。", "2. “How a sheet is read”: compare the sheet “readings” with the ledger; answer “right” where all of it is right, else “wrong”: each column is then asked by itself."),
        tr("三、“一栏是什么”：从下拉框选栏目名称，前面几个是像的；不要的选“不需要这一栏”。", "3. “What a column is”: the first choices are the likely ones; “this column is not needed” leaves it out."),
        tr("四、可以排序、筛选、删行，分给几个人各答一部分；隐藏的几栏（问题编号、文件摘要）不要改。", "4. Rows may be sorted, filtered, deleted or given to several people; do not change the hidden columns."),
        tr("五、答完：govcloud decisions answer --file 本文件 台账文件夹，看过以后加 --yes --role 经办 --reason 对过原表。", "5. Then: govcloud decisions answer --file THIS FILE LEDGERS, and with --yes --role … --reason … once more."),
        tr("台账改过以后，这份文件里对它的答复不再收，请重做问题总表。姓名、电话、账号密码和涉密系统不在本文件里。", "When a ledger has changed, answers about it are refused: make this file again. People, telephones, credentials and classified systems are not in it."),
    ]  # fmt: skip
    for at, line in enumerate(lines, 2):
        page.write_string(at, 0, line, looks["text"])
    for at, (name, text) in enumerate(asked.broken, len(lines) + 3):
        page.write_string(at, 0, tr(f"没有读成：{name}：{text}", f"not read: {name}: {text}"), looks["doubt"])


class _Lists:
    """The hidden sheet with a row for each set of choices; drop-downs refer to it, whatever their length and signs."""

    def __init__(self, page: Any, name: str) -> None:
        self._page = page
        self._name = name
        self._known: dict[tuple[str, ...], str] = {}

    def range_of(self, labels: tuple[str, ...]) -> str:
        if labels not in self._known:
            row = len(self._known)
            for at, label in enumerate(labels):
                self._page.write_string(row, at, label)
            self._known[labels] = f"='{self._name}'!$A${row + 1}:${letters(len(labels) - 1)}${row + 1}"
        return self._known[labels]


def _questions(page: Any, questions: Sequence[Question], lists: _Lists, looks: dict[str, Any]) -> None:
    at_of = {name: at for at, (name, _, _) in enumerate(_HEADINGS)}
    page.write_string(0, 0, tr("等答复的问题", "questions"), looks["title"])
    page.write_string(
        1,
        0,
        tr(
            "在“答复”一栏选择或填写；问题编号、文件摘要在隐藏的栏里，请勿修改。",
            "choose or write in the column “answer”; ids and digests stand in hidden columns, do not change them.",
        ),
    )
    for name, text, width in _HEADINGS:
        page.set_column(at_of[name], at_of[name], width, None, {"hidden": name in _HIDDEN})
        page.write_string(_FIRST - 1, at_of[name], str(text), looks["head"])
    for number, question in enumerate(questions, 1):
        row = _FIRST + number - 1
        # A list of all systems for each question would be a hundred thousand cells: where some are suggested, those are listed.
        values = question.choices if question.systems and question.choices else values_of(question)
        labels = tuple(dict.fromkeys(str(label_of(value, question)) for value in values))
        offered = tr("、", ", ").join(str(label_of(value, question)) for value in question.choices)
        told = {
            "department": question.department, "file": question.file, "sheet": question.sheet, "cell": question.cell, "kind": str(KINDS[question.kind]),
            "question": worded(question) + also(question), "seen": question.answered or "", "id": question.id, "file_sha256": question.file_sha256,
            "choices": (offered + tr("，或任一栏目", ", or any field") if question.any_field else offered + _more(question)) or tr("直接填写", "write it"),
        }  # fmt: skip
        page.write_number(row, at_of["number"], number, looks["text"])
        for name, count in (("rows", question.rows), ("cells", question.cells)):
            if count:
                page.write_number(row, at_of[name], count, looks["text"])
        page.set_row(row, _LINE * max(_lines(told[name], width) for name, _, width in _HEADINGS if name in told and name not in _HIDDEN))  # fmt: skip
        for name, value in told.items():
            page.write_string(row, at_of[name], value[:_LONGEST_CELL], looks["text"])
        page.write_blank(row, at_of["answer"], None, looks["answer"])
        if labels:
            box = {"validate": "list", "source": lists.range_of(labels), "error_type": "warning"}
            page.data_validation(row, at_of["answer"], row, at_of["answer"], box)
    page.freeze_panes(_FIRST, 0)
    page.autofilter(_FIRST - 1, 0, max(_FIRST, _FIRST + len(questions) - 1), at_of["answer"])
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(_FIRST - 1)


def _more(question: Question) -> str:
    """What may be answered beside the choices."""
    if question.systems:
        return tr("，或任一系统", ", or any system") if question.choices else tr("任一系统", "any system")
    return tr("，或直接填写", ", or write it") if question.choices and question.is_free else ""


def _lines(text: str, width: int) -> int:
    """How many lines a text needs in a column so many characters wide; a Chinese character is two wide."""
    wide = sum(2 if ord(sign) > 0x2E80 else 1 for sign in text[:_LONGEST_CELL])
    return min(-(-wide // width) or 1, 12)


def worded(question: Question) -> str:
    """What is wrong and what is asked; of a sheet only why it is asked, for its reading stands on a sheet of its own."""
    message, asked = str(question.message), str(question.question)
    if question.kind == "reading":
        before, mark, why = message.partition(tr("先要确认读法：", "confirmed first: "))
        message = f"{before.partition(tr('，', '; '))[0] + tr('，', '; ') if question.answered else ''}{why if mark else message}"
        return f"{message}{tr('。', '. ')}{asked}"
    message = _NEAR.sub("", message)
    asked = asked.replace(f"答 {IGNORE}", "答“不需要这一栏”").replace(f"nswer {IGNORE}", "nswer “not needed”")
    asked = asked.replace(f"答 {NONE_OF_THEM}", "答“都不是”").replace(f"nswer {NONE_OF_THEM}", "nswer “none of them”")
    fault = message.partition(tr("：", ": "))[2]
    return asked if fault and asked.endswith(fault) else f"{message}{tr('。', '. ')}{asked}"


def also(question: Question) -> str:
    """The other sheets, and the department's other files, for which the answer holds."""
    if not question.also and not question.others:
        return ""
    told = (*question.also, *question.others)
    names = tr("、", ", ").join(told[:12]) + (" …" if len(told) > 12 else "")
    return tr(f"（{names} 也这样问，一并回答）", f" ({names} ask the same: one answer for all)")


def _readings(page: Any, asked: Asked, looks: dict[str, Any]) -> None:
    for at, (text, width) in enumerate(_READING):
        page.set_column(at, at, width)
        page.write_string(0, at, str(text), looks["head"])
    row = 1
    for file in asked.files:
        for sheet in waiting_sheets(file):
            why = tr("；", "; ").join(map(str, sheet.why))
            for column in sheet.columns:
                meant = str(read_as(column.field)) if column.field else tr("（没有读）", "(not read)")
                samples = tr("、", ", ").join(column.samples)
                doubt = tr("？", "?") if column.doubtful else ""
                told = (
                    file.department,
                    file.file,
                    sheet.sheet,
                    column.column,
                    column.heading,
                    meant,
                    samples,
                    doubt,
                    why,
                )
                page.set_row(row, _LINE * max(_lines(value, _READING[at][1]) for at, value in enumerate(told)))
                for at, value in enumerate(told):
                    page.write_string(row, at, value[:_LONGEST_CELL], looks["doubt" if column.doubtful else "text"])
                row += 1
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, row - 1), len(_READING) - 1)
