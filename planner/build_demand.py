"""What a system needs in the target cloud: measured use where it is known well enough, else what it has today.

Per server: need = provisioned × max(least share, statistic of use ÷ target use), for vCPU and memory each on its own;
storage = data used × (1 + free share), never more than provisioned. Then the factor of the architecture, the smallest
flavour that holds it, the sum over servers, growth until the end of the horizon. Demand rounds up.
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
from planner.built import Basis, Note, TargetServer

if TYPE_CHECKING:
    from catalogs.models_planning import ArchChange, Planning, RightSizing
    from catalogs.models_service import Flavor, Service, ServicePool

SizeBasis = Literal["measured", "provisioned", "declared"]


class UseRate(Protocol):
    """What is read of a usage rate (inventory/usage.py), of the kind `server`."""

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
    """What one server needs, before architecture, flavour and growth. `zone` is a zone id of the target cloud."""

    id: str
    zone: str | None
    vcpu: Fraction
    memory_gib: Fraction
    storage_gib: Fraction
    basis: SizeBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """The need of a system; `why_unknown` where its size cannot be told at all, or nothing of it runs (`all_off`). `data_gib` is what is to be copied."""

    servers: tuple[SizedServer, ...]
    data_gib: Fraction
    steps: tuple[Basis, ...]
    notes: tuple[Note, ...] = ()
    why_unknown: Text | None = None
    all_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A system's servers in one pool: demand with growth, monthly price, and how it came about."""

    demand: tuple[int, int, int]
    price_fen_month: int
    servers: tuple[TargetServer, ...]
    steps: tuple[Basis, ...]


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


def place_in(
    system: System,
    sized: Sequence[SizedServer],
    pool: ServicePool,
    change: ArchChange | None,
    planning: Planning,
    service: Service,
) -> Placed | Text:
    """The servers as flavours of one pool with growth, or why that is not possible."""
    cpu_factor = Fraction(change.vcpu_ratio) if change else Fraction(1)
    memory_factor = Fraction(change.memory_ratio) if change else Fraction(1)
    chosen: list[TargetServer] = []
    price = Fraction(0)
    storage_price = _storage_price(pool, service)
    for item in sized:
        vcpu, memory = item.vcpu * cpu_factor, item.memory_gib * memory_factor
        flavor = smallest_flavor(service, pool, vcpu, memory)
        if flavor is None:
            return Text(
                f"没有规格能放下一台 {float(vcpu):.4g} vCPU、{float(memory):.4g} GiB 的服务器",
                f"no flavour holds a server of {float(vcpu):.4g} vCPU and {float(memory):.4g} GiB",
            )
        storage = max(flavor.system_disk_gib, ceil(item.storage_gib))
        price += flavor.price_fen_month + (storage - flavor.system_disk_gib) * storage_price
        chosen.append(
            TargetServer(
                server=item.id, system=system.id, pool=pool.id, flavor=flavor.id, vcpu=flavor.vcpu,
                memory_gib=ceil(flavor.memory_gib), storage_gib=storage, basis=item.basis,
            )
        )  # fmt: skip
    sums = (sum(s.vcpu for s in chosen), sum(s.memory_gib for s in chosen), sum(s.storage_gib for s in chosen))
    factor = growth_factor(planning)
    demand = (ceil(sums[0] * factor), ceil(sums[1] * factor), ceil(sums[2] * factor))
    return Placed(
        demand=demand,
        price_fen_month=ceil(price),
        servers=tuple(chosen),
        steps=_placing(sums, demand, change, planning),
    )


def smallest_flavor(service: Service, pool: ServicePool, vcpu: Fraction, memory_gib: Fraction) -> Flavor | None:
    """The cheapest flavour of a pool's architecture that has at least so much of both."""
    fitting = [
        flavor
        for flavor in service.flavors
        if flavor.vcpu >= vcpu
        and Fraction(flavor.memory_gib) >= memory_gib
        and (not flavor.cpu_archs or pool.cpu_arch in flavor.cpu_archs)
    ]
    return min(
        fitting, key=lambda flavor: (flavor.price_fen_month, flavor.vcpu, flavor.memory_gib, flavor.id), default=None
    )


def growth_factor(planning: Planning) -> Fraction:
    """1 + yearly growth × length of the horizon in years of 52 weeks (linear)."""
    return 1 + Fraction(planning.basics.growth_ratio_year) * Fraction(planning.basics.horizon_weeks, 52)


def _storage_price(pool: ServicePool, service: Service) -> Fraction:
    """Fen per GiB and month of the pool's volume type; the dearest where it names none of the price list."""
    prices = [
        Fraction(price.price_fen_gib_month) for price in service.storage_prices if price.volume_type == pool.volume_type
    ]
    return (
        prices[0]
        if prices
        else max((Fraction(p.price_fen_gib_month) for p in service.storage_prices), default=Fraction(0))
    )


def _placing(
    sums: tuple[int, int, int], demand: tuple[int, int, int], change: ArchChange | None, planning: Planning
) -> tuple[Basis, ...]:
    steps = []
    if change is not None:
        steps.append(
            Basis(
                what=Text(
                    f"架构 {change.from_arch} → {change.to_arch}:× 系数（vCPU / 内存）",
                    f"architecture {change.from_arch} → {change.to_arch}: factors (vCPU / memory)",
                ),
                value=f"{change.vcpu_ratio} / {change.memory_ratio}",
                origins=(
                    f"planning/{planning.id}.yaml: {planning.sources[change.source].document}, {planning.sources[change.source].confidence}",
                ),
            )
        )
    steps.append(
        Basis(
            what=Text("取能容纳的最小规格，合计", "the smallest flavours that hold it, in all"),
            value=" / ".join(map(str, sums)),
        )
    )
    basics = planning.basics
    steps.append(
        Basis(
            what=Text(
                f"× （1 + 年增长 {basics.growth_ratio_year} × {basics.horizon_weeks}/52），向上取整",
                f"× (1 + growth {basics.growth_ratio_year} a year × {basics.horizon_weeks}/52), rounded up",
            ),
            value=" / ".join(map(str, demand)),
            origins=(
                f"planning/{planning.id}.yaml: {planning.sources[basics.source].document}, {planning.sources[basics.source].confidence}",
            ),
        )
    )
    return tuple(steps)
