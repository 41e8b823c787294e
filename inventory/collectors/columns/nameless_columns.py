"""Columns that have content below no heading: listed, asked about by their neighbour, and read where a person said what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inventory.collectors.columns.heading_keys import heading_question_key
from inventory.collectors.columns.layout import MANY, Column, Layout, UnreadColumn
from inventory.collectors.columns.vocabulary import IGNORE, Vocabulary
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS


def nameless_question_key(levels: Mapping[int, tuple[str, ...]], index: int) -> str:
    """The words under which a column without a heading is asked: how far it stands from the nearest heading on its left."""
    left = [at for at in levels if at < index]
    at = max(left) if left else min(levels)
    return f"{heading_question_key(levels[at])}{f'→{index - at}' if left else f'←{at - index}'}"


def with_nameless_answered(layout: Layout, width: int, words: Vocabulary) -> Layout:
    """The layout with the columns without a heading of which a person said what they are; `width` is that of the sheet."""
    if not words.answers or not layout.levels:
        return layout
    for index in range(width):
        answer = None if index in layout.levels else words.answers.get(nameless_question_key(layout.levels, index))
        if answer == IGNORE:
            others = [column for column in layout.unread if column.index != index]
            ignored = UnreadColumn(index=index, heading="", why="ignored")
            layout = replace(layout, unread=tuple(sorted((*others, ignored), key=lambda c: c.index)))
        elif answer in FIELDS:
            layout = _with_one_more(layout, Column(index=index, field=str(answer), heading=""))
    return layout


def _with_one_more(layout: Layout, column: Column) -> Layout:
    """The layout with a column that a person named; another one of that meaning yields to it."""
    yielding = [c for c in layout.columns if c.field == column.field and c.field not in MANY]
    columns = [c for c in layout.columns if c not in yielding]
    unread = [c for c in layout.unread if c.index != column.index]
    unread += [UnreadColumn(index=c.index, heading=c.heading, why="duplicate") for c in yielding if not c.stands_in]
    return replace(
        layout, columns=tuple(sorted((*columns, column), key=lambda c: c.index)), unread=tuple(sorted(unread, key=lambda c: c.index)),
        answered=layout.answered | {column.index},
    )  # fmt: skip


def with_nameless_columns(layout: Layout, head: Sequence[Row]) -> Layout:
    """The layout with the columns that have content in the first rows but no heading: nothing is dropped without a word."""
    filled = {at for row in head[layout.bottom + 1 :] for at, cell in enumerate(row) if cell != ""}
    found = [UnreadColumn(index=at, heading="", why="no-heading") for at in sorted(filled - set(layout.levels))]
    unread = sorted((*layout.unread, *found), key=lambda column: column.index)
    return replace(layout, unread=tuple(unread)) if found else layout
