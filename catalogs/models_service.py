"""What a target cloud offers: sites, zones, pools with their capacity over time, flavours, prices, links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from catalogs.models import (
    About,
    Amount,
    CatalogFile,
    CpuArch,
    Day,
    Factor,
    Flag,
    Id,
    Mistake,
    MlpsLevel,
    Model,
    Name,
    Positive,
    Ratio,
    Sourced,
    Whole,
    repeated_ids,
)
from catalogs.words import Text


class Site(Model):
    """A machine room of the target cloud; a disaster-recovery copy lies at another one."""

    id: Annotated[Id, About("编号", "id")]
    name: Annotated[Name, About("机房名称", "name of the machine room")]
    aliases: Annotated[tuple[Name, ...], About("台账中的其他叫法", "what ledgers call it")] = ()


class Zone(Model):
    """A network zone, such as 互联网区 or 政务外网区."""

    id: Annotated[Id, About("编号", "id")]
    name: Annotated[Name, About("网络区域名称", "name of the zone")]
    aliases: Annotated[
        tuple[Name, ...], About("台账中视为同一区域的叫法", "names that ledgers use for the same zone")
    ] = ()
    accepts_from: Annotated[
        tuple[Name, ...],
        About(
            "可迁入本区的其他区域（改网是另一项任务，计划中注明）",
            "other zones whose systems may come here (the network change is a task of its own; the plan says so)",
        ),
    ] = ()
    external_network: Annotated[
        Name | None, About("OpenStack 外部网络名称", "name of the external network in OpenStack")
    ] = None
    ipv6: Annotated[Flag, About("是否双栈", "dual stack")] = True


class Resources(Model):
    """An amount of each resource."""

    vcpu: Annotated[Whole, About("虚拟 CPU（核）", "virtual CPUs")] = 0
    memory_gib: Annotated[Whole, About("内存（GiB）", "memory, GiB")] = 0
    storage_gib: Annotated[Whole, About("存储（GiB）", "storage, GiB")] = 0


class Physical(Model):
    """Physical capacity for tenants, before overcommit."""

    cpu_cores: Annotated[Whole, About("物理 CPU（核）", "physical CPU cores")] = 0
    memory_gib: Annotated[Whole, About("内存（GiB）", "memory, GiB")] = 0
    storage_gib: Annotated[Whole, About("可用存储（GiB）", "usable storage, GiB")] = 0


class Overcommit(Sourced):
    """超分比: how much is promised per physical unit."""

    vcpu_ratio: Annotated[Factor, About("每物理核可分配 vCPU", "vCPU per physical core")]
    memory_ratio: Annotated[Factor, About("内存超分比", "memory promised per physical")]
    storage_ratio: Annotated[Factor, About("存储超分比", "storage promised per physical")]


class ReservedOrder(Sourced):
    """锁单: an approved order that is not delivered yet; its amount is taken off."""

    id: Annotated[Id, About("编号", "id")]
    name: Annotated[Name, About("订单名称", "what it is for")]
    from_on: Annotated[Day, About("锁定起始日", "first day it is taken off")]
    until_on: Annotated[
        Day | None, About("释放日（当日起不再占用）；空为一直占用", "from this day on it is free again; empty: never")
    ] = None
    amount: Annotated[Resources, About("锁定数量", "amount reserved")]


class Expansion(Sourced):
    """扩容批次: physical capacity that is added on a date."""

    id: Annotated[Id, About("编号", "id")]
    name: Annotated[Name, About("批次名称", "name of the batch")]
    available_on: Annotated[Day, About("可用日期", "day it can be used from")]
    adds: Annotated[Physical, About("新增物理容量", "physical capacity added")]


class Allocated(Sourced):
    """What tenants hold already, where the pool itself was not collected."""

    as_of_on: Annotated[Day, About("统计日期", "date of the figure")]
    amount: Annotated[Resources, About("已分配数量", "amount allocated")]


class ServicePool(Sourced):
    """A resource pool: one site, one zone, one CPU architecture."""

    id: Annotated[Id, About("编号", "id")]
    name: Annotated[Name, About("资源池名称", "name")]
    aliases: Annotated[tuple[Name, ...], About("采集数据中的叫法", "what collected data call it")] = ()
    site: Annotated[Id, About("所在机房（sites 的编号）", "id of its site")]
    zone: Annotated[Id, About("网络区域（zones 的编号）", "id of its zone")]
    cpu_arch: Annotated[CpuArch, About("CPU 架构", "CPU architecture")]
    xinchuang: Annotated[Flag, About("是否信创资源池", "domestic technology （信创）")]
    mlps_level: Annotated[
        MlpsLevel, About("云平台等保级别：承载系统的级别不得更高", "MLPS level of the platform; no system above it")
    ]
    gpu: Annotated[Whole, About("GPU 卡数", "number of GPUs")] = 0
    physical: Annotated[Physical, About("现有物理容量", "physical capacity today")]
    overcommit: Annotated[Overcommit, About("超分比", "overcommit ratios")]
    headroom_ratio: Annotated[
        Ratio, About("预留比例：可分配容量中始终留空的部分", "share of the allocatable capacity that stays free")
    ]
    allocated: Annotated[
        Allocated | None, About("已分配（未采集到该池时使用）", "allocated; used where the pool is not collected")
    ] = None
    reserved: Annotated[tuple[ReservedOrder, ...], About("锁单", "reserved orders")] = ()
    expansions: Annotated[tuple[Expansion, ...], About("扩容批次", "expansion batches")] = ()
    availability_zone: Annotated[Name | None, About("OpenStack 可用区", "availability zone in OpenStack")] = None
    volume_type: Annotated[Name | None, About("OpenStack 数据卷类型", "volume type in OpenStack")] = None
    ipv4_block: Annotated[
        Name | None, About("系统网段取自此 IPv4 地址段（CIDR）", "systems get their IPv4 ranges from this block (CIDR)")
    ] = None
    ipv6_block: Annotated[
        Name | None, About("系统网段取自此 IPv6 地址段（CIDR）", "systems get their IPv6 ranges from this block (CIDR)")
    ] = None


class Flavor(Sourced):
    """A size of server that can be ordered."""

    id: Annotated[Id, About("OpenStack 规格名称", "its name in OpenStack")]
    vcpu: Annotated[Positive, About("虚拟 CPU（核）", "virtual CPUs")]
    memory_gib: Annotated[Factor, About("内存（GiB）", "memory, GiB")]
    system_disk_gib: Annotated[Whole, About("系统盘（GiB）", "system disk, GiB")]
    gpu: Annotated[Whole, About("GPU 卡数", "number of GPUs")] = 0
    cpu_archs: Annotated[tuple[CpuArch, ...], About("可用于哪些架构；空为全部", "architectures; empty: all")] = ()
    price_fen_month: Annotated[Whole, About("月价（分）", "price, fen a month")]


class StoragePrice(Sourced):
    """The price of a kind of volume."""

    id: Annotated[Id, About("编号", "id")]
    name: Annotated[Name, About("名称", "name")]
    volume_type: Annotated[Name | None, About("OpenStack 数据卷类型", "volume type in OpenStack")] = None
    price_fen_gib_month: Annotated[Amount, About("每 GiB 月价（分）", "price, fen per GiB and month")]


class Link(Sourced):
    """A line that data are copied over during migrations."""

    id: Annotated[Id, About("编号", "id")]
    name: Annotated[Name, About("线路名称", "name of the line")]
    from_locations: Annotated[
        tuple[Name, ...],
        About("起点：台账“部署位置”的取值；空为其余所有位置", "values of the ledgers' location; empty: all others"),
    ] = ()
    to_site: Annotated[Id, About("终点机房（sites 的编号）", "id of the site it ends at")]
    capacity_mbit_s: Annotated[Positive, About("带宽（Mbit/s）", "capacity, Mbit/s")]
    usable_ratio: Annotated[Ratio, About("可用于迁移的比例", "share that migrations may use")]
    copy_hours_week: Annotated[Positive, About("每周可用于拷贝的小时数", "hours a week for copying")]


class Image(Model):
    """A system image of the target cloud."""

    cpu_arch: Annotated[CpuArch, About("CPU 架构", "CPU architecture")]
    os_words: Annotated[
        tuple[Name, ...],
        About("台账操作系统中出现的字样；空为默认镜像", "words in the ledger's OS; empty: the default"),
    ] = ()
    image: Annotated[Name, About("OpenStack 镜像名称", "name of the image in OpenStack")]


class OpenStackNames(Model):
    """What the target cloud calls things in OpenStack."""

    cloud: Annotated[Name, About("clouds.yaml 中的名称", "its name in clouds.yaml")]
    images: Annotated[tuple[Image, ...], About("镜像", "images")]
    network_name: Annotated[
        Name, About("网络命名，{system} 为系统编号", "how networks are named; {system} is the system's id")
    ] = "{system}-net"
    project_name: Annotated[
        Name | None, About("项目命名；空为登录的项目", "how projects are named; empty: the project logged in to")
    ] = None


class Service(CatalogFile):
    """One target cloud (services/*.yaml)."""

    kind: Annotated[Literal["openstack"], About("云平台类型", "kind of cloud")]
    openstack: Annotated[OpenStackNames, About("OpenStack 名称对照", "names in OpenStack")]
    sites: Annotated[tuple[Site, ...], About("机房", "sites")]
    zones: Annotated[tuple[Zone, ...], About("网络区域", "zones")]
    pools: Annotated[tuple[ServicePool, ...], About("资源池", "pools")]
    flavors: Annotated[tuple[Flavor, ...], About("规格", "flavours")]
    storage_prices: Annotated[tuple[StoragePrice, ...], About("存储价格", "storage prices")]
    links: Annotated[tuple[Link, ...], About("迁移线路", "links for copying")] = ()

    def pool(self, pool_id: str) -> ServicePool:
        """The pool of that id.

        Raises:
            KeyError: there is none.
        """
        for pool in self.pools:
            if pool.id == pool_id:
                return pool
        raise KeyError(pool_id)

    def mistakes(self) -> Iterator[Mistake]:
        """Unknown sites and zones, repeated ids, and what every file is checked for."""
        yield from super().mistakes()
        for field in ("sites", "zones", "pools", "flavors", "storage_prices", "links"):
            yield from repeated_ids(getattr(self, field), (field,))
        sites, zones = {site.id for site in self.sites}, {zone.id for zone in self.zones}
        for place, pool in enumerate(self.pools):
            if pool.site not in sites:
                yield Mistake(("pools", place, "site"), _unknown("机房", "site", pool.site, sites))
            if pool.zone not in zones:
                yield Mistake(("pools", place, "zone"), _unknown("网络区域", "zone", pool.zone, zones))
            yield from repeated_ids(pool.reserved, ("pools", place, "reserved"))
            yield from repeated_ids(pool.expansions, ("pools", place, "expansions"))
        for place, link in enumerate(self.links):
            if link.to_site not in sites:
                yield Mistake(("links", place, "to_site"), _unknown("机房", "site", link.to_site, sites))


def _unknown(zh: str, en: str, value: str, known: set[str]) -> Text:
    listed = ", ".join(sorted(known)) or "-"
    return Text(f"{zh}“{value}”不存在，已有：{listed}", f"there is no {en} {value!r}; known: {listed}")
