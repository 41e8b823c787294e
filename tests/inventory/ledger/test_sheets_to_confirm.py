"""Sheets that are not plain: shown as they would be read, asked once, taken only after a yes; plain ones are never asked about."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inventory.collectors.sheets.plain_sheets import ATTACHED, SIGNS, SUPERSEDED
from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from inventory.corrections.returned import answers_in
from inventory.model import Collected
from tests.inventory.ledger.books import read, unanswered, xlsx
from tests.inventory.ledger.test_collect_ledger import confirm, run

Rows = list[list[Any]]
PLAIN: Rows = [
    ["系统名称", "科室", "CPU（核）", "内存（GB）", "上线时间", "联系人", "联系电话"],
    ["学籍管理系统", "基教科", 8, 16, "2019-05", "王小明", "13800000001"],
    ["招生考试平台", "考试科", 4, 8, "2020-06", "李小红", "13800000002"],
    ["教师培训网站", "人事科", 2, 4, "2021-07", "赵小军", "13800000003"],
]


def with_heading(at: int, heading: str, values: list[Any] | None = None) -> Rows:
    rows = [list(row) for row in PLAIN]
    rows[0][at] = heading
    for row, value in zip(rows[1:], values or [], strict=False):
        row[at] = value
    return rows


def unlisted(heading: str) -> Rows:
    """Four headings that no list has, more than are asked one by one; the given one above the dates."""
    rows = with_heading(4, heading)
    rows[0][1:4] = ["日常维护方", "用的什么数据库", "硬盘共有多大（GB）"]
    firms, databases = ("甲软件有限公司", "乙科技有限公司", "丙信息有限公司"), ("MySQL 5.7", "达梦8", "Oracle 11g")
    for row, company, database in zip(rows[1:], firms, databases, strict=True):
        row[1:3] = [company, database]
    return rows


ODD: dict[str, Rows] = {
    "name-heading": with_heading(0, "用在什么系统上"),
    "names-unlike": with_heading(0, "项目名称", ["智慧校园", "阳光招生", "名师课堂"]),
    "parent": [
        ["系统名称", "用的什么数据库", "本馆使用部门", None, "维保截止日", "硬盘共有多大（GB）"], [None, None, "部门名", "联系人", None, None],
        *([row[0], "MySQL 5.7", row[1], row[5], row[4], row[3]] for row in PLAIN[1:]),
    ],
    "words": unlisted("维保截止日"),
    "contents": unlisted("投运"),
    "bracket": with_heading(2, "CPU（含备机）"),
    "unit": with_heading(3, "内存"),
    "cards": [["系统名称", "学籍管理系统"], ["CPU（核）", 8], ["内存（GB）", 16], ["等保级别", "三级"], ["上线时间", "2019-05"]],
    "sideways": [["系统名称", "学籍系统", "招生平台"], ["CPU（核）", 8, 4], ["内存（GB）", 16, 8], ["等保级别", "三级", "二级"]],
    "facts": [
        ["系统名称", "指标", "内容"],
        *([name, label, value] for name in ("学籍系统", "招生平台") for label, value in (("CPU核数", 8), ("内存（GB）", 16), ("等保级别", "三级"))),
    ],
    "stacked": [
        ["系统名称", "CPU（核）", "内存（GB）"], ["", "联系人", "等保级别"],
        ["学籍系统", 8, 16], ["", "王小明", "三级"], ["招生平台", 4, 8], ["", "李小红", "二级"],
    ],
    "several-tables": [*PLAIN, [], ["系统名称", "等保级别", "机房"], ["学籍管理系统", "三级", "一号机房"]],
    "blank-column": [[*row[:3], None, *row[3:]] for row in PLAIN],
    "zones": [
        ["系统名称", "政务外网区", None, "互联网区", None], [None, "CPU（核）", "内存（GB）", "CPU（核）", "内存（GB）"],
        ["学籍系统", 8, 16, 2, 4], ["招生平台", 4, 8, 2, 4],
    ],
    "titles": [
        ["一、学籍管理系统"], ["服务器名称", "CPU（核）", "内存（GB）"], ["web01", 4, 8], ["db01", 8, 16],
        ["二、招生考试平台"], ["服务器名称", "CPU（核）", "内存（GB）"], ["web02", 4, 8],
    ],
    "verified": [
        ["系统名称", "内存（GB）（原填报）", "内存（GB）（核实后）"], ["学籍系统", 16, 32], ["招生平台", 8, 8],
    ],
    "ticks": [
        ["系统名称", "CPU（核）", "是否涉密", None, "等保级别"], [None, None, "是", "否", None],
        ["学籍系统", 8, None, "√", "三级"], ["招生平台", 4, None, "√", "二级"],
    ],
    "contradicted": with_heading(5, "联系人", ["甲软件有限公司", "乙科技有限公司", "丙信息有限公司"]),
    "hardly-known": [[*row[:2], *row[:2], *row[:2]] if at else ["系统名称", "科室", "囍甲", "囍乙", "囍丙", "囍丁"] for at, row in enumerate(PLAIN)],
    "rows": [*PLAIN, *[[name, "某科", 1, 2, "2020", "", ""] for name in ("以上均已备案", "（含短信）", "8核", "192.168.1.1")]],
}  # fmt: skip


def book(rows: Rows, name: str = "表") -> bytes:
    merges = {
        "parent": ["A1:A2", "B1:B2", "C1:D1", "E1:E2", "F1:F2"],
        "zones": ["A1:A2", "B1:C1", "D1:E1"],
        "ticks": ["A1:A2", "B1:B2", "C1:D1", "E1:E2"],
        "stacked": [],
    }
    own = next((merges.get(sign, []) for sign, odd in ODD.items() if odd is rows), [])
    return xlsx(
        [{"name": name, "rows": [[None if cell == "" else cell for cell in row] for row in rows], "merges": own}]
    )


def asked(found: Collected) -> list[dict[str, Any]]:
    sheets: Any = found.accounting["sheets"]
    return [sheet["to_confirm"] for sheet in sheets if sheet["to_confirm"]]


def balanced(found: Collected) -> bool:
    account: Any = found.accounting
    return bool(account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"])


def test_a_plain_sheet_is_not_asked_about() -> None:
    found = read("市教育局.xlsx", book(PLAIN), confirmed=False)
    assert asked(found) == []
    assert len(found.records) == 3


@pytest.mark.parametrize("heading", ["系统名称", "系 统 全 称 *", "平 台 名 称", "系统名称（全称）"])
def test_headings_of_names_however_spaced_are_plain(heading: str) -> None:
    rows = with_heading(0, heading, ["预算", "学籍", "低保"])
    assert asked(read("市教育局.xlsx", book(rows), confirmed=False)) == []


@pytest.mark.parametrize("sign", ODD)
def test_each_sign_makes_a_sheet_wait_and_says_why(sign: str) -> None:
    found = read("市教育局.xlsx", book(ODD[sign]), confirmed=False)
    (one,) = asked(found)
    assert sign in {why["sign"] for why in one["why"]}
    assert all(why["reason"]["zh"] and why["reason"]["en"] and "{" not in why["reason"]["zh"] for why in one["why"])
    assert not found.records
    assert not found.contacts
    assert balanced(found)
    waiting = [gap for gap in found.gaps if gap.answer_key == one["answer_key"]]
    assert waiting[0] is found.gaps[0]
    assert waiting[0].choices == ("对", "不对")
    assert waiting[0].origin.row is None
    assert {(gap.origin.row, gap.origin.column) for gap in waiting[1:]}
    assert found.accounting["rows_recorded"] == 0
    again = read("市教育局.xlsx", book(ODD[sign]))
    assert again.records
    assert balanced(again)


def test_every_sign_is_tried() -> None:
    """One workbook for each function; `odd_kind` gives four signs."""
    assert len(ODD) == len(SIGNS) + 3


def test_every_sign_is_in_the_how_to() -> None:
    page = (Path(__file__).parents[3] / "docs" / "howto" / "ledgers.md").read_text("utf-8")
    assert [sign for sign in (*ODD, ATTACHED, SUPERSEDED) if f"`{sign}`" not in page] == []


def test_the_question_shows_names_first_fields_with_values_and_the_first_record() -> None:
    found = read("市教育局.xlsx", book(ODD["contents"]), confirmed=False)
    (one,) = asked(found)
    assert [(c["column"], c["field"], c["samples"]) for c in one["columns"][:1]] == [
        ("A", "sys_name", ["学籍管理系统", "招生考试平台", "教师培训网站"])
    ]
    by_field = {c["field"]: c for c in one["columns"]}
    assert by_field["online_date"]["samples"] == ["2019-05", "2020-06", "2021-07"]
    assert by_field["contact"]["samples"] == []
    assert one["first_record"]["sys_name"] == "学籍管理系统"
    assert one["first_record"]["storage"] == "16"
    assert one["rows"] == 3
    told = str(found.gaps[0].message)
    assert "E「投运」读作投入使用时间" in told
    assert "王小明" not in str(found)
    assert "13800000001" not in str(found)


def test_a_yes_holds_next_month_for_the_same_layout_and_for_no_other() -> None:
    first = read("市教育局.xlsx", book(ODD["words"]), confirmed=False)
    answers = dict.fromkeys(unanswered(first), "对")
    later = [*ODD["words"], ["视频会议平台", "办公室", 2, 4, "2023-01", "孙小刚", "13800000004"]]
    found = read("市教育局-7月.xlsx", book(later, "7月"), answers=answers, confirmed=False, department="市教育局")
    assert len(found.records) == 4
    assert asked(found)[0]["answer"] == "对"
    other = unlisted("最后一次升级时间")
    assert not read("市教育局.xlsx", book(other), answers=answers, confirmed=False).records
    assert not read("市民政局.xlsx", book(later), answers=answers, confirmed=False).records


@pytest.mark.parametrize("word", ["是", "yes", "正确", "对"])
def test_other_words_for_yes_are_taken(word: str) -> None:
    keys = unanswered(read("市教育局.xlsx", book(ODD["words"]), confirmed=False))
    assert read("市教育局.xlsx", book(ODD["words"]), answers=dict.fromkeys(keys, word), confirmed=False).records


def test_after_a_no_the_columns_are_asked_and_what_is_put_right_is_confirmed_anew() -> None:
    rows = unlisted("维保截止日")
    (key,) = unanswered(read("市教育局.xlsx", book(rows), confirmed=False))
    found = read("市教育局.xlsx", book(rows), answers={key: "不对"}, confirmed=False)
    assert not found.records
    columns = {gap.answer_key: gap for gap in found.gaps if "|heading|" in str(gap.answer_key)}
    own = "ledger:市教育局|heading|heading:维保截止日"
    assert columns[own].choices == ("ignore",)  # with all fields in the drop-down
    assert "现在读作运维合同到期时间" in columns[own].message.zh
    assert "已答复读得不对" in str(found.gaps[0].message)
    right = read("市教育局.xlsx", book(rows), answers={key: "不对", own: "start_date"}, confirmed=False)
    assert [record.fields["start_date"] for record in right.records] == ["2019-05", "2020-06", "2021-07"]


def test_a_sheet_and_its_columns_can_be_answered_at_once() -> None:
    rows = [[*row, extra] for row, extra in zip(ODD["words"], ("囍甲", "a1", "b2", "c3"), strict=True)]
    found = read("市教育局.xlsx", book(rows), confirmed=False)
    answers = dict.fromkeys(unanswered(found), "对")
    answers |= {str(g.answer_key): "remark" for g in found.gaps if g.raw == "囍甲"}
    both = read("市教育局.xlsx", book(rows), answers=answers, confirmed=False)
    assert [record.fields["remark"] for record in both.records] == ["a1", "b2", "c3"]


def test_the_correction_file_asks_it_first_with_a_drop_down_and_takes_the_answer() -> None:
    content = book(ODD["sideways"])
    plain = workbook_of("市教育局.xlsx", content)
    made = correction_of(content, plain, read("市教育局.xlsx", content, confirmed=False))
    sent = openpyxl.load_workbook(io.BytesIO(made.content))
    page = sent.worksheets[0]
    assert "是横表" in str(page["F5"].value)
    assert page["D5"].value == "整张表"
    assert not any(cell.comment for cells in sent.worksheets[1].iter_rows() for cell in cells)
    assert str(page["F5"].value).endswith("这样读对吗？")
    boxes = [box.formula1 for box in page.data_validations.dataValidation if "G5" in str(box.sqref)]
    assert boxes == ['"对,不对"']
    assert sum("这样读对吗" in str(row[5].value) for row in page.iter_rows(min_row=5)) == 1
    page["G5"] = "对"
    out = io.BytesIO()
    sent.save(out)
    back = workbook_of("市教育局-补正.xlsx", out.getvalue())
    again = read("市教育局-补正.xlsx", out.getvalue(), answers=answers_in(back), confirmed=False, department="市教育局")
    assert [record.fields["sys_name"] for record in again.records] == ["学籍系统", "招生平台"]


def test_credentials_are_told_of_and_classified_names_are_not_while_a_sheet_waits() -> None:
    rows = [[*row, extra] for row, extra in zip(ODD["words"], ("系统访问地址", "http://10.1.1.1 账号admin 密码Ab1234", "", ""), strict=True)]  # fmt: skip
    rows.append(["机要文件系统", "办公室", 1, 2, "2020-01", "", "", ""])
    secret = [["系统名称", "密级", "科室"], ["机要文件系统", "机密", "办公室"], ["学籍管理系统", "非涉密", "基教科"]]
    both = xlsx([{"name": "一", "rows": rows}, {"name": "二", "rows": secret}])
    found = read("市教育局.xlsx", both, confirmed=False)
    assert [gap.kind for gap in found.gaps].count("credential") == 1
    assert "Ab1234" not in str(found)
    assert "机要文件系统" not in str(found)


def test_a_plain_sheet_keeps_its_rows_beside_one_that_waits_with_the_same() -> None:
    both = xlsx([{"name": "一", "rows": ODD["words"]}, {"name": "二", "rows": PLAIN}])
    found = read("市教育局.xlsx", both, confirmed=False)
    assert [record.origin.sheet for record in found.records] == ["二", "二", "二"]
    assert balanced(found)


def test_a_valid_edition_beside_one_that_is_void_waits() -> None:
    both = xlsx([{"name": "2023年旧表（作废）", "rows": PLAIN}, {"name": "2024年", "rows": PLAIN}])
    (one,) = asked(read("市教育局.xlsx", both, confirmed=False))
    assert [why["sign"] for why in one["why"]] == ["superseded"]
    assert [record.origin.sheet for record in read("市教育局.xlsx", both).records] == ["2024年"] * 3


def test_a_sheet_without_departments_waits_with_the_one_that_has_them() -> None:
    main = [
        ["单位名称", *row[:5]] if at == 0 else ["市教育局直属中学", *row[:5]] for at, row in enumerate(ODD["words"])
    ]
    both = xlsx([{"name": "主表", "rows": main}, {"name": "附页", "rows": PLAIN}])
    found = read("各单位.xlsx", both, confirmed=False)
    assert not found.records
    assert {why["sign"] for one in asked(found) for why in one["why"]} == {"words", "attached"}


def test_the_terminal_shows_how_it_would_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("市教育局.xlsx").write_bytes(book(ODD["contents"]))
    code, out, err = run("collect", "ledger", "市教育局.xlsx", "--dry-run")
    assert code == 0, err
    assert "「表」先要确认读法：3 行还没有导入" in out
    assert "这样读对吗？可答：对、不对" in out
    assert out.count("|layout:") == 1
    assert "王小明" not in out
    assert all(len(line) <= 80 for line in out.splitlines())
    Path("市民政局.xlsx").write_bytes(book(PLAIN))
    _, out, _ = run("collect", "ledger", "市教育局.xlsx", "市民政局.xlsx", "--dry-run")
    assert "1 个文件里有 1 张表先要确认读法" in out
    confirm("市教育局.xlsx", "2026-03-31")
    code, out, err = run("collect", "ledger", "市教育局.xlsx", "--dry-run", "--as-of", "2026-03-31")
    assert "读法已确认" in out
    assert "导入 3" in out


def test_systems_of_a_sheet_that_waits_do_not_vanish_from_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    others = [["系统名称", "CPU（核）", "等保级别"], ["门户网站", 2, "二级"], ["办公平台", 4, "三级"], ["档案系统", 4, "三级"], ["车辆系统", 4, "三级"]]  # fmt: skip
    Path("市教育局.xlsx").write_bytes(xlsx([{"name": "一", "rows": others}, {"name": "二", "rows": PLAIN}]))
    assert run("collect", "ledger", "市教育局.xlsx", "--as-of", "2026-03-31")[0] == 0
    odd = unlisted("维保截止日")
    Path("市教育局.xlsx").write_bytes(xlsx([{"name": "一", "rows": others}, {"name": "二", "rows": odd}]))
    code, _, err = run("collect", "ledger", "市教育局.xlsx", "--as-of", "2026-04-30")
    assert code == 4
    assert "「二」的读法还没有确认，3 行没有导入" in err
    assert "|layout:" in err
    confirm("市教育局.xlsx", "2026-04-30")
    code, out, err = run("collect", "ledger", "市教育局.xlsx", "--as-of", "2026-04-30")
    assert code == 0, err
    assert "不再出现" not in out


def test_of_a_long_sheet_a_thousand_rows_are_listed_and_the_rest_counted() -> None:
    rows: Rows = [
        ["用在什么系统上", "CPU（核）", "上线时间"],
        *([f"业务管理系统{n}", 4, "2019-05"] for n in range(1200)),
    ]
    found = read("市教育局.xlsx", book(rows), confirmed=False)
    assert found.accounting["rows_asked"] == 1200
    assert balanced(found)
    assert len(found.gaps) == 1 + 1000 + 1
    assert found.gaps[-1].message.zh == "另有 200 行同样没有导入，没有一一列出"


def test_a_note_with_who_signed_it_is_no_sample() -> None:
    rows = [*[[*row, ""] for row in PLAIN], ["", "", "", "", "", "", "", "核实人：宿佳 2024年6月"], ["", "", "", "", "", "", "", "审核员:李四"]]  # fmt: skip
    assert "宿佳" not in str(read("市教育局.xlsx", book(rows)))
    assert "李四" not in str(read("市教育局.xlsx", book(rows)))


def signs(rows: Rows) -> set[str]:
    return {why["sign"] for one in asked(read("市教育局.xlsx", book(rows), confirmed=False)) for why in one["why"]}


def test_a_heading_of_names_in_no_list_is_plain_where_names_of_systems_stand_below() -> None:
    for heading in ("在用业务软件名称", "平台或软件叫什么", "医保信息系统名称"):
        assert "name-heading" not in signs(with_heading(0, heading))
    assert "name-heading" in signs(with_heading(0, "在用业务软件名称", ["智慧校园", "阳光招生", "名师课堂"]))
    servers = [["主机名称", *row] if at == 0 else [f"app0{at}", *row] for at, row in enumerate(with_heading(0, "上面跑的业务系统"))]  # fmt: skip
    assert "name-heading" in signs(servers)


def test_a_bracket_that_says_the_same_is_plain() -> None:
    assert signs(with_heading(2, "CPU核数（合计）")) == set()
    assert "bracket" in signs(with_heading(2, "CPU核数（含备机）"))


def test_one_contradicted_column_among_figures_and_dates_that_agree_is_asked_alone() -> None:
    rows = with_heading(1, "数据库", ["CentOS 7.6", "银河麒麟V10", "CentOS 7.9"])
    found = read("市教育局.xlsx", book(rows), confirmed=False)
    assert asked(found) == []
    assert len(found.records) == 3
    assert not any(record.fields.get("db") for record in found.records)
    assert [gap.raw for gap in found.gaps if "|heading|" in str(gap.answer_key)] == ["数据库"]
    shifted = [[*row[:1], "CentOS 7.6", *row[1:3], "2019", *row[5:]] for row in rows[1:]]
    assert "contradicted" in signs(
        [["系统名称", "数据库", "CPU（核）", "内存（GB）", "上线时间", "联系人", "联系电话"], *shifted]
    )
