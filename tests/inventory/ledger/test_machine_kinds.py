"""How many machines of what kind: where nothing says whether they are virtual, both counts are unknown and the column is asked once."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.model import Collected, Gap
from tests.inventory.ledger.books import read, text

NAMES = ["婚姻登记系统", "低保核对系统", "殡葬管理平台"]
KEY = "ledger:县民政局|spec|kind-of-machines"


def found_in(heading: str, specs: list[Any], answers: dict[str, str] | None = None) -> Collected:
    rows: list[list[Any]] = [["系统名称", heading], *([name, spec] for name, spec in zip(NAMES, specs, strict=True))]
    return read("县民政局.csv", text(rows), answers=answers or {}, confirmed=False)


def counts(found: Collected) -> list[tuple[Any, Any]]:
    return [(record.fields.get("vm_count"), record.fields.get("phys_count")) for record in found.records]


def asked(found: Collected) -> list[Gap]:
    return [gap for gap in found.gaps if gap.answer_key == KEY]


@pytest.mark.parametrize("spec", ["1台 4核/8G/100G", "2台4C8G", "3台×16核", "服务器2台，每台8核16G"])
def test_machines_of_unsaid_kind_are_unknown_and_asked_under_one_key(spec: str) -> None:
    found = found_in("服务器配置", [spec, "4核8G", spec])
    assert counts(found) == [(None, None)] * 3
    assert all(record.fields["vcpu"] for record in found.records)  # the cores are read whatever they are in
    assert [(gap.origin.row, gap.origin.column, gap.choices) for gap in asked(found)] == [
        (2, "B", ("vm_count", "phys_count")),
        (4, "B", ("vm_count", "phys_count")),
    ]


@pytest.mark.parametrize(("answer", "expected"), [("vm_count", (2, None)), ("phys_count", (None, 2))])
def test_one_answer_settles_the_column_for_later_months(answer: str, expected: tuple[Any, Any]) -> None:
    found = found_in("服务器配置", ["2台4C8G", "物理机1台 8核16G", "虚拟机3台，每台4核8G"], {KEY: answer})
    assert counts(found) == [expected, (None, 1), (3, None)]
    assert not asked(found)


@pytest.mark.parametrize("heading", ["云主机配置", "虚拟机规格"])
def test_a_heading_may_say_the_kind(heading: str) -> None:
    found = found_in(heading, ["2台4C8G", "1台 4核8G", "4核8G"])
    assert counts(found) == [(2, None), (1, None), (None, None)]
    assert not asked(found)


def test_what_says_its_kind_or_counts_nothing_is_not_asked() -> None:
    found = found_in("服务器配置", ["物理机1台 16核64G", "虚拟机3台，每台8核16G", "4核8G"])
    assert counts(found) == [(None, 1), (3, None), (None, None)]
    assert not asked(found)


def test_a_count_of_its_own_leaves_nothing_to_ask() -> None:
    rows: list[list[Any]] = [["系统名称", "物理机数量", "服务器配置"], *([name, 2, "2台8核16G"] for name in NAMES)]
    found = read("县民政局.csv", text(rows), confirmed=False)
    assert counts(found) == [(None, 2)] * 3
    assert not asked(found)


@pytest.mark.parametrize("heading", ["占几台服务器", "几台机器"])
def test_a_heading_that_no_list_has_and_that_names_no_kind_is_asked(heading: str) -> None:
    rows: list[list[Any]] = [
        ["系统名称", "等保级别", heading],
        *([name, "二级", n] for name, n in zip(NAMES, (2, 1, 5), strict=True)),
    ]
    found = read("县民政局.csv", text(rows), confirmed=False)
    assert counts(found) == [(None, None)] * 3
    (gap,) = [gap for gap in found.gaps if gap.raw == heading]
    assert set(gap.choices[:2]) == {"phys_count", "vm_count"}


SPECS = ["2台，每台8核32G", "1台 4核16G", "3台，每台4核8G"]
OF_COLUMN = "ledger:县民政局|heading|heading:机器"


def test_a_column_of_specifications_is_offered_as_such_and_as_machines_of_either_kind() -> None:
    (gap,) = [gap for gap in found_in("机器", list(SPECS)).gaps if gap.raw == "机器"]
    assert gap.choices[:3] == ("spec", "vm_count", "phys_count")
    (gap,) = [gap for gap in found_in("设备情况", ["8核32G/500G", "4核16G", "4C8G"]).gaps if gap.raw == "设备情况"]
    assert gap.choices[0] == "spec"
    assert "vm_count" not in gap.choices


def test_a_few_other_cells_take_no_choice_away() -> None:
    values = ["3台，每台8核16G", "2C4G", "1台4核"]
    (gap,) = [gap for gap in found_in("机器", values).gaps if gap.raw == "机器"]
    assert gap.choices[:3] == ("spec", "vm_count", "phys_count")


def test_what_cells_cannot_hold_is_not_offered() -> None:
    (gap,) = [gap for gap in found_in("机器", ["2", "3", "1"]).gaps if gap.raw == "机器"]
    assert gap.choices[0] == "vm_count"
    assert not {"location", "power"} & set(gap.choices)


@pytest.mark.parametrize(("answer", "at"), [("vm_count", 0), ("phys_count", 1)])
def test_specifications_that_are_answered_to_be_machines_are_read_whole(answer: str, at: int) -> None:
    found = found_in("机器", list(SPECS), {OF_COLUMN: answer})
    assert [pair[at] for pair in counts(found)] == [2, 1, 3]
    assert [pair[1 - at] for pair in counts(found)] == [None] * 3
    assert [(r.fields["vcpu"], r.fields["mem"]) for r in found.records] == [(16, 64), (4, 16), (12, 24)]
    assert [gap for gap in found.gaps if gap.field in {"vm_count", "phys_count"} or gap.raw == "机器"] == []


def test_specifications_that_are_answered_to_be_that_leave_the_kind_open() -> None:
    found = found_in("机器", list(SPECS), {OF_COLUMN: "spec"})
    assert counts(found) == [(None, None)] * 3
    assert asked(found)
