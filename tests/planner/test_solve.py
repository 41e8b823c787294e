"""The solver against brute force: the same optimum, the same verdict; bounds never above what is possible."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.check.check import check, check_files
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem
from planner.solving.solve import Infeasible, Solved, solve
from tests.planner.small import best_value, small_problem

ROOT = Path(__file__).parents[2]
EXAMPLE = (Path(__file__).parent / "data" / "example-problem.json").read_bytes()

CASES = 3000 if os.environ.get("GOVCLOUD_SOAK") else 300  # thousands in make soak


def schema(name: str) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads((ROOT / "docs" / "reference" / name).read_text(encoding="utf-8"))
    return raw


@st.composite
def problems(draw: st.DrawFn) -> PlanningProblem:
    return small_problem(lambda low, high: draw(st.integers(low, high)))


def plans_to_try(problem: PlanningProblem) -> int:
    count = 1
    for system in problem.systems:
        count *= 1 + problem.weeks * len(system.options) * max(1, len(system.replica_options))
    return int(count * (1 + problem.weeks) ** len(problem.clean_ups))


def agrees_with_brute_force(problem: PlanningProblem) -> None:
    wanted = best_value(problem)
    match solve(problem, time_limit_s=60, workers=1):
        case Solved(plan=plan):
            assert check(problem, plan) == []
            assert (plan.value, plan.bound) == (wanted, wanted)
        case Infeasible():
            assert wanted is None
        case other:
            raise AssertionError(other)


def test_the_example_of_the_contract_has_the_one_optimum_259() -> None:
    outcome = solve(read_problem(EXAMPLE), time_limit_s=30)
    assert isinstance(outcome, Solved)
    assert (outcome.plan.value, outcome.plan.bound) == (259, 259)
    assert {(m.system, m.week, m.pool, m.replica_pool) for m in outcome.plan.moves} == {
        ("his", 1, "a-x86", "b-arm"),
        ("pay", 5, "a-x86", None),
        ("web", 3, "a-x86", None),
    }


def test_example_and_plan_keep_their_schemas() -> None:
    jsonschema.validate(json.loads(EXAMPLE), schema("planning-problem.schema.json"))
    outcome = solve(read_problem(EXAMPLE), problem_sha256="0" * 64, time_limit_s=30)
    assert isinstance(outcome, Solved)
    jsonschema.validate(outcome.plan.as_json(), schema("plan.schema.json"))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(problems())
def test_small_problems_agree_with_brute_force(problem: PlanningProblem) -> None:
    if plans_to_try(problem) <= 3000:
        agrees_with_brute_force(problem)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(problems())
def test_thousands_of_small_problems_agree_with_brute_force(problem: PlanningProblem) -> None:
    if plans_to_try(problem) <= 20000:
        agrees_with_brute_force(problem)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(problems())
def test_any_prices_prove_a_bound_that_holds(problem: PlanningProblem) -> None:
    """Prices after any number of steps give a bound that is not above the best plan; no plan: any bound will do."""
    from planner.presolve.presolve import find_windows
    from planner.search.laying import lay_out
    from planner.search.prices import PriceSearch

    if plans_to_try(problem) > 3000:
        return
    wanted = best_value(problem)
    windows = find_windows(problem)
    if wanted is None or windows.contradiction:
        assert wanted is None
        return
    prices = PriceSearch(lay_out(problem, windows))
    for steps in (1, 5, 50):
        prices.run(steps, prices.proven + 10.0)
        assert not prices.hopeless
        assert prices.proven <= wanted
        prices.refine()


def test_a_repeatable_plan_is_the_same_again() -> None:
    problem = read_problem(EXAMPLE)
    first, second = (solve(problem, time_limit_s=5, repeatable=True) for _ in range(2))
    assert isinstance(first, Solved)
    assert isinstance(second, Solved)
    assert first.plan.to_bytes() == second.plan.to_bytes()


def test_a_written_plan_passes_the_check_from_bytes_alone() -> None:
    import hashlib

    outcome = solve(read_problem(EXAMPLE), problem_sha256=hashlib.sha256(EXAMPLE).hexdigest(), time_limit_s=30)
    assert isinstance(outcome, Solved)
    assert check_files(EXAMPLE, outcome.plan.to_bytes()) == []
    assert [v.rule for v in check_files(EXAMPLE + b" ", outcome.plan.to_bytes())] == ["problem_sha256"]


def test_warming_up_solves_the_smallest_problem() -> None:
    from planner.solving.warm import warm

    assert warm() == 1  # one system in week 0: nothing but its placement


def test_after_a_solve_ctrl_c_is_still_ours() -> None:
    """The exact solver puts the system's own handler in place of Python's, unless told not to: Ctrl-C would kill the run."""
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from planner.problem.file import read_problem\n"
        "from planner.solving.solve import solve\n"
        "signal.signal(signal.SIGINT, lambda *_: sys.exit(7))\n"
        "solve(read_problem(Path(sys.argv[1]).read_bytes()), time_limit_s=30)\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "signal.pause()\n"
    )
    example = Path(__file__).parent / "data" / "example-problem.json"
    done = subprocess.run([sys.executable, "-c", code, str(example)], cwd=ROOT, check=False, timeout=300)
    assert done.returncode == 7
