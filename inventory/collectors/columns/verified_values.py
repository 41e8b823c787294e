"""Two columns of one thing, as reported and as verified: the verified value is read, the reported one only where that says 同左."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.columns.layout import MANY, Column, Layout, UnreadColumn
from inventory.collectors.columns.verified_words import is_original, is_verified, is_verified_by_itself, says_unchanged
from inventory.collectors.columns.vocabulary import Meaning, Vocabulary
from inventory.collectors.workbooks.grid import Grid, Row
from inventory.fields import FIELDS


@dataclass(frozen=True, slots=True)
class _Two:
    """Columns, from 0, of one field: as reported and as verified."""

    meaning: Meaning
    original: int
    verified: int


def holding(original: Raw, verified: Raw) -> Raw | None:
    """The value that holds of two; `None` where something was reported and nothing stands in the verified cell: not known."""
    if isinstance(verified, str) and says_unchanged(verified):
        return original
    return None if verified == "" and original != "" else verified


def with_verified(grid: Grid, layout: Layout, words: Vocabulary) -> tuple[Grid, Layout]:
    """The grid whose verified cells have what 同左 means, and the layout that reads them.

    Where a verified cell is left blank beside a reported value, nobody can tell which holds: both columns are asked about.
    """
    filled: list[_Two] = []
    for two in _pairs(layout, words):
        if {two.original, two.verified} & layout.answered:
            read = any(column.index == two.verified for column in layout.columns)
            filled += [two] if read else []
            continue
        rows = islice(grid.rows(), layout.bottom + 1, None)
        if all(holding(_cell(row, two.original), _cell(row, two.verified)) is not None for row in rows):
            layout = _with_verified_read(layout, two)
            filled.append(two)
        else:
            layout = _with_both_asked(layout, two)
    return (replace(grid, rows=partial(_rows, grid, layout.bottom, filled)), layout) if filled else (grid, layout)


def _pairs(layout: Layout, words: Vocabulary) -> list[_Two]:
    meant: dict[str, list[tuple[int, Meaning]]] = {}
    for index, path in sorted(layout.levels.items()):
        bare = tuple(text for text in path if not (is_original(text) or is_verified(text)))
        meaning = words.meaning(path) or (words.meaning(bare) if bare else None)
        if meaning is not None and meaning.field in FIELDS and meaning.field != "sys_name":
            meant.setdefault(meaning.field, []).append((index, meaning))
    found = []
    for field, columns in meant.items():
        verified = [(index, own) for index, own in columns if _any(is_verified, layout, index)]
        others = [index for index, _ in columns if index not in {at for at, _ in verified}]
        if len(verified) != 1 or len(others) != 1:
            continue
        (index, meaning), other = verified[0], others[0]
        by_itself = field not in MANY and field != "remark" and _any(is_verified_by_itself, layout, index)
        if _any(is_original, layout, other) or by_itself:
            found.append(_Two(meaning, other, index))
    return found


def _any(says: Callable[[str], bool], layout: Layout, index: int) -> bool:
    return any(says(text) for text in layout.levels[index])


def _with_verified_read(layout: Layout, two: _Two) -> Layout:
    ours = {two.original, two.verified}
    stand_ins = [replace(c, index=two.verified) for c in layout.columns if c.index in ours and c.stands_in]
    kept = [column for column in layout.columns if column.index not in ours]
    heading = " / ".join(layout.levels[two.verified])
    read = Column(index=two.verified, field=two.meaning.field, heading=heading, unit=two.meaning.unit)
    unread = [column for column in layout.unread if column.index not in ours]
    unread.append(UnreadColumn(index=two.original, heading=" / ".join(layout.levels[two.original]), why="duplicate"))
    return replace(
        layout, columns=tuple(sorted((*kept, read, *stand_ins), key=lambda column: column.index)),
        unread=tuple(sorted(unread, key=lambda column: column.index)),
    )  # fmt: skip


def _with_both_asked(layout: Layout, two: _Two) -> Layout:
    ours = (two.original, two.verified)
    asked = [
        UnreadColumn(index=at, heading=" / ".join(layout.levels[at]), why="asked", suggestions=((two.meaning.field, 100),)) for at in ours
    ]  # fmt: skip
    unread = [column for column in layout.unread if column.index not in ours]
    return replace(
        layout, columns=tuple(column for column in layout.columns if column.index not in ours),
        unread=tuple(sorted((*unread, *asked), key=lambda column: column.index)),
    )  # fmt: skip


def _cell(row: Row, at: int) -> Raw:
    return row[at] if at < len(row) else ""


def _rows(grid: Grid, bottom: int, pairs: Sequence[_Two]) -> Iterator[Row]:
    rows = grid.rows()
    yield from islice(rows, bottom + 1)
    for row in rows:
        filled: Row = list(row)
        for two in pairs:
            cell = _cell(row, two.verified)
            if isinstance(cell, str) and says_unchanged(cell):
                filled[two.verified] = _cell(row, two.original)
        yield filled
