"""Strangers' problem files in odd corners: the optimum, the verdict, and every rule, as the contract's own text has them."""

from __future__ import annotations

import hashlib
import json
import os
import random
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from planner.check.check import check_files
from planner.problem.file import read_problem
from planner.solving import stages
from planner.solving.solve import Infeasible, Solved, solve
from tests.inventory.command import call
from tests.planner.contract import best, broken_rules, choices_of, plans_in_all, value
from tests.planner.strangers import QUIRKS, stranger

EXAMPLE = Path(__file__).parent / "data" / "example-problem.json"
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "reference" / "planning-problem.schema.json").read_text(encoding="utf-8")
)
SOAK = bool(os.environ.get("GOVCLOUD_SOAK"))
MOST_PLANS = 6000  # to be tried one by one


def plan_file(content: bytes, moves: list[Any], clean_ups: list[Any], worth: int) -> bytes:
    plan = {
        "schema": "govcloud/plan/1", "problem_sha256": hashlib.sha256(content).hexdigest(), "moves": moves,
        "clean_ups": clean_ups, "value": worth, "bound": min(0, worth),
    }  # fmt: skip
    return json.dumps(plan).encode()


def test_the_second_set_of_rules_knows_the_optimum_of_the_contract() -> None:
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert best(example) == 259


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, 30), *(pytest.param(n, n + 90, marks=pytest.mark.slow) for n in range(30, 6000 if SOAK else 300, 90))],
)
def test_optimum_and_verdict_are_those_of_trying_all_plans(first: int, last: int) -> None:
    for seed in range(first, last):
        raw = stranger(seed)
        content = json.dumps(raw).encode()
        if plans_in_all(raw) > MOST_PLANS:
            continue
        jsonschema.validate(raw, SCHEMA)
        wanted = best(raw)
        outcome = solve(
            read_problem(content), problem_sha256=hashlib.sha256(content).hexdigest(), time_limit_s=60, workers=1
        )
        if wanted is None:
            assert isinstance(outcome, Infeasible), seed
            continue
        assert isinstance(outcome, Solved), seed
        assert (outcome.plan.value, outcome.plan.bound) == (wanted, wanted), seed
        assert check_files(content, outcome.plan.to_bytes()) == [], seed


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_stages_for_large_problems_are_right_in_the_same_corners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the exact model: never a plan that breaks a rule, a wrong verdict or a bound above the optimum."""
    monkeypatch.setattr(stages, "SMALL", -1)
    found = 0
    for seed in range(2000 if SOAK else 60):
        raw = stranger(seed)
        if plans_in_all(raw) > MOST_PLANS or not raw["systems"]:
            continue
        wanted = best(raw)
        outcome = solve(read_problem(json.dumps(raw).encode()), time_limit_s=1.0, workers=1)
        match outcome:
            case Solved(plan=plan):
                assert wanted is not None, seed
                assert plan.bound <= wanted <= plan.value, seed
                found += 1
            case Infeasible():
                assert wanted is None, seed
            case other:
                assert wanted is None or other.bound <= wanted, seed
    assert found > 20


@pytest.mark.parametrize("first", range(0, 6000 if SOAK else 600, 200))
def test_check_and_contract_agree_on_any_plan(first: int) -> None:
    """Plans drawn at random, most of them wrong: the same rules are named, and the value is the same."""
    named: set[str] = set()
    for seed in range(first, first + 200):
        raw, rng = stranger(seed), random.Random(seed)
        content = json.dumps(raw).encode()
        for _ in range(6):
            moves, clean_ups = _any_plan(raw, rng)
            worth = value(raw, moves)
            said = check_files(content, plan_file(content, moves, clean_ups, worth))
            wanted = broken_rules(raw, moves, clean_ups)
            assert {violation.rule for violation in said} == wanted, (seed, moves, clean_ups)
            named |= wanted
    assert len(named) > 8


def _any_plan(raw: dict[str, Any], rng: random.Random) -> tuple[list[Any], list[Any]]:
    """Mostly what each system may do by itself, now and then anything."""
    moves = []
    for system in raw["systems"]:
        pools = [option["pool"] for option in system["options"]]
        replicas = [None, *(option["pool"] for option in system["replica_options"])]
        own = choices_of(raw, system)
        if own and rng.random() < 0.7:
            moves.append(rng.choice(own))
        elif pools and rng.random() < 0.8:
            week = rng.randrange(-1, raw["weeks"] + 1)
            moves.append(
                {"system": system["id"], "week": week, "pool": rng.choice(pools), "replica_pool": rng.choice(replicas)}
            )
    clean_ups = [
        {"id": offer["id"], "week": rng.randrange(-1, raw["weeks"] + 1)}
        for offer in raw["clean_ups"]
        if rng.random() < 0.6
    ]
    return [move for move in moves if move is not None], clean_ups


def test_every_quirk_of_the_strangers_is_met() -> None:
    """None of the corners is only written down: each changes the plain problem of some seed."""
    for quirk in QUIRKS:
        changed = False
        for raw in (stranger(seed) for seed in range(40)):
            if not raw["systems"]:
                continue
            before = json.dumps(raw)
            quirk(raw, random.Random(before))
            changed = changed or json.dumps(raw) != before
        assert changed, quirk.__name__


def test_the_command_makes_checks_and_refuses_as_the_contract_says(tmp_path: Path) -> None:
    """A feasible and an infeasible stranger through `plan make` and `plan check`: exit codes 0, 0 and 6."""
    feasible = next(s for s in range(99) if plans_in_all(stranger(s)) < 500 and best(stranger(s)) is not None)
    hopeless = next(s for s in range(99) if plans_in_all(stranger(s)) < 500 and best(stranger(s)) is None)
    for name, seed in (("good", feasible), ("bad", hopeless)):
        (tmp_path / f"{name}.json").write_text(json.dumps(stranger(seed)), encoding="utf-8")
    made = call("plan", "make", "--problem", "good.json", "--out", "plan.json", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    assert json.loads((tmp_path / "plan.json").read_bytes())["value"] == best(stranger(feasible))
    assert call("plan", "check", "--problem", "good.json", "--plan", "plan.json", folder=tmp_path).returncode == 0
    refused = call("plan", "make", "--problem", "bad.json", "--out", "none.json", "--json", folder=tmp_path)
    assert refused.returncode == 6
    assert json.loads(refused.stdout)["data"]["status"] == "infeasible"
    assert not (tmp_path / "none.json").exists()
