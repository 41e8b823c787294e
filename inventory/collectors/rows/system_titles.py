"""Numbered title lines that name a system, as letters have them: `一、学籍管理系统` above what it has.

The name counts for what stands below it, up to the next title of the same kind, where no column or label gives one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.rows.row_kinds import CLASSIFIED_ROW
from inventory.collectors.rows.system_names import lists_systems, name_doubt, names_a_kind, reads_like_a_system
from inventory.collectors.workbooks.grid import Row

_NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("一、", re.compile(r"^[一二三四五六七八九十]{1,3}\s*[、.．,，]\s*")),
    ("（一）", re.compile(r"^[(（][一二三四五六七八九十]{1,3}[)）]\s*[、.．]?\s*")),
    ("1.", re.compile(r"^\d{1,2}\s*[、.．]\s*(?!\d)")),
    ("（1）", re.compile(r"^[(（]\d{1,2}[)）]\s*")),
    ("①", re.compile(r"^[①-⑳]\s*")),
    ("系统一", re.compile(r"^(?:系统|信息系统)?[一二三四五六七八九十\d]{1,2}\s*[:：]\s*")),
)
_BEHIND = re.compile(r"(的?(基本|有关|相关)?(情况|信息|概况|简介)(介绍|说明|如下)?)?\s*[:：。]?$")
_LONGEST = 60  # characters of a title with its number; longer ones are prose


@dataclass(frozen=True, slots=True)
class Title:
    """A numbered line alone in its row: how it is numbered, what it says, where; `names` whether that is a system."""

    kind: str
    text: str
    row: int  # from 0
    column: int
    names: bool


def title_of_row(row: Row, at: int, ours: Sequence[int] = ()) -> Title | None:
    """The title in a row that holds nothing else; `ours` are places of cells that a correction file added."""
    filled = [(column, cell) for column, cell in enumerate(row) if cell != "" and column not in ours]
    if len(filled) != 1:
        return None
    column, cell = filled[0]
    if cell == CLASSIFIED_ROW:  # what a correction file left of a classified system
        return Title("", CLASSIFIED_ROW, at, column, names=True)
    told = numbered(cell)
    return None if told is None else Title(told[0], told[1], at, column, names_a_system(told[1]))


def numbered(cell: Raw) -> tuple[str, str] | None:
    """How a text is numbered, and the text behind its number; `None` for one without."""
    text = cell.strip() if isinstance(cell, str) else ""
    if not text or len(text) > _LONGEST:
        return None
    for kind, pattern in _NUMBERS:
        if (m := pattern.match(text)) and text[m.end() :].strip():
            return kind, _BEHIND.sub("", text[m.end() :].strip())
    return None


def names_a_system(text: str) -> bool:
    """Whether a title is a system's name: it ends as such names do, and speaks of one system only."""
    return (
        reads_like_a_system(text) and not names_a_kind(text) and name_doubt(text) is None and not lists_systems(text)
    )  # fmt: skip


def titles_of(rows: Sequence[Row]) -> list[Title]:
    """The titles that divide a sheet into systems, and those numbered alike that name none; empty where none names a system."""
    found = [title for at, row in enumerate(rows) if (title := title_of_row(row, at)) is not None]
    naming = [title.kind for title in found if title.names and title.kind]
    if not naming:
        return []
    kind = max(dict.fromkeys(naming), key=naming.count)
    return [title for title in found if title.kind in {kind, ""}]
