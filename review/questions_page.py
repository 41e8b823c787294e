"""All questions as one HTML page that needs no network: readings beside the first rows, choices, answers saved as a file."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from catalogs.words import Language, Text
from inventory.ledger.questions import (
    ANY_FIELD,
    KINDS,
    MERGED,
    Asked,
    FileQuestions,
    Question,
    SheetReading,
    question_id,
    read_as,
)
from inventory.ledger.questions import label_of as label_of_choice
from inventory.ledger.questions import label_of_field as label_of_field_
from inventory.ledger.waiting import waiting_sheets
from report.to_html import inline_json
from review.answers_file import COLUMNS, SCHEMA
from review.questions_xlsx import also, worded

_BESIDE = 12  # sheets of one layout that are shown with their one question
_TABLE = (
    "department",
    "file",
    "sheet",
    "cell",
    "question",
    "answer",
    "meaning",
    "seen",
    "id",
    "file_sha256",
)  # columns of the csv
_HEADINGS: dict[str, Text] = {
    "department": Text("单位", "department"), "sheet": Text("工作表", "sheet"), "cell": Text("单元格", "cell"), "question": Text("问题", "question"),
    "meaning": Text("答复的意思", "what it means"), **COLUMNS,
}  # fmt: skip


def questions_page(asked: Asked, lang: Language, *, version: str, made_on: str) -> str:
    """The whole page. The same questions give the same bytes.

    Args:
        asked: files with their questions; texts in it are masked already.
        lang: language of the page, that of this process.
        version: of this program.
        made_on: the day on which it was made, as it is shown.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("review", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    folder = files("review") / "templates"

    def ours(name: str) -> Markup:
        return Markup((folder / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file

    html: str = environment.get_template("questions.html.j2").render(
        t=lambda zh, en: zh if lang == "zh" else en,
        html_lang={"zh": "zh-CN", "en": "en"}[lang], version=version, made_on=made_on,
        count=len(asked.questions), files=len(asked.ledgers), rows=sum(one.rows for one in asked.questions),
        broken=[(name, str(text)) for name, text in asked.broken], others=asked.others,
        style=ours("questions.css"), script=ours("questions.js"), data_json=inline_json(_data(asked, lang)),
    )  # fmt: skip
    return html


def _data(asked: Asked, lang: Language) -> dict[str, Any]:
    return {
        "schema": SCHEMA, "lang": lang, "kinds": {name: str(text) for name, text in KINDS.items()},
        "fields": {name: str(label_of_field_(name)) for name in ANY_FIELD}, "cards": [card for file in asked.files for card in _cards(file)],
        "systems": _systems(asked), "columns": [str(_HEADINGS[name]) for name in _TABLE], "places": {name: at for at, name in enumerate(_TABLE)},
        "words": _words(lang),
    }  # fmt: skip


def _systems(asked: Asked) -> dict[str, str]:
    """All known systems by id, where a question may be answered with any of them."""
    one = next((question for question in asked.questions if question.systems), None)
    return {} if one is None else {system: str(label_of_choice(system, one)) for system in one.systems}


def _cards(file: FileQuestions) -> list[dict[str, Any]]:
    """One card for each sheet that is asked about, and one for what is asked about the file as a whole."""
    sheets = {sheet.sheet: sheet for sheet in waiting_sheets(file)}
    by_sheet: dict[str, list[Question]] = {}
    for question in file.questions:
        by_sheet.setdefault(question.sheet, []).append(question)
    return [
        {
            "department": file.department, "file": file.file, "sha": file.sha256, "sheet": name, "merged": file.source == MERGED,
            "rows": sum(one.rows for one in own), "readings": [_reading(sheets[one]) for one in _sheets_beside(name, own) if one in sheets],
            "questions": [_question(one, file.sha256) for one in own],
        }
        for name, own in by_sheet.items()
    ]  # fmt: skip


def _sheets_beside(name: str, questions: Sequence[Question]) -> list[str]:
    """The sheet, and those whose reading is settled by the same answer."""
    alike = (sheet for question in questions if question.kind == "reading" for sheet in question.also)
    return list(dict.fromkeys((name, *alike)))[:_BESIDE]


def _question(question: Question, sha256: str) -> dict[str, Any]:
    told = {} if question.file_sha256 == sha256 else {"sha": question.file_sha256}  # of the card's file, nearly always
    return {
        **told,
        "id": question.id, "kind": question.kind, "cell": question.cell, "text": (str(question.question) if question.kind == "reading" else worded(question)) + also(question),
        "choices": [[value, str(label_of_choice(value, question))] for value in question.choices], "any": question.any_field, "anySystem": bool(question.systems), "free": question.is_free,
        "rows": question.rows, "cells": question.cells, "places": question.places, "seen": question.answered,
        "alike": question_id(question.alike) if question.alike is not None else None,
    }  # fmt: skip


def _reading(sheet: SheetReading) -> dict[str, Any]:
    return {
        "sheet": sheet.sheet, "why": [str(text) for text in sheet.why],
        "columns": [
            [one.column, one.heading, str(read_as(one.field)) if one.field else None, list(one.samples), one.doubtful]
            for one in sheet.columns
        ],
        "head": None if sheet.head is None or not sheet.head.rows else {
            "columns": list(sheet.head.columns),
            "rows": [[number, number in sheet.head.headings, list(cells)] for number, cells in sheet.head.rows],
        },
        "first": [[str(read_as(name)), value] for name, value in sheet.first],
    }  # fmt: skip


def _words(lang: Language) -> dict[str, str]:
    """Every text that the page's script shows."""
    pairs = {
        "all": ("全部", "all"), "row": ("行", "row"), "readAs": ("读作", "read as"), "unread": ("没有读", "not read"), "heading": ("表头", "heading"),
        "values": ("会存成的值", "values as stored"), "column": ("栏", "column"), "why": ("为什么问", "why it is asked"), "first": ("第一条会存成", "the first record"),
        "rowsWait": ("{0} 行等着", "{0} rows wait"), "cellsWait": ("{0} 格", "{0} cells"), "places": ("同样的共 {0} 处", "in {0} places"),
        "other": ("其他栏目…", "another field…"), "otherSystem": ("其他系统…", "another system…"), "writeOther": ("都不是，直接填写", "another: write it"), "clear": ("不答", "no answer"), "alike": ("别的单位同样的还有 {0} 问：一并这样答", "{0} more alike elsewhere: answer them so, too"),
        "alikeDone": ("{0} 问已一并答好", "{0} answered, too"), "more": ("其余 {0} 问", "{0} more questions"), "shown": ("显示 {0} 张表 {1} 问", "{0} sheets, {1} questions shown"),
        "progress": ("已答 {0} / {1}", "{0} of {1} answered"), "none": ("没有符合的问题", "no such questions"), "saved": ("已保存 {0} 个答复：{1}", "{0} answers saved: {1}"),
        "next": ("下一步，把它交给发来这一页的人，或者：{0}", "next, give it to whoever sent this page, or: {0}"), "command": ("govcloud decisions answer --file {0} 台账文件夹", "govcloud decisions answer --file {0} LEDGERS"),
        "nothing": ("还没有答一个问题", "nothing is answered yet"), "loaded": ("载入 {0} 个答复，另有 {1} 个不属于本页", "{0} answers loaded, {1} are not of this page"),
        "notLoaded": ("不是本程序的答复文件", "no file of answers"), "seen": ("现在的答复：{0}", "answered now: {0}"), "write": ("填写答复", "write the answer"),
        "noHead": ("原表的前几行不显示：{0}", "the first rows are not shown: {0}"), "whole": ("整份文件", "the whole file"), "fileName": ("答复", "answers"),
        "doubt": ("拿不准", "doubtful"),
    }  # fmt: skip
    return {key: zh if lang == "zh" else en for key, (zh, en) in pairs.items()}
