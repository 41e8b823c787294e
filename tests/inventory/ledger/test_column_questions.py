"""No column is passed over in silence: what nobody understood and holds something is one question, answered once for good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inventory.collectors.spreadsheet import QUESTION_SHEET
from inventory.model import Collected, Gap
from tests.inventory.ledger.books import read, text, xlsx
from tests.inventory.ledger.test_collect_ledger import run


def sheet(*rows: list[Any], name: str = "表") -> bytes:
    return xlsx([{"name": name, "rows": list(rows)}])


def of_columns(found: Collected) -> list[Gap]:
    """The questions about whole columns."""
    return [gap for gap in found.gaps if "|heading|" in (gap.answer_key or "")]


def answered(found: Collected, heading: str, answer: str) -> dict[str, str]:
    """The answer to the question about one column."""
    (gap,) = [gap for gap in of_columns(found) if gap.raw == heading]
    return {str(gap.answer_key): answer}


def test_an_answer_holds_for_a_label_on_a_form() -> None:
    form = sheet(
        ["系统名称", "预算管理系统"], ["单位名称", "市财政局"], ["CPU（核）", 8], ["内存（GB）", 16], ["等保级别", "三级"], ["机器摆放之处", "三楼机房"]
    )  # fmt: skip
    found = read("市财政局.xlsx", form)
    again = read("市财政局.xlsx", form, answers=answered(found, "机器摆放之处", "site"))
    assert again.records[0].fields["site"] == "三楼机房"
    assert not of_columns(again)


def test_an_answer_holds_for_headings_of_a_table_further_down() -> None:
    rows: list[list[Any]] = [
        ["系统名称", "单位名称", "CPU（核）"], ["甲系统", "市财政局", 4], ["乙系统", "市财政局", 8], [],
        ["系统名称", "单位名称", "内存（GB）", "机器摆放之处"], ["丙系统", "市财政局", 16, "三楼机房"], ["丁系统", "市财政局", 8, "二楼机房"],
    ]  # fmt: skip
    found = read("市财政局.xlsx", sheet(*rows))
    again = read("市财政局.xlsx", sheet(*rows), answers=answered(found, "机器摆放之处", "site"))
    assert [record.fields.get("site") for record in again.records] == [None, None, "三楼机房", "二楼机房"]


def test_what_a_person_answered_is_not_asked_again() -> None:
    rows: list[list[Any]] = [
        ["系统名称", "单位名称", "单台内存（GB）"],
        ["甲系统", "市财政局", 4],
        ["乙系统", "市财政局", 8],
    ]
    found = read("市财政局.csv", text(rows))
    again = read("市财政局.csv", text(rows), answers=answered(found, "单台内存（GB）", "mem"))
    assert [record.fields.get("mem") for record in again.records] == [4, 8]
    assert not of_columns(again)


ROWS: list[list[Any]] = [
    ["系统名称", "单位名称", "CPU（核）", "柜面颜色", "空着的栏", "编次", None],
    ["甲系统", "市财政局", 4, "A", None, 1, None],
    ["乙系统", "市财政局", 8, "B", "/", 2, None],
    ["丙系统", "市财政局", 8, "A", None, 3, "仅备用"],
]


def ignored(found: Collected) -> dict[str, str]:
    """Each column that is not read, with why."""
    sheets: Any = found.accounting["sheets"]
    return {column["column"]: column["why"] for one in sheets for column in one["columns_ignored"]}


def test_a_column_that_holds_something_is_asked_once_and_one_that_does_not_is_not() -> None:
    found = read("市财政局.csv", text(ROWS))
    assert [(gap.raw, gap.origin.column, gap.origin.row) for gap in of_columns(found)] == [
        ("柜面颜色", "D", 1),
        (None, "G", 1),
    ]
    asked, nameless = of_columns(found)
    assert "3 格，如「A」「B」" in asked.message.zh
    assert "「仅备用」" in nameless.message.zh
    assert asked.choices[-1] == "ignore"
    assert asked.question is not None
    assert ignored(found) == {"D": "asked", "E": "empty", "F": "serial", "G": "asked"}
    assert found.accounting["columns_asked"] == 2


@pytest.mark.parametrize("heading", ["柜面颜色", None])
@pytest.mark.parametrize(("answer", "why"), [("remark", None), ("ignore", "ignored")])
def test_the_answer_holds_next_month_for_a_heading_and_for_none(
    heading: str | None, answer: str, why: str | None
) -> None:
    found = read("市财政局.csv", text(ROWS))
    (gap,) = [gap for gap in of_columns(found) if gap.raw == heading]
    later = [*ROWS, ["丁系统", "市财政局", 2, "C", None, 4, "新的"]]
    again = read("市财政局.csv", text(later), answers={str(gap.answer_key): answer})
    assert gap.answer_key not in {other.answer_key for other in of_columns(again)}
    assert ignored(again).get(str(gap.origin.column)) == why
    wanted = ("C" if heading else "新的") if answer == "remark" else None
    assert again.records[-1].fields.get("remark") == wanted


def test_an_answer_outdoes_a_column_that_is_read_for_the_same() -> None:
    rows: list[list[Any]] = [
        ["系统名称", "单位名称", "备注", "柜面颜色"],
        ["甲系统", "市财政局", "旧", "A"],
        ["乙系统", "市财政局", "旧", "B"],
    ]
    found = read("市财政局.csv", text(rows))
    again = read("市财政局.csv", text(rows), answers=answered(found, "柜面颜色", "remark"))
    assert [record.fields["remark"] for record in again.records] == ["A", "B"]
    assert not of_columns(again)


def test_a_second_column_of_one_meaning_is_asked_where_it_says_something_else() -> None:
    rows: list[list[Any]] = [
        ["系统名称", "单位名称", "上线时间", "投入使用时间"],
        ["甲系统", "市财政局", "2019-03", "2019-03"],
        ["乙系统", "市财政局", "2020-01", "2020-01"],
    ]
    assert not of_columns(read("市财政局.csv", text(rows)))
    rows[2][2 if ignored(read("市财政局.csv", text(rows))) == {"C": "duplicate"} else 3] = "2020-06"
    (gap,) = of_columns(read("市财政局.csv", text(rows)))
    assert "「2020-06」" in gap.message.zh
    settled = read("市财政局.csv", text(rows), answers={str(gap.answer_key): "online_date"})
    assert [record.fields["online_date"] for record in settled.records] == ["2019-03", "2020-06"]
    assert not of_columns(settled)


def test_people_accounts_and_classified_systems_are_not_shown() -> None:
    rows: list[list[Any]] = [
        ["系统名称", "单位名称", "是否涉密", "柜面颜色", "甲乙", "丙丁", "值守"],
        ["甲系统", "市财政局", "否", "张三", "root/Jg@7788", "与参阅系统共用", "甲某某"],
        ["参阅系统", "市财政局", "是", "绝不外传", "x", "x", "x"],
        ["乙系统", "市财政局", "否", "李四、王五", "13511112222", "y", "乙某某"],
    ]
    found = read("市财政局.csv", text(rows))
    told = str([gap.as_json() for gap in found.gaps])
    assert len(of_columns(found)) == 4
    for secret in ("张三", "李四", "Jg@7788", "13511112222", "绝不外传", "参阅系统", "甲某某"):
        assert secret not in told


def test_a_system_classified_elsewhere_in_the_file_shows_nothing_of_its_columns() -> None:
    content = xlsx(
        [
            {"name": "一", "rows": [["系统名称", "单位名称", "柜面颜色"], ["值班系统", "市财政局", "绝不外传"], ["甲系统", "市财政局", "B"]]},
            {"name": "二", "rows": [["系统名称", "单位名称", "密级"], ["值班系统", "市财政局", "机密"], ["乙系统", "市财政局", "非涉密"]]},
        ]
    )  # fmt: skip
    found = read("市财政局.xlsx", content)
    assert len(of_columns(found)) == 1
    assert "绝不外传" not in str([gap.as_json() for gap in found.gaps])


def test_a_label_of_a_form_that_nobody_understood_is_asked_at_its_place() -> None:
    form = sheet(
        ["系统名称", "预算管理系统"], ["单位名称", "市财政局"], ["CPU（核）", 8], ["内存（GB）", 16], ["等保级别", "三级"], ["柜面颜色", "A"]
    )  # fmt: skip
    (gap,) = of_columns(read("市财政局.xlsx", form))
    assert (gap.raw, gap.origin.column, gap.origin.row) == ("柜面颜色", "A", 6)


def test_the_correction_file_asks_about_columns_with_a_drop_down_and_its_answers_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows: list[list[Any]] = [
        ["系统名称", "单位名称", "CPU（核）", "机柜", "囍"],
        ["甲系统", "市财政局", 4, "A1", "u"],
        ["乙系统", "市财政局", 8, "A2", "v"],
    ]
    (tmp_path / "市财政局.xlsx").write_bytes(sheet(*rows))
    code, _, err = run("collect", "ledger", "市财政局.xlsx", "--corrections", "补正", "--as-of", "2026-03-31")
    assert code == 0, err
    book = openpyxl.load_workbook(tmp_path / "补正" / "市财政局-补正.xlsx")
    page = book[QUESTION_SHEET]
    by_heading = {row[4].value: row for row in page.iter_rows(min_row=5) if row[4].value}
    boxes = {str(box.sqref): str(box.formula1) for box in page.data_validations.dataValidation}
    assert boxes[by_heading["机柜"][6].coordinate].endswith(',不需要"')
    assert boxes[by_heading["囍"][6].coordinate].startswith("$J$1:$J$")
    assert [page["J1"].value, page["J2"].value] == ["不需要", "系统名称"]
    assert page.column_dimensions["J"].hidden
    by_heading["机柜"][6].value, by_heading["囍"][6].value = "不需要", "备注"
    book.save(tmp_path / "市财政局-补正.xlsx")
    for name in ("市财政局-补正.xlsx", "市财政局.xlsx"):  # the answers hold for the next ledger, too
        code, out, err = run("collect", "ledger", name, "--json", "--as-of", "2026-04-30")
        assert code == 0, err
        answer = json.loads(out)
        assert [record["fields"]["remark"] for record in answer["data"]["files"][0]["records"]] == ["u", "v"]
        assert not answer["gaps"]


def test_the_terminal_shows_the_first_columns_in_full_and_the_others_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    strange = [f"囍{sign}" for sign in "甲乙丙丁戊己庚辛"]
    known = ["系统名称", "单位名称", "CPU核数", "等保级别", "系统状态", "操作系统", "上线时间", "科室"]
    rows: list[list[Any]] = [
        [*known, *strange],
        ["甲系统", "市财政局", 4, "二级", "在用", "麒麟V10", "2019-05", "国库科", *"一二三四五六七八"],
        ["乙系统", "市财政局", 8, "三级", "在用", "统信UOS", "2020-06", "预算科", *"壹贰叁肆伍陆柒捌"],
    ]
    (tmp_path / "市财政局.xlsx").write_bytes(sheet(*rows))
    code, out, err = run("collect", "ledger", "市财政局.xlsx", "--dry-run")
    assert code == 0, err
    assert "没有读懂的栏 8" in out
    assert out.count("答复键") == 5 + 1
    assert "还有 3 栏：N 囍己、O 囍庚、P 囍辛" in " ".join(out.split())
    code, out, _ = run("collect", "ledger", "市财政局.xlsx", "--dry-run", "--all-gaps", "--lang", "en")
    assert out.count("answer key") == 8


def test_a_row_of_identifiers_below_a_name_is_data() -> None:
    rows: list[list[Any]] = [
        ["系统名称", "操作系统", "数据库", "中间件", "备注"],
        ["甲系统", "linux", "mysql", "nginx", "x"],
        ["乙系统", "ubuntu", "oracle", "tomcat", "y"],
    ]
    assert read("市财政局.csv", text(rows)).accounting["rows_recorded"] == 2


@pytest.mark.parametrize(
    ("headings", "cells", "asked"),
    [
        (("是否涉密", "涉密分类"), ("否", "非涉密"), 0), (("存储容量（GB）", "存储空间（TB）"), (2048, 2), 0), (("存储容量（GB）", "存储空间（TB）"), (2048, 3), 1),
        (("等保级别", "定级情况"), ("三级", "第三级"), 0), (("等保级别", "定级情况"), ("/", "第三级"), 1), (("等保级别", "定级情况"), ("三级", "/"), 0),
    ],
)  # fmt: skip
def test_a_second_column_that_says_the_same_in_other_words_is_not_asked(
    headings: tuple[str, str], cells: tuple[Any, Any], asked: int
) -> None:
    rows: list[list[Any]] = [
        ["系统名称", "单位名称", *headings],
        ["甲系统", "市财政局", *cells],
        ["乙系统", "市财政局", *cells],
    ]
    assert len(of_columns(read("市财政局.csv", text(rows)))) == asked


def test_asset_numbers_beside_systems_are_asked_and_of_machines_are_read() -> None:
    """`资产编号` in a list of systems may number the systems; it names machines only where rows are machines."""
    systems = sheet(
        ["序号", "系统名称", "资产编号", "承建单位", "等保级别"],
        [1, "企业登记系统", "SJ2020-01", "浪潮软件公司", "二级"],
        [2, "个体工商户登记系统", "SJ2017-02", "东软集团公司", "三级"],
    )
    found = read("市市场监管局.xlsx", systems)
    assert all("server_id" not in record.fields for record in found.records)
    again = read("市市场监管局.xlsx", systems, answers=answered(found, "资产编号", "sys_code"))
    assert [record.fields["sys_code"] for record in again.records] == ["SJ2020-01", "SJ2017-02"]
    machines = sheet(
        ["资产编号", "设备型号", "系统名称", "CPU（核）"], ["SJ2020-01", "PowerEdge R740", "企业登记系统", 32]
    )
    assert "SJ2020-01" in {record.fields.get("server_id") for record in read("市市场监管局.xlsx", machines).records}


def test_a_building_date_alone_is_asked_and_beside_the_day_of_use_it_is_when_building_began() -> None:
    """Whoever has one date of a system calls it 建设时间, too: three strangers meant the day it came into use."""
    rows = [["企业登记系统", "2020年3月", "2021年1月"], ["个体工商户登记系统", "2018年7月", "2019年2月"]]
    alone = sheet(["系统名称", "建设时间", "承建单位"], *([name, built, "东软集团公司"] for name, built, _ in rows))
    found = read("市市场监管局.xlsx", alone)
    assert all("start_date" not in record.fields and "online_date" not in record.fields for record in found.records)
    again = read("市市场监管局.xlsx", alone, answers=answered(found, "建设时间", "online_date"))
    assert [record.fields["online_date"] for record in again.records] == ["2020-03", "2018-07"]
    both = read("市市场监管局.xlsx", sheet(["系统名称", "建设时间", "上线时间"], *rows))
    assert [record.fields["start_date"] for record in both.records] == ["2020-03", "2018-07"]
