"""PlanningProblem: the file of docs/reference/planning-problem.md as values; integers and ids, nothing else.

Reading a file strictly, with every mistake listed at its place, is problem/file.py; this module only says what a
problem is and how it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalogs.weeks import Week

SCHEMA = "govcloud/planning-problem/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityStep:
    """What a pool offers this plan from a week on, in the order of the problem's resources."""

    from_week: int
    amount: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A part of the target cloud at one site; its first step starts at week 0, steps are in the order of weeks."""

    id: str
    site: str
    capacity: tuple[CapacityStep, ...]

    def amount_at(self, week: int) -> tuple[int, ...]:
        """The amount in force in a week of the horizon."""
        return max((step for step in self.capacity if step.from_week <= week), key=lambda step: step.from_week).amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Weeks `from_week` … `to_week`, both included, in which a team offers `amount` in all."""

    from_week: int
    to_week: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Anything used up week by week: person-days, a link's gigabytes, laboratory slots, money."""

    id: str
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """At most `max_parallel` of its systems are active in one week; none in a blocked week."""

    id: str
    max_parallel: int
    blocked_weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One pool that a system may move to; `effort` has one number per active week for each team named."""

    pool: str
    demand: tuple[int, ...]
    cost: int
    effort: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaOption:
    """One pool that the disaster-recovery copy may take, at another site than the main pool."""

    pool: str
    demand: tuple[int, ...]
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """Capacity that a move gives back `weeks_after` its cut-over week."""

    pool: str
    amount: tuple[int, ...]
    weeks_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What people fixed. `None` for week and pool: left open; the replica is fixed only if `holds_replica`."""

    week: int | None = None
    pool: str | None = None
    replica_pool: str | None = None
    holds_replica: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSystem:
    """A system to be moved, with the weeks and the pools it may take."""

    id: str
    department: str
    weight: int
    preparation_weeks: int
    release_week: int
    due_week: int | None
    deadline_week: int | None
    blocked_weeks: tuple[int, ...]
    options: tuple[Option, ...]
    replica_options: tuple[ReplicaOption, ...] = ()
    frees: tuple[Freed, ...] = ()
    pin: Pin | None = None

    def option(self, pool: str) -> Option | None:
        """The option for a pool, if the system has one."""
        return next((option for option in self.options if option.pool == pool), None)

    def replica_option(self, pool: str | None) -> ReplicaOption | None:
        """The replica's option for a pool, if the system has one."""
        return next((option for option in self.replica_options if option.pool == pool), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanUpOffer:
    """A clean-up that may be done once: it uses effort, and frees capacity from the week after its last effort week."""

    id: str
    pool: str
    amount: tuple[int, ...]
    release_week: int
    effort: Mapping[str, tuple[int, ...]]

    @property
    def length_weeks(self) -> int:
        """Weeks from its first to its last effort week; 1 if it needs no effort."""
        return max((len(used) for used in self.effort.values()), default=1) or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """`then` moves only if `first` moves, and at least `lag_weeks` later."""

    first: str
    then: str
    lag_weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """All of these move or none, and the latest at most `weeks` after the earliest."""

    systems: tuple[str, ...]
    weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SameSite:
    """Two systems that cost `penalty` if both are moved, to main pools at different sites."""

    systems: tuple[str, str]
    penalty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Of the systems named (`None`: all) at least `at_least` have a cut-over week ≤ `by_week`."""

    by_week: int
    systems: tuple[str, ...] | None
    at_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Wanted, not demanded: at least so many systems moved by this week; the shortfall costs.

    `systems` counts only those; no file says so, the softened targets of explain/soft.py do.
    """

    week: int
    at_least: int
    systems: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What the four parts of the value weigh."""

    lateness: int
    progress: int
    placement: int
    curve: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousMove:
    """Where an earlier plan put a system."""

    system: str
    week: int
    pool: str
    replica_pool: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """The plan that this one follows, and what each system moved away from it costs."""

    moves: tuple[PreviousMove, ...]
    moved_penalty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningProblem:
    """One planning problem. Weeks count from 0 (= `first_week`) to `weeks` − 1."""

    name: str
    first_week: Week
    weeks: int
    unscheduled_week: int
    resources: tuple[str, ...]
    pools: tuple[Pool, ...]
    teams: tuple[Team, ...]
    departments: tuple[Department, ...]
    systems: tuple[PlannedSystem, ...]
    weights: Weights
    clean_ups: tuple[CleanUpOffer, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    before: tuple[Before, ...] = ()
    within: tuple[Within, ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    same_site: tuple[SameSite, ...] = ()
    targets: tuple[Target, ...] = ()
    curve: tuple[CurvePoint, ...] = ()
    previous: Previous | None = None
    by_id: Mapping[str, PlannedSystem] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {system.id: system for system in self.systems})

    def week(self, number: int) -> str:
        """A week as people write it, `2026-W14`; one that no calendar reaches as the first one and how many later."""
        try:
            return str(self.first_week + number)
        except (OverflowError, ValueError):
            return f"{self.first_week}{number:+d}"

    def as_json(self) -> dict[str, Any]:
        """The JSON form of the contract, keys in its order."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "first_week": str(self.first_week),
            "weeks": self.weeks,
            "unscheduled_week": self.unscheduled_week,
            "resources": list(self.resources),
            "pools": [_pool_json(pool) for pool in self.pools],
            "teams": [_team_json(team) for team in self.teams],
            "departments": [_department_json(department) for department in self.departments],
            "systems": [_system_json(system) for system in self.systems],
            "clean_ups": [_clean_up_json(offer) for offer in self.clean_ups],
            **_relations_json(self),
            **_wishes_json(self),
        }


def _effort_json(effort: Mapping[str, tuple[int, ...]]) -> dict[str, list[int]]:
    return {team: list(used) for team, used in effort.items()}


def _team_json(team: Team) -> dict[str, Any]:
    periods = [{"from_week": p.from_week, "to_week": p.to_week, "amount": p.amount} for p in team.periods]
    return {"id": team.id, "periods": periods}


def _department_json(department: Department) -> dict[str, Any]:
    return {
        "id": department.id,
        "max_parallel": department.max_parallel,
        "blocked_weeks": list(department.blocked_weeks),
    }


def _clean_up_json(offer: CleanUpOffer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "pool": offer.pool,
        "amount": list(offer.amount),
        "release_week": offer.release_week,
        "effort": _effort_json(offer.effort),
    }


def _relations_json(problem: PlanningProblem) -> dict[str, Any]:
    return {
        "together": [list(group) for group in problem.together],
        "before": [{"first": b.first, "then": b.then, "lag_weeks": b.lag_weeks} for b in problem.before],
        "within": [{"systems": list(w.systems), "weeks": w.weeks} for w in problem.within],
        "apart": [list(group) for group in problem.apart],
        "same_site": [{"systems": list(s.systems), "penalty": s.penalty} for s in problem.same_site],
    }


def _wishes_json(problem: PlanningProblem) -> dict[str, Any]:
    """Targets, curve, weights, and the plan before where there is one."""
    weights = problem.weights
    raw: dict[str, Any] = {
        "targets": [
            {"by_week": t.by_week, "systems": None if t.systems is None else list(t.systems), "at_least": t.at_least}
            for t in problem.targets
        ],
        "curve": [{"week": point.week, "at_least": point.at_least} for point in problem.curve],
        "weights": {
            "lateness": weights.lateness,
            "progress": weights.progress,
            "placement": weights.placement,
            "curve": weights.curve,
        },
    }
    if problem.previous is not None:
        moves = [
            {"system": m.system, "week": m.week, "pool": m.pool, "replica_pool": m.replica_pool}
            for m in problem.previous.moves
        ]
        raw["previous"] = {"moves": moves, "moved_penalty": problem.previous.moved_penalty}
    return raw


def _pool_json(pool: Pool) -> dict[str, Any]:
    steps = [{"from_week": step.from_week, "amount": list(step.amount)} for step in pool.capacity]
    return {"id": pool.id, "site": pool.site, "capacity": steps}


def _system_json(system: PlannedSystem) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "id": system.id,
        "department": system.department,
        "weight": system.weight,
        "preparation_weeks": system.preparation_weeks,
        "release_week": system.release_week,
        "due_week": system.due_week,
        "deadline_week": system.deadline_week,
        "blocked_weeks": list(system.blocked_weeks),
        "options": [
            {"pool": o.pool, "demand": list(o.demand), "cost": o.cost, "effort": _effort_json(o.effort)}
            for o in system.options
        ],
        "replica_options": [{"pool": r.pool, "demand": list(r.demand), "cost": r.cost} for r in system.replica_options],
    }
    if system.frees:
        raw["frees"] = [{"pool": f.pool, "amount": list(f.amount), "weeks_after": f.weeks_after} for f in system.frees]
    if system.pin is not None:
        raw["pin"] = pin_json(system.pin)
    return raw


def pin_json(pin: Pin) -> dict[str, Any]:
    """A pin with only the keys it holds."""
    raw: dict[str, Any] = {}
    if pin.week is not None:
        raw["week"] = pin.week
    if pin.pool is not None:
        raw["pool"] = pin.pool
    if pin.holds_replica:
        raw["replica_pool"] = pin.replica_pool
    return raw
