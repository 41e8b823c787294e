"""What is allowed but surely not meant, each with its place: circles of `before`, demand that fits no pool, pins that cannot hold."""

from __future__ import annotations

from collections.abc import Iterator

from catalogs.words import Text
from planner.check.check import active_weeks
from planner.circles import strong_components
from planner.presolve.presolve import find_windows
from planner.problem.problem import Option, Pin, PlannedSystem, PlanningProblem, ReplicaOption


def warnings_of(problem: PlanningProblem) -> list[Text]:
    """Texts for the planner, before any solving; all of them at once."""
    return [*_circles(problem), *_homeless(problem), *_pins(problem), *_pins_between(problem)]


def _at(place: str, zh: str, en: str) -> Text:
    return Text(f"{place}：{zh}", f"{place}: {en}")


def _circles(problem: PlanningProblem) -> Iterator[Text]:
    """Circles of `before` with a positive lag: their systems can never move."""
    following: dict[str, list[str]] = {system.id: [] for system in problem.systems}
    for pair in problem.before:
        following[pair.first].append(pair.then)
    for members in strong_components(following):
        inside = set(members)
        places = [n for n, pair in enumerate(problem.before) if pair.first in inside and pair.then in inside]
        if any(problem.before[n].lag_weeks for n in places):
            names = "、".join(sorted(members)[:8])
            if len(members) == 1:
                place = ", ".join(f"before[{n}]" for n in places)
                yield _at(
                    place, f"{names} 须排在自己之后，永远不能迁移", f"{names} has to follow itself: it can never move"
                )
                continue
            yield _at(
                ", ".join(f"before[{n}]" for n in places),
                f"{names} 互为先后且有间隔，永远不能迁移",
                f"{names}: a circle of `before` with a lag; they can never move",
            )


def _homeless(problem: PlanningProblem) -> Iterator[Text]:
    """Systems that fit no pool in any week, or have no pair of pools."""
    windows = find_windows(problem)
    for number, system in enumerate(problem.systems):
        if windows.modes[number] or windows.weeks[number]:
            continue
        causes = [e.cause for e in windows.events if e.system == number and not e.after]
        place = f"systems[{number}].options"
        if "capacity" in causes:
            zh, en = _nearest(problem, system)
            yield _at(
                place,
                f"{system.id} 的需求超过任何可用资源池{zh}",
                f"{system.id} demands more than any pool it may take{en}",
            )
        elif "site" in causes or "options" in causes:
            yield _at(
                place,
                f"{system.id} 没有可用的主备资源池组合",
                f"{system.id}: no pair of main and replica pool is possible",
            )


def _nearest(problem: PlanningProblem, system: PlannedSystem) -> Text:
    """The pool that lacks least, with what is wanted and what it can have in the end, all that comes free included."""
    pools = {pool.id: list(pool.amount_at(problem.weeks - 1)) for pool in problem.pools}
    given_back = [(offer.pool, offer.amount) for offer in problem.clean_ups]
    given_back += [(freed.pool, freed.amount) for one in problem.systems for freed in one.frees]
    for pool, amount in given_back:
        pools[pool] = [there + more for there, more in zip(pools[pool], amount, strict=True)]
    holds: list[Option | ReplicaOption] = [*system.options, *system.replica_options]
    short: list[tuple[float, str, int]] = []
    for held in holds:
        lacks = [
            ((wanted - there) / wanted, held.pool, kind)
            for kind, (wanted, there) in enumerate(zip(held.demand, pools[held.pool], strict=True))
            if wanted > there
        ]
        short += [max(lacks)] if lacks else []
    if not short:
        return Text("", "")
    _, pool, kind = min(short)
    demand = next(held.demand[kind] for held in holds if held.pool == pool)
    there, resource = pools[pool][kind], problem.resources[kind]
    return Text(
        f"（最接近的 {pool}：{resource} 需 {demand}，至多有 {there}）",
        f" (nearest {pool}: {demand} {resource} wanted, {there} at most)",
    )


def _pins(problem: PlanningProblem) -> Iterator[Text]:
    """Pins that contradict the system's own options, weeks and freezes."""
    blocked = {department.id: set(department.blocked_weeks) for department in problem.departments}
    for number, system in enumerate(problem.systems):
        pin = system.pin
        if pin is None:
            continue
        place = f"systems[{number}].pin"
        if pin.pool is not None and system.option(pin.pool) is None:
            yield _at(
                f"{place}.pool",
                f"{system.id} 锁定在 {pin.pool}，但它不在可选之列",
                f"{system.id} is pinned to {pin.pool}, which is not one of its options",
            )
        if pin.holds_replica and (
            (pin.replica_pool is None) != (not system.replica_options)
            or (pin.replica_pool is not None and system.replica_option(pin.replica_pool) is None)
        ):
            yield _at(
                f"{place}.replica_pool",
                f"{system.id} 的灾备池锁定在 {pin.replica_pool}，但它不在可选之列",
                f"{system.id}: its replica is pinned to {pin.replica_pool}, which is not one of its options",
            )
        yield from _pinned_week(problem, system, pin, place, blocked[system.department])


def _pinned_week(
    problem: PlanningProblem, system: PlannedSystem, pin: Pin, place: str, blocked: set[int]
) -> Iterator[Text]:
    if pin.week is None:
        return
    active = active_weeks(system, pin.week)
    week = problem.week(pin.week)
    faults = (
        (active[0] < 0 or pin.week >= problem.weeks, "实施周超出规划期", "its weeks lie outside the horizon"),
        (active[0] < system.release_week, "早于可开始的周", "that is before its release week"),
        (
            system.deadline_week is not None and pin.week > system.deadline_week,
            "晚于截止周",
            "that is after its deadline",
        ),
        (
            any(w in blocked or w in system.blocked_weeks for w in active),
            "实施周在封网期内",
            "its weeks are frozen",
        ),
    )
    for broken, zh, en in faults:
        if broken:
            yield _at(f"{place}.week", f"{system.id} 锁定在 {week}，{zh}", f"{system.id} is pinned to {week}: {en}")


def _pins_between(problem: PlanningProblem) -> Iterator[Text]:
    """Pins of two systems that a relation between them forbids."""
    pinned = {s.id: s.pin.week for s in problem.systems if s.pin is not None and s.pin.week is not None}

    def clash(place: str, names: list[str]) -> Text:
        listed = "、".join(f"{name} {problem.week(pinned[name])}" for name in names)
        return _at(place, f"锁定互相矛盾：{listed}", f"pins contradict each other: {listed}")

    for number, group in enumerate(problem.together):
        names = [name for name in group if name in pinned]
        if len({pinned[name] for name in names}) > 1:
            yield clash(f"together[{number}]", names)
    for number, pair in enumerate(problem.before):
        names = [pair.first, pair.then]
        if all(name in pinned for name in names) and pinned[pair.then] < pinned[pair.first] + pair.lag_weeks:
            yield clash(f"before[{number}]", names)
    for number, within in enumerate(problem.within):
        names = [name for name in within.systems if name in pinned]
        weeks = [pinned[name] for name in names]
        if weeks and max(weeks) - min(weeks) > within.weeks:
            yield clash(f"within[{number}]", names)
    for number, group in enumerate(problem.apart):
        names = [name for name in group if name in pinned]
        if len({pinned[name] for name in names}) < len(names):
            yield clash(f"apart[{number}]", names)
