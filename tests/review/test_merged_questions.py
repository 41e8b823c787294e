"""What the merge of all sources asks stands beside what the ledgers ask, is answered like that, and holds at once."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from tests.review.books import GIVEN, PLAIN, Rows, asked, govcloud, questions_in, write, write_answers

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
HEALTH: Rows = [
    ["系统名称", "CPU（核）", "内存（GB）", "IP地址", "色标", "对接系统"],
    ["健康档案平台", 8, 16, "10.1.0.5", "红", "图书馆的系统"],
    ["疫苗管理系统", 4, 8, "10.1.0.6", "绿", ""],
]
AGAIN: Rows = [["系统名称", "CPU（核）", "内存（GB）", "IP地址"], ["健康档案平台", 16, 16, "10.1.0.5"]]
MACHINES: Rows = [
    ["主机名", "IP", "CPU（核）", "内存（GB）", "系统名称"],
    ["jk-01", "10.1.0.51", 2, 4, "健康档案"],
    ["jk-02", "10.1.0.52", 2, 4, "健康档案"],
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three departments; two list one system with two figures, servers and a ledger call systems by names that none bears."""
    write(tmp_path / "台账" / "市卫健委台账.xlsx", HEALTH)
    write(tmp_path / "台账" / "市一医院台账.xlsx", AGAIN)
    write(tmp_path / "台账" / "市文旅局台账.xlsx", PLAIN)
    write(tmp_path / "台账" / "卫健委主机清单.xlsx", MACHINES)
    assert govcloud(tmp_path, "collect", "ledger", "台账").returncode == 0
    return tmp_path


def merged(folder: Path, *files: str) -> list[dict[str, Any]]:
    data = asked(folder, *files)
    jsonschema.validate(data, json.loads((REFERENCE / "questions.schema.json").read_text("utf-8")))
    return [question for question in questions_in(data) if question["source"] == "inventory"]


def given(folder: Path, said: dict[str, str]) -> int:
    """Answer some questions by the beginning of their keys; the exit code."""
    found = [(q, value) for q in merged(folder) for begin, value in said.items() if q["key"].startswith(begin)]
    assert len(found) == len(said)
    write_answers(folder, {
        "schema": "govcloud/answers/1",
        "answers": [{"id": q["id"], "answer": value, "file": q["file"], "file_sha256": q["file_sha256"], "seen": q["answered"]} for q, value in found],
    })  # fmt: skip
    return govcloud(folder, "decisions", "answer", "--file", "答复.json", "--yes", *GIVEN).returncode


def systems(folder: Path) -> dict[str, Any]:
    data = json.loads(govcloud(folder, "inventory", "list", "--json").stdout)["data"]
    return {f"{one['name']}/{one['department']}": one for one in data}


@pytest.mark.parametrize("files", [(), ("台账",)])
def test_they_are_listed_with_and_without_the_ledgers(folder: Path, files: tuple[str, ...]) -> None:
    found = {q["key"].rpartition(":")[2]: q for q in merged(folder, *files)}
    assert set(found) == {"dept", "vcpu", "健康档案", "图书馆的系统"}
    figure = found["vcpu"]
    assert (figure["kind"], [c["value"] for c in figure["choices"]]) == ("conflict", ["16", "8"])
    aliases = {q["key"]: q for q in merged(folder, *files) if q["kind"] == "link"}
    assert set(aliases) == {"alias:健康档案", "alias:图书馆的系统"}
    assert aliases["alias:图书馆的系统"]["any_system"]
    assert not any("sys-" in q["message"]["zh"] for q in aliases.values())
    shown = govcloud(folder, "decisions", "questions", *files).stdout
    assert "各来源合并" in shown


def test_answers_hold_at_once(folder: Path) -> None:
    assert (
        given(
            folder,
            {
                "alias:健康档案": "疫苗管理系统（市卫生健康委员会）",
                "alias:图书馆的系统": "图书馆系统",
                **{
                    q["key"]: "16" if q["key"].endswith("vcpu") else "市卫健委"
                    for q in merged(folder)
                    if q["kind"] == "conflict"
                },
            },
        )
        == 0
    )
    assert merged(folder) == []
    found = systems(folder)
    assert next(one for name, one in found.items() if name.startswith("健康档案平台/"))["vcpu"] == 16
    assert sum(name.startswith("健康档案平台/") for name in found) == 1
    assert len(found["疫苗管理系统/市卫生健康委员会"]["server_ids"]) == 2
    again = govcloud(folder, "decisions", "answer", "--file", "答复.json", "--yes", *GIVEN, "--json")
    assert {one["verdict"] for one in json.loads(again.stdout)["data"]["answers"]} == {"same"}, again.stdout
    assert "collect" not in str(json.loads(again.stdout)["data"]["command"])


def test_what_is_no_system_is_refused(folder: Path) -> None:
    assert given(folder, {"alias:健康档案": "没有的系统"}) == 1
    assert len(merged(folder)) == 4


def test_a_question_that_changed_since_is_stale(folder: Path) -> None:
    question = next(q for q in merged(folder) if q["key"] == "alias:健康档案")
    old = {"id": question["id"], "answer": "different", "file": question["file"], "file_sha256": "0" * 64, "seen": None}
    write_answers(folder, {"schema": "govcloud/answers/1", "answers": [old]})
    done = govcloud(folder, "decisions", "answer", "--file", "答复.json", "--yes", *GIVEN, "--json")
    assert [one["verdict"] for one in json.loads(done.stdout)["data"]["answers"]] == ["stale"]


def test_the_workbook_has_them_with_drop_downs(folder: Path) -> None:
    assert (
        govcloud(
            folder, "decisions", "questions", "--out", "表.xlsx", "--kind", "link", "--kind", "conflict"
        ).returncode
        == 0
    )
    book = openpyxl.load_workbook(folder / "表.xlsx")
    page = book["问题"]
    at = {cell.value: place for place, cell in enumerate(page[4], 1)}
    rows = [row for row in range(5, page.max_row + 1) if page.cell(row, at["问题编号"]).value]
    assert len(rows) == 4
    for row in rows:
        is_figure = page.cell(row, at["问什么"]).value == "几个来源以哪个为准"
        page.cell(row, at["答复"]).value = (
            str(page.cell(row, at["可答"]).value).partition("、")[0] if is_figure else "都不是"
        )
    book.save(folder / "表.xlsx")
    assert govcloud(folder, "decisions", "answer", "--file", "表.xlsx", "--yes", *GIVEN).returncode == 0
    assert merged(folder) == []


def test_a_department_that_no_catalogue_lists_is_asked_and_answered(tmp_path: Path) -> None:
    write(tmp_path / "台账" / "市教育管理局台账.xlsx", PLAIN)
    (question,) = questions_in(asked(tmp_path, "台账"))
    assert (question["kind"], question["free"]) == ("department", False)
    assert "市教育局" in [choice["value"] for choice in question["choices"]]
    write_answers(tmp_path, {
        "schema": "govcloud/answers/1",
        "answers": [{"id": question["id"], "answer": "市教育局", "file": question["file"], "file_sha256": question["file_sha256"], "seen": None}],
    })  # fmt: skip
    assert govcloud(tmp_path, "decisions", "answer", "--file", "答复.json", "台账", "--yes", *GIVEN).returncode == 0
    assert govcloud(tmp_path, "collect", "ledger", "台账").returncode == 0
    assert {one["department"] for one in systems(tmp_path).values()} == {"市教育局"}
    assert questions_in(asked(tmp_path)) == []


def test_one_answer_covers_all_files_of_a_department(tmp_path: Path) -> None:
    other: list[list[Any]] = [
        ["系统名称", "内存（GB）", "色标"],
        ["妇幼管理系统", 8, "继续使用"],
    ]  # other contents, other suggestions
    write(tmp_path / "台账" / "市卫健委台账.xlsx", HEALTH)
    write(tmp_path / "台账" / "卫健委二期家底.xlsx", other)
    asks = [q for q in questions_in(asked(tmp_path, "台账")) if q["kind"] == "column"]
    assert [(q["cell"][0], q["others"], q["places"]) for q in asks] == [("C", ["市卫健委台账.xlsx"], 2)]
    told = "".join(govcloud(tmp_path, "decisions", "questions", "台账", "--list").stdout.split())
    assert "市卫健委台账.xlsx也这样问" in told
    assert "2份台账，1个问题" in told
    text = io.StringIO()
    csv.writer(text).writerows(
        [
            ["答复", "问题编号", "文件摘要"],
            ["'备注", asks[0]["id"], asks[0]["file_sha256"]],
            ["备注", asks[0]["id"], asks[0]["file_sha256"]],
        ][::2]
    )
    (tmp_path / "答复.csv").write_text(text.getvalue(), "gb18030")
    done = govcloud(tmp_path, "decisions", "answer", "--file", "答复.csv", "台账", "--yes", *GIVEN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "已写入 1 个决定" in done.stdout
    assert [q for q in questions_in(asked(tmp_path, "台账")) if q["kind"] == "column"] == []
    assert govcloud(tmp_path, "collect", "ledger", "台账").returncode == 0
    data = [
        json.loads(govcloud(tmp_path, "inventory", "show", one["id"], "--json").stdout)["data"]
        for one in systems(tmp_path).values()
    ]
    assert {one["name"]: one["fields"]["remark"]["value"] for one in data} == {
        "健康档案平台": "红",
        "疫苗管理系统": "绿",
        "妇幼管理系统": "继续使用",
    }
