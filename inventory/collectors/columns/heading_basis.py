"""Why a column was taken for its field: a list has its heading, its words say it, its contents do, or a person did."""

from __future__ import annotations

from typing import Literal

from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.layout import Column, Layout
from inventory.collectors.columns.vocabulary import Vocabulary, without_additions

# `list`: catalogs/columns has the heading, alone or below its parent; `nearly`: it does, but for a word or a bracket more;
# `words`: the heading was understood by words of its own; `contents`: the heading does not say it, what stands below does.
Basis = Literal["answer", "list", "nearly", "words", "contents"]


def basis_of(column: Column, layout: Layout, words: Vocabulary) -> Basis:
    """On what the meaning of a column that is read rests."""
    path = layout.levels.get(column.index) or tuple(column.heading.split(" / "))
    if column.index in layout.answered or words.answer(path) is not None:
        return "answer"
    meaning = words.meaning(path)
    if meaning is None or (meaning.field != column.field and not _is_kin(meaning.field, column)):
        return "contents"
    found = _in_lists(path, words)
    return found or "words"


def _is_kin(meant: str, column: Column) -> bool:
    """`联系人` right of 承建单位 is that one's; a clean-up reason is a part of its field; a stand-in is read twice."""
    own = column.field
    return column.stands_in or meant.partition(".")[0] == own or own.endswith(f"_{meant}") or column.part is not None


def _in_lists(path: tuple[str, ...], words: Vocabulary) -> Basis | None:
    """Whether the lists have a heading, as it is or but for what was taken off it."""
    child = heading_key("".join(path[-1].split()))
    if len(path) > 1 and (not child.plain or words.is_unit(path[-1])):
        return _in_lists(path[:-1], words)
    forms = (child.full, child.plain)
    for parent in path[:-1]:
        group, key = words.group_of(parent), heading_key(parent).plain
        for form in forms:
            if (group, form) in words.below or key + form in words.alone or f"{key}({form})" in words.alone:
                return "list"
    if child.full in words.alone or any(form in words.alone for form in without_additions(child.full)):
        return "list"
    if child.plain not in words.alone:
        return None
    return "nearly" if "(" in child.full else "list"  # 硬盘/TB: but for its unit it is listed
