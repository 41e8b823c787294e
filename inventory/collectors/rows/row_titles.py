"""Rows that open a section of a sheet, and what else can be told from a row's cells alone."""

from __future__ import annotations

import re

from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.workbooks.grid import Row

# 涉密系统, 二、我局涉密信息系统清单（3个）; not 请勿填报涉密信息, 是否涉密, 非涉密系统
_CLASSIFIED_SECTION = re.compile(
    r"^[^不禁勿严非未无脱否]{0,8}涉密(信息|业务|应用)?(系统|部分|类|项目|网络?|内网)?(情况|清单|台账|表|信息)?([(（][^()（）]*[)）])?$"
)
_SECTION = re.compile(
    r"^([一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]|(附?表|附件)\s*[一二三四五六七八九十\d]{1,3}([\s:：、.．-]|$)|第[一二三四五六七八九十]{1,3}(部分|章|节|类))"
)
_TITLE = re.compile(r"[:：]|(情况|清单|台账|明细|统计|汇总|一览)表?([(（].*[)）])?$")
_COUNT_BEHIND = re.compile(r"[(（](共)?\d+[个套项台]?(系统)?[)）]$")  # 一、县教体局（2个）
CAPTION_NUMBER = "一二三四五六七八九十0123456789、.．()（） "


def opens_section(text: str) -> bool:
    """Whether a text begins as titles of sections do: 二、…, （三）…, 表二 …, 附件1."""
    return bool(_SECTION.match(text.strip()))


def caption_name(text: str) -> str:
    """The name in a caption, without its number and count: 一、县教体局（2个） → 县教体局."""
    return _COUNT_BEHIND.sub("", text.strip().lstrip(CAPTION_NUMBER))


def is_title(row: Row) -> bool:
    """Whether nothing in a row that says a unit reads like data: neither a system's name nor anything in its columns."""
    texts = [str(cell).strip() for cell in row if cell != ""]
    return all("单位" in text or _SECTION.match(text) or _TITLE.search(text) for text in texts)


_DATA_IN_A_ROW = 4  # filled cells, all different, that make a row of data rather than a title with its date and unit


def looks_like_data(row: Row) -> bool:
    """Whether a row above the headings holds data rather than a title with its date and unit."""
    filled = [cell for cell in row if cell != ""]
    if len(filled) < _DATA_IN_A_ROW or len(set(map(str, filled))) < _DATA_IN_A_ROW:
        return False
    if any(isinstance(cell, str) and (":" in cell or "：" in cell) for cell in filled):
        return False
    return sum(1 for cell in filled if not isinstance(cell, str) or re.match(r"^[\d.,]+\D{0,3}$", cell.strip())) >= 2


def speaks_of_classified(text: str) -> bool:
    """A sheet's name or a caption that says that what follows is classified."""
    return bool(_CLASSIFIED_SECTION.match(text.strip().rstrip("：:")))


def is_blank(row: Row) -> bool:
    """Whether a row has nothing but blanks."""
    if row and isinstance(row[0], int | float):  # nearly every row of data begins with its number
        return False
    if row.count("") == len(row):
        return True
    return not any(cell != "" and not (isinstance(cell, str) and cell.isspace()) for cell in row)


def without_booleans(raw: tuple[Raw, ...]) -> tuple[Raw, ...]:
    """True equals 1 and would be found as such among the values already read."""
    if bool not in set(map(type, raw)):
        return raw
    return tuple(("是" if cell else "否") if isinstance(cell, bool) else cell for cell in raw)
