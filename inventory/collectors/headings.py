"""Where the headings of a sheet stand and what each column means.

A block of one to four rows is chosen by what its columns mean to the vocabulary, less what looks like data in it; banner
rows above it and key rows below it stay outside. Nothing depends on a known layout: headings may start anywhere, be
merged or not, repeat or be unknown. A heading in no catalogue is asked, never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from inventory.collectors.cells import Raw, plain_text
from inventory.collectors.grid import MergedRange, Row, letters
from inventory.collectors.vocabulary import IGNORE, SUGGESTION_SCORE, Meaning, Vocabulary, heading_key
from inventory.fields import FIELDS

HEAD_ROWS = 60  # rows searched for headings
MAX_LEVELS = 4
MAX_HEADING = 160  # characters; survey headings carry long notes
_DATA = re.compile(r"^[\d.,:/%-]+$|^https?://|^\d{4}年(\d{1,2}月(\d{1,2}日)?)?$|^1[3-9]\d{9}$|^(是|否|有|无|√|×)$")
_NAMES = ("sys_name", "server_name", "host_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column that is read: `index` from 0, the canonical `field`, the heading as written, the unit in it."""

    index: int
    field: str
    heading: str
    unit: str | None = None
    part: str | None = None
    stands_in: bool = False  # read a second time for a field that has no column of its own

    @property
    def letters(self) -> str:
        """As the spreadsheet program shows it."""
        return letters(self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadColumn:
    """A column that is not read: `why` is unknown, duplicate, serial, credential, hidden, asked, ignored, label, unit or no-heading."""

    index: int
    heading: str
    why: str
    suggestions: tuple[tuple[str, int], ...] = ()

    @property
    def letters(self) -> str:
        """As the spreadsheet program shows it."""
        return letters(self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The headings of a sheet: rows `top` to `bottom` (from 0, both included), columns read and not read."""

    top: int
    bottom: int
    columns: tuple[Column, ...]
    unread: tuple[UnreadColumn, ...]
    score: float
    levels: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def column(self, name: str) -> Column | None:
        """The column of a field."""
        return next((column for column in self.columns if column.field == name), None)

    @property
    def names_something(self) -> bool:
        """Whether rows can be told apart by a system's or a server's name."""
        return any(column.field in _NAMES for column in self.columns)


def find_layout(
    head: Sequence[Row],
    merges: Sequence[MergedRange],
    words: Vocabulary,
    *,
    hidden_columns: frozenset[int] = frozenset(),
    answers: Mapping[str, str] | None = None,
) -> Layout | None:
    """The best block of heading rows among the first rows, or `None` where no two columns mean anything.

    Args:
        head: the first rows of the sheet.
        merges: merged ranges.
        words: the vocabulary.
        hidden_columns: columns that are reported, not read.
        answers: heading as asked (`heading_question_key`) → canonical field or `ignore`.
    """
    texts = _texts(head, merges)
    best: Layout | None = None
    merged = {
        (row, right)
        for first, left, last, right in merges
        if right > left
        for row in range(first, min(last + 1, len(texts)))
    }
    # A block that cuts through merged cells would lose parents or children: each cut counts against it.
    cuts = Counter(row for first, _, last, _ in merges for row in range(first + 1, min(last, len(texts)) + 1))
    for top in range(len(texts)):
        if not any(texts[top]) or _is_banner(texts[top], words):
            continue
        for bottom in range(top, min(top + MAX_LEVELS, len(texts))):
            if not any(texts[bottom]):
                break
            levels = _levels(texts, top, bottom, merged, words)
            score = _score(levels, texts, top, bottom, words, answers or {}) - 1.0 * (cuts[top] + cuts[bottom + 1])
            if best is None or score > best.score + 1e-9:
                best = Layout(top=top, bottom=bottom, columns=(), unread=(), score=score, levels=levels)
    if best is None or best.score < 1.5:
        return None
    bottom = _last_level(texts, best, words)
    levels = dict(best.levels) if bottom == best.bottom else _levels(texts, best.top, bottom, merged, words)
    columns, unread = _assign(levels, words, hidden_columns, answers or {})
    return Layout(top=best.top, bottom=bottom, columns=columns, unread=unread, score=best.score, levels=levels)


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
        if not filled or not known:
            break
        bottom += 1
    return bottom


def with_nameless_columns(layout: Layout, head: Sequence[Row]) -> Layout:
    """The layout with the columns that have content in the first rows but no heading: nothing is dropped without a word."""
    filled = {at for row in head[layout.bottom + 1 :] for at, cell in enumerate(row) if cell != ""}
    found = [UnreadColumn(index=at, heading="", why="no-heading") for at in sorted(filled - set(layout.levels))]
    unread = sorted((*layout.unread, *found), key=lambda column: column.index)
    return replace(layout, unread=tuple(unread)) if found else layout


def heading_question_key(levels: tuple[str, ...]) -> str:
    """The wording under which a heading is asked and its answer kept."""
    return "heading:" + "/".join(heading_key(level).plain for level in levels)


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


_DATUM = "\x00"
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
        return _DATUM if len(text) > MAX_HEADING else text
    if isinstance(cell, float | int | date | datetime) and not isinstance(cell, bool):
        return f"{_DATUM}{plain_text(cell)}"
    return _DATUM


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
    answers: Mapping[str, str],
) -> float:
    """How well a block explains its columns: each meaning counts once, names more, data inside a block counts against."""
    met: set[str] = set()
    score = 0.0
    for path in levels.values():
        meaning = _meaning(path, words, answers)
        if meaning is None or meaning.field in met:
            continue
        met.add(meaning.field)
        score += 0.3 if len(path) > 1 and words.is_unit(path[-1]) else 0
        score += 0.3 if meaning.field == "serial" else 2.0 if meaning.field in _NAMES else 1.0
    for row in range(top, bottom + 1):
        filled = [text for text in texts[row] if text]
        data = sum(1 for text in filled if text.startswith(_DATUM) or _DATA.match(text))
        score -= 1.0 * data
    return score - 0.4 * (bottom - top)


def _meaning(path: tuple[str, ...], words: Vocabulary, answers: Mapping[str, str]) -> Meaning | None:
    answer = answers.get(heading_question_key(path)) if answers else None
    if answer in FIELDS:
        known = words.meaning(path)
        unit = known.unit if known else heading_key(path[-1]).unit
        return Meaning(str(answer), unit)
    if any(text.startswith(_DATUM) for text in path):
        return None
    return words.meaning(path)


def _assign(
    levels: Mapping[int, tuple[str, ...]],
    words: Vocabulary,
    hidden_columns: frozenset[int],
    answers: Mapping[str, str],
) -> tuple[tuple[Column, ...], tuple[UnreadColumn, ...]]:
    """Decide for every column; of two columns with one meaning the preferred heading is read, the other reported."""
    found: dict[int, Meaning] = {}
    unread: list[UnreadColumn] = []
    for index, path in sorted(levels.items()):
        heading = " / ".join(path)
        meaning = _meaning(path, words, answers)
        if index in hidden_columns and (meaning is None or meaning.field != "row_key"):
            unread.append(UnreadColumn(index=index, heading=heading, why="hidden"))
        elif answers.get(heading_question_key(path)) == IGNORE:
            unread.append(UnreadColumn(index=index, heading=heading, why="ignored"))
        elif meaning is None or _foreign_parent(path, meaning, words):
            suggestions = _suggestions(path, words)
            why = "asked" if suggestions else "unknown"
            unread.append(
                UnreadColumn(index=index, heading=heading.replace(_DATUM, ""), why=why, suggestions=suggestions)
            )
        elif meaning.field in {"serial", "credential"}:
            unread.append(UnreadColumn(index=index, heading=heading, why=meaning.field))
        else:
            found[index] = meaning
    found = _with_neighbours(found, levels, words)
    for index in sorted({*_rivals(found, levels), *_twins(found, levels)}):
        name = found.pop(index).field.partition(".")[0]
        unread.append(
            UnreadColumn(index=index, heading=" / ".join(levels[index]), why="asked", suggestions=((name, 100),))
        )
    chosen, doubled = _one_each(found, levels, words)
    unread += [_doubled(index, chosen, levels, words) for index in doubled]
    return chosen, tuple(sorted(unread, key=lambda column: column.index))


def _suggestions(path: tuple[str, ...], words: Vocabulary) -> tuple[tuple[str, int], ...]:
    """What an unknown heading may be: what it resembles, else what its parent means (年运维费 above 2023, 2024)."""
    if path[0].startswith(_DATUM):
        return ()
    found = tuple(words.suggestions(path))
    above = words.meaning(path[:-1]) if len(path) > 1 and not found else None
    return found if above is None or above.field == "serial" else ((above.field.partition(".")[0], SUGGESTION_SCORE),)


def _doubled(
    index: int, chosen: Sequence[Column], levels: Mapping[int, tuple[str, ...]], words: Vocabulary
) -> UnreadColumn:
    """A second column of one meaning: another wording is only reported, the very same heading twice is asked about."""
    heading = " / ".join(levels[index])
    if not any(column.heading == heading for column in chosen):
        return UnreadColumn(index=index, heading=heading, why="duplicate")
    alone = words.meaning((levels[index][-1],))
    known = ((alone.field.partition(".")[0], 100),) if alone else tuple(words.suggestions(levels[index]))
    return UnreadColumn(index=index, heading=heading, why="asked", suggestions=known)


_SOMEBODY = re.compile(r"单位|部门|公司|厂|商|方$|机构|企业|集团")


def _foreign_parent(path: tuple[str, ...], meaning: Meaning, words: Vocabulary) -> bool:
    """A contact or name below a parent that is somebody, but nobody known: whose it is must be asked."""
    if not meaning.generic or len(path) < 2:
        return False
    return any(_SOMEBODY.search(heading_key(p).plain) and not words.group_of(p) for p in path[-2:-1])


_HEADS = {
    "dept": "owner",
    "dept_build": "owner",
    "dept_lead": "owner",
    "dept_use": "owner",
    "vendor": "vendor",
    "ops_vendor": "ops",
}


def _with_neighbours(
    found: Mapping[int, Meaning], levels: Mapping[int, tuple[str, ...]], words: Vocabulary
) -> dict[int, Meaning]:
    """Flat headings: a second 联系人 belongs to the organisation that stands to its left."""
    decided: dict[int, Meaning] = {}
    names = [meaning.field for meaning in found.values()]
    group = "owner"
    for index in sorted(found):
        meaning = found[index]
        group = _HEADS.get(meaning.field, group)
        if meaning.generic and names.count(meaning.field) > 1 and group != "owner":
            key = heading_key(levels[index][-1]).plain
            own = words.below.get((group, key))
            meaning = Meaning(own, meaning.unit) if own else meaning
        decided[index] = meaning
    return decided


# Below these parents stands what is wanted, not what there is.
_WANTED = re.compile(r"申请|需求|计划|拟|规划|新增|扩容|目标|预计|迁移后|建议|待")


def _rivals(found: Mapping[int, Meaning], levels: Mapping[int, tuple[str, ...]]) -> list[int]:
    """Columns of one meaning and one wording below different parents: what is wanted yields to what there is, else all are asked."""
    by_meaning: dict[tuple[str, str], list[int]] = {}
    for index, meaning in found.items():
        if meaning.field not in _MANY:
            by_meaning.setdefault((meaning.field, heading_key(levels[index][-1]).plain), []).append(index)
    asked: list[int] = []
    for indexes in by_meaning.values():
        if len({levels[index][:-1] for index in indexes}) < 2:
            continue
        existing = [index for index in indexes if not any(_WANTED.search(parent) for parent in levels[index][:-1])]
        asked += [index for index in indexes if index not in existing] if len(existing) == 1 else indexes
    return sorted(asked)


def _twins(found: Mapping[int, Meaning], levels: Mapping[int, tuple[str, ...]]) -> list[int]:
    """Columns with the very same heading whose values add up: nothing says which of them is what there is."""
    met = Counter((meaning.field, levels[index]) for index, meaning in found.items())
    return [
        index
        for index, meaning in found.items()
        if met[meaning.field, levels[index]] > 1 and "." not in meaning.field and FIELDS[meaning.field].sums
    ]


def _one_each(
    found: Mapping[int, Meaning], levels: Mapping[int, tuple[str, ...]], words: Vocabulary
) -> tuple[tuple[Column, ...], list[int]]:
    taken: dict[str, int] = {}
    doubled: list[int] = []
    for index in sorted(found, key=lambda i: (_rank(levels[i], words), i)):
        name = found[index].field
        if name in taken and name not in _MANY:
            doubled.append(index)
        else:
            taken[name] = index
    columns = [
        _column(index, meaning, levels[index]) for index, meaning in sorted(found.items()) if index not in doubled
    ]
    for name, target in words.stands_in.items():
        if name in taken and target not in taken:
            taken[target] = taken[name]
            columns.append(
                replace(_column(taken[name], found[taken[name]], levels[taken[name]]), field=target, stands_in=True)
            )
    return tuple(columns), sorted(doubled)


def _column(index: int, meaning: Meaning, path: tuple[str, ...]) -> Column:
    name, _, part = meaning.field.partition(".")
    return Column(index=index, field=name, part=part or None, heading=" / ".join(path), unit=meaning.unit)


_MANY = frozenset(
    {"ip", "deps", "network", "zone", "domain", "url", "alias", "zombie_reasons"}
)  # lists: columns are united


def _rank(path: tuple[str, ...], words: Vocabulary) -> int:
    key = heading_key(path[-1])
    return min(words.preference.get(key.plain, 98), words.preference.get(key.full, 98))
