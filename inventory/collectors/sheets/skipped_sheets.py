"""Sheets that are not read: how many rows they have, and which of them an older edition of the same list is."""

from __future__ import annotations

import re

from inventory.collectors.workbooks.grid import Grid

# 2023年旧表（作废）, 旧版, 历史数据; what is merely dated is compared row by row
_OLD = re.compile(
    r"作废|废止|废弃|失效|旧表|旧版|旧数据|老表|老版|过期|历史(版本?|数据|表|台账)|往年|留底|已停用|不用了"
)


def is_superseded(grid: Grid) -> bool:
    """Whether a sheet's name says that it no longer holds."""
    return bool(_OLD.search(grid.name))


def rows_of(grid: Grid) -> int:
    """The rows of a sheet down to the last one with content, as they are counted where it is read."""
    last = 0
    for number, row in enumerate(grid.rows(), 1):
        if any(cell != "" and not (isinstance(cell, str) and cell.isspace()) for cell in row):
            last = number
    return last
