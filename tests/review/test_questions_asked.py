"""`decisions questions`: everything that waits, what depends on it, and nothing that must not be told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from inventory.ledger.questions import KINDS, question_id
from tests.review.books import (
    EVIL,
    GIVEN,
    PLAIN,
    PRIVATE,
    SERVERS,
    SIDEWAYS,
    TOLD,
    UNITS,
    Rows,
    answers_to,
    asked,
    govcloud,
    questions_in,
    write,
    write_answers,
    write_folder,
)

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(tmp_path)
    return tmp_path


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REFERENCE / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


def test_everything_that_waits_is_listed_with_what_depends_on_it(folder: Path) -> None:
    data = asked(folder, "台账")
    jsonschema.validate(data, schema("questions"))
    assert list(KINDS) == schema("questions")["$defs"]["question"]["properties"]["kind"]["enum"]
    by_file = {file["file"]: file for file in data["files"]}
    assert by_file["市文旅局.xlsx"]["questions"] == []
    told = {(q["file"], q["kind"], q["cell"]): (q["rows"], q["cells"]) for q in questions_in(data)}
    assert told[("热力公司.xlsx", "reading", "")] == (3, 0)
    assert told[("市水务局.xlsx", "reading", "")] == (2, 0)
    assert told[("市司法局.xlsx", "unit", "B2")] == (0, 2)
    assert told[("市司法局.xlsx", "cell", "C2")] == (0, 1)
    assert told[("市司法局.xlsx", "column", "D1")] == (0, 2)
    assert told[("市民政局.xlsx", "secrecy", "G6")] == (1, 0)
    assert not (folder / "store").exists()


def test_each_question_stands_once_and_is_known_by_the_digest_of_its_key(folder: Path) -> None:
    found = questions_in(asked(folder, "台账"))
    assert len({q["id"] for q in found}) == len(found)
    assert all(q["id"] == question_id(q["key"]) for q in found if q["key"])


def test_beside_a_sheet_stand_its_reading_and_its_first_rows(folder: Path) -> None:
    file = next(file for file in asked(folder, "台账")["files"] if file["file"] == "热力公司.xlsx")
    sheet = file["sheets"][0]
    columns = {column["column"]: column for column in sheet["columns"]}
    assert columns["E"]["field"] == "sys_name"
    assert columns["E"]["doubtful"]
    assert columns["E"]["samples"][0] == "收费管理系统"
    assert sheet["head"]["columns"] == ["A", "B", "C", "D", "E"]
    assert [row["cells"][0] for row in sheet["head"]["rows"]] == ["主机名", "app01", "db01", "gis01"]
    assert sheet["head"]["rows"][0]["heading"]


def test_nothing_that_must_not_be_told_is_told_anywhere(folder: Path) -> None:
    done = govcloud(folder, "decisions", "questions", "台账", "--html", "页.html", "--out", "表.xlsx", "--list")
    assert done.returncode == 0, done.stderr
    parts = [
        done.stdout,
        json.dumps(asked(folder, "台账"), ensure_ascii=False),
        (folder / "页.html").read_text("utf-8"),
    ]
    import openpyxl

    book = openpyxl.load_workbook(folder / "表.xlsx")
    parts += [str(cell) for page in book.worksheets for row in page.iter_rows(values_only=True) for cell in row]
    told = "\n".join(parts)
    assert [name for name in TOLD if name in told] == []
    assert "低保核对系统" in told


def test_rows_that_may_be_classified_are_not_among_the_first_rows(folder: Path) -> None:
    file = next(file for file in asked(folder, "台账")["files"] if file["file"] == "市民政局.xlsx")
    head = file["sheets"][0]["head"]
    assert [row["row"] for row in head["rows"]] == [1, 2, 3, 5, 7]
    cells = {row["row"]: row["cells"] for row in head["rows"]}
    assert cells[2][7:9] == ["***", "***"]
    assert cells[3][5] == "接***"  # a classified system spoken of in the row of another
    assert cells[7][5] == "***"  # a person in a column that is not read


def test_a_system_that_was_ruled_classified_is_masked_too(folder: Path) -> None:
    assert govcloud(folder, "collect", "ledger", "台账/市文旅局.xlsx").returncode == 0
    name = "票务平台"
    listed = json.loads(govcloud(folder, "inventory", "list", "--json").stdout)["data"]
    system = next(one["id"] for one in listed if one["name"] == name)
    assert govcloud(folder, "decisions", "add", "secrecy", system, "涉密", *GIVEN).returncode == 0
    rows = [list(row) for row in UNITS]
    rows[1][3] = f"接{name}"
    write(folder / "台账" / "市司法局.xlsx", rows)
    done = govcloud(folder, "decisions", "questions", "台账", "--list", "--html", "页.html")
    assert name not in done.stdout
    assert name not in (folder / "页.html").read_text("utf-8")


def test_the_store_knows_what_waits_without_the_files(folder: Path) -> None:
    assert govcloud(folder, "collect", "ledger", "台账").returncode == 0
    from_store, from_files = asked(folder), asked(folder, "台账")
    jsonschema.validate(from_store, schema("questions"))
    assert from_store["from"] == "store"
    assert {(q["id"], q["rows"], q["cells"], q["file_sha256"]) for q in questions_in(from_store)} == {
        (q["id"], q["rows"], q["cells"], q["file_sha256"]) for q in questions_in(from_files)
    }
    assert all(sheet["head"] is None for file in from_store["files"] for sheet in file["sheets"])


def test_what_was_decided_waits_no_longer_even_before_it_is_collected_again(folder: Path) -> None:
    assert govcloud(folder, "collect", "ledger", "台账").returncode == 0
    name = write_answers(folder, answers_to(questions_in(asked(folder))))
    assert govcloud(folder, "decisions", "answer", "--file", name, "--yes", *GIVEN).returncode == 0
    assert questions_in(asked(folder)) == []


def test_only_a_department_and_only_a_kind(folder: Path) -> None:
    assert {q["file"] for q in questions_in(asked(folder, "台账", "--only", "司法"))} == {"市司法局.xlsx"}
    kinds = asked(folder, "台账", "--kind", "reading")
    assert {q["kind"] for q in questions_in(kinds)} == {"reading"}


def test_a_broken_file_is_told_and_the_others_are_asked(folder: Path) -> None:
    (folder / "台账" / "坏.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (folder / "台账" / "说明.docx").write_bytes(b"x")
    done = govcloud(folder, "decisions", "questions", "台账")
    assert done.returncode == 9
    assert "坏.xlsx" in done.stderr
    assert "说明.docx" in done.stdout
    assert "热力公司.xlsx" in done.stdout


@pytest.mark.parametrize("width", [80, 140])
def test_the_table_fits_the_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(width))
    done = govcloud(folder, "decisions", "questions", "台账")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert max(cell_len(line) for line in lines if "govcloud" not in line) <= width
    assert any("govcloud decisions questions 台账 --html" in line for line in lines)  # a command stays on one line


def test_in_english(folder: Path) -> None:
    import subprocess
    import sys

    root = Path(__file__).resolve().parents[2]
    command = [
        sys.executable,
        str(root / "govcloud.py"),
        "decisions",
        "questions",
        "台账",
        "--lang",
        "en",
        "--store",
        "s",
        "--html",
        "p.html",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    assert "rows not taken" in done.stdout
    assert '<html lang="en">' in (folder / "p.html").read_text("utf-8")


def test_a_sheet_on_its_side_masks_who_is_called(folder: Path) -> None:
    file = next(file for file in asked(folder, "台账")["files"] if file["file"] == "市水务局.xlsx")
    cells = {row["row"]: row["cells"] for row in file["sheets"][0]["head"]["rows"]}
    assert cells[1] == ["系统名称", "水质监测系统", "防汛平台"]
    assert cells[2] == ["CPU（核）", "8", "4"]
    assert cells[4] == ["管它的人", "***", "***"]
    assert cells[5] == ["电话", "***", "***"]


def test_a_sheet_on_its_side_with_a_classified_system_shows_no_rows(tmp_path: Path) -> None:
    rows: Rows = [
        ["系统名称", "水质监测系统", "密函收发系统"],
        ["CPU（核）", 8, 4],
        ["内存（GB）", 16, 8],
        ["是否涉密", "否", "是"],
    ]
    write(tmp_path / "台账" / "市水务局.xlsx", rows)
    data = asked(tmp_path, "台账")
    assert all(sheet["head"] is None for file in data["files"] for sheet in file["sheets"])
    assert "密函收发系统" not in json.dumps(data, ensure_ascii=False)


def test_markup_stays_text(folder: Path) -> None:
    assert EVIL.startswith("</script>")
    assert govcloud(folder, "decisions", "questions", "台账", "--html", "页.html").returncode == 0
    page = (folder / "页.html").read_text("utf-8")
    assert "</script><script>window" not in page
    assert "<img" not in page
    assert page.count("<script") == 2
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_same_questions_give_the_same_bytes(folder: Path) -> None:
    for name in ("a", "b"):
        govcloud(folder, "decisions", "questions", "台账", "--html", f"{name}.html")
    assert (folder / "a.html").read_bytes() == (folder / "b.html").read_bytes()


def test_plain_ledgers_ask_nothing(tmp_path: Path) -> None:
    write(tmp_path / "台账" / "市文旅局.xlsx", PLAIN)
    done = govcloud(tmp_path, "decisions", "questions", "台账")
    assert done.returncode == 0
    assert "没有等着答复的问题" in done.stdout
    assert PRIVATE[0][0] not in done.stdout


def test_collecting_several_ledgers_tells_of_the_overview(folder: Path) -> None:
    told = govcloud(folder, "collect", "ledger", "台账", "--dry-run").stdout
    assert "govcloud decisions questions 台账文件夹 --html 问题总表.html" in told
    one = govcloud(folder, "collect", "ledger", "台账/热力公司.xlsx", "--dry-run").stdout
    assert "decisions questions" not in one


def test_tables_beside_each_other_are_one_sheet(tmp_path: Path) -> None:
    from tests.inventory.ledger.books import GOLD, content_of, gold

    (tmp_path / "台账").mkdir()
    (tmp_path / "台账" / "市档案局.xlsx").write_bytes(content_of(gold(GOLD / "18-side-by-side.yaml")))
    (file,) = asked(tmp_path, "台账")["files"]
    assert len({sheet["sheet"] for sheet in file["sheets"]}) == len(file["sheets"])
    assert [q["kind"] for q in file["questions"]] == ["reading"]


def test_secrecy_as_one_of_several_likely_fields_makes_no_question_of_secrecy() -> None:
    from catalogs.words import Text
    from inventory.ledger.asked import questions_of
    from inventory.ledger.questions import values_of
    from inventory.model import Gap, Origin

    def kind(*choices: str) -> str:
        gap = Gap(
            kind="ambiguous", origin=Origin(source="ledger:甲局", file="a.xlsx", sheet="表", row=1, column="D"), message=Text("没有读取", "not read"),
            question=Text("哪一栏？", "which?"), choices=choices, answer_key="ledger:甲局|heading|heading:情况",
        )  # fmt: skip
        (question,) = questions_of([gap], {}, "ledger:甲局", {}).questions
        assert question.any_field == ("remark" in values_of(question))
        return f"{question.kind} {question.any_field}"

    assert kind("crypto_eval", "secret", "ignore") == "column True"
    assert kind("secret", "ignore") == "secrecy False"
    assert kind("ignore") == "column True"


def test_a_reading_tells_the_unit_of_what_is_stored() -> None:
    from inventory.ledger.questions import read_as

    assert read_as("mem").zh == "内存（GiB）"
    assert read_as("vcpu").zh == "vCPU"
    assert read_as("ignore").zh == "不需要这一栏"


def test_sheets_of_one_layout_are_one_question_about_all_their_rows(tmp_path: Path) -> None:
    import openpyxl

    path = write(tmp_path / "台账" / "热力公司.xlsx", SERVERS, "一月")
    book = openpyxl.load_workbook(path)
    page = book.copy_worksheet(book["一月"])
    page.title = "二月"
    book.save(path)
    (file,) = asked(tmp_path, "台账")["files"]
    (question,) = file["questions"]
    assert (question["rows"], question["sheet"], question["also"]) == (6, "一月", ["二月"])
    assert [len(sheet["head"]["rows"]) for sheet in file["sheets"]] == [4, 4]
    rows = [[*row, "红" if at else "囍色"] for at, row in enumerate(PLAIN)]
    path = write(tmp_path / "台账" / "市文旅局.xlsx", rows, "甲")
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book["甲"]).title = "乙"
    book.save(path)
    column = next(q for q in questions_in(asked(tmp_path, "台账")) if q["kind"] == "column")
    assert (column["cells"], column["also"]) == (4, ["乙"])


def test_the_overview_among_the_ledgers_is_never_read_as_one(folder: Path) -> None:
    govcloud(folder, "decisions", "questions", "台账", "--out", "台账/总表.xlsx")
    before = asked(folder, "台账")
    assert "总表.xlsx" in before["others"]
    assert "总表.xlsx" not in {file["file"] for file in before["files"]}
    done = govcloud(folder, "collect", "ledger", "台账/总表.xlsx", "--dry-run")
    assert done.returncode == 4
    assert "decisions answer --file 总表.xlsx" in done.stderr


@pytest.mark.parametrize("option", ["--out", "--html"])
def test_a_folder_that_is_not_there_is_told(folder: Path, option: str) -> None:
    done = govcloud(folder, "decisions", "questions", "台账", option, "没有/总表.xlsx")
    assert done.returncode == 4
    assert "Traceback" not in done.stderr


def test_a_classified_system_far_below_is_masked_above(tmp_path: Path) -> None:
    rows: Rows = [
        ["用在什么系统上", "日常维护方", "CPU一共几核", "内存总共多大（GB）", "什么时候开始用的", "是否涉密", "囍甲"]
    ]
    rows += [
        [f"业务{n}系统", "甲软件有限公司", 8, 16, "2019-05", "否", "接密函收发系统" if n == 1 else "看板"]
        for n in range(60)
    ]
    rows += [["密函收发系统", "丙信息有限公司", 4, 8, "2020-06", "是", "没有"]]
    write(tmp_path / "台账" / "市民政局.xlsx", rows)
    data = asked(tmp_path, "台账")
    assert [row["row"] for row in data["files"][0]["sheets"][0]["head"]["rows"]] == [1, 2, 3, 4, 5, 6, 7]
    assert "密函收发系统" not in json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize("rows", [SERVERS, SIDEWAYS], ids=["table", "sideways"])
def test_nothing_of_a_system_that_was_ruled_classified_is_shown(tmp_path: Path, rows: Rows) -> None:
    path = write(tmp_path / "台账" / "热力公司.xlsx", [[*row] for row in PLAIN])
    secret = "收费管理系统" if rows is SERVERS else "防汛平台"
    write(path, [PLAIN[0], [secret, 8, 16, "2019-05"], *PLAIN[1:]])
    assert govcloud(tmp_path, "collect", "ledger", "台账").returncode == 0
    listed = json.loads(govcloud(tmp_path, "inventory", "list", "--json").stdout)["data"]
    system = next(one["id"] for one in listed if one["name"] == secret)
    assert govcloud(tmp_path, "decisions", "add", "secrecy", system, "涉密", *GIVEN).returncode == 0
    write(path, [[cell if cell != "app01" else "app-of-it" for cell in row] for row in rows])
    data = asked(tmp_path, "台账")
    assert any(q["kind"] == "reading" for q in questions_in(data))
    told = json.dumps(data, ensure_ascii=False)
    assert secret not in told
    (sheet,) = data["files"][0]["sheets"]
    if rows is SERVERS:
        assert [row["row"] for row in sheet["head"]["rows"]] == [1, 3, 4]
        assert "app-of-it" not in told
    else:
        assert sheet["head"] is None
    assert sheet["first_record"] == {}
