"""What the store and the catalogues know beside a plan: names, size classes, flavours, references of contacts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.console import Run
from catalogs.errors import CatalogError, UsageError
from catalogs.words import Text, tr
from planner.build.known import Known, SizeKnown, SystemKnown
from planner.build.nameless import masked, nameless
from planner.files import read_file
from planner.plan import Plan, read_plan
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem
from planner.view.view import PlanView, plan_view

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from inventory.model import Inventory
    from inventory.storage.store import Store, StoredPlan

_CONTACT_FIELDS = ("contact", "vendor_contact", "ops_contact")
_EFFORT = re.compile(r"systems\[(?P<system>[^\]]+)\]\.options\[(?P<pool>[^\]]+)\]\.effort")


def open_view(run: Run, plan: str, problem_file: Path | None, plan_file: Path | None) -> PlanView:
    """A plan with all names, from the store; or from two files, where ids stand for names.

    Systems that were classified since the plan was stored have neither (view/closed.py).

    Raises:
        UsageError: only one of the two files is given.
        StoreError: the store has no such plan.
    """
    if problem_file is not None or plan_file is not None:
        problem, found = read_files(problem_file, plan_file)
        return plan_view(problem, found)
    from inventory.closed_systems import closed_names
    from inventory.storage.store import open_store
    from planner.view.closed import without_closed

    with open_store(run.store) as store:
        stored = store.plan(plan)
        known, closed = known_of(store, stored, run), closed_names(store)
    return without_closed(plan_view(read_problem(stored.problem), read_plan(stored.plan), known), closed)


def read_files(problem_file: Path | None, plan_file: Path | None) -> tuple[PlanningProblem, Plan]:
    """A problem and a plan from their files.

    Raises:
        UsageError: one of them is missing.
    """
    if problem_file is None or plan_file is None:
        raise UsageError("--problem 与 --plan 须同时给出", "--problem and --plan go together")
    problem = read_problem(read_file(problem_file, tr("问题文件", "problem file")), problem_file.name)
    return problem, read_plan(read_file(plan_file, tr("方案文件", "plan file")), plan_file.name)


def known_of(store: Store, stored: StoredPlan, run: Run) -> Known:
    """Names and figures for a stored plan: the inventory as it was when the plan was made, today's decision on it."""
    about: Mapping[str, Any] = {**stored.about, **stored.about.get("built", {})}
    seen_from = datetime.fromisoformat(str(about["as_of"])) if about.get("as_of") else stored.made_at
    approval, by = _approval(store, stored, run)
    return replace(_beside(store, run, about, seen_from), plan_id=stored.id, approval=approval, approval_by=by)


def known_before(run: Run, about: Mapping[str, Any]) -> Known:
    """Names and figures for the problem of the city that `city_problem` has just made: there may be no plan for it."""
    from inventory.storage.store import open_store

    with open_store(run.store) as store:
        return _beside(store, run, {**about, **about["built"]}, run.as_of)


def _beside(store: Store, run: Run, about: Mapping[str, Any], seen_from: datetime) -> Known:
    from catalogs.load import load_catalogs
    from inventory.merging.merge import inventory_at

    catalogs = load_catalogs(run.workspace)
    inventory = inventory_at(store, catalogs, seen_from)
    beside, cautions = _catalogued(catalogs, about)
    return Known(
        as_of=seen_from.isoformat(),
        systems=_systems(inventory, about),
        departments={s.department_id: s.department for s in inventory.systems if s.department_id and s.department},
        targets=_targets(about),
        left_out=nameless(about.get("left_out", ())),
        notes=masked(about.get("notes", ()), about.get("left_out", ())),
        cautions=cautions,
        **beside,
    )


def _systems(inventory: Inventory, about: Mapping[str, Any]) -> dict[str, SystemKnown]:
    classes = _size_classes(about)
    flavors: dict[str, dict[str, Counter[str]]] = {}
    for server in about.get("servers", ()):
        flavors.setdefault(server["system"], {}).setdefault(server["pool"], Counter())[server["flavor"]] += 1
    by_id = {system.id: system for system in inventory.systems}
    known: dict[str, SystemKnown] = {}
    for part, main in dict(about.get("parts", {})).items():
        system = by_id.get(main)
        if system is None:
            continue
        people = (system.fields.get(name) for name in _CONTACT_FIELDS)
        known[part] = SystemKnown(
            name=system.name if part == main else f"{system.name}（{part.rpartition('/')[2]}）",
            department=system.department,
            mlps_level=system.mlps_level,
            size_class=classes.get(part, {}),
            servers={pool: tuple(sorted(count.items())) for pool, count in flavors.get(part, {}).items()},
            contacts=tuple(dict.fromkeys(one for one in people if isinstance(one, str))),
        )
    return known


def _size_classes(about: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Size class by system and pool, as `build` recorded it."""
    found: dict[str, dict[str, str]] = {}
    for path, steps in about.get("basis", {}).items():
        place = _EFFORT.fullmatch(path)
        if place and steps:
            found.setdefault(place["system"], {})[place["pool"]] = str(steps[0]["value"])
    return found


def _catalogued(catalogs: Catalogs, about: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Text, ...]]:
    """Names of pools and teams and the figures of size classes; nothing where the catalogues have them no more."""
    cautions: list[Text] = []
    if about.get("catalog_digest") not in (None, catalogs.digest):
        cautions.append(
            Text(
                "目录文件在排出本方案后有改动：名称、试运行周数、割接时长取自现在的目录",
                "the catalogues have changed since this plan was made: names, trial runs and cut-over hours are today's",
            )
        )
    try:
        planning = catalogs.planning(catalogs.policy(str(about.get("policy"))).planning)
        service = catalogs.service(str(about.get("service")))
    except CatalogError:
        cautions.append(
            Text(
                "目录中已没有本方案所用的政策或目标云：不显示名称、试运行和割接时长",
                "the catalogues no longer have this plan's policy or cloud: no names, trial runs, cut-over hours",
            )
        )
        return {}, tuple(cautions)
    teams = {team.id: Text(f"{team.name}（{team.unit}）", f"{team.name} ({team.unit})") for team in planning.teams}
    teams |= {f"link-{link.id}": Text(f"{link.name}（GiB）", f"{link.name} (GiB)") for link in service.links}
    return {
        "pools": {pool.id: pool.name for pool in service.pools},
        "teams": teams,
        "sizes": {
            size.id: SizeKnown(trial_run_weeks=size.trial_run_weeks, cutover_hours=size.cutover_hours)
            for size in planning.size_classes
        },
        "retention_weeks": planning.basics.retention_weeks,
        "cutover_weekday": planning.freeze.cutover_weekday,
    }, tuple(cautions)


def _targets(about: Mapping[str, Any]) -> dict[int, Text]:
    """What each target comes from: the first step of its basis, the clause."""
    found: dict[int, Text] = {}
    for path, steps in about.get("basis", {}).items():
        place = re.fullmatch(r"targets\[(\d+)\]", path)
        if place and steps:
            found[int(place[1])] = Text.from_json(steps[0]["what"])
    return found


def _approval(store: Store, stored: StoredPlan, run: Run) -> tuple[str | None, str | None]:
    """What was decided on exactly these bytes until `as_of`, and in which role."""
    from inventory.storage.decisions import in_force

    decision = in_force(store.decisions(until=run.as_of), "approval").get(stored.id)
    if decision is None or decision.subject_sha256 != stored.plan_sha256:
        return None, None
    return str(decision.value), decision.role or None
