"""Each planned system as the problem has it: weeks, dates, weight, options, pins; and their departments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Inventory, System
from planner.build.built import Basis, Note
from planner.build.dates import concerns
from planner.build.freed import frees_of
from planner.build.options import Made, part_options
from planner.build.origins import weeks_of_a_system
from planner.build.parts import Part, Parts, architecture, find_parts, level_of
from planner.build.replan import Earlier, checked_pin, find_fixed
from planner.build.state import Building, window_step
from planner.build.targets import Dates, find_dates
from planner.problem.problem import Department, Pin, PlannedSystem

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from catalogs.models_calendar import Window

NO_DEPARTMENT = "unknown"
_NO_DATE = Text("规划期内没有期限", "no date within the horizon")
_DUE = Text(
    "应完成周：软期限中最早的；已过或来不及的按最早可割接的周计，规划期外的不计",
    "due: the earliest soft date; what has passed or is too early counts as the first possible week",
)
_HARD = Text("截止周：硬期限中最早的，没有就是 null", "deadline: the earliest hard date, null without one")
_SPLIT = Text("跨网络区域的系统分部分，须同周割接", "parts of one system in several zones, moved in the same week")


def plan_systems(b: Building) -> tuple[tuple[PlannedSystem, ...], tuple[tuple[str, ...], ...]]:
    """All planned systems, and the groups of parts that move together."""
    neighbours = _neighbours(b.inventory)
    found: list[PlannedSystem] = []
    together: list[tuple[str, ...]] = []
    for system in b.scope.planned:
        if system.id in b.frozen:
            kept = kept_from_before(b, system)
            found += kept
            if len(kept) > 1:
                together.append(_bound(b, system, kept))
            continue
        servers = b.servers.get(system.id, ())
        parts = find_parts(system, servers, neighbours.get(system.id, 0), b.options)
        b.notes += parts.notes
        if parts.left_out is not None or parts.size is None:
            b.left_out += [parts.left_out] if parts.left_out else []
            continue
        arch, assumed = architecture(system, servers, b.options)
        b.notes += [assumed] if assumed else []
        made = [part_options(system, part, parts.size, arch, b.options) for part in parts.parts]
        refused = next((one.left_out for one in made if one.left_out is not None), None)
        if refused is not None:
            b.left_out.append(refused)
            continue
        planned = [_planned(b, system, parts, part, one) for part, one in zip(parts.parts, made, strict=True)]
        if len(planned) > 1:
            together.append(_bound(b, system, planned))
        found += planned
    return tuple(found), tuple(together)


def _bound(b: Building, system: System, parts: Sequence[PlannedSystem]) -> tuple[str, ...]:
    """The parts of one system as a group that moves in one week, with its origin."""
    group = tuple(part.id for part in parts)
    b.basis[f"together[{','.join(group)}]"] = (Basis(what=_SPLIT, value="", origins=(f"inventory: {system.id}",)),)
    return group


def without_freezes(
    pinned: Mapping[str, Pin],
    earlier: Earlier | None,
    current_week: int,
    windows: Sequence[tuple[Window, tuple[int, ...]]],
    catalogs: Catalogs,
) -> tuple[dict[str, Pin], list[Note]]:
    """Frozen moves, without those that a newer freeze forbids in a week still to come: they are planned anew."""
    kept: dict[str, Pin] = {}
    notes: list[Note] = []
    for part_id, pin in pinned.items():
        system = earlier.problem.by_id[part_id] if earlier is not None else None
        if system is None or pin.week is None:
            continue
        ahead = set(range(max(current_week, pin.week - system.preparation_weeks + 1), pin.week + 1))
        known = catalogs.department(system.department)
        hit = [
            window
            for window, blocked in windows
            if ahead & set(blocked)
            and concerns(
                window.scope,
                department=system.department,
                tags=known.tags if known is not None else (),
                system=part_id.split("/")[0],
            )
        ]
        if not hit:
            kept[part_id] = pin
            continue
        text = Text(
            f"已冻结的割接周落入“{hit[0].name}”，重新排期", f"its frozen week now lies in {hit[0].id}: planned anew"
        )
        notes.append(Note(code="frozen-week-blocked", subject=part_id, text=text))
    whole = {part_id for part_id in kept if part_id.split("/")[0] in kept}
    return {part_id: pin for part_id, pin in kept.items() if part_id in whole}, notes


def kept_from_before(b: Building, system: System) -> list[PlannedSystem]:
    """A system whose move has begun or is frozen: as the plan before had it, pinned."""
    if b.earlier is None:
        return []
    parts = [one for one in b.earlier.problem.systems if one.id == system.id or one.id.startswith(f"{system.id}/")]
    text = Text("已开始或已冻结：沿用上一版计划", "begun or frozen: kept as in the plan before")
    for one in parts:
        b.parts[one.id] = system.id
        b.basis[f"systems[{one.id}]"] = (Basis(what=text, value="", origins=(f"plan: {b.earlier.problem.name}",)),)
    return [
        replace(
            one,
            pin=b.frozen.get(one.id),
            blocked_weeks=tuple(week for week in one.blocked_weeks if week >= b.current_week),
        )
        for one in parts
    ]


def _neighbours(inventory: Inventory) -> Mapping[str, int]:
    """How many other systems each one calls or is called by."""
    found: dict[str, set[str]] = {}
    for dependency in inventory.dependencies:
        found.setdefault(dependency.consumer, set()).add(dependency.provider)
        found.setdefault(dependency.provider, set()).add(dependency.consumer)
    return {system: len(others - {system}) for system, others in found.items()}


def _planned(b: Building, system: System, parts: Parts, part: Part, made: Made) -> PlannedSystem:
    """One part as the problem has it: weeks, dates, weight, pins."""
    size = parts.size
    if size is None:  # pragma: no cover - the caller has looked
        raise AssertionError(part.id)
    release = max(size.lead_weeks, b.current_week) if b.earlier is None else b.current_week
    after = _after_objections(b, system)
    release = max(release, after)
    fixed = find_fixed(part.id, b.ruled, b.horizon, release, b.as_of_on)
    dates = find_dates(system, b.horizon, b.policy, b.planning, fixed.release_week + size.preparation_weeks - 1)
    b.notes += [*made.notes, *fixed.notes, *dates.notes]
    b.parts[part.id] = system.id
    b.sized += made.servers
    b.basis.update(made.basis)
    b.basis[f"systems[{part.id}].options"] = parts.sizing.steps if parts.sizing else ()
    b.basis.update(weeks_of_a_system(b, system, part.id, size, fixed, after))
    b.basis.update(_date_steps(b, system, part.id, dates))
    b.basis[f"systems[{part.id}].weight"] = (_weight_step(b, system),)
    blocked, why = _blocked_for(b, system, part)
    b.basis[f"systems[{part.id}].blocked_weeks"] = why
    planned = PlannedSystem(
        id=part.id,
        department=system.department_id or NO_DEPARTMENT,
        weight=_weight(b, system) if part.main else 0,
        preparation_weeks=size.preparation_weeks,
        release_week=fixed.release_week,
        due_week=dates.due_week,
        deadline_week=dates.deadline_week,
        blocked_weeks=blocked,
        options=made.options,
        replica_options=made.replica_options,
        frees=frees_of(b, system, size) if part.main else (),
        pin=fixed.pin,
    )
    return checked_pin(planned, b.notes)


def _date_steps(b: Building, system: System, part_id: str, dates: Dates) -> dict[str, tuple[Basis, ...]]:
    """Every date of a system, and what became of them as due week and as deadline."""
    due, deadline = f"systems[{part_id}].due_week", f"systems[{part_id}].deadline_week"
    if not dates.steps:
        none = (Basis(what=_NO_DATE, value="null", origins=(f"inventory: {system.id}",)),)
        return {due: none, deadline: none}

    def last(what: Text, week: int | None) -> Basis:
        value = "null" if week is None else f"{week} ({b.horizon.first_week + week})"
        return Basis(what=what, value=value, origins=(f"planning/{b.planning.id}.yaml: deadlines",))

    return {due: (*dates.steps, last(_DUE, dates.due_week)), deadline: (*dates.steps, last(_HARD, dates.deadline_week))}


def _after_objections(b: Building, system: System) -> int:
    """A suspected zombie waits until the clean-up is due: by then it is confirmed, or cleared."""
    until = b.policy.zombies.clean_up_by_on
    if system.id not in b.scope.suspected or until is None:
        return 0
    week = b.horizon.last_cutover_by(until) + 1
    text = Text(
        f"“{system.name}”疑似僵尸系统，待核实：{until} 清理期限之后才排",
        f"{system.name} is a suspected zombie, to be examined: planned only after the clean-up date {until}",
    )
    if week >= b.horizon.weeks:
        return 0
    b.notes.append(Note(code="suspected-zombie", subject=system.id, text=text))
    return max(0, week)


def _weight(b: Building, system: System) -> int:
    rules = b.planning.importance
    level = rules.by_mlps_level.get(str(level_of(system, b.planning)), 0)
    return rules.base + level + rules.by_class.get(system.system_class or "", 0)


def _weight_step(b: Building, system: System) -> Basis:
    level = level_of(system, b.planning)
    kind = system.system_class or "-"
    what = Text(
        f"重要性：基数 + 等保 {level} 级 + 类别 {kind}", f"importance: base + MLPS level {level} + class {kind}"
    )
    if system.mlps_level is None:
        text = Text(
            f"“{system.name}”的等保级别不明，按 {level} 级放置",
            f"the MLPS level of {system.name} is not known; placed as level {level}",
        )
        b.notes.append(Note(code="mlps-assumed", subject=system.id, text=text))
    return Basis(what=what, value=str(_weight(b, system)), origins=(f"planning/{b.planning.id}.yaml: importance",))


def _blocked_for(b: Building, system: System, part: Part) -> tuple[tuple[int, ...], tuple[Basis, ...]]:
    """Weeks blocked for this system beyond those of its whole department."""
    weeks: set[int] = set()
    why: list[Basis] = []
    for window, blocked in b.windows:
        own = concerns(window.scope, system=system.id, zones=(part.zone,), system_class=system.system_class)
        if own and not window.scope.everyone and blocked:
            weeks.update(blocked)
            why.append(window_step(b, window, blocked))
    return tuple(sorted(weeks)), tuple(why)


def departments_of(b: Building, systems: Sequence[PlannedSystem]) -> tuple[Department, ...]:
    """Departments that have planned systems, with their limit and the weeks that are blocked for all of theirs."""
    counts: dict[str, int] = {}
    for system in systems:
        counts[system.department] = counts.get(system.department, 0) + 1
    rules = b.planning.department_parallel
    found = []
    for name, count in sorted(counts.items()):
        known = b.catalogs.department(name)
        tags = known.tags if known is not None else ()
        most = rules.overrides.get(name, min(rules.most, rules.default + count // rules.systems_per_extra))
        weeks: set[int] = set()
        why: list[Basis] = []
        for window, blocked in b.windows:
            if blocked and concerns(window.scope, department=name, tags=tags):
                weeks.update(blocked)
                why.append(window_step(b, window, blocked))
        b.basis[f"departments[{name}].blocked_weeks"] = tuple(why)
        b.basis[f"departments[{name}].max_parallel"] = (
            Basis(
                what=Text(f"默认 {rules.default}，每 {rules.systems_per_extra} 个系统加 1，至多 {rules.most}（共 {count} 个）",
                          f"{rules.default}, one more for every {rules.systems_per_extra} systems, at most {rules.most} (it has {count})"),
                value=str(most),
                origins=(f"planning/{b.planning.id}.yaml: department_parallel",),
            ),
        )  # fmt: skip
        ahead = tuple(sorted(week for week in weeks if b.earlier is None or week >= b.current_week))
        found.append(Department(id=name, max_parallel=most, blocked_weeks=ahead))
    return tuple(found)
