"""Paragraphs that tell of systems: 我局现有门户网站一个，部署在政务云，4核8G. Nothing is taken out of them by guess; each is asked about.

They stand above or below a table, on a sheet of their own beside a ledger, or are all that a file has. A row of prose is
no title: neither the department nor the state of other rows is read from it. Where a file is nothing but text, short lines
(低保系统，8核16G) are asked about, too: beside a table such a line may be a title or a note, there it can only be a system.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.cells.sentences import SIGNS
from inventory.collectors.columns.vocabulary import IGNORE
from inventory.collectors.rows.row_kinds import lead_kind
from inventory.collectors.rows.row_titles import is_blank
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.collectors.workbooks.grid import Grid, Row, letters
from inventory.model import Gap, Origin

_SHORTEST = 20  # characters of a sentence that names a system and says two things of it
MOST_CELLS = 3  # of a row: a number, a department, the paragraph
_FEWEST_SAID = 2  # things of `SIGNS` and these
_SYSTEM = re.compile(r"系统|平台|网站|门户|软件|小程序|公众号|应用|APP", re.IGNORECASE)
_SENTENCE = re.compile(r"[，,。；;]")
_PLACE = re.compile(r"部署[在于]|托管[在于]|机房|政务云|云平台|运行[在于]|服务器上")
_STATE = re.compile(r"在用|停用|停止使用|投入使用|正常运行|已下线|在建|试运行")
_CAPACITY = re.compile(r"\d+\s*核|\d+\s*[cC]\s*\d+\s*[gG]")
_ASKS = re.compile(
    r"请|填[写报表]|须|应当|格式|示例|例如|口径|范围[为是]|统计时间|不得|严禁|本表|此表|附[件表]|通知|按照"
)


def tells_of_a_system(text: str) -> bool:
    """Whether a text is a paragraph that names a system and says at least two things that columns of a ledger hold."""
    if len(text) < _SHORTEST or not _SENTENCE.search(text) or not _SYSTEM.search(text) or _ASKS.search(text):
        return False
    return _said(text) >= _FEWEST_SAID


def tells_shortly_of_a_system(text: str) -> bool:
    """Whether a line of a file of nothing but text names a system and says one thing more: 低保系统，8核16G."""
    return bool(_SYSTEM.search(text)) and not _ASKS.search(text) and _said(text) > 0


def _said(text: str) -> int:
    """How many of the things that columns of a ledger hold a text says."""
    signs = (*(sign for sign, _, _ in SIGNS), _PLACE, _STATE, _CAPACITY)
    return sum(1 for sign in signs if sign.search(text))


def prose_at(row: Row) -> int | None:
    """The column, from 0, of the paragraph that a row is; `None` where it is none."""
    if len(row) - row.count("") > MOST_CELLS:
        return None
    return next((at for at, cell in enumerate(row) if isinstance(cell, str) and tells_of_a_system(cell)), None)


def _line_at(row: Row) -> int | None:
    """The same for a short line, which may stand in a few cells: 低保系统 | 8核16G."""
    if len(row) - row.count("") > MOST_CELLS:
        return None
    told = " ".join(str(cell) for cell in row if cell != "")
    return next(at for at, cell in enumerate(row) if cell != "") if tells_shortly_of_a_system(told) else None


def prose_key(sheet: str | None) -> str:
    """The key under which it is kept that a sheet's paragraphs are not to be registered."""
    return f"prose|sheet:{sheet or ''}"


def is_of_prose(gap: Gap) -> bool:
    """Whether a question is about a paragraph."""
    return gap.answer_key is not None and gap.answer_key.partition("|")[2].startswith("prose|sheet:")


def is_passed_over(sheet: str | None, answers: Mapping[str, str]) -> bool:
    """Whether a person said that the paragraphs of a sheet are not to be registered."""
    return answers.get(prose_key(sheet), "").strip().lower() == IGNORE


def prose_gap(place: Origin, number: int, column: int) -> Gap:
    """The question about one paragraph, by its place only: what it says may be anything."""
    return Gap(
        kind="missing", origin=replace(place, row=number, column=letters(column)), field="sys_name", choices=(IGNORE,),
        answer_key=f"{place.source}|{prose_key(place.sheet)}",
        message=Text("这一段文字写了系统的情况，没有读取，也没有登记", "this paragraph tells of systems; it was not read and nothing of it was registered"),
        question=Text(
            f"请改成表格（第一行写表头，下面一行一个系统），或者每个系统先写一行“一、某某系统”、下面逐行写“CPU：8核”“内存：16G”；不用登记的答 {IGNORE}",
            f"make it a table (headings first, one system a row), or a line 一、某某系统 with lines such as CPU：8核 below it; answer {IGNORE} if it is not to be registered",
        ),
    )  # fmt: skip


def account_of_prose(
    grid: Grid, place: Origin, department: str | None, answers: Mapping[str, str], *, short: bool = False
) -> SheetAccount | None:
    """The account of a sheet that is no ledger and has paragraphs that tell of systems; `None` for any other.

    Args:
        grid: the sheet.
        place: where it is.
        department: of the file.
        answers: of this source.
        short: whether short lines are asked about, too: the file is nothing but text.
    """
    if is_passed_over(grid.name or None, answers):
        return None
    account = SheetAccount(place=place, department=department)
    number = last = 0
    for row in grid.rows():
        number += 1
        if is_blank(row):
            continue
        if number > last + 1:
            account.skip_empty(last + 1, number - 1)
        last = number
        at = prose_at(row)
        if at is None and short:
            at = _line_at(row)
        if at is not None:
            account.ask(prose_gap(place, number, at))
            account.rows_asked += 1
        else:
            account.skip(number, "heading" if account.rows_asked == 0 else "footnote", _detail(row))
    account.rows_read = last
    account.close()
    return account if account.rows_asked else None


def _detail(row: Row) -> str | None:
    lead = next((cell for cell in row if isinstance(cell, str) and cell.strip()), None)
    return lead_kind(lead.strip()) if lead is not None else None
