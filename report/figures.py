"""What a report says, as data, before any layout: figures, tables, and the report that holds them.

A rate is never a bare number: it keeps its numerator and its denominator, and the renderers only divide and round for
display. What was not measured has no numerator; it prints `n/a`, never 0. The JSON form is
docs/reference/figures.schema.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from catalogs.words import Text

SCHEMA = "govcloud/figures/1"
Number = int | float

# How a number is shown. `ratio` is numerator ÷ denominator, shown as percent; all others are plain amounts.
Unit = Literal["ratio", "points", "count", "vcpu", "gib", "hours", "days"]
ColumnKind = Literal["text", "ratio", "points", "count", "vcpu", "gib", "hours", "days", "status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A rate inside a table: `numerator` ÷ `denominator`; both `None` where nothing was measured.

    `note` stands where the rate is a rule's and not measured (switched-off servers count as 0): it is shown in its place.
    """

    numerator: Number | None
    denominator: Number | None
    note: Text | None = None

    @property
    def value(self) -> float | None:
        """The rate, or `None` where it is not known or the denominator is 0."""
        return rate(self.numerator, self.denominator)


UNMEASURED = Share(numerator=None, denominator=None)
NOTHING = Text("无", "none")
Cell = Text | Share | str | int | float | None


def rate(numerator: Number | None, denominator: Number | None) -> float | None:
    """Numerator ÷ denominator; `None` where either is not known or the denominator is 0: never 0, never 100 %."""
    if numerator is None or not denominator:
        return None
    return numerator / denominator


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of the report, with all that is needed to derive it again.

    `denominator` is `None` for plain amounts. `covered` and `expected` count what was measured and what should have
    been (server hours, unless `basis` says otherwise). `origins` name files of the evidence bundle. `terms` stands on
    weighted sums only: pairs of weight and figure id, with numerator = Σ weight × rate and denominator 1. `detail` names the
    table and column whose rows add up to the number (or to numerator and denominator). `clause` is
    the id of a clause of the city's policy profile and `target` its figure. `why_unknown` says why there is no number,
    `note` why a number is not (wholly) a measured one; where nothing of it is, 0 % or a coverage of 100 %, it is shown in its place.
    """

    id: str
    label: Text
    unit: Unit
    basis: Text
    numerator: Number | None
    denominator: Number | None = None
    covered: Number | None = None
    expected: Number | None = None
    origins: tuple[str, ...] = ()
    terms: tuple[tuple[float, str], ...] = ()
    detail: tuple[str, str] | None = None
    clause: str | None = None
    target: float | None = None
    why_unknown: Text | None = None
    note: Text | None = None

    @property
    def value(self) -> Number | None:
        """The number itself (a ratio as 0–1), or `None` where it is not known."""
        return rate(self.numerator, self.denominator) if self.unit == "ratio" else self.numerator

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/figures.schema.json."""
        return {
            "id": self.id,
            "label": self.label.as_json(),
            "unit": self.unit,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
            "basis": self.basis.as_json(),
            "coverage": None if self.expected is None else {"covered": self.covered, "expected": self.expected},
            "origins": list(self.origins),
            "terms": [{"weight": weight, "figure": of} for weight, of in self.terms],
            "detail": None if self.detail is None else list(self.detail),
            "clause": self.clause,
            "target": self.target,
            "why_unknown": None if self.why_unknown is None else self.why_unknown.as_json(),
            **({} if self.note is None else {"note": self.note.as_json()}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    `sums` names the column of the detail table that this one adds up (see `Table.detail`). `formula` says how it follows
    from other columns of its row, `{after}-{before}`: workbooks write it as it stands.
    """

    key: str
    label: Text
    kind: ColumnKind = "text"
    sums: str | None = None
    formula: str | None = None

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/figures.schema.json."""
        return {
            "key": self.key,
            "label": self.label.as_json(),
            "kind": self.kind,
            "sums": self.sums,
            "formula": self.formula,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of the report.

    Where `detail` is set, each row adds up the rows of that table which agree with it in the columns `by` (pairs of own
    column and detail column): workbooks write those sums as formulas. `total` is the last row, 合计.
    """

    id: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    basis: Text
    origins: tuple[str, ...] = ()
    total: tuple[Cell, ...] | None = None
    detail: str | None = None
    by: tuple[tuple[str, str], ...] = ()
    empty: Text = NOTHING

    def index(self, key: str) -> int:
        """The place of a column.

        Raises:
            KeyError: the table has no such column.
        """
        for place, column in enumerate(self.columns):
            if column.key == key:
                return place
        raise KeyError(key)

    def column(self, key: str) -> tuple[Cell, ...]:
        """All cells of a column, without the total."""
        place = self.index(key)
        return tuple(row[place] for row in self.rows)

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/figures.schema.json."""
        return {
            "id": self.id,
            "title": self.title.as_json(),
            "columns": [column.as_json() for column in self.columns],
            "rows": [[_cell_json(cell) for cell in row] for row in self.rows],
            "total": None if self.total is None else [_cell_json(cell) for cell in self.total],
            "basis": self.basis.as_json(),
            "origins": list(self.origins),
            "detail": self.detail,
            "by": [list(pair) for pair in self.by],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report: head (who, when, from what), figures, tables.

    `head` has plain values that are printed but not calculated: period, as_of, profile. `warnings` is
    what a reader must know, `missing` what makes the report a partial one.
    """

    kind: str
    title: Text
    subtitle: Text
    head: Mapping[str, Text]
    figures: Mapping[str, Figure]
    tables: Mapping[str, Table]
    warnings: tuple[Text, ...] = ()
    missing: tuple[Text, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/figures.schema.json."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "title": self.title.as_json(),
            "subtitle": self.subtitle.as_json(),
            "head": {key: text.as_json() for key, text in self.head.items()},
            "warnings": [text.as_json() for text in self.warnings],
            "missing": [text.as_json() for text in self.missing],
            "parameters": dict(self.parameters),
            "figures": [figure.as_json() for figure in self.figures.values()],
            "tables": [table.as_json() for table in self.tables.values()],
        }


def by_id(figures: tuple[Figure, ...]) -> dict[str, Figure]:
    """Figures in their order, found by id.

    Raises:
        ValueError: two figures share an id.
    """
    found: dict[str, Figure] = {}
    for figure in figures:
        if figure.id in found:
            raise ValueError(f"two figures are called {figure.id}")
        found[figure.id] = figure
    return found


def _cell_json(cell: Cell) -> object:
    match cell:
        case Text():
            return cell.as_json()
        case Share():
            note = {} if cell.note is None else {"note": cell.note.as_json()}
            return {"numerator": cell.numerator, "denominator": cell.denominator, **note}
        case _:
            return cell
