"""What is enough to buy, at once and at any size: who has a duty is put in its cheapest week, even where room is lacking.

From the moves that keep every limit. Whoever is late, and who counts at a target that is missed, is placed anew with
dates and relations kept but pools, teams and parallel limits overdrawn where that is cheapest (a greedy repair of
the elastic problem of explain/buy.py). What is overdrawn in the end, row by row, is a purchase with which these moves
are a plan. It is never claimed to be the least; explain/shrink.py makes it smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from planner.explain.soft import late_systems, missed_targets
from planner.explain.till import FAR, Till
from planner.plan import CleanUp, Move
from planner.presolve.presolve import Windows
from planner.problem.problem import PlanningProblem


def enough(
    problem: PlanningProblem,
    moves: Mapping[str, Move],
    clean_ups: Iterable[CleanUp],
    windows: Windows,
    over: Callable[[], bool] = lambda: False,
) -> Till | None:
    """Moves that keep all dates, relations, deadlines, targets and pins, whatever they overdraw.

    Args:
        problem: the problem.
        moves: moves that keep everything but deadlines and targets.
        clean_ups: what is cleaned up with them.
        windows: of the problem with room for everybody.
        over: whether to give up.

    Returns:
        `None` where dates and relations forbid it (as far as a greedy order can tell), or `over` said so.
    """
    till = Till(problem, windows, moves, clean_ups)
    if not _duties(till, over):
        return None
    for target in sorted(problem.targets, key=lambda one: one.by_week):
        names = list(problem.by_id) if target.systems is None else list(target.systems)
        if not _reach(till, names, target.by_week, target.at_least, over):
            return None
    return None if late_systems(problem, till.moves) or missed_targets(problem, till.moves) else till


def _duties(till: Till, over: Callable[[], bool]) -> bool:
    """Everybody who must move, with whom it draws along, by its date; who keeps time already stays."""
    problem, windows = till.problem, till.windows
    stuck = {
        system.id
        for number, system in enumerate(problem.systems)
        if windows.must[number] and not _in_time(till, system.id)
    }
    wanted = till.drawn(stuck)
    return _place_all(till, wanted, over)


def _in_time(till: Till, name: str) -> bool:
    move = till.moves.get(name)
    return move is not None and bool(till.windows.weeks[till.place[name]] >> move.week & 1)


def _place_all(till: Till, wanted: set[str], over: Callable[[], bool]) -> bool:
    """Take these systems out and place them anew, group by group, nobody before whom it follows."""
    for name in wanted:
        till.take_out(name)
    windows = till.windows
    order = sorted(wanted, key=lambda name: (windows.weeks[till.place[name]].bit_length(), name))
    for group in till.groups(order):
        if over():
            return False
        found = till.best(group)
        if found is None:
            return False
        for move in found[1]:
            till.put(move)
    return True


def _reach(till: Till, names: Sequence[str], by_week: int, at_least: int, over: Callable[[], bool]) -> bool:
    """As many of these systems by a week as a target wants: those first that overdraw least for each one gained."""
    missing = at_least - sum(1 for name in names if name in till.moves and till.moves[name].week <= by_week)
    if missing <= 0:
        return True
    offers: list[tuple[float, str]] = []
    for name in names:
        if over():
            return False
        if name not in till.moves or till.moves[name].week > by_week:
            quote = till.quote(till.problem.by_id[name])
            cost = quote.cost[: max(0, by_week + 1)].min(initial=FAR)
            if np.isfinite(cost):
                offers.append((float(cost) * len(_drawn(till, name, by_week)), name))
    wanted = set(names)
    for _, name in sorted(offers):
        if missing <= 0 or over():
            break
        if name in till.moves and till.moves[name].week <= by_week:
            continue
        missing -= _bring(till, name, by_week, wanted)
    return missing <= 0


def _drawn(till: Till, name: str, by_week: int) -> list[str]:
    """The system with everybody who has to be moved by then for it, as far as they are not."""
    near = till.drawn([name])
    late = {one for one in near if one not in till.moves or till.moves[one].week > by_week}
    late |= {other for one in late for other in till.group(one)}
    return sorted(late)


def _bring(till: Till, name: str, by_week: int, wanted: set[str]) -> int:
    """Move a system and whom it needs in time; how many of the wanted are gained, 0 where it cannot be."""
    names = _drawn(till, name, by_week)
    until = dict.fromkeys(_ahead(till, name), by_week)
    before = {one: move for one in names if (move := till.take_out(one)) is not None}
    placed: list[Move] = []
    for group in till.groups(names):
        found = till.best(group, until)
        if found is None:
            for move in placed:
                till.take_out(move.system)
            for move in before.values():
                till.put(move)
            return 0
        for move in found[1]:
            till.put(move)
            placed.append(move)
    gained = sum(1 for move in placed if move.system in wanted and move.week <= by_week)
    return gained - sum(1 for one, move in before.items() if one in wanted and move.week <= by_week)


def _ahead(till: Till, name: str) -> set[str]:
    """The system and everybody that it follows in the end."""
    found, waiting = {name}, [name]
    while waiting:
        new = {first for first, _ in till.firsts.get(waiting.pop(), ())} - found
        found |= new
        waiting += new
    return found
