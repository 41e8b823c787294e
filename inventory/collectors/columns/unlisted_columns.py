"""Columns that no list has and that were read by their own words or by their contents: a few of them are asked one by one.

One question for a whole sheet (sheet_questions.py) keeps all of its rows waiting. Where only a few columns are doubtful that
is too dear: the rows are taken without these columns, and each column is asked with the field that it seems to be. Where many
are, one question about the sheet is the shorter way for whoever answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from inventory.collectors.columns.agreement import agrees
from inventory.collectors.columns.heading_basis import basis_of
from inventory.collectors.columns.layout import NAMES, UNLISTED, Column, Layout, UnreadColumn
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.workbooks.grid import Row

MOST = 3  # columns asked one by one; a choice between questions answered and rows that wait, not a rule of any document


def with_unlisted_asked(layout: Layout, below: Sequence[Row], words: Vocabulary) -> Layout:
    """The layout without the few columns that no list has, each of which is asked; unchanged where they are many.

    What its words and its contents say alike is not asked (agreement.py). Names stay: without them no row can be taken. So does a column that was read as several fields: one answer cannot say that.
    """
    entries = Counter(column.index for column in layout.columns)
    unlisted = [
        column for column in layout.columns
        if not column.stands_in and column.index not in layout.answered and basis_of(column, layout, words) in ("words", "contents")
        and not agrees(column, layout, below, words)
    ]  # fmt: skip
    if not 0 < len(unlisted) <= MOST or any(
        c.field in NAMES or c.zone or c.place or entries[c.index] > 1 for c in unlisted
    ):
        return layout
    if not layout.names_something:
        return layout
    asked = [_asked(column) for column in unlisted]
    indexes = {column.index for column in unlisted}
    return replace(
        layout, columns=tuple(column for column in layout.columns if column.index not in indexes),
        unread=tuple(sorted((*layout.unread, *asked), key=lambda column: column.index)),
    )  # fmt: skip


def _asked(column: Column) -> UnreadColumn:
    return UnreadColumn(
        index=column.index, heading=column.heading, why="asked", suggestions=((column.field, UNLISTED),)
    )
