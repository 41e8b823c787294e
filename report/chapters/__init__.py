"""The chapters of the usage report: each a pure function from the view of the facts to figures and tables."""

from __future__ import annotations

from dataclasses import dataclass

from report.figures import Figure, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What one chapter adds to the report."""

    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
