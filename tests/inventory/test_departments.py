"""Departments that are no more: whose their systems are from that day on, and where that is asked instead of guessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from catalogs.models_calendar import Departments
from inventory.merging.departments import addressed
from inventory.merging.parts import Words
from inventory.model import Inventory
from inventory.names import Lineage
from inventory.storage.decisions import Decision
from tests.inventory.builders import a_decision, a_row, merged

BEFORE, AFTER = date(2024, 6, 30), date(2024, 7, 1)


def files(*changes: Mapping[str, object]) -> list[Departments]:
    """市金融办 was dissolved at the end of June 2024, 市粮食局 too; 市数据局 was founded then."""
    return [
        Departments.model_validate(
            {
                "id": "city", "name": "市", "sources": {"reform": {"document": "机构改革", "confidence": "U"}},
                "departments": [
                    {"id": "finance", "name": "市金融办", "aliases": ["金融办"], "until_on": "2024-06-30"},
                    {"id": "grain", "name": "市粮食局", "until_on": "2024-06-30"}, {"id": "money", "name": "市财政局"},
                    {"id": "plan", "name": "市发改委"}, {"id": "data", "name": "市数据局", "since_on": "2024-07-01"},
                ],
                "changes": [{"on": "2024-07-01", "source": "reform", **change} for change in changes],
            }
        )
    ]  # fmt: skip


TO_ONE: Mapping[str, object] = {"kind": "dissolve", "from_names": ["市金融办"], "to": ["money"]}
TO_TWO: Mapping[str, object] = {"kind": "split", "from_names": ["市金融办"], "to": ["money", "plan"]}
TO_NONE: Mapping[str, object] = {"kind": "dissolve", "from_names": ["市金融办", "市招商局"]}


def lineage(*changes: Mapping[str, object], on: date = AFTER) -> Lineage:
    return Lineage.of(files(*changes), on)


def city(
    *changes: Mapping[str, object], dept: str = "市金融办", on: date = AFTER, answers: tuple[Decision, ...] = ()
) -> Inventory:
    return merged(a_row("贷款系统", dept=dept), decisions=answers, words=Words(lineage=lineage(*changes, on=on)))


def test_from_its_last_day_on_a_department_with_one_successor_is_the_successor() -> None:
    assert lineage(TO_ONE, on=BEFORE).department_id("市金融办") == "finance"
    assert lineage(TO_ONE).department_id("市金融办") == "money"
    assert lineage(TO_ONE).department_id("金融办") == "money", "under every name that it bore"
    assert lineage(TO_ONE).related("市金融办", "市财政局")


def test_a_successor_that_was_dissolved_too_has_its_own_successor() -> None:
    chain = lineage(
        {"kind": "dissolve", "from_names": ["市金融办"], "to": ["grain"]},
        {"kind": "merge", "from_names": ["市粮食局"], "to": ["plan"]},
    )
    assert chain.department_id("市金融办") == "plan"
    circle = lineage(
        {"kind": "dissolve", "from_names": ["市金融办"], "to": ["grain"]},
        {"kind": "dissolve", "from_names": ["市粮食局"], "to": ["finance"]},
    )
    assert circle.is_open("市金融办")


def test_its_systems_are_found_again_under_the_ids_they_were_registered_with() -> None:
    assert "finance" in lineage(TO_ONE).keys("市财政局")
    assert "finance" in lineage(TO_TWO).keys("市金融办")


def test_a_system_goes_to_the_successor_and_the_old_name_stands_beside() -> None:
    (before,), (after,) = (city(TO_ONE, on=on).systems for on in (BEFORE, AFTER))
    assert (before.department, before.department_id, addressed(before).zh) == ("市金融办", "finance", "市金融办")
    assert (after.department, after.department_id) == ("市财政局", "money")
    assert addressed(after).zh == "市财政局（原市金融办）"
    assert addressed(after).en == "市财政局 (formerly 市金融办)"


def test_a_short_form_of_todays_name_is_no_former_name() -> None:
    (system,) = city(dept="金融办", on=BEFORE).systems
    assert addressed(system).zh == "市金融办"


@pytest.mark.parametrize(
    ("change", "choices"),
    [(TO_TWO, ("市财政局", "市发改委")), (TO_NONE, ()), ({**TO_ONE, "from_names": ["市招商局"]}, ())],
)
def test_where_the_successor_is_not_known_it_is_asked_and_nothing_is_guessed(
    change: Mapping[str, object], choices: tuple[str, ...]
) -> None:
    found = city(change)
    (system,) = found.systems
    (gap,) = [one for one in found.gaps if one.answer_key == f"department:{system.id}"]
    assert (gap.kind, gap.raw, set(gap.choices)) == ("ambiguous", "市金融办", set(choices))
    assert system.department == "市金融办"
    assert addressed(system).zh == "市金融办（已撤销或拆分，承接单位待定）"
    assert not [one for one in city(change, on=BEFORE).gaps if one.answer_key == f"department:{system.id}"]


def test_a_name_that_was_only_ever_one_of_old_and_has_no_successor_is_asked_about_too() -> None:
    (gap,) = [one for one in city(TO_NONE, dept="市招商局").gaps if one.field == "dept"]
    assert gap.raw == "市招商局"


def test_an_answer_holds_for_one_system_or_for_all_and_the_own_one_goes_first() -> None:
    one, every = (
        a_decision("answer", "department:sys-a", "市财政局"),
        a_decision("answer", "department:~市金融办", "plan"),
    )
    for answers, wanted in (
        ((one,), ("市财政局", "money")),
        ((every,), ("市发改委", "plan")),
        ((every, one), ("市财政局", "money")),
    ):
        found = city(TO_TWO, answers=answers)
        (system,) = found.systems
        assert (system.department, system.department_id) == wanted
        assert addressed(system).zh == f"{wanted[0]}（原市金融办）"
        assert not [gap for gap in found.gaps if gap.field == "dept"]


def test_an_answer_that_names_another_dissolved_department_is_none() -> None:
    found = city(TO_TWO, answers=(a_decision("answer", "department:sys-a", "市粮食局"),))
    assert [gap.answer_key for gap in found.gaps if gap.field == "dept"] == ["department:sys-a"]


def test_only_an_abolition_may_have_no_successor() -> None:
    (file,) = files(TO_NONE)
    assert not list(file.mistakes())
    (wrong,) = files({"kind": "merge", "from_names": ["市金融办"]})
    assert ["dissolve" in mistake.message.zh for mistake in wrong.mistakes()] == [True]
