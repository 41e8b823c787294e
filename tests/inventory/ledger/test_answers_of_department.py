"""What a department's heading means is answered once for all its files; sheets, cells and units are answered for each source."""

from __future__ import annotations

import pytest

from catalogs.load import load_catalogs
from inventory.collectors.ledger_answers import answers_of_department
from inventory.model import Collected
from inventory.names import Lineage
from tests.inventory.ledger.books import read, text

CITY = Lineage.of(load_catalogs(None).departments)
ROWS: list[list[object]] = [["系统名称", "CPU（核）", "色标"], ["学籍系统", 8, "红"], ["门户网站", 4, "绿"]]
ANSWER = {"ledger:市卫健委|heading|heading:色标": "remark"}


def found_in(name: str, answers: dict[str, str], **options: str) -> Collected:
    return read(name, text(ROWS), confirmed=False, answers=answers, lineage=CITY, **options)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("市卫健委台账.csv", {}),
        ("卫健委家底.csv", {}),  # the same department, called otherwise
        ("市卫生健康委员会台账.csv", {}),
        ("市卫健委二期.csv", {"department": "市卫健委", "source": "ledger:卫健委二期"}),  # a second part of it
    ],
)
def test_one_answer_holds_for_all_files_of_a_department(name: str, options: dict[str, str]) -> None:
    found = found_in(name, ANSWER, **options)
    assert [record.fields.get("remark") for record in found.records] == ["红", "绿"]
    assert [gap for gap in found.gaps if gap.raw == "色标"] == []


def test_another_department_is_asked_by_itself() -> None:
    found = found_in("市教育局台账.csv", ANSWER)
    assert [record.fields.get("remark") for record in found.records] == [None, None]
    assert [gap.answer_key for gap in found.gaps if gap.raw == "色标"] == ["ledger:市教育局|heading|heading:色标"]


def test_an_answer_of_its_own_goes_before_and_two_ways_are_none() -> None:
    own = found_in("卫健委台账.csv", {**ANSWER, "ledger:卫健委|heading|heading:色标": "ignore"})
    assert own.records[0].fields.get("remark") is None
    assert not [gap for gap in own.gaps if gap.raw == "色标"]
    torn = found_in("卫健委台账.csv", {**ANSWER, "ledger:市卫生健康委员会|heading|heading:色标": "ignore"})
    assert [gap.raw for gap in torn.gaps] == ["色标"]


@pytest.mark.parametrize(
    "key",
    [
        "ledger:市卫健委|storage|unit",
        "ledger:市卫健委|layout:b32a332871",
        "ledger:市卫健委:servers|heading|heading:色标",
        "openstack:a|heading|heading:色标",
        "ledger:|heading|heading:色标",
    ],
)
def test_what_is_not_a_heading_of_the_same_kind_of_list_is_not_shared(key: str) -> None:
    assert answers_of_department({key: "x"}, "ledger:卫健委", "卫健委", CITY) == {}
