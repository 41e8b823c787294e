"""Where the plain numbers of a problem come from: horizon, weights, weeks of a system, pairs, what stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalogs.words import Text
from planner.build.built import Basis
from planner.build.replan import Fixed
from planner.build.state import Building

if TYPE_CHECKING:
    from catalogs.models_planning import SizeClass
    from inventory.model import System
    from planner.problem.problem import PlanningProblem


def origins_of_the_whole(b: Building, problem: PlanningProblem) -> dict[str, tuple[Basis, ...]]:
    """Horizon, weights, penalties of pairs, the plan before: everything that no single system or pool explains."""
    planning, weights = b.planning, b.planning.weights
    place = f"planning/{planning.id}.yaml"
    horizon = Text("规划期（周）", "weeks of the horizon")
    source = f"{place}: basics" if b.earlier is None else f"plan: {b.earlier.problem.name}"
    out = Text(
        f"未排入的按期末再加 {weights.unscheduled_after_weeks} 周计",
        f"unscheduled counts as {weights.unscheduled_after_weeks} weeks after the end",
    )
    first = Text("数据截至日之后的一周起", "the week after the day of the data")
    if b.earlier is not None:
        first = Text("沿用上一版计划的起始周", "the first week of the plan before")
    found = {
        "first_week": (
            Basis(what=first, value=str(problem.first_week), origins=(source if b.earlier else f"as_of {b.as_of_on}",)),
        ),
        "weeks": (Basis(what=horizon, value=str(problem.weeks), origins=(source,)),),
        "unscheduled_week": (Basis(what=out, value=str(problem.unscheduled_week), origins=(f"{place}: weights",)),),
        "weights": tuple(
            Basis(what=Text(f"目标权重 {name}", f"weight of {name}"), value=str(value), origins=(f"{place}: weights",))
            for name, value in (
                ("lateness", weights.lateness),
                ("progress", weights.progress),
                ("placement", weights.placement),
                ("curve", weights.curve),
            )
        ),
    }
    apart = Text("相互调用的系统分处两机房的代价", "penalty where systems that call each other lie at two sites")
    for pair in problem.same_site:
        step = Basis(what=apart, value=str(pair.penalty), origins=(f"{place}: placement.other_site_penalty",))
        found[f"same_site[{','.join(pair.systems)}]"] = (step,)
    if b.earlier is not None:
        before = Text(
            f"上一版计划；变动一个系统的代价 {weights.moved_penalty}",
            f"the plan before; each system moved costs {weights.moved_penalty}",
        )
        origins = (f"plan: {b.earlier.problem.name}", f"{place}: weights.moved_penalty")
        found["previous"] = (Basis(what=before, value=str(weights.moved_penalty), origins=origins),)
    return found


def weeks_of_a_system(
    b: Building, system: System, part_id: str, size: SizeClass, fixed: Fixed, after_objections: int
) -> dict[str, tuple[Basis, ...]]:
    """How long the work takes, from when it may begin, what is pinned, and when the old place comes free."""
    source = b.planning.sources[size.source]
    place = f"planning/{b.planning.id}.yaml: size_classes {size.id}, {source.document}, {source.confidence}"
    length = Text(f"{size.id} 级的实施周数", f"active weeks of class {size.id}")
    found: dict[str, tuple[Basis, ...]] = {
        f"systems[{part_id}].preparation_weeks": (_step(length, size.preparation_weeks, place),)
    }
    release = []
    if b.earlier is None:
        lead = Text(
            f"{size.id} 级实施前须调研、方案、开通资源的周数",
            f"weeks of survey, plan and delivery before, class {size.id}",
        )
        release.append(_step(lead, size.lead_weeks, place))
    if b.current_week:
        release.append(_step(Text("当前周", "the current week"), b.current_week, f"as_of {b.as_of_on}"))
    if after_objections:
        text = Text("疑似僵尸系统：清理期限之后", "suspected zombie: after the clean-up date")
        release.append(_step(text, after_objections, f"policies/{b.policy.id}.yaml: zombies.clean_up_by_on"))
    for kind, decided in (("hold", b.ruled.holds), ("pin", b.ruled.pins)):
        decision = decided.get(part_id)
        if decision is None:
            continue
        step = _step(Text(f"决定（{kind}）：{decision.reason}", f"decision ({kind})"), None, f"decision {decision.id}")
        if kind == "hold":
            release.append(step)
        elif fixed.pin is not None:
            found[f"systems[{part_id}].pin"] = (step,)
    release.append(
        _step(Text("最早可开始周（取其中最晚）", "may begin (the latest of these)"), fixed.release_week, place)
    )
    found[f"systems[{part_id}].release_week"] = tuple(release)
    after = Text(
        f"试运行 {size.trial_run_weeks} 周 + 保留 {b.planning.basics.retention_weeks} 周后释放现占用",
        f"what it holds today comes free {size.trial_run_weeks} weeks of trial run and {b.planning.basics.retention_weeks} of retention later",
    )
    weeks = size.trial_run_weeks + b.planning.basics.retention_weeks
    found[f"systems[{part_id}].frees"] = (_step(after, weeks, place, f"inventory: {system.id}"),)
    return found


def _step(what: Text, value: int | None, *origins: str) -> Basis:
    return Basis(what=what, value="" if value is None else str(value), origins=origins)
