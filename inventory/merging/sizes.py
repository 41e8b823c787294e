"""How large a system is: what its servers have together, or what its ledger says; a difference is kept as a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.merging import values as typed
from inventory.merging.parts import Rulings, label_of, shown
from inventory.model import Gap, Server, System

_TENTH_TB_GIB = 102.4  # 1 TB = 1024 GB in ledgers


def with_servers(
    systems: Mapping[str, System], servers: Sequence[Server], rulings: Rulings
) -> tuple[dict[str, System], list[Gap]]:
    """Each system with its servers, sized by them where they are all known."""
    own: dict[str, list[Server]] = defaultdict(list)
    for server in servers:
        if server.system_id is not None:
            own[server.system_id].append(server)
    joined, gaps = {}, []
    for system_id, system in systems.items():
        rows = own.get(system_id, [])
        sums, found = _sizes(system, rows, rulings)
        gaps += found
        joined[system_id] = replace(_completed(system, rows), server_ids=tuple(sorted(row.id for row in rows)), **sums)  # type: ignore[arg-type]
    return joined, gaps


def _completed(system: System, servers: Sequence[Server]) -> System:
    """Where the ledger does not say it: the zones the servers stand in, and the architecture all of them have."""
    sources = [server for server in servers if not _is_target(server)] or servers
    zones = system.zones or tuple(sorted({server.zone for server in sources if server.zone is not None}))
    architectures = {server.cpu_arch for server in sources}
    shared = next(iter(architectures)) if len(architectures) == 1 else None
    return replace(system, zones=zones, cpu_arch=system.cpu_arch or shared)


def _is_target(server: Server) -> bool:
    """Whether the server was made for a migration: its metadata names the wave."""
    return "metadata.govcloud:wave" in server.fields


# field of System and of Server, column of the ledger
_SIZES = (("vcpu", "vcpu", "vcpu"), ("memory_gib", "memory_gib", "mem"), ("storage_gib", "disk_gib", "storage"))


def _sizes(system: System, servers: Sequence[Server], rulings: Rulings) -> tuple[dict[str, float], list[Gap]]:
    """What the servers have together, where it is to hold; what the ledger says otherwise is a gap.

    The servers' sum holds if all of them are known: as many as the ledger counts, or, where it does not count them, no
    smaller than what it says. Servers that were made for a migration (their metadata names a wave) are not counted beside
    those they take over.
    """
    counted = [server for server in servers if not _is_target(server) and server.deleted_on is None] or list(servers)
    if not counted:
        return {}, []
    gaps: list[Gap] = []
    declared = typed.whole(system.fields.get("vm_count"))
    answered = rulings.answers.get(_conflict_key(system, "vm_count"), "")
    if declared is not None and answered in {str(declared), str(len(counted))}:
        declared = int(answered)
    elif declared is not None and declared != len(counted):
        gaps.append(_differs(system, "vm_count", declared, len(counted), declared, counted[0]))
    sums: dict[str, float] = {}
    for name, size, column in _SIZES:
        values = [getattr(server, size) for server in counted]
        told: float | None = getattr(system, name)
        if None in values:
            continue
        total = sum(sorted(values))
        all_there = told is None or total >= told if declared is None else len(counted) >= declared
        used = total if all_there or told is None else told
        if told is not None and not _agrees(column, told, total) and column in system.origins:
            choices = {shown(told): told, shown(total): total}
            answer = rulings.answers.get(_conflict_key(system, column), "")
            used = choices.get(answer, used)
            if answer not in choices:
                gaps.append(_differs(system, column, told, total, used, counted[0]))
        sums[name] = int(used) if name == "vcpu" else float(used)
    return sums, gaps


def _agrees(column: str, told: float, total: float) -> bool:
    """Whether the ledger's figure may be the servers' sum, rounded up or down.

    A storage size in TB with one decimal (a multiple of 102.4 GiB; of whole GiB only from 1 TB on) is exact to 0.1 TB only.
    """
    if column != "storage":
        return told == total
    tenths = round(told / _TENTH_TB_GIB)
    in_tenths_of_tb = abs(told - tenths * _TENTH_TB_GIB) < 1e-6 and (told != int(told) or tenths >= 10)
    return abs(told - total) < (_TENTH_TB_GIB if in_tenths_of_tb else 1e-6)


def _conflict_key(system: System, column: str) -> str:
    return f"conflict:{system.id}:{column}"


def _differs(system: System, column: str, told: float, measured: float, used: float, server: Server) -> Gap:
    place = system.origins[column]
    label = label_of(column)
    return Gap(
        kind="conflict", origin=place, subject=system.id, field=column, raw=shown(told),
        message=Text(
            f"“{system.name}”的{label.zh}：台账（{place.place}）为 {shown(told)}，其服务器合计（{server.source}）为 {shown(measured)}；暂取 {shown(used)}",
            f'{label.en} of "{system.name}": the ledger ({place.place}) says {shown(told)}, its servers ({server.source}) come to {shown(measured)}; '
            f"{shown(used)} is used for now",
        ),
        question=Text(f"{label.zh}以哪个为准？", f"which {label.en} is right?"), choices=(shown(told), shown(measured)),
        answer_key=_conflict_key(system, column),
    )  # fmt: skip
