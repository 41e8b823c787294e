"""A rate whose denominator has no measured second is a rule's and not measured: marked wherever it is shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from rich.console import Console

from catalogs.words import Language, set_language
from inventory.model import Server
from inventory.telemetry.form import Period
from inventory.usage.print import print_usage
from inventory.usage.rates import ONLY_OFF, RATED, Basis, Rate, usage_rates
from inventory.usage.view import Reading, UsageView
from inventory.usage.xlsx import usage_book
from tests.frame.test_contracts import schema
from tests.inventory.telemetry.samples import a_server, raw, rolled, stored
from tests.inventory.usage.test_usage import MARCH_10, an_inventory, day_of

ZERO = Basis(powered_off="zero")
OFF = {"power": "off", "powered_off_on": date(2026, 1, 1)}
APRIL_1 = datetime(2026, 4, 1, tzinfo=UTC)


def found(
    folder: Path, *servers: Server, metrics: Sequence[str] = RATED, basis: Basis = ZERO, period: Period = MARCH_10
) -> dict[tuple[str, str, str], Rate]:
    """The rates of servers of which `on` has samples of some metrics at 40 %, and all others none."""
    rows = [row for metric in metrics for row in day_of("on", 0.4, metric=metric)]
    rollup = rolled(folder, stored(folder, raw(*rows), servers=[a_server("on", system_id="sys-1")]))
    rates = usage_rates(an_inventory(*servers), rollup, period, kinds=("server", "city"), basis=basis)
    return {(rate.group, rate.metric, rate.statistic): rate for rate in rates}


def off(name: str = "off") -> Server:
    return a_server(name, system_id="sys-1", **OFF)


def test_switched_off_all_the_time_is_marked_where_the_profile_counts_it_as_0(tmp_path: Path) -> None:
    rates = found(tmp_path, a_server("on", system_id="sys-1"), off())
    for metric, statistic in (*((m, "weighted_mean") for m in RATED), ("combined", "combined")):
        rate = rates["off", metric, statistic]
        assert (rate.ratio, rate.note, rate.measured_coverage) == (0, ONLY_OFF, 0)
        assert rate.off_counted_seconds == rate.covered_seconds == 86_400
        assert rates["on", metric, statistic].note is None
    assert rates["off", "cpu", "simple_mean"].ratio is rates["off", "cpu", "peak"].ratio is None


def test_it_is_not_known_where_the_profile_does_not_count_it(tmp_path: Path) -> None:
    rate = found(tmp_path, off(), basis=Basis(powered_off="exclude"))["off", "cpu", "weighted_mean"]
    assert (rate.ratio, rate.note, rate.off_counted_seconds) == (None, None, 0)
    assert rate.why_unknown is not None


def test_with_one_measured_second_it_is_a_rate_that_says_how_much_is_not(tmp_path: Path) -> None:
    rate = found(tmp_path, a_server("on", system_id="sys-1"), off())["city", "cpu", "weighted_mean"]
    assert (rate.note, rate.coverage, rate.measured_coverage) == (None, 1.0, 0.5)
    assert rate.ratio == pytest.approx(0.2)


def test_a_combined_rate_names_the_parts_that_were_not_measured(tmp_path: Path) -> None:
    server = replace(a_server("on", system_id="sys-1"), **OFF)  # type: ignore[arg-type]
    rate = found(tmp_path, server, metrics=("cpu", "storage"))["on", "combined", "combined"]
    assert rate.note is not None
    assert (rate.note.zh, rate.note.en) == ("内存关机计 0（未测得）", "memory off: 0, not measured")
    assert rate.ratio == pytest.approx(0.4 * 0.4 + 0.2 * 0.4)


def test_the_mark_is_part_of_the_contract(tmp_path: Path) -> None:
    rates = found(tmp_path, a_server("on", system_id="sys-1"), off())
    for rate in rates.values():
        jsonschema.validate(rate.as_json(), schema("rate"))
    told = rates["off", "cpu", "weighted_mean"].as_json()
    assert (told["note"], told["off_counted_seconds"]) == (ONLY_OFF.as_json(), 86_400)


def a_view(folder: Path, *servers: Server, before: bool = False) -> UsageView:
    rates = tuple(rate for rate in found(folder, *servers).values() if rate.kind == "server")
    return UsageView(
        by="server", period=MARCH_10, rates=rates, basis=ZERO, names={}, off_source="通行做法, U",
        compared=Period(date(2026, 3, 9), MARCH_10.start_on) if before else None, before=rates if before else (),
    )  # fmt: skip


@pytest.mark.parametrize("width", [80, 120, 150])
def test_a_terminal_shows_the_mark_its_meaning_and_its_source(tmp_path: Path, width: int) -> None:
    out = Console(file=io.StringIO(), width=width, force_terminal=False)
    print_usage(out, a_view(tmp_path, a_server("on", system_id="sys-1"), off(), before=True), RATED)
    text = out.file.getvalue()  # type: ignore[attr-defined]
    use, change = text.split("相比", maxsplit=1)
    (row,) = [line for line in use.splitlines() if line.strip().startswith("off ")]
    assert row.split()[1:5] == ["关机计0"] * 4
    assert "0/1" in row
    assert "100%" not in row or width == 150  # there it is said to be switched-off time
    (row,) = [line for line in change.splitlines() if line.strip().startswith("off ")]
    assert row.split()[1:9] == (["n/a"] * 4 + ["0%"] if width == 80 else ["关机", "n/a"] * 4)
    legend = text.replace("\n", "")
    assert "没有一秒测到" in legend
    assert "usage.powered_off: zero" in legend
    assert "通行做法, U" in legend


def test_a_terminal_says_nothing_of_it_where_all_was_measured(tmp_path: Path) -> None:
    out = Console(file=io.StringIO(), width=120)
    print_usage(out, a_view(tmp_path, a_server("on", system_id="sys-1")), RATED)
    assert "关机计" not in out.file.getvalue()  # type: ignore[attr-defined]


def test_a_workbook_shows_the_mark_in_the_cell_and_keeps_the_formula(tmp_path: Path) -> None:
    view = a_view(tmp_path, a_server("on", system_id="sys-1"), off())
    book = openpyxl.load_workbook(io.BytesIO(usage_book(view, as_of=APRIL_1)))
    rates, summary = book["比率"], book["汇总"]
    marked = {
        (row[1].value, row[2].value): row for row in rates.iter_rows(min_row=2) if row[3].value == "weighted_mean"
    }
    cell = marked["off", "CPU"][7]
    assert str(cell.value).startswith("=IF(")
    assert cell.number_format == '[=0]"关机计 0（未测得）";0.0%'
    assert marked["on", "CPU"][7].number_format == '[=0]0%;[<0.0005]"<0.1%";0.0%'
    assert marked["off", "CPU"][10].number_format == '[=1]"均为关机时间";0.0%'
    assert marked["off", "CPU"][17].value == str(ONLY_OFF)
    assert marked["off", "CPU"][18].value == 86_400
    (row,) = [row for row in summary.iter_rows(min_row=2) if row[0].value == "off"]
    heads = [cell.value for cell in next(summary.iter_rows(max_row=1))]
    for name in ("CPU 加权平均", "内存", "存储", "综合利用率"):
        assert "关机计 0（未测得）" in row[heads.index(name)].number_format
    told = {row[0].value: row[1].value for row in book["口径"].iter_rows(min_row=2)}
    assert "通行做法, U" in str(told["关机时间"])
    assert "没有一秒是测到的" in str(told[str(ONLY_OFF)])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_target_is_not_judged_by_it(tmp_path: Path, lang: Language) -> None:
    set_language(lang)
    rate = found(tmp_path, off())["city", "combined", "combined"]
    reading = Reading(
        clause="SC-4", text="", target_ratio=0.6, reading="use", rate=rate, coverage_min_ratio=float(Decimal("0.8"))
    )
    assert (reading.verdict.zh, reading.verdict.en) == ("无法判断（没有测到）", "not known (not measured)")


def test_large_numbers_fit_their_columns_and_keep_all_their_digits(tmp_path: Path) -> None:
    view = a_view(tmp_path, a_server("on", system_id="sys-1"))
    first, *others = (rate for rate in view.rates if rate.metric != "combined")  # those stand in the summary only
    large = replace(first, numerator=10**24 + 7, denominator=3 * 10**24 + 1)
    book = openpyxl.load_workbook(io.BytesIO(usage_book(replace(view, rates=(large, *others)), as_of=APRIL_1)))
    sheet = book["比率"]
    assert sheet.column_dimensions["E"].width > len(f"{large.numerator:,}")
    assert [sheet.cell(2, column).value for column in (20, 21)] == [str(large.numerator), str(large.denominator)]
    assert sheet.cell(3, 20).value is None or len(str(sheet.cell(3, 20).value)) > 15
