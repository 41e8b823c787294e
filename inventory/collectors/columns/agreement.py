"""Whether a heading understood by its own words and what stands below it say the same: then there is nothing to ask.

Two witnesses that do not know of each other: the words of the heading name one field and, among all fields whose contents
look alike, no other; and nearly all cells are read as that field without a question. Words about people, places and firms
have no such second witness, for a text may be anything: they are asked as before.
"""

from __future__ import annotations

from collections.abc import Sequence

from inventory.collectors.cells.cells import ColumnReader
from inventory.collectors.columns.heading_basis import basis_of
from inventory.collectors.columns.layout import Column, Layout
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS

_STRICT = frozenset(
    {"date", "cores", "size", "count", "money", "ratio", "bandwidth", "level", "addresses", "urls", "number"}
)
_KIND_UNSAID = frozenset(
    {"vm_count", "phys_count"}
)  # how many machines: whether virtual or physical is another question
_READ = 0.8  # share of the cells that are read without a question
_FEWEST = 2  # cells that are needed to say so
_RIVAL = 0.6  # of its likeness: as much of another field of the same type makes the heading doubtful


def agrees(column: Column, layout: Layout, below: Sequence[Row], words: Vocabulary) -> bool:
    """Whether the words of a heading leave one field among those of its type, and its cells are read as that.

    Args:
        column: read by words of its own (`basis_of`).
        layout: the headings.
        below: the first rows below them.
        words: the vocabulary.
    """
    if not is_checked(column) or basis_of(column, layout, words) != "words":
        return False
    return is_unrivalled(column, layout, words) and is_read(column, below, words)


def is_checked(column: Column) -> bool:
    """Whether what stands below a column can bear witness: figures, dates, addresses; not texts, people and kinds of machines."""
    return FIELDS[column.field].type in _STRICT and column.field not in _KIND_UNSAID


def is_unrivalled(column: Column, layout: Layout, words: Vocabulary) -> bool:
    """Whether no other field whose contents look the same is nearly as likely by the heading's words."""
    path = layout.levels.get(column.index)
    likely = words.likely(path) if path else {}
    own = likely.get(column.field, 0.0)
    kind = FIELDS[column.field].type
    rivals = [score for name, score in likely.items() if name != column.field and FIELDS[name].type == kind]
    return own > 0 and max(rivals, default=0.0) < _RIVAL * own


def is_read(column: Column, below: Sequence[Row], words: Vocabulary) -> bool:
    """Whether nearly all cells of a column are read as its field without a question."""
    reader = ColumnReader(column.field, words, unit=column.unit)
    cells = [row[column.index] for row in below if column.index < len(row) and row[column.index] != ""]
    told = [reader[cell] for cell in cells if not isinstance(cell, bool)]
    held = [cell for cell in told if cell.value is not None or cell.issue is not None]
    fit = sum(1 for cell in held if cell.issue is None)
    return fit >= _FEWEST and fit >= _READ * len(held)
