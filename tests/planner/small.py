"""Small problems of every kind, and their best plan found by trying all plans; knows nothing of the solver."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

from planner.check.check import check, value_of
from planner.plan import CleanUp, Move, Plan
from planner.problem.file import read_problem
from planner.problem.problem import PlannedSystem, PlanningProblem

Pick = Callable[[int, int], int]
"""An integer between two bounds, both included."""


def small_problem(pick: Pick) -> PlanningProblem:
    """Up to four systems over up to six weeks, with every rule of the contract now and then."""
    return read_problem(json.dumps(small_raw(pick)).encode())


def small_raw(pick: Pick) -> dict[str, Any]:
    weeks, count, kinds = pick(1, 6), pick(1, 4), pick(1, 2)
    sites = ["A", "B"]
    pools = [_pool(pick, n, weeks, kinds, sites) for n in range(pick(1, 3))]
    teams = [_team(pick, n, weeks) for n in range(pick(0, 2))]
    departments = [
        {"id": f"d{n}", "max_parallel": pick(0, 3) or 2, "blocked_weeks": [w for w in range(weeks) if pick(0, 9) == 0]}
        for n in range(pick(1, 2))
    ]
    ids = [f"s{n}" for n in range(count)]
    systems = [_system(pick, name, weeks, kinds, pools, teams, departments) for name in ids]
    raw: dict[str, Any] = {
        "schema": "govcloud/planning-problem/1", "name": "", "first_week": "2026-W50", "weeks": weeks,
        "unscheduled_week": weeks + pick(0, 6), "resources": [f"r{n}" for n in range(kinds)], "pools": pools,
        "teams": teams, "departments": departments, "systems": systems,
        "clean_ups": [_clean_up(pick, n, weeks, kinds, pools, teams) for n in range(pick(0, 3) // 3)],
        "together": [], "before": [], "within": [], "apart": [], "same_site": [],
        "targets": [
            {"by_week": pick(-1, weeks), "systems": None if pick(0, 1) else ids[: pick(1, count)], "at_least": pick(0, count)}
            for _ in range(pick(0, 4) // 3)
        ],
        "curve": [{"week": pick(-1, weeks), "at_least": pick(0, count)} for _ in range(pick(0, 2))],
        "weights": {"lateness": pick(0, 3), "progress": pick(0, 3), "placement": pick(0, 2), "curve": pick(0, 4)},
    }  # fmt: skip
    if count > 1:
        _relations(pick, raw, ids)
    if pick(0, 3) == 0:
        raw["previous"] = _previous(pick, raw)
    return raw


def _amounts(pick: Pick, kinds: int, most: int) -> list[int]:
    return [pick(0, most) for _ in range(kinds)]


def _pool(pick: Pick, number: int, weeks: int, kinds: int, sites: list[str]) -> dict[str, Any]:
    starts = [0] + [w for w in range(1, weeks) if pick(0, 3) == 0]
    capacity = [{"from_week": w, "amount": _amounts(pick, kinds, 9)} for w in starts]
    return {"id": f"p{number}", "site": sites[pick(0, 1)], "capacity": capacity}


def _team(pick: Pick, number: int, weeks: int) -> dict[str, Any]:
    periods, week = [], pick(0, 1)
    while week < weeks:
        last = min(weeks - 1, week + pick(0, 2))
        periods.append({"from_week": week, "to_week": last, "amount": pick(0, 8)})
        week = last + 1 + (pick(0, 5) == 0)
    return {"id": f"t{number}", "periods": periods}


def _system(
    pick: Pick, name: str, weeks: int, kinds: int, pools: list[Any], teams: list[Any], departments: list[Any]
) -> dict[str, Any]:
    preparation = pick(1, 3) if weeks > 2 else 1
    chosen = [pool for pool in pools if pick(0, 2)]
    replicas = [pool for pool in pools if pick(0, 1)] if pick(0, 3) == 0 else []
    raw: dict[str, Any] = {
        "id": name, "department": departments[pick(0, len(departments) - 1)]["id"], "weight": pick(0, 4),
        "preparation_weeks": preparation, "release_week": max(0, pick(-3, 2)), "due_week": pick(-1, weeks + 1) if pick(0, 1) else None,
        "deadline_week": pick(0, weeks) if pick(0, 4) == 0 else None,
        "blocked_weeks": [w for w in range(weeks) if pick(0, 9) == 0],
        "options": [
            {"pool": pool["id"], "demand": _amounts(pick, kinds, 5), "cost": pick(0, 5),
             "effort": {team["id"]: [pick(0, 4) for _ in range(preparation)] for team in teams if pick(0, 1)}}
            for pool in chosen
        ],
        "replica_options": [{"pool": pool["id"], "demand": _amounts(pick, kinds, 3), "cost": pick(0, 5)} for pool in replicas],
    }  # fmt: skip
    if pick(0, 4) == 0:
        raw["frees"] = [
            {
                "pool": pools[pick(0, len(pools) - 1)]["id"],
                "amount": _amounts(pick, kinds, 5),
                "weeks_after": pick(0, 2),
            }
        ]
    if pick(0, 7) == 0:
        pin: dict[str, Any] = {}
        if pick(0, 1):
            pin["week"] = pick(0, weeks)
        if pick(0, 1):
            pin["pool"] = pools[pick(0, len(pools) - 1)]["id"]
        if pick(0, 3) == 0:
            pin["replica_pool"] = pools[pick(0, len(pools) - 1)]["id"] if pick(0, 1) else None
        raw["pin"] = pin
    return raw


def _clean_up(pick: Pick, number: int, weeks: int, kinds: int, pools: list[Any], teams: list[Any]) -> dict[str, Any]:
    effort = {team["id"]: [pick(0, 3) for _ in range(pick(1, 2))] for team in teams if pick(0, 1)}
    pool = pools[pick(0, len(pools) - 1)]["id"]
    return {
        "id": f"c{number}", "pool": pool, "amount": _amounts(pick, kinds, 6), "release_week": pick(-1, weeks),
        "effort": effort,
    }  # fmt: skip


def _relations(pick: Pick, raw: dict[str, Any], ids: list[str]) -> None:
    def some() -> list[str]:
        first = pick(0, len(ids) - 1)
        second = (first + pick(1, len(ids) - 1)) % len(ids)
        rest = [name for n, name in enumerate(ids) if n not in (first, second) and pick(0, 3) == 0]
        return [ids[first], ids[second], *rest]

    for key in ("together", "apart"):
        if pick(0, 3) == 0:
            raw[key].append(some())
    for _ in range(pick(0, 2)):
        first, then = some()[:2]
        raw["before"].append({"first": first, "then": then, "lag_weeks": pick(0, 2)})
    if pick(0, 3) == 0:
        raw["within"].append({"systems": some(), "weeks": pick(0, 3)})
    if pick(0, 2) == 0:
        raw["same_site"].append({"systems": some()[:2], "penalty": pick(0, 6)})


def _previous(pick: Pick, raw: dict[str, Any]) -> dict[str, Any]:
    moves = []
    for system in raw["systems"]:
        if system["options"] and pick(0, 1):
            option = system["options"][pick(0, len(system["options"]) - 1)]
            replicas = [replica["pool"] for replica in system["replica_options"]] or [None]
            moves.append(
                {
                    "system": system["id"],
                    "week": pick(0, raw["weeks"]),
                    "pool": option["pool"],
                    "replica_pool": replicas[0],
                }
            )
    return {"moves": moves, "moved_penalty": pick(0, 9)}


def best_value(problem: PlanningProblem) -> int | None:
    """The least value of any valid plan, by trying all of them in the order of value; `None`: there is no plan."""
    for value, moves, clean_ups in sorted(_plans(problem), key=lambda plan: plan[0]):
        plan = Plan(problem_sha256="", moves=moves, clean_ups=clean_ups, value=value, bound=0 if value >= 0 else value)
        if not check(problem, plan):
            return value
    return None


def _plans(problem: PlanningProblem) -> Iterator[tuple[int, tuple[Move, ...], tuple[CleanUp, ...]]]:
    choices = [_choices(problem, system) for system in problem.systems]
    clean_ups = [[None, *(CleanUp(id=o.id, week=w) for w in range(problem.weeks))] for o in problem.clean_ups]
    for chosen in itertools.product(*choices):
        moves = tuple(move for move in chosen if move is not None)
        value = value_of(problem, {move.system: move for move in moves}).total
        for done in itertools.product(*clean_ups):
            yield value, moves, tuple(clean_up for clean_up in done if clean_up is not None)


def _choices(problem: PlanningProblem, system: PlannedSystem) -> list[Move | None]:
    """Staying, and every move that obeys rule 1's dates alone (to keep the product small)."""
    found: list[Move | None] = [None]
    replicas: list[str | None] = [replica.pool for replica in system.replica_options] or [None]
    return found + [
        Move(system=system.id, week=week, pool=option.pool, replica_pool=replica)
        for week in range(system.preparation_weeks - 1, problem.weeks)
        for option in system.options
        for replica in replicas
    ]
