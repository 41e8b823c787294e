"""The correction file goes out and comes back: marked, masked, answered; rows keep their identity whatever the clerk did."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inventory.collectors.spreadsheet import QUESTION_SHEET
from tests.inventory.ledger.books import text, xlsx
from tests.inventory.ledger.test_collect_ledger import run

HEAD = ["系统名称", "是否涉密", "存储", "上线时间", "系统访问地址（账号密码）", "密码", "等保级别"]
ROWS: list[list[Any]] = [
    HEAD,
    ["预算系统", "否", 2, "2019.1", "http://10.0.0.1/a 账号：admin 密码：Pa55word", "Pa55word", "三级"],
    ["国库系统", "否", "4TB", "2018-05", "http://b.gov.cn", "", "二级"],
    ["密件系统", "机密", "1TB", "2018-05", "", "", "三级"],
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "市财政局台账.xlsx").write_bytes(xlsx([{"name": "系统", "rows": ROWS}]))
    return tmp_path


def take(name: str, *options: str, as_of: str = "2026-03-31") -> dict[str, Any]:
    code, out, err = run("collect", "ledger", name, "--json", "--as-of", as_of, *options)
    assert code == 0, err
    answer: dict[str, Any] = json.loads(out)
    return answer


def sent(folder: Path) -> Any:
    take("市财政局台账.xlsx", "--corrections", "补正")
    return openpyxl.load_workbook(folder / "补正" / "市财政局台账-补正.xlsx")


def returned(folder: Path, book: Any) -> dict[str, Any]:
    book.save(folder / "市财政局台账-补正.xlsx")
    return take("市财政局台账-补正.xlsx", as_of="2026-04-30")


def ids(answer: dict[str, Any]) -> dict[str, str]:
    return {record["fields"]["sys_name"]: record["id"] for record in answer["data"]["files"][0]["records"]}


def test_the_workbook_itself_comes_back_with_questions_first(folder: Path) -> None:
    book = sent(folder)
    assert book.sheetnames == [QUESTION_SHEET, "系统"]
    questions = book[QUESTION_SHEET]
    asked = {row[2]: row for row in questions.iter_rows(min_row=5, values_only=True)}
    assert {"C2", "D2", "E2", "F1"} <= set(asked)
    assert questions.column_dimensions["H"].hidden
    boxes = {str(box.sqref): box.formula1 for box in questions.data_validations.dataValidation}
    assert '"GB,TB,MB"' in boxes.values()
    page = book["系统"]
    assert page["C2"].comment is not None
    assert page["C2"].fill.start_color.rgb.endswith("FFF2CC")


def test_no_secret_and_no_classified_row_leaves(folder: Path) -> None:
    book = sent(folder)
    shown = json.dumps(
        [[list(row) for row in page.iter_rows(values_only=True)] for page in book], ensure_ascii=False, default=str
    )
    shown += str([cell.comment.text for page in book for row in page.iter_rows() for cell in row if cell.comment])
    assert "Pa55word" not in shown
    assert "密件系统" not in shown
    assert book["系统"]["E2"].value.startswith("http://10.0.0.1/a")
    assert b"Pa55word" not in (folder / "补正" / "市财政局台账-补正.xlsx").read_bytes()


def test_a_system_ruled_classified_is_gone_from_the_file_of_a_ledger_that_does_not_say_so(folder: Path) -> None:
    known = ids(take("市财政局台账.xlsx"))
    code, _, err = run(
        "decisions", "add", "secrecy", known["国库系统"], "涉密", "--reason", "保密办定", "--role", "保密办"
    )
    assert code == 0, err
    page = sent(folder)["系统"]
    rows = [[cell for cell in row if cell] for row in page.iter_rows(values_only=True)]
    assert rows[1][0] == "预算系统"
    assert rows[2] == rows[3] == ["（涉密系统，请勿在此填报）"]
    assert len(take("市财政局台账.xlsx")["data"]["files"][0]["records"]) == 2


def test_answers_in_the_first_sheet_settle_the_questions_for_good(folder: Path) -> None:
    book = sent(folder)
    for row in book[QUESTION_SHEET].iter_rows(min_row=5):
        if row[2].value == "C2":
            row[6].value = "TB"
        if row[2].value == "D2":
            row[6].value = "2019-10"
    fields = {r["fields"]["sys_name"]: r["fields"] for r in returned(folder, book)["data"]["files"][0]["records"]}
    assert (fields["预算系统"]["storage"], fields["预算系统"]["online_date"]) == (2048, "2019-10")
    later = take("市财政局台账.xlsx", as_of="2026-05-31")
    assert {gap["kind"] for gap in later["gaps"]} == {"credential"}


def test_a_corrected_name_is_still_the_same_system(folder: Path) -> None:
    before = ids(take("市财政局台账.xlsx"))
    book = sent(folder)
    book["系统"]["A2"] = "预算管理一体化系统"
    after = ids(returned(folder, book))
    assert after["预算管理一体化系统"] == before["预算系统"]


def test_sorted_inserted_and_deleted_rows_keep_their_identity(folder: Path) -> None:
    before = ids(take("市财政局台账.xlsx"))
    book = sent(folder)
    page = book["系统"]
    first = [cell.value for cell in page[2]]
    page.delete_rows(4)  # the emptied row of the classified system
    page.delete_rows(2)
    page.insert_rows(3)
    for at, value in enumerate(first, 1):  # sorted to the end, behind a row that was inserted
        page.cell(4, at).value = value
    page.cell(3, 1).value, page.cell(3, 7).value = "票据系统", "二级"
    after = ids(returned(folder, book))
    assert after["预算系统"] == before["预算系统"]
    assert after["国库系统"] == before["国库系统"]
    assert after["票据系统"] not in before.values()


def test_a_copied_row_is_a_new_system_and_is_asked(folder: Path) -> None:
    before = ids(take("市财政局台账.xlsx"))
    book = sent(folder)
    page = book["系统"]
    page.delete_rows(4)
    for at, cell in enumerate(list(page[2]), 1):
        page.cell(4, at).value = cell.value
    page["A4"] = "绩效系统"
    answer = returned(folder, book)
    assert ids(answer)["预算系统"] == before["预算系统"]
    assert ids(answer)["绩效系统"] not in before.values()
    assert any("复制" in gap["message"]["zh"] for gap in answer["gaps"])


def test_the_file_untouched_changes_no_system(folder: Path) -> None:
    take("市财政局台账.xlsx")
    changes = returned(folder, sent(folder))["data"]["files"][0]["changes"]
    assert changes["new"] == []
    assert changes["vanished"] == []


def test_other_formats_come_back_as_xlsx(folder: Path) -> None:
    (folder / "市民政局.csv").write_bytes(text([["系统名称", "存储"], ["=1+1", "2"]], "gbk"))
    take("市民政局.csv", "--corrections", "补正")
    page = openpyxl.load_workbook(io.BytesIO((folder / "补正" / "市民政局-补正.xlsx").read_bytes()))["台账"]
    assert page["A2"].value == "=1+1"
    assert page["A2"].data_type == "s"


def test_what_the_correction_file_cannot_keep_is_listed(folder: Path) -> None:
    import zipfile

    with zipfile.ZipFile(folder / "市财政局台账.xlsx", "a") as packed:
        packed.writestr("xl/media/image1.png", b"x")
        packed.writestr("xl/vbaProject.bin", b"x")
    (file,) = take("市财政局台账.xlsx", "--corrections", "补正")["data"]["files"]
    assert [lost["zh"] for lost in file["correction"]["not_kept"]] == ["图片", "宏"]
    page = openpyxl.load_workbook(folder / "补正" / "市财政局台账-补正.xlsx")[QUESTION_SHEET]
    assert page["A3"].value == "本文件没有保留原文件中的：图片、宏"
