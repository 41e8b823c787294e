"""Names that resemble known ones are suggested with their score and never applied."""

from __future__ import annotations

from catalogs.models_calendar import Department, Departments
from inventory.department_names import department_name_key, with_names_answered
from inventory.ledger.identity import with_stable_ids
from inventory.merging.name_suggestions import with_suggestions
from inventory.model import Collected
from inventory.names import Lineage
from tests.inventory.ledger.books import read, text

LINEAGE = Lineage.of(
    [Departments(id="x", name="x", departments=(Department(id="wjw", name="市卫生健康委员会", aliases=("市卫健委",)),))]
)


def taken(
    rows: list[list[str]], known: dict[str, str], answered: dict[str, str] | None = None
) -> tuple[Collected, dict[str, str]]:
    found = read("x.csv", text([["系统名称", "单位名称", "内存/GB"], *rows]))
    identified = with_stable_ids(found, known, LINEAGE)
    ids = {**known, **{key: system_id for key, (system_id, _) in identified.identities.items()}}
    return with_suggestions(identified.collected, known, LINEAGE, answered or {}), ids


def test_a_changed_name_is_asked_not_applied() -> None:
    first, known = taken([["妇幼健康管理系统", "市卫健委", "8"], ["门户", "市卫健委", "8"]], {})
    assert first.gaps == ()
    second, _ = taken([["妇幼健康管理平台", "市卫健委", "8"], ["门户", "市卫健委", "8"]], known)
    (gap,) = second.gaps
    assert gap.choices == ("same", "different")
    assert "75" in gap.message.zh
    assert second.records[0].id not in known.values()
    assert gap.answer_key is not None
    third, _ = taken(
        [["妇幼健康管理平台", "市卫健委", "8"], ["门户", "市卫健委", "8"]], known, {gap.answer_key: "different"}
    )
    assert third.gaps == ()


def test_two_systems_of_one_ledger_are_two_however_alike() -> None:
    _, known = taken([["预算系统一期", "市卫健委", "8"]], {})
    again, _ = taken([["预算系统一期", "市卫健委", "8"], ["预算系统二期", "市卫健委", "8"]], known)
    assert again.gaps == ()


def test_an_unknown_department_is_matched_with_a_known_one_by_a_person() -> None:
    found, _ = taken([["门户", "市卫生健康委", "8"]], {})
    (gap,) = found.gaps
    assert (gap.kind, gap.field) == ("unmatched", "dept")
    assert gap.choices == ("市卫生健康委员会", "different")
    assert "市卫生健康委员会" in gap.message.zh
    assert found.records[0].fields["dept"] == "市卫生健康委"


def test_a_name_that_a_person_said_is_a_departments_holds_like_an_alias() -> None:
    found, before = taken([["门户", "卫计委", "8"]], {})
    key = department_name_key("卫计委")
    called = with_names_answered(LINEAGE, {key: "市卫生健康委员会", "other": "x"})
    assert called.name_today("卫计委") == "市卫生健康委员会"
    assert called.former_name("卫计委") is None
    again = with_stable_ids(found, before, called)
    assert again.collected.records[0].id == with_stable_ids(found, before, LINEAGE).collected.records[0].id
    assert with_names_answered(LINEAGE, {key: "different"}) is LINEAGE
    assert with_names_answered(LINEAGE, {department_name_key("市卫健委"): "市教育局"}) is LINEAGE
