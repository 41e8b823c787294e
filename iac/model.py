"""What is to be built, in words of no particular cloud: the system specification.

One `SystemSpec` is one system in one pool (its main place, or its replica at another site). It names flavours, images
and networks as the target cloud calls them; `binding.py` knows their ids. The JSON form is
docs/reference/system-spec.schema.json.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from catalogs.words import Text

SCHEMA = "govcloud/system-spec/1"
Role = Literal["main", "replica"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetSpec:
    """One address range of a network; addresses are given by stateful DHCP, so that they are those of the spec."""

    name: str
    ip_version: Literal[4, 6]
    cidr: str
    gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpec:
    """The system's own network, IPv4 and IPv6; routed to `external_network` where one is named."""

    name: str
    subnets: tuple[SubnetSpec, ...]
    router: str | None = None
    external_network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """One rule of a security group. What no rule allows is refused.

    `protocol` and ports `None` mean any; `remote_cidr` `None` means the members of the group itself.
    """

    name: str
    direction: Literal["ingress", "egress"]
    ip_version: Literal[4, 6]
    protocol: str | None = None
    port_min: int | None = None
    port_max: int | None = None
    remote_cidr: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroupSpec:
    """The system's security group with all its rules."""

    name: str
    rules: tuple[RuleSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeSpec:
    """A block volume with data: protected, so that no command deletes it unless a person releases the data."""

    name: str
    size_gib: int
    volume_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSpec:
    """A server to be made; `source_id` is the server of the inventory that it takes over from."""

    name: str
    source_id: str
    flavor: str
    vcpu: int
    memory_gib: float
    system_disk_gib: int
    image: str
    ipv4: str
    ipv6: str
    volumes: tuple[VolumeSpec, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemSpec:
    """One system in one pool of one cloud.

    `name` is the physical name, unique in the cloud and the same for the same system, role and pool. `notes` say what
    was assumed on the way, such as a size that the inventory does not know. `volumes` are those of no server: a
    data-level replica keeps the data and runs nothing.
    """

    name: str
    system_id: str
    system_name: str
    department: str | None
    wave: str
    role: Role
    pool: str
    site: str
    availability_zone: str | None
    network: NetworkSpec
    security_group: SecurityGroupSpec
    servers: tuple[ServerSpec, ...]
    volumes: tuple[VolumeSpec, ...] = ()
    key_pair: str | None = None
    notes: tuple[Text, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/system-spec.schema.json."""
        raw = asdict(self)
        raw["notes"] = [note.as_json() for note in self.notes]
        return {"schema": SCHEMA, **_plain(raw)}

    @staticmethod
    def from_json(raw: Mapping[str, object]) -> SystemSpec:
        """The inverse of `as_json`."""
        known = {key: value for key, value in raw.items() if key != "schema"}
        network = dict(known["network"])  # type: ignore[call-overload]
        network["subnets"] = tuple(SubnetSpec(**one) for one in network["subnets"])
        group = known["security_group"]
        servers = tuple(
            ServerSpec(**{**one, "volumes": tuple(VolumeSpec(**volume) for volume in one["volumes"])})
            for one in known["servers"]  # type: ignore[attr-defined]
        )
        known |= {
            "network": NetworkSpec(**network),
            "security_group": SecurityGroupSpec(
                name=group["name"],  # type: ignore[index]
                rules=tuple(RuleSpec(**rule) for rule in group["rules"]),  # type: ignore[index]
            ),
            "servers": servers,
            "volumes": tuple(VolumeSpec(**one) for one in known["volumes"]),  # type: ignore[attr-defined]
            "notes": tuple(Text.from_json(note) for note in known["notes"]),  # type: ignore[attr-defined]
        }
        return SystemSpec(**known)  # type: ignore[arg-type]

    @property
    def all_volumes(self) -> tuple[VolumeSpec, ...]:
        """The data volumes with and without a server."""
        return (*self.volumes, *(volume for server in self.servers for volume in server.volumes))


def totals(specs: Sequence[SystemSpec]) -> dict[str, float]:
    """What specifications come to: servers, vCPU, memory and data volumes in GiB."""
    servers = [server for spec in specs for server in spec.servers]
    return {
        "systems": len({spec.system_id for spec in specs}),
        "servers": len(servers),
        "vcpu": sum(server.vcpu for server in servers),
        "memory_gib": sum(server.memory_gib for server in servers),
        "system_disk_gib": sum(server.system_disk_gib for server in servers),
        "data_gib": sum(volume.size_gib for spec in specs for volume in spec.all_volumes),
    }


def _plain(raw: dict[str, object]) -> dict[str, object]:
    """Tuples become lists, as JSON has them."""
    return {key: _listed(value) for key, value in raw.items()}


def _listed(value: object) -> object:
    if isinstance(value, dict):
        return {key: _listed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(inner) for inner in value]
    return value
