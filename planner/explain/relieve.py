"""From a plan that would need a purchase back to one that needs none: whoever draws on what is lacking is left out.

Where little has to be bought, few have to be left out. That often breaks deadlines and targets by less than what a
search finds in the same time.
"""

from __future__ import annotations

from collections.abc import Callable

from planner.explain.buy import Purchase
from planner.explain.soft import late_systems, missed_targets
from planner.explain.squeeze import uses
from planner.explain.till import Till
from planner.plan import Move
from planner.presolve.presolve import find_windows
from planner.problem.problem import PlanningProblem


def broken_by(problem: PlanningProblem, moves: dict[str, Move]) -> int:
    """Weeks past deadlines and systems missing at targets, added up."""
    late = sum(weeks for _, weeks in late_systems(problem, moves))
    return late + sum(missing for _, missing in missed_targets(problem, moves))


def relieved(problem: PlanningProblem, purchase: Purchase, over: Callable[[], bool]) -> dict[str, Move] | None:
    """The moves of a purchase without those that it is made for; `None` where pins forbid it or time is over.

    Of those who draw on the dearest row that one is left out, with all who move with it or wait for it, that breaks
    least for what it relieves.
    """
    till = Till(problem, find_windows(problem), purchase.moves, purchase.clean_ups)
    while bought := till.bought():
        if over():
            return None
        row = max(bought, key=lambda key: (till.price[key] * bought[key], key))
        best: tuple[float, list[str]] | None = None
        seen: set[str] = set()
        before = till.parts()
        for name in [name for name, move in till.moves.items() if uses(till, move, row)]:
            names = _with_followers(till, name)
            if name in seen or any(problem.by_id[one].pin for one in names):
                continue
            seen |= set(names) if len(names) > 1 and till.group(name) == names else set()
            out = [move for one in names if (move := till.take_out(one)) is not None]
            saved = before - till.parts()
            for move in out:
                till.put(move)
            rank = sum(_weeks(problem, one) for one in names) / max(1, saved)
            if saved > 0 and (best is None or rank < best[0]):
                best = rank, names
        if best is None:
            return None
        for one in best[1]:
            till.take_out(one)
    return dict(till.moves)


def _weeks(problem: PlanningProblem, name: str) -> int:
    """By how much leaving a system out may break: weeks past its deadline, or one system at a target."""
    deadline = problem.by_id[name].deadline_week
    return 1 if deadline is None else max(1, problem.weeks - deadline)


def _with_followers(till: Till, name: str) -> list[str]:
    """Whoever cannot stay without a system: its group, those that wait for them, and their groups."""
    found, waiting = [], [name]
    while waiting:
        one = waiting.pop()
        if one in found or one not in till.moves:
            continue
        found.append(one)
        waiting += [*till.group(one), *(then for then, _ in till.thens.get(one, ()))]
    return found
