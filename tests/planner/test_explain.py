"""No plan: the chain of facts, the cheapest relaxation, the shortage with its amount; why a system stands there."""

from __future__ import annotations

import itertools
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import planner.explain.explain as explain_module
import planner.explain.system as explain_system_module
from catalogs.words import Text
from planner.check.check import check, check_files
from planner.commands.explain import explain as explain_command
from planner.explain.explain import Explanation, explain_no_plan
from planner.explain.facts import chain_of_facts
from planner.explain.system import explain_system
from planner.plan import Plan
from planner.presolve.presolve import find_windows
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem
from planner.search.list_fill import fill_by_list
from planner.solving.solve import Infeasible, Solved, Unknown, solve
from planner.view.compare import compare
from tests.planner.small import small_problem

EXAMPLE = Path(__file__).parent / "data" / "example-problem.json"


def example(**changes: Any) -> PlanningProblem:
    """The example with changes to systems (by id) or to the top."""
    raw: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    for name, change in changes.items():
        system = next((s for s in raw["systems"] if s["id"] == name), None)
        if system is None:
            raw[name] = change
        else:
            system.update(change)
    return read_problem(json.dumps(raw).encode())


def test_a_chain_of_facts_leads_from_a_freeze_to_the_missed_deadline() -> None:
    problem = example(his={"blocked_weeks": [0, 1, 2, 3, 4]}, pay={"deadline_week": 6})
    windows = find_windows(problem)
    chain = [text.zh for text in chain_of_facts(problem, windows, windows.impossible[0])]
    assert any("his" in text and "封网" in text for text in chain)
    assert any("pay" in text and "必须在 2026-W20" in text for text in chain)
    assert chain[-1].startswith("因此")
    outcome = solve(problem)
    assert isinstance(outcome, Infeasible)


def test_the_cheapest_deadline_to_move_is_proven() -> None:
    problem = example(his={"blocked_weeks": [0, 1, 2, 3, 4]}, pay={"deadline_week": 6})
    found = explain_no_plan(problem, time_limit_s=20)
    assert found.broken_in_all == 1
    assert found.proven_least
    assert "pay 的截止周推迟 1 周到 2026-W21（已证明最小）" in [text.zh for text in found.relaxations]
    assert {violation.rule for violation in found.violations} == {"weeks"}


def test_a_capacity_conflict_names_pool_week_and_amount() -> None:
    pools = json.loads(EXAMPLE.read_text(encoding="utf-8"))["pools"]
    pools[0]["capacity"] = [{"from_week": 0, "amount": [16, 64]}]
    pools[1]["capacity"] = [{"from_week": 0, "amount": [12, 40]}]
    problem = example(pools=pools, his={"deadline_week": 3}, web={"deadline_week": 4}, within=[])
    assert isinstance(solve(problem), Infeasible)
    found = explain_no_plan(problem, time_limit_s=20)
    assert any("a-x86" in text.zh or "b-arm" in text.zh for text in found.shortages)
    assert any("前缺" in text.zh for text in found.shortages)
    assert found.least_violating is not None


def test_a_missed_target_gives_the_best_reachable_number() -> None:
    problem = example(targets=[{"by_week": 2, "systems": None, "at_least": 3}])
    found = explain_no_plan(problem, time_limit_s=20)
    assert any("由 3 个降为 1 个" in text.zh for text in found.relaxations)


def one_pool(systems: int, vcpu: int, deadline_week: int | None, **more: Any) -> dict[str, Any]:
    """Alike systems of 4 vCPU, one week and one person-day each, in one pool."""
    return {
        "schema": "govcloud/planning-problem/1", "name": "", "first_week": "2026-W14", "weeks": 6, "unscheduled_week": 9,
        "resources": ["vcpu"], "pools": [{"id": "xc", "site": "A", "capacity": [{"from_week": 0, "amount": [vcpu]}]}],
        "teams": [{"id": "team", "periods": [{"from_week": w, "to_week": w, "amount": 5} for w in range(6)]}],
        "departments": [{"id": "d", "max_parallel": 9, "blocked_weeks": []}],
        "systems": [
            {"id": f"s{n}", "department": "d", "weight": 1, "preparation_weeks": 1, "release_week": 0, "due_week": None,
             "deadline_week": deadline_week, "blocked_weeks": [],
             "options": [{"pool": "xc", "demand": [4], "cost": 0, "effort": {"team": [1]}}], "replica_options": []}
            for n in range(systems)
        ],
        "clean_ups": [], "together": [], "before": [], "within": [], "apart": [], "same_site": [], "targets": [],
        "curve": [], "weights": {"lateness": 1, "progress": 1, "placement": 1, "curve": 1}, **more,
    }  # fmt: skip


def explained(raw: dict[str, Any]) -> Explanation:
    return explain_no_plan(read_problem(json.dumps(raw).encode()), time_limit_s=20)


def test_the_capacity_to_buy_is_the_least_and_proven() -> None:
    """Five systems of 4 vCPU and 11 vCPU: 20 are needed, so 9 more; not one less would do."""
    found = explained(one_pool(5, 11, 3))
    assert len(found.purchases) == 1
    assert re.fullmatch("资源池 xc 2026-W1[4-7] 前增加 9 vCPU（已证明最小）", found.purchases[0].zh)
    assert found.purchase_proven_least
    assert isinstance(solve(read_problem(json.dumps(one_pool(5, 20, 3)).encode())), Solved)
    assert isinstance(solve(read_problem(json.dumps(one_pool(5, 19, 3)).encode())), Infeasible)


def test_the_effort_to_buy_is_named_by_team_and_weeks() -> None:
    raw = one_pool(5, 99, 1)
    raw["teams"][0]["periods"] = [{"from_week": 0, "to_week": 1, "amount": 2}]
    found = explained(raw)
    assert [text.zh for text in found.purchases] == ["力量 team 在 2026-W14 至 2026-W15 之间共增加 3（已证明最小）"]


def test_a_department_with_too_little_in_parallel_is_told_how_much_more() -> None:
    raw = one_pool(4, 99, 1)
    raw["departments"][0]["max_parallel"] = 1
    found = explained(raw)
    assert [text.zh for text in found.purchases] == ["单位 d 的并行上限提高 1（已证明最小）"]


def test_a_target_of_named_systems_is_not_forgotten() -> None:
    target = {"by_week": 2, "systems": ["s0", "s1", "s2"], "at_least": 2}
    raw = one_pool(5, 7, None, targets=[target])
    found = explained(raw)
    assert found.broken_in_all == 1
    assert found.proven_least
    assert found.relaxations[0].zh == "2026-W16 前的目标由 2 个降为 1 个（1/3，33.3 %，已证明最小）"
    assert re.fullmatch("资源池 xc 2026-W1[4-6] 前增加 1 vCPU（已证明最小）", found.purchases[0].zh)


def test_the_best_reachable_date_of_a_missed_target_has_a_bound() -> None:
    raw = one_pool(4, 99, None, targets=[{"by_week": 0, "systems": None, "at_least": 4}])
    raw["teams"][0]["periods"] = [{"from_week": w, "to_week": w, "amount": 1} for w in range(6)]
    found = explained(raw)
    assert found.proven_least
    assert found.relaxations[1].zh == "或把完成 4 个的日期推迟到 2026-W17（不会早于 2026-W17）"


def test_a_target_that_too_few_can_make_in_time_is_a_fact() -> None:
    raw = one_pool(3, 99, None, targets=[{"by_week": 1, "systems": None, "at_least": 2}])
    for system in raw["systems"][:2]:
        system["release_week"] = 3
    found = explained(raw)
    assert found.facts[0].zh == "目标要求 2026-W15 前完成 2 个，而 3 个系统中至多 1 个能在此前割接（已证明）"


def test_a_pin_into_a_freeze_is_told_and_lifting_it_is_offered() -> None:
    raw = one_pool(2, 99, None)
    raw["systems"][0] |= {"blocked_weeks": [2], "pin": {"week": 2}}
    found = explained(raw)
    assert any("封网" in text.zh for text in found.facts)
    assert [text.zh for text in found.relaxations] == ["放开 s0 的锁定（未证明最小）"]


def test_the_least_violating_plan_is_written_marked_and_refused_by_the_check(tmp_path: Path) -> None:
    problem, plan = tmp_path / "problem.json", tmp_path / "least.json"
    problem.write_text(json.dumps(one_pool(5, 11, 3)), encoding="utf-8")
    run = CliRunner().invoke(
        explain_command, ["--problem", str(problem), "--out", str(plan), "--json", "--time-limit", "20"]
    )
    assert run.exit_code == 0, run.output
    raw = json.loads(plan.read_text(encoding="utf-8"))
    assert (raw["status"], raw["least_violating"]) == ("violating", True)
    violations = check_files(problem.read_bytes(), plan.read_bytes())
    assert {violation.rule for violation in violations} == {"weeks"}
    assert len(violations) == 3


def test_a_large_problem_without_an_answer_of_the_solver_is_filled_by_the_list() -> None:
    """The list rule keeps every hard rule but deadlines and targets, also pins, groups and replicas."""
    for seed in range(60):
        rng = random.Random(seed)
        problem = small_problem(rng.randint)
        moves = fill_by_list(problem, {})
        plan = Plan(problem_sha256="", moves=tuple(moves.values()), clean_ups=(), value=0, bound=0)
        broken = [v for v in check(problem, plan) if v.rule not in {"value", "bound", "targets", "pins"}]
        assert all(v.rule == "weeks" and problem.by_id[v.system or ""].deadline_week is not None for v in broken), seed


def test_why_a_system_stands_there_and_what_an_earlier_week_costs() -> None:
    problem = example()
    outcome = solve(problem)
    assert isinstance(outcome, Solved)
    placement = explain_system(problem, outcome.plan, "pay", time_limit_s=10)
    assert placement.move is not None
    assert placement.move.week == 5
    assert [earlier.week for earlier in placement.earlier] == [2, 3]
    assert all(earlier.cost is None or earlier.cost >= 0 for earlier in placement.earlier)


def test_compare_names_what_changed_and_why() -> None:
    old, new = example(), example(pay={"release_week": 6, "deadline_week": 7})
    first, second = solve(old), solve(new)
    assert isinstance(first, Solved)
    assert isinstance(second, Solved)
    changes = {change.system: change for change in compare(old, first.plan, new, second.plan)}
    assert "pay" in changes
    assert any("可开始周" in text.zh for text in changes["pay"].reasons)


def test_the_facts_come_before_anything_is_solved() -> None:
    raw = one_pool(3, 4, None, targets=[{"by_week": 1, "systems": None, "at_least": 2}])
    first: list[Any] = []
    found = explain_no_plan(
        read_problem(json.dumps(raw).encode()), time_limit_s=20, on_first=lambda *s: first.append(s)
    )
    ((facts, sums),) = first
    assert facts == found.facts
    assert [text.zh for text in sums] == [
        "到 2026-W15 完成 2 个，资源池 xc 至少要 8 vcpu，只有 4：至少增加 4（必要，未必够；已证明）"
    ]
    assert found.shortages[0] == sums[0]


def test_why_a_system_without_a_week_has_none() -> None:
    problem = read_problem(json.dumps(one_pool(2, 6, None)).encode())
    outcome = solve(problem)
    assert isinstance(outcome, Solved)
    (left,) = {"s0", "s1"} - {move.system for move in outcome.plan.moves}
    said = explain_system(problem, outcome.plan, left, time_limit_s=5)
    assert any("还缺：资源池“xc” 2 vCPU" in text.zh for text in said.why)


@pytest.mark.parametrize("large", [False, True])
def test_an_earlier_week_is_priced_with_few_others_moved_where_the_whole_takes_too_long(
    large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The heavier goes first; the lighter one in its week costs the difference of their weights, and moves the other.

    Once because the whole gives no answer, once because it is large: then moving others has a price while searching.
    """
    raw = one_pool(2, 99, None)
    raw["teams"][0]["periods"] = [{"from_week": w, "to_week": w, "amount": 1} for w in range(6)]
    raw["systems"][0]["weight"] = 3
    problem = read_problem(json.dumps(raw).encode())
    outcome = solve(problem)
    assert isinstance(outcome, Solved)
    if large:
        monkeypatch.setattr(explain_system_module, "SMALL", 0)
    else:
        answers = [Unknown(reason=Text("", ""), bound=0, windows=find_windows(problem))]
        monkeypatch.setattr(
            explain_system_module, "solve", lambda *a, **k: answers.pop() if answers else solve(*a, **k)
        )
    (earlier,) = explain_system(problem, outcome.plan, "s1", time_limit_s=5).earlier
    assert (earlier.week, earlier.cost, earlier.bound) == (0, 2, None)
    assert earlier.text.zh == "提前到 2026-W14：目标值变化至多 +2（另动 1 个系统；未证明最小）"


def test_what_is_missing_is_told_before_bounds_and_purchases_are_asked_for() -> None:
    """In stages: the sums, then the best arrangement with what it lacks, then all of it."""
    problem = read_problem(json.dumps(one_pool(3, 8, 3)).encode())
    told: list[str] = []
    found = explain_no_plan(
        problem,
        time_limit_s=20,
        on_first=lambda _facts, sums: told.extend(text.zh for text in sums),
        on_placed=lambda weeks, systems, shortages: told.extend(
            [str(weeks + systems), *(text.zh for text in shortages)]
        ),
    )
    assert (
        told[0]
        == "到 2026-W17 必须割接的 3 个系统，资源池 xc 至少要 12 vcpu，只有 8：至少增加 4（必要，未必够；已证明）"
    )
    assert told[1] == str(found.broken_in_all)
    assert "资源池 xc" in told[2]
    assert set(told) - {told[1]} == {text.zh for text in found.shortages}


def test_where_time_is_over_the_sums_bound_what_is_missing_and_nothing_is_solved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = one_pool(5, 12, None, targets=[{"by_week": 3, "systems": None, "at_least": 5}])
    ticks = itertools.count(0, 12)
    monkeypatch.setattr(explain_module, "targets_alone", None)  # the bound over all systems would be asked with it
    found = explain_no_plan(read_problem(json.dumps(raw).encode()), time_limit_s=10, clock=lambda: float(next(ticks)))
    assert found.least_possible == 2
    assert found.purchases  # what is enough is told all the same: it takes no solving
    assert found.least_violating is not None


def chained(**more: Any) -> dict[str, Any]:
    """Two systems: `s1` has to follow `s0`, whose department is frozen at first; `s1` has a deadline before that."""
    raw = one_pool(2, 99, None, weeks=20, unscheduled_week=30, **more)
    raw["teams"][0]["periods"] = [{"from_week": 0, "to_week": 19, "amount": 99}]
    raw["departments"] = [
        {"id": "open", "max_parallel": 9, "blocked_weeks": [5]},
        {"id": "shut", "max_parallel": 9, "blocked_weeks": [*range(14), 17]},
    ]
    raw["systems"][0] |= {"department": "shut", "preparation_weeks": 1}
    raw["systems"][1] |= {"department": "open", "deadline_week": 9}
    return raw | {"before": [{"first": "s0", "then": "s1", "lag_weeks": 0}]}


def test_a_chain_has_only_the_facts_it_needs() -> None:
    """The freeze of s1's own department and the horizon have nothing to do with it, nor has a shortage of anything."""
    problem = read_problem(json.dumps(chained()).encode())
    windows = find_windows(problem)
    assert [text.zh for text in chain_of_facts(problem, windows, windows.impossible[0])] == [
        "s1 必须在 2026-W23（含）前割接，可割接的周在 2026-W14 至 2026-W23 之间",
        "s0 或其单位 shut 在 2026-W14–2026-W27, 2026-W31 封网，可割接的周在 2026-W28 至 2026-W33 之间",
        "s1 须不早于 s0（可同周），没有可割接的周",
        "因此 s1 没有可行的割接周",
    ]
    found = explain_no_plan(problem, time_limit_s=20)
    assert found.shortages == ()
    assert "互相矛盾（已证明）" in found.purchases[0].zh
    assert (found.late_weeks, found.missing_systems) == (5, 0)


def test_a_fact_needed_twice_is_told_once_and_not_lost() -> None:
    """s0 is pinned to a week that is frozen for s1, which has to share its week; both chains need the pin."""
    raw = one_pool(2, 99, None, together=[["s0", "s1"]])
    raw["systems"][0] |= {"pin": {"week": 3}}
    raw["systems"][1] |= {"blocked_weeks": [3], "deadline_week": 5}
    problem = read_problem(json.dumps(raw).encode())
    windows = find_windows(problem)
    assert len(windows.impossible) == 2
    for number in windows.impossible:
        chain = [text.zh for text in chain_of_facts(problem, windows, number)]
        assert any("锁定使只能在 2026-W17" in text for text in chain), chain
        assert any("封网" in text for text in chain), chain
        assert len(chain) == len(set(chain))


def test_a_long_chain_keeps_its_beginning_and_its_end() -> None:
    raw = one_pool(30, 999, None, weeks=60, unscheduled_week=70)
    raw["teams"][0]["periods"] = [{"from_week": 0, "to_week": 59, "amount": 99}]
    raw["systems"][29]["deadline_week"] = 50
    raw["systems"][0]["release_week"] = 1
    raw["before"] = [{"first": f"s{n}", "then": f"s{n + 1}", "lag_weeks": 2} for n in range(29)]
    problem = read_problem(json.dumps(raw).encode())
    windows = find_windows(problem)
    chain = [text.zh for text in chain_of_facts(problem, windows, 29)]
    assert 29 in windows.impossible
    assert len(chain) < 20
    assert any(text.startswith("s29 必须在") for text in chain[:4])
    assert any(text.startswith("s0 最早") for text in chain[:4])
    assert any("中间另有" in text for text in chain)
    assert chain[-2].startswith("s29 须在 s28 之后至少 2 周")


def test_a_system_that_alone_is_too_much_for_a_team_is_told_by_how_much() -> None:
    raw = one_pool(1, 99, 3)
    raw["systems"][0]["options"][0]["effort"] = {"team": [8]}
    raw["teams"][0]["periods"][2]["amount"] = 6
    problem = read_problem(json.dumps(raw).encode())
    windows = find_windows(problem)
    chain = [text.zh for text in chain_of_facts(problem, windows, windows.impossible[0])]
    assert "实施力量在余下的周里也不够 s0 用（缺得最少的是 2026-W16 割接：力量 team 在 2026-W16 缺 2）" in chain[-2]
    raw["pools"][0]["capacity"][0]["amount"] = [3]
    problem = read_problem(json.dumps(raw).encode())
    windows = find_windows(problem)
    chain = [text.zh for text in chain_of_facts(problem, windows, windows.impossible[0])]
    assert any("容不下 s0（缺得最少的是" in text and "资源池 xc" in text and "缺 1 vcpu" in text for text in chain)


@pytest.mark.parametrize("seed", range(150))
def test_chains_of_strange_problems_end_in_a_system_without_a_week(seed: int) -> None:
    problem = small_problem(random.Random(seed).randint)
    windows = find_windows(problem)
    for number in windows.impossible:
        chain = chain_of_facts(problem, windows, number)
        assert len(chain) > 1
        assert chain[-1].zh == f"因此 {problem.systems[number].id} 没有可行的割接周"
        assert len(set(chain)) == len(chain)


def test_a_shortage_names_all_that_is_missing_in_its_week() -> None:
    """Two systems due in week 0, one parallel and one person-day: the later one lacks both, and both are told."""
    raw = one_pool(2, 99, 0)
    raw["departments"][0]["max_parallel"] = 1
    raw["teams"][0]["periods"][0]["amount"] = 1
    found = explained(raw)
    assert len(found.shortages) >= 1
    told = found.shortages[-1].zh
    assert "力量 team 在 2026-W14 缺 1" in told
    assert "并行上限 1 已满" in told


def test_what_is_left_for_purchases_is_never_taken_by_the_parts_before() -> None:
    """Each part ends where the next one has to begin, however long it would like to take."""
    now = [0.0]
    problem = read_problem(json.dumps(one_pool(5, 11, 3)).encode())
    run = explain_module._Run(
        problem=problem, windows=find_windows(problem), problem_sha256="", ends_at=10.0, time_limit_s=10.0, workers=1,
        should_stop=lambda: False, clock=lambda: now[0], on_first=lambda _f, _s: None, on_placed=lambda _w, _n, _s: None,
    )  # fmt: skip
    for part in range(3):
        now[0] += run._seconds(part)
    assert 10.0 - now[0] >= 2.0 - 1e-9
    assert run._seconds(3) >= 2.0 - 1e-9
