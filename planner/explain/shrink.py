"""A purchase that is enough made smaller: the whole elastic model where it is small enough, else part after part.

A part is the systems that draw on something that is bought, and some that are not planned and could take their place
at a target; everybody else stays (large neighbourhood search: Shaw, 1998, with the neighbourhood of the cost that is
left). Whatever comes back was checked on the problem with the purchase made.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from planner.check.check import check, value_of
from planner.explain.buy import Purchase, amended, cheapest_purchase, prices_of
from planner.explain.soft import closed, pinned
from planner.explain.squeeze import uses
from planner.explain.till import Till
from planner.plan import CleanUp, Move, Plan
from planner.presolve.presolve import Windows
from planner.problem.problem import PlanningProblem

WHOLE_CHOICES = 20_000
"""(week, pool) choices up to which everybody is free at once: about 100 systems of 52 weeks, a second of building."""
PART_CHOICES = 3_000
"""The same of a part: solved in a few seconds."""
PART_S = 5.0
NO_WINDOWS = Windows(weeks=[], must=[], modes=[], clean_ups=[])
"""Where only what is overdrawn is asked for, not where anybody could go instead."""
FRUITLESS = 6
"""Parts without a gain after which it ends."""


def purchase_of(problem: PlanningProblem, moves: Mapping[str, Move], clean_ups: Iterable[CleanUp]) -> Purchase | None:
    """What these moves overdraw, as a purchase; `None` where they break anything but limits (asked of check.py)."""
    clean_ups = tuple(clean_ups)
    till = Till(problem, NO_WINDOWS, moves, clean_ups)
    bought = till.bought()
    found = Purchase(bought=bought, moves=dict(moves), parts=till.parts(), proven=False, clean_ups=clean_ups)
    return found if holds(problem, found) else None


def holds(problem: PlanningProblem, purchase: Purchase) -> bool:
    """Whether the problem with the purchase made, no earlier than it is told, accepts the moves."""
    after = amended(problem, purchase)
    moves = purchase.moves
    plan = Plan(
        problem_sha256="",
        moves=tuple(moves.values()),
        clean_ups=purchase.clean_ups,
        value=value_of(after, moves).total,
        bound=0,
    )
    return not check(after, plan)


def shrink(
    problem: PlanningProblem,
    known: Purchase,
    *,
    seconds_left: Callable[[], float],
    workers: int,
    should_stop: Callable[[], bool],
) -> Purchase:
    """A purchase that costs no more; `proven` where no plan needs less in all."""
    if not known.parts:
        return known
    choices = _choices(problem)
    if choices <= PART_CHOICES:
        return _whole(problem, known, seconds_left(), workers)
    whole = choices <= WHOLE_CHOICES
    until = seconds_left() / 2 if whole else 0.0  # the other half for a proof
    rng, best, fruitless = random.Random(1), known, 0  # noqa: S311 - which part is next, nothing secret
    while fruitless < FRUITLESS and seconds_left() > max(1.0, until) and not should_stop() and best.parts:
        better = _part(problem, best, rng, min(PART_S, seconds_left() - until), workers)
        fruitless = 0 if better.parts < best.parts else fruitless + 1
        best = better
    return _whole(problem, best, seconds_left(), workers) if whole and best.parts else best


def _whole(problem: PlanningProblem, known: Purchase, seconds: float, workers: int) -> Purchase:
    """Everybody free at once; `proven` where the model was solved to its end."""
    if seconds <= 0:
        return known
    found = cheapest_purchase(problem, seconds, workers, known)
    return _kept(problem, known, found, proven=found is not None and found.proven)


def _kept(problem: PlanningProblem, known: Purchase, found: Purchase | None, *, proven: bool) -> Purchase:
    """What was found where it is no dearer and is accepted, exactly as it overdraws; else what was known."""
    if found is None:
        return known
    exact = purchase_of(problem, found.moves, found.clean_ups)
    if exact is None or exact.parts > known.parts:
        return replace(known, proven=False)
    return replace(exact, proven=proven)


def _choices(problem: PlanningProblem, names: Iterable[str] | None = None) -> int:
    """(week, pool) choices at most."""
    systems = problem.systems if names is None else [problem.by_id[name] for name in names]
    return problem.weeks * sum(len(system.options) + len(system.replica_options) for system in systems)


def _part(problem: PlanningProblem, known: Purchase, rng: random.Random, seconds: float, workers: int) -> Purchase:
    free = _free(problem, known, rng)
    cut = pinned(problem, known.moves, free.__contains__)
    targets = tuple(
        replace(t, systems=None if t.systems is None else tuple(n for n in t.systems if n in cut.by_id))
        for t in problem.targets
    )
    cut = replace(cut, targets=targets)
    inside = replace(known, moves={name: move for name, move in known.moves.items() if name in cut.by_id})
    found = cheapest_purchase(cut, seconds, workers, inside)
    return _kept(problem, known, found, proven=False)


def _free(problem: PlanningProblem, known: Purchase, rng: random.Random) -> set[str]:
    """Who draws on what is bought (the dearest rows the most often), and about as many who have no week."""
    price = prices_of(problem)
    rows = list(known.bought)
    row = rng.choices(rows, [price[key] * known.bought[key] for key in rows])[0]
    till = Till(problem, NO_WINDOWS, {}, ())
    users = [name for name, move in known.moves.items() if uses(till, move, row)]
    rng.shuffle(users)
    waiting = [system.id for system in problem.systems if system.id not in known.moves and system.options]
    waiting += [name for name in known.moves if name not in set(users)]
    rng.shuffle(waiting)
    free: set[str] = set()
    mixed = [name for pair in zip(users, waiting, strict=False) for name in pair]
    for name in mixed + users[len(mixed) // 2 :]:
        group = closed(problem, {name}) - free
        if _choices(problem, free | group) > PART_CHOICES and free:
            break
        free |= group
    return free
