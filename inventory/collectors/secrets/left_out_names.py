"""A sheet that was not read and yet names systems: asked about, never passed over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.columns.heading_keys import heading_key, heading_question_key
from inventory.collectors.columns.vocabulary import IGNORE, Vocabulary
from inventory.collectors.rows.system_names import reads_like_a_system
from inventory.collectors.workbooks.grid import Row, letters
from inventory.model import Gap, Origin

_FEWEST = 2  # names below the heading that read like systems, and more than half of all


def names_left_out(head: Sequence[Row], words: Vocabulary, place: Origin) -> Gap | None:
    """The question about a sheet that has a column 系统名称 with systems in it; `None` for any other.

    Args:
        head: the first rows of the sheet.
        words: the vocabulary.
        place: the sheet.
    """
    for number, row in enumerate(head, 1):
        for at, cell in enumerate(row):
            if not isinstance(cell, str) or len(row) - row.count("") < 2 or not _may_name(cell.strip(), words):
                continue
            below = [other[at] for other in head[number:] if at < len(other) and other[at] != ""]
            like = sum(1 for name in below if isinstance(name, str) and reads_like_a_system(name))
            if like >= _FEWEST and 2 * like > len(below):
                return _gap(cell.strip(), len(below), words, replace(place, row=number, column=letters(at)))
    return None


# 拟建系统, 停用项目: the systems of a sheet of their own
_OF_A_STATE = re.compile(
    r"^(拟建|待建|在建|新建|规划|计划建设|停用|已停用|下线|已下线|闲置|申报)(的)?(业务|信息|信息化|应用)?(系统|平台|项目|网站)(名称)?$"
)


def _may_name(heading: str, words: Vocabulary) -> bool:
    meaning = words.meaning((heading,)) if heading else None
    if meaning is not None or words.answer((heading,)) is not None:
        return meaning is not None and meaning.field == "sys_name"
    return bool(_OF_A_STATE.match(heading_key(heading).plain))


def _gap(heading: str, count: int, words: Vocabulary, place: Origin) -> Gap:
    if words.meaning((heading,)) is not None:
        return Gap(
            kind="missing", origin=place, field="sys_name",
            message=Text(f"这张表没有读：除系统名称外没有认得的表头，下面有 {count} 个名称", f"this sheet was not read: no heading but that of the names is known; {count} names stand below it"),
            question=Text("这些系统要不要登记？要的，请补上单位名称、CPU、内存等栏，或并入台账", "are these systems to be registered? Then give them department, CPU, memory, or move them into the ledger"),
        )  # fmt: skip
    return Gap(
        kind="missing", origin=place, field="sys_name", choices=("sys_name", IGNORE),
        answer_key=f"{place.source}|heading|{heading_question_key((heading,))}",
        message=Text(f"这张表没有读：「{heading}」下面有 {count} 个名称，不知道是不是要登记的系统", f"this sheet was not read: {count} names stand below {heading!r}; whether they are systems to be registered is not known"),
        question=Text(f"「{heading}」下面的要登记吗？要的答 sys_name，不要的答 {IGNORE}", f"are those below {heading!r} to be registered? Answer sys_name if so, else {IGNORE}"),
    )  # fmt: skip
