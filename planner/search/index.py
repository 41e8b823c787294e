"""Where a number stands in a row of tables (flat.py); compiled."""

from __future__ import annotations

from planner.search.compiled import inner
from planner.search.flat import HEADER, Numbers


@inner
def ix(row: Numbers, table: int, line: int, column: int) -> int:
    """Where a table's number stands in a row."""
    return row[HEADER + 2 * table] + line * row[HEADER + 2 * table + 1] + column  # type: ignore[no-any-return]
