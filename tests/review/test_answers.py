"""`decisions answer`: a preview, then all or nothing; what is no answer here is refused, and says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from review.answers_file import SCHEMA
from tests.inventory.command import Done
from tests.review.books import (
    GIVEN,
    SERVERS,
    UNITS,
    answers_to,
    asked,
    asked_at_first,
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


def answer(folder: Path, *arguments: str, name: str = "答复.json", files: tuple[str, ...] = ("台账",)) -> Done:
    return govcloud(folder, "decisions", "answer", "--file", name, *files, *arguments)


def checked(folder: Path, *arguments: str, **options: Any) -> tuple[int, dict[str, Any]]:
    done = answer(folder, "--json", *arguments, **options)
    found: dict[str, Any] = json.loads(done.stdout)["data"]
    return done.returncode, found


def decided(folder: Path) -> list[dict[str, Any]]:
    done = govcloud(folder, "decisions", "list", "--json")
    found: list[dict[str, Any]] = json.loads(done.stdout)["data"] if done.returncode == 0 else []
    return found


def verdicts(data: dict[str, Any]) -> list[str]:
    return [one["verdict"] for one in data["answers"]]


def given(folder: Path, **changes: str) -> dict[str, Any]:
    made = answers_to(asked_at_first(folder), **changes)
    schema = json.loads((REFERENCE / "answers.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(made, schema)
    assert schema["$id"] == schema["properties"]["schema"]["const"] == SCHEMA
    write_answers(folder, made)
    return made


def test_a_preview_says_what_would_be_taken_and_writes_nothing(folder: Path) -> None:
    given(folder)
    code, data = checked(folder)
    assert code == 0
    assert set(verdicts(data)) == {"new"}
    assert data["wrote"] is None
    taken = {one["file"]: (one["rows_recorded"], one["rows_asked"]) for one in data["files"]}
    assert taken["热力公司.xlsx"] == (3, 0)
    assert taken["市水务局.xlsx"] == (2, 0)
    assert not (folder / "store").exists()
    assert "预览" in answer(folder).stdout


def test_yes_decides_everything_as_one_person_and_collect_takes_it(folder: Path) -> None:
    made = given(folder)
    code, data = checked(folder, "--yes", *GIVEN)
    assert code == 0
    assert data["wrote"] == len(made["answers"])
    rows = decided(folder)
    assert len(rows) == len(made["answers"])
    assert {(row["actor"], row["role"], row["reason"], row["kind"]) for row in rows} == {("李工", "经办", "对过原表", "answer")}  # fmt: skip
    assert data["command"].startswith("govcloud collect ledger 台账/")
    done = govcloud(folder, *data["command"].split()[1:], "--json")
    files = json.loads(done.stdout)["data"]["files"]
    assert {file["file"]: file["accounting"]["rows_asked"] for file in files} == {
        "热力公司.xlsx": 0, "市民政局.xlsx": 0, "市司法局.xlsx": 0, "市水务局.xlsx": 0,
    }  # fmt: skip
    assert {q["source"] for q in questions_in(asked(folder, "台账"))} == {"inventory"}  # systems that only servers name


def test_to_decide_one_has_to_say_as_whom_and_why(folder: Path) -> None:
    given(folder)
    assert answer(folder, "--yes", "--role", "经办").returncode == 2


def test_the_same_answers_again_change_nothing(folder: Path) -> None:
    made = given(folder)
    assert answer(folder, "--yes", *GIVEN).returncode == 0
    for files in (("台账",), ()):
        if not files:
            govcloud(folder, "collect", "ledger", "台账")
        code, data = checked(folder, "--yes", *GIVEN, files=files)
        assert code == 0
        assert (data["wrote"], set(verdicts(data))) == (0, {"same"})
    assert len(decided(folder)) == len(made["answers"])


@pytest.mark.parametrize("flag", [(), ("--skip-refused",)])
def test_one_that_is_refused_holds_all_back_unless_it_is_left_out(folder: Path, flag: tuple[str, ...]) -> None:
    made = given(folder)
    made["answers"][0]["answer"] = "差不多"
    write_answers(folder, made)
    code, data = checked(folder, "--yes", *GIVEN, *flag)
    assert verdicts(data)[0] == "invalid"
    assert "对、不对" in data["answers"][0]["why"]["zh"] or "可选" in data["answers"][0]["why"]["zh"]
    assert code == (0 if flag else 1)
    assert len(decided(folder)) == (len(made["answers"]) - 1 if flag else 0)


def test_a_file_that_has_changed_since_is_refused_unless_it_is_confirmed(folder: Path) -> None:
    made = given(folder)
    rows = [list(row) for row in SERVERS]
    rows[1][1] = 12
    write(folder / "台账" / "热力公司.xlsx", rows)
    code, data = checked(folder, "--yes", *GIVEN)
    told = {one["file"]: one["verdict"] for one in data["answers"]}
    assert code == 1
    assert told["热力公司.xlsx"] == "stale"
    assert told["市水务局.xlsx"] == "new"
    assert "重做问题总表" in next(one["why"]["zh"] for one in data["answers"] if one["verdict"] == "stale")
    assert decided(folder) == []
    code, data = checked(folder, "--yes", *GIVEN, "--allow-changed")
    assert (code, data["wrote"]) == (0, len(made["answers"]))


def test_a_changed_file_that_asks_something_else_is_refused_all_the_same(folder: Path) -> None:
    given(folder)
    rows = [list(row) for row in SERVERS]
    rows[0][4] = "归属的业务应用"
    write(folder / "台账" / "热力公司.xlsx", rows)
    _, data = checked(folder, "--allow-changed")
    assert {one["file"]: one["verdict"] for one in data["answers"]}["热力公司.xlsx"] == "stale"


def test_questions_of_another_store_are_refused(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    given(folder)
    other = tmp_path_factory.mktemp("other")
    write(other / "台账" / "市司法局.xlsx", UNITS)
    (other / "答复.json").write_bytes((folder / "答复.json").read_bytes())
    code, data = checked(other)
    told = {one["file"]: one["verdict"] for one in data["answers"]}
    assert code == 1
    assert told["热力公司.xlsx"] == "elsewhere"
    assert "另一个存储" in next(one["why"]["zh"] for one in data["answers"] if one["verdict"] == "elsewhere")


def test_what_somebody_decided_in_the_meantime_is_a_conflict(folder: Path) -> None:
    made = given(folder)
    question = next(q for q in asked_at_first(folder) if q["kind"] == "unit")
    done = govcloud(folder, "decisions", "add", "answer", question["key"], "TB", *GIVEN)
    assert done.returncode == 0, done.stderr
    code, data = checked(folder, "--yes", *GIVEN)
    told = next(one for one in data["answers"] if one["id"] == question["id"])
    assert code == 1
    assert told["verdict"] == "conflict"
    assert "TB" in told["why"]["zh"]
    assert len(decided(folder)) == 1
    assert len(made["answers"]) > 1


def test_a_sheet_answered_as_wrong_may_be_answered_as_right_later(folder: Path) -> None:
    given(folder, reading="不对")
    assert answer(folder, "--yes", *GIVEN).returncode == 0
    again = [q for q in questions_in(asked(folder, "台账")) if q["kind"] == "reading"]
    assert {q["answered"] for q in again} == {"不对"}
    write_answers(folder, answers_to(again))
    code, data = checked(folder, "--yes", *GIVEN)
    assert (code, set(verdicts(data))) == (0, {"changed"})
    rows = [row for row in decided(folder) if "layout:" in row["subject"] and row["in_force"]]
    assert {row["value"] for row in rows} == {"对"}
    assert all(row["supersedes"] for row in rows)


def test_answered_twice_in_two_ways_is_refused_and_twice_alike_is_once(folder: Path) -> None:
    made = given(folder)
    first = made["answers"][0]
    made["answers"] += [
        dict(first),
        dict(made["answers"][1], answer="不对" if made["answers"][1]["answer"] == "对" else "remark"),
    ]
    write_answers(folder, made)
    _, data = checked(folder)
    assert verdicts(data).count("doubled") == 2
    assert [one["id"] for one in data["answers"]].count(first["id"]) == 1


@pytest.mark.parametrize("text", ["admin/Abc#2020x", "打 13800000001", "一\n二", "长" * 201])
def test_a_free_answer_holds_no_secret_and_no_sign_of_control(tmp_path: Path, text: str) -> None:
    write(tmp_path / "台账" / "无单位.xlsx", [["系统名称", "CPU（核）", "内存（GB）"], ["城市大脑平台", 64, 128]])
    made = answers_to(questions_in(asked(tmp_path, "台账")), department=text)
    write_answers(tmp_path, made)
    code, data = checked(tmp_path)
    assert (code, verdicts(data)) == (1, ["invalid"])
    assert "Abc#2020x" not in json.dumps(data)
    assert "13800000001" not in json.dumps(data)


def test_a_choice_is_known_by_its_value_and_by_its_name_in_either_language(folder: Path) -> None:
    question = next(q for q in asked_at_first(folder) if q["kind"] == "column")
    names = ("一.json", "二.json", "三.json")
    for name, text in zip(names, ("承建单位", "vendor", "Vendor"), strict=True):
        write_answers(folder, answers_to([question], column=text), name)
    given_files = [part for name in names for part in ("--file", name)]
    done = govcloud(folder, "decisions", "answer", *given_files, "台账/市司法局.xlsx", "--json")
    assert [one["value"] for one in json.loads(done.stdout)["data"]["answers"]] == ["vendor"]


def test_an_answer_that_settles_nothing_is_told(folder: Path) -> None:
    question = next(q for q in asked_at_first(folder) if q["kind"] == "unit")
    write_answers(folder, answers_to([question]))
    _, data = checked(folder)
    assert data["asked_again"] == []


# --- files of answers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b'{"schema": "govcloud/answers/2", "answers": []}', b'{"schema": "govcloud/answers/1"}', b'{"schema": "govcloud/answers/1", "answers": [{"id": 3}]}',
    b'{"schema": "govcloud/answers/1", "answers": [], "answers": []}', b'{"schema": "govcloud/answers/1", "answers": [{"id": "x", "answer": "y", "file_sha256": "z"}]}',
    b'{"schema": "govcloud/answers/1", "answers": [{"id": "ask-00000000000000000000", "answer": "y", "file_sha256": "z", "more": 1}]}',
    b"PK\x03\x04 nothing", b"\xff\xfe\x00", b"a,b\n1,2\n",
])  # fmt: skip
def test_a_file_that_is_none_is_refused_with_its_name(folder: Path, content: bytes) -> None:
    (folder / "答复.json").write_bytes(content)
    done = answer(folder)
    assert done.returncode == 4
    assert "答复.json" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_workbook_comes_back_filled_in(folder: Path) -> None:
    assert govcloud(folder, "decisions", "questions", "台账", "--out", "总表.xlsx").returncode == 0
    book = openpyxl.load_workbook(folder / "总表.xlsx")
    assert book.sheetnames == ["说明", "问题", "读法", "选项"]
    assert [page.title for page in book.worksheets if page.sheet_state == "hidden"] == ["选项"]
    assert not [cell for page in book.worksheets for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    page = book["问题"]
    headings = {cell.value: cell.column or 0 for cell in page[4]}
    boxes = {str(box.sqref): box.formula1 for box in page.data_validations.dataValidation}
    answers = headings["答复"]
    filled = 0
    for row in range(5, page.max_row + 1):
        place = page.cell(row, answers).coordinate
        if place in boxes:
            first = boxes[place].lstrip("=").replace("'", "").replace("$", "").partition("!")[2].partition(":")[0]
            page.cell(row, answers).value = book["选项"][first].value
            filled += 1
    assert filled == page.max_row - 4
    hidden = [one for one in page.column_dimensions.values() if one.hidden]  # openpyxl keeps columns alike as one
    assert sorted(at for one in hidden for at in range(one.min or 0, (one.max or 0) + 1)) == [12, 13, 14]
    page.delete_rows(5)  # rows may go, and stand in another order
    book.save(folder / "总表.xlsx")
    code, data = checked(folder, "--yes", *GIVEN, name="总表.xlsx")
    assert (code, data["wrote"], set(verdicts(data))) == (0, filled - 1, {"new"})


def test_an_unanswered_workbook_decides_nothing(folder: Path) -> None:
    assert govcloud(folder, "decisions", "questions", "台账", "--out", "总表.xlsx").returncode == 0
    code, data = checked(folder, name="总表.xlsx")
    assert (code, data["answers"]) == (0, [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_of_the_same_columns_does_as_well(folder: Path, encoding: str) -> None:
    question = next(q for q in asked_at_first(folder) if q["kind"] == "unit")
    text = f"问题编号,答复,文件摘要,别的\n{question['id']},TB,{question['file_sha256']},x\n"
    (folder / "答复.csv").write_bytes(text.encode(encoding))
    code, data = checked(folder, name="答复.csv")
    assert (code, [one["value"] for one in data["answers"]]) == (0, ["TB"])


def test_several_files_of_answers_at_once(folder: Path) -> None:
    found = asked_at_first(folder)
    write_answers(folder, answers_to(found[:3]), "一.json")
    write_answers(folder, answers_to(found[3:]), "二.json")
    done = govcloud(folder, "decisions", "answer", "--file", "一.json", "--file", "二.json", "台账", "--json")
    assert len(json.loads(done.stdout)["data"]["answers"]) == len(found)


def test_without_ledgers_and_store_the_ledgers_are_asked_for(folder: Path) -> None:
    given(folder)
    done = answer(folder, files=())
    assert done.returncode == 5
    assert "把台账文件或文件夹写在命令里" in done.stderr


def test_a_preview_says_which_systems_would_vanish(tmp_path: Path) -> None:
    head = ["系统名称", "CPU（核）", "内存（GB）"]
    write(tmp_path / "台账" / "无单位.xlsx", [head, ["城市大脑平台", 64, 128]])
    assert govcloud(tmp_path, "collect", "ledger", "台账").returncode == 0
    write_answers(tmp_path, answers_to(questions_in(asked(tmp_path, "台账"))))
    _, data = checked(tmp_path)
    assert [one["vanished"] for one in data["files"]] == [0]  # whose it is has been answered: still the same system
    write(tmp_path / "台账" / "无单位.xlsx", [head, ["视频会议系统", 64, 128]])
    write_answers(tmp_path, answers_to(questions_in(asked(tmp_path, "台账"))))
    _, data = checked(tmp_path)
    assert [one["vanished"] for one in data["files"]] == [1]
    assert "--confirm-vanished" in answer(tmp_path).stdout
