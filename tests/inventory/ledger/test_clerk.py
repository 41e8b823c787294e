"""A correction file goes through the hands of a clerk at a real LibreOffice and comes back: the same systems, doubts asked."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inventory.collectors.spreadsheet import QUESTION_SHEET
from tests.inventory.ledger import clerk
from tests.inventory.ledger.books import xlsx
from tests.inventory.ledger.test_corrections import ids, take

pytestmark = pytest.mark.slow

ROWS: list[list[Any]] = [
    ["系统名称", "是否涉密", "存储", "上线时间", "系统访问地址（账号密码）", "等保级别"],
    ["预算系统", "否", 2, "2019.1", "http://10.0.0.1/a 账号：admin 密码：Pa55word", "三级"],
    ["国库系统", "否", "4TB", "2018-05", "http://b.gov.cn", "二级"],
    ["票据系统", "否", "500GB", "2021-03", "", "二级"],
    ["绩效系统", "否", "1TB", "2020-07", "", "二级"],
    ["密件系统", "机密", "1TB", "2018-05", "", "三级"],
]
NAME = "市财政局台账-补正.xlsx"


@pytest.fixture
def sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, with a correction file in 补正/."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "市财政局台账.xlsx").write_bytes(xlsx([{"name": "系统", "rows": ROWS}]))
    take("市财政局台账.xlsx", "--corrections", "补正")
    return tmp_path


def through_libreoffice(folder: Path, actions: list[list[Any]]) -> Path:
    """What LibreOffice saves after these actions."""
    (folder / "actions.json").write_text(json.dumps(actions, ensure_ascii=False), "utf-8")
    (folder / "back").mkdir()
    target = folder / "back" / NAME
    given = [
        clerk.__file__,
        str(folder / "补正" / NAME),
        str(target),
        str(folder / "actions.json"),
        str(folder / "profile"),
    ]
    subprocess.run(["/usr/bin/python3", *given], check=True, timeout=300)
    return target


def _answers(folder: Path) -> list[list[Any]]:
    """The clerk's answers in the first sheet: TB, and October."""
    page = openpyxl.load_workbook(folder / "补正" / NAME)[QUESTION_SHEET]
    wanted = {"C2": "TB", "D2": "2019-10"}
    return [
        ["type", QUESTION_SHEET, f"G{cells[0].row}", wanted[str(cells[2].value)]]
        for cells in page.iter_rows(min_row=5)
        if cells[2].value in wanted
    ]


def test_sorted_inserted_copied_deleted_and_answered(sent: Path) -> None:
    before = ids(take("市财政局台账.xlsx"))
    done: list[list[Any]] = [
        *_answers(sent),
        ["delete", "系统", 6],  # the emptied row of the classified system
        ["delete", "系统", 4],  # 票据系统 is gone
        ["copy", "系统", "A3:G3", "A5"],  # 国库系统 copied whole, hidden key and all, and renamed
        ["type", "系统", "A5", "国债系统"],
        ["type", "系统", "A4", "绩效管理系统"],  # renamed where it stands
        ["insert", "系统", 3, ["决算系统", "否", "8TB", "2022-01", "", "二级"]],
        ["sort", "系统", "A2:G6", 0],
    ]  # fmt: skip
    through_libreoffice(sent, done)
    answer = take(f"back/{NAME}", as_of="2026-04-30")
    after = ids(answer)
    assert after["预算系统"] == before["预算系统"]
    assert after["国库系统"] == before["国库系统"]
    assert after["绩效管理系统"] == before["绩效系统"]
    assert not {after["国债系统"], after["决算系统"]} & set(before.values())
    assert "票据系统" not in after
    assert [gap["raw"] for gap in answer["gaps"] if "复制" in gap["message"]["zh"]] == ["国债系统"]
    fields = {r["fields"]["sys_name"]: r["fields"] for r in answer["data"]["files"][0]["records"]}
    assert (fields["预算系统"]["storage"], fields["预算系统"]["online_date"]) == (2048, "2019-10")
    changes = answer["data"]["files"][0]["changes"]
    assert (changes["new"], changes["vanished"]) == (["决算系统", "国债系统"], ["票据系统"])
    assert "绩效系统 → 绩效管理系统" in changes["changed"]


def test_saved_by_libreoffice_untouched_it_changes_no_system(sent: Path) -> None:
    saved = through_libreoffice(sent, [])
    book = openpyxl.load_workbook(saved)
    assert book[QUESTION_SHEET].data_validations.dataValidation  # the drop-downs are still there
    assert book["系统"].column_dimensions["G"].hidden
    assert b"Pa55word" not in saved.read_bytes()
    changes = take(f"back/{NAME}", as_of="2026-04-30")["data"]["files"][0]["changes"]
    assert (changes["new"], changes["vanished"]) == ([], [])
