"""Use by day in the workbook: one chart for each suspected system, with the rule's line, days without samples grey."""

from __future__ import annotations

from typing import Any

from catalogs.words import Language
from report.figures import Table
from report.sheets import Sheet, safe_text
from report.use_svg import GREY, NAVY, RED
from report.zombie_drawings import MOST_DRAWN

_ACROSS, _ROWS, _COLUMNS = 2, 13, 9  # charts side by side, and the cells that each takes
_DOWN = 3  # rows of charts on a printed page
_SIZE = {"width": 560, "height": 250}


def write_use_charts(book: Any, table: Table, place: Sheet, lang: Language) -> None:
    """A sheet of charts over the rows of `zombies.use`, in their order; nothing where there are none."""
    spans = _spans(table)
    if not spans:
        return
    sheet = book.add_worksheet("使用图" if lang == "zh" else "Use drawn")
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_h_pagebreaks(range(_DOWN * _ROWS, len(spans) * _ROWS, _DOWN * _ROWS))
    for number, (first, last) in enumerate(spans[:MOST_DRAWN]):
        row = table.rows[first]
        title = f"{row[2]} {row[0]}"
        chart = _chart(book, place, place.first + first, place.first + last, safe_text(title), lang)
        down, across = divmod(number, _ACROSS)
        sheet.insert_chart(down * _ROWS, across * _COLUMNS, chart)


def _spans(table: Table) -> list[tuple[int, int]]:
    """First and last row of each system; its days stand together."""
    found: list[tuple[int, int]] = []
    for number, row in enumerate(table.rows):
        if found and table.rows[found[-1][0]][0] == row[0]:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _chart(book: Any, place: Sheet, first: int, last: int, title: str, lang: Language) -> Any:
    def cells(key: str, step: int = 0) -> list[Any]:
        at = place.at[key] + step
        return [place.name, first, at, last, at]

    days = cells("day")
    gaps = book.add_chart({"type": "column"})
    gaps.add_series({
        "name": "没有采样" if lang == "zh" else "not measured", "categories": days, "values": cells("gap"), "gap": 0,
        "fill": {"color": GREY}, "border": {"none": True},
    })  # fmt: skip
    lines = book.add_chart({"type": "line"})
    lines.add_series({
        "name": "平均 CPU" if lang == "zh" else "mean CPU", "categories": days, "values": cells("cpu", 2), "y2_axis": True, "line": {"color": NAVY, "width": 1.5},
    })  # fmt: skip
    lines.add_series({
        "name": "闲置规则的界限" if lang == "zh" else "the idle rule's limit", "categories": days, "values": cells("line", 2), "y2_axis": True,
        "line": {"color": RED, "width": 1.25, "dash_type": "dash"},
    })  # fmt: skip
    gaps.combine(lines)
    gaps.set_title({"name": title, "name_font": {"size": 10}, "overlay": False})
    gaps.set_y_axis({"min": 0, "max": 1, "visible": False, "major_gridlines": {"visible": False}})
    lines.set_y2_axis(
        {"num_format": "0%", "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#d5dbe1"}}}
    )
    gaps.set_x_axis({"num_font": {"size": 8}, "interval_unit": max((last - first + 1) // 3, 1)})
    gaps.set_legend({"position": "bottom", "font": {"size": 8}})
    gaps.set_size(_SIZE)
    gaps.show_na_as_empty_cell()
    lines.show_na_as_empty_cell()
    return gaps
