"""What a report on migration is calculated from: each system's state, the profile's targets, and how both are counted.

Which systems count is the planner's own rule (planner/build/scope.py), so that plan and report never differ: a system is
migrated once its acceptance was decided, or where it already stands in the target cloud and the profile counts those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Inventory, Server, System
from inventory.storage.decisions import Decision, acceptance_of, in_force
from planner.build.built import REASONS, LeftOut, Reason
from planner.build.capacity import pool_of
from planner.build.scope import by_system, excluded_reasons, find_scope, sent_away

if TYPE_CHECKING:
    from catalogs.models_policy import MigrationSection, Policy
    from catalogs.models_service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemState:
    """One system: whether it counts, whether it is migrated, since when, and on which evidence.

    `state` is `accepted`, `already-there`, `to-move` or the reason why it is not to be moved (`planner.build.built.Reason`).
    `accepted_on` and `evidence` are those of the acceptance; `stands` says where its servers are in the snapshot.
    """

    system_id: str
    name: str
    department: str | None
    location: str | None
    state: str
    counted: bool
    migrated: bool
    why: Text
    stands: Text
    confirmed: bool | None = None  # all its servers were seen in the target cloud; None where it has none
    accepted_on: date | None = None
    evidence: str | None = None
    decision_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A share of the systems that count, to be reached by a date, with the clause that asks for it."""

    id: str
    clause: str | None
    place: str
    text: str
    by_on: date
    share_ratio: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A machine room that is to be empty by a date."""

    location: str
    by_on: date
    binding: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """All systems and targets. `unlisted` counts systems that may not be named, with their reason and whether they count."""

    systems: tuple[SystemState, ...]
    goals: tuple[Goal, ...]
    rooms: tuple[Room, ...] = ()
    unlisted: tuple[tuple[Reason, int, bool], ...] = ()
    counts_already_there: bool = True
    begins_on: date | None = None  # first day of time-proportional progress, where the profile asks for it
    uncounted: Mapping[Reason, int] = field(default_factory=dict)

    @property
    def denominator(self) -> int:
        """应迁系统数: all systems that count."""
        return sum(one.counted for one in self.systems) + sum(count for _, count, counts in self.unlisted if counts)

    def done(self, on: date) -> int:
        """How many of them were migrated at the end of a day; those that stand there without a date count always."""
        return sum(one.migrated and (one.accepted_on is None or one.accepted_on <= on) for one in self.systems)

    def wanted(self, goal: Goal) -> int:
        """⌈share × denominator⌉, as the planner counts it."""
        return ceil(goal.share_ratio * self.denominator)

    def steady(self, on: date) -> int | None:
        """序时应达: what a steady pace from `begins_on` to each target has reached on a day, rounded down.

        `None` where the profile has no time-proportional progress, or no target.
        """
        if self.begins_on is None or not self.goals:
            return None
        start, before = self.begins_on, self.done(self.begins_on)
        for goal in self.goals:
            wanted = max(self.wanted(goal), before)
            if on <= goal.by_on:
                passed = Fraction(max((on - start).days, 0), max((goal.by_on - start).days, 1))
                return before + int(passed * (wanted - before))
            start, before = goal.by_on, wanted
        return before


def migration_of(
    inventory: Inventory,
    decisions: Sequence[Decision],
    policy: Policy,
    service: Service,
    on: date,
    *,
    classified_count: int,
    secrecy_unknown_count: int,
    seen_on: date | None = None,
) -> Migration:
    """Where every system stands on a day.

    Args:
        inventory: systems that may be named; the others come as counts.
        decisions: those taken until then.
        policy: its targets and exclusions.
        service: the target cloud.
        on: the local day.
        classified_count: systems of which only the number is known.
        secrecy_unknown_count: systems without a ruling on secrecy.
        seen_on: the day on which servers were last collected; a later acceptance cannot be held against them.
    """
    rules = policy.migration
    scope = find_scope(inventory, (), decisions, service, on)
    accepted = in_force(decisions, "acceptance")
    standing = by_system(inventory.servers)
    out = {item.system: item for item in scope.left_out if item.system is not None}
    states = (
        _state(system, out.get(system.id), accepted.get(system.id), standing.get(system.id, ()), rules, service, on)
        for system in inventory.systems
        if system.secrecy == "unclassified"
    )
    systems = tuple(_held_against(state, seen_on) for state in states)
    away = set(excluded_reasons(rules.excluded))
    unlisted: list[tuple[Reason, int, bool]] = [
        ("classified", classified_count, "classified" not in away),
        ("secrecy-unknown", secrecy_unknown_count, "secrecy-unknown" not in away),
    ]
    return Migration(
        systems=systems,
        goals=tuple(_goals(policy)),
        rooms=tuple(
            Room(location=room.location, by_on=room.by_on, binding=room.kind != "ignore") for room in rules.clearances
        ),
        unlisted=tuple(row for row in unlisted if row[1]),
        counts_already_there=rules.counts_already_there,
        begins_on=rules.progress_from_on if rules.progress == "linear" else None,
        uncounted=_uncounted(systems, scope.left_out),
    )


def _uncounted(systems: Iterable[SystemState], left_out: Iterable[LeftOut]) -> dict[Reason, int]:
    aside = {one.system_id for one in systems if not one.counted}
    return dict(sorted(Counter(item.reason for item in left_out if item.system in aside).items()))


def _goals(policy: Policy) -> Iterable[Goal]:
    for target in sorted(policy.migration.targets, key=lambda item: (item.by_on, item.id)):
        clause = policy.clause(target.clause) if target.clause else None
        yield Goal(
            id=target.id,
            clause=target.clause,
            place=clause.place if clause else target.source or "",
            text=clause.text if clause else "",
            by_on=target.by_on,
            share_ratio=Fraction(target.share_ratio),
        )


def _state(
    system: System,
    item: LeftOut | None,
    accepted: Decision | None,
    servers: Sequence[Server],
    rules: MigrationSection,
    service: Service,
    on: date,
) -> SystemState:
    accepted_on, evidence = acceptance_of(accepted) if accepted is not None else (None, None)
    early = accepted_on is not None and accepted_on > on
    reason: Reason | None = item.reason if item is not None and not early else None
    there = reason == "already-there"
    counted = _counts(item if reason else None, rules.excluded) and (rules.counts_already_there or not there)
    confirmed, stands = _seen(servers, service)
    return SystemState(
        system_id=system.id,
        name=system.name,
        department=system.department,
        location=system.location,
        state={None: "to-move", "migrated": "accepted"}.get(reason, reason or ""),
        counted=counted,
        migrated=counted and reason in ("migrated", "already-there"),
        why=_why(item if reason else None, accepted_on if early else None),
        stands=stands,
        confirmed=confirmed,
        accepted_on=accepted_on if reason == "migrated" else None,
        evidence=evidence if reason == "migrated" else None,
        decision_id=_decision_id(accepted) if accepted is not None and reason == "migrated" else None,
    )


def _held_against(state: SystemState, seen_on: date | None) -> SystemState:
    """An acceptance that is newer than the snapshot says nothing against it, nor the snapshot against the acceptance."""
    on = state.accepted_on
    if state.confirmed is not False or on is None or seen_on is None or on <= seen_on:
        return state
    older = Text(f"快照（{seen_on}）早于验收", f"the snapshot ({seen_on}) is older than the acceptance")
    return replace(state, confirmed=None, stands=older)


def _decision_id(accepted: Decision) -> str:
    """The id in the store: evidence keeps it in the value, because it leaves out who decided."""
    value = accepted.value
    return str(value["decision"]) if isinstance(value, Mapping) and "decision" in value else accepted.id


def _counts(item: LeftOut | None, excluded: Collection[str]) -> bool:
    return item is None or (item.reason not in set(excluded_reasons(excluded)) and not sent_away(item, excluded))


def _why(item: LeftOut | None, early_on: date | None) -> Text:
    """Why a system is where it is, without who decided it: no names of people leave the store."""
    if early_on is not None:
        return Text(f"验收日期 {early_on} 尚未到", f"its acceptance is dated {early_on}, which is still to come")
    if item is None:
        return Text("待迁移", "to be moved")
    text = REASONS[item.reason]
    if item.disposition is None:
        return text
    from inventory.storage.decisions import DISPOSITIONS

    what = DISPOSITIONS.get(item.disposition, Text(item.disposition, item.disposition))
    return Text(f"{text.zh}：{what.zh}", f"{text.en}: {what.en}")


def _seen(servers: Sequence[Server], service: Service) -> tuple[bool | None, Text]:
    """Whether a system's servers stand in the target cloud, by the snapshot."""
    if not servers:
        return None, Text("快照中没有它的服务器", "no server of it in the snapshots")
    there = sum(pool_of(server, service) is not None for server in servers)
    if there == len(servers):
        return True, Text(f"{there} 台全在目标云", f"all {there} servers are in the target cloud")
    text = f"{there}/{len(servers)}"
    return False, Text(f"{text} 台在目标云", f"{text} servers are in the target cloud")
