"""What a report says of servers that are only known to be off: the profile counts them as 0, nothing measured them."""

from __future__ import annotations

import io
from typing import Any

import jsonschema
import openpyxl

from inventory.model import Server
from inventory.usage.rates import ONLY_OFF
from report.charts import charts
from report.facts import Facts
from report.figures import Figure, Report, Share, Table
from report.shown import cell, figure
from report.to_html import to_html
from report.to_xlsx import to_xlsx
from report.usage import usage_report
from tests.frame.test_contracts import schema
from tests.report.builders import AS_OF, a_moment, a_server, a_system, all_uses, some_facts

SYSTEMS = (a_system("sys-1", name="测到的系统"), a_system("sys-2", name="关着的系统", department="市水利局"))
ON, OFF = a_server("openstack:on"), a_server("openstack:off", system_id="sys-2", power="off")


def facts_of(*servers: Server) -> Facts:
    uses = [
        use
        for one in servers
        for use in (all_uses(one) if one is ON else all_uses(one, None, None, None, off_hours=744))
    ]
    owners = {one.system_id for one in servers}
    systems = tuple(system for system in SYSTEMS if system.id in owners)
    return some_facts(now=a_moment(systems=systems, servers=servers, uses=tuple(uses)))


def some_off() -> Facts:
    return facts_of(ON, OFF)


def all_off() -> Facts:
    return facts_of(OFF)


def row_of(table: Table, key: str, name: str) -> dict[str, Any]:
    (row,) = [row for row in table.rows if row[table.index(key)] == name]
    return {column.key: found for column, found in zip(table.columns, row, strict=True)}


def test_a_system_and_a_unit_that_were_off_are_marked_and_the_whole_is_not() -> None:
    report = usage_report(some_off())
    for table, key, name in (("use.systems", "system", "关着的系统"), ("use.units", "unit", "市水利局")):
        found = row_of(report.tables[table], key, name)
        assert found["cpu"].value == 0
        assert cell(found["cpu"], "ratio", "zh") == ONLY_OFF.zh
        assert cell(found["coverage"], "ratio", "zh") == "均为关机时间"
        assert cell(found["cpu_daily_peak"], "ratio", "zh") == "n/a"
    assert report.figures["use.cpu.mean"].note is None
    assert "1 个系统只有关机时间" in report.tables["bands.overview"].basis.zh


def test_nothing_but_switched_off_servers_reaches_and_misses_no_target() -> None:
    report = usage_report(all_off())
    mean, whole = report.figures["use.cpu.mean"], report.figures["use.comprehensive"]
    assert (figure(mean), figure(whole), figure(mean, "en")) == (ONLY_OFF.zh, ONLY_OFF.zh, ONLY_OFF.en)
    assert figure(report.figures["coverage.cpu"]) == "均为关机时间"
    clauses = report.tables["clauses.usage"]
    verdicts = {row[clauses.index("reading")].zh: row[clauses.index("verdict")].zh for row in clauses.rows}  # type: ignore[union-attr]
    assert "无法判断（没有测到）" in verdicts.values()
    assert report.figures["change.use.cpu"].value is None
    assert ONLY_OFF.zh in report.missing[0].zh
    units = charts(report, "zh")["units"]
    assert [point for one in units["series"] for point in one["data"]] == [None, None]


def pages(report: Report) -> str:
    return to_html(report, "zh", root_sha256="0" * 64, version="1").split('id="chart-data"')[0]


def test_the_page_prints_the_mark_and_no_percentage() -> None:
    page = pages(usage_report(all_off()))
    assert ONLY_OFF.zh in page
    for part in page.split('data-figure="use.cpu.mean"')[1:]:
        assert part[: part.index("</data>")].endswith(ONLY_OFF.zh)


def test_the_workbook_shows_the_mark_and_keeps_its_formulas() -> None:
    content = to_xlsx(usage_report(some_off()), "zh", root_sha256="0" * 64, version="1", created_at=AS_OF)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["系统"]
    heads = {str(found.value): place for place, found in enumerate(sheet[1], start=1)}
    formats = {sheet.cell(row, heads["系统名称"]).value: sheet.cell(row, heads["CPU平均"]) for row in (2, 3)}
    assert formats["关着的系统"].number_format == '[=0]"关机计 0（未测得）";0.0%'
    assert str(formats["关着的系统"].value).startswith("=IF(")
    assert "关机" not in formats["测到的系统"].number_format
    assert sheet.column_dimensions["I"].width > 15


def test_the_mark_is_part_of_the_contract() -> None:
    for facts in (some_off(), all_off()):
        jsonschema.validate(usage_report(facts).as_json(), schema("figures"))
    told = usage_report(all_off()).figures["use.cpu.mean"].as_json()
    assert told["note"] == ONLY_OFF.as_json()
    assert "note" not in usage_report(some_off()).figures["use.cpu.mean"].as_json()


def test_a_number_with_a_part_that_was_not_measured_is_shown_with_its_note() -> None:
    share = Share(numerator=0.2, denominator=1)
    one = Figure(
        id="x", label=ONLY_OFF, unit="ratio", basis=ONLY_OFF, numerator=share.numerator, denominator=1, note=ONLY_OFF
    )
    assert figure(one) == "20.0%"  # the card below it has the note
