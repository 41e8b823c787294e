"""What is shown of a plan is what the plan says: waves, orders, loads, parts of the value."""

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.check.check import check, value_of
from planner.plan import Move, Plan
from planner.problem.problem import Before, PlanningProblem
from planner.view.load import pool_loads, team_loads
from planner.view.view import chosen, plan_view
from planner.view.words import left_out_counts, percent, quality
from tests.planner.small import small_problem
from tests.report.plan_builders import EXAMPLE, example_plan, example_problem, example_view

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "reference" / "plan-view.schema.json").read_text(encoding="utf-8")
)


def test_the_example_is_shown_as_it_is_published() -> None:
    view = example_view()
    assert [(row.system, row.wave, view.week(row.week)) for row in view.rows] == [
        ("his", 1, "2026-W15"), ("web", 2, "2026-W17"), ("pay", 3, "2026-W19"),
    ]  # fmt: skip
    assert view.optimal
    assert {part.id: part.value for part in view.parts} == {"lateness": 0, "early": 230, "curve": 0, "placement": 29}
    assert view.targets[0].planned == 3
    assert quality(view).zh.startswith("已证明最优")
    assert [number for _, number in left_out_counts(view)] == [2, 1]


def test_a_pool_holds_a_move_from_its_first_week_and_the_freed_part_is_taken_off() -> None:
    loads = {(load.pool, load.resource): load for load in pool_loads(example_problem(), example_plan())}
    assert loads["a-x86", "vcpu"].held == (12, 12, 12, 16, 16, 24, 24, 24)
    assert loads["a-x86", "vcpu"].capacity == (16, 16, 16, 16, 32, 32, 32, 32)
    assert loads["a-x86", "vcpu"].peak_week == 3
    assert loads["b-arm", "vcpu"].held == (6, 6, 6, 6, 6, 4, 4, 4)  # web gives 2 back, two weeks after its cut-over


def test_a_team_is_used_in_its_periods() -> None:
    (team,) = team_loads(example_problem(), example_plan())
    assert team.used == (3, 4, 0, 2, 0, 4, 0, 0)
    assert [used for _, used in team.periods] == [9, 4]


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_loads_stay_within_capacity_exactly_where_the_check_says_so(seed: int) -> None:
    rng = random.Random(seed)
    problem = small_problem(rng.randint)
    plan = some_plan(problem, rng)
    rules = {violation.rule for violation in check(problem, plan)}
    over = any(h > c for load in pool_loads(problem, plan) for h, c in zip(load.held, load.capacity, strict=True))
    if rules <= {"capacity", "teams", "value", "bound"}:  # the moves themselves are well-formed
        assert over == ("capacity" in rules)
        spent = any(used > period.amount for team in team_loads(problem, plan) for period, used in team.periods)
        assert not spent or "teams" in rules
        view = plan_view(problem, plan)
        moves = {move.system: move for move in plan.moves}
        assert sum(part.value for part in view.parts) == value_of(problem, moves).total
        jsonschema.validate(view.as_json(), SCHEMA)


def some_plan(problem: PlanningProblem, rng: random.Random) -> Plan:
    moves = []
    for system in problem.systems:
        if rng.random() < 0.8 and system.options and system.preparation_weeks <= problem.weeks:
            replica = rng.choice(system.replica_options).pool if system.replica_options else None
            week = rng.randint(system.preparation_weeks - 1, problem.weeks - 1)
            moves.append(Move(system=system.id, week=week, pool=rng.choice(system.options).pool, replica_pool=replica))
    value = value_of(problem, {move.system: move for move in moves}).total
    return Plan(problem_sha256="-", moves=tuple(moves), clean_ups=(), value=value, bound=0)


def test_the_order_in_a_wave_follows_the_longest_chain_and_circles_come_last() -> None:
    problem = example_problem()
    moves = tuple(replace(move, week=5) for move in example_plan().moves)
    plan = replace(example_plan(), moves=moves)

    def orders(*pairs: tuple[str, str]) -> dict[str, int]:
        before = tuple(Before(first=first, then=then, lag_weeks=0) for first, then in pairs)
        return {row.system: row.order for row in plan_view(replace(problem, before=before), plan).rows}

    assert orders(("his", "pay"), ("his", "web"), ("web", "pay")) == {"his": 1, "web": 2, "pay": 3}
    assert orders(("pay", "web"), ("web", "pay")) == {"his": 1, "web": 2, "pay": 2}


@pytest.mark.parametrize(
    ("ratio", "text"), [(0, "0 %"), (0.0004, "< 0.1 %"), (0.031, "3.1 %"), (0.9999, "> 99.9 %"), (1, "100 %")]
)
def test_a_share_is_never_rounded_to_none_or_all(ratio: float, text: str) -> None:
    assert percent(ratio) == text


def test_rows_are_chosen_by_id_or_name() -> None:
    view = example_view()
    assert [row.system for row in chosen(view, department="单位pay")] == ["pay"]
    assert [row.system for row in chosen(view, department="health")] == ["his", "web"]
    assert [row.system for row in chosen(view, system="WEB")] == ["web"]


# --- the command ----------------------------------------------------------------------------------------------------


def shown(tmp_path: Path, *arguments: str, code: int = 0, columns: int = 120) -> str:
    from planner.commands.show import show

    (tmp_path / "plan.json").write_bytes(example_plan().to_bytes())
    files = ["--problem", str(EXAMPLE), "--plan", str(tmp_path / "plan.json"), "--as-of", "2026-03-31"]
    result = CliRunner(env={"COLUMNS": str(columns)}).invoke(show, [*files, *arguments])
    assert (result.exit_code if not result.exception or result.exit_code == 0 else 1) == code, result.output
    return result.output if code == 0 else str(result.exception)


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("arguments", [(), ("--wave", "1"), ("--department", "health"), ("--system", "his")])
def test_every_view_fits_the_terminal(tmp_path: Path, arguments: tuple[str, ...], columns: int) -> None:
    from rich.cells import cell_len

    said = shown(tmp_path, *arguments, columns=columns)
    assert "his" in said or not arguments
    assert all(cell_len(line) <= columns for line in said.splitlines())


def test_a_wave_goes_by_number_and_by_week(tmp_path: Path) -> None:
    assert shown(tmp_path, "--wave", "2") == shown(tmp_path, "--week", "2026-W17")
    assert "没有批次 9" in shown(tmp_path, "--wave", "9", code=1)
    assert "应为批次序号" in shown(tmp_path, "--wave", "x", code=1)
    assert "相近的有：his" in shown(tmp_path, "--system", "hit", code=1)


def test_json_matches_its_schema(tmp_path: Path) -> None:
    whole: dict[str, Any] = json.loads(shown(tmp_path, "--json"))["data"]
    jsonschema.validate(whole, SCHEMA)
    part = json.loads(shown(tmp_path, "--wave", "1", "--json"))["data"]
    jsonschema.validate(part, SCHEMA)
    assert [move["system"] for move in part["moves"]] == ["his"]


def test_what_must_not_be_named_is_not_named_by_a_note_either() -> None:
    from planner.build.nameless import masked, nameless

    left_out = [{"reason": "secrecy-unknown", "name": "甲系统"}, {"reason": "already-there", "name": "乙系统"}]
    note = {"code": "provider-not-planned", "subject": "x", "text": {"zh": "依赖甲系统、乙系统", "en": "needs 甲系统"}}
    (said,) = masked([note], left_out)
    assert said["text"] == {"zh": "依赖（不列名称）、乙系统", "en": "needs (not named)"}
    assert [item["name"] for item in nameless(left_out)] == [None, "乙系统"]
