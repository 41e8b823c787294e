"""Dependencies → the order of moves: providers first, mutual dependencies close together, callers at one site."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Dependency
from planner.build.built import Basis, Note
from planner.problem.problem import Before, SameSite, Within

if TYPE_CHECKING:
    from catalogs.models_planning import Planning


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationsFound:
    """What the problem has of relations, where each comes from, and dependencies that bind nothing, with the reason."""

    before: tuple[Before, ...]
    within: tuple[Within, ...]
    same_site: tuple[SameSite, ...]
    basis: Mapping[str, tuple[Basis, ...]]
    notes: tuple[Note, ...]


def find_relations(
    dependencies: Sequence[Dependency],
    planned: Collection[str],
    there: Collection[str],
    planning: Planning,
    weeks_for: Callable[[Sequence[str]], int],
    fixed: Collection[str] = (),
) -> RelationsFound:
    """Relations among planned systems.

    Systems that depend on each other in a circle cannot wait for one another: they move within a few weeks instead.

    Args:
        dependencies: of the inventory.
        planned: ids in the problem.
        there: ids of systems already in the target cloud; depending on them binds nothing.
        planning: the rules.
        weeks_for: how many weeks a group needs at least under its departments' parallel limits; a circle that needs
            more than the rule allows has as many.
        fixed: ids whose move has begun or is frozen; what they call no longer binds them.
    """
    rules = planning.relations
    used = [
        d
        for d in dependencies
        if d.basis in rules.basis and d.consumer != d.provider and d.consumer in planned and d.consumer not in fixed
    ]
    edges: dict[tuple[str, str], Dependency] = {}
    notes: list[Note] = []
    for dependency in sorted(used, key=lambda d: (d.consumer, d.provider, d.basis)):
        if dependency.provider in planned:
            edges.setdefault((dependency.consumer, dependency.provider), dependency)
        elif dependency.provider not in there:
            notes.append(_unplanned_provider(dependency))
    groups = _circles(planned, edges)
    group_of = {member: number for number, members in enumerate(groups) for member in members}
    basis: dict[str, tuple[Basis, ...]] = {}
    before: list[Before] = []
    for (consumer, provider), dependency in sorted(edges.items()):
        together = consumer in group_of and group_of[consumer] == group_of.get(provider)
        if rules.provider_first and not together:
            basis[f"before[{provider},{consumer}]"] = (_said(dependency), _lag(planning))
            before.append(Before(first=provider, then=consumer, lag_weeks=rules.lag_weeks))
    bound = [members for members in groups if len(members) <= rules.cycle_most_systems]
    notes += [_too_tangled(members) for members in groups if len(members) > rules.cycle_most_systems]
    within = tuple(
        Within(systems=members, weeks=max(rules.cycle_within_weeks, weeks_for(members))) for members in bound
    )
    for members in bound:
        inside = [d for pair, d in sorted(edges.items()) if set(pair) <= set(members)]
        basis[f"within[{','.join(members)}]"] = tuple(_said(d) for d in inside)
    penalty = planning.placement.other_site_penalty
    pairs = sorted({(min(pair), max(pair)) for pair in edges}) if penalty else []
    same_site = tuple(SameSite(systems=pair, penalty=penalty) for pair in pairs)
    return RelationsFound(before=tuple(before), within=within, same_site=same_site, basis=basis, notes=tuple(notes))


def _lag(planning: Planning) -> Basis:
    what = Text("被调用的先迁，至少隔", "the called one first, weeks between")
    return Basis(
        what=what, value=str(planning.relations.lag_weeks), origins=(f"planning/{planning.id}.yaml: relations",)
    )


def _said(dependency: Dependency) -> Basis:
    measured = dependency.basis == "measured"
    what = Text(
        f"{dependency.consumer} 调用 {dependency.provider}（{'测得' if measured else '申报'}）",
        f"{dependency.consumer} calls {dependency.provider} ({dependency.basis})",
    )
    return Basis(what=what, value=dependency.basis, origins=(dependency.origin.place,))


def _unplanned_provider(dependency: Dependency) -> Note:
    text = Text(
        f"{dependency.consumer} 调用的 {dependency.provider} 不在计划中，先后关系不起作用，迁移前须核实",
        f"{dependency.consumer} calls {dependency.provider}, which is not planned: no order is kept; to be checked before the move",
    )
    return Note(code="provider-not-planned", subject=dependency.consumer, text=text)


def _too_tangled(members: Sequence[str]) -> Note:
    listed = "、".join(members)
    text = Text(
        f"{len(members)} 个系统相互依赖（{listed}），同期迁移不现实：不作约束，须先解耦接口",
        f"{len(members)} systems depend on each other in circles ({listed}): too many to move at once; not bound, untie them first",
    )
    return Note(code="tangled", subject=members[0], text=text)


def _circles(nodes: Iterable[str], edges: Collection[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Groups of two or more that reach each other (strongly connected components, Tarjan 1972), sorted by their ids."""
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for consumer, provider in sorted(edges):
        following[consumer].append(provider)
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found: list[tuple[str, ...]] = []

    def begin(node: str) -> Iterator[str]:
        number[node] = lowest[node] = len(number)
        path.append(node)
        on_path.add(node)
        return iter(following[node])

    for root in sorted(following):
        if root in number:
            continue
        work = [(root, begin(root))]
        while work:
            node, rest = work[-1]
            step = next(rest, None)
            if step is None:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    cut = path.index(node)
                    members, path = path[cut:], path[:cut]
                    on_path.difference_update(members)
                    if len(members) > 1:
                        found.append(tuple(sorted(members)))
            elif step not in number:
                work.append((step, begin(step)))
            elif step in on_path:
                lowest[node] = min(lowest[node], number[step])
    return sorted(found)
