"""Paragraphs that tell of systems are never passed over and never guessed at: each is asked about, and every row is accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from catalogs.errors import CollectError
from inventory.collectors.forms.prose import tells_of_a_system
from inventory.model import Collected
from tests.inventory.ledger.books import read, xlsx
from tests.inventory.ledger.test_collect_ledger import run

PARAGRAPHS = [
    "我局现有门户网站一个，部署在政务云，4核8G，2019年上线，由东软公司负责运维。",
    "另有行政审批系统一套，等保三级，8核16G，部署在县政务云，2020年6月投入使用。",
    "学籍管理系统于2017年建成，在局机房一台服务器上运行，16核32G，目前已停用。",
]
LEDGER: list[list[Any]] = [["系统名称", "CPU（核）", "内存（GB）"], ["教师培训平台", 4, 8], ["校园安全平台", 8, 16]]
NAMES = ["教师培训平台", "校园安全平台"]


def found_in(sheets: list[list[list[Any]]], answers: dict[str, str] | None = None) -> Collected:
    pages = [{"name": f"表{at}", "rows": rows} for at, rows in enumerate(sheets)]
    return read("县教育局.xlsx", xlsx(pages), answers=answers or {}, confirmed=False)


def asked_rows(found: Collected) -> list[tuple[str | None, int | None]]:
    return [(g.origin.sheet, g.origin.row) for g in found.gaps if "|prose|" in str(g.answer_key)]


def balanced(found: Collected) -> bool:
    account: Any = found.accounting
    return bool(account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"])


@pytest.mark.parametrize(
    "rows",
    [
        [["县教育局信息系统情况"], *[[text] for text in PARAGRAPHS], ["2026年3月1日"]],
        [["县教育局信息系统情况"], *[[None, text] for text in PARAGRAPHS]],
        [["县教育局"], *[[at, text] for at, text in enumerate(PARAGRAPHS, 1)]],
        [["单位", "信息化情况"], *[["县教育局", text] for text in PARAGRAPHS]],
        [["填报单位", "县教育局"], ["系统情况", "".join(PARAGRAPHS)]],
    ],
)
def test_a_file_of_prose_is_asked_paragraph_by_paragraph_and_nothing_is_taken(rows: list[list[Any]]) -> None:
    found = found_in([rows])
    assert not found.records
    assert asked_rows(found)
    assert found.accounting["rows_asked"] == sum(any(len(str(c)) > 30 for c in row) for row in rows)
    assert balanced(found)
    question = next(gap for gap in found.gaps if "|prose|" in str(gap.answer_key))
    assert question.question is not None
    assert question.choices == ("ignore",)
    assert not any(text[:6] in f"{question.message.zh}{question.question.zh}{question.raw}" for text in PARAGRAPHS)


def test_prose_on_a_sheet_beside_a_ledger_is_asked() -> None:
    found = found_in([LEDGER, [["其他系统情况"], *[[text] for text in PARAGRAPHS]]])
    assert [record.fields["sys_name"] for record in found.records] == NAMES
    assert asked_rows(found) == [("表1", 2), ("表1", 3), ("表1", 4)]
    assert balanced(found)


@pytest.mark.parametrize("below", [True, False])
def test_prose_above_or_below_a_table_is_asked_and_says_nothing_of_its_rows(below: bool) -> None:
    prose = [[text] for text in PARAGRAPHS]
    rows = [*LEDGER, [None], *prose] if below else [*prose, *LEDGER]
    found = found_in([rows])
    assert [record.fields["sys_name"] for record in found.records] == NAMES
    assert {record.fields.get("dept") for record in found.records} == {"县教育局"}
    assert not any(record.fields.get("status") or record.fields.get("location") for record in found.records)
    assert len(asked_rows(found)) == 3
    assert balanced(found)


@pytest.mark.parametrize(
    "headings", [["系统名称", "情况说明"], ["系统名称", "备注", "系统状态"], ["序号", "系统名称", "备注"]]
)
def test_a_paragraph_beside_a_name_is_the_remark_of_its_row(headings: list[str]) -> None:
    told = dict(zip(NAMES, PARAGRAPHS, strict=False))
    rows = [[{"系统名称": name, "序号": at, "系统状态": "在用"}.get(h, text) for h in headings] for at, (name, text) in enumerate(told.items(), 1)]  # fmt: skip
    found = found_in([[headings, *rows]])
    assert [record.fields["sys_name"] for record in found.records] == NAMES
    assert [record.fields["remark"] for record in found.records] == PARAGRAPHS[:2]
    assert not asked_rows(found)


def test_paragraphs_answered_with_ignore_are_left_out_next_month_too() -> None:
    for sheets, sheet in (([[*LEDGER, [None], *[[text] for text in PARAGRAPHS]]], "表0"), ([LEDGER, [[text] for text in PARAGRAPHS]], "表1")):  # fmt: skip
        found = found_in(sheets, {f"ledger:县教育局|prose|sheet:{sheet}": "ignore"})
        assert len(found.records) == 2
        assert not asked_rows(found)
        assert balanced(found)


def test_the_terminal_and_the_correction_file_tell_of_prose_and_of_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    secret = [
        "机要文件流转系统为涉密系统，部署在单机，8核16G，2019年上线。",
        "公文系统部署在政务云，4核8G，后台账号admin 密码Ab#1234x。",
    ]
    content = xlsx([{"name": "情况", "rows": [["县教育局"], *[[text] for text in (*PARAGRAPHS, *secret)]]}])
    Path("县教育局.xlsx").write_bytes(content)
    code, out, err = run("collect", "ledger", "县教育局.xlsx", "--corrections", "补正", "--as-of", "2026-03-31")
    assert code in (0, 9), err
    assert "是文字材料" in out
    assert "待问 5" in out
    made = Path("补正").glob("*.xlsx")
    shown = str([[c.value for c in row] for path in made for page in openpyxl.load_workbook(path) for row in page.iter_rows()])  # fmt: skip
    assert "这一段文字写了系统的情况" in shown
    for told in (out, err, shown):
        assert "机要文件流转" not in told
        assert "Ab#1234x" not in told


@pytest.mark.parametrize(
    "text",
    [
        "填表说明：请填写系统名称、上线时间（格式2019年3月）、部署位置（政务云或机房）。",
        "注：本表系统均部署在政务云，等保二级，数据截至2026年3月。",
        "县教育局2026年政务信息系统、应用平台、门户网站情况汇总表（政务外网、互联网）",
        "行政审批系统",
        "按照县数据局通知要求，各系统应当于2026年6月上线，部署在政务云。",
    ],
)
def test_advice_notes_and_titles_are_no_prose(text: str) -> None:
    assert not tells_of_a_system(text)


LINES = ["低保系统，8核16G", "2.养老平台：4核8G，2020年上线", "婚姻登记系统在政务云"]


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        ([["县教育局信息化情况"], *[[line] for line in LINES], ["2026年3月1日"]], [2, 3, 4]),
        ([["低保系统", "8核16G"], ["养老平台", "4核8G"]], [1, 2]),
        ([[LINES[0]], [PARAGRAPHS[0]], [LINES[2]]], [1, 2, 3]),
    ],
)
def test_a_file_of_short_lines_is_asked_line_by_line(rows: list[list[Any]], asked: list[int]) -> None:
    found = found_in([rows])
    assert not found.records
    assert asked_rows(found) == [("表0", row) for row in asked]
    assert balanced(found)
    assert not any(name in str(gap.as_json()) for gap in found.gaps for name in ("低保", "养老", "婚姻"))


@pytest.mark.parametrize(
    "rows",
    [
        [["关于报送信息系统台账的通知"], ["请各单位填报在用系统，8核以上的注明"]],
        [["会议室预订"], ["三楼，周一上午"]],
        [["叫什么", "在哪", "多大"], ["学籍那个", "楼上", "很大"]],
    ],
)
def test_other_texts_are_refused_as_before(rows: list[list[Any]]) -> None:
    with pytest.raises(CollectError):
        found_in([rows])


def test_short_lines_beside_a_ledger_are_no_questions() -> None:
    found = found_in([LEDGER, [["低保系统，8核16G"], ["说明"]]])
    assert [record.fields["sys_name"] for record in found.records] == NAMES
    assert not asked_rows(found)
