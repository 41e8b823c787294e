"""Resource-constrained projects of PSPLIB's form: solved to the optimum that an interval model of its own proves."""

from __future__ import annotations

import json
import random

import pytest

from bench.psplib import LAST, Instance, Job, as_problem, read_sm
from planner.check.check import check
from planner.problem.file import read_problem
from planner.solving.solve import Infeasible, Solved, solve

SM = """\
************************************************************************
file with basedata            : small.bas
initial value random generator: 1
************************************************************************
projects                      :  1
jobs (incl. supersource/sink ):  7
horizon                       :  17
RESOURCES
  - renewable                 :  2   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          3           2   3   4
   2        1          1           5
   3        1          1           6
   4        1          1           6
   5        1          1           7
   6        1          1           7
   7        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     3       2    0
  3      1     4       2    1
  4      1     2       1    2
  5      1     5       3    0
  6      1     3       2    2
  7      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  R 2
    4    2
************************************************************************
"""


def an_instance(seed: int) -> Instance:
    """A small project: five to eight jobs, two resources, precedence forwards only."""
    rng = random.Random(seed)
    count = rng.randint(5, 8)
    capacities = (rng.randint(3, 5), rng.randint(2, 4))
    jobs = []
    for number in range(1, count + 1):
        later = [other for other in range(number + 1, count + 1) if rng.random() < 0.3]
        takes = tuple(rng.randint(0, most) for most in capacities)
        jobs.append(Job(number, rng.randint(1, 4), tuple(later), takes))
    return Instance(f"seed-{seed}", tuple(jobs), capacities)


def optimum(instance: Instance) -> int:
    """The least makespan, by an interval model that shares nothing with the planner."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    starts = {job.number: model.new_int_var(0, instance.horizon, "") for job in instance.jobs}
    length = {job.number: job.duration for job in instance.jobs}
    intervals = [model.new_fixed_size_interval_var(starts[job.number], job.duration, "") for job in instance.jobs]
    for place, capacity in enumerate(instance.capacities):
        model.add_cumulative(intervals, [job.takes[place] for job in instance.jobs], capacity)
    for job in instance.jobs:
        for other in job.successors:
            model.add(starts[other] >= starts[job.number] + job.duration)
    makespan = model.new_int_var(0, instance.horizon, "")
    model.add_max_equality(makespan, [starts[number] + length[number] for number in starts])
    model.minimize(makespan)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    return int(solver.objective_value)


def makespan_of_the_plan(instance: Instance) -> int:
    problem = read_problem(json.dumps(as_problem(instance)).encode())
    outcome = solve(problem, time_limit_s=60, workers=1)
    assert isinstance(outcome, Solved)
    assert check(problem, outcome.plan) == []
    assert outcome.plan.bound == outcome.plan.value, "proven"
    last = next(move.week for move in outcome.plan.moves if move.system == LAST)
    assert last == outcome.plan.value, "the value is the makespan"
    return last


@pytest.mark.parametrize("seed", range(8))
def test_small_projects_are_solved_to_their_optimum(seed: int) -> None:
    instance = an_instance(seed)
    assert makespan_of_the_plan(instance) == optimum(instance)


def test_a_file_of_the_library_is_read_and_solved() -> None:
    """By hand: 5 (five weeks of 3) cannot overlap 3 or 6 (2 of 4 in all), so 4 + 3 + 5 = 12 is the least."""
    instance = read_sm(SM, "small.sm")
    assert instance.capacities == (4, 2)
    assert [job.duration for job in instance.jobs] == [0, 3, 4, 2, 5, 3, 0]
    assert optimum(instance) == 12
    assert makespan_of_the_plan(instance) == 12


def test_one_week_less_than_the_optimum_is_proven_impossible() -> None:
    raw = as_problem(read_sm(SM))
    for system in raw["systems"]:
        system["deadline_week"] = 11
    assert isinstance(solve(read_problem(json.dumps(raw).encode()), time_limit_s=60, workers=1), Infeasible)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("PRECEDENCE RELATIONS", "RELATIONS", "PRECEDENCE"),
        ("   2        1          1", "   2        3          1", "modes"),
    ],
)
def test_what_is_not_of_the_form_is_said(old: str, new: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_sm(SM.replace(old, new), "small.sm")
