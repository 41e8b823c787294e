"""Pins, holds, and the plan before: what people fixed, what has begun, what stays frozen.

Re-planning keeps the horizon of the plan before: what has begun or is frozen is pinned, past amounts are raised to
what was really used where reality broke a limit, everything else may begin in the current week at the earliest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalogs.weeks import Week
from catalogs.words import Text
from inventory.decisions import Decision, in_force
from planner.build_time import Horizon
from planner.built import Note
from planner.plan import Plan
from planner.problem import Pin, PlannedSystem, PlanningProblem, Pool, Previous, PreviousMove, Team


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


def frozen_moves(earlier: Earlier | None, current_week: int, frozen_weeks: int) -> dict[str, Pin]:
    """Moves of the plan before that have begun, or whose cut-over lies within the frozen weeks."""
    if earlier is None:
        return {}
    found: dict[str, Pin] = {}
    for move in earlier.plan.moves:
        system = earlier.problem.by_id.get(move.system)
        if system is None:
            continue
        begins = move.week - system.preparation_weeks + 1
        if begins < current_week or move.week < current_week + frozen_weeks:
            pin = Pin(week=move.week, pool=move.pool, replica_pool=move.replica_pool, holds_replica=True)
            found[move.system] = pin
    return found


def find_fixed(
    system_id: str,
    decisions: Sequence[Decision],
    horizon: Horizon,
    frozen: Mapping[str, Pin],
    release_week: int,
    as_of_on: date,
) -> Fixed:
    """Pin and release of one system; a planner's pin or hold comes before what the plan before froze."""
    notes: list[Note] = []
    pin = frozen.get(system_id)
    hold = in_force(decisions, "hold").get(system_id)
    if hold is not None:
        until = _day(hold.value, "until")
        if until is None or until >= as_of_on:
            pin = None
            release_week = horizon.weeks if until is None else max(release_week, horizon.first_from(until))
            notes.append(_held(system_id, hold, until))
    ruled = in_force(decisions, "pin").get(system_id)
    if ruled is not None:
        found = pin_of(ruled.value, horizon)
        if found is None:
            notes.append(_unreadable(system_id, ruled))
        else:
            pin = found
    return Fixed(pin=pin, release_week=release_week, notes=tuple(notes))


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


def _held(system_id: str, hold: Decision, until: date | None) -> Note:
    ends = Text("未写明到期日", "no end is given") if until is None else Text(f"至 {until}", f"until {until}")
    text = Text(
        f"暂停({ends.zh}):{hold.reason}(决定 {hold.id})", f"held ({ends.en}): {hold.reason} (decision {hold.id})"
    )
    return Note(code="hold", subject=system_id, text=text)


def _unreadable(system_id: str, decision: Decision) -> Note:
    text = Text(
        f'固定周或资源池的决定 {decision.id} 看不懂,未采用;应为 {{"week": "2026-W20", "pool": "…"}}',
        f'the pin of decision {decision.id} cannot be read and is not used; expected {{"week": "2026-W20", "pool": "…"}}',
    )
    return Note(code="pin-unreadable", subject=system_id, text=text)


def previous_of(earlier: Earlier | None, penalty: int) -> Previous | None:
    """The plan before, as the problem refers to it."""
    if earlier is None:
        return None
    moves = tuple(
        PreviousMove(system=move.system, week=move.week, pool=move.pool, replica_pool=move.replica_pool)
        for move in sorted(earlier.plan.moves, key=lambda move: move.system)
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
        f"固定的资源池 {pin.pool or '-'} / {pin.replica_pool or '-'} 不在该系统的可选范围,只保留固定的周",
        f"the pinned pool {pin.pool or '-'} / {pin.replica_pool or '-'} is not one it may take; only the week stays pinned",
    )
    notes.append(Note(code="pin-pool", subject=system.id, text=text))
    return replace(system, pin=None if pin.week is None else Pin(week=pin.week))


def raised_for_the_past(
    problem: PlanningProblem, current_week: int
) -> tuple[tuple[Pool, ...], tuple[Team, ...], tuple[Note, ...]]:
    """Amounts raised where pinned moves of past weeks use more than the limits of today's catalogue allow."""
    pinned = [
        s for s in problem.systems if s.pin and s.pin.week is not None and s.pin.week < current_week and s.pin.pool
    ]
    used: dict[tuple[str, int], int] = {}
    for system in pinned:
        pin = system.pin
        option = system.option(pin.pool or "") if pin else None
        if pin is None or pin.week is None or option is None:
            continue
        for team, effort in option.effort.items():
            for place, amount in enumerate(effort):
                week = pin.week - system.preparation_weeks + 1 + place
                used[team, week] = used.get((team, week), 0) + amount
    notes: list[Note] = []
    teams = tuple(_raised(team, used, current_week, notes) for team in problem.teams)
    return problem.pools, teams, tuple(notes)


def _raised(team: Team, used: Mapping[tuple[str, int], int], current_week: int, notes: list[Note]) -> Team:
    periods = []
    for period in team.periods:
        in_all = sum(used.get((team.id, week), 0) for week in range(period.from_week, period.to_week + 1))
        if period.from_week < current_week and in_all > period.amount:
            text = Text(
                f"第 {period.from_week}–{period.to_week} 周实际用了 {in_all},超过 {period.amount},按实际计",
                f"weeks {period.from_week}–{period.to_week} really used {in_all}, more than {period.amount}: counted as used",
            )
            notes.append(Note(code="past-raised", subject=team.id, text=text))
            periods.append(replace(period, amount=in_all))
        else:
            periods.append(period)
    return replace(team, periods=tuple(periods))
