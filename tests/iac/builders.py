"""Specifications and bindings as tests need them."""

from __future__ import annotations

from iac.binding import Binding, BoundFlavor
from iac.model import NetworkSpec, RuleSpec, SecurityGroupSpec, ServerSpec, SubnetSpec, SystemSpec, VolumeSpec


def a_server(name: str = "his-01", number: int = 1, *, volumes: tuple[int, ...] = (), **more: object) -> ServerSpec:
    values = {
        "source_id": f"ledger:{name}",
        "flavor": "m1.small",
        "vcpu": 1,
        "memory_gib": 2.0,
        "system_disk_gib": 20,
        "image": "cirros",
        "ipv4": f"10.96.0.{9 + number}",
        "ipv6": f"fd00:96::{9 + number}",
        "volumes": tuple(
            VolumeSpec(name=f"{name}-data{n}", size_gib=size, volume_type="lab") for n, size in enumerate(volumes, 1)
        ),
    } | more
    return ServerSpec(name=name, **values)  # type: ignore[arg-type]


def a_spec(
    name: str = "his", *, wave: str = "demo-2026-W14", servers: tuple[ServerSpec, ...] | None = None
) -> SystemSpec:
    return SystemSpec(
        name=name,
        system_id=f"sys-{name}",
        system_name="医院信息系统",
        department="市卫健委",
        wave=wave,
        role="main",
        pool="a-x86",
        site="A",
        availability_zone=None,
        network=NetworkSpec(
            name=f"{name}-net",
            subnets=(
                SubnetSpec(name=f"{name}-v4", ip_version=4, cidr="10.96.0.0/26", gateway="10.96.0.1"),
                SubnetSpec(name=f"{name}-v6", ip_version=6, cidr="fd00:96::/64", gateway="fd00:96::1"),
            ),
            router=f"{name}-router",
            external_network="public",
        ),
        security_group=SecurityGroupSpec(
            name=f"{name}-sg",
            rules=(
                RuleSpec(
                    name="https-v4",
                    direction="ingress",
                    ip_version=4,
                    protocol="tcp",
                    port_min=443,
                    port_max=443,
                    remote_cidr="10.0.0.0/8",
                ),
                RuleSpec(
                    name="https-v6",
                    direction="ingress",
                    ip_version=6,
                    protocol="tcp",
                    port_min=443,
                    port_max=443,
                    remote_cidr="fd00::/8",
                ),
                RuleSpec(name="members-v4", direction="ingress", ip_version=4),
                RuleSpec(name="out-v4", direction="egress", ip_version=4, remote_cidr="0.0.0.0/0"),
            ),
        ),
        servers=servers
        if servers is not None
        else (a_server(f"{name}-01", 1, volumes=(10,)), a_server(f"{name}-02", 2)),
    )


def a_binding(**more: object) -> Binding:
    values: dict[str, object] = {
        "cloud": "lab",
        "recorded_from": "tests",
        "recorded_at": "2026-03-01T00:00:00Z",
        "source": "snapshot",
        "images": {"cirros": "11111111-1111-4111-8111-111111111111"},
        "flavors": {"m1.small": BoundFlavor(id="2", vcpu=1, memory_mib=2048, disk_gib=20)},
        "networks": {"public": "22222222-2222-4222-8222-222222222222"},
        "volume_types": {"lab": "33333333-3333-4333-8333-333333333333"},
        "zones": ("nova",),
    }
    return Binding(**(values | more))  # type: ignore[arg-type]
