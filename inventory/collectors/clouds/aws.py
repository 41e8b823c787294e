"""An EC2- and S3-compatible cloud as a source: instances, volumes, networks and buckets of one profile.

Units: instance types give memory in MiB; volumes are GiB; bucket sizes are bytes and become GiB. Disks are the attached
volumes; the instance store, which is lost on stopping, is not counted. What the cloud does not tell stays `None`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.clouds.aws_fetch import LISTINGS, fetch
from inventory.collectors.clouds.openstack import in_address_order
from inventory.collectors.clouds.openstack_cloud import MIB_PER_GIB, architecture
from inventory.collectors.clouds.recording import Fault, Recording, checked, reason
from inventory.model import Collected, Gap, Origin, Record, Value

COLLECTOR = "aws"
BYTES_PER_GIB = 2**30
_POWER: Mapping[str, Literal["on", "off"]] = {
    "running": "on",
    "stopping": "on",
    "shutting-down": "on",
    "stopped": "off",
    "terminated": "off",
}
_CHANGED_AT = re.compile(r"\((\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) (?:GMT|UTC)\)")


def collect(
    profile: str,
    *,
    regions: Sequence[str],
    recorded_at: str,
    bucket_sizes: bool = False,
    told: Callable[[str], None] = lambda _listing: None,
) -> Collected:
    """Ask a cloud and join its answers.

    Raises:
        CollectError: see `fetch`.
    """
    return parse(fetch(profile, regions=regions, recorded_at=recorded_at, bucket_sizes=bucket_sizes, told=told))


def source_of(profile: str) -> str:
    """The name of a profile as a source."""
    return f"{COLLECTOR}:{profile}"


def parse(recording: Recording) -> Collected:
    """The records of one recording; the same recording gives the same records.

    Raises:
        CollectError: an answer lacks what every EC2 gives.
    """
    try:
        cloud = _Cloud.of(recording)
        records = checked(
            [
                *(_server(cloud, raw) for raw in _sorted(recording, "instances", "InstanceId")),
                *(_volume(cloud, raw) for raw in _sorted(recording, "volumes", "VolumeId")),
                *(_network(cloud, raw) for raw in _sorted(recording, "vpcs", "VpcId")),
                *(_bucket(cloud, raw) for raw in _sorted(recording, "buckets", "Name")),
            ]
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise CollectError(
            f"云 {recording.cloud}：应答的内容不对（{type(error).__name__}：{error}）",
            f"cloud {recording.cloud}: an answer is not what an EC2 gives ({type(error).__name__}: {error})",
            hint=Text("录制文件可能被改动过，重新录制", "the recording may have been edited: record again"),
        ) from error
    why = _why_partial(recording)
    return Collected(
        source=source_of(recording.cloud), collector=COLLECTOR, records=records, gaps=tuple(_gap_of(cloud, fault) for fault in recording.faults),
        complete=why is None, why_partial=why,
        accounting={
            "items": {name: len(items) for name, items in sorted(recording.answers.items())},
            "records": dict(sorted(Counter(record.kind for record in records).items())),
            "faults": len(recording.faults),
            "recorded_at": recording.recorded_at,
            "from_recording": not recording.live,
        },
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cloud:
    """One recording with what its records look up in each other."""

    recording: Recording
    types: Mapping[str, Mapping[str, Any]]
    images: Mapping[str, Mapping[str, Any]]
    attached_gib: Mapping[str, int] | None  # by instance; None where the volumes are not known
    sizes: Mapping[str, Mapping[str, Any]]  # of buckets, where they were asked for

    @staticmethod
    def of(recording: Recording) -> _Cloud:
        answers = recording.answers
        attached: dict[str, int] = defaultdict(int)
        for volume in answers["volumes"]:
            for attachment in volume.get("Attachments") or ():
                attached[attachment["InstanceId"]] += volume["Size"]
        refused = any(fault.listing.startswith("volumes:") for fault in recording.faults)
        return _Cloud(
            recording=recording,
            types={raw["InstanceType"]: raw for raw in answers["instance_types"]},
            images={raw["ImageId"]: raw for raw in answers["images"]},
            attached_gib=None if refused else dict(attached),
            sizes={raw["Name"]: raw for raw in answers.get("bucket_sizes", ())},
        )

    def origin(self, kind: str, native_id: str) -> Origin:
        return Origin(source=source_of(self.recording.cloud), path=f"{kind}/{native_id}")


def _sorted(recording: Recording, listing: str, key: str) -> list[Mapping[str, Any]]:
    return sorted(recording.answers[listing], key=lambda raw: str(raw[key]))


def _server(cloud: _Cloud, raw: Mapping[str, Any]) -> Record:
    kind = cloud.types.get(raw["InstanceType"], {})
    image = cloud.images.get(raw.get("ImageId", ""), {})
    tags = raw.get("Tags") or {}
    state = raw["State"]["Name"]
    changed_on = _changed_on(raw.get("StateTransitionReason"))
    fields: dict[str, Value] = {
        "server_name": tags.get("Name") or raw["InstanceId"],
        "vcpu": _vcpu(raw, kind),
        "mem": kind["MemoryInfo"]["SizeInMiB"] / MIB_PER_GIB if "MemoryInfo" in kind else None,
        "disk": _disk_gib(cloud, raw),
        "flavor": raw["InstanceType"],
        "power": _POWER.get(state),
        "powered_off_date": changed_on if state == "stopped" else None,
        "deleted_date": changed_on if state == "terminated" else None,
        "status": state,
        "ip": in_address_order(_addresses(raw)),
        "project_id": cloud.recording.own_project,
        "project": tags.get("Project") or tags.get("project") or cloud.recording.own_project,
        "cloud": cloud.recording.cloud,
        "region": raw["Region"],
        "pool": (raw.get("Placement") or {}).get("AvailabilityZone"),
        "cpu_arch": architecture(raw.get("Architecture") or image.get("Architecture")),
        "image": image.get("Name"),
        "os_app": raw.get("PlatformDetails") or image.get("PlatformDetails"),
        "created_date": _created_on(raw),
        **{f"metadata.{key}": value for key, value in sorted(tags.items())},
    }
    return Record(
        kind="server",
        id=f"{COLLECTOR}:{raw['InstanceId']}",
        fields=fields,
        origin=cloud.origin("instances", raw["InstanceId"]),
    )


def _vcpu(raw: Mapping[str, Any], kind: Mapping[str, Any]) -> int | None:
    """What the instance was started with; else what its type has."""
    options = raw.get("CpuOptions") or {}
    if options.get("CoreCount") and options.get("ThreadsPerCore"):
        return int(options["CoreCount"]) * int(options["ThreadsPerCore"])
    known = (kind.get("VCpuInfo") or {}).get("DefaultVCpus")
    return None if known is None else int(known)


def _disk_gib(cloud: _Cloud, raw: Mapping[str, Any]) -> int | None:
    if not raw.get("BlockDeviceMappings"):
        return 0 if raw.get("RootDeviceType") == "instance-store" else None
    return None if cloud.attached_gib is None else cloud.attached_gib.get(raw["InstanceId"])


def _addresses(raw: Mapping[str, Any]) -> Iterable[str]:
    """Private, public and IPv6 addresses of all interfaces."""
    found = [raw.get("PrivateIpAddress"), raw.get("PublicIpAddress")]
    for interface in raw.get("NetworkInterfaces") or ():
        for private in interface.get("PrivateIpAddresses") or ():
            found += [private.get("PrivateIpAddress"), (private.get("Association") or {}).get("PublicIp")]
        found += [address.get("Ipv6Address") for address in interface.get("Ipv6Addresses") or ()]
    return [address for address in found if address]


def _created_on(raw: Mapping[str, Any]) -> str | None:
    """When the first disk was attached; the launch time is that of the last start."""
    stamps = [
        mapping["Ebs"]["AttachTime"]
        for mapping in raw.get("BlockDeviceMappings") or ()
        if mapping.get("Ebs", {}).get("AttachTime")
    ]
    return _day(min(stamps, default=raw.get("LaunchTime")))


def _changed_on(why: str | None) -> str | None:
    """The day in `User initiated (2026-03-01 10:00:00 GMT)`."""
    found = _CHANGED_AT.search(why or "")
    return _day(found[1].replace(" ", "T") + "+00:00") if found else None


def _day(instant: str | None) -> str | None:
    """The local day of an instant."""
    from catalogs.console import LOCAL_ZONE

    if not instant:
        return None
    moment = datetime.fromisoformat(instant.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(LOCAL_ZONE).date().isoformat()


def _volume(cloud: _Cloud, raw: Mapping[str, Any]) -> Record:
    tags = raw.get("Tags") or {}
    fields: dict[str, Value] = {
        "volume_name": tags.get("Name"),
        "size_gib": raw["Size"],
        "volume_type": raw.get("VolumeType"),
        "status": raw.get("State"),
        "server_ids": tuple(
            sorted(f"{COLLECTOR}:{attachment['InstanceId']}" for attachment in raw.get("Attachments") or ())
        ),
        "pool": raw.get("AvailabilityZone"),
        "region": raw["Region"],
        "encrypted": raw.get("Encrypted"),
        "created_date": _day(raw.get("CreateTime")),
        **{f"metadata.{key}": value for key, value in sorted(tags.items())},
    }
    return Record(
        kind="volume",
        id=f"{COLLECTOR}:{raw['VolumeId']}",
        fields=fields,
        origin=cloud.origin("volumes", raw["VolumeId"]),
    )


def _network(cloud: _Cloud, raw: Mapping[str, Any]) -> Record:
    four = [one["CidrBlock"] for one in raw.get("CidrBlockAssociationSet") or ()] or [raw["CidrBlock"]]
    six = [one["Ipv6CidrBlock"] for one in raw.get("Ipv6CidrBlockAssociationSet") or ()]
    fields: dict[str, Value] = {
        "network_name": (raw.get("Tags") or {}).get("Name"),
        "cidrs": tuple(sorted({*four, *six})),
        "external": False,
        "status": raw.get("State"),
        "region": raw["Region"],
    }
    return Record(
        kind="network", id=f"{COLLECTOR}:{raw['VpcId']}", fields=fields, origin=cloud.origin("vpcs", raw["VpcId"])
    )


def _bucket(cloud: _Cloud, raw: Mapping[str, Any]) -> Record:
    size = cloud.sizes.get(raw["Name"])
    fields: dict[str, Value] = {
        "bucket_name": raw["Name"],
        "size_gib": None if size is None else size["size_bytes"] / BYTES_PER_GIB,
        "object_count": None if size is None else size["object_count"],
        "created_date": _day(raw.get("CreationDate")),
        "cloud": cloud.recording.cloud,
    }
    name = f"{cloud.recording.cloud}/{raw['Name']}"  # compatible clouds do not share one name space
    return Record(
        kind="bucket", id=f"{COLLECTOR}:bucket:{name}", fields=fields, origin=cloud.origin("buckets", raw["Name"])
    )


_TITLES = {listing.name: listing.title for listing in LISTINGS} | {"bucket_sizes": Text("存储桶大小", "bucket sizes")}
_REASONS = {
    "UnauthorizedOperation": 403,
    "AccessDenied": 403,
    "AccessDeniedException": 403,
    "InvalidAction": 404,
    "NotImplemented": 404,
}


def _said(fault: Fault) -> tuple[Text, Text]:
    """What is missing, where, and why."""
    name, _, region = fault.listing.partition(":")
    title = _TITLES[name]
    why = reason(fault.why, _REASONS.get(fault.why, fault.status))
    return Text(f"{region} 的{title.zh}", f"{title.en} of {region}"), why


def _gap_of(cloud: _Cloud, fault: Fault) -> Gap:
    title, why = _said(fault)
    message = Text(
        f"云 {cloud.recording.cloud}：没有读到{title.zh}（{fault.service}：{why.zh}）",
        f"cloud {cloud.recording.cloud}: {title.en} could not be read ({fault.service}: {why.en})",
    )
    return Gap(kind="partial", origin=cloud.origin(fault.listing, fault.service), message=message, field=fault.listing)


def _why_partial(recording: Recording) -> Text | None:
    if not recording.faults:
        return None
    said = [_said(fault) for fault in recording.faults]
    zh = "；".join(f"{title.zh}（{why.zh}）" for title, why in said)
    en = "; ".join(f"{title.en} ({why.en})" for title, why in said)
    return Text(f"云 {recording.cloud} 没有读全：{zh}", f"cloud {recording.cloud} was read only in part: {en}")
