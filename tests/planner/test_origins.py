"""Every kind of number of a problem file leads to what it came from, also after re-planning."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from planner.build.built import Built, steps_of
from planner.build.replan import Earlier
from planner.check.check import value_of
from planner.plan import Move, Plan
from planner.problem.file import read_problem
from planner.problem.number_path import named, value_at
from tests.planner.small_city import a_server, a_system, build, decided, depends, used

KINDS = {
    "weeks", "unscheduled_week", "pools[].capacity[].from_week", "pools[].capacity[].amount[]",
    "teams[].periods[].from_week", "teams[].periods[].to_week", "teams[].periods[].amount",
    "departments[].max_parallel", "departments[].blocked_weeks[]",
    "systems[].weight", "systems[].preparation_weeks", "systems[].release_week", "systems[].due_week",
    "systems[].deadline_week", "systems[].blocked_weeks[]", "systems[].options[].demand[]", "systems[].options[].cost",
    "systems[].options[].effort.*[]", "systems[].replica_options[].demand[]", "systems[].replica_options[].cost",
    "systems[].frees[].amount[]", "systems[].frees[].weeks_after", "systems[].pin.week",
    "clean_ups[].amount[]", "clean_ups[].release_week", "clean_ups[].effort.*[]",
    "before[].lag_weeks", "within[].weeks", "same_site[].penalty", "targets[].by_week", "targets[].at_least",
    "curve[].week", "curve[].at_least",
    "weights.lateness", "weights.progress", "weights.placement", "weights.curve",
}  # fmt: skip
REPLANNED = {"previous.moves[].week", "previous.moved_penalty"}


def numbers(here: Any, path: str = "") -> Iterator[str]:
    """The path of every number, and of every null that stands where a number may."""
    if isinstance(here, dict):
        for key, value in here.items():
            if key not in {"replica_pool", "systems"} or not (value is None or isinstance(value, str)):
                yield from numbers(value, f"{path}.{key}" if path else key)
    elif isinstance(here, list):
        for place, value in enumerate(here):
            yield from numbers(value, f"{path}[{place}]")
    elif here is None or isinstance(here, int):
        yield path


def kind_of(path: str) -> str:
    return re.sub(r"effort\.[^.\[]+", "effort.*", re.sub(r"\[[^\]]*\]", "[]", path))


def everything(**more: Any) -> Built:
    """A city in which every kind of number occurs."""
    systems = [
        a_system("a", dr="同城双活", contract_end_on=date(2026, 8, 31)),
        a_system("b", zones=("互联网区", "政务外网区"), system_class="website"),
        a_system("c", department_id="gzw"),
        a_system("d"),
        a_system("e", xinchuang=True),
        a_system("back"),
        a_system("z"),
    ]
    servers = [
        a_server("a", vcpu=16, memory_gib=64.0, disk_gib=1000.0),
        a_server("b", 1, zone="互联网区"),
        a_server("b", 2),
        *(a_server(name) for name in "cde"),
        a_server("back", cloud="sample-cloud", pool="az-east-ext-x86"),
        a_server("z", cloud="sample-cloud", pool="az-east-ext-arm"),
    ]
    return build(
        systems,
        servers,
        dependencies=[depends("c", "d"), depends("d", "e"), depends("e", "d"), depends("a", "c")],
        decisions=[
            decided("zombie", "z", "confirmed"),
            decided("disposition", "back", "rebuild"),
            decided("pin", "c", {"week": "2026-W40"}),
            decided("hold", "d", {"until": "2026-06-01"}),
        ],
        rates=used(servers[0], 150, 400, 300),
        **more,
    )


def untraced(built: Built) -> tuple[set[str], set[str]]:
    """The kinds of numbers that occur, and those of them with a number of unknown origin."""
    problem = json.loads(json.dumps(built.problem.as_json()))
    raw = json.loads(json.dumps(built.as_json()))
    kinds, holes = set(), set()
    for path in numbers(problem):
        kind = kind_of(path)
        kinds.add(kind)
        steps = steps_of(raw, named(problem, path))
        if not any(step["origins"] for _, step in steps):
            holes.add(f"{kind}: {path}")
        value_at(problem, path)
    return kinds, holes


def test_every_kind_of_number_has_an_origin() -> None:
    kinds, holes = untraced(everything())
    assert holes == set()
    assert kinds - KINDS == set(), "a new kind of number: say where it comes from"
    assert KINDS - kinds - {"systems[].blocked_weeks[]"} == set()


def test_after_re_planning_too() -> None:
    first = everything()
    moves = (
        Move(system="a", week=5, pool="east-extranet-x86", replica_pool="west-extranet-x86"),
        Move(system="d", week=20, pool="west-extranet-x86", replica_pool=None),
    )
    value = value_of(first.problem, {move.system: move for move in moves}).total
    plan = Plan(problem_sha256="", moves=moves, clean_ups=(), value=value, bound=0)
    again = everything(as_of_on=date(2026, 5, 12), earlier=Earlier(problem=first.problem, plan=plan))
    kinds, holes = untraced(again)
    assert holes == set()
    assert kinds >= REPLANNED
    read_problem(json.dumps(again.problem.as_json()).encode())


def test_a_place_in_a_list_and_a_name_are_the_same_path() -> None:
    problem = json.loads(json.dumps(everything().problem.as_json()))
    first = problem["before"][0]
    by_name = f"before[{first['first']},{first['then']}].lag_weeks"
    assert named(problem, "before[0].lag_weeks") == by_name
    assert named(problem, by_name) == by_name
    assert value_at(problem, by_name) == 0
    assert named(problem, "systems[0].options[0].cost").startswith("systems[a].options[")


def test_first_week_and_parts_of_one_system_have_origins() -> None:
    raw = json.loads(json.dumps(everything().as_json()))
    assert [step["value"] for _, step in steps_of(raw, "first_week")] == ["2026-W15"]
    assert any(path.startswith("together[b,") for path in raw["basis"])


def test_effort_and_partial_quarters_are_counted_in_words() -> None:
    built = everything()
    raw = json.loads(json.dumps(built.as_json()))
    option = built.problem.by_id["c"].options[0]
    said = steps_of(raw, f"systems[c].options[{option.pool}].effort.money[0]")[-1][1]["what"]["zh"]
    assert option.effort
    for team, weekly in option.effort.items():
        assert team in said
        assert f"= {sum(weekly)}" in said or f"每周 {weekly[0]}" in said, (team, weekly, said)
    quarters = [step for _, step in steps_of(raw, "teams[money].periods[0].amount")]
    assert quarters[-1]["value"].startswith("2026-W15–2026-W26: × 12/13")


def test_a_date_that_cannot_be_met_says_which_week_it_became() -> None:
    built = build([a_system("a", contract_end_on=date(2022, 12, 17))], [a_server("a")])
    raw = json.loads(json.dumps(built.as_json()))
    due = steps_of(raw, "systems[a].due_week")[-1][1]
    assert due["value"].startswith(f"{built.problem.by_id['a'].due_week} (")
    assert steps_of(raw, "systems[a].deadline_week")[-1][1]["value"] == "null"
