"""What all sheets of a workbook share: pages, formulas of rates, the chart of use by day."""

from __future__ import annotations

from typing import Any

from catalogs.words import Language
from report.figures import Table
from report.sheets import Sheet, a1, say

_A4, _A3 = 9, 8
LINE_POINTS = 14
NOTE_WIDTH = 24  # of a column with a note in the place of a rate: in a narrower one it is shown as ####
_A4_CHARACTERS, _A3_CHARACTERS = 240, 340
"""Widths in characters that print on one landscape page at about 60 %, which is still readable; offices have A3 too."""


def set_print(sheet: Any, characters: int, keep_columns: int) -> None:
    """Landscape, the heading on every page; as many pages side by side as keep it readable, each with the first columns."""
    sheet.set_landscape()
    sheet.repeat_rows(0)
    wide = characters > _A4_CHARACTERS
    across = -(-characters // _A3_CHARACTERS) if wide else 1
    sheet.set_paper(_A3 if wide else _A4)
    sheet.fit_to_pages(across, 0)
    if across > 1:
        sheet.repeat_columns(0, keep_columns - 1)


def cached(value: float | None) -> float | str:
    """What a viewer shows that does not calculate."""
    return "n/a" if value is None else value


def ratio_formula(
    sheet: Any, row: int, at: int, numerator: int, denominator: int, value: float | None, looks: Any
) -> None:
    """Numerator ÷ denominator; `n/a` where one of them is empty or the denominator is 0."""
    top, bottom = a1(row, numerator), a1(row, denominator)
    formula = f'=IF(OR({top}="",N({bottom})=0),"n/a",{top}/{bottom})'
    sheet.write_formula(row, at, formula, looks, cached(value))


def days_chart(book: Any, table: Table, place: Sheet, lang: Language) -> Any:
    """Use by day as lines; a day on which nothing was measured is a gap."""
    chart = book.add_chart({"type": "line"})
    for key in ("cpu", "memory", "storage"):
        at = place.at[key] + 2
        label = table.columns[table.index(key)].label
        chart.add_series({
            "name": say(label, lang), "categories": [place.name, place.first, 0, place.last, 0],
            "values": [place.name, place.first, at, place.last, at],
        })  # fmt: skip
    chart.set_title({"name": say(table.title, lang)})
    chart.set_y_axis({"num_format": "0%", "min": 0})
    chart.set_size({"width": 860, "height": 380})
    chart.show_na_as_empty_cell()
    return chart
