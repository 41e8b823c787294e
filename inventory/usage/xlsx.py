"""Usage rates as a workbook: each rate is a formula over its numerator and denominator, each summary cell a formula over rates.

Names come from ledgers: they are written as text, never as a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.errors import UsageError
from catalogs.words import Text, tr
from inventory.telemetry.form import METRICS
from inventory.usage.print import BY, READINGS, classified_line
from inventory.usage.rates import BASIS, ONLY_OFF, Rate
from inventory.usage.view import UsageView

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_RATES = (
    ("分组", "group", 26), ("编号", "id", 30), ("指标", "metric", 10), ("统计量", "statistic", 22), ("分子", "numerator", 22),
    ("分母", "denominator", 22), ("单位", "unit", 16), ("比率", "rate", 10), ("已测秒", "covered seconds", 16), ("应测秒", "expected seconds", 16),
    ("覆盖率", "coverage", 10), ("关机秒", "seconds off", 14), ("有数据天数", "days with data", 11), ("期间天数", "days of the period", 11),
    ("台数", "servers", 8), ("测到台数", "measured", 9), ("口径", "basis", 60), ("未知或未测得的原因", "why unknown or not measured", 24),
    ("其中关机计0秒", "of covered: off, counted as 0", 16), ("分子（超过15位的逐位）", "numerator, all digits", 26), ("分母（超过15位的逐位）", "denominator, all digits", 26),
)  # fmt: skip
_VALUE, _COVERAGE, _DAYS = 7, 10, 12
_HALF_STEP = 0.0005  # of 0.1 %
_PERCENT = '[=0]0%;[<0.0005]"<0.1%";0.0%'
_NEARLY_ALL = '[=1]100%;[<1]">99.9%";"100.1%"'
_EXACT = 10**15  # a cell keeps 15 digits of a number; larger ones stand beside it as text too
_MARK_WIDTH = 22  # of a column in which a mark stands in the place of a rate: a narrower one shows ####
_A4_CHARACTERS = 240  # on one landscape page at about 60 %
_SUMMARY = (
    ("cpu", "weighted_mean", Text("CPU 加权平均", "CPU weighted")), ("cpu", "simple_mean", Text("CPU 简单平均", "CPU simple")),
    ("cpu", "mean_daily_peak", Text("CPU 均峰值", "CPU daily peaks")), ("cpu", "peak", Text("CPU 峰值", "CPU peak")),
    ("memory", "weighted_mean", Text("内存", "memory")), ("storage", "weighted_mean", Text("存储", "storage")),
    ("cpu", "allocation_end", Text("CPU 分配率", "CPU allocation")), ("cpu", "allocation_with_orders", Text("CPU 分配率（加锁单）", "CPU with orders")),
    ("memory", "allocation_end", Text("内存分配率", "memory allocation")), ("storage", "allocation_end", Text("存储分配率", "storage allocation")),
)  # fmt: skip
_COMBINED = (
    ("combined", "weighted_mean", Text("综合利用率", "combined rate")),
    ("combined_allocation", "allocation_end", Text("综合分配率", "combined allocation")),
)


def write_usage(view: UsageView, file: Path, *, as_of: datetime) -> None:
    """Write the workbook whole or not at all.

    Raises:
        UsageError: the ending is not .xlsx, or the folder does not exist.
    """
    if file.suffix.lower() != ".xlsx":
        raise UsageError(f"{file.name}：后缀应为 .xlsx", f"{file.name}: the ending must be .xlsx")
    if not file.parent.is_dir():
        raise UsageError(
            f"文件夹 {file.parent} 不存在",
            f"there is no folder {file.parent}",
            hint=Text("先建好文件夹", "make the folder first"),
        )
    unfinished = file.with_name(file.name + ".part")
    try:
        unfinished.write_bytes(usage_book(view, as_of=as_of))
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def usage_book(view: UsageView, *, as_of: datetime) -> bytes:
    """The workbook's bytes; the same rates give the same."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with Workbook(stream, _OPTIONS) as book:
        book.set_properties({"created": as_of.replace(tzinfo=None), "title": tr("使用率", "usage")})
        writer = _Writer(book)
        rates = tuple(rate for rate in view.rates if rate.metric != "combined")
        places: dict[tuple[str, str, str], int] = {
            (rate.group, rate.metric, rate.statistic): row for row, rate in enumerate(rates, start=1)
        }
        writer.summary(view, places)
        writer.rates(tr("比率", "Rates"), rates, view)
        if view.compared is not None:
            writer.rates(
                tr("上期比率", "Rates before"), [rate for rate in view.before if rate.metric != "combined"], view
            )
        writer.members(view)
        writer.basis(view)
    return stream.getvalue()


class _Writer:
    """The book being written, with its formats."""

    def __init__(self, book: Workbook) -> None:
        self.book: Any = book
        self.bold = self.book.add_format({"bold": True, "bg_color": "#E8EEF7", "text_wrap": True, "valign": "vcenter"})
        self.ratio = self.book.add_format({"num_format": _PERCENT, "align": "right"})
        self.nearly_all = self.book.add_format({"num_format": _NEARLY_ALL, "align": "right"})
        self.text = self.book.add_format({"align": "right"})  # in the place of a rate
        self._marked: dict[tuple[float, str], Any] = {}
        self.whole = self.book.add_format({"num_format": "#,##0"})
        self.amount = self.book.add_format({"num_format": "#,##0.00", "align": "right"})

    def rate(self, rate: Rate | None) -> Any:
        """How the cell of a rate looks: one without a measured second shows its mark as long as it has that value."""
        if rate is None or rate.note is None or rate.ratio is None:
            if rate is not None and rate.statistic.endswith("_amount"):
                return self.amount
            return self.share(None if rate is None else rate.ratio)
        return self.marked(rate.ratio, str(rate.note))

    def share(self, value: float | None) -> Any:
        """How a ratio looks: rounding never shows 0 % or 100 % unless it is exactly that (a format has two conditions)."""
        return self.nearly_all if value is not None and 1 - _HALF_STEP <= value < 1 + _HALF_STEP else self.ratio

    def marked(self, value: float, mark: str) -> Any:
        """A format that shows a mark in the place of one value, and any other value as percent."""
        known = self._marked.get((value, mark))
        if known is None:
            shown = f'"{mark}"' if value in (0, 1) else f'0.0%"（{mark}）"'
            known = self.book.add_format({"num_format": f"[={value:.17g}]{shown};0.0%", "align": "right"})
            self._marked[value, mark] = known
        return known

    def coverage(self, rate: Rate) -> Any:
        """How the coverage of a rate looks: without a sample it is not one of measurements."""
        if rate.note is None or rate.coverage is None or rate.measured_coverage:
            return self.share(rate.coverage)
        return self.marked(rate.coverage, tr("均为关机时间", "all switched off"))

    def sheet(self, name: str, headings: Sequence[tuple[str, int]], frozen: int) -> Any:
        """A sheet with its line of headings."""
        sheet = self.book.add_worksheet(name)
        for column, (heading, width) in enumerate(headings):
            sheet.write_string(0, column, heading, self.bold)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, frozen)
        sheet.set_landscape()
        sheet.set_paper(8 if sum(width for _, width in headings) > _A4_CHARACTERS else 9)  # A3, A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def rates(self, name: str, rates: Sequence[Rate], view: UsageView) -> None:
        """One row for each rate, with everything it is made of."""
        widest = _MARK_WIDTH if any(rate.note is not None for rate in rates) else 0
        headings = [(tr(zh, en), width) for zh, en, width in _RATES]
        longest = max((len(f"{n:,}") for rate in rates for n in (rate.numerator or 0, rate.denominator)), default=0)
        for place in (4, 5):  # a number that does not fit is shown as ####
            headings[place] = (headings[place][0], max(headings[place][1], longest + 2))
        headings[_VALUE] = (headings[_VALUE][0], max(headings[_VALUE][1], widest))
        headings[_COVERAGE] = (headings[_COVERAGE][0], max(headings[_COVERAGE][1], widest))
        sheet = self.sheet(name, headings, 2)
        for row, rate in enumerate(rates, start=1):
            texts = {
                0: view.name(rate.group), 1: rate.group, 2: str(METRICS[rate.metric].label), 3: rate.statistic, 6: rate.unit,
                16: str(rate.basis), 17: str(rate.why_unknown or rate.note or ""),
                **{at: f"{n}" for at, n in ((19, rate.numerator), (20, rate.denominator)) if n is not None and n >= _EXACT},
            }  # fmt: skip
            for column, text in texts.items():
                sheet.write_string(row, column, text[:32_767])
            numbers = {
                4: rate.numerator, 5: rate.denominator, 8: rate.covered_seconds, 9: rate.expected_seconds, 11: rate.off_seconds, 12: rate.days,
                13: rate.period.days, 14: rate.servers, 15: rate.measured_servers, 18: rate.off_counted_seconds,
            }  # fmt: skip
            for column, number in numbers.items():
                if number is not None:
                    sheet.write_number(row, column, number, self.whole)
            style = self.rate(rate)
            formula = f'=IF(OR(E{row + 1}="",N(F{row + 1})=0),"n/a",E{row + 1}/F{row + 1})'
            sheet.write_formula(row, _VALUE, formula, style, "n/a" if rate.ratio is None else rate.ratio)
            formula = f'=IF(N(J{row + 1})=0,"n/a",MIN(1,I{row + 1}/J{row + 1}))'
            sheet.write_formula(
                row, _COVERAGE, formula, self.coverage(rate), "n/a" if rate.coverage is None else rate.coverage
            )
        if rates:
            sheet.autofilter(0, 0, len(rates), len(_RATES) - 1)

    def summary(self, view: UsageView, places: dict[tuple[str, str, str], int]) -> None:
        """One row for each group; each cell points to its rate."""
        columns = [column for column in _SUMMARY if any(key[1:] == column[:2] for key in places)]
        sums = [one for one in _COMBINED if any(rate.statistic == one[0] for rate in view.rates)]
        headings = [
            *(str(label) for *_, label in columns),
            *(str(label) for *_, label in sums),
            tr("CPU 覆盖率", "CPU coverage"),
            tr("有数据天数", "days with data"),
        ]
        width = _MARK_WIDTH if any(rate.note is not None for rate in view.rates) else 12
        sheet = self.sheet(
            tr("汇总", "Summary"), [(str(BY[view.by]), 30), *((heading, width) for heading in headings)], 1
        )
        name = f"'{tr('比率', 'Rates')}'"
        of_days = self.book.add_format({"num_format": f'0"/{view.period.days}"', "align": "right"})
        for row, (group, found) in enumerate(view.found().items(), start=1):
            sheet.write_string(row, 0, view.name(group)[:32_767])
            for at, (metric, statistic, _) in enumerate(columns, start=1):
                self._point(
                    sheet, row, at, name, places.get((group, metric, statistic)), _VALUE, found.get((metric, statistic))
                )
            for at, (statistic, of, _) in enumerate(sums, start=1 + len(columns)):
                self._combined(
                    sheet,
                    row,
                    at,
                    name,
                    [(w, places.get((group, m, of))) for m, w in view.basis.weights if w],
                    found.get(("combined", statistic)),
                )
            cpu, at = places.get((group, "cpu", "weighted_mean")), 1 + len(columns) + len(sums)
            rate = found.get(("cpu", "weighted_mean"))
            if cpu is not None and rate is not None:
                sheet.write_formula(
                    row,
                    at,
                    f"={name}!{_cell(cpu, _COVERAGE)}",
                    self.coverage(rate),
                    "n/a" if rate.coverage is None else rate.coverage,
                )
                sheet.write_formula(row, at + 1, f"={name}!{_cell(cpu, _DAYS)}", of_days, rate.days)

    def _point(
        self, sheet: Any, row: int, at: int, name: str, place: int | None, column: int, rate: Rate | None
    ) -> None:
        if place is None:
            sheet.write_string(row, at, "/", self.text)
            return
        sheet.write_formula(row, at, f"={name}!{_cell(place, column)}", self.rate(rate), _shown(rate))

    def _combined(
        self, sheet: Any, row: int, at: int, name: str, terms: Sequence[tuple[Any, int | None]], rate: Rate | None
    ) -> None:
        """Σ weight × rate; `n/a` where one of the rates is."""
        if rate is None or any(place is None for _, place in terms):
            sheet.write_string(row, at, "n/a", self.text)
            return
        cells = [f"{name}!{_cell(place or 0, _VALUE)}" for _, place in terms]
        total = "+".join(f"{weight}*{cell}" for (weight, _), cell in zip(terms, cells, strict=True))
        sheet.write_formula(
            row, at, f'=IF(COUNT({",".join(cells)})<{len(cells)},"n/a",{total})', self.rate(rate), _shown(rate)
        )

    def members(self, view: UsageView) -> None:
        """Which days of which server count for which group."""
        headings = [
            (str(BY[view.by]), 30),
            (tr("编号", "id"), 24),
            (tr("服务器", "server"), 40),
            (tr("从", "from"), 12),
            (tr("到（不含）", "until"), 12),
        ]
        sheet = self.sheet(tr("成员", "Members"), headings, 1)
        for row, span in enumerate(view.members, start=1):
            texts = (view.name(span.group), span.group, span.server, span.start_on.isoformat(), span.end_on.isoformat())
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text[:32_767])

    def basis(self, view: UsageView) -> None:
        """What was asked, the target under each reading, and what each statistic means."""
        sheet = self.sheet(tr("口径", "Basis"), [(tr("项目", "item"), 26), (tr("内容", "value"), 100)], 0)
        rows = [
            (tr("期间", "period"), f"{view.period.start_on} — {view.period.end_on}{tr('（不含）', ' (exclusive)')}")
        ]
        rows += [
            (f"{one.clause} {READINGS[one.reading]}", f"{_told(one.rate)} / {one.target_ratio} {one.verdict}")
            for one in view.readings
        ]
        rows += [
            (statistic, str(BASIS[statistic])) for statistic in dict.fromkeys(rate.statistic for rate in view.rates)
        ]
        off = {"zero": tr("按 0 计入", "counts as use 0"), "exclude": tr("不计入", "does not count")}[
            view.basis.powered_off
        ]
        source = f"{tr('；来源：', '; source: ')}{view.off_source}" if view.off_source else ""
        rows.append(
            (tr("关机时间", "switched-off time"), f"{off}（usage.powered_off: {view.basis.powered_off}）{source}")
        )
        if any(rate.note is not None for rate in (*view.rates, *view.before)):
            told = tr(
                "分母里没有一秒是测到的，只知道服务器关机；值为 0 是上一行的规则，不是测量结果",
                "no second of the denominator was measured, the servers were only known to be off; 0 by the rule above, not by measurement",
            )
            rows.append((str(ONLY_OFF), told))
        if view.classified_servers:
            rows.append((tr("涉密系统", "classified systems"), classified_line(view.classified_servers)))
        for row, (item, value) in enumerate(rows, start=1):
            sheet.write_string(row, 0, item)
            sheet.write_string(row, 1, value)


def _cell(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column))


def _told(rate: Rate | None) -> str:
    return f"{_shown(rate)}{f' {rate.note}' if rate is not None and rate.note is not None else ''}"


def _shown(rate: Rate | None) -> float | str:
    return "n/a" if rate is None or rate.ratio is None else rate.ratio
