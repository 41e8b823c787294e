"""Make the lab the target cloud of a catalogue: its zones, flavours, images, networks, volume types and a project.

    python -m tests.lab.target [--service sample-cloud]

What is there already stays. Run it with the environment of the project after `tests/lab/up.sh`; the lab's clouds.yaml
has the account `sample-cloud` for it.
"""

from __future__ import annotations

import argparse
from typing import Any

from catalogs.load import raw_files, read_catalogs
from catalogs.models_service import Service
from tests.lab import the_lab

ACCOUNT = "govcloud"  # user and project of the cloud `sample-cloud` in the lab's clouds.yaml
PASSWORD = "lab"
UNLIMITED = -1


def prepare(admin: Any, service: Service) -> None:
    """Everything that the catalogue names, made where it is missing."""
    _account(admin)
    _flavors(admin, service)
    _images(admin, service)
    _networks(admin, service)
    _volume_types(admin, service)
    ensure_zones(admin, {pool.availability_zone for pool in service.pools if pool.availability_zone})


def _account(admin: Any) -> None:
    identity = admin.identity
    project = identity.find_project(ACCOUNT) or identity.create_project(name=ACCOUNT, domain_id="default")
    user = identity.find_user(ACCOUNT) or identity.create_user(name=ACCOUNT, password=PASSWORD, domain_id="default")
    identity.assign_project_role_to_user(project, user, identity.find_role("member"))
    admin.compute.update_quota_set(project, cores=UNLIMITED, ram=UNLIMITED, instances=UNLIMITED)
    admin.block_storage.update_quota_set(project, volumes=UNLIMITED, gigabytes=UNLIMITED)
    names = ("networks", "subnets", "routers", "ports", "security_groups", "security_group_rules", "floating_ips")
    admin.network.update_quota(project.id, **dict.fromkeys(names, UNLIMITED))


def _flavors(admin: Any, service: Service) -> None:
    have = {flavor.name for flavor in admin.compute.flavors()}
    for flavor in service.flavors:
        if flavor.id not in have:
            admin.compute.create_flavor(
                name=flavor.id,
                vcpus=flavor.vcpu,
                ram=int(flavor.memory_gib * 1024),
                disk=flavor.system_disk_gib,
            )


def _images(admin: Any, service: Service) -> None:
    have = {image.name for image in admin.image.images()}
    for name in sorted({image.image for image in service.openstack.images} - have):
        admin.image.create_image(
            name=name,
            data=b"an image of the lab has no content",
            disk_format="raw",
            container_format="bare",
            visibility="public",
            wait=False,
            allow_duplicates=True,
        )


def _networks(admin: Any, service: Service) -> None:
    names = sorted({zone.external_network for zone in service.zones if zone.external_network})
    for place, name in enumerate(names, start=1):
        network = admin.network.find_network(name) or admin.network.create_network(
            name=name, is_router_external=True, provider_network_type="vxlan"
        )
        if not network.subnet_ids:
            for version, cidr in ((4, f"172.{15 + place}.0.0/16"), (6, f"2001:db8:{place:x}::/64")):
                admin.network.create_subnet(
                    network_id=network.id,
                    name=f"{name}-v{version}",
                    ip_version=version,
                    cidr=cidr,
                    is_dhcp_enabled=False,
                )


def _volume_types(admin: Any, service: Service) -> None:
    wanted = {pool.volume_type for pool in service.pools if pool.volume_type}
    for name in sorted(wanted - {kind.name for kind in admin.block_storage.types()}):
        kind = admin.block_storage.create_type(name=name)
        admin.block_storage.update_type_extra_specs(kind, volume_backend_name="lab")


def ensure_zones(admin: Any, zones: set[str]) -> None:
    """One availability zone each, with a host that is in no other."""
    aggregates = list(admin.compute.aggregates())
    have = {aggregate.name for aggregate in aggregates if aggregate.hosts}
    taken = {host for aggregate in aggregates for host in aggregate.hosts or ()}
    free = sorted({one.host for one in admin.compute.services(binary="nova-compute")} - taken, key=_number)
    missing = sorted(zones - have)
    if len(free) < len(missing):
        message = f"{len(missing)} zones need as many free hosts, the lab has {len(free)}: raise LAB_COMPUTES"
        raise SystemExit(message)
    empty = {aggregate.name: aggregate for aggregate in aggregates if not aggregate.hosts}
    for zone, host in zip(missing, free, strict=False):
        aggregate = empty.get(zone) or admin.compute.create_aggregate(name=zone, availability_zone=zone)
        admin.compute.add_host_to_aggregate(aggregate, host)


def _number(host: str) -> int:
    return int(host.rpartition("-")[2])


def service_of(service_id: str) -> Service:
    """The target cloud of that id, from the catalogue's services alone."""
    catalogs, mistakes = read_catalogs(file for file in raw_files(None) if file.kind == "services")
    if catalogs is None:
        raise SystemExit("\n".join(str(mistake) for mistake in mistakes))
    return catalogs.service(service_id)


def main() -> None:
    """Read the catalogue and prepare the running lab."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--service", default="sample-cloud")
    service = service_of(parser.parse_args().service)
    lab = the_lab()
    prepare(lab.connect(), service)
    print(f"the lab is {service.id} now: export OS_CLIENT_CONFIG_FILE={lab.clouds_yaml} OS_CLOUD=sample-cloud")


if __name__ == "__main__":
    main()
