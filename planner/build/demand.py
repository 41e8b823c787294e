"""Servers as flavours of one pool: architecture factor, smallest flavour, sum, growth. Demand rounds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import System
from planner.build.built import Basis, TargetServer
from planner.build.sizing import SizedServer

if TYPE_CHECKING:
    from catalogs.models_planning import ArchChange, Planning
    from catalogs.models_service import Flavor, Service, ServicePool


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A system's servers in one pool: demand with growth, monthly price, and how it came about.

    `limited` are servers that need more than they have, and more than any flavour has.
    """

    demand: tuple[int, int, int]
    price_fen_month: int
    servers: tuple[TargetServer, ...]
    steps: tuple[Basis, ...]
    limited: tuple[str, ...] = ()


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
    limited: list[str] = []
    price = Fraction(0)
    storage_price = _storage_price(pool, service)
    for item in sized:
        vcpu, memory = item.vcpu * cpu_factor, item.memory_gib * memory_factor
        flavor = smallest_flavor(service, pool, vcpu, memory)
        if flavor is None and (item.vcpu > item.most_vcpu or item.memory_gib > item.most_memory_gib):
            vcpu = min(item.vcpu, item.most_vcpu) * cpu_factor
            memory = min(item.memory_gib, item.most_memory_gib) * memory_factor
            flavor = smallest_flavor(service, pool, vcpu, memory)
            limited.append(item.id)
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
        limited=tuple(limited),
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
                    f"架构 {change.from_arch} → {change.to_arch}：× 系数（vCPU / 内存）",
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
