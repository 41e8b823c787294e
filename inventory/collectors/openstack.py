"""OpenStack as a source: servers, volumes, networks and pools of one cloud of clouds.yaml, or of a recording of it.

Units: nova's `ram` and placement's `MEMORY_MB` are MiB and become GiB; disks and volumes are GiB already. What a
service did not tell stays `None`, never 0.
"""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import floor
from typing import Any, Literal

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.openstack_fetch import LISTINGS, fetch
from inventory.collectors.recording import Fault, Recording, checked, reason
from inventory.model import Collected, Gap, Origin, Record, Value

MIB_PER_GIB = 1024
COLLECTOR = "openstack"
_POWER_BY_STATE: Mapping[int, Literal["on", "off"]] = {
    1: "on",
    3: "on",
    4: "off",
    6: "off",
    7: "off",
}  # nova/compute/power_state.py
_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "i686": "x86_64", "aarch64": "aarch64", "arm64": "aarch64",
                  "loongarch64": "loongarch64", "sw_64": "sw_64"}  # fmt: skip


def collect(cloud: str, *, recorded_at: str, told: Callable[[str], None] = lambda _listing: None) -> Collected:
    """Ask a cloud and join its answers.

    Raises:
        CollectError: see `fetch`.
    """
    return parse(fetch(cloud, recorded_at=recorded_at, told=told))


def source_of(cloud: str) -> str:
    """The name of a cloud as a source."""
    return f"{COLLECTOR}:{cloud}"


def parse(recording: Recording) -> Collected:
    """The records of one recording; the same recording gives the same records.

    Raises:
        CollectError: an answer lacks what every OpenStack gives.
    """
    try:
        return _parsed(recording)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise CollectError(
            f"云 {recording.cloud}：应答的内容不对（{type(error).__name__}：{error}）",
            f"cloud {recording.cloud}: an answer is not what an OpenStack gives ({type(error).__name__}: {error})",
            hint=Text(
                "录制文件可能被改动过，重新录制；或把这条信息发给维护者",
                "the recording may have been edited: record again; or send this to the maintainers",
            ),
        ) from error


def _parsed(recording: Recording) -> Collected:
    cloud = _Cloud.of(recording)
    records = checked(
        [
            *(_server(cloud, raw) for raw in _sorted(recording, "servers")),
            *(_volume(cloud, raw) for raw in _sorted(recording, "volumes")),
            *(_network(cloud, raw) for raw in _sorted(recording, "networks")),
            *_pools(cloud),
            *_quotas(cloud),
        ]
    )
    gaps = tuple(_gap_of(cloud, fault) for fault in recording.faults)
    why = _why_partial(recording)
    return Collected(
        source=source_of(recording.cloud), collector=COLLECTOR, records=records, gaps=gaps, complete=why is None,
        why_partial=why, accounting=_accounting(recording, records),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cloud:
    """One recording with what its records look up in each other."""

    recording: Recording
    projects: Mapping[str, str]
    images: Mapping[str, Mapping[str, Any]]
    flavors: Mapping[str, Mapping[str, Any]]
    hypervisors: Mapping[str, Mapping[str, Any]]  # by hypervisor_hostname
    zone_of_host: Mapping[str, str]
    attached_gib: Mapping[str, int] | None  # by server id; None where the volumes are not known
    addresses: Mapping[str, frozenset[str]]  # by server id, from the network service

    @staticmethod
    def of(recording: Recording) -> _Cloud:
        answers = recording.answers
        refused = {fault.listing.partition(":")[0] for fault in recording.faults}
        return _Cloud(
            recording=recording,
            projects={raw["id"]: raw["name"] for raw in answers["projects"]},
            images={raw["id"]: raw for raw in answers["images"]},
            flavors={raw["id"]: raw for raw in answers["flavors"]},
            hypervisors={raw["hypervisor_hostname"]: raw for raw in answers["hypervisors"]},
            zone_of_host={host: raw["zoneName"] for raw in answers["zones"] for host in raw.get("hosts") or {}},
            attached_gib=None if "volumes" in refused else _attached(answers["volumes"]),
            addresses=_addresses(answers["ports"], answers["floatingips"]),
        )

    def origin(self, kind: str, native_id: str) -> Origin:
        return Origin(source=source_of(self.recording.cloud), path=f"{kind}/{native_id}")

    def zone_of(self, hypervisor: str) -> str | None:
        found = self.hypervisors.get(hypervisor)
        host = (found or {}).get("service", {}).get("host", hypervisor)
        return self.zone_of_host.get(host)

    def arch_of(self, hypervisor: str | None) -> str | None:
        known = self.hypervisors.get(hypervisor or "", {}).get("cpu_info") or {}
        return architecture(known.get("arch"))


def architecture(name: object) -> str | None:
    """A CPU architecture in the catalogue's words, None where the name is not known."""
    return _ARCHITECTURES.get(str(name).lower()) if name else None


def _sorted(recording: Recording, listing: str) -> list[Mapping[str, Any]]:
    return sorted(recording.answers[listing], key=lambda raw: str(raw["id"]))


def _attached(volumes: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for volume in volumes:
        for attachment in volume.get("attachments") or ():
            total[attachment["server_id"]] += volume["size"]
    return dict(total)


def _addresses(ports: Iterable[Mapping[str, Any]], floating: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    server_of_port = {}
    for port in ports:
        if port.get("device_id") and str(port.get("device_owner", "")).startswith("compute:"):
            server_of_port[port["id"]] = port["device_id"]
            found[port["device_id"]].update(fixed["ip_address"] for fixed in port.get("fixed_ips") or ())
    for one in floating:
        if one.get("port_id") in server_of_port:
            found[server_of_port[one["port_id"]]].add(one["floating_ip_address"])
    return {server: frozenset(addresses) for server, addresses in found.items()}


def in_address_order(addresses: Iterable[str]) -> tuple[str, ...]:
    """Addresses in their compressed form, IPv4 before IPv6, each once; what is no address is left out."""
    parsed = set()
    for text in addresses:
        try:
            parsed.add(ipaddress.ip_address(text))
        except ValueError:
            continue
    return tuple(str(one) for one in sorted(parsed, key=lambda one: (one.version, int(one))))


def _server(cloud: _Cloud, raw: Mapping[str, Any]) -> Record:
    flavor = raw["flavor"] if "vcpus" in raw["flavor"] else _old_flavor(cloud, raw["flavor"])
    image = cloud.images.get((raw.get("image") or {}).get("id", ""), {})
    nova = [entry["addr"] for entries in (raw.get("addresses") or {}).values() for entry in entries]
    hypervisor = raw.get("OS-EXT-SRV-ATTR:hypervisor_hostname")
    power = _power(raw)
    fields: dict[str, Value] = {
        "server_name": raw["name"],
        "description": raw.get("description"),
        "vcpu": flavor.get("vcpus"),
        "mem": _gib(flavor.get("ram")),
        "disk": _disk_gib(cloud, raw, flavor),
        "flavor": flavor.get("original_name"),
        "power": power,
        "powered_off_date": _day(raw.get("updated")) if power == "off" else None,
        "status": raw["status"],
        "ip": in_address_order([*nova, *cloud.addresses.get(raw["id"], ())]),
        "project_id": raw["tenant_id"],
        "project": cloud.projects.get(raw["tenant_id"]),
        "cloud": cloud.recording.cloud,
        "pool": raw.get("OS-EXT-AZ:availability_zone") or None,
        "host": hypervisor,
        "cpu_arch": cloud.arch_of(hypervisor)
        or architecture(image.get("hw_architecture") or image.get("architecture")),
        "image": image.get("name"),
        "os_app": " ".join(str(image[key]) for key in ("os_distro", "os_version") if image.get(key)) or None,
        "created_date": _day(raw.get("created")),
        "deleted_date": _day(raw.get("OS-SRV-USG:terminated_at")),
        "tags": tuple(sorted(raw.get("tags") or ())),
        **{f"metadata.{key}": value for key, value in sorted((raw.get("metadata") or {}).items())},
    }
    return Record(
        kind="server", id=f"{COLLECTOR}:{raw['id']}", fields=fields, origin=cloud.origin("servers", raw["id"])
    )


def _old_flavor(cloud: _Cloud, named: Mapping[str, Any]) -> Mapping[str, Any]:
    """The flavour of a server of a cloud before Pike, which only names it; empty where it was deleted since."""
    known = cloud.flavors.get(str(named.get("id")), {})
    return (
        {**known, "original_name": known.get("name"), "ephemeral": known.get("OS-FLV-EXT-DATA:ephemeral", 0)}
        if known
        else {}
    )


def _power(raw: Mapping[str, Any]) -> Literal["on", "off"] | None:
    found = _POWER_BY_STATE.get(raw.get("OS-EXT-STS:power_state") or 0)
    return found or {"SHUTOFF": "off", "SHELVED": "off", "SHELVED_OFFLOADED": "off", "ACTIVE": "on"}.get(raw["status"])  # type: ignore[return-value]


def _disk_gib(cloud: _Cloud, raw: Mapping[str, Any], flavor: Mapping[str, Any]) -> int | None:
    """Local disks of the flavour (none where the server boots from a volume) and all attached volumes."""
    if "disk" not in flavor:
        return None
    local = int(flavor["disk"] if raw.get("image") else 0) + int(flavor.get("ephemeral") or 0)
    if not raw.get("os-extended-volumes:volumes_attached"):
        return local
    if cloud.attached_gib is None or raw["id"] not in cloud.attached_gib:
        return None
    return local + cloud.attached_gib[raw["id"]]


def _gib(mib: int | None) -> float | None:
    return None if mib is None else mib / MIB_PER_GIB


def _day(instant: str | None) -> str | None:
    """The local day of an instant; OpenStack writes UTC, with or without the Z."""
    from catalogs.console import LOCAL_ZONE

    if not instant:
        return None
    moment = datetime.fromisoformat(instant.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = datetime.fromisoformat(moment.isoformat() + "+00:00")
    day: date = moment.astimezone(LOCAL_ZONE).date()
    return day.isoformat()


def _volume(cloud: _Cloud, raw: Mapping[str, Any]) -> Record:
    attached = [attachment["server_id"] for attachment in raw.get("attachments") or ()]
    project = raw.get("os-vol-tenant-attr:tenant_id")
    fields: dict[str, Value] = {
        "volume_name": raw.get("name") or None,
        "size_gib": raw["size"],
        "volume_type": raw.get("volume_type"),
        "status": raw["status"],
        "server_ids": tuple(f"{COLLECTOR}:{server}" for server in sorted(attached)),
        "project_id": project,
        "project": cloud.projects.get(project or ""),
        "pool": raw.get("availability_zone"),
        "encrypted": raw.get("encrypted"),
        "created_date": _day(raw.get("created_at")),
        **{f"metadata.{key}": value for key, value in sorted((raw.get("metadata") or {}).items())},
    }
    return Record(
        kind="volume", id=f"{COLLECTOR}:{raw['id']}", fields=fields, origin=cloud.origin("volumes", raw["id"])
    )


def _network(cloud: _Cloud, raw: Mapping[str, Any]) -> Record:
    subnets = sorted(
        subnet["cidr"] for subnet in cloud.recording.answers["subnets"] if subnet["network_id"] == raw["id"]
    )
    fields: dict[str, Value] = {
        "network_name": raw.get("name") or None,
        "cidrs": tuple(subnets),
        "external": raw.get("router:external"),
        "shared": raw.get("shared"),
        "project_id": raw.get("project_id"),
        "project": cloud.projects.get(raw.get("project_id") or ""),
        "status": raw.get("status"),
    }
    return Record(
        kind="network", id=f"{COLLECTOR}:{raw['id']}", fields=fields, origin=cloud.origin("networks", raw["id"])
    )


@dataclass(slots=True)
class _Capacity:
    """Sums over the hosts of one pool; capacity is rounded down host by host."""

    physical: Counter[str]
    capacity: Counter[str]
    allocated: Counter[str]
    hosts: int = 0


def _pools(cloud: _Cloud) -> list[Record]:
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


def _pool(cloud: _Cloud, zone: str, arch: str, sums: _Capacity) -> Record:
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


def _quotas(cloud: _Cloud) -> list[Record]:
    """The limits of each project; −1 is OpenStack's word for none and becomes None."""
    rows = []
    for raw in sorted(cloud.recording.answers["quotas"], key=lambda row: str(row["id"])):
        limits = {key: None if value == -1 else value for key, value in raw.items() if key != "id"}
        fields: dict[str, Value] = {
            "pool_kind": "quota", "project_id": raw["id"], "project": cloud.projects.get(raw["id"]),
            "vcpu_capacity": limits.get("cores"), "memory_gib_capacity": _gib(limits.get("ram")),
            "disk_gib_capacity": limits.get("gigabytes"), "server_limit": limits.get("instances"),
            "volume_limit": limits.get("volumes"), "port_limit": limits.get("port"),
            "network_limit": limits.get("network"), "floating_ip_limit": limits.get("floatingip"),
        }  # fmt: skip
        name = f"{cloud.recording.cloud}/{raw['id']}"
        rows.append(
            Record(kind="pool", id=f"{COLLECTOR}:quota:{name}", fields=fields, origin=cloud.origin("quotas", raw["id"]))
        )
    return rows


_TITLES = {listing.name: listing.title for listing in LISTINGS} | {
    "inventories": Text("资源池容量", "pool capacities"),
    "quotas": Text("配额", "quotas"),
}


def _title(fault: Fault) -> Text:
    name, _, part = fault.listing.partition(":")
    title = _TITLES[name]
    return (
        Text(f"全部{title.zh}（只读到自己的）", f"all {title.en} (only the user's own were read)")
        if part == "all"
        else title
    )


def _gap_of(cloud: _Cloud, fault: Fault) -> Gap:
    title, why = _title(fault), reason(fault.why, fault.status)
    message = Text(
        f"云 {cloud.recording.cloud}：没有读到{title.zh}（{fault.service}：{why.zh}）",
        f"cloud {cloud.recording.cloud}: {title.en} could not be read ({fault.service}: {why.en})",
    )
    return Gap(kind="partial", origin=cloud.origin(fault.listing, fault.service), message=message, field=fault.listing)


def _why_partial(recording: Recording) -> Text | None:
    if not recording.faults:
        return None
    said = [(_title(fault), reason(fault.why, fault.status)) for fault in recording.faults]
    zh = "；".join(f"{title.zh}（{why.zh}）" for title, why in said)
    en = "; ".join(f"{title.en} ({why.en})" for title, why in said)
    return Text(f"云 {recording.cloud} 没有读全：{zh}", f"cloud {recording.cloud} was read only in part: {en}")


def _accounting(recording: Recording, records: Sequence[Record]) -> dict[str, object]:
    """What was asked and what became of it: items of each listing, records of each kind."""
    return {
        "items": {name: len(items) for name, items in sorted(recording.answers.items())},
        "records": dict(sorted(Counter(record.kind for record in records).items())),
        "faults": len(recording.faults),
        "recorded_at": recording.recorded_at,
        "from_recording": not recording.live,
    }
