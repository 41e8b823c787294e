"""Systems that take two or three rows each, below as many rows of headings: each row of a system answers its own headings.

`承建单位` stands above `运维单位` in one column, and so do their answers; the name is merged over both rows, or written
in the first. The rows of a system are laid side by side into one, and the places in what is found are turned back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise, takewhile

from inventory.collectors.cells.cells import ColumnReader
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.headings import find_layout
from inventory.collectors.columns.vocabulary import Meaning, Vocabulary
from inventory.collectors.forms.forms import Form
from inventory.collectors.sheets.sheet_account import Area
from inventory.collectors.workbooks.grid import Grid, Row
from inventory.fields import FIELDS

_LONGEST = 20_000  # rows of a sheet that is looked at; a longer one is a table
_HEADINGS_WITHIN = 12  # rows
_MOST = 3  # rows of one system
_FEWEST = 2  # columns with a heading of their own in each row
_SAMPLE = 200  # systems whose cells are compared with the headings


@dataclass(frozen=True, slots=True)
class _Stack:
    """Headings in rows `top` (from 0) and the `height` - 1 below it; the name stands in column `name` of the first.

    `mark` is the column that is filled in the first row of each system only: that of the names, or of the row numbers.
    """

    top: int
    height: int
    name: int
    mark: int


def stacked_form(grid: Grid, words: Vocabulary) -> Form | None:
    """The sheet with one row for each system; `None` for sheets of any other kind."""
    if grid.height > _LONGEST:
        return None
    head = [list(row) for row in islice(grid.rows(), _HEADINGS_WITHIN)]
    stack = _stack_in(head, grid, words)
    if stack is None:
        return None
    rows = [list(row) for row in islice(grid.rows(), _LONGEST)]
    starts = _starts(rows, stack)
    if len(starts) < _FEWEST or not _fits(rows, starts, stack, words):
        return None
    return _form(grid, rows, starts, stack, words)


def _stack_in(head: Sequence[Row], grid: Grid, words: Vocabulary) -> _Stack | None:
    across = {first for first, left, last, right in grid.merges if right > left}
    for top in range(len(head) - 1):
        for height in range(2, _MOST + 1):
            if top + height > len(head) or across & set(range(top, top + height)):
                continue
            found = _name_in(head[top : top + height], words)
            if found is not None and _stacked(head[top : top + height], words) >= _FEWEST:
                return _Stack(top, height, *found)
    return None


def _name_in(block: Sequence[Row], words: Vocabulary) -> tuple[int, int] | None:
    """The column whose heading is that of the systems' names, and the one with nothing below its heading in the block.

    Where another heading stands below that of the names (系统名称 over 承建单位), the row numbers mark the first rows.
    """
    meant = {at: meaning.field for at, cell in enumerate(block[0]) if (meaning := _meaning(cell, words)) is not None}
    name = next((at for at, field in meant.items() if field == "sys_name"), None)
    if name is None:
        return None
    alone = [at for at in meant if all(_cell(row, at) == "" for row in block[1:])]
    if name in alone:
        return name, name
    mark = next((at for at in alone if meant[at] == "serial"), None)
    return None if mark is None or _is_parent(block, name, words) else (name, mark)


def _stacked(block: Sequence[Row], words: Vocabulary) -> int:
    """How many columns have headings with meanings of their own in all rows of the block, that are no parent and child."""
    found = 0
    for at in range(max(map(len, block))):
        meant = [_meaning(_cell(row, at), words) for row in block]
        fields = {meaning.field for meaning in meant if meaning is not None}
        found += len(fields) == len(block) and not _is_parent(block, at, words)
    return found


def _is_parent(block: Sequence[Row], at: int, words: Vocabulary) -> bool:
    """Whether a heading is the parent of the one below it, as 承建单位 is of 联系人."""
    own = [str(_cell(row, at)).strip() for row in block]
    return any(
        (words.group_of(upper), heading_key(lower).plain) in words.below for upper, lower in pairwise(own) if words.group_of(upper)
    )  # fmt: skip


def _meaning(cell: object, words: Vocabulary) -> Meaning | None:
    return words.meaning((cell.strip(),)) if isinstance(cell, str) and cell.strip() else None


def _cell(row: Row, at: int) -> object:
    return row[at] if at < len(row) else ""


def _starts(rows: Sequence[Row], stack: _Stack) -> dict[int, int]:
    """The first row of each system, and how many rows it has; empty where one has more rows than there are headings, or most have fewer."""
    found: dict[int, int] = {}
    in_full = 0
    at = stack.top + stack.height
    while at < len(rows):
        below = rows[at + 1 : at + stack.height]
        if (
            _cell(rows[at], stack.mark) == ""
            or _cell(rows[at], stack.name) == ""
            or len(rows[at]) - rows[at].count("") < _FEWEST
        ):
            at += 1  # a total, a note, an empty row
            continue
        own = list(takewhile(lambda row: _cell(row, stack.mark) == "" and any(cell != "" for cell in row), below))
        found[at] = 1 + len(own)
        in_full += len(own) == stack.height - 1
        at += 1 + len(own)
        if at < len(rows) and len(own) == stack.height - 1 and _goes_on(rows[at], stack.mark):
            return {}  # a row more than there are headings
    return found if 2 * in_full >= len(found) else {}


def _goes_on(row: Row, mark: int) -> bool:
    """Whether a row without a name or number holds more than a note or a sign-off line does."""
    return _cell(row, mark) == "" and len(row) - row.count("") >= _FEWEST


def _fits(rows: Sequence[Row], starts: Mapping[int, int], stack: _Stack, words: Vocabulary) -> bool:
    """Whether the cells agree with the headings of their own rows at least as well as all of them do with the lowest ones."""
    own = lowest = 0
    for column in range(max(len(row) for row in rows[stack.top : stack.top + stack.height])):
        meant = [_meaning(_cell(rows[stack.top + level], column), words) for level in range(stack.height)]
        if any(meaning is None or meaning.field not in FIELDS for meaning in meant):
            continue
        readers = [ColumnReader(meaning.field, words, unit=meaning.unit) for meaning in meant if meaning is not None]
        for start, count in islice(starts.items(), _SAMPLE):
            for level, reader in enumerate(readers[:count]):
                value = _cell(rows[start + level], column)
                if value != "" and not isinstance(value, bool):
                    own += reader[value].issue is not None  # type: ignore[index]
                    lowest += readers[-1][value].issue is not None  # type: ignore[index]
    return own <= lowest


def _form(
    grid: Grid, rows: Sequence[Row], starts: Mapping[int, int], stack: _Stack, words: Vocabulary
) -> Form | None:  # fmt: skip
    """The table that the rows make, with the cells that stand below no heading of their own row beside it, to be asked about."""
    width = max((len(row) for row in rows), default=0)
    headings: dict[tuple[int, int], str] = {}
    for level in range(stack.height):
        for column in range(width):
            text = str(_cell(rows[stack.top + level], column)).strip()
            above = headings.get((0, column), "")
            has_content = any(
                _cell(rows[start + level], column) != "" for start, count in starts.items() if level < count
            )
            if text:
                headings[level, column] = text
            elif level and has_content:
                headings[level, column] = f"{above}第{level + 1}行"
            elif has_content:
                headings[level, column] = ""
    order = sorted(headings)
    table: list[Row] = [[headings[place] for place in order]]
    firsts: list[int] = []
    taken = {start + level for start, count in starts.items() for level in range(count)}
    for at in range(stack.top + stack.height, len(rows)):
        if at in starts:
            cells = [_cell(rows[at + level], column) if level < starts[at] else "" for level, column in order]
        elif at in taken or not any(cell != "" for cell in rows[at]):
            continue
        else:
            cells = [_cell(rows[at], column) if level == 0 else "" for level, column in order]
        table.append(cells)  # type: ignore[arg-type]
        firsts.append(at)
    hidden = frozenset(at + 2 for at, first in enumerate(firsts) if first + 1 in grid.hidden_rows)
    struck = frozenset(at + 2 for at, first in enumerate(firsts) if first + 1 in grid.struck_rows)
    made = Grid(
        name=grid.name, rows=partial(iter, table), width=len(order), height=len(table), visible=grid.visible, hidden_rows=hidden, struck_rows=struck,
        hidden_columns=frozenset(at for at, (_, column) in enumerate(order) if column in grid.hidden_columns),
        may_have_booleans=grid.may_have_booleans,
    )  # fmt: skip
    layout = find_layout(table[:1], (), words, hidden_columns=made.hidden_columns)
    if layout is None or not layout.names_something:
        return None
    return Form(
        grid=made, layout=layout, places=partial(_place, order, firsts, stack.top), area=partial(_area, firsts, starts, width),
        names=tuple((start, stack.name) for start in starts), kind="stacked",
    )  # fmt: skip


def _place(order: Sequence[tuple[int, int]], firsts: Sequence[int], top: int, row: int, column: int) -> tuple[int, int]:
    level, at = order[column] if column < len(order) else (0, column)
    return (firsts[row - 1] if 1 <= row <= len(firsts) else top) + level, at


def _area(firsts: Sequence[int], starts: Mapping[int, int], width: int, row: int) -> Area:
    first = firsts[row - 1]
    return first + 1, 1, first + starts.get(first, 1), width
