"""Two values in each cell, whose order the heading gives: 存储（已用/总量） above 3.2T/8T, CPU/内存 above 16/64, 运维单位及到期时间.

Such a column is read as two, each with the letters of the one that stands in the sheet. It is done only where every
cell of the first rows comes apart as the heading says; else the column is asked about as a whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from inventory.collectors.cells.cell_types import Raw, plain_text
from inventory.collectors.cells.quantities import factor
from inventory.collectors.columns.heading_keys import heading_key, value_key
from inventory.collectors.columns.layout import Column, Layout, UnreadColumn
from inventory.collectors.columns.vocabulary import Meaning, Vocabulary
from inventory.collectors.workbooks.grid import Grid, Row, letters
from inventory.fields import FIELDS

_FIGURES = frozenset({"cores", "size", "ratio"})
_NAMES = frozenset({"vendor", "ops_vendor"})
_OPEN = frozenset({"asked", "unknown"})
_FEWEST = 2  # cells that must come apart
_LISTED = re.compile(r"^(?P<base>[^()]*)\((?P<parts>[^()]+)\)$")
_BETWEEN = re.compile(r"[/、+]|以?及|和|与")
_PIECE = re.compile(r"^[约≈]?\s*\d+(\.\d+)?\s*([a-z%]{1,4}|核)?$", re.IGNORECASE)
_UNIT_BEHIND = re.compile(r"^(.{2,}?)(%|gb?|tb?|mb?|核)$", re.IGNORECASE)
_CUT_NAMES = re.compile(r"\s*[、,，;；]\s*|\s+")
_CUT = re.compile(r"\s*[/、,，;；]\s*|\s+")
_NUMBER_AND_UNIT = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)
# 2025年12月到期, 2024/6/30, 2026.5: a date, and what may be said of it
_DAY = re.compile(
    r"^(?:至|到|截止|有效期至)?\s*((?:19|20)\d\d(?:年(?:\d{1,2}月(?:\d{1,2}日)?)?|[-./]\d{1,2}(?:[-./]\d{1,2})?)?)\s*(?:到期|截止|止|底前|前)?$"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A column and the fields that its cells hold, in their order."""

    index: int
    heading: str
    meant: tuple[Meaning, ...]

    @property
    def is_named(self) -> bool:
        """Whether a name comes first and a date behind it."""
        return self.meant[0].field in _NAMES


def with_pairs_split(grid: Grid, head: Sequence[Row], layout: Layout, words: Vocabulary) -> tuple[Grid, Layout]:
    """The grid with the values of such cells in columns of their own behind the last one, and the layout that reads them."""
    below = head[layout.bottom + 1 :]
    merged = {area[1] for area in grid.merges if area[2] > layout.bottom and area[0] != area[2]}
    pairs: list[Pair] = []
    asked: list[Pair] = []
    taken = {column.field for column in layout.columns if column.field != "spec"}
    read = {column.index: column.field for column in layout.columns}
    for index in _candidates(layout):
        meant = None if index in merged or index in layout.answered else _meant(layout.levels.get(index, ()), words)
        if meant is None or not (taken - {read.get(index)}).isdisjoint(m.field for m in meant):
            continue
        pair = Pair(index, " / ".join(layout.levels[index]), meant)
        cells = [row[index] for row in below if index < len(row) and row[index] != ""]
        if read.get(index) == "spec" and all(map(_says_its_units, cells)):  # 16核/64G: understood as it is
            continue
        if len(cells) >= _FEWEST and all(_apart(cell, pair, words) is not None for cell in cells):
            pairs.append(pair)
            taken |= {m.field for m in meant}
        elif read.get(index) not in {None, "spec"}:  # it says two things: neither is taken for the other
            asked.append(pair)
    if not pairs and not asked:
        return grid, layout
    width = max(grid.width, *map(len, head))
    gone = {pair.index for pair in (*pairs, *asked)}
    columns = [column for column in layout.columns if column.index not in gone]
    unread = [column for column in layout.unread if column.index not in gone]
    for pair in asked:
        offered = tuple((one.field, 90) for one in pair.meant)
        unread.append(UnreadColumn(index=pair.index, heading=pair.heading, why="asked", suggestions=offered))
    for pair in pairs:
        unread.append(UnreadColumn(index=pair.index, heading=pair.heading, why="duplicate"))
        for one in pair.meant:
            columns.append(
                Column(index=width, field=one.field, heading=pair.heading, unit=one.unit, place=letters(pair.index))
            )
            width += 1
    return (
        replace(grid, rows=partial(_rows, grid, layout.bottom, width - sum(len(p.meant) for p in pairs), pairs, words)),
        replace(layout, columns=tuple(columns), unread=tuple(sorted(unread, key=lambda column: column.index))),
    )


def _candidates(layout: Layout) -> list[int]:
    unread = [column.index for column in layout.unread if column.why in _OPEN]
    read = [column for column in layout.columns if column.place is None and not column.stands_in]
    return sorted(unread + [c.index for c in read if c.field == "spec" or FIELDS[c.field].type in _FIGURES])


def _says_its_units(cell: Raw) -> bool:
    return all(
        re.search(r"[a-z核]\s*$", piece, re.IGNORECASE) for piece in _CUT.split(plain_text(cell).strip()) if piece
    )


def _meant(path: tuple[str, ...], words: Vocabulary) -> tuple[Meaning, ...] | None:
    """The fields that a heading names in order; `None` unless they are two or three figures, or a company and a date."""
    if not path:
        return None
    plain = "".join(unicodedata.normalize("NFKC", path[-1]).split())
    listed = _LISTED.match(plain)
    base, told = (listed["base"], listed["parts"]) if listed else (path[-2] if len(path) > 1 else "", plain)
    parts = [part for part in _BETWEEN.split(told) if part]
    if not 2 <= len(parts) <= 3:
        return None
    found: list[Meaning] = []
    for part in parts:
        above = base or (parts[0] if part != parts[0] else "")
        with_unit = _UNIT_BEHIND.sub(r"\1（\2）", part)  # CPU%
        meaning = (
            (words.meaning((above, part)) if above else None) or words.meaning((part,)) or words.meaning((with_unit,))
        )
        if meaning is None or meaning.field not in FIELDS:
            return None
        found.append(replace(meaning, unit=meaning.unit or heading_key(part).unit))
    types = [FIELDS[meaning.field].type for meaning in found]
    is_of_figures = all(type_ in _FIGURES for type_ in types)
    is_named = len(found) == 2 and found[0].field in _NAMES and types[1] == "date"
    distinct = len({meaning.field for meaning in found}) == len(found)
    return tuple(found) if distinct and (is_of_figures or is_named) else None


def _apart(cell: Raw, pair: Pair, words: Vocabulary) -> list[str] | None:
    """The values of a cell; `None` where it does not come apart as the heading says."""
    text = unicodedata.normalize("NFKC", plain_text(cell)).strip()
    if words.nothing.get(value_key(text)) is not None:
        return [text] * len(pair.meant)
    pieces = [piece for piece in (_CUT_NAMES if pair.is_named else _CUT).split(text) if piece]
    if pair.is_named:
        days = [day for piece in pieces if (day := _DAY.match(piece))]
        if len(pieces) == 1 and not days and not any(map(str.isdigit, text)):
            return [text, ""]
        return [pieces[0], days[0][1]] if len(pieces) == 2 and len(days) == 1 and not _DAY.match(pieces[0]) else None
    if len(pieces) != len(pair.meant) or not all(map(_PIECE.match, pieces)):
        return None
    return pieces if _is_possible(pieces, pair) else None


def _is_possible(pieces: Sequence[str], pair: Pair) -> bool:
    """Whether what is used is no more than what there is: else the order is not that of the heading."""
    fields = [meaning.field for meaning in pair.meant]
    if set(fields) != {"storage_used", "storage"}:
        return True
    sizes = []
    for piece, meaning in zip(pieces, pair.meant, strict=True):
        number = _NUMBER_AND_UNIT.search(piece)
        sizes.append(float(number[1]) * (factor(number[2] or meaning.unit or "g", "size") or 1) if number else 0.0)
    by_field = dict(zip(fields, sizes, strict=True))
    return by_field["storage_used"] <= by_field["storage"]


def _rows(grid: Grid, bottom: int, width: int, pairs: Sequence[Pair], words: Vocabulary) -> Iterator[Row]:
    rows = grid.rows()
    yield from islice(rows, bottom + 1)
    for row in rows:
        longer: Row = [*row, *[""] * (width - len(row))]
        for pair in pairs:
            cell = longer[pair.index]
            # A cell further down that does not come apart is given to the column of figures or dates, which asks about it.
            pieces = [""] * len(pair.meant) if cell == "" else _apart(cell, pair, words)
            whole = plain_text(cell)
            longer += pieces or ["" if pair.is_named and not at else whole for at in range(len(pair.meant))]
        yield longer
