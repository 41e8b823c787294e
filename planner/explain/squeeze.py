"""A purchase made smaller system by system: whoever draws on what is bought is put where it draws on less.

First everybody for itself: taken out and put back in its cheapest week and pool, as long as that saves anything. Then
who may stay out: one who counts at a target without need, or whose place another takes for less. Every step leaves all
dates, relations, deadlines and targets as they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from planner.explain.buy import Key
from planner.explain.till import Till
from planner.plan import Move

MOST_ASKED = 200
"""Of those without a week who are asked what they would draw in another's place."""


def squeeze(till: Till, over: Callable[[], bool]) -> None:
    """Less and less is overdrawn, until no single system helps or `over` says so."""
    gained = True
    while gained and not over() and till.parts():
        gained = _replaced(till, over)
        gained = _swapped(till, over) or gained


def uses(till: Till, move: Move, row: Key) -> bool:
    """Whether a move draws on a row: a pool's resource, a team in a period, a department."""
    what, name, number = row
    system = till.problem.by_id[move.system]
    if what == "department":
        return system.department == name
    option, replica = system.option(move.pool), system.replica_option(move.replica_pool)
    if what == "pool":
        return any(held is not None and held.pool == name and held.demand[number] for held in (option, replica))
    if option is None:
        return False
    first = move.week - system.preparation_weeks + 1
    used: Sequence[int] = option.effort.get(name, ())
    return any(amount and till.book.period_of[name][first + place] == number for place, amount in enumerate(used))


def _users(till: Till) -> list[str]:
    """Who draws on what is bought, the dearest row first."""
    rows = sorted(till.bought().items(), key=lambda item: (-till.price[item[0]] * item[1], item[0]))
    found = [name for row, _ in rows for name, move in till.moves.items() if uses(till, move, row)]
    return list(dict.fromkeys(found))


def _replaced(till: Till, over: Callable[[], bool]) -> bool:
    """Everybody with its group once; whether anything was saved."""
    before, done, goals = till.parts(), set[str](), _Goals(till)
    now = before
    for name in _users(till):
        if over():
            break
        if name in done:
            continue
        group = till.group(name)
        done |= set(group)
        until = goals.until([till.moves[one] for one in group if one in till.moves])
        old = [move for one in group if (move := till.take_out(one)) is not None]
        found = till.best(group, until) if len(old) == len(group) else None
        for move in old if found is None else found[1]:
            till.put(move)
        after = now if found is None else till.parts()
        if after > now:
            for one in group:
                till.take_out(one)
            for move in old:
                till.put(move)
        else:
            for move in old:
                goals.count(move, -1)
            for one in group:
                goals.count(till.moves[one], 1)
        now = min(now, after)
    return now < before


class _Goals:
    """By how many systems each target is exceeded, kept up to date move by move."""

    def __init__(self, till: Till) -> None:
        self.targets = [(t.by_week, None if t.systems is None else set(t.systems)) for t in till.problem.targets]
        self.more = [-target.at_least for target in till.problem.targets]
        for move in till.moves.values():
            self.count(move, 1)

    def count(self, move: Move, sign: int) -> None:
        """One move more, or with −1 less."""
        for number, (by_week, names) in enumerate(self.targets):
            if move.week <= by_week and (names is None or move.system in names):
                self.more[number] += sign

    def until(self, moves: Sequence[Move]) -> dict[str, int]:
        """The last weeks that targets leave to those of a group who count and cannot be spared."""
        found: dict[str, int] = {}
        for (by_week, names), more in zip(self.targets, self.more, strict=True):
            counted = [m.system for m in moves if m.week <= by_week and (names is None or m.system in names)]
            for one in counted if more < len(counted) else ():
                found[one] = min(found.get(one, by_week), by_week)
        return found


def _alone(till: Till, name: str) -> bool:
    """Whether a system has to move with nobody, is waited for by nobody who moves, and need not move itself."""
    if till.windows.must[till.place[name]] or till.problem.by_id[name].frees or name in till.spread:
        return False
    return not any(then in till.moves for then, _ in till.thens.get(name, ()))


def _swapped(till: Till, over: Callable[[], bool]) -> bool:
    """Those out who can be spared, or whose place at the targets another takes for less; whether any was."""
    start, goals = till.parts(), _Goals(till)
    waiting = _waiting(till)
    for name in _users(till):
        if over():
            break
        if not _alone(till, name):
            continue
        now, until = till.parts(), goals.until([till.moves[name]])
        out = till.take_out(name)
        assert out is not None
        if not until:
            goals.count(out, -1)
            waiting.append(name)
            continue
        saved = now - till.parts()
        other = _cheapest(till, waiting, until[name], _counts(till, name), saved) if saved else None
        if other is None:
            till.put(out)
            continue
        till.put(other)
        if till.parts() >= now:
            till.take_out(other.system)
            till.put(out)
            continue
        goals.count(out, -1)
        goals.count(other, 1)
        waiting.remove(other.system)
        waiting.append(name)
    return till.parts() < start


def _counts(till: Till, name: str) -> list[set[str]]:
    """The named targets that a system counts at."""
    return [set(t.systems) for t in till.problem.targets if t.systems is not None and name in t.systems]


def _waiting(till: Till) -> list[str]:
    """Who has no week and could take one by itself, those with the least demand first."""
    found = [
        system
        for number, system in enumerate(till.problem.systems)
        if system.id not in till.moves and till.windows.weeks[number] and system.id not in till.spread
    ]
    found.sort(key=lambda system: (sum(min((o.demand for o in system.options), default=())), system.id))
    return [system.id for system in found]


def _cheapest(till: Till, waiting: Sequence[str], until: int, counts: Sequence[set[str]], most: int) -> Move | None:
    best: tuple[float, Move] | None = None
    for name in waiting[:MOST_ASKED]:
        if any(name not in names for names in counts):
            continue
        if any(first not in till.moves for first, _ in till.firsts.get(name, ())):
            continue
        found = till.best([name], {name: until})
        if found is not None and np.isfinite(found[0]) and found[0] < (most if best is None else best[0]):
            best = found[0], found[1][0]
            if not found[0]:
                break
    return None if best is None else best[1]
