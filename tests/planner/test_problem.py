"""Reading a problem file: every mistake at once, each with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalogs.errors import CollectError
from planner.problem.file import read_problem

EXAMPLE = Path(__file__).parent / "data" / "example-problem.json"


def example() -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return raw


def as_bytes(raw: object) -> bytes:
    return json.dumps(raw, ensure_ascii=False).encode()


def message_of(content: bytes) -> str:
    with pytest.raises(CollectError) as caught:
        read_problem(content)
    return caught.value.message.en


def test_example_is_read_and_written_again_unchanged() -> None:
    raw = example()
    assert read_problem(EXAMPLE.read_bytes()).as_json() == raw


def test_optional_parts_are_read_and_written_again_unchanged() -> None:
    raw = example()
    raw["systems"][0]["pin"] = {"week": 1, "pool": "a-x86", "replica_pool": "b-arm"}
    raw["systems"][1]["pin"] = {"replica_pool": None}
    raw["systems"][2]["pin"] = {}
    moves = [{"system": "his", "week": 1, "pool": "a-x86", "replica_pool": "b-arm"}]
    raw["previous"] = {"moves": moves, "moved_penalty": 20}
    assert read_problem(as_bytes(raw)).as_json() == raw


def _put(*path: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    def change(raw: dict[str, Any]) -> None:
        place: Any = raw
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_put("weeks", value=0), "weeks: expected ≥ 1"),
        (_put("weeks", value=True), "weeks: expected an integer, found true"),
        (_put("weeks", value=8.0), "weeks: expected an integer, found 8.0"),
        (_put("unscheduled_week", value=7), "unscheduled_week: expected ≥ 8"),
        (_put("first_week", value="2026-W54"), "first_week: expected a week like 2026-W14"),
        (_put("schema", value="govcloud/planning-problem/2"), "schema: expected"),
        (_put("colour", value=1), "colour: unknown key"),
        (_put("pools", 0, "capacity", 0, "from_week", value=1), "pools[0].capacity: the first step has to start"),
        (_put("pools", 0, "capacity", 1, "from_week", value=8), "pools[0].capacity[1].from_week: expected ≤ 7"),
        (_put("pools", 0, "capacity", 0, "amount", value=[1]), "pools[0].capacity[0].amount: expected 2 numbers, found 1"),
        (_put("pools", 1, "id", value="a-x86"), "pools[0], pools[1]: id 'a-x86' is not unique"),
        (_put("teams", 0, "periods", 1, "from_week", value=3), "teams[0].periods: periods overlap (0–3, 3–7)"),
        (_put("teams", 0, "periods", 0, "to_week", value=8), "teams[0].periods[0].to_week: expected ≤ 7"),
        (_put("departments", 0, "max_parallel", value=-1), "departments[0].max_parallel: expected ≥ 0"),
        (_put("systems", 0, "department", value="x"), "systems[0].department: there is no department 'x'"),
        (_put("systems", 0, "preparation_weeks", value=0), "systems[0].preparation_weeks: expected ≥ 1"),
        (_put("systems", 0, "weight", value=1.5), "systems[0].weight: expected an integer, found 1.5"),
        (_put("systems", 0, "options", 0, "demand", 1, value=-1), "systems[0].options[0].demand[1]: expected ≥ 0"),
        (_put("systems", 0, "options", 0, "effort", "migration", value=[1]), "effort.migration: expected 2 numbers, found 1"),
        (_put("systems", 0, "options", 0, "effort", value={"x": [1, 1]}), "there is no team 'x'"),
        (_put("systems", 1, "options", 1, "pool", value="a-x86"), "systems[1].options[1].pool: 'a-x86' stands there more than once"),
        (_put("systems", 0, "pin", value={"week": None}), "systems[0].pin.week: expected an integer, found null"),
        (_put("systems", 0, "pin", value={"pool": "x"}), "systems[0].pin: there is no pool 'x'"),
        (_put("clean_ups", 0, "pool", value="x"), "clean_ups[0].pool: there is no pool 'x'"),
        (_put("apart", value=[["pay"]]), "apart[0]: expected two or more systems"),
        (_put("together", value=[["pay", "pay"]]), "together[0]: 'pay' stands there more than once"),
        (_put("same_site", 0, "systems", value=["his", "pay", "web"]), "same_site[0].systems: expected exactly two systems"),
        (_put("before", 0, "lag_weeks", value=-1), "before[0].lag_weeks: expected ≥ 0"),
        (_put("targets", 0, "systems", value=["x"]), "targets[0].systems: there is no system 'x'"),
        (_put("previous", value={"moves": []}), "previous: key 'moved_penalty' is missing"),
    ],
)  # fmt: skip
def test_one_mistake_is_named_with_its_place(change: Callable[[dict[str, Any]], None], expected: str) -> None:
    raw = example()
    change(raw)
    message = message_of(as_bytes(raw))
    assert expected in message


def test_all_mistakes_are_listed_at_once() -> None:
    raw = example()
    raw["weeks"] = "8"
    raw["systems"][0]["weight"] = -1
    del raw["systems"][1]["options"]
    raw["systems"][2]["frees"][0]["colour"] = "red"
    message = message_of(as_bytes(raw))
    for place in ("weeks:", "systems[0].weight:", "systems[1]: key 'options' is missing", "frees[0].colour: unknown"):
        assert place in message


def test_doubled_key_is_an_error_at_any_depth() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert "systems[0].weight: the key stands there twice" in message_of(
        text.replace('"weight": 5', '"weight": 5, "weight": 6', 1).encode()
    )
    assert "effort.migration: the key stands there twice" in message_of(
        text.replace('"effort": {"migration": [3, 4]}', '"effort": {"migration": [3, 4], "migration": [3, 4]}').encode()
    )


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b"NaN", b'{"a": 1e999}'])
def test_what_is_no_problem_at_all_gets_a_message(content: bytes) -> None:
    assert message_of(content)
