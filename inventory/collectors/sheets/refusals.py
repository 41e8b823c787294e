"""Files that are not taken: classified documents, and those without a ledger, with advice on what would make them one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.columns.likely_headings import likely_headings
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.ledger_scope import Sheet
from inventory.collectors.rows.row_kinds import marks_classified_file
from inventory.collectors.workbooks.grid import Row, Workbook


def refuse_classified(file: str, sheets: Iterable[Sheet]) -> None:
    """Refuse a document that marks itself as classified.

    Raises:
        CollectError: it does.
    """
    for sheet in sheets:
        bands: list[Row] = [[band] for band in sheet.grid.bands]
        for row in (*sheet.head[:4], *bands):
            if (
                any(isinstance(cell, str) and marks_classified_file(cell) for cell in row[:60])
                and len({c for c in row if c != ""}) <= 2
            ):
                raise CollectError(
                    f"{file}：文件带有密级标志，没有读取", f"{file}: the document is marked as classified; it was not read",
                    hint=Text("涉密文件不得在本系统处理；请与保密部门联系", "classified documents must not be processed here"),
                )  # fmt: skip


_INDICATOR = re.compile(r"^(统计)?指标(名称)?$|^项\s*目(名称)?$|^分组名称$")
_CODE = re.compile(r"^(指标)?(代\s*码|代号|行次)$")
_MEASURE = re.compile(r"^(计量)?单\s*位$|^(本[期年月]|上年同期|合计|数量|数值|累计|本年累计)")


def _is_statistics(row: Row) -> bool:
    """指标名称 | 代码 | 计量单位 | 本期: the headings of a statistical report."""
    texts = [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()]
    return all(any(map(pattern.match, texts)) for pattern in (_INDICATOR, _CODE, _MEASURE))


def is_text(sheets: Iterable[Sheet], words: Vocabulary) -> bool:
    """Whether no row of a file may be headings: it is nothing but text."""
    return not any(
        _is_statistics(row) or any(likely_headings(s.grid.name, [row], words)) for s in sheets for row in s.head
    )


def no_ledger(book: Workbook, sheets: Iterable[Sheet], words: Vocabulary) -> CollectError:
    """The refusal of a file in which no sheet is a ledger, with the row that looks most like headings."""
    sheets = list(sheets)
    first = next((s for s in sheets if s.layout), None)
    seen = "、".join(c.heading for c in first.layout.columns[:6]) if first and first.layout else ""
    zh = f"{book.file}：没有找到台账(需要“系统名称”等表头{'；认出的表头：' + seen if seen else ''})"
    en = f"{book.file}: no ledger found (headings such as 系统名称 are needed{'; understood: ' + seen if seen else ''})"
    best = max(
        (row for s in sheets for row in likely_headings(s.grid.name, s.head, words)),
        default=None,
        key=lambda row: row.score,
    )
    if any(_is_statistics(row) for s in sheets for row in s.head):
        advice = Text(
            "这是统计报表（一行一个指标），里面没有逐个系统；请另附一份清单：第一行写表头（至少有“系统名称”和 CPU、内存、存储、等保级别中的几栏），下面一行一个系统",
            "this is a statistical report, one indicator a row, and names no systems; ask for a list: headings in the first row (系统名称 and some of CPU, 内存, 存储, 等保级别), below them one system a row",
        )
    elif best is None:
        advice = Text(
            "这份文件像是文字材料，不是一行一个系统的表；请改成表格：第一行写表头（至少有“系统名称”），下面一行一个系统；"
            "或者每个系统先写一行“一、某某系统”，下面逐行写“CPU：8核”“内存：16G”",
            "this looks like a text, not like a table; make it one: headings in the first row (系统名称 at least), below them one system a row; "
            "or for each system a line 一、某某系统 and below it lines such as CPU：8核, 内存：16G",
        )
    else:
        zh_row, en_row = best.told()
        advice = Text(
            f"最像表头的是 {zh_row}；把对应的写法加入工作区的 catalogs/columns/，或在文件里改成词表中的写法后再收",
            f"most like headings: {en_row}; add them to catalogs/columns/ of the workspace, or change them in the file",
        )
    return CollectError(zh, en, hint=advice)
