"""Systems without a week: the reason, and that what is said to be missing is exactly enough."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from planner.book import Lack
from planner.build.known import Known, SystemKnown
from planner.check.check import check, value_of
from planner.explain.balance import most_by, never_before, shortages_of_all, target_shortages
from planner.explain.unscheduled import Unscheduled, why_unscheduled
from planner.explain.unscheduled_words import counts_by_cause, scarce_text, unscheduled_text
from planner.plan import CleanUp, Move, Plan
from planner.presolve.presolve import find_windows
from planner.problem.file import read_problem
from planner.problem.problem import CapacityStep, PlanningProblem, Target
from planner.solving.solve import Solved, solve
from planner.view.view import plan_view
from planner.view.words import why_not, without_week
from tests.planner.contract import best, plans_in_all
from tests.planner.strangers import stranger
from tests.planner.test_explain import one_pool

ROOT = Path(__file__).parents[2]


def read(raw: dict[str, Any]) -> PlanningProblem:
    return read_problem(json.dumps(raw).encode())


def planned(problem: PlanningProblem, *moves: Move, clean_ups: tuple[CleanUp, ...] = ()) -> Plan:
    value = value_of(problem, {move.system: move for move in moves}).total
    return Plan(problem_sha256="", moves=moves, clean_ups=clean_ups, value=value, bound=0)


def solved(raw: dict[str, Any]) -> tuple[PlanningProblem, Plan]:
    problem = read(raw)
    outcome = solve(problem, time_limit_s=20)
    assert isinstance(outcome, Solved)
    return problem, outcome.plan


def with_needs(problem: PlanningProblem, needs: tuple[Lack, ...], less: int = 0) -> PlanningProblem:
    """The limits raised by what is said to be missing, less a little."""
    for need in needs:
        more = need.amount - less
        if need.what == "pool":
            pools = []
            for pool in problem.pools:
                steps = [list(pool.amount_at(week)) for week in range(problem.weeks)]
                if pool.id == need.name:
                    for step in steps[need.from_week :]:
                        step[need.number] += more
                capacity = tuple(CapacityStep(from_week=w, amount=tuple(step)) for w, step in enumerate(steps))
                pools.append(replace(pool, capacity=capacity))
            problem = replace(problem, pools=tuple(pools))
        elif need.what == "team":
            assert need.number >= 0
            teams = []
            for team in problem.teams:
                periods = list(team.periods)
                if team.id == need.name:
                    periods[need.number] = replace(periods[need.number], amount=periods[need.number].amount + more)
                teams.append(replace(team, periods=tuple(periods)))
            problem = replace(problem, teams=tuple(teams))
        else:
            departments = tuple(
                replace(one, max_parallel=one.max_parallel + more) if one.id == need.name else one
                for one in problem.departments
            )
            problem = replace(problem, departments=departments)
    return problem


def test_a_full_pool_is_named_with_the_amount_that_is_missing() -> None:
    problem, plan = solved(one_pool(3, 10, None))
    (found,) = why_unscheduled(problem, plan)
    assert (found.cause, [need.amount for need in found.needs]) == ("pool", [2])
    text = unscheduled_text(problem, Known(pools={"xc": "信创池"}), found)
    assert text.zh.startswith("最省的是 2026-W14 割接，还缺：资源池“信创池” 2 vCPU（2026-W1")


def test_the_clean_ups_of_the_plan_are_counted_as_room() -> None:
    raw = one_pool(2, 4, None)
    raw["clean_ups"] = [{"id": "z", "pool": "xc", "amount": [3], "release_week": 0, "effort": {}}]
    problem = read(raw)
    move = Move(system="s0", week=0, pool="xc", replica_pool=None)
    (found,) = why_unscheduled(problem, planned(problem, move, clean_ups=(CleanUp(id="z", week=0),)))
    assert [need.amount for need in found.needs] == [1]


def test_who_waits_for_another_names_it_and_who_can_never_move_says_why() -> None:
    raw = one_pool(4, 4, None)
    raw["before"] = [{"first": "s0", "then": "s1", "lag_weeks": 0}, {"first": "s1", "then": "s3", "lag_weeks": 0}]
    raw["systems"][2]["release_week"] = 9
    problem = read(raw)
    found = {one.system: one for one in why_unscheduled(problem, planned(problem))}
    assert (found["s0"].cause, found["s1"].cause, found["s2"].cause) == ("room", "waits", "impossible")
    assert found["s1"].waits_for == ("s0",)
    assert found["s2"].facts
    assert (found["s3"].waits_for, found["s3"].roots) == (("s1",), ("s0",))
    said = unscheduled_text(problem, Known(), found["s3"])
    assert said.zh == "要等 s1 先迁，而它也未排期，最终卡在 s0"
    assert [number for _, number in counts_by_cause(tuple(found.values()))] == [2, 1, 1]


def test_a_move_that_gains_nothing_is_told_from_one_that_is_missing() -> None:
    raw = one_pool(1, 9, None)
    raw["systems"][0] |= {"weight": 0}
    raw["systems"][0]["options"][0]["cost"] = 7
    problem, plan = solved(raw)
    (found,) = why_unscheduled(problem, plan)
    assert (found.cause, found.gain) == ("no-gain", 7)


def test_a_group_asks_for_room_for_all_of_it() -> None:
    raw = one_pool(3, 10, None, together=[["s0", "s1"]])
    problem = read(raw)
    found = why_unscheduled(problem, planned(problem, Move(system="s2", week=0, pool="xc", replica_pool=None)))
    assert [(one.system, [need.amount for need in one.needs]) for one in found] == [("s0", [2]), ("s1", [2])]
    assert "连同同周的另外 1 个" in unscheduled_text(problem, Known(), found[0]).zh


def _would_do(problem: PlanningProblem, plan: Plan, one: Unscheduled, less: int = 0) -> bool:
    """Whether the plan with the moves added is valid once the limits are raised."""
    more = with_needs(problem, one.needs, less)
    moves = (*plan.moves, *one.moves)
    value = value_of(more, {move.system: move for move in moves}).total
    return not check(more, replace(plan, moves=moves, value=value, bound=min(plan.bound, value)))


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, 400, 800])
def test_what_is_missing_is_enough_and_not_too_much(first: int) -> None:
    """For optimal plans of strangers: with the amounts the moves are valid, with one less of each they are not."""
    tried = 0
    for seed in range(first, first + 400):
        raw = stranger(seed)
        if plans_in_all(raw) > 2000 or best(raw) is None:
            continue
        problem, plan = solved(raw)
        for one in why_unscheduled(problem, plan):
            assert one.cause != "room", seed  # the plan is optimal
            if one.moves and all(need.number >= 0 or need.what == "department" for need in one.needs):
                assert _would_do(problem, plan, one), (seed, one)
                assert not one.needs or not _would_do(problem, plan, one, less=1), (seed, one)
                tried += 1
    assert tried > 20


def test_every_system_without_a_week_gets_exactly_one_answer() -> None:
    for seed in range(300):
        problem = read(stranger(seed))
        plan = planned(problem)
        found = why_unscheduled(problem, plan)
        assert [one.system for one in found] == [system.id for system in problem.systems], seed
        for one in found:
            text = unscheduled_text(problem, Known(), one)
            if one.gain is not None:
                whole = value_of(problem, {move.system: move for move in one.moves}).total
                assert one.gain == whole - plan.value, seed
            assert text.zh, seed
            assert text.en, seed


def test_a_shortage_of_all_is_proven_by_the_optimum() -> None:
    """Wherever some shortage of all is found, no plan of the small problem moves every system that could move."""
    shown = 0
    for seed in range(1500):
        raw = stranger(seed)
        if plans_in_all(raw) > 2000:
            continue
        problem = read(raw)
        scarce = shortages_of_all(problem)
        if not scarce:
            continue

        able = [s["id"] for s, weeks in zip(raw["systems"], find_windows(problem).weeks, strict=True) if weeks]
        everybody = {"by_week": raw["weeks"] - 1, "systems": able, "at_least": len(able)}
        assert best(raw | {"targets": [everybody]}) is None, seed
        assert all(scarce_text(Known(), one).zh for one in scarce)
        shown += 1
    assert shown > 20


def test_the_sum_of_all_needs_names_pools_that_share_and_usable_weeks() -> None:
    raw = one_pool(5, 11, None)
    raw["teams"][0]["periods"] = [{"from_week": w, "to_week": w, "amount": 1} for w in range(6)]
    raw["departments"][0]["blocked_weeks"] = [0, 1]
    pool, team = shortages_of_all(read(raw))
    assert (pool.what, pool.needed, pool.offered, pool.missing) == ("pool", 20, 11, 9)
    assert (team.what, team.needed, team.offered, team.missing) == ("team", 5, 4, 1)


def test_whom_it_follows_too_late_is_named() -> None:
    raw = one_pool(2, 99, None)
    raw["before"] = [{"first": "s0", "then": "s1", "lag_weeks": 2}]
    problem = read(raw)
    (found,) = why_unscheduled(problem, planned(problem, Move(system="s0", week=5, pool="xc", replica_pool=None)))
    assert (found.cause, found.waits_for) == ("relations", ("s0",))
    assert unscheduled_text(problem, Known(), found).zh == "与 s0 的先后、同周、错开关系不留可行的周"


def test_the_view_says_it_in_names_and_keeps_its_schema() -> None:
    schema = json.loads((ROOT / "docs" / "reference" / "plan-view.schema.json").read_text(encoding="utf-8"))
    problem, plan = solved(one_pool(3, 10, None))
    names = {f"s{n}": SystemKnown(name=f"系统{n}") for n in range(3)}
    view = plan_view(problem, plan, Known(systems=names, pools={"xc": "信创池"}))
    raw = view.as_json()
    jsonschema.validate(raw, schema)
    (without,) = [move for move in raw["moves"] if move["week"] is None]
    assert without["unscheduled"]["needs"][0]["amount"] == 2
    assert raw["scarce"][0]["missing"] == 2
    head, scarce = without_week(view)
    assert head.zh == "未排期 1 个：资源池容量不足 1 个"
    assert scarce.zh == "资源池“信创池”：3 个系统至少要 12 vCPU，期末只有 10，至少还差 2（已证明）"
    assert "信创池" in why_not(view, without["system"]).zh


@pytest.mark.slow
def test_no_plan_reaches_more_than_the_sums_say() -> None:
    """`most_by` and `never_before` against the best count and week by trying all plans."""
    bites = 0
    for seed in range(400):
        raw = stranger(seed) | {"targets": []}
        if plans_in_all(raw) > 400 or best(raw) is None:
            continue
        problem = read(raw)
        windows = find_windows(problem)
        for week in range(raw["weeks"]):
            most = most_by(problem, windows, week, None)
            bites += most < sum(1 for mask in windows.weeks if mask & (2 << week) - 1)
            beyond = {"by_week": week, "systems": None, "at_least": most + 1}
            assert best(raw | {"targets": [beyond]}) is None, (seed, week)
            said = target_shortages(
                replace(problem, targets=(Target(by_week=week, systems=None, at_least=most + 1),)), windows
            )
            assert all("至少增加" in text.zh for text in said)
        count = len(raw["systems"])
        first = never_before(problem, windows, count, None)
        if first > 0:
            early = {"by_week": first - 1, "systems": None, "at_least": count}
            assert best(raw | {"targets": [early]}) is None, seed
    assert bites > 20
