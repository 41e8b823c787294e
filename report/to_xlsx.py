"""A report as a workbook whose rates are formulas: numerators and denominators are cells, sums go down to each server.

Text from anywhere is written as text, never as a formula or a link. The same report gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from catalogs.words import Language, Text
from report.figures import Cell, Column, Figure, Report, Share, Table, rate
from report.sheets import SHEETS, Formats, Sheet, a1, formats, safe_text, say
from report.use_charts import write_use_charts
from report.xlsx_cells import LINE_POINTS, NOTE_WIDTH, cached, days_chart, ratio_formula, set_print

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_FIGURE_COLUMNS = (
    ("编号", "id", 26), ("指标", "figure", 34), ("分子", "numerator", 16), ("分母", "denominator", 16), ("数值", "value", 12),
    ("单位", "unit", 10), ("已测得", "covered", 14), ("应测得", "expected", 14), ("覆盖率", "coverage", 10), ("目标", "target", 9),
    ("口径", "basis", 70), ("证据文件", "evidence", 30), ("条款", "clause", 10), ("未知或未测得的原因", "why unknown or not measured", 26),
)  # fmt: skip
_UNITS = {
    "ratio": Text("%", "%"), "points": Text("百分点", "points"), "count": Text("个（台）", "count"), "vcpu": Text("核", "vCPU"),
    "gib": Text("GiB", "GiB"), "hours": Text("小时", "hours"), "days": Text("天", "days"),
}  # fmt: skip


def to_xlsx(report: Report, lang: Language, *, root_sha256: str, version: str, created_at: datetime) -> bytes:
    """The whole workbook.

    Args:
        report: figures and tables.
        lang: language of headings and texts.
        root_sha256: root hash of the evidence bundle, printed on the first sheet.
        version: of this program.
        created_at: the report's `as_of`; stands in the file's properties.
    """
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties(
            {"title": say(report.title, lang), "created": created_at.replace(tzinfo=None), "comments": root_sha256}
        )
        book.set_calc_mode("auto")
        writer = _Writer(book=book, report=report, lang=lang, formats=formats(book))
        writer.cover(root_sha256, version)
        for table_id, name in SHEETS.items():
            if table_id in report.tables:
                writer.plan(report.tables[table_id], say(name, lang))
        writer.figures()
        for table_id in writer.sheets:
            writer.table(report.tables[table_id])
        if "zombies.use" in writer.sheets:
            write_use_charts(book, report.tables["zombies.use"], writer.sheets["zombies.use"], lang)
    return stream.getvalue()


@dataclass(slots=True, kw_only=True)
class _Writer:
    """The book being written; `sheets` knows where each table stands, so that formulas can point there."""

    book: Workbook
    report: Report
    lang: Language
    formats: Formats
    sheets: dict[str, Sheet] = field(default_factory=dict)

    def cover(self, root: str, version: str) -> None:
        """Who, when, from what, and how to check it."""
        sheet = self.book.add_worksheet("封面" if self.lang == "zh" else "Cover")
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 1)
        sheet.set_row(0, 34)
        sheet.set_row(1, 26)
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, 1, 96)
        sheet.write_string(0, 0, say(self.report.title, self.lang), self.formats.title)
        sheet.write_string(1, 0, say(self.report.subtitle, self.lang), self.formats.subtitle)
        head = self.report.head
        rows = [
            (Text("报告期", "Period"), head["period"]), (Text("数据截至", "Seen as of"), head["as_of"]), (Text("依据", "Profile"), head["profile"]),
            (Text("证据根哈希", "Evidence root"), Text(root, root)), (Text("程序版本", "Program"), Text(f"govcloud {version}", f"govcloud {version}")),
            *((Text("请注意", "Note"), warning) for warning in (*self.report.warnings, *self.report.missing)),
            (Text("怎样核对", "How to check"), Text(
                "各表的比率都是公式：分子、分母各占一格；单位、区域、系统的合计由“云主机”表逐台相加。n/a 表示没有测得，不是 0。",
                "All rates are formulas over numerator and denominator cells; sums by unit, zone and system add up the sheet of servers. n/a was not measured; it is not 0.")),
            (Text("编制", "Prepared by"), Text("", "")), (Text("审核", "Reviewed by"), Text("", "")), (Text("日期", "Date"), Text("", "")),
        ]  # fmt: skip
        for place, (label, text) in enumerate(rows, start=3):
            sheet.write_string(place, 0, say(label, self.lang), self.formats.label)
            sheet.write_string(place, 1, safe_text(say(text, self.lang)), self.formats.wrapped)

    def plan(self, table: Table, name: str) -> None:
        """Decide where every cell of a table will stand, before any formula is written."""
        groupings = [other for other in self.report.tables.values() if other.detail == table.id]
        self.sheets[table.id] = Sheet.of(table, name, groupings)

    # --- figures --------------------------------------------------------------------------------------------

    def figures(self) -> None:
        """Every figure in one sheet, its value a formula."""
        sheet = self.book.add_worksheet("指标" if self.lang == "zh" else "Figures")
        known = list(self.report.figures.values())
        rows = {figure.id: place for place, figure in enumerate(known, start=1)}
        for place, (zh, en, width) in enumerate(_FIGURE_COLUMNS):
            sheet.write_string(0, place, zh if self.lang == "zh" else en, self.formats.heading)
            noted = place == 4 and any(figure.note is not None for figure in known)
            sheet.set_column(place, place, NOTE_WIDTH if noted else width)
        sheet.freeze_panes(1, 2)
        set_print(sheet, sum(width for *_, width in _FIGURE_COLUMNS), 2)
        for figure in known:
            self._figure(sheet, rows[figure.id], figure, rows)
        sheet.conditional_format(1, 4, len(known), 4, self.formats.tiny)
        sheet.conditional_format(1, 4, len(known), 4, self.formats.nearly)

    def _figure(self, sheet: Any, row: int, figure: Figure, rows: Mapping[str, int]) -> None:
        texts = {
            0: figure.id, 1: say(figure.label, self.lang), 5: say(_UNITS[figure.unit], self.lang), 10: say(figure.basis, self.lang),
            11: "、".join(figure.origins), 12: figure.clause or "", 13: "".join(say(text, self.lang) for text in (figure.why_unknown or figure.note,) if text),
        }  # fmt: skip
        for column, text in texts.items():
            sheet.write_string(row, column, safe_text(text), self.formats.wrapped)
        self._parts(sheet, row, figure, rows)
        for column, number in ((6, figure.covered), (7, figure.expected)):
            if number is not None:
                sheet.write_number(row, column, number, self.formats.number(number))
        if figure.expected is not None:
            ratio_formula(sheet, row, 8, 6, 7, rate(figure.covered, figure.expected), self.formats.ratio)
        if figure.target is not None:
            sheet.write_number(row, 9, figure.target, self.formats.ratio)

    def _parts(self, sheet: Any, row: int, figure: Figure, rows: Mapping[str, int]) -> None:
        """Numerator, denominator and value; as formulas over other figures or over the rows of a table where they add up."""
        detail = None if figure.detail is None else self.sheets[figure.detail[0]]
        if figure.terms:
            values = ",".join(a1(rows[of], 4) for _, of in figure.terms)
            total = "+".join(f"{weight:.12g}*{a1(rows[of], 4)}" for weight, of in figure.terms)
            formula = f'=IF(COUNT({values})<{len(figure.terms)},"n/a",{total})'
            sheet.write_formula(row, 4, formula, self._looks(figure), cached(figure.value))
            return
        if detail is not None and figure.detail is not None:
            numerator, denominator = detail.spans(figure.detail[1])
            for column, span, value in ((2, numerator, figure.numerator), (3, denominator, figure.denominator)):
                if span:
                    sheet.write_formula(row, column, f"=SUM({span})", self.formats.number(value), value or 0)
        else:
            for column, value in ((2, figure.numerator), (3, figure.denominator)):
                if value is not None:
                    sheet.write_number(row, column, value, self.formats.number(value))
        if figure.unit == "ratio":
            ratio_formula(sheet, row, 4, 2, 3, figure.value, self._looks(figure))
        elif figure.unit == "points":
            formula = f'=IF({a1(row, 2)}="","n/a",100*{a1(row, 2)})'
            sheet.write_formula(
                row, 4, formula, self.formats.fraction, "n/a" if figure.value is None else 100 * figure.value
            )
        else:
            formula = f'=IF({a1(row, 2)}="","n/a",{a1(row, 2)})'
            sheet.write_formula(row, 4, formula, self.formats.number(figure.value), cached(figure.value))

    # --- tables ---------------------------------------------------------------------------------------------

    def table(self, table: Table) -> None:
        """One table on its sheet: a heading line, the rows, the total, and the basis below."""
        place = self.sheets[table.id]
        sheet = self.book.add_worksheet(place.name)
        self._headings(sheet, table, place)
        for row, cells in enumerate(table.rows, start=place.first):
            for column, cell in zip(table.columns, cells, strict=True):
                self._cell(sheet, row, column, cell, place, table)
            lines = place.lines(table, cells, self.lang)
            if lines > 1:
                sheet.set_row(row, lines * LINE_POINTS)  # LibreOffice does not find the height of wrapped text itself
            for group, numbers in place.groups.items():
                sheet.write_number(row, place.group_at[group], numbers[row - place.first], self.formats.whole)
        below = place.last + 1
        if table.total is not None:
            for column, cell in zip(table.columns, table.total, strict=True):
                self._total(sheet, below, column, cell, place)
            below += 1
        for column in table.columns:
            if column.kind == "ratio" and table.rows:
                at = place.at[column.key] + 2
                sheet.conditional_format(place.first, at, below, at, self.formats.tiny)
                sheet.conditional_format(place.first, at, below, at, self.formats.nearly)
        note = say(table.basis, self.lang) if table.rows else say(table.empty, self.lang)
        sheet.write_string(below + 1, 0, safe_text(note), self.formats.note)
        if table.id == "use.days" and table.rows:
            sheet.insert_chart(1, place.width + 1, days_chart(self.book, table, place, self.lang))

    def _headings(self, sheet: Any, table: Table, place: Sheet) -> None:
        words = ("分子", "分母") if self.lang == "zh" else ("numerator", "denominator")
        for column in table.columns:
            at = place.at[column.key]
            label = say(column.label, self.lang)
            if column.kind == "ratio":
                for step, word in enumerate(words):
                    sheet.write_string(0, at + step, f"{label} {word}", self.formats.heading)
                    sheet.set_column(at + step, at + step, 15)
                at += 2
            sheet.write_string(0, at, label, self.formats.heading)
            sheet.set_column(at, at, place.text_width(column, self.lang))
        for group, at in place.group_at.items():
            title = say(self.report.tables[group].title, self.lang)
            sheet.write_string(0, at, f"{title}{'：行号' if self.lang == 'zh' else ': row'}", self.formats.heading)
        sheet.set_row(0, max(place.heading_lines(table, self.lang) * LINE_POINTS + 4, 32))
        sheet.freeze_panes(1, 1)
        widths = [place.text_width(c, self.lang) + (30 if c.kind == "ratio" else 0) for c in table.columns]
        set_print(sheet, sum(widths) + 9 * len(place.group_at), 1)
        if table.rows:
            sheet.autofilter(0, 0, place.last, place.width - 1)

    def _cell(self, sheet: Any, row: int, column: Column, cell: Cell, place: Sheet, table: Table) -> None:
        at = place.at[column.key]
        sums = self.sheets[table.detail] if table.detail and column.sums else None
        if isinstance(cell, Share):
            self._share(sheet, row, at, cell, sums.group_spans(column.sums or "", table.id) if sums else None, place)
        elif sums is not None and isinstance(cell, int | float):
            numbers, groups = sums.group_spans(column.sums or "", table.id)[::2]
            sheet.write_formula(
                row, at, f"=SUMIFS({numbers},{groups},{row - place.first + 1})", self.formats.number(cell), cell
            )
        elif column.formula is not None and isinstance(cell, int | float):
            names = {key: a1(row, found) for key, found in place.at.items()}
            sheet.write_formula(row, at, "=" + column.formula.format(**names), self.formats.number(cell), cell)
        else:
            self._plain(sheet, row, at, column, cell)

    def _share(
        self, sheet: Any, row: int, at: int, cell: Share, spans: tuple[str, str, str] | None, place: Sheet
    ) -> None:
        if spans:
            numbers, denominators, groups = spans
            key = row - place.first + 1
            total = f"SUMIFS({denominators},{groups},{key})"
            sheet.write_formula(
                row,
                at,
                f'=IF({total}=0,"",SUMIFS({numbers},{groups},{key}))',
                self.formats.number(cell.numerator),
                "" if cell.numerator is None else cell.numerator,
            )
            sheet.write_formula(row, at + 1, f"={total}", self.formats.number(cell.denominator), cell.denominator or 0)
        else:
            for step, number in enumerate((cell.numerator, cell.denominator)):
                if number is not None:
                    sheet.write_number(row, at + step, number, self.formats.number(number))
        ratio_formula(sheet, row, at + 2, at, at + 1, cell.value, self._looks(cell))

    def _looks(self, one: Share | Figure) -> Any:
        """Percent, or the note of a rate that is not measured."""
        return self.formats.rate(one.value, None if one.note is None else say(one.note, self.lang))

    def _plain(self, sheet: Any, row: int, at: int, column: Column, cell: Cell) -> None:
        match cell:
            case None:
                blank = "/" if column.kind in ("text", "status") else "n/a"
                sheet.write_string(row, at, blank, self.formats.missing)
            case Text():
                sheet.write_string(row, at, safe_text(say(cell, self.lang)), self.formats.wrapped)
            case str():
                sheet.write_string(row, at, safe_text(cell), self.formats.wrapped)
            case int() | float():
                sheet.write_number(row, at, cell, self.formats.number(cell))

    def _total(self, sheet: Any, row: int, column: Column, cell: Cell, place: Sheet) -> None:
        at = place.at[column.key]
        if isinstance(cell, Share):
            for step, number in enumerate((cell.numerator, cell.denominator)):
                if column.sums:
                    sheet.write_formula(
                        row, at + step, f"=SUM({place.span(at + step)})", self.formats.total, number or 0
                    )
                elif number is not None:
                    sheet.write_number(row, at + step, number, self.formats.total)
            ratio_formula(sheet, row, at + 2, at, at + 1, cell.value, self._looks(cell))
        elif isinstance(cell, int | float):
            sheet.write_formula(row, at, f"=SUM({place.span(at)})", self.formats.total, cell)
        else:
            sheet.write_string(
                row,
                at,
                safe_text(say(cell, self.lang) if isinstance(cell, Text) else str(cell or "")),
                self.formats.total,
            )
