"""Files that are not taken: classified documents, and those without a ledger, with advice on what would make them one."""

from __future__ import annotations

from collections.abc import Iterable

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.grid import Workbook
from inventory.collectors.ledger_scope import Sheet
from inventory.collectors.likely_headings import likely_headings
from inventory.collectors.row_kinds import marks_classified_file
from inventory.collectors.vocabulary import Vocabulary


def refuse_classified(file: str, sheets: Iterable[Sheet]) -> None:
    """Refuse a document that marks itself as classified.

    Raises:
        CollectError: it does.
    """
    for sheet in sheets:
        for row in (*sheet.head[:4], *([band] for band in sheet.grid.bands)):
            if (
                any(isinstance(cell, str) and marks_classified_file(cell) for cell in row[:60])
                and len({c for c in row if c != ""}) <= 2
            ):
                raise CollectError(
                    f"{file}：文件带有密级标志，没有读取", f"{file}: the document is marked as classified; it was not read",
                    hint=Text("涉密文件不得在本系统处理；请与保密部门联系", "classified documents must not be processed here"),
                )  # fmt: skip


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
    if best is None:
        advice = Text(
            "这份文件像是文字材料，不是一行一个系统的表",
            "this looks like a text, not like a table with one system a row",
        )
    else:
        zh_row, en_row = best.told()
        advice = Text(
            f"最像表头的是 {zh_row}；把对应的写法加入工作区的 catalogs/columns/，或在文件里改成词表中的写法后再收",
            f"most like headings: {en_row}; add them to catalogs/columns/ of the workspace, or change them in the file",
        )
    return CollectError(zh, en, hint=advice)
