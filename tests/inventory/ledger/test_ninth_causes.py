"""Causes that the ninth set of strangers' workbooks showed, each on a sheet of other words: what leaked, and what was added up."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from inventory.collectors.cells.secrecy_words import secrecy_of, without_classified_names
from inventory.collectors.secrets.credentials import mask_credentials
from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from tests.inventory.ledger.books import read, xlsx

Rows = list[list[Any]]


def corrected_cells(file: str, content: bytes) -> str:
    made = correction_of(content, workbook_of(file, content), read(file, content))
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    return "\n".join(str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value)


def test_a_password_beside_a_telephone_number_reaches_no_contact() -> None:
    rows: Rows = [
        ["系统名称", "联系人", "联系电话"],
        ["河道巡查系统", "马晓", "13700001234（后台口令：Hd_2021x）"],
        ["取水许可平台", "初始密码Qs#5566", "13700004321"],
    ]
    found = read("某局.xlsx", xlsx([{"rows": rows}]))
    kept = repr(found)
    assert "Hd_2021x" not in kept
    assert "Qs#5566" not in kept
    assert ("马晓", "13700001234") in {(one.name, one.phone) for one in found.contacts}
    assert [gap.origin.row for gap in found.gaps if gap.kind == "credential"] == [2, 3]
    assert not any("13700001234" in repr(gap) for gap in found.gaps)


def test_what_is_no_secret_stays_beside_a_person() -> None:
    for text in ("马晓 13700001234", "0531-86001234转8006", "信息中心值班室"):
        assert mask_credentials(text) == (text, False)


def test_there_is_below_a_question_about_secrets_means_classified() -> None:
    assert secrecy_of("有") == secrecy_of("有，保密") == "classified"
    assert secrecy_of("有的涉密") == "unclear"
    assert secrecy_of("没有") == "unclassified"


def test_a_row_with_secrets_below_a_heading_of_one_s_own_words_is_gone_from_the_correction_file() -> None:
    rows: Rows = [
        ["系统名称", "等保级别", "里头有没有保密的东西"],
        ["防汛值班系统", "二级", "没有"],
        ["重点目标台账系统", "三级", "有，保密"],
    ]
    content = xlsx([{"rows": rows}])
    found = read("某局.xlsx", content)
    assert found.accounting["rows_skipped"] == 2  # the heading, and the classified row
    shown = corrected_cells("某局.xlsx", content)
    assert "防汛值班系统" in shown
    assert "重点目标台账系统" not in shown


@pytest.mark.parametrize(
    "said",
    [
        "三、另有“应急指挥调度系统”1个，为涉密系统，不在此列。",
        "另：应急指挥调度系统是涉密系统，另行报送。",
    ],
)
def test_a_sentence_that_says_what_is_classified_goes_back_without_the_name(said: str) -> None:
    rows: Rows = [["系统名称", "等保级别"], ["防汛值班系统", "二级"], [said], ["注：涉密信息系统不填本表"]]
    shown = corrected_cells("某局.xlsx", xlsx([{"rows": rows}]))
    assert "应急指挥调度" not in shown
    assert "防汛值班系统" in shown
    assert "注：涉密信息系统不填本表" in shown


def test_headings_about_secrecy_are_no_sentences() -> None:
    for text in ("是否涉密系统", "“一张图”平台", "非涉密系统清单（不含“内网办公”）"):
        assert without_classified_names(text, "***") == text


@pytest.mark.parametrize(("earlier", "later"), [("三季度", "四季度"), ("2024年9月", "2024年10月")])
def test_the_amounts_of_two_periods_are_not_added_up(earlier: str, later: str) -> None:
    names = ["河道巡查系统", "取水许可平台", "水质监测系统"]
    newer: Rows = [["系统名称", "资源池", "云主机数量", "内存（GB）"], *([name, "政务外网区", 4, 32] for name in names)]
    older: Rows = [["系统名称", "云主机数量"], *([name, 3] for name in names)]
    found = read("某局.xlsx", xlsx([{"name": later, "rows": newer}, {"name": earlier, "rows": older}]))
    amounts = [record.fields.get("vm_count") for record in found.records if record.kind == "system"]
    assert 7 not in amounts
    asked = {gap.origin.row for gap in found.gaps if gap.origin.sheet == earlier}
    assert asked == {2, 3, 4}
    account: Any = found.accounting
    assert account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"]
