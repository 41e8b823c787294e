"""Numbers that do not add up in 64 bits: never a crash, never a verdict that is not true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner.problem.file import read_problem
from planner.solving.solve import Infeasible, Solved, Unknown, solve
from tests.inventory.command import call
from tests.planner.contract import best, plans_in_all
from tests.planner.strangers import stranger


def enlarged(raw: dict[str, Any], what: str, factor: int) -> dict[str, Any]:
    """The same problem with one kind of number a great deal larger."""
    copy: dict[str, Any] = json.loads(json.dumps(raw))
    if what == "weights":
        copy["weights"] = {name: number * factor for name, number in copy["weights"].items()}
    elif what == "weight":
        for system in copy["systems"]:
            system["weight"] *= factor
    elif what == "cost":
        for system in copy["systems"]:
            for option in (*system["options"], *system["replica_options"]):
                option["cost"] *= factor
    else:
        copy["unscheduled_week"] *= factor
    return copy


@pytest.mark.parametrize("what", ["weights", "weight", "cost", "unscheduled"])
@pytest.mark.parametrize("factor", [10**9, pytest.param(10**15, marks=pytest.mark.slow), 10**17])
def test_large_numbers_are_solved_right_or_not_at_all(what: str, factor: int) -> None:
    for seed in range(25):
        raw = stranger(seed)
        if plans_in_all(raw) > 300:
            continue
        raw = enlarged(raw, what, factor)
        match solve(read_problem(json.dumps(raw).encode()), time_limit_s=5, workers=1):
            case Solved(plan=plan):
                assert plan.bound <= (best(raw) or 0) <= plan.value, seed
            case Infeasible():
                assert best(raw) is None, seed
            case Unknown(reason=reason):
                assert "2 的 61 次方" in reason.zh, seed


@pytest.mark.parametrize("key", ["demand", "effort"])
def test_sums_of_needs_that_do_not_fit_are_said(key: str) -> None:
    raw = next(raw for raw in map(stranger, range(99)) if raw["teams"] and raw["resources"] and raw["systems"])
    option = next(o for s in raw["systems"] for o in s["options"])
    if key == "demand":
        option["demand"] = [2**61 for _ in option["demand"]]
    else:
        length = next(s for s in raw["systems"] if s["options"])["preparation_weeks"]
        option["effort"] = {raw["teams"][0]["id"]: [2**61] * length}
    problem = read_problem(json.dumps(raw).encode())
    assert not isinstance(solve(problem, time_limit_s=5, workers=1), Solved) or best(raw) is not None


def test_the_command_says_it_without_a_traceback(tmp_path: Path) -> None:
    raw = json.loads((Path(__file__).parent / "data" / "example-problem.json").read_text(encoding="utf-8"))
    raw["weights"] = dict.fromkeys(raw["weights"], 10**17)
    (tmp_path / "problem.json").write_text(json.dumps(raw), encoding="utf-8")
    done = call("plan", "make", "--problem", "problem.json", "--out", "plan.json", "--repeatable", folder=tmp_path)
    assert done.returncode == 6
    assert "2 的 61 次方" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["make", "explain"])
def test_a_horizon_without_end_is_refused_at_once(command: str, tmp_path: Path) -> None:
    raw = json.loads((Path(__file__).parent / "data" / "example-problem.json").read_text(encoding="utf-8"))
    raw |= {"weeks": 10**12, "unscheduled_week": 10**12}
    (tmp_path / "problem.json").write_text(json.dumps(raw), encoding="utf-8")
    out = ("--out", "plan.json") if command == "make" else ()
    done = call("plan", command, "--problem", "problem.json", *out, folder=tmp_path)
    assert done.returncode == 6
    assert "规划期 1,000,000,000,000 周太长" in done.stderr
    assert "Traceback" not in done.stderr


def test_weeks_that_no_calendar_reaches_are_told_all_the_same(tmp_path: Path) -> None:
    """They may lie outside the horizon as far as anybody likes."""
    raw = json.loads((Path(__file__).parent / "data" / "example-problem.json").read_text(encoding="utf-8"))
    raw["systems"][0]["release_week"] = -(10**15)
    raw["systems"][1]["deadline_week"] = 10**15
    raw["systems"][2]["blocked_weeks"] = [10**15, -5]
    raw["targets"][0]["by_week"] = -(10**15)
    (tmp_path / "problem.json").write_text(json.dumps(raw), encoding="utf-8")
    done = call("plan", "make", "--problem", "problem.json", "--out", "plan.json", folder=tmp_path)
    assert done.returncode == 6
    assert "2026-W14-1000000000000000" in done.stderr
    assert "Traceback" not in done.stderr
    assert read_problem(json.dumps(raw | {"first_week": "9999-W50"}).encode()).week(999) == "9999-W50+999"
