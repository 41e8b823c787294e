"""What the target cloud calls things: ids of images, flavours, external networks and volume types.

Looked up in the cloud before `up`; kept as a snapshot file so that a preview needs no cloud. A snapshot says of which
cloud and when, and is never used for `up`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from catalogs.errors import ProvisionError
from catalogs.words import Text
from iac.files import write_json
from iac.model import SystemSpec

if TYPE_CHECKING:
    from openstack.connection import Connection

SCHEMA = "govcloud/binding/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundFlavor:
    """A flavour of the cloud with its true size."""

    id: str
    vcpu: int
    memory_mib: int
    disk_gib: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Names of one cloud and the ids behind them.

    `source` is `live` (looked up now) or `snapshot` (recorded at `recorded_at`, an ISO 8601 UTC time); `recorded_from`
    says in plain words what cloud it was.
    """

    cloud: str
    recorded_from: str
    recorded_at: str
    source: Literal["live", "snapshot"]
    images: Mapping[str, str]
    flavors: Mapping[str, BoundFlavor]
    networks: Mapping[str, str]
    volume_types: Mapping[str, str]
    zones: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The form of a snapshot file; it holds no address and no account of the cloud."""
        return {
            "schema": SCHEMA,
            "cloud": self.cloud,
            "recorded_from": self.recorded_from,
            "recorded_at": self.recorded_at,
            "images": dict(sorted(self.images.items())),
            "flavors": {name: asdict(flavor) for name, flavor in sorted(self.flavors.items())},
            "networks": dict(sorted(self.networks.items())),
            "volume_types": dict(sorted(self.volume_types.items())),
            "zones": sorted(self.zones),
        }


def label(binding: Binding) -> dict[str, str]:
    """Of which cloud a binding speaks, and how it came about."""
    return {
        "cloud": binding.cloud,
        "source": binding.source,
        "recorded_from": binding.recorded_from,
        "recorded_at": binding.recorded_at,
    }


def write_snapshot(binding: Binding, path: Path) -> None:
    """Keep a binding for previews without the cloud."""
    write_json(path, binding.as_json())


def read_snapshot(path: Path) -> Binding:
    """A binding recorded earlier.

    Raises:
        ProvisionError: the file is missing or is not a snapshot.
    """
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if raw["schema"] != SCHEMA:
            raise KeyError(raw["schema"])
        return Binding(
            cloud=raw["cloud"],
            recorded_from=raw["recorded_from"],
            recorded_at=raw["recorded_at"],
            source="snapshot",
            images=raw["images"],
            flavors={name: BoundFlavor(**flavor) for name, flavor in raw["flavors"].items()},
            networks=raw["networks"],
            volume_types=raw["volume_types"],
            zones=tuple(raw["zones"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProvisionError(
            f"{path.name}：不是目标云快照（应为 {SCHEMA} 的 JSON 文件）：{error}",
            f"{path.name}: not a snapshot of a target cloud (a JSON file of {SCHEMA} is expected): {error}",
            hint=Text(
                "用 govcloud iac preview --live --record FILE 重新记录。",
                "Record it anew: govcloud iac preview --live --record FILE.",
            ),
        ) from error


def bind(connection: Connection, cloud: str, recorded_at: str) -> Binding:
    """Look everything up in the cloud. Names that occur twice are left out: they cannot be told apart.

    Args:
        connection: an openstacksdk connection that has logged in.
        cloud: the name of the cloud in clouds.yaml.
        recorded_at: the time of this run, ISO 8601 UTC.
    """
    flavors = {
        flavor.name: BoundFlavor(id=flavor.id, vcpu=flavor.vcpus, memory_mib=flavor.ram, disk_gib=flavor.disk)
        for flavor in connection.compute.flavors()
    }
    return Binding(
        cloud=cloud,
        recorded_from=cloud,
        recorded_at=recorded_at,
        source="live",
        images=_unique((image.name, image.id) for image in connection.image.images(status="active")),
        flavors=flavors,
        networks=_unique(
            (network.name, network.id) for network in connection.network.networks(**{"router:external": True})
        ),
        volume_types=_unique((kind.name, kind.id) for kind in connection.block_storage.types()),
        zones=tuple(sorted(zone.name for zone in connection.compute.availability_zones() if zone.state["available"])),
    )


def _unique(pairs: Any) -> dict[str, str]:
    known: dict[str, str] = {}
    doubled: set[str] = set()
    for name, identifier in pairs:
        if name in known:
            doubled.add(name)
        known[name] = identifier
    return {name: identifier for name, identifier in known.items() if name not in doubled}


def unbound(specs: Sequence[SystemSpec], binding: Binding) -> list[Text]:
    """What the specifications name and the cloud does not have, each once, sorted."""
    missing: set[tuple[str, str, str]] = set()
    for spec in specs:
        wanted = spec.network.external_network
        if wanted is not None and wanted not in binding.networks:
            missing.add(("外部网络", "external network", wanted))
        if spec.availability_zone is not None and spec.availability_zone not in binding.zones:
            missing.add(("可用区", "availability zone", spec.availability_zone))
        for server in spec.servers:
            if server.flavor not in binding.flavors:
                missing.add(("规格", "flavour", server.flavor))
            if server.image not in binding.images:
                missing.add(("镜像", "image", server.image))
        for volume in spec.all_volumes:
            if volume.volume_type is not None and volume.volume_type not in binding.volume_types:
                missing.add(("卷类型", "volume type", volume.volume_type))
    return [Text(f"{zh} {name}", f"{en} {name}") for zh, en, name in sorted(missing)]
