"""Weeks as people write them, those in a row as a range."""

from __future__ import annotations

from collections.abc import Iterable

from catalogs.weeks import Week


def week_runs(first_week: Week, numbers: Iterable[int], most: int | None = None) -> list[str]:
    """Weeks counted from `first_week`: `2026-W23–2026-W35` for a run, `2026-W40` for one alone.

    Args:
        first_week: week 0.
        numbers: the weeks, in any order.
        most: of more runs than these only the first ones, and `…`.
    """
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    shown = runs if most is None else runs[:most]
    said = [f"{first_week + a}" if a == b else f"{first_week + a}–{first_week + b}" for a, b in shown]
    return [*said, "…"] if len(shown) < len(runs) else said
