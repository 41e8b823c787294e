"""Servers row by row, systems column by column, ticked where a server carries a system: read as a list of servers with their system.

The ticks of a row become the names of the systems in one column; a server with several of them is asked about like any cell
that names several. That the columns were joined is a sign for which the whole sheet is confirmed first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from inventory.collectors.columns.ticked_columns import TICKS, UNTICKED
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.rows.system_names import names_a_kind, reads_like_a_system
from inventory.collectors.workbooks.grid import Grid, Row

_HEAD, _BODY = 8, 60  # rows in which the headings may stand, and rows looked at below them
_FEWEST = 2  # systems that are columns
_ROLES = frozenset({"主", "备", "从", "主备", "是", "1", "*", "◆", "★", "▲"})  # what stands for a tick here
_EMPTY = frozenset({"否", "无", "0"})
_SERVERS = frozenset({"server_name", "host_name", "ip", "spec"})
_OWNER, _SERVER = "所属系统名称", "服务器名称"


@dataclass(frozen=True, slots=True)
class _Systems:
    """The row of the headings (from 0), the systems' names by column (from 0), and a bare 服务器 that heads the names."""

    row: int
    names: dict[int, str]
    server: int | None


def with_systems_joined(grid: Grid, words: Vocabulary) -> Grid:
    """The grid with the ticked columns of systems as one column of their names; the same grid where there are none."""
    head = list(islice(grid.rows(), _HEAD + _BODY))
    found = next(
        (one for at in range(min(_HEAD, len(head))) if (one := _systems_in(head, at, words)) is not None), None
    )
    if found is None:
        return grid
    emptied = grid.emptied_columns | frozenset(sorted(found.names)[1:])
    return replace(grid, rows=partial(_rows, grid, found), emptied_columns=emptied)


def _systems_in(head: Sequence[Row], at: int, words: Vocabulary) -> _Systems | None:
    row = head[at]
    names = {
        index: cell.strip() for index, cell in enumerate(row)
        if isinstance(cell, str) and reads_like_a_system(cell) and not names_a_kind(cell.strip()) and words.meaning((cell.strip(),)) is None
    }  # fmt: skip
    if len(names) < _FEWEST:
        return None
    below = [other for other in head[at + 1 :] if any(cell != "" for cell in other)]
    cells = [str(other[index]).strip() for other in below for index in names if index < len(other)]
    ticks = [cell for cell in cells if cell in TICKS | _ROLES]
    if len(ticks) < _FEWEST or not set(cells) <= TICKS | UNTICKED | _ROLES | _EMPTY:
        return None
    left = {index: words.meaning((cell.strip(),)) for index, cell in enumerate(row[: min(names)]) if isinstance(cell, str) and cell.strip()}  # fmt: skip
    meant = {index: meaning.field for index, meaning in left.items() if meaning is not None}
    if "sys_name" in meant.values() or not _SERVERS & set(meant.values()):
        return None
    bare = next((index for index, field in meant.items() if field == "spec" and str(row[index]).strip() in _BARE), None)
    return _Systems(at, names, None if {"server_name", "host_name"} & set(meant.values()) else bare)


_BARE = frozenset({"服务器", "主机", "机器", "虚拟机", "云主机", "设备"})


def _rows(grid: Grid, found: _Systems) -> Iterator[Row]:
    first, *others = sorted(found.names)
    for at, row in enumerate(grid.rows()):
        made = list(row)
        if at < found.row or len(made) <= first:
            yield made
            continue
        ticked = [
            name for index, name in found.names.items() if index < len(row) and _is_ticked(str(row[index]).strip())
        ]
        for index in others:
            if index < len(made):
                made[index] = ""
        made[first] = _OWNER if at == found.row else "、".join(ticked)
        if at == found.row and found.server is not None:
            made[found.server] = _SERVER
        yield made


def _is_ticked(text: str) -> bool:
    return text in TICKS or text in _ROLES
