import io
import re
import shutil
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from catalogs.words import Text
from report.facts import Finding
from report.figures import Report
from report.migration import migration_report
from report.sheets import SHEETS, cells_of
from report.to_xlsx import to_xlsx
from report.usage import usage_report
from report.verify import verify
from report.zombies import zombie_report
from tests.report.builders import AS_OF, a_city, a_moment, a_server, a_system, all_uses, some_facts
from tests.report.conftest import Made
from tests.report.test_migration import some_migration

pytestmark = pytest.mark.slow  # whole reports

ROOT = "3f" * 32
EVIL = '=HYPERLINK("http://example.org","x")'


def book(report: Report) -> bytes:
    return to_xlsx(report, "zh", root_sha256=ROOT, version="0.1.0", created_at=AS_OF)


@cache
def city_book() -> bytes:
    return book(usage_report(a_city()))


def opened(content: bytes, **options: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content), **options)


def test_the_same_report_gives_the_same_bytes() -> None:
    assert book(usage_report(a_city())) == city_book()


@pytest.mark.parametrize("name", [EVIL, "+1+1", "-2", "@SUM(A1)", "\t=1", "http://example.org", "a\x00b"])
def test_text_from_strangers_is_neither_formula_nor_link(name: str) -> None:
    facts = some_facts(now=a_moment(systems=(a_system(name=name, department=name),), uses=tuple(all_uses(a_server()))))
    content = book(usage_report(facts))
    cells = [cell for sheet in opened(content).worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.hyperlink] == []
    shown = name.replace("\x00", "�")
    same = [cell for cell in cells if cell.value == shown]
    assert same
    assert {cell.data_type for cell in same} == {"s"}
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert not [formula for formula in formulas if "HYPERLINK" in formula or "example.org" in formula]


def test_rates_are_formulas_over_their_two_numbers() -> None:
    sheet = opened(city_book())["单位"]
    headings = {cell.value: cell.column_letter for cell in sheet[1]}
    top, bottom, ratio = headings["CPU平均 分子"], headings["CPU平均 分母"], headings["CPU平均"]
    assert sheet[f"{ratio}2"].value == f'=IF(OR({top}2="",N({bottom}2)=0),"n/a",{top}2/{bottom}2)'
    assert "SUMIFS" in sheet[f"{top}2"].value
    assert "云主机" in sheet[f"{top}2"].value


def test_weighted_sums_point_at_the_rates_they_weigh() -> None:
    sheet = opened(city_book())["指标"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    places = [rows[f"use.{resource}.mean"][4].coordinate for resource in ("cpu", "memory", "storage")]
    formula = rows["use.comprehensive"][4].value
    assert all(place in formula for place in places)
    assert "0.4*" in formula


def test_there_are_sheets_for_sources_for_the_unmeasured_and_for_the_basis() -> None:
    names = opened(city_book()).sheetnames
    assert {"封面", "指标", "数据来源", "未测得", "统计口径", "云主机"} <= set(names)
    assert all(len(name.zh) <= 31 and len(name.en) <= 31 for name in SHEETS.values())


def test_every_table_has_a_sheet() -> None:
    migration = migration_report(some_facts(migration=some_migration()))
    assert {*usage_report(a_city()).tables, *zombie_report(a_city()).tables, *migration.tables} == set(SHEETS)


def test_unknown_is_n_a_and_an_empty_numerator() -> None:
    facts = some_facts(now=a_moment(uses=tuple(all_uses(a_server(), None, None, None))))
    sheet = opened(book(usage_report(facts)), data_only=True)["指标"]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "use.comprehensive")
    assert row[4].value == "n/a"
    servers = opened(book(usage_report(facts)), data_only=True)["云主机"]
    headings = {cell.value: cell.column for cell in servers[1]}
    assert servers.cell(2, headings["CPU平均 分子"]).value is None
    assert servers.cell(2, headings["CPU平均"]).value == "n/a"


def without_values(content: bytes) -> bytes:
    """The workbook with every stored result of a formula taken out, so that a program must calculate them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)
            new.writestr(name, part)
    return stream.getvalue()


@pytest.mark.servers
def test_libreoffice_calculates_the_same_values(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    assert office, "apt-get install libreoffice-calc"
    content = city_book()
    (tmp_path / "report.xlsx").write_bytes(without_values(content))
    command = [
        office,
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "report.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    formulas, told = opened(content), opened(content, data_only=True)
    calculated = openpyxl.load_workbook(tmp_path / "out" / "report.xlsx", data_only=True)
    compared = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    ours, theirs = (
                        told[sheet.title][cell.coordinate].value,
                        calculated[sheet.title][cell.coordinate].value,
                    )
                    assert (ours or None) == (theirs or None) or ours == pytest.approx(theirs), (
                        sheet.title,
                        cell.coordinate,
                        cell.value,
                    )
                    compared += 1
    assert compared > 5000


@pytest.mark.servers
def test_a_workbook_that_libreoffice_saved_again_still_verifies(made: Made, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    assert office, "apt-get install libreoffice-calc"
    command = [
        office,
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(tmp_path / "out"),
        str(made.xlsx),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    again = tmp_path / "out" / made.xlsx.name
    assert again.read_bytes() != made.xlsx.read_bytes()
    result = verify(made.bundle, (again,))
    assert result.passed, [fault.zh for step in result.steps for fault in step.faults]


def test_the_clean_up_table_prints_on_one_page_across_and_no_text_is_cut() -> None:
    long = "运维合同 2023-09-25 到期后未续，最近更新 2023-10-29；自 2024-07-30 起无人登录，已超过 6 个月；全部 1 台服务器自 2025-05-01 起关机"
    finding = Finding(
        system_id="sys-1", verdict="zombie", rules=(Text("规则", "rule"),), criteria=("R1",), disagrees=False, reason=Text(long, long)
    )  # fmt: skip
    report = zombie_report(some_facts(now=a_moment(systems=(a_system("sys-1"),)), findings=(finding,)))
    sheet = opened(book(report))[SHEETS["zombies.cleanup"].zh]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToWidth in (None, 1)  # 1 where nothing is said
    remark = next(cell for cell in sheet[2] if cell.value == long)
    width = sheet.column_dimensions[remark.column_letter].width
    assert remark.alignment.wrap_text
    assert sheet.row_dimensions[2].height >= 14 * cells_of(long) / width
    for heading in sheet[1]:  # on the two lines that the row of headings has
        assert cells_of(heading.value) <= 2 * sheet.column_dimensions[heading.column_letter].width
