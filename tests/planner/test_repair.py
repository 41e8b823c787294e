"""A plan to begin with: what is still possible of it stays, the rest is placed anew, and nothing impossible survives."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import planner.solving.stages
from bench.planner_cities import CityKind, make_city
from planner.check.check import check, value_of
from planner.plan import CleanUp, Move, Plan
from planner.presolve.presolve import find_windows
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem, Previous, PreviousMove
from planner.search.annealing import Run
from planner.search.laying import lay_out
from planner.search.prices import free_prices
from planner.search.repair import place
from planner.solving.solve import Solved, Unknown, solve
from tests.inventory.command import call
from tests.planner.small import best_value, small_problem
from tests.planner.test_explain import one_pool

pytestmark = pytest.mark.slow  # many problems by brute force

DEAR = 10**6


def plan_of(problem: PlanningProblem, moves: list[Move], clean_ups: tuple[CleanUp, ...] = ()) -> Plan:
    value = value_of(problem, {move.system: move for move in moves}).total
    return Plan(problem_sha256="", moves=tuple(moves), clean_ups=clean_ups, value=value, bound=0)


def after(problem: PlanningProblem, plan: Plan, penalty: int) -> PlanningProblem:
    """The same problem with a plan before it."""
    moves = tuple(
        PreviousMove(system=m.system, week=m.week, pool=m.pool, replica_pool=m.replica_pool) for m in plan.moves
    )
    return replace(problem, previous=Previous(moves=moves, moved_penalty=penalty))


def slipped_city(slips: int, penalty: int) -> tuple[PlanningProblem, dict[str, Move], set[str]]:
    """A loose city with its planted plan as the plan before, of which some systems may begin only three weeks later."""
    raw, planted = make_city(CityKind(systems=150, weeks=40, seed=2, slack=0.4))
    before = {m["system"]: Move(**m) for m in planted}
    rng = random.Random(5)
    late: set[str] = set()
    for system in rng.sample(raw["systems"], len(raw["systems"])):
        move, was = before.get(system["id"]), system["release_week"]
        if len(late) == slips or move is None or not 8 <= move.week <= 30:
            continue
        system["release_week"] = move.week - system["preparation_weeks"] + 4
        if find_windows(read_problem(json.dumps(raw).encode())).contradiction:
            system["release_week"] = was
        else:
            late.add(system["id"])
    raw["previous"] = {"moves": planted, "moved_penalty": penalty}
    return read_problem(json.dumps(raw).encode()), before, late


def changed(before: dict[str, Move], plan: Plan) -> set[str]:
    now = {move.system: move for move in plan.moves}
    return {name for name in {*before, *now} if before.get(name) != now.get(name)}


def test_where_moving_is_dear_a_slip_moves_the_slipped_and_those_bound_to_them() -> None:
    problem, before, late = slipped_city(6, DEAR)
    outcome = solve(problem, time_limit_s=4, repeatable=True)
    assert isinstance(outcome, Solved)
    assert check(problem, outcome.plan) == []
    moved = changed(before, outcome.plan)
    bound = {name for pair in problem.before for name in (pair.first, pair.then) if {pair.first, pair.then} & late}
    bound |= {name for group in problem.together for name in group if set(group) & late}
    bound |= {name for w in problem.within for name in w.systems if set(w.systems) & late}
    assert late <= moved
    assert moved <= late | bound


@pytest.mark.slow
@pytest.mark.parametrize("penalty", [300, DEAR])
def test_whoever_moved_had_to_or_it_paid(penalty: int) -> None:
    """No system that was moved can go back to its old place alone and make the plan better."""
    problem, before, _ = slipped_city(6, penalty)
    outcome = solve(problem, time_limit_s=6, repeatable=True)
    assert isinstance(outcome, Solved)
    for name in changed(before, outcome.plan):
        rest = [move for move in outcome.plan.moves if move.system != name]
        back = plan_of(problem, [*rest, *([before[name]] if name in before else [])], outcome.plan.clean_ups)
        assert back.value >= outcome.plan.value or check(problem, back) != [], name


def search_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner.solving.stages, "SMALL", -1)


@pytest.mark.parametrize("exact", [True, False])
def test_an_optimal_plan_is_returned_as_it_is(exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    found = 0
    for seed in range(60):
        problem = replace(small_problem(random.Random(seed).randint), previous=None)
        outcome = solve(problem, time_limit_s=20, workers=1)
        if not isinstance(outcome, Solved) or outcome.plan.value > outcome.plan.bound:
            continue
        found += 1
        if not exact:
            search_only(monkeypatch)
        again = solve(problem, time_limit_s=1, workers=1, repeatable=True, start=outcome.plan)
        priced = solve(after(problem, outcome.plan, 1), time_limit_s=1, workers=1, repeatable=True)
        monkeypatch.undo()
        assert isinstance(again, Solved)
        assert set(again.plan.moves) == set(outcome.plan.moves), seed
        if exact and problem.weights.placement:  # one other plan, as good, would cost the price of a move
            assert isinstance(priced, Solved)
            assert set(priced.plan.moves) == set(outcome.plan.moves), seed
    assert found > 15


def a_wrong_plan(problem: PlanningProblem, rng: random.Random) -> Plan:
    """Moves in any week and pool, also unknown ones."""
    pools = [*(pool.id for pool in problem.pools), "no-such-pool"]
    names = [*(system.id for system in problem.systems), "no-such-system"]
    moves = [
        Move(
            system=name, week=rng.randint(-1, problem.weeks), pool=rng.choice(pools),
            replica_pool=rng.choice([None, *pools]),
        )
        for name in names if rng.random() < 0.9
    ]  # fmt: skip
    clean_ups = tuple(CleanUp(id=o.id, week=rng.randint(-1, problem.weeks)) for o in problem.clean_ups)
    return Plan(problem_sha256="", moves=tuple(moves), clean_ups=clean_ups, value=0, bound=0)


@pytest.mark.parametrize("exact", [True, False])
def test_nothing_impossible_of_a_start_survives(exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With any nonsense to begin with the answer is as good, and the verdict the same, as without."""
    if not exact:
        search_only(monkeypatch)
    solved = 0
    for seed in range(60):
        rng = random.Random(seed)
        problem = small_problem(rng.randint)
        if len(problem.systems) > 3:
            continue
        wanted = best_value(problem)
        outcome = solve(problem, time_limit_s=1, workers=1, repeatable=True, start=a_wrong_plan(problem, rng))
        if isinstance(outcome, Solved):
            solved += 1
            assert check(problem, outcome.plan) == [], seed
            assert wanted is not None
            assert outcome.plan.bound <= wanted <= outcome.plan.value, seed
            assert not exact or outcome.plan.value == wanted, seed
        else:
            assert wanted is None or (not exact and isinstance(outcome, Unknown)), seed
    assert solved > 10


def test_the_answer_is_never_worse_than_what_the_start_gives_when_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    search_only(monkeypatch)
    repaired = 0
    for seed in range(60):
        rng = random.Random(seed)
        problem = small_problem(rng.randint)
        windows = find_windows(problem)
        if windows.contradiction:
            continue
        start, layout = a_wrong_plan(problem, rng), lay_out(problem, windows)
        run = Run(layout, free_prices(layout))
        run.start_from(place(layout, start.moves, start.clean_ups))
        outcome = solve(problem, time_limit_s=1, workers=1, repeatable=True, start=start)
        if run.feasible:
            repaired += 1
            assert isinstance(outcome, Solved), seed
            assert outcome.plan.value <= run.cost + layout.constant, seed
    assert repaired > 20


def test_what_is_still_possible_is_put_back_and_who_is_pinned_goes_before_whoever_stands_there() -> None:
    raw = one_pool(3, 99, None)
    raw["teams"][0]["periods"] = [{"from_week": w, "to_week": w, "amount": 1} for w in range(6)]
    raw["systems"][2]["pin"] = {"week": 0}
    problem = read_problem(json.dumps(raw).encode())
    pool = problem.pools[0].id
    before = [Move(system=f"s{n}", week=n, pool=pool, replica_pool=None) for n in range(3)]
    layout = lay_out(problem, find_windows(problem))
    run = Run(layout, free_prices(layout))
    run.start_from(place(layout, before, ()))
    week = {problem.systems[layout.order[unit]].id: int(run.state.week[unit]) for unit in range(3)}
    assert week["s2"] == 0
    assert week["s1"] == 1
    assert week["s0"] not in {0, 1}
    assert run.feasible


def test_places_in_the_row_of_homes_are_those_of_the_plan() -> None:
    """The row that the repair works on allows one week to who has a place, and leaves the problem's own row alone."""
    problem, before, _ = slipped_city(3, 10)
    layout = lay_out(problem, find_windows(problem))
    row = layout.row.copy()
    placed = place(layout, list(before.values()), ())
    homes = placed.homes_only(layout)
    assert (layout.row == row).all()
    assert (homes != row).any()
    assert (np.sort(placed.order) == np.arange(len(layout.arrays.units))).all()


def test_a_plan_file_to_begin_with_is_taken_on_the_command_line(tmp_path: Path) -> None:
    raw: dict[str, Any] = one_pool(3, 99, None)
    problem_file, first, second = tmp_path / "problem.json", tmp_path / "one.json", tmp_path / "two.json"
    problem_file.write_text(json.dumps(raw), encoding="utf-8")
    made = call("plan", "make", "--problem", str(problem_file), "--out", str(first), folder=tmp_path)
    assert made.returncode == 0, made.stderr
    raw["systems"][0]["release_week"] = 2
    problem_file.write_text(json.dumps(raw), encoding="utf-8")
    arguments = ("plan", "make", "--problem", str(problem_file), "--from", str(first), "--out", str(second))
    made = call(*arguments, folder=tmp_path)
    assert made.returncode == 0, made.stderr
    one, two = ({m["system"]: m for m in json.loads(f.read_text(encoding="utf-8"))["moves"]} for f in (first, second))
    assert one["s0"] != two["s0"]
    assert {name: one[name] for name in ("s1", "s2")} == {name: two[name] for name in ("s1", "s2")}
    first.write_text("{}", encoding="utf-8")
    assert call(*arguments, folder=tmp_path).returncode == 4  # the plan file is wrong: a bad input
