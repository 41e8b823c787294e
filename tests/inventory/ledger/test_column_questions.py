"""No column is passed over in silence: what nobody understood and holds something is one question, answered once for good."""

from __future__ import annotations

from typing import Any

from inventory.model import Collected, Gap
from tests.inventory.ledger.books import read, text, xlsx


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
    rows = [
        ["系统名称", "单位名称", "CPU（核）"], ["甲系统", "市财政局", 4], ["乙系统", "市财政局", 8], [],
        ["系统名称", "单位名称", "内存（GB）", "机器摆放之处"], ["丙系统", "市财政局", 16, "三楼机房"], ["丁系统", "市财政局", 8, "二楼机房"],
    ]  # fmt: skip
    found = read("市财政局.xlsx", sheet(*rows))
    again = read("市财政局.xlsx", sheet(*rows), answers=answered(found, "机器摆放之处", "site"))
    assert [record.fields.get("site") for record in again.records] == [None, None, "三楼机房", "二楼机房"]


def test_what_a_person_answered_is_not_asked_again() -> None:
    rows = [["系统名称", "单位名称", "单台内存（GB）"], ["甲系统", "市财政局", 4], ["乙系统", "市财政局", 8]]
    found = read("市财政局.csv", text(rows))
    again = read("市财政局.csv", text(rows), answers=answered(found, "单台内存（GB）", "mem"))
    assert [record.fields.get("mem") for record in again.records] == [4, 8]
    assert not of_columns(again)
