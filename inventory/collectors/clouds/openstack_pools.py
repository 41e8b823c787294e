"""What an OpenStack offers and what is taken: pools by placement, quotas by project, as records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import floor

from inventory.collectors.clouds.openstack_cloud import COLLECTOR, MIB_PER_GIB, Cloud, gib_of
from inventory.model import Record, Value


@dataclass(slots=True)
class _Capacity:
    """Sums over the hosts of one pool; capacity is rounded down host by host."""

    physical: Counter[str]
    capacity: Counter[str]
    allocated: Counter[str]
    hosts: int = 0


def pools(cloud: Cloud) -> list[Record]:
    """One pool for each availability zone and architecture: what placement offers there, and what is taken.

    Capacity = Σ over hosts of ⌊(total − reserved) · allocation_ratio⌋: placement's own rule for what fits.
    """
    names = {raw["uuid"]: raw["name"] for raw in cloud.recording.answers["resource_providers"]}
    sums: dict[tuple[str, str], _Capacity] = {}
    for raw in cloud.recording.answers["inventories"]:
        host = names[raw["uuid"]]
        key = (cloud.zone_of(host) or "unknown", cloud.arch_of(host) or "unknown")
        one = sums.setdefault(key, _Capacity(Counter(), Counter(), Counter()))
        one.hosts += 1
        for resource, held in raw["inventories"].items():
            one.physical[resource] += held["total"]
            one.capacity[resource] += floor((held["total"] - held["reserved"]) * held["allocation_ratio"])
        one.allocated.update(raw["usages"])
    return [_pool(cloud, zone, arch, one) for (zone, arch), one in sorted(sums.items())]


def _pool(cloud: Cloud, zone: str, arch: str, sums: _Capacity) -> Record:
    fields: dict[str, Value] = {
        "pool_kind": "placement",
        "pool": zone,
        "cpu_arch": None if arch == "unknown" else arch,
        "host_count": sums.hosts,
    }
    for name, resource, per_unit in (
        ("vcpu", "VCPU", 1),
        ("memory_gib", "MEMORY_MB", MIB_PER_GIB),
        ("disk_gib", "DISK_GB", 1),
    ):
        if resource in sums.physical:
            fields[f"{name}_physical"] = _units(sums.physical[resource], per_unit)
            fields[f"{name}_capacity"] = _units(sums.capacity[resource], per_unit)
            fields[f"{name}_allocated"] = _units(sums.allocated[resource], per_unit)
    name = f"{cloud.recording.cloud}/{zone}/{arch}"
    return Record(
        kind="pool",
        id=f"{COLLECTOR}:pool:{name}",
        fields=fields,
        origin=cloud.origin("resource_providers", f"{zone}/{arch}"),
    )


def _units(amount: int, per_unit: int) -> int | float:
    return amount if per_unit == 1 else amount / per_unit


def quotas(cloud: Cloud) -> list[Record]:
    """The limits of each project; −1 is OpenStack's word for none and becomes None."""
    rows = []
    for raw in sorted(cloud.recording.answers["quotas"], key=lambda row: str(row["id"])):
        limits = {key: None if value == -1 else value for key, value in raw.items() if key != "id"}
        fields: dict[str, Value] = {
            "pool_kind": "quota", "project_id": raw["id"], "project": cloud.projects.get(raw["id"]),
            "vcpu_capacity": limits.get("cores"), "memory_gib_capacity": gib_of(limits.get("ram")),
            "disk_gib_capacity": limits.get("gigabytes"), "server_limit": limits.get("instances"),
            "volume_limit": limits.get("volumes"), "port_limit": limits.get("port"),
            "network_limit": limits.get("network"), "floating_ip_limit": limits.get("floatingip"),
        }  # fmt: skip
        name = f"{cloud.recording.cloud}/{raw['id']}"
        rows.append(
            Record(kind="pool", id=f"{COLLECTOR}:quota:{name}", fields=fields, origin=cloud.origin("quotas", raw["id"]))
        )
    return rows
