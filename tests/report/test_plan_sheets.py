"""Wave sheets: one workbook of all waves, one for each department; text stays text, people stay ids."""

import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
from click.testing import CliRunner

from report.commands import report
from report.plan_sheets import department_files, wave_book
from tests.report.plan_builders import EXAMPLE, example_plan, example_view

EVIL = '=HYPERLINK("http://example.org","x")'
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "plan-view.schema.json"


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert wave_book(example_view(), "zh", version="0.1.0") == wave_book(example_view(), "zh", version="0.1.0")


def test_every_wave_has_its_sheet_with_what_people_need() -> None:
    book = opened(wave_book(example_view(), "zh", version="0.1.0"))
    assert book.sheetnames == ["封面", "01 2026-W15", "02 2026-W17", "03 2026-W19"]
    first = [cell.value for cell in book["01 2026-W15"][4]]
    assert first[1] == "HIS\nhis"
    assert first[5].startswith("2026-04-11 起 8 小时")  # the Saturday of the week
    assert "灾备：b-arm" in first[6]
    assert "gov.4c16g × 2" in first[7]
    assert "须在其前：PAY" in first[8]
    assert "旧环境保留到 2026-06-06（试运行 4 周 + 保留 4 周）" in first[9]
    assert first[10] == "contact-1"
    text = "\n".join(str(cell.value) for row in book["03 2026-W19"] for cell in row if cell.value)
    assert "须在其后：HIS" in text
    assert "签字／日期" in text


def test_a_department_gets_only_its_own() -> None:
    book = opened(wave_book(example_view(), "zh", version="0.1.0", department="finance"))
    assert book.sheetnames == ["封面", "03 2026-W19"]
    text = "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value)
    assert "PAY" in text
    assert "WEB" not in text
    assert "本单位 1 个系统，排入 1 个，分 1 个批次，最后一批 2026-W19" in text
    assert "3 / 3" not in text, "the numbers of all are not those of one department"
    assert "全部单位合在一起的方案：已证明最优" in text


def test_a_formula_from_a_stranger_is_text() -> None:
    book = opened(wave_book(example_view(his=EVIL), "zh", version="0.1.0"))
    cell = book["01 2026-W15"]["B4"]
    assert cell.data_type == "s"
    assert cell.value.startswith(EVIL)


def test_names_of_files_are_plain_and_different() -> None:
    from dataclasses import replace

    view = example_view()
    rows = tuple(
        replace(row, department=f"d{place}", department_name=name)
        for place, (row, name) in enumerate(zip(view.rows, ("../市/局", "..\\市\\局", "A*?"), strict=True))
    )
    files = department_files(replace(view, rows=rows))
    assert len(set(files.values())) == 3
    assert all(re.fullmatch(r"[^\\/:*?\"<>|.]+(-\d+)?\.xlsx", file) for file in files.values())


def run(tmp_path: Path, *arguments: str) -> Any:
    (tmp_path / "plan.json").write_bytes(example_plan().to_bytes())
    files = ["--problem", str(EXAMPLE), "--plan", str(tmp_path / "plan.json"), "--as-of", "2026-03-31"]
    return CliRunner().invoke(report, ["plan", *files, "--out", str(tmp_path / "out"), *arguments])


def test_the_command_writes_page_sheets_and_json_and_again_over_them(tmp_path: Path) -> None:
    for _ in range(2):
        result = run(tmp_path, "--json")
        assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)["data"]
    written = sorted(
        str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()
    )
    assert written == sorted([*data["files"], *data["departments"]])
    assert [name.rpartition("/")[2] for name in data["departments"]] == ["finance.xlsx", "health.xlsx"]
    (view,) = (tmp_path / "out").glob("*.json")
    jsonschema.validate(json.loads(view.read_text(encoding="utf-8")), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_a_plan_that_breaks_a_rule_gets_no_page(tmp_path: Path) -> None:
    from dataclasses import replace

    broken = replace(example_plan(), moves=example_plan().moves[:2])
    file = tmp_path / "broken.json"
    file.write_bytes(broken.to_bytes())
    result = CliRunner().invoke(
        report, ["plan", "--problem", str(EXAMPLE), "--plan", str(file), "--as-of", "2026-03-31", "--out", str(tmp_path / "out")]
    )  # fmt: skip
    assert "方案不合规" in str(result.exception)
    assert not (tmp_path / "out").exists()
