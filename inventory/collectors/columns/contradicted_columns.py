"""Recognised columns whose contents say that they are something else: 系统 above RHEL 7, 联系人 above companies. Asked, never taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from inventory.collectors.cells.product_words import ADDRESS, COMPANY, DATABASE, MIDDLEWARE, OPERATING, PHONE, WEB
from inventory.collectors.cells.text_forms import looks_like_department, widths
from inventory.collectors.columns.column_shares import MOSTLY, NONE, OPEN, share_of
from inventory.collectors.columns.foreign_contents import foreign_kind
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.layout import Column, Layout, UnreadColumn
from inventory.collectors.columns.likely_columns import may_hold_names, share_like_systems
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.rows.system_names import reads_like_a_system
from inventory.collectors.sheets.sheet_names import may_be_a_person
from inventory.collectors.workbooks.grid import Row

_LIKE = 0.6  # share of systems' names that makes a column one of them
_REPEATED = 0.5  # different names for each name: with fewer of them the column tells no systems apart
_FEWEST_REPEATED = 4  # names that are needed to say so
_INNER = re.compile(r"^.{2,8}(股|科|科室|股室|处室|办公室)$")
_CODE = re.compile(r"^(?=.*[A-Za-z])(?=.*\d)[A-Za-z\d]+([-_./][A-Za-z\d]+)*$")


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: bool(pattern.match(text))


def _is_person(text: str) -> bool:
    return may_be_a_person(text) and not reads_like_a_system(text)


def _is_unit(text: str) -> bool:
    return looks_like_department(text) and not reads_like_a_system(text)


def _has_no_digit(text: str) -> bool:
    return not any(map(str.isdigit, text))


# What the texts are, the field that they then are of, and how many are needed to say so.
_Kind = tuple[Callable[[str], bool], str, int]
_OS: _Kind = (_matches(OPERATING), "os_app", 2)
_DB: _Kind = (_matches(DATABASE), "db", 2)
_PEOPLE: _Kind = (_is_person, "contact", 3)
_FIRMS: _Kind = (lambda text: bool(COMPANY.search(text)), "vendor", 2)
_OF_NAMES: tuple[_Kind, ...] = (
    _OS, _DB, (_matches(MIDDLEWARE), "middleware", 2), _PEOPLE, (_is_unit, "dept", 3), _FIRMS,
    (_matches(PHONE), "phone", 2), (_matches(ADDRESS), "ip", 2), (_matches(WEB), "url", 2),
)  # fmt: skip
_OF_PEOPLE: tuple[_Kind, ...] = (_FIRMS, (_matches(_INNER), "office", 3), _OS, _DB)
_OF_FIRMS: tuple[_Kind, ...] = (_PEOPLE, (_matches(PHONE), "phone", 2), _OS, _DB)
_OF_PHONES: tuple[_Kind, ...] = ((_has_no_digit, "contact", 3),)
_CONTRADICTING: dict[str, tuple[_Kind, ...]] = {
    "sys_name": _OF_NAMES,
    "server_name": (_OS, _DB, _PEOPLE),
    "host_name": (_OS, _DB, _PEOPLE),
    **dict.fromkeys(("contact", "vendor_contact", "ops_contact"), _OF_PEOPLE),
    **dict.fromkeys(("vendor", "ops_vendor"), _OF_FIRMS),
    **dict.fromkeys(("phone", "vendor_phone", "ops_phone"), _OF_PHONES),
    "office": (_PEOPLE, (_matches(PHONE), "phone", 2)),  # 二级单位 may be companies
    "db": (_OS,),
    "os_app": (_DB,),
}


def with_contradictions_asked(layout: Layout, below: Sequence[Row], words: Vocabulary) -> Layout:
    """The layout without the columns whose contents contradict their heading; each is asked, with what it seems to be.

    Where the heading says itself in brackets what its contents are (系统（OS）), the column is read as that.
    """
    for column in layout.columns:
        if column.stands_in or column.index in layout.answered or column.part is not None:
            continue
        seen = _seen(column, below)
        if seen is not None:
            layout = _with_bracket_read(layout, column, seen, words) or _asked(layout, column, (seen, column.field))
        elif (foreign := foreign_kind(column, below)) is not None:
            layout = _asked(layout, column, (*filter(None, foreign[1:]), column.field))
    names = layout.column("sys_name")
    other = _rival_of_names(layout, names, below)
    if names is not None and other is not None:
        layout = _asked(layout, names, ("sys_name", "remark"))
        unread = tuple(
            replace(c, why="asked", suggestions=(("sys_name", 99),), doubted=True) if c.index == other.index else c
            for c in layout.unread
        )
        layout = replace(layout, unread=unread)
    return layout


def _seen(column: Column, below: Sequence[Row]) -> str | None:
    """The field that a column's contents are of, if not of its own."""
    for like, field, fewest in _CONTRADICTING.get(column.field, ()):
        if share_of(column.index, below, like, fewest=fewest) >= MOSTLY:
            return field
    return None


def _with_bracket_read(layout: Layout, column: Column, seen: str, words: Vocabulary) -> Layout | None:
    """系统（OS）: what stands in the bracket is what the contents are."""
    key = heading_key(layout.levels.get(column.index, (column.heading,))[-1])
    inside = re.search(r"\(([^()]+)\)$", key.full)
    meant = words.meaning((inside[1],)) if inside else None
    if meant is None or meant.field != seen or layout.column(seen) is not None:
        return None
    read = replace(column, field=seen)
    return replace(layout, columns=tuple(read if other is column else other for other in layout.columns))


def _asked(layout: Layout, column: Column, fields: Sequence[str]) -> Layout:
    taken = {other.field for other in layout.columns if other.index != column.index}
    offered = tuple((name, 80) for name in dict.fromkeys(fields) if name == column.field or name not in taken)
    asked = UnreadColumn(index=column.index, heading=column.heading, why="asked", suggestions=offered, doubted=True)
    return replace(
        layout, columns=tuple(other for other in layout.columns if other.index != column.index),
        unread=tuple(sorted((*layout.unread, asked), key=lambda other: other.index)),
    )  # fmt: skip


def _rival_of_names(layout: Layout, names: Column | None, below: Sequence[Row]) -> UnreadColumn | None:
    """The open column that tells systems apart by names like systems', where few words repeat in the one read, or codes stand there."""
    if names is None or names.index in layout.answered or share_like_systems(names.index, below) >= _LIKE:
        return None
    texts = [
        widths(text).strip() for row in below if names.index < len(row) and isinstance(text := row[names.index], str)
    ]
    told = [text for text in texts if text and text not in NONE]
    repeats = len(told) >= _FEWEST_REPEATED and len(set(told)) <= _REPEATED * len(told)
    if not repeats and share_of(names.index, below, lambda text: bool(_CODE.match(text))) < MOSTLY:
        return None
    for other in layout.unread:
        is_open = other.why in OPEN and other.heading and other.index not in layout.answered
        if is_open and share_like_systems(other.index, below) >= _LIKE and may_hold_names(other.index, below):
            return other
    return None
