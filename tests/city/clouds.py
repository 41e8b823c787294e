"""The city's clouds as OpenStack would list them: the raw answers of Keystone, Nova, Cinder, Neutron, Glance, Placement."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tests.city.hardware import CLOUD_BLOCKS, NAMESPACE, ROOT_GIB, SIZES, ZONE_NUMBER, subnet, subnet6
from tests.city.model import END, City, CityServer, CitySystem

SCHEMA = "govcloud/openstack-recording/1"
SUBNETS_FREE_FROM = 10
AZ = {
    "cloud-a": {"x86_64": "old-az-x86", "aarch64": "old-az-arm"},
    "cloud-b": {"x86_64": "hy-az-x86", "aarch64": "hy-az-arm"},
}
TARGET_ZONE = {"互联网区": "int", "政务外网区": "ext", "专网区": "ext"}


def recordings(city: City) -> dict[str, dict[str, Any]]:
    """Cloud → everything its services list, in the form of a recording."""
    return {cloud: _recording(city, cloud) for cloud in CLOUD_BLOCKS}


def _id(*parts: object) -> str:
    return str(uuid.uuid5(NAMESPACE, "/".join(map(str, parts))))


def flavor_name(vcpu: int, memory_gib: int) -> str:
    """As the catalogue of the older clouds calls a size."""
    return f"gov.{vcpu}c{memory_gib}g"


def zone_of(server: CityServer) -> str:
    """The availability zone a server stands in."""
    if server.place != "sample-cloud":
        return AZ[server.place][server.arch]
    kind = "arm" if server.arch == "aarch64" else "x86"
    if TARGET_ZONE[server.zone] == "int":
        return "az-east-int-x86" if kind == "x86" else "az-west-int-arm"
    return f"az-{'east' if int(server.id[:2], 16) % 2 else 'west'}-ext-{kind}"


def _recording(city: City, cloud: str) -> dict[str, Any]:
    servers = [s for s in city.servers if s.place == cloud]
    systems = {s.id: s for s in city.systems}
    used = sorted({s.department for s in servers})
    projects = {slug: _id(city.seed, cloud, "project", slug) for slug in used}
    volumes = [volume for s in servers for volume in _volumes(s, cloud, projects)]
    hosts = _hosts(servers, cloud)
    answers = {
        "projects": [{"id": projects[slug], "name": city.department(slug).name, "description": f"{city.department(slug).name}（{slug}）", "domain_id": "default", "enabled": True, "parent_id": "default", "tags": []} for slug in used],
        "servers": [_server(s, systems.get(s.system or ""), cloud, projects, hosts, city) for s in servers],
        "flavors": [{"id": _id(cloud, v, m), "name": flavor_name(v, m), "vcpus": v, "ram": m * 1024, "disk": ROOT_GIB[v], "OS-FLV-EXT-DATA:ephemeral": 0} for v, m in SIZES],
        "zones": [{"zoneName": zone, "zoneState": {"available": True}, "hosts": sorted(h["name"] for h in hosts.values() if h["zone"] == zone)} for zone in sorted({h["zone"] for h in hosts.values()})],
        "hypervisors": [{"id": h["id"], "hypervisor_hostname": h["name"], "hypervisor_type": "QEMU", "state": "up", "status": "enabled", "service": {"host": h["name"]}, "cpu_info": {"arch": h["arch"]}, "vcpus": h["vcpus"], "memory_mb": h["memory_mb"]} for h in hosts.values()],
        "volumes": volumes,
        **_networks(city, servers, cloud, projects),
        "floatingips": [],
        "images": [{"id": _id(cloud, "image", name), "name": name, "status": "active", "size": 2_147_483_648, "min_disk": 20, "os_distro": distro, "os_version": version, "os_type": "linux", "architecture": arch, "visibility": "public"} for name, distro, version, arch in IMAGES],
        "resource_providers": [{"uuid": h["id"], "name": h["name"], "parent_provider_uuid": None} for h in hosts.values()],
        "inventories": [_inventory(h) for h in hosts.values()],
        "quotas": [{"id": projects[slug], "instances": -1, "cores": -1, "ram": -1, "volumes": -1, "gigabytes": -1, "port": -1, "network": 100, "floatingip": 50} for slug in used],
    }  # fmt: skip
    taken = datetime(END.year, END.month, END.day) - timedelta(hours=10)  # noqa: DTZ001 - UTC, written with Z
    return {
        "schema": SCHEMA,
        "cloud": cloud,
        "recorded_at": taken.isoformat() + "Z",
        "own_project": None,
        "answers": answers,
        "faults": [],
    }


IMAGES = (
    ("centos-7.9-x86_64", "centos", "7.9", "x86_64"), ("windows-2012r2-x86_64", "windows", "6.3", "x86_64"),
    ("kylin-v10-x86_64", "kylin", "V10", "x86_64"), ("kylin-v10-aarch64", "kylin", "V10", "aarch64"),
)  # fmt: skip


def image_of(server: CityServer, system: CitySystem | None) -> str:
    """The image a server was made from."""
    if server.arch == "aarch64":
        return "kylin-v10-aarch64"
    named = system.os if system else ""
    return (
        "windows-2012r2-x86_64"
        if "Windows" in named
        else "kylin-v10-x86_64"
        if system and system.xinchuang
        else "centos-7.9-x86_64"
    )


def metadata_of(server: CityServer, system: CitySystem | None, city: City) -> dict[str, str]:
    """What the operator noted on the server; about a third carry nothing."""
    if system is None or not server.tagged:
        return {}
    return {
        "system_code": system.code,
        "system_name": system.name,
        "department": city.department(system.department).name,
        "role": server.role,
        "zone": server.zone,
    }


def network_name(slug: str, zone: str) -> str:
    """A department's network in one zone."""
    return f"net-{slug}-{('int', 'ext', 'ded')[ZONE_NUMBER[zone]]}"


def _server(
    s: CityServer, system: CitySystem | None, cloud: str, projects: dict[str, str], hosts: dict[str, Any], city: City
) -> dict[str, Any]:
    off = s.powered_off_on is not None
    created = f"{s.created_on.isoformat()}T02:{int(s.id[2:4], 16) % 60:02d}:17Z"
    stamp = f"{s.powered_off_on.isoformat()}T09:30:00Z" if s.powered_off_on else created
    addresses = [{"version": 4, "addr": s.address, "OS-EXT-IPS:type": "fixed", "OS-EXT-IPS-MAC:mac_addr": _mac(s)}]
    if s.address6:
        addresses.append(
            {"version": 6, "addr": s.address6, "OS-EXT-IPS:type": "fixed", "OS-EXT-IPS-MAC:mac_addr": _mac(s)}
        )
    return {
        "id": s.id, "name": s.name, "description": None, "status": "SHUTOFF" if off else "ACTIVE", "tenant_id": projects[s.department],
        "created": created, "updated": stamp, "metadata": metadata_of(s, system, city),
        "flavor": {"original_name": flavor_name(s.vcpu, s.memory_gib), "vcpus": s.vcpu, "ram": s.memory_gib * 1024, "disk": s.root_gib, "ephemeral": 0, "swap": 0, "extra_specs": {}},
        "image": {"id": _id(cloud, "image", image_of(s, system))}, "addresses": {network_name(s.department, s.zone): addresses},
        "OS-EXT-STS:power_state": 4 if off else 1, "OS-EXT-STS:vm_state": "stopped" if off else "active",
        "OS-EXT-AZ:availability_zone": zone_of(s), "OS-EXT-SRV-ATTR:hypervisor_hostname": hosts[s.id]["name"] if s.id in hosts else _host_of(s, hosts),
        "OS-EXT-SRV-ATTR:host": _host_of(s, hosts), "OS-SRV-USG:launched_at": created.removesuffix("Z") + ".000000", "OS-SRV-USG:terminated_at": None,
        "os-extended-volumes:volumes_attached": [{"id": _id(s.id, "volume", n), "delete_on_termination": False} for n in range(len(s.data_gib))],
    }  # fmt: skip


def _mac(s: CityServer) -> str:
    return f"fa:16:3e:{s.id[0:2]}:{s.id[2:4]}:{s.id[4:6]}"


def _volumes(s: CityServer, cloud: str, projects: dict[str, str]) -> Iterable[dict[str, Any]]:
    for number, size in enumerate(s.data_gib):
        yield {
            "id": _id(s.id, "volume", number), "name": f"{s.name}-data{number + 1}", "status": "in-use", "size": size, "volume_type": "ssd" if s.role == "db" else "hdd",
            "availability_zone": "nova", "created_at": f"{s.created_on.isoformat()}T02:20:00.000000", "metadata": {}, "bootable": "false", "encrypted": False,
            "attachments": [{"server_id": s.id, "volume_id": _id(s.id, "volume", number), "device": f"/dev/vd{'bcdefgh'[number]}"}], "os-vol-tenant-attr:tenant_id": projects[s.department],
        }  # fmt: skip


def _networks(
    city: City, servers: list[CityServer], cloud: str, projects: dict[str, str]
) -> dict[str, list[dict[str, Any]]]:
    numbers = {d.slug: n for n, d in enumerate(city.departments)}
    networks, subnets, ports = [], [], []
    for slug, zone in sorted({(s.department, s.zone) for s in servers}):
        net = _id(city.seed, cloud, "network", slug, zone)
        four = subnet(numbers[slug], cloud, zone)
        own: list[tuple[str, int, str]] = [(_id(net, 4), 4, str(four))]
        if any(s.address6 for s in servers if (s.department, s.zone) == (slug, zone)):
            own.append((_id(net, 6), 6, str(subnet6(numbers[slug], cloud, zone))))
        networks.append(
            {
                "id": net,
                "name": network_name(slug, zone),
                "project_id": projects[slug],
                "router:external": False,
                "shared": False,
                "status": "ACTIVE",
                "subnets": [one[0] for one in own],
                "description": "",
            }
        )
        subnets += [
            {
                "id": sid,
                "name": f"{network_name(slug, zone)}-v{version}",
                "network_id": net,
                "ip_version": version,
                "cidr": cidr,
                "gateway_ip": str(four[1]) if version == 4 else cidr.replace("::/64", "::1"),
                "project_id": projects[slug],
            }
            for sid, version, cidr in own
        ]
    for s in servers:
        net = _id(city.seed, cloud, "network", s.department, s.zone)
        fixed = [{"subnet_id": _id(net, 4), "ip_address": s.address}] + (
            [{"subnet_id": _id(net, 6), "ip_address": s.address6}] if s.address6 else []
        )
        ports.append(
            {
                "id": _id(s.id, "port"),
                "device_id": s.id,
                "device_owner": f"compute:{zone_of(s)}",
                "network_id": net,
                "fixed_ips": fixed,
                "status": "ACTIVE",
                "project_id": projects[s.department],
            }
        )
    return {"networks": networks, "subnets": subnets, "ports": ports}


def _hosts(servers: list[CityServer], cloud: str) -> dict[str, dict[str, Any]]:
    """Compute hosts, filled one after the other in each availability zone; by name, with what stands on them."""
    hosts: dict[str, dict[str, Any]] = {}
    open_host: dict[str, str] = {}
    count: dict[str, int] = {}
    for s in servers:
        zone = zone_of(s)
        name = open_host.get(zone, "")
        if not name or hosts[name]["used"][0] + s.vcpu > 96 * 3 or hosts[name]["used"][1] + s.memory_gib > 700:
            count[zone] = count.get(zone, 0) + 1
            name = open_host[zone] = f"{zone}-compute-{count[zone]:03d}"
            hosts[name] = {
                "id": _id(cloud, name),
                "name": name,
                "zone": zone,
                "arch": s.arch,
                "vcpus": 96,
                "memory_mb": 768 * 1024,
                "used": [0, 0, 0],
                "servers": set(),
            }
        used = hosts[name]["used"]
        used[0], used[1], used[2] = used[0] + s.vcpu, used[1] + s.memory_gib, used[2] + s.root_gib
        hosts[name]["servers"].add(s.id)
    return hosts


def _host_of(s: CityServer, hosts: dict[str, dict[str, Any]]) -> str:
    zone = zone_of(s)
    return next(name for name, host in hosts.items() if host["zone"] == zone and s.id in host["servers"])


def _inventory(host: dict[str, Any]) -> dict[str, Any]:
    used = host["used"]
    return {
        "uuid": host["id"],
        "inventories": {
            "VCPU": {
                "total": 96,
                "reserved": 2,
                "allocation_ratio": 4.0,
                "min_unit": 1,
                "max_unit": 96,
                "step_size": 1,
            },
            "MEMORY_MB": {
                "total": 768 * 1024,
                "reserved": 16 * 1024,
                "allocation_ratio": 1.0,
                "min_unit": 1,
                "max_unit": 768 * 1024,
                "step_size": 1,
            },
            "DISK_GB": {
                "total": 40_000,
                "reserved": 100,
                "allocation_ratio": 1.0,
                "min_unit": 1,
                "max_unit": 40_000,
                "step_size": 1,
            },
        },
        "usages": {"VCPU": used[0], "MEMORY_MB": used[1] * 1024, "DISK_GB": used[2]},
    }
