"""A heading with one column per option, ticked below: 是否涉密 → 是 | 否, 等保级别 → 一级 | 二级 | 三级.

Such columns are read as one column that holds the option ticked; with two ticks in a row it holds both options, and the
reader of the field asks. What is no tick is kept beside its option, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise

from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.cells.text_forms import folded
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.rows.row_kinds import lead_kind
from inventory.collectors.workbooks.grid import Grid, MergedRange, Row

TICKS = frozenset({"√", "✓", "✔", "☑", "■", "●", "V", "v", "Y", "y", "√√"})
UNTICKED = frozenset({"", "×", "✗", "✘", "x", "X", "□", "☐", "○", "/", "-", "—"})
_HEAD = 8  # rows in which such a heading may stand
_BODY = 60  # rows looked at below it
_LONGEST_OPTION = 12  # characters


@dataclass(frozen=True, slots=True)
class _Options:
    """A heading at `row` over columns `first` to `last` (from 0), and the options in the row below it."""

    row: int
    first: int
    last: int
    heading: str
    options: tuple[str, ...]


def with_ticks_joined(grid: Grid, words: Vocabulary) -> Grid:
    """The grid with every group of ticked columns as one column; the same grid where there is none."""
    head = list(islice(grid.rows(), _HEAD + _BODY))
    groups = [group for group in _candidates(grid, head, words) if _only_ticks(group, head)]
    if not groups:
        return grid
    joined = {(group.row, group.first, group.row, group.last) for group in groups}
    merges = tuple(area for area in grid.merges if area not in joined)
    for group in groups:  # options may be merged over further rows of headings
        below = [
            area for area in merges if area[0] == group.row + 1 and group.first <= area[1] <= area[3] <= group.last
        ]
        bottom = max((area[2] for area in below), default=group.row + 1)
        merges = (
            *(area for area in merges if area not in below),
            (group.row, group.first, bottom, group.first),
        )
    emptied = frozenset(at for group in groups for at in range(group.first + 1, group.last + 1))
    return replace(grid, rows=partial(_rows, grid, groups), merges=merges, emptied_columns=emptied)


def _candidates(grid: Grid, head: Sequence[Row], words: Vocabulary) -> Iterator[_Options]:
    """Headings known to the vocabulary over two or more short texts that mean nothing by themselves."""
    for top, left, bottom, right in grid.merges or _spans(head):
        if top != bottom or right == left or top + 2 >= len(head) or top >= _HEAD:
            continue
        heading = head[top][left]
        options = tuple(folded(str(cell)) for cell in head[top + 1][left : right + 1])
        if not isinstance(heading, str) or words.meaning((heading,)) is None or not all(options):
            continue
        own = sum(1 for option in options if words.meaning((heading, option)) is not None)
        if own * 2 < len(options) and all(len(option) <= _LONGEST_OPTION for option in options):
            yield _Options(top, left, right, heading, options)


def _spans(head: Sequence[Row]) -> Iterator[MergedRange]:
    """Where a format has no merges: a text, blanks on its right, and a text below each of them."""
    for top, (row, below) in enumerate(pairwise(head[: _HEAD + 1])):
        for left, cell in enumerate(row):
            right = left
            while right + 1 < min(len(row), len(below)) and row[right + 1] == "" and below[right + 1] != "":
                right += 1
            if cell != "" and right > left and below[left] != "":
                yield (top, left, top, right)


def _only_ticks(group: _Options, head: Sequence[Row]) -> bool:
    cells = {
        _plain(cell)
        for row in head[group.row + 2 :] if not _counts_ticks(row)
        for cell in row[group.first : group.last + 1]
    }  # fmt: skip
    return bool(cells & TICKS) and cells <= TICKS | UNTICKED


def _counts_ticks(row: Row) -> bool:
    """Whether a row sums up those above: the numbers in it are how many ticks there are."""
    first = next((cell for cell in row if isinstance(cell, str) and cell.strip()), "")
    return lead_kind(str(first).strip()) == "total"


def _plain(cell: Raw) -> str:
    return cell.strip() if isinstance(cell, str) else str(cell)


def _rows(grid: Grid, groups: Sequence[_Options]) -> Iterator[Row]:
    for at, row in enumerate(grid.rows()):
        copy = list(row)
        for group in groups:
            inside = copy[group.first : group.last + 1]
            blank: Row = [""] * len(inside)
            if at == group.row:
                copy[group.first : group.last + 1] = [_heading(group), *blank[1:]]
            elif at == group.row + 1:
                copy[group.first : group.last + 1] = [group.options[0], *blank[1:]]  # hidden by the merged heading
            elif at > group.row + 1:
                copy[group.first : group.last + 1] = [_ticked(group, inside), *blank[1:]]
        yield copy


def _heading(group: _Options) -> str:
    shown = "/".join(group.options)
    known = heading_key(group.heading).plain == heading_key(f"{group.heading}（{shown}）").plain
    return f"{group.heading}（{shown}）" if known else group.heading


def _ticked(group: _Options, cells: Sequence[Raw]) -> str:
    found: list[str] = []
    said: list[str] = []
    for option, cell in zip(group.options, cells, strict=False):
        text = _plain(cell)
        if text in TICKS:
            found.append(option)
        elif text not in UNTICKED:
            said.append(f"{option}：{text}")
    ticked = (
        [f"☑{option}" for option in found] if len(found) > 1 else found
    )  # several ticks: lists take all, others ask
    return "、".join([*ticked, *said])
