"""The chart of daily use in the terminal: bars, the rule's line, gaps shaded; never wider than asked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.usage.chart import GAP, LINE, MARGIN, ROWS, use_chart

DAY = date(2026, 1, 1)


def bars(lines: list[str]) -> list[str]:
    return [line[MARGIN:] for line in lines[:ROWS]]


def test_bars_line_and_gaps() -> None:
    lines = use_chart([0.10, 0.05, None, 0.0, 0.001], DAY, line=0.05)
    assert bars(lines)[0] == "█ ░  "
    assert bars(lines)[-1] == "██░ ▁"
    assert LINE in bars(lines)[3]
    assert all(row[2] == GAP for row in bars(lines))
    assert lines[0].startswith("   10%│")
    assert "2026-01-01" in lines[-1]
    assert lines[-1].endswith("2026-01-05")


def test_days_are_joined_where_they_do_not_fit() -> None:
    lines = use_chart([0.2] * 200, DAY, line=0.05, width=80)
    assert max(map(len, lines)) <= 80
    assert lines[-1].endswith("2026-07-19")
    assert use_chart([None] * 90, DAY)[0].count(GAP) == 80 - MARGIN - 1, "all the room is used"
    assert use_chart([None] * 90, DAY, width=100)[0].count(GAP) == 90
    days = [0.1] * 30 + [None] * 30 + [0.1] * 30
    assert bars(use_chart(days, DAY))[0] == "█" * 24 + GAP * 24 + "█" * 24
    assert bars(use_chart([], DAY))[0] == ""


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 4)), max_size=120),
    st.one_of(st.none(), st.floats(0, 1)),
    st.integers(40, 120),
)
def test_any_use_fits(ratios: list[float | None], line: float | None, width: int) -> None:
    lines = use_chart(ratios, DAY, line=line, width=width)
    assert len(lines) == ROWS + 2
    assert max(map(len, lines)) <= width
    assert len({len(row) for row in lines[:ROWS]}) == 1


@pytest.mark.parametrize("ratio", [0.0001, 0.001, 0.01])
def test_used_is_never_drawn_as_unused(ratio: float) -> None:
    assert bars(use_chart([ratio, 1.0], DAY))[-1][0] == "▁"
