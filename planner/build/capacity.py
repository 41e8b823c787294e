"""Pools of the target cloud → what this plan may use, week by week. Capacity rounds down.

    usable(week) = ⌊physical(week) × overcommit × (1 − headroom)⌋ − allocated − reserved(week)

physical grows with expansion batches from the first whole week after their date; a reserved order (锁单) counts from
the week of its first day to the week before it is free again. A week is as poor as its poorest day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Server
from planner.build.built import Basis, Note
from planner.build.dates import Horizon
from planner.problem.problem import CapacityStep, Pool

if TYPE_CHECKING:
    from catalogs.models_service import Service, ServicePool

RESOURCES = ("vcpu", "memory_gib", "storage_gib")


def pool_of(server: Server, service: Service) -> str | None:
    """The pool of the target cloud that a server runs in; `None` where it runs elsewhere."""
    if server.pool is None or server.cloud not in {None, service.openstack.cloud, service.name, service.id}:
        return None
    for pool in service.pools:
        if server.pool in {pool.id, pool.name, pool.availability_zone, *pool.aliases}:
            return pool.id
    return None


def capacities(
    service: Service, servers: Sequence[Server], horizon: Horizon
) -> tuple[tuple[Pool, ...], dict[str, tuple[Basis, ...]], list[Note]]:
    """All pools with their steps, how each came about, and notes on amounts that fell below zero."""
    held = _allocated(service, servers)
    pools, basis, notes = [], {}, []
    for pool in service.pools:
        allocated, origin = _allocation_of(pool, held, service)
        steps, short = _steps(pool, allocated, horizon)
        pools.append(Pool(id=pool.id, site=pool.site, capacity=steps))
        basis[f"pools[{pool.id}].capacity"] = tuple(_explained(pool, allocated, origin, service))
        if short:
            weeks = ", ".join(str(horizon.first_week + week) for week in short)
            notes.append(
                Note(
                    code="overbooked",
                    subject=pool.id,
                    text=Text(
                        f"资源池 {pool.name} 在 {weeks} 起的时段已超额分配，可用量按 0 计",
                        f"pool {pool.id} is promised beyond its limit from {weeks} on; what is usable counts as 0",
                    ),
                )
            )
    return tuple(pools), basis, notes


def _allocated(service: Service, servers: Sequence[Server]) -> Mapping[str, list[Fraction]]:
    """What collected servers hold in each pool; pools without any are absent."""
    held: dict[str, list[Fraction]] = {}
    for server in servers:
        pool = pool_of(server, service)
        if pool is None or server.deleted_on is not None:
            continue
        amounts = held.setdefault(pool, [Fraction(0)] * len(RESOURCES))
        for place, value in enumerate((server.vcpu, server.memory_gib, server.disk_gib)):
            amounts[place] += Fraction(value or 0)
    return held


def _allocation_of(
    pool: ServicePool, held: Mapping[str, list[Fraction]], service: Service
) -> tuple[tuple[int, ...], tuple[Text, str]]:
    """Measured where the pool was collected, else what the catalogue declares, else nothing. Rounds up."""
    if pool.id in held:
        measured = tuple(-int(-amount // 1) for amount in held[pool.id])
        return measured, (Text("已分配（采集）", "allocated (collected)"), f"inventory: {service.openstack.cloud}")
    if pool.allocated is not None:
        amount = pool.allocated.amount
        text = Text(f"已分配（目录，{pool.allocated.as_of_on}）", f"allocated (catalogue, {pool.allocated.as_of_on})")
        return (amount.vcpu, amount.memory_gib, amount.storage_gib), (text, _source(service, pool.allocated.source))
    return (0, 0, 0), (Text("已分配：没有采集到，也没有申报", "allocated: neither collected nor declared"), "-")


def _steps(
    pool: ServicePool, allocated: tuple[int, ...], horizon: Horizon
) -> tuple[tuple[CapacityStep, ...], list[int]]:
    """One step wherever the amount changes, and the weeks whose amount would be negative."""
    steps: list[CapacityStep] = []
    short: list[int] = []
    for week in range(horizon.weeks):
        raw = _usable(pool, allocated, horizon, week)
        if any(value < 0 for value in raw) and (not steps or not short):
            short.append(week)
        amount = tuple(max(0, value) for value in raw)
        if not steps or steps[-1].amount != amount:
            steps.append(CapacityStep(from_week=week, amount=amount))
    return tuple(steps), short


def _usable(pool: ServicePool, allocated: tuple[int, ...], horizon: Horizon, week: int) -> tuple[int, ...]:
    physical = [pool.physical.cpu_cores, pool.physical.memory_gib, pool.physical.storage_gib]
    for batch in pool.expansions:
        if horizon.first_from(batch.available_on) <= week:
            for place, added in enumerate((batch.adds.cpu_cores, batch.adds.memory_gib, batch.adds.storage_gib)):
                physical[place] += added
    reserved = [0, 0, 0]
    for order in pool.reserved:
        begins = horizon.number_of(order.from_on)
        free_again = horizon.weeks if order.until_on is None else horizon.first_from(order.until_on)
        if begins <= week < free_again:
            for place, taken in enumerate((order.amount.vcpu, order.amount.memory_gib, order.amount.storage_gib)):
                reserved[place] += taken
    over = (pool.overcommit.vcpu_ratio, pool.overcommit.memory_ratio, pool.overcommit.storage_ratio)
    share = 1 - Fraction(pool.headroom_ratio)
    return tuple(
        int(Fraction(amount) * Fraction(ratio) * share // 1) - taken - locked
        for amount, ratio, taken, locked in zip(physical, over, allocated, reserved, strict=True)
    )


def _explained(
    pool: ServicePool, allocated: tuple[int, ...], origin: tuple[Text, str], service: Service
) -> list[Basis]:
    def amounts(values: Sequence[object]) -> str:
        return " / ".join(str(value) for value in values)

    physical = pool.physical
    steps = [
        Basis(
            what=Text("物理容量（核 / 内存 GiB / 存储 GiB）", "physical capacity (cores / memory GiB / storage GiB)"),
            value=amounts((physical.cpu_cores, physical.memory_gib, physical.storage_gib)),
            origins=(_source(service, pool.source_of("physical")),),
        ),
        Basis(
            what=Text("× 超分比", "× overcommit"),
            value=amounts((pool.overcommit.vcpu_ratio, pool.overcommit.memory_ratio, pool.overcommit.storage_ratio)),
            origins=(_source(service, pool.overcommit.source),),
        ),
        Basis(
            what=Text("× （1 − 预留比例），向下取整", "× (1 − headroom), rounded down"),
            value=str(pool.headroom_ratio),
            origins=(_source(service, pool.source_of("headroom_ratio")),),
        ),
        Basis(what=Text(f"− {origin[0].zh}", f"− {origin[0].en}"), value=amounts(allocated), origins=(origin[1],)),
    ]
    steps += [
        Basis(
            what=Text(
                f"− 锁单 {order.name}（{order.from_on} 起{'' if order.until_on is None else f'，至 {order.until_on} 前'}）",
                f"− reserved order {order.id} (from {order.from_on}{'' if order.until_on is None else f', before {order.until_on}'})",
            ),
            value=amounts((order.amount.vcpu, order.amount.memory_gib, order.amount.storage_gib)),
            origins=(_source(service, order.source),),
        )
        for order in pool.reserved
    ]
    steps += [
        Basis(
            what=Text(
                f"+ 扩容 {batch.name}（{batch.available_on} 起）", f"+ expansion {batch.id} (from {batch.available_on})"
            ),
            value=amounts((batch.adds.cpu_cores, batch.adds.memory_gib, batch.adds.storage_gib)),
            origins=(_source(service, batch.source),),
        )
        for batch in pool.expansions
    ]
    return steps


def _source(service: Service, source_id: str) -> str:
    source = service.sources[source_id]
    parts = [source.document, source.place or "", str(source.dated_on or ""), source.confidence]
    return f"services/{service.id}.yaml: " + ", ".join(part for part in parts if part)
