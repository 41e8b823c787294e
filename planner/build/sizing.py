"""What each server of a system needs: by measured use where it is known well enough, else what it has today.

need = provisioned × max(least share, statistic of use ÷ target use), for vCPU and memory each on its own;
storage = data used × (1 + free share), never more than provisioned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Literal, Protocol

from catalogs.words import Text
from inventory.model import Server, System
from planner.build.built import Basis, Note

if TYPE_CHECKING:
    from catalogs.models_planning import Planning, RightSizing

SizeBasis = Literal["measured", "provisioned", "declared"]


class UseRate(Protocol):
    """What is read of a usage rate (inventory/usage/rates.py), of the kind `server`."""

    @property
    def kind(self) -> str:
        """The kind of group; only `server` is read here."""

    @property
    def group(self) -> str:
        """The server's id."""

    @property
    def metric(self) -> str:
        """`cpu`, `memory` or `storage`."""

    @property
    def statistic(self) -> str:
        """`p95`, `peak`, `mean_daily_peak`, …."""

    @property
    def numerator(self) -> int | None:
        """`None` where nothing was measured."""

    @property
    def denominator(self) -> int:
        """In the numerator's unit."""

    @property
    def coverage(self) -> float | None:
        """Share of the time that was measured."""

    @property
    def days(self) -> int:
        """Days in the period."""


Use = Mapping[tuple[str, str, str], UseRate]  # by server, metric, statistic


def use_by_server(rates: Sequence[UseRate]) -> Use:
    """Rates of servers by server id, metric and statistic."""
    return {(rate.group, rate.metric, rate.statistic): rate for rate in rates if rate.kind == "server"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedServer:
    """What one server needs, before architecture, flavour and growth. `zone` is a zone id of the target cloud.

    `most_vcpu` and `most_memory_gib` are what it has today: a busy server may need more, but where no flavour is that
    large it gets as much as it has.
    """

    id: str
    zone: str | None
    vcpu: Fraction
    memory_gib: Fraction
    storage_gib: Fraction
    basis: SizeBasis
    most_vcpu: Fraction
    most_memory_gib: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """The need of a system; `why_unknown` where its size cannot be told at all, or nothing of it runs (`all_off`). `data_gib` is what is to be copied."""

    servers: tuple[SizedServer, ...]
    data_gib: Fraction
    steps: tuple[Basis, ...]
    notes: tuple[Note, ...] = ()
    why_unknown: Text | None = None
    all_off: bool = False


def size_system(
    system: System,
    servers: Sequence[Server],
    zone_of: Mapping[str, str | None],
    use: Use,
    planning: Planning,
    as_of_on: date,
) -> Sizing:
    """The need of each server of a system, or of the whole where only its declared size is known.

    Args:
        system: from the inventory.
        servers: its servers, by id.
        zone_of: the target zone of each server, `None` where it is not known.
        use: rates of servers.
        planning: the figures to size by.
        as_of_on: the local day everything is seen from.
    """
    limit = as_of_on - timedelta(days=planning.right_sizing.powered_off_days)
    moved = [server for server in servers if server.deleted_on is None and not _off_since(server, limit)]
    notes = [_reclaimed(server) for server in servers if server.deleted_on is None and _off_since(server, limit)]
    if not servers:
        return _declared(system, planning)
    if not moved:
        why = Text("全部服务器长期关机", "all its servers have long been switched off")
        return Sizing(servers=(), data_gib=Fraction(0), steps=(), notes=tuple(notes), why_unknown=why, all_off=True)
    found: list[SizedServer] = []
    for server in moved:
        sized, flagged = _size_server(system, server, zone_of.get(server.id), use, planning)
        notes += flagged
        if sized is None:
            why = Text(f"服务器 {server.name} 的 vCPU 数不明", f"the vCPU of server {server.name} are not known")
            return Sizing(servers=(), data_gib=Fraction(0), steps=(), notes=tuple(notes), why_unknown=why)
        found.append(sized)
    storage = sum((sized.storage_gib for sized in found), Fraction(0))
    steps = _steps(system, moved, found, planning)
    return Sizing(servers=tuple(found), data_gib=_data(system, storage), steps=steps, notes=tuple(notes))


def _off_since(server: Server, limit: date) -> bool:
    return server.power == "off" and server.powered_off_on is not None and server.powered_off_on <= limit


def _reclaimed(server: Server) -> Note:
    text = Text(f"服务器 {server.name} 自 {server.powered_off_on} 关机，不迁，建议回收",
                f"server {server.name} has been off since {server.powered_off_on}: not moved, to be reclaimed")  # fmt: skip
    return Note(code="server-off", subject=server.id, text=text)


def _size_server(
    system: System, server: Server, zone: str | None, use: Use, planning: Planning
) -> tuple[SizedServer | None, list[Note]]:
    if server.vcpu is None:
        return None, []
    notes: list[Note] = []
    memory, storage = server.memory_gib, server.disk_gib
    if memory is None:
        memory = float(server.vcpu * planning.basics.memory_per_vcpu_gib)
        notes.append(_assumed(server, "内存", "memory", memory))
    if storage is None:
        storage = float(server.vcpu * planning.basics.storage_per_vcpu_gib)
        notes.append(_assumed(server, "存储", "storage", storage))
    rule = planning.right_sizing
    sized_down = rule.enabled and (system.system_class or "") not in rule.classes_excluded
    cpu = _use_of(server, "cpu", rule.statistic, use, rule) if sized_down else None
    mem = _use_of(server, "memory", rule.statistic, use, rule) if sized_down else None
    sto = _use_of(server, "storage", "peak", use, rule) if sized_down else None
    measured = cpu is not None and mem is not None
    return SizedServer(
        id=server.id,
        zone=zone,
        vcpu=_needed(server.vcpu, cpu, rule.cpu_target_ratio, rule) if measured else Fraction(server.vcpu),
        memory_gib=_needed(memory, mem, rule.memory_target_ratio, rule) if measured else Fraction(memory),
        storage_gib=Fraction(storage)
        if sto is None
        else min(Fraction(storage), Fraction(storage) * sto * (1 + Fraction(rule.storage_free_ratio))),
        basis="measured" if measured else "provisioned",
        most_vcpu=Fraction(server.vcpu),
        most_memory_gib=Fraction(memory),
    ), notes


def _assumed(server: Server, zh: str, en: str, value: float) -> Note:
    text = Text(f"服务器 {server.name} 的{zh}不明，按每 vCPU 的默认值计 {value:g} GiB",
                f"{en} of server {server.name} is not known; {value:g} GiB by the default per vCPU")  # fmt: skip
    return Note(code="size-assumed", subject=server.id, text=text)


def _use_of(server: Server, metric: str, statistic: str, use: Use, rule: RightSizing) -> Fraction | None:
    """The statistic as a share of what is provisioned; `None` unless days and coverage suffice."""
    rate = use.get((server.id, metric, statistic))
    if rate is None or rate.numerator is None or not rate.denominator or rate.days < rule.min_days:
        return None
    if rate.coverage is None or rate.coverage < float(rule.coverage_min_ratio):
        return None
    return Fraction(rate.numerator, rate.denominator)


def _needed(provisioned: float, used: Fraction | None, target: Decimal, rule: RightSizing) -> Fraction:
    """Provisioned × max(least share, used ÷ target use); may exceed what is provisioned."""
    share = max(Fraction(rule.min_share_ratio), (used or Fraction(0)) / Fraction(target))
    return Fraction(provisioned) * share


def _data(system: System, storage: Fraction) -> Fraction:
    """What is to be copied: the ledger's data size, else all storage."""
    return Fraction(system.data_gib) if system.data_gib is not None else storage


def _declared(system: System, planning: Planning) -> Sizing:
    """Only the ledger's totals are known: as many equal servers as it says, else one for every 8 vCPU."""
    if not system.vcpu:
        why = Text("台账没有 vCPU，也没有采集到服务器", "the ledger has no vCPU and no server was collected")
        return Sizing(servers=(), data_gib=Fraction(0), steps=(), why_unknown=why)
    notes: list[Note] = []
    memory, storage = system.memory_gib, system.storage_gib
    if memory is None:
        memory = float(system.vcpu * planning.basics.memory_per_vcpu_gib)
        notes.append(_assumed_system(system, "内存", "memory", memory))
    if storage is None:
        storage = float(system.vcpu * planning.basics.storage_per_vcpu_gib)
        notes.append(_assumed_system(system, "存储", "storage", storage))
    said = system.fields.get("vm_count")
    count = said if isinstance(said, int) and said > 0 else max(1, ceil(system.vcpu / 8))
    count = min(count, system.vcpu)
    each = [
        SizedServer(
            id=f"{system.id}/{number + 1}",
            zone=None,
            vcpu=Fraction(system.vcpu, count),
            memory_gib=Fraction(memory) / count,
            storage_gib=Fraction(storage) / count,
            basis="declared",
            most_vcpu=Fraction(system.vcpu, count),
            most_memory_gib=Fraction(memory) / count,
        )
        for number in range(count)
    ]
    origins = tuple(
        sorted({system.origins[name].place for name in ("vcpu", "mem", "storage") if name in system.origins})
    )
    step = Basis(
        what=Text(
            f"台账申报，按 {count} 台计（vCPU / 内存 GiB / 存储 GiB）",
            f"declared, as {count} servers (vCPU / memory / storage GiB)",
        ),
        value=f"{system.vcpu} / {memory:g} / {storage:g}",
        origins=origins,
    )
    return Sizing(servers=tuple(each), data_gib=_data(system, Fraction(storage)), steps=(step,), notes=tuple(notes))


def _assumed_system(system: System, zh: str, en: str, value: float) -> Note:
    text = Text(f"系统“{system.name}”的{zh}不明，按每 vCPU 的默认值计 {value:g} GiB",
                f"{en} of {system.name} is not known; {value:g} GiB by the default per vCPU")  # fmt: skip
    return Note(code="size-assumed", subject=system.id, text=text)


def _steps(
    system: System, servers: Sequence[Server], sized: Sequence[SizedServer], planning: Planning
) -> tuple[Basis, ...]:
    rule = planning.right_sizing
    measured = sum(item.basis == "measured" for item in sized)
    sources = tuple(sorted({server.source for server in servers}))
    provisioned = f"{sum(s.vcpu or 0 for s in servers)} / {sum(s.memory_gib or 0 for s in servers):g} / {sum(s.disk_gib or 0 for s in servers):g}"
    needed = " / ".join(
        f"{float(sum(getattr(item, name) for item in sized)):.6g}" for name in ("vcpu", "memory_gib", "storage_gib")
    )
    source = f"planning/{planning.id}.yaml: {planning.sources[rule.source].document}, {planning.sources[rule.source].confidence}"
    return (
        Basis(
            what=Text(
                f"{len(servers)} 台服务器现有（vCPU / 内存 GiB / 存储 GiB）",
                f"{len(servers)} servers today (vCPU / memory / storage GiB)",
            ),
            value=provisioned,
            origins=sources,
        ),
        Basis(
            what=Text(
                f"按实际使用核定 {measured} 台（{rule.statistic} ÷ {rule.cpu_target_ratio} / {rule.memory_target_ratio}，不低于 {rule.min_share_ratio}；存储 = 已用 × (1 + {rule.storage_free_ratio})），"
                f"其余 {len(sized) - measured} 台按现有",
                f"{measured} servers by measured use ({rule.statistic} ÷ {rule.cpu_target_ratio} / {rule.memory_target_ratio}, at least {rule.min_share_ratio};"
                f" storage = used × (1 + {rule.storage_free_ratio})), {len(sized) - measured} as they are",
            ),
            value=needed,
            origins=(f"usage: {system.id}", source),
        ),
    )
