"""What `build` returns: the problem, why each number is what it is, who is not in it, and what was assumed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from catalogs.words import Text
from planner.problem.problem import PlanningProblem

SCHEMA = "govcloud/built/1"

# Why a system is not in the problem. The list is closed: reports count by it.
Reason = Literal[
    "secrecy-unknown",  # 密级不明: the secrecy office must say
    "zombie-confirmed",  # confirmed: retire instead
    "disposition",  # somebody decided something other than a move
    "under-construction",  # not in operation yet
    "retired",  # already taken out of service
    "already-there",  # it runs in the target cloud
    "migrated",  # accepted after its move
    "switched-off",  # all its servers have been off for long: to be reclaimed, or switched on again
    "resources-unknown",  # neither servers nor a declared size
    "zone-unknown",  # no network zone of the target cloud can be told
    "no-pool",  # no pool has zone, level and architecture
    "too-large",  # larger than any pool it may take
    "classified",  # 涉密: counted only
]

REASONS: Mapping[Reason, Text] = {
    "classified": Text("涉密，不上政务云", "classified: never on the government cloud"),
    "secrecy-unknown": Text("密级不明，须由保密部门认定", "secrecy unknown: the secrecy office must say"),
    "zombie-confirmed": Text("已确认为僵尸系统，应关停", "confirmed zombie: to be shut down"),
    "disposition": Text("处置方式不是迁移", "its disposition is not a move"),
    "under-construction": Text("在建，尚未运行", "under construction"),
    "retired": Text("已停用或下线", "out of service"),
    "already-there": Text("已在目标云上", "already in the target cloud"),
    "migrated": Text("已迁移并验收", "moved and accepted"),
    "switched-off": Text(
        "全部服务器长期关机，应回收或先开机", "all its servers are switched off: reclaim them, or start them first"
    ),
    "resources-unknown": Text("资源规模不明", "its size is not known"),
    "zone-unknown": Text("网络区域不明", "its network zone is not known"),
    "no-pool": Text("没有满足区域、等保和架构要求的资源池", "no pool has its zone, level and architecture"),
    "too-large": Text("需求超过任何可用资源池", "larger than any pool it may take"),
}

NOTES: Mapping[str, Text] = {
    "arch-assumed": Text("处理器架构不明，按假定", "architecture assumed"),
    "deadline-missed": Text("硬期限来不及，改按软期限计", "hard deadlines that cannot be met, taken as due dates"),
    "due-past": Text("期限已过或来不及", "due dates that have passed"),
    "frozen-week-blocked": Text("已冻结的割接周又遇封网，重新排期", "frozen weeks that a newer freeze forbids"),
    "gpu": Text("需要 GPU，须核实", "needs a GPU: to be checked"),
    "hold": Text("暂缓", "held back"),
    "mlps-assumed": Text("等保级别不明，按假定", "MLPS level assumed"),
    "no-replica-pool": Text("要求灾备，但没有可放的资源池", "a copy is wanted, but no pool can take it"),
    "overbooked": Text("资源池已超配，可用量按 0 计", "pools that are overbooked count as empty"),
    "past-raised": Text("过去各周的上限放宽到实际用量", "past limits raised to what was really used"),
    "pin-pool": Text("锁定的资源池不可用", "pinned to a pool that cannot be taken"),
    "pin-unreadable": Text("看不懂的锁定", "pins that cannot be read"),
    "provider-not-planned": Text("所依赖的系统不在计划内", "depends on a system that is not planned"),
    "residency-unclear": Text("数据驻留要求不明，须核实", "data residency to be checked"),
    "server-off": Text("关机的服务器", "servers that are off"),
    "size-assumed": Text("规模按假定", "size assumed"),
    "size-limited": Text("按实际使用应扩容，但没有这么大的规格", "busy servers that no larger flavour can take"),
    "split-by-zone": Text("跨网络区域，拆成几部分", "split by network zone"),
    "suspected-zombie": Text("疑似僵尸系统：先判定再迁", "suspected zombies: decide before they move"),
    "tangled": Text("相互依赖太多，须先解耦", "too many that depend on each other"),
    "target-past": Text("期限早于计划期的目标", "targets due before the horizon"),
    "target-unreachable": Text("可排期的系统不够的目标", "targets that want more systems than can be planned"),
    "window-avoid": Text("宜避开的时段（未作为封网）", "weeks to avoid (no freeze)"),
    "window-warn": Text("须留意的时段", "weeks to be aware of"),
    "zone-without-servers": Text("申报了区域但没有服务器", "a zone without servers"),
}
"""What each kind of note is about, by its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A system that is not in the problem, with the reason and the facts behind it.

    A classified system has no id and no name here: it is only counted, one entry for all with `count`.
    """

    system: str | None
    name: str | None
    department: str | None
    reason: Reason
    detail: Text
    disposition: str | None = None
    count: int = 1

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "system": self.system,
            "name": self.name,
            "department": self.department,
            "reason": self.reason,
            "detail": self.detail.as_json(),
            "disposition": self.disposition,
            "count": self.count,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One step in how a number came about: what, the value after the step, and where it was taken from."""

    what: Text
    value: str
    origins: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {"what": self.what.as_json(), "value": self.value, "origins": list(self.origins)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """An assumption or a softened rule that a planner must know; `code` groups them."""

    code: str
    subject: str
    text: Text

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {"code": self.code, "subject": self.subject, "text": self.text.as_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetServer:
    """What one server becomes in the target cloud; `basis` says what its size was taken from."""

    server: str
    system: str
    pool: str
    flavor: str
    vcpu: int
    memory_gib: int
    storage_gib: int
    basis: Literal["measured", "provisioned", "declared"]

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "server": self.server,
            "system": self.system,
            "pool": self.pool,
            "flavor": self.flavor,
            "vcpu": self.vcpu,
            "memory_gib": self.memory_gib,
            "storage_gib": self.storage_gib,
            "basis": self.basis,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A planning problem with everything about how it came about.

    `basis` maps the beginning of a path (`systems[his].options[a-x86].demand`) to its steps. `parts` maps the id of a
    planned system to the id in the inventory: a system in two zones is planned in two parts that move together.
    `servers` has what each server becomes in each pool that its system may take.
    """

    problem: PlanningProblem
    basis: Mapping[str, tuple[Basis, ...]]
    left_out: tuple[LeftOut, ...]
    notes: tuple[Note, ...]
    parts: Mapping[str, str]
    servers: tuple[TargetServer, ...]
    service: str
    policy: str
    catalog_digest: str

    def as_json(self) -> dict[str, Any]:
        """The file written beside problem.json; `plan explain --number` reads it."""
        return {
            "schema": SCHEMA,
            "service": self.service,
            "policy": self.policy,
            "catalog_digest": self.catalog_digest,
            "parts": dict(sorted(self.parts.items())),
            "servers": [server.as_json() for server in self.servers],
            "left_out": [item.as_json() for item in self.left_out],
            "notes": [note.as_json() for note in self.notes],
            "basis": {path: [step.as_json() for step in steps] for path, steps in sorted(self.basis.items())},
        }


_CUTS = re.compile(r"[.\[]")


def steps_of(built: Mapping[str, Any], path: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The steps behind a number, from a file that `as_json` made: those of every recorded beginning of its path.

    Args:
        built: the parsed file.
        path: such as `systems[his].options[a-x86].demand[vcpu]`; systems, pools and teams by id.

    Returns:
        Pairs of the recorded path and one of its steps, from the general to the special; empty where nothing is known.
    """
    wanted = path.strip()
    basis: Mapping[str, list[Mapping[str, Any]]] = built["basis"]
    beginnings = [wanted[: found.start()] for found in _CUTS.finditer(wanted)] + [wanted]
    return [(beginning, step) for beginning in beginnings if beginning in basis for step in basis[beginning]]
