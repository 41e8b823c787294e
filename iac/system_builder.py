"""One move of a plan becomes one specification: servers, volumes, network and rules of a system in one pool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from catalogs.models_service import Image, Service, ServicePool
from catalogs.weeks import Week
from catalogs.words import Text
from iac.addresses import AddressBook, Ranges
from iac.model import (
    NetworkSpec,
    Role,
    RuleSpec,
    SecurityGroupSpec,
    ServerSpec,
    SubnetSpec,
    SystemSpec,
    VolumeSpec,
)
from iac.names import physical_name, server_names
from iac.sizing import MADE_UP, Size, notes_on, sizes_decided, sizes_of
from inventory.model import Inventory, Server, System
from planner.build.built import TargetServer
from planner.plan import Move, Plan
from planner.problem.problem import PlanningProblem

# What a new security group allows. Practice (confidence U), not a rule: ports beyond these are asked for and added.
OPEN_PORTS: tuple[tuple[str, str, int | None], ...] = (("https", "tcp", 443), ("ping", "icmp", None))
_BOTH: tuple[Literal[4, 6], ...] = (4, 6)
ANYWHERE: Mapping[int, str] = {4: "0.0.0.0/0", 6: "::/0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Everything a specification follows from.

    `targets` and `parts` are what the planner decided when it built the problem (planner/build/built.py): the flavour of
    each server in each pool, and the system in the inventory that a planned part belongs to.
    """

    plan_id: str
    plan: Plan
    problem: PlanningProblem
    inventory: Inventory
    service: Service
    targets: tuple[TargetServer, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)


def wave_id(plan_id: str, week: Week | str) -> str:
    """The id of a wave: `<plan>-<week>`."""
    return f"{plan_id}-{week}"


class SystemBuilder:
    """One system in one pool, on its way to a specification."""

    def __init__(self, sources: Sources, move: Move, role: Role) -> None:
        self.sources = sources
        self.role = role
        self.week = sources.problem.week(move.week)
        self.planned_id = move.system
        self.system_id = sources.parts.get(move.system, move.system)
        self.pool_id = move.pool if role == "main" else str(move.replica_pool)
        self.name = physical_name(move.system) + ("-dr" if role == "replica" else "")
        self.system = next((one for one in sources.inventory.systems if one.id == self.system_id), None)
        self.pool = next((one for one in sources.service.pools if one.id == self.pool_id), None)
        self.targets = tuple(t for t in sources.targets if (t.system, t.pool) == (self.system_id, move.pool))
        self.servers = self._servers()

    def _servers(self) -> tuple[Server, ...]:
        own = {server.id: server for server in self.sources.inventory.servers_of(self.system_id)}
        if self.targets:
            sizes = sizes_decided(self.targets, own, (), self.sources.service.flavors)
            return tuple(size.server for size in sizes)
        known = [server for server in own.values() if server.deleted_on is None]
        if known or self.system is None:
            return tuple(sorted(known, key=lambda server: (server.name, server.id)))
        return (Server(id=f"{self.system_id}/1", name="1", source=MADE_UP, system_id=self.system_id),)

    @property
    def demand(self) -> dict[str, int]:
        """What the plan holds for the system in the pool, by resource."""
        planned = self.sources.problem.by_id[self.planned_id]
        option = planned.option(self.pool_id) if self.role == "main" else planned.replica_option(self.pool_id)
        return dict(zip(self.sources.problem.resources, option.demand if option else (), strict=False))

    @property
    def runs(self) -> bool:
        """A data-level replica keeps data and runs nothing."""
        return self.role == "main" or self.demand.get("vcpu", 0) > 0

    def sizes(self, pool: ServicePool) -> tuple[Size, ...]:
        """Flavour and volumes of each server."""
        flavors, volumes = self.sources.service.flavors, self.sources.inventory.volumes
        if self.targets and self.role == "main":
            return sizes_decided(self.targets, {server.id: server for server in self.servers}, volumes, flavors)
        usable = flavors if self.runs else ()
        return sizes_of(self.servers, volumes, self.demand, usable, pool.cpu_arch, within=self.role == "replica")

    def missing(self) -> Iterator[Text]:
        """What stands in the way."""
        if self.system is None:
            yield Text(f"清单中没有系统 {self.system_id}", f"the inventory has no system {self.system_id}")
        if self.pool is None:
            yield Text(f"目标云没有资源池 {self.pool_id}", f"the cloud has no pool {self.pool_id}")
        if self.system is None or self.pool is None:
            return
        if self.pool.ipv4_block is None or self.pool.ipv6_block is None:
            yield Text(
                f"资源池 {self.pool_id} 没有 ipv4_block 或 ipv6_block",
                f"pool {self.pool_id} has no ipv4_block or ipv6_block",
            )
        if not any(image.cpu_arch == self.pool.cpu_arch and not image.os_words for image in self._images()):
            yield Text(f"没有 {self.pool.cpu_arch} 的默认镜像", f"there is no default image for {self.pool.cpu_arch}")
        for size in self.sizes(self.pool) if self.runs else ():
            if size.flavor is None:
                need = f"{size.needed_vcpu} vCPU, {size.needed_memory_gib} GiB"
                yield Text(
                    f"没有规格放得下 {self.system_id} 的 {size.server.name}（{need}）",
                    f"no flavour covers {size.server.name} of {self.system_id} ({need})",
                )

    def reserve(self, book: AddressBook) -> Ranges | None:
        """Give the system its ranges; the order of the plan decides which."""
        if self.pool is None or self.pool.ipv4_block is None or self.pool.ipv6_block is None:
            return None  # of another wave: said when that one is asked for
        return book.assign(self.name, len(self.servers), self.pool.ipv4_block, self.pool.ipv6_block)

    def build(self, book: AddressBook) -> SystemSpec:
        """The specification; `missing` was empty."""
        assert self.system is not None
        assert self.pool is not None
        ranges = book.ranges[self.name]
        sizes = self.sizes(self.pool)
        names = server_names(self.name, self.servers)
        return SystemSpec(
            name=self.name,
            system_id=self.system_id,
            system_name=self.system.name,
            department=self.system.department,
            wave=wave_id(self.sources.plan_id, self.week),
            role=self.role,
            pool=self.pool.id,
            site=self.pool.site,
            availability_zone=self.pool.availability_zone,
            network=self._network(ranges),
            security_group=_security_group(self.name),
            servers=tuple(
                self._server(place, size, names[size.server.id], ranges, self.system)
                for place, size in enumerate(sizes)
            )
            if self.runs
            else (),
            volumes=()
            if self.runs
            else tuple(
                VolumeSpec(name=f"{names[size.server.id]}-data{n}", size_gib=gib, volume_type=self.pool.volume_type)
                for size in sizes
                for n, gib in enumerate(size.volumes_gib, start=1)
            ),
            notes=tuple(self._notes(sizes, self.system)),
        )

    def _network(self, ranges: Ranges) -> NetworkSpec:
        assert self.pool is not None
        zone = next((zone for zone in self.sources.service.zones if zone.id == self.pool.zone), None)
        external = zone.external_network if zone else None
        return NetworkSpec(
            name=self.sources.service.openstack.network_name.replace("{system}", self.name),
            subnets=(
                SubnetSpec(name=f"{self.name}-v4", ip_version=4, cidr=str(ranges.ipv4), gateway=str(ranges.ipv4[1])),
                SubnetSpec(name=f"{self.name}-v6", ip_version=6, cidr=str(ranges.ipv6), gateway=str(ranges.ipv6[1])),
            ),
            router=f"{self.name}-router" if external else None,
            external_network=external,
        )

    def _server(self, place: int, size: Size, name: str, ranges: Ranges, system: System) -> ServerSpec:
        assert size.flavor is not None
        assert self.pool is not None
        ipv4, ipv6 = ranges.host(place)
        volume_type = self.pool.volume_type
        return ServerSpec(
            name=name,
            source_id=size.server.id,
            flavor=size.flavor.id,
            vcpu=size.flavor.vcpu,
            memory_gib=float(size.flavor.memory_gib),
            system_disk_gib=size.flavor.system_disk_gib,
            image=self._image(size.server, system),
            ipv4=ipv4,
            ipv6=ipv6,
            volumes=tuple(
                VolumeSpec(name=f"{name}-data{number}", size_gib=gib, volume_type=volume_type)
                for number, gib in enumerate(size.volumes_gib, start=1)
            ),
        )

    def _images(self) -> Sequence[Image]:
        return self.sources.service.openstack.images

    def _image(self, server: Server, system: System) -> str:
        """The first image whose words occur in the operating system's name, else the architecture's default."""
        assert self.pool is not None
        said = _operating_system(server, system).lower()
        fitting = [one for one in self.sources.service.openstack.images if one.cpu_arch == self.pool.cpu_arch]
        by_word = (one.image for one in fitting if any(word.lower() in said for word in one.os_words))
        default = next(one.image for one in fitting if not one.os_words)
        return next(by_word, default)

    def _notes(self, sizes: Sequence[Size], system: System) -> Iterator[Text]:
        made_up = sum(1 for server in self.servers if server.source == MADE_UP)
        if made_up:
            yield Text(
                f"清单中没有这个系统的服务器，按计划占用建 {made_up} 台",
                f"the inventory has no server of this system: {made_up} of the planned size",
            )
        unknown = [server.name for server in self.servers if not _operating_system(server, system)]
        if unknown and self.runs:
            yield Text(
                f"{len(unknown)} 台服务器的操作系统不明，用默认镜像（如 {unknown[0]}）",
                f"the operating system of {len(unknown)} servers is not known: default image (such as {unknown[0]})",
            )
        if self.runs:
            yield from notes_on(sizes, self.demand)
        yield Text(
            "端口未调查：入方向只开放 443、ICMP 和组内互通",
            "ports were not surveyed: only 443, ICMP and the group itself may come in",
        )


def _operating_system(server: Server, system: System) -> str:
    """What sources say of the server, its image, else of its system; empty where nobody says anything."""
    said = [server.fields.get(name) for name in ("os_app", "os_db", "image")]
    return next((str(text) for text in [*said, system.fields.get("os_app"), system.fields.get("os_db")] if text), "")


def _security_group(name: str) -> SecurityGroupSpec:
    rules = [
        RuleSpec(name=f"{kind}-v{ip}", direction="ingress", ip_version=ip, remote_cidr=ANYWHERE[ip],
                 protocol="ipv6-icmp" if protocol == "icmp" and ip == 6 else protocol, port_min=port, port_max=port)
        for (kind, protocol, port), ip in product(OPEN_PORTS, _BOTH)
    ]  # fmt: skip
    rules += [RuleSpec(name=f"members-v{ip}", direction="ingress", ip_version=ip) for ip in _BOTH]
    rules += [RuleSpec(name=f"out-v{ip}", direction="egress", ip_version=ip, remote_cidr=ANYWHERE[ip]) for ip in _BOTH]
    return SecurityGroupSpec(name=f"{name}-sg", rules=tuple(rules))
