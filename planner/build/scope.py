"""Which systems are planned, and why each other one is not. Nothing is dropped silently."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from catalogs.words import Text
from inventory.model import Inventory, Server, System
from inventory.storage.decisions import DISPOSITIONS, Decision, in_force
from planner.build.built import LeftOut, Reason
from planner.build.capacity import pool_of

if TYPE_CHECKING:
    from catalogs.models_service import Service

BUILDING = frozenset({"在建", "拟建"})
GONE = frozenset({"已下线", "停用"})


class Verdict(Protocol):
    """What is read of a zombie verdict (inventory/zombies/judge.py)."""

    @property
    def system_id(self) -> str:
        """The system."""

    @property
    def state(self) -> str:
        """`zombie`, `in_use` or `unknown`; a suspicion until a person confirms it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Systems to be planned, systems left out, those that count as migrated, and those under suspicion."""

    planned: tuple[System, ...]
    left_out: tuple[LeftOut, ...]
    migrated: frozenset[str]
    suspected: frozenset[str]


def find_scope(
    inventory: Inventory,
    verdicts: Iterable[Verdict],
    decisions: Sequence[Decision],
    service: Service,
    as_of_on: date,
    *,
    keep: Collection[str] = (),
) -> Scope:
    """Sort every system of the inventory into planned or left out.

    A system with a decision that speaks for it is planned even where the default would leave it out: `move` and
    `rebuild` bring back a system that stands in the target cloud already. Systems to `keep` are planned whatever else
    speaks against it: their move has begun.
    """
    servers = by_system(inventory.servers)
    rulings = _Rulings(
        dispositions=in_force(decisions, "disposition"),
        zombies=in_force(decisions, "zombie"),
        accepted=in_force(decisions, "acceptance"),
        as_of_on=as_of_on,
    )
    planned: list[System] = []
    out: list[LeftOut] = []
    for system in inventory.systems:
        found = None if system.id in keep else _why_not(system, servers.get(system.id, ()), rulings, service)
        if found is None:
            planned.append(system)
        else:
            out.append(
                LeftOut(
                    system=system.id, name=system.name, department=system.department,
                    reason=found.reason, detail=found.detail, disposition=found.disposition,
                )
            )  # fmt: skip
    if inventory.classified_count:
        text = Text("涉密系统只计数，不列名称", "classified systems are only counted")
        out.append(
            LeftOut(
                system=None,
                name=None,
                department=None,
                reason="classified",
                detail=text,
                count=inventory.classified_count,
            )
        )
    suspected = frozenset(verdict.system_id for verdict in verdicts if verdict.state == "zombie")
    moved = frozenset(item.system for item in out if item.reason in {"already-there", "migrated"} and item.system)
    return Scope(planned=tuple(planned), left_out=tuple(out), migrated=moved, suspected=suspected)


def by_system(servers: Iterable[Server]) -> Mapping[str, tuple[Server, ...]]:
    """Servers that still exist, by system id."""
    found: dict[str, list[Server]] = {}
    for server in servers:
        if server.system_id is not None and server.deleted_on is None:
            found.setdefault(server.system_id, []).append(server)
    return {system: tuple(sorted(items, key=lambda server: server.id)) for system, items in found.items()}


class _Out(NamedTuple):
    reason: Reason
    detail: Text
    disposition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rulings:
    dispositions: Mapping[str, Decision]
    zombies: Mapping[str, Decision]
    accepted: Mapping[str, Decision]
    as_of_on: date


def _why_not(system: System, servers: Sequence[Server], rulings: _Rulings, service: Service) -> _Out | None:
    """The first reason that speaks against planning a system: secrecy, then what people decided, then how it stands."""
    if system.secrecy != "unclassified":
        return _Out(
            "secrecy-unknown",
            Text("台账没有写明密级，保密部门也没有认定", "no ledger and no ruling says whether it is classified"),
        )
    return _decided_away(system, rulings) or (
        None if system.id in rulings.dispositions else _as_it_stands(system, servers, service)
    )


def _decided_away(system: System, rulings: _Rulings) -> _Out | None:
    accepted = rulings.accepted.get(system.id)
    if accepted is not None:
        return _Out("migrated", _decided(accepted, Text("已验收", "accepted")))
    zombie = rulings.zombies.get(system.id)
    if zombie is not None and confirms_zombie(zombie.value):
        return _Out("zombie-confirmed", _decided(zombie, Text("认定为僵尸系统", "confirmed as a zombie")))
    decision = rulings.dispositions.get(system.id)
    if decision is None or _expired(decision.value, rulings.as_of_on):
        return None
    disposition = disposition_of(decision.value) or "?"
    if disposition in {"move", "rebuild"}:
        return None
    what = DISPOSITIONS.get(disposition, Text(disposition, disposition))
    return _Out("disposition", _decided(decision, what), disposition)


def _as_it_stands(system: System, servers: Sequence[Server], service: Service) -> _Out | None:
    status = Text(f"台账状态：{system.status}", f"status in the ledger: {system.status}")
    if system.status in GONE:
        return _Out("retired", status)
    if system.status in BUILDING:
        return _Out("under-construction", status)
    pools = {pool_of(server, service) for server in servers}
    if servers and None not in pools:
        listed = "、".join(sorted(pool for pool in pools if pool))
        return _Out("already-there", Text(f"全部服务器已在 {listed}", f"all its servers are in {listed}"))
    return None


def disposition_of(value: object) -> str | None:
    """The disposition that a decision's value names."""
    if isinstance(value, Mapping):
        named = value.get("disposition")
        return str(named) if named is not None else None
    return str(value) if isinstance(value, str) else None


def _expired(value: object, as_of_on: date) -> bool:
    """A deferral with a date `until` ends with it."""
    until = value.get("until") if isinstance(value, Mapping) else None
    return isinstance(until, str) and len(until) == 10 and date.fromisoformat(until) < as_of_on


def confirms_zombie(value: object) -> bool:
    """Whether a step in a zombie case says that the system is a zombie: confirmed, or any step after it."""
    step = value.get("step") if isinstance(value, Mapping) else value
    return step in {"confirmed", "confirm", "backed-up", "backup", "shut-down", "shutdown", "released", "closed"}


def _decided(decision: Decision, what: Text) -> Text:
    when = decision.decided_at.date()
    return Text(
        f"{what.zh}（{decision.actor}，{when}，决定 {decision.id}）：{decision.reason}",
        f"{what.en} ({decision.actor}, {when}, decision {decision.id}): {decision.reason}",
    )


def counted(scope: Scope, excluded: Collection[str]) -> int:
    """The denominator of a migration target: all known systems but those the profile leaves out.

    Classified systems and those of unknown secrecy are counted only where the profile does not exclude them.
    """
    left_away = set(excluded_reasons(excluded))
    rest = sum(item.count for item in scope.left_out if item.reason not in left_away and not sent_away(item, excluded))
    return len(scope.planned) + rest


def excluded_reasons(excluded: Collection[str]) -> Iterator[Reason]:
    """The reasons that the profile's exclusions stand for."""
    names: Mapping[str, tuple[Reason, ...]] = {
        "classified": ("classified",),
        "secrecy_unknown": ("secrecy-unknown",),
        "zombie_confirmed": ("zombie-confirmed",),
        "under_construction": ("under-construction",),
        "retired": ("retired",),
    }
    for kind in excluded:
        yield from names.get(kind, ())


def sent_away(item: LeftOut, excluded: Collection[str]) -> bool:
    """Whether a system was decided to be retired, merged or handed to the province, and the profile leaves such systems out."""
    if item.reason != "disposition":
        return False
    retired = item.disposition in {"retire", "merge-into"} and "retired" in excluded
    return retired or (item.disposition == "to-province" and "not_municipal" in excluded)
