"""Use by day as a chart of characters: bars, the rule's line, shaded gaps; fits 80 columns and needs no colour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import ceil

ROWS = 8
MARGIN = 7  # characters left of the chart: the axis
EIGHTHS = " ▁▂▃▄▅▆▇█"
GAP, LINE = "░", "╌"


def use_chart(
    ratios: Sequence[float | None], first_on: date, *, line: float | None = None, width: int = 80
) -> list[str]:
    """The lines of a chart.

    Args:
        ratios: means of each day, 0–1; `None` where nothing was measured: shaded, never drawn as zero.
        first_on: the first day.
        line: the rule's limit; drawn where no bar covers it.
        width: columns that the chart may take, its axis included.
    """
    count = min(len(ratios), max(width - MARGIN - 1, 1))  # columns; of one day or several, as evenly as they go
    edges = [place * len(ratios) // count for place in range(count + 1)] if count else [0]
    columns = [_mean(ratios[start:end]) for start, end in pairwise(edges)]
    top = _top([value for value in (*columns, line) if value is not None])
    marked = None if line is None else min(int(line / top * ROWS), ROWS - 1)
    drawn = [_row(row, columns, top, marked) for row in range(ROWS - 1, -1, -1)]
    last_on = first_on + timedelta(days=max(len(ratios) - 1, 0))
    dates = f"{first_on.isoformat()}{last_on.isoformat():>{max(len(columns) - 10, 11)}}"
    return [*drawn, f"{'':>{MARGIN - 1}}└{'─' * len(columns)}", f"{'':>{MARGIN}}{dates}"]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _top(values: Sequence[float]) -> float:
    """The top of the axis: 10, 20, 50 or 100 %, or the next tenth above."""
    highest = max(values, default=0.0)
    return next((top for top in (0.1, 0.2, 0.5, 1.0) if highest <= top), ceil(highest * 10) / 10)


def _row(row: int, columns: Sequence[float | None], top: float, marked: int | None) -> str:
    share = f"{top * (row + 1) / ROWS * 100:.3g}%" if row in (ROWS - 1, ROWS // 2 - 1) else ""
    cells = "".join(_cell(row, value, top, on_line=row == marked) for value in columns)
    return f"{share:>{MARGIN - 1}}│{cells}"


def _cell(row: int, value: float | None, top: float, *, on_line: bool) -> str:
    if value is None:
        return GAP
    eighths = round(value / top * ROWS * 8) - row * 8
    if value > 0 and row == 0:
        eighths = max(eighths, 1)  # used is never drawn as unused
    if eighths <= 0 and on_line:
        return LINE
    return EIGHTHS[min(max(eighths, 0), 8)]
