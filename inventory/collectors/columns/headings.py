"""Where the headings of a sheet stand; what each column means is in heading_columns.py.

A block of one to four rows is chosen by what its columns mean to the vocabulary, less what looks like data in it; banner
rows above it and key rows below it stay outside. Nothing depends on a known layout: headings may start anywhere, be
merged or not, repeat or be unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime

from inventory.collectors.cells.cell_types import Raw, plain_text
from inventory.collectors.columns.heading_columns import assign, meaning_of
from inventory.collectors.columns.heading_keys import heading_key, paths_as_asked
from inventory.collectors.columns.layout import DATUM, NAMES, Layout
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.rows.row_kinds import CLASSIFIED_ROW
from inventory.collectors.workbooks.grid import MergedRange, Row

HEAD_ROWS = 60  # rows searched for headings
MAX_LEVELS = 4
MAX_HEADING = 160  # characters; survey headings carry long notes
_DATA = re.compile(r"^[\d.,:/%-]+$|^https?://|^\d{4}年(\d{1,2}月(\d{1,2}日)?)?$|^1[3-9]\d{9}$|^(是|否|有|无|√|×)$")


def find_layout(
    head: Sequence[Row],
    merges: Sequence[MergedRange],
    words: Vocabulary,
    *,
    hidden_columns: frozenset[int] = frozenset(),
) -> Layout | None:
    """The best block of heading rows among the first rows, or `None` where no two columns mean anything.

    Args:
        head: the first rows of the sheet.
        merges: merged ranges.
        words: the vocabulary, with what people answered.
        hidden_columns: columns that are reported, not read.
    """
    texts = _texts(head, merges)
    best: Layout | None = None
    merged = {(row, right) for first, left, last, right in merges for row in range(first, min(last + 1, len(texts)))}
    # A block that cuts through merged cells would lose parents or children: each cut counts against it.
    cuts = Counter(row for first, _, last, _ in merges for row in range(first + 1, min(last, len(texts)) + 1))
    for top in range(len(texts)):
        if not any(texts[top]) or _is_banner(texts[top], words):
            continue
        for bottom in range(top, min(top + MAX_LEVELS, len(texts))):
            if not any(texts[bottom]):
                break
            levels = _levels(texts, top, bottom, merged, words)
            score = _score(levels, texts, top, bottom, words) - 1.0 * (cuts[top] + cuts[bottom + 1])
            if best is None or score > best.score + 1e-9:
                best = Layout(top=top, bottom=bottom, columns=(), unread=(), score=score, levels=levels)
    if best is None or best.score < 1.5:
        return None
    bottom = max(_last_level(texts, best, words), _merged_down_to(best, merges, texts))
    levels = dict(best.levels) if bottom == best.bottom else _levels(texts, best.top, bottom, merged, words)
    columns, unread = assign(levels, words, hidden_columns)
    answered = frozenset(index for index, path in paths_as_asked(levels).items() if words.answer(path) is not None)
    return Layout(
        top=best.top, bottom=bottom, columns=columns, unread=unread, score=best.score, levels=levels, answered=answered
    )  # fmt: skip


def _last_level(texts: Sequence[Sequence[str]], best: Layout, words: Vocabulary) -> int:
    """A row right below that has nothing but headings we know, each below a parent, is one more level, even a single cell."""
    bottom = best.bottom
    while bottom + 1 < len(texts) and bottom + 1 - best.top < MAX_LEVELS:
        filled = [(at, text) for at, text in enumerate(texts[bottom + 1]) if text]
        known = all(
            at in best.levels and text not in best.levels[at] and words.group_of(best.levels[at][-1]) is not None
            and words.meaning((best.levels[at][-1], text)) is not None
            for at, text in filled
        )  # fmt: skip
        if not filled or not known or CLASSIFIED_ROW in texts[bottom + 1]:  # the stand-in of a row is no heading
            break
        bottom += 1
    return bottom


def _merged_down_to(best: Layout, merges: Sequence[MergedRange], texts: Sequence[Sequence[str]]) -> int:
    """The last row that a heading of the block is merged down to, while another one stands over several columns.

    What stands below the one that is merged across are its children, known or not: zones, years.
    """
    if not any(best.top <= first <= best.bottom == last and right > left for first, left, last, right in merges):
        return best.bottom
    down = [
        last for first, left, last, right in merges
        if best.top <= first <= best.bottom < last < min(best.top + MAX_LEVELS, len(texts)) and left == right and left in best.levels
    ]  # fmt: skip
    return max(down, default=best.bottom)


def _texts(head: Sequence[Row], merges: Sequence[MergedRange]) -> list[list[str]]:
    """The first rows as text, merged ranges filled; numbers and dates get a mark that no heading has."""
    texts = [_years(row) or [_as_heading(cell) for cell in row] for row in head]
    width = max((len(row) for row in texts), default=0)
    for row in texts:
        row.extend([""] * (width - len(row)))
    for first_row, first_column, last_row, last_column in merges:
        if first_row >= len(texts) or first_column >= width:
            continue
        value = texts[first_row][first_column]
        for at in range(first_row, min(last_row + 1, len(texts))):
            for column in range(first_column, min(last_column + 1, width)):
                texts[at][column] = value
    return texts


_YEAR = re.compile(r"(?:19|20)\d\d年?(?:度)?")


def _years(row: Row) -> list[str] | None:
    """A row that holds nothing but different years, at least two of them, belongs to the headings above it."""
    shown = ["" if cell == "" else plain_text(cell) for cell in row]
    filled = [text for text in shown if text]
    if len(filled) < 2 or len(set(filled)) < len(filled) or not all(_YEAR.fullmatch(text) for text in filled):
        return None
    return [f"{text.rstrip('年度')}年度" if text else "" for text in shown]


def _as_heading(cell: Raw) -> str:
    if isinstance(cell, str):
        text = cell.strip()
        return DATUM if len(text) > MAX_HEADING else text
    if isinstance(cell, float | int | date | datetime) and not isinstance(cell, bool):
        return f"{DATUM}{plain_text(cell)}"
    return DATUM


def _is_banner(row: Sequence[str], words: Vocabulary) -> bool:
    """One text alone in a row, merged or not: a title, not a heading; unless it is a parent that we know."""
    found = {text for text in row if text}
    return len(found) == 1 and len(row) > 2 and words.group_of(next(iter(found))) is None


def _levels(
    texts: Sequence[Sequence[str]], top: int, bottom: int, merged: AbstractSet[tuple[int, int]], words: Vocabulary
) -> dict[int, tuple[str, ...]]:
    """For each column its headings from the outermost parent down; a parent also covers blank cells to its right."""
    width = len(texts[top])
    covering = [_spread(texts, row, bottom, merged, words) for row in range(top, bottom)]
    levels: dict[int, tuple[str, ...]] = {}
    for column in range(width):
        stack: list[str] = []
        for text in (*(row[column] for row in covering), texts[bottom][column]):
            if text and (not stack or stack[-1] != text):
                stack.append(text)
        if stack:
            levels[column] = tuple(stack)
    return levels


def _spread(
    texts: Sequence[Sequence[str]], row: int, bottom: int, merged: AbstractSet[tuple[int, int]], words: Vocabulary
) -> list[str]:
    """A parent row with blanks filled from the left, as far as columns have a child of their own below.

    A merged parent covers what it is merged over and no more. Without a merge, a parent that we know covers the
    children that it is known to have, each once: 承建单位 over 单位名称, 联系人, 联系电话, 单位名称 ends before the second name.
    """
    filled: list[str] = []
    carried = ""
    met: set[str] = set()
    for column, text in enumerate(texts[row]):
        children = [below[column] for below in texts[row + 1 : bottom + 1] if below[column] not in {"", text}]
        if text:
            carried = text if children and (row, column) not in merged else ""
            met = {children[-1]} if children else set()
            filled.append(text)
        else:
            carried = carried if children and _may_cover(carried, children[-1], met, words) else ""
            met.update(children[-1:])
            filled.append(carried)
    return filled


def _may_cover(parent: str, child: str, met: AbstractSet[str], words: Vocabulary) -> bool:
    group = words.group_of(parent)
    return group is None or (child not in met and (group, heading_key(child).plain) in words.below)


def _score(
    levels: Mapping[int, tuple[str, ...]],
    texts: Sequence[Sequence[str]],
    top: int,
    bottom: int,
    words: Vocabulary,
) -> float:
    """How well a block explains its columns: each meaning counts once, names more, data inside a block counts against."""
    met: set[str] = set()
    score = 0.0
    for path in levels.values():
        meaning = meaning_of(path, words)
        if meaning is None or meaning.field in met:
            continue
        met.add(meaning.field)
        score += 0.3 if len(path) > 1 and words.is_unit(path[-1]) else 0
        score += 0.3 if meaning.field == "serial" else 2.0 if meaning.field in NAMES else 1.0
    for row in range(top, bottom + 1):
        filled = [text for text in texts[row] if text]
        data = sum(1 for text in filled if text.startswith(DATUM) or _DATA.match(text))
        score -= 1.0 * data
    return score - 0.4 * (bottom - top)
