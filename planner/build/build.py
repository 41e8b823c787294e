"""Inventory, verdicts, catalogues and decisions → a planning problem. All scaling and rounding of the planner is here.

Demand rounds up, capacity rounds down. What each number comes from is kept in `Built.basis`; whoever is not planned is
in `Built.left_out` with the reason; every assumption and every softened rule is a note. The parts:

    build_scope      who is planned          build_time       weeks, freezes, periods of teams
    build_sizing     what servers need       build_capacity   what the pools offer
    build_demand     as flavours of a pool   build_effort     what a move uses up
    build_parts      zones, eligible pools   build_replicas   copies at another site
    build_options    every pool with cost    build_systems    each planned system
    build_targets    targets, deadlines      build_relations  order between systems
    build_freed      what comes free         build_replan     pins, holds, the plan before
    build_origins    where plain numbers come from
    build_eligible   GPUs, residency, level, architecture
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import ceil
from typing import TYPE_CHECKING

from catalogs.weeks import Week
from catalogs.words import Text
from inventory.model import Inventory
from inventory.storage.decisions import Decision
from planner.build.built import Built, Note
from planner.build.capacity import RESOURCES, capacities
from planner.build.dates import Horizon, blocked_weeks
from planner.build.effort import teams_of
from planner.build.freed import clean_ups_of
from planner.build.origins import origins_of_the_whole
from planner.build.parts import Options
from planner.build.relations import find_relations
from planner.build.replan import Earlier, Ruled, frozen_moves, previous_of, raised_for_the_past
from planner.build.scope import Verdict, by_system, counted, find_scope
from planner.build.sizing import UseRate, use_by_server
from planner.build.state import Building
from planner.build.systems import departments_of, plan_systems, without_freezes
from planner.build.targets import TargetsFound, find_targets
from planner.problem.problem import Department, PlannedSystem, PlanningProblem, Weights
from planner.week_words import week_runs

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from catalogs.models_calendar import Window
    from catalogs.models_planning import Planning


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
    problem = _problem(b)
    b.basis.update(origins_of_the_whole(b, problem))
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


def _problem(b: Building) -> PlanningProblem:
    """The problem itself; steps and notes are added to the building."""
    teams, basis = teams_of(b.planning, b.service, b.horizon)
    b.basis.update(basis)
    systems, together = plan_systems(b)
    departments = departments_of(b, systems)
    main = {part: system for part, system in b.parts.items() if part == system}
    weeks_for = _weeks_for(systems, departments)
    relations = find_relations(b.inventory.dependencies, set(main), b.scope.migrated, b.planning, weeks_for, b.frozen)
    targets = _targets(b, main, len(systems))
    for found in (relations, targets):
        b.basis.update(found.basis)
        b.notes += found.notes
    weights = b.planning.weights
    problem = PlanningProblem(
        name=f"{b.policy.id} {b.as_of_on}",
        first_week=b.horizon.first_week,
        weeks=b.horizon.weeks,
        unscheduled_week=b.horizon.weeks + weights.unscheduled_after_weeks,
        resources=RESOURCES,
        pools=b.options.pools,
        teams=teams,
        departments=departments,
        systems=systems,
        weights=Weights(
            lateness=weights.lateness, progress=weights.progress, placement=weights.placement, curve=weights.curve
        ),
        clean_ups=clean_ups_of(b),
        together=together,
        before=relations.before,
        within=relations.within,
        same_site=relations.same_site,
        targets=targets.targets,
        curve=targets.curve,
        previous=previous_of(b.earlier, {system.id for system in systems}, weights.moved_penalty),
    )
    if b.earlier is not None:
        problem, raised = raised_for_the_past(problem, b.current_week)
        b.notes += raised
    return problem


def _targets(b: Building, main: Mapping[str, str], planned_ids: int) -> TargetsFound:
    """Targets and curve; who was left out while planning counts in the denominator."""
    outside = counted(replace(b.scope, planned=(), left_out=tuple(b.left_out)), b.policy.migration.excluded)
    return find_targets(
        b.policy,
        b.horizon,
        outside + len(main),
        len(b.scope.migrated),
        sorted(main) if len(main) < planned_ids else None,
        len(main),
    )


def _advice(window: Window, weeks: Sequence[int], horizon: Horizon) -> Note:
    """A window that forbids nothing: weeks to avoid, or only worth knowing."""
    listed = "、".join(week_runs(horizon.first_week, weeks))
    whom = Text("全体", "everybody") if window.scope.everyone else Text("部分单位或系统", "some departments or systems")
    zh = "宜避开" if window.kind == "avoid" else "提示"
    text = Text(
        f"“{window.name}”（{zh}，{whom.zh}）：{listed}；未作为封网，割接排在这些周的须事先确认",
        f"{window.name_en or window.id} ({window.kind}, {whom.en}): {listed}; no freeze, cut-overs there are to be confirmed",
    )
    return Note(code=f"window-{window.kind}", subject=window.id, text=text)


def _weeks_for(systems: Sequence[PlannedSystem], departments: Sequence[Department]) -> Callable[[Sequence[str]], int]:
    """How many weeks a group needs at least, if nothing but its departments' parallel limits held it up."""
    by_id = {system.id: system for system in systems}
    limits = {department.id: department.max_parallel for department in departments}

    def least(members: Sequence[str]) -> int:
        work: dict[str, int] = {}
        for member in members:
            system = by_id[member]
            work[system.department] = work.get(system.department, 0) + system.preparation_weeks
        return max(ceil(weeks / limits[name]) for name, weeks in work.items())

    return least


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
) -> Building:
    policy = catalogs.policy(policy_id)
    planning = catalogs.planning(policy.planning)
    service = catalogs.service(service_id or planning.service)
    next_week = Week.of(as_of_on) + 1
    horizon = Horizon(
        first_week=next_week if earlier is None else earlier.problem.first_week,
        weeks=planning.basics.horizon_weeks if earlier is None else earlier.problem.weeks,
        cutover_weekday=planning.freeze.cutover_weekday,
    )
    current_week = max(0, next_week - horizon.first_week)
    windows, sources = _windows(catalogs, planning)
    blocking, advice = _blocking(windows, planning, horizon)
    ruled = Ruled.of(decisions)
    pinned = frozen_moves(earlier, ruled, current_week, planning.basics.frozen_weeks, as_of_on)
    frozen, opened = without_freezes(pinned, earlier, current_week, blocking, catalogs)
    # What is frozen holds its demand as a move: its new servers must not count as allocated once more.
    others = [server for server in inventory.servers if server.system_id not in frozen]
    pools, basis, notes = capacities(service, others, horizon)
    scope = find_scope(inventory, verdicts, decisions, service, as_of_on, keep=frozen)
    return Building(
        inventory=inventory,
        catalogs=catalogs,
        policy=policy,
        planning=planning,
        service=service,
        ruled=ruled,
        as_of_on=as_of_on,
        horizon=horizon,
        current_week=current_week,
        scope=scope,
        options=Options.of(service, planning, use_by_server(rates), as_of_on, horizon, pools),
        earlier=earlier,
        frozen=frozen,
        servers=by_system(inventory.servers),
        windows=blocking,
        window_sources=sources,
        basis=basis,
        notes=[*notes, *opened, *advice],
        left_out=list(scope.left_out),
    )


def _windows(catalogs: Catalogs, planning: Planning) -> tuple[list[Window], dict[str, str]]:
    """The windows of all calendars that the planning figures name, and the source of each."""
    calendars = [catalogs.calendar(calendar) for calendar in planning.calendars]
    windows = [window for calendar in calendars for window in calendar.windows]
    sources = {
        window.id: f"calendars/{calendar.id}.yaml: {calendar.sources[window.source].document}, "
        f"{calendar.sources[window.source].confidence}"
        for calendar in calendars
        for window in calendar.windows
    }
    return windows, sources


def _blocking(
    windows: Sequence[Window], planning: Planning, horizon: Horizon
) -> tuple[list[tuple[Window, tuple[int, ...]]], list[Note]]:
    """Windows that forbid work, each with its weeks; and a note on each of the others that has weeks in the horizon."""
    kinds = {"block", "avoid"} if planning.freeze.avoid_blocks else {"block"}
    weeks = [(window, blocked_weeks(window, horizon, planning.freeze)) for window in windows]
    blocking = [(window, found) for window, found in weeks if window.kind in kinds]
    return blocking, [_advice(w, found, horizon) for w, found in weeks if w.kind not in kinds and found]
