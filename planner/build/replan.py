"""Pins, holds, and the plan before: what people fixed, what has begun, what stays frozen.

Re-planning keeps the horizon of the plan before: what has begun or is frozen is pinned, past amounts are raised to
what was really used where reality broke a limit, everything else may begin in the current week at the earliest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalogs.weeks import Week
from catalogs.words import Text
from inventory.storage.decisions import Decision, in_force
from planner.build.built import Note
from planner.build.dates import Horizon
from planner.plan import Plan
from planner.problem.problem import (
    CapacityStep,
    Department,
    Pin,
    PlannedSystem,
    PlanningProblem,
    Pool,
    Previous,
    PreviousMove,
    Team,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The plan before, and the problem it solves."""

    problem: PlanningProblem
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What is fixed of one system, and by whom."""

    pin: Pin | None
    release_week: int
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """Pins and holds in force, by system."""

    pins: Mapping[str, Decision]
    holds: Mapping[str, Decision]

    @staticmethod
    def of(decisions: Sequence[Decision]) -> Ruled:
        """Those of all decisions."""
        return Ruled(pins=in_force(decisions, "pin"), holds=in_force(decisions, "hold"))


def frozen_moves(
    earlier: Earlier | None, ruled: Ruled, current_week: int, frozen_weeks: int, as_of_on: date
) -> dict[str, Pin]:
    """Moves of the plan before that have begun, or whose cut-over lies within the frozen weeks.

    A hold or a new pin of a planner brings a system back into planning.
    """
    if earlier is None:
        return {}
    open_again = {subject for subject, hold in ruled.holds.items() if not is_over(hold, as_of_on)} | set(ruled.pins)
    found: dict[str, Pin] = {}
    for move in earlier.plan.moves:
        system = earlier.problem.by_id.get(move.system)
        if system is None or move.system.split("/")[0] in open_again:
            continue
        begins = move.week - system.preparation_weeks + 1
        if begins < current_week or move.week < current_week + frozen_weeks:
            pin = Pin(week=move.week, pool=move.pool, replica_pool=move.replica_pool, holds_replica=True)
            found[move.system] = pin
    return found


def find_fixed(system_id: str, ruled: Ruled, horizon: Horizon, release_week: int, as_of_on: date) -> Fixed:
    """Pin and release of one system that is not frozen, as people decided."""
    notes: list[Note] = []
    hold = ruled.holds.get(system_id)
    if hold is not None and not is_over(hold, as_of_on):
        until = _day(hold.value, "until")
        release_week = horizon.weeks if until is None else max(release_week, horizon.first_from(until))
        notes.append(_hold_note(system_id, hold, until))
    decision = ruled.pins.get(system_id)
    pin = None if decision is None else pin_of(decision.value, horizon)
    if decision is not None and pin is None:
        notes.append(_unreadable(system_id, decision))
    return Fixed(pin=pin, release_week=release_week, notes=tuple(notes))


def is_over(hold: Decision, as_of_on: date) -> bool:
    """Whether a hold has ended; one without a date has not."""
    until = _day(hold.value, "until")
    return until is not None and until < as_of_on


def pin_of(value: object, horizon: Horizon) -> Pin | None:
    """A pin from a decision: `{"week": "2026-W20", "pool": …, "replica_pool": …}`, or only the week as text."""
    given = {"week": value} if isinstance(value, str) else value
    if not isinstance(given, Mapping) or not set(given) <= {"week", "pool", "replica_pool"} or not given:
        return None
    week = given.get("week")
    try:
        number = None if week is None else Week.parse(str(week)) - horizon.first_week
    except ValueError:
        return None
    replica = given.get("replica_pool")
    return Pin(
        week=number,
        pool=None if given.get("pool") is None else str(given["pool"]),
        replica_pool=None if replica is None else str(replica),
        holds_replica="replica_pool" in given,
    )


def _day(value: object, key: str) -> date | None:
    found = value.get(key) if isinstance(value, Mapping) else value
    try:
        return date.fromisoformat(str(found))
    except ValueError:
        return None


def _hold_note(system_id: str, hold: Decision, until: date | None) -> Note:
    ends = Text("未写明到期日", "no end is given") if until is None else Text(f"至 {until}", f"until {until}")
    text = Text(
        f"暂停（{ends.zh}）：{hold.reason}（决定 {hold.id}）", f"held ({ends.en}): {hold.reason} (decision {hold.id})"
    )
    return Note(code="hold", subject=system_id, text=text)


def _unreadable(system_id: str, decision: Decision) -> Note:
    text = Text(
        f'固定周或资源池的决定 {decision.id} 看不懂，未采用；应为 {{"week": "2026-W20", "pool": "…"}}',
        f'the pin of decision {decision.id} cannot be read and is not used; expected {{"week": "2026-W20", "pool": "…"}}',
    )
    return Note(code="pin-unreadable", subject=system_id, text=text)


def previous_of(earlier: Earlier | None, planned: Collection[str], penalty: int) -> Previous | None:
    """The plan before, as the problem refers to it; moves of systems that are no longer planned are left out."""
    if earlier is None:
        return None
    moves = tuple(
        PreviousMove(system=move.system, week=move.week, pool=move.pool, replica_pool=move.replica_pool)
        for move in sorted(earlier.plan.moves, key=lambda move: move.system)
        if move.system in planned
    )
    return Previous(moves=moves, moved_penalty=penalty)


def checked_pin(system: PlannedSystem, notes: list[Note]) -> PlannedSystem:
    """The system with its pin, or without it where the pin names a pool that it cannot take (with a note)."""
    pin = system.pin
    if pin is None:
        return system
    wrong_pool = pin.pool is not None and system.option(pin.pool) is None
    wrong_replica = (
        pin.holds_replica and pin.replica_pool is not None and system.replica_option(pin.replica_pool) is None
    )
    missing_replica = pin.holds_replica and pin.replica_pool is None and bool(system.replica_options)
    if not (wrong_pool or wrong_replica or missing_replica):
        return system
    text = Text(
        f"固定的资源池 {pin.pool or '-'} / {pin.replica_pool or '-'} 不在该系统的可选范围，只保留固定的周",
        f"the pinned pool {pin.pool or '-'} / {pin.replica_pool or '-'} is not one it may take; only the week stays pinned",
    )
    notes.append(Note(code="pin-pool", subject=system.id, text=text))
    return replace(system, pin=None if pin.week is None else Pin(week=pin.week))


def raised_for_the_past(problem: PlanningProblem, current_week: int) -> tuple[PlanningProblem, tuple[Note, ...]]:
    """Limits raised to what pinned moves of past weeks really use, where today's catalogue allows less.

    What was done cannot be undone by a smaller limit: amounts of teams in past periods, of pools in every week, and
    the parallel limits of departments.
    """
    notes: list[Note] = []
    begun = [system for system in problem.systems if _begins(system) is not None and _begins(system) < current_week]  # type: ignore[operator]
    teams = tuple(_raised_team(team, begun, notes) for team in problem.teams)
    pools = tuple(_raised_pool(pool, begun, problem.weeks, notes) for pool in problem.pools)
    departments = tuple(_raised_department(one, begun, notes) for one in problem.departments)
    return replace(problem, teams=teams, pools=pools, departments=departments), tuple(notes)


def _begins(system: PlannedSystem) -> int | None:
    """The first active week of a system that is pinned to a week and a pool."""
    if system.pin is None or system.pin.week is None or system.pin.pool is None:
        return None
    return system.pin.week - system.preparation_weeks + 1


def _note(subject: str, zh: str, en: str) -> Note:
    return Note(code="past-raised", subject=subject, text=Text(zh, en))


def _raised_team(team: Team, begun: Sequence[PlannedSystem], notes: list[Note]) -> Team:
    used: dict[int, int] = {}
    for system in begun:
        option = system.option(system.pin.pool or "") if system.pin else None
        for place, amount in enumerate(option.effort.get(team.id, ()) if option else ()):
            week = (_begins(system) or 0) + place
            used[week] = used.get(week, 0) + amount
    periods = []
    for period in team.periods:
        in_all = sum(used.get(week, 0) for week in range(period.from_week, period.to_week + 1))
        if in_all > period.amount:
            span = f"{period.from_week}–{period.to_week}"
            notes.append(_note(team.id, f"第 {span} 周已用或已定 {in_all}，超过 {period.amount}，按实际计",
                               f"weeks {span}: {in_all} is used or fixed, more than {period.amount}; counted as it is"))  # fmt: skip
        periods.append(replace(period, amount=max(period.amount, in_all)))
    return replace(team, periods=tuple(periods))


def _raised_pool(pool: Pool, begun: Sequence[PlannedSystem], weeks: int, notes: list[Note]) -> Pool:
    steps: list[CapacityStep] = []
    raised = False
    for week in range(weeks):
        amount = pool.amount_at(week)
        held = _held(pool.id, begun, week, len(amount))
        raised = raised or any(taken > offered for taken, offered in zip(held, amount, strict=True))
        really = tuple(max(taken, offered) for taken, offered in zip(held, amount, strict=True))
        if not steps or steps[-1].amount != really:
            steps.append(CapacityStep(from_week=week, amount=really))
    if raised:
        notes.append(_note(pool.id, f"资源池 {pool.id} 已迁入的超过现在的容量，按实际计",
                           f"pool {pool.id} holds more than its limit today; counted as it is"))  # fmt: skip
    return replace(pool, capacity=tuple(steps))


def _held(pool_id: str, begun: Sequence[PlannedSystem], week: int, length: int) -> tuple[int, ...]:
    held = [0] * length
    for system in begun:
        if system.pin is None or (_begins(system) or 0) > week:
            continue
        main, copy = system.option(system.pin.pool or ""), system.replica_option(system.pin.replica_pool)
        for taken in (
            main.demand if main and main.pool == pool_id else (),
            copy.demand if copy and copy.pool == pool_id else (),
        ):
            held = [sum(pair) for pair in zip(held, taken, strict=True)] if taken else held
    return tuple(held)


def _raised_department(department: Department, begun: Sequence[PlannedSystem], notes: list[Note]) -> Department:
    active: dict[int, int] = {}
    for system in begun:
        if system.department == department.id and system.pin is not None and system.pin.week is not None:
            for week in range(_begins(system) or 0, system.pin.week + 1):
                active[week] = active.get(week, 0) + 1
    most = max(active.values(), default=0)
    if most > department.max_parallel:
        notes.append(_note(department.id, f"单位 {department.id} 同周已有 {most} 个系统在迁，上限按 {most} 计",
                           f"{most} systems of {department.id} are under way in one week: its limit counts as {most}"))  # fmt: skip
    return replace(department, max_parallel=max(department.max_parallel, most))
