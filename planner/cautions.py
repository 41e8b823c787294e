"""What is allowed but surely not meant: circles of `before`, demand that fits no pool, pins that cannot hold."""

from __future__ import annotations

from catalogs.words import Text
from planner.circles import strong_components
from planner.presolve import find_windows
from planner.problem import PlanningProblem


def warnings_of(problem: PlanningProblem) -> list[Text]:
    """Texts for the planner, before any solving."""
    return [*_circles(problem), *_homeless(problem)]


def _circles(problem: PlanningProblem) -> list[Text]:
    """Circles of `before` with a positive lag: their systems can never move."""
    following: dict[str, list[tuple[str, int]]] = {}
    for pair in problem.before:
        following.setdefault(pair.first, []).append((pair.then, pair.lag_weeks))
    found: list[Text] = []
    graph = {system.id: [then for then, _ in following.get(system.id, ())] for system in problem.systems}
    for members in strong_components(graph):
        inside = set(members)
        lags = [lag for name in members for then, lag in following.get(name, ()) if then in inside]
        if any(lags) and (len(members) > 1 or lags):
            names = "、".join(sorted(members)[:8])
            found.append(
                Text(
                    f"{names} 互为先后且有间隔，永远不能迁移",
                    f"{names}: a circle of `before` with a lag; they can never move",
                )
            )
    return found


def _homeless(problem: PlanningProblem) -> list[Text]:
    """Systems that fit no pool in any week, or whose pin no option allows."""
    windows = find_windows(problem)
    found: list[Text] = []
    for number, system in enumerate(problem.systems):
        if windows.modes[number] or windows.weeks[number]:
            continue
        causes = [e.cause for e in windows.events if e.system == number and not e.after]
        if "capacity" in causes:
            found.append(
                Text(f"{system.id} 的需求超过任何可用资源池", f"{system.id} demands more than any pool it may take")
            )
        elif "pin" in causes:
            found.append(
                Text(
                    f"{system.id} 的锁定互相矛盾或不在可选之列",
                    f"{system.id}: its pin contradicts its options or weeks",
                )
            )
        elif "site" in causes or "options" in causes:
            found.append(
                Text(
                    f"{system.id} 没有可用的主备资源池组合",
                    f"{system.id}: no pair of main and replica pool is possible",
                )
            )
    return found
