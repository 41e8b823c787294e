"""A plan as people look at it: waves, systems by name, pools, teams and targets. Terminal, page and sheets show only this.

Nothing is decided here: weeks, pools and values are those of the plan; names come from what is known beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalogs.weeks import Week
from catalogs.words import Text
from planner.build.known import Known, SystemKnown, named, shown_name
from planner.check.check import active_weeks, value_of
from planner.explain.balance import Scarce, shortages_of_all
from planner.explain.unscheduled import Unscheduled, why_unscheduled
from planner.plan import Move, Plan
from planner.presolve.presolve import find_windows
from planner.problem.problem import PlannedSystem, PlanningProblem
from planner.view.load import PoolLoad, TeamLoad, pool_loads, rounded, team_loads
from planner.view.relations import Relations

SCHEMA = "govcloud/plan-view/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One system of the plan. `week`, `wave`, `begins` are `None` where it is not scheduled; weeks count from 0.

    `order` is its place among the systems of its wave that must follow each other (1 first), `after` whom it follows.
    """

    system: str
    name: str
    department: str
    department_name: str
    wave: int | None = None
    week: int | None = None
    begins: int | None = None
    pool: str | None = None
    replica_pool: str | None = None
    late_weeks: int = 0
    due_week: int | None = None
    deadline_week: int | None = None
    size_class: str | None = None
    mlps_level: int | None = None
    trial_run_weeks: int | None = None
    retention_weeks: int | None = None
    cutover_hours: int | None = None
    demand: tuple[int, ...] = ()
    replica_demand: tuple[int, ...] = ()
    servers: tuple[tuple[str, int], ...] = ()
    contacts: tuple[str, ...] = ()
    order: int = 1
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    within: tuple[tuple[int, tuple[str, ...]], ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """All moves with one cut-over week; waves are numbered from 1 in the order of their weeks."""

    number: int
    week: int
    systems: int
    departments: int
    so_far: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetView:
    """A target that must hold: `planned` systems of those it counts are moved by the week, `at_least` are demanded."""

    by_week: int
    counted: int
    at_least: int
    planned: int
    text: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePointView:
    """A point of the wanted progress: `planned` systems are moved by the week, `at_least` are wanted."""

    week: int
    at_least: int
    planned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the plan's value: amount × weight = value."""

    id: str
    amount: int
    weight: int

    @property
    def value(self) -> int:
        """What it adds to the plan's value."""
        return self.amount * self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan with everything that is shown of it.

    `reasons` say of each system without a week why; `scarce` is what all systems together lack, proven.
    """

    problem: PlanningProblem
    plan: Plan
    known: Known
    rows: tuple[Row, ...]
    waves: tuple[Wave, ...]
    targets: tuple[TargetView, ...]
    curve: tuple[CurvePointView, ...]
    parts: tuple[Part, ...]
    pools: tuple[PoolLoad, ...]
    teams: tuple[TeamLoad, ...]
    reasons: Mapping[str, Unscheduled]
    scarce: tuple[Scarce, ...]

    @property
    def optimal(self) -> bool:
        """Proven: no plan has a smaller value."""
        return self.plan.value == self.plan.bound

    @property
    def unscheduled(self) -> tuple[Row, ...]:
        """Systems of the problem that the plan does not move."""
        return tuple(row for row in self.rows if row.week is None)

    def week(self, number: int | None) -> str | None:
        """A week as people write it."""
        return None if number is None else self.problem.week(number)

    def cut_over_on(self, week: int) -> str:
        """The day of cut-over in a week, or its Monday where the day is not known."""
        return self.at(week).day(self.known.cutover_weekday or 1).isoformat()

    def at(self, week: int) -> Week:
        """A week of the calendar."""
        return self.problem.first_week + week

    def pool_name(self, pool: str | None) -> str | None:
        """The pool's name in the catalogue, else its id."""
        return None if pool is None else self.known.pools.get(pool, pool)

    def name_of(self, system: str) -> str:
        """The system's name, else its id."""
        return shown_name(self.known, system)

    def with_names(self, text: Text) -> Text:
        """A sentence of the planner with names in place of ids."""
        return named(self.known, text)

    def as_json(self) -> dict[str, Any]:
        """The form of docs/reference/plan-view.schema.json."""
        from planner.view.json_form import view_json

        return view_json(self)


def plan_view(problem: PlanningProblem, plan: Plan, known: Known | None = None) -> PlanView:
    """The plan as it is shown.

    Args:
        problem: the problem that the plan is for.
        plan: a checked plan; systems and pools that the problem does not have are an error of the caller.
        known: names and figures beside it; without it ids stand for names.
    """
    known = known or Known()
    moves = {move.system: move for move in plan.moves}
    waves = _waves(problem, plan)
    numbers = {wave.week: wave.number for wave in waves}
    relations = Relations(problem)
    orders = relations.orders(moves)
    rows = [
        _row(problem, known, system, moves.get(system.id), numbers, relations, orders) for system in problem.systems
    ]
    reasons, scarce = _without_week(problem, plan)
    return PlanView(
        problem=problem,
        plan=plan,
        known=known,
        rows=tuple(sorted(rows, key=lambda row: (row.week is None, row.week or 0, row.order, row.system))),
        waves=waves,
        targets=tuple(_target(problem, known, place, moves) for place in range(len(problem.targets))),
        curve=tuple(
            CurvePointView(week=p.week, at_least=p.at_least, planned=_moved_by(moves.values(), p.week))
            for p in sorted(problem.curve, key=lambda point: point.week)
        ),
        parts=_parts(problem, moves),
        pools=pool_loads(problem, plan),
        teams=team_loads(problem, plan),
        reasons=reasons,
        scarce=scarce,
    )


def _without_week(problem: PlanningProblem, plan: Plan) -> tuple[Mapping[str, Unscheduled], tuple[Scarce, ...]]:
    """Why each system without a week has none, and what all systems together lack; nothing where all have one."""
    if len(plan.moves) == len(problem.systems):
        return {}, ()
    windows = find_windows(problem)
    reasons = {one.system: one for one in why_unscheduled(problem, plan, windows)}
    return reasons, shortages_of_all(problem, windows)


def _moved_by(moves: Any, week: int) -> int:
    return sum(1 for move in moves if move.week <= week)


def _waves(problem: PlanningProblem, plan: Plan) -> tuple[Wave, ...]:
    counts = Counter(move.week for move in plan.moves)
    departments: dict[int, set[str]] = {}
    for move in plan.moves:
        departments.setdefault(move.week, set()).add(problem.by_id[move.system].department)
    waves, total = [], 0
    for number, week in enumerate(sorted(counts), start=1):
        total += counts[week]
        waves.append(
            Wave(number=number, week=week, systems=counts[week], departments=len(departments[week]), so_far=total)
        )
    return tuple(waves)


def _target(problem: PlanningProblem, known: Known, place: int, moves: Mapping[str, Move]) -> TargetView:
    target = problem.targets[place]
    names = problem.by_id if target.systems is None else target.systems
    planned = _moved_by((moves[name] for name in names if name in moves), target.by_week)
    return TargetView(
        by_week=target.by_week, counted=len(names), at_least=target.at_least, planned=planned, text=known.targets.get(place)
    )  # fmt: skip


def _parts(problem: PlanningProblem, moves: Mapping[str, Move]) -> tuple[Part, ...]:
    """The value taken apart; the parts add up to it. The curve's shortfall is shown beside progress, not inside."""
    value = value_of(problem, moves)
    weights = problem.weights
    weeks = sum(s.weight * (moves[s.id].week if s.id in moves else problem.unscheduled_week) for s in problem.systems)
    return (
        Part(id="lateness", amount=value.lateness, weight=weights.lateness),
        Part(id="early", amount=weeks, weight=weights.progress),
        Part(id="curve", amount=value.progress - weeks, weight=weights.progress),
        Part(id="placement", amount=value.placement, weight=weights.placement),
    )


def _row(
    problem: PlanningProblem, known: Known, system: PlannedSystem, move: Move | None, waves: Mapping[int, int],
    relations: Relations, orders: Mapping[str, int],
) -> Row:  # fmt: skip
    beside = known.systems.get(system.id)
    about = _whatever_the_week(known, system, beside, relations)
    if move is None:
        return Row(**about, late_weeks=_late(problem, system, problem.unscheduled_week))
    size = beside.size_class.get(move.pool) if beside else None
    figures = known.sizes.get(size) if size else None
    option, replica = system.option(move.pool), system.replica_option(move.replica_pool)
    return Row(
        **about,
        wave=waves[move.week],
        week=move.week,
        begins=active_weeks(system, move.week)[0],
        pool=move.pool,
        replica_pool=move.replica_pool,
        late_weeks=_late(problem, system, move.week),
        size_class=size,
        trial_run_weeks=figures.trial_run_weeks if figures else None,
        retention_weeks=known.retention_weeks if figures else None,
        cutover_hours=figures.cutover_hours if figures else None,
        demand=option.demand if option else (),
        replica_demand=replica.demand if replica else (),
        servers=beside.servers.get(move.pool, ()) if beside else (),
        order=orders[system.id],
    )


def _whatever_the_week(
    known: Known, system: PlannedSystem, beside: SystemKnown | None, relations: Relations
) -> dict[str, Any]:
    """The fields of a row that do not depend on its move."""
    return {
        "system": system.id,
        "name": shown_name(known, system.id),
        "department": system.department,
        "department_name": (beside.department if beside and beside.department else None)
        or known.departments.get(system.department, system.department),
        "due_week": system.due_week,
        "deadline_week": system.deadline_week,
        "mlps_level": beside.mlps_level if beside else None,
        "contacts": beside.contacts if beside else (),
        "after": tuple(sorted(relations.after.get(system.id, ()))),
        "before": tuple(sorted(relations.before.get(system.id, ()))),
        "together": tuple(sorted(relations.together.get(system.id, ()))),
        "within": tuple(relations.within.get(system.id, ())),
        "pinned": system.pin is not None,
    }


def _late(problem: PlanningProblem, system: PlannedSystem, week: int) -> int:
    return max(0, week - (problem.weeks if system.due_week is None else system.due_week))


def chosen(
    view: PlanView, *, week: int | None = None, department: str | None = None, system: str | None = None
) -> Sequence[Row]:
    """Rows of one week, department (id or name) or system (id or name); all of them where nothing is asked."""
    return [
        row
        for row in view.rows
        if (week is None or row.week == week)
        and (department is None or department in (row.department, row.department_name))
        and (system is None or system in (row.system, row.name))
    ]


def peak(load: PoolLoad) -> float | None:
    """The largest share of a pool's resource that the plan holds, 0 and more."""
    return rounded(load.share(load.peak_week))
