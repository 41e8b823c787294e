"""Resource pools with what may be allocated in them: by the target cloud's catalogue, and as the clouds told it themselves.

Two readings of capacity exist and may differ: the contract's (the catalogue, with overcommit and dated expansion
batches) and the platform's own (placement: what is installed). Both are kept; neither is silently taken for the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Record

if TYPE_CHECKING:
    from catalogs.models_service import Service, ServicePool


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What a cloud says of a pool itself: allocatable and taken, summed over its hosts. `None`: it did not say."""

    vcpu: float | None
    memory_gib: float | None
    storage_gib: float | None
    vcpu_allocated: float | None
    memory_gib_allocated: float | None
    storage_gib_allocated: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A resource pool on a day.

    `vcpu` is what may be allocated, overcommit included (`vcpu_physical` × `overcommit`); locked amounts are promised
    to approved orders that are not delivered yet (锁单). `None`: nobody says. `platform` is what the cloud itself tells.

    Where a platform's word is all there is, its storage is that of its hosts, which volumes are not part of: so what is
    allocated of it is the platform's own word too, not the sum of the servers' disks (`storage_allocated`).
    """

    id: str
    name: Text
    zone: str | None
    site: str | None
    xinchuang: bool | None
    vcpu: int | None
    memory_gib: float | None
    storage_gib: float | None
    vcpu_physical: int | None = None
    overcommit: float | None = None
    cpu_arch: str | None = None
    locked_vcpu: int = 0
    locked_memory_gib: float = 0
    locked_storage_gib: float = 0
    source: str = ""
    cloud: str | None = None
    volume_type: str | None = None
    platform: Platform | None = None
    only_told: bool = False  # all that is known is the platform's own word

    @property
    def storage_allocated(self) -> float | None:
        """What is allocated of the storage, where that is not the sum of the servers' disks."""
        return self.platform.storage_gib_allocated if self.only_told and self.platform else None


def pools_of(service: Service, on: date, others: Iterable[Record]) -> tuple[Pool, ...]:
    """The pools of the target cloud as they stood on a day, then those of other clouds as they told it themselves."""
    zones = {zone.id: zone.name for zone in service.zones}
    sites = {site.id: site.name for site in service.sites}
    told = _told(others)
    own = []
    for pool in service.pools:
        words = [word for word in (pool.id, pool.name, *pool.aliases) if word in told]
        found = _own(pool, on, zones[pool.zone], sites[pool.site], service.openstack.cloud or service.id)
        own.append(replace(found, platform=told[words[0]].platform) if words else found)
    known = {word for pool in service.pools for word in (pool.id, pool.name, *pool.aliases)}
    return (*own, *(pool for name, pool in told.items() if name not in known))


def capacity_note(pools: Iterable[Pool]) -> Text | None:
    """That contract and platform tell different capacities of the same pools, with both sums of vCPU; `None` where they agree."""
    both = [
        pool
        for pool in pools
        if pool.vcpu_physical and pool.platform is not None and pool.platform.vcpu is not None and pool.zone
    ]
    differing = [pool for pool in both if pool.platform is not None and pool.platform.vcpu != pool.vcpu]
    if not differing:
        return None
    by_contract = sum(pool.vcpu or 0 for pool in differing)
    told = sum(pool.platform.vcpu or 0 for pool in differing if pool.platform is not None)
    return Text(
        f"{len(differing)} 个资源池的目录（合同）容量与平台自报不同，合计 {by_contract:,} 与 {told:,.0f} vCPU：两种分配率都列出，请核对合同与已装机容量",
        f"{len(differing)} pools have another capacity by catalogue (contract) than by the platform, {by_contract:,} against {told:,.0f} vCPU in all: both rates are shown; check contract and installed capacity",
    )


def _own(pool: ServicePool, on: date, zone: str, site: str, cloud: str) -> Pool:
    """Physical capacity with the batches that are there, times overcommit; capacity rounds down."""
    parts = [pool.physical, *(batch.adds for batch in pool.expansions if batch.available_on <= on)]
    cores = sum(part.cpu_cores for part in parts)
    orders = [
        order for order in pool.reserved if order.from_on <= on and (order.until_on is None or on < order.until_on)
    ]
    return Pool(
        id=pool.id, name=Text(pool.name, pool.name), zone=zone, site=site, xinchuang=pool.xinchuang, cpu_arch=pool.cpu_arch,
        vcpu=int(cores * pool.overcommit.vcpu_ratio), vcpu_physical=cores, overcommit=float(pool.overcommit.vcpu_ratio),
        memory_gib=float(sum(part.memory_gib for part in parts) * pool.overcommit.memory_ratio),
        storage_gib=float(sum(part.storage_gib for part in parts) * pool.overcommit.storage_ratio),
        locked_vcpu=sum(order.amount.vcpu for order in orders),
        locked_memory_gib=sum(order.amount.memory_gib for order in orders),
        locked_storage_gib=sum(order.amount.storage_gib for order in orders),
        source=pool.source, cloud=cloud, volume_type=pool.volume_type,
    )  # fmt: skip


def _told(others: Iterable[Record]) -> dict[str, Pool]:
    """Pools by the names that the clouds give them; one that was listed by architecture stands once."""
    found: dict[str, Pool] = {}
    for record in sorted(others, key=lambda record: record.id):
        if record.kind == "pool" and record.fields.get("pool_kind") == "placement" and record.fields.get("pool"):
            pool = _collected(record)
            found[pool.id] = _sum(found[pool.id], pool) if pool.id in found else pool
    return found


def _collected(record: Record) -> Pool:
    fields = record.fields
    name = str(fields["pool"])

    def number(key: str) -> float | None:
        value = fields.get(key)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    vcpu, physical = number("vcpu_capacity"), number("vcpu_physical")
    memory, storage = number("memory_gib_capacity"), number("disk_gib_capacity")
    return Pool(
        id=name, name=Text(name, name), zone=None, site=None, xinchuang=None, cpu_arch=str(fields.get("cpu_arch") or "") or None,
        vcpu=None if vcpu is None else int(vcpu), vcpu_physical=None if physical is None else int(physical),
        overcommit=vcpu / physical if vcpu and physical else None, memory_gib=memory, storage_gib=storage, only_told=True,
        source=record.origin.source, cloud=record.origin.source.partition(":")[2] or None,
        platform=Platform(
            vcpu=vcpu, memory_gib=memory, storage_gib=storage, vcpu_allocated=number("vcpu_allocated"),
            memory_gib_allocated=number("memory_gib_allocated"), storage_gib_allocated=number("disk_gib_allocated"),
        ),
    )  # fmt: skip


def _sum(one: Pool, other: Pool) -> Pool:
    """Two parts of a pool together; what is unknown of one is unknown of both."""
    vcpu = _plus(one.vcpu, other.vcpu)
    platform = None
    if one.platform and other.platform:
        names = (
            "vcpu", "memory_gib", "storage_gib", "vcpu_allocated", "memory_gib_allocated", "storage_gib_allocated",
        )  # fmt: skip
        sums = {name: _plus(getattr(one.platform, name), getattr(other.platform, name)) for name in names}
        platform = Platform(**sums)
    return Pool(
        id=one.id, name=one.name, zone=None, site=None, xinchuang=None, vcpu=None if vcpu is None else int(vcpu),
        memory_gib=_plus(one.memory_gib, other.memory_gib), storage_gib=_plus(one.storage_gib, other.storage_gib),
        source=one.source, cloud=one.cloud, platform=platform, only_told=one.only_told,
    )  # fmt: skip


def _plus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b
