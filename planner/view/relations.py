"""The relations of a problem by system, and the order that they give to the systems of a wave."""

from __future__ import annotations

from collections.abc import Mapping

from planner.plan import Move
from planner.problem.problem import PlanningProblem


class Relations:
    """Relations by system, looked up once."""

    def __init__(self, problem: PlanningProblem) -> None:
        self.after: dict[str, list[str]] = {}
        self.before: dict[str, list[str]] = {}
        self.together: dict[str, list[str]] = {}
        self.within: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        for pair in problem.before:
            self.after.setdefault(pair.then, []).append(pair.first)
            self.before.setdefault(pair.first, []).append(pair.then)
        for group in problem.together:
            for name in group:
                self.together.setdefault(name, []).extend(other for other in group if other != name)
        for spread in problem.within:
            for name in spread.systems:
                others = tuple(other for other in spread.systems if other != name)
                self.within.setdefault(name, []).append((spread.weeks, others))

    def orders(self, moves: Mapping[str, Move]) -> dict[str, int]:
        """Place in its wave: 1 + the longest chain of systems of the same wave that it follows.

        Systems in a circle, and those behind one, come last together: nothing says which of them is first.
        """
        same = {
            name: [f for f in self.after.get(name, ()) if f in moves and moves[f].week == move.week]
            for name, move in moves.items()
        }
        left = {name: len(firsts) for name, firsts in same.items()}
        orders = dict.fromkeys(moves, 1)
        ready = [name for name, count in left.items() if not count]
        for name in ready:
            for then in self.before.get(name, ()):
                if then in left and name in same[then]:
                    orders[then] = max(orders[then], orders[name] + 1)
                    left[then] -= 1
                    if not left[then]:
                        ready.append(then)
        last = max((orders[name] for name in ready), default=0) + 1
        return {name: last if left[name] else orders[name] for name in moves}
