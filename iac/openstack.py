"""A system specification spelled out as Pulumi resources of OpenStack: one component per system.

The component decides nothing: every name, size and address stands in the specification, every id in the binding. No
resource is made inside `apply`, so a preview shows everything. Data volumes are protected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_openstack as openstack
from pulumi import ComponentResource, ResourceOptions

from iac.binding import Binding
from iac.model import RuleSpec, ServerSpec, SubnetSpec, SystemSpec, VolumeSpec

SYSTEM_TOKEN = "govcloud:openstack:System"  # noqa: S105 - a type token, not a password
Subnets = dict[int, openstack.networking.Subnet]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemArgs:
    """What a `SystemStack` is made from."""

    spec: SystemSpec
    binding: Binding


class SystemStack(ComponentResource):
    """Network, security group, servers, volumes and attachments of one system in one pool.

    Outputs: `network_id`, `security_group_id`, `server_ids` and `volume_ids` by physical name.
    """

    network_id: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    server_ids: pulumi.Output[dict[str, str]]
    volume_ids: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, args: SystemArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__(SYSTEM_TOKEN, name, None, opts)
        self._spec = args.spec
        self._binding = args.binding
        self._servers: dict[str, openstack.compute.Instance] = {}
        self._volumes: dict[str, openstack.blockstorage.Volume] = {}

        network = self._make_network()
        subnets = self._make_subnets(network)
        routes = self._make_router(subnets)
        group = self._make_security_group()
        for server in args.spec.servers:
            self._make_server(server, network, subnets, group, routes)
        for volume in args.spec.volumes:
            self._make_volume(volume)

        self.network_id = network.id
        self.security_group_id = group.id
        self.server_ids = pulumi.Output.all(**{name: server.id for name, server in self._servers.items()})
        self.volume_ids = pulumi.Output.all(**{name: volume.id for name, volume in self._volumes.items()})
        self.register_outputs(
            {
                "network_id": self.network_id,
                "security_group_id": self.security_group_id,
                "server_ids": self.server_ids,
                "volume_ids": self.volume_ids,
            }
        )

    def _child(self, **more: object) -> ResourceOptions:
        """Options of every resource of the system: below the component, in its provider."""
        return ResourceOptions.merge(ResourceOptions(parent=self), ResourceOptions(**more))  # type: ignore[arg-type]

    @property
    def _labels(self) -> dict[str, str]:
        """What a person reading the cloud's own listing sees; the cloud allows 255 characters a value."""
        spec = self._spec
        return {
            "govcloud:system": spec.system_id[:255],
            "govcloud:system-name": spec.system_name[:255],
            "govcloud:wave": spec.wave,
            "govcloud:role": spec.role,
        }

    def _make_network(self) -> openstack.networking.Network:
        network = self._spec.network
        return openstack.networking.Network(
            network.name,
            name=network.name,
            description=f"{self._spec.system_name} {self._spec.role}"[:255],
            admin_state_up=True,
            opts=self._child(),
        )

    def _make_subnets(self, network: openstack.networking.Network) -> Subnets:
        return {subnet.ip_version: self._make_subnet(subnet, network) for subnet in self._spec.network.subnets}

    def _make_subnet(self, subnet: SubnetSpec, network: openstack.networking.Network) -> openstack.networking.Subnet:
        stateful = "dhcpv6-stateful" if subnet.ip_version == 6 else None
        return openstack.networking.Subnet(
            subnet.name,
            name=subnet.name,
            network_id=network.id,
            cidr=subnet.cidr,
            ip_version=subnet.ip_version,
            gateway_ip=subnet.gateway,
            ipv6_address_mode=stateful,
            ipv6_ra_mode=stateful,
            opts=self._child(),
        )

    def _make_router(self, subnets: Subnets) -> list[pulumi.Resource]:
        """The router and its interfaces; servers wait for them, so that nobody finds a server without a route."""
        network = self._spec.network
        if network.router is None or network.external_network is None:
            return []
        router = openstack.networking.Router(
            network.router,
            name=network.router,
            external_network_id=self._binding.networks[network.external_network],
            admin_state_up=True,
            opts=self._child(),
        )
        return [
            openstack.networking.RouterInterface(
                f"{network.router}-v{version}", router_id=router.id, subnet_id=subnet.id, opts=self._child()
            )
            for version, subnet in sorted(subnets.items())
        ]

    def _make_security_group(self) -> openstack.networking.SecGroup:
        spec = self._spec.security_group
        group = openstack.networking.SecGroup(
            spec.name,
            name=spec.name,
            description=self._spec.system_name[:255],
            delete_default_rules=True,  # only what the specification says is allowed
            opts=self._child(),
        )
        for rule in spec.rules:
            self._make_rule(rule, group)
        return group

    def _make_rule(self, rule: RuleSpec, group: openstack.networking.SecGroup) -> None:
        openstack.networking.SecGroupRule(
            f"{self._spec.security_group.name}-{rule.name}",
            security_group_id=group.id,
            direction=rule.direction,
            ethertype=f"IPv{rule.ip_version}",
            protocol=rule.protocol,
            port_range_min=rule.port_min,
            port_range_max=rule.port_max,
            remote_ip_prefix=rule.remote_cidr,
            remote_group_id=group.id if rule.remote_cidr is None else None,
            opts=self._child(),
        )

    def _make_server(
        self,
        server: ServerSpec,
        network: openstack.networking.Network,
        subnets: Subnets,
        group: openstack.networking.SecGroup,
        routes: Sequence[pulumi.Resource],
    ) -> None:
        port = openstack.networking.Port(
            f"{server.name}-port",
            name=server.name,
            network_id=network.id,
            admin_state_up=True,
            security_group_ids=[group.id],
            fixed_ips=[
                {"subnet_id": subnets[4].id, "ip_address": server.ipv4},
                {"subnet_id": subnets[6].id, "ip_address": server.ipv6},
            ],
            opts=self._child(),
        )
        made = openstack.compute.Instance(
            server.name,
            name=server.name,
            flavor_id=self._binding.flavors[server.flavor].id,
            image_id=self._binding.images[server.image],
            availability_zone=self._spec.availability_zone,
            networks=[{"port": port.id}],
            key_pair=self._spec.key_pair,
            metadata={**self._labels, "govcloud:source": server.source_id[:255]},
            # An image that was uploaded anew is for new servers: it never replaces one that runs.
            opts=self._child(depends_on=list(routes), ignore_changes=["imageId"]),
        )
        self._servers[server.name] = made
        for volume in server.volumes:
            openstack.compute.VolumeAttach(
                f"{volume.name}-attach", instance_id=made.id, volume_id=self._make_volume(volume).id, opts=self._child()
            )

    def _make_volume(self, volume: VolumeSpec) -> openstack.blockstorage.Volume:
        made = openstack.blockstorage.Volume(
            volume.name,
            name=volume.name,
            size=volume.size_gib,
            volume_type=volume.volume_type,
            enable_online_resize=True,
            metadata=self._labels,
            opts=self._child(protect=True),
        )
        self._volumes[volume.name] = made
        return made


def program(cloud: str, specs: Sequence[SystemSpec], binding: Binding) -> Callable[[], None]:
    """The inline Pulumi program of a wave: one explicit provider, one component per specification."""

    def run() -> None:
        provider = openstack.Provider("cloud", cloud=cloud)
        for spec in specs:
            system = SystemStack(spec.name, SystemArgs(spec=spec, binding=binding), ResourceOptions(provider=provider))
            pulumi.export(spec.name, {"server_ids": system.server_ids, "volume_ids": system.volume_ids})

    return run
