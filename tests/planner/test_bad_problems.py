"""Bad problem files: every mistake and every caution is listed at once, with its place, before any solving."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalogs.errors import CollectError
from planner.presolve.cautions import warnings_of
from planner.problem.file import read_problem
from tests.inventory.command import call

EXAMPLE = Path(__file__).parent / "data" / "example-problem.json"


def example() -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return raw


def cautions(raw: dict[str, Any]) -> list[str]:
    return [text.en for text in warnings_of(read_problem(json.dumps(raw).encode()))]


def spoiled() -> dict[str, Any]:
    """Unknown ids, doubled ids, negative and fractional numbers, wrong lengths: one of each."""
    raw = example()
    raw["systems"][0]["department"] = "nobody"
    raw["systems"][1]["id"] = "his"
    raw["systems"][0]["weight"] = -3
    raw["systems"][2]["options"][0]["cost"] = 2.5
    raw["systems"][0]["options"][0]["demand"] = [12]
    raw["systems"][0]["options"][0]["effort"]["migration"] = [3, 4, 5]
    raw["before"][0]["first"] = "ghost"
    raw["pools"][1]["capacity"][0]["amount"] = [1, 2, 3]
    return raw


PLACES = (
    "systems[0].weight: expected ≥ 0",
    "systems[2].options[0].cost: expected an integer, found 2.5",
    "systems[0].options[0].demand: expected 2 numbers, found 1",
    "systems[0].options[0].effort.migration: expected 2 numbers, found 3",
    "pools[1].capacity[0].amount: expected 2 numbers, found 3",
)


def test_every_mistake_is_listed_at_once_with_its_place() -> None:
    with pytest.raises(CollectError) as caught:
        read_problem(json.dumps(spoiled()).encode())
    message = caught.value.message.en
    for place in PLACES:
        assert place in message, place


def test_wrong_references_are_listed_at_once_with_their_places() -> None:
    raw = example()
    raw["systems"][0]["department"] = "nobody"
    raw["systems"][2]["id"] = "pay"
    raw["before"][0]["first"] = "ghost"
    raw["systems"][1]["options"][0]["pool"] = "nowhere"
    with pytest.raises(CollectError) as caught:
        read_problem(json.dumps(raw).encode())
    for place in (
        "systems[0].department: there is no department 'nobody'",
        "systems[1], systems[2]: id 'pay' is not unique",
        "before[0]: there is no system 'ghost'",
        "systems[1].options[0]",
    ):
        assert place in caught.value.message.en, place


@pytest.mark.parametrize("weeks", [0, -1])
def test_an_empty_horizon_is_a_mistake(weeks: int) -> None:
    raw = example() | {"weeks": weeks}
    with pytest.raises(CollectError) as caught:
        read_problem(json.dumps(raw).encode())
    assert "weeks: expected ≥ 1" in caught.value.message.en


def test_the_command_lists_them_and_ends_without_solving(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(spoiled()), encoding="utf-8")
    done = call("plan", "make", "--problem", "problem.json", "--out", "plan.json", "--lang", "en", folder=tmp_path)
    assert done.returncode == 4
    said = " ".join(done.stderr.split())
    for place in PLACES:
        assert place in said, place
    assert not (tmp_path / "plan.json").exists()


NOT_A_PROBLEM = (b"", b"\xff", b"{", b"[]", b'{"schema": "govcloud/planning-problem/2"}')


@pytest.mark.parametrize("content", NOT_A_PROBLEM)
@pytest.mark.parametrize("command", ["make", "check", "explain", "show"])
def test_a_file_that_is_no_problem_is_a_bad_input_not_a_missing_plan(
    command: str, content: bytes, tmp_path: Path
) -> None:
    """Exit code 4 as for every input file that cannot be read; 6 says that there is no plan, which nobody looked for."""
    (tmp_path / "problem.json").write_bytes(content)
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    more = {"make": ("--out", "out.json"), "check": ("--plan", "plan.json"), "show": ("--plan", "plan.json")}
    arguments = ("plan", command, "--problem", "problem.json", *more.get(command, ()), "--json")
    done = call(*arguments, folder=tmp_path)
    assert done.returncode == 4, done.stderr
    assert json.loads(done.stdout)["error"]["exit_code"] == 4
    assert not (tmp_path / "out.json").exists()


def test_a_plan_that_cannot_be_written_is_no_missing_plan(tmp_path: Path) -> None:
    (tmp_path / "problem.json").write_text(json.dumps(example()), encoding="utf-8")
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    done = call("plan", "make", "--problem", "problem.json", "--out", "taken/plan.json", folder=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "无法写入" in done.stderr


def test_a_circle_with_a_lag_is_a_warning_that_names_its_systems_and_its_places() -> None:
    raw = example()
    raw["before"] = [
        {"first": "his", "then": "web", "lag_weeks": 0},
        {"first": "web", "then": "his", "lag_weeks": 1},
    ]
    assert cautions(raw) == ["before[0], before[1]: his、web: a circle of `before` with a lag; they can never move"]
    raw["before"][1]["lag_weeks"] = 0
    assert cautions(raw) == []


def test_a_system_before_itself_with_a_lag_is_a_circle_too() -> None:
    raw = example()
    raw["before"] = [{"first": "web", "then": "web", "lag_weeks": 2}]
    assert cautions(raw) == ["before[0]: web has to follow itself: it can never move"]


def test_demand_larger_than_any_pool_is_a_warning() -> None:
    raw = example()
    raw["systems"][2]["options"][0]["demand"] = [999, 8]
    assert cautions(raw) == [
        "systems[2].options: web demands more than any pool it may take (nearest a-x86: 999 vcpu wanted, 32 at most)"
    ]


def test_contradictory_pins_are_listed_all_at_once() -> None:
    raw = example()
    his, pay, web = raw["systems"]
    his["pin"] = {"week": 2, "pool": "b-arm"}  # the department is frozen in week 2; b-arm is no option of his
    pay["pin"] = {"week": 7}  # after its deadline
    web["pin"] = {"week": 7, "replica_pool": "b-arm"}  # it has no replica; `apart` from pay
    raw["within"] = [{"systems": ["his", "web"], "weeks": 1}]
    raw["together"] = [["his", "web"]]
    raw["before"] = [{"first": "pay", "then": "his", "lag_weeks": 1}]
    said = cautions(raw)
    for start in (
        "systems[0].pin.pool: his is pinned to b-arm",
        "systems[0].pin.week: his is pinned to 2026-W16: its weeks are frozen",
        "systems[1].pin.week: pay is pinned to 2026-W21: that is after its deadline",
        "systems[2].pin.replica_pool: web",
        "together[0]: pins contradict",
        "before[0]: pins contradict",
        "within[0]: pins contradict",
        "apart[0]: pins contradict",
    ):
        assert any(text.startswith(start) for text in said), (start, said)


def test_pins_that_agree_are_no_warning() -> None:
    raw = example()
    raw["systems"][0]["pin"] = {"week": 1, "pool": "a-x86", "replica_pool": "b-arm"}
    raw["systems"][1]["pin"] = {"week": 5}
    assert cautions(raw) == []


def test_cautions_are_part_of_the_machine_readable_answer(tmp_path: Path) -> None:
    raw = example()
    raw["before"] = [{"first": "web", "then": "web", "lag_weeks": 2}]
    (tmp_path / "problem.json").write_text(json.dumps(raw), encoding="utf-8")
    done = call("plan", "make", "--problem", "problem.json", "--out", "plan.json", "--json", folder=tmp_path)
    data = json.loads(done.stdout)["data"]
    assert [text["en"].split(":")[0] for text in data["cautions"]] == ["before[0]"]


def test_a_wrong_horizon_does_not_make_every_other_week_look_wrong() -> None:
    raw = example() | {"weeks": 0}
    with pytest.raises(CollectError) as caught:
        read_problem(json.dumps(raw).encode())
    assert caught.value.message.en.count("\n") == 1
