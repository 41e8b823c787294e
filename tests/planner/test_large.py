"""Prices and search on a generated city with a planted plan, and the commands around them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.planner_cities import CityKind, make_city
from planner.check.check import check
from planner.problem.file import read_problem
from planner.solving.solve import Solved, solve

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_city_with_a_planted_plan_is_planned_and_its_bound_is_not_above_the_planted_value() -> None:
    raw, moves = make_city(CityKind(systems=120, weeks=26, seed=3, slack=0.2))  # with less room a first plan takes long
    problem = read_problem(json.dumps(raw).encode())
    outcome = solve(problem, time_limit_s=60)
    assert isinstance(outcome, Solved)
    assert check(problem, outcome.plan) == []
    from planner.check.check import value_of
    from planner.plan import Move

    planted = value_of(problem, {m["system"]: Move(**m) for m in moves}).total
    assert outcome.plan.bound <= min(outcome.plan.value, planted)  # which of the two is better depends on the machine


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_repeatable_large_plan_has_the_same_bytes() -> None:
    raw, _ = make_city(CityKind(systems=120, weeks=26, seed=4, slack=0.2))
    problem = read_problem(json.dumps(raw).encode())
    first, second = (solve(problem, time_limit_s=3, repeatable=True) for _ in range(2))
    assert isinstance(first, Solved)
    assert isinstance(second, Solved)
    assert first.plan.to_bytes() == second.plan.to_bytes()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GOVCLOUD_AS_OF": "2026-03-31"}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "govcloud", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300, env=environment,
    )  # fmt: skip


def test_make_then_check_then_break_a_plan(tmp_path: Path) -> None:
    problem = Path(__file__).parent / "data" / "example-problem.json"
    plan = tmp_path / "plan.json"
    made = run("plan", "make", "--problem", str(problem), "--out", str(plan), "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["data"]["value"] == 259
    checked = run("plan", "check", "--problem", str(problem), "--plan", str(plan), "--json")
    assert (checked.returncode, json.loads(checked.stdout)["data"]["valid"]) == (0, True)
    raw = json.loads(plan.read_text(encoding="utf-8"))
    raw["moves"][1]["week"] = 4
    plan.write_text(json.dumps(raw), encoding="utf-8")
    broken = run("plan", "check", "--problem", str(problem), "--plan", str(plan), "--json")
    assert broken.returncode == 1
    assert {v["rule"] for v in json.loads(broken.stdout)["data"]["violations"]} == {"weeks", "value", "bound"}


def test_no_plan_is_exit_code_6_with_the_reason_and_nothing_written(tmp_path: Path) -> None:
    raw = json.loads((Path(__file__).parent / "data" / "example-problem.json").read_text(encoding="utf-8"))
    raw["systems"][0]["blocked_weeks"] = [0, 1, 2, 3, 4]
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_text(json.dumps(raw), encoding="utf-8")
    made = run("plan", "make", "--problem", str(problem), "--out", str(plan), "--json")
    assert made.returncode == 6
    data = json.loads(made.stdout)["data"]
    assert data["status"] == "infeasible"
    assert data["explanation"]["proven_least"]
    assert not plan.exists()
