"""Two systems of one name in one unit: asked, unless a code or the zone tells them apart."""

from __future__ import annotations

from datetime import date

from inventory.ledger.identity import with_stable_ids
from inventory.names import Lineage
from tests.inventory.ledger.books import read, text

HEAD = ["系统名称", "系统编码", "业务功能", "网络区域", "CPU（核）"]
FIRST = ["综合管理系统", "", "人事档案管理", "", ""]


def test_two_rows_of_one_name_that_contradict_each_other_are_asked_and_the_answer_holds() -> None:
    content = text([HEAD, FIRST, ["综合管理系统", "", "车辆调度", "", "8"]])
    found = read("县局.csv", content)
    assert [record.origin.row for record in found.records] == [2]
    (asked,) = [gap for gap in found.gaps if gap.kind == "conflict"]
    assert "业务功能" in str(asked.message)
    again = read("县局.csv", content, answers={str(asked.answer_key): "同一系统"})
    assert [record.origin.row for record in again.records] == [2, 3]
    assert len({record.id for record in again.records}) == 1


def test_codes_or_zones_tell_them_apart() -> None:
    coded = read(
        "县局.csv", text([HEAD, ["综合管理系统", "A01", "人事", "", "4"], ["综合管理系统", "A02", "车辆", "", "8"]])
    )
    assert len({record.id for record in coded.records}) == 2
    zoned = read("县局.csv", text([HEAD, ["综合管理系统", "", "人事", "互联网区", "4"], ["综合管理系统", "", "车辆", "政务外网区", "8"]]))  # fmt: skip
    assert len(zoned.records) == 2
    assert not [gap for gap in coded.gaps + zoned.gaps if gap.kind == "conflict"]


def test_one_code_for_two_names_is_asked() -> None:
    found = read("县局.csv", text([HEAD, ["人事系统", "A01", "", "", "4"], ["车辆系统", "A01", "", "", ""]]))
    assert [record.fields["sys_name"] for record in found.records] == ["人事系统"]
    assert [gap.kind for gap in found.gaps if gap.field != "dept"] == ["conflict"]


def test_codes_keep_two_systems_of_one_name_apart_in_the_store_whatever_their_order() -> None:
    lineage = Lineage.of((), date(2026, 4, 1))
    rows = [["综合管理系统", "A01", "人事", "", "4"], ["综合管理系统", "A02", "车辆", "", "8"]]
    first = with_stable_ids(read("县财政局.csv", text([HEAD, *rows])), {}, lineage)
    ids = {record.fields["sys_code"]: record.id for record in first.collected.records}
    assert len(set(ids.values())) == 2
    known = {key: system_id for key, (system_id, _) in first.identities.items()}
    again = with_stable_ids(read("县财政局.csv", text([HEAD, *reversed(rows)])), known, lineage)
    assert {record.fields["sys_code"]: record.id for record in again.collected.records} == ids
