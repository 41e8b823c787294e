"""One recording of an OpenStack with what its records look up in each other, and the words they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.collectors.clouds.recording import Recording
from inventory.model import Origin

MIB_PER_GIB = 1024
COLLECTOR = "openstack"
_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "i686": "x86_64", "aarch64": "aarch64", "arm64": "aarch64",
                  "loongarch64": "loongarch64", "sw_64": "sw_64"}  # fmt: skip


def source_of(cloud: str) -> str:
    """The name of a cloud as a source."""
    return f"{COLLECTOR}:{cloud}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
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
    def of(recording: Recording) -> Cloud:
        """Look-ups of one recording."""
        answers = recording.answers
        refused = {fault.listing.partition(":")[0] for fault in recording.faults}
        return Cloud(
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
        """The place of one item in the answers."""
        return Origin(source=source_of(self.recording.cloud), path=f"{kind}/{native_id}")

    def zone_of(self, hypervisor: str) -> str | None:
        """The availability zone of a hypervisor's host, None where it is not told."""
        found = self.hypervisors.get(hypervisor)
        host = (found or {}).get("service", {}).get("host", hypervisor)
        return self.zone_of_host.get(host)

    def arch_of(self, hypervisor: str | None) -> str | None:
        """The CPU architecture of a hypervisor, None where it is not told."""
        known = self.hypervisors.get(hypervisor or "", {}).get("cpu_info") or {}
        return architecture(known.get("arch"))


def architecture(name: object) -> str | None:
    """A CPU architecture in the catalogue's words, None where the name is not known."""
    return _ARCHITECTURES.get(str(name).lower()) if name else None


def gib_of(mib: int | None) -> float | None:
    """GiB of MiB; what is not known stays None."""
    return None if mib is None else mib / MIB_PER_GIB


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
