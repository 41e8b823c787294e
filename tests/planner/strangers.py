"""Small problem files as a stranger might write them: valid, and in the odd corners of the contract.

Each draws a few `QUIRKS`, so that corners also meet. The plain dictionary is returned, as it stands in the file.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]


def stranger(seed: int) -> Json:
    """A problem of one to four systems in at most five weeks, with up to five quirks."""
    rng = random.Random(f"stranger-{seed}")
    problem = _plain(rng)
    for quirk in rng.sample(QUIRKS, rng.randrange(0, 6)):
        if problem["weeks"] > 1 or quirk is not falling_amounts:
            quirk(problem, rng)
    for quirk in LAST:
        if rng.random() < 0.1:
            quirk(problem, rng)
    return problem


def _amounts(rng: random.Random, problem: Json, most: int) -> list[int]:
    return [rng.randrange(most + 1) for _ in problem["resources"]]


def _plain(rng: random.Random) -> Json:
    weeks = rng.choice([1, 2, 3, 3, 4, 4, 5])
    problem: Json = {
        "schema": "govcloud/planning-problem/1", "name": rng.choice(["", "外地的文件", "x"]), "first_week": "2026-W52",
        "weeks": weeks, "unscheduled_week": weeks + rng.choice([0, 1, 7]),
        "resources": ["a", "b"][: rng.choice([1, 1, 2])], "pools": [], "teams": [], "departments": [], "systems": [],
        "clean_ups": [], "together": [], "before": [], "within": [], "apart": [], "same_site": [], "targets": [],
        "curve": [], "weights": {name: rng.randrange(4) for name in ("lateness", "progress", "placement", "curve")},
    }  # fmt: skip
    for number in range(rng.choice([1, 2, 2, 3])):
        starts = [0, *(week for week in range(1, weeks) if rng.random() < 0.3)]
        steps = [{"from_week": week, "amount": _amounts(rng, problem, 9)} for week in starts]
        problem["pools"].append({"id": f"p{number}", "site": rng.choice("AB"), "capacity": steps})
    for number in range(rng.choice([0, 1, 2])):
        periods = [{"from_week": week, "to_week": week, "amount": rng.randrange(9)} for week in range(weeks)]
        problem["teams"].append({"id": f"t{number}", "periods": periods})
    for number in range(rng.choice([1, 1, 2])):
        problem["departments"].append({"id": f"d{number}", "max_parallel": rng.randrange(1, 4), "blocked_weeks": []})
    for number in range(rng.choice([1, 2, 3, 3, 4])):
        problem["systems"].append(_system(rng, problem, f"s{number}"))
    return problem


def _system(rng: random.Random, problem: Json, name: str) -> Json:
    preparation = rng.choice([1, 1, 1, 2, 3])
    pools = [pool["id"] for pool in problem["pools"]]
    return {
        "id": name, "department": rng.choice(problem["departments"])["id"], "weight": rng.randrange(5),
        "preparation_weeks": preparation, "release_week": 0, "due_week": None, "deadline_week": None, "blocked_weeks": [],
        "options": [_option(rng, problem, pool, preparation) for pool in rng.sample(pools, rng.randrange(1, len(pools) + 1))],
        "replica_options": [],
    }  # fmt: skip


def _option(rng: random.Random, problem: Json, pool: str, preparation: int) -> Json:
    teams = [team["id"] for team in problem["teams"] if rng.random() < 0.6]
    effort = {team: [rng.randrange(4) for _ in range(preparation)] for team in teams}
    return {"pool": pool, "demand": _amounts(rng, problem, 5), "cost": rng.randrange(6), "effort": effort}


def _some(rng: random.Random, problem: Json, least: int = 2) -> list[str]:
    """Two or more systems, in any order; another system is added where there is only one."""
    while len(problem["systems"]) < least:
        problem["systems"].append(_system(rng, problem, f"more{len(problem['systems'])}"))
    names = [system["id"] for system in problem["systems"]]
    return rng.sample(names, rng.randrange(least, len(names) + 1))


# --- quirks ---------------------------------------------------------------------------------------------------------


def no_systems(problem: Json, rng: random.Random) -> None:
    if rng.random() < 0.2:
        for key in ("together", "before", "within", "apart", "same_site"):
            problem[key] = []
        problem["systems"] = []
        problem["targets"] = [t | {"systems": None if t["systems"] is None else []} for t in problem["targets"]]
        problem.pop("previous", None)


def one_week(problem: Json, rng: random.Random) -> None:
    problem["weeks"], problem["unscheduled_week"] = 1, rng.choice([1, 2])
    for pool in problem["pools"]:
        pool["capacity"] = [step for step in pool["capacity"] if step["from_week"] == 0]
    for team in problem["teams"]:
        team["periods"] = [p | {"to_week": 0} for p in team["periods"] if p["from_week"] == 0]


def unscheduled_at_once(problem: Json, rng: random.Random) -> None:
    problem["unscheduled_week"] = problem["weeks"]


def falling_amounts(problem: Json, rng: random.Random) -> None:
    for pool in problem["pools"]:
        last = problem["weeks"] - 1
        steps = [{"from_week": 0, "amount": [rng.randrange(6, 12) for _ in problem["resources"]]}]
        if last:
            steps.append({"from_week": rng.randrange(1, last + 1), "amount": _amounts(rng, problem, 6)})
        pool["capacity"] = steps


def steps_in_any_order(problem: Json, rng: random.Random) -> None:
    for pool in problem["pools"]:
        rng.shuffle(pool["capacity"])
    for team in problem["teams"]:
        rng.shuffle(team["periods"])


def nothing_to_use(problem: Json, rng: random.Random) -> None:
    """A team without any period, one that nobody needs, one with holes."""
    for team in problem["teams"]:
        kept = rng.choice([0.0, 0.5])
        team["periods"] = [period for period in team["periods"] if rng.random() < kept]
    problem["teams"].append({"id": "idle", "periods": []})


def long_periods(problem: Json, rng: random.Random) -> None:
    for team in problem["teams"]:
        cut = rng.randrange(problem["weeks"])
        spans = [(0, cut), (cut + 1, problem["weeks"] - 1)]
        team["periods"] = [
            {"from_week": first, "to_week": last, "amount": rng.randrange(7)}
            for first, last in reversed(spans)
            if first <= last < problem["weeks"]
        ]


def frozen_departments(problem: Json, rng: random.Random) -> None:
    for department in problem["departments"]:
        department["blocked_weeks"] = [w for w in range(problem["weeks"]) if rng.random() < 0.3] * rng.choice([1, 2])
        department["max_parallel"] = rng.choice([0, 1, 1, 5])


def outside_the_horizon(problem: Json, rng: random.Random) -> None:
    """Release, due, deadline, target and curve weeks before the first week and after the last."""
    for system in problem["systems"]:
        system["release_week"] = rng.choice([-4, 0, 1, problem["weeks"], problem["weeks"] + 3])
        system["due_week"] = rng.choice([None, -5, problem["weeks"] + 4, rng.randrange(problem["weeks"])])
        if rng.random() < 0.3:
            system["deadline_week"] = rng.choice([-2, problem["weeks"], problem["weeks"] + 9])
    problem["curve"].append({"week": rng.choice([-1, problem["weeks"] + 2]), "at_least": rng.randrange(4)})


def deadline_before_release(problem: Json, rng: random.Random) -> None:
    system = rng.choice(problem["systems"])
    system["release_week"] = rng.randrange(problem["weeks"])
    system["deadline_week"] = rng.randrange(-1, problem["weeks"])


def deadlines(problem: Json, rng: random.Random) -> None:
    for system in problem["systems"]:
        if rng.random() < 0.5:
            system["deadline_week"] = rng.randrange(problem["weeks"])
        system["due_week"] = rng.choice([None, rng.randrange(problem["weeks"])])


def no_options(problem: Json, rng: random.Random) -> None:
    rng.choice(problem["systems"])["options"] = []


def free_of_charge(problem: Json, rng: random.Random) -> None:
    """Nothing needed, nothing weighs: any plan will do."""
    for system in problem["systems"]:
        system["weight"] = 0
        for option in system["options"]:
            option["demand"] = [0] * len(problem["resources"])
    problem["weights"] = dict.fromkeys(problem["weights"], rng.choice([0, 1]))


def replicas(problem: Json, rng: random.Random) -> None:
    """A copy; now and then only pools of the main pool's own site offer one."""
    for system in problem["systems"]:
        if rng.random() < 0.5:
            system["replica_options"] = [
                {"pool": pool["id"], "demand": _amounts(rng, problem, 3), "cost": rng.randrange(4)}
                for pool in problem["pools"]
                if rng.random() < 0.7
            ]


def one_site(problem: Json, rng: random.Random) -> None:
    replicas(problem, rng)
    for pool in problem["pools"]:
        pool["site"] = "A"


def freed_and_cleaned(problem: Json, rng: random.Random) -> None:
    """Little room at first, so that what comes free counts; efforts of a clean-up for several teams, of several lengths."""
    for pool in problem["pools"]:
        pool["capacity"] = [{"from_week": 0, "amount": _amounts(rng, problem, 4)}]
    for system in problem["systems"]:
        system["frees"] = [
            {"pool": rng.choice(problem["pools"])["id"], "amount": _amounts(rng, problem, 6), "weeks_after": rng.randrange(4)}
            for _ in range(rng.choice([0, 1, 1, 2]))
        ]  # fmt: skip
    for number in range(rng.choice([1, 1, 2])):
        effort = {team["id"]: [rng.randrange(3) for _ in range(rng.randrange(3))] for team in problem["teams"]}
        problem["clean_ups"].append(
            {"id": f"c{number}", "pool": rng.choice(problem["pools"])["id"], "amount": _amounts(rng, problem, 6),
             "release_week": rng.choice([-3, 0, 1, problem["weeks"]]), "effort": effort}
        )  # fmt: skip


def pins(problem: Json, rng: random.Random) -> None:
    for system in problem["systems"]:
        if rng.random() < 0.6:
            continue
        known = [option["pool"] for option in system["options"]]
        pin = {
            "week": rng.choice([rng.randrange(problem["weeks"]), problem["weeks"], -1]),
            "pool": rng.choice([*known, problem["pools"][-1]["id"]]),
            "replica_pool": rng.choice([None, *(option["pool"] for option in system["replica_options"])]),
        }
        system["pin"] = {key: pin[key] for key in pin if rng.random() < 0.5}


def together_with_different_releases(problem: Json, rng: random.Random) -> None:
    group = _some(rng, problem)
    problem["together"].append(group)
    for system in problem["systems"]:
        if system["id"] in group:
            system["release_week"] = rng.randrange(-1, max(1, problem["weeks"] - 1))


def overlapping_groups(problem: Json, rng: random.Random) -> None:
    for key in ("together", "apart"):
        problem[key] += [_some(rng, problem) for _ in range(rng.choice([0, 1, 2]))]
    for _ in range(rng.choice([0, 1, 2])):
        problem["within"].append({"systems": _some(rng, problem), "weeks": rng.choice([0, 0, 1, 2, 99])})


def circles(problem: Json, rng: random.Random) -> None:
    """Chains and circles of `before`, with and without lag, also of a system with itself."""
    names = _some(rng, problem)
    pairs = list(zip(names, [*names[1:], names[0]], strict=True))
    if rng.random() < 0.6:
        pairs.pop()
    if rng.random() < 0.2:
        pairs.append((names[0], names[0]))
    lag = rng.choice([0, 0, 1, 1, 40])
    problem["before"] += [{"first": first, "then": then, "lag_weeks": lag} for first, then in pairs]


def targets(problem: Json, rng: random.Random) -> None:
    """Of all, of some, of none; for a week that is past or beyond the horizon; more than there are."""
    names = [system["id"] for system in problem["systems"]]
    for _ in range(rng.choice([1, 2])):
        systems = rng.choice([None, [], rng.sample(names, rng.randrange(len(names) + 1))])
        most = len(names if systems is None else systems)
        problem["targets"].append(
            {"by_week": rng.choice([-1, *range(problem["weeks"]), problem["weeks"] + 5]), "systems": systems,
             "at_least": rng.choice([0, most, rng.randrange(most + 1), rng.randrange(most + 2)])}
        )  # fmt: skip


def curves(problem: Json, rng: random.Random) -> None:
    """Points in any order, the same week twice, more than there are systems."""
    problem["curve"] += [
        {"week": rng.randrange(-1, problem["weeks"] + 1), "at_least": rng.randrange(6)} for _ in range(3)
    ]


def pairs_of_sites(problem: Json, rng: random.Random) -> None:
    for _ in range(rng.choice([1, 2])):
        problem["same_site"].append({"systems": _some(rng, problem)[:2], "penalty": rng.randrange(9)})


def a_plan_before(problem: Json, rng: random.Random) -> None:
    """Of some systems, in places that may not even be possible any more."""
    moves = []
    for system in problem["systems"]:
        pools = [pool["id"] for pool in problem["pools"]]
        if rng.random() < 0.7:
            moves.append(
                {"system": system["id"], "week": rng.randrange(-2, problem["weeks"] + 2), "pool": rng.choice(pools),
                 "replica_pool": rng.choice([None, *pools])}
            )  # fmt: skip
    problem["previous"] = {"moves": moves, "moved_penalty": rng.choice([0, 1, 50])}


def no_resources(problem: Json, rng: random.Random) -> None:
    """Nothing is counted in the pools: only weeks, teams and relations matter."""
    if rng.random() < 0.3:
        problem["resources"] = []
        offers = [freed for system in problem["systems"] for freed in system.get("frees", [])] + problem["clean_ups"]
        steps = [step for pool in problem["pools"] for step in pool["capacity"]]
        for holder in (*offers, *steps):
            holder["amount"] = []
        for system in problem["systems"]:
            for option in (*system["options"], *system["replica_options"]):
                option["demand"] = []


def large_numbers(problem: Json, rng: random.Random) -> None:
    """Bytes instead of GiB, fen instead of yuan: the same problem with numbers of nine more digits."""
    factor = 10 ** rng.choice([6, 9])
    for pool in problem["pools"]:
        for step in pool["capacity"]:
            step["amount"] = [amount * factor for amount in step["amount"]]
    for system in problem["systems"]:
        for option in (*system["options"], *system["replica_options"]):
            option["demand"] = [amount * factor for amount in option["demand"]]
        for freed in system.get("frees", []):
            freed["amount"] = [amount * factor for amount in freed["amount"]]
    for offer in problem["clean_ups"]:
        offer["amount"] = [amount * factor for amount in offer["amount"]]


QUIRKS: list[Callable[[Json, random.Random], None]] = [
    one_week, unscheduled_at_once, falling_amounts, steps_in_any_order, nothing_to_use, long_periods,
    frozen_departments, outside_the_horizon, deadline_before_release, deadlines, no_options, free_of_charge, replicas,
    one_site, freed_and_cleaned, pins, together_with_different_releases, overlapping_groups, circles, targets, curves,
    pairs_of_sites, a_plan_before, large_numbers,
]  # fmt: skip
"""Any five of them together still make a valid file; `no_resources` and `no_systems` are put on at the very end."""

LAST: list[Callable[[Json, random.Random], None]] = [no_resources, no_systems]
