"""What would have to be bought so that every deadline and target holds: capacity, effort, room in departments.

Pools, teams and parallel limits get a slack that costs; all other rules stay as they are (elastic programming: Brown
and Graves, 1975). What is bought is measured as a share of what is there: a pool's resource in parts of its last
amount, a team's effort in parts of its whole offer, one more parallel system as `PARALLEL_PARTS`. With the whole core
free and the model solved to its end, no cheaper purchase lets the deadlines hold.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from planner.book import Book
from planner.exact.model_of_problem import ExactModel, add_hint, build_model, nothing_fixed, read_answer
from planner.exact.solver import make_solver
from planner.exact.variables import made_system
from planner.plan import CleanUp, Move
from planner.presolve.presolve import find_windows
from planner.problem.problem import CapacityStep, Department, Option, PlanningProblem, Pool, ReplicaOption, Team
from planner.search.laying import lay_out
from planner.search.layout import Layout
from planner.search.tables import (
    DEPARTMENT,
    EFFORT0,
    EFFORT1,
    FREE0,
    FREE1,
    HOLD_COLUMNS,
    POOL,
    PREPARATION,
    SYSTEM0,
    SYSTEM1,
)

WHOLE_PARTS = 10_000_000
"""Parts that the whole of a pool's resource, or of a team's offer, counts as."""
PARALLEL_PARTS = WHOLE_PARTS // 10
MOST_CHOICES = 60_000
"""(week, hold) choices up to which the elastic model is built: some seconds of building, 300 systems of 52 weeks."""

Key = tuple[str, str, int]
"""("pool", id, resource) · ("team", id, period) · ("department", id, -1)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What is bought, and the moves that it makes possible. `proven`: nothing cheaper lets these systems keep time."""

    bought: Mapping[Key, int]
    moves: Mapping[str, Move]
    parts: int
    proven: bool
    clean_ups: tuple[CleanUp, ...] = ()


def with_room(problem: PlanningProblem) -> PlanningProblem:
    """The problem with more of every pool, team and parallel limit than anybody could use: dates and relations alone."""
    return _opened(problem)


def beyond_purchase(problem: PlanningProblem) -> bool:
    """Whether dates, freezes and relations contradict each other whatever is bought."""
    return find_windows(_opened(problem)).contradiction


def cheapest_purchase(
    problem: PlanningProblem,
    time_limit_s: float,
    workers: int,
    known: Purchase | None = None,
    most_choices: int = MOST_CHOICES,
) -> Purchase | None:
    """The least that has to be bought for all hard rules of a problem to hold.

    Args:
        problem: the problem; its deadlines and targets are hard.
        time_limit_s: seconds for the model.
        workers: threads.
        known: a purchase that is enough; where nothing cheaper is found it comes back, proven or not.
        most_choices: a larger model is not built, `known` comes back.

    Returns:
        The purchase; `None` where no purchase helps, the model is too large, or nothing was found.
    """
    from ortools.sat.python import cp_model

    began_at = time.monotonic()  # building the model is part of the time
    opened = _opened(problem)
    windows = find_windows(opened)
    if windows.contradiction:
        return None
    layout = lay_out(opened, windows)
    if int(layout.arrays.hold_weeks.sum()) > most_choices:
        return known
    made = build_model(layout, range(len(layout.arrays.units)), nothing_fixed(layout))
    shop = _Shop(problem, made)
    shop.pools()
    shop.teams()
    shop.departments()
    made.model.minimize(sum(shop.price[key] * variable for key, variable in shop.bought.items()))
    if known is not None:
        add_hint(made, *layout.answer(tuple(known.moves.values()), known.clean_ups))
        for key, variable in shop.bought.items():
            made.model.add_hint(variable, known.bought.get(key, 0))
    solver = make_solver(workers=workers, seconds=time_limit_s - (time.monotonic() - began_at))
    status = solver.solve(made.model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return known
    if known is not None and known.parts <= solver.objective_value:
        return replace(known, proven=known.parts <= solver.best_objective_bound + 0.5)
    moves, clean_ups = layout.moves(*read_answer(made, solver))
    bought = {key: int(solver.value(variable)) for key, variable in shop.bought.items()}
    return Purchase(
        bought={key: amount for key, amount in sorted(bought.items()) if amount},
        moves={move.system: move for move in moves},
        parts=int(solver.objective_value),
        proven=status == cp_model.OPTIMAL,
        clean_ups=clean_ups,
    )


def with_purchase(problem: PlanningProblem, bought: Mapping[Key, int]) -> PlanningProblem:
    """The problem as it is after buying."""

    def pool(own: Pool) -> Pool:
        more = [bought.get(("pool", own.id, kind), 0) for kind in range(len(problem.resources))]
        steps = (replace(s, amount=tuple(a + m for a, m in zip(s.amount, more, strict=True))) for s in own.capacity)
        return replace(own, capacity=tuple(steps))

    def team(own: Team) -> Team:
        periods = (replace(p, amount=p.amount + bought.get(("team", own.id, n), 0)) for n, p in enumerate(own.periods))
        return replace(own, periods=tuple(periods))

    def department(own: Department) -> Department:
        return replace(own, max_parallel=own.max_parallel + bought.get(("department", own.id, -1), 0))

    return replace(
        problem,
        pools=tuple(map(pool, problem.pools)),
        teams=tuple(map(team, problem.teams)),
        departments=tuple(map(department, problem.departments)),
    )


def first_weeks(problem: PlanningProblem, purchase: Purchase) -> dict[Key, int]:
    """For every pool's resource that is bought the first week in which the moves need it."""
    book = Book(problem, purchase.moves, clean_ups=purchase.clean_ups)
    found: dict[Key, int] = {}
    for what, name, number in purchase.bought:
        if what == "pool":
            short = (book.left[name][number] < 0).nonzero()[0]
            found[what, name, number] = int(short[0]) if len(short) else 0
    return found


def amended(problem: PlanningProblem, purchase: Purchase) -> PlanningProblem:
    """The problem after buying exactly what is told: a pool's part is there from the week it is needed, not before."""
    begins = first_weeks(problem, purchase)
    rest = {key: amount for key, amount in purchase.bought.items() if key[0] != "pool"}

    def pool(own: Pool) -> Pool:
        more = [(kind, begins[key], purchase.bought[key]) for key in begins if key[1] == own.id for kind in (key[2],)]
        weeks = sorted({step.from_week for step in own.capacity} | {week for _, week, _ in more})
        steps = []
        for week in weeks:
            amount = list(own.amount_at(week))
            for kind, begin, extra in more:
                amount[kind] += extra if week >= begin else 0
            steps.append(CapacityStep(from_week=week, amount=tuple(amount)))
        return replace(own, capacity=tuple(steps))

    return replace(with_purchase(problem, rest), pools=tuple(map(pool, problem.pools)))


def limited_model(problem: PlanningProblem) -> tuple[Layout, ExactModel]:
    """The whole problem as one model whose capacity rows are running levels: small even where much is freed."""
    layout = lay_out(_opened(problem), find_windows(problem))
    made = build_model(layout, range(len(layout.arrays.units)), nothing_fixed(layout))
    shop = _Shop(problem, made, sells=False)
    shop.pools()
    shop.teams()
    shop.departments()
    return layout, made


def _opened(problem: PlanningProblem) -> PlanningProblem:
    """Pools, teams and parallel limits without an end; what offers nothing at all (no period, no parallel) stays so."""
    kinds = range(len(problem.resources))
    everything = dict.fromkeys(_keys(problem), 0)
    members = Counter(system.department for system in problem.systems)
    for system in problem.systems:
        holds: tuple[Option | ReplicaOption, ...] = (*system.options, *system.replica_options)
        for held in holds:
            for kind in kinds:
                everything["pool", held.pool, kind] += held.demand[kind]
    for team in problem.teams:
        used = sum(max((sum(o.effort.get(team.id, ())) for o in s.options), default=0) for s in problem.systems)
        for number in range(len(team.periods)):
            everything["team", team.id, number] = used + sum(sum(c.effort.get(team.id, ())) for c in problem.clean_ups)
    for department in problem.departments:
        everything["department", department.id, -1] = members[department.id] if department.max_parallel else 0
    return with_purchase(problem, everything)


def prices_of(problem: PlanningProblem) -> dict[Key, int]:
    """What one unit of each row costs, in parts: at least 1, so that nothing is bought for nothing."""
    found: dict[Key, int] = {}
    for pool in problem.pools:
        for kind, amount in enumerate(pool.amount_at(problem.weeks - 1)):
            found["pool", pool.id, kind] = max(1, WHOLE_PARTS // max(1, amount))
    for team in problem.teams:
        price = max(1, WHOLE_PARTS // max(1, sum(period.amount for period in team.periods)))
        found |= {("team", team.id, number): price for number in range(len(team.periods))}
    return found | {("department", department.id, -1): PARALLEL_PARTS for department in problem.departments}


def _keys(problem: PlanningProblem) -> list[Key]:
    pools = [("pool", pool.id, kind) for pool in problem.pools for kind in range(len(problem.resources))]
    teams = [("team", team.id, number) for team in problem.teams for number in range(len(team.periods))]
    return [*pools, *teams, *(("department", department.id, -1) for department in problem.departments)]


@dataclass(slots=True)
class _Shop:
    """The rows that may be overdrawn, with a variable for what is bought of each."""

    problem: PlanningProblem
    made: ExactModel
    sells: bool = True
    """False: nothing may be bought, the rows are plain limits."""
    bought: dict[Key, Any] = field(default_factory=dict)
    price: dict[Key, int] = field(init=False)

    def __post_init__(self) -> None:
        self.price = prices_of(self.problem)

    def _slack(self, key: Key, most: int) -> Any:
        if key not in self.bought:
            self.bought[key] = self.made.model.new_int_var(0, max(0, most) if self.sells else 0, "")
        return self.bought[key]

    def pools(self) -> None:
        """Rule 3 with slack: what is held at a week, as a running level, is at most the amount and what is bought."""
        changes: dict[tuple[int, int, int], list[tuple[Any, int]]] = {}
        arrays = self.made.arrays
        for (hold, week), taken in self.made.holds.items():
            start = week - int(arrays.systems[made_system(self.made, hold), PREPARATION]) + 1
            for kind in range(arrays.kinds):
                if amount := int(arrays.holds[hold, HOLD_COLUMNS + kind]):
                    changes.setdefault((int(arrays.holds[hold, POOL]), kind, start), []).append((taken, amount))
        self._freed(changes)
        for number, pool in enumerate(self.problem.pools):
            for kind in range(arrays.kinds):
                self._level(changes, number, pool, kind)

    def _freed(self, changes: dict[tuple[int, int, int], list[tuple[Any, int]]]) -> None:
        arrays = self.made.arrays
        for (unit, week), taken in self.made.at.items():
            for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
                for row in range(arrays.systems[system, FREE0], arrays.systems[system, FREE1]):
                    late = int(week + arrays.freed[row, 1])
                    for kind in range(arrays.kinds):
                        if (amount := int(arrays.freed[row, 2 + kind])) and late < arrays.horizon:
                            changes.setdefault((int(arrays.freed[row, 0]), kind, late), []).append((taken, -amount))

    def _level(
        self, changes: Mapping[tuple[int, int, int], list[tuple[Any, int]]], number: int, pool: Pool, kind: int
    ) -> None:
        weeks = self.problem.weeks
        most = sum(max(0, a) for w in range(weeks) for _, a in changes.get((number, kind, w), ()))
        least = min(pool.amount_at(week)[kind] for week in range(weeks))
        if most <= least:
            return
        slack = self._slack(("pool", pool.id, kind), most - least)
        level: Any = 0
        for week in range(weeks):
            if here := changes.get((number, kind, week)):
                following = self.made.model.new_int_var(-most, most, "")
                self.made.model.add(following == level + sum(amount * taken for taken, amount in here))
                level = following
            amount = pool.amount_at(week)[kind]
            if not isinstance(level, int):
                last = week == weeks - 1 or (number, kind, week + 1) in changes
                if last or pool.amount_at(week + 1)[kind] != amount:
                    self.made.model.add(level - slack <= amount)

    def teams(self) -> None:
        """Rule 4 with slack, period by period."""
        arrays = self.made.arrays
        used: dict[tuple[int, int], list[tuple[Any, int]]] = {}
        for (hold, week), taken in self.made.holds.items():
            start = week - int(arrays.systems[made_system(self.made, hold), PREPARATION]) + 1
            for effort in range(arrays.holds[hold, EFFORT0], arrays.holds[hold, EFFORT1]):
                row, place, amount = (int(n) for n in arrays.efforts[effort][:3])
                if amount:
                    used.setdefault((row, start + place), []).append((taken, amount))
        for number, team in enumerate(self.problem.teams):
            for place, period in enumerate(team.periods):
                terms = [t for w in range(period.from_week, period.to_week + 1) for t in used.get((number, w), ())]
                most = sum(amount for _, amount in terms)
                if most > period.amount:
                    slack = self._slack(("team", team.id, place), most - period.amount)
                    self.made.model.add(sum(a * taken for taken, a in terms) - slack <= period.amount)

    def departments(self) -> None:
        """Rule 5 with slack: more in parallel, in all weeks alike."""
        arrays = self.made.arrays
        active: dict[tuple[int, int], list[Any]] = {}
        for (unit, week), taken in self.made.at.items():
            for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
                department = int(arrays.systems[system, DEPARTMENT])
                for busy in range(week - int(arrays.systems[system, PREPARATION]) + 1, week + 1):
                    if department >= 0:
                        active.setdefault((department, busy), []).append(taken)
        crowd: dict[int, int] = {}
        for (number, _), taken in active.items():
            crowd[number] = max(crowd.get(number, 0), len(taken))
        for (number, _), taken in active.items():
            department_of = self.problem.departments[number]
            if department_of.max_parallel and len(taken) > department_of.max_parallel:
                slack = self._slack(("department", department_of.id, -1), crowd[number] - department_of.max_parallel)
                self.made.model.add(sum(taken) - slack <= department_of.max_parallel)
