"""Many tables in one row of numbers, so that compiled functions take few arguments.

Compiling a function costs in proportion to the arrays it takes; the search's functions take four rows instead of fifty
tables. A row begins with HEADER places for single numbers, then an (offset, width) pair per table, then the tables.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

HEADER = 8


def pack(single: Sequence[int], tables: Sequence[NDArray[np.integer]]) -> tuple[Numbers, list[Numbers]]:
    """One row with all tables in it, and each table as a view of its part."""
    first = HEADER + 2 * len(tables)
    row = np.zeros(first + sum(table.size for table in tables), np.int64)
    row[: len(single)] = single
    views: list[Numbers] = []
    place = first
    for number, table in enumerate(tables):
        width = int(table.shape[1]) if table.ndim == 2 else 1
        row[HEADER + 2 * number], row[HEADER + 2 * number + 1] = place, width
        view = row[place : place + table.size].reshape(table.shape)
        view[...] = table
        views.append(view)
        place += table.size
    return row, views
