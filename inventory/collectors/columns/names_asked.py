"""The column that may hold the names of systems, where no heading and no certain contents say so: asked once, never taken.

Instead of a refusal: the rows are asked about under one question, whose answer makes the column that of the names,
this time and in later months.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.columns.heading_columns import assign
from inventory.collectors.columns.heading_keys import heading_key, heading_question_key, paths_as_asked
from inventory.collectors.columns.layout import DATUM, Layout, UnreadColumn
from inventory.collectors.columns.likely_columns import may_hold_names, names_other_things, share_like_systems
from inventory.collectors.columns.matrix_columns import matrices
from inventory.collectors.columns.system_headings import speaks_of_others
from inventory.collectors.columns.vocabulary import IGNORE, Vocabulary
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS
from inventory.model import Gap, Origin

_OPEN = frozenset({"asked", "unknown"})
_LIKE = 0.5  # share of texts that end as systems' names do: enough to ask, not to read
_FIGURES = frozenset({"cores", "size", "count", "addresses"})
_SUGGESTED = 60  # the score of what only the contents suggest
_YEARS = (1990, 2060)  # numbers that may be years, where they stand among headings
_LONGEST = 40  # characters of a heading
_ANYWHERE = frozenset({"remark", "location", "build_cost", "basis", "fund_source", "function", "docs", "hw_year"})
# What such a column may be called where its texts are of people, places or reasons, whatever they look like.
_NO_NAMES = re.compile(
    r"^所[在用]|人(?!社|脸|口)|员|电话|单位|部门|公司|厂|商$|备注|说明|描述|功能|用途|作用|地址|位置|原因|依据|文号|意见|措施|进展|要求|目标"
)


def with_names_asked(layout: Layout, head: Sequence[Row]) -> Layout:
    """The layout with the column that may be the one of the names, where none is; `names_at` marks it."""
    if layout.names_something or layout.names_at is not None:
        return layout
    found = _candidate(layout, head[layout.bottom + 1 :])
    if found is None:
        return layout
    others = tuple(pair for pair in found.suggestions if pair[0] != "sys_name")[:2]
    asked = replace(found, why="asked", suggestions=(("sys_name", _SUGGESTED), *others))
    return replace(
        layout, names_at=found.index, unread=tuple(asked if column is found else column for column in layout.unread)
    )  # fmt: skip


def _candidate(layout: Layout, below: Sequence[Row]) -> UnreadColumn | None:
    """The open column that reads most like names of systems; beside known figures or dates any names that tell the rows apart will do."""
    if any(column.why in _OPEN and names_other_things(column) for column in layout.unread):
        return None
    any_will_do = _has_figures(layout) or are_of_systems(layout)
    best: tuple[float, UnreadColumn] | None = None
    for column in layout.unread:
        if column.why not in _OPEN or not column.heading or not layout.levels.get(column.index):
            continue
        own = heading_key(layout.levels[column.index][-1])
        if speaks_of_others(own.full) or _NO_NAMES.search(own.full) or not may_hold_names(column.index, below):
            continue
        like = share_like_systems(column.index, below)
        if (like >= _LIKE or any_will_do or _NAMES.match(own.full)) and (best is None or like > best[0]):
            best = like, column
    return best[1] if best else None


_NAMES = re.compile(r"^(名|名字|名称|叫法|叫什么(名字?)?|叫啥|称呼)$")  # says that names stand below it, not whose
_ELSEWHERE = frozenset({"identity", "people", "reading"})  # groups of fields that lists of anything may have


def are_of_systems(layout: Layout) -> bool:
    """Two known columns, one of which only systems have: in use since, status, MLPS level. A remark alone says nothing."""
    meant = {column.field for column in layout.columns if column.field in FIELDS}
    return len(meant) >= 2 and any(FIELDS[name].group not in _ELSEWHERE and name not in _ANYWHERE for name in meant)


def _has_figures(layout: Layout) -> bool:
    """Two known columns, one of them of cores, sizes, machines or addresses: the rows are of machines or systems."""
    meant = {column.field for column in layout.columns}
    return len(meant) >= 2 and any(FIELDS[name].type in _FIGURES for name in meant if name in FIELDS)


def is_ledger_without_names(layout: Layout | None, head: Sequence[Row]) -> bool:
    """Whether known figures stand beside a column that may hold the names."""
    return layout is not None and _has_figures(layout) and with_names_asked(layout, head).names_at is not None


def is_matrix(layout: Layout, head: Sequence[Row]) -> bool:
    """Whether systems stand beside columns that are zones, rooms, years or months: what their figures are is asked."""
    return _names_systems(layout, head) and bool(
        matrices(layout.levels, {column.index for column in layout.unread if column.why in _OPEN})
    )


def headings_above_names(
    head: Sequence[Row], words: Vocabulary, layout: Layout | None, hidden_columns: frozenset[int] = frozenset()
) -> Layout | None:
    """Headings of which hardly one is known, above a column of texts that end as names of systems do.

    Args:
        head: the first rows of the sheet.
        words: the vocabulary.
        layout: what was found of known headings.
        hidden_columns: columns that are reported, not read.

    Returns:
        The layout with that column marked; `None` where there is no such column.
    """
    if layout is not None and (asked := with_names_asked(layout, head)).names_at is not None:
        return asked
    if layout is not None and _names_systems(layout, head):
        return layout
    for at, row in enumerate(head[:30]):
        texts = {index: text for index, cell in enumerate(row) if (text := _as_heading(cell))}
        is_heading = len(set(texts.values())) == len(texts) == len(row) - row.count("") > 1
        if not is_heading or any(len(text) > _LONGEST or text.startswith(DATUM) for text in texts.values()):
            continue
        levels = {index: (text,) for index, text in texts.items()}
        columns, unread = assign(levels, words, hidden_columns)
        made = Layout(top=at, bottom=at, columns=columns, unread=unread, score=0.0, levels=levels)
        if _names_systems(made, head):
            return made
        asked = with_names_asked(made, head)
        # The row below the headings is the first of the names: else it would be a row of data that is taken for headings.
        if asked.names_at is not None and not _ends_like_a_name(row, asked.names_at):
            return asked
    return None


def _as_heading(cell: Raw) -> str:
    """A text as it is, a number that may be a year as one; other figures are no headings."""
    if isinstance(cell, str):
        return cell.strip()
    is_year = isinstance(cell, int | float) and not isinstance(cell, bool) and cell in range(*_YEARS)
    return f"{int(cell)}年度" if is_year and isinstance(cell, int | float) else ""


def _names_systems(layout: Layout, head: Sequence[Row]) -> bool:
    """Whether the known column of names holds systems, above other columns of which none is known: a matrix."""
    name = layout.column("sys_name")
    below = head[layout.bottom + 1 :]
    return (
        name is not None
        and len(layout.levels) > 1
        and (name.index in layout.answered or share_like_systems(name.index, below) >= _LIKE)
        and may_hold_names(name.index, below)
    )


def _ends_like_a_name(row: Row, at: int) -> bool:
    return share_like_systems(0, [[row[at]], [row[at]]]) > 0


def names_question(layout: Layout, row: Sequence[Raw], place: Origin) -> tuple[str, str] | None:
    """Heading and answer key of the question which column holds the names; `None` for a row with nothing in that column."""
    at = layout.names_at
    if at is None or at >= len(row) or row[at] == "":
        return None
    key = heading_question_key(paths_as_asked(layout.levels)[at])
    heading = next((column.heading for column in layout.unread if column.index == at), "")
    return heading, f"{place.source}|heading|{key}"


def unnamed_row_gap(origin: Origin, heading: str, answer_key: str) -> Gap:
    """A row whose name stands in a column of which it is not known yet that it holds the names."""
    name = FIELDS["sys_name"].label
    return Gap(
        kind="missing", origin=origin, field="sys_name", choices=("sys_name", IGNORE), answer_key=answer_key,
        message=Text(f"「{heading}」是不是{name.zh}还没有答复，这一行没有导入", f"whether {heading!r} holds the {name.en} is not answered yet; this row was not taken"),
        question=Text(f"「{heading}」是否为{name.zh}？", f"does {heading!r} hold the {name.en}?"),
    )  # fmt: skip
