"""The moves of one week of a plan become system specifications: what to build, pure, nothing of Pulumi.

Physical names follow from the ids of systems and the names of servers alone, so the same plan always names alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalogs.errors import ProvisionError
from catalogs.words import Text
from iac.addresses import AddressBook
from iac.model import Role, SystemSpec
from iac.system_builder import Sources, SystemBuilder
from planner.plan import Move, Plan
from planner.problem.problem import PlanningProblem


def weeks_of(plan: Plan, problem: PlanningProblem) -> dict[str, int]:
    """The weeks in which the plan moves something, `2026-W14` → number of its moves, in order."""
    numbers = [move.week for move in plan.moves]
    return {problem.week(number): numbers.count(number) for number in sorted(set(numbers))}


def specs_of(sources: Sources, week: str, book: AddressBook) -> tuple[SystemSpec, ...]:
    """The specifications of one wave, in the order of systems; replicas follow their main place.

    Args:
        sources: plan, problem, inventory and target cloud.
        week: the cut-over week, `2026-W14`.
        book: gets the ranges of every system of the plan, so that they do not depend on which wave is asked for.

    Raises:
        ProvisionError: the week has no moves, or something is missing; all of it is listed.
    """
    if sources.service.openstack.project_name is not None:
        raise ProvisionError(
            "目标云目录的 openstack.project_name 尚不支持：请留空，用登录的项目",
            "openstack.project_name in the catalogue is not supported yet: leave it empty (the project logged in to)",
        )
    builders = [SystemBuilder(sources, move, role) for move, role in _placements(sources.plan)]
    missing = [text for builder in builders if builder.week == week for text in builder.missing()]
    if missing:
        raise ProvisionError(
            "这一批次不能生成规格：" + "；".join(text.zh for text in missing),
            "this wave cannot be specified: " + "; ".join(text.en for text in missing),
            hint=Text(
                "补全目标云目录（services/*.yaml）或清单。",
                "Complete the catalogue (services/*.yaml) or the inventory.",
            ),
        )
    for builder in builders:
        builder.reserve(book)
    specs = tuple(builder.build(book) for builder in builders if builder.week == week)
    if not specs:
        raise ProvisionError(
            f"方案 {sources.plan_id} 在 {week} 没有割接",
            f"plan {sources.plan_id} moves nothing in {week}",
            hint=_weeks_hint(weeks_of(sources.plan, sources.problem)),
        )
    return specs


def _weeks_hint(weeks: Mapping[str, int]) -> Text:
    listed = ", ".join(f"{week} ({count})" for week, count in weeks.items()) or "-"
    return Text(f"有割接的周（系统数）：{listed}", f"weeks with moves (systems): {listed}")


def _placements(plan: Plan) -> Iterator[tuple[Move, Role]]:
    for move in sorted(plan.moves, key=lambda move: (move.week, move.system)):
        yield move, "main"
        if move.replica_pool is not None:
            yield move, "replica"
