"""Dates that bind: targets and the progress curve of the profile, deadlines of single systems, each with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import System
from planner.build.built import Basis, Note
from planner.build.dates import Horizon
from planner.problem.problem import CurvePoint, Target

if TYPE_CHECKING:
    from catalogs.models_planning import Planning
    from catalogs.models_policy import Policy

CURVE_STEP_WEEKS = 4  # a point every four weeks: the rhythm of monthly reports


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetsFound:
    """Targets and curve of the problem, with the clause and the count behind each."""

    targets: tuple[Target, ...]
    curve: tuple[CurvePoint, ...]
    basis: dict[str, tuple[Basis, ...]]
    notes: tuple[Note, ...]


def find_targets(
    policy: Policy, horizon: Horizon, denominator: int, migrated: int, main_parts: Sequence[str] | None, planned: int
) -> TargetsFound:
    """Shares of the profile as counts: ⌈share × denominator⌉ − what is migrated already.

    Args:
        policy: the profile.
        horizon: the weeks.
        denominator: systems that count, after the profile's exclusions.
        migrated: systems that count as migrated already.
        main_parts: the planned ids that count, one per system; `None` where every planned id is a system.
        planned: how many systems are planned.
    """
    done = migrated if policy.migration.counts_already_there else 0
    total = denominator if policy.migration.counts_already_there else denominator - migrated
    targets: list[Target] = []
    basis: dict[str, tuple[Basis, ...]] = {}
    notes: list[Note] = []
    reach: list[tuple[date, int]] = []
    for target in sorted(policy.migration.targets, key=lambda item: (item.by_on, item.id)):
        wanted = max(0, ceil(Fraction(target.share_ratio) * total) - done)
        reach.append((target.by_on, wanted))
        by_week = horizon.last_cutover_by(target.by_on)
        steps = _target_steps(policy, target.clause, target.source, target.share_ratio, total, done, wanted)
        if wanted > planned:
            notes.append(_unreachable(target.id, wanted, planned))
        if by_week < 0:
            notes.append(_past(target.id, target.by_on))
        elif target.hard and wanted:
            basis[f"targets[{len(targets)}]"] = steps
            systems = None if main_parts is None else tuple(main_parts)
            targets.append(Target(by_week=by_week, systems=systems, at_least=wanted))
    curve = _curve(policy, horizon, reach)
    if curve:
        basis["curve"] = (
            Basis(
                what=Text(
                    "序时进度：按时间均匀推进到各目标，每四周一点，向下取整",
                    "time-proportional progress to each target, a point every four weeks, rounded down",
                ),
                value=", ".join(f"{by}: {count}" for by, count in reach),
                origins=(f"policies/{policy.id}.yaml: {policy.migration.source_of('progress')}",),
            ),
        )
    return TargetsFound(targets=tuple(targets), curve=curve, basis=basis, notes=tuple(notes))


def _target_steps(
    policy: Policy, clause: str | None, source: str, share: object, total: int, done: int, wanted: int
) -> tuple[Basis, ...]:
    said = policy.clause(clause) if clause is not None else None
    origin = f"policies/{policy.id}.yaml: {clause or source}"
    text = Text(f"条款 {clause}：{said.text}", f"clause {clause}: {said.text}") if said else Text("目标", "target")
    return (
        Basis(what=text, value=str(share), origins=(origin,)),
        Basis(
            what=Text("分母：应迁系统数（已去除不计入的）", "denominator: systems that count, exclusions taken off"),
            value=str(total),
            origins=(f"policies/{policy.id}.yaml: migration.excluded = {', '.join(policy.migration.excluded)}",),
        ),
        Basis(
            what=Text("减已迁系统数；向上取整", "less those migrated already; rounded up"), value=f"{done} → {wanted}"
        ),
    )


def _unreachable(target_id: str, wanted: int, planned: int) -> Note:
    text = Text(
        f"目标 {target_id} 需再迁 {wanted} 个系统，而可排期的只有 {planned} 个：先解决清单中“未排期”的原因",
        f"target {target_id} needs {wanted} more systems, but only {planned} can be planned: see why the others are left out",
    )
    return Note(code="target-unreachable", subject=target_id, text=text)


def _past(target_id: str, by_on: date) -> Note:
    text = Text(
        f"目标 {target_id} 的期限 {by_on} 早于计划期，不再作为约束",
        f"target {target_id} was due on {by_on}, before the horizon: no longer a limit",
    )
    return Note(code="target-past", subject=target_id, text=text)


def _curve(policy: Policy, horizon: Horizon, reach: Sequence[tuple[date, int]]) -> tuple[CurvePoint, ...]:
    begins = policy.migration.progress_from_on
    if policy.migration.progress != "linear" or begins is None or not reach:
        return ()
    points: list[CurvePoint] = []
    for week in range(CURVE_STEP_WEEKS - 1, horizon.weeks, CURVE_STEP_WEEKS):
        wanted = _on_line(horizon.cutover_day(week), begins, reach)
        if wanted:
            points.append(CurvePoint(week=week, at_least=wanted))
    return tuple(points)


def _on_line(day: date, begins: date, reach: Sequence[tuple[date, int]]) -> int:
    """How many systems a steady pace has reached on a day; the last target's count afterwards."""
    start, before = begins, 0
    for by_on, count in reach:
        if day <= by_on:
            if by_on <= start:
                return count
            return (
                before + int(Fraction((day - start).days, (by_on - start).days) * (count - before) // 1)
                if day > start
                else before
            )
        start, before = by_on, count
    return reach[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates that bind one system, as weeks; softened deadlines are in the notes."""

    due_week: int | None
    deadline_week: int | None
    steps: tuple[Basis, ...]
    notes: tuple[Note, ...]


def find_dates(system: System, horizon: Horizon, policy: Policy, planning: Planning, earliest_week: int) -> Dates:
    """Due week and deadline of a system: the earliest date of each kind.

    A date that has passed, or that no cut-over can meet any more, counts as due in the first week that can be: the
    lateness until then cannot be helped. Each such case has a note.

    Args:
        system: from the inventory.
        horizon: the weeks.
        policy: rooms to be emptied.
        planning: which dates bind, and how.
        earliest_week: the first week a cut-over is possible at all.
    """
    due: list[int] = []
    deadlines: list[int] = []
    steps: list[Basis] = []
    notes: list[Note] = []
    for kind, day, text, origin in _dated(system, policy, planning):
        if kind == "ignore":
            continue
        week = horizon.last_cutover_by(day)
        steps.append(Basis(what=text, value=f"{day} → {horizon.first_week + week}", origins=(origin,)))
        if week < earliest_week:
            notes.append(_too_early(system, text, day, hard=kind == "deadline"))
            due.append(max(0, earliest_week))
        elif kind == "deadline" and week < horizon.weeks:
            deadlines.append(week)
        elif week < horizon.weeks:
            due.append(week)
    return Dates(
        due_week=min(due, default=None),
        deadline_week=min(deadlines, default=None),
        steps=tuple(steps),
        notes=tuple(notes),
    )


def _dated(system: System, policy: Policy, planning: Planning) -> list[tuple[str, date, Text, str]]:
    rules = planning.deadlines
    found: list[tuple[str, date, Text, str]] = []

    def place(name: str) -> str:
        return system.origins[name].place if name in system.origins else system.id

    if system.hardware_end_on is not None:
        found.append(
            (
                rules.hardware_end,
                system.hardware_end_on,
                Text("硬件寿命到期", "end of the hardware's life"),
                place("hw_end"),
            )
        )
    if system.contract_end_on is not None:
        found.append(
            (
                rules.contract_end,
                system.contract_end_on,
                Text("运维合同到期", "end of the contract"),
                place("ops_contract_end"),
            )
        )
    planned_on = _whole_date(system.fields.get("migrate_date"))
    if planned_on is not None:
        found.append(
            (
                rules.planned_date,
                planned_on,
                Text("单位自报计划迁移时间", "date planned by the department"),
                place("migrate_date"),
            )
        )
    for room in policy.migration.clearances:
        if system.location == room.location:
            text = Text(f"{room.location}须清空", f"{room.location} is to be emptied")
            found.append((room.kind, room.by_on, text, f"policies/{policy.id}.yaml: {room.source}"))
    return found


def _whole_date(value: object) -> date | None:
    """A date of full precision; months and years bind nothing."""
    if isinstance(value, str) and len(value) == len("2026-03-31"):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def _too_early(system: System, text: Text, day: date, *, hard: bool) -> Note:
    suffix = Text("，硬期限改按软期限计", "; the hard deadline counts as a due date") if hard else Text("", "")
    return Note(
        code="deadline-missed" if hard else "due-past",
        subject=system.id,
        text=Text(
            f"“{system.name}”的期限（{text.zh}，{day}）已过或来不及{suffix.zh}",
            f"{system.name}: {text.en}, {day}, has passed or cannot be met any more{suffix.en}",
        ),
    )
