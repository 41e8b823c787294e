"""OpenStack as a source: servers, volumes, networks and pools of one cloud of clouds.yaml, or of a recording of it.

Units: nova's `ram` and placement's `MEMORY_MB` are MiB and become GiB; disks and volumes are GiB already. What a
service did not tell stays `None`, never 0.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.clouds.openstack_cloud import COLLECTOR, Cloud, architecture, gib_of, source_of
from inventory.collectors.clouds.openstack_fetch import LISTINGS, fetch
from inventory.collectors.clouds.openstack_pools import pools, quotas
from inventory.collectors.clouds.recording import Fault, Recording, checked, reason
from inventory.model import Collected, Gap, Record, Value

_POWER_BY_STATE: Mapping[int, Literal["on", "off"]] = {
    1: "on",
    3: "on",
    4: "off",
    6: "off",
    7: "off",
}  # nova/compute/power_state.py


def collect(cloud: str, *, recorded_at: str, told: Callable[[str], None] = lambda _listing: None) -> Collected:
    """Ask a cloud and join its answers.

    Raises:
        CollectError: see `fetch`.
    """
    return parse(fetch(cloud, recorded_at=recorded_at, told=told))


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
    cloud = Cloud.of(recording)
    records = checked(
        [
            *(_server(cloud, raw) for raw in _sorted(recording, "servers")),
            *(_volume(cloud, raw) for raw in _sorted(recording, "volumes")),
            *(_network(cloud, raw) for raw in _sorted(recording, "networks")),
            *pools(cloud),
            *quotas(cloud),
        ]
    )
    gaps = tuple(_gap_of(cloud, fault) for fault in recording.faults)
    why = _why_partial(recording)
    return Collected(
        source=source_of(recording.cloud), collector=COLLECTOR, records=records, gaps=gaps, complete=why is None,
        why_partial=why, accounting=_accounting(recording, records),
    )  # fmt: skip


def _sorted(recording: Recording, listing: str) -> list[Mapping[str, Any]]:
    return sorted(recording.answers[listing], key=lambda raw: str(raw["id"]))


def in_address_order(addresses: Iterable[str]) -> tuple[str, ...]:
    """Addresses in their compressed form, IPv4 before IPv6, each once; what is no address is left out."""
    parsed = set()
    for text in addresses:
        try:
            parsed.add(ipaddress.ip_address(text))
        except ValueError:
            continue
    return tuple(str(one) for one in sorted(parsed, key=lambda one: (one.version, int(one))))


def _server(cloud: Cloud, raw: Mapping[str, Any]) -> Record:
    flavor = raw["flavor"] if "vcpus" in raw["flavor"] else _old_flavor(cloud, raw["flavor"])
    image = cloud.images.get((raw.get("image") or {}).get("id", ""), {})
    nova = [entry["addr"] for entries in (raw.get("addresses") or {}).values() for entry in entries]
    hypervisor = raw.get("OS-EXT-SRV-ATTR:hypervisor_hostname")
    power = _power(raw)
    fields: dict[str, Value] = {
        "server_name": raw["name"],
        "description": raw.get("description"),
        "vcpu": flavor.get("vcpus"),
        "mem": gib_of(flavor.get("ram")),
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


def _old_flavor(cloud: Cloud, named: Mapping[str, Any]) -> Mapping[str, Any]:
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


def _disk_gib(cloud: Cloud, raw: Mapping[str, Any], flavor: Mapping[str, Any]) -> int | None:
    """Local disks of the flavour (none where the server boots from a volume) and all attached volumes."""
    if "disk" not in flavor:
        return None
    local = int(flavor["disk"] if raw.get("image") else 0) + int(flavor.get("ephemeral") or 0)
    if not raw.get("os-extended-volumes:volumes_attached"):
        return local
    if cloud.attached_gib is None or raw["id"] not in cloud.attached_gib:
        return None
    return local + cloud.attached_gib[raw["id"]]


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


def _volume(cloud: Cloud, raw: Mapping[str, Any]) -> Record:
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


def _network(cloud: Cloud, raw: Mapping[str, Any]) -> Record:
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


def _gap_of(cloud: Cloud, fault: Fault) -> Gap:
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
