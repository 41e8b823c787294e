"""The city's machines: how many, how large, where, with which address."""

from __future__ import annotations

import ipaddress
import uuid
from datetime import date, timedelta

import numpy as np

from tests.city.model import END, City, CityServer, CitySystem, Department, stream

NAMESPACE = uuid.UUID("6b1f0c52-9a4e-5d0e-8c1b-2f2d6a3c7e10")
SIZES = ((1, 2), (2, 4), (2, 8), (4, 8), (4, 16), (8, 16), (8, 32), (16, 32), (16, 64), (32, 64), (32, 128), (64, 256))
# System disks are those of the catalogue's flavours (catalogs/services/sample-cloud.yaml).
ROOT_GIB = {1: 40, 2: 40, 4: 60, 8: 60, 16: 100, 32: 100, 64: 100}
# Which sizes a role takes: mean and spread of the place in SIZES.
ROLES = {
    "all": (2.5, 1.6),
    "web": (2.6, 1.3),
    "app": (3.6, 1.6),
    "db": (5.8, 2.0),
    "cache": (2.5, 1.2),
    "file": (2.5, 1.0),
    "mgmt": (1.5, 1.0),
}
CLOUD_BLOCKS = {"cloud-a": "10.16.0.0", "cloud-b": "10.64.0.0", "sample-cloud": "10.112.0.0"}
ZONE_NUMBER = {"互联网区": 0, "政务外网区": 1, "专网区": 2}


def give_servers(city: City, total: int) -> None:
    """`total` servers over the systems, heavy-tailed; classified systems and declared zombies without data stand apart."""
    rng = stream(city.seed, "servers")
    reserved = _orphans(total)
    hosts = [s for s in city.systems if not s.classified]
    draws = np.array([rng.lognormal(0.9 if s.core else 0.0, 0.9) * (0.6 if s.zombie else 1.0) for s in hosts])
    counts = np.maximum(1, np.floor(draws * (total - reserved) / draws.sum())).astype(int)
    order = np.argsort(-draws, kind="stable")
    step = 0
    while counts.sum() != total - reserved:  # hand out or take back one by one, largest first
        place = order[step % len(order)]
        counts[place] += 1 if counts.sum() < total - reserved else (-1 if counts[place] > 1 else 0)
        step += 1
    ground = Ground(city)
    for system, count in zip(hosts, counts, strict=True):
        department = city.department(system.department)
        for number, role in enumerate(_roles(int(count))):
            system.servers.append(_server(rng, ground, system, department, role, number))


def orphan_servers(city: City) -> None:
    """Machines that belong to no system any more: they run, and nobody knows for whom."""
    rng = stream(city.seed, "orphans")
    count = _orphans(sum(len(s.servers) for s in city.systems))
    ground = Ground(city, taken=city.servers)
    hosts = [s for s in city.systems if s.servers and s.servers[0].place in {"cloud-a", "cloud-b"}]
    for number in range(count):
        like = hosts[int(rng.integers(len(hosts)))]
        server = _server(rng, ground, like, city.department(like.department), "all", 900 + number)
        server.system, server.tagged, server.listed = None, False, False
        server.name = f"tmp-{like.department}-{number:02d}"
        server.behaviour = "abandoned"
        city.orphans.append(server)


def _orphans(total: int) -> int:
    return max(2, round(total * 0.008))


def _roles(count: int) -> list[str]:
    """What the servers of a system do: one does all, two share, more follow the usual pattern."""
    if count <= 2:
        return ["all"] if count == 1 else ["app", "db"]
    pattern = ["app", "db", "web", "app", "db", "cache", "app", "web", "file", "app"]
    return [pattern[n % len(pattern)] if n < count - 1 or count < 8 else "mgmt" for n in range(count)]


class Ground:
    """Hands out addresses and names: a subnet per department, place and zone."""

    def __init__(self, city: City, taken: list[CityServer] | None = None) -> None:
        self.numbers = {d.slug: n for n, d in enumerate(city.departments)}
        self.seed = city.seed
        self.used: dict[str, int] = {}
        self.opaque = 0
        for server in taken or []:
            net = subnet(self.numbers[server.department], server.place, server.zone)
            self.used[str(net)] = self.used.get(str(net), 9) + 1

    def address(self, department: str, place: str, zone: str) -> str:
        """The next free one; the first ten stay with routers and the like."""
        net = subnet(self.numbers[department], place, zone)
        self.used[str(net)] = self.used.get(str(net), 9) + 1
        return str(net[self.used[str(net)]])


def subnet(number: int, place: str, zone: str) -> ipaddress.IPv4Network:
    """The network of one department in one place and zone, /20 in the clouds, /22 in a machine room."""
    block = number * 4 + ZONE_NUMBER[zone]
    if not place.startswith("room"):
        base = ipaddress.ip_address(CLOUD_BLOCKS[place])
        return ipaddress.IPv4Network((int(base) + block * 4096, 20))
    return ipaddress.IPv4Network((int(ipaddress.ip_address("172.16.0.0")) + block * 1024, 22))


def subnet6(number: int, place: str, zone: str) -> ipaddress.IPv6Network:
    """The IPv6 network beside it, of the block for documentation (RFC 3849)."""
    cloud = 1 + list(CLOUD_BLOCKS).index(place)
    return ipaddress.IPv6Network(f"2001:db8:{cloud:x}{number:02x}:{ZONE_NUMBER[zone]:x}::/64")


def _server(
    rng: np.random.Generator, ground: Ground, system: CitySystem, department: Department, role: str, number: int
) -> CityServer:
    place = {"示例市政务云": "sample-cloud"}.get(system.location, department.cloud)
    place = f"room-{department.slug}" if "机房" in system.location else place
    mean, spread = ROLES[role]
    size = int(np.clip(round(rng.normal(mean + (1.0 if system.core else 0.0), spread)), 0, len(SIZES) - 1))
    vcpu, memory = SIZES[size]
    disks = (
        tuple(int(g) * 10 for g in np.ceil(rng.lognormal(3.0, 0.9, int(rng.integers(1, 4)))) if g < 500)
        if role in {"db", "file"}
        else ()
    )
    if role == "all" and rng.random() < 0.6:
        disks = (int(rng.choice([50, 100, 200, 500])),)
    zone = system.zones[0] if role == "web" or len(system.zones) == 1 else system.zones[1]
    address = ground.address(department.slug, place, zone)
    dual = not place.startswith("room") and (ground.numbers[department.slug] + ZONE_NUMBER[zone]) % 3 == 0
    host = int(ipaddress.ip_address(address)) & 0xFFF
    six = str(subnet6(ground.numbers[department.slug], place, zone)[host]) if dual else None
    created = system.online_on + timedelta(
        days=int(rng.integers(0, 400)) if number and system.behaviour != "new" else 0
    )
    return CityServer(
        id=str(uuid.uuid5(NAMESPACE, f"{ground.seed}/{system.id}/{role}/{number}")),
        name=_name(rng, ground, system, role, number), system=system.id, department=department.slug, role=role, place=place, zone=zone,
        arch=system.cpu_arch, vcpu=vcpu, memory_gib=memory, root_gib=ROOT_GIB[vcpu], data_gib=disks, address=address, address6=six,
        created_on=min(created, END - timedelta(days=20 if system.behaviour == "new" else 120)),
        powered_off_on=_off_on(rng, system), tagged=bool(rng.random() < 0.7), listed=bool(rng.random() < 0.97), behaviour=system.behaviour,
    )  # fmt: skip


def _name(rng: np.random.Generator, ground: Ground, system: CitySystem, role: str, number: int) -> str:
    if rng.random() < 0.8:
        return f"{system.id}-{role}{number + 1:02d}"
    ground.opaque += 1
    return f"vm-{system.online_on:%Y%m}-{system.department}-{ground.opaque:04d}"


def _off_on(rng: np.random.Generator, system: CitySystem) -> date | None:
    """Zombies of that kind were switched off long ago; here and there one machine of a live system is off, too."""
    if system.behaviour == "off":
        return END - timedelta(days=int(rng.integers(100, 500)))
    if system.behaviour not in {"new", "declared"} and rng.random() < 0.01:
        return END - timedelta(days=int(rng.integers(5, 80)))
    return None
