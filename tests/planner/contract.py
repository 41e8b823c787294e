"""The rules and the value of the contract once more, from its text alone and on the raw JSON of the two files.

It imports nothing of the planner: what `plan check` and the solver say is compared with what stands here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def active(system: Json, week: int) -> range:
    """The active weeks of a cut-over week: c − d + 1 … c."""
    return range(week - system["preparation_weeks"] + 1, week + 1)


def by_id(items: list[Json]) -> dict[str, Json]:
    return {item["id"]: item for item in items}


def amount_in_force(pool: Json, week: int) -> list[int]:
    """That of the latest step that has begun; steps may stand in any order."""
    begun = [step for step in pool["capacity"] if step["from_week"] <= week]
    amount: list[int] = max(begun, key=lambda step: step["from_week"])["amount"]
    return amount


def length_of(offer: Json) -> int:
    """The longest list of efforts; 1 if there is none (or only empty ones)."""
    return max([len(effort) for effort in offer["effort"].values()], default=0) or 1


def own_rules(problem: Json, system: Json, move: Json | None) -> Iterator[str]:
    """Rules 1, 2 and 8: what a system may do whatever the others do."""
    pin = system.get("pin")
    if move is None:
        if system["deadline_week"] is not None:
            yield "weeks"
        if pin is not None:
            yield "pins"
        return
    week, department = move["week"], by_id(problem["departments"])[system["department"]]
    weeks = active(system, week)
    blocked = {*system["blocked_weeks"], *department["blocked_weeks"]}
    outside = weeks[0] < 0 or week >= problem["weeks"] or weeks[0] < system["release_week"]
    late = system["deadline_week"] is not None and week > system["deadline_week"]
    if outside or late or blocked & set(weeks):
        yield "weeks"
    yield from _pool_rule(problem, system, move)
    if pin is not None and any(key in pin and pin[key] != move[key] for key in ("week", "pool", "replica_pool")):
        yield "pins"


def _pool_rule(problem: Json, system: Json, move: Json) -> Iterator[str]:
    sites = {pool["id"]: pool["site"] for pool in problem["pools"]}
    if move["pool"] not in [option["pool"] for option in system["options"]]:
        yield "pools"
    elif not system["replica_options"]:
        if move["replica_pool"] is not None:
            yield "pools"
    elif (
        move["replica_pool"] not in [option["pool"] for option in system["replica_options"]]
        or sites[move["replica_pool"]] == sites[move["pool"]]
    ):
        yield "pools"


def taken(options: list[Json], pool: str | None) -> Json | None:
    return next((option for option in options if option["pool"] == pool), None)


def capacity_rule(problem: Json, moves: list[Json], clean_ups: list[Json]) -> Iterator[str]:
    """Rule 3, every week, pool and resource added up anew."""
    systems, offers = by_id(problem["systems"]), by_id(problem["clean_ups"])
    for week, pool in itertools.product(range(problem["weeks"]), problem["pools"]):
        balance = list(amount_in_force(pool, week))
        for move in moves:
            system = systems[move["system"]]
            held = [
                taken(system["options"], move["pool"]),
                taken(system["replica_options"], move["replica_pool"]),
            ]
            for option in held:
                if option is not None and option["pool"] == pool["id"] and week >= active(system, move["week"])[0]:
                    balance = [left - used for left, used in zip(balance, option["demand"], strict=True)]
            for freed in system.get("frees", []):
                if freed["pool"] == pool["id"] and week >= move["week"] + freed["weeks_after"]:
                    balance = [left + more for left, more in zip(balance, freed["amount"], strict=True)]
        for done in clean_ups:
            offer = offers[done["id"]]
            if offer["pool"] == pool["id"] and week >= done["week"] + length_of(offer):
                balance = [left + more for left, more in zip(balance, offer["amount"], strict=True)]
        if min(balance, default=0) < 0:
            yield "capacity"


def effort_used(problem: Json, moves: list[Json], clean_ups: list[Json]) -> Iterator[tuple[str, int, int]]:
    """Team, week and amount of all that is used."""
    systems, offers = by_id(problem["systems"]), by_id(problem["clean_ups"])
    for move in moves:
        system = systems[move["system"]]
        option = taken(system["options"], move["pool"])
        for team, efforts in (option["effort"] if option else {}).items():
            yield from zip([team] * len(efforts), active(system, move["week"]), efforts, strict=True)
    for done in clean_ups:
        for team, efforts in offers[done["id"]]["effort"].items():
            yield from ((team, done["week"] + place, amount) for place, amount in enumerate(efforts))


def team_rule(problem: Json, moves: list[Json], clean_ups: list[Json]) -> Iterator[str]:
    """Rule 4: every period of every team, and the weeks that no period covers; clean-ups within the horizon."""
    used = list(effort_used(problem, moves, clean_ups))
    for team in problem["teams"]:
        mine = [(week, amount) for name, week, amount in used if name == team["id"]]
        covered: set[int] = set()
        for period in team["periods"]:
            weeks = range(period["from_week"], period["to_week"] + 1)
            covered.update(weeks)
            if sum(amount for week, amount in mine if week in weeks) > period["amount"]:
                yield "teams"
        if any(amount > 0 for week, amount in mine if week not in covered and 0 <= week < problem["weeks"]):
            yield "teams"
    offers = by_id(problem["clean_ups"])
    for done in clean_ups:
        offer = offers[done["id"]]
        ends = done["week"] + length_of(offer)
        if done["week"] < max(0, offer["release_week"]) or ends > problem["weeks"]:
            yield "clean_ups"


def department_rule(problem: Json, moves: list[Json]) -> Iterator[str]:
    """Rule 5, also in weeks outside the horizon, where no move may be active anyhow."""
    systems = by_id(problem["systems"])
    busy_weeks = {week for move in moves for week in active(systems[move["system"]], move["week"])}
    for week, department in itertools.product(busy_weeks, problem["departments"]):
        busy = [
            move
            for move in moves
            if systems[move["system"]]["department"] == department["id"]
            and week in active(systems[move["system"]], move["week"])
        ]
        if len(busy) > department["max_parallel"]:
            yield "departments"


def relation_rules(problem: Json, week: dict[str, int]) -> Iterator[str]:
    """Rule 6."""
    for group in problem["together"]:
        if len({week.get(name) for name in group}) > 1:
            yield "together"
    for pair in problem["before"]:
        first, then = week.get(pair["first"]), week.get(pair["then"])
        if then is not None and (first is None or then < first + pair["lag_weeks"]):
            yield "before"
    for within in problem["within"]:
        there = [week[name] for name in within["systems"] if name in week]
        if there and (len(there) < len(within["systems"]) or max(there) - min(there) > within["weeks"]):
            yield "within"
    for group in problem["apart"]:
        there = [week[name] for name in group if name in week]
        if len(set(there)) < len(there):
            yield "apart"


def target_rule(problem: Json, week: dict[str, int]) -> Iterator[str]:
    """Rule 7."""
    for target in problem["targets"]:
        names = [s["id"] for s in problem["systems"]] if target["systems"] is None else target["systems"]
        if (
            sum(week.get(name, problem["weeks"] + target["by_week"] + 9) <= target["by_week"] for name in names)
            < (target["at_least"])
        ):
            yield "targets"


def broken_rules(problem: Json, moves: list[Json], clean_ups: list[Json]) -> set[str]:
    """The rules that a plan breaks, by the names `plan check` gives them; every system and clean-up once at most."""
    placed = {move["system"]: move for move in moves}
    week = {name: move["week"] for name, move in placed.items()}
    broken = {rule for system in problem["systems"] for rule in own_rules(problem, system, placed.get(system["id"]))}
    broken |= {*capacity_rule(problem, moves, clean_ups), *team_rule(problem, moves, clean_ups)}
    return broken | {*department_rule(problem, moves), *relation_rules(problem, week), *target_rule(problem, week)}


def value(problem: Json, moves: list[Json]) -> int:
    """What is to be minimised."""
    weights, placed = problem["weights"], {move["system"]: move for move in moves}
    lateness = progress = placement = 0
    for system in problem["systems"]:
        move = placed.get(system["id"])
        at = problem["unscheduled_week"] if move is None else move["week"]
        due = problem["weeks"] if system["due_week"] is None else system["due_week"]
        lateness += system["weight"] * max(0, at - due)
        progress += system["weight"] * at
        if move is not None:
            for option in (
                taken(system["options"], move["pool"]),
                taken(system["replica_options"], move["replica_pool"]),
            ):
                placement += option["cost"] if option is not None else 0
    for point in problem["curve"]:
        moved = sum(move["week"] <= point["week"] for move in moves)
        progress += weights["curve"] * max(0, point["at_least"] - moved)
    placement += _pairs(problem, placed) + _moved(problem, placed)
    total: int = weights["lateness"] * lateness + weights["progress"] * progress + weights["placement"] * placement
    return total


def _pairs(problem: Json, placed: dict[str, Json]) -> int:
    sites = {pool["id"]: pool["site"] for pool in problem["pools"]}
    found = 0
    for pair in problem["same_site"]:
        pools = [placed[name]["pool"] for name in pair["systems"] if name in placed]
        if len(pools) == 2 and sites[pools[0]] != sites[pools[1]]:
            found += pair["penalty"]
    return found


def _moved(problem: Json, placed: dict[str, Json]) -> int:
    if "previous" not in problem:
        return 0
    before = {move["system"]: move for move in problem["previous"]["moves"]}
    keys = ("week", "pool", "replica_pool")

    def place(move: Json | None) -> list[Any] | None:
        return None if move is None else [move[key] for key in keys]

    differing = sum(place(before.get(s["id"])) != place(placed.get(s["id"])) for s in problem["systems"])
    found: int = differing * problem["previous"]["moved_penalty"]
    return found


def choices_of(problem: Json, system: Json) -> list[Json | None]:
    """What a system may do by its own rules, staying included where it may."""
    stay = [] if list(own_rules(problem, system, None)) else [None]
    replicas: list[str | None] = [option["pool"] for option in system["replica_options"]] or [None]
    moves = [
        {"system": system["id"], "week": week, "pool": option["pool"], "replica_pool": replica}
        for week in range(problem["weeks"])
        for option in system["options"]
        for replica in replicas
    ]
    return [*stay, *(move for move in moves if not list(own_rules(problem, system, move)))]


def plans_in_all(problem: Json) -> int:
    """How many plans `best` would have to try."""
    count = (1 + problem["weeks"]) ** len(problem["clean_ups"])
    for system in problem["systems"]:
        count *= len(choices_of(problem, system))
    return int(count)


def best(problem: Json) -> int | None:
    """The least value of any plan that breaks no rule, by trying all of them; `None`: there is none."""
    plans = itertools.product(*(choices_of(problem, system) for system in problem["systems"]))
    worth = [([move for move in plan if move is not None], plan) for plan in plans]
    ranked = sorted(((value(problem, moves), place) for place, (moves, _) in enumerate(worth)))
    offers = problem["clean_ups"]
    starts = [[None, *range(problem["weeks"])] for _ in offers]
    for worth_of, place in ranked:
        moves = worth[place][0]
        for weeks in itertools.product(*starts):
            done = [{"id": o["id"], "week": w} for o, w in zip(offers, weeks, strict=True) if w is not None]
            if not broken_rules(problem, moves, done):
                return worth_of
    return None


def least_broken(problem: Json) -> int | None:
    """The fewest weeks past deadlines plus systems missing at targets of any plan that keeps all other rules.

    A system with a deadline that is left out is late until the end of the horizon, one week at least. `None`: pins and
    limits forbid every plan.
    """
    free = [system | {"deadline_week": None} for system in problem["systems"]]
    soft = problem | {"systems": free, "targets": []}
    plans = itertools.product(*(choices_of(soft, system) for system in free))
    ranked = sorted(((_broken(problem, plan), number, plan) for number, plan in enumerate(plans)), key=lambda p: p[:2])
    starts = [[None, *range(problem["weeks"])] for _ in problem["clean_ups"]]
    for broken, _, plan in ranked:
        moves = [move for move in plan if move is not None]
        for weeks in itertools.product(*starts):
            done = [
                {"id": o["id"], "week": w} for o, w in zip(problem["clean_ups"], weeks, strict=True) if w is not None
            ]
            if not broken_rules(soft, moves, done):
                return broken
    return None


def _broken(problem: Json, plan: tuple[Json | None, ...]) -> int:
    week = {move["system"]: move["week"] for move in plan if move is not None}
    late = 0
    for system in problem["systems"]:
        deadline, at = system["deadline_week"], week.get(system["id"])
        if deadline is not None and (at is None or at > deadline):
            late += max(1, (problem["weeks"] if at is None else at) - deadline)
    for target in problem["targets"]:
        names = [s["id"] for s in problem["systems"]] if target["systems"] is None else target["systems"]
        reached = sum(name in week and week[name] <= target["by_week"] for name in names)
        late += max(0, target["at_least"] - reached)
    return late
