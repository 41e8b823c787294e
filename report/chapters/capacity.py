"""二、资源规模与分配: each pool's capacity, what was allocated of it, with and without reserved orders (锁单)."""

from __future__ import annotations

from collections.abc import Iterable

from catalogs.words import Text
from inventory.model import Server
from inventory.usage.pools import Pool
from report.chapters import Chapter
from report.chapters.view import CATALOGS, NO_POOL, NO_ZONE, RECORDS, View, technology
from report.facts import RESOURCE_NAMES, RESOURCES, Resource
from report.figures import Cell, Column, ColumnKind, Figure, Number, Share, Table
from report.month_use import capacity_of

_KINDS: dict[Resource, ColumnKind] = {"cpu": "vcpu", "memory": "gib", "storage": "gib"}
_BASIS = Text(
    "分配率 = 已分配 ÷ 可分配；可分配 = 物理容量 × 超分比；加锁单 = 已分配 + 已批未交付订单",
    "allocated ÷ allocatable; allocatable = physical × overcommit; with orders = allocated + approved, undelivered orders",
)


def pool_capacity(pool: Pool, resource: Resource) -> float | None:
    """What may be allocated in a pool, overcommit included."""
    return {"cpu": pool.vcpu, "memory": pool.memory_gib, "storage": pool.storage_gib}[resource]


def locked(pool: Pool, resource: Resource) -> float:
    """What is promised to approved orders that are not delivered yet."""
    return {"cpu": pool.locked_vcpu, "memory": pool.locked_memory_gib, "storage": pool.locked_storage_gib}[resource]


def allocated(servers: Iterable[Server], resource: Resource, pool: Pool | None = None) -> float:
    """What the servers hold together; a server of unknown size adds nothing and is counted by `scope.allocated`.

    Of a pool whose storage is that of its hosts, it is what the platform says, because volumes lie elsewhere.
    """
    if pool is not None and resource == "storage" and pool.storage_allocated is not None:
        return pool.storage_allocated
    return sum(capacity_of(server, resource) or 0 for server in servers)


def capacity(view: View) -> Chapter:
    """Allocation rates of the whole cloud and of each pool, 信创 and 非信创 apart."""
    placed: dict[str, list[Server]] = {pool.id: [] for pool in view.facts.pools}
    elsewhere: list[Server] = []
    for server in view.now.servers:
        placed.get(server.pool or "", elsewhere).append(server)
    figures = [figure for resource in RESOURCES for figure in _rates(view, resource, placed)]
    return Chapter(
        figures=tuple(figures), tables=(_pools(view, placed, elsewhere), _platform(view), _technologies(view))
    )


def _rates(view: View, resource: Resource, placed: dict[str, list[Server]]) -> list[Figure]:
    name = RESOURCE_NAMES[resource]
    known = [pool for pool in view.facts.pools if pool_capacity(pool, resource) is not None]
    held = sum(allocated(placed[pool.id], resource, pool) for pool in known)
    total = sum(pool_capacity(pool, resource) or 0 for pool in known)
    orders = sum(locked(pool, resource) for pool in known)
    why = None if total else Text("目录中没有资源池容量", "the catalogue has no pool capacity")
    pools = len(view.facts.pools)
    variants: tuple[tuple[str, Text, Number], ...] = (
        ("", Text(f"{name.zh}分配率", f"{name.en} allocation rate"), held),
        (".with_orders", Text(f"{name.zh}分配率（加锁单）", f"{name.en} allocation rate with orders"), held + orders),
    )
    return [
        Figure(
            id=f"allocation.{resource}{suffix}",
            label=label,
            unit="ratio",
            numerator=amount if total else None,
            denominator=total or None,
            covered=len(known),
            expected=pools,
            basis=Text(
                f"{_BASIS.zh}；覆盖率按容量已知的资源池计", f"{_BASIS.en}; coverage counts pools of known capacity"
            ),
            origins=(RECORDS, CATALOGS),
            why_unknown=why,
        )
        for suffix, label, amount in variants
    ]


def _pools(view: View, placed: dict[str, list[Server]], elsewhere: list[Server]) -> Table:
    columns = [
        Column(key="pool", label=Text("资源池", "pool")),
        Column(key="zone", label=Text("区域", "zone")),
        Column(key="technology", label=Text("信创", "technology")),
        Column(key="servers", label=Text("云主机（台）", "servers"), kind="count"),
    ]
    for resource in RESOURCES:
        name, kind = RESOURCE_NAMES[resource], _KINDS[resource]
        unit = Text("核", "vCPU") if kind == "vcpu" else Text("GiB", "GiB")
        columns += [
            Column(
                key=f"{resource}_locked",
                label=Text(f"{name.zh}锁单（{unit.zh}）", f"{name.en} on order ({unit.en})"),
                kind=kind,
            ),
            Column(key=f"{resource}", label=Text(f"{name.zh}分配率", f"{name.en} allocation"), kind="ratio"),
            Column(
                key=f"{resource}_with_orders",
                label=Text(f"{name.zh}分配率（加锁单）", f"{name.en} with orders"),
                kind="ratio",
            ),
        ]
    rows = [_pool_row(pool, placed[pool.id]) for pool in view.facts.pools]
    if elsewhere:
        empty: list[Cell] = [
            cell for r in RESOURCES for cell in (None, Share(numerator=allocated(elsewhere, r), denominator=None), None)
        ]
        rows.append((NO_POOL, NO_ZONE, technology(None), len(elsewhere), *empty))
    return Table(
        id="capacity.pools",
        title=Text("各资源池容量与分配", "capacity and allocation of each pool"),
        columns=tuple(columns),
        rows=tuple(rows),
        basis=_BASIS,
        origins=(RECORDS, CATALOGS),
        empty=Text("目录中没有资源池", "the catalogue has no pools"),
    )


def _pool_row(pool: Pool, servers: list[Server]) -> tuple[Cell, ...]:
    row: list[Cell] = [pool.name, pool.zone or NO_ZONE, technology(pool.xinchuang), len(servers)]
    for resource in RESOURCES:
        held, orders, total = allocated(servers, resource, pool), locked(pool, resource), pool_capacity(pool, resource)
        row += [orders, Share(numerator=held, denominator=total), Share(numerator=held + orders, denominator=total)]
    return tuple(row)


def _platform(view: View) -> Table:
    """Pools whose capacity both the catalogue and the platform tell: the two beside each other."""
    rows: list[tuple[Cell, ...]] = []
    for pool in view.facts.pools:
        told = pool.platform
        if told is None:
            continue
        by_catalogue: tuple[Cell, ...] = (None, None) if pool.only_told else (pool.vcpu, pool.memory_gib)
        rows.append(
            (
                pool.name, *by_catalogue, told.vcpu, told.memory_gib,
                Share(numerator=told.vcpu_allocated, denominator=told.vcpu),
                Share(numerator=told.memory_gib_allocated, denominator=told.memory_gib),
            )
        )  # fmt: skip
    return Table(
        id="capacity.platform",
        title=Text("云平台自报的容量与分配", "capacity and allocation by the platforms' own word"),
        columns=(
            Column(key="pool", label=Text("资源池", "pool")),
            Column(key="vcpu_catalogue", label=Text("目录 vCPU", "vCPU by catalogue"), kind="vcpu"),
            Column(key="memory_catalogue", label=Text("目录内存（GiB）", "memory by catalogue"), kind="gib"),
            Column(key="vcpu_told", label=Text("自报 vCPU", "vCPU told"), kind="vcpu"),
            Column(key="memory_told", label=Text("自报内存（GiB）", "memory told"), kind="gib"),
            Column(key="cpu", label=Text("自报 CPU 分配率", "CPU told"), kind="ratio"),
            Column(key="memory", label=Text("自报内存分配率", "memory told"), kind="ratio"),
        ),
        rows=tuple(rows),
        basis=Text(
            "目录为合同容量 × 超分比；自报为采集时云平台（Placement）给出的可分配量和已分配量，即已装机的部分；两者不同时请核对",
            "catalogue: contract × overcommit; told: what placement offered and had given away when it was asked, which is what is installed",
        ),
        origins=(RECORDS, CATALOGS),
        empty=Text("没有采集到云平台自报的容量", "no platform told its capacity"),
    )


def _technologies(view: View) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for group, pieces in view.now.grouped(view.technology_then):
        servers = [piece.server for piece in pieces if piece.stands]
        rows.append((group, len(servers), *(allocated(servers, resource) for resource in RESOURCES)))
    total: tuple[Cell, ...] = (
        Text("合计", "total"),
        len(view.now.servers),
        *(allocated(view.now.servers, r) for r in RESOURCES),
    )
    return Table(
        id="capacity.technologies",
        title=Text("资源规模（信创 / 非信创）", "amounts by technology"),
        columns=(
            Column(key="technology", label=Text("类别", "group")),
            Column(key="servers", label=Text("云主机（台）", "servers"), kind="count", sums="servers"),
            Column(key="vcpu", label=Text("vCPU（核）", "vCPU"), kind="vcpu", sums="vcpu"),
            Column(key="memory", label=Text("内存（GiB）", "memory (GiB)"), kind="gib", sums="memory_gib"),
            Column(key="storage", label=Text("存储（GiB）", "storage (GiB)"), kind="gib", sums="disk_gib"),
        ),
        rows=tuple(rows),
        total=total,
        basis=Text("各云主机规格之和", "sum over servers"),
        origins=(RECORDS,),
        detail="detail.servers",
        by=(("technology", "technology"),),
    )
