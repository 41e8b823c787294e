"""Inventory, verdicts, catalogues and decisions → a planning problem. All scaling and rounding of the planner is here.

Demand rounds up, capacity rounds down. What each number comes from is kept in `Built.basis`; whoever is not planned is
in `Built.left_out` with the reason; every assumption and every softened rule is a note. The parts:

    build_scope      who is planned          build_time       weeks, freezes, periods of teams
    build_demand     what they need          build_capacity   what the pools offer
    build_effort     what a move uses up     build_options    which pools a system may take
    build_targets    targets, deadlines      build_relations  order between systems
    build_replan     pins, holds, the plan before
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import ceil
from typing import TYPE_CHECKING

from catalogs.weeks import Week
from catalogs.words import Text
from inventory.decisions import Decision
from inventory.model import Inventory, Server, System
from planner.build_capacity import RESOURCES, capacities, pool_of
from planner.build_demand import UseRate, use_by_server
from planner.build_effort import teams_of
from planner.build_options import Made, Options, Part, Parts, architecture, find_parts, level_of, part_options
from planner.build_relations import find_relations
from planner.build_replan import Earlier, checked_pin, find_fixed, frozen_moves, previous_of, raised_for_the_past
from planner.build_scope import Scope, Verdict, by_system, counted, find_scope
from planner.build_targets import find_dates, find_targets
from planner.build_time import Horizon, blocked_weeks, concerns
from planner.built import Basis, Built, LeftOut, Note, TargetServer
from planner.problem import CleanUpOffer, Department, Freed, Pin, PlannedSystem, PlanningProblem, Weights

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from catalogs.models_calendar import Window
    from catalogs.models_planning import Planning, SizeClass
    from catalogs.models_policy import Policy
    from catalogs.models_service import Service

NO_DEPARTMENT = "unknown"


@dataclass(slots=True, kw_only=True)
class _Building:
    """Everything the steps share, and what they add to."""

    inventory: Inventory
    catalogs: Catalogs
    policy: Policy
    planning: Planning
    service: Service
    decisions: Sequence[Decision]
    as_of_on: date
    horizon: Horizon
    current_week: int
    scope: Scope
    options: Options
    earlier: Earlier | None
    servers: Mapping[str, tuple[Server, ...]]
    windows: Sequence[tuple[Window, tuple[int, ...]]]
    basis: dict[str, tuple[Basis, ...]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    sized: list[TargetServer] = field(default_factory=list)


def build_problem(
    inventory: Inventory,
    verdicts: Iterable[Verdict],
    catalogs: Catalogs,
    decisions: Sequence[Decision],
    as_of_on: date,
    *,
    policy_id: str,
    service_id: str | None = None,
    rates: Sequence[UseRate] = (),
    earlier: Earlier | None = None,
) -> Built:
    """The planning problem of a city.

    Args:
        inventory: everything known at `as_of`.
        verdicts: of the zombie rules, one per system.
        catalogs: all catalogue files.
        decisions: in force at `as_of`, in the order they were taken.
        as_of_on: the local day; the horizon begins with the week after it, or with that of `earlier`.
        policy_id: the profile of the city's document.
        service_id: the target cloud; by default that of the profile's planning figures.
        rates: usage rates of kind `server`; without them all demand is as provisioned or declared.
        earlier: the approved plan that this one follows, with its problem.

    Raises:
        CatalogError: the profile or the target cloud is not among the catalogues.
    """
    b = _begin(inventory, verdicts, catalogs, decisions, as_of_on, policy_id, service_id, rates, earlier)
    teams, basis = teams_of(b.planning, b.service, b.horizon)
    b.basis.update(basis)
    systems, together = _systems(b)
    main = {part: system for part, system in b.parts.items() if part == system}
    relations = find_relations(inventory.dependencies, set(main), b.scope.migrated, b.planning)
    b.basis.update(relations.basis)
    b.notes += relations.notes
    targets = find_targets(
        b.policy,
        b.horizon,
        counted(replace(b.scope, planned=(), left_out=tuple(b.left_out)), b.policy.migration.excluded) + len(main),
        len(b.scope.migrated),
        sorted(main) if len(main) < len(systems) else None,
        len(main),
    )
    b.basis.update(targets.basis)
    b.notes += targets.notes
    weights = b.planning.weights
    problem = PlanningProblem(
        name=f"{b.policy.id} {as_of_on}",
        first_week=b.horizon.first_week,
        weeks=b.horizon.weeks,
        unscheduled_week=b.horizon.weeks + weights.unscheduled_after_weeks,
        resources=RESOURCES,
        pools=b.options.pools,
        teams=teams,
        departments=_departments(b, systems),
        systems=systems,
        weights=Weights(
            lateness=weights.lateness, progress=weights.progress, placement=weights.placement, curve=weights.curve
        ),
        clean_ups=_clean_ups(b),
        together=together,
        before=relations.before,
        within=relations.within,
        same_site=relations.same_site,
        targets=targets.targets,
        curve=targets.curve,
        previous=previous_of(earlier, weights.moved_penalty),
    )
    if earlier is not None:
        raised_pools, raised_teams, raised = raised_for_the_past(problem, b.current_week)
        b.notes += raised
        problem = replace(problem, pools=raised_pools, teams=raised_teams)
    return Built(
        problem=problem,
        basis=b.basis,
        left_out=tuple(sorted(b.left_out, key=lambda item: (item.reason, item.system or ""))),
        notes=tuple(sorted(set(b.notes), key=lambda note: (note.code, note.subject, note.text.zh))),
        parts=b.parts,
        servers=tuple(sorted(b.sized, key=lambda server: (server.system, server.pool, server.server))),
        service=b.service.id,
        policy=b.policy.id,
        catalog_digest=catalogs.digest,
    )


def _begin(
    inventory: Inventory,
    verdicts: Iterable[Verdict],
    catalogs: Catalogs,
    decisions: Sequence[Decision],
    as_of_on: date,
    policy_id: str,
    service_id: str | None,
    rates: Sequence[UseRate],
    earlier: Earlier | None,
) -> _Building:
    policy = catalogs.policy(policy_id)
    planning = catalogs.planning(policy.planning)
    service = catalogs.service(service_id or planning.service)
    next_week = Week.of(as_of_on) + 1
    horizon = Horizon(
        first_week=next_week if earlier is None else earlier.problem.first_week,
        weeks=planning.basics.horizon_weeks if earlier is None else earlier.problem.weeks,
        cutover_weekday=planning.freeze.cutover_weekday,
    )
    windows = [window for calendar in planning.calendars for window in catalogs.calendar(calendar).windows]
    kinds = {"block", "avoid"} if planning.freeze.avoid_blocks else {"block"}
    pools, basis, notes = capacities(service, inventory.servers, horizon)
    scope = find_scope(inventory, verdicts, decisions, service, as_of_on)
    return _Building(
        inventory=inventory,
        catalogs=catalogs,
        policy=policy,
        planning=planning,
        service=service,
        decisions=decisions,
        as_of_on=as_of_on,
        horizon=horizon,
        current_week=max(0, next_week - horizon.first_week),
        scope=scope,
        options=Options.of(service, planning, use_by_server(rates), as_of_on, horizon, pools),
        earlier=earlier,
        servers=by_system(inventory.servers),
        windows=[(w, blocked_weeks(w, horizon, planning.freeze)) for w in windows if w.kind in kinds],
        basis=basis,
        notes=notes,
        left_out=list(scope.left_out),
    )


def _systems(b: _Building) -> tuple[tuple[PlannedSystem, ...], tuple[tuple[str, ...], ...]]:
    """All planned systems, and the groups of parts that move together."""
    frozen = frozen_moves(b.earlier, b.current_week, b.planning.basics.frozen_weeks)
    neighbours = _neighbours(b.inventory)
    found: list[PlannedSystem] = []
    together: list[tuple[str, ...]] = []
    for system in b.scope.planned:
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
        planned = [_planned(b, system, parts, part, one, frozen) for part, one in zip(parts.parts, made, strict=True)]
        if len(planned) > 1:
            together.append(tuple(one.id for one in planned))
        found += planned
    return tuple(found), tuple(together)


def _neighbours(inventory: Inventory) -> Mapping[str, int]:
    """How many other systems each one calls or is called by."""
    found: dict[str, set[str]] = {}
    for dependency in inventory.dependencies:
        found.setdefault(dependency.consumer, set()).add(dependency.provider)
        found.setdefault(dependency.provider, set()).add(dependency.consumer)
    return {system: len(others - {system}) for system, others in found.items()}


def _planned(
    b: _Building, system: System, parts: Parts, part: Part, made: Made, frozen: Mapping[str, Pin]
) -> PlannedSystem:
    """One part as the problem has it: weeks, dates, weight, pins."""
    size = parts.size
    if size is None:  # pragma: no cover - the caller has looked
        raise AssertionError(part.id)
    release = max(size.lead_weeks, b.current_week) if b.earlier is None else b.current_week
    release = max(release, _after_objections(b, system))
    fixed = find_fixed(part.id, b.decisions, b.horizon, frozen, release, b.as_of_on)
    dates = find_dates(system, b.horizon, b.policy, b.planning, fixed.release_week + size.preparation_weeks - 1)
    b.notes += [*made.notes, *fixed.notes, *dates.notes]
    b.parts[part.id] = system.id
    b.sized += made.servers
    b.basis.update(made.basis)
    b.basis[f"systems[{part.id}].options"] = parts.sizing.steps if parts.sizing else ()
    b.basis[f"systems[{part.id}].due_week"] = b.basis[f"systems[{part.id}].deadline_week"] = dates.steps
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
        frees=_frees(b, system, size) if part.main else (),
        pin=fixed.pin,
    )
    return checked_pin(planned, b.notes)


def _after_objections(b: _Building, system: System) -> int:
    """A suspected zombie waits until the clean-up is due: by then it is confirmed, or cleared."""
    until = b.policy.zombies.clean_up_by_on
    if system.id not in b.scope.suspected or until is None:
        return 0
    week = b.horizon.last_cutover_by(until) + 1
    text = Text(
        f"“{system.name}”疑似僵尸系统,待核实:{until} 清理期限之后才排",
        f"{system.name} is a suspected zombie, to be examined: planned only after the clean-up date {until}",
    )
    if week >= b.horizon.weeks:
        return 0
    b.notes.append(Note(code="suspected-zombie", subject=system.id, text=text))
    return max(0, week)


def _weight(b: _Building, system: System) -> int:
    rules = b.planning.importance
    level = rules.by_mlps_level.get(str(level_of(system, b.planning)), 0)
    return rules.base + level + rules.by_class.get(system.system_class or "", 0)


def _weight_step(b: _Building, system: System) -> Basis:
    level = level_of(system, b.planning)
    kind = system.system_class or "-"
    what = Text(f"重要性:基数 + 等保 {level} 级 + 类别 {kind}", f"importance: base + MLPS level {level} + class {kind}")
    if system.mlps_level is None:
        text = Text(
            f"“{system.name}”的等保级别不明,按 {level} 级放置",
            f"the MLPS level of {system.name} is not known; placed as level {level}",
        )
        b.notes.append(Note(code="mlps-assumed", subject=system.id, text=text))
    return Basis(what=what, value=str(_weight(b, system)), origins=(f"planning/{b.planning.id}.yaml: importance",))


def _blocked_for(b: _Building, system: System, part: Part) -> tuple[tuple[int, ...], tuple[Basis, ...]]:
    """Weeks blocked for this system beyond those of its whole department."""
    weeks: set[int] = set()
    why: list[Basis] = []
    for window, blocked in b.windows:
        own = concerns(window.scope, system=system.id, zones=(part.zone,), system_class=system.system_class)
        if own and not window.scope.everyone and blocked:
            weeks.update(blocked)
            why.append(_window_step(b, window, blocked))
    return tuple(sorted(weeks)), tuple(why)


def _window_step(b: _Building, window: Window, blocked: Sequence[int]) -> Basis:
    listed = ", ".join(str(b.horizon.first_week + week) for week in blocked)
    return Basis(
        what=Text(window.name, window.name_en or window.id),
        value=listed,
        origins=(f"calendar: {window.id}, {window.source}",),
    )


def _departments(b: _Building, systems: Sequence[PlannedSystem]) -> tuple[Department, ...]:
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
                why.append(_window_step(b, window, blocked))
        b.basis[f"departments[{name}].blocked_weeks"] = tuple(why)
        b.basis[f"departments[{name}].max_parallel"] = (
            Basis(
                what=Text(f"默认 {rules.default},每 {rules.systems_per_extra} 个系统加 1,至多 {rules.most}(共 {count} 个)",
                          f"{rules.default}, one more for every {rules.systems_per_extra} systems, at most {rules.most} (it has {count})"),
                value=str(most),
                origins=(f"planning/{b.planning.id}.yaml: department_parallel",),
            ),
        )  # fmt: skip
        found.append(Department(id=name, max_parallel=most, blocked_weeks=tuple(sorted(weeks))))
    return tuple(found)


def _held_in_target(servers: Sequence[Server], service: Service) -> Mapping[str, tuple[int, ...]]:
    """What servers hold in pools of the target cloud; rounds down, for it will be freed."""
    held: dict[str, list[float]] = {}
    for server in servers:
        pool = pool_of(server, service)
        if pool is not None:
            amounts = held.setdefault(pool, [0.0, 0.0, 0.0])
            for place, value in enumerate((server.vcpu, server.memory_gib, server.disk_gib)):
                amounts[place] += value or 0
    return {pool: tuple(int(amount) for amount in amounts) for pool, amounts in sorted(held.items())}


def _frees(b: _Building, system: System, size: SizeClass) -> tuple[Freed, ...]:
    """What a system holds in the target cloud already comes free after its trial run and retention."""
    after = size.trial_run_weeks + b.planning.basics.retention_weeks
    held = _held_in_target(b.servers.get(system.id, ()), b.service)
    return tuple(Freed(pool=pool, amount=amount, weeks_after=after) for pool, amount in held.items())


def _clean_ups(b: _Building) -> tuple[CleanUpOffer, ...]:
    """Confirmed zombies and retired systems that hold capacity of the target cloud: shutting them down frees it."""
    gone = sorted(item.system for item in b.left_out if item.system and _to_be_shut_down(item))
    offers = []
    for system in gone:
        servers = b.servers.get(system, ())
        effort = {
            item.team: (total,)
            for item in b.planning.clean_up.effort
            if (total := ceil(item.fixed + item.per_server * len(servers)))
        }
        for pool, amount in _held_in_target(servers, b.service).items():
            identifier = f"clean-up-{system}-{pool}"
            offers.append(
                CleanUpOffer(id=identifier, pool=pool, amount=amount, release_week=b.current_week, effort=effort)
            )
            b.basis[f"clean_ups[{identifier}]"] = (
                Basis(
                    what=Text("关停后释放(现占用)", "freed when shut down (held today)"),
                    value=" / ".join(map(str, amount)),
                    origins=(f"inventory: {system}",),
                ),
            )
    return tuple(offers)


def _to_be_shut_down(item: LeftOut) -> bool:
    return item.reason in {"zombie-confirmed", "retired"} or item.disposition in {"retire", "merge-into"}
