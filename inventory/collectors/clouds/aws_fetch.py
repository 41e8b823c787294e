"""Asks an EC2- and S3-compatible cloud for its machines, disks, networks and buckets; profiles and endpoints are boto3's.

Only I/O: `fetch` gives a `Recording`. Of each item only the keys in `LISTINGS` are kept; values of tags that look like
credentials are masked. A listing that the cloud refuses is a `Fault`: the collection goes on and says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.clouds.masking import masked, masked_tags
from inventory.collectors.clouds.recording import Fault, Recording, reason

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 15
ANSWER_SECONDS = 60
ATTEMPTS = 3  # boto3's standard retries: throttling and 5xx, with growing pauses
# What clouds say to a wrong key, secret or token.
_NOT_SIGNED_IN = frozenset(
    {"AuthFailure", "InvalidClientTokenId", "SignatureDoesNotMatch", "InvalidAccessKeyId", "UnrecognizedClientException", "ExpiredToken",
     "RequestExpired", "InvalidToken", "IncompleteSignature"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list of one service: the call, where the items stand in its answer, and which keys are kept."""

    name: str
    service: str
    operation: str
    items: tuple[str, ...]
    title: Text
    keys: tuple[str, ...]
    more: Mapping[str, Any] = field(default_factory=dict)


LISTINGS: tuple[Listing, ...] = (
    Listing(name="instances", service="ec2", operation="describe_instances", items=("Reservations", "Instances"), title=Text("云主机", "instances"),
            keys=("InstanceId", "InstanceType", "ImageId", "State", "StateTransitionReason", "LaunchTime", "Placement", "PrivateIpAddress",
                  "PublicIpAddress", "NetworkInterfaces", "BlockDeviceMappings", "RootDeviceName", "RootDeviceType", "Architecture",
                  "CpuOptions", "PlatformDetails", "VpcId", "SubnetId", "Tags")),
    Listing(name="instance_types", service="ec2", operation="describe_instance_types", items=("InstanceTypes",), title=Text("规格", "instance types"),
            keys=("InstanceType", "VCpuInfo", "MemoryInfo", "InstanceStorageInfo", "ProcessorInfo")),
    Listing(name="volumes", service="ec2", operation="describe_volumes", items=("Volumes",), title=Text("云硬盘", "volumes"),
            keys=("VolumeId", "Size", "VolumeType", "State", "AvailabilityZone", "CreateTime", "Encrypted", "Attachments", "Tags")),
    Listing(name="vpcs", service="ec2", operation="describe_vpcs", items=("Vpcs",), title=Text("网络", "networks"),
            keys=("VpcId", "CidrBlock", "CidrBlockAssociationSet", "Ipv6CidrBlockAssociationSet", "State", "IsDefault", "Tags")),
    Listing(name="images", service="ec2", operation="describe_images", items=("Images",), title=Text("镜像", "images"),
            keys=("ImageId", "Name", "Architecture", "PlatformDetails")),
    Listing(name="buckets", service="s3", operation="list_buckets", items=("Buckets",), title=Text("存储桶", "buckets"), keys=("Name", "CreationDate")),
)  # fmt: skip


@dataclass(slots=True)
class _Asker:
    """One profile's session; remembers which service of which region does not answer."""

    session: Any
    faults: list[Fault] = field(default_factory=list)
    silent: dict[tuple[str, str], str] = field(default_factory=dict)

    def client(self, service: str, region: str) -> Any:
        from botocore.config import Config

        settings = Config(connect_timeout=CONNECT_SECONDS, read_timeout=ANSWER_SECONDS, retries={"max_attempts": ATTEMPTS, "mode": "standard"},
                          s3={"addressing_style": "path"})  # fmt: skip
        return self.session.client(service, region_name=region, config=settings)

    def listed(self, listing: Listing, region: str, **wanted: object) -> list[dict[str, Any]]:
        """All pages of a listing in one region; what came before a fault is kept, and the fault too."""
        from botocore.exceptions import BotoCoreError, ClientError

        found: list[dict[str, Any]] = []
        if (listing.service, region) in self.silent:
            self._fault(listing, region, self.silent[listing.service, region], None)
            return found
        try:
            client = self.client(listing.service, region)
            for page in _pages(client, listing.operation, {**listing.more, **wanted}):
                found += [{"Region": region, **_kept(item, listing.keys)} for item in _items(page, listing.items)]
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "")) or type(error).__name__
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if code in _NOT_SIGNED_IN:
                raise
            self._fault(listing, region, code, status)
        except (BotoCoreError, ValueError) as error:
            self.silent[listing.service, region] = why_of(error)
            self._fault(listing, region, why_of(error), None)
        return found

    def _fault(self, listing: Listing, region: str, why: str, status: int | None) -> None:
        logger.info("aws: %s in %s not read: %s", listing.name, region, why)
        self.faults.append(Fault(listing=f"{listing.name}:{region}", service=listing.service, status=status, why=why))


def fetch(
    profile: str,
    *,
    regions: Sequence[str],
    recorded_at: str,
    bucket_sizes: bool = False,
    told: Callable[[str], None] = lambda _listing: None,
) -> Recording:
    """Everything a profile's user may see in some regions.

    Args:
        profile: its name in the AWS configuration files.
        regions: the regions to ask; the profile's own where empty.
        recorded_at: the `as_of` of the collection, ISO 8601 UTC.
        bucket_sizes: also list the objects of each bucket and add up their sizes; one call for 1,000 objects.
        told: called with each listing's name when it was asked for.

    Raises:
        CollectError: no such profile, no region, a wrong key or secret, or nothing at all could be read.
    """
    from botocore.exceptions import ClientError, NoCredentialsError, PartialCredentialsError

    session = _session(profile)
    wanted = list(regions) or [session.region_name]
    if wanted == [None]:
        raise CollectError(f"配置 {profile} 没有写明地域", f"profile {profile} names no region",
                           hint=Text("用 --region 指明，或在 ~/.aws/config 里写 region", "give --region, or set region in ~/.aws/config"))  # fmt: skip
    asker = _Asker(session)
    try:
        answers = _all(asker, [region for region in wanted if region], bucket_sizes=bucket_sizes, told=told)
        account = _account(asker, wanted[0] or "")
    except (ClientError, NoCredentialsError, PartialCredentialsError) as error:
        raise _not_signed_in(profile, error) from error
    _must_have_read_something(profile, asker.faults, len(wanted))
    return Recording(
        cloud=profile,
        recorded_at=recorded_at,
        own_project=account,
        answers=answers,
        faults=tuple(asker.faults),
        kind="aws",
    )


def _all(
    asker: _Asker, regions: Sequence[str], *, bucket_sizes: bool, told: Callable[[str], None]
) -> dict[str, list[dict[str, Any]]]:
    answers: dict[str, list[dict[str, Any]]] = {}
    for listing in LISTINGS:
        # buckets are listed for the whole account, images and types only as far as instances use them
        asked = regions[:1] if listing.service == "s3" else regions
        answers[listing.name] = [
            item for region in asked for item in asker.listed(listing, region, **_wanted(listing, answers, region))
        ]
        told(listing.name)
    if bucket_sizes:
        answers["bucket_sizes"] = [
            size for bucket in answers["buckets"] if (size := _bucket_size(asker, bucket, regions[0])) is not None
        ]
    return answers


def _wanted(listing: Listing, answers: Mapping[str, Sequence[Mapping[str, Any]]], region: str) -> dict[str, object]:
    """Only the types and images that instances of the region use; there are thousands of public ones."""
    used = [item for item in answers.get("instances", ()) if item["Region"] == region]
    if listing.name == "images":
        return {
            "Filters": [
                {
                    "Name": "image-id",
                    "Values": sorted({item["ImageId"] for item in used if item.get("ImageId")}) or ["ami-0"],
                }
            ]
        }
    if listing.name == "instance_types":
        return {
            "Filters": [{"Name": "instance-type", "Values": sorted({item["InstanceType"] for item in used}) or ["-"]}]
        }
    return {}


def _pages(client: Any, operation: str, wanted: Mapping[str, object]) -> Iterable[Mapping[str, Any]]:
    if client.can_paginate(operation):
        yield from client.get_paginator(operation).paginate(**wanted)
    else:
        yield getattr(client, operation)(**wanted)


def _items(page: Mapping[str, Any], path: tuple[str, ...]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = [page]
    for key in path:
        found = [inner for outer in found for inner in outer.get(key) or ()]
    return found


def _bucket_size(asker: _Asker, bucket: Mapping[str, Any], region: str) -> dict[str, Any] | None:
    """Bytes and objects of one bucket, by listing it; None, and a fault, where that is refused."""
    listing = Listing(
        name="bucket_sizes",
        service="s3",
        operation="list_objects_v2",
        items=("Contents",),
        title=Text("", ""),
        keys=("Size",),
    )
    before = len(asker.faults)
    objects = asker.listed(listing, region, Bucket=bucket["Name"])
    if len(asker.faults) > before:
        return None
    return {"Name": bucket["Name"], "size_bytes": sum(item["Size"] for item in objects), "object_count": len(objects)}


def _account(asker: _Asker, region: str) -> str | None:
    """The account's number; compatible clouds often have no STS."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return str(asker.client("sts", region).get_caller_identity()["Account"])
    except (BotoCoreError, ClientError, KeyError):
        return None


def _session(profile: str) -> Any:
    import boto3
    from botocore.exceptions import BotoCoreError, ProfileNotFound

    try:
        return boto3.Session(profile_name=profile)
    except ProfileNotFound as error:
        known = "、".join(sorted(boto3.Session().available_profiles)) or "-"
        raise CollectError(
            f"没有名为 {profile} 的 AWS 配置；现有：{known}", f"there is no AWS profile {profile}; known: {known}",
            hint=Text("配置写在 ~/.aws/config 和 ~/.aws/credentials，或用 AWS_CONFIG_FILE 指明", "profiles stand in ~/.aws/config and ~/.aws/credentials"),
        ) from error  # fmt: skip
    except BotoCoreError as error:
        raise CollectError(f"AWS 配置文件有误：{error}", f"the AWS configuration is wrong: {error}") from error


def _not_signed_in(profile: str, error: Exception) -> CollectError:
    code = getattr(error, "response", {}).get("Error", {}).get("Code", type(error).__name__)
    return CollectError(
        f"配置 {profile}：云拒绝了访问密钥（{code}）",
        f"profile {profile}: the cloud refused the access key ({code})",
        hint=Text(
            "检查 ~/.aws/credentials 里的 aws_access_key_id 和 aws_secret_access_key",
            "check aws_access_key_id and aws_secret_access_key",
        ),
    )


def _must_have_read_something(profile: str, faults: Sequence[Fault], regions: int) -> None:
    """Refuse a collection of which every listing failed."""
    asked = sum(1 if listing.service == "s3" else regions for listing in LISTINGS)
    if len(faults) >= asked:
        why = reason(faults[0].why, faults[0].status)
        raise CollectError(
            f"配置 {profile}：没有任何服务给出结果（{why.zh}）", f"profile {profile}: no service gave an answer ({why.en})",
            hint=Text("检查地域、endpoint_url、网络和权限", "check region, endpoint_url, the network and the permissions"),
        )  # fmt: skip


def why_of(error: BaseException) -> str:
    """Why nothing came: one of the words of `REASONS`, or the error itself in one line."""
    from botocore import exceptions

    match error:
        case exceptions.NoCredentialsError() | exceptions.PartialCredentialsError():
            raise error
        case exceptions.SSLError():
            return "certificate"
        case exceptions.ConnectTimeoutError() | exceptions.ReadTimeoutError():
            return "timeout"
        case exceptions.EndpointConnectionError() | exceptions.ConnectionError():
            return "unreachable"
        case exceptions.UnknownServiceError() | exceptions.NoRegionError() | exceptions.InvalidRegionError():
            return "no-endpoint"
    return masked(" ".join(str(error).split())[:200]) or type(error).__name__


def _kept(item: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """The item with the keys that are wanted, as JSON has them; tags as a mapping, masked."""
    kept = {key: _plain(item[key]) for key in keys if item.get(key) is not None}
    if "Tags" in kept:
        kept["Tags"] = masked_tags({tag["Key"]: tag.get("Value", "") for tag in item["Tags"]})
    return kept


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case _:
            return value
